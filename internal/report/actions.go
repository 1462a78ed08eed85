package report

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/review"
)

// effect is what became of the number that an action was to move: the last month that was over when it was agreed, and the month of the report, both of the
// unit that agreed it. Reading is false where the book answers for it no more.
type effect struct {
	definition metric.Definition
	then, now  metric.Value
	reading    bool
}

// measured asks for the numbers that actions were to move.
func (s *Service) measured(ctx context.Context, actor access.Actor, f *facts) error {
	type asked struct {
		metric metric.ID
		place  metric.Place
		month  calendar.Month
	}
	answers := map[asked]metric.Series{}
	value := func(q asked) (metric.Series, bool, error) {
		if known, there := answers[q]; there {
			return known, true, nil
		}
		a, err := s.Numbers.Read(ctx, actor, metric.Query{Metrics: []metric.ID{q.metric}, Place: q.place, Period: metric.Period{Kind: metric.Month, First: q.month}})
		if errs.Is(err, errs.KindNotFound) || err == nil && len(a.Series) == 0 {
			return metric.Series{}, false, nil
		}
		if err != nil {
			return metric.Series{}, false, err
		}
		answers[q] = a.Series[0]
		return a.Series[0], true, nil
	}
	f.effects = map[int64]effect{}
	for _, a := range f.actions {
		if a.Metric == "" {
			continue
		}
		place := metric.Place{Kind: metric.PlaceKind(a.Unit.Kind), ID: a.Unit.ID, Name: a.Unit.Name}
		agreed := calendar.DateOf(a.CreatedAt.In(f.now.Location())).Month()
		now, found, err := value(asked{metric.ID(a.Metric), place, f.month})
		if err != nil {
			return err
		}
		then, before, err := value(asked{metric.ID(a.Metric), place, agreed - 1})
		if err != nil {
			return err
		}
		f.effects[a.ID] = effect{definition: now.Definition, then: then.Value, now: now.Value, reading: found && before}
	}
	return nil
}

// direction is how the number went: the change, and a word for it, or for why that cannot be told.
func (e effect) direction() (by, said Arg, tone Tone) {
	c := metric.Compare(e.now, e.then)
	switch {
	case !e.reading:
		return Arg{}, word("metric_gone"), ToneUnknown
	case e.now.Period.ToDate:
		return Arg{}, word("month_runs"), ToneUnknown
	case e.now.Version != e.then.Version:
		return Arg{}, word("defined_otherwise"), ToneUnknown
	case !c.Known:
		return Arg{}, why(c.Why), ToneUnknown
	}
	by = change(e.now, c)
	switch tone = toneOf(e.definition, c.Change); {
	case tone == ToneGood:
		return by, word("better"), tone
	case tone == ToneBad:
		return by, word("worse"), tone
	case c.Change == 0:
		return by, word("unmoved"), tone
	}
	return by, word("no_direction"), ToneUnknown
}

// scoredBlocks are the actions that were due: what was done when, and what the numbers did that they were to move.
func (f *facts) scoredBlocks() []Block {
	if len(f.actions) == 0 {
		return []Block{say("actions.scored", "actions_none", ToneUnknown)}
	}
	counts := map[string]int64{}
	t := &Table{Columns: []Column{{Key: "action"}, {Key: "owner"}, {Key: "due"}, {Key: "score"}, {Key: "outcome"}}}
	for i := range f.actions {
		a := &f.actions[i]
		score := f.score(a)
		counts[score]++
		owner := placed(metric.Place{Kind: metric.PlacePerson, ID: a.PersonID, Name: a.PersonName})
		t.Rows = append(t.Rows, Row{Cells: []Arg{actionName(a), owner, day(a.DueOn), word(score), plain(a.Words)}})
	}
	tone := ToneGood
	if counts[doneLate]+counts[overdueStill] > 0 {
		tone = ToneBad
	}
	all := int64(len(f.actions))
	judged := all - counts[dropped] - counts[notDue]
	list := []Block{
		say("actions.scored", "actions_scored", tone, "All", count(all), "Kept", count(counts[doneInTime]), "Late", count(counts[doneLate]), "Overdue", count(counts[overdueStill]), "Open", count(counts[notDue]), "Dropped", count(counts[dropped]), "Share", share(counts[doneInTime], judged)),
		{ID: "actions.list", Table: t},
	}
	return append(list, f.effectBlocks()...)
}

// The ends that actions come to.
const (
	doneInTime   = "done_in_time"
	doneLate     = "done_late"
	overdueStill = "overdue_still"
	notDue       = "not_due"
	dropped      = "dropped"
)

// score is how an action stands at the end of the month, or today.
func (f *facts) score(a *review.Action) string {
	switch a.Score(min(f.today, f.month.Last()+1)) {
	case review.ScoreKept:
		return doneInTime
	case review.ScoreDropped:
		return dropped
	case review.ScoreOpen:
		return notDue
	case review.ScoreLate:
	}
	if a.State == review.ActionDone {
		return doneLate
	}
	return overdueStill
}

func actionName(a *review.Action) Arg {
	name := plain(a.Text)
	name.Name.Link = "/reviews/" + strconv.FormatInt(a.ReviewID, 10)
	return name
}

// effectBlocks say what the numbers did that actions were to move, and of how many actions that cannot be told because they name none.
func (f *facts) effectBlocks() (list []Block) {
	t := &Table{Columns: []Column{{Key: "action"}, {Key: "metric"}, {Key: "value_then"}, {Key: "value_now"}, {Key: "moved", Unit: metric.UnitPercent}, {Key: "direction"}}}
	counts := map[Tone]int64{}
	unmoved := int64(0)
	for i := range f.actions {
		a := &f.actions[i]
		e, bound := f.effects[a.ID]
		if !bound {
			continue
		}
		by, said, tone := e.direction()
		counts[tone]++
		if said.Key == word("unmoved").Key {
			unmoved++
		}
		name, then, now := plain(a.Metric), Arg{}, Arg{}
		if e.reading {
			name, then, now = text(e.definition.Name), figure(e.then), figure(e.now)
		}
		t.Rows = append(t.Rows, Row{Cells: []Arg{actionName(a), name, then, now, by, said}})
	}
	if n := int64(len(t.Rows)); n > 0 {
		list = append(list, say("actions.moved", "actions_moved", TonePlain, "Bound", count(n), "Better", count(counts[ToneGood]), "Worse", count(counts[ToneBad]), "Same", count(unmoved), "Unknown", count(counts[ToneUnknown])),
			Block{ID: "actions.effects", Table: t})
	}
	if rest := int64(len(f.actions) - len(t.Rows)); rest > 0 {
		list = append(list, say("actions.unbound", "actions_unbound", ToneUnknown, "Count", count(rest)))
	}
	return list
}
