// Package egress is the way out: whatever the program asks of addresses that administrators have entered goes through it, and never where it could be
// used to reach what lies behind the server.
//
// An address is checked when the connection is made, after its name was looked up, so that a name cannot point elsewhere the second time. Public
// addresses are reached by https alone; others, and http, must lie in networks that whoever runs the server has allowed. Redirections are not
// followed, proxies of the environment are not used.
package egress

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Patience is how long the other side may take, from looking up its name to its answer.
const Patience = 10 * time.Second

// headerBytes is how much of an answer's head is read.
const headerBytes = 64 << 10

// ErrRefused is why an address is not reached.
var ErrRefused = errors.New("the address is not allowed")

// Guard decides which addresses may be reached: those in the networks, and public ones where they are open.
type Guard struct {
	Networks []netip.Prefix
	Public   bool
}

// Control is what a net.Dialer asks before it connects.
func (g Guard) Control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !g.Allows(at.Addr()) {
		return ErrRefused
	}
	return nil
}

// Allows reports whether an address may be reached.
func (g Guard) Allows(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	in := func(n netip.Prefix) bool { return n.Contains(address) }
	return slices.ContainsFunc(g.Networks, in) || g.Public && !slices.ContainsFunc(reserved, in)
}

// Client is an HTTP client behind the guard.
func (g Guard) Client() *http.Client {
	dialer := &net.Dialer{Timeout: Patience, Control: g.Control}
	return &http.Client{
		Timeout:       Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: Patience, MaxIdleConns: 20, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: headerBytes},
	}
}

// Web sends requests of both schemes: those of https to public addresses and the networks, those of http to the networks alone.
type Web struct{ public, inner *http.Client }

// NewWeb returns a Web that may reach private addresses in the networks, and those alone.
func NewWeb(networks []netip.Prefix) *Web {
	return &Web{public: Guard{networks, true}.Client(), inner: Guard{networks, false}.Client()}
}

// Do sends a request.
func (w *Web) Do(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" {
		return w.inner.Do(request)
	}
	return w.public.Do(request)
}

// TimedOut reports whether the other side took too long.
func TimedOut(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
}

// reserved are the networks that are not the public internet, and those through which such can be reached.
var reserved = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
	"fc00::/7", "fe80::/9", "ff00::/8")

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// Client is an HTTP client of both schemes that reads at most so many bytes of an answer: what is longer ends early.
func (w *Web) Client(bytes int64) *http.Client {
	return &http.Client{Timeout: Patience, CheckRedirect: w.public.CheckRedirect, Transport: limited{w, bytes}}
}

// limited is the transport of Client.
type limited struct {
	web   *Web
	bytes int64
}

// RoundTrip implements http.RoundTripper.
func (l limited) RoundTrip(request *http.Request) (*http.Response, error) {
	use := l.web.public
	if request.URL.Scheme != "https" {
		use = l.web.inner
	}
	response, err := use.Transport.RoundTrip(request)
	if err == nil {
		response.Body = body{io.LimitReader(response.Body, l.bytes), response.Body}
	}
	return response, err
}

type body struct {
	io.Reader
	io.Closer
}
