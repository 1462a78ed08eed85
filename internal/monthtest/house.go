package monthtest

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
	"xiaoguan/internal/render"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
)

// The people of a test. Maker runs months and writes plans, Publisher may do the same, Approver and Closer are of finance.
var (
	Maker     = access.Actor{UserID: "u-maker", Name: "韩越", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	Publisher = access.Actor{UserID: "u-publisher", Name: "白露", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	Approver  = access.Actor{UserID: "u-approver", Name: "严正", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
	Closer    = access.Actor{UserID: "u-closer", Name: "季风", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
	Auditor   = access.Actor{UserID: "u-auditor", Name: "毕明", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	Admin     = access.Actor{UserID: "u-admin", Name: "余安", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}}
)

// Seller is a person's own user.
func Seller(person int64) access.Actor {
	return access.Actor{UserID: "u-seller", PersonID: person, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
}

// Lead is the user of a person who leads a team.
func Lead(person int64) access.Actor {
	return access.Actor{UserID: "u-lead", PersonID: person, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
}

// House is a database with the services of the month's close over it.
type House struct {
	DB          *store.DB
	Plans       *planbook.Service
	Periods     *period.Service
	Payouts     *payout.Service
	Rewards     *reward.Service
	Retros      *retro.Service
	Adjustments *adjustment.Service
	Audit       *audit.Service
}

// NewHouse puts the services together. now is for ids alone; the database has a clock of its own.
func NewHouse(db *store.DB, now func() time.Time) *House {
	return &House{
		DB:          db,
		Plans:       planbook.NewService(db.Plans(), NewID(now)).WithExaminer(plancase.Examiner{Printer: examplePrinter()}),
		Periods:     NewPeriods(db.Periods(), now),
		Payouts:     payout.NewService(db.Payouts(), money.Constantly(money.CNY)),
		Rewards:     reward.NewService(db.Rewards()),
		Retros:      retro.NewService(db.RetroStore(), NewID(now), money.Constantly(money.CNY)),
		Adjustments: adjustment.NewService(db.AdjustmentStore(), NewID(now)),
		Audit:       audit.NewService(db.Audit()),
	}
}

// NewID returns a maker of ids.
func NewID(now func() time.Time) func() string { return func() string { return store.NewID(now()) } }

// NewPeriods returns the service of months over a store that a test may have wrapped. All sign with the same key.
func NewPeriods(s period.Store, now func() time.Time) *period.Service {
	return period.NewService(s, signer{ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}, render.PayFiles{}, NewID(now), money.Constantly(money.CNY))
}

type signer struct{ private ed25519.PrivateKey }

func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

func (s signer) Public() ed25519.PublicKey { return s.private.Public().(ed25519.PublicKey) }

func (s signer) Verify(message, signature []byte) bool {
	return ed25519.Verify(s.Public(), message, signature)
}

// Open puts up a house with W1's plans and the company's facts.
func Open(t *testing.T, db *store.DB, c *Company) *House {
	t.Helper()
	h := NewHouse(db, time.Now)
	if err := h.InstallPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.MustRecord(t, c.Write)
	return h
}

// Root is the folder of the module, above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err = os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if up := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && up != dir {
			dir, err = up, nil
		}
	}
	return "", err
}

// PlanTexts returns W1's documents, the crediting document first.
func PlanTexts() (texts []string, err error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"crediting", "newcomer", "regular", "core", "manager"} {
		text, err := os.ReadFile(filepath.Join(root, "bench", "w1", "plans", name+".yaml"))
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// InstallPlans puts W1's plans in force: written by Maker, approved by Approver.
func (h *House) InstallPlans(ctx context.Context) error {
	texts, err := PlanTexts()
	if err != nil {
		return err
	}
	for _, text := range texts {
		v, err := h.Plans.Save(ctx, Maker, planbook.Draft{Text: text})
		if err != nil {
			return err
		}
		if _, err := h.Plans.Approve(ctx, Approver, v.ID); err != nil {
			return err
		}
	}
	return nil
}

// Record writes facts as one batch.
func (h *House) Record(ctx context.Context, document string, write func(context.Context, fact.Writer) error) (batch fact.Batch, err error) {
	err = h.DB.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: Maker.UserID, Document: document})
		if err != nil {
			return err
		}
		if err := write(ctx, w); err != nil {
			return err
		}
		batch, err = w.Finish(ctx)
		return err
	})
	return batch, err
}

// MustRecord writes facts as one batch.
func (h *House) MustRecord(t *testing.T, write func(context.Context, fact.Writer) error) fact.Batch {
	t.Helper()
	batch, err := h.Record(t.Context(), "test", write)
	if err != nil {
		t.Fatal(err)
	}
	return batch
}

// Person returns the id of a person by key.
func (h *House) Person(t *testing.T, key string) int64 {
	t.Helper()
	ids := QueryInts(t, h.DB, "SELECT id FROM person WHERE key = '"+key+"' AND superseded_in = 9223372036854775807")
	if len(ids) != 1 {
		t.Fatalf("person %s has ids %v", key, ids)
	}
	return ids[0]
}

// Running is one start of a job, carried out on the spot.
type Running struct {
	job    job.Job
	Stages []job.Progress
	Result any
}

// Job implements job.Running.
func (r *Running) Job() job.Job { return r.job }

// Report implements job.Running.
func (r *Running) Report(p job.Progress) { r.Stages = append(r.Stages, p) }

// SetResult implements job.Running.
func (r *Running) SetResult(result any) { r.Result = result }

// Queued returns the ids of the jobs that wait, oldest first.
func (h *House) Queued(ctx context.Context) (ids []string, err error) {
	err = h.DB.Read(ctx, func(tx *store.Tx) error {
		jobs, err := tx.Jobs(ctx, job.Filter{States: []job.State{job.StateQueued}, Limit: job.LimitMax})
		for _, j := range jobs {
			ids = append([]string{j.ID}, ids...)
		}
		return err
	})
	return ids, err
}

// Start takes a queued job as a node does.
func (h *House) Start(ctx context.Context, id string) (*Running, error) {
	r := &Running{}
	err := h.DB.InJobTx(ctx, func(tx *store.Tx) error {
		j, ok, err := tx.StartJob(ctx, id, "here")
		if err == nil && !ok {
			err = errs.New(errs.KindConflict, "job.finished", nil)
		}
		r.job = j
		return err
	})
	return r, err
}

// Finish records how a start ended: again puts the job back into the queue.
func (h *House) Finish(ctx context.Context, r *Running, state job.State, again bool) error {
	return h.DB.InJobTx(ctx, func(tx *store.Tx) (err error) {
		if again {
			_, err = tx.RequeueJob(ctx, r.job.ID, r.job.Attempts, false, 0)
			return err
		}
		_, err = tx.FinishJob(ctx, store.Outcome{ID: r.job.ID, Attempt: r.job.Attempts, State: state})
		return err
	})
}

// Work carries out the jobs that wait, with the service given, and returns what the last one ended with.
func (h *House) Work(ctx context.Context, periods *period.Service) error {
	ids, err := h.Queued(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := h.Start(ctx, id)
		if err != nil {
			return err
		}
		state := job.StateSucceeded
		failure := h.carryOut(ctx, periods, r)
		if failure != nil {
			state = job.StateFailed
		}
		if err := h.Finish(ctx, r, state, errs.Is(failure, errs.KindUnavailable)); err != nil || failure != nil {
			return errors.Join(failure, err)
		}
	}
	return nil
}

// carryOut does the work of a job.
func (h *House) carryOut(ctx context.Context, periods *period.Service, r *Running) error {
	if r.job.Kind == retro.KindCompute {
		return h.Retros.RunCompute(ctx, r)
	}
	return periods.RunCalculate(ctx, r)
}

// MustRetro recomputes closed months to the end.
func (h *House) MustRetro(t *testing.T, months ...calendar.Month) retro.Retro {
	t.Helper()
	r, err := h.Retros.Start(t.Context(), Maker, months)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Work(t.Context(), h.Periods); err != nil {
		t.Fatal(err)
	}
	if r, err = h.Retros.Get(t.Context(), Maker, r.ID); err != nil || r.State != retro.StateComputed {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// MustCalculate runs the month to its end.
func (h *House) MustCalculate(t *testing.T, month calendar.Month) period.Period {
	t.Helper()
	if _, err := h.Periods.Calculate(t.Context(), Maker, period.Change{Month: month}); err != nil {
		t.Fatal(err)
	}
	if err := h.Work(t.Context(), h.Periods); err != nil {
		t.Fatal(err)
	}
	return h.Get(t, month)
}

// Get returns the month.
func (h *House) Get(t *testing.T, month calendar.Month) period.Period {
	t.Helper()
	p, err := h.Periods.Get(t.Context(), Maker, month)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// MustApprove takes a calculated month on to approval.
func (h *House) MustApprove(t *testing.T, month calendar.Month) {
	t.Helper()
	change := period.Change{Month: month}
	if _, err := h.Periods.Publish(t.Context(), Publisher, change); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Periods.Approve(t.Context(), Approver, change); err != nil {
		t.Fatal(err)
	}
}

// MustClose runs the month and takes it through every step.
func (h *House) MustClose(t *testing.T, month calendar.Month) period.Period {
	t.Helper()
	h.MustCalculate(t, month)
	h.MustApprove(t, month)
	p, err := h.Periods.Close(t.Context(), Closer, period.Change{Month: month})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// examplePrinter is the printer of worked examples.
func examplePrinter() *i18n.Printer {
	catalogue, err := i18n.New()
	if err != nil {
		panic(err) // the catalogue is part of the program
	}
	return catalogue.Printer(i18n.ZhCN)
}
