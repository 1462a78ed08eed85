package pool_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// rules send back what was not contacted for 30 days.
const rules = `xiaoguan: pool/1
id: test
name: {zh: 规则, en: Rules}
pools:
  - {id: company, name: {zh: 公司公海, en: company}, admins: [operations], members: [T1], admins_only: false, hidden: [email, city], mask_phones: before_claim, tell_admins: false}
  - {id: north, name: {zh: 华北公海, en: north}, admins: [operations], members: [T2], admins_only: false, mask_phones: never, tell_admins: true}
recycle:
  - {id: silent, name: {zh: 30 天没跟进, en: 30 days}, all: [{no: contact, days: 30}]}
exempt: {won: false, open_opportunity: false, locked: true, locks_most: 1}
warn_days: 7
claim: {per_day: 2, period_days: 30, per_period: 50, at_once: 2, former_owner_days: 10, new_record_days: 0, views_per_day: 3}
hold: {others: 4, count_won: true, count_locked: true}
assign: {way: claim, per_day: 0}
`

// house is a company of two teams: L leads A and B in T1, N is in T2. A has C1 (a deal), C2 (open opportunity) and C3; N has C4. Nobody ever worked on C5.
type house struct {
	*pool.Service
	t             *testing.T
	db            *store.DB
	opportunities *opportunity.Service
	followUps     *followup.Service
	customers     *customer.Service
	now           *time.Time
	jobs          *int
}

var start = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		now, jobs := storetest.Start, 0
		clock := func() time.Time { return now }
		h := house{t: t, db: db, now: &now, jobs: &jobs, followUps: followup.NewService(db.FollowUpStore(), clock), customers: customer.NewService(db.Customers(), clock)}
		h.opportunities = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		h.Service = pool.NewService(db.Pools(), func() string { jobs++; return store.NewID(now.Add(time.Duration(jobs) * time.Millisecond)) }, clock)
		h.must(db.InTx(t.Context(), h.facts))
		h.open("A", "C2")
		h.open("A", "C3")
		h.open("N", "C4")
		test(h)
	})
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "E"}))
	for _, p := range [][2]string{{"L", "T1"}, {"A", "T1"}, {"B", "T1"}, {"N", "T2"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: start - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	for _, key := range []string{"C1", "C2", "C3", "C4", "C5"} {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "客户" + key, City: "上海"}))
	}
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
	put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: start - 200, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}}))
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h house) person(key string) (id int64) {
	h.t.Helper()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) { id, err = tx.OrgPersonID(h.t.Context(), key); return err }))
	return id
}

func (h house) customer(key string) (id int64) {
	h.t.Helper()
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) { id, err = tx.CustomerID(h.t.Context(), key); return err }))
	return id
}

func (h house) as(key string, role access.Role, scope access.ScopeKind) access.Actor {
	a := access.Actor{UserID: "user " + key, Name: key, Grants: []access.Grant{{Role: role, Scope: scope}}}
	if len(key) == 1 {
		a.PersonID = h.person(key)
	}
	return a
}

func (h house) seller(key string) access.Actor { return h.as(key, access.RoleSeller, access.ScopeOwn) }
func (h house) clerk() access.Actor {
	return h.as("operations", access.RoleOperations, access.ScopeAll)
}

func (h house) open(owner, of string) {
	h.t.Helper()
	o, err := h.opportunities.Save(h.t.Context(), h.as("operations", access.RoleOperations, access.ScopeAll), opportunity.Entry{Name: "商机" + of, Customer: of, Owner: owner, Currency: money.CNY, ExpectedOn: start + 60, Source: "referral"})
	h.must(err)
	_, err = h.followUps.Record(h.t.Context(), h.seller(owner), followup.Entry{OpportunityID: o.ID, Kind: followup.KindCall, Text: "聊了", NextOn: start + 20})
	h.must(err)
}

// rule lets the rules count from today on, and applies them once.
func (h house) rule() {
	h.t.Helper()
	v, err := h.Save(h.t.Context(), h.clerk(), pool.Draft{Text: rules})
	h.must(err)
	_, err = h.Approve(h.t.Context(), h.as("director", access.RoleDirector, access.ScopeAll), v.Number, 0, h.today())
	h.must(err)
	h.must(h.Apply(h.t.Context()))
}

func (h house) today() calendar.Date { return calendar.DateOf(*h.now) }

// after lets days go by and applies the rules.
func (h house) after(days int) {
	h.t.Helper()
	*h.now = h.now.AddDate(0, 0, days)
	h.must(h.Apply(h.t.Context()))
}

// whose says who has the customers, as names or pools.
func (h house) whose() string {
	h.t.Helper()
	var list []string
	for _, key := range []string{"C1", "C2", "C3", "C4", "C5"} {
		of, err := h.OfCustomer(h.t.Context(), h.clerk(), h.customer(key))
		h.must(err)
		list = append(list, strings.TrimPrefix(of.OwnerName, "销售")+of.Holding.Pool)
	}
	return strings.Join(list, " ")
}

func (h house) wants(want string) {
	h.t.Helper()
	if got := h.whose(); got != want {
		h.t.Errorf("whose: %s, want %s", got, want)
	}
}

func (h house) owner(of string) string {
	h.t.Helper()
	page, err := h.opportunities.List(h.t.Context(), h.clerk(), opportunity.Filter{CustomerID: h.customer(of), Expected: fact.Days{From: calendar.NoDate, To: calendar.NoDate}})
	h.must(err)
	return strings.TrimPrefix(page.Rows[0].OwnerName, "销售")
}

func refused(err error, keys ...string) bool {
	failure, ok := errors.AsType[*errs.Error](err)
	return ok && failure.Kind == errs.KindInvalid && slices.ContainsFunc(failure.Fields, func(f errs.Field) bool {
		why, _ := f.Message.Args["Why"].(errs.Message)
		return slices.Contains(keys, f.Message.Key) || slices.Contains(keys, why.Key)
	})
}

func TestTheFirstDayRecordsWhoHasWhat(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		h.wants("A A A N company")
		h.must(h.Apply(h.t.Context())) // again: nothing is done twice
		acts, err := h.Acts(h.t.Context(), h.clerk(), 0)
		h.must(err)
		if len(acts) != 1 || acts[0].Customers != 5 || acts[0].Undoable(h.today()) {
			t.Errorf("%+v", acts)
		}
	})
}

func TestSilentCustomersAreRecycledAndTakenBack(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		h.after(30)
		h.wants("A A A N company") // the last day on which the owner can act
		h.must(h.Lock(h.t.Context(), h.seller("A"), h.customer("C1"), true))
		if err := h.Lock(h.t.Context(), h.seller("A"), h.customer("C2"), true); !refused(err, poolrule.RefusedLocks.MessageKey()) {
			t.Errorf("a second lock: %v", err)
		}
		h.after(1)
		h.wants("A company company north company")
		if h.owner("C2") != "A" {
			t.Error("an open opportunity waits for who claims the customer")
		}
		acts, err := h.Acts(h.t.Context(), h.clerk(), 0)
		h.must(err)
		if acts[0].Way != pool.WayRecycle || acts[0].Customers != 3 {
			t.Fatalf("%+v", acts[0])
		}
		_, err = h.Claim(h.t.Context(), h.seller("B"), []int64{h.customer("C3")})
		h.must(err)
		undone, err := h.Undo(h.t.Context(), h.clerk(), acts[0].ID)
		h.must(err)
		if undone.Act.Customers != 2 || undone.Left != 1 {
			t.Errorf("%+v", undone)
		}
		h.wants("A A B N company")
		if _, err := h.Undo(h.t.Context(), h.clerk(), acts[0].ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		if _, err := h.Undo(h.t.Context(), h.seller("B"), acts[0].ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("by who did not do it: %v", err)
		}
	})
}

func TestAClaimTakesOpenWorkAlongAndLeavesFactsAlone(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		h.after(31)
		ids := []int64{h.customer("C1"), h.customer("C2")}
		if _, err := h.Claim(h.t.Context(), h.seller("A"), ids); !refused(err, poolrule.RefusedFormer.MessageKey()) {
			t.Errorf("who had it last: %v", err)
		}
		if _, err := h.Claim(h.t.Context(), h.seller("N"), ids); !refused(err, poolrule.RefusedMember.MessageKey()) {
			t.Errorf("another department: %v", err)
		}
		if _, err := h.Claim(h.t.Context(), h.seller("B"), append(ids, h.customer("C3"))); !refused(err, poolrule.RefusedAtOnce.MessageKey()) {
			t.Errorf("three at once: %v", err)
		}
		act, err := h.Claim(h.t.Context(), h.seller("B"), ids)
		h.must(err)
		if act.Customers != 2 || act.Opportunities != 1 || act.Tasks != 1 || h.owner("C2") != "B" {
			t.Errorf("%+v, the opportunity is %s's", act, h.owner("C2"))
		}
		if _, err := h.Claim(h.t.Context(), h.seller("B"), []int64{h.customer("C3")}); !refused(err, poolrule.RefusedDay.MessageKey()) {
			t.Errorf("a third on the day: %v", err)
		}
		if _, err := h.Claim(h.t.Context(), h.seller("B"), ids); !errs.Is(err, errs.KindConflict) {
			t.Errorf("what somebody has: %v", err)
		}
		d, err := h.customers.Get(h.t.Context(), h.seller("B"), ids[0])
		h.must(err) // who has it sees it
		if sellers, err := h.customers.Get(h.t.Context(), h.clerk(), ids[0]); err != nil || sellers.Sellers[0].Name != "销售A" || d.Name != "客户C1" {
			t.Errorf("the deal is still that of who made it: %+v, %v", sellers.Sellers, err)
		}
		events, err := h.opportunities.Events(h.t.Context(), h.seller("B"), 1)
		h.must(err)
		if last := events[len(events)-1]; last.Activity != "owner_changed" || last.PersonID != h.person("B") {
			t.Errorf("%+v", last)
		}
		if report, err := audit.NewService(h.db.Audit()).Verify(h.t.Context()); err != nil || !report.Sound() {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

func TestAPoolHidesMasksAndCountsLooks(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		_, err := contact.NewService(h.db.ContactStore(), func() time.Time { return *h.now }).Save(h.t.Context(), h.seller("A"), contact.Entry{CustomerID: h.customer("C1"), Name: "张总", Phone: "13812345678", Email: "z@example.com"})
		h.must(err)
		h.after(31)
		look, err := h.View(h.t.Context(), h.seller("B"), h.customer("C1"))
		h.must(err)
		if c := look.Contacts[0]; c.Phone != "138******78" || c.Email != "" || look.City != "" || look.Refused != nil || look.FormerName != "销售A" {
			t.Errorf("%+v %+v", look.Row, look.Contacts)
		}
		page, err := h.List(h.t.Context(), h.seller("B"), pool.Filter{Search: "客户C"})
		h.must(err)
		if len(page.Rows) != 4 || page.Rows[0].City != "" || page.Pool.ID != "company" || len(page.Pools) != 1 || page.Counts.ViewedToday != 1 {
			t.Errorf("%+v", page)
		}
		for _, key := range []string{"C2", "C3"} {
			_, err := h.View(h.t.Context(), h.seller("B"), h.customer(key))
			h.must(err)
		}
		if _, err := h.View(h.t.Context(), h.seller("B"), h.customer("C5")); !refused(err, poolrule.RefusedViews.MessageKey()) {
			t.Errorf("a fourth look: %v", err)
		}
		if _, err := h.View(h.t.Context(), h.seller("N"), h.customer("C1")); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another department's: %v", err)
		}
		if _, err := h.opportunities.Save(h.t.Context(), h.seller("B"), opportunity.Entry{Name: "绕过", Customer: "C5", Currency: money.CNY, ExpectedOn: h.today() + 9, Source: "referral"}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("an opportunity with what is in a pool: %v", err)
		}
	})
}

func TestCustomersAreGivenOutWithinWhatEachMayHold(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		h.after(31)
		ids := []int64{h.customer("C1"), h.customer("C2"), h.customer("C3"), h.customer("C5")}
		if _, err := h.Give(h.t.Context(), h.as("L", access.RoleLead, access.ScopeTeamAndBelow), ids, "B"); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("who does not look after the pool: %v", err)
		}
		if _, err := h.Give(h.t.Context(), h.clerk(), ids[:1], "N"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("another department's: %v", err)
		}
		given, err := h.Rotate(h.t.Context(), h.clerk(), ids)
		h.must(err)
		if given.Act.Customers != 4 || len(given.Left) != 0 || given.To[h.person("N")] != 0 || given.To[h.person("B")] < 1 || given.To[h.person("A")] > 1 {
			t.Errorf("%+v", given)
		}
		undone, err := h.Undo(h.t.Context(), h.clerk(), given.Act.ID)
		h.must(err)
		if undone.Act.Customers != 4 {
			t.Errorf("%+v", undone)
		}
		h.wants("company company company north company")
	})
}

func TestOwnersAndWhoLeadsThemLetCustomersGo(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		if _, err := h.Release(h.t.Context(), h.seller("A"), h.customer("C1"), " "); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := h.Release(h.t.Context(), h.seller("B"), h.customer("C1"), "x"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		_, err := h.Release(h.t.Context(), h.seller("A"), h.customer("C1"), "需求取消")
		h.must(err)
		_, err = h.Release(h.t.Context(), h.as("L", access.RoleLead, access.ScopeTeamAndBelow), h.customer("C2"), "换人")
		h.must(err)
		h.wants("company company A N company")
		of, err := h.OfCustomer(h.t.Context(), h.clerk(), h.customer("C1"))
		h.must(err)
		if len(of.Steps) != 2 || of.Steps[0].Way != pool.WayRelease || of.Steps[0].Cause != "需求取消" || of.FormerName != "销售A" {
			t.Errorf("%+v", of.Steps)
		}
	})
}

func TestOwnersSeeWhatGoesBackFirst(t *testing.T) {
	onBoth(t, func(h house) {
		h.rule()
		*h.now = h.now.AddDate(0, 0, 20)
		_, err := h.followUps.Record(h.t.Context(), h.seller("A"), followup.Entry{OpportunityID: 1, Kind: followup.KindCall, Text: "又聊了", NextOn: calendar.NoDate})
		h.must(err)
		*h.now = h.now.AddDate(0, 0, 5)
		list, more, err := h.OfActor(h.t.Context(), h.seller("A"))
		h.must(err)
		if more || len(list) != 3 || list[2].Name != "客户C2" || list[2].Decision.Outcome != poolrule.Keep || list[0].Decision.Outcome != poolrule.Warn || list[0].Decision.LastDay != start+30 {
			t.Errorf("%+v", list)
		}
	})
}

func TestRulesAreApprovedBySomebodyElseAndTriedOnThePast(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		both := access.Actor{UserID: "both", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}, {Role: access.RoleDirector, Scope: access.ScopeAll}}}
		v, err := h.Save(ctx, both, pool.Draft{Text: rules})
		h.must(err)
		if _, err := h.Approve(ctx, both, v.Number, 0, h.today()); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("one's own: %v", err)
		}
		director := h.as("director", access.RoleDirector, access.ScopeAll)
		if _, err := h.Approve(ctx, director, v.Number, 0, h.today()-1); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("in the past: %v", err)
		}
		if _, err := h.Save(ctx, both, pool.Draft{Text: strings.Replace(rules, "[operations]", "[boss]", 1)}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("an unknown role: %v", err)
		}
		if _, err := h.Save(ctx, h.seller("A"), pool.Draft{Text: rules}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
		if _, err := h.List(ctx, h.seller("A"), pool.Filter{}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("before there are rules: %v", err)
		}
		h.rule() // the second version counts
		if _, err := h.Withdraw(ctx, director, v.Number, v.Revision); err != nil {
			t.Error(err)
		}
		*h.now = h.now.AddDate(0, 4, 0)
		trial, err := h.TryNow(ctx, pool.TrialArgs{Number: 2, First: start.Month(), Last: start.Month() + 2})
		h.must(err)
		if trial.Customers != 4 || trial.Total != 4 || len(trial.Months) != 3 || trial.Triggers[0].Recycled != 4 || trial.Owners[0].Name != "销售A" {
			t.Errorf("%+v", trial)
		}
		d, err := h.Version(ctx, director, 2)
		h.must(err)
		if kept, err := d.TrialOf(); err != nil || kept.Total != 4 || !d.InForce {
			t.Errorf("%+v, %v", kept, err)
		}
		if _, err := h.Try(ctx, director, pool.TrialArgs{Number: 2, First: h.today().Month(), Last: h.today().Month()}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a month that is not over: %v", err)
		}
	})
}

// still is a job that runs.
type still struct{ args any }

func (s still) Job() job.Job {
	plain, _ := json.Marshal(s.args) // plain values
	return job.Job{Spec: job.Spec{Args: plain}}
}
func (still) Report(job.Progress) {}
func (still) SetResult(any)       {}

func TestTheNightStartsOneJobADay(t *testing.T) {
	onBoth(t, func(h house) {
		ctx := h.t.Context()
		if started, err := h.Tick(ctx); err != nil || started {
			t.Errorf("without rules: %t, %v", started, err)
		}
		h.rule()
		h.after(24) // in the last week
		h.must(h.RunDaily(ctx, still{pool.DayArgs{Day: h.today()}}))
		h.wants("A A A N company")
		h.after(7)
		h.wants("company company company north company")
	})
}
