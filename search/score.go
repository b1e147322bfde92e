package search

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// What a word is worth by where it stands is a number of four bits: title, technology,
// facts, anywhere. So the scores of 64 documents at once are sums of such numbers, made the
// way an adder of logic gates makes them: bit by bit, each bit of 64 documents in one word
// of the machine. A million documents take some hundred thousand operations, and the
// best are found without looking at the others one by one.

// scorer adds up what words are worth in a view's hits.
type scorer struct {
	docs  []uint64   // the hits, a bit a document
	words [][]uint64 // title, technology and facts of the first word, of the second …; nil = nowhere
	sum   [16]uint64 // of the block added up last: the sums' bits, lowest first
	width int        // of the sums, in bits

	slab *[]uint64
}

var slabs = sync.Pool{New: func() any { return new([]uint64) }}

// scorer prepares the sums; done gives its memory back.
func (v viewHits) scorer() *scorer {
	blocks := (v.Len() + 63) / 64
	s := &scorer{slab: slabs.Get().(*[]uint64), width: bits.Len(uint(worthAll * len(v.matches)))}
	size := blocks * (1 + 3*len(v.matches))
	*s.slab = slices.Grow((*s.slab)[:0], size)[:size]
	clear(*s.slab)
	rest := *s.slab
	dense := func(docs *roaring.Bitmap) []uint64 {
		if docs.IsEmpty() {
			return nil
		}
		block := rest[:blocks]
		rest = rest[blocks:]
		docs.WriteDenseTo(block)
		return block
	}
	s.docs = dense(v.docs)
	for _, m := range v.matches {
		s.words = append(s.words, dense(m.title), dense(m.tech), dense(m.facts))
	}
	return s
}

func (s *scorer) done() { slabs.Put(s.slab) }

// add makes the sums of a block's 64 documents; it returns which of them are hits.
func (s *scorer) add(block int) (hits uint64) {
	hits = s.docs[block]
	if hits == 0 {
		return 0
	}
	clear(s.sum[:s.width])
	for w := 0; w < len(s.words); w += 3 {
		worth := [4]uint64{hits, s.at(w+2, block), s.at(w+1, block), s.at(w, block)} // worthAnywhere, worthFacts, worthTech, worthTitle
		if w == 0 {
			copy(s.sum[:], worth[:])
			continue
		}
		var carry uint64
		for i, n := range worth {
			s.sum[i], carry = s.sum[i]^n^carry, s.sum[i]&n|s.sum[i]&carry|n&carry
		}
		for i := len(worth); i < s.width; i++ {
			s.sum[i], carry = s.sum[i]^carry, s.sum[i]&carry
		}
	}
	return hits
}

func (s *scorer) at(list, block int) uint64 {
	if s.words[list] == nil {
		return 0
	}
	return s.words[list][block]
}

// compare tells which documents of the block have more than a score, and which have it.
func (s *scorer) compare(score int64) (more, equal uint64) {
	if score < 0 {
		return ^uint64(0), 0
	}
	if bits.Len64(uint64(score)) > s.width {
		return 0, 0
	}
	equal = ^uint64(0)
	for i := s.width - 1; i >= 0; i-- {
		if score>>i&1 == 0 {
			more |= equal & s.sum[i]
			equal &^= s.sum[i]
		} else {
			equal &= s.sum[i]
		}
	}
	return more, equal
}

// score is that of one document of the block.
func (s *scorer) score(bit int) (score int64) {
	for i := range s.width {
		score |= int64(s.sum[i]>>bit&1) << i
	}
	return score
}

// each yields the hits in order with their scores.
func (s *scorer) each(yield func(doc uint32, score int64)) {
	for block := range s.docs {
		for left := s.add(block); left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			yield(uint32(64*block+bit), s.score(bit))
		}
	}
}

// mostRelevant is the first documents by score, newest first among equals: first in the
// order of any that comes by score and then by time.
func (v viewHits) mostRelevant(after *Position, limit int) (best []place) {
	s := v.scorer()
	defer s.done()
	var from uint32
	if after != nil {
		from = v.behind(after.Second, after.ID)
	}
	least := int64(-1) // score that a document must have more than
	for block := range s.docs {
		left := s.add(block)
		if left == 0 {
			continue
		}
		if after != nil {
			left &= s.behind(block, -after.First, from)
		}
		if least >= 0 {
			more, _ := s.compare(least)
			left &= more
		}
		for ; left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			score := s.score(bit)
			if score <= least {
				continue // it was raised by a document of this block
			}
			// Documents come newest first: a later one stands behind its equals.
			i, _ := slices.BinarySearchFunc(best, -score, func(p place, first int64) int {
				if p.first <= first {
					return -1
				}
				return 1
			})
			if len(best) == limit {
				best = best[:limit-1]
			}
			doc := uint32(64*block + bit)
			best = slices.Insert(best, i, place{v.view, doc, -score, -v.posted[doc]})
			if len(best) == limit {
				least = -best[limit-1].first
			}
		}
	}
	return best
}

// behind tells which documents of a block stand behind a score, or have it and stand in
// order behind a document.
func (s *scorer) behind(block int, score int64, from uint32) uint64 {
	more, equal := s.compare(score)
	less := ^(more | equal)
	switch first := uint32(64 * block); {
	case from <= first:
	case from >= first+64:
		equal = 0
	default:
		equal &= ^uint64(0) << (from - first)
	}
	return less | equal
}
