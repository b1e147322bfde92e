package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/schemas"
)

// prompt reads statements that end with a semicolon; \d lists tables, \d NAME columns, \q
// leaves. A faulty statement is answered and the prompt goes on. On a terminal the lines can
// be edited, the arrow keys bring back earlier ones, and tab completes names.
func (a *app) prompt(ctx context.Context, session *lake.Session, format string) error {
	lines := a.lines()
	defer lines.close()
	var pending []string
	for {
		line, err := lines.read(len(pending) > 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read a statement: %w", err)
		}
		isEnd := err != nil
		line = strings.TrimSpace(line)
		if len(pending) == 0 && strings.HasPrefix(line, `\`) {
			if line == `\q` {
				return nil
			}
			if err := a.backslash(line); err != nil {
				fmt.Fprintln(a.stderr, "error:", err)
			}
			line = ""
		}
		if line != "" {
			pending = append(pending, line)
		}
		text := strings.Join(pending, "\n")
		if text != "" && (isEnd || strings.HasSuffix(line, ";")) {
			pending = nil
			lines.remember(text)
			err := a.query(ctx, session, strings.TrimRight(text, "; \n"), format, "")
			if isEnd || ctx.Err() != nil {
				return err // a script's last statement decides how the command ends
			}
			if err != nil {
				fmt.Fprintln(a.stderr, "error:", err)
			}
		}
		if isEnd {
			return nil
		}
	}
}

// backslash answers \d and \d NAME.
func (a *app) backslash(line string) error {
	command, name, _ := strings.Cut(line, " ")
	switch {
	case command != `\d`:
		return fmt.Errorf("%s is no command, expected \\d, \\d TABLE or \\q", command)
	case name == "":
		var cells [][]string
		for _, t := range schemas.Tables() {
			cells = append(cells, []string{t.Name(), t.Grain})
		}
		return writeTable(a.stdout, []string{"table", "what a row is"}, cells)
	}
	t, err := tableNamed(strings.TrimRight(strings.TrimSpace(name), ";"))
	if err != nil {
		return err
	}
	header, cells, _ := describe(t)
	return writeTable(a.stdout, header, cells)
}

// lineReader reads lines from a person or from a script.
type lineReader interface {
	read(isMore bool) (string, error) // io.EOF with the last line or behind it
	remember(statement string)
	close()
}

func (a *app) lines() lineReader {
	f, isFile := a.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return &script{bufio.NewReader(a.stdin)}
	}
	fmt.Fprintln(a.stderr, `statements end with ;   tables: \d   columns: \d gold.postings   leave: \q`)
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{f, a.stderr}, "")
	h := &history{}
	if dir, err := os.UserCacheDir(); err == nil {
		h.path = filepath.Join(dir, "tmi", "sql_history")
	}
	h.load()
	t.History, t.AutoCompleteCallback = h, func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		return complete(line, at)
	}
	return &terminal{file: f, term: t, history: h}
}

// script is standard input that is no terminal.
type script struct{ *bufio.Reader }

func (s *script) read(bool) (string, error) { return s.ReadString('\n') }
func (s *script) remember(string)           {}
func (s *script) close()                    {}

// terminal edits lines. It is raw only while a line is read, so that answers print as usual
// and Ctrl-C stops a statement.
type terminal struct {
	file    *os.File
	term    *term.Terminal
	history *history
}

func (t *terminal) read(isMore bool) (string, error) {
	t.term.SetPrompt(map[bool]string{false: "tmi> ", true: "  -> "}[isMore])
	state, err := term.MakeRaw(int(t.file.Fd()))
	if err != nil {
		return "", err
	}
	defer func() { _ = term.Restore(int(t.file.Fd()), state) }() // nothing better is left to do
	if width, height, err := term.GetSize(int(t.file.Fd())); err == nil {
		_ = t.term.SetSize(width, height)
	}
	return t.term.ReadLine()
}

func (t *terminal) remember(statement string) { t.history.keep(statement) }
func (t *terminal) close()                    { t.history.save() }

// maxHistory is how many statements are kept.
const maxHistory = 500

// history implements [term.History] over statements, newest first; lines of a statement are
// joined by spaces.
type history struct {
	path    string // "" = it is not kept
	entries []string
}

// Add implements [term.History]: lines are not kept, statements are, by keep.
func (h *history) Add(string) {}

// Len implements [term.History].
func (h *history) Len() int { return len(h.entries) }

// At implements [term.History].
func (h *history) At(i int) string { return h.entries[i] }

func (h *history) keep(statement string) {
	line := strings.Join(strings.Fields(statement), " ")
	if len(h.entries) > 0 && h.entries[0] == line {
		return
	}
	h.entries = slices.Insert(h.entries, 0, line)
	h.entries = h.entries[:min(len(h.entries), maxHistory)]
}

func (h *history) load() {
	text, err := os.ReadFile(h.path)
	if err != nil {
		return // there is none yet
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			h.entries = append(h.entries, line)
		}
	}
}

// save is best effort: a prompt without a history is still one.
func (h *history) save() {
	if h.path == "" || len(h.entries) == 0 {
		return
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err == nil {
		_ = os.WriteFile(h.path, []byte(strings.Join(h.entries, "\n")+"\n"), 0o600)
	}
}

// sqlWords complete where no table or column does.
var sqlWords = []string{"select", "from", "where", "group by", "order by", "having", "limit", "join", "left join", "using", "count(*)", "distinct", "describe", "explain", "with", "as", "and", "or", "not", "null", "desc"}

// complete extends the word before the cursor as far as all names agree that begin so:
// tables, the columns of tables that the line names (of all, where it names none), words.
func complete(line string, at int) (string, int, bool) {
	start := strings.LastIndexAny(line[:at], " \t(,=<>") + 1
	word := line[start:at]
	if word == "" {
		return "", 0, false
	}
	var names []string
	add := func(name string) {
		if strings.HasPrefix(name, word) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var named []schemas.Table
	for _, t := range schemas.Tables() {
		add(t.Name())
		if strings.Contains(line, t.Name()) {
			named = append(named, t)
		}
	}
	if named == nil {
		named = schemas.Tables()
	}
	for _, t := range named {
		for _, c := range t.Columns() {
			add(c.Name)
		}
	}
	for _, w := range sqlWords {
		add(w)
	}
	if len(names) == 0 {
		return "", 0, false
	}
	common := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	return line[:start] + common + line[at:], start + len(common), true
}
