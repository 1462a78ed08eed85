package payout

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/solve"
)

// Limits of what may be imagined, in minor units: far beyond any deal, and far below what overflows.
const (
	ImaginedMost = 10_000_000_000_00
	imaginedStep = 100
)

// DealQuestion asks what a payment on a deal would earn somebody in a month.
type DealQuestion struct {
	Month       calendar.Month
	PersonID    int64
	DealKey     string
	AmountMinor int64 // in the deal's currency; 0 asks for all that is still open
}

// EffectLine is what one component of one plan pays without and with something imagined.
type EffectLine struct {
	PlanID, Component       string
	Plan, Name              plan.Text
	BeforeMinor, AfterMinor int64
}

// Effect is what something imagined does to a month's pay. Before and After are what is earned, PaidBefore and PaidAfter what is paid with
// that month.
type Effect struct {
	Month                   calendar.Month
	PersonID                int64
	DealKey                 string
	AmountMinor, OpenMinor  int64
	On                      calendar.Date // the day of the payment
	BeforeMinor, AfterMinor int64
	PaidBefore, PaidAfter   int64
	Currency                money.Currency
	Lines                   []EffectLine
}

// NeedQuestion asks how much more must be sold for a wanted amount of pay.
type NeedQuestion struct {
	Month       calendar.Month
	PersonID    int64
	TargetMinor int64
	Product     string // key; empty: that of the newest deal
}

// Need is the answer: a further deal of NeedFen, signed and paid in full on the day. Customer and product are those of the deal that it is
// like; ofTeam says that it is one of the team's.
type Need struct {
	solve.Answer
	Effect      Effect
	TargetMinor int64
	Jumps       bool
	Product     string
	ProductName string
	Customer    string
	OfTeam      bool
	Products    []ProductChoice
}

// ProductChoice is a product that a further deal may be of.
type ProductChoice struct{ Key, Name string }

// situation is everything that one person's month is computed from.
type situation struct {
	month    calendar.Month
	person   int64
	payee    int32
	rules    planbook.InForce
	loaded   *Loaded
	openings Openings
	pasts    Pasts
	earlier  []engine.EarlierPay
	added    []Addition // what reaches the month from outside it
}

// situate reads what a person's pay of an open month rests on. Errors: forbidden; conflict when the month is closed or no plan is in force;
// not found.
func (s *Service) situate(ctx context.Context, r Reader, actor access.Actor, month calendar.Month, personID int64) (*situation, error) {
	if _, err := MaySee(ctx, r, actor, personID); err != nil {
		return nil, err
	}
	standing, err := r.Standing(ctx, month)
	if err != nil {
		return nil, err
	}
	if standing.State == "closed" {
		return nil, errs.New(errs.KindConflict, "payout.imagined_closed", errs.Args{"Month": month.String()})
	}
	in := &situation{month: month, person: personID}
	if in.rules, err = planbook.ForMonth(ctx, r, month); err != nil {
		return nil, err
	}
	batch, err := r.LatestBatch(ctx)
	if err != nil {
		return nil, err
	}
	if in.openings, err = r.Openings(ctx, month, personID); err != nil {
		return nil, err
	}
	if in.added, err = additionsOf(ctx, r, month, personID); err != nil {
		return nil, err
	}
	if in.pasts, err = PastsFor(ctx, r, month, in.rules.Plans, in.openings, in.added, time.Time{}); err != nil {
		return nil, err
	}
	lines, err := EarlierLinesFor(ctx, r, in.rules, month, personID)
	if err != nil {
		return nil, err
	}
	if in.loaded, err = loadFor(ctx, r, in.rules, personID, month, batch, s.currency()); err != nil {
		return nil, err
	}
	in.earlier = EarlierPay(lines, in.loaded, in.rules)
	index := slices.Index(in.loaded.PersonIDs, personID)
	if index < 0 {
		return nil, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	in.payee = int32(index)
	return in, nil
}

func (in *situation) run(facts *engine.Facts) (*engine.Result, error) {
	return engine.Run(engine.Input{Period: in.month, Plans: in.rules.Plans, Crediting: in.rules.Crediting, Facts: facts, Only: []int32{in.payee}, Earlier: in.earlier})
}

// earnedIn is the sum of what the payee earned.
func earnedIn(r *engine.Result) (total int64) {
	for _, p := range r.Payouts {
		total += p.AmountFen
	}
	return total
}

// paid is what of a result is paid with the month, with what reaches the month from outside it.
func (in *situation) paid(r *engine.Result) (total int64, err error) {
	for _, g := range Groups(r.Payouts) {
		account := Account{in.person, in.rules.PlanVersions[g.Plan].DocumentID}
		settled, err := settledNow(r, in.rules, g, in.openings[account], in.pasts[account], AddedOf(in.added, account))
		if err != nil {
			return 0, err
		}
		if settled != nil {
			total += settled.PaidFen
			continue
		}
		total += sumOf(in.added, account)
		for _, p := range g.Payouts {
			total += p.AmountFen
		}
	}
	return total, nil
}

// effect compares the month as it is with the month as it would be.
func (in *situation) effect(imagined *engine.Facts) (e Effect, err error) {
	before, err := in.run(in.loaded.Facts)
	if err != nil {
		return e, err
	}
	after, err := in.run(imagined)
	if err != nil {
		return e, err
	}
	e = Effect{Month: in.month, PersonID: in.person, On: in.month.Last(), BeforeMinor: earnedIn(before), AfterMinor: earnedIn(after), Currency: in.loaded.Currency}
	if e.PaidBefore, err = in.paid(before); err != nil {
		return e, err
	}
	if e.PaidAfter, err = in.paid(after); err != nil {
		return e, err
	}
	for i, p := range after.Payouts { // of the same person and plans: the same lines
		by := in.rules.Plans[p.Plan]
		c := &by.Components[p.Component]
		e.Lines = append(e.Lines, EffectLine{PlanID: by.ID, Component: c.ID, Plan: by.Name, Name: c.Name, BeforeMinor: before.Payouts[i].AmountFen, AfterMinor: p.AmountFen})
	}
	return e, nil
}

// DealEffect tells what a payment on a deal, on the last day of an open month, would change in somebody's pay. Errors: forbidden; invalid
// amount; not found when the person neither shares the deal nor leads who does; conflict when the month is closed or no plan is in force.
func (s *Service) DealEffect(ctx context.Context, actor access.Actor, q DealQuestion) (e Effect, err error) {
	defer errs.Wrap(&err, "payout.DealEffect(%s, %d)", q.Month, q.PersonID)
	if q.AmountMinor < -ImaginedMost || q.AmountMinor > ImaginedMost {
		return e, outOfReach("amount_minor")
	}
	err = s.store.Read(ctx, func(r Reader) error {
		in, err := s.situate(ctx, r, actor, q.Month, q.PersonID)
		if err != nil {
			return err
		}
		f := in.loaded.Facts
		index := slices.IndexFunc(f.Deals, func(d engine.Deal) bool { return d.Key == q.DealKey })
		if index < 0 {
			return errs.New(errs.KindNotFound, "payout.no_share", nil)
		}
		if own, led := concerns(f, in.payee, &f.Deals[index], q.Month.Last()); !own && !led {
			return errs.New(errs.KindNotFound, "payout.no_share", nil)
		}
		open := f.Deals[index].AmountFen
		for i, deal := range f.Payments.Deal {
			if deal == int32(index) && inDealCurrency(f, i) {
				open -= f.Payments.AmountFen[i]
			}
		}
		amount := q.AmountMinor
		if amount == 0 {
			amount = max(open, 0)
		}
		with := imaginePayment(f, int32(index), q.Month.Last())
		with.set(amount)
		if e, err = in.effect(&with.Facts); err != nil {
			return err
		}
		e.DealKey, e.AmountMinor, e.OpenMinor = q.DealKey, amount, open
		return nil
	})
	return e, err
}

// inDealCurrency reports whether a payment is in its deal's currency. What was paid in others needs a plan's rates and is not taken off what is open.
func inDealCurrency(f *engine.Facts, payment int) bool {
	var paid, agreed int16
	if f.Payments.Currency != nil {
		paid = f.Payments.Currency[payment]
	}
	if f.DealsMore != nil {
		agreed = f.DealsMore[f.Payments.Deal[payment]].Currency
	}
	return paid == agreed
}

func outOfReach(path string) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: path, Message: errs.Msg("payout.imagined_range", nil)}})
}

// Needed tells what further deal would bring somebody's pay of an open month to the wanted amount. Errors: forbidden; invalid amount or
// product; conflict when the month is closed or no plan is in force.
func (s *Service) Needed(ctx context.Context, actor access.Actor, q NeedQuestion) (n Need, err error) {
	defer errs.Wrap(&err, "payout.Needed(%s, %d)", q.Month, q.PersonID)
	if q.TargetMinor <= 0 || q.TargetMinor > ImaginedMost {
		return n, outOfReach("target_minor")
	}
	err = s.store.Read(ctx, func(r Reader) error {
		in, err := s.situate(ctx, r, actor, q.Month, q.PersonID)
		if err != nil {
			return err
		}
		n, err = in.needed(ctx, q)
		return err
	})
	return n, err
}

func (in *situation) needed(ctx context.Context, q NeedQuestion) (n Need, err error) {
	with, n, err := in.further(q.Product)
	if err != nil {
		return n, err
	}
	question := solve.Question{TargetFen: q.TargetMinor, MostFen: ImaginedMost, StepFen: imaginedStep}
	n.Answer, err = solve.Least(question, func(amount int64) (int64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		with.set(amount)
		result, err := in.run(&with.Facts)
		if err != nil {
			return 0, err
		}
		return earnedIn(result), nil
	})
	if err != nil {
		return n, err
	}
	with.set(n.NeedFen)
	n.Jumps, n.TargetMinor = n.Answer.Jumps(question), q.TargetMinor
	if n.Effect, err = in.effect(&with.Facts); err == nil {
		n.Effect.AmountMinor = n.NeedFen
	}
	return n, err
}

// further imagines a deal like the newest one, and says what it is like.
func (in *situation) further(product string) (*imagined, Need, error) {
	f, on := in.loaded.Facts, in.month.Last()
	n := Need{Products: in.choices()}
	if product != "" && !slices.ContainsFunc(n.Products, func(c ProductChoice) bool { return c.Key == product }) {
		return nil, n, errs.Invalid("error.invalid", []errs.Field{{Path: "product", Value: product, Message: errs.Msg("payout.unknown_product", nil)}})
	}
	index, own, ok := likeliest(f, in.payee, product, on)
	if !ok {
		index, own, ok = likeliest(f, in.payee, "", on)
	}
	like := engine.Deal{Customer: engine.None, Product: engine.None}
	var more *engine.DealMore
	shares := []engine.Share{{Person: in.payee, BasisPoints: 10_000}}
	if ok {
		like = f.Deals[index]
		if f.DealsMore != nil {
			more = &f.DealsMore[index]
		}
		if n.OfTeam = !own; n.OfTeam {
			shares = f.Shares[like.ShareFrom:like.ShareTo]
		}
	}
	if at := slices.IndexFunc(f.Products, func(p engine.Product) bool { return p.Key == product }); at >= 0 {
		like.Product = int32(at)
	} else if like.Product == engine.None && len(f.Products) > 0 {
		like.Product = 0
	}
	if like.Product != engine.None {
		n.Product, n.ProductName = f.Products[like.Product].Key, f.Products[like.Product].Name
	}
	if like.Customer != engine.None {
		n.Customer = f.Customers[like.Customer].Name
	}
	return imagineDeal(f, like, more, shares, on), n, nil
}

func (in *situation) choices() (choices []ProductChoice) {
	for _, p := range in.loaded.Products {
		choices = append(choices, ProductChoice{p.Key, p.Name})
	}
	slices.SortFunc(choices, func(a, b ProductChoice) int { return engine.CompareKeys(a.Key, b.Key) })
	return choices
}
