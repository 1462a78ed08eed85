package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/lawguard"
)

// LawGuard returns the store of package lawguard.
func (db *DB) LawGuard() lawguard.Store { return lawStore{db} }

type lawStore struct{ db *DB }

func (s lawStore) InTx(ctx context.Context, fn func(lawguard.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s lawStore) Read(ctx context.Context, fn func(lawguard.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// LawSettings implements lawguard.Reader.
func (tx *Tx) LawSettings(ctx context.Context) (lawguard.Version, error) {
	found, err := collect(ctx, tx, func(r rows, v *lawguard.Version) error {
		var body string
		if err := r.Scan(&v.Number, &body, &v.CreatedBy, scanTime(&v.CreatedAt)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(body), &v.Settings)
	}, "SELECT number, body, created_by, created_at FROM law_settings ORDER BY number DESC LIMIT 1")
	if err != nil || len(found) == 0 {
		return lawguard.Version{}, err
	}
	return found[0], nil
}

// InsertLawSettings implements lawguard.Tx.
func (tx *Tx) InsertLawSettings(ctx context.Context, v lawguard.Version) error {
	body, err := json.Marshal(v.Settings)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO law_settings (number, body, created_by, created_at) VALUES ($1, $2, $3, $4)", int64(v.Number), string(body), v.CreatedBy, instant(v.CreatedAt))
	return err
}

// EmploymentTerms implements lawguard.Reader.
func (tx *Tx) EmploymentTerms(ctx context.Context, personID int64) ([]lawguard.Term, error) {
	return collect(ctx, tx, func(r rows, t *lawguard.Term) error {
		return r.Scan(&t.PersonID, scanDate(&t.From), &t.Number, &t.Taken, &t.Work, &t.FixedMinor, &t.City, scanDate(&t.ProbationUntil), &t.RegularMinor, &t.Note, &t.RecordedBy, scanTime(&t.RecordedAt))
	}, `SELECT person_id, from_day, number, taken, work, fixed_minor, city, probation_until, regular_minor, note, recorded_by, recorded_at FROM employment_term
		WHERE $1 = 0 OR person_id = $1 ORDER BY person_id, from_day, number`, personID)
}

// InsertEmploymentTerm implements lawguard.Tx.
func (tx *Tx) InsertEmploymentTerm(ctx context.Context, t lawguard.Term) error {
	_, err := tx.exec(ctx, `INSERT INTO employment_term (person_id, from_day, number, taken, work, fixed_minor, city, probation_until, regular_minor, note, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, t.PersonID, t.From.String(), int64(t.Number), t.Taken, string(t.Work), t.FixedMinor, t.City, dayOrNone(t.ProbationUntil),
		t.RegularMinor, t.Note, t.RecordedBy, instant(t.RecordedAt))
	return err
}

// LawAcknowledgements implements lawguard.Reader.
func (tx *Tx) LawAcknowledgements(ctx context.Context) ([]lawguard.Acknowledgement, error) {
	return collect(ctx, tx, func(r rows, a *lawguard.Acknowledgement) error {
		return r.Scan(&a.FindingID, &a.Fingerprint, &a.Reason, &a.UserID, scanTime(&a.At))
	}, "SELECT finding_id, fingerprint, reason, user_id, acknowledged_at FROM law_acknowledgement ORDER BY acknowledged_at, finding_id, fingerprint")
}

// InsertLawAcknowledgement implements lawguard.Tx.
func (tx *Tx) InsertLawAcknowledgement(ctx context.Context, a lawguard.Acknowledgement) error {
	_, err := tx.exec(ctx, "INSERT INTO law_acknowledgement (finding_id, fingerprint, reason, user_id, acknowledged_at) VALUES ($1, $2, $3, $4, $5)",
		a.FindingID, a.Fingerprint, a.Reason, a.UserID, instant(a.At))
	return err
}
