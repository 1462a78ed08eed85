package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/store"
	"xiaoguan/internal/targetplan"
)

// checkSame wants one number for one thing: what meetings say that people collected is what boards say, to the fen, and the page of who is covered by plans counts whom the
// metric book does.
func checkSame(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	read := func(id metric.ID, month calendar.Month, by metric.Breakdown) metric.Series {
		t.Helper()
		a, err := f.Metrics.Read(ctx, actor, metric.Query{Metrics: []metric.ID{id}, Place: metric.Company, By: by, Period: metric.Period{Kind: metric.Month, First: month}})
		if err != nil {
			t.Fatal(err)
		}
		return a.Series[0]
	}
	people, covered := 0, 0
	for month := today.Month() - 5; month < today.Month(); month++ {
		sold := map[int64]int64{}
		if err := f.DB.Read(ctx, func(tx *store.Tx) error {
			list, err := tx.ReviewSold(ctx, targetplan.BasisCollected, month.First(), month.Last(), f.Company.Currency())
			for _, s := range list {
				sold[s.PersonID] += s.Minor
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, part := range read("collected", month, metric.ByPerson).Parts {
			if id := part.Value.Place.ID; id > 0 {
				people++
				if part.Value.Numerator != sold[id] {
					t.Errorf("%s collected %d in %s by boards, %d by meetings", part.Value.Place.Name, part.Value.Numerator, month, sold[id])
				}
			}
		}
		board, err := f.Consents.Board(ctx, actor, consent.BoardFilter{Month: month})
		if err != nil {
			t.Fatal(err)
		}
		if v := read("plan_coverage", month, metric.ByNothing).Value; v.Known {
			covered++
			if v.Numerator != int64(board.Total.Covered) || v.Denominator != int64(board.Total.People) {
				t.Errorf("%s: plans cover %d of %d by the metric book, %d of %d by their page", month, v.Numerator, v.Denominator, board.Total.Covered, board.Total.People)
			}
		}
	}
	if people < 50 || covered == 0 {
		t.Errorf("%d people, %d months of coverage", people, covered)
	}
}
