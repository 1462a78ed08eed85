package signon

import (
	"context"
	"fmt"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// How says how an identity came to an account.
type How string

// The ways.
const (
	HowSelf    How = "self"    // they linked it themselves
	HowAdmin   How = "admin"   // an administrator entered it
	HowMatched How = "matched" // it matched when they first came
	HowCreated How = "created" // the account was made when they first came
)

// Message says the way for people.
func (h How) Message() errs.Message { return errs.Msg("signon.how."+string(h), nil) }

// Identity is somebody at a provider, and the account that they open.
type Identity struct {
	Provider string
	Subject  string
	UserID   string
	Name     string // as the provider calls them; empty: not known yet
	How      How
	LinkedAt time.Time
	UsedAt   time.Time // zero: never
}

// link is an identity as the audit log keeps it.
type link struct {
	Provider string `json:"provider"`
	Subject  string `json:"identity"`
	How      How    `json:"how,omitempty"`
}

func userSubject(id string) string { return "user:" + id }

// subjectMax is how long a subject may be: OIDC allows 255 characters.
const subjectMax = 255

// FoldSubject is how subjects of a kind are kept: those of WeCom do not tell capitals from small letters.
func FoldSubject(k Kind, subject string) string {
	subject = strings.TrimSpace(subject)
	if k == KindWeCom {
		return strings.ToLower(subject)
	}
	return subject
}

// Identities lists those of an account: one's own, or anybody's with the permission to see users.
func (s *Service) Identities(ctx context.Context, actor access.Actor, userID string) (identities []Identity, err error) {
	defer errs.Wrap(&err, "signon.Identities(%s)", userID)
	if actor.System || actor.UserID == "" || actor.UserID != userID {
		if err := actor.Require(access.PermUsersRead); err != nil {
			return nil, err
		}
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if _, err := r.UserAccount(ctx, userID); err != nil {
			return err
		}
		identities, err = r.Identities(ctx, userID)
		return err
	})
	return identities, err
}

// NewIdentity is an identity that an administrator enters for an account, named by its id or its log-in.
type NewIdentity struct {
	UserID, Login string
	Provider      string
	Subject       string
}

// Link enters an identity for an account. The one that is there already stays. Errors: forbidden; invalid, naming fields.
func (s *Service) Link(ctx context.Context, actor access.Actor, in NewIdentity) (err error) {
	defer errs.Wrap(&err, "signon.Link")
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		_, wrong, err := s.enter(ctx, tx, actor, in)
		if err != nil || len(wrong) == 0 {
			return err
		}
		return errs.Invalid("error.invalid", wrong)
	})
}

// importMax is how many rows may be entered at once.
const importMax = 5000

// Import enters many identities at once, all or none; rows that are there already are left alone. It returns how many are new. Errors: forbidden;
// invalid, naming every wrong row.
func (s *Service) Import(ctx context.Context, actor access.Actor, rows []NewIdentity) (added int64, err error) {
	defer errs.Wrap(&err, "signon.Import")
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return 0, err
	}
	if len(rows) == 0 || len(rows) > importMax {
		return 0, invalid("rows", "", "signon.rows_bad", errs.Args{"Max": importMax})
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		added = 0
		var wrong []errs.Field
		for i, row := range rows {
			fresh, bad, err := s.enter(ctx, tx, actor, row)
			if err != nil {
				return err
			}
			for _, f := range bad {
				f.Path = fmt.Sprintf("rows[%d].%s", i, f.Path)
				wrong = append(wrong, f)
			}
			if fresh {
				added++
			}
		}
		return errs.Invalid("signon.rows_wrong", wrong)
	})
	if err != nil {
		added = 0
	}
	return added, err
}

// enter links an account with an identity, or says which fields are wrong.
func (s *Service) enter(ctx context.Context, tx Tx, actor access.Actor, in NewIdentity) (fresh bool, wrong []errs.Field, err error) {
	refuse := func(path, value, key string, args errs.Args) (bool, []errs.Field, error) {
		return false, []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, args)}}, nil
	}
	p, err := tx.SignOnProvider(ctx, strings.TrimSpace(in.Provider))
	if errs.Is(err, errs.KindNotFound) {
		return refuse("provider", in.Provider, "signon.provider_unknown", nil)
	}
	if err != nil {
		return false, nil, err
	}
	account, err := s.account(ctx, tx, in)
	if errs.Is(err, errs.KindNotFound) {
		return refuse("login", in.Login, "signon.login_unknown", nil)
	}
	if err != nil {
		return false, nil, err
	}
	subject := FoldSubject(p.Kind, in.Subject)
	if subject == "" || !printable(subject, subjectMax) {
		return refuse("subject", in.Subject, "signon.subject_bad", errs.Args{"Max": subjectMax})
	}
	there, err := tx.Identity(ctx, p.Key, subject)
	switch {
	case err == nil && there.UserID == account.ID:
		return false, nil, nil
	case err == nil:
		return refuse("subject", subject, "signon.subject_taken", nil)
	case !errs.Is(err, errs.KindNotFound):
		return false, nil, err
	}
	if has, err := s.of(ctx, tx, account.ID, p.Key); err != nil || has.Subject != "" {
		if err == nil {
			return refuse("login", account.Login, "signon.has_one", errs.Args{"Provider": p.Name})
		}
		return false, nil, err
	}
	return true, nil, s.put(ctx, tx, actor, p, Identity{Provider: p.Key, Subject: subject, UserID: account.ID, How: HowAdmin, LinkedAt: s.clock()})
}

func (s *Service) account(ctx context.Context, tx Tx, in NewIdentity) (access.Account, error) {
	if in.UserID != "" {
		return tx.UserAccount(ctx, in.UserID)
	}
	return tx.UserAccountByLogin(ctx, access.FoldLogin(in.Login))
}

// of returns the identity of a user at a provider; the zero Identity when there is none.
func (s *Service) of(ctx context.Context, r Reader, userID, provider string) (Identity, error) {
	all, err := r.Identities(ctx, userID)
	for _, i := range all {
		if i.Provider == provider {
			return i, err
		}
	}
	return Identity{}, err
}

// put keeps a new identity, tells the log and whose account it opens.
func (s *Service) put(ctx context.Context, tx Tx, actor access.Actor, p Provider, i Identity) error {
	if err := tx.InsertIdentity(ctx, i); err != nil {
		return err
	}
	if err := access.AlertIdentity(ctx, tx, actor, i.UserID, p.Name); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "identity.link", userSubject(i.UserID), nil, link{p.Key, i.Subject, i.How})
}

// Unlink takes an identity from somebody's account and ends the sessions opened by it. Errors: forbidden, not found.
func (s *Service) Unlink(ctx context.Context, actor access.Actor, userID, provider string) (err error) {
	defer errs.Wrap(&err, "signon.Unlink(%s, %s)", userID, provider)
	if err := actor.RequireAll(access.PermUsersWrite); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error { return s.remove(ctx, tx, actor, userID, provider) })
}

func (s *Service) remove(ctx context.Context, tx Tx, actor access.Actor, userID, provider string) error {
	i, err := s.of(ctx, tx, userID, provider)
	if err != nil {
		return err
	}
	if i.Subject == "" {
		return errs.New(errs.KindNotFound, "signon.not_linked", nil)
	}
	if err := tx.DeleteIdentity(ctx, i.Provider, i.Subject); err != nil {
		return err
	}
	if _, err := tx.EndProviderSessions(ctx, provider, userID, actor.Session); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "identity.unlink", userSubject(userID), link{i.Provider, i.Subject, i.How}, nil)
}

// UnlinkOwn takes an identity from one's own account. It asks for the password again, or a fresh sign-on. Errors: invalid; not found; forbidden where
// the provider is the only way in.
func (s *Service) UnlinkOwn(ctx context.Context, actor access.Actor, provider, password string) (err error) {
	defer errs.Wrap(&err, "signon.UnlinkOwn(%s)", provider)
	if err := s.Users.Reprove(ctx, actor, "password", password); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		p, err := tx.SignOnProvider(ctx, provider)
		if err != nil {
			return err
		}
		if p.Exclusive && p.Active && p.SpareID != actor.UserID {
			return errs.New(errs.KindForbidden, "signon.only_way", errs.Args{"Provider": p.Name})
		}
		return s.remove(ctx, tx, actor, actor.UserID, provider)
	})
}
