package ingest

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// moveMonthsMax bounds by how much dates are moved: fifty years.
const moveMonthsMax = 600

// MappingVersion is the first line of a mapping document: its key xiaoguan has this value.
const MappingVersion = "mapping/1"

// Mapping says which file is which kind and which column which field. Its document form is YAML (DecodeMapping, Mapping.Encode).
type Mapping struct {
	Name      string
	Currency  money.Currency   // of rows without a currency column
	Encoding  tabular.Encoding // of CSV files; detected when empty
	Delimiter byte             // of CSV files; sniffed when 0
	Ignore    []string         // patterns of files and sheets that are left alone
	// MoveMonths is by how many months all days and months count later than the files say: to try the product with data of years ago.
	MoveMonths int
	Tables     []TableMapping
}

// TableMapping is one table. A sheet belongs to the first table whose patterns match its file and, in a workbook, its name.
type TableMapping struct {
	Kind          fact.Kind
	File          string // pattern as path.Match, upper and lower case alike; empty matches every file
	Sheet         string // pattern of the sheet's name; empty matches every sheet
	HeaderRow     int    // 1 unless said otherwise
	Optional      bool   // no file need match
	CreateMissing []fact.Kind
	Also          bool   // reads its sheets beside the table that they belong to
	Where         *Where // the rows that are meant; nil: all
	Distinct      bool   // of rows with the same key the first; the others are passed over
	Columns       []ColumnMapping
}

// ColumnMapping fills one field. Either Constant is set, or Remainder is, or Columns names the headers whose texts are joined.
type ColumnMapping struct {
	Field     string
	Columns   []string
	Join      string
	Prefix    string
	Constant  *string
	Remainder bool              // a share: what is left to 100 %, if there is a seller
	Unit      string            // of money and shares
	Round     bool              // money: half a minor unit and more is one; without it, more decimals than the currency has are refused
	Format    string            // of dates: "d/m/y" or "m/d/y"
	Means     string            // of left_on: "last_day" (default) or "first_day_out"
	Values    map[string]string // text found → text meant
	Otherwise *string           // text meant when Values doesn't have the text found
}

// The words of Format and Means.
const (
	FormatDayFirst   = "d/m/y"
	FormatMonthFirst = "m/d/y"
	MeansLastDay     = "last_day"
	MeansFirstDayOut = "first_day_out"
)

// Where chooses rows by the text of one column.
type Where struct {
	Column string
	Is     []string // one of these
	Not    []string // none of these; with neither, the cell must be filled
}

// TablesOf returns the tables that read a sheet: the one that it belongs to, and those that read it also, in the order of the mapping.
func (m *Mapping) TablesOf(s *Sheet) (tables []*TableMapping, ignored bool) {
	first, ignored := m.Table(s)
	if ignored {
		return nil, true
	}
	for i := range m.Tables {
		if t := &m.Tables[i]; t == first || t.Also && t.reads(s) {
			tables = append(tables, t)
		}
	}
	return tables, false
}

func (t *TableMapping) reads(s *Sheet) bool {
	return (t.File == "" || matches(t.File, s.File)) && (t.Sheet == "" || s.Name != "" && matches(t.Sheet, s.Name))
}

// Table returns the table that a sheet belongs to, or nil; ignored says that the mapping leaves the sheet alone on purpose.
func (m *Mapping) Table(s *Sheet) (table *TableMapping, ignored bool) {
	for _, pattern := range m.Ignore {
		if matches(pattern, s.File) || s.Name != "" && matches(pattern, s.Name) {
			return nil, true
		}
	}
	for i := range m.Tables {
		if t := &m.Tables[i]; !t.Also && t.reads(s) {
			return t, false
		}
	}
	return nil, false
}

func matches(pattern, name string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(name))
	return err == nil && ok
}

// Pattern describes the table's place for messages.
func (t *TableMapping) Pattern() string {
	switch {
	case t.File != "" && t.Sheet != "":
		return t.File + "/" + t.Sheet
	case t.Sheet != "":
		return t.Sheet
	case t.File != "":
		return t.File
	}
	return string(t.Kind)
}

// Validate checks the mapping by itself, without a file: kinds, fields, units, patterns. It returns errs.KindInvalid with all that is
// wrong; Path says where in the document.
func (m *Mapping) Validate() error {
	var fields []errs.Field
	wrong := func(where, value, key string) {
		fields = append(fields, errs.Field{Path: where, Value: value, Message: errs.Msg(key, errs.Args{"Value": value}), Remedy: errs.Msg(key+".remedy", nil)})
	}
	if !m.Currency.Valid() {
		wrong("currency", string(m.Currency), "ingest.mapping.currency")
	}
	if m.MoveMonths < -moveMonthsMax || m.MoveMonths > moveMonthsMax {
		wrong("move_months", strconv.Itoa(m.MoveMonths), "ingest.mapping.move_months")
	}
	if len(m.Tables) == 0 {
		wrong("tables", "", "ingest.mapping.no_tables")
	}
	for i := range m.Tables {
		m.Tables[i].validate(fmt.Sprintf("tables[%d]", i), wrong)
	}
	return errs.Invalid("ingest.mapping.invalid", fields)
}

func (t *TableMapping) validate(where string, wrong func(where, value, key string)) {
	kind := kindFields(t.Kind)
	if kind == nil {
		wrong(where+".kind", string(t.Kind), "ingest.mapping.kind")
		return
	}
	for _, pattern := range []string{t.File, t.Sheet} {
		if _, err := path.Match(pattern, ""); err != nil {
			wrong(where, pattern, "ingest.mapping.pattern")
		}
	}
	for _, missing := range t.CreateMissing {
		if missing != fact.KindRegion && missing != fact.KindCustomer {
			wrong(where+".create_missing", string(missing), "ingest.mapping.create_missing")
		}
	}
	if t.Where != nil && t.Where.Column == "" {
		wrong(where+".where", "", "ingest.mapping.where")
	}
	seen := map[string]bool{}
	for i := range t.Columns {
		column := &t.Columns[i]
		at := where + ".columns." + column.Field
		field := kind.Field(column.Field)
		if field == nil {
			wrong(at, column.Field, "ingest.mapping.field")
			continue
		}
		if seen[column.Field] {
			wrong(at, column.Field, "ingest.mapping.twice")
		}
		seen[column.Field] = true
		column.validate(field, at, wrong)
	}
	for _, field := range kind.Fields {
		if field.Required && !seen[field.Name] {
			wrong(where+".columns", field.Name, "ingest.mapping.required")
		}
	}
}

func (c *ColumnMapping) validate(field *Field, at string, wrong func(where, value, key string)) {
	sources := 0
	for _, given := range []bool{len(c.Columns) > 0, c.Constant != nil, c.Remainder} {
		if given {
			sources++
		}
	}
	if sources != 1 {
		wrong(at, c.Field, "ingest.mapping.source")
	}
	if c.Remainder && field.Type != TypeShare {
		wrong(at, c.Field, "ingest.mapping.remainder")
	}
	units := map[FieldType][]string{TypeMoney: {UnitMajor, UnitMinor, UnitTenThousand}, TypeShare: {UnitPercent, UnitFraction, UnitBasisPoints},
		TypeNumber: {UnitMajor, UnitMinor, UnitTenThousand, UnitPercent}}
	if c.Unit != "" && !contains(units[field.Type], c.Unit) {
		wrong(at+".unit", c.Unit, "ingest.mapping.unit")
	}
	if c.Round && field.Type != TypeMoney {
		wrong(at+".round", "", "ingest.mapping.round")
	}
	if c.Format != "" && (field.Type != TypeDate || c.Format != FormatDayFirst && c.Format != FormatMonthFirst) {
		wrong(at+".format", c.Format, "ingest.mapping.format")
	}
	if c.Means != "" && (field.id != fieldLeftOn || c.Means != MeansLastDay && c.Means != MeansFirstDayOut) {
		wrong(at+".means", c.Means, "ingest.mapping.means")
	}
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
