package notice

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Digest is how often somebody gets a summary of what waits.
type Digest string

// The digests: none, on every working day, on the first working day of a week.
const (
	DigestNone   Digest = ""
	DigestDaily  Digest = "daily"
	DigestWeekly Digest = "weekly"
)

// Digests lists the choices.
var Digests = []Digest{DigestNone, DigestDaily, DigestWeekly}

// Settings are what somebody wants to be told. The zero Settings are everything, and no digest.
type Settings struct {
	Muted  []Kind // in the order of Rules
	Digest Digest
}

func (s Settings) mutes(k Kind) bool { return k.Mutable() && slices.Contains(s.Muted, k) }

// Validate returns an error of kind Invalid that names every wrong field.
func (s Settings) Validate() error {
	var wrong []errs.Field
	for _, k := range s.Muted {
		switch {
		case !k.Known():
			wrong = append(wrong, errs.Field{Path: "muted", Value: string(k), Message: errs.Msg("notice.unknown_choice", nil)})
		case !k.Mutable():
			wrong = append(wrong, errs.Field{Path: "muted", Value: string(k), Message: errs.Msg("notice.always_on", errs.Args{"Kind": k.Message()})})
		}
	}
	if !slices.Contains(Digests, s.Digest) {
		wrong = append(wrong, errs.Field{Path: "digest", Value: string(s.Digest), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// sorted puts the muted kinds into the order of Rules, each once.
func (s Settings) sorted() Settings {
	var muted []Kind
	for _, r := range Rules {
		if slices.Contains(s.Muted, r.Kind) {
			muted = append(muted, r.Kind)
		}
	}
	s.Muted = muted
	return s
}

// Settings returns the actor's own. Errors: unauthenticated.
func (s *Service) Settings(ctx context.Context, actor access.Actor) (own Settings, err error) {
	defer errs.Wrap(&err, "notice.Settings")
	if err := signedIn(actor); err != nil {
		return Settings{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.NoticeSettings(ctx, []string{actor.UserID})
		own = all[actor.UserID]
		return err
	})
	return own, err
}

// SaveSettings keeps the actor's own. Errors: unauthenticated; forbidden for a key that may only read; invalid.
func (s *Service) SaveSettings(ctx context.Context, actor access.Actor, in Settings) (_ Settings, err error) {
	defer errs.Wrap(&err, "notice.SaveSettings")
	if err := mayWrite(actor); err != nil {
		return Settings{}, err
	}
	if err := in.Validate(); err != nil {
		return Settings{}, err
	}
	in = in.sorted()
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		before, err := tx.NoticeSettings(ctx, []string{actor.UserID})
		if err != nil {
			return err
		}
		if err := tx.SaveNoticeSettings(ctx, actor.UserID, in); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "notice.settings", "user:"+actor.UserID, settingsState(before[actor.UserID]), settingsState(in))
	})
	return in, err
}

func settingsState(s Settings) any { return map[string]any{"muted": s.Muted, "digest": s.Digest} }
