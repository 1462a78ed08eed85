package crashtest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/store"
	"xiaoguan/internal/worker"
)

// The variables that make this test binary a node.
const (
	nodeURL  = "XIAOGUAN_CRASH_NODE_URL"
	nodeName = "XIAOGUAN_CRASH_NODE_NAME"
	nodeSeed = "XIAOGUAN_CRASH_NODE_SEED"
)

// firstMonth is the first month that nodes work on, the first in which the plans are in force; all they reach lie in the past.
const firstMonth = calendar.Month(2020 * 12)

// portionStatements is how many statements a node stores at once: few, so that runs can be killed between.
const portionStatements = 3

func TestMain(m *testing.M) {
	if do := os.Getenv(nodeDo); do != "" {
		os.Exit(runProgram(context.Background(), do))
	}
	if url := os.Getenv(nodeURL); url != "" {
		seed, _ := strconv.ParseUint(os.Getenv(nodeSeed), 10, 64)
		if err := runNode(context.Background(), url, os.Getenv(nodeName), seed); err != nil {
			say("error %v", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// say tells the test something in one write, which is there as a whole or not at all.
func say(format string, args ...any) {
	_, _ = os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

// node is one process of the product, without its pages.
type node struct {
	*monthtest.House
	worker *worker.Worker
	name   string
	random *rand.Rand
	month  atomic.Int32 // the month under work
}

// openNode puts a node together. Without a start it only looks.
func openNode(ctx context.Context, url, name string, seed uint64) (*node, error) {
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		return nil, err
	}
	n := &node{House: monthtest.NewHouse(db, time.Now), name: name, random: rand.New(rand.NewPCG(seed, 1))}
	n.Periods.StoreBy(portionStatements)
	n.worker, err = worker.New(db, worker.Config{Interval: 10 * time.Millisecond, RetryWait: time.Millisecond, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err == nil {
		n.worker.Register(period.KindCalculate, n.Periods.RunCalculate)
		n.worker.Register(retro.KindCompute, n.Retros.RunCompute)
	}
	return n, err
}

// runNode works until it is killed.
func runNode(ctx context.Context, url, name string, seed uint64) error {
	n, err := openNode(ctx, url, name, seed)
	if err != nil {
		return err
	}
	if err := n.worker.Start(ctx); err != nil {
		return err
	}
	n.month.Store(int32(firstMonth))
	say("ready")
	failed := make(chan error, 3)
	go func() { failed <- n.importForEver(ctx) }()
	go func() { failed <- n.closeForEver(ctx) }()
	go func() { failed <- n.retroForEver(ctx) }()
	return <-failed
}

// refused reports whether an error says that another node was faster, or is working right now.
func refused(err error) bool {
	return errs.Is(err, errs.KindConflict) || errs.Is(err, errs.KindPeriodClosed) || errs.Is(err, errs.KindUnavailable)
}

// importForEver records batches; each says in its document how many rows it has.
func (n *node) importForEver(ctx context.Context) error {
	random := rand.New(rand.NewPCG(n.random.Uint64(), 2))
	for i := 0; ; i++ {
		payments := 1 + random.IntN(8)
		key := fmt.Sprintf("%s-%d", n.name, i)
		document := fmt.Sprintf("%s rows %d", key, payments+2) // a deal with one share, and its payments
		month := calendar.Month(n.month.Load()) - calendar.Month(random.IntN(2))
		batch, err := n.Record(ctx, document, func(ctx context.Context, w fact.Writer) error {
			seller := strconv.Itoa(100_002 + random.IntN(9))
			_, err := w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "1", Product: strconv.Itoa(1 + random.IntN(3)), SignedOn: month.First(),
				AmountMinor: 1_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: seller, BasisPoints: 10_000}}})
			for j := 0; j < payments && err == nil; j++ {
				_, err = w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprintf("%s-%d", key, j), Deal: key, PaidOn: month.First() + calendar.Date(random.IntN(28)),
					AmountMinor: 1 + random.Int64N(5_000_00), Currency: money.CNY})
			}
			return err
		})
		switch {
		case err == nil:
			say("batch %d %s", batch.ID, document)
		case !refused(err):
			return fmt.Errorf("import: %w", err)
		}
		if err := pause(ctx, time.Duration(random.IntN(15))*time.Millisecond); err != nil {
			return err
		}
	}
}

// pause lets others at the database's only writer.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// closeForEver takes month after month through its life.
func (n *node) closeForEver(ctx context.Context) error {
	changed, stop := n.worker.Live().Watch("")
	defer stop()
	for {
		p, err := n.Periods.Get(ctx, monthtest.Maker, calendar.Month(n.month.Load()))
		if err != nil {
			return fmt.Errorf("read the month: %w", err)
		}
		if p.Revision > 0 {
			say("month %s %d %s %s/%s/%s", p.Month, p.Revision, p.State, p.CurrentRun, p.RunningRun, p.SealHash)
		}
		if p.State == period.StateClosed {
			n.month.Add(1)
			continue
		}
		after, err := n.step(ctx, p)
		switch {
		case err == nil && after.Revision > 0:
			say("month %s %d %s %s/%s/%s", after.Month, after.Revision, after.State, after.CurrentRun, after.RunningRun, after.SealHash)
		case err != nil && !refused(err):
			return fmt.Errorf("%s from %s: %w", p.Month, p.State, err)
		}
		if err != nil || after.Revision == 0 { // wait for the run, or for the other node
			select {
			case <-changed:
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

// retroForEver recomputes the last closed months, which late payments keep changing, and posts what it finds: mostly while the open month is
// not calculated yet, so that months get closed at all.
func (n *node) retroForEver(ctx context.Context) error {
	random := rand.New(rand.NewPCG(n.random.Uint64(), 4))
	for {
		if err := pause(ctx, time.Duration(20+random.IntN(40))*time.Millisecond); err != nil {
			return err
		}
		o, err := n.Retros.List(ctx, monthtest.Maker)
		if err != nil && !refused(err) {
			return fmt.Errorf("list retros: %w", err)
		}
		if len(o.Closed) == 0 {
			continue
		}
		p, err := n.Periods.Get(ctx, monthtest.Maker, o.Open)
		if err != nil || p.State != period.StateOpen && random.IntN(8) > 0 {
			continue
		}
		if last := o.Retros; len(last) > 0 && last[0].State == retro.StateComputed && last[0].Deltas > 0 {
			if _, err := n.Retros.Post(ctx, monthtest.Maker, last[0].ID); err != nil && !refused(err) {
				return fmt.Errorf("post: %w", err)
			} else if err == nil {
				continue
			}
		}
		if _, err := n.Retros.Start(ctx, monthtest.Maker, o.Closed[:min(2, len(o.Closed))]); err != nil && !refused(err) {
			return fmt.Errorf("retro: %w", err)
		}
	}
}

// step takes one step; the zero period means that there was none to take. A month under calculation is asked for again now and then, as
// somebody impatient would.
func (n *node) step(ctx context.Context, p period.Period) (period.Period, error) {
	change := period.Change{Month: p.Month, Revision: p.Revision, Reason: "again"}
	chance := n.random.IntN(6)
	switch p.State {
	case period.StateOpen:
		return n.Periods.Calculate(ctx, monthtest.Maker, change)
	case period.StateCalculating:
		if chance == 0 {
			return n.Periods.Calculate(ctx, monthtest.Maker, change)
		}
		return period.Period{}, nil
	case period.StateReview:
		if chance == 0 {
			return n.Periods.Calculate(ctx, monthtest.Maker, change)
		}
		return n.Periods.Publish(ctx, monthtest.Publisher, change)
	case period.StatePublished:
		if chance == 0 {
			return n.Periods.Return(ctx, monthtest.Maker, change)
		}
		return n.Periods.Approve(ctx, monthtest.Approver, change)
	default:
		after, err := n.Periods.Close(ctx, monthtest.Closer, change)
		if errs.Is(err, errs.KindConflict) { // perhaps differences came after its calculation
			return n.Periods.Return(ctx, monthtest.Approver, change)
		}
		return after, err
	}
}
