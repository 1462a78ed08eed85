package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/schedule"
)

// calendarEntry is one thing to be done on a day.
type calendarEntry struct {
	Kind          string     `json:"kind" enum:"contact,task,return_visit,instalment,deadline,service_case"`
	RecordID      int64      `json:"record_id" doc:"Of the task, the return visit, the contract, the opportunity or the service case."`
	OpportunityID int64      `json:"opportunity_id,omitempty"`
	RuleID        string     `json:"rule_id,omitempty" doc:"Of the process standard, with a deadline."`
	On            string     `json:"on" format:"date"`
	At            *time.Time `json:"at,omitempty" doc:"Absent where any time of the day will do."`
	PersonID      int64      `json:"person_id"`
	PersonName    string     `json:"person_name,omitempty"`
	Title         string     `json:"title,omitempty"`
	CustomerName  string     `json:"customer_name,omitempty"`
	AmountMinor   int64      `json:"amount_minor,omitempty" doc:"Still to come of an instalment."`
	Currency      string     `json:"currency,omitempty"`
}

// calendarBody is what is to be done in some days.
type calendarBody struct {
	Entries []calendarEntry `json:"entries" nullable:"false"`
	More    bool            `json:"more" doc:"There is more than an answer holds: ask for one person, or for fewer days."`
}

type calendarInput struct {
	From     string `query:"from" format:"date" required:"true"`
	To       string `query:"to" format:"date" required:"true" doc:"42 days at most."`
	PersonID int64  `query:"person_id" doc:"Oneself when it is left out."`
	All      bool   `query:"all" doc:"Everybody within reach."`
}

func (a *API) calendarOperations() {
	register(a, operation{id: "get_calendar", method: http.MethodGet, path: "/calendar", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *calendarInput) (*output[calendarBody], error) {
			var c fact.Checker
			days := fact.Days{From: fromAPIDate(&c, "from", in.From), To: fromAPIDate(&c, "to", in.To)}
			if err := c.Err(); err != nil {
				return nil, err
			}
			page, err := a.services.Schedule.View(ctx, actor, days, schedule.Whose{PersonID: in.PersonID, All: in.All})
			out := calendarBody{Entries: []calendarEntry{}, More: page.More}
			for _, e := range page.Entries {
				out.Entries = append(out.Entries, calendarEntry{string(e.Kind), e.RecordID, e.CaseID, e.RuleID, e.Day.String(), toAPIInstant(e.At), e.PersonID, e.PersonName, e.Title, e.CustomerName, e.AmountMinor, string(e.Currency)})
			}
			return &output[calendarBody]{out}, err
		})
}
