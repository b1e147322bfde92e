package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/jobs"
)

func (a *app) checkCommand() *cobra.Command {
	var list bool
	c := &cobra.Command{
		Use: "check", Short: "Ask the audits, and show what they find",
		Long: "Runs every audit over the tables as they are, published or not, and shows what it asks and finds. An audit\n" +
			"that blocks and finds something ends with exit code 7; nothing is published while it does. `audits` in\n" +
			"the config sets modes: block, warn or off.\n\n" + exitCodes,
		Example: "  tmi check\n  tmi check --list\n  TMI_AUDITS=source_freshness=block tmi check --output json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return a.listAudits()
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			e, err := a.env(l, func() time.Time { return time.Now().UTC() })
			if err != nil {
				return err
			}
			audits, err := jobs.Audits(e)
			if err != nil {
				return err
			}
			heads, err := l.Heads(cmd.Context())
			if err != nil {
				return err
			}
			session, err := l.Session(cmd.Context(), heads)
			if err != nil {
				return err
			}
			defer session.Close()
			results, err := jobs.RunAudits(cmd.Context(), session, audits)
			if err != nil {
				return err
			}
			var cells [][]string
			for _, r := range results {
				state := "well"
				if len(r.Findings) > 0 {
					state = map[jobs.AuditMode]string{jobs.AuditBlock: "FAILED", jobs.AuditWarn: "warning"}[r.Mode]
				}
				cells = append(cells, []string{r.Name, string(r.Mode), state, oneLine(strings.Join(r.Findings, "; "))})
			}
			if err := a.print([]string{"audit", "mode", "state", "findings"}, cells, results); err != nil {
				return err
			}
			return jobs.Verdict(results)
		},
	}
	c.Flags().BoolVar(&list, "list", false, "name the audits, what they ask, and their modes; ask nothing")
	return c
}

func (a *app) listAudits() error {
	contracts, modes, err := a.config.contracts()
	if err != nil {
		return err
	}
	audits, err := jobs.Audits(&jobs.Env{Zone: a.zone, Contracts: contracts, AuditModes: modes})
	if err != nil {
		return err
	}
	rows := []jobs.Audited{}
	var cells [][]string
	for _, audit := range audits {
		rows = append(rows, jobs.Audited{Name: audit.Name, Asks: audit.Asks, Mode: audit.Mode, Findings: []string{}})
		cells = append(cells, []string{audit.Name, string(audit.Mode), audit.Asks})
	}
	return a.print([]string{"audit", "mode", "asks"}, cells, rows)
}
