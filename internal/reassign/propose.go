package reassign

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"xiaoguan/internal/assign"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/tier"
)

// The costs of a proposal, as in hand-overs: leaving the region weighs twice as much as the last place of somebody against the first.
var costs = assign.Costs{Move: 300, Away: 200, Full: 100}

// othersShown is how many others are named with a move.
const othersShown = 3

// hash names what a value says.
func hash(v any) (text []byte, name string, err error) {
	text, err = json.Marshal(v)
	sum := sha256.Sum256(text)
	return text, hex.EncodeToString(sum[:16]), err
}

// plan is a proposal that is being made.
type plan struct {
	in      *Input
	care    map[tier.Tier]*Care
	sellers map[int64]*Seller
	loads   map[int64]*Load
	regions map[string]bool // that somebody who may get customers looks after
	free    map[int64]int64 // minutes that are not taken by customers that stay for sure
	asked   []*candidate
	result  Result
}

// candidate is a customer with a reason to go.
type candidate struct {
	*Customer
	why []Why
}

func (c *candidate) has(r Reason) bool {
	return slices.ContainsFunc(c.why, func(w Why) bool { return w.Reason == r })
}

// mustGo reports whether its owner is the reason, however much time there is.
func (c *candidate) mustGo() bool {
	return c.has(ReasonCadence) || c.has(ReasonTier) || c.has(ReasonRegion)
}

// Propose makes a proposal: a pure function of its input.
func Propose(in Input) (_ Result, err error) {
	defer errs.Wrap(&err, "reassign.Propose(%d, %d)", len(in.Customers), len(in.Sellers))
	// The order of what is handed in says nothing.
	in.Sellers, in.Customers = slices.Clone(in.Sellers), slices.Clone(in.Customers)
	slices.SortFunc(in.Sellers, func(a, b Seller) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(in.Customers, func(a, b Customer) int { return cmp.Compare(a.ID, b.ID) })
	p := newPlan(&in)
	p.choose()
	if err := p.place(); err != nil {
		return Result{}, err
	}
	p.cut()
	p.repair()
	return p.finish(), nil
}

func newPlan(in *Input) *plan {
	p := &plan{in: in, care: map[tier.Tier]*Care{}, sellers: map[int64]*Seller{}, loads: map[int64]*Load{}, regions: map[string]bool{}, free: map[int64]int64{}}
	p.result = Result{On: in.On, Customers: len(in.Customers), Asked: map[Reason]int{}}
	for i := range in.Care {
		p.care[in.Care[i].Tier] = &in.Care[i]
	}
	staying := 0
	for i := range in.Sellers {
		s := &in.Sellers[i]
		p.sellers[s.ID], p.loads[s.ID] = s, &Load{ID: s.ID, Left: s.Left}
		if !s.Left {
			staying++
			p.regions[s.Region] = true
		}
	}
	delete(p.regions, "")
	var work int64
	for i := range in.Customers {
		c := &in.Customers[i]
		work += p.care[c.Tier].Minutes
		if load := p.loads[c.Owner]; load != nil {
			load.Before[rank(c.Tier)]++
			load.Minutes += p.care[c.Tier].Minutes
		}
	}
	p.result.Capacity = int64(in.Ask.HoursMost) * 60
	if in.Ask.HoursMost == 0 && staying > 0 {
		p.result.Capacity = work * int64(100+in.Ask.OverPercent) / (int64(staying) * 100)
	}
	return p
}

// rank is where a tier stands among A, B and C.
func rank(t tier.Tier) int {
	switch t {
	case tier.A:
		return 0
	case tier.B:
		return 1
	}
	return 2
}

// percent is work against the work that there is time for.
func (p *plan) percent(minutes int64) int64 {
	if p.result.Capacity == 0 {
		return 0
	}
	return minutes * 100 / p.result.Capacity
}

// choose finds the customers with a reason to go, and what the others leave of everybody's time.
func (p *plan) choose() {
	for id := range p.sellers {
		p.free[id] = p.result.Capacity
	}
	for i := range p.in.Customers {
		c := &p.in.Customers[i]
		why := p.why(c)
		for _, w := range why {
			p.result.Asked[w.Reason]++
		}
		if len(why) > 0 {
			p.result.WithWhy++
			if !p.keeps(c, why) {
				p.asked = append(p.asked, &candidate{c, why})
				continue
			}
			p.result.Kept++
		}
		p.free[c.Owner] -= p.care[c.Tier].Minutes
	}
}

// why says what speaks for another owner, of what was asked for.
func (p *plan) why(c *Customer) (list []Why) {
	add := func(r Reason, number int64) {
		if p.in.Ask.Has(r) {
			list = append(list, Why{r, number})
		}
	}
	owner, care := p.sellers[c.Owner], p.care[c.Tier]
	switch {
	case c.Owner == 0:
		add(ReasonPool, 0)
		return list
	case owner == nil:
		return nil
	case owner.Left:
		add(ReasonLeaver, 0)
		return list
	}
	if !slices.Contains(care.Owners, owner.Level) {
		add(ReasonTier, 0)
	}
	if from := max(c.Contact, c.Since); from != calendar.NoDate {
		if late := int64(p.in.On-from) - int64(care.ContactDays); late >= int64(p.in.Ask.OverdueDays) {
			add(ReasonCadence, late)
		}
	}
	if p.regions[c.Region] && owner.Region != "" && owner.Region != c.Region {
		add(ReasonRegion, 0)
	}
	if load := p.loads[owner.ID]; load.Minutes > p.result.Capacity {
		add(ReasonOverload, p.percent(load.Minutes))
	}
	return list
}

// keeps reports whether a customer was asked to be left alone. One whose owner has left, or that nobody has, is not.
func (p *plan) keeps(c *Customer, why []Why) bool {
	if why[0].Reason == ReasonLeaver || why[0].Reason == ReasonPool {
		return false
	}
	ask := &p.in.Ask
	recent := ask.KeepContactDays > 0 && c.Contact != calendar.NoDate && int(p.in.On-c.Contact) < ask.KeepContactDays
	return c.Locked || recent || ask.KeepLate && c.Late > 0
}

func (p *plan) customers() []assign.Customer {
	list := make([]assign.Customer, len(p.asked))
	for i, c := range p.asked {
		one := assign.Customer{ID: strconv.Itoa(i), Tier: string(c.Tier), Leaves: c.has(ReasonCadence) || c.has(ReasonTier), Near: c.has(ReasonRegion)}
		if c.Owner != 0 {
			one.Owner = strconv.FormatInt(c.Owner, 10)
		}
		if p.regions[c.Region] {
			one.Territory = c.Region
		}
		list[i] = one
	}
	return list
}

// receivers are who stays, with the room that is left to them: of each tier in the proportion of their own customers that may go, or else of all.
func (p *plan) receivers() (list []assign.Seller) {
	minutes, all, own, counted := map[string]int64{}, map[string]int{}, map[int64]map[string]int{}, map[int64]int{}
	for t, care := range p.care {
		minutes[string(t)] = care.Minutes
	}
	for _, c := range p.asked {
		all[string(c.Tier)]++
		if c.has(ReasonCadence) || c.has(ReasonTier) || p.sellers[c.Owner] == nil {
			continue
		}
		if own[c.Owner] == nil {
			own[c.Owner] = map[string]int{}
		}
		own[c.Owner][string(c.Tier)]++
	}
	var each int64 // minutes of one of those that may go, on average
	for _, c := range p.asked {
		if each += p.care[c.Tier].Minutes; c.Counts {
			counted[c.Owner]++
		}
	}
	each /= max(int64(len(p.asked)), 1)
	for i := range p.in.Sellers {
		s := &p.in.Sellers[i]
		if s.Left {
			continue
		}
		mix := all
		if len(own[s.ID]) > 0 {
			mix = own[s.ID]
		}
		one := assign.Seller{ID: strconv.FormatInt(s.ID, 10), Room: len(p.asked), RoomOf: map[string]int{}}
		for t := range all {
			one.RoomOf[t] = 0
		}
		for t, room := range assign.RoomFor(p.free[s.ID], minutes, mix) {
			one.RoomOf[t] = room
		}
		if each > 0 { // how full somebody is counts against all of their time
			one.Whole = int(max(p.result.Capacity, 0)/each) + 1
			one.Used = int(min(max(p.result.Capacity-p.free[s.ID], 0)/each, int64(one.Whole)))
		}
		if s.Most > 0 {
			one.Room = min(len(p.asked), max(0, s.Most-s.Counted+counted[s.ID]))
		}
		if s.Region != "" {
			one.Territories = []string{s.Region}
		}
		for t, care := range p.care {
			if slices.Contains(care.Owners, s.Level) {
				one.Tiers = append(one.Tiers, string(t))
			}
		}
		slices.Sort(one.Tiers)
		list = append(list, one)
	}
	return list
}

// roundsMost is how often it is placed again because somebody could not go, and so takes up time where it is.
const roundsMost = 5

// place finds who goes where.
func (p *plan) place() error {
	for round := 1; ; round++ {
		found, err := assign.Propose(p.customers(), p.receivers(), costs)
		if err != nil {
			return err
		}
		if round == roundsMost || !p.settle(found.Left) {
			p.take(found)
			return nil
		}
	}
}

// settle lets those stay for whom there is nobody, and reports whether that takes up time of somebody who was thought to have it.
func (p *plan) settle(left []assign.Left) bool {
	stays := map[*candidate]bool{}
	for _, l := range left {
		c := p.candidate(l.Customer)
		if owner := p.sellers[c.Owner]; owner == nil || owner.Left || !c.mustGo() {
			continue // it takes up nobody's time, or was too much there before
		}
		stays[c] = true
		p.stay(c, l)
		p.free[c.Owner] -= p.care[c.Tier].Minutes
	}
	p.asked = slices.DeleteFunc(p.asked, func(c *candidate) bool { return stays[c] })
	return len(stays) > 0
}

func (p *plan) stay(c *candidate, left assign.Left) {
	m := p.move(c)
	m.Constraint, m.Full = left.Constraint, left.Sellers
	p.result.Stays = append(p.result.Stays, m)
}

// take makes moves of what was found.
func (p *plan) take(found assign.Proposal) {
	for i := range found.Placed {
		placed := &found.Placed[i]
		c, to := p.candidate(placed.Customer), number(placed.Seller)
		if placed.Kept || to == c.Owner {
			p.result.Fitting++
			continue
		}
		m := p.move(c)
		m.ToID, m.Away = to, placed.Away
		if m.Away {
			m.AwayCost = costs.Away
		}
		m.MoveCost = placed.Cost - m.AwayCost
		p.result.Moves = append(p.result.Moves, m)
	}
	for _, left := range found.Left {
		p.stay(p.candidate(left.Customer), left)
	}
	slices.SortFunc(p.result.Moves, p.pressing)
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // written by this package
	return n
}

func (p *plan) candidate(id string) *candidate { return p.asked[number(id)] }

func (p *plan) move(c *candidate) Move {
	m := Move{CustomerID: c.ID, FromID: c.Owner, Tier: c.Tier, Region: c.Region, Open: c.Open, Revision: c.Revision, Why: c.why, Minutes: p.care[c.Tier].Minutes, Others: []Other{}}
	if load := p.loads[c.Owner]; load != nil {
		m.FromLoad = p.percent(load.Minutes)
	}
	return m
}

// pressing puts moves in order: by the first reason and its number, then the higher tier.
func (p *plan) pressing(a, b Move) int {
	return cmp.Or(cmp.Compare(slices.Index(Reasons, a.Why[0].Reason), slices.Index(Reasons, b.Why[0].Reason)), cmp.Compare(b.Why[0].Number, a.Why[0].Number),
		cmp.Compare(rank(a.Tier), rank(b.Tier)), cmp.Compare(a.CustomerID, b.CustomerID))
}

// cut leaves the most pressing moves where more were found than are allowed.
func (p *plan) cut() {
	if most := p.in.Ask.MovedMost; len(p.result.Moves) > most {
		p.result.Beyond = len(p.result.Moves) - most
		p.result.Moves = p.result.Moves[:most]
	}
}

// repair takes moves back, the least pressing first, from who would have more work than there is time for because others do not leave them after all.
func (p *plan) repair() {
	work := map[int64]int64{}
	for id, load := range p.loads {
		work[id] = load.Minutes
	}
	for i := range p.result.Moves {
		m := &p.result.Moves[i]
		work[m.FromID] -= m.Minutes
		work[m.ToID] += m.Minutes
	}
	for changed := true; changed; {
		changed = false
		for i := len(p.result.Moves) - 1; i >= 0; i-- {
			m := p.result.Moves[i]
			if work[m.ToID] <= max(p.result.Capacity, p.loads[m.ToID].Minutes) {
				continue
			}
			work[m.FromID] += m.Minutes
			work[m.ToID] -= m.Minutes
			m.ToID, m.Away, m.MoveCost, m.AwayCost, m.Constraint, m.Full = 0, false, 0, 0, assign.ConstraintRoom, 1
			p.result.Stays = append(p.result.Stays, m)
			p.result.Moves = slices.Delete(p.result.Moves, i, i+1)
			changed = true
		}
	}
	slices.SortFunc(p.result.Stays, p.pressing)
}
