package crashtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
)

// look is what one snapshot of the database shows, read without the services.
type look struct {
	batches     map[int64]batchRow
	recorded    map[int64]int64 // rows by batch, over all tables of facts
	currentKeys map[string]int64
	periods     map[string]period.Period
	runs        map[string]payout.Run
	statements  map[string][3]int64 // count, highest position + 1, total, by run
	lines       map[string]int64    // total by run
	seals       map[string]string   // hash by month
	payFiles    map[string]int64
	ledger      map[string]int64 // total by month
	ledgerCount int64
	added       map[string]int64 // what runs took up from outside their months
	posted      int64            // deltas that retros posted
	wrong       []string         // of those, what does not go on from what was paid
	audits      map[string]int64 // entries by month
	jobs        int64
	resumed     int64
	verified    period.Verification
}

type batchRow struct {
	document string
	rows     int64
}

// look reads everything in one snapshot, and lets the product verify itself.
func (b *bench) look(t *testing.T) *look {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{URL: b.url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	l := &look{
		batches: map[int64]batchRow{}, recorded: map[int64]int64{}, currentKeys: map[string]int64{}, periods: map[string]period.Period{},
		runs: map[string]payout.Run{}, statements: map[string][3]int64{}, lines: map[string]int64{}, seals: map[string]string{},
		payFiles: map[string]int64{}, ledger: map[string]int64{}, audits: map[string]int64{}, added: map[string]int64{},
	}
	if err := db.Read(ctx, func(tx *store.Tx) error {
		for _, q := range l.queries() {
			if err := monthtest.Query(ctx, tx, q.row, q.text); err != nil {
				return err
			}
		}
		return l.months(t, tx)
	}); err != nil {
		t.Fatal(err)
	}
	h := monthtest.NewHouse(db, time.Now)
	if l.verified, err = h.Periods.Verify(ctx, monthtest.Auditor); err != nil {
		t.Fatal(err)
	}
	if report, err := h.Audit.Verify(ctx); err != nil || !report.Sound() {
		t.Errorf("audit log: %+v, %v", report, err)
	}
	return l
}

type query struct {
	text string
	row  func(scan func(...any) error) error
}

// sums is a query for a number by key.
func sums[K comparable](m map[K]int64, text string) query {
	return query{text, func(scan func(...any) error) error {
		var k K
		var n int64
		err := scan(&k, &n)
		m[k] += n
		return err
	}}
}

func (l *look) queries() []query {
	all := []query{
		{"SELECT id, document, row_count FROM batch", func(scan func(...any) error) error {
			var id int64
			var row batchRow
			err := scan(&id, &row.document, &row.rows)
			l.batches[id] = row
			return err
		}},
		{"SELECT run_id, COUNT(*), MAX(position) + 1, CAST(SUM(total_minor) AS BIGINT) FROM statement GROUP BY run_id", func(scan func(...any) error) error {
			var run string
			var n [3]int64
			err := scan(&run, &n[0], &n[1], &n[2])
			l.statements[run] = n
			return err
		}},
		{"SELECT month, hash FROM seal", func(scan func(...any) error) error {
			var month, hash string
			err := scan(&month, &hash)
			l.seals[month] = hash
			return err
		}},
		{"SELECT COUNT(*), COALESCE(SUM(CASE WHEN attempts > 1 THEN 1 ELSE 0 END), 0) FROM job WHERE kind = 'period.calculate'", func(scan func(...any) error) error {
			return scan(&l.jobs, &l.resumed)
		}},
		{"SELECT COUNT(*) FROM ledger_entry", func(scan func(...any) error) error { return scan(&l.ledgerCount) }},
		sums(l.added, "SELECT run_id, CAST(SUM(amount_minor) AS BIGINT) FROM run_addition GROUP BY run_id"),
		l.deltas(),
		sums(l.lines, "SELECT run_id, CAST(SUM(amount_minor) AS BIGINT) FROM payout_line GROUP BY run_id"),
		sums(l.payFiles, "SELECT month, COUNT(*) FROM pay_file GROUP BY month"),
		sums(l.ledger, "SELECT month, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entry GROUP BY month"),
		sums(l.audits, "SELECT subject, COUNT(*) FROM audit_entry WHERE subject LIKE 'period:%' GROUP BY subject"),
		sums(l.currentKeys, "SELECT key, COUNT(*) FROM payment WHERE superseded_in = 9223372036854775807 GROUP BY key"),
	}
	for _, table := range []string{"region", "team", "person", "assignment", "team_leader", "customer", "product", "deal", "deal_share", "payment", "quota"} {
		all = append(all, sums(l.recorded, "SELECT recorded_in, COUNT(*) FROM "+table+" GROUP BY recorded_in"))
	}
	return all
}

// deltas follows the posted differences of each line: every one goes on from what was paid when it was posted, so nothing is paid twice.
func (l *look) deltas() query {
	paid := map[string]int64{}
	return query{`SELECT d.month || '/' || CAST(d.person_id AS TEXT) || '/' || d.plan_id || '/' || d.component, d.was_minor, d.now_minor, COALESCE(
			(SELECT x.amount_minor FROM payout_line x JOIN period p ON p.current_run = x.run_id WHERE p.month = d.month AND x.person_id = d.person_id AND x.plan_id = d.plan_id
				AND x.component = d.component), 0)
		FROM retro r JOIN retro_delta d ON d.retro_id = r.id WHERE r.state = 'posted' ORDER BY r.posted_at, r.id`, func(scan func(...any) error) error {
		var line string
		var was, now, closed int64
		if err := scan(&line, &was, &now, &closed); err != nil {
			return err
		}
		before, known := paid[line]
		if !known {
			before = closed
		}
		if before != was {
			l.wrong = append(l.wrong, fmt.Sprintf("%s: %d was paid, and the difference says %d", line, before, was))
		}
		paid[line] = now
		l.posted++
		return nil
	}}
}

// months reads periods and runs as the store does.
func (l *look) months(t *testing.T, tx *store.Tx) error {
	periods, err := tx.Periods(t.Context())
	if err != nil {
		return err
	}
	for _, p := range periods {
		l.periods[p.Month.String()] = p
		runs, err := tx.Runs(t.Context(), p.Month)
		if err != nil {
			return err
		}
		for _, r := range runs {
			l.runs[r.ID] = r
		}
	}
	return nil
}

// compare holds what is there against what was said, and against itself.
func (l *look) compare(t *testing.T, s *said) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	l.compareBatches(t, s)
	l.compareMonths(t, s)
	l.compareRuns(t)
	for _, line := range l.wrong {
		t.Error(line)
	}
	if l.verified.Broken != nil {
		t.Errorf("verification: %+v", l.verified.Broken)
	}
	if t.Failed() {
		t.Log("the last that was said:\n" + strings.Join(s.last, "\n"))
	}
}

// compareBatches wants every batch that was reported, once, and each with all of its rows.
func (l *look) compareBatches(t *testing.T, s *said) {
	t.Helper()
	for id, document := range s.batches {
		if got := l.batches[id].document; got != document {
			t.Errorf("batch %d was reported as %q and is %q", id, document, got)
		}
	}
	documents := map[string]int64{}
	for id, row := range l.batches {
		if other, twice := documents[row.document]; twice {
			t.Errorf("batches %d and %d are the same: %s", other, id, row.document)
		}
		documents[row.document] = id
		if row.rows != l.recorded[id] || id > int64(len(l.batches)) {
			t.Errorf("batch %d of %d says it has %d rows and has %d", id, len(l.batches), row.rows, l.recorded[id])
		}
		if _, rows, ok := strings.Cut(row.document, " rows "); ok && rows != fmt.Sprint(row.rows) {
			t.Errorf("batch %d has %d rows of %s", id, row.rows, row.document)
		}
		delete(l.recorded, id)
	}
	for id, rows := range l.recorded {
		t.Errorf("%d rows of batch %d, which does not exist", rows, id)
	}
	for key, n := range l.currentKeys {
		if n != 1 {
			t.Errorf("payment %s is there %d times", key, n)
		}
	}
}

// compareMonths wants every step that was reported, each in the audit log once, and closed months whole.
func (l *look) compareMonths(t *testing.T, s *said) {
	t.Helper()
	for month, at := range s.months {
		p := l.periods[month]
		if p.Revision < at.revision {
			t.Errorf("%s was reported at revision %d (%s) and is at %d (%s)", month, at.revision, at.state, p.Revision, p.State)
		}
		if runs := strings.Join([]string{p.CurrentRun, p.RunningRun, p.SealHash}, "/"); p.Revision == at.revision && (string(p.State) != at.state || runs != at.runs) {
			t.Errorf("%s was reported as %+v and is %+v", month, at, p)
		}
	}
	for month, p := range l.periods {
		if n := l.audits["period:"+month]; n != p.Revision {
			t.Errorf("%s has %d revisions and %d entries in the audit log", month, p.Revision, n)
		}
		if (p.State == period.StateCalculating) != (p.RunningRun != "") {
			t.Errorf("%s: %+v", month, p)
		}
		run, closed := l.runs[p.CurrentRun], p.State == period.StateClosed
		switch {
		case closed && (l.seals[month] != p.SealHash || l.payFiles[month] != 2 || l.ledger[month] != run.TotalMinor+l.added[p.CurrentRun]):
			t.Errorf("%s is closed with seal %s, %d pay files, %d of %d posted", month, l.seals[month], l.payFiles[month], l.ledger[month], run.TotalMinor+l.added[p.CurrentRun])
		case !closed && (l.seals[month] != "" || l.payFiles[month] != 0 || l.ledger[month] != 0):
			t.Errorf("%s is %s and has seal %q, %d pay files, %d posted", month, p.State, l.seals[month], l.payFiles[month], l.ledger[month])
		}
	}
	if l.verified.Seals < len(l.seals) || l.verified.Entries < l.ledgerCount {
		t.Errorf("verified %+v of %d seals and %d entries", l.verified, len(l.seals), l.ledgerCount)
	}
}

// compareRuns wants complete runs whole, and of others as many statements as they say.
func (l *look) compareRuns(t *testing.T) {
	t.Helper()
	if l.jobs != int64(len(l.runs)) {
		t.Errorf("%d jobs for %d runs", l.jobs, len(l.runs))
	}
	for id, r := range l.runs {
		stored := l.statements[id]
		if stored[0] != r.Statements || stored[1] != r.Statements || stored[2] != l.lines[id] {
			t.Errorf("run %+v has statements %v and lines of %d", r, stored, l.lines[id])
		}
		p := l.periods[r.Month.String()]
		switch {
		case r.State == payout.RunComplete && (r.Statements != r.Payees || r.TotalMinor != stored[2] || r.Digest == "" || r.Payees == 0):
			t.Errorf("complete run %+v, %v", r, stored)
		case r.State == payout.RunRunning && p.RunningRun != id:
			t.Errorf("run %s runs, and %+v does not know it", id, p)
		case r.State == payout.RunCancelled, r.State == payout.RunFailed && r.Failure.Key != "job.node_died": // that job was killed too often
			t.Errorf("nobody cancelled, and yet %+v", r)
		}
	}
	for month, p := range l.periods {
		if p.CurrentRun != "" && l.runs[p.CurrentRun].State != payout.RunComplete || p.RunningRun != "" && l.runs[p.RunningRun].State != payout.RunRunning {
			t.Errorf("%s: %+v with runs %+v and %+v", month, p, l.runs[p.CurrentRun], l.runs[p.RunningRun])
		}
	}
}

// recompute computes every complete run anew from its pinned facts: whatever interrupted it, it came out as in one go.
func (l *look) recompute(t *testing.T, url string) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, run := range l.runs {
		if run.State != payout.RunComplete {
			continue
		}
		digest := payout.NewDigest(run.Salt)
		err := db.Read(ctx, func(tx *store.Tx) error {
			rules, err := planbook.ForVersions(ctx, tx, run.Month, run.Plans)
			if err != nil {
				return err
			}
			loaded, err := tx.LoadFacts(ctx, run.Month, run.Recorded, money.CNY)
			if err != nil {
				return err
			}
			result, err := engine.Run(engine.Input{Period: run.Month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts})
			if err != nil {
				return err
			}
			b := payout.Builder{Loaded: loaded, Result: result, Plans: rules.Plans}
			for _, v := range rules.PlanVersions {
				b.PlanIDs, b.Version = append(b.PlanIDs, v.DocumentID), append(b.Version, v.ID)
			}
			for _, g := range payout.Groups(result.Payouts) {
				built, err := b.Build(g)
				if err != nil {
					return err
				}
				digest.Add(built.Row)
			}
			additions, err := tx.RunAdditions(ctx, run.ID)
			if err != nil {
				return err
			}
			blanks, err := b.Blanks(payout.Groups(result.Payouts), additions)
			if err != nil {
				return err
			}
			for _, blank := range blanks {
				digest.Add(blank.Row)
			}
			for _, a := range additions {
				if err := digest.AddAddition(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || digest.Sum() != run.Digest {
			t.Errorf("run %s of %s: computed anew it is %s, %v", run.ID, run.Month, digest.Sum(), err)
		}
	}
}
