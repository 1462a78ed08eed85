package access

import (
	"context"
	"slices"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// NeedsSetUp reports whether no user exists yet.
func (s *Service) NeedsSetUp(ctx context.Context) (needed bool, err error) {
	defer errs.Wrap(&err, "access.NeedsSetUp")
	err = s.store.Read(ctx, func(tx Reader) error {
		exists, err := tx.AnyUser(ctx)
		needed = !exists
		return err
	})
	return needed, err
}

// SetUp makes the first administrator. It needs no permission and works only while no user exists; later it returns a Conflict.
func (s *Service) SetUp(ctx context.Context, in SetUp) (_ User, err error) {
	defer errs.Wrap(&err, "access.SetUp")
	if err := in.Validate(); err != nil {
		return User{}, err
	}
	if needed, err := s.NeedsSetUp(ctx); err != nil || !needed {
		return User{}, cmpError(err, errs.New(errs.KindConflict, "access.set_up_done", nil))
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return User{}, err
	}
	account := s.newAccount(CreateUser{Login: in.Login, Name: in.Name, Grants: []Grant{{Role: RoleAdmin, Scope: ScopeAll}}}, hash)
	actor := Actor{UserID: account.ID, Name: account.Name, Client: plainText(in.Client, 60)}
	err = s.store.InTx(ctx, func(tx Tx) error {
		exists, err := tx.AnyUser(ctx)
		if err != nil {
			return err
		}
		if exists {
			return errs.New(errs.KindConflict, "access.set_up_done", nil)
		}
		return s.insertUser(ctx, tx, actor, "user.set_up", account)
	})
	return account.User, err
}

// cmpError returns err when there is one, and otherwise the alternative.
func cmpError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *Service) newAccount(in CreateUser, hash string) Account {
	return Account{
		User: User{
			ID: newID(), Login: foldLogin(in.Login), Name: in.Name, PersonID: in.PersonID, Grants: sortedGrants(in.Grants),
			Preferences: DefaultPreferences, CreatedAt: s.clock(),
		},
		PasswordHash: hash,
	}
}

// sortedGrants brings grants into the order of Roles, so that equal grants are equal in the audit log.
func sortedGrants(grants []Grant) []Grant {
	sorted := slices.Clone(grants)
	slices.SortFunc(sorted, func(a, b Grant) int {
		if d := slices.Index(Roles, a.Role) - slices.Index(Roles, b.Role); d != 0 {
			return d
		}
		if d := slices.Index(Scopes, a.Scope) - slices.Index(Scopes, b.Scope); d != 0 {
			return d
		}
		return int(max(-1, min(1, a.RegionID-b.RegionID)))
	})
	return sorted
}

func (s *Service) insertUser(ctx context.Context, tx Tx, actor Actor, action string, account Account) error {
	if err := tx.InsertUser(ctx, account); err != nil {
		return err
	}
	if err := tx.ReplaceGrants(ctx, account.ID, account.Grants); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, action, userSubject(account.ID), nil, stateOf(account.User))
}

// Created is a new user, or one with a new first password. Password is set when it was made up here: it is shown once.
type Created struct {
	User     User
	Password string
}

// CreateUser makes a user. It needs the permission users.write. Errors: Invalid, naming fields, also for a login or person that is
// taken and for persons and regions that don't exist.
func (s *Service) CreateUser(ctx context.Context, actor Actor, in CreateUser) (_ Created, err error) {
	defer errs.Wrap(&err, "access.CreateUser(%s)", in.Login)
	if err := actor.Require(PermUsersWrite); err != nil {
		return Created{}, err
	}
	if err := in.Validate(); err != nil {
		return Created{}, err
	}
	var created Created
	password := in.Password
	if password == "" {
		password = madeUpPassword()
		created.Password = password
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Created{}, err
	}
	account := s.newAccount(in, hash)
	account.MustChange = !in.Keep || !actor.System
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := s.checkReferences(ctx, tx, account.User); err != nil {
			return err
		}
		return s.insertUser(ctx, tx, actor, "user.create", account)
	})
	created.User = account.User
	if err != nil {
		return Created{}, err
	}
	return created, nil
}

// checkReferences looks up what a user refers to and what must be the user's alone.
func (s *Service) checkReferences(ctx context.Context, tx Tx, user User) error {
	var f fields
	switch other, err := tx.UserAccountByLogin(ctx, user.Login); {
	case err == nil && other.ID != user.ID:
		f.add("login", user.Login, "access.login_taken", nil)
	case err != nil && !errs.Is(err, errs.KindNotFound):
		return err
	}
	if user.PersonID != 0 {
		known, err := tx.GrantablePerson(ctx, user.PersonID)
		if err != nil {
			return err
		}
		other, err := tx.UserOfPerson(ctx, user.PersonID)
		if err != nil {
			return err
		}
		switch {
		case !known:
			f.add("person", "", "access.person_unknown", nil)
		case other != "" && other != user.ID && !user.Disabled:
			f.add("person", "", "access.person_taken", nil)
		}
	}
	for _, g := range user.Grants {
		if g.Scope != ScopeRegion {
			continue
		}
		if known, err := tx.GrantableRegion(ctx, g.RegionID); err != nil {
			return err
		} else if !known {
			f.add("grants", "", "access.region_unknown", nil)
		}
	}
	return f.err()
}

// changeUser loads a user, lets change decide, saves and audits, in one transaction. Grants are saved by change itself.
func (s *Service) changeUser(ctx context.Context, actor Actor, id, action string, change func(Tx, *Account) error) (User, error) {
	var user User
	err := s.store.InTx(ctx, func(tx Tx) error {
		account, err := tx.UserAccount(ctx, id)
		if err != nil {
			return err
		}
		before := stateOf(account.User)
		if err := change(tx, &account); err != nil {
			return err
		}
		account.SecondFactor = account.TOTPSecret != ""
		user = account.User
		if err := tx.UpdateUser(ctx, account); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, action, userSubject(id), before, stateOf(user))
	})
	if err != nil {
		return User{}, err
	}
	return user, nil
}

// UpdateUser changes name, login and person. It needs the permission users.write. A change of the person changes what is in reach and
// ends the user's sessions. Errors: NotFound, Invalid as CreateUser.
func (s *Service) UpdateUser(ctx context.Context, actor Actor, in UpdateUser) (_ User, err error) {
	defer errs.Wrap(&err, "access.UpdateUser(%s)", in.UserID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return User{}, err
	}
	if err := in.Validate(); err != nil {
		return User{}, err
	}
	return s.changeUser(ctx, actor, in.UserID, "user.update", func(tx Tx, account *Account) error {
		moved := account.PersonID != in.PersonID
		account.Login, account.Name, account.PersonID = foldLogin(in.Login), in.Name, in.PersonID
		if err := s.checkReferences(ctx, tx, account.User); err != nil {
			return err
		}
		if !moved {
			return nil
		}
		_, err := tx.DeleteUserSessions(ctx, account.ID, keptSession(actor, account.ID))
		return err
	})
}

// keptSession is the session that a change of one's own rights leaves; the caller rotates its token.
func keptSession(actor Actor, userID string) string {
	if actor.UserID == userID {
		return actor.Session
	}
	return ""
}

// SetGrants replaces the roles of a user. It needs the permission users.write. The user's sessions end; when it is the actor's own
// user, the session it was asked from stays, and the caller gives it a new token with RotateSession. Errors: NotFound; Forbidden when
// the actor would lose their own role of administrator; Conflict when no administrator would be left.
func (s *Service) SetGrants(ctx context.Context, actor Actor, in SetGrants) (_ User, err error) {
	defer errs.Wrap(&err, "access.SetGrants(%s)", in.UserID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return User{}, err
	}
	if err := in.Validate(); err != nil {
		return User{}, err
	}
	return s.changeUser(ctx, actor, in.UserID, "user.set_grants", func(tx Tx, account *Account) error {
		was := isAdministrator(account.User)
		account.Grants = sortedGrants(in.Grants)
		if was && !isAdministrator(account.User) {
			if err := checkAdministratorGoes(ctx, tx, actor, account.ID); err != nil {
				return err
			}
		}
		if err := s.checkReferences(ctx, tx, account.User); err != nil {
			return err
		}
		if _, err := tx.DeleteUserSessions(ctx, account.ID, keptSession(actor, account.ID)); err != nil {
			return err
		}
		return tx.ReplaceGrants(ctx, account.ID, account.Grants)
	})
}

func isAdministrator(u User) bool {
	return !u.Disabled && slices.ContainsFunc(u.Grants, func(g Grant) bool { return g.Role == RoleAdmin })
}

// checkAdministratorGoes refuses to take the role from oneself or from the last who has it.
func checkAdministratorGoes(ctx context.Context, tx Tx, actor Actor, userID string) error {
	if actor.UserID == userID {
		return errs.New(errs.KindForbidden, "access.own_administrator", nil)
	}
	if provider, err := tx.SpareOf(ctx, userID); err != nil || provider != "" {
		return cmpError(err, errs.New(errs.KindConflict, "access.spare_administrator", errs.Args{"Provider": provider}))
	}
	administrators, err := tx.ActiveAdministrators(ctx)
	if err != nil {
		return err
	}
	if slices.Equal(administrators, []string{userID}) {
		return errs.New(errs.KindConflict, "access.last_administrator", nil)
	}
	return nil
}

// DisableUser keeps a user from signing in, ends the sessions and stops the keys. It needs the permission users.write. Errors:
// NotFound; Forbidden for oneself; Conflict for the last administrator.
func (s *Service) DisableUser(ctx context.Context, actor Actor, userID string) (_ User, err error) {
	defer errs.Wrap(&err, "access.DisableUser(%s)", userID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return User{}, err
	}
	if actor.UserID == userID {
		return User{}, errs.New(errs.KindForbidden, "access.own_user", nil)
	}
	return s.changeUser(ctx, actor, userID, "user.disable", func(tx Tx, account *Account) error {
		if isAdministrator(account.User) {
			if err := checkAdministratorGoes(ctx, tx, actor, userID); err != nil {
				return err
			}
		}
		account.Disabled = true
		_, err := tx.DeleteUserSessions(ctx, userID, "")
		return err
	})
}

// EnableUser lets a disabled user sign in again, with the password and the keys they had. It needs the permission users.write.
func (s *Service) EnableUser(ctx context.Context, actor Actor, userID string) (_ User, err error) {
	defer errs.Wrap(&err, "access.EnableUser(%s)", userID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return User{}, err
	}
	return s.changeUser(ctx, actor, userID, "user.enable", func(tx Tx, account *Account) error {
		account.Disabled = false
		return s.checkReferences(ctx, tx, account.User)
	})
}

// ResetPassword gives somebody else a new first password, ends their sessions and lifts a block of their login. It needs the
// permission users.write; one's own password is changed with ChangePassword.
func (s *Service) ResetPassword(ctx context.Context, actor Actor, in ResetPassword) (_ Created, err error) {
	defer errs.Wrap(&err, "access.ResetPassword(%s)", in.UserID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return Created{}, err
	}
	if err := in.Validate(); err != nil {
		return Created{}, err
	}
	if actor.UserID == in.UserID {
		return Created{}, errs.New(errs.KindForbidden, "access.own_password", nil)
	}
	var created Created
	password := in.Password
	if password == "" {
		password = madeUpPassword()
		created.Password = password
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Created{}, err
	}
	created.User, err = s.changeUser(ctx, actor, in.UserID, "user.reset_password", func(tx Tx, account *Account) error {
		var f fields
		f.password("password", password, account.Login)
		if err := f.err(); err != nil {
			return err
		}
		account.PasswordHash, account.MustChange = hash, true
		if err := s.forgiveLogin(ctx, tx, account.Login); err != nil {
			return err
		}
		if _, err := tx.DeleteUserSessions(ctx, account.ID, ""); err != nil {
			return err
		}
		return alert(ctx, tx, actor, account.ID, AlertPasswordReset, "")
	})
	if err != nil {
		return Created{}, err
	}
	return created, nil
}
