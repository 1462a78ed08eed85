package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.NewDate(2026, 8, 20)

// filled is an installation with the company in it.
type filled struct {
	*app.App
	company demo.Company
	options app.Options
	took    time.Duration
}

func fill(t *testing.T, options app.Options, seed uint64, today calendar.Date) filled {
	t.Helper()
	clock := demo.NewClock(time.Now)
	options.Dir, options.Now = t.TempDir(), clock.Now
	a, err := app.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	begin := time.Now()
	company, err := demo.Fill(t.Context(), demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices, SignOn: a.SignOn, Quotes: a.Quotes, Contracts: a.Contracts, Payroll: a.Payroll, Tiers: a.Tiers, Standards: a.Standards, Metrics: a.Metrics, Reports: a.MonthReports, Programme: a.Programme, Documents: a.Documents, Distribution: a.Distribution, TeamAnswers: a.TeamAnswers, PlanLines: a.PlanLines, SetNow: clock.Set, Seed: seed, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return filled{a, company, options, time.Since(begin)}
}

func (f filled) facts(t *testing.T) (loaded *payout.Loaded) {
	t.Helper()
	err := f.DB.Read(t.Context(), func(tx *store.Tx) error {
		batch, err := tx.LatestBatch(t.Context())
		if err != nil {
			return err
		}
		loaded, err = tx.LoadFacts(t.Context(), f.company.Present, batch, money.CNY)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// digest is over all that is loaded; payments, which come in any order, by their keys.
func digest(t *testing.T, loaded *payout.Loaded) string {
	t.Helper()
	payments := &loaded.Payments
	lines := make([]string, payments.Len())
	for i := range lines {
		lines[i] = fmt.Sprint(payments.Keys[i], payments.Deal[i], payments.On[i], payments.AmountFen[i])
	}
	slices.Sort(lines)
	*payments = engine.Payments{}
	text, err := json.Marshal([]any{loaded, lines})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func TestTheCompanyIsWholeAndTheSameOnBothDatabases(t *testing.T) {
	t.Parallel()
	options := map[string]func(*testing.T) app.Options{
		"sqlite":   func(*testing.T) app.Options { return app.Options{} },
		"postgres": func(t *testing.T) app.Options { return app.Options{DatabaseURL: storetest.PostgresURL(t)} },
	}
	var digests []string // of those databases that are there
	for name := range options {
		t.Run(name, func(t *testing.T) {
			f := fill(t, options[name](t), 0, today)
			t.Logf("filled in %v: %d persons, %d customers, %d deals, %d payments", f.took, f.company.Persons, f.company.Customers, f.company.Deals, f.company.Payments)
			checkFacts(t, f.facts(t).Facts)
			checkSize(t, f)
			checkMonths(t, f)
			checkLogins(t, f)
			checkStories(t, f)
			checkRecording(t, f)
			checkHonours(t, f)
			checkPipeline(t, f)
			checkTargets(t, f)
			checkReviews(t, f)
			checkFit(t, f)
			checkLoop(t, f)
			checkSkills(t, f)
			if name == "sqlite" { // what is recorded is the same on both, and judging takes its time
				checkCompliance(t, f)
				checkMetrics(t, f)
				checkBackup(t, f)
			}
			digests = append(digests, digest(t, f.facts(t)))
		})
	}
	if len(slices.Compact(digests)) != 1 {
		t.Errorf("one seed and one day gave %v", digests)
	}
}

// checkFacts holds what every organisation must hold: references, shares, spans.
func checkFacts(t *testing.T, facts *engine.Facts) {
	t.Helper()
	for _, d := range facts.Deals {
		total := int32(0)
		for _, s := range facts.Shares[d.ShareFrom:d.ShareTo] {
			total += s.BasisPoints
			if s.Person == engine.None || facts.Persons[s.Person].Hired > d.SignedOn || facts.Persons[s.Person].Left <= d.SignedOn {
				t.Errorf("deal %s has a seller who is not there on %s", d.Key, d.SignedOn)
			}
		}
		if total != 10_000 || d.Customer == engine.None || d.Product == engine.None || d.AmountFen <= 0 {
			t.Errorf("deal %s: shares %d, customer %d, product %d, amount %d", d.Key, total, d.Customer, d.Product, d.AmountFen)
		}
	}
	paid := make([]int64, len(facts.Deals))
	for i := range facts.Payments.Len() {
		deal := facts.Payments.Deal[i]
		paid[deal] += facts.Payments.AmountFen[i]
		if facts.Payments.On[i] < facts.Deals[deal].SignedOn || facts.Payments.On[i] >= today || facts.Payments.AmountFen[i] == 0 {
			t.Errorf("payment %s of %d on %s", facts.Payments.Keys[i], facts.Payments.AmountFen[i], facts.Payments.On[i])
		}
	}
	for i, d := range facts.Deals {
		if paid[i] < 0 || paid[i] > d.AmountFen {
			t.Errorf("deal %s of %d has %d paid", d.Key, d.AmountFen, paid[i])
		}
	}
	for _, p := range facts.Persons {
		for i, s := range p.Spans {
			if s.Days.Empty() || (i > 0 && s.Days.From != p.Spans[i-1].Days.To) || (i == 0 && s.Days.From != p.Hired) {
				t.Errorf("%s: span %d is %v", p.Key, i, s.Days)
			}
		}
		if len(p.Spans) == 0 || p.Left <= p.Hired {
			t.Errorf("%s was never there", p.Key)
		}
	}
	for _, team := range facts.Teams {
		if len(team.Leaders) == 0 || team.Region == "" {
			t.Errorf("team %s has no leader or region", team.Key)
		}
		for i, l := range team.Leaders[1:] {
			if l.Days.Overlaps(team.Leaders[i].Days) {
				t.Errorf("team %s has two leaders", team.Key)
			}
		}
	}
}

func checkSize(t *testing.T, f filled) {
	t.Helper()
	facts := f.facts(t).Facts
	present := 0
	for _, p := range facts.Persons {
		if p.Left > today {
			present++
		}
	}
	if present < 80 || present > 100 || len(facts.Teams) != 9 || len(facts.Customers) != 1500+3 || len(facts.Products) != 12 {
		t.Errorf("%d people, %d teams, %d customers, %d products", present, len(facts.Teams), len(facts.Customers), len(facts.Products))
	}
	if f.company.Deals != len(facts.Deals) || f.company.Payments != facts.Payments.Len() || f.company.Persons != len(facts.Persons) {
		t.Errorf("the company says %+v, recorded are %d deals, %d payments, %d persons", f.company, len(facts.Deals), facts.Payments.Len(), len(facts.Persons))
	}
}

func checkMonths(t *testing.T, f filled) {
	t.Helper()
	auditor := access.SystemActor("test")
	months, err := f.Periods.List(t.Context(), auditor)
	if err != nil {
		t.Fatal(err)
	}
	if len(months) != 24 || months[0].State != period.StatePublished || !months[0].ObjectUntil.After(instantOf(today)) || months[0].Month != f.company.Present-1 {
		t.Errorf("%d months, the last %+v", len(months), months[0])
	}
	for _, m := range months[1:] {
		if m.State != period.StateClosed || m.ClosedAt.After(instantOf((m.Month + 1).Last())) || m.ApprovedBy == m.RunBy {
			t.Errorf("%s: %+v", m.Month, m)
		}
	}
	v, log, err := f.VerifyAll(t.Context())
	if err != nil || v.Broken != nil || v.Seals != 23 || v.Entries == 0 || !log.Sound() {
		t.Errorf("verification: %+v %+v %v", v, log, err)
	}
	jobs, err := f.Jobs.List(t.Context(), auditor, job.Filter{States: []job.State{job.StateQueued, job.StateRunning, job.StateFailed, job.StateCancelled}})
	if err != nil || len(jobs.Jobs) != 0 {
		t.Errorf("jobs that have not succeeded: %+v %v", jobs.Jobs, err)
	}
}

func instantOf(d calendar.Date) time.Time { return d.Time().Add(12 * time.Hour) }

// checkStories looks for what reviewers are to find, and that every seller has a plan in every month.
func checkStories(t *testing.T, f filled) {
	t.Helper()
	actor := access.SystemActor("test")
	for month := f.company.First; month < f.company.Present; month++ {
		review, err := f.Periods.Review(t.Context(), actor, month, period.AgainstLastRun)
		if err != nil {
			t.Fatal(err)
		}
		count := map[payout.ExceptionKind]int{}
		for _, e := range review.Exceptions {
			count[e.Kind]++
		}
		t.Logf("%s: %d payees, %d yuan, %v", month, review.Run.Payees, review.Run.TotalMinor/100, count)
		if count[payout.ExceptionNoPlan] != 0 || count[payout.ExceptionTwoPlans] != 0 {
			t.Errorf("%s: people without one plan: %v", month, count)
		}
		if month < f.company.Present-1 {
			continue
		}
		if count[payout.ExceptionNoQuota] == 0 || count[payout.ExceptionAtCap] == 0 || count[payout.ExceptionNegative] == 0 {
			t.Errorf("%s has nothing to show: %v", month, count)
		}
		if review.OtherRun.ID == "" || len(review.Differences) == 0 {
			t.Errorf("%s has no earlier run to compare", month)
		}
	}
	checkAttainments(t, f)
}

// checkAttainments recomputes attainment from the facts: all bands have people, and in each closed month somebody is exactly at each edge.
func checkAttainments(t *testing.T, f filled) {
	t.Helper()
	facts := f.facts(t).Facts
	last := f.company.Present - 1
	credited := map[int32]int64{}
	for i := range facts.Payments.Len() {
		if facts.Payments.On[i].Month() != last {
			continue
		}
		d := facts.Deals[facts.Payments.Deal[i]]
		shares := facts.Shares[d.ShareFrom:d.ShareTo]
		weights := make([]int64, len(shares))
		for n, s := range shares {
			weights[n] = int64(s.BasisPoints)
		}
		for n, part := range money.Allocate(facts.Payments.AmountFen[i], weights) {
			credited[shares[n].Person] += part
		}
	}
	bands := map[string]int{}
	exact := map[int64]int{}
	for _, q := range facts.Quotas {
		if q.Month != last {
			continue
		}
		done := credited[q.Person] * 100
		for _, mark := range []int64{60, 100, 110, 120} {
			if done == q.AmountFen*mark {
				exact[mark]++
			}
		}
		switch {
		case done < 60*q.AmountFen:
			bands["below 60"]++
		case done < 100*q.AmountFen:
			bands["60 to 100"]++
		case done < 120*q.AmountFen:
			bands["100 to 120"]++
		default:
			bands["120 and above"]++
		}
	}
	t.Logf("attainment in %s: %v, exactly at %v", last, bands, exact)
	if len(bands) != 4 || len(exact) != 4 {
		t.Errorf("attainment in %s: %v, exactly at %v", last, bands, exact)
	}
}

// checkRecording makes sure that both axes of time have a history: payments that were recorded after their month, and some after it
// was closed.
func checkRecording(t *testing.T, f filled) {
	t.Helper()
	actor := access.SystemActor("test")
	count := func(month calendar.Month, batch fact.BatchID) (n int) {
		err := f.DB.Read(t.Context(), func(tx *store.Tx) error {
			loaded, err := tx.LoadFacts(t.Context(), month, batch, money.CNY)
			if err == nil {
				for _, on := range loaded.Payments.On {
					if on.Month() == month {
						n++
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	afterClose := 0
	for month := f.company.First; month < f.company.Present; month++ {
		runs, err := f.Periods.Runs(t.Context(), actor, month)
		if err != nil || len(runs) == 0 {
			t.Fatal(runs, err)
		}
		if calendar.DateOf(runs[0].FinishedAt).Month() != month+1 {
			t.Errorf("%s was calculated at %s", month, runs[0].FinishedAt)
		}
		afterClose += count(month, fact.Open-1) - count(month, runs[0].Recorded)
	}
	if afterClose == 0 {
		t.Error("nothing was recorded after its month was closed")
	}
}

func checkLogins(t *testing.T, f filled) {
	t.Helper()
	roles := map[access.Role]int{}
	for _, l := range f.company.Logins {
		roles[l.Role]++
		if _, err := f.Users.SignIn(t.Context(), access.SignIn{Login: l.Login, Password: l.Password, Client: "192.0.2.1"}); err != nil {
			t.Errorf("sign in as %s: %v", l.Login, err)
		}
	}
	if len(roles) != len(access.Roles) || roles[access.RoleSeller] != 3 {
		t.Errorf("log-ins by role: %v", roles)
	}
	err := f.DB.Read(t.Context(), func(tx *store.Tx) error { return checkReach(t.Context(), t, f, tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// checkReach makes sure that the director's region is the home region.
func checkReach(ctx context.Context, t *testing.T, f filled, tx *store.Tx) error {
	t.Helper()
	ids, err := tx.PersonsInReach(ctx, access.Scope{RegionIDs: []int64{1}}, today)
	loaded := f.facts(t)
	for _, id := range ids {
		for i, p := range loaded.Persons {
			if span := p.Spans[len(p.Spans)-1]; loaded.PersonIDs[i] == id && loaded.Teams[span.Team].Region != "HD" {
				t.Errorf("%s is not of the home region", p.Key)
			}
		}
	}
	if len(ids) < 20 {
		t.Errorf("the director reaches %d people", len(ids))
	}
	return err
}

func TestWithoutAClockToSetAllIsRecordedNow(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Date(2025, 3, 1, 1, 30, 0, 0, time.UTC) } // the first of a month: nothing has happened in it
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	company, err := demo.Fill(t.Context(), demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices, Quotes: a.Quotes, Contracts: a.Contracts, Payroll: a.Payroll, Tiers: a.Tiers, Standards: a.Standards, Now: now, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if company.Today != calendar.NewDate(2025, 3, 1) {
		t.Errorf("the story goes up to %s", company.Today)
	}
	if v, log, err := a.VerifyAll(t.Context()); err != nil || v.Broken != nil || v.Seals != 23 || !log.Sound() {
		t.Errorf("verification: %+v %+v %v", v, log, err)
	}
}

func TestFillRefusesADatabaseInUse(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), app.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if _, err := a.Users.SetUp(t.Context(), access.SetUp{Login: "admin1", Name: "周敏", Password: "long enough words here"}); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(t.Context(), demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes}); err == nil {
		t.Error("filled over somebody's data")
	}
}

// TestDisputesAreThereInEveryState looks at the disputes of the story: each outcome and each state once at least.
func TestDisputesAreThereInEveryState(t *testing.T) {
	t.Parallel()
	f := fill(t, app.Options{}, 3, today)
	page, err := f.Disputes.List(t.Context(), access.SystemActor("test"), dispute.Filter{Limit: dispute.LimitMax})
	if err != nil || len(page.Disputes) < 6 {
		t.Fatalf("%d disputes, %v", len(page.Disputes), err)
	}
	states, outcomes := map[dispute.State]int{}, map[dispute.Outcome]int{}
	corrected, deferred, overdue := 0, 0, 0
	for _, d := range page.Disputes {
		states[d.State]++
		outcomes[d.Outcome]++
		if d.Correction.ID != "" {
			corrected++
		}
		if d.DeferredTo != 0 && d.State.Open() {
			deferred++
		}
		if d.Overdue(today) {
			overdue++
		}
	}
	for _, s := range dispute.States {
		if states[s] == 0 {
			t.Errorf("none is %s: %v", s, states)
		}
	}
	for _, o := range dispute.Outcomes {
		if outcomes[o] == 0 {
			t.Errorf("none is %s: %v", o, outcomes)
		}
	}
	if corrected == 0 || deferred == 0 || overdue == 0 {
		t.Errorf("%d corrected, %d deferred, %d overdue", corrected, deferred, overdue)
	}
	checkReading(t, f)
}
