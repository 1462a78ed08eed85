package report

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/review"
)

// The metrics that a report is about, by the ids and families of the shipped book.
const (
	collected   metric.ID = "collected"
	target      metric.ID = "target"
	attainment  metric.ID = "attainment"
	signed      metric.ID = "signed"
	deals       metric.ID = "deals"
	invoiced    metric.ID = "invoiced"
	people      metric.ID = "people"
	perHead     metric.ID = "per_head"
	leads       metric.ID = "leads"
	conversion  metric.ID = "conversion"
	winRate     metric.ID = "win_rate"
	pipeline    metric.ID = "pipeline"
	compliance  metric.ID = "compliance"
	recording   metric.ID = "recording"
	collection  metric.ID = "collection_rate"
	receivable  metric.ID = "receivable"
	overdue     metric.ID = "overdue"
	overdueRate metric.ID = "overdue_rate"
	dso         metric.ID = "dso"
	late        metric.ID = "collected_late"
	refunded    metric.ID = "refunded"
)

// history is how many months before its own a report looks at: for signals, the season and the forecast.
const history = 36

// facts are what a report is made of.
type facts struct {
	now      time.Time
	today    calendar.Date
	month    calendar.Month
	place    metric.Place
	currency string
	level    metric.Breakdown // that the place is taken apart by
	head     metric.Answer    // of all chosen metrics, with comparisons
	months   metric.Answer    // by month, up to the report's
	places   metric.Answer    // by level, with comparisons
	persons  metric.Answer    // by person, with comparisons
	next     metric.Answer    // target of the month that follows
	cuts     []cut
	against  metric.Against // that changes are taken apart against; empty where there is nothing to compare with
	funnel   *board.Funnel
	noFunnel *errs.Error
	broken   []board.Exception
	ageing   *board.Ageing
	actions  []review.Action
	effects  map[int64]effect // by action, of those that name a metric
	agreed   []decision.Decision
	cleaning Cleaning
	workDays calendar.WorkCalendar
}

// cut is the money collected by one dimension that the metric book does not know, now and in the period that it is compared with.
type cut struct {
	dimension DimensionID
	segments  []segment
}

type segment struct {
	key         string
	name        Arg
	now, before int64
}

// read asks for metrics; those that are not in the book or not for the reader are left out.
func (s *Service) read(ctx context.Context, actor access.Actor, q metric.Query) (metric.Answer, error) {
	a, err := s.Numbers.Read(ctx, actor, q)
	if err == nil || len(q.Metrics) == 0 {
		return a, err
	}
	var out metric.Answer
	found := false
	for _, id := range q.Metrics {
		one := q
		one.Metrics = []metric.ID{id}
		a, err := s.Numbers.Read(ctx, actor, one)
		if known, ok := errors.AsType[*errs.Error](err); ok && known.Kind == errs.KindNotFound && known.Message.Key == "metric.missing" {
			continue
		}
		if err != nil {
			return out, err
		}
		series := append(out.Series, a.Series...)
		out, found = a, true
		out.Series = series
	}
	if !found {
		return out, err
	}
	return out, nil
}

// gather reads what a report of a month and a place rests on.
func (s *Service) gather(ctx context.Context, actor access.Actor, ask Ask, step func(done int)) (f *facts, err error) {
	now := s.Now()
	f = &facts{now: now, today: calendar.DateOf(now), month: ask.Month, place: ask.Place, currency: string(s.Currency()), workDays: s.WorkDays()}
	both := []metric.Against{metric.YearAgo, metric.Before}
	period := metric.Period{Kind: metric.Month, First: f.month}
	if f.head, err = s.read(ctx, actor, metric.Query{Place: f.place, Period: period, Against: both}); err != nil {
		return nil, err
	}
	f.place = f.head.Place
	step(1)
	span := metric.Period{Kind: metric.Span, First: f.month - history, Last: f.month}
	if f.months, err = s.read(ctx, actor, metric.Query{Metrics: []metric.ID{collected, target, signed, winRate}, Place: f.place, Period: span, By: metric.ByMonth}); err != nil {
		return nil, err
	}
	step(2)
	list := []metric.ID{collected, target, attainment, signed, deals, people, winRate, collection, overdue}
	if f.level = board.Below(f.place); f.level != metric.ByNothing {
		if f.places, err = s.read(ctx, actor, metric.Query{Metrics: list, Place: f.place, Period: period, By: f.level, Against: both}); err != nil {
			return nil, err
		}
	}
	if f.persons, err = s.read(ctx, actor, metric.Query{Metrics: []metric.ID{collected, target, attainment, signed}, Place: f.place, Period: period, By: metric.ByPerson, Against: both}); err != nil {
		return nil, err
	}
	step(3)
	if f.next, err = s.read(ctx, actor, metric.Query{Metrics: []metric.ID{target}, Place: f.place, Period: metric.Period{Kind: metric.Month, First: f.month + 1}}); err != nil {
		return nil, err
	}
	f.chooseAgainst()
	if err := s.lists(ctx, actor, f); err != nil {
		return nil, err
	}
	step(4)
	if err := s.records(ctx, f); err != nil {
		return nil, err
	}
	return f, s.measured(ctx, actor, f)
}

// chooseAgainst takes the year before where it is known, otherwise the month before.
func (f *facts) chooseAgainst() {
	series, _ := f.head.Of(collected)
	for _, against := range []metric.Against{metric.YearAgo, metric.Before} {
		if c, _ := known(series.Compared, against); c.Value.Known {
			f.against = against
			return
		}
	}
}

// earlier is the period that changes are taken apart against.
func (f *facts) earlier() metric.Period {
	series, _ := f.head.Of(collected)
	c, _ := known(series.Compared, f.against)
	return c.Value.Period
}

// lists asks for what is no number of the book.
func (s *Service) lists(ctx context.Context, actor access.Actor, f *facts) (err error) {
	where := board.Where{Place: f.place, Month: f.month, Today: min(f.today, f.month.Last()), From: f.head.Period.From, To: f.head.Period.To, Below: f.level}
	if f.funnel, err = s.Funnel(ctx, actor, where); err != nil {
		known, ok := errors.AsType[*errs.Error](err)
		if !ok || known.Kind != errs.KindUnavailable && known.Kind != errs.KindConflict {
			return err
		}
		f.funnel, f.noFunnel = nil, known
	}
	f.broken, err = s.Broken(ctx, actor, where)
	if errs.Is(err, errs.KindConflict) || errs.Is(err, errs.KindUnavailable) {
		f.broken, err = nil, nil
	}
	return err
}

// people of the place, by the readings by person; nil for everybody.
func (f *facts) members() []int64 {
	if f.place.Kind == metric.PlaceCompany {
		return nil
	}
	ids := []int64{}
	series, _ := f.persons.Of(collected)
	for _, p := range series.Parts {
		ids = append(ids, p.Value.Place.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// records reads what only this package's reader knows.
func (s *Service) records(ctx context.Context, f *facts) error {
	return s.Store.Read(ctx, func(r Reader) error {
		teams, err := r.ReviewTeams(ctx, f.head.Period.To)
		if err != nil {
			return err
		}
		if f.actions, err = r.ReportActions(ctx, f.month.First(), f.month.Last()); err != nil {
			return err
		}
		f.actions = slices.DeleteFunc(f.actions, func(a review.Action) bool { return !within(f.place, a.Unit, teams) })
		log, err := r.Decisions(ctx, decision.Filter{All: f.place.Kind == metric.PlaceCompany, Persons: f.members(), From: f.month.First() - 180, Limit: decisionsMost})
		if err != nil {
			return err
		}
		f.agreed = slices.DeleteFunc(log, func(d decision.Decision) bool { return d.DueOn < f.month.First() || d.DueOn > f.month.Last() })
		if f.today <= f.month.Last() || f.month == f.today.Month()-1 { // what is open is known of today alone
			rows, err := r.BoardOverdue(ctx, access.Scope{All: true}, f.place, metric.ByNothing, f.today, s.Currency())
			if err != nil {
				return err
			}
			f.ageing = board.Aged(rows)
		}
		if f.cleaning, err = r.ReportCleaning(ctx, f.head.Period.From, f.head.Period.To, s.Currency(), f.members()); err != nil {
			return err
		}
		return s.cut(ctx, r, f)
	})
}

// decisionsMost is how many decisions are looked through.
const decisionsMost = 300

// within reports whether a unit is in a place.
func within(place metric.Place, u review.Unit, teams []review.Team) bool {
	switch place.Kind {
	case metric.PlaceCompany:
		return true
	case metric.PlaceTeam:
		return u.Kind == review.UnitTeam && u.ID == place.ID
	case metric.PlaceRegion:
		return u.Kind == review.UnitRegion && u.ID == place.ID || slices.ContainsFunc(teams, func(t review.Team) bool {
			return u.Kind == review.UnitTeam && t.ID == u.ID && t.RegionID == place.ID
		})
	}
	return false
}

// cut reads the dimensions that the book does not know.
func (s *Service) cut(ctx context.Context, r Reader, f *facts) error {
	period, earlier := f.head.Period, f.earlier()
	for _, dimension := range Dimensions {
		now, err := r.ReportCollected(ctx, dimension, period.From, period.To, s.Currency(), f.members())
		if err != nil {
			return err
		}
		c := cut{dimension: dimension}
		at := map[string]int{}
		for _, one := range now {
			at[one.Key] = len(c.segments)
			c.segments = append(c.segments, segment{key: one.Key, name: dimension.name(one), now: one.Minor})
		}
		var before []Segment
		if f.against != "" {
			if before, err = r.ReportCollected(ctx, dimension, earlier.From, earlier.To, s.Currency(), f.members()); err != nil {
				return err
			}
		}
		for _, one := range before {
			i, there := at[one.Key]
			if !there {
				i = len(c.segments)
				c.segments = append(c.segments, segment{key: one.Key, name: dimension.name(one)})
			}
			c.segments[i].before += one.Minor
		}
		f.cuts = append(f.cuts, f.completed(c))
	}
	return nil
}

// completed adds what the segments leave of the number of the book, so that they sum to it: shares rounded deal by deal, and people who were elsewhere then.
func (f *facts) completed(c cut) cut {
	series, _ := f.head.Of(collected)
	compared, _ := known(series.Compared, f.against)
	rest := segment{key: "rest", name: word("rest"), now: series.Value.Numerator, before: compared.Value.Numerator}
	for _, s := range c.segments {
		rest.now, rest.before = rest.now-s.now, rest.before-s.before
	}
	if rest.now != 0 || rest.before != 0 {
		c.segments = append(c.segments, rest)
	}
	slices.SortStableFunc(c.segments, func(a, b segment) int { return int(min(max(b.now-a.now, -1), 1)) })
	return c
}
