package plancase

import (
	"bytes"
	"encoding/csv"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// wantColumns are the columns that a block must have; a column period may stand beside them.
var wantColumns = map[string][]string{
	WantName: {"payee", "component", "amount"},
	PaidName: {"payee", "amount"},
	OpenName: {"payee", "kind", "amount"},
}

// readWant reads the blocks that list amounts, in units of the currency.
func (r *run) readWant() error {
	r.want = map[wanted]int64{}
	w := &wantReader{run: r}
	for _, name := range wantNames {
		if f := r.file(name); f != nil {
			w.file, w.place = f, map[string]int{}
			w.read()
		}
	}
	return errs.Invalid("plancase.invalid", w.fields)
}

// wantReader reads one block after another and collects what is wrong with them.
type wantReader struct {
	*run
	file   *File
	place  map[string]int // of the columns
	fields []errs.Field
}

func (w *wantReader) wrong(row int, path, value, key string) {
	args := errs.Args{"Value": value}
	w.fields = append(w.fields, errs.Field{Source: w.source, Row: w.file.Line + row, Path: path, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
}

func (w *wantReader) read() {
	rows, err := csv.NewReader(bytes.NewReader(w.file.Data)).ReadAll()
	if err != nil || len(rows) == 0 {
		w.wrong(0, "", w.file.Name, "plancase.bad_want")
		return
	}
	for i, name := range rows[0] {
		w.place[name] = i
	}
	for _, name := range wantColumns[w.file.Name] {
		if _, has := w.place[name]; !has {
			w.wrong(1, name, w.file.Name, "plancase.bad_want")
			return
		}
	}
	for i, row := range rows[1:] {
		w.row(i+2, row)
	}
}

// row reads one amount.
func (w *wantReader) row(line int, row []string) {
	at := wanted{block: w.file.Name, period: w.Period, payee: row[w.place["payee"]]}
	if column, has := w.place["period"]; has && row[column] != "" {
		month, err := calendar.ParseMonth(row[column])
		if err != nil {
			w.wrong(line, "period", row[column], "plancase.bad_period")
		}
		at.period = month
	}
	fen, ok := minorUnits(row[w.place["amount"]], w.in.Facts.Currency.MinorDigits())
	if !ok {
		w.wrong(line, "amount", row[w.place["amount"]], "plancase.bad_amount")
	}
	if !slices.ContainsFunc(w.in.Facts.Persons, func(p engine.Person) bool { return p.Key == at.payee }) {
		w.wrong(line, "payee", at.payee, "plancase.no_payee")
	}
	switch w.file.Name {
	case WantName:
		at.component = row[w.place["component"]]
		if !slices.ContainsFunc(w.in.Plans, func(p *plan.Plan) bool {
			return slices.ContainsFunc(p.Components, func(c plan.Component) bool { return c.ID == at.component })
		}) {
			w.wrong(line, "component", at.component, "plancase.no_component")
		}
	case OpenName:
		at.component = row[w.place["kind"]]
		if !slices.Contains(settle.ItemKinds(), settle.ItemKind(at.component)) || at.component == string(settle.ItemEarning) {
			w.wrong(line, "kind", at.component, "plancase.no_kind")
		}
	}
	if _, twice := w.want[at]; twice {
		w.wrong(line, "payee", at.payee, "plancase.want_twice")
	}
	w.want[at] = fen
}

// minorUnits reads an amount exactly.
func minorUnits(text string, digits int) (fen int64, ok bool) {
	amount, err := decimal.Parse(text)
	if err != nil {
		return 0, false
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	exact := new(big.Rat).Mul(amount.Rat(), new(big.Rat).SetInt(scale))
	if !exact.IsInt() || !exact.Num().IsInt64() {
		return 0, false
	}
	return exact.Num().Int64(), true
}
