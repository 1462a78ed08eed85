package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/plan"
)

// written is prose as plain text, with the path of each statement at the line's end.
func written(sections []plan.Section) string {
	var b strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&b, "## %s  [%s]\n", s.Heading, s.Path)
		for _, p := range s.Paragraphs {
			fmt.Fprintf(&b, "%s  [%s]\n", p.Text, p.Path)
			if p.Table == nil {
				continue
			}
			fmt.Fprintf(&b, "  | %s |\n", strings.Join(p.Table.Columns, " | "))
			for i, row := range p.Table.Rows {
				fmt.Fprintf(&b, "  | %s |  [%s]\n", strings.Join(row, " | "), p.Table.Paths[i])
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// golden compares with a file under testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestProseOfW1(t *testing.T) {
	t.Parallel()
	for _, name := range w1Names {
		for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
			document := readW1(t, name)
			sections := proseOf(document, lang)
			golden(t, fmt.Sprintf("prose/%s.%s.txt", name, lang), written(sections))
			for _, s := range sections {
				for _, p := range s.Paragraphs {
					if at := document.Position(p.Path); at.Row == 1 && at.Column == 1 {
						t.Errorf("%s: no place in the document", p.Path)
					}
				}
			}
		}
	}
}

func proseOf(d *plan.Document, lang plan.Lang) []plan.Section {
	return d.Prose(lang)
}
