package tierbook

import (
	"context"
	"math/big"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/tier"
)

// reader makes what the policy looks at from what is recorded, as of a day.
type reader struct {
	policy   *tier.Policy
	on       calendar.Date
	currency money.Currency
	rates    map[money.Currency][]Rate // by day
}

func newReader(policy *tier.Policy, on calendar.Date, currency money.Currency, rates []Rate) *reader {
	r := &reader{policy: policy, on: on, currency: currency, rates: map[money.Currency][]Rate{}}
	for _, rate := range rates {
		r.rates[rate.Base] = append(r.rates[rate.Base], rate)
	}
	return r
}

// value is an amount in the company's currency, by the last rate before the day or the first one there is; ok is false without a rate.
func (r *reader) value(minor int64, in money.Currency, on calendar.Date) (converted int64, ok bool) {
	if in == r.currency {
		return minor, true
	}
	rates := r.rates[in]
	if len(rates) == 0 {
		return 0, false
	}
	at := max(0, slices.IndexFunc(rates, func(rate Rate) bool { return rate.On > on })-1)
	if rates[len(rates)-1].On <= on {
		at = len(rates) - 1
	}
	value, err := decimal.Parse(rates[at].Value)
	if err != nil {
		return 0, false
	}
	exact := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), value.Rat())
	for range r.currency.MinorDigits() {
		exact.Mul(exact, big.NewRat(10, 1))
	}
	for range in.MinorDigits() {
		exact.Quo(exact, big.NewRat(10, 1))
	}
	converted, err = money.Round(exact, money.HalfAwayFromZero)
	return converted, err == nil
}

// outline is what a ranking needs of a customer's orders: little enough to hold a million.
type outline struct {
	id          int64
	margin      int64 // of orders with a known cost
	open        int64 // revenue of the others
	spend       int64
	orders      int32
	first, last calendar.Date
}

// outlined is an outline with what the company learns from it.
type outlined struct {
	outline
	knownRevenue int64 // of orders in the months of the policy whose cost is known
	withoutCost  int
	withoutRate  int
	days         []calendar.Date // on which something was ordered
	amounts      []int64         // by day
}

// outlineOf adds up a customer's orders up to the day of judgement.
func (r *reader) outlineOf(k *Known) outlined {
	o := outlined{outline: outline{id: k.ID, first: calendar.NoDate, last: calendar.NoDate}}
	since := r.on.AddMonths(-r.policy.Value.Months)
	for _, order := range k.Orders {
		o.orders++
		if o.first == calendar.NoDate {
			o.first = order.SignedOn
		}
		o.last = order.SignedOn
		amount, ok := r.value(order.AmountMinor, order.Currency, order.SignedOn)
		if !ok {
			o.withoutRate++
			continue
		}
		if n := len(o.days); n > 0 && o.days[n-1] == order.SignedOn {
			o.amounts[n-1] += amount
		} else {
			o.days, o.amounts = append(o.days, order.SignedOn), append(o.amounts, amount)
		}
		if order.SignedOn <= since {
			continue
		}
		o.spend = clamp(o.spend + amount)
		cost, ok := r.value(order.CostMinor, order.Currency, order.SignedOn)
		if order.CostMinor == fact.Unknown || !ok {
			o.withoutCost++
			o.open = clamp(o.open + amount)
			continue
		}
		o.knownRevenue += amount
		o.margin = clamp(o.margin + amount - cost)
	}
	return o
}

// clamp keeps sums within what the engine takes; who is beyond it is the most valuable anyway.
func clamp(minor int64) int64 { return min(max(minor, -tier.AmountMax), tier.AmountMax) }

// intervals are the days between one day with an order and the next.
func (o *outlined) intervals() (days []float64) {
	for i := 1; i < len(o.days); i++ {
		days = append(days, float64(o.days[i]-o.days[i-1]))
	}
	return days
}

// customer is what the engine judges; share is the part of revenue that is margin where nobody recorded the cost.
func (o *outline) customer(share tier.Share) tier.Customer {
	open := new(big.Int).Mul(big.NewInt(o.open), big.NewInt(int64(share)))
	open.Quo(open, big.NewInt(int64(tier.Whole)))
	return tier.Customer{ID: idText(o.id), Margin: clamp(o.margin + open.Int64()), Spend: o.spend, Orders: int(o.orders), FirstOrder: o.first, LastOrder: o.last,
		ContractEnd: calendar.NoDate}
}

// idText is how the engine knows a customer.
func idText(id int64) string { return strconv.FormatInt(id, 10) }

// owner is who follows a customer: whoever was given it, or else works on its newest open opportunity, or else sold it the last order.
func owner(k *Known) int64 {
	if k.Holding != nil {
		return k.Holding.OwnerID
	}
	for _, w := range slices.Backward(k.Work) {
		if w.Open {
			return w.OwnerID
		}
	}
	if n := len(k.Orders); n > 0 {
		return k.Orders[n-1].SellerID
	}
	return 0
}

// lastContact is the last follow-up, about an opportunity or none, or signature.
func lastContact(k *Known) calendar.Date {
	last := calendar.NoDate
	for _, w := range k.Work {
		last = max(last, w.FollowedOn)
	}
	if k.FollowedOn != nil {
		last = max(last, *k.FollowedOn)
	}
	if n := len(k.Orders); n > 0 {
		last = max(last, k.Orders[n-1].SignedOn)
	}
	return last
}

// Steps are the stages of the sales process in their order, each with those of earlier versions that it stands for behind it.
type Steps [][]string

// shippedSteps are the stages that ship.
func shippedSteps(context.Context) (steps Steps, err error) {
	for _, stage := range sop.Default().Stages {
		steps = append(steps, []string{stage.ID})
	}
	return steps, nil
}

func (s Steps) place(stage string) int {
	return slices.IndexFunc(s, func(step []string) bool { return slices.Contains(step, stage) })
}

// of is where a customer stands: the furthest stage of its open opportunities, the last of all when it has bought and nothing is open.
func (s Steps) of(k *Known) []string {
	furthest := -1
	for _, w := range k.Work {
		if w.Open {
			furthest = max(furthest, s.place(w.Stage))
		}
	}
	switch {
	case furthest >= 0:
		return s[furthest]
	case len(k.Orders) > 0:
		return s[len(s)-1]
	}
	return []string{""}
}

// The fields of a customer's file that do not come from its profile.
const (
	fieldName       = "name"
	fieldCreditCode = "credit_code"
	fieldIndustry   = "industry"
	fieldCity       = "city"
	fieldRegion     = "region"
	fieldContact    = "contact"
	fieldPhone      = "phone"
)

// FileFields are the ids of all fields that a policy's completeness can ask for; own are those that the company added to customers.
func FileFields(own []customfield.Field) []string {
	fields := []string{fieldName, fieldCreditCode, fieldIndustry, fieldCity, fieldRegion, fieldContact, fieldPhone}
	for _, f := range profile.Fields {
		fields = append(fields, string(f))
	}
	for _, f := range customfield.Active(own) {
		fields = append(fields, f.Path())
	}
	return fields
}

// file is what completeness looks at.
func file(k *Known, counts tier.Tier, steps Steps) tier.File {
	stage := steps.of(k)
	f := tier.File{Customer: idText(k.ID), Tier: counts, Stage: stage[0], Formerly: stage[1:], Entries: map[string]tier.Entry{}}
	recorded := func(id, text string, valid bool) {
		f.Entries[id] = tier.Entry{Filled: text != "", Valid: valid, Recorded: k.Recorded}
	}
	recorded(fieldName, k.Name, true)
	recorded(fieldCreditCode, k.CreditCode, naming.CreditCodeFits(k.CreditCode))
	recorded(fieldIndustry, k.Industry, true)
	recorded(fieldCity, k.City, true)
	for _, p := range profile.Fields {
		f.Entries[string(p)] = tier.Entry{Filled: k.Profile.Filled(p), Valid: p != profile.FieldRegionCode || profile.RegionFits(k.Profile.RegionCode), Recorded: k.Profile.ConfirmedOn(p)}
	}
	for key := range k.Profile.Fields.Values() {
		f.Entries[customfield.PathOf(key)] = tier.Entry{Filled: true, Valid: true, Recorded: k.Profile.ConfirmedOn(profile.OwnField(key))}
	}
	recorded(fieldRegion, k.Region, true)
	if code := f.Entries[string(profile.FieldRegionCode)]; k.Region == "" && code.Filled {
		f.Entries[fieldRegion] = code
	}
	contacts, phones, deciders := tier.Entry{Valid: true}, tier.Entry{Valid: true}, f.Entries[string(profile.FieldDecisionMaker)]
	confirmed := k.Profile.ConfirmedOn(profile.FieldContacts)
	for _, c := range k.Contacts {
		c.Since = max(c.Since, confirmed)
		contacts.Filled, contacts.Recorded = true, max(contacts.Recorded, c.Since)
		if c.Phone {
			phones.Filled, phones.Recorded = true, max(phones.Recorded, c.Since)
		}
		if c.Decides { // a contact who decides is the decision maker
			deciders.Filled, deciders.Valid, deciders.Recorded = true, true, max(deciders.Recorded, c.Since)
		}
	}
	f.Entries[fieldContact], f.Entries[fieldPhone], f.Entries[string(profile.FieldDecisionMaker)] = contacts, phones, deciders
	return f
}
