package access

import (
	"strconv"
	"time"

	"xiaoguan/internal/errs"
)

// User is somebody who may sign in. It holds no secret.
type User struct {
	ID           string
	Login        string // folded, see foldLogin; unique
	Name         string
	PersonID     int64 // the person in the organisation, 0 if none; at most one user that isn't disabled has a person
	Grants       []Grant
	MustChange   bool // has to set a password of their own before anything else
	SecondFactor bool
	Disabled     bool
	Preferences  Preferences
	CreatedAt    time.Time
	LastSignInAt time.Time // zero when never
}

// Account is a user with what proves who they are. It goes between the Service and the store and nowhere else.
type Account struct {
	User
	PasswordHash   string   // PHC string
	TOTPSecret     string   // sealed with the installation's key; empty without a second factor
	TOTPStep       int64    // the last time step accepted: a code works once
	RecoveryHashes []string // hex SHA-256 of the codes that are left
}

// Preferences are how somebody likes the product to look.
type Preferences struct {
	Language string `json:"language"` // "zh-CN", "en", or "" for the browser's
	Theme    string `json:"theme"`    // "auto", "light", "dark"
	UpDown   string `json:"updown"`   // colours of up and down: "neutral", "cn" (red is up), "intl" (green is up)
}

// DefaultPreferences are those of a new user.
var DefaultPreferences = Preferences{Theme: "auto", UpDown: "neutral"}

// Validate returns an error of kind Invalid that names every wrong field.
func (p Preferences) Validate() error {
	var f fields
	f.oneOf("language", p.Language, "", "zh-CN", "en")
	f.oneOf("theme", p.Theme, "auto", "light", "dark")
	f.oneOf("updown", p.UpDown, "neutral", "cn", "intl")
	return f.err()
}

// SetUp asks for the first administrator.
type SetUp struct {
	Login    string
	Name     string
	Password string
	Client   string
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in SetUp) Validate() error {
	var f fields
	f.login("login", in.Login)
	f.text("name", in.Name, 60)
	f.password("password", in.Password, in.Login)
	return f.err()
}

// CreateUser asks for a new user. Without a Password one is made up and returned once. The user has to change it at the first
// sign-in; only the system's own work (demo, command line) may say Keep.
type CreateUser struct {
	Login    string
	Name     string
	PersonID int64
	Grants   []Grant
	Password string
	Keep     bool
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in CreateUser) Validate() error {
	var f fields
	f.login("login", in.Login)
	f.text("name", in.Name, 60)
	f.person("person", in.PersonID)
	f.grants("grants", in.Grants)
	if in.Password != "" {
		f.password("password", in.Password, in.Login)
	}
	return f.err()
}

// UpdateUser asks to change a user's name, login and person; all three are replaced.
type UpdateUser struct {
	UserID   string
	Login    string
	Name     string
	PersonID int64
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in UpdateUser) Validate() error {
	var f fields
	f.required("user", in.UserID)
	f.login("login", in.Login)
	f.text("name", in.Name, 60)
	f.person("person", in.PersonID)
	return f.err()
}

// SetGrants asks to replace all roles of a user.
type SetGrants struct {
	UserID string
	Grants []Grant
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in SetGrants) Validate() error {
	var f fields
	f.required("user", in.UserID)
	f.grants("grants", in.Grants)
	return f.err()
}

// ResetPassword asks for a new first password for somebody else; an empty one is made up.
type ResetPassword struct {
	UserID   string
	Password string
}

// Validate returns an error of kind Invalid that names every wrong field. Whether the password holds the login is known only later.
func (in ResetPassword) Validate() error {
	var f fields
	f.required("user", in.UserID)
	if in.Password != "" {
		f.password("password", in.Password, "")
	}
	return f.err()
}

// UserFilter says which users to list. Empty fields don't limit.
type UserFilter struct {
	Text     string // part of login or name
	Role     Role
	Disabled bool   // list the disabled ones too
	Cursor   string // UserPage.Next of the page before
	Limit    int    // 1 to maxUsers; 0 is defaultUsers
}

const (
	defaultUsers = 50
	maxUsers     = 200
)

// Validate returns an error of kind Invalid that names every wrong field.
func (in UserFilter) Validate() error {
	var f fields
	if in.Text != "" {
		f.text("text", in.Text, 100)
	}
	if in.Role != "" && !in.Role.Known() {
		f.add("role", string(in.Role), "access.role_unknown", nil)
	}
	if in.Limit < 0 || in.Limit > maxUsers {
		f.add("limit", strconv.Itoa(in.Limit), "access.limit", errs.Args{"Max": maxUsers})
	}
	return f.err()
}

// UserPage is a part of the users in the order of their logins. Next continues it and is empty at the end.
type UserPage struct {
	Users []User
	Next  string
}

// UserQuery is a checked UserFilter.
type UserQuery struct {
	UserFilter
	AfterLogin string
	Limit      int
}

// userState is a user as the audit log keeps it: everything that decides what they may do, and nothing secret.
type userState struct {
	Login        string  `json:"login"`
	Name         string  `json:"name"`
	PersonID     int64   `json:"person_id"`
	Grants       []Grant `json:"grants"`
	MustChange   bool    `json:"must_change"`
	SecondFactor bool    `json:"second_factor"`
	Disabled     bool    `json:"disabled"`
}

func stateOf(u User) userState {
	return userState{u.Login, u.Name, u.PersonID, u.Grants, u.MustChange, u.SecondFactor, u.Disabled}
}

func userSubject(id string) string { return "user:" + id }
