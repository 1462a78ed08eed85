package plan_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"xiaoguan/internal/plan"
)

// settlePlans are plans that between them have every choice of a settlement.
func settlePlans(t *testing.T) map[string]*plan.Document {
	t.Helper()
	files, err := filepath.Glob("testdata/settle/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no plans: %v", err)
	}
	documents := map[string]*plan.Document{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := plan.Decode(file, text)
		if err != nil {
			t.Fatal(err)
		}
		documents[strings.TrimSuffix(filepath.Base(file), ".yaml")] = document
	}
	return documents
}

func TestProseOfSettlements(t *testing.T) {
	t.Parallel()
	for name, document := range settlePlans(t) {
		for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
			var b strings.Builder
			for _, section := range document.Plan.Prose(lang) {
				for _, p := range section.Paragraphs {
					if section.Path == "settle" || p.Path == "statements.refund" || p.Path == "statements.payable_on" {
						b.WriteString(p.Text + "  [" + p.Path + "]\n")
					}
					if at := document.Position(p.Path); at.Row == 1 && at.Column == 1 {
						t.Errorf("%s: no place in the document", p.Path)
					}
				}
			}
			golden(t, "prose/settle_"+name+"."+string(lang)+".txt", b.String())
		}
	}
}

func TestSettlementsReadBackFromTheirCanonicalForm(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	for name, document := range settlePlans(t) {
		canonical := document.Plan.Canonical()
		again, err := plan.DecodePlan(name, canonical)
		if err != nil {
			t.Fatal(err)
		}
		if again.Hash() != document.Plan.Hash() {
			t.Errorf("%s: %s\n%s", name, canonical, again.Canonical())
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(canonical))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("canonical %s: %v", name, err)
		}
		text, err := os.ReadFile("testdata/settle/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEveryChangeOfASettlementChangesTheHashAndTheProse: what is signed says every choice.
func TestEveryChangeOfASettlementChangesTheHashAndTheProse(t *testing.T) {
	t.Parallel()
	changes := map[string][][2]string{
		"clawback_steps": {{"within_months: 6", "within_months: 7"}, {"months: 3, percent: 100%", "months: 2, percent: 100%"}, {"percent: 50%", "percent: 51%"},
			{"basis: paid", "basis: earned"}, {"offset: all", "offset: same_component"}, {", forgiven_after_months: 12", ""}, {"collected: 80%", "collected: 81%"},
			{"by_share_of_cash", "whole"}, {"if_left: continues", "if_left: forfeited"}, {"expires_after_months: 24", "expires_after_months: 25"},
			{"[refund, cancellation]", "[refund]"}, {"[refund, cancellation]", "[cancellation]"}},
		"clawback_pro_rata": {{"share: pro_rata", "share: full"}},
		"clawback_full":     {{"months: 3", "months: 4"}, {"components: [commission, bonus]", "components: [commission]"}},
		"instalments": {{"60%}, {after_months: 1, percent: 10%", "50%}, {after_months: 1, percent: 20%"}, {"after_months: 1,", "after_months: 2,"}, {"if_left: forfeited", "if_left: continues"},
			{"amount: 5000.00", "amount: 5000.01"}, {"months: 3}", "months: 4}"}, {"at_least: 90%", "at_least: 91%"}},
		"draw_top_up": {{"top_up", "loan"}, {"amount: 1000.00", "amount: 1000.01"}, {"from_month: 0", "from_month: 1"}, {"months: 6", "months: 7"}, {"from_month: 3", "from_month: 4"},
			{"percent: 100%", "percent: 99%"}, {"floor: 1000.00", "floor: 1000.01"}, {"if_left: due", "if_left: forgiven"}},
	}
	for name, list := range changes {
		source, err := os.ReadFile("testdata/settle/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		want, err := plan.DecodePlan(name, source)
		if err != nil {
			t.Fatal(err)
		}
		head, tail, _ := strings.Cut(string(source), "settle:")
		for _, change := range list {
			changed := strings.Replace(tail, change[0], change[1], 1)
			got, err := plan.DecodePlan(name, []byte(head+"settle:"+changed))
			if err != nil {
				t.Fatalf("%s: %v: %v", name, change, err)
			}
			if got.Hash() == want.Hash() {
				t.Errorf("%s: %v left the hash as it was", name, change)
			}
			for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
				if written(got.Prose(lang)) == written(want.Prose(lang)) {
					t.Errorf("%s: %v left the %s prose as it was", name, change, lang)
				}
			}
		}
	}
}
