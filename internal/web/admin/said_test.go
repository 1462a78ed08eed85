package admin

import (
	"go/constant"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
)

// TestEveryFieldAndCodeHasWords reads what the program writes into the log off its source, all over the program: a field needs a word, and so does each
// constant of a type whose values are written.
func TestEveryFieldAndCodeHasWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	complain := func(at, format string, args ...string) {
		if text := strings.NewReplacer(args...).Replace(format); !said[text] {
			said[text] = true
			t.Error(at + ": " + text)
		}
	}
	program, fields := readProgram(t), 0
	places := program.writings()
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, written := range places {
			if len(written.kinds) == 0 {
				complain(written.at, "the kind of the action is not known here: write it as a constant")
			}
			for _, lost := range written.lost {
				complain(lost, "nothing can be found out of what is written here: hand over a struct, or a map that is made in sight")
			}
			for _, action := range written.actions {
				if kind, verb, _ := strings.Cut(action, "."); !p.Has("trail.kind_"+kind) || !p.Has("trail.do_"+kind+"_"+verb) && !p.Has("trail.verb_"+verb) {
					complain(written.at, "no words for KIND.VERB: add the messages trail.kind_KIND, and trail.do_KIND_VERB or trail.verb_VERB", "KIND", kind, "VERB", verb)
				}
			}
			for _, leaf := range written.leaves {
				fields++
				for name, kind := range missing(written, func(kind string) []string { return unsaid(p, kind, leaf.path) }) {
					complain(leaf.at, "no word for the field NAME of KIND: add the message trail.field_KEY, or trail.field_KIND_KEY where it means something of its own", "NAME", name, "KIND", kind, "KEY", fieldKey(name))
				}
				for code, kind := range missing(written, func(kind string) []string { return unsaidCodes(p, kind, leaf) }) {
					complain(leaf.at, "no word for the code CODE of KIND.PATH: give KIND.PATH a row in codesOf that says what its messages begin with, or add the message trail.value_CODE", "CODE", code, "KIND", kind, "PATH", leaf.path)
				}
			}
		}
	}
	if fields < 1000 {
		t.Errorf("only %d fields found: does the search still work?", fields)
	}
}

// missing is what lacks words in a kind of a place and that kind, or what lacks them in all of its kinds where one is meant.
func missing(w writing, of func(kind string) []string) map[string]string {
	all, times := map[string]string{}, map[string]int{}
	for _, kind := range w.kinds {
		for _, name := range of(kind) {
			all[name] = kind
			times[name]++
		}
	}
	if w.some {
		maps.DeleteFunc(all, func(name, _ string) bool { return times[name] < len(w.kinds) })
	}
	return all
}

// at is the wording of the last field of a path.
func at(p *i18n.Printer, kind, path string) (w wording, names []string) {
	names = strings.Split(path, ".")
	w = wording{p: p, kind: kind}.in(nil)
	for _, name := range names[:len(names)-1] {
		if name != "*" {
			w = w.under(fieldKey(name))
		}
	}
	return w, names
}

// unsaid are the names in a path that would be shown as they are written in the program.
func unsaid(p *i18n.Printer, kind, path string) (missing []string) {
	w := wording{p: p, kind: kind}.in(nil)
	for _, name := range strings.Split(path, ".") {
		if name == "*" || name == "" {
			continue
		}
		if _, known := w.term(name); !known && !w.inside(name) {
			missing = append(missing, name)
		}
		w = w.under(fieldKey(name))
	}
	return missing
}

// unsaidCodes are the constants of the type of a field that have no word.
func unsaidCodes(p *i18n.Printer, kind string, l leaf) (missing []string) {
	w, names := at(p, kind, l.path)
	name := names[len(names)-1]
	if name != "*" {
		name = fieldKey(name)
	}
	if w.inside(name) {
		return nil
	}
	for _, code := range constantsOf(l.kind) {
		_, known := w.word(name, code)
		if !known && name == "*" {
			_, known = w.term(code)
		}
		if !known {
			missing = append(missing, code)
		}
	}
	return missing
}

// constantsOf are the texts that a type of our own has constants for.
func constantsOf(t types.Type) (codes []string) {
	named, ok := types.Unalias(t).(*types.Named)
	if ok && named.Obj().Name() == "Currency" { // its codes are what people write, too
		return nil
	}
	if !ok || named.Obj().Pkg() == nil || !strings.HasPrefix(named.Obj().Pkg().Path(), module) || !isText(named) {
		return nil
	}
	scope := named.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(c.Type(), named) && constant.StringVal(c.Val()) != "" {
			codes = append(codes, constant.StringVal(c.Val()))
		}
	}
	slices.Sort(codes)
	return codes
}
