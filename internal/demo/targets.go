package demo

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/targetplan"
)

// planTargets lets operations split the targets: those of this year are published for the months to come, and some letters are accepted; those of the next
// are discussed, with numbers from below and an objection. The last quarter's targets are tested.
func (f *filler) planTargets(ctx context.Context) error {
	made := 0
	newID := func() string {
		made++
		return store.NewID(f.end.Add(time.Duration(made) * time.Microsecond))
	}
	approvals := approval.NewService(f.DB.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	var service *targetplan.Service
	for _, kind := range targetplan.ApprovalKinds(func() *targetplan.Service { return service }) {
		if err := approvals.Register(kind); err != nil {
			return err
		}
	}
	service = targetplan.NewService(targetplan.Config{Store: f.DB.TargetPlans(), Approvals: approvals, NewID: newID, Now: func() time.Time { return f.end.In(calendar.ChinaTime) }, Work: calendar.China, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Chance: func(stage string) int64 { return opportunity.ShippedStages().Percent(opportunity.Stage(stage)) }})
	if err := f.publishTargets(ctx, service, approvals, service.Years()[0]); err != nil {
		return err
	}
	if err := f.enterPotentials(ctx, service, service.Years()[1]); err != nil {
		return err
	}
	if err := f.discussTargets(ctx, service, service.Years()[1]); err != nil {
		return err
	}
	return service.FairNow(ctx, f.actor(loginOperations))
}

// splitTargets makes a draft of a year: a tenth more than was collected in twelve months, in whole tens of thousands.
func (f *filler) splitTargets(ctx context.Context, service *targetplan.Service, year int) (targetplan.Plan, error) {
	rules := targetplan.UsualRules()
	const step = 10_000 * fen
	rules.YearMinor = max(step, f.lastYear()/10*11/step*step)
	rules.OverPerson = 5
	return service.CreateNow(ctx, f.actor(loginOperations), targetplan.Entry{FiscalYear: year, Name: strconv.Itoa(year) + " 年度目标", Rules: rules})
}

func (f *filler) publishTargets(ctx context.Context, service *targetplan.Service, approvals *approval.Service, year int) error {
	from := f.Today.Month() + 1
	if fiscal := (calendar.Fiscal{}); fiscal.YearOf(from) != year {
		return nil // in the last month of a year nothing of it is to come
	}
	operations := f.actor(loginOperations)
	p, err := f.splitTargets(ctx, service, year)
	if err != nil {
		return err
	}
	if p, err = service.Submit(ctx, operations, p.ID, ""); err != nil {
		return err
	}
	if _, err := approvals.Approve(ctx, f.actor(loginFinance), approval.Decision{ID: p.RequestID, Note: "按这个执行"}); err != nil {
		return err
	}
	if p, err = service.Publish(ctx, operations, p.ID, from); err != nil {
		return err
	}
	for _, login := range []string{loginCore, loginLead} {
		v, err := service.Person(ctx, f.actor(login), p.ID, f.actor(login).PersonID)
		if err != nil {
			continue // who has no number has no letter
		}
		if _, err := service.Accept(ctx, f.actor(login), p.ID, v.Letter.Hash()); err != nil {
			return err
		}
	}
	return nil
}

// enterPotentials says what the markets of the regions could give, those of the teams of the lead's region, and those of the people of the lead's team: some
// eight times of what is sold there, as surveys go. What the teams counted is not quite what the report says of their region.
func (f *filler) enterPotentials(ctx context.Context, service *targetplan.Service, year int) error {
	operations, lead := f.actor(loginOperations), targetplan.PersonUnit(f.actor(loginLead).PersonID)
	list, err := service.Potentials(ctx, operations, year)
	if err != nil {
		return err
	}
	sold, parents, below := f.soldLastYear(), map[string]string{}, map[string]int64{}
	for _, p := range list {
		parents[p.Unit] = p.Parent
		for unit := p.Unit; unit != ""; unit = parents[unit] {
			below[unit] += sold[p.Key]
		}
	}
	const step, share, least = 100_000 * fen, 8, 5_000_000 * fen
	var given []targetplan.Potential
	for i, p := range list {
		market := func(percent int64) int64 { return max(least, below[p.Unit]/100*percent*share) / step * step }
		switch {
		case p.Kind() == targetplan.KindRegion:
			p.Minor, p.Source = market(90+int64(i)%4*8), "行业协会"+strconv.Itoa(year-1)+"年度报告"
		case p.Parent == parents[parents[lead]]:
			p.Minor, p.Source = market(96+int64(i)%3*6), "团队客户普查"
		case p.Parent == parents[lead]:
			p.Minor, p.Source = market(85+int64(i)%4*12), "名下客户逐户摸底"
		}
		if p.Minor > 0 {
			given = append(given, p)
		}
	}
	return service.SetPotentials(ctx, operations, year, given)
}

// soldLastYear is what was collected in twelve months by people, by key.
func (f *filler) soldLastYear() map[string]int64 {
	shares, sold := map[string][]fact.ShareRecord{}, map[string]int64{}
	for _, m := range f.months {
		for _, d := range m.deals {
			shares[d.Key] = d.Shares
		}
	}
	for i := max(0, len(f.months)-13); i < len(f.months)-1; i++ {
		for _, p := range f.months[i].payments {
			for _, s := range shares[p.Deal] {
				sold[s.Person] += p.AmountMinor / 10_000 * int64(s.BasisPoints)
			}
		}
	}
	return sold
}

// lastYear is what was collected in twelve months.
func (f *filler) lastYear() (sum int64) {
	for i := max(0, len(f.months)-13); i < len(f.months)-1; i++ {
		for _, p := range f.months[i].payments {
			sum += p.AmountMinor
		}
	}
	return sum
}

func (f *filler) discussTargets(ctx context.Context, service *targetplan.Service, year int) error {
	operations, lead, regular := f.actor(loginOperations), f.actor(loginLead), f.actor(loginRegular)
	p, err := f.splitTargets(ctx, service, year)
	if err != nil {
		return err
	}
	if _, err := service.Step(ctx, operations, p.ID, targetplan.StateDiscussion); err != nil {
		return err
	}
	v, err := service.Get(ctx, lead, p.ID, "")
	if err != nil {
		return err
	}
	for len(v.Rows) == 1 && v.Rows[0].PersonID == 0 { // down to the lead's people
		if v, err = service.Get(ctx, lead, p.ID, v.Rows[0].Unit); err != nil {
			return err
		}
	}
	for i, row := range v.Rows {
		if row.PersonID == 0 || i%3 == 2 { // not everybody is entered yet
			continue
		}
		possible := row.Detail.Expected / 20 * 21 / (1000 * fen) * (1000 * fen)
		if possible <= 0 {
			continue
		}
		if err := service.SetOwn(ctx, lead, p.ID, row.PersonID, possible, "按在手客户和商机估的"); err != nil {
			return err
		}
	}
	own, err := service.Person(ctx, regular, p.ID, regular.PersonID)
	if err != nil {
		return nil // who has no number has nothing to object to
	}
	wanted := own.Row.Minor / 10 * 9 / (1000 * fen) * (1000 * fen)
	_, err = service.Object(ctx, regular, p.ID, regular.PersonID, wanted, "去年有一笔大单是一次性的，今年没有同类项目，请按常规客户重算")
	return err
}
