package door

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// guard knows what a statement may name. It is immutable.
type guard struct {
	tables    []string // as bound, sorted
	functions map[string]bool
}

// newGuard asks the engine for its pure functions.
func newGuard(ctx context.Context, db *sql.DB, tables []string) (*guard, error) {
	g := &guard{tables: slices.Sorted(slices.Values(tables)), functions: map[string]bool{}}
	rows, err := db.QueryContext(ctx, `select distinct lower(function_name) from duckdb_functions()
		where internal and function_type in ('scalar', 'aggregate', 'macro') and coalesce(stability, 'CONSISTENT') <> 'VOLATILE'`)
	if err != nil {
		return nil, fmt.Errorf("list functions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list functions: %w", err)
		}
		g.functions[name] = !aboutTheServer.MatchString(name)
	}
	for _, name := range alsoAllowed {
		g.functions[name] = true
	}
	return g, rows.Err()
}

// aboutTheServer are functions without side effects that tell of the session, the settings
// or the catalog, or run what they are given.
var aboutTheServer = regexp.MustCompile(`^(pg_|has_|inet_|current_|txid_|__internal|json_(de)?serialize|json_execute|col_description$|obj_description$|shobj_description$|` +
	`get_block_size$|getvariable$|getenv$|in_search_path$|session_user$|user$|version$|stats$|nextval$|currval$|write_log$|sleep|set_bit_log|which_secret$|query)`)

// alsoAllowed are functions that the engine lists as volatile or not at all, and the window
// functions.
var alsoAllowed = []string{
	"random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "current_date", "current_localtime", "current_localtimestamp", "current_time", "current_timestamp", "unnest", "row", "struct_pack",
	"rank", "dense_rank", "rank_dense", "percent_rank", "row_number", "cume_dist", "ntile", "first_value", "last_value", "nth_value", "lead", "lag", "fill",
}

// cteName keeps the names of common table expressions from looking like files.
var cteName = regexp.MustCompile(`^[\pL\pN_ $]+$`)

// explained cuts the word explain, and analyze behind it, off a statement.
var explained = regexp.MustCompile(`(?is)^\s*explain\s+(?:analyze\s+|analyse\s+)?(.*)$`)

// check refuses every statement that is not one select or describe, or the explanation of
// one, over the bound tables. The tree is the engine's own, so that both read it alike.
func (g *guard) check(ctx context.Context, db *sql.DB, statement string) error {
	if strings.ContainsRune(statement, 0) {
		return refuse("the statement holds a zero byte, at which the engine would stop reading")
	}
	if m := explained.FindStringSubmatch(statement); m != nil {
		statement = m[1]
	}
	var text string
	if err := db.QueryRowContext(ctx, "select json_serialize_sql(?::varchar)::varchar", statement).Scan(&text); err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	var tree struct {
		IsError bool   `json:"error"`
		Type    string `json:"error_type"`
		Message string `json:"error_message"`
		// Each is {"node": …}.
		Statements []map[string]any `json:"statements"`
	}
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		return fmt.Errorf("read the tree: %w", err)
	}
	switch {
	case tree.IsError && tree.Type == "not implemented":
		return refuse("one select, describe or explain is expected, and this is another statement")
	case tree.IsError:
		return &Error{Invalid, tree.Message}
	case len(tree.Statements) != 1:
		return refuse("one statement is expected, and these are %d", len(tree.Statements))
	}
	w := walk{guard: g, ctes: map[string]bool{}}
	if err := w.names(tree.Statements[0]); err != nil {
		return err
	}
	return w.visit(tree.Statements[0])
}

func refuse(format string, args ...any) error {
	return &Error{Refused, fmt.Sprintf(format, args...)}
}

// walk goes through one statement's tree.
type walk struct {
	*guard
	ctes map[string]bool // lower case
}

// names gathers the common table expressions.
func (w *walk) names(node any) error {
	return each(node, func(object map[string]any) error {
		ctes, _ := object["cte_map"].(map[string]any)
		entries, _ := ctes["map"].([]any)
		for _, entry := range entries {
			e, _ := entry.(map[string]any)
			name, _ := e["key"].(string)
			if !cteName.MatchString(name) {
				return refuse("a with clause names %q, expected letters, digits and underscores", name)
			}
			w.ctes[strings.ToLower(name)] = true
		}
		return nil
	})
}

// visit checks what each node of the tree names.
func (w *walk) visit(node any) error {
	return each(node, func(object map[string]any) error {
		text := func(key string) string { s, _ := object[key].(string); return s }
		if name := text("function_name"); name != "" && !w.functions[strings.ToLower(name)] {
			return refuse("the function %s is not one that may be called here", name)
		}
		switch kind := text("type"); kind {
		case "TABLE_FUNCTION":
			function, _ := object["function"].(map[string]any)
			if name, _ := function["function_name"].(string); !strings.EqualFold(name, "unnest") {
				return refuse("the table function %s is not one that may be called here, expected tables: %s", name, strings.Join(w.tables, ", "))
			}
		case "BASE_TABLE":
			return w.table(text("catalog_name"), text("schema_name"), text("table_name"), object["at_clause"])
		case "SHOW_REF":
			if object["query"] == nil {
				return refuse("show is not answered here; describe takes a table: %s", strings.Join(w.tables, ", "))
			}
		case "VALUE_PARAMETER":
			return refuse("parameters are not taken, expected the values themselves")
		}
		return nil
	})
}

func (w *walk) table(catalog, schema, name string, at any) error {
	full := strings.ToLower(schema + "." + name)
	isCTE := schema == "" && w.ctes[strings.ToLower(name)]
	if catalog != "" || at != nil || !isCTE && !slices.Contains(w.tables, full) {
		return refuse("the table %s is not here, expected one of %s", strings.Trim(catalog+"."+schema+"."+name, "."), strings.Join(w.tables, ", "))
	}
	return nil
}

// each calls visit with every object of a tree, parents first.
func each(node any, visit func(map[string]any) error) error {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			if err := each(child, visit); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := visit(node); err != nil {
			return err
		}
		for _, child := range node {
			if err := each(child, visit); err != nil {
				return err
			}
		}
	}
	return nil
}
