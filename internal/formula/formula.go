// Package formula is the small language in which a plan computes a measure from other measures: typed, exact and bounded.
//
//	max(credited - 0.5 * quota, money(0)) * 2%
//
// Values are amounts of money or plain numbers, both exact rationals. Money plus money is money, money times a number is money, money by
// money is a number; what has no such meaning does not compile. There are no loops and no recursion, a text has at most TextMax
// characters and OperationsMax operations, so every formula ends soon. Binary floating point does not occur. A formula knows the names of
// measures and nothing of people or plans.
//
// Why this is our own and not a library's: the expression languages of the field (expr, CEL) read literals into binary floats, have no
// units, and have far more in them than an auditor wants to sign.
package formula

import (
	"fmt"
	"math/big"
	"slices"
	"unicode/utf8"
)

// The bounds of a formula.
const (
	TextMax       = 400
	OperationsMax = 60
	depthMax      = 24
	argumentsMax  = 8
	digitsMax     = 18 // of a number
)

// Kind is the type of a value.
type Kind int

// Money in minor units; a number (a ratio or a count); the answer of a comparison.
const (
	KindNone Kind = iota
	KindMoney
	KindNumber
	KindTruth
)

// String returns the kind's word, as messages have it.
func (k Kind) String() string { return [...]string{"none", "money", "number", "truth"}[k] }

// Formula is a text that was read and found to have a meaning. It is immutable and may be used by several goroutines.
type Formula struct {
	root *node
}

// Compile reads a text. kindOf tells the kind of a name, KindNone for one that does not exist. The error is an *Error.
func Compile(text string, kindOf func(name string) Kind) (*Formula, error) {
	root, fault := parse(text)
	if fault != nil {
		return nil, fault
	}
	if fault := root.check(kindOf); fault != nil {
		return nil, fault
	}
	f := &Formula{root: root}
	if utf8.RuneCountInString(f.Canonical()) > TextMax { // which has spaces that the text may lack
		return nil, &Error{Offset: TextMax, Code: CodeTooLong}
	}
	return f, nil
}

// Kind is the kind of the formula's value.
func (f *Formula) Kind() Kind { return f.root.kind }

// Error says what is wrong with a text and where. Code is one of those below; Offset counts characters from 0.
type Error struct {
	Offset int
	Code   Code
	Found  string // the word or character at fault
	Wanted string // what would have done, where that can be said
}

// Error implements error, in English and for logs; pages translate Code.
func (e *Error) Error() string {
	return fmt.Sprintf("formula: character %d: %s %q (wanted %s)", e.Offset+1, e.Code, e.Found, e.Wanted)
}

// Code names a fault of a formula.
type Code string

// The faults.
const (
	CodeTooLong    Code = "too_long"    // more than TextMax characters
	CodeTooComplex Code = "too_complex" // too many operations, or nested too deep
	CodeCharacter  Code = "character"   // a character that means nothing here
	CodeNumber     Code = "number"      // too many digits
	CodeUnexpected Code = "unexpected"  // a word or the end where something else must stand
	CodeFunction   Code = "function"    // no such function
	CodeArguments  Code = "arguments"   // too few or too many
	CodeName       Code = "name"        // no such measure
	CodeKind       Code = "kind"        // money where a number must stand, or the like
)

// node is one operation. Leaves are constants and names.
type node struct {
	op     string // "number", "name", an operator or a function
	offset int
	kind   Kind     // set when the formula was compiled
	value  *big.Rat // of a number; a percent is divided by 100
	text   string   // of a number as canonical text; of a name
	parts  []*node
}

// Names lists the names that the formula reads, sorted, each once.
func (f *Formula) Names() []string {
	var names []string
	f.root.each(func(n *node) {
		if n.op == opName && !slices.Contains(names, n.text) {
			names = append(names, n.text)
		}
	})
	slices.Sort(names)
	return names
}

func (n *node) each(do func(*node)) {
	do(n)
	for _, part := range n.parts {
		part.each(do)
	}
}

// NamesIn lists the names in a text, sorted, each once, whether or not it has a meaning; none when it cannot be read.
func NamesIn(text string) []string {
	root, fault := parse(text)
	if fault != nil {
		return nil
	}
	return (&Formula{root: root}).Names()
}
