package engine

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// creditorProgram credits the facts of one event by all its rules, in the way of docs/adr/0011.
type creditorProgram struct {
	event *plan.Event
	value plan.CreditsValue
	by    converting
	rules []*plan.CreditRule
	feeds []int16 // by rule, a stream; None where nobody counts its credits
}

// share is what a rule gives a person of one fact.
type share struct {
	person int32
	part   int64
}

// creditor credits one fact after another.
type creditor struct {
	*program
	*creditorProgram
	problems []problem
	sellers  []share // of the present fact
	applies  []bool  // by rule
}

// fact is what is credited: a payment, an invoice or a deal.
type creditedFact struct {
	row    int32
	deal   int32
	on     calendar.Date
	amount int64
}

// credit calls give for every share of the fact, with the rule that makes it.
func (c *creditor) credit(fact creditedFact, give func(rule int, s share)) {
	amount, ok := c.amountOf(&fact)
	if !ok {
		return
	}
	c.choose(&fact)
	rest := amount
	for r, rule := range c.rules {
		if c.applies[r] && rule.Deducts {
			rest -= c.toOne(&fact, r, c.percentOf(rule, amount, rest), give)
		}
	}
	c.sellers = c.sellersOf(&fact, rest, c.sellers[:0])
	for r, rule := range c.rules {
		if !c.applies[r] || rule.Deducts {
			continue
		}
		switch rule.To {
		case plan.ToSellers:
			for _, s := range c.sellers {
				if rule.Share == plan.ShareFullEach {
					s.part = rest
				}
				give(r, s)
			}
		case plan.ToManagerChain:
			c.chain(&fact, r, give)
		case plan.ToRole:
			for _, person := range c.holders(&fact, rule) {
				give(r, share{person, rest})
			}
		default:
			c.toOne(&fact, r, c.percentOf(rule, amount, rest), give)
		}
	}
	if c.crediting.NoMatch == plan.NoMatchRefuse && amount != 0 && !slices.Contains(c.applies, true) {
		c.refuse(&fact, problemNobody, nil)
	}
}

func (c *creditor) refuse(fact *creditedFact, key string, args errs.Args) {
	path := "deals[" + c.facts.Deals[fact.deal].Key + "]"
	if source := c.facts.rowsOf(c.event.Fact); source != nil {
		path = string(c.event.Fact) + "s[" + source.Key(fact.row) + "]"
	}
	c.problems = append(c.problems, trouble(path, "", key, args))
}

// rowsOf are the rows of a kind of fact; nil for deals, which are rows themselves.
func (f *Facts) rowsOf(kind plan.FactKind) *Payments {
	switch kind {
	case plan.FactPayment:
		return &f.Payments
	case plan.FactInvoice:
		return &f.Invoices
	}
	return nil
}

// amountOf is what the event counts of the fact: less tax, as margin or in units.
func (c *creditor) amountOf(fact *creditedFact) (amount int64, ok bool) {
	if c.value == plan.CreditsSumUnits {
		if c.facts.DealsMore == nil || c.facts.DealsMore[fact.deal].Units < 0 {
			c.refuse(fact, problemUnits, nil)
			return 0, false
		}
		return c.facts.DealsMore[fact.deal].Units, true
	}
	exactly := whole(fact.amount)
	if tax := c.event.Tax; tax != nil {
		rate := fromDecimal(tax.Rate)
		if tax.Form == plan.TaxDivided {
			exactly = exactly.quo(whole(1).add(rate))
		} else {
			exactly = exactly.mul(whole(1).sub(rate))
		}
	}
	amount, err := exactly.round(money.HalfAwayFromZero)
	if err != nil {
		c.refuse(fact, problemOverflow, nil)
	}
	return amount, err == nil
}

// counts turns a credited part into what the stream counts: itself, or its margin.
func (c *creditor) counts(fact *creditedFact, part int64) (int64, bool) {
	if c.value != plan.CreditsSumMargin {
		return part, true
	}
	deal := &c.facts.Deals[fact.deal]
	if c.facts.DealsMore == nil || c.facts.DealsMore[fact.deal].CostFen < 0 {
		c.refuse(fact, problemCost, nil)
		return 0, false
	}
	if deal.AmountFen == 0 {
		return 0, true
	}
	margin := new(big.Rat).SetFrac64(1, 1)
	margin.SetFrac(big.NewInt(deal.AmountFen-c.facts.DealsMore[fact.deal].CostFen), big.NewInt(deal.AmountFen))
	counted, err := whole(part).mul(fromRat(margin)).round(money.HalfAwayFromZero)
	if err != nil {
		c.refuse(fact, problemOverflow, nil)
	}
	return counted, err == nil
}

// choose marks the rules that credit the fact: those whose filters match, and of a group only one.
func (c *creditor) choose(fact *creditedFact) {
	c.applies = c.applies[:0]
	for _, rule := range c.rules {
		c.applies = append(c.applies, c.matches(rule, fact))
	}
	for r, rule := range c.rules {
		if rule.Group == "" || !c.applies[r] {
			continue
		}
		for other, before := range c.rules[:r] {
			if !c.applies[other] || before.Group != rule.Group {
				continue
			}
			if c.crediting.Precedence == plan.PrecedenceSpecific && len(rule.Where) > len(before.Where) {
				c.applies[other] = false
			} else {
				c.applies[r] = false
			}
			break
		}
	}
}

func (c *creditor) matches(rule *plan.CreditRule, fact *creditedFact) bool {
	bounded := false
	for i := range rule.Where {
		filter := &rule.Where[i]
		if filter.Field == plan.FieldAmount {
			bounded = true
		} else if !filter.Lists(c.field(fact, filter.Field)) {
			return false
		}
	}
	return !bounded || c.amountMatches(rule, fact)
}

// amountMatches looks at the whole fact's amount. One in another currency cannot be compared: crediting converts nothing.
func (c *creditor) amountMatches(rule *plan.CreditRule, fact *creditedFact) bool {
	if currency := c.facts.currencyOf(c.event.Fact, fact.row); currency != 0 {
		c.refuse(fact, problemRuleCurrency, errs.Args{"Rule": rule.ID, "Currency": string(c.facts.Currencies[currency])})
		return false
	}
	return !slices.ContainsFunc(rule.Where, func(filter plan.Filter) bool {
		return filter.Field == plan.FieldAmount && !compares(whole(fact.amount), filter.Comparison, fromDecimal(filter.Value))
	})
}

func (c *creditor) field(fact *creditedFact, field plan.Field) string {
	deal := &c.facts.Deals[fact.deal]
	switch field {
	case plan.FieldProduct, plan.FieldProductCategory:
		return productField(c.facts, deal.Product, field)
	case plan.FieldSellerTeam, plan.FieldSellerRegion:
		team := c.firstSellersTeam(fact)
		switch {
		case team == None:
			return ""
		case field == plan.FieldSellerTeam:
			return c.facts.Teams[team].Key
		}
		return c.facts.Teams[team].Region
	}
	return customerField(c.facts, deal.Customer, field)
}

// firstSellersTeam is where the deal's first seller works on the fact's date, or None.
func (c *creditor) firstSellersTeam(fact *creditedFact) int32 {
	deal := &c.facts.Deals[fact.deal]
	if deal.ShareFrom == deal.ShareTo {
		return None
	}
	return c.teamOn(c.facts.Shares[deal.ShareFrom].Person, fact.on)
}

func (c *creditor) teamOn(person int32, on calendar.Date) int32 {
	p := &c.facts.Persons[person]
	if span := spanOn(p, on); span != nil && on >= p.Hired && on < p.Left {
		return span.Team
	}
	return None
}

// percentOf is a rule's percent of the whole or the rest; all of the rest when it has none.
func (c *creditor) percentOf(rule *plan.CreditRule, amount, rest int64) int64 {
	if rule.Percent == nil {
		return rest
	}
	if rule.Of == plan.ShareOfFull {
		return rounded(amount, *rule.Percent)
	}
	return rounded(rest, *rule.Percent)
}

// rounded is a part of an amount, half away from zero; a part is never more than the whole.
func rounded(amount int64, percent decimal.Decimal) int64 {
	part, _ := whole(amount).mul(fromDecimal(percent)).round(money.HalfAwayFromZero)
	return part
}

// toOne credits the one person of a rule and returns what was taken: nothing where nobody was referred. What the house keeps is taken.
func (c *creditor) toOne(fact *creditedFact, r int, part int64, give func(int, share)) (taken int64) {
	person := None
	switch rule := c.rules[r]; rule.To {
	case plan.ToReferrer:
		if c.facts.DealsMore != nil {
			person = c.facts.DealsMore[fact.deal].Referrer
		}
	case plan.ToPerson:
		person = int32(slices.IndexFunc(c.facts.Persons, func(p Person) bool { return p.Key == rule.Person }))
	}
	switch {
	case person != None:
		give(r, share{person, part})
	case c.rules[r].To != plan.ToHouse:
		return 0
	}
	return part
}

// sellersOf are the deal's sellers with their parts of the rest, by largest remainder.
func (c *creditor) sellersOf(fact *creditedFact, rest int64, list []share) []share {
	deal := &c.facts.Deals[fact.deal]
	shares := c.facts.Shares[deal.ShareFrom:deal.ShareTo]
	if len(shares) == 0 {
		return list
	}
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = int64(s.BasisPoints)
	}
	for i, part := range money.Allocate(rest, weights) {
		list = append(list, share{shares[i].Person, part})
	}
	return list
}

// holders lists who holds a role on the fact's date, in the order of keys.
func (c *creditor) holders(fact *creditedFact, rule *plan.CreditRule) (holders []int32) {
	team := c.firstSellersTeam(fact)
	if team == None && rule.Within != plan.WithinCompany {
		return nil
	}
	for i := range c.facts.Persons {
		p := &c.facts.Persons[i]
		span := spanOn(p, fact.on)
		if span == nil || fact.on < p.Hired || fact.on >= p.Left || !slices.Contains(span.Roles, rule.Role) {
			continue
		}
		near := rule.Within == plan.WithinCompany || (rule.Within == plan.WithinTeam && span.Team == team) ||
			(rule.Within == plan.WithinRegion && span.Team != None && c.facts.Teams[span.Team].Region == c.facts.Teams[team].Region)
		if near {
			holders = append(holders, int32(i))
		}
	}
	return holders
}
