package extract

import (
	"bytes"
	"cmp"
	"slices"
)

// trie finds the phrases of a lexicon in a folded text. A phrase starts with the mark of a
// word, so that a walk from each mark is all that matching takes. It is immutable.
//
// Nodes are in breadth-first order: the children of a node stand side by side, and so do
// the bytes that lead to them.
type trie struct {
	labels []byte // labels[i] leads to nodes[i]
	nodes  []trieNode
	tables [][256]int32 // children by byte, of the nodes that have many; 0 for none
}

type trieNode struct {
	child   int32 // the first child
	count   int32 // children
	table   int32 // into tables, or -1
	pattern int32 // the phrase that ends here, or -1
}

// fewChildren are looked through one by one.
const fewChildren = 4

// newTrie builds the trie of folded phrases, each different from the others; a match names
// a phrase by its place in them.
func newTrie(phrases []string) *trie {
	order := make([]int32, len(phrases))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(phrases[a], phrases[b]) })

	type span struct{ from, to, depth int } // phrases order[from:to] share their first bytes
	t := &trie{labels: []byte{0}, nodes: []trieNode{{table: -1, pattern: -1}}}
	spans := []span{{0, len(order), 0}}
	for n := 0; n < len(spans); n++ {
		s := spans[n]
		if s.from < s.to && len(phrases[order[s.from]]) == s.depth {
			t.nodes[n].pattern = order[s.from]
			s.from++
		}
		t.nodes[n].child = int32(len(t.nodes))
		for s.from < s.to {
			label, to := phrases[order[s.from]][s.depth], s.from+1
			for to < s.to && phrases[order[to]][s.depth] == label {
				to++
			}
			t.labels = append(t.labels, label)
			t.nodes = append(t.nodes, trieNode{table: -1, pattern: -1})
			spans = append(spans, span{s.from, to, s.depth + 1})
			t.nodes[n].count++
			s.from = to
		}
		if node := &t.nodes[n]; node.count > fewChildren {
			node.table = int32(len(t.tables))
			var table [256]int32
			for i := node.child; i < node.child+node.count; i++ {
				table[t.labels[i]] = i
			}
			t.tables = append(t.tables, table)
		}
	}
	return t
}

// next returns the first phrase that starts in text at from or after it, the longest of
// those that start there: its place among the phrases and where it starts; the place is -1
// where there is none.
func (t *trie) next(text []byte, from int) (pattern int32, start int) {
	for start = from; ; start++ {
		k := bytes.IndexByte(text[start:], mark)
		if k < 0 {
			return -1, len(text)
		}
		start += k
		if pattern = t.longest(text[start:]); pattern >= 0 {
			return pattern, start
		}
	}
}

// longest returns the longest phrase that text starts with, or -1.
func (t *trie) longest(text []byte) int32 {
	pattern, at := int32(-1), int32(0)
	for _, c := range text {
		if at = t.step(at, c); at == 0 {
			break
		}
		if p := t.nodes[at].pattern; p >= 0 {
			pattern = p
		}
	}
	return pattern
}

// step returns the child of the node at that c leads to, or 0.
func (t *trie) step(at int32, c byte) int32 {
	n := &t.nodes[at]
	if n.table >= 0 {
		return t.tables[n.table][c]
	}
	for i := n.child; i < n.child+n.count; i++ {
		if t.labels[i] == c {
			return i
		}
	}
	return 0
}
