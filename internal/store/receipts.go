package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/reward"
)

// Payroll returns the store of package payroll.
func (db *DB) Payroll() payroll.Store { return payrollStore{db} }

type payrollStore struct{ db *DB }

func (s payrollStore) InTx(ctx context.Context, fn func(payroll.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s payrollStore) Read(ctx context.Context, fn func(payroll.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const receiptColumns = "month, person_id, attempt, outcome, amount_minor, currency, paid_on, reference, reason, recorded_by, recorded_at"

func scanReceipt(r rows, p *payout.Receipt) error {
	return r.Scan(scanMonth(&p.Month), &p.PersonID, &p.Attempt, &p.Outcome, &p.AmountMinor, &p.Currency, scanDate(&p.PaidOn), &p.Reference, &p.Reason, &p.RecordedBy, scanTime(&p.RecordedAt))
}

// ReceiptsOf implements payout.Reader and payroll.Reader.
func (tx *Tx) ReceiptsOf(ctx context.Context, month calendar.Month, personID int64) ([]payout.Receipt, error) {
	return collect(ctx, tx, scanReceipt, "SELECT "+receiptColumns+" FROM pay_receipt WHERE month = $1 AND ($2 = 0 OR person_id = $2) ORDER BY person_id, attempt, outcome", month.String(), personID)
}

// EachReceipt implements period.Reader.
func (tx *Tx) EachReceipt(ctx context.Context, fn func(payout.Receipt) error) error {
	return each(ctx, tx, func(r rows) error {
		var p payout.Receipt
		if err := scanReceipt(r, &p); err != nil {
			return err
		}
		return fn(p)
	}, "SELECT "+receiptColumns+" FROM pay_receipt ORDER BY month, person_id, attempt, outcome")
}

// InsertReceipt implements payroll.Tx.
func (tx *Tx) InsertReceipt(ctx context.Context, p payout.Receipt) error {
	_, err := tx.exec(ctx, "INSERT INTO pay_receipt ("+receiptColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", p.Month.String(), p.PersonID, p.Attempt, string(p.Outcome),
		p.AmountMinor, string(p.Currency), p.PaidOn.String(), p.Reference, p.Reason, p.RecordedBy, instant(p.RecordedAt))
	return err
}

// DuePay implements payroll.Reader: what the ledger of a closed month owes each person, with the person's number and name.
func (tx *Tx) DuePay(ctx context.Context, month calendar.Month) ([]payroll.Due, error) {
	due, err := collect(ctx, tx, func(r rows, d *payroll.Due) error { return r.Scan(&d.PersonID, &d.Currency, &d.AmountMinor) },
		`SELECT e.person_id, e.currency, CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_entry e
		WHERE e.month = $1 AND e.currency <> $2 AND e.credit LIKE 'payable:%' GROUP BY e.person_id, e.currency ORDER BY e.person_id, e.currency`, month.String(), string(reward.Points))
	if err != nil || len(due) == 0 {
		return nil, err
	}
	run, err := tx.Period(ctx, month)
	if err != nil {
		return nil, err
	}
	names, err := tx.PaySheetNames(ctx, run.CurrentRun)
	for i := range due {
		n := names[due[i].PersonID]
		due[i].PersonKey, due[i].Name, due[i].TeamName = n.Key, n.Name, n.Team
	}
	return due, err
}

const againSelect = "SELECT a.month, a.person_id, a.attempt, a.file_id, a.amount_minor, a.currency, f.created_at FROM pay_again a JOIN pay_again_file f ON f.id = a.file_id "

func (tx *Tx) scanAgain(r rows, a *payroll.Again) error {
	var created time.Time
	err := r.Scan(scanMonth(&a.Month), &a.PersonID, &a.Attempt, &a.FileID, &a.AmountMinor, &a.Currency, scanTime(&created))
	a.CreatedOn = calendar.DateOf(created.In(tx.db.now().Location()))
	return err
}

// AgainOf implements payroll.Reader.
func (tx *Tx) AgainOf(ctx context.Context, month calendar.Month) ([]payroll.Again, error) {
	return collect(ctx, tx, tx.scanAgain, againSelect+"WHERE a.month = $1 ORDER BY a.person_id, a.attempt", month.String())
}

// AgainFile implements payroll.Reader.
func (tx *Tx) AgainFile(ctx context.Context, id string) (payroll.AgainFile, error) {
	f, err := one(ctx, tx, "payroll.no_file", scanAgainFile, "SELECT id, created_by, created_at FROM pay_again_file WHERE id = $1", id)
	if err != nil {
		return f, err
	}
	f.Lines, err = collect(ctx, tx, tx.scanAgain, againSelect+"WHERE a.file_id = $1 ORDER BY a.month, a.person_id", id)
	return f, err
}

func scanAgainFile(r rows, f *payroll.AgainFile) error {
	return r.Scan(&f.ID, &f.CreatedBy, scanTime(&f.CreatedAt))
}

// AgainFiles implements payroll.Reader: newest first.
func (tx *Tx) AgainFiles(ctx context.Context) ([]payroll.AgainFile, error) {
	return collect(ctx, tx, scanAgainFile, "SELECT id, created_by, created_at FROM pay_again_file ORDER BY created_at DESC, id DESC")
}

// InsertAgainFile implements payroll.Tx.
func (tx *Tx) InsertAgainFile(ctx context.Context, f payroll.AgainFile) error {
	if _, err := tx.exec(ctx, "INSERT INTO pay_again_file (id, created_by, created_at) VALUES ($1, $2, $3)", f.ID, f.CreatedBy, instant(f.CreatedAt)); err != nil {
		return err
	}
	for _, a := range f.Lines {
		if _, err := tx.exec(ctx, "INSERT INTO pay_again (month, person_id, attempt, file_id, amount_minor, currency) VALUES ($1, $2, $3, $4, $5, $6)", a.Month.String(), a.PersonID, a.Attempt,
			f.ID, a.AmountMinor, string(a.Currency)); err != nil {
			return err
		}
	}
	return nil
}
