package plan

import "xiaoguan/internal/ruledoc"

// exampleText reads the worked examples of a plan: a text that package plancase reads. They say what the rule should come to and are no
// part of it, so neither the canonical form nor the hash has them.
func (r *reader) exampleText(v value) {
	r.Remember(v)
	switch {
	case v.Node.Content != nil:
		r.Report(v, ruledoc.CodeWantText, nil)
	case v.Node.Value == "":
		r.Report(v, ruledoc.CodeValueEmpty, nil)
	default:
		r.examples = v.Node.Value
	}
}
