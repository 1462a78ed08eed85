package ui

import "github.com/a-h/templ"

// TraceNode is one line of a trace: a name, how much of what, and the amount that follows, opening to how it came about. The levels
// below go payout → component → band → credit → deal; a node may hold a formula, tables, a note and further nodes.
type TraceNode struct {
	ID       string // anchor; may be empty
	Name     string
	Chips    []Chip
	Quantity string // "回款¥307,188.00"
	Amount   string // written in full, see i18n.Printer.Money
	Tone     Tone   // ToneHold for money held back
	Zero     bool   // pays nothing: stays in its place, dimmed, and says why
	Open     bool
	Formula  []FormulaPart
	Note     string
	Body     templ.Component // drawn after Note
	Tables   []TableView
	Children []TraceNode
	Rounding string // the line that says where a rounding went
}

// leaf reports whether there is nothing to open.
func (n TraceNode) leaf() bool {
	return len(n.Formula) == 0 && n.Note == "" && n.Body == nil && len(n.Tables) == 0 && len(n.Children) == 0 && n.Rounding == ""
}

// FormulaPart is a piece of a formula: an operator, or a named figure.
type FormulaPart struct {
	Operator string // "＋", "÷", "＝"; alone when set
	Label    string
	Value    string
	Asked    *Asked // the value as a number that can be asked
}

// TraceView is a whole tree with its total.
type TraceView struct {
	Nodes []TraceNode
	Total *TraceNode
}
