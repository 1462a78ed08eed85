package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/reassign"
)

// Reassignment is a proposal of who should have which customer.
type Reassignment struct {
	ID         int64            `json:"id"`
	State      string           `json:"state" enum:"running,ready,failed"`
	Ask        ReassignmentAsk  `json:"ask"`
	CreatedBy  string           `json:"created_by_name"`
	CreatedAt  time.Time        `json:"created_at"`
	On         string           `json:"on,omitempty" doc:"The day whose facts it rests on."`
	Until      string           `json:"until,omitempty" doc:"The last day on which something of it may be accepted."`
	Failure    string           `json:"failure,omitempty"`
	Customers  int              `json:"customers" doc:"That were looked at."`
	WithReason int              `json:"with_reason"`
	Kept       int              `json:"kept" doc:"With a reason, and left alone as was asked."`
	Fitting    int              `json:"fitting" doc:"With a reason, and their owner has time for them after all."`
	Moved      int              `json:"moved"`
	Beyond     int              `json:"beyond" doc:"Would move but for the number that was allowed."`
	Stay       int              `json:"stay" doc:"Nobody could take them."`
	Capacity   int64            `json:"capacity_minutes" doc:"Work in 30 days that each has time for."`
	InputHash  string           `json:"input_hash,omitempty"`
	Loads      []reassignedLoad `json:"loads" nullable:"false"`
}

// reassignedLoad is somebody's work before and after.
type reassignedLoad struct {
	PersonID      int64  `json:"person_id"`
	Name          string `json:"name,omitempty"`
	Left          bool   `json:"left"`
	MinutesBefore int64  `json:"minutes_before"`
	MinutesAfter  int64  `json:"minutes_after"`
	MinutesFree   int64  `json:"minutes_free" doc:"That customers who stay for sure leave: how full somebody is counts against all of the time that there is."`
	Before        [3]int `json:"customers_before" doc:"Of A, B and C."`
	After         [3]int `json:"customers_after"`
}

// reassignmentMove is a customer of a proposal.
type reassignmentMove struct {
	CustomerID   int64             `json:"customer_id"`
	CustomerName string            `json:"customer_name"`
	State        string            `json:"state" enum:"proposed,asked,done,gone,stays"`
	FromID       int64             `json:"from_id,omitempty" doc:"Absent from a pool."`
	FromName     string            `json:"from_name,omitempty"`
	ToID         int64             `json:"to_id,omitempty" doc:"Absent when nobody could take it."`
	ToName       string            `json:"to_name,omitempty"`
	Tier         string            `json:"tier"`
	Reasons      []reassignedFor   `json:"reasons" nullable:"false"`
	Away         bool              `json:"away" doc:"Out of its region."`
	Cost         int64             `json:"cost" doc:"Of the change and of the distance."`
	FromLoad     int64             `json:"from_load" doc:"Percent of the work there is time for, before."`
	ToLoad       int64             `json:"to_load" doc:"The same of the receiver, after everything."`
	Others       []reassignedOther `json:"others" nullable:"false" doc:"Who else could take it."`
	Full         int               `json:"full" doc:"How many could but for their work."`
	Unfit        int               `json:"unfit" doc:"How many are of another level."`
	Constraint   string            `json:"constraint,omitempty" doc:"Why it stays: level, territory or room."`
}

type reassignedFor struct {
	Reason string `json:"reason" enum:"leaver,tier,pool,cadence,region,overload"`
	Number int64  `json:"number,omitempty" doc:"Days late, or percent of the work there is time for."`
}

type reassignedOther struct {
	PersonID int64 `json:"person_id"`
	Away     bool  `json:"away"`
	Load     int64 `json:"load"`
}

// reassignmentDecision is what was accepted at once.
type reassignmentDecision struct {
	ID        int64  `json:"id"`
	State     string `json:"state" enum:"asked,done,refused"`
	Customers int64  `json:"customers"`
	ActID     int64  `json:"act_id,omitempty" doc:"The act that can be taken back."`
	RequestID string `json:"request_id,omitempty"`
	Reason    string `json:"reason"`
}

// reassignmentDetail is a proposal with what was accepted of it.
type reassignmentDetail struct {
	Reassignment
	Decisions []reassignmentDecision `json:"decisions" nullable:"false"`
}

// reassignmentSame says whether a proposal comes out the same.
type reassignmentSame struct {
	Input  bool `json:"input" doc:"What was kept is what was looked at."`
	Result bool `json:"result" doc:"It gives the same proposal."`
}

type (
	// ReassignmentAsk is what a proposal is to reach, and what it must leave alone.
	ReassignmentAsk struct {
		TeamID          int64    `json:"team_id,omitempty"`
		RegionID        int64    `json:"region_id,omitempty"`
		Pool            string   `json:"pool,omitempty" maxLength:"100" doc:"Customers of this pool are given out, too; with the reason pool."`
		Reasons         []string `json:"reasons" nullable:"false" maxItems:"10" enum:"leaver,tier,pool,cadence,region,overload"`
		MovedMost       int      `json:"moved_most" minimum:"1" maximum:"2000"`
		OverPercent     int      `json:"over_percent,omitempty" minimum:"0" maximum:"500"`
		HoursMost       int      `json:"hours_most,omitempty" minimum:"0" maximum:"720"`
		OverdueDays     int      `json:"overdue_days" minimum:"1" maximum:"3660"`
		KeepLate        bool     `json:"keep_late"`
		KeepContactDays int      `json:"keep_contact_days" minimum:"0" maximum:"3660"`
	}
	startReassignmentInput struct {
		Body ReassignmentAsk
	}
	listReassignedInput struct {
		ByNumber
		Paging
		State string `query:"state" enum:"proposed,asked,done,gone,stays"`
	}
	acceptReassignmentInput struct {
		ByNumber
		Body struct {
			Customers []int64 `json:"customers,omitempty" maxItems:"2000"`
			All       bool    `json:"all,omitempty" doc:"Everything that is still proposed."`
			WithWork  bool    `json:"with_work" doc:"Open opportunities and tasks go along."`
			Reason    string  `json:"reason" maxLength:"300"`
		}
	}
)

func (a *API) reassignOperations() {
	service := a.services.Reassign
	register(a, operation{id: "list_reassignments", method: http.MethodGet, path: "/reassignments", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[Reassignment], error) {
		list, err := service.List(ctx, actor)
		return newList(list, "", a.toAPIReassignment), err
	})
	register(a, operation{id: "start_reassignment", method: http.MethodPost, path: "/reassignments", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, in *startReassignmentInput) (*output[Reassignment], error) {
		run, err := service.Start(ctx, actor, in.Body.ask())
		return &output[Reassignment]{a.toAPIReassignment(run)}, err
	})
	register(a, operation{id: "get_reassignment", method: http.MethodGet, path: "/reassignments/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[reassignmentDetail], error) {
		v, err := service.Get(ctx, actor, in.ID)
		return &output[reassignmentDetail]{reassignmentDetail{a.toAPIReassignment(v.Run), newList(v.Decisions, "", toAPIDecision).Body.Items}}, err
	})
	register(a, operation{id: "list_reassigned_customers", method: http.MethodGet, path: "/reassignments/{id}/customers", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listReassignedInput) (*listOutput[reassignmentMove], error) {
		after, _ := strconv.ParseInt(in.Cursor, 10, 64) // of no number is the first part
		rows, next, err := service.Rows(ctx, actor, reassign.RowFilter{RunID: in.ID, State: reassign.MoveState(in.State), After: after, Limit: in.Limit})
		cursor := ""
		if next > 0 {
			cursor = strconv.FormatInt(next, 10)
		}
		return newList(rows, cursor, toAPIReassigned), err
	})
	register(a, operation{id: "accept_reassignment", method: http.MethodPost, path: "/reassignments/{id}/accept", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *acceptReassignmentInput) (*output[reassignmentDecision], error) {
		d, err := service.Accept(ctx, actor, reassign.Acceptance{RunID: in.ID, Customers: in.Body.Customers, All: in.Body.All, WithWork: in.Body.WithWork, Reason: in.Body.Reason})
		return &output[reassignmentDecision]{toAPIDecision(d)}, err
	})
	register(a, operation{id: "verify_reassignment", method: http.MethodPost, path: "/reassignments/{id}/verify", tag: "sales", reads: true}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[reassignmentSame], error) {
		same, err := service.Verify(ctx, actor, in.ID)
		return &output[reassignmentSame]{reassignmentSame(same)}, err
	})
}

func (in ReassignmentAsk) ask() reassign.Ask {
	ask := reassign.Ask{TeamID: in.TeamID, RegionID: in.RegionID, Pool: in.Pool, MovedMost: in.MovedMost, OverPercent: in.OverPercent, HoursMost: in.HoursMost, OverdueDays: in.OverdueDays, KeepLate: in.KeepLate, KeepContactDays: in.KeepContactDays}
	for _, r := range in.Reasons {
		ask.Reasons = append(ask.Reasons, reassign.Reason(r))
	}
	return ask
}

func (a *API) toAPIReassignment(run reassign.Run) Reassignment {
	ask, r := &run.Ask, &run.Result
	out := Reassignment{ID: run.ID, State: string(run.State), CreatedBy: run.CreatedName, CreatedAt: run.CreatedAt, Failure: a.english.Message(run.Failure), Customers: r.Customers, WithReason: r.WithWhy, Kept: r.Kept, Fitting: r.Fitting, Moved: r.Moved,
		Beyond: r.Beyond, Stay: r.Stay, Capacity: r.Capacity, InputHash: run.InputHash, Loads: []reassignedLoad{}}
	out.Ask = ReassignmentAsk{TeamID: ask.TeamID, RegionID: ask.RegionID, Pool: ask.Pool, Reasons: []string{}, MovedMost: ask.MovedMost, OverPercent: ask.OverPercent, HoursMost: ask.HoursMost, OverdueDays: ask.OverdueDays, KeepLate: ask.KeepLate, KeepContactDays: ask.KeepContactDays}
	for _, reason := range ask.Reasons {
		out.Ask.Reasons = append(out.Ask.Reasons, string(reason))
	}
	if run.State == reassign.StateReady {
		out.On, out.Until = toAPIDate(r.On), toAPIDate(run.Until())
	}
	for _, l := range r.Loads {
		out.Loads = append(out.Loads, reassignedLoad{l.ID, l.Name, l.Left, l.Minutes, l.MinutesAfter, l.Free, l.Before, l.After})
	}
	return out
}

func toAPIReassigned(row reassign.Row) reassignmentMove {
	out := reassignmentMove{CustomerID: row.CustomerID, CustomerName: row.CustomerName, State: string(row.State), FromID: row.FromID, FromName: row.FromName, ToID: row.ToID, ToName: row.ToName, Tier: string(row.Tier), Reasons: []reassignedFor{}, Away: row.Away,
		Cost: row.MoveCost + row.AwayCost, FromLoad: row.FromLoad, ToLoad: row.ToLoad, Others: []reassignedOther{}, Full: row.Full, Unfit: row.Unfit, Constraint: string(row.Constraint)}
	for _, w := range row.Why {
		out.Reasons = append(out.Reasons, reassignedFor{string(w.Reason), w.Number})
	}
	for _, o := range row.Others {
		out.Others = append(out.Others, reassignedOther{o.ID, o.Away, o.Load})
	}
	return out
}

func toAPIDecision(d reassign.Decision) reassignmentDecision {
	return reassignmentDecision{d.ID, string(d.State), d.Customers, d.ActID, d.RequestID, d.Reason}
}
