package crashtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
)

// looker may look at imports.
var looker = access.SystemActor("test")

// look compares documents, facts, files and what was answered with one another, and returns how many imports are in each state.
func (b *importBench) look(t *testing.T) map[intake.State]int {
	t.Helper()
	ctx := t.Context()
	a := b.open(t)
	defer func() { _ = a.Close() }()
	removed, err := a.Imports.SweepFiles(ctx, time.Now().Add(2*intake.FilesQuiet))
	if err != nil {
		t.Fatal(err)
	}
	b.swept += removed
	all := listImports(t, a)
	facts := readFacts(t, a)
	states := map[intake.State]int{}
	var folders []string
	wanted := map[string]int{} // rows by deal, over all imports that bring it
	for _, i := range all {
		states[i.State]++
		folders = append(folders, i.ID)
		b.lookAt(t, i, facts, wanted)
	}
	for deal, rows := range wanted {
		if facts.payments[deal] != rows || (facts.deals[deal] == 1) != (rows > 0) {
			t.Errorf("of %s there are %d deals and %d payments; by the imports there are %d", deal, facts.deals[deal], facts.payments[deal], rows)
		}
	}
	for document := range facts.documents {
		t.Errorf("facts of %s, which is no import that says so", document)
	}
	b.lookAtFolders(t, folders)
	for id := range b.imports {
		if !slices.Contains(folders, id) {
			t.Errorf("import %s was answered and is not there", id)
		}
	}
	v, log, err := a.VerifyAll(ctx)
	if err != nil || v.Broken != nil || !log.Sound() {
		t.Errorf("verification: %+v, %+v, %v", v, log, err)
	}
	return states
}

// lookAt holds one import against its batches, its files and what was answered, and adds the payments that it stands for.
func (b *importBench) lookAt(t *testing.T, i intake.Import, facts *importFacts, wanted map[string]int) {
	t.Helper()
	var batches []int64
	for _, batch := range []int64{int64(i.Batch), int64(i.UndoBatch)} {
		if batch != 0 {
			batches = append(batches, batch)
		}
	}
	if got := facts.documents[i.ID]; !slices.Equal(got, batches) {
		t.Errorf("import %s is %s with batches %v, and there are %v", i.ID, i.State, batches, got)
	}
	delete(facts.documents, i.ID)
	done := i.State == intake.StateApplied || i.State == intake.StateUndone
	if !done && len(batches) > 0 || (i.State == intake.StateUndone) != (!i.UndoneAt.IsZero()) {
		t.Errorf("import %s is %s with batches %v", i.ID, i.State, batches)
	}
	if b.applied[i.ID] && i.State != intake.StateApplied || b.undone[i.ID] && i.State != intake.StateUndone {
		t.Errorf("import %s was seen applied %t, undone %t, and is %s", i.ID, b.applied[i.ID], b.undone[i.ID], i.State)
	}
	if i.State == intake.StateRejected || i.State == intake.StateFailed && i.Result.Failure.Key != "job.node_died" {
		t.Errorf("nothing was wrong, and yet %+v", i)
	}
	deal, payments := b.content(t, i)
	if i.State != intake.StateApplied {
		payments = 0
	}
	wanted[deal] = max(wanted[deal], payments) // the command line brings a deal again when it was killed
}

// content reads an import's files, checks them against its digest, and returns the key of their deal and the number of payments.
func (b *importBench) content(t *testing.T, i intake.Import) (deal string, payments int) {
	t.Helper()
	digest := sha256.New()
	for _, name := range i.Files {
		text, err := os.ReadFile(filepath.Join(b.dir, "imports", i.ID, name))
		if err != nil {
			t.Errorf("files of %s are lost: %v", i.ID, err)
			return "", 0
		}
		digest.Write([]byte(name + "\x00"))
		digest.Write(text)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if name == "deals.csv" {
			deal, _, _ = strings.Cut(lines[1], ",")
		} else {
			payments = len(lines) - 1
		}
	}
	if sum := hex.EncodeToString(digest.Sum(nil)); sum != i.Digest || len(i.Files) != 2 {
		t.Errorf("files %v of %s have digest %s, the import says %s", i.Files, i.ID, sum, i.Digest)
	}
	return deal, payments
}

// lookAtFolders wants one folder for each import and none besides.
func (b *importBench) lookAtFolders(t *testing.T, want []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.dir, "imports"))
	if err != nil && len(want) > 0 {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("folders %v for imports %v", have, want)
	}
}

func listImports(t *testing.T, a *app.App) (all []intake.Import) {
	t.Helper()
	for after := ""; ; {
		page, err := a.Imports.List(t.Context(), looker, 200, after)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, page...); len(page) < 200 {
			return all
		}
		after = page[len(page)-1].ID
	}
}

// importFacts is what one snapshot of the database has of imported facts.
type importFacts struct {
	documents       map[string][]int64 // batches by document, in order
	deals, payments map[string]int     // current rows by key of the deal
}

func readFacts(t *testing.T, a *app.App) *importFacts {
	t.Helper()
	f := &importFacts{map[string][]int64{}, map[string]int{}, map[string]int{}}
	ctx := t.Context()
	if err := a.DB.Read(ctx, func(tx *store.Tx) error {
		for text, note := range map[string]func(key string, id int64){
			"SELECT document, id FROM batch WHERE document <> 'company' ORDER BY id":                           func(key string, id int64) { f.documents[key] = append(f.documents[key], id) },
			"SELECT key, id FROM deal WHERE key LIKE 'i%' AND superseded_in = 9223372036854775807":             func(key string, _ int64) { f.deals[key]++ },
			"SELECT key, recorded_in FROM payment WHERE key LIKE 'i%' AND superseded_in = 9223372036854775807": func(key string, _ int64) { f.payments[key[:strings.Index(key, "-")]]++ },
		} {
			if err := monthtest.Query(ctx, tx, func(scan func(...any) error) error {
				var key string
				var id int64
				err := scan(&key, &id)
				note(key, id)
				return err
			}, text); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return f
}

// resumed returns how many jobs were started more than once.
func (b *importBench) resumed(t *testing.T) int64 {
	t.Helper()
	a := b.open(t)
	defer func() { _ = a.Close() }()
	return monthtest.QueryInts(t, a.DB, "SELECT COUNT(*) FROM job WHERE attempts > 1")[0]
}

// settle lets a server that nobody kills finish every import: none is stuck.
func (b *importBench) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	a := b.open(t)
	defer func() { _ = a.Close() }()
	if err := a.Worker.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Worker.Stop(context.WithoutCancel(ctx)) }()
	for _, i := range listImports(t, a) {
		for i.State != intake.StateApplied && i.State != intake.StateUndone {
			if i.State != intake.StateApplying {
				if _, err := a.Imports.Apply(ctx, looker, i.ID, false); err != nil {
					t.Fatalf("%s of %s cannot be applied: %v", i.ID, i.State, err)
				}
			}
			if err := pause(ctx, 5*time.Millisecond); err != nil {
				t.Fatalf("import %s stays: %+v", i.ID, i)
			}
			now, err := a.Imports.Get(ctx, looker, i.ID)
			if err != nil {
				jobs, listErr := a.Jobs.List(t.Context(), looker, job.Filter{States: []job.State{job.StateQueued, job.StateRunning}, Limit: 10})
				t.Fatalf("import %s stays: %+v (%v); jobs: %+v (%v)", i.ID, i, err, jobs, listErr)
			}
			i = now
		}
	}
	for { // an import is there a moment before its job is called done
		jobs, err := a.Jobs.List(ctx, looker, job.Filter{States: []job.State{job.StateQueued, job.StateRunning}, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs.Jobs) == 0 {
			return
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			t.Fatalf("jobs stay: %+v", jobs)
		}
	}
}
