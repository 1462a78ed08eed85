package problem

import (
	"context"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Identification is how well problems are found, measured: how many of all that there are, by two sources that look independently of one another, and how
// many of those that somebody looked into were true.
type Identification struct {
	Detected, Heard, Both int // problems found in the records, told by people, and by both; without those found wrong
	Captured              *stats.Capture
	NoCapture             errs.Message // why there is none
	Confirmed, Refuted    int
	Located               *stats.Rate
	NoLocated             errs.Message // why there is none
}

// measuredAt is the confidence of the intervals.
const measuredAt = 0.95

// Measure says how well problems are found. Errors: forbidden: it is a number of the whole company.
func (s *Service) Measure(ctx context.Context, actor access.Actor) (m Identification, err error) {
	defer errs.Wrap(&err, "problem.Measure")
	if err := actor.RequireAll(access.PermProblemRead, access.PermDiagnosisRun); err != nil {
		return m, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err := r.Problems(ctx, Filter{Reach: Reach{All: true}})
		m = Identify(list)
		return err
	})
	return m, err
}

// MeasureAt says how well problems were found until a moment, by what their histories say. Errors: forbidden: it is a number of the whole company.
func (s *Service) MeasureAt(ctx context.Context, actor access.Actor, until time.Time) (m Identification, err error) {
	defer errs.Wrap(&err, "problem.MeasureAt(%s)", until)
	if err := actor.RequireAll(access.PermProblemRead, access.PermDiagnosisRun); err != nil {
		return m, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err := r.Problems(ctx, Filter{Reach: Reach{All: true}})
		if err != nil {
			return err
		}
		histories := map[int64][]Event{}
		for i := range list {
			if histories[list[i].ID], err = r.ProblemEvents(ctx, list[i].ID); err != nil {
				return err
			}
		}
		m = Identify(knownBefore(histories, until))
		return nil
	})
	return m, err
}

// knownBefore are the problems that were known before a moment, as far as they are counted: sources, verdict, and what was merged.
func knownBefore(histories map[int64][]Event, until time.Time) (list []Problem) {
	at := map[int64]int{}
	for _, id := range slices.Sorted(maps.Keys(histories)) {
		p := Problem{ID: id, Status: StatusOpen}
		for _, e := range histories[id] {
			if !e.At.Before(until) {
				break
			}
			if e.Source != "" {
				p.Sources = withSource(p.Sources, e.Source)
			}
			switch {
			case e.Kind == EntryMerged && e.Status == StatusMerged:
				p.Status, p.MergedInto = StatusMerged, e.OtherID
			case e.Kind == EntryUnmerged && e.OtherID == p.MergedInto:
				p.Status, p.MergedInto = StatusOpen, 0
			case e.Status != "":
				p.Verdict = p.Verdict.after(e.Status)
			}
		}
		if len(p.Sources) > 0 {
			at[id] = len(list)
			list = append(list, p)
		}
	}
	for i := range list {
		if into, known := at[list[i].MergedInto]; known {
			list[into].Sources = withSource(list[into].Sources, list[i].Sources...)
		}
	}
	return list
}

// Identify counts problems by their sources and verdicts. What is merged counts with the problem that it was merged into.
func Identify(list []Problem) (m Identification) {
	for i := range list {
		p := &list[i]
		if p.Status == StatusMerged {
			continue
		}
		switch p.Verdict {
		case VerdictConfirmed:
			m.Confirmed++
		case VerdictRefuted:
			m.Refuted++
			continue
		}
		detected, heard := p.From(SourceDetected), p.Heard()
		if detected {
			m.Detected++
		}
		if heard {
			m.Heard++
		}
		if detected && heard {
			m.Both++
		}
	}
	switch {
	case m.Detected == 0:
		m.NoCapture = errs.Msg("problem.measure.no_detected", nil)
	case m.Heard == 0:
		m.NoCapture = errs.Msg("problem.measure.no_heard", nil)
	default:
		if c, err := stats.CaptureRecapture(m.Detected, m.Heard, m.Both, measuredAt); err == nil {
			m.Captured = &c
		}
	}
	if m.Confirmed+m.Refuted == 0 {
		m.NoLocated = errs.Msg("problem.measure.no_verdict", nil)
	} else if rate, err := stats.Wilson(m.Confirmed, m.Confirmed+m.Refuted, measuredAt); err == nil {
		m.Located = &rate
	}
	return m
}
