package lake

import (
	"context"

	"github.com/techmapit/tmi/lake/door"
	"github.com/techmapit/tmi/schemas"
)

// DoorBinding is what a worker of the SQL door needs to see the tables of the set. The files
// are local, from the cache where the lake is remote, since a worker reaches nothing else;
// they stay until the release is called.
func (l *Lake) DoorBinding(ctx context.Context, set Set, tables ...schemas.Table) (b door.Binding, release func(), err error) {
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	b.Statements = schemaSQL()
	for _, t := range namedOrAll(tables) {
		var paths []string
		if pin, ok := set.Tables[t.Name()]; ok {
			var held []func()
			paths, held, err = l.paths(ctx, t, pin, false)
			releases = append(releases, held...)
			if err != nil {
				release()
				return door.Binding{}, nil, err
			}
		}
		b.Tables = append(b.Tables, t.Name())
		b.Paths = append(b.Paths, paths...)
		b.Statements = append(b.Statements, viewSQL(t, paths, set.Hidden))
	}
	return b, release, nil
}
