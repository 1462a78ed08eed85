package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/idptest"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/signon"
)

// house is an installation that knows a provider of identities.
type house struct {
	*pagetest.Site
	provider *idptest.OIDC
	now      time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{provider: idptest.NewOIDC(t), now: pagetest.Morning}
	h.provider.Now = func() time.Time { return h.now }
	h.Site = pagetest.NewWith(t, app.Options{Company: "青禾智控", WebhookNetworks: []string{"127.0.0.0/8"}, Now: func() time.Time { return h.now }})
	return h
}

// add keeps the provider, changed as the test wants it.
func (h *house) add(t *testing.T, change func(*signon.Entry)) signon.Provider {
	t.Helper()
	secret := idptest.Secret
	in := signon.Entry{Key: "sso", Secret: &secret, Settings: signon.Settings{Kind: signon.KindOIDC, Name: "青禾统一身份", Issuer: h.provider.URL, ClientID: idptest.ClientID, Active: true}}
	if before, err := h.App.SignOn.Get(t.Context(), monthtest.Admin, in.Key); err == nil {
		in.Revision = before.Revision
	}
	if change != nil {
		change(&in)
	}
	kept, err := h.App.SignOn.Save(t.Context(), monthtest.Admin, in)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func (h *house) linked(t *testing.T, login, subject string) {
	t.Helper()
	if err := h.App.SignOn.Link(t.Context(), monthtest.Admin, signon.NewIdentity{Login: login, Provider: "sso", Subject: subject}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) logged(t *testing.T, action string) []audit.Entry {
	t.Helper()
	page, err := h.App.Audit.List(t.Context(), monthtest.Auditor, audit.Filter{ActionPrefix: action, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

func TestSomebodyComesInThroughAProvider(t *testing.T) {
	t.Parallel()
	h := open(t)
	seller := h.As(t, 0, pagetest.Grant(access.RoleSeller))
	seller.Post("/sign-out", nil, http.StatusOK).Lacks("a: 青禾统一身份")
	h.add(t, nil)
	h.linked(t, "seller", "u-1001")
	door := seller.Get("/sign-in?return=/pipeline", http.StatusOK)
	door.Has("form[action=/sign-in]", "a[href=/sign-in/with/sso?return=%2Fpipeline]: 用青禾统一身份登录")
	page := seller.Get("/sign-in/with/sso?return=/pipeline", http.StatusOK)
	if page.Path != "/pipeline" {
		t.Errorf("led to %s", page.Path)
	}
	seller.Get("/account", http.StatusOK).Has("main td: 青禾统一身份", "main td: 陈思远 · u-1001", "form#unlink")
	if started := h.logged(t, "session.start"); len(started) != 2 || !strings.Contains(string(started[0].After), `"provider":"sso"`) {
		t.Errorf("audited as %v", started)
	}
	seller.Post("/sign-out", nil, http.StatusOK)
	seller.Lang = "en"
	seller.Get("/sign-in", http.StatusOK).Has("a: Sign in with 青禾统一身份")
	for _, target := range []string{"https://evil.example/", "//evil.example", "/\\evil.example"} {
		seller.Get("/sign-in/with/sso?return="+url.QueryEscape(target), http.StatusOK)
		if page := seller.Get("/account", http.StatusOK); page.Path != "/account" {
			t.Errorf("%s: not in", target)
		}
		seller.Post("/sign-out", nil, http.StatusOK)
	}
}

func TestNobodyGetsAnAccountByComing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.add(t, func(in *signon.Entry) { in.Contact = "信息部小周 8012" })
	stranger := h.Stranger(t)
	page := stranger.Get("/sign-in/with/sso", http.StatusForbidden)
	page.Has("#stranger: 青禾统一身份认得你", "main: u-1001", "main: 陈思远", "main: 信息部小周 8012", "a[href=/sign-in]")
	stranger.Get("/account", http.StatusOK).Has("form[action=/sign-in]")
	if refused := h.logged(t, "session.refused"); len(refused) != 1 || strings.Contains(string(refused[0].After), "u-1001") {
		t.Errorf("audited as %v", refused)
	}
	h.add(t, func(in *signon.Entry) { in.Create = true })
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusOK)
	users, err := h.App.Users.ListUsers(t.Context(), monthtest.Admin, access.UserFilter{Text: "chen@qinghe.cn"})
	if err != nil || len(users.Users) != 1 || len(users.Users[0].Grants) != 0 || users.Users[0].Name != "陈思远" {
		t.Errorf("made %+v, %v", users.Users, err)
	}
}

// TestTheWayBackBelongsToOneBrowserOnce: another browser, another state, a second time and too late are refused, and say nothing of why.
func TestTheWayBackBelongsToOneBrowserOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.add(t, nil)
	h.linked(t, "seller", "u-1001")
	h.provider.Ask = true // the provider shows a page first: the browser waits there
	waiting := func(v *pagetest.Visitor) string {
		t.Helper()
		page := v.Get("/sign-in/with/sso", http.StatusOK)
		go1, err := url.Parse(page.Attribute("a#go", "href"))
		if err != nil {
			t.Fatal(err)
		}
		q := go1.Query()
		return "/sign-in/with/sso/callback?" + url.Values{"state": {q.Get("state")}, "iss": {h.provider.URL}, "code": {h.provider.Code(q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"))}}.Encode()
	}
	const lost = "main: 这次登录已失效"
	mine := h.Stranger(t)
	back := waiting(mine)
	h.Stranger(t).Get(back, http.StatusUnauthorized).Has(lost) // somebody else's browser
	mine.Get(strings.Replace(back, "state=", "state=x", 1), http.StatusUnauthorized).Has(lost)
	mine.Get(back, http.StatusUnauthorized).Has(lost) // the browser kept nothing after the first try
	back = waiting(mine)
	if page := mine.Get(back, http.StatusOK); page.Path == "/sign-in" {
		t.Error("the right way back was refused")
	}
	late := h.Stranger(t)
	back = waiting(late)
	h.now = h.now.Add(signon.Lifetime)
	late.Get(back, http.StatusUnauthorized).Has(lost)
	late.Get("/sign-in/with/sso/callback?error=access_denied&state=x", http.StatusUnauthorized).Has(lost)
	late.Get("/sign-in/with/none", http.StatusNotFound)
}

func TestWhatAProviderSaysWronglyLetsNobodyIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.add(t, nil)
	h.linked(t, "seller", "u-1001")
	for _, h.provider.Break = range []idptest.Break{idptest.BreakNonce, idptest.BreakKey, idptest.BreakNone, idptest.BreakIssParam} {
		page := h.Stranger(t).Get("/sign-in/with/sso", http.StatusUnauthorized)
		page.Has("main: 没能用青禾统一身份登录：对方给的身份核对不上", "form[action=/sign-in]")
	}
	h.provider.Break, h.provider.Deny = "", true
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusUnauthorized).Has("main: 你在青禾统一身份取消了登录")
	h.provider.Deny = false
	h.add(t, func(in *signon.Entry) { in.Organisations = []string{"other.cn"} })
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusUnauthorized).Has("main: 不在允许登录的企业")
	users, err := h.App.Users.ListUsers(t.Context(), monthtest.Admin, access.UserFilter{Text: "seller"})
	if err != nil {
		t.Fatal(err)
	}
	h.add(t, nil)
	if _, err := h.App.Users.DisableUser(t.Context(), monthtest.Admin, users.Users[0].ID); err != nil {
		t.Fatal(err)
	}
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusUnauthorized).Has("main: 账号已停用")
	h.add(t, func(in *signon.Entry) { in.Active = false })
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusNotFound)
}

func TestFailedSignOnsAreLimited(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.add(t, nil)
	v := h.Stranger(t)
	for range 31 {
		v.Get("/sign-in/with/sso/callback?state=x&code=x", http.StatusUnauthorized)
	}
	v.Get("/sign-in/with/sso/callback?state=x&code=x", http.StatusTooManyRequests).Has("main: 尝试次数太多")
	if blocked := h.logged(t, "session.blocked"); len(blocked) != 1 {
		t.Errorf("audited as %v", blocked)
	}
}

func TestSomebodyLinksAndUnlinksTheirOwnAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	seller := h.As(t, 0, pagetest.Grant(access.RoleSeller))
	seller.Get("/account", http.StatusOK).Lacks("#identities")
	h.add(t, nil)
	seller.Get("/account", http.StatusOK).Has("form#link option[value=sso]", "main: 还没有关联")
	seller.Post("/account/identities/link", url.Values{"provider": {"sso"}, "password": {"wrong horse"}}, http.StatusUnprocessableEntity).Has(".note.bad")
	seller.Post("/account/identities/link", url.Values{"provider": {"sso"}}, http.StatusUnprocessableEntity)
	away := seller.Post("/account/identities/link", url.Values{"provider": {"sso"}, "password": {pagetest.Password}}, http.StatusOK)
	away.Has("a.btn-primary: 前往青禾统一身份")
	leads := away.Attribute("a.btn-primary", "href")
	if !strings.HasPrefix(leads, h.provider.URL+"/authorize?") || away.Header.Get("Refresh") != "0; url="+leads {
		t.Errorf("leads to %s, %s", leads, away.Header.Get("Refresh"))
	}
	seller.Follow(leads, http.StatusOK).Has("#done: 已关联", "main td: 陈思远 · u-1001", "form#unlink option[value=sso]")
	other := h.As(t, 0, pagetest.Grant(access.RoleLead))
	there := other.Post("/account/identities/link", url.Values{"provider": {"sso"}, "password": {pagetest.Password}}, http.StatusOK).Attribute("a.btn-primary", "href")
	other.Follow(there, http.StatusConflict).Has(".note.bad: 已关联到另一个账号")
	seller.Post("/account/identities/unlink", url.Values{"provider": {"sso"}, "password": {pagetest.Password}}, http.StatusOK).Has("#done: 已解除", "main: 还没有关联")
	if linked, un := h.logged(t, "identity.link"), h.logged(t, "identity.unlink"); len(linked) != 1 || len(un) != 1 {
		t.Errorf("audited as %v, %v", linked, un)
	}
	seller.Get("/notices", http.StatusOK).Has("main: 你的账号关联了青禾统一身份")
}

// TestPasswordsEndWhereTheProviderIsTheOnlyWayIn: but for the administrator of emergencies, and for who is not linked.
func TestPasswordsEndWhereTheProviderIsTheOnlyWayIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.As(t, 0, pagetest.Grant(access.RoleAdmin))
	seller := h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.As(t, 0, pagetest.Grant(access.RoleLead))
	h.add(t, nil)
	h.linked(t, "seller", "u-1001")
	h.linked(t, "admin", "u-1")
	h.add(t, func(in *signon.Entry) { in.Exclusive, in.Spare = true, "admin" })
	seller.Get("/account", http.StatusOK).Has("form[action=/sign-in]") // signed out
	admin.Get("/account", http.StatusOK).Has("form#new-key")
	password := func(login string) url.Values { return url.Values{"login": {login}, "password": {pagetest.Password}} }
	h.Stranger(t).Post("/sign-in", password("seller"), http.StatusUnauthorized).Has("main: 公司规定你用青禾统一身份登录")
	h.Stranger(t).Post("/sign-in", url.Values{"login": {"seller"}, "password": {"wrong horse"}}, http.StatusUnauthorized).Lacks("main: 公司规定")
	h.Stranger(t).Post("/sign-in", password("admin"), http.StatusOK)
	h.Stranger(t).Post("/sign-in", password("lead"), http.StatusOK)
	seller.Get("/sign-in/with/sso", http.StatusOK)
	seller.Post("/account/identities/unlink", url.Values{"provider": {"sso"}}, http.StatusForbidden).Has(".note.bad: 只能用青禾统一身份登录")
	second, err := h.App.Users.CreateUser(t.Context(), monthtest.Admin, access.CreateUser{Login: "second", Name: "第二位", Grants: []access.Grant{pagetest.Grant(access.RoleAdmin)}})
	if err != nil {
		t.Fatal(err)
	}
	users, err := h.App.Users.ListUsers(t.Context(), monthtest.Admin, access.UserFilter{Text: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.App.Users.DisableUser(t.Context(), access.Actor{UserID: second.User.ID, Grants: second.User.Grants}, users.Users[0].ID); err == nil {
		t.Error("the administrator of emergencies can be disabled")
	}
}

func TestASecondFactorOfOursIsAskedForUnlessTheProviderHasAsked(t *testing.T) {
	t.Parallel()
	h := open(t)
	seller := h.As(t, 0, pagetest.Grant(access.RoleSeller))
	h.add(t, nil)
	h.linked(t, "seller", "u-1001")
	factor := seller.Post("/account/second-factor", url.Values{"password": {pagetest.Password}}, http.StatusOK)
	code, err := totp.GenerateCode(factor.Words("main pre"), h.now)
	if err != nil {
		t.Fatal(err)
	}
	seller.Post("/account/second-factor/confirm", url.Values{"sealed": {factor.Attribute("input[name=sealed]", "value")}, "code": {code}}, http.StatusOK)
	arrive := func() string { return h.Stranger(t).Get("/sign-in/with/sso?return=/pipeline", http.StatusOK).Path }
	if got := arrive(); got != "/sign-in/code" {
		t.Errorf("one factor leads to %s", got)
	}
	h.provider.Who["amr"] = []string{"pwd", "otp"}
	if got := arrive(); got != "/sign-in/code" {
		t.Errorf("what it says is believed: %s", got)
	}
	h.add(t, func(in *signon.Entry) { in.Factors = signon.FactorsSaid })
	if got := arrive(); got != "/pipeline" {
		t.Errorf("two factors, it says, lead to %s", got)
	}
	h.provider.Who["amr"] = []string{"pwd"}
	if got := arrive(); got != "/sign-in/code" {
		t.Errorf("one factor, it says, leads to %s", got)
	}
	h.add(t, func(in *signon.Entry) { in.Factors = signon.FactorsTwo })
	if got := arrive(); got != "/pipeline" {
		t.Errorf("a provider that always asks for two leads to %s", got)
	}
}

func TestWhoComesForTheFirstTimeIsMatchedByWhatIsVerified(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, login := range []string{"chen@qinghe.cn", "13812345678"} {
		if _, err := h.App.Users.CreateUser(t.Context(), monthtest.Admin, access.CreateUser{Login: login, Name: "陈" + login, Grants: []access.Grant{pagetest.Grant(access.RoleSeller)}}); err != nil {
			t.Fatal(err)
		}
	}
	h.add(t, func(in *signon.Entry) { in.Match = signon.MatchEmail })
	h.provider.Who["email_verified"] = false
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusForbidden).Has("#stranger")
	h.provider.Who["email_verified"] = true
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusOK)
	h.provider.Who["sub"] = "u-2002" // the address has passed to somebody else: it is no longer free
	h.Stranger(t).Get("/sign-in/with/sso", http.StatusForbidden).Has("#stranger", "main: u-2002")
	h.add(t, func(in *signon.Entry) { in.Match = signon.MatchMobile })
	h.provider.Who["phone_number"], h.provider.Who["phone_number_verified"] = "+86 138-1234-5678", true
	v := h.Stranger(t)
	v.Get("/sign-in/with/sso", http.StatusOK)
	v.Get("/account", http.StatusOK).Has("main: 陈13812345678")
	if linked := h.logged(t, "identity.link"); len(linked) != 2 || !strings.Contains(string(linked[0].After), `"how":"matched"`) {
		t.Errorf("audited as %v", linked)
	}
}
