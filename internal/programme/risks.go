package programme

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
)

// ShownRisk is a risk with the names that go with it.
type ShownRisk struct {
	Risk
	Owner string
}

// RiskBoard is the risks that an actor sees, the greatest first.
type RiskBoard struct {
	Risks    []ShownRisk
	MayWrite bool
	Shipped  bool // the shipped risks are there
	Today    calendar.Date
}

// Risks returns the register: all of it for who sees the whole company, otherwise the risks that one owns, or somebody within reach. Errors: forbidden.
func (s *Service) Risks(ctx context.Context, actor access.Actor) (b RiskBoard, err error) {
	defer errs.Wrap(&err, "programme.Risks")
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		all, err := r.Risks(ctx)
		if err != nil {
			return err
		}
		b = RiskBoard{MayWrite: v.writes, Today: v.today}
		for i := range all {
			b.Shipped = b.Shipped || all[i].Key != ""
			if v.all || v.within(all[i].OwnerID) {
				b.Risks = append(b.Risks, ShownRisk{all[i], v.name(all[i].OwnerID)})
			}
		}
		closed := func(r ShownRisk) bool { return r.State == RiskClosed }
		slices.SortStableFunc(b.Risks, func(x, y ShownRisk) int {
			switch {
			case closed(x) == closed(y):
				return 0
			case closed(x):
				return 1
			}
			return -1
		})
		return nil
	})
	return b, err
}

// Risk returns one. Errors: forbidden; not found, also out of sight.
func (s *Service) Risk(ctx context.Context, actor access.Actor, id int64) (w ShownRisk, mayWriteIt bool, err error) {
	defer errs.Wrap(&err, "programme.Risk(%d)", id)
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		found, err := r.Risk(ctx, id)
		if err == nil && !v.all && !v.within(found.OwnerID) {
			err = errs.New(errs.KindNotFound, "programme.risk_missing", nil)
		}
		found.Sign.Place.Name = v.placeName(found.Sign.Place)
		w, mayWriteIt = ShownRisk{found, v.name(found.OwnerID)}, v.writes
		return err
	})
	return w, mayWriteIt, err
}

// AddShippedRisks keeps the shipped risks that are not there yet. Errors: forbidden.
func (s *Service) AddShippedRisks(ctx context.Context, actor access.Actor) (added int, err error) {
	defer errs.Wrap(&err, "programme.AddShippedRisks")
	if err := mayWrite(actor); err != nil {
		return 0, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		added = 0
		all, err := tx.Risks(ctx)
		if err != nil {
			return err
		}
		for _, w := range shippedRisks {
			if slices.ContainsFunc(all, func(r Risk) bool { return r.Key == w.key }) {
				continue
			}
			r := Risk{Key: w.key, Probability: w.probability, Impact: w.impact, State: RiskOpen, Created: sign(actor, tx), Revision: 1}
			if w.metric != "" {
				r.Sign = Sign{w.metric, metric.Company, w.side, w.limit}
			}
			if r.ID, err = tx.NextNumber(ctx, "risk"); err != nil {
				return err
			}
			if err := tx.InsertRisk(ctx, r); err != nil {
				return err
			}
			added++
		}
		return audit.Append(ctx, tx, actor, "risk.add_shipped", "risk:shipped", nil, map[string]any{"added": added})
	})
	return added, err
}

// WriteRisk keeps a new risk (id 0) or changes one; its sign is looked at anew. Errors: forbidden; not found, also for an unknown number or place; invalid; conflict
// when it was changed after seen.
func (s *Service) WriteRisk(ctx context.Context, actor access.Actor, id, seen int64, in RiskEntry) (r Risk, err error) {
	defer errs.Wrap(&err, "programme.WriteRisk(%d)", id)
	if err := mayWrite(actor); err != nil {
		return r, err
	}
	if id != 0 {
		if err := s.Store.Read(ctx, func(x Reader) error { r, err = x.Risk(ctx, id); return err }); err != nil {
			return r, err
		}
	}
	if err := in.check(r.Key != ""); err != nil {
		return r, err
	}
	look, err := s.look(ctx, in.Sign)
	if err != nil {
		return r, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		v, err := s.sightOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if err := v.checkOwner(in.OwnerID); err != nil {
			return err
		}
		if id == 0 {
			r = Risk{Created: sign(actor, tx)}
			r.ID, err = tx.NextNumber(ctx, "risk")
		} else if r, err = tx.Risk(ctx, id); err == nil && seen != 0 && seen != r.Revision {
			err = errs.New(errs.KindConflict, "programme.changed_meanwhile", nil)
		}
		if err != nil {
			return err
		}
		in.Sign.Place.Name = ""
		r.Title, r.Probability, r.Impact, r.Sign, r.Measure, r.PlanB, r.OwnerID, r.State = in.Title, in.Probability, in.Impact, in.Sign, in.Measure, in.PlanB, in.OwnerID, in.State
		if err := s.settleLook(ctx, tx, &r, look); err != nil {
			return err
		}
		if r.Revision++; id == 0 {
			err = tx.InsertRisk(ctx, r)
		} else {
			err = tx.SaveRisk(ctx, r)
		}
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "risk.write", r.Subject(), nil, in)
	})
	return r, err
}

// look reads the number of a sign: of the last whole month, or of today for an age.
func (s *Service) look(ctx context.Context, sign Sign) (l Look, err error) {
	if sign.Metric == "" {
		return l, nil
	}
	q := metric.Query{Metrics: []metric.ID{sign.Metric}, Place: sign.Place, Period: metric.Period{Kind: metric.Month, First: s.today().Month() - 1}}
	answer, err := s.Numbers.Read(ctx, system(), q)
	if err != nil {
		return l, err
	}
	series, found := answer.Of(sign.Metric)
	if !found {
		return l, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(sign.Metric)})
	}
	l.Value = series.Value
	if amount, known := l.Value.Amount(); known {
		l.Showing = sign.Side == SideBelow && amount < sign.Limit || sign.Side == SideAbove && amount > sign.Limit
	}
	return l, nil
}

// settleLook keeps what a look found. Its owner is told when the sign begins to show, once; what is not known changes nothing.
func (s *Service) settleLook(ctx context.Context, tx Tx, r *Risk, l Look) error {
	l.At, l.Since = tx.Now(), r.Look.Since
	if !l.Value.Known && r.Sign.Metric != "" {
		l.Showing = r.Look.Showing
	}
	begins := l.Showing && !r.Look.Showing
	if begins {
		l.Since = tx.Now()
	}
	r.Look = l
	if !begins || r.State == RiskClosed {
		return nil
	}
	to := notice.To{PersonIDs: []int64{r.OwnerID}}
	if r.OwnerID == 0 {
		to = notice.To{Permission: access.PermProgrammeWrite, Whole: true}
	}
	title := notice.Word(r.Title)
	if r.Title == "" {
		title = notice.Phrase("programme.risk." + r.Key)
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindRiskSign, To: to, Subject: r.Subject(), Once: l.Since.UTC().Format("20060102T150405.000000"), Params: notice.Params{"Title": title}})
}

// LookAtRisks looks at the signs of all risks that are not closed; it is done after facts were recorded. Errors of one sign, whose number or place may be gone, are
// passed over: the look that is kept stays.
func (s *Service) LookAtRisks(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "programme.LookAtRisks")
	var all []Risk
	if err := s.Store.Read(ctx, func(r Reader) error { all, err = r.Risks(ctx); return err }); err != nil {
		return err
	}
	for _, risk := range all {
		if risk.State == RiskClosed || risk.Sign.Metric == "" {
			continue
		}
		look, err := s.look(ctx, risk.Sign)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if look.Showing == risk.Look.Showing && sameValue(look.Value, risk.Look.Value) {
			continue
		}
		err = s.Store.InTx(ctx, func(tx Tx) error {
			now, err := tx.Risk(ctx, risk.ID)
			if err != nil || now.Sign != risk.Sign || now.State == RiskClosed {
				return err
			}
			if err := s.settleLook(ctx, tx, &now, look); err != nil {
				return err
			}
			now.Revision++
			return tx.SaveRisk(ctx, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func sameValue(a, b metric.Value) bool {
	return a.Known == b.Known && a.Numerator == b.Numerator && a.Denominator == b.Denominator && a.Why == b.Why && a.Period == b.Period
}
