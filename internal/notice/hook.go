package notice

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Hook is a connection to another program, or to a bot of a group chat: where deliveries of some kinds are sent. Those to programs are signed with a secret that
// follows from the installation's key, the connection and its generation, and is kept nowhere; those to bots with the secret that the bot gave out.
type Hook struct {
	ID         string
	Name       string
	Format     Format
	URL        string
	Lang       i18n.Lang // in which a bot speaks
	BotSecret  string    // sealed; empty: none
	Kinds      []string  // Kind, or one of Broadcasts
	Active     bool
	Generation int64 // of the secret
	CreatedBy  string
	CreatedAt  time.Time
	Revision   int64
	Failures   int64     // attempts in a row that were not taken
	NextAt     time.Time // not before; zero: at once
}

func (h Hook) wants(kind string) bool { return kind == kindTry || slices.Contains(h.Kinds, kind) }

// Broadcasts are the kinds that concern everybody.
var Broadcasts = []string{"honour.announced", "honour.revoked", "promotion.approved"}

// kindTry is sent to one connection to see whether it works.
const kindTry = "try"

// HookKinds lists what a connection may subscribe to: what concerns everybody, then what is told to people. What is about the safety of
// somebody's account stays inside.
func HookKinds() (kinds []string) {
	kinds = slices.Clone(Broadcasts)
	for _, r := range Rules {
		if r.Group != GroupSecurity {
			kinds = append(kinds, string(r.Kind))
		}
	}
	return kinds
}

// KeepHook asks for a connection, or to change one when ID is set; Revision is the one that the asker has seen. No Format means our own, no Lang Chinese.
type KeepHook struct {
	ID        string
	Name      string
	Format    Format
	URL       string
	Lang      i18n.Lang
	BotSecret *string // that the bot gave out; nil keeps what is there, empty removes it
	Kinds     []string
	Active    bool
	Revision  int64
}

// secretMax is the length of a bot's secret at most.
const secretMax = 200

// tidy puts in what was left out.
func (in *KeepHook) tidy() {
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	in.Format, in.Lang = cmp.Or(in.Format, FormatPlain), cmp.Or(in.Lang, i18n.ZhCN)
	if in.BotSecret != nil {
		secret := strings.TrimSpace(*in.BotSecret)
		in.BotSecret = &secret
	}
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in KeepHook) Validate() error {
	var wrong []errs.Field
	if n := len([]rune(in.Name)); n == 0 || n > 60 {
		wrong = append(wrong, errs.Field{Path: "name", Value: in.Name, Message: errs.Msg("notice.hook_name", errs.Args{"Max": 60})})
	}
	if _, ok := originOf(in.URL); !ok || len(in.URL) > 500 {
		wrong = append(wrong, errs.Field{Path: "url", Value: in.URL, Message: errs.Msg("notice.hook_url", nil)})
	}
	wrong = append(wrong, in.wrongBot()...)
	known, all := KindsFor(in.Format), HookKinds()
	for _, k := range in.Kinds {
		switch {
		case !slices.Contains(all, k):
			wrong = append(wrong, errs.Field{Path: "kinds", Value: k, Message: errs.Msg("notice.unknown_choice", nil)})
		case !slices.Contains(known, k):
			wrong = append(wrong, errs.Field{Path: "kinds", Value: k, Message: errs.Msg("notice.hook_group_kinds", nil)})
		}
	}
	if len(in.Kinds) == 0 {
		wrong = append(wrong, errs.Field{Path: "kinds", Message: errs.Msg("notice.hook_kinds", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// wrongBot finds what is wrong of what is about bots.
func (in KeepHook) wrongBot() (wrong []errs.Field) {
	if !slices.Contains(Formats, in.Format) {
		wrong = append(wrong, errs.Field{Path: "format", Value: string(in.Format), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	if !slices.Contains(i18n.Langs(), in.Lang) {
		wrong = append(wrong, errs.Field{Path: "lang", Value: string(in.Lang), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	if in.BotSecret == nil || *in.BotSecret == "" {
		return wrong
	}
	if !in.Format.Signs() {
		return append(wrong, errs.Field{Path: "bot_secret", Message: errs.Msg("notice.hook_no_secret", nil)})
	}
	if len(*in.BotSecret) > secretMax || strings.ContainsFunc(*in.BotSecret, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		wrong = append(wrong, errs.Field{Path: "bot_secret", Message: errs.Msg("notice.hook_secret", errs.Args{"Max": secretMax})})
	}
	return wrong
}

// originOf returns scheme and host of an address; false when it is none that can be sent to. Where it really leads is checked when it is.
func originOf(address string) (origin string, ok bool) {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(strings.NewReplacer("?", "/").Replace(rest), "/")
	ok = (scheme == "https" || scheme == "http") && host != "" && !strings.ContainsAny(host, `@\`) &&
		!strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '#' || r == 0x7f })
	return scheme + "://" + host, ok
}

// hooksMax is how many connections there may be.
const hooksMax = 20

// Hooks returns the connections, by name. Errors: forbidden.
func (s *Service) Hooks(ctx context.Context, actor access.Actor) (hooks []Hook, err error) {
	defer errs.Wrap(&err, "notice.Hooks")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		hooks, err = r.Hooks(ctx)
		return err
	})
	return hooks, err
}

// HookSecret returns the secret that a connection's deliveries are signed with. Errors: forbidden, also for keys; not found; conflict for a bot, whose secret is
// shown to nobody.
func (s *Service) HookSecret(ctx context.Context, actor access.Actor, id string) (secret string, err error) {
	defer errs.Wrap(&err, "notice.HookSecret(%s)", id)
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return "", err
	}
	if actor.APIKey != "" { // a key that leaks must not let others sign as we do
		return "", errs.New(errs.KindForbidden, "notice.secret_by_key", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		h, err := r.Hook(ctx, id)
		if err == nil && h.Format.Bot() {
			return errs.New(errs.KindConflict, "notice.hook_bot_secret", nil)
		}
		secret = s.Secret(h.ID, h.Generation)
		return err
	})
	return secret, err
}

// KeepHook makes or changes a connection. Errors: forbidden; invalid; not found; conflict.
func (s *Service) KeepHook(ctx context.Context, actor access.Actor, in KeepHook) (h Hook, err error) {
	defer errs.Wrap(&err, "notice.KeepHook(%s)", in.ID)
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return Hook{}, err
	}
	in.tidy()
	if err := in.Validate(); err != nil {
		return Hook{}, err
	}
	kinds := slices.DeleteFunc(HookKinds(), func(k string) bool { return !slices.Contains(in.Kinds, k) })
	id := s.NewID()
	take := func(h *Hook) {
		if h.Format != in.Format { // another house's secret signs nothing here
			h.BotSecret = ""
		}
		h.Name, h.Format, h.URL, h.Lang, h.Kinds, h.Active = in.Name, in.Format, in.URL, in.Lang, kinds, in.Active
		if !in.Format.Signs() || in.BotSecret != nil && *in.BotSecret == "" {
			h.BotSecret = ""
		} else if in.BotSecret != nil {
			h.BotSecret = s.Vault.Seal(*in.BotSecret, botPlace(h.ID))
		}
	}
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		if in.ID == "" {
			others, err := tx.Hooks(ctx)
			if err != nil {
				return err
			}
			if len(others) >= hooksMax {
				return errs.New(errs.KindConflict, "notice.hooks_many", errs.Args{"Max": hooksMax})
			}
			h = Hook{ID: id, Generation: 1, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Revision: 1}
			take(&h)
			if err := tx.InsertHook(ctx, h); err != nil {
				return err
			}
			return audit.Append(ctx, tx, actor, "webhook.create", "webhook:"+h.ID, nil, hookState(h))
		}
		before, err := tx.Hook(ctx, in.ID)
		if err != nil {
			return err
		}
		if in.Revision != before.Revision { // also without one: nobody changes what they have not seen
			return errs.New(errs.KindConflict, "notice.changed_meanwhile", nil)
		}
		h = before
		take(&h)
		return changeHook(ctx, tx, actor, "webhook.change", before, &h)
	})
	return h, err
}

// changeHook keeps a changed connection, which is due at once, and audits it. One that is off lets go of what waits for it.
func changeHook(ctx context.Context, tx WriteTx, actor access.Actor, action string, before Hook, h *Hook) error {
	h.Revision++
	h.Failures, h.NextAt = 0, time.Time{}
	if err := tx.UpdateHook(ctx, *h); err != nil {
		return err
	}
	if !h.Active {
		if err := tx.ExpireHook(ctx, h.ID, string(FailureOff)); err != nil {
			return err
		}
	}
	return audit.Append(ctx, tx, actor, action, "webhook:"+h.ID, hookState(before), hookState(*h))
}

// RenewHookSecret gives a connection another secret; the old one signs nothing any more. Errors: forbidden; not found; conflict for a bot.
func (s *Service) RenewHookSecret(ctx context.Context, actor access.Actor, id string) (h Hook, err error) {
	defer errs.Wrap(&err, "notice.RenewHookSecret(%s)", id)
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return Hook{}, err
	}
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		before, err := tx.Hook(ctx, id)
		if err != nil {
			return err
		}
		if before.Format.Bot() { // its secret is the bot's to give
			return errs.New(errs.KindConflict, "notice.hook_bot_secret", nil)
		}
		h = before
		h.Generation++
		return changeHook(ctx, tx, actor, "webhook.renew_secret", before, &h)
	})
	return h, err
}

// TryHook queues a delivery that says nothing, to see whether a connection works. Errors: forbidden; not found; conflict when it is off.
func (s *Service) TryHook(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "notice.TryHook(%s)", id)
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx WriteTx) error {
		h, err := tx.Hook(ctx, id)
		if err != nil {
			return err
		}
		if !h.Active {
			return errs.New(errs.KindConflict, "notice.hook_off", nil)
		}
		if err := enqueue(ctx, tx, ChannelWebhook, h.ID, kindTry, "webhook:"+h.ID, map[string]string{"name": h.Name}); err != nil {
			return err
		}
		if err := tx.WakeHook(ctx, h.ID); err != nil { // whoever has put something right wants to see it now
			return err
		}
		return audit.Append(ctx, tx, actor, "webhook.try", "webhook:"+h.ID, nil, hookState(h))
	})
}

// DeleteHook ends a connection; what is queued for it expires. Errors: forbidden; not found.
func (s *Service) DeleteHook(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "notice.DeleteHook(%s)", id)
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx WriteTx) error {
		h, err := tx.Hook(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteHook(ctx, id); err != nil {
			return err
		}
		if err := tx.ExpireHook(ctx, id, string(FailureOff)); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "webhook.delete", "webhook:"+id, hookState(h), nil)
	})
}

// hookState is what the audit log keeps of a connection. Addresses of bots often carry a key in their query, so only where it goes stands there,
// and a digest by which another bot at the same host shows.
func hookState(h Hook) any {
	where, _ := originOf(h.URL)
	digest := sha256.Sum256([]byte("webhook address\x00" + h.ID + "\x00" + h.URL))
	return map[string]any{"name": h.Name, "format": h.Format, "lang": h.Lang, "signs": h.BotSecret != "", "to": where, "address": hex.EncodeToString(digest[:8]), "kinds": h.Kinds, "active": h.Active, "generation": h.Generation, "revision": h.Revision}
}
