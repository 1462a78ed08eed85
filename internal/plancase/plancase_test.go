package plancase_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plancase"
)

const cookbook = "../../docs/cookbook"

func printer(t *testing.T) *i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Printer(i18n.En)
}

// pages are the pages of the cookbook, by file name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(cookbook, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range names {
		if base := filepath.Base(name); base != "README.md" {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			texts[base] = string(text)
		}
	}
	if len(texts) == 0 {
		t.Fatal("the cookbook has no pages")
	}
	return texts
}

// TestCookbook computes every page of the cookbook: what stands in it was worked out by hand.
func TestCookbook(t *testing.T) {
	t.Parallel()
	for name, text := range pages(t) {
		t.Run(strings.TrimSuffix(name, ".md"), func(t *testing.T) {
			t.Parallel()
			page, err := plancase.Parse(name, []byte(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, said(err))
			}
			for i := range page.Cases {
				c := &page.Cases[i]
				o, err := plancase.Run(t.Context(), page, c, printer(t))
				if err != nil {
					t.Fatalf("%v\n%s", err, said(err))
				}
				if !o.Passes() {
					t.Errorf("%s: %v want %v got %v\n%s", page.Name(c), o.Differences, o.WantCodes, o.GotCodes, o.Statement)
				}
			}
		})
	}
}

func TestTheCookbookListsEveryPage(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile(filepath.Join(cookbook, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range pages(t) {
		if !strings.Contains(string(list), "("+name+")") {
			t.Errorf("%s is not in the list of pages", name)
		}
	}
}

// said lists the fields of an error as file:line:path: key.
func said(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return ""
	}
	var lines []string
	for _, f := range e.Fields {
		lines = append(lines, place(f))
	}
	return strings.Join(lines, "\n")
}
