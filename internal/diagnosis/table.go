package diagnosis

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/tabular"
)

// decoded is what a block of rows became.
type decoded[T any] struct {
	rows   []T
	read   int
	unread []Unread
}

// readTable reads the rows of a table: fields names its columns, decode makes a row of one, take keeps it.
func readTable[T any](ctx context.Context, b *builder, part finding.Part, fields string, decode func(*row) T, take func(T)) error {
	for _, t := range b.tables[part] {
		names := strings.Fields(fields)
		places := t.places(names)
		newDecoder := func() func(*tabular.Rows) decoded[T] {
			r := &row{places: places}
			return func(rows *tabular.Rows) (out decoded[T]) {
				r.unread = make([]Unread, len(names))
				for rows.Next() {
					r.fields, r.number, r.refused = rows.Fields(), rows.Number(), false
					value := decode(r)
					out.read++
					if !r.refused {
						out.rows = append(out.rows, value)
					}
				}
				out.unread = r.unread
				return out
			}
		}
		consume := func(d decoded[T]) error {
			for _, value := range d.rows {
				take(value)
			}
			b.company.Kept[part] += len(d.rows)
			b.note(part, names, d.unread)
			return nil
		}
		if err := scanTable(ctx, t, newDecoder, consume); err != nil {
			return err
		}
	}
	return nil
}

// scanTable opens the table and decodes its rows.
func scanTable[T any](ctx context.Context, t table, newDecoder func() func(*tabular.Rows) T, consume func(T) error) (err error) {
	defer errs.Wrap(&err, "diagnosis.scan(%s)", t.file.Name)
	in, err := t.file.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if t.sheet == "" {
		text, err := tabular.OpenText(in, tabular.TextOptions{})
		if err != nil {
			return err
		}
		return tabular.Scan(ctx, text, 2, newDecoder, consume)
	}
	book, err := tabular.OpenWorkbook(in, tabular.Limits{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet, err := book.OpenSheet(t.sheet, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sheet.Close()) }()
	return tabular.ScanSheet(ctx, sheet, newDecoder(), consume)
}

// places finds the columns of the fields by the headers of the kind.
func (t table) places(names []string) []int {
	places := make([]int, len(names))
	for i, name := range names {
		places[i] = slices.IndexFunc(t.header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if places[i] >= 0 {
			continue
		}
		for _, word := range headerWords(t.part, name) {
			if at := slices.IndexFunc(t.header, func(h string) bool { return h != "" && ingest.SameHeader(h, word) }); at >= 0 {
				places[i] = at
				break
			}
		}
	}
	return places
}

// headerWords are what a field of a kind that can be imported is called besides.
func headerWords(part finding.Part, name string) []string {
	for _, kind := range ingest.Kinds() {
		if kind.Name != string(part) {
			continue
		}
		if field := kind.Field(name); field != nil {
			return append([]string{field.Zh, field.En}, field.Aliases...)
		}
	}
	return nil
}

// called are the words by which a file or sheet of a part goes.
func called(part finding.Part) []string {
	words := []string{ownName(part), furtherNames[part]}
	for _, kind := range ingest.Kinds() {
		if kind.Name == string(part) {
			words = append(append(words, kind.Zh, kind.En), kind.Aliases...)
		}
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// partOf is which part a file or sheet holds, by its name; empty for none.
func partOf(file, sheet string) finding.Part {
	name := sheet
	if name == "" {
		name = strings.TrimSuffix(file, path.Ext(file))
	}
	for _, part := range parts { // the program's own names first: further names of one part can be another's
		if ingest.SameHeader(name, ownName(part)) || ingest.SameHeader(name, furtherNames[part]) {
			return part
		}
	}
	for _, part := range parts {
		for _, word := range called(part) {
			if ingest.SameHeader(name, word) {
				return part
			}
		}
	}
	return ""
}
