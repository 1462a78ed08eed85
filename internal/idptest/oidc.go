// Package idptest plays providers of identities for tests: one of OpenID Connect with keys of its own, and the three Chinese houses with the shapes of
// their documents.
package idptest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// The client that both know.
const (
	ClientID = "xiaoguan"
	Secret   = "a secret+of/the client"
)

// Break is what a provider does wrong.
type Break string

// The ways to be wrong.
const (
	BreakNonce     Break = "nonce"
	BreakNoNonce   Break = "no nonce"
	BreakIssuer    Break = "issuer"
	BreakAudience  Break = "audience"
	BreakParty     Break = "authorised party"
	BreakParties   Break = "two audiences and no party"
	BreakExpired   Break = "expired"
	BreakEarly     Break = "not yet valid"
	BreakNone      Break = "alg none"
	BreakSymmetric Break = "HS256 with the secret"
	BreakPublicKey Break = "HS256 with the public key"
	BreakKey       Break = "another key"
	BreakPayload   Break = "changed after signing"
	BreakNoToken   Break = "no ID token"
	BreakNoSubject Break = "no subject"
	BreakIssParam  Break = "iss of the answer"
	BreakNoIss     Break = "no iss of the answer"
)

// Broken are all of them.
var Broken = []Break{BreakNonce, BreakNoNonce, BreakIssuer, BreakAudience, BreakParty, BreakParties, BreakExpired, BreakEarly, BreakNone, BreakSymmetric, BreakPublicKey, BreakKey, BreakPayload, BreakNoToken,
	BreakNoSubject, BreakIssParam, BreakNoIss}

// granted is what a code stands for.
type granted struct{ nonce, challenge, redirect string }

// OIDC is a provider. Its fields are set before it is asked.
type OIDC struct {
	URL      string // issuer
	Now      func() time.Time
	Who      map[string]any // claims of who signs in
	Info     map[string]any // what UserInfo says; nil: Who
	Break    Break
	Redirect string // the address that is registered; empty: any
	Post     bool   // it takes the secret in the body alone
	InfoOnly bool   // the token says who it is alone, the rest is in UserInfo
	Ask      bool   // it shows a page with a button before it sends somebody back
	Deny     bool   // who is asked refuses

	lock  sync.Mutex
	codes map[string]granted
	key   *rsa.PrivateKey
	other *rsa.PrivateKey
	kid   string
}

// NewOIDC starts a provider that ends with the test.
func NewOIDC(t testing.TB) *OIDC {
	t.Helper()
	o := &OIDC{Now: time.Now, codes: map[string]granted{}, kid: "k1", Who: map[string]any{"sub": "u-1001", "name": "陈思远", "email": "chen@qinghe.cn", "email_verified": true}}
	var err error
	if o.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if o.other, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", o.discover)
	mux.HandleFunc("GET /authorize", o.authorize)
	mux.HandleFunc("POST /token", o.token)
	mux.HandleFunc("GET /keys", o.keys)
	mux.HandleFunc("GET /userinfo", o.userInfo)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.URL = server.URL
	return o
}

// Rotate replaces the key.
func (o *OIDC) Rotate() {
	o.lock.Lock()
	defer o.lock.Unlock()
	o.key, o.other, o.kid = o.other, o.key, o.kid+"'"
}

func (o *OIDC) discover(w http.ResponseWriter, _ *http.Request) {
	method := "client_secret_basic"
	if o.Post {
		method = "client_secret_post"
	}
	write(w, http.StatusOK, map[string]any{
		"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize", "token_endpoint": o.URL + "/token", "jwks_uri": o.URL + "/keys", "userinfo_endpoint": o.URL + "/userinfo",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "token_endpoint_auth_methods_supported": []string{method}, "code_challenge_methods_supported": []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	})
}

func (o *OIDC) keys(w http.ResponseWriter, _ *http.Request) {
	o.lock.Lock()
	defer o.lock.Unlock()
	write(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": o.kid, "n": encode(o.key.N.Bytes()), "e": encode(big.NewInt(int64(o.key.E)).Bytes())}}})
}

func (o *OIDC) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := q.Get("redirect_uri")
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || !strings.Contains(q.Get("scope"), "openid") || o.Redirect != "" && back != o.Redirect {
		http.Error(w, "this is no request of a client that I know", http.StatusBadRequest)
		return
	}
	if o.Ask && q.Get("yes") == "" {
		q.Set("yes", "1")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><meta name="viewport" content="width=device-width"><title>统一身份</title><h1>统一身份</h1><p><a id="go" href="/authorize?%s">以%v登录</a></p>`, html.EscapeString(q.Encode()), o.Who["name"])
		return
	}
	answer := url.Values{"state": {q.Get("state")}, "iss": {o.URL}}
	switch o.Break {
	case BreakIssParam:
		answer.Set("iss", "https://evil.example")
	case BreakNoIss:
		answer.Del("iss")
	}
	if o.Deny {
		answer.Set("error", "access_denied")
	} else {
		answer.Set("code", o.Code(q.Get("nonce"), q.Get("code_challenge"), back))
	}
	http.Redirect(w, r, back+"?"+answer.Encode(), http.StatusFound)
}

// Code makes a code as if somebody had signed in.
func (o *OIDC) Code(nonce, challenge, redirect string) string {
	o.lock.Lock()
	defer o.lock.Unlock()
	code := rand.Text()
	o.codes[code] = granted{nonce, challenge, redirect}
	return code
}

func (o *OIDC) client(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if o.Post {
		return !basic && r.PostFormValue("client_id") == ClientID && r.PostFormValue("client_secret") == Secret
	}
	secret, err := url.QueryUnescape(secret)
	return basic && err == nil && id == ClientID && secret == Secret
}

func (o *OIDC) token(w http.ResponseWriter, r *http.Request) {
	if !o.client(r) {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "the secret is wrong"})
		return
	}
	o.lock.Lock()
	grant, ok := o.codes[r.PostFormValue("code")]
	delete(o.codes, r.PostFormValue("code"))
	o.lock.Unlock()
	digest := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || grant.redirect != r.PostFormValue("redirect_uri") || grant.challenge != encode(digest[:]) {
		write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "the code is used, or not yours"})
		return
	}
	answer := map[string]any{"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": o.idToken(grant.nonce)}
	if o.Break == BreakNoToken {
		delete(answer, "id_token")
	}
	write(w, http.StatusOK, answer)
}

func (o *OIDC) userInfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer at" {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return
	}
	if o.Info != nil {
		write(w, http.StatusOK, o.Info)
		return
	}
	write(w, http.StatusOK, o.Who)
}

// idToken signs who it is, with whatever is to be wrong about it.
func (o *OIDC) idToken(nonce string) string {
	now := o.Now()
	claims := map[string]any{"iss": o.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": nonce}
	if o.InfoOnly {
		claims["sub"] = o.Who["sub"]
	} else {
		maps.Copy(claims, o.Who)
	}
	switch o.Break {
	case BreakNonce:
		claims["nonce"] = nonce + "x"
	case BreakNoNonce:
		delete(claims, "nonce")
	case BreakIssuer:
		claims["iss"] = "https://evil.example"
	case BreakAudience:
		claims["aud"] = "another"
	case BreakParty:
		claims["azp"] = "another"
	case BreakParties:
		claims["aud"] = []string{ClientID, "another"}
	case BreakExpired:
		claims["exp"] = now.Add(-time.Minute).Unix()
	case BreakEarly:
		claims["nbf"] = now.Add(time.Hour).Unix()
	case BreakNoSubject:
		delete(claims, "sub")
	}
	return o.sign(claims)
}

func (o *OIDC) sign(claims map[string]any) string {
	o.lock.Lock()
	defer o.lock.Unlock()
	head, key := map[string]any{"alg": "RS256", "typ": "JWT", "kid": o.kid}, o.key
	symmetric := func(secret []byte) string {
		head["alg"] = "HS256"
		body := encode(marshal(head)) + "." + encode(marshal(claims))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(body))
		return body + "." + encode(mac.Sum(nil))
	}
	switch o.Break {
	case BreakNone:
		head["alg"] = "none"
		return encode(marshal(head)) + "." + encode(marshal(claims)) + "."
	case BreakSymmetric:
		return symmetric([]byte(Secret))
	case BreakPublicKey:
		return symmetric(o.key.N.Bytes())
	case BreakKey:
		key = o.other
	}
	body := encode(marshal(head)) + "." + encode(marshal(claims))
	digest := sha256.Sum256([]byte(body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		panic(err)
	}
	if o.Break == BreakPayload {
		claims["sub"] = "u-9999"
		body = encode(marshal(head)) + "." + encode(marshal(claims))
	}
	return body + "." + encode(signature)
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func marshal(value any) []byte {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return raw
}

func write(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(marshal(value))
}
