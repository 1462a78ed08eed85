package access

import (
	"context"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// ListUsers lists users in the order of their logins. It needs the permission users.read.
func (s *Service) ListUsers(ctx context.Context, actor Actor, filter UserFilter) (_ UserPage, err error) {
	defer errs.Wrap(&err, "access.ListUsers")
	if err := actor.Require(PermUsersRead); err != nil {
		return UserPage{}, err
	}
	if err := filter.Validate(); err != nil {
		return UserPage{}, err
	}
	wanted := filter.Limit
	if wanted == 0 {
		wanted = defaultUsers
	}
	var page UserPage
	err = s.store.Read(ctx, func(tx Reader) error {
		page.Users, err = tx.ListUsers(ctx, UserQuery{UserFilter: filter, AfterLogin: filter.Cursor, Limit: wanted + 1})
		return err
	})
	if err == nil && len(page.Users) > wanted {
		page.Users = page.Users[:wanted]
		page.Next = page.Users[wanted-1].Login
	}
	return page, err
}

// GetUser returns a user: oneself, or anybody with the permission users.read.
func (s *Service) GetUser(ctx context.Context, actor Actor, userID string) (user User, err error) {
	defer errs.Wrap(&err, "access.GetUser(%s)", userID)
	if err := actor.requireOwnOr(userID, PermUsersRead); err != nil {
		return User{}, err
	}
	err = s.store.Read(ctx, func(tx Reader) error {
		account, err := tx.UserAccount(ctx, userID)
		user = account.User
		return err
	})
	return user, err
}

// Names returns the names of users by id, for showing who did something. Unknown ids are left out. It asks for no permission: whoever
// may see a record may see the name of who made it.
func (s *Service) Names(ctx context.Context, userIDs []string) (names map[string]string, err error) {
	defer errs.Wrap(&err, "access.Names")
	err = s.store.Read(ctx, func(tx Reader) error {
		names, err = tx.UserNames(ctx, userIDs)
		return err
	})
	return names, err
}

// SetPreferences changes how the product looks for the actor.
func (s *Service) SetPreferences(ctx context.Context, actor Actor, in Preferences) (err error) {
	defer errs.Wrap(&err, "access.SetPreferences")
	if err := actor.requireWritingUser(); err != nil {
		return err
	}
	if err := in.Validate(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		account, err := tx.UserAccount(ctx, actor.UserID)
		if err != nil || account.Preferences == in {
			return err
		}
		before := account.Preferences
		account.Preferences = in
		if err := tx.UpdateUser(ctx, account); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "user.set_preferences", userSubject(account.ID), before, in)
	})
}

// requireWritingUser returns nil for a person who may change something of their own: not the system, not a read-only key.
func (a Actor) requireWritingUser() error {
	if err := a.requireUser(); err != nil {
		return err
	}
	if a.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}
