package standard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// CaseReader reads what cases are judged from.
type CaseReader interface {
	VersionReader
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (opportunity.Opportunity, error) // NotFound, also out of reach
	CaseFacts(ctx context.Context, ids []int64) ([]CaseFacts, error)
	CaseIDsAfter(ctx context.Context, id int64, limit int) ([]int64, error)
	// EventsOfCases returns the events of cases by case, in the order recorded.
	EventsOfCases(ctx context.Context, ids []int64) ([]process.Event, error)
	EventsAfter(ctx context.Context, seq int64, limit int) ([]process.Event, error)
	CaseEvents(ctx context.Context, caseID int64) ([]process.Event, error)
	Exemptions(ctx context.Context, caseIDs []int64) ([]Exemption, error) // also ended ones, the newest first
	HoldersOf(ctx context.Context, persons []int64, users []string) (Holders, error)
}

// Reader reads on one snapshot.
type Reader interface {
	CaseReader
	RateReader
	HandbookReader
	TrialReader
	JudgeProgress(ctx context.Context) (Progress, error)
	DueCases(ctx context.Context, now time.Time, limit int) ([]int64, error)
	Judgements(ctx context.Context, caseIDs []int64) ([]Kept, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	process.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertStandardVersion(ctx context.Context, v Version) error
	UpdateStandardVersion(ctx context.Context, v Version) error
	InsertExemption(ctx context.Context, e Exemption) error
	EndExemption(ctx context.Context, e Exemption) error
	// PutJudgements writes judgements in the place of those of the same cases.
	PutJudgements(ctx context.Context, kept []Kept, marks map[int64][]Mark) error
	AddTallies(ctx context.Context, by map[TallyKey]Counts) error
	AddRecordings(ctx context.Context, by map[RecordingKey]Recordings) error
	SaveJudgeProgress(ctx context.Context, p Progress) error
	InsertReading(ctx context.Context, r Reading) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service keeps the standard and what cases come to by it.
type Service struct {
	store Store
	newID func() string
	now   func() time.Time
	days  calendar.WorkCalendar

	measures Measures

	mutex  sync.Mutex
	lenses map[string]*lens // by hash of the text and first day
}

// NewService returns a Service; days are the working days that deadlines count.
func NewService(store Store, newID func() string, now func() time.Time, days calendar.WorkCalendar) *Service {
	return &Service{store: store, newID: newID, now: now, days: days, lenses: map[string]*lens{}}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: s.today()}
}

// lensesMax bounds how many versions are kept ready.
const lensesMax = 64

// lens makes a version ready; it is made once.
func (s *Service) lens(v Version) (*lens, error) {
	key := v.ID + v.Hash + v.EffectiveOn.String()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if l := s.lenses[key]; l != nil {
		return l, nil
	}
	if len(s.lenses) >= lensesMax {
		clear(s.lenses)
	}
	l, err := newLens(v, s.days)
	if err == nil {
		s.lenses[key] = l
	}
	return l, err
}

// bench makes ready what is in force at the moment; who holds which role is added for the cases that are judged.
func (s *Service) bench(ctx context.Context, r VersionReader) (*bench, error) {
	all, err := r.StandardVersions(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{now: s.now()}
	for _, v := range schedule(all) {
		l, err := s.lens(v)
		if err != nil {
			return nil, err
		}
		b.lenses = append(b.lenses, l)
	}
	return b, nil
}

// basis names what cases are judged by today: it changes with every version that begins or is retired.
func (b *bench) basis() string {
	var names []string
	for _, l := range b.lenses {
		if l.version.EffectiveOn <= dayOf(b.now) {
			names = append(names, l.version.ID+" "+l.version.Hash+" "+l.version.EffectiveOn.String())
		}
	}
	digest := sha256.Sum256([]byte(strings.Join(names, "\n")))
	return hex.EncodeToString(digest[:16])
}

// Progress is how far judging is. Seq is the last event that was seen; Basis is what the cases are judged by; Swept is the last case that was
// judged anew since the basis changed, and SweptAll once all are.
type Progress struct {
	Seq   int64
	Basis string
	Swept int64
}

// SweptAll is the value of Progress.Swept when all cases are judged by the basis.
const SweptAll = -1

// The sizes of one step: what fits a transaction that others wait for.
const (
	stepEvents = 500
	stepSeen   = 5000 // of events that are only counted, since all cases are judged anew behind them
	stepDue    = 200
	stepCases  = 1000
)

// judgeIn judges cases within a transaction and keeps what they come to.
func (s *Service) judgeIn(ctx context.Context, tx Tx, ids []int64) error {
	b, err := s.bench(ctx, tx)
	if err != nil {
		return err
	}
	return b.judgeAll(ctx, tx, ids)
}

// material is everything that cases are judged from.
type material struct {
	facts  []CaseFacts
	events map[int64][]process.Event
	exempt map[int64][]Exemption
}

// gather reads the material of cases, and who holds the roles that are asked for.
func (b *bench) gather(ctx context.Context, r CaseReader, ids []int64) (m material, err error) {
	m.events, m.exempt = map[int64][]process.Event{}, map[int64][]Exemption{}
	if m.facts, err = r.CaseFacts(ctx, ids); err != nil {
		return m, err
	}
	all, err := r.EventsOfCases(ctx, ids)
	if err != nil {
		return m, err
	}
	persons, users := map[int64]bool{}, map[string]bool{}
	for start := 0; start < len(all); {
		end := start
		for end < len(all) && all[end].CaseID == all[start].CaseID {
			if b.asksRoleOf(&all[end]) {
				persons[all[end].PersonID], users[all[end].ActorID] = true, true
			}
			end++
		}
		m.events[all[start].CaseID] = all[start:end:end]
		start = end
	}
	exempt, err := r.Exemptions(ctx, ids)
	if err != nil {
		return m, err
	}
	for _, e := range exempt {
		m.exempt[e.CaseID] = append(m.exempt[e.CaseID], e)
	}
	delete(persons, 0)
	b.holders, err = r.HoldersOf(ctx, keys(persons), keys(users))
	return m, err
}

func (b *bench) asksRoleOf(e *process.Event) bool {
	return slices.ContainsFunc(b.lenses, func(l *lens) bool { return l.byRole[l.activity(e)] })
}

func keys[K ~int64 | ~string](set map[K]bool) (list []K) {
	for k := range set {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// judgeAll judges cases and writes those that came out otherwise than before.
func (b *bench) judgeAll(ctx context.Context, tx Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	m, err := b.gather(ctx, tx, ids)
	if err != nil {
		return err
	}
	old, err := tx.Judgements(ctx, ids)
	if err != nil {
		return err
	}
	before := make(map[int64]Kept, len(old))
	for _, k := range old {
		before[k.CaseID] = k
	}
	tallies, marks := map[TallyKey]Counts{}, map[int64][]Mark{}
	var changed []Kept
	for _, facts := range m.facts {
		if len(m.events[facts.ID]) == 0 {
			continue
		}
		j := b.judge(facts, m.events[facts.ID], m.exempt[facts.ID])
		kept, known := j.kept(), before[facts.ID]
		if known == kept && !b.moved(known) {
			continue
		}
		if known.Marks != kept.Marks {
			known.tally(tallies, -1)
			kept.tally(tallies, 1)
		}
		changed = append(changed, kept)
		marks[facts.ID] = noteworthy(j.Marks)
	}
	if err := tx.PutJudgements(ctx, changed, marks); err != nil {
		return err
	}
	return tx.AddTallies(ctx, tallies)
}

// moved reports whether a deadline has run out since a case was judged: what it rests on may differ though its marks are the same.
func (b *bench) moved(k Kept) bool { return !k.Due.IsZero() && !k.Due.After(b.now) }

// noteworthy are the marks that have a row of their own: all but what is satisfied.
func noteworthy(marks []Mark) []Mark {
	return slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.Status == conform.Satisfied })
}

// Step judges what has come up since the last one: cases with new events, cases of which a deadline ran out, and, when the standard changed,
// the next of all cases. It is one transaction; what was done is not done again by whoever goes on. more says that there is more to do.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "standard.Step")
	if waits, err := s.waits(ctx); err != nil || !waits {
		return false, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		p, err := tx.JudgeProgress(ctx)
		if err != nil {
			return err
		}
		was := p
		if basis := b.basis(); p.Basis != basis {
			p.Basis, p.Swept = basis, 0
		}
		fresh := p.Swept == 0 // all cases are yet to be judged anew: their events need only be counted
		limit := stepEvents
		if fresh {
			limit = stepSeen
		}
		events, err := tx.EventsAfter(ctx, p.Seq, limit)
		if err != nil {
			return err
		}
		if len(events) > 0 {
			p.Seq = events[len(events)-1].Seq
		}
		if more = len(events) == limit; more && fresh {
			return s.seen(ctx, tx, events, p)
		}
		ids, err := tx.DueCases(ctx, b.now, stepDue)
		if err != nil {
			return err
		}
		more = more || len(ids) == stepDue
		for i := range events {
			if !fresh {
				ids = append(ids, events[i].CaseID)
			}
		}
		if p.Swept != SweptAll {
			next, err := tx.CaseIDsAfter(ctx, p.Swept, stepCases)
			if err != nil {
				return err
			}
			if ids, p.Swept = append(ids, next...), SweptAll; len(next) == stepCases {
				p.Swept, more = next[len(next)-1], true
			}
		}
		slices.Sort(ids)
		if err := b.judgeAll(ctx, tx, slices.Compact(ids)); err != nil || p == was {
			return err
		}
		return s.seen(ctx, tx, events, p)
	})
	return more, err
}

// seen counts when events were written down, and keeps how far they have been seen.
func (s *Service) seen(ctx context.Context, tx Tx, events []process.Event, p Progress) error {
	if err := tx.AddRecordings(ctx, recordingsOf(events)); err != nil {
		return err
	}
	return tx.SaveJudgeProgress(ctx, p)
}

// waits reports whether there is something to judge, without taking the database from those who write.
func (s *Service) waits(ctx context.Context) (waits bool, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		p, err := r.JudgeProgress(ctx)
		if err != nil || p.Basis != b.basis() || p.Swept != SweptAll {
			waits = true
			return err
		}
		events, err := r.EventsAfter(ctx, p.Seq, 1)
		if err != nil || len(events) > 0 {
			waits = true
			return err
		}
		due, err := r.DueCases(ctx, b.now, 1)
		waits = len(due) > 0
		return err
	})
	return waits, err
}

// CatchUp judges until nothing is left to do.
func (s *Service) CatchUp(ctx context.Context) error {
	for {
		if more, err := s.Step(ctx); err != nil || !more {
			return err
		}
	}
}
