package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/probe"
)

// planLintCommand judges documents.
type planLintCommand struct {
	JSON   bool     `help:"Print findings and trials as one JSON object." name:"json"`
	Strict bool     `help:"Warnings count as errors."`
	Files  []string `arg:"" help:"Plan and crediting documents, or folders with them (*.yaml, *.yml)." type:"path" name:"file"`
}

// Help says what --help shows for this command beyond its flags.
func (planLintCommand) Help() string {
	return `Each document is checked as when it is saved, and looked into deeper: what pays twice, what has no limit, what is left unsaid, what cannot
happen. Each plan is tried on a model person (see docs/lint.md): what it costs at 80, 100 and 120 % of quota, and where one more fen of sales
changes pay by a leap. Documents that are given together are judged together.

Exit codes: 0 no error; 1 internal error; 2 wrong command line; 3 a file cannot be read; 4 a document has an error (with --strict: or a
warning).`
}

// tried is a plan with what a trial found.
type tried struct {
	document *plan.Document
	report   *probe.Report
}

// Run judges the documents.
func (c planLintCommand) Run(env *environment) error {
	names, err := documentFiles(c.Files)
	if err != nil {
		return err
	}
	var documents []*plan.Document
	var findings []plan.Finding
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": name}).Because(err)
		}
		d, found := plan.Inspect(name, text)
		findings = append(findings, found...)
		if d != nil {
			documents = append(documents, d)
		}
	}
	more, trials := lintAll(documents)
	findings = append(findings, more...)
	if c.JSON {
		err = writeLintJSON(env, findings, trials)
	} else {
		err = writeLint(env, findings, trials)
	}
	if err != nil {
		return err
	}
	if plan.HasErrors(findings) || c.Strict && slices.ContainsFunc(findings, func(f plan.Finding) bool { return f.Severity == plan.SeverityWarning }) {
		return exit{ExitPlan}
	}
	return nil
}

// lintAll judges documents alone and, where there is a crediting document among them, together.
func lintAll(documents []*plan.Document) (findings []plan.Finding, trials []tried) {
	var crediting *plan.Crediting
	for _, d := range documents {
		if d.Crediting != nil {
			crediting = d.Crediting
		}
	}
	if crediting != nil {
		findings = append(plan.Check(documents), plan.LintSet(documents)...)
	}
	for _, d := range documents {
		found, report := probe.Lint(d, crediting)
		findings = append(findings, found...)
		if report != nil {
			trials = append(trials, tried{d, report})
		}
	}
	return findings, trials
}

// documentFiles lists the files named, and those in the folders named, in order.
func documentFiles(names []string) (files []string, err error) {
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": name}).Because(err)
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
			if extension := filepath.Ext(path); err == nil && !entry.IsDir() && (extension == ".yaml" || extension == ".yml") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errs.New(errs.KindInvalid, "cli.lint.nothing", nil)
	}
	return files, nil
}

// writeLint prints findings as file:line:column, and the costs.
func writeLint(env *environment, findings []plan.Finding, trials []tried) error {
	for _, f := range findings {
		fmt.Fprintf(env.Stdout, "%s:%d:%d: %s %s: %s\n", f.Source, f.Row, f.Column, env.print.T("cli.lint.severity."+string(f.Severity)), f.Code, env.print.Message(f.Message))
		fmt.Fprintln(env.Stdout, "    "+env.print.Message(f.Remedy))
	}
	for _, t := range trials {
		fmt.Fprintln(env.Stdout)
		if err := writeCosts(env, t); err != nil {
			return err
		}
	}
	count := map[plan.Severity]int{}
	for _, f := range findings {
		count[f.Severity]++
	}
	_, err := fmt.Fprintln(env.Stdout, "\n"+env.print.T("cli.lint.sum", "Errors", count[plan.SeverityError], "Warnings", count[plan.SeverityWarning], "Notes", count[plan.SeverityNote]))
	return err
}

// writeCosts prints what a plan costs at three attainments.
func writeCosts(env *environment, t tried) error {
	p, m, currency := env.print, t.report.Model, t.document.Plan.Currency
	key := "cli.lint.model"
	if m.Members > 0 {
		key = "cli.lint.model_team"
	}
	fmt.Fprintln(env.Stdout, p.T(key, "Plan", nameOf(p, t.document.Plan.Name), "Quota", money.Format(m.QuotaFen, currency), "From", m.From.String(), "To", m.To.String(), "Members", m.Members))
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join([]string{p.T("cli.lint.attainment"), p.T("cli.lint.sales"), p.T("cli.lint.pay"), p.T("cli.lint.cost")}, "\t")+"\t")
	for _, c := range t.report.Costs {
		fmt.Fprintf(table, "%d%%\t%s\t%s\t%d.%02d%%\t\n", c.AttainmentPercent, money.Format(c.SalesFen, currency), money.Format(c.PayFen, currency), c.PartsPerMillion/10_000, c.PartsPerMillion/100%100)
	}
	return table.Flush()
}

func nameOf(p *i18n.Printer, text plan.Text) string {
	if p.Lang() == i18n.En {
		return text.En
	}
	return text.Zh
}

// lintJSON is what --json prints.
type lintJSON struct {
	Findings []findingJSON `json:"findings"`
	Trials   []trialJSON   `json:"trials"`
}

type findingJSON struct {
	Code     plan.Code     `json:"code"`
	Severity plan.Severity `json:"severity"`
	File     string        `json:"file"`
	Line     int           `json:"line"`
	Column   int           `json:"column"`
	Path     string        `json:"path"`
	Value    string        `json:"value,omitempty"`
	Message  textJSON      `json:"message"`
	Fix      textJSON      `json:"fix"`
}

// textJSON is a message in both languages, with its key.
type textJSON struct {
	Key string `json:"key"`
	Zh  string `json:"zh"`
	En  string `json:"en"`
}

type trialJSON struct {
	File string `json:"file"`
	Plan string `json:"plan"`
	*probe.Report
}

func writeLintJSON(env *environment, findings []plan.Finding, trials []tried) error {
	catalogue, err := i18n.New()
	if err != nil {
		return err
	}
	text := func(m errs.Message) textJSON {
		return textJSON{m.Key, catalogue.Printer(i18n.ZhCN).Message(m), catalogue.Printer(i18n.En).Message(m)}
	}
	out := lintJSON{Findings: []findingJSON{}, Trials: []trialJSON{}}
	for _, f := range findings {
		out.Findings = append(out.Findings, findingJSON{f.Code, f.Severity, f.Source, f.Row, f.Column, f.Path, f.Value, text(f.Message), text(f.Remedy)})
	}
	for _, t := range trials {
		out.Trials = append(out.Trials, trialJSON{t.document.Source, t.document.Plan.ID, t.report})
	}
	encoder := json.NewEncoder(env.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}
