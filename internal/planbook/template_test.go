package planbook_test

import (
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

func TestTemplatesFitTogether(t *testing.T) {
	t.Parallel()
	var all []*plan.Document
	for _, name := range planbook.Templates {
		text, err := planbook.Template(name)
		if err != nil {
			t.Fatal(err)
		}
		d, findings := plan.Inspect("", []byte(text))
		if d == nil {
			t.Fatalf("%s: %v", name, findings)
		}
		for _, f := range findings {
			if f.Severity != plan.SeverityNote {
				t.Errorf("%s: %v", name, f)
			}
		}
		if (d.Crediting != nil) != (name == "crediting") {
			t.Errorf("%s is of another kind", name)
		}
		if name != "flat" { // a company chooses one of the two for its sellers
			all = append(all, d)
		}
	}
	if findings := plan.Check(all); plan.HasErrors(findings) {
		t.Errorf("together: %v", findings)
	}
	if _, err := planbook.Template("../secret"); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a made-up template: %v", err)
	}
}
