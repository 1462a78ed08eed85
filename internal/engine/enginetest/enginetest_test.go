package enginetest_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/plan"
)

// The seeds of the inputs that TestInputsReachEverything looks at are fixed, so that what they reach changes with the generator (and
// rapid) alone, never from run to run. The rarest form is reached by about twice as many as it must be.
const (
	seeds   = 600
	reached = 8
)

// TestInputsReachEverything: random comparison is worth what its inputs reach. A generator that stopped drawing a form would go
// unnoticed otherwise. The inputs are compared as well: they are those that every run of the tests has.
func TestInputsReachEverything(t *testing.T) {
	t.Parallel()
	inputs := rapid.Custom(enginetest.Input)
	seen := map[string]int{}
	for seed := range seeds {
		in := inputs.Example(seed)
		if difference := compare(in); difference != "" {
			t.Errorf("seed %d: %s", seed, difference)
		}
		pay, err := refmodel.Compute(in)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		f := forms{}
		f.facts(in, pay)
		f.crediting(in.Crediting)
		for _, p := range in.Plans {
			f.plan(p)
		}
		for form := range f {
			seen[form]++
		}
	}
	t.Logf("inputs of %d that reach a form: %v", seeds, seen)
	for _, form := range wanted() {
		if seen[form] < reached {
			t.Errorf("%s was reached by %d of %d inputs, want %d", form, seen[form], seeds, reached)
		}
	}
}

// wanted lists what inputs must reach.
func wanted() []string {
	return []string{
		"above zero", "below zero", "zero", "carried on", "carried in", "refund", "deal without sellers",
		"rule to deal.sellers", "rule to deal.referrer", "rule to house", "rule to manager_chain", "rule to role", "rule to person", "rule deducts",
		"rule of full", "rule of rest", "rule by_split", "rule full_each", "rule base full", "rule base after_level_below", "rule where", "rule in a group",
		"rule within company", "rule within region", "rule within team", "first_in_sequence", "most_specific", "tax divided", "tax share_of_gross",
		"on collected", "on signed", "on invoiced", "refunds negative_credit_when_refunded", "refunds kept_until_clawback", "negative stands", "negative zero", "joiner by_day", "leaver by_day", "later paid", "later unpaid",
		"no quota attainment_zero", "no quota not_applicable",
		"credits sum", "credits sum_margin", "credits sum_units", "credits count", "credits count_deals", "credits count_customers",
		"credits count_products", "credits first_date", "credits last_date", "credits by rule", "filter product", "filter product.category",
		"filter amount", "filter customer", "filter customer.tier", "filter customer.region", "filter customer.months_since_first_payment",
		"filter customer.first_payment", "filter deal.months_since_signed",
		"window period", "window quarter_to_date", "window half_year_to_date", "window year_to_date", "window ever", "window of months", "window back",
		"quota", "ramp", "ratio", "tenure full_years", "tenure calendar_months", "tenure days", "given money", "given ratio", "given count", "given zero",
		"given no_value", "retained", "scorecard", "formula money", "formula ratio", "formula count", "component measure",
		"team sum", "team average", "team highest", "team lowest", "team count", "team where", "group led_teams", "group own_team", "group own_region",
		"group company", "group plan", "group mentees", "rank best", "rank worst", "rank average", "rank ascending",
		"pays in", "when", "amount", "per", "amount grid", "rate", "lookup", "rate grid", "prizes all", "prizes share", "pool of amount", "pool of rate",
		"deduct amount", "deduct measure", "whole_amount", "marginal", "above_point", "interpolated", "line below flat", "line below zero",
		"line below extend", "line beyond flat", "line beyond extend", "factors product", "factors weighted", "factor measure", "factor bands", "factor grid",
		"round component", "round credit", "round band", "round unit", "cap", "cap percent", "cap per credit", "cap per deal", "cap over quarter",
		"cap over year", "cap carried", "floor", "prizes when", "pool when", "contest not due",
		"filter within a path", "lookup by path", "prizes of percentiles down", "prizes of percentiles up", "in another currency", "paid in another than its deal", "on event_date", "on signed_on", "on period_end", "converts before the rate", "converts after the rate",
		"deductible below slices", "rounded parts with a cap", "rounded parts with factors", "plan cap", "plan cap over", "plan cap carried",
	}
}

// forms are what an input holds.
type forms map[string]bool

func (f forms) note(form string, reached bool) {
	if reached {
		f[form] = true
	}
}

func (f forms) facts(in engine.Input, pay map[refmodel.Line]refmodel.Pay) {
	for _, p := range pay {
		f.note("above zero", p.AmountFen > 0)
		f.note("below zero", p.AmountFen < 0)
		f.note("zero", p.AmountFen == 0)
		f.note("carried on", p.CarriedFen > 0)
	}
	for _, row := range in.Earlier {
		f.note("carried in", row.CarriedFen > 0)
	}
	for _, fen := range in.Facts.Payments.AmountFen {
		f.note("refund", fen < 0)
	}
	for i, currency := range in.Facts.Payments.Currency {
		f.note("in another currency", currency != 0)
		f.note("paid in another than its deal", currency != in.Facts.DealsMore[in.Facts.Payments.Deal[i]].Currency)
	}
	for _, d := range in.Facts.Deals {
		f.note("deal without sellers", d.ShareFrom == d.ShareTo)
	}
}

func (f forms) crediting(c *plan.Crediting) {
	f.note(string(c.Precedence), true)
	for _, e := range c.Events {
		if e.Tax != nil {
			f.note("tax "+string(e.Tax.Form), true)
		}
	}
	for _, r := range c.Rules {
		f.note("rule to "+string(r.To), true)
		f.note("rule deducts", r.Deducts)
		f.note("rule of "+string(r.Of), r.Percent != nil)
		f.note("rule "+string(r.Share), true)
		f.note("rule base "+string(r.Base), true)
		f.note("rule where", len(r.Where) > 0)
		f.note("rule in a group", r.Group != "")
		f.note("rule within "+string(r.Within), true)
	}
}

func (f forms) plan(p *plan.Plan) {
	s := p.Statements
	for _, word := range []string{"on " + s.EarnedOn, "negative " + string(s.NegativeResult), "refunds " + string(s.Refund), "joiner " + string(s.Joiner), "leaver " + string(s.Leaver),
		"later " + string(s.LeaverLaterCollections), "no quota " + string(s.ZeroQuota)} {
		f.note(word, true)
	}
	for _, m := range p.Measures {
		f.measure(m)
	}
	if c := p.Currencies; c != nil {
		f.note("on "+string(c.On), true)
		f.note("converts before the rate", !c.AfterRate)
		f.note("converts after the rate", c.AfterRate)
	}
	for _, c := range p.Components {
		f.component(c)
	}
	if p.Cap != nil {
		f.note("plan cap", true)
		f.note("plan cap over", p.Cap.Over != "")
		f.note("plan cap carried", p.Cap.Carried)
	}
}

func (f forms) window(w plan.Window, s *plan.Span) {
	f.note("window "+string(w), true)
	if s != nil {
		f.note("window "+string(s.Window), s.Back == 0)
		f.note("window of months", s.Months > 0)
		f.note("window back", s.Back > 0)
	}
}

func (f forms) measure(m plan.Measure) {
	switch {
	case m.Credits != nil:
		f.note("credits "+string(m.Credits.Value), true)
		f.note("credits by rule", len(m.Credits.By) > 0)
		for _, filter := range m.Credits.Where {
			f.note("filter "+string(filter.Field), true)
			f.note("filter within a path", filter.Within)
		}
		f.window(m.Credits.Window, m.Credits.Span)
	case m.Quota != nil:
		f.note("quota", true)
		f.note("ramp", m.Quota.Ramp != nil)
		f.window(m.Quota.Window, m.Quota.Span)
	case m.Tenure != nil:
		f.note("tenure "+string(m.Tenure.Unit), true)
	case m.Team != nil:
		f.team(m.Team)
	case m.Given != nil:
		f.note("given "+string(m.Given.Kind), true)
		f.note("given "+string(m.Given.Missing), true)
		f.window(m.Given.Window, m.Given.Span)
	case m.Formula != nil:
		f.note("formula "+string(m.Formula.Kind), true)
	case m.Rank != nil:
		f.note("rank "+string(m.Rank.Ties), true)
		f.note("rank "+string(m.Rank.Order), true)
		f.note("group "+string(m.Rank.Among), true)
	}
	f.note("ratio", m.Ratio != nil)
	f.note("retained", m.Retained != nil)
	f.note("scorecard", m.Scorecard != nil)
	f.note("component measure", m.Component != "")
}

func (f forms) team(t *plan.TeamMeasure) {
	fold, group := t.Fold, t.Group
	switch {
	case t.Sum == "":
		fold = "count"
	case fold == "":
		fold = plan.FoldSum
	}
	if group == "" {
		group = plan.GroupLedTeams
	}
	f.note("team "+string(fold), true)
	f.note("team where", len(t.Where) > 0)
	f.note("group "+string(group), true)
}

func (f forms) component(c plan.Component) {
	f.note("pays in", len(c.PaysIn) > 0)
	f.note("when", len(c.When) > 0)
	f.note("amount", c.Pays.AmountFen != 0)
	f.note("per", c.Pays.Per != "")
	f.note("amount grid", c.Pays.AmountGrid != nil)
	if c.Pays.Rate != nil {
		f.note("rate", c.Pays.Rate.Lookup == "" && c.Pays.Rate.Grid == nil)
		f.note("lookup", c.Pays.Rate.Lookup != "")
		f.note("lookup by path", c.Pays.Rate.Path)
		f.note("rate grid", c.Pays.Rate.Grid != nil)
	}
	if c.Pays.Prizes != nil {
		f.note("prizes "+c.Pays.Prizes.Ties, true)
		f.note("prizes of percentiles "+string(c.Pays.Prizes.Places), true)
	}
	if c.Pays.Pool != nil {
		f.note("pool of amount", c.Pays.Pool.Rate == nil)
		f.note("pool of rate", c.Pays.Pool.Rate != nil)
	}
	if c.Pays.Deduct != nil {
		f.note("deduct amount", c.Pays.Deduct.Measure == "")
		f.note("deduct measure", c.Pays.Deduct.Measure != "")
	}
	if t := c.Pays.Table; t != nil {
		f.note(string(t.Style), true)
		if t.Line != nil {
			f.note("line below "+string(t.Line.Below), true)
			f.note("line beyond "+string(t.Line.Beyond), true)
		}
	}
	f.mixed(c)
	f.limits(c)
}

// mixed notes the steps that decide together.
func (f forms) mixed(c plan.Component) {
	contest := c.Pays.Prizes != nil || c.Pays.Pool != nil
	inSlices := c.Pays.Table != nil && (c.Pays.Table.Style == plan.StyleMarginal || c.Pays.Table.Style == plan.StyleAbovePoint)
	f.note("prizes when", c.Pays.Prizes != nil && len(c.When) > 0)
	f.note("pool when", c.Pays.Pool != nil && len(c.When) > 0)
	f.note("contest not due", contest && len(c.PaysIn) > 0)
	f.note("deductible below slices", c.Pays.Deduct != nil && inSlices)
	f.note("rounded parts with a cap", c.Round.At != plan.RoundAtComponent && c.Cap != nil)
	f.note("rounded parts with factors", c.Round.At != plan.RoundAtComponent && c.Pays.Factors != nil)
}

func (f forms) limits(c plan.Component) {
	if c.Pays.Factors != nil {
		f.note("factors "+string(c.Pays.Factors.Combine), true)
		for _, item := range c.Pays.Factors.Items {
			f.note("factor grid", item.Grid != nil)
			f.note("factor bands", item.Bands != nil)
			f.note("factor measure", item.Measure != "" && item.Bands == nil)
		}
	}
	f.note("round "+string(c.Round.At), true)
	f.note("round unit", c.Round.Unit > 1)
	f.note("floor", c.Floor != nil)
	if c.Cap != nil {
		f.note("cap", true)
		f.note("cap percent", c.Cap.Percent != nil)
		f.note(fmt.Sprintf("cap per %s", c.Cap.Per), true)
		f.note(fmt.Sprintf("cap over %s", c.Cap.Over), true)
		f.note("cap carried", c.Cap.Carried)
	}
}
