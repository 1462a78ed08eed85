package access

import (
	"context"
	"time"

	"xiaoguan/internal/audit"
)

// This file puts sign-ins that failed into the audit log: the first one of a login or an address, and each one that begins a block. What
// lies between is in the counters, and in the process's log. So somebody who guesses writes a handful of entries, not one a guess; and
// many addresses with many logins write no more than refusalsMax of each sort in an hour.

// refusalsMax is how many entries of one sort there are in an hour; the last one says that no more follow.
const refusalsMax = 100

// refusalsSpan is that hour.
const refusalsSpan = time.Hour

// The actions of such entries.
const (
	actionRefused = "session.refused" // the first failure
	actionBlocked = "session.blocked" // a failure that begins a block
)

// refusal is what the log keeps of a failed sign-in. The login as it was typed is not in it: people type passwords there.
type refusal struct {
	What         string     `json:"what"` // was wrong: password, code
	Attempts     int64      `json:"attempts"`
	BlockedUntil *time.Time `json:"blocked_until,omitempty"`
	LastOfHour   bool       `json:"last_of_hour,omitempty"`
}

// noteRefused records a failed attempt that takeAttempt has counted. account is that of the login, or empty when there is none: the same
// is written for both, so that the time it takes tells nobody which logins exist. A failure to write is logged; who is refused is
// refused all the same.
func (s *Service) noteRefused(ctx context.Context, account Account, login, client, what string) {
	client = plainText(client, 60)
	s.log.WarnContext(ctx, "sign-in failed", "client", client, "user_id", account.ID, "what", what)
	err := s.store.InTx(ctx, func(tx Tx) error {
		now := s.clock()
		noted := refusal{What: what}
		first := false
		for _, c := range counters(login, client) {
			failures, err := tx.SignInFailures(ctx, c.subject)
			if err != nil {
				return err
			}
			first = first || failures.Count == 1
			noted.Attempts = max(noted.Attempts, failures.Count)
			if until := failures.BlockedUntil; until.After(now) && (noted.BlockedUntil == nil || until.After(*noted.BlockedUntil)) {
				noted.BlockedUntil = &until
			}
		}
		action := actionRefused
		if noted.BlockedUntil != nil {
			action = actionBlocked
		} else if !first {
			return nil
		}
		room, err := s.takeRoom(ctx, tx, action, now)
		if err != nil || room == 0 {
			return err
		}
		noted.LastOfHour = room == 1
		actor := SystemActor("sign-in")
		actor.Client = client
		subject := userSubject(account.ID)
		if account.ID == "" {
			subject = "login:unknown"
		}
		return audit.Append(ctx, tx, actor, action, subject, nil, noted)
	})
	if err != nil {
		s.log.ErrorContext(ctx, "a failed sign-in could not be put into the audit log", "error", err)
	}
}

// takeRoom counts one more entry of the action in this hour and returns how many there was room for, itself included: 0 when the hour is
// full. The counter lies with those of failed sign-ins; its hour ends at BlockedUntil.
func (s *Service) takeRoom(ctx context.Context, tx Tx, action string, now time.Time) (room int64, err error) {
	hour, err := tx.SignInFailures(ctx, "audit:"+action)
	if err != nil {
		return 0, err
	}
	hour.Subject = "audit:" + action
	if !now.Before(hour.BlockedUntil) {
		hour.Count, hour.BlockedUntil = 0, now.Add(refusalsSpan)
	}
	if hour.Count >= refusalsMax {
		return 0, nil
	}
	hour.Count++
	hour.LastAt = now
	return refusalsMax - hour.Count + 1, tx.SaveSignInFailures(ctx, hour)
}
