package engine

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// program is a plan ready to run over these facts.
type program struct {
	plan       *plan.Plan
	measures   []measure // parallel to plan.Measures
	index      map[string]int
	components []component // parallel to plan.Components
	factor     bool        // a part period changes quotas or fixed amounts
	levelAt    bool        // credits count by the level of their own day
}

// measure is a compiled measure.
type measure struct {
	kind   plan.ValueKind
	fact   plan.FactKind // of credits measures
	filter predicate
	from   calendar.Date // first day of the window
	first  *firstNeed    // of first-date measures
}

// component is a compiled component.
type component struct {
	of     int // measure index of the base; −1 none
	by     int // measure index that chooses the band; −1 none
	per    int // measure index of the count; −1 none
	rate   rate
	bands  []band
	rateAt int // index of the component's credits measure when rates apply per credit; −1 when to one base
}

// rate is a rate for each product as a whole number over one divisor.
type rate struct {
	fixed    int64
	products []int64 // by product index; missing marks no row
	names    []string
	texts    []string // the rate as text, by product index
	fixedAs  string
	divisor  *big.Int
}

// missing marks a product for which a lookup has no row.
const missing = int64(-1 << 63)

// band is a row of a table: edges as exact values, nil where open.
type band struct {
	from, to *big.Rat
	times    *big.Rat
	text     string
}

// compile checks what only the facts can tell and prepares a plan for running.
func compile(s *state, p *plan.Plan, n *needs) (*program, error) {
	if s.in.Facts.Currency != "" && p.Currency != s.in.Facts.Currency {
		return nil, errs.New(errs.KindInvalid, "engine.currency", errs.Args{"Plan": p.ID, "PlanCurrency": string(p.Currency), "Currency": string(s.in.Facts.Currency)})
	}
	program := &program{plan: p, index: map[string]int{}, levelAt: p.Statements.LevelAt == plan.AtCreditDate,
		factor: p.Statements.Joiner == plan.PartPeriodByDay || p.Statements.Leaver == plan.PartPeriodByDay}
	for i, m := range p.Measures {
		program.index[m.ID] = i
		compiled, err := compileMeasure(s, p, m, n)
		if err != nil {
			return nil, err
		}
		program.measures = append(program.measures, compiled)
	}
	for _, c := range p.Components {
		compiled, err := compileComponent(s, program, c)
		if err != nil {
			return nil, err
		}
		program.components = append(program.components, compiled)
	}
	return program, nil
}

func compileMeasure(s *state, p *plan.Plan, m plan.Measure, n *needs) (measure, error) {
	out := measure{kind: m.Kind(p.Measures)}
	switch {
	case m.Quota != nil:
		out.from = s.windowStart(m.Quota.Window)
	case m.Credits != nil:
		c := m.Credits
		event := s.event(c.Event)
		if event == nil {
			return out, errs.New(errs.KindInvalid, "engine.unknown_event", errs.Args{"Plan": p.ID, "Event": c.Event})
		}
		out.fact = event.Fact
		for _, other := range s.in.Crediting.Events {
			if other.ID != event.ID && other.Fact == event.Fact && slices.Contains(n.events, other.ID) {
				return out, errs.New(errs.KindInvalid, "engine.two_events", errs.Args{"Event": event.ID, "Other": other.ID})
			}
		}
		if !slices.Contains(n.events, event.ID) {
			n.events = append(n.events, event.ID)
		}
		var err error
		if out.filter, err = compileFilters(s, c.Where, n); err != nil {
			return out, err
		}
		if c.Value == plan.CreditsFirstDate {
			out.first = &firstNeed{event: event.ID, filter: out.filter, dates: make([]calendar.Date, len(s.in.Facts.Persons))}
			for i := range out.first.dates {
				out.first.dates[i] = calendar.Forever
			}
			n.firsts = append(n.firsts, out.first)
			return out, nil
		}
		out.from = s.windowStart(c.Window)
		n.from = min(n.from, out.from)
	}
	return out, nil
}

func (s *state) event(id string) *plan.Event {
	for i := range s.in.Crediting.Events {
		if s.in.Crediting.Events[i].ID == id {
			return &s.in.Crediting.Events[i]
		}
	}
	return nil
}

// windowStart is the first day of a window that ends with the period.
func (s *state) windowStart(w plan.Window) calendar.Date {
	year, month := s.in.Period.Civil()
	switch w {
	case plan.WindowEver:
		return calendar.NoDate
	case plan.WindowYearToDate:
		return calendar.NewDate(year, 1, 1)
	case plan.WindowQuarterToDate:
		return calendar.NewDate(year, (month-1)/3*3+1, 1)
	}
	return s.first
}

func compileComponent(s *state, program *program, c plan.Component) (component, error) {
	out := component{of: -1, by: -1, per: -1, rateAt: -1}
	if c.Pays.Of != "" {
		out.of = program.index[c.Pays.Of]
		if m := program.plan.Measures[out.of]; m.Credits != nil {
			out.rateAt = out.of
		}
	}
	if c.Pays.Per != "" {
		out.per = program.index[c.Pays.Per]
	}
	if t := c.Pays.Table; t != nil {
		out.by = program.index[t.By]
		for _, b := range t.Bands {
			compiled := band{times: b.Times.Rat(), text: b.Times.String()}
			if b.From != nil {
				compiled.from = b.From.Rat()
			}
			if b.To != nil {
				compiled.to = b.To.Rat()
			}
			out.bands = append(out.bands, compiled)
		}
	}
	if c.Pays.Rate != nil {
		var err error
		if out.rate, err = compileRate(s, program.plan, c, out.rateAt >= 0); err != nil {
			return out, err
		}
	}
	return out, nil
}

// compileRate brings all rates of a lookup to one divisor, so that a credit costs one multiplication.
func compileRate(s *state, p *plan.Plan, c plan.Component, perCredit bool) (rate, error) {
	r := c.Pays.Rate
	values := map[string]*big.Rat{}
	texts := map[string]string{}
	divisor := big.NewInt(1)
	widen := func(v *big.Rat) {
		common := new(big.Int).GCD(nil, nil, divisor, v.Denom())
		divisor.Mul(divisor, new(big.Int).Quo(v.Denom(), common))
	}
	fixed := r.Fixed.Rat()
	if r.Otherwise != nil {
		fixed = r.Otherwise.Rat()
	}
	widen(fixed)
	for _, row := range r.Rows {
		values[row.Key], texts[row.Key] = row.Rate.Rat(), row.Rate.Percent()
		widen(values[row.Key])
	}
	scaled := func(v *big.Rat) (int64, error) {
		n := new(big.Int).Quo(new(big.Int).Mul(v.Num(), divisor), v.Denom())
		if !n.IsInt64() {
			return 0, money.ErrOverflow
		}
		return n.Int64(), nil
	}
	out := rate{divisor: divisor, fixedAs: r.Fixed.Percent()}
	var err error
	if out.fixed, err = scaled(fixed); err != nil || r.Lookup == "" {
		return out, err
	}
	if !perCredit {
		return out, errs.New(errs.KindInvalid, "engine.lookup_needs_credits", errs.Args{"Plan": p.ID, "Component": c.ID})
	}
	for _, product := range s.in.Facts.Products {
		key := product.Category
		if r.Lookup == plan.FieldProduct {
			key = product.Key
		}
		value, ok := values[key]
		number, text := missing, texts[key]
		switch {
		case ok:
			number, err = scaled(value)
		case r.Otherwise != nil:
			number, text = out.fixed, r.Otherwise.Percent()
		}
		if err != nil {
			return out, err
		}
		out.products, out.names, out.texts = append(out.products, number), append(out.names, key), append(out.texts, text)
	}
	return out, nil
}
