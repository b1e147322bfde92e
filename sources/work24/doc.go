// Package work24 reads the open API of Work24 (formerly Worknet), the state's employment
// service, which answers to a key: an XML list in pages of 100 and an XML detail per
// posting. docs/sources/work24.md describes the shapes.
//
// A list is an occupation's code. A list row lacks all texts, so a posting is whole only
// by its detail. The payload is the record's elements as JSON.
package work24
