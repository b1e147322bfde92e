package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/api/tokens"
)

func (a *app) tokenCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "token",
		Short: "Keys of the SQL door",
		Long: "Makes, lists and revokes the tokens that POST /api/v1/sql asks for. A token is shown once; the lake\n" +
			"keeps a hash of it below state/tokens/.\n\n" + exitCodes,
		Example: "  tmi token create --name maria --scope sql\n  tmi token list\n  tmi token revoke maria",
	}
	c.AddCommand(a.tokenCreateCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
	return c
}

// tokenStore opens the tokens of the lake that there is.
func (a *app) tokenStore(cmd *cobra.Command, use func(*tokens.Store) error) error {
	l, err := a.existingLake(cmd.Context())
	if err != nil {
		return err
	}
	return closing(l, use(tokens.New(l.Objects())))
}

func (a *app) tokenCreateCommand() *cobra.Command {
	var name string
	var scopes []string
	var days int
	c := &cobra.Command{
		Use:   "create",
		Short: "Make a token and print it, this once",
		Long: "Prints what the token may do, and the token alone on the last line. Scopes: sql is SQL over silver,\n" +
			"gold and ops; bronze adds what the boards wrote, which holds names and addresses of people.\n\n" + exitCodes,
		Example: "  tmi token create --name maria --scope sql --days 90\n  TOKEN=$(tmi token create --name notebook --scope sql | tail -n 1)",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.tokenStore(cmd, func(s *tokens.Store) error {
				secret, t, err := s.Create(cmd.Context(), name, scopes, time.Duration(max(days, 0))*24*time.Hour, time.Now())
				if err != nil {
					return err
				}
				if a.output == "json" {
					return a.printJSON(struct {
						tokenRow
						Token string `json:"token"`
					}{rowOf(t), secret})
				}
				fmt.Fprintf(a.stdout, "token %s for %q, scopes %s, %s; it is not shown again:\n%s\n", t.ID, t.Name, strings.Join(t.Scopes, " and "), untilWhen(t), secret)
				return nil
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "whose it is (needed)")
	c.Flags().StringSliceVar(&scopes, "scope", []string{tokens.ScopeSQL}, "what it opens: "+strings.Join(tokens.Scopes, ", "))
	c.Flags().IntVar(&days, "days", 0, "days until it expires; 0 is never")
	return c
}

// tokenRow is a token as it is listed; the hash stays where it is.
type tokenRow struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

func rowOf(t tokens.Token) tokenRow {
	return tokenRow{t.ID, t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt, t.RevokedAt}
}

func untilWhen(t tokens.Token) string {
	switch {
	case t.RevokedAt != nil:
		return "revoked " + t.RevokedAt.Format(time.DateOnly)
	case t.ExpiresAt != nil:
		return "valid until " + t.ExpiresAt.Format(time.RFC3339)
	}
	return "valid until it is revoked"
}

func (a *app) tokenListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The tokens there are", Long: "Lists all tokens, the revoked and expired included; never the tokens themselves.\n\n" + exitCodes, Example: "  tmi token list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.tokenStore(cmd, func(s *tokens.Store) error {
				all, err := s.List(cmd.Context())
				if err != nil {
					return err
				}
				rows, cells := []tokenRow{}, [][]string{}
				for _, t := range all {
					rows = append(rows, rowOf(t))
					cells = append(cells, []string{t.ID, t.Name, strings.Join(t.Scopes, ","), t.CreatedAt.Format(time.DateOnly), untilWhen(t)})
				}
				return a.print([]string{"id", "name", "scopes", "created", "state"}, cells, rows)
			})
		},
	}
}

func (a *app) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID|NAME", Short: "End a token", Long: "Ends a token by its id or name. Servers refuse it within seconds.\n\n" + exitCodes, Example: "  tmi token revoke maria",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.tokenStore(cmd, func(s *tokens.Store) error {
				t, err := s.Revoke(cmd.Context(), args[0], time.Now())
				if err != nil {
					return err
				}
				if a.output == "json" {
					return a.printJSON(rowOf(t))
				}
				fmt.Fprintf(a.stdout, "token %s of %q is revoked; servers refuse it within seconds\n", t.ID, t.Name)
				return nil
			})
		},
	}
}
