package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/targetplan"
)

// TargetPlans returns the store of package targetplan.
func (db *DB) TargetPlans() targetplan.Store { return targetPlanStore{db} }

type targetPlanStore struct{ db *DB }

// InTx implements targetplan.Store.
func (s targetPlanStore) InTx(ctx context.Context, fn func(targetplan.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements targetplan.Store.
func (s targetPlanStore) Read(ctx context.Context, fn func(targetplan.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// TargetMembers implements targetplan.Reader. A manager counts who had a quota in the year before.
func (tx *Tx) TargetMembers(ctx context.Context, on, first, last calendar.Date) ([]targetplan.Member, error) {
	return collect(ctx, tx, func(r rows, m *targetplan.Member) error {
		return r.Scan(&m.ID, &m.Key, &m.Name, scanDate(&m.Hired), scanDate(&m.Left), &m.Level, &m.TeamID, &m.TeamKey, &m.TeamName, &m.RegionID, &m.RegionKey, &m.RegionName)
	}, `SELECT p.id, p.key, p.name, p.hired_on, p.left_on, a.level, a.team_id, COALESCE(t.key, ''), COALESCE(t.name, ''), COALESCE(g.id, 0), COALESCE(g.key, ''), COALESCE(g.name, '') FROM person p
		JOIN assignment a ON a.person_id = p.id AND a.superseded_in = `+openBatch+` AND a.valid_from <= $1 AND $1 < a.valid_to
		LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = `+openBatch+` AND t.valid_from <= $1 AND $1 < t.valid_to
		LEFT JOIN region g ON g.id = t.region_id AND g.superseded_in = `+openBatch+` AND g.valid_from <= $1 AND $1 < g.valid_to
		WHERE p.superseded_in = `+openBatch+` AND p.hired_on <= $3 AND $2 < p.left_on AND (a.level IN ('newcomer', 'regular', 'core')
			OR a.level = 'manager' AND EXISTS (SELECT 1 FROM quota q WHERE q.person_id = p.id AND q.superseded_in = `+openBatch+` AND q.month >= $4))
		ORDER BY p.id`, on.String(), first.String(), last.String(), (on.Month() - 12).String())
}

// SoldIn implements targetplan.Reader. Deals that were called off do not count as signed.
func (tx *Tx) SoldIn(ctx context.Context, basis targetplan.Basis, month calendar.Month, currency money.Currency) ([]targetplan.Sold, error) {
	from := "payment f JOIN deal_share s ON s.deal_id = f.deal_id AND s.superseded_in = " + openBatch + " WHERE f.superseded_in = " + openBatch + " AND f.paid_on >= $1 AND f.paid_on <= $2 AND f.currency = $3"
	if basis == targetplan.BasisSigned {
		from = "deal f JOIN deal_share s ON s.deal_id = f.id AND s.superseded_in = " + openBatch + " WHERE f.superseded_in = " + openBatch + " AND f.signed_on >= $1 AND f.signed_on <= $2 AND f.currency = $3" +
			" AND NOT EXISTS (SELECT 1 FROM deal_detail x WHERE x.deal_id = f.id AND x.superseded_in = " + openBatch + " AND x.cancelled_on < '9999-12-31')"
	}
	return collect(ctx, tx, func(r rows, s *targetplan.Sold) error { return r.Scan(&s.PersonID, &s.BasisPoints, &s.Minor) },
		"SELECT s.person_id, s.basis_points, CAST(SUM(f.amount_minor) AS BIGINT) FROM "+from+" GROUP BY s.person_id, s.basis_points", month.First().String(), month.Last().String(), string(currency))
}

// OpenNow implements targetplan.Reader.
func (tx *Tx) OpenNow(ctx context.Context, currency money.Currency) ([]targetplan.Open, error) {
	return collect(ctx, tx, func(r rows, o *targetplan.Open) error { return r.Scan(&o.PersonID, &o.Stage, &o.Minor) },
		"SELECT owner_id, stage, CAST(SUM(amount_minor) AS BIGINT) FROM opportunity WHERE state = 'open' AND currency = $1 GROUP BY owner_id, stage", string(currency))
}

// TargetPotentials implements targetplan.Reader.
func (tx *Tx) TargetPotentials(ctx context.Context, fiscalYear int) ([]targetplan.Potential, error) {
	return collect(ctx, tx, func(r rows, p *targetplan.Potential) error {
		p.FiscalYear = fiscalYear
		return r.Scan(&p.Unit, &p.Minor, &p.Source, &p.ByName, scanTime(&p.At))
	}, "SELECT unit, amount_minor, source, by_name, at FROM market_potential WHERE fiscal_year = $1 ORDER BY unit", int64(fiscalYear))
}

// TargetRegions implements targetplan.Reader.
func (tx *Tx) TargetRegions(ctx context.Context) ([]targetplan.Potential, error) {
	return collect(ctx, tx, func(r rows, p *targetplan.Potential) error {
		var id int64
		err := r.Scan(&id, &p.Key, &p.Name)
		p.Unit = targetplan.RegionUnit(id)
		return err
	}, "SELECT id, key, name FROM region WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to ORDER BY key", tx.Today().String())
}

// PutTargetPotential implements targetplan.Tx.
func (tx *Tx) PutTargetPotential(ctx context.Context, p targetplan.Potential) error {
	if err := tx.DropTargetPotential(ctx, p.FiscalYear, p.Unit); err != nil {
		return err
	}
	return tx.insertRow(ctx, "market_potential", []string{"fiscal_year", "unit", "amount_minor", "source", "by_name", "at"}, []any{int64(p.FiscalYear), p.Unit, p.Minor, p.Source, p.ByName, instant(p.At)})
}

// DropTargetPotential implements targetplan.Tx.
func (tx *Tx) DropTargetPotential(ctx context.Context, fiscalYear int, unit string) error {
	_, err := tx.exec(ctx, "DELETE FROM market_potential WHERE fiscal_year = $1 AND unit = $2", int64(fiscalYear), unit)
	return err
}

var targetPlanColumns = []string{"id", "fiscal_year", "first_month", "number", "name", "state", "rules", "from_month", "summary", "input_hash", "result_hash", "created_by", "created_name", "created_at", "job_id", "failure", "request_id", "published_by", "published_at", "revision"}

func targetPlanValues(p targetplan.Plan) ([]any, error) {
	rules, rulesErr := json.Marshal(p.Rules)
	summary, summaryErr := json.Marshal(p.Summary)
	failure, failureErr := "", error(nil)
	if p.Failure.Key != "" {
		var text []byte
		text, failureErr = json.Marshal(p.Failure)
		failure = string(text)
	}
	return []any{p.ID, int64(p.FiscalYear), p.First.String(), p.Number, p.Name, string(p.State), string(rules), optionalMonth(p.From), string(summary), p.InputHash, p.ResultHash, p.CreatedBy, p.CreatedName, instant(p.CreatedAt), p.JobID, failure,
		p.RequestID, p.PublishedBy, instant(p.PublishedAt), p.Revision}, errors.Join(rulesErr, summaryErr, failureErr)
}

func scanTargetPlan(r rows, p *targetplan.Plan) error {
	var rules, summary, failure string
	if err := r.Scan(&p.ID, &p.FiscalYear, scanMonth(&p.First), &p.Number, &p.Name, &p.State, &rules, scanKeptMonth(&p.From), &summary, &p.InputHash, &p.ResultHash, &p.CreatedBy, &p.CreatedName, scanTime(&p.CreatedAt), &p.JobID, &failure,
		&p.RequestID, &p.PublishedBy, scanTime(&p.PublishedAt), &p.Revision); err != nil {
		return err
	}
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &p.Failure); err != nil {
			return err
		}
	}
	return errors.Join(json.Unmarshal([]byte(rules), &p.Rules), json.Unmarshal([]byte(summary), &p.Summary))
}

var targetPlanSelect = "SELECT " + strings.Join(targetPlanColumns, ", ") + " FROM target_plan"

// TargetPlans implements targetplan.Reader.
func (tx *Tx) TargetPlans(ctx context.Context, limit int) ([]targetplan.Plan, error) {
	return collect(ctx, tx, scanTargetPlan, targetPlanSelect+" ORDER BY fiscal_year DESC, number DESC LIMIT "+strconv.Itoa(limit))
}

// TargetPlan implements targetplan.Reader.
func (tx *Tx) TargetPlan(ctx context.Context, id int64) (targetplan.Plan, error) {
	return one(ctx, tx, "targetplan.missing", scanTargetPlan, targetPlanSelect+" WHERE id = $1", id)
}

// PublishedTargetPlan implements targetplan.Reader.
func (tx *Tx) PublishedTargetPlan(ctx context.Context, fiscalYear int) (targetplan.Plan, error) {
	return one(ctx, tx, "targetplan.missing", scanTargetPlan, targetPlanSelect+" WHERE fiscal_year = $1 AND state = 'published' ORDER BY number DESC LIMIT 1", int64(fiscalYear))
}

// TargetPlanNumber implements targetplan.Reader.
func (tx *Tx) TargetPlanNumber(ctx context.Context, fiscalYear int) (int64, error) {
	return value[int64](ctx, tx, "SELECT COALESCE(MAX(number), 0) FROM target_plan WHERE fiscal_year = $1", int64(fiscalYear))
}

// InsertTargetPlan implements targetplan.Tx.
func (tx *Tx) InsertTargetPlan(ctx context.Context, p targetplan.Plan) error {
	values, err := targetPlanValues(p)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "target_plan", targetPlanColumns, values)
}

// SaveTargetPlan implements targetplan.Tx.
func (tx *Tx) SaveTargetPlan(ctx context.Context, p targetplan.Plan) error {
	values, err := targetPlanValues(p)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "target_plan", "targetplan.changed_meanwhile", targetPlanColumns, values)
}

// TargetInput implements targetplan.Reader.
func (tx *Tx) TargetInput(ctx context.Context, id int64) ([]byte, error) {
	text, err := value[string](ctx, tx, "SELECT input FROM target_input WHERE plan_id = $1", id)
	return []byte(text), err
}

// PutTargetInput implements targetplan.Tx.
func (tx *Tx) PutTargetInput(ctx context.Context, planID int64, input []byte) error {
	if _, err := tx.exec(ctx, "DELETE FROM target_input WHERE plan_id = $1", planID); err != nil {
		return err
	}
	return tx.insertRow(ctx, "target_input", []string{"plan_id", "input"}, []any{planID, string(input)})
}

var targetRowColumns = []string{"plan_id", "unit", "parent", "depth", "place", "person_id", "people", "name", "amount_minor", "months", "detail"}

func targetRowValues(row *targetplan.Row) ([]any, error) {
	months, monthsErr := json.Marshal(row.Months)
	detail, detailErr := json.Marshal(row.Detail)
	return []any{row.PlanID, row.Unit, row.Parent, int64(row.Depth), row.Place, row.PersonID, row.People, row.Name, row.Minor, string(months), string(detail)}, errors.Join(monthsErr, detailErr)
}

// ReplaceTargetRows implements targetplan.Tx.
func (tx *Tx) ReplaceTargetRows(ctx context.Context, planID int64, list []targetplan.Row) error {
	if _, err := tx.exec(ctx, "DELETE FROM target_row WHERE plan_id = $1", planID); err != nil {
		return err
	}
	b := tx.bulk("target_row", targetRowColumns...)
	for i := range list {
		values, err := targetRowValues(&list[i])
		if err != nil {
			return err
		}
		if err := b.add(ctx, values...); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// SaveTargetRow implements targetplan.Tx.
func (tx *Tx) SaveTargetRow(ctx context.Context, row targetplan.Row) error {
	values, err := targetRowValues(&row)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "targetplan.changed_meanwhile", "UPDATE target_row SET amount_minor = $3, months = $4, detail = $5 WHERE plan_id = $1 AND unit = $2", row.PlanID, row.Unit, row.Minor, values[9], values[10])
}

// TargetBones implements targetplan.Reader.
func (tx *Tx) TargetBones(ctx context.Context, planID int64) ([]targetplan.Bone, error) {
	return collect(ctx, tx, func(r rows, b *targetplan.Bone) error { return r.Scan(&b.Unit, &b.Parent, &b.PersonID, &b.Minor) },
		"SELECT unit, parent, person_id, amount_minor FROM target_row WHERE plan_id = $1 ORDER BY place", planID)
}

func scanTargetRow(r rows, row *targetplan.Row) error {
	var months, detail string
	if err := r.Scan(&row.PlanID, &row.Unit, &row.Parent, &row.Depth, &row.Place, &row.PersonID, &row.People, &row.Name, &row.Minor, &months, &detail); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(months), &row.Months), json.Unmarshal([]byte(detail), &row.Detail))
}

// unitsAtOnce is how many units are asked for in one query.
const unitsAtOnce = 500

// TargetRows implements targetplan.Reader.
func (tx *Tx) TargetRows(ctx context.Context, planID int64, parent string, units []string) (list []targetplan.Row, err error) {
	read := "SELECT " + strings.Join(targetRowColumns, ", ") + " FROM target_row WHERE plan_id = $1 AND "
	if units == nil {
		return collect(ctx, tx, scanTargetRow, read+"parent = $2 ORDER BY place", planID, parent)
	}
	for chunk := range slices.Chunk(units, unitsAtOnce) {
		args := []any{planID}
		for _, unit := range chunk {
			args = append(args, unit)
		}
		found, err := collect(ctx, tx, scanTargetRow, read+"unit IN ("+numberedFrom(2, len(chunk))+")", args...)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	slices.SortFunc(list, func(a, b targetplan.Row) int { return cmp.Compare(a.Place, b.Place) })
	return list, nil
}
