package plan

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/ruledoc"
)

// HonourSpan is how long a time an honour is given for.
type HonourSpan string

// The spans. All are of the calendar.
const (
	SpanMonth    HonourSpan = "month"
	SpanQuarter  HonourSpan = "quarter"
	SpanHalfYear HonourSpan = "half_year"
	SpanYear     HonourSpan = "year"
)

// HonourSpans lists the spans from short to long.
var HonourSpans = []HonourSpan{SpanMonth, SpanQuarter, SpanHalfYear, SpanYear}

// Months is how many months the span has.
func (s HonourSpan) Months() int {
	return map[HonourSpan]int{SpanMonth: 1, SpanQuarter: 3, SpanHalfYear: 6, SpanYear: 12}[s]
}

// Window is the window of a measure that gathers over the whole span, in the span's last month.
func (s HonourSpan) Window() Window {
	return map[HonourSpan]Window{SpanMonth: WindowPeriod, SpanQuarter: WindowQuarterToDate, SpanHalfYear: WindowHalfYearToDate, SpanYear: WindowYearToDate}[s]
}

// HonourEach says within which groups the winners are found.
type HonourEach string

// The groups.
const (
	EachCompany HonourEach = "company"
	EachRegion  HonourEach = "region"
	EachTeam    HonourEach = "team"
	EachLevel   HonourEach = "level"
)

// HonourTies names what happens to people who are still equal where the last winner is.
type HonourTies string

// All of them win; or none of them does.
const (
	HonourTiesAll  HonourTies = "all"
	HonourTiesNone HonourTies = "none"
)

// Honour is a rule that gives a title to the first of a ranking. Rule holds its participants and measures with two components:
// ComponentRequire, whose conditions are the minimums, and ComponentRank, whose conditions hold for whoever has a value of every measure
// that ranks. Neither pays anything: package engine finds the values, package honour the winners.
type Honour struct {
	ID        string
	Title     Text
	Span      HonourSpan
	Each      HonourEach
	Effective calendar.Interval
	Rule      *Plan
	By        string // measure that ranks
	Order     Order
	TieBreaks []string // measures, the first decides first; all in the order of the ranking
	Ties      HonourTies
	Winners   int // of each group
	Brings    HonourBrings
	hash      string
	canonical []byte
}

// HonourBrings is what comes with the title, beside the title.
type HonourBrings struct {
	CashMinor      int64
	Points         int64
	PriorityMonths int // how many months after the span the winner is preferred for promotion
}

// The components of a rule of honours.
const (
	ComponentRequire = "require"
	ComponentRank    = "rank"
)

// Promotion is the rules by which people rise from level to level. Rule has its measures and two components for each step, see
// StepComponent and PriorityComponent.
type Promotion struct {
	ID        string
	Name      Text
	Effective calendar.Interval
	Rule      *Plan
	Steps     []PromotionStep
	hash      string
	canonical []byte
}

// PromotionStep is the way from one level to a higher one. All conditions of When must hold. Who is preferred for promotion needs only
// those of Priority, where there are any.
type PromotionStep struct {
	From, To string
	When     []Condition
	Priority []Condition
}

// StepComponent is the component of the rule with the conditions of the step from a level.
func StepComponent(from string) string { return "from_" + from }

// PriorityComponent is the component with the conditions for those who are preferred.
func PriorityComponent(from string) string { return "preferred_from_" + from }

// Hash returns the SHA-256 of the canonical bytes in hex: what is approved.
func (h *Honour) Hash() string { return h.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (h *Honour) Canonical() []byte { return h.canonical }

// Hash returns the SHA-256 of the canonical bytes in hex: what is approved.
func (p *Promotion) Hash() string { return p.hash }

// Canonical returns the canonical bytes. They must not be changed.
func (p *Promotion) Canonical() []byte { return p.canonical }

// Step returns the step from a level, or nil.
func (p *Promotion) Step(from string) *PromotionStep {
	for i := range p.Steps {
		if p.Steps[i].From == from {
			return &p.Steps[i]
		}
	}
	return nil
}

// unbounded is a condition that every value meets and no value is below; somebody without a value does not meet it.
func unbounded(measure string) Condition {
	return Condition{Measure: measure, Comparison: AtLeast, Value: decimal.FromInt(-ruledoc.AmountMax, 0)}
}

// unpaid is a component that only asks conditions.
func unpaid(id string, when []Condition) Component {
	return Component{ID: id, Name: Text{Zh: id, En: id}, When: when, Round: Rounding{At: RoundAtComponent}}
}

// ruleStatements are the choices of a rule that pays nothing: attainment without a quota has no value, and who left before is no participant.
var ruleStatements = Statements{
	PayableOn: PayableOnPeriodClose, Refund: RefundNegativeCredit, NegativeResult: NegativeStands, ZeroQuota: ZeroQuotaNotApplicable, LevelAt: AtPeriodEnd,
	TeamAt: AtPeriodEnd, Joiner: PartPeriodFull, Leaver: PartPeriodFull, LeaverLaterCollections: LaterCollectionsUnpaid, AttainmentRounding: AttainmentExact,
}

// seal computes the canonical bytes and the hash, which the inner rule shares.
func (h *Honour) seal() {
	h.canonical, h.hash = ruledoc.Seal(toHonourWire(h))
	h.Rule.canonical, h.Rule.hash = h.canonical, h.hash
}

// seal computes the canonical bytes and the hash, which the inner rule shares.
func (p *Promotion) seal() {
	p.canonical, p.hash = ruledoc.Seal(toPromotionWire(p))
	p.Rule.canonical, p.Rule.hash = p.canonical, p.hash
}

// Hash returns the hash of what the document is.
func (d *Document) Hash() string {
	switch {
	case d.Plan != nil:
		return d.Plan.Hash()
	case d.Honour != nil:
		return d.Honour.Hash()
	case d.Promotion != nil:
		return d.Promotion.Hash()
	}
	return d.Crediting.Hash()
}

// Canonical returns the canonical bytes of what the document is. They must not be changed.
func (d *Document) Canonical() []byte {
	switch {
	case d.Plan != nil:
		return d.Plan.Canonical()
	case d.Honour != nil:
		return d.Honour.Canonical()
	case d.Promotion != nil:
		return d.Promotion.Canonical()
	}
	return d.Crediting.Canonical()
}

// Prose writes the document as the text that is signed.
func (d *Document) Prose(lang Lang) []Section {
	switch {
	case d.Plan != nil:
		return d.Plan.Prose(lang)
	case d.Honour != nil:
		return d.Honour.Prose(lang)
	case d.Promotion != nil:
		return d.Promotion.Prose(lang)
	}
	return d.Crediting.Prose(lang)
}
