package sop

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// Limits of a document. They keep a hostile or mistaken text from costing more than a moment.
const (
	DocumentBytesMax = 1 << 20
	rowsMax          = 500 // stages, activities, fields, rules, conditions, listed values
	textRunesMax     = 200
)

// Position is a 1-based place in a document's text.
type Position struct {
	Row    int `json:"row"`
	Column int `json:"column"`
}

// reader turns YAML nodes into values, recording every problem instead of stopping at the first.
type reader struct {
	source    string
	positions map[string]Position
	findings  []Finding
}

// value is a node with its path in the document.
type value struct {
	node *yaml.Node
	path string
}

func (v value) child(key string) string {
	if v.path == "" {
		return key
	}
	return v.path + "." + key
}

func (r *reader) remember(v value) {
	if _, known := r.positions[v.path]; !known {
		r.positions[v.path] = Position{Row: v.node.Line, Column: v.node.Column}
	}
}

// position finds the place of a path, or of the nearest enclosing path that has one.
func (r *reader) position(path string) Position {
	for {
		if p, ok := r.positions[path]; ok {
			return p
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return r.positions[""]
		}
		path = path[:cut]
	}
}

func (r *reader) add(severity Severity, code Code, at Position, path, found string, args errs.Args) {
	if len(r.findings) >= FindingsMax {
		return
	}
	r.findings = append(r.findings, Finding{Code: code, Severity: severity, Field: errs.Field{
		Source: r.source, Row: at.Row, Column: at.Column, Path: path, Value: shorten(found),
		Message: errs.Msg("sop.finding."+string(code), args), Remedy: errs.Msg("sop.remedy."+string(code), args),
	}})
}

// report records an error at a value.
func (r *reader) report(v value, code Code, args errs.Args) {
	found := ""
	if v.node.Kind == yaml.ScalarNode {
		found = v.node.Value
	}
	r.add(SeverityError, code, Position{Row: v.node.Line, Column: v.node.Column}, v.path, found, args)
}

// shorten makes a value fit to be shown: invisible characters as their codes, at most 60 characters.
func shorten(s string) string {
	var visible strings.Builder
	for _, c := range strings.ToValidUTF8(s, "�") {
		if unicode.IsGraphic(c) {
			visible.WriteRune(c)
		} else {
			fmt.Fprintf(&visible, "\\u%04x", c)
		}
	}
	s = visible.String()
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}

// refuseIndirection reports anchors, aliases and explicit tags anywhere in the tree: what is written must be what is meant.
func (r *reader) refuseIndirection(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.add(SeverityError, CodeAlias, Position{n.Line, n.Column}, "", "*"+n.Value, nil)
		return
	case n.Anchor != "":
		r.add(SeverityError, CodeAlias, Position{n.Line, n.Column}, "", "&"+n.Anchor, nil)
	case n.Style&yaml.TaggedStyle != 0:
		r.add(SeverityError, CodeTag, Position{n.Line, n.Column}, "", n.Tag, nil)
	}
	for _, child := range n.Content {
		r.refuseIndirection(child)
	}
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    value // of the key
	value value
}

// entries reads a mapping in document order; keys are texts and occur once. It returns ok=false for anything else.
func (r *reader) entries(v value) (list []entry, ok bool) {
	r.remember(v)
	if v.node.Kind != yaml.MappingNode {
		if v.node.Kind != yaml.AliasNode {
			r.report(v, CodeWantMapping, nil)
		}
		return nil, false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		keyNode := value{v.node.Content[i], v.path}
		key, keyOK := r.plainText(keyNode)
		if !keyOK {
			continue
		}
		keyNode.path = v.child(key)
		if seen[key] {
			r.report(keyNode, CodeKeyDuplicate, errs.Args{"Key": key})
			continue
		}
		seen[key] = true
		r.remember(keyNode)
		list = append(list, entry{key, keyNode, value{v.node.Content[i+1], keyNode.path}})
	}
	return list, true
}

// fields is a mapping whose keys are fixed by the language.
type fields struct {
	r     *reader
	at    value
	ok    bool
	byKey map[string]value
}

// mapping reads a mapping that may hold the known keys and no other.
func (r *reader) mapping(v value, known ...string) fields {
	list, ok := r.entries(v)
	f := fields{r: r, at: v, ok: ok, byKey: map[string]value{}}
	for _, e := range list {
		if !slices.Contains(known, e.key) {
			r.report(e.at, CodeKeyUnknown, errs.Args{"Key": shorten(e.key), "Known": strings.Join(known, ", ")})
			continue
		}
		f.byKey[e.key] = e.value
	}
	return f
}

func (f fields) optional(key string) (value, bool) {
	v, ok := f.byKey[key]
	return v, ok
}

// required returns the key's value and reports its absence.
func (f fields) required(key string) (value, bool) {
	v, ok := f.byKey[key]
	if !ok && f.ok {
		f.r.add(SeverityError, CodeKeyMissing, Position{f.at.node.Line, f.at.node.Column}, f.at.child(key), "", errs.Args{"Key": key})
	}
	return v, ok
}

// meaningless reports keys that say nothing in this place.
func (f fields) meaningless(keys ...string) {
	for _, key := range keys {
		if v, present := f.byKey[key]; present {
			f.r.report(v, CodeMeaningless, errs.Args{"Key": key})
		}
	}
}

// list reads a sequence of at least one and at most max items.
func (r *reader) list(v value, most int) []value {
	r.remember(v)
	switch {
	case v.node.Kind == yaml.AliasNode:
		return nil
	case v.node.Kind != yaml.SequenceNode:
		r.report(v, CodeWantList, nil)
		return nil
	case len(v.node.Content) == 0:
		r.report(v, CodeListEmpty, nil)
	case len(v.node.Content) > most:
		r.report(v, CodeTooMany, errs.Args{"Count": len(v.node.Content), "Most": most})
		return nil
	}
	items := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		items[i] = value{n, fmt.Sprintf("%s[%d]", v.path, i)}
		r.remember(items[i])
	}
	return items
}
