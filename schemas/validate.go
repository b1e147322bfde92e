package schemas

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Validator checks rows of one struct against the contract in its tags. It is immutable
// and safe for concurrent use.
type Validator struct{ fields []fieldRule }

type fieldRule struct {
	column Column
	rules  []rule
}

// rule answers why a value is refused, or "". It is asked about null values only where
// it is the required rule.
type rule func(v reflect.Value) string

var validators sync.Map // reflect.Type -> *Validator

// ValidatorFor returns the validator of a row struct.
func ValidatorFor(row reflect.Type) *Validator {
	if v, ok := validators.Load(row); ok {
		return v.(*Validator)
	}
	v := &Validator{}
	for _, column := range ColumnsOf(row) {
		field := fieldRule{column: column}
		for _, word := range strings.Split(column.Check, ",") {
			if word != "" && word != "required" {
				field.rules = append(field.rules, parseRule(row, column, word))
			}
		}
		if len(field.rules) > 0 || isRequired(column) {
			v.fields = append(v.fields, field)
		}
	}
	validators.Store(row, v)
	return v
}

// Validate checks one row, a pointer to its struct, and returns every reason against it,
// each beginning with the column's name; nil for a good row.
func Validate[T any](row *T) []string {
	return ValidatorFor(reflect.TypeFor[T]()).Check(reflect.ValueOf(row).Elem())
}

// Check is [Validate] for a reflected struct.
func (v *Validator) Check(row reflect.Value) []string {
	var reasons []string
	for i := range v.fields {
		field := &v.fields[i]
		value := row.FieldByIndex(field.column.Index)
		if IsNull(value) {
			if isRequired(field.column) {
				reasons = append(reasons, field.column.Name+": is missing, expected a value")
			}
			continue
		}
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		for _, check := range field.rules {
			if reason := check(value); reason != "" {
				reasons = append(reasons, field.column.Name+": "+reason)
			}
		}
	}
	return reasons
}

func isRequired(c Column) bool {
	return c.IsRequired && slices.Contains(strings.Split(c.Check, ","), "required")
}

// IsNull says whether a value is null by the rules of the package comment.
func IsNull(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return v.Interface().(time.Time).IsZero()
	}
	return false
}

func parseRule(row reflect.Type, column Column, word string) rule {
	name, argument, _ := strings.Cut(word, "=")
	number, err := strconv.ParseFloat(argument, 64)
	needsNumber := map[string]bool{"len": true, "maxlen": true, "min": true, "max": true}
	if needsNumber[name] && err != nil {
		panic(fmt.Sprintf("schemas: %s.%s: bad check %q", row, column.Name, word))
	}
	switch name {
	case "len":
		return func(v reflect.Value) string {
			if v.Len() != int(number) {
				return fmt.Sprintf("has %d bytes, expected %s", v.Len(), argument)
			}
			return ""
		}
	case "maxlen":
		return func(v reflect.Value) string {
			if n := utf8.RuneCountInString(v.String()); n > int(number) {
				return fmt.Sprintf("has %d characters, expected at most %s", n, argument)
			}
			return ""
		}
	case "min":
		return func(v reflect.Value) string {
			if asFloat(v) < number {
				return fmt.Sprintf("is %v, expected at least %s", v, argument)
			}
			return ""
		}
	case "max":
		return func(v reflect.Value) string {
			if asFloat(v) > number {
				return fmt.Sprintf("is %v, expected at most %s", v, argument)
			}
			return ""
		}
	case "enum":
		allowed := strings.Split(argument, "|")
		return func(v reflect.Value) string {
			if !slices.Contains(allowed, v.String()) {
				return fmt.Sprintf("is %q, expected one of %s", v.String(), strings.Join(allowed, ", "))
			}
			return ""
		}
	case "url":
		return func(v reflect.Value) string {
			u, err := url.Parse(v.String())
			if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
				return fmt.Sprintf("is %q, expected an http or https address", v.String())
			}
			return ""
		}
	}
	panic(fmt.Sprintf("schemas: %s.%s: unknown check %q", row, column.Name, word))
}

func asFloat(v reflect.Value) float64 {
	if v.CanInt() {
		return float64(v.Int())
	}
	return v.Float()
}
