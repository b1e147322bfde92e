package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// AuditMode says what follows when an audit finds something.
type AuditMode string

// The modes.
const (
	AuditBlock AuditMode = "block" // nothing is published, exit code 7
	AuditWarn  AuditMode = "warn"  // it is said and logged
	AuditOff   AuditMode = "off"   // the audit does not run
)

// AuditModes are all there are.
var AuditModes = []AuditMode{AuditBlock, AuditWarn, AuditOff}

// Audit is one question that the tables must answer with nothing.
type Audit struct {
	Name string
	Asks string
	Mode AuditMode
	sql  string
	args []sql.NamedArg
}

// Audited is what an audit found: nothing, or up to 20 rows in words.
type Audited struct {
	Name     string    `json:"audit"`
	Asks     string    `json:"asks"`
	Mode     AuditMode `json:"mode"`
	Findings []string  `json:"findings"`
}

// Audits are all audits with their modes, those of the config before those they are declared
// with: of each table that its declared keys stand once and its values keep the contract,
// and what the statements of queries/check ask. Errs.Invalid for a mode of an audit that
// there is not.
func Audits(e *Env) ([]Audit, error) {
	var all []Audit
	for _, t := range schemas.Tables() {
		if len(t.Key) > 0 {
			all = append(all, Audit{Name: t.Name() + ".unique", Asks: "does each key (" + strings.Join(t.Key, ", ") + ") stand once?", Mode: AuditBlock, sql: uniqueSQL(t)})
		}
		if statement := contractSQL(t, e.Contracts); statement != "" {
			all = append(all, Audit{Name: t.Name() + ".contract", Asks: "does every value keep the declared contract?", Mode: AuditBlock, sql: statement})
		}
	}
	for _, name := range queries.Names() {
		short, ok := strings.CutPrefix(name, "check/")
		if !ok {
			continue
		}
		a, err := declaredAudit(e, name, short)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	for name, mode := range e.AuditModes {
		i := slices.IndexFunc(all, func(a Audit) bool { return a.Name == name })
		if i < 0 {
			return nil, errs.New(errs.Invalid, "audits.%s: there is no such audit; `tmi check --list` names them", name)
		}
		all[i].Mode = mode
	}
	return all, nil
}

// declaredAudit reads an audit from its statement, whose header says what it asks and, where
// it does not block, its mode.
func declaredAudit(e *Env, name, short string) (Audit, error) {
	text, err := queries.Text(name)
	if err != nil {
		return Audit{}, err
	}
	a := Audit{Name: short, Mode: AuditBlock, sql: text}
	for line := range strings.Lines(text) {
		if asks, ok := strings.CutPrefix(line, "-- Purpose: audit: "); ok {
			a.Asks = strings.TrimSpace(asks)
		}
		if mode, ok := strings.CutPrefix(line, "-- Mode: "); ok {
			word, _, _ := strings.Cut(mode, ".")
			a.Mode = AuditMode(strings.TrimSpace(word))
		}
	}
	parameters, err := queries.Parameters(name)
	if err != nil {
		return Audit{}, err
	}
	if slices.Contains(parameters, "zone") {
		a.args = append(a.args, sql.Named("zone", e.Zone.String()))
	}
	return a, nil
}

// Check runs every audit over the heads; errs.Audit names what those that block found, and
// nothing is published then.
func Check(ctx context.Context, e *Env, _ string, _ Window) (report Report, err error) {
	session, err := e.heads(ctx)
	if err != nil {
		return report, err
	}
	defer session.Close()
	audits, err := Audits(e)
	if err != nil {
		return report, err
	}
	results, err := RunAudits(ctx, session, audits)
	if err != nil {
		return report, err
	}
	for _, r := range results {
		if r.Mode == AuditWarn && len(r.Findings) > 0 {
			e.Logger.Warn("audit", "audit", r.Name, "findings", strings.Join(r.Findings, "; "))
		}
	}
	return report, Verdict(results)
}

// RunAudits asks all audits that are not off.
func RunAudits(ctx context.Context, session *lake.Session, audits []Audit) ([]Audited, error) {
	var results []Audited
	for _, a := range audits {
		if a.Mode == AuditOff {
			continue
		}
		findings, err := a.find(ctx, session)
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", a.Name, err)
		}
		results = append(results, Audited{a.Name, a.Asks, a.Mode, findings})
	}
	return results, nil
}

// Verdict is errs.Audit, with every row named, where an audit that blocks found something.
func Verdict(results []Audited) error {
	var lines []string
	for _, r := range results {
		if r.Mode == AuditBlock {
			for _, f := range r.Findings {
				lines = append(lines, r.Name+": "+f)
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return errs.New(errs.Audit, "%d findings, nothing is published:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

// maxFindings is how many rows an audit names at most.
const maxFindings = 20

// uniqueSQL looks for keys that stand twice. Names of tables and columns come from the
// declarations alone.
func uniqueSQL(t schemas.Table) string {
	key := strings.Join(t.Key, ", ")
	return fmt.Sprintf("select concat_ws(' ', %s)::varchar || ' stands ' || count(*) || ' times' as finding from %s group by %s having count(*) > 1 limit %d", key, t.Name(), key, maxFindings)
}

// contractSQL looks for values that break the rules of a table's declaration, as another
// program may have written them: our own writers refuse such rows. Empty for a table without
// rules.
func contractSQL(t schemas.Table, contracts Contracts) string {
	var broken []string
	for _, c := range t.Columns() {
		if contracts.mode(t, c.Name) == Evolve {
			continue // whatever came was taken
		}
		for _, rule := range strings.Split(c.Check, ",") {
			if condition := ruleSQL(c.Name, rule); condition != "" {
				broken = append(broken, fmt.Sprintf(`if(%s, '%s breaks %s', null)`, condition, c.Name, strings.ReplaceAll(rule, "'", "''")))
			}
		}
	}
	if len(broken) == 0 {
		return ""
	}
	key := "'a row'"
	if len(t.Key) > 0 {
		key = "concat_ws(' ', " + strings.Join(t.Key, ", ") + ")::varchar"
	}
	return fmt.Sprintf("select %s || ': ' || faults as finding from (select *, concat_ws('; ', %s) as faults from %s) where faults <> '' limit %d",
		key, strings.Join(broken, ", "), t.Name(), maxFindings)
}

// ruleSQL is true for a value that breaks one rule of a check tag.
func ruleSQL(column, rule string) string {
	name, argument, _ := strings.Cut(rule, "=")
	switch name {
	case "required":
		return fmt.Sprintf(`"%s" is null`, column)
	case "len":
		return fmt.Sprintf(`strlen("%s") <> %s`, column, argument)
	case "maxlen":
		return fmt.Sprintf(`length("%s") > %s`, column, argument)
	case "min":
		return fmt.Sprintf(`"%s" < %s`, column, argument)
	case "max":
		return fmt.Sprintf(`"%s" > %s`, column, argument)
	case "enum":
		return fmt.Sprintf(`"%s" not in ('%s')`, column, strings.ReplaceAll(argument, "|", "', '"))
	case "url":
		return fmt.Sprintf(`not regexp_matches("%s", '^https?://.')`, column)
	}
	return ""
}

func (a Audit) find(ctx context.Context, session *lake.Session) ([]string, error) {
	args := make([]any, len(a.args))
	for i, arg := range a.args {
		args[i] = arg
	}
	rows, err := session.Query(ctx, a.sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	findings := []string{}
	for rows.Next() {
		var f string
		if err := rows.Scan(&f); err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	return findings, rows.Err()
}
