package intake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/job"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tabular"
)

// memory keeps files of imports in memory. opened, when it is set, is called once when files are opened.
type memory struct {
	mu      sync.Mutex
	files   map[string]map[string][]byte
	written map[string]time.Time
	opened  func()
}

func (m *memory) Save(importID, name string, from io.Reader, limit int64) (int64, error) {
	text, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return 0, err
	}
	if int64(len(text)) > limit {
		return 0, errs.New(errs.KindTooLarge, "tabular.file_too_large", errs.Args{"Bytes": limit})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files[importID] == nil {
		m.files[importID] = map[string][]byte{}
	}
	m.files[importID][name] = text
	m.written[importID] = storetest.Start
	return int64(len(text)), nil
}

func (m *memory) Open(importID string) (files []ingest.File, err error) {
	m.mu.Lock()
	opened := m.opened
	m.opened = nil
	for name, text := range m.files[importID] {
		files = append(files, ingest.File{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }})
	}
	m.mu.Unlock()
	if opened != nil {
		opened()
	}
	return files, nil
}

func (m *memory) Remove(importID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, importID)
	delete(m.written, importID)
	return nil
}

func (m *memory) Kept() (map[string]time.Time, error) { return m.written, nil }

// bundle is the service over monthtest's small company.
type bundle struct {
	*intake.Service
	t     *testing.T
	house *monthtest.House
	files *memory
	facts int // batches of the company
}

var operator = access.Actor{UserID: "u-ops", Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}

func run(t *testing.T, test func(t *testing.T, b *bundle)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		files := &memory{files: map[string]map[string][]byte{}, written: map[string]time.Time{}}
		b := &bundle{t: t, house: monthtest.NewHouse(db, time.Now), files: files,
			Service: intake.NewService(db.Imports(), files, monthtest.NewID(time.Now), tabular.Limits{FileBytes: 4 << 20, WorkbookBytes: 1 << 20, UnzippedBytes: 2 << 20})}
		b.house.MustRecord(t, monthtest.Small().Write)
		b.facts = len(b.batches())
		test(t, b)
	})
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// batches are the documents of all batches.
func (b *bundle) batches() []string {
	b.t.Helper()
	return monthtest.QueryTexts(b.t, b.house.DB, "SELECT document FROM batch ORDER BY id")
}

// receive hands files in, in order of name.
func (b *bundle) receive(files map[string]string) (intake.Import, error) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return b.Receive(b.t.Context(), operator, "", "", func() (*intake.Upload, error) {
		if len(names) == 0 {
			return nil, nil
		}
		name := names[0]
		names = names[1:]
		return &intake.Upload{Name: name, From: bytes.NewReader([]byte(files[name]))}, nil
	})
}

// onePayment is a file that can be applied.
var onePayment = map[string]string{"payments.csv": "key,deal,paid_on,amount\nX1,D1,2026-09-20,10.00\n"}

// applying receives files and asks to apply them; the start of the job is returned, taken by a node.
func (b *bundle) applying(files map[string]string) (intake.Import, *monthtest.Running) {
	b.t.Helper()
	i, err := b.receive(files)
	b.must(err)
	i, err = b.Apply(b.t.Context(), operator, i.ID, false)
	b.must(err)
	return i, b.start(i)
}

func (b *bundle) start(i intake.Import) *monthtest.Running {
	b.t.Helper()
	r, err := b.house.Start(b.t.Context(), i.JobID)
	b.must(err)
	return r
}

// carryOut runs a start to its end and records that.
func (b *bundle) carryOut(r *monthtest.Running) error {
	b.t.Helper()
	state, err := job.StateSucceeded, b.RunApply(b.t.Context(), r)
	if err != nil {
		state = job.StateFailed
	}
	b.must(b.house.Finish(b.t.Context(), r, state, errs.Is(err, errs.KindUnavailable)))
	return err
}

func (b *bundle) want(id string, state intake.State, failure string) intake.Import {
	b.t.Helper()
	i, err := b.Get(b.t.Context(), operator, id)
	b.must(err)
	if i.State != state || i.Result.Failure.Key != failure {
		b.t.Errorf("the import is %s (%s), want %s (%s)", i.State, i.Result.Failure.Key, state, failure)
	}
	all, err := b.List(b.t.Context(), operator, 10, "")
	b.must(err)
	for _, other := range all {
		if other.ID == id && other.State != state {
			b.t.Errorf("the list says %s, want %s", other.State, state)
		}
	}
	return i
}

// applied carries an import out that can be applied, and wants its facts once.
func (b *bundle) applied(id string) {
	b.t.Helper()
	i, err := b.Apply(b.t.Context(), operator, id, false)
	b.must(err)
	b.must(b.carryOut(b.start(i)))
	b.want(id, intake.StateApplied, "")
	b.once(id)
}

// once wants exactly one batch of the import.
func (b *bundle) once(id string) {
	b.t.Helper()
	if got := b.batches(); len(got) != b.facts+1 || got[b.facts] != id {
		b.t.Errorf("batches %v of import %s", got, id)
	}
}

// printers are both languages.
func printers(t *testing.T) []*i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return []*i18n.Printer{catalogue.Printer(i18n.ZhCN), catalogue.Printer(i18n.En)}
}

// stopping is a context that ends with a cause as soon as the files are opened.
func (b *bundle) stopping(cause error) context.Context {
	ctx, cancel := context.WithCancelCause(b.t.Context())
	b.files.opened = func() { cancel(cause) }
	return ctx
}

var errStopping = errors.New("the node stops")
