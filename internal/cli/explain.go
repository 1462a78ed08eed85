package cli

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// explain prints the statements of one payee as text: measures, components with what made them, and the credits behind them.
func explain(env *environment, in engine.Input, payee int32, statements []*engine.Statement) error {
	var b strings.Builder
	if len(statements) == 0 {
		who := in.Facts.Persons[payee]
		fmt.Fprintln(&b, env.print.T("cli.explain.none", "Name", who.Name, "Key", who.Key, "Month", in.Period))
	}
	for i, statement := range statements {
		if i > 0 {
			b.WriteString("\n")
		}
		e := &explainer{out: &b, print: env.print, statement: statement}
		for _, p := range in.Plans {
			if p.ID == statement.Plan {
				e.plan = p
			}
		}
		e.statementText()
	}
	_, err := io.WriteString(env.Stdout, b.String())
	return err
}

// explainer writes one statement.
type explainer struct {
	out       *strings.Builder
	print     *i18n.Printer
	statement *engine.Statement
	plan      *plan.Plan
}

// line writes a message, indented by two blanks a level.
func (e *explainer) line(level int, key string, args ...any) {
	e.out.WriteString(strings.Repeat("  ", level) + e.print.T(key, args...) + "\n")
}

func (e *explainer) money(minor int64) string { return e.print.Money(minor, e.statement.Currency) }

func (e *explainer) text(t plan.Text, otherwise string) string {
	name := t.En
	if e.print.Zh() {
		name = t.Zh
	}
	if name == "" {
		return otherwise
	}
	return name
}

func (e *explainer) measureName(id string) string {
	if m := e.plan.Measure(id); m != nil {
		return e.text(m.Name, id)
	}
	return id
}

// exact writes a measure's exact value for people: money with its decimals, a ratio as a percentage.
func (e *explainer) exact(kind plan.ValueKind, exact string) string {
	value, ok := new(big.Rat).SetString(exact)
	switch {
	case exact == "":
		return e.print.T("cli.explain.unknown")
	case ok && kind == plan.KindMoney && value.IsInt() && value.Num().IsInt64():
		return e.money(value.Num().Int64())
	case ok && kind == plan.KindMoney:
		return e.fen(exact)
	case ok && kind == plan.KindRatio:
		return e.percent(value)
	}
	return exact
}

// percent writes a ratio with at most two decimals.
func (e *explainer) percent(ratio *big.Rat) string {
	const digits = 2
	text := strings.TrimSuffix(e.print.PercentDigits(ratio, digits), "%")
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// fen writes exact minor units, a fraction too, as money: 6000001/2 is ¥30,000.005.
func (e *explainer) fen(exact string) string {
	value, ok := new(big.Rat).SetString(exact)
	if !ok {
		return exact
	}
	if value.IsInt() && value.Num().IsInt64() {
		return e.money(value.Num().Int64())
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e.statement.Currency.MinorDigits())), nil)
	major := new(big.Rat).Quo(value, new(big.Rat).SetInt(scale))
	const digits = 8
	return i18n.Symbol(e.statement.Currency) + strings.TrimRight(strings.TrimRight(e.print.Decimal(major, digits), "0"), ".")
}

func (e *explainer) statementText() {
	s := e.statement
	name := s.PayeeName
	if name == "" {
		name = s.Payee
	}
	e.line(0, "cli.explain.title", "Name", name, "Key", s.Payee, "Month", s.Period, "Plan", e.text(e.plan.Name, s.Plan))
	hash := s.PlanHash[:min(len(s.PlanHash), 12)]
	e.line(0, "cli.explain.about", "Level", e.level(s.Level), "Team", s.Team, "Hash", hash)
	e.line(0, "cli.explain.total", "Amount", e.money(s.TotalFen))
	e.line(0, "cli.explain.measures")
	for _, m := range s.Measures {
		e.out.WriteString("  " + e.measureName(m.ID) + "  " + e.exact(plan.ValueKind(m.Kind), m.Exact) + e.reason(m.Reason) + "\n")
	}
	e.line(0, "cli.explain.components")
	for i := range s.Components {
		e.component(&s.Components[i])
	}
	if len(s.Credits) > 0 {
		e.line(0, "cli.explain.credits", "Count", len(s.Credits))
		for i := range s.Credits {
			e.credit(&s.Credits[i])
		}
	}
	if len(s.Members) > 0 {
		e.line(0, "cli.explain.members")
		for i := range s.Members {
			e.member(&s.Members[i])
		}
	}
}

// reason writes why a value is zero or absent, if there is a text for it.
func (e *explainer) reason(m errs.Message) string {
	if m.Key == "" || !e.print.Has(m.Key) {
		return ""
	}
	return "  " + e.print.T("cli.explain.why", "Reason", e.print.Message(m))
}

// rate writes an exact decimal as a percentage.
func (e *explainer) rate(exact string) string {
	if rate, err := decimal.Parse(exact); err == nil {
		return rate.Percent()
	}
	return exact
}

// level writes a level in the reader's language; a company's own word stays.
func (e *explainer) level(level string) string {
	if key := "cli.level." + level; e.print.Has(key) {
		return e.print.T(key)
	}
	return level
}

func (e *explainer) componentName(id string) string {
	for i := range e.plan.Components {
		if e.plan.Components[i].ID == id {
			return e.text(e.plan.Components[i].Name, id)
		}
	}
	return id
}

// componentReason is why a component is zero, unless that is one of its conditions, which are listed with what was found.
func (e *explainer) componentReason(c *engine.ComponentTrace) string {
	for _, condition := range c.Conditions {
		if !condition.Met {
			return ""
		}
	}
	return e.reason(c.Reason)
}

// counted says what stands behind a base, as the ending of a message key: credits, the people of a team, or nothing.
func (e *explainer) counted(c *engine.ComponentTrace) string {
	if c.Base == nil || c.Base.Credits == 0 {
		return ""
	}
	if m := e.plan.Measure(c.Base.Measure); m != nil && m.Team != nil {
		return "_people"
	}
	return "_credits"
}

func (e *explainer) component(c *engine.ComponentTrace) {
	e.out.WriteString("  " + e.componentName(c.ID) + "  " + e.money(c.AmountFen) + e.componentReason(c) + "\n")
	for _, condition := range c.Conditions {
		e.condition(condition)
	}
	of := e.counted(c)
	if c.Base != nil {
		e.line(2, "cli.explain.base"+of, "Measure", e.measureName(c.Base.Measure), "Amount", e.money(c.Base.SumFen), "Count", c.Base.Credits)
	}
	for _, r := range c.Rates {
		name := strings.TrimSpace(r.Key + " " + e.rate(r.Rate))
		e.line(2, "cli.explain.rate"+of, "Rate", name, "Amount", e.money(r.BaseFen), "Count", r.Credits)
	}
	e.bands(c)
	if c.Count != "" {
		e.line(2, "cli.explain.count", "Count", c.Count, "Amount", e.money(c.UnitFen))
	}
	if strings.Contains(c.Exact, "/") {
		e.line(2, "cli.explain.exact", "Exact", c.Exact)
	}
	switch {
	case c.Capped:
		e.line(2, "cli.explain.capped", "Amount", e.money(c.RoundedFen))
	case c.Floored:
		e.line(2, "cli.explain.floored", "Amount", e.money(c.RoundedFen))
	}
}

// bands writes the bands of a table: of a whole-amount table the one that was reached, of a marginal table all, with what lay in
// each.
func (e *explainer) bands(c *engine.ComponentTrace) {
	kind, reached := plan.KindMoney, false
	for i := range e.plan.Components {
		if component := &e.plan.Components[i]; component.ID == c.ID && component.Pays.Table != nil {
			if by := e.plan.Measure(component.Pays.Table.By); by != nil {
				kind = by.Kind(e.plan.Measures)
			}
		}
	}
	for _, band := range c.Bands {
		reached = reached || band.Reached
	}
	for _, band := range c.Bands {
		switch {
		case band.Reached:
			e.line(2, "cli.explain.band_here", "Band", e.band(band, kind), "Times", band.Times)
		case !reached:
			e.line(2, "cli.explain.band", "Band", e.band(band, kind), "Times", band.Times, "Base", e.fen(band.BaseExact), "Earned", e.fen(band.EarnExact))
		}
	}
}

// band writes the edges of a band as the plan says them, and in money where they stand for money.
func (e *explainer) band(b engine.BandTrace, kind plan.ValueKind) string {
	edge := func(exact, fen string) string {
		text := e.exact(kind, exact)
		if fen != "" {
			text += " (" + e.fen(fen) + ")"
		}
		return text
	}
	switch {
	case b.From == "" && b.To == "":
		return e.print.T("cli.explain.band.all")
	case b.From == "":
		return e.print.T("cli.explain.band.below", "To", edge(b.To, b.ToFen))
	case b.To == "":
		return e.print.T("cli.explain.band.above", "From", edge(b.From, b.FromFen))
	}
	return e.print.T("cli.explain.band.between", "From", edge(b.From, b.FromFen), "To", edge(b.To, b.ToFen))
}

func (e *explainer) condition(c engine.ConditionResult) {
	kind := plan.KindCount
	if m := e.plan.Measure(c.Measure); m != nil {
		kind = m.Kind(e.plan.Measures)
	}
	text := e.print.T("cli.explain.compare."+c.Comparison, "Measure", e.measureName(c.Measure), "Wanted", e.exact(kind, c.Wanted))
	key := "cli.explain.met"
	if !c.Met {
		key = "cli.explain.unmet"
	}
	e.line(2, key, "Condition", text, "Found", e.exact(kind, c.Found), "Missing", e.exact(kind, c.Missing))
}

func (e *explainer) credit(c *engine.CreditLine) {
	product := c.Product
	if c.Category != "" {
		product += " (" + c.Category + ")"
	}
	share := e.percent(big.NewRat(int64(c.Share), deal.FullShare))
	e.line(1, "cli.explain.credit", "Date", c.On.String(), "Payment", c.Payment, "Deal", c.Deal, "Customer", c.Customer, "Product", product,
		"Amount", e.money(c.AmountFen), "Share", share, "Part", e.money(c.PartFen))
	for _, earn := range c.In {
		if earn.Rate == "" || earn.Exact == "" {
			continue
		}
		e.line(3, "cli.explain.earned", "Component", e.componentName(e.statement.Components[earn.Component].ID), "Rate", e.rate(earn.Rate), "Exact", e.fen(earn.Exact))
	}
}

func (e *explainer) member(m *engine.MemberLine) {
	parts := []string{m.Person}
	if m.Name != "" && m.Name != m.Person {
		parts = append(parts, m.Name)
	}
	parts = append(parts, e.level(m.Level))
	for _, value := range m.Measures {
		parts = append(parts, e.measureName(value.ID)+" "+e.exact(plan.ValueKind(value.Kind), value.Exact))
	}
	for _, id := range m.Counted {
		parts = append(parts, "+"+e.measureName(id))
	}
	e.out.WriteString("  " + strings.Join(parts, "  ") + "\n")
}
