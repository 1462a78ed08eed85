package ruledoc

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// Reader turns YAML nodes into values, recording every problem instead of stopping at the first.
type Reader struct {
	Places   Places
	Findings []Finding // in the order in which they were made; see Sort
	language *Language
	source   string
}

// NewReader begins the reading of a document; source is what the caller calls it, such as a file name.
func NewReader(language *Language, source string) *Reader {
	return Resume(language, source, Places{"": {1, 1}})
}

// Resume makes further findings about a document that was read before.
func Resume(language *Language, source string, places Places) *Reader {
	return &Reader{language: language, source: source, Places: places}
}

// Value is a node with its path in the document.
type Value struct {
	Node *yaml.Node
	Path string
}

// Child is the path of a key of the value.
func (v Value) Child(key string) string {
	if v.Path == "" {
		return key
	}
	return v.Path + "." + key
}

// At is where the value stands.
func (v Value) At() Position { return Position{Row: v.Node.Line, Column: v.Node.Column} }

// Remember keeps the place of a value for findings that are made later.
func (r *Reader) Remember(v Value) {
	if _, known := r.Places[v.Path]; !known {
		r.Places[v.Path] = v.At()
	}
}

// Add records a finding at a place.
func (r *Reader) Add(severity Severity, code Code, at Position, path, found string, args errs.Args) {
	if len(r.Findings) >= FindingsMax {
		return
	}
	finding, remedy := r.language.Keys(code)
	r.Findings = append(r.Findings, Finding{Code: code, Severity: severity, Field: errs.Field{
		Source: r.source, Row: at.Row, Column: at.Column, Path: path, Value: Shorten(found),
		Message: errs.Msg(finding, args), Remedy: errs.Msg(remedy, args),
	}})
}

// Complain records a finding at the place of a path.
func (r *Reader) Complain(severity Severity, code Code, path string, args errs.Args) {
	r.Add(severity, code, r.Places.Of(path), path, "", args)
}

// Report records an error at a value.
func (r *Reader) Report(v Value, code Code, args errs.Args) {
	found := ""
	if v.Node.Kind == yaml.ScalarNode {
		found = v.Node.Value
	}
	r.Add(SeverityError, code, v.At(), v.Path, found, args)
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Key   string
	At    Value // of the key
	Value Value
}

// Entries reads a mapping in document order; keys are texts and occur once. It returns ok=false for anything else.
func (r *Reader) Entries(v Value) (list []Entry, ok bool) {
	r.Remember(v)
	if v.Node.Kind != yaml.MappingNode {
		if v.Node.Kind != yaml.AliasNode {
			r.Report(v, CodeWantMapping, nil)
		}
		return nil, false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.Node.Content); i += 2 {
		keyNode := Value{v.Node.Content[i], v.Path}
		key, keyOK := r.plainText(keyNode)
		if !keyOK {
			continue
		}
		keyNode.Path = v.Child(key)
		if seen[key] {
			r.Report(keyNode, CodeKeyDuplicate, errs.Args{"Key": key})
			continue
		}
		seen[key] = true
		r.Remember(keyNode)
		list = append(list, Entry{key, keyNode, Value{v.Node.Content[i+1], keyNode.Path}})
	}
	return list, true
}

// Fields is a mapping whose keys are fixed by the language. OK is false where there is no mapping.
type Fields struct {
	At    Value
	OK    bool
	ByKey map[string]Value
	r     *Reader
}

// Mapping reads a mapping that may hold the known keys and no other.
func (r *Reader) Mapping(v Value, known ...string) Fields {
	list, ok := r.Entries(v)
	f := Fields{r: r, At: v, OK: ok, ByKey: map[string]Value{}}
	for _, e := range list {
		if !slices.Contains(known, e.Key) {
			args := errs.Args{"Key": Shorten(e.Key), "Known": strings.Join(known, ", ")}
			r.Report(e.At, CodeKeyUnknown, args)
			continue
		}
		f.ByKey[e.Key] = e.Value
	}
	return f
}

// Optional returns the value of a key, if there is one.
func (f Fields) Optional(key string) (Value, bool) {
	v, ok := f.ByKey[key]
	return v, ok
}

// Required returns the key's value and reports its absence.
func (f Fields) Required(key string) (Value, bool) {
	v, ok := f.ByKey[key]
	if !ok && f.OK {
		f.r.Add(SeverityError, CodeKeyMissing, f.At.At(), f.At.Child(key), "", errs.Args{"Key": key})
	}
	return v, ok
}

// With reads the value of a required key.
func (f Fields) With(key string, read func(Value)) {
	if v, ok := f.Required(key); ok {
		read(v)
	}
}

// Given reads the value of an optional key.
func (f Fields) Given(key string, read func(Value)) {
	if v, ok := f.Optional(key); ok {
		read(v)
	}
}

// ExactlyOne returns the one key of the alternatives that is present, and reports none or several.
func (f Fields) ExactlyOne(alternatives ...string) (key string, v Value, ok bool) {
	for _, alternative := range alternatives {
		candidate, present := f.ByKey[alternative]
		if !present {
			continue
		}
		if key != "" {
			f.r.Report(candidate, CodeKeyConflict, errs.Args{"Key": alternative, "Other": key})
			continue
		}
		key, v = alternative, candidate
	}
	if key == "" && f.OK {
		f.r.Add(SeverityError, CodeKeyOneOf, f.At.At(), f.At.Path, "", errs.Args{"Known": strings.Join(alternatives, ", ")})
	}
	return key, v, key != ""
}

// Meaningless reports keys that say nothing in this place.
func (f Fields) Meaningless(keys ...string) {
	for _, key := range keys {
		if v, present := f.ByKey[key]; present {
			f.r.Report(v, CodeKeyMeaningless, errs.Args{"Key": key})
		}
	}
}

// List reads a sequence of at least one and at most so many items.
func (r *Reader) List(v Value, most int) []Value {
	r.Remember(v)
	switch {
	case v.Node.Kind == yaml.AliasNode:
		return nil
	case v.Node.Kind != yaml.SequenceNode:
		r.Report(v, CodeWantList, nil)
		return nil
	case len(v.Node.Content) == 0:
		r.Report(v, CodeListEmpty, nil)
	case len(v.Node.Content) > most:
		r.Report(v, CodeTooMany, errs.Args{"Count": len(v.Node.Content), "Most": most})
		return nil
	}
	items := make([]Value, len(v.Node.Content))
	for i, n := range v.Node.Content {
		items[i] = Value{n, fmt.Sprintf("%s[%d]", v.Path, i)}
		r.Remember(items[i])
	}
	return items
}

// Each reads the items of a list, at most as many as the language allows; it is a function because methods take no type parameters.
func Each[T any](r *Reader, v Value, read func(Value) T) (list []T) {
	for _, item := range r.List(v, r.language.RowsMax) {
		list = append(list, read(item))
	}
	return list
}
