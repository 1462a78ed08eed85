package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
)

// simulatedMonths is how many months are replayed; W1 has payments in the last fourteen of them.
const simulatedMonths = 24

// dealEffects asks for different sellers what a payment on one of their deals earns.
func dealEffects(ctx context.Context, a *app.App, month calendar.Month) (p50, p99 time.Duration, err error) {
	actor := access.SystemActor("bench")
	page, err := a.Payouts.List(ctx, actor, payout.Filter{Month: month, Limit: payout.LimitMax})
	if err != nil {
		return 0, 0, err
	}
	var times []time.Duration
	for _, head := range page.Heads {
		view, err := a.Payouts.Get(ctx, actor, month, head.PersonID, head.PlanID)
		if err != nil {
			return 0, 0, err
		}
		if len(view.Statement.Credits) == 0 {
			continue
		}
		start := time.Now()
		if _, err := a.Payouts.DealEffect(ctx, actor, payout.DealQuestion{Month: month, PersonID: head.PersonID, DealKey: view.Statement.Credits[0].Deal, AmountMinor: 10_000_00}); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	if len(times) == 0 {
		return 0, 0, errors.New("no statement has a credit")
	}
	return times[len(times)/2], times[len(times)*99/100], nil
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
