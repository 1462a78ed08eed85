package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
)

// followUp is one contact with a customer.
type followUp struct {
	ID            int64          `json:"id"`
	OpportunityID int64          `json:"opportunity_id,omitempty" doc:"Absent for one about no opportunity."`
	Opportunity   string         `json:"opportunity,omitempty" doc:"Its name."`
	CustomerID    int64          `json:"customer_id,omitempty" doc:"Of one about no opportunity."`
	PersonID      int64          `json:"person_id,omitempty" doc:"Who did it."`
	PersonName    string         `json:"person_name,omitempty"`
	Kind          string         `json:"kind" enum:"call,visit,wechat,meeting"`
	Text          string         `json:"text"`
	OccurredAt    *time.Time     `json:"occurred_at,omitempty"`
	RecordedAt    *time.Time     `json:"recorded_at,omitempty"`
	NextOn        string         `json:"next_on,omitempty" format:"date" doc:"The next contact that was arranged."`
	Place         *followUpPlace `json:"place,omitempty" doc:"Absent where nobody gave one, and after 180 days."`
	Files         int64          `json:"files" doc:"Photos on it, at /files/follow_up/{id}."`
}

// followUpPlace is where somebody was, to about a kilometre.
type followUpPlace struct {
	North int64 `json:"north" minimum:"-9000" maximum:"9000" doc:"Hundredths of a degree; negative is south."`
	East  int64 `json:"east" minimum:"-18000" maximum:"18000" doc:"Hundredths of a degree; negative is west."`
}

// dayTask is something that a person is to do by a day.
type dayTask struct {
	ID              int64  `json:"id"`
	Kind            string `json:"kind" enum:"contact,other" doc:"A contact is settled by the next follow-up."`
	Title           string `json:"title,omitempty"`
	OpportunityID   int64  `json:"opportunity_id,omitempty"`
	OpportunityName string `json:"opportunity_name,omitempty"`
	CustomerID      int64  `json:"customer_id,omitempty" doc:"Of a contact about no opportunity."`
	CustomerName    string `json:"customer_name,omitempty"`
	PersonID        int64  `json:"person_id"`
	DueOn           string `json:"due_on" format:"date"`
	State           string `json:"state" enum:"open,done,dropped"`
	Revision        int64  `json:"revision"`
}

// ownDay is what you are to do.
type ownDay struct {
	Today        string    `json:"today" format:"date"`
	OverdueCount int64     `json:"overdue_count"`
	DueCount     int64     `json:"due_count"`
	Overdue      []dayTask `json:"overdue" nullable:"false" doc:"At most 200."`
	Due          []dayTask `json:"due" nullable:"false" doc:"Of today, at most 200."`
	Ahead        []dayTask `json:"ahead" nullable:"false" doc:"Of the next 7 days, at most 200."`
}

type (
	listFollowUpsInput struct {
		ByNumber
		Paging
	}
	recordFollowUpInput struct {
		ByNumber
		Body struct {
			Kind       string         `json:"kind" enum:"call,visit,wechat,meeting"`
			Text       string         `json:"text" maxLength:"8000"`
			OccurredAt time.Time      `json:"occurred_at,omitempty" doc:"Now when it is left out; at most two years ago."`
			NextOn     string         `json:"next_on,omitempty" format:"date" doc:"Arranges the next contact, as a task of the opportunity's owner, or of yours for a customer alone."`
			Place      *followUpPlace `json:"place,omitempty" doc:"Only with the consent of whoever made the follow-up."`
		}
	}
	arrangeContactInput struct {
		ByNumber
		Body struct {
			NextOn string  `json:"next_on" doc:"The day of the next contact; empty gives it up."`
			Seen   *string `json:"seen,omitempty" doc:"The day that was arranged when this was decided, empty for none; a conflict when it is another one by now."`
		}
	}
	addTaskInput struct {
		Body struct {
			Title         string `json:"title" maxLength:"300"`
			DueOn         string `json:"due_on" format:"date"`
			OpportunityID int64  `json:"opportunity_id,omitempty"`
			Person        string `json:"person,omitempty" maxLength:"100" doc:"Employee number of somebody within your scope; yourself when it is left out."`
		}
	}
	endTaskInput struct {
		ByNumber
		Body struct {
			State string `json:"state" enum:"done,dropped"`
			Seen  int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
	putOffTaskInput struct {
		ByNumber
		Body struct {
			DueOn string `json:"due_on" format:"date"`
			Seen  int64  `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
)

func (a *API) followUpOperations() {
	followUps := a.services.FollowUps
	register(a, operation{id: "list_follow_ups", method: http.MethodGet, path: "/opportunities/{id}/follow-ups", tag: "sales"}, a.listFollowUps)
	register(a, operation{id: "record_follow_up", method: http.MethodPost, path: "/opportunities/{id}/follow-ups", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *recordFollowUpInput) (*output[followUp], error) {
		return a.recordFollowUp(ctx, actor, followup.Entry{OpportunityID: in.ID}, in)
	})
	register(a, operation{id: "arrange_contact", method: http.MethodPut, path: "/opportunities/{id}/next-contact", tag: "sales"}, a.arrangeContact)
	register(a, operation{id: "list_customer_follow_ups", method: http.MethodGet, path: "/customers/{id}/follow-ups", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*listOutput[followUp], error) {
		d, err := followUps.With(ctx, actor, in.ID, fact.LimitMax)
		return newList(d.FollowUps, "", toAPIFollowUp), err
	})
	register(a, operation{id: "record_customer_follow_up", method: http.MethodPost, path: "/customers/{id}/follow-ups", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *recordFollowUpInput) (*output[followUp], error) {
		return a.recordFollowUp(ctx, actor, followup.Entry{CustomerID: in.ID}, in)
	})
	register(a, operation{id: "get_own_day", method: http.MethodGet, path: "/today", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[ownDay], error) {
		day, err := followUps.Mine(ctx, actor)
		return &output[ownDay]{ownDay{toAPIDate(day.Today), day.OverdueCount, day.DueCount, toAPITasks(day.Overdue), toAPITasks(day.Due), toAPITasks(day.Ahead)}}, err
	})
	register(a, operation{id: "add_task", method: http.MethodPost, path: "/today/tasks", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addTaskInput) (*output[dayTask], error) {
		due, err := fromAPIDay("due_on", in.Body.DueOn)
		if err != nil {
			return nil, err
		}
		t, err := followUps.AddTask(ctx, actor, followup.TaskEntry{Title: in.Body.Title, OpportunityID: in.Body.OpportunityID, Person: in.Body.Person, DueOn: due})
		return &output[dayTask]{toAPITask(t)}, err
	})
	register(a, operation{id: "end_task", method: http.MethodPost, path: "/today/tasks/{id}/end", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *endTaskInput) (*none, error) {
		return nil, followUps.EndTask(ctx, actor, in.ID, followup.TaskState(in.Body.State), in.Body.Seen)
	})
	register(a, operation{id: "put_off_task", method: http.MethodPost, path: "/today/tasks/{id}/due", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *putOffTaskInput) (*none, error) {
		due, err := fromAPIDay("due_on", in.Body.DueOn)
		if err != nil {
			return nil, err
		}
		return nil, followUps.PutOff(ctx, actor, in.ID, due, in.Body.Seen)
	})
}

func (a *API) listFollowUps(ctx context.Context, actor access.Actor, in *listFollowUpsInput) (*listOutput[followUp], error) {
	var before int64
	if in.Cursor != "" {
		n, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil || n < 1 {
			return nil, errCursor()
		}
		before = n
	}
	list, err := a.services.FollowUps.History(ctx, actor, in.ID, before, in.Limit)
	next := ""
	if len(list) == in.Limit && len(list) > 0 {
		next = strconv.FormatInt(list[len(list)-1].ID, 10)
	}
	return newList(list, next, toAPIFollowUp), err
}

// recordFollowUp records what was sent; entry says what it is of.
func (a *API) recordFollowUp(ctx context.Context, actor access.Actor, entry followup.Entry, in *recordFollowUpInput) (*output[followUp], error) {
	entry.Kind, entry.Text, entry.OccurredAt, entry.NextOn = followup.Kind(in.Body.Kind), in.Body.Text, in.Body.OccurredAt, calendar.NoDate
	if in.Body.Place != nil {
		entry.Place = &followup.Place{North: in.Body.Place.North, East: in.Body.Place.East}
	}
	if in.Body.NextOn != "" {
		var c fact.Checker
		entry.NextOn = fromAPIDate(&c, "next_on", in.Body.NextOn)
		if err := c.Err(); err != nil {
			return nil, err
		}
	}
	f, err := a.services.FollowUps.Record(ctx, actor, entry)
	return &output[followUp]{toAPIFollowUp(f)}, err
}

func (a *API) arrangeContact(ctx context.Context, actor access.Actor, in *arrangeContactInput) (*none, error) {
	day := func(path, text string) (calendar.Date, error) {
		if text == "" {
			return calendar.NoDate, nil
		}
		return fromAPIDay(path, text)
	}
	on, err := day("next_on", in.Body.NextOn)
	if err != nil {
		return nil, err
	}
	arrangement := followup.Arrangement{OpportunityID: in.ID, On: on}
	if in.Body.Seen != nil {
		seen, err := day("seen", *in.Body.Seen)
		if err != nil {
			return nil, err
		}
		arrangement.Seen = &seen
	}
	return nil, a.services.FollowUps.Arrange(ctx, actor, arrangement)
}

func toAPIFollowUp(f followup.FollowUp) followUp {
	out := followUp{f.ID, f.OpportunityID, f.Opportunity, f.CustomerID, f.PersonID, f.PersonName, string(f.Kind), f.Text, toAPIInstant(f.OccurredAt), toAPIInstant(f.RecordedAt), toAPIDate(f.NextOn), nil, f.Files}
	if f.Place != nil {
		out.Place = &followUpPlace{f.Place.North, f.Place.East}
	}
	return out
}

func toAPITask(t followup.Task) dayTask {
	return dayTask{t.ID, string(t.Kind), t.Title, t.OpportunityID, t.OpportunityName, t.CustomerID, t.CustomerName, t.PersonID, toAPIDate(t.DueOn), string(t.State), t.Revision}
}

func toAPITasks(tasks []followup.Task) []dayTask {
	out := make([]dayTask, len(tasks))
	for i, t := range tasks {
		out[i] = toAPITask(t)
	}
	return out
}
