package laketest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
)

// RunObjects checks the contract of [objects.Store]. open returns an empty store that
// nobody else uses; each subtest asks for one of its own.
func RunObjects(t *testing.T, open func(t *testing.T) objects.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s objects.Store)
	}{
		{"what is put is read back", putGet},
		{"a put replaces", putReplaces},
		{"absent objects", absentObjects},
		{"ranges", ranges},
		{"put if absent", putIfAbsent},
		{"put if match", putIfMatch},
		{"one of many creators wins", createRace},
		{"no update is lost", updateRace},
		{"list is in key order and by prefix", list},
		{"list stops when told to", listStops},
		{"a long list", listMany},
		{"delete", deletes},
		{"keys that are refused", badKeys},
		{"a failing body leaves nothing", failingBody},
		{"a cancelled context", cancelled},
		{"etags tell versions apart", etags},
		{"small helpers", helpers},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func mustPut(t *testing.T, s objects.Store, key, body string) objects.Info {
	t.Helper()
	info, err := s.Put(t.Context(), key, strings.NewReader(body))
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return info
}

func mustGet(t *testing.T, s objects.Store, key string) string {
	t.Helper()
	data, err := objects.ReadAll(t.Context(), s, key)
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	return string(data)
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got error %v (%v), want kind %v", what, err, errs.Of(err), kind)
	}
}

func keys(t *testing.T, s objects.Store, prefix string) []string {
	t.Helper()
	list := []string{}
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatalf("list %q: %v", prefix, err)
		}
		list = append(list, info.Key)
	}
	return list
}

func putGet(t *testing.T, s objects.Store) {
	large := make([]byte, 3<<20)
	for i := range large {
		large[i] = byte(rand.Uint32())
	}
	for key, body := range map[string]string{
		"a": "one", "empty": "", "raw/source=hn/date=2026-01-01/run=1/seg-00000.warc.gz": "x",
		"한글/키 with space+plus%25.txt": "유니코드", "large": string(large),
	} {
		put := mustPut(t, s, key, body)
		if put.Key != key || put.SizeBytes != int64(len(body)) || put.ETag == "" || !put.ModifiedAt.IsZero() {
			t.Errorf("put %s: answer %+v, want its key, size %d, an etag and no time", key, put, len(body))
		}
		if got := mustGet(t, s, key); got != body {
			t.Errorf("get %s: got %d bytes, want the %d put", key, len(got), len(body))
		}
		info, err := s.Stat(t.Context(), key)
		if err != nil {
			t.Fatalf("stat %s: %v", key, err)
		}
		if info.Key != key || info.SizeBytes != int64(len(body)) || info.ETag != put.ETag || info.ModifiedAt.IsZero() {
			t.Errorf("stat %s: got %+v, want key, size %d, etag %s and a time", key, info, len(body), put.ETag)
		}
		r, got, err := s.Get(t.Context(), key)
		if err != nil {
			t.Fatalf("get %s: %v", key, err)
		}
		_ = r.Close()
		if diff := cmp.Diff(info, got); diff != "" {
			t.Errorf("stat and get of %s disagree (-stat +get):\n%s", key, diff)
		}
	}
	// The body's position does not matter: it is read from its start.
	body := bytes.NewReader([]byte("whole"))
	_, _ = body.Seek(3, io.SeekStart)
	if _, err := s.Put(t.Context(), "seeked", body); err != nil {
		t.Fatal(err)
	}
	if got := mustGet(t, s, "seeked"); got != "whole" {
		t.Errorf("got %q, want %q", got, "whole")
	}
}

func putReplaces(t *testing.T, s objects.Store) {
	mustPut(t, s, "k/a", "a long first version")
	r, _, err := s.Get(t.Context(), "k/a")
	if err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "k/a", "second")
	if got := mustGet(t, s, "k/a"); got != "second" {
		t.Errorf("got %q, want %q", got, "second")
	}
	// Who has the old version open never sees a mixture.
	old, err := io.ReadAll(r)
	_ = r.Close()
	if err == nil && string(old) != "a long first version" {
		t.Errorf("reader opened before got %q, want the old version whole or an error", old)
	}
}

func absentObjects(t *testing.T, s objects.Store) {
	mustPut(t, s, "dir/file", "x")
	for _, key := range []string{"no", "dir", "dir/no", "dir/file/below"} {
		_, _, err := s.Get(t.Context(), key)
		wantKind(t, "get "+key, err, errs.NotFound)
		_, err = s.Stat(t.Context(), key)
		wantKind(t, "stat "+key, err, errs.NotFound)
		_, err = s.GetRange(t.Context(), key, 0, 1)
		wantKind(t, "range of "+key, err, errs.NotFound)
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("delete absent %s: %v", key, err)
		}
	}
	if got := mustGet(t, s, "dir/file"); got != "x" {
		t.Errorf("got %q", got)
	}
}

func ranges(t *testing.T, s objects.Store) {
	mustPut(t, s, "k", "0123456789")
	mustPut(t, s, "empty", "")
	for _, c := range []struct {
		offset, length int64
		want           string
	}{
		{0, 1, "0"}, {0, 10, "0123456789"}, {3, 4, "3456"}, {9, 1, "9"}, {8, 100, "89"}, {1, 1<<63 - 1, "123456789"},
	} {
		r, err := s.GetRange(t.Context(), "k", c.offset, c.length)
		if err != nil {
			t.Errorf("range %d+%d: %v", c.offset, c.length, err)
			continue
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(got) != c.want {
			t.Errorf("range %d+%d: got %q, %v, want %q", c.offset, c.length, got, err, c.want)
		}
	}
	for _, c := range [][2]int64{{10, 1}, {99, 1}, {-1, 2}, {0, 0}, {0, -1}} {
		_, err := s.GetRange(t.Context(), "k", c[0], c[1])
		wantKind(t, fmt.Sprintf("range %d+%d of 10 bytes", c[0], c[1]), err, errs.Invalid)
	}
	_, err := s.GetRange(t.Context(), "empty", 0, 1)
	wantKind(t, "range of an empty object", err, errs.Invalid)
}

func putIfAbsent(t *testing.T, s objects.Store) {
	info, err := s.PutIfAbsent(t.Context(), "p/1.json", strings.NewReader("first"))
	if err != nil {
		t.Fatal(err)
	}
	if stat, err := s.Stat(t.Context(), "p/1.json"); err != nil || stat.ETag != info.ETag || info.SizeBytes != 5 {
		t.Errorf("answer %+v, stat %+v, %v", info, stat, err)
	}
	_, err = s.PutIfAbsent(t.Context(), "p/1.json", strings.NewReader("second"))
	wantKind(t, "second create", err, errs.Conflict)
	if got := mustGet(t, s, "p/1.json"); got != "first" {
		t.Errorf("got %q, want the first one's", got)
	}
	if err := s.Delete(t.Context(), "p/1.json"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutIfAbsent(t.Context(), "p/1.json", strings.NewReader("third")); err != nil {
		t.Errorf("create after delete: %v", err)
	}
}

func putIfMatch(t *testing.T, s objects.Store) {
	_, err := s.PutIfMatch(t.Context(), "state", "0-0-0", strings.NewReader("x"))
	wantKind(t, "match on an absent object", err, errs.Conflict)
	_, err = s.Stat(t.Context(), "state")
	wantKind(t, "refused put left", err, errs.NotFound)

	one := mustPut(t, s, "state", "one")
	two, err := s.PutIfMatch(t.Context(), "state", one.ETag, strings.NewReader("two"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.PutIfMatch(t.Context(), "state", one.ETag, strings.NewReader("stale"))
	wantKind(t, "match on an old etag", err, errs.Conflict)
	for _, etag := range []string{"", "*", `"nonsense"`} {
		_, err = s.PutIfMatch(t.Context(), "state", etag, strings.NewReader("stale"))
		wantKind(t, "match on etag "+etag, err, errs.Conflict)
	}
	if got := mustGet(t, s, "state"); got != "two" {
		t.Errorf("got %q, want %q", got, "two")
	}
	if _, err := s.PutIfMatch(t.Context(), "state", two.ETag, strings.NewReader("three")); err != nil {
		t.Error(err)
	}
}

func createRace(t *testing.T, s objects.Store) {
	const writers = 20
	for round := range 3 {
		key := fmt.Sprintf("published/%d.json", round)
		won := make([]bool, writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				_, err := s.PutIfAbsent(t.Context(), key, strings.NewReader(fmt.Sprint(w)))
				if won[w] = err == nil; err != nil {
					wantKind(t, "loser", err, errs.Conflict)
				}
			})
		}
		wg.Wait()
		winner := slices.Index(won, true)
		if winner < 0 || slices.Contains(won[winner+1:], true) {
			t.Fatalf("winners %v, want exactly one", won)
		}
		if got := mustGet(t, s, key); got != fmt.Sprint(winner) {
			t.Errorf("object holds writer %s, winner was %d", got, winner)
		}
	}
}

func updateRace(t *testing.T, s objects.Store) {
	const writers, each = 4, 5
	mustPut(t, s, "counter", "")
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				r, info, err := s.Get(t.Context(), "counter")
				if err != nil {
					t.Error(err)
					return
				}
				data, err := io.ReadAll(r)
				_ = r.Close()
				if err != nil {
					t.Error(err)
					return
				}
				_, err = s.PutIfMatch(t.Context(), "counter", info.ETag, bytes.NewReader(append(data, 'x')))
				if err == nil {
					done++
				} else if !errs.Is(err, errs.Conflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := mustGet(t, s, "counter"); len(got) != writers*each {
		t.Errorf("%d updates arrived, want %d", len(got), writers*each)
	}
}

func list(t *testing.T, s objects.Store) {
	if got := keys(t, s, ""); len(got) != 0 {
		t.Fatalf("new store lists %v", got)
	}
	all := []string{"a-b", "a.txt", "a/b", "a/b-c/d", "a/b.c", "a0", "b/run=1/seg-00000", "b/run=1/seg-00001", "b/run=10/seg-00000", "한/글"}
	for _, i := range rand.Perm(len(all)) {
		mustPut(t, s, all[i], all[i])
	}
	for _, prefix := range []string{"", "a", "a/", "a/b", "a/b-c/", "b/run=1", "b/run=1/", "b/run=1/seg-00001", "한", "none", "a/none/", "c"} {
		want := []string{}
		for _, key := range all {
			if strings.HasPrefix(key, prefix) {
				want = append(want, key)
			}
		}
		sort.Strings(want)
		if diff := cmp.Diff(want, keys(t, s, prefix)); diff != "" {
			t.Errorf("list %q (-want +got):\n%s", prefix, diff)
		}
	}
	for info, err := range s.List(t.Context(), "a/b-c") {
		stat, statErr := s.Stat(t.Context(), info.Key)
		if err := errors.Join(err, statErr); err != nil {
			t.Fatal(err)
		}
		if stat.SizeBytes != info.SizeBytes || stat.ETag != info.ETag || !stat.ModifiedAt.Truncate(1e9).Equal(info.ModifiedAt.Truncate(1e9)) {
			t.Errorf("list says %+v, stat %+v", info, stat)
		}
	}
	for _, prefix := range []string{"../", "/", "a//", "a/../"} {
		for _, err := range s.List(t.Context(), prefix) {
			wantKind(t, "list "+prefix, err, errs.Invalid)
		}
	}
}

func listStops(t *testing.T, s objects.Store) {
	for i := range 5 {
		mustPut(t, s, fmt.Sprintf("d%d/x", i), "")
	}
	n := 0
	for _, err := range s.List(t.Context(), "") {
		if n++; err != nil || n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("saw %d, want 2", n)
	}
}

func listMany(t *testing.T, s objects.Store) {
	const count = 1100 // more than a page of S3's
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < count; i += 8 {
				mustPut(t, s, fmt.Sprintf("many/%05d", i), "")
			}
		})
	}
	wg.Wait()
	got := keys(t, s, "many/")
	if len(got) != count || !slices.IsSorted(got) || got[count-1] != fmt.Sprintf("many/%05d", count-1) {
		t.Errorf("got %d keys, sorted %v, want %d in order", len(got), slices.IsSorted(got), count)
	}
}

func deletes(t *testing.T, s objects.Store) {
	mustPut(t, s, "d/a", "1")
	mustPut(t, s, "d/b", "2")
	for range 2 {
		if err := s.Delete(t.Context(), "d/a"); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"d/b"}, keys(t, s, "")); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if err := s.Delete(t.Context(), "d/b"); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "d/a", "again")
	if got := mustGet(t, s, "d/a"); got != "again" {
		t.Errorf("got %q", got)
	}
}

func badKeys(t *testing.T, s objects.Store) {
	for _, key := range []string{
		"", "/", "/abs", "a//b", "a/", "..", "../x", "a/../../x", "a/./b", "a\x00b", "a\nb", `a\b`, "\xff",
		strings.Repeat("p", 256), strings.Repeat("p/", 600) + "p", ".objects", ".objects/lock",
	} {
		_, err := s.Put(t.Context(), key, strings.NewReader("x"))
		wantKind(t, fmt.Sprintf("put %q", key), err, errs.Invalid)
		_, err = s.PutIfAbsent(t.Context(), key, strings.NewReader("x"))
		wantKind(t, fmt.Sprintf("put if absent %q", key), err, errs.Invalid)
		_, err = s.PutIfMatch(t.Context(), key, "etag", strings.NewReader("x"))
		wantKind(t, fmt.Sprintf("put if match %q", key), err, errs.Invalid)
		_, _, err = s.Get(t.Context(), key)
		wantKind(t, fmt.Sprintf("get %q", key), err, errs.Invalid)
		_, err = s.GetRange(t.Context(), key, 0, 1)
		wantKind(t, fmt.Sprintf("range %q", key), err, errs.Invalid)
		_, err = s.Stat(t.Context(), key)
		wantKind(t, fmt.Sprintf("stat %q", key), err, errs.Invalid)
		wantKind(t, fmt.Sprintf("delete %q", key), s.Delete(t.Context(), key), errs.Invalid)
	}
	if got := keys(t, s, ""); len(got) != 0 {
		t.Errorf("refused puts left %v", got)
	}
}

// breaks is a body that fails after some bytes, on every attempt.
type breaks struct{ *bytes.Reader }

var errBroken = errors.New("the body broke")

func (b breaks) Read(p []byte) (int, error) {
	if b.Len() <= 1<<10 {
		return 0, errBroken
	}
	return b.Reader.Read(p[:min(len(p), 512)])
}

func failingBody(t *testing.T, s objects.Store) {
	mustPut(t, s, "kept", "old")
	body := func() io.ReadSeeker { return breaks{bytes.NewReader(make([]byte, 4<<10))} }
	if _, err := s.Put(t.Context(), "kept", body()); !errors.Is(err, errBroken) {
		t.Errorf("put: got %v, want the body's error", err)
	}
	if _, err := s.PutIfAbsent(t.Context(), "new", body()); !errors.Is(err, errBroken) {
		t.Errorf("put if absent: got %v, want the body's error", err)
	}
	if diff := cmp.Diff([]string{"kept"}, keys(t, s, "")); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if got := mustGet(t, s, "kept"); got != "old" {
		t.Errorf("got %q, want the old version", got)
	}
}

func cancelled(t *testing.T, s objects.Store) {
	mustPut(t, s, "k", "v")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", what, err)
		}
	}
	_, err := s.Put(ctx, "new", strings.NewReader("x"))
	check("put", err)
	_, err = s.PutIfAbsent(ctx, "new", strings.NewReader("x"))
	check("put if absent", err)
	_, _, err = s.Get(ctx, "k")
	check("get", err)
	_, err = s.Stat(ctx, "k")
	check("stat", err)
	check("delete", s.Delete(ctx, "k"))
	for _, err := range s.List(ctx, "") {
		check("list", err)
	}
	if diff := cmp.Diff([]string{"k"}, keys(t, s, "")); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func etags(t *testing.T, s objects.Store) {
	seen := map[string]string{}
	for i := range 50 {
		body := fmt.Sprintf("%02d", i) // one size, one moment
		info := mustPut(t, s, "k", body)
		if other, ok := seen[info.ETag]; ok {
			t.Fatalf("versions %s and %s share etag %s", other, body, info.ETag)
		}
		seen[info.ETag] = body
	}
}

func helpers(t *testing.T, s objects.Store) {
	ctx := t.Context()
	if ok, err := objects.Exists(ctx, s, "k"); ok || err != nil {
		t.Errorf("exists: %v, %v", ok, err)
	}
	if _, err := objects.WriteNew(ctx, s, "k", []byte("one")); err != nil {
		t.Fatal(err)
	}
	_, err := objects.WriteNew(ctx, s, "k", []byte("two"))
	wantKind(t, "write new twice", err, errs.Conflict)
	if _, err := objects.WriteAll(ctx, s, "k", []byte("three")); err != nil {
		t.Fatal(err)
	}
	if got := mustGet(t, s, "k"); got != "three" {
		t.Errorf("got %q", got)
	}
	if ok, err := objects.Exists(ctx, s, "k"); !ok || err != nil {
		t.Errorf("exists: %v, %v", ok, err)
	}
	if _, err := objects.Exists(ctx, s, "/k"); !errs.Is(err, errs.Invalid) {
		t.Errorf("exists of a bad key: %v", err)
	}
}
