package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fairness"
	"xiaoguan/internal/targetplan"
)

// fairnessReport are the tests of fairness over the people whom the caller sees.
type fairnessReport struct {
	Until    string            `json:"until,omitempty" example:"2026-09" doc:"The last month of the quarter."`
	At       *time.Time        `json:"at,omitempty" doc:"When it was gathered."`
	Pending  bool              `json:"pending" doc:"It is being gathered."`
	People   int               `json:"people"`
	Hidden   bool              `json:"hidden" doc:"There are fewer than five people, so nothing is shown."`
	Quarters []string          `json:"quarters" nullable:"false" doc:"All there are, the newest first."`
	Tests    []fairnessTest    `json:"tests" nullable:"false"`
	Bins     []fairnessBin     `json:"attainment" nullable:"false"`
	Patterns []fairnessPattern `json:"patterns" nullable:"false" doc:"For a talk, not for a sanction."`
}

type fairnessTest struct {
	Kind    string         `json:"kind" enum:"attained,near,skew,modes,size,growth,staff,market,load,load_size,ratchet,late,just,pushed,resting,giving_up"`
	Verdict string         `json:"verdict" enum:"fine,look,alarm,unknown"`
	Value   *int64         `json:"value_ppm,omitempty" doc:"Parts per million of 1, as all measures here."`
	Low     *int64         `json:"low_ppm,omitempty" doc:"Interval of 95 %."`
	High    *int64         `json:"high_ppm,omitempty"`
	P       *int64         `json:"p_ppm,omitempty"`
	Hits    int            `json:"hits,omitempty"`
	Cases   int            `json:"cases"`
	Parts   []fairnessPart `json:"parts,omitempty"`
	Why     string         `json:"why"`
}

type fairnessPart struct {
	Name  string `json:"name" enum:"lambda_minus,growth_of_all,month_after"`
	Value int64  `json:"value_ppm"`
	Low   int64  `json:"low_ppm"`
	High  int64  `json:"high_ppm"`
	Cases int    `json:"cases"`
}

type fairnessBin struct {
	From   int `json:"from_percent"`
	To     int `json:"to_percent,omitempty" doc:"Missing: and more."`
	People int `json:"people"`
}

type fairnessPattern struct {
	PersonID int64  `json:"person_id"`
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"late,resting,giving_up"`
	Times    int64  `json:"times_ppm"`
	P        int64  `json:"p_ppm" doc:"Adjusted for how many people were looked at."`
	Months   int    `json:"months"`
}

type (
	fairnessInput struct {
		Until string `query:"until" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"The last month of the quarter; the newest without it."`
		Unit  string `query:"unit" maxLength:"30"`
	}
	tryTargetInput struct {
		TargetPersonPath
		Body struct {
			History     int    `json:"history" doc:"The four weights sum to 100."`
			Potential   int    `json:"potential"`
			Pipeline    int    `json:"pipeline"`
			Even        int    `json:"even"`
			Ability     int    `json:"ability,omitempty" doc:"Percent; 0: as it is."`
			RegionMinor *int64 `json:"potential_minor,omitempty" doc:"Of the person's region; 0: not known."`
			OwnMinor    *int64 `json:"own_potential_minor,omitempty" doc:"Of the person's own market; 0: not known."`
		}
	}
	triedTarget struct {
		BeforeMinor int64 `json:"before_minor"`
		AfterMinor  int64 `json:"after_minor"`
	}
	startFairnessInput struct {
		Body struct {
			Until string `json:"until,omitempty" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"The last one that is over without it."`
		}
	}
)

func (a *API) fairnessOperations() {
	service := a.services.TargetPlans
	optional := func(text string) (calendar.Month, error) {
		if text == "" {
			return 0, nil
		}
		return fromAPIMonth(text)
	}
	register(a, operation{id: "get_target_fairness", method: http.MethodGet, path: "/target-fairness", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *fairnessInput) (*output[fairnessReport], error) {
		until, err := optional(in.Until)
		if err != nil {
			return nil, err
		}
		v, err := service.Fairness(ctx, actor, until, in.Unit)
		return &output[fairnessReport]{a.toAPIFairness(v)}, err
	})
	register(a, operation{id: "start_target_fairness", method: http.MethodPost, path: "/target-fairness", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *startFairnessInput) (*none, error) {
		until, err := optional(in.Body.Until)
		if err != nil {
			return nil, err
		}
		return nil, service.StartFairness(ctx, actor, until)
	})
	register(a, operation{id: "try_target", method: http.MethodPost, path: "/target-plans/{id}/people/{person_id}/what-if", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *tryTargetInput) (*output[triedTarget], error) {
		w := targetplan.WhatIf{History: in.Body.History, Potential: in.Body.Potential, Pipeline: in.Body.Pipeline, Even: in.Body.Even, Ability: in.Body.Ability}
		if in.Body.RegionMinor != nil {
			w.RegionMinor, w.RegionKnown = *in.Body.RegionMinor, true
		}
		if in.Body.OwnMinor != nil {
			w.OwnMinor, w.OwnKnown = *in.Body.OwnMinor, true
		}
		t, err := service.Try(ctx, actor, in.ID, in.PersonID, w)
		return &output[triedTarget]{triedTarget{t.BeforeMinor, t.AfterMinor}}, err
	})
	register(a, operation{id: "get_target_plan_fairness", method: http.MethodGet, path: "/target-plans/{id}/fairness", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[fairnessReport], error) {
		v, err := service.SplitFairness(ctx, actor, in.ID)
		return &output[fairnessReport]{a.toAPIFairness(v)}, err
	})
}

// partsPerMillion writes a measure as a whole number: the interface has no binary floats. What has no number is left out.
func partsPerMillion(x float64) *int64 {
	if math.IsNaN(x) || math.Abs(x) > 1e9 {
		return nil
	}
	ppm := int64(math.Round(x * 1e6))
	return &ppm
}

// orNothing is a measure that always has a number.
func orNothing(x float64) int64 {
	if ppm := partsPerMillion(x); ppm != nil {
		return *ppm
	}
	return 0
}

func (a *API) toAPIFairness(v targetplan.FairShown) fairnessReport {
	out := fairnessReport{Until: toAPIOptionalMonth(v.Report.Until), Pending: v.Report.Pending, People: v.People, Hidden: v.Hidden, Quarters: []string{}, Tests: []fairnessTest{}, Bins: []fairnessBin{}, Patterns: []fairnessPattern{}}
	if !v.Report.At.IsZero() {
		out.At = &v.Report.At
	}
	if v.Hidden {
		out.People = 0
	}
	for _, r := range v.Reports {
		out.Quarters = append(out.Quarters, r.Until.String())
	}
	for i := range v.Tests {
		out.Tests = append(out.Tests, a.toAPITest(&v.Tests[i]))
	}
	for _, b := range v.Bins {
		out.Bins = append(out.Bins, fairnessBin{b.From, b.To, b.People})
	}
	for _, p := range v.Patterns {
		out.Patterns = append(out.Patterns, fairnessPattern{p.PersonID, p.Name, string(p.Kind), orNothing(p.Value), orNothing(p.P), p.Months})
	}
	return out
}

func (a *API) toAPITest(t *fairness.Test) fairnessTest {
	out := fairnessTest{Kind: string(t.Kind), Verdict: string(t.Verdict), Hits: t.Hits, Cases: t.Cases, Why: a.english.Message(t.Why)}
	if t.Verdict == fairness.Unknown {
		return out
	}
	out.Value = partsPerMillion(t.Value)
	if t.P >= 0 {
		out.P = partsPerMillion(t.P)
	}
	if t.Bounded() {
		out.Low, out.High = partsPerMillion(t.Interval.Low), partsPerMillion(t.Interval.High)
	}
	for _, p := range t.Parts {
		out.Parts = append(out.Parts, fairnessPart{p.Name, orNothing(p.Value), orNothing(p.Interval.Low), orNothing(p.Interval.High), p.Cases})
	}
	return out
}
