package crashtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store/storetest"
)

func TestImportsAreWholeOrNotThereAfterKills(t *testing.T) {
	t.Parallel()
	kills := uint64(50)
	if testing.Short() {
		kills = 6
	}
	kills = number(t, "XIAOGUAN_CRASH_KILLS", kills)
	seed := number(t, "XIAOGUAN_CRASH_SEED", rand.Uint64())
	for name, open := range map[string]func(*testing.T, string) string{
		"sqlite":   func(_ *testing.T, dir string) string { return "sqlite:" + filepath.Join(dir, "xiaoguan.db") },
		"postgres": func(t *testing.T, _ string) string { return storetest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Logf("XIAOGUAN_CRASH_SEED=%d XIAOGUAN_CRASH_KILLS=%d", seed, kills)
			dir := t.TempDir()
			b := &importBench{dir: dir, url: open(t, dir), source: t.TempDir(), random: rand.New(rand.NewPCG(seed, 4)), imports: map[string]bool{}, applied: map[string]bool{}, undone: map[string]bool{}}
			b.prepare(t)
			for enough := kills < 50; b.kills < kills || !enough && b.kills < 4*kills; { // on a slow machine it takes more of them
				if b.random.IntN(3) == 0 {
					b.commandLine(t)
				} else {
					b.server(t)
				}
				states := b.look(t)
				if t.Failed() {
					t.Fatalf("after %d kills", b.kills)
				}
				enough = enough || b.enough(t, states)
			}
			b.settle(t)
			states := b.look(t)
			t.Logf("%d kills: imports by state %v, %d started again after a kill, %d folders without an import cleared away, %d imports by command line ended by themselves", b.kills, states,
				b.resumed(t), b.swept, b.ended)
			if kills >= 50 && !b.enough(t, states) {
				t.Error("the nodes got too little done, or were killed too politely, for this to prove anything")
			}
		})
	}
}

// enough reports whether imports were applied, undone, interrupted in the middle and interrupted while they came in.
func (b *importBench) enough(t *testing.T, states map[intake.State]int) bool {
	return states[intake.StateApplied] >= 10 && states[intake.StateUndone] >= 2 && b.swept >= 1 && b.resumed(t) >= 3
}

// importBench is an installation that is killed while it imports, and everything that it answered.
type importBench struct {
	dir, url, source string
	random           *rand.Rand
	cookie           string
	names            int
	folder           string // what the command line did not finish
	kills            uint64
	swept, ended     int
	imports          map[string]bool // ids that were answered
	applied, undone  map[string]bool // seen so, or answered so
}

// prepare sets up a company, and somebody who may import and is signed in.
func (b *importBench) prepare(t *testing.T) {
	t.Helper()
	a := b.open(t)
	defer func() { _ = a.Close() }()
	h := monthtest.NewHouse(a.DB, time.Now)
	if _, err := h.Record(t.Context(), "company", monthtest.Generate(1, firstMonth, 10, 12).Write); err != nil {
		t.Fatal(err)
	}
	password := "copper-Kettle-42"
	if _, err := a.Users.CreateUser(t.Context(), access.SystemActor("test"), access.CreateUser{Login: "ops", Name: "陈晓", Password: password, Keep: true,
		Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}); err != nil {
		t.Fatal(err)
	}
	issued, err := a.Users.SignIn(t.Context(), access.SignIn{Login: "ops", Password: password, Client: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	b.cookie = issued.Token
}

// open puts the program together without starting it.
func (b *importBench) open(t *testing.T) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{DatabaseURL: b.url, Dir: b.dir})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// files writes a deal and its payments, of new keys. There are enough of them for a kill to find an import in the middle.
func (b *importBench) files() map[string]string {
	b.names++
	key := fmt.Sprintf("i%d", b.names)
	payments := &strings.Builder{}
	payments.WriteString("key,deal,paid_on,amount\n")
	for i := range 1 + b.random.IntN(2000) {
		fmt.Fprintf(payments, "%s-%d,%s,2020-01-%02d,%d.50\n", key, i, key, 1+i%28, 1+b.random.IntN(5000))
	}
	return map[string]string{
		"deals.csv":    "key,customer,product,signed_on,amount,seller_1\n" + key + ",1,1,2020-01-02,1000000.00,100002\n",
		"payments.csv": payments.String(),
	}
}

// start starts the program; the returned function kills it.
func (b *importBench) start(t *testing.T, do, folder string) (command *exec.Cmd, lines *bufio.Reader) {
	t.Helper()
	command = exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), nodeDo+"="+do, nodeURL+"="+b.url, nodeDir+"="+b.dir, nodeFolder+"="+folder)
	command.Stderr = t.Output()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, bufio.NewReader(out)
}

// commandLine imports a folder by the command line and kills that at a random moment. What was killed is imported again the next time.
func (b *importBench) commandLine(t *testing.T) {
	t.Helper()
	if b.folder == "" {
		b.folder = filepath.Join(b.source, fmt.Sprint("folder", b.names))
		if err := os.Mkdir(b.folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range b.files() {
			if err := os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	command, lines := b.start(t, doImport, b.folder)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(20+b.random.IntN(500))*time.Millisecond, func() { _ = command.Process.Kill() })
	defer timer.Stop()
	_, _ = io.Copy(io.Discard, lines)
	switch err := command.Wait(); {
	case err == nil:
		b.ended++
		b.folder = ""
	case command.ProcessState.ExitCode() == -1: // killed
		b.kills++
	default:
		t.Errorf("the command line ended by itself: %v", err)
	}
}

// patience is how many milliseconds a server is left alone at most. It grows with the kills, so that a slow machine gets something done.
func (b *importBench) patience() int { return 400 + 25*int(b.kills) }

// server runs a server, hands work to it, and kills it at a random moment.
func (b *importBench) server(t *testing.T) {
	t.Helper()
	command, lines := b.start(t, doServe, "")
	said, err := lines.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(said), "address ")
	if err != nil || !ok {
		t.Fatalf("the server says %q, %v", said, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var killing atomic.Bool // set before the kill: what fails in between is the kill's doing
	timer := time.AfterFunc(time.Duration(5+b.random.IntN(b.patience()))*time.Millisecond, func() {
		killing.Store(true)
		_ = command.Process.Kill()
		cancel()
	})
	defer timer.Stop()
	b.kills++
	failure := b.handIn(ctx, &visitor{base: "http://" + address, cookie: b.cookie})
	if !killing.Load() {
		t.Errorf("the server was alive and yet: %v", failure)
		_ = command.Process.Kill()
	}
	rest, _ := io.ReadAll(lines)
	_ = command.Wait() // it says that it was killed
	if len(rest) > 0 {
		t.Errorf("the server says %q", rest)
	}
}

// handIn uploads, applies, looks and undoes until the server is gone.
func (b *importBench) handIn(ctx context.Context, v *visitor) error {
	for {
		id := ""
		for known := range b.imports { // one that an earlier server did not finish
			if !b.applied[known] && !b.undone[known] {
				id = known
				break
			}
		}
		if id == "" || b.random.IntN(2) == 0 {
			var err error
			if id, err = v.upload(ctx, b.files()); err != nil {
				return err
			}
			b.imports[id] = true
		}
		if _, err := v.post(ctx, "/imports/"+id+"/apply", http.StatusSeeOther, http.StatusConflict); err != nil {
			return err
		}
		if err := b.waitApplied(ctx, v, id); err != nil {
			return err
		}
		if b.random.IntN(3) > 0 {
			continue
		}
		delete(b.applied, id) // from here on it may be undone
		status, err := v.post(ctx, "/imports/"+id+"/undo", http.StatusSeeOther)
		if err != nil {
			return err
		}
		b.undone[id] = status == http.StatusSeeOther
	}
}

// waitApplied looks at an import until its page offers to undo it.
func (b *importBench) waitApplied(ctx context.Context, v *visitor, id string) error {
	for {
		page, err := v.get(ctx, "/imports/"+id)
		if err != nil {
			return err
		}
		if strings.Contains(page, "/imports/"+id+"/undo") {
			b.applied[id] = true
			return nil
		}
		if strings.Contains(page, "/imports/"+id+"/apply") {
			return errors.New("the import was given up: " + page)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}
