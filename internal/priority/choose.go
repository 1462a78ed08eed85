package priority

import (
	"math/bits"
	"slices"

	"xiaoguan/internal/errs"
)

// Frame is what there is to spend. Without a limit there is as much as one likes.
type Frame struct {
	BudgetMinor int64  `json:"budget_minor"`
	HasBudget   bool   `json:"has_budget"`
	Capacity    int64  `json:"capacity"` // tenths of person-days
	HasCapacity bool   `json:"has_capacity"`
	Bounds      Bounds `json:"bounds"`
}

// Reason says why a measure is not chosen.
type Reason string

// The reasons.
const (
	NoEffect Reason = "no_effect" // it brings nothing
	TooMuch  Reason = "too_much"  // with what it needs it takes more than there is at all
	NoRoom   Reason = "no_room"   // what is chosen leaves too little
)

// Message says the reason to people.
func (r Reason) Message() errs.Message { return errs.Msg("priority.reason."+string(r), nil) }

// Left is a measure that is not chosen.
type Left struct {
	ID     int64  `json:"id"`
	Reason Reason `json:"reason"`
	// LacksMinor and LacksEffort are what it would take beyond what is left, together with what it needs and is not chosen; 0 where it would fit.
	LacksMinor  int64   `json:"lacks_minor"`
	LacksEffort int64   `json:"lacks_effort"`
	Waits       []int64 `json:"waits,omitempty"` // what it needs, itself or by way of others, and is not chosen
}

// Choice is what to do within a frame.
type Choice struct {
	// Chosen stand in the order in which they can be done: what is needed first, otherwise by RICE.
	Chosen    []int64 `json:"chosen"`
	Left      []Left  `json:"left"` // by RICE
	Benefit   int64   `json:"benefit"`
	CostMinor int64   `json:"cost_minor"`
	Effort    int64   `json:"effort"`
	// Proven says that nothing brings more; otherwise at most Most could be brought.
	Proven bool  `json:"proven"`
	Most   int64 `json:"most"`
	// Fits is false when what must be done takes more than there is: then it alone is chosen.
	Fits bool `json:"fits"`
}

// nodesMost is how many cases are looked at before a choice is given that may not be the best: some tenths of a second.
const nodesMost = 60_000

// set is a set of up to 256 items by their places.
type set [4]uint64

func (s *set) add(i int)     { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) or(o set) set   { return set{s[0] | o[0], s[1] | o[1], s[2] | o[2], s[3] | o[3]} }
func (s set) less(o set) set { return set{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2], s[3] &^ o[3]} }

// each calls fn on every place in the set.
func (s set) each(fn func(i int)) {
	for w, word := range s {
		for word != 0 {
			fn(64*w + bits.TrailingZeros64(word))
			word &= word - 1
		}
	}
}

// spent is what some measures bring and take.
type spent struct{ benefit, cost, effort int64 }

// view is one way to weigh budget and capacity against each other, with the items by what they bring for that weight.
type view struct {
	cost, effort int64 // how much each counts
	order        []int
	weight       []int64
}

type search struct {
	items  []Item
	frame  Frame
	needs  []set // of each item, with itself
	users  []set // of each item: those that need it, with itself
	views  []view
	prices []price
	parent []int // one need of each item, -1 for none: what bounds go by
	sorted []int // needs before users
	gain   []int64
	order  []int // in which items are tried
	nodes  int
	best   spent
	chosen set
	found  bool
	most   int64 // of cases that were not looked at
}

// Choose returns the measures that bring most within the frame, each with all that it needs. Items are as Check wants them. The same measures in another order
// give the same choice.
func Choose(items []Item, frame Frame) Choice {
	s := prepared(items, frame)
	var must set
	for i := range s.items {
		if s.items[i].Must {
			must = must.or(s.needs[i])
		}
	}
	start := s.sum(must)
	fits := s.fits(start)
	if !fits {
		s.best, s.chosen = start, must
	} else {
		s.look(must, set{}, start)
	}
	return s.choice(fits)
}

func prepared(items []Item, frame Frame) *search {
	s := &search{items: slices.Clone(items), frame: frame}
	Rank(s.items)
	at := map[int64]int{}
	for i := range s.items {
		at[s.items[i].ID] = i
		s.order = append(s.order, i)
	}
	s.needs, s.users = make([]set, len(s.items)), make([]set, len(s.items))
	ready := make([]bool, len(s.items))
	var closed func(i int) set
	closed = func(i int) set {
		if !ready[i] {
			ready[i] = true
			s.needs[i].add(i)
			for _, need := range s.items[i].Needs {
				s.needs[i] = s.needs[i].or(closed(at[need]))
			}
		}
		return s.needs[i]
	}
	for i := range s.items {
		closed(i).each(func(need int) { s.users[need].add(i) })
	}
	for _, weights := range [][2]int64{{1, 0}, {0, 1}, {1, 1}} {
		if (weights[0] == 0 || frame.HasBudget) && (weights[1] == 0 || frame.HasCapacity) {
			s.views = append(s.views, s.view(weights[0], weights[1]))
		}
	}
	s.setPrices()
	return s
}

// whole is what budget and capacity are each taken as, so that they can be added.
const whole = 1_000_000

// part is n of all in parts of whole, rounded down; nothing of nothing.
func part(n, all int64) int64 {
	if n <= 0 || all <= 0 {
		return 0
	}
	if n >= all {
		return whole
	}
	high, low := bits.Mul64(uint64(n), whole)
	q, _ := bits.Div64(high, low, uint64(all))
	return int64(q)
}

func (s *search) view(cost, effort int64) view {
	v := view{cost: cost, effort: effort, order: slices.Clone(s.order), weight: make([]int64, len(s.items))}
	for i := range s.items {
		v.weight[i] = cost*part(s.items[i].CostMinor, s.frame.BudgetMinor) + effort*part(s.items[i].Effort, s.frame.Capacity)
	}
	slices.SortStableFunc(v.order, func(a, b int) int { // benefit ÷ weight, the greatest first, and what brings nothing last
		return slope(s.items[a].Benefit(), v.weight[a], s.items[b].Benefit(), v.weight[b])
	})
	return v
}

func (s *search) sum(of set) (t spent) {
	of.each(func(i int) {
		t.benefit, t.cost, t.effort = t.benefit+s.items[i].Benefit(), t.cost+s.items[i].CostMinor, t.effort+s.items[i].Effort
	})
	return t
}

func (s *search) fits(t spent) bool {
	return (!s.frame.HasBudget || t.cost <= s.frame.BudgetMinor) && (!s.frame.HasCapacity || t.effort <= s.frame.Capacity)
}

// bound is more than can be brought by adding to what is in, but for what is out: the least of some relaxations that may cut one measure.
func (s *search) bound(in, out set, now spent) int64 {
	if len(s.views) == 0 { // without limits everything is done
		all := now.benefit
		for i := range s.items {
			if !in.has(i) && !out.has(i) {
				all += s.items[i].Benefit()
			}
		}
		return all
	}
	least := int64(-1)
	for _, p := range s.prices {
		if brings := s.priced(p, in, out, now); least < 0 || brings < least {
			least = brings
		}
	}
	for k := range s.views {
		v := &s.views[k]
		room := v.cost*part(s.frame.BudgetMinor-now.cost, s.frame.BudgetMinor) + v.effort*part(s.frame.Capacity-now.effort, s.frame.Capacity)
		brings := now.benefit
		for _, i := range v.order {
			if in.has(i) || out.has(i) {
				continue
			}
			if v.weight[i] > room {
				high, low := bits.Mul64(uint64(s.items[i].Benefit()), uint64(room))
				q, _ := bits.Div64(high, low, uint64(v.weight[i]))
				brings += int64(q)
				break
			}
			room -= v.weight[i]
			brings += s.items[i].Benefit()
		}
		if least < 0 || brings < least {
			least = brings
		}
	}
	return least
}

// look tries everything that adds to what is in and keeps away from what is out. In holds all needs of what it holds, out all users.
func (s *search) look(in, out set, now spent) {
	s.nodes++
	var next set
	at := -1
	var then spent
	for _, i := range s.order { // what no longer fits is out, with those that need it
		if in.has(i) || out.has(i) {
			continue
		}
		more := s.needs[i].less(in)
		with := s.sum(more)
		with = spent{now.benefit + with.benefit, now.cost + with.cost, now.effort + with.effort}
		if !s.fits(with) {
			out = out.or(s.users[i])
			continue
		}
		if at < 0 {
			at, next, then = i, in.or(more), with
		}
	}
	if !s.found || now.benefit > s.best.benefit {
		s.found, s.best, s.chosen = true, now, in
	}
	if at < 0 {
		return
	}
	limit := s.bound(in, out, now)
	if limit <= s.best.benefit {
		return
	}
	if s.nodes >= nodesMost {
		s.most = max(s.most, limit)
		return
	}
	s.look(next, out, then)
	s.look(in, out.or(s.users[at]), now)
}

// choice says what was found.
func (s *search) choice(fits bool) Choice {
	c := Choice{Chosen: []int64{}, Left: []Left{}, Benefit: s.best.benefit, CostMinor: s.best.cost, Effort: s.best.effort, Fits: fits}
	c.Most = max(s.most, c.Benefit)
	c.Proven = fits && c.Most == c.Benefit
	var done set
	for range s.items {
		for i := range s.items {
			var itself set
			itself.add(i)
			if s.chosen.has(i) && !done.has(i) && s.needs[i].less(itself).less(done) == (set{}) {
				done.add(i)
				c.Chosen = append(c.Chosen, s.items[i].ID)
				break
			}
		}
	}
	for i := range s.items { // they are sorted by RICE
		if !s.chosen.has(i) {
			c.Left = append(c.Left, s.left(i))
		}
	}
	return c
}

// left says why an item is not chosen.
func (s *search) left(i int) Left {
	l := Left{ID: s.items[i].ID, Reason: NoRoom}
	more := s.needs[i].less(s.chosen)
	more.each(func(need int) {
		if need != i {
			l.Waits = append(l.Waits, s.items[need].ID)
		}
	})
	slices.Sort(l.Waits)
	all, extra := s.sum(s.needs[i]), s.sum(more)
	if s.frame.HasBudget {
		l.LacksMinor = max(0, s.best.cost+extra.cost-s.frame.BudgetMinor)
	}
	if s.frame.HasCapacity {
		l.LacksEffort = max(0, s.best.effort+extra.effort-s.frame.Capacity)
	}
	switch {
	case extra.benefit == 0 && l.LacksMinor == 0 && l.LacksEffort == 0:
		l.Reason = NoEffect
	case !s.fits(all):
		l.Reason = TooMuch
	}
	return l
}
