package opportunity

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// WinIn is Win within a transaction that writes more, such as the signature of a contract; what Win checks of the form is for the caller.
func (s *Service) WinIn(ctx context.Context, tx Tx, actor access.Actor, in Win) (o Opportunity, err error) {
	old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
	if err != nil {
		return o, err
	}
	if old.State != StateOpen {
		return o, errs.New(errs.KindConflict, "opportunity.has_ended", nil)
	}
	set, err := s.Stages(ctx)
	if err != nil {
		return o, err
	}
	o = old
	o.State, o.EndedOn, o.EndedFor, o.Stage = StateWon, in.SignedOn, in.Reason, set.Signing()
	if o.DealKey, err = s.dealOf(ctx, tx, actor, old, in); err != nil {
		return o, err
	}
	now := tx.Now()
	tier, err := tx.TierOf(ctx, o.CustomerID)
	if err != nil {
		return o, err
	}
	signed := map[string]any{"contract_amount": o.AmountMinor, "deal": o.DealKey}
	if in.AmountMinor != 0 {
		signed["contract_amount"] = in.AmountMinor
	}
	if in.EndsOn != calendar.NoDate && in.EndsOn != 0 {
		signed["ends_on"] = in.EndsOn
	}
	events := []process.Event{{CaseID: o.ID, Activity: process.ActivitySigned, PersonID: o.OwnerID, OccurredAt: process.Moment(in.SignedOn, s.now()), Data: withTier(signed, tier)}}
	if old.Stage != o.Stage {
		o.StageSince = now
		events = append([]process.Event{entered(old, o)}, events...)
	}
	return o, s.keep(ctx, tx, actor, doing{"opportunity.win", in.Excuse}, old, &o, events...)
}

// NameDealIn names the deal of a won opportunity that has none, within the transaction that records it: whoever may record it has been asked
// there. Nothing happens to another opportunity.
func (s *Service) NameDealIn(ctx context.Context, tx Tx, actor access.Actor, id int64, key string) error {
	old, err := tx.Opportunity(ctx, deal.Reach{Scope: access.Scope{All: true}, Today: s.today()}, id)
	if err != nil || old.State != StateWon || old.DealKey != "" {
		return err
	}
	o := old
	o.DealKey = key
	return s.keep(ctx, tx, actor, doing{"opportunity.link", ""}, old, &o)
}
