// Package jumpit reads Jumpit, Saramin's board for developers: a JSON list in pages of 16
// and a JSON detail per posting. docs/sources/jumpit.md describes the shapes.
//
// The list and the detail spell one fact in two ways (technologies are texts here, objects
// there; end dates have a "T" here, a space there), and times without zone are Korea's. A
// list row lacks all texts, so a posting is whole only by its detail.
package jumpit
