package browsertest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"xiaoguan/internal/i18n"
)

// ownTerms are the fields whose values a company or the outside world gave, and which stand as they are: documents and plans, logins, addresses, lines.
var ownTerms = map[i18n.Lang][]string{
	i18n.ZhCN: {"方案", "文档", "登录名", "设备", "来源地址", "依据的链接", "筛选条件", "哪一行", "回执", "明细", "逐月预算", "对外网址", "发信服务器", "文件类型", "对方的身份", "认人字段"},
	i18n.En:   {"plan", "document", "login", "device", "address of the client", "link", "filter", "line", "lines", "receipts", "months", "public address", "server", "type of file"},
}

// What a word of the program looks like: parts joined by an underscore, or capitals within a word; in Chinese small Latin letters alone.
var (
	joined = regexp.MustCompile(`[a-z]+_[a-z_]+|\b[A-Z][a-z]+[A-Z][A-Za-z]*\b`)
	lower  = regexp.MustCompile(`^[a-z]{2,}$`)
	parts  = regexp.MustCompile(`[、，：→,: ]+|等 \d+ 项`)
)

// TestTheLogOfTheDemoSpeaksInWords walks the whole audit log of the demonstration in both languages: no field, no value, no kind, no action and nobody
// stands there as a word of the program.
func TestTheLogOfTheDemoSpeaksInWords(t *testing.T) {
	t.Parallel()
	s, company := newDemo(t)
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := &logWalk{visitor: newVisitor(t, s, lang, loginOf(t, company, "auditor")), said: map[string]bool{}}
			pages := 0
			for path := "/audit"; path != ""; pages++ {
				path = w.read(path)
			}
			if pages < 10 || w.facts < 1000 {
				t.Errorf("%d pages with %d facts: does the walk still work?", pages, w.facts)
			}
		})
	}
}

// logWalk reads the pages of the audit log.
type logWalk struct {
	*visitor
	said  map[string]bool // complaints
	facts int
}

// read looks at a page and returns where the next one is.
func (w *logWalk) read(path string) (next string) {
	root, err := w.get(path).page()
	if err != nil {
		w.t.Fatal(err)
	}
	term := ""
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		text := strings.TrimSpace(textOf(node))
		href, _ := attribute(node, "href")
		rel, _ := attribute(node, "rel")
		switch {
		case node.Data == "dt":
			if term = text; w.isCode(term) {
				w.complain("the field " + term + " has no word: add the message trail.field_" + term)
			}
		case node.Data == "dd":
			w.facts++
			for _, code := range w.codes(term, text) {
				w.complain("the value " + code + " of " + term + " has no word: give its field a row in codesOf of internal/web/admin, or add the message trail.value_" + code)
			}
		case rel == "next":
			next = href
		case strings.HasPrefix(href, "/audit?action="), strings.HasPrefix(href, "/audit?actor="):
			if _, verb, there := strings.Cut(text, "："); w.isCode(text) || there && w.isCode(verb) {
				w.complain("nothing says " + text + " in words: " + href)
			}
		}
	}
	return next
}

func (w *logWalk) complain(text string) {
	w.t.Helper()
	if !w.said[text] {
		w.said[text] = true
		w.t.Error(text)
	}
}

// isCode reports whether a text is a word of the program. One in English may be a word, and WeCom is a name.
func (w *logWalk) isCode(text string) bool {
	return joined.MatchString(strings.ReplaceAll(text, "WeCom", "")) || w.lang == i18n.ZhCN && lower.MatchString(text)
}

// codes are the words of the program that stand in a value.
func (w *logWalk) codes(term, value string) (codes []string) {
	if slices.Contains(ownTerms[w.lang], term) {
		return nil
	}
	for _, part := range parts.Split(value, -1) {
		if w.isCode(part) && !strings.ContainsAny(part, "/.@") {
			codes = append(codes, part)
		}
	}
	return codes
}
