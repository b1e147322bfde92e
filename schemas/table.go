package schemas

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Layer is a level of the lake.
type Layer string

// The layers that hold tables.
const (
	Bronze Layer = "bronze"
	Silver Layer = "silver"
	Gold   Layer = "gold"
	Ops    Layer = "ops"
)

// Transform is how a column's value becomes a partition's.
type Transform string

// The transforms in use, with the names of the Iceberg specification.
const (
	Identity Transform = "identity"
	Month    Transform = "month"
	Bucket16 Transform = "bucket[16]"
)

// PartitionField is one field of a table's partition spec.
type PartitionField struct {
	Column    string
	Transform Transform
}

// Table declares one table of the lake.
type Table struct {
	Layer     Layer
	Entity    string // the part of the name behind the layer
	Version   int    // raised by every change but a new nullable column
	Grain     string // "one row per …"
	Key       []string
	Partition []PartitionField
	// TimeColumn is the instant (or day) by which units of work are cut; empty for tables
	// that are restated whole.
	TimeColumn string
	// Volatile columns differ between two runs that say the same; digests leave them out.
	Volatile []string
	// SortBy is the order of rows within a file.
	SortBy []string
	row    reflect.Type
}

// Name is layer.entity, as SQL writes it.
func (t Table) Name() string { return string(t.Layer) + "." + t.Entity }

// RowType is the struct that declares the table's columns.
func (t Table) RowType() reflect.Type { return t.row }

// Columns are the table's columns in the order of the row struct.
func (t Table) Columns() []Column { return ColumnsOf(t.row) }

func source(more ...PartitionField) []PartitionField {
	return append([]PartitionField{{"source", Identity}}, more...)
}
func month(column string) PartitionField { return PartitionField{column, Month} }

var byPosting = []PartitionField{{"posting_id", Bucket16}}

// The tables. Their names are a contract that others call.
var (
	BronzePostings = Table{Layer: Bronze, Entity: "postings", Version: 1, row: reflect.TypeFor[BronzePosting](),
		Grain: "one row per posting in a response record, repeats included", Key: []string{"posting_id", "captured_at", "raw_object", "raw_offset"},
		Partition: source(month("captured_at")), TimeColumn: "captured_at", Volatile: []string{"run_id", "parser_version"}}
	BronzeLists = Table{Layer: Bronze, Entity: "lists", Version: 1, row: reflect.TypeFor[BronzeList](),
		Grain: "one row per list read by a run", Key: []string{"source", "list", "run_id"},
		Partition: source(month("read_at")), TimeColumn: "read_at", Volatile: []string{"run_id"}}
	BronzeSightings = Table{Layer: Bronze, Entity: "sightings", Version: 1, row: reflect.TypeFor[BronzeSighting](),
		Grain: "one row per posting met by a run in a list, or told gone", Key: []string{"posting_id", "list", "run_id", "seen"},
		Partition: source(month("seen_at")), TimeColumn: "seen_at", Volatile: []string{"run_id"}}

	SilverPostings = Table{Layer: Silver, Entity: "postings", Version: 1, row: reflect.TypeFor[SilverPosting](),
		Grain: "one row per posting and content version", Key: []string{"posting_id", "valid_from"},
		Partition: source(month("valid_from")), TimeColumn: "valid_from"}
	SilverPostingTechs = Table{Layer: Silver, Entity: "posting_techs", Version: 1, row: reflect.TypeFor[SilverPostingTech](),
		Grain: "one row per posting version and technology", Key: []string{"posting_id", "valid_from", "tech_id"},
		Partition: source(month("valid_from")), TimeColumn: "valid_from"}
	SilverPresences = Table{Layer: Silver, Entity: "presence", Version: 1, row: reflect.TypeFor[SilverPresence](),
		Grain: "one row per posting, list and unbroken stretch of complete reads that hold it", Key: []string{"posting_id", "list", "seen_from"},
		Partition: source()}
	SilverLifecycles = Table{Layer: Silver, Entity: "lifecycle", Version: 1, row: reflect.TypeFor[SilverLifecycle](),
		Grain: "one row per event of a posting", Key: []string{"posting_id", "event_at", "event"},
		Partition: source(month("event_at")), TimeColumn: "event_at", Volatile: []string{"run_id"}}
	SilverDuplicates = Table{Layer: Silver, Entity: "duplicates", Version: 1, row: reflect.TypeFor[SilverDuplicate](),
		Grain: "one row per posting that belongs to a cluster of more than one", Key: []string{"posting_id"}}
	SilverAssistantAnswers = Table{Layer: Silver, Entity: "assistant_answers", Version: 1, row: reflect.TypeFor[SilverAssistantAnswer](),
		Grain: "one row per posting content that a language model was asked about, prompt version and time", Key: []string{"source", "content_hash", "prompt_version", "asked_at"},
		Partition: source(), Volatile: []string{"asked_at"}}

	GoldPostings = Table{Layer: Gold, Entity: "postings", Version: 1, row: reflect.TypeFor[GoldPosting](),
		Grain: "one row per posting: its current state and text", Key: []string{"posting_id"}, Partition: byPosting}
	GoldPostingTechs = Table{Layer: Gold, Entity: "posting_techs", Version: 1, row: reflect.TypeFor[GoldPostingTech](),
		Grain: "one row per current posting and technology", Key: []string{"posting_id", "tech_id"}, Partition: byPosting}
	GoldTechDailies = Table{Layer: Gold, Entity: "tech_daily", Version: 1, row: reflect.TypeFor[GoldTechDaily](),
		Grain: "one row per calendar day, technology, role and source", Key: []string{"date", "tech_id", "role", "source"},
		Partition: []PartitionField{month("date")}, TimeColumn: "date"}
	GoldTechPairs = Table{Layer: Gold, Entity: "tech_pairs", Version: 1, row: reflect.TypeFor[GoldTechPair](),
		Grain: "one row per ordered pair of technologies that open IT postings name together", Key: []string{"tech_id", "other_id"}}
	GoldTechRelateds = Table{Layer: Gold, Entity: "tech_related", Version: 1, row: reflect.TypeFor[GoldTechRelated](),
		Grain: "one row per technology and one of its nearest", Key: []string{"tech_id", "related_id"}}
	GoldCompanies = Table{Layer: Gold, Entity: "companies", Version: 1, row: reflect.TypeFor[GoldCompany](),
		Grain: "one row per company", Key: []string{"company_id"}}
	GoldCompanyTechs = Table{Layer: Gold, Entity: "company_techs", Version: 1, row: reflect.TypeFor[GoldCompanyTech](),
		Grain: "one row per company and technology", Key: []string{"company_id", "tech_id"}}
	GoldSourceQualities = Table{Layer: Gold, Entity: "source_quality", Version: 1, row: reflect.TypeFor[GoldSourceQuality](),
		Grain: "one row per source and calendar day", Key: []string{"date", "source"},
		Partition: []PartitionField{month("date")}, TimeColumn: "date"}

	OpsRuns = Table{Layer: Ops, Entity: "runs", Version: 1, row: reflect.TypeFor[Run](),
		Grain: "one row per job run of a source and window", Key: []string{"run_id", "job", "source"},
		Partition: []PartitionField{month("started_at")}, TimeColumn: "started_at"}
	OpsRejects = Table{Layer: Ops, Entity: "rejects", Version: 1, row: reflect.TypeFor[Reject](),
		Grain: "one row per rejected row", Partition: []PartitionField{month("rejected_at")}, TimeColumn: "rejected_at",
		Volatile: []string{"rejected_at", "run_id"}}
)

// Tables lists every table, layer by layer.
func Tables() []Table {
	return []Table{
		BronzePostings, BronzeLists, BronzeSightings,
		SilverPostings, SilverPostingTechs, SilverPresences, SilverLifecycles, SilverDuplicates, SilverAssistantAnswers,
		GoldPostings, GoldPostingTechs, GoldTechDailies, GoldTechPairs, GoldTechRelateds, GoldCompanies, GoldCompanyTechs, GoldSourceQualities,
		OpsRuns, OpsRejects,
	}
}

// TableByName finds a table by its layer.entity name.
func TableByName(name string) (Table, bool) {
	for _, t := range Tables() {
		if t.Name() == name {
			return t, true
		}
	}
	return Table{}, false
}

// ColumnType is the type of a column's values.
type ColumnType string

// The column types, with the names of the Iceberg specification.
const (
	TypeString    ColumnType = "string"
	TypeInt       ColumnType = "int"
	TypeLong      ColumnType = "long"
	TypeDouble    ColumnType = "double"
	TypeBoolean   ColumnType = "boolean"
	TypeTimestamp ColumnType = "timestamptz" // microseconds, UTC
	TypeDate      ColumnType = "date"
	TypeList      ColumnType = "list<string>"
)

// Column is one column of a table.
type Column struct {
	ID         int // field id, for life
	Name       string
	Type       ColumnType
	ElementID  int // field id of a list's element, 0 otherwise
	IsRequired bool
	Check      string // contract beyond type and null, as in the struct's tag
	Index      []int  // path of the field in the row struct
}

var timeType = reflect.TypeFor[time.Time]()

// ColumnsOf reads the columns off a row struct, embedded structs included, in the order of
// their field ids. It panics on a struct that declares them wrongly: a programmer's mistake
// that the tests of this package meet first.
func ColumnsOf(row reflect.Type) []Column {
	var columns []Column
	for _, field := range reflect.VisibleFields(row) {
		tag := field.Tag.Get("parquet")
		if field.Anonymous || tag == "-" || tag == "" {
			continue
		}
		column := Column{Index: field.Index, Check: field.Tag.Get("check"), IsRequired: true}
		parts := strings.Split(tag, ",")
		column.Name = parts[0]
		for _, part := range parts[1:] {
			switch {
			case part == "optional":
				column.IsRequired = false
			case part == "date":
				column.Type = TypeDate
			case strings.HasPrefix(part, "id("):
				column.ID = mustID(row, part)
			}
		}
		if column.Type == "" {
			column.Type = columnType(row, field)
		}
		if column.Type == TypeList {
			column.ElementID = mustID(row, strings.TrimPrefix(field.Tag.Get("parquet-element"), ","))
		}
		columns = append(columns, column)
	}
	slices.SortFunc(columns, func(a, b Column) int { return a.ID - b.ID })
	return columns
}

func mustID(row reflect.Type, tag string) int {
	id, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(tag, "id("), ")"))
	if err != nil {
		panic(fmt.Sprintf("schemas: %s: bad field id in %q", row, tag))
	}
	return id
}

func columnType(row reflect.Type, field reflect.StructField) ColumnType {
	t := field.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == timeType:
		return TypeTimestamp
	case t.Kind() == reflect.String:
		return TypeString
	case t.Kind() == reflect.Int32:
		return TypeInt
	case t.Kind() == reflect.Int64:
		return TypeLong
	case t.Kind() == reflect.Float64:
		return TypeDouble
	case t.Kind() == reflect.Bool:
		return TypeBoolean
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return TypeList
	}
	panic(fmt.Sprintf("schemas: %s.%s: no column type for %s", row, field.Name, field.Type))
}
