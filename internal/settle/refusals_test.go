package settle_test

import (
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

var update = flag.Bool("update", false, "write the golden results anew")

func TestACaseThatContradictsItselfIsRefused(t *testing.T) {
	t.Parallel()
	by := &plan.Plan{ID: "p", Components: []plan.Component{{ID: "commission"}}, Settle: &plan.Settlement{ByDeal: []string{"commission"}}}
	february, january := start+1, start
	deal := []settle.Deal{{Key: "9", CancelledOn: calendar.Forever}}
	for name, c := range map[string]settle.Case{
		"an item of an unknown kind":          {Opening: []settle.Item{{Kind: "gift", Component: "commission", Origin: january, AmountFen: 1}}},
		"an item of the month itself":         {Opening: []settle.Item{{Kind: settle.ItemHeld, Component: "commission", Origin: february, AmountFen: 1, BasisFen: 1}}},
		"held below zero":                     {Opening: []settle.Item{{Kind: settle.ItemHeld, Component: "commission", Origin: january, AmountFen: -1}}},
		"held more than was ever held":        {Opening: []settle.Item{{Kind: settle.ItemHeld, Component: "commission", Origin: january, AmountFen: 2, BasisFen: 1}}},
		"an instalment that is never due":     {Opening: []settle.Item{{Kind: settle.ItemInstalment, Component: "commission", Origin: january, AmountFen: 1}}},
		"a draw owed to the payee":            {Opening: []settle.Item{{Kind: settle.ItemDraw, Origin: january, AmountFen: 1}}},
		"a draw of a component":               {Opening: []settle.Item{{Kind: settle.ItemDraw, Component: "commission", Origin: january, AmountFen: -1}}},
		"a negative of a deal":                {Deals: deal, Opening: []settle.Item{{Kind: settle.ItemNegative, Component: "commission", Deal: "9", Origin: january, AmountFen: -1}}},
		"an earning that is owed":             {Deals: deal, Opening: []settle.Item{{Kind: settle.ItemEarning, Component: "commission", Deal: "9", Origin: january, AmountFen: 1, BasisFen: 1}}},
		"an item of a deal nobody knows":      {Opening: []settle.Item{{Kind: settle.ItemHeld, Component: "commission", Deal: "9", Origin: january, AmountFen: 1, BasisFen: 1}}},
		"an earning with a deal nobody knows": {Earned: []settle.Earned{{Component: "commission", AmountFen: 1, Parts: []settle.Part{{Deal: "9", Exact: big.NewRat(1, 1)}}}}},
		"a component twice":                   {Earned: []settle.Earned{{Component: "commission"}, {Component: "commission"}}},
		"a deal twice":                        {Deals: append(deal, deal...)},
		"an addition twice":                   {Added: []settle.Added{{ID: "1", Component: "commission", AmountFen: 1}, {ID: "1", Component: "bonus", AmountFen: 1}}},
		"amounts beyond 64 bits":              {Earned: []settle.Earned{{Component: "commission", AmountFen: 1 << 60}, {Component: "bonus", AmountFen: -1 << 60}}},
		"parts that cancel but for a hair": {Deals: append([]settle.Deal{{Key: "10", CancelledOn: calendar.Forever}}, deal...), Earned: []settle.Earned{{Component: "commission",
			AmountFen: 1_000_000_000, Parts: []settle.Part{{Deal: "9", Exact: big.NewRat(1_000_000_000_000, 1)}, {Deal: "10", Exact: big.NewRat(-999_999_999_999_999, 1000)}}}}},
	} {
		c.Payee, c.Hired, c.Left, c.Period = "7", january.First(), calendar.Forever, february
		if _, err := settle.Run(by, c); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestResultsReadBackAsTheyWereWritten holds the bytes of one result, which are sealed.
func TestResultsReadBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/cases/clawback_of_held.txtar")
	if err != nil {
		t.Fatal(err)
	}
	f := caseFile{t, archive}
	var got []byte
	var open []settle.Item
	for _, c := range f.cases() {
		c.Opening = open
		r, err := settle.Run(f.plan(), c)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again settle.Result
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*r, again); diff != "" {
			t.Error(diff)
		}
		got, open = append(append(got, text...), '\n'), r.Closing
	}
	if *update {
		if err := os.WriteFile("testdata/results.jsonl", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/results.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}
