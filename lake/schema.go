package lake

import (
	"fmt"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"github.com/techmapit/tmi/schemas"
)

// icebergSchema is the declaration's Iceberg schema. A catalog numbers fields afresh when
// it creates a table, so columns of stored files are found by the table's own schema, and
// the declaration is bound to it by name.
func icebergSchema(t schemas.Table) *iceberg.Schema {
	columns := t.Columns()
	fields := make([]iceberg.NestedField, len(columns))
	for i, c := range columns {
		fields[i] = iceberg.NestedField{ID: c.ID, Name: c.Name, Type: icebergType(c), Required: c.IsRequired, Doc: t.Comment(c.Name)}
	}
	return iceberg.NewSchema(0, fields...)
}

func icebergType(c schemas.Column) iceberg.Type {
	switch c.Type {
	case schemas.TypeString:
		return iceberg.PrimitiveTypes.String
	case schemas.TypeInt:
		return iceberg.PrimitiveTypes.Int32
	case schemas.TypeLong:
		return iceberg.PrimitiveTypes.Int64
	case schemas.TypeDouble:
		return iceberg.PrimitiveTypes.Float64
	case schemas.TypeBoolean:
		return iceberg.PrimitiveTypes.Bool
	case schemas.TypeTimestamp:
		return iceberg.PrimitiveTypes.TimestampTz
	case schemas.TypeDate:
		return iceberg.PrimitiveTypes.Date
	case schemas.TypeList:
		return &iceberg.ListType{ElementID: c.ElementID, Element: iceberg.PrimitiveTypes.String}
	}
	panic(fmt.Sprintf("lake: column %s: no Iceberg type for %s", c.Name, c.Type))
}

// duckType is the DuckDB type of a column, for views over tables without files.
func duckType(t schemas.ColumnType) string {
	switch t {
	case schemas.TypeInt:
		return "INTEGER"
	case schemas.TypeLong:
		return "BIGINT"
	case schemas.TypeDouble:
		return "DOUBLE"
	case schemas.TypeBoolean:
		return "BOOLEAN"
	case schemas.TypeTimestamp:
		return "TIMESTAMP WITH TIME ZONE"
	case schemas.TypeDate:
		return "DATE"
	case schemas.TypeList:
		return "VARCHAR[]"
	}
	return "VARCHAR"
}

const firstPartitionFieldID = 1000 // Iceberg specification, partition evolution

func partitionSpec(t schemas.Table) (iceberg.PartitionSpec, error) {
	byName := map[string]schemas.Column{}
	for _, c := range t.Columns() {
		byName[c.Name] = c
	}
	fields := make([]iceberg.PartitionField, len(t.Partition))
	for i, p := range t.Partition {
		transform, err := iceberg.ParseTransform(string(p.Transform))
		if err != nil {
			return iceberg.PartitionSpec{}, fmt.Errorf("partition of %s by %s: %w", t.Name(), p.Column, err)
		}
		name := p.Column
		if p.Transform != schemas.Identity {
			name += "_part"
		}
		fields[i] = iceberg.PartitionField{SourceIDs: []int{byName[p.Column].ID}, FieldID: firstPartitionFieldID + i, Name: name, Transform: transform}
	}
	return iceberg.NewPartitionSpec(fields...), nil
}

// rememberedVersions is how many older metadata files a table lists. Every commit writes
// the list again; what a published set needs beyond it, upkeep keeps.
const rememberedVersions = "20"

// tableProperties are the same for every table. Rows a group bound the writer's memory, as
// do small pages and dictionaries: a writer holds those of every column of every partition,
// which with the library's two megabytes were 2 GiB for a million postings in 16 partitions;
// bloom filters stay off, since each takes a megabyte however few the rows; long texts
// carry no statistics, since nobody filters by them.
func tableProperties(t schemas.Table) iceberg.Properties {
	properties := iceberg.Properties{
		"format-version":                     "2",
		"write.parquet.compression-codec":    "zstd",
		table.ParquetRowGroupLimitKey:        "32768",
		table.ParquetPageSizeBytesKey:        "262144",
		table.ParquetDictSizeBytesKey:        "131072",
		table.WriteTargetFileSizeBytesKey:    "134217728",
		table.CommitNumRetriesKey:            "10",
		table.MetadataPreviousVersionsMaxKey: rememberedVersions,
		table.CommitMinRetryWaitMsKey:        "20",
		table.WriteDeleteModeKey:             table.WriteModeCopyOnWrite,
		versionProperty:                      fmt.Sprint(t.Version),
	}
	for _, c := range t.Columns() {
		switch c.Name {
		case "payload", "row", "about", "duties", "requirements", "preferred", "benefits", "process", "body", "evidence":
			properties[table.MetricsModeColumnConfPrefix+"."+c.Name] = "none"
		}
	}
	return properties
}
