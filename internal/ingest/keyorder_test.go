package ingest

import (
	"testing"

	"xiaoguan/internal/engine"
)

func TestKeysComeInTheEnginesOrder(t *testing.T) {
	t.Parallel()
	keys := []string{"0", "9", "10", "007", "7", "0009", "9999999999999999999", "99999999999999999999", "HT-2", "HT-10", "甲"}
	sign := func(n int) int { return min(max(n, -1), 1) }
	for _, a := range keys {
		for _, b := range keys {
			if got, want := sign(TextKey(a).Compare(TextKey(b))), sign(engine.CompareKeys(a, b)); got != want {
				t.Errorf("%s against %s: %d, the engine says %d", a, b, got, want)
			}
		}
	}
}
