package plan

// exampleText reads the worked examples of a plan: a text that package plancase reads. They say what the rule should come to and are no
// part of it, so neither the canonical form nor the hash has them.
func (r *reader) exampleText(v value) {
	r.remember(v)
	switch {
	case v.node.Content != nil:
		r.report(v, CodeWantText, nil)
	case v.node.Value == "":
		r.report(v, CodeValueEmpty, nil)
	default:
		r.examples = v.node.Value
	}
}
