package demo

import (
	"context"
	"io/fs"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/plan"
)

// honourRules are the rules of honours, in the order in which they are given; promotionRules are those of promotion.
var honourRules = []string{"sales_star", "most_improved", "best_collaboration"}

const promotionRules = "levels"

// honourMonths is for how long before today honours are given: two quarters.
const honourMonths = 6

// makeHonourRules writes and approves the rules before the first month.
func (f *filler) makeHonourRules(ctx context.Context, from calendar.Date) error {
	if f.Honours == nil {
		return nil
	}
	for _, id := range append(append([]string{}, honourRules...), promotionRules) {
		text, err := fs.ReadFile(planFiles, "plans/honours/"+id+".yaml")
		if err != nil {
			return err
		}
		f.at(from-7, 11, 0)
		if err := f.bringIn(ctx, holding(string(text), from), "年度荣誉与晋升规则", from-5); err != nil {
			return err
		}
	}
	return nil
}

// honourQuarter gives the honours of the quarter that ended with the month before, if one did and it is not long ago.
func (f *filler) honourQuarter(ctx context.Context, i int) error {
	m := f.first + calendar.Month(i)
	term := honour.TermOf(plan.SpanQuarter, m-1)
	if f.Honours == nil || term.Last != m-1 || i <= f.last-honourMonths {
		return nil
	}
	for _, id := range honourRules {
		f.at(f.year.workDay(m, 4), 10, 0)
		if f.Today <= term.Last.Last() {
			return nil
		}
		round, err := f.Honours.Compute(ctx, f.actor(loginOperations), honour.Compute{DocumentID: id, Term: term.String()})
		if err != nil {
			return err
		}
		if err := f.decideHonour(ctx, round.ID, m); err != nil {
			return err
		}
	}
	return nil
}

// decideHonour approves and announces a round, as HR; one that nobody won is discarded.
func (f *filler) decideHonour(ctx context.Context, id string, m calendar.Month) error {
	hr := f.actor(loginHR)
	f.at(f.year.workDay(m, 5), 14, 0)
	if _, err := f.Honours.Approve(ctx, hr, id); err != nil {
		return err
	}
	f.at(f.year.workDay(m, 5), 17, 0)
	_, err := f.Honours.Announce(ctx, hr, id)
	if errs.Is(err, errs.KindConflict) {
		return f.Honours.Discard(ctx, hr, id, "本季度无人达标")
	}
	return err
}

// proposePromotions proposes who meets the rules as of the last complete month, and puts rewards into the shop.
func (f *filler) proposePromotions(ctx context.Context) error {
	if f.Honours == nil {
		return nil
	}
	operations := f.actor(loginOperations)
	if _, err := f.Honours.Propose(ctx, operations, (f.first + calendar.Month(f.last) - 1).String()); err != nil {
		return err
	}
	for _, item := range []honour.KeepItem{
		{Name: plan.Text{Zh: "团队下午茶", En: "Afternoon tea for the team"}, Cost: 200, Stock: 10, Offered: true},
		{Name: plan.Text{Zh: "带薪休假半天", En: "Half a day off"}, Cost: 300, Stock: 20, Offered: true},
		{Name: plan.Text{Zh: "培训课程一门", En: "A course of one's choice"}, Cost: 800, Stock: 5, Offered: true},
	} {
		if _, err := f.Honours.KeepItem(ctx, operations, item); err != nil {
			return err
		}
	}
	return nil
}
