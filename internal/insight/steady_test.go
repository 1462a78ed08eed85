package insight_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/insight"
)

// TestALevelStaysWhereItIs: what never moves is forecast exactly, what climbs is not forecast to fall, and a shift of all values shifts all that is forecast.
func TestALevelStaysWhereItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		series := rapid.SliceOfN(rapid.Float64Range(0, 1), 6, 40).Draw(t, "series")
		ahead, shift := rapid.IntRange(1, 3).Draw(t, "ahead"), rapid.Float64Range(-5, 5).Draw(t, "shift")
		f, err := insight.Steady(series, ahead)
		if err != nil || f.Value != series[len(series)-1] || f.Tested != len(series)-ahead || f.Interval != (f.Tested >= 8) || f.Interval && (f.Low > f.Value || f.High < f.Value) {
			t.Fatalf("%+v, %v", f, err)
		}
		moved := make([]float64, len(series))
		for i, v := range series {
			moved[i] = v + shift
		}
		g, err := insight.Steady(moved, ahead)
		if err != nil || math.Abs(g.Value-f.Value-shift) > 1e-9 || f.Interval && (math.Abs(g.Low-f.Low-shift) > 1e-9 || math.Abs(g.High-f.High-shift) > 1e-9) {
			t.Fatalf("%+v, shifted %+v, %v", f, g, err)
		}
	})
	var climbing []float64
	for i := range 30 {
		climbing = append(climbing, 0.60+float64(i)*0.01)
	}
	f, err := insight.Steady(climbing, 2)
	if err != nil || math.Abs(f.Value-0.89) > 1e-9 || math.Abs(f.Low-0.89) > 1e-9 || math.Abs(f.High-0.91) > 1e-9 || f.Hit != f.Of || math.Abs(f.MeanOff-0.02) > 1e-9 {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := insight.Steady(climbing[:5], 1); err == nil {
		t.Error("of five months")
	}
	if _, err := insight.Steady(climbing, 0); err == nil {
		t.Error("of no month ahead")
	}
	climbing[3] = math.NaN()
	if _, err := insight.Steady(climbing, 1); err == nil {
		t.Error("of no number")
	}
}
