package standard

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// Step is something of the standard that was done in a case and is written down by hand.
type Step struct {
	CaseID     int64
	Activity   string
	Values     map[string]string // of the form by field, as people write them: 12, 5000.00, 12.5%, 2026-03-01, yes
	OccurredAt time.Time         // zero: now
	Excuse     string            // why it is done although a rule asks for a reason
}

// RecordStep records a step of a case within reach. What its form lacks is for the rules to judge. Errors: forbidden; not found out of reach;
// invalid; conflict when the product records the activity by itself or with an approval, or a rule stands in the way; forbidden when a rule of
// the standard wants somebody else to do it.
func (s *Service) RecordStep(ctx context.Context, actor access.Actor, in Step) (err error) {
	defer errs.Wrap(&err, "standard.RecordStep(%d, %s)", in.CaseID, in.Activity)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	now := s.now()
	if in.OccurredAt.IsZero() {
		in.OccurredAt = now
	}
	if in.OccurredAt.After(now) {
		return errs.Invalid("fact.invalid", []errs.Field{{Path: "occurred_at", Message: errs.Msg("standard.future", nil)}})
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), in.CaseID)
		if err != nil {
			return err
		}
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		activity := b.current().model.Standard().Activity(in.Activity)
		if activity == nil {
			return errs.New(errs.KindNotFound, "standard.unknown_step", nil)
		}
		if err := notByHand(activity); err != nil {
			return err
		}
		data, err := formData(activity, in.Values)
		if err != nil {
			return err
		}
		event := process.Event{CaseID: o.ID, Activity: process.Activity(in.Activity), PersonID: actor.PersonID, OccurredAt: in.OccurredAt.UTC().Truncate(time.Microsecond), Data: process.Data(data)}
		if err := s.mayRecord(ctx, tx, b, actor, o, activity, event); err != nil {
			return err
		}
		more, err := s.Pass(ctx, tx, actor, opportunity.Crossing{Opportunity: o, Events: []process.Event{event}, Excuse: in.Excuse})
		if err != nil {
			return err
		}
		number, err := tx.NextNumber(ctx, "process_step")
		if err != nil {
			return err
		}
		said := map[string]any{"opportunity_id": o.ID, "activity": in.Activity, "occurred_at": event.OccurredAt, "data": data}
		return process.Record(ctx, tx, actor, process.Write{Action: "standard.step", Subject: "step:" + strconv.FormatInt(number, 10), Revision: 1, After: said, Events: append([]process.Event{event}, more...)})
	})
}

// mayRecord refuses a step that the standard wants somebody else to do, at whatever level its rules are.
func (s *Service) mayRecord(ctx context.Context, tx Tx, b *bench, actor access.Actor, o opportunity.Opportunity, activity *sop.Activity, event process.Event) error {
	m, err := b.gather(ctx, tx, []int64{o.ID})
	if err != nil || len(m.facts) == 0 {
		return err
	}
	d, err := b.doerOf(ctx, tx, actor)
	if err != nil {
		return err
	}
	l := b.current()
	state := l.state(m.facts[0], asked(reopened(m.events[o.ID])), m.exempt[o.ID], &b.holders, b.now)
	if why, withheld := l.withheld(state, activity, d, valuesOf(activity.Form, event.Data), b.now.Unix()); withheld {
		return errs.New(errs.KindForbidden, why.Key, why.Args)
	}
	return nil
}

// Records reports whether the product records an activity by itself, so that nobody writes it down by hand.
func (s *Service) Records(a process.Activity) bool { return !byHand(a) }

// formData reads what was filled in. Every wrong field is named.
func formData(a *sop.Activity, typed map[string]string) (map[string]any, error) {
	var c fact.Checker
	data := map[string]any{}
	for _, f := range a.Form {
		text := fact.TidyLines(typed[f.ID])
		if text == "" {
			continue
		}
		if f.Type == sop.TypeText {
			c.Lines(f.ID, text)
		}
		v, ok := sop.ParseValue(f.Type, text)
		if !ok || f.Type == sop.TypeChoice && !slices.Contains(f.Values, text) {
			c.Add(f.ID, text, "standard.bad_value", nil)
			continue
		}
		switch f.Type {
		case sop.TypeText, sop.TypeChoice, sop.TypeDate:
			data[f.ID] = text
		case sop.TypeYesNo:
			data[f.ID] = v.Number == 1
		default:
			data[f.ID] = v.Number
		}
	}
	return data, c.Err()
}
