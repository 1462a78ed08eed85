package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/review"
)

// ReviewStore returns the store of package review.
func (db *DB) ReviewStore() review.Store { return reviewStore{db} }

type reviewStore struct{ db *DB }

// InTx implements review.Store.
func (s reviewStore) InTx(ctx context.Context, fn func(review.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements review.Store.
func (s reviewStore) Read(ctx context.Context, fn func(review.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var reviewColumns = []string{"id", "kind", "unit_kind", "unit_id", "unit_name", "held_on", "from_on", "to_on", "through_on", "state", "basis", "total", "ground", "carried", "minutes", "prepared_at", "prepared_by", "finished_at", "finished_by", "finished_name", "revision"}

func reviewValues(r *review.Review) ([]any, error) {
	total, totalErr := json.Marshal(r.Total)
	ground, groundErr := json.Marshal(r.Ground)
	carried, carriedErr := json.Marshal(r.Carried)
	return []any{r.ID, string(r.Kind), string(r.Unit.Kind), r.Unit.ID, r.Unit.Name, r.On.String(), r.Span.From.String(), r.Span.To.String(), r.Through.String(), string(r.State), string(r.Basis), string(total), string(ground), string(carried), r.Minutes,
		instant(r.PreparedAt), r.PreparedBy, instant(r.FinishedAt), r.FinishedBy, r.FinishedFor, r.Revision}, errors.Join(totalErr, groundErr, carriedErr)
}

func scanReview(r rows, v *review.Review) error {
	var total, ground, carried string
	if err := r.Scan(&v.ID, &v.Kind, &v.Unit.Kind, &v.Unit.ID, &v.Unit.Name, scanDate(&v.On), scanDate(&v.Span.From), scanDate(&v.Span.To), scanDate(&v.Through), &v.State, &v.Basis, &total, &ground, &carried, &v.Minutes,
		scanTime(&v.PreparedAt), &v.PreparedBy, scanTime(&v.FinishedAt), &v.FinishedBy, &v.FinishedFor, &v.Revision); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(total), &v.Total), json.Unmarshal([]byte(ground), &v.Ground), json.Unmarshal([]byte(carried), &v.Carried))
}

var reviewSelect = "SELECT v." + strings.Join(reviewColumns, ", v.") + " FROM review v"

// Review implements review.Reader.
func (tx *Tx) Review(ctx context.Context, id int64) (review.Review, error) {
	return one(ctx, tx, "review.missing", scanReview, reviewSelect+" WHERE v.id = $1", id)
}

// Reviews implements review.Reader.
func (tx *Tx) Reviews(ctx context.Context, f review.Filter) ([]review.Review, error) {
	c := &filters{}
	if f.Kind != "" {
		c.add("v.kind = ?", string(f.Kind))
	}
	if f.State != "" {
		c.add("v.state = ?", string(f.State))
	}
	if f.On != calendar.NoDate {
		c.add("v.held_on = ?", f.On.String())
	}
	if f.Before != calendar.NoDate {
		c.add("v.held_on < ?", f.Before.String())
	}
	if !f.All {
		c.add(reachedReviews(c, f))
	}
	limit := ""
	if f.Limit > 0 {
		limit = " LIMIT " + strconv.Itoa(f.Limit)
	}
	return collect(ctx, tx, scanReview, reviewSelect+c.where()+" ORDER BY v.held_on DESC, v.id DESC"+limit, c.args...)
}

// reachedReviews are those of units, and those that somebody is in.
func reachedReviews(c *filters, f review.Filter) string {
	ids := map[review.UnitKind][]int64{}
	for _, u := range f.Units {
		ids[u.Kind] = append(ids[u.Kind], u.ID)
	}
	var parts []string
	for _, kind := range []review.UnitKind{review.UnitTeam, review.UnitRegion} {
		if len(ids[kind]) > 0 {
			parts = append(parts, "v.unit_kind = '"+string(kind)+"' AND v.unit_id IN ("+listed(ids[kind])+")")
		}
	}
	if f.Person != 0 {
		parts = append(parts, "EXISTS (SELECT 1 FROM review_row w WHERE w.review_id = v.id AND w.person_id = "+c.parameter(f.Person)+")")
	}
	if len(parts) == 0 {
		return "FALSE"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// InsertReview implements review.Tx.
func (tx *Tx) InsertReview(ctx context.Context, r review.Review, list []review.Row) error {
	values, err := reviewValues(&r)
	if err != nil {
		return err
	}
	if err := tx.insertRow(ctx, "review", reviewColumns, values); err != nil {
		return err
	}
	return tx.insertReviewRows(ctx, list)
}

// SaveReview implements review.Tx.
func (tx *Tx) SaveReview(ctx context.Context, r review.Review) error {
	values, err := reviewValues(&r)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "review", "review.changed_meanwhile", reviewColumns, values)
}

var reviewRowColumns = []string{"review_id", "person_id", "name", "place", "numbers", "band", "band_from", "words", "seen_at", "proposed_minor", "proposal", "change_id", "changed_name", "revision"}

func (tx *Tx) insertReviewRows(ctx context.Context, list []review.Row) error {
	b := tx.bulk("review_row", reviewRowColumns...)
	for i := range list {
		w := &list[i]
		numbers, err := json.Marshal(w.Numbers)
		if err != nil {
			return err
		}
		if err := b.add(ctx, w.ReviewID, w.PersonID, w.Name, w.Place, string(numbers), w.Band, w.BandFrom, w.Words, instant(w.SeenAt), w.Proposed, w.Proposal, w.ChangeID, w.ChangedBy, w.Revision); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// ReplaceReviewRows implements review.Tx.
func (tx *Tx) ReplaceReviewRows(ctx context.Context, id int64, list []review.Row) error {
	if _, err := tx.exec(ctx, "DELETE FROM review_row WHERE review_id = $1", id); err != nil {
		return err
	}
	return tx.insertReviewRows(ctx, list)
}

func scanReviewRow(r rows, w *review.Row) error {
	var numbers string
	if err := r.Scan(&w.ReviewID, &w.PersonID, &w.Name, &w.Place, &numbers, &w.Band, &w.BandFrom, &w.Words, scanTime(&w.SeenAt), &w.Proposed, &w.Proposal, &w.ChangeID, &w.ChangedBy, &w.Revision); err != nil {
		return err
	}
	return json.Unmarshal([]byte(numbers), &w.Numbers)
}

// ReviewRows implements review.Reader.
func (tx *Tx) ReviewRows(ctx context.Context, id, personID int64) ([]review.Row, error) {
	return collect(ctx, tx, scanReviewRow, "SELECT "+strings.Join(reviewRowColumns, ", ")+" FROM review_row WHERE review_id = $1 AND ($2 = 0 OR person_id = $2) ORDER BY place", id, personID)
}

// SaveReviewRow implements review.Tx.
func (tx *Tx) SaveReviewRow(ctx context.Context, w review.Row) error {
	return mustChange(ctx, tx, "review.changed_meanwhile", "UPDATE review_row SET words = $3, seen_at = $4, proposed_minor = $5, proposal = $6, change_id = $7, changed_name = $8, revision = $9 WHERE review_id = $1 AND person_id = $2 AND revision = $9 - 1",
		w.ReviewID, w.PersonID, w.Words, instant(w.SeenAt), w.Proposed, w.Proposal, w.ChangeID, w.ChangedBy, w.Revision)
}

var reviewActionColumns = []string{"id", "review_id", "unit_kind", "unit_id", "person_id", "agreed_on", "text", "due_on", "state", "done_on", "words", "created_by", "created_at", "revision", "metric"}

// InsertReviewAction implements review.Tx.
func (tx *Tx) InsertReviewAction(ctx context.Context, a review.Action) error {
	return tx.insertRow(ctx, "review_action", reviewActionColumns, []any{a.ID, a.ReviewID, string(a.Unit.Kind), a.Unit.ID, a.PersonID, calendar.DateOf(a.CreatedAt.In(tx.db.now().Location())).String(), a.Text, a.DueOn.String(), string(a.State), a.DoneOn.String(), a.Words, a.CreatedBy, instant(a.CreatedAt), a.Revision, a.Metric})
}

// SaveReviewAction implements review.Tx.
func (tx *Tx) SaveReviewAction(ctx context.Context, a review.Action) error {
	return mustChange(ctx, tx, "review.changed_meanwhile", "UPDATE review_action SET state = $2, done_on = $3, words = $4, revision = $5 WHERE id = $1 AND revision = $5 - 1", a.ID, string(a.State), a.DoneOn.String(), a.Words, a.Revision)
}

const reviewActionSelect = `SELECT a.id, a.review_id, a.unit_kind, a.unit_id, v.unit_name, a.person_id, COALESCE(p.name, ''), a.text, a.due_on, a.state, a.done_on, a.words, a.created_by, a.created_at, a.revision, a.metric FROM review_action a
	JOIN review v ON v.id = a.review_id LEFT JOIN person p ON p.id = a.person_id AND p.superseded_in = ` + openBatch

func scanReviewAction(r rows, a *review.Action) error {
	return r.Scan(&a.ID, &a.ReviewID, &a.Unit.Kind, &a.Unit.ID, &a.Unit.Name, &a.PersonID, &a.PersonName, &a.Text, scanDate(&a.DueOn), &a.State, scanDate(&a.DoneOn), &a.Words, &a.CreatedBy, scanTime(&a.CreatedAt), &a.Revision, &a.Metric)
}

// ReviewAction implements review.Reader.
func (tx *Tx) ReviewAction(ctx context.Context, id int64) (review.Action, error) {
	return one(ctx, tx, "review.missing", scanReviewAction, reviewActionSelect+" WHERE a.id = $1", id)
}

// ReviewActions implements review.Reader.
func (tx *Tx) ReviewActions(ctx context.Context, f review.ActionFilter) ([]review.Action, error) {
	c := &filters{}
	switch {
	case f.ReviewID != 0:
		c.add("a.review_id = ?", f.ReviewID)
	case f.Unit != nil:
		c.add("a.unit_kind = ? AND a.unit_id = ?", string(f.Unit.Kind), f.Unit.ID)
		c.add("(a.state = 'open' OR a.agreed_on >= ?)", f.Since.String())
		c.add("a.review_id <> ?", f.Except)
	case f.Due != nil:
		c.add("a.due_on >= ?", f.Due.From.String())
		c.add("a.due_on < ?", f.Due.To.String())
	default:
		c.add("a.state = 'open' AND a.person_id = ?", f.Person)
	}
	return collect(ctx, tx, scanReviewAction, reviewActionSelect+c.where()+" ORDER BY a.due_on, a.id LIMIT "+strconv.Itoa(f.Limit), c.args...)
}

// ReviewSettings implements review.Reader.
func (tx *Tx) ReviewSettings(ctx context.Context) (s review.Settings, set bool, err error) {
	s.Revision, set, err = tx.settingsIn(ctx, "review_settings", &s)
	return s, set, err
}

// SaveReviewSettings implements review.Tx.
func (tx *Tx) SaveReviewSettings(ctx context.Context, s review.Settings) error {
	return tx.saveSettings(ctx, "review_settings", "review.changed_meanwhile", s, s.Revision)
}
