package signons_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/idptest"
	"xiaoguan/internal/pagetest"
)

func form(houses *idptest.Houses, kind string) url.Values {
	return url.Values{"key": {kind}, "kind": {kind}, "name": {"登录" + kind}, "client_id": {idptest.ClientID}, "secret": {idptest.Secret}, "agent_id": {"1000002"}, "match": {"none"}, "factors": {"one"}, "active": {"1"},
		"login_address": {houses.URL}, "inside_address": {houses.URL}, "api_address": {houses.URL}, "revision": {"0"}}
}

func TestAnAdministratorSetsUpEachKind(t *testing.T) {
	t.Parallel()
	site := pagetest.NewWith(t, app.Options{Company: "青禾智控", WebhookNetworks: []string{"127.0.0.0/8"}})
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Get("/users", http.StatusOK).Has("a[href=/sign-on]: 单点登录")
	list := admin.Get("/sign-on", http.StatusOK)
	list.Has("main: 还没有单点登录", "a[href=/new-sign-on?kind=wecom]: 加企业微信", "a[href=/new-sign-on?kind=oidc]")
	list.Lacks("form#links")
	houses := idptest.NewHouses(t)
	for kind, labels := range map[string][]string{
		"wecom":    {"label: 企业ID", "label: AgentId", "label: 应用Secret", "label: 应用内登录地址"},
		"dingtalk": {"label: Client ID", "label: 只让这些企业进", "select[name=claim] option[value=unionId]"},
		"feishu":   {"label: App ID", "select[name=claim] option[value=union_id]"},
	} {
		admin.Get("/new-sign-on?kind="+kind, http.StatusOK).Has(append(labels, "input#f-secret[type=password]")...)
		page := admin.Post("/sign-on", form(houses, kind), http.StatusOK)
		page.Has(".note.good: 已保存", "textarea#f-redirect[readonly]: /sign-in/with/"+kind+"/callback", "form#provider", "form#delete-form", ".note: 还没填对外地址")
		if strings.Contains(page.Text, idptest.Secret) {
			t.Errorf("%s: the secret is shown", kind)
		}
		admin.Post("/sign-on/"+kind+"/try", nil, http.StatusOK).Has("#tried: 通了")
		site.Stranger(t).Get("/sign-in", http.StatusOK).Has("a.btn[href=/sign-in/with/" + kind + "?return=%2F]: 用登录" + kind + "登录")
		site.Stranger(t).Get("/sign-in/with/"+kind, http.StatusForbidden).Has("#stranger")
	}
	list = admin.Get("/sign-on", http.StatusOK)
	list.Has("main td a[href=/sign-on/wecom]", "form#links textarea[name=text]", "form#links input[type=file]")
	admin.Get("/sign-on/none", http.StatusNotFound)
	admin.Lang = "en"
	admin.Get("/sign-on/wecom", http.StatusOK).Has("h1: 登录wecom", "label: Company ID")
}

func TestWhatIsWrongIsNamedInPlainWords(t *testing.T) {
	t.Parallel()
	site := pagetest.NewWith(t, app.Options{Company: "青禾智控", WebhookNetworks: []string{"127.0.0.0/8"}})
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	houses, provider := idptest.NewHouses(t), idptest.NewOIDC(t)
	bad := url.Values{"key": {"X!"}, "kind": {"oidc"}, "issuer": {"qinghe"}, "claim": {"email"}, "match": {"userid"}, "factors": {"three"}, "exclusive": {"1"}, "revision": {"0"}}
	page := admin.Post("/sign-on", bad, http.StatusUnprocessableEntity)
	page.Has("#f-key.is-invalid", "#f-name.is-invalid", "#f-issuer.is-invalid", "#f-client_id.is-invalid", "#f-claim.is-invalid", "main: 不能用来认人", "#f-match.is-invalid", "#f-factors.is-invalid", "#f-spare.is-invalid")

	admin.Post("/sign-on", form(houses, "wecom"), http.StatusOK)
	admin.Post("/sign-on", form(houses, "wecom"), http.StatusUnprocessableEntity).Has("#f-key.is-invalid", "main: 这个代号已有")
	houses.Instead["/cgi-bin/gettoken"] = idptest.Answer{Status: http.StatusOK, Body: map[string]any{"errcode": 60020, "errmsg": "not allow to access from your ip"}}
	admin.Post("/sign-on/wecom/try", nil, http.StatusUnprocessableEntity).Has("form#try-form: 可信IP", "form#try-form: 60020")
	changed := form(houses, "wecom")
	changed.Set("revision", "1")
	changed.Set("client_id", "another")
	changed.Del("secret")
	admin.Post("/sign-on/wecom", changed, http.StatusUnprocessableEntity).Has("#f-secret.is-invalid")
	changed.Set("revision", "7")
	admin.Post("/sign-on/wecom", changed, http.StatusConflict).Has("form#provider: 刚被别人改过")

	sso := url.Values{"key": {"sso"}, "kind": {"oidc"}, "name": {"统一身份"}, "issuer": {provider.URL + "/.well-known/openid-configuration"}, "client_id": {idptest.ClientID}, "secret": {"wrong"}, "match": {"none"}, "factors": {"one"}, "active": {"1"}, "revision": {"0"}}
	admin.Post("/sign-on", sso, http.StatusOK).Has("input#f-issuer[value=" + provider.URL + "]")
	admin.Post("/sign-on/sso/try", nil, http.StatusUnprocessableEntity).Has("form#try-form: 对方不认这个密钥")
	sso.Set("revision", "1")
	sso.Set("secret", idptest.Secret)
	admin.Post("/sign-on/sso", sso, http.StatusOK)
	admin.Post("/sign-on/sso/try", nil, http.StatusOK).Has("#tried")
	sso.Set("revision", "2")
	sso.Set("issuer", "http://127.0.0.1:1")
	admin.Post("/sign-on/sso", sso, http.StatusOK)
	admin.Post("/sign-on/sso/try", nil, http.StatusUnprocessableEntity).Has("form#try-form: 连不上对方")
	site.Stranger(t).Get("/sign-in/with/sso", http.StatusServiceUnavailable).Has("main: 没能用统一身份登录：连不上对方", "form[action=/sign-in]")
	admin.Post("/sign-on/sso/delete", url.Values{"revision": {"3"}}, http.StatusOK).Has(".note.good: 已删除")
	site.Stranger(t).Get("/sign-in", http.StatusOK).Lacks("a: 统一身份")
}

func TestIdentitiesAreEnteredOneByOneAndManyAtOnce(t *testing.T) {
	t.Parallel()
	site := pagetest.NewWith(t, app.Options{Company: "青禾智控", WebhookNetworks: []string{"127.0.0.0/8"}})
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	seller := site.As(t, 0, pagetest.Grant(access.RoleSeller))
	site.As(t, 0, pagetest.Grant(access.RoleLead))
	houses := idptest.NewHouses(t)
	admin.Post("/sign-on", form(houses, "wecom"), http.StatusOK)
	wrong := admin.Post("/sign-on-links", url.Values{"text": {"账号,登录方式,用户ID\nseller,wecom,ChenSiYuan\nnobody,wecom,x\nlead,none,x\nlead,wecom,chensiyuan"}}, http.StatusUnprocessableEntity)
	wrong.Has("form#links: 第2行：没有这个登录名", "form#links: 第3行：没有这个登录方式代号", "form#links: 第4行：这个身份已关联到另一个账号", "form#links textarea: ChenSiYuan")
	admin.Post("/sign-on-links", url.Values{"text": {"seller,wecom"}}, http.StatusUnprocessableEntity).Has("form#links: 第1行：要三栏")
	admin.Post("/sign-on-links", url.Values{"text": {""}}, http.StatusUnprocessableEntity)
	good := url.Values{"text": {"login,provider,subject\nseller,wecom,ChenSiYuan\n"}}
	admin.Post("/sign-on-links", good, http.StatusOK).Has(".note.good: 录入了1个", "main td: 1")
	admin.Post("/sign-on-links", good, http.StatusOK).Has(".note.good: 录入了0个")

	users := admin.Get("/users?q=seller", http.StatusOK)
	path := users.Attribute("main td a", "href")
	page := admin.Get(path, http.StatusOK)
	page.Has("main td: chensiyuan", "main td: 管理员录入", "form[action="+path+"/unlink]")
	page.Lacks("form#identity")
	seller.Post("/sign-out", nil, http.StatusOK)
	seller.Get("/sign-in/with/wecom", http.StatusOK) // capitals do not count at WeCom
	seller.Get("/account", http.StatusOK).Has("main td: chensiyuan")
	admin.Post("/sign-on/wecom", func() url.Values {
		f := form(houses, "wecom")
		f.Set("revision", "1")
		f.Set("client_id", "another")
		return f
	}(), http.StatusConflict).Has("form#provider: 已有1个账号关联")
	admin.Post(path+"/unlink", url.Values{"provider": {"wecom"}}, http.StatusOK).Has("form#identity option[value=wecom]")
	seller.Get("/account", http.StatusOK).Has("form[action=/sign-in]") // the session opened by it has ended
	admin.Post(path+"/link", url.Values{"provider": {"wecom"}, "subject": {"ChenSiYuan"}}, http.StatusOK).Has("main td: chensiyuan")
	lead := admin.Get("/users?q=lead", http.StatusOK).Attribute("main td a", "href")
	admin.Post(lead+"/link", url.Values{"provider": {"wecom"}, "subject": {"CHENSIYUAN"}}, http.StatusUnprocessableEntity).Has(".note.bad: 已关联到另一个账号")
}

func TestWhoMayOnlyLookChangesNothing(t *testing.T) {
	t.Parallel()
	site := pagetest.NewWith(t, app.Options{Company: "青禾智控", WebhookNetworks: []string{"127.0.0.0/8"}})
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Post("/sign-on", form(idptest.NewHouses(t), "wecom"), http.StatusOK)
	auditor := site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	auditor.Get("/sign-on", http.StatusOK).Lacks("form#links", "a[href=/new-sign-on?kind=wecom]")
	page := auditor.Get("/sign-on/wecom", http.StatusOK)
	page.Has("main: " + idptest.ClientID)
	page.Lacks("form#provider", "form#try-form", "form#delete-form")
	auditor.Post("/sign-on/wecom/try", nil, http.StatusForbidden)
	auditor.Post("/sign-on/wecom/delete", url.Values{"revision": {"1"}}, http.StatusForbidden)
	seller := site.As(t, 0, pagetest.Grant(access.RoleSeller))
	seller.Get("/sign-on", http.StatusForbidden)
	seller.Get("/new-sign-on", http.StatusForbidden)
	seller.Post("/sign-on-links", url.Values{"text": {"seller,wecom,boss"}}, http.StatusForbidden)
	site.Stranger(t).Get("/sign-on", http.StatusOK).Has("form[action=/sign-in]")
}
