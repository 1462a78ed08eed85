package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/opportunity"
)

// Service tells how the process runs.
type Service struct {
	store     Store
	standards Standards
	verdicts  Verdicts
	now       func() time.Time
	work      func() calendar.WorkCalendar

	reading sync.Mutex // one reads the log at a time
	mu      sync.Mutex // guards what follows
	current *table
	kept    map[string]keptReport
	waking  chan struct{} // asks the background to read or compute; nil where there is none
	wanted  map[string]wanted
}

// keptReport is an answer with the table, the stages and the working days that it rests on: a report, or the effects of rules.
type keptReport struct {
	of      *table
	stages  *opportunity.StageSet
	work    calendar.WorkCalendar
	report  *Report
	effects *Effects
}

// wanted is an answer that the background is to make.
type wanted struct {
	owners  []int64
	all     bool
	filter  Filter
	effects bool
}

// What is done while somebody waits, and what is kept.
const (
	casesAtOncePage = 15_000                // larger looks are computed in the background, where there is one
	readingShare    = 20                    // reading the log takes at most this part of the time
	quickReading    = 50 * time.Millisecond // a log read faster than this is read while somebody waits
	keptMax         = 50
)

// NewService returns a Service. Without a background (see Run) everything is read and computed while somebody waits.
func NewService(store Store, standards Standards, verdicts Verdicts, now func() time.Time) *Service {
	return &Service{store: store, standards: standards, verdicts: verdicts, now: now, work: calendar.China, kept: map[string]keptReport{}, wanted: map[string]wanted{}}
}

// WithWork makes waiting times count the company's working days; without it those of mainland China as they ship.
func (s *Service) WithWork(work func() calendar.WorkCalendar) *Service {
	s.work = work
	return s
}

// Report tells how the cases of the filter ran, within the actor's reach. Errors: forbidden; invalid; unavailable while a large log is read for
// the first time, or a large report is made.
func (s *Service) Report(ctx context.Context, actor access.Actor, filter Filter) (rep *Report, err error) {
	defer errs.Wrap(&err, "flow.Report")
	owners, all, t, err := s.begin(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	made, err := s.answer(ctx, t, keyOf(owners, all, filter), wanted{owners, all, filter, false}, casesAtOncePage)
	if err != nil {
		return nil, err
	}
	return made.report, nil
}

// answer gives what is kept of the present log, or makes it: while the caller waits when there are few cases or no background, otherwise there.
func (s *Service) answer(ctx context.Context, t *table, key string, w wanted, inline int) (keptReport, error) {
	stages, err := s.standards.Stages(ctx)
	if err != nil {
		return keptReport{}, err
	}
	known, background := s.look(key)
	if known.of == t && known.stages == stages && known.work.Equal(s.work()) {
		return known, nil
	}
	if !background || len(t.rows) <= inline || len(t.choose(w.owners, w.all, w.filter)) <= inline {
		return s.make(ctx, t, key, w)
	}
	s.want(key, w)
	if known.of != nil {
		return known, nil // of a log a little older: it says so
	}
	ticker := time.NewTicker(firstStep)
	defer ticker.Stop()
	for range firstWait / firstStep {
		select {
		case <-ctx.Done():
			return keptReport{}, ctx.Err()
		case <-ticker.C:
		}
		if known, _ = s.look(key); known.of != nil {
			return known, nil
		}
	}
	return keptReport{}, errPreparing()
}

func (s *Service) look(key string) (known keptReport, background bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[key], s.waking != nil
}

// make makes an answer and keeps it.
func (s *Service) make(ctx context.Context, t *table, key string, w wanted) (keptReport, error) {
	made := keptReport{of: t, work: s.work()}
	standard, err := s.standards.InForce(ctx, calendar.DateOf(s.now()))
	if err != nil {
		return made, err
	}
	stages, err := s.standards.Stages(ctx)
	if err != nil {
		return made, err
	}
	made.stages = stages
	if w.effects {
		made.effects, err = s.effects(ctx, t, standard, stages, w)
	} else {
		made.report = newLook(t, made.work, standard, stages, t.choose(w.owners, w.all, w.filter)).report(w.filter)
	}
	if err != nil {
		return made, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= keptMax {
		clear(s.kept)
	}
	s.kept[key] = made
	return made, nil
}

// begin authorises, checks and finds whose cases are looked at, in which table.
func (s *Service) begin(ctx context.Context, actor access.Actor, filter Filter) (owners []int64, all bool, t *table, err error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, false, nil, err
	}
	if err := filter.checked(); err != nil {
		return nil, false, nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		owners, all, err = r.FlowOwners(ctx, s.reach(actor), filter.PersonID, filter.TeamID, filter.RegionID)
		return err
	})
	if err != nil {
		return nil, false, nil, err
	}
	slices.Sort(owners)
	t, err = s.table(ctx)
	return owners, all, t, err
}

// Stages are those that a report counts by, for views of its cases.
func (s *Service) Stages(ctx context.Context) (*opportunity.StageSet, error) {
	return s.standards.Stages(ctx)
}

func (s *Service) reach(actor access.Actor) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(access.PermSalesRead), Today: calendar.DateOf(s.now())}
}

// CasesShown is how many cases Cases returns at most.
const CasesShown = 200

// Cases returns opportunities of the filter that did what is picked, the newest first and at most CasesShown; total is of all of them. Errors: as
// Report.
func (s *Service) Cases(ctx context.Context, actor access.Actor, filter Filter, pick Pick) (list []opportunity.Opportunity, total int, err error) {
	defer errs.Wrap(&err, "flow.Cases")
	owners, all, t, err := s.begin(ctx, actor, filter)
	if err != nil {
		return nil, 0, err
	}
	stages, err := s.standards.Stages(ctx)
	if err != nil {
		return nil, 0, err
	}
	l := newLook(t, s.work(), nil, stages, t.choose(owners, all, filter))
	ids := l.picked(filter.Detail, pick)
	total = len(ids)
	slices.Reverse(ids)
	ids = ids[:min(len(ids), CasesShown)]
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.OpportunitiesOf(ctx, s.reach(actor), ids)
		return err
	})
	return list, total, err
}

// picked are the numbers of the cases that did what is picked, in order.
func (l *look) picked(detail Detail, pick Pick) (ids []int64) {
	from, to := -1, -1
	for i, name := range l.labels {
		if name == pick.From {
			from = i
		}
		if name == pick.To {
			to = i
		}
	}
	var steps []mining.Step
	for _, r := range l.rows {
		steps = l.course(r, detail, steps)
		follows := pick.From == "" && pick.To == ""
		for i := 1; i < len(steps) && !follows; i++ {
			follows = steps[i-1].Activity == from && steps[i].Activity == to
		}
		if follows && (pick.Variant == "" || len(steps) > 0 && l.keyOfSteps(steps) == pick.Variant) {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// choose finds the rows of a filter.
func (t *table) choose(owners []int64, all bool, f Filter) (chosen []*row) {
	for i := range t.rows {
		r := &t.rows[i]
		switch {
		case r.count == 0:
		case f.Opened.From != calendar.NoDate && r.opened < f.Opened.From, f.Opened.To != calendar.NoDate && r.opened > f.Opened.To:
		case f.Kind == KindNew && r.existing, f.Kind == KindExisting && !r.existing:
		case f.Amounts.Min != nil && r.amount < *f.Amounts.Min, f.Amounts.Max != nil && r.amount > *f.Amounts.Max:
		default:
			if !all {
				if _, in := slices.BinarySearch(owners, r.owner); !in {
					continue
				}
			}
			chosen = append(chosen, r)
		}
	}
	return chosen
}

// keyOf names a look.
func keyOf(owners []int64, all bool, f Filter) string {
	var b strings.Builder
	amount := func(a *int64) string {
		if a == nil {
			return "-"
		}
		return strconv.FormatInt(*a, 10)
	}
	b.WriteString(strings.Join([]string{f.Opened.From.String(), f.Opened.To.String(), string(f.Kind), string(f.Detail), amount(f.Amounts.Min), amount(f.Amounts.Max), strconv.FormatBool(all)}, "|"))
	for _, id := range owners {
		b.WriteString("," + strconv.FormatInt(id, 10))
	}
	return b.String()
}
