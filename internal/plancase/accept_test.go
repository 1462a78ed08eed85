package plancase_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
	"xiaoguan/internal/planform"
)

// TestAcceptingWhatAnExampleCameTo: a template with a changed figure fails its examples by the changed amounts; accepted, they pass.
func TestAcceptingWhatAnExampleCameTo(t *testing.T) {
	t.Parallel()
	text, err := planbook.Template("regular")
	if err != nil {
		t.Fatal(err)
	}
	if text, err = planform.Fill(text, planform.Posted{"components[0].pays.rate": {"4"}, "components[1].pays.amount": {"1,500"}}); err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	examine := func() (examples []planbook.Example) {
		d, err := plan.Decode("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if examples, err = (plancase.Examiner{Printer: catalogue.Printer(i18n.ZhCN)}).Examine(t.Context(), text, d, nil); err != nil {
			t.Fatal(err)
		}
		return examples
	}
	failing := examine()
	// 80,000 × 4 % = 3,200 instead of 2,400; 112,000 × 4 % × 1.2 = 5,376 instead of 4,032, and 1,500 instead of 1,000
	if failing[0].Passes || len(failing[0].Differences) != 1 || failing[0].Differences[0].GotFen != 3_200_00 || len(failing[1].Differences) != 2 {
		t.Fatalf("%+v", failing)
	}
	form, err := planform.New(text)
	if err != nil {
		t.Fatal(err)
	}
	page := form.Examples
	for _, e := range failing {
		page = plancase.Accept(page, e.Title, e.Differences)
	}
	if text, err = planform.WithExamples(text, page); err != nil {
		t.Fatal(err)
	}
	for _, e := range examine() {
		if !e.Passes {
			t.Errorf("%+v", e)
		}
	}
	if strings.Count(page, "5376.00") != 1 || strings.Contains(page, "2400.00") {
		t.Errorf("%s", page)
	}
}

func TestAcceptTouchesTheCaseAlone(t *testing.T) {
	t.Parallel()
	const page = "period: 2026-09\n\n## One\n```csv want.csv\npayee,component,amount\n1,a,1.00\n```\n\n## Two\n```csv want.csv\nperiod,payee,component,amount\n2026-09,1,a,1.00\n2026-10,1,a,1.00\n```\n```csv paid.csv\npayee,amount\n1,1.00\n```\n"
	october := planbook.ExampleDifference{Month: calendar.NewMonth(2026, 10), Payee: "1", List: plancase.WantName, Line: "a", WantFen: 100, GotFen: 250, Currency: money.CNY}
	missing := october
	missing.Line, missing.GotFen = "b", 700
	paid := planbook.ExampleDifference{Month: october.Month - 1, Payee: "1", List: plancase.PaidName, GotFen: 99, Currency: money.CNY}
	got := plancase.Accept(page, "Two", []planbook.ExampleDifference{october, missing, paid})
	want := strings.NewReplacer("2026-10,1,a,1.00\n", "2026-10,1,a,2.50\n2026-10,1,b,7.00\n", "payee,amount\n1,1.00", "payee,amount\n1,0.99").Replace(page)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := plancase.Accept(page, "Three", []planbook.ExampleDifference{october}); got != page {
		t.Errorf("a case that is not there: %s", got)
	}
}
