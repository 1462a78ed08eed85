package planedit_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/planedit"
)

// corpus are the plans that the project has: those of the bench, the templates, and every plan of the cookbook.
func corpus(t *testing.T) (texts []string) {
	t.Helper()
	for _, pattern := range []string{"../../bench/w1/plans/*.yaml", "../planbook/templates/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			texts = append(texts, read(t, name))
		}
	}
	pages, err := filepath.Glob("../../docs/cookbook/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		parts := strings.Split(read(t, name), "```yaml plan.yaml\n")
		for _, part := range parts[1:] {
			text, _, _ := strings.Cut(part, "```")
			texts = append(texts, text)
		}
	}
	if len(texts) < 40 {
		t.Fatalf("only %d documents found", len(texts))
	}
	return texts
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// places lists the paths of a document, of scalars, lists and list items.
type places struct{ scalars, lists, items, entries []string }

func placesOf(t *rapid.T, text string) (p places) {
	tree, err := planedit.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(path string)
	walk = func(path string) {
		switch {
		case tree.IsScalar(path):
			p.scalars = append(p.scalars, path)
		case tree.IsList(path):
			p.lists = append(p.lists, path)
			for i := range tree.Len(path) {
				p.items = append(p.items, planedit.Index(path, i))
				walk(planedit.Index(path, i))
			}
		}
		for _, key := range tree.Keys(path) {
			p.entries = append(p.entries, planedit.Key(path, key))
			walk(planedit.Key(path, key))
		}
	}
	walk("")
	return p
}

func decoded(t *rapid.T, text string) (v map[string]any) {
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return v
}

// comments are the comments of a text, in order.
func comments(text string) (list []string) {
	for line := range strings.Lines(text) {
		if i := strings.Index(line, "# "); i >= 0 && (i == 0 || line[i-1] == ' ') {
			list = append(list, strings.TrimSpace(line[i:]))
		}
	}
	return list
}

// put is the model of an edit: a plain Go value changed at the path. It returns what takes the place of v.
func put(v any, path string, change func(any) any) any {
	if path == "" {
		return change(v)
	}
	switch v := v.(type) {
	case map[string]any:
		key, rest := path, ""
		if inner, quoted := strings.CutPrefix(path, `["`); quoted {
			key, rest, _ = strings.Cut(inner, `"]`)
		} else if end := strings.IndexAny(path, ".["); end >= 0 {
			key, rest = path[:end], path[end:]
		}
		v[key] = put(v[key], strings.TrimPrefix(rest, "."), change)
	case []any:
		number, rest, _ := strings.Cut(path[1:], "]")
		i := 0
		for _, c := range number {
			i = 10*i + int(c-'0')
		}
		v[i] = put(v[i], strings.TrimPrefix(rest, "."), change)
	}
	return v
}

// TestAnEditChangesItsPathAlone is the law of the package: everything else says what it said, stands where it stood, and keeps its comments.
func TestAnEditChangesItsPathAlone(t *testing.T) {
	t.Parallel()
	texts := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		path := rapid.SampledFrom(placesOf(t, text).scalars).Draw(t, "path")
		value := rapid.SampledFrom([]string{"42", "3.5%", "新的值", "a b", "x: y", "true", "''", "- 1", "{a}", "#1", "'", "12345.00", "12 34", "null", "“引号”", "a, b"}).Draw(t, "value")
		changed, err := planedit.Apply(text, []planedit.Edit{{Op: planedit.OpSet, Path: path, Value: planedit.Quote(value)}})
		if err != nil {
			t.Fatal(err)
		}
		tree, err := planedit.Read(changed)
		if err != nil || tree.Value(path) != value {
			t.Fatalf("%q at %s, want %q; %v", tree.Value(path), path, value, err)
		}
		blank := func(v string) any { return put(decoded(t, v), path, func(any) any { return nil }) }
		if diff := cmp.Diff(blank(text), blank(changed)); diff != "" {
			t.Fatalf("elsewhere: %s", diff)
		}
		if before, after := comments(text), comments(changed); !slices.Equal(before, after) && path != "examples" {
			t.Fatalf("comments %q became %q", before, after)
		}
		lines, after := strings.Split(text, "\n"), strings.Split(changed, "\n")
		if path == "examples" {
			return
		}
		if len(lines) != len(after) {
			t.Fatalf("%d lines became %d", len(lines), len(after))
		}
		different := 0
		for i := range lines {
			if lines[i] != after[i] {
				different++
			}
		}
		if different > 1 {
			t.Fatalf("%d lines changed", different)
		}
	})
}

// TestListsKeepTheirOtherItems: what moves, goes, comes and is copied does so alone.
func TestListsKeepTheirOtherItems(t *testing.T) {
	t.Parallel()
	texts := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		path := rapid.SampledFrom(placesOf(t, text).items).Draw(t, "item")
		list := planedit.Parent(path)
		tree, err := planedit.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		from := slices.Index(placesIn(tree, list), path)
		to := rapid.IntRange(0, tree.Len(list)-1).Draw(t, "to")
		op := rapid.SampledFrom([]planedit.Op{planedit.OpMove, planedit.OpCopy, planedit.OpRemove, planedit.OpInsert}).Draw(t, "op")
		edit := planedit.Edit{Op: op, Path: path, To: to}
		if op == planedit.OpInsert {
			edit.Path, edit.Value = list, "{new: item}"
		}
		changed, err := planedit.Apply(text, []planedit.Edit{edit})
		if err != nil {
			t.Fatal(err)
		}
		if op == planedit.OpRemove && tree.Len(list) == 1 {
			return // the list goes, and what has nothing else: see TestNothingIsLeftEmpty
		}
		model := put(decoded(t, text), list, func(v any) any {
			items := slices.Clone(v.([]any))
			switch op {
			case planedit.OpMove:
				item := items[from]
				return slices.Insert(slices.Delete(items, from, from+1), to, item)
			case planedit.OpCopy:
				return slices.Insert(items, from+1, items[from])
			case planedit.OpRemove:
				return slices.Delete(items, from, from+1)
			}
			return slices.Insert(items, to, any(map[string]any{"new": "item"}))
		})
		if got := any(decoded(t, changed)); !reflect.DeepEqual(got, model) {
			t.Fatalf("%s %s → %d:\n%s", op, path, to, cmp.Diff(model, got))
		}
		if op == planedit.OpMove || op == planedit.OpInsert {
			before, after := comments(text), comments(changed)
			slices.Sort(before)
			slices.Sort(after)
			if !slices.Equal(before, after) {
				t.Fatalf("comments %q became %q", before, after)
			}
		}
	})
}

func placesIn(tree *planedit.Tree, list string) (paths []string) {
	for i := range tree.Len(list) {
		paths = append(paths, planedit.Index(list, i))
	}
	return paths
}

// TestEntriesComeAndGo: a key that is taken away and written again leaves the document with what it said.
func TestEntriesComeAndGo(t *testing.T) {
	t.Parallel()
	texts := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		path := rapid.SampledFrom(placesOf(t, text).entries).Draw(t, "entry")
		tree, err := planedit.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		parent := planedit.Parent(path)
		if !tree.IsScalar(path) || len(tree.Keys(parent)) < 2 {
			return
		}
		without, err := planedit.Apply(text, []planedit.Edit{{Op: planedit.OpRemove, Path: path}})
		if err != nil {
			t.Fatal(err)
		}
		value := planedit.Quote(tree.Value(path))
		if strings.Contains(tree.Value(path), "\n") {
			value = planedit.Literal(tree.Value(path))
		}
		again, err := planedit.Apply(without, []planedit.Edit{{Op: planedit.OpSet, Path: path, Value: value}})
		if err != nil {
			t.Fatal(err)
		}
		gone, err := planedit.Read(without)
		if err != nil || gone.Has(path) {
			t.Fatalf("%s is still there, %v", path, err)
		}
		want, got := any(decoded(t, text)), any(decoded(t, again))
		blank := func(any) any { return nil } // a plain scalar may come back as a text
		if diff := cmp.Diff(put(want, path, blank), put(got, path, blank)); diff != "" {
			t.Fatalf("%s: %s", path, diff)
		}
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	const text = "# 方案\nid: a # 编号\nname: {zh: 甲, en: \"A, b\"}\nlist:\n  # first\n  - id: one\n    rate: 3%\n\n  # second\n  - id: two\n    rate: 4% # 高\nflow: [{a: 1}, {a: 2}] # 行内\nempty:\nend: |\n  line\n\n  more\n"
	for name, c := range map[string]struct {
		edits []planedit.Edit
		want  string
	}{
		"nothing":           {nil, text},
		"the same value":    {[]planedit.Edit{{Op: planedit.OpSet, Path: "list[0].rate", Value: "3%"}}, text},
		"in braces":         {[]planedit.Edit{{Op: planedit.OpSet, Path: "name.en", Value: "B"}}, strings.Replace(text, `"A, b"`, "B", 1)},
		"before a comment":  {[]planedit.Edit{{Op: planedit.OpSet, Path: "list[1].rate", Value: "5%"}}, strings.Replace(text, "4% #", "5% #", 1)},
		"a new key":         {[]planedit.Edit{{Op: planedit.OpSet, Path: "list[0].cap.amount", Value: "1.00"}}, strings.Replace(text, "rate: 3%\n", "rate: 3%\n    cap: {amount: 1.00}\n", 1)},
		"a new key inside":  {[]planedit.Edit{{Op: planedit.OpSet, Path: "flow[1].b", Value: "3"}}, strings.Replace(text, "{a: 2}", "{a: 2, b: 3}", 1)},
		"an odd key":        {[]planedit.Edit{{Op: planedit.OpSet, Path: `name["A.1"]`, Value: "x"}}, strings.Replace(text, `"A, b"}`, `"A, b", A.1: x}`, 1)},
		"an item goes":      {[]planedit.Edit{{Op: planedit.OpRemove, Path: "list[1]"}}, strings.Replace(text, "  # second\n  - id: two\n    rate: 4% # 高\n", "", 1)},
		"items change":      {[]planedit.Edit{{Op: planedit.OpMove, Path: "flow[1]", To: 0}}, strings.Replace(text, "[{a: 1}, {a: 2}]", "[{a: 2}, {a: 1}]", 1)},
		"an item in lines":  {[]planedit.Edit{{Op: planedit.OpInsert, Path: "list", To: 2, Value: "id: three\nrate: 1%"}}, strings.Replace(text, "高\n", "高\n  - id: three\n    rate: 1%\n", 1)},
		"a block":           {[]planedit.Edit{{Op: planedit.OpSet, Path: "end", Value: planedit.Literal("a\n\nb\n")}}, strings.Replace(text, "  line\n\n  more\n", "  a\n\n  b\n", 1)},
		"before the text":   {[]planedit.Edit{{Op: planedit.OpSet, Path: "id", Value: planedit.Quote("no")}}, strings.Replace(text, "id: a #", "id: no #", 1)},
		"a comment's place": {[]planedit.Edit{{Op: planedit.OpSet, Path: "id", Value: planedit.Quote("# no")}}, strings.Replace(text, "id: a #", "id: \"# no\" #", 1)},
	} {
		if got, err := planedit.Apply(text, c.edits); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s", name, err, cmp.Diff(c.want, got))
		}
	}
}

func TestNothingIsLeftEmpty(t *testing.T) {
	t.Parallel()
	got, err := planedit.Apply("a: 1\nb:\n  when: [{measure: x}]\nc: 2\n", []planedit.Edit{{Op: planedit.OpRemove, Path: "b.when[0]"}})
	if err != nil || got != "a: 1\nc: 2\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestWhatCannotBeSplicedIsWrittenAnew: a value over several lines and a key without one keep the rest, with comments.
func TestWhatCannotBeSplicedIsWrittenAnew(t *testing.T) {
	t.Parallel()
	got, err := planedit.Apply("# head\na: one\n  two\nb: # why\nc: 3\n", []planedit.Edit{{Op: planedit.OpSet, Path: "a", Value: "x"}, {Op: planedit.OpSet, Path: "b", Value: "y"}})
	if err != nil || !strings.Contains(got, "# head") || !strings.Contains(got, "a: x") || !strings.Contains(got, "b: y") || !strings.Contains(got, "c: 3") || !strings.Contains(got, "# why") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEditsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, e := range []planedit.Edit{
		{Op: planedit.OpSet, Path: "", Value: "1"}, {Op: planedit.OpSet, Path: "a..b", Value: "1"}, {Op: planedit.OpSet, Path: "a[x]", Value: "1"}, {Op: planedit.OpSet, Path: `a["x`, Value: "1"},
		{Op: planedit.OpSet, Path: "list[7]", Value: "1"}, {Op: planedit.OpSet, Path: "a", Value: "{"}, {Op: planedit.OpRemove, Path: "z"}, {Op: planedit.OpMove, Path: "a", To: 0},
		{Op: planedit.OpMove, Path: "list[0]", To: 5}, {Op: planedit.OpInsert, Path: "list", To: 9, Value: "1"}, {Op: "turn", Path: "a"}, {Op: planedit.OpCopy, Path: "list[4]"}, {Op: planedit.OpSet, Path: "a.b", Value: "1"},
	} {
		if got, err := planedit.Apply("a: 1\nlist: [1, 2]\n", []planedit.Edit{e}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%+v gave %q, %v", e, got, err)
		}
	}
	if _, err := planedit.Apply("- 1\n", []planedit.Edit{{Op: planedit.OpSet, Path: "a", Value: "1"}}); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a list as a document: %v", err)
	}
	if _, err := planedit.Apply("a: 1\n", make([]planedit.Edit, planedit.EditsMax+1)); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("too many edits: %v", err)
	}
}

// What once broke the program: an entry that was the only one in its braces, line breaks that YAML knows and editors do not show, a quote that
// ends nowhere.
var unusualTexts = []string{"{a: 1}", "{a: [1]}", "a: 1\u2028b: |\n  x\u0085  y\nc: 'd'\n", "a: |\n", "a: \"b\n  c\"\nd: [\"x\"]\n", "a:\r\n  - b: 1\r\n", "- 1", ""}

func TestUnusualTextsAreEditedOrRefused(t *testing.T) {
	for _, text := range unusualTexts {
		for _, op := range []planedit.Op{planedit.OpSet, planedit.OpRemove, planedit.OpInsert, planedit.OpMove, planedit.OpCopy} {
			for _, path := range []string{"a", "a[0]", "c", "d[0]", "b"} {
				editAndRead(t, text, planedit.Edit{Op: op, Path: path, Value: "x"})
			}
		}
	}
}

// editAndRead wants an edit to end in a text that can be read, or in an error.
func editAndRead(t *testing.T, text string, e planedit.Edit) {
	t.Helper()
	changed, err := planedit.Apply(text, []planedit.Edit{e})
	if err != nil {
		return
	}
	tree, err := planedit.Read(changed)
	if err != nil {
		t.Errorf("%+v in %q makes %q: %v", e, text, changed, err)
		return
	}
	for _, path := range []string{"a", "b", "c", "d"} {
		tree.Source(path)
	}
}

func FuzzAnEditEndsWell(f *testing.F) {
	for _, text := range unusualTexts {
		f.Add(text, string(planedit.OpRemove), "a", "1", 0)
	}
	f.Fuzz(func(t *testing.T, text, op, path, value string, to int) {
		editAndRead(t, text, planedit.Edit{Op: planedit.Op(op), Path: path, Value: value, To: to})
	})
}

// Copies of copies grow threefold with each level; what is too large, or too much work, is refused before it is done.
func TestEditsAreBounded(t *testing.T) {
	copies := make([]planedit.Edit, planedit.EditsMax)
	for i := range copies {
		copies[i] = planedit.Edit{Op: planedit.OpCopy, Path: "a[0]"}
	}
	if _, err := planedit.Apply("a:\n  - b: "+strings.Repeat("x", 5000)+"\n", copies); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a thousand copies: %v", err)
	}
	if _, err := planedit.Apply("a: "+strings.Repeat("x", planedit.TextMax), copies[:1]); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a text that is too large: %v", err)
	}
}
