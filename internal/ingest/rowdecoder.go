package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// rowDecoder reads the fields of one row after another. One belongs to one goroutine.
type rowDecoder struct {
	table    *openTable
	columns  [fieldCount]column
	fields   [][]byte
	row      int
	dates    dateParser
	problems []errs.Field
	failed   bool // the current row has a problem
	arena    arena
	seen     map[string]string // texts that occur often
	levels   map[string]string
	words    map[fieldID]map[string]string // of lists to choose from
	stages   map[string]string             // words for stages
	joined   []byte
	limit    int   // problems kept per block
	dropped  int64 // problems beyond it
}

func newRowDecoder(t *openTable, limit int) *rowDecoder {
	d := &rowDecoder{table: t, columns: t.columns, seen: map[string]string{}, levels: levelWords(), limit: limit}
	d.dates.date1904, d.dates.months = t.date1904, calendar.Month(t.months)
	return d
}

// begin takes the next row and reports whether there is anything in it.
func (d *rowDecoder) begin(rows *tabular.Rows) bool {
	d.fields, d.row, d.failed = rows.Fields(), rows.Number(), false
	if p := rows.Problem(); p.Key != "" {
		d.add(errs.Field{Row: d.row, Value: clip(bytes.Join(d.fields, []byte{d.delimiter()})), Message: p, Remedy: errs.Msg(p.Key+".remedy", p.Args)})
		return true
	}
	for _, field := range d.fields {
		if len(field) > 0 && len(trim(field)) > 0 {
			return d.meant()
		}
	}
	return false
}

// meant reports whether the mapping wants the row.
func (d *rowDecoder) meant() bool {
	if d.table.where == atNothing {
		return true
	}
	var text string
	if d.table.where < len(d.fields) {
		text = string(trim(d.fields[d.table.where]))
	}
	w := d.table.mapping.Where
	switch {
	case len(w.Is) > 0:
		return contains(w.Is, text)
	case len(w.Not) > 0:
		return !contains(w.Not, text)
	}
	return text != ""
}

func (d *rowDecoder) delimiter() byte {
	if d.table.text != nil {
		return d.table.text.Delimiter
	}
	return '\t'
}

func (d *rowDecoder) add(f errs.Field) {
	d.failed = true
	f.Source = d.table.source
	if len(d.problems) < d.limit {
		d.problems = append(d.problems, f)
	} else {
		d.dropped++
	}
}

// fail notes a problem of the current row.
func (d *rowDecoder) fail(id fieldID, value []byte, key string) {
	c := &d.columns[id]
	label, name := c.label, ""
	if c.field != nil {
		name = c.field.Name
	}
	if label == "" {
		label = name
	}
	args := errs.Args{"Column": label, "Field": name, "Value": clip(value)}
	d.add(errs.Field{Row: d.row, Path: label, Value: clip(value), Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
}

// clip shortens a value for a message.
func clip(value []byte) string {
	const limit = 80
	if len(value) > limit {
		value = value[:limit]
		for len(value) > 0 && !utf8.Valid(value) {
			value = value[:len(value)-1]
		}
		return string(value) + "…"
	}
	return string(value)
}

// cell returns the text of a field in the current row, trimmed and translated; empty when it isn't mapped.
func (d *rowDecoder) cell(id fieldID) []byte {
	c := &d.columns[id]
	if c.at >= 0 {
		if c.at < len(d.fields) {
			return trim(d.fields[c.at])
		}
		return nil
	}
	if c.at == atNothing {
		return nil
	}
	return d.computed(c)
}

func (d *rowDecoder) computed(c *column) []byte {
	d.joined = d.joined[:0]
	switch {
	case c.spec.Constant != nil:
		return []byte(*c.spec.Constant)
	case len(c.places) == 1 && c.spec.Prefix == "" && c.places[0] < len(d.fields):
		return translate(trim(d.fields[c.places[0]]), c)
	}
	filled := false
	for i, at := range c.places {
		if i > 0 {
			d.joined = append(d.joined, c.spec.Join...)
		}
		if at < len(d.fields) {
			part := trim(d.fields[at])
			filled = filled || len(part) > 0
			d.joined = append(d.joined, part...)
		}
	}
	if !filled {
		return translate(nil, c)
	}
	text := append([]byte(c.spec.Prefix), d.joined...)
	return translate(text, c)
}

func translate(text []byte, c *column) []byte {
	if meant, ok := c.values[string(text)]; ok {
		return []byte(meant)
	}
	if c.spec.Otherwise != nil && len(text) > 0 {
		return []byte(*c.spec.Otherwise)
	}
	return text
}

// trim takes blanks off both ends; the usual cell has none.
func trim(b []byte) []byte {
	if n := len(b); n == 0 || b[0] > ' ' && b[0] < utf8.RuneSelf && b[n-1] > ' ' && b[n-1] < utf8.RuneSelf {
		return b
	}
	return bytes.TrimSpace(b)
}

// need is cell for a field that must be filled.
func (d *rowDecoder) need(id fieldID) []byte {
	b := d.cell(id)
	if len(b) == 0 {
		d.fail(id, nil, "ingest.empty")
	}
	return b
}

// keyMaxBytes bounds ids, textMaxBytes names.
const (
	keyMaxBytes  = 100
	textMaxBytes = 1000
)

func (d *rowDecoder) key(id fieldID) Key {
	b := d.cell(id)
	if n, ok := keyNumber(b); ok {
		return Key{number: n + 1}
	}
	if len(b) == 0 {
		return Key{}
	}
	if len(b) > keyMaxBytes || bytes.ContainsAny(b, "\n\t") {
		d.fail(id, b, "ingest.key_too_long")
		return Key{}
	}
	return TextKey(tabular.Unguard(d.arena.keep(b)))
}

func (d *rowDecoder) needKey(id fieldID) Key {
	k := d.key(id)
	if k.Empty() && !d.failed {
		d.fail(id, nil, "ingest.empty")
	}
	return k
}

func (d *rowDecoder) text(id fieldID) string {
	b := d.cell(id)
	if len(b) > textMaxBytes {
		d.fail(id, b, "ingest.text_too_long")
		return ""
	}
	if len(b) == 0 {
		return ""
	}
	return tabular.Unguard(d.arena.keep(b))
}

// word is text that repeats from row to row.
func (d *rowDecoder) word(id fieldID) string {
	b := d.cell(id)
	if s, ok := d.seen[string(b)]; ok {
		return s
	}
	s := d.text(id)
	if len(d.seen) < 10_000 {
		d.seen[string(b)] = s
	}
	return s
}

var (
	earliestDate = calendar.NewDate(1990, 1, 1)
	earliestHire = calendar.NewDate(1950, 1, 1)
	endOfDates   = calendar.NewDate(2101, 1, 1)
)

func (d *rowDecoder) date(id fieldID, earliest calendar.Date) calendar.Date {
	b := d.cell(id)
	if len(b) == 0 {
		return calendar.NoDate
	}
	d.dates.order = ""
	switch d.columns[id].spec.Format {
	case FormatDayFirst:
		d.dates.order = "dmy"
	case FormatMonthFirst:
		d.dates.order = "mdy"
	}
	date, ok := d.dates.parse(b)
	switch {
	case !ok:
		d.fail(id, b, "ingest.bad_date")
	case date < earliest || date >= endOfDates:
		d.fail(id, b, "ingest.date_out_of_range")
	}
	return date
}

func (d *rowDecoder) needDate(id fieldID, earliest calendar.Date) calendar.Date {
	date := d.date(id, earliest)
	if date == calendar.NoDate && len(d.cell(id)) == 0 {
		d.fail(id, nil, "ingest.empty")
	}
	return date
}

func (d *rowDecoder) money(id fieldID, currency money.Currency) int64 {
	b := d.need(id)
	if len(b) == 0 {
		return 0
	}
	if d.table.sheet != nil {
		b = plainFromSpreadsheet(b)
	}
	amount, ok := parseMoney(b, d.columns[id].spec.Unit, currency)
	if !ok && d.columns[id].spec.Round {
		amount, ok = roundMoney(b, d.columns[id].spec.Unit, currency)
	}
	if !ok {
		d.fail(id, b, "ingest.bad_money")
	}
	return amount
}

func (d *rowDecoder) currency(id fieldID) money.Currency {
	b := d.cell(id)
	if len(b) == 0 {
		return d.table.currency
	}
	currency := money.Currency(strings.ToUpper(d.word(id)))
	switch currency {
	case "RMB", "人民币", "CNH":
		currency = money.CNY
	}
	if !currency.Valid() {
		d.fail(id, b, "ingest.bad_currency")
	}
	return currency
}

// arena keeps texts without an allocation each.
type arena struct{ chunk strings.Builder }

const arenaChunk = 64 << 10

func (a *arena) keep(b []byte) string {
	if a.chunk.Cap()-a.chunk.Len() < len(b) {
		a.chunk = strings.Builder{}
		a.chunk.Grow(max(arenaChunk, len(b)))
	}
	from := a.chunk.Len()
	a.chunk.Write(b)
	return a.chunk.String()[from:] // the builder has room, so that what it gave out before stays where it is
}
