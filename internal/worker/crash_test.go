package worker_test

import (
	"bufio"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"xiaoguan/internal/job"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/worker"
)

// crashURL is how this test binary, started by itself, is told to be a node that takes a job and never ends it.
const crashURL = "XIAOGUAN_TEST_CRASHING_NODE"

func TestMain(m *testing.M) {
	if url := os.Getenv(crashURL); url != "" {
		crashingNode(url)
		return
	}
	os.Exit(m.Run())
}

func crashingNode(url string) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		panic(err)
	}
	w, err := worker.New(db, worker.Config{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		panic(err)
	}
	w.Register(kind, func(context.Context, job.Running) error {
		_, _ = os.Stdout.WriteString("started\n")
		select {}
	})
	if err := w.Start(ctx); err != nil {
		panic(err)
	}
	select {}
}

// startCrashingNode starts a node, waits until it works on a job, and returns what kills it as kill -9 does.
func startCrashingNode(t *testing.T, url string) (kill func()) {
	t.Helper()
	node := exec.CommandContext(t.Context(), os.Args[0])
	node.Env = append(os.Environ(), crashURL+"="+url)
	node.Stderr = t.Output()
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "started\n" {
		t.Fatalf("the node said %q, %v", line, err)
	}
	return func() {
		if err := node.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = node.Wait() // it says that it was killed
	}
}

func TestAJobOfAKilledNodeIsResumed(t *testing.T) {
	t.Parallel()
	urls := map[string]func(t *testing.T) string{
		"sqlite": func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "a b%20c", "xiaoguan.db")
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			return "sqlite:" + path
		},
		"postgres": storetest.PostgresURL,
	}
	for name, url := range urls {
		for _, alive := range []bool{false, true} {
			if name == "sqlite" && alive {
				continue // there is one node
			}
			t.Run(name+map[bool]string{false: " by the next node", true: " by a living node"}[alive], func(t *testing.T) {
				t.Parallel()
				url := url(t)
				db, err := store.Open(t.Context(), store.Config{URL: url})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = db.Close() })
				if err := db.Upgrade(t.Context()); err != nil {
					t.Fatal(err)
				}
				id := enqueue(t, db, job.Spec{})
				work := func(ctx context.Context, r job.Running) error {
					return db.InTx(ctx, func(tx *store.Tx) error { return tx.HoldJob(ctx, r.Job().ID, r.Job().Attempts) })
				}
				kill := startCrashingNode(t, url)
				if !alive {
					kill()
				}
				b := setup(t, db, work)
				if alive {
					kill()
				}
				if j := b.await(t, id, finished); j.State != job.StateSucceeded || j.Attempts != 2 {
					t.Errorf("job ended as %+v", j)
				}
			})
		}
	}
}
