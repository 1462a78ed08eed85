package metric

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Config is what a Service works with.
type Config struct {
	Store    Store
	Now      func() time.Time // where the company is
	Currency func() money.Currency
	Fiscal   func() calendar.Fiscal
	WorkDays func() calendar.WorkCalendar
}

// Service keeps the book and reads numbers.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

// Store is what this package needs of the database.
type Store interface{}

func notBuilt() error { return errs.New(errs.KindUnavailable, "metric.not_built", nil) }

// Definitions returns the book as it holds today: the definitions in force, those of one family together, the chosen one first.
func (s *Service) Definitions(ctx context.Context, actor access.Actor) (list []Definition, err error) {
	return nil, notBuilt()
}

// Definition returns the version of a metric that holds today, or the chosen one of a family. Errors: forbidden; not found.
func (s *Service) Definition(ctx context.Context, actor access.Actor, id ID) (d Definition, err error) {
	return d, notBuilt()
}

// Read returns numbers, of what the actor may see: who sees only a team and asks for the company gets the team's numbers, and Narrowed says so.
// Errors: forbidden; not found for an unknown metric or a place out of reach; invalid.
func (s *Service) Read(ctx context.Context, actor access.Actor, q Query) (a Answer, err error) {
	return a, notBuilt()
}

// Rows returns the rows behind a number, within reach. Errors: those of Read.
func (s *Service) Rows(ctx context.Context, actor access.Actor, q RowsQuery) (page RowsPage, err error) {
	return page, notBuilt()
}
