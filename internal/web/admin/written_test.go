package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// program is the source of the whole program with its types: what the log is written from.
type program struct {
	files    *token.FileSet
	packages []*sourcePackage
	info     *types.Info
	flow     flow
}

type sourcePackage struct {
	path   string
	syntax []*ast.File
	types  *types.Package
}

// writes reports whether a package may write into the log: pages and the API only call those who do.
func (p *sourcePackage) writes() bool {
	return !strings.Contains(p.path, "/web/") && !strings.HasSuffix(p.path, "/api")
}

// module is what paths of our own packages begin with.
const module = "xiaoguan/"

// listed is a package as go list tells of it.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

func goList(t *testing.T, args ...string) (packages []listed) {
	t.Helper()
	command := exec.Command("go", append([]string{"list"}, args...)...)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var one listed
		if err := decoder.Decode(&one); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, one)
	}
}

// readProgram type-checks our packages from their source; what they import of others is read as it was compiled.
func readProgram(t *testing.T) *program {
	t.Helper()
	p := &program{files: token.NewFileSet(), info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	all, compiled, ours := goList(t, "-deps", "-json=ImportPath,Dir,GoFiles", "xiaoguan/cmd/xiaoguan"), map[string]string{}, map[string]*types.Package{}
	others := []string{"-export", "-json=ImportPath,Export"}
	for _, one := range all {
		if !strings.HasPrefix(one.ImportPath, module) {
			others = append(others, one.ImportPath)
		}
	}
	for _, one := range goList(t, others...) {
		compiled[one.ImportPath] = one.Export
	}
	read := importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(compiled[path]) })
	from := imports(func(path string) (*types.Package, error) {
		switch own := ours[path]; {
		case own != nil:
			return own, nil
		case path == "unsafe":
			return types.Unsafe, nil
		}
		return read.Import(path)
	})
	for _, one := range all { // what is imported comes first
		if strings.HasPrefix(one.ImportPath, module) {
			source := p.check(t, one, from)
			ours[source.path] = source.types
			p.packages = append(p.packages, source)
		}
	}
	p.flow = flowOf(p)
	return p
}

func (p *program) check(t *testing.T, one listed, from imports) *sourcePackage {
	t.Helper()
	source := &sourcePackage{path: one.ImportPath}
	for _, name := range one.GoFiles {
		file, err := parser.ParseFile(p.files, filepath.Join(one.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		source.syntax = append(source.syntax, file)
	}
	var err error
	checker := types.Config{Importer: from, IgnoreFuncBodies: !source.writes()}
	if source.types, err = checker.Check(source.path, p.files, source.syntax, p.info); err != nil {
		t.Fatal(err)
	}
	return source
}

type imports func(path string) (*types.Package, error)

func (f imports) Import(path string) (*types.Package, error) { return f(path) }

// source is an expression that a variable, a parameter, a field or a result gets its value from; result picks one of several results of a call, and is -1
// for the value itself.
type source struct {
	from   ast.Expr
	result int
}

// entrySet is m[key] = value.
type entrySet struct{ key, value ast.Expr }

// flow is where values come from, all over the program.
type flow struct {
	sources map[types.Object][]source
	sets    map[types.Object][]entrySet
	returns map[types.Object][][]ast.Expr
	calls   []*ast.CallExpr
	writes  []*ast.CompositeLit // process.Write{…}
}

func flowOf(p *program) flow {
	f := flow{sources: map[types.Object][]source{}, sets: map[types.Object][]entrySet{}, returns: map[types.Object][][]ast.Expr{}}
	for _, read := range p.packages {
		for _, file := range read.syntax {
			if !read.writes() {
				continue
			}
			for _, declared := range file.Decls {
				if function, ok := declared.(*ast.FuncDecl); ok && function.Body != nil {
					f.walk(p, function.Body, p.info.Defs[function.Name])
				} else {
					f.walk(p, declared, nil)
				}
			}
		}
	}
	f.literals(p)
	return f
}

// literals notes what the parameters of functions get that are kept in variables.
func (f *flow) literals(p *program) {
	for _, call := range f.calls {
		kept, ok := p.called(call).(*types.Var)
		if !ok {
			continue
		}
		for _, from := range f.sources[kept] {
			if literal, ok := from.from.(*ast.FuncLit); ok {
				f.parameters(p.info.TypeOf(literal).(*types.Signature), call)
			}
		}
	}
}

// walk notes the flow in a function; literals of functions are walked with the function that they return from.
func (f *flow) walk(p *program, node ast.Node, in types.Object) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			f.walk(p, n.Body, nil)
			return false
		case *ast.ReturnStmt:
			if in != nil && len(n.Results) > 0 {
				f.returns[in] = append(f.returns[in], n.Results)
			}
		case *ast.AssignStmt:
			f.assign(p, n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			names := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				names[i] = name
			}
			f.assign(p, names, n.Values)
		case *ast.CompositeLit:
			f.fields(p, n)
		case *ast.CallExpr:
			f.call(p, n)
		}
		return true
	})
}

func (f *flow) assign(p *program, to, from []ast.Expr) {
	for i, left := range to {
		at := source{result: -1}
		switch {
		case len(from) == len(to):
			at.from = from[i]
		case len(from) == 1:
			at = source{from: from[0], result: i}
		default:
			continue
		}
		if index, ok := left.(*ast.IndexExpr); ok {
			if m := p.object(index.X); m != nil {
				f.sets[m] = append(f.sets[m], entrySet{key: index.Index, value: at.from})
			}
		} else if object := p.object(left); object != nil {
			f.sources[object] = append(f.sources[object], at)
		}
	}
}

// fields notes what the fields of a struct get.
func (f *flow) fields(p *program, made *ast.CompositeLit) {
	shape, ok := types.Unalias(deref(p.info.TypeOf(made))).Underlying().(*types.Struct)
	if !ok {
		return
	}
	if named, ok := deref(p.info.TypeOf(made)).(*types.Named); ok && named.Obj().Name() == "Write" && named.Obj().Pkg().Path() == module+"internal/process" {
		f.writes = append(f.writes, made)
	}
	for i, element := range made.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if field := p.info.Uses[pair.Key.(*ast.Ident)]; field != nil {
				f.sources[origin(field)] = append(f.sources[origin(field)], source{pair.Value, -1})
			}
		} else if i < shape.NumFields() {
			f.sources[origin(shape.Field(i))] = append(f.sources[origin(shape.Field(i))], source{element, -1})
		}
	}
}

// call notes what the parameters of a function get.
func (f *flow) call(p *program, call *ast.CallExpr) {
	f.calls = append(f.calls, call)
	function, ok := p.called(call).(*types.Func)
	if !ok {
		return
	}
	f.parameters(function.Signature(), call)
}

func (f *flow) parameters(of *types.Signature, call *ast.CallExpr) {
	parameters := of.Params()
	for i, argument := range call.Args {
		if i < parameters.Len() {
			parameter := parameters.At(i)
			f.sources[parameter] = append(f.sources[parameter], source{argument, -1})
		}
	}
}

// object is the variable, field or function that an expression names.
func (p *program) object(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		if object := p.info.Defs[e]; object != nil {
			return origin(object)
		}
		return origin(p.info.Uses[e])
	case *ast.SelectorExpr:
		return origin(p.info.Uses[e.Sel])
	case *ast.ParenExpr:
		return p.object(e.X)
	case *ast.StarExpr:
		return p.object(e.X)
	case *ast.IndexExpr: // of a generic function
		return p.object(e.X)
	}
	return nil
}

func (p *program) called(call *ast.CallExpr) types.Object { return p.object(call.Fun) }

func origin(object types.Object) types.Object {
	switch o := object.(type) {
	case *types.Func:
		return o.Origin()
	case *types.Var:
		return o.Origin()
	}
	return object
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		return types.Unalias(pointer.Elem())
	}
	return t
}

func (p *program) at(e ast.Node) string {
	at := p.files.Position(e.Pos())
	return fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(at.Filename)), filepath.Base(at.Filename), at.Line)
}

// oneOf stands before the constants of a type of which one is meant.
const oneOf = "?"

// texts are the constants that an expression may be: of what is put together, what is known from the beginning.
func (p *program) texts(e ast.Expr, seen map[any]bool) (found []string) {
	if value := p.info.Types[e].Value; value != nil {
		return []string{strings.Trim(value.ExactString(), `"`)}
	}
	if seen[e] {
		return nil
	}
	seen[e] = true
	switch e := e.(type) {
	case *ast.ParenExpr:
		return p.texts(e.X, seen)
	case *ast.BinaryExpr:
		found = p.texts(e.X, seen)
		if rest := p.info.Types[e.Y].Value; rest != nil {
			for i := range found {
				found[i] += strings.Trim(rest.ExactString(), `"`)
			}
		}
	case *ast.CallExpr:
		if p.info.Types[e.Fun].IsType() {
			if found = p.texts(e.Args[0], seen); found == nil {
				for _, code := range constantsOf(p.info.TypeOf(e.Args[0])) {
					found = append(found, oneOf+code)
				}
			}
			return found
		}
		for _, results := range p.flow.returns[p.called(e)] {
			found = append(found, p.texts(results[0], seen)...)
		}
	default:
		if object := p.object(e); object != nil {
			for _, from := range p.flow.sources[object] {
				found = append(found, p.texts(from.from, seen)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
