package store

import (
	"context"
	"encoding/json"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
)

// CapabilityStore returns the store of package capability.
func (db *DB) CapabilityStore() capability.Store { return capabilityStore{db} }

type capabilityStore struct{ db *DB }

// InTx implements capability.Store.
func (s capabilityStore) InTx(ctx context.Context, fn func(capability.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements capability.Store.
func (s capabilityStore) Read(ctx context.Context, fn func(capability.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var skillColumns = []string{"id", "place", "name_zh", "name_en", "required", "active", "revision"}

// Skills implements capability.Reader.
func (tx *Tx) Skills(ctx context.Context) ([]capability.Skill, error) {
	return collect(ctx, tx, func(r rows, s *capability.Skill) error {
		var required string
		if err := r.Scan(&s.ID, &s.Place, &s.NameZh, &s.NameEn, &required, &s.Active, &s.Revision); err != nil {
			return err
		}
		return json.Unmarshal([]byte(required), &s.Required)
	}, "SELECT id, place, name_zh, name_en, required, active, revision FROM skill ORDER BY place, id")
}

func skillValues(s *capability.Skill) ([]any, error) {
	required, err := json.Marshal(s.Required)
	return []any{s.ID, s.Place, s.NameZh, s.NameEn, string(required), s.Active, s.Revision}, err
}

// InsertSkill implements capability.Tx.
func (tx *Tx) InsertSkill(ctx context.Context, s capability.Skill) error {
	values, err := skillValues(&s)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "skill", skillColumns, values)
}

// SaveSkill implements capability.Tx.
func (tx *Tx) SaveSkill(ctx context.Context, s capability.Skill) error {
	values, err := skillValues(&s)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "skill", "capability.changed_meanwhile", skillColumns, values)
}

// SkillMarks implements capability.Reader.
func (tx *Tx) SkillMarks(ctx context.Context) ([]capability.Mark, error) {
	return collect(ctx, tx, func(r rows, m *capability.Mark) error {
		return r.Scan(&m.ID, &m.SkillID, &m.PersonID, &m.Level, scanDate(&m.On), &m.Words, &m.ByID, &m.ByName, scanTime(&m.CreatedAt))
	}, "SELECT m.id, m.skill_id, m.person_id, m.level, m.marked_on, m.words, m.by_id, m.by_name, m.created_at FROM skill_mark m WHERE m.id = (SELECT MAX(o.id) FROM skill_mark o WHERE o.person_id = m.person_id AND o.skill_id = m.skill_id) ORDER BY m.person_id, m.skill_id")
}

// InsertSkillMark implements capability.Tx.
func (tx *Tx) InsertSkillMark(ctx context.Context, m capability.Mark) error {
	return tx.insertRow(ctx, "skill_mark", []string{"id", "skill_id", "person_id", "level", "marked_on", "words", "by_id", "by_name", "created_at"}, []any{m.ID, m.SkillID, m.PersonID, m.Level, m.On.String(), m.Words, m.ByID, m.ByName, instant(m.CreatedAt)})
}

const trainingSelect = "SELECT t.id, t.person_id, COALESCE((SELECT p.name FROM person p WHERE p.id = t.person_id AND p.superseded_in = " + openBatch + "), ''), t.held_on, t.tenths, t.topic, t.by_id, t.by_name, t.created_at, t.removed_at, t.removed_by FROM training t WHERE "

func scanTraining(r rows, t *capability.Training) error {
	return r.Scan(&t.ID, &t.PersonID, &t.PersonName, scanDate(&t.On), &t.Tenths, &t.Topic, &t.ByID, &t.ByName, scanTime(&t.CreatedAt), scanTime(&t.RemovedAt), &t.RemovedBy)
}

// trainingsMost is how many trainings of a year are read.
const trainingsMost = 20_000

// Trainings implements capability.Reader.
func (tx *Tx) Trainings(ctx context.Context, from, to calendar.Date) ([]capability.Training, error) {
	return collect(ctx, tx, scanTraining, trainingSelect+"t.removed_at = '' AND t.held_on >= $1 AND t.held_on <= $2 ORDER BY t.held_on DESC, t.id DESC LIMIT "+strconv.Itoa(trainingsMost), from.String(), to.String())
}

// Training implements capability.Reader.
func (tx *Tx) Training(ctx context.Context, id int64) (capability.Training, error) {
	return one(ctx, tx, "capability.no_training_here", scanTraining, trainingSelect+"t.id = $1", id)
}

// InsertTraining implements capability.Tx.
func (tx *Tx) InsertTraining(ctx context.Context, t capability.Training) error {
	return tx.insertRow(ctx, "training", []string{"id", "person_id", "held_on", "tenths", "topic", "by_id", "by_name", "created_at", "removed_at", "removed_by"}, []any{t.ID, t.PersonID, t.On.String(), t.Tenths, t.Topic, t.ByID, t.ByName, instant(t.CreatedAt), instant(t.RemovedAt), t.RemovedBy})
}

// RemoveTraining implements capability.Tx.
func (tx *Tx) RemoveTraining(ctx context.Context, t capability.Training) error {
	return mustChange(ctx, tx, "capability.removed_already", "UPDATE training SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at = ''", t.ID, instant(t.RemovedAt), t.RemovedBy)
}
