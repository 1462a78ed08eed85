// Package idp speaks with providers of identities: OpenID Connect, WeCom, DingTalk and Feishu. It is what package signon asks.
//
// Whatever it asks goes out guarded by package egress. What it reports of a failure is a class and the provider's own number; what was found in the
// network is in the cause, for the log, without addresses, which may carry secrets.
package idp

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"xiaoguan/internal/egress"
	"xiaoguan/internal/signon"
)

// answerBytes is how much of an answer is read.
const answerBytes = 1 << 20

// Connector implements signon.Connector.
type Connector struct {
	client *http.Client
	now    func() time.Time

	lock       sync.Mutex
	discovered map[string]discovery // by issuer
	tokens     map[string]token     // of WeCom, by company and secret
}

// New returns a Connector that may reach private addresses in the networks, and those alone.
func New(networks []netip.Prefix, now func() time.Time) *Connector {
	return &Connector{client: egress.NewWeb(networks).Client(answerBytes), now: now, discovered: map[string]discovery{}, tokens: map[string]token{}}
}

// AuthorizeURL implements signon.Connector.
func (c *Connector) AuthorizeURL(ctx context.Context, way signon.Way, ask signon.Ask) (string, error) {
	switch way.Kind {
	case signon.KindWeCom:
		return weComURL(way, ask), nil
	case signon.KindDingTalk:
		return dingTalkURL(way, ask), nil
	case signon.KindFeishu:
		return feishuURL(way, ask), nil
	}
	return c.oidcURL(ctx, way, ask)
}

// Identify implements signon.Connector.
func (c *Connector) Identify(ctx context.Context, way signon.Way, answer signon.Answer) (signon.Claims, error) {
	switch way.Kind {
	case signon.KindWeCom:
		return c.weComUser(ctx, way, answer)
	case signon.KindDingTalk:
		return c.dingTalkUser(ctx, way, answer)
	case signon.KindFeishu:
		return c.feishuUser(ctx, way, answer)
	}
	return c.oidcUser(ctx, way, answer)
}

// Try implements signon.Connector.
func (c *Connector) Try(ctx context.Context, way signon.Way, redirect string) error {
	switch way.Kind {
	case signon.KindWeCom:
		_, err := c.weComToken(ctx, way, true)
		return err
	case signon.KindDingTalk:
		return c.tryDingTalk(ctx, way)
	case signon.KindFeishu:
		return c.tryFeishu(ctx, way)
	}
	return c.tryOIDC(ctx, way, redirect)
}

// address joins a base, a path and a query.
func address(base, path string, query url.Values) string { return base + path + "?" + query.Encode() }

// unreached says why there was no answer, without the address.
func unreached(err error) *signon.Failure {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	class := signon.ClassUnreachable
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, egress.ErrRefused):
		class = signon.ClassNetwork
	case certificate:
		class = signon.ClassCertificate
	case egress.TimedOut(err):
		class = signon.ClassTimeout
	}
	return &signon.Failure{Class: class, Cause: err}
}

// unclear is an answer that is not what the provider's documents say.
func unclear(status int, cause error) *signon.Failure {
	f := &signon.Failure{Class: signon.ClassAnswer, Cause: cause}
	if status != 0 && status != http.StatusOK {
		f.Code = fmt.Sprintf("HTTP %d", status)
	}
	return f
}

// exchange sends JSON, or nothing, and reads JSON whatever the status, as these three houses answer.
func (c *Connector) exchange(ctx context.Context, method, to string, head map[string]string, body, answer any) (status int, err error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, unclear(0, err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, to, content)
	if err != nil {
		return 0, &signon.Failure{Class: signon.ClassUnreachable, Cause: errors.New("no address")}
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Xiaoguan")
	if body != nil {
		request.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	for name, value := range head {
		request.Header.Set(name, value)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return 0, unreached(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, unreached(err)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return response.StatusCode, unclear(response.StatusCode, errors.New("the answer is no JSON"))
	}
	return response.StatusCode, nil
}
