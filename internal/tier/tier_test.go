package tier_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tier"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func printers(t testing.TB) []*i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	var list []*i18n.Printer
	for _, lang := range i18n.Langs() {
		list = append(list, catalogue.Printer(lang))
	}
	return list
}

func TestDefaultIsSoundAndReadsBack(t *testing.T) {
	t.Parallel()
	p, findings := tier.Inspect("default.yaml", tier.DefaultText())
	if p == nil || len(findings) != 0 {
		t.Fatalf("%+v", findings)
	}
	again, err := tier.Decode("canonical.json", p.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(p.Canonical()), string(again.Canonical())); diff != "" || p.Hash() != again.Hash() {
		t.Error(diff)
	}
	// The order of services is that of the tiers, whatever that of the text; a comment changes nothing, a number does.
	for old, same := range map[string]bool{"# The customer": true, "months: 12": false, "a: 80%": false, "weight: 30": false} {
		text := bytes.Replace(tier.DefaultText(), []byte(old), []byte(strings.NewReplacer("customer", "client", "12", "11", "80", "79", "30", "31").Replace(old)), 1)
		other, err := tier.Decode("other", text)
		if err != nil || (other.Hash() == p.Hash()) != same {
			t.Errorf("%s: %v", old, err)
		}
	}
}

func TestSchemaAcceptsDefaultInEitherForm(t *testing.T) {
	t.Parallel()
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(tier.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("tier.schema.json", source); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("tier.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text []byte) error {
		var document any
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		return schema.Validate(document)
	}
	for name, text := range map[string][]byte{"document": tier.DefaultText(), "canonical": tier.Default().Canonical()} {
		if err := valid(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if valid(bytes.Replace(tier.DefaultText(), []byte("cumulative_share"), []byte("share"), 1)) == nil {
		t.Error("the schema accepts an unknown method")
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	percentile, err := tier.Decode("percentile", bytes.NewBufferString(strings.NewReplacer("cumulative_share", "percentile", "a: 80%", "a: 85%", "b: 95%", "b: 50%",
		"new_in_a: false", "new_in_a: true", "periods: 2", "periods: 1").Replace(string(tier.DefaultText()))).Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*tier.Policy{"prose": tier.Default(), "prose_percentile": percentile} {
		for _, lang := range []tier.Lang{tier.LangZh, tier.LangEn} {
			var b strings.Builder
			for _, paragraph := range p.Prose(lang) {
				fmt.Fprintf(&b, "%s\n", paragraph.Text)
			}
			golden(t, fmt.Sprintf("testdata/%s.%s.txt", name, lang), b.String())
			if strings.Contains(b.String(), "%!") {
				t.Errorf("%s %s: a sentence is badly formed", name, lang)
			}
		}
	}
}

// TestFindings reads testdata/findings: changes of the default, one a line as old → new, and what is found then.
func TestFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := string(tier.DefaultText())
			for line := range strings.Lines(string(archive.Files[0].Data)) {
				old, changed, found := strings.Cut(strings.TrimSuffix(line, "\n"), " → ")
				if !found || !strings.Contains(text, old) {
					t.Fatalf("nothing to change: %s", line)
				}
				text = strings.Replace(text, old, changed, 1)
			}
			p, findings := tier.Inspect("", []byte(text))
			if (p == nil) != ruledoc.HasErrors(findings) {
				t.Errorf("policy %v with errors %v", p != nil, ruledoc.HasErrors(findings))
			}
			var b strings.Builder
			for _, f := range findings {
				fmt.Fprintf(&b, "%d:%d %s %s %s\n", f.Row, f.Column, f.Severity, f.Code, f.Path)
				for _, p := range printers(t) {
					fmt.Fprintf(&b, "    %s → %s\n", p.Message(f.Message), p.Message(f.Remedy))
				}
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "findings", Data: []byte(b.String())})
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if len(archive.Files) < 2 {
				t.Fatal("nothing is said to be found")
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryCodeAndGroupHasTexts(t *testing.T) {
	t.Parallel()
	language := ruledoc.Language{Area: "tier"}
	for _, p := range printers(t) {
		for _, code := range tier.Codes() {
			if finding, remedy := language.Keys(code); !p.Has(finding) || !p.Has(remedy) {
				t.Errorf("no texts of %s", code)
			}
		}
		for _, group := range tier.Groups() {
			if !p.Has(group.MessageKey()) {
				t.Errorf("no name of %s", group)
			}
		}
	}
}

func TestDecodeReturnsAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := tier.Decode("bad.yaml", []byte("xiaoguan: tier/1\nid: Bad\ncolour: red\n"))
	if !errs.Is(err, errs.KindInvalid) {
		t.Fatalf("%v", err)
	}
	if _, findings := tier.Inspect("bad.yaml", []byte("xiaoguan: tier/1\nid: Bad\ncolour: red\n")); len(findings) != 8 {
		t.Errorf("%d findings: an id, a key and six that are missing are wanted", len(findings))
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(tier.DefaultText())
	f.Add(tier.Default().Canonical())
	f.Add([]byte("xiaoguan: tier/1\nvalue: {a: 80%, b: [*a]}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, findings := tier.Inspect("", text)
		if (p == nil) != ruledoc.HasErrors(findings) {
			t.Fatalf("policy %v with errors %v", p != nil, ruledoc.HasErrors(findings))
		}
		if p == nil {
			return
		}
		again, err := tier.Decode("", p.Canonical())
		if err != nil || again.Hash() != p.Hash() {
			t.Fatalf("the canonical form does not read back: %v", err)
		}
		p.Prose(tier.LangZh)
		p.Prose(tier.LangEn)
	})
}
