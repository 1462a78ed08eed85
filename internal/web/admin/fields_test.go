package admin

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// leaf is a field that is written into the log: under what names, and of what type.
type leaf struct {
	path string // names joined by dots; * is a name that only the data know
	kind types.Type
	at   string
}

// writing is one place that writes into the log.
type writing struct {
	at      string
	kinds   []string // of the action
	some    bool     // of these kinds, one for each record; which one, only the data know
	actions []string // as far as they are known
	leaves  []leaf
	lost    []string // states of which nothing could be found out
}

// writings finds every place that writes into the log, and what it writes.
func (p *program) writings() (found []writing) {
	add := func(node ast.Node, action ast.Expr, states ...ast.Expr) {
		w := writing{at: p.at(node), some: p.kindFromData(action)}
		for _, text := range p.texts(action, map[any]bool{}) {
			action := strings.TrimPrefix(text, oneOf)
			w.some = w.some || action != text
			kind, verb, ok := strings.Cut(action, ".")
			if ok && !slices.Contains(w.kinds, kind) {
				w.kinds = append(w.kinds, kind)
			}
			if verb != "" && !w.some {
				w.actions = append(w.actions, action)
			}
		}
		for _, state := range states {
			if state == nil || p.info.Types[state].IsNil() {
				continue
			}
			f := follower{program: p, seen: map[any]bool{}}
			f.value(state, "", -1)
			if len(f.leaves) == 0 && !p.holdsNothing(state) {
				w.lost = append(w.lost, p.at(state))
			}
			w.leaves = append(w.leaves, f.leaves...)
		}
		found = append(found, w)
	}
	for _, call := range p.flow.calls {
		if function, ok := p.called(call).(*types.Func); ok && function.Name() == "Append" && function.Pkg().Path() == module+"internal/audit" && !strings.HasPrefix(p.at(call), "process/") {
			add(call, call.Args[3], call.Args[5], call.Args[6])
		}
	}
	for _, made := range p.flow.writes {
		parts := map[string]ast.Expr{}
		for _, element := range made.Elts {
			pair := element.(*ast.KeyValueExpr)
			parts[pair.Key.(*ast.Ident).Name] = pair.Value
		}
		add(made, parts["Action"], parts["Before"], parts["After"])
	}
	return found
}

// kindFromData reports whether an action begins with what only the data know.
func (p *program) kindFromData(action ast.Expr) bool {
	joined, ok := action.(*ast.BinaryExpr)
	return ok && p.info.Types[joined.X].Value == nil
}

// holdsNothing reports whether an expression is a map without fields.
func (p *program) holdsNothing(e ast.Expr) bool {
	made, ok := e.(*ast.CompositeLit)
	return ok && len(made.Elts) == 0
}

// follower collects the fields of a value.
type follower struct {
	*program
	seen   map[any]bool
	leaves []leaf
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// value follows an expression to what it may hold.
func (f *follower) value(e ast.Expr, path string, result int) {
	key := fmt.Sprint(path, e.Pos(), e.End(), result)
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	if result < 0 {
		if kind := f.info.TypeOf(e); kind != nil && !open(kind) {
			f.code(e, kind, path)
			return
		}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		f.value(e.X, path, result)
	case *ast.UnaryExpr:
		f.value(e.X, path, result)
	case *ast.StarExpr:
		f.value(e.X, path, result)
	case *ast.TypeAssertExpr:
		f.value(e.X, path, -1)
	case *ast.CompositeLit:
		f.literal(e, path)
	case *ast.CallExpr:
		f.called(e, path, max(result, 0))
	case *ast.IndexExpr:
		f.value(e.X, join(path, "*"), -1)
	case *ast.Ident, *ast.SelectorExpr:
		if object := f.object(e); object != nil {
			f.variable(object, path)
		}
	}
}

// code is a value of a known type: a code that is written as a text keeps the type that it has.
func (f *follower) code(e ast.Expr, kind types.Type, path string) {
	if call, ok := e.(*ast.CallExpr); ok && kind == types.Typ[types.String] {
		if f.info.Types[call.Fun].IsType() {
			kind = f.info.TypeOf(call.Args[0])
		} else if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "String" && f.info.Selections[method] != nil && isText(f.info.TypeOf(method.X)) {
			kind = f.info.TypeOf(method.X)
		}
	}
	f.kind(kind, path, f.at(e), nil)
}

func (f *follower) literal(e *ast.CompositeLit, path string) {
	for _, element := range e.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			f.value(element, path, -1)
			continue
		}
		f.value(pair.Value, join(path, f.name(pair.Key)), -1)
	}
}

// name is the key of a map, if it is known.
func (f *follower) name(key ast.Expr) string {
	if value := f.info.Types[key].Value; value != nil {
		return strings.Trim(value.ExactString(), `"`)
	}
	return "*"
}

func (f *follower) called(call *ast.CallExpr, path string, result int) {
	if f.info.Types[call.Fun].IsType() {
		f.value(call.Args[0], path, -1)
		return
	}
	function := f.program.called(call)
	if function == nil {
		return
	}
	if function.Pkg() == nil && function.Name() == "append" {
		for _, argument := range call.Args {
			f.value(argument, path, -1)
		}
		return
	}
	for _, results := range f.flow.returns[function] {
		if result < len(results) {
			f.value(results[result], path, -1)
		} else if len(results) == 1 {
			f.value(results[0], path, result)
		}
	}
	if function, ok := function.(*types.Func); ok && function.Signature().Results().Len() > result {
		f.variable(function.Signature().Results().At(result), path)
	}
	if made, ok := function.(*types.Var); ok { // a function that was handed over
		for _, from := range f.flow.sources[made] {
			f.returned(from.from, path, result)
		}
	}
}

func (f *follower) returned(e ast.Expr, path string, result int) {
	literal, ok := e.(*ast.FuncLit)
	if !ok {
		return
	}
	ast.Inspect(literal.Body, func(n ast.Node) bool {
		if inner, ok := n.(*ast.FuncLit); ok && inner != literal {
			return false
		}
		if back, ok := n.(*ast.ReturnStmt); ok && result < len(back.Results) {
			f.value(back.Results[result], path, -1)
		}
		return true
	})
}

func (f *follower) variable(object types.Object, path string) {
	key := fmt.Sprint(path, object.Pos(), object.Name())
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	for _, from := range f.flow.sources[object] {
		f.value(from.from, path, from.result)
	}
	for _, set := range f.flow.sets[object] {
		f.value(set.value, join(path, f.name(set.key)), -1)
	}
}

// open reports whether only the values tell what a type holds.
func open(t types.Type) bool {
	switch u := deref(t).Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Map:
		return open(u.Elem()) || isText(u.Key()) && !isNamed(u.Key()) && isScalar(u.Elem())
	case *types.Slice:
		return open(u.Elem())
	case *types.Tuple:
		return true
	case *types.Basic:
		return u.Kind() == types.UntypedNil
	}
	return false
}

func isNamed(t types.Type) bool { _, ok := types.Unalias(t).(*types.Named); return ok }

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

func isScalar(t types.Type) bool { _, ok := t.Underlying().(*types.Basic); return ok }

// kind collects the fields of a type as they are encoded.
func (f *follower) kind(t types.Type, path, at string, within []types.Type) {
	t = deref(t)
	if slices.ContainsFunc(within, func(outer types.Type) bool { return types.Identical(outer, t) }) {
		return
	}
	if writesItself(t) {
		f.leaves = append(f.leaves, leaf{path, t, at})
		return
	}
	within = append(within, t)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			field := u.Field(i)
			name, _, _ := strings.Cut(reflect.StructTag(u.Tag(i)).Get("json"), ",")
			switch {
			case name == "-" || !field.Exported() && !field.Embedded():
			case field.Embedded() && name == "":
				f.kind(field.Type(), path, at, within)
			case open(field.Type()):
				if name == "" {
					name = field.Name()
				}
				f.variable(origin(field), join(path, name))
			default:
				if name == "" {
					name = field.Name()
				}
				f.kind(field.Type(), join(path, name), at, within)
			}
		}
	case *types.Map:
		f.leaves = append(f.leaves, leaf{join(path, "*"), u.Key(), at})
		f.kind(u.Elem(), join(path, "*"), at, within)
	case *types.Slice:
		f.kind(u.Elem(), path, at, within)
	case *types.Array:
		f.kind(u.Elem(), path, at, within)
	default:
		f.leaves = append(f.leaves, leaf{path, t, at})
	}
}

// writesItself reports whether a type has an encoding of its own.
func writesItself(t types.Type) bool {
	for _, set := range []*types.MethodSet{types.NewMethodSet(t), types.NewMethodSet(types.NewPointer(t))} {
		for method := range set.Methods() {
			if name := method.Obj().Name(); name == "MarshalJSON" || name == "MarshalText" {
				return true
			}
		}
	}
	return false
}
