package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/notice"
)

// noticeHead is one of the caller's messages.
type noticeHead struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" example:"published"`
	Group     string     `json:"group" enum:"plans,pay,disputes,approvals,honours,work,security"`
	Subject   string     `json:"subject" example:"period:2026-09" doc:"What it is about, as in the audit log."`
	Path      string     `json:"path" example:"/pay/2026-09" doc:"Page that it leads to, from the root of the installation."`
	TextZh    string     `json:"text_zh"`
	TextEn    string     `json:"text_en"`
	Todo      bool       `json:"todo" doc:"It still asks something of the caller."`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	ReadAt    *time.Time `json:"read_at,omitempty"`
	DoneAt    *time.Time `json:"done_at,omitempty" doc:"When it was dealt with, by whomever."`
}

// noticeCounts are how many messages the caller has.
type noticeCounts struct {
	Unread int64 `json:"unread"`
	Todo   int64 `json:"todo"`
}

// noticeSettings are what the caller wants to be told.
type noticeSettings struct {
	Muted  []string `json:"muted" nullable:"false" maxItems:"100" doc:"Kinds that are not told. Those of the group security always are."`
	Digest string   `json:"digest,omitempty" enum:"daily,weekly" doc:"A summary on each working day, or on the first of a week; absent for none."`
}

// readCount is how many messages were marked.
type readCount struct {
	Marked int64 `json:"marked"`
}

// deliveryHead is something on its way out.
type deliveryHead struct {
	ID        string          `json:"id"`
	Channel   string          `json:"channel" enum:"bots,webhook"`
	HookID    string          `json:"webhook_id,omitempty"`
	Kind      string          `json:"kind"`
	Subject   string          `json:"subject"`
	Payload   json.RawMessage `json:"payload"`
	State     string          `json:"state" enum:"queued,sent,failed,expired"`
	Attempts  int64           `json:"attempts"`
	Failure   string          `json:"failure,omitempty" doc:"Of the last attempt: off, address, unreachable, timeout, certificate, status, limited, signature, unknown_bot, content, bot, unreadable, secret or internal, and a number after a blank where there is one: a status, or what a bot said."`
	NextAt    *time.Time      `json:"next_at,omitempty"`
	CreatedAt *time.Time      `json:"created_at,omitempty"`
	EndedAt   *time.Time      `json:"ended_at,omitempty"`
}

type (
	listNoticesInput struct {
		Paging
		Show  string `query:"show" enum:"unread,todo" doc:"Absent for all."`
		Group string `query:"group" enum:"plans,pay,disputes,approvals,honours,work,security"`
	}
	readNoticesInput struct {
		Body struct {
			IDs []string `json:"ids,omitempty" maxItems:"200" doc:"Absent for all."`
		}
	}
	saveNoticeSettingsInput struct{ Body noticeSettings }
	listDeliveriesInput     struct {
		Paging
		State   string `query:"state" enum:"queued,sent,failed,expired"`
		Channel string `query:"channel" enum:"bots,webhook"`
		HookID  string `query:"webhook_id" maxLength:"64"`
	}
)

func (a *API) noticeOperations() {
	notices := a.services.Notices
	register(a, operation{id: "list_notices", method: http.MethodGet, path: "/notices", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *listNoticesInput) (*listOutput[noticeHead], error) {
			page, err := notices.List(ctx, actor, notice.Filter{Show: notice.Show(in.Show), Group: notice.Group(in.Group), After: in.Cursor, Limit: in.Limit})
			return newList(page.Notices, page.Next, a.toAPINotice), err
		})
	register(a, operation{id: "count_notices", method: http.MethodGet, path: "/notice-counts", tag: "account"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[noticeCounts], error) {
			counts, err := notices.Counts(ctx, actor)
			return &output[noticeCounts]{noticeCounts(counts)}, err
		})
	register(a, operation{id: "read_notices", method: http.MethodPost, path: "/notices/read", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *readNoticesInput) (*output[readCount], error) {
			if in.Body.IDs == nil {
				n, err := notices.MarkAllRead(ctx, actor)
				return &output[readCount]{readCount{n}}, err
			}
			n, err := notices.MarkRead(ctx, actor, in.Body.IDs)
			return &output[readCount]{readCount{n}}, err
		})
	register(a, operation{id: "get_notice_settings", method: http.MethodGet, path: "/notice-settings", tag: "account"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[noticeSettings], error) {
			own, err := notices.Settings(ctx, actor)
			return &output[noticeSettings]{toAPINoticeSettings(own)}, err
		})
	register(a, operation{id: "save_notice_settings", method: http.MethodPut, path: "/notice-settings", tag: "account"},
		func(ctx context.Context, actor access.Actor, in *saveNoticeSettingsInput) (*output[noticeSettings], error) {
			wanted := notice.Settings{Digest: notice.Digest(in.Body.Digest)}
			for _, k := range in.Body.Muted {
				wanted.Muted = append(wanted.Muted, notice.Kind(k))
			}
			own, err := notices.SaveSettings(ctx, actor, wanted)
			return &output[noticeSettings]{toAPINoticeSettings(own)}, err
		})
	register(a, operation{id: "list_deliveries", method: http.MethodGet, path: "/deliveries", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *listDeliveriesInput) (*listOutput[deliveryHead], error) {
			page, err := notices.Deliveries(ctx, actor, notice.DeliveryFilter{State: notice.DeliveryState(in.State), Channel: notice.Channel(in.Channel), HookID: in.HookID, After: in.Cursor, Limit: in.Limit})
			return newList(page.Deliveries, page.Next, toAPIDelivery), err
		})
}

func (a *API) toAPINotice(n notice.Notice) noticeHead {
	text := func(lang i18n.Lang) string { return notice.Text(a.services.Notices.Printers(lang), n.Kind, n.Params) }
	return noticeHead{ID: n.ID, Kind: string(n.Kind), Group: string(n.Kind.Group()), Subject: n.Subject, Path: notice.Path(n.Kind, n.Subject), TextZh: text(i18n.ZhCN), TextEn: text(i18n.En),
		Todo: n.Awaits(), CreatedAt: toAPIInstant(n.CreatedAt), ReadAt: toAPIInstant(n.ReadAt), DoneAt: toAPIInstant(n.DoneAt)}
}

func toAPINoticeSettings(s notice.Settings) noticeSettings {
	out := noticeSettings{Muted: []string{}, Digest: string(s.Digest)}
	for _, k := range s.Muted {
		out.Muted = append(out.Muted, string(k))
	}
	return out
}

func toAPIDelivery(d notice.Delivery) deliveryHead {
	out := deliveryHead{ID: d.ID, Channel: string(d.Channel), HookID: d.HookID, Kind: d.Kind, Subject: d.Subject, Payload: d.Payload, State: string(d.State), Attempts: d.Attempts, Failure: d.Failure,
		CreatedAt: toAPIInstant(d.CreatedAt), EndedAt: toAPIInstant(d.EndedAt)}
	if d.State == notice.DeliveryQueued && d.Channel == notice.ChannelWebhook {
		out.NextAt = toAPIInstant(d.NextAt)
	}
	return out
}
