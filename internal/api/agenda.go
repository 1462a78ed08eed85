package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
)

// agendaLine is one thing to do.
type agendaLine struct {
	Kind        string     `json:"kind" enum:"sign,answer_lead,solve_case,meet_rule,contact,contact_lead,visit,hand_survey,collect,hold_review,act,task,keep,pile"`
	Band        string     `json:"band" enum:"late,today,open,ahead" doc:"open is what waits without a day."`
	ID          string     `json:"id" doc:"Of the matter; of a pile its kind, as list_tasks has it."`
	Text        string     `json:"text" doc:"What to do, in your language."`
	Why         string     `json:"why" doc:"Why it is there, in your language."`
	About       string     `json:"about,omitempty" doc:"An opportunity, a contract, a customer."`
	DueOn       string     `json:"due_on,omitempty" format:"date"`
	DueAt       *time.Time `json:"due_at,omitempty" doc:"Where the moment counts."`
	AmountMinor int64      `json:"amount_minor,omitempty"`
	Currency    string     `json:"currency,omitempty"`
	Count       int64      `json:"count,omitempty" doc:"Of a pile."`
	Path        string     `json:"path" doc:"Where it is done, from the root of the installation."`
}

// agendaRest is what a kind has besides what is listed.
type agendaRest struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count" doc:"-1: some."`
	Path  string `json:"path"`
}

// agendaDay is everything that you are to do.
type agendaDay struct {
	Today string       `json:"today" format:"date"`
	Items []agendaLine `json:"items" nullable:"false" doc:"In order: what is late, the longest first; today's, the soonest first; what waits without a day; what comes within a week."`
	Rest  []agendaRest `json:"rest" nullable:"false"`
}

func (a *API) agendaOperations() {
	register(a, operation{id: "get_agenda", method: http.MethodGet, path: "/agenda", tag: "account"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[agendaDay], error) {
		day, err := a.services.Agenda.Mine(ctx, actor)
		if err != nil {
			return nil, err
		}
		p := httpx.PrinterFrom(ctx)
		out := agendaDay{Today: toAPIDate(day.Today), Items: []agendaLine{}, Rest: []agendaRest{}}
		for _, l := range day.Lines {
			out.Items = append(out.Items, agendaLine{Kind: string(l.Kind), Band: string(day.Band(l)), ID: l.ID, Text: p.Message(l.Message(p.Zh())), Why: p.Message(l.Why), About: l.About, DueOn: knownDay(l.DueOn), DueAt: toAPIInstant(l.DueAt),
				AmountMinor: l.AmountMinor, Currency: string(l.Currency), Count: l.Count, Path: l.Path})
		}
		for _, r := range day.Rest {
			out.Rest = append(out.Rest, agendaRest{string(r.Kind), r.Count, r.Path})
		}
		return &output[agendaDay]{out}, nil
	})
}
