package simulate_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/simulate"
)

const month = monthtest.SmallMonth

// set decodes documents and makes them hold in any month.
func set(t testing.TB, texts ...string) (s simulate.Set) {
	t.Helper()
	for _, text := range texts {
		d, err := plan.Decode("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if d.Crediting != nil {
			s.Crediting = simulate.OpenCrediting(d.Crediting)
			continue
		}
		s.Plans = append(s.Plans, simulate.Open(d.Plan))
	}
	return s
}

// w1 is W1's documents, with one text of the regular sellers' plan replaced.
func w1(t testing.TB, old, now string) simulate.Set {
	t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	if old != "" && !strings.Contains(texts[2], old) {
		t.Fatalf("no %q in the plan", old)
	}
	texts[2] = strings.Replace(texts[2], old, now, 1)
	return set(t, texts...)
}

// span is the months up to the last, each paid by the same set in each variant.
func span(last calendar.Month, n int, facts *engine.Facts, sets ...simulate.Set) (in simulate.Input) {
	in.Facts = facts
	in.Variants = make([]simulate.Variant, len(sets))
	for m := last - calendar.Month(n-1); m <= last; m++ {
		in.Months = append(in.Months, m)
		for v := range sets {
			in.Variants[v] = append(in.Variants[v], sets[v])
		}
	}
	return in
}

// TestAHigherRateByHand follows monthtest.Small through two months with 4 % instead of 3 % for regular sellers' category A:
//
//	A: 1,000 of 100,000 in August at half the rate, 15 → 20; 110,000 in September at 1.2 times, 3,960 → 5,280, and 2,000
//	D: 5,000 without a quota at half the rate, 75 → 100; E: a refund of 1,000 at half the rate, −15 → −20
func TestAHigherRateByHand(t *testing.T) {
	t.Parallel()
	c := monthtest.Small()
	in := span(month, 2, c.Facts(), w1(t, "", ""), w1(t, "A: 3%", "A: 4%"))
	r, err := simulate.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	s, persons := simulate.Summarise(in, r)
	changes := map[string]int64{}
	for _, p := range persons {
		if change := p.EarnedFen[1] - p.EarnedFen[0]; change != 0 {
			changes[c.Persons[p.Person].Key] = change
		}
	}
	if diff := cmp.Diff(map[string]int64{"A": 1_325_00, "D": 25_00, "E": -5_00}, changes); diff != "" {
		t.Error(diff)
	}
	want := simulate.MovedSum{Gain: 2, Lose: 1, Same: 5, GainFen: 1_350_00, LoseFen: -5_00, GainMost: 1_325_00, LoseMost: -5_00}
	if diff := cmp.Diff(want, s.Variants[1].Change); diff != "" {
		t.Error(diff)
	}
	var levels []string
	for _, l := range s.Layers {
		levels = append(levels, l.Level)
		if l.Level == "regular" && (l.People != 3 || l.Change[1].Gain != 2 || l.Earned[1]-l.Earned[0] != 1_345_00) {
			t.Errorf("%+v", l)
		}
	}
	if !slices.Equal(levels, []string{"newcomer", "regular", "core", "manager"}) {
		t.Errorf("levels %v", levels)
	}
	if s.Months[0].CollectedFen != 111_000_00 || s.Months[1].CollectedFen != 10_144_000_00 || s.Months[0].EarnedFen[1]-s.Months[0].EarnedFen[0] != 5_00 {
		t.Errorf("%+v", s.Months)
	}
	if total := s.Variants[0]; *total.CostPPM != (total.EarnedFen*simulate.Million*2+10_255_000_00)/(2*10_255_000_00) || total.PaidFen != total.EarnedFen || total.Caps.Components != 1 {
		t.Errorf("%+v, %d", total, *total.CostPPM)
	}
	counts := 0
	for _, g := range s.Groups {
		counts += g.Count
	}
	if counts != 9 { // A, B, E, F in two months, C in one; D has no quota
		t.Errorf("%d months with attainment: %+v", counts, s.Groups)
	}
}

// TestAMonthOfAReplayIsThatMonth compares each month with a run over the facts that had happened by its end.
func TestAMonthOfAReplayIsThatMonth(t *testing.T) {
	t.Parallel()
	c := monthtest.GenerateMonths(5, month, 6, 60, 2_000)
	rules := w1(t, "", "")
	r, err := simulate.Run(span(month, 6, c.Facts(), rules))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for m := month - 5; m <= month; m++ {
		until := *c
		until.Payments = slices.DeleteFunc(slices.Clone(c.Payments), func(p fact.PaymentRecord) bool { return p.PaidOn > m.Last() })
		until.Quotas = slices.DeleteFunc(slices.Clone(c.Quotas), func(q fact.QuotaRecord) bool { return q.Month > m })
		result, err := engine.Run(engine.Input{Period: m, Plans: rules.Plans, Crediting: rules.Crediting, Facts: until.Facts()})
		if err != nil {
			t.Fatal(err)
		}
		want := map[[3]string]int64{}
		for _, p := range result.Payouts {
			want[[3]string{c.Persons[p.Person].Key, rules.Plans[p.Plan].ID, rules.Plans[p.Plan].Components[p.Component].ID}] = p.AmountFen
		}
		got := map[[3]string]int64{}
		for ; at < len(r.Lines) && int(r.Lines[at].Month) == int(m-(month-5)); at++ {
			l := r.Lines[at]
			got[[3]string{c.Persons[l.Person].Key, r.Columns[l.Column].Plan, r.Columns[l.Column].Component}] = l.AmountFen[0]
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%s: %s", m, diff)
		}
	}
	if at != len(r.Lines) {
		t.Errorf("%d lines of no month", len(r.Lines)-at)
	}
}

// TestSettledMonthsAreChained follows monthtest.Settling, whose amounts are worked out there.
func TestSettledMonthsAreChained(t *testing.T) {
	t.Parallel()
	root, err := monthtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range []string{"crediting", "regular"} {
		text, err := os.ReadFile(filepath.Join(root, "internal", "cli", "testdata", "settle", "plans", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	in := span(month, 2, monthtest.Settling().Facts(), set(t, texts...), w1(t, "", ""))
	r, err := simulate.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := simulate.Summarise(in, r)
	if s.Months[0].PaidFen[0] != 1_600_00 || s.Months[1].PaidFen[0] != 2_000_00 || s.Months[0].EarnedFen[0] != 1_800_00 || s.Months[1].EarnedFen[0] != 1_800_00 {
		t.Errorf("%+v", s.Months)
	}
}

// TestCapsOverAYearAreChained caps the commission at 3,000 a year: A of monthtest.Small earns 15 in August and has 2,985 left.
func TestCapsOverAYearAreChained(t *testing.T) {
	t.Parallel()
	in := span(month, 2, monthtest.Small().Facts(), w1(t, "", ""), w1(t, "cap: {amount: 80000.00, excess: dropped}", "cap: {amount: 3000.00, over: year, excess: dropped}"))
	r, err := simulate.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	_, persons := simulate.Summarise(in, r)
	for _, p := range persons {
		if p.Person == 1 && (p.EarnedFen[0] != 15_00+3_960_00+2_000_00 || p.EarnedFen[1] != 3_000_00+2_000_00) {
			t.Errorf("%+v", p)
		}
	}
	if r.CapsHit[1].Components <= r.CapsHit[0].Components {
		t.Errorf("%+v", r.CapsHit)
	}
}

func TestMonthsWithoutPlansPayNothing(t *testing.T) {
	t.Parallel()
	in := span(month, 2, monthtest.Small().Facts(), w1(t, "", ""), w1(t, "", ""))
	in.Variants[0][0] = simulate.Set{}
	r, err := simulate.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := simulate.Summarise(in, r)
	if s.Months[0].EarnedFen[0] != 0 || s.Months[0].EarnedFen[1] == 0 || s.Months[1].EarnedFen[0] != s.Months[1].EarnedFen[1] {
		t.Errorf("%+v", s.Months)
	}
}

func TestAReplayStops(t *testing.T) {
	t.Parallel()
	in := span(month, 2, monthtest.Small().Facts(), w1(t, "", ""))
	stop := errors.New("stop")
	told := 0
	in.Progress = func(done, total int) error {
		told++
		if done != told || total != 2 {
			t.Errorf("%d of %d", done, total)
		}
		return stop
	}
	if _, err := simulate.Run(in); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	in.Progress = nil
	for name, broken := range map[string]func(*simulate.Input){
		"no months":   func(in *simulate.Input) { in.Months = nil },
		"no variants": func(in *simulate.Input) { in.Variants = nil },
		"too many":    func(in *simulate.Input) { in.Variants = slices.Repeat(in.Variants, simulate.VariantsMax+1) },
		"too short":   func(in *simulate.Input) { in.Variants = []simulate.Variant{in.Variants[0][:1]} },
		"back in time": func(in *simulate.Input) {
			in.Months = []calendar.Month{month, month - 1}
		},
	} {
		in := in
		broken(&in)
		if _, err := simulate.Run(in); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANextYearIsDrawnFromASeed(t *testing.T) {
	t.Parallel()
	c := monthtest.GenerateMonths(9, month, 14, 40, 3_000)
	in := span(month, 14, c.Facts(), w1(t, "", ""), w1(t, "A: 3%", "A: 6%"))
	r, err := simulate.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	draws := simulate.Draws{Count: 400, Seed: 7}
	f, dearer := simulate.Predict(in, r, 0, draws, 0), simulate.Predict(in, r, 1, draws, 0)
	again := simulate.Predict(in, r, 0, draws, f.P50)
	if f.P50 != again.P50 || f.P10 > f.P50 || f.P50 > f.P90 || f.Least > f.P10 || f.Most < f.P90 || f.Over != nil || dearer.P50 <= f.P50 {
		t.Errorf("%+v, %+v", f, dearer)
	}
	if again.Over == nil || *again.Over < 450_000 || *again.Over > 500_000 {
		t.Errorf("half of the draws are above the median: %v", again.Over)
	}
	if other := simulate.Predict(in, r, 0, simulate.Draws{Count: 400, Seed: 8}, 0); other.P50 == f.P50 {
		t.Error("another seed draws the same")
	}
	sum := 0
	for _, n := range f.Counts {
		sum += n
	}
	// The middle of the draws is near the last twelve months, which they are drawn from.
	s, _ := simulate.Summarise(in, r)
	var last int64
	for _, m := range s.Months[2:] {
		last += m.EarnedFen[0]
	}
	if sum != 400 || f.People != 44 || f.P50 < last*8/10 || f.P50 > last*12/10 {
		t.Errorf("%d draws of %d people, %d beside %d", sum, f.People, f.P50, last)
	}
}

// BenchmarkAThousandPeopleOver24Months is the number to hold: 10 s on two processors. It replays half a million payments, in force and changed.
func BenchmarkAThousandPeopleOver24Months(b *testing.B) {
	facts := monthtest.GenerateMonths(3, month, 24, 910, 500_000).Facts()
	if n := len(facts.Persons); n < 1_000 {
		b.Fatal(n)
	}
	in := span(month, 24, facts, w1(b, "", ""), w1(b, "A: 3%", "A: 4%"))
	for b.Loop() {
		r, err := simulate.Run(in)
		if err != nil {
			b.Fatal(err)
		}
		s, _ := simulate.Summarise(in, r)
		for v := range in.Variants {
			simulate.Predict(in, r, v, simulate.Draws{Count: simulate.DrawsUsual, Seed: 1}, 0)
		}
		b.ReportMetric(float64(s.Variants[1].Change.Gain), "gain")
	}
}
