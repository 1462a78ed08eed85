package signon

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Reader reads in one snapshot.
type Reader interface {
	access.Reader
	// SignOnProviders lists all in the order of their keys, with how many accounts are linked.
	SignOnProviders(ctx context.Context) ([]Provider, error)
	SignOnProvider(ctx context.Context, key string) (Provider, error) // NotFound
	// Identity returns who a subject is. Errors: NotFound.
	Identity(ctx context.Context, provider, subject string) (Identity, error)
	// Identities lists those of a user, in the order of their providers.
	Identities(ctx context.Context, userID string) ([]Identity, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	access.Tx
	InsertSignOnProvider(ctx context.Context, p Provider) error
	UpdateSignOnProvider(ctx context.Context, p Provider) error // Conflict when the kept revision is not the one before
	DeleteSignOnProvider(ctx context.Context, key string) error // with its identities
	InsertIdentity(ctx context.Context, i Identity) error
	DeleteIdentity(ctx context.Context, provider, subject string) error
	TouchIdentity(ctx context.Context, i Identity) error // its name and when it was last used
	// UseSignOn remembers a sign-on that came back until it would be too old. It reports whether it had not come back before.
	UseSignOn(ctx context.Context, state string, until time.Time) (first bool, err error)
	// EndProviderSessions ends the sessions that a user, or everybody, opened through a provider, but one.
	EndProviderSessions(ctx context.Context, provider, userID, except string) (int64, error)
	// EndPasswordSessions ends the sessions that those linked with a provider opened with a password, but those of a user and one session.
	EndPasswordSessions(ctx context.Context, provider, spareID, except string) (int64, error)
}

// Store is where providers and identities are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Vault seals secrets.
type Vault interface {
	Seal(plain, place string) string
	Open(sealed, place string) (string, error)
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Vault     Vault
	Users     *access.Service
	Connector Connector
	Now       func() time.Time
	Log       *slog.Logger
}

// Service keeps providers and identities and lets people in by them.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

// clock is the time as the database keeps it.
func (s *Service) clock() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

func secretPlace(key string) string { return "sign-on:" + key }

func providerSubject(key string) string { return "sign_on:" + key }

// state is a provider as the audit log keeps it: no secret.
type state struct {
	Settings
	Spare     string `json:"spare_id,omitempty"`
	HasSecret bool   `json:"has_secret"`
}

func stateOf(p Provider) state { return state{p.Settings, p.SpareID, p.Secret != ""} }

// Offer is a button on the sign-in page.
type Offer struct {
	Key  string
	Kind Kind
	Name string
	Here bool // the browser is the one inside the provider's own app
}

// Offers are the providers that somebody may come in by, the one in whose app they are first. It asks nobody's permission.
func (s *Service) Offers(ctx context.Context, agent string) (offers []Offer, err error) {
	defer errs.Wrap(&err, "signon.Offers")
	providers, err := s.read(ctx)
	for _, p := range providers {
		if !p.Ready() {
			continue
		}
		if o := (Offer{p.Key, p.Kind, p.Name, p.Fits(agent)}); o.Here {
			offers = append([]Offer{o}, offers...)
		} else {
			offers = append(offers, o)
		}
	}
	return offers, err
}

func (s *Service) read(ctx context.Context) (providers []Provider, err error) {
	err = s.Store.Read(ctx, func(r Reader) error {
		providers, err = r.SignOnProviders(ctx)
		return err
	})
	return providers, err
}

// List returns all providers, without their secrets. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (providers []Provider, err error) {
	defer errs.Wrap(&err, "signon.List")
	if err := actor.Require(access.PermUsersRead); err != nil {
		return nil, err
	}
	return s.read(ctx)
}

// Get returns a provider, without its secret. Errors: forbidden, not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, key string) (p Provider, err error) {
	defer errs.Wrap(&err, "signon.Get(%s)", key)
	if err := actor.Require(access.PermUsersRead); err != nil {
		return p, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if p, err = r.SignOnProvider(ctx, key); err != nil || p.SpareID == "" {
			return err
		}
		account, err := r.UserAccount(ctx, p.SpareID)
		p.Spare = account.Login
		return err
	})
	return p, err
}

// Save keeps a provider. Where the secret would go changes with what it is said to, so it is asked for again when the client or where it is asked
// changes. Errors: forbidden; invalid; not found; conflict when somebody else was faster, or accounts are linked and it would be another provider.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (kept Provider, err error) {
	defer errs.Wrap(&err, "signon.Save(%s)", in.Key)
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return kept, err
	}
	in.tidy()
	if err := in.Validate(); err != nil {
		return kept, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, err := tx.SignOnProvider(ctx, in.Key)
		fresh := errs.Is(err, errs.KindNotFound)
		switch {
		case err != nil && !fresh:
			return err
		case fresh && in.Revision != 0:
			return err
		case !fresh && in.Revision == 0:
			return invalid("key", in.Key, "signon.key_taken", nil)
		case !fresh && before.Revision != in.Revision:
			return errs.New(errs.KindConflict, "signon.changed_meanwhile", nil)
		}
		kept = Provider{Key: in.Key, Settings: in.Settings, Linked: before.Linked, Revision: in.Revision + 1}
		if before.Linked > 0 && kept.origin() != before.origin() {
			return errs.New(errs.KindConflict, "signon.linked", errs.Args{"Linked": before.Linked, "Count": before.Linked})
		}
		if err := s.keepSecret(&kept, before, in.Secret); err != nil {
			return err
		}
		if err := spare(ctx, tx, &kept, in.Spare); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, before, kept, fresh)
	})
	return kept, err
}

// keepSecret seals a new secret, or takes the one over that is there.
func (s *Service) keepSecret(kept *Provider, before Provider, secret *string) error {
	switch {
	case secret != nil && *secret != "":
		kept.Secret = s.Vault.Seal(*secret, secretPlace(kept.Key))
	case secret == nil && before.origin() == kept.origin():
		kept.Secret = before.Secret
	}
	if kept.Secret == "" && kept.Kind != KindOIDC {
		return invalid("secret", "", "signon.secret_needed", nil)
	}
	if kept.Secret == "" && before.Secret != "" && secret == nil {
		return invalid("secret", "", "signon.secret_again", nil)
	}
	return nil
}

// spare finds the administrator whose password keeps working.
func spare(ctx context.Context, tx Tx, kept *Provider, login string) error {
	if login == "" {
		return nil
	}
	account, err := tx.UserAccountByLogin(ctx, access.FoldLogin(login))
	if errs.Is(err, errs.KindNotFound) || err == nil && !access.Administers(account.User) {
		return invalid("spare", login, "signon.spare_bad", nil)
	}
	kept.SpareID, kept.Spare = account.ID, account.Login
	return err
}

func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, before, kept Provider, fresh bool) error {
	var old any
	if fresh {
		if err := tx.InsertSignOnProvider(ctx, kept); err != nil {
			return err
		}
	} else {
		old = stateOf(before)
		if err := tx.UpdateSignOnProvider(ctx, kept); err != nil {
			return err
		}
	}
	if kept.Exclusive && kept.Active {
		if _, err := tx.EndPasswordSessions(ctx, kept.Key, kept.SpareID, actor.Session); err != nil {
			return err
		}
	}
	if before.Active && !kept.Active {
		if _, err := tx.EndProviderSessions(ctx, kept.Key, "", actor.Session); err != nil {
			return err
		}
	}
	return audit.Append(ctx, tx, actor, "sign_on.save", providerSubject(kept.Key), old, stateOf(kept))
}

// Delete removes a provider with what it links, and ends the sessions opened through it. Errors: forbidden, not found, conflict.
func (s *Service) Delete(ctx context.Context, actor access.Actor, key string, revision int64) (err error) {
	defer errs.Wrap(&err, "signon.Delete(%s)", key)
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		p, err := tx.SignOnProvider(ctx, key)
		if err != nil {
			return err
		}
		if p.Revision != revision {
			return errs.New(errs.KindConflict, "signon.changed_meanwhile", nil)
		}
		if _, err := tx.EndProviderSessions(ctx, key, "", actor.Session); err != nil {
			return err
		}
		if err := tx.DeleteSignOnProvider(ctx, key); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "sign_on.delete", providerSubject(key), struct {
			state
			Linked int64 `json:"linked"`
		}{stateOf(p), p.Linked}, nil)
	})
}

// Try looks whether the settings of a provider are right, as far as this can be told without anybody signing in. origin is the address under which
// people come here. Errors: forbidden; not found; invalid, with what is wrong in plain words.
func (s *Service) Try(ctx context.Context, actor access.Actor, key, origin string) (err error) {
	defer errs.Wrap(&err, "signon.Try(%s)", key)
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return err
	}
	var p Provider
	if err := s.Store.InTx(ctx, func(tx Tx) error {
		if p, err = tx.SignOnProvider(ctx, key); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "sign_on.try", providerSubject(key), nil, map[string]any{"client_id": p.ClientID})
	}); err != nil {
		return err
	}
	way, err := s.open(p)
	if err == nil {
		err = s.Connector.Try(ctx, way, origin+CallbackPath(key))
	}
	if err == nil {
		return nil
	}
	f := failureOf(err)
	s.Log.WarnContext(ctx, "a sign-on provider was tried in vain", "provider", key, "failure", f.Error())
	wrong := &errs.Error{Kind: errs.KindInvalid, Message: errs.Msg("signon.try_failed", nil), Fields: []errs.Field{{Path: "provider", Value: key, Message: f.why()}}}
	return wrong.Because(f)
}

// open opens the secret of a provider.
func (s *Service) open(p Provider) (Way, error) {
	way := Way{Provider: p}
	if p.Secret == "" {
		return way, nil
	}
	var err error
	if way.Open, err = s.Vault.Open(p.Secret, secretPlace(p.Key)); err != nil {
		return way, &Failure{Class: ClassSealed, Cause: err}
	}
	return way, nil
}

func invalid(path, value, key string, args errs.Args) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, args)}})
}
