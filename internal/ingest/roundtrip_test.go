package ingest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tabular"
)

func bytesFile(name string, content []byte) File {
	return File{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

func openFiles(t testing.TB, files ...File) *Workbook {
	t.Helper()
	w, err := Open(t.Context(), files, tabular.Limits{})
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

func TestTemplatesFillThemselvesIn(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			// Given the template with its examples, as a workbook and as CSV files
			var book bytes.Buffer
			texts := printer(t, lang)
			if err := WriteTemplate(&book, string(lang), texts, Forms{}); err != nil {
				t.Fatal(err)
			}
			folder := fstest.MapFS{}
			for _, kind := range Kinds() {
				var csv bytes.Buffer
				if err := WriteTemplateCSV(&csv, kind.Kind, string(lang), texts, Forms{}); err != nil {
					t.Fatal(err)
				}
				folder[kind.Name+".csv"] = &fstest.MapFile{Data: csv.Bytes()}
			}
			var lines [2][]string
			for i, w := range []*Workbook{openFiles(t, bytesFile("template.xlsx", book.Bytes())), openFS(t, folder)} {
				// When a mapping is proposed from the headers alone
				proposal := Propose(w)
				if err := proposal.Check(); err != nil {
					t.Fatal(err)
				}
				for _, table := range proposal.Tables {
					if table.Confidence != 100 {
						t.Errorf("%s: %d%%, unused %v", table.Source, table.Confidence, table.Unused)
					}
				}
				// Then every example row is taken, but for the second seller, whom the examples don't describe
				sink := &recorder{}
				known := func(kind fact.Kind, key string) bool { return kind == fact.KindPerson && key == "1002" }
				report, err := Read(t.Context(), w, &proposal.Mapping, Options{Known: known}, sink)
				if err != nil || report.ProblemCount > 0 {
					t.Fatal(err, report.Problems)
				}
				if len(report.Tables) != len(Kinds()) {
					t.Errorf("%d tables", len(report.Tables))
				}
				lines[i] = sink.lines
			}
			if !slices.Equal(lines[0], lines[1]) {
				t.Errorf("workbook %q, CSV %q", lines[0], lines[1])
			}
		})
	}
}

func TestRejectedRowsComeBackToBeMended(t *testing.T) {
	t.Parallel()
	// Given two rows that are wrong, one of them with a formula in it
	w := openFiles(t, bytesFile("products.csv", []byte("key,name,category,note\nP1,One,A,x\nP1,\"=HYPERLINK(\"\"x\"\")\",A,-5\nP2,Two,B,+1\n,Three,C,y\n")))
	proposal := Propose(w)
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{}, &recorder{})
	if err != nil || report.ProblemCount != 2 {
		t.Fatal(err, report.Problems)
	}
	// When the rejected rows are written
	var csv, book bytes.Buffer
	texts := printer(t, i18n.ZhCN)
	if err := WriteRejectedCSV(t.Context(), w, &proposal.Mapping, report, "products.csv", texts, &csv); err != nil {
		t.Fatal(err)
	}
	if err := WriteRejected(t.Context(), w, &proposal.Mapping, report, texts, &book); err != nil {
		t.Fatal(err)
	}
	// Then they are the rows as they were, guarded, with what is wrong beside them
	want := "\uFEFFkey,name,category,note,#行号,#字段,#值,#问题,#处理办法\n" +
		"P1,\"'=HYPERLINK(\"\"x\"\")\",A,-5,3,key,P1,P1 在文件里出现了不止一次,每个编号只保留一行\n" +
		",Three,C,y,5,key,,key没有填写,填写这一格\n"
	if csv.String() != want {
		t.Errorf("got %q\nwant %q", csv.String(), want)
	}
	// And when they are mended, the file is taken by its own headers, the formula still a text
	mended := strings.NewReplacer("P1,", "P3,", ",Three", "P4,Three").Replace(csv.String())
	for _, again := range []*Workbook{openFiles(t, bytesFile("products.csv", []byte(mended))), openFiles(t, bytesFile("products.xlsx", book.Bytes()))} {
		next := Propose(again)
		if err := next.Check(); err != nil {
			t.Fatal(err)
		}
		sink := &recorder{}
		report, err := Read(t.Context(), again, &next.Mapping, Options{}, sink)
		if err != nil {
			t.Fatal(err)
		}
		if again.Sheets[0].Name == "" && (report.ProblemCount > 0 || sink.lines[0] != `product P3 =HYPERLINK("x") A`) {
			t.Error(report.Problems, sink.lines)
		}
		if again.Sheets[0].Name != "" && (report.Tables[0].Rows != 2 || sink.lines[0] != `product P1 =HYPERLINK("x") A`) {
			t.Error(report.Tables, sink.lines)
		}
	}
	// And without a rejected row there is nothing to write
	if err := WriteRejected(t.Context(), w, &proposal.Mapping, &Report{}, texts, io.Discard); !errs.Is(err, errs.KindNotFound) {
		t.Error(err)
	}
}

func TestWorkbooksAreReadAsSpreadsheetsStoreThem(t *testing.T) {
	t.Parallel()
	// Given numbers, serials and percentages as numbers, in the same sheet as texts
	var book bytes.Buffer
	x, err := tabular.NewXLSX(&book, "回款")
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]tabular.Cell{
		{tabular.Number("1001"), tabular.Text("D1"), tabular.Number("46275"), tabular.Number("1234.56")},
		{tabular.Number("1002"), tabular.Text("D1"), tabular.Text("2026-09-11"), tabular.Number("-0.1")},
		{tabular.Text("00123"), tabular.Text("D1"), tabular.Number("46277.5"), tabular.Number("12345678901.5")},
	}
	err = x.Header([]string{"回款编号*", "合同编号", "回款日期", "回款金额（元）"})
	for _, row := range rows {
		if err == nil {
			err = x.Write(row...)
		}
	}
	if err == nil {
		err = x.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w := openFiles(t, bytesFile("book.xlsx", book.Bytes()))
	proposal := Propose(w)
	sink := &recorder{}
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{Known: func(fact.Kind, string) bool { return true }}, sink)
	if err != nil || report.ProblemCount > 0 {
		t.Fatal(err, report.Problems)
	}
	want := []string{
		"payment 1001 deal D1@-1 2026-09-10 123456 CNY",
		"payment 1002 deal D1@-1 2026-09-11 -10 CNY",
		"payment 00123 deal D1@-1 2026-09-12 1234567890150 CNY",
	}
	if !slices.Equal(sink.lines, want) {
		t.Errorf("got %q", sink.lines)
	}
	// And the preview shows cells and what they mean
	tables, err := Preview(t.Context(), w, &proposal.Mapping, 1)
	if err != nil || len(tables) != 1 || len(tables[0].Rows) != 1 {
		t.Fatal(err, tables)
	}
	if got := tables[0].Rows[0]; !slices.Equal(got.Values, []string{"1001", "D1", "2026-09-10", "1234.56"}) || got.Row != 2 {
		t.Errorf("%+v", got)
	}
}

func TestPreviewTellsProblems(t *testing.T) {
	t.Parallel()
	w := openFS(t, fstest.MapFS{"payments.csv": {Data: []byte("key,deal,paid_on,amount\nR1,D1,2026-02-30,x\nR2,,2026/9/1,5\n")}})
	proposal := Propose(w)
	tables, err := Preview(t.Context(), w, &proposal.Mapping, 10)
	if err != nil {
		t.Fatal(err)
	}
	rows := tables[0].Rows
	if len(rows) != 2 || len(rows[0].Problems) != 2 || len(rows[1].Problems) != 1 || rows[1].Values[2] != "2026-09-01" {
		t.Errorf("%+v", rows)
	}
}

func TestMappingDocumentsComeBackTheSame(t *testing.T) {
	t.Parallel()
	w := openFS(t, fstest.MapFS{"回款.csv": {Data: []byte("回款编号,合同编号,回款日期,回款金额(万元)\n")}, "x?.csv": {Data: []byte("a\n")}})
	proposal := Propose(w)
	first, err := proposal.Mapping.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := DecodeMapping(first)
	if err != nil {
		t.Fatalf("%v in\n%s", err, first)
	}
	second, err := again.Encode()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("%v:\n%s\n%s", err, first, second)
	}
	if !strings.Contains(string(first), "unit: ten_thousand") {
		t.Errorf("%s", first)
	}
}

// TestAMappingThatIsABombIsRefusedSoon: aliases of aliases would unfold to more than memory holds.
func TestAMappingThatIsABombIsRefusedSoon(t *testing.T) {
	t.Parallel()
	bomb := &strings.Builder{}
	bomb.WriteString("xiaoguan: mapping/1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(bomb, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	bomb.WriteString("tables: *a12\n")
	for _, text := range []string{bomb.String(), "xiaoguan: mapping/1\ntables: &t [*t]\n", strings.Repeat("[", 60_000), "xiaoguan: mapping/1\n# " + strings.Repeat("x", 2<<20)} {
		began := time.Now()
		_, err := DecodeMapping([]byte(text))
		if kind := errs.KindOf(err); err == nil || kind != errs.KindInvalid && kind != errs.KindTooLarge {
			t.Errorf("%.40s: %v", text, err)
		}
		if took := time.Since(began); took > 20*time.Second { // a moment on an idle machine
			t.Errorf("%.40s took %s", text, took)
		}
	}
}
