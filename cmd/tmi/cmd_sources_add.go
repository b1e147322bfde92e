package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
	"github.com/techmapit/tmi/sources"
	"github.com/techmapit/tmi/sources/crawl"
	"github.com/techmapit/tmi/sources/recognise"
)

const (
	addShown = 5 // postings printed before anything is saved
	addHops  = 5 // hosts that a careers page may send us to
)

// added is what `tmi sources add` found and did.
type added struct {
	Source   string        `json:"source"`
	Board    string        `json:"board"`
	How      string        `json:"how"`
	Postings []testPosting `json:"postings"`
	Saved    bool          `json:"saved"`
	Config   string        `json:"config,omitempty"` // the file it was saved to
}

func (a *app) sourcesAddCommand() *cobra.Command {
	var isYes bool
	c := &cobra.Command{
		Use:   "add URL",
		Short: "Recognise the system behind a careers page, show five postings, and add it to the config",
		Long: "Tells the applicant tracking system by the page's address, by where it sends us, or by what it holds: Greenhouse,\n" +
			"Lever, Ashby, SmartRecruiters, Workable, Greeting, or postings described as JSON-LD. Prints five postings, and saves the\n" +
			"board to tmi.yaml when you say so (--yes says so beforehand). robots.txt and the rate are kept as in a run.\n\n" + exitCodes,
		Example: "  tmi sources add https://jobs.ashbyhq.com/narae\n  tmi sources add --yes https://careers.narae.example",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := a.recognise(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			board, err := a.config.board(found.Source)
			if err != nil {
				return err
			}
			out := added{Source: found.Source, Board: found.Board, How: found.How}
			if out.Postings, err = a.firstPostings(cmd.Context(), board, found.Board); err != nil {
				return err
			}
			if a.output != "json" {
				fmt.Fprintf(a.stdout, "%s, board %s (told by %s)\n", board.Title, found.Board, found.How)
				for _, p := range out.Postings {
					a.printPosting(p)
				}
			}
			if slices.Contains(a.settings(board).Boards, found.Board) {
				fmt.Fprintf(a.stderr, "%s is in sources.%s.boards already: nothing to save\n", found.Board, found.Source)
			} else if isYes || a.agrees("save it to the config? [y/N] ") {
				if out.Config, err = a.saveBoard(board, found.Board); err != nil {
					return err
				}
				out.Saved = true
				fmt.Fprintf(a.stderr, "saved: sources.%s.boards of %s has %s now; tmi run --sources %s collects it\n", found.Source, out.Config, found.Board, found.Source)
			} else {
				fmt.Fprintln(a.stderr, "nothing is saved: --yes saves it")
			}
			if a.output == "json" {
				return a.printJSON(out)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&isYes, "yes", false, "save without asking")
	return c
}

// agrees asks a person; without a terminal nobody has agreed.
func (a *app) agrees(question string) bool {
	f, isFile := a.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return false
	}
	fmt.Fprint(a.stderr, question)
	line, err := bufio.NewReader(f).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return err == nil && (answer == "y" || answer == "yes")
}

// client asks one host as a run would.
func (a *app) client(source, base string, hosts func(string) bool) (*crawl.Client, error) {
	return crawl.New(crawl.Options{BaseURL: base, Hosts: hosts, Version: version, Contact: a.config.Contact, Rate: a.rate(source), Concurrency: 1, Logger: a.logger})
}

// recognise tells the board by the address, by where it sends us, or by the page.
func (a *app) recognise(ctx context.Context, address string) (recognise.Found, error) {
	for range addHops {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			return recognise.Found{}, errs.New(errs.Invalid, "%q is no http or https address of a careers page", address)
		}
		if found, ok := recognise.Address(address); ok {
			return found, nil
		}
		client, err := a.client("", u.Scheme+"://"+u.Host, nil)
		if err != nil {
			return recognise.Found{}, err
		}
		doc, err := client.Get(ctx, sources.Request{URL: address, Kind: schemas.KindList, Accept: "text/html"}, crawl.Known{})
		if to := crawl.MovedTo(err); to != "" {
			address = to
			continue
		}
		if err != nil {
			return recognise.Found{}, err
		}
		if found, ok := recognise.Page(doc.URL, doc.Body); ok && doc.Status == 200 {
			return found, nil
		}
		return recognise.Found{}, errs.New(errs.NotFound, "%s (status %d) shows none of Greenhouse, Lever, Ashby, SmartRecruiters, Workable, Greeting and JSON-LD postings; "+
			"a board of the common kind can be added by a YAML file (docs/sources/yaml-boards.md)", address, doc.Status)
	}
	return recognise.Found{}, errs.New(errs.Unavailable, "%s: more than %d hosts in a row send us on", address, addHops)
}

// keeping is a getter that keeps the documents it got.
type keeping struct {
	client *crawl.Client
	docs   []schemas.Document
}

func (k *keeping) Get(ctx context.Context, r sources.Request) (schemas.Document, error) {
	doc, err := k.client.Get(ctx, r, crawl.Known{})
	if err == nil {
		k.docs = append(k.docs, doc)
	}
	return doc, err
}

// firstPostings asks the board for its first postings; errs.NotFound where it has no such
// list or no posting.
func (a *app) firstPostings(ctx context.Context, board sources.Board, token string) ([]testPosting, error) {
	s := a.settings(board)
	s.Boards = []string{token}
	if a.lacksTerms(board) {
		return nil, a.mayAsk(board)
	}
	source, err := board.New(s)
	if err != nil {
		return nil, err
	}
	var hosts func(string) bool
	if board.Hosts != nil {
		hosts = func(host string) bool { return board.Hosts(s, host) }
	}
	client, err := a.client(board.Name, s.BaseURL, hosts)
	if err != nil {
		return nil, err
	}
	get := &keeping{client: client}
	lists, err := source.Lists(ctx, get)
	if err != nil {
		return nil, err
	}
	for _, list := range lists {
		read, err := source.Discover(ctx, get, list, addShown)
		if err != nil {
			return nil, err
		}
		if read.NoSuchBoard {
			return nil, errs.New(errs.NotFound, "%s answers that it has no board %s", board.Title, token)
		}
		if len(read.Refs) == 0 && read.Error != "" {
			return nil, errs.New(errs.Unavailable, "read %s of %s: %s", list, board.Name, read.Error)
		}
		if len(read.Refs) == 0 || read.Refs[0].URL == "" {
			continue
		}
		get.docs = nil // rows are less than details
		for _, ref := range read.Refs[:min(addShown, len(read.Refs))] {
			if _, err := source.Fetch(ctx, get, ref); err != nil {
				return nil, err
			}
		}
	}
	return a.shownOf(source, board, get.docs)
}

func (a *app) shownOf(source sources.Source, board sources.Board, docs []schemas.Document) ([]testPosting, error) {
	var shown []testPosting
	for _, doc := range docs {
		parsed, err := source.Parse(doc)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", doc.URL, err)
		}
		for _, p := range parsed.Postings {
			if len(shown) < addShown {
				shown = append(shown, postingShown(p))
			}
		}
	}
	if len(shown) == 0 {
		return nil, errs.New(errs.NotFound, "%s has no posting that could be read there: nothing to add", board.Title)
	}
	return shown, nil
}

// saveBoard adds a board to sources.<name>.boards of the config file and returns the
// file's name. Where the file names no boards yet, those in force go with it: a list in
// the config takes the place of the shipped one.
func (a *app) saveBoard(board sources.Board, token string) (path string, err error) {
	if path = a.config.path; path == "" {
		path = defaultConfigFile
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return path, errs.New(errs.Invalid, "config %s: %w", path, err)
	}
	changed, err := withBoard(text, board.Name, a.settings(board).Boards, token)
	if err != nil {
		return path, errs.New(errs.Invalid, "config %s: %w", path, err)
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, changed, 0o600); err != nil {
		return path, errs.New(errs.Unavailable, "write %s: %w", draft, err)
	}
	if info, err := os.Stat(path); err == nil {
		if err := os.Chmod(draft, info.Mode().Perm()); err != nil {
			return path, errors.Join(err, os.Remove(draft))
		}
	}
	if _, err := loadConfig(draft, a.environ, func(string) {}); err != nil {
		return path, errors.Join(err, os.Remove(draft))
	}
	if err := os.Rename(draft, path); err != nil {
		return path, errs.New(errs.Unavailable, "write %s: %w", path, err)
	}
	return path, nil
}
