package notice_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
)

const month = monthtest.SmallMonth

var hr = access.Actor{UserID: "u-hr", Name: "姚人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}

// bundle is a house whose people can sign in: A is a seller of team T1, led by M1; D sells in T2, led by M2.
type bundle struct {
	*monthtest.House
	t               *testing.T
	db              *store.DB
	now             time.Time // where the company is
	notices         *notice.Service
	consents        *consent.Service
	disputes        *dispute.Service
	seller, other   access.Actor
	lead, otherLead access.Actor
	sending         sync.Mutex // connections are served at the same time
	sent            []notice.Outgoing
	fails           error
	failsAt         map[string]error // by address
}

// Send implements notice.Sender.
func (b *bundle) Send(_ context.Context, out notice.Outgoing) error {
	b.sending.Lock()
	defer b.sending.Unlock()
	b.sent = append(b.sent, out)
	if err := b.failsAt[out.URL]; err != nil {
		return err
	}
	return b.fails
}

func open(t *testing.T, db *store.DB) *bundle {
	t.Helper()
	b := &bundle{House: monthtest.Open(t, db, monthtest.Small()), t: t, db: db, now: time.Date(2026, 9, 24, 10, 12, 0, 0, calendar.ChinaTime)}
	clock := func() time.Time { return b.now }
	b.consents = consent.NewService(db.Consents(), clock)
	b.disputes = dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	vault, err := access.NewVault(make([]byte, access.InstallationKeyBytes), "bots")
	if err != nil {
		t.Fatal(err)
	}
	b.notices = notice.NewService(notice.Config{Store: db.Notices(), NewID: monthtest.NewID(time.Now), Now: clock, Work: calendar.China, Sender: b,
		Printers: func(lang i18n.Lang) *i18n.Printer { return catalogue.Printer(lang).In(calendar.ChinaTime) }, Sources: []notice.Source{b.consents, b.disputes, b.Periods},
		Secret: func(id string, generation int64) string { return fmt.Sprintf("%s/%d", id, generation) }, Vault: vault})
	b.seller, b.other = monthtest.Seller(b.Person(t, "A")), monthtest.Seller(b.Person(t, "D"))
	b.other.UserID = "u-other"
	b.lead, b.otherLead = monthtest.Lead(b.Person(t, "M1")), monthtest.Lead(b.Person(t, "M2"))
	b.otherLead.UserID = "u-otherlead"
	gone := monthtest.Closer
	gone.UserID = "u-gone"
	b.enter(gone, true)
	for _, actor := range []access.Actor{monthtest.Maker, monthtest.Publisher, monthtest.Approver, monthtest.Closer, monthtest.Admin, hr, b.seller, b.other, b.lead, b.otherLead} {
		b.enter(actor, false)
	}
	return b
}

// enter makes the user of an actor.
func (b *bundle) enter(actor access.Actor, disabled bool) {
	b.t.Helper()
	user := access.User{ID: actor.UserID, Login: strings.TrimPrefix(actor.UserID, "u-"), Name: actor.Name, PersonID: actor.PersonID, Disabled: disabled}
	err := b.db.Access().InTx(b.t.Context(), func(tx access.Tx) error {
		if err := tx.InsertUser(b.t.Context(), access.Account{User: user}); err != nil {
			return err
		}
		return tx.ReplaceGrants(b.t.Context(), user.ID, actor.Grants)
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// box is what somebody has been told about a subject, oldest first: kinds, those that await an answer with an exclamation mark.
func (b *bundle) box(actor access.Actor, subject string) string {
	b.t.Helper()
	page, err := b.notices.List(b.t.Context(), actor, notice.Filter{})
	if err != nil {
		b.t.Fatal(err)
	}
	var kinds []string
	for _, n := range page.Notices {
		if n.Subject != subject {
			continue
		}
		for _, lang := range i18n.Langs() {
			if text := notice.Text(b.notices.Printers(lang), n.Kind, n.Params); strings.Contains(text, "⟦") || strings.Contains(text, "notice.") {
				b.t.Errorf("%s: %s", n.Kind, text)
			}
		}
		mark := ""
		if n.Awaits() {
			mark = "!"
		}
		kinds = append(kinds, string(n.Kind)+mark)
	}
	slices.Sort(kinds)
	return strings.Join(kinds, " ")
}

func (b *bundle) wantBoxes(what, subject string, want map[string]string) {
	b.t.Helper()
	for _, actor := range []access.Actor{monthtest.Maker, monthtest.Publisher, monthtest.Approver, monthtest.Closer, hr, b.seller, b.other, b.lead, b.otherLead} {
		if got := b.box(actor, subject); got != want[actor.UserID] {
			b.t.Errorf("%s: %s has %q, want %q", what, actor.UserID, got, want[actor.UserID])
		}
	}
}

// running is a job that a test carries out.
type running struct {
	job    job.Job
	result map[string]any
}

func (r *running) Job() job.Job         { return r.job }
func (r *running) Report(job.Progress)  {}
func (r *running) SetResult(result any) { r.result = result.(map[string]any) }

// daily makes the reminders of a day, at nine where the company is.
func (b *bundle) daily(day string) map[string]any {
	b.t.Helper()
	d := monthtest.Day(day)
	year, m, date := d.Civil()
	b.now = time.Date(year, m, date, 9, 0, 0, 0, calendar.ChinaTime)
	args, err := json.Marshal(notice.DailyArgs{Day: d})
	if err != nil {
		b.t.Fatal(err)
	}
	r := &running{job: job.Job{Spec: job.Spec{Kind: notice.KindDaily, Args: args}}}
	if err := b.notices.RunDaily(b.t.Context(), r); err != nil {
		b.t.Fatal(err)
	}
	return r.result
}
