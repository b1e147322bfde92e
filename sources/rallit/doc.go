// Package rallit reads Rallit, a Korean board for IT: a JSON list of the developers' job
// group in pages of 50 and a JSON detail per posting whose texts are HTML.
// docs/sources/rallit.md describes the shapes.
//
// The board refuses some details for good with a 404 while the list still shows the
// posting; the list's row then stands alone. Its sentinels are 1970-01-01 (start not
// known) and 9999-12-31 (always open).
package rallit
