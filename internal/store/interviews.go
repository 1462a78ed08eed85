package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"xiaoguan/internal/checklist"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/interview"
)

// InterviewStore returns the store of package interview.
func (db *DB) InterviewStore() interview.Store { return interviewStore{db} }

type interviewStore struct{ db *DB }

// InTx implements interview.Store.
func (s interviewStore) InTx(ctx context.Context, fn func(interview.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements interview.Store.
func (s interviewStore) Read(ctx context.Context, fn func(interview.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var interviewColumns = []string{"id", "role", "person_id", "person_name", "held_on", "notes", "interviewer_id", "interviewer_name", "created_at", "revision"}

var interviewSelect = "SELECT " + strings.Join(interviewColumns, ", ") + " FROM interview"

func interviewValues(i *interview.Interview) []any {
	return []any{i.ID, string(i.Role), i.PersonID, i.PersonName, i.HeldOn.String(), i.Notes, i.InterviewerID, i.InterviewerName, instant(i.CreatedAt), i.Revision}
}

func scanInterview(r rows, i *interview.Interview) error {
	return r.Scan(&i.ID, &i.Role, &i.PersonID, &i.PersonName, scanDate(&i.HeldOn), &i.Notes, &i.InterviewerID, &i.InterviewerName, scanTime(&i.CreatedAt), &i.Revision)
}

// Interviews implements interview.Reader.
func (tx *Tx) Interviews(ctx context.Context) ([]interview.Interview, error) {
	return collect(ctx, tx, scanInterview, interviewSelect+" ORDER BY held_on DESC, id DESC LIMIT 500")
}

// Interview implements interview.Reader.
func (tx *Tx) Interview(ctx context.Context, id int64) (interview.Interview, error) {
	return one(ctx, tx, "interview.missing", scanInterview, interviewSelect+" WHERE id = $1", id)
}

// InsertInterview implements interview.Tx.
func (tx *Tx) InsertInterview(ctx context.Context, i interview.Interview) error {
	return tx.insertRow(ctx, "interview", interviewColumns, interviewValues(&i))
}

// SaveInterview implements interview.Tx.
func (tx *Tx) SaveInterview(ctx context.Context, i interview.Interview) error {
	return tx.saveRow(ctx, "interview", "interview.changed_meanwhile", interviewColumns, interviewValues(&i))
}

var passageColumns = []string{"id", "interview_id", "quoted", "themes", "problem_id", "created_at"}

// Passages implements interview.Reader.
func (tx *Tx) Passages(ctx context.Context, interviewID int64) ([]interview.Passage, error) {
	return collect(ctx, tx, func(r rows, p *interview.Passage) error {
		var themes string
		if err := r.Scan(&p.ID, &p.InterviewID, &p.Quoted, &themes, &p.ProblemID, scanTime(&p.CreatedAt)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(themes), &p.Themes)
	}, "SELECT "+strings.Join(passageColumns, ", ")+" FROM interview_passage WHERE CAST($1 AS BIGINT) = 0 OR interview_id = $1 ORDER BY id", interviewID)
}

// InsertPassage implements interview.Tx.
func (tx *Tx) InsertPassage(ctx context.Context, p interview.Passage) error {
	themes, err := json.Marshal(p.Themes)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "interview_passage", passageColumns, []any{p.ID, p.InterviewID, p.Quoted, string(themes), p.ProblemID, instant(p.CreatedAt)})
}

// DeletePassage implements interview.Tx.
func (tx *Tx) DeletePassage(ctx context.Context, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM interview_passage WHERE id = $1", id)
	return err
}

// SetPassageProblem implements interview.Tx.
func (tx *Tx) SetPassageProblem(ctx context.Context, id, problemID int64) error {
	return mustChange(ctx, tx, "interview.is_problem", "UPDATE interview_passage SET problem_id = $2 WHERE id = $1 AND problem_id = 0", id, problemID)
}

// The kinds of documents that the company keeps of its own.
const (
	voiceGuide    = "guide"
	voiceCodeBook = "codebook"
)

type voiceDocument struct {
	text     string
	revision int64
}

func (tx *Tx) voiceDocument(ctx context.Context, kind, key string) (voiceDocument, bool, error) {
	found, err := collect(ctx, tx, func(r rows, d *voiceDocument) error { return r.Scan(&d.text, &d.revision) }, "SELECT document, revision FROM voice_document WHERE kind = $1 AND key = $2", kind, key)
	if err != nil || len(found) == 0 {
		return voiceDocument{}, false, err
	}
	return found[0], true, nil
}

// OwnGuide implements interview.Reader.
func (tx *Tx) OwnGuide(ctx context.Context, role interview.Role) (g interview.Guide, known bool, err error) {
	d, known, err := tx.voiceDocument(ctx, voiceGuide, string(role))
	if err != nil || !known {
		return g, known, err
	}
	err = json.Unmarshal([]byte(d.text), &g)
	g.Role, g.Own, g.Revision = role, true, d.revision
	return g, true, err
}

// OwnCodeBook implements interview.Reader.
func (tx *Tx) OwnCodeBook(ctx context.Context) (b interview.CodeBook, known bool, err error) {
	d, known, err := tx.voiceDocument(ctx, voiceCodeBook, "")
	if err != nil || !known {
		return b, known, err
	}
	err = json.Unmarshal([]byte(d.text), &b)
	b.Revision = d.revision
	return b, true, err
}

// KeepGuide implements interview.Tx.
func (tx *Tx) KeepGuide(ctx context.Context, g interview.Guide, by string) error {
	return tx.keepVoiceDocument(ctx, voiceGuide, string(g.Role), g, g.Revision, by)
}

// KeepCodeBook implements interview.Tx.
func (tx *Tx) KeepCodeBook(ctx context.Context, b interview.CodeBook, by string) error {
	return tx.keepVoiceDocument(ctx, voiceCodeBook, "", b, b.Revision, by)
}

// keepVoiceDocument keeps a document that was seen at a revision; 0 for one that is not there yet.
func (tx *Tx) keepVoiceDocument(ctx context.Context, kind, key string, document any, seen int64, by string) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	if seen != 0 {
		return mustChange(ctx, tx, "interview.changed_meanwhile", "UPDATE voice_document SET document = $3, changed_by = $4, changed_at = $5, revision = revision + 1 WHERE kind = $1 AND key = $2 AND revision = $6", kind, key, string(text), by, instant(tx.Now()), seen)
	}
	if _, known, err := tx.voiceDocument(ctx, kind, key); err != nil || known {
		return errors.Join(err, errs.New(errs.KindConflict, "interview.changed_meanwhile", nil))
	}
	return tx.insertRow(ctx, "voice_document", []string{"kind", "key", "document", "changed_by", "changed_at", "revision"}, []any{kind, key, string(text), by, instant(tx.Now()), int64(1)})
}

// ChecklistStore returns the store of package checklist.
func (db *DB) ChecklistStore() checklist.Store { return checklistStore{db} }

type checklistStore struct{ db *DB }

// InTx implements checklist.Store.
func (s checklistStore) InTx(ctx context.Context, fn func(checklist.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements checklist.Store.
func (s checklistStore) Read(ctx context.Context, fn func(checklist.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var checklistColumns = []string{"id", "list", "document", "answers", "held_on", "state", "created_by_id", "created_by", "created_at", "revision"}

var checklistSelect = "SELECT " + strings.Join(checklistColumns, ", ") + " FROM checklist"

func checklistValues(r *checklist.Review) ([]any, error) {
	document, documentErr := json.Marshal(r.List)
	answers, answersErr := json.Marshal(r.Answers)
	return []any{r.ID, r.List.Key, string(document), string(answers), r.HeldOn.String(), string(r.State), r.CreatedByID, r.CreatedBy, instant(r.CreatedAt), r.Revision}, errors.Join(documentErr, answersErr)
}

func scanChecklist(row rows, r *checklist.Review) error {
	var list, document, answers string
	if err := row.Scan(&r.ID, &list, &document, &answers, scanDate(&r.HeldOn), &r.State, &r.CreatedByID, &r.CreatedBy, scanTime(&r.CreatedAt), &r.Revision); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(document), &r.List), json.Unmarshal([]byte(answers), &r.Answers))
}

// ChecklistReviews implements checklist.Reader.
func (tx *Tx) ChecklistReviews(ctx context.Context) ([]checklist.Review, error) {
	return collect(ctx, tx, scanChecklist, checklistSelect+" ORDER BY id DESC LIMIT 200")
}

// ChecklistReview implements checklist.Reader.
func (tx *Tx) ChecklistReview(ctx context.Context, id int64) (checklist.Review, error) {
	return one(ctx, tx, "checklist.missing", scanChecklist, checklistSelect+" WHERE id = $1", id)
}

// InsertChecklistReview implements checklist.Tx.
func (tx *Tx) InsertChecklistReview(ctx context.Context, r checklist.Review) error {
	values, err := checklistValues(&r)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "checklist", checklistColumns, values)
}

// SaveChecklistReview implements checklist.Tx.
func (tx *Tx) SaveChecklistReview(ctx context.Context, r checklist.Review) error {
	values, err := checklistValues(&r)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "checklist", "checklist.changed_meanwhile", checklistColumns, values)
}
