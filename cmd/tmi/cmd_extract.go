package main

import (
	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/extract"
)

func (a *app) extractCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "extract < postings.jsonl",
		Short: "Text in, technologies out",
		Long: `Reads {"id","title","sections":[{"name","text"}]} a line and writes
{"id","techs":[{"id","name","need","method","mentions":[{"section","start","end","surface"}]}]} a line.
Offsets are in bytes of the section's UTF-8 text. A broken line gives {"id"|"line","error"} and the run goes on.

` + exitCodes,
		Example: `  echo '{"id":"1","title":"Backend","sections":[{"name":"requirements","text":"Go와 Kafka 경험"}]}' | tmi extract`,
		RunE: func(*cobra.Command, []string) error {
			x, err := extract.New()
			if err != nil {
				return err
			}
			lines, bad, err := x.Stream(a.stdin, a.stdout)
			a.logger.Info("extracted", "lines", lines, "bad", bad)
			return err
		},
	}
}
