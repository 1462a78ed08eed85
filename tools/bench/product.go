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
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
)

// productMode makes the program measure the product on one folder and print a Measured as JSON: a process of its own, so that its peak
// memory is that of the product alone.
const productMode = "-product"

// Measured is what one walk through the product took.
type Measured struct {
	Import, Calculate, Close time.Duration
	Payments                 int64
	PreviewP50, PreviewP99   time.Duration
	Asked                    Asked
	Simulation               time.Duration // 24 months, one plan changed
}

// product runs the walk in a child and prints its table, then walks through the pages of what it left.
func product(ctx context.Context, out io.Writer, size, data, databaseURL string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "xiaoguan-product-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	command := exec.CommandContext(ctx, self, productMode, data, dir, databaseURL)
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return fmt.Errorf("product walk: %w", err)
	}
	if err := checkPaid(dir, data); err != nil {
		return err
	}
	var m Measured
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	name := "SQLite"
	if databaseURL != "" {
		name = "PostgreSQL"
	}
	fmt.Fprintf(out, "\n%s through the product on %s (one walk, which pays what calc pays; peak of the whole process %d MiB)\n\n", size, name, peak(command.ProcessState)>>20)
	fmt.Fprintln(out, "| step | s |\n|---|---|")
	fmt.Fprintf(out, "| import of %d payments | %.2f |\n| calculate, with persisted statements | %.2f |\n| close and post | %.2f |\n", m.Payments, m.Import.Seconds(), m.Calculate.Seconds(), m.Close.Seconds())
	m.Asked.print(out)
	fmt.Fprintf(out, "| 24 months replayed under a changed plan, as a job | %.2f |\n", m.Simulation.Seconds())
	fmt.Fprintf(out, "| one statement after one new payment, p50 | %.4f |\n| the same, p99 | %.4f |\n", m.PreviewP50.Seconds(), m.PreviewP99.Seconds())
	return pages(ctx, out, size+" on "+name, askedUsually, dir, databaseURL)
}

// walkProduct imports a folder, closes its month and asks for statements after new payments. What is left in dir is the installation.
func walkProduct(ctx context.Context, data, dir, databaseURL string) (m Measured, err error) {
	a, err := app.New(ctx, app.Options{Dir: dir, DatabaseURL: databaseURL, Now: clockFrom(dayOfClosing)})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Worker.Start(ctx); err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, a.Worker.Stop(context.WithoutCancel(ctx))) }()
	start := time.Now()
	if m.Payments, err = importFolder(ctx, a, data); err != nil {
		return m, err
	}
	m.Import = time.Since(start)
	maker, checker := access.SystemActor("maker"), access.SystemActor("checker")
	if err := approvePlans(ctx, a, maker, checker); err != nil {
		return m, err
	}
	change, err := theMonth()
	if err != nil {
		return m, err
	}
	start = time.Now()
	if err := calculate(ctx, a, maker, change); err != nil {
		return m, err
	}
	m.Calculate = time.Since(start)
	if m.PreviewP50, m.PreviewP99, err = previews(ctx, a, change.Month); err != nil {
		return m, err
	}
	if m.Asked, err = ask(ctx, a, change.Month, change.Month); err != nil {
		return m, err
	}
	if m.Simulation, err = simulateChange(ctx, a, maker, change.Month); err != nil {
		return m, err
	}
	if _, err := a.Periods.Publish(ctx, maker, change); err != nil {
		return m, err
	}
	if _, err := a.Periods.Approve(ctx, checker, change); err != nil {
		return m, err
	}
	start = time.Now()
	if _, err := a.Periods.Close(ctx, checker, change); err != nil {
		return m, err
	}
	m.Close = time.Since(start)
	return m, writePaid(ctx, a, dir, change.Month)
}

func theMonth() (period.Change, error) {
	parsed, err := calendar.ParseMonth(month)
	return period.Change{Month: parsed}, err
}

// importFolder imports the folder as a person would and returns the number of payments.
func importFolder(ctx context.Context, a *app.App, data string) (int64, error) {
	mapping, err := os.ReadFile("bench/w1/mapping.yaml")
	if err != nil {
		return 0, err
	}
	names, err := filepath.Glob(filepath.Join(data, "*.csv"))
	if err != nil {
		return 0, err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(filepath.Base(n), "payouts") })
	actor := access.SystemActor("bench")
	i, err := a.Imports.Receive(ctx, actor, "W1", string(mapping), func() (*intake.Upload, error) {
		if len(names) == 0 {
			return nil, nil
		}
		f, err := os.Open(names[0])
		if err != nil {
			return nil, err
		}
		name := filepath.Base(names[0])
		names = names[1:]
		return &intake.Upload{Name: name, From: f}, nil // closed with the process
	})
	if err != nil {
		return 0, err
	}
	if _, err := a.Imports.Apply(ctx, actor, i.ID, false); err != nil {
		return 0, err
	}
	for i.State != intake.StateApplied {
		if i, err = a.Imports.Get(ctx, actor, i.ID); err != nil {
			return 0, err
		}
		if i.State == intake.StateRejected || i.State == intake.StateFailed {
			return 0, fmt.Errorf("import %s: %v", i.State, i.Result.Failure)
		}
		if err := pause(ctx); err != nil {
			return 0, err
		}
	}
	return i.Result.Counts[fact.KindPayment].Added, nil
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}

func approvePlans(ctx context.Context, a *app.App, maker, checker access.Actor) error {
	files, err := filepath.Glob("bench/w1/plans/*.yaml")
	if err != nil {
		return err
	}
	// Who is credited comes before who is paid: a plan fits only with a crediting document in force.
	slices.SortStableFunc(files, func(a, b string) int {
		return strings.Compare(strings.TrimPrefix(filepath.Base(a), "crediting"), strings.TrimPrefix(filepath.Base(b), "crediting"))
	})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		v, err := a.Plans.Save(ctx, maker, planbook.Draft{Text: string(text)})
		if err != nil {
			return err
		}
		if _, err := a.Plans.Approve(ctx, checker, v.ID); err != nil {
			return err
		}
	}
	return nil
}

func calculate(ctx context.Context, a *app.App, maker access.Actor, change period.Change) error {
	p, err := a.Periods.Calculate(ctx, maker, change)
	if err != nil {
		return err
	}
	for p.State == period.StateCalculating {
		if err := pause(ctx); err != nil {
			return err
		}
		if p, err = a.Periods.Get(ctx, maker, change.Month); err != nil {
			return err
		}
	}
	if p.State != period.StateReview {
		return fmt.Errorf("calculation ended in state %s", p.State)
	}
	return nil
}

// previewsMax is how many sellers get a new payment and are asked for.
const previewsMax = 200

// previews records one payment at a time for different sellers and computes the seller's statement anew; what it measures is both
// together: from the payment to the statement.
func previews(ctx context.Context, a *app.App, month calendar.Month) (p50, p99 time.Duration, err error) {
	actor := access.SystemActor("bench")
	page, err := a.Payouts.List(ctx, actor, payout.Filter{Month: month, Limit: payout.LimitMax})
	if err != nil {
		return 0, 0, err
	}
	var times []time.Duration
	for n, head := range page.Heads {
		if n == previewsMax {
			break
		}
		view, err := a.Payouts.Get(ctx, actor, month, head.PersonID, head.PlanID)
		if err != nil {
			return 0, 0, err
		}
		if len(view.Statement.Credits) == 0 {
			continue
		}
		start := time.Now()
		err = a.DB.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchManual, ActorID: actor.UserID})
			if err != nil {
				return err
			}
			if _, err := w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprintf("bench-%d", n), Deal: view.Statement.Credits[0].Deal, PaidOn: month.Last(), AmountMinor: 100, Currency: money.CNY}); err != nil {
				return err
			}
			_, err = w.Finish(ctx)
			return err
		})
		if err != nil {
			return 0, 0, err
		}
		if _, err := a.Payouts.Preview(ctx, actor, month, head.PersonID); err != nil {
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
