package notice

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// KindDaily is the job that makes the reminders of a working day; its arguments are DailyArgs.
const KindDaily job.Kind = "notice.daily"

// DailyArgs name the day.
type DailyArgs struct {
	Day calendar.Date `json:"day"`
}

// How long messages are kept: after they were read, when nobody reads them, and how many of one person. What still awaits its reader is kept in any case.
const (
	ReadDaysKept   = 180
	UnreadDaysKept = 365
	PersonKept     = 2000
)

// How long what goes out is worth sending, by channel, and how long the record of it is kept.
const (
	webhookDays    = 3
	botsDays       = 30
	deliveriesDays = 90
)

// morningHour is when the reminders of a day are made where the company is.
const morningHour = 8

// Reminders are what a source wants to be told on a day, and which messages have become void.
type Reminders struct {
	Messages []Message
	Ends     []End
}

// Morning is a working day on which reminders are made, with what they are counted by.
type Morning struct {
	Day  calendar.Date
	Now  time.Time // where the company is
	Work calendar.WorkCalendar
}

// OpensWeek reports whether the day is the first working day of its week.
func (m Morning) OpensWeek() bool {
	sinceMonday := calendar.Date((int(m.Day.Weekday()) + 6) % 7)
	return m.Work.WorkDays(calendar.Interval{From: m.Day - sinceMonday, To: m.Day}) == 0
}

// Source knows of what people must be reminded. The same day gives the same messages, with a Once that says so.
type Source interface {
	Remind(ctx context.Context, m Morning) (Reminders, error)
}

// Tick starts the job of the day, once a working day in the morning, and again when it has failed. Call it now and then, on any node.
func (s *Service) Tick(ctx context.Context) (started bool, err error) {
	defer errs.Wrap(&err, "notice.Tick")
	day := s.today()
	if s.Now().Hour() < morningHour || !s.Work().IsWorking(day) {
		return false, nil
	}
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		started = false
		known, err := tx.NoticeDay(ctx, day)
		if err != nil {
			return err
		}
		if known != "" {
			before, err := tx.Job(ctx, known)
			if err != nil && !errs.Is(err, errs.KindNotFound) || err == nil && before.State != job.StateFailed {
				return err
			}
		}
		args, err := json.Marshal(DailyArgs{Day: day})
		if err != nil {
			return err
		}
		id := s.NewID()
		if err := tx.SaveNoticeDay(ctx, day, id); err != nil {
			return err
		}
		started = true
		return tx.Enqueue(ctx, job.Spec{ID: id, Kind: KindDaily, Args: args, Unique: "notice:" + day.String(), Subject: "notice:" + day.String()})
	})
	return started, err
}

// RunDaily does the job: reminders, digests, and clearing away. It may be started again: who was told is not told twice.
func (s *Service) RunDaily(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "notice.RunDaily")
	var args DailyArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	morning := Morning{Day: args.Day, Now: s.Now(), Work: s.Work()}
	reminders := 0
	for _, source := range s.Sources {
		due, err := source.Remind(ctx, morning)
		if err != nil {
			return err
		}
		if err := s.store.InTx(ctx, func(tx WriteTx) error { return remind(ctx, tx, due) }); err != nil {
			return err
		}
		reminders += len(due.Messages)
	}
	digests, err := s.digests(ctx, morning)
	if err != nil {
		return err
	}
	removed, err := s.clear(ctx)
	if err != nil {
		return err
	}
	running.SetResult(map[string]any{"day": args.Day.String(), "reminders": reminders, "digests": digests, "removed": removed})
	return nil
}

func remind(ctx context.Context, tx Tx, due Reminders) error {
	for _, e := range due.Ends {
		if err := Settle(ctx, tx, e); err != nil {
			return err
		}
	}
	for _, m := range due.Messages {
		if err := Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// digests tells those who want it what waits for them.
func (s *Service) digests(ctx context.Context, morning Morning) (told int, err error) {
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		told = 0
		wanted, err := tx.DigestUsers(ctx)
		if err != nil {
			return err
		}
		for user, digest := range wanted {
			if digest == DigestWeekly && !morning.OpensWeek() {
				continue
			}
			counts, err := tx.NoticeCounts(ctx, user, KindDigest) // a digest about nothing but digests says nothing
			if err != nil {
				return err
			}
			if counts == (Counts{}) {
				continue
			}
			told++
			m := Message{Kind: KindDigest, To: To{UserIDs: []string{user}}, Subject: "user:" + user, Once: morning.Day.String(),
				Params: Params{"Todo": Number(counts.Todo), "Unread": Number(counts.Unread)}}
			if err := Post(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	return told, err
}

// clear removes what is old.
func (s *Service) clear(ctx context.Context) (removed int64, err error) {
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		before := func(days int) time.Time { return tx.Now().AddDate(0, 0, -days) }
		if removed, err = tx.SweepNotices(ctx, before(ReadDaysKept), before(UnreadDaysKept)); err != nil {
			return err
		}
		trimmed, err := tx.TrimNotices(ctx, PersonKept)
		if err != nil {
			return err
		}
		removed += trimmed
		for channel, days := range map[Channel]int{ChannelWebhook: webhookDays, ChannelBots: botsDays} {
			if _, err := tx.ExpireDeliveries(ctx, channel, before(days)); err != nil {
				return err
			}
		}
		_, err = tx.SweepDeliveries(ctx, before(deliveriesDays))
		return err
	})
	return removed, err
}
