package faults

import (
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	for _, n := range []int{20, 200, 1000} {
		from := time.Now()
		truth, err := Generate(t.Context(), "/tmp/fl/"+string(rune('a'+n%7)), Options{Seed: 7, Sellers: n, Faults: 12})
		t.Log(n, time.Since(from), err, truth.Rows)
		for _, f := range truth.Faults {
			t.Log(f, f.Moved, f.Least, f.Noise)
		}
	}
}
