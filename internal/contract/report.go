package contract

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/process"
)

// ReportPage is a part of the list of reports; Total is of the whole filter.
type ReportPage struct {
	Rows  []Report
	Next  string
	Total fact.Total
}

// Reports returns reports within the actor's reach, the newest first. Errors: forbidden, invalid.
func (s *Service) Reports(ctx context.Context, actor access.Actor, filter ReportFilter) (page ReportPage, err error) {
	defer errs.Wrap(&err, "contract.Reports")
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.CollectionReportTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.CollectionReports(ctx, reach, filter)
		return err
	})
	return page, err
}

// GetReport returns a report within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) GetReport(ctx context.Context, actor access.Actor, id int64) (report Report, err error) {
	defer errs.Wrap(&err, "contract.GetReport(%d)", id)
	err = s.read(ctx, actor, func(r Reader, reach deal.Reach) error {
		report, err = r.CollectionReport(ctx, reach, id)
		return err
	})
	return report, err
}

// Report notes that money of a signed contract has come in, or went back; it counts once finance confirms it. Errors: forbidden; not found out
// of reach; invalid; conflict when the contract is not signed; those of the process standard.
func (s *Service) Report(ctx context.Context, actor access.Actor, in ReportEntry) (report Report, err error) {
	defer errs.Wrap(&err, "contract.Report(%d)", in.ContractID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return report, err
	}
	in.Note = fact.TidyLines(in.Note)
	if err := in.check(s.today()); err != nil {
		return report, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err := tx.Contract(ctx, s.reach(actor, access.PermWorkWrite), in.ContractID)
		if err != nil {
			return err
		}
		if c.State != StateSigned && c.State != StateEnded {
			return errs.New(errs.KindConflict, "contract.wrong_state", errs.Args{"State": c.State.Message()})
		}
		report = Report{ContractID: c.ID, ContractNumber: c.Number, OpportunityID: c.OpportunityID, CustomerID: c.CustomerID, CustomerName: c.CustomerName, OwnerID: c.OwnerID, OwnerName: c.OwnerName, Kind: in.Kind, State: ReportReported, PaidOn: in.PaidOn, AmountMinor: in.AmountMinor, Currency: c.Currency,
			Payer: strings.TrimSpace(in.Payer), Way: in.Way, Note: in.Note, ReportedBy: actor.UserID, ReportedName: actor.Name, ReportedPerson: actor.PersonID, ReportedAt: tx.Now(), Revision: 1}
		if report.ID, err = tx.NextNumber(ctx, "collection_report"); err != nil {
			return err
		}
		if err := tx.InsertReport(ctx, report); err != nil {
			return err
		}
		events, err := s.allow(ctx, tx, actor, c, in.Excuse, "", process.Event{Activity: process.ActivityReceiptReported, PersonID: actor.PersonID, OccurredAt: process.Moment(in.PaidOn, s.now()), Source: report.Subject(),
			Data: process.Data(map[string]any{"amount": report.AmountMinor, "kind": report.Kind})})
		if err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: "collection.report", Subject: report.Subject(), Revision: 1, After: report, Events: events})
	})
	return report, err
}

// decide is finance's word on a report of somebody else.
func (s *Service) decide(ctx context.Context, actor access.Actor, action string, id, seen int64, do func(tx Tx, r *Report) ([]process.Event, error)) (report Report, err error) {
	if err := actor.Require(access.PermCollectionConfirm); err != nil {
		return report, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.CollectionReport(ctx, s.reach(actor, access.PermCollectionConfirm), id)
		if err != nil {
			return err
		}
		switch {
		case seen != 0 && old.Revision != seen:
			return errs.New(errs.KindConflict, "collection.changed_meanwhile", nil)
		case old.State != ReportReported:
			return errs.New(errs.KindConflict, "collection.decided", nil)
		case old.ReportedBy == actor.UserID:
			return errs.New(errs.KindForbidden, "collection.own", nil)
		}
		report = old
		report.DecidedBy, report.DecidedName, report.DecidedAt = actor.UserID, actor.Name, tx.Now()
		events, err := do(tx, &report)
		if err != nil {
			return err
		}
		return s.keepReport(ctx, tx, actor, action, old, &report, events...)
	})
	return report, err
}

func (s *Service) keepReport(ctx context.Context, tx Tx, actor access.Actor, action string, before Report, after *Report, events ...process.Event) error {
	after.Revision = before.Revision + 1
	if err := tx.SaveReport(ctx, *after); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: after.Subject(), Revision: after.Revision, Before: before, After: *after, Events: events})
}

// Confirm records the payment of a report in the transaction of the word: a fact of the contract's deal, as by hand. Errors: forbidden, also for
// one's own report; not found out of reach; invalid, as deal.RecordPayment; conflict when the deal is not recorded, when the report is decided,
// or was changed after in.Seen; those of the process standard.
func (s *Service) Confirm(ctx context.Context, actor access.Actor, in Confirm) (report Report, receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "contract.Confirm(%d)", in.ID)
	report, err = s.decide(ctx, actor, "collection.confirm", in.ID, in.Seen, func(tx Tx, r *Report) ([]process.Event, error) {
		c, err := tx.Contract(ctx, s.everywhere(), r.ContractID)
		if err != nil {
			return nil, err
		}
		known, err := s.dealOf(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, errs.New(errs.KindConflict, "collection.no_deal", errs.Args{"Number": c.Number})
		}
		entry := deal.Entry{Key: strings.TrimSpace(in.Key), DealKey: c.Number, Kind: deal.PaymentKind(r.Kind), PaidOn: in.PaidOn, AmountMinor: in.AmountMinor}
		if receipt, err = s.deals.RecordPaymentIn(ctx, tx, actor, entry); err != nil {
			return nil, err
		}
		r.State, r.PaymentKey, r.PaidOn, r.AmountMinor = ReportConfirmed, entry.Key, in.PaidOn, in.AmountMinor
		activity := process.ActivityReceiptConfirmed
		if r.Kind == ReportRefund {
			activity = process.ActivityRefundConfirmed
		}
		if err := s.tellDecided(ctx, tx, actor, notice.KindCollectionConfirmed, *r); err != nil {
			return nil, err
		}
		return s.allow(ctx, tx, actor, c, in.Excuse, "", process.Event{Activity: activity, PersonID: actor.PersonID, Source: r.Subject(), Data: process.Data(map[string]any{"amount": r.AmountMinor, "payment": r.PaymentKey})})
	})
	return report, receipt, err
}

// Refuse says that the money of a report has not come. Errors: as Confirm; invalid without a reason.
func (s *Service) Refuse(ctx context.Context, actor access.Actor, id int64, reason string, seen int64) (report Report, err error) {
	defer errs.Wrap(&err, "contract.Refuse(%d)", id)
	reason = fact.TidyLines(reason)
	var wrong fact.Checker
	checkLines(&wrong, "reason", reason)
	if reason == "" {
		wrong.Add("reason", "", "form.error.required", nil)
	}
	if err := wrong.Err(); err != nil {
		return report, err
	}
	return s.decide(ctx, actor, "collection.refuse", id, seen, func(tx Tx, r *Report) ([]process.Event, error) {
		r.State, r.Reply = ReportRefused, reason
		return nil, s.tellDecided(ctx, tx, actor, notice.KindCollectionRefused, *r)
	})
}

// TakeBack withdraws a report that finance has not decided. Errors: forbidden; not found out of reach; conflict when it is decided, or was
// changed after seen.
func (s *Service) TakeBack(ctx context.Context, actor access.Actor, id, seen int64) (report Report, err error) {
	defer errs.Wrap(&err, "contract.TakeBack(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return report, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.CollectionReport(ctx, s.reach(actor, access.PermWorkWrite), id)
		if err != nil {
			return err
		}
		switch {
		case seen != 0 && old.Revision != seen:
			return errs.New(errs.KindConflict, "collection.changed_meanwhile", nil)
		case old.State != ReportReported:
			return errs.New(errs.KindConflict, "collection.decided", nil)
		}
		report = old
		report.State = ReportWithdrawn
		return s.keepReport(ctx, tx, actor, "collection.withdraw", old, &report)
	})
	return report, err
}
