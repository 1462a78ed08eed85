package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// me is who asks, and what they may do.
type me struct {
	UserID      string   `json:"user_id"`
	Name        string   `json:"name"`
	PersonID    int64    `json:"person_id,omitempty" doc:"The person in the organisation."`
	Grants      []grant  `json:"grants" nullable:"false"`
	Permissions []string `json:"permissions" nullable:"false" doc:"What may be done with this key or session."`
	APIKeyID    string   `json:"api_key_id,omitempty" doc:"The key that asks."`
	ReadOnly    bool     `json:"read_only" doc:"The key may only read."`
}

// session is one sign-in on one device.
type session struct {
	ID           string     `json:"id"`
	UserID       string     `json:"user_id"`
	Client       string     `json:"client" doc:"Network address."`
	Agent        string     `json:"agent" doc:"What the browser calls itself."`
	SecondFactor bool       `json:"second_factor"`
	Current      bool       `json:"current" doc:"The one that asks."`
	CreatedAt    *time.Time `json:"created_at,omitempty"`
	SeenAt       *time.Time `json:"seen_at,omitempty"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty"`
}

// apiKey is a key without its text.
type apiKey struct {
	ID         string     `json:"id"`
	Prefix     string     `json:"prefix" doc:"How the key begins."`
	Name       string     `json:"name"`
	UserID     string     `json:"user_id"`
	ReadOnly   bool       `json:"read_only"`
	CreatedAt  *time.Time `json:"created_at,omitempty"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
}

// createdKey is a new key with its text.
type createdKey struct {
	Key  apiKey `json:"key"`
	Text string `json:"text,omitempty" doc:"The key itself. It is shown once; a repeated request does not get it again."`
}

// ByID is the id in an address.
type ByID struct {
	ID string `path:"id" maxLength:"100"`
}

type (
	none       struct{}
	ownerInput struct {
		UserID string `query:"user_id" maxLength:"100" doc:"Whose; your own when it is left out."`
	}
	createKeyInput struct {
		Body struct {
			Name         string `json:"name" maxLength:"200"`
			ReadOnly     bool   `json:"read_only,omitempty"`
			LifetimeDays int    `json:"lifetime_days,omitempty" minimum:"1" maximum:"730" doc:"90 when it is left out."`
		}
	}
)

// output is an answer with a body.
type output[T any] struct{ Body T }

func (a *API) accountOperations() {
	register(a, operation{id: "me", method: http.MethodGet, path: "/me", tag: "account"},
		func(_ context.Context, actor access.Actor, _ *none) (*output[me], error) {
			return &output[me]{toAPIMe(actor)}, nil
		})
	register(a, operation{id: "list_sessions", method: http.MethodGet, path: "/sessions", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *ownerInput) (*listOutput[session], error) {
			sessions, err := a.services.Users.ListSessions(ctx, actor, in.owner(actor))
			return newList(sessions, "", toAPISession), err
		})
	register(a, operation{id: "end_session", method: http.MethodDelete, path: "/sessions/{id}", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*none, error) {
			return nil, a.services.Users.EndSession(ctx, actor, in.ID)
		})
	register(a, operation{id: "list_keys", method: http.MethodGet, path: "/keys", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *ownerInput) (*listOutput[apiKey], error) {
			keys, err := a.services.Users.ListKeys(ctx, actor, in.owner(actor))
			return newList(keys, "", toAPIKey), err
		})
	register(a, operation{id: "create_key", method: http.MethodPost, path: "/keys", tag: "account", status: http.StatusCreated, secret: []string{"text"}},
		func(ctx context.Context, actor access.Actor, in *createKeyInput) (*output[createdKey], error) {
			created, err := a.services.Users.CreateKey(ctx, actor, access.CreateKey{
				Name: in.Body.Name, ReadOnly: in.Body.ReadOnly, Lifetime: time.Duration(in.Body.LifetimeDays) * 24 * time.Hour,
			})
			return &output[createdKey]{createdKey{toAPIKey(created.Key), created.Text}}, err
		})
	register(a, operation{id: "revoke_key", method: http.MethodDelete, path: "/keys/{id}", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*none, error) {
			return nil, a.services.Users.RevokeKey(ctx, actor, in.ID)
		})
}

// owner is whose things are asked for.
func (in *ownerInput) owner(actor access.Actor) string {
	if in.UserID == "" {
		return actor.UserID
	}
	return in.UserID
}

// errOwnRoles keeps somebody from changing their own roles from a session here: the session needs a new token afterwards, which the
// page for users gives it.
func errOwnRoles(actor access.Actor, userID string) error {
	if actor.Session != "" && actor.UserID == userID {
		return errs.New(errs.KindForbidden, "api.own_roles", nil)
	}
	return nil
}
