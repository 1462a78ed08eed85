package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

const componentsHead = `xiaoguan: plan/1
id: sample
name: {zh: 样例, en: Sample}
layer: other
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [regular, core]}
statements:
  earned_on: collected
  payable_on: period_close
  refund: negative_credit_when_refunded
  negative_result: stands
  zero_quota: not_applicable
  level_at: period_end
  team_at: period_end
  joiner: full_period
  leaver: full_period
  leaver_later_collections: unpaid
  attainment_rounding: exact
measures:
  credited: {name: {zh: 回款业绩, en: collections}, credits: collected, sum: amount, window: period}
  quota: {name: {zh: 指标, en: quota}, quota: collected, window: period}
  attainment: {name: {zh: 达成率, en: attainment}, ratio: [credited, quota]}
`

// componentCase is one file of testdata/components: facts, a plan of its own, what earlier months paid, and what is wanted.
func componentCase(t *testing.T, archive *txtar.Archive) engine.Input {
	t.Helper()
	facts, month := readCase(t, archive)
	section := func(name string) [][]string {
		if !slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == name }) {
			return nil
		}
		return table(t, archive, name)
	}
	for _, r := range section("teams.csv") {
		for i := range facts.Teams {
			if facts.Teams[i].Key == r[0] {
				facts.Teams[i].Region = r[1]
			}
		}
	}
	for _, r := range section("customers.csv") {
		for i := range facts.Customers {
			if facts.Customers[i].Key == r[0] {
				facts.Customers[i].Tier = r[1]
			}
		}
	}
	for _, r := range section("roles.csv") {
		for i := range facts.Persons {
			if facts.Persons[i].Key == r[0] {
				facts.Persons[i].Spans[0].Roles = strings.Fields(r[1])
			}
		}
	}
	in := engine.Input{Period: month, Facts: facts}
	for _, r := range section("earlier.csv") {
		at, err := calendar.ParseMonth(r[2])
		if err != nil {
			t.Fatal(err)
		}
		person := slices.IndexFunc(facts.Persons, func(p engine.Person) bool { return p.Key == r[0] })
		in.Earlier = append(in.Earlier, engine.EarlierPay{Person: int32(person), Plan: "sample", Component: r[1], Month: at,
			AmountFen: number(t, r[3]), CarriedFen: number(t, r[4])})
	}
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "plan.yaml" })
	p, err := plan.DecodePlan("plan.yaml", append([]byte(componentsHead), archive.Files[i].Data...))
	if err != nil {
		var e *errs.Error
		if errors.As(err, &e) {
			t.Fatalf("%+v", e.Fields)
		}
		t.Fatal(err)
	}
	_, in.Crediting = w1Plans(t)
	in.Plans = []*plan.Plan{p}
	return in
}

// lineOf is a payout as want.csv has it: amount, and what is carried where there is any.
func lineOf(p engine.Payout) string {
	if p.CarriedFen == 0 {
		return strconv.FormatInt(p.AmountFen, 10)
	}
	return fmt.Sprint(p.AmountFen, " carries ", p.CarriedFen)
}

func TestComponentsWorkedOutByHand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/components/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in := componentCase(t, archive)
			result, err := engine.Run(in)
			if err != nil {
				t.Fatal(err)
			}
			want, got := map[string]string{}, map[string]string{}
			for _, r := range table(t, archive, "want.csv") {
				want[r[0]+" "+r[1]] = r[2]
			}
			for _, p := range result.Payouts {
				key := in.Facts.Persons[p.Person].Key + " " + in.Plans[0].Components[p.Component].ID
				s, err := result.Statement(p.Person, p.Plan)
				if err != nil {
					t.Fatal(err)
				}
				trace := s.Components[p.Component]
				if p.AmountFen != 0 || p.CarriedFen != 0 {
					got[key] = lineOf(p)
				}
				if p.AmountFen == 0 && p.CarriedFen == 0 {
					got[key] = strings.TrimPrefix(trace.Reason.Key, "engine.zero.")
				}
				checkTrace(t, key, p, trace)
				checkCanonical(t, s)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			reversed(t, in, result)
		})
	}
}

// checkTrace holds a trace to its payout.
func checkTrace(t *testing.T, key string, p engine.Payout, trace engine.ComponentTrace) {
	t.Helper()
	carried := int64(0)
	if trace.Further != nil {
		carried = trace.Further.Carried
	}
	if trace.AmountFen != p.AmountFen || carried != p.CarriedFen {
		t.Errorf("%s: trace %d carries %d, payout %d carries %d", key, trace.AmountFen, carried, p.AmountFen, p.CarriedFen)
	}
	if (trace.AmountFen == 0) != (trace.Reason.Key != "") {
		t.Errorf("%s: amount %d with reason %q", key, trace.AmountFen, trace.Reason.Key)
	}
}

// checkCanonical reads the canonical bytes back and writes them again.
func checkCanonical(t *testing.T, s *engine.Statement) {
	t.Helper()
	canonical := s.AppendJSON(nil)
	var again engine.Statement
	decoder := json.NewDecoder(strings.NewReader(string(canonical)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&again); err != nil {
		t.Fatalf("%v\n%s", err, canonical)
	}
	if encoded, err := json.Marshal(again); err != nil || string(encoded) != string(canonical) {
		t.Errorf("%v\n%s\n%s", err, canonical, encoded)
	}
}

// reversed runs the facts in the other order, and each payee alone; both must pay the same.
func reversed(t *testing.T, in engine.Input, want *engine.Result) {
	t.Helper()
	facts := *in.Facts
	pay := facts.Payments
	facts.Payments.Deal, facts.Payments.On = slices.Clone(pay.Deal), slices.Clone(pay.On)
	facts.Payments.AmountFen, facts.Payments.Order = slices.Clone(pay.AmountFen), slices.Clone(pay.Order)
	slices.Reverse(facts.Payments.Deal)
	slices.Reverse(facts.Payments.On)
	slices.Reverse(facts.Payments.AmountFen)
	slices.Reverse(facts.Payments.Order)
	other := in
	other.Facts = &facts
	result, err := engine.Run(other)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Payouts, result.Payouts); diff != "" {
		t.Errorf("payments the other way round: %s", diff)
	}
	if want.InputDigest() != result.InputDigest() {
		t.Error("another digest the other way round")
	}
	for _, p := range want.Payouts {
		alone := in
		alone.Only = []int32{p.Person}
		result, err := engine.Run(alone)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(result.Payouts, p) {
			t.Errorf("alone %+v, together %+v", result.Payouts, p)
		}
	}
}

func TestWhatEarlierMonthsPaidEntersTheDigest(t *testing.T) {
	t.Parallel()
	in := oneSeller()
	digest := func() string {
		result, err := engine.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		return result.InputDigest()
	}
	before := digest()
	in.Earlier = []engine.EarlierPay{{Person: 0, Plan: "linear", Component: "commission", Month: in.Period - 1, AmountFen: 1}}
	with := digest()
	in.Earlier[0].CarriedFen = 1
	if carried := digest(); before == with || with == carried {
		t.Error("the digest does not know what earlier months paid")
	}
}

func TestFurtherStepsRefuseWithTheRecordsAtFault(t *testing.T) {
	t.Parallel()
	grid := &plan.Grid{By: []plan.Dimension{{Field: plan.FieldCustomerTier, Keys: []string{"A"}}}, Cells: []decimal.Decimal{decimal.MustParse("1%")}}
	levels := &plan.Grid{By: []plan.Dimension{{Field: plan.FieldPersonLevel, Keys: []string{"core"}}}, Cells: []decimal.Decimal{decimal.MustParse("100")}}
	cases := []struct {
		name, key, path, says string
		spoil                 func(in *engine.Input, c *plan.Component)
	}{
		{"a tier without a row", "engine.refused", "persons[S1].plans[linear].components[commission]", "engine.lookup_without_row",
			func(_ *engine.Input, c *plan.Component) { c.Pays.Rate = &plan.Rate{Grid: grid} }},
		{"a level without a row", "engine.refused", "persons[S1].plans[linear].components[commission]", "engine.grid_without_row",
			func(_ *engine.Input, c *plan.Component) {
				c.Pays = plan.Pays{FurtherPays: plan.FurtherPays{AmountGrid: levels}}
			}},
		{"a deductible that is unknown", "engine.input", "plans[linear].components[commission]", "engine.unknown_reference",
			func(_ *engine.Input, c *plan.Component) { c.Pays.Deduct = &plan.Deduct{Measure: "nothing"} }},
		{"cells that do not fill the grid", "engine.input", "plans[linear].components[commission]", "engine.unsupported",
			func(_ *engine.Input, c *plan.Component) {
				c.Pays.Rate = &plan.Rate{Grid: &plan.Grid{By: grid.By, Cells: append(grid.Cells, grid.Cells...)}}
			}},
		{"a line of one point", "engine.input", "plans[linear].components[commission]", "engine.unsupported", func(_ *engine.Input, c *plan.Component) {
			c.Pays.Table = &plan.Table{By: "attainment", Style: plan.StyleInterpolate, Line: &plan.Line{Points: []plan.LinePoint{{}}}}
		}},
		{"two earlier payments of a month", "engine.input", "persons[S1].earlier[linear commission 2026-04]", "engine.earlier_twice",
			func(in *engine.Input, _ *plan.Component) {
				row := engine.EarlierPay{Plan: "linear", Component: "commission", Month: in.Period - 1}
				in.Earlier = []engine.EarlierPay{row, row}
			}},
		{"an earlier payment of nobody", "engine.input", "earlier[0]", "engine.reference",
			func(in *engine.Input, _ *plan.Component) { in.Earlier = []engine.EarlierPay{{Person: 7}} }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := oneSeller()
			c.spoil(&in, &in.Plans[0].Components[0])
			_, err := engine.Run(in)
			var e *errs.Error
			if !errors.As(err, &e) || e.Message.Key != c.key || len(e.Fields) == 0 || e.Fields[0].Path != c.path || e.Fields[0].Message.Key != c.says {
				t.Errorf("%v %+v", err, e)
			}
		})
	}
}
