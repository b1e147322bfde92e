// Package programmers reads recorded answers of Programmers' career board, which closed on
// 2025-04-28: JSON lists and JSON details whose texts are Markdown with HTML in it.
// docs/sources/programmers.md describes the shapes.
//
// Nothing can be fetched: the source parses what archives hold.
package programmers
