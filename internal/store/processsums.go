package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/standard"
)

// Measures of what other packages keep by month.
var (
	complianceMeasures = []metric.MeasureID{metric.CasesKept, metric.CasesBroken, metric.RulesKept, metric.RulesBroken, metric.WeightsKept, metric.WeightsBroken}
	recordingMeasures  = []metric.MeasureID{metric.Records, metric.RecordsDay}
	decisionMeasures   = []metric.MeasureID{metric.Decisions, metric.DecisionsEvidence}
	paidMeasures       = []metric.MeasureID{metric.Paid}
)

// ProcessSums implements metric.Reader.
func (tx *Tx) ProcessSums(ctx context.Context, measures []metric.MeasureID, month calendar.Month, persons []int64, together bool) (p metric.ProcessMonth, err error) {
	company := len(persons) == 1 && persons[0] == metric.Everybody
	for _, part := range []struct {
		measures []metric.MeasureID
		read     func(ctx context.Context, month string, company bool) (*sumUnit, error)
	}{{complianceMeasures, tx.complianceUnit}, {recordingMeasures, tx.recordingUnit}, {decisionMeasures, tx.decisionUnit}, {paidMeasures, tx.paidUnit}} {
		if !slices.ContainsFunc(part.measures, func(m metric.MeasureID) bool { return slices.Contains(measures, m) }) {
			continue
		}
		u, err := part.read(ctx, month.String(), company)
		if err != nil {
			return p, err
		}
		p.Sums = u.list(p.Sums, part.measures, persons, together)
		if part.measures[0] == metric.Paid {
			p.Paid = slices.ContainsFunc(u.sums, func(s metric.Sum) bool { return s.Amount > 0 })
		}
	}
	return p, nil
}

// monthUnit reads sums of a month by person, or those of the company, unless they are in memory as of the mark. What is counted is a number of facts.
func (tx *Tx) monthUnit(ctx context.Context, kind, month, mark string, company bool, measures []metric.MeasureID, text string, scan func(r rows, person *int64, counts []int64) error) (*sumUnit, error) {
	key := unitKey{kind: kind, from: month}
	if company {
		key.to = "company"
	}
	return tx.unit(ctx, key, mark, func(ctx context.Context) (*sumUnit, error) {
		u, counts := emptyUnit(measures...), make([]int64, len(measures))
		return u, each(ctx, tx, func(r rows) error {
			clear(counts)
			var person int64
			if err := scan(r, &person, counts); err != nil {
				return err
			}
			u.persons = append(u.persons, person)
			for _, n := range counts {
				u.sums = append(u.sums, metric.Sum{Amount: n, Facts: n})
			}
			return nil
		}, text, month)
	})
}

// scanCounts scans a person and as many numbers as there are.
func scanCounts(r rows, person *int64, counts []int64) error {
	to := []any{person}
	for i := range counts {
		to = append(to, &counts[i])
	}
	return r.Scan(to...)
}

// grouped are the columns of sums by person, or of one sum of the company, and what groups them.
func grouped(column string, company bool) (person, group string) {
	if company {
		return "CAST(-1 AS BIGINT)", ""
	}
	return column, " GROUP BY " + column + " ORDER BY " + column
}

func (tx *Tx) recordingUnit(ctx context.Context, month string, company bool) (*sumUnit, error) {
	marks, err := tx.sumMarks(ctx)
	if err != nil {
		return nil, err
	}
	person, group := grouped("person_id", company)
	return tx.monthUnit(ctx, markRecording, month, marks[markRecording].of(month), company, recordingMeasures,
		"SELECT "+person+", CAST(COALESCE(SUM(events), 0) AS BIGINT), CAST(COALESCE(SUM(within_hour + within_day), 0) AS BIGINT) FROM recording_month WHERE month = $1"+group, scanCounts)
}

// decisionUnit counts decisions. They are few and no mark is kept of them, so that nothing is held.
func (tx *Tx) decisionUnit(ctx context.Context, month string, company bool) (*sumUnit, error) {
	m, err := calendar.ParseMonth(month)
	if err != nil {
		return nil, err
	}
	person, group := grouped("person_id", company)
	u := emptyUnit(decisionMeasures...)
	return u, each(ctx, tx, func(r rows) error {
		var who, all, resting int64
		err := r.Scan(&who, &all, &resting)
		u.add(who, metric.Sum{Amount: all, Facts: all}, metric.Sum{Amount: resting, Facts: resting})
		return err
	}, "SELECT "+person+", COUNT(*), CAST(COALESCE(SUM(CASE WHEN evidence_count > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM decision WHERE decided_on >= $1 AND decided_on <= $2"+group, m.First().String(), m.Last().String())
}

// paidUnit counts people whose pay was worked out. What a run came to does not change: its id is the mark.
func (tx *Tx) paidUnit(ctx context.Context, month string, company bool) (*sumUnit, error) {
	run, err := value[string](ctx, tx, "SELECT current_run FROM period WHERE month = $1", month)
	if err != nil {
		return nil, err
	}
	if run == "" {
		run = "none"
	}
	person, group := grouped("s.person_id", company)
	count := "CAST(1 AS BIGINT)"
	if company {
		count = "COUNT(DISTINCT s.person_id)"
	}
	return tx.monthUnit(ctx, "paid", month, run, company, paidMeasures, "SELECT "+person+", "+count+" FROM period p JOIN statement s ON s.run_id = p.current_run WHERE p.month = $1 AND s.level NOT IN ('', '"+string(plan.LayerOther)+"')"+group, scanCounts)
}

// complianceUnit is what rules and cases of a month came to, and that times what the rules weigh today.
func (tx *Tx) complianceUnit(ctx context.Context, month string, company bool) (*sumUnit, error) {
	marks, err := tx.sumMarks(ctx)
	if err != nil {
		return nil, err
	}
	weights, err := tx.ruleWeights(ctx)
	if err != nil {
		return nil, err
	}
	who := "<> -1"
	if company {
		who = "= -1"
	}
	return tx.monthUnit(ctx, markCompliance, month, marks[markCompliance].of(month)+weights.mark, company, complianceMeasures,
		"SELECT person_id, counts FROM compliance_month WHERE month = $1 AND person_id "+who+" ORDER BY person_id", func(r rows, person *int64, counts []int64) error {
			var text string
			if err := r.Scan(person, &text); err != nil {
				return err
			}
			eachCount(text, func(rule string, c standard.Counts) { weights.count(counts, rule, c) })
			return nil
		})
}

// weighing is what rules weigh today.
type weighing struct {
	of   map[string]int64
	mark string
}

// count adds what a rule came to, or cases as a whole, to the measures of compliance.
func (w weighing) count(counts []int64, rule string, c standard.Counts) {
	if rule == "" {
		counts[0], counts[1] = counts[0]+c.Satisfied, counts[1]+c.Violated
		return
	}
	weight := max(w.of[rule], 1) // a rule of an earlier version weighs one
	counts[2], counts[3] = counts[2]+c.Satisfied, counts[3]+c.Violated
	counts[4], counts[5] = counts[4]+weight*c.Satisfied, counts[5]+weight*c.Violated
}

// ruleWeights reads the weights once in a transaction that reads alone.
func (tx *Tx) ruleWeights(ctx context.Context) (w weighing, err error) {
	if tx.weights != nil {
		return *tx.weights, nil
	}
	versions, err := tx.StandardVersions(ctx)
	if err != nil {
		return w, err
	}
	if w.of, err = standard.Weights(versions, tx.Today()); err != nil {
		return w, err
	}
	var text strings.Builder
	for _, rule := range slices.Sorted(maps.Keys(w.of)) {
		fmt.Fprintf(&text, " %s=%d", rule, w.of[rule])
	}
	if w.mark = text.String(); tx.snapshot {
		tx.weights = &w
	}
	return w, nil
}
