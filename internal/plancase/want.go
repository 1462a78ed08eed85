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
)

// readWant reads want.csv: payee, component, amount in units of the currency, and the month unless the page says it.
func (r *run) readWant() error {
	r.want = map[wanted]int64{}
	f := r.file(WantName)
	if f == nil {
		return nil
	}
	var fields []errs.Field
	wrong := func(row int, path, value, key string) {
		args := errs.Args{"Value": value}
		fields = append(fields, errs.Field{Source: r.source, Row: f.Line + row, Path: path, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
	}
	reader := csv.NewReader(bytes.NewReader(f.Data))
	rows, err := reader.ReadAll()
	if err != nil || len(rows) == 0 {
		wrong(0, "", "", "plancase.bad_want")
		return errs.Invalid("plancase.invalid", fields)
	}
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	for _, name := range []string{"payee", "component", "amount"} {
		if _, has := place[name]; !has {
			wrong(1, name, "", "plancase.bad_want")
		}
	}
	if len(fields) > 0 {
		return errs.Invalid("plancase.invalid", fields)
	}
	for i, row := range rows[1:] {
		line := i + 2
		w := wanted{r.Period, row[place["payee"]], row[place["component"]]}
		if at, has := place["period"]; has && row[at] != "" {
			if w.period, err = calendar.ParseMonth(row[at]); err != nil {
				wrong(line, "period", row[at], "plancase.bad_period")
			}
		}
		fen, ok := minorUnits(row[place["amount"]], r.in.Facts.Currency.MinorDigits())
		if !ok {
			wrong(line, "amount", row[place["amount"]], "plancase.bad_amount")
		}
		if !slices.ContainsFunc(r.in.Facts.Persons, func(p engine.Person) bool { return p.Key == w.payee }) {
			wrong(line, "payee", w.payee, "plancase.no_payee")
		}
		if !slices.ContainsFunc(r.in.Plans, func(p *plan.Plan) bool {
			return slices.ContainsFunc(p.Components, func(c plan.Component) bool { return c.ID == w.component })
		}) {
			wrong(line, "component", w.component, "plancase.no_component")
		}
		if _, twice := r.want[w]; twice {
			wrong(line, "payee", w.payee, "plancase.want_twice")
		}
		r.want[w] = fen
	}
	return errs.Invalid("plancase.invalid", fields)
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
