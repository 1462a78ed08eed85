package board

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

// yearMonths is how much further a trend reads: a month is shown beside the same one of the year before.
const yearMonths = 12

// sparkMonths is how many months the small line of a card has.
const sparkMonths = 12

// reading gathers what the tiles of one board need, in as few questions as these allow.
type reading struct {
	*Service
	actor access.Actor
	out   *Shown
	below metric.Breakdown
}

func newReading(s *Service, actor access.Actor, out *Shown) *reading {
	out.Tiles = make([]ShownTile, len(out.Board.Tiles))
	for i, t := range out.Board.Tiles {
		out.Tiles[i].Tile = t
	}
	return &reading{s, actor, out, below(actor, out.Ask.Place)}
}

// level is what a tile takes the place apart by; never wider than the place itself.
func (r *reading) level(t Tile) metric.Breakdown {
	if t.Kind == KindProducts {
		return cmp.Or(t.By, metric.ByProduct)
	}
	by := r.below
	if t.Kind == KindRanking {
		by = metric.ByPerson
	}
	if by != metric.ByNothing && t.By != metric.ByNothing && slices.Index(levels, t.By) > slices.Index(levels, by) {
		by = t.By
	}
	return by
}

// question is one read for several tiles.
type question struct {
	query metric.Query
	uses  []use
}

// use is a tile that reads an answer: for its small line, or for what it is about.
type use struct {
	tile  int
	spark bool
}

// questions puts the tiles together that one read can answer.
func (r *reading) questions() (list []question) {
	base := metric.Period{Kind: r.out.Ask.Span, First: r.out.Ask.Month}
	ask := func(i int, q metric.Query, spark bool) {
		q.Place, q.Recorded = r.out.Ask.Place, r.out.Ask.Recorded
		at := slices.IndexFunc(list, func(known question) bool {
			return known.query.By == q.By && known.query.Period == q.Period && slices.Equal(known.query.Against, q.Against)
		})
		if at < 0 {
			list, at = append(list, question{query: q}), len(list)
		}
		list[at].uses = append(list[at].uses, use{i, spark})
		for _, id := range r.out.Tiles[i].Metrics {
			if !slices.Contains(list[at].query.Metrics, id) {
				list[at].query.Metrics = append(list[at].query.Metrics, id)
			}
		}
	}
	months := func(n int) metric.Period {
		return metric.Period{Kind: metric.Span, First: r.out.Ask.Month - calendar.Month(n-1), Last: r.out.Ask.Month}
	}
	// Small lines are read along with the first trend, where there is one: it has their months, too.
	line := months(sparkMonths)
	if at := slices.IndexFunc(r.out.Tiles, func(t ShownTile) bool { return t.Kind == KindTrend }); at >= 0 {
		line = months(r.out.Tiles[at].Span() + yearMonths)
	}
	for i, t := range r.out.Tiles {
		switch t.Kind {
		case KindCard:
			ask(i, metric.Query{Period: base, Against: []metric.Against{metric.YearAgo, metric.Before}}, false)
			ask(i, metric.Query{Period: line, By: metric.ByMonth}, true)
		case KindTrend:
			ask(i, metric.Query{Period: months(t.Span() + yearMonths), By: metric.ByMonth}, false)
		case KindCompare, KindRanking:
			ask(i, metric.Query{Period: base, By: r.level(t.Tile)}, false)
		case KindProducts:
			ask(i, metric.Query{Period: base, By: r.level(t.Tile), Against: []metric.Against{metric.YearAgo, metric.Before}}, false)
		}
	}
	// The working days and the ages of sources stand at the head of any board.
	if !slices.ContainsFunc(list, func(q question) bool { return q.query.Period == base && len(q.query.Metrics) > 0 }) {
		list = append(list, question{query: metric.Query{Metrics: []metric.ID{headcount}, Period: base, Place: r.out.Ask.Place, Recorded: r.out.Ask.Recorded}})
	}
	return list
}

// numbers reads what the metric book knows.
func (r *reading) numbers(ctx context.Context) error {
	for _, q := range r.questions() {
		found, failed, err := r.read(ctx, q.query)
		if err != nil {
			return err
		}
		if q.query.Period.Kind != metric.Span {
			r.head(&found)
		}
		for _, u := range q.uses {
			r.fill(&r.out.Tiles[u.tile], u.spark, &found, failed)
		}
	}
	return nil
}

// head keeps what is said of the whole board.
func (r *reading) head(a *metric.Answer) {
	out := r.out
	out.Period, out.Elapsed, out.WorkDays, out.Newest = a.Period, a.Elapsed, a.WorkDays, a.Newest
	out.Narrowed, out.Missing, out.Behind = out.Narrowed || a.Narrowed, max(out.Missing, a.Missing), out.Behind || a.Behind
	if out.Ask.Place.Name == "" {
		out.Ask.Place.Name = a.Place.Name
	}
}

func (r *reading) fill(t *ShownTile, spark bool, a *metric.Answer, failed map[metric.ID]*errs.Error) {
	for _, id := range t.Metrics {
		series, found := a.Of(id)
		switch {
		case found && spark:
			series.Parts = series.Parts[max(0, len(series.Parts)-sparkMonths):]
			t.Spark = &series
		case found:
			t.Series = append(t.Series, series)
		case failed[id] != nil && !spark:
			t.Failed = failed[id]
		}
	}
	if len(t.Series) > 0 {
		t.Failed = nil
	}
}

// read asks for all metrics together. Where one of them is not for the reader, or not in the book any more, the others are asked for one by one: a board
// that names one of these still shows the rest.
func (r *reading) read(ctx context.Context, q metric.Query) (metric.Answer, map[metric.ID]*errs.Error, error) {
	a, err := r.Numbers.Read(ctx, r.actor, q)
	if err == nil || isPlace(err) {
		return a, nil, err
	}
	failed := map[metric.ID]*errs.Error{}
	var some metric.Answer
	for _, id := range q.Metrics {
		one := q
		one.Metrics = []metric.ID{id}
		found, err := r.Numbers.Read(ctx, r.actor, one)
		if err != nil {
			known, ok := errors.AsType[*errs.Error](err)
			if !ok || known.Kind != errs.KindForbidden && known.Kind != errs.KindNotFound {
				return a, nil, err
			}
			failed[id] = known
			continue
		}
		series := append(some.Series, found.Series...)
		some = found
		some.Series = series
	}
	return some, failed, nil
}

// isPlace reports whether it is the place that is not there, or out of reach: an answer to the whole question, and no tile's matter.
func isPlace(err error) bool {
	known, ok := errors.AsType[*errs.Error](err)
	return ok && known.Kind == errs.KindNotFound && known.Message.Key == "metric.place_missing"
}

// lists asks the sources for what is no number of the book.
func (r *reading) lists(ctx context.Context) (err error) {
	where := Where{Place: r.out.Ask.Place, Month: r.out.Ask.Month, Today: calendar.DateOf(r.out.Now), From: r.out.Period.From, To: r.out.Period.To, Below: r.below}
	for i := range r.out.Tiles {
		t := &r.out.Tiles[i]
		switch t.Kind {
		case KindFunnel:
			t.Funnel, err = r.Sources.Funnel(ctx, r.actor, where)
		case KindAgeing:
			t.Ageing, err = r.ageing(ctx, where)
		case KindExceptions:
			t.Exceptions, err = r.exceptions(ctx, where)
		default:
			continue
		}
		if known, ok := errors.AsType[*errs.Error](err); ok && (known.Kind == errs.KindForbidden || known.Kind == errs.KindUnavailable || known.Kind == errs.KindConflict) {
			t.Failed, err = known, nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
