package access

import (
	"context"
	"time"

	"xiaoguan/internal/errs"
)

// Proved says that a provider of identities has proved who a user is.
type Proved struct {
	UserID       string
	Provider     string // its key
	SecondFactor bool   // it has asked for two factors
	Client       string
	Agent        string
}

// Freshness is how long a sign-in through a provider stands for the password where somebody is asked for it again.
const Freshness = 10 * time.Minute

// The reasons of failed sign-ins through providers.
const (
	refusedProvider    = "provider"
	refusedPasswordOff = "password_off"
)

// SignInBy opens a session in the caller's transaction for somebody whom a provider has proved. A second factor of ours that the provider did not ask
// for is waited for, as after a password. A first password that was never changed keeps nobody out: it was not used. Errors: Unauthenticated when the
// user is disabled.
func (s *Service) SignInBy(ctx context.Context, tx Tx, in Proved) (Issued, error) {
	account, err := tx.UserAccount(ctx, in.UserID)
	if err != nil {
		return Issued{}, err
	}
	if account.Disabled {
		return Issued{}, errs.New(errs.KindUnauthenticated, "access.user_disabled", nil)
	}
	session := s.newSession(account.ID, in.Client, in.Agent)
	session.Provider, session.SecondFactor = in.Provider, in.SecondFactor
	session.Stage = stageOf(account, session)
	issued := Issued{Token: newToken(), Session: session}
	if err := tx.InsertSession(ctx, session, digest(issued.Token)); err != nil {
		return Issued{}, err
	}
	if err := s.forgiveClient(ctx, tx, in.Client); err != nil {
		return Issued{}, err
	}
	if session.Stage == StageSecondFactor {
		return issued, nil
	}
	return issued, s.completeSignIn(ctx, tx, account, session)
}

// LockedPassword is the hash of a password that nobody knows, for NewUserBy. It takes a while: make it before the transaction.
func (s *Service) LockedPassword(ctx context.Context) (hash string, err error) {
	return s.hasher.hash(ctx, madeUpPassword()+madeUpPassword())
}

// NewUserBy makes a user without any role for somebody whom a provider has proved, in the caller's transaction. Errors: Invalid for a login that is
// taken.
func (s *Service) NewUserBy(ctx context.Context, tx Tx, login, name, hash, client string) (User, error) {
	in := CreateUser{Login: login, Name: name}
	if err := in.Validate(); err != nil {
		return User{}, err
	}
	account := s.newAccount(in, hash)
	account.MustChange = true
	if err := s.checkReferences(ctx, tx, account.User); err != nil {
		return User{}, err
	}
	actor := SystemActor("sign-on")
	actor.Client = plainText(client, 60)
	return account.User, s.insertUser(ctx, tx, actor, "user.create", account)
}

// TakeClient counts an attempt of an address to come in through a provider. Errors: TooMany while the address is blocked.
func (s *Service) TakeClient(ctx context.Context, client string) error {
	return s.takeAttempt(ctx, "", client)
}

// ForgiveClient takes back an attempt that failed through nobody's fault, such as a provider that does not answer.
func (s *Service) ForgiveClient(ctx context.Context, client string) error {
	return s.store.InTx(ctx, func(tx Tx) error { return s.forgiveClient(ctx, tx, client) })
}

// NoteRefused records a failed sign-in through a provider that TakeClient has counted.
func (s *Service) NoteRefused(ctx context.Context, userID, client string) {
	s.noteRefused(ctx, Account{User: User{ID: userID}}, "", client, refusedProvider)
}

// passwordsOff refuses somebody who may come in through a provider alone, after their password was right.
func (s *Service) passwordsOff(ctx context.Context, account Account, client string) error {
	var name string
	err := s.store.Read(ctx, func(tx Reader) (err error) {
		name, err = tx.PasswordsOff(ctx, account.ID)
		return err
	})
	if err != nil || name == "" {
		return err
	}
	s.noteRefused(ctx, account, account.Login, client, refusedPasswordOff)
	return errs.New(errs.KindUnauthenticated, "access.password_off", errs.Args{"Provider": name})
}

// Reprove asks somebody who is signed in to show once more who they are: by the password, or, where it is left out, by having come in through a
// provider not longer than Freshness ago. Errors: Invalid about the field; TooMany.
func (s *Service) Reprove(ctx context.Context, actor Actor, path, password string) (err error) {
	defer errs.Wrap(&err, "access.Reprove")
	if err := actor.requireScreen(); err != nil {
		return err
	}
	if password != "" {
		_, err := s.proveActor(ctx, actor, path, password)
		return err
	}
	var session Session
	err = s.store.Read(ctx, func(tx Reader) error {
		session, err = tx.SessionByID(ctx, actor.Session)
		return err
	})
	if err != nil {
		return err
	}
	if session.Provider == "" || s.clock().Sub(session.CreatedAt) >= Freshness {
		return problem(path, "", "access.reprove", errs.Args{"Minutes": int64(Freshness / time.Minute), "Count": int64(Freshness / time.Minute)})
	}
	return nil
}

// Administers reports whether the user is an administrator who is not disabled.
func Administers(u User) bool { return isAdministrator(u) }

// FoldLogin is how logins are kept and compared.
func FoldLogin(login string) string { return foldLogin(login) }

// PlainText makes a text from outside storable: valid, without control characters, at most limit characters.
func PlainText(text string, limit int) string { return plainText(text, limit) }

// Random returns 32 random bytes as letters and digits.
func Random() string { return lowerCode(32) }

// Digest is how tokens are kept: SHA-256 in hex.
func Digest(token string) string { return digest(token) }

// ActorOf is the actor that a user's own sign-in is written under.
func ActorOf(u User, client string) Actor { return actorOf(u, "", client) }

// AlertIdentity tells a user that an identity of a provider opens their account from now on.
func AlertIdentity(ctx context.Context, tx Tx, actor Actor, userID, provider string) error {
	return alert(ctx, tx, actor, userID, AlertIdentityLinked, provider)
}
