package survey

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/mail"
)

// What a round of planning looks at: causes of one survey at a time, and how long ago what has happened may be. Who was forgotten for longer is not
// asked any more.
const (
	causesMost   = 200
	causeDaysMax = 30
)

// PlanMailings makes a mailing for each thing that has happened and that a survey is sent after. A cause has one mailing for ever, whoever plans and
// how often. It returns how many were made.
func (s *Service) PlanMailings(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "survey.PlanMailings")
	if s.out.Public == nil {
		return 0, nil
	}
	var all []Survey
	if err := s.store.Read(ctx, func(r Reader) error {
		all, err = r.Surveys(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	for _, of := range all {
		if !of.Active || of.Rule.After == ByHand {
			continue
		}
		n, err := s.plan(ctx, of)
		if count += n; err != nil {
			return count, err
		}
	}
	return count, nil
}

func (s *Service) plan(ctx context.Context, of Survey) (count int, err error) {
	today := calendar.DateOf(s.now())
	to := today - calendar.Date(of.Rule.AfterDays)
	q := CauseQuery{SurveyID: of.ID, After: of.Rule.After, Days: fact.Days{From: max(of.Rule.Since, to-causeDaysMax), To: to}, Limit: causesMost}
	if q.Days.From > q.Days.To {
		return 0, nil
	}
	var found []Cause
	if err := s.store.Read(ctx, func(r Reader) error { // most rounds find nothing, and then nobody is kept from writing
		found, err = r.SurveyCauses(ctx, q)
		return err
	}); err != nil || len(found) == 0 {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		found, err := tx.SurveyCauses(ctx, q)
		if err != nil {
			return err
		}
		count = len(found)
		for _, c := range found {
			m := Mailing{SurveyID: of.ID, Cause: c.Key, About: c.About, State: StateWaiting, CreatedAt: s.now(), NextAt: s.now()}
			if err := s.fill(ctx, tx, of, &m); err != nil {
				return err
			}
			if m.ID, err = tx.NextNumber(ctx, "survey_mailing"); err != nil {
				return err
			}
			if err := tx.InsertSurveyMailing(ctx, m); err != nil {
				return err
			}
		}
		if count == 0 {
			return nil
		}
		return audit.Append(ctx, tx, access.SystemActor("survey"), "survey.plan", of.Subject(), nil, map[string]any{"after": of.Rule.After, "mailings": count})
	})
	return count, err
}

// fill finds out whom a mailing goes to and who has to do with it.
func (s *Service) fill(ctx context.Context, tx Tx, of Survey, m *Mailing) (err error) {
	if of.Rule.After == AfterDeal {
		if m.About, err = s.dealt(ctx, tx, m.DealKey); err != nil {
			return err
		}
	}
	if m.SellerID == 0 {
		if m.SellerID, err = tx.LastSeller(ctx, m.CustomerID); err != nil {
			return err
		}
	}
	if err := s.team(ctx, tx, &m.About); err != nil {
		return err
	}
	m.PersonID = m.handsOver(of.Rule.After)
	to, reason, err := addressee(ctx, tx, m.About)
	if err != nil {
		return err
	}
	m.ContactID = to.ID
	if reason == reasonNoEmail {
		asked, err := s.askedLately(ctx, tx, of, to.ID)
		if err != nil {
			return err
		}
		if asked {
			reason = reasonAsked
		}
	}
	m.route(reason)
	return nil
}

// askedLately reports whether a contact is to be left in peace.
func (s *Service) askedLately(ctx context.Context, r Reader, of Survey, contactID int64) (bool, error) {
	if of.Rule.QuietDays == 0 {
		return false, nil
	}
	return r.SurveyAsked(ctx, contactID, s.now().Add(-time.Duration(of.Rule.QuietDays)*24*time.Hour))
}

// handsOver is who is asked where no letter can go: of what concerns service who looks after it, of a deal who sold.
func (m Mailing) handsOver(after Trigger) int64 {
	first, second := m.OwnerID, m.SellerID
	if after == AfterContract || after == AfterDeal {
		first, second = second, first
	}
	if first == 0 {
		return second
	}
	return first
}

// route sets where a mailing goes that cannot be a letter.
func (m *Mailing) route(reason string) {
	m.Reason = reason
	switch reason {
	case "":
		return
	case reasonNoEmail, reasonNobody:
		m.State, m.NextAt = StateByHand, time.Time{}
	default:
		m.State, m.NextAt = StateSkipped, time.Time{}
	}
}

// contactsMost is how many contacts of a customer are looked at.
const contactsMost = 200

// addressee is who is asked: who the matter is about, or else the first contact that can be written to. Who wants no messages is never replaced by
// somebody else when the matter is theirs.
func addressee(ctx context.Context, r Reader, about About) (to contact.Contact, reason string, err error) {
	if about.ContactID != 0 {
		to, err = r.Contact(ctx, about.ContactID)
		if err == nil && !to.Gone {
			return to, unfit(to), nil
		}
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return to, "", err
		}
	}
	all, err := r.Contacts(ctx, about.CustomerID, contactsMost)
	if err != nil {
		return to, "", err
	}
	reason, to = reasonNobody, contact.Contact{}
	for _, c := range all {
		switch why := unfit(c); {
		case c.Gone:
		case why == "":
			return c, "", nil
		case to.ID == 0, why == reasonNoEmail && reason == reasonSilent:
			to, reason = c, why
		}
	}
	return to, reason, nil
}

// unfit says why no letter can go to a contact; empty: one can.
func unfit(c contact.Contact) string {
	switch {
	case c.Silent():
		return reasonSilent
	case !mail.AddressFits(c.Email):
		return reasonNoEmail
	}
	return ""
}
