package api

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	found "xiaoguan/internal/finding"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/problem"
)

// SalesProblem is an entry of the list of problems.
type SalesProblem struct {
	ID         int64          `json:"id"`
	Kind       string         `json:"kind,omitempty" doc:"Of docs/diagnosis-kinds.md; absent for own words."`
	Area       string         `json:"area" enum:"target,process,pipeline,collection,customer,team,incentive,data"`
	Name       string         `json:"name"`
	Detail     string         `json:"detail,omitempty"`
	Said       string         `json:"said,omitempty" doc:"What was measured, in a sentence."`
	Place      problemPlace   `json:"place"`
	Sources    []string       `json:"sources" nullable:"false"`
	Severity   string         `json:"severity" enum:"high,medium,low"`
	Fixed      bool           `json:"fixed" doc:"A rule gives the severity, whatever the score."`
	Score      int            `json:"score" doc:"Gravity times urgency times tendency: 1 to 125."`
	Rating     problemRating  `json:"rating"`
	Chosen     bool           `json:"chosen" doc:"People chose the rating; otherwise it is proposed."`
	MoneyMinor *int64         `json:"money_minor,omitempty"`
	Figure     *problemFigure `json:"figure,omitempty"`
	Rows       []problemRow   `json:"rows" nullable:"false"`
	OwnerID    int64          `json:"owner_id,omitempty"`
	OwnerName  string         `json:"owner_name,omitempty"`
	Status     string         `json:"status" enum:"open,confirmed,in_action,solved,refuted,merged"`
	Verdict    string         `json:"verdict,omitempty" enum:"confirmed,refuted"`
	MergedInto int64          `json:"merged_into,omitempty"`
	LastRunID  int64          `json:"last_diagnosis,omitempty"`
	UnseenRun  int64          `json:"unseen_by,omitempty" doc:"The last diagnosis that looked for it and did not find it."`
	SeenAt     *time.Time     `json:"seen_at,omitempty"`
	CreatedAt  time.Time      `json:"created_at"`
	Revision   int64          `json:"revision"`
}

type (
	problemPlace struct {
		Level    string `json:"level"`
		Key      string `json:"key,omitempty"`
		Name     string `json:"name" doc:"The place in words."`
		Narrow   string `json:"narrow,omitempty"`
		RegionID int64  `json:"region_id,omitempty"`
		TeamID   int64  `json:"team_id,omitempty"`
		PersonID int64  `json:"person_id,omitempty"`
	}
	problemRating struct {
		Gravity  int `json:"gravity" minimum:"0" maximum:"5"`
		Urgency  int `json:"urgency" minimum:"0" maximum:"5"`
		Tendency int `json:"tendency" minimum:"0" maximum:"5"`
	}
	problemFigure struct {
		Value      string `json:"value" example:"0.59" doc:"In the unit; a share of 0.59 is 59 %."`
		Usual      string `json:"usual"`
		Unit       string `json:"unit"`
		Cases      int64  `json:"cases"`
		Hits       *int64 `json:"hits,omitempty"`
		Confidence string `json:"confidence"`
		Size       string `json:"size" doc:"How many times the least of its kind."`
	}
	problemRow struct {
		Part   string `json:"part,omitempty"`
		Record string `json:"record"`
		Person string `json:"person,omitempty"`
		Value  string `json:"value"`
		Usual  string `json:"usual"`
		Day    string `json:"day,omitempty"`
		Link   string `json:"link,omitempty"`
	}
	problemEvent struct {
		At     time.Time `json:"at"`
		Kind   string    `json:"kind"`
		By     string    `json:"by,omitempty"`
		Source string    `json:"source,omitempty"`
		Run    int64     `json:"diagnosis,omitempty"`
		Other  int64     `json:"other,omitempty"`
		Text   string    `json:"text,omitempty"`
		Link   string    `json:"link,omitempty"`
		Status string    `json:"status,omitempty"`
		Owner  string    `json:"owner,omitempty"`
	}
	problemDocument struct {
		SalesProblem
		History []problemEvent `json:"history" nullable:"false"`
		Merged  []int64        `json:"merged" nullable:"false" doc:"Problems that are merged into it."`
	}
	problemList struct {
		Items []SalesProblem `json:"items" nullable:"false"`
		Total int64          `json:"total"`
	}
	listFoundProblemsInput struct {
		Severity string `query:"severity" enum:"high,medium,low"`
		Area     string `query:"area" enum:"target,process,pipeline,collection,customer,team,incentive,data"`
		Source   string `query:"source" enum:"detected,interview,questionnaire,review,reported"`
		Status   string `query:"status" enum:"open,confirmed,in_action,solved,refuted,merged"`
		Owner    int64  `query:"owner" minimum:"-1" doc:"A person; -1 for those without an owner."`
		Region   int64  `query:"region" minimum:"0"`
		Team     int64  `query:"team" minimum:"0"`
		Run      int64  `query:"diagnosis" minimum:"0"`
		Offset   int    `query:"offset" minimum:"0"`
		Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}
	raiseProblemInput struct {
		Body struct {
			Kind     string         `json:"kind,omitempty" maxLength:"100"`
			Area     string         `json:"area,omitempty" enum:"target,process,pipeline,collection,customer,team,incentive,data"`
			Title    string         `json:"title,omitempty" maxLength:"400"`
			Detail   string         `json:"detail,omitempty" maxLength:"8000"`
			Level    string         `json:"level" enum:"company,region,team,person,product,source,stage,rule"`
			PlaceID  int64          `json:"place_id,omitempty" doc:"Of a region, team or person."`
			PlaceKey string         `json:"place_key,omitempty" maxLength:"100" doc:"Of a product, source, stage or rule."`
			Source   string         `json:"source,omitempty" enum:"interview,questionnaire,review,reported"`
			Evidence string         `json:"evidence" maxLength:"8000"`
			Link     string         `json:"link,omitempty" maxLength:"1200"`
			Rating   *problemRating `json:"rating,omitempty"`
			OwnerID  int64          `json:"owner_id,omitempty"`
		}
	}
	rateProblemInput struct {
		ByNumber
		Body struct {
			Gravity  int    `json:"gravity" minimum:"1" maximum:"5"`
			Urgency  int    `json:"urgency" minimum:"1" maximum:"5"`
			Tendency int    `json:"tendency" minimum:"1" maximum:"5"`
			Why      string `json:"why,omitempty" maxLength:"8000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	assignProblemInput struct {
		ByNumber
		Body struct {
			OwnerID  int64 `json:"owner_id" minimum:"0" doc:"A person; 0 for nobody."`
			Revision int64 `json:"revision,omitempty"`
		}
	}
	moveProblemInput struct {
		ByNumber
		Body struct {
			Status   string `json:"status" enum:"open,confirmed,in_action,solved,refuted"`
			Note     string `json:"note,omitempty" maxLength:"8000"`
			Revision int64  `json:"revision,omitempty"`
		}
	}
	mergeProblemInput struct {
		ByNumber
		Body struct {
			Into int64 `json:"into" minimum:"1"`
		}
	}
)

func (a *API) problemOperations() {
	service := a.services.Problems
	register(a, operation{id: "list_problems", method: http.MethodGet, path: "/problems", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listFoundProblemsInput) (*output[problemList], error) {
		f := problem.Filter{Severity: problem.Severity(in.Severity), Area: found.Area(in.Area), Source: problem.Source(in.Source), OwnerID: in.Owner, RegionID: in.Region, TeamID: in.Team, RunID: in.Run, Limit: in.Limit, Offset: in.Offset}
		if in.Status != "" {
			f.Statuses = []problem.Status{problem.Status(in.Status)}
		}
		l, err := service.List(ctx, actor, f)
		out := problemList{Items: []SalesProblem{}, Total: l.Total}
		for i := range l.Problems {
			l.Problems[i].Rows = nil // they are of the one that is asked for
			out.Items = append(out.Items, toAPIFoundProblem(ctx, &l.Problems[i]))
		}
		return &output[problemList]{out}, err
	})
	register(a, operation{id: "raise_problem", method: http.MethodPost, path: "/problems", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *raiseProblemInput) (*output[SalesProblem], error) {
		b := &in.Body
		entry := problem.Entry{Kind: found.Kind(b.Kind), Area: found.Area(b.Area), Title: b.Title, Detail: b.Detail, Where: problem.Where{Level: found.Level(b.Level), ID: b.PlaceID, Key: b.PlaceKey}, Source: problem.Source(b.Source), Evidence: b.Evidence, Link: b.Link, OwnerID: b.OwnerID}
		if b.Rating != nil {
			entry.Rating = problem.Rating(*b.Rating)
		}
		return shownProblem(ctx)(service.Raise(ctx, actor, entry))
	})
	register(a, operation{id: "get_problem", method: http.MethodGet, path: "/problems/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[problemDocument], error) {
		v, err := service.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		out := problemDocument{SalesProblem: toAPIFoundProblem(ctx, &v.Problem), History: []problemEvent{}, Merged: []int64{}}
		for _, e := range v.Events {
			out.History = append(out.History, problemEvent{e.At, string(e.Kind), e.ByName, string(e.Source), e.RunID, e.OtherID, e.Text, e.Link, string(e.Status), e.OwnerName})
		}
		for i := range v.Merged {
			out.Merged = append(out.Merged, v.Merged[i].ID)
		}
		return &output[problemDocument]{out}, nil
	})
	register(a, operation{id: "rate_problem", method: http.MethodPost, path: "/problems/{id}/rating", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *rateProblemInput) (*output[SalesProblem], error) {
		return shownProblem(ctx)(service.Rate(ctx, actor, problem.Grade{ID: in.ID, Rating: problem.Rating{Gravity: in.Body.Gravity, Urgency: in.Body.Urgency, Tendency: in.Body.Tendency}, Why: in.Body.Why, Seen: in.Body.Revision}))
	})
	register(a, operation{id: "assign_problem", method: http.MethodPost, path: "/problems/{id}/owner", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *assignProblemInput) (*output[SalesProblem], error) {
		return shownProblem(ctx)(service.Assign(ctx, actor, in.ID, in.Body.OwnerID, in.Body.Revision))
	})
	register(a, operation{id: "move_problem", method: http.MethodPost, path: "/problems/{id}/status", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *moveProblemInput) (*output[SalesProblem], error) {
		return shownProblem(ctx)(service.SetStatus(ctx, actor, problem.Move{ID: in.ID, Status: problem.Status(in.Body.Status), Note: in.Body.Note, Seen: in.Body.Revision}))
	})
	register(a, operation{id: "merge_problem", method: http.MethodPost, path: "/problems/{id}/merge", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *mergeProblemInput) (*output[SalesProblem], error) {
		return shownProblem(ctx)(service.Merge(ctx, actor, in.ID, in.Body.Into))
	})
	register(a, operation{id: "unmerge_problem", method: http.MethodDelete, path: "/problems/{id}/merge", tag: "sales", status: http.StatusOK}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[SalesProblem], error) {
		return shownProblem(ctx)(service.Unmerge(ctx, actor, in.ID))
	})
}

// shownProblem answers with a problem.
func shownProblem(ctx context.Context) func(p problem.Problem, err error) (*output[SalesProblem], error) {
	return func(p problem.Problem, err error) (*output[SalesProblem], error) {
		if err != nil {
			return nil, err
		}
		return &output[SalesProblem]{toAPIFoundProblem(ctx, &p)}, nil
	}
}

func toAPIFoundProblem(ctx context.Context, p *problem.Problem) SalesProblem {
	printer := httpx.PrinterFrom(ctx)
	out := SalesProblem{ID: p.ID, Kind: string(p.Kind), Area: string(p.Area), Name: p.Name(printer), Detail: p.Detail, Place: toAPIProblemPlace(ctx, p.Place), Sources: []string{}, Severity: string(p.Severity()), Fixed: p.Fixed != "", Score: p.Rating().Score(), Rating: problemRating(p.Rating()), Chosen: p.Chosen.Known(),
		Figure: toAPIProblemFigure(p.Figure), Rows: toAPIProblemRows(p.Rows), OwnerID: p.OwnerID, OwnerName: p.OwnerName, Status: string(p.Status), Verdict: string(p.Verdict), MergedInto: p.MergedInto, LastRunID: p.LastRunID, UnseenRun: p.UnseenRun, SeenAt: toAPIInstant(p.SeenAt), CreatedAt: p.CreatedAt, Revision: p.Revision}
	for _, s := range p.Sources {
		out.Sources = append(out.Sources, string(s))
	}
	if p.Worth {
		out.MoneyMinor = &p.MoneyMinor
	}
	if p.Figure != nil {
		out.Said = found.Finding{Kind: p.Kind, Value: p.Figure.Value, Usual: p.Figure.Usual, Unit: p.Figure.Unit, Cases: p.Figure.Cases}.Say(printer)
	}
	return out
}

func toAPIProblemPlace(ctx context.Context, at problem.Place) problemPlace {
	return problemPlace{string(at.Level), at.Key, at.Say(httpx.PrinterFrom(ctx)), at.Narrow, at.RegionID, at.TeamID, at.PersonID}
}

func toAPIProblemFigure(f *problem.Figure) *problemFigure {
	if f == nil {
		return nil
	}
	out := &problemFigure{Value: decimalText(f.Value), Usual: decimalText(f.Usual), Unit: string(f.Unit), Cases: f.Cases, Confidence: decimalText(f.Confidence), Size: decimalText(f.Size)}
	if f.Hits >= 0 {
		out.Hits = &f.Hits
	}
	return out
}

func toAPIProblemRows(list []problem.Row) []problemRow {
	out := []problemRow{}
	for _, r := range list {
		out = append(out, problemRow{string(r.Part), r.Record, r.Person, decimalText(r.Value), decimalText(r.Usual), r.Day, r.Link})
	}
	return out
}

// decimalText writes a figure of statistics: numbers of documents are whole, everything else is text.
func decimalText(value float64) string {
	return strconv.FormatFloat(math.Round(value*1e6)/1e6, 'f', -1, 64)
}
