package period

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/notice"
)

func (p Period) subject() string { return "period:" + p.Month.String() }

// about is a message about a month, to nobody yet. A month that is published again is told of again.
func about(kind notice.Kind, p Period) notice.Message {
	return notice.Message{Kind: kind, Subject: p.subject(), Once: p.PublishedAt.Format(time.RFC3339Nano),
		Params: notice.Params{"Month": notice.Month(p.Month), "Until": notice.Moment(p.ObjectUntil)}}
}

// tellPublished tells payees that their statements are there, and asks for the approval of the month.
func tellPublished(ctx context.Context, tx Tx, p Period) error {
	shown := about(notice.KindPublished, p)
	shown.To = notice.To{Payees: p.CurrentRun}
	if err := notice.Post(ctx, tx, shown); err != nil {
		return err
	}
	asked := about(notice.KindMonthApproval, p)
	asked.To, asked.By = notice.To{Permission: access.PermPeriodApprove, Whole: true}, p.PublishedBy
	return notice.Post(ctx, tx, asked)
}

// tellReturned tells those who prepared a month that it goes back, and ends what its publication asked for.
func tellReturned(ctx context.Context, tx Tx, actor access.Actor, p Period) error {
	if err := settleApproval(ctx, tx, p); err != nil {
		return err
	}
	returned := about(notice.KindMonthReturned, p)
	returned.To, returned.By = notice.To{UserIDs: []string{p.RunBy, p.PublishedBy}}, actor.UserID
	returned.Params["Who"] = notice.Word(actor.Name)
	return notice.Post(ctx, tx, returned)
}

func settleApproval(ctx context.Context, tx Tx, p Period) error {
	return notice.Settle(ctx, tx, notice.End{Subject: p.subject(), Kinds: []notice.Kind{notice.KindMonthApproval}})
}

// Remind implements notice.Source: payees are told when the time for disputes ends before the next working day is over.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		periods, err := r.Periods(ctx)
		for _, p := range periods {
			last := calendar.DateOf(p.ObjectUntil.Add(-time.Nanosecond).In(m.Now.Location()))
			if p.ObjectUntil.After(m.Now) && last <= m.Work.Next(m.Day) {
				soon := about(notice.KindObjectionEnding, p)
				soon.To = notice.To{Payees: p.CurrentRun}
				due.Messages = append(due.Messages, soon)
			}
		}
		return err
	})
	return due, err
}
