package mining

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Operator says how the children of a tree are put together.
type Operator byte

// The operators, as they are written. A leaf is an activity, or nothing (Silent). A loop has two children: what is done, and what is done
// before doing it again. Source: Leemans, Fahland, van der Aalst, "Discovering block-structured process models from event logs", 2013.
const (
	Leaf     Operator = 0
	Silent   Operator = '.'
	Sequence Operator = '>'
	Choice   Operator = 'X'
	Parallel Operator = '+'
	Loop     Operator = '*'
)

// Tree is a block-structured model of a process.
type Tree struct {
	Operator Operator
	Name     string // of a leaf
	Children []Tree
}

// The greatest trees that are read.
const (
	treeDepthMax  = 50
	treeLeavesMax = 200
)

// operatorTexts are how operators are written; those of pm4py, so that trees can be compared.
var operatorTexts = map[Operator]string{Sequence: "->", Choice: "X", Parallel: "+", Loop: "*"}

// String writes the tree as ParseTree reads it: ->( 'a', X( 'b', tau ) ).
func (t Tree) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t Tree) write(b *strings.Builder) {
	switch t.Operator {
	case Leaf:
		b.WriteString("'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(t.Name) + "'")
		return
	case Silent:
		b.WriteString("tau")
		return
	}
	b.WriteString(operatorTexts[t.Operator] + "( ")
	for i, child := range t.Children {
		if i > 0 {
			b.WriteString(", ")
		}
		child.write(b)
	}
	b.WriteString(" )")
}

// Leaves lists the names of the activities, each once, in the order of the text.
func (t Tree) Leaves() (names []string) {
	if t.Operator == Leaf {
		return []string{t.Name}
	}
	for _, child := range t.Children {
		for _, name := range child.Leaves() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Constructors, so that models in code read like models.

// Do is an activity.
func Do(name string) Tree { return Tree{Name: name} }

// Nothing is a step that leaves no event.
func Nothing() Tree { return Tree{Operator: Silent} }

// InOrder does one after the other.
func InOrder(children ...Tree) Tree { return Tree{Operator: Sequence, Children: children} }

// OneOf does one of them.
func OneOf(children ...Tree) Tree { return Tree{Operator: Choice, Children: children} }

// Together does all of them, in any order and interleaved.
func Together(children ...Tree) Tree { return Tree{Operator: Parallel, Children: children} }

// Again does body, then any number of times between and body again.
func Again(body, between Tree) Tree { return Tree{Operator: Loop, Children: []Tree{body, between}} }

// ParseTree reads a tree. Errors: invalid, with the place (in characters, from 1) of what is wrong.
func ParseTree(text string) (t Tree, err error) {
	r := treeReader{text: text}
	if t, err = r.tree(0); err != nil {
		return Tree{}, err
	}
	if r.skip(); r.at < len(text) {
		return Tree{}, r.refuse("mining.tree_rest")
	}
	return t, nil
}

type treeReader struct {
	text   string
	at     int
	leaves int
}

func (r *treeReader) refuse(key string) error {
	return errs.New(errs.KindInvalid, key, errs.Args{"Place": utf8.RuneCountInString(r.text[:r.at]) + 1})
}

func (r *treeReader) skip() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take moves past a text when it stands next.
func (r *treeReader) take(text string) bool {
	r.skip()
	if !strings.HasPrefix(r.text[r.at:], text) {
		return false
	}
	r.at += len(text)
	return true
}

func (r *treeReader) tree(depth int) (Tree, error) {
	if depth > treeDepthMax {
		return Tree{}, r.refuse("mining.tree_too_deep")
	}
	if r.take("tau") {
		return Nothing(), r.count()
	}
	if r.take("'") {
		name, err := r.name()
		if err != nil {
			return Tree{}, err
		}
		return Do(name), r.count()
	}
	for _, operator := range []Operator{Sequence, Choice, Parallel, Loop} {
		if r.take(operatorTexts[operator]) {
			return r.block(operator, depth)
		}
	}
	return Tree{}, r.refuse("mining.tree_expected")
}

func (r *treeReader) count() error {
	if r.leaves++; r.leaves > treeLeavesMax {
		return r.refuse("mining.tree_too_large")
	}
	return nil
}

// name reads up to the closing quote; a backslash takes the next character as it is.
func (r *treeReader) name() (string, error) {
	var b strings.Builder
	for r.at < len(r.text) {
		c := r.text[r.at]
		r.at++
		switch {
		case c == '\'' && b.Len() > 0 && utf8.ValidString(b.String()):
			return b.String(), nil
		case c == '\'':
			return "", r.refuse("mining.tree_name")
		case c == '\\' && r.at < len(r.text):
			b.WriteByte(r.text[r.at])
			r.at++
		default:
			b.WriteByte(c)
		}
	}
	return "", r.refuse("mining.tree_name")
}

func (r *treeReader) block(operator Operator, depth int) (Tree, error) {
	t := Tree{Operator: operator}
	if !r.take("(") {
		return t, r.refuse("mining.tree_expected")
	}
	for {
		child, err := r.tree(depth + 1)
		if err != nil {
			return t, err
		}
		t.Children = append(t.Children, child)
		if r.take(",") {
			continue
		}
		if !r.take(")") {
			return t, r.refuse("mining.tree_expected")
		}
		break
	}
	if operator == Loop && len(t.Children) != 2 {
		return t, errs.New(errs.KindInvalid, "mining.tree_loop", errs.Args{"Count": strconv.Itoa(len(t.Children))})
	}
	return t, nil
}
