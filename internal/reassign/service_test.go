package reassign_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// house is a team of the east: L leads A and B of the core and the newcomer C; M leads the team of N. C has twelve customers of A, K01 to K12, with an
// open opportunity each, which a newcomer may not keep.
type house struct {
	*reassign.Service
	t             *testing.T
	db            *store.DB
	now           *time.Time
	pools         *pool.Service
	opportunities *opportunity.Service
	approvals     *approval.Service
	actors        map[string]access.Actor
}

var start = calendar.DateOf(storetest.Start)

const customers = 12

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		now, ids := storetest.Start, 0
		clock := func() time.Time { return now }
		newID := func() string { ids++; return store.NewID(storetest.Start.Add(time.Duration(ids) * time.Millisecond)) }
		h := &house{t: t, db: db, now: &now, actors: map[string]access.Actor{}, pools: pool.NewService(db.Pools(), newID, clock)}
		h.approvals = approval.NewService(db.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
		h.Service = reassign.NewService(db.Reassignments(), h.approvals, newID, clock)
		h.must(h.approvals.Register(reassign.ApprovalKind(func() *reassign.Service { return h.Service })))
		h.opportunities = opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), clock), clock)
		h.must(db.InTx(t.Context(), h.facts))
		h.must(db.InTx(t.Context(), h.people))
		for i := range customers {
			_, err := h.opportunities.Save(t.Context(), h.actors["O"], opportunity.Entry{Name: "商机" + name(i), Customer: name(i), Owner: "C", Currency: money.CNY, ExpectedOn: start + 60, Source: "referral"})
			h.must(err)
		}
		v, err := h.pools.Save(t.Context(), h.actors["O"], pool.Draft{Text: string(poolrule.DefaultText())})
		h.must(err)
		_, err = h.pools.Approve(t.Context(), h.actors["D"], v.Number, 0, start)
		h.must(err)
		h.must(h.pools.Apply(t.Context()))
		test(h)
	})
}

func name(i int) string { return fmt.Sprintf("K%02d", i+1) }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) facts(tx *store.Tx) error {
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
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"M", "T2", "manager"}, {"A", "T1", "core"}, {"B", "T1", "core"}, {"C", "T1", "newcomer"}, {"N", "T2", "core"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: start - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T2", Person: "M", From: calendar.NoDate}))
	tier, region := "A", "华东"
	for i := range customers {
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: name(i), Name: "客户" + name(i), Tier: &tier, Region: &region}))
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h *house) people(tx *store.Tx) (err error) {
	ctx := h.t.Context()
	for key, grant := range map[string]access.Grant{"L": {Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}, "M": {Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}, "A": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "C": {Role: access.RoleSeller, Scope: access.ScopeOwn},
		"O": {Role: access.RoleOperations, Scope: access.ScopeAll}, "D": {Role: access.RoleDirector, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + key, Name: "用户" + key, Grants: []access.Grant{grant}}
		if key != "O" && key != "D" {
			if a.PersonID, err = tx.OrgPersonID(ctx, key); err != nil {
				return err
			}
		}
		h.actors[key] = a
		if err := tx.InsertUser(ctx, access.Account{User: access.User{ID: a.UserID, Login: key, Name: a.Name, PersonID: a.PersonID, CreatedAt: storetest.Start}}); err != nil {
			return err
		}
		if err := tx.ReplaceGrants(ctx, a.UserID, a.Grants); err != nil {
			return err
		}
	}
	return nil
}

func usual() reassign.Ask {
	ask := reassign.UsualAsk()
	ask.HoursMost, ask.KeepContactDays = 100, 0
	return ask
}

func (h *house) propose(ask reassign.Ask) reassign.Run {
	h.t.Helper()
	run, err := h.ProposeNow(h.t.Context(), h.actors["L"], ask)
	h.must(err)
	return run
}

func (h *house) rows(run reassign.Run) []reassign.Row {
	h.t.Helper()
	rows, next, err := h.Rows(h.t.Context(), h.actors["L"], reassign.RowFilter{RunID: run.ID})
	h.must(err)
	if next != 0 {
		h.t.Fatalf("more than a page: %d", next)
	}
	return rows
}

// owners says who has the customers, and who owns their opportunities, as names.
func (h *house) owners() string {
	h.t.Helper()
	var whose, work []string
	h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) error {
		whose, work = nil, nil
		for i := range customers {
			id, err := tx.CustomerID(h.t.Context(), name(i))
			if err != nil {
				return err
			}
			held, err := tx.Holding(h.t.Context(), id)
			if err != nil {
				return err
			}
			names, err := tx.PersonNames(h.t.Context(), []int64{held.OwnerID})
			if err != nil {
				return err
			}
			whose = append(whose, strings.TrimPrefix(names[held.OwnerID], "销售"))
		}
		return nil
	}))
	page, err := h.opportunities.List(h.t.Context(), h.actors["O"], opportunity.Filter{Expected: fact.Days{From: calendar.NoDate, To: calendar.NoDate}})
	h.must(err)
	slices.SortFunc(page.Rows, func(a, b opportunity.Opportunity) int { return int(a.ID - b.ID) })
	for _, o := range page.Rows {
		work = append(work, strings.TrimPrefix(o.OwnerName, "销售"))
	}
	return strings.Join(whose, "") + " " + strings.Join(work, "")
}

func (h *house) wants(want string) {
	h.t.Helper()
	if got := h.owners(); got != want {
		h.t.Errorf("whose: %s, want %s", got, want)
	}
}

const before = "CCCCCCCCCCCC CCCCCCCCCCCC"

func TestAProposalIsExplainedKeptAndTheSameWhenMadeAgain(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		run := h.propose(usual())
		rows := h.rows(run)
		if run.State != reassign.StateReady || len(rows) != customers || run.Result.Moved != customers || rows[0].FromName != "销售C" || rows[0].CustomerName != "客户K01" || rows[0].Why[0].Reason != reassign.ReasonTier || rows[0].State != reassign.MoveProposed {
			t.Fatalf("%+v\n%+v", run.Result, rows)
		}
		got := map[string]int{}
		for _, row := range rows {
			got[row.ToName]++
		}
		if got["销售A"] != 6 || got["销售B"] != 6 {
			t.Errorf("not even: %v", got)
		}
		h.wants(before) // nothing moves by itself
		e, err := h.Explain(ctx, h.actors["L"], run.ID, rows[0].CustomerID)
		h.must(err)
		if len(e.Others) != 1 || e.Names[e.Others[0].ID] == "" || e.Names[e.Others[0].ID] == e.ToName || e.Unfit != 0 {
			t.Errorf("%+v", e)
		}
		if same, err := h.Verify(ctx, h.actors["L"], run.ID); err != nil || !same.Input || !same.Result {
			t.Errorf("%+v %v", same, err)
		}
		shown, err := h.Get(ctx, h.actors["L"], run.ID)
		h.must(err)
		if !shown.MayAccept || shown.Counts[reassign.MoveProposed] != customers || shown.Result.Loads[0].Name == "" || shown.Result.Capacity != 6000 {
			t.Errorf("%+v", shown)
		}
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			kept, err := tx.ReassignRun(ctx, run.ID)
			if err != nil {
				return err
			}
			kept.Input, kept.Revision = []byte(strings.Replace(string(run.Input), `"tier":"A"`, `"tier":"C"`, 2)), kept.Revision+1
			return tx.SaveReassignRun(ctx, kept)
		}))
		if same, err := h.Verify(ctx, h.actors["L"], run.ID); err != nil || same.Input || same.Result {
			t.Errorf("with changed data: %+v %v", same, err)
		}
	})
}

func TestAPartIsAcceptedToldAndTakenBack(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		rows := h.rows(h.propose(usual()))
		in := reassign.Acceptance{RunID: rows[0].RunID, WithWork: true, Reason: "重新平衡"}
		if _, err := h.Accept(ctx, h.actors["L"], in); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("of nobody: %v", err)
		}
		first := rows[0]
		in.Customers = []int64{first.CustomerID}
		if _, err := h.Accept(ctx, h.actors["L"], reassign.Acceptance{RunID: in.RunID, Customers: in.Customers, Reason: " "}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		d, err := h.Accept(ctx, h.actors["L"], in)
		h.must(err)
		to := strings.TrimPrefix(first.ToName, "销售")
		if d.State != reassign.DecisionDone || d.ActID == 0 || d.Customers != 1 {
			t.Errorf("%+v", d)
		}
		h.wants(to + "CCCCCCCCCCC " + to + "CCCCCCCCCCC")
		if _, err := h.Accept(ctx, h.actors["L"], in); !errs.Is(err, errs.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		in.Customers, in.WithWork = []int64{rows[1].CustomerID}, false // its opportunity stays
		d2, err := h.Accept(ctx, h.actors["L"], in)
		h.must(err)
		second := strings.TrimPrefix(rows[1].ToName, "销售")
		h.wants(to + second + "CCCCCCCCCC " + to + "CCCCCCCCCCC")
		for _, id := range []int64{d2.ActID, d.ActID} {
			undone, err := h.pools.Undo(ctx, h.actors["L"], id)
			h.must(err)
			if undone.Left != 0 {
				t.Errorf("%+v", undone)
			}
		}
		h.wants(before)
		shown, err := h.Get(ctx, h.actors["L"], in.RunID)
		h.must(err)
		if len(shown.Decisions) != 2 || !shown.Decisions[0].ActUndone || shown.Counts[reassign.MoveDone] != 2 {
			t.Errorf("%+v", shown)
		}
		var told []notice.Kind
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			told = nil
			for _, key := range []string{to, "C"} {
				list, err := tx.Notices(ctx, "u-"+key, notice.Filter{Limit: 20})
				if err != nil {
					return err
				}
				for _, n := range list {
					told = append(told, n.Kind)
				}
			}
			return nil
		}))
		if !slices.Contains(told, notice.KindCustomersMoved) || to == "A" && !slices.Contains(told, notice.KindCustomersGiven) {
			t.Errorf("told: %v", told)
		}
	})
}

func TestWhatChangedMeanwhileStays(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		rows := h.rows(h.propose(usual()))
		_, err := h.pools.Release(ctx, h.actors["C"], rows[0].CustomerID, "跟不动")
		h.must(err)
		d, err := h.Accept(ctx, h.actors["L"], reassign.Acceptance{RunID: rows[0].RunID, Customers: []int64{rows[0].CustomerID, rows[1].CustomerID}, WithWork: true, Reason: "调"})
		h.must(err)
		again := h.rows(reassign.Run{ID: rows[0].RunID})
		if d.Customers != 1 || again[0].State != reassign.MoveGone || again[1].State != reassign.MoveDone {
			t.Errorf("%+v %s %s", d, again[0].State, again[1].State)
		}
		*h.now = h.now.AddDate(0, 0, 15)
		if _, err := h.Accept(ctx, h.actors["L"], reassign.Acceptance{RunID: rows[0].RunID, All: true, Reason: "调"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("after two weeks: %v", err)
		}
	})
}

// Ten customers of A need a director's signature: until then nothing moves, and what is refused may be accepted anew.
func TestManyCustomersWaitForADirector(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		rows := h.rows(h.propose(usual()))
		all := reassign.Acceptance{RunID: rows[0].RunID, All: true, WithWork: true, Reason: "新人带不了 A 级"}
		d, err := h.Accept(ctx, h.actors["L"], all)
		h.must(err)
		if d.State != reassign.DecisionAsked || d.RequestID == "" || d.Customers != customers {
			t.Fatalf("%+v", d)
		}
		h.wants(before)
		if found, err := h.DecisionOf(ctx, h.actors["D"], d.ID); err != nil || found.RunID != all.RunID {
			t.Errorf("who signs sees it: %+v %v", found, err)
		}
		_, err = h.approvals.Reject(ctx, h.actors["D"], approval.Decision{ID: d.RequestID, Note: "太多"})
		h.must(err)
		if again := h.rows(reassign.Run{ID: all.RunID}); again[0].State != reassign.MoveProposed || again[0].DecisionID != 0 {
			t.Errorf("refused: %+v", again[0])
		}
		d, err = h.Accept(ctx, h.actors["L"], all)
		h.must(err)
		_, err = h.approvals.Approve(ctx, h.actors["D"], approval.Decision{ID: d.RequestID})
		h.must(err)
		if got := h.owners(); strings.Contains(got, "C") || strings.Count(got, "A") != 12 {
			t.Errorf("whose: %s", got)
		}
	})
}

func TestWhoSeesAndAsksForProposals(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		run := h.propose(usual())
		if _, err := h.Get(ctx, h.actors["M"], run.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("who leads another team: %v", err)
		}
		if list, err := h.List(ctx, h.actors["M"]); err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
		if list, err := h.List(ctx, h.actors["D"]); err != nil || len(list) != 1 {
			t.Errorf("the director: %v %v", list, err)
		}
		if _, err := h.Start(ctx, h.actors["A"], usual()); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
		started, err := h.Start(ctx, h.actors["M"], usual())
		h.must(err)
		if len(started.PersonIDs) != 1 || started.State != reassign.StateRunning {
			t.Errorf("the people of the own team alone: %+v", started)
		}
		for what, change := range map[string]func(*reassign.Ask){
			"no reason":            func(a *reassign.Ask) { a.Reasons = nil },
			"no such reason":       func(a *reassign.Ask) { a.Reasons = []reassign.Reason{"x"} },
			"a pool alone":         func(a *reassign.Ask) { a.Pool = "company" },
			"none moved":           func(a *reassign.Ask) { a.MovedMost = 0 },
			"days below nothing":   func(a *reassign.Ask) { a.OverdueDays = 0 },
			"a team out of reach":  func(a *reassign.Ask) { a.TeamID = 999 },
			"more than all":        func(a *reassign.Ask) { a.MovedMost = 5000 },
			"more hours than days": func(a *reassign.Ask) { a.HoursMost = 721 },
		} {
			ask := usual()
			change(&ask)
			if _, err := h.Start(ctx, h.actors["L"], ask); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		ask := usual()
		ask.Pool, ask.Reasons = "company", []reassign.Reason{reassign.ReasonPool}
		if _, err := h.Start(ctx, h.actors["L"], ask); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a pool that somebody else looks after: %v", err)
		}
	})
}

// What a seller has let go is given out again by operations, who look after the pool.
func TestThePoolIsGivenOut(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := h.t.Context()
		var id int64
		h.must(h.db.Read(ctx, func(tx *store.Tx) (err error) { id, err = tx.CustomerID(ctx, "K03"); return err }))
		_, err := h.pools.Release(ctx, h.actors["C"], id, "跟不动")
		h.must(err)
		ask := usual()
		ask.Pool, ask.Reasons = "company", []reassign.Reason{reassign.ReasonPool}
		run, err := h.ProposeNow(ctx, h.actors["O"], ask)
		h.must(err)
		rows, _, err := h.Rows(ctx, h.actors["O"], reassign.RowFilter{RunID: run.ID})
		h.must(err)
		if len(rows) != 1 || rows[0].CustomerID != id || rows[0].FromID != 0 || rows[0].ToID == 0 {
			t.Fatalf("%+v", rows)
		}
		_, err = h.Accept(ctx, h.actors["O"], reassign.Acceptance{RunID: run.ID, All: true, WithWork: true, Reason: "分给有空的人"})
		h.must(err)
		if got := h.owners(); got[2] == 'C' || got[2] == ' ' {
			t.Errorf("whose: %s", got)
		}
	})
}

// The job makes what was asked for; it may be started again.
func TestTheJobMakesAProposal(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, jobs := h.t.Context(), &monthtest.House{DB: h.db}
		run, err := h.Start(ctx, h.actors["L"], usual())
		h.must(err)
		if shown, err := h.Get(ctx, h.actors["L"], run.ID); err != nil || shown.State != reassign.StateRunning || shown.Job == nil || shown.MayAccept {
			t.Errorf("%+v %v", shown, err)
		}
		waiting, err := jobs.Queued(ctx)
		h.must(err)
		running, err := jobs.Start(ctx, waiting[len(waiting)-1])
		h.must(err)
		h.must(h.RunPropose(ctx, running))
		h.must(h.RunPropose(ctx, running)) // finished already: nothing happens
		h.must(jobs.Finish(ctx, running, job.StateSucceeded, false))
		if rows := h.rows(run); len(rows) != customers {
			t.Errorf("%d customers", len(rows))
		}
	})
}
