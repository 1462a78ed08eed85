package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The greatest lengths, in lines.
const (
	functionLinesMax = 70
	fileLinesMax     = 400
	testLinesMax     = 600
)

// packageCommentMin is the least length, in bytes, of a package comment that says something.
const packageCommentMin = 60

// Source is one parsed Go file.
type Source struct {
	Path      string // in the module, with slashes
	Syntax    *ast.File
	Positions *token.FileSet
}

// parseSource reads one Go file from text.
func parseSource(name string, text []byte) (Source, error) {
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return Source{}, err
	}
	return Source{Path: name, Syntax: syntax, Positions: positions}, nil
}

// isTest reports whether the file is a test or belongs to a package that exists for tests alone.
func (s Source) isTest() bool {
	at, ok := s.where()
	return strings.HasSuffix(s.Path, "_test.go") || ok && (at.layer.Number == layerTests || at.node == testHarness)
}

func (s Source) isGenerated() bool { return isGenerated(s.Path) }

func isGenerated(name string) bool {
	return strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, ".gen.go")
}

// where places the file's package; files without a place are complained of elsewhere.
func (s Source) where() (placed, bool) { return place(path.Dir(s.Path)) }

func (s Source) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", s.Path, s.Positions.Position(pos).Line)
}

// checkFloats forbids binary floating point, by its names and its literals, near pay and in all exact packages.
func checkFloats(s Source) (complaints []string) {
	at, ok := s.where()
	exact := ok && (at.layer.Number <= layerEngines && !slices.Contains(floatNodes, at.node) || slices.Contains(payNodes, at.node))
	if !exact || s.isTest() {
		return nil
	}
	ast.Inspect(s.Syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if slices.Contains([]string{"float64", "float32", "complex128", "complex64", "ParseFloat", "FormatFloat", "Float64", "Float32", "SetFloat64"}, n.Name) {
				complaints = append(complaints, fmt.Sprintf("%s: %s: no binary floats near pay", s.at(n.Pos()), n.Name))
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				complaints = append(complaints, fmt.Sprintf("%s: %s: no binary floats near pay; use decimal or big.Rat", s.at(n.Pos()), n.Value))
			}
		}
		return true
	})
	return complaints
}

// deniedCalls are functions that code must not call up to and with a layer.
var deniedCalls = []struct {
	Package, Function string
	LayerMax          int
	Why               string
}{
	{"time", "Now", layerDomain, "time comes from an injected clock"},
	{"time", "Since", layerDomain, "time comes from an injected clock"},
	{"time", "Until", layerDomain, "time comes from an injected clock"},
	{"time", "Sleep", layerDomain, "wait for a signal"},
	{"context", "Background", layerEdges, "the context comes from the caller"},
	{"context", "TO" + "DO", layerShell, "the context comes from the caller"},
	{"slog", "Default", layerEdges, "the logger is injected"},
	{"slog", "SetDefault", layerEdges, "the logger is injected"},
	{"fmt", "Println", layerEdges, "write to an io.Writer that was handed in"},
	{"fmt", "Printf", layerEdges, "write to an io.Writer that was handed in"},
}

// checkCalls forbids the calls of deniedCalls outside tests. A function value, such as `Now: time.Now`, is not a call.
func checkCalls(s Source) (complaints []string) {
	at, ok := s.where()
	if !ok || s.isTest() {
		return nil
	}
	ast.Inspect(s.Syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, denied := range deniedCalls {
			if at.layer.Number <= denied.LayerMax && isCallOf(call, denied.Package, denied.Function) {
				complaints = append(complaints, fmt.Sprintf("%s: %s.%s() in layer %d: %s", s.at(call.Pos()), denied.Package, denied.Function, at.layer.Number, denied.Why))
			}
		}
		return true
	})
	return complaints
}

func isCallOf(call *ast.CallExpr, pkg, function string) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != function {
		return false
	}
	name, ok := selector.X.(*ast.Ident)
	return ok && name.Name == pkg
}

// sqlText recognises SQL by its commands: in capitals anywhere, in any spelling at the start of a text.
var sqlText = regexp.MustCompile(`\b(SELECT\s[\s\S]*\bFROM\b|INSERT INTO|DELETE FROM|UPDATE \w+ SET|(CREATE|ALTER|DROP) (TABLE|INDEX|UNIQUE INDEX|VIEW|TRIGGER))` +
	`|^\s*(?i:select\s[\s\S]*\sfrom\s|insert\s+into\s|delete\s+from\s|update\s+\w+\s+set\s)`)

// checkSQL allows SQL texts in store and below, and in tests.
func checkSQL(s Source) (complaints []string) {
	at, ok := s.where()
	if !ok || s.isTest() || within(at.node, "store") {
		return nil
	}
	ast.Inspect(s.Syntax, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil && sqlText.MatchString(text) {
				complaints = append(complaints, fmt.Sprintf("%s: SQL outside store: %.60q", s.at(literal.Pos()), text))
			}
		}
		return true
	})
	return complaints
}

// checkLengths holds functions and files to the greatest lengths. Tests are tables and may be long functions.
func checkLengths(s Source) (complaints []string) {
	if s.isGenerated() {
		return nil
	}
	lines, limit := s.Positions.File(s.Syntax.FileStart).LineCount(), fileLinesMax
	if strings.HasSuffix(s.Path, "_test.go") {
		limit = testLinesMax
	}
	if lines > limit {
		complaints = append(complaints, fmt.Sprintf("%s: %d lines, at most %d", s.Path, lines, limit))
	}
	for _, declaration := range s.Syntax.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || strings.HasSuffix(s.Path, "_test.go") {
			continue
		}
		length := s.Positions.Position(function.End()).Line - s.Positions.Position(function.Pos()).Line + 1
		if length > functionLinesMax {
			complaints = append(complaints, fmt.Sprintf("%s: %s has %d lines, at most %d", s.at(function.Pos()), function.Name.Name, length, functionLinesMax))
		}
	}
	return complaints
}

// checkPackageComments wants one comment per package that begins as godoc wants it and says what the package is for.
func checkPackageComments(sources []Source) (complaints []string) {
	comments, seen := map[string]string{}, map[string]bool{}
	for _, s := range sources {
		folder := path.Dir(s.Path)
		if strings.HasSuffix(s.Path, "_test.go") || s.isGenerated() {
			continue
		}
		seen[folder] = true
		if text := s.Syntax.Doc.Text(); text != "" {
			start := "Package " + s.Syntax.Name.Name + " "
			if s.Syntax.Name.Name == "main" {
				start = "Command " + path.Base(folder) + " "
			}
			switch {
			case comments[folder] != "":
				complaints = append(complaints, fmt.Sprintf("%s: a second package comment", s.Path))
			case !strings.HasPrefix(text, start):
				complaints = append(complaints, fmt.Sprintf("%s: the package comment begins with %q", s.Path, start))
			case len(text) < packageCommentMin:
				complaints = append(complaints, fmt.Sprintf("%s: the package comment says too little: what for, then its limits", s.Path))
			}
			comments[folder] = text
		}
	}
	for folder := range seen {
		if comments[folder] == "" {
			complaints = append(complaints, folder+": no package comment")
		}
	}
	slices.Sort(complaints)
	return complaints
}
