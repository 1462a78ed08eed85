package board

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

// When is what an alert waits for.
type When string

// The kinds of alert.
const (
	WhenBelow  When = "below"  // the number falls below a limit
	WhenAbove  When = "above"  // it rises above one
	WhenSignal When = "signal" // it leaves its usual range
)

// Whens lists them.
var Whens = []When{WhenBelow, WhenAbove, WhenSignal}

// Message names it for people.
func (w When) Message() errs.Message { return errs.Msg("board.when."+string(w), nil) }

// Alert watches a number of the running month for somebody. It tells when the number crosses, once, and again only after it was back.
type Alert struct {
	ID        int64
	OwnerID   string
	Metric    metric.ID
	Place     metric.Place
	When      When
	Limit     int64 // in the unit of metric.Value.Amount; 0 for a signal
	CreatedAt time.Time

	// What the last look found.
	Crossed   bool
	Side      int // of a signal: −1 below, +1 above
	Known     bool
	Value     int64
	Judged    calendar.Month // of which month that was; 0: never looked at
	CheckedAt time.Time
	ToldAt    time.Time
	Why       errs.Message // why nothing can be told; empty otherwise
}

// Subject names the alert for the audit log and for messages.
func (a Alert) Subject() string { return "board_alert:" + strconv.FormatInt(a.ID, 10) }

// Watch asks for an alert.
type Watch struct {
	Metric metric.ID
	Place  metric.Place
	When   When
	Limit  int64
}

// alertsMost is how many alerts somebody may have.
const alertsMost = 100

// Alerts returns the alerts of the actor. Errors: unauthenticated.
func (s *Service) Alerts(ctx context.Context, actor access.Actor) (list []Alert, err error) {
	defer errs.Wrap(&err, "board.Alerts")
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if list, err = r.BoardAlerts(ctx, actor.UserID); err != nil {
			return err
		}
		for i := range list {
			list[i].Place.Name, err = s.nameOf(ctx, r, list[i].Place)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
		}
		return nil
	})
	return list, err
}

func (s *Service) nameOf(ctx context.Context, r Reader, p metric.Place) (string, error) {
	path, err := r.BoardPath(ctx, p, calendar.DateOf(s.Now()))
	if err != nil || len(path) == 0 {
		return "", err
	}
	return path[len(path)-1].Name, nil
}

// AddAlert keeps an alert of the actor's. Errors: unauthenticated; forbidden; invalid; not found for a place out of reach; conflict when there are too many.
func (s *Service) AddAlert(ctx context.Context, actor access.Actor, in Watch) (a Alert, err error) {
	defer errs.Wrap(&err, "board.AddAlert(%s)", in.Metric)
	if err := user(actor); err != nil {
		return a, err
	}
	if in.Place.Kind == "" || in.Place.Kind == metric.PlaceReach {
		in.Place = HomeOf(actor)
	}
	if in.When == WhenSignal {
		in.Limit = 0
	}
	known, err := s.known(ctx, actor)
	if err != nil {
		return a, err
	}
	var wrong []errs.Field
	if !slices.Contains(Whens, in.When) {
		wrong = append(wrong, errs.Field{Path: "when", Value: string(in.When), Message: errs.Msg("form.error.choice", nil)})
	}
	if !known(in.Metric) {
		wrong = append(wrong, errs.Field{Path: "metric", Value: string(in.Metric), Message: errs.Msg("board.no_metric", errs.Args{"Metric": string(in.Metric)})})
	}
	if err := errs.Invalid("error.invalid", wrong); err != nil {
		return a, err
	}
	// What somebody cannot see cannot be watched by them.
	if _, err := s.Numbers.Read(ctx, actor, metric.Query{Metrics: []metric.ID{in.Metric}, Place: in.Place, Period: metric.Period{Kind: metric.Month}}); err != nil {
		return a, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		all, err := tx.BoardAlerts(ctx, actor.UserID)
		if err != nil {
			return err
		}
		if len(all) >= alertsMost {
			return errs.New(errs.KindConflict, "board.too_many_alerts", errs.Args{"Most": alertsMost})
		}
		same := func(b Alert) bool {
			return b.Metric == in.Metric && b.When == in.When && b.Limit == in.Limit && PlaceText(b.Place) == PlaceText(in.Place)
		}
		if at := slices.IndexFunc(all, same); at >= 0 {
			a = all[at]
			return nil
		}
		a = Alert{OwnerID: actor.UserID, Metric: in.Metric, Place: in.Place, When: in.When, Limit: in.Limit, CreatedAt: tx.Now()}
		if a.ID, err = tx.NextNumber(ctx, "board_alert"); err != nil {
			return err
		}
		if err := tx.InsertBoardAlert(ctx, a); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "board_alert.create", a.Subject(), nil, in)
	})
	return a, err
}

// RemoveAlert ends an alert of the actor's. Errors: unauthenticated; forbidden; not found.
func (s *Service) RemoveAlert(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "board.RemoveAlert(%d)", id)
	if err := user(actor); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		a, err := tx.BoardAlert(ctx, id)
		if err == nil && a.OwnerID != actor.UserID {
			err = errs.New(errs.KindNotFound, "board.no_alert", nil)
		}
		if err != nil {
			return err
		}
		if err := tx.DropBoardAlert(ctx, id); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "board_alert.remove", a.Subject(), Watch{a.Metric, a.Place, a.When, a.Limit}, nil)
	})
}
