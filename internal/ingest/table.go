package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tabular"
)

// openTable is a sheet with its mapping compiled: where in a row each field is found and how it is read.
type openTable struct {
	mapping   *TableMapping
	kind      *KindFields
	source    string
	size      int64
	header    []string
	currency  money.Currency
	columns   [fieldCount]column
	unused    []string
	own       ownColumnsOf
	stages    *opportunity.StageSet
	stageDays []stageColumn
	sellers   int              // how many sellers of a deal have columns
	where     int              // column that chooses rows; atNothing: all are meant
	says      fact.DetailField // columns of a deal that only some plans ask for
	date1904  bool
	months    int               // by which dates count later
	sheet     *tabular.Sheet    // of a workbook
	text      *tabular.TextFile // of a CSV file
	closers   []io.Closer
}

// column is the compiled form of a ColumnMapping. at is the place of the one plain column, or one of the marks below.
type column struct {
	at     int
	spec   *ColumnMapping
	field  *Field
	label  string // the header, or the field's name
	places []int  // of several columns
	values map[string]string
}

const (
	atNothing  = -1 // not mapped
	atComputed = -2 // constant, several columns, or a value map
)

// open opens a sheet for reading under a table of the mapping. What is wrong with its header comes back as fields; err is a file that
// cannot be read.
func (w *Workbook) open(m *Mapping, mapping *TableMapping, sheet *Sheet) (t *openTable, fields []errs.Field, err error) {
	t = &openTable{mapping: mapping, kind: kindFields(mapping.Kind), source: sheet.Source(), size: sheet.file.Size, currency: m.Currency, months: m.MoveMonths}
	if sheet.book != nil {
		opened, err := sheet.book.OpenSheet(sheet.Name, mapping.HeaderRow)
		if err != nil {
			return nil, nil, inSource(err, t.source)
		}
		t.sheet, t.header, t.size, t.date1904 = opened, opened.Header, 0, sheet.book.Date1904
		t.closers = append(t.closers, opened)
	} else {
		options := tabular.TextOptions{Encoding: m.Encoding, Delimiter: m.Delimiter, HeaderRow: mapping.HeaderRow, Limits: w.limits}
		text, closer, err := sheet.openText(options)
		if err != nil {
			return nil, nil, inSource(err, t.source)
		}
		t.text, t.header = text, text.Header
		t.closers = append(t.closers, closer)
	}
	return t, t.compile(w.limits), nil
}

func (t *openTable) close() error {
	var all error
	for _, closer := range t.closers {
		all = errors.Join(all, closer.Close())
	}
	t.closers = nil
	return all
}

// compile finds the columns of the mapping in the header.
func (t *openTable) compile(limits tabular.Limits) (fields []errs.Field) {
	wrong := func(path, value, key string) {
		args := errs.Args{"Column": value, "Kind": t.kind.Name, "Headers": strings.Join(t.header[:min(len(t.header), 30)], " · ")}
		fields = append(fields, errs.Field{Source: t.source, Row: t.mapping.HeaderRow, Path: path, Value: value,
			Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
	}
	for i := range t.columns {
		t.columns[i].at = atNothing
	}
	if len(t.header) > limits.Columns {
		wrong("", fmt.Sprint(len(t.header)), "ingest.too_many_columns")
		return fields
	}
	used := map[int]bool{}
	if t.where = atNothing; t.mapping.Where != nil {
		at, found := findHeader(t.header, t.mapping.Where.Column)
		if t.where = at; found != 1 {
			wrong("where", t.mapping.Where.Column, map[bool]string{true: "ingest.header_missing", false: "ingest.header_twice"}[found == 0])
		}
		used[at] = true
	}
	for i := range t.mapping.Columns {
		spec := &t.mapping.Columns[i]
		field := t.kind.Field(spec.Field)
		c := column{spec: spec, field: field, label: spec.Field, values: defaultValues(field, spec)}
		for _, header := range spec.Columns {
			at, found := findHeader(t.header, header)
			switch {
			case found > 1:
				wrong(spec.Field, header, "ingest.header_twice")
			case found == 0:
				wrong(spec.Field, header, "ingest.header_missing")
			}
			c.places = append(c.places, at)
			used[at] = true
		}
		c.at = atComputed
		if len(c.places) == 1 {
			c.label = spec.Columns[0]
			if c.values == nil && spec.Prefix == "" {
				c.at = c.places[0]
			}
		}
		t.columns[field.id] = c
		t.says |= detailField(field)
		if field.id >= fieldSeller1 {
			t.sellers = max(t.sellers, int(field.id-fieldSeller1)/2+1)
		}
	}
	for i, header := range t.header {
		if !used[i] && header != "" && !strings.HasPrefix(header, RejectedPrefix) {
			t.unused = append(t.unused, header)
		}
	}
	return fields
}

// findHeader looks for a header, upper and lower case alike, and says how many columns have it.
func findHeader(header []string, name string) (at, found int) {
	for i, text := range header {
		if normalHeader(text) == normalHeader(name) {
			if found == 0 {
				at = i
			}
			found++
		}
	}
	return at, found
}

// normalHeader takes off what people add to headers: case, blanks, the star of required columns and a unit in brackets.
func normalHeader(s string) string {
	s = strings.ToLower(strings.NewReplacer("（", "(", "）", ")", "　", " ").Replace(s))
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	return strings.Trim(strings.Join(strings.Fields(s), " "), "* ")
}

// defaultValues is the mapping's value map, or the built-in words of levels and measures.
func defaultValues(field *Field, spec *ColumnMapping) map[string]string {
	switch {
	case spec.Values != nil:
		return spec.Values
	case field.id == fieldOf:
		return measureWords()
	}
	return nil
}

// creates reports whether the table's mapping makes records of a kind that a reference misses.
func (t *openTable) creates(kind fact.Kind) bool {
	return slices.Contains(t.mapping.CreateMissing, kind)
}
