package survey

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/mail"
)

// When letters go: between these hours, where the company is. lease is how long a letter is one node's; what is still under way after it went down with
// its node. lateMost is how long a letter that could not go is worth sending.
const (
	hourFrom, hourTo = 9, 20
	lease            = 5 * time.Minute
	lateMost         = 14 * 24 * time.Hour
	dispatchMost     = 100
)

// errand is what one claim leaves to be done outside of its transaction.
type errand struct {
	mailing  Mailing
	letter   mail.Letter
	reminder bool
	send     bool // there is a letter
}

// Dispatch sends what is due: letters first, then reminders. Nothing is sent while there is no public address or no mail connection, nor at night. Several
// nodes may do it at once. A letter is marked before it is handed over, so that after a crash it is known that it may have gone; it is then not sent again.
// It returns how many letters were tried.
func (s *Service) Dispatch(ctx context.Context) (tried int, err error) {
	defer errs.Wrap(&err, "survey.Dispatch")
	if s.out.Public == nil {
		return 0, nil
	}
	if lack, err := s.Lacking(ctx); err != nil || lack != LackNothing {
		return 0, err
	}
	if hour := s.now().Hour(); hour < hourFrom || hour >= hourTo {
		return 0, nil
	}
	for range dispatchMost {
		if ctx.Err() != nil {
			return tried, ctx.Err()
		}
		e, found, err := s.claim(ctx)
		if err != nil || !found {
			return tried, err
		}
		if !e.send {
			continue
		}
		tried++
		failure := s.out.Mails.Send(ctx, e.letter)
		// What happened must be written down also when the program stops.
		if err := s.settle(context.WithoutCancel(ctx), e, failure); err != nil {
			return tried, err
		}
		if failure != nil && s.out.Log != nil {
			s.out.Log.WarnContext(ctx, "a survey could not be sent", slog.Int64("mailing", e.mailing.ID), slog.Any("error", failure))
		}
	}
	return tried, nil
}

// claim takes the next mailing and decides what becomes of it.
func (s *Service) claim(ctx context.Context) (e errand, found bool, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		e, found = errand{}, false
		m, ok, err := tx.MailingDue(ctx, s.now())
		if err != nil {
			return err
		}
		if ok {
			found = true
			e, err = s.prepare(ctx, tx, m)
			return err
		}
		if m, ok, err = tx.ReminderDue(ctx, s.now()); err != nil || !ok {
			return err
		}
		found = true
		e, err = s.prepareReminder(ctx, tx, m)
		return err
	})
	return e, found, err
}

// prepare marks a mailing as under way and writes its letter, or leaves it out.
func (s *Service) prepare(ctx context.Context, tx Tx, m Mailing) (e errand, err error) {
	if m.State == StateSending { // its node went down between the mark and the answer
		m.State, m.Reason, m.NextAt = StateFailed, string(mail.ClassUnclear), time.Time{}
		return e, s.keep(ctx, tx, m)
	}
	of, err := tx.Survey(ctx, m.SurveyID)
	if err != nil {
		return e, err
	}
	to, reason, err := s.mayGo(ctx, tx, of, m)
	if err != nil {
		return e, err
	}
	if m.route(reason); reason != "" {
		return e, s.keep(ctx, tx, m)
	}
	m.ContactID = to.ID
	link, err := s.ensure(ctx, tx, access.SystemActor("survey"), of, &m)
	if err != nil {
		return e, err
	}
	m.State, m.Attempts, m.NextAt = StateSending, m.Attempts+1, s.now().Add(lease)
	if err := tx.SaveSurveyMailing(ctx, m); err != nil {
		return e, err
	}
	return errand{mailing: m, letter: s.letter(m, of, to, link, "letter", s.now()), send: true}, nil
}

// mayGo looks once more at whether a letter may go: rules, contacts and wishes change while it waits.
func (s *Service) mayGo(ctx context.Context, r Reader, of Survey, m Mailing) (to contact.Contact, reason string, err error) {
	switch {
	case !of.Active || of.Rule.After == ByHand:
		return to, reasonOff, nil
	case s.now().Sub(m.CreatedAt) > lateMost:
		return to, reasonLate, nil
	}
	if to, reason, err = addressee(ctx, r, m.About); err != nil || reason != "" {
		return to, reason, err
	}
	if m.InvitationID == 0 {
		if asked, err := s.askedLately(ctx, r, of, to.ID); err != nil || asked {
			return to, reasonAsked, err
		}
	}
	return to, "", nil
}

// ensure makes the invitation of a mailing, once, and returns its link's end.
func (s *Service) ensure(ctx context.Context, tx Tx, actor access.Actor, of Survey, m *Mailing) (expires time.Time, err error) {
	if m.InvitationID != 0 {
		kept, err := tx.SurveyInvitation(ctx, hashOf(s.token(m.ID)))
		if !errs.Is(err, errs.KindNotFound) {
			return kept.ExpiresAt, err
		} // the installation's key is another: the old link leads nowhere
	}
	token := s.token(m.ID)
	link, err := s.inviteBy(ctx, tx, actor, of, m.About, token, hashOf(token))
	m.InvitationID = link.ID
	return link.ExpiresAt, err
}

// prepareReminder takes a reminder out of the queue before it is sent: it is sent once or not at all.
func (s *Service) prepareReminder(ctx context.Context, tx Tx, m Mailing) (e errand, err error) {
	m.RemindAt = time.Time{}
	of, err := tx.Survey(ctx, m.SurveyID)
	if err != nil {
		return e, err
	}
	i, err := tx.SurveyInvitation(ctx, hashOf(s.token(m.ID)))
	if errs.Is(err, errs.KindNotFound) { // the installation's key is another
		return e, tx.SaveSurveyMailing(ctx, m)
	}
	if err != nil {
		return e, err
	}
	to, reason, err := addressee(ctx, tx, m.About)
	if err != nil {
		return e, err
	}
	if reason != "" || i.Answered || !of.Active || !s.now().Before(i.ExpiresAt) {
		return e, tx.SaveSurveyMailing(ctx, m)
	}
	m.RemindedAt = s.now()
	if err := s.keep(ctx, tx, m); err != nil {
		return e, err
	}
	return errand{mailing: m, letter: s.letter(m, of, to, i.ExpiresAt, "reminder", s.now()), reminder: true, send: true}, nil
}

// settle writes down what became of a letter.
func (s *Service) settle(ctx context.Context, e errand, failure error) error {
	if e.reminder {
		return nil // it was marked before
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		m, err := tx.SurveyMailing(ctx, e.mailing.ID)
		if err != nil {
			return err
		}
		if m.State != StateSending || m.Attempts != e.mailing.Attempts {
			return nil // another node has given it up meanwhile
		}
		of, err := tx.Survey(ctx, m.SurveyID)
		if err != nil {
			return err
		}
		m.Reason, m.Code, m.NextAt = "", 0, time.Time{}
		if failure == nil {
			m.State, m.SentAt = StateSent, s.now()
			if of.Rule.RemindDays > 0 {
				m.RemindAt = s.now().Add(time.Duration(of.Rule.RemindDays) * 24 * time.Hour)
			}
			return s.keep(ctx, tx, m)
		}
		f := mail.FailureOf(failure)
		m.State, m.Reason, m.Code = StateFailed, string(f.Class), f.Code
		if wait, again := f.Again(m.Attempts); again {
			m.State, m.NextAt = StateWaiting, s.now().Add(wait)
		}
		return s.keep(ctx, tx, m)
	})
}

// keep saves a mailing and tells the audit log what became of it. The address stands nowhere but at the contact.
func (s *Service) keep(ctx context.Context, tx Tx, m Mailing) error {
	if err := tx.SaveSurveyMailing(ctx, m); err != nil {
		return err
	}
	return audit.Append(ctx, tx, access.SystemActor("survey"), "survey.send", m.Subject(), nil, m.told())
}

// Subject is how the audit log names the mailing.
func (m Mailing) Subject() string { return "survey_mailing:" + strconv.FormatInt(m.ID, 10) }

func (m Mailing) told() map[string]any {
	return map[string]any{"state": m.State, "reason": m.Reason, "customer_id": m.CustomerID, "attempts": m.Attempts, "reminded": !m.RemindedAt.IsZero()}
}

// letter writes a letter, or a reminder, in the language of who gets it.
func (s *Service) letter(m Mailing, of Survey, to contact.Contact, expires time.Time, kind string, at time.Time) mail.Letter {
	lang := langOf(to)
	p := s.out.Printers(lang)
	stop := s.out.Public() + StopPath + "?t=" + s.stopToken(m.ID) + "&lang=" + string(lang)
	args := []any{"Name", to.Name, "Company", s.out.Company(), "Question", p.Message(of.Kind.Question()), "Link", s.linkOf(m, lang), "Until", p.Local(expires).Format("2006-01-02"), "Stop", stop}
	return mail.Letter{ID: "survey-" + kind + "-" + strconv.FormatInt(m.ID, 10), To: to.Email, ToName: to.Name, Subject: p.T("survey."+kind+".subject", args...), Text: p.T("survey."+kind+".text", args...), Unsubscribe: stop, At: at}
}
