package api

import (
	_ "embed"
	"strings"
)

//go:embed topics.txt
var topicLines string

// topic is a field of work that is no role and no technology.
type topic struct {
	words []string // in both languages, lower case; any of them stands for it
	roles []string // whose work it is, where it belongs to some alone
}

var topics = func() (all []topic) {
	for line := range strings.Lines(topicLines) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words, roles, _ := strings.Cut(line, "=")
		all = append(all, topic{splitTrimmed(words), splitTrimmed(roles)})
	}
	return all
}()

func splitTrimmed(list string) (parts []string) {
	for _, part := range strings.Split(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
