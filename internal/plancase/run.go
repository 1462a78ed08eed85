package plancase

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/tabular"
)

// defaultCrediting credits payments and deals to their sellers by shares: what a page has that brings no crediting document.
const defaultCrediting = `xiaoguan: crediting/1
id: default
effective: {from: 2000-01-01}
events:
  collected: {name: {zh: 回款, en: collections}, fact: payment, date: paid_on, amount: amount}
  signed: {name: {zh: 签约, en: signed amount}, fact: deal, date: signed_on, amount: amount}
rules:
  - {id: split, event: [collected, signed], to: deal.sellers, share: by_split, remainder: largest, tie: first}
`

// Outcome is what became of a case. It passes when nothing differs.
type Outcome struct {
	Differences []Difference // of amounts, by period, payee, component
	// Statement explains, in words, the statement of the first difference; empty where there is none.
	Statement string
	// Codes that a case of a refusal wants or got, where they differ.
	WantCodes, GotCodes []string
}

// Passes reports whether the case came out as the page says.
func (o *Outcome) Passes() bool {
	return len(o.Differences) == 0 && slices.Equal(o.WantCodes, o.GotCodes)
}

// Difference is an amount that is not what the page says. What the page does not list is wanted to be zero. Block is the page's list
// that it was compared with: in WantName, Component is that of a plan; in OpenName, a kind of open item; in PaidName it is empty.
type Difference struct {
	Block            string
	Period           calendar.Month
	Payee, Component string
	WantFen, GotFen  int64
	Currency         money.Currency
}

// wanted is where an amount belongs.
type wanted struct {
	block            string
	period           calendar.Month
	payee, component string
}

func (a wanted) compare(b wanted) int {
	return cmp.Or(cmp.Compare(a.period, b.period), engine.CompareKeys(a.payee, b.payee), slices.Index(wantNames, a.block)-slices.Index(wantNames, b.block),
		cmp.Compare(a.component, b.component))
}

// Run computes a case. Errors: errs.KindInvalid with every problem by the page's line when a document, the facts or want.csv are
// wrong, unless the case wants to be refused.
func Run(ctx context.Context, page *Page, c *Case, printer *i18n.Printer) (o *Outcome, err error) {
	defer errs.Wrap(&err, "plancase.Run(%s)", page.Name(c))
	r := &run{Case: c, source: page.Source, printer: printer, got: map[wanted]int64{}}
	refusal, err := r.compute(ctx)
	if err != nil {
		return nil, err
	}
	if f := c.file(FindingName); f != nil {
		o := &Outcome{WantCodes: strings.Fields(string(f.Data)), GotCodes: codesOf(refusal)}
		slices.Sort(o.WantCodes)
		return o, nil
	}
	if refusal != nil {
		return nil, r.onPage(refusal)
	}
	return r.compare()
}

// run is one case being computed.
type run struct {
	*Case
	source    string
	printer   *i18n.Printer
	documents []*plan.Document
	in        engine.Input
	want, got map[wanted]int64
	results   map[calendar.Month]*engine.Result
	settled   settlements
}

// compute computes every month. refusal says why a plan or its facts are refused: what a case may want.
func (r *run) compute(ctx context.Context) (refusal, err error) {
	if refusal := r.decode(); refusal != nil {
		return refusal, nil
	}
	if !r.wants() && len(r.facts()) == 0 {
		return nil, nil
	}
	if err := r.read(ctx); err != nil {
		return nil, r.onPage(err)
	}
	if err := r.readWant(); err != nil {
		return nil, err
	}
	asked := map[calendar.Month]bool{r.Period: true}
	for w := range r.want {
		asked[w.period] = true
	}
	r.results = map[calendar.Month]*engine.Result{}
	for _, period := range r.periods(asked) {
		r.in.Period = period
		result, err := engine.Run(r.in)
		if errs.KindOf(err) == errs.KindInvalid {
			return err, nil
		}
		if err != nil {
			return nil, err
		}
		r.results[period] = result
		for _, p := range result.Payouts {
			r.note(period, p, asked[period])
		}
		if err := r.settle(period, result, asked[period]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// periods are the months to compute: those that are asked for, and between them every month where something is settled, since what is
// open goes from month to month.
func (r *run) periods(asked map[calendar.Month]bool) []calendar.Month {
	months := slices.Sorted(maps.Keys(asked))
	if !r.settles() {
		return months
	}
	var all []calendar.Month
	for month := months[0]; month <= months[len(months)-1]; month++ {
		all = append(all, month)
	}
	return all
}

// note adds a payout to what later months may rest on and, where the month is asked for, to what was got.
func (r *run) note(period calendar.Month, p engine.Payout, asked bool) {
	by, payee := r.in.Plans[p.Plan], r.in.Facts.Persons[p.Person].Key
	component := by.Components[p.Component].ID
	if asked && r.file(WantName) != nil {
		r.got[wanted{WantName, period, payee, component}] += p.AmountFen
	}
	r.in.Earlier = append(r.in.Earlier, engine.EarlierPay{Person: p.Person, Plan: by.ID, Component: component, Month: period, AmountFen: p.AmountFen, CarriedFen: p.CarriedFen})
	at := slices.IndexFunc(r.in.Earlier, func(e engine.EarlierPay) bool {
		return e.Person == p.Person && e.Plan == by.ID && e.Component == "" && e.Month == period
	})
	if at < 0 {
		at = len(r.in.Earlier)
		r.in.Earlier = append(r.in.Earlier, engine.EarlierPay{Person: p.Person, Plan: by.ID, Month: period})
	}
	r.in.Earlier[at].AmountFen += p.AmountFen
}

// decode reads the documents. The error says what is wrong with them.
func (r *run) decode() error {
	var fields []errs.Field
	note := func(findings []plan.Finding) {
		for _, f := range findings {
			if f.Severity == plan.SeverityError {
				f.Message.Args = withCode(f.Message.Args, string(f.Code))
				fields = append(fields, f.Field)
			}
		}
	}
	credited := false
	add := func(name string, text []byte) {
		d, findings := plan.Inspect(name, text)
		note(findings)
		if d == nil {
			return
		}
		r.documents = append(r.documents, d)
		if d.Plan != nil {
			r.in.Plans = append(r.in.Plans, d.Plan)
			return
		}
		r.in.Crediting, credited = d.Crediting, true
	}
	for _, f := range r.Files {
		if strings.HasSuffix(f.Name, ".yaml") {
			credited = credited || bytes.Contains(f.Data, []byte("xiaoguan: crediting/")) || bytes.Contains(f.Data, []byte(`"xiaoguan":"crediting/`))
			add(f.Name, f.Data)
		}
	}
	if !credited {
		add("default crediting", []byte(defaultCrediting))
	}
	if len(fields) == 0 {
		note(plan.Check(r.documents))
	}
	slices.SortFunc(r.in.Plans, func(a, b *plan.Plan) int { return cmp.Compare(a.ID, b.ID) })
	if len(fields) == 0 && len(r.in.Plans) == 0 {
		fields = append(fields, errs.Field{Source: r.source, Row: max(r.Line, 1), Message: errs.Msg("plancase.no_plan", nil), Remedy: errs.Msg("plancase.no_plan.remedy", nil)})
	}
	return errs.Invalid("plan.invalid", fields)
}

// codeArgument carries the code of a finding beside the arguments of its message.
const codeArgument = "FindingCode"

func withCode(args errs.Args, code string) errs.Args {
	out := errs.Args{codeArgument: code}
	maps.Copy(out, args)
	return out
}

// codesOf lists the codes of a refusal: of findings, or the keys of the engine's messages; each once, sorted.
func codesOf(refusal error) (codes []string) {
	e, ok := errors.AsType[*errs.Error](refusal)
	if !ok {
		return nil
	}
	for _, f := range e.Fields {
		code, has := f.Message.Args[codeArgument].(string)
		if !has {
			code = f.Message.Key
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// facts are the blocks with facts.
func (r *run) facts() (files []File) {
	for _, f := range r.Files {
		if strings.HasSuffix(f.Name, ".csv") && !slices.Contains(wantNames, f.Name) {
			files = append(files, f)
		}
	}
	return files
}

// read reads the facts. Regions and customers that only references name are made.
func (r *run) read(ctx context.Context) (err error) {
	var files []ingest.File
	for _, f := range r.facts() {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }
		files = append(files, ingest.File{Name: f.Name, Size: int64(len(f.Data)), Open: open})
	}
	workbook, err := ingest.Open(ctx, files, tabular.Limits{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, workbook.Close()) }()
	proposal := ingest.Propose(workbook)
	if err := proposal.Check(); err != nil {
		return err
	}
	made := map[fact.Kind]fact.Kind{fact.KindTeam: fact.KindRegion, fact.KindDeal: fact.KindCustomer}
	currency := r.in.Plans[0].Currency
	proposal.Mapping.Currency = currency
	for i := range proposal.Mapping.Tables {
		t := &proposal.Mapping.Tables[i]
		if kind, makes := made[t.Kind]; makes {
			t.CreateMissing = []fact.Kind{kind}
		}
	}
	sink := ingest.NewFacts(currency)
	report, err := ingest.Read(ctx, workbook, &proposal.Mapping, ingest.Options{}, sink)
	if err != nil {
		return err
	}
	if err := report.Err(); err != nil {
		return err
	}
	r.in.Facts = sink.Facts()
	return nil
}

// onPage turns rows of blocks into lines of the page.
func (r *run) onPage(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	for i := range e.Fields {
		field := &e.Fields[i]
		line := max(r.Line, 1)
		if f := r.file(field.Source); f != nil {
			line = f.Line + field.Row
		} else if field.Source == r.source {
			continue
		}
		field.Source, field.Row = r.source, line
	}
	return err
}

// compare says what differs, and explains the first statement that does.
func (r *run) compare() (*Outcome, error) {
	o := &Outcome{}
	for w, fen := range r.got {
		if _, said := r.want[w]; !said && fen != 0 {
			r.want[w] = 0
		}
	}
	for _, w := range slices.SortedFunc(maps.Keys(r.want), wanted.compare) {
		if r.want[w] != r.got[w] {
			o.Differences = append(o.Differences, Difference{w.block, w.period, w.payee, w.component, r.want[w], r.got[w], r.in.Facts.Currency})
		}
	}
	if len(o.Differences) == 0 {
		return o, nil
	}
	text, err := r.explain(o.Differences[0])
	o.Statement = text
	return o, err
}

// explain puts the statements of the payee and month into words: those of the plans that have the component, and how they were settled
// where that is what differs.
func (r *run) explain(d Difference) (string, error) {
	person := slices.IndexFunc(r.in.Facts.Persons, func(p engine.Person) bool { return p.Key == d.Payee })
	var all strings.Builder
	for i, by := range r.in.Plans {
		if d.Block == WantName && !slices.ContainsFunc(by.Components, func(c plan.Component) bool { return c.ID == d.Component }) {
			continue
		}
		statement, err := r.results[d.Period].Statement(int32(person), int32(i))
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return "", err
		}
		if err == nil {
			all.WriteString(explain.Text(r.printer, statement, by))
		}
		if settled := r.settled.of(d.Period, d.Payee, by.ID); settled != nil && d.Block != WantName {
			all.WriteString(explain.SettlementText(r.printer, settled, by))
		}
	}
	return all.String(), nil
}
