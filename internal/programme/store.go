package programme

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
)

// Reader reads on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	Organisation(ctx context.Context) (*metric.Organisation, error)
	// BaseTargets returns what the base targets of the published year come to in a month, by person; false where no plan of that month is published.
	BaseTargets(ctx context.Context, month calendar.Month) (map[int64]int64, bool, error)
	Goal(ctx context.Context, id int64) (Goal, error) // NotFound
	Goals(ctx context.Context) ([]Goal, error)        // by id
	// GoalReadings returns the readings of a goal by month.
	GoalReadings(ctx context.Context, goalID int64) ([]Reading, error)
	Initiative(ctx context.Context, id int64) (Initiative, error) // NotFound
	// Initiatives returns all of them, the newest first.
	Initiatives(ctx context.Context) ([]Initiative, error)
	// Effects returns what was found of an initiative, the newest first.
	Effects(ctx context.Context, initiativeID int64) ([]Found, error)
	Risk(ctx context.Context, id int64) (Risk, error)     // NotFound
	Risks(ctx context.Context) ([]Risk, error)            // the greatest score first
	Lesson(ctx context.Context, id int64) (Lesson, error) // NotFound
	// Lessons returns those in which a text is found, or all, the newest first.
	Lessons(ctx context.Context, search string) ([]Lesson, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	Now() time.Time
	Enqueue(ctx context.Context, spec job.Spec) error
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertDecision(ctx context.Context, d decision.Decision) error
	InsertGoal(ctx context.Context, g Goal) error
	SaveGoal(ctx context.Context, g Goal) error // Conflict when it was changed meanwhile
	// PutGoalReading keeps the reading of a month in the place of an earlier one.
	PutGoalReading(ctx context.Context, r Reading) error
	DropGoalReadings(ctx context.Context, goalID int64) error
	InsertInitiative(ctx context.Context, i Initiative) error
	SaveInitiative(ctx context.Context, i Initiative) error // Conflict when it was changed meanwhile
	InsertEffect(ctx context.Context, f Found) error
	InsertRisk(ctx context.Context, r Risk) error
	SaveRisk(ctx context.Context, r Risk) error // Conflict when it was changed meanwhile
	InsertLesson(ctx context.Context, l Lesson) error
	SaveLesson(ctx context.Context, l Lesson) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
