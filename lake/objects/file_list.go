package objects

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"sort"
	"strings"
)

func (s *fileStore) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		// The deepest folder that the prefix names whole is where the walk starts.
		start := prefix[:strings.LastIndexByte(prefix, '/')+1]
		if start != "" {
			if err := CheckKey(strings.TrimSuffix(start, "/")); err != nil {
				yield(Info{}, err)
				return
			}
		}
		s.walk(ctx, start, prefix, yield)
	}
}

// walk yields what lies in the folder dir ("" or a key with a slash at its end) and
// reports whether to go on. It holds one folder's names at a time for each level.
func (s *fileStore) walk(ctx context.Context, dir, prefix string, yield func(Info, error) bool) bool {
	if err := ctx.Err(); err != nil {
		yield(Info{}, s.wrap("list", prefix, err))
		return false
	}
	entries, err := os.ReadDir(s.LocalPath(dir))
	if absent(err) {
		return true
	}
	if err != nil {
		yield(Info{}, s.wrap("list", prefix, err))
		return false
	}
	// As keys, "a-b" comes before "a/b" though the folder "a" comes before "a-b": folders
	// must be ordered with their slash.
	names := make([]string, 0, len(entries))
	kinds := make(map[string]fs.DirEntry, len(entries))
	for _, e := range entries {
		name := e.Name()
		if dir == "" && name == reserved {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		names, kinds[name] = append(names, name), e
	}
	sort.Strings(names)
	for _, name := range names {
		key := dir + name
		if kinds[name].IsDir() {
			if under(key, prefix) && !s.walk(ctx, key, prefix, yield) {
				return false
			}
			continue
		}
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		info, err := os.Stat(s.LocalPath(key))
		if absent(err) || (err == nil && !info.Mode().IsRegular()) {
			continue // deleted since, or a socket or the like
		}
		if err != nil {
			yield(Info{}, s.wrap("list", key, err))
			return false
		}
		if !yield(infoOf(key, info), nil) {
			return false
		}
	}
	return true
}
