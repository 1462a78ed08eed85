package idptest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// Answer is what a house answers instead of what it usually would.
type Answer struct {
	Status int
	Body   map[string]any
}

// Houses are WeCom, DingTalk and Feishu on one address. Their fields are set before they are asked.
type Houses struct {
	URL      string
	UserID   string         // WeCom; empty: somebody from outside
	DingTalk map[string]any // who it is there
	Feishu   map[string]any
	CorpID   string            // in which company somebody signs in at DingTalk
	Instead  map[string]Answer // by path
	Tokens   int               // how many tokens of the application WeCom has given

	lock  sync.Mutex
	codes map[string]url.Values
}

// NewHouses starts houses that end with the test.
func NewHouses(t testing.TB) *Houses {
	t.Helper()
	h := &Houses{UserID: "ChenSiYuan", CorpID: "dingcorp1", codes: map[string]url.Values{}, Instead: map[string]Answer{},
		DingTalk: map[string]any{"nick": "陈思远", "unionId": "z21HjQliSzpw0Y", "openId": "liSii8KC", "mobile": "13812345678", "stateCode": "86", "avatarUrl": "https://x"},
		Feishu:   map[string]any{"name": "陈思远", "en_name": "Chen", "open_id": "ou-caecc734c2e3328a", "union_id": "on-d89jhsdhjsajkda7828", "user_id": "5d9bdxxx", "enterprise_email": "chen@qinghe.cn", "email": "private@x.cn", "mobile": "+8613812345678", "tenant_key": "736588c92lxf175d"}}
	mux := http.NewServeMux()
	for _, path := range []string{"/wwlogin/sso/login", "/connect/oauth2/authorize", "/oauth2/auth", "/open-apis/authen/v1/authorize"} {
		mux.HandleFunc("GET "+path, h.authorize)
	}
	mux.HandleFunc("GET /cgi-bin/gettoken", h.weComToken)
	mux.HandleFunc("GET /cgi-bin/auth/getuserinfo", h.weComUser)
	mux.HandleFunc("POST /v1.0/oauth2/userAccessToken", h.dingTalkToken)
	mux.HandleFunc("POST /v1.0/oauth2/accessToken", h.dingTalkApp)
	mux.HandleFunc("GET /v1.0/contact/users/me", h.dingTalkUser)
	mux.HandleFunc("POST /open-apis/authen/v2/oauth/token", h.feishuToken)
	mux.HandleFunc("GET /open-apis/authen/v1/user_info", h.feishuUser)
	mux.HandleFunc("POST /open-apis/auth/v3/app_access_token/internal", h.feishuApp)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if instead, ok := h.Instead[r.URL.Path]; ok {
			write(w, instead.Status, instead.Body)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

// authorize sends somebody back at once, as each house calls the code.
func (h *Houses) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	wanted := map[string][2]string{"/wwlogin/sso/login": {"login_type", "CorpApp"}, "/connect/oauth2/authorize": {"scope", "snsapi_base"}, "/oauth2/auth": {"prompt", "consent"}, "/open-apis/authen/v1/authorize": {"code_challenge_method", "S256"}}[r.URL.Path]
	client := q.Get("client_id") + q.Get("appid")
	if q.Get(wanted[0]) != wanted[1] || client != ClientID || q.Get("state") == "" || q.Get("redirect_uri") == "" {
		http.Error(w, "this is no request of an application that I know", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	h.lock.Lock()
	h.codes[code] = q
	h.lock.Unlock()
	answer := url.Values{"code": {code}, "state": {q.Get("state")}}
	if r.URL.Path == "/oauth2/auth" {
		answer = url.Values{"authCode": {code}, "state": {q.Get("state")}}
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

// take uses a code up.
func (h *Houses) take(code string) (asked url.Values, ok bool) {
	h.lock.Lock()
	defer h.lock.Unlock()
	asked, ok = h.codes[code]
	delete(h.codes, code)
	return asked, ok
}

func (h *Houses) weComToken(w http.ResponseWriter, r *http.Request) {
	switch q := r.URL.Query(); {
	case q.Get("corpid") != ClientID:
		write(w, http.StatusOK, map[string]any{"errcode": 40013, "errmsg": "invalid corpid"})
	case q.Get("corpsecret") != Secret:
		write(w, http.StatusOK, map[string]any{"errcode": 40001, "errmsg": "invalid credential"})
	default:
		h.lock.Lock()
		h.Tokens++
		h.lock.Unlock()
		write(w, http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": "wecom-token", "expires_in": 7200})
	}
}

func (h *Houses) weComUser(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	_, ok := h.take(q.Get("code"))
	switch {
	case q.Get("access_token") != "wecom-token":
		write(w, http.StatusOK, map[string]any{"errcode": 40014, "errmsg": "invalid access_token"})
	case !ok:
		write(w, http.StatusOK, map[string]any{"errcode": 40029, "errmsg": "invalid code"})
	case h.UserID == "":
		write(w, http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "openid": "OPENID", "external_userid": "wm1"})
	default:
		write(w, http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "userid": h.UserID})
	}
}

func body(r *http.Request) (in map[string]string) {
	_ = json.NewDecoder(r.Body).Decode(&in) // what is none has no fields
	return in
}

func (h *Houses) dingTalkToken(w http.ResponseWriter, r *http.Request) {
	in := body(r)
	if in["clientId"] != ClientID || in["clientSecret"] != Secret {
		write(w, http.StatusBadRequest, map[string]any{"code": "invalidClientIdOrSecret", "message": "无效的clientId或者clientSecret", "requestid": "R1"})
		return
	}
	asked, ok := h.take(in["code"])
	if !ok {
		write(w, http.StatusBadRequest, map[string]any{"code": "invalidParameter.authCode.notFound", "message": "不合法的临时授权码", "requestid": "R2"})
		return
	}
	given := map[string]any{"accessToken": "ding-token", "refreshToken": "r", "expireIn": 7200}
	if asked.Get("scope") == "openid corpid" {
		given["corpId"] = h.CorpID
	}
	write(w, http.StatusOK, given)
}

func (h *Houses) dingTalkApp(w http.ResponseWriter, r *http.Request) {
	if in := body(r); in["appKey"] != ClientID || in["appSecret"] != Secret {
		write(w, http.StatusBadRequest, map[string]any{"code": "invalidClientIdOrSecret", "message": "无效的clientId或者clientSecret", "requestid": "R3"})
		return
	}
	write(w, http.StatusOK, map[string]any{"accessToken": "app-token", "expireIn": 7200})
}

func (h *Houses) dingTalkUser(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("x-acs-dingtalk-access-token") != "ding-token" {
		write(w, http.StatusUnauthorized, map[string]any{"code": "InvalidAuthentication", "message": "不合法的access_token", "requestid": "R4"})
		return
	}
	write(w, http.StatusOK, h.DingTalk)
}

func (h *Houses) feishuToken(w http.ResponseWriter, r *http.Request) {
	in := body(r)
	refuse := func(code int, name, text string) {
		write(w, http.StatusBadRequest, map[string]any{"code": code, "error": name, "error_description": text})
	}
	if in["client_id"] != ClientID || in["client_secret"] != Secret {
		refuse(20002, "invalid_client", "The client secret is invalid.")
		return
	}
	asked, ok := h.take(in["code"])
	digest := sha256.Sum256([]byte(in["code_verifier"]))
	switch {
	case !ok:
		refuse(20003, "invalid_grant", "The authorization code is not found.")
	case asked.Get("redirect_uri") != in["redirect_uri"]:
		refuse(20071, "invalid_grant", "The redirect_uri is another.")
	case asked.Get("code_challenge") != encode(digest[:]):
		refuse(20049, "invalid_grant", "PKCE failed.")
	default:
		write(w, http.StatusOK, map[string]any{"code": 0, "access_token": "feishu-token", "expires_in": 7200, "token_type": "Bearer", "scope": "auth:user.id:read"})
	}
}

func (h *Houses) feishuUser(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer feishu-token" {
		write(w, http.StatusBadRequest, map[string]any{"code": 20005, "msg": "The user access token passed is invalid."})
		return
	}
	write(w, http.StatusOK, map[string]any{"code": 0, "msg": "success", "data": h.Feishu})
}

func (h *Houses) feishuApp(w http.ResponseWriter, r *http.Request) {
	switch in := body(r); {
	case in["app_id"] != ClientID:
		write(w, http.StatusOK, map[string]any{"code": 10003, "msg": "invalid app_id"})
	case in["app_secret"] != Secret:
		write(w, http.StatusOK, map[string]any{"code": 10014, "msg": "app secret invalid"})
	default:
		write(w, http.StatusOK, map[string]any{"code": 0, "msg": "ok", "app_access_token": "t-1", "expire": 7200, "tenant_access_token": "t-1"})
	}
}
