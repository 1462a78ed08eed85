package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/probe"
)

// planExplainCommand prints a document as the text that is signed.
type planExplainCommand struct {
	Quota string `help:"Monthly quota for the payout curve, in units of the currency." default:"300000.00"`
	Rate  string `help:"Average rate for the payout curve, where the plan looks rates up." default:"2%"`
	File  string `arg:"" help:"A plan or crediting document." type:"path" name:"file"`
}

// Run prints the prose, and the payout curve of a plan.
func (c planExplainCommand) Run(env *environment) error {
	d, err := readDocument(c.File)
	if err != nil {
		return env.planFailure(err)
	}
	for i, s := range d.Prose(proseLang(env.print)) {
		if i > 0 {
			fmt.Fprintln(env.Stdout)
		}
		fmt.Fprintln(env.Stdout, s.Heading)
		for _, paragraph := range s.Paragraphs {
			if err := writeParagraph(env, paragraph); err != nil {
				return err
			}
		}
	}
	if d.Plan == nil {
		return nil
	}
	return c.curve(env, d.Plan)
}

func proseLang(p *i18n.Printer) plan.Lang {
	if p.Lang() == i18n.En {
		return plan.LangEn
	}
	return plan.LangZh
}

func writeParagraph(env *environment, paragraph plan.Paragraph) error {
	if paragraph.Text != "" {
		fmt.Fprintln(env.Stdout, "  "+paragraph.Text)
	}
	if paragraph.Table == nil {
		return nil
	}
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{paragraph.Table.Columns}, paragraph.Table.Rows...) {
		fmt.Fprintln(table, "    "+strings.Join(row, "\t"))
	}
	return table.Flush()
}

// curve prints pay at each tenth of attainment, and on both sides of a jump.
func (c planExplainCommand) curve(env *environment, p *plan.Plan) error {
	quota, errQuota := decimal.Parse(c.Quota)
	rate, errRate := decimal.Parse(c.Rate)
	fen, ok := minorUnits(quota, p.Currency.MinorDigits())
	if errQuota != nil || errRate != nil || !ok {
		return errs.New(errs.KindInvalid, "plan.curve.range", nil)
	}
	curve, err := p.Curve(plan.CurveInput{QuotaFen: fen, AverageRate: rate})
	if e, is := errors.AsType[*errs.Error](err); is && e.Kind == errs.KindInvalid {
		_, err = fmt.Fprintln(env.Stdout, "\n"+env.print.Message(e.Message))
		return err
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, "\n"+env.print.T("cli.explain.curve", "Quota", money.Format(fen, p.Currency), "Rate", rate.Percent()))
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join([]string{env.print.T("common.attainment"), env.print.T("cli.lint.pay"), env.print.T("cli.explain.slope")}, "\t")+"\t")
	row := func(point plan.Point, pay int64) {
		fmt.Fprintf(table, "%d.%02d%%\t%s\t%s\t\n", point.AttainmentPPM/10_000, point.AttainmentPPM/100%100, money.Format(pay, p.Currency), point.Slope.Percent())
	}
	for _, point := range curve.Total {
		switch {
		case point.Jumps():
			row(point, point.BeforeFen)
			row(point, point.AfterFen)
		case point.AttainmentPPM%100_000 == 0:
			row(point, point.PayFen)
		}
	}
	return table.Flush()
}

// minorUnits are units of a currency in its minor units, when they are whole.
func minorUnits(d decimal.Decimal, digits int) (int64, bool) {
	scale := int64(1)
	for range digits {
		scale *= 10
	}
	minor := d.Mul(decimal.FromInt(scale, 0)).Rat()
	return minor.Num().Int64(), minor.IsInt() && minor.Num().IsInt64()
}

func readDocument(name string) (*plan.Document, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": name}).Because(err)
	}
	return plan.Decode(name, text)
}

// planFailure tells a wrong document apart from a wrong command.
func (env *environment) planFailure(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Message.Key == "plan.invalid" {
		return exit{env.fail(err, ExitPlan)}
	}
	return err
}

// planDiffCommand says what changed between two plans.
type planDiffCommand struct {
	JSON bool   `help:"Print the changes as a JSON list." name:"json"`
	Old  string `arg:"" help:"The earlier plan." type:"path"`
	New  string `arg:"" help:"The later plan." type:"path"`
}

// Run prints the changes in the words of the trade, and what the plans cost on the model person.
func (c planDiffCommand) Run(env *environment) error {
	var plans [2]*plan.Plan
	for i, name := range []string{c.Old, c.New} {
		d, err := readDocument(name)
		if err != nil {
			return env.planFailure(err)
		}
		if d.Plan == nil {
			return errs.New(errs.KindInvalid, "cli.diff.no_plan", errs.Args{"Path": name})
		}
		plans[i] = d.Plan
	}
	changes := plan.Diff(plans[0], plans[1], proseLang(env.print))
	if c.JSON {
		encoder := json.NewEncoder(env.Stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(append([]plan.Change{}, changes...))
	}
	if len(changes) == 0 {
		_, err := fmt.Fprintln(env.Stdout, env.print.T("cli.diff.same"))
		return err
	}
	for _, change := range changes {
		fmt.Fprintln(env.Stdout, "- "+change.Text)
	}
	return c.costs(env, plans)
}

// costs prints what the model person gets of both plans; nothing where one of them cannot be tried.
func (planDiffCommand) costs(env *environment, plans [2]*plan.Plan) error {
	before, err := probe.Run(plans[0], nil, 0)
	if err != nil {
		return nil
	}
	after, err := probe.Run(plans[1], nil, 0)
	if err != nil || before.Model.From != after.Model.From || before.Model.To != after.Model.To {
		return nil
	}
	fmt.Fprintln(env.Stdout, "\n"+env.print.T("cli.diff.costs", "Quota", money.Format(after.Model.QuotaFen, plans[1].Currency)))
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join([]string{env.print.T("common.attainment"), env.print.T("cli.diff.before"), env.print.T("cli.diff.after"), env.print.T("cli.diff.difference")}, "\t")+"\t")
	for i, c := range after.Costs {
		was := before.Costs[i].PayFen
		fmt.Fprintf(table, "%d%%\t%s\t%s\t%s\t\n", c.AttainmentPercent, money.Format(was, plans[0].Currency), money.Format(c.PayFen, plans[1].Currency), money.Format(c.PayFen-was, plans[1].Currency))
	}
	return table.Flush()
}
