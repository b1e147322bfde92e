package duplicates

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	headSyllables = 2    // of a Korean word
	maxShingles   = 2048 // of one text; the smallest hashes are kept, which is a fair sample
	shingleFactor = 0x9E3779B1
	hashStart     = 2166136261
	hashFactor    = 16777619
)

// Fingerprint is the set of a text's shingles, hashed, in ascending order: pairs of heads of
// neighbouring words. Bullets, punctuation, case, line ends and most Korean endings do not
// change it.
type Fingerprint []uint32

// NewFingerprint reads a text. A text of one word or none has an empty fingerprint.
func NewFingerprint(text string) Fingerprint {
	shingles := make(Fingerprint, 0, len(text)/6)
	var before uint32
	hasBefore := false
	for head := range heads(text) {
		if hasBefore {
			shingles = append(shingles, mix(before*shingleFactor+head))
		}
		before, hasBefore = head, true
	}
	slices.Sort(shingles)
	shingles = slices.Compact(shingles)
	if len(shingles) > maxShingles {
		shingles = shingles[:maxShingles]
	}
	return slices.Clip(shingles)
}

// heads yields the hashed head of each word.
func heads(text string) func(func(uint32) bool) {
	return func(yield func(uint32) bool) {
		hash, length, isKorean := uint32(hashStart), 0, false
		end := func() bool {
			ok := length == 0 || yield(hash)
			hash, length = hashStart, 0
			return ok
		}
		for _, r := range text {
			if r >= 0xFF01 && r <= 0xFF5E { // full-width form of ASCII
				r -= 0xFEE0
			}
			hangul := r >= 0xAC00 && r <= 0xD7A3
			switch {
			case !hangul && !isWordRune(r):
				if !end() {
					return
				}
				continue
			case length > 0 && hangul != isKorean && !end(): // "AWS를" is two words
				return
			}
			isKorean = hangul
			if length++; hangul && length > headSyllables {
				continue
			}
			hash = (hash ^ uint32(lower(r))) * hashFactor
		}
		end()
	}
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '#'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func lower(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

// mix spreads the bits, so that the smallest hashes are a fair sample.
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}

// with is the fingerprint of both texts together.
func (f Fingerprint) with(other Fingerprint) Fingerprint {
	if len(f) == 0 || len(other) == 0 {
		return append(f, other...)
	}
	all := make(Fingerprint, 0, len(f)+len(other))
	all = append(append(all, f...), other...)
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clip(all[:min(len(all), maxShingles)])
}

// shared is how many shingles two texts have in common.
func (f Fingerprint) shared(other Fingerprint) (n int) {
	for i, j := 0, 0; i < len(f) && j < len(other); {
		switch {
		case f[i] == other[j]:
			n++
			i++
			j++
		case f[i] < other[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// Similarity is the share of shingles that two texts have in common among those of either
// (Jaccard), from 0 to 1; 0 where one has none.
func (f Fingerprint) Similarity(other Fingerprint) float64 {
	if len(f) == 0 || len(other) == 0 {
		return 0
	}
	shared := f.shared(other)
	return float64(shared) / float64(len(f)+len(other)-shared)
}

func firstRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }
func lastRune(s string) (rune, int)  { return utf8.DecodeLastRuneInString(s) }
