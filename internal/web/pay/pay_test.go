package pay_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/render"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/pay"
	"xiaoguan/internal/web/ui"
)

// The test company: a team with its manager and three sellers, paid by the plans of workload W1 for August 2026.
const august = "2026-08"

// site is the pages over a real database.
type site struct {
	t       *testing.T
	db      *store.DB
	periods *period.Service
	handler http.Handler
	text    *i18n.Catalogue
	persons map[string]int64
	lang    i18n.Lang
}

type signer struct{}

func (signer) key() ed25519.PrivateKey           { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }
func (s signer) Public() ed25519.PublicKey       { return s.key().Public().(ed25519.PublicKey) }
func (s signer) Sign(message []byte) []byte      { return ed25519.Sign(s.key(), message) }
func (s signer) Verify(message, sig []byte) bool { return ed25519.Verify(s.Public(), message, sig) }

type teams struct{ db *store.DB }

func (n teams) UserNames(context.Context, access.Actor, []string) (map[string]string, error) {
	return map[string]string{}, nil
}

func (n teams) TeamNames(ctx context.Context, _ access.Actor) (names map[int64]string, err error) {
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		names, err = tx.TeamNames(ctx)
		return err
	})
	return names, err
}

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.SQLite(t)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 9, 3, 4, 0, 0, 0, time.UTC) }
	ids := 0
	newID := func() string { ids++; return fmt.Sprintf("id-%d", ids) }
	plans := planbook.NewService(db.Plans(), newID)
	s := &site{t: t, db: db, text: catalogue, persons: map[string]int64{}, lang: i18n.ZhCN,
		periods: period.NewService(db.Periods(), signer{}, render.PayFiles{}, newID, money.Constantly(money.CNY))}
	s.putFacts()
	s.approvePlans(plans)
	mux := http.NewServeMux()
	answer := httpx.Errors{Log: slog.New(slog.DiscardHandler), Page: ui.RenderError}
	pay.New(payout.NewService(db.Payouts(), money.Constantly(money.CNY)), s.periods, plans, disputesOver(db), teams{db}, now).Routes(func(pattern string, handler httpx.HandlerFunc) {
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

func (s *site) putFacts() {
	t, ctx := s.t, s.t.Context()
	check := func(_ fact.Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	err := s.db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "test"})
		if err != nil {
			return err
		}
		check(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		for _, team := range [][2]string{{"T1", "华东一部"}, {"T2", "华东二部"}} {
			check(w.PutTeam(ctx, fact.TeamRecord{Key: team[0], Name: team[1], Region: "E"}))
		}
		for _, p := range [][4]string{{"M1", "沈若川", "manager", "T1"}, {"R1", "林知遥", "regular", "T1"}, {"C1", "顾明远", "core", "T1"}, {"R2", "许佳宁", "regular", "T2"}} {
			check(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: p[1], Team: p[3], Level: p[2], Hired: day(t, "2021-05-08"), Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		check(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "M1", From: calendar.NoDate}))
		check(w.PutCustomer(ctx, fact.CustomerRecord{Key: "K1", Name: "恒越精密"}))
		check(w.PutProduct(ctx, fact.ProductRecord{Key: "P1", Name: "控制器", Category: "A"}))
		pays := 0
		deal := func(key string, shares []fact.ShareRecord, amounts ...int64) {
			check(w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "K1", Product: "P1", SignedOn: day(t, "2025-06-01"), AmountMinor: 1_000_000_00, Currency: money.CNY, Shares: shares}))
			for _, amount := range amounts {
				pays++
				check(w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprintf("HK-%03d", pays), Deal: key, PaidOn: day(t, "2026-08-05") + calendar.Date(pays%20), AmountMinor: amount, Currency: money.CNY}))
			}
		}
		deal("HT-1", []fact.ShareRecord{{Person: "R1", BasisPoints: 10_000}}, 85_400_00, 115_588_00)
		deal("HT-2", []fact.ShareRecord{{Person: "R1", BasisPoints: 7_000}, {Person: "C1", BasisPoints: 3_000}}, 151_714_29)
		many := make([]int64, 230)
		for i := range many {
			many[i] = 2_000_33
		}
		deal("HT-3", []fact.ShareRecord{{Person: "C1", BasisPoints: 10_000}}, many...)
		deal("HT-4", []fact.ShareRecord{{Person: "R2", BasisPoints: 10_000}}, 77_777_00)
		m, err := calendar.ParseMonth(august)
		if err != nil {
			return err
		}
		for person, amount := range map[string]int64{"R1": 318_000_00, "C1": 300_000_00, "R2": 100_000_00} {
			check(w.PutQuota(ctx, fact.QuotaRecord{Person: person, Month: m, Of: "collected", AmountMinor: amount}))
		}
		_, err = w.Finish(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.readPersons()
}

func (s *site) readPersons() {
	err := s.db.Read(s.t.Context(), func(tx *store.Tx) error {
		batch, err := tx.LatestBatch(s.t.Context())
		if err != nil {
			return err
		}
		m, err := calendar.ParseMonth(august)
		if err != nil {
			return err
		}
		loaded, err := tx.LoadFacts(s.t.Context(), m, batch, money.CNY)
		if err != nil {
			return err
		}
		for i, p := range loaded.Persons {
			s.persons[p.Key] = loaded.PersonIDs[i]
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func operations() access.Actor {
	return access.Actor{UserID: "u-ops", Name: "余安", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
}

func finance() access.Actor {
	return access.Actor{UserID: "u-fin", Name: "尹静", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
}

func (s *site) seller(key string) access.Actor {
	return access.Actor{UserID: "u-" + key, Name: key, PersonID: s.persons[key], Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
}

func (s *site) lead(key string) access.Actor {
	return access.Actor{UserID: "u-" + key, Name: key, PersonID: s.persons[key], Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
}

func (s *site) approvePlans(plans *planbook.Service) {
	s.t.Helper()
	files, err := filepath.Glob("../../../bench/w1/plans/*.yaml")
	if err != nil || len(files) == 0 {
		s.t.Fatal("no plans", err)
	}
	last := func(file string) bool { return !strings.HasSuffix(file, "crediting.yaml") }
	slices.SortStableFunc(files, func(a, b string) int { // plans rest on the crediting rules, so those come first
		switch {
		case last(a) == last(b):
			return 0
		case last(a):
			return 1
		}
		return -1
	})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		v, err := plans.Save(s.t.Context(), operations(), planbook.Draft{Text: string(text)})
		if err == nil {
			_, err = plans.Approve(s.t.Context(), finance(), v.ID)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// running is a job that nobody watches.
type running struct{ self job.Job }

func (r running) Job() job.Job      { return r.self }
func (running) Report(job.Progress) {}
func (running) SetResult(any)       {}

// advance takes August to the state.
func (s *site) advance(to period.State) {
	s.t.Helper()
	ctx := s.t.Context()
	m, err := calendar.ParseMonth(august)
	if err != nil {
		s.t.Fatal(err)
	}
	in := period.Change{Month: m, Until: time.Now().AddDate(0, 0, 5)}
	p, err := s.periods.Calculate(ctx, operations(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	var start job.Job
	err = s.db.InTx(ctx, func(tx *store.Tx) error {
		run, err := tx.Run(ctx, p.RunningRun)
		if err == nil {
			start, _, err = tx.StartJob(ctx, run.JobID, "test")
		}
		return err
	})
	if err == nil {
		err = s.periods.RunCalculate(ctx, running{start})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	steps := []struct {
		state period.State
		take  func(context.Context, access.Actor, period.Change) (period.Period, error)
		actor access.Actor
	}{{period.StatePublished, s.periods.Publish, operations()}, {period.StateApproved, s.periods.Approve, finance()}, {period.StateClosed, s.periods.Close, finance()}}
	for _, step := range steps {
		if to == period.StateReview {
			return
		}
		if _, err := step.take(ctx, step.actor, in); err != nil {
			s.t.Fatal(err)
		}
		if step.state == to {
			return
		}
	}
}

// get asks for a page as the actor and returns its status and text.
func (s *site) get(actor access.Actor, path string) (int, string, http.Header) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	ctx := access.WithActor(r.Context(), actor)
	ctx = httpx.WithPreferences(ctx, httpx.Preferences{Lang: s.lang, Theme: httpx.ThemeLight, UpDown: httpx.UpDownNeutral}, s.text.Printer(s.lang))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(ctx))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return w.Code, string(body), w.Result().Header
}

// wants checks a page: its status, what must be there and what must not.
func (s *site) wants(actor access.Actor, path string, status int, present, absent []string) {
	s.t.Helper()
	code, body, _ := s.get(actor, path)
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

func (s *site) statementPath(key string) string {
	return fmt.Sprintf("/statements/%s/%d", august, s.persons[key])
}

func TestAStatementExplainsItsTotalDownToThePayment(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	// R1: 85,400.00 + 115,588.00 + 70 % of 151,714.29 = 307,188.00, of 318,000.00; all at 3 % × 1.
	s.wants(s.seller("R1"), "/pay/"+august, http.StatusOK, []string{
		"林知遥", "9,215", "96.60%", "再回款¥42,612.00即可得¥2,000.00。", "/deals/HT-1", "/payments/HK-001", "恒越精密", "整笔¥151,714.29，你占70%",
		"普通销售·业绩激励》v1", "/plans/id-", "公示中", "sha256 ", "why-regular-attainment", "¥307,188.00 ÷ ¥318,000.00",
	}, []string{"顾明远", "许佳宁", "HT-3"})
	s.lang = i18n.En
	s.wants(s.seller("R1"), "/pay/"+august, http.StatusOK, []string{"Collect ¥42,612.00 more and it pays ¥2,000.00.", "How this number came about"}, []string{"再回款"})
}

func TestOthersPayDoesNotAppear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	secret := []string{"许佳宁", "2,333", "HT-4"}
	for name, test := range map[string]struct {
		actor  access.Actor
		path   string
		status int
	}{
		"a seller opens another's statement":      {s.seller("R1"), s.statementPath("R2"), http.StatusForbidden},
		"a seller opens another's data":           {s.seller("R1"), s.statementPath("R2") + "/statement.json", http.StatusForbidden},
		"a seller opens another's credits":        {s.seller("R1"), s.statementPath("R2") + "/credits.csv", http.StatusForbidden},
		"a seller opens another's preview":        {s.seller("R1"), s.statementPath("R2") + "?preview=1", http.StatusForbidden},
		"a seller opens the list":                 {s.seller("R1"), "/statements?month=" + august, http.StatusForbidden},
		"a seller exports the list":               {s.seller("R1"), "/statements/export.csv?month=" + august, http.StatusForbidden},
		"a lead opens somebody of another team":   {s.lead("M1"), s.statementPath("R2"), http.StatusForbidden},
		"a lead lists":                            {s.lead("M1"), "/statements?month=" + august, http.StatusOK},
		"a lead exports":                          {s.lead("M1"), "/statements/export.csv?month=" + august, http.StatusOK},
		"nobody is signed in":                     {access.Actor{}, s.statementPath("R2"), http.StatusUnauthorized},
		"nobody asks for pay of their own":        {access.Actor{}, "/pay", http.StatusUnauthorized},
		"an administrator sees no pay":            {access.Actor{UserID: "u-adm", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}}, s.statementPath("R2"), http.StatusForbidden},
		"a seller's own page names nobody beside": {s.seller("R1"), "/pay", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			sub := *s
			sub.t = t
			sub.wants(test.actor, test.path, test.status, nil, secret)
		})
	}
	s.wants(s.lead("M1"), "/statements?month="+august, http.StatusOK, []string{"林知遥", "顾明远", "9,215"}, nil)
	s.wants(s.lead("M1"), s.statementPath("R1"), http.StatusOK, []string{"林知遥"}, nil)
	s.wants(finance(), s.statementPath("R2"), http.StatusOK, secret, nil)
}

func TestPayIsSeenByItsOwnerOncePublished(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StateReview)
	s.wants(s.seller("R1"), "/pay/"+august, http.StatusNotFound, nil, []string{"9,215"})
	s.wants(s.seller("R1"), "/pay", http.StatusOK, []string{"还没有公示的月份"}, nil)
	s.wants(operations(), s.statementPath("R1"), http.StatusOK, []string{"9,215", "复核中"}, nil)
}

func TestThePreviewSaysThatItIsNotFinal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.wants(s.seller("R1"), "/pay?month="+august, http.StatusOK, []string{"预估，不是最终结果。", "9,215", "再回款¥42,612.00"}, []string{"许佳宁"})
	s.wants(s.seller("R1"), "/pay", http.StatusOK, []string{"预估，不是最终结果。", "2026年9月"}, nil)
	s.wants(s.seller("R1"), "/pay?month=x", http.StatusUnprocessableEntity, nil, nil)
}

func TestAClosedMonthIsSealed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StateClosed)
	s.wants(s.seller("C1"), "/pay/"+august, http.StatusOK, []string{"已关账", "已封存", "封存摘要", "司龄奖", "老客户维护奖", "下载核验包", "/pay/" + august + "/proof.zip"}, []string{"异议剩"})
	code, file, header := s.get(s.seller("C1"), "/pay/"+august+"/proof.zip")
	if r := proof.Verify([]byte(file)); code != http.StatusOK || !r.Sound() || !strings.Contains(header.Get("Content-Disposition"), "proof-2026-08-C1-core.zip") {
		t.Errorf("status %d, %v, %+v", code, header, r.Checks)
	}
	s.wants(s.seller("R1"), s.statementPath("C1")+"/proof.zip", http.StatusForbidden, nil, []string{"PK"})
}

func TestAMonthThatIsNotClosedHasNoProof(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	s.wants(s.seller("C1"), "/pay/"+august, http.StatusOK, nil, []string{"下载核验包", "proof.zip"})
	s.wants(s.seller("C1"), "/pay/"+august+"/proof.zip", http.StatusConflict, []string{"还没关账，关账后才有核验包"}, nil)
}

func TestManyCreditsAreListedInPart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	_, body, _ := s.get(s.seller("C1"), "/pay/"+august)
	if !strings.Contains(body, "先列200笔") || !strings.Contains(body, "credits.csv?plan=core&amp;component=commission") {
		t.Error("the page doesn't say that it lists a part")
	}
	code, file, header := s.get(s.seller("C1"), "/pay/"+august+"/credits.csv?component=commission")
	if code != http.StatusOK || !strings.Contains(header.Get("Content-Disposition"), "credits-2026-08-C1.csv") {
		t.Errorf("status %d, %v", code, header)
	}
	if lines := strings.Count(file, "\n"); lines != 1+231+3 { // three payments lie across an edge between bands
		t.Errorf("%d lines", lines)
	}
	if !strings.Contains(file, "HK-230") || !strings.Contains(file, "30.00495") {
		t.Error("the file lacks the last payment or its exact pay")
	}
}

func TestTheDataHaveTheDigestOfTheStatement(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	_, data, _ := s.get(s.seller("R1"), "/pay/"+august+"/statement.json")
	sum := sha256.Sum256([]byte(data))
	digest := hex.EncodeToString(sum[:])
	s.wants(s.seller("R1"), "/pay/"+august, http.StatusOK, []string{digest}, nil)
}

func TestTheListFiltersAndExports(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.advance(period.StatePublished)
	s.wants(finance(), "/statements?month="+august+"&q=林", http.StatusOK, []string{"林知遥", "1张"}, []string{"顾明远"})
	s.wants(finance(), "/statements?month="+august+"&plan=core", http.StatusOK, []string{"顾明远"}, []string{"许佳宁"})
	s.wants(finance(), "/statements?month="+august+"&plan=nothing", http.StatusOK, []string{"没有符合条件的收入单"}, nil)
	s.wants(finance(), "/statements?month=2026-13", http.StatusUnprocessableEntity, nil, nil)
	code, file, _ := s.get(finance(), "/statements/export.csv?month="+august)
	if code != http.StatusOK || strings.Count(file, "\n") != 5 || !strings.Contains(file, "2026-08,R1,林知遥,华东一部,普通销售,regular,9215.64,公示中,") {
		t.Errorf("status %d, file:\n%s", code, file)
	}
}
