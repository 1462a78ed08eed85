package ui

import (
	flags "flag"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/i18n"
)

var update = flags.Bool("update", false, "write the golden files anew")

func yearOf(values ...int64) (points []TrendPoint) {
	for i, value := range values {
		p := TrendPoint{Tick: strconv.Itoa(i + 1), Name: "2026-0" + strconv.Itoa(i+1), Actual: TrendValue{big.NewRat(value, 1), strconv.FormatInt(value, 10)}}
		p.Target = TrendValue{big.NewRat(100, 1), "100"}
		points = append(points, p)
	}
	points[len(points)-1].Running = true
	return points
}

// TestATrendIsDrawnAsItWas compares the drawing with the file that was looked at.
func TestATrendIsDrawnAsItWas(t *testing.T) {
	t.Parallel()
	columns := TrendView{LabelledBy: "h", Label: "Collected", Period: "Month", Actual: "Actual", Target: "Target", Points: yearOf(80, 120, 0, 95)}
	line := TrendView{LabelledBy: "h", Label: "Rate", Line: true, Period: "Month", Actual: "Actual", Points: yearOf(80, 84, 91, 88), Band: &TrendBand{big.NewRat(78, 1), big.NewRat(92, 1), "usual"}}
	line.Points[1].Actual = TrendValue{Text: "no data"}
	few := TrendView{Label: "Few", Period: "Month", Actual: "Actual", Points: yearOf(80, 84)}
	for name, v := range map[string]TrendView{"columns": columns, "line": line, "few": few} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.ReplaceAll(render(t, speaking(t, i18n.En), Trend(v)).source, "><", ">\n<") + "\n"
			file := filepath.Join("testdata", "trend_"+name+".html")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the drawing changed; look at it and run with -update\n%s", got)
			}
		})
	}
}

// TestATrendSaysEverythingInItsTable: the drawing is hidden from screen readers, so each figure and each reason for none stands in the table.
func TestATrendSaysEverythingInItsTable(t *testing.T) {
	t.Parallel()
	v := TrendView{Label: "Rate", Line: true, Period: "Month", Actual: "Actual", Target: "Target", Points: yearOf(80, 84, 91, 88)}
	v.Points[1].Actual = TrendValue{Text: "no rows"}
	d := render(t, speaking(t, i18n.En), Trend(v))
	if hidden := len(d.all("svg[aria-hidden=true]")); hidden != 2 || len(d.all("a.press")) != 0 {
		t.Error("the drawing is read out")
	}
	for i := range v.Points {
		v.Points[i].Press = "/rows?month=" + v.Points[i].Tick
	}
	pressed := render(t, speaking(t, i18n.En), Trend(v))
	points := pressed.all("a.press")
	if len(points) != 4 || attribute(points[1], "href") != "/rows?month=2" || attribute(points[0], "aria-label") != "Rows of 2026-01 · 80" {
		t.Errorf("points that can be pressed: %s", pressed.source)
	}
	if reached := pressed.all("a.press[tabindex=0]"); len(reached) != 1 || attribute(reached[0], "href") != "/rows?month=4" {
		t.Error("more than the last point is reached by the tab key")
	}
	if got := text(d.one(t, "table")); !strings.Contains(got, "no rows") || !strings.Contains(got, "2026-04 88 100") {
		t.Errorf("table %q", got)
	}
	if n := len(d.all("circle")); n != 3 {
		t.Errorf("%d dots for three known values", n)
	}
	if n := len(d.all(".act")); n != 1 {
		t.Errorf("%d strokes, where a gap leaves one", n)
	}
}

// TestTheAxisHoldsEveryValueInRoundSteps for any values.
func TestTheAxisHoldsEveryValueInRoundSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00), 1, 24).Draw(t, "values")
		v := TrendView{Line: rapid.Bool().Draw(t, "line"), Points: yearOf(values...)}
		s := v.scaled(trendHeight)
		lines := new(big.Rat).Quo(new(big.Rat).Sub(s.high, s.low), s.step)
		if !lines.IsInt() || lines.Cmp(big.NewRat(1, 1)) < 0 || lines.Cmp(big.NewRat(trendLines+2, 1)) > 0 {
			t.Fatalf("%v lines between %v and %v", lines, s.low, s.high)
		}
		top, bottom := big.NewRat(trendTop, 1), big.NewRat(trendHeight-trendFoot, 1)
		for _, value := range values {
			if y := s.y(big.NewRat(value, 1)); y.Cmp(top) < 0 || y.Cmp(bottom) > 0 {
				t.Fatalf("%d at %v lies outside of the drawing", value, y)
			}
		}
		if !v.Line && (s.low.Sign() > 0 || s.high.Sign() < 0) {
			t.Fatalf("columns on an axis from %v to %v", s.low, s.high)
		}
	})
}
