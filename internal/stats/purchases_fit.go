package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"

	"xiaoguan/internal/errs"
)

// FitOptions say how a model is fitted. The zero value fits plainly and asks for the usual number of repeat buyers.
type FitOptions struct {
	// Penalty pulls parameters to 0: it times the sum of their squares is taken from the mean log-likelihood. Times and amounts are
	// divided by their mean first, so that it does not depend on units. 0 is plain maximum likelihood; 0.001 to 0.1 is usual for few data.
	Penalty float64
	// LeastRepeatBuyers is how many customers with a repeat there must be; 0 means UsualRepeatBuyers.
	LeastRepeatBuyers int
}

// UsualRepeatBuyers is the least number of customers with a repeat that models are fitted to: "some hundreds" (methods C3).
const UsualRepeatBuyers = 200

func (o FitOptions) check(repeatBuyers int) error {
	if !finite(o.Penalty) || o.Penalty < 0 {
		return refuseNumber("penalty", o.Penalty)
	}
	need := o.LeastRepeatBuyers
	if need == 0 {
		need = UsualRepeatBuyers
	}
	if need < 1 {
		return refuseNumber("least_repeat_buyers", float64(need))
	}
	if repeatBuyers < need {
		return refuseFew(repeatBuyers, need)
	}
	return nil
}

// PurchaseFit is a fitted model and how well it fits.
type PurchaseFit struct {
	Model         PurchaseModel
	LogLikelihood float64 // without the penalty
	Customers     int
	RepeatBuyers  int
}

// group is all customers with one and the same history.
type group struct {
	History
	customers float64
}

// FitPurchases estimates the BG/NBD model by maximum likelihood: Nelder–Mead on the logarithms of the parameters, started again from
// what it found until nothing is gained. The order of the histories does not matter, to the bit. Refused: impossible histories; fewer
// repeat buyers than asked for; data whose likelihood rises towards infinite or vanishing parameters, as when nobody ever goes.
func FitPurchases(histories []History, o FitOptions) (fit PurchaseFit, err error) {
	defer errs.Wrap(&err, "stats.FitPurchases(%d customers)", len(histories))
	groups, repeatBuyers, meanAge, err := groupHistories(histories)
	if err != nil {
		return PurchaseFit{}, err
	}
	if err := o.check(repeatBuyers); err != nil {
		return PurchaseFit{}, err
	}
	customers := float64(len(histories))
	objective := func(logs []float64) float64 {
		m := purchaseModel(logs)
		penalty := o.Penalty * (m.R*m.R + m.Alpha*m.Alpha + m.A*m.A + m.B*m.B)
		return -m.likelihoodOf(groups)/customers + penalty
	}
	logs, err := least(objective, [][]float64{{-1, -1, 0, 1}, {0, 0, -1, 0}})
	if err != nil {
		return PurchaseFit{}, err
	}
	m := purchaseModel(logs)
	m.Alpha *= meanAge
	// Times were divided by the mean age: each repeat's density takes its logarithm back.
	repeats := 0.0
	for _, g := range groups {
		repeats += g.customers * float64(g.Repeats)
	}
	likelihood := purchaseModel(logs).likelihoodOf(groups) - repeats*math.Log(meanAge)
	return PurchaseFit{Model: m, LogLikelihood: likelihood, Customers: len(histories), RepeatBuyers: repeatBuyers}, nil
}

func purchaseModel(logs []float64) PurchaseModel {
	return PurchaseModel{R: math.Exp(logs[0]), Alpha: math.Exp(logs[1]), A: math.Exp(logs[2]), B: math.Exp(logs[3])}
}

// groupHistories sorts histories, joins equal ones and divides times by the mean age.
func groupHistories(histories []History) (groups []group, repeatBuyers int, meanAge float64, err error) {
	sorted := slices.Clone(histories)
	slices.SortFunc(sorted, func(a, b History) int {
		return cmp.Or(cmp.Compare(a.Repeats, b.Repeats), cmp.Compare(a.Age, b.Age), cmp.Compare(a.Last, b.Last))
	})
	for _, h := range sorted {
		if err := h.check(); err != nil {
			return nil, 0, 0, err
		}
		meanAge += h.Age / float64(len(sorted))
		if h.Repeats > 0 {
			repeatBuyers++
		}
		if last := len(groups) - 1; last >= 0 && groups[last].History == h {
			groups[last].customers++
		} else {
			groups = append(groups, group{h, 1})
		}
	}
	for i := range groups {
		groups[i].Age /= meanAge
		groups[i].Last /= meanAge
	}
	return groups, repeatBuyers, meanAge, nil
}

// likelihoodOf is the log-likelihood of groups, which stand in order of their repeats, so that count terms are computed once each.
func (m PurchaseModel) likelihoodOf(groups []group) float64 {
	total, count, repeats := 0.0, 0.0, -1
	for _, g := range groups {
		if g.Repeats != repeats {
			repeats, count = g.Repeats, m.countTerm(g.Repeats)
		}
		total += g.customers * (count + m.timeTerm(g.History))
	}
	return total
}

// Bounds of a search on logarithms: beyond them parameters are as good as infinite or 0, and the data do not tell them.
const (
	logLimit     = 9.0
	searchRounds = 12
	searchGain   = 1e-11
)

// least finds where an objective of logarithms is least, from several starts. Refused: an objective that is least at the limits, and
// one that does not settle.
func least(objective func([]float64) float64, starts [][]float64) ([]float64, error) {
	bounded := func(logs []float64) float64 {
		for _, v := range logs {
			if math.Abs(v) > logLimit {
				return math.MaxFloat64
			}
		}
		if value := objective(logs); finite(value) {
			return value
		}
		return math.MaxFloat64
	}
	var best []float64
	value, settled := math.Inf(1), false
	for _, start := range starts {
		at, from := start, math.Inf(1)
		for range searchRounds {
			settings := &optimize.Settings{Converger: &optimize.FunctionConverge{Absolute: 1e-12, Iterations: 60}, FuncEvaluations: 4000}
			result, err := optimize.Minimize(optimize.Problem{Func: bounded}, at, settings, &optimize.NelderMead{})
			if err != nil {
				return nil, errs.New(errs.KindInvalid, "stats.unsettled", nil).Because(err)
			}
			at = result.X
			if result.F < value {
				best, value = slices.Clone(at), result.F
			}
			if from-result.F < searchGain {
				settled = true
				break
			}
			from = result.F
		}
	}
	if !settled || best == nil || value == math.MaxFloat64 {
		return nil, errs.New(errs.KindInvalid, "stats.unsettled", nil)
	}
	for _, v := range best {
		if math.Abs(v) > logLimit-1 {
			return nil, errs.New(errs.KindInvalid, "stats.unsettled", nil)
		}
	}
	return best, nil
}
