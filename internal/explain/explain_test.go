package explain_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// documents reads the plans of workload W1; change, when not nil, edits a text before it is read.
func documents(t *testing.T, change func(text string) string) (plans []*plan.Plan, crediting *plan.Crediting) {
	t.Helper()
	files, err := filepath.Glob("../../bench/w1/plans/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no plans", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			text = []byte(change(string(text)))
		}
		d, err := plan.Decode(file, text)
		if err != nil {
			t.Fatal(err)
		}
		if d.Crediting != nil {
			crediting = d.Crediting
			continue
		}
		plans = append(plans, d.Plan)
	}
	return plans, crediting
}

const (
	manager = iota
	newcomer
	regular
	core
	idle
)

// facts are one team in August 2026: a manager, and a seller of each layer with a handful of payments.
func facts(t *testing.T) *engine.Facts {
	t.Helper()
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	f := &engine.Facts{Currency: "CNY", Teams: []engine.Team{{Key: "T1", Name: "华东一部", Leaders: []engine.Leader{{Days: always, Person: manager}}}}}
	for _, p := range [][4]string{{"M1", "沈若川", "manager", "2018-03-01"}, {"N1", "周启航", "newcomer", "2026-04-13"}, {"R1", "林知遥", "regular", "2023-05-08"}, {"C1", "顾明远", "core", "2021-08-02"}, {"I1", "许佳宁", "core", "2026-02-02"}} {
		f.Persons = append(f.Persons, engine.Person{Key: p[0], Name: p[1], Hired: date(t, p[3]), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Level: p[2]}}})
	}
	f.Customers = []engine.Customer{{Key: "K1", Name: "恒越精密"}, {Key: "K2", Name: "云岭乳业"}}
	f.Products = []engine.Product{{Key: "P1", Name: "控制器", Category: "A"}, {Key: "P2", Name: "备件", Category: "C"}}
	add := func(key string, customer, product int32, shares []engine.Share, payments ...any) {
		deal := engine.Deal{Key: key, Customer: customer, Product: product, SignedOn: date(t, "2025-06-01"), ShareFrom: int32(len(f.Shares))}
		f.Shares = append(f.Shares, shares...)
		deal.ShareTo = int32(len(f.Shares))
		f.Deals = append(f.Deals, deal)
		for i := 0; i < len(payments); i += 2 {
			f.Payments.Deal = append(f.Payments.Deal, int32(len(f.Deals)-1))
			f.Payments.On = append(f.Payments.On, date(t, payments[i].(string)))
			f.Payments.AmountFen = append(f.Payments.AmountFen, int64(payments[i+1].(int)))
			f.Payments.Order = append(f.Payments.Order, int64(len(f.Payments.Order)+1))
		}
	}
	whole := func(person int32) []engine.Share { return []engine.Share{{Person: person, BasisPoints: 10_000}} }
	add("HT-1", 0, 0, whole(regular), "2026-08-05", 85_400_00, "2026-08-11", 147_588_00)
	add("HT-2", 1, 1, []engine.Share{{Person: regular, BasisPoints: 7_000}, {Person: newcomer, BasisPoints: 3_000}}, "2026-08-18", 106_000_00)
	add("HT-3", 1, 0, whole(core), "2025-07-03", 10_000_00, "2026-08-04", 400_000_33, "2026-08-20", 130_000_00, "2026-08-27", -20_000_05)
	add("HT-4", 0, 1, whole(newcomer), "2026-07-20", 3_000_00)
	for person, quota := range map[int32]int64{regular: 318_000_00, core: 400_000_00, newcomer: 50_000_00, idle: 100_000_00} {
		f.Quotas = append(f.Quotas, engine.Quota{Person: person, Month: calendar.NewMonth(2026, 8), Of: "collected", AmountFen: quota})
	}
	for i := range f.Persons {
		f.Persons[i].Spans[0].Team = 0
	}
	return f
}

func statement(t *testing.T, person int32, change func(string) string) (*engine.Statement, *plan.Plan) {
	t.Helper()
	plans, crediting := documents(t, change)
	result, err := engine.Run(engine.Input{Period: calendar.NewMonth(2026, 8), Plans: plans, Crediting: crediting, Facts: facts(t)})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range plans {
		if s, err := result.Statement(person, int32(i)); err == nil {
			return s, p
		}
	}
	t.Fatalf("person %d has no statement", person)
	return nil, nil
}

func printer(t *testing.T, lang i18n.Lang) *i18n.Printer {
	t.Helper()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if missing := c.Missing(); len(missing) > 0 {
			t.Errorf("texts missing: %v", missing)
		}
	})
	return c.Printer(lang)
}

func TestEachLayerIsExplained(t *testing.T) {
	t.Parallel()
	for name, person := range map[string]int32{"newcomer": newcomer, "regular": regular, "core": core, "manager": manager, "idle": idle} {
		for _, lang := range i18n.Langs() {
			t.Run(name+"."+string(lang), func(t *testing.T) {
				t.Parallel()
				s, p := statement(t, person, nil)
				golden(t, filepath.Join("testdata", name+"."+string(lang)+".txt"), write(explain.Explain(printer(t, lang), s, p)))
			})
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the difference\ngot:\n%s", path, got)
	}
}

func pieces(list []explain.Piece) string {
	var words []string
	for _, p := range list {
		words = append(words, strings.TrimSpace(p.Operator+" "+p.Label+" "+p.Text))
	}
	return strings.Join(words, " ")
}

// write lists an explanation, one thing a line.
func write(e *explain.Explanation) string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, text)
		}
	}
	line("plan", e.PlanName)
	for _, m := range e.Measures {
		line("measure", m.Name+" = "+m.Text+" · "+m.Definition)
		line("  why", pieces(m.Parts))
		line("  reason", m.Reason)
	}
	for i, c := range e.Components {
		fmt.Fprintf(&b, "\ncomponent: %s %d (%s)\n", c.Name, c.AmountFen, c.Quantity)
		line("  attainment", pieces(c.Attainment))
		line("  formula", pieces(c.Formula))
		for _, condition := range c.Conditions {
			line("  condition", fmt.Sprintf("%v %s", condition.Met, condition.Text))
		}
		for k, r := range c.Rates {
			line("  rate", fmt.Sprintf("%s %s of %d in %d = %s", r.Name, r.Rate, r.BaseFen, r.Credits, r.Earned))
			if !c.Marginal {
				credits(line, e, i, k)
			}
		}
		for k, band := range c.Bands {
			line("  band", fmt.Sprintf("%s (%s) %s base %s earned %s reached %v", band.Name, band.Threshold, band.Times, band.Base, band.Earned, band.Reached))
			if c.Marginal {
				credits(line, e, i, k)
			}
		}
		line("  zero", c.Zero)
		line("  next", c.Next)
		line("  rounding", c.Rounding)
		line("  limit", c.Limit)
	}
	for _, m := range e.Members.Rows {
		line("\nmember", fmt.Sprintf("%s %s %q counted %v", m.Name, m.Level, m.Values, m.Counted))
	}
	return b.String()
}

func credits(line func(label, text string), e *explain.Explanation, component, group int) {
	rows, _ := e.CreditRows(component, group, 0)
	for _, r := range rows {
		line("    credit", fmt.Sprintf("%s %s %s %s × %s %s = %s", r.On, r.Deal, r.Payment, r.Part, r.Rate, r.Times, r.Earned))
	}
}

func TestAZeroNamesItsDistance(t *testing.T) {
	t.Parallel()
	edit := func(pairs ...string) func(string) string {
		return func(text string) string { return strings.NewReplacer(pairs...).Replace(text) }
	}
	const rule = "when: [{measure: attainment, at_least: 110%}]"
	for name, test := range map[string]struct {
		person int32
		change func(string) string
		at     int
		want   string
	}{
		"the distance in money and what it pays": {regular, edit("at_least: 110%", "at_least: 100%", "amount: 2000.00", "amount: 1000.00"), 1,
			"没有发放，因为当月达成率96.60%，未到100%。再回款¥10,812.00即可得¥1,000.00。"},
		"a threshold that must be passed": {regular, edit(rule, "when: [{measure: attainment, above: 100%}]"), 1,
			"没有发放，因为当月达成率96.60%，没有超过100%。再回款¥10,812.01即可得¥2,000.00。"},
		"a threshold in money": {regular, edit(rule, "when: [{measure: credited, at_least: 307188.01}]"), 1,
			"没有发放，因为当月回款业绩¥307,188.00，未到¥307,188.01。再回款¥0.01即可得¥2,000.00。"},
		"nearly there is not there": {regular, edit(rule, "when: [{measure: attainment, at_least: 96.6001%}]"), 1,
			"没有发放，因为当月达成率96.6000%，未到96.6001%。再回款¥0.32即可得¥2,000.00。"},
		"two conditions promise nothing": {regular, edit(rule, "when: [{measure: attainment, at_least: 110%}, {measure: credited, at_least: 400000.00}]"), 1,
			"没有发放，因为当月达成率96.60%，未到110%；当月回款业绩¥307,188.00，未到¥400,000.00。"},
		"a cap limits the promise": {regular, edit("pays: {amount: 2000.00}", "pays: {amount: 2000.00}\n    cap: {amount: 1500.00, excess: dropped}"), 1,
			"没有发放，因为当月达成率96.60%，未到110%。再回款¥42,612.00即可得¥1,500.00。"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := statement(t, test.person, test.change)
			if got := explain.Explain(printer(t, i18n.ZhCN), s, p).Components[test.at].Zero; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWithoutThePlanIDsStandForNames(t *testing.T) {
	t.Parallel()
	s, _ := statement(t, regular, nil)
	e := explain.Explain(printer(t, i18n.En), s, nil)
	if e.PlanName != "regular" || e.Components[1].Name != "over_target" || e.TotalFen != s.TotalFen {
		t.Errorf("got %+v", e)
	}
	if want := "Not paid, because attainment is 96.60%, below 110%."; e.Components[1].Zero != want {
		t.Errorf("got %q", e.Components[1].Zero)
	}
}

func TestTextSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	s, p := statement(t, regular, nil)
	alone := *s
	alone.Team, alone.PayeeName = "", ""
	alone.Measures = append([]engine.MeasureValue{{ID: "long", Kind: "money", Reason: errs.Msg("engine.not_applicable", nil)}}, s.Measures...)
	for name, test := range map[string]struct {
		s    *engine.Statement
		p    *plan.Plan
		want []string
	}{
		"all of it": {s, p, []string{"林知遥 (R1) Aug 2026 · Regular sellers", "Level: Regular seller, team T1. ", "attainment of the month 96.60% = ",
			"Commission: ¥85,400.00 × 3% = ¥2,562.00", "Collect ¥10,812.00 more to reach"}},
		"no plan at hand":      {s, nil, []string{"R1) Aug 2026 · regular\n", "  over_target  ¥0.00", "because attainment is 96.60%, below 110%"}},
		"no team, name, value": {&alone, p, []string{"R1 (R1) Aug", "Level: Regular seller. Plan hash", "  long  none  because "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := explain.Text(printer(t, i18n.En), test.s, test.p)
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
		})
	}
}

func TestOnlySoManyCreditsAreShown(t *testing.T) {
	t.Parallel()
	s, p := statement(t, regular, nil)
	e := explain.Explain(printer(t, i18n.ZhCN), s, p)
	rows, more := e.CreditRows(0, 0, 1)
	if len(rows) != 1 || more != 1 {
		t.Errorf("%d rows, %d more", len(rows), more)
	}
}

func TestExactAmounts(t *testing.T) {
	t.Parallel()
	p := printer(t, i18n.ZhCN)
	for exact, want := range map[string][2]string{
		"467734":      {"¥4,677.34", "4677.34"},
		"-51780":      {"−¥517.80", "-517.80"},
		"1/2":         {"¥0.005", "0.005"},
		"-2000011/20": {"−¥1,000.0055", "-1000.0055"},
		"100/3":       {"≈¥0.3333", "1/3"},
	} {
		if got := explain.ExactMoney(p, exact, "CNY"); got != want[0] {
			t.Errorf("ExactMoney(%s) = %s, want %s", exact, got, want[0])
		}
		if got := explain.ExactDecimal(exact, "CNY"); got != want[1] {
			t.Errorf("ExactDecimal(%s) = %s, want %s", exact, got, want[1])
		}
	}
}
