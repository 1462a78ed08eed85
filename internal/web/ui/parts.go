package ui

import (
	"math/big"

	"github.com/a-h/templ"

	"xiaoguan/internal/money"
)

// Tone is a judgement, drawn as colour beside a word or a shape that says the same.
type Tone string

// The tones. Hold is money held back and nothing else; Gold is honours and the next band.
const (
	ToneNone  Tone = ""
	ToneGood  Tone = "good"
	ToneWarn  Tone = "warn"
	ToneBad   Tone = "bad"
	ToneHold  Tone = "hold"
	ToneGold  Tone = "gold"
	ToneBrand Tone = "brand"
	ToneLine  Tone = "line" // outlined: exempt, not counted
)

// Chip is a short state: word, optional icon, tone.
type Chip struct {
	Label string
	Icon  string
	Tone  Tone
	Title string
}

// ClockState is how near a deadline is.
type ClockState string

// The states of a clock; Soon is the last quarter of the time.
const (
	ClockRun    ClockState = "run"
	ClockSoon   ClockState = "soon"
	ClockOver   ClockState = "over"
	ClockDone   ClockState = "done"
	ClockExempt ClockState = "exempt"
)

// Clock is a deadline chip; Label says "剩5小时" (see i18n.Printer.Deadline).
type Clock struct {
	State ClockState
	Label string
	Title string // the full time
}

// Amount is a sum of money for display: sign, currency, dimmed decimals.
type Amount struct {
	Minor    int64
	Currency money.Currency // CNY when empty
	Whole    bool           // without decimals, for lists
	Signed   bool           // + before a gain
	Plain    bool           // without the currency sign, where a column head names it
}

// Delta is a change with its direction. Label is the text with unit ("3.2点", "11.4%"); Sign is −1, 0 or +1.
type Delta struct {
	Sign  int
	Label string
	Tone  Tone   // judgement, if there is one; otherwise direction colour by the person's setting
	After string // "比7月"
}

// Asked is a number that can be asked why. ID must be unique on the page.
type Asked struct {
	ID    string
	Label string          // the number
	Body  templ.Component // drawn instead of Label, such as Money(…)
	Why   Why
}

// Why is the answer: what a number means and how it came about.
type Why struct {
	Title   string
	Version string // "口径库 v3"
	Formula string // with the real figures
	Facts   []Fact
	Links   []Link // rows · definition · challenge
	// Source is the page of the answer, fetched when it is opened: asked by htmx it answers with WhyBody alone. Nothing else of Why is drawn then.
	Source string
}

// Fact is a term and what holds for it.
type Fact struct {
	Term string
	Text string
	URL  string          // makes Text a link
	Body templ.Component // drawn instead of Text
}

// Metric is a card with one number: how much, against what, so what.
type Metric struct {
	Label   string
	Basis   string // the definition in a word: "回款口径"
	Value   templ.Component
	Text    string // drawn when Value is nil
	Unit    string
	Spark   *Spark
	Bar     *Bar
	Goal    string // "目标 85%"
	Gap     string // "差3.4点"
	GapTone Tone
	Deltas  []Delta
	Age     string
	Late    bool   // the data are older than promised: a square and the colour beside Age, which says why
	Missing string // why there is no number; drawn under it
	Source  string
	Span    int // columns of 12; 3 when 0
}

// Bar is a horizontal bar of up to six parts. Shares are of the whole width, 0 to 1.
type Bar struct {
	Parts  []BarPart
	Tick   *big.Rat // target mark; nil for none
	Height int      // pixels; 6 when 0
	// Label is the sentence for a screen reader; empty hides the bar from it, which is right when the numbers stand beside it.
	Label string
}

// BarPart is one segment of a bar. Class is one of f1…f6 (series), fg fw fb fh fgd fn fbr (states), pr1 pr2 pr3 (nested
// probabilities). With Nested every part starts at the left.
type BarPart struct {
	Share  *big.Rat
	Class  string
	Nested bool
}

// Pace is attainment against target and time, on a scale of 0 to 130 %.
type Pace struct {
	Attained *big.Rat // share of target
	Elapsed  *big.Rat // share of time; nil hides the mark
	NextBand *big.Rat // share of target; nil hides it
	NextText string   // "120%档"
	Label    string   // sentence for a screen reader; made from the figures when empty
}

// Spark is a small line of at most 60 points. Base draws a dashed line at that value.
type Spark struct {
	Points []*big.Rat
	Base   *big.Rat
	Label  string
}

// Ring is a share as a circle with its number inside.
type Ring struct {
	Share *big.Rat
	Text  string
	Tone  Tone
	Label string
}

// Note is a coloured line: a bold fact, then the way out.
type Note struct {
	ID     string
	Tone   Tone
	Icon   string // chosen by tone when empty
	Strong string
	Text   string
	Body   templ.Component // drawn after Text
	Action *Action
	Inset  bool // inside a flush card
}

// Toast is the answer to an act. A failed one stays and interrupts a screen reader; others go after eight seconds when JavaScript
// runs.
type Toast struct {
	Text   string
	Failed bool
	Undo   *Action
}

// State is a place where content would be.
type State struct {
	Kind    StateKind
	Icon    string // chosen by kind when empty
	Title   string
	Text    string
	Actions []Action
}

// StateKind is why there is no content.
type StateKind string

// The kinds of State.
const (
	StateEmpty     StateKind = "empty"
	StateError     StateKind = "error"
	StateStale     StateKind = "stale"
	StateForbidden StateKind = "forbidden"
)

// CardView is a card; its content is given as children.
type CardView struct {
	ID      string // id of the heading, for aria-labelledby; made from Title when empty
	Title   string
	Label   string // names a card without a title for screen readers
	Sub     string
	Chips   []Chip
	Count   int   // shown behind the title when > 0
	More    *Link // link at the right of the head
	Actions []Action
	Head    templ.Component // drawn at the right of the head: legend, segment
	Foot    string
	Footer  templ.Component // drawn instead of Foot
	Span    int             // columns of 12; 12 when 0, −1 for a card outside a grid
	Flush   bool            // no padding: tables and lists reach the edge
}

// FoldedView is a part of a page that is open on a wide screen and closed on a phone until it is touched. One whose form was refused, and one that an
// address leads into, is open everywhere; without JavaScript it is, too.
type FoldedView struct {
	ID    string
	Title string
	Sub   string // what is inside, in a few words
	Shape FoldShape
}

// FoldShape is what is folded.
type FoldShape int

const (
	FoldSection FoldShape = iota // a grid of cards under a heading
	FoldCard                     // a card, outside of a grid
	FoldLine                     // the rest of a card
)
