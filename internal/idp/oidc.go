package idp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"xiaoguan/internal/signon"
)

// How long what a provider tells about itself is believed, and how long it is left in peace after it told nothing.
const (
	discoveryLife  = time.Hour
	discoveryPause = 10 * time.Second
)

// signatures are the algorithms by which an ID token may be signed: those with a key that the provider alone has.
var signatures = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// discovery is what a provider tells about itself.
type discovery struct {
	provider *oidc.Provider
	Keys     string   `json:"jwks_uri"`
	Methods  []string `json:"token_endpoint_auth_methods_supported"`
	SaysWho  bool     `json:"authorization_response_iss_parameter_supported"`
	err      *signon.Failure
	until    time.Time
}

// context makes the library use our way out.
func (c *Connector) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, c.client)
}

// discover asks a provider about itself, or remembers what it told.
func (c *Connector) discover(ctx context.Context, issuer string, anew bool) (discovery, error) {
	c.lock.Lock()
	known, ok := c.discovered[issuer]
	c.lock.Unlock()
	if !ok || anew || !c.now().Before(known.until) {
		known = c.askAbout(ctx, issuer)
		c.lock.Lock()
		c.discovered[issuer] = known
		c.lock.Unlock()
	}
	if known.err != nil {
		return known, known.err
	}
	return known, nil
}

func (c *Connector) askAbout(ctx context.Context, issuer string) (d discovery) {
	d.until = c.now().Add(discoveryPause)
	provider, err := oidc.NewProvider(c.context(ctx), issuer)
	if err != nil {
		d.err = undiscovered(err)
		return d
	}
	if err := provider.Claims(&d); err != nil || provider.Endpoint().AuthURL == "" || provider.Endpoint().TokenURL == "" || d.Keys == "" {
		d.err = &signon.Failure{Class: signon.ClassDiscovery, Cause: errors.Join(err, errors.New("an endpoint is missing"))}
		return d
	}
	d.provider, d.until = provider, c.now().Add(discoveryLife)
	return d
}

func undiscovered(err error) *signon.Failure {
	if _, ok := errors.AsType[*url.Error](err); ok {
		return unreached(err)
	}
	if m, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
		return &signon.Failure{Class: signon.ClassIssuer, Code: shortened(m.Discovered), Cause: err}
	}
	return &signon.Failure{Class: signon.ClassDiscovery, Cause: err}
}

// shortened keeps what a provider says short enough for a sentence.
func shortened(text string) string {
	const most = 120
	if runes := []rune(strings.ToValidUTF8(text, "?")); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// config is how codes are exchanged with a provider. The secret goes into the head, as the standard has it, unless the provider takes it in the body alone.
func (d discovery) config(way signon.Way, redirect string) *oauth2.Config {
	endpoint := d.provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if way.Open == "" || len(d.Methods) > 0 && !slices.Contains(d.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	scopes := []string{oidc.ScopeOpenID, "profile", "email"}
	if way.Match == signon.MatchMobile {
		scopes = append(scopes, "phone")
	}
	return &oauth2.Config{ClientID: way.ClientID, ClientSecret: way.Open, Endpoint: endpoint, RedirectURL: redirect, Scopes: scopes}
}

func (c *Connector) oidcURL(ctx context.Context, way signon.Way, ask signon.Ask) (string, error) {
	d, err := c.discover(ctx, way.Issuer, false)
	if err != nil {
		return "", err
	}
	return d.config(way, ask.Redirect).AuthCodeURL(ask.State, oidc.Nonce(ask.Nonce), oauth2.S256ChallengeOption(ask.Verifier)), nil
}

func (c *Connector) oidcUser(ctx context.Context, way signon.Way, answer signon.Answer) (claims signon.Claims, err error) {
	d, err := c.discover(ctx, way.Issuer, false)
	if err != nil {
		return claims, err
	}
	if answer.Issuer != way.Issuer && (answer.Issuer != "" || d.SaysWho) {
		return claims, untrue(fmt.Errorf("the answer says that it is of %q", shortened(answer.Issuer)))
	}
	ctx = c.context(ctx)
	config := d.config(way, answer.Redirect)
	given, err := config.Exchange(ctx, answer.Code, oauth2.VerifierOption(answer.Verifier))
	if err != nil {
		return claims, unexchanged(err)
	}
	raw, ok := given.Extra("id_token").(string)
	if !ok {
		return claims, untrue(errors.New("there is no ID token"))
	}
	verifier := d.provider.Verifier(&oidc.Config{ClientID: way.ClientID, SupportedSigningAlgs: signatures, Now: c.now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return claims, unverified(err)
	}
	said := map[string]any{}
	if err := token.Claims(&said); err != nil {
		return claims, untrue(err)
	}
	if err := holds(token, said, way.ClientID, answer.Nonce); err != nil {
		return claims, untrue(err)
	}
	c.ask(ctx, d, oauth2.StaticTokenSource(given), token.Subject, said)
	return read(said, way.Claim), nil
}

// holds looks at what the library leaves to its callers: that the token answers our question, and is meant for us where several may read it.
func holds(token *oidc.IDToken, said map[string]any, client, nonce string) error {
	if nonce == "" || token.Nonce != nonce {
		return errors.New("the nonce is another")
	}
	if token.Subject == "" {
		return errors.New("there is no subject")
	}
	party, has := said["azp"].(string)
	if has && party != client || !has && len(token.Audience) > 1 {
		return errors.New("the token is meant for another party")
	}
	return nil
}

// ask fills in what the token does not say from the provider's UserInfo, if that speaks of the same person. Without it, less is known, and nobody is kept out.
func (c *Connector) ask(ctx context.Context, d discovery, given oauth2.TokenSource, subject string, said map[string]any) {
	if d.provider.UserInfoEndpoint() == "" || said["email"] != nil && said["name"] != nil {
		return
	}
	info, err := d.provider.UserInfo(ctx, given)
	if err != nil || info.Subject != subject {
		return
	}
	more := map[string]any{}
	if info.Claims(&more) != nil {
		return
	}
	for name, value := range more {
		if said[name] == nil {
			said[name] = value
		}
	}
}

// read finds what concerns us among the claims.
func read(said map[string]any, claim string) (c signon.Claims) {
	text := func(name string) string {
		switch v := said[name].(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		}
		return ""
	}
	sure := func(name string) bool { return said[name] == true || said[name] == "true" }
	if c.Subject, c.Name = text(claim), text("name"); c.Name == "" {
		c.Name = text("preferred_username")
	}
	if sure("email_verified") {
		c.Email = text("email")
	}
	if sure("phone_number_verified") {
		c.Mobile = text("phone_number")
	}
	c.TwoFactors = twoFactors(said["amr"])
	return c
}

// What methods are, by RFC 8176: something known, something owned, something that one is.
var (
	knowledge  = []string{"pwd", "pin", "kba"}
	possession = []string{"otp", "hwk", "swk", "sms", "tel", "sc"}
	inherence  = []string{"fpt", "face", "iris", "vbm", "retina"}
)

// twoFactors reports whether the methods of a sign-on are of two sorts.
func twoFactors(amr any) bool {
	methods, _ := amr.([]any)
	has := func(sort ...string) int {
		for _, m := range methods {
			if name, ok := m.(string); ok && slices.Contains(sort, name) {
				return 1
			}
		}
		return 0
	}
	return has("mfa") == 1 || has(knowledge...)+has(possession...)+has(inherence...) >= 2
}

func untrue(cause error) *signon.Failure {
	return &signon.Failure{Class: signon.ClassToken, Cause: cause}
}

// unverified is an ID token that does not hold, or one whose keys could not be had.
func unverified(err error) *signon.Failure {
	if _, ok := errors.AsType[*url.Error](err); ok {
		return unreached(err)
	}
	return untrue(err)
}

// unexchanged says why a code was not taken.
func unexchanged(err error) *signon.Failure {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		if _, network := errors.AsType[*url.Error](err); network {
			return unreached(err)
		}
		return &signon.Failure{Class: signon.ClassAnswer, Cause: err}
	}
	f := &signon.Failure{Class: signon.ClassAnswer, Code: shortened(refused.ErrorCode), Cause: errors.New(shortened(refused.ErrorDescription))}
	status := 0
	if refused.Response != nil {
		status = refused.Response.StatusCode
	}
	switch {
	case refused.ErrorCode == "invalid_client", refused.ErrorCode == "unauthorized_client", refused.ErrorCode == "" && status == http.StatusUnauthorized:
		f.Class = signon.ClassSecret
	case refused.ErrorCode == "invalid_grant":
		f.Class = signon.ClassCode
	case refused.ErrorCode == "redirect_uri_mismatch":
		f.Class = signon.ClassRedirect
	case status == http.StatusTooManyRequests:
		f.Class = signon.ClassLimited
	case refused.ErrorCode == "":
		return unclear(status, errors.New("the answer is no error of OAuth"))
	}
	return f
}

// tryOIDC asks the provider about itself and its keys, and offers it a code that is none: who knows the client refuses the code, and not the client.
func (c *Connector) tryOIDC(ctx context.Context, way signon.Way, redirect string) error {
	d, err := c.discover(ctx, way.Issuer, true)
	if err != nil {
		return err
	}
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if _, err := c.exchange(ctx, http.MethodGet, d.Keys, nil, nil, &keys); err != nil {
		return err
	}
	if len(keys.Keys) == 0 {
		return &signon.Failure{Class: signon.ClassDiscovery, Cause: errors.New("there are no keys")}
	}
	_, err = d.config(way, redirect).Exchange(c.context(ctx), "xiaoguan-test", oauth2.VerifierOption(oauth2.GenerateVerifier()))
	if err == nil {
		return &signon.Failure{Class: signon.ClassAnswer, Cause: errors.New("a code that is none was taken")}
	}
	f := unexchanged(err)
	if f.Class == signon.ClassCode || f.Class == signon.ClassAnswer && f.Code != "" && !strings.HasPrefix(f.Code, "HTTP") {
		return nil
	}
	return f
}
