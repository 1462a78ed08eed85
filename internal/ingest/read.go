package ingest

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tabular"
)

// Known tells whether a record exists outside the files, in the database. It is asked only when the files don't have it.
type Known func(kind fact.Kind, key string) bool

// Options of a reading. The zero value is a reading that knows no records but the files'.
type Options struct {
	Known       Known
	Mentorships []fact.MentorshipRecord // that the database has; those of the files may not meet them
	// Own are the company's own fields of a kind of record, and what their values are read with; nil knows none.
	Own func(kind fact.Kind) customfield.Form
	// Today is the day on which the files are read, after which nothing of them has happened; the zero value does not know.
	Today calendar.Date
	// Stages are those that opportunities stand on; nil are those that ship.
	Stages      *opportunity.StageSet
	MaxProblems int                                  // problems listed; default 10,000
	Workers     int                                  // goroutines that decode; default one per processor, at most 8
	Progress    func(kind fact.Kind, rowsRead int64) // called now and then from the reading goroutine; may be nil
}

// DefaultMaxProblems is how many problems a report lists.
const DefaultMaxProblems = 10_000

func (o Options) orDefault() Options {
	if o.Known == nil {
		o.Known = func(fact.Kind, string) bool { return false }
	}
	if o.Stages == nil {
		o.Stages = opportunity.ShippedStages()
	}
	if o.MaxProblems <= 0 {
		o.MaxProblems = DefaultMaxProblems
	}
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), 8)
	}
	if o.Progress == nil {
		o.Progress = func(fact.Kind, int64) {}
	}
	return o
}

// Read reads every table that the mapping claims, in dependency order, and gives the rows that pass to the sink. Rows that don't are
// in the report. When a header doesn't fit the mapping, or a file can't be read, no row is read at all: the report says so. The error
// is for what is no fault of the rows: ctx, the sink, or a file that fails in the middle (errs.KindInvalid with its row).
func Read(ctx context.Context, w *Workbook, m *Mapping, options Options, sink Sink) (report *Report, err error) {
	defer errs.Wrap(&err, "ingest.Read(%q)", m.Name)
	r := &reader{options: options.orDefault(), sink: sink, report: &Report{}}
	defer func() {
		for _, t := range r.tables {
			err = errors.Join(err, t.close())
		}
	}()
	if err := r.open(ctx, w, m); err != nil || r.report.ProblemCount > 0 {
		return r.report, err
	}
	for _, step := range []func(context.Context) error{
		r.organisation, r.customers, r.products, r.deals, r.payments, r.quotas, r.exchangeRates, r.invoices, r.givenValues, r.mentorships, r.leads, r.contacts, r.opportunities, r.followUps, r.contracts, r.serviceCases,
	} {
		if err := step(ctx); err != nil {
			return r.report, err
		}
	}
	r.report.note(noRows(r.report), r.options.MaxProblems)
	return r.report, nil
}

// noRows names the tables of files in which there is nothing but headers. Where any has a row, the others may be empty.
func noRows(report *Report) (fields []errs.Field) {
	for _, t := range report.Tables {
		if t.Rows > 0 || report.ProblemCount > 0 {
			return nil
		}
		fields = append(fields, noRow(t.Source))
	}
	return fields
}

func noRow(source string) errs.Field {
	args := errs.Args{"Source": source}
	return errs.Field{Source: source, Message: errs.Msg("ingest.no_rows", args), Remedy: errs.Msg("ingest.no_rows.remedy", args)}
}

// Empty says that a mapping finds nothing but headers in files. Errors: invalid with the files; those of Preview.
func Empty(ctx context.Context, w *Workbook, m *Mapping) error {
	tables, err := Preview(ctx, w, m, 1)
	if err != nil {
		return err
	}
	var fields []errs.Field
	for _, t := range tables {
		if len(t.Rows) > 0 || len(t.Problems) > 0 {
			return nil
		}
		fields = append(fields, noRow(t.Source))
	}
	return errs.Invalid("error.invalid", fields)
}

// reader is one run of Read.
type reader struct {
	options Options
	sink    Sink
	report  *Report
	tables  []*openTable

	regionIndex, teamIndex, personIndex, customerIndex, productIndex, dealIndex keyIndex
	paymentKeys, invoiceKeys                                                    keySet
	leadKeys, contactKeys, followUpKeys                                         keySet
	opportunityIndex                                                            keyIndex
	contractKeys, serviceCaseKeys                                               keySet
	earliest                                                                    calendar.Date // payment
}

// open matches sheets to tables and checks every header before any row is read.
func (r *reader) open(ctx context.Context, w *Workbook, m *Mapping) error {
	matched := map[*TableMapping]bool{}
	for _, sheet := range w.Sheets {
		if err := ctx.Err(); err != nil {
			return err
		}
		tables, ignored := m.TablesOf(sheet)
		if len(tables) == 0 && !ignored {
			r.report.Unmatched = append(r.report.Unmatched, sheet.Source())
		}
		for _, mapping := range tables {
			matched[mapping] = true
			table, fields, err := w.open(m, mapping, sheet)
			if e, ok := errors.AsType[*errs.Error](err); ok {
				r.report.note(e.Fields, r.options.MaxProblems)
				continue
			}
			if err != nil {
				return err
			}
			if table.stages = r.options.Stages; mapping.Kind == fact.KindOpportunity {
				table.stageColumns(r.options.Stages)
			}
			r.tables = append(r.tables, table)
			if r.options.Own != nil {
				fields = append(fields, table.ownColumns(r.options.Own(mapping.Kind))...)
			}
			r.report.note(fields, r.options.MaxProblems)
		}
	}
	for i := range m.Tables {
		if t := &m.Tables[i]; !matched[t] && !t.Optional {
			args := errs.Args{"Kind": kindFields(t.Kind).Name, "Pattern": t.Pattern()}
			r.report.note([]errs.Field{{Source: t.Pattern(), Message: errs.Msg("ingest.no_file", args), Remedy: errs.Msg("ingest.no_file.remedy", args)}}, r.options.MaxProblems)
		}
	}
	return nil
}

// of returns the open tables of a kind.
func (r *reader) of(kind fact.Kind) []*openTable {
	return slices.DeleteFunc(slices.Clone(r.tables), func(t *openTable) bool { return t.mapping.Kind != kind })
}

// decoded is what a goroutine made of one block.
type decoded[T any] struct {
	records  []T
	rows     int64
	failed   int64
	problems []errs.Field
	dropped  int64 // problems that were only counted
	bytes    int64
}

// firstRecords is the room for the records of a block before the first has shown how many there are.
const firstRecords = 2048

// form is how a row becomes a record: decode reads its fields, relate finds what the records of a block refer to. Both run on the
// decoding goroutines, so nobody may add to the indices that relate asks. It gets a whole block because large indices lie in far memory:
// in a loop of nothing but look-ups the processor waits for many at a time, between decodings for each alone.
type form[T any] struct {
	decode func(*rowDecoder, *T)
	relate func([]T) // nil: the records refer to nothing that was read before, or check finds it
}

// readTable decodes a table and passes its records, those that check keeps, to emit. check may note problems through the judge.
func readTable[T any](ctx context.Context, r *reader, t *openTable, row form[T], check func(*judge, *T) bool, emit func([]T, int64) error) error {
	entry := TableReport{Kind: t.mapping.Kind, Source: t.source, UnusedColumns: t.unused}
	j := &judge{reader: r, table: t}
	pool := make(chan []T, 4*r.options.Workers)
	newDecoder := func() func(*tabular.Rows) *decoded[T] {
		d := newRowDecoder(t, r.options.MaxProblems)
		return func(rows *tabular.Rows) *decoded[T] {
			out := &decoded[T]{}
			select {
			case out.records = <-pool:
			default:
				out.records = make([]T, 0, firstRecords)
			}
			decodeBlock(d, rows, row.decode, out)
			if row.relate != nil {
				row.relate(out.records)
			}
			return out
		}
	}
	bytesRead := int64(0)
	consume := func(block *decoded[T]) error {
		bytesRead += block.bytes
		entry.Rows += block.rows
		r.report.ProblemCount += block.dropped
		entry.Rejected += block.failed
		j.problems = append(j.problems, block.problems...)
		kept := block.records[:0]
		for i := range block.records {
			if check(j, &block.records[i]) {
				kept = append(kept, block.records[i])
			}
		}
		entry.Rejected += int64(len(block.records)-len(kept)) - j.passed
		entry.Rows -= j.passed
		j.passed = 0
		entry.Accepted += int64(len(kept))
		r.options.Progress(t.mapping.Kind, entry.Rows)
		if len(j.problems) > 2*r.options.MaxProblems {
			r.report.note(j.problems, r.options.MaxProblems)
			j.problems = nil
		}
		if len(kept) > 0 {
			if err := emit(kept, expect(t.size, entry.Rows, bytesRead)); err != nil {
				return err
			}
		}
		select {
		case pool <- block.records[:0]:
		default:
		}
		return nil
	}
	err := scanTable(ctx, t, r.options.Workers, newDecoder, consume)
	r.report.note(j.problems, r.options.MaxProblems)
	r.report.Tables = append(r.report.Tables, entry)
	if err != nil {
		return inSource(err, t.source)
	}
	return nil
}

// expect estimates the rows of a whole file from those read so far, a little high; 0 when the size is unknown.
func expect(size, rows, bytesRead int64) int64 {
	if size <= 0 || bytesRead <= 0 {
		return 0
	}
	return size * rows / bytesRead * 101 / 100
}

// decodeBlock decodes the rows of one block.
func decodeBlock[T any](d *rowDecoder, rows *tabular.Rows, decode func(*rowDecoder, *T), out *decoded[T]) {
	var record T
	d.problems, d.dropped, out.bytes = nil, 0, rows.Size()
	for rows.Next() {
		if !d.begin(rows) {
			continue
		}
		out.rows++
		if !d.failed {
			decode(d, &record)
		}
		if d.failed {
			out.failed++
		} else {
			out.records = append(out.records, record)
		}
	}
	out.problems, out.dropped = d.problems, d.dropped
}

// scanTable runs the decoders over the table's rows, wherever they are.
func scanTable[T any](ctx context.Context, t *openTable, workers int, newDecoder func() func(*tabular.Rows) *decoded[T], consume func(*decoded[T]) error) error {
	if t.sheet != nil {
		return tabular.ScanSheet(ctx, t.sheet, newDecoder(), consume)
	}
	return tabular.Scan(ctx, t.text, workers, newDecoder, consume)
}
