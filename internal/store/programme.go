package store

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/targetplan"
)

// ProgrammeStore returns the store of package programme.
func (db *DB) ProgrammeStore() programme.Store { return programmeStore{db} }

type programmeStore struct{ db *DB }

// InTx implements programme.Store.
func (s programmeStore) InTx(ctx context.Context, fn func(programme.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements programme.Store.
func (s programmeStore) Read(ctx context.Context, fn func(programme.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// kept is a record whose content is one column; the others are what is looked for, and read from the content.
func kept(v any, columns ...any) ([]any, error) {
	content, err := json.Marshal(v)
	last := len(columns) - 1
	values := append(columns[:last:last], string(content), columns[last]) //nolint:gocritic // the revision stands last
	return values, err
}

func scanContent[T any](r rows, v *T) error {
	var content string
	if err := r.Scan(&content); err != nil {
		return err
	}
	return json.Unmarshal([]byte(content), v)
}

var goalColumns = []string{"id", "key", "state", "title", "metric", "owner_id", "baseline", "content", "revision"}

func goalValues(g *programme.Goal) ([]any, error) {
	baseline, err := json.Marshal(g.Baseline)
	values, contentErr := kept(g, g.ID, g.Key, string(g.State), g.Title, string(g.Metric), g.OwnerID, string(baseline), g.Revision)
	return values, errors.Join(err, contentErr)
}

// BaseTargets implements programme.Reader. The base of a person is a number of the year; a month has as much of it as it has of the target.
func (tx *Tx) BaseTargets(ctx context.Context, month calendar.Month) (map[int64]int64, bool, error) {
	plans, err := collect(ctx, tx, scanTargetPlan, targetPlanSelect+" WHERE state = 'published' AND first_month <= $1 ORDER BY number DESC", month.String())
	if err != nil {
		return nil, false, err
	}
	at := slices.IndexFunc(plans, func(p targetplan.Plan) bool { return p.Has(month) && p.From <= month })
	if at < 0 {
		return nil, false, nil
	}
	bases := map[int64]int64{}
	return bases, true, each(ctx, tx, func(r rows) error {
		var row targetplan.Row
		if err := scanTargetRow(r, &row); err != nil {
			return err
		}
		if row.Minor > 0 {
			part := new(big.Int).Mul(big.NewInt(row.Detail.Base), big.NewInt(row.Months[month-plans[at].First]))
			bases[row.PersonID] = part.Quo(part, big.NewInt(row.Minor)).Int64()
		}
		return nil
	}, "SELECT "+strings.Join(targetRowColumns, ", ")+" FROM target_row WHERE plan_id = $1 AND person_id <> 0 ORDER BY place", plans[at].ID)
}

// Goal implements programme.Reader.
func (tx *Tx) Goal(ctx context.Context, id int64) (programme.Goal, error) {
	return one(ctx, tx, "programme.goal_missing", scanContent[programme.Goal], "SELECT content FROM goal WHERE id = $1", id)
}

// Goals implements programme.Reader.
func (tx *Tx) Goals(ctx context.Context) ([]programme.Goal, error) {
	return collect(ctx, tx, scanContent[programme.Goal], "SELECT content FROM goal ORDER BY id")
}

// InsertGoal implements programme.Tx.
func (tx *Tx) InsertGoal(ctx context.Context, g programme.Goal) error {
	values, err := goalValues(&g)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "goal", goalColumns, values)
}

// SaveGoal implements programme.Tx.
func (tx *Tx) SaveGoal(ctx context.Context, g programme.Goal) error {
	values, err := goalValues(&g)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "goal", "programme.changed_meanwhile", goalColumns, values)
}

// GoalReadings implements programme.Reader.
func (tx *Tx) GoalReadings(ctx context.Context, goalID int64) ([]programme.Reading, error) {
	return collect(ctx, tx, func(r rows, v *programme.Reading) error {
		var value string
		if err := r.Scan(&v.GoalID, scanMonth(&v.Month), &value, scanTime(&v.At)); err != nil {
			return err
		}
		return json.Unmarshal([]byte(value), &v.Value)
	}, "SELECT goal_id, month, value, read_at FROM goal_reading WHERE goal_id = $1 ORDER BY month", goalID)
}

// PutGoalReading implements programme.Tx.
func (tx *Tx) PutGoalReading(ctx context.Context, v programme.Reading) error {
	value, err := json.Marshal(v.Value)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO goal_reading (goal_id, month, value, read_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (goal_id, month) DO UPDATE SET value = excluded.value, read_at = excluded.read_at`, v.GoalID, v.Month.String(), string(value), instant(v.At))
	return err
}

// DropGoalReadings implements programme.Tx.
func (tx *Tx) DropGoalReadings(ctx context.Context, goalID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM goal_reading WHERE goal_id = $1", goalID)
	return err
}

var initiativeColumns = []string{"id", "title", "phase", "outcome", "owner_id", "budget_fen", "content", "revision"}

func initiativeValues(i *programme.Initiative) ([]any, error) {
	return kept(i, i.ID, i.Title, string(i.Phase), string(i.Outcome), i.OwnerID, i.BudgetFen, i.Revision)
}

// Initiative implements programme.Reader.
func (tx *Tx) Initiative(ctx context.Context, id int64) (programme.Initiative, error) {
	return one(ctx, tx, "programme.initiative_missing", scanContent[programme.Initiative], "SELECT content FROM initiative WHERE id = $1", id)
}

// Initiatives implements programme.Reader.
func (tx *Tx) Initiatives(ctx context.Context) ([]programme.Initiative, error) {
	return collect(ctx, tx, scanContent[programme.Initiative], "SELECT content FROM initiative ORDER BY id DESC")
}

// InsertInitiative implements programme.Tx.
func (tx *Tx) InsertInitiative(ctx context.Context, i programme.Initiative) error {
	values, err := initiativeValues(&i)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "initiative", initiativeColumns, values)
}

// SaveInitiative implements programme.Tx.
func (tx *Tx) SaveInitiative(ctx context.Context, i programme.Initiative) error {
	values, err := initiativeValues(&i)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "initiative", "programme.changed_meanwhile", initiativeColumns, values)
}

// Effects implements programme.Reader.
func (tx *Tx) Effects(ctx context.Context, initiativeID int64) ([]programme.Found, error) {
	return collect(ctx, tx, scanContent[programme.Found], "SELECT content FROM initiative_effect WHERE initiative_id = $1 ORDER BY id DESC", initiativeID)
}

// InsertEffect implements programme.Tx.
func (tx *Tx) InsertEffect(ctx context.Context, f programme.Found) error {
	content, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "initiative_effect", []string{"id", "initiative_id", "verdict", "content", "found_at"}, []any{f.ID, f.InitiativeID, string(f.Result.Verdict), string(content), instant(f.At)})
}

var riskColumns = []string{"id", "key", "state", "title", "score", "owner_id", "content", "revision"}

func riskValues(r *programme.Risk) ([]any, error) {
	return kept(r, r.ID, r.Key, string(r.State), r.Title, int64(r.Score()), r.OwnerID, r.Revision)
}

// Risk implements programme.Reader.
func (tx *Tx) Risk(ctx context.Context, id int64) (programme.Risk, error) {
	return one(ctx, tx, "programme.risk_missing", scanContent[programme.Risk], "SELECT content FROM risk WHERE id = $1", id)
}

// Risks implements programme.Reader.
func (tx *Tx) Risks(ctx context.Context) ([]programme.Risk, error) {
	return collect(ctx, tx, scanContent[programme.Risk], "SELECT content FROM risk ORDER BY score DESC, id")
}

// InsertRisk implements programme.Tx.
func (tx *Tx) InsertRisk(ctx context.Context, r programme.Risk) error {
	values, err := riskValues(&r)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "risk", riskColumns, values)
}

// SaveRisk implements programme.Tx.
func (tx *Tx) SaveRisk(ctx context.Context, r programme.Risk) error {
	values, err := riskValues(&r)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "risk", "programme.changed_meanwhile", riskColumns, values)
}

var lessonColumns = []string{"id", "initiative_id", "title", "outcome", "search_text", "content", "revision"}

func lessonValues(l *programme.Lesson) ([]any, error) {
	return kept(l, l.ID, l.InitiativeID, l.Title, string(l.Outcome), naming.Text(l.Title, l.Tried, l.Where, l.Learnt), l.Revision)
}

// Lesson implements programme.Reader.
func (tx *Tx) Lesson(ctx context.Context, id int64) (programme.Lesson, error) {
	return one(ctx, tx, "programme.lesson_missing", scanContent[programme.Lesson], "SELECT content FROM lesson WHERE id = $1", id)
}

// Lessons implements programme.Reader.
func (tx *Tx) Lessons(ctx context.Context, search string) ([]programme.Lesson, error) {
	c := &filters{}
	if search != "" {
		c.named("search_text", search)
	}
	return collect(ctx, tx, scanContent[programme.Lesson], "SELECT content FROM lesson"+c.where()+" ORDER BY id DESC", c.args...)
}

// InsertLesson implements programme.Tx.
func (tx *Tx) InsertLesson(ctx context.Context, l programme.Lesson) error {
	values, err := lessonValues(&l)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "lesson", lessonColumns, values)
}

// SaveLesson implements programme.Tx.
func (tx *Tx) SaveLesson(ctx context.Context, l programme.Lesson) error {
	values, err := lessonValues(&l)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "lesson", "programme.changed_meanwhile", lessonColumns, values)
}
