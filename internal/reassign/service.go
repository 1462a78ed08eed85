package reassign

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
)

// Service makes proposals and carries out what is accepted of them.
type Service struct {
	store     Store
	approvals *approval.Service
	newID     func() string
	now       func() time.Time // where the company is
	late      func(context.Context) ([]string, error)
}

// NewService returns a Service; newID makes ids of jobs, approvals knows its kind of subject, see ApprovalKind.
func NewService(store Store, approvals *approval.Service, newID func() string, now func() time.Time) *Service {
	return &Service{store: store, approvals: approvals, newID: newID, now: now, late: func(context.Context) ([]string, error) { return []string{"proposal", "contract"}, nil }}
}

// WithLate says on which stages of the sales process an opportunity is in a proposal or contract; without it on those of the process that ships.
func (s *Service) WithLate(stages func(context.Context) ([]string, error)) *Service {
	s.late = stages
	return s
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// Limits: how many people and customers a proposal looks at, and how many runs and customers a page shows.
const (
	peopleMost    = 500
	customersMost = 50_000
	pooledMost    = 5000
	runsShown     = 50
	rowsUsual     = 50
	rowsMost      = 200
)

// Choices are whose customers a proposal may be about.
type Choices struct {
	Teams   []Choice
	Regions []Choice
	Pools   []poolrule.Pool // that the actor looks after
	Sellers int
}

// Choice is a team or region.
type Choice struct {
	ID   int64
	Name string
}

// Choices says whose customers the actor may move. Errors: forbidden.
func (s *Service) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer errs.Wrap(&err, "reassign.Choices")
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return c, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		c = Choices{}
		sellers, err := r.SellersOn(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today())
		if err != nil {
			return err
		}
		c.Sellers = len(sellers)
		add := func(list *[]Choice, id int64, name string) {
			if id != 0 && !slices.ContainsFunc(*list, func(c Choice) bool { return c.ID == id }) {
				*list = append(*list, Choice{id, name})
			}
		}
		for _, p := range sellers {
			add(&c.Teams, p.TeamID, p.TeamName)
			add(&c.Regions, p.RegionID, p.Region)
		}
		policy, err := poolsOn(ctx, r, s.today())
		if err != nil || policy == nil {
			return err
		}
		for _, one := range policy.Pools {
			if policy.IsAdmin(&poolrule.Seller{Roles: roles(actor)}, one.ID) {
				c.Pools = append(c.Pools, one)
			}
		}
		return nil
	})
	return c, err
}

func roles(actor access.Actor) (list []string) {
	for _, g := range actor.Grants {
		list = append(list, string(g.Role))
	}
	return list
}

// poolsOn are the rules of pools in force; nil while there are none.
func poolsOn(ctx context.Context, r pool.Reader, on calendar.Date) (*poolrule.Policy, error) {
	v, err := r.PoolPolicyOn(ctx, on)
	if errs.Is(err, errs.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.Policy()
}

// Start asks for a proposal. Errors: forbidden; invalid.
func (s *Service) Start(ctx context.Context, actor access.Actor, ask Ask) (run Run, err error) {
	defer errs.Wrap(&err, "reassign.Start")
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return run, err
	}
	if actor.ReadOnly {
		return run, errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	if err := ask.Validate(); err != nil {
		return run, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		run, err = s.begin(ctx, tx, actor, ask)
		if err != nil {
			return err
		}
		args, err := json.Marshal(RunArgs{run.ID})
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: run.JobID, Kind: KindPropose, Args: args, Unique: run.Subject(), Subject: run.Subject(), CreatedBy: actor.UserID})
	})
	return run, err
}

func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor, ask Ask) (run Run, err error) {
	run = Run{State: StateRunning, Ask: ask, CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now(), JobID: s.newID(), Revision: 1}
	if run.PersonIDs, err = s.persons(ctx, tx, actor, ask); err != nil {
		return run, err
	}
	if ask.Pool != "" {
		policy, err := poolsOn(ctx, tx, s.today())
		if err != nil {
			return run, err
		}
		if policy == nil || !policy.IsAdmin(&poolrule.Seller{Roles: roles(actor)}, ask.Pool) {
			return run, errs.New(errs.KindForbidden, "pool.not_admin", nil)
		}
	}
	if run.ID, err = tx.NextNumber(ctx, "reassign_run"); err != nil {
		return run, err
	}
	if err := tx.InsertReassignRun(ctx, run); err != nil {
		return run, err
	}
	return run, audit.Append(ctx, tx, actor, "reassign.start", run.Subject(), nil, map[string]any{"ask": ask, "people": len(run.PersonIDs)})
}

// persons are whose customers are looked at: who sells, and who has left and still has some, within reach and what was chosen.
func (s *Service) persons(ctx context.Context, r Reader, actor access.Actor, ask Ask) (ids []int64, err error) {
	scope := actor.ScopeOf(access.PermCustomerAssign)
	sellers, err := r.SellersOn(ctx, scope, s.today())
	if err != nil {
		return nil, err
	}
	leavers, err := r.Leavers(ctx, scope, s.today(), s.today(), peopleMost)
	if err != nil {
		return nil, err
	}
	for _, l := range leavers {
		sellers = append(sellers, l.Person)
	}
	staying := 0
	for _, p := range sellers {
		if ask.TeamID != 0 && p.TeamID != ask.TeamID || ask.RegionID != 0 && p.RegionID != ask.RegionID {
			continue
		}
		ids = append(ids, p.ID)
		if p.Employed {
			staying++
		}
	}
	slices.Sort(ids)
	switch {
	case staying == 0:
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "whose", Message: errs.Msg("reassign.nobody", nil)}})
	case len(ids) > peopleMost:
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "whose", Message: errs.Msg("reassign.too_many_people", errs.Args{"Most": peopleMost})}})
	}
	return ids, nil
}

// Run is a run with what came of it.
type Shown struct {
	Run
	Counts    map[MoveState]int64
	Decisions []Decision
	Job       *job.Job // while it runs
	MayAccept bool
}

// visible reports whether the actor sees a run: who asked for it, and who reaches everybody whose customers it looks at.
func (s *Service) visible(ctx context.Context, r Reader, actor access.Actor, runs []Run) (list []Run, err error) {
	scope := actor.ScopeOf(access.PermCustomerAssign)
	if scope.All {
		return runs, nil
	}
	reach, err := r.PersonsInReach(ctx, scope, s.today())
	if err != nil {
		return nil, err
	}
	in := map[int64]bool{}
	for _, id := range reach {
		in[id] = true
	}
	for _, run := range runs {
		if run.CreatedBy == actor.UserID || !slices.ContainsFunc(run.PersonIDs, func(id int64) bool { return !in[id] }) {
			list = append(list, run)
		}
	}
	return list, nil
}

// List returns runs, the newest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (list []Run, err error) {
	defer errs.Wrap(&err, "reassign.List")
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		runs, err := r.ReassignRuns(ctx, 0, runsShown)
		if err != nil {
			return err
		}
		list, err = s.visible(ctx, r, actor, runs)
		return err
	})
	return list, err
}

// find reads a run that the actor sees.
func (s *Service) find(ctx context.Context, r Reader, actor access.Actor, id int64) (run Run, err error) {
	if run, err = r.ReassignRun(ctx, id); err != nil {
		return run, err
	}
	list, err := s.visible(ctx, r, actor, []Run{run})
	if err == nil && len(list) == 0 {
		err = errs.New(errs.KindNotFound, "reassign.missing", nil)
	}
	return run, err
}

// Get returns a run with the names of whose work it compares. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "reassign.Get(%d)", id)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		v = Shown{}
		if v.Run, err = s.find(ctx, r, actor, id); err != nil {
			return err
		}
		if v.Decisions, err = r.ReassignDecisions(ctx, id); err != nil {
			return err
		}
		if v.Counts, err = r.ReassignCounts(ctx, id); err != nil {
			return err
		}
		v.MayAccept = v.State == StateReady && !actor.ReadOnly && s.today() <= v.Until()
		if v.State == StateRunning {
			return s.addJob(ctx, r, &v)
		}
		for i := range v.Result.Loads {
			load := &v.Result.Loads[i]
			p, err := r.HoldingPerson(ctx, load.ID, s.today())
			if err != nil {
				return err
			}
			load.Name, load.TeamName = p.Name, p.TeamName
		}
		return nil
	})
	return v, err
}

// addJob fills in how far a run is. One whose job was given up has failed.
func (s *Service) addJob(ctx context.Context, r Reader, v *Shown) error {
	j, err := r.Job(ctx, v.JobID)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	if err != nil || j.State.Finished() {
		v.State, v.Failure = StateFailed, errs.Msg("reassign.stopped", nil)
		return nil
	}
	v.Job = &j
	return nil
}

// acceptDays is for how long a proposal may be accepted: after that too much has changed.
const acceptDays = 14

// Until is the last day on which something of a run may be accepted.
func (r Run) Until() calendar.Date { return r.Result.On + acceptDays }

// Rows returns customers of a run that the actor sees, by how pressing they are, and the place to go on from; 0 at the end. Errors: forbidden; not found.
func (s *Service) Rows(ctx context.Context, actor access.Actor, f RowFilter) (rows []Row, next int64, err error) {
	defer errs.Wrap(&err, "reassign.Rows(%d)", f.RunID)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return nil, 0, err
	}
	if f.Limit <= 0 || f.Limit > rowsMost {
		f.Limit = rowsUsual
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := s.find(ctx, r, actor, f.RunID); err != nil {
			return err
		}
		more := f
		more.Limit++
		if rows, err = r.ReassignRows(ctx, more); err != nil {
			return err
		}
		if next = 0; len(rows) > f.Limit {
			rows = rows[:f.Limit]
			next = rows[f.Limit-1].Place
		}
		return nil
	})
	return rows, next, err
}

// Explained is one customer of a run, with everything that speaks for and against.
type Explained struct {
	Run Run
	Row
	Names map[int64]string // of the others
}

// Explain returns why a customer should go to somebody, or why it stays. Errors: forbidden; not found.
func (s *Service) Explain(ctx context.Context, actor access.Actor, runID, customerID int64) (e Explained, err error) {
	defer errs.Wrap(&err, "reassign.Explain(%d, %d)", runID, customerID)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return e, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if e.Run, err = s.find(ctx, r, actor, runID); err != nil {
			return err
		}
		if e.Row, err = r.ReassignRow(ctx, runID, customerID); err != nil {
			return err
		}
		var ids []int64
		for _, o := range e.Others {
			ids = append(ids, o.ID)
		}
		e.Names, err = r.PersonNames(ctx, ids)
		return err
	})
	return e, err
}
