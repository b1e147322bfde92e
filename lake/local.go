package lake

import (
	"context"
	"fmt"

	"github.com/techmapit/tmi/lake/objects"
)

// LocalFile gives a file of this machine with an object's bytes: the object itself on a
// file:// lake, or else a copy that the cache keeps at least until release, which the
// caller must call. Nobody may write to it. errs.NotFound if there is no such object.
func (l *Lake) LocalFile(ctx context.Context, key string) (path string, release func(), err error) {
	if local, ok := l.objects.(objects.Local); ok {
		if _, err := l.objects.Stat(ctx, key); err != nil {
			return "", nil, fmt.Errorf("open %s: %w", key, err)
		}
		return local.LocalPath(key), func() {}, nil
	}
	return l.cache.Path(ctx, l.objects, key)
}
