package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
)

// simulatedMonths is how many months are replayed. W1 has payments in the last fourteen of them, the company of replays in all.
const simulatedMonths = 24

// What is asked of the product: of so many sellers, each about so many of their deals, and how much more they would like to have.
const (
	askingMax   = 200
	dealsAsked  = 3
	wantedMinor = 20_000_00
)

// Asked is how soon the product says what a deal earns, and what would earn more.
type Asked struct {
	Deals, Needs     int // questions
	DealP50, DealP99 time.Duration
	NeedP50, NeedP99 time.Duration
}

// ask asks for different payees of a month, in another month that is open, what a payment on one of their deals earns, and what would earn
// them more.
func ask(ctx context.Context, a *app.App, paid, open calendar.Month) (m Asked, err error) {
	actor := access.SystemActor("bench")
	page, err := a.Payouts.List(ctx, actor, payout.Filter{Month: paid, Limit: askingMax})
	if err != nil {
		return m, err
	}
	var deals, needs []time.Duration
	for _, head := range page.Heads {
		view, err := a.Payouts.Get(ctx, actor, paid, head.PersonID, head.PlanID)
		if err != nil {
			return m, err
		}
		for _, deal := range dealsOf(view) {
			start := time.Now()
			_, err := a.Payouts.DealEffect(ctx, actor, payout.DealQuestion{Month: open, PersonID: head.PersonID, DealKey: deal, AmountMinor: 10_000_00})
			switch took := time.Since(start); {
			case errs.Is(err, errs.KindNotFound): // credited by a rule, or not there any more
			case err != nil:
				return m, err
			default:
				deals = append(deals, took)
			}
		}
		start := time.Now()
		_, err = a.Payouts.Needed(ctx, actor, payout.NeedQuestion{Month: open, PersonID: head.PersonID, TargetMinor: max(head.TotalMinor, 0) + wantedMinor})
		switch took := time.Since(start); {
		case errs.Is(err, errs.KindNotFound):
		case err != nil:
			return m, err
		default:
			needs = append(needs, took)
		}
	}
	if len(deals) == 0 || len(needs) == 0 {
		return m, errors.New("nobody could be asked for")
	}
	return Asked{Deals: len(deals), Needs: len(needs), DealP50: quantile(deals, 50), DealP99: quantile(deals, 99),
		NeedP50: quantile(needs, 50), NeedP99: quantile(needs, 99)}, nil
}

// dealsOf are some deals that a statement credits.
func dealsOf(view payout.View) (keys []string) {
	for _, c := range view.Statement.Credits {
		if len(keys) < dealsAsked && !slices.Contains(keys, c.Deal) {
			keys = append(keys, c.Deal)
		}
	}
	return keys
}

// print writes the rows of a table of steps and seconds.
func (m Asked) print(out io.Writer) {
	fmt.Fprintf(out, "| what a deal earns, p50 of %d | %.4f |\n| the same, p99 | %.4f |\n", m.Deals, m.DealP50.Seconds(), m.DealP99.Seconds())
	fmt.Fprintf(out, "| what would earn so much more, p50 of %d | %.4f |\n| the same, p99 | %.4f |\n", m.Needs, m.NeedP50.Seconds(), m.NeedP99.Seconds())
}

// simulateChange replays months with a higher rate in one plan, from the request to the stored result.
func simulateChange(ctx context.Context, a *app.App, maker access.Actor, month calendar.Month) (time.Duration, error) {
	text, err := os.ReadFile("bench/w1/plans/regular.yaml")
	if err != nil {
		return 0, err
	}
	draft, err := a.Plans.Save(ctx, maker, planbook.Draft{Text: strings.Replace(string(text), "A: 3%", "A: 4%", 1)})
	if err != nil {
		return 0, err
	}
	start := time.Now()
	sim, err := a.Simulations.Start(ctx, maker, simulation.Request{Name: "bench", First: month - simulatedMonths + 1, Last: month,
		A: simulation.Candidate{Versions: []string{draft.ID}}, Draws: simulate.DrawsUsual, Seed: 1})
	for err == nil && sim.State == simulation.StateRunning {
		if err = pause(ctx); err == nil {
			sim, _, err = a.Simulations.Get(ctx, maker, sim.ID)
		}
	}
	if err == nil && sim.State != simulation.StateComplete {
		err = fmt.Errorf("the simulation ended in state %s", sim.State)
	}
	return time.Since(start), err
}
