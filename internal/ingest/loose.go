package ingest

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// ParseDay reads a date as imports do: every common spelling, and a spreadsheet's day number.
func ParseDay(text string) (calendar.Date, bool) {
	return new(dateParser).parse([]byte(strings.TrimSpace(text)))
}

// ParseAmount reads an amount as imports do, in whole units of the currency.
func ParseAmount(text string, currency money.Currency) (int64, bool) {
	return parseMoney([]byte(strings.TrimSpace(text)), "", currency)
}

// LooseColumn is one column that a small table may have: its name, and the words by which a header may call it.
type LooseColumn struct {
	Name     string
	Words    []string
	Required bool
}

// LooseRow is a row of a small table: its number as a spreadsheet shows it, and its cells by column.
type LooseRow struct {
	Number int
	Cells  map[string]string
}

// ReadLoose reads a small table that is no kind of fact, such as an answer of another program: a CSV file in any encoding that imports read, or the
// first sheet of a workbook. Columns are known by their headers, others are passed over. Errors: invalid, with rows and headers; too large.
func ReadLoose(ctx context.Context, from io.Reader, columns []LooseColumn, limits tabular.Limits) (rows []LooseRow, err error) {
	defer errs.Wrap(&err, "ingest.ReadLoose")
	content, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	var problems []errs.Field
	collect := func(places map[string]int) func(*tabular.Rows) []LooseRow {
		return func(r *tabular.Rows) (block []LooseRow) {
			for r.Next() {
				row := LooseRow{Number: r.Number(), Cells: map[string]string{}}
				if m := r.Problem(); m.Key != "" {
					problems = append(problems, errs.Field{Row: row.Number, Message: m})
				}
				for name, at := range places {
					if fields := r.Fields(); at < len(fields) {
						row.Cells[name] = tabular.Unguard(strings.TrimSpace(string(fields[at])))
					}
				}
				block = append(block, row)
			}
			return block
		}
	}
	keep := func(block []LooseRow) error {
		rows = append(rows, block...)
		return nil
	}
	if bytes.HasPrefix(content, []byte("PK")) {
		err = readLooseSheet(ctx, content, columns, limits, collect, keep)
	} else {
		err = readLooseText(ctx, content, columns, limits, collect, keep)
	}
	if err == nil {
		err = errs.Invalid("error.invalid", problems)
	}
	return rows, err
}

type looseCollect = func(map[string]int) func(*tabular.Rows) []LooseRow

func readLooseText(ctx context.Context, content []byte, columns []LooseColumn, limits tabular.Limits, collect looseCollect, keep func([]LooseRow) error) error {
	text, err := tabular.OpenText(bytes.NewReader(content), tabular.TextOptions{Limits: limits})
	if err != nil {
		return err
	}
	places, err := loosePlaces(text.Header, columns)
	if err != nil {
		return err
	}
	return tabular.Scan(ctx, text, 1, func() func(*tabular.Rows) []LooseRow { return collect(places) }, keep)
}

func readLooseSheet(ctx context.Context, content []byte, columns []LooseColumn, limits tabular.Limits, collect looseCollect, keep func([]LooseRow) error) error {
	book, err := tabular.OpenWorkbook(bytes.NewReader(content), limits)
	if err != nil {
		return err
	}
	defer func() { _ = book.Close() }() // what unpacking left behind is the system's to clear
	sheet, err := book.OpenSheet(book.Sheets[0], 1)
	if err != nil {
		return err
	}
	defer func() { _ = sheet.Close() }()
	places, err := loosePlaces(sheet.Header, columns)
	if err != nil {
		return err
	}
	return tabular.ScanSheet(ctx, sheet, collect(places), keep)
}

// loosePlaces finds the columns in a header; every required one that is not there is a problem.
func loosePlaces(header []string, columns []LooseColumn) (map[string]int, error) {
	places := map[string]int{}
	var missing []errs.Field
	for _, c := range columns {
		at := slices.IndexFunc(header, func(h string) bool {
			h = strings.ToLower(strings.TrimSpace(tabular.Unguard(h)))
			return slices.ContainsFunc(c.Words, func(w string) bool { return strings.ToLower(w) == h })
		})
		if at >= 0 {
			places[c.Name] = at
		} else if c.Required {
			args := errs.Args{"Column": c.Words[0]}
			missing = append(missing, errs.Field{Row: 1, Path: c.Name, Value: strings.Join(header, ", "), Message: errs.Msg("ingest.loose_missing", args), Remedy: errs.Msg("ingest.loose_missing.remedy", args)})
		}
	}
	return places, errs.Invalid("error.invalid", missing)
}
