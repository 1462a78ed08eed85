package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Access returns the store of package access.
func (db *DB) Access() access.Store { return accessStore{db} }

type accessStore struct{ db *DB }

// InTx implements access.Store.
func (s accessStore) InTx(ctx context.Context, fn func(access.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements access.Store.
func (s accessStore) Read(ctx context.Context, fn func(access.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const userColumns = `u.id, u.login, u.name, u.person_id, u.must_change, u.totp_secret <> '', u.language, u.theme, u.updown, u.disabled,
	u.created_at, u.last_sign_in_at`

func userDestinations(u *access.User) []any {
	return []any{
		&u.ID, &u.Login, &u.Name, &u.PersonID, &u.MustChange, &u.SecondFactor, &u.Preferences.Language, &u.Preferences.Theme,
		&u.Preferences.UpDown, &u.Disabled, scanTime(&u.CreatedAt), scanTime(&u.LastSignInAt),
	}
}

func scanUser(r rows, u *access.User) error { return r.Scan(userDestinations(u)...) }

func scanAccount(r rows, a *access.Account) error {
	var recovery string
	err := r.Scan(append(userDestinations(&a.User), &a.PasswordHash, &a.TOTPSecret, &a.TOTPStep, &recovery)...)
	a.RecoveryHashes = strings.Fields(recovery)
	return err
}

// AnyUser reports whether a user exists.
func (tx *Tx) AnyUser(ctx context.Context) (bool, error) {
	id, err := value[string](ctx, tx, `SELECT id FROM app_user LIMIT 1`)
	return id != "", err
}

// UserAccount returns a user with grants and proofs. Errors: NotFound.
func (tx *Tx) UserAccount(ctx context.Context, id string) (access.Account, error) {
	return tx.account(ctx, "u.id", id)
}

// UserAccountByLogin is UserAccount by the folded login.
func (tx *Tx) UserAccountByLogin(ctx context.Context, login string) (access.Account, error) {
	return tx.account(ctx, "u.login", login)
}

func (tx *Tx) account(ctx context.Context, column, key string) (_ access.Account, err error) {
	defer errs.Wrap(&err, "store.UserAccount(%s %s)", column, key)
	account, err := one(ctx, tx, "access.user_missing", scanAccount,
		"SELECT "+userColumns+", u.password_hash, u.totp_secret, u.totp_last, u.recovery_codes FROM app_user u WHERE "+column+" = $1", key)
	if err != nil {
		return access.Account{}, err
	}
	users := []access.User{account.User}
	err = tx.addGrants(ctx, users)
	account.User = users[0]
	return account, err
}

// addGrants fills in the grants of users, in the order of roles and scopes.
func (tx *Tx) addGrants(ctx context.Context, users []access.User) error {
	at := map[string]int{}
	ids := make([]any, len(users))
	for i, u := range users {
		at[u.ID], ids[i] = i, u.ID
	}
	if len(users) == 0 {
		return nil
	}
	return each(ctx, tx, func(r rows) error {
		var id string
		var g access.Grant
		if err := r.Scan(&id, &g.Role, &g.Scope, &g.RegionID); err != nil {
			return err
		}
		u := &users[at[id]]
		u.Grants = append(u.Grants, g)
		return nil
	}, "SELECT user_id, role, scope, region_id FROM user_grant WHERE user_id IN ("+numbered(len(ids))+`) ORDER BY user_id, position`, ids...)
}

// numbered writes $1, $2, … $n.
func numbered(n int) string { return numberedFrom(1, n) }

// numberedFrom writes n parameters from $first on.
func numberedFrom(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// ListUsers returns the users of a query in the order of their logins.
func (tx *Tx) ListUsers(ctx context.Context, query access.UserQuery) (users []access.User, err error) {
	defer errs.Wrap(&err, "store.ListUsers")
	args := []any{query.AfterLogin, query.Limit}
	text := "SELECT " + userColumns + " FROM app_user u WHERE u.login > $1"
	parameter := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if query.Text != "" {
		pattern := parameter(likePattern(query.Text))
		text += " AND (" + tx.db.dialect.likeFold("u.login", pattern) + " OR " + tx.db.dialect.likeFold("u.name", pattern) + ")"
	}
	if query.Role != "" {
		text += " AND EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = u.id AND g.role = " + parameter(string(query.Role)) + ")"
	}
	if !query.Disabled {
		text += " AND u.disabled = FALSE"
	}
	users, err = collect(ctx, tx, scanUser, text+" ORDER BY u.login LIMIT $2", args...)
	if err != nil {
		return nil, err
	}
	return users, tx.addGrants(ctx, users)
}

// UserNames returns the names of those users that exist, by id.
func (tx *Tx) UserNames(ctx context.Context, ids []string) (_ map[string]string, err error) {
	defer errs.Wrap(&err, "store.UserNames")
	names := map[string]string{}
	const portion = 500 // SQLite and PostgreSQL both limit the parameters of one statement
	for len(ids) > 0 {
		n := min(portion, len(ids))
		args := make([]any, n)
		for i, id := range ids[:n] {
			args[i] = id
		}
		ids = ids[n:]
		err := each(ctx, tx, func(r rows) error {
			var id, name string
			err := r.Scan(&id, &name)
			names[id] = name
			return err
		}, "SELECT id, name FROM app_user WHERE id IN ("+numbered(n)+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// ActiveAdministrators returns the ids of the users who have the role and aren't disabled, in order.
func (tx *Tx) ActiveAdministrators(ctx context.Context) (ids []string, err error) {
	defer errs.Wrap(&err, "store.ActiveAdministrators")
	return collect(ctx, tx, func(r rows, id *string) error { return r.Scan(id) }, `
		SELECT u.id FROM app_user u
		WHERE u.disabled = FALSE AND EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = u.id AND g.role = $1)
		ORDER BY u.id`, string(access.RoleAdmin))
}

// UserOfPerson returns the id of the user of a person who isn't disabled, or nothing.
func (tx *Tx) UserOfPerson(ctx context.Context, personID int64) (string, error) {
	return value[string](ctx, tx, `SELECT id FROM app_user WHERE person_id = $1 AND disabled = FALSE`, personID)
}

// GrantablePerson reports whether the person is recorded.
func (tx *Tx) GrantablePerson(ctx context.Context, personID int64) (bool, error) {
	n, err := value[int64](ctx, tx, `SELECT COUNT(*) FROM person WHERE id = $1 AND superseded_in = 9223372036854775807`, personID)
	return n > 0, err
}

// GrantableRegion reports whether the region is recorded.
func (tx *Tx) GrantableRegion(ctx context.Context, regionID int64) (bool, error) {
	n, err := value[int64](ctx, tx, `SELECT COUNT(*) FROM region WHERE id = $1 AND superseded_in = 9223372036854775807`, regionID)
	return n > 0, err
}

// InsertUser writes a new user without grants.
func (tx *Tx) InsertUser(ctx context.Context, a access.Account) (err error) {
	defer errs.Wrap(&err, "store.InsertUser(%s)", a.ID)
	_, err = tx.exec(ctx, `
		INSERT INTO app_user (id, login, name, person_id, password_hash, must_change, totp_secret, totp_last, recovery_codes, language, theme,
			updown, disabled, created_at, last_sign_in_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		append(accountValues(a), instant(a.CreatedAt), instant(a.LastSignInAt))...)
	return err
}

func accountValues(a access.Account) []any {
	return []any{
		a.ID, a.Login, a.Name, a.PersonID, a.PasswordHash, a.MustChange, a.TOTPSecret, a.TOTPStep, strings.Join(a.RecoveryHashes, " "),
		a.Preferences.Language, a.Preferences.Theme, a.Preferences.UpDown, a.Disabled,
	}
}

// UpdateUser writes everything of a user but the grants and the day of creation.
func (tx *Tx) UpdateUser(ctx context.Context, a access.Account) (err error) {
	defer errs.Wrap(&err, "store.UpdateUser(%s)", a.ID)
	return mustChange(ctx, tx, "access.user_missing", `
		UPDATE app_user SET login = $2, name = $3, person_id = $4, password_hash = $5, must_change = $6, totp_secret = $7, totp_last = $8,
			recovery_codes = $9, language = $10, theme = $11, updown = $12, disabled = $13, last_sign_in_at = $14
		WHERE id = $1`, append(accountValues(a), instant(a.LastSignInAt))...)
}

// ReplaceGrants writes the grants of a user anew.
func (tx *Tx) ReplaceGrants(ctx context.Context, userID string, grants []access.Grant) (err error) {
	defer errs.Wrap(&err, "store.ReplaceGrants(%s)", userID)
	if _, err := tx.exec(ctx, `DELETE FROM user_grant WHERE user_id = $1`, userID); err != nil {
		return err
	}
	for i, g := range grants {
		_, err := tx.exec(ctx, `INSERT INTO user_grant (user_id, position, role, scope, region_id) VALUES ($1, $2, $3, $4, $5)`,
			userID, i, string(g.Role), string(g.Scope), g.RegionID)
		if err != nil {
			return err
		}
	}
	return nil
}
