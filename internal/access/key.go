package access

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// APIKey lets a program act for a user, with at most the user's rights. The key itself is not kept.
type APIKey struct {
	ID         string
	Prefix     string // the beginning of the key, to tell keys apart
	Name       string
	UserID     string
	ReadOnly   bool
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // exact to a minute; zero when never
	RevokedAt  time.Time // zero while it works
}

// How long keys live.
const (
	DefaultKeyLifetime = 90 * 24 * time.Hour
	MaxKeyLifetime     = 2 * 365 * 24 * time.Hour
)

const (
	keyMark       = "xg_"
	maxActiveKeys = 20 // of one user
)

// CreateKey asks for a key for oneself. Lifetime 0 is DefaultKeyLifetime. Only the system's own work may name another user.
type CreateKey struct {
	Name     string
	ReadOnly bool
	Lifetime time.Duration
	UserID   string
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in CreateKey) Validate() error {
	var f fields
	f.text("name", in.Name, 60)
	if in.Lifetime < 0 || in.Lifetime > MaxKeyLifetime {
		f.add("lifetime", in.Lifetime.String(), "access.key_lifetime", errs.Args{"Days": int64(MaxKeyLifetime / (24 * time.Hour))})
	}
	return f.err()
}

// CreatedKey is a new key with its text, which is shown once.
type CreatedKey struct {
	Key  APIKey
	Text string
}

type keyState struct {
	Prefix    string    `json:"prefix"`
	Name      string    `json:"name"`
	UserID    string    `json:"user_id"`
	ReadOnly  bool      `json:"read_only"`
	ExpiresAt time.Time `json:"expires_at"`
	Revoked   bool      `json:"revoked"`
}

func keyStateOf(k APIKey) keyState {
	return keyState{k.Prefix, k.Name, k.UserID, k.ReadOnly, k.ExpiresAt, !k.RevokedAt.IsZero()}
}

// CreateKey makes a key for the actor. It needs a session: a key cannot make keys. Errors: Invalid; Forbidden before the first password
// is changed; Conflict when there are too many.
func (s *Service) CreateKey(ctx context.Context, actor Actor, in CreateKey) (_ CreatedKey, err error) {
	defer errs.Wrap(&err, "access.CreateKey")
	owner := actor.UserID
	if actor.System {
		owner = in.UserID
	} else if err := actor.requireScreen(); err != nil {
		return CreatedKey{}, err
	}
	if err := in.Validate(); err != nil {
		return CreatedKey{}, err
	}
	if in.UserID != "" && in.UserID != owner {
		return CreatedKey{}, errs.New(errs.KindForbidden, "access.key_for_other", nil)
	}
	if in.Lifetime == 0 {
		in.Lifetime = DefaultKeyLifetime
	}
	now := s.clock()
	key := APIKey{
		ID: newID(), Prefix: keyMark + lowerCode(5), Name: in.Name, UserID: owner, ReadOnly: in.ReadOnly,
		CreatedAt: now, ExpiresAt: now.Add(in.Lifetime),
	}
	text := key.Prefix + "_" + lowerCode(32)
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := s.checkNewKey(ctx, tx, owner, now); err != nil {
			return err
		}
		if err := tx.InsertAPIKey(ctx, key, digest(text)); err != nil {
			return err
		}
		if err := alert(ctx, tx, actor, owner, AlertKeyCreated, key.Name); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "api_key.create", "api_key:"+key.ID, nil, keyStateOf(key))
	})
	if err != nil {
		return CreatedKey{}, err
	}
	return CreatedKey{Key: key, Text: text}, nil
}

func (s *Service) checkNewKey(ctx context.Context, tx Tx, owner string, now time.Time) error {
	account, err := tx.UserAccount(ctx, owner)
	if err != nil {
		return err
	}
	if account.MustChange {
		return errs.New(errs.KindForbidden, "access.change_password_first", nil)
	}
	keys, err := tx.APIKeys(ctx, owner)
	if err != nil {
		return err
	}
	active := 0
	for _, k := range keys {
		if k.active(now) {
			active++
		}
	}
	if active >= maxActiveKeys {
		return errs.New(errs.KindConflict, "access.keys_many", errs.Args{"Max": maxActiveKeys})
	}
	return nil
}

func (k APIKey) active(now time.Time) bool { return k.RevokedAt.IsZero() && now.Before(k.ExpiresAt) }

var errKey = errs.New(errs.KindUnauthenticated, "access.key_unknown", nil)

// AuthenticateKey says who an API key acts for, with the user's rights as they are now, without the writing ones for a read-only key.
// The caller sets Actor.Client. An unknown, expired or revoked key, or one of a disabled user or of one who still has to change their
// first password, is an error of kind Unauthenticated.
func (s *Service) AuthenticateKey(ctx context.Context, text string) (_ Actor, err error) {
	defer errs.Wrap(&err, "access.AuthenticateKey")
	if !strings.HasPrefix(text, keyMark) || len(text) > 200 {
		return Actor{}, errKey
	}
	var key APIKey
	var account Account
	err = s.store.Read(ctx, func(tx Reader) error {
		if key, err = tx.APIKeyByHash(ctx, digest(text)); err != nil {
			return err
		}
		account, err = tx.UserAccount(ctx, key.UserID)
		return err
	})
	if errs.Is(err, errs.KindNotFound) {
		return Actor{}, errKey
	}
	if err != nil {
		return Actor{}, err
	}
	now := s.clock()
	if !key.active(now) || account.Disabled || account.MustChange {
		return Actor{}, errKey
	}
	if now.Sub(key.LastUsedAt) >= touchEvery {
		s.touch(ctx, "api key", func(ctx context.Context, tx Tx) error { return tx.TouchAPIKey(ctx, key.ID, now) })
	}
	actor := actorOf(account.User, "", "")
	actor.APIKey, actor.ReadOnly = key.ID, key.ReadOnly
	return actor, nil
}

// ListKeys lists keys, newest first: one's own, or with the permission users.read those of another user; with an empty userID those
// of everybody.
func (s *Service) ListKeys(ctx context.Context, actor Actor, userID string) (keys []APIKey, err error) {
	defer errs.Wrap(&err, "access.ListKeys(%s)", userID)
	if err := actor.requireOwnOr(userID, PermUsersRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx Reader) error {
		keys, err = tx.APIKeys(ctx, userID)
		return err
	})
	return keys, err
}

// RevokeKey stops a key for ever: one's own, or anybody's with the permission users.write. Errors: NotFound; Conflict when it is revoked
// already.
func (s *Service) RevokeKey(ctx context.Context, actor Actor, keyID string) (err error) {
	defer errs.Wrap(&err, "access.RevokeKey(%s)", keyID)
	if actor.UserID == "" {
		return errNoSession
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		key, err := tx.APIKeyByID(ctx, keyID)
		if err != nil {
			return err
		}
		if err := actor.requireOwnOr(key.UserID, PermUsersWrite); err != nil {
			return errs.New(errs.KindNotFound, "access.key_missing", nil).Because(err) // whose it is, is nobody's business
		}
		if !key.RevokedAt.IsZero() {
			return errs.New(errs.KindConflict, "access.key_revoked", nil)
		}
		before := keyStateOf(key)
		key.RevokedAt = s.clock()
		if err := tx.RevokeAPIKey(ctx, key.ID, key.RevokedAt); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "api_key.revoke", "api_key:"+key.ID, before, keyStateOf(key))
	})
}

// ActorOf says who a user is with the rights as they are now, for links that stand for somebody and that the caller has checked. It may only read.
// Errors: unauthenticated for who is not there, is disabled, or still has to change the first password.
func (s *Service) ActorOf(ctx context.Context, userID string) (_ Actor, err error) {
	defer errs.Wrap(&err, "access.ActorOf(%s)", userID)
	var account Account
	err = s.store.Read(ctx, func(tx Reader) error {
		account, err = tx.UserAccount(ctx, userID)
		return err
	})
	if errs.Is(err, errs.KindNotFound) || err == nil && (account.Disabled || account.MustChange) {
		return Actor{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if err != nil {
		return Actor{}, err
	}
	actor := actorOf(account.User, "", "")
	actor.ReadOnly = true
	return actor, nil
}
