package plans

import (
	"math/big"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/probe"
	"xiaoguan/internal/web/ui"
)

// What a curve is drawn for when nobody asks for something else: a usual month's quota, in minor units.
const curveQuotaFen = 300_000_00

// readCurve reads for whom the curve is drawn: quota and average rate.
func (s *shown) readCurve(r *http.Request) error {
	if s.document.Plan == nil {
		return nil
	}
	s.curve = plan.CurveInput{QuotaFen: curveQuotaFen, AverageRate: averageRate(s.document.Plan)}
	s.curveText = [2]string{money.Format(s.curve.QuotaFen, s.document.Plan.Currency), s.curve.AverageRate.Percent()}
	var wrong []errs.Field
	if text := strings.ReplaceAll(strings.TrimSpace(r.FormValue("quota")), ",", ""); text != "" {
		d, err := decimal.Parse(text)
		minor := new(big.Rat)
		if err == nil {
			minor = d.Mul(decimal.FromInt(tenTo(s.document.Plan.Currency.MinorDigits()), 0)).Rat()
		}
		if err != nil || !minor.IsInt() || !minor.Num().IsInt64() || minor.Sign() <= 0 {
			wrong = append(wrong, errs.Field{Path: "quota", Value: text, Message: errs.Msg("plans.yuan_bad", nil)})
		} else {
			s.curve.QuotaFen, s.curveText[0] = minor.Num().Int64(), text
		}
	}
	if text := strings.TrimSpace(r.FormValue("rate")); text != "" {
		d, err := decimal.Parse(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: "rate", Value: text, Message: errs.Msg("plan.curve.range", nil)})
		} else {
			s.curve.AverageRate, s.curveText[1] = d, text
		}
	}
	return errs.Invalid("error.invalid", wrong)
}

func tenTo(digits int) int64 {
	n := int64(1)
	for range digits {
		n *= 10
	}
	return n
}

// averageRate is the middle row of the first table of rates: what a curve assumes until somebody says better.
func averageRate(p *plan.Plan) decimal.Decimal {
	for _, c := range p.Components {
		if c.Pays.Rate != nil && c.Pays.Rate.Lookup != "" && len(c.Pays.Rate.Rows) > 0 {
			return c.Pays.Rate.Rows[len(c.Pays.Rate.Rows)/2].Rate
		}
	}
	return decimal.MustParse("2%")
}

// curveCard draws the payout curve; nothing for a document that has none.
func curveCard(p *i18n.Printer, s shown) templ.Component {
	if s.document.Plan == nil {
		return nil
	}
	curve, err := s.document.Plan.Curve(s.curve)
	if err != nil {
		text := p.T("plan.curve.no_attainment")
		if failure := (*errs.Error)(nil); asFailure(err, &failure) {
			text = p.Message(failure.Message)
		}
		return ui.Filled(ui.CardView{Title: p.T("plans.curve"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("plans.curve_none"), Text: text}))
	}
	chart := ui.ChartView{ID: "payout-curve", Kind: ui.ChartCurve, Unit: "yuan", Label: p.T("plans.curve"), Height: 340,
		Axis: []string{p.T("plans.curve_pay"), p.T("plans.curve_slope")}, Marks: marksOf(p, curve, s.trial, s.document.Plan.Currency)}
	chart.Table = ui.TableView{Label: p.T("plans.curve"), Columns: []ui.Column{{Label: p.T("common.attainment"), Phone: true},
		{Label: p.T("plans.curve_pay"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("plans.curve_slope"), Kind: ui.ColumnNumber, Phone: true}}}
	chart.Table.Rows = curveRows(p, curve, s.document.Plan.Currency)
	if len(curve.Left) > 0 {
		chart.Note = p.T("plans.curve_left", "Names", p.Join(componentNames(p, s.document.Plan, curve.Left)))
	}
	card := ui.CardView{ID: "curve", Title: p.T("plans.curve"), Sub: p.T("plans.curve_sub"), Span: -1}
	if s.version.ID == "" { // a draft being written: what the curve is drawn for stands in its own form
		return ui.Filled(card, ui.Chart(chart), figures(curveFacts(p, curve, s.document.Plan.Currency)))
	}
	form := ui.Form(ui.FormView{ID: "curve-form", Action: "/plans/" + s.version.ID + "#payout-curve", Method: "get", Submit: ui.Action{Label: p.T("plans.curve_draw"), Kind: ui.ActionGhost, Icon: "refresh"},
		Fields: []ui.Field{{Name: "quota", Kind: ui.FieldMoney, Label: p.T("plans.curve_quota"), Value: s.curveText[0], Span: 6},
			{Name: "rate", Kind: ui.FieldText, Label: p.T("plans.curve_rate"), Value: s.curveText[1], Span: 6}}})
	return ui.Filled(card, ui.Chart(chart), figures(curveFacts(p, curve, s.document.Plan.Currency)), form)
}

func componentNames(p *i18n.Printer, rule *plan.Plan, ids []string) (names []string) {
	for _, id := range ids {
		for _, c := range rule.Components {
			if c.ID == id {
				names = append(names, text(p, c.Name))
			}
		}
	}
	return names
}

// percentOf writes an attainment without needless decimals.
func percentOf(p *i18n.Printer, point plan.Point) (shown, exact string) {
	digits, value := 0, big.NewRat(point.AttainmentPPM, 10_000)
	for digits < 4 && !new(big.Rat).Mul(value, new(big.Rat).SetInt64(tenTo(digits))).IsInt() {
		digits++
	}
	return p.Decimal(value, digits) + "%", value.FloatString(digits)
}

// curveRows keeps the points at which a line needs one: each tenth, where the slope changes, and both sides of a jump.
func curveRows(p *i18n.Printer, curve *plan.Curve, currency money.Currency) (rows []ui.Row) {
	for i, point := range curve.Total {
		bends := i == 0 || i == len(curve.Total)-1 || !point.Slope.Equal(curve.Total[i-1].Slope)
		if !bends && !point.Jumps() && point.AttainmentPPM%100_000 != 0 {
			continue
		}
		label, x := percentOf(p, point)
		add := func(fen int64, slope decimal.Decimal) {
			per := slope.Mul(decimal.FromInt(10_000, 0))
			rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: label, Data: x}, {Text: p.Amount(fen, currency), Data: money.Format(fen, currency)},
				{Text: p.Decimal(per.Rat(), 2), Data: per.String()}}})
		}
		if point.Jumps() {
			before := point.Slope
			if i > 0 {
				before = curve.Total[i-1].Slope
			}
			add(point.BeforeFen, before)
		}
		add(point.AfterFen, point.Slope)
	}
	return rows
}

// jumpText writes a jump in whole units, for a label.
func jumpText(p *i18n.Printer, fen int64, currency money.Currency) string {
	sign := "+"
	if fen < 0 {
		sign, fen = i18n.Minus, -fen
	}
	return sign + i18n.Symbol(currency) + p.AmountWhole(fen, currency)
}

// marksOf are jumps with their size, where the cap begins, and gaming points of components that the curve does not draw.
func marksOf(p *i18n.Printer, curve *plan.Curve, trial *probe.Report, currency money.Currency) (marks []ui.Mark) {
	capped := false
	for _, point := range curve.Total {
		_, x := percentOf(p, point)
		if point.Jumps() {
			marks = append(marks, ui.Mark{At: x, Label: jumpText(p, point.AfterFen-point.BeforeFen, currency)})
		}
		if point.Capped && !capped {
			capped = true
			marks = append(marks, ui.Mark{At: x, Label: p.T("plans.curve_cap")})
		}
	}
	return append(marks, gamingMarks(p, curve, trial, currency)...)
}

// curveFacts are a few points that people ask for.
func curveFacts(p *i18n.Printer, curve *plan.Curve, currency money.Currency) (facts []ui.Fact) {
	for _, point := range curve.Total {
		switch point.AttainmentPPM {
		case 600_000, 800_000, 1_000_000, 1_200_000, 1_500_000, 2_000_000:
			label, _ := percentOf(p, point)
			facts = append(facts, ui.Fact{Term: p.T("plans.curve_at", "At", label), Text: p.Money(point.PayFen, currency)})
		}
	}
	return facts
}
