package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// sortedCells are the places of a delta in one order, so that two who write do not wait for each other.
func sortedCells(d metric.Delta) []metric.Cell {
	cells := make([]metric.Cell, 0, len(d))
	for cell := range d {
		cells = append(cells, cell)
	}
	slices.SortFunc(cells, func(a, b metric.Cell) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.Day, b.Day))
	})
	return cells
}

// AddMetricSums implements metric.Follower. Targets and what is so at present have no days.
func (tx *Tx) AddMetricSums(ctx context.Context, d metric.Delta) error {
	type monthKey struct {
		measure metric.MeasureID
		month   string
		person  int64
	}
	months := map[monthKey]metric.Sum{}
	var order []monthKey
	var days [][]any
	for _, cell := range sortedCells(d) {
		s := d[cell]
		key := monthKey{cell.Measure, "", cell.PersonID}
		if cell.Day != calendar.NoDate {
			key.month = cell.Day.Month().String()
			if !strings.HasPrefix(string(cell.Measure), "target_") {
				days = append(days, []any{string(cell.Measure), cell.PersonID, cell.Day.String(), s.Amount, s.Facts})
			}
		}
		was, known := months[key]
		if !known {
			order = append(order, key)
		}
		months[key] = metric.Sum{Amount: was.Amount + s.Amount, Facts: was.Facts + s.Facts}
	}
	list, marks := make([][]any, 0, len(order)), map[sumMark]bool{}
	for _, key := range order {
		marks[sumMark{string(key.measure), key.month}] = true
		list = append(list, []any{string(key.measure), key.month, key.person, months[key].Amount, months[key].Facts})
	}
	if err := tx.addUpRows(ctx, "metric_month", []string{"measure", "month", "person_id"}, []string{"amount", "facts"}, list); err != nil {
		return err
	}
	if err := tx.addUpRows(ctx, "metric_day", []string{"measure", "person_id", "day"}, []string{"amount", "facts"}, days); err != nil {
		return err
	}
	return tx.markSums(ctx, marks)
}

// DropMetricSums implements metric.Tx: everything is to be counted again.
func (tx *Tx) DropMetricSums(ctx context.Context) error {
	for _, statement := range []string{"DELETE FROM metric_month", "DELETE FROM metric_day", "DELETE FROM metric_touched", "DELETE FROM metric_part", "DELETE FROM metric_changed",
		"UPDATE metric_progress SET from_batch = 0, to_batch = 0 WHERE id = 1",
		"INSERT INTO metric_changed (kind, record_id) SELECT 'lead', id FROM lead ORDER BY id",
		"INSERT INTO metric_changed (kind, record_id) SELECT 'opportunity', id FROM opportunity ORDER BY id",
		"INSERT INTO metric_changed (kind, record_id) SELECT 'contract', id FROM contract ORDER BY id",
		"INSERT INTO metric_changed (kind, record_id) SELECT 'follow_up', id FROM (SELECT id FROM follow_up UNION SELECT id FROM lead_follow_up) z ORDER BY id",
		// Those that have deals are noted along with these.
		"INSERT INTO metric_changed (kind, record_id) SELECT DISTINCT 'customer', c.id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM deal d WHERE d.customer_id = c.id)"} {
		if _, err := tx.exec(ctx, statement); err != nil {
			return err
		}
	}
	return tx.markAll(ctx, "kind NOT IN ('"+markCompliance+"', '"+markRecording+"', '"+markLook+"')")
}

// MetricSums implements metric.Reader: whole months from the sums of months, what remains at the ends from those of days.
func (tx *Tx) MetricSums(ctx context.Context, q metric.SumsQuery) ([]metric.PersonSum, error) {
	if q.Persons == nil || len(q.Persons) > fewPeople {
		return tx.heldSums(ctx, q)
	}
	sums := map[metric.PersonSum]metric.Sum{}
	read := func(table, condition string, measures []metric.MeasureID, args ...any) error {
		if len(measures) == 0 {
			return nil
		}
		c := &filters{args: args}
		names := make([]string, len(measures))
		for i, m := range measures {
			names[i] = c.parameter(string(m))
		}
		person, group := "person_id", "measure, person_id"
		if q.Together {
			person, group = "CAST(-1 AS BIGINT)", "measure"
		}
		text := "SELECT measure, " + person + ", CAST(SUM(amount) AS BIGINT), CAST(SUM(facts) AS BIGINT) FROM " + table + " WHERE measure IN (" + strings.Join(names, ", ") + ") AND " + condition
		text += " AND person_id IN (" + listed(q.Persons) + ")"
		return each(ctx, tx, func(r rows) error {
			var row metric.PersonSum
			if err := r.Scan(&row.Measure, &row.PersonID, &row.Amount, &row.Facts); err != nil {
				return err
			}
			key := metric.PersonSum{Measure: row.Measure, PersonID: row.PersonID}
			was := sums[key]
			sums[key] = metric.Sum{Amount: was.Amount + row.Amount, Facts: was.Facts + row.Facts}
			return nil
		}, text+" GROUP BY "+group, c.args...)
	}
	if err := tx.readSums(q, read); err != nil {
		return nil, err
	}
	list := make([]metric.PersonSum, 0, len(sums))
	for key, s := range sums {
		list = append(list, metric.PersonSum{Measure: key.Measure, PersonID: key.PersonID, Sum: s})
	}
	slices.SortFunc(list, func(a, b metric.PersonSum) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.PersonID, b.PersonID))
	})
	return list, nil
}

// readSums asks for the months and the days of a run of days.
func (tx *Tx) readSums(q metric.SumsQuery, read func(table, condition string, measures []metric.MeasureID, args ...any) error) error {
	if q.From == calendar.NoDate && q.To == calendar.NoDate {
		return read("metric_month", "month = $1", q.Measures, "")
	}
	targets := slices.DeleteFunc(slices.Clone(q.Measures), func(m metric.MeasureID) bool { return !strings.HasPrefix(string(m), "target_") })
	flows := slices.DeleteFunc(slices.Clone(q.Measures), func(m metric.MeasureID) bool { return strings.HasPrefix(string(m), "target_") })
	first, last := "0000-00", q.To.Month()
	if q.From != calendar.NoDate {
		first = q.From.Month().String()
	}
	if err := read("metric_month", "month >= $1 AND month <= $2", targets, first, last.String()); err != nil {
		return err
	}
	if q.To != last.Last() {
		last--
	}
	begin := q.From.Month()
	if q.From != calendar.NoDate && q.From != begin.First() {
		begin++
	}
	if q.From != calendar.NoDate {
		first = begin.String()
	}
	if q.From != calendar.NoDate && begin > last { // no whole month
		return read("metric_day", "day >= $1 AND day <= $2", flows, q.From.String(), q.To.String())
	}
	if err := read("metric_month", "month >= $1 AND month <= $2", flows, first, last.String()); err != nil {
		return err
	}
	if q.From != calendar.NoDate && q.From != begin.First() {
		if err := read("metric_day", "day >= $1 AND day < $2", flows, q.From.String(), begin.First().String()); err != nil {
			return err
		}
	}
	if q.To != last.Last() {
		return read("metric_day", "day > $1 AND day <= $2", flows, last.Last().String(), q.To.String())
	}
	return nil
}

// lookMeasures are what a look at all customers finds.
var lookMeasures = []metric.MeasureID{metric.Customers, metric.CustomersKept, metric.Revenue, metric.RevenueHeld, metric.RevenueNow, metric.Buyers, metric.BuyersAgain}

// LookSums implements metric.Reader.
func (tx *Tx) LookSums(ctx context.Context, day calendar.Date, persons []int64, together bool) (of calendar.Date, list []metric.PersonSum, err error) {
	if of = day; day == calendar.NoDate {
		if of, err = tx.KeepingDay(ctx); err != nil || of == calendar.NoDate {
			return of, nil, err
		}
	}
	marks, err := tx.sumMarks(ctx)
	if err != nil {
		return of, nil, err
	}
	u, err := tx.unit(ctx, unitKey{kind: markLook, from: of.String()}, marks[markLook].of(""), func(ctx context.Context) (*sumUnit, error) {
		u := emptyUnit(lookMeasures...)
		return u, each(ctx, tx, func(r rows) error {
			var owner int64
			var n [7]int64
			if err := r.Scan(&owner, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]); err != nil {
				return err
			}
			u.persons = append(u.persons, owner)
			for i, amount := range n {
				facts := n[0]
				if i > 4 {
					facts = n[5]
				}
				u.sums = append(u.sums, metric.Sum{Amount: amount, Facts: facts})
			}
			return nil
		}, `SELECT owner_id, CAST(SUM(base) AS BIGINT), CAST(SUM(kept) AS BIGINT), CAST(SUM(base_minor) AS BIGINT), CAST(SUM(held_minor) AS BIGINT), CAST(SUM(now_minor) AS BIGINT), CAST(SUM(buyers) AS BIGINT), CAST(SUM(again) AS BIGINT)
			FROM keeping_tally WHERE day = $1 GROUP BY owner_id ORDER BY owner_id`, of.String())
	})
	if err != nil || len(u.persons) == 0 {
		return calendar.NoDate, nil, err
	}
	return of, u.list(nil, lookMeasures, persons, together), nil
}

// MetricNewest implements metric.Reader.
func (tx *Tx) MetricNewest(ctx context.Context) (map[metric.Source]time.Time, error) {
	p, err := tx.MetricProgress(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[metric.Source]time.Time{}
	read := func(source metric.Source, text string, args ...any) error {
		return each(ctx, tx, func(r rows) error {
			var at time.Time
			if err := r.Scan(scanTime(&at)); err != nil {
				return err
			}
			if at.After(newest[source]) {
				newest[source] = at
			}
			return nil
		}, text, args...)
	}
	for source, tables := range map[metric.Source][]string{metric.SourceDeals: {"deal", "deal_detail"}, metric.SourcePayments: {"payment"}, metric.SourceInvoices: {"invoice"},
		metric.SourceQuotas: {"quota"}, metric.SourceOrganisation: {"person", "assignment"}, metric.SourceCustomers: {"customer"}} {
		for _, table := range tables {
			upTo := int64(p.From)
			if source == metric.SourceOrganisation || source == metric.SourceCustomers {
				upTo = int64(fact.Open)
			}
			if err := read(source, "SELECT recorded_at FROM batch WHERE id = (SELECT MAX(recorded_in) FROM "+table+" WHERE recorded_in <= $1)", upTo); err != nil {
				return nil, err
			}
		}
	}
	for source, text := range map[metric.Source]string{
		metric.SourceLeads:         "SELECT recorded_at FROM lead_event ORDER BY id DESC LIMIT 1",
		metric.SourceFollowUps:     "SELECT COALESCE(MAX(recorded_at), '') FROM follow_up UNION ALL SELECT COALESCE(MAX(recorded_at), '') FROM lead_follow_up",
		metric.SourceOpportunities: "SELECT recorded_at FROM process_event ORDER BY seq DESC LIMIT 1",
		metric.SourceProcess:       "SELECT recorded_at FROM process_event WHERE seq <= (SELECT MAX(seq) FROM judge_progress) ORDER BY seq DESC LIMIT 1",
		metric.SourceContracts:     "SELECT created_at FROM contract ORDER BY id DESC LIMIT 1",
		metric.SourcePay:           "SELECT COALESCE(MAX(finished_at), '') FROM run",
		metric.SourceDecisions:     "SELECT COALESCE(MAX(created_at), '') FROM decision",
		metric.SourceTiers:         "SELECT finished_at FROM tier_review WHERE state = 'complete' ORDER BY id DESC LIMIT 1",
	} {
		if err := read(source, text); err != nil {
			return nil, err
		}
	}
	day, err := tx.KeepingDay(ctx)
	if err == nil && day != calendar.NoDate {
		year, month, of := day.Civil()
		newest[metric.SourceRetention] = time.Date(year, month, of, 0, 0, 0, 0, tx.db.now().Location())
	}
	return newest, err
}
