package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/plan"
)

// curvePlan is the regular plan of W1 with other components.
func curvePlan(t *testing.T, components string) *plan.Curve {
	t.Helper()
	text := w1Text(t, "regular")
	text = text[:strings.Index(text, "components:")] + "components:\n" + components
	p, err := plan.DecodePlan("curve", []byte(text))
	if err != nil {
		t.Fatalf("%+v", err)
	}
	c, err := p.Curve(plan.CurveInput{QuotaFen: 100_000_00, AverageRate: decimal.MustParse("2%")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCurveOfEveryTableStyleAndDeductible(t *testing.T) {
	t.Parallel()
	const head = "  - id: c\n    name: {zh: 提成, en: C}\n    round: {mode: half_away_from_zero, at: component}\n"
	cases := []struct {
		name, component string
		at, want        []string
	}{
		{"above a point: bends there, jumps at the edges of the bands above", head +
			"    pays: {rate: 2%, of: credited, table: {by: attainment, style: above_point, point: 80%, below: 0.5, boundary: upper_band, consume: [date, key], " +
			"bands: [{from: 80%, to: 100%, times: 1}, {from: 100%, times: 2}]}}\n",
			[]string{"79/100", "4/5", "1", "2"},
			[]string{"79/100: 79000/79000/79000 ×0.01", "4/5: 80000/80000/80000 ×0.02", "1: 120000/160000/160000 ×0.04", "2: 560000/560000/560000 ×0.04"}},
		{"a line: jumps where it begins from zero, then grows with the square, exactly", head +
			"    pays: {rate: 2%, of: credited, table: {by: attainment, style: interpolated, points: [{at: 60%, times: 0.5}, {at: 100%, times: 1}], below: zero, beyond: flat}}\n",
			[]string{"59/100", "3/5", "4/5", "1", "2"},
			[]string{"59/100: 0/0/0 ×0", "3/5: 0/60000/60000 ×0.025", "4/5: 120000/120000/120000 ×0.035", "1: 200000/200000/200000 ×0.02",
				"2: 400000/400000/400000 ×0.02"}},
		{"a cap on a line begins within a millionth", head + "    cap: {percent: 1.5%, of: quota, excess: dropped}\n" +
			"    pays: {rate: 2%, of: credited, table: {by: attainment, style: interpolated, points: [{at: 60%, times: 0.5}, {at: 100%, times: 1}], below: zero, beyond: flat}}\n",
			[]string{"22/25", "35241/40000", "1"},
			[]string{"22/25: 149600/149600/149600 ×0.039", "35241/40000: 150000/150000/150000 ×0 capped", "1: 150000/150000/150000 ×0 capped"}},
		{"a deductible: nothing up to it, whole yuan", strings.Replace(head, "at: component", "at: component, to: 1", 1) +
			"    pays: {rate: 1%, of: credited, deduct: {amount: 20000.00}, table: {by: attainment, style: whole_amount, boundary: upper_band, bands: [{times: 1}]}}\n",
			[]string{"1/5", "1"}, []string{"1/5: 0/0/0 ×0.01", "1: 80000/80000/80000 ×0.01"}},
		{"a deductible under slices, which lie on the whole", head +
			"    pays: {rate: 1%, of: credited, deduct: {amount: 20000.00}, table: {by: attainment, style: marginal, consume: [date, key], bands: [{to: 50%, times: 1}, {from: 50%, times: 2}]}}\n",
			[]string{"1/10", "1/5", "1/2", "1"},
			[]string{"1/10: 0/0/0 ×0", "1/5: 0/0/0 ×0.01", "1/2: 30000/30000/30000 ×0.02", "1: 130000/130000/130000 ×0.02"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, described(curvePlan(t, c.component).Total, c.at...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCurveLeavesOutWhatAttainmentAloneDoesNotSay(t *testing.T) {
	t.Parallel()
	d := soundComponents(t)
	c, err := d.Plan.Curve(plan.CurveInput{QuotaFen: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"above", "line", "allowance", "contest", "reverse", "pot", "fixed_pot", "team_rate"}, c.Left); diff != "" {
		t.Error(diff)
	}
}
