package ingest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tabular"
)

var update = flag.Bool("update", false, "write the goldens anew")

func printer(t testing.TB, lang i18n.Lang) *i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Printer(lang)
}

// recorder is a sink that writes down what it was given.
type recorder struct{ lines []string }

func (r *recorder) Put(_ context.Context, b Batch) error {
	add := func(format string, args ...any) { r.lines = append(r.lines, fmt.Sprintf(format, args...)) }
	for _, x := range b.Regions {
		add("region %s %s", x.Key, x.Name)
	}
	for _, x := range b.Teams {
		add("team %s %s region %s leader %s@%d", x.Key, x.Name, x.Region.Key, x.Leader.Key, x.Leader.Index)
	}
	for _, x := range b.Persons {
		add("person %s %s %s..%s", x.Key, x.Name, x.Hired, x.Left)
		for _, a := range x.Assignments {
			add("  %s..%s team %s@%d %s %v", a.Days.From, a.Days.To, a.Team.Key, a.Team.Index, a.Level, a.Roles)
		}
	}
	for _, x := range b.Customers {
		add("customer %s %s %s %s", x.Key, x.Name, x.Industry, x.City)
	}
	for _, x := range b.Products {
		add("product %s %s %s", x.Key, x.Name, x.Category)
	}
	for _, x := range b.Deals {
		add("deal %s customer %s@%d product %s@%d %s %d %s", x.Key, x.Customer.Key, x.Customer.Index, x.Product.Key, x.Product.Index, x.SignedOn, x.AmountMinor, x.Currency)
		for _, s := range x.Sellers[:x.SellerCount] {
			add("  %s@%d %d", s.Person.Key, s.Person.Index, s.BasisPoints)
		}
	}
	for _, x := range b.Payments {
		add("payment %s deal %s@%d %s %d %s", x.Key, x.Deal.Key, x.Deal.Index, x.PaidOn, x.AmountMinor, x.Currency)
	}
	for _, x := range b.Quotas {
		add("quota %s@%d %s %s %d", x.Person.Key, x.Person.Index, x.Month, x.Of, x.AmountMinor)
	}
	for _, x := range b.ExchangeRates {
		add("rate %s/%s %s %s %s", x.Base, x.Quote, x.On, x.Rate, x.Kind)
	}
	return nil
}

func openFS(t testing.TB, files fs.FS) *Workbook {
	t.Helper()
	list, err := FolderFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(t.Context(), list, tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// TestRead runs every testdata/*.txtar: the files of a folder, with mapping.yaml or by their headers, must give the records, report and
// messages of the golden want.txt.
func TestRead(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := readCase(t, archive)
			at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want.txt" })
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want.txt" })
				archive.Files = append(archive.Files, txtar.File{Name: "want.txt", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if at < 0 {
				t.Fatal("no want.txt: run with -update")
			}
			if diff := cmp.Diff(string(archive.Files[at].Data), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// readCase reads the case and writes down everything that comes of it, in both languages.
func readCase(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	files, document := fstest.MapFS{}, []byte(nil)
	for _, f := range archive.Files {
		switch f.Name {
		case "want.txt":
		case "mapping.yaml":
			document = f.Data
		default:
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	var b strings.Builder
	w := openFS(t, files)
	proposal := Propose(w)
	mapping := &proposal.Mapping
	if document != nil {
		var err error
		if mapping, err = DecodeMapping(document); err != nil {
			writeError(t, &b, err)
			return b.String()
		}
	} else {
		for _, table := range proposal.Tables {
			fmt.Fprintf(&b, "proposed %s: %d%%, missing %v, unused %v\n", table.Source, table.Confidence, table.Missing, table.Unused)
		}
	}
	known := func(kind fact.Kind, key string) bool { return strings.HasPrefix(key, "known") }
	sink := &recorder{}
	report, err := Read(t.Context(), w, mapping, Options{Known: known}, sink)
	if err != nil {
		writeError(t, &b, err)
	}
	for _, line := range sink.lines {
		b.WriteString(line + "\n")
	}
	for _, table := range report.Tables {
		fmt.Fprintf(&b, "%s %s: %d rows, %d accepted, %d rejected, unused %v\n", table.Kind, table.Source, table.Rows, table.Accepted, table.Rejected, table.UnusedColumns)
		if table.Rows != table.Accepted+table.Rejected {
			t.Errorf("%s: %d rows are not %d accepted and %d rejected", table.Source, table.Rows, table.Accepted, table.Rejected)
		}
	}
	if len(report.Unmatched) > 0 {
		fmt.Fprintf(&b, "unmatched %v\n", report.Unmatched)
	}
	if report.ProblemCount != int64(len(report.Problems)) {
		t.Errorf("%d problems counted, %d listed", report.ProblemCount, len(report.Problems))
	}
	writeFields(t, &b, report.Problems)
	return b.String()
}

func writeError(t *testing.T, b *strings.Builder, err error) {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		fmt.Fprintln(b, "error", err)
		return
	}
	fmt.Fprintln(b, "error", e.Kind, printer(t, i18n.En).Message(e.Message))
	writeFields(t, b, e.Fields)
}

func writeFields(t *testing.T, b *strings.Builder, fields []errs.Field) {
	zh, en := printer(t, i18n.ZhCN), printer(t, i18n.En)
	for _, f := range fields {
		fmt.Fprintf(b, "%s:%d:%s: %s; %s\n    %s；%s\n", f.Source, f.Row, f.Path, en.Message(f.Message), en.Message(f.Remedy), zh.Message(f.Message), zh.Message(f.Remedy))
	}
	if strings.Contains(b.String(), "⟦") {
		t.Error("a message or an argument is missing")
	}
}

func TestFilesOfGB18030AreReadLikeUTF8(t *testing.T) {
	t.Parallel()
	const customers = "客户编号,客户名称,城市\nC1,苏州明远机械有限公司,苏州\nC2,广州恒达电子有限公司,广州\n"
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(customers)
	if err != nil {
		t.Fatal(err)
	}
	var lines [2][]string
	for i, text := range []string{customers, encoded} {
		w := openFS(t, fstest.MapFS{"客户.csv": {Data: []byte(text)}})
		proposal := Propose(w)
		sink := &recorder{}
		if report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, sink); err != nil || report.ProblemCount > 0 {
			t.Fatal(err, report.Problems)
		}
		lines[i] = sink.lines
	}
	if len(lines[0]) != 2 || !slices.Equal(lines[0], lines[1]) {
		t.Errorf("UTF-8 gave %q, GB18030 %q", lines[0], lines[1])
	}
}

func TestProblemsAreCountedBeyondTheLimit(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("key,category\n")
	const rows = 30_000
	for range rows {
		text.WriteString("P1,A\n")
	}
	w := openFS(t, fstest.MapFS{"products.csv": {Data: []byte(text.String())}})
	proposal := Propose(w)
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{MaxProblems: 100}, &recorder{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Problems) != 100 || report.ProblemCount != rows-1 || report.Tables[0].Rejected != rows-1 {
		t.Errorf("%d listed, %d counted, %d rejected", len(report.Problems), report.ProblemCount, report.Tables[0].Rejected)
	}
	if report.Problems[0].Row != 3 {
		t.Errorf("the first problem is in row %d", report.Problems[0].Row)
	}
}

func TestReadStopsWithTheSinkAndTheContext(t *testing.T) {
	t.Parallel()
	w := openFS(t, fstest.MapFS{"products.csv": {Data: []byte("key,category\nP1,A\n")}})
	proposal := Propose(w)
	full := errors.New("disk full")
	if _, err := Read(t.Context(), w, &proposal.Mapping, Options{}, sinkFunc(func(Batch) error { return full })); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, w, &proposal.Mapping, Options{}, &recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type sinkFunc func(Batch) error

func (f sinkFunc) Put(_ context.Context, b Batch) error { return f(b) }

func TestFilesAboveTheLimitsAreRefusedUnread(t *testing.T) {
	t.Parallel()
	unread := func() (io.ReadCloser, error) { return nil, errors.New("must not be opened") }
	for _, name := range []string{"payments.csv", "book.xlsx"} {
		_, err := Open(t.Context(), []File{{Name: name, Size: 3 << 30, Open: unread}}, tabular.Limits{})
		if !errs.Is(err, errs.KindTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.Context(), []File{{Name: "old.xls", Open: unread}}, tabular.Limits{}); !errs.Is(err, errs.KindInvalid) {
		t.Error(err)
	}
}
