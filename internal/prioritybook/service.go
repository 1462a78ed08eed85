package prioritybook

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/priority"
)

// Reader reads on one snapshot.
type Reader interface {
	PriorityItem(ctx context.Context, id int64) (Item, error) // NotFound
	// PriorityItems returns all items by id.
	PriorityItems(ctx context.Context) ([]Item, error)
	// PriorityFrame returns what there is to spend with its revision. False when nobody said.
	PriorityFrame(ctx context.Context) (frame priority.Frame, revision int64, set bool, err error)
	PriorityTable(ctx context.Context, id int64) (Settled, error) // NotFound
	// PriorityTables returns the latest first.
	PriorityTables(ctx context.Context, limit int) ([]Settled, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertPriorityItem(ctx context.Context, i Item) error
	SavePriorityItem(ctx context.Context, i Item) error // Conflict when it was changed meanwhile
	PutPriorityFrame(ctx context.Context, frame priority.Frame, revision int64) error
	InsertPriorityTable(ctx context.Context, s Settled) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Suggestion is a problem that a measure could answer, with what it proposes. Values of 0 propose nothing.
type Suggestion struct {
	ProblemID  int64
	Title      string
	Detail     string
	Severity   errs.Message
	Reach      int64
	Impact     int64 // hundredths
	Confidence int64 // percent
	MoneyMinor int64 // what it is worth
}

// Problems are the problems that nobody has dealt with yet, as an actor sees them.
type Problems interface {
	Suggestions(ctx context.Context, actor access.Actor, p *i18n.Printer) ([]Suggestion, error)
}

// Seed is what an initiative begins with.
type Seed struct {
	Title      string
	ProblemIDs []int64
	BudgetFen  int64
	EffortDays int
	Horizon    priority.Horizon
}

// Starter begins initiatives.
type Starter interface {
	StartInitiative(ctx context.Context, actor access.Actor, in Seed) (id int64, err error)
}

// Service keeps the table.
type Service struct {
	store    Store
	problems Problems // nil: none are proposed
	starter  Starter  // nil: nothing becomes an initiative
	now      func() time.Time
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// WithProblems lets problems be proposed.
func (s *Service) WithProblems(p Problems) *Service {
	s.problems = p
	return s
}

// WithStarter lets items become initiatives.
func (s *Service) WithStarter(st Starter) *Service {
	s.starter = st
	return s
}

// Starts reports whether items become initiatives.
func (s *Service) Starts() bool { return s.starter != nil }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// MayRead reports whether somebody sees the table.
func MayRead(actor access.Actor) bool { return actor.Can(access.PermAssessmentRead) }

// MayWrite reports whether somebody keeps it.
func MayWrite(actor access.Actor) bool { return actor.CanAll(access.PermAssessmentWrite) }

// MayStart reports whether somebody makes initiatives of measures.
func (s *Service) MayStart(actor access.Actor) bool {
	return s.starter != nil && MayWrite(actor) && actor.CanAll(access.PermProgrammeWrite)
}

func mayWrite(actor access.Actor) error { return actor.RequireAll(access.PermAssessmentWrite) }

// Shown is the table with the items that are not in it.
type Shown struct {
	Table
	Items         []Item // all, by id
	FrameRevision int64
	MayWrite      bool
	MayStart      bool
}

func frameOf(ctx context.Context, r Reader) (priority.Frame, int64, error) {
	frame, revision, set, err := r.PriorityFrame(ctx)
	if !set {
		frame.Bounds = priority.UsualBounds
	}
	return frame, revision, err
}

// Show weighs the measures. Errors: forbidden.
func (s *Service) Show(ctx context.Context, actor access.Actor) (v Shown, err error) {
	defer errs.Wrap(&err, "prioritybook.Show")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		v = Shown{MayWrite: MayWrite(actor), MayStart: s.MayStart(actor)}
		var frame priority.Frame
		if frame, v.FrameRevision, err = frameOf(ctx, r); err != nil {
			return err
		}
		if v.Items, err = r.PriorityItems(ctx); err != nil {
			return err
		}
		v.Table = weigh(v.Items, frame, s.today())
		return nil
	})
	return v, err
}

// Suggest returns problems that no item answers yet. Errors: forbidden.
func (s *Service) Suggest(ctx context.Context, actor access.Actor, p *i18n.Printer) (list []Suggestion, err error) {
	defer errs.Wrap(&err, "prioritybook.Suggest")
	if err := mayWrite(actor); err != nil || s.problems == nil {
		return nil, err
	}
	all, err := s.problems.Suggestions(ctx, actor, p)
	if err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		items, err := r.PriorityItems(ctx)
		list = slices.DeleteFunc(slices.Clone(all), func(g Suggestion) bool {
			return slices.ContainsFunc(items, func(i Item) bool { return slices.Contains(i.ProblemIDs, g.ProblemID) })
		})
		return err
	})
	return list, err
}

// Save writes an item down, or changes it. Errors: forbidden; not found; invalid; conflict when it is an initiative, or was changed meanwhile.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (item Item, err error) {
	defer errs.Wrap(&err, "prioritybook.Save(%d)", in.ID)
	if err := mayWrite(actor); err != nil {
		return item, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		items, err := tx.PriorityItems(ctx)
		if err != nil {
			return err
		}
		entry := in
		item = Item{State: StateCandidate, CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now()}
		var before any
		if in.ID != 0 {
			if item, err = tx.PriorityItem(ctx, in.ID); err != nil {
				return err
			}
			if err := changeable(&item, in.Seen); err != nil {
				return err
			}
			before = noted(&item)
		}
		if err := entry.check(items); err != nil {
			return err
		}
		if live := candidates(items); in.ID == 0 && live >= priority.ItemsMost {
			return errs.New(errs.KindConflict, "priority.error.many", errs.Args{"Most": priority.ItemsMost})
		}
		item.Item, item.Title, item.Detail, item.ProblemIDs, item.Reasons, item.Revision = entry.item(), entry.Title, entry.Detail, entry.ProblemIDs, entry.Reasons, item.Revision+1
		save := tx.SavePriorityItem
		if in.ID == 0 {
			save = tx.InsertPriorityItem
			if item.ID, err = tx.NextNumber(ctx, "priority_item"); err != nil {
				return err
			}
		}
		if err := save(ctx, item); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.save", item.Subject(), before, noted(&item))
	})
	return item, err
}

func candidates(items []Item) (n int) {
	for i := range items {
		if items[i].State == StateCandidate {
			n++
		}
	}
	return n
}

func changeable(i *Item, seen int64) error {
	switch {
	case seen != 0 && seen != i.Revision:
		return errs.New(errs.KindConflict, "prioritybook.changed_meanwhile", nil)
	case i.State == StateStarted && i.InitiativeID != 0:
		return errs.New(errs.KindConflict, "prioritybook.is_initiative", nil)
	}
	return nil
}

// noted is an item as the audit log shows it.
func noted(i *Item) map[string]any {
	return map[string]any{"title": i.Title, "reach": i.Reach, "impact": i.Impact, "confidence": i.Confidence, "effort": i.Effort, "cost_minor": i.CostMinor, "delay_weeks": i.DelayWeeks, "needs": i.Needs, "must": i.Must, "problems": i.ProblemIDs, "reasons": i.Reasons, "state": i.State}
}

// Get returns an item. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (item Item, err error) {
	defer errs.Wrap(&err, "prioritybook.Get(%d)", id)
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return item, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		item, err = r.PriorityItem(ctx, id)
		return err
	})
	return item, err
}

// Answering returns the items that answer a problem. Who does not see the table gets none.
func (s *Service) Answering(ctx context.Context, actor access.Actor, problem int64) (list []Item, err error) {
	defer errs.Wrap(&err, "prioritybook.Answering(%d)", problem)
	if !MayRead(actor) {
		return nil, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		items, err := r.PriorityItems(ctx)
		list = slices.DeleteFunc(items, func(i Item) bool { return !slices.Contains(i.ProblemIDs, problem) })
		return err
	})
	return list, err
}

// Park takes an item out of the table, or puts it back. Errors: forbidden; not found; conflict when others need it, what it needs is out, or it was changed meanwhile.
func (s *Service) Park(ctx context.Context, actor access.Actor, id int64, park bool, seen int64) (err error) {
	defer errs.Wrap(&err, "prioritybook.Park(%d)", id)
	if err := mayWrite(actor); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		item, err := tx.PriorityItem(ctx, id)
		if err != nil {
			return err
		}
		if err := changeable(&item, seen); err != nil {
			return err
		}
		items, err := tx.PriorityItems(ctx)
		if err != nil {
			return err
		}
		for i := range items {
			o := &items[i]
			if park && o.State == StateCandidate && slices.Contains(o.Needs, id) {
				return errs.New(errs.KindConflict, "prioritybook.others_need_it", errs.Args{"Title": o.Title})
			}
			if !park && o.State == StateParked && slices.Contains(item.Needs, o.ID) {
				return errs.New(errs.KindConflict, "prioritybook.needs_parked", errs.Args{"Title": o.Title})
			}
		}
		before := item.State
		item.State, item.Revision = StateCandidate, item.Revision+1
		if park {
			item.State = StateParked
		}
		if err := tx.SavePriorityItem(ctx, item); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.park", item.Subject(), map[string]any{"state": before}, map[string]any{"state": item.State})
	})
}

// SetFrame says what there is to spend. Errors: forbidden; invalid; conflict when it was set meanwhile.
func (s *Service) SetFrame(ctx context.Context, actor access.Actor, frame priority.Frame, seen int64) (err error) {
	defer errs.Wrap(&err, "prioritybook.SetFrame")
	if err := mayWrite(actor); err != nil {
		return err
	}
	if err := checkFrame(&frame); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		before, revision, err := frameOf(ctx, tx)
		if err != nil {
			return err
		}
		if seen != revision {
			return errs.New(errs.KindConflict, "prioritybook.changed_meanwhile", nil)
		}
		if err := tx.PutPriorityFrame(ctx, frame, revision+1); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "priority.frame", "priority_frame:1", before, frame)
	})
}

// capacityMost is a thousand people for a year.
const capacityMost = 2_500_000

func checkFrame(f *priority.Frame) error {
	var c fact.Checker
	within := func(path string, value, most int64) {
		if value < 0 || value > most {
			c.Add(path, "", "prioritybook.out_of_range", nil)
		}
	}
	within("budget", f.BudgetMinor, priority.CostMost)
	within("capacity", f.Capacity, capacityMost)
	b := &f.Bounds
	within("short_effort", b.ShortEffort, priority.EffortMost)
	within("short_weeks", b.ShortWeeks, priority.DelayMost)
	within("mid_effort", b.MidEffort, priority.EffortMost)
	within("mid_weeks", b.MidWeeks, priority.DelayMost)
	if b.MidEffort < b.ShortEffort {
		c.Add("mid_effort", "", "prioritybook.mid_below_short", nil)
	}
	if b.MidWeeks < b.ShortWeeks {
		c.Add("mid_weeks", "", "prioritybook.mid_below_short", nil)
	}
	return c.Err()
}
