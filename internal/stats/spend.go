package stats

import (
	"cmp"
	"math"
	"slices"

	"xiaoguan/internal/errs"
)

// Spend is what a customer paid in repeats: how many there were, and the mean amount of one, in any unit of money.
type Spend struct {
	Repeats int
	Mean    float64
}

func (s Spend) check() error {
	if s.Repeats < 0 {
		return refuseNumber("repeats", float64(s.Repeats))
	}
	if !finite(s.Mean) || s.Mean < 0 || s.Repeats > 0 && s.Mean == 0 {
		return refuseNumber("mean", s.Mean)
	}
	return nil
}

// SpendModel is the Gamma–Gamma model of what one purchase brings: amounts of a customer are Gamma(P, rate ν) and ν ~ Gamma(Q, rate V) over
// customers. V is in the unit of the amounts. It holds only when amounts do not go with the number of purchases. Source: Fader, Hardie,
// "The Gamma-Gamma Model of Monetary Value", brucehardie.com note 25, 2013.
type SpendModel struct {
	P, Q, V float64
}

// Expected is the mean amount to expect of a customer's purchases: (q−1)/(px+q−1) · pv/(q−1) + px/(px+q−1) · m̄, the mean of all customers
// without a repeat. Refused: parameters that are not positive; q ≤ 1, where the mean of all is infinite; negative amounts.
func (m SpendModel) Expected(s Spend) (float64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	names := [...]string{"p", "q", "v"}
	for i, v := range [...]float64{m.P, m.Q - 1, m.V} {
		if !finite(v) || v <= 0 {
			return 0, refuseNumber(names[i], v)
		}
	}
	own := m.P * float64(s.Repeats)
	return (m.P*m.V + own*s.Mean) / (own + m.Q - 1), nil
}

// logLikelihood of one customer with a repeat.
func (m SpendModel) logLikelihood(s Spend) float64 {
	x := float64(s.Repeats)
	own := m.P * x
	return logGamma(own+m.Q) - logGamma(own) - logGamma(m.Q) + m.Q*math.Log(m.V) +
		(own-1)*math.Log(s.Mean) + own*math.Log(x) - (own+m.Q)*math.Log(x*s.Mean+m.V)
}

// SpendFit is a fitted model and how well it fits.
type SpendFit struct {
	Model         SpendModel
	LogLikelihood float64 // without the penalty
	RepeatBuyers  int
}

// FitSpend estimates the Gamma–Gamma model by maximum likelihood from the customers with a repeat; the others say nothing about it. Their
// order does not matter, to the bit. Refused: negative amounts, repeats that brought nothing; fewer repeat buyers than asked for; data
// whose likelihood rises without end; estimates with q ≤ 1, which have no mean.
func FitSpend(spends []Spend, o FitOptions) (fit SpendFit, err error) {
	defer errs.Wrap(&err, "stats.FitSpend(%d customers)", len(spends))
	var buyers []Spend
	for _, s := range spends {
		if err := s.check(); err != nil {
			return SpendFit{}, err
		}
		if s.Repeats > 0 {
			buyers = append(buyers, s)
		}
	}
	if err := o.check(len(buyers)); err != nil {
		return SpendFit{}, err
	}
	slices.SortFunc(buyers, func(a, b Spend) int {
		return cmp.Or(cmp.Compare(a.Repeats, b.Repeats), cmp.Compare(a.Mean, b.Mean))
	})
	unit := 0.0
	for _, s := range buyers {
		unit += s.Mean / float64(len(buyers))
	}
	for i := range buyers {
		buyers[i].Mean /= unit
	}
	total := func(m SpendModel) float64 {
		sum := 0.0
		for _, s := range buyers {
			sum += m.logLikelihood(s)
		}
		return sum
	}
	model := func(logs []float64) SpendModel {
		return SpendModel{P: math.Exp(logs[0]), Q: math.Exp(logs[1]), V: math.Exp(logs[2])}
	}
	logs, err := least(func(logs []float64) float64 {
		m := model(logs)
		return -total(m)/float64(len(buyers)) + o.Penalty*(m.P*m.P+m.Q*m.Q+m.V*m.V)
	}, [][]float64{{1, 1, 0}, {0, 0.5, 0}})
	if err != nil {
		return SpendFit{}, err
	}
	m := model(logs)
	likelihood := total(m) - float64(len(buyers))*math.Log(unit)
	m.V *= unit
	if m.Q <= 1 {
		return SpendFit{}, refuseNumber("q", m.Q)
	}
	return SpendFit{Model: m, LogLikelihood: likelihood, RepeatBuyers: len(buyers)}, nil
}
