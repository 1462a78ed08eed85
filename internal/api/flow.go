package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/mining"
)

// ProcessAnalysis is how the cases of a filter ran.
type ProcessAnalysis struct {
	AsOf       *time.Time          `json:"as_of" doc:"Of when the answer is."`
	StandardID string              `json:"standard_id" doc:"Of the process standard that fitness is measured against."`
	Cases      int                 `json:"cases"`
	Won        int                 `json:"won"`
	Lost       int                 `json:"lost"`
	Open       int                 `json:"open"`
	Steps      []processStep       `json:"steps" nullable:"false" doc:"What came directly after what; rare steps are left out."`
	LeftOut    int                 `json:"steps_left_out"`
	Variants   []processVariant    `json:"variants" nullable:"false" doc:"The most frequent courses, at most 20."`
	VariantsOf int                 `json:"variant_count"`
	Times      []processStageTime  `json:"stage_times" nullable:"false"`
	Conversion []processConversion `json:"conversion" nullable:"false"`
	Cohorts    []processCohort     `json:"cohorts" nullable:"false"`
	Fitness    processFitness      `json:"fitness"`
	Recording  processRecording    `json:"recording"`
}

type processStep struct {
	From          string `json:"from" example:"needs"`
	To            string `json:"to" example:"proposal"`
	Count         int    `json:"count"`
	Cases         int    `json:"cases"`
	MedianSeconds int64  `json:"median_seconds"`
	P75Seconds    int64  `json:"p75_seconds"`
	P90Seconds    int64  `json:"p90_seconds"`
}

type processVariant struct {
	Variant       string  `json:"variant" example:"development.needs.lost" doc:"Names the course: its activities, parted by points."`
	Count         int     `json:"count"`
	SharePPM      int64   `json:"share_ppm"`
	Won           int     `json:"won"`
	Examples      []int64 `json:"examples" nullable:"false" doc:"Opportunities."`
	MedianSeconds int64   `json:"median_seconds" doc:"From its first event to its last."`
	P90Seconds    int64   `json:"p90_seconds"`
	Deviations    *int    `json:"deviations,omitempty" doc:"From the order of the standard; absent when it was not compared."`
}

// processLength is absent where too many cases are open to tell.
type processLength struct {
	Seconds int64  `json:"seconds"`
	Low     int64  `json:"low" doc:"Of the 95 % interval."`
	High    *int64 `json:"high,omitempty" doc:"Of the 95 % interval; absent when it has no upper end."`
}

type processStageTime struct {
	Stage  string         `json:"stage"`
	Visits int            `json:"visits"`
	Ended  int            `json:"ended"`
	P50    *processLength `json:"p50,omitempty"`
	P75    *processLength `json:"p75,omitempty"`
	P90    *processLength `json:"p90,omitempty"`
}

type processConversion struct {
	Stage   string `json:"stage"`
	Entered int    `json:"entered"`
	On      int    `json:"on" doc:"Went on to a later stage."`
	Lost    int    `json:"lost" doc:"Lost before that."`
	Open    int    `json:"open" doc:"Neither yet."`
	LowPPM  int64  `json:"low_ppm" doc:"Of Wilson's 95 % interval of on ÷ (on + lost)."`
	HighPPM int64  `json:"high_ppm"`
}

type processCohort struct {
	Month   string         `json:"month" example:"2026-09"`
	Began   int            `json:"began"`
	Reached map[string]int `json:"reached" doc:"By stage: how many ever stood on it or beyond."`
	Won     int            `json:"won"`
	Lost    int            `json:"lost"`
	Open    int            `json:"open"`
}

type processFitness struct {
	Cases       int                `json:"cases"`
	Fitting     int                `json:"fitting" doc:"Without a deviation."`
	AveragePPM  int64              `json:"average_ppm" doc:"Mean of the cases' alignment fitness."`
	LogPPM      int64              `json:"log_ppm" doc:"Alignment fitness of all cases as one."`
	TokensPPM   int64              `json:"tokens_ppm" doc:"Token replay fitness of the cases that have ended."`
	Ended       int                `json:"ended"`
	NotCompared int                `json:"not_compared"`
	Deviations  []processDeviation `json:"deviations" nullable:"false"`
}

type processDeviation struct {
	Activity string `json:"activity"`
	Skipped  bool   `json:"skipped" doc:"Left out where the standard wants it; otherwise done where the standard does not."`
	Cases    int    `json:"cases"`
}

type processRecording struct {
	Events        int   `json:"events"`
	MedianSeconds int64 `json:"median_seconds"`
	P90Seconds    int64 `json:"p90_seconds"`
	Late          int   `json:"late" doc:"Recorded more than a day after the fact."`
	Batched       int   `json:"batched" doc:"Of these, recorded together with at least four others of the same owner."`
}

// ProcessFilter says which cases are analysed; exported because requests embed it.
type ProcessFilter struct {
	DayRange
	AmountRange
	PersonID int64  `query:"person_id" doc:"Who owns it."`
	TeamID   int64  `query:"team_id" doc:"Somebody of the team, as it is today, owns it."`
	Kind     string `query:"kind" enum:"new,existing" doc:"Whether the customer had bought before."`
	Detail   string `query:"detail" enum:"activities" doc:"All activities instead of stages, signatures and losses alone."`
}

type processCasesInput struct {
	ProcessFilter
	Variant string `query:"variant" maxLength:"8000" doc:"A course, as the analysis names it."`
	From    string `query:"step_from" maxLength:"100" doc:"An activity that step_to came directly after."`
	To      string `query:"step_to" maxLength:"100"`
}

// processCases are the cases behind a figure.
type processCases struct {
	Items []OpportunityHead `json:"items" nullable:"false"`
	Total int               `json:"total" doc:"Of all of them."`
}

func (in ProcessFilter) filter() (flow.Filter, error) {
	days, err := in.days()
	return flow.Filter{Opened: days, Amounts: in.amounts(), PersonID: in.PersonID, TeamID: in.TeamID, Kind: flow.Kind(in.Kind), Detail: flow.Detail(in.Detail)}, err
}

func (a *API) flowOperations() {
	register(a, operation{id: "analyse_process", method: http.MethodGet, path: "/process-analysis", tag: "sales"}, a.analyseProcess)
	register(a, operation{id: "compare_rules", method: http.MethodGet, path: "/process-analysis/rules", tag: "sales"}, a.compareRules)
	register(a, operation{id: "list_process_cases", method: http.MethodGet, path: "/process-analysis/cases", tag: "sales"}, a.listProcessCases)
}

func (a *API) analyseProcess(ctx context.Context, actor access.Actor, in *ProcessFilter) (*output[ProcessAnalysis], error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	rep, err := a.services.Flow.Report(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	return &output[ProcessAnalysis]{toAPIAnalysis(rep)}, nil
}

func (a *API) listProcessCases(ctx context.Context, actor access.Actor, in *processCasesInput) (*output[processCases], error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, total, err := a.services.Flow.Cases(ctx, actor, filter, flow.Pick{Variant: in.Variant, From: in.From, To: in.To})
	if err != nil {
		return nil, err
	}
	set, err := a.services.Opportunities.Stages(ctx)
	if err != nil {
		return nil, err
	}
	out := processCases{Items: []OpportunityHead{}, Total: total}
	for _, o := range list {
		out.Items = append(out.Items, toAPIOpportunity(set, o))
	}
	return &output[processCases]{out}, nil
}

func toAPIAnalysis(rep *flow.Report) ProcessAnalysis {
	out := ProcessAnalysis{AsOf: toAPIInstant(rep.AsOf), StandardID: rep.Standard.ID, Cases: rep.Cases, Won: rep.Won, Lost: rep.Lost, Open: rep.Open, LeftOut: rep.Picture.Left, VariantsOf: rep.VariantCount,
		Steps: []processStep{}, Variants: []processVariant{}, Times: []processStageTime{}, Conversion: []processConversion{}, Cohorts: []processCohort{}}
	for _, e := range rep.Picture.Edges {
		out.Steps = append(out.Steps, toAPIProcessStep(rep, e))
	}
	for _, v := range rep.Variants {
		one := processVariant{Variant: v.Key, Count: v.Count, SharePPM: v.Share.PPM(), Won: v.Won, Examples: v.Examples, MedianSeconds: v.Times.Median, P90Seconds: v.Times.P90}
		if v.Deviations >= 0 {
			one.Deviations = &v.Deviations
		}
		out.Variants = append(out.Variants, one)
	}
	for _, t := range rep.Times {
		out.Times = append(out.Times, processStageTime{t.Stage, t.Visits, t.Ended, toAPILength(t.P50), toAPILength(t.P75), toAPILength(t.P90)})
	}
	for _, c := range rep.Conversion {
		out.Conversion = append(out.Conversion, processConversion{Stage: c.Stage, Entered: c.Entered, On: c.On, Lost: c.Lost, Open: c.Open, LowPPM: inPPM(c.Decided.Interval.Low), HighPPM: inPPM(c.Decided.Interval.High)})
	}
	for _, c := range rep.Cohorts {
		one := processCohort{Month: c.Month.String(), Began: c.Began, Reached: map[string]int{}, Won: c.Won, Lost: c.Lost, Open: c.Open}
		for i, stage := range rep.Stages.IDs() {
			one.Reached[string(stage)] = c.Reached[i]
		}
		out.Cohorts = append(out.Cohorts, one)
	}
	f := rep.Fitness
	out.Fitness = processFitness{Cases: f.Cases, Fitting: f.Fitting, AveragePPM: f.AveragePPM, LogPPM: f.Log.PPM(), TokensPPM: f.Tokens.PPM(), Ended: f.Ended, NotCompared: f.Left, Deviations: []processDeviation{}}
	for _, d := range f.Deviations {
		out.Fitness.Deviations = append(out.Fitness.Deviations, processDeviation{d.Stage, d.Skipped, d.Cases})
	}
	r := rep.Recording
	out.Recording = processRecording{r.Events, r.Median, r.P90, r.Late, r.Batched}
	return out
}

func toAPIProcessStep(rep *flow.Report, e mining.Drawn) processStep {
	return processStep{rep.Labels[e.From], rep.Labels[e.To], e.Count, e.Cases, e.Times.Median, e.Times.Quarter3, e.Times.P90}
}

func toAPILength(l flow.Length) *processLength {
	if !l.Known {
		return nil
	}
	out := &processLength{Seconds: l.Seconds, Low: l.Low}
	if l.High >= 0 {
		out.High = &l.High
	}
	return out
}

// inPPM is a share in parts per million: the protocol has no fractions.
func inPPM(share float64) int64 { return int64(math.Round(share * 1_000_000)) }

// ruleEffects are what rules go with.
type ruleEffects struct {
	AsOf       *time.Time   `json:"as_of"`
	StandardID string       `json:"standard_id"`
	Cases      int          `json:"cases" doc:"That have ended."`
	Left       int          `json:"left" doc:"Older ones that were not looked at."`
	Rules      []ruleEffect `json:"rules" nullable:"false"`
}

type ruleEffect struct {
	RuleID     string        `json:"rule_id"`
	Kept       int           `json:"kept"`
	Broken     int           `json:"broken"`
	Win        *ruleContrast `json:"win,omitempty" doc:"Difference of win rates; absent where data do not allow it, as below."`
	Cycle      *ruleContrast `json:"cycle,omitempty" doc:"Ratio of days to the signature, less one."`
	Collection *ruleContrast `json:"collection,omitempty" doc:"Difference of shares paid in full within 90 days."`
	Useless    bool          `json:"useless" doc:"Nothing speaks for it."`
}

type ruleContrast struct {
	DifferencePPM int64  `json:"difference_ppm" doc:"Kept less broken."`
	LowPPM        int64  `json:"low_ppm" doc:"Of the 95 % interval."`
	HighPPM       int64  `json:"high_ppm"`
	Impact        string `json:"impact" enum:"helps,neutral,harms"`
}

func (a *API) compareRules(ctx context.Context, actor access.Actor, in *ProcessFilter) (*output[ruleEffects], error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	e, err := a.services.Flow.Effects(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	out := ruleEffects{AsOf: toAPIInstant(e.AsOf), StandardID: e.Standard.ID, Cases: e.Cases, Left: e.Left, Rules: []ruleEffect{}}
	for _, r := range e.Rules {
		out.Rules = append(out.Rules, ruleEffect{RuleID: r.Rule.ID, Kept: r.Kept, Broken: r.Broken, Win: toAPIContrast(r.Win), Cycle: toAPIContrast(r.Cycle), Collection: toAPIContrast(r.Collection), Useless: r.Useless})
	}
	return &output[ruleEffects]{out}, nil
}

func toAPIContrast(c flow.Contrast) *ruleContrast {
	if !c.Known {
		return nil
	}
	return &ruleContrast{inPPM(c.Difference), inPPM(c.Interval.Low), inPPM(c.Interval.High), string(c.Impact)}
}
