package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/retro"
)

// retroHead is one recomputation of closed months.
type retroHead struct {
	ID            string     `json:"id"`
	State         string     `json:"state" enum:"computing,computed,posted,withdrawn,failed,cancelled"`
	Months        []string   `json:"months" nullable:"false" doc:"The closed months, the oldest first."`
	RecordedBatch int64      `json:"recorded_batch" doc:"The facts as recorded up to this batch."`
	MonthsDone    int        `json:"months_done"`
	Deltas        int64      `json:"deltas" doc:"How many lines differ."`
	TotalMinor    int64      `json:"total_minor" doc:"What is to be paid more (or less), in minor units."`
	Currency      string     `json:"currency" example:"CNY"`
	JobID         string     `json:"job_id" doc:"Follow it at /jobs/{id}."`
	StartedBy     string     `json:"started_by"`
	StartedAt     *time.Time `json:"started_at,omitempty"`
	FinishedAt    *time.Time `json:"finished_at,omitempty"`
	PaidIn        string     `json:"paid_in,omitempty" doc:"The month into which it was posted."`
	PostedBy      string     `json:"posted_by,omitempty"`
	PostedAt      *time.Time `json:"posted_at,omitempty"`
	WithdrawnBy   string     `json:"withdrawn_by,omitempty"`
	WithdrawnAt   *time.Time `json:"withdrawn_at,omitempty"`
	Failure       string     `json:"failure,omitempty" doc:"In your language."`
}

// cause is one thing that changed.
type cause struct {
	Kind       string `json:"kind" example:"payment"`
	How        string `json:"how" example:"recorded"`
	Key        string `json:"key,omitempty"`
	On         string `json:"on,omitempty" format:"date"`
	RecordedOn string `json:"recorded_on,omitempty" format:"date"`
	Text       string `json:"text" doc:"In your language."`
}

// delta is the difference of one line of a closed month.
type delta struct {
	Month           string     `json:"month"`
	PersonID        int64      `json:"person_id"`
	PersonKey       string     `json:"person_key"`
	Name            string     `json:"name"`
	PlanID          string     `json:"plan_id"`
	PlanVersion     string     `json:"plan_version"`
	Component       string     `json:"component"`
	WasMinor        int64      `json:"was_minor" doc:"Paid until now, earlier differences included."`
	NowMinor        int64      `json:"now_minor" doc:"As recomputed."`
	AmountMinor     int64      `json:"amount_minor"`
	WasCarriedMinor int64      `json:"was_carried_minor,omitempty" doc:"What a cap cut off and the month after takes up, until now."`
	NowCarriedMinor int64      `json:"now_carried_minor,omitempty" doc:"The same as recomputed."`
	Parts           []dealPart `json:"parts,omitempty" doc:"The amount by deal, where the plan keeps the component by deal."`
	Causes          []cause    `json:"causes" nullable:"false"`
}

// dealPart is what of a difference comes from a deal.
type dealPart struct {
	Deal        string `json:"deal" doc:"Empty: of no deal."`
	AmountMinor int64  `json:"amount_minor"`
}

func toAPIParts(parts []payout.DealPart) (out []dealPart) {
	for _, part := range parts {
		out = append(out, dealPart{part.Deal, part.AmountMinor})
	}
	return out
}

// addition is an amount that reached a month from outside it.
type addition struct {
	Kind            string     `json:"kind" enum:"prior,adjustment"`
	Source          string     `json:"source" doc:"Id of the retro or of the adjustment."`
	Component       string     `json:"component"`
	Origin          string     `json:"origin" doc:"The month that it is about."`
	AmountMinor     int64      `json:"amount_minor"`
	WasMinor        int64      `json:"was_minor,omitempty"`
	NowMinor        int64      `json:"now_minor,omitempty"`
	WasCarriedMinor int64      `json:"was_carried_minor,omitempty" doc:"What a cap cut off and the month after takes up, until now."`
	NowCarriedMinor int64      `json:"now_carried_minor,omitempty" doc:"The same as recomputed."`
	Parts           []dealPart `json:"parts,omitempty" doc:"The amount by deal, where the plan keeps the component by deal."`
	Causes          []cause    `json:"causes" nullable:"false"`
	Reason          string     `json:"reason,omitempty"`
	Evidence        string     `json:"evidence,omitempty"`
	MadeBy          string     `json:"made_by"`
	ApprovedBy      string     `json:"approved_by,omitempty"`
}

// deltaPage is a part of what a retro found. The sums are of the whole filter.
type deltaPage struct {
	List[delta]
	TotalMinor int64 `json:"total_minor"`
	Count      int64 `json:"count"`
}

type (
	// RetroPath names a recalculation; exported because requests embed it.
	RetroPath struct {
		ID string `path:"id"`
	}
	startRetroInput struct {
		Body struct {
			Months []string `json:"months" minItems:"1" maxItems:"36" example:"[\"2026-07\",\"2026-08\"]"`
		}
	}
	listDeltasInput struct {
		RetroPath
		Paging
		Month  string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
		Search string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
		PlanID string `query:"plan_id" maxLength:"100"`
	}
	withdrawRetroInput struct {
		RetroPath
		Body reason
	}
	asOfInput struct {
		PersonPath
		On string `query:"on" format:"date" doc:"As known at the end of that day; now, when it is left out."`
	}
)

func (a *API) retroOperations() {
	retros := a.services.Retros
	register(a, operation{id: "list_retros", method: http.MethodGet, path: "/retros", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[retroHead], error) {
			overview, err := retros.List(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(overview.Retros, in.Paging, func(r retro.Retro) string { return r.ID })
			printer := httpx.PrinterFrom(ctx)
			return newList(part, next, func(r retro.Retro) retroHead { return a.toAPIRetro(printer, r) }), err
		})
	register(a, operation{id: "start_retro", method: http.MethodPost, path: "/retros", tag: "periods", status: http.StatusAccepted},
		func(ctx context.Context, actor access.Actor, in *startRetroInput) (*output[retroHead], error) {
			var months []calendar.Month
			for _, text := range in.Body.Months {
				m, err := fromAPIMonth(text)
				if err != nil {
					return nil, err
				}
				months = append(months, m)
			}
			r, err := retros.Start(ctx, actor, months)
			return a.retroOutput(ctx, r, err)
		})
	register(a, operation{id: "get_retro", method: http.MethodGet, path: "/retros/{id}", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *RetroPath) (*output[retroHead], error) {
			r, err := retros.Get(ctx, actor, in.ID)
			return a.retroOutput(ctx, r, err)
		})
	register(a, operation{id: "list_deltas", method: http.MethodGet, path: "/retros/{id}/deltas", tag: "periods"}, a.listDeltas)
	register(a, operation{id: "post_retro", method: http.MethodPost, path: "/retros/{id}/post", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *RetroPath) (*output[retroHead], error) {
			r, err := retros.Post(ctx, actor, in.ID)
			return a.retroOutput(ctx, r, err)
		})
	register(a, operation{id: "withdraw_retro", method: http.MethodPost, path: "/retros/{id}/withdraw", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *withdrawRetroInput) (*output[retroHead], error) {
			r, err := retros.Withdraw(ctx, actor, in.ID, in.Body.Reason)
			return a.retroOutput(ctx, r, err)
		})
	register(a, operation{id: "as_of_statement", method: http.MethodGet, path: "/statements/{month}/{person_id}/as-of", tag: "statements"},
		func(ctx context.Context, actor access.Actor, in *asOfInput) (*listOutput[explained], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			on := calendar.NoDate
			if in.On != "" {
				if on, err = calendar.ParseDate(in.On); err != nil {
					return nil, errNotFound()
				}
			}
			views, err := a.services.Payouts.AsKnown(ctx, actor, wanted, in.PersonID, on)
			if err != nil {
				return nil, err
			}
			printer := httpx.PrinterFrom(ctx)
			return newList(views, "", func(v payout.View) explained { return a.toAPIStatement(printer, v) }), nil
		})
}

func (a *API) retroOutput(ctx context.Context, r retro.Retro, err error) (*output[retroHead], error) {
	if err != nil {
		return nil, err
	}
	return &output[retroHead]{a.toAPIRetro(httpx.PrinterFrom(ctx), r)}, nil
}

func (a *API) listDeltas(ctx context.Context, actor access.Actor, in *listDeltasInput) (*output[deltaPage], error) {
	filter := retro.Filter{RetroID: in.ID, Search: in.Search, PlanID: in.PlanID, After: in.Cursor, Limit: in.Limit}
	if in.Month != "" {
		var err error
		if filter.Month, err = fromAPIMonth(in.Month); err != nil {
			return nil, err
		}
	}
	page, err := a.services.Retros.Deltas(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	printer := httpx.PrinterFrom(ctx)
	return &output[deltaPage]{deltaPage{newList(page.Deltas, page.Next, func(d retro.Named) delta { return toAPIDelta(printer, d) }).Body, page.TotalMinor, page.Count}}, nil
}

func (a *API) toAPIRetro(p *i18n.Printer, r retro.Retro) retroHead {
	out := retroHead{ID: r.ID, State: string(r.State), RecordedBatch: int64(r.Recorded), MonthsDone: r.Done, Deltas: r.Deltas, TotalMinor: r.TotalMinor, Currency: string(a.options.Currency()),
		JobID: r.JobID, StartedBy: r.StartedBy, StartedAt: toAPIInstant(r.StartedAt), FinishedAt: toAPIInstant(r.FinishedAt), PostedBy: r.PostedBy, PostedAt: toAPIInstant(r.PostedAt),
		WithdrawnBy: r.WithdrawnBy, WithdrawnAt: toAPIInstant(r.WithdrawnAt), Failure: p.Message(r.Failure), Months: []string{}}
	for _, m := range r.Months {
		out.Months = append(out.Months, m.String())
	}
	if r.PaidIn != 0 {
		out.PaidIn = r.PaidIn.String()
	}
	return out
}

func toAPICauses(p *i18n.Printer, list []payout.Cause) []cause {
	out := make([]cause, 0, len(list))
	for _, c := range list {
		out = append(out, cause{string(c.Kind), c.How, c.Key, c.On.String(), c.RecordedOn.String(), p.Message(c.Message())})
	}
	return out
}

func toAPIDelta(p *i18n.Printer, d retro.Named) delta {
	return delta{d.Month.String(), d.PersonID, d.PersonKey, d.Name, d.PlanID, d.VersionID, d.Component, d.WasMinor, d.NowMinor, d.AmountMinor(), d.WasCarried, d.NowCarried, toAPIParts(d.Parts), toAPICauses(p, d.Causes)}
}

func toAPIAddition(p *i18n.Printer, x payout.Addition) addition {
	return addition{string(x.Kind), x.Source, x.Component, x.Origin.String(), x.AmountMinor, x.WasMinor, x.NowMinor, x.WasCarriedMinor, x.NowCarriedMinor, toAPIParts(x.Parts), toAPICauses(p, x.Causes), x.Reason, x.Evidence, x.MadeBy, x.ApprovedBy}
}
