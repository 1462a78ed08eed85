package idp_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/idp"
	"xiaoguan/internal/idptest"
	"xiaoguan/internal/signon"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

const here = "https://sales.qinghe.cn/sign-in/with/x/callback"

func ask() signon.Ask {
	return signon.Ask{State: "stateofbrowser", Nonce: "nonceofbrowser", Verifier: strings.Repeat("v", 52), Redirect: here}
}

func oidcWay(o *idptest.OIDC) signon.Way {
	return signon.Way{Provider: signon.Provider{Key: "x", Settings: signon.Settings{Kind: signon.KindOIDC, Issuer: o.URL, ClientID: idptest.ClientID, Claim: "sub"}}, Open: idptest.Secret}
}

// goThrough does what a browser does: it goes where it is sent, and brings back what it is given.
func goThrough(t *testing.T, c *idp.Connector, way signon.Way, ask signon.Ask) signon.Answer {
	t.Helper()
	address, err := c.AuthorizeURL(t.Context(), way, ask)
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	back, err := url.Parse(response.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(back.String(), ask.Redirect+"?") {
		t.Fatalf("sent back to %q, %d", back, response.StatusCode)
	}
	if got := back.Query().Get("state"); got != ask.State {
		t.Errorf("state %q", got)
	}
	return signon.Answer{Ask: ask, Code: back.Query().Get("code") + back.Query().Get("authCode"), Issuer: back.Query().Get("iss")}
}

func classOf(err error) signon.Class {
	if f, ok := errors.AsType[*signon.Failure](err); ok {
		return f.Class
	}
	return ""
}

func TestAnOIDCProviderSaysWhoItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(*idptest.OIDC)
		want signon.Claims
	}{
		"in the token":             {func(*idptest.OIDC) {}, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn"}},
		"in UserInfo":              {func(o *idptest.OIDC) { o.InfoOnly = true }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn"}},
		"secret in the body":       {func(o *idptest.OIDC) { o.Post = true }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn"}},
		"an address not verified":  {func(o *idptest.OIDC) { o.Who["email_verified"] = false }, signon.Claims{Subject: "u-1001", Name: "陈思远"}},
		"verified in letters":      {func(o *idptest.OIDC) { o.Who["email_verified"] = "true" }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn"}},
		"two factors":              {func(o *idptest.OIDC) { o.Who["amr"] = []string{"pwd", "otp"} }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn", TwoFactors: true}},
		"several factors, it says": {func(o *idptest.OIDC) { o.Who["amr"] = []string{"mfa"} }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn", TwoFactors: true}},
		"two of one sort are one":  {func(o *idptest.OIDC) { o.Who["amr"] = []string{"pwd", "pin"} }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn"}},
		"a verified telephone":     {func(o *idptest.OIDC) { o.Who["phone_number"], o.Who["phone_number_verified"] = "+8613812345678", true }, signon.Claims{Subject: "u-1001", Name: "陈思远", Email: "chen@qinghe.cn", Mobile: "+8613812345678"}},
		"another's UserInfo is none": {func(o *idptest.OIDC) {
			o.InfoOnly, o.Info = true, map[string]any{"sub": "u-2", "name": "别人", "email": "other@qinghe.cn", "email_verified": true}
		}, signon.Claims{Subject: "u-1001"}},
	} {
		o := idptest.NewOIDC(t)
		c.set(o)
		connector := idp.New(loopback, time.Now)
		got, err := connector.Identify(t.Context(), oidcWay(o), goThrough(t, connector, oidcWay(o), ask()))
		if err != nil || got.Subject != c.want.Subject || got.Name != c.want.Name || got.Email != c.want.Email || got.Mobile != c.want.Mobile || got.TwoFactors != c.want.TwoFactors {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestATokenThatDoesNotHoldLetsNobodyIn: each claim and each way of signing that is wrong is refused, and what is shown names no claim.
func TestATokenThatDoesNotHoldLetsNobodyIn(t *testing.T) {
	t.Parallel()
	o := idptest.NewOIDC(t)
	connector := idp.New(loopback, time.Now)
	if _, err := connector.Identify(t.Context(), oidcWay(o), goThrough(t, connector, oidcWay(o), ask())); err != nil {
		t.Fatalf("with nothing wrong: %v", err)
	}
	for _, o.Break = range idptest.Broken {
		claims, err := connector.Identify(t.Context(), oidcWay(o), goThrough(t, connector, oidcWay(o), ask()))
		if classOf(err) != signon.ClassToken || claims.Subject != "" {
			t.Errorf("%s: %+v, %v", o.Break, claims, err)
		}
	}
}

func TestACodeWorksOnceAndForWhoAskedAlone(t *testing.T) {
	t.Parallel()
	o := idptest.NewOIDC(t)
	connector := idp.New(loopback, time.Now)
	answer := goThrough(t, connector, oidcWay(o), ask())
	if _, err := connector.Identify(t.Context(), oidcWay(o), answer); err != nil {
		t.Fatal(err)
	}
	if _, err := connector.Identify(t.Context(), oidcWay(o), answer); classOf(err) != signon.ClassCode {
		t.Errorf("a second time: %v", err)
	}
	for name, change := range map[string]func(*signon.Answer){
		"another verifier": func(a *signon.Answer) { a.Verifier = strings.Repeat("w", 52) },
		"another address":  func(a *signon.Answer) { a.Redirect = "https://evil.example/callback" },
		"a made-up code":   func(a *signon.Answer) { a.Code = "made-up" },
	} {
		answer := goThrough(t, connector, oidcWay(o), ask())
		change(&answer)
		if _, err := connector.Identify(t.Context(), oidcWay(o), answer); classOf(err) != signon.ClassCode {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhoIsSentThereBringsAChallengeAndNoVerifier(t *testing.T) {
	t.Parallel()
	o := idptest.NewOIDC(t)
	address, err := idp.New(loopback, time.Now).AuthorizeURL(t.Context(), oidcWay(o), ask())
	if err != nil {
		t.Fatal(err)
	}
	sent, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(ask().Verifier))
	q := sent.Query()
	if q.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(digest[:]) || q.Get("code_challenge_method") != "S256" || q.Get("nonce") != ask().Nonce || q.Get("redirect_uri") != here || q.Get("response_type") != "code" {
		t.Errorf("sent to %s", address)
	}
	if strings.Contains(address, ask().Verifier) || strings.Contains(address, "secret") {
		t.Errorf("the address tells too much: %s", address)
	}
}

func TestAKeyThatIsReplacedIsAskedFor(t *testing.T) {
	t.Parallel()
	o := idptest.NewOIDC(t)
	connector := idp.New(loopback, time.Now)
	for range 3 {
		if _, err := connector.Identify(t.Context(), oidcWay(o), goThrough(t, connector, oidcWay(o), ask())); err != nil {
			t.Fatal(err)
		}
		o.Rotate()
	}
}

func TestTryingNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := idptest.NewOIDC(t)
	connector := idp.New(loopback, time.Now)
	good := oidcWay(o)
	if err := connector.Try(t.Context(), good, here); err != nil {
		t.Errorf("what is right: %v", err)
	}
	dead := idptest.NewOIDC(t)
	dead.URL = "http://127.0.0.1:1"
	for name, c := range map[string]struct {
		change func(*signon.Way)
		want   signon.Class
	}{
		"another secret":    {func(w *signon.Way) { w.Open = "wrong" }, signon.ClassSecret},
		"another client":    {func(w *signon.Way) { w.ClientID = "wrong" }, signon.ClassSecret},
		"nobody there":      {func(w *signon.Way) { w.Issuer = dead.URL }, signon.ClassUnreachable},
		"no provider there": {func(w *signon.Way) { w.Issuer = o.URL + "/realms/none" }, signon.ClassDiscovery},
		"a slash too much":  {func(w *signon.Way) { w.Issuer = o.URL + "/" }, signon.ClassIssuer},
		"a private address": {func(w *signon.Way) { w.Issuer = "http://192.168.1.1:8080" }, signon.ClassNetwork},
	} {
		way := good
		c.change(&way)
		err := connector.Try(t.Context(), way, here)
		if classOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), idptest.Secret) {
			t.Errorf("%s: the secret is in %v", name, err)
		}
	}
	if err := idp.New(nil, time.Now).Try(t.Context(), good, here); classOf(err) != signon.ClassNetwork {
		t.Errorf("a network that is not allowed: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := idp.New(loopback, time.Now).Try(ended, good, here); classOf(err) == "" {
		t.Errorf("a request that ended: %v", err)
	}
}
