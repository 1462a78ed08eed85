package store

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// instalmentsEach is more than a contract has instalments: the id of one is made of the contract's and its number.
const instalmentsEach = 1000

var instalmentColumns = []string{"id", "contract_id", "number", "owner_id", "name", "due_on", "amount_minor", "until_minor", "collected_minor", "left_minor", "currency", "invoice_key"}

func instalmentValues(i contract.Instalment) []any {
	return []any{i.ContractID*instalmentsEach + i.Number, i.ContractID, i.Number, i.OwnerID, i.Name, optionalDay(i.DueOn), i.AmountMinor, i.UntilMinor, i.CollectedMinor, i.LeftMinor(), string(i.Currency), i.InvoiceKey}
}

const instalmentSelect = "i.contract_id, i.number, i.owner_id, i.name, i.due_on, i.amount_minor, i.until_minor, i.collected_minor, i.currency, i.invoice_key"

func instalmentFields(i *contract.Instalment) []any {
	return []any{&i.ContractID, &i.Number, &i.OwnerID, &i.Name, scanDate(&i.DueOn), &i.AmountMinor, &i.UntilMinor, &i.CollectedMinor, &i.Currency, &i.InvoiceKey}
}

// Instalments implements contract.Reader.
func (tx *Tx) Instalments(ctx context.Context, contractID int64) ([]contract.Instalment, error) {
	return collect(ctx, tx, func(r rows, i *contract.Instalment) error { return r.Scan(instalmentFields(i)...) }, "SELECT "+instalmentSelect+" FROM instalment i WHERE i.contract_id = $1 ORDER BY i.number", contractID)
}

// PutInstalments implements contract.Tx.
func (tx *Tx) PutInstalments(ctx context.Context, c contract.Contract, plan []contract.Instalment) error {
	if _, err := tx.exec(ctx, "DELETE FROM instalment WHERE contract_id = $1", c.ID); err != nil {
		return err
	}
	collected, err := tx.collectedOf(ctx, c.Number)
	if err != nil {
		return err
	}
	contract.Cover(plan, collected)
	return putRows(ctx, tx, "instalment", instalmentColumns, plan, instalmentValues)
}

// collectedOf is what has come in on a deal, less what went back.
func (tx *Tx) collectedOf(ctx context.Context, dealKey string) (int64, error) {
	return value[int64](ctx, tx, `SELECT CAST(COALESCE(SUM(y.amount_minor), 0) AS BIGINT) FROM deal d JOIN payment y ON y.deal_id = d.id AND y.superseded_in = `+openBatch+`
		WHERE d.key = $1 AND d.superseded_in = `+openBatch, dealKey)
}

// coverInstalments lays the payments of deals over their payment plans.
func (tx *Tx) coverInstalments(ctx context.Context, deals []int64) error {
	if len(deals) == 0 {
		return nil
	}
	planned, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 FROM instalment LIMIT 1) z")
	if err != nil || planned == 0 {
		return err
	}
	slices.Sort(deals)
	for some := range slices.Chunk(deals, fewMax) {
		if err := tx.coverSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) coverSome(ctx context.Context, deals []int64) error {
	type touched struct{ id, collected int64 }
	found, err := collect(ctx, tx, func(r rows, t *touched) error { return r.Scan(&t.id, &t.collected) }, `SELECT c.id, CAST(COALESCE((SELECT SUM(y.amount_minor) FROM payment y WHERE y.deal_id = d.id AND y.superseded_in = `+openBatch+`), 0) AS BIGINT)
		FROM deal d JOIN contract c ON c.number = d.key AND c.plan_revision > 0 WHERE d.superseded_in = `+openBatch+` AND d.id IN (`+listed(deals)+")")
	if err != nil {
		return err
	}
	const covered = "CASE WHEN $2 >= until_minor THEN amount_minor WHEN $2 <= until_minor - amount_minor THEN 0 ELSE $2 - (until_minor - amount_minor) END"
	for _, t := range found {
		if _, err := tx.exec(ctx, "UPDATE instalment SET collected_minor = "+covered+", left_minor = amount_minor - ("+covered+") WHERE contract_id = $1", t.id, t.collected); err != nil {
			return err
		}
	}
	return nil
}

// paidIn are the deals of the payments that batches recorded or took back.
func (tx *Tx) paidIn(ctx context.Context, batches ...fact.BatchID) (deals []int64, err error) {
	for _, batch := range batches {
		some, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT DISTINCT deal_id FROM payment WHERE recorded_in = $1", int64(batch))
		if err != nil {
			return nil, err
		}
		deals = append(deals, some...)
	}
	return deals, nil
}

// dueSelection is instalments of signed contracts.
func (tx *Tx) dueSelection(ctx context.Context, reach deal.Reach, f contract.DueFilter) (*selection, error) {
	s := &selection{table: "instalment i", of: "i.id", own: true, columns: "i.left_minor AS amount_minor, i.currency"}
	if f.Open || f.Overdue {
		s.index("i.left_minor > 0")
	}
	if f.Overdue {
		s.index("i.due_on < ?", reach.Today.String())
	}
	if err := tx.people(ctx, s, "i.owner_id", reach, f.PersonID, f.TeamID); err != nil {
		return nil, err
	}
	if f.RegionID != 0 {
		members, err := tx.regionMembers(ctx, f.RegionID, reach.Today)
		if err != nil {
			return nil, err
		}
		s.owners("i.owner_id", members)
	}
	s.days("i.due_on", f.Due)
	s.test("EXISTS (SELECT 1 FROM contract c WHERE c.id = i.contract_id AND c.state = 'signed')")
	return s, tx.narrow(ctx, s)
}

// DueInstalments implements contract.Reader.
func (tx *Tx) DueInstalments(ctx context.Context, reach deal.Reach, f contract.DueFilter) ([]contract.DueRow, string, error) {
	s, err := tx.dueSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, by := s.where(), order{column: "i.due_on", tie: "i.id", tieNumber: true}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, d *contract.DueRow) error {
		return r.Scan(append(instalmentFields(&d.Instalment), &d.ContractNumber, &d.Title, &d.CustomerID, &d.CustomerName, &d.OwnerName)...)
	}, "SELECT "+instalmentSelect+", c.number, c.title, c.customer_id, COALESCE(k.name, ''), COALESCE(p.name, '') FROM (SELECT i.* FROM instalment i"+c.where()+tail+`) i JOIN contract c ON c.id = i.contract_id
		LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = `+openBatch+` LEFT JOIN person p ON p.id = i.owner_id AND p.superseded_in = `+openBatch+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(d contract.DueRow) (value, tie string) {
		return optionalDay(d.DueOn), strconv.FormatInt(d.ContractID*instalmentsEach+d.Number, 10)
	})
	return page, next, nil
}

// DueTotal implements contract.Reader.
func (tx *Tx) DueTotal(ctx context.Context, reach deal.Reach, f contract.DueFilter) (fact.Total, error) {
	s, err := tx.dueSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// CollectionRates implements contract.Reader.
func (tx *Tx) CollectionRates(ctx context.Context, reach deal.Reach, days fact.Days, personID int64) ([]contract.Rate, error) {
	s, err := tx.dueSelection(ctx, reach, contract.DueFilter{PersonID: personID, Due: days})
	if err != nil {
		return nil, err
	}
	c := s.where()
	return collect(ctx, tx, func(r rows, rate *contract.Rate) error {
		return r.Scan(&rate.Fact.Currency, &rate.Fact.AmountMinor, &rate.CollectedMinor)
	}, "SELECT i.currency, CAST(SUM(i.amount_minor) AS BIGINT), CAST(SUM(i.collected_minor) AS BIGINT) FROM instalment i"+c.where()+" GROUP BY i.currency ORDER BY i.currency", c.args...)
}

// dealsCame ends what was asked of people about signed contracts whose deals were recorded.
func (tx *Tx) dealsCame(ctx context.Context, keys []string) error {
	for some := range slices.Chunk(keys, fewMax) {
		ids, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT id FROM contract WHERE number IN ("+numbered(len(some))+") ORDER BY id", valuesOf(some)...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := tx.EndNotices(ctx, notice.End{Subject: contract.Subject(id), Kinds: []notice.Kind{notice.KindDealMissing}}); err != nil {
				return err
			}
		}
	}
	return nil
}
