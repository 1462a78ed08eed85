package metric

import (
	"time"

	"xiaoguan/internal/calendar"
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
type Service struct {
	Config
	placements placements
	bridges    bridges
	ahead      int // deals that are worked out before they are written; 0 for dealsAhead
}

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{Config: config} }
