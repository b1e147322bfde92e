package extract

import (
	"strings"
	"testing"
)

// TestNoAliasJoinsTwo keeps lists out of the aliases: "Chef/Puppet" names two technologies,
// and the matcher takes it apart.
func TestNoAliasJoinsTwo(t *testing.T) {
	x, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range x.Dictionary().Entries {
		for _, alias := range e.Aliases {
			left, right, isList := strings.Cut(alias, "/")
			if !isList {
				continue
			}
			a, aOK := x.Dictionary().Resolve(left)
			b, bOK := x.Dictionary().Resolve(right)
			if aOK && bOK && a.ID != b.ID {
				t.Errorf("%s: alias %q is %s and %s", e.ID, alias, a.Name, b.Name)
			}
		}
	}
}
