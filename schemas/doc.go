// Package schemas is the vocabulary of the lake: one Go struct per table row, and from
// those structs every other schema. It imports the standard library only, so that each
// room may import it.
//
// A field's `parquet` tag gives the column's name, its field id for life, and whether it
// may be null (`optional`); its `check` tag gives the contract that [Validate] enforces;
// its comment gives meaning, unit and null rule. The Arrow, Iceberg and Parquet schemas in
// lake/ derive from [Table.Columns], and testdata/ holds one golden file per table and
// version.
//
// # Which changes are safe
//
// Adding an optional column with a new id at the end is the only change a table's version
// survives. Renaming, retyping, removing, or making required is a new version; the golden
// test refuses anything else.
//
// # Null rules
//
// In an optional column the zero string, zero time and nil slice or pointer are null.
// Numbers and booleans that may be null are pointers, so that 0 and false stay values.
package schemas
