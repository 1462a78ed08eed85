package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/plan"
)

// wayUpCondition is what the next level asks, what was found, and what is missing. Values are exact.
type wayUpCondition struct {
	Measure    string `json:"measure"`
	NameZh     string `json:"name_zh"`
	NameEn     string `json:"name_en"`
	Kind       string `json:"kind" doc:"Kind of value: money values are in minor units."`
	Comparison string `json:"comparison"`
	Wanted     string `json:"wanted"`
	Found      string `json:"found,omitempty"`
	Missing    string `json:"missing,omitempty"`
	Met        bool   `json:"met"`
}

// wayUp is what lies between somebody and the next level.
type wayUp struct {
	Month      string           `json:"month" doc:"The last month that is over: what a proposal for it would rest on."`
	From       string           `json:"from"`
	To         string           `json:"to"`
	VersionID  string           `json:"version_id"`
	Preferred  bool             `json:"preferred"`
	Met        bool             `json:"met" doc:"All conditions are met."`
	Currency   string           `json:"currency"`
	Conditions []wayUpCondition `json:"conditions" nullable:"false"`
}

type decidePromotionsInput struct {
	Body struct {
		IDs     []string `json:"ids" nullable:"false" minItems:"1" maxItems:"200"`
		Approve bool     `json:"approve"`
		On      string   `json:"on,omitempty" format:"date" doc:"First day of the new level; needed to approve."`
		Reason  string   `json:"reason,omitempty" maxLength:"1000" doc:"Needed to reject."`
	}
}

// wayUpOperations are one's own way to the next level, and the decision about several proposals.
func (a *API) wayUpOperations() {
	service := a.services.Honours
	register(a, operation{id: "get_own_way_up", method: http.MethodGet, path: "/promotions/own", tag: "honours"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[wayUp], error) {
			ahead, known, err := service.OwnAhead(ctx, actor)
			if err == nil && !known {
				err = errs.New(errs.KindNotFound, "honour.no_way_up", nil)
			}
			return &output[wayUp]{toAPIWayUp(ahead)}, err
		})
	register(a, operation{id: "decide_promotions", method: http.MethodPost, path: "/promotions/decisions", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *decidePromotionsInput) (*listOutput[ProposalHead], error) {
			ask := honour.Several{IDs: in.Body.IDs, Decide: honour.Decide{Approve: in.Body.Approve, Reason: in.Body.Reason, On: calendar.NoDate}}
			if in.Body.Approve {
				var err error
				if ask.On, err = calendar.ParseDate(in.Body.On); err != nil {
					return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "on", Value: in.Body.On, Message: errs.Msg("honour.bad_day", nil)}})
				}
			}
			decided, err := service.DecideSeveral(ctx, actor, ask)
			return newList(decided, "", toAPIProposal), err
		})
}

func toAPIWayUp(a honour.Ahead) wayUp {
	out := wayUp{From: a.From, To: a.To, VersionID: a.Version.ID, Preferred: a.Line.Preferred, Met: a.Line.Won, Currency: string(a.Currency), Conditions: []wayUpCondition{}}
	if a.Term.Span == plan.SpanMonth {
		out.Month = a.Term.String()
	}
	for _, c := range a.Line.Conditions {
		out.Conditions = append(out.Conditions, wayUpCondition{Measure: c.Measure, NameZh: c.Name.Zh, NameEn: c.Name.En, Kind: c.Kind, Comparison: c.Comparison, Wanted: c.Wanted, Found: c.Found, Missing: c.Missing, Met: c.Met})
	}
	return out
}
