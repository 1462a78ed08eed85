package access_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestSetUpWorksOnceEvenWhenAskedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		service := newService(t, db, &clock{now: storetest.Start}, cheap)
		if needed, err := service.NeedsSetUp(t.Context()); err != nil || !needed {
			t.Fatalf("needed %v, %v", needed, err)
		}
		var wait sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			wait.Go(func() {
				_, results[i] = service.SetUp(t.Context(), access.SetUp{Login: "root" + strings.Repeat("x", i), Name: "N", Password: rootPassword})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindUnavailable) {
				t.Error(err)
			}
		}
		page, err := service.ListUsers(t.Context(), system, access.UserFilter{})
		if err != nil || won != 1 || len(page.Users) != 1 {
			t.Errorf("%d won, users %+v, %v", won, page.Users, err)
		}
		if needed, err := service.NeedsSetUp(t.Context()); err != nil || needed {
			t.Errorf("needed %v, %v", needed, err)
		}
	})
}

func TestSetUpRefusesABadPassword(t *testing.T) {
	t.Parallel()
	err := access.SetUp{Login: "-", Name: " ", Password: "short"}.Validate()
	for _, key := range []string{"access.login_shape", "access.required", "access.password_short"} {
		if !errs.Is(err, errs.KindInvalid) || !strings.Contains(err.Error(), key) {
			t.Errorf("%v lacks %s", err, key)
		}
	}
	if strings.Contains(err.Error(), "short\"") {
		t.Errorf("the error holds the password: %v", err)
	}
}

func TestUserLifeCycle(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		b.person(7)
		b.region(3)
		// given a user made by the administrator without a password
		created, err := b.CreateUser(ctx, b.root, access.CreateUser{
			Login: " LinLan ", Name: "林岚", PersonID: 7, Keep: true, // Keep is for the system alone
			Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: 3}, {Role: access.RoleSeller, Scope: access.ScopeOwn}},
		})
		b.must(err)
		id := created.User.ID
		if created.User.Login != "linlan" || !created.User.MustChange || len(created.Password) < 16 {
			t.Fatalf("created %+v", created)
		}
		// when she signs in with it, she may do nothing but set her own
		first, issued := b.signIn("LINLAN", created.Password)
		if issued.Session.Stage != access.StagePassword || len(first.Grants) > 0 || first.PersonID != 0 || first.Can(access.PermSalesRead) {
			t.Fatalf("first sign-in %+v %+v", issued, first)
		}
		other := b.open("linlan", created.Password)
		changed, err := b.ChangePassword(ctx, first, access.ChangePassword{Current: created.Password, New: password})
		b.must(err)
		// then the old tokens are dead and the new one has her rights
		b.closed(issued.Token)
		b.closed(other.Token)
		actor, session, err := b.Authenticate(ctx, changed.Token)
		b.must(err)
		if session.Stage != access.StageFull || actor.PersonID != 7 || !actor.Can(access.PermPlanApprove) || actor.Can(access.PermUsersRead) {
			t.Errorf("after changing the password %+v %+v", session, actor)
		}
		// when the administrator changes her, the sessions end and everything is on record
		updated, err := b.UpdateUser(ctx, b.root, access.UpdateUser{UserID: id, Login: "lin.lan", Name: "林 岚"})
		b.must(err)
		b.closed(changed.Token)
		if updated.Login != "lin.lan" || updated.PersonID != 0 || len(updated.Grants) != 2 {
			t.Errorf("updated %+v", updated)
		}
		again := b.open("lin.lan", password)
		_, err = b.SetGrants(ctx, b.root, access.SetGrants{UserID: id, Grants: []access.Grant{all(access.RoleFinance)}})
		b.must(err)
		b.closed(again.Token)
		again = b.open("lin.lan", password)
		_, err = b.DisableUser(ctx, b.root, id)
		b.must(err)
		b.closed(again.Token)
		_, err = b.SignIn(ctx, access.SignIn{Login: "lin.lan", Password: password})
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_failed")
		_, err = b.EnableUser(ctx, b.root, id)
		b.must(err)
		reset, err := b.ResetPassword(ctx, b.root, access.ResetPassword{UserID: id})
		b.must(err)
		_, err = b.SignIn(ctx, access.SignIn{Login: "lin.lan", Password: password})
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_failed")
		if issued := b.open("lin.lan", reset.Password); issued.Session.Stage != access.StagePassword {
			t.Errorf("after the reset %+v", issued.Session)
		}
		want := []string{
			"user.create", "user.change_password", "user.update", "user.set_grants", "user.disable", "session.refused", "user.enable", "user.reset_password", "session.refused",
		}
		if diff := cmp.Diff(want, b.actions("user:"+id)); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
		b.checkGrantsEntry(id)
	})
}

// checkGrantsEntry looks at what the log says about the roles that TestUserLifeCycle changed.
func (b *bundle) checkGrantsEntry(id string) {
	b.t.Helper()
	grants := b.entries(audit.Filter{Subject: "user:" + id, ActionPrefix: "user.set_grants"})[0]
	if grants.ActorID != b.root.UserID || grants.Client != client ||
		!strings.Contains(string(grants.Before), `"grants":[{"role":"seller","scope":"own"},{"region_id":3,"role":"director","scope":"region"}]`) ||
		!strings.Contains(string(grants.After), `"grants":[{"role":"finance","scope":"all"}]`) {
		b.t.Errorf("entry %s %s", grants.Before, grants.After)
	}
}

func TestUsersReferToWhatExistsAndIsFree(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		b.person(7)
		taken, err := b.CreateUser(ctx, b.root, access.CreateUser{Login: "one", Name: "一", PersonID: 7})
		b.must(err)
		create := func(in access.CreateUser) error {
			in.Name = "二"
			_, err := b.CreateUser(ctx, b.root, in)
			return err
		}
		b.refused(create(access.CreateUser{Login: "ONE"}), errs.KindInvalid, "access.login_taken")
		b.refused(create(access.CreateUser{Login: "two", PersonID: 8}), errs.KindInvalid, "access.person_unknown")
		b.refused(create(access.CreateUser{Login: "two", PersonID: 7}), errs.KindInvalid, "access.person_taken")
		b.refused(create(access.CreateUser{Login: "two", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: 9}}}),
			errs.KindInvalid, "access.region_unknown")
		b.refused(create(access.CreateUser{Login: "two", Password: "two-two-two-two"}), errs.KindInvalid, "access.password_")
		for _, grants := range [][]access.Grant{
			{{Role: "king", Scope: access.ScopeAll}}, {{Role: access.RoleLead, Scope: "world"}}, {{Role: access.RoleLead, Scope: access.ScopeRegion}},
			{{Role: access.RoleLead, Scope: access.ScopeAll, RegionID: 1}}, {all(access.RoleLead), all(access.RoleLead)},
		} {
			b.refused(create(access.CreateUser{Login: "two", Grants: grants}), errs.KindInvalid, "access.invalid")
		}
		// the person is free again once the user is disabled, and then the user cannot simply come back
		_, err = b.DisableUser(ctx, b.root, taken.User.ID)
		b.must(err)
		b.must(create(access.CreateUser{Login: "two", PersonID: 7}))
		_, err = b.EnableUser(ctx, b.root, taken.User.ID)
		b.refused(err, errs.KindInvalid, "access.person_taken")
		_, err = b.UpdateUser(ctx, b.root, access.UpdateUser{UserID: "nobody", Login: "x1", Name: "X"})
		b.refused(err, errs.KindNotFound, "access.user_missing")
	})
}

func TestAdministratorsCanNotLockEverybodyOut(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		seller := []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}
		_, err := b.SetGrants(ctx, b.root, access.SetGrants{UserID: b.root.UserID, Grants: seller})
		b.refused(err, errs.KindForbidden, "access.own_administrator")
		_, err = b.DisableUser(ctx, b.root, b.root.UserID)
		b.refused(err, errs.KindForbidden, "access.own_user")
		_, err = b.ResetPassword(ctx, b.root, access.ResetPassword{UserID: b.root.UserID})
		b.refused(err, errs.KindForbidden, "access.own_password")
		_, err = b.SetGrants(ctx, system, access.SetGrants{UserID: b.root.UserID, Grants: seller})
		b.refused(err, errs.KindConflict, "access.last_administrator")
		_, err = b.DisableUser(ctx, system, b.root.UserID)
		b.refused(err, errs.KindConflict, "access.last_administrator")
		// a disabled administrator does not count
		second := b.user("second", all(access.RoleAdmin))
		_, err = b.DisableUser(ctx, b.root, second.ID)
		b.must(err)
		_, err = b.DisableUser(ctx, system, b.root.UserID)
		b.refused(err, errs.KindConflict, "access.last_administrator")
		user, err := b.GetUser(ctx, b.root, b.root.UserID)
		b.must(err)
		if user.Disabled || !slices.Equal(user.Grants, []access.Grant{all(access.RoleAdmin)}) {
			t.Errorf("the administrator is now %+v", user)
		}
		// one's own further roles are fine; the session stays and gets a new token
		actor, issued := b.signIn("root", rootPassword)
		_, err = b.SetGrants(ctx, actor, access.SetGrants{UserID: actor.UserID, Grants: []access.Grant{all(access.RoleOperations), all(access.RoleAdmin)}})
		b.must(err)
		rotated, err := b.RotateSession(ctx, issued.Token)
		b.must(err)
		b.closed(issued.Token)
		if now, _, err := b.Authenticate(ctx, rotated.Token); err != nil || !now.Has(access.RoleOperations) || now.Session != actor.Session {
			t.Errorf("after rotation %+v, %v", now, err)
		}
	})
}

func TestTwoAdministratorsAtOnceLeaveOne(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		for range 4 {
			b.must(restoreAdministrators(t.Context(), b))
			other, _ := b.signIn("other", password)
			actors := []access.Actor{b.root, other}
			results := make([]error, 2)
			var wait sync.WaitGroup
			for i, actor := range actors {
				wait.Go(func() {
					_, results[i] = b.SetGrants(t.Context(), actor, access.SetGrants{UserID: actors[1-i].UserID, Grants: []access.Grant{all(access.RoleSeller)}})
				})
			}
			wait.Wait()
			won := 0
			for _, err := range results {
				if err == nil {
					won++
				} else if !errs.Is(err, errs.KindConflict) && !errs.Is(err, errs.KindUnavailable) {
					t.Error(err)
				}
			}
			page, err := b.ListUsers(t.Context(), system, access.UserFilter{Role: access.RoleAdmin})
			b.must(err)
			if won != 1 || len(page.Users) != 1 {
				t.Errorf("%d won, %d administrators left: %v", won, len(page.Users), results)
			}
		}
	})
}

// restoreAdministrators makes root and other administrators.
func restoreAdministrators(ctx context.Context, b *bundle) error {
	page, err := b.ListUsers(ctx, system, access.UserFilter{})
	if err != nil {
		return err
	}
	if len(page.Users) == 1 {
		b.user("other", all(access.RoleAdmin))
		return nil
	}
	for _, u := range page.Users {
		if _, err := b.SetGrants(ctx, system, access.SetGrants{UserID: u.ID, Grants: []access.Grant{all(access.RoleAdmin)}}); err != nil {
			return err
		}
	}
	return nil
}

// TestPermissionMatrix tries what concerns other users as every role, as nobody and with a read-only key.
func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	readers := []access.Role{access.RoleAuditor, access.RoleAdmin}
	writers := []access.Role{access.RoleAdmin}
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		victim := b.user("victim")
		session := b.open("victim", password)
		logs := audit.NewService(b.db.Audit())
		operations := []struct {
			name    string
			allowed []access.Role
			try     func(access.Actor) error
		}{
			{"list users", readers, func(a access.Actor) error { _, err := b.ListUsers(ctx, a, access.UserFilter{}); return err }},
			{"get user", readers, func(a access.Actor) error { _, err := b.GetUser(ctx, a, victim.ID); return err }},
			{"list sessions", readers, func(a access.Actor) error { _, err := b.ListSessions(ctx, a, victim.ID); return err }},
			{"list keys", readers, func(a access.Actor) error { _, err := b.ListKeys(ctx, a, victim.ID); return err }},
			{"list all keys", readers, func(a access.Actor) error { _, err := b.ListKeys(ctx, a, ""); return err }},
			{"read the audit log", readers, func(a access.Actor) error { _, err := logs.List(ctx, a, audit.Filter{}); return err }},
			{"create user", writers, func(a access.Actor) error { _, err := b.CreateUser(ctx, a, access.CreateUser{}); return err }},
			{"update user", writers, func(a access.Actor) error {
				_, err := b.UpdateUser(ctx, a, access.UpdateUser{UserID: victim.ID})
				return err
			}},
			{"set grants", writers, func(a access.Actor) error { _, err := b.SetGrants(ctx, a, access.SetGrants{}); return err }},
			{"reset password", writers, func(a access.Actor) error { _, err := b.ResetPassword(ctx, a, access.ResetPassword{}); return err }},
			{"reset second factor", writers, func(a access.Actor) error { _, err := b.ResetSecondFactor(ctx, a, "nobody"); return err }},
			{"disable user", writers, func(a access.Actor) error { _, err := b.DisableUser(ctx, a, "nobody"); return err }},
			{"enable user", writers, func(a access.Actor) error { _, err := b.EnableUser(ctx, a, "nobody"); return err }},
			{"end sessions", writers, func(a access.Actor) error { _, err := b.EndSessions(ctx, a, "nobody"); return err }},
		}
		refused := func(err error) bool {
			return errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindUnauthenticated)
		}
		for _, role := range access.Roles {
			actor := access.Actor{UserID: "u-" + string(role), Grants: []access.Grant{all(role)}, Session: "s"}
			for _, o := range operations {
				if allowed := slices.Contains(o.allowed, role); refused(o.try(actor)) == allowed {
					t.Errorf("%s: %s: %v", role, o.name, o.try(actor))
				}
			}
		}
		reading := access.Actor{UserID: "u", Grants: []access.Grant{all(access.RoleAdmin)}, APIKey: "k", ReadOnly: true}
		for _, o := range operations {
			if !refused(o.try(access.Actor{})) {
				t.Errorf("nobody: %s: %v", o.name, o.try(access.Actor{}))
			}
			if mayRead := len(o.allowed) == len(readers); refused(o.try(reading)) == mayRead {
				t.Errorf("read-only key: %s: %v", o.name, o.try(reading))
			}
		}
		// what belongs to somebody else is not even admitted to exist
		stranger := access.Actor{UserID: b.user("stranger").ID, Session: "s"}
		b.refused(b.EndSession(ctx, stranger, session.Session.ID), errs.KindNotFound, "access.session_unknown")
		b.opened(session.Token)
	})
}

func TestListUsersFiltersAndPages(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		for _, login := range []string{"cai", "ann", "bo_b", "bo%b"[:2] + "xb"} {
			b.user(login, all(access.RoleSeller), all(access.RoleLead))
		}
		gone := b.user("gone")
		_, err := b.DisableUser(ctx, b.root, gone.ID)
		b.must(err)
		logins := func(f access.UserFilter) (names []string) {
			for pages := 0; pages == 0 || f.Cursor != ""; pages++ {
				page, err := b.ListUsers(ctx, b.root, f)
				b.must(err)
				for _, u := range page.Users {
					names = append(names, u.Login)
				}
				f.Cursor = page.Next
			}
			return names
		}
		for _, c := range []struct {
			name   string
			filter access.UserFilter
			want   []string
		}{
			{"active ones by login", access.UserFilter{}, []string{"ann", "bo_b", "boxb", "cai", "root"}},
			{"pages of two", access.UserFilter{Limit: 2}, []string{"ann", "bo_b", "boxb", "cai", "root"}},
			{"disabled too", access.UserFilter{Disabled: true, Text: "GO"}, []string{"gone"}},
			{"text is literal", access.UserFilter{Text: "O_B"}, []string{"bo_b"}},
			{"by name", access.UserFilter{Text: "管理"}, []string{"root"}},
			{"by role", access.UserFilter{Role: access.RoleAdmin}, []string{"root"}},
		} {
			if diff := cmp.Diff(c.want, logins(c.filter)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		page, err := b.ListUsers(ctx, b.root, access.UserFilter{Limit: 1})
		b.must(err)
		if want := []access.Grant{all(access.RoleSeller), all(access.RoleLead)}; !slices.Equal(page.Users[0].Grants, want) {
			t.Errorf("grants %v", page.Users[0].Grants)
		}
		names, err := b.Names(ctx, []string{gone.ID, "nobody", b.root.UserID})
		b.must(err)
		if diff := cmp.Diff(map[string]string{gone.ID: "用户 gone", b.root.UserID: "管理员"}, names); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	})
}
