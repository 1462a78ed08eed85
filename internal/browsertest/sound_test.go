package browsertest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// oddTexts are what a template or a script shows when something went wrong in it; the gap's brackets stand for a text that is missing.
var oddTexts = []string{"<no value>", "%!", "{{", "[object Object]", "undefined", "NaN"}

// gap opens the name of a text that nobody has written.
const gap = "⟦"

// faults holds the tree of a page to what check.js holds it to in a browser, as far as no script and no style is needed for it.
func faults(root *html.Node, source string) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if at := strings.Index(source, gap); at >= 0 {
		say("text is missing: %s", cut(source[max(0, at-80):]))
	}
	c := census{ids: map[string]bool{}, labelled: map[string]bool{}}
	for node := range root.Descendants() {
		c.count(node)
	}
	for node := range root.Descendants() {
		if fault := c.faultOf(node); fault != "" {
			say("%s: %s", fault, outer(node))
		}
	}
	for _, id := range c.twice {
		say("id twice: %s", id)
	}
	if c.headings != 1 {
		say("%d headings of the first rank", c.headings)
	}
	if strings.TrimSpace(c.title) == "" {
		say("no title")
	}
	if !slices.Contains([]string{"zh-CN", "en"}, c.lang) {
		say("language %q", c.lang)
	}
	return found
}

// census is what is known of a page as a whole.
type census struct {
	ids      map[string]bool
	twice    []string
	labelled map[string]bool // ids that a label with words is for
	headings int
	title    string
	lang     string
}

func (c *census) count(node *html.Node) {
	if node.Type != html.ElementNode {
		return
	}
	if id, ok := attribute(node, "id"); ok {
		if c.ids[id] {
			c.twice = append(c.twice, id)
		}
		c.ids[id] = true
	}
	switch node.DataAtom {
	case atom.H1:
		c.headings++
	case atom.Title:
		if c.title == "" {
			c.title = words(node)
		}
	case atom.Html:
		c.lang, _ = attribute(node, "lang")
	case atom.Label:
		if id, ok := attribute(node, "for"); ok && strings.TrimSpace(words(node)) != "" {
			c.labelled[id] = true
		}
	}
}

// faultOf names what is wrong with one node; empty when nothing is.
func (c *census) faultOf(node *html.Node) string {
	if node.Type == html.TextNode {
		return oddText(node)
	}
	if node.Type != html.ElementNode {
		return ""
	}
	if style, ok := attribute(node, "style"); ok && !within(node, "svg", "canvas") && !withinClass(node, "xg-chart") {
		return "inline style " + style
	}
	switch node.DataAtom {
	case atom.Input, atom.Select, atom.Textarea:
		if kind, _ := attribute(node, "type"); kind != "hidden" && !c.named(node) {
			return "field without a label"
		}
	case atom.Img:
		if _, ok := attribute(node, "alt"); !ok {
			return "picture without words"
		}
	case atom.A, atom.Button:
		if _, leads := attribute(node, "href"); (leads || node.DataAtom == atom.Button) && !readable(node) {
			return "nothing to read on it"
		}
	}
	if href, _ := attribute(node, "href"); node.Data == "use" && strings.HasSuffix(href, "#i-square-rounded") {
		return "unknown icon"
	}
	return ""
}

func oddText(node *html.Node) string {
	if within(node, "script", "style", "textarea", "pre") {
		return ""
	}
	for _, odd := range oddTexts {
		if strings.Contains(node.Data, odd) {
			return "odd text " + odd
		}
	}
	return ""
}

// named tells whether a field has a name that can be read out.
func (c *census) named(node *html.Node) bool {
	for _, name := range []string{"aria-label", "aria-labelledby"} {
		if value, _ := attribute(node, name); value != "" {
			return true
		}
	}
	if id, ok := attribute(node, "id"); ok && c.labelled[id] {
		return true
	}
	for up := node.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Label {
			return strings.TrimSpace(words(up)) != ""
		}
	}
	return false
}

func readable(node *html.Node) bool {
	if strings.TrimSpace(words(node)) != "" {
		return true
	}
	for _, name := range []string{"aria-label", "title"} {
		if value, _ := attribute(node, name); value != "" {
			return true
		}
	}
	for child := range node.Descendants() {
		if alt, _ := attribute(child, "alt"); child.DataAtom == atom.Img && alt != "" {
			return true
		}
	}
	return false
}

func within(node *html.Node, tags ...string) bool {
	for up := node; up != nil; up = up.Parent {
		if up.Type == html.ElementNode && slices.Contains(tags, up.Data) {
			return true
		}
	}
	return false
}

func withinClass(node *html.Node, class string) bool {
	for up := node; up != nil; up = up.Parent {
		if classes, _ := attribute(up, "class"); slices.Contains(strings.Fields(classes), class) {
			return true
		}
	}
	return false
}

// words are the texts under a node.
func words(node *html.Node) string {
	var all strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			all.WriteString(child.Data)
		}
	}
	return all.String()
}

// outer writes a node as it stands in the source, cut to what a message needs.
func outer(node *html.Node) string {
	if node.Type == html.TextNode {
		node = node.Parent
	}
	var all strings.Builder
	if err := html.Render(&all, node); err != nil {
		return err.Error()
	}
	return cut(all.String())
}

// cut joins blanks and keeps the beginning.
func cut(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), 160)])
}
