// Package planedit changes single places of a document written in YAML and leaves everything else as it was written: comments, order, spacing,
// and whatever the caller knows nothing of.
//
// An edit is a splice into the text. Its result is read again and compared with the tree that the edit should have made; where a splice cannot
// do it (a value over several lines, a key without a value), the tree is written anew, which keeps comments and order but not the spacing.
// Limits: documents as package plan reads them, without anchors and tags; a mapping or list that loses its last entry goes with it, as the
// language has no empty ones.
package planedit

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// Op says what an edit does.
type Op string

// The edits. A path names mappings' keys and lists' places: components[0].pays.rate; a key with other characters stands in quotes:
// table["A.1"].
const (
	OpSet    Op = "set"    // the value at the path becomes Value; what is missing on the way is made
	OpRemove Op = "remove" // the entry at the path goes, and what would be left empty
	OpInsert Op = "insert" // Value becomes item To of the list at the path
	OpMove   Op = "move"   // the item at the path becomes item To of its list
	OpCopy   Op = "copy"   // the item at the path is written once more, behind itself
)

// Edit is one change. Value is YAML: a word, a number, {from: 60%, times: 1}, or lines of a block.
type Edit struct {
	Op    Op
	Path  string
	Value string
	To    int
}

// Bounds on the work of one call: so many edits, a text as large as package plan reads, before and after each of them, and so many bytes read
// over all edits, as each reads the whole text.
const (
	EditsMax  = 1000
	TextMax   = 1 << 20
	workedMax = 16 << 20
)

// Apply makes the edits one after the other. Without edits the text stays as it is, byte for byte. Errors: invalid when the text is no YAML
// mapping, a path or value makes no sense (the path is the field), or it is
// too much work.
func Apply(text string, edits []Edit) (changed string, err error) {
	defer errs.Wrap(&err, "planedit.Apply")
	if len(edits) > EditsMax {
		return "", errs.New(errs.KindInvalid, "planedit.too_many", errs.Args{"Most": EditsMax})
	}
	worked := 0
	for _, e := range edits {
		if worked += len(text); worked > workedMax {
			return "", errs.New(errs.KindInvalid, "planedit.too_much", nil)
		}
		if err := fits(text); err != nil {
			return "", err
		}
		if text, err = e.apply(text); err != nil {
			return "", err
		}
	}
	return text, fits(text)
}

// fits refuses a text that package plan would not read. Copies of copies grow without end.
func fits(text string) error {
	if len(text) > TextMax {
		return errs.New(errs.KindInvalid, "planedit.too_large", errs.Args{"Bytes": len(text), "Most": TextMax})
	}
	return nil
}

func (e Edit) apply(text string) (string, error) {
	before, err := parse(text)
	if err != nil {
		return "", err
	}
	steps, err := parsePath(e.Path)
	if err != nil {
		return "", err
	}
	wanted := clone(before)
	change := e
	if change.Op == OpRemove {
		steps = pruned(before, steps)
	}
	if err := change.onTree(wanted, steps); err != nil {
		return "", err
	}
	if same(before, wanted) {
		return text, nil
	}
	s := newSource(text, before)
	if spliced, ok := change.splice(s, steps); ok {
		if after, err := parse(spliced); err == nil && same(after, wanted) {
			return spliced, nil
		}
	}
	return encode(wanted)
}

// parse reads the text as one mapping.
func parse(text string) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil || len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errs.New(errs.KindInvalid, "planedit.no_mapping", nil)
	}
	return document.Content[0], nil
}

// parseValue reads what an edit brings.
func parseValue(path, text string) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil || len(document.Content) != 1 {
		return nil, wrong("planedit.value_bad", path, text)
	}
	return document.Content[0], nil
}

func encode(root *yaml.Node) (string, error) {
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return "", errs.New(errs.KindInvalid, "planedit.no_mapping", nil)
	}
	return out.String(), encoder.Close()
}

func wrong(key, path, value string) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, errs.Args{"Path": path})}})
}

// step is one part of a path: a key, or a place in a list.
type step struct {
	key   string
	index int // −1 for a key
}

func (s step) isKey() bool { return s.index < 0 }

// parsePath reads a path.
func parsePath(path string) (steps []step, err error) {
	rest := path
	for rest != "" {
		switch {
		case strings.HasPrefix(rest, `["`):
			quoted, err := strconv.QuotedPrefix(rest[1:])
			if err != nil || !strings.HasPrefix(rest[1+len(quoted):], "]") {
				return nil, wrong("planedit.path_bad", path, "")
			}
			key, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, wrong("planedit.path_bad", path, "")
			}
			steps, rest = append(steps, step{key, -1}), rest[len(quoted)+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, wrong("planedit.path_bad", path, "")
			}
			index, err := strconv.Atoi(rest[1:end])
			if err != nil || index < 0 {
				return nil, wrong("planedit.path_bad", path, "")
			}
			steps, rest = append(steps, step{"", index}), rest[end+1:]
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return nil, wrong("planedit.path_bad", path, "")
			}
			steps, rest = append(steps, step{rest[:end], -1}), rest[end:]
		}
		if strings.HasPrefix(rest, ".") {
			if rest = rest[1:]; rest == "" {
				return nil, wrong("planedit.path_bad", path, "")
			}
		}
	}
	if len(steps) == 0 {
		return nil, wrong("planedit.path_bad", path, "")
	}
	return steps, nil
}

// Key is the path of a key below a path.
func Key(path, key string) string {
	if strings.ContainsAny(key, `.[]"`) || key == "" {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Index is the path of a place in the list at a path.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Parent cuts the last step off a path.
func Parent(path string) string {
	if cut := strings.LastIndex(path, `["`); cut >= 0 && strings.HasSuffix(path, `"]`) {
		return path[:cut]
	}
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}
