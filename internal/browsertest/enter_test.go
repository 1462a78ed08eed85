package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/network"

	"xiaoguan/internal/access"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// signIn opens somebody's own browser and signs them in on the page: the first of the role, or the last.
func signIn(t *testing.T, s *site, lang i18n.Lang, company demo.Company, role access.Role, last bool) *tab {
	t.Helper()
	var found demo.Login
	for _, login := range company.Logins {
		if login.Role == role && (found.Login == "" || last) {
			found = login
		}
	}
	b := newTab(t, s, lang, found.Login)
	b.open("/", 200)
	b.fill(b.T("account.login"), found.Login)
	b.fill(b.T("account.password"), found.Password)
	b.press(b.T("account.sign_in"))
	b.wantStatus(200)
	return b
}

// enter opens the browser of somebody who is signed in already.
func enter(t *testing.T, s *site, lang i18n.Lang, login demo.Login) *tab {
	t.Helper()
	b := newTab(t, s, lang, login.Login)
	cookie := s.session(t, login.Login, login.Password)
	httpOnly := true
	b.do(call(network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: s.url, HTTPOnly: &httpOnly, SameSite: network.CookieSameSiteLax}))
	return b
}
