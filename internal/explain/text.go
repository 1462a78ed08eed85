package explain

import (
	"math/big"
	"strings"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// wholeShare is 100 % in the basis points of a credit's share.
const wholeShare = 10_000

// hashShown is how many characters of a plan's hash people are shown.
const hashShown = 12

// Text writes the whole statement as plain text, for a terminal or a letter: what Explain says, then every credit with what it earned
// in each component, then the members of the team. by is the plan, as in Explain. The text ends with a line end.
func Text(printer *i18n.Printer, s *engine.Statement, by *plan.Plan) string {
	e := Explain(printer, s, by)
	w := &textWriter{Explanation: e, p: printer, s: s}
	w.head()
	w.line(0, printer.T("explain.text_measures"))
	for i := range e.Measures {
		w.measure(&e.Measures[i])
	}
	w.line(0, printer.T("explain.text_components"))
	for i := range e.Components {
		w.component(&e.Components[i])
	}
	if len(s.Credits) > 0 {
		w.line(0, printer.T("explain.text_credits", "Count", len(s.Credits)))
	}
	for i := range s.Credits {
		w.credit(&s.Credits[i])
	}
	if len(s.Members) > 0 {
		w.line(0, printer.T("explain.text_members"))
	}
	for i := range s.Members {
		w.member(i)
	}
	return w.String()
}

// textWriter writes one explanation as lines, indented by what they belong to.
type textWriter struct {
	strings.Builder
	*Explanation
	p *i18n.Printer
	s *engine.Statement
}

// line writes words with two blanks between them; what is empty is left out.
func (w *textWriter) line(level int, words ...string) {
	said := words[:0]
	for _, word := range words {
		if word != "" {
			said = append(said, word)
		}
	}
	if len(said) > 0 {
		w.WriteString(strings.Repeat("  ", level) + strings.Join(said, "  ") + "\n")
	}
}

func (w *textWriter) money(minor int64) string { return w.p.Money(minor, w.Currency) }

func (w *textWriter) head() {
	name := w.s.PayeeName
	if name == "" {
		name = w.s.Payee
	}
	w.line(0, w.p.T("explain.text_title", "Name", name, "Key", w.s.Payee, "Month", w.s.Period, "Plan", w.PlanName))
	about := "explain.text_about"
	if w.s.Team != "" {
		about = "explain.text_about_team"
	}
	hash := w.s.PlanHash[:min(len(w.s.PlanHash), hashShown)]
	w.line(0, w.p.T(about, "Level", Level(w.p, w.s.Level), "Team", w.s.Team, "Hash", hash))
	w.line(0, w.p.T("explain.text_total", "Amount", w.money(w.TotalFen)))
}

func (w *textWriter) measure(m *Measure) {
	reason := ""
	if m.Reason != "" {
		reason = w.p.T("explain.text_why", "Reason", m.Reason)
	}
	w.line(1, m.Name, m.Text, reason)
	w.line(2, computed(m.Parts))
}

// computed writes a calculation in one line.
func computed(pieces []Piece) string {
	words := make([]string, 0, len(pieces))
	for _, p := range pieces {
		words = append(words, strings.Join(strings.Fields(p.Operator+" "+p.Label+" "+p.Text), " "))
	}
	return strings.Join(words, " ")
}

func (w *textWriter) component(c *Component) {
	amount, quantity := w.money(c.AmountFen), c.Quantity
	if quantity == amount {
		quantity = ""
	}
	w.line(1, c.Name, amount, quantity)
	w.line(2, c.Zero)
	for _, condition := range c.Conditions {
		if condition.Met { // those that aren't are why it is zero
			w.line(2, w.p.T("explain.text_met", "Condition", condition.Text))
		}
	}
	for _, r := range c.Rates {
		if r.Name != "" || len(c.Formula) == 0 { // otherwise the formula is the same
			w.line(2, strings.TrimSpace(r.Name+" "+r.Base+" × "+r.Rate+" = "+r.Earned))
		}
	}
	for _, b := range c.Bands {
		w.band(c, b)
	}
	for _, step := range c.Steps {
		w.line(2, step)
	}
	w.line(2, computed(c.Formula))
	w.line(2, c.Next)
	w.line(2, c.Rounding)
	w.line(2, c.Limit)
}

// band writes a band that was reached: of a marginal table with what lay in it, otherwise with its multiplier alone.
func (w *textWriter) band(c *Component, b Band) {
	if !b.Reached {
		return
	}
	name := b.Name
	if b.Threshold != "" && b.Threshold != b.Name {
		name = w.p.T("explain.text_threshold", "Band", b.Name, "Threshold", b.Threshold)
	}
	if c.Marginal {
		w.line(2, w.p.T("explain.text_band", "Band", name, "Times", b.Times, "Base", b.Base, "Earned", b.Earned))
	} else {
		w.line(2, w.p.T("explain.text_band_reached", "Band", name, "Times", b.Times))
	}
}

func (w *textWriter) credit(line *engine.CreditLine) {
	product := line.Product
	if line.Category != "" {
		product += " (" + line.Category + ")"
	}
	share := w.source.limitText(plan.KindRatio, big.NewRat(int64(line.Share), wholeShare))
	part := w.money(line.PartFen)
	if line.Foreign != nil && line.Counts != "units" {
		part = w.p.Money(line.Foreign.PartMinor, line.Foreign.Currency)
	}
	w.line(1, line.On.String(), line.Payment, w.p.T("explain.text_credit", "Deal", line.Deal, "Customer", line.Customer, "Product", product,
		"Amount", w.p.Money(line.AmountFen, line.AmountCurrency(w.s.Currency)), "Share", share, "Part", part))
	if line.Foreign != nil && line.Foreign.Rate != "" {
		w.line(3, w.p.T("explain.text_foreign", "Foreign", w.source.foreign(line), "Part", w.money(line.PartFen)))
	}
	for k := range line.In {
		earn := &line.In[k]
		c, trace := w.Components[earn.Component], &w.s.Components[earn.Component]
		groups := len(c.Rates)
		if c.Marginal {
			groups = len(c.Bands)
		}
		for group := range groups {
			row, ok := w.source.creditRow(trace, c, line, earn, group)
			if !ok {
				continue
			}
			factors := row.Part + " × " + row.Rate
			if row.Times != "" {
				factors += " × " + row.Times
			}
			w.line(3, w.p.T("explain.text_earned", "Component", c.Name, "Factors", factors, "Earned", row.Earned))
		}
	}
}

func (w *textWriter) member(i int) {
	row := &w.Members.Rows[i]
	words := []string{row.Key}
	if row.Name != row.Key {
		words = append(words, row.Name)
	}
	words = append(words, row.Level)
	for k, value := range row.Values {
		if value != "" {
			words = append(words, w.Members.Columns[k]+" "+value)
		}
	}
	for _, id := range w.s.Members[i].Counted {
		words = append(words, w.p.T("explain.text_counted", "Measure", w.source.name(id)))
	}
	w.line(1, words...)
}
