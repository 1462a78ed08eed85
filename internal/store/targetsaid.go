package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/targetplan"
)

// TargetOwns implements targetplan.Reader.
func (tx *Tx) TargetOwns(ctx context.Context, planID int64) ([]targetplan.Own, error) {
	return collect(ctx, tx, func(r rows, o *targetplan.Own) error {
		return r.Scan(&o.PlanID, &o.PersonID, &o.Minor, &o.Note, &o.ByID, &o.ByName, scanTime(&o.At))
	}, "SELECT plan_id, person_id, amount_minor, note, by_id, by_name, at FROM target_own WHERE plan_id = $1 ORDER BY person_id", planID)
}

// PutTargetOwn implements targetplan.Tx.
func (tx *Tx) PutTargetOwn(ctx context.Context, o targetplan.Own) error {
	if err := tx.DropTargetOwn(ctx, o.PlanID, o.PersonID); err != nil {
		return err
	}
	return tx.insertRow(ctx, "target_own", []string{"plan_id", "person_id", "amount_minor", "note", "by_id", "by_name", "at"}, []any{o.PlanID, o.PersonID, o.Minor, o.Note, o.ByID, o.ByName, instant(o.At)})
}

// DropTargetOwn implements targetplan.Tx.
func (tx *Tx) DropTargetOwn(ctx context.Context, planID, personID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM target_own WHERE plan_id = $1 AND person_id = $2", planID, personID)
	return err
}

var targetObjectionColumns = []string{"id", "plan_id", "person_id", "state", "target_minor", "wanted_minor", "reason", "evidence", "by_id", "by_name", "at", "answer", "answered_name", "answered_at", "revision"}

func targetObjectionValues(o targetplan.Objection) ([]any, error) {
	evidence, err := json.Marshal(o.Evidence)
	return []any{o.ID, o.PlanID, o.PersonID, string(o.State), o.TargetMinor, o.WantedMinor, o.Reason, string(evidence), o.ByID, o.ByName, instant(o.At), o.Answer, o.AnsweredName, instant(o.AnsweredAt), o.Revision}, err
}

func scanTargetObjection(r rows, o *targetplan.Objection) error {
	var evidence string
	if err := r.Scan(&o.ID, &o.PlanID, &o.PersonID, &o.State, &o.TargetMinor, &o.WantedMinor, &o.Reason, &evidence, &o.ByID, &o.ByName, scanTime(&o.At), &o.Answer, &o.AnsweredName, scanTime(&o.AnsweredAt), &o.Revision, &o.PersonName); err != nil {
		return err
	}
	return json.Unmarshal([]byte(evidence), &o.Evidence)
}

var targetObjectionSelect = "SELECT o." + strings.Join(targetObjectionColumns, ", o.") + ", COALESCE(p.name, '') FROM target_objection o LEFT JOIN person p ON p.id = o.person_id AND p.superseded_in = " + openBatch

// TargetObjections implements targetplan.Reader.
func (tx *Tx) TargetObjections(ctx context.Context, planID, personID int64) ([]targetplan.Objection, error) {
	return collect(ctx, tx, scanTargetObjection, targetObjectionSelect+" WHERE o.plan_id = $1 AND ($2 = 0 OR o.person_id = $2) ORDER BY o.id DESC", planID, personID)
}

// TargetObjection implements targetplan.Reader.
func (tx *Tx) TargetObjection(ctx context.Context, id int64) (targetplan.Objection, error) {
	return one(ctx, tx, "targetplan.missing", scanTargetObjection, targetObjectionSelect+" WHERE o.id = $1", id)
}

// InsertTargetObjection implements targetplan.Tx.
func (tx *Tx) InsertTargetObjection(ctx context.Context, o targetplan.Objection) error {
	values, err := targetObjectionValues(o)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "target_objection", targetObjectionColumns, values)
}

// SaveTargetObjection implements targetplan.Tx.
func (tx *Tx) SaveTargetObjection(ctx context.Context, o targetplan.Objection) error {
	values, err := targetObjectionValues(o)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "target_objection", "targetplan.changed_meanwhile", targetObjectionColumns, values)
}

// TargetAcceptances implements targetplan.Reader.
func (tx *Tx) TargetAcceptances(ctx context.Context, planID, personID int64) ([]targetplan.Acceptance, error) {
	return collect(ctx, tx, func(r rows, a *targetplan.Acceptance) error {
		return r.Scan(&a.PlanID, &a.PersonID, &a.Hash, &a.UserID, &a.UserName, scanTime(&a.At))
	}, "SELECT plan_id, person_id, hash, user_id, user_name, at FROM target_acceptance WHERE plan_id = $1 AND ($2 = 0 OR person_id = $2) ORDER BY person_id, at", planID, personID)
}

// PutTargetAcceptance implements targetplan.Tx. A letter is accepted once; accepting it again changes nothing.
func (tx *Tx) PutTargetAcceptance(ctx context.Context, a targetplan.Acceptance) error {
	_, err := tx.exec(ctx, "INSERT INTO target_acceptance (plan_id, person_id, hash, user_id, user_name, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (plan_id, person_id, hash) DO NOTHING",
		a.PlanID, a.PersonID, a.Hash, a.UserID, a.UserName, instant(a.At))
	return err
}

var targetChangeColumns = []string{"id", "plan_id", "person_id", "other_id", "from_month", "kind", "reason", "before_minor", "after_minor", "months", "other_months", "state", "request_id", "by_id", "by_name", "at", "revision"}

func targetChangeValues(c targetplan.Change) ([]any, error) {
	months, monthsErr := json.Marshal(c.Months)
	others, othersErr := json.Marshal(c.OtherMonths)
	return []any{c.ID, c.PlanID, c.PersonID, c.OtherID, c.From.String(), string(c.Kind), c.Reason, c.BeforeMinor, c.AfterMinor, string(months), string(others), string(c.State), c.RequestID, c.ByID, c.ByName, instant(c.At), c.Revision}, errors.Join(monthsErr, othersErr)
}

func scanTargetChange(r rows, c *targetplan.Change) error {
	var months, others string
	if err := r.Scan(&c.ID, &c.PlanID, &c.PersonID, &c.OtherID, scanMonth(&c.From), &c.Kind, &c.Reason, &c.BeforeMinor, &c.AfterMinor, &months, &others, &c.State, &c.RequestID, &c.ByID, &c.ByName, scanTime(&c.At), &c.Revision, &c.PersonName, &c.OtherName); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(months), &c.Months), json.Unmarshal([]byte(others), &c.OtherMonths))
}

var targetChangeSelect = "SELECT c." + strings.Join(targetChangeColumns, ", c.") + ", COALESCE(p.name, ''), COALESCE(o.name, '') FROM target_change c LEFT JOIN person p ON p.id = c.person_id AND p.superseded_in = " + openBatch +
	" LEFT JOIN person o ON o.id = c.other_id AND o.superseded_in = " + openBatch

// TargetChanges implements targetplan.Reader.
func (tx *Tx) TargetChanges(ctx context.Context, planID, personID int64) ([]targetplan.Change, error) {
	return collect(ctx, tx, scanTargetChange, targetChangeSelect+" WHERE c.plan_id = $1 AND ($2 = 0 OR c.person_id = $2 OR c.other_id = $2) ORDER BY c.id DESC", planID, personID)
}

// TargetChange implements targetplan.Reader.
func (tx *Tx) TargetChange(ctx context.Context, id int64) (targetplan.Change, error) {
	return one(ctx, tx, "targetplan.missing", scanTargetChange, targetChangeSelect+" WHERE c.id = $1", id)
}

// InsertTargetChange implements targetplan.Tx.
func (tx *Tx) InsertTargetChange(ctx context.Context, c targetplan.Change) error {
	values, err := targetChangeValues(c)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "target_change", targetChangeColumns, values)
}

// SaveTargetChange implements targetplan.Tx.
func (tx *Tx) SaveTargetChange(ctx context.Context, c targetplan.Change) error {
	values, err := targetChangeValues(c)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "target_change", "targetplan.changed_meanwhile", targetChangeColumns, values)
}
