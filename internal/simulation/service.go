package simulation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Reader reads simulations and what they rest on in one snapshot.
type Reader interface {
	planbook.Reader
	// Simulation returns a simulation without its result. Errors: not found.
	Simulation(ctx context.Context, id string) (Simulation, error)
	// Simulations returns at most limit of them, the newest first; after is the id of the last one of the page before, or empty.
	Simulations(ctx context.Context, limit int, after string) ([]Simulation, error)
	// SimulationResult returns the packed result and the packed lines. Errors: not found.
	SimulationResult(ctx context.Context, id string) (result, lines []byte, err error)
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error)
	// Job returns a job. Errors: not found.
	Job(ctx context.Context, id string) (job.Job, error)
	Today() calendar.Date
}

// Tx changes simulations.
type Tx interface {
	Reader
	InsertSimulation(ctx context.Context, s Simulation) error
	// FinishSimulation stores how a running simulation ended. It returns an error of kind Conflict when it is not running any more.
	FinishSimulation(ctx context.Context, s Simulation, result, lines []byte) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Enqueue(ctx context.Context, spec job.Spec) error
	// HoldJob makes the transaction part of one start of a job. It returns an error of kind Conflict when another node has the job now.
	HoldJob(ctx context.Context, id string, attempt int) error
	Now() time.Time
}

// Store is where simulations are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service runs and shows simulations.
type Service struct {
	store    Store
	newID    func() string
	currency func() money.Currency
}

// NewService returns a Service over the store.
func NewService(store Store, newID func() string, currency func() money.Currency) *Service {
	return &Service{store: store, newID: newID, currency: currency}
}

// LimitMax is the greatest number of simulations on a page.
const LimitMax = 200

// Start asks for a simulation, over the facts recorded by now. Errors: forbidden; invalid; not found when a version is unknown; conflict when one
// was withdrawn.
func (s *Service) Start(ctx context.Context, actor access.Actor, in Request) (sim Simulation, err error) {
	defer errs.Wrap(&err, "simulation.Start")
	if err := mayRun(actor); err != nil {
		return Simulation{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := in.Validate(tx.Today().Month()); err != nil {
			return err
		}
		for _, c := range in.Candidates() {
			if _, err := readCandidate(ctx, tx, c); err != nil {
				return err
			}
		}
		batch, err := tx.LatestBatch(ctx)
		if err != nil {
			return err
		}
		sim = Simulation{ID: s.newID(), Request: in, State: StateRunning, JobID: s.newID(), CreatedBy: actor.UserID, CreatedAt: tx.Now(), Recorded: batch}
		if err := tx.InsertSimulation(ctx, sim); err != nil {
			return err
		}
		args, err := json.Marshal(runArgs{sim.ID})
		if err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{ID: sim.JobID, Kind: KindRun, Args: args, CreatedBy: actor.UserID, Subject: "simulation:" + sim.ID}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "simulation.start", "simulation:"+sim.ID, nil, in)
	})
	return sim, err
}

// readCandidate decodes the versions of a candidate. Each must be of another document, and none withdrawn.
func readCandidate(ctx context.Context, r planbook.Reader, c Candidate) (documents []*plan.Document, err error) {
	var seen []string
	for _, id := range c.Versions {
		v, err := r.PlanVersion(ctx, id)
		if err != nil {
			return nil, err
		}
		if v.State == planbook.StateWithdrawn {
			return nil, errs.New(errs.KindConflict, "simulation.withdrawn", errs.Args{"Document": v.DocumentID, "Number": v.Number})
		}
		if slices.Contains(seen, v.DocumentID) {
			return nil, errs.New(errs.KindConflict, "simulation.twice", errs.Args{"Document": v.DocumentID})
		}
		seen = append(seen, v.DocumentID)
		d, err := plan.Decode(v.DocumentID, []byte(v.Text))
		if err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// List returns simulations, the newest first, and the cursor of the page that follows. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, limit int, after string) (list []Simulation, next string, err error) {
	defer errs.Wrap(&err, "simulation.List")
	if err := mayRead(actor); err != nil {
		return nil, "", err
	}
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		if list, err = r.Simulations(ctx, limit+1, after); err != nil {
			return err
		}
		for i := range list {
			if list[i], err = settled(ctx, r, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, err
}

// settled tells of a simulation whose job ended without it, having been cancelled before it began or given up, that it has ended, too.
func settled(ctx context.Context, r Reader, sim Simulation) (Simulation, error) {
	if sim.State != StateRunning {
		return sim, nil
	}
	j, err := r.Job(ctx, sim.JobID)
	if err != nil || !j.State.Finished() {
		return sim, err
	}
	sim.State, sim.FinishedAt, sim.Failure = StateFailed, j.FinishedAt, j.Failure
	if j.State == job.StateCancelled {
		sim.State = StateCancelled
	}
	return sim, nil
}

// Get returns a simulation, and its result once it is complete. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (sim Simulation, result *Result, err error) {
	sim, result, err = s.get(ctx, actor, id, false)
	return sim, result, err
}

// GetLines is Get with the lines of every month and component. Errors: as Get; conflict while it is not complete.
func (s *Service) GetLines(ctx context.Context, actor access.Actor, id string) (sim Simulation, result *Result, err error) {
	sim, result, err = s.get(ctx, actor, id, true)
	if err == nil && result == nil {
		err = errs.New(errs.KindConflict, "simulation.not_complete", nil)
	}
	return sim, result, err
}

func (s *Service) get(ctx context.Context, actor access.Actor, id string, withLines bool) (sim Simulation, result *Result, err error) {
	defer errs.Wrap(&err, "simulation.Get(%s)", id)
	if err := mayRead(actor); err != nil {
		return Simulation{}, nil, err
	}
	var packed, lines []byte
	err = s.store.Read(ctx, func(r Reader) error {
		if sim, err = r.Simulation(ctx, id); err != nil {
			return err
		}
		if sim, err = settled(ctx, r, sim); err != nil || sim.State != StateComplete {
			return err
		}
		packed, lines, err = r.SimulationResult(ctx, id)
		return err
	})
	if err != nil || sim.State != StateComplete {
		return sim, nil, err
	}
	if result, err = unpackResult(packed, sim.Digest); err != nil {
		return sim, nil, err
	}
	if withLines {
		result.Lines, err = unpackLines(lines, len(result.Summary.Variants))
	}
	return sim, result, err
}
