package plan_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"xiaoguan/internal/plan"
)

// rewrite writes a document anew with another order of keys, other styles and comments, saying the same.
func rewrite(t *rapid.T, text string) []byte {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	disturb(t, document.Content[0])
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(rapid.IntRange(2, 6).Draw(t, "indent"))
	if err := encoder.Encode(&document); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func disturb(t *rapid.T, n *yaml.Node) {
	n.LineComment, n.HeadComment, n.FootComment = "", "", ""
	switch n.Kind {
	case yaml.MappingNode:
		pairs := make([][2]*yaml.Node, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			pairs = append(pairs, [2]*yaml.Node{n.Content[i], n.Content[i+1]})
		}
		n.Content = nil
		for _, pair := range rapid.Permutation(pairs).Draw(t, "keys") {
			n.Content = append(n.Content, pair[0], pair[1])
		}
		n.Style = rapid.SampledFrom([]yaml.Style{0, yaml.FlowStyle}).Draw(t, "style")
	case yaml.SequenceNode:
		n.Style = rapid.SampledFrom([]yaml.Style{0, yaml.FlowStyle}).Draw(t, "style")
	case yaml.ScalarNode:
		n.Style = rapid.SampledFrom([]yaml.Style{yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle}).Draw(t, "quotes")
		n.Tag = "!!str"
		if rapid.Bool().Draw(t, "comment") {
			n.HeadComment = "# said by the way"
		}
	}
	for _, child := range n.Content {
		disturb(t, child)
	}
}

func TestHashDoesNotDependOnTheWayItIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(w1Names).Draw(rt, "document")
		original := w1Text(t, name)
		rewritten := rewrite(rt, original)
		want, err := plan.Decode(name, []byte(original))
		if err != nil {
			rt.Fatal(err)
		}
		got, err := plan.Decode(name, rewritten)
		if err != nil {
			rt.Fatalf("%v\n%s", err, rewritten)
		}
		if diff := cmp.Diff(string(canonicalOf(want)), string(canonicalOf(got))); diff != "" {
			rt.Fatalf("%s\n%s", diff, rewritten)
		}
	})
}

func TestEveryChangeOfAValueChangesTheHashAndTheProse(t *testing.T) {
	t.Parallel()
	original := w1Text(t, "core")
	want, err := plan.DecodePlan("core", []byte(original))
	if err != nil {
		t.Fatal(err)
	}
	changes := [][2]string{{"A: 3%", "A: 3.0001%"}, {"80000.00", "80000.01"}, {"2020-01-01", "2020-01-02"}, {"60%, times: 0.5", "60%, times: 0.51"},
		{"half_away_from_zero", "half_even"}, {"{zh: 司龄奖, en: Long-service bonus}", "{zh: 司龄补贴, en: Service bonus}"}, {"leaver_later_collections: unpaid", "leaver_later_collections: paid"},
		{"at_least: 12", "at_least: 13"}, {"id: retention", "id: keeping"}}
	for _, change := range changes {
		got, err := plan.DecodePlan("core", []byte(strings.Replace(original, change[0], change[1], 1)))
		if err != nil {
			t.Fatalf("%v: %v", change, err)
		}
		if got.Hash() == want.Hash() {
			t.Errorf("%v left the hash as it was", change)
		}
		for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
			if change[0] != "id: retention" && written(got.Prose(lang)) == written(want.Prose(lang)) {
				t.Errorf("%v left the %s prose as it was", change, lang)
			}
		}
	}
	same, err := plan.DecodePlan("core", []byte(strings.Replace(original, "rate: 0.5%", "rate: 0.00500", 1)))
	if err != nil || same.Hash() != want.Hash() {
		t.Errorf("0.5%% and 0.00500 differ: %v", err)
	}
}

// FuzzInspect: whatever the text, Inspect returns; a document it accepts has a canonical form that is read back to itself.
func FuzzInspect(f *testing.F) {
	for _, name := range w1Names {
		f.Add([]byte(w1Text(f, name)))
	}
	cases, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		document, findings := plan.Inspect("fuzz", text)
		if len(findings) > plan.FindingsMax {
			t.Fatalf("%d findings", len(findings))
		}
		if document == nil {
			if !plan.HasErrors(findings) {
				t.Fatal("neither document nor error")
			}
			return
		}
		canonical := canonicalOf(document)
		again, findings := plan.Inspect("canonical", canonical)
		if again == nil {
			t.Fatalf("canonical form is refused: %v\n%s", findings, canonical)
		}
		if !bytes.Equal(canonicalOf(again), canonical) {
			t.Fatalf("not a fixpoint:\n%s\n%s", canonical, canonicalOf(again))
		}
		if document.Plan != nil {
			for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
				if len(document.Plan.Prose(lang)) == 0 {
					t.Fatal("no prose")
				}
			}
		}
	})
}
