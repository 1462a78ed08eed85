package engine

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Input is everything a run reads.
type Input struct {
	Period    calendar.Month
	Plans     []*plan.Plan // those in force at the period's end, in any order
	Crediting *plan.Crediting
	Facts     *Facts
	Only      []int32 // persons to pay; nil pays everybody. Results equal those of a full run
}

// Result is what a run came to. It keeps what statements are made from; the input must not change while it is in use.
type Result struct {
	Period  calendar.Month
	Payouts []Payout // by person (natural order of keys), plan, component; the lines of one statement stand together
	state   *state
}

// state is the compiled input of one run. It is read-only once prepared, so goroutines share it.
type state struct {
	in       Input
	first    calendar.Date
	last     calendar.Date
	programs []*program // parallel to in.Plans
	credits  credits
	members  map[int32][]int32 // leader at period end → members, without the leaders themselves
	quotas   map[quotaKey]int64
}

type quotaKey struct {
	person int32
	month  calendar.Month
	of     string
}

// job is one statement to be computed: one person under one plan.
type job struct{ person, plan int32 }

// Run computes every payee's pay. Errors are of kind Invalid and name the plan, person, deal or payment at fault: a lookup without a
// row, a missing quota where the plan refuses that, shares that do not total 100 %, an amount beyond 64 bits, a currency that is not the
// plan's.
func Run(in Input) (_ *Result, err error) {
	defer errs.Wrap(&err, "engine.Run(%s)", in.Period)
	s := &state{in: in, first: in.Period.First(), last: in.Period.Last()}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	jobs := s.jobs()
	lines := make([][]Payout, len(jobs))
	if err := s.evaluateAll(jobs, lines); err != nil {
		return nil, err
	}
	return &Result{Period: in.Period, Payouts: slices.Concat(lines...), state: s}, nil
}

// prepare compiles the plans and gathers the credits.
func (s *state) prepare() error {
	if s.in.Crediting == nil {
		return errs.New(errs.KindInvalid, "engine.no_crediting", nil)
	}
	s.quotas = make(map[quotaKey]int64, len(s.in.Facts.Quotas))
	for _, q := range s.in.Facts.Quotas {
		s.quotas[quotaKey{q.Person, q.Month, q.Of}] = q.AmountFen
	}
	s.lead()
	needs := needs{from: s.first}
	for _, p := range s.in.Plans {
		program, err := compile(s, p, &needs)
		if err != nil {
			return err
		}
		s.programs = append(s.programs, program)
	}
	return s.gather(needs)
}

// lead finds who leads whom at the period's end.
func (s *state) lead() {
	s.members = map[int32][]int32{}
	leader := make([]int32, len(s.in.Facts.Teams))
	for i, t := range s.in.Facts.Teams {
		leader[i] = None
		for _, l := range t.Leaders {
			if l.Days.Contains(s.last) {
				leader[i] = l.Person
			}
		}
	}
	leads := map[int32]bool{}
	for _, p := range leader {
		leads[p] = true
	}
	for i := range s.in.Facts.Persons {
		span, ok := s.in.Facts.Persons[i].on(s.last)
		if !ok || span.Team == None || leads[int32(i)] {
			continue
		}
		if l := leader[span.Team]; l != None {
			s.members[l] = append(s.members[l], int32(i))
		}
	}
}

// on returns the person's span on a day, or for somebody who has left the last one before.
func (p *Person) on(day calendar.Date) (Span, bool) {
	if p.Hired > day {
		return Span{}, false
	}
	day = min(day, p.Left-1)
	for i := len(p.Spans) - 1; i >= 0; i-- {
		if p.Spans[i].Days.Contains(day) {
			return p.Spans[i], true
		}
	}
	return Span{}, false
}

// LevelOn returns the person's level on a day; empty before the hire and for a day without an assignment. For somebody who has left it
// is the last level.
func LevelOn(p Person, day calendar.Date) string {
	span, _ := p.on(day)
	return span.Level
}

// jobs lists the statements to be computed, in the order of the result.
func (s *state) jobs() []job {
	persons := s.in.Only
	if persons == nil {
		persons = make([]int32, len(s.in.Facts.Persons))
		for i := range persons {
			persons[i] = int32(i)
		}
	}
	persons = slices.Clone(persons)
	all := s.in.Facts.Persons
	slices.SortFunc(persons, func(a, b int32) int { return CompareKeys(all[a].Key, all[b].Key) })
	order := make([]int32, len(s.in.Plans))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(s.in.Plans[a].ID, s.in.Plans[b].ID) })
	var jobs []job
	for _, person := range persons {
		for _, p := range order {
			if s.participates(person, s.in.Plans[p]) {
				jobs = append(jobs, job{person, p})
			}
		}
	}
	return jobs
}

// participates decides whether the plan pays the person in this period.
func (s *state) participates(person int32, p *plan.Plan) bool {
	who := &s.in.Facts.Persons[person]
	if !p.Effective.Contains(s.last) || who.Hired > s.last {
		return false
	}
	if who.Left <= s.first && p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid {
		return false
	}
	span, ok := who.on(s.last)
	if !ok {
		return false
	}
	if who.Left <= s.first && s.credits.from[person] == s.credits.from[person+1] {
		return false // has left, and nothing was collected since
	}
	team, region := "", ""
	if span.Team != None {
		team, region = s.in.Facts.Teams[span.Team].Key, s.in.Facts.Teams[span.Team].Region
	}
	w := p.Participants
	return allows(w.Levels, span.Level) && allowsAny(w.Roles, span.Roles) && allows(w.Teams, team) && allows(w.Regions, region) &&
		allows(w.Persons, who.Key) && !slices.Contains(w.Except, who.Key)
}

func allows(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

func allowsAny(list, values []string) bool {
	return len(list) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(list, v) })
}

// portion is how many statements a goroutine takes at a time.
const portion = 64

// evaluateAll computes the statements on all processors. Which goroutine computes what changes nothing: each writes its own place. Of
// several errors that of the first statement in order is reported.
func (s *state) evaluateAll(jobs []job, lines [][]Payout) error {
	workers := min(runtime.GOMAXPROCS(0), (len(jobs)+portion-1)/portion)
	if workers <= 1 {
		workers = 1
	}
	var mu sync.Mutex
	next, failedAt := 0, len(jobs)
	var failure error
	take := func() (int, int) {
		mu.Lock()
		defer mu.Unlock()
		from := next
		next = min(next+portion, len(jobs))
		return from, next
	}
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			e := evaluator{state: s}
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					payouts, err := e.evaluate(jobs[i], nil)
					if err != nil {
						mu.Lock()
						if i < failedAt {
							failedAt, failure = i, err
						}
						mu.Unlock()
						return
					}
					lines[i] = payouts
				}
			}
		})
	}
	wait.Wait()
	return failure
}

// CompareKeys is the natural order of keys: whole numbers first, by value, then all others by bytes.
func CompareKeys(a, b string) int {
	aNumber, bNumber := isWhole(a), isWhole(b)
	switch {
	case aNumber && bNumber:
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

// isWhole reports whether a key is the canonical text of a whole number ≥ 0.
func isWhole(key string) bool {
	if key == "" || (key[0] == '0' && len(key) > 1) {
		return false
	}
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return false
		}
	}
	return true
}
