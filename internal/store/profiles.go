package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/profile"
)

// Profiles returns the store of package profile.
func (db *DB) Profiles() profile.Store { return profileStore{db} }

type profileStore struct{ db *DB }

// InTx implements profile.Store.
func (s profileStore) InTx(ctx context.Context, fn func(profile.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements profile.Store.
func (s profileStore) Read(ctx context.Context, fn func(profile.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const profileColumns = "customer_id, need, budget_minor, decision_maker, address, region_code, invoice_title, contract_end, ratings, confirmed, revision, fields"

func scanProfile(r rows, p *profile.Profile) error {
	var ratings, confirmed string
	if err := r.Scan(&p.CustomerID, &p.Need, &p.BudgetMinor, &p.DecisionMaker, &p.Address, &p.RegionCode, &p.InvoiceTitle, scanDate(&p.ContractEnd), &ratings, &confirmed, &p.Revision, &p.Fields); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(ratings), &p.Ratings); err != nil {
		return err
	}
	return json.Unmarshal([]byte(confirmed), &p.Confirmed)
}

func profileValues(p profile.Profile) ([]any, error) {
	ratings, err := json.Marshal(p.Ratings)
	if err != nil {
		return nil, err
	}
	confirmed, err := json.Marshal(p.Confirmed)
	return []any{p.CustomerID, p.Need, p.BudgetMinor, p.DecisionMaker, p.Address, p.RegionCode, p.InvoiceTitle, optionalDay(p.ContractEnd), string(ratings), string(confirmed), p.Revision, string(p.Fields)}, err
}

// Profile implements profile.Reader.
func (tx *Tx) Profile(ctx context.Context, customerID int64) (profile.Profile, error) {
	found, err := collect(ctx, tx, scanProfile, "SELECT "+profileColumns+" FROM customer_profile WHERE customer_id = $1", customerID)
	if err != nil || len(found) == 0 {
		return profile.Empty(customerID), err
	}
	return found[0], nil
}

// SaveProfile implements profile.Tx.
func (tx *Tx) SaveProfile(ctx context.Context, p profile.Profile) error {
	values, err := profileValues(p)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "profile.changed_meanwhile", "INSERT INTO customer_profile ("+profileColumns+") VALUES ("+numbered(len(values))+`)
		ON CONFLICT (customer_id) DO UPDATE SET need = excluded.need, budget_minor = excluded.budget_minor, decision_maker = excluded.decision_maker, address = excluded.address,
		region_code = excluded.region_code, invoice_title = excluded.invoice_title, contract_end = excluded.contract_end, ratings = excluded.ratings,
		confirmed = excluded.confirmed, revision = excluded.revision, fields = excluded.fields WHERE customer_profile.revision = excluded.revision - 1`, values...)
}
