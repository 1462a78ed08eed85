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
	"xiaoguan/internal/payout"
)

// replayMode makes the program measure what a changed plan does to a history, and print a Replayed as JSON.
const replayMode = "-replay"

// replayShape is the company whose history is replayed: a thousand payees, with some 20 payments each in every month of two years.
var replayShape = shape{sellers: 910, payments: 500_000, months: simulatedMonths}

// Replayed is what the effect of a plan change took, from the request to the stored result.
type Replayed struct {
	Payees, Payments int64
	Took             time.Duration
}

// replays runs the measurement in a child and prints its table.
func replays(ctx context.Context, out io.Writer, databaseURL string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "xiaoguan-replay-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	command := exec.CommandContext(ctx, self, replayMode, dir, databaseURL)
	command.Stderr = os.Stderr
	text, err := command.Output()
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	var m Replayed
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	name := "SQLite"
	if databaseURL != "" {
		name = "PostgreSQL"
	}
	fmt.Fprintf(out, "\nWhat a changed plan does to %d payees over %d months, %d payments, on %s, as a job (peak of the whole process %d MiB)\n\n| step | s |\n|---|---|\n| from the request to the stored result | %.2f |\n",
		m.Payees, simulatedMonths, m.Payments, name, peak(command.ProcessState)>>20, m.Took.Seconds())
	return nil
}

// walkReplay imports the company, calculates its last month to count who is paid, and replays its history under a changed plan.
func walkReplay(ctx context.Context, dir, databaseURL string) (m Replayed, err error) {
	data := filepath.Join(dir, "data")
	if err := generate(data, replayShape, 1); err != nil {
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
	if m.Payments, err = importFolder(ctx, a, data); err != nil {
		return m, err
	}
	maker, checker := access.SystemActor("maker"), access.SystemActor("checker")
	if err := approvePlans(ctx, a, maker, checker); err != nil {
		return m, err
	}
	change, err := theMonth()
	if err != nil {
		return m, err
	}
	if err := calculate(ctx, a, maker, change); err != nil {
		return m, err
	}
	page, err := a.Payouts.List(ctx, maker, payout.Filter{Month: change.Month, Limit: 1})
	if err != nil {
		return m, err
	}
	m.Payees = page.Count
	m.Took, err = simulateChange(ctx, a, maker, change.Month)
	return m, err
}
