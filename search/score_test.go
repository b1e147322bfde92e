package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// chance is a set of documents, each in it as often as percent says.
func chance(r *rand.Rand, count, percent int) *roaring.Bitmap {
	docs := roaring.New()
	for doc := range uint32(count) {
		if r.IntN(100) < percent {
			docs.Add(doc)
		}
	}
	docs.RunOptimize()
	return docs
}

// The sums of the adder are those of counting one by one, and so are the pages.
func TestScoresAreSums(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		count := 1 + r.IntN(70_000)
		words := r.IntN(11)
		t.Run(fmt.Sprint(seed, " ", count, " documents, ", words, " words"), func(t *testing.T) {
			posted := make([]int64, count)
			for doc := range posted {
				posted[doc] = int64(-doc / 3) // newest first, some at once
			}
			v := viewHits{view: &view{Part: &Part{dir: directory{Docs: count}, posted: posted, ids: ascendingIDs(count)}}, docs: chance(r, count, 1+r.IntN(100))}
			for range words {
				v.matches = append(v.matches, match{title: chance(r, count, r.IntN(60)), tech: chance(r, count, r.IntN(60)), facts: chance(r, count, r.IntN(60)), any: v.docs})
			}
			want := naive(v)
			var got []place
			s := v.scorer()
			s.each(func(doc uint32, score int64) { got = append(got, place{v.view, doc, -score, -posted[doc]}) })
			s.done()
			if !slices.Equal(got, want) {
				t.Fatalf("%d hits with their scores differ from the %d counted one by one", len(got), len(want))
			}
			slices.SortStableFunc(want, func(a, b place) int { return cmp.Compare(a.first, b.first) })
			limit := 1 + r.IntN(60)
			var after *Position
			for page := range 5 {
				got := v.mostRelevant(after, limit)
				left := want[min(page*limit, len(want)):]
				if !slices.Equal(got, left[:min(limit, len(left))]) {
					t.Fatalf("page %d of %d differs from the best of all", page, limit)
				}
				if len(got) == 0 {
					break
				}
				last := got[len(got)-1]
				after = &Position{last.first, last.second, v.ID(last.doc)}
			}
		})
	}
}

func ascendingIDs(count int) []byte {
	ids := make([]byte, 0, 16*count)
	for doc := range count {
		ids = append(ids, make([]byte, 12)...)
		ids = append(ids, byte(doc>>24), byte(doc>>16), byte(doc>>8), byte(doc))
	}
	return ids
}

func naive(v viewHits) (places []place) {
	eachOf(v.docs, func(doc uint32) {
		var score int64
		for _, m := range v.matches {
			score += worthAnywhere
			for _, w := range []struct {
				docs  *roaring.Bitmap
				worth int64
			}{{m.title, worthTitle}, {m.tech, worthTech}, {m.facts, worthFacts}} {
				if w.docs.Contains(doc) {
					score += w.worth
				}
			}
		}
		places = append(places, place{v.view, doc, -score, -v.posted[doc]})
	})
	return places
}

// A keeper stays below its limit, drops what was not asked for the longest, and makes an
// answer once as long as it is kept.
func TestKeeperForgets(t *testing.T) {
	k := newKeeper(3 * 2000)
	made := map[string]int{}
	ask := func(key string) {
		answer := kept(k, key, func() tally {
			made[key]++
			return make(tally, 200)
		})
		if len(answer) != 200 {
			t.Fatalf("%s gives %d values", key, len(answer))
		}
	}
	for _, key := range []string{"a", "b", "c", "a", "d", "a", "b"} { // c or b goes when d comes: b, since it is the oldest
		ask(key)
	}
	want := map[string]int{"a": 1, "b": 2, "c": 1, "d": 1}
	for key, times := range want {
		if made[key] != times {
			t.Errorf("%s was made %d times, not %d", key, made[key], times)
		}
	}
	if k.bytes > k.limit || k.order.Len() != len(k.byKey) {
		t.Errorf("%d bytes are kept of %d in %d answers under %d keys", k.bytes, k.limit, k.order.Len(), len(k.byKey))
	}
}
