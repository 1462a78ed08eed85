package idp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/idp"
	"xiaoguan/internal/idptest"
	"xiaoguan/internal/signon"
)

func houseWay(h *idptest.Houses, kind signon.Kind) signon.Way {
	way := signon.Way{Provider: signon.Provider{Key: "x", Settings: signon.Settings{Kind: kind, ClientID: idptest.ClientID, AgentID: "1000002", Addresses: signon.Addresses{Login: h.URL, Inside: h.URL, API: h.URL}}}, Open: idptest.Secret}
	way.Claim = kind.Claims()[0]
	return way
}

var houseKinds = []signon.Kind{signon.KindWeCom, signon.KindDingTalk, signon.KindFeishu}

func TestTheHousesSayWhoItIs(t *testing.T) {
	t.Parallel()
	h := idptest.NewHouses(t)
	connector := idp.New(loopback, time.Now)
	for name, c := range map[string]struct {
		kind   signon.Kind
		change func(*signon.Way)
		inside bool
		want   signon.Claims
	}{
		"WeCom":                 {signon.KindWeCom, nil, false, signon.Claims{Subject: "ChenSiYuan"}},
		"WeCom inside its app":  {signon.KindWeCom, nil, true, signon.Claims{Subject: "ChenSiYuan"}},
		"DingTalk":              {signon.KindDingTalk, nil, false, signon.Claims{Subject: "z21HjQliSzpw0Y", Name: "陈思远", Mobile: "13812345678"}},
		"DingTalk in a company": {signon.KindDingTalk, func(w *signon.Way) { w.Organisations = []string{"dingcorp1"} }, false, signon.Claims{Subject: "z21HjQliSzpw0Y", Name: "陈思远", Mobile: "13812345678", Organisations: []string{"dingcorp1"}}},
		"DingTalk's openId":     {signon.KindDingTalk, func(w *signon.Way) { w.Claim = "openId" }, false, signon.Claims{Subject: "liSii8KC", Name: "陈思远", Mobile: "13812345678"}},
		"Feishu":                {signon.KindFeishu, nil, false, signon.Claims{Subject: "on-d89jhsdhjsajkda7828", Name: "陈思远", Email: "chen@qinghe.cn", Mobile: "+8613812345678", Organisations: []string{"736588c92lxf175d"}}},
		"Feishu's open_id":      {signon.KindFeishu, func(w *signon.Way) { w.Claim = "open_id" }, false, signon.Claims{Subject: "ou-caecc734c2e3328a", Name: "陈思远", Email: "chen@qinghe.cn", Mobile: "+8613812345678", Organisations: []string{"736588c92lxf175d"}}},
	} {
		way, asked := houseWay(h, c.kind), ask()
		if asked.Inside = c.inside; c.change != nil {
			c.change(&way)
		}
		got, err := connector.Identify(t.Context(), way, goThrough(t, connector, way, asked))
		if err != nil || got.Subject != c.want.Subject || got.Name != c.want.Name || got.Email != c.want.Email || got.Mobile != c.want.Mobile || strings.Join(got.Organisations, " ") != strings.Join(c.want.Organisations, " ") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if _, err := connector.Identify(t.Context(), way, signon.Answer{Ask: asked, Code: "made-up"}); classOf(err) != signon.ClassCode {
			t.Errorf("%s: a made-up code: %v", name, err)
		}
	}
	if h.Tokens != 1 {
		t.Errorf("WeCom gave %d tokens", h.Tokens)
	}
	h.UserID = ""
	if _, err := connector.Identify(t.Context(), houseWay(h, signon.KindWeCom), goThrough(t, connector, houseWay(h, signon.KindWeCom), ask())); classOf(err) != signon.ClassOutsider {
		t.Errorf("somebody from outside: %v", err)
	}
}

func TestTheAddressesAreThoseOfTheHouses(t *testing.T) {
	t.Parallel()
	connector := idp.New(nil, time.Now)
	for _, c := range []struct {
		kind   signon.Kind
		inside bool
		want   string
	}{
		{signon.KindWeCom, false, "https://login.work.weixin.qq.com/wwlogin/sso/login?agentid=1000002&appid=xiaoguan&login_type=CorpApp&redirect_uri="},
		{signon.KindWeCom, true, "https://open.weixin.qq.com/connect/oauth2/authorize?agentid=1000002&appid=xiaoguan&redirect_uri="},
		{signon.KindDingTalk, false, "https://login.dingtalk.com/oauth2/auth?client_id=xiaoguan&prompt=consent&redirect_uri="},
		{signon.KindFeishu, false, "https://accounts.feishu.cn/open-apis/authen/v1/authorize?client_id=xiaoguan&code_challenge="},
	} {
		way, asked := houseWay(&idptest.Houses{}, c.kind), ask()
		asked.Inside = c.inside
		got, err := connector.AuthorizeURL(t.Context(), way, asked)
		if err != nil || !strings.HasPrefix(got, c.want) || strings.Contains(got, "secret") || strings.HasSuffix(got, "#wechat_redirect") != c.inside {
			t.Errorf("%s: %s, %v", c.kind, got, err)
		}
	}
}

func TestTryingAHouseNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, kind := range houseKinds {
		h := idptest.NewHouses(t)
		connector := idp.New(loopback, time.Now)
		if err := connector.Try(t.Context(), houseWay(h, kind), here); err != nil {
			t.Errorf("%s: what is right: %v", kind, err)
		}
		way := houseWay(h, kind)
		way.Open = "wrong"
		if err := connector.Try(t.Context(), way, here); classOf(err) != signon.ClassSecret {
			t.Errorf("%s: another secret: %v", kind, err)
		}
		way.Addresses.API = "http://127.0.0.1:1"
		if err := connector.Try(t.Context(), way, here); classOf(err) != signon.ClassUnreachable {
			t.Errorf("%s: nobody there: %v", kind, err)
		}
	}
}

func TestNumbersOfTheHousesAreUnderstood(t *testing.T) {
	t.Parallel()
	const (
		weComToken, weComUser    = "/cgi-bin/gettoken", "/cgi-bin/auth/getuserinfo"
		dingToken, dingUser      = "/v1.0/oauth2/userAccessToken", "/v1.0/contact/users/me"
		feishuToken, feishuUser  = "/open-apis/authen/v2/oauth/token", "/open-apis/authen/v1/user_info"
		ok, bad, forbidden, busy = http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusServiceUnavailable
	)
	for _, c := range []struct {
		kind   signon.Kind
		path   string
		status int
		body   map[string]any
		want   signon.Class
		code   string
	}{
		{signon.KindWeCom, weComToken, ok, map[string]any{"errcode": 40013, "errmsg": "invalid corpid"}, signon.ClassClient, "40013"},
		{signon.KindWeCom, weComToken, ok, map[string]any{"errcode": 45009, "errmsg": "api freq out of limit"}, signon.ClassLimited, "45009"},
		{signon.KindWeCom, weComUser, ok, map[string]any{"errcode": 60020, "errmsg": "not allow to access from your ip"}, signon.ClassServer, "60020"},
		{signon.KindWeCom, weComUser, ok, map[string]any{"errcode": 50001, "errmsg": "redirect_uri unauthorized"}, signon.ClassRedirect, "50001"},
		{signon.KindWeCom, weComUser, ok, map[string]any{"errcode": 42001, "errmsg": "access_token expired"}, signon.ClassAnswer, "42001"},
		{signon.KindWeCom, weComUser, ok, map[string]any{"errcode": -1, "errmsg": "system busy"}, signon.ClassAnswer, "-1"},
		{signon.KindWeCom, weComUser, busy, map[string]any{}, signon.ClassAnswer, "HTTP 503"},
		{signon.KindDingTalk, dingToken, bad, map[string]any{"code": "invalidClientIdOrSecret", "message": "x"}, signon.ClassSecret, "invalidClientIdOrSecret"},
		{signon.KindDingTalk, dingToken, ok, map[string]any{}, signon.ClassAnswer, ""},
		{signon.KindDingTalk, dingUser, forbidden, map[string]any{"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied", "message": "x"}, signon.ClassPermission, "Forbidden.AccessDenied.AccessTokenPermissionDenied"},
		{signon.KindDingTalk, dingUser, forbidden, map[string]any{"code": "Forbidden.AccessDenied.IpNotInWhiteList", "message": "x"}, signon.ClassServer, "Forbidden.AccessDenied.IpNotInWhiteList"},
		{signon.KindFeishu, feishuToken, bad, map[string]any{"code": 20002, "error": "invalid_client"}, signon.ClassSecret, "20002"},
		{signon.KindFeishu, feishuToken, bad, map[string]any{"code": 20010, "error": "access_denied"}, signon.ClassOutsider, "20010"},
		{signon.KindFeishu, feishuToken, ok, map[string]any{"code": 0}, signon.ClassAnswer, ""},
		{signon.KindFeishu, feishuUser, bad, map[string]any{"code": 20005, "msg": "invalid"}, signon.ClassToken, "20005"},
		{signon.KindFeishu, feishuUser, bad, map[string]any{"code": 99991400, "msg": "limited"}, signon.ClassLimited, "99991400"},
	} {
		h := idptest.NewHouses(t)
		connector := idp.New(loopback, time.Now)
		way := houseWay(h, c.kind)
		answer := goThrough(t, connector, way, ask())
		h.Instead[c.path] = idptest.Answer{Status: c.status, Body: c.body}
		_, err := connector.Identify(t.Context(), way, answer)
		f, isFailure := err.(*signon.Failure) //nolint:errorlint // the connector's own
		if !isFailure || f.Class != c.want || f.Code != c.code {
			t.Errorf("%s %v: %v", c.path, c.body, err)
		}
	}
}
