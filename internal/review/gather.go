package review

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/pace"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/targetplan"
)

// How far back is looked: for the strength of months, for how opportunities ended, for what comes in besides, for rules that were not kept.
const (
	seasonMonths = 36
	endedDays    = 365
	pastMonths   = 6
	brokenMonths = 3
	lagDays      = 180
	stuckShown   = 10
)

// facts are what meetings of a day rest on, of the whole company: what one kind of meeting asks.
type facts struct {
	kind     Kind
	span     calendar.Interval
	on       calendar.Date // the day they are looked up
	through  calendar.Date
	basis    targetplan.Basis
	members  []targetplan.Member
	quotas   map[int64]map[calendar.Month]int64
	sold     map[int64]map[calendar.Month]soldMonth
	open     map[int64][]OpenDeal
	records  map[int64]pace.Record
	shifts   pace.Shifts
	ground   Ground
	strength func(calendar.Month) int64
	rates    map[int64]standard.Rate
	broken   map[int64][]standard.Broken
	judged   bool           // all opportunities by the standard in force
	restFrom calendar.Month // of the quarterly one: the first month that may still be changed
	restTo   calendar.Month
}

// soldMonth is what somebody sold in a month.
type soldMonth struct{ minor, unworked int64 }

// gather looks up what meetings of a kind on a day rest on.
func (s *Service) gather(ctx context.Context, kind Kind, on calendar.Date) (f *facts, err error) {
	today := s.today()
	f = &facts{kind: kind, span: spanOf(kind, on, s.Fiscal()), on: today, basis: targetplan.BasisCollected}
	f.through = min(today-1, f.span.To-1)
	if err := s.readFacts(ctx, f); err != nil {
		return nil, err
	}
	system := access.SystemActor("review")
	rates, err := s.Standard.Rates(ctx, system, standard.Question{From: f.span.From.Month(), To: (f.span.To - 1).Month(), By: standard.ByPerson})
	if err != nil {
		return nil, err
	}
	f.rates, f.judged = map[int64]standard.Rate{}, rates.JudgedAll
	for _, rate := range rates.Rows {
		f.rates[rate.ID] = rate
	}
	f.broken, err = s.Standard.Broken(ctx, system, today.Month()-brokenMonths+1)
	return f, err
}

func (s *Service) readFacts(ctx context.Context, f *facts) error {
	return s.Store.Read(ctx, func(r Reader) (err error) {
		if f.members, err = r.TargetMembers(ctx, f.on, f.span.From, f.on); err != nil {
			return err
		}
		plan, err := r.PublishedTargetPlan(ctx, s.Fiscal().YearOf(f.span.From.Month()))
		if err == nil {
			f.basis = plan.Rules.Basis
		} else if !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if err := s.addQuotas(ctx, r, f); err != nil {
			return err
		}
		sold, err := r.ReviewSold(ctx, f.basis, (f.on.Month() - seasonMonths).First(), f.on-1, s.Currency())
		if err != nil {
			return err
		}
		f.addSold(sold)
		f.addSeasons(sold, s.Work())
		open, err := r.ReviewOpen(ctx, s.Currency())
		if err != nil {
			return err
		}
		f.open = map[int64][]OpenDeal{}
		for _, o := range open {
			f.open[o.OwnerID] = append(f.open[o.OwnerID], o)
		}
		ended, err := r.ReviewEnded(ctx, f.on-endedDays, f.on-1)
		if err != nil {
			return err
		}
		f.addEnded(ended)
		if f.basis != targetplan.BasisCollected {
			return nil
		}
		lags, err := r.ReviewLags(ctx, f.on-lagDays, f.on-1)
		f.addLags(lags)
		return err
	})
}

// addQuotas adds targets of the span, and of the months of the year that may still be changed.
func (s *Service) addQuotas(ctx context.Context, r Reader, f *facts) error {
	last := (f.span.To - 1).Month()
	if f.kind == Quarterly {
		f.restFrom = max(f.span.To.Month(), f.on.Month())
		f.restTo = s.Fiscal().FirstMonth(s.Fiscal().YearOf(f.restFrom)) + quota.Months - 1
		last = f.restTo
	}
	quotas, err := r.ReviewQuotas(ctx, f.span.From.Month(), last)
	if err != nil {
		return err
	}
	f.quotas = map[int64]map[calendar.Month]int64{}
	for _, q := range quotas {
		if f.quotas[q.PersonID] == nil {
			f.quotas[q.PersonID] = map[calendar.Month]int64{}
		}
		f.quotas[q.PersonID][q.Month] = q.Minor
	}
	return nil
}

// addSold puts in what people sold by month.
func (f *facts) addSold(sold []MonthSold) {
	f.sold = map[int64]map[calendar.Month]soldMonth{}
	for _, one := range sold {
		months := f.sold[one.PersonID]
		if months == nil {
			months = map[calendar.Month]soldMonth{}
			f.sold[one.PersonID] = months
		}
		months[one.Month] = soldMonth{one.Minor, one.Unworked}
	}
}

// addSeasons learns the strength of months from what the company sold in complete ones, where a year of them is known.
func (f *facts) addSeasons(sold []MonthSold, work calendar.WorkCalendar) {
	minor := map[calendar.Month]int64{}
	for _, one := range sold {
		if one.Month < f.on.Month() {
			minor[one.Month] += one.Minor
		}
	}
	if len(minor) < quota.Months {
		return
	}
	var past []quota.Seen
	for month, amount := range minor {
		_, number := month.Civil()
		past = append(past, quota.Seen{Minor: amount, Days: int64(work.WorkDays(month.Interval())), Calendar: int(number)})
	}
	slices.SortFunc(past, func(a, b quota.Seen) int {
		return cmp.Or(cmp.Compare(a.Calendar, b.Calendar), cmp.Compare(a.Minor, b.Minor))
	})
	seasons := quota.SeasonsOf(past)
	f.ground.Seasoned = true
	f.strength = func(m calendar.Month) int64 {
		_, number := m.Civil()
		return seasons[number-1]
	}
}

// addEnded counts how opportunities ended, and how late those were that were won.
func (f *facts) addEnded(ended []Ended) {
	f.records = map[int64]pace.Record{}
	for _, e := range ended {
		record := pace.Record{Decided: 1}
		if e.Won {
			record.Won = 1
			if e.EndedOn.Month() <= e.ExpectedOn.Month() {
				record.InTime = 1
			}
			f.shifts = append(f.shifts, int64(e.EndedOn)-int64(e.ExpectedOn))
		}
		f.records[e.OwnerID] = f.records[e.OwnerID].Add(record)
		f.ground.Company = f.ground.Company.Add(record)
	}
	f.ground.Shifts = int64(len(f.shifts))
}

// addLags takes the middle of how many days lie between a signature and its payments.
func (f *facts) addLags(lags []Lag) {
	slices.SortFunc(lags, func(a, b Lag) int { return cmp.Compare(a.PaidOn-a.SignedOn, b.PaidOn-b.SignedOn) })
	for _, l := range lags {
		f.ground.LagSeen += l.Payments
	}
	seen := int64(0)
	for _, l := range lags {
		if seen += l.Payments; seen*2 >= f.ground.LagSeen {
			f.ground.LagDays = max(int64(l.PaidOn-l.SignedOn), 0)
			return
		}
	}
}

// clock is how much of the span is over.
func (s *Service) clock(f *facts) pace.Clock {
	return pace.Elapsed(s.Work(), f.strength, f.span, f.through)
}

// numbersOf are those of some people together. Rates are the own ones while they are enough, else those of the unit, else the company's.
func (s *Service) numbersOf(f *facts, persons []int64, unit pace.Record) (n Numbers) {
	n.Clock, n.HasTarget = s.clock(f), true
	for _, person := range persons {
		found := false
		for month := f.span.From.Month(); month < f.span.To.Month(); month++ {
			minor, known := f.quotas[person][month]
			n.TargetMinor += minor
			found = found || known
			n.ActualMinor += f.sold[person][month].minor
		}
		n.HasTarget = n.HasTarget && (found || len(persons) > 1)
		for month := f.restFrom; f.kind == Quarterly && month <= f.restTo; month++ {
			n.RestMinor += f.quotas[person][month]
		}
		n.Record = n.Record.Add(f.records[person])
		n.Kept += f.rates[person].Rules.Satisfied
		n.Judged += f.rates[person].Rules.Decided()
		for _, o := range f.open[person] {
			n.OpenCount++
			n.OpenMinor += o.Minor
		}
	}
	n.HasTarget = n.HasTarget && n.TargetMinor > 0
	n.Whose = WhoseOwn
	if len(persons) > 1 {
		n.Whose = WhoseUnit
	}
	if n.Record.Decided < pace.Enough {
		n.Record, n.Whose = unit, WhoseUnit
	}
	if n.Record.Decided < pace.Enough {
		n.Record, n.Whose = f.ground.Company, WhoseCompany
	}
	n.addStuck(f, persons)
	if n.HasTarget && f.through < f.span.To-1 {
		forecast := pace.Simulate(s.outlook(f, persons, &n))
		n.Forecast = &forecast
	}
	return n
}

// outlook is what the chance of some people rests on.
func (s *Service) outlook(f *facts, persons []int64, n *Numbers) pace.Outlook {
	o := pace.Outlook{TargetMinor: n.TargetMinor, ActualMinor: n.ActualMinor, Rest: n.Clock.Rest()}
	last := f.span.To - 1 - calendar.Date(f.ground.LagDays)
	for _, person := range persons {
		for _, deal := range f.open[person] {
			o.Deals = append(o.Deals, pace.Deal{Minor: deal.Minor, Win: s.Chance(deal.Stage) * (pace.Million / 100), InTime: f.shifts.InTime(deal.ExpectedOn, f.on, last)})
		}
	}
	for month := f.on.Month() - pastMonths; month < f.on.Month(); month++ {
		past := pace.Past{Weight: pace.Elapsed(s.Work(), f.strength, month.Interval(), month.Last()).Whole}
		for _, person := range persons {
			past.Minor += f.sold[person][month].unworked
		}
		o.Past = append(o.Past, past)
	}
	return o
}

// addStuck finds opportunities that do not go on, the greatest first.
func (n *Numbers) addStuck(f *facts, persons []int64) {
	for _, person := range persons {
		for _, o := range f.open[person] {
			broken := f.broken[o.ID]
			if len(broken) == 0 && o.ExpectedOn >= f.on {
				continue
			}
			stuck := Stuck{ID: o.ID, Name: o.Name, Customer: o.Customer, Minor: o.Minor, ExpectedOn: o.ExpectedOn, Rules: int64(len(broken))}
			if len(broken) > 0 {
				stuck.Rule = broken[0].Name
			}
			n.Stuck = append(n.Stuck, stuck)
		}
	}
	n.StuckCount = int64(len(n.Stuck))
	slices.SortFunc(n.Stuck, func(a, b Stuck) int { return cmp.Or(cmp.Compare(b.Minor, a.Minor), cmp.Compare(a.ID, b.ID)) })
	n.Stuck = n.Stuck[:min(len(n.Stuck), stuckShown)]
}
