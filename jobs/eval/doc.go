// Package eval measures what the project says against what people or a played market know
// to be true: technologies and facts against labels ([Extract]), duplicates and closings
// against the truth of a replica world ([Dedup], [Close]). It reads what it is handed and
// changes nothing.
//
// Words a reader needs:
//
//   - unit: what is drawn again for an interval: a posting, or an employer with all its
//     postings, since what is right of one is likely right of its like;
//   - figure: one measured thing with its precision, recall and F1, each with the interval
//     that 95 of 100 redrawn samples fall into;
//   - part: a set of labels. Parts whose names begin with "held-out" are for measuring
//     alone: their misses are counted, and not listed unless they are asked for.
package eval
