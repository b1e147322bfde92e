package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/sources/replica"
)

// farmRate is what the printed variables ask of each host of the farm, in requests a second.
const farmRate = 20

// serveFarm plays the hostile farm until ctx ends, with its log as JSON lines in a file
// where one is named.
func (a *app) serveFarm(ctx context.Context, addr, logFile string, hosts int) (err error) {
	_, port, err := net.SplitHostPort(addr)
	number, portErr := strconv.Atoi(port)
	if err != nil || portErr != nil {
		return errs.New(errs.Invalid, "--addr %q: expected an address with a port; of the farm only the port counts", addr)
	}
	options := replica.FarmOptions{Hosts: hosts, Port: number}
	if logFile != "" {
		file, createErr := os.Create(logFile)
		if createErr != nil {
			return errs.New(errs.Invalid, "--farm-log: %w", createErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		lines := json.NewEncoder(file)
		options.Log = func(e replica.FarmEntry) {
			if err := lines.Encode(e); err != nil {
				a.logger.Warn("farm log", "error", err.Error())
			}
		}
	}
	farm, err := replica.NewFarm(options)
	if err != nil {
		return err
	}
	printFarm(a.stdout, farm.Hosts())
	<-ctx.Done()
	return farm.Close()
}

// printFarm prints the variables that let jsonld read the farm's sitemaps.
func printFarm(to io.Writer, hosts []replica.FarmHost) {
	lists := make([]string, len(hosts))
	for i, h := range hosts {
		lists[i] = fmt.Sprintf("farm%03d=%s", i, h.SitemapURL())
	}
	fmt.Fprintf(to, "TMI_SOURCES_JSONLD_RATE=%d\nTMI_SOURCES_JSONLD_BOARDS=%s\n", farmRate, strings.Join(lists, ","))
}
