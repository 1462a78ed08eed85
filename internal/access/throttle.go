package access

import (
	"context"
	"net/netip"
	"time"

	"xiaoguan/internal/errs"
)

// Failures counts the attempts of one subject, a login or a client address, that did not end well.
type Failures struct {
	Subject      string // "login:" and a digest (people type passwords into the login field), or "client:" and the address
	Count        int64
	LastAt       time.Time
	BlockedUntil time.Time
}

// throttle says how many attempts are free and how the block grows with each one after: first, then twice as long each time.
type throttle struct {
	free    int64
	first   time.Duration
	longest time.Duration
	forget  time.Duration // after so long without an attempt the count starts again
}

// A client address may be a whole office, so it has more free attempts and forgets sooner. The longest block of a login is short
// enough that locking somebody out on purpose is no sport.
var (
	loginThrottle  = throttle{free: 5, first: 30 * time.Second, longest: 15 * time.Minute, forget: 24 * time.Hour}
	clientThrottle = throttle{free: 30, first: 30 * time.Second, longest: time.Hour, forget: time.Hour}
)

// attempt counts one more attempt. While the subject is blocked it counts nothing and returns how long to wait.
func (t throttle) attempt(f Failures, now time.Time) (Failures, time.Duration) {
	if wait := f.BlockedUntil.Sub(now); wait > 0 {
		return f, wait
	}
	if now.Sub(f.LastAt) >= t.forget {
		f.Count = 0
	}
	f.Count++
	f.LastAt = now
	f.BlockedUntil = time.Time{}
	if over := f.Count - t.free; over > 0 {
		f.BlockedUntil = now.Add(min(t.first<<min(over-1, 20), t.longest))
	}
	return f, 0
}

// refund takes back an attempt that ended well.
func (t throttle) refund(f Failures) Failures {
	f.Count = max(0, f.Count-1)
	if f.Count <= t.free {
		f.BlockedUntil = time.Time{}
	}
	return f
}

type counter struct {
	subject string
	throttle
}

func loginCounter(login string) counter {
	return counter{"login:" + digest(login)[:32], loginThrottle}
}

// clientCounter counts an IPv6 network of a household or office as one client. ok is false when there is no address to count.
func clientCounter(client string) (_ counter, ok bool) {
	address, err := netip.ParseAddr(client)
	if err != nil {
		if at, portErr := netip.ParseAddrPort(client); portErr == nil {
			address, err = at.Addr(), nil
		}
	}
	if err != nil {
		return counter{"client:" + plainText(client, 60), clientThrottle}, client != ""
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return counter{"client:" + network.String(), clientThrottle}, true
		}
	}
	return counter{"client:" + address.String(), clientThrottle}, true
}

// counters are those of an attempt: of its login, where there is one, and of its address.
func counters(login, client string) []counter {
	var all []counter
	if login != "" {
		all = append(all, loginCounter(login))
	}
	if c, ok := clientCounter(client); ok {
		all = append(all, c)
	}
	return all
}

// takeAttempt counts an attempt before it is made, so that many at once cannot slip through together. It returns an error of kind
// TooMany while the login or the address is blocked.
func (s *Service) takeAttempt(ctx context.Context, login, client string) error {
	return s.store.InTx(ctx, func(tx Tx) error {
		now := s.clock()
		var longest time.Duration
		var counted []Failures
		for _, c := range counters(login, client) {
			failures, err := tx.SignInFailures(ctx, c.subject)
			if err != nil {
				return err
			}
			failures.Subject = c.subject
			failures, wait := c.attempt(failures, now)
			longest = max(longest, wait)
			counted = append(counted, failures)
		}
		if longest > 0 {
			minutes := int64((longest + time.Minute - 1) / time.Minute)
			return errs.New(errs.KindTooMany, "access.too_many", errs.Args{"Minutes": minutes, "Count": minutes})
		}
		for _, failures := range counted {
			if err := tx.SaveSignInFailures(ctx, failures); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgiveClient takes back the attempt of the address; forgiveLogin forgets all attempts of the login.
func (s *Service) forgiveClient(ctx context.Context, tx Tx, client string) error {
	c, ok := clientCounter(client)
	if !ok {
		return nil
	}
	failures, err := tx.SignInFailures(ctx, c.subject)
	if err != nil || failures.Count == 0 {
		return err
	}
	if failures = c.refund(failures); failures.Count == 0 {
		return tx.ForgetSignInFailures(ctx, c.subject)
	}
	return tx.SaveSignInFailures(ctx, failures)
}

func (s *Service) forgiveLogin(ctx context.Context, tx Tx, login string) error {
	return tx.ForgetSignInFailures(ctx, loginCounter(login).subject)
}
