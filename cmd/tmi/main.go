// Command tmi collects IT job postings, refines them through the layers of a lake, and
// serves the answers. `tmi --help` tells what it does; DESIGN and docs/ tell why.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/internal/errs"
)

// version is set by the linker.
var version = "dev"

const exitCodes = `Exit codes:
  0 done (pages may have failed and rows been rejected: the report counts them)
  1 internal error           2 usage or config
  3 a frozen contract broke, or a source with many rows gave none
  4 not found                5 a source or service is unavailable: try again
  6 conflict                 7 an audit failed: nothing new is published`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(newApp(os.Stdin, os.Stdout, os.Stderr, os.Environ()).run(ctx, os.Args[1:]))
}

// run runs one command and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	a.endTraces(err)
	if err := a.kept.End(context.WithoutCancel(ctx)); err != nil {
		a.logger.Warn("the log is not kept", "error", err)
	}
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		if !errors.Is(err, context.Canceled) {
			fmt.Fprintln(a.stderr, "tmi:", err)
		}
		fmt.Fprintln(a.stderr, "tmi: interrupted; what was finished is kept, and the same command goes on from there")
		return interrupted
	}
	fmt.Fprintln(a.stderr, "tmi:", err)
	return errs.ExitCode(err)
}

// interrupted is what shells expect of a process that SIGINT ended.
const interrupted = 130

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "tmi",
		Short: "Tech Map IT: which technologies does the IT job market ask for?",
		Long: "TMI collects IT job postings from many boards, keeps every page it was given, refines them in\n" +
			"three layers of Iceberg tables, and answers which technologies each asks for.\n\n" + exitCodes,
		Example:       "  tmi demo\n  tmi run --quick\n  tmi sql \"select tech, count(*) from gold.posting_techs group by tech order by 2 desc limit 10\"",
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return a.configure(cmd)
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "config file (default tmi.yaml where there is one)")
	flags.StringVar(&a.output, "output", "table", "how to print: table or json")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return errs.New(errs.Invalid, "%w\nsee: %s --help", err, cmd.CommandPath())
	})
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Fill the lake:", []*cobra.Command{a.demoCommand(), a.runCommand(), a.collectCommand(), a.planCommand(), a.jobCommand(), a.loadCommand()}},
		{"See how it is:", []*cobra.Command{a.statusCommand(), a.whyCommand(), a.sourcesCommand(), a.rejectsCommand(), a.checkCommand(), a.historyCommand(), a.logsCommand()}},
		{"Ask it:", []*cobra.Command{a.serveCommand(), a.tokenCommand(), a.tablesCommand(), a.describeCommand(), a.sqlCommand()}},
		{"Understand postings:", []*cobra.Command{a.extractCommand(), a.techsCommand(), a.evalCommand()}},
		{"Keep it small and lawful:", []*cobra.Command{a.maintainCommand(), a.expireCommand(), a.eraseCommand(), a.suppressCommand()}},
		{"Move, mend and go back:", []*cobra.Command{a.exportCommand(), a.importCommand(), a.backupCommand(), a.restoreCommand(), a.rollbackCommand(), a.relocateCommand(), a.migrateCommand()}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
		}
		root.AddCommand(g.commands...)
	}
	root.AddCommand(a.doctorCommand(), a.configCommand(), a.replicaCommand(), a.sqlWorkerCommand())
	refuseArguments(root)
	return root
}

// refuseArguments makes a wrong argument a usage error with the exit code of one, and an
// unknown command of a group too.
func refuseArguments(c *cobra.Command) {
	check := c.Args
	switch {
	case !c.Runnable() && c.HasSubCommands():
		check = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
			if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
				text += ", did you mean " + strings.Join(like, " or ") + "?"
			}
			return errors.New(text)
		}
		c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		c.DisableFlagsInUseLine = true
	case check == nil:
		check = cobra.NoArgs
	}
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return errs.New(errs.Invalid, "%w\nsee: %s --help", err, cmd.CommandPath())
		}
		return nil
	}
	for _, sub := range c.Commands() {
		refuseArguments(sub)
	}
}
