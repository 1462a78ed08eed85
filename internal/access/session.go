package access

import (
	"context"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// How long sessions live.
const (
	SessionLifetime = 30 * 24 * time.Hour // from signing in, however busy
	SessionIdle     = 12 * time.Hour      // since last seen
	pendingLifetime = 10 * time.Minute    // from the password to the code of the second factor
	touchEvery      = time.Minute         // how exact "last seen" is
	touchPatience   = 250 * time.Millisecond
)

// Stage is how far somebody has come in proving who they are.
type Stage string

// The stages. Only StageFull gives the user's rights.
const (
	StageSecondFactor Stage = "second_factor" // the password was right, the code is still to come
	StagePassword     Stage = "password"      // has to set a password of their own first
	StageFull         Stage = "full"
)

// Session is one sign-in on one device. The token that opens it is known to that device alone.
type Session struct {
	ID           string
	UserID       string
	SecondFactor bool   // the code of the second factor was given, or the provider asked for two
	Provider     string // key of the provider of identities that they came in through; empty: a password
	Client       string
	Agent        string // what the browser calls itself
	CreatedAt    time.Time
	SeenAt       time.Time // exact to touchEvery
	ExpiresAt    time.Time // at the latest
	Stage        Stage     // set by SignIn and Authenticate
	Current      bool      // in lists: the one that asks
}

// Issued is a session with its token, for the cookie. A token is returned once and replaces the one before.
type Issued struct {
	Token   string
	Session Session
}

// stageOf says how far a session has come. A session from before the second factor was set up counts as waiting for its code.
func stageOf(account Account, session Session) Stage {
	switch {
	case account.TOTPSecret != "" && !session.SecondFactor:
		return StageSecondFactor
	case account.MustChange && session.Provider == "":
		return StagePassword
	}
	return StageFull
}

// alive reports whether a session still opens.
func alive(session Session, stage Stage, now time.Time) bool {
	if stage == StageSecondFactor && now.Sub(session.CreatedAt) >= pendingLifetime {
		return false
	}
	return now.Before(session.ExpiresAt) && now.Sub(session.SeenAt) < SessionIdle
}

func (s *Service) newSession(userID, client, agent string) Session {
	now := s.clock()
	return Session{
		ID: newID(), UserID: userID, Client: plainText(client, 60), Agent: plainText(agent, 200),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLifetime),
	}
}

var errNoSession = errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)

// openSession finds the session of a token and its user.
func (s *Service) openSession(ctx context.Context, tx Reader, token string) (Account, Session, error) {
	if len(token) != tokenLength {
		return Account{}, Session{}, errNoSession
	}
	session, err := tx.SessionByToken(ctx, digest(token))
	if errs.Is(err, errs.KindNotFound) {
		return Account{}, Session{}, errNoSession
	}
	if err != nil {
		return Account{}, Session{}, err
	}
	account, err := tx.UserAccount(ctx, session.UserID)
	if err != nil {
		return Account{}, Session{}, err
	}
	session.Stage = stageOf(account, session)
	if account.Disabled || !alive(session, session.Stage, s.clock()) {
		return Account{}, Session{}, errNoSession
	}
	return account, session, nil
}

// Authenticate says who a session's token belongs to. At StageFull the Actor has the user's rights as they are now; at StagePassword
// it is the user without any right but changing the password; at StageSecondFactor it is nobody. The caller looks at Session.Stage to
// show the right page, and sets Actor.Client to the address of the request. An unknown or ended session is an error of kind
// Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (_ Actor, _ Session, err error) {
	defer errs.Wrap(&err, "access.Authenticate")
	return s.authenticate(ctx, token, true)
}

// Glance is Authenticate for what a page asks by itself now and then: it does not count as being there, so that an open page does not keep a
// session alive.
func (s *Service) Glance(ctx context.Context, token string) (_ Actor, _ Session, err error) {
	defer errs.Wrap(&err, "access.Glance")
	return s.authenticate(ctx, token, false)
}

func (s *Service) authenticate(ctx context.Context, token string, there bool) (_ Actor, _ Session, err error) {
	var account Account
	var session Session
	err = s.store.Read(ctx, func(tx Reader) error {
		account, session, err = s.openSession(ctx, tx, token)
		return err
	})
	if err != nil {
		return Actor{}, Session{}, err
	}
	if now := s.clock(); there && now.Sub(session.SeenAt) >= touchEvery {
		s.touch(ctx, "session", func(ctx context.Context, tx Tx) error { return tx.TouchSession(ctx, session.ID, now) })
	}
	switch session.Stage {
	case StageFull:
		return actorOf(account.User, session.ID, session.Client), session, nil
	case StagePassword:
		return Actor{UserID: account.ID, Name: account.Name, Session: session.ID, Client: session.Client}, session, nil
	}
	return Actor{}, session, nil
}

func actorOf(user User, sessionID, client string) Actor {
	return Actor{UserID: user.ID, Name: user.Name, PersonID: user.PersonID, Grants: user.Grants, Session: sessionID, Client: client}
}

// touch writes when something was last used. It gives up soon and leaves it to the next request: while an import holds the only
// writer of SQLite, nobody's page may wait for such a trifle.
func (s *Service) touch(ctx context.Context, what string, write func(context.Context, Tx) error) {
	if !s.touching.TryLock() {
		return
	}
	defer s.touching.Unlock()
	ctx, cancel := context.WithTimeout(ctx, touchPatience)
	defer cancel()
	if err := s.store.InTx(ctx, func(tx Tx) error { return write(ctx, tx) }); err != nil {
		s.log.DebugContext(ctx, "last use not written", "of", what, "error", err)
	}
}

// RotateSession gives a session a new token; the old one opens nothing any more. It is called after the rights of the session's user
// have changed.
func (s *Service) RotateSession(ctx context.Context, token string) (_ Issued, err error) {
	defer errs.Wrap(&err, "access.RotateSession")
	issued := Issued{Token: newToken()}
	err = s.store.InTx(ctx, func(tx Tx) error {
		_, session, err := s.openSession(ctx, tx, token)
		if err != nil {
			return err
		}
		issued.Session = session
		return tx.ReplaceSessionToken(ctx, session.ID, digest(issued.Token), session.SecondFactor)
	})
	if err != nil {
		return Issued{}, err
	}
	return issued, nil
}

// SignOut ends the session of a token. An unknown token is no error: who wants out is out.
func (s *Service) SignOut(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "access.SignOut")
	return s.store.InTx(ctx, func(tx Tx) error {
		session, err := tx.SessionByToken(ctx, digest(token))
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		account, err := tx.UserAccount(ctx, session.UserID)
		if err != nil {
			return err
		}
		if err := tx.DeleteSession(ctx, session.ID); err != nil {
			return err
		}
		actor := actorOf(account.User, session.ID, session.Client)
		return audit.Append(ctx, tx, actor, "session.end", "session:"+session.ID, sessionStateOf(session), nil)
	})
}

type sessionState struct {
	UserID       string `json:"user_id"`
	Client       string `json:"client"`
	Agent        string `json:"agent"`
	SecondFactor bool   `json:"second_factor"`
	Provider     string `json:"provider,omitempty"`
}

func sessionStateOf(session Session) sessionState {
	return sessionState{session.UserID, session.Client, session.Agent, session.SecondFactor, session.Provider}
}

// ListSessions lists the sessions of a user that still open, last seen first: one's own, or anybody's with the permission users.read.
func (s *Service) ListSessions(ctx context.Context, actor Actor, userID string) (sessions []Session, err error) {
	defer errs.Wrap(&err, "access.ListSessions(%s)", userID)
	if err := actor.requireOwnOr(userID, PermUsersRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx Reader) error {
		account, err := tx.UserAccount(ctx, userID)
		if err != nil {
			return err
		}
		all, err := tx.UserSessions(ctx, userID)
		sessions = nil
		for _, session := range all {
			session.Stage = stageOf(account, session)
			session.Current = session.ID == actor.Session
			if alive(session, session.Stage, s.clock()) {
				sessions = append(sessions, session)
			}
		}
		return err
	})
	return sessions, err
}

// EndSession ends a session: one's own, or anybody's with the permission users.write. Errors: NotFound.
func (s *Service) EndSession(ctx context.Context, actor Actor, sessionID string) (err error) {
	defer errs.Wrap(&err, "access.EndSession(%s)", sessionID)
	if actor.UserID == "" {
		return errNoSession
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		session, err := tx.SessionByID(ctx, sessionID)
		if err != nil {
			return err
		}
		if err := actor.requireOwnOr(session.UserID, PermUsersWrite); err != nil {
			return errs.New(errs.KindNotFound, "access.session_unknown", nil).Because(err) // whose it is, is nobody's business
		}
		if err := tx.DeleteSession(ctx, session.ID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "session.end", "session:"+session.ID, sessionStateOf(session), nil)
	})
}

// EndSessions ends all sessions of a user but the one that asks, and returns how many: one's own, or anybody's with the permission
// users.write.
func (s *Service) EndSessions(ctx context.Context, actor Actor, userID string) (ended int64, err error) {
	defer errs.Wrap(&err, "access.EndSessions(%s)", userID)
	if err := actor.requireOwnOr(userID, PermUsersWrite); err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if _, err := tx.UserAccount(ctx, userID); err != nil {
			return err
		}
		if ended, err = tx.DeleteUserSessions(ctx, userID, keptSession(actor, userID)); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "session.end_all", userSubject(userID), map[string]int64{"sessions": ended}, nil)
	})
	return ended, err
}
