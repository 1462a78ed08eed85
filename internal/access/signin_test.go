package access_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

func (b *bundle) try(login, password, client string) error {
	_, err := b.SignIn(b.t.Context(), access.SignIn{Login: login, Password: password, Client: client})
	return err
}

func TestSignInTellsNobodyWhy(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		off := b.user("disabled")
		_, err := b.DisableUser(t.Context(), b.root, off.ID)
		b.must(err)
		texts := map[string]bool{}
		for _, login := range []string{"unknown", "known", "disabled"} {
			given := "wrong-Kettle-42"
			if login == "disabled" {
				given = password
			}
			err := b.try(login, given, "")
			b.refused(err, errs.KindUnauthenticated, "access.sign_in_failed")
			texts[err.Error()] = true
		}
		if len(texts) != 1 {
			t.Errorf("different errors: %v", texts)
		}
		b.refused(b.try("", "", ""), errs.KindInvalid, "access.required")
		b.refused(b.try("known", strings.Repeat("x", 5000), ""), errs.KindInvalid, "access.text_long")
	})
}

func TestSignInBlocksALoginLongerEachTime(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		for _, login := range []string{"known", "unknown"} {
			for range 6 { // five are free, the sixth begins the block
				b.refused(b.try(login, "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
			}
			b.refused(b.try(login, password, ""), errs.KindTooMany, "access.too_many")
			b.clock.Advance(30*time.Second - time.Microsecond)
			b.refused(b.try(login, password, ""), errs.KindTooMany, "access.too_many")
			b.clock.Advance(time.Microsecond)
			b.refused(b.try(login, "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
			b.clock.Advance(30 * time.Second)
			b.refused(b.try(strings.ToUpper(login), password, ""), errs.KindTooMany, "access.too_many") // now a minute
			// the block is in the database, not in the process
			restarted := newService(t, b.db, b.clock, cheap)
			_, err := restarted.SignIn(t.Context(), access.SignIn{Login: login, Password: password})
			b.refused(err, errs.KindTooMany, "access.too_many")
			b.clock.Advance(30 * time.Second)
		}
		// a right password clears the count
		b.must(b.try("known", password, ""))
		for range 6 {
			b.refused(b.try("known", "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
		}
		b.refused(b.try("known", password, ""), errs.KindTooMany, "access.too_many")
		// other people are not concerned, and an administrator lifts the block
		b.user("neighbour")
		b.must(b.try("neighbour", password, ""))
		page, err := b.ListUsers(t.Context(), b.root, access.UserFilter{Text: "known"})
		b.must(err)
		_, err = b.ResetPassword(t.Context(), b.root, access.ResetPassword{UserID: page.Users[0].ID, Password: "amber-Window-17"})
		b.must(err)
		b.must(b.try("known", "amber-Window-17", ""))
	})
}

func TestSignInForgetsOldFailures(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		for range 5 {
			b.refused(b.try("known", "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
		}
		b.clock.Advance(24 * time.Hour)
		for range 5 {
			b.refused(b.try("known", "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
		}
		b.must(b.try("known", password, ""))
	})
}

func TestSignInBlocksAnAddressThatTriesManyLogins(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		const attacker = "198.51.100.7"
		for i := range 31 {
			if i%3 == 0 {
				b.must(b.try("known", password, attacker)) // an own sign-in in between neither helps nor harms
			}
			b.refused(b.try("guess"+strings.Repeat("x", i), "wrong", attacker), errs.KindUnauthenticated, "access.sign_in_failed")
		}
		b.refused(b.try("known", password, attacker), errs.KindTooMany, "access.too_many")
		b.must(b.try("known", password, "198.51.100.8"))
		b.clock.Advance(30 * time.Second)
		b.must(b.try("known", password, attacker))
	})
}

func TestManyGuessesAtOnceDoNotSlipThrough(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		var wait sync.WaitGroup
		var mu sync.Mutex
		looked := 0
		for range 16 {
			wait.Go(func() {
				err := b.try("known", "wrong", "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errs.Is(err, errs.KindUnauthenticated):
					looked++
				case !errs.Is(err, errs.KindTooMany) && !errs.Is(err, errs.KindUnavailable):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if looked == 0 || looked > 6 {
			t.Errorf("%d guesses were looked at, want 1 to 6", looked)
		}
	})
}

func TestSignInRenewsHashesOfAnotherCost(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		user := b.user("known")
		hash := func() (h string) {
			b.must(b.db.Access().Read(t.Context(), func(tx access.Reader) error {
				account, err := tx.UserAccount(t.Context(), user.ID)
				h = account.PasswordHash
				return err
			}))
			return h
		}
		before := hash()
		b.Service = newService(t, b.db, b.clock, access.HashCost{MemoryKiB: 128, Passes: 1, Lanes: 1})
		b.refused(b.try("known", "wrong", ""), errs.KindUnauthenticated, "access.sign_in_failed")
		if hash() != before {
			t.Error("a wrong password renewed the hash")
		}
		b.must(b.try("known", password, ""))
		renewed := hash()
		if renewed == before || !strings.Contains(renewed, "m=128,") {
			t.Errorf("hash %q", renewed)
		}
		b.must(b.try("known", password, ""))
		if hash() != renewed {
			t.Error("a hash of today's cost was renewed")
		}
	})
}

func TestChangePasswordProvesTheOldOne(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		b.user("known")
		actor, issued := b.signIn("known", password)
		change := func(current, new string) error {
			_, err := b.ChangePassword(ctx, actor, access.ChangePassword{Current: current, New: new})
			return err
		}
		b.refused(change(password, password), errs.KindInvalid, "access.password_same")
		b.refused(change(password, "short"), errs.KindInvalid, "access.password_short")
		b.refused(change(password, "i-am-KNOWN-here"), errs.KindInvalid, "access.password_login")
		for range 6 {
			b.refused(change("wrong", "amber-Window-17"), errs.KindInvalid, "access.password_wrong")
		}
		b.refused(change(password, "amber-Window-17"), errs.KindTooMany, "access.too_many")
		b.opened(issued.Token)
		b.clock.Advance(time.Hour)
		b.must(change(password, "amber-Window-17"))
		b.closed(issued.Token)
		_, err := b.ChangePassword(ctx, access.Actor{UserID: actor.UserID, APIKey: "k"}, access.ChangePassword{Current: "x", New: "amber-Window-18"})
		b.refused(err, errs.KindForbidden, "access.screen_only")
		_, err = b.ChangePassword(ctx, access.Actor{}, access.ChangePassword{})
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_first")
	})
}
