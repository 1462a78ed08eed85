package store_test

import (
	"strings"
	"sync"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestAnswersAreGivenAgainForADay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, answers := t.Context(), db.Answers()
		claim := func(user, key, hash string) (int, string, error) {
			t.Helper()
			return answers.ClaimAnswer(ctx, user, key, hash)
		}
		refused := func(err error, key string) {
			t.Helper()
			if !errs.Is(err, errs.KindConflict) || !strings.Contains(err.Error(), key) {
				t.Errorf("got %v, want conflict %s", err, key)
			}
		}
		// given a claimed key
		if status, _, err := claim("u", "k", "h"); err != nil || status != 0 {
			t.Fatalf("first claim: %d, %v", status, err)
		}
		// when it is asked for again before it is answered, then who asks is told to wait
		_, _, err := claim("u", "k", "h")
		refused(err, "idempotency.under_way")
		// when it is answered, then the same request gets the answer and no other does
		if err := answers.KeepAnswer(ctx, "u", "k", 201, "made"); err != nil {
			t.Fatal(err)
		}
		if status, answer, err := claim("u", "k", "h"); err != nil || status != 201 || answer != "made" {
			t.Errorf("again: %d %q, %v", status, answer, err)
		}
		_, _, err = claim("u", "k", "other")
		refused(err, "idempotency.other_request")
		refused(answers.KeepAnswer(ctx, "u", "k", 200, "changed"), "idempotency.under_way")
		if err := answers.ForgetAnswer(ctx, "u", "k"); err != nil {
			t.Fatal(err)
		}
		if status, _, err := claim("u", "k", "h"); err != nil || status != 201 {
			t.Errorf("an answer that is kept was forgotten: %d, %v", status, err)
		}
		// keys are everybody's own
		if status, _, err := claim("v", "k", "h"); err != nil || status != 0 {
			t.Errorf("another user: %d, %v", status, err)
		}
		if err := answers.ForgetAnswer(ctx, "v", "k"); err != nil {
			t.Fatal(err)
		}
		if status, _, err := claim("v", "k", "other"); err != nil || status != 0 {
			t.Errorf("a key given free: %d, %v", status, err)
		}
		// a day later it is a new key
		execRaw(t, db, `UPDATE idempotency SET created_at = '2026-09-23T02:12:00.000000Z' WHERE user_id = 'u'`)
		if status, _, err := claim("u", "k", "other"); err != nil || status != 0 {
			t.Errorf("a day later: %d, %v", status, err)
		}
	})
}

func TestOneOfManyClaimsWins(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		var wait sync.WaitGroup
		won := make([]bool, 8)
		failed := make([]error, len(won))
		for i := range won {
			wait.Go(func() {
				status, _, err := db.Answers().ClaimAnswer(t.Context(), "u", "k", "h")
				won[i] = err == nil && status == 0
				if err != nil && !errs.Is(err, errs.KindConflict) {
					failed[i] = err
				}
			})
		}
		wait.Wait()
		winners := 0
		for i := range won {
			if won[i] {
				winners++
			}
			if failed[i] != nil {
				t.Error(failed[i])
			}
		}
		if winners != 1 {
			t.Errorf("%d claims won, want 1", winners)
		}
	})
}
