package problem

import (
	"context"

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
