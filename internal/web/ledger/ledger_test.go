package ledger_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/ledger"
	"xiaoguan/internal/web/ui"
)

type names struct{ db *store.DB }

func (n names) PersonNames(ctx context.Context, _ access.Actor, ids []int64) (found map[int64]string, err error) {
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		found, err = tx.PersonNames(ctx, ids)
		return err
	})
	return found, err
}

// site is the page over a ledger of two persons: 120 entries of 林知遥 and one of somebody whose name is a formula.
type site struct {
	t       *testing.T
	handler http.Handler
	text    *i18n.Catalogue
	persons map[string]int64
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.SQLite(t)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, text: catalogue, persons: map[string]int64{}}
	s.fill(db)
	mux := http.NewServeMux()
	answer := httpx.Errors{Log: slog.New(slog.DiscardHandler), Page: ui.RenderError}
	plans := planbook.NewService(db.Plans(), func() string { return "id" })
	ledger.New(reward.NewService(db.Rewards()), plans, names{db}).Routes(func(pattern string, handler httpx.HandlerFunc) {
		mux.Handle(pattern, answer.Handle(handler))
	})
	s.handler = mux
	t.Cleanup(func() {
		if missing := catalogue.Missing(); len(missing) > 0 {
			t.Errorf("texts missing: %v", missing)
		}
	})
	return s
}

func (s *site) fill(db *store.DB) {
	t, ctx := s.t, s.t.Context()
	hired, err := calendar.ParseDate("2021-05-08")
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "test"})
		if err != nil {
			return err
		}
		_, err = w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"})
		if err == nil {
			_, err = w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"})
		}
		for key, name := range map[string]string{"R1": "林知遥", "R2": "=HYPERLINK(1)"} {
			if err == nil {
				_, err = w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: name, Team: "T1", Level: "regular", Hired: hired, Left: calendar.Forever, ValidFrom: calendar.NoDate})
			}
		}
		if err == nil {
			_, err = w.Finish(ctx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(ctx, func(tx *store.Tx) error {
		batch, err := tx.LatestBatch(ctx)
		if err != nil {
			return err
		}
		august := calendar.NewMonth(2026, 8)
		loaded, err := tx.LoadFacts(ctx, august, batch, money.CNY)
		if err != nil {
			return err
		}
		for i, p := range loaded.Persons {
			s.persons[p.Key] = loaded.PersonIDs[i]
		}
		var entries []reward.Entry
		add := func(person string, month calendar.Month, component string, amount int64) {
			id := s.persons[person]
			entries = append(entries, reward.Entry{Key: fmt.Sprintf("k%d", len(entries)), Month: month, PersonID: id, PlanID: "regular", Component: component,
				Debit: reward.ExpenseAccount("regular", component), Credit: reward.PayableAccount(id), AmountMinor: amount, Currency: money.CNY})
		}
		add("R2", august, "commission", -1_234_50)
		for i := range 120 {
			add("R1", august-calendar.Month(i/2), []string{"commission", "over_target"}[i%2], 1_000_00+int64(i))
		}
		_, err = tx.AppendLedger(ctx, entries)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *site) get(actor access.Actor, path string) (int, string) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	ctx := httpx.WithPreferences(access.WithActor(r.Context(), actor), httpx.Preferences{Lang: i18n.ZhCN, Theme: httpx.ThemeLight, UpDown: httpx.UpDownNeutral}, s.text.Printer(i18n.ZhCN))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(ctx))
	return w.Code, w.Body.String()
}

func (s *site) wants(actor access.Actor, path string, status int, present, absent []string) {
	s.t.Helper()
	code, body := s.get(actor, path)
	if code != status {
		s.t.Errorf("%s: status %d, want %d", path, code, status)
	}
	for _, text := range present {
		if !strings.Contains(body, text) {
			s.t.Errorf("%s lacks %q", path, text)
		}
	}
	for _, text := range append(absent, "⟦") {
		if strings.Contains(body, text) {
			s.t.Errorf("%s shows %q", path, text)
		}
	}
}

func finance() access.Actor {
	return access.Actor{UserID: "u-fin", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
}

func (s *site) seller(key string) access.Actor {
	return access.Actor{UserID: "u-" + key, PersonID: s.persons[key], Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
}

func TestTheLedgerFiltersSumsAndPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// Σ(100,000 + i) for i in 0…119 = 12,007,140 fen, less 123,450.
	s.wants(finance(), "/ledger", http.StatusOK, []string{"121条分录 · ¥118,836.90", "cursor=", "下一页"}, nil)
	s.wants(finance(), "/ledger?month=2026-08", http.StatusOK, []string{"3条分录", "林知遥", "HYPERLINK"}, []string{"2026-07"})
	s.wants(finance(), fmt.Sprintf("/ledger?person=%d", s.persons["R2"]), http.StatusOK, []string{"1条分录", "−", "1,234"}, []string{"林知遥"})
	s.wants(finance(), "/ledger?component=over_target&month=2026-07", http.StatusOK, []string{"1条分录 · ¥1,000.03"}, nil)
	s.wants(finance(), "/ledger?plan=nothing", http.StatusOK, []string{"没有分录"}, nil)
	s.wants(finance(), "/ledger?month=2026-8&person=x", http.StatusUnprocessableEntity, nil, nil)
	_, first := s.get(finance(), "/ledger")
	_, cursor, _ := strings.Cut(first, "cursor=")
	cursor, _, _ = strings.Cut(cursor, `"`)
	if _, second := s.get(finance(), "/ledger?cursor="+cursor); second == first || !strings.Contains(second, "121条分录") {
		t.Error("the second page is the first, or has other totals")
	}
}

func TestOthersEntriesDoNotAppear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.wants(s.seller("R2"), "/ledger", http.StatusOK, []string{"1条分录", "1,234"}, []string{"林知遥", "1,000"})
	s.wants(s.seller("R2"), fmt.Sprintf("/ledger?person=%d", s.persons["R1"]), http.StatusForbidden, nil, []string{"林知遥", "1,000"})
	s.wants(s.seller("R2"), fmt.Sprintf("/ledger/export.csv?person=%d", s.persons["R1"]), http.StatusForbidden, nil, []string{"1000"})
	s.wants(access.Actor{}, "/ledger", http.StatusUnauthorized, nil, []string{"林知遥", "1,000"})
	if _, file := s.get(s.seller("R2"), "/ledger/export.csv"); strings.Contains(file, "林知遥") || strings.Count(file, "\n") != 2 {
		t.Errorf("the file of one's own entries: %s", file)
	}
}

func TestTheFileHasAllPagesAndNoFormula(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code, file := s.get(finance(), "/ledger/export.csv")
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if code != http.StatusOK || err != nil || len(rows) != 122 {
		t.Fatalf("status %d, %d rows, %v", code, len(rows), err)
	}
	last := rows[len(rows)-1]
	if last[3] == "=HYPERLINK(1)" || !strings.Contains(last[3], "=HYPERLINK(1)") {
		t.Errorf("the name is %q", last[3])
	}
	if last[8] != "-1234.50" {
		t.Errorf("the amount is %q", last[8])
	}
}
