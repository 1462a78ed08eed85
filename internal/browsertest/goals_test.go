package browsertest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// promised are the numbers that the plan of the product promises, and the goal that answers for each.
var promised = []struct{ number, goal string }{
	{"95%", "identification"}, {"90%", "accuracy"}, {"24", "recording"}, {"90%", "compliance_level"}, {"40%", "compliance"}, {"90%", "resource_match"}, {"85%", "completeness"}, {"25%", "retention"}, {"1.3", "core_ratio"},
	{"80%", "attained"}, {"24", "freshness"}, {"80%", "data_driven"}, {"100%", "plan_coverage"}, {"30%", "per_head"}, {"20%", "turnover"},
}

// goalBoard holds that the board shows every promised number with its definition, where it came from, where it is and where it goes; without a browser.
func goalBoard(t *testing.T, s *site, company demo.Company) {
	t.Helper()
	at := slices.IndexFunc(company.Logins, func(l demo.Login) bool { return l.Login == "gm" })
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		page, err := newVisitor(t, s, lang, company.Logins[at]).get("/goals").page()
		if err != nil {
			t.Fatal(err)
		}
		cards := map[string]*html.Node{}
		for node := range page.Descendants() {
			if id, has := attribute(node, "id"); has && regexp.MustCompile(`^goal-\d+$`).MatchString(id) {
				cards[strings.TrimSpace(textOf(node))] = node.Parent.Parent
			}
		}
		for _, one := range promised {
			title := p.T("programme.goal." + one.goal)
			card := cards[title]
			if card == nil || !strings.Contains(strings.ReplaceAll(title, " ", ""), one.number) {
				t.Errorf("%s: no card %q with %s among %d", lang, title, one.number, len(cards))
				continue
			}
			facts := factsOf(card)
			for _, term := range []string{p.T("programme.actual"), p.T("programme.path_now"), p.T("programme.baseline"), p.T("programme.target"), p.T("metric.basis")} {
				if text := facts[term]; text == "" || strings.HasPrefix(text, p.T("programme.no_value", "Why", "")) {
					t.Errorf("%s: %s: %s is %q", lang, title, term, text)
				}
			}
		}
	}
}

// textOf is what stands in a node, without what pops up.
func textOf(node *html.Node) string {
	if _, hidden := attribute(node, "popover"); hidden {
		return ""
	}
	if node.Type == html.TextNode {
		return node.Data
	}
	text := ""
	for n := range node.ChildNodes() {
		text += textOf(n)
	}
	return text
}

// factsOf are the terms of a node with what stands behind each.
func factsOf(node *html.Node) map[string]string {
	facts, term := map[string]string{}, ""
	for n := range node.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "dt":
			term = strings.TrimSpace(textOf(n))
		case n.Data == "dd" && facts[term] == "":
			facts[term] = strings.TrimSpace(textOf(n))
		}
	}
	return facts
}
