package engine

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// standing is what a contest or a pool gives one person, and why nothing if so.
type standing struct {
	pay     exact
	place   int // of a contest; 0: did not compete
	tied    int // how many share the place
	of      int // how many competed, or are members of the pool
	poolFen int64
	weight  exact // of the member's measure
	weights exact // of all members
	zero    string
	args    errs.Args
}

// holdContests settles contests and pools, once for all of their members, before anybody is paid. Those in which no payee takes part are
// left out: a run for some must not fail over people whom it does not pay.
func (b *book) holdContests() []problem {
	b.standings = map[*componentProgram]map[int32]standing{}
	payee := make([]bool, len(b.facts.Persons))
	for _, person := range b.roster.payees {
		payee[person] = true
	}
	paid := func(person int32) bool { return payee[person] }
	e := &evaluator{book: b}
	for _, p := range b.plans {
		for i := range p.components {
			c := &p.components[i]
			if (c.source.Pays.Prizes == nil && c.source.Pays.Pool == nil) || !dueIn(c.source.PaysIn, b.period) {
				continue
			}
			found := map[int32]standing{}
			for _, members := range b.meetings(p, c) {
				switch {
				case !slices.ContainsFunc(members, paid):
				case c.source.Pays.Prizes != nil:
					e.prizes(p, c, members, found)
				default:
					e.pool(p, c, members, found)
				}
			}
			b.standings[c] = found
		}
	}
	return e.problems
}

// meetings are the groups of participants of a plan among whom a component is paid, each in the natural order of keys. Nobody is in two.
func (b *book) meetings(p *planProgram, c *componentProgram) (lists [][]int32) {
	among := plan.GroupPlan
	if c.source.Pays.Prizes != nil {
		among = c.source.Pays.Prizes.Among
	} else {
		among = c.source.Pays.Pool.Among
	}
	type group struct {
		team   int32
		region string
	}
	at := map[group]int{}
	for _, person := range b.roster.members(plan.GroupPlan, None, p) {
		g := group{team: None}
		switch among {
		case plan.GroupOwnTeam:
			if g.team = b.roster.team(person); g.team == None {
				continue
			}
		case plan.GroupOwnRegion:
			if g.region = b.roster.region(person); g.region == "" {
				continue
			}
		}
		k, known := at[g]
		if !known {
			k = len(lists)
			at[g], lists = k, append(lists, nil)
		}
		lists[k] = append(lists[k], person)
	}
	return lists
}

// competitor is somebody with a value.
type competitor struct {
	person int32
	value  exact
}

// prizes gives each place its amount.
func (e *evaluator) prizes(p *planProgram, c *componentProgram, members []int32, found map[int32]standing) {
	prizes := c.source.Pays.Prizes
	by := p.measureIndex(prizes.By)
	var list []competitor
	for _, person := range members {
		of := e.memberFrame(person, p)
		v := e.measure(of, by)
		if v.absent() {
			found[person] = standing{zero: reasonNoValue, args: errs.Args{"Measure": prizes.By}}
			continue
		}
		if e.conditionsMet(of, c, nil) {
			list = append(list, competitor{person, v.exact})
		}
	}
	slices.SortStableFunc(list, func(a, b competitor) int {
		if prizes.Order == plan.OrderAscending {
			return a.value.compare(b.value)
		}
		return b.value.compare(a.value)
	})
	amount := func(place int) exact { return whole(prizeOf(prizes, place+1, len(list))) }
	for from := 0; from < len(list); {
		to := from
		sum := exact{}
		for to < len(list) && list[to].value.compare(list[from].value) == 0 {
			sum = sum.add(amount(to))
			to++
		}
		s := standing{pay: amount(from), place: from + 1, tied: to - from, of: len(list), zero: reasonNoPrize,
			args: errs.Args{"Place": from + 1, "Of": len(list)}}
		if prizes.Ties == plan.PrizeTiesShare {
			s.pay = sum.mul(fraction(1, int64(to-from)))
		}
		for _, competitor := range list[from:to] {
			found[competitor.person] = s
		}
		from = to
	}
}

// prizeOf is the amount of a place, 1 first, among so many who compete.
func prizeOf(prizes *plan.Prizes, place, of int) int64 {
	if prizes.Shares == nil {
		if place <= len(prizes.AmountsFen) {
			return prizes.AmountsFen[place-1]
		}
		return 0
	}
	for _, share := range prizes.Shares {
		last := fromDecimal(share.Top).mul(whole(int64(of)))
		before := place // down: the place lies within the share; up: it begins within it
		if prizes.Places == plan.PrizePlacesUp {
			before = place - 1
		}
		if order := whole(int64(before)).compare(last); order < 0 || order == 0 && before == place {
			return share.AmountFen
		}
	}
	return 0
}

// pool shares a sum among the members by largest remainder, on a tie to the smaller key.
func (e *evaluator) pool(p *planProgram, c *componentProgram, members []int32, found map[int32]standing) {
	source := c.source.Pays.Pool
	by, of := p.measureIndex(source.By), None
	if source.Rate != nil {
		of = p.measureIndex(source.Of)
	}
	weights, all, base := make([]exact, len(members)), exact{}, exact{}
	for i, person := range members {
		frame := e.memberFrame(person, p)
		if v := e.measure(frame, by); !v.absent() {
			weights[i] = larger(v.exact, exact{})
		}
		all = all.add(weights[i])
		if of != None {
			base = base.add(e.measure(frame, of).exact)
		}
	}
	sum := source.AmountFen
	if source.Rate != nil {
		n, err := fromDecimal(*source.Rate).mul(base).round(money.HalfAwayFromZero)
		if err != nil {
			e.problems = append(e.problems, trouble("plans["+p.plan.ID+"].components["+c.source.ID+"]", base.text(), problemOverflow, nil))
		}
		sum = max(n, 0)
	}
	parts := allocate(sum, weights, all)
	for i, person := range members {
		s := standing{pay: whole(parts[i]), of: len(members), poolFen: sum, weight: weights[i], weights: all, zero: reasonNoShare, args: errs.Args{"Measure": source.By}}
		switch {
		case sum == 0:
			s.zero, s.args = reasonPoolEmpty, nil
		case weights[i].sign() > 0:
			s.zero = reasonShareSmall
		}
		found[person] = s
	}
}

// allocate cuts an amount that is not negative into whole parts in proportion to the weights, by largest remainder, on a tie to the
// first. Everything is zero when all weights are.
func allocate(amount int64, weights []exact, all exact) []int64 {
	parts := make([]int64, len(weights))
	if all.sign() == 0 {
		return parts
	}
	rests, left := make([]*big.Rat, len(weights)), amount
	for i, weight := range weights {
		due := whole(amount).mul(weight).quo(all).rat()
		floor := new(big.Int).Quo(due.Num(), due.Denom())
		parts[i] = floor.Int64() // at most the amount
		rests[i] = new(big.Rat).Sub(due, new(big.Rat).SetInt(floor))
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(rests[b].Cmp(rests[a]), cmp.Compare(a, b)) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// measureIndex finds a measure by id; compile made sure that there is one.
func (p *planProgram) measureIndex(id string) int32 {
	for i := range p.measures {
		if p.measures[i].source.ID == id {
			return int32(i)
		}
	}
	return None
}
