package access

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Reader reads what this package keeps, on one snapshot.
type Reader interface {
	userReader
	SessionByToken(ctx context.Context, tokenHash string) (Session, error) // NotFound
	UserSessions(ctx context.Context, userID string) ([]Session, error)    // last seen first
	SessionByID(ctx context.Context, id string) (Session, error)           // NotFound
	SignInFailures(ctx context.Context, subject string) (Failures, error)  // zero when there are none
	APIKeyByHash(ctx context.Context, keyHash string) (APIKey, error)      // NotFound
	APIKeyByID(ctx context.Context, id string) (APIKey, error)             // NotFound
	APIKeys(ctx context.Context, userID string) ([]APIKey, error)          // newest first; empty userID is all users'
	SavedViewByID(ctx context.Context, id string) (SavedView, error)       // NotFound
	SavedViews(ctx context.Context, userID, list string) ([]SavedView, error)
}

type userReader interface {
	AnyUser(ctx context.Context) (bool, error)
	UserAccount(ctx context.Context, id string) (Account, error)           // NotFound
	UserAccountByLogin(ctx context.Context, login string) (Account, error) // NotFound
	ListUsers(ctx context.Context, query UserQuery) ([]User, error)
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	ActiveAdministrators(ctx context.Context) ([]string, error)
	UserOfPerson(ctx context.Context, personID int64) (string, error) // id of the user that isn't disabled, or empty
	GrantablePerson(ctx context.Context, personID int64) (bool, error)
	GrantableRegion(ctx context.Context, regionID int64) (bool, error)
	// PasswordsOff returns the name of a provider through which alone the user may come in; empty: a password will do.
	PasswordsOff(ctx context.Context, userID string) (string, error)
	// SpareOf returns the name of a provider for whose failure the user keeps a password; empty: none.
	SpareOf(ctx context.Context, userID string) (string, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	InsertUser(ctx context.Context, account Account) error
	UpdateUser(ctx context.Context, account Account) error // all but the grants
	ReplaceGrants(ctx context.Context, userID string, grants []Grant) error
	InsertSession(ctx context.Context, session Session, tokenHash string) error
	ReplaceSessionToken(ctx context.Context, id, tokenHash string, secondFactor bool) error
	TouchSession(ctx context.Context, id string, at time.Time) error
	DeleteSession(ctx context.Context, id string) error
	DeleteUserSessions(ctx context.Context, userID, exceptID string) (int64, error)
	SaveSignInFailures(ctx context.Context, failures Failures) error
	ForgetSignInFailures(ctx context.Context, subject string) error
	InsertAPIKey(ctx context.Context, key APIKey, keyHash string) error
	TouchAPIKey(ctx context.Context, id string, at time.Time) error
	RevokeAPIKey(ctx context.Context, id string, at time.Time) error
	InsertSavedView(ctx context.Context, view SavedView) error
	UpdateSavedView(ctx context.Context, view SavedView) error
	DeleteSavedView(ctx context.Context, id string) error
	alertTx
	SweepAccess(ctx context.Context, now, seenBefore, failedBefore time.Time) (int64, error)
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Config holds what a Service is made of.
type Config struct {
	Store  Store
	Key    []byte           // the installation's key, InstallationKeyBytes long; losing it loses second factors, not passwords
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil is silence
	Cost   HashCost         // zero is DefaultHashCost
	Issuer string           // name of the installation in people's authenticator apps; empty is "Xiaoguan"
}

// Service is everything about users, sign-in, sessions and keys. It is safe for concurrent use.
type Service struct {
	store    Store
	secrets  vault
	now      func() time.Time
	log      *slog.Logger
	hasher   *hasher
	issuer   string
	touching sync.Mutex
}

// New returns a Service. It fails when the installation key has another length than InstallationKeyBytes.
func New(config Config) (_ *Service, err error) {
	defer errs.Wrap(&err, "access.New")
	secrets, err := newVault(config.Key, "xiaoguan second factor")
	if err != nil {
		return nil, err
	}
	if config.Store == nil {
		return nil, fmt.Errorf("no store is given")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Issuer == "" {
		config.Issuer = "Xiaoguan"
	}
	return &Service{
		store: config.Store, secrets: secrets, now: config.Now, log: config.Log, hasher: newHasher(config.Cost), issuer: config.Issuer,
	}, nil
}

// clock returns the time as the database keeps it.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// newID returns a UUIDv7, which sorts by the time it was made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// requireUser returns the id of a person who asks for something of their own. The system has nothing of its own.
func (a Actor) requireUser() error {
	if a.UserID == "" || a.System {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	return nil
}

// requireScreen returns nil for somebody who signed in. What proves who somebody is can't be changed with a key.
func (a Actor) requireScreen() error {
	if err := a.requireUser(); err != nil {
		return err
	}
	if a.APIKey != "" || a.Session == "" {
		return errs.New(errs.KindForbidden, "access.screen_only", nil)
	}
	return nil
}

// requireOwnOr returns nil when the actor asks about themself or has the permission.
func (a Actor) requireOwnOr(userID string, p Permission) error {
	if a.UserID != "" && a.UserID == userID && !a.System {
		if a.ReadOnly && p.Writes() {
			return errs.New(errs.KindForbidden, "access.read_only", nil)
		}
		return nil
	}
	return a.Require(p)
}

// Sweep deletes sessions that ended by themselves and counters of failed sign-ins that nobody needs, and returns how many. It is run
// now and then; nothing depends on it.
func (s *Service) Sweep(ctx context.Context) (deleted int64, err error) {
	defer errs.Wrap(&err, "access.Sweep")
	err = s.store.InTx(ctx, func(tx Tx) error {
		now := s.clock()
		deleted, err = tx.SweepAccess(ctx, now, now.Add(-SessionIdle), now.Add(-loginThrottle.forget))
		return err
	})
	return deleted, err
}
