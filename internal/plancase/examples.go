package plancase

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Examiner computes the worked examples that a plan document carries, for planbook.
type Examiner struct{ Printer *i18n.Printer }

// Examine computes every example with the plan of the document and, where the example brings no crediting document, with the one given. What is
// wrong with an example makes it fail, with the reason.
func (x Examiner) Examine(ctx context.Context, text string, d *plan.Document, crediting *plan.Crediting) (out []planbook.Example, err error) {
	defer errs.Wrap(&err, "plancase.Examine(%s)", d.Source)
	if d.Examples == "" {
		return nil, nil
	}
	page, err := Embedded("examples", text, d, crediting)
	if err != nil {
		return []planbook.Example{failed("", err)}, nil
	}
	for i := range page.Cases {
		c := &page.Cases[i]
		o, err := Run(ctx, page, c, x.Printer)
		if err != nil {
			if errs.KindOf(err) == errs.KindInternal {
				return nil, err
			}
			out = append(out, failed(c.Title, err))
			continue
		}
		example := planbook.Example{Title: c.Title, Passes: o.Passes()}
		for _, d := range o.Differences {
			example.Differences = append(example.Differences, planbook.ExampleDifference{Month: d.Period, Payee: d.Payee, List: d.Block, Line: d.Component,
				WantFen: d.WantFen, GotFen: d.GotFen, Currency: d.Currency})
		}
		if !example.Passes && len(example.Differences) == 0 {
			example.Reason = errs.Msg("planbook.example_codes", errs.Args{"Want": strings.Join(o.WantCodes, " "), "Got": strings.Join(o.GotCodes, " ")})
		}
		out = append(out, example)
	}
	return out, nil
}

// Embedded is the page of the worked examples that a document carries: each has the document's plan and, where it brings no crediting document,
// the one given. Errors as of Parse.
func Embedded(source, text string, d *plan.Document, crediting *plan.Crediting) (*Page, error) {
	page, err := Parse(source, []byte(d.Examples))
	if err != nil {
		return nil, err
	}
	for i := range page.Cases {
		documents(&page.Cases[i], text, crediting)
	}
	return page, nil
}

// documents puts the plan, and who is credited with what, beside the facts of a case.
func documents(c *Case, text string, crediting *plan.Crediting) {
	c.put(File{Name: "plan.yaml", Line: max(c.Line, 1), Data: []byte(text)})
	brings := slices.ContainsFunc(c.Files, func(f File) bool {
		return strings.HasSuffix(f.Name, ".yaml") && strings.Contains(string(f.Data), "xiaoguan: crediting/")
	})
	if !brings && crediting != nil {
		// the canonical form is a document, and JSON is YAML
		c.put(File{Name: "in-force.yaml", Line: max(c.Line, 1), Data: crediting.Canonical()})
	}
}

// failed is an example that cannot be computed.
func failed(title string, err error) planbook.Example {
	return planbook.Example{Title: title, Reason: planbook.FirstReason(err)}
}
