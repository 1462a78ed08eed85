package metric

import (
	"context"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Read returns numbers, of what the actor may see: who sees only a team and asks for the company gets the team's numbers, and Narrowed says so.
// Errors: forbidden; not found for an unknown metric or a place out of reach; invalid.
func (s *Service) Read(ctx context.Context, actor access.Actor, q Query) (a Answer, err error) {
	defer errs.Wrap(&err, "metric.Read(%v)", q.Metrics)
	if err := mayRead(actor); err != nil {
		return a, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		e, err := s.open(ctx, r, actor, q.Place, q.Period)
		if err != nil {
			return err
		}
		if !q.Recorded.IsZero() {
			if e.at, err = r.BatchAt(ctx, q.Recorded); err != nil {
				return err
			}
			e.recorded, e.travels = q.Recorded, true
		}
		if e.definitions, err = s.choose(ctx, r, q.Metrics, e.today); err != nil {
			return err
		}
		if at := slices.IndexFunc(e.definitions, func(d Definition) bool { return !opens(actor, d) }); at >= 0 {
			return actor.Require(access.PermSalesRead)
		}
		if a, err = e.answer(ctx, q); err != nil {
			return err
		}
		a.Behind, err = s.behind(ctx, r)
		return err
	})
	return a, err
}

// evaluation is one reading of numbers on one snapshot.
type evaluation struct {
	*Service
	reader      Reader
	today       calendar.Date
	now         time.Time
	org         *Organisation
	reach       map[int64]bool // nil: everybody
	reached     []int64        // the same, by id
	within      map[calendar.Date][]int64
	place       Place
	period      Period
	narrowed    bool
	missing     int64
	newest      map[Source]time.Time
	definitions []Definition
	book        *ledger      // of products, once it was read
	at          fact.BatchID // with travels: as recorded up to it
	recorded    time.Time
	travels     bool
}

// open resolves of whom and when numbers are asked for.
func (s *Service) open(ctx context.Context, r Reader, actor access.Actor, place Place, period Period) (e *evaluation, err error) {
	now := s.Now()
	e = &evaluation{Service: s, reader: r, today: calendar.DateOf(now), now: now, within: map[calendar.Date][]int64{}, place: place}
	if e.period, err = s.resolve(period, e.today); err != nil {
		return nil, err
	}
	if e.org, err = r.Organisation(ctx); err != nil {
		return nil, err
	}
	if e.newest, err = r.MetricNewest(ctx); err != nil {
		return nil, err
	}
	scope := reach(actor)
	if !scope.All {
		ids, err := r.PersonsInReach(ctx, scope, e.today)
		if err != nil {
			return nil, err
		}
		e.reach = map[int64]bool{}
		for _, id := range ids {
			e.reach[id] = true
		}
		e.reached = slices.AppendSeq(make([]int64, 0, len(e.reach)), maps.Keys(e.reach)) // of nobody it is empty, and not nil
		slices.Sort(e.reached)
	}
	return e, e.settlePlace()
}

// settlePlace narrows what was asked for to what is in reach.
func (e *evaluation) settlePlace() error {
	missing := errs.New(errs.KindNotFound, "metric.place_missing", nil)
	switch e.place.Kind {
	case "", PlaceReach, PlaceCompany:
		if e.reach == nil {
			e.place = Company
			return nil
		}
		e.narrowed = e.place.Kind == PlaceCompany
		e.place = Place{Kind: PlaceReach}
	case PlacePerson:
		if e.place.Name = e.org.name(e.place.ID); e.place.Name == "" || e.reach != nil && !e.reach[e.place.ID] {
			return missing
		}
	case PlaceRegion, PlaceTeam:
		p := e.placement(e.period.To)
		unit, known := p.teams[e.place.ID]
		if e.place.Kind == PlaceRegion {
			unit, known = p.areas[e.place.ID]
		}
		members := p.members(e.place)
		for _, id := range members {
			if e.reach != nil && !e.reach[id] {
				e.missing++
			}
		}
		if !known || e.reach != nil && e.missing == int64(len(members)) {
			return missing
		}
		e.place.Name, e.narrowed = unit.Name, e.missing > 0
	default:
		return errs.Invalid("error.invalid", []errs.Field{{Path: "place", Value: string(e.place.Kind), Message: errs.Msg("form.error.choice", nil)}})
	}
	return nil
}

func (e *evaluation) placement(day calendar.Date) *placement {
	return e.placements.at(e.org, day)
}

// persons are those of the place by where they were at a day, by id; nil for all of them. They are not to be changed.
func (e *evaluation) persons(at calendar.Date, apart bool) []int64 {
	switch e.place.Kind {
	case PlaceCompany:
		if apart {
			return nil
		}
		return []int64{Everybody}
	case PlacePerson:
		return []int64{e.place.ID}
	case PlaceReach:
		return e.reached
	}
	ids, known := e.within[at]
	if !known {
		ids = []int64{}
		for _, id := range e.placement(at).members(e.place) {
			if e.reach == nil || e.reach[id] {
				ids = append(ids, id)
			}
		}
		e.within[at] = ids
	}
	return ids
}

// answer reads all series.
func (e *evaluation) answer(ctx context.Context, q Query) (a Answer, err error) {
	work := e.WorkDays()
	a = Answer{Place: e.place, Period: e.period, By: q.By, Narrowed: e.narrowed, Missing: e.missing, Newest: e.newest,
		WorkDays: work.WorkDays(calendar.Interval{From: e.period.From, To: e.whole(e.period) + 1})}
	if e.period.From <= e.today {
		a.Elapsed = work.WorkDays(calendar.Interval{From: e.period.From, To: e.period.To + 1})
	}
	total, err := e.gather(ctx, e.period, ByNothing)
	if err != nil {
		return a, err
	}
	earlier, periods := map[Against]map[int64]*counted{}, map[Against]Period{}
	for _, against := range q.Against {
		if against != YearAgo && against != Before {
			return a, errs.Invalid("error.invalid", []errs.Field{{Path: "against", Value: string(against), Message: errs.Msg("form.error.choice", nil)}})
		}
		if periods[against], err = e.earlier(e.period, against, e.today); err != nil {
			return a, err
		}
		if earlier[against], err = e.gather(ctx, periods[against], ByNothing); err != nil {
			return a, err
		}
	}
	for _, d := range e.definitions {
		series := Series{Definition: d, Value: e.value(d, total[0], e.place, e.period)}
		for _, against := range q.Against {
			series.Compared = append(series.Compared, compare(against, series.Value, e.value(d, earlier[against][0], e.place, periods[against])))
		}
		a.Series = append(a.Series, series)
	}
	return a, e.takeApart(ctx, q, &a)
}

// takeApart adds the parts.
func (e *evaluation) takeApart(ctx context.Context, q Query, a *Answer) error {
	switch q.By {
	case ByNothing:
		return nil
	case ByMonth, ByDay:
		return e.byTime(ctx, q, a)
	case ByRegion, ByTeam, ByPerson, ByProduct, ByLine:
		return e.byPlace(ctx, q, a)
	default:
		return errs.Invalid("error.invalid", []errs.Field{{Path: "by", Value: string(q.By), Message: errs.Msg("form.error.choice", nil)}})
	}
}

func (e *evaluation) byTime(ctx context.Context, q Query, a *Answer) error {
	var parts []Period
	if q.By == ByMonth {
		for m := e.period.First; m <= e.period.Last && m.First() <= e.today; m++ {
			p, err := e.resolve(Period{Kind: Month, First: m}, e.today)
			if err != nil {
				return err
			}
			parts = append(parts, p)
		}
	} else {
		if e.period.To-e.period.From > 366 {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "by", Value: string(q.By), Message: errs.Msg("metric.days_many", nil)}})
		}
		for day := e.period.From; day <= e.period.To && day <= e.today; day++ {
			parts = append(parts, Period{Kind: Span, First: day.Month(), Last: day.Month(), From: day, To: day})
		}
	}
	for _, p := range parts {
		found, err := e.gather(ctx, p, ByNothing)
		if err != nil {
			return err
		}
		for i, d := range e.definitions {
			a.Series[i].Parts = append(a.Series[i].Parts, Part{Value: e.value(d, found[0], e.place, p)})
		}
	}
	return nil
}

func (e *evaluation) byPlace(ctx context.Context, q Query, a *Answer) error {
	found, err := e.gather(ctx, e.period, q.By)
	if err != nil {
		return err
	}
	earlier, periods := map[Against]map[int64]*counted{}, map[Against]Period{}
	for _, against := range q.Against {
		if periods[against], err = e.Service.earlier(e.period, against, e.today); err != nil {
			return err
		}
		if earlier[against], err = e.gather(ctx, periods[against], q.By); err != nil {
			return err
		}
	}
	all := maps.Clone(found)
	if q.By == ByProduct || q.By == ByLine { // what is sold no more has an earlier number alone
		for _, parts := range earlier {
			for id := range parts {
				all[id] = nil
			}
		}
	}
	for _, place := range e.parts(q.By, all) {
		for i, d := range e.definitions {
			part := Part{Value: e.value(d, found[place.ID], place, e.period)}
			for _, against := range q.Against {
				part.Compared = append(part.Compared, compare(against, part.Value, e.value(d, earlier[against][place.ID], place, periods[against])))
			}
			a.Series[i].Parts = append(a.Series[i].Parts, part)
		}
	}
	return nil
}
