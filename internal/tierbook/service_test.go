package tierbook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// house is a company of two teams: L leads A in T1, B is alone in T2. A sold to C1 to C4, B to C5; nobody has anything to do with C6.
type house struct {
	*tierbook.Service
	t        *testing.T
	db       *store.DB
	profiles *profile.Service
	contacts *contact.Service
	now      time.Time
	jobs     *monthtest.House
}

var september = calendar.NewDate(2026, 9, 10)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	h.to(september)
	clock := func() time.Time { return h.now }
	db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: clock})
	h.must(err)
	t.Cleanup(func() { _ = db.Close() })
	h.must(db.Upgrade(t.Context()))
	h.db, h.jobs = db, &monthtest.House{DB: db}
	ids := 0
	h.Service = tierbook.NewService(db.Tiers(), func() string { ids++; return fmt.Sprintf("00000000-0000-7000-8000-%012d", ids) }, clock, money.Constantly(money.CNY))
	h.profiles = profile.NewService(db.Profiles(), clock)
	h.contacts = contact.NewService(db.ContactStore(), clock)
	h.record(h.company)
	return h
}

// to sets the clock to a day.
func (h *house) to(day calendar.Date) {
	y, m, d := day.Civil()
	h.now = time.Date(y, m, d, 9, 0, 0, 0, calendar.ChinaTime)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(what string, err error, kind errs.Kind) {
	h.t.Helper()
	if !errs.Is(err, kind) {
		h.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

// record writes facts in one batch.
func (h *house) record(write func(put func(fact.Outcome, error), w fact.Writer)) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(h.t.Context(), fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		write(func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}, w)
		if err == nil {
			_, err = w.Finish(h.t.Context())
		}
		return err
	}))
}

func (h *house) company(put func(fact.Outcome, error), w fact.Writer) {
	ctx := h.t.Context()
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	for _, team := range []string{"T1", "T2"} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: "团队" + team, Region: "E"}))
	}
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"A", "T1", "core"}, {"B", "T2", "newcomer"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: september - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
	for i := 1; i <= 6; i++ {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: fmt.Sprintf("C%d", i), Name: fmt.Sprintf("客户%d有限公司", i), Industry: "制造"}))
	}
	// Twice a year ago and now: C1 600, C2 250, C3 120, C4 20, C5 10, in thousands of yuan; half of it is margin, where the cost is recorded.
	for i, thousands := range []int64{600, 250, 120, 20, 10} {
		seller := "A"
		if i == 4 {
			seller = "B"
		}
		for n, day := range []calendar.Date{september - 300, september - 40} {
			h.sell(put, w, fmt.Sprintf("D%d%d", i+1, n), fmt.Sprintf("C%d", i+1), seller, day, thousands*1000_00/2, i != 3)
		}
	}
}

func (h *house) sell(put func(fact.Outcome, error), w fact.Writer, key, to, seller string, day calendar.Date, minor int64, known bool) {
	d := fact.DealRecord{Key: key, Customer: to, Product: "X", SignedOn: day, AmountMinor: minor, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: seller, BasisPoints: 10_000}}}
	if known {
		d.Detail = &fact.DealDetail{Units: fact.Unknown, CostMinor: minor / 2, CancelledOn: calendar.Forever}
	}
	put(w.PutDeal(h.t.Context(), d))
}

func (h *house) actor(key string, role access.Role, scope access.ScopeKind) access.Actor {
	h.t.Helper()
	a := access.Actor{UserID: "u-" + key + string(role), Name: "同事" + key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	if key != "" {
		h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
			a.PersonID, err = tx.OrgPersonID(h.t.Context(), key)
			return err
		}))
	}
	return a
}

func (h *house) operations() access.Actor { return h.actor("", access.RoleOperations, access.ScopeAll) }
func (h *house) director() access.Actor   { return h.actor("", access.RoleDirector, access.ScopeAll) }

func (h *house) customer(key string) (id int64) {
	h.t.Helper()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
		id, err = tx.CustomerID(h.t.Context(), key)
		return err
	}))
	return id
}

// work carries out the job that waits, and gives back what it reported.
func (h *house) work() {
	h.t.Helper()
	waiting, err := h.jobs.Queued(h.t.Context())
	h.must(err)
	for _, id := range waiting {
		r, err := h.jobs.Start(h.t.Context(), id)
		h.must(err)
		run := h.RunReview
		if r.Job().Kind == tierbook.JobTrial {
			run = h.RunTrial
		}
		h.must(run(h.t.Context(), r))
		h.must(h.jobs.Finish(h.t.Context(), r, job.StateSucceeded, false))
	}
}

// tiers are those that count, C1 first.
func (h *house) tiers() (text string) {
	h.t.Helper()
	for i := 1; i <= 6; i++ {
		d, err := h.Customer(h.t.Context(), h.operations(), h.customer(fmt.Sprintf("C%d", i)))
		h.must(err)
		if d.Standing == nil {
			return "none"
		}
		text += string(d.Standing.Result.Tier)
	}
	return text
}

func (h *house) tick(want bool) {
	h.t.Helper()
	_, started, err := h.Tick(h.t.Context(), access.SystemActor("tiers"))
	h.must(err)
	if started != want {
		h.t.Errorf("the tick started something: %t", started)
	}
	h.work()
}

// TestAMonthIsJudgedOnceAndADayLookedAt: of 1,000 thousand in all, C1 begins at 0 %, C2 at 60 %, C3 at 85 %, C4 at 97 %, C5 at 99 %: A A B C C, and C6 has
// bought nothing. C4's cost is not known: half of its revenue counts as margin, as with the others.
func TestAMonthIsJudgedOnceAndADayLookedAt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if got := h.tiers(); got != "none" {
		t.Errorf("before the first review: %s", got)
	}
	h.tick(true)
	if got := h.tiers(); got != "AABCCC" {
		t.Errorf("after the first review: %s", got)
	}
	h.tick(false)
	o, err := h.Overview(t.Context(), h.operations())
	h.must(err)
	s := o.Last.Summary
	if s.Customers != 6 || s.First != (tierbook.Counts{2, 1, 3}) || s.WithoutCost != 2 || s.MarginShare != tier.Whole/2 || s.Modelled || s.Buyers != 5 {
		t.Errorf("summary %+v", s)
	}
	if o.Last.PolicyHash != tier.Default().Hash() || o.Total.Tiers.Sum() != 6 || len(o.Sellers) != 3 || o.Followed().Tiers.Sum() != 5 {
		t.Errorf("overview %+v", o)
	}
	// The next day something was sold to C5 that makes it the greatest: a look shows it in the facts, and moves nothing.
	h.to(september + 1)
	h.record(func(put func(fact.Outcome, error), w fact.Writer) {
		h.sell(put, w, "D9", "C5", "B", september, 9_000_000_00, true)
	})
	h.tick(true)
	d, err := h.Customer(t.Context(), h.operations(), h.customer("C5"))
	h.must(err)
	if d.Standing.Result.Tier != tier.C || d.Standing.Result.Due != tier.A || d.Standing.Result.Standing.Pending != 0 {
		t.Errorf("a look moved C5: %+v", d.Standing.Result)
	}
	// Of 10,000 thousand in all, C5 begins at 0 %, C1 at 90 %, C2 at 96 %, C3 at 98.5 %. The review of the next month moves at once who is 10 points beyond a limit: C1 from A to
	// B; C5 to A and C2 to C wait for approval. C3 is 3.5 points below B, and has another month.
	h.to(calendar.NewDate(2026, 10, 1))
	h.tick(true)
	if got := h.tiers(); got != "BABCCC" {
		t.Errorf("after the second review: %s", got)
	}
	p, err := h.Proposals(t.Context(), h.director(), 0)
	h.must(err)
	var waiting []string
	for _, w := range p.Rows {
		waiting = append(waiting, fmt.Sprintf("%s %s>%s", w.CustomerKey, w.From, w.To))
	}
	if got := strings.Join(waiting, ", "); got != "C2 A>C, C5 C>A" {
		t.Errorf("waiting: %s", got)
	}
}

func TestRepeatingAReviewGivesTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	h.record(func(put func(fact.Outcome, error), w fact.Writer) {
		h.sell(put, w, "D9", "C5", "B", september, 9_000_000_00, true)
	})
	h.to(calendar.NewDate(2026, 10, 1))
	h.tick(true)
	first, proposals := h.tiers(), h.waiting()
	_, err := h.StartReview(t.Context(), h.operations())
	h.must(err)
	_, err = h.StartReview(t.Context(), h.operations())
	h.refused("a second review while one runs", err, errs.KindConflict)
	h.work()
	if got := h.tiers(); got != first || h.waiting() != proposals {
		t.Errorf("repeated: %s with %d waiting, was %s with %d", got, h.waiting(), first, proposals)
	}
	// What was approved in between stays.
	p, err := h.Proposals(t.Context(), h.director(), 0)
	h.must(err)
	h.must(h.Decide(t.Context(), h.director(), tierbook.Decision{IDs: []int64{p.Rows[0].ID, p.Rows[1].ID}, Approve: true}))
	_, err = h.StartReview(t.Context(), h.operations())
	h.must(err)
	h.work()
	if got := h.tiers(); got != "BCBCAC" || h.waiting() != 0 {
		t.Errorf("after the approval: %s with %d waiting", got, h.waiting())
	}
	_, err = h.StartReview(t.Context(), h.director())
	h.refused("a review by who may not", err, errs.KindForbidden)
}

func (h *house) waiting() int64 {
	h.t.Helper()
	p, err := h.Proposals(h.t.Context(), h.director(), 0)
	h.must(err)
	return p.Count
}

func TestWhoDecidesOnATier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	ctx, c1, c5 := t.Context(), h.customer("C1"), h.customer("C5")
	lead, seller := h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), h.actor("A", access.RoleSeller, access.ScopeOwn)
	in := tierbook.Override{CustomerID: c1, Tier: tier.C, Until: september + 30, Reason: "集团内部往来"}
	h.refused("a seller", h.SetOverride(ctx, seller, in), errs.KindForbidden)
	own := h.actor("A", access.RoleLead, access.ScopeTeamAndBelow)
	h.refused("one's own customer", h.SetOverride(ctx, own, in), errs.KindForbidden)
	elsewhere := in
	elsewhere.CustomerID = c5
	h.refused("another team's customer", h.SetOverride(ctx, lead, elsewhere), errs.KindNotFound)
	for what, wrong := range map[string]tierbook.Override{"no reason": {CustomerID: c1, Tier: tier.C, Until: september + 1}, "no tier": {CustomerID: c1, Until: september + 1, Reason: "x"},
		"an end in the past": {CustomerID: c1, Tier: tier.C, Until: september, Reason: "x"}, "ten years": {CustomerID: c1, Tier: tier.C, Until: september + 3650, Reason: "x"}} {
		h.refused(what, h.SetOverride(ctx, lead, wrong), errs.KindInvalid)
	}
	h.must(h.SetOverride(ctx, lead, in))
	d, err := h.Customer(ctx, seller, c1)
	h.must(err)
	if r := d.Standing.Result; r.Tier != tier.C || !r.Overridden || r.Standing.Tier != tier.A || d.MayDecide || len(d.Changes) != 1 || d.Changes[0].Kind != tierbook.ChangeOverride {
		t.Errorf("set by hand: %+v, %+v", r, d.Changes)
	}
	h.refused("a change that does not know of another", h.EndOverride(ctx, lead, c1, d.Standing.Revision-1), errs.KindConflict)
	// It ends by itself on its day, with the next look.
	h.to(september + 30)
	h.tick(true) // the review of October
	if got := h.tiers(); got != "AABCCC" {
		t.Errorf("after its end: %s", got)
	}
	d, err = h.Customer(ctx, seller, c1)
	h.must(err)
	if d.Changes[0].Kind != tierbook.ChangeOverrideEnded || d.Standing.Facts.Override != nil {
		t.Errorf("the end is told as %+v", d.Changes[0])
	}
	h.refused("an end without a beginning", h.EndOverride(ctx, lead, c1, 0), errs.KindConflict)
	if v, err := audit.NewService(h.db.Audit()).Verify(ctx); err != nil || !v.Sound() {
		t.Errorf("the audit log: %+v, %v", v, err)
	}
}

func TestEverybodySeesTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	for _, c := range []struct {
		who  access.Actor
		want string
	}{{h.operations(), "C1 C2 C3 C4 C5 C6"}, {h.actor("A", access.RoleSeller, access.ScopeOwn), "C1 C2 C3 C4"}, {h.actor("L", access.RoleLead, access.ScopeTeamAndBelow), "C1 C2 C3 C4"},
		{h.actor("B", access.RoleSeller, access.ScopeOwn), "C5"}} {
		page, err := h.Customers(t.Context(), c.who, tierbook.Filter{Paging: fact.Paging{Limit: 2}})
		h.must(err)
		keys := keysOf(page.Rows)
		for page.Next != "" {
			page, err = h.Customers(t.Context(), c.who, tierbook.Filter{Paging: fact.Paging{Limit: 2, Cursor: page.Next, Sort: tierbook.SortScore, Descending: true}})
			h.must(err)
			keys = append(keys, keysOf(page.Rows)...)
		}
		if len(keys) != len(strings.Fields(c.want)) || page.Count != int64(len(keys)) {
			t.Errorf("%s sees %v, %d in all", c.who.Name, keys, page.Count)
		}
		o, err := h.Overview(t.Context(), c.who)
		h.must(err)
		if o.Total.Tiers.Sum() != len(keys) {
			t.Errorf("%s sees numbers of %d customers", c.who.Name, o.Total.Tiers.Sum())
		}
	}
	_, err := h.Customer(t.Context(), h.actor("B", access.RoleSeller, access.ScopeOwn), h.customer("C1"))
	h.refused("a customer of others", err, errs.KindNotFound)
	_, err = h.Customers(t.Context(), access.Actor{UserID: "x", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}, tierbook.Filter{})
	h.refused("who sees no sales data", err, errs.KindForbidden)
	for _, f := range []tierbook.Filter{{Tier: "D"}, {Relation: "friend"}, {Group: "x"}, {Paging: fact.Paging{Sort: "size"}}} {
		_, err = h.Customers(t.Context(), h.operations(), f)
		h.refused("a filter that makes no sense", err, errs.KindInvalid)
	}
	for _, c := range []struct {
		f    tierbook.Filter
		want string
	}{{tierbook.Filter{Tier: tier.A}, "C1 C2"}, {tierbook.Filter{Relation: tier.Prospect}, "C6"}, {tierbook.Filter{Search: "客户3"}, "C3"}, {tierbook.Filter{Overdue: true, Paging: fact.Paging{Sort: tierbook.SortDue}}, "C1 C2 C3 C4 C5"},
		{tierbook.Filter{Incomplete: true, Tier: tier.B}, "C3"}} {
		page, err := h.Customers(t.Context(), h.operations(), c.f)
		h.must(err)
		if got := strings.Join(keysOf(page.Rows), " "); got != c.want {
			t.Errorf("%+v finds %s, want %s", c.f, got, c.want)
		}
	}
}

func keysOf(rows []tierbook.Standing) (keys []string) {
	for _, s := range rows {
		keys = append(keys, s.CustomerKey)
	}
	return keys
}

// TestACadenceIsKeptByFollowingUp: A customers are due every 7 days, so that 40 days after the last signature they are 33 days late.
func TestACadenceIsKeptByTheTier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	a := h.actor("A", access.RoleSeller, access.ScopeOwn)
	page, err := h.Overdue(t.Context(), a, 2)
	h.must(err)
	if page.Count != 4 || len(page.Rows) != 2 || page.Rows[0].OverdueDays(page.Today) != 33 || page.Rows[0].Result.Tier != tier.A {
		t.Errorf("overdue %d: %+v", page.Count, page.Rows)
	}
	// Set to C by hand, contact is due after 30 days: 10 days late.
	h.must(h.SetOverride(t.Context(), h.director(), tierbook.Override{CustomerID: h.customer("C1"), Tier: tier.C, Until: september + 9, Reason: "x"}))
	d, err := h.Customer(t.Context(), a, h.customer("C1"))
	h.must(err)
	if got := d.Standing.OverdueDays(d.Today); got != 10 {
		t.Errorf("%d days late as C", got)
	}
}

// TestAContactBeginsTheRhythmAnew at once, by a follow-up about no opportunity as by one about one; the look of the next day says the same.
func TestAContactBeginsTheRhythmAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.tick(true)
	ctx, a, c1 := t.Context(), h.actor("A", access.RoleSeller, access.ScopeOwn), h.customer("C1")
	followUps := followup.NewService(h.db.FollowUpStore(), func() time.Time { return h.now }).WithRhythm(h.Service)
	call := func(at time.Time) {
		t.Helper()
		_, err := followUps.Record(ctx, a, followup.Entry{CustomerID: c1, Kind: followup.KindCall, Text: "问候", OccurredAt: at, NextOn: calendar.NoDate})
		h.must(err)
	}
	wants := func(last calendar.Date) {
		t.Helper()
		d, err := h.Customer(ctx, a, c1)
		h.must(err)
		if s := d.Standing; s.LastContact != last || s.ContactDue != last+7 || d.Standing.Revision == 0 {
			t.Errorf("on %s: last contact %s, due %s; want %s and 7 days later", d.Today, s.LastContact, s.ContactDue, last)
		}
	}
	before, err := h.Overdue(ctx, a, 10)
	h.must(err)
	call(h.now.AddDate(0, 0, -2))
	wants(september - 2)
	call(h.now.AddDate(0, 0, -9)) // told late
	wants(september - 2)
	call(h.now)
	wants(september)
	after, err := h.Overdue(ctx, a, 10)
	h.must(err)
	if after.Count != before.Count-1 {
		t.Errorf("%d customers are late, after %d", after.Count, before.Count)
	}
	h.to(september + 1)
	h.tick(true)
	wants(september)
}

// TestAnswersCountByTheTier: first answers of service cases, in working minutes, and what waits for longer than the tier allows.
func TestAnswersCountByTheTier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cases := servicecase.NewService(h.db.ServiceCaseStore(), calendar.China, func() time.Time { return h.now })
	a := h.actor("A", access.RoleSeller, access.ScopeOwn)
	ask := func(customer string, day calendar.Date, hour int, answeredAfter time.Duration) {
		h.to(day)
		h.now = h.now.Add(time.Duration(hour-9) * time.Hour)
		c, err := cases.Open(t.Context(), a, servicecase.Entry{Title: "报错", Kind: servicecase.KindQuestion, Severity: servicecase.SeverityNormal, Customer: customer})
		h.must(err)
		if answeredAfter > 0 {
			h.now = h.now.Add(answeredAfter)
			_, err = cases.Comment(t.Context(), a, servicecase.Remark{CaseID: c.ID, Text: "请断电重启", Public: true})
			h.must(err)
		}
	}
	monday := calendar.NewDate(2026, 9, 7)
	ask("C3", monday-120, 9, 60*time.Hour) // long ago
	ask("C1", monday, 17, 17*time.Hour)    // A, within 120: an hour of that evening and one of the next morning
	ask("C2", monday, 10, 3*time.Hour)     // A: late
	ask("C3", monday, 10, 5*time.Hour)     // B, within 480
	ask("C4", september, 9, 0)             // C, within 1,440: not answered, and not late yet
	h.to(september)
	h.tick(true)
	o, err := h.Overview(t.Context(), h.operations())
	h.must(err)
	state := o.Last.Summary.Sellers[fmt.Sprint(h.actor("A", access.RoleSeller, access.ScopeOwn).PersonID)]
	if state.Asked != 3 || state.Answered != 2 {
		t.Errorf("answered in time %d of %d that asked: %+v", state.Answered, state.Asked, state)
	}
	h.to(september + 30)
	h.tick(true)
	if o, err = h.Overview(t.Context(), h.operations()); err != nil || o.Last.Summary.Sellers[fmt.Sprint(a.PersonID)].Asked != 4 {
		t.Errorf("the one that nobody answers: %+v, %v", o.Last.Summary.Sellers, err)
	}
}
