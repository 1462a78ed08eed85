package httpx

import (
	"net/http"
	"sync"
	"time"

	"xiaoguan/internal/errs"
)

// How often an address may ask for a page without a sign-in and answer in a minute, and how many addresses are counted: a crowd behind one
// address, as in a mobile network, still gets through, a program that guesses does not.
const (
	asksPerMinute = 60
	addressesMost = 10_000
)

// Limiter counts what addresses ask of a page without a sign-in in the minute that runs. Each node counts by itself.
type Limiter struct {
	now    func() time.Time
	mu     sync.Mutex
	minute int64
	asked  map[string]int
}

// NewLimiter returns a Limiter.
func NewLimiter(now func() time.Time) *Limiter { return &Limiter{now: now, asked: map[string]int{}} }

// Admit is what every answer of a page without a sign-in has: nobody keeps it, no search engine lists it, and no address asks too often.
func (l *Limiter) Admit(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	return l.Take(ClientAddress(r.Context()))
}

// Take counts one, and refuses it when there were too many. Addresses beyond those that are counted share one count.
func (l *Limiter) Take(client string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute := l.now().Unix() / 60; minute != l.minute {
		l.minute = minute
		clear(l.asked)
	}
	if _, known := l.asked[client]; !known && len(l.asked) >= addressesMost {
		client = ""
	}
	l.asked[client]++
	if l.asked[client] > asksPerMinute {
		return errs.New(errs.KindTooMany, "survey.too_many", nil)
	}
	return nil
}
