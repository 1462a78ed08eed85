package notify_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"xiaoguan/internal/notice"
	"xiaoguan/internal/notify"
)

func noon() time.Time { return time.Date(2026, 10, 8, 4, 0, 0, 0, time.UTC) }

func TestARequestIsSigned(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, noon)
	out := notice.Outgoing{URL: server.URL + "/hook?key=k", DeliveryID: "D1", Kind: "published", Secret: "s", Body: []byte(`{"a":1}`)}
	if err := sender.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	const want = "sha256=9c1c9deab105fe8fedc15bdea48b8f890d6921b171a2017d508572f882ebc21b" // printf '1791432000.{"a":1}' | openssl dgst -sha256 -hmac s
	if string(body) != `{"a":1}` || got.Header.Get(notify.HeaderTimestamp) != "1791432000" || got.Header.Get(notify.HeaderSignature) != want || got.Header.Get(notify.HeaderDelivery) != "D1" || got.Header.Get(notify.HeaderKind) != "published" {
		t.Errorf("%s, %v, want %s", body, got.Header, want)
	}
	if other := notify.Sign("other", "1791432000", body); other == want {
		t.Error("another secret signs the same")
	}
}

func TestOnlyWhatIsTakenCounts(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/broken":
			http.Error(w, "no", http.StatusInternalServerError)
		default:
			followed.Store(true)
		}
	}))
	defer server.Close()
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, noon)
	for path, want := range map[string]int64{"/moved": 307, "/broken": 500} {
		wantFailure(t, path, sender.Send(t.Context(), notice.Outgoing{URL: server.URL + path}), notice.FailureStatus, want)
	}
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer busy.Close()
	err := sender.Send(t.Context(), notice.Outgoing{URL: busy.URL})
	wantFailure(t, "too many", err, notice.FailureLimited, 429)
	if f, ok := errors.AsType[*notice.Failure](err); !ok || f.Wait != 2*time.Minute {
		t.Errorf("asks to wait: %v", err)
	}
	if followed.Load() {
		t.Error("a redirection was followed")
	}
}

func TestWhatLiesBehindTheServerIsNotReached(t *testing.T) {
	t.Parallel()
	var asked atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer server.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer secure.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, noon)
	for _, url := range []string{server.URL, secure.URL, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://[::1]" + port, "http://0.0.0.0" + port, "https://169.254.169.254/latest?key=k"} {
		err := sender.Send(t.Context(), notice.Outgoing{URL: url})
		wantFailure(t, url, err, notice.FailureAddress, 0)
		if strings.Contains(err.Error(), "key=k") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if asked.Load() {
		t.Error("a private address was reached")
	}
}

func TestAReaderLearnsNothingOfTheNetwork(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, noon)
	for url, want := range map[string]notice.FailureClass{gone.URL: notice.FailureUnreachable, secure.URL: notice.FailureCertificate, "http://no-such-host.invalid": notice.FailureUnreachable, "http://%zz": notice.FailureAddress} {
		err := sender.Send(t.Context(), notice.Outgoing{URL: url})
		wantFailure(t, url, err, want, 0)
		f, _ := errors.AsType[*notice.Failure](err)
		if f != nil && f.Text() != string(want) {
			t.Errorf("%s is kept as %q", url, f.Text())
		}
	}
}
