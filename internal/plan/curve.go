package plan

import (
	"math/big"
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// CurveInput says for whom a payout curve is drawn: somebody with this quota whose base earns this average rate, where the plan looks
// rates up. Attainment names a ratio measure; empty takes the plan's first.
type CurveInput struct {
	Attainment  string
	QuotaFen    int64           // minor units, above zero
	AverageRate decimal.Decimal // 0.02 for 2 %, not negative
	UpTo        int64           // last attainment in percent; 0 means 200
}

// Curve is pay as a function of attainment.
type Curve struct {
	Attainment string      `json:"attainment"` // measure id
	Base       string      `json:"base"`       // the measure that attainment divides
	Total      []Point     `json:"total"`      // sum of the lines
	Lines      []CurveLine `json:"lines"`
	// Components that depend on something else and are not in the curve: on other measures, on people, single credits or earlier months. A
	// component that pays in some months only is drawn as in those, and the plan's own cap is not drawn.
	Left []string `json:"left,omitempty"`
}

// CurveLine is one component of a curve, at the same attainments as the total.
type CurveLine struct {
	Component string  `json:"component"`
	Points    []Point `json:"points"`
}

// Point is what an attainment pays. There is a point for each percent and for each attainment at which the rule changes or a cap
// begins. Before and After are the limits of pay from below and above: they differ where the curve jumps.
type Point struct {
	Attainment    string          `json:"attainment"`     // exact, "n/d" or digits; 1 is 100 %
	AttainmentPPM int64           `json:"attainment_ppm"` // the same in parts per million, rounded
	PayFen        int64           `json:"pay_fen"`
	BeforeFen     int64           `json:"before_fen"`
	AfterFen      int64           `json:"after_fen"`
	Capped        bool            `json:"capped,omitempty"`
	Slope         decimal.Decimal `json:"slope"` // pay for each further unit of the base, just above: 0.03 is 3 fen a yuan
}

// Jumps reports whether pay changes at once at this attainment.
func (p Point) Jumps() bool { return p.BeforeFen != p.AfterFen }

// Curve samples the plan's pay over attainment, exactly. It returns a KindInvalid error when the plan has no such attainment or the
// input is out of range, and money.ErrOverflow when an amount does not fit.
func (p *Plan) Curve(in CurveInput) (c *Curve, err error) {
	defer errs.Wrap(&err, "plan.Curve(%s)", in.Attainment)
	s, err := p.newSampler(in)
	if err != nil {
		return nil, err
	}
	c = &Curve{Attainment: s.attainment, Base: s.base}
	var drawn []Component
	for _, component := range p.Components {
		if s.draws(component) {
			drawn = append(drawn, component)
		} else {
			c.Left = append(c.Left, component.ID)
		}
	}
	places := s.places(drawn, in.UpTo)
	total := make([]Point, len(places))
	for i, x := range places {
		total[i] = newPoint(x)
	}
	for _, component := range drawn {
		line := CurveLine{Component: component.ID, Points: make([]Point, len(places))}
		for i, x := range places {
			if line.Points[i], err = s.point(component, x); err != nil {
				return nil, err
			}
			if err := total[i].include(line.Points[i]); err != nil {
				return nil, err
			}
		}
		c.Lines = append(c.Lines, line)
	}
	c.Total = total
	return c, nil
}

func newPoint(x *big.Rat) Point {
	ppm, err := money.Round(new(big.Rat).Mul(x, big.NewRat(1_000_000, 1)), money.HalfAwayFromZero)
	if err != nil {
		ppm = 0 // attainments end at a few thousand percent
	}
	return Point{Attainment: x.RatString(), AttainmentPPM: ppm}
}

// include adds another line's pay at the same attainment.
func (p *Point) include(o Point) (err error) {
	p.Capped = p.Capped || o.Capped
	p.Slope = p.Slope.Add(o.Slope)
	for _, sum := range []struct {
		to   *int64
		part int64
	}{{&p.PayFen, o.PayFen}, {&p.BeforeFen, o.BeforeFen}, {&p.AfterFen, o.AfterFen}} {
		if *sum.to, err = money.Add(*sum.to, sum.part); err != nil {
			return err
		}
	}
	return nil
}

// sampler evaluates components for one attainment measure: base = attainment · quota.
type sampler struct {
	plan                    *Plan
	attainment, base, quota string
	quotaFen                *big.Rat
	averageRate             decimal.Decimal
}

func (p *Plan) newSampler(in CurveInput) (*sampler, error) {
	s := &sampler{plan: p, quotaFen: new(big.Rat).SetInt64(in.QuotaFen), averageRate: in.AverageRate}
	for _, m := range p.Measures {
		if m.Ratio != nil && (in.Attainment == "" && p.decides(m.ID) || m.ID == in.Attainment) {
			s.attainment, s.base, s.quota = m.ID, m.Ratio.Of, m.Ratio.To
			break
		}
	}
	if s.attainment == "" {
		return nil, errs.New(errs.KindInvalid, "plan.curve.no_attainment", nil)
	}
	if in.QuotaFen <= 0 || in.QuotaFen > ruledoc.AmountMax || in.AverageRate.Sign() < 0 || in.UpTo < 0 || in.UpTo > 1000 {
		return nil, errs.New(errs.KindInvalid, "plan.curve.range", nil)
	}
	return s, nil
}

// decides reports whether a component's table or condition reads the measure itself.
func (p *Plan) decides(id string) bool {
	return slices.ContainsFunc(p.Components, func(c Component) bool {
		return c.Pays.Table != nil && c.Pays.Table.By == id ||
			slices.ContainsFunc(c.When, func(condition Condition) bool { return condition.Measure == id })
	})
}

// draws reports whether the component depends on nothing but attainment, its base and the quota.
func (s *sampler) draws(c Component) bool {
	known := func(id string) bool { return id == "" || id == s.attainment || id == s.base || id == s.quota }
	for _, condition := range c.When {
		if !known(condition.Measure) {
			return false
		}
	}
	return known(c.Pays.Of) && c.Pays.Per == "" && (c.Pays.Table == nil || known(c.Pays.Table.By)) && s.drawsSteps(c)
}

// value is the measure at an attainment, and how it moves with it.
func (s *sampler) value(id string, x *big.Rat) (v *big.Rat, moves bool) {
	switch id {
	case s.attainment:
		return x, true
	case s.base:
		return new(big.Rat).Mul(x, s.quotaFen), true
	}
	return s.quotaFen, false
}

// places are the attainments to sample: every percent, every edge and condition, and where a cap begins.
func (s *sampler) places(components []Component, upTo int64) []*big.Rat {
	if upTo == 0 {
		upTo = 200
	}
	last := big.NewRat(upTo, 100)
	var places []*big.Rat
	add := func(x *big.Rat) {
		if x.Sign() >= 0 && x.Cmp(last) <= 0 {
			places = append(places, x)
		}
	}
	for percent := range upTo + 1 {
		add(big.NewRat(percent, 100))
	}
	edge := func(id string, at decimal.Decimal) {
		switch id {
		case s.attainment:
			add(at.Rat())
		case s.base:
			add(new(big.Rat).Quo(at.Rat(), s.quotaFen))
		}
	}
	for _, c := range components {
		for _, condition := range c.When {
			edge(condition.Measure, condition.Value)
		}
		s.stepEdges(c, edge, add)
		if c.Pays.Table != nil {
			for _, b := range c.Pays.Table.Bands {
				if b.From != nil {
					edge(c.Pays.Table.By, *b.From)
				}
			}
		}
	}
	places = sortPlaces(places)
	for _, c := range components {
		for i := 1; i < len(places) && c.Cap != nil; i++ {
			if x := s.capBegins(c, places[i-1], places[i]); x != nil {
				places = slices.Insert(places, i, x)
				i++
			}
		}
	}
	return places
}

func sortPlaces(places []*big.Rat) []*big.Rat {
	slices.SortFunc(places, (*big.Rat).Cmp)
	return slices.CompactFunc(places, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
}

// capBegins returns the attainment strictly between two neighbours at which the exact pay meets the cap, or nil. Between neighbours
// pay is a straight line.
func (s *sampler) capBegins(c Component, low, high *big.Rat) *big.Rat {
	y0, _ := s.exact(c, low, +1)
	y1, _ := s.exact(c, high, -1)
	limit := s.capFen(c)
	if (y0.Cmp(limit) < 0) == (y1.Cmp(limit) < 0) || y0.Cmp(limit) == 0 || y1.Cmp(limit) == 0 {
		return nil
	}
	if bends(c) {
		return s.capOnCurve(c, low, high, limit)
	}
	share := new(big.Rat).Quo(limit.Sub(limit, y0), new(big.Rat).Sub(y1, y0))
	width := new(big.Rat).Sub(high, low)
	return share.Add(low, share.Mul(share, width))
}
