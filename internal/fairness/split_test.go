package fairness

import (
	"fmt"
	"math"
	"testing"
)

// TestTheRatchetOfTheBestStandsApart: the ten best of forty find four fifths of their surplus in the next target, the others nothing; both are told.
func TestTheRatchetOfTheBestStandsApart(t *testing.T) {
	t.Parallel()
	steps := func(people int) (list []Step) {
		for i := range people {
			size := int64(1)
			if i < people/4 {
				size = 3
			}
			for k := range 4 {
				now := size * int64(100_000_00+(people-i)*1_000_00)
				apart := float64((i*7+k*13)%11-5) / 20 // a quarter off at most, both ways
				next := float64(now) * 1.05
				if i < people/4 {
					next += 0.8 * math.Max(0, apart) * float64(now)
				}
				list = append(list, Step{ID: fmt.Sprint(i), NowMinor: now, SoldMinor: int64(float64(now) * (1 + apart)), NextMinor: int64(next)})
			}
		}
		return list
	}
	top := func(test Test) (Part, bool) {
		for _, p := range test.Parts {
			if p.Name == "lambda_top" {
				return p, true
			}
		}
		return Part{}, false
	}
	test := Ratchet(steps(40))
	part, known := top(test)
	if !known || part.Cases != 40 || math.Abs(part.Value-0.8) > 0.02 || part.Interval.Low > 0.8 || part.Interval.High < 0.78 {
		t.Errorf("%+v", part)
	}
	if test.Value > 0.5 || test.Value < 0.05 {
		t.Errorf("λ⁺ of all is %f", test.Value)
	}
	if part, known := top(Ratchet(steps(16))); known { // four people are no group
		t.Errorf("%+v", part)
	}
}
