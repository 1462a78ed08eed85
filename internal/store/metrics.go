package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// Metrics returns the store of package metric.
func (db *DB) Metrics() metric.Store { return metricStore{db} }

type metricStore struct{ db *DB }

// InTx implements metric.Store.
func (s metricStore) InTx(ctx context.Context, fn func(metric.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements metric.Store.
func (s metricStore) Read(ctx context.Context, fn func(metric.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// MetricProgress implements metric.Reader.
func (tx *Tx) MetricProgress(ctx context.Context) (metric.Progress, error) {
	return one(ctx, tx, "error.not_found", func(r rows, p *metric.Progress) error { return r.Scan(&p.From, &p.To) }, "SELECT from_batch, to_batch FROM metric_progress WHERE id = 1")
}

// SaveMetricProgress implements metric.Follower.
func (tx *Tx) SaveMetricProgress(ctx context.Context, p metric.Progress) error {
	_, err := tx.exec(ctx, "UPDATE metric_progress SET from_batch = $1, to_batch = $2 WHERE id = 1", int64(p.From), int64(p.To))
	return err
}

// dealFactTables are those whose rows belong to a deal.
var dealFactTables = []struct{ table, deal string }{{"deal", "id"}, {"deal_detail", "deal_id"}, {"deal_share", "deal_id"}, {"payment", "deal_id"}, {"invoice", "deal_id"}}

// TouchMetricDeals implements metric.Follower. From the beginning it is all deals.
func (tx *Tx) TouchMetricDeals(ctx context.Context, from, to fact.BatchID) error {
	if from == 0 {
		if _, err := tx.exec(ctx, "INSERT INTO metric_touched (deal_id) SELECT DISTINCT id FROM deal WHERE recorded_in <= $1", int64(to)); err != nil {
			return err
		}
		_, err := tx.exec(ctx, noteCustomers+"d.recorded_in <= $1", int64(to))
		return err
	}
	if _, err := tx.exec(ctx, "INSERT INTO metric_touched (deal_id) "+touchedDeals, int64(from), int64(to)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, noteCustomers+"d.id IN ("+sharedDeals+")", int64(from), int64(to))
	return err
}

// noteCustomers notes those whose deals, as they are or were, meet the condition that follows it.
var noteCustomers = "INSERT INTO metric_changed (kind, record_id) SELECT DISTINCT 'customer', " + livesAs("d.customer_id") + " FROM deal d WHERE "

// touchedDeals asks for deals whose facts were recorded or superseded behind one batch and up to another; sharedDeals for those of which not only money was.
var touchedDeals, sharedDeals = touchedIn("deal", "deal_detail", "deal_share", "payment", "invoice"), touchedIn("deal", "deal_share")

func touchedIn(tables ...string) string {
	var parts []string
	for _, t := range dealFactTables {
		if !slices.Contains(tables, t.table) {
			continue
		}
		parts = append(parts, "SELECT "+t.deal+" AS id FROM "+t.table+" WHERE recorded_in > $1 AND recorded_in <= $2",
			"SELECT "+t.deal+" FROM "+t.table+" WHERE superseded_in > $1 AND superseded_in <= $2 AND superseded_in < "+openBatch)
	}
	return "SELECT DISTINCT id FROM (" + strings.Join(parts, " UNION ALL ") + ") z"
}

// DealsTouched implements metric.Reader.
func (tx *Tx) DealsTouched(ctx context.Context, from, to fact.BatchID, limit int) ([]int64, error) {
	return collect(ctx, tx, scanID, touchedDeals+" LIMIT "+strconv.Itoa(limit), int64(from), int64(to))
}

// TouchedDeals implements metric.Reader.
func (tx *Tx) TouchedDeals(ctx context.Context, limit int) ([]int64, error) {
	return collect(ctx, tx, scanID, "SELECT deal_id FROM metric_touched ORDER BY deal_id LIMIT "+strconv.Itoa(limit))
}

// TouchedDealsOf implements metric.Reader.
func (tx *Tx) TouchedDealsOf(ctx context.Context, seller int64, limit int) (ids []int64, next int64, err error) {
	rows, err := collect(ctx, tx, func(r rows, row *[2]int64) error { return r.Scan(&row[0], &row[1]) },
		"SELECT s.person_id, s.deal_id FROM deal_share s WHERE s.person_id >= $1 AND s.superseded_in = "+openBatch+
			" AND EXISTS (SELECT 1 FROM metric_touched t WHERE t.deal_id = s.deal_id) ORDER BY s.person_id LIMIT "+strconv.Itoa(limit), seller)
	for _, row := range rows {
		ids = append(ids, row[1])
	}
	if len(rows) == limit {
		next = rows[limit-1][0]
	}
	slices.Sort(ids)
	return slices.Compact(ids), next, err
}

// DropTouched implements metric.Follower.
func (tx *Tx) DropTouched(ctx context.Context, ids []int64) (dropped int64, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	if dropped, err = tx.exec(ctx, "DELETE FROM metric_touched WHERE deal_id IN ("+listed(ids)+")"); err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, "INSERT INTO metric_changed (kind, record_id) SELECT 'contract', c.id FROM deal d JOIN contract c ON c.number = d.key WHERE d.superseded_in = "+openBatch+
		" AND d.id IN ("+listed(ids)+") ORDER BY c.id")
	return dropped, err
}

// QuotaDelta implements metric.Follower.
func (tx *Tx) QuotaDelta(ctx context.Context, from, to fact.BatchID) (metric.Delta, error) {
	return tx.quotas(ctx, `SELECT person_id, month, quantity, CASE WHEN recorded_in > $1 THEN amount_minor ELSE -amount_minor END, CASE WHEN recorded_in > $1 THEN 1 ELSE -1 END FROM quota
		WHERE (recorded_in > $1 AND recorded_in <= $2 AND superseded_in > $2) OR (recorded_in <= $1 AND superseded_in > $1 AND superseded_in <= $2 AND superseded_in < `+openBatch+")", int64(from), int64(to))
}

// QuotasAt implements metric.Reader.
func (tx *Tx) QuotasAt(ctx context.Context, from, to calendar.Month, at fact.BatchID) (metric.Delta, error) {
	return tx.quotas(ctx, "SELECT person_id, month, quantity, amount_minor, 1 FROM quota WHERE month >= $2 AND month <= $3 AND recorded_in <= $1 AND superseded_in > $1", int64(at), from.String(), to.String())
}

func (tx *Tx) quotas(ctx context.Context, text string, args ...any) (metric.Delta, error) {
	d := metric.Delta{}
	return d, each(ctx, tx, func(r rows) error {
		var person, amount, sign int64
		var month calendar.Month
		var quantity string
		if err := r.Scan(&person, scanMonth(&month), &quantity, &amount, &sign); err != nil {
			return err
		}
		measure, known := metric.TargetOf(quantity)
		if !known || amount == 0 {
			return nil
		}
		for _, who := range []int64{person, metric.Everybody} {
			d.Plus(metric.Delta{{Measure: measure, Day: month.First(), PersonID: who}: {Amount: amount, Facts: sign}}, 1)
		}
		return nil
	}, text, args...)
}

// DealFacts implements metric.Follower.
func (tx *Tx) DealFacts(ctx context.Context, ids []int64, at fact.BatchID) ([]metric.DealFacts, error) {
	return tx.dealFacts(ctx, "id IN ("+listed(ids)+")", "deal_id IN ("+listed(ids)+")", at)
}

// DealFactsOn implements metric.Reader.
func (tx *Tx) DealFactsOn(ctx context.Context, from, to calendar.Date, at fact.BatchID, after int64, limit int) ([]metric.DealFacts, error) {
	first := ""
	if from != calendar.NoDate {
		first = from.String()
	}
	const held = " AND recorded_in <= $4 AND superseded_in > $4"
	ids, err := collect(ctx, tx, scanID, `SELECT DISTINCT id FROM (SELECT id FROM deal WHERE signed_on >= $1 AND signed_on <= $2 AND id > $3`+held+`
		UNION ALL SELECT deal_id FROM deal_detail WHERE cancelled_on >= $1 AND cancelled_on <= $2 AND deal_id > $3`+held+`
		UNION ALL SELECT deal_id FROM payment WHERE paid_on >= $1 AND paid_on <= $2 AND deal_id > $3`+held+`
		UNION ALL SELECT deal_id FROM invoice WHERE invoiced_on >= $1 AND invoiced_on <= $2 AND deal_id > $3`+held+") z ORDER BY id LIMIT "+strconv.Itoa(limit),
		first, to.String(), after, int64(at))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return tx.DealFacts(ctx, ids, at)
}

// dealFacts reads deals with what belongs to them, by id.
func (tx *Tx) dealFacts(ctx context.Context, ofDeals, ofRows string, at fact.BatchID) ([]metric.DealFacts, error) {
	const held = " AND recorded_in <= $1 AND superseded_in > $1"
	list, err := collect(ctx, tx, func(r rows, f *metric.DealFacts) error {
		f.CancelledOn = calendar.Forever
		return r.Scan(&f.ID, scanDate(&f.SignedOn), &f.AmountMinor, &f.Currency)
	}, "SELECT id, signed_on, amount_minor, currency FROM deal WHERE "+ofDeals+held+" ORDER BY id", int64(at))
	if err != nil {
		return nil, err
	}
	places := make(map[int64]int, len(list))
	for i := range list {
		places[list[i].ID] = i
	}
	attach := func(text string, scan func(r rows) (int64, func(*metric.DealFacts), error)) error {
		return each(ctx, tx, func(r rows) error {
			id, put, err := scan(r)
			if i, known := places[id]; known && err == nil {
				put(&list[i])
			}
			return err
		}, text, int64(at))
	}
	if err := attach("SELECT deal_id, cancelled_on FROM deal_detail WHERE "+ofRows+held, func(r rows) (id int64, put func(*metric.DealFacts), err error) {
		var day calendar.Date
		err = r.Scan(&id, scanDate(&day))
		return id, func(f *metric.DealFacts) { f.CancelledOn = day }, err
	}); err != nil {
		return nil, err
	}
	if err := attach("SELECT deal_id, person_id, basis_points FROM deal_share WHERE "+ofRows+held+" ORDER BY deal_id, position", func(r rows) (id int64, put func(*metric.DealFacts), err error) {
		var s metric.Share
		err = r.Scan(&id, &s.PersonID, &s.BasisPoints)
		return id, func(f *metric.DealFacts) { f.Shares = append(f.Shares, s) }, err
	}); err != nil {
		return nil, err
	}
	scanMoney := func(to func(*metric.DealFacts) *[]metric.Money) func(r rows) (int64, func(*metric.DealFacts), error) {
		return func(r rows) (id int64, put func(*metric.DealFacts), err error) {
			var m metric.Money
			err = r.Scan(&id, scanDate(&m.On), &m.AmountMinor, &m.Currency)
			return id, func(f *metric.DealFacts) { *to(f) = append(*to(f), m) }, err
		}
	}
	if err := attach("SELECT deal_id, paid_on, amount_minor, currency FROM payment WHERE "+ofRows+held+" ORDER BY deal_id, paid_on, key", scanMoney(func(f *metric.DealFacts) *[]metric.Money { return &f.Payments })); err != nil {
		return nil, err
	}
	return list, attach("SELECT deal_id, invoiced_on, amount_minor, currency FROM invoice WHERE "+ofRows+held+" ORDER BY deal_id, invoiced_on, key", scanMoney(func(f *metric.DealFacts) *[]metric.Money { return &f.Invoices }))
}

// ChangedRecords implements metric.Reader.
func (tx *Tx) ChangedRecords(ctx context.Context, limit int) ([]metric.Record, error) {
	return collect(ctx, tx, func(r rows, c *metric.Record) error { return r.Scan(&c.Seq, &c.Kind, &c.ID) }, "SELECT seq, kind, record_id FROM metric_changed ORDER BY seq LIMIT "+strconv.Itoa(limit))
}

// DropChanged implements metric.Follower.
func (tx *Tx) DropChanged(ctx context.Context, seqs []int64) error {
	_, err := tx.exec(ctx, "DELETE FROM metric_changed WHERE seq IN ("+listed(seqs)+")")
	return err
}

// LeadFacts implements metric.Follower. What becomes of a lead is an opportunity, on the day on which that was entered.
func (tx *Tx) LeadFacts(ctx context.Context, ids []int64) ([]metric.LeadFacts, error) {
	return collect(ctx, tx, func(r rows, f *metric.LeadFacts) error {
		var entered, converted time.Time
		if err := r.Scan(&f.ID, &f.OwnerID, scanTime(&entered), scanTime(&converted)); err != nil {
			return err
		}
		f.EnteredOn, f.ConvertedOn = tx.dayOf(entered), tx.dayOf(converted)
		return nil
	}, "SELECT l.id, l.owner_id, l.created_at, COALESCE(o.created_at, '') FROM lead l LEFT JOIN opportunity o ON o.id = l.opportunity_id AND l.opportunity_id <> 0 AND l.status = 'converted' WHERE l.id IN ("+listed(ids)+") ORDER BY l.id")
}

// OpportunityFacts implements metric.Follower.
func (tx *Tx) OpportunityFacts(ctx context.Context, ids []int64) ([]metric.OpportunityFacts, error) {
	return collect(ctx, tx, func(r rows, f *metric.OpportunityFacts) error {
		return r.Scan(&f.ID, &f.OwnerID, &f.State, scanDate(&f.EndedOn), &f.AmountMinor, &f.Currency)
	}, "SELECT id, owner_id, state, ended_on, amount_minor, currency FROM opportunity WHERE id IN ("+listed(ids)+") ORDER BY id")
}

// PlanFacts implements metric.Follower: contracts that were signed and not ended before their time, with a payment plan.
func (tx *Tx) PlanFacts(ctx context.Context, ids []int64) ([]metric.PlanFacts, error) {
	list, err := collect(ctx, tx, func(r rows, f *metric.PlanFacts) error { return r.Scan(&f.ID, &f.OwnerID, scanDate(&f.SignedOn)) },
		"SELECT id, owner_id, signed_on FROM contract WHERE state IN ('signed', 'expired') AND signed_on <> '' AND plan_revision > 0 AND id IN ("+listed(ids)+") ORDER BY id")
	if err != nil {
		return nil, err
	}
	places := map[int64]int{}
	for i := range list {
		places[list[i].ID] = i
	}
	if err := each(ctx, tx, func(r rows) error {
		var id int64
		var i metric.Instalment
		if err := r.Scan(&id, scanDate(&i.DueOn), &i.AmountMinor, &i.UntilMinor, &i.Currency); err != nil {
			return err
		}
		if at, known := places[id]; known {
			list[at].Plan = append(list[at].Plan, i)
		}
		return nil
	}, "SELECT contract_id, due_on, amount_minor, until_minor, currency FROM instalment WHERE contract_id IN ("+listed(ids)+") ORDER BY contract_id, number"); err != nil {
		return nil, err
	}
	return list, each(ctx, tx, func(r rows) error {
		var id int64
		var m metric.Money
		if err := r.Scan(&id, scanDate(&m.On), &m.AmountMinor, &m.Currency); err != nil {
			return err
		}
		if at, known := places[id]; known {
			list[at].Payments = append(list[at].Payments, m)
		}
		return nil
	}, `SELECT c.id, y.paid_on, y.amount_minor, y.currency FROM contract c JOIN deal d ON d.key = c.number AND d.superseded_in = `+openBatch+`
		JOIN payment y ON y.deal_id = d.id AND y.superseded_in = `+openBatch+" WHERE c.id IN ("+listed(ids)+") ORDER BY c.id, y.paid_on, y.key")
}

// partLine is a place of the sums in the text of a part.
type partLine struct {
	Measure metric.MeasureID `json:"m"`
	Day     string           `json:"d,omitempty"`
	Person  int64            `json:"p"`
	Amount  int64            `json:"a"`
	Facts   int64            `json:"n"`
}

// MetricParts implements metric.Follower.
func (tx *Tx) MetricParts(ctx context.Context, kind metric.RecordKind, ids []int64) (map[int64]metric.Delta, error) {
	parts := map[int64]metric.Delta{}
	return parts, each(ctx, tx, func(r rows) error {
		var id int64
		var body string
		if err := r.Scan(&id, &body); err != nil {
			return err
		}
		var lines []partLine
		if err := json.Unmarshal([]byte(body), &lines); err != nil {
			return err
		}
		d := metric.Delta{}
		for _, l := range lines {
			day := calendar.NoDate
			if l.Day != "" {
				var err error
				if day, err = calendar.ParseDate(l.Day); err != nil {
					return err
				}
			}
			d[metric.Cell{Measure: l.Measure, Day: day, PersonID: l.Person}] = metric.Sum{Amount: l.Amount, Facts: l.Facts}
		}
		parts[id] = d
		return nil
	}, "SELECT record_id, body FROM metric_part WHERE kind = $1 AND record_id IN ("+listed(ids)+")", string(kind))
}

// PutMetricParts implements metric.Follower.
func (tx *Tx) PutMetricParts(ctx context.Context, kind metric.RecordKind, parts map[int64]metric.Delta) error {
	ids := make([]int64, 0, len(parts))
	for id := range parts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if _, err := tx.exec(ctx, "DELETE FROM metric_part WHERE kind = $1 AND record_id IN ("+listed(ids)+")", string(kind)); err != nil {
		return err
	}
	b := tx.bulk("metric_part", "kind", "record_id", "body")
	for _, id := range ids {
		if len(parts[id]) == 0 {
			continue
		}
		var lines []partLine
		for _, cell := range sortedCells(parts[id]) {
			s := parts[id][cell]
			lines = append(lines, partLine{cell.Measure, optionalDay(cell.Day), cell.PersonID, s.Amount, s.Facts})
		}
		body, err := json.Marshal(lines)
		if err != nil {
			return err
		}
		if err := b.add(ctx, string(kind), id, string(body)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}
