package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/questionnaire"
)

// QuestionnaireStore returns the store of package questionnaire.
func (db *DB) QuestionnaireStore() questionnaire.Store { return questionnaireStore{db} }

type questionnaireStore struct{ db *DB }

// InTx implements questionnaire.Store.
func (s questionnaireStore) InTx(ctx context.Context, fn func(questionnaire.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements questionnaire.Store.
func (s questionnaireStore) Read(ctx context.Context, fn func(questionnaire.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var questionnaireColumns = []string{"id", "document", "audience", "state", "opened_on", "closes_on", "closed_on", "before_id", "cells", "created_by", "created_at", "revision"}

var questionnaireSelect = "SELECT " + strings.Join(questionnaireColumns, ", ") + " FROM questionnaire"

func questionnaireValues(q *questionnaire.Questionnaire) ([]any, error) {
	document, documentErr := json.Marshal(q.Document)
	audience, audienceErr := json.Marshal(q.Audience)
	cells, cellsErr := json.Marshal(q.Cells)
	return []any{q.ID, string(document), string(audience), string(q.State), q.OpenedOn.String(), q.ClosesOn.String(), q.ClosedOn.String(), q.BeforeID, string(cells), q.CreatedBy, instant(q.CreatedAt), q.Revision}, errors.Join(documentErr, audienceErr, cellsErr)
}

func scanQuestionnaire(r rows, q *questionnaire.Questionnaire) error {
	var document, audience, cells string
	if err := r.Scan(&q.ID, &document, &audience, &q.State, scanDate(&q.OpenedOn), scanDate(&q.ClosesOn), scanDate(&q.ClosedOn), &q.BeforeID, &cells, &q.CreatedBy, scanTime(&q.CreatedAt), &q.Revision); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(document), &q.Document), json.Unmarshal([]byte(audience), &q.Audience), json.Unmarshal([]byte(cells), &q.Cells))
}

// Questionnaires implements questionnaire.Reader.
func (tx *Tx) Questionnaires(ctx context.Context) ([]questionnaire.Questionnaire, error) {
	return collect(ctx, tx, scanQuestionnaire, questionnaireSelect+" ORDER BY id DESC LIMIT 200")
}

// Questionnaire implements questionnaire.Reader.
func (tx *Tx) Questionnaire(ctx context.Context, id int64) (questionnaire.Questionnaire, error) {
	return one(ctx, tx, "questionnaire.missing", scanQuestionnaire, questionnaireSelect+" WHERE id = $1", id)
}

// InsertQuestionnaire implements questionnaire.Tx.
func (tx *Tx) InsertQuestionnaire(ctx context.Context, q questionnaire.Questionnaire) error {
	values, err := questionnaireValues(&q)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "questionnaire", questionnaireColumns, values)
}

// SaveQuestionnaire implements questionnaire.Tx.
func (tx *Tx) SaveQuestionnaire(ctx context.Context, q questionnaire.Questionnaire) error {
	values, err := questionnaireValues(&q)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "questionnaire", "questionnaire.changed_meanwhile", questionnaireColumns, values)
}

// DeleteQuestionnaire implements questionnaire.Tx.
func (tx *Tx) DeleteQuestionnaire(ctx context.Context, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM questionnaire WHERE id = $1", id)
	return err
}

// Employees implements questionnaire.Reader.
func (tx *Tx) Employees(ctx context.Context, on calendar.Date) ([]questionnaire.Employee, error) {
	valid := func(alias string) string {
		return alias + ".superseded_in = " + openBatch + " AND " + alias + ".valid_from <= $1 AND $1 < " + alias + ".valid_to"
	}
	return collect(ctx, tx, func(r rows, e *questionnaire.Employee) error {
		return r.Scan(&e.PersonID, &e.Name, &e.TeamID, &e.TeamName, &e.RegionID, &e.RegionName, &e.Layer, &e.Account)
	}, "SELECT p.id, p.name, COALESCE(t.id, 0), COALESCE(t.name, ''), COALESCE(g.id, 0), COALESCE(g.name, ''), m.level, EXISTS (SELECT 1 FROM app_user u WHERE u.person_id = p.id AND u.disabled = FALSE)"+
		" FROM person p JOIN assignment m ON m.person_id = p.id AND "+valid("m")+" LEFT JOIN team t ON t.id = m.team_id AND "+valid("t")+" LEFT JOIN region g ON g.id = t.region_id AND "+valid("g")+
		" WHERE p.superseded_in = "+openBatch+" AND p.hired_on <= $1 AND $1 < p.left_on ORDER BY p.id", on.String())
}

var invitedColumns = []string{"questionnaire_id", "person_id", "cell", "layer", "answered", "link_hash"}

var invitedSelect = "SELECT " + strings.Join(invitedColumns, ", ") + " FROM questionnaire_invited"

func scanInvited(r rows, i *questionnaire.Invited) error {
	return r.Scan(&i.QuestionnaireID, &i.PersonID, &i.Cell, &i.Layer, &i.Answered, &i.LinkHash)
}

// InvitedPerson implements questionnaire.Reader.
func (tx *Tx) InvitedPerson(ctx context.Context, id, personID int64) (questionnaire.Invited, bool, error) {
	found, err := collect(ctx, tx, scanInvited, invitedSelect+" WHERE questionnaire_id = $1 AND person_id = $2", id, personID)
	if err != nil || len(found) == 0 {
		return questionnaire.Invited{}, false, err
	}
	return found[0], true, nil
}

// InvitedByLink implements questionnaire.Reader.
func (tx *Tx) InvitedByLink(ctx context.Context, hash string) (questionnaire.Invited, error) {
	return one(ctx, tx, "questionnaire.no_such_link", scanInvited, invitedSelect+" WHERE link_hash = $1 AND link_hash <> ''", hash)
}

// WhoMustAnswer implements questionnaire.Reader.
func (tx *Tx) WhoMustAnswer(ctx context.Context, id int64) ([]int64, error) {
	return collect(ctx, tx, func(r rows, person *int64) error { return r.Scan(person) }, "SELECT person_id FROM questionnaire_invited WHERE questionnaire_id = $1 AND answered = FALSE ORDER BY person_id", id)
}

// QuestionnaireTurnout implements questionnaire.Reader.
func (tx *Tx) QuestionnaireTurnout(ctx context.Context, id int64) ([]questionnaire.Turnout, error) {
	return collect(ctx, tx, func(r rows, t *questionnaire.Turnout) error {
		return r.Scan(&t.Cell, &t.Layer, &t.Invited, &t.Answered)
	}, "SELECT cell, layer, COUNT(*), CAST(SUM(CASE WHEN answered THEN 1 ELSE 0 END) AS BIGINT) FROM questionnaire_invited WHERE questionnaire_id = $1 GROUP BY cell, layer ORDER BY cell, layer", id)
}

// Invite implements questionnaire.Tx.
func (tx *Tx) Invite(ctx context.Context, list []questionnaire.Invited) error {
	for _, i := range list {
		if err := tx.insertRow(ctx, "questionnaire_invited", invitedColumns, []any{i.QuestionnaireID, i.PersonID, i.Cell, i.Layer, i.Answered, i.LinkHash}); err != nil {
			return err
		}
	}
	return nil
}

// SetInvitedLink implements questionnaire.Tx.
func (tx *Tx) SetInvitedLink(ctx context.Context, id, personID int64, hash string) error {
	_, err := tx.exec(ctx, "UPDATE questionnaire_invited SET link_hash = $3 WHERE questionnaire_id = $1 AND person_id = $2", id, personID, hash)
	return err
}

// MarkAnswered implements questionnaire.Tx.
func (tx *Tx) MarkAnswered(ctx context.Context, id, personID int64) error {
	return mustChange(ctx, tx, "questionnaire.answered_already", "UPDATE questionnaire_invited SET answered = TRUE WHERE questionnaire_id = $1 AND person_id = $2 AND answered = FALSE", id, personID)
}

// QuestionnaireBox implements questionnaire.Reader.
func (tx *Tx) QuestionnaireBox(ctx context.Context, id int64, p questionnaire.Part) (b questionnaire.Box, err error) {
	content, err := value[string](ctx, tx, "SELECT content FROM questionnaire_box WHERE questionnaire_id = $1 AND kind = $2 AND part = $3", id, p.Kind, p.Key)
	if err != nil || content == "" {
		return b, err
	}
	return b, json.Unmarshal([]byte(content), &b)
}

// KeepQuestionnaireBox implements questionnaire.Tx.
func (tx *Tx) KeepQuestionnaireBox(ctx context.Context, id int64, p questionnaire.Part, b questionnaire.Box) error {
	content, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO questionnaire_box (questionnaire_id, kind, part, content) VALUES ($1, $2, $3, $4) ON CONFLICT (questionnaire_id, kind, part) DO UPDATE SET content = excluded.content", id, p.Kind, p.Key, string(content))
	return err
}

// AskedSince implements questionnaire.Reader.
func (tx *Tx) AskedSince(ctx context.Context, from calendar.Date) (map[int64]int64, error) {
	counts := map[int64]int64{}
	err := each(ctx, tx, func(r rows) error {
		var person, count int64
		err := r.Scan(&person, &count)
		counts[person] = count
		return err
	}, "SELECT i.person_id, COUNT(*) FROM questionnaire_invited i JOIN questionnaire q ON q.id = i.questionnaire_id WHERE q.state <> 'draft' AND q.opened_on >= $1 GROUP BY i.person_id", from.String())
	return counts, err
}

// QuestionnaireSettings implements questionnaire.Reader.
func (tx *Tx) QuestionnaireSettings(ctx context.Context) (s questionnaire.Settings, set bool, err error) {
	s.Revision, set, err = tx.settingsIn(ctx, "questionnaire_settings", &s)
	return s, set, err
}

// SaveQuestionnaireSettings implements questionnaire.Tx.
func (tx *Tx) SaveQuestionnaireSettings(ctx context.Context, s questionnaire.Settings) error {
	return tx.saveSettings(ctx, "questionnaire_settings", "questionnaire.changed_meanwhile", s, s.Revision)
}
