package dossier

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/paper"
)

var update = flag.Bool("update", false, "rewrite the golden texts")

func printers(t *testing.T) []*i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return []*i18n.Printer{catalogue.Printer(i18n.ZhCN), catalogue.Printer(i18n.En)}
}

// samples are the documents of the fixture.
func samples() map[string]func(w *writer) {
	d, loop, pack, final := sampleDiagnosis(), sampleLoop(), samplePack(), sampleFinal()
	hidden, running := samplePack(), samplePack()
	hidden.NoSales = true
	none := diagnosisFacts{NoMaturity: true, Run: diagnosis.Shown{Run: diagnosis.Run{Origin: diagnosis.OriginSheets, AsOf: d.Run.AsOf, CreatedName: "孙建国"}}}
	running.Quarter, running.Span = Quarter{2026, 4}, spanOf("2026-10-01", "2027-01-01")
	return map[string]func(w *writer){
		"diagnosis":       func(w *writer) { writeDiagnosis(w, &d) },
		"diagnosis_empty": func(w *writer) { writeDiagnosis(w, &none) },
		"plan":            func(w *writer) { writePlan(w, &loop) },
		"plan_empty":      func(w *writer) { writePlan(w, &loopFacts{Today: loop.Today}) },
		"review":          func(w *writer) { writePack(w, &pack) },
		"review_running":  func(w *writer) { writePack(w, &running) },
		"review_hidden":   func(w *writer) { writePack(w, &hidden) },
		"review_empty":    func(w *writer) { writePack(w, &packFacts{loopFacts: loopFacts{Today: loop.Today}, Span: pack.Span}) },
		"final":           func(w *writer) { writeFinal(w, &final) },
		"final_empty":     func(w *writer) { writeFinal(w, &finalFacts{}) },
	}
}

func draw(p *i18n.Printer, contents func(w *writer)) Made {
	f := frame{company: "青禾智控", on: on("2026-11-28"), writer: writer{currency: money.CNY, book: book}, title: func(p *i18n.Printer) string { return p.T("dossier.page.title") }, contents: contents}
	return f.draw(p)
}

// plain is a document as a text to be read.
func plain(d *paper.Document) string {
	var b strings.Builder
	fmt.Fprintln(&b, d.Title)
	for _, line := range d.Lines {
		fmt.Fprintln(&b, line)
	}
	for i := range d.Blocks {
		switch block := &d.Blocks[i]; block.Kind {
		case paper.KindHeading:
			fmt.Fprintf(&b, "\n%s %s\n", strings.Repeat("#", block.Level), block.Text)
		case paper.KindItem:
			fmt.Fprintf(&b, "- %s\n", block.Text)
		case paper.KindTable:
			fmt.Fprintf(&b, "| %s |\n", strings.Join(block.Head, " | "))
			for _, row := range block.Rows {
				fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
			}
		default:
			fmt.Fprintln(&b, block.Text)
		}
	}
	return b.String()
}

func TestDocumentsRead(t *testing.T) {
	t.Parallel()
	for name, contents := range samples() {
		for _, p := range printers(t) {
			m := draw(p, contents)
			got := plain(&m.Paper)
			golden := filepath.Join("testdata", name+"."+string(p.Lang())+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("%s is otherwise (%v); run with -update and read the difference\n%s", golden, err, got)
			}
		}
	}
}

// TestBothLanguagesSayTheSame holds the two texts against each other: the same blocks, tables of the same shape, rows as wide as their heads, nothing untold.
func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	both := printers(t)
	for name, contents := range samples() {
		zh, en := draw(both[0], contents), draw(both[1], contents)
		if len(zh.Paper.Blocks) != len(en.Paper.Blocks) {
			t.Errorf("%s: %d and %d blocks", name, len(zh.Paper.Blocks), len(en.Paper.Blocks))
			continue
		}
		for i := range zh.Paper.Blocks {
			a, b := &zh.Paper.Blocks[i], &en.Paper.Blocks[i]
			if a.Kind != b.Kind || a.Level != b.Level || len(a.Rows) != len(b.Rows) || len(a.Head) != len(b.Head) || len(a.Widths) != len(a.Head) {
				t.Errorf("%s: block %d is %v and %v", name, i, a, b)
			}
			for _, row := range a.Rows {
				if len(row) != len(a.Head) {
					t.Errorf("%s: a row of %d cells under %d heads: %v", name, len(row), len(a.Head), row)
				}
			}
		}
		for _, text := range []string{plain(&zh.Paper), plain(&en.Paper)} {
			if strings.Contains(text, "⟦") || strings.Contains(text, "dossier.") || strings.Contains(text, "programme.") || strings.Contains(text, "<no value>") || strings.Contains(text, "%!") {
				t.Errorf("%s has a text without words:\n%s", name, text)
			}
		}
	}
}

func TestFilesAreTheSameToTheByte(t *testing.T) {
	t.Parallel()
	for name, contents := range samples() {
		for _, p := range printers(t) {
			m, again := draw(p, contents), draw(p, contents)
			for _, format := range Formats {
				first, err := write(&m.Paper, m.Name, format)
				if err != nil {
					t.Fatal(err)
				}
				second, err := write(&again.Paper, again.Name, format)
				if err != nil || !bytes.Equal(first.Content, second.Content) {
					t.Errorf("%s.%s differs (%v)", name, format, err)
				}
			}
		}
	}
}

func TestAWordFileHoldsTheTextAndAPDFIsOne(t *testing.T) {
	t.Parallel()
	loop := sampleLoop()
	m := draw(printers(t)[0], func(w *writer) { writePlan(w, &loop) })
	word, err := write(&m.Paper, m.Name, FormatWord)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(word.Content), int64(len(word.Content)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := archive.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil || !strings.Contains(string(text), "方案先审后发") || !strings.Contains(string(text), `w:val="Heading1"`) {
		t.Errorf("%v %.200s", err, text)
	}
	pdf, err := write(&m.Paper, m.Name, FormatPDF)
	if err != nil || !bytes.HasPrefix(pdf.Content, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(pdf.Content), []byte("%%EOF")) {
		t.Errorf("%v %.20s", err, pdf.Content)
	}
	if _, err := write(&m.Paper, m.Name, "odt"); err == nil {
		t.Error("a format that there is not was written")
	}
}

func TestQuartersAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Quarter{"": {}, "2026-Q3": {2026, 3}, "2027-q1": {2027, 1}} {
		if got, err := ParseQuarter(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	for _, text := range []string{"2026", "2026-Q5", "2026-Q0", "x-Q1", "1899-Q1", "2026-Q"} {
		if q, err := ParseQuarter(text); err == nil {
			t.Errorf("%q is %v", text, q)
		}
	}
}
