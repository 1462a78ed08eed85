package plancase

import (
	"cmp"
	"maps"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/settle"
)

// account is one payee under one plan.
type account struct {
	person, plan int32
}

// settlements are the settled months of a case.
type settlements struct {
	open map[account][]settle.Item // after the last settled month
	done map[calendar.Month][]*settle.Result
}

// of returns how a payee's month was settled under a plan, nil when it was not.
func (s *settlements) of(period calendar.Month, payee, plan string) *settle.Result {
	for _, result := range s.done[period] {
		if result.Payee == payee && result.Plan == plan {
			return result
		}
	}
	return nil
}

// settles reports whether the case asks what is paid.
func (r *run) settles() bool { return r.file(PaidName) != nil || r.file(OpenName) != nil }

// settle settles a month for everybody whom it pays or who has something open. Plans without settle pay what is earned.
func (r *run) settle(period calendar.Month, result *engine.Result, asked bool) error {
	if !r.settles() {
		return nil
	}
	accounts := map[account]bool{}
	for _, p := range result.Payouts {
		accounts[account{p.Person, p.Plan}] = true
	}
	for a := range r.settled.open {
		accounts[a] = true
	}
	if r.settled.done == nil {
		r.settled.done = map[calendar.Month][]*settle.Result{}
	}
	open := map[account][]settle.Item{}
	ordered := slices.SortedFunc(maps.Keys(accounts), func(a, b account) int { return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.plan, b.plan)) })
	for _, a := range ordered {
		c, err := result.SettlementCase(a.person, a.plan, r.settled.open[a], nil)
		if err != nil {
			return err
		}
		settled, err := settle.Run(r.in.Plans[a.plan], c)
		if err != nil {
			return err
		}
		r.settled.done[period] = append(r.settled.done[period], settled)
		if len(settled.Closing) > 0 {
			open[a] = settled.Closing
		}
		if asked {
			r.noteSettled(period, settled)
		}
	}
	r.settled.open = open
	return nil
}

// noteSettled adds a settled month to what was got. Memories of earnings are owed by nobody and left out.
func (r *run) noteSettled(period calendar.Month, settled *settle.Result) {
	if r.file(PaidName) != nil {
		r.got[wanted{PaidName, period, settled.Payee, ""}] += settled.PaidFen
	}
	if r.file(OpenName) == nil {
		return
	}
	for _, item := range settled.Closing {
		if item.Kind != settle.ItemEarning {
			r.got[wanted{OpenName, period, settled.Payee, string(item.Kind)}] += item.AmountFen
		}
	}
}
