package formula

import "strings"

// Words is how a formula is written for a reader: the words of names and functions, and how operators look.
type Words struct {
	Name     func(name string) string
	Function func(name string) string
	Operator map[string]string // what is missing is written as it is
}

// Canonical is the one text that stands for all spellings of the formula; Compile reads it back to the same formula.
func (f *Formula) Canonical() string {
	same := func(s string) string { return s }
	return f.Render(Words{Name: same, Function: same})
}

// Render writes the formula with as few brackets as its meaning needs.
func (f *Formula) Render(words Words) string {
	var b strings.Builder
	f.root.render(&b, words, 0)
	return b.String()
}

// render writes a node; least is how strongly it must bind to stand without brackets.
func (n *node) render(b *strings.Builder, words Words, least int) {
	operator := func(op string) string {
		if word, ok := words.Operator[op]; ok {
			return word
		}
		return op
	}
	bind, infix := binding[n.op]
	switch n.op {
	case opNumber:
		b.WriteString(n.text)
		return
	case opName:
		b.WriteString(words.Name(n.text))
		return
	case opMinus:
		bind = bindMinus
	case "not":
		bind = bindNot
	default:
		if !infix {
			n.renderCall(b, words)
			return
		}
	}
	if bind < least {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch {
	case n.op == opMinus:
		b.WriteString(operator("-"))
		n.parts[0].render(b, words, bind+1)
	case n.op == "not":
		b.WriteString(operator("not") + " ")
		n.parts[0].render(b, words, bind+1)
	default:
		left := bind
		if bind == binding["<"] {
			left++
		}
		n.parts[0].render(b, words, left)
		b.WriteString(" " + operator(n.op) + " ")
		n.parts[1].render(b, words, bind+1)
	}
}

func (n *node) renderCall(b *strings.Builder, words Words) {
	b.WriteString(words.Function(n.op) + "(")
	for i, part := range n.parts {
		if i > 0 {
			b.WriteString(", ")
		}
		part.render(b, words, 0)
	}
	b.WriteByte(')')
}
