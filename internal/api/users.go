package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
)

// grant is a role over a scope.
type grant struct {
	Role     string `json:"role" enum:"seller,lead,director,service,operations,finance,hr,auditor,admin"`
	Scope    string `json:"scope" enum:"own,team,team_and_below,region,all"`
	RegionID int64  `json:"region_id,omitempty" doc:"For the scope region."`
}

// user is somebody who may sign in.
type user struct {
	ID                 string     `json:"id"`
	Login              string     `json:"login"`
	Name               string     `json:"name"`
	PersonID           int64      `json:"person_id,omitempty" doc:"The person in the organisation."`
	Grants             []grant    `json:"grants" nullable:"false"`
	Disabled           bool       `json:"disabled"`
	MustChangePassword bool       `json:"must_change_password" doc:"Has to set a password of their own at the next sign-in."`
	SecondFactor       bool       `json:"second_factor"`
	CreatedAt          *time.Time `json:"created_at,omitempty"`
	LastSignInAt       *time.Time `json:"last_sign_in_at,omitempty"`
}

// createdUser is a user with a new first password.
type createdUser struct {
	User     user   `json:"user"`
	Password string `json:"password,omitempty" doc:"The first password, when it was made up here. It is shown once; a repeated request does not get it again."`
}

// ended tells how many sessions were ended.
type ended struct {
	Sessions int64 `json:"sessions"`
}

type (
	listUsersInput struct {
		Paging
		Text     string `query:"text" maxLength:"200" doc:"Part of the login or the name."`
		Role     string `query:"role" enum:"seller,lead,director,service,operations,finance,hr,auditor,admin"`
		Disabled bool   `query:"disabled" doc:"List disabled users too."`
	}
	createUserInput struct {
		Body struct {
			Login    string  `json:"login" maxLength:"200"`
			Name     string  `json:"name" maxLength:"200"`
			PersonID int64   `json:"person_id,omitempty"`
			Grants   []grant `json:"grants" nullable:"false" maxItems:"50"`
			Password string  `json:"password,omitempty" maxLength:"500" doc:"Made up when it is left out."`
		}
	}
	updateUserInput struct {
		ByID
		Body struct {
			Login    string `json:"login" maxLength:"200"`
			Name     string `json:"name" maxLength:"200"`
			PersonID int64  `json:"person_id,omitempty"`
		}
	}
	setGrantsInput struct {
		ByID
		Body struct {
			Grants []grant `json:"grants" nullable:"false" maxItems:"50"`
		}
	}
	resetPasswordInput struct {
		ByID
		Body *struct {
			Password string `json:"password,omitempty" maxLength:"500" doc:"Made up when it is left out."`
		}
	}
)

func (a *API) userOperations() {
	users := a.services.Users
	register(a, operation{id: "list_users", method: http.MethodGet, path: "/users", tag: "users"}, a.listUsers)
	register(a, operation{id: "get_user", method: http.MethodGet, path: "/users/{id}", tag: "users"}, onUser(users.GetUser))
	register(a, operation{id: "create_user", method: http.MethodPost, path: "/users", tag: "users", status: http.StatusCreated, secret: []string{"password"}}, a.createUser)
	register(a, operation{id: "update_user", method: http.MethodPut, path: "/users/{id}", tag: "users"},
		func(ctx context.Context, actor access.Actor, in *updateUserInput) (*output[user], error) {
			changed, err := users.UpdateUser(ctx, actor, access.UpdateUser{UserID: in.ID, Login: in.Body.Login, Name: in.Body.Name, PersonID: in.Body.PersonID})
			return &output[user]{toAPIUser(changed)}, err
		})
	register(a, operation{id: "set_grants", method: http.MethodPut, path: "/users/{id}/grants", tag: "users"},
		func(ctx context.Context, actor access.Actor, in *setGrantsInput) (*output[user], error) {
			if err := errOwnRoles(actor, in.ID); err != nil {
				return nil, err
			}
			changed, err := users.SetGrants(ctx, actor, access.SetGrants{UserID: in.ID, Grants: fromAPIGrants(in.Body.Grants)})
			return &output[user]{toAPIUser(changed)}, err
		})
	register(a, operation{id: "disable_user", method: http.MethodPost, path: "/users/{id}/disable", tag: "users"}, onUser(users.DisableUser))
	register(a, operation{id: "enable_user", method: http.MethodPost, path: "/users/{id}/enable", tag: "users"}, onUser(users.EnableUser))
	register(a, operation{id: "reset_password", method: http.MethodPost, path: "/users/{id}/reset-password", tag: "users", secret: []string{"password"}}, a.resetPassword)
	register(a, operation{id: "end_sessions", method: http.MethodDelete, path: "/users/{id}/sessions", tag: "users"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[ended], error) {
			n, err := users.EndSessions(ctx, actor, in.ID)
			return &output[ended]{ended{n}}, err
		})
}

// onUser makes a handler of a call that takes a user's id and returns the user.
func onUser(call func(context.Context, access.Actor, string) (access.User, error)) func(context.Context, access.Actor, *ByID) (*output[user], error) {
	return func(ctx context.Context, actor access.Actor, in *ByID) (*output[user], error) {
		found, err := call(ctx, actor, in.ID)
		return &output[user]{toAPIUser(found)}, err
	}
}

func (a *API) listUsers(ctx context.Context, actor access.Actor, in *listUsersInput) (*listOutput[user], error) {
	page, err := a.services.Users.ListUsers(ctx, actor, access.UserFilter{
		Text: in.Text, Role: access.Role(in.Role), Disabled: in.Disabled, Cursor: in.Cursor, Limit: in.Limit,
	})
	return newList(page.Users, page.Next, toAPIUser), err
}

func (a *API) createUser(ctx context.Context, actor access.Actor, in *createUserInput) (*output[createdUser], error) {
	created, err := a.services.Users.CreateUser(ctx, actor, access.CreateUser{
		Login: in.Body.Login, Name: in.Body.Name, PersonID: in.Body.PersonID, Grants: fromAPIGrants(in.Body.Grants), Password: in.Body.Password,
	})
	return &output[createdUser]{toAPICreatedUser(created)}, err
}

func (a *API) resetPassword(ctx context.Context, actor access.Actor, in *resetPasswordInput) (*output[createdUser], error) {
	wanted := access.ResetPassword{UserID: in.ID}
	if in.Body != nil {
		wanted.Password = in.Body.Password
	}
	created, err := a.services.Users.ResetPassword(ctx, actor, wanted)
	return &output[createdUser]{toAPICreatedUser(created)}, err
}
