package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/notice"
)

// HookDraft is a connection to another program.
type HookDraft struct {
	Name   string   `json:"name" maxLength:"60"`
	URL    string   `json:"url" maxLength:"500" example:"https://bot.example.com/xiaoguan" doc:"Public addresses by https; others must be in a network that the server was told to allow."`
	Kinds  []string `json:"kinds" nullable:"false" maxItems:"100" doc:"honour.announced, honour.revoked, promotion.approved, or kinds of messages but for those of the group security."`
	Active bool     `json:"active"`
}

// hookHead is a connection as it stands.
type hookHead struct {
	ID string `json:"id"`
	HookDraft
	Generation int64      `json:"generation" doc:"Of the secret."`
	Revision   int64      `json:"revision"`
	CreatedBy  string     `json:"created_by"`
	CreatedAt  *time.Time `json:"created_at,omitempty"`
}

// hookSecret is what deliveries are signed with.
type hookSecret struct {
	Secret string `json:"secret"`
}

type (
	hookPath struct {
		ID string `path:"id" maxLength:"64"`
	}
	createHookInput struct{ Body HookDraft }
	changeHookInput struct {
		hookPath
		Body struct {
			HookDraft
			Revision int64 `json:"revision" doc:"As last read."`
		}
	}
)

func (a *API) hookOperations() {
	notices := a.services.Notices
	register(a, operation{id: "list_webhooks", method: http.MethodGet, path: "/webhooks", tag: "company"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[hookHead], error) {
			hooks, err := notices.Hooks(ctx, actor)
			return newList(hooks, "", toAPIHook), err
		})
	register(a, operation{id: "create_webhook", method: http.MethodPost, path: "/webhooks", tag: "company", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *createHookInput) (*output[hookHead], error) {
			h, err := notices.KeepHook(ctx, actor, notice.KeepHook{Name: in.Body.Name, URL: in.Body.URL, Kinds: in.Body.Kinds, Active: in.Body.Active})
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "change_webhook", method: http.MethodPut, path: "/webhooks/{id}", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *changeHookInput) (*output[hookHead], error) {
			b := in.Body
			h, err := notices.KeepHook(ctx, actor, notice.KeepHook{ID: in.ID, Name: b.Name, URL: b.URL, Kinds: b.Kinds, Active: b.Active, Revision: b.Revision})
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "get_webhook_secret", method: http.MethodGet, path: "/webhooks/{id}/secret", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *hookPath) (*output[hookSecret], error) {
			secret, err := notices.HookSecret(ctx, actor, in.ID)
			return &output[hookSecret]{hookSecret{secret}}, err
		})
	register(a, operation{id: "renew_webhook_secret", method: http.MethodPost, path: "/webhooks/{id}/renew", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *hookPath) (*output[hookHead], error) {
			h, err := notices.RenewHookSecret(ctx, actor, in.ID)
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "try_webhook", method: http.MethodPost, path: "/webhooks/{id}/try", tag: "company", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, in *hookPath) (*struct{}, error) {
			return nil, notices.TryHook(ctx, actor, in.ID)
		})
	register(a, operation{id: "delete_webhook", method: http.MethodDelete, path: "/webhooks/{id}", tag: "company", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, in *hookPath) (*struct{}, error) {
			return nil, notices.DeleteHook(ctx, actor, in.ID)
		})
}

func toAPIHook(h notice.Hook) hookHead {
	return hookHead{ID: h.ID, HookDraft: HookDraft{h.Name, h.URL, h.Kinds, h.Active}, Generation: h.Generation, Revision: h.Revision, CreatedBy: h.CreatedBy, CreatedAt: toAPIInstant(h.CreatedAt)}
}
