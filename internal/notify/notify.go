// Package notify sends deliveries to the addresses that administrators have entered: as signed requests, and never where they could be used to
// reach what lies behind the server.
//
// An address is checked when the connection is made, after its name was looked up, so that a name cannot point elsewhere the second time. Public
// addresses are reached by https alone; others, and http, must lie in networks that whoever runs the server has allowed. Redirections are not
// followed, proxies of the environment are not used, answers are not read beyond their status.
package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"syscall"
	"time"

	"xiaoguan/internal/notice"
)

// patience is how long the other side may take, from looking up its name to its answer.
const patience = 10 * time.Second

// answerBytes is how much of an answer is read, so that the connection can be used again.
const answerBytes = 4 << 10

// The headers of a request. The signature is "sha256=" and the hex HMAC-SHA256, with the connection's secret, over timestamp, a full stop and
// the body.
const (
	HeaderDelivery  = "X-Xiaoguan-Delivery"
	HeaderKind      = "X-Xiaoguan-Kind"
	HeaderTimestamp = "X-Xiaoguan-Timestamp" // seconds since 1970
	HeaderSignature = "X-Xiaoguan-Signature"
)

// Sender implements notice.Sender.
type Sender struct {
	now           func() time.Time
	public, inner *http.Client // for https, and for http
}

// New returns a Sender that may reach private addresses in the networks, and those alone.
func New(networks []netip.Prefix, now func() time.Time) *Sender {
	return &Sender{now: now, public: client(guard{networks, true}), inner: client(guard{networks, false})}
}

func client(g guard) *http.Client {
	dialer := &net.Dialer{Timeout: patience, Control: g.control}
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: patience, MaxIdleConns: 20, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10},
	}
}

// Sign returns the signature of a request.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Send implements notice.Sender: an answer of 200 to 299 is one that has taken it. Errors never hold the address, which may carry a key.
func (s *Sender) Send(ctx context.Context, out notice.Outgoing) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, out.URL, bytes.NewReader(out.Body))
	if err != nil {
		return errors.New("the address cannot be used")
	}
	timestamp := strconv.FormatInt(s.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Xiaoguan")
	request.Header.Set(HeaderDelivery, out.DeliveryID)
	request.Header.Set(HeaderKind, out.Kind)
	request.Header.Set(HeaderTimestamp, timestamp)
	request.Header.Set(HeaderSignature, Sign(out.Secret, timestamp, out.Body))
	use := s.public
	if request.URL.Scheme != "https" {
		use = s.inner
	}
	response, err := use.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, answerBytes) // what it says does not matter
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("answered %d", response.StatusCode)
	}
	return nil
}

// guard decides which addresses may be reached.
type guard struct {
	networks []netip.Prefix
	public   bool
}

// errGuarded is why an address is not reached.
var errGuarded = errors.New("the address is not allowed")

func (g guard) control(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !g.allows(at.Addr()) {
		return errGuarded
	}
	return nil
}

func (g guard) allows(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	in := func(n netip.Prefix) bool { return n.Contains(address) }
	return slices.ContainsFunc(g.networks, in) || g.public && !slices.ContainsFunc(reserved, in)
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
