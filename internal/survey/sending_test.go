package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// post is what letters go through in tests: it keeps them, and fails as it is told.
type post struct {
	desk
	*mails
	contacts *contact.Service
}

type mails struct {
	letters []mail.Letter
	off     bool
	fail    func() error // nil takes everything
}

func (m *mails) Ready(context.Context) (bool, error) { return !m.off, nil }

func (m *mails) Send(_ context.Context, letter mail.Letter) error {
	if m.fail != nil {
		if err := m.fail(); err != nil {
			return err
		}
	}
	m.letters = append(m.letters, letter)
	return nil
}

// onPost gives the customer C contacts, and sends surveys at ten in the morning.
func onPost(t *testing.T, test func(d post)) {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(d desk) {
		p := post{desk: d, mails: &mails{}}
		now := d.Now
		p.contacts = contact.NewService(d.db.ContactStore(), now)
		d.WithSending(survey.Sending{Mails: p.mails, Silence: p.contacts.Silence, Printers: catalogue.Printer, Company: func() string { return "青禾智控" }, Public: func() string { return "https://sales.example.cn" },
			Secret: func(purpose string, id int64) string { return fmt.Sprintf("%x-%d", purpose, id) }})
		*d.later = time.Duration(24+10-now().Hour()) * time.Hour // ten o'clock tomorrow
		test(p)
	})
}

func (p post) contact(name, email string, silent bool) contact.Contact {
	p.t.Helper()
	var id int64
	p.must(p.db.Read(p.t.Context(), func(tx *store.Tx) (err error) {
		id, err = tx.CustomerID(p.t.Context(), "C")
		return err
	}))
	c, err := p.contacts.Save(p.t.Context(), p.a, contact.Entry{CustomerID: id, Name: name, Email: email, NoMessages: &silent})
	p.must(err)
	return c
}

// sent is a survey that goes out after deals; its rule counts from long ago.
func (p post) sent(change func(r *survey.Rule)) survey.Survey {
	p.t.Helper()
	rule := survey.Rule{After: survey.AfterDeal, AfterDays: 12, QuietDays: 90, RemindDays: 7} // so many that the deals are not too old
	if change != nil {
		change(&rule)
	}
	s, err := p.Save(p.t.Context(), p.ops, survey.Entry{Name: "交付满意度", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true, Rule: &rule})
	p.must(err)
	s.Rule.Since, s.Revision = today-365, s.Revision+1
	p.must(p.db.SurveyStore().InTx(p.t.Context(), func(tx survey.Tx) error { return tx.SaveSurvey(p.t.Context(), s) }))
	return s
}

// round plans and sends.
func (p post) round() {
	p.t.Helper()
	_, err := p.PlanMailings(p.t.Context())
	p.must(err)
	_, err = p.Dispatch(p.t.Context())
	p.must(err)
}

func (p post) states(s survey.Survey) map[survey.State]int64 {
	p.t.Helper()
	page, err := p.Mailings(p.t.Context(), p.ops, survey.MailingFilter{SurveyID: s.ID})
	p.must(err)
	return page.Counts.States
}

func (p post) pass(d time.Duration) { *p.later += d }

const day = 24 * time.Hour

func TestAContactGetsOneLetterAndOneReminder(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		s := p.sent(nil)
		p.round()
		p.round()
		if len(p.letters) != 1 {
			t.Fatalf("%d letters for ten deals of one contact", len(p.letters))
		}
		l := p.letters[0]
		if l.To != "lin@kunde.cn" || !strings.Contains(l.Text, "林工") || !strings.Contains(l.Text, "https://sales.example.cn/feedback?t=") || !strings.HasPrefix(l.Unsubscribe, "https://sales.example.cn"+survey.StopPath+"?t=") {
			t.Errorf("letter: %+v", l)
		}
		got := p.states(s)
		if got[survey.StateSent] != 1 || got[survey.StateSkipped] < 5 {
			t.Errorf("states: %v", got)
		}
		p.pass(8 * day)
		p.round()
		p.round()
		if len(p.letters) != 2 || tokenOf(p.letters[1]) != tokenOf(l) {
			t.Fatalf("%d letters, the reminder leads elsewhere", len(p.letters))
		}
		if results := p.results(p.ops, s); results.Sent != 1 {
			t.Errorf("sent %d", results.Sent)
		}
		p.must(p.Answer(t.Context(), tokenOf(l), survey.Reply{Score: 5}))
		if results := p.results(p.a, s); results.Answered != 1 {
			t.Errorf("answered: %+v", results)
		}
	})
}

func tokenOf(l mail.Letter) string {
	_, rest, _ := strings.Cut(l.Text, "/feedback?t=")
	token, _, _ := strings.Cut(rest, "&")
	return token
}

func stopOf(l mail.Letter) string {
	_, rest, _ := strings.Cut(l.Unsubscribe, "?t=")
	token, _, _ := strings.Cut(rest, "&")
	return token
}

func TestWhoHasAnsweredIsNotReminded(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		p.sent(nil)
		p.round()
		p.must(p.Answer(t.Context(), tokenOf(p.letters[0]), survey.Reply{Score: 5}))
		p.pass(8 * day)
		p.round()
		if len(p.letters) != 1 {
			t.Errorf("%d letters", len(p.letters))
		}
	})
}

func TestALetterWhoseFateIsUnknownIsNotSentAgain(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		s := p.sent(func(r *survey.Rule) { r.QuietDays = 0 })
		_, err := p.PlanMailings(t.Context())
		p.must(err)
		// The node is killed while it hands the first letter over: nothing is written down after the mark.
		ctx, kill := context.WithCancel(t.Context())
		func() {
			defer func() { _ = recover() }()
			p.fail = func() error { kill(); panic("killed") }
			_, _ = p.Dispatch(ctx)
		}()
		p.fail = nil
		p.pass(time.Hour)
		p.round()
		got := p.states(s)
		if got[survey.StateFailed] != 1 || got[survey.StateSending] != 0 || int(got[survey.StateSent]) != len(p.letters) {
			t.Errorf("states %v, letters %d", got, len(p.letters))
		}
		page, err := p.Mailings(t.Context(), p.ops, survey.MailingFilter{SurveyID: s.ID, State: survey.StateFailed})
		p.must(err)
		m := page.Rows[0]
		if m.Reason != string(mail.ClassUnclear) {
			t.Errorf("reason %q", m.Reason)
		}
		before := len(p.letters)
		_, err = p.Again(t.Context(), p.a, m.ID)
		p.must(err)
		p.round()
		if len(p.letters) != before+1 {
			t.Error("asked for by a person, it is not sent")
		}
	})
}

func TestFailuresAreTriedAgainAndThoseForGoodAreNot(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		s := p.sent(nil)
		p.fail = func() error { return &mail.Failure{Class: mail.ClassLater, Code: 451} }
		p.round()
		if got := p.states(s); got[survey.StateWaiting] != 1 || got[survey.StateSkipped] == 0 {
			t.Fatalf("one waits to be tried again, the others are of the same contact: %v", got)
		}
		p.fail = nil
		p.pass(time.Hour)
		p.round()
		if got := p.states(s); got[survey.StateSent] != 1 || len(p.letters) != 1 {
			t.Errorf("after an hour: %v", got)
		}
	})
}

func TestARefusedAddressIsListed(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		s := p.sent(func(r *survey.Rule) { r.QuietDays = 0 })
		p.fail = func() error { return &mail.Failure{Class: mail.ClassRecipient, Code: 550} }
		p.round()
		p.fail = nil
		p.pass(2 * day)
		p.round()
		if got := p.states(s); got[survey.StateFailed] != 10 || len(p.letters) != 0 {
			t.Errorf("%v, %d letters", got, len(p.letters))
		}
		if r := p.results(p.ops, s); r.Sent != 0 {
			t.Errorf("what was refused counts as sent: %d", r.Sent)
		}
	})
}

func TestWhoWantsNoMessagesGetsNone(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		c := p.contact("林工", "lin@kunde.cn", false)
		s := p.sent(func(r *survey.Rule) { r.QuietDays = 0; r.RemindDays = 2 })
		p.round()
		sent := len(p.letters)
		if sent == 0 {
			t.Fatal("nothing was sent")
		}
		for _, wrong := range []string{"", "x", "1", "1.x", stopOf(p.letters[0]) + "x", "99999." + stopOf(p.letters[0])} {
			p.refused("token "+wrong, p.Stop(t.Context(), wrong, "9.9.9.9"), errs.KindNotFound)
		}
		already, err := p.Stopping(t.Context(), stopOf(p.letters[0]))
		if err != nil || already {
			t.Errorf("before: %t, %v", already, err)
		}
		p.must(p.Stop(t.Context(), stopOf(p.letters[0]), "9.9.9.9"))
		p.must(p.Stop(t.Context(), stopOf(p.letters[0]), "9.9.9.9"))
		shown, err := p.contacts.Show(t.Context(), p.a, c.ID)
		p.must(err)
		if !shown.Silent() || shown.SilentBy != contact.SilentByThemselves || shown.Revision != c.Revision+1 {
			t.Errorf("contact: %+v", shown.Contact)
		}
		p.pass(3 * day)
		p.round()
		if len(p.letters) != sent {
			t.Errorf("%d letters after the end of messages", len(p.letters)-sent)
		}
		// Somebody who does not know of the wish keeps it.
		kept, err := p.contacts.Save(t.Context(), p.a, contact.Entry{ID: c.ID, Name: "林工程师", Email: "lin@kunde.cn"})
		if err != nil || !kept.Silent() {
			t.Errorf("a change that says nothing of it: %+v, %v", kept, err)
		}
		_ = s
	})
}

func TestWithoutEMailSomebodyHandsTheLinkOver(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "", false)
		s := p.sent(nil)
		p.round()
		rows, total, err := p.ToHand(t.Context(), p.a)
		p.must(err)
		if len(p.letters) != 0 || total != 1 || rows[0].ContactName != "林工" {
			t.Fatalf("letters %d, to hand over %d", len(p.letters), total)
		}
		if _, other, err := p.ToHand(t.Context(), p.b); err != nil || other != 0 {
			t.Errorf("B: %d, %v", other, err)
		}
		id := rows[0].ID
		_, err = p.Hand(t.Context(), p.b, id)
		p.refused("somebody else", err, errs.KindNotFound)
		h, err := p.Handing(t.Context(), p.a, id)
		if err != nil || h.Link != "" {
			t.Errorf("before it is taken: %q, %v", h.Link, err)
		}
		h, err = p.Hand(t.Context(), p.a, id)
		p.must(err)
		again, err := p.Hand(t.Context(), p.a, id)
		p.must(err)
		if h.Link == "" || h.Link != again.Link || !strings.Contains(h.Wording, h.Link) || !strings.Contains(h.Wording, "青禾智控") {
			t.Errorf("taken: %+v", h)
		}
		_, token, _ := strings.Cut(h.Link, "?t=")
		token, _, _ = strings.Cut(token, "&")
		p.must(p.Answer(t.Context(), token, survey.Reply{Score: 4}))
		page, err := p.Mailings(t.Context(), p.ops, survey.MailingFilter{SurveyID: s.ID})
		p.must(err)
		if page.Counts.Out() != 1 || page.Counts.Answered != 1 {
			t.Errorf("counts %+v", page.Counts)
		}
	})
}

func TestNothingIsSentWithoutConnectionAtNightOrForOldThings(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		p.contact("林工", "lin@kunde.cn", false)
		rule := survey.Rule{After: survey.AfterDeal, QuietDays: 90}
		s, err := p.Save(t.Context(), p.ops, survey.Entry{Name: "新的", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true, Rule: &rule})
		p.must(err)
		if s.Rule.Since != calendar.DateOf(p.Now()) {
			t.Errorf("counts from %s", s.Rule.Since)
		}
		p.round()
		if got := p.states(s); len(got) != 0 {
			t.Errorf("what happened before the rule: %v", got)
		}
		old := p.sent(nil)
		p.off = true
		p.round()
		page, err := p.Mailings(t.Context(), p.ops, survey.MailingFilter{SurveyID: old.ID})
		if err != nil || page.Lack != survey.LackMail || len(p.letters) != 0 || page.Counts.States[survey.StateWaiting] != 10 {
			t.Errorf("without a connection: %+v, %v", page.Counts, err)
		}
		p.off = false
		p.pass(13 * time.Hour) // eleven at night
		p.round()
		if len(p.letters) != 0 {
			t.Error("a letter at night")
		}
		p.pass(20*day + 11*time.Hour)
		p.round()
		if len(p.letters) != 0 {
			t.Error("a letter about what is long past")
		}
	})
}

func TestRulesOfSendingAreChecked(t *testing.T) {
	onPost(t, func(p post) {
		t := p.t
		for name, rule := range map[string]survey.Rule{"unknown": {After: "tomorrow"}, "negative": {After: survey.AfterCase, AfterDays: -1}, "too long": {After: survey.AfterCase, QuietDays: 366}, "a reminder after the end": {After: survey.AfterCase, RemindDays: 30}} {
			_, err := p.Save(t.Context(), p.ops, survey.Entry{Name: "x", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true, Rule: &rule})
			p.refused(name, err, errs.KindInvalid)
		}
		_, err := p.Mailings(t.Context(), access.Actor{UserID: "u"}, survey.MailingFilter{SurveyID: 1})
		p.refused("without leave", err, errs.KindForbidden)
	})
}
