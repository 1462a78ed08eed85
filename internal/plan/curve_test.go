package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

func curveOf(t *testing.T, name string, quotaFen int64) *plan.Curve {
	t.Helper()
	c, err := readW1(t, name).Plan.Curve(plan.CurveInput{QuotaFen: quotaFen, AverageRate: decimal.MustParse("2%")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// described is the points at the given attainments: attainment, pay below, at and above, slope.
func described(points []plan.Point, attainments ...string) []string {
	var list []string
	for _, p := range points {
		if len(attainments) > 0 && !slices.Contains(attainments, p.Attainment) {
			continue
		}
		line := fmt.Sprintf("%s: %d/%d/%d ×%s", p.Attainment, p.BeforeFen, p.PayFen, p.AfterFen, p.Slope)
		if p.Capped {
			line += " capped"
		}
		list = append(list, line)
	}
	return list
}

func TestCurveOfAWholeAmountTableJumpsAtItsEdges(t *testing.T) {
	t.Parallel()
	c := curveOf(t, "regular", 100_000_00)
	want := []string{
		"0: 0/0/0 ×0.01", "59/100: 59000/59000/59000 ×0.01", "3/5: 60000/120000/120000 ×0.02", "1: 200000/240000/240000 ×0.024",
		"11/10: 264000/464000/464000 ×0.024", "6/5: 488000/560000/560000 ×0.03", "2: 800000/800000/800000 ×0.03",
	}
	if diff := cmp.Diff(want, described(c.Total, "0", "59/100", "3/5", "1", "11/10", "6/5", "2")); diff != "" {
		t.Error(diff)
	}
	var jumps []string
	for _, p := range c.Total {
		if p.Jumps() {
			jumps = append(jumps, p.Attainment)
		}
	}
	if diff := cmp.Diff([]string{"3/5", "1", "11/10", "6/5"}, jumps); diff != "" {
		t.Error(diff)
	}
}

func TestCurveOfAMarginalTableBendsAtItsEdges(t *testing.T) {
	t.Parallel()
	c := curveOf(t, "core", 100_000_00)
	want := []string{"3/5: 60000/60000/60000 ×0.02", "1: 140000/140000/140000 ×0.024", "6/5: 188000/188000/188000 ×0.03",
		"2: 428000/428000/428000 ×0.03"}
	if diff := cmp.Diff(want, described(c.Total, "3/5", "1", "6/5", "2")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"retention", "long_service"}, c.Left); diff != "" {
		t.Error(diff)
	}
}

func TestCurveMarksWhereTheCapBegins(t *testing.T) {
	t.Parallel()
	c := curveOf(t, "core", 3_000_000_00)
	want := []string{"73/50: 7980000/7980000/7980000 ×0.03", "329/225: 8000000/8000000/8000000 ×0 capped"}
	if diff := cmp.Diff(want, described(c.Lines[0].Points, "73/50", "329/225")); diff != "" {
		t.Error(diff)
	}
	c = curveOf(t, "regular", 10_000_000_00)
	want = []string{"3/5: 6000000/8000000/8000000 ×0 capped", "1: 8000000/8000000/8000000 ×0 capped"}
	if diff := cmp.Diff(want, described(c.Lines[0].Points, "3/5", "1")); diff != "" {
		t.Error(diff)
	}
}

func TestCurveOfThresholdsInFractionsOfAFen(t *testing.T) {
	t.Parallel()
	c := curveOf(t, "core", 33)
	for _, p := range c.Total {
		if p.PayFen < 0 || p.PayFen > 2 {
			t.Errorf("%+v", p)
		}
	}
}

func TestCurveRefusesWhatItCannotDraw(t *testing.T) {
	t.Parallel()
	newcomer, regular := readW1(t, "newcomer").Plan, readW1(t, "regular").Plan
	for name, curve := range map[string]func() (*plan.Curve, error){
		"no attainment": func() (*plan.Curve, error) { return newcomer.Curve(plan.CurveInput{QuotaFen: 1}) },
		"no quota":      func() (*plan.Curve, error) { return regular.Curve(plan.CurveInput{}) },
		"negative rate": func() (*plan.Curve, error) {
			return regular.Curve(plan.CurveInput{QuotaFen: 1, AverageRate: decimal.MustParse("-1")})
		},
		"another measure": func() (*plan.Curve, error) { return regular.Curve(plan.CurveInput{QuotaFen: 1, Attainment: "quota"}) },
	} {
		if _, err := curve(); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCurveLaws(t *testing.T) {
	t.Parallel()
	texts := map[string]string{"regular": w1Text(t, "regular"), "core": w1Text(t, "core")}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"regular", "core"}).Draw(rt, "plan")
		boundary := rapid.SampledFrom([]string{"upper_band", "lower_band"}).Draw(rt, "boundary")
		text := strings.NewReplacer("upper_band", boundary, "lower_band", boundary).Replace(texts[name])
		p, err := plan.DecodePlan(name, []byte(text))
		if err != nil {
			rt.Fatal(err)
		}
		in := plan.CurveInput{QuotaFen: rapid.Int64Range(1, 1e10).Draw(rt, "quota"),
			AverageRate: decimal.FromInt(rapid.Int64Range(0, 1000).Draw(rt, "rate"), 4)}
		c, err := p.Curve(in)
		if err != nil {
			rt.Fatal(err)
		}
		for i, point := range c.Total {
			if point.BeforeFen > point.PayFen || point.PayFen > point.AfterFen {
				rt.Fatalf("falls at %+v", point)
			}
			if i > 0 && c.Total[i-1].AfterFen > point.BeforeFen {
				rt.Fatalf("falls between %+v and %+v", c.Total[i-1], point)
			}
			if name == "core" && point.Jumps() {
				rt.Fatalf("a marginal curve jumps at %+v", point)
			}
			if c.Lines[0].Points[i].PayFen > 8_000_000 {
				rt.Fatalf("beyond the cap at %+v", point)
			}
		}
	})
}
