package report_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
)

// TestActionsAreScoredWithTheNumberThatTheyWereToMove: when each was done, and what its number did from the month before it was agreed to that of the report.
func TestActionsAreScoredWithTheNumberThatTheyWereToMove(t *testing.T) {
	t.Parallel()
	over := calendar.DateOf(noon).Month() - 1 // the last month that is over
	due := over.First() + 10
	unit := review.Unit{Kind: review.UnitTeam, ID: 1, Name: "华东一部"}
	agreed := noon.AddDate(0, -1, 0)
	action := func(id int64, name string, done calendar.Date, moves string) review.Action {
		a := review.Action{ID: id, ReviewID: 9, Unit: unit, PersonID: 3, PersonName: "陈思远", Text: name, DueOn: due, State: review.ActionDone, DoneOn: done, Metric: moves, CreatedAt: agreed}
		if done == calendar.NoDate {
			a.State = review.ActionOpen
		}
		return a
	}
	dropped := action(6, "放弃的", calendar.NoDate, "")
	dropped.State = review.ActionDropped
	records := &records{segments: func(report.DimensionID) []report.Segment { return nil }, actions: []review.Action{
		action(1, "赢率的", due, "win_rate"), action(2, "逾期的", due+1, "overdue"), action(3, "没做的", calendar.NoDate, "collected"), action(4, "没数的", due-1, "dso"), action(5, "没有的", due-5, "no_such"), dropped}}
	n := &numbers{draw: func(id metric.ID, place metric.Place, p metric.Period) (int64, int64, metric.Reason) {
		now, then := p.First == over, p.First == over-1
		switch {
		case place.Kind != metric.PlaceTeam || !now && !then:
			return 5, 10, metric.ReasonNone
		case id == "win_rate" && now:
			return 6, 10, metric.ReasonNone
		case id == "win_rate":
			return 4, 10, metric.ReasonNone
		case id == "overdue" && now:
			return 300, 0, metric.ReasonNone
		case id == "overdue":
			return 200, 0, metric.ReasonNone
		case id == "dso" && then:
			return 0, 0, metric.ReasonNoRows
		}
		return 100, 50, metric.ReasonNone
	}}
	zh, en := printers(t)
	for _, p := range []*i18n.Printer{zh, en} {
		d, err := service(n, records, nil, errs.New(errs.KindUnavailable, "flow.preparing", nil)).Prepare(t.Context(), operations, report.Ask{Month: over, Place: metric.Place{Kind: metric.PlaceTeam, ID: 1, Name: "华东一部"}})
		if err != nil {
			t.Fatal(err)
		}
		texts := written(t, &d, p)
		if !p.Zh() {
			if !strings.Contains(texts["actions.scored"], "6 actions") || strings.Contains(texts["actions.scored"], "no value") {
				t.Errorf("%s", texts["actions.scored"])
			}
			continue
		}
		for block, wants := range map[string][]string{
			"actions.scored":  {"6 项：按时完成 3 项，逾期完成 1 项，逾期未完成 1 项，未到期 0 项，取消 1 项；按时完成率 60.0%"},
			"actions.list":    {"逾期完成", "逾期未完成", "按时完成", "已取消"},
			"actions.moved":   {"5 项写明了要推动的指标：变好 1 项，变差 1 项，没有变化 1 项，看不出 2 项"},
			"actions.effects": {"40.0%", "60.0%", "+20.0点", "变好", "+50.0%", "变差", "没有变化", "没有可计的记录", "口径库里没有这个指标了", "no_such"},
			"actions.unbound": {"1 项行动没有写明"},
		} {
			for _, want := range wants {
				if !strings.Contains(texts[block], want) {
					t.Errorf("%s does not say %q:\n%s", block, want, texts[block])
				}
			}
		}
	}
}
