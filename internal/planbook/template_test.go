package planbook_test

import (
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
)

// TestTemplatesPassTheirExamples: who starts from a template has an example that comes out as it says, for each of the four layers.
func TestTemplatesPassTheirExamples(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	credited, err := planbook.Template("crediting")
	if err != nil {
		t.Fatal(err)
	}
	crediting, err := plan.DecodeCrediting("", []byte(credited))
	if err != nil {
		t.Fatal(err)
	}
	layers := map[plan.Layer]int{}
	for _, name := range planbook.Templates[1:] {
		text, err := planbook.Template(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := plan.Decode(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		layers[d.Plan.Layer]++
		examples, err := plancase.Examiner{Printer: catalogue.Printer(i18n.ZhCN)}.Examine(t.Context(), text, d, crediting)
		if err != nil || len(examples) == 0 {
			t.Errorf("%s: %d examples, %v", name, len(examples), err)
		}
		for _, e := range examples {
			if !e.Passes {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
	for _, layer := range []plan.Layer{plan.LayerNewcomer, plan.LayerRegular, plan.LayerCore, plan.LayerManager} {
		if layers[layer] == 0 {
			t.Errorf("no template for %s", layer)
		}
	}
}

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
