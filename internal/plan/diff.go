package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two plans, in the words of the trade. Path is the place in the document, of the later plan where it has
// one. Before and After are empty where something was added or removed.
type Change struct {
	Path   string `json:"path"`
	What   string `json:"what"` // such as: Commission: multiplier of band 2
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Text   string `json:"text"` // the whole sentence
}

// Diff says what changed from one plan to the other. It is complete: it is empty if, and only if, both have the same canonical form.
func Diff(before, after *Plan, lang Lang) []Change {
	d := &differ{lang: lang, old: newDiffSide(before, lang), new: newDiffSide(after, lang), told: map[string]bool{}}
	d.node("", d.old.tree, d.new.tree)
	return d.changes
}

// diffSide is one of the two plans: its canonical form as a tree, and its prose by path.
type diffSide struct {
	plan  *Plan
	tree  any
	prose map[string][]string
	words *proseWriter
}

func newDiffSide(p *Plan, lang Lang) *diffSide {
	s := &diffSide{plan: p, prose: map[string][]string{}, words: &proseWriter{lang: lang, plan: p}}
	decoder := json.NewDecoder(bytes.NewReader(p.Canonical()))
	decoder.UseNumber()
	if err := decoder.Decode(&s.tree); err != nil {
		panic("plan: canonical form: " + err.Error()) // it was written by this package
	}
	for _, section := range p.Prose(lang) {
		for _, paragraph := range section.Paragraphs {
			s.prose[paragraph.Path] = append(s.prose[paragraph.Path], paragraph.words())
		}
	}
	return s
}

// words are the paragraph as one line.
func (p Paragraph) words() string {
	text := p.Text
	if p.Table != nil {
		rows := make([]string, len(p.Table.Rows))
		for i, row := range p.Table.Rows {
			rows[i] = strings.Join(row, " ")
		}
		text = strings.TrimSpace(text + " " + strings.Join(rows, "; "))
	}
	return text
}

// said are the sentences at a path and below it, in the order of paths.
func (s *diffSide) said(path string) string {
	var lines []string
	for _, at := range slices.Sorted(maps.Keys(s.prose)) {
		if at == path || strings.HasPrefix(at, path+".") || strings.HasPrefix(at, path+"[") {
			lines = append(lines, s.prose[at]...)
		}
	}
	return strings.Join(lines, " ")
}

// differ walks both trees at once.
type differ struct {
	lang     Lang
	old, new *diffSide
	changes  []Change
	told     map[string]bool // places whose sentences were compared
}

func (d *differ) pick(zh, en string) string {
	if d.lang == LangEn {
		return en
	}
	return zh
}

// node compares two values at one place.
func (d *differ) node(path string, before, after any) {
	if same(before, after) {
		return
	}
	if place := sentencePlace(path); place != "" {
		d.sentences(place)
		return
	}
	a, isMapA := before.(map[string]any)
	b, isMapB := after.(map[string]any)
	if isMapA && isMapB {
		keys := slices.Sorted(maps.Keys(a))
		for key := range b {
			if _, has := a[key]; !has {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		for _, key := range keys {
			d.node(join(path, key), a[key], b[key])
		}
		return
	}
	x, isListA := before.([]any)
	y, isListB := after.([]any)
	switch {
	case isListA && isListB && path == "components":
		d.components(x, y)
	case isListA && isListB && len(x) == len(y) && !scalars(x) && !scalars(y):
		for i := range x {
			d.node(fmt.Sprintf("%s[%d]", path, i), x[i], y[i])
		}
	default:
		d.leaf(path, before, after)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func same(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool {
		switch v.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}

// sentencePlace is the place whose whole sentences say best what changed, empty for what is told key by key.
func sentencePlace(path string) string {
	parts := strings.SplitN(path, ".", 3)
	switch {
	case len(parts) >= 2 && (parts[0] == "measures" || parts[0] == "statements" || parts[0] == "settle"):
		return parts[0] + "." + parts[1]
	case path == "participants" || path == "currencies":
		return path
	}
	return ""
}

// sentences tells what the prose said before and says now; where it says the same, the keys are told after all.
func (d *differ) sentences(place string) {
	if d.told[place] {
		return
	}
	d.told[place] = true
	before, after := d.old.said(place), d.new.said(place)
	if before == after {
		d.leaf(place, dig(d.old.tree, place), dig(d.new.tree, place))
		return
	}
	d.add(place, d.placeName(place), before, after)
}

// dig returns what stands at a dotted place.
func dig(tree any, place string) any {
	for _, key := range strings.Split(place, ".") {
		m, ok := tree.(map[string]any)
		if !ok {
			return nil
		}
		tree = m[key]
	}
	return tree
}

// components pairs the components of both plans by id.
func (d *differ) components(before, after []any) {
	at := func(list []any, id string) int {
		return slices.IndexFunc(list, func(c any) bool { return idOf(c) == id })
	}
	var kept []string
	for i, c := range after {
		id := idOf(c)
		if k := at(before, id); k >= 0 {
			d.node(fmt.Sprintf("components[%d]", i), before[k], c)
			kept = append(kept, id)
			continue
		}
		d.add(fmt.Sprintf("components[%d]", i), d.pick("新增组件", "New component"), "", d.new.said(fmt.Sprintf("components[%d]", i)))
	}
	var was []string
	for i, c := range before {
		id := idOf(c)
		if at(after, id) < 0 {
			d.add(fmt.Sprintf("components[%d]", i), d.pick("去掉组件", "Component removed"), d.old.words.name(d.old.plan.Components[i].Name), "")
			continue
		}
		was = append(was, id)
	}
	if !slices.Equal(was, kept) {
		d.add("components", d.pick("组件的顺序", "Order of the components"), strings.Join(was, ", "), strings.Join(kept, ", "))
	}
}

func idOf(component any) string {
	m, _ := component.(map[string]any)
	id, _ := m["id"].(string)
	return id
}

// leaf tells one changed value.
func (d *differ) leaf(path string, before, after any) {
	d.add(path, d.placeName(path), d.old.show(path, before), d.new.show(path, after))
}

func (d *differ) add(path, what, before, after string) {
	c := Change{Path: path, What: what, Before: before, After: after}
	switch {
	case before == "":
		c.Text = fmt.Sprintf(d.pick("%s：新增 %s", "%s: added: %s"), what, after)
	case after == "":
		c.Text = fmt.Sprintf(d.pick("%s：去掉（原为 %s）", "%s: removed (it was %s)"), what, before)
	default:
		c.Text = fmt.Sprintf(d.pick("%s：%s → %s", "%s: %s → %s"), what, before, after)
	}
	d.changes = append(d.changes, c)
}

// placeName names a place: the component or measure by its name, then each key in the words of the trade.
func (d *differ) placeName(path string) string {
	var parts []string
	rest := path
	if strings.HasPrefix(path, "components[") {
		index, after, _ := strings.Cut(strings.TrimPrefix(path, "components["), "]")
		if i, err := strconv.Atoi(index); err == nil && i < len(d.new.plan.Components) {
			parts = append(parts, d.new.words.name(d.new.plan.Components[i].Name))
		}
		rest = strings.TrimPrefix(after, ".")
	}
	if id, found := strings.CutPrefix(path, "measures."); found {
		name := d.new.words.quoted(id)
		if d.new.plan.Measure(id) == nil {
			name = d.old.words.quoted(id)
		}
		return d.pick("指标", "Measure ") + name
	}
	for _, key := range strings.Split(rest, ".") {
		if key != "" {
			parts = append(parts, d.keyName(key))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), d.pick("·", ", "))
}

// keyName is a key in the words of the trade, with its number in a list; keys that only group others have no name.
func (d *differ) keyName(key string) string {
	name, index, numbered := strings.Cut(strings.TrimSuffix(key, "]"), "[")
	words, known := diffWords[name]
	if !known {
		words = [2]string{name, name}
	}
	text := d.pick(words[0], words[1])
	if n, err := strconv.Atoi(index); numbered && err == nil {
		return fmt.Sprintf(d.pick("第 %[2]d %[1]s", "%[1]s %[2]d"), text, n+1)
	}
	return text
}
