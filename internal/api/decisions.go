package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/fact"
)

// Decision is an entry of the log of decisions.
type Decision struct {
	ID         int64              `json:"id"`
	Title      string             `json:"title"`
	Detail     string             `json:"detail,omitempty"`
	On         string             `json:"on" example:"2026-11-30"`
	ByName     string             `json:"by_name"`
	PersonID   int64              `json:"person_id,omitempty"`
	ReviewID   int64              `json:"review_id,omitempty"`
	Evidence   []decisionEvidence `json:"evidence" nullable:"false"`
	Expected   string             `json:"expected"`
	DueOn      string             `json:"due_on"`
	State      string             `json:"state" enum:"open,kept,changed,stopped"`
	Outcome    string             `json:"outcome,omitempty"`
	Then       []decisionEvidence `json:"then" nullable:"false" doc:"Values at the end."`
	ClosedAt   *time.Time         `json:"closed_at,omitempty"`
	ClosedName string             `json:"closed_by_name,omitempty"`
	CreatedAt  time.Time          `json:"created_at"`
	Revision   int64              `json:"revision"`
}

// decisionEvidence is one value as it was at a moment.
type decisionEvidence struct {
	Label       string     `json:"label" maxLength:"800"`
	Value       string     `json:"value" maxLength:"800" doc:"As it was shown."`
	Metric      string     `json:"metric,omitempty" maxLength:"800"`
	Version     string     `json:"version,omitempty" maxLength:"800"`
	Place       string     `json:"place,omitempty" maxLength:"800"`
	Period      string     `json:"period,omitempty" maxLength:"800"`
	Numerator   *int64     `json:"numerator,omitempty" doc:"In part_unit: a whole number of things, or minor units of the company's currency (fen)."`
	Denominator *int64     `json:"denominator,omitempty" doc:"As the numerator; of unit each a number of things. Absent where the value is no ratio."`
	Unit        string     `json:"unit,omitempty" maxLength:"800" doc:"How the value is written: fen or money (an amount), each (money per thing), count, percent or ratio, days, hours."`
	PartUnit    string     `json:"part_unit,omitempty" enum:"fen,count" doc:"What numerator and denominator are counted in: minor units of the company's currency, or things. Absent where it was not kept."`
	At          *time.Time `json:"at,omitempty" doc:"When it was taken; absent for now."`
	Link        string     `json:"link,omitempty" maxLength:"800"`
}

type (
	decisionList struct {
		Items []Decision      `json:"items" nullable:"false"`
		Rate  []decisionMonth `json:"rate" nullable:"false" doc:"By month: how many of the decisions logged rest on evidence."`
	}
	decisionMonth struct {
		Month        string `json:"month" example:"2026-11"`
		Logged       int64  `json:"logged"`
		WithEvidence int64  `json:"with_evidence"`
	}
	listDecisionsInput struct {
		State string `query:"state" enum:"open,kept,changed,stopped"`
	}
	logDecisionInput struct {
		Body struct {
			Title    string             `json:"title" maxLength:"400"`
			Detail   string             `json:"detail,omitempty" maxLength:"8000"`
			On       string             `json:"on"`
			ReviewID int64              `json:"review_id,omitempty" doc:"Its numbers are taken as evidence."`
			PersonID int64              `json:"person_id,omitempty" doc:"With review_id: those of somebody in it."`
			Evidence []decisionEvidence `json:"evidence,omitempty" maxItems:"20"`
			Expected string             `json:"expected" maxLength:"8000"`
			DueOn    string             `json:"due_on"`
		}
	}
	closeDecisionInput struct {
		ByNumber
		Body struct {
			State    string             `json:"state" enum:"kept,changed,stopped"`
			Outcome  string             `json:"outcome" maxLength:"8000"`
			Then     []decisionEvidence `json:"then,omitempty" maxItems:"20"`
			Revision int64              `json:"revision,omitempty"`
		}
	}
)

func (a *API) decisionOperations() {
	service := a.services.Decisions
	register(a, operation{id: "list_decisions", method: http.MethodGet, path: "/decisions", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listDecisionsInput) (*output[decisionList], error) {
		l, err := service.List(ctx, actor, decision.State(in.State))
		out := decisionList{Items: newList(l.Decisions, "", toAPILogged).Body.Items, Rate: []decisionMonth{}}
		for _, m := range l.Months {
			out.Rate = append(out.Rate, decisionMonth{m.Month.String(), m.Logged, m.WithEvidence})
		}
		return &output[decisionList]{out}, err
	})
	register(a, operation{id: "log_decision", method: http.MethodPost, path: "/decisions", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *logDecisionInput) (*output[Decision], error) {
		var c fact.Checker
		entry := decision.Entry{Title: in.Body.Title, Detail: in.Body.Detail, On: fromAPIDate(&c, "on", in.Body.On), ReviewID: in.Body.ReviewID, PersonID: in.Body.PersonID, Evidence: fromAPIEvidence(in.Body.Evidence), Expected: in.Body.Expected, DueOn: fromAPIDate(&c, "due_on", in.Body.DueOn)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		d, err := service.Log(ctx, actor, entry)
		return &output[Decision]{toAPILogged(d)}, err
	})
	register(a, operation{id: "get_decision", method: http.MethodGet, path: "/decisions/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Decision], error) {
		v, err := service.Get(ctx, actor, in.ID)
		return &output[Decision]{toAPILogged(v.Decision)}, err
	})
	register(a, operation{id: "close_decision", method: http.MethodPost, path: "/decisions/{id}/outcome", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *closeDecisionInput) (*output[Decision], error) {
		d, err := service.Close(ctx, actor, decision.Result{ID: in.ID, State: decision.State(in.Body.State), Outcome: in.Body.Outcome, Then: fromAPIEvidence(in.Body.Then), Seen: in.Body.Revision})
		return &output[Decision]{toAPILogged(d)}, err
	})
}

func fromAPIEvidence(list []decisionEvidence) (out []decision.Evidence) {
	for _, e := range list {
		one := decision.Evidence{Label: e.Label, Value: e.Value, Metric: e.Metric, Version: e.Version, Place: e.Place, Period: e.Period, Numerator: e.Numerator, Denominator: e.Denominator, Unit: e.Unit, PartUnit: e.PartUnit, Link: e.Link}
		if e.At != nil {
			one.At = *e.At
		}
		out = append(out, one)
	}
	return out
}

func toAPIEvidence(list []decision.Evidence) []decisionEvidence {
	out := []decisionEvidence{}
	for _, e := range list {
		out = append(out, decisionEvidence{e.Label, e.Value, e.Metric, e.Version, e.Place, e.Period, e.Numerator, e.Denominator, e.Unit, e.PartUnit, toAPIInstant(e.At), e.Link})
	}
	return out
}

func toAPILogged(d decision.Decision) Decision {
	if d.ID == 0 {
		return Decision{}
	}
	return Decision{d.ID, d.Title, d.Detail, toAPIDate(d.On), d.ByName, d.PersonID, d.ReviewID, toAPIEvidence(d.Evidence), d.Expected, toAPIDate(d.DueOn), string(d.State), d.Outcome, toAPIEvidence(d.Then), toAPIInstant(d.ClosedAt), d.ClosedName, d.CreatedAt, d.Revision}
}
