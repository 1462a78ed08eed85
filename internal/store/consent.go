package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/engine"
)

// Consents returns the store of package consent.
func (db *DB) Consents() consent.Store { return consentStore{db} }

type consentStore struct{ db *DB }

func (s consentStore) InTx(ctx context.Context, fn func(consent.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s consentStore) Read(ctx context.Context, fn func(consent.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// Roster implements consent.Reader.
func (tx *Tx) Roster(ctx context.Context, scope access.Scope, today calendar.Date) (r consent.Roster, err error) {
	last, err := tx.LatestBatch(ctx)
	if err != nil {
		return r, err
	}
	l := &factLoader{tx: tx, recorded: int64(last), facts: &engine.Facts{}, persons: map[int64]int32{}, teams: map[int64]int32{}}
	if !scope.All {
		condition, args := personsInReach(scope, today, "id", 1)
		reached, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT id FROM person WHERE superseded_in = "+openBatch+" AND "+condition, args...)
		if err != nil {
			return r, err
		}
		l.limit = &payeeLimit{persons: listed(reached)}
	}
	for _, step := range []func(context.Context) error{l.loadTeams, l.loadPersons, l.loadSpans} {
		if err := step(ctx); err != nil {
			return r, err
		}
	}
	return consent.Roster{Facts: l.facts, PersonIDs: l.ids.PersonIDs}, nil
}

// PlanAnnouncements implements consent.Reader.
func (tx *Tx) PlanAnnouncements(ctx context.Context, versionID string) ([]consent.Announcement, error) {
	return collect(ctx, tx, func(r rows, a *consent.Announcement) error {
		return r.Scan(&a.VersionID, &a.Number, &a.Hash, scanDate(&a.AnnouncedOn), &a.Text, &a.ByID, scanTime(&a.RecordedAt))
	}, `SELECT version_id, number, hash, announced_on, text, by_id, recorded_at FROM plan_announcement WHERE version_id = $1 ORDER BY number DESC`, versionID)
}

// InsertPlanAnnouncement implements consent.Tx.
func (tx *Tx) InsertPlanAnnouncement(ctx context.Context, a consent.Announcement) error {
	_, err := tx.exec(ctx, `INSERT INTO plan_announcement (version_id, number, hash, announced_on, text, by_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.VersionID, int64(a.Number), a.Hash, a.AnnouncedOn.String(), a.Text, a.ByID, instant(a.RecordedAt))
	return err
}

// Acceptances implements consent.Reader.
func (tx *Tx) Acceptances(ctx context.Context, versionIDs []string, personID int64) ([]consent.Acceptance, error) {
	if len(versionIDs) == 0 {
		return nil, nil
	}
	args := []any{personID}
	places := make([]string, len(versionIDs))
	for i, id := range versionIDs {
		args = append(args, id)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	return collect(ctx, tx, func(r rows, a *consent.Acceptance) error {
		return r.Scan(&a.VersionID, &a.PersonID, &a.Hash, &a.UserID, &a.Paper, scanTime(&a.AcceptedAt))
	}, `SELECT version_id, person_id, hash, user_id, paper, accepted_at FROM plan_acceptance WHERE ($1 = 0 OR person_id = $1) AND version_id IN (`+
		strings.Join(places, ", ")+`) ORDER BY version_id, person_id`, args...)
}

// InsertAcceptance implements consent.Tx.
func (tx *Tx) InsertAcceptance(ctx context.Context, a consent.Acceptance) error {
	_, err := tx.exec(ctx, `INSERT INTO plan_acceptance (version_id, person_id, hash, user_id, paper, accepted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.VersionID, a.PersonID, a.Hash, a.UserID, a.Paper, instant(a.AcceptedAt))
	return err
}
