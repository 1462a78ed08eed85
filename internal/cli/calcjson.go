package cli

import (
	"encoding/json"
	"errors"
	"io"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/settle"
)

// calcResult is the machine form of a calculation. Lists are never null.
type calcResult struct {
	Engine     string              `json:"engine"`
	Period     calendar.Month      `json:"period"`
	Currency   money.Currency      `json:"currency"`
	Plans      []calcPlan          `json:"plans"`
	Crediting  string              `json:"crediting_hash"`
	Payouts    []calcPayout        `json:"payouts"`
	Settled    []*settle.Result    `json:"settlements,omitempty"`
	Statements []*engine.Statement `json:"statements,omitempty"`
}

type calcPlan struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
}

// calcPayout is one component of one plan for one payee; zeros are kept.
type calcPayout struct {
	Payee     string `json:"payee"`
	Plan      string `json:"plan"`
	Component string `json:"component"`
	AmountFen int64  `json:"amount_fen"`
}

func writeJSON(w io.Writer, in engine.Input, result *engine.Result, settled *settlements, statements []*engine.Statement) error {
	out := calcResult{Engine: engine.Version, Period: in.Period, Currency: in.Facts.Currency, Crediting: in.Crediting.Hash(),
		Plans: []calcPlan{}, Payouts: make([]calcPayout, 0, len(result.Payouts)), Settled: settled.results, Statements: statements}
	for _, p := range in.Plans {
		out.Plans = append(out.Plans, calcPlan{p.ID, p.Hash()})
	}
	for _, p := range result.Payouts {
		plan := in.Plans[p.Plan]
		out.Payouts = append(out.Payouts, calcPayout{in.Facts.Persons[p.Person].Key, plan.ID, plan.Components[p.Component].ID, p.AmountFen})
	}
	return json.NewEncoder(w).Encode(out)
}

// calcFailure is the machine form of a failure.
type calcFailure struct {
	Kind         string       `json:"kind"`
	Message      string       `json:"message"`
	Problems     []errs.Field `json:"problems"`
	ProblemCount int64        `json:"problem_count"`
}

// fail tells a failure in the form that was asked for and returns the exit code.
func (c calcCommand) fail(env *environment, err error, invalid int) int {
	return c.failCounting(env, err, invalid, 0)
}

// failInput is fail for the rows of the input: it says how many more problems there are than are listed.
func (c calcCommand) failInput(env *environment, err error, report *ingest.Report) int {
	count := int64(0)
	if report != nil {
		count = report.ProblemCount
	}
	return c.failCounting(env, err, ExitInput, count)
}

func (c calcCommand) failCounting(env *environment, err error, invalid int, count int64) int {
	code := env.fail(err, invalid)
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		e = errs.New(errs.KindInternal, "cli.internal", errs.Args{"Cause": err.Error()})
	}
	count = max(count, int64(len(e.Fields)))
	if more := count - int64(len(e.Fields)); more > 0 {
		_, _ = io.WriteString(env.Stderr, env.print.T("cli.calc.more", "Count", more)+"\n") // nothing to be done when stderr is gone
	}
	if c.JSON {
		failure := calcFailure{Kind: e.Kind.String(), Message: env.print.Message(e.Message), Problems: e.Fields, ProblemCount: count}
		if failure.Problems == nil {
			failure.Problems = []errs.Field{}
		}
		if err := json.NewEncoder(env.Stdout).Encode(failure); err != nil {
			return ExitInternal
		}
	}
	return code
}
