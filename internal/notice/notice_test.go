package notice_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// decided is a message of which there may be many.
func decided(to notice.To, once string) notice.Message {
	return notice.Message{Kind: notice.KindPlanDecided, To: to, Subject: "plan_version:V", Once: once,
		Params: notice.Params{"Plan": notice.Name(plan.Text{Zh: "普通销售", En: "Regular sellers"}), "Version": notice.Number(2), "Who": notice.Word("严正")}}
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func TestWhoIsMeantIsToldOnceAndReadsInTheirLanguage(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		to := notice.To{UserIDs: []string{"u-seller", "u-gone", "nobody", ""}, PersonIDs: []int64{b.seller.PersonID, 0}, Permission: access.PermPayTeam, Reach: b.seller.PersonID}
		m := decided(to, "1")
		b.post(m)
		b.post(m)
		m.Once = "2"
		m.By = "u-seller" // did it
		b.post(m)
		for actor, want := range map[string]int{"u-seller": 1, "u-lead": 2, "u-otherlead": 0, "u-gone": 0} {
			counts, err := b.notices.Counts(t.Context(), access.Actor{UserID: actor})
			if err != nil || int(counts.Unread) != want {
				t.Errorf("%s: %+v, %v, want %d", actor, counts, err, want)
			}
		}
		page, err := b.notices.List(t.Context(), b.seller, notice.Filter{Show: notice.ShowUnread, Group: notice.GroupPlans})
		if err != nil || len(page.Notices) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		n := page.Notices[0]
		if zh := notice.Text(b.notices.Printers("zh-CN"), n.Kind, n.Params); zh != "《普通销售》第2版已批准，严正审批" {
			t.Error(zh)
		}
		if en := notice.Text(b.notices.Printers("en"), n.Kind, n.Params); en != "Regular sellers, version 2, was approved by 严正" {
			t.Error(en)
		}
		if path := notice.Path(n.Kind, n.Subject); path != "/plans/V" {
			t.Error(path)
		}
		_, err = b.notices.Open(t.Context(), b.lead, n.ID)
		wantKind(t, "another's message", err, errs.KindNotFound)
		if marked, err := b.notices.MarkRead(t.Context(), b.lead, []string{n.ID}); err != nil || marked != 0 {
			t.Errorf("another's message: %d, %v", marked, err)
		}
		if _, err := b.notices.Open(t.Context(), b.seller, n.ID); err != nil {
			t.Fatal(err)
		}
		if counts, err := b.notices.Counts(t.Context(), b.seller); err != nil || counts.Unread != 0 {
			t.Errorf("opened: %+v, %v", counts, err)
		}
		if marked, err := b.notices.MarkAllRead(t.Context(), b.lead); err != nil || marked != 2 {
			t.Errorf("all: %d, %v", marked, err)
		}
		reader := b.seller
		reader.ReadOnly = true
		_, err = b.notices.MarkAllRead(t.Context(), reader)
		wantKind(t, "a key that may only read", err, errs.KindForbidden)
		_, err = b.notices.List(t.Context(), access.Actor{}, notice.Filter{})
		wantKind(t, "nobody", err, errs.KindUnauthenticated)
		_, err = b.notices.List(t.Context(), b.seller, notice.Filter{Show: "x", Group: "y"})
		wantKind(t, "no such choice", err, errs.KindInvalid)
		_, err = b.notices.MarkRead(t.Context(), b.seller, nil)
		wantKind(t, "no ids", err, errs.KindInvalid)
	})
}

func TestPeopleTurnKindsOffButNotTheSafetyOfTheirAccount(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		_, err := b.notices.SaveSettings(t.Context(), b.seller, notice.Settings{Muted: []notice.Kind{notice.KindNewDevice}})
		wantKind(t, "security", err, errs.KindInvalid)
		_, err = b.notices.SaveSettings(t.Context(), b.seller, notice.Settings{Muted: []notice.Kind{"x"}, Digest: "hourly"})
		wantKind(t, "unknown", err, errs.KindInvalid)
		want := notice.Settings{Muted: []notice.Kind{notice.KindPlanDecided, notice.KindPublished}, Digest: notice.DigestWeekly}
		if _, err := b.notices.SaveSettings(t.Context(), b.seller, notice.Settings{Muted: []notice.Kind{notice.KindPublished, notice.KindPlanDecided, notice.KindPublished}, Digest: notice.DigestWeekly}); err != nil {
			t.Fatal(err)
		}
		got, err := b.notices.Settings(t.Context(), b.seller)
		if err != nil || got.Digest != want.Digest || len(got.Muted) != 2 || got.Muted[0] != want.Muted[0] || got.Muted[1] != want.Muted[1] {
			t.Errorf("%+v, %v", got, err)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM audit_entry WHERE action = 'notice.settings'"); n[0] != 1 {
			t.Errorf("%d audited", n[0])
		}
		b.post(decided(notice.To{UserIDs: []string{"u-seller", "u-other"}}, ""))
		err = b.db.Access().InTx(t.Context(), func(tx access.Tx) error {
			return tx.AlertUser(t.Context(), access.Alert{UserID: "u-seller", What: access.AlertPasswordChanged, Client: "10.0.0.1"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if seller, other := b.box(b.seller, "plan_version:V"), b.box(b.other, "plan_version:V"); seller != "" || other != "plan_decided" {
			t.Errorf("%q, %q", seller, other)
		}
		if got := b.box(b.seller, "user:u-seller"); got != "password_changed" {
			t.Errorf("%q", got)
		}
		b.daily("2026-10-08") // a Thursday, but the first working day of its week
		b.daily("2026-10-09")
		if got := b.box(b.seller, "user:u-seller"); got != "digest password_changed" {
			t.Errorf("%q", got)
		}
		page, err := b.notices.List(t.Context(), b.seller, notice.Filter{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Notices {
			if n.Kind != notice.KindDigest {
				if _, err := b.notices.MarkRead(t.Context(), b.seller, []string{n.ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.daily("2026-10-12") // a Monday: a reminder is unread, and the digest of last week, which does not count
		page, err = b.notices.List(t.Context(), b.seller, notice.Filter{Limit: 1})
		if err != nil || page.Notices[0].Kind != notice.KindDigest || page.Notices[0].Params["Unread"] != notice.Number(1) {
			t.Errorf("%+v, %v", page.Notices, err)
		}
	})
}

func TestADayIsRemindedOnceAndOldMessagesGo(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		for _, c := range []struct {
			now  time.Time
			want bool
		}{
			{b.now.Add(-3 * time.Hour), false},           // seven in the morning
			{b.now.AddDate(0, 0, 2), false},              // Saturday
			{b.now, true}, {b.now.Add(time.Hour), false}, // once
		} {
			b.now, c.now = c.now, b.now
			started, err := b.notices.Tick(t.Context())
			if err != nil || started != c.want {
				t.Errorf("%s: %t, %v", b.now, started, err)
			}
			b.now = c.now
		}
		exec := func(statement string) {
			t.Helper()
			if err := db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := monthtest.Exec(t.Context(), tx, statement)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		exec("UPDATE job SET state = 'failed' WHERE kind = 'notice.daily'")
		if started, err := b.notices.Tick(t.Context()); err != nil || !started {
			t.Errorf("after a failure: %t, %v", started, err)
		}
		b.post(decided(notice.To{UserIDs: []string{"u-seller", "u-other"}}, ""))
		b.post(notice.Message{Kind: notice.KindPlanApproval, To: notice.To{UserIDs: []string{"u-hr"}}, Subject: "plan_version:V", Params: decided(notice.To{}, "").Params})
		if _, err := b.notices.MarkAllRead(t.Context(), b.seller); err != nil {
			t.Fatal(err)
		}
		if _, err := b.notices.MarkAllRead(t.Context(), hr); err != nil {
			t.Fatal(err)
		}
		exec("UPDATE notice SET read_at = '2026-03-29T00:00:00.000000Z' WHERE read_at <> ''") // 179 days before
		if removed := b.daily("2026-09-24")["removed"]; removed != int64(0) {
			t.Errorf("%v removed after 179 days", removed)
		}
		exec("UPDATE notice SET read_at = '2026-03-28T00:00:00.000000Z' WHERE read_at <> ''")
		b.daily("2026-09-24")
		if b.box(b.seller, "plan_version:V") != "" || b.box(b.other, "plan_version:V") == "" || b.box(hr, "plan_version:V") != "plan_approval!" {
			t.Error("what is read long ago goes; what is unread or awaits somebody stays")
		}
		exec("UPDATE notice SET created_at = '2025-09-25T00:00:00.000000Z'") // 364 days before
		b.daily("2026-09-24")
		if b.box(b.other, "plan_version:V") == "" {
			t.Error("unread for 364 days, and gone")
		}
		exec("UPDATE notice SET created_at = '2025-09-23T00:00:00.000000Z'")
		b.daily("2026-09-24")
		if b.box(b.other, "plan_version:V") != "" || b.box(hr, "plan_version:V") != "plan_approval!" {
			t.Error("what nobody reads goes after a year, what awaits somebody stays")
		}
	})
}

func TestEveryKindHasATextANameAndAPlace(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.Printer(i18n.ZhCN)
	seen := map[notice.Kind]bool{}
	for _, r := range notice.Rules {
		if seen[r.Kind] || r.Group == "" {
			t.Errorf("%s: %+v", r.Kind, r)
		}
		seen[r.Kind] = true
		for _, key := range []string{"notice.text." + string(r.Kind), r.Kind.Message().Key, r.Group.Message().Key} {
			if !p.Has(key) {
				t.Errorf("no text for %s", key)
			}
		}
		if !strings.HasPrefix(notice.Path(r.Kind, "x:1"), "/") {
			t.Errorf("%s leads nowhere", r.Kind)
		}
	}
}

// TestWhoIsAskedIsInReach: of three with the right to approve months, one has it for the south alone, one for the east, one for the whole company.
func TestWhoIsAskedIsInReach(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		region := func(key string) access.Actor {
			id := monthtest.QueryInts(t, db, "SELECT id FROM region WHERE key = '"+key+"' AND superseded_in = 9223372036854775807")[0]
			actor := access.Actor{UserID: "u-finance-" + key, Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeRegion, RegionID: id}}}
			b.enter(actor, false)
			return actor
		}
		east, south := region("E"), region("S")
		for i, c := range []struct {
			to                    notice.To
			whole, eastern, other int64
		}{
			{notice.To{Permission: access.PermPeriodApprove, Reach: b.seller.PersonID}, 1, 1, 0},
			{notice.To{Permission: access.PermPeriodApprove, Whole: true}, 2, 1, 0},
			{notice.To{Permission: access.PermPeriodApprove}, 3, 2, 1},
		} {
			b.post(decided(c.to, strings.Repeat("x", i+1)))
			for actor, want := range map[string]int64{monthtest.Approver.UserID: c.whole, east.UserID: c.eastern, south.UserID: c.other} {
				if counts, err := b.notices.Counts(t.Context(), access.Actor{UserID: actor}); err != nil || int64(counts.Unread) != want {
					t.Errorf("%+v: %s has %+v, %v, want %d", c.to, actor, counts, err, want)
				}
			}
		}
	})
}

func TestOfOnePersonTheNewestMessagesStay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.post(notice.Message{Kind: notice.KindPlanApproval, To: notice.To{UserIDs: []string{"u-hr"}}, Subject: "plan_version:V", Params: decided(notice.To{}, "").Params})
		for range 5 {
			b.post(decided(notice.To{UserIDs: []string{"u-hr", "u-seller"}}, ""))
		}
		trim := func(keep, want int64) {
			t.Helper()
			var removed int64
			if err := db.InTx(t.Context(), func(tx *store.Tx) (err error) {
				removed, err = tx.TrimNotices(t.Context(), keep)
				return err
			}); err != nil || removed != want {
				t.Errorf("keeping %d removed %d, %v, want %d", keep, removed, err, want)
			}
		}
		trim(5, 0) // hr has six, of which the oldest awaits an answer; the seller has five
		trim(2, 6) // three each
		if got := b.box(hr, "plan_version:V"); got != "plan_approval! plan_decided plan_decided" {
			t.Errorf("hr keeps %q", got)
		}
		if got := b.box(b.seller, "plan_version:V"); got != "plan_decided plan_decided" {
			t.Errorf("the seller keeps %q", got)
		}
	})
}
