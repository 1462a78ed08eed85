package crashtest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// number reads a number from the environment.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNothingIsLostDoubledOrHalfVisibleAfterKills(t *testing.T) {
	t.Parallel()
	kills := uint64(50)
	if testing.Short() {
		kills = 5
	}
	kills = number(t, "XIAOGUAN_CRASH_KILLS", kills)
	seed := number(t, "XIAOGUAN_CRASH_SEED", rand.Uint64())
	for name, open := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "xiaoguan.db") }, "postgres": storetest.PostgresURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Logf("XIAOGUAN_CRASH_SEED=%d XIAOGUAN_CRASH_KILLS=%d", seed, kills)
			b := &bench{url: open(t), random: rand.New(rand.NewPCG(seed, 3)), said: newSaid()}
			b.prepare(t)
			for enough := kills < 50; b.kills < kills || !enough && b.kills < 4*kills; { // on a slow machine it takes more of them
				b.round(t, name == "postgres" && b.random.IntN(3) == 0)
				look := b.look(t)
				look.compare(t, b.said)
				if t.Failed() {
					t.Fatalf("after %d kills", b.kills)
				}
				enough = enough || len(look.seals) >= 3 && look.resumed >= 3
			}
			b.settle(t)
			final := b.look(t)
			final.compare(t, b.said)
			final.recompute(t, b.url)
			t.Logf("%d kills: %d batches, %d months closed, %d runs of which %d were taken up again, %d ledger entries, %d differences posted", b.kills, len(final.batches), len(final.seals),
				len(final.runs), final.resumed, final.ledgerCount, final.posted)
			if kills >= 50 && (len(final.seals) < 3 || final.resumed < 3 || len(final.batches) < 10) {
				t.Error("the nodes got too little done for this to prove anything")
			}
		})
	}
}

// bench is a database on which nodes are killed, and everything that they said.
type bench struct {
	url    string
	random *rand.Rand
	kills  uint64
	rounds int
	said   *said
}

// prepare sets up plans and a company.
func (b *bench) prepare(t *testing.T) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: b.url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := monthtest.NewHouse(db, time.Now)
	if err := h.InstallPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Record(t.Context(), "company", monthtest.Generate(1, firstMonth, 20, 60).Write); err != nil {
		t.Fatal(err)
	}
}

// round starts a node, or two, and kills each after a random time.
func (b *bench) round(t *testing.T, two bool) {
	t.Helper()
	nodes := 1
	if two {
		nodes = 2
	}
	b.rounds++
	var wait sync.WaitGroup
	for i := range nodes {
		name := fmt.Sprintf("n%d.%d", b.rounds, i)
		after := time.Duration(5+b.random.IntN(b.patience())) * time.Millisecond
		early := b.random.IntN(8) == 0 // counted from the start of the process: it dies while it begins
		seed := b.random.Uint64()
		b.kills++
		wait.Go(func() {
			if err := b.live(t, name, seed, after, early); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// patience is how many milliseconds a node is left alone at most. It grows with the kills, so that a slow machine gets something done.
func (b *bench) patience() int { return 146 + 3*int(b.kills) }

// live runs one node until it is killed, and notes what it said.
func (b *bench) live(t *testing.T, name string, seed uint64, after time.Duration, early bool) error {
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), nodeURL+"="+b.url, nodeName+"="+name, nodeSeed+"="+strconv.FormatUint(seed, 10))
	command.Stderr = t.Output()
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- b.said.read(bufio.NewReader(out), name, ready) }()
	if !early {
		select {
		case <-ready:
		case err := <-ended:
			_ = command.Wait()
			return fmt.Errorf("%s ended before it was ready: %v", name, err)
		case <-t.Context().Done():
		}
	}
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
	case err := <-ended:
		_ = command.Wait()
		return fmt.Errorf("%s ended by itself: %v", name, err)
	}
	if err := command.Process.Kill(); err != nil {
		return err
	}
	err = <-ended
	_ = command.Wait() // it says that it was killed
	return err
}

// settle lets a node that nobody kills finish what is left to do: no month stays under calculation.
func (b *bench) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, err := openNode(ctx, b.url, "last", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.DB.Close() }()
	changed, stop := n.worker.Live().Watch("")
	defer stop()
	if err := n.worker.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.worker.Stop(context.WithoutCancel(ctx)) }()
	for {
		var waiting []job.Job
		if err := n.DB.Read(ctx, func(tx *store.Tx) (err error) {
			waiting, err = tx.Jobs(ctx, job.Filter{States: []job.State{job.StateQueued, job.StateRunning}, Limit: 10})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(waiting) == 0 {
			break
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("these jobs stay: %+v", waiting)
		}
	}
	periods, err := n.Periods.List(ctx, monthtest.Maker)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range periods {
		if p.State != period.StateCalculating {
			continue
		}
		// a job that killed twenty nodes is given up; then the month can be calculated anew
		if _, err := n.Periods.Calculate(ctx, monthtest.Maker, period.Change{Month: p.Month}); err != nil {
			t.Errorf("%s is stuck: %v", p.Month, err)
		}
	}
}
