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

// Finding is one thing that an audit has against the tables.
type Finding struct {
	Audit   string `db:"-"`
	Finding string `db:"finding"`
}

// Check runs every audit over the heads; errs.Audit names what it found, and nothing that
// fails is published.
func Check(ctx context.Context, e *Env, _ string, _ Window) (report Report, err error) {
	session, err := e.heads(ctx)
	if err != nil {
		return report, err
	}
	defer session.Close()
	findings, err := Audit(ctx, e, session)
	if err != nil {
		return report, err
	}
	if len(findings) > 0 {
		lines := make([]string, len(findings))
		for i, f := range findings {
			lines[i] = f.Audit + ": " + f.Finding
		}
		return report, errs.New(errs.Audit, "%d findings, nothing is published:\n  %s", len(findings), strings.Join(lines, "\n  "))
	}
	return report, nil
}

// Audit runs the audits: every declared key is unique, every required column filled, and
// what the statements of queries/check say.
func Audit(ctx context.Context, e *Env, session *lake.Session) ([]Finding, error) {
	var all []Finding
	add := func(audit string, findings []Finding, err error) error {
		for _, f := range findings {
			f.Audit = audit
			all = append(all, f)
		}
		return err
	}
	for _, t := range schemas.Tables() {
		if len(t.Key) > 0 {
			findings, err := find(ctx, session, uniqueSQL(t))
			if err := add(t.Name()+" unique", findings, err); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range queries.Names() {
		audit, ok := strings.CutPrefix(name, "check/")
		if !ok {
			continue
		}
		var args []sql.NamedArg
		parameters, err := queries.Parameters(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(parameters, "zone") {
			args = append(args, sql.Named("zone", e.Zone.String()))
		}
		findings, err := queries.All[Finding](ctx, session, name, args...)
		if err := add(audit, findings, err); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// maxFindings is how many rows an audit names at most.
const maxFindings = 20

// uniqueSQL looks for keys that stand twice. Names of tables and columns come from the
// declarations alone.
func uniqueSQL(t schemas.Table) string {
	key := strings.Join(t.Key, ", ")
	return fmt.Sprintf("select concat_ws(' ', %s)::varchar || ' stands ' || count(*) || ' times' as finding from %s group by %s having count(*) > 1 limit %d", key, t.Name(), key, maxFindings)
}

func find(ctx context.Context, session *lake.Session, statement string) ([]Finding, error) {
	rows, err := session.Query(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var findings []Finding
	for rows.Next() {
		var f Finding
		if err := rows.Scan(&f.Finding); err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	return findings, rows.Err()
}
