package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

func TestSessionEndsByItself(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		idle := b.open("known", password)
		b.clock.Advance(access.SessionIdle - time.Microsecond)
		b.opened(idle.Token) // and was seen now
		b.clock.Advance(access.SessionIdle - time.Microsecond)
		b.opened(idle.Token)
		b.clock.Advance(access.SessionIdle)
		b.closed(idle.Token)
		busy := b.open("known", password)
		for end := b.clock.Now().Add(access.SessionLifetime); b.clock.Now().Before(end); b.clock.Advance(access.SessionIdle / 2) {
			b.opened(busy.Token)
		}
		b.closed(busy.Token)
	})
}

func TestSessionTokenMustBeWhole(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		token := b.open("root", rootPassword).Token
		for _, wrong := range []string{"", token[:42], token + "x", strings.ToUpper(token), strings.Repeat("A", 43), "' OR 1=1 --"} {
			if wrong != token {
				b.closed(wrong)
			}
		}
	})
}

func TestLastSeenIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		issued := b.open("root", rootPassword)
		signedIn := b.clock.Now()
		for _, c := range []struct{ after, seen time.Duration }{
			{59 * time.Second, 0}, {60 * time.Second, 60 * time.Second}, {119 * time.Second, 60 * time.Second}, {121 * time.Second, 121 * time.Second},
		} {
			b.clock.Advance(signedIn.Add(c.after).Sub(b.clock.Now()))
			b.opened(issued.Token)
			sessions, err := b.ListSessions(t.Context(), b.root, b.root.UserID)
			b.must(err)
			if got := sessions[0].SeenAt.Sub(signedIn); got != c.seen {
				t.Errorf("after %v last seen at %v, want %v", c.after, got, c.seen)
			}
		}
	})
}

func TestSessionsCanBeListedAndEnded(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		user := b.user("known")
		laptop, here := b.signIn("known", password)
		b.clock.Advance(time.Second)
		phone := b.open("known", password)
		b.clock.Advance(time.Second)
		third := b.open("known", password)
		rooted := b.open("root", rootPassword)
		sessions, err := b.ListSessions(ctx, laptop, user.ID)
		b.must(err)
		var listed []string
		for _, s := range sessions {
			listed = append(listed, s.ID)
			if s.Client != client || s.Agent != "Browser" || s.Current != (s.ID == here.Session.ID) || s.Stage != access.StageFull {
				t.Errorf("session %+v", s)
			}
		}
		if diff := cmp.Diff([]string{third.Session.ID, phone.Session.ID, here.Session.ID}, listed); diff != "" {
			t.Errorf("sessions (-want +got):\n%s", diff)
		}
		b.must(b.EndSession(ctx, laptop, phone.Session.ID))
		b.closed(phone.Token)
		b.refused(b.EndSession(ctx, laptop, phone.Session.ID), errs.KindNotFound, "access.session_unknown")
		b.refused(b.EndSession(ctx, laptop, rooted.Session.ID), errs.KindNotFound, "access.session_unknown")
		b.refused(b.EndSession(ctx, access.Actor{}, third.Session.ID), errs.KindUnauthenticated, "access.sign_in_first")
		ended, err := b.EndSessions(ctx, laptop, user.ID)
		b.must(err)
		b.closed(third.Token)
		b.opened(here.Token)
		b.opened(rooted.Token)
		if ended != 1 {
			t.Errorf("%d ended", ended)
		}
		b.must(b.SignOut(ctx, here.Token))
		b.must(b.SignOut(ctx, here.Token))
		b.closed(here.Token)
		again := b.open("known", password)
		ended, err = b.EndSessions(ctx, b.root, user.ID)
		b.must(err)
		b.closed(again.Token)
		if ended != 1 {
			t.Errorf("%d ended", ended)
		}
		want := []string{"session.start", "session.end"}
		if diff := cmp.Diff(want, b.actions("session:"+here.Session.ID)); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
	})
}

// TestDisabledUserHasNoSession has a session that outlived the disabling, as after a restore of part of the data.
func TestDisabledUserHasNoSession(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known", all(access.RoleFinance))
		issued := b.open("known", password)
		b.raw(`UPDATE app_user SET disabled = TRUE WHERE login = 'known'`)
		b.closed(issued.Token)
	})
}

func TestRotatedSessionHasOneToken(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		issued := b.open("root", rootPassword)
		rotated, err := b.RotateSession(t.Context(), issued.Token)
		b.must(err)
		b.closed(issued.Token)
		if b.opened(rotated.Token).ID != issued.Session.ID || rotated.Token == issued.Token {
			t.Errorf("rotated %+v", rotated)
		}
		_, err = b.RotateSession(t.Context(), issued.Token)
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_first")
	})
}

func TestSweepDeletesOnlyWhatHasEnded(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		b.refused(b.try("known", "wrong", client), errs.KindUnauthenticated, "access.sign_in_failed")
		b.clock.Advance(access.SessionIdle)
		b.clock.Advance(access.SessionIdle - time.Hour)
		fresh := b.open("root", rootPassword)
		// root's first session has ended; the failures are 23 hours old
		if n, err := b.Sweep(t.Context()); err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		b.opened(fresh.Token)
		b.clock.Advance(time.Hour)
		if n, err := b.Sweep(t.Context()); err != nil || n == 0 {
			t.Errorf("swept %d, %v", n, err)
		}
		b.opened(fresh.Token)
	})
}

func TestAPIKeyLifeCycle(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		user := b.user("known", all(access.RoleOperations))
		actor, _ := b.signIn("known", password)
		created, err := b.CreateKey(ctx, actor, access.CreateKey{Name: "报表", Lifetime: 48 * time.Hour})
		b.must(err)
		if !strings.HasPrefix(created.Text, created.Key.Prefix+"_") || !strings.HasPrefix(created.Text, "xg_") || len(created.Text) < 60 {
			t.Errorf("key %+v", created)
		}
		acting, err := b.AuthenticateKey(ctx, created.Text)
		b.must(err)
		if acting.UserID != user.ID || !acting.Can(access.PermImport) || acting.Can(access.PermUsersRead) || acting.APIKey != created.Key.ID || acting.Session != "" {
			t.Errorf("acting %+v", acting)
		}
		// a key keeps to its user's rights as they are now, and can't touch what proves who somebody is
		_, err = b.CreateKey(ctx, acting, access.CreateKey{Name: "next"})
		b.refused(err, errs.KindForbidden, "access.screen_only")
		_, err = b.BeginSecondFactor(ctx, acting, password)
		b.refused(err, errs.KindForbidden, "access.screen_only")
		_, err = b.SetGrants(ctx, b.root, access.SetGrants{UserID: user.ID, Grants: []access.Grant{all(access.RoleSeller)}})
		b.must(err)
		if acting, err = b.AuthenticateKey(ctx, created.Text); err != nil || acting.Can(access.PermImport) {
			t.Errorf("after losing the role %+v, %v", acting, err)
		}
		keys, err := b.ListKeys(ctx, b.root, user.ID)
		b.must(err)
		if len(keys) != 1 || keys[0].LastUsedAt != b.clock.Now() || keys[0].Name != "报表" {
			t.Errorf("keys %+v", keys)
		}
		b.clock.Advance(48*time.Hour - time.Microsecond)
		_, err = b.AuthenticateKey(ctx, created.Text)
		b.must(err)
		b.clock.Advance(time.Microsecond)
		_, err = b.AuthenticateKey(ctx, created.Text)
		b.refused(err, errs.KindUnauthenticated, "access.key_unknown")
	})
}

func TestAPIKeysStop(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		user := b.user("known", all(access.RoleOperations))
		b.user("stranger")
		actor, _ := b.signIn("known", password)
		stranger, _ := b.signIn("stranger", password)
		make := func(in access.CreateKey) access.CreatedKey {
			t.Helper()
			in.Name = "k"
			created, err := b.CreateKey(ctx, actor, in)
			b.must(err)
			return created
		}
		stopped := func(text string) {
			t.Helper()
			_, err := b.AuthenticateKey(ctx, text)
			b.refused(err, errs.KindUnauthenticated, "access.key_unknown")
		}
		one, two := make(access.CreateKey{}), make(access.CreateKey{ReadOnly: true})
		if acting, err := b.AuthenticateKey(ctx, two.Text); err != nil || acting.Can(access.PermImport) || !acting.Can(access.PermSalesRead) {
			t.Errorf("read-only key gives %+v, %v", acting, err)
		}
		for _, wrong := range []string{"", "xg_", one.Text[:len(one.Text)-1], strings.ToUpper(one.Text), one.Key.Prefix, strings.Repeat("xg_", 100)} {
			stopped(wrong)
		}
		b.refused(b.RevokeKey(ctx, stranger, one.Key.ID), errs.KindNotFound, "access.key_missing")
		b.must(b.RevokeKey(ctx, actor, one.Key.ID))
		stopped(one.Text)
		b.refused(b.RevokeKey(ctx, b.root, one.Key.ID), errs.KindConflict, "access.key_revoked")
		_, err := b.DisableUser(ctx, b.root, user.ID)
		b.must(err)
		stopped(two.Text)
		_, err = b.EnableUser(ctx, b.root, user.ID)
		b.must(err)
		_, err = b.AuthenticateKey(ctx, two.Text)
		b.must(err)
		_, err = b.ResetPassword(ctx, b.root, access.ResetPassword{UserID: user.ID})
		b.must(err)
		stopped(two.Text)
		b.must(b.RevokeKey(ctx, b.root, two.Key.ID))
		_, err = b.CreateKey(ctx, stranger, access.CreateKey{Name: "k", UserID: user.ID})
		b.refused(err, errs.KindForbidden, "access.key_for_other")
		_, err = b.CreateKey(ctx, stranger, access.CreateKey{Lifetime: access.MaxKeyLifetime + 1})
		b.refused(err, errs.KindInvalid, "access.key_lifetime")
		for range 20 {
			_, err = b.CreateKey(ctx, stranger, access.CreateKey{Name: "k"})
			b.must(err)
		}
		_, err = b.CreateKey(ctx, stranger, access.CreateKey{Name: "k"})
		b.refused(err, errs.KindConflict, "access.keys_many")
	})
}

func TestPreferencesAndViewsAreOnesOwn(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		b.user("ann")
		b.user("bob")
		ann, _ := b.signIn("ann", password)
		bob, _ := b.signIn("bob", password)
		wanted := access.Preferences{Language: "en", Theme: "dark", UpDown: "cn"}
		b.must(b.SetPreferences(ctx, ann, wanted))
		for actor, want := range map[*access.Actor]access.Preferences{&ann: wanted, &bob: access.DefaultPreferences} {
			if user, err := b.GetUser(ctx, *actor, actor.UserID); err != nil || user.Preferences != want {
				t.Errorf("%s: %+v, %v", actor.Name, user.Preferences, err)
			}
		}
		b.refused(b.SetPreferences(ctx, ann, access.Preferences{Language: "fr", Theme: "x", UpDown: "y"}), errs.KindInvalid, "access.unknown_choice")
		b.refused(b.SetPreferences(ctx, access.Actor{}, wanted), errs.KindUnauthenticated, "access.sign_in_first")
		b.refused(b.SetPreferences(ctx, system, wanted), errs.KindUnauthenticated, "access.sign_in_first")

		save := func(actor access.Actor, in access.SaveView) access.SavedView {
			t.Helper()
			in.List = "deals"
			view, err := b.SaveView(ctx, actor, in)
			b.must(err)
			return view
		}
		own := save(ann, access.SaveView{Name: "我的大单", Query: "min=100000"})
		shared := save(ann, access.SaveView{Name: "华东", Query: "region=1", Shared: true})
		save(bob, access.SaveView{Name: "华东", Query: "region=1&sort=-amount"})
		names := func(actor access.Actor) (names []string) {
			t.Helper()
			views, err := b.ListViews(ctx, actor, "deals")
			b.must(err)
			for _, v := range views {
				names = append(names, v.Name+"?"+v.Query)
			}
			return names
		}
		if diff := cmp.Diff([]string{"华东?region=1&sort=-amount", "华东?region=1"}, names(bob)); diff != "" {
			t.Errorf("bob sees (-want +got):\n%s", diff)
		}
		_, err := b.SaveView(ctx, ann, access.SaveView{List: "deals", Name: "华东"})
		b.refused(err, errs.KindInvalid, "access.view_taken")
		_, err = b.SaveView(ctx, bob, access.SaveView{ID: shared.ID, List: "deals", Name: "x"})
		b.refused(err, errs.KindNotFound, "access.view_missing")
		_, err = b.SaveView(ctx, bob, access.SaveView{List: "Deals!", Name: " ", Query: "\x00"})
		b.refused(err, errs.KindInvalid, "access.required")
		b.refused(b.DeleteView(ctx, bob, own.ID), errs.KindNotFound, "access.view_missing")
		b.refused(b.DeleteView(ctx, bob, shared.ID), errs.KindNotFound, "access.view_missing")
		b.refused(b.DeleteView(ctx, b.root, own.ID), errs.KindNotFound, "access.view_missing") // not shared: not even an administrator's
		renamed := save(ann, access.SaveView{ID: own.ID, Name: "我的小单", Query: "max=9"})
		if renamed.ID != own.ID || renamed.CreatedAt != own.CreatedAt {
			t.Errorf("renamed %+v", renamed)
		}
		b.must(b.DeleteView(ctx, b.root, shared.ID))
		b.must(b.DeleteView(ctx, ann, own.ID))
		if got := names(ann); len(got) != 0 {
			t.Errorf("ann sees %v", got)
		}
		want := []string{"saved_view.create", "saved_view.update", "saved_view.delete"}
		if diff := cmp.Diff(want, b.actions("saved_view:"+own.ID)); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
	})
}
