package worker_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestWhoAskedForAJobIsToldHowItEnded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		err := db.Access().InTx(t.Context(), func(tx access.Tx) error {
			return tx.InsertUser(t.Context(), access.Account{User: access.User{ID: owner.UserID, Login: "owner"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		b := setup(t, db, func(_ context.Context, r job.Running) error {
			if r.Job().Subject == "retro:R" {
				return errs.New(errs.KindConflict, "error.invalid", nil)
			}
			return nil
		})
		b.await(t, enqueue(t, db, job.Spec{Subject: "period:2026-09"}), inState(job.StateSucceeded))
		b.await(t, enqueue(t, db, job.Spec{Subject: "retro:R"}), inState(job.StateFailed))
		told := monthtest.QueryTexts(t, db, "SELECT kind || ' ' || subject || ' ' || user_id FROM notice")
		slices.Sort(told)
		if got := strings.Join(told, ", "); got != "job_done period:2026-09 u1, job_failed retro:R u1" {
			t.Error(got)
		}
	})
}
