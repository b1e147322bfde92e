package lake

import (
	"time"

	"github.com/apache/iceberg-go"
)

// Filter says which rows a unit of work owns. The zero Filter owns the whole table.
type Filter struct{ expr iceberg.BooleanExpression }

// Everything owns every row of a table.
var Everything = Filter{}

// Nothing owns no row: an overwrite of it appends.
var Nothing = Filter{iceberg.AlwaysFalse{}}

// Equal owns the rows whose column has the value.
func Equal(column, value string) Filter {
	return Filter{iceberg.EqualTo(iceberg.Reference(column), value)}
}

// Within owns the rows whose timestamp column lies in [from, to).
func Within(column string, from, to time.Time) Filter {
	return Filter{iceberg.NewAnd(
		iceberg.GreaterThanEqual(iceberg.Reference(column), iceberg.Timestamp(from.UnixMicro())),
		iceberg.LessThan(iceberg.Reference(column), iceberg.Timestamp(to.UnixMicro())))}
}

// Days owns the rows whose date column lies in [from, to); both stand for calendar days by
// their date at midnight UTC.
func Days(column string, from, to time.Time) Filter {
	return Filter{iceberg.NewAnd(
		iceberg.GreaterThanEqual(iceberg.Reference(column), days(from)),
		iceberg.LessThan(iceberg.Reference(column), days(to)))}
}

// And owns the rows that every filter owns.
func And(first Filter, more ...Filter) Filter {
	for _, f := range more {
		if f.expr != nil {
			first = Filter{iceberg.NewAnd(first.expression(), f.expr)}
		}
	}
	return first
}

func (f Filter) expression() iceberg.BooleanExpression {
	if f.expr == nil {
		return iceberg.AlwaysTrue{}
	}
	return f.expr
}

const secondsPerDay = 24 * 60 * 60

func days(t time.Time) iceberg.Date { return iceberg.Date(t.Unix() / secondsPerDay) }
