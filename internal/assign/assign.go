// Package assign proposes who should have which customer: for the least cost, within what each seller has room for and may keep.
//
// A proposal is a flow of least cost, exact and in whole numbers: first it leaves as few customers as possible without a seller, then it
// costs as little as possible. It costs something to take a customer from who has it, to give it to somebody of another territory, and to
// fill somebody up while others are free: how full somebody is counts against all of their time, so that who has little of it left gets fewer.
// The same customers and sellers, in whatever order, give the same proposal; of proposals that cost
// the same it takes one, and which says nothing. Customers of one tier are alike to it: RoomFor turns hours of work into places. It decides
// nothing: people accept proposals.
package assign

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
)

// Customer is somebody who needs a seller.
type Customer struct {
	ID        string
	Tier      string
	Territory string // empty: nobody is too far away
	Owner     string // who has it; empty for nobody, and it may be none of the sellers
	Leaves    bool   // its owner must not keep it, and moving it costs nothing
	Near      bool   // it goes to a seller of its territory or to nobody
}

// Seller is who may get customers.
type Seller struct {
	ID          string
	Tiers       []string       // that somebody of this level may keep
	Territories []string       // none: everywhere
	Room        int            // customers in all, of those that are handed in
	RoomOf      map[string]int // by tier; one that is not named is limited by Room alone
	Whole       int            // customers that would take all of the time that there is; 0: Room is all there is
	Used        int            // of Whole, what others than those that are handed in take
}

// Costs are what is weighed against each other, from 0 on.
type Costs struct {
	Move int64 // a customer changes its seller while that one could have stayed
	Away int64 // a customer goes out of its territory; AwayNever forbids it
	Full int64 // the last place of a seller's whole time against the first; what lies between is by how much of it is taken
}

// AwayNever keeps customers in their territory.
const AwayNever = -1

// slicesMax is in how many steps the places of a seller become dearer.
const slicesMax = 8

// costMax is the greatest cost of one kind, so that no sum overflows.
const costMax = 1_000_000_000

// Constraint is what keeps a customer from getting a seller.
type Constraint string

// The constraints, the first that holds.
const (
	ConstraintLevel     Constraint = "level"     // nobody may keep a customer of this tier
	ConstraintTerritory Constraint = "territory" // nobody of its territory may
	ConstraintRoom      Constraint = "room"      // all who could have it are full
)

// Constraints lists them, for catalogues and their tests.
func Constraints() []Constraint {
	return []Constraint{ConstraintLevel, ConstraintTerritory, ConstraintRoom}
}

// MessageKey is the key of the text that says it.
func (c Constraint) MessageKey() string { return "assign.constraint." + string(c) }

// Placed is a customer and who should have it.
type Placed struct {
	Customer string
	Seller   string
	Kept     bool  // it stays where it is
	Away     bool  // out of its territory
	Cost     int64 // of moving and distance, without what filling up costs
	OwnFull  bool  // who has it could keep it, and others were put there
	Nearer   int   // how many sellers of its territory may keep it and have no place left
}

// Left is a customer without a seller, and why.
type Left struct {
	Customer   string
	Constraint Constraint
	Sellers    int // how many could have it if they had room
}

// Load is what a seller would have.
type Load struct {
	Seller string
	Count  int
	Room   int
	Kept   int
	Fresh  int
}

// Proposal is who should have whom.
type Proposal struct {
	Placed []Placed // by customer
	Left   []Left   // by customer
	Loads  []Load   // by seller
	Cost   int64    // of everything
}

// Moves counts the customers that would change their seller or get one.
func (p *Proposal) Moves() (moves int) {
	for i := range p.Placed {
		if !p.Placed[i].Kept {
			moves++
		}
	}
	return moves
}

// RoomFor turns the minutes that a seller has in a span into places by tier: the most customers in the proportion of mix for which the
// work is not more than there is. What one of a tier takes is minutes[tier]; a tier that takes nothing has no limit and is left out.
func RoomFor(available int64, minutes map[string]int64, mix map[string]int) map[string]int {
	room := map[string]int{}
	tiers := make([]string, 0, len(mix))
	var work int64 // of the whole mix
	for tier, count := range mix {
		if minutes[tier] > 0 && count > 0 {
			tiers = append(tiers, tier)
			work += minutes[tier] * int64(count)
		}
	}
	slices.Sort(tiers)
	left := max(available, 0)
	for _, tier := range tiers {
		room[tier] = int(max(available, 0) * int64(mix[tier]) / work)
		left -= int64(room[tier]) * minutes[tier]
	}
	for _, tier := range tiers { // what rounding left over
		more := left / minutes[tier]
		room[tier] += int(more)
		left -= more * minutes[tier]
	}
	return room
}

// Propose finds the proposal. Errors: invalid, for ids that come twice, a room or cost below nothing.
func Propose(customers []Customer, sellers []Seller, costs Costs) (_ Proposal, err error) {
	defer errs.Wrap(&err, "assign.Propose(%d, %d)", len(customers), len(sellers))
	if err := check(customers, sellers, costs); err != nil {
		return Proposal{}, err
	}
	m := newMarket(customers, sellers, costs)
	m.connect()
	m.network.run(m.source, m.sink)
	return m.read(), nil
}

func check(customers []Customer, sellers []Seller, costs Costs) error {
	var fields []errs.Field
	wrong := func(path, value, key string) {
		fields = append(fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, nil)})
	}
	seen := map[string]bool{}
	for i := range customers {
		if seen[customers[i].ID] || customers[i].ID == "" {
			wrong(fmt.Sprintf("customers[%d].id", i), customers[i].ID, "assign.id_twice")
		}
		seen[customers[i].ID] = true
	}
	clear(seen)
	for i := range sellers {
		if seen[sellers[i].ID] || sellers[i].ID == "" {
			wrong(fmt.Sprintf("sellers[%d].id", i), sellers[i].ID, "assign.id_twice")
		}
		seen[sellers[i].ID] = true
		if sellers[i].Room < 0 {
			wrong(fmt.Sprintf("sellers[%d].room", i), fmt.Sprint(sellers[i].Room), "assign.below_nothing")
		}
		if sellers[i].Whole < 0 || sellers[i].Used < 0 {
			wrong(fmt.Sprintf("sellers[%d].whole", i), fmt.Sprint(min(sellers[i].Whole, sellers[i].Used)), "assign.below_nothing")
		}
		for tier, room := range sellers[i].RoomOf {
			if room < 0 {
				wrong(fmt.Sprintf("sellers[%d].room_of.%s", i, tier), fmt.Sprint(room), "assign.below_nothing")
			}
		}
	}
	for _, c := range []struct {
		path string
		cost int64
		from int64
	}{{"costs.move", costs.Move, 0}, {"costs.away", costs.Away, AwayNever}, {"costs.full", costs.Full, 0}} {
		if c.cost < c.from || c.cost > costMax {
			wrong(c.path, fmt.Sprint(c.cost), "assign.below_nothing")
		}
	}
	return errs.Invalid("assign.invalid", fields)
}

// byID sorts copies, so that the order of what is handed in says nothing.
func byID(customers []Customer, sellers []Seller) ([]Customer, []Seller) {
	c, s := slices.Clone(customers), slices.Clone(sellers)
	slices.SortFunc(c, func(a, b Customer) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s, func(a, b Seller) int { return cmp.Compare(a.ID, b.ID) })
	return c, s
}
