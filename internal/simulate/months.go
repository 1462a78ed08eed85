package simulate

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// tasksOf cuts a variant into tasks: each month by itself where no plan looks back at what earlier months paid, otherwise all of them in their
// order.
func (w *work) tasksOf(variant int) (tasks []func() error) {
	chained := slices.ContainsFunc(w.in.Variants[variant], func(s Set) bool {
		return slices.ContainsFunc(s.Plans, func(p *plan.Plan) bool { return p.NeedsEarlier() || p.Settle != nil })
	})
	if chained {
		return []func() error{func() error { return w.chain(variant) }}
	}
	for month := range w.in.Months {
		tasks = append(tasks, func() error { return w.month(variant, month, nil, nil) })
	}
	return tasks
}

// account is one payee under one plan.
type account struct {
	person int32
	plan   string
}

// chain computes the months in their order, each with what those before it paid and left open.
func (w *work) chain(variant int) error {
	var earlier []engine.EarlierPay
	open := map[account][]settle.Item{}
	for month := range w.in.Months {
		if w.failed() {
			return nil
		}
		if err := w.month(variant, month, &earlier, open); err != nil {
			return err
		}
	}
	return nil
}

// month computes one month. Where months are chained it adds to earlier what the month paid, and replaces what is open.
func (w *work) month(variant, month int, earlier *[]engine.EarlierPay, open map[account][]settle.Item) error {
	set, at := w.in.Variants[variant][month], w.in.Months[month]
	out := &w.results[variant][month]
	out.paid = make([]int64, len(w.in.Facts.Persons))
	if len(set.Plans) == 0 || set.Crediting == nil {
		return w.tell()
	}
	in := engine.Input{Period: at, Plans: set.Plans, Crediting: set.Crediting, Facts: w.in.Facts}
	if earlier != nil {
		in.Earlier = known(*earlier, set.Plans)
	}
	result, err := engine.Run(in)
	if err != nil {
		return err
	}
	for _, p := range result.Payouts {
		out.lines = append(out.lines, paidLine{person: p.Person, plan: set.Plans[p.Plan], component: p.Component, amount: p.AmountFen})
		out.paid[p.Person] += p.AmountFen
	}
	out.caps = capsOf(result)
	if earlier != nil {
		*earlier = append(*earlier, paidBy(result, set.Plans, at)...)
		if err := settleMonth(result, set.Plans, open, out.paid); err != nil {
			return err
		}
	}
	return w.tell()
}

// known keeps what plans of the set paid: of others the engine knows nothing.
func known(earlier []engine.EarlierPay, plans []*plan.Plan) (kept []engine.EarlierPay) {
	for _, e := range earlier {
		if slices.ContainsFunc(plans, func(p *plan.Plan) bool { return p.ID == e.Plan }) {
			kept = append(kept, e)
		}
	}
	return kept
}

// paidBy turns a month's result into what later months may look back at: a row for each component and one for each plan.
func paidBy(result *engine.Result, plans []*plan.Plan, month calendar.Month) (rows []engine.EarlierPay) {
	total := -1
	for i, p := range result.Payouts {
		by := plans[p.Plan]
		if i == 0 || result.Payouts[i-1].Person != p.Person || result.Payouts[i-1].Plan != p.Plan {
			total = len(rows)
			rows = append(rows, engine.EarlierPay{Person: p.Person, Plan: by.ID, Month: month})
		}
		rows[total].AmountFen += p.AmountFen
		rows = append(rows, engine.EarlierPay{Person: p.Person, Plan: by.ID, Component: by.Components[p.Component].ID, Month: month,
			AmountFen: p.AmountFen, CarriedFen: p.CarriedFen})
	}
	return rows
}

// settleMonth settles every account that has something to settle, and changes paid from what is earned to what is paid.
func settleMonth(result *engine.Result, plans []*plan.Plan, open map[account][]settle.Item, paid []int64) error {
	index := map[string]int32{}
	for i, p := range plans {
		index[p.ID] = int32(i)
	}
	accounts := map[account]bool{}
	for _, p := range result.Payouts {
		if plans[p.Plan].Settle != nil {
			accounts[account{p.Person, plans[p.Plan].ID}] = true
		}
	}
	for a := range open {
		if _, ok := index[a.plan]; ok {
			accounts[a] = true
		}
	}
	earned := map[account]int64{}
	for _, p := range result.Payouts {
		earned[account{p.Person, plans[p.Plan].ID}] += p.AmountFen
	}
	for a := range accounts {
		at := index[a.plan]
		c, err := result.SettlementCase(a.person, at, open[a], nil)
		if err != nil {
			return err
		}
		settled, err := settle.Run(plans[at], c)
		if err != nil {
			return err
		}
		paid[a.person] += settled.PaidFen - earned[a]
		delete(open, a)
		if len(settled.Closing) > 0 {
			open[a] = settled.Closing
		}
	}
	return nil
}

// capsOf counts what caps cut off.
func capsOf(result *engine.Result) (c Caps) {
	for _, n := range result.Notices {
		if n.Kind != engine.NoticeAtCap {
			continue
		}
		c.CutFen += n.BeforeFen - n.AmountFen
		if n.Component == engine.None {
			c.Plans++
		} else {
			c.Components++
		}
	}
	return c
}
