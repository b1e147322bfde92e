// Package extract turns the text of a posting into facts: which technologies it
// names and where, which roles it offers, how much experience it asks for, where
// the work is, what it pays, and whether it is an IT posting in which country.
//
// Text comes in, facts go out. The package opens no file and no connection; the
// technology dictionary (techs/*.yaml) is compiled in. It refuses to guess: a
// fact the text does not state is the empty string or nil.
//
// Words a reader needs:
//
//   - entry: one technology of the dictionary, with its spellings;
//   - spelling: a way the entry is written; a spelling that is also ordinary
//     language is a word, and counts only with evidence (see [Evidence]);
//   - mention: one place in one section where a spelling stands;
//   - kind: what a part of a text is about (duties, requirements, preferred,
//     benefits, process, about), given by the section's name and switched by
//     headings inside the text.
//
// The path of a text: fold (fold.go) writes a case-folded copy with a mark
// before each word and remembers where each byte came from; scan (scan.go) finds
// spellings in it in one pass, by a trie that is walked from each mark (trie.go);
// judge (judge.go) decides which ambiguous words are meant as technologies;
// extract.go puts the mentions together.
package extract
