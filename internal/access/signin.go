package access

import (
	"context"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// SignIn asks for a session by login and password.
type SignIn struct {
	Login    string
	Password string
	Client   string // address, for throttling and the list of sessions
	Agent    string // what the browser calls itself
}

// Validate returns an error of kind Invalid that names every missing field.
func (in SignIn) Validate() error {
	var f fields
	f.required("login", foldLogin(in.Login))
	f.required("password", in.Password)
	if len(in.Login) > 400 || len(in.Password) > 4*maxPassword {
		f.add("password", "", "access.text_long", errs.Args{"Max": maxPassword})
	}
	return f.err()
}

var errSignIn = errs.New(errs.KindUnauthenticated, "access.sign_in_failed", nil)

// SignIn opens a session. Whether the login is unknown, the user disabled or the password wrong makes no difference in the error
// (Unauthenticated), the work or the counting. For a user with a second factor the session waits at StageSecondFactor for
// ConfirmCode. Errors: Invalid; TooMany while the login or the address is blocked.
func (s *Service) SignIn(ctx context.Context, in SignIn) (_ Issued, err error) {
	defer errs.Wrap(&err, "access.SignIn")
	if err := in.Validate(); err != nil {
		return Issued{}, err
	}
	login := foldLogin(in.Login)
	if err := s.takeAttempt(ctx, login, in.Client); err != nil {
		return Issued{}, err
	}
	account, stale, err := s.proveLogin(ctx, login, in.Password)
	if err != nil {
		if errs.Is(err, errs.KindUnauthenticated) {
			s.noteRefused(ctx, account, login, in.Client, "password")
		}
		return Issued{}, err
	}
	if err := s.passwordsOff(ctx, account, in.Client); err != nil {
		return Issued{}, err
	}
	renewed := ""
	if stale {
		if renewed, err = s.hasher.hash(ctx, in.Password); err != nil {
			return Issued{}, err
		}
	}
	issued := Issued{Token: newToken()}
	session := s.newSession(account.ID, in.Client, in.Agent)
	proved := account.PasswordHash
	err = s.store.InTx(ctx, func(tx Tx) error {
		account, err := tx.UserAccount(ctx, session.UserID)
		if err != nil {
			return err
		}
		if account.Disabled || account.PasswordHash != proved {
			return errSignIn // somebody changed it while the password was being checked
		}
		if renewed != "" {
			account.PasswordHash = renewed
		}
		issued.Session = session
		issued.Session.Stage = stageOf(account, session)
		if err := tx.InsertSession(ctx, session, digest(issued.Token)); err != nil {
			return err
		}
		if err := s.forgiveClient(ctx, tx, in.Client); err != nil {
			return err
		}
		if issued.Session.Stage == StageSecondFactor {
			return tx.UpdateUser(ctx, account) // the login's attempts stay counted until the code is right, too
		}
		return s.completeSignIn(ctx, tx, account, session)
	})
	if err != nil {
		return Issued{}, err
	}
	return issued, nil
}

// proveLogin returns the account of a login when the password is its own. Otherwise the error is errSignIn, and the account is that of
// the login, for the log, or empty.
func (s *Service) proveLogin(ctx context.Context, login, password string) (account Account, stale bool, err error) {
	err = s.store.Read(ctx, func(tx Reader) error {
		account, err = tx.UserAccountByLogin(ctx, login)
		if errs.Is(err, errs.KindNotFound) {
			account, err = Account{}, nil
		}
		return err
	})
	if err != nil {
		return Account{}, false, err
	}
	ok, stale, err := s.hasher.verify(ctx, account.PasswordHash, password)
	if err == nil && (!ok || account.Disabled) {
		err = errSignIn
	}
	return account, stale, err
}

// completeSignIn ends a sign-in that needs nothing more.
func (s *Service) completeSignIn(ctx context.Context, tx Tx, account Account, session Session) error {
	account.LastSignInAt = s.clock()
	if err := tx.UpdateUser(ctx, account); err != nil {
		return err
	}
	if err := s.forgiveLogin(ctx, tx, account.Login); err != nil {
		return err
	}
	if err := meet(ctx, tx, session); err != nil {
		return err
	}
	actor := actorOf(account.User, session.ID, session.Client)
	return audit.Append(ctx, tx, actor, "session.start", "session:"+session.ID, nil, sessionStateOf(session))
}

// ConfirmCode asks to complete a sign-in with a code of the second factor, or one of the recovery codes.
type ConfirmCode struct {
	Token string // of the waiting session
	Code  string
}

// Validate returns an error of kind Invalid that names every missing field.
func (in ConfirmCode) Validate() error {
	var f fields
	f.required("code", foldCode(in.Code))
	return f.err()
}

// ConfirmCode completes the sign-in of a session that waits for its second factor, and gives it a new token. Errors: Unauthenticated
// when no session waits or the waiting took too long; Invalid for a wrong code or one that was used before; TooMany.
func (s *Service) ConfirmCode(ctx context.Context, in ConfirmCode) (_ Issued, err error) {
	defer errs.Wrap(&err, "access.ConfirmCode")
	if err := in.Validate(); err != nil {
		return Issued{}, err
	}
	var account Account
	var session Session
	err = s.store.Read(ctx, func(tx Reader) error {
		account, session, err = s.openSession(ctx, tx, in.Token)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	if session.Stage != StageSecondFactor {
		return Issued{}, errNoSession
	}
	if err := s.takeAttempt(ctx, account.Login, session.Client); err != nil {
		return Issued{}, err
	}
	issued := Issued{Token: newToken()}
	err = s.store.InTx(ctx, func(tx Tx) error {
		account, session, err := s.openSession(ctx, tx, in.Token)
		if err != nil {
			return err
		}
		if err := s.useCode(&account, in.Code); err != nil {
			return err
		}
		session.SecondFactor = true
		session.Stage = stageOf(account, session)
		issued.Session = session
		if err := tx.ReplaceSessionToken(ctx, session.ID, digest(issued.Token), true); err != nil {
			return err
		}
		if err := s.forgiveClient(ctx, tx, session.Client); err != nil {
			return err
		}
		return s.completeSignIn(ctx, tx, account, session)
	})
	if errs.Is(err, errs.KindInvalid) {
		s.noteRefused(ctx, account, account.Login, session.Client, "code")
	}
	if err != nil {
		return Issued{}, err
	}
	return issued, nil
}

// ChangePassword asks for a new password of one's own.
type ChangePassword struct {
	Current string
	New     string
}

// Validate returns an error of kind Invalid that names every wrong field. Whether the new one holds the login is known only later.
func (in ChangePassword) Validate() error {
	var f fields
	f.required("current", in.Current)
	f.password("new", in.New, "")
	if in.New != "" && in.New == in.Current {
		f.add("new", "", "access.password_same", nil)
	}
	return f.err()
}

// ChangePassword changes the actor's own password, ends all their other sessions and gives this one a new token. It needs a session,
// not a key. Errors: Invalid, also for a wrong current password; TooMany.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, in ChangePassword) (_ Issued, err error) {
	defer errs.Wrap(&err, "access.ChangePassword")
	if err := actor.requireScreen(); err != nil {
		return Issued{}, err
	}
	if err := in.Validate(); err != nil {
		return Issued{}, err
	}
	account, err := s.proveActor(ctx, actor, "current", in.Current)
	if err != nil {
		return Issued{}, err
	}
	var f fields
	f.password("new", in.New, account.Login)
	if err := f.err(); err != nil {
		return Issued{}, err
	}
	hash, err := s.hasher.hash(ctx, in.New)
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Token: newToken()}
	proved := account.PasswordHash
	_, err = s.changeUser(ctx, actor, actor.UserID, "user.change_password", func(tx Tx, account *Account) error {
		if account.PasswordHash != proved {
			return errs.New(errs.KindConflict, "access.password_changed_meanwhile", nil)
		}
		account.PasswordHash, account.MustChange = hash, false
		if _, err := tx.DeleteUserSessions(ctx, account.ID, actor.Session); err != nil {
			return err
		}
		if issued.Session, err = s.renewSession(ctx, tx, *account, actor.Session, issued.Token, false); err != nil {
			return err
		}
		return alert(ctx, tx, actor, account.ID, AlertPasswordChanged, "")
	})
	if err != nil {
		return Issued{}, err
	}
	return issued, nil
}

// renewSession gives a session of the account a new token, and the second factor when it was just proved.
func (s *Service) renewSession(ctx context.Context, tx Tx, account Account, id, token string, secondFactor bool) (Session, error) {
	session, err := tx.SessionByID(ctx, id)
	if err != nil || session.UserID != account.ID {
		return Session{}, cmpError(err, errNoSession)
	}
	session.SecondFactor = session.SecondFactor || secondFactor
	session.Stage = stageOf(account, session)
	return session, tx.ReplaceSessionToken(ctx, session.ID, digest(token), session.SecondFactor)
}

// proveActor asks again for the password of somebody who is signed in, counted like a sign-in: a stolen session must not be a place
// to guess passwords. A wrong password is an error of kind Invalid about the field.
func (s *Service) proveActor(ctx context.Context, actor Actor, path, password string) (account Account, err error) {
	err = s.store.Read(ctx, func(tx Reader) error {
		account, err = tx.UserAccount(ctx, actor.UserID)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if err := s.takeAttempt(ctx, account.Login, actor.Client); err != nil {
		return Account{}, err
	}
	ok, _, err := s.hasher.verify(ctx, account.PasswordHash, password)
	if err != nil {
		return Account{}, err
	}
	if !ok || account.Disabled {
		s.noteRefused(ctx, account, account.Login, actor.Client, "password")
		return Account{}, problem(path, "", "access.password_wrong", nil)
	}
	return account, s.store.InTx(ctx, func(tx Tx) error {
		if err := s.forgiveLogin(ctx, tx, account.Login); err != nil {
			return err
		}
		return s.forgiveClient(ctx, tx, actor.Client)
	})
}
