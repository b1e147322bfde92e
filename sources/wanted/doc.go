// Package wanted reads Wanted, a Korean board: JSON lists in pages and a JSON detail per
// posting, in the two shapes that its site has used, v4 and chaos. docs/sources/wanted.md
// describes them.
//
// Wanted's terms forbid automated collecting: the source is off until the config accepts
// them, which is for those who have Wanted's word. It asks in the chaos shape and reads
// both. One key has several types (skill_tags are numbers in a list and objects in a
// detail, and stand in two places); 100 years of experience mean no upper bound.
package wanted
