// Package duplicates decides whether two postings are the same job: posted twice on one
// board, or on several boards at once. Facts and text come in, a decision goes out; the
// package reads no table and keeps no state.
//
// It refuses to guess. Two postings are compared only where employer and [TitleKey] agree;
// a fact that both state and that differs (years, place, kind of employment) keeps them
// apart however alike their texts are, because an employer writes its jobs of two levels,
// places and teams in the same words. What is left is decided by the texts ([Fingerprint]).
//
// Words a reader needs:
//
//   - bucket: the postings of one employer whose titles say the same;
//   - conflict: a fact that two postings state differently;
//   - cluster: postings of one job; its face is the first that could be read;
//   - head: what is compared of a word: a Korean word's first two syllables, so that
//     particles and endings do not count, or the whole of another word.
package duplicates

// RuleVersion is the version of the rule. A change that may decide any pair differently
// raises it, and the job then decides everything anew.
const RuleVersion = 2
