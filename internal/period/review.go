package period

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
)

// A payee's total is far from last month's when it moved by more than half and by more than this.
const farOffMinor = 1_000_00

// farOff compares the totals of payees with those of the month before, where it has a result.
func farOff(ctx context.Context, r Reader, run payout.Run) ([]payout.Exception, error) {
	last, err := r.Period(ctx, run.Month-1)
	if err != nil || last.CurrentRun == "" {
		return nil, err
	}
	before, err := totals(ctx, r, last.CurrentRun)
	if err != nil {
		return nil, err
	}
	now, err := totals(ctx, r, run.ID)
	if err != nil {
		return nil, err
	}
	var found []payout.Exception
	for person, amount := range now {
		was, known := before[person]
		moved := amount - was
		if moved < 0 {
			moved = -moved
		}
		if known && moved > farOffMinor && 2*moved > max(was, -was) {
			found = append(found, payout.Exception{Kind: payout.ExceptionFarOff, PersonID: person, AmountMinor: amount, BeforeMinor: was})
		}
	}
	slices.SortFunc(found, func(a, b payout.Exception) int { return cmp.Compare(a.PersonID, b.PersonID) })
	return found, nil
}

func totals(ctx context.Context, r Reader, runID string) (map[int64]int64, error) {
	lines, err := r.PayoutLines(ctx, runID)
	sums := map[int64]int64{}
	for _, l := range lines {
		sums[l.PersonID] += l.AmountMinor
	}
	return sums, err
}

// Difference is a payout line that differs between two runs; a side without the line is zero.
type Difference struct {
	payout.Line
	BeforeMinor int64
}

// Against says what a run is compared with.
type Against string

// The run before it of the same month, or the month before.
const (
	AgainstLastRun   Against = "last_run"
	AgainstLastMonth Against = "last_month"
)

// Review is what a reviewer looks at before publication.
type Review struct {
	Period     Period
	Run        payout.Run
	Exceptions []payout.Exception
	Additions  []payout.Addition // differences for closed months, and adjustments
	// Granted is what the month pays outside plans: honours, and what is taken back of them.
	Granted     Granted
	Against     Against
	OtherRun    payout.Run // zero when there is nothing to compare with
	Differences []Difference
	// ByComponent sums the month by plan and component, with the other run's sum beside it.
	ByComponent []Difference
	// Columns names the components of the plans that the run was calculated by.
	Columns []PayColumn
	// Disputes are those that the month's approval has to settle; Exceptions has each of them, too.
	Disputes []dispute.Dispute
	// DisputeRules say what they mean for the approval.
	DisputeRules dispute.Rules
}

// Review returns the month's current result with its exceptions and what differs from the other run. Errors: forbidden; not found when
// the month has no result.
func (s *Service) Review(ctx context.Context, actor access.Actor, month calendar.Month, against Against) (review Review, err error) {
	defer errs.Wrap(&err, "period.Review(%s)", month)
	if err := mayReview(actor); err != nil {
		return Review{}, err
	}
	review.Against = against
	err = s.store.Read(ctx, func(r Reader) error {
		if review.Period, err = r.Period(ctx, month); err != nil {
			return err
		}
		if review.Period.CurrentRun == "" {
			return errs.New(errs.KindNotFound, "period.no_result", errs.Args{"Month": month.String()})
		}
		if review.Run, err = r.Run(ctx, review.Period.CurrentRun); err != nil {
			return err
		}
		if review.Exceptions, err = r.RunExceptions(ctx, review.Run.ID); err != nil {
			return err
		}
		if review.Additions, err = r.RunAdditions(ctx, review.Run.ID); err != nil {
			return err
		}
		if err := withDisputes(ctx, r, &review); err != nil {
			return err
		}
		rules, err := planbook.ForVersions(ctx, r, month, review.Run.Plans)
		if err != nil {
			return err
		}
		review.Columns = payColumns(rules)
		return compareRuns(ctx, r, &review)
	})
	return review, err
}

// compareRuns fills the differences.
func compareRuns(ctx context.Context, r Reader, review *Review) error {
	other, err := otherRun(ctx, r, *review)
	if err != nil {
		return err
	}
	lines, err := r.PayoutLines(ctx, review.Run.ID)
	if err != nil {
		return err
	}
	if err := withGranted(ctx, r, review, lines); err != nil {
		return err
	}
	var before []payout.Line
	if other != "" {
		if review.OtherRun, err = r.Run(ctx, other); err != nil {
			return err
		}
		if before, err = r.PayoutLines(ctx, other); err != nil {
			return err
		}
	}
	review.Differences = differences(before, lines, false)
	if other == "" {
		review.Differences = nil
	}
	review.ByComponent = differences(byComponent(before), byComponent(lines), true)
	return nil
}

// withDisputes puts the open disputes first among the exceptions: what the line pays, beside what the payee expects. A line of sales pays
// nothing itself: its component does, and what the payee expects of pay is not said.
func withDisputes(ctx context.Context, r Reader, review *Review) (err error) {
	if review.Disputes, err = dispute.Waiting(ctx, r, review.Period.Month); err != nil {
		return err
	}
	if review.DisputeRules, err = dispute.RulesInForce(ctx, r); err != nil {
		return err
	}
	paid := paidLines{months: map[calendar.Month][]payout.Line{}}
	var found []payout.Exception
	seen := map[payout.Exception]bool{}
	for _, d := range review.Disputes {
		e := payout.Exception{Kind: payout.ExceptionDispute, PersonID: d.PersonID, PlanID: d.PlanID, Component: d.Line.Component, AmountMinor: d.ShownMinor, BeforeMinor: d.ShownMinor}
		switch {
		case d.Line.Kind == dispute.LineCredit || d.Line.Kind == dispute.LinePayment:
			if e.AmountMinor, err = paid.of(ctx, r, d); err != nil {
				return err
			}
			e.BeforeMinor = e.AmountMinor
		case d.ExpectedMinor != nil:
			e.BeforeMinor = *d.ExpectedMinor
		}
		if d.Overdue(r.Today()) {
			e.Kind = payout.ExceptionDisputeOverdue
		}
		// One for each component: lists are paged by what an exception is about.
		about := payout.Exception{Kind: e.Kind, PersonID: e.PersonID, PlanID: e.PlanID, Component: e.Component}
		if !seen[about] {
			seen[about] = true
			found = append(found, e)
		}
	}
	review.Exceptions = append(found, review.Exceptions...)
	return nil
}

// paidLines are the payout lines of the months that disputes are about, each read once.
type paidLines struct {
	months map[calendar.Month][]payout.Line
}

// of returns what the component of a disputed line pays as the month stands.
func (p paidLines) of(ctx context.Context, r Reader, d dispute.Dispute) (int64, error) {
	lines, known := p.months[d.Month]
	if !known {
		about, err := r.Period(ctx, d.Month)
		if err != nil {
			return 0, err
		}
		if lines, err = r.PayoutLines(ctx, about.CurrentRun); err != nil {
			return 0, err
		}
		p.months[d.Month] = lines
	}
	at := slices.IndexFunc(lines, func(l payout.Line) bool {
		return l.PersonID == d.PersonID && l.PlanID == d.PlanID && l.Component == d.Line.Component
	})
	if at < 0 {
		return 0, nil // the run that stands has no such component any more
	}
	return lines[at].AmountMinor, nil
}

func otherRun(ctx context.Context, r Reader, review Review) (string, error) {
	if review.Against == AgainstLastMonth {
		last, err := r.Period(ctx, review.Period.Month-1)
		return last.CurrentRun, err
	}
	runs, err := r.Runs(ctx, review.Period.Month)
	if err != nil {
		return "", err
	}
	for _, run := range runs {
		if run.State == payout.RunComplete && run.ID != review.Run.ID {
			return run.ID, nil
		}
	}
	return "", nil
}

func byComponent(lines []payout.Line) []payout.Line {
	place := map[[2]string]int{}
	var sums []payout.Line
	for _, l := range lines {
		key := [2]string{l.PlanID, l.Component}
		i, ok := place[key]
		if !ok {
			i = len(sums)
			place[key] = i
			sums = append(sums, payout.Line{PlanID: l.PlanID, Component: l.Component})
		}
		sums[i].AmountMinor += l.AmountMinor
	}
	return sums
}

// differences merges two sets of lines; equal ones are left out unless all is asked for.
func differences(before, now []payout.Line, all bool) []Difference {
	type key struct {
		person          int64
		plan, component string
	}
	merged := make(map[key]*Difference, len(now))
	for _, l := range now {
		merged[key{l.PersonID, l.PlanID, l.Component}] = &Difference{Line: l}
	}
	for _, l := range before {
		k := key{l.PersonID, l.PlanID, l.Component}
		d := merged[k]
		if d == nil {
			amount := l.AmountMinor
			l.AmountMinor = 0
			merged[k] = &Difference{Line: l, BeforeMinor: amount}
			continue
		}
		d.BeforeMinor = l.AmountMinor
	}
	var found []Difference
	for _, d := range merged {
		if all || d.AmountMinor != d.BeforeMinor {
			found = append(found, *d)
		}
	}
	slices.SortFunc(found, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.Component, b.Component))
	})
	return found
}
