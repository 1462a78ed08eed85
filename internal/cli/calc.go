package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/tabular"
)

// calcCommand computes one month headless.
type calcCommand struct {
	Plans    string `help:"Folder with the plans and the crediting document (*.yaml)." required:"" type:"path" placeholder:"DIR"`
	Data     string `help:"Folder with the facts as CSV or .xlsx, or one .xlsx file." required:"" type:"path" placeholder:"DIR"`
	Openings string `help:"Closing items of the month before, as closings.csv has them. Without it, openings.csv in the data folder, if there is one." type:"path" placeholder:"FILE"`
	Mapping  string `help:"Mapping document that says which column is which field. Without it, files must have the headers of the templates." type:"path" placeholder:"FILE"`
	Period   string `help:"Month to compute." required:"" placeholder:"YYYY-MM"`
	Out      string `help:"Where to write payee,component,amount_fen: every amount that isn't zero; - for standard output." placeholder:"FILE"`
	Explain  string `help:"Print the statements of one payee, down to the payments." placeholder:"PAYEE"`
	JSON     bool   `help:"Print results, statements and errors as JSON on standard output." name:"json"`
}

// Help says what --help shows for this command beyond its flags.
func (calcCommand) Help() string {
	return `The payouts come sorted by payee (numbers by value, then other keys), then component. Amounts of one component id that several plans
pay to the same payee are added up; --json keeps the plans apart. They are what is earned: where a plan settles, settlement.csv beside
the payouts says what is paid, held, advanced and taken back, and closings.csv is the next month's openings.csv. All plans in force on the last day of the month must be in one
currency; facts in others need plans that convert them (currencies) and exchange rates. Nothing is written unless every row of the input is right.

Exit codes: 0 done; 1 internal error; 2 wrong command line; 3 input invalid (file:row:field on standard error); 4 plan invalid.`
}

// Validate checks what kong can't.
func (c calcCommand) Validate() error {
	if _, err := calendar.ParseMonth(c.Period); err != nil {
		return fmt.Errorf("--period %s: YYYY-MM", c.Period)
	}
	if c.Out == "" && c.Explain == "" && !c.JSON {
		return errors.New("--out FILE, --explain PAYEE or --json: one of them must say what to do with the result")
	}
	return nil
}

// memoryLimitBytes is where the garbage collector begins to work harder; far below what a month of ten million payments may use.
const memoryLimitBytes = 1400 << 20

// Run computes the month.
func (c calcCommand) Run(env *environment) error {
	// The process ends with this command: memory is cheaper than collecting garbage, up to the limit.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryLimitBytes)
	month, err := calendar.ParseMonth(c.Period)
	if err != nil {
		return err
	}
	rules, err := readRules(c.Plans, month)
	if err != nil {
		return exit{c.fail(env, err, ExitPlan)}
	}
	facts, report, err := c.readFacts(env, rules.currency())
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		return exit{c.failInput(env, err, report)}
	}
	openings, err := c.readOpenings(facts)
	if err != nil {
		return exit{c.fail(env, err, ExitInput)}
	}
	in := engine.Input{Period: month, Plans: rules.plans, Crediting: rules.crediting, Facts: facts}
	payee := engine.None
	if c.Explain != "" {
		payee = findPayee(facts, c.Explain)
		if payee == engine.None {
			return exit{c.fail(env, errs.New(errs.KindNotFound, "cli.calc.no_payee", errs.Args{"Payee": c.Explain}), ExitInput)}
		}
		if c.Out == "" {
			in.Only = []int32{payee}
		}
	}
	result, err := engine.Run(in)
	if err != nil {
		return exit{c.fail(env, err, ExitInput)}
	}
	settled, err := settleAll(in, result, openings)
	if err != nil {
		return exit{c.fail(env, err, ExitInput)}
	}
	return c.output(env, in, result, settled, payee)
}

// output writes what was asked for.
func (c calcCommand) output(env *environment, in engine.Input, result *engine.Result, settled *settlements, payee int32) error {
	if c.Out == "-" {
		if err := writePayouts(env.Stdout, in, result); err != nil {
			return err
		}
	} else if c.Out != "" {
		if err := writeFile(c.Out, func(w io.Writer) error { return writePayouts(w, in, result) }); err != nil {
			return err
		}
		if settled.settles() {
			if err := settled.write(env, c.Out); err != nil {
				return err
			}
		}
	}
	var statements []*engine.Statement
	if payee != engine.None {
		for i := range in.Plans {
			statement, err := result.Statement(payee, int32(i))
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			statements = append(statements, statement)
		}
	}
	switch {
	case c.JSON:
		return writeJSON(env.Stdout, in, result, settled, statements)
	case payee != engine.None:
		return printStatements(env, in, payee, statements, settled)
	}
	return nil
}

// rules are the documents in force.
type rules struct {
	plans     []*plan.Plan
	crediting *plan.Crediting
}

func (r rules) currency() money.Currency { return r.plans[0].Currency }

// readRules reads every document of a folder and keeps those in force on the month's last day.
func readRules(folder string, month calendar.Month) (r rules, err error) {
	defer errs.Wrap(&err, "cli.readRules(%s)", folder)
	var names []string
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return r, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var documents []*plan.Document
	var wrong []errs.Field
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return r, err
		}
		document, err := plan.Decode(filepath.Base(name), text)
		if e, ok := errors.AsType[*errs.Error](err); ok {
			wrong = append(wrong, e.Fields...)
			continue
		}
		if err != nil {
			return r, err
		}
		if document.Plan != nil && document.Plan.Effective.Contains(month.Last()) {
			r.plans, documents = append(r.plans, document.Plan), append(documents, document)
		}
		if document.Crediting != nil && document.Crediting.Effective.Contains(month.Last()) {
			r.crediting, documents = document.Crediting, append(documents, document)
		}
	}
	for _, finding := range plan.Check(documents) {
		if finding.Severity == plan.SeverityError {
			wrong = append(wrong, finding.Field)
		}
	}
	if err := errs.Invalid("plan.invalid", wrong); err != nil {
		return r, err
	}
	if len(r.plans) == 0 || r.crediting == nil {
		return r, errs.New(errs.KindInvalid, "cli.calc.no_plan", errs.Args{"Folder": folder, "Month": month})
	}
	for _, p := range r.plans {
		if p.Currency != r.currency() {
			return r, errs.New(errs.KindInvalid, "cli.calc.currencies", errs.Args{"One": string(r.currency()), "Other": string(p.Currency), "Plan": p.ID})
		}
	}
	slices.SortFunc(r.plans, func(a, b *plan.Plan) int { return cmp.Compare(a.ID, b.ID) })
	return r, nil
}

// readFacts reads the data folder by the mapping, or by one that its headers propose.
func (c calcCommand) readFacts(env *environment, currency money.Currency) (_ *engine.Facts, _ *ingest.Report, err error) {
	files, err := dataFiles(c.Data)
	if err != nil {
		return nil, nil, err
	}
	workbook, err := ingest.Open(env, files, tabular.Limits{})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, workbook.Close()) }()
	mapping, err := c.readMapping(workbook)
	if err != nil {
		return nil, nil, err
	}
	sink := ingest.NewFacts(currency)
	report, err := ingest.Read(env, workbook, mapping, ingest.Options{}, sink)
	if err != nil || report.ProblemCount > 0 {
		return nil, report, err
	}
	return sink.Facts(), report, nil
}

func dataFiles(name string) ([]ingest.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.calc.no_data", errs.Args{"Path": name}).Because(err)
	}
	if info.IsDir() {
		files, err := ingest.FolderFiles(os.DirFS(name))
		return slices.DeleteFunc(files, func(f ingest.File) bool { return f.Name == openingsName }), err
	}
	open := func() (io.ReadCloser, error) { return os.Open(name) }
	return []ingest.File{{Name: filepath.Base(name), Size: info.Size(), Open: open}}, nil
}

func (c calcCommand) readMapping(workbook *ingest.Workbook) (*ingest.Mapping, error) {
	if c.Mapping == "" {
		proposal := ingest.Propose(workbook)
		return &proposal.Mapping, proposal.Check()
	}
	return readMapping(c.Mapping)
}

// readMapping reads a mapping document.
func readMapping(name string) (*ingest.Mapping, error) {
	document, err := os.ReadFile(name)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.calc.no_data", errs.Args{"Path": name}).Because(err)
	}
	mapping, err := ingest.DecodeMapping(document)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for i := range e.Fields {
			e.Fields[i].Source = filepath.Base(name)
		}
	}
	return mapping, err
}

func findPayee(facts *engine.Facts, key string) int32 {
	for i := range facts.Persons {
		if facts.Persons[i].Key == key {
			return int32(i)
		}
	}
	return engine.None
}

// payoutLine is one line of the payouts file.
type payoutLine struct {
	person    int32
	component string
	amountFen int64
}

// payoutLines adds up what several plans pay for components of one name, in the order of payees, then components, without zeros.
func payoutLines(in engine.Input, result *engine.Result) ([]payoutLine, error) {
	lines := make([]payoutLine, 0, len(result.Payouts))
	for _, p := range result.Payouts {
		lines = append(lines, payoutLine{p.Person, in.Plans[p.Plan].Components[p.Component].ID, p.AmountFen})
	}
	order := func(a, b payoutLine) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.component, b.component))
	}
	slices.SortStableFunc(lines, order)
	kept := lines[:0]
	for _, line := range lines {
		if n := len(kept); n > 0 && order(kept[n-1], line) == 0 {
			sum, err := money.Add(kept[n-1].amountFen, line.amountFen)
			if err != nil {
				return nil, err
			}
			kept[n-1].amountFen = sum
			continue
		}
		kept = append(kept, line)
	}
	return slices.DeleteFunc(kept, func(line payoutLine) bool { return line.amountFen == 0 }), nil
}

// writePayouts writes the payouts file. Persons stand in the order of their keys in the facts.
func writePayouts(w io.Writer, in engine.Input, result *engine.Result) error {
	lines, err := payoutLines(in, result)
	if err != nil {
		return err
	}
	out := tabular.NewPlainCSV(w)
	if err := out.Write(tabular.Text("payee"), tabular.Text("component"), tabular.Text("amount_fen")); err != nil {
		return err
	}
	for _, line := range lines {
		payee := tabular.Text(in.Facts.Persons[line.person].Key)
		if err := out.Write(payee, tabular.Text(line.component), tabular.Number(strconv.FormatInt(line.amountFen, 10))); err != nil {
			return err
		}
	}
	return out.Close()
}

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(io.Writer) error) (err error) {
	defer errs.Wrap(&err, "cli.writeFile(%s)", name)
	file, err := os.CreateTemp(filepath.Dir(name), ".xiaoguan-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	buffer := bufio.NewWriterSize(file, 256<<10)
	const readableByAll = 0o644
	if err := errors.Join(write(buffer), buffer.Flush(), file.Chmod(readableByAll), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
