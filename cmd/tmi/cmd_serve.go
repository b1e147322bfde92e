package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) serveCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:     "serve",
		Short:   "The REST API and the website",
		Long:    "Serves the newest published set: the site at /, the API at /api/v1, its description at /docs.\nA new set is picked up within seconds. Ctrl-C lets requests finish and ends.\n\n" + exitCodes,
		Example: "  tmi serve\n  tmi serve --addr 0.0.0.0:8080",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("addr") {
				addr = a.config.ServeAddr
			}
			l, err := a.existingLake(cmd.Context())
			if err != nil {
				return err
			}
			defer l.Close()
			return a.serve(cmd.Context(), l, addr, a.sayReady)
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultServeAddr, "where to listen; the default is this machine alone")
	return c
}

func (a *app) sayReady(url string) {
	fmt.Fprintf(a.stderr, "serving %s (Ctrl-C ends it)\n", url)
}
