package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
)

// told lists the kinds of message that a user has got, oldest kinds first by name.
func (b *bundle) told(userID string) string {
	b.t.Helper()
	kinds := monthtest.QueryTexts(b.t, b.db, "SELECT kind FROM notice WHERE user_id = '"+userID+"'")
	slices.Sort(kinds)
	return strings.Join(kinds, " ")
}

func TestPeopleLearnWhatHappensToTheirAccount(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		user := b.user("known")
		from := func(agent, address string) access.Actor {
			t.Helper()
			issued, err := b.SignIn(t.Context(), access.SignIn{Login: "known", Password: password, Client: address, Agent: agent})
			b.must(err)
			actor, _, err := b.Authenticate(t.Context(), issued.Token)
			b.must(err)
			return actor
		}
		actor := from("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0", "203.0.113.1")
		from("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.1.2", "198.51.100.7") // a newer version of the same, elsewhere
		if got := b.told(user.ID); strings.Contains(got, "new_device") {
			t.Fatalf("the first device and its update: %q", got)
		}
		before := b.told(user.ID)
		for range 2 {
			from("MicroMessenger iPhone", "203.0.113.1")
		}
		if got := b.told(user.ID); got != strings.TrimSpace("new_device "+before) {
			t.Errorf("a new device: %q after %q", got, before)
		}
		_, err := b.CreateKey(t.Context(), actor, access.CreateKey{Name: "表格"})
		b.must(err)
		_, err = b.ResetPassword(t.Context(), b.root, access.ResetPassword{UserID: user.ID})
		b.must(err)
		_, err = b.ResetSecondFactor(t.Context(), b.root, user.ID)
		b.must(err)
		for _, kind := range []string{"key_created", "password_reset", "second_factor_off"} {
			if !strings.Contains(b.told(user.ID), kind) {
				t.Errorf("no %s in %q", kind, b.told(user.ID))
			}
		}
	})
}

func TestDevicesOfBeforeTheUpgradeAreNotCalledNew(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		user := b.user("veteran")
		from := func(agent string) {
			t.Helper()
			_, err := b.SignIn(t.Context(), access.SignIn{Login: "veteran", Password: password, Client: "203.0.113.1", Agent: agent})
			b.must(err)
		}
		watchedFrom := func(at string) {
			t.Helper()
			b.must(b.db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := monthtest.Exec(t.Context(), tx, "UPDATE app_user SET devices_watched_from = '"+at+"' WHERE id = '"+user.ID+"'")
				return err
			}))
		}
		watchedFrom("2999-01-01T00:00:00.000000Z") // as the upgrade leaves who had signed in before
		from("Chrome desktop")
		from("iPhone")
		if got := b.told(user.ID); strings.Contains(got, "new_device") {
			t.Errorf("the phone of before: %q", got)
		}
		watchedFrom("2020-01-01T00:00:00.000000Z")
		from("iPhone")
		from("Android")
		if got := b.told(user.ID); strings.Count(got, "new_device") != 1 {
			t.Errorf("after two weeks, a third device: %q", got)
		}
	})
}

func TestAnOpenPageDoesNotKeepASessionAlive(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		issued, err := b.SignIn(t.Context(), access.SignIn{Login: "known", Password: password, Client: client})
		b.must(err)
		b.clock.Advance(access.SessionIdle - time.Second)
		if actor, _, err := b.Glance(t.Context(), issued.Token); err != nil || actor.UserID == "" {
			t.Fatalf("%+v, %v", actor, err)
		}
		b.clock.Advance(time.Second)
		if _, _, err := b.Glance(t.Context(), issued.Token); err == nil {
			t.Error("the session lives on though nobody was there")
		}
	})
}
