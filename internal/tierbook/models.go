package tierbook

import (
	"math"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/stats"
	"xiaoguan/internal/tier"
)

// What models are fitted to: purchases are counted in weeks, and of very many customers every second, fourth … is taken.
const (
	weekDays     = 7
	yearWeeks    = 52
	sampleMost   = 100_000
	fitPenalty   = 0.001
	silenceShare = 0.9 // of a customer's own intervals: silence beyond them is unusual
	million      = 1_000_000
)

// thinned keeps a sample of values that come one after the other: all of them, or every second, fourth … of very many.
type thinned[T any] struct {
	values []T
	stride int
	seen   int
}

func (t *thinned[T]) add(v T) {
	t.stride = max(t.stride, 1)
	if t.seen++; (t.seen-1)%t.stride != 0 {
		return
	}
	if t.values = append(t.values, v); len(t.values) <= sampleMost {
		return
	}
	kept := t.values[:0]
	for i := 0; i < len(t.values); i += 2 {
		kept = append(kept, t.values[i])
	}
	t.values, t.stride = kept, 2*t.stride
}

// study gathers what estimates rest on, and makes them: how long customers may be silent, whether they buy again, and for how much.
type study struct {
	on        calendar.Date
	intervals map[tier.Tier]*thinned[float64]
	histories thinned[stats.History]
	spends    thinned[stats.Spend]

	groups    map[tier.Tier]float64 // the usual interval of a tier's customers
	purchases *stats.PurchaseModel  // nil: too few repeat buyers, or data that tell nothing
	spending  *stats.SpendModel
	buyers    int
}

func newStudy(on calendar.Date) *study {
	return &study{on: on, intervals: map[tier.Tier]*thinned[float64]{}, groups: map[tier.Tier]float64{}}
}

// history is how a customer bought.
func (s *study) history(o *outlined) (h stats.History, spend stats.Spend, ok bool) {
	if len(o.days) == 0 {
		return h, spend, false
	}
	first, last := o.days[0], o.days[len(o.days)-1]
	h = stats.History{Repeats: len(o.days) - 1, Last: float64(last-first) / weekDays, Age: float64(s.on-first) / weekDays}
	total := int64(0)
	for _, amount := range o.amounts[1:] {
		total += amount
	}
	if total > 0 {
		spend = stats.Spend{Repeats: h.Repeats, Mean: float64(total) / float64(h.Repeats)}
	}
	return h, spend, true
}

// add learns from a customer of a tier.
func (s *study) add(o *outlined, t tier.Tier) {
	if s.intervals[t] == nil {
		s.intervals[t] = &thinned[float64]{}
	}
	for _, days := range o.intervals() {
		s.intervals[t].add(days)
	}
	h, spend, ok := s.history(o)
	if !ok {
		return
	}
	s.histories.add(h)
	if spend.Repeats > 0 {
		s.spends.add(spend)
	}
	if h.Repeats > 0 {
		s.buyers++
	}
}

// close fits the models. Data that do not allow one leave it out.
func (s *study) close() {
	for t, intervals := range s.intervals {
		if usual, err := stats.Quantile(intervals.values, silenceShare); err == nil {
			s.groups[t] = usual
		}
	}
	options := stats.FitOptions{Penalty: fitPenalty}
	var both sync.WaitGroup
	both.Go(func() {
		if fit, err := stats.FitPurchases(s.histories.values, options); err == nil {
			s.purchases = &fit.Model
		}
	})
	both.Go(func() {
		if fit, err := stats.FitSpend(s.spends.values, options); err == nil {
			s.spending = &fit.Model
		}
	})
	both.Wait()
}

// interval is the days that usually lie between two orders of a customer; 0 before the second.
func (s *study) interval(o *outlined, t tier.Tier) int {
	own := o.intervals()
	if len(own) == 0 {
		return 0
	}
	limit, err := stats.SilenceLimit(own, s.groups[t], silenceShare)
	if err != nil {
		return 0
	}
	return int(math.Ceil(limit.Limit))
}

// outlook is what is to be expected of a customer.
type outlook struct {
	alive, expected, minor int64
}

// outlook estimates whether a customer buys again, how often in a year, and for how much.
func (s *study) outlook(o *outlined) outlook {
	unknown := outlook{Unknown, Unknown, Unknown}
	h, spend, ok := s.history(o)
	if !ok || s.purchases == nil {
		return unknown
	}
	alive, err := s.purchases.Alive(h)
	if err != nil {
		return unknown
	}
	expected, err := s.purchases.Expected(h, yearWeeks)
	if err != nil {
		return unknown
	}
	look := outlook{alive: int64(math.Floor(alive * million)), expected: int64(math.Floor(expected * million)), minor: Unknown}
	if s.spending == nil {
		return look
	}
	if each, err := s.spending.Expected(spend); err == nil && expected*each < tier.AmountMax {
		look.minor = int64(math.Floor(expected * each))
	}
	return look
}
