package schemas

import "reflect"

// SetNull makes a column of a row, a pointer to its struct, null. It is false, and changes
// nothing, where the column is required or is none of the table's.
func SetNull[T any](row *T, column string) bool {
	for _, c := range ColumnsOf(reflect.TypeFor[T]()) {
		if c.Name == column && !c.IsRequired {
			reflect.ValueOf(row).Elem().FieldByIndex(c.Index).SetZero()
			return true
		}
	}
	return false
}
