package decision

import (
	"context"
	"fmt"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/pace"
	"xiaoguan/internal/review"
)

// Reviews takes evidence from the meetings of package review.
type Reviews struct {
	Service *review.Service
	// Amount writes money as people read it; Word a message.
	Amount func(minor int64) string
	Word   func(errs.Message) string
}

// Evidence implements Meetings: target, result, pace and chance of all together, or of one person, as the meeting froze them.
func (r Reviews) Evidence(ctx context.Context, actor access.Actor, reviewID, personID int64) ([]Evidence, error) {
	v, err := r.Service.Get(ctx, actor, reviewID)
	if err != nil {
		return nil, err
	}
	n, place := &v.Total, v.Unit.Name
	if personID != 0 || !v.Whole {
		found := false
		rows := v.Rows
		if !v.Whole {
			rows = []review.Row{*v.Mine}
		}
		for i := range rows {
			if rows[i].PersonID == personID {
				n, place, found = &rows[i].Numbers, rows[i].Name, true
			}
		}
		if !found {
			return nil, errs.New(errs.KindNotFound, "review.missing", nil)
		}
	}
	return r.of(&v, n, place), nil
}

func (r Reviews) of(v *review.Shown, n *review.Numbers, place string) (list []Evidence) {
	link := fmt.Sprintf("/reviews/%d", v.ID)
	add := func(metric, key, value, unit, parts string, numerator, denominator *int64) {
		list = append(list, Evidence{PartUnit: parts, Label: r.Word(errs.Msg(key, nil)), Value: value, Metric: metric, Version: "1", Place: place, Period: period(v.Span.From, v.Through), Numerator: numerator, Denominator: denominator, Unit: unit, At: v.PreparedAt.In(time.UTC), Link: link})
	}
	actual, target, expected := n.ActualMinor, n.TargetMinor, n.Expected()
	add("actual", "review.actual", r.Amount(actual), "fen", PartMoney, &actual, nil)
	if n.HasTarget {
		add("target", "review.target", r.Amount(target), "fen", PartMoney, &target, nil)
	}
	if index, known := n.Index(); known {
		add(metricPace, "review.pace", percent(index), "ratio", PartMoney, &actual, &expected)
	}
	if n.Forecast != nil {
		hits, runs := n.Forecast.Hits, n.Forecast.Runs
		add(MetricChance, "review.chance", chance(hits, runs), "ratio", PartCount, &hits, &runs)
	}
	if n.Judged > 0 {
		kept, judged := n.Kept, n.Judged
		add("compliance", "review.compliance", percent(kept*pace.Million/judged), "ratio", PartCount, &kept, &judged)
	}
	return list
}

// What a meeting calls its numbers, where pages write them in words of their own.
const (
	MetricChance = "attain_chance" // hits of so many runs of a simulation
	metricPace   = "pace_index"
)

// chance writes hits of so many runs: no hit is not impossible, and all hits are not certain.
func chance(hits, runs int64) string {
	switch {
	case runs > 0 && hits == 0:
		return "<0.1%"
	case runs > 0 && hits == runs:
		return ">99.9%"
	}
	return percent(hits * pace.Million / max(runs, 1))
}

func period(from, to calendar.Date) string { return from.String() + "/" + to.String() }

// percent writes parts per million with one decimal, rounded down.
func percent(ppm int64) string { return fmt.Sprintf("%d.%d%%", ppm/10_000, ppm/1000%10) }
