package notice

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Outgoing is one request to a connection.
type Outgoing struct {
	Format     Format
	URL        string
	DeliveryID string
	Kind       string
	Secret     string // to sign with: ours, or the bot's; empty for a bot that checks none
	Body       []byte // of FormatPlain
	Title      string // what a bot says
	Text       string // what a bot says, in lines
}

// Sender sends requests. Package notify is one.
type Sender interface {
	// Send returns nil when the other side has taken it, and else a *Failure.
	Send(ctx context.Context, out Outgoing) error
}

// Vault seals the secrets of bots.
type Vault interface {
	Seal(plain, place string) string
	Open(sealed, place string) (string, error)
}

// attemptsMax is how often a delivery is tried.
const attemptsMax = 8

// waits are the times that a connection rests after attempts that failed in a row: some seven hours until a delivery has failed.
var waits = [attemptsMax - 1]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// lease is how long a node that has taken a connection keeps others off it.
const lease = 2 * time.Minute

// flushMax is how many deliveries of one connection one call tries.
const flushMax = 20

// Attempt is what an attempt leaves behind at its connection.
type Attempt struct {
	Hook     Hook // as it was when the attempt began
	Failures int64
	NextAt   time.Time
}

// Flush sends what is due, to each connection by itself, so that one that does not answer keeps no other waiting longer than one attempt takes. What goes to
// one connection goes in its order, and waits together after a failure. Several nodes may do it at once: a connection is one node's for the time. A node that
// dies while it sends leaves the delivery to the next, so that the other side may get it twice, with the same id. It returns how many were tried.
func (s *Service) Flush(ctx context.Context) (tried int, err error) {
	defer errs.Wrap(&err, "notice.Flush")
	if s.Sender == nil {
		return 0, nil
	}
	var due []string
	if err := s.store.Read(ctx, func(r Reader) error {
		due, err = r.DueHooks(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	counts, failures := make([]int, len(due)), make([]error, len(due))
	var group sync.WaitGroup
	for i, id := range due {
		group.Go(func() { counts[i], failures[i] = s.flushHook(ctx, id) })
	}
	group.Wait()
	for _, n := range counts {
		tried += n
	}
	return tried, errors.Join(failures...)
}

// flushHook sends what waits for a connection, until it rests.
func (s *Service) flushHook(ctx context.Context, hookID string) (tried int, err error) {
	defer errs.Wrap(&err, "notice.flushHook(%s)", hookID)
	for ; ctx.Err() == nil && tried < flushMax; tried++ {
		var h Hook
		var d Delivery
		var found bool
		err := s.store.InTx(ctx, func(tx WriteTx) error {
			h, d, found, err = tx.ClaimDelivery(ctx, hookID, tx.Now().Add(lease))
			return err
		})
		if err != nil || !found {
			return tried, err
		}
		sent := s.send(ctx, h, d)
		// What happened must be written down also when the program stops.
		if err := s.store.InTx(context.WithoutCancel(ctx), func(tx WriteTx) error {
			ended, after := outcome(h, d, sent, tx.Now())
			return tx.SaveAttempt(ctx, ended, after)
		}); err != nil {
			return tried, err
		}
	}
	return tried, nil
}

// send makes one attempt, and logs why it was not taken.
func (s *Service) send(ctx context.Context, h Hook, d Delivery) *Failure {
	out, err := s.outgoing(h, d)
	if err == nil {
		err = s.Sender.Send(ctx, out)
	}
	if err == nil {
		return nil
	}
	failure := failureOf(err)
	s.Log.WarnContext(ctx, "a message was not taken", slog.String("webhook", h.ID), slog.String("delivery", d.ID), slog.Int64("attempt", d.Attempts), slog.Any("error", failure))
	return failure
}

// outcome is what an attempt leaves behind: at the delivery, and at its connection.
func outcome(h Hook, d Delivery, failure *Failure, now time.Time) (Delivery, Attempt) {
	after := Attempt{Hook: h, NextAt: now.Add(h.Format.spacing())}
	if failure == nil {
		d.State, d.EndedAt, d.Failure = DeliverySent, now, ""
		return d, after
	}
	d.Failure = failure.Text()
	switch failure.Class {
	case FailureContent: // another time brings no other answer, and the next text may be taken
		d.State, d.EndedAt = DeliveryFailed, now
		after.Failures = h.Failures
		return d, after
	case FailureLimited:
		after.Failures = h.Failures
		after.NextAt = now.Add(max(failure.Wait, h.Format.penalty()))
		d.NextAt = after.NextAt
		return d, after
	}
	after.Failures = h.Failures + 1
	after.NextAt = now.Add(max(failure.Wait, waits[min(after.Failures, int64(len(waits)))-1]))
	d.NextAt = after.NextAt
	if d.Attempts >= attemptsMax {
		d.State, d.EndedAt = DeliveryFailed, now
	}
	return d, after
}

// outgoing writes what a connection gets.
func (s *Service) outgoing(h Hook, d Delivery) (out Outgoing, err error) {
	out = Outgoing{Format: h.Format, URL: h.URL, DeliveryID: d.ID, Kind: d.Kind}
	if !h.Format.Bot() {
		out.Secret = s.Secret(h.ID, h.Generation)
		out.Body, err = s.body(d)
		return out, err
	}
	if h.BotSecret != "" {
		if out.Secret, err = s.Vault.Open(h.BotSecret, botPlace(h.ID)); err != nil {
			return out, &Failure{Class: FailureSecret, Cause: err}
		}
	}
	said, err := speechOf(s.Printers(h.Lang), d, s.Public())
	out.Title, out.Text = said.Title, said.text()
	return out, err
}

// botPlace is where a bot's secret is sealed for.
func botPlace(hookID string) string { return "webhook:" + hookID }

// body is what a program gets: the payload with id and kind and, of messages, the texts.
func (s *Service) body(d Delivery) ([]byte, error) {
	content := map[string]any{}
	if err := json.Unmarshal(d.Payload, &content); err != nil {
		return nil, err
	}
	out := map[string]any{"id": d.ID, "kind": d.Kind, "subject": d.Subject, "created_at": d.CreatedAt.UTC().Format(time.RFC3339)}
	k := Kind(d.Kind)
	if !k.Known() {
		out["content"] = content
		return json.Marshal(out)
	}
	var p payload
	if err := json.Unmarshal(d.Payload, &p); err != nil {
		return nil, err
	}
	out["path"], out["to"] = p.Path, p.To
	if public := s.Public(); public != "" {
		out["url"] = public + p.Path
	}
	out["text"] = map[string]string{"zh": Text(s.Printers(i18n.ZhCN), k, p.Params), "en": Text(s.Printers(i18n.En), k, p.Params)}
	return json.Marshal(out)
}
