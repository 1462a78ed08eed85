package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
)

// PriorityTable is the table of priorities.
type PriorityTable struct {
	ID            int64         `json:"id,omitempty" doc:"Absent of what is not settled."`
	On            string        `json:"on" example:"2026-11-30"`
	Note          string        `json:"note,omitempty"`
	ByName        string        `json:"by_name,omitempty"`
	Frame         PriorityFrame `json:"frame"`
	FrameRevision int64         `json:"frame_revision"`
	Rows          []priorityRow `json:"rows" nullable:"false" doc:"By RICE."`
	Chosen        []int64       `json:"chosen" nullable:"false" doc:"In the order in which they can be done."`
	Benefit       int64         `json:"benefit" doc:"Sum of reach × impact × confidence, in ten thousandths."`
	CostMinor     int64         `json:"cost_minor"`
	Effort        int64         `json:"effort_tenths"`
	Proven        bool          `json:"proven" doc:"Nothing within the frame brings more."`
	Most          int64         `json:"benefit_most" doc:"What could be brought at most."`
	Fits          bool          `json:"fits" doc:"Whether what must be done fits into the frame."`
}

type (
	// PriorityFrame is what there is to spend, and what is short and mid term.
	PriorityFrame struct {
		BudgetMinor *int64 `json:"budget_minor,omitempty" minimum:"0" doc:"Absent for no limit."`
		Capacity    *int64 `json:"capacity_tenths,omitempty" minimum:"0" doc:"Tenths of person-days; absent for no limit."`
		ShortEffort int64  `json:"short_effort_tenths" minimum:"0"`
		ShortWeeks  int64  `json:"short_weeks" minimum:"0"`
		MidEffort   int64  `json:"mid_effort_tenths" minimum:"0"`
		MidWeeks    int64  `json:"mid_weeks" minimum:"0"`
	}
	// PriorityEntry is a measure as it is written down.
	PriorityEntry struct {
		Title      string          `json:"title" maxLength:"400"`
		Detail     string          `json:"detail,omitempty" maxLength:"8000"`
		ProblemIDs []int64         `json:"problem_ids,omitempty" maxItems:"20"`
		Reach      int64           `json:"reach" doc:"People, customers or deals in a quarter."`
		Impact     int64           `json:"impact_hundredths"`
		Confidence int64           `json:"confidence_percent"`
		Effort     int64           `json:"effort_tenths" doc:"Tenths of person-days."`
		CostMinor  int64           `json:"cost_minor,omitempty"`
		DelayWeeks int64           `json:"delay_weeks,omitempty" doc:"From its start until it works."`
		Needs      []int64         `json:"needs,omitempty" maxItems:"200"`
		Must       bool            `json:"must,omitempty"`
		Reasons    priorityReasons `json:"reasons,omitzero"`
	}
	priorityReasons struct {
		Reach      string `json:"reach,omitempty" maxLength:"1200"`
		Impact     string `json:"impact,omitempty" maxLength:"1200"`
		Confidence string `json:"confidence,omitempty" maxLength:"1200"`
		Effort     string `json:"effort,omitempty" maxLength:"1200"`
	}
	priorityItem struct {
		ID           int64  `json:"id"`
		State        string `json:"state" enum:"candidate,parked,started"`
		InitiativeID int64  `json:"initiative_id,omitempty"`
		Revision     int64  `json:"revision"`
		PriorityEntry
	}
	priorityRow struct {
		ID       int64         `json:"id"`
		Number   int           `json:"number"`
		Score    string        `json:"rice" doc:"Two decimals."`
		Horizon  string        `json:"horizon" enum:"short,mid,long"`
		Quadrant string        `json:"quadrant" enum:"first,project,aside,later"`
		Chosen   bool          `json:"chosen"`
		Left     *priorityLeft `json:"left,omitempty"`
		PriorityEntry
	}
	priorityLeft struct {
		Reason      string  `json:"reason" enum:"no_effect,too_much,no_room"`
		LacksMinor  int64   `json:"lacks_minor,omitempty"`
		LacksEffort int64   `json:"lacks_effort_tenths,omitempty"`
		Waits       []int64 `json:"waits,omitempty"`
	}
	addPriorityInput    struct{ Body PriorityEntry }
	changePriorityInput struct {
		ByNumber
		Body struct {
			PriorityEntry
			Revision int64 `json:"revision,omitempty"`
		}
	}
	parkPriorityInput struct {
		ByNumber
		Body struct {
			Park     bool  `json:"park"`
			Revision int64 `json:"revision,omitempty"`
		}
	}
	startPriorityInput struct {
		ByNumber
		Body struct {
			Revision int64 `json:"revision,omitempty"`
		}
	}
	setPriorityFrameInput struct {
		Body struct {
			PriorityFrame
			Revision int64 `json:"revision" doc:"That was seen."`
		}
	}
	settlePriorityInput struct {
		Body struct {
			Note string `json:"note,omitempty" maxLength:"8000"`
		}
	}
)

func (a *API) priorityOperations() {
	service := a.services.Priorities
	register(a, operation{id: "get_priorities", method: http.MethodGet, path: "/priorities", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[PriorityTable], error) {
		v, err := service.Show(ctx, actor)
		out := toAPIPriorities(&v.Table)
		out.FrameRevision = v.FrameRevision
		return &output[PriorityTable]{out}, err
	})
	register(a, operation{id: "add_priority_item", method: http.MethodPost, path: "/priorities/items", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *addPriorityInput) (*output[priorityItem], error) {
		item, err := service.Save(ctx, actor, in.Body.entry(0, 0))
		return &output[priorityItem]{toAPIPriorityItem(&item)}, err
	})
	register(a, operation{id: "change_priority_item", method: http.MethodPut, path: "/priorities/items/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *changePriorityInput) (*output[priorityItem], error) {
		item, err := service.Save(ctx, actor, in.Body.entry(in.ID, in.Body.Revision))
		return &output[priorityItem]{toAPIPriorityItem(&item)}, err
	})
	register(a, operation{id: "park_priority_item", method: http.MethodPost, path: "/priorities/items/{id}/park", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *parkPriorityInput) (*none, error) {
		return nil, service.Park(ctx, actor, in.ID, in.Body.Park, in.Body.Revision)
	})
	register(a, operation{id: "start_priority_item", method: http.MethodPost, path: "/priorities/items/{id}/start", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *startPriorityInput) (*output[priorityItem], error) {
		item, err := service.Start(ctx, actor, in.ID, in.Body.Revision)
		return &output[priorityItem]{toAPIPriorityItem(&item)}, err
	})
	register(a, operation{id: "set_priority_frame", method: http.MethodPut, path: "/priorities/frame", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *setPriorityFrameInput) (*none, error) {
		f := priority.Frame{Bounds: priority.Bounds{ShortEffort: in.Body.ShortEffort, ShortWeeks: in.Body.ShortWeeks, MidEffort: in.Body.MidEffort, MidWeeks: in.Body.MidWeeks}}
		if in.Body.BudgetMinor != nil {
			f.HasBudget, f.BudgetMinor = true, *in.Body.BudgetMinor
		}
		if in.Body.Capacity != nil {
			f.HasCapacity, f.Capacity = true, *in.Body.Capacity
		}
		return nil, service.SetFrame(ctx, actor, f, in.Body.Revision)
	})
	register(a, operation{id: "list_priority_tables", method: http.MethodGet, path: "/priorities/tables", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[PriorityTable], error) {
		list, err := service.Tables(ctx, actor)
		return newList(list, "", toAPISettled), err
	})
	register(a, operation{id: "settle_priority_table", method: http.MethodPost, path: "/priorities/tables", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *settlePriorityInput) (*output[PriorityTable], error) {
		s, err := service.Settle(ctx, actor, in.Body.Note)
		return &output[PriorityTable]{toAPISettled(s)}, err
	})
	register(a, operation{id: "get_priority_table", method: http.MethodGet, path: "/priorities/tables/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[PriorityTable], error) {
		s, err := service.Settled(ctx, actor, in.ID)
		return &output[PriorityTable]{toAPISettled(s)}, err
	})
}

func (e *PriorityEntry) entry(id, seen int64) prioritybook.Entry {
	return prioritybook.Entry{ID: id, Title: e.Title, Detail: e.Detail, ProblemIDs: e.ProblemIDs, Reach: e.Reach, Impact: e.Impact, Confidence: e.Confidence, Effort: e.Effort, CostMinor: e.CostMinor, DelayWeeks: e.DelayWeeks, Needs: e.Needs, Must: e.Must,
		Reasons: prioritybook.Reasons(e.Reasons), Seen: seen}
}

func toAPIPriorityItem(i *prioritybook.Item) priorityItem {
	return priorityItem{ID: i.ID, State: string(i.State), InitiativeID: i.InitiativeID, Revision: i.Revision, PriorityEntry: PriorityEntry{i.Title, i.Detail, i.ProblemIDs, i.Reach, i.Impact, i.Confidence, i.Effort, i.CostMinor, i.DelayWeeks, i.Needs, i.Must, priorityReasons(i.Reasons)}}
}

func toAPISettled(s prioritybook.Settled) PriorityTable {
	out := toAPIPriorities(&s.Table)
	out.ID, out.Note, out.ByName = s.ID, s.Note, s.ByName
	return out
}

func toAPIPriorities(t *prioritybook.Table) PriorityTable {
	c, f := &t.Choice, &t.Frame
	out := PriorityTable{On: toAPIDate(t.On), Frame: PriorityFrame{ShortEffort: f.Bounds.ShortEffort, ShortWeeks: f.Bounds.ShortWeeks, MidEffort: f.Bounds.MidEffort, MidWeeks: f.Bounds.MidWeeks}, Rows: []priorityRow{}, Chosen: append([]int64{}, c.Chosen...), Benefit: c.Benefit, CostMinor: c.CostMinor, Effort: c.Effort, Proven: c.Proven, Most: c.Most, Fits: c.Fits}
	if f.HasBudget {
		out.Frame.BudgetMinor = &f.BudgetMinor
	}
	if f.HasCapacity {
		out.Frame.Capacity = &f.Capacity
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		item := r.Item()
		row := priorityRow{ID: r.ID, Number: r.Number, Score: item.Score().FloatString(2), Horizon: string(r.Horizon), Quadrant: string(r.Quadrant), Chosen: r.Chosen,
			PriorityEntry: PriorityEntry{r.Title, "", r.ProblemIDs, r.Reach, r.Impact, r.Confidence, r.Effort, r.CostMinor, r.DelayWeeks, r.Needs, r.Must, priorityReasons(r.Reasons)}}
		if l := r.Left; l != nil {
			row.Left = &priorityLeft{string(l.Reason), l.LacksMinor, l.LacksEffort, l.Waits}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
