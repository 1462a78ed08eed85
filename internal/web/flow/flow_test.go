package flow

import (
	"testing"

	"xiaoguan/internal/mining"
)

func TestNamesFitTheirBoxes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"需求对接": "需求对接", "Contract and collection": "Contract and colle…", "约定下次联系": "约定下次联系", "合同到期前六十天启动续约": "合同到期前六十天启…", "": ""} {
		if got := short(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestTheSlowestStepsAreThoseThatTakeMostTimeAltogether: a rare long wait is none of them.
func TestTheSlowestStepsAreThoseThatTakeMostTimeAltogether(t *testing.T) {
	t.Parallel()
	edge := func(count int, median int64) mining.Drawn {
		return mining.Drawn{Edge: mining.Edge{Count: count, Times: mining.Times{Median: median}}}
	}
	got := slowest([]mining.Drawn{edge(1, 500), edge(100, 10), edge(50, 30), edge(100, 1)})
	if len(got) != 2 || !got[1] || !got[2] {
		t.Errorf("%v", got)
	}
	if len(slowest(nil)) != 0 || len(slowest([]mining.Drawn{edge(1, 1)})) != 0 {
		t.Error("one step alone is marked")
	}
}

func TestNumbersForSpreadsheets(t *testing.T) {
	t.Parallel()
	if got := percentNumber(mining.Share{Part: 1, Whole: 3}); got != "33.33" {
		t.Error(got)
	}
	if got := hours(5400); got.String() != "1.50" {
		t.Errorf("%+v", got)
	}
}
