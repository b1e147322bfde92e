package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/jobs/collect"
	"github.com/techmapit/tmi/schemas"
)

// namedStep is a step by the name that ops.runs and `tmi job` know it by.
type namedStep struct {
	name string
	run  Step
}

// riverSteps are the steps that make a layer's tables, from the layer before.
var riverSteps = []struct {
	layer     schemas.Layer
	perSource []namedStep
	whole     []namedStep
}{
	{schemas.Bronze, []namedStep{{"bronze", Bronze}}, nil},
	{schemas.Silver, []namedStep{{"silver", Silver}, {"lifecycle", Lifecycle}}, []namedStep{{"duplicates", Duplicates}}},
	{schemas.Gold, nil, []namedStep{{"gold", Gold}}},
}

// IsRemade says whether a rebuild makes a table's rows again. The others keep what they
// hold: accounts of what happened, and answers that were paid for.
func IsRemade(t schemas.Table) bool {
	return t.Layer != schemas.Ops && t.Name() != schemas.SilverAssistantAnswers.Name()
}

// RebuildSteps names the steps that make the tables of a layer and of those behind it anew.
func RebuildSteps(layer schemas.Layer) (names []string) {
	perSource, whole := rebuildSteps(layer)
	for _, s := range slices.Concat(perSource, whole) {
		names = append(names, s.name)
	}
	return names
}

func rebuildSteps(layer schemas.Layer) (perSource, whole []namedStep) {
	isBehind := false
	for _, r := range riverSteps {
		if isBehind = isBehind || r.layer == layer; isBehind {
			perSource, whole = append(perSource, r.perSource...), append(whole, r.whole...)
		}
	}
	return perSource, append(whole, namedStep{"check", Check}, namedStep{"index", Index}, namedStep{"publish", Publish})
}

// Rebuild makes the tables of a layer and of those behind it anew, over everything that the
// sources landed, and publishes. A failure of one step ends it: it may be repeated.
func Rebuild(ctx context.Context, e *Env, layer schemas.Layer, sources []string) error {
	return e.inTurn(ctx, func(ctx context.Context) error { return e.rebuild(ctx, layer, sources) })
}

func (e *Env) rebuild(ctx context.Context, layer schemas.Layer, sources []string) (err error) {
	defer func() { err = errs.Worst(err, e.Record(context.WithoutCancel(ctx))) }()
	perSource, steps := rebuildSteps(layer)
	all := Window{}
	for _, source := range sources {
		landed, err := collect.Manifests(ctx, e.Lake.Objects(), source, time.Time{}, time.Time{})
		if err != nil {
			return err
		}
		if len(landed) == 0 {
			continue
		}
		w, err := WholeWindow(ctx, e, source)
		if err != nil {
			return err
		}
		all = all.union(w)
		for _, s := range perSource {
			if _, err := e.Do(ctx, s.name, source, w, s.run); err != nil {
				return err
			}
		}
	}
	if all.To.IsZero() { // nothing was landed, or raw is gone
		now := e.Clock()
		all = Window{DayStart(now, e.Zone), now.Add(time.Microsecond)}
	}
	for _, s := range steps {
		if _, err := e.Do(ctx, s.name, "", all, s.run); err != nil {
			return err
		}
	}
	return nil
}
