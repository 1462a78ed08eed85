package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/store"
)

// retroMode makes the program measure the recomputation of closed months and print a Recomputed as JSON.
const retroMode = "-retro"

// The company of whom 12 closed months are recomputed: 1,000 payees with some 10 payments a month each, and one late payment for every fifth.
const (
	retroMonths = 12
	retroLate   = 200
)

var retroShape = shape{sellers: 910, payments: 240_000} // with the managers a thousand payees

// Recomputed is what recomputing took: with late payments, and again with nothing new.
type Recomputed struct {
	Payees         int64
	Deltas, Again  int64
	First, Nothing time.Duration
}

// retros runs the measurement in a child and prints its table.
func retros(ctx context.Context, out io.Writer, databaseURL string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "xiaoguan-retro-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	command := exec.CommandContext(ctx, self, retroMode, dir, databaseURL)
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return fmt.Errorf("retro: %w", err)
	}
	var m Recomputed
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	name := "SQLite"
	if databaseURL != "" {
		name = "PostgreSQL"
	}
	fmt.Fprintf(out, "\nRetro of %d closed months, %d payees on %s (peak of the whole process %d MiB)\n\n", retroMonths, m.Payees, name, peak(command.ProcessState)>>20)
	fmt.Fprintf(out, "| step | s |\n|---|---|\n| %d late payments: %d differences | %.2f |\n| again, nothing new: %d differences | %.2f |\n", retroLate*retroMonths, m.Deltas, m.First.Seconds(), m.Again, m.Nothing.Seconds())
	return nil
}

// walkRetro closes the months, records late payments in all of them and recomputes.
func walkRetro(ctx context.Context, dir, databaseURL string) (m Recomputed, err error) {
	data := filepath.Join(dir, "data")
	if err := generate(data, retroShape, 1); err != nil {
		return m, err
	}
	a, err := app.New(ctx, app.Options{Dir: filepath.Join(dir, "installation"), DatabaseURL: databaseURL, Now: clockFrom(dayOfClosing)})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Worker.Start(ctx); err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, a.Worker.Stop(context.WithoutCancel(ctx))) }()
	if _, err = importFolder(ctx, a, data); err != nil {
		return m, err
	}
	maker, checker := access.SystemActor("maker"), access.SystemActor("checker")
	if err := approvePlans(ctx, a, maker, checker); err != nil {
		return m, err
	}
	last, err := theMonth()
	if err != nil {
		return m, err
	}
	var months []calendar.Month
	for k := range calendar.Month(retroMonths) {
		months = append(months, last.Month-retroMonths+1+k)
		if err := closeOne(ctx, a, maker, checker, period.Change{Month: months[k]}); err != nil {
			return m, err
		}
	}
	if err := recordLate(ctx, a, maker, months); err != nil {
		return m, err
	}
	page, err := a.Payouts.List(ctx, maker, payout.Filter{Month: last.Month, Limit: 1})
	if err != nil {
		return m, err
	}
	m.Payees = page.Count
	r, took, err := recompute(ctx, a, maker, months)
	if err != nil {
		return m, err
	}
	m.First, m.Deltas = took, r.Deltas
	if _, err := a.Retros.Post(ctx, maker, r.ID); err != nil {
		return m, err
	}
	r, m.Nothing, err = recompute(ctx, a, maker, months)
	m.Again = r.Deltas
	return m, err
}

func closeOne(ctx context.Context, a *app.App, maker, checker access.Actor, change period.Change) error {
	if err := calculate(ctx, a, maker, change); err != nil {
		return err
	}
	if _, err := a.Periods.Publish(ctx, maker, change); err != nil {
		return err
	}
	if _, err := a.Periods.Approve(ctx, checker, change); err != nil {
		return err
	}
	_, err := a.Periods.Close(ctx, checker, change)
	return err
}

// recordLate records payments in every closed month for some of its payees.
func recordLate(ctx context.Context, a *app.App, actor access.Actor, months []calendar.Month) error {
	for _, month := range months {
		page, err := a.Payouts.List(ctx, actor, payout.Filter{Month: month, Limit: retroLate})
		if err != nil {
			return err
		}
		var late []fact.PaymentRecord
		for i, head := range page.Heads {
			view, err := a.Payouts.Get(ctx, actor, month, head.PersonID, head.PlanID)
			if err != nil {
				return err
			}
			if len(view.Statement.Credits) > 0 {
				late = append(late, fact.PaymentRecord{Key: fmt.Sprintf("late-%s-%d", month, i), Deal: view.Statement.Credits[0].Deal, PaidOn: month.Last(), AmountMinor: 1_000_00, Currency: money.CNY})
			}
		}
		if err := a.DB.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchManual, ActorID: actor.UserID})
			if err != nil {
				return err
			}
			for _, p := range late {
				if _, err := w.PutPayment(ctx, p); err != nil {
					return err
				}
			}
			_, err = w.Finish(ctx)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// recompute runs a retro to its end.
func recompute(ctx context.Context, a *app.App, actor access.Actor, months []calendar.Month) (retro.Retro, time.Duration, error) {
	start := time.Now()
	r, err := a.Retros.Start(ctx, actor, months)
	for err == nil && r.State == retro.StateComputing {
		if err = pause(ctx); err == nil {
			r, err = a.Retros.Get(ctx, actor, r.ID)
		}
	}
	if err == nil && r.State != retro.StateComputed {
		err = fmt.Errorf("the retro ended in state %s: %v", r.State, r.Failure)
	}
	return r, time.Since(start), err
}
