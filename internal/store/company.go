package store

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/company"
	"xiaoguan/internal/money"
)

// Company returns the store of package company.
func (db *DB) Company() company.Store { return companyStore{db} }

type companyStore struct{ db *DB }

func (s companyStore) InTx(ctx context.Context, fn func(company.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s companyStore) Read(ctx context.Context, fn func(company.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// CompanySettings implements company.Reader.
func (tx *Tx) CompanySettings(ctx context.Context) (s company.Settings, err error) {
	err = each(ctx, tx, func(r rows) error {
		var month int64
		var currency string
		if err := r.Scan(&s.Name, &month, &s.TimeZone, &currency, &s.Notice, &s.Public, &s.Revision); err != nil {
			return err
		}
		s.Fiscal, s.Currency = time.Month(month), money.Currency(currency)
		return nil
	}, "SELECT name, fiscal_first_month, time_zone, currency, instalment_notice_days, public_url, revision FROM company WHERE id = 1")
	return s, err
}

// CompanyName implements period.Reader.
func (tx *Tx) CompanyName(ctx context.Context) (string, error) {
	s, err := tx.CompanySettings(ctx)
	return s.Name, err
}

// SaveCompanySettings implements company.Tx.
func (tx *Tx) SaveCompanySettings(ctx context.Context, s company.Settings) error {
	if s.Revision == 1 {
		_, err := tx.exec(ctx, "INSERT INTO company (id, name, fiscal_first_month, time_zone, currency, instalment_notice_days, public_url, revision) VALUES (1, $1, $2, $3, $4, $5, $6, $7)",
			s.Name, int64(s.Fiscal), s.TimeZone, string(s.Currency), s.Notice, s.Public, s.Revision)
		return err
	}
	return mustChange(ctx, tx, "company.changed_meanwhile", `UPDATE company SET name = $1, fiscal_first_month = $2, time_zone = $3, currency = $4,
		instalment_notice_days = $5, public_url = $6, revision = $7 WHERE id = 1 AND revision = $7 - 1`, s.Name, int64(s.Fiscal), s.TimeZone, string(s.Currency), s.Notice, s.Public, s.Revision)
}

// AnyRun implements company.Reader.
func (tx *Tx) AnyRun(ctx context.Context) (bool, error) {
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM run")
	return n > 0, err
}

// Counts implements company.Reader. Of facts in great number it only tells whether there are any, as 1: who wants to know more opens
// their list.
func (tx *Tx) Counts(ctx context.Context) (c company.Counts, err error) {
	const some, first = "(SELECT COUNT(*) FROM (SELECT 1 FROM ", " WHERE superseded_in = " + openBatch + " LIMIT 1)"
	err = each(ctx, tx, func(r rows) error {
		return r.Scan(&c.People, &c.Teams, &c.Deals, &c.Payments, &c.Quotas, &c.Crediting, &c.Plans, &c.Drafts, &c.Months)
	}, `SELECT (SELECT COUNT(*) FROM person WHERE superseded_in = `+openBatch+`),
		(SELECT COUNT(DISTINCT id) FROM team WHERE superseded_in = `+openBatch+`),
		`+some+"deal"+first+` d), `+some+"payment"+first+` p), `+some+"quota"+first+` q),
		(SELECT COUNT(*) FROM plan_version WHERE state = 'approved' AND kind = 'crediting'),
		(SELECT COUNT(*) FROM plan_version WHERE state = 'approved' AND kind = 'plan'),
		(SELECT COUNT(*) FROM plan_version WHERE state = 'draft'),
		(SELECT COUNT(*) FROM period WHERE current_run <> '')`)
	return c, err
}

// RoleHolders implements company.Reader.
func (tx *Tx) RoleHolders(ctx context.Context) (map[string][]access.Role, error) {
	holders := map[string][]access.Role{}
	err := each(ctx, tx, func(r rows) error {
		var user, role string
		if err := r.Scan(&user, &role); err != nil {
			return err
		}
		holders[user] = append(holders[user], access.Role(role))
		return nil
	}, "SELECT DISTINCT g.user_id, g.role FROM user_grant g JOIN app_user u ON u.id = g.user_id WHERE u.disabled = FALSE")
	return holders, err
}
