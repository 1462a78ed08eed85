package assessment

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/maturity"
)

// Reader reads on one snapshot.
type Reader interface {
	// MaturityStatements returns the latest statement of each criterion.
	MaturityStatements(ctx context.Context) ([]Statement, error)
	// MaturityHistory returns what was said of a criterion, the latest first.
	MaturityHistory(ctx context.Context, criterion string) ([]Statement, error)
	// MaturityModel returns the newest version that the company set. False when it set none.
	MaturityModel(ctx context.Context) (ModelVersion, bool, error)
	MaturityAssessment(ctx context.Context, id int64) (Assessment, error) // NotFound
	// MaturityAssessments returns the latest first.
	MaturityAssessments(ctx context.Context, limit int) ([]Assessment, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertMaturityStatement(ctx context.Context, s Statement) error
	InsertMaturityAssessment(ctx context.Context, a Assessment) error
	InsertMaturityModel(ctx context.Context, v ModelVersion) error // Conflict when the version is taken
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Gauges read what criteria are measured by, of the whole company. A gauge that reads nothing says why; one that is missing could not be asked.
type Gauges interface {
	Measures(ctx context.Context, today calendar.Date) ([]maturity.Measure, error)
}

// Service assesses.
type Service struct {
	store  Store
	gauges Gauges
	now    func() time.Time

	regions RegionGauges // nil: no region is judged
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, gauges Gauges, now func() time.Time) *Service {
	return &Service{store: store, gauges: gauges, now: now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// MayRead reports whether somebody sees assessments; they hold values of the whole company and of nobody.
func MayRead(actor access.Actor) bool { return actor.Can(access.PermAssessmentRead) }

// MayWrite reports whether somebody assesses the whole company.
func MayWrite(actor access.Actor) bool { return actor.CanAll(access.PermAssessmentWrite) }

func model(ctx context.Context, r Reader) (*maturity.Model, error) {
	v, set, err := r.MaturityModel(ctx)
	if err != nil || !set {
		return maturity.Standard(), err
	}
	return &v.Model, nil
}

// Standing is how the company stands today.
type Standing struct {
	Today    calendar.Date
	Model    maturity.Model
	Result   maturity.Result
	Last     *Assessment // the newest that was kept
	MayWrite bool
}

// Stand judges the company as it is today and keeps nothing. Errors: forbidden.
func (s *Service) Stand(ctx context.Context, actor access.Actor) (st Standing, err error) {
	defer errs.Wrap(&err, "assessment.Stand")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return st, err
	}
	if st, err = s.judge(ctx); err != nil {
		return st, err
	}
	st.MayWrite = MayWrite(actor)
	err = s.store.Read(ctx, func(r Reader) error {
		kept, err := r.MaturityAssessments(ctx, 1)
		if err == nil && len(kept) > 0 {
			st.Last = &kept[0]
		}
		return err
	})
	return st, err
}

func (s *Service) judge(ctx context.Context) (st Standing, err error) {
	st.Today = s.today()
	known := maturity.Known{Today: st.Today}
	if known.Measures, err = s.gauges.Measures(ctx, st.Today); err != nil {
		return st, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		m, err := model(ctx, r)
		if err != nil {
			return err
		}
		st.Model = *m
		said, err := r.MaturityStatements(ctx)
		known.Statements = nil
		for i := range said {
			known.Statements = append(known.Statements, said[i].Statement)
		}
		return err
	})
	if err == nil {
		st.Result = maturity.Judge(&st.Model, known)
	}
	return st, err
}

// Say keeps what an assessor says of a criterion. Errors: forbidden; invalid.
func (s *Service) Say(ctx context.Context, actor access.Actor, in Saying) (said Statement, err error) {
	defer errs.Wrap(&err, "assessment.Say(%s)", in.Criterion)
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return said, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		m, err := model(ctx, tx)
		if err != nil {
			return err
		}
		if err := in.check(m, s.today()); err != nil {
			return err
		}
		said = Statement{Statement: maturity.Statement{Criterion: in.Criterion, Holds: in.Holds, Evidence: in.Evidence, On: in.On, ByName: actor.Name}, ByID: actor.UserID, CreatedAt: tx.Now()}
		if said.ID, err = tx.NextNumber(ctx, "maturity_statement"); err != nil {
			return err
		}
		if err := tx.InsertMaturityStatement(ctx, said); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "maturity.say", "maturity_criterion:"+in.Criterion, nil, map[string]any{"holds": in.Holds, "evidence": in.Evidence, "on": in.On})
	})
	return said, err
}

// History returns what was said of a criterion, the latest first. Errors: forbidden; not found.
func (s *Service) History(ctx context.Context, actor access.Actor, criterion string) (list []Statement, err error) {
	defer errs.Wrap(&err, "assessment.History(%s)", criterion)
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		m, err := model(ctx, r)
		if err != nil {
			return err
		}
		if known, _ := m.Criterion(criterion); known == nil || !known.Asked() {
			return errs.New(errs.KindNotFound, "assessment.no_criterion", nil)
		}
		list, err = r.MaturityHistory(ctx, criterion)
		return err
	})
	return list, err
}

// Keep judges the company and keeps the result with everything that it rests on. Errors: forbidden; invalid; conflict when nothing can be judged.
func (s *Service) Keep(ctx context.Context, actor access.Actor, note string) (a Assessment, err error) {
	defer errs.Wrap(&err, "assessment.Keep")
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return a, err
	}
	if err := checkNote(&note); err != nil {
		return a, err
	}
	st, err := s.judge(ctx)
	if err != nil {
		return a, err
	}
	if st.Result.Judged == 0 {
		return a, errs.New(errs.KindConflict, "assessment.nothing_judged", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		a = Assessment{On: st.Today, Note: note, Model: st.Model, Result: st.Result, ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now()}
		if a.ID, err = tx.NextNumber(ctx, "maturity_assessment"); err != nil {
			return err
		}
		if err := tx.InsertMaturityAssessment(ctx, a); err != nil {
			return err
		}
		levels := map[maturity.Dimension]maturity.Level{}
		for i := range a.Result.Dimensions {
			levels[a.Result.Dimensions[i].Dimension] = a.Result.Dimensions[i].Level
		}
		return audit.Append(ctx, tx, actor, "maturity.keep", a.Subject(), nil, map[string]any{"overall": a.Result.Overall, "levels": levels, "note": a.Note, "model": a.Model.Version})
	})
	return a, err
}

// listMost is how many assessments are listed.
const listMost = 100

// List returns what was kept, the latest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (list []Assessment, err error) {
	defer errs.Wrap(&err, "assessment.List")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.MaturityAssessments(ctx, listMost)
		return err
	})
	return list, err
}

// Get returns a kept assessment. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (a Assessment, err error) {
	defer errs.Wrap(&err, "assessment.Get(%d)", id)
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return a, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		a, err = r.MaturityAssessment(ctx, id)
		return err
	})
	return a, err
}

// SetModel sets weights and bounds otherwise, for assessments from now on. Errors: forbidden; invalid; conflict when it was set meanwhile.
func (s *Service) SetModel(ctx context.Context, actor access.Actor, in ModelEntry) (m maturity.Model, err error) {
	defer errs.Wrap(&err, "assessment.SetModel")
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return m, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := model(ctx, tx)
		if err != nil {
			return err
		}
		if in.Seen != before.Version {
			return errs.New(errs.KindConflict, "assessment.model_changed", nil)
		}
		after, err := in.apply(before)
		if err != nil {
			return err
		}
		after.Version++
		m = *after
		if err := tx.InsertMaturityModel(ctx, ModelVersion{Model: m, ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now()}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "maturity.model", "maturity_model:"+strconv.Itoa(m.Version), before, m)
	})
	return m, err
}
