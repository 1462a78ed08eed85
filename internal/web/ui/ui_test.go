package ui

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// speaking returns a context in the language.
func speaking(t *testing.T, lang i18n.Lang) context.Context {
	t.Helper()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return httpx.WithPreferences(t.Context(), httpx.Preferences{Lang: lang, Theme: httpx.ThemeDark, UpDown: httpx.UpDownChina}, c.Printer(lang))
}

// render draws a component and parses it as a browser would.
func render(t *testing.T, ctx context.Context, component templ.Component) *document {
	t.Helper()
	var b bytes.Buffer
	if err := component.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return &document{source: b.String(), root: root}
}

type document struct {
	source string
	root   *html.Node
}

// all finds elements by a selector of one step: tag, .class, #id and [attribute] or [attribute=value] in any combination.
func (d *document) all(selector string) []*html.Node {
	var found []*html.Node
	for node := range d.root.Descendants() {
		if node.Type == html.ElementNode && matches(node, selector) {
			found = append(found, node)
		}
	}
	return found
}

var selectorPart = regexp.MustCompile(`^[a-z0-9]+|\.[\w-]+|#[\w-]+|\[[^\]]+\]`)

func matches(node *html.Node, selector string) bool {
	for _, part := range selectorPart.FindAllString(selector, -1) {
		switch part[0] {
		case '.':
			if !slices.Contains(strings.Fields(attribute(node, "class")), part[1:]) {
				return false
			}
		case '#':
			if attribute(node, "id") != part[1:] {
				return false
			}
		case '[':
			name, value, valued := strings.Cut(part[1:len(part)-1], "=")
			if !has(node, name) || (valued && attribute(node, name) != value) {
				return false
			}
		default:
			if node.Data != part {
				return false
			}
		}
	}
	return true
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	return slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func text(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// one returns the only element of the selector.
func (d *document) one(t *testing.T, selector string) *html.Node {
	t.Helper()
	found := d.all(selector)
	if len(found) != 1 {
		t.Fatalf("%d elements for %s in %s", len(found), selector, d.source)
	}
	return found[0]
}

// galleries draws the gallery in each language, with and without errors.
func galleries(t *testing.T) map[string]*document {
	t.Helper()
	documents := map[string]*document{}
	for _, lang := range i18n.Langs() {
		for _, query := range []string{"", "?errors=1", "?column=name&sort=-name"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", "/_gallery"+query, nil)
			if err := Gallery()(w, r.WithContext(speaking(t, lang))); err != nil {
				t.Fatal(err)
			}
			root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			documents[string(lang)+query] = &document{source: w.Body.String(), root: root}
		}
	}
	return documents
}

func TestNothingInline(t *testing.T) {
	t.Parallel()
	for name, d := range galleries(t) {
		for node := range d.root.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			for _, a := range node.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "data-hx-on") || strings.HasPrefix(a.Val, "javascript:") {
					t.Errorf("%s: <%s %s=%q>", name, node.Data, a.Key, a.Val)
				}
			}
			if node.Data == "style" || (node.Data == "script" && !strings.HasPrefix(attribute(node, "src"), "/static/")) {
				t.Errorf("%s: inline <%s>", name, node.Data)
			}
		}
	}
}

func TestNoMessageIsMissing(t *testing.T) {
	t.Parallel()
	for name, d := range galleries(t) {
		if at := strings.Index(d.source, "⟦"); at >= 0 {
			t.Errorf("%s: %.60s", name, d.source[at:])
		}
	}
}

func TestEnglishHasNoChinese(t *testing.T) {
	t.Parallel()
	han := regexp.MustCompile(`\p{Han}+`)
	d := galleries(t)[string(i18n.En)]
	for _, found := range han.FindAllString(d.source, -1) {
		if found != "中文" { // the name of the other language
			t.Errorf("%q in the English gallery", found)
		}
	}
}

// TestReferencesResolve follows every id that one element names of another, and finds ids that two elements share.
func TestReferencesResolve(t *testing.T) {
	t.Parallel()
	for name, d := range galleries(t) {
		ids := map[string]int{}
		for _, node := range d.all("[id]") {
			ids[attribute(node, "id")]++
		}
		for id, count := range ids {
			if count > 1 {
				t.Errorf("%s: %d elements with id %q", name, count, id)
			}
		}
		for _, reference := range []string{"aria-labelledby", "aria-describedby", "popovertarget", "for", "form"} {
			for _, node := range d.all("[" + reference + "]") {
				for id := range strings.FieldsSeq(attribute(node, reference)) {
					if ids[id] == 0 {
						t.Errorf("%s: <%s %s=%q> names nothing", name, node.Data, reference, id)
					}
				}
			}
		}
		for _, link := range d.all("a[href]") {
			if anchor, ok := strings.CutPrefix(attribute(link, "href"), "#"); ok && anchor != "" && ids[anchor] == 0 {
				t.Errorf("%s: link to #%s leads nowhere", name, anchor)
			}
		}
	}
}

func TestEverythingHasAName(t *testing.T) {
	t.Parallel()
	for name, d := range galleries(t) {
		if count := len(d.all("h1")); count != 1 {
			t.Errorf("%s: %d h1", name, count)
		}
		for _, selector := range []string{"button", "a[href]"} {
			for _, node := range d.all(selector) {
				if text(node) == "" && attribute(node, "aria-label") == "" {
					t.Errorf("%s: <%s class=%q> without a name", name, node.Data, attribute(node, "class"))
				}
			}
		}
		for _, node := range d.all("[role=img]") {
			if attribute(node, "aria-label") == "" {
				t.Errorf("%s: image without a name, class %q", name, attribute(node, "class"))
			}
		}
		for _, tag := range []string{"input", "select", "textarea"} {
			for _, node := range d.all(tag) {
				if attribute(node, "type") != "hidden" && !labelled(d, node) {
					t.Errorf("%s: <%s name=%q> without a label", name, tag, attribute(node, "name"))
				}
			}
		}
		for _, tag := range []string{"nav", "section"} {
			for _, node := range d.all(tag) {
				if attribute(node, "aria-label") == "" && attribute(node, "aria-labelledby") == "" {
					t.Errorf("%s: <%s class=%q> without a name", name, tag, attribute(node, "class"))
				}
			}
		}
	}
}

func labelled(d *document, node *html.Node) bool {
	if attribute(node, "aria-label") != "" {
		return true
	}
	for parent := node.Parent; parent != nil; parent = parent.Parent {
		if parent.Data == "label" {
			return true
		}
	}
	id := attribute(node, "id")
	return id != "" && len(d.all("label[for="+id+"]")) > 0
}

// TestIconsExist reads the icon names in the sources of all pages.
func TestIconsExist(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?:Icon\(|Icon:\s+|iconURL\()"([^"]+)"`)
	returned := regexp.MustCompile(`return "([a-z0-9-]+)"`)
	seen := 0
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_templ.go") || (!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ")) {
			return err
		}
		content, err := os.ReadFile(path)
		for _, match := range named.FindAllStringSubmatch(string(content), -1) {
			seen++
			if !iconNames()[match[1]] {
				t.Errorf("%s: icon %q is not in the sprite; add it to tools/vendor/icons.txt", path, match[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Errorf("found only %d icons: does the search still work?", seen)
	}
	content, err := os.ReadFile("flowdraw.go")
	if err != nil {
		t.Fatal(err)
	}
	for function := range strings.SplitSeq(string(content), "\nfunc ") {
		if strings.Contains(strings.SplitN(function, "(", 2)[0], "Icon") {
			for _, match := range returned.FindAllStringSubmatch(function, -1) {
				if !iconNames()[match[1]] {
					t.Errorf("icon %q is not in the sprite", match[1])
				}
			}
		}
	}
}

// TestClassesHaveRules finds classes that no style sheet knows: usually a slip of the pen.
func TestClassesHaveRules(t *testing.T) {
	t.Parallel()
	sheet := string(assets().byName["app.css"].plain)
	// Hooks for scripts and tests, or names that only a more special rule knows.
	unstyled := map[string]bool{"xg-body": true, "xg-tree": true, "xg-set": true, "sep": true}
	for name, d := range galleries(t) {
		for _, node := range d.all("[class]") {
			for class := range strings.FieldsSeq(attribute(node, "class")) {
				if !unstyled[class] && !strings.Contains(sheet, "."+class) {
					t.Errorf("%s: class %q has no rule", name, class)
				}
			}
		}
	}
}
