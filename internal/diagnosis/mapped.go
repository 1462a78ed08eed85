package diagnosis

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/tabular"
)

// ReadMapped reads files whose columns have names of their own: the mapping (docs/import-format.md) makes the sheets of them that Read wants. Rows
// that do not pass the checks of an import are left out and told as unread. Errors: those of Read; errs.KindInvalid for a mapping that does not
// fit the files.
func ReadMapped(ctx context.Context, files []ingest.File, mapping *ingest.Mapping, today finding.Day) (source *Source, err error) {
	defer errs.Wrap(&err, "diagnosis.ReadMapped(%d files)", len(files))
	workbook, err := ingest.Open(ctx, files, tabular.Limits{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, workbook.Close()) }()
	sheets := &sheetWriter{sheets: map[fact.Kind]*mappedSheet{}}
	report, err := ingest.Read(ctx, workbook, mapping, ingest.Options{}, sheets)
	if err != nil {
		return nil, err
	}
	accepted := int64(0)
	for _, t := range report.Tables {
		accepted += t.Accepted
	}
	if accepted == 0 {
		if err := report.Err(); err != nil {
			return nil, err
		}
	}
	made, err := sheets.files()
	if err != nil {
		return nil, err
	}
	if source, err = Read(ctx, made, today); err != nil {
		return nil, err
	}
	source.Skipped = report.Unmatched
	source.Unread = append(source.Unread, refused(report)...)
	return source, nil
}

// refused are the problems of an import by sheet and field, with the first of each.
func refused(report *ingest.Report) (unread []Unread) {
	at := map[string]int{}
	for _, p := range report.Problems {
		key := p.Source + "\x00" + p.Path
		i, known := at[key]
		if !known {
			i = len(unread)
			at[key] = i
			unread = append(unread, Unread{Part: finding.Part(p.Source), Field: p.Path, First: p.Row, Value: p.Value})
		}
		unread[i].Rows++
	}
	return unread
}

// mappedSheet is one of the sheets that Read wants, as CSV.
type mappedSheet struct {
	text bytes.Buffer // of the rows
	out  *csv.Writer
	used []bool // columns in which anything stands
}

func (s *mappedSheet) write(row []string) error {
	for i, cell := range row {
		s.used[i] = s.used[i] || cell != ""
	}
	return s.out.Write(row)
}

// sheetWriter writes the records of an import as the sheets that Read wants.
type sheetWriter struct {
	sheets map[fact.Kind]*mappedSheet
	order  []fact.Kind
}

// files are the sheets as files of their own.
func (w *sheetWriter) files() (files []ingest.File, err error) {
	for _, kind := range w.order {
		s := w.sheets[kind]
		s.out.Flush()
		head := make([]string, len(headers[kind]))
		for i, name := range headers[kind] {
			if s.used[i] { // a column in which nothing stands is one that the company's files don't have
				head[i] = name
			}
		}
		var whole bytes.Buffer
		top := csv.NewWriter(&whole)
		err := top.Write(head)
		top.Flush()
		if err := errors.Join(err, top.Error(), s.out.Error()); err != nil {
			return nil, err
		}
		whole.Write(s.text.Bytes())
		text := whole.Bytes()
		files = append(files, ingest.File{Name: string(partOfKind[kind]) + ".csv", Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }})
	}
	return files, nil
}

// partOfKind are the kinds of records that a diagnosis reads, and headers their columns.
var partOfKind = map[fact.Kind]finding.Part{
	fact.KindRegion: finding.Regions, fact.KindTeam: finding.Teams, fact.KindPerson: finding.Persons, fact.KindCustomer: finding.Customers,
	fact.KindProduct: finding.Products, fact.KindDeal: finding.Deals, fact.KindPayment: finding.Payments, fact.KindQuota: finding.Quotas,
	fact.KindLead: finding.Leads, fact.KindOpportunity: finding.Opportunities, fact.KindFollowUp: finding.FollowUps,
}

var headers = map[fact.Kind][]string{
	fact.KindRegion: {"key", "name"}, fact.KindTeam: {"key", "name", "region", "leader"}, fact.KindPerson: {"key", "name", "team", "level", "hired_on", "left_on"},
	fact.KindCustomer: {"key", "name", "credit_code", "tier", "industry", "city", "need", "budget", "decision_maker", "address"}, fact.KindProduct: {"key", "name"},
	fact.KindDeal: {"key", "customer", "product", "signed_on", "amount", "seller_1", "cancelled_on"}, fact.KindPayment: {"deal", "paid_on", "amount"},
	fact.KindQuota: {"person", "month", "of", "amount"}, fact.KindLead: {"key", "owner", "source", "status", "created_on", "first_contact_on"},
	fact.KindOpportunity: {"key", "customer", "owner", "state", "amount", "expected_on", "created_on", "source", "product", "ended_on", "deal"},
	fact.KindFollowUp:    {"opportunity", "person", "on"},
}

// Put implements ingest.Sink.
func (w *sheetWriter) Put(_ context.Context, b ingest.Batch) error {
	if partOfKind[b.Kind] == "" {
		return nil
	}
	s := w.sheets[b.Kind]
	if s == nil {
		s = &mappedSheet{used: make([]bool, len(headers[b.Kind]))}
		s.out = csv.NewWriter(&s.text)
		w.sheets[b.Kind] = s
		w.order = append(w.order, b.Kind)
	}
	for _, row := range mappedRows(b) {
		if err := s.write(row); err != nil {
			return err
		}
	}
	return nil
}

// mappedRows are the rows of a batch, in the columns of headers.
func mappedRows(b ingest.Batch) (rows [][]string) {
	add := func(cells ...string) { rows = append(rows, cells) }
	for _, r := range b.Regions {
		add(r.Key.String(), r.Name)
	}
	for _, t := range b.Teams {
		add(t.Key.String(), t.Name, t.Region.Key.String(), t.Leader.Key.String())
	}
	for _, p := range b.Persons {
		for _, a := range p.Assignments { // the last says where they are
			add(p.Key.String(), p.Name, a.Team.Key.String(), string(a.Level), day(p.Hired), day(p.Left))
		}
	}
	for _, c := range b.Customers {
		file := c.File
		if file == nil {
			file = &ingest.CustomerFile{BudgetMinor: ingest.Unknown}
		}
		add(c.Key.String(), c.Name, c.CreditCode, c.Tier, c.Industry, c.City, file.Need, amountOf(file.BudgetMinor), file.DecisionMaker, file.Address)
	}
	for _, p := range b.Products {
		add(p.Key.String(), p.Name)
	}
	for _, d := range b.Deals {
		cancelled := calendar.NoDate
		if d.More != nil {
			cancelled = d.More.CancelledOn
		}
		add(d.Key.String(), d.Customer.Key.String(), d.Product.Key.String(), day(d.SignedOn), amountOf(d.AmountMinor), d.Sellers[0].Person.Key.String(), day(cancelled))
	}
	for _, p := range b.Payments {
		add(p.Deal.Key.String(), day(p.PaidOn), amountOf(p.AmountMinor))
	}
	for _, q := range b.Quotas {
		add(q.Person.Key.String(), q.Month.String(), q.Of, amountOf(q.AmountMinor))
	}
	for _, l := range b.Leads {
		add(l.Key.String(), l.Owner.Key.String(), l.Source, l.Status, day(l.CreatedOn), day(l.FirstOn))
	}
	for _, o := range b.Opportunities {
		add(o.Key.String(), o.Customer.Key.String(), o.Owner.Key.String(), o.State, amountOf(o.AmountMinor), day(o.ExpectedOn), day(o.CreatedOn), o.Source, o.Product.Key.String(), day(o.EndedOn), ofFiles(o.Deal))
	}
	for _, f := range b.FollowUps {
		add(f.Opportunity.Key.String(), f.Person.Key.String(), day(f.On))
	}
	return rows
}

// ofFiles is the key of a record that the files hold; a mapping may name the deal of every opportunity, won or not.
func ofFiles(r ingest.Ref) string {
	if r.Index == ingest.External {
		return ""
	}
	return r.Key.String()
}

// day is a day as a sheet writes it; one that is not or never comes is an empty cell.
func day(d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return ""
	}
	return d.String()
}

// amountOf is an amount of minor units as a sheet writes it.
func amountOf(minor int64) string {
	if minor == ingest.Unknown {
		return ""
	}
	sign, size := "", uint64(minor)
	if minor < 0 {
		sign, size = "-", uint64(-minor)
	}
	return sign + strconv.FormatUint(size/100, 10) + "." + strconv.FormatUint(size%100/10, 10) + strconv.FormatUint(size%10, 10)
}
