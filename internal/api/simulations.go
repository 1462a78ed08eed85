package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
)

// candidate is a change of the plans that were in force.
type candidate struct {
	Versions []string `json:"versions" nullable:"false" doc:"Ids of plan versions, drafts too, that take the place of their documents' in every month, or are added."`
	Without  []string `json:"without,omitempty" doc:"Ids of plan documents that are left out."`
}

// simulationRequest asks for a simulation.
type simulationRequest struct {
	Name        string     `json:"name" maxLength:"400"`
	First       string     `json:"first" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2025-01"`
	Last        string     `json:"last" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
	A           candidate  `json:"a"`
	B           *candidate `json:"b,omitempty" doc:"A second change, compared as A is."`
	Draws       int        `json:"draws,omitempty" doc:"How often a next year is drawn; 0 draws none."`
	Seed        int64      `json:"seed,omitempty" minimum:"0" doc:"Same seed, same draws."`
	BudgetMinor int64      `json:"budget_minor,omitempty" doc:"Of the next year, to be compared with the draws."`
}

// SimulationHead is a simulation in a list.
type SimulationHead struct {
	ID         string            `json:"id"`
	Request    simulationRequest `json:"request"`
	State      string            `json:"state" enum:"running,complete,failed,cancelled"`
	JobID      string            `json:"job_id"`
	CreatedBy  string            `json:"created_by"`
	CreatedAt  *time.Time        `json:"created_at,omitempty"`
	FinishedAt *time.Time        `json:"finished_at,omitempty"`
	Recorded   int64             `json:"recorded_batch" doc:"The facts are those recorded up to this batch."`
	Digest     string            `json:"digest,omitempty" doc:"SHA-256 of the result."`
	Failure    string            `json:"failure,omitempty" doc:"In your language."`
}

// simulationDetail is a simulation with what came out. Lists by variant begin with the plans that were in force, then A, then B.
type simulationDetail struct {
	SimulationHead
	Currency  string              `json:"currency,omitempty" example:"CNY"`
	Summary   *simulate.Summary   `json:"summary,omitempty" doc:"Amounts in minor units; ratios in parts per million."`
	Forecasts []simulate.Forecast `json:"forecasts,omitempty"`
	Persons   []simulatedPerson   `json:"persons,omitempty"`
}

// simulatedPerson is one person over all months.
type simulatedPerson struct {
	PersonID    int64   `json:"person_id"`
	Key         string  `json:"key"`
	Name        string  `json:"name"`
	Level       string  `json:"level"`
	Months      int     `json:"months"`
	EarnedMinor []int64 `json:"earned_minor" nullable:"false" doc:"By variant."`
}

// simulatedLine is one component of one person in one month.
type simulatedLine struct {
	Month       string  `json:"month"`
	PersonID    int64   `json:"person_id"`
	PlanID      string  `json:"plan_id"`
	Component   string  `json:"component"`
	EarnedMinor []int64 `json:"earned_minor" nullable:"false" doc:"By variant."`
}

type (
	startSimulationInput struct{ Body simulationRequest }
	simulationLinesInput struct {
		ByID
		Cursor string `query:"cursor" maxLength:"20" doc:"The value of next of the part before."`
		Limit  int    `query:"limit" minimum:"1" maximum:"10000" default:"1000"`
	}
)

func (a *API) simulationOperations() {
	register(a, operation{id: "list_simulations", method: http.MethodGet, path: "/simulations", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[SimulationHead], error) {
			list, next, err := a.services.Simulations.List(ctx, actor, in.Limit, in.Cursor)
			printer := httpx.PrinterFrom(ctx)
			return newList(list, next, func(s simulation.Simulation) SimulationHead { return toAPISimulation(printer, s) }), err
		})
	register(a, operation{id: "start_simulation", method: http.MethodPost, path: "/simulations", tag: "plans", status: http.StatusAccepted}, a.startSimulation)
	register(a, operation{id: "get_simulation", method: http.MethodGet, path: "/simulations/{id}", tag: "plans"}, a.getSimulation)
	register(a, operation{id: "list_simulation_lines", method: http.MethodGet, path: "/simulations/{id}/lines", tag: "plans"}, a.listSimulationLines)
}

func (a *API) startSimulation(ctx context.Context, actor access.Actor, in *startSimulationInput) (*output[SimulationHead], error) {
	first, err := fromAPIMonth(in.Body.First)
	if err != nil {
		return nil, err
	}
	last, err := fromAPIMonth(in.Body.Last)
	if err != nil {
		return nil, err
	}
	request := simulation.Request{Name: in.Body.Name, First: first, Last: last, A: simulation.Candidate(in.Body.A), Draws: in.Body.Draws, Seed: uint64(in.Body.Seed),
		BudgetMinor: in.Body.BudgetMinor}
	if in.Body.B != nil {
		request.B = simulation.Candidate(*in.Body.B)
	}
	s, err := a.services.Simulations.Start(ctx, actor, request)
	if err != nil {
		return nil, err
	}
	return &output[SimulationHead]{toAPISimulation(httpx.PrinterFrom(ctx), s)}, nil
}

func (a *API) getSimulation(ctx context.Context, actor access.Actor, in *ByID) (*output[simulationDetail], error) {
	s, result, err := a.services.Simulations.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := simulationDetail{SimulationHead: toAPISimulation(httpx.PrinterFrom(ctx), s)}
	if result != nil {
		out.Currency, out.Summary, out.Forecasts = result.Currency, &result.Summary, result.Forecasts
		for _, p := range result.Persons {
			out.Persons = append(out.Persons, simulatedPerson{p.ID, p.Key, p.Name, p.Level, p.Months, p.Earned})
		}
	}
	return &output[simulationDetail]{out}, nil
}

// listSimulationLines cuts the lines by their place, which never changes.
func (a *API) listSimulationLines(ctx context.Context, actor access.Actor, in *simulationLinesInput) (*listOutput[simulatedLine], error) {
	start := 0
	if in.Cursor != "" {
		var err error
		if start, err = strconv.Atoi(in.Cursor); err != nil || start < 0 {
			return nil, errCursor()
		}
	}
	_, result, err := a.services.Simulations.GetLines(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	start = min(start, len(result.Lines))
	end, next := min(start+in.Limit, len(result.Lines)), ""
	if end < len(result.Lines) {
		next = strconv.Itoa(end)
	}
	return newList(result.Lines[start:end], next, func(l simulation.Line) simulatedLine {
		c := result.Columns[l.Column]
		return simulatedLine{result.Summary.Months[l.Month].Month.String(), result.Persons[l.Person].ID, c.Plan, c.Component, l.Earned}
	}), nil
}

func toAPICandidate(c simulation.Candidate) candidate {
	return candidate{Versions: append([]string{}, c.Versions...), Without: c.Without}
}

func toAPISimulation(p *i18n.Printer, s simulation.Simulation) SimulationHead {
	r := s.Request
	out := SimulationHead{
		ID: s.ID, State: string(s.State), JobID: s.JobID, CreatedBy: s.CreatedBy, CreatedAt: toAPIInstant(s.CreatedAt), FinishedAt: toAPIInstant(s.FinishedAt),
		Recorded: int64(s.Recorded), Digest: s.Digest, Failure: p.Message(s.Failure),
		Request: simulationRequest{Name: r.Name, First: r.First.String(), Last: r.Last.String(), A: toAPICandidate(r.A), Draws: r.Draws, Seed: int64(r.Seed), BudgetMinor: r.BudgetMinor},
	}
	if len(r.Candidates()) > 1 {
		b := toAPICandidate(r.B)
		out.Request.B = &b
	}
	return out
}
