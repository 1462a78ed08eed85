package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
)

// DisputeLine is a line of a statement. Its key names it in requests.
type DisputeLine struct {
	Key       string `json:"key" doc:"Send it as line to dispute it."`
	Kind      string `json:"kind" enum:"component,credit,payment,step"`
	Zero      bool   `json:"zero,omitempty" doc:"It pays or counts nothing."`
	Component string `json:"component,omitempty"`
	Event     string `json:"event,omitempty"`
	Deal      string `json:"deal,omitempty"`
	Payment   string `json:"payment,omitempty"`
	Step      string `json:"step,omitempty" doc:"Kind of the posting, of a settlement."`
	Origin    string `json:"origin,omitempty" doc:"Month of the posting."`
}

// DisputeView is a dispute as it stands.
type DisputeView struct {
	ID            string      `json:"id"`
	Number        int64       `json:"number"`
	Month         string      `json:"month" example:"2026-09"`
	PersonID      int64       `json:"person_id"`
	PersonKey     string      `json:"person_key" doc:"Employee number."`
	PersonName    string      `json:"person_name"`
	Team          string      `json:"team,omitempty"`
	PlanID        string      `json:"plan_id"`
	PlanVersion   string      `json:"plan_version"`
	Digest        string      `json:"digest" doc:"Of the statement that it was raised on."`
	Line          DisputeLine `json:"line"`
	ShownMinor    int64       `json:"shown_minor" doc:"What the line showed, in minor units of the currency (fen for CNY)."`
	ExpectedMinor *int64      `json:"expected_minor,omitempty" doc:"What the payee expects, when given."`
	Currency      string      `json:"currency" example:"CNY"`
	Cause         string      `json:"cause" enum:"missing_payment,wrong_split,wrong_level,wrong_quota,rule_reading,other"`
	Text          string      `json:"text"`
	State         string      `json:"state" enum:"raised,in_review,ruled,withdrawn"`
	Outcome       string      `json:"outcome,omitempty" enum:"accepted,partly,rejected"`
	AwardedMinor  *int64      `json:"awarded_minor,omitempty" doc:"What the ruling says the line should be, when that is known."`
	Unanimous     bool        `json:"unanimous,omitempty"`
	RaisedAt      time.Time   `json:"raised_at"`
	DueOn         string      `json:"due_on" doc:"The last day for an answer."`
	Overdue       bool        `json:"overdue"`
	EndedAt       *time.Time  `json:"ended_at,omitempty"`
	DeferredTo    string      `json:"deferred_to,omitempty" doc:"Month in which it goes on."`
	Correction    *correction `json:"correction,omitempty"`
	Revision      int64       `json:"revision"`
}

// correction names what corrected what a dispute was about.
type correction struct {
	Kind string `json:"kind" enum:"batch,adjustment"`
	ID   string `json:"id" maxLength:"64"`
}

// disputeEvent is one thing that happened.
type disputeEvent struct {
	Seq         int64     `json:"seq"`
	At          time.Time `json:"at"`
	Kind        string    `json:"kind" enum:"raised,taken,said,attached,voice,ruled,withdrawn,deferred,corrected"`
	ActorName   string    `json:"actor_name"`
	Voice       string    `json:"voice,omitempty" enum:"sales,finance,hr"`
	Outcome     string    `json:"outcome,omitempty" enum:"accepted,partly,rejected"`
	AmountMinor *int64    `json:"amount_minor,omitempty"`
	Text        string    `json:"text,omitempty"`
	Reference   string    `json:"reference,omitempty"`
	StateBefore string    `json:"state_before,omitempty"`
	StateAfter  string    `json:"state_after"`
}

// disputeFile is a piece of evidence.
type disputeFile struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Bytes     int64     `json:"bytes"`
	Digest    string    `json:"digest" doc:"SHA-256 in hex."`
	AddedAt   time.Time `json:"added_at"`
}

// reminder is a message that somebody is owed.
type reminder struct {
	DisputeID string     `json:"dispute_id"`
	Number    int64      `json:"number"`
	Kind      string     `json:"kind" enum:"raised,due,overdue,ruled,correct,deferred"`
	To        string     `json:"to" enum:"sales,finance,hr,payee,operations"`
	At        time.Time  `json:"at"`
	VoidAt    *time.Time `json:"void_at,omitempty" doc:"The dispute ended before."`
}

// fullDispute is a dispute with everything that belongs to it.
type fullDispute struct {
	DisputeView
	Events    []disputeEvent `json:"events" nullable:"false"`
	Files     []disputeFile  `json:"files" nullable:"false"`
	Reminders []reminder     `json:"reminders" nullable:"false"`
	May       []string       `json:"may" nullable:"false" doc:"What you can do now: take, say, attach, withdraw, defer, correct, or speak:‹voice›."`
}

// disputePage is a part of the disputes.
type disputePage struct {
	List[DisputeView]
	Count int64 `json:"count" doc:"Of the whole filter."`
}

// DisputeFilter chooses disputes.
type DisputeFilter struct {
	State   string `query:"state" enum:"open,raised,in_review,ruled,withdrawn"`
	Cause   string `query:"cause" enum:"missing_payment,wrong_split,wrong_level,wrong_quota,rule_reading,other"`
	Month   string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
	TeamID  int64  `query:"team_id"`
	PlanID  string `query:"plan_id" maxLength:"100"`
	Overdue bool   `query:"overdue"`
	Mine    bool   `query:"mine"`
	Search  string `query:"search" maxLength:"100" doc:"Part of a name or employee number; pinyin or its initials for a Chinese name."`
}

func (in DisputeFilter) filter() (f dispute.Filter, err error) {
	f = dispute.Filter{State: dispute.State(in.State), Cause: dispute.Cause(in.Cause), TeamID: in.TeamID, PlanID: in.PlanID, Overdue: in.Overdue, Mine: in.Mine, Search: in.Search}
	if in.Month != "" {
		f.Month, err = fromAPIMonth(in.Month)
	}
	return f, err
}

// disputeGroup is the figures of the disputes that agree in something.
type disputeGroup struct {
	Key         string `json:"key,omitempty"`
	Count       int    `json:"count"`
	Open        int    `json:"open"`
	Ruled       int    `json:"ruled"`
	Accepted    int    `json:"accepted" doc:"Of the ruled, in full or in part."`
	MedianHours int64  `json:"median_hours" doc:"From raised to ruled."`
}

type (
	listDisputesInput struct {
		Paging
		DisputeFilter
	}
	disputeLinesInput struct {
		MonthPath
		PlanID string `query:"plan_id" maxLength:"100" doc:"Needed only when you have two plans in the month."`
	}
	disputeLinesOutput struct {
		Body struct {
			Open  bool       `json:"open" doc:"Whether lines can be disputed now."`
			Until *time.Time `json:"until,omitempty"`
			Items []struct {
				DisputeLine
				AmountMinor int64 `json:"amount_minor"`
			} `json:"items" nullable:"false"`
		}
	}
	disputeStatisticsOutput struct {
		Body struct {
			All         disputeGroup   `json:"all"`
			Overdue     int            `json:"overdue"`
			ByCause     []disputeGroup `json:"by_cause" nullable:"false"`
			ByPlan      []disputeGroup `json:"by_plan" nullable:"false"`
			ByComponent []disputeGroup `json:"by_component" nullable:"false" doc:"Key: plan/component."`
			ByMonth     []disputeGroup `json:"by_month" nullable:"false"`
			More        bool           `json:"more,omitempty" doc:"There are more disputes than are counted."`
		}
	}
)

func (a *API) disputeOperations() {
	disputes := a.services.Disputes
	register(a, operation{id: "list_disputes", method: http.MethodGet, path: "/disputes", tag: "disputes"}, a.listDisputes)
	register(a, operation{id: "get_dispute", method: http.MethodGet, path: "/disputes/{id}", tag: "disputes"},
		func(ctx context.Context, actor access.Actor, in *DisputePath) (*output[fullDispute], error) {
			f, err := disputes.Get(ctx, actor, in.ID)
			return a.newDispute(f), err
		})
	register(a, operation{id: "list_disputable_lines", method: http.MethodGet, path: "/statements/mine/{month}/lines", tag: "disputes"}, a.disputableLines)
	register(a, operation{id: "dispute_statistics", method: http.MethodGet, path: "/dispute-statistics", tag: "disputes"}, a.disputeStatistics)
	register(a, operation{id: "list_dispute_reminders", method: http.MethodGet, path: "/dispute-reminders", tag: "disputes"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[reminder], error) {
			found, err := disputes.Reminders(ctx, actor)
			return newList(found, "", toAPIReminder), err
		})
}

func (a *API) listDisputes(ctx context.Context, actor access.Actor, in *listDisputesInput) (*output[disputePage], error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	filter.Limit = in.Limit
	if in.Cursor != "" {
		if filter.After, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil {
			return nil, errCursor()
		}
	}
	page, err := a.services.Disputes.List(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	next := ""
	if page.Next != 0 {
		next = strconv.FormatInt(page.Next, 10)
	}
	list := newList(page.Disputes, next, func(d dispute.Dispute) DisputeView {
		v := a.toAPIDispute(d)
		v.Overdue = d.Overdue(page.Today)
		return v
	})
	return &output[disputePage]{disputePage{list.Body, page.Count}}, nil
}

func (a *API) disputableLines(ctx context.Context, actor access.Actor, in *disputeLinesInput) (*disputeLinesOutput, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	lines, window, err := a.services.Disputes.Lines(ctx, actor, wanted, in.PlanID)
	if err != nil {
		return nil, err
	}
	out := &disputeLinesOutput{}
	out.Body.Open, out.Body.Until = window.Open, toAPIInstant(window.Until)
	out.Body.Items = out.Body.Items[:0:0]
	for _, l := range lines {
		out.Body.Items = append(out.Body.Items, struct {
			DisputeLine
			AmountMinor int64 `json:"amount_minor"`
		}{toAPILine(l.Line, l.Zero), l.AmountMinor})
	}
	return out, nil
}

func (a *API) disputeStatistics(ctx context.Context, actor access.Actor, in *DisputeFilter) (*disputeStatisticsOutput, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	st, err := a.services.Disputes.Statistics(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	out := &disputeStatisticsOutput{}
	groups := func(all []dispute.Group) []disputeGroup { return newList(all, "", toAPIGroup).Body.Items }
	out.Body.All, out.Body.Overdue, out.Body.More = toAPIGroup(st.All), st.Overdue, st.More
	out.Body.ByCause, out.Body.ByPlan, out.Body.ByComponent, out.Body.ByMonth = groups(st.ByCause), groups(st.ByPlan), groups(st.ByComponent), groups(st.ByMonth)
	return out, nil
}

func toAPIGroup(g dispute.Group) disputeGroup {
	return disputeGroup{g.Key, g.Count, g.Open, g.Ruled, g.Accepted, g.MedianHours}
}

func toAPILine(l dispute.Line, zero bool) DisputeLine {
	line := DisputeLine{Key: l.Key(), Kind: string(l.Kind), Zero: zero, Component: l.Component, Event: l.Event, Deal: l.Deal, Payment: l.Payment, Step: l.Step}
	if l.Origin != 0 {
		line.Origin = l.Origin.String()
	}
	return line
}

func (a *API) toAPIDispute(d dispute.Dispute) DisputeView {
	v := DisputeView{ID: d.ID, Number: d.Number, Month: d.Month.String(), PersonID: d.PersonID, PersonKey: d.PersonKey, PersonName: d.PersonName, Team: d.TeamName,
		PlanID: d.PlanID, PlanVersion: d.VersionID, Digest: d.Digest, Line: toAPILine(d.Line, d.Zero), ShownMinor: d.ShownMinor, ExpectedMinor: d.ExpectedMinor,
		Currency: string(a.options.Currency()), Cause: string(d.Cause), Text: d.Text, State: string(d.State), Outcome: string(d.Outcome), AwardedMinor: d.AwardedMinor,
		Unanimous: d.Unanimous, RaisedAt: d.RaisedAt.UTC(), DueOn: toAPIDate(d.DueOn), EndedAt: toAPIInstant(d.EndedAt), Revision: d.Revision}
	if d.DeferredTo != 0 {
		v.DeferredTo = d.DeferredTo.String()
	}
	if d.Correction.ID != "" {
		v.Correction = &correction{d.Correction.Kind, d.Correction.ID}
	}
	return v
}

func toAPIReminder(m dispute.Reminder) reminder {
	return reminder{m.DisputeID, m.Number, string(m.Kind), m.To, m.At.UTC(), toAPIInstant(m.VoidAt)}
}

func (a *API) newDispute(f dispute.Full) *output[fullDispute] {
	v := fullDispute{DisputeView: a.toAPIDispute(f.Dispute), May: mayTexts(f.May)}
	v.Overdue = f.Overdue(f.Today)
	v.Events = newList(f.Events, "", func(e dispute.Event) disputeEvent {
		return disputeEvent{e.Seq, e.At.UTC(), string(e.Kind), e.ActorName, string(e.Voice), string(e.Outcome), e.AmountMinor, e.Text, e.Reference, string(e.Before), string(e.After)}
	}).Body.Items
	v.Files = newList(f.Files, "", toAPIFile).Body.Items
	v.Reminders = newList(f.Reminders, "", toAPIReminder).Body.Items
	return &output[fullDispute]{v}
}

func toAPIFile(f dispute.File) disputeFile {
	return disputeFile{f.ID, f.Name, f.MediaType, f.Bytes, f.Digest, f.AddedAt.UTC()}
}

func mayTexts(may dispute.May) []string {
	texts := []string{}
	for _, act := range []struct {
		may  bool
		name string
	}{{may.Take, "take"}, {may.Say, "say"}, {may.Attach, "attach"}, {may.Withdraw, "withdraw"}, {may.Defer, "defer"}, {may.Correct, "correct"}} {
		if act.may {
			texts = append(texts, act.name)
		}
	}
	for _, voice := range may.Voices {
		texts = append(texts, "speak:"+string(voice))
	}
	return texts
}

// badLine is the answer to a line whose key cannot be read.
func badLine() error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: "line", Message: errs.Msg("dispute.no_line", nil)}})
}
