package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	meetings "xiaoguan/internal/review"
)

// Meeting is a weekly review, a monthly assessment or a quarterly adjustment, with numbers as they were when it was prepared.
type Meeting struct {
	ID         int64          `json:"id"`
	Kind       string         `json:"kind" enum:"weekly,monthly,quarterly"`
	UnitKind   string         `json:"unit_kind" enum:"team,region"`
	UnitID     int64          `json:"unit_id"`
	UnitName   string         `json:"unit_name"`
	On         string         `json:"on" example:"2026-11-30"`
	From       string         `json:"from" doc:"First day that the numbers are about."`
	To         string         `json:"to" doc:"Last day that the numbers are about."`
	Through    string         `json:"through" doc:"Last day whose facts they know."`
	State      string         `json:"state" enum:"prepared,finished,dropped"`
	Basis      string         `json:"basis" enum:"collected,signed"`
	Currency   string         `json:"currency" example:"CNY"`
	Total      *meetingNumber `json:"total,omitempty" doc:"Of everybody together, for who sees the meeting whole."`
	FinishedAt *time.Time     `json:"finished_at,omitempty"`
	FinishedBy string         `json:"finished_by_name,omitempty"`
	Revision   int64          `json:"revision"`
}

// meetingNumber is how somebody stands; what is not known is absent.
type meetingNumber struct {
	TargetMinor   *int64 `json:"target_minor,omitempty"`
	ActualMinor   int64  `json:"actual_minor"`
	ExpectedMinor *int64 `json:"expected_minor,omitempty" doc:"What should be there by working days and season."`
	PacePPM       *int64 `json:"pace_ppm,omitempty" doc:"actual_minor over expected_minor."`
	ChancePPM     *int64 `json:"chance_ppm,omitempty" doc:"Of reaching the target, by simulation."`
	Runs          int64  `json:"runs,omitempty"`
	NeededMinor   *int64 `json:"needed_minor,omitempty" doc:"Pipeline that what remains needs: remaining ÷ (won ÷ decided) ÷ (in_time ÷ won)."`
	Won           int64  `json:"won"`
	Decided       int64  `json:"decided"`
	InTime        int64  `json:"in_time"`
	Whose         string `json:"whose" enum:"own,unit,company" doc:"Whose opportunities these counts are."`
	OpenCount     int64  `json:"open_count"`
	OpenMinor     int64  `json:"open_minor"`
	Stuck         int64  `json:"stuck"`
	Kept          int64  `json:"kept"`
	Judged        int64  `json:"judged"`
	RestMinor     int64  `json:"rest_minor,omitempty" doc:"Targets of the months to come, of a quarterly meeting."`
}

// meetingRow is somebody in a meeting.
type meetingRow struct {
	PersonID      int64         `json:"person_id"`
	Name          string        `json:"name"`
	Numbers       meetingNumber `json:"numbers"`
	Band          string        `json:"band,omitempty"`
	Words         string        `json:"words,omitempty"`
	SeenAt        *time.Time    `json:"seen_at,omitempty"`
	ProposedMinor int64         `json:"proposed_minor,omitempty"`
	Proposal      string        `json:"proposal,omitempty"`
	ChangeID      int64         `json:"change_id,omitempty"`
}

// meetingAction is what somebody is to do.
type meetingAction struct {
	ID       int64  `json:"id"`
	PersonID int64  `json:"person_id"`
	Name     string `json:"name"`
	Text     string `json:"text"`
	DueOn    string `json:"due_on"`
	Score    string `json:"score" enum:"kept,late,open,dropped"`
	Words    string `json:"words,omitempty"`
	Metric   string `json:"metric,omitempty" doc:"Of the metric book: what it is to move. The monthly report tells how it did."`
}

type meetingDetail struct {
	Meeting
	Minutes string          `json:"minutes"`
	Rows    []meetingRow    `json:"rows" nullable:"false" doc:"The own one alone, for who does not see the meeting whole."`
	Former  []meetingAction `json:"former" nullable:"false" doc:"What was agreed before."`
	Actions []meetingAction `json:"actions" nullable:"false"`
	MayRun  bool            `json:"may_run"`
}

// MeetingSettings are how meetings are held.
type MeetingSettings struct {
	Weekly     bool          `json:"weekly"`
	Weekday    int64         `json:"weekday" minimum:"1" maximum:"5" doc:"1 is Monday."`
	Monthly    bool          `json:"monthly"`
	MonthDay   int64         `json:"month_day" minimum:"1" maximum:"15" doc:"Working day of the month."`
	Quarterly  bool          `json:"quarterly"`
	QuarterDay int64         `json:"quarter_day" minimum:"1" maximum:"15"`
	Brief      bool          `json:"brief" doc:"Who leads is told in the morning what is behind."`
	Bands      []meetingBand `json:"bands" nullable:"false" maxItems:"8" doc:"The best first; the last begins at 0."`
	AdjustFrom int64         `json:"adjust_from" minimum:"1" maximum:"50" doc:"Percent that a quarter must be off for a proposal."`
	AdjustMost int64         `json:"adjust_most" minimum:"1" maximum:"50" doc:"Greatest change that is proposed, percent."`
	Revision   int64         `json:"revision,omitempty" doc:"That the change rests on; 0 checks nothing."`
}

type meetingBand struct {
	From int64  `json:"from" minimum:"0" maximum:"1000"`
	Name string `json:"name" maxLength:"60"`
}

type (
	listMeetingsInput struct {
		Kind  string `query:"kind" enum:"weekly,monthly,quarterly"`
		State string `query:"state" enum:"prepared,finished,dropped"`
	}
	callMeetingInput struct {
		Body struct {
			Kind     string `json:"kind" enum:"weekly,monthly,quarterly"`
			UnitKind string `json:"unit_kind" enum:"team,region"`
			UnitID   int64  `json:"unit_id"`
			On       string `json:"on" example:"2026-11-30"`
		}
	}
	writeMeetingInput struct {
		ByNumber
		Body struct {
			Minutes  string `json:"minutes" maxLength:"32000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	stepMeetingInput struct {
		ByNumber
		Body struct {
			To       string `json:"to" enum:"refresh,finish,drop,see"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	sayMeetingInput struct {
		ByNumber
		PersonID int64 `path:"person_id"`
		Body     struct {
			Words         *string `json:"words,omitempty" maxLength:"4000"`
			ProposedMinor int64   `json:"proposed_minor,omitempty" minimum:"0"`
			Proposal      *string `json:"proposal,omitempty" maxLength:"4000" doc:"Why; empty takes the proposal back."`
		}
	}
	agreeMeetingInput struct {
		ByNumber
		Body struct {
			PersonID int64  `json:"person_id"`
			Text     string `json:"text" maxLength:"800"`
			DueOn    string `json:"due_on"`
			Metric   string `json:"metric,omitempty" maxLength:"60" doc:"Of the metric book: what it is to move."`
		}
	}
	settleActionInput struct {
		ByNumber
		Body struct {
			State    string `json:"state" enum:"open,done,dropped"`
			Words    string `json:"words,omitempty" maxLength:"4000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	setMeetingsInput struct{ Body MeetingSettings }
)

func (a *API) meetingOperations() {
	service := a.services.Reviews
	register(a, operation{id: "list_reviews", method: http.MethodGet, path: "/reviews", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listMeetingsInput) (*listOutput[Meeting], error) {
		l, err := service.List(ctx, actor, meetings.Kind(in.Kind), meetings.State(in.State))
		return newList(l.Reviews, "", func(r meetings.Review) Meeting { return a.toAPIMeeting(&r, false) }), err
	})
	register(a, operation{id: "call_review", method: http.MethodPost, path: "/reviews", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *callMeetingInput) (*output[Meeting], error) {
		var c fact.Checker
		on := fromAPIDate(&c, "on", in.Body.On)
		if err := c.Err(); err != nil {
			return nil, err
		}
		r, err := service.Call(ctx, actor, meetings.Kind(in.Body.Kind), meetings.Unit{Kind: meetings.UnitKind(in.Body.UnitKind), ID: in.Body.UnitID}, on)
		return &output[Meeting]{a.toAPIMeeting(&r, true)}, err
	})
	register(a, operation{id: "get_review_settings", method: http.MethodGet, path: "/review-settings", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[MeetingSettings], error) {
		s, err := service.ReadSettings(ctx, actor)
		return &output[MeetingSettings]{toAPIMeetingSettings(s)}, err
	})
	register(a, operation{id: "set_review_settings", method: http.MethodPut, path: "/review-settings", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *setMeetingsInput) (*none, error) {
		b := &in.Body
		s := meetings.Settings{Weekly: b.Weekly, Weekday: b.Weekday, Monthly: b.Monthly, MonthDay: b.MonthDay, Quarterly: b.Quarterly, QuarterDay: b.QuarterDay, Brief: b.Brief, AdjustFrom: b.AdjustFrom, AdjustMost: b.AdjustMost, Revision: b.Revision}
		for _, band := range b.Bands {
			s.Bands = append(s.Bands, meetings.Band{From: band.From, Name: band.Name})
		}
		return nil, service.Set(ctx, actor, s)
	})
	a.meetingActs()
}

// meetingActs are what is done with one meeting.
func (a *API) meetingActs() {
	service := a.services.Reviews
	register(a, operation{id: "get_review", method: http.MethodGet, path: "/reviews/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[meetingDetail], error) {
		v, err := service.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		return &output[meetingDetail]{a.toAPIMeetingDetail(&v)}, nil
	})
	register(a, operation{id: "write_review", method: http.MethodPut, path: "/reviews/{id}/minutes", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *writeMeetingInput) (*none, error) {
		return nil, service.Write(ctx, actor, in.ID, in.Body.Minutes, in.Body.Revision)
	})
	register(a, operation{id: "step_review", method: http.MethodPost, path: "/reviews/{id}/step", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *stepMeetingInput) (*none, error) {
		switch in.Body.To {
		case "refresh":
			return nil, service.Refresh(ctx, actor, in.ID)
		case "finish":
			return nil, service.Finish(ctx, actor, in.ID, in.Body.Revision)
		case "drop":
			return nil, service.Drop(ctx, actor, in.ID)
		case "see":
			return nil, service.See(ctx, actor, in.ID)
		}
		return nil, errs.New(errs.KindInvalid, "form.error.choice", nil)
	})
	register(a, operation{id: "say_in_review", method: http.MethodPut, path: "/reviews/{id}/people/{person_id}", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *sayMeetingInput) (*none, error) {
		if in.Body.Words != nil {
			if err := service.Say(ctx, actor, in.ID, in.PersonID, *in.Body.Words); err != nil {
				return nil, err
			}
		}
		if in.Body.Proposal != nil {
			return nil, service.Propose(ctx, actor, in.ID, in.PersonID, in.Body.ProposedMinor, *in.Body.Proposal)
		}
		return nil, nil
	})
	register(a, operation{id: "agree_review_action", method: http.MethodPost, path: "/reviews/{id}/actions", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *agreeMeetingInput) (*output[meetingAction], error) {
		var c fact.Checker
		due := fromAPIDate(&c, "due_on", in.Body.DueOn)
		if err := c.Err(); err != nil {
			return nil, err
		}
		action, err := service.Agree(ctx, actor, meetings.Agreement{ReviewID: in.ID, PersonID: in.Body.PersonID, Text: in.Body.Text, DueOn: due, Metric: in.Body.Metric})
		return &output[meetingAction]{a.toAPIMeetingAction(&action)}, err
	})
	register(a, operation{id: "ask_target_change", method: http.MethodPost, path: "/reviews/{id}/people/{person_id}/change", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *TargetPersonPath) (*output[targetChange], error) {
		c, err := service.AskChange(ctx, actor, in.ID, in.PersonID)
		return &output[targetChange]{toAPITargetChange(c)}, err
	})
	register(a, operation{id: "settle_review_action", method: http.MethodPost, path: "/review-actions/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *settleActionInput) (*output[meetingAction], error) {
		action, err := service.Settle(ctx, actor, in.ID, meetings.ActionState(in.Body.State), in.Body.Words, in.Body.Revision)
		return &output[meetingAction]{a.toAPIMeetingAction(&action)}, err
	})
}

func toAPIMeetingSettings(s meetings.Settings) MeetingSettings {
	out := MeetingSettings{Weekly: s.Weekly, Weekday: s.Weekday, Monthly: s.Monthly, MonthDay: s.MonthDay, Quarterly: s.Quarterly, QuarterDay: s.QuarterDay, Brief: s.Brief, Bands: []meetingBand{}, AdjustFrom: s.AdjustFrom, AdjustMost: s.AdjustMost, Revision: s.Revision}
	for _, b := range s.Bands {
		out.Bands = append(out.Bands, meetingBand{b.From, b.Name})
	}
	return out
}

func (a *API) toAPIMeeting(r *meetings.Review, whole bool) Meeting {
	if r.ID == 0 {
		return Meeting{}
	}
	out := Meeting{ID: r.ID, Kind: string(r.Kind), UnitKind: string(r.Unit.Kind), UnitID: r.Unit.ID, UnitName: r.Unit.Name, On: toAPIDate(r.On), From: toAPIDate(r.Span.From), To: toAPIDate(r.Span.To - 1), Through: toAPIDate(r.Through), State: string(r.State), Basis: string(r.Basis), Currency: string(a.options.Currency()),
		FinishedAt: toAPIInstant(r.FinishedAt), FinishedBy: r.FinishedFor, Revision: r.Revision}
	if whole {
		total := toAPIMeetingNumber(&r.Total)
		out.Total = &total
	}
	return out
}

func toAPIMeetingNumber(n *meetings.Numbers) meetingNumber {
	out := meetingNumber{ActualMinor: n.ActualMinor, Won: n.Record.Won, Decided: n.Record.Decided, InTime: n.Record.InTime, Whose: string(n.Whose), OpenCount: n.OpenCount, OpenMinor: n.OpenMinor, Stuck: n.StuckCount, Kept: n.Kept, Judged: n.Judged, RestMinor: n.RestMinor}
	if n.HasTarget {
		target, expected := n.TargetMinor, n.Expected()
		out.TargetMinor, out.ExpectedMinor = &target, &expected
	}
	if index, known := n.Index(); known {
		out.PacePPM = &index
	}
	if needed, known := n.Needed(); known {
		out.NeededMinor = &needed
	}
	if n.Forecast != nil {
		chance := n.Forecast.Chance()
		out.ChancePPM, out.Runs = &chance, n.Forecast.Runs
	}
	return out
}

func (a *API) toAPIMeetingAction(action *meetings.Action) meetingAction {
	return meetingAction{action.ID, action.PersonID, action.PersonName, action.Text, toAPIDate(action.DueOn), string(action.Score(a.services.Reviews.Today())), action.Words, action.Metric}
}

func (a *API) toAPIMeetingDetail(v *meetings.Shown) meetingDetail {
	out := meetingDetail{Meeting: a.toAPIMeeting(&v.Review, v.Whole), Minutes: v.Minutes, Rows: []meetingRow{}, Former: []meetingAction{}, Actions: []meetingAction{}, MayRun: v.MayRun}
	rows := v.Rows
	if !v.Whole && v.Mine != nil {
		rows = []meetings.Row{*v.Mine}
	}
	for i := range rows {
		w := &rows[i]
		row := meetingRow{PersonID: w.PersonID, Name: w.Name, Numbers: toAPIMeetingNumber(&w.Numbers), Words: w.Words, SeenAt: toAPIInstant(w.SeenAt), ProposedMinor: w.Proposed, Proposal: w.Proposal, ChangeID: w.ChangeID}
		if v.Whole || v.State == meetings.StateFinished {
			row.Band = w.Band
		}
		out.Rows = append(out.Rows, row)
	}
	for i := range v.Former {
		c := &v.Former[i]
		out.Former = append(out.Former, meetingAction{c.ID, c.PersonID, c.Name, c.Text, toAPIDate(c.DueOn), string(c.Score), c.Words, ""})
	}
	for i := range v.Actions {
		action := &v.Actions[i]
		out.Actions = append(out.Actions, meetingAction{action.ID, action.PersonID, action.PersonName, action.Text, toAPIDate(action.DueOn), string(action.Score(v.Today)), action.Words, action.Metric})
	}
	return out
}
