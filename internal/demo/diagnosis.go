package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
)

// diagnose looks for problems at the end of the last month; people have dealt with some of what was found.
func (f *filler) diagnose(ctx context.Context) error {
	made := 0
	newID := func() string { made++; return store.NewID(f.end.Add(time.Duration(made) * time.Microsecond)) }
	now := func() time.Time { return f.end.In(calendar.ChinaTime) }
	problems := problem.NewService(f.DB.ProblemStore(), now)
	service := diagnosis.NewService(f.DB.DiagnosisStore(), problems, newID, now, func() money.Currency { return money.CNY })
	_, err := service.StartNow(ctx, f.actor(loginOperations), diagnosis.Ask{AsOf: service.LastMonthEnd()})
	return err
}
