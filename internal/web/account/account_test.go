package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pagetest"
)

func TestSignInSaysNothingAboutWhoExists(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	stranger := site.Stranger(t)
	if page := stranger.Get("/sign-in", http.StatusOK); page.Path != "/set-up" {
		t.Errorf("an empty installation shows %s", page.Path)
	}
	site.As(t, 0, pagetest.Grant(access.RoleFinance))
	page := stranger.Get("/set-up", http.StatusOK)
	page.Has("form[action=/sign-in] input#f-password[type=password]")
	page.Lacks("form[action=/set-up]", "nav.xg-rail", "ul.xg-list") // no demo log-ins, no frame
	var said []string
	for _, login := range []string{"finance", "nobody"} {
		refused := stranger.Post("/sign-in", url.Values{"login": {login}, "password": {"wrong horse"}, "return": {"https://evil.example/"}}, http.StatusUnauthorized)
		refused.Has("main: 账号或密码不对", "input#f-login[value="+login+"]", "input[name=return][value=/]")
		if strings.Contains(refused.Text, "wrong horse") {
			t.Error("the password comes back")
		}
		said = append(said, refused.Attribute("form", "action"))
	}
	if said[0] != said[1] {
		t.Errorf("two answers: %v", said)
	}
	stranger.Post("/set-up", url.Values{"login": {"second"}, "name": {"某人"}, "password": {"seven herons over 黄浦江"}}, http.StatusConflict)
}

func TestOnesAccountShowsItsSecretsOnce(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	site.As(t, 0, pagetest.Grant(access.RoleFinance))
	me := site.As(t, 0, pagetest.Grant(access.RoleSeller))
	page := me.Get("/account", http.StatusOK)
	page.Has("form#add-factor", "form#new-key input#f-read_only[checked]", ".chip: 本机")
	page.Lacks("main pre", "main: finance", "form#drop-factor")
	made := me.Post("/account/keys", url.Values{"name": {"日报"}, "days": {"30"}, "read_only": {"1"}}, http.StatusOK)
	made.Has("main pre", "table td: 日报")
	me.Get("/account", http.StatusOK).Lacks("main pre")
	me.Post("/account/keys", url.Values{"name": {""}, "days": {"9999"}}, http.StatusUnprocessableEntity).Has(".note.bad")
	me.Post("/account/second-factor", url.Values{"password": {"wrong horse"}}, http.StatusUnprocessableEntity).Lacks("main pre", "main img")
	me.Post("/account/second-factor", url.Values{"password": {pagetest.Password}}, http.StatusOK).Has("main img", "main pre", "form#confirm-factor")
	me.Post("/account/password", url.Values{"current": {"wrong horse"}, "new": {"five more herons"}}, http.StatusUnprocessableEntity).Has("input#f-current.is-invalid")
	me.Post("/sign-out", nil, http.StatusOK).Has("form[action=/sign-in]")
	me.Get("/account", http.StatusOK).Lacks("form#new-key")
}
