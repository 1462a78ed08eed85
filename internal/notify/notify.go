// Package notify sends deliveries to the addresses that administrators have entered: as signed requests of our own, as the bots of WeCom, DingTalk and Feishu
// want them, and letters through the server of the mail connection; and never where they could be used to reach what lies behind the server.
//
// The way out is guarded by package egress. Answers are not read beyond their status, but for the number that a bot answers with. What a reader is told of a
// failure is its class; what was found in the network is in the cause alone, for the log.
package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"xiaoguan/internal/egress"
	"xiaoguan/internal/notice"
)

// answerBytes is how much of an answer is read: what a bot says, and so that the connection can be used again.
const answerBytes = 16 << 10

// The headers of a request. The signature is "sha256=" and the hex HMAC-SHA256, with the connection's secret, over timestamp, a full stop and
// the body.
const (
	HeaderDelivery  = "X-Xiaoguan-Delivery"
	HeaderKind      = "X-Xiaoguan-Kind"
	HeaderTimestamp = "X-Xiaoguan-Timestamp" // seconds since 1970
	HeaderSignature = "X-Xiaoguan-Signature"
)

// Sender implements notice.Sender and mail.Sender.
type Sender struct {
	now      func() time.Time
	networks []netip.Prefix
	roots    *x509.CertPool // of mail servers; nil: the machine's
	web      *egress.Web
}

// New returns a Sender that may reach private addresses in the networks, and those alone.
func New(networks []netip.Prefix, now func() time.Time) *Sender {
	return &Sender{now: now, networks: networks, web: egress.NewWeb(networks)}
}

// Sign returns the signature of a request.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Send implements notice.Sender: an answer of 200 to 299 is one that has taken it, and a bot must say so, too. Failures never hold the address, which may carry
// a key.
func (s *Sender) Send(ctx context.Context, out notice.Outgoing) error {
	request, err := s.request(ctx, out)
	if err != nil {
		return err
	}
	response, err := s.web.Do(request)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refused(response)
	}
	if !out.Format.Bot() {
		return nil // what it says does not matter
	}
	if err != nil {
		return failed(err)
	}
	return heard(out.Format, answer)
}

// request writes a request: ours is signed in its head, those of bots as their house has it.
func (s *Sender) request(ctx context.Context, out notice.Outgoing) (*http.Request, error) {
	address, body, err := out.URL, out.Body, error(nil)
	if out.Format.Bot() {
		if address, body, err = speak(out, s.now()); err != nil {
			return nil, &notice.Failure{Class: notice.FailureInternal, Cause: err}
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, &notice.Failure{Class: notice.FailureAddress}
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "Xiaoguan")
	if out.Format.Bot() {
		return request, nil
	}
	timestamp := strconv.FormatInt(s.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(HeaderDelivery, out.DeliveryID)
	request.Header.Set(HeaderKind, out.Kind)
	request.Header.Set(HeaderTimestamp, timestamp)
	request.Header.Set(HeaderSignature, Sign(out.Secret, timestamp, body))
	return request, nil
}

// failed says why there was no answer, without the address.
func failed(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	class := notice.FailureUnreachable
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, egress.ErrRefused):
		class = notice.FailureAddress
	case certificate:
		class = notice.FailureCertificate
	case egress.TimedOut(err):
		class = notice.FailureTimeout
	}
	return &notice.Failure{Class: class, Cause: err}
}

// waitMax is the longest that the other side may ask us to wait.
const waitMax = 4 * time.Hour

// refused says what a status means.
func refused(response *http.Response) error {
	f := &notice.Failure{Class: notice.FailureStatus, Code: int64(response.StatusCode)}
	if response.StatusCode == http.StatusTooManyRequests {
		f.Class = notice.FailureLimited
	}
	if seconds, err := strconv.ParseInt(response.Header.Get("Retry-After"), 10, 32); err == nil && seconds > 0 {
		f.Wait = min(time.Duration(seconds)*time.Second, waitMax)
	}
	return f
}
