package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/plancase"
)

// planCommands are the commands about plan documents.
type planCommands struct {
	Lint    planLintCommand    `cmd:"" help:"Judge plans: what pays twice, has no limit, is left unsaid; cost at 80, 100 and 120 % of quota; gaming points."`
	Explain planExplainCommand `cmd:"" help:"Print a plan as the text that is signed, with its payout curve."`
	Diff    planDiffCommand    `cmd:"" help:"Say in words what changed between two plans, and what it costs."`
	Test    planTestCommand    `cmd:"" help:"Compute worked examples (Markdown pages with plan, facts and wanted amounts) and say where they differ."`
}

// planTestCommand runs pages of worked examples.
type planTestCommand struct {
	Files []string `arg:"" help:"Pages, as in docs/cookbook, or documents that carry examples." type:"path" name:"file"`
}

// Help says what --help shows for this command beyond its flags.
func (planTestCommand) Help() string {
	return `A page is described in docs/cookbook/README.md. Every case is computed, also after one that differs; for the first difference of a
case the statement is printed, down to the payments.

Exit codes: 0 every case pays as its page says; 1 internal error; 2 wrong command line; 3 a page or its facts are invalid (file:line:field on
standard error); 4 a plan is invalid; 5 an amount differs.`
}

// Run runs the pages.
func (c planTestCommand) Run(env *environment) error {
	code := ExitOK
	worse := func(found int) {
		// What cannot be computed weighs more than what differs.
		if code == ExitOK || code == ExitDiffers {
			code = found
		}
	}
	cases := 0
	for _, name := range c.Files {
		text, err := os.ReadFile(name)
		if err != nil {
			worse(env.fail(errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": name}).Because(err), ExitInput))
			continue
		}
		page, err := examplePage(name, text)
		if err != nil {
			worse(env.fail(err, ExitInput))
			continue
		}
		for i := range page.Cases {
			found, err := c.one(env, page, &page.Cases[i])
			if err != nil {
				return err
			}
			if cases++; found != ExitOK {
				worse(found)
			}
		}
	}
	if code != ExitOK {
		return exit{code}
	}
	_, err := fmt.Fprintln(env.Stdout, env.print.T("cli.plantest.passed", "Count", cases))
	return err
}

// examplePage reads a page, or the worked examples that a document carries.
func examplePage(name string, text []byte) (*plancase.Page, error) {
	if extension := filepath.Ext(name); extension != ".yaml" && extension != ".yml" {
		return plancase.Parse(name, text)
	}
	d, err := plan.Decode(name, text)
	if err != nil {
		return nil, err
	}
	if d.Examples == "" {
		return nil, errs.New(errs.KindInvalid, "cli.plantest.no_examples", errs.Args{"Path": name})
	}
	return plancase.Embedded(name, string(text), d, nil)
}

// one runs one case and tells how it went.
func (c planTestCommand) one(env *environment, page *plancase.Page, one *plancase.Case) (code int, err error) {
	o, err := plancase.Run(env, page, one, env.print)
	if err != nil {
		invalid := ExitInput
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Message.Key == "plan.invalid" {
			invalid = ExitPlan
		}
		fmt.Fprintln(env.Stderr, env.print.T("cli.plantest.refused", "Case", page.Name(one)))
		return env.fail(err, invalid), nil
	}
	if o.Passes() {
		_, err = fmt.Fprintln(env.Stdout, env.print.T("cli.plantest.ok", "Case", page.Name(one)))
		return ExitOK, err
	}
	_, err = fmt.Fprint(env.Stdout, env.print.T("cli.plantest.differs", "Case", page.Name(one)), "\n", outcomeText(env.print, o))
	return ExitDiffers, err
}

// outcomeText says what differs, a line for each amount, and the first statement that does.
func outcomeText(p *i18n.Printer, o *plancase.Outcome) string {
	var b strings.Builder
	for _, d := range o.Differences {
		fmt.Fprintln(&b, "  "+p.T("cli.plantest.amount", "Period", d.Period.String(), "Payee", d.Payee, "Component", lineName(p, d),
			"Want", money.Format(d.WantFen, d.Currency), "Got", money.Format(d.GotFen, d.Currency)))
	}
	if len(o.Differences) == 0 {
		fmt.Fprintln(&b, "  "+p.T("cli.plantest.codes", "Want", codes(p, o.WantCodes), "Got", codes(p, o.GotCodes)))
	}
	for line := range strings.Lines(o.Statement) {
		b.WriteString("    " + line)
	}
	return b.String()
}

// lineName says what an amount is: a component, what is paid, or a kind of open item.
func lineName(p *i18n.Printer, d plancase.Difference) string {
	switch d.Block {
	case plancase.PaidName:
		return p.T("settle.kind.paid")
	case plancase.OpenName:
		return p.T("settle.item." + d.Component)
	}
	return d.Component
}

func codes(p *i18n.Printer, list []string) string {
	if len(list) == 0 {
		return p.T("cli.plantest.none")
	}
	return strings.Join(list, " ")
}
