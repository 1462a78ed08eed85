package api_test

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/api"
	"xiaoguan/internal/i18n"
)

var update = flag.Bool("update", false, "write openapi.json anew; raise api.Version first")

const golden = "openapi.json"

// TestTheDocumentChangesOnlyWithItsVersion compares the document with the committed one. A difference under the same version fails
// also with -update: programs tell by the version what they talk to.
func TestTheDocumentChangesOnlyWithItsVersion(t *testing.T) {
	t.Parallel()
	got := setup(t).api.Spec()
	want, err := os.ReadFile(golden)
	if err != nil && !(os.IsNotExist(err) && *update) {
		t.Fatal(err)
	}
	if string(got) == string(want) {
		return
	}
	var committed struct{ Info struct{ Version string } }
	if err == nil {
		if err := json.Unmarshal(want, &committed); err != nil {
			t.Fatal(err)
		}
	}
	if committed.Info.Version == api.Version {
		t.Fatalf("the interface has changed and api.Version is still %s; raise it and run with -update (- committed, + now):\n%s", api.Version, firstDifferences(string(want), string(got)))
	}
	if !*update {
		t.Fatalf("%s is of version %s; run with -update", golden, committed.Info.Version)
	}
	if err := os.WriteFile(golden, got, 0o644); err != nil {
		t.Fatal(err)
	}
}

// firstDifferences shows where two texts begin to differ, shortly.
func firstDifferences(want, got string) string {
	lines := strings.Split(cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")), "\n")
	return strings.Join(lines[:min(60, len(lines))], "\n")
}

// document is what the tests read of the OpenAPI document.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Summary     string
		Responses   map[string]struct{ Content map[string]any }
		Parameters  []struct{ Name, In string }
	}
}

// What a struct embeds is read and described only when the embedded type is exported: the fields of another are passed over without a word.
func TestNoRequestOrAnswerEmbedsAnUnexportedType(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, is := n.(*ast.StructType)
			if !is {
				return true
			}
			for _, f := range s.Fields.List {
				if embedded, plain := f.Type.(*ast.Ident); plain && len(f.Names) == 0 && !embedded.IsExported() && embedded.Name != "error" {
					t.Errorf("%s embeds %s; export it", set.Position(f.Pos()), embedded.Name)
				}
			}
			return true
		})
	}
}

func TestTheDocumentDescribesEveryOperationInBothLanguages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	served := b.call(scenario{send: "GET " + api.SpecPath, status: 200, contains: []string{`"openapi": "3.1.0"`}, lacks: []string{"⟦", `"type": "number"`, "ErrorModel"}})
	var d document
	b.must(json.Unmarshal([]byte(served.body), &d))
	catalogue, err := i18n.New()
	b.must(err)
	operations := 0
	for path, methods := range d.Paths {
		for method, op := range methods {
			operations++
			if !catalogue.Has("api.op."+op.OperationID) || op.Summary == "" {
				t.Errorf("%s %s has no text", method, path)
			}
			if op.Responses["default"].Content["application/problem+json"] == nil {
				t.Errorf("%s %s says nothing of problems", method, path)
			}
			once, named := false, map[string]bool{}
			for _, p := range op.Parameters {
				once = once || p.Name == "Idempotency-Key"
				named[p.Name] = true
			}
			for _, part := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !named[part[1]] {
					t.Errorf("%s %s does not read %s of its address", method, path, part[1])
				}
			}
			if once != (method == "post") {
				t.Errorf("%s %s: idempotency key %v", method, path, once)
			}
		}
	}
	if operations < 40 {
		t.Errorf("only %d operations", operations)
	}
}

func TestTheReferencePageNeedsNoScriptAndNoStyleOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var d document
	b.must(json.Unmarshal(b.api.Spec(), &d))
	for lang, title := range map[string]string{"en": "Xiaoguan API", "zh-CN": "销冠接口"} {
		page := b.call(scenario{send: "GET " + api.DocsPath, headers: []string{"Accept-Language", lang}, status: 200,
			contains: []string{`<html lang="` + lang + `">`, "<h1>" + title, `href="/static/app.css"`, api.SpecPath},
			lacks:    []string{"<script", "<style", " style=", " onclick=", "⟦", "ZgotmplZ"}})
		ids := regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
		seen := map[string]bool{}
		for _, id := range ids {
			if seen[id[1]] {
				t.Errorf("id %s twice", id[1])
			}
			seen[id[1]] = true
		}
		for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
			if !seen[link[1]] {
				t.Errorf("link to nowhere: %s", link[1])
			}
		}
		for path, methods := range d.Paths {
			for method, op := range methods {
				if !seen[op.OperationID] || !strings.Contains(page.body, strings.ToUpper(method)+" "+path) {
					t.Errorf("%s %s is not on the page", method, path)
				}
			}
		}
	}
}
