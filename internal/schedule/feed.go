package schedule

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Feed is the link by which somebody's own calendar subscribes to what they are to do. Whoever has the link reads the entries and nothing else, so
// it can be taken back; of its token the hash is kept alone.
type Feed struct {
	UserID string
	Hash   string
	MadeAt time.Time
}

// Actors says who a user is, with the rights as they are now. Errors: unauthenticated for who may not sign in.
type Actors interface {
	ActorOf(ctx context.Context, userID string) (access.Actor, error)
}

// FeedReader reads feeds.
type FeedReader interface {
	FeedOf(ctx context.Context, userID string) (Feed, error)   // NotFound
	FeedByHash(ctx context.Context, hash string) (Feed, error) // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	PutFeed(ctx context.Context, f Feed) error
	DropFeed(ctx context.Context, userID string) error // NotFound
}

// The days that a feed holds around the present one: past ones so that what was missed does not vanish.
const (
	feedBehind = 7
	feedAhead  = DaysMax - feedBehind - 1
)

// WithActors makes the service one that serves feeds.
func (s *Service) WithActors(actors Actors) *Service {
	s.actors = actors
	return s
}

func feedSubject(userID string) string { return "calendar_feed:" + userID }

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// mayFeed refuses who has no days of their own, and keys, which get what they want otherwise.
func mayFeed(actor access.Actor) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	if actor.PersonID == 0 || actor.APIKey != "" {
		return errs.New(errs.KindForbidden, "schedule.no_feed", nil)
	}
	return nil
}

// MakeFeed makes a new link in the place of the old one and returns its token, which is shown once. Errors: forbidden.
func (s *Service) MakeFeed(ctx context.Context, actor access.Actor) (token string, err error) {
	defer errs.Wrap(&err, "schedule.MakeFeed")
	if err := mayFeed(actor); err != nil {
		return "", err
	}
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.PutFeed(ctx, Feed{UserID: actor.UserID, Hash: hashOf(token), MadeAt: tx.Now()}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "calendar.make_feed", feedSubject(actor.UserID), nil, map[string]any{})
	})
}

// DropFeed takes the link back. Errors: forbidden; not found when there is none.
func (s *Service) DropFeed(ctx context.Context, actor access.Actor) (err error) {
	defer errs.Wrap(&err, "schedule.DropFeed")
	if err := mayFeed(actor); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.DropFeed(ctx, actor.UserID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "calendar.drop_feed", feedSubject(actor.UserID), nil, nil)
	})
}

// FeedSince says since when the actor has a link; the zero time without one.
func (s *Service) FeedSince(ctx context.Context, actor access.Actor) (at time.Time, err error) {
	defer errs.Wrap(&err, "schedule.FeedSince")
	if mayFeed(actor) != nil {
		return at, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		f, err := r.FeedOf(ctx, actor.UserID)
		at = f.MadeAt
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		return err
	})
	return at, err
}

// Follow returns what the owner of a link is to do, with who that is. Errors: not found for a token that is none, was taken back, or whose owner may
// not sign in or not see sales data any more: who guesses learns nothing.
func (s *Service) Follow(ctx context.Context, token string) (page Page, actor access.Actor, err error) {
	defer errs.Wrap(&err, "schedule.Follow")
	unknown := errs.New(errs.KindNotFound, "schedule.feed_missing", nil)
	if len(token) != base64.RawURLEncoding.EncodedLen(sha256.Size) {
		return page, actor, unknown
	}
	var f Feed
	if err := s.store.Read(ctx, func(r Reader) (err error) {
		f, err = r.FeedByHash(ctx, hashOf(token))
		return err
	}); err != nil {
		return page, actor, err
	}
	if actor, err = s.actors.ActorOf(ctx, f.UserID); err == nil {
		today := calendar.DateOf(s.now())
		page, err = s.View(ctx, actor, fact.Days{From: today - feedBehind, To: today + feedAhead}, Whose{})
	}
	switch errs.KindOf(err) {
	case errs.KindUnauthenticated, errs.KindForbidden, errs.KindNotFound:
		err = unknown
	}
	return page, actor, err
}
