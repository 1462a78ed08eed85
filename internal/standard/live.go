package standard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/origin"
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
	LatestEvent(ctx context.Context) (int64, error) // its number; 0 before the first
	CaseEvents(ctx context.Context, caseID int64) ([]process.Event, error)
	Exemptions(ctx context.Context, caseIDs []int64) ([]Exemption, error) // also ended ones, the newest first
	HoldersOf(ctx context.Context, persons []int64, users []string) (Holders, error)
}

// Reader reads on one snapshot.
type Reader interface {
	CaseReader
	RateReader
	HandbookReader
	WorkedReader
	TrialReader
	// CountOnStage counts the opportunities of the whole company in a state on a stage; limit is 0.
	CountOnStage(ctx context.Context, stage opportunity.Stage, state opportunity.State, limit int) (int64, error)
	JudgeProgress(ctx context.Context) (Progress, error)
	DueCases(ctx context.Context, now time.Time, limit int) ([]int64, error)
	Judgements(ctx context.Context, caseIDs []int64) ([]Kept, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	origin.Tx
	process.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertStandardVersion(ctx context.Context, v Version) error
	UpdateStandardVersion(ctx context.Context, v Version) error
	InsertExemption(ctx context.Context, e Exemption) error
	EndExemption(ctx context.Context, e Exemption) error
	PutJudgements(ctx context.Context, changes []Change) error
	// RejudgedBy notes that cases come to the same by another version.
	RejudgedBy(ctx context.Context, versionID string, caseIDs []int64) error
	AddTallies(ctx context.Context, by Tallies) error
	AddRecordings(ctx context.Context, by map[RecordingKey]Recordings) error
	SaveJudgeProgress(ctx context.Context, p Progress) error
	InsertReading(ctx context.Context, r Reading) error
	WorkedTx
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
	days  func() calendar.WorkCalendar

	measures Measures

	mutex   sync.Mutex
	stages  knownStages
	lenses  map[string]*lens      // by hash of the text and first day
	work    calendar.WorkCalendar // that the lenses count by
	marked  string                // of it, while it differs from what ships
	portion int                   // how many cases a sweep judges at a time; 0 before the first
}

// NewService returns a Service; days are the working days that deadlines count.
func NewService(store Store, newID func() string, now func() time.Time, days func() calendar.WorkCalendar) *Service {
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
	s.follow()
	if l := s.lenses[key]; l != nil {
		return l, nil
	}
	if len(s.lenses) >= lensesMax {
		clear(s.lenses)
	}
	l, err := newLens(v, s.work)
	if err == nil {
		s.lenses[key] = l
	}
	return l, err
}

// follow forgets what counts by other working days than those of now. Its caller holds the mutex.
func (s *Service) follow() {
	work := s.days()
	if work.Equal(s.work) {
		return
	}
	clear(s.lenses)
	s.work, s.marked = work, ""
	if !work.Equal(calendar.China()) {
		s.marked = work.String()
	}
}

// workMark names the company's working days, while they differ from those that ship.
func (s *Service) workMark() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.follow()
	return s.marked
}

// bench makes ready what is in force at the moment; who holds which role is added for the cases that are judged.
func (s *Service) bench(ctx context.Context, r VersionReader) (*bench, error) {
	all, err := r.StandardVersions(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{now: s.now(), work: s.workMark()}
	for _, v := range schedule(all) {
		l, err := s.lens(v)
		if err != nil {
			return nil, err
		}
		b.lenses = append(b.lenses, l)
	}
	return b, nil
}

// basis names what cases are judged by today: it changes with every version that begins or is retired, and with the company's working days.
func (b *bench) basis() string {
	var names []string
	for _, l := range b.lenses {
		if l.version.EffectiveOn <= dayOf(b.now) {
			names = append(names, l.version.ID+" "+l.version.Hash+" "+l.version.EffectiveOn.String())
		}
	}
	if b.work != "" {
		names = append(names, b.work)
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
	stepSeen   = 5_000 // of events that are only counted, since all cases are judged anew behind them
	stepDue    = 200
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

	exemptions []Exemption // all of them, as they were read
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
	if m.exemptions, err = r.Exemptions(ctx, ids); err != nil {
		return m, err
	}
	for _, e := range m.exemptions {
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
	v, err := b.compare(ctx, tx, ids)
	if err != nil {
		return err
	}
	return v.write(ctx, tx)
}

// verdicts are what cases come to that is not kept yet.
type verdicts struct {
	before  map[int64]Kept // of the cases that change
	changed []Change
	moved   map[string][]int64 // cases that come to the same by another version
	tallies Tallies
	exempt  []Exemption // that were asked for
}

// compare judges cases and finds what has to be written.
func (b *bench) compare(ctx context.Context, r Reader, ids []int64) (v verdicts, err error) {
	m, err := b.gather(ctx, r, ids)
	if err != nil {
		return v, err
	}
	old, err := r.Judgements(ctx, ids)
	if err != nil {
		return v, err
	}
	known := make(map[int64]Kept, len(old))
	for _, k := range old {
		known[k.CaseID] = k
	}
	v = verdicts{before: map[int64]Kept{}, moved: map[string][]int64{}, tallies: Tallies{}, exempt: m.exemptions}
	for _, facts := range m.facts {
		if len(m.events[facts.ID]) == 0 {
			continue
		}
		v.add(b, b.judge(facts, m.events[facts.ID], m.exempt[facts.ID]), known[facts.ID])
	}
	return v, nil
}

func (v *verdicts) add(b *bench, j Judgement, known Kept) {
	kept := j.kept()
	if known.VersionID == kept.VersionID && known.sameAs(kept) && !b.moved(known) {
		return
	}
	if known.CaseID != 0 {
		v.before[kept.CaseID] = known
	}
	if known.CaseID != 0 && known.sameAs(kept) && !b.moved(known) {
		v.moved[kept.VersionID] = append(v.moved[kept.VersionID], kept.CaseID)
		return
	}
	if known.Marks != kept.Marks {
		tally(known.each, v.tallies, -1)
		tally(j.lines, v.tallies, 1)
	}
	v.changed = append(v.changed, kept.changeFrom(known, j.lines))
}

// write keeps what was found.
func (v *verdicts) write(ctx context.Context, tx Tx) error {
	if err := tx.PutJudgements(ctx, v.changed); err != nil {
		return err
	}
	for _, version := range slices.Sorted(maps.Keys(v.moved)) {
		if err := tx.RejudgedBy(ctx, version, v.moved[version]); err != nil {
			return err
		}
	}
	return tx.AddTallies(ctx, v.tallies)
}

// moved reports whether a deadline has run out since a case was judged: what it rests on may differ though its marks are the same.
func (b *bench) moved(k Kept) bool { return !k.Due.IsZero() && !k.Due.After(b.now) }
