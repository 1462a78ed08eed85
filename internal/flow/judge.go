package flow

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// judge judges cases by their events alone, by the standard as it is handed in. Rules that ask for roles, forms or data of the case are left out: who
// holds which role is not in the log.
type judge struct {
	store Store
	now   func() time.Time
}

// JudgeByOrder returns verdicts on the rules about order, time and persons.
func JudgeByOrder(store Store, now func() time.Time) Verdicts { return judge{store, now} }

// byOrder reports whether a rule can be judged by events alone.
func byOrder(r *sop.Rule) bool {
	return len(r.By) == 0 && len(r.Complete) == 0 && len(r.Data) == 0 && len(r.When) == 0 && len(r.Exempt) == 0 && r.Before == ""
}

// Verdicts implements Verdicts.
func (j judge) Verdicts(ctx context.Context, standard *sop.Standard, caseIDs []int64, each func(caseID int64, ruleID string, satisfied bool)) error {
	var events []process.Event
	err := j.store.Read(ctx, func(r Reader) (err error) {
		events, err = r.EventsOf(ctx, caseIDs)
		return err
	})
	if err != nil {
		return err
	}
	state, now := conform.NewModel(standard, calendar.China()).NewState(nil), j.now().Unix()
	var results []conform.Result
	for len(events) > 0 { // sorted by case
		id := events[0].CaseID
		n := slices.IndexFunc(events, func(e process.Event) bool { return e.CaseID != id })
		if n < 0 {
			n = len(events)
		}
		state.Reset(nil)
		for i := range events[:n] {
			e := &events[i]
			state.Add(conform.Event{ID: strconv.FormatInt(e.Seq, 10), Activity: string(e.Activity), OccurredAt: e.OccurredAt.Unix(), RecordedAt: e.RecordedAt.Unix(), Person: strconv.FormatInt(e.PersonID, 10)})
		}
		results = state.At(now, results)
		for k, result := range results {
			rule := &standard.Rules[k]
			decided := result.Status == conform.Satisfied || result.Status == conform.Violated
			if decided && byOrder(rule) {
				each(id, rule.ID, result.Status == conform.Satisfied)
			}
		}
		events = events[n:]
	}
	return nil
}
