package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// noNode is the live state of a process that runs no jobs.
type noNode struct{}

func (noNode) Progress(string) (job.Progress, bool)   { return job.Progress{}, false }
func (noNode) Interrupt(string) bool                  { return false }
func (noNode) Watch(string) (<-chan struct{}, func()) { return nil, func() {} }

func TestPeopleSeeTheirOwnJobsAndThoseWhoMaySeeAll(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		service := job.NewService(db.Jobs(), noNode{})
		seller := access.Actor{UserID: "seller", Grants: []access.Grant{{Role: access.RoleSeller}}}
		auditor := access.Actor{UserID: "auditor", Grants: []access.Grant{{Role: access.RoleAuditor}}}
		admin := access.Actor{UserID: "admin", Grants: []access.Grant{{Role: access.RoleAdmin}}}
		for _, id := range []string{"1", "2", "3", "4", "5"} {
			owner := seller.UserID
			if id == "3" {
				owner = "somebody"
			}
			do(t, db, func(tx *store.Tx) error {
				return tx.Enqueue(t.Context(), job.Spec{ID: id, Kind: "import.apply", CreatedBy: owner, Subject: "batch:" + id})
			})
		}
		pages := func(actor access.Actor, filter job.Filter) (all [][]string) {
			for {
				page, err := service.List(t.Context(), actor, filter)
				if err != nil {
					t.Fatal(err)
				}
				var ids []string
				for _, j := range page.Jobs {
					ids = append(ids, j.ID)
				}
				if all = append(all, ids); page.Next == "" {
					return all
				}
				filter.After = page.Next
			}
		}
		equal := func(got [][]string, want ...[]string) {
			t.Helper()
			if !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("pages %v, want %v", got, want)
			}
		}
		equal(pages(seller, job.Filter{Limit: 2}), []string{"5", "4"}, []string{"2", "1"})
		equal(pages(seller, job.Filter{CreatedBy: "somebody"}), []string{"5", "4", "2", "1"})
		equal(pages(auditor, job.Filter{Limit: 3}), []string{"5", "4", "3"}, []string{"2", "1"})
		equal(pages(auditor, job.Filter{CreatedBy: "somebody", Kind: "import.apply", States: []job.State{job.StateQueued, job.StateFailed}}), []string{"3"})
		equal(pages(auditor, job.Filter{States: []job.State{job.StateFailed}}), nil)

		for _, test := range []struct {
			name  string
			actor access.Actor
			id    string
			want  errs.Kind
		}{
			{"a stranger's job", seller, "3", errs.KindNotFound},
			{"no such job", auditor, "none", errs.KindNotFound},
			{"by one who may only look", auditor, "1", errs.KindForbidden},
			{"by nobody", access.Actor{}, "1", errs.KindUnauthenticated},
		} {
			if err := service.Cancel(t.Context(), test.actor, test.id); !errs.Is(err, test.want) {
				t.Errorf("cancel %s: %v", test.name, err)
			}
		}
		for range 2 { // asking again is no mistake
			if err := service.Cancel(t.Context(), admin, "3"); err != nil {
				t.Errorf("cancel by the administrator: %v", err)
			}
		}
		j, err := service.Get(t.Context(), auditor, "3")
		if err != nil || j.State != job.StateCancelled || j.FinishedAt.IsZero() {
			t.Errorf("cancelled job is %+v, %v", j, err)
		}
		checkLog(t, db, "job.cancel")
	})
}

// ender is a node whose job ends, as cancelled, as soon as it is interrupted: before the cancellation gets at the database.
type ender struct {
	noNode
	end func(id string)
}

func (e ender) Interrupt(id string) bool {
	e.end(id)
	return true
}

func TestWhoCancelsIsInTheLogHoweverTheJobEnds(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, hangUp := context.WithCancel(t.Context())
		owner := access.Actor{UserID: "owner", Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations}}}
		to := func(id, state string) { execRaw(t, db, `UPDATE job SET state = '`+state+`' WHERE id = '`+id+`'`) }
		for _, id := range []string{"ended", "runs", "done"} {
			do(t, db, func(tx *store.Tx) error {
				return tx.Enqueue(t.Context(), job.Spec{ID: id, Kind: "import.apply", CreatedBy: owner.UserID, Subject: "import:" + id})
			})
			to(id, "running")
		}
		// The one who asks hangs up in the moment in which the job is interrupted.
		quick := job.NewService(db.Jobs(), ender{end: func(id string) { to(id, "cancelled"); hangUp() }})
		if err := quick.Cancel(ctx, owner, "ended"); err != nil {
			t.Errorf("a job that ended at once: %v", err)
		}
		slow := job.NewService(db.Jobs(), noNode{})
		for range 2 {
			if err := slow.Cancel(t.Context(), owner, "runs"); err != nil {
				t.Errorf("a running job: %v", err)
			}
		}
		to("done", "succeeded")
		if err := slow.Cancel(t.Context(), owner, "done"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a finished job: %v", err)
		}
		checkLog(t, db, "job.cancel", "job.cancel")
		page, err := audit.NewService(db.Audit()).List(t.Context(), access.SystemActor("test"), audit.Filter{Subject: "job:runs"})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].ActorID != "owner" || !strings.Contains(string(page.Entries[0].Before), `"cancel_asked":false`) ||
			!strings.Contains(string(page.Entries[0].After), `"cancel_asked":true`) {
			t.Errorf("entry %+v (%v)", page.Entries, err)
		}
	})
}
