package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/techmapit/tmi/extract"
	"github.com/techmapit/tmi/internal/disk"
	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake"
)

// finding is one line of `tmi doctor`.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
	Mend  string `json:"mend,omitempty"` // what to do where it is not well
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "What is wrong with this installation, and how to mend it",
		Long:  "Checks config, lake, catalog, DuckDB, extensions, clock, memory, disk and the port of the site.\nIt changes nothing. Exit code 5 if something is not well.\n\n" + exitCodes,
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := a.diagnose(cmd.Context())
			var cells [][]string
			bad := 0
			for _, f := range findings {
				state := "well"
				if !f.OK {
					state = "NOT WELL"
					bad++
				}
				cells = append(cells, []string{f.Check, state, oneLine(f.Found), f.Mend})
			}
			if err := a.print([]string{"check", "state", "found", "to mend it"}, cells, findings); err != nil {
				return err
			}
			if bad > 0 {
				return errs.New(errs.Unavailable, "%d of %d checks are not well", bad, len(findings))
			}
			if a.output == "table" {
				fmt.Fprintln(a.stdout, "all well")
			}
			return nil
		},
	}
}

func (a *app) diagnose(ctx context.Context) []finding {
	config := "defaults and TMI_ variables (no config file)"
	if a.config.path != "" {
		config = a.config.path
	}
	findings := []finding{{Check: "version", OK: true, Found: version}, {Check: "config", OK: true, Found: config}}
	findings = append(findings, a.diagnoseLake(ctx)...)
	findings = append(findings, a.diagnoseMachine()...)
	findings = append(findings, diagnoseDictionary(), diagnosePort(ctx, a.config.ServeAddr))
	return findings
}

func (a *app) diagnoseLake(ctx context.Context) []finding {
	uri, err := a.config.lakeURI(defaultLake)
	if err != nil {
		return []finding{{Check: "lake", Found: err.Error(), Mend: "set lake.uri (TMI_LAKE_URI)"}}
	}
	if root, ok := strings.CutPrefix(uri, "file://"); ok {
		if _, err := os.Stat(filepath.Join(root, "catalog.db")); os.IsNotExist(err) && a.config.catalogInLake() {
			// opening would make the folder, and this command changes nothing
			if err := refuseForeignFolder(uri); err != nil {
				return []finding{{Check: "lake", Found: err.Error(), Mend: "name another folder in lake.uri"}}
			}
			return []finding{{Check: "lake", OK: true, Found: uri + " (new: the first run makes it)"}, diagnoseDuckDB(ctx)}
		}
	}
	l, err := a.openLake(ctx, defaultLake)
	if errs.Is(err, errs.Conflict) {
		return []finding{{Check: "lake", Found: err.Error(), Mend: "tmi relocate"}}
	}
	if err != nil {
		return []finding{{Check: "lake", Found: err.Error(), Mend: "check lake.uri, catalog_uri and the AWS_ variables"}}
	}
	defer l.Close()
	findings := []finding{{Check: "lake", OK: true, Found: uri}}
	heads, err := l.Heads(ctx)
	if err != nil {
		return append(findings, finding{Check: "catalog", Found: err.Error(), Mend: "is another program holding or deleting the catalog?"})
	}
	findings = append(findings, finding{Check: "catalog", OK: true, Found: fmt.Sprintf("%d tables with rows", len(heads.Tables))})
	session, err := l.Session(ctx, heads)
	if err != nil {
		return append(findings, finding{Check: "tables", Found: err.Error(), Mend: "files of a table are missing or damaged: `tmi history` shows older snapshots"})
	}
	defer session.Close()
	findings = append(findings, finding{Check: "tables", OK: true, Found: "every table opens in DuckDB"})
	set, err := l.Published(ctx)
	switch {
	case errs.Is(err, errs.NotFound):
		findings = append(findings, finding{Check: "published", OK: true, Found: "nothing yet: tmi run"})
	case err != nil:
		findings = append(findings, finding{Check: "published", Found: err.Error(), Mend: "tmi job publish writes a new set"})
	default:
		findings = append(findings, finding{Check: "published", OK: true, Found: fmt.Sprintf("set %d of %s", set.Seq, set.PublishedAt.In(a.zone).Format("2006-01-02 15:04"))})
	}
	return findings
}

func diagnoseDuckDB(ctx context.Context) finding {
	if err := lake.Probe(ctx); err != nil {
		return finding{Check: "duckdb", Found: err.Error(), Mend: "rebuild with make build"}
	}
	return finding{Check: "duckdb", OK: true, Found: "starts"}
}

func (a *app) diagnoseMachine() []finding {
	findings := []finding{{Check: "memory", OK: true, Found: fmt.Sprintf("%s for DuckDB of %s", size(a.duckMemory), size(systemMemory(os.DirFS("/"))))}}
	if total := systemMemory(os.DirFS("/")); total > 0 && total < 1<<30 {
		findings[0].OK, findings[0].Mend = false, "a run wants 1 GiB or more: raise the limit of the container"
	}
	if extension := lake.FindHTTPFS(a.config.DuckDBExtensionDir); extension != "" {
		findings = append(findings, finding{Check: "httpfs", OK: true, Found: extension})
	} else {
		findings = append(findings, finding{Check: "httpfs", OK: true, Found: "not there: files of an s3:// lake are read through " + a.config.CacheDir})
	}
	if now := time.Now(); now.Year() < 2026 {
		findings = append(findings, finding{Check: "clock", Found: now.Format(time.RFC3339), Mend: "set the machine's clock"})
	} else {
		findings = append(findings, finding{Check: "clock", OK: true, Found: now.In(a.zone).Format(time.RFC3339) + " in " + a.zone.String()})
	}
	uri, err := a.config.lakeURI(defaultLake)
	if root, ok := strings.CutPrefix(uri, "file://"); ok && err == nil {
		free, err := disk.FreeBytes(root)
		f := finding{Check: "disk", OK: err == nil && free >= int64(a.config.MinFreeDisk), Found: size(free) + " free"}
		if err != nil {
			f.Found = err.Error()
		}
		if !f.OK {
			f.Mend = "free some space, or lower min_free_disk (" + a.config.MinFreeDisk.String() + ")"
		}
		findings = append(findings, f)
	}
	return findings
}

func diagnoseDictionary() finding {
	x, err := extract.New()
	if err != nil {
		return finding{Check: "dictionary", Found: err.Error(), Mend: "rebuild with make build"}
	}
	return finding{Check: "dictionary", OK: true, Found: fmt.Sprintf("%d technologies", len(x.Dictionary().Entries))}
}

// diagnosePort sees whether the site could listen, or does already.
func diagnosePort(ctx context.Context, addr string) finding {
	listener, err := net.Listen("tcp", addr)
	if err == nil {
		if err := listener.Close(); err != nil {
			return finding{Check: "site", Found: err.Error(), Mend: "try again"}
		}
		return finding{Check: "site", OK: true, Found: addr + " is free"}
	}
	if isServing(ctx, addr) {
		return finding{Check: "site", OK: true, Found: "answers at " + addr}
	}
	return finding{Check: "site", Found: err.Error(), Mend: "another program has the port: set serve_addr (TMI_SERVE_ADDR)"}
}

// isServing says whether TMI itself answers at an address.
func isServing(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	health := url.URL{Scheme: "http", Host: addr, Path: "/healthz"}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, health.String(), nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
