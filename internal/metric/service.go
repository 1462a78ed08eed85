package metric

import (
	"sync/atomic"
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
	seller     atomic.Int64 // where counting of many deals goes on; it is no more than a hint
	ahead      int          // deals that are worked out before they are written; 0 for dealsAhead
}

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{Config: config} }
