package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/settle"
)

// openingsName is the file of a data folder that holds the closing items of the month before. It is no kind of fact.
const openingsName = "openings.csv"

// itemColumns are the columns of openings.csv and closings.csv: what one month closes with, the next opens with.
// The last ones are of earnings alone; files of before there were clawbacks of late facts end before them and may be read still.
var itemColumns = []string{"payee", "plan", "kind", "component", "deal", "origin", "due", "amount_fen", "basis_fen", "paid_fen", "earned_fen", "taken_fen", "since", "answers"}

// olderColumns is how many of them older files have.
const olderColumns = 10

// payAccount is one payee under one plan, by its id.
type payAccount struct {
	person int32
	plan   string
}

// openingsFile returns the file to read, empty when there is none.
func (c calcCommand) openingsFile() string {
	if c.Openings != "" {
		return c.Openings
	}
	name := filepath.Join(c.Data, openingsName)
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}

// readOpenings reads the opening items of every account. Every wrong row is reported.
func (c calcCommand) readOpenings(facts *engine.Facts) (items map[payAccount][]settle.Item, err error) {
	name := c.openingsFile()
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.calc.no_data", errs.Args{"Path": name}).Because(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := &openingsReader{source: filepath.Base(name), csv: csv.NewReader(file), persons: map[string]int32{}, items: map[payAccount][]settle.Item{}}
	for i := range facts.Persons {
		r.persons[facts.Persons[i].Key] = int32(i)
	}
	if err := r.read(); err != nil {
		return nil, err
	}
	return r.items, errs.Invalid("cli.openings", r.wrong)
}

type openingsReader struct {
	source  string
	csv     *csv.Reader
	persons map[string]int32
	items   map[payAccount][]settle.Item
	wrong   []errs.Field
	row     int
}

func (r *openingsReader) fail(field, value, key string, args errs.Args) {
	if len(r.wrong) < 10_000 {
		r.wrong = append(r.wrong, errs.Field{Source: r.source, Row: r.row, Path: field, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
	}
}

func (r *openingsReader) read() error {
	r.row = 1
	header, err := r.csv.Read()
	if header = withoutMark(header); err != nil || !slices.Equal(header, itemColumns) && !slices.Equal(header, itemColumns[:olderColumns]) {
		r.fail("", strings.Join(header, ","), "cli.openings.header", errs.Args{"Columns": strings.Join(itemColumns, ",")})
		return nil
	}
	for {
		row, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		r.row++
		if _, broken := errors.AsType[*csv.ParseError](err); broken {
			r.fail("", "", "cli.openings.row", errs.Args{"Columns": strings.Join(itemColumns, ",")})
			return nil
		}
		if err != nil {
			return err
		}
		r.line(row)
	}
}

// withoutMark drops a byte order mark.
func withoutMark(header []string) []string {
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
	}
	return header
}

func (r *openingsReader) line(row []string) {
	before := len(r.wrong)
	person, known := r.persons[row[0]]
	if !known {
		r.fail("payee", row[0], "cli.openings.payee", nil)
	}
	item := settle.Item{Kind: settle.ItemKind(row[2]), Component: row[3], Deal: row[4]}
	if !slices.Contains(settle.ItemKinds(), item.Kind) {
		r.fail("kind", row[2], "cli.openings.kind", nil)
	}
	item.Origin = r.month("origin", row[5])
	if row[6] != "" {
		item.Due = r.month("due", row[6])
	}
	item.AmountFen, item.BasisFen, item.PaidFen = r.number("amount_fen", row[7]), r.number("basis_fen", row[8]), r.number("paid_fen", row[9])
	if len(row) > olderColumns {
		r.earning(&item, row[olderColumns:])
	}
	if len(r.wrong) == before {
		key := payAccount{person, row[1]}
		r.items[key] = append(r.items[key], item)
	}
}

// earning reads what is remembered of an earning; empty cells are nothing.
func (r *openingsReader) earning(item *settle.Item, cells []string) {
	for i, to := range []*int64{&item.EarnedFen, &item.TakenFen} {
		if cells[i] != "" {
			*to = r.number(itemColumns[olderColumns+i], cells[i])
		}
	}
	if cells[2] != "" {
		item.Since = r.month("since", cells[2])
	}
	if cells[3] == "" {
		return
	}
	if err := json.Unmarshal([]byte(cells[3]), &item.Answers); err != nil {
		r.fail("answers", cells[3], "cli.openings.answers", nil)
	}
}

func (r *openingsReader) month(field, text string) calendar.Month {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		r.fail(field, text, "cli.openings.month", nil)
	}
	return m
}

func (r *openingsReader) number(field, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.fail(field, text, "cli.openings.number", nil)
	}
	return n
}
