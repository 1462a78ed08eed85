package poolrule_test

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

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/ruledoc"
)

var update = flag.Bool("update", false, "write the golden files anew")

func changed(t testing.TB, changes ...string) *poolrule.Policy {
	t.Helper()
	p, err := poolrule.Decode("changed", []byte(strings.NewReplacer(changes...).Replace(string(poolrule.DefaultText()))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefaultIsSoundAndReadsBack(t *testing.T) {
	t.Parallel()
	p, findings := poolrule.Inspect("default.yaml", poolrule.DefaultText())
	if p == nil || len(findings) != 0 {
		t.Fatalf("%+v", findings)
	}
	again, err := poolrule.Decode("canonical.json", p.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(p.Canonical()), string(again.Canonical())); diff != "" || p.Hash() != again.Hash() {
		t.Error(diff)
	}
	if other := changed(t, "days: 45", "days: 46"); other.Hash() == p.Hash() {
		t.Error("a number does not change the hash")
	}
}

func TestSchemaAcceptsDefaultInEitherForm(t *testing.T) {
	t.Parallel()
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(poolrule.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("poolrule.schema.json", source); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("poolrule.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"document": poolrule.DefaultText(), "canonical": poolrule.Default().Canonical()} {
		var document any
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var wrong any
	if err := yaml.Unmarshal(bytes.Replace(poolrule.DefaultText(), []byte("no: contact"), []byte("no: visit"), 1), &wrong); err != nil {
		t.Fatal(err)
	}
	if schema.Validate(wrong) == nil {
		t.Error("the schema accepts an unknown kind")
	}
}

// TestProse writes the default and a policy of everything that the default leaves out.
func TestProse(t *testing.T) {
	t.Parallel()
	other := changed(t, "admins_only: false, hidden: [contact, email], mask_phones: before_claim, tell_admins: true", "members: [sales_east], admins_only: true, mask_phones: always, tell_admins: false",
		"[{no: deal, days: 180}, {no: opportunity, days: 180}]", "[{no: contract, days: 30}, {no: deal, days: 90, from: owned}]", "locked: true, locks_most: 10", "locked: false, locks_most: 0",
		"count_won: false", "count_won: true", "way: claim", "way: rotate", "period_days: 30, per_period: 50", "period_days: 0, per_period: 0")
	for name, p := range map[string]*poolrule.Policy{"prose": poolrule.Default(), "prose_other": other} {
		for _, lang := range []poolrule.Lang{poolrule.LangZh, poolrule.LangEn} {
			var b strings.Builder
			for _, paragraph := range p.Prose(lang) {
				fmt.Fprintf(&b, "%s\n", paragraph.Text)
			}
			if strings.Contains(b.String(), "%!") {
				t.Errorf("%s %s: a sentence is badly formed", name, lang)
			}
			file := fmt.Sprintf("testdata/%s.%s.txt", name, lang)
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		}
	}
}

// TestFindings reads testdata/findings: changes of the default, one a line as old → new, and what is found then.
func TestFindings(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
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
			text := string(poolrule.DefaultText())
			for line := range strings.Lines(string(archive.Files[0].Data)) {
				old, changed, found := strings.Cut(strings.TrimSuffix(line, "\n"), " → ")
				if !found || !strings.Contains(text, old) {
					t.Fatalf("nothing to change: %s", line)
				}
				text = strings.Replace(text, old, changed, 1)
			}
			p, findings := poolrule.Inspect("", []byte(text))
			if (p == nil) != ruledoc.HasErrors(findings) {
				t.Errorf("policy %v with errors %v", p != nil, ruledoc.HasErrors(findings))
			}
			var b strings.Builder
			for _, f := range findings {
				fmt.Fprintf(&b, "%d:%d %s %s %s\n", f.Row, f.Column, f.Severity, f.Code, f.Path)
				for _, lang := range i18n.Langs() {
					p := catalogue.Printer(lang)
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

func TestEveryCodeAndRefusalHasTexts(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	language := ruledoc.Language{Area: "poolrule"}
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, code := range poolrule.Codes() {
			if finding, remedy := language.Keys(code); !p.Has(finding) || !p.Has(remedy) {
				t.Errorf("no texts of %s", code)
			}
		}
		for _, refusal := range poolrule.Refusals() {
			if !p.Has(refusal.MessageKey()) {
				t.Errorf("no text of %s", refusal)
			}
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(poolrule.DefaultText())
	f.Add(poolrule.Default().Canonical())
	f.Fuzz(func(t *testing.T, text []byte) {
		p, findings := poolrule.Inspect("", text)
		if (p == nil) != ruledoc.HasErrors(findings) {
			t.Fatalf("policy %v with errors %v", p != nil, ruledoc.HasErrors(findings))
		}
		if p == nil {
			return
		}
		again, err := poolrule.Decode("", p.Canonical())
		if err != nil || again.Hash() != p.Hash() {
			t.Fatalf("the canonical form does not read back: %v", err)
		}
		p.Prose(poolrule.LangZh)
		p.Prose(poolrule.LangEn)
	})
}
