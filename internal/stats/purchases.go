package stats

import "math"

// History is what the purchase models know of a customer. Times are in any one unit (weeks, say), the same for all customers of a model.
type History struct {
	Repeats int     // days with a purchase after the first such day; several purchases on one day are one
	Last    float64 // time from the first purchase to the last; 0 without a repeat
	Age     float64 // time from the first purchase to the end of observation
}

// check refuses a history that cannot have happened.
func (h History) check() error {
	switch {
	case h.Repeats < 0:
		return refuseNumber("repeats", float64(h.Repeats))
	case !finite(h.Age) || h.Age < 0:
		return refuseNumber("age", h.Age)
	case !finite(h.Last) || h.Last < 0 || h.Last > h.Age || h.Repeats == 0 && h.Last != 0 || h.Repeats > 0 && h.Last == 0:
		return refuseNumber("last", h.Last)
	}
	return nil
}

// PurchaseModel is the BG/NBD model of customers without a contract: while alive a customer buys at a rate λ ~ Gamma(R, rate Alpha), and
// after each purchase goes for good with a probability p ~ Beta(A, B). Alpha is a time, in the unit of the histories; the others are
// pure numbers. Source: Fader, Hardie, Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005.
type PurchaseModel struct {
	R, Alpha, A, B float64
}

// Check refuses parameters that are not positive numbers.
func (m PurchaseModel) Check() error {
	names := [...]string{"r", "alpha", "a", "b"}
	for i, v := range [...]float64{m.R, m.Alpha, m.A, m.B} {
		if !finite(v) || v <= 0 {
			return refuseNumber(names[i], v)
		}
	}
	return nil
}

// logGamma is the logarithm of Γ(x) for x > 0.
func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// logSum is ln(e^x + e^y) without overflow.
func logSum(x, y float64) float64 {
	if x < y {
		x, y = y, x
	}
	if math.IsInf(x, -1) {
		return x
	}
	return x + math.Log1p(math.Exp(y-x))
}

// countTerm is the part of a customer's log-likelihood that depends on the number of repeats alone:
// ln Γ(r+x)/Γ(r) + r ln α + ln B(a, b+x)/B(a, b).
func (m PurchaseModel) countTerm(repeats int) float64 {
	x := float64(repeats)
	return logGamma(m.R+x) - logGamma(m.R) + m.R*math.Log(m.Alpha) +
		logGamma(m.A+m.B) + logGamma(m.B+x) - logGamma(m.B) - logGamma(m.A+m.B+x)
}

// timeTerm is the rest: ln[(α+T)^−(r+x) + 1{x>0} · a/(b+x−1) · (α+t)^−(r+x)].
func (m PurchaseModel) timeTerm(h History) float64 {
	x := float64(h.Repeats)
	alive := -(m.R + x) * math.Log(m.Alpha+h.Age)
	if h.Repeats == 0 {
		return alive
	}
	return logSum(alive, math.Log(m.A)-math.Log(m.B+x-1)-(m.R+x)*math.Log(m.Alpha+h.Last))
}

// LogLikelihood is ln L of the histories (methods C3), summed in their order. Refused: impossible histories and parameters.
func (m PurchaseModel) LogLikelihood(histories []History) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	total := 0.0
	for _, h := range histories {
		if err := h.check(); err != nil {
			return 0, err
		}
		total += m.countTerm(h.Repeats) + m.timeTerm(h)
	}
	return total, nil
}

// Alive is the probability that the customer has not gone for good: 1 / (1 + a/(b+x−1) · ((α+T)/(α+t))^(r+x)), and 1 without a repeat,
// because the model lets customers go only after a repeat. Refused: impossible histories and parameters.
func (m PurchaseModel) Alive(h History) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	if err := h.check(); err != nil {
		return 0, err
	}
	return m.alive(h), nil
}

func (m PurchaseModel) alive(h History) float64 {
	if h.Repeats == 0 {
		return 1
	}
	x := float64(h.Repeats)
	odds := math.Log(m.A) - math.Log(m.B+x-1) + (m.R+x)*(math.Log(m.Alpha+h.Age)-math.Log(m.Alpha+h.Last))
	return 1 / (1 + math.Exp(odds))
}

// Expected is the number of purchases to expect of the customer in the next span of time (methods C3, E[Y(t)]); a customer of age 0
// without a repeat is a new one. Refused: impossible histories and parameters, spans that are negative or no number.
func (m PurchaseModel) Expected(h History, span float64) (float64, error) {
	if err := m.Check(); err != nil {
		return 0, err
	}
	if err := h.check(); err != nil {
		return 0, err
	}
	if !finite(span) || span < 0 {
		return 0, refuseNumber("span", span)
	}
	if span == 0 {
		return 0, nil
	}
	expected := m.alive(h) * m.ifAlive(float64(h.Repeats), h.Age, span)
	if !finite(expected) {
		return 0, refuseNumber("expected", expected)
	}
	return math.Max(0, expected), nil
}

// poleWidth is how near to a pole of the formula (which the expectation itself does not have) the value is taken between two points
// beside the pole instead: an error of its square.
const poleWidth = 1e-4

// ifAlive is E[Y(t)] of a customer who is alive: (a+b+x−1)/(a−1) · [1 − s^(r+x) · ₂F₁(r+x, b+x; a+b+x−1; z)], s = (α+T)/(α+T+t), z = 1−s.
// By Euler's transformation s^(r+x)·₂F₁ is s^(a−1) · ₂F₁(a+b−1−r, a−1; a+b+x−1; z), which does not overflow for frequent buyers.
func (m PurchaseModel) ifAlive(x, age, span float64) float64 {
	if math.Abs(m.A-1) < poleWidth || x == 0 && math.Abs(m.A+m.B-1) < poleWidth {
		below, above := m, m
		below.A, above.A = m.A-2*poleWidth, m.A+2*poleWidth
		if below.A > 0 && m.B > 4*poleWidth {
			return (below.ifAlive(x, age, span) + above.ifAlive(x, age, span)) / 2
		}
	}
	c := m.A + m.B + x - 1
	z := span / (m.Alpha + age + span)
	s := (m.Alpha + age) / (m.Alpha + age + span)
	return c / (m.A - 1) * (1 - math.Pow(s, m.A-1)*hypergeometric(m.A+m.B-1-m.R, m.A-1, c, z))
}

// seriesTerms is how many terms of a series are summed at most; within them it ends for z up to 0.99999, in some hundredths of a second.
const seriesTerms = 4_000_000

// hypergeometric is ₂F₁(a, b; c; z) for 0 ≤ z < 1, by its series; NaN when that does not end. (mathext.Hypergeo of gonum 0.17 has no value for
// some whole numbers, such as 1, 1; 101; 0.9, and does not return where c − a − b is large and nearly whole.)
func hypergeometric(a, b, c, z float64) float64 {
	total, term := 1.0, 1.0
	for n := range seriesTerms {
		k := float64(n)
		term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * z
		total += term
		if math.Abs(term) <= 1e-17*math.Abs(total) {
			return total
		}
	}
	return math.NaN()
}

// ValueOver is what the customer is expected to bring in the coming periods of one length each, discounted: Σ over k of
// (E[Y(k·length)] − E[Y((k−1)·length)]) · perPurchase / (1+discount)^k. PerPurchase is in any unit of money (revenue or margin, as the
// caller means it), discount is a rate per period. Refused: as Expected; no period; a discount of −1 or less.
func (m PurchaseModel) ValueOver(h History, periods int, length, perPurchase, discount float64) (float64, error) {
	switch {
	case periods < 1:
		return 0, refuseNumber("periods", float64(periods))
	case !finite(length) || length <= 0:
		return 0, refuseNumber("length", length)
	case !finite(perPurchase):
		return 0, refuseNumber("per_purchase", perPurchase)
	case !finite(discount) || discount <= -1:
		return 0, refuseNumber("discount", discount)
	}
	value, before := 0.0, 0.0
	for k := 1; k <= periods; k++ {
		until, err := m.Expected(h, float64(k)*length)
		if err != nil {
			return 0, err
		}
		value += (until - before) * perPurchase / math.Pow(1+discount, float64(k))
		before = until
	}
	return value, nil
}
