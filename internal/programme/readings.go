package programme

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// system reads numbers for the company as a whole: what is kept with a goal is the same for everybody who sees it.
func system() access.Actor { return access.SystemActor("programme") }

// taken is a snapshot, or why there is none.
type taken struct {
	Snapshot
	noSource errs.Message
}

func (t *taken) why(*Goal) errs.Message {
	if t.noSource.Key != "" {
		return t.noSource
	}
	return t.Value.Why.Message()
}

// snapshot reads the baseline of a goal.
func (s *Service) snapshot(ctx context.Context, g *Goal) (t taken, err error) {
	t.Name, t.Basis = s.described(g.Source), s.described(g.Source)
	if g.Source == SourceBook {
		series, err := s.series(ctx, g, metric.Query{Period: window(g.Window, g.From)})
		if err != nil {
			return t, err
		}
		t.Value, t.Name, t.Basis = series.Value, series.Definition.Name, series.Definition.Basis
		return t, nil
	}
	t.Value, t.noSource, err = s.other(ctx, g, g.From)
	return t, err
}

// described is the name of a source in both languages.
func (s *Service) described(source Source) ruledoc.Text {
	if source == SourceBook || s.Word == nil {
		return ruledoc.Text{}
	}
	return s.Word(source.Message())
}

// window is the period up to the end of a month.
func window(months int, month calendar.Month) metric.Period {
	if months <= 1 {
		return metric.Period{Kind: metric.Month, First: month}
	}
	return metric.Period{Kind: metric.Span, First: month - calendar.Month(months-1), Last: month}
}

// measured is the metric that a goal is read by: the one that its baseline was frozen with, whatever the company has chosen since.
func (g *Goal) measured() metric.ID {
	if g.Baseline != nil && g.Baseline.Value.Metric != "" {
		return g.Baseline.Value.Metric
	}
	return g.Metric
}

// rereadMonths is how many months are read again each time: what is recorded late changes them.
const rereadMonths = 3

// early reports whether the month had not ended when it was read, and has since: what was read is a part of it.
func (r *Reading) early(this calendar.Month) bool { return r.Value.Period.ToDate && r.Month < this }

// other reports whether a reading is of something else than the goal asks today.
func (r *Reading) other(g *Goal) bool {
	return g.Source == SourceAttained && r.Value.Version != attainedVersion
}

// readGoal reads the months of a goal: those that are not kept or were kept before they ended, and the last ones again; all of them on demand.
func (s *Service) readGoal(ctx context.Context, g *Goal, all bool) error {
	if g.Baseline == nil {
		return nil
	}
	this := s.today().Month()
	first := g.From - backMonths
	var kept []Reading
	if err := s.Store.Read(ctx, func(r Reader) (err error) { kept, err = r.GoalReadings(ctx, g.ID); return err }); err != nil {
		return err
	}
	var months []calendar.Month
	for m := first; m <= min(this, g.Due()); m++ {
		known := slices.ContainsFunc(kept, func(r Reading) bool { return r.Month == m && !r.early(this) && !r.other(g) })
		if (all || !known || m > this-rereadMonths) && (!g.age() || m == this) {
			months = append(months, m)
		}
	}
	fresh, err := s.readMonths(ctx, g, months)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		for i := range fresh {
			fresh[i].At = tx.Now()
			if err := tx.PutGoalReading(ctx, fresh[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// readMonths reads months of a goal; single months of the metric book come of one question.
func (s *Service) readMonths(ctx context.Context, g *Goal, months []calendar.Month) (list []Reading, err error) {
	if len(months) == 0 {
		return nil, nil
	}
	if g.Source == SourceBook && g.Window == 1 {
		series, err := s.series(ctx, g, metric.Query{Period: metric.Period{Kind: metric.Span, First: months[0], Last: months[len(months)-1]}, By: metric.ByMonth})
		if err != nil {
			return nil, err
		}
		for _, p := range series.Parts {
			if slices.Contains(months, p.Value.Period.First) {
				list = append(list, Reading{GoalID: g.ID, Month: p.Value.Period.First, Value: p.Value})
			}
		}
		return list, nil
	}
	for _, m := range months {
		r := Reading{GoalID: g.ID, Month: m}
		if g.Source == SourceBook {
			series, err := s.series(ctx, g, metric.Query{Period: window(g.Window, m)})
			if err != nil {
				return nil, err
			}
			r.Value = series.Value
		} else if r.Value, _, err = s.other(ctx, g, m); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// series asks the metric book for the number of a goal.
func (s *Service) series(ctx context.Context, g *Goal, q metric.Query) (metric.Series, error) {
	q.Metrics, q.Place = []metric.ID{g.measured()}, g.Place
	answer, err := s.Numbers.Read(ctx, system(), q)
	if err != nil {
		return metric.Series{}, err
	}
	series, found := answer.Of(g.measured())
	if !found {
		return series, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(g.measured())})
	}
	return series, nil
}

// other reads what is no number of the metric book. The message says why there is no source.
func (s *Service) other(ctx context.Context, g *Goal, month calendar.Month) (v metric.Value, noSource errs.Message, err error) {
	v = metric.Value{Unit: metric.UnitPercent, Place: g.Place, Period: window(g.Window, month), Scale: 1, Why: metric.ReasonNotRecorded}
	switch g.Source {
	case SourceAttained:
		v, err = s.attained(ctx, g, v)
	case SourcePlanned:
		v, err = s.planned(ctx, g, v)
	case SourceCoreRatio:
		v, err = s.coreRatio(ctx, g, v)
	default:
		if read := s.Problems[g.Source]; read != nil {
			v, err = read(ctx, month)
		}
		if !v.Known {
			noSource = errs.Msg("programme.no_source."+string(g.Source), nil)
		}
	}
	return v, noSource, err
}

// attainedVersion is that of what attained means: readings of others are of the target, and not of its base.
const attainedVersion = 2

// attained is how many people reached the base of their published targets in the months, among those who have one. Base is of a year: a month has as much of it as it has of
// the target. Where targets of the months were not published, the month's target is all that there was to reach, and it counts; the basis says so.
func (s *Service) attained(ctx context.Context, g *Goal, v metric.Value) (metric.Value, error) {
	v.Version = attainedVersion
	bases := map[int64]int64{}
	for m := v.Period.First; m <= max(v.Period.First, v.Period.Last); m++ {
		var month map[int64]int64
		var published bool
		if err := s.Store.Read(ctx, func(r Reader) (err error) { month, published, err = r.BaseTargets(ctx, m); return err }); err != nil {
			return v, err
		}
		if !published {
			return s.planned(ctx, g, v)
		}
		for person, minor := range month {
			bases[person] += minor
		}
	}
	series, err := s.byPerson(ctx, g, "attainment_collected", v.Period) // published targets are of money collected
	if err != nil {
		return v, err
	}
	v.Period, v.Newest = series.Value.Period, series.Value.Newest
	for _, p := range series.Parts {
		if base := bases[p.Value.Place.ID]; base > 0 {
			v.Denominator++
			if p.Value.Numerator >= base {
				v.Numerator++
			}
		}
	}
	return settled(v), nil
}

// planned is how many people reached their target of the months, among those who had one.
func (s *Service) planned(ctx context.Context, g *Goal, v metric.Value) (metric.Value, error) {
	series, err := s.byPerson(ctx, g, "attainment", v.Period)
	if err != nil {
		return v, err
	}
	v.Period, v.Newest = series.Value.Period, series.Value.Newest
	for _, p := range series.Parts {
		if amount, known := p.Value.Amount(); known && p.Value.Denominator > 0 {
			v.Denominator++
			if amount >= metric.Whole {
				v.Numerator++
			}
		}
	}
	return settled(v), nil
}

// coreRatio is the mean target of core sellers over that of newcomers, in minor units.
func (s *Service) coreRatio(ctx context.Context, g *Goal, v metric.Value) (metric.Value, error) {
	series, err := s.byPerson(ctx, g, "target", v.Period)
	if err != nil {
		return v, err
	}
	v.Period, v.Newest = series.Value.Period, series.Value.Newest
	var org *metric.Organisation
	if err := s.Store.Read(ctx, func(r Reader) (err error) { org, err = r.Organisation(ctx); return err }); err != nil {
		return v, err
	}
	sums, heads := map[string]int64{}, map[string]int64{}
	for _, p := range series.Parts {
		amount, known := p.Value.Amount()
		if level := levelOf(org, p.Value.Place.ID, v.Period.To); known && amount > 0 {
			sums[level] += amount
			heads[level]++
		}
	}
	if heads["core"] > 0 && heads["newcomer"] > 0 {
		v.Numerator, v.Denominator = sums["core"]/heads["core"], sums["newcomer"]/heads["newcomer"]
	}
	return settled(v), nil
}

// settled says that a quotient is known, or that nobody has a target.
func settled(v metric.Value) metric.Value {
	v.Known, v.Why = v.Denominator > 0, metric.ReasonNone
	if !v.Known {
		v.Why = metric.ReasonNoTarget
	}
	return v
}

func levelOf(org *metric.Organisation, person int64, day calendar.Date) string {
	for i := range org.People {
		if org.People[i].PersonID != person {
			continue
		}
		for _, p := range org.People[i].Positions {
			if p.Days.Contains(day) {
				return p.Level
			}
		}
	}
	return ""
}

func (s *Service) byPerson(ctx context.Context, g *Goal, id metric.ID, period metric.Period) (metric.Series, error) {
	answer, err := s.Numbers.Read(ctx, system(), metric.Query{Metrics: []metric.ID{id}, Place: g.Place, Period: period, By: metric.ByPerson})
	if err != nil {
		return metric.Series{}, err
	}
	series, found := answer.Of(id)
	if !found {
		return series, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(id)})
	}
	return series, nil
}

// ReadGoals reads the months of all goals that have a baseline and have not ended; it is done after facts were recorded.
func (s *Service) ReadGoals(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "programme.ReadGoals")
	var all []Goal
	if err := s.Store.Read(ctx, func(r Reader) error { all, err = r.Goals(ctx); return err }); err != nil {
		return err
	}
	for i := range all {
		if all[i].State == GoalEnded {
			continue
		}
		if err := s.readGoal(ctx, &all[i], false); err != nil {
			return err
		}
	}
	return nil
}
