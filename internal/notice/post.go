package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"xiaoguan/internal/errs"
)

// Post tells people something, in the transaction of what it is about. Who did it is not told, nor who has turned the kind off. The
// connections that subscribe to the kind get it, too.
func Post(ctx context.Context, tx Tx, m Message) (err error) {
	defer errs.Wrap(&err, "notice.Post(%s)", m.Kind)
	if !m.Kind.Known() {
		return fmt.Errorf("no such kind of message")
	}
	meant, err := tx.Recipients(ctx, m.To)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(meant))
	for _, r := range meant {
		if r.UserID != m.By || m.Kind.Group() == GroupSecurity {
			ids = append(ids, r.UserID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	settings, err := tx.NoticeSettings(ctx, ids)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return settings[id].mutes(m.Kind) })
	told, err := tx.InsertNotices(ctx, Notice{Kind: m.Kind, Subject: m.Subject, Once: m.Once, Params: m.Params, CreatedAt: tx.Now()}, ids)
	if err != nil || len(told) == 0 {
		return err
	}
	meant = slices.DeleteFunc(meant, func(r Recipient) bool { return !slices.Contains(told, r.UserID) })
	return Queue(ctx, tx, string(m.Kind), m.Subject, payloadOf(m, meant, tx.Now()))
}

// Settle marks messages as dealt with, in the transaction that deals with it.
func Settle(ctx context.Context, tx Tx, e End) (err error) {
	defer errs.Wrap(&err, "notice.Settle(%s)", e.Subject)
	return tx.EndNotices(ctx, e)
}

// payload is what goes out of a message; the texts are added when it is sent.
type payload struct {
	At     string   `json:"at"`
	Path   string   `json:"path"`
	To     []target `json:"to"`
	Params Params   `json:"params"`
}

// target names a recipient to other programs.
type target struct {
	Login     string `json:"login"`
	PersonKey string `json:"person_key,omitempty"`
}

func payloadOf(m Message, to []Recipient, at time.Time) payload {
	out := payload{At: at.UTC().Format(time.RFC3339), Path: Path(m.Kind, m.Subject), To: make([]target, len(to)), Params: m.Params}
	for i, r := range to {
		out.To[i] = target{r.Login, r.PersonKey}
	}
	return out
}

// Queue puts something into the queue of each connection that subscribes to the kind.
func Queue(ctx context.Context, tx Tx, kind, subject string, content any) error {
	hooks, err := tx.Hooks(ctx)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if !h.Active || !h.wants(kind) {
			continue
		}
		if err := enqueue(ctx, tx, ChannelWebhook, h.ID, kind, subject, content); err != nil {
			return err
		}
	}
	return nil
}

func enqueue(ctx context.Context, tx Tx, channel Channel, hookID, kind, subject string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode %s: %w", kind, err)
	}
	return tx.InsertDelivery(ctx, Delivery{Channel: channel, HookID: hookID, Kind: kind, Subject: subject, Payload: text, State: DeliveryQueued, NextAt: tx.Now(), CreatedAt: tx.Now()})
}

// Broadcast puts something that concerns everybody among what waits to be fetched, and into the queue of the connections that subscribe to the kind.
func Broadcast(ctx context.Context, tx Tx, kind, subject string, content any) (err error) {
	defer errs.Wrap(&err, "notice.Broadcast(%s)", kind)
	if err := enqueue(ctx, tx, ChannelBots, "", kind, subject, content); err != nil {
		return err
	}
	return Queue(ctx, tx, kind, subject, content)
}
