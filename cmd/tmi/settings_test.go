package main

import (
	"os"
	"strings"
	"testing"
)

// docs/settings.md names every key, and the variable of each that is not a board's.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, key := range configKeys {
		variable := envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		if !strings.Contains(page, "| `"+key+"` | `"+variable+"` |") {
			t.Errorf("docs/settings.md has no row for %s and %s", key, variable)
		}
	}
	for _, key := range sourceKeys {
		if !strings.Contains(page, "| `"+key+"` |") {
			t.Errorf("docs/settings.md has no row for a board's %s", key)
		}
	}
}
