package planedit

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// entry finds the place of a key's value among the content of a mapping, −1 when it is not there.
func entry(n *yaml.Node, key string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// place is where a step leads in a node's content, −1 when nowhere.
func place(n *yaml.Node, s step) int {
	switch {
	case s.isKey() && n.Kind == yaml.MappingNode:
		return entry(n, s.key)
	case !s.isKey() && n.Kind == yaml.SequenceNode && s.index < len(n.Content):
		return s.index
	}
	return -1
}

// find follows the steps as far as they lead: the last node reached and how many steps were taken.
func find(root *yaml.Node, steps []step) (n *yaml.Node, taken int) {
	n = root
	for i, s := range steps {
		at := place(n, s)
		if at < 0 {
			return n, i
		}
		n = n.Content[at]
	}
	return n, len(steps)
}

// size is the number of entries or items.
func size(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return len(n.Content) / 2
	}
	return len(n.Content)
}

// pruned shortens the path of a removal as long as what holds the entry would be empty without it.
func pruned(root *yaml.Node, steps []step) []step {
	for len(steps) > 1 {
		if _, taken := find(root, steps); taken < len(steps) {
			return steps
		}
		if holder, _ := find(root, steps[:len(steps)-1]); size(holder) > 1 {
			return steps
		}
		steps = steps[:len(steps)-1]
	}
	return steps
}

func clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = clone(child)
	}
	return &c
}

// same compares what two trees say: kinds, texts and types of scalars, and the order of everything.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) || a.Kind == yaml.ScalarNode && (a.Value != b.Value || a.ShortTag() != b.ShortTag()) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// onTree makes the edit in the tree.
func (e Edit) onTree(root *yaml.Node, steps []step) error {
	switch e.Op {
	case OpSet:
		value, err := parseValue(e.Path, e.Value)
		if err != nil {
			return err
		}
		return setIn(root, steps, value, e.Path)
	case OpInsert:
		return e.insertIn(root, steps)
	case OpRemove, OpMove, OpCopy:
	default:
		return wrong("planedit.op_unknown", e.Path, string(e.Op))
	}
	last := steps[len(steps)-1]
	holder, taken := find(root, steps[:len(steps)-1])
	at := -1
	if taken == len(steps)-1 {
		at = place(holder, last)
	}
	if at < 0 || e.Op != OpRemove && last.isKey() {
		return wrong("planedit.path_unknown", e.Path, "")
	}
	switch e.Op {
	case OpRemove:
		from := at
		if last.isKey() {
			from--
		}
		holder.Content = slices.Delete(holder.Content, from, at+1)
	case OpMove:
		if e.To < 0 || e.To >= len(holder.Content) {
			return wrong("planedit.path_unknown", e.Path, "")
		}
		item := holder.Content[at]
		holder.Content = slices.Insert(slices.Delete(holder.Content, at, at+1), e.To, item)
	case OpCopy:
		holder.Content = slices.Insert(holder.Content, at+1, clone(holder.Content[at]))
	}
	return nil
}

// setIn puts a value at the path and makes mappings on the way.
func setIn(root *yaml.Node, steps []step, value *yaml.Node, path string) error {
	n, taken := find(root, steps[:len(steps)-1])
	rest := steps[taken:]
	for _, s := range rest[1:] {
		if !s.isKey() {
			return wrong("planedit.path_unknown", path, "")
		}
	}
	for i := len(rest) - 1; i > 0; i-- {
		value = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{scalar(rest[i].key), value}}
	}
	first := rest[0]
	if at := place(n, first); at >= 0 {
		n.Content[at] = keepComments(n.Content[at], value)
		return nil
	}
	if !first.isKey() || n.Kind != yaml.MappingNode {
		return wrong("planedit.path_unknown", path, "")
	}
	at := 2 * (behind(n, first.key) + 1)
	n.Content = slices.Insert(n.Content, at, scalar(first.key), value)
	return nil
}

// keepComments leaves what was said about a value at the value that takes its place.
func keepComments(old, value *yaml.Node) *yaml.Node {
	value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
	return value
}

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func (e Edit) insertIn(root *yaml.Node, steps []step) error {
	value, err := parseValue(e.Path, e.Value)
	if err != nil {
		return err
	}
	list, taken := find(root, steps)
	if taken < len(steps) {
		if e.To != 0 {
			return wrong("planedit.path_unknown", e.Path, "")
		}
		return setIn(root, steps, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{value}}, e.Path)
	}
	if list.Kind != yaml.SequenceNode || e.To < 0 || e.To > len(list.Content) {
		return wrong("planedit.path_unknown", e.Path, "")
	}
	list.Content = slices.Insert(list.Content, e.To, value)
	return nil
}

// order is where people look for keys in a plan: a new key is written behind those that stand before it here.
var order = []string{
	"xiaoguan", "id", "name", "layer", "currency", "period", "effective", "level", "participants", "statements", "measures", "components",
	"pays_in", "when", "pays", "rate", "amount", "of", "deduct", "per", "table", "by", "style", "point", "below", "boundary", "consume", "bands", "points", "beyond",
	"factors", "round", "cap", "floor", "currencies", "settle", "examples",
}

// behind is the entry of the mapping behind which a new key is written, −1 for the beginning. A key that the order doesn't know goes to the
// end.
func behind(n *yaml.Node, key string) int {
	entries := len(n.Content) / 2
	rank := slices.Index(order, key)
	if rank < 0 {
		return entries - 1
	}
	at, known := -1, false
	for i := range entries {
		other := slices.Index(order, n.Content[2*i].Value)
		known = known || other >= 0
		if other >= 0 && other < rank {
			at = i
		}
	}
	if !known || at < 0 && entries > 0 && slices.Index(order, n.Content[0].Value) < 0 {
		return entries - 1
	}
	return at
}
