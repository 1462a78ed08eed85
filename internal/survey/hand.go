package survey

import (
	"context"
	"crypto/subtle"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// MailingPage is a part of a survey's mailings.
type MailingPage struct {
	Survey Survey
	Rows   []Mailing // of an anonymous survey without what would show who has answered
	Next   string
	Counts Counts
	Lack   Lack // what keeps letters from going out
}

// Mailings returns mailings of a survey within the actor's reach, the newest first. Errors: forbidden; not found; invalid.
func (s *Service) Mailings(ctx context.Context, actor access.Actor, f MailingFilter) (page MailingPage, err error) {
	defer errs.Wrap(&err, "survey.Mailings(%d)", f.SurveyID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return page, err
	}
	if f.State != "" && !known(f.State) {
		return page, invalid("state", string(f.State), "form.error.choice")
	}
	if f.Paging, err = f.Paging.Checked(true, SortNew); err != nil {
		return page, err
	}
	if page.Lack, err = s.Lacking(ctx); err != nil {
		return page, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if page.Survey, err = r.Survey(ctx, f.SurveyID); err != nil {
			return err
		}
		reach := s.reach(actor, access.PermSalesRead)
		if page.Counts, err = r.SurveyMailingCounts(ctx, reach, f.SurveyID); err != nil {
			return err
		}
		if page.Rows, page.Next, err = r.SurveyMailings(ctx, reach, f); err != nil {
			return err
		}
		if page.Survey.Anonymous {
			for i := range page.Rows {
				page.Rows[i].Answered, page.Rows[i].OpenedAt, page.Rows[i].RemindedAt = false, time.Time{}, time.Time{}
			}
		}
		return nil
	})
	return page, err
}

func known(state State) bool {
	for _, s := range States {
		if s == state {
			return true
		}
	}
	return false
}

// handMost is how many mailings somebody is asked to hand over at once.
const handMost = 30

// ToHand returns what the actor is to hand over, the oldest first, and how many there are.
func (s *Service) ToHand(ctx context.Context, actor access.Actor) (rows []Mailing, total int64, err error) {
	defer errs.Wrap(&err, "survey.ToHand")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, 0, err
	}
	if actor.PersonID == 0 {
		return nil, 0, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rows, total, err = r.MailingsToHand(ctx, actor.PersonID, handMost)
		return err
	})
	return rows, total, err
}

// Handing is what somebody needs to hand a survey over.
type Handing struct {
	Mailing
	Survey  Survey
	Contact contact.Contact // the zero one: nobody is known
	Link    string          // once it was taken
	Wording string          // for a chat, with the link, in the contact's language
	Lack    Lack            // LackPublic: there can be no link
}

// Handing returns a mailing within the actor's reach. Errors: forbidden; not found.
func (s *Service) Handing(ctx context.Context, actor access.Actor, id int64) (h Handing, err error) {
	defer errs.Wrap(&err, "survey.Handing(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return h, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		h, err = s.handing(ctx, r, actor, id)
		return err
	})
	return h, err
}

func (s *Service) handing(ctx context.Context, r Reader, actor access.Actor, id int64) (h Handing, err error) {
	in, err := r.MailingInReach(ctx, s.reach(actor, access.PermWorkWrite), id)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "survey.no_mailing", nil)
	}
	if err != nil {
		return h, err
	}
	if h.Mailing, err = r.SurveyMailing(ctx, id); err != nil {
		return h, err
	}
	if h.Survey, err = r.Survey(ctx, h.SurveyID); err != nil {
		return h, err
	}
	if h.ContactID != 0 {
		if h.Contact, err = r.Contact(ctx, h.ContactID); err != nil && !errs.Is(err, errs.KindNotFound) {
			return h, err
		}
	}
	if s.out.Public == nil || s.out.Public() == "" {
		h.Lack = LackPublic
	}
	if h.State == StateHanded && h.Lack == LackNothing {
		lang := langOf(h.Contact)
		h.Link = s.linkOf(h.Mailing, lang)
		h.Wording = s.Wording(lang, h.Survey, h.Link)
	}
	return h, nil
}

// Wording is what is written beside a link in a chat.
func (s *Service) Wording(lang i18n.Lang, of Survey, link string) string {
	if s.out.Printers == nil {
		return link
	}
	p := s.out.Printers(lang)
	return p.T("survey.wording", "Company", s.out.Company(), "Question", p.Message(of.Kind.Question()), "Link", link)
}

// Hand takes the link of a mailing to hand it over: from now on it counts as gone out. Taking it again changes nothing. Errors: forbidden; not found;
// conflict when it goes as a letter, is off, or there is no public address.
func (s *Service) Hand(ctx context.Context, actor access.Actor, id int64) (h Handing, err error) {
	defer errs.Wrap(&err, "survey.Hand(%d)", id)
	return s.change(ctx, actor, id, "survey.hand", func(tx Tx, h *Handing) (bool, error) {
		switch {
		case h.State == StateHanded:
			return false, nil
		case h.State != StateByHand && h.State != StateFailed:
			return false, errs.New(errs.KindConflict, "survey.not_by_hand", nil)
		case h.Contact.Silent():
			return false, errs.New(errs.KindConflict, "survey.reason.no_messages", nil)
		case h.Lack == LackPublic:
			return false, errs.New(errs.KindConflict, "survey.lack.public", nil)
		}
		if _, err := s.open(ctx, tx, h.SurveyID); err != nil {
			return false, err
		}
		if _, err := s.ensure(ctx, tx, actor, h.Survey, &h.Mailing); err != nil {
			return false, err
		}
		h.State, h.SentAt, h.NextAt = StateHanded, s.now(), time.Time{}
		return true, nil
	})
}

// Drop says that a survey is not handed over. Errors: forbidden; not found; conflict when it is not to be.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id int64) (h Handing, err error) {
	defer errs.Wrap(&err, "survey.Drop(%d)", id)
	return s.change(ctx, actor, id, "survey.drop", func(_ Tx, h *Handing) (bool, error) {
		if h.State != StateByHand && h.State != StateFailed && h.State != StateWaiting {
			return false, errs.New(errs.KindConflict, "survey.not_by_hand", nil)
		}
		h.State, h.Reason, h.NextAt = StateSkipped, reasonDropped, time.Time{}
		return true, nil
	})
}

// Again lets a letter that failed be tried anew. Whoever asks knows that one of which it is unclear whether it arrived may come twice. Errors: forbidden;
// not found; conflict when it has not failed.
func (s *Service) Again(ctx context.Context, actor access.Actor, id int64) (h Handing, err error) {
	defer errs.Wrap(&err, "survey.Again(%d)", id)
	return s.change(ctx, actor, id, "survey.again", func(tx Tx, h *Handing) (bool, error) {
		if h.State != StateFailed {
			return false, errs.New(errs.KindConflict, "survey.not_failed", nil)
		}
		h.State, h.Reason, h.Code, h.Attempts, h.NextAt, h.CreatedAt = StateWaiting, "", 0, 0, s.now(), s.now()
		return true, nil
	})
}

// change is a change of a mailing by a person; act says whether there is one.
func (s *Service) change(ctx context.Context, actor access.Actor, id int64, action string, act func(Tx, *Handing) (bool, error)) (h Handing, err error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return h, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if h, err = s.handing(ctx, tx, actor, id); err != nil {
			return err
		}
		before := h.told()
		changed, err := act(tx, &h)
		if err != nil || !changed {
			return err
		}
		if err := tx.SaveSurveyMailing(ctx, h.Mailing); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, action, h.Subject(), before, h.told()); err != nil {
			return err
		}
		h, err = s.handing(ctx, tx, actor, id)
		return err
	})
	return h, err
}

// stopTokenMax is the longest token that is looked at.
const stopTokenMax = 80

// stopped is the mailing of a token by which its contact ends messages.
func (s *Service) stopped(ctx context.Context, r Reader, token string) (m Mailing, err error) {
	number, _, _ := strings.Cut(token, ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || len(token) > stopTokenMax || s.out.Secret == nil || subtle.ConstantTimeCompare([]byte(token), []byte(s.stopToken(id))) != 1 {
		return m, errs.New(errs.KindNotFound, "survey.no_such_link", nil)
	}
	return r.SurveyMailing(ctx, id)
}

// Stopping reports whether a link ends messages, and whether they have been ended already. Errors: not found for a link that never was.
func (s *Service) Stopping(ctx context.Context, token string) (already bool, err error) {
	defer errs.Wrap(&err, "survey.Stopping")
	err = s.store.Read(ctx, func(r Reader) error {
		m, err := s.stopped(ctx, r, token)
		if err != nil {
			return err
		}
		c, err := r.Contact(ctx, m.ContactID)
		already = c.Silent()
		return err
	})
	return already, err
}

// Stop records that the contact of a link wants no messages. Doing it twice changes nothing. Errors: not found for a link that never was.
func (s *Service) Stop(ctx context.Context, token, client string) (err error) {
	defer errs.Wrap(&err, "survey.Stop")
	var m Mailing
	if err := s.store.Read(ctx, func(r Reader) error {
		m, err = s.stopped(ctx, r, token)
		return err
	}); err != nil {
		return err
	}
	return s.out.Silence(ctx, m.ContactID, client)
}
