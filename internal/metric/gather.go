package metric

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// counted is what measures come to, of one part: within the period, at its start and at its end.
type counted struct {
	during, start, end map[MeasureID]Sum
	why                map[MeasureID]Reason // of measures of which nothing can be said
}

func newCounted() *counted {
	return &counted{during: map[MeasureID]Sum{}, start: map[MeasureID]Sum{}, end: map[MeasureID]Sum{}, why: map[MeasureID]Reason{}}
}

func (c *counted) at(when When) map[MeasureID]Sum {
	switch when {
	case AtStart:
		return c.start
	case AtEnd:
		return c.end
	}
	return c.during
}

func (c *counted) add(when When, m MeasureID, s Sum) {
	to := c.at(when)
	was := to[m]
	to[m] = Sum{was.Amount + s.Amount, was.Facts + s.Facts}
}

// needs are the measures that the definitions read, by the moment at which they are taken.
func (e *evaluation) needs() (during, start, end []MeasureID) {
	during = []MeasureID{Foreign}
	for _, d := range e.definitions {
		for _, t := range slices.Concat(d.Formula.Of, d.Formula.Over) {
			switch t.When {
			case During:
				during = append(during, t.Measure)
			case AtStart:
				start = append(start, t.Measure)
			case AtEnd:
				end = append(end, t.Measure)
			case Average:
				start, end = append(start, t.Measure), append(end, t.Measure)
			}
		}
	}
	for _, list := range []*[]MeasureID{&during, &start, &end} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return during, start, end
}

// of keeps the measures of a grain.
func ofGrain(ids []MeasureID, grains ...grain) (list []MeasureID) {
	for _, id := range ids {
		if slices.Contains(grains, measuresByID[id].grain) {
			list = append(list, id)
		}
	}
	return list
}

// collector counts into parts.
type collector struct {
	*evaluation
	period Period
	by     Breakdown
	parts  map[int64]*counted
	why    map[MeasureID]Reason
}

// gather counts what the definitions read, of a period, as a whole (under 0) or apart by place.
func (e *evaluation) gather(ctx context.Context, p Period, by Breakdown) (map[int64]*counted, error) {
	c := &collector{evaluation: e, period: p, by: by, parts: map[int64]*counted{}, why: map[MeasureID]Reason{}}
	if by == ByNothing {
		c.parts[0] = newCounted()
	}
	if p.From > e.today {
		return c.parts, nil
	}
	during, start, end := e.needs()
	if by == ByProduct || by == ByLine {
		return c.parts, c.products(ctx, during, slices.Concat(start, end))
	}
	for _, step := range []func() error{
		func() error { return c.flows(ctx, during) },
		func() error { return c.stocks(ctx, AtStart, p.From-1, start) },
		func() error { return c.stocks(ctx, AtEnd, p.To, end) },
		func() error { return c.present(ctx, slices.Concat(start, end)) },
		func() error { return c.months(ctx, during) },
		func() error { return c.look(ctx, slices.Concat(start, end)) },
		func() error { return c.review(ctx, slices.Concat(start, end)) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	c.people(slices.Concat(during, start, end))
	for _, part := range c.parts {
		part.why = c.why
	}
	return c.parts, nil
}

// part is the part that a person belongs to, by where they were at a day.
func (c *collector) part(person int64, at calendar.Date) *counted {
	id := int64(0)
	switch c.by {
	case ByRegion:
		id = c.placement(at).region[person]
	case ByTeam:
		id = c.placement(at).team[person]
	case ByPerson:
		id = person
	}
	if c.parts[id] == nil {
		c.parts[id] = newCounted()
	}
	return c.parts[id]
}

// placedByMonth reports that people may count for different places in different months.
func (c *collector) placedByMonth() bool {
	return c.by == ByRegion || c.by == ByTeam || c.place.Kind == PlaceRegion || c.place.Kind == PlaceTeam
}

func (c *collector) wanted(at calendar.Date) func(int64) bool {
	ids := c.persons(at, true)
	if ids == nil {
		return func(int64) bool { return true }
	}
	return func(id int64) bool { _, in := slices.BinarySearch(ids, id); return in }
}

// sums asks for kept sums, or counts facts anew as they were recorded once.
func (c *collector) sums(ctx context.Context, q SumsQuery) ([]PersonSum, error) {
	if len(q.Measures) == 0 || q.Persons != nil && len(q.Persons) == 0 {
		return nil, nil
	}
	if c.travels {
		return c.recount(ctx, q)
	}
	q.Together = c.by == ByNothing
	return c.reader.MetricSums(ctx, q)
}

func (c *collector) flows(ctx context.Context, ids []MeasureID) error {
	kept := ofGrain(ids, grainDay, grainMonth)
	slices := []Period{c.period}
	if c.placedByMonth() && c.period.From.Month() != c.period.To.Month() {
		slices = slices[:0]
		for m := c.period.From.Month(); m <= c.period.To.Month(); m++ {
			slices = append(slices, Period{From: max(m.First(), c.period.From), To: min(m.Last(), c.period.To)})
		}
	}
	for _, p := range slices {
		rows, err := c.sums(ctx, SumsQuery{Measures: kept, From: p.From, To: p.To, Persons: c.persons(p.To, c.by != ByNothing)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.PersonID == Everybody && c.by != ByNothing {
				continue
			}
			c.part(row.PersonID, p.To).add(During, row.Measure, row.Sum)
		}
	}
	return nil
}

// stocks are running totals up to the end of a day.
func (c *collector) stocks(ctx context.Context, when When, day calendar.Date, ids []MeasureID) error {
	running := ofGrain(ids, grainRunning)
	rows, err := c.sums(ctx, SumsQuery{Measures: flowsOf(running), From: calendar.NoDate, To: day, Persons: c.persons(day, c.by != ByNothing)})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.PersonID == Everybody && c.by != ByNothing {
			continue
		}
		for _, id := range running {
			for _, p := range measuresByID[id].parts {
				if p.measure == row.Measure {
					c.part(row.PersonID, day).add(when, id, Sum{p.sign * row.Amount, row.Facts})
				}
			}
		}
	}
	return nil
}

// present is what is so now: no past of it is known.
func (c *collector) present(ctx context.Context, ids []MeasureID) error {
	now := ofGrain(ids, grainNow)
	if len(now) == 0 {
		return nil
	}
	if c.travels || c.today < c.period.From || c.today > c.period.To {
		for _, id := range now {
			c.why[id] = ReasonNotRecorded
		}
		return nil
	}
	rows, err := c.sums(ctx, SumsQuery{Measures: now, From: calendar.NoDate, To: calendar.NoDate, Persons: c.persons(c.today, c.by != ByNothing)})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.PersonID != Everybody || c.by == ByNothing {
			c.part(row.PersonID, c.today).add(AtEnd, row.Measure, row.Sum)
		}
	}
	return nil
}

// months are sums that others keep, of whole months.
func (c *collector) months(ctx context.Context, ids []MeasureID) error {
	kept := ofGrain(ids, grainProcess)
	if len(kept) == 0 {
		return nil
	}
	if c.travels {
		for _, id := range kept {
			c.why[id] = ReasonNotRecorded
		}
		return nil
	}
	paid := false
	for m := c.period.From.Month(); m <= c.period.To.Month(); m++ {
		day := min(m.Last(), c.period.To)
		found, err := c.reader.ProcessSums(ctx, kept, m, c.persons(day, c.by != ByNothing), c.by == ByNothing)
		if err != nil {
			return err
		}
		paid = paid || found.Paid
		for _, row := range found.Sums {
			c.part(row.PersonID, day).add(During, row.Measure, row.Sum)
		}
	}
	if !paid { // no month of it was worked out, which is not that nobody has a plan
		c.why[Paid] = ReasonNoRows
	}
	return nil
}

// look is what the daily look at all customers found at the end of the period.
func (c *collector) look(ctx context.Context, ids []MeasureID) error {
	kept := ofGrain(ids, grainLook)
	if len(kept) == 0 {
		return nil
	}
	day := c.period.To
	if day >= c.today {
		day = calendar.NoDate
	}
	of, rows, err := c.reader.LookSums(ctx, day, c.persons(c.period.To, true), c.by == ByNothing)
	if err != nil {
		return err
	}
	if c.travels || of == calendar.NoDate {
		for _, id := range kept {
			c.why[id] = ReasonNotRecorded
		}
		return nil
	}
	for _, row := range rows {
		if slices.Contains(kept, row.Measure) {
			c.part(row.PersonID, c.period.To).add(AtEnd, row.Measure, row.Sum)
		}
	}
	return nil
}

func (c *collector) people(ids []MeasureID) {
	if len(ofGrain(ids, grainStaff)) == 0 {
		return
	}
	wanted := c.wanted(c.period.To)
	c.org.staff(c.period.From, c.period.To, wanted, func(person int64, m MeasureID, at When) {
		c.part(person, c.period.To).add(at, m, Sum{1, 1})
	})
}

// parts are the places that a number is taken into: all that there are, also those without a number.
func (e *evaluation) parts(by Breakdown, found map[int64]*counted) (list []Place) {
	if by == ByProduct || by == ByLine {
		return e.soldParts(by, found)
	}
	p := e.placement(e.period.To)
	seen := map[int64]bool{}
	add := func(kind PlaceKind, id int64, name string) {
		if !seen[id] {
			seen[id] = true
			list = append(list, Place{Kind: kind, ID: id, Name: name})
		}
	}
	for _, person := range e.placePeople() {
		team, region := p.team[person], p.region[person]
		switch by {
		case ByRegion:
			add(PlaceRegion, region, p.areas[region].Name)
		case ByTeam:
			add(PlaceTeam, team, p.teams[team].Name)
		case ByPerson:
			add(PlacePerson, person, e.org.name(person))
		}
	}
	kind := map[Breakdown]PlaceKind{ByRegion: PlaceRegion, ByTeam: PlaceTeam, ByPerson: PlacePerson}[by]
	for id := range found {
		name := map[Breakdown]string{ByRegion: p.areas[id].Name, ByTeam: p.teams[id].Name, ByPerson: e.org.name(id)}[by]
		add(kind, id, name)
	}
	slices.SortFunc(list, func(a, b Place) int {
		return cmp.Or(-cmp.Compare(min(a.ID, 1), min(b.ID, 1)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// placePeople are the people of the place who were placed anywhere at its end.
func (e *evaluation) placePeople() (ids []int64) {
	wanted := (&collector{evaluation: e}).wanted(e.period.To)
	for _, person := range e.placement(e.period.To).people {
		if wanted(person) {
			ids = append(ids, person)
		}
	}
	return ids
}

// recount counts facts as they were recorded once.
func (c *collector) recount(ctx context.Context, q SumsQuery) (list []PersonSum, err error) {
	defer errs.Wrap(&err, "recount")
	var wanted map[int64]bool
	if q.Persons != nil {
		wanted = map[int64]bool{}
		for _, id := range q.Persons {
			wanted[id] = true
		}
	}
	sums := Delta{}
	take := func(d Delta) {
		for cell, sum := range d {
			inside := cell.Day >= q.From && cell.Day <= q.To
			if cell.Measure.monthly() {
				inside = q.From == calendar.NoDate && cell.Day <= q.To || cell.Day.Month() >= q.From.Month() && cell.Day.Month() <= q.To.Month()
			}
			if inside && slices.Contains(q.Measures, cell.Measure) && (wanted == nil || wanted[cell.PersonID]) {
				sums.put(Cell{Measure: cell.Measure, PersonID: cell.PersonID}, sum)
			}
		}
	}
	for _, m := range q.Measures {
		if source := measuresByID[m].Source; !slices.Contains(factSources, source) {
			c.why[m] = ReasonNotRecorded
		}
	}
	for after := int64(0); ; {
		found, err := c.reader.DealFactsOn(ctx, q.From, q.To, c.at, after, dealsAtOnce)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			take(OfDeal(f, c.Currency()))
			after = f.ID
		}
		if len(found) < dealsAtOnce {
			break
		}
	}
	if q.From != calendar.NoDate {
		quotas, err := c.reader.QuotasAt(ctx, q.From.Month(), q.To.Month(), c.at)
		if err != nil {
			return nil, err
		}
		take(quotas)
	}
	for cell, sum := range sums {
		list = append(list, PersonSum{cell.Measure, cell.PersonID, sum})
	}
	return list, nil
}

// factSources are those whose facts are kept as they were recorded.
var factSources = []Source{SourceDeals, SourcePayments, SourceInvoices, SourceQuotas}
