package finding

import (
	"math"
	"testing"
)

// TestLimitsStandOnce: what is told is no less than four fifths of what matters, what matters has the size 1, and twice as far has 2.
func TestLimitsStandOnce(t *testing.T) {
	t.Parallel()
	for kind, o := range limits {
		if _, known := kind.Is(); !known {
			t.Errorf("%s: there is no such kind", kind)
		}
		if o.told > o.least || o.told < 0.79*o.least {
			t.Errorf("%s is told from %v on, and matters from %v on", kind, o.told, o.least)
		}
		for _, sign := range []float64{-1, 1} {
			if got := (Finding{Kind: kind, Value: o.base + sign*o.least}).Size(); math.Abs(got-1) > 1e-9 {
				t.Errorf("%s at its limit has the size %v", kind, got)
			}
			if got := (Finding{Kind: kind, Value: o.base + sign*2*o.least}).Size(); math.Abs(got-2) > 1e-9 {
				t.Errorf("%s at twice its limit has the size %v", kind, got)
			}
		}
		if got := (Finding{Kind: kind, Value: o.base + o.told}).Size(); got != 1 {
			t.Errorf("%s as little as is told has the size %v", kind, got)
		}
	}
}
