package metric

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/metrics.md")

// TestTheDocumentationHasTheWholeBook: the table is made of the shipped document.
func TestTheDocumentationHasTheWholeBook(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../../docs/metrics.md", "<!-- book: begin, written by go test ./internal/metric -update -->\n", "<!-- book: end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the marks are gone")
	}
	var b strings.Builder
	b.WriteString("| metric | 中文 | basis 口径 | formula | unit | better | owner | fresh |\n|---|---|---|---|---|---|---|---|\n")
	for _, d := range Shipped() {
		id := "`" + string(d.ID) + "`"
		if d.Family != d.ID {
			id += " of `" + string(d.Family) + "`"
			if d.Default {
				id += ", the default"
			}
		}
		b.WriteString("| " + id + " · " + d.Name.En + " | " + d.Name.Zh + " | " + d.Basis.En + "; " + d.Basis.Zh + " | `" + formulaText(d.Formula) + "` | " + string(d.Unit) + " | " + string(d.Good) + " | " + d.Owner + " | " + strconv.Itoa(d.FreshHours) + " h |\n")
	}
	want := head + begin + b.String() + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Error("docs/metrics.md is not the shipped book: go test ./internal/metric -update")
	}
}

func formulaText(f Formula) string {
	side := func(terms []Term) string {
		texts := []string{}
		for _, t := range terms {
			text := string(t.Measure)
			if t.When != During {
				text += "@" + string(t.When)
			}
			if t.Minus {
				text = "-" + text
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, " ")
	}
	if len(f.Over) == 0 {
		return strings.TrimSpace(string(f.Kind) + " " + side(f.Of))
	}
	return string(f.Kind) + " " + side(f.Of) + " ÷ " + side(f.Over)
}

// TestADefinitionIsWrittenAsItIsRead: a further version begins from the document of the last.
func TestADefinitionIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, d := range Shipped() {
		list, err := Decode("x", []byte(TextOf(d)))
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %v\n%s", d.ID, err, TextOf(d))
		}
		if got := formulaText(list[0].Formula); got != formulaText(d.Formula) || list[0].Basis != d.Basis || list[0].Name != d.Name || list[0].Family != d.Family || list[0].MaturesDays != d.MaturesDays {
			t.Errorf("%s became %+v", d.ID, list[0])
		}
	}
}
