package formula

import (
	"math/big"
	"slices"
	"strings"
)

// What nodes are besides operators and functions.
const (
	opNumber = "number"
	opName   = "name"
	opMinus  = "minus" // of one operand
)

// binding is how strongly an operator of two operands holds them; a greater number binds tighter.
var binding = map[string]int{
	"or": 1, "and": 2, "<": 4, "<=": 4, ">": 4, ">=": 4, "=": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
}

const (
	bindNot   = 3
	bindMinus = 7
)

// arity is how many arguments a function takes.
type arity struct{ least, most int }

// functions are all there are.
var functions = map[string]arity{
	"min": {2, argumentsMax}, "max": {2, argumentsMax}, "abs": {1, 1}, "clamp": {3, 3}, "floor": {1, 1}, "ceiling": {1, 1}, "round": {2, 2},
	"if": {3, 3}, "divide": {3, 3}, "value": {2, 2}, "money": {1, 1},
}

// Functions lists the functions by name.
func Functions() []string {
	var names []string
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// parser is a Pratt parser over the words of one text.
type parser struct {
	tokens     []token
	at         int
	operations int
	depth      int
}

// parse reads a text without looking at kinds.
func parse(text string) (*node, *Error) {
	tokens, fault := lex(text)
	if fault != nil {
		return nil, fault
	}
	p := &parser{tokens: tokens}
	root, fault := p.expression(0)
	if fault == nil && p.peek().kind != tokenEnd {
		fault = p.unexpected("operator")
	}
	return root, fault
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) unexpected(wanted string) *Error {
	t := p.peek()
	return &Error{Offset: t.offset, Code: CodeUnexpected, Found: t.text, Wanted: wanted}
}

// count limits the operations of a text.
func (p *parser) count(at int) *Error {
	if p.operations++; p.operations > OperationsMax {
		return &Error{Offset: at, Code: CodeTooComplex}
	}
	return nil
}

// expression reads operands joined by operators that bind tighter than least.
func (p *parser) expression(least int) (*node, *Error) {
	if p.depth++; p.depth > depthMax {
		return nil, &Error{Offset: p.peek().offset, Code: CodeTooComplex}
	}
	defer func() { p.depth-- }()
	left, fault := p.operand()
	if fault != nil {
		return nil, fault
	}
	for {
		t := p.peek()
		bind, ok := binding[t.kind]
		if !ok || bind <= least {
			return left, nil
		}
		p.next()
		if fault := p.count(t.offset); fault != nil {
			return nil, fault
		}
		right, fault := p.expression(bind)
		if fault != nil {
			return nil, fault
		}
		left = &node{op: t.kind, offset: t.offset, parts: []*node{left, right}}
		if bind == binding["<"] && binding[p.peek().kind] == bind {
			return nil, p.unexpected("operator") // a < b < c has two readings
		}
	}
}

// operand reads a number, a name, a call, something in brackets, or a sign before one.
func (p *parser) operand() (*node, *Error) {
	t := p.peek()
	switch t.kind {
	case opNumber:
		return p.number()
	case opName:
		p.next()
		if p.peek().kind == "(" {
			return p.call(t)
		}
		return &node{op: opName, offset: t.offset, text: t.text}, nil
	case "(":
		p.next()
		inner, fault := p.expression(0)
		if fault != nil {
			return nil, fault
		}
		if p.peek().kind != ")" {
			return nil, p.unexpected(")")
		}
		p.next()
		return inner, nil
	case "-", "not":
		p.next()
		if fault := p.count(t.offset); fault != nil {
			return nil, fault
		}
		bind, op := bindMinus, opMinus
		if t.kind == "not" {
			bind, op = bindNot, "not"
		}
		inner, fault := p.expression(bind)
		if fault != nil {
			return nil, fault
		}
		return &node{op: op, offset: t.offset, parts: []*node{inner}}, nil
	}
	return nil, p.unexpected("operand")
}

func (p *parser) number() (*node, *Error) {
	t := p.next()
	whole, rest, point := strings.Cut(t.text, ".")
	if len(whole)+len(rest) > digitsMax || strings.Contains(rest, ".") || (point && rest == "") {
		return nil, &Error{Offset: t.offset, Code: CodeNumber, Found: t.text}
	}
	value, ok := new(big.Rat).SetString(t.text)
	if !ok {
		return nil, &Error{Offset: t.offset, Code: CodeNumber, Found: t.text}
	}
	text := t.text
	if p.peek().kind == "%" {
		p.next()
		value.Quo(value, big.NewRat(100, 1))
		text = canonicalNumber(text) + "%"
	} else {
		text = canonicalNumber(text)
	}
	return &node{op: opNumber, offset: t.offset, value: value, text: text}, nil
}

// canonicalNumber drops zeros that say nothing.
func canonicalNumber(text string) string {
	whole, rest, _ := strings.Cut(text, ".")
	whole, rest = strings.TrimLeft(whole, "0"), strings.TrimRight(rest, "0")
	if whole == "" {
		whole = "0"
	}
	if rest == "" {
		return whole
	}
	return whole + "." + rest
}

// call reads the arguments of a function whose name was read.
func (p *parser) call(name token) (*node, *Error) {
	takes, known := functions[name.text]
	if !known {
		return nil, &Error{Offset: name.offset, Code: CodeFunction, Found: name.text, Wanted: strings.Join(Functions(), ", ")}
	}
	if fault := p.count(name.offset); fault != nil {
		return nil, fault
	}
	p.next() // the bracket
	call := &node{op: name.text, offset: name.offset}
	for p.peek().kind != ")" {
		if len(call.parts) > 0 {
			if p.peek().kind != "," {
				return nil, p.unexpected(")")
			}
			p.next()
		}
		argument, fault := p.expression(0)
		if fault != nil {
			return nil, fault
		}
		call.parts = append(call.parts, argument)
	}
	p.next()
	if n := len(call.parts); n < takes.least || n > takes.most {
		return nil, &Error{Offset: name.offset, Code: CodeArguments, Found: name.text}
	}
	return call, nil
}
