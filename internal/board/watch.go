package board

import (
	"context"
	"errors"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/insight"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/ruledoc"
)

// KindAlerts is the job that looks at all alerts, after facts were recorded.
const KindAlerts job.Kind = "board.alerts"

// LookAgain starts the look at alerts when something was recorded since the stamp, and returns the newer stamp. While a look is under way, it waits its turn.
func (s *Service) LookAgain(ctx context.Context, last Stamp) (now Stamp, err error) {
	defer errs.Wrap(&err, "board.LookAgain")
	now = last
	err = s.Store.Read(ctx, func(r Reader) error { now, err = r.BoardStamp(ctx); return err })
	if err != nil || !last.Before(now) {
		return now, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		all, err := tx.BoardAlerts(ctx, "")
		if err != nil || len(all) == 0 {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: s.NewID(), Kind: KindAlerts, Args: []byte("{}"), Unique: string(KindAlerts), Subject: "board:alerts"})
	})
	if errs.Is(err, errs.KindConflict) { // one waits or runs already, and may have read before: the stamp stays, and the next round asks again
		return last, nil
	}
	return now, err
}

// RunAlerts does the job. It may be started again: what was told is kept with the alert in one transaction.
func (s *Service) RunAlerts(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "board.RunAlerts")
	var all []Alert
	if err := s.Store.Read(ctx, func(r Reader) error { all, err = r.BoardAlerts(ctx, ""); return err }); err != nil {
		return err
	}
	told := 0
	for i, a := range all {
		running.Report(job.Progress{Stage: "board.stage.alerts", Done: int64(i), Total: int64(len(all))})
		crossed, err := s.look(ctx, a)
		if err != nil {
			return err
		}
		if crossed {
			told++
		}
	}
	running.SetResult(map[string]any{"alerts": len(all), "told": told})
	return nil
}

// look judges one alert and tells its owner when the number has crossed.
func (s *Service) look(ctx context.Context, a Alert) (told bool, err error) {
	found, name, err := s.judge(ctx, a)
	if err != nil {
		return false, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		told = false
		now, err := tx.BoardAlert(ctx, a.ID)
		if errs.Is(err, errs.KindNotFound) { // ended meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		found.CheckedAt, found.ToldAt = tx.Now(), now.ToldAt
		crosses := found.Known && found.Crossed && (!now.Crossed || now.Side != found.Side)
		if !found.Known { // nothing is told of what is not known, and nothing forgotten
			found.Crossed, found.Side = now.Crossed, now.Side
		}
		if crosses {
			found.ToldAt, told = tx.Now(), true
			if err := notice.Post(ctx, tx, message(found, name)); err != nil {
				return err
			}
		}
		return tx.SaveBoardAlert(ctx, found)
	})
	return told, err
}

func message(a Alert, name ruledoc.Text) notice.Message {
	place := notice.Phrase("board.place.company")
	if a.Place.Name != "" {
		place = notice.Word(a.Place.Name)
	} else if a.Place.Kind != metric.PlaceCompany {
		place = notice.Phrase("board.place.reach")
	}
	said := "board.alert.said." + string(a.When)
	if a.When == WhenSignal && a.Side > 0 {
		said += "_up"
	}
	return notice.Message{Kind: notice.KindBoardAlert, To: notice.To{UserIDs: []string{a.OwnerID}}, Subject: a.Subject(), Once: strconv.FormatInt(a.ToldAt.UnixMicro(), 10),
		Params: notice.Params{"Metric": notice.Name(name), "Place": place, "Said": notice.Phrase(said)}}
}

// judge reads the number as its owner sees it. Whoever may not see it any more is told nothing.
func (s *Service) judge(ctx context.Context, a Alert) (Alert, ruledoc.Text, error) {
	out := a
	out.Known, out.Why = false, errs.Message{}
	today := calendar.DateOf(s.Now())
	out.Judged = today.Month()
	refuse := func(err error) (Alert, ruledoc.Text, error) {
		known, ok := errors.AsType[*errs.Error](err)
		if !ok || known.Kind != errs.KindForbidden && known.Kind != errs.KindNotFound && known.Kind != errs.KindUnauthenticated {
			return out, ruledoc.Text{}, err
		}
		out.Why = errs.Msg("board.alert.refused", nil)
		return out, ruledoc.Text{}, nil
	}
	actor, err := s.ActorOf(ctx, a.OwnerID)
	if err != nil {
		return refuse(err)
	}
	q := metric.Query{Metrics: []metric.ID{a.Metric}, Place: a.Place, Period: metric.Period{Kind: metric.Month, First: today.Month()}}
	if a.When == WhenSignal {
		q.Period, q.By = metric.Period{Kind: metric.Span, First: today.Month() - signalMonths, Last: today.Month()}, metric.ByMonth
	}
	answer, err := s.Numbers.Read(ctx, actor, q)
	if err != nil {
		return refuse(err)
	}
	series, found := answer.Of(a.Metric)
	if !found {
		return refuse(errs.New(errs.KindNotFound, "board.no_metric", errs.Args{"Metric": string(a.Metric)}))
	}
	if a.Place.Kind != metric.PlaceCompany {
		out.Place.Name = answer.Place.Name
	}
	name := series.Definition.Name
	if a.When == WhenSignal {
		err = out.signal(series, s.Work(), today)
		return out, name, err
	}
	out.limit(series, answer.Elapsed, answer.WorkDays)
	return out, name, nil
}

// signalMonths is how far back a usual range is made from.
const signalMonths = 36

// limit judges a threshold. What grows over the month is held against the part of the limit that the working days passed would have: a month that has just begun
// is not below its target.
func (a *Alert) limit(s metric.Series, elapsed, days int) {
	value, known := s.Value.Amount()
	if !known {
		a.Why = s.Value.Why.Message()
		return
	}
	limit := a.Limit
	if a.When == WhenBelow && days > 0 && Grows(s.Definition) {
		limit = limit * int64(elapsed) / int64(days)
	}
	a.Known, a.Value, a.Side = true, value, 0
	a.Crossed = a.When == WhenBelow && value < limit || a.When == WhenAbove && value > limit
}

// Grows reports whether a number adds up over the days of a month: sums of what happens, and shares of a target.
func Grows(d metric.Definition) bool {
	if HasTarget(d) {
		return true
	}
	if d.Formula.Kind != metric.FormulaSum {
		return false
	}
	for _, t := range d.Formula.Of {
		if t.When != metric.During {
			return false
		}
	}
	return true
}

func (a *Alert) signal(s metric.Series, work calendar.WorkCalendar, today calendar.Date) error {
	var points []insight.Point
	for _, p := range s.Parts {
		amount, known := p.Value.Amount()
		if !known {
			points = nil // a gap: what was before it is no neighbour of what follows
			continue
		}
		month := p.Value.Period.First
		points = append(points, insight.Point{Month: month, Value: float64(amount), Share: elapsedShare(work, month, today)})
	}
	if len(points) == 0 || points[len(points)-1].Month != today.Month() {
		a.Why = metric.ReasonNoRows.Message()
		return nil
	}
	v, ok, err := insight.Judge(points, Grows(s.Definition))
	if err != nil {
		return err
	}
	if !ok {
		a.Why = errs.Msg("board.too_few", nil)
		return nil
	}
	a.Known, a.Value, a.Side, a.Crossed = true, int64(points[len(points)-1].Value), v.Outside, v.Outside != 0
	return nil
}

// elapsedShare is the share of a month's working days that have passed, today included.
func elapsedShare(work calendar.WorkCalendar, month calendar.Month, today calendar.Date) float64 {
	whole := month.Interval()
	passed := whole.Intersect(calendar.Interval{From: whole.From, To: today + 1})
	all := work.WorkDays(whole)
	if all == 0 {
		return 1
	}
	return float64(work.WorkDays(passed)) / float64(all)
}
