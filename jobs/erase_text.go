package jobs

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/techmapit/tmi/lake"
	"github.com/techmapit/tmi/queries"
	"github.com/techmapit/tmi/schemas"
)

// erasable are the tables with texts of people's writing.
var erasable = []erasableTable{
	erasing[schemas.BronzePosting](schemas.BronzePostings), erasing[schemas.SilverPosting](schemas.SilverPostings),
	erasing[schemas.SilverPostingTech](schemas.SilverPostingTechs), erasing[schemas.SilverAssistantAnswer](schemas.SilverAssistantAnswers),
	erasing[schemas.GoldPosting](schemas.GoldPostings), erasing[schemas.GoldPostingTech](schemas.GoldPostingTechs),
	erasing[schemas.GoldCompany](schemas.GoldCompanies), erasing[schemas.Reject](schemas.OpsRejects), erasing[schemas.Run](schemas.OpsRuns),
}

type erasableTable struct {
	table schemas.Table
	erase func(ctx context.Context, e *Env, text string, apply bool) (rows int64, err error)
}

// erasing rewrites a table whole where a row of it holds the text.
func erasing[T any](t schemas.Table) erasableTable {
	return erasableTable{t, func(ctx context.Context, e *Env, text string, apply bool) (count int64, err error) {
		session, err := e.heads(ctx, t)
		if err != nil {
			return 0, err
		}
		defer session.Close()
		all := func(change func(*T)) func(func(T, error) bool) {
			return func(yield func(T, error) bool) {
				rows, err := session.Query(ctx, "select * from "+t.Name()) // the name is a declared one
				if err != nil {
					var zero T
					yield(zero, err)
					return
				}
				edited(queries.Scan[T](rows), change)(yield)
			}
		}
		for _, err := range all(func(row *T) {
			if eraseIn(reflect.ValueOf(row).Elem(), text) {
				count++
			}
		}) {
			if err != nil {
				return 0, err
			}
		}
		if count == 0 || !apply {
			return count, nil
		}
		_, err = lake.Overwrite(ctx, e.Lake, t, lake.Everything, all(func(row *T) { eraseIn(reflect.ValueOf(row).Elem(), text) }))
		return count, err
	}}
}

// eraseIn replaces the text in all of a row's texts and says whether there was any.
func eraseIn(row reflect.Value, text string) (isFound bool) {
	clean := func(s string) string {
		if strings.Contains(s, text) {
			isFound = true
			return strings.ReplaceAll(s, text, inPlaceOf(text))
		}
		return s
	}
	for i := range row.NumField() {
		field := row.Field(i)
		switch {
		case !field.CanSet():
		case field.Kind() == reflect.String:
			field.SetString(clean(field.String()))
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.String:
			for j := range field.Len() {
				field.Index(j).SetString(clean(field.Index(j).String()))
			}
		case field.Kind() == reflect.Struct && row.Type().Field(i).Anonymous:
			isFound = eraseIn(field, text) || isFound
		}
	}
	return isFound
}

// sourceNames are the known sources in order.
func (e *Env) sourceNames() []string { return slices.Sorted(maps.Keys(e.Sources)) }
