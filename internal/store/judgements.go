package store

import (
	"cmp"
	"context"
	"maps"
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
	}, "SELECT case_id, version_id, due, marks FROM case_judgement WHERE "+amongIDs("case_id", caseIDs))
}

// PutJudgements implements standard.Tx. Rows are written in the order of their keys.
func (tx *Tx) PutJudgements(ctx context.Context, changes []standard.Change) error {
	if err := tx.dropFindings(ctx, changes); err != nil {
		return err
	}
	var cases, listed, dues [][]any
	for i := range changes {
		c := &changes[i]
		cases = append(cases, []any{c.CaseID, c.VersionID, instant(c.Kept.Due), c.Marks})
		for _, r := range c.Listed {
			listed = append(listed, []any{r.Month.String(), r.Status.String(), r.PersonID, c.CaseID, r.Rules})
		}
		for _, d := range c.Dues {
			dues = append(dues, []any{d.PersonID, instant(d.Due), c.CaseID, d.RuleID})
		}
	}
	slices.SortFunc(listed, func(a, b []any) int {
		return cmp.Or(strings.Compare(a[0].(string), b[0].(string)), strings.Compare(a[1].(string), b[1].(string)), cmp.Compare(a[2].(int64), b[2].(int64)), cmp.Compare(a[3].(int64), b[3].(int64)))
	})
	slices.SortFunc(dues, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(int64), b[0].(int64)), strings.Compare(a[1].(string), b[1].(string)), cmp.Compare(a[2].(int64), b[2].(int64)), strings.Compare(a[3].(string), b[3].(string)))
	})
	for _, t := range []struct {
		table    string
		columns  []string
		conflict string
		rows     [][]any
	}{
		{"case_judgement", []string{"case_id", "version_id", "due", "marks"}, "(case_id) DO UPDATE SET version_id = excluded.version_id, due = excluded.due, marks = excluded.marks", cases},
		{"case_finding", []string{"month", "status", "person_id", "case_id", "rules"}, "(month, status, person_id, case_id) DO UPDATE SET rules = excluded.rules", listed},
		{"rule_due", []string{"person_id", "due", "case_id", "rule_id"}, "(person_id, due, case_id, rule_id) DO NOTHING", dues},
	} {
		if err := tx.mergeRows(ctx, t.table, t.columns, " ON CONFLICT "+t.conflict, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// dropAtATime is how many rows one statement takes away.
const dropAtATime = 400

// dropFindings takes away the rows by which cases are no longer listed. Their keys have no text that somebody typed.
func (tx *Tx) dropFindings(ctx context.Context, changes []standard.Change) error {
	var listed, dues []string
	for i := range changes {
		c := &changes[i]
		id := strconv.FormatInt(c.CaseID, 10)
		for _, r := range c.Gone {
			listed = append(listed, "('"+r.Month.String()+"', '"+r.Status.String()+"', "+strconv.FormatInt(r.PersonID, 10)+", "+id+")")
		}
		for _, d := range c.Ended {
			dues = append(dues, "("+strconv.FormatInt(d.PersonID, 10)+", '"+instant(d.Due)+"', "+id+")")
		}
	}
	for _, t := range []struct {
		from string
		keys []string
	}{{"case_finding WHERE (month, status, person_id, case_id)", listed}, {"rule_due WHERE (person_id, due, case_id)", dues}} {
		for some := range slices.Chunk(t.keys, dropAtATime) {
			if _, err := tx.exec(ctx, "DELETE FROM "+t.from+" IN (VALUES "+strings.Join(some, ", ")+")"); err != nil {
				return err
			}
		}
	}
	return nil
}

// ForgetJudgements forgets what all cases came to, so that judging begins with nothing. It rests on the events, and comes to the same again.
func (tx *Tx) ForgetJudgements(ctx context.Context) error {
	for _, statement := range []string{"DELETE FROM case_judgement", "DELETE FROM case_finding", "DELETE FROM rule_due", "DELETE FROM compliance_month", "UPDATE judge_progress SET basis = '', swept = 0 WHERE name = 'cases'"} {
		if _, err := tx.exec(ctx, statement); err != nil {
			return err
		}
	}
	return tx.markAll(ctx, "kind = '"+markCompliance+"'")
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

// listedCase is a row by which a case is listed, with its marks.
type listedCase struct {
	standard.Finding // what is the same for all rules
	rules            string
	kept             standard.Kept
}

// caseNames are the names behind the row f, and the marks.
const caseNames = ` f LEFT JOIN case_judgement j ON j.case_id = f.case_id LEFT JOIN opportunity o ON o.id = f.case_id LEFT JOIN customer k ON k.id = o.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = f.person_id AND p.superseded_in = ` + openBatch

const caseSelect = "SELECT f.case_id, f.person_id, f.rules, COALESCE(j.marks, ''), COALESCE(o.name, ''), COALESCE(k.name, ''), COALESCE(p.name, '') FROM "

func scanListed(r rows, c *listedCase) error {
	err := r.Scan(&c.CaseID, &c.PersonID, &c.rules, &c.kept.Marks, &c.CaseName, &c.CustomerName, &c.PersonName)
	c.kept.CaseID = c.CaseID
	return err
}

// findings are what the row stands for: a mark of each of its rules.
func (c *listedCase) findings(fits func(standard.Mark) bool) (list []standard.Finding) {
	c.kept.Each(func(m standard.Mark) {
		if m.PersonID == c.PersonID && fits(m) {
			f := c.Finding
			f.Mark, f.Mark.PersonID = m, m.PersonID
			f.PersonID = c.PersonID
			list = append(list, f)
		}
	})
	return list
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

// furtherCases are more cases than are asked for, so that none is cut through: one has a row for each person whom it had in the month.
const furtherCases = 64

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
			names[i] = tx.db.dialect.likeFold("rules", c.parameter(likePattern(" "+rule+" ")))
		}
		c.add("(" + strings.Join(names, " OR ") + ")")
	}
	after := ""
	if q.After.CaseID != 0 && q.After.Month == month {
		c.add("case_id <= ?", q.After.CaseID)
		after = q.After.RuleID
	}
	const by = " ORDER BY case_id DESC, person_id"
	rows, err := collect(ctx, tx, scanListed, caseSelect+"(SELECT case_id, person_id, rules FROM case_finding"+c.where()+by+" LIMIT "+c.parameter(int64(limit+furtherCases))+")"+caseNames+" ORDER BY f.case_id DESC, f.person_id", c.args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if last := rows[len(rows)-1].CaseID; len(rows) == limit+furtherCases && rows[0].CaseID != last {
		rows = slices.DeleteFunc(rows, func(c listedCase) bool { return c.CaseID == last })
	}
	var found []standard.Finding
	for i := range rows {
		found = append(found, rows[i].findings(func(m standard.Mark) bool {
			return m.Month == month && m.Status == q.Status && (len(q.Rules) == 0 || slices.Contains(q.Rules, m.RuleID)) &&
				(rows[i].CaseID != q.After.CaseID || after == "" || m.RuleID > after)
		})...)
	}
	slices.SortStableFunc(found, func(a, b standard.Finding) int {
		return cmp.Or(cmp.Compare(b.CaseID, a.CaseID), strings.Compare(a.RuleID, b.RuleID))
	})
	return found[:min(limit, len(found))], nil
}

// DueFindings implements standard.RateReader: what is due first in each of the cases comes first.
func (tx *Tx) DueFindings(ctx context.Context, caseIDs []int64) ([]standard.Finding, error) {
	if len(caseIDs) == 0 {
		return nil, nil
	}
	rows, err := collect(ctx, tx, scanListed, "SELECT j.case_id, 0, '', j.marks, COALESCE(o.name, ''), COALESCE(k.name, ''), '' FROM case_judgement j LEFT JOIN opportunity o ON o.id = j.case_id LEFT JOIN customer k ON k.id = o.customer_id AND k.superseded_in = "+openBatch+
		" WHERE j.case_id IN ("+listed(caseIDs)+") AND j.due <> ''")
	if err != nil {
		return nil, err
	}
	var due []standard.Finding
	persons := map[int64]bool{}
	for i := range rows {
		rows[i].kept.Each(func(m standard.Mark) {
			if m.Status == conform.Pending && !m.Due.IsZero() {
				f := rows[i].Finding
				f.Mark, f.PersonID = m, m.PersonID
				due, persons[m.PersonID] = append(due, f), true
			}
		})
	}
	names, err := tx.PersonNames(ctx, slices.Sorted(maps.Keys(persons)))
	for i := range due {
		due[i].PersonName = names[due[i].PersonID]
	}
	slices.SortFunc(due, byDue)
	return due, err
}

func byDue(a, b standard.Finding) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.CaseID, b.CaseID), strings.Compare(a.RuleID, b.RuleID))
}

// PersonDue implements standard.RateReader.
func (tx *Tx) PersonDue(ctx context.Context, personID int64, limit int) ([]standard.Finding, error) {
	rows, err := collect(ctx, tx, scanListed, caseSelect+"(SELECT case_id, person_id, rule_id AS rules FROM rule_due WHERE person_id = $1 ORDER BY due, case_id, rule_id LIMIT $2)"+caseNames, personID, int64(limit))
	if err != nil {
		return nil, err
	}
	var due []standard.Finding
	for i := range rows {
		due = append(due, rows[i].findings(func(m standard.Mark) bool {
			return m.RuleID == rows[i].rules && m.Status == conform.Pending && !m.Due.IsZero()
		})...)
	}
	slices.SortFunc(due, byDue)
	return due, nil
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
