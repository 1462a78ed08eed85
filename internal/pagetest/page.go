package pagetest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Page is an answer, as a tree.
type Page struct {
	t      *testing.T
	Path   string // where redirections led
	Text   string
	Header http.Header
	root   *html.Node
}

// Has wants at least one element for each selector. A selector is a chain of descendants, each made of tag, #id, .class and [name=value]
// or [name]; "selector: words" wants the words in such an element, blanks joined.
func (p *Page) Has(selectors ...string) {
	p.t.Helper()
	for _, selector := range selectors {
		if p.count(selector) == 0 {
			p.t.Errorf("%s has no %s", p.Path, selector)
		}
	}
}

// Lacks wants no element for any of the selectors; they are written as for Has.
func (p *Page) Lacks(selectors ...string) {
	p.t.Helper()
	for _, selector := range selectors {
		if n := p.count(selector); n != 0 {
			p.t.Errorf("%s has %d × %s", p.Path, n, selector)
		}
	}
}

// Attribute returns an attribute of the first element for the selector.
func (p *Page) Attribute(selector, name string) string {
	p.t.Helper()
	found := p.find(parse(p.t, selector))
	if len(found) == 0 {
		p.t.Fatalf("%s has no %s", p.Path, selector)
	}
	value, _ := attribute(found[0], name)
	return value
}

// Words returns the words in the first element for the selector, blanks joined.
func (p *Page) Words(selector string) string {
	p.t.Helper()
	found := p.find(parse(p.t, selector))
	if len(found) == 0 {
		p.t.Fatalf("%s has no %s", p.Path, selector)
	}
	return strings.Join(strings.Fields(text(found[0])), " ")
}

func (p *Page) count(selector string) (n int) {
	chain, words, limited := strings.Cut(selector, ": ")
	for _, node := range p.find(parse(p.t, chain)) {
		if !limited || strings.Contains(strings.Join(strings.Fields(text(node)), " "), words) {
			n++
		}
	}
	return n
}

// step is one element of a chain.
type step struct {
	tag, id    string
	classes    []string
	attributes [][]string // name, or name and value
}

var (
	stepShape = regexp.MustCompile(`^([a-z][a-z0-9]*)?((?:#[\w-]+|\.[\w-]+|\[[\w-]+(?:=[^\]]*)?\])*)$`)
	partShape = regexp.MustCompile(`#[\w-]+|\.[\w-]+|\[[\w-]+(?:=[^\]]*)?\]`)
)

func parse(t *testing.T, chain string) (steps []step) {
	t.Helper()
	for word := range strings.FieldsSeq(chain) {
		match := stepShape.FindStringSubmatch(word)
		if match == nil {
			t.Fatalf("no selector: %q", word)
		}
		s := step{tag: match[1]}
		for _, part := range partShape.FindAllString(match[2], -1) {
			switch part[0] {
			case '#':
				s.id = part[1:]
			case '.':
				s.classes = append(s.classes, part[1:])
			default:
				s.attributes = append(s.attributes, strings.SplitN(part[1:len(part)-1], "=", 2))
			}
		}
		steps = append(steps, s)
	}
	return steps
}

func (p *Page) find(steps []step) (found []*html.Node) {
	last := len(steps) - 1
	for node := range p.root.Descendants() {
		if last < 0 || !steps[last].fits(node) {
			continue
		}
		wanted := last - 1
		for up := node.Parent; up != nil && wanted >= 0; up = up.Parent {
			if steps[wanted].fits(up) {
				wanted--
			}
		}
		if wanted < 0 {
			found = append(found, node)
		}
	}
	return found
}

func (s step) fits(node *html.Node) bool {
	if node.Type != html.ElementNode || s.tag != "" && node.Data != s.tag {
		return false
	}
	if id, _ := attribute(node, "id"); s.id != "" && id != s.id {
		return false
	}
	class, _ := attribute(node, "class")
	for _, wanted := range s.classes {
		if !slices.Contains(strings.Fields(class), wanted) {
			return false
		}
	}
	for _, wanted := range s.attributes {
		value, there := attribute(node, wanted[0])
		if !there || len(wanted) == 2 && value != wanted[1] {
			return false
		}
	}
	return true
}

func attribute(node *html.Node, name string) (value string, there bool) {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(node *html.Node) string {
	var b strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data + " ")
		}
	}
	return b.String()
}

// Attributes returns an attribute of every element for the selector.
func (p *Page) Attributes(selector, name string) (values []string) {
	p.t.Helper()
	for _, node := range p.find(parse(p.t, selector)) {
		value, _ := attribute(node, name)
		values = append(values, value)
	}
	return values
}
