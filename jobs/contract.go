package jobs

import (
	"slices"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// ContractMode says what becomes of a row with a value that breaks its table's contract.
type ContractMode string

// The modes.
const (
	Evolve       ContractMode = "evolve"        // the value is taken as it is
	Freeze       ContractMode = "freeze"        // the job ends with exit code 3 and writes nothing
	DiscardRow   ContractMode = "discard_row"   // the row goes to ops.rejects
	DiscardValue ContractMode = "discard_value" // the row stays, the value is null, and ops.rejects says so
)

// ContractModes are all there are.
var ContractModes = []ContractMode{Evolve, Freeze, DiscardRow, DiscardValue}

// Contracts are the modes that differ from the shipped ones, by table ("bronze.postings")
// or column ("bronze.postings.salary_raw"); a column's goes before its table's. Shipped:
// bronze discards rows; silver, gold and ops are frozen, and stay so.
type Contracts map[string]ContractMode

// Check refuses names and modes that there are not.
func (c Contracts) Check() error {
	for name, mode := range c {
		if !slices.Contains(ContractModes, mode) {
			return errs.New(errs.Invalid, "contracts: %s is %q, expected evolve, freeze, discard_row or discard_value", name, mode)
		}
		parts := strings.SplitN(name, ".", 3)
		t, ok := schemas.Table{}, false
		if len(parts) >= 2 {
			t, ok = schemas.TableByName(parts[0] + "." + parts[1])
		}
		switch {
		case !ok:
			return errs.New(errs.Invalid, "contracts: %q is no table or column, expected such as bronze.postings or bronze.postings.salary_raw", name)
		case t.Layer != schemas.Bronze:
			return errs.New(errs.Invalid, "contracts: %s is frozen, as all of silver, gold and ops; only tables of bronze can have another mode", t.Name())
		case len(parts) == 3 && !slices.ContainsFunc(t.Columns(), func(c schemas.Column) bool { return c.Name == parts[2] }):
			return errs.New(errs.Invalid, "contracts: table %s has no column %q", t.Name(), parts[2])
		}
	}
	return nil
}

func (c Contracts) mode(t schemas.Table, column string) ContractMode {
	for _, name := range []string{t.Name() + "." + column, t.Name()} {
		if mode, ok := c[name]; ok {
			return mode
		}
	}
	if t.Layer == schemas.Bronze {
		return DiscardRow
	}
	return Freeze
}

// judged is what the contract says of a row.
type judged struct {
	rejected  []string // reasons to refuse it
	discarded []string // values that were made null, and why
}

// judge holds a row, which it may change, to its table's contract. The error is errs.Contract
// where the table or column is frozen.
func judge[T any](c Contracts, t schemas.Table, row *T) (j judged, err error) {
	for _, reason := range schemas.Validate(row) {
		column, _, _ := strings.Cut(reason, ":")
		switch mode := c.mode(t, column); {
		case mode == Evolve:
		case mode == DiscardValue && schemas.SetNull(row, column):
			j.discarded = append(j.discarded, reason)
		case mode == Freeze:
			return j, errs.New(errs.Contract, "%s is frozen and a row breaks its contract: %s", t.Name(), reason)
		default: // also a value that may not be null
			j.rejected = append(j.rejected, reason)
		}
	}
	return j, nil
}

// ParsePairs reads settings of the form name=value, as a list of the config or a variable of
// the environment has them.
func ParsePairs(key string, pairs []string) (map[string]string, error) {
	read := map[string]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if name, value = strings.TrimSpace(name), strings.TrimSpace(value); !ok || name == "" || value == "" {
			return nil, errs.New(errs.Invalid, "%s: %q is not name=value", key, pair)
		}
		if before, twice := read[name]; twice && before != value {
			return nil, errs.New(errs.Invalid, "%s: %s is %s and %s", key, name, before, value)
		}
		read[name] = value
	}
	return read, nil
}
