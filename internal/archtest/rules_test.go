package archtest

import (
	"fmt"
	"strings"
	"testing"
)

// wantComplaint checks that exactly one complaint was made, holding the text, or none when the text is empty.
func wantComplaint(t *testing.T, complaints []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(complaints) > 0:
		t.Errorf("complaints about good input: %q", complaints)
	case want != "" && (len(complaints) != 1 || !strings.Contains(complaints[0], want)):
		t.Errorf("got %q, want one complaint with %q", complaints, want)
	}
}

func TestImportRulesCatch(t *testing.T) {
	t.Parallel()
	tests := []struct{ from, imports, want string }{
		{"internal/money", "math/big", ""},
		{"internal/money", "math", "pure standard"},
		{"internal/money", "context", "pure standard"},
		{"internal/engine", "os", "pure standard"},
		{"internal/engine", "internal/deal", "imports go down only"},
		{"internal/money", "internal/decimal", "named sibling"},
		{"internal/stats", "math", ""},
		{"internal/stats", "math/rand", "pure standard"},
		{"internal/deal", "internal/money", ""},
		{"internal/deal", "internal/customer", ""},
		{"internal/customer", "internal/deal", "named sibling"},
		{"internal/deal", "internal/access", ""},
		{"internal/access", "internal/job", "named sibling"},
		{"internal/deal", "net/http", "denied"},
		{"internal/deal", "log", "denied"},
		{"internal/deal", "log/slog", ""},
		{"internal/deal", "context", ""},
		{"internal/deal", "internal/store", "imports go down only"},
		{"internal/store", "internal/deal", ""},
		{"internal/store", "internal/worker", "named sibling"},
		{"internal/store", "internal/web/pay", "imports go down only"},
		{"internal/store/storetest", "internal/store", ""},
		{"internal/store/dialect", "internal/store", ""},
		{"internal/web/pay", "internal/period", ""},
		{"internal/web/pay", "internal/store", "never the store"},
		{"internal/web/pay", "internal/worker", "never the store"},
		{"internal/web/pay", "internal/web/deals", "named sibling"},
		{"internal/web/pay", "internal/web/ui", ""},
		{"internal/web/pay", "internal/api", "named sibling"},
		{"internal/api", "internal/httpx", ""},
		{"internal/api", "internal/cli", "imports go down only"},
		{"internal/app", "internal/store", ""},
		{"cmd/xiaoguan", "internal/cli", ""},
		{"internal/engine", "internal/engine/refmodel", "tests only"},
		{"internal/engine", "internal/engine/enginetest", "tests only"},
		{"internal/bench", "internal/engine/refmodel", "tests only"},
		{"internal/engine/refmodel", "internal/engine", ""},
		{"internal/app", "internal/archtest", "not imported"},
		{"internal/store", "modernc.org/sqlite/lib", ""},
		{"internal/deal", "modernc.org/sqlite", "modernc.org/sqlite is for"},
		{"internal/web/pay", "github.com/a-h/templ", ""},
		{"internal/plan", "github.com/google/uuid", "github.com/google/uuid is for"},
		{"internal/deal", "github.com/google/uuid", ""},
		{"internal/tabular", "golang.org/x/sync/errgroup", ""},
		{"internal/engine", "golang.org/x/sync/errgroup", "golang.org/x/sync is for"},
		{"internal/access", "net/netip", ""},
		{"internal/deal", "example.com/leftpad", "without a room"},
	}
	for _, test := range tests {
		t.Run(test.from+" imports "+test.imports, func(t *testing.T) {
			t.Parallel()
			wantComplaint(t, checkImports([]Package{{ImportPath: test.from, Imports: []string{test.imports}}}), test.want)
		})
	}
	wantComplaint(t, checkImports([]Package{{ImportPath: "internal/utils"}}), "has no place")
}

// inPackage writes a Go file of one function or declaration.
func inPackage(t *testing.T, name, body string) Source {
	t.Helper()
	source, err := parseSource(name, []byte("// Package x is here to be looked at by the rules of this test alone.\npackage x\n\n"+body+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestSourceRulesCatch(t *testing.T) {
	t.Parallel()
	long := "func f() {\n" + strings.Repeat("\tg()\n", 69) + "}"
	tests := []struct {
		name, file, body, want string
		check                  func(Source) []string
	}{
		{"a float type near pay", "internal/payout/x.go", "var rate float64", "no binary floats", checkFloats},
		{"a float literal near pay", "internal/plan/x.go", "const rate = 0.03", "no binary floats", checkFloats},
		{"a parsed float", "internal/reward/x.go", "var x, _ = strconv.ParseFloat(s, 64)", "ParseFloat", checkFloats},
		{"floats in statistics", "internal/stats/x.go", "var mean float64 = 0.5", "", checkFloats},
		{"floats on a page", "internal/web/pay/x.go", "var width float64", "", checkFloats},
		{"whole numbers near pay", "internal/payout/x.go", "var fen int64 = 3", "", checkFloats},
		{"floats in a test", "internal/payout/x_test.go", "var f float64", "", checkFloats},

		{"the clock in a domain package", "internal/period/x.go", "var now = time.Now()", "injected clock", checkCalls},
		{"the clock as a value", "internal/period/x.go", "var now = time.Now", "", checkCalls},
		{"the clock in the shell", "internal/app/x.go", "var now = time.Now()", "", checkCalls},
		{"a context out of nothing", "internal/worker/x.go", "var c = context.Background()", "comes from the caller", checkCalls},
		{"a context in the shell", "internal/cli/x.go", "var c = context.Background()", "", checkCalls},
		{"the global logger", "internal/api/x.go", "var l = slog.Default()", "logger is injected", checkCalls},

		{"SQL in a page", "internal/web/pay/x.go", "const q = `SELECT id\nFROM deal`", "SQL outside store", checkSQL},
		{"small SQL in the domain", "internal/deal/x.go", `const q = "update deal set x = 1"`, "SQL outside store", checkSQL},
		{"SQL in store", "internal/store/x.go", `const q = "SELECT 1 FROM deal"`, "", checkSQL},
		{"SQL below store", "internal/store/migrate/x.go", `const q = "DELETE FROM deal"`, "", checkSQL},
		{"prose with the words", "internal/deal/x.go", `const s = "please select a row from the list"`, "", checkSQL},

		{"a function of 71 lines", "internal/deal/x.go", long, "f has 71 lines", checkLengths},
		{"a function of 70 lines", "internal/deal/x.go", strings.Replace(long, "\tg()\n", "", 1), "", checkLengths},
		{"a file of 401 lines", "internal/deal/x.go", strings.Repeat("// x\n", 397), "401 lines", checkLengths},
		{"a file of 400 lines", "internal/deal/x.go", strings.Repeat("// x\n", 396), "", checkLengths},
		{"a generated file", "internal/web/pay/x_templ.go", strings.Repeat("// x\n", 900), "", checkLengths},
		{"a test of 500 lines", "internal/deal/x_test.go", strings.Repeat("// x\n", 496), "", checkLengths},
		{"a test of 601 lines", "internal/deal/x_test.go", strings.Repeat("// x\n", 597), "601 lines", checkLengths},

		{"an exported function", "internal/deal/x.go", "func Close() {}", "Close has no comment", checkDocstrings},
		{"an exported method", "internal/deal/x.go", "func (s *Service) Close2() {}", "Close2 has no comment", checkDocstrings},
		{"a known method", "internal/deal/x.go", "func (s *Service) String() string { return \"\" }", "", checkDocstrings},
		{"a method of a hidden type", "internal/deal/x.go", "func (s *service) Post() {}", "", checkDocstrings},
		{"an exported type", "internal/deal/x.go", "type Deal struct{}", "Deal has no comment", checkDocstrings},
		{"a type with a comment", "internal/deal/x.go", "// Deal is a sale.\ntype Deal struct{}", "", checkDocstrings},
		{"a group of constants", "internal/deal/x.go", "const (\n\tA = 1\n)", "A has no comment", checkDocstrings},
		{"a group with one comment", "internal/deal/x.go", "// The states.\nconst (\n\tA = 1\n)", "", checkDocstrings},
		{"a constant with a comment at its end", "internal/deal/x.go", "const (\n\tA = 1 // one\n)", "", checkDocstrings},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantComplaint(t, test.check(inPackage(t, test.file, test.body)), test.want)
		})
	}
}

func TestPackageCommentRuleCatches(t *testing.T) {
	t.Parallel()
	good := "// Package x does this and that; it is long enough to say something of use.\npackage x\n"
	tests := []struct{ name, text, want string }{
		{"a good one", good, ""},
		{"none", "package x\n", "no package comment"},
		{"the wrong beginning", "// This package does this and that; it is long enough, but godoc wants a form.\npackage x\n", "begins with"},
		{"too short", "// Package x does things.\npackage x\n", "says too little"},
		{"a command", "// Command x runs; it is long enough to say something that is of use.\npackage main\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			source, err := parseSource("internal/x/x.go", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			wantComplaint(t, checkPackageComments([]Source{source}), test.want)
		})
	}
}

func TestFileRulesCatch(t *testing.T) {
	t.Parallel()
	mark, machine := "TO"+"DO", "/wor"+"k/trees/x"
	wantComplaint(t, checkMarks("docs/a.md", []byte("one\n"+mark+": later\n")), "docs/a.md:2")
	wantComplaint(t, checkMarks("docs/a.md", []byte("see "+machine)), "path of one machine")
	wantComplaint(t, checkMarks("docs/a.md", []byte("the word todo in small letters, and /work/orders as an address")), "")
	wantComplaint(t, checkMarks("internal/web/ui/static/vendor/a.js", []byte(mark)), "")
	wantComplaint(t, checkMarks("docs/images/a.png", []byte("\x89PNG\x00"+mark)), "")
	wantComplaint(t, checkTextFile("internal/deal/a.sql", nil), "SQL outside store")
	wantComplaint(t, checkTextFile("internal/store/migrate/sqlite/0001_a.sql", nil), "")
	wantComplaint(t, checkTextFile("internal/web/pay/a.templ", []byte(strings.Repeat("x\n", 401))), "401 lines")
	wantComplaint(t, checkTextFile("docs/glossary.md", []byte(strings.Repeat("x\n", 401))), "")
}

func TestMessageRulesCatch(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, chinese, english, want string }{
		{"a pair", `{"a": "甲 {{.Name}}"}`, `{"a": "A {{.Name}}"}`, ""},
		{"plural forms", `{"a": {"other": "{{.Count}} 条"}}`, `{"a": {"one": "{{.Count}} row", "other": "{{.Count}} rows"}}`, ""},
		{"broken JSON", `{"a": }`, `{}`, "invalid character"},
		{"missing in English", `{"a": "甲"}`, `{}`, "missing in en"},
		{"missing in Chinese", `{}`, `{"a": "A"}`, "missing in zh-CN"},
		{"other arguments", `{"a": "甲 {{.Name}}"}`, `{"a": "A {{.Title}}"}`, "arguments"},
		{"an empty text", `{"a": ""}`, `{"a": "A"}`, "neither a text"},
		{"a number", `{"a": "甲"}`, `{"a": 1}`, "neither a text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, complaints := checkMessages(map[string][]byte{"m/x.zh-CN.json": []byte(test.chinese), "m/x.en.json": []byte(test.english)})
			wantComplaint(t, complaints, test.want)
		})
	}
	_, complaints := checkMessages(map[string][]byte{"m/x.fr.json": []byte(`{}`)})
	wantComplaint(t, complaints, "want <area>.zh-CN.json")
	_, complaints = checkMessages(map[string][]byte{"m/x.en.json": []byte(`{"a":"A"}`), "m/y.en.json": []byte(`{"a":"A"}`), "m/x.zh-CN.json": []byte(`{"a":"甲"}`)})
	wantComplaint(t, complaints, "is also in m/x.en.json")

	source := inPackage(t, "internal/deal/x.go", `var a, b = errs.New(errs.KindInvalid, "deal.known", nil), errs.Msg("deal.unknown", nil)`)
	wantComplaint(t, checkErrorKeys(source, map[string]bool{"deal.known": true}), `no text for "deal.unknown"`)
}

func TestDependencyRuleCatches(t *testing.T) {
	t.Parallel()
	document := "# x\n\n| module | what for |\n|---|---|\n| `a.org/one` | x |\n| `a.org/river…` | y |\n"
	wantComplaint(t, checkDependencies(document, []string{"a.org/one", "a.org/river/driver"}), "")
	wantComplaint(t, checkDependencies(document, []string{"a.org/one", "a.org/two"}), "no row for a.org/two")
	var many []string
	for i := range directDependenciesMax + 1 {
		many = append(many, fmt.Sprintf("a.org/river%d", i))
	}
	wantComplaint(t, checkDependencies(document, many), "33 direct dependencies")
}

func TestDirectDependenciesAreCountedByImports(t *testing.T) {
	t.Parallel()
	mod := goMod{Require: []Requirement{{Path: "a.org/x"}, {Path: "a.org/x/y"}, {Path: "a.org/unused"}, {Path: "a.org/tool"}}, Tool: []struct{ Path string }{{"a.org/tool/cmd/t"}}}
	packages := []Package{{ImportPath: "internal/deal", Imports: []string{"fmt", "internal/money"}, XTestImports: []string{"a.org/x/y/z"}}}
	if got := strings.Join(mod.direct(packages), " "); got != "a.org/tool a.org/x/y" {
		t.Errorf("got %q", got)
	}
}

func TestTablesOfTheDocumentNeedTheirMarks(t *testing.T) {
	t.Parallel()
	if _, err := showTables("# Architecture\n"); err == nil {
		t.Error("a document without marks is accepted")
	}
	shown, err := showTables("before " + tableBegin + " old " + tableEnd + " after")
	if err != nil || !strings.HasPrefix(shown, "before "+tableBegin+"\n| layer") || !strings.HasSuffix(shown, tableEnd+" after") {
		t.Errorf("got %q, %v", shown, err)
	}
	if again, err := showTables(shown); err != nil || again != shown {
		t.Errorf("showing twice changes the document")
	}
}
