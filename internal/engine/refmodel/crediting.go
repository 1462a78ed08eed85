package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// fact is one payment, deal or invoice.
type fact struct {
	on     calendar.Date
	order  int64  // of a payment or invoice
	key    string // of a deal
	deal   int32
	gross  int64 // as recorded
	amount int64 // without tax
	refund bool
	money  money.Currency // of its amounts
}

// factsOf lists the facts of an event.
func (m *model) factsOf(e plan.Event) []fact {
	var list []fact
	if e.Fact == plan.FactDeal {
		for i, d := range m.facts.Deals {
			list = append(list, fact{on: d.SignedOn, key: d.Key, deal: int32(i), gross: d.AmountFen, amount: withoutTax(d.AmountFen, e.Tax),
				money: m.dealCurrency(int32(i))})
		}
		return list
	}
	pays := m.facts.Payments
	if e.Fact == plan.FactInvoice {
		pays = m.facts.Invoices
	}
	for i := range pays.Deal {
		amount := pays.AmountFen[i]
		list = append(list, fact{on: pays.On[i], order: pays.Order[i], deal: pays.Deal[i], gross: amount, amount: withoutTax(amount, e.Tax),
			refund: e.Fact == plan.FactPayment && amount < 0, money: m.currency(pays.Currency, i)})
	}
	return list
}

func withoutTax(amount int64, tax *plan.Tax) int64 {
	if tax == nil {
		return amount
	}
	one, rate := whole(1), tax.Rate.Rat()
	if tax.Form == plan.TaxDivided {
		return halfAway(new(big.Rat).Quo(whole(amount), new(big.Rat).Add(one, rate)))
	}
	return halfAway(product(whole(amount), new(big.Rat).Sub(one, rate)))
}

// grant is what one rule gives one person of a fact. Seat keeps apart what one rule gives one person twice.
type grant struct {
	rule, seat int
	person     int32
	part       int64
}

// grants divides an amount by the rules that apply to the fact: its own amount, or the units of its deal.
func (m *model) grants(event string, f fact, amount int64) []grant {
	var list []grant
	rest := amount
	applying := m.applying(event, f)
	for _, i := range applying { // deductions first, in sequence
		if rule := m.crediting.Rules[i]; rule.Deducts {
			taken, credits := m.percent(i, f, amount, rest)
			list = append(list, credits...)
			rest -= taken
		}
	}
	for _, i := range applying {
		rule := m.crediting.Rules[i]
		switch {
		case rule.Deducts:
		case rule.Percent != nil:
			_, credits := m.percent(i, f, amount, rest)
			list = append(list, credits...)
		case rule.To == plan.ToSellers:
			list = append(list, m.sellers(i, f, rest)...)
		case rule.To == plan.ToManagerChain:
			list = append(list, m.chain(i, f, rest)...)
		default:
			for seat, who := range m.named(rule, f) {
				list = append(list, grant{i, seat, who, rest})
			}
		}
	}
	return list
}

// percent gives a percent of the whole fact or of the rest. Where nobody was referred nothing is taken.
func (m *model) percent(i int, f fact, amount, rest int64) (taken int64, list []grant) {
	rule := m.crediting.Rules[i]
	if rule.Of == plan.ShareOfRest {
		amount = rest
	}
	taken = halfAway(product(whole(amount), rule.Percent.Rat()))
	people := m.named(rule, f)
	if len(people) == 0 && rule.To != plan.ToHouse {
		return 0, nil
	}
	for seat, who := range people {
		list = append(list, grant{i, seat, who, taken})
	}
	return taken, list
}

// applying lists the rules that credit a fact, by their place: those whose event and filters match, and of a group only one.
func (m *model) applying(event string, f fact) []int {
	var list []int
	winner := map[string]int{}
	for i, rule := range m.crediting.Rules {
		if !slices.Contains(rule.Events, event) || !m.factMatches(rule.Where, f) {
			continue
		}
		if rule.Group == "" {
			list = append(list, i)
			continue
		}
		best, competes := winner[rule.Group]
		moreSpecific := m.crediting.Precedence == plan.PrecedenceSpecific && competes && len(rule.Where) > len(m.crediting.Rules[best].Where)
		if !competes || moreSpecific {
			winner[rule.Group] = i
		}
	}
	for _, i := range winner {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

func (m *model) factMatches(where []plan.Filter, f fact) bool {
	for _, filter := range where {
		if filter.Field == plan.FieldAmount {
			if !compares(whole(f.gross), filter.Comparison, filter.Value.Rat()) {
				return false
			}
			continue
		}
		text := ""
		switch team := m.firstTeam(f); filter.Field {
		case plan.FieldSellerTeam:
			text = m.teamKey(team)
		case plan.FieldSellerRegion:
			text = m.region(team)
		default:
			text = m.dealText(filter.Field, f.deal)
		}
		if !listed(filter, text) {
			return false
		}
	}
	return true
}

func (m *model) shares(f fact) []engine.Share {
	d := m.facts.Deals[f.deal]
	return m.facts.Shares[d.ShareFrom:d.ShareTo]
}

// firstTeam is the team of the first seller on the fact's date, or None.
func (m *model) firstTeam(f fact) int32 {
	shares := m.shares(f)
	if len(shares) == 0 {
		return engine.None
	}
	span, _ := m.spanOn(shares[0].Person, f.on)
	return span.Team
}

// named are the people of a rule that names them: the referrer, the holder of a role, one person. The house is nobody.
func (m *model) named(rule plan.CreditRule, f fact) []int32 {
	var people []int32
	switch rule.To {
	case plan.ToReferrer:
		if m.facts.DealsMore != nil && m.facts.DealsMore[f.deal].Referrer != engine.None {
			people = append(people, m.facts.DealsMore[f.deal].Referrer)
		}
	case plan.ToPerson:
		for i, p := range m.facts.Persons {
			if p.Key == rule.Person {
				people = append(people, int32(i))
			}
		}
	case plan.ToRole:
		team := m.firstTeam(f)
		for i := range m.facts.Persons {
			span, works := m.spanOn(int32(i), f.on)
			near := true
			switch rule.Within {
			case plan.WithinTeam:
				near = team != engine.None && span.Team == team
			case plan.WithinRegion:
				near = m.region(team) != "" && m.region(span.Team) == m.region(team)
			}
			if works && near && slices.Contains(span.Roles, rule.Role) {
				people = append(people, int32(i))
			}
		}
	}
	return people
}

func (m *model) sellers(rule int, f fact, amount int64) []grant {
	shares := m.shares(f)
	parts := split(amount, shares)
	var list []grant
	for i, share := range shares {
		part := parts[i]
		if m.crediting.Rules[rule].Share == plan.ShareFullEach {
			part = amount
		}
		list = append(list, grant{rule, i, share.Person, part})
	}
	return list
}

// split shares |amount| by largest remainder, on a tie to the earlier seller, and puts the sign back.
func split(amount int64, shares []engine.Share) []int64 {
	if len(shares) == 0 {
		return nil
	}
	weights := make([]*big.Rat, len(shares))
	for i, share := range shares {
		weights[i] = big.NewRat(int64(share.BasisPoints), 10_000)
	}
	return largestRemainder(amount, weights)
}

// chain credits the leaders above the sellers, level by level, nobody twice.
func (m *model) chain(rule int, f fact, amount int64) []grant {
	shares := m.shares(f)
	parts := split(amount, shares)
	below, taken := map[int32]int64{}, map[int32]int64{} // by leader: the parts of the sellers below, and what the level below was credited
	for i, share := range shares {
		span, _ := m.spanOn(share.Person, f.on)
		leaders := m.leadersOn(span.Team, f.on)
		if slices.Contains(leaders, share.Person) {
			continue
		}
		for _, leader := range leaders {
			below[leader] += parts[i]
		}
	}
	var list []grant
	credited := map[int32]bool{}
	for _, percent := range m.crediting.Rules[rule].Levels {
		above, takenBelow := map[int32]int64{}, map[int32]int64{}
		for leader, sold := range below {
			base := sold
			if m.crediting.Rules[rule].Base == plan.ShareAfterLevel {
				base -= taken[leader]
			}
			own := halfAway(product(whole(base), percent.Rat()))
			list = append(list, grant{rule, 0, leader, own})
			credited[leader] = true
			span, _ := m.spanOn(leader, f.on)
			for _, next := range m.leadersOn(span.Team, f.on) {
				above[next] += sold
				takenBelow[next] += own
			}
		}
		for leader := range credited {
			delete(above, leader)
		}
		below, taken = above, takenBelow
	}
	return list
}

// checkMatches refuses facts that no rule applies to, where the crediting says so.
func (m *model) checkMatches() error {
	if m.crediting.NoMatch != plan.NoMatchRefuse {
		return nil
	}
	for _, e := range m.crediting.Events {
		for _, f := range m.factsOf(e) {
			if f.on <= m.last && len(m.applying(e.ID, f)) == 0 {
				return fmt.Errorf("no rule applies to %s of deal %s on %s", e.ID, m.facts.Deals[f.deal].Key, f.on)
			}
		}
	}
	return nil
}
