package demo

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
)

// putUpBoards lets operations share a board for the weekly meeting, and the vice president have numbers watched.
func (f *filler) putUpBoards(ctx context.Context) error {
	now := func() time.Time { return f.end.In(calendar.ChinaTime) }
	numbers := metric.NewService(metric.Config{Store: f.DB.Metrics(), Now: now, Currency: money.Constantly(money.CNY), Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
	boards := board.NewService(board.Config{Store: f.DB.Boards(), Numbers: numbers, NewID: func() string { return store.NewID(f.end) }, Now: now, Work: calendar.China, Currency: money.Constantly(money.CNY),
		ActorOf: func(context.Context, string) (access.Actor, error) { return f.actor(loginOperations), nil }})
	goal := int64(92 * metric.Whole / 100)
	weekly := board.Draft{Name: "周会看板", Shared: true, Tiles: []board.Tile{
		{Kind: board.KindCard, Metrics: []metric.ID{"attainment"}}, {Kind: board.KindCard, Metrics: []metric.ID{"collection_rate"}, Goal: &goal}, {Kind: board.KindCard, Metrics: []metric.ID{"win_rate"}}, {Kind: board.KindCard, Metrics: []metric.ID{"overdue"}},
		{Kind: board.KindTrend, Metrics: []metric.ID{"win_rate"}, Width: 6}, {Kind: board.KindExceptions, Width: 6},
		{Kind: board.KindCompare, Metrics: []metric.ID{"attainment", "collected", "win_rate", "overdue_rate"}, By: metric.ByTeam, Width: 12},
	}}
	if _, err := boards.Save(ctx, f.actor(loginOperations), weekly); err != nil {
		return err
	}
	for _, w := range []board.Watch{{Metric: "collection_rate", When: board.WhenBelow, Limit: goal}, {Metric: "collected", When: board.WhenSignal}} {
		if _, err := boards.AddAlert(ctx, f.actor(loginDirector), w); err != nil {
			return err
		}
	}
	return nil
}
