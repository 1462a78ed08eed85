package schedule_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

// setUp records three people, of whom L leads A, and puts one thing of each kind on A's days, some on B's, and what must not show.
func setUp(t *testing.T, db *store.DB) (people map[string]int64) {
	t.Helper()
	people = map[string]int64{}
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		put := func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}
		for _, p := range [][2]string{{"A", "T1"}, {"L", "T1"}, {"B", "T2"}} {
			put(w.PutTeam(t.Context(), fact.TeamRecord{Key: p[1], Name: p[1]}))
			put(w.PutPerson(t.Context(), fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		put(w.PutLeader(t.Context(), fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
		put(w.PutCustomer(t.Context(), fact.CustomerRecord{Key: "C", Name: "恒越精密"}))
		if err == nil {
			_, err = w.Finish(t.Context())
		}
		for _, key := range []string{"A", "B", "L"} {
			if err == nil {
				people[key], err = tx.OrgPersonID(t.Context(), key)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at := func(d calendar.Date, hour int) string {
		y, m, day := d.Civil()
		return time.Date(y, m, day, hour, 0, 0, 0, calendar.ChinaTime).UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	day := func(offset int) string { return (today + calendar.Date(offset)).String() }
	for _, s := range []struct {
		text string
		args []any
	}{
		{"INSERT INTO opportunity (id, name, customer_id, owner_id, stage, state, amount_minor, currency, expected_on, product_ids, source, note, lost_for, ended_for, ended_on, deal_key, lead_id, stage_since, followed_at, next_on, created_by, created_at, revision) SELECT 7, '产线', id, $1, 'needs', 'open', 0, 'CNY', '', '', '', '', '', '', '', '', 0, '', '', '', '', '', 1 FROM customer", []any{people["A"]}},
		{"INSERT INTO task (id, kind, title, opportunity_id, person_id, due_on, state, ended_at, created_by, created_at, revision) VALUES (1, 'contact', '', 7, $1, $2, 'open', '', '', '', 1), (2, 'other', '带样品', 0, $1, $2, 'open', '', '', '', 1), (3, 'other', '做完了', 0, $1, $2, 'done', '', '', '', 1), (4, 'other', '下月', 0, $1, $3, 'open', '', '', '', 1), (5, 'other', 'B 的', 0, $4, $2, 'open', '', '', '', 1)", []any{people["A"], day(1), day(40), people["B"]}},
		{"INSERT INTO task (id, kind, title, opportunity_id, person_id, due_on, state, ended_at, created_by, created_at, revision, customer_id) SELECT 6, 'contact', '', 0, $1, $2, 'open', '', '', '', 1, id FROM customer", []any{people["A"], day(3)}},
		{"INSERT INTO return_visit (id, rule_id, customer_id, contact_id, opportunity_id, deal_key, person_id, due_on, attempt, state, outcome, score, text, done_at, created_by, created_at, revision) SELECT 1, 0, id, 0, 7, '', $1, $2, 1, 'due', '', 0, '', '', '', '', 1 FROM customer", []any{people["A"], day(2)}},
		{"INSERT INTO rule_due (person_id, due, case_id, rule_id) VALUES ($1, $2, 7, 'next_contact_always')", []any{people["A"], at(today, 15)}},
	} {
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := monthtest.Exec(t.Context(), tx, s.text, s.args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return people
}

// TestADayShowsWhatIsToBeDone, of oneself, of one within reach, or of all; never of others, nor what is done.
func TestADayShowsWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		people := setUp(t, db)
		s, ctx := schedule.NewService(db.Schedule(), storetest.Clock()), t.Context()
		week := fact.Days{From: today, To: today + 6}
		seller := access.Actor{UserID: "a", PersonID: people["A"], Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
		lead := access.Actor{UserID: "l", PersonID: people["L"], Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
		kinds := func(actor access.Actor, whose schedule.Whose) (list []string) {
			t.Helper()
			page, err := s.View(ctx, actor, week, whose)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Entries {
				list = append(list, string(e.Kind)+" "+e.Title+" "+e.CustomerName)
			}
			return list
		}
		want := []string{"deadline 产线 恒越精密", "contact 产线 恒越精密", "task 带样品 ", "return_visit  恒越精密", "contact  恒越精密"}
		if got := kinds(seller, schedule.Whose{}); !slices.Equal(got, want) {
			t.Errorf("one's own: %q", got)
		}
		if got := kinds(lead, schedule.Whose{PersonID: people["A"]}); !slices.Equal(got, want) {
			t.Errorf("of one's team: %q", got)
		}
		if got := kinds(lead, schedule.Whose{All: true}); !slices.Equal(got, want) {
			t.Errorf("of all within reach: %q", got)
		}
		if got := kinds(lead, schedule.Whose{}); len(got) != 0 {
			t.Errorf("of the leader: %q", got)
		}
		for what, whose := range map[string]schedule.Whose{"another team's": {PersonID: people["B"]}, "a leader's": {PersonID: people["L"]}} {
			if _, err := s.View(ctx, seller, week, whose); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.View(ctx, seller, fact.Days{From: today, To: today + schedule.DaysMax}, schedule.Whose{}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("too many days: %v", err)
		}
		if _, err := s.View(ctx, access.Actor{}, week, schedule.Whose{}); !errs.Is(err, errs.KindUnauthenticated) && !errs.Is(err, errs.KindForbidden) {
			t.Errorf("nobody: %v", err)
		}
	})
}

// rights answers who a user is, or that there is none any more.
type rights map[string]access.Actor

func (r rights) ActorOf(_ context.Context, userID string) (access.Actor, error) {
	if a, found := r[userID]; found {
		return a, nil
	}
	return access.Actor{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
}

// TestALinkShowsOnesOwnDaysUntilItIsTakenBack: a new one ends the old, none outlives its account, and the token is nowhere in the database.
func TestALinkShowsOnesOwnDaysUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		people, ctx := setUp(t, db), t.Context()
		seller := access.Actor{UserID: "a", PersonID: people["A"], Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
		known := rights{"a": seller}
		s := schedule.NewService(db.Schedule(), storetest.Clock()).WithActors(known)
		missing := func(what, token string) {
			t.Helper()
			if _, _, err := s.Follow(ctx, token); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		missing("no token", "")
		first, err := s.MakeFeed(ctx, seller)
		if err != nil {
			t.Fatal(err)
		}
		if page, actor, err := s.Follow(ctx, first); err != nil || len(page.Entries) != 5 || actor.UserID != "a" {
			t.Errorf("%d entries of %s, %v", len(page.Entries), actor.UserID, err)
		}
		second, err := s.MakeFeed(ctx, seller)
		if err != nil || second == first {
			t.Fatalf("a new link: %v", err)
		}
		missing("the old link", first)
		if kept := monthtest.QueryTexts(t, db, "SELECT token_hash FROM calendar_feed"); len(kept) != 1 || kept[0] == second {
			t.Errorf("kept: %v", kept)
		}
		if since, err := s.FeedSince(ctx, seller); err != nil || since.IsZero() {
			t.Errorf("since %v, %v", since, err)
		}
		delete(known, "a")
		missing("of who may not sign in any more", second)
		known["a"] = seller
		if err := s.DropFeed(ctx, seller); err != nil {
			t.Fatal(err)
		}
		missing("taken back", second)
		if err := s.DropFeed(ctx, seller); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("taken back twice: %v", err)
		}
		nobody := seller
		nobody.PersonID = 0
		if _, err := s.MakeFeed(ctx, nobody); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("an account without a person: %v", err)
		}
		if log := monthtest.QueryTexts(t, db, "SELECT action FROM audit_entry WHERE subject = 'calendar_feed:a' ORDER BY seq"); len(log) != 3 {
			t.Errorf("audited: %v", log)
		}
	})
}
