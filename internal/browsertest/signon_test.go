package browsertest

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/idptest"
	"xiaoguan/internal/signon"
)

// TestASellerComesInThroughAProvider: an administrator sets the provider up and tries it; a seller links their account, signs out, and comes in by the
// button alone; somebody without an account is told whom to ask. At a desk in Chinese, on a phone in English.
func TestASellerComesInThroughAProvider(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name  string
		lang  i18n.Lang
		phone bool
	}{{"desk", i18n.ZhCN, false}, {"phone", i18n.En, true}} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			needBrowser(t)
			w := &signOnWay{site: newSiteReaching(t, "127.0.0.0/8"), provider: idptest.NewOIDC(t), t: t, lang: one.lang, phone: one.phone}
			w.provider.Now, w.provider.Ask = func() time.Time { return morning.Add(time.Minute) }, true
			w.users()
			w.setUp()
			w.link()
			w.comeIn()
			w.stranger()
		})
	}
}

const signOnPassword = "four quiet herons"

type signOnWay struct {
	*site
	provider *idptest.OIDC
	t        *testing.T
	lang     i18n.Lang
	phone    bool
}

func (w *signOnWay) users() {
	w.t.Helper()
	for login, grant := range map[string]access.Grant{"admin": {Role: access.RoleAdmin, Scope: access.ScopeAll}, "seller": {Role: access.RoleSeller, Scope: access.ScopeOwn}} {
		_, err := w.app.Users.CreateUser(w.t.Context(), access.SystemActor("test"), access.CreateUser{Login: login, Name: "陈思远", Grants: []access.Grant{grant}, Password: signOnPassword, Keep: true})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// tab is a browser of its own, on the screen of the way.
func (w *signOnWay) tab(name string) *tab {
	b := newTab(w.t, w.site, w.lang, name)
	if w.phone {
		b.onPhone()
	} else {
		b.onDesk()
	}
	return b
}

// signedIn is a browser in which somebody has signed in with the password.
func (w *signOnWay) signedIn(login string) *tab {
	w.t.Helper()
	b := w.tab(login)
	b.open("/sign-in", 200)
	b.fill(b.T("account.login"), login)
	b.fill(b.T("account.password"), signOnPassword)
	b.press(b.T("account.sign_in"))
	b.wantStatus(200)
	return b
}

func (w *signOnWay) setUp() {
	w.t.Helper()
	b := w.signedIn("admin")
	b.open("/sign-on", 200)
	b.mustShow(b.T("signon.none"))
	b.show("sign-on-01-none")
	b.follow(b.T("signon.add", "Kind", b.T("signon.kind.oidc")))
	b.write("provider", "key", "sso")
	b.write("provider", "name", "青禾统一身份")
	b.write("provider", "issuer", w.provider.URL)
	b.write("provider", "client_id", idptest.ClientID)
	b.write("provider", "secret", idptest.Secret)
	b.write("provider", "contact", "信息部小周 8012")
	b.show("sign-on-02-new")
	b.send("provider", 200)
	b.mustShow(b.T("signon.saved"), b.T("signon.callback"))
	b.show("sign-on-03-kept")
	b.send("try-form", 200)
	b.mustShow(b.T("signon.tried"))
}

func (w *signOnWay) link() {
	w.t.Helper()
	b := w.signedIn("seller")
	b.open("/account", 200)
	b.show("sign-on-04-account")
	b.write("link", "password", signOnPassword)
	b.send("link", 200)
	b.press("以陈思远登录") // the page led on by itself
	b.wantStatus(200)
	b.mustShow(b.T("signon.linked_note"), "u-1001")
	b.show("sign-on-05-linked")
}

func (w *signOnWay) comeIn() {
	w.t.Helper()
	b := w.tab("seller again")
	b.open("/sign-in?return=/pipeline", 200)
	b.show("sign-on-06-door")
	b.press(b.T("signon.sign_in_with", "Provider", "青禾统一身份"))
	b.press("以陈思远登录")
	b.wantStatus(200)
	if got := b.path(); got != "/pipeline" {
		w.t.Errorf("led to %s", got)
	}
	identities, err := w.app.SignOn.List(w.t.Context(), access.SystemActor("test"))
	if err != nil || len(identities) != 1 || identities[0].Linked != 1 || identities[0].Kind != signon.KindOIDC {
		w.t.Errorf("kept %+v, %v", identities, err)
	}
}

func (w *signOnWay) stranger() {
	w.t.Helper()
	w.provider.Who["sub"], w.provider.Who["name"] = "u-2002", "贺知秋"
	b := w.tab("stranger")
	b.open("/sign-in", 200)
	b.press(b.T("signon.sign_in_with", "Provider", "青禾统一身份"))
	b.press("以贺知秋登录")
	b.wantStatus(403)
	b.mustShow(b.T("signon.stranger"), "贺知秋", "u-2002", "信息部小周 8012")
	b.show("sign-on-07-stranger")
}
