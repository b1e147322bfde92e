package readme

import (
	"strings"
)

// Command is one line of a code block marked sh.
type Command struct {
	Text string // as one types it, without the comment behind it
	Line int    // 1-based, in the Markdown file
}

// Commands returns the commands of the blocks marked sh, in their order.
func Commands(markdown string) []Command {
	var found []Command
	language := ""
	inside := false
	for i, line := range strings.Split(markdown, "\n") {
		if fence, ok := strings.CutPrefix(strings.TrimSpace(line), "```"); ok {
			inside = !inside
			language = fence
			continue
		}
		if !inside || language != "sh" {
			continue
		}
		if text := strings.TrimSpace(withoutComment(line)); text != "" {
			found = append(found, Command{text, i + 1})
		}
	}
	return found
}

// withoutComment cuts a shell comment off: a # outside quotes that begins a word.
func withoutComment(line string) string {
	var quote rune
	before := ' '
	for i, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == '#' && (before == ' ' || before == '\t'):
			return line[:i]
		}
		before = r
	}
	return line
}

// Make returns the verb where the command is a call of make.
func (c Command) Make() (verb string, ok bool) {
	words := c.words()
	if len(words) < 2 || words[0] != "make" {
		return "", false
	}
	return words[1], true
}

// Tmi returns the words behind tmi where the command calls it, alone or at a pipe's end.
func (c Command) Tmi() (args []string, ok bool) {
	words := c.words()
	for i, word := range words {
		if word == "bin/tmi" || word == "tmi" {
			args = words[i+1:]
			for j, a := range args {
				if a == "|" || a == ">" || a == "<" || a == "&" {
					return args[:j], true
				}
			}
			return args, true
		}
		// Only assignments and an earlier part of a pipe stand before the program.
		if !strings.Contains(word, "=") && !strings.Contains(strings.Join(words[i:], " "), "|") {
			return nil, false
		}
	}
	return nil, false
}

// words splits as a shell does, as far as our pages need it: spaces and quotes.
func (c Command) words() []string {
	var all []string
	var word strings.Builder
	var quote rune
	started := false
	flush := func() {
		if started {
			all = append(all, word.String())
		}
		word.Reset()
		started = false
	}
	for _, r := range c.Text {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, started = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			flush()
		default:
			word.WriteRune(r)
			started = true
		}
	}
	flush()
	return all
}
