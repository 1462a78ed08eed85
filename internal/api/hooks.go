package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/notice"
)

// HookDraft is a connection to another program, or to a bot of a group chat.
type HookDraft struct {
	Name   string   `json:"name" maxLength:"60"`
	Format string   `json:"format,omitempty" enum:"plain,wecom,dingtalk,feishu" doc:"What the other side understands: our own signed JSON (plain, also when absent), or a text for the bot of a group."`
	Lang   string   `json:"lang,omitempty" enum:"zh-CN,en" doc:"In which a bot speaks; absent: zh-CN."`
	URL    string   `json:"url" maxLength:"500" example:"https://bot.example.com/xiaoguan" doc:"Public addresses by https; others must be in a network that the server was told to allow."`
	Kinds  []string `json:"kinds" nullable:"false" maxItems:"100" doc:"honour.announced, honour.revoked, promotion.approved, or kinds of messages but for those of the group security. A bot takes the first three, published and objection_ending."`
	Active bool     `json:"active"`
}

// hookHead is a connection as it stands.
type hookHead struct {
	ID string `json:"id"`
	HookDraft
	HasBotSecret bool       `json:"has_bot_secret" doc:"Whether the signing secret of a bot is kept. It is never shown."`
	Generation   int64      `json:"generation" doc:"Of the secret of a plain one."`
	Revision     int64      `json:"revision"`
	Failures     int64      `json:"failures" doc:"Attempts in a row that were not taken. What waits for the connection waits together."`
	NextAt       *time.Time `json:"next_at,omitempty" doc:"When it is tried again; absent: at once."`
	CreatedBy    string     `json:"created_by"`
	CreatedAt    *time.Time `json:"created_at,omitempty"`
}

// hookSecret is what deliveries are signed with.
type hookSecret struct {
	Secret string `json:"secret"`
}

type (
	// HookPath names a webhook; exported because requests embed it.
	HookPath struct {
		ID string `path:"id" maxLength:"64"`
	}
	createHookInput struct {
		Body struct {
			HookDraft
			BotSecret *string `json:"bot_secret,omitempty" maxLength:"200" doc:"The signing secret that a bot of DingTalk or Feishu gave out."`
		}
	}
	changeHookInput struct {
		HookPath
		Body struct {
			HookDraft
			BotSecret *string `json:"bot_secret,omitempty" maxLength:"200" doc:"The signing secret that a bot of DingTalk or Feishu gave out; absent keeps what is there, empty removes it."`
			Revision  int64   `json:"revision" doc:"As last read. When the connection has another one, the answer is 409."`
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
			wanted := fromAPIHook(in.Body.HookDraft)
			wanted.BotSecret = in.Body.BotSecret
			h, err := notices.KeepHook(ctx, actor, wanted)
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "change_webhook", method: http.MethodPut, path: "/webhooks/{id}", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *changeHookInput) (*output[hookHead], error) {
			wanted := fromAPIHook(in.Body.HookDraft)
			wanted.ID, wanted.BotSecret, wanted.Revision = in.ID, in.Body.BotSecret, in.Body.Revision
			h, err := notices.KeepHook(ctx, actor, wanted)
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "get_webhook_secret", method: http.MethodGet, path: "/webhooks/{id}/secret", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *HookPath) (*output[hookSecret], error) {
			secret, err := notices.HookSecret(ctx, actor, in.ID)
			return &output[hookSecret]{hookSecret{secret}}, err
		})
	register(a, operation{id: "renew_webhook_secret", method: http.MethodPost, path: "/webhooks/{id}/renew", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *HookPath) (*output[hookHead], error) {
			h, err := notices.RenewHookSecret(ctx, actor, in.ID)
			return &output[hookHead]{toAPIHook(h)}, err
		})
	register(a, operation{id: "try_webhook", method: http.MethodPost, path: "/webhooks/{id}/try", tag: "company", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, in *HookPath) (*struct{}, error) {
			return nil, notices.TryHook(ctx, actor, in.ID)
		})
	register(a, operation{id: "delete_webhook", method: http.MethodDelete, path: "/webhooks/{id}", tag: "company", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, in *HookPath) (*struct{}, error) {
			return nil, notices.DeleteHook(ctx, actor, in.ID)
		})
}

func fromAPIHook(d HookDraft) notice.KeepHook {
	return notice.KeepHook{Name: d.Name, Format: notice.Format(d.Format), URL: d.URL, Lang: i18n.Lang(d.Lang), Kinds: d.Kinds, Active: d.Active}
}

func toAPIHook(h notice.Hook) hookHead {
	return hookHead{ID: h.ID, HookDraft: HookDraft{Name: h.Name, Format: string(h.Format), Lang: string(h.Lang), URL: h.URL, Kinds: h.Kinds, Active: h.Active}, HasBotSecret: h.BotSecret != "",
		Generation: h.Generation, Revision: h.Revision, Failures: h.Failures, NextAt: toAPIInstant(h.NextAt), CreatedBy: h.CreatedBy, CreatedAt: toAPIInstant(h.CreatedAt)}
}
