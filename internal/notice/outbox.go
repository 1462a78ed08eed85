package notice

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Channel is a way out.
type Channel string

// The channels: announcements that wait to be fetched by whoever asks for them, and connections to other programs and to bots.
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
	Failure   string    // of the last attempt: a Failure's Text
	NextAt    time.Time // not before; when a page of deliveries is read, nor before its connection is due
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
		if page.Deliveries, err = r.Deliveries(ctx, filter); err != nil {
			return err
		}
		return waitTogether(ctx, r, page.Deliveries)
	})
	if len(page.Deliveries) > wanted {
		page.Deliveries = page.Deliveries[:wanted]
		page.Next = page.Deliveries[wanted-1].ID
	}
	return page, err
}

// waitTogether lets what is queued for a connection wait until that is due.
func waitTogether(ctx context.Context, r Reader, deliveries []Delivery) error {
	hooks, err := r.Hooks(ctx)
	if err != nil {
		return err
	}
	due := map[string]time.Time{}
	for _, h := range hooks {
		due[h.ID] = h.NextAt
	}
	for i, d := range deliveries {
		if at := due[d.HookID]; d.State == DeliveryQueued && at.After(d.NextAt) {
			deliveries[i].NextAt = at
		}
	}
	return nil
}
