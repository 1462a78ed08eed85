package plan_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

// report writes findings as a person reads them in both languages.
func report(t *testing.T, findings []plan.Finding) string {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%d:%d %s %s %s", f.Row, f.Column, f.Severity, f.Code, f.Path)
		if f.Value != "" {
			fmt.Fprintf(&b, " = %s", f.Value)
		}
		b.WriteByte('\n')
		for _, lang := range i18n.Langs() {
			p := catalogue.Printer(lang)
			fmt.Fprintf(&b, "    %s → %s\n", p.Message(f.Message), p.Message(f.Remedy))
		}
	}
	return b.String()
}

func TestFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source := archive.Files[0]
			document, findings := plan.Inspect(source.Name, source.Data)
			if (document == nil) != plan.HasErrors(findings) {
				t.Errorf("document %v with errors %v", document != nil, plan.HasErrors(findings))
			}
			got := report(t, findings)
			if strings.Contains(got, "⟦") {
				t.Errorf("a message or an argument is missing:\n%s", got)
			}
			if *update {
				archive.Files = []txtar.File{source, {Name: "findings", Data: []byte(got)}}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 {
				t.Fatal("no findings in the case; run with -update and read them")
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryCodeHasTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range plan.Codes() {
		for _, lang := range i18n.Langs() {
			for _, key := range []string{"plan.finding." + string(code), "plan.remedy." + string(code)} {
				if !catalogue.Printer(lang).Has(key) {
					t.Errorf("%s has no text in %s", key, lang)
				}
			}
		}
	}
}

func TestDecodeReturnsAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := plan.Decode("bad.yaml", []byte("xiaoguan: plan/1\nid: Bad\ncolour: red\n"))
	if !errs.Is(err, errs.KindInvalid) {
		t.Fatalf("kind %v: %v", errs.KindOf(err), err)
	}
	_, findings := plan.Inspect("bad.yaml", []byte("xiaoguan: plan/1\nid: Bad\ncolour: red\n"))
	if len(findings) < 10 {
		t.Errorf("only %d findings", len(findings))
	}
}
