package notices_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/period"
)

func TestWhatConcernsSomebodyIsToldAndLeadsThere(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	seller.Get("/notices", http.StatusOK).Has("main: 没有消息", "a#bell[href=/notices][data-unread=]", "nav.xg-rail a[href=/notices]", "#more-nav a[href=/notices]", "nav.xg-tabs button [data-bell]")
	if _, err := house.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: monthtest.SmallMonth}); err != nil {
		t.Fatal(err)
	}
	page := seller.Get("/notices", http.StatusOK)
	page.Has("a#bell[data-unread=1]", "a#bell .k: 1", "nav.xg-tabs button [data-bell]: 1", "#more-nav [data-bell]: 1", "main table a: 2026年9月收入单已公示", "main table: 收入单公示", "main table .chip: 未读", "main button: 标为已读", "main button: 全部标为已读")
	page.Lacks("main table: ¥", "main .xg-pager: 没有记录")
	if seller.Get("/notices/bell?seen=1", http.StatusNoContent).Text != "" {
		t.Error("the bell is drawn again though nothing changed")
	}
	seller.Get("/notices/bell?seen=0", http.StatusOK).Has("a#bell[data-unread=1]")
	site.Stranger(t).Get("/notices/bell?seen=0", http.StatusNoContent)
	link := page.Attribute("main table a", "href")
	if opened := seller.Get(link, http.StatusOK); opened.Path != "/pay/2026-09" {
		t.Errorf("%s leads to %s", link, opened.Path)
	}
	finance.Get(link, http.StatusNotFound)
	seller.Get("/notices?show=unread", http.StatusOK).Has("main: 没有符合条件的消息")
	page = finance.Get("/notices?show=todo&group=pay", http.StatusOK)
	page.Has("main table a: 2026年9月已公示，等你批准", "main table .chip: 待办", "nav.utabs a[aria-current=page]: 待办")
	page = finance.Post("/notices/read", url.Values{"show": {"todo"}}, http.StatusOK)
	page.Has("main table .chip: 待办", "a#bell[data-unread=]")
	finance.Get("/notices?group=security", http.StatusOK).Has("main: 没有符合条件的消息")
	finance.Get("/notices?show=x", http.StatusUnprocessableEntity)
	finance.Lang = "en"
	finance.Get("/notices", http.StatusOK).Has("h1: Messages", "main table a: Sep 2026 is published and awaits your approval")
	for _, path := range []string{"/deliveries", "/webhooks", "/webhooks/new"} {
		seller.Get(path, http.StatusForbidden)
	}
}

func TestPeopleChooseWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	hr := site.As(t, 0, pagetest.Grant(access.RoleHR))
	page := hr.Get("/notices/settings", http.StatusOK)
	page.Has("form#notice-settings input[name=kind][value=published][checked]", "form#notice-settings input[name=kind][value=new_device][disabled]")
	page.Lacks("form#notice-settings input[value=published][disabled]", "form#notice-settings input[name=kind][value=digest]")
	page = hr.Post("/notices/settings", url.Values{"kind": {"plan_approval"}, "digest": {"daily"}}, http.StatusOK)
	page.Has("#saved: 设置已保存", "input[name=kind][value=plan_approval][checked]", "input[name=digest][value=daily][checked]", "input[value=new_device][checked]")
	page.Lacks("input[name=kind][value=published][checked]")
	hr.Post("/notices/settings", url.Values{"digest": {"hourly"}}, http.StatusUnprocessableEntity).Has("form#notice-settings: 没有这个选项")
}

func TestAdministratorsConnectOtherPrograms(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Get("/deliveries", http.StatusOK).Has("main: 没有外发消息", "main a[href=/webhooks]", "nav.xg-rail a[href=/deliveries]")
	admin.Get("/webhooks", http.StatusOK).Has("main: 还没有推送连接", "main a[href=/webhooks/new]")
	admin.Get("/webhooks/new", http.StatusOK).Has("form#webhook input[name=kinds][value=published]", "form#webhook input[name=kinds][checked]")
	wrong := url.Values{"name": {"机器人"}, "url": {"ftp://x"}, "kinds": {"published"}, "active": {"1"}}
	admin.Post("/webhooks", wrong, http.StatusUnprocessableEntity).Has("form#webhook input#f-url.is-invalid", "form#webhook input[value=机器人]")
	right := url.Values{"name": {"机器人"}, "url": {"https://bot.example.com/hook?key=topsecret"}, "kinds": {"published", "honour.announced"}, "active": {"1"}}
	page := admin.Post("/webhooks", right, http.StatusOK)
	page.Has("h1: 机器人", ".chip: 启用", "form#webhook input[name=seen][value=1]")
	secret := regexp.MustCompile(`xgs_[0-9a-f]{64}`)
	before := secret.FindString(page.Text)
	if before == "" {
		t.Fatal("no secret")
	}
	list := admin.Get("/webhooks", http.StatusOK)
	list.Has("main table: bot.example.com")
	if strings.Contains(list.Text, "topsecret") {
		t.Error("the list shows the key of an address")
	}
	admin.Post(page.Path+"/try", nil, http.StatusOK).Has("#tried: 测试已进入队列", "main table: 测试", "main table .chip: 排队中")
	if after := secret.FindString(admin.Post(page.Path+"/renew", nil, http.StatusOK).Text); after == before || after == "" {
		t.Errorf("the secret is %q still", after)
	}
	admin.Post(page.Path+"/change", right, http.StatusConflict) // without the revision that was seen
	right.Set("seen", "1")
	admin.Post(page.Path+"/change", right, http.StatusConflict).Has("form#webhook: 刚才有人改过") // seen before the secret was renewed
	right.Set("seen", "2")
	admin.Post(page.Path+"/change", right, http.StatusOK)
	admin.Post(page.Path+"/fly", nil, http.StatusNotFound)
	admin.Get("/deliveries?state=queued", http.StatusOK).Has("main table: 机器人")
	admin.Get("/deliveries?state=x", http.StatusUnprocessableEntity)
	admin.Post(page.Path+"/delete", nil, http.StatusOK).Has("main: 还没有推送连接")
	admin.Get(page.Path, http.StatusNotFound)
	admin.Lang = "en"
	admin.Get("/webhooks", http.StatusOK).Has("h1: Webhooks")
}

func TestAdministratorsConnectBotsOfGroups(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	form := url.Values{"name": {"销售群"}, "format": {"dingtalk"}, "lang": {"zh-CN"}, "url": {"https://oapi.dingtalk.com/robot/send?access_token=topsecret"}, "bot_secret": {"SECtopsecret"},
		"kinds": {"honour.announced", "dispute_raised"}, "active": {"1"}, "seen": {"0"}}
	admin.Post("/webhooks", form, http.StatusUnprocessableEntity).Has("form#webhook: 机器人发到群里", "form#webhook select[name=format] option[value=dingtalk][selected]")
	form.Set("format", "wecom")
	form["kinds"] = []string{"honour.announced"}
	admin.Post("/webhooks", form, http.StatusUnprocessableEntity).Has("form#webhook input#f-bot_secret.is-invalid")
	form.Set("format", "dingtalk")
	page := admin.Post("/webhooks", form, http.StatusOK)
	page.Has("h1: 销售群", "main: 已存加签密钥", "main: 钉钉机器人", "form#webhook input[name=forget]", "form#webhook input#f-bot_secret[type=password]")
	page.Lacks("main: 换新密钥", "main: xgs_")
	if strings.Contains(page.Text, "SECtopsecret") {
		t.Error("the page shows the bot's secret")
	}
	admin.Post(page.Path+"/try", nil, http.StatusOK).Has("#tried: 测试已进入队列")
	admin.Get("/webhooks", http.StatusOK).Has("main table: 钉钉机器人")
	form.Del("bot_secret")
	form.Set("forget", "1")
	form.Set("seen", "1")
	page = admin.Post(page.Path+"/change", form, http.StatusOK)
	page.Has("main: 没有加签密钥")
	page.Lacks("form#webhook input[name=forget]")
	admin.Lang = "en"
	admin.Get("/webhooks/new", http.StatusOK).Has("form#webhook option[value=feishu]: Feishu bot", "form#webhook option[value=en][selected]")
}

func TestAFailureIsSaidByItsClass(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	form := url.Values{"name": {"内网"}, "format": {"plain"}, "lang": {"zh-CN"}, "url": {"http://no-such-host.invalid/x"}, "kinds": {"published"}, "active": {"1"}, "seen": {"0"}}
	page := admin.Post("/webhooks", form, http.StatusOK)
	admin.Post(page.Path+"/try", nil, http.StatusOK)
	if tried, err := site.App.Notices.Flush(t.Context()); err != nil || tried != 1 {
		t.Fatalf("%d, %v", tried, err)
	}
	page = admin.Get(page.Path, http.StatusOK)
	page.Has("main table: 连不上对方", "#failing: 连续失败1次", ".chip: 连续失败1次")
	page.Lacks("main table: lookup", "main table: no such host")
	admin.Get("/deliveries", http.StatusOK).Has("main table: 连不上对方")
}

func TestAdministratorsConnectAMailServer(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Get("/mail-connection", http.StatusOK).Has("form#mail input[name=host]", "form#mail input[name=port][value=465]")
	form := url.Values{"host": {"smtp qinghe"}, "port": {"0"}, "security": {"tls"}, "address": {"none"}, "password": {"geheim-123"}, "active": {"1"}, "revision": {"0"}}
	page := admin.Post("/mail-connection", form, http.StatusUnprocessableEntity)
	page.Has("form#mail: 只写服务器名", "form#mail: 填1到65535", "form#mail: 邮箱格式不对")
	form.Set("host", "127.0.0.1")
	form.Set("port", "1")
	form.Set("login", "office")
	form.Set("address", "office@qinghe.cn")
	admin.Post("/mail-connection", form, http.StatusOK).Has("main: 已保存", "form#try", "form#mail: 已保存；留空不改")
	page = admin.Get("/mail-connection", http.StatusOK)
	if strings.Contains(page.Text, "geheim-123") {
		t.Error("the password is shown")
	}
	admin.Post("/mail-connection", form, http.StatusConflict).Has("form#mail: 刚被别人改过")
	admin.Post("/mail-connection/try", url.Values{"to": {"lin@kunde.cn"}}, http.StatusUnprocessableEntity).Has("form#try: 内网")
	admin.Post("/mail-connection/try", url.Values{"to": {"x"}}, http.StatusUnprocessableEntity).Has("form#try: 邮箱格式不对")
	admin.Lang = "en"
	admin.Get("/mail-connection", http.StatusOK).Has("h1: Mail connection")
	site.As(t, 0, pagetest.Grant(access.RoleOperations)).Get("/mail-connection", http.StatusForbidden)
}
