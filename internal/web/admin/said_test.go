package admin

import (
	"go/constant"
	"go/types"
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
	complain := func(format string, args ...string) {
		text := strings.NewReplacer(args...).Replace(format)
		if !said[text] {
			said[text] = true
			t.Error(text)
		}
	}
	program, fields := readProgram(t), 0
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, written := range program.writings() {
			if len(written.kinds) == 0 {
				complain("AT: the kind of the action is not known here: write it as a constant", "AT", written.at)
			}
			for _, lost := range written.lost {
				complain("AT: nothing can be found out of what is written here: hand over a struct, or a map that is made in sight", "AT", lost)
			}
			for _, leaf := range written.leaves {
				for _, kind := range written.kinds {
					fields++
					for _, name := range unsaid(p, kind, leaf.path) {
						complain("AT: no word for the field NAME of KIND in LANG: add the message trail.field_KEY, or trail.field_KIND_KEY where it means something of its own", "AT", leaf.at, "NAME", name, "KIND", kind, "LANG", string(lang), "KEY", fieldKey(name))
					}
					for _, code := range unsaidCodes(p, kind, leaf) {
						complain("AT: no word for the code CODE of KIND.PATH in LANG: add KIND.PATH to codesOf with what its messages begin with, or the message trail.value_CODE", "AT", leaf.at, "CODE", code, "KIND", kind, "PATH", leaf.path, "LANG", string(lang))
					}
				}
			}
		}
	}
	if fields < 1000 {
		t.Errorf("only %d fields found: does the search still work?", fields)
	}
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
		if !w.inside(name) && w.label(name) == name {
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
		if _, known := w.word(name, code); !known && (name != "*" || w.label(code) == code) {
			missing = append(missing, code)
		}
	}
	return missing
}

// constantsOf are the texts that a type of our own has constants for.
func constantsOf(t types.Type) (codes []string) {
	named, ok := types.Unalias(t).(*types.Named)
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
