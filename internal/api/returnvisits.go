package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/revisit"
)

// returnVisit is one call of a customer, to be made or made.
type returnVisit struct {
	ID            int64      `json:"id"`
	RuleID        int64      `json:"rule_id,omitempty" doc:"Absent when it was arranged by hand."`
	CustomerID    int64      `json:"customer_id"`
	CustomerKey   string     `json:"customer_key"`
	CustomerName  string     `json:"customer_name"`
	ContactID     int64      `json:"contact_id,omitempty"`
	OpportunityID int64      `json:"opportunity_id,omitempty"`
	DealKey       string     `json:"deal_key,omitempty"`
	PersonID      int64      `json:"person_id" doc:"Who is to call."`
	PersonName    string     `json:"person_name,omitempty"`
	DueOn         string     `json:"due_on" format:"date"`
	Attempt       int64      `json:"attempt"`
	State         string     `json:"state" enum:"due,done,dropped"`
	Outcome       string     `json:"outcome,omitempty" doc:"reached, not_reached or refused, when done."`
	Score         int64      `json:"score,omitempty" doc:"1 to 5; absent when none was given."`
	Text          string     `json:"text,omitempty"`
	DoneAt        *time.Time `json:"done_at,omitempty"`
	Revision      int64      `json:"revision"`
}

// VisitRuleEntry is a rule of return visits as it is entered.
type VisitRuleEntry struct {
	Name     string `json:"name" maxLength:"300"`
	Days     int64  `json:"days" minimum:"1" maximum:"1000" doc:"Days after the signature of a deal."`
	Tier     string `json:"tier,omitempty" maxLength:"100" doc:"Of customers; all when it is left out."`
	Since    string `json:"since" format:"date" doc:"Deals signed from this day on."`
	Active   bool   `json:"active,omitempty"`
	Revision int64  `json:"revision,omitempty" doc:"With a change, the one you have seen; 0 skips the check."`
}

// visitRule is a rule of return visits.
type visitRule struct {
	ID int64 `json:"id"`
	VisitRuleEntry
}

type (
	listReturnVisitsInput struct {
		Paging
		DayRange
		State      string `query:"state" enum:"due,done,dropped"`
		PersonID   int64  `query:"person_id"`
		CustomerID int64  `query:"customer_id"`
		Sort       string `query:"sort" enum:"due_on,-due_on"`
	}
	arrangeReturnVisitInput struct {
		Body struct {
			Customer  string `json:"customer" maxLength:"100" doc:"The company's own number."`
			ContactID int64  `json:"contact_id,omitempty"`
			DealKey   string `json:"deal_key,omitempty" maxLength:"100"`
			DueOn     string `json:"due_on" format:"date"`
		}
	}
	recordReturnVisitInput struct {
		ByNumber
		Body struct {
			Outcome string `json:"outcome" enum:"reached,not_reached,refused"`
			Score   int64  `json:"score,omitempty" minimum:"0" maximum:"5" doc:"1 to 5 when somebody was reached; 0 when none was given."`
			Text    string `json:"text,omitempty" maxLength:"8000"`
			NextOn  string `json:"next_on,omitempty" format:"date" doc:"Arranges the next visit. When nobody was reached it is the next working day without it, three times at most."`
			Seen    int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
	putOffReturnVisitInput struct {
		ByNumber
		Body struct {
			DueOn string `json:"due_on" format:"date"`
			Seen  int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
	dropReturnVisitInput struct {
		ByNumber
		Body struct {
			Seen int64 `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
	changeVisitRuleInput struct {
		ByNumber
		Body VisitRuleEntry
	}
)

func (a *API) returnVisitOperations() {
	a.calendarOperations()
	a.retentionOperations()
	a.metricOperations()
	visits := a.services.Visits
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: path, tag: "service", status: status}
	}
	register(a, op("list_return_visits", http.MethodGet, "/return-visits", 0), a.listReturnVisits)
	register(a, op("get_return_visit", http.MethodGet, "/return-visits/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[returnVisit], error) {
		d, err := visits.Get(ctx, actor, in.ID)
		return &output[returnVisit]{toAPIVisit(d.Visit)}, err
	})
	register(a, op("arrange_return_visit", http.MethodPost, "/return-visits", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *arrangeReturnVisitInput) (*output[returnVisit], error) {
		due, err := fromAPIDay("due_on", in.Body.DueOn)
		if err != nil {
			return nil, err
		}
		v, err := visits.Arrange(ctx, actor, revisit.Arrangement{Customer: in.Body.Customer, ContactID: in.Body.ContactID, DealKey: in.Body.DealKey, DueOn: due})
		return &output[returnVisit]{toAPIVisit(v)}, err
	})
	register(a, op("record_return_visit", http.MethodPost, "/return-visits/{id}/record", 0), func(ctx context.Context, actor access.Actor, in *recordReturnVisitInput) (*output[returnVisit], error) {
		var c fact.Checker
		next := fromAPIDate(&c, "next_on", in.Body.NextOn)
		if err := c.Err(); err != nil {
			return nil, err
		}
		v, err := visits.Record(ctx, actor, revisit.Record{ID: in.ID, Outcome: revisit.Outcome(in.Body.Outcome), Score: in.Body.Score, Text: in.Body.Text, NextOn: next, Seen: in.Body.Seen})
		return &output[returnVisit]{toAPIVisit(v)}, err
	})
	register(a, op("put_off_return_visit", http.MethodPost, "/return-visits/{id}/due", 0), func(ctx context.Context, actor access.Actor, in *putOffReturnVisitInput) (*none, error) {
		due, err := fromAPIDay("due_on", in.Body.DueOn)
		if err != nil {
			return nil, err
		}
		return nil, visits.PutOff(ctx, actor, in.ID, due, in.Body.Seen)
	})
	register(a, op("drop_return_visit", http.MethodPost, "/return-visits/{id}/drop", 0), func(ctx context.Context, actor access.Actor, in *dropReturnVisitInput) (*none, error) {
		return nil, visits.Drop(ctx, actor, in.ID, in.Body.Seen)
	})
	a.visitRuleOperations(op)
}

func (a *API) visitRuleOperations(op func(id, method, path string, status int) operation) {
	register(a, op("list_return_visit_rules", http.MethodGet, "/return-visit-rules", 0), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[visitRule], error) {
		rules, err := a.services.Visits.Rules(ctx, actor)
		return newList(rules, "", toAPIVisitRule), err
	})
	type addVisitRuleInput struct{ Body VisitRuleEntry }
	register(a, op("add_return_visit_rule", http.MethodPost, "/return-visit-rules", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *addVisitRuleInput) (*output[visitRule], error) {
		return a.saveVisitRule(ctx, actor, 0, in.Body)
	})
	register(a, op("change_return_visit_rule", http.MethodPut, "/return-visit-rules/{id}", 0), func(ctx context.Context, actor access.Actor, in *changeVisitRuleInput) (*output[visitRule], error) {
		if in.ID <= 0 { // the service would take it for a new one
			return nil, errNotFound()
		}
		return a.saveVisitRule(ctx, actor, in.ID, in.Body)
	})
}

func (a *API) saveVisitRule(ctx context.Context, actor access.Actor, id int64, e VisitRuleEntry) (*output[visitRule], error) {
	since, err := fromAPIDay("since", e.Since)
	if err != nil {
		return nil, err
	}
	kept, err := a.services.Visits.SaveRule(ctx, actor, revisit.RuleEntry{ID: id, Name: e.Name, Days: e.Days, Tier: e.Tier, Active: e.Active, Since: since, Seen: e.Revision})
	return &output[visitRule]{toAPIVisitRule(kept)}, err
}

func (a *API) listReturnVisits(ctx context.Context, actor access.Actor, in *listReturnVisitsInput) (*listOutput[returnVisit], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	page, err := a.services.Visits.List(ctx, actor, revisit.Filter{State: revisit.State(in.State), PersonID: in.PersonID, CustomerID: in.CustomerID, Due: days, Paging: in.facts(in.Sort)})
	return newList(page.Rows, page.Next, toAPIVisit), err
}

func toAPIVisit(v revisit.Visit) returnVisit {
	return returnVisit{v.ID, v.RuleID, v.CustomerID, v.CustomerKey, v.CustomerName, v.ContactID, v.OpportunityID, v.DealKey, v.PersonID, v.PersonName, toAPIDate(v.DueOn), v.Attempt, string(v.State), string(v.Outcome), v.Score, v.Text,
		toAPIInstant(v.DoneAt), v.Revision}
}

func toAPIVisitRule(r revisit.Rule) visitRule {
	return visitRule{r.ID, VisitRuleEntry{r.Name, r.Days, r.Tier, toAPIDate(r.Since), r.Active, r.Revision}}
}
