package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func actorOf(person int64, roles ...access.Role) access.Actor {
	a := access.Actor{UserID: "u", PersonID: person}
	for _, r := range roles {
		a.Grants = append(a.Grants, access.Grant{Role: r, Scope: access.ScopeAll})
	}
	return a
}

func frameOf(t *testing.T, actor access.Actor, cookie string) ui.Frame {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: ui.RailCookie, Value: cookie})
	}
	var frame ui.Frame
	navigate(&frame, actor, catalogue.Printer(i18n.ZhCN), r)
	return frame
}

// TestNobodyGetsLost holds every role's navigation to what a person can look over: few groups of few places, each once.
func TestNobodyGetsLost(t *testing.T) {
	t.Parallel()
	everything := actorOf(1, access.Roles...)
	actors := []access.Actor{everything}
	for _, role := range access.Roles {
		actors = append(actors, actorOf(1, role), actorOf(0, role))
	}
	for _, actor := range actors {
		frame := frameOf(t, actor, "")
		var seen []string
		for _, group := range frame.Nav {
			if len(group.Items) > groupPlacesMax {
				t.Errorf("%v: %d places in %s", actor.Grants, len(group.Items), group.Title)
			}
			for _, item := range group.Items {
				if slices.Contains(seen, item.URL) {
					t.Errorf("%v: %s twice", actor.Grants, item.URL)
				}
				seen = append(seen, item.URL)
			}
		}
		if len(seen) != len(navigation(actor)) {
			t.Errorf("%v: %d places of %d are in groups", actor.Grants, len(seen), len(navigation(actor)))
		}
		for _, item := range frame.Phone {
			if !slices.Contains(seen, item.URL) {
				t.Errorf("%v: %s only on phones", actor.Grants, item.URL)
			}
		}
	}
}

// TestPhonesShowWhatTheRoleDoesMost holds that each role's four places exist and open for it.
func TestPhonesShowWhatTheRoleDoesMost(t *testing.T) {
	t.Parallel()
	for _, role := range access.Roles {
		var keys []string
		for _, item := range frameOf(t, actorOf(1, role), "").Phone {
			keys = append(keys, item.Key)
		}
		if len(keys) != phonePlacesMax || !slices.Equal(keys, daily[role]) {
			t.Errorf("%s: the bar has %v, want %v", role, keys, daily[role])
		}
	}
}

// TestTheBarOfSeveralRoles takes the first role first and goes on with the next, no place twice.
func TestTheBarOfSeveralRoles(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, p := range everyDay(actorOf(0, access.RoleLead, access.RoleAdmin)) { // no person: no pay of their own
		keys = append(keys, p.key)
	}
	if want := []string{"today", "opportunities", "statements", "disputes"}; !slices.Equal(keys, want) {
		t.Errorf("the bar has %v, want %v", keys, want)
	}
}

// TestAClosedGroupStaysClosed reads what the browser remembers; what it does not know changes nothing.
func TestAClosedGroupStaysClosed(t *testing.T) {
	t.Parallel()
	for _, group := range frameOf(t, actorOf(1, access.RoleOperations), "base.nonsense.<script>").Nav {
		if group.Closed != (group.Key == "base") {
			t.Errorf("%s is closed: %v", group.Key, group.Closed)
		}
	}
}
