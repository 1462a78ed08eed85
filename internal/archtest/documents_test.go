package archtest

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are the Markdown files that people read, by name.
func documents(t *testing.T, h house) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, content := range h.files {
		if strings.HasSuffix(name, ".md") {
			found[name] = string(content)
		}
	}
	if len(found) < 20 {
		t.Fatalf("%d documents", len(found))
	}
	return found
}

var (
	codeBlock = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	mdLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mdHeading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	notAnchor = regexp.MustCompile(`[^\p{L}\p{N}\- _]`)
)

// anchors are those of the headings of a document, as the usual renderers make them.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range mdHeading.FindAllStringSubmatch(text, -1) {
		found[strings.ReplaceAll(notAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), ""), " ", "-")] = true
	}
	return found
}

// brokenLinks are the links of a document that lead nowhere within the project.
func brokenLinks(name, text string, documents map[string]string, exists func(string) bool) (broken []string) {
	for _, m := range mdLink.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		target, anchor, _ := strings.Cut(m[1], "#")
		if strings.Contains(target, ":") || strings.HasPrefix(target, "/") {
			continue
		}
		file, other, isDocument := name, text, true
		if target != "" {
			file = path.Join(path.Dir(name), target)
			other, isDocument = documents[file]
		}
		if target != "" && !exists(file) || anchor != "" && isDocument && !anchors(other)[anchor] {
			broken = append(broken, m[1])
		}
	}
	return broken
}

func TestLinksOfDocumentsLeadSomewhere(t *testing.T) {
	h := theHouse(t)
	all := documents(t, h)
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(h.root, filepath.FromSlash(name)))
		return err == nil
	}
	for name, text := range all {
		for _, link := range brokenLinks(name, text, all, exists) {
			t.Errorf("%s: %s leads nowhere", name, link)
		}
	}
}

func TestTheRuleOfLinksCatches(t *testing.T) {
	t.Parallel()
	all := map[string]string{"docs/a.md": "# A title, with marks\n", "README.md": ""}
	exists := func(name string) bool { _, ok := all[name]; return ok }
	for text, want := range map[string]int{
		"[a](a.md)": 0, "[a](a.md#a-title-with-marks)": 0, "[up](../README.md)": 0, "[out](https://example.org/x)": 0, "`[code](nowhere.md)`": 0,
		"[a](b.md)": 1, "[a](a.md#a-title)": 1, "[self](#nothing)": 1,
	} {
		if got := brokenLinks("docs/c.md", text, all, exists); len(got) != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

var testOfLaw = regexp.MustCompile("`(internal/[a-z0-9/]+)`|`((?:Test|Fuzz)[A-Za-z0-9]+)`")

// lawTests lists the tests that docs/laws.md names, each with the package named before it.
func lawTests(text string) (tests [][2]string) {
	for _, row := range strings.Split(text, "\n") {
		where := ""
		for _, m := range testOfLaw.FindAllStringSubmatch(row, -1) {
			if m[1] != "" {
				where = m[1]
				continue
			}
			tests = append(tests, [2]string{where, m[2]})
		}
	}
	return tests
}

// TestLawsAreHeldByTestsThatExist: a law whose test was renamed or dropped is a sentence that nothing holds.
func TestLawsAreHeldByTestsThatExist(t *testing.T) {
	h := theHouse(t)
	tests := lawTests(string(h.files["docs/laws.md"]))
	if len(tests) < 20 {
		t.Fatalf("docs/laws.md names %d tests", len(tests))
	}
	for _, test := range tests {
		found := false
		for name, content := range h.files {
			found = found || path.Dir(name) == test[0] && strings.HasSuffix(name, "_test.go") && strings.Contains(string(content), "\nfunc "+test[1]+"(")
		}
		if !found {
			t.Errorf("docs/laws.md: there is no %s in %s", test[1], test[0])
		}
	}
}
