package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/standard"
)

// JudgeProgress implements standard.Reader.
func (tx *Tx) JudgeProgress(ctx context.Context) (standard.Progress, error) {
	return one(ctx, tx, "standard.not_found", func(r rows, p *standard.Progress) error { return r.Scan(&p.Seq, &p.Basis, &p.Swept) },
		"SELECT seq, basis, swept FROM judge_progress WHERE name = 'cases'")
}

// SaveJudgeProgress implements standard.Tx.
func (tx *Tx) SaveJudgeProgress(ctx context.Context, p standard.Progress) error {
	return mustChange(ctx, tx, "standard.not_found", "UPDATE judge_progress SET seq = $1, basis = $2, swept = $3 WHERE name = 'cases'", p.Seq, p.Basis, p.Swept)
}

// DueCases implements standard.Reader.
func (tx *Tx) DueCases(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	return collect(ctx, tx, scanID, "SELECT case_id FROM case_judgement WHERE due <> '' AND due <= $1 ORDER BY due, case_id LIMIT $2", instant(now), int64(limit))
}

// Judgements implements standard.Reader.
func (tx *Tx) Judgements(ctx context.Context, caseIDs []int64) ([]standard.Kept, error) {
	if len(caseIDs) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, k *standard.Kept) error {
		return r.Scan(&k.CaseID, &k.VersionID, scanTime(&k.Due), &k.Marks)
	}, "SELECT case_id, version_id, due, marks FROM case_judgement WHERE case_id IN ("+listed(caseIDs)+")")
}

// PutJudgements implements standard.Tx.
func (tx *Tx) PutJudgements(ctx context.Context, kept []standard.Kept, marks map[int64][]standard.Mark, replaced []int64) error {
	if len(replaced) > 0 {
		for _, table := range []string{"case_judgement", "case_finding"} {
			if _, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE case_id IN ("+listed(replaced)+")"); err != nil {
				return err
			}
		}
	}
	cases, findings := tx.bulk("case_judgement", "case_id", "version_id", "due", "marks"), tx.bulk("case_finding", "case_id", "rule_id", "status", "reason", "person_id", "month", "due", "source")
	for _, k := range kept {
		if err := cases.add(ctx, k.CaseID, k.VersionID, instant(k.Due), k.Marks); err != nil {
			return err
		}
		for _, m := range marks[k.CaseID] {
			if err := findings.add(ctx, k.CaseID, m.RuleID, m.Status.String(), m.Reason.String(), m.PersonID, m.Month.String(), instant(m.Due), m.Source); err != nil {
				return err
			}
		}
	}
	if err := cases.flush(ctx); err != nil {
		return err
	}
	return findings.flush(ctx)
}

// ForgetJudgements forgets what all cases came to, so that judging begins with nothing. It rests on the events, and comes to the same again.
func (tx *Tx) ForgetJudgements(ctx context.Context) error {
	for _, statement := range []string{"DELETE FROM case_judgement", "DELETE FROM case_finding", "DELETE FROM compliance_month", "UPDATE judge_progress SET basis = '', swept = 0 WHERE name = 'cases'"} {
		if _, err := tx.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// RejudgedBy implements standard.Tx.
func (tx *Tx) RejudgedBy(ctx context.Context, versionID string, caseIDs []int64) error {
	_, err := tx.exec(ctx, "UPDATE case_judgement SET version_id = $1 WHERE case_id IN ("+listed(caseIDs)+")", versionID)
	return err
}

// addUpRows adds rows to a table of sums: those whose keys are there are added to what is known. The keys of the rows are distinct.
func (tx *Tx) addUpRows(ctx context.Context, table string, keys, sums []string, rows [][]any) error {
	set := make([]string, len(sums))
	for i, sum := range sums {
		set[i] = sum + " = " + table + "." + sum + " + excluded." + sum
	}
	return tx.mergeRows(ctx, table, slices.Concat(keys, sums), " ON CONFLICT ("+strings.Join(keys, ", ")+") DO UPDATE SET "+strings.Join(set, ", "), rows)
}

func (tx *Tx) mergeRows(ctx context.Context, table string, columns []string, conflict string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.mergeIn(ctx, table, columns, conflict, func(dst []any) (bool, error) {
		if len(rows) == 0 {
			return false, nil
		}
		copy(dst, rows[0])
		rows = rows[1:]
		return true, nil
	})
	return err
}

// AddRecordings implements standard.Tx.
func (tx *Tx) AddRecordings(ctx context.Context, by map[standard.RecordingKey]standard.Recordings) error {
	keys := make([]standard.RecordingKey, 0, len(by))
	for k := range by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b standard.RecordingKey) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), strings.Compare(a.Hour, b.Hour))
	})
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		c := by[k]
		rows = append(rows, []any{k.Hour[:len("2006-01")], k.PersonID, k.Hour, c.Events, c.WithinHour, c.WithinDay, c.WithinThreeDays, c.Later})
	}
	return tx.addUpRows(ctx, "recording_tally", []string{"month", "person_id", "hour"}, []string{"events", "within_hour", "within_day", "within_three_days", "later"}, rows)
}

// tallyFilter are the conditions of a question; nobody is true when there is nobody to ask about. Months are named one by one, so that an index by
// month and person finds those of a few people.
func tallyFilter(q standard.TallyQuery) (c *filters, nobody bool) {
	c = &filters{}
	var months []string
	for m := q.From; m <= q.To; m++ {
		months = append(months, c.parameter(m.String()))
	}
	if len(months) == 0 || !q.All && len(q.Persons) == 0 {
		return c, true
	}
	c.add("month IN (" + strings.Join(months, ", ") + ")")
	if !q.All {
		c.add("person_id IN (" + listed(q.Persons) + ")")
	}
	return c, false
}

// Recordings implements standard.RateReader.
func (tx *Tx) Recordings(ctx context.Context, q standard.TallyQuery) ([]standard.RecordingTally, error) {
	c, nobody := tallyFilter(q)
	if nobody {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, t *standard.RecordingTally) error {
		return r.Scan(&t.PersonID, &t.Events, &t.WithinHour, &t.WithinDay, &t.WithinThreeDays, &t.Later, &t.Batched)
	}, `SELECT person_id, CAST(SUM(events) AS BIGINT), CAST(SUM(within_hour) AS BIGINT), CAST(SUM(within_day) AS BIGINT), CAST(SUM(within_three_days) AS BIGINT), CAST(SUM(later) AS BIGINT),
		CAST(SUM(CASE WHEN within_three_days + later >= `+strconv.Itoa(standard.BatchLeast)+` THEN within_three_days + later ELSE 0 END) AS BIGINT)
		FROM recording_tally`+c.where()+" GROUP BY person_id ORDER BY person_id", c.args...)
}

const findingSelect = `SELECT f.case_id, f.rule_id, f.status, f.reason, f.person_id, f.month, f.due, f.source, COALESCE(o.name, ''), COALESCE(k.name, ''), COALESCE(p.name, '') FROM `

const findingNames = ` f LEFT JOIN opportunity o ON o.id = f.case_id LEFT JOIN customer k ON k.id = o.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = f.person_id AND p.superseded_in = ` + openBatch

var (
	statusOf = map[string]conform.Status{"satisfied": conform.Satisfied, "violated": conform.Violated, "pending": conform.Pending, "exempt": conform.Exempt}
	reasonOf = func() map[string]conform.Reason {
		names := map[string]conform.Reason{}
		for _, r := range conform.Reasons() {
			names[r.String()] = r
		}
		return names
	}()
)

func scanFinding(r rows, f *standard.Finding) error {
	var status, reason string
	err := r.Scan(&f.CaseID, &f.RuleID, &status, &reason, &f.PersonID, scanMonth(&f.Month), scanTime(&f.Due), &f.Source, &f.CaseName, &f.CustomerName, &f.PersonName)
	f.Status, f.Reason = statusOf[status], reasonOf[reason]
	return err
}

// Findings implements standard.RateReader. Months are asked one after the other, so that an index has what is wanted of one and no more.
func (tx *Tx) Findings(ctx context.Context, q standard.FindingQuery) (found []standard.Finding, err error) {
	if !q.All && len(q.Persons) == 0 {
		return nil, nil
	}
	last := q.To
	if q.After.CaseID != 0 {
		last = min(last, q.After.Month)
	}
	for month := last; month >= q.From && len(found) < q.Limit; month-- {
		some, err := tx.findingsOf(ctx, q, month, q.Limit-len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (tx *Tx) findingsOf(ctx context.Context, q standard.FindingQuery, month calendar.Month, limit int) ([]standard.Finding, error) {
	c := &filters{}
	c.add("month = ?", month.String())
	c.add("status = ?", q.Status.String())
	if !q.All {
		c.add("person_id IN (" + listed(q.Persons) + ")")
	}
	if len(q.Rules) > 0 {
		names := make([]string, len(q.Rules))
		for i, rule := range q.Rules {
			names[i] = c.parameter(rule)
		}
		c.add("rule_id IN (" + strings.Join(names, ", ") + ")")
	}
	if q.After.CaseID != 0 && q.After.Month == month {
		c.add("(case_id < ? OR case_id = ? AND rule_id > ?)", q.After.CaseID, q.After.CaseID, q.After.RuleID)
	}
	const by = " ORDER BY case_id DESC, rule_id"
	tail := by + " LIMIT " + c.parameter(int64(limit))
	return collect(ctx, tx, scanFinding, findingSelect+"(SELECT y.* FROM (SELECT case_id, rule_id FROM case_finding"+c.where()+tail+") x JOIN case_finding y ON y.case_id = x.case_id AND y.rule_id = x.rule_id)"+
		findingNames+by, c.args...)
}

// DueFindings implements standard.RateReader: what is due first in each of the cases comes first.
func (tx *Tx) DueFindings(ctx context.Context, caseIDs []int64) ([]standard.Finding, error) {
	if len(caseIDs) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, scanFinding, findingSelect+"(SELECT * FROM case_finding WHERE case_id IN ("+listed(caseIDs)+") AND status = 'pending' AND due <> '')"+findingNames+" ORDER BY f.due, f.case_id, f.rule_id")
}

// PersonDue implements standard.RateReader.
func (tx *Tx) PersonDue(ctx context.Context, personID int64, limit int) ([]standard.Finding, error) {
	return collect(ctx, tx, scanFinding, findingSelect+"(SELECT * FROM case_finding WHERE person_id = $1 AND status = 'pending' AND due <> '' ORDER BY due, case_id, rule_id LIMIT $2)"+findingNames+" ORDER BY f.due, f.case_id, f.rule_id", personID, int64(limit))
}

// NewestCases implements standard.TrialReader: numbers run in the order of opening.
func (tx *Tx) NewestCases(ctx context.Context, since time.Time, limit int) (ids []int64, err error) {
	return ids, each(ctx, tx, func(r rows) error {
		var id int64
		var created time.Time
		if err := r.Scan(&id, scanTime(&created)); err != nil {
			return err
		}
		if !created.Before(since) {
			ids = append(ids, id)
		}
		return nil
	}, "SELECT id, created_at FROM opportunity ORDER BY id DESC LIMIT $1", int64(limit))
}
