package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

type (
	// MetricVersion is a definition that the company wrote.
	MetricVersion struct {
		Metric     string     `json:"metric"`
		Version    int        `json:"version"`
		State      string     `json:"state" enum:"draft,approved,dropped"`
		Text       string     `json:"text" doc:"The document."`
		From       string     `json:"from" format:"date" doc:"It holds from this day on."`
		Author     string     `json:"author_name"`
		CreatedAt  time.Time  `json:"created_at"`
		Approver   string     `json:"approver_name,omitempty"`
		ApprovedAt *time.Time `json:"approved_at,omitempty"`
	}
	metricPath struct {
		ID string `path:"id"`
	}
	metricDraftInput struct {
		Body struct {
			Text string `json:"text" maxLength:"20000" doc:"A document with one metric."`
			From string `json:"from" format:"date"`
		}
	}
	metricDecisionInput struct {
		ID      string `path:"id"`
		Version int    `path:"version"`
		Body    struct {
			To string `json:"to" enum:"approved,dropped"`
		}
	}
	metricBridgeRow struct {
		Deal      string `json:"deal"`
		Customer  string `json:"customer_name"`
		Signed    int64  `json:"signed_minor"`
		Invoiced  int64  `json:"invoiced_minor"`
		Collected int64  `json:"collected_minor"`
		Amount    int64  `json:"amount_minor" doc:"What the deal adds to the difference."`
	}
	metricGap struct {
		Key    string            `json:"key" enum:"signed_ahead,invoiced_ahead,billed_ahead,paid_ahead"`
		Amount int64             `json:"amount_minor"`
		Deals  int64             `json:"deals"`
		Rows   []metricBridgeRow `json:"rows" nullable:"false" doc:"The largest of them."`
	}
	metricBridge struct {
		Month     string      `json:"month"`
		Signed    int64       `json:"signed_minor"`
		Invoiced  int64       `json:"invoiced_minor" doc:"Signed, less signed_ahead, plus invoiced_ahead."`
		Collected int64       `json:"collected_minor" doc:"Invoiced, less billed_ahead, plus paid_ahead. Recognised revenue is not recorded."`
		Gaps      []metricGap `json:"gaps" nullable:"false"`
		LeftOut   int64       `json:"left_out" doc:"Facts in other currencies."`
	}
	metricBridgeInput struct {
		Month string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"Of today if absent."`
	}
)

func toAPIMetricVersion(v metric.Version) MetricVersion {
	out := MetricVersion{Metric: string(v.ID), Version: v.Version, State: string(v.State), Text: v.Text, From: v.From.String(), Author: v.AuthorName, CreatedAt: v.CreatedAt, Approver: v.ApproverName}
	if !v.ApprovedAt.IsZero() {
		out.ApprovedAt = &v.ApprovedAt
	}
	return out
}

func toAPIBridge(b metric.Bridge) metricBridge {
	out := metricBridge{Month: b.Month.String(), Signed: b.Signed, Invoiced: b.Invoiced, Collected: b.Collected, Gaps: []metricGap{}, LeftOut: b.Foreign}
	for _, g := range b.Gaps {
		gap := metricGap{Key: g.Key, Amount: g.Amount, Deals: g.Deals, Rows: []metricBridgeRow{}}
		for _, r := range g.Rows {
			gap.Rows = append(gap.Rows, metricBridgeRow{r.Key, r.Customer, r.Signed, r.Invoiced, r.Collected, r.Amount})
		}
		out.Gaps = append(out.Gaps, gap)
	}
	return out
}

// metricWriting is what changes the book, and the bridge.
func (a *API) metricWriting() {
	register(a, operation{id: "list_metric_versions", method: http.MethodGet, path: "/metrics/{id}/versions", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricPath) (*listOutput[MetricVersion], error) {
			list, err := a.services.Metrics.Versions(ctx, actor, metric.ID(in.ID))
			return newList(list, "", toAPIMetricVersion), err
		})
	register(a, operation{id: "choose_metric", method: http.MethodPost, path: "/metrics/{id}/choose", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricPath) (*output[Metric], error) {
			d, err := a.services.Metrics.Choose(ctx, actor, metric.ID(in.ID))
			return &output[Metric]{toAPIMetric(d)}, err
		})
	register(a, operation{id: "propose_metric", method: http.MethodPost, path: "/metric-versions", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *metricDraftInput) (*output[MetricVersion], error) {
			from, err := calendar.ParseDate(in.Body.From)
			if err != nil {
				from = calendar.NoDate
			}
			v, err := a.services.Metrics.Propose(ctx, actor, metric.Draft{Text: in.Body.Text, From: from})
			if err != nil {
				return nil, err
			}
			return &output[MetricVersion]{toAPIMetricVersion(v)}, nil
		})
	register(a, operation{id: "decide_metric", method: http.MethodPost, path: "/metrics/{id}/versions/{version}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricDecisionInput) (*output[MetricVersion], error) {
			v, err := a.services.Metrics.Decide(ctx, actor, metric.ID(in.ID), in.Version, metric.VersionState(in.Body.To))
			if err != nil {
				return nil, err
			}
			return &output[MetricVersion]{toAPIMetricVersion(v)}, nil
		})
	register(a, operation{id: "rebuild_metrics", method: http.MethodPost, path: "/metric-sums/rebuild", tag: "sales", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*struct{}, error) {
			return nil, a.services.Metrics.Rebuild(ctx, actor)
		})
	register(a, operation{id: "get_metric_bridge", method: http.MethodGet, path: "/metric-bridge", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricBridgeInput) (*output[metricBridge], error) {
			month := calendar.Month(0)
			if in.Month != "" {
				var err error
				if month, err = calendar.ParseMonth(in.Month); err != nil {
					return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: in.Month, Message: errs.Msg("form.error.month", nil)}})
				}
			}
			b, err := a.services.Metrics.Bridge(ctx, actor, month)
			return &output[metricBridge]{toAPIBridge(b)}, err
		})
}
