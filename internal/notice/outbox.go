package notice

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Channel is a way out.
type Channel string

// The channels: the company's bots, which come later and find what waits for them here, and connections to other programs.
const (
	ChannelBots    Channel = "bots"
	ChannelWebhook Channel = "webhook"
)

// Channels lists the channels.
var Channels = []Channel{ChannelBots, ChannelWebhook}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states. What fails is tried again some times before it is failed; what nobody took in time is expired.
const (
	DeliveryQueued  DeliveryState = "queued"
	DeliverySent    DeliveryState = "sent"
	DeliveryFailed  DeliveryState = "failed"
	DeliveryExpired DeliveryState = "expired"
)

// DeliveryStates lists the states.
var DeliveryStates = []DeliveryState{DeliveryQueued, DeliverySent, DeliveryFailed, DeliveryExpired}

// Delivery is one thing on its way out. Payload is JSON; it never holds an amount of pay.
type Delivery struct {
	ID        string
	Channel   Channel
	HookID    string // of ChannelWebhook
	Kind      string
	Subject   string // kind:id
	Payload   []byte
	State     DeliveryState
	Attempts  int64
	Failure   string // of the last attempt: a status, or what went wrong, in English as programs say it
	NextAt    time.Time
	CreatedAt time.Time
	EndedAt   time.Time
}

// DeliveryFilter chooses deliveries. Zero fields choose all.
type DeliveryFilter struct {
	State   DeliveryState
	Channel Channel
	HookID  string
	After   string // cursor: Next of the page before
	Limit   int    // 1 to LimitMax; 0 means 50
}

// Validate returns an error of kind Invalid that names every wrong field.
func (f DeliveryFilter) Validate() error {
	var wrong []errs.Field
	if f.State != "" && !has(DeliveryStates, f.State) {
		wrong = append(wrong, errs.Field{Path: "state", Value: string(f.State), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	if f.Channel != "" && !has(Channels, f.Channel) {
		wrong = append(wrong, errs.Field{Path: "channel", Value: string(f.Channel), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

func has[T comparable](all []T, one T) bool {
	for _, other := range all {
		if other == one {
			return true
		}
	}
	return false
}

// DeliveryPage is a part of the queue, newest first.
type DeliveryPage struct {
	Deliveries []Delivery
	Next       string
}

// Deliveries returns what goes out and what became of it. Errors: forbidden; invalid.
func (s *Service) Deliveries(ctx context.Context, actor access.Actor, filter DeliveryFilter) (page DeliveryPage, err error) {
	defer errs.Wrap(&err, "notice.Deliveries")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return page, err
	}
	if err := filter.Validate(); err != nil {
		return page, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	wanted := min(filter.Limit, LimitMax)
	filter.Limit = wanted + 1
	err = s.store.Read(ctx, func(r Reader) error {
		page.Deliveries, err = r.Deliveries(ctx, filter)
		return err
	})
	if len(page.Deliveries) > wanted {
		page.Deliveries = page.Deliveries[:wanted]
		page.Next = page.Deliveries[wanted-1].ID
	}
	return page, err
}

// Outgoing is one request to a connection.
type Outgoing struct {
	URL        string
	DeliveryID string
	Kind       string
	Secret     string // to sign with
	Body       []byte
}

// Sender sends requests. Package notify is one.
type Sender interface {
	// Send returns nil when the other side has taken it.
	Send(ctx context.Context, out Outgoing) error
}

// attemptsMax is how often a delivery is tried.
const attemptsMax = 8

// waits are the times between attempts: some seven hours in all.
var waits = [attemptsMax - 1]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// lease is how long a node that has taken a delivery keeps others off it.
const lease = 2 * time.Minute

// flushMax is how many deliveries one call tries: one address that never answers must not keep the others, or the reminders, waiting for long.
const flushMax = 20

// Flush sends what is due, the oldest first, at most flushMax. Several nodes may do it at once: each delivery is one node's. A node that dies while it sends
// leaves the delivery to the next, so that the other side may get it twice, with the same id. It returns how many were tried.
func (s *Service) Flush(ctx context.Context) (tried int, err error) {
	defer errs.Wrap(&err, "notice.Flush")
	if s.Sender == nil {
		return 0, nil
	}
	for ; ctx.Err() == nil && tried < flushMax; tried++ {
		var d Delivery
		var found bool
		err := s.store.InTx(ctx, func(tx WriteTx) error {
			d, found, err = tx.ClaimDelivery(ctx, tx.Now().Add(lease))
			return err
		})
		if err != nil || !found {
			return tried, err
		}
		s.try(ctx, &d)
		// What happened must be written down also when the program stops.
		if err := s.store.InTx(context.WithoutCancel(ctx), func(tx WriteTx) error { return tx.SaveDelivery(ctx, d) }); err != nil {
			return tried, err
		}
	}
	return tried, nil
}

// try makes one attempt and notes in the delivery what came of it.
func (s *Service) try(ctx context.Context, d *Delivery) {
	now := s.Now().UTC().Truncate(time.Microsecond)
	var h Hook
	err := s.store.Read(ctx, func(r Reader) (err error) {
		h, err = r.Hook(ctx, d.HookID)
		return err
	})
	if errs.Is(err, errs.KindNotFound) || err == nil && !h.Active {
		d.State, d.EndedAt, d.Failure = DeliveryExpired, now, "the connection is off"
		return
	}
	var body []byte
	if err == nil {
		body, err = s.body(*d)
	}
	if err == nil {
		err = s.Sender.Send(ctx, Outgoing{URL: h.URL, DeliveryID: d.ID, Kind: d.Kind, Secret: s.Secret(h.ID, h.Generation), Body: body})
	}
	switch {
	case err == nil:
		d.State, d.EndedAt, d.Failure = DeliverySent, now, ""
	case d.Attempts >= attemptsMax:
		d.State, d.EndedAt, d.Failure = DeliveryFailed, now, short(err)
	default:
		d.NextAt, d.Failure = now.Add(waits[max(0, d.Attempts-1)]), short(err)
	}
}

// short is an error as the list shows it.
func short(err error) string {
	runes := []rune(err.Error())
	return string(runes[:min(len(runes), 300)])
}

// body is what a connection gets: the payload with id and kind and, of messages, the texts.
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
	out["text"] = map[string]string{"zh": Text(s.Printers(i18n.ZhCN), k, p.Params), "en": Text(s.Printers(i18n.En), k, p.Params)}
	return json.Marshal(out)
}
