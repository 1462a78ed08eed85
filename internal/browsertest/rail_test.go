package browsertest

import (
	"testing"

	"xiaoguan/internal/i18n"
)

// TestTheRailStaysAsItWasLeft folds a group of the navigation away: it stays so on other pages, and opens where one is in it.
func TestTheRailStaysAsItWasLeft(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := newWalk(t, i18n.ZhCN, true)
	w.setUp()
	b := w.admin
	open := func(group string, want bool) {
		t.Helper()
		got, err := tell[bool](b, `group => document.querySelector('.xg-rail details[data-group="' + group + '"]').open`, group)
		if err != nil || got != want {
			t.Errorf("%s: the group %s is open: %v, %v", b.path(), group, got, err)
		}
	}
	b.open("/people", 200)
	open("settings", true)
	b.click(b.T("nav.group_settings"))
	b.until("the cookie", `() => document.cookie.includes('settings')`)
	b.open("/honours", 200)
	open("settings", false)
	open("base", true)
	b.open("/users", 200) // one is in it
	open("settings", true)
	b.open("/people", 200)
	open("settings", false)
	b.click(b.T("nav.group_settings"))
	b.until("the cookie", `() => !document.cookie.includes('settings')`)
	b.open("/honours", 200)
	open("settings", true)
}
