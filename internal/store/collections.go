package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

var reportColumns = []string{"id", "contract_id", "owner_id", "kind", "state", "paid_on", "amount_minor", "currency", "payer", "way", "note", "payment_key", "reply", "reported_by", "reported_name", "reported_person",
	"reported_at", "decided_by", "decided_name", "decided_at", "revision"}

func reportValues(r contract.Report) []any {
	return []any{r.ID, r.ContractID, r.OwnerID, string(r.Kind), string(r.State), optionalDay(r.PaidOn), r.AmountMinor, string(r.Currency), r.Payer, r.Way, r.Note, r.PaymentKey, r.Reply, r.ReportedBy, r.ReportedName, r.ReportedPerson,
		instant(r.ReportedAt), r.DecidedBy, r.DecidedName, instant(r.DecidedAt), r.Revision}
}

var reportSelect = "SELECT w." + strings.Join(reportColumns, ", w.") + ", c.number, c.opportunity_id, c.customer_id, COALESCE(k.name, ''), COALESCE(p.name, '') FROM "

// reportNames are joined behind the rows of a page, as w.
const reportNames = ` w JOIN contract c ON c.id = w.contract_id LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = w.owner_id AND p.superseded_in = ` + openBatch

func scanReport(r rows, w *contract.Report) error {
	return r.Scan(&w.ID, &w.ContractID, &w.OwnerID, &w.Kind, &w.State, scanDate(&w.PaidOn), &w.AmountMinor, &w.Currency, &w.Payer, &w.Way, &w.Note, &w.PaymentKey, &w.Reply, &w.ReportedBy, &w.ReportedName, &w.ReportedPerson,
		scanTime(&w.ReportedAt), &w.DecidedBy, &w.DecidedName, scanTime(&w.DecidedAt), &w.Revision, &w.ContractNumber, &w.OpportunityID, &w.CustomerID, &w.CustomerName, &w.OwnerName)
}

func (tx *Tx) reportSelection(ctx context.Context, reach deal.Reach, f contract.ReportFilter) (*selection, error) {
	s := &selection{table: "collection_report w", of: "w.id", own: true, columns: "w.amount_minor, w.currency"}
	if f.State != "" {
		s.index("w.state = ?", string(f.State))
	}
	if err := tx.people(ctx, s, "w.owner_id", reach, f.PersonID, f.TeamID); err != nil {
		return nil, err
	}
	if f.ContractID != 0 {
		s.linked("w.contract_id", f.ContractID)
	}
	return s, tx.narrow(ctx, s)
}

// CollectionReports implements contract.Reader.
func (tx *Tx) CollectionReports(ctx context.Context, reach deal.Reach, f contract.ReportFilter) ([]contract.Report, string, error) {
	s, err := tx.reportSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, by := s.where(), order{column: "w.id", tie: "w.id", number: true, tieNumber: true}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanReport, reportSelect+"(SELECT w.* FROM collection_report w"+c.where()+tail+")"+reportNames+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(w contract.Report) (value, tie string) {
		id := strconv.FormatInt(w.ID, 10)
		return id, id
	})
	return page, next, nil
}

// CollectionReportTotal implements contract.Reader.
func (tx *Tx) CollectionReportTotal(ctx context.Context, reach deal.Reach, f contract.ReportFilter) (fact.Total, error) {
	s, err := tx.reportSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// CollectionReport implements contract.Reader.
func (tx *Tx) CollectionReport(ctx context.Context, reach deal.Reach, id int64) (contract.Report, error) {
	c := &filters{}
	c.add("w.id = ?", id)
	c.reach(reach.Scope, reach.Today, "w.owner_id", "%s")
	return one(ctx, tx, "collection.missing", scanReport, reportSelect+"collection_report"+reportNames+c.where(), c.args...)
}

// InsertReport implements contract.Tx.
func (tx *Tx) InsertReport(ctx context.Context, r contract.Report) error {
	return tx.insertRow(ctx, "collection_report", reportColumns, reportValues(r))
}

// SaveReport implements contract.Tx.
func (tx *Tx) SaveReport(ctx context.Context, r contract.Report) error {
	return tx.saveRow(ctx, "collection_report", "collection.changed_meanwhile", reportColumns, reportValues(r))
}
