package review

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/targetplan"
)

// row finds somebody's row of a meeting.
func row(ctx context.Context, r Reader, id, person int64) (Row, error) {
	rows, err := r.ReviewRows(ctx, id, person)
	if err == nil && len(rows) != 1 {
		err = errMissing()
	}
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// Say keeps the words of who runs a meeting to somebody in it; the person sees them when it is finished. Errors: forbidden; not found; invalid; conflict when it
// is locked.
func (s *Service) Say(ctx context.Context, actor access.Actor, id, person int64, words string) (err error) {
	defer errs.Wrap(&err, "review.Say(%d, %d)", id, person)
	if words, err = tidyText("words", words, wordsMost, false); err != nil {
		return err
	}
	return s.changeRow(ctx, actor, id, person, "say", func(row *Row) error {
		row.Words = words
		return nil
	})
}

// Propose keeps what should be asked of somebody from the next open month to the end of the year, and why; without a reason it takes the proposal back.
// Errors: as Say; conflict for a meeting that is not quarterly.
func (s *Service) Propose(ctx context.Context, actor access.Actor, id, person, restMinor int64, reason string) (err error) {
	defer errs.Wrap(&err, "review.Propose(%d, %d)", id, person)
	if reason, err = tidyText("reason", reason, wordsMost, false); err != nil {
		return err
	}
	if restMinor < 0 || restMinor > 1_000_000_000_000_00 {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "rest", Message: errs.Msg("quota.amount_range", nil)}})
	}
	return s.changeRow(ctx, actor, id, person, "propose", func(row *Row) error {
		if row.ChangeID != 0 {
			return errs.New(errs.KindConflict, "review.asked_already", nil)
		}
		row.Proposed, row.Proposal = restMinor, reason
		if reason == "" {
			row.Proposed = 0
		}
		return nil
	})
}

func (s *Service) changeRow(ctx context.Context, actor access.Actor, id, person int64, verb string, fn func(*Row) error) error {
	return s.Store.InTx(ctx, func(tx Tx) error {
		review, err := s.mine(ctx, tx, actor, id)
		switch {
		case err != nil:
			return err
		case review.State != StatePrepared:
			return errs.New(errs.KindConflict, "review.locked", errs.Args{"State": review.State.Message()})
		case verb == "propose" && review.Kind != Quarterly:
			return errs.New(errs.KindConflict, "review.not_quarterly", nil)
		}
		one, err := row(ctx, tx, id, person)
		if err != nil {
			return err
		}
		before := one
		if err := fn(&one); err != nil {
			return err
		}
		if one.Words == before.Words && one.Proposed == before.Proposed && one.Proposal == before.Proposal {
			return nil
		}
		one.Revision++
		if err := tx.SaveReviewRow(ctx, one); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review."+verb, review.Subject()+":"+strconv.FormatInt(person, 10), auditOfRow(&before), auditOfRow(&one))
	})
}

func auditOfRow(r *Row) any {
	return map[string]any{"words": r.Words, "proposed_minor": r.Proposed, "reason": r.Proposal, "change": r.ChangeID, "seen": !r.SeenAt.IsZero()}
}

// See notes that somebody has seen the own row of a finished meeting. Errors: not found; conflict while it is not finished.
func (s *Service) See(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "review.See(%d)", id)
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	if actor.PersonID == 0 {
		return errMissing()
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		review, err := tx.Review(ctx, id)
		if err != nil {
			return err
		}
		one, err := row(ctx, tx, id, actor.PersonID)
		if err != nil {
			return err
		}
		if review.State != StateFinished {
			return errs.New(errs.KindConflict, "review.not_finished", nil)
		}
		if !one.SeenAt.IsZero() {
			return nil
		}
		one.SeenAt, one.Revision = tx.Now(), one.Revision+1
		if err := tx.SaveReviewRow(ctx, one); err != nil {
			return err
		}
		if err := notice.Settle(ctx, tx, notice.End{Subject: review.Subject(), Kinds: []notice.Kind{notice.KindReviewAssessed}, PersonID: actor.PersonID}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review.see", review.Subject()+":"+strconv.FormatInt(one.PersonID, 10), nil, auditOfRow(&one))
	})
}

// Suggested is what the system would ask of somebody for the rest of the year: where the quarter was further off its target than the company allows, the rest moved
// the same way, by no more than the company's limit.
func (s *Settings) Suggested(n *Numbers) (restMinor int64, differs bool) {
	attained, known := n.Attained()
	if !known || n.RestMinor <= 0 {
		return n.RestMinor, false
	}
	percent := attained / 10_000
	if percent >= 100-s.AdjustFrom && percent <= 100+s.AdjustFrom {
		return n.RestMinor, false
	}
	percent = min(max(percent, 100-s.AdjustMost), 100+s.AdjustMost)
	const step = 1000_00 // whole thousands
	return n.RestMinor / 100 * percent / step * step, true
}

// AskChange asks for the change of a target that a finished quarterly meeting proposes. Errors: those of targetplan.Change; not found; conflict when there
// is no proposal, or it was asked for already.
func (s *Service) AskChange(ctx context.Context, actor access.Actor, id, person int64) (c targetplan.Change, err error) {
	defer errs.Wrap(&err, "review.AskChange(%d, %d)", id, person)
	v, err := s.Get(ctx, actor, id)
	if err != nil {
		return c, err
	}
	if !v.MayAdjust {
		if err := actor.RequireAll(access.PermTargetWrite); err != nil {
			return c, err
		}
		return c, errs.New(errs.KindConflict, "review.no_plan", nil)
	}
	if v.State != StateFinished {
		return c, errs.New(errs.KindConflict, "review.not_finished", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		one, err := row(ctx, tx, id, person)
		if err != nil {
			return err
		}
		if one.Proposal == "" || one.ChangeID != 0 {
			return errs.New(errs.KindConflict, "review.no_proposal", nil)
		}
		if c, err = s.Changes.ChangeIn(ctx, tx, actor, targetplan.ChangeEntry{PlanID: v.PlanID, PersonID: person, From: v.OpenFrom, RestMinor: one.Proposed, Kind: targetplan.ChangeQuarter, Reason: one.Proposal}); err != nil {
			return err
		}
		before := one
		one.ChangeID, one.ChangedBy, one.Revision = c.ID, actor.Name, one.Revision+1
		if err := tx.SaveReviewRow(ctx, one); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review.adjust", v.Subject()+":"+strconv.FormatInt(person, 10), auditOfRow(&before), auditOfRow(&one))
	})
	return c, err
}

// Set keeps how the company holds its meetings. Errors: forbidden; invalid with every wrong field; conflict when it was changed after in.Revision, unless that is 0.
func (s *Service) Set(ctx context.Context, actor access.Actor, in Settings) (err error) {
	defer errs.Wrap(&err, "review.Set")
	if err := actor.RequireAll(access.PermTargetWrite); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		before, err := settingsOf(ctx, tx)
		if err != nil {
			return err
		}
		if in.Revision != 0 && in.Revision != before.Revision {
			return errChanged()
		}
		in := in
		in.Revision = before.Revision + 1
		if err := tx.SaveReviewSettings(ctx, in); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review.set", "review_settings:1", before, in)
	})
}

// The limits of settings.
const (
	bandsMost    = 8
	bandNameMost = 20
	monthDayMost = 15
	adjustMost   = 50
)

func (in *Settings) check() error {
	var fields []errs.Field
	wrong := func(path, key string, args errs.Args) {
		fields = append(fields, errs.Field{Path: path, Message: errs.Msg(key, args)})
	}
	if in.Weekday < 1 || in.Weekday > 5 {
		wrong("weekday", "form.error.choice", nil)
	}
	for _, one := range []struct {
		path string
		n    int64
		most int64
	}{{"month_day", in.MonthDay, monthDayMost}, {"quarter_day", in.QuarterDay, monthDayMost}, {"adjust_from", in.AdjustFrom, adjustMost}, {"adjust_most", in.AdjustMost, adjustMost}} {
		if one.n < 1 || one.n > one.most {
			wrong(one.path, "review.number_range", errs.Args{"Most": one.most})
		}
	}
	if len(in.Bands) == 0 || len(in.Bands) > bandsMost {
		wrong("bands", "review.bands_count", errs.Args{"Most": bandsMost})
	}
	for i, b := range in.Bands {
		if b.Name == "" || len([]rune(b.Name)) > bandNameMost || b.From < 0 || b.From > 1000 || i > 0 && b.From >= in.Bands[i-1].From {
			wrong("bands", "review.bands_order", nil)
			break
		}
	}
	if n := len(in.Bands); n > 0 && in.Bands[n-1].From != 0 {
		wrong("bands", "review.bands_last", nil)
	}
	return errs.Invalid("error.invalid", fields)
}
