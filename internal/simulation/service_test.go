package simulation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const month = monthtest.SmallMonth

// laboratory is monthtest.Small with W1's plans, and drafts of the regular sellers' plan to try.
type laboratory struct {
	*monthtest.House
	service *simulation.Service
}

func open(t *testing.T, db *store.DB) *laboratory {
	t.Helper()
	return &laboratory{monthtest.Open(t, db, monthtest.Small()), simulation.NewService(db.Simulations(), monthtest.NewID(time.Now), money.Constantly(money.CNY))}
}

// draft writes the regular sellers' plan with another text in it, effective only from next year.
func (l *laboratory) draft(t *testing.T, old, now string) planbook.Version {
	t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	v, err := l.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(strings.Replace(texts[2], old, now, 1), "2020-01-01", "2027-01-01", 1)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func request(versions ...string) simulation.Request {
	return simulation.Request{Name: "提高比例", First: month - 1, Last: month, A: simulation.Candidate{Versions: versions}, Draws: 50, Seed: 3, BudgetMinor: 1_00}
}

// work carries out the job of a simulation as a node does.
func (l *laboratory) work(t *testing.T, sim simulation.Simulation) (*monthtest.Running, error) {
	t.Helper()
	r, err := l.Start(t.Context(), sim.JobID)
	if err != nil {
		t.Fatal(err)
	}
	failure := l.service.Run(t.Context(), r)
	state := job.StateSucceeded
	if failure != nil {
		state = job.StateFailed
	}
	if err := l.Finish(t.Context(), r, state, false); err != nil {
		t.Fatal(err)
	}
	return r, failure
}

// stopped cancels the job as soon as a month has been replayed.
type stopped struct {
	*monthtest.Running
	cancel context.CancelCauseFunc
}

func (s stopped) Report(p job.Progress) {
	if p.Done > 0 {
		s.cancel(job.ErrCancelled)
	}
}

func (l *laboratory) start(t *testing.T, in simulation.Request) simulation.Simulation {
	t.Helper()
	sim, err := l.service.Start(t.Context(), monthtest.Maker, in)
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got %v, want %v", what, err, kind)
	}
}

// TestADraftIsTriedOnHistory compares 4 % and leaving the plan out with what was in force; the amounts are worked out in package simulate.
func TestADraftIsTriedOnHistory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		l := open(t, db)
		in := request(l.draft(t, "A: 3%", "A: 4%").ID)
		in.B.Without = []string{"regular"}
		sim := l.start(t, in)
		if _, result, err := l.service.Get(t.Context(), monthtest.Auditor, sim.ID); err != nil || result != nil {
			t.Errorf("before it ran: %v, %v", result, err)
		}
		_, _, err := l.service.GetLines(t.Context(), monthtest.Auditor, sim.ID)
		wantKind(t, "lines before it ran", err, errs.KindConflict)
		r, err := l.work(t, sim)
		if err != nil || len(r.Stages) < 3 || r.Stages[len(r.Stages)-2].Done != 6 {
			t.Fatalf("%+v, %v", r.Stages, err)
		}
		done, result, err := l.service.GetLines(t.Context(), monthtest.Auditor, sim.ID)
		if err != nil || done.State != simulation.StateComplete || done.Digest == "" || done.FinishedAt.IsZero() || !cmp.Equal(done.Request, in) {
			t.Fatalf("%+v, %v", done, err)
		}
		changes := map[string][2]int64{}
		for _, p := range result.Persons {
			if p.Change(1) != 0 || p.Change(2) != 0 {
				changes[p.Key] = [2]int64{p.Change(1), p.Change(2)}
			}
		}
		want := map[string][2]int64{"A": {1_325_00, -5_975_00}, "D": {25_00, -75_00}, "E": {-5_00, 15_00}}
		if diff := cmp.Diff(want, changes); diff != "" {
			t.Error(diff)
		}
		var sums [3]int64
		for _, line := range result.Lines {
			for v, earned := range line.Earned {
				sums[v] += earned
			}
		}
		for v, sum := range result.Summary.Variants {
			if sums[v] != sum.EarnedFen {
				t.Errorf("variant %d: lines come to %d, the sum is %d", v, sums[v], sum.EarnedFen)
			}
		}
		if len(result.Forecasts) != 3 || result.Forecasts[0].Draws != 50 || result.Forecasts[0].Over == nil {
			t.Errorf("%+v", result.Forecasts)
		}
		list, next, err := l.service.List(t.Context(), monthtest.Approver, 1, "")
		if err != nil || len(list) != 1 || next != "" || list[0].ID != sim.ID {
			t.Errorf("%+v, %q, %v", list, next, err)
		}
		if again := l.start(t, in); again.ID == sim.ID {
			t.Error("asked again, it is the same")
		}
		if list, next, err = l.service.List(t.Context(), monthtest.Approver, 1, ""); err != nil || next != list[0].ID {
			t.Errorf("%+v, %q, %v", list, next, err)
		}
		if list, next, err = l.service.List(t.Context(), monthtest.Approver, 1, next); err != nil || next != "" || list[0].ID != sim.ID {
			t.Errorf("%+v, %q, %v", list, next, err)
		}
		audited := monthtest.QueryTexts(t, db, "SELECT action || ' ' || actor_id FROM audit_entry WHERE subject = 'simulation:"+sim.ID+"' ORDER BY seq")
		if !cmp.Equal(audited, []string{"simulation.start u-maker", "simulation.complete system:simulation"}) {
			t.Errorf("audit log %v", audited)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM run UNION ALL SELECT COUNT(*) FROM statement"); n[0]+n[1] != 0 {
			t.Error("a simulation left statements")
		}
	})
}

func TestWhoMaySimulate(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		l := open(t, db)
		in := request(l.draft(t, "A: 3%", "A: 4%").ID)
		for name, actor := range map[string]access.Actor{
			"a seller": monthtest.Seller(1), "a lead": monthtest.Lead(1), "the auditor": monthtest.Auditor, "an administrator": monthtest.Admin,
			"a director": {UserID: "u", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}},
		} {
			_, err := l.service.Start(t.Context(), actor, in)
			wantKind(t, name, err, errs.KindForbidden)
		}
		sim := l.start(t, in)
		for name, actor := range map[string]access.Actor{"a seller": monthtest.Seller(1), "a lead": monthtest.Lead(1), "an administrator": monthtest.Admin} {
			_, _, err := l.service.Get(t.Context(), actor, sim.ID)
			wantKind(t, name, err, errs.KindForbidden)
			_, _, err = l.service.List(t.Context(), actor, 0, "")
			wantKind(t, name, err, errs.KindForbidden)
		}
		_, _, err := l.service.Get(t.Context(), monthtest.Maker, "nothing")
		wantKind(t, "nothing", err, errs.KindNotFound)
	})
}

func TestWhatCannotBeSimulated(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		l := open(t, db)
		draft := l.draft(t, "A: 3%", "A: 4%")
		for name, c := range map[string]struct {
			change func(*simulation.Request)
			want   errs.Kind
		}{
			"no name":             {func(r *simulation.Request) { r.Name = " " }, errs.KindInvalid},
			"backwards":           {func(r *simulation.Request) { r.First = r.Last + 1 }, errs.KindInvalid},
			"too many months":     {func(r *simulation.Request) { r.First = r.Last - simulation.MonthsMost }, errs.KindInvalid},
			"the future":          {func(r *simulation.Request) { r.Last = 2100 * 12 }, errs.KindInvalid},
			"nothing changed":     {func(r *simulation.Request) { r.A = simulation.Candidate{} }, errs.KindInvalid},
			"the same twice":      {func(r *simulation.Request) { r.B = r.A }, errs.KindInvalid},
			"too many draws":      {func(r *simulation.Request) { r.Draws = 1 << 30 }, errs.KindInvalid},
			"a budget below zero": {func(r *simulation.Request) { r.BudgetMinor = -1 }, errs.KindInvalid},
			"an unknown version":  {func(r *simulation.Request) { r.A.Versions = []string{"x"} }, errs.KindNotFound},
			"two of one document": {func(r *simulation.Request) { r.A.Versions = append(r.A.Versions, l.draft(t, "A: 3%", "A: 5%").ID) }, errs.KindConflict},
		} {
			in := request(draft.ID)
			c.change(&in)
			_, err := l.service.Start(t.Context(), monthtest.Maker, in)
			wantKind(t, name, err, c.want)
		}
		if err := l.Plans.Withdraw(t.Context(), monthtest.Maker, draft.ID, "x"); err != nil {
			t.Fatal(err)
		}
		_, err := l.service.Start(t.Context(), monthtest.Maker, request(draft.ID))
		wantKind(t, "a withdrawn version", err, errs.KindConflict)
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM simulation"); n[0] != 0 {
			t.Errorf("%d simulations were started", n[0])
		}
	})
}

// TestASimulationThatEndsOtherwiseSaysSo: cancelled while it runs, cancelled before it began, refused by the engine.
func TestASimulationThatEndsOtherwiseSaysSo(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		l := open(t, db)
		state := func(sim simulation.Simulation) simulation.Simulation {
			t.Helper()
			got, result, err := l.service.Get(t.Context(), monthtest.Maker, sim.ID)
			if err != nil || result != nil {
				t.Fatal(result, err)
			}
			return got
		}
		draft := l.draft(t, "A: 3%", "A: 4%").ID
		halted := l.start(t, request(draft))
		begun, err := l.Start(t.Context(), halted.JobID)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		if err := l.service.Run(ctx, stopped{begun, cancel}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if got := state(halted); got.State != simulation.StateCancelled || got.FinishedAt.IsZero() {
			t.Errorf("%+v", got)
		}
		waiting := l.start(t, request(draft))
		if err := db.InTx(t.Context(), func(tx *store.Tx) error { return tx.AskJobCancel(t.Context(), waiting.JobID) }); err != nil {
			t.Fatal(err)
		}
		if got := state(waiting); got.State != simulation.StateCancelled {
			t.Errorf("%+v", got)
		}
		refusing := l.start(t, request(l.draft(t, "zero_quota: attainment_zero", "zero_quota: refuse").ID))
		if _, err := l.work(t, refusing); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("refused: %v", err)
		}
		if got := state(refusing); got.State != simulation.StateFailed || got.Failure.Key == "" {
			t.Errorf("%+v", got)
		}
		stopping := l.start(t, request(draft))
		ended, end := context.WithCancel(t.Context())
		end()
		r, err := l.Start(t.Context(), stopping.JobID)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.service.Run(ended, r); err == nil {
			t.Error("a node that stops has an error")
		}
		if got := state(stopping); got.State != simulation.StateRunning {
			t.Errorf("a node that stops leaves it to the next: %+v", got)
		}
	})
}
