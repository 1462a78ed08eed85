package plan_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/ruledoc"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(plan.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("plan.schema.json", source); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// asJSON reads YAML as the values that a schema judges; dates stay texts, as they are in the document.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	plainDates(&node)
	var value any
	if err := node.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func plainDates(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, child := range n.Content {
		plainDates(child)
	}
}

func TestSchemaAcceptsW1InEitherForm(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	for _, name := range w1Names {
		if err := schema.Validate(asJSON(t, []byte(w1Text(t, name)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		canonical, err := jsonschema.UnmarshalJSON(bytes.NewReader(canonicalOf(readW1(t, name))))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(canonical); err != nil {
			t.Errorf("canonical %s: %v", name, err)
		}
	}
}

// TestSchemaAgreesWithDecode: what Decode accepts is valid, and whatever is wrong with the words of a document is invalid. Only what
// takes knowledge of the rest of the document may pass.
func TestSchemaAgreesWithDecode(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	wordCodes := []plan.Code{ruledoc.CodeKeyUnknown, ruledoc.CodeKeyMissing, ruledoc.CodeChoice, ruledoc.CodeKeyConflict, ruledoc.CodeKeyOneOf,
		ruledoc.CodeKeyMeaningless, ruledoc.CodeWantMapping, ruledoc.CodeWantList, ruledoc.CodeID, ruledoc.CodeListEmpty, ruledoc.CodeHeader, plan.CodeCurrency}
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := archive.Files[0].Data
		document, findings := plan.Inspect("case", text)
		broken := false
		for _, f := range findings {
			for _, code := range wordCodes {
				broken = broken || f.Code == code
			}
			if f.Code == ruledoc.CodeKeyDuplicate || f.Code == ruledoc.CodeAlias || f.Code == ruledoc.CodeSyntax || f.Code == ruledoc.CodeDocumentEmpty ||
				f.Code == ruledoc.CodeDocumentSeveral {
				broken, text = false, nil
				break
			}
		}
		if text == nil {
			continue // not a document in JSON's sense
		}
		invalid := schema.Validate(asJSON(t, text))
		switch {
		case document != nil && invalid != nil:
			t.Errorf("%s: Decode accepts it, the schema does not: %v", file, invalid)
		case broken && invalid == nil:
			t.Errorf("%s: the schema accepts it: %v", file, findings)
		}
	}
}

func TestSchemaKnowsEveryStatement(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"earned_on", "payable_on", "refund", "negative_result", "zero_quota", "level_at", "team_at", "joiner", "leaver",
		"leaver_later_collections", "attainment_rounding"} {
		if !strings.Contains(string(plan.Schema()), `"`+key+`"`) {
			t.Errorf("no %s", key)
		}
	}
}
