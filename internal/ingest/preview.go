package ingest

import (
	"context"
	"errors"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// TablePreview is the beginning of one table as the mapping reads it, each row by itself: references are not followed.
type TablePreview struct {
	Source   string
	Kind     *KindFields
	Header   []string
	Fields   []string // the mapped fields, in the order of the template
	Rows     []PreviewRow
	Problems []errs.Field // of the header
}

// PreviewRow is one row as it stands in the file (Cells) and as it is understood (Values, one for each of TablePreview.Fields, in
// canonical form: 1234.50, 2026-09-01, 70%).
type PreviewRow struct {
	Row      int
	Cells    []string
	Values   []string
	Problems []errs.Field
}

// errEnough ends a scan that has seen what it wanted.
var errEnough = errors.New("ingest: enough rows")

// Preview reads the first rows of every table.
func Preview(ctx context.Context, w *Workbook, m *Mapping, rows int) (tables []TablePreview, err error) {
	defer errs.Wrap(&err, "ingest.Preview(%q)", m.Name)
	for _, sheet := range w.Sheets {
		mappings, _ := m.TablesOf(sheet)
		for _, mapping := range mappings {
			table, err := previewTable(ctx, w, m, mapping, sheet, rows)
			if e, ok := errors.AsType[*errs.Error](err); ok {
				table.Problems = append(table.Problems, e.Fields...)
			} else if err != nil {
				return nil, err
			}
			tables = append(tables, table)
		}
	}
	return tables, nil
}

func previewTable(ctx context.Context, w *Workbook, m *Mapping, mapping *TableMapping, sheet *Sheet, rows int) (p TablePreview, err error) {
	p = TablePreview{Source: sheet.Source(), Kind: kindFields(mapping.Kind)}
	t, fields, err := w.open(m, mapping, sheet)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	p.Header, p.Problems = t.header, fields
	for i := range p.Kind.Fields {
		if t.columns[p.Kind.Fields[i].id].at != atNothing {
			p.Fields = append(p.Fields, p.Kind.Fields[i].Name)
		}
	}
	if len(fields) > 0 {
		return p, nil
	}
	err = eachRow(ctx, t, func(d *rowDecoder) error {
		if len(p.Rows) == rows {
			return errEnough
		}
		p.Rows = append(p.Rows, d.preview(p.Kind))
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err != nil {
		return p, inSource(err, t.source)
	}
	return p, nil
}

// eachRow visits the rows of a table that have anything in them, one after the other.
func eachRow(ctx context.Context, t *openTable, visit func(*rowDecoder) error) error {
	decoder := func() func(*tabular.Rows) error {
		d := newRowDecoder(t, DefaultMaxProblems)
		return func(rows *tabular.Rows) error {
			for rows.Next() {
				d.problems = nil
				if d.begin(rows) {
					if err := visit(d); err != nil {
						return err
					}
				}
			}
			return nil
		}
	}
	pass := func(err error) error { return err }
	if t.sheet != nil {
		return tabular.ScanSheet(ctx, t.sheet, decoder(), pass)
	}
	return tabular.Scan(ctx, t.text, 1, decoder, pass)
}

// preview understands the current row field by field.
func (d *rowDecoder) preview(kind *KindFields) PreviewRow {
	row := PreviewRow{Row: d.row, Cells: d.cells()}
	if !d.failed {
		currency := d.table.currency
		if d.columns[fieldCurrency].at != atNothing {
			currency = d.currency(fieldCurrency)
		}
		for i := range kind.Fields {
			if field := &kind.Fields[i]; d.columns[field.id].at != atNothing {
				row.Values = append(row.Values, d.canonical(field, currency))
			}
		}
	}
	row.Problems = d.problems
	return row
}

func (d *rowDecoder) cells() []string {
	cells := make([]string, len(d.fields))
	for i, field := range d.fields {
		cells[i] = string(field)
	}
	return cells
}

// canonical reads one field of the current row and writes it back in canonical form; empty when it can't be read.
func (d *rowDecoder) canonical(field *Field, currency money.Currency) string {
	before := len(d.problems)
	if field.Required {
		d.need(field.id)
	}
	if len(d.cell(field.id)) == 0 {
		return ""
	}
	var text string
	switch field.Type {
	case TypeDate:
		text = d.date(field.id, earliestHire).String()
	case TypeMoment:
		text = d.moment(field.id).String()
	case TypeMoney:
		text = money.Format(d.money(field.id, currency), currency)
	case TypeShare:
		text = percent(d.share(field.id, d.cell(field.id)))
	case TypeLevel:
		text = string(d.level())
	case TypeCurrency:
		text = string(d.currency(field.id))
	case TypeMonth:
		month, ok := d.dates.parseMonth(d.cell(field.id))
		if !ok {
			d.fail(field.id, d.cell(field.id), "ingest.bad_month")
		}
		text = month.String()
	case TypeRate:
		rate, ok := parseRate(d.cell(field.id))
		if !ok {
			d.fail(field.id, d.cell(field.id), "ingest.bad_rate")
		}
		text = rate.String()
	case TypeChoice:
		text = d.choice(field.id)
	case TypePhone:
		text = d.phone(field.id)
	case TypeKey, TypeReference:
		text = d.key(field.id).String()
	default:
		text = d.text(field.id)
	}
	if len(d.problems) > before {
		return ""
	}
	return text
}
