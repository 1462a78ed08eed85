package plan

import "xiaoguan/internal/decimal"

// The forms of docs/adr/0011-plan-language-every-mechanism.md, which has their exact meaning.

// Span is a window that a word does not name: the last Months months, or Window, as seen Back months earlier.
type Span struct {
	Window Window // empty when Months is set
	Months int
	Back   int
}

// Group names a set of people.
type Group string

// The groups. But for GroupLedTeams, the person and leaders are members too.
const (
	GroupLedTeams  Group = "led_teams"
	GroupOwnTeam   Group = "own_team"
	GroupOwnRegion Group = "own_region"
	GroupCompany   Group = "company"
	GroupPlan      Group = "plan"
	GroupMentees   Group = "mentees"
)

// GroupFold names how the members' values become one.
type GroupFold string

// The folds. The average, highest and lowest of nobody have no value.
const (
	FoldSum     GroupFold = "sum"
	FoldAverage GroupFold = "average"
	FoldHighest GroupFold = "highest"
	FoldLowest  GroupFold = "lowest"
)

// FurtherForms are the forms of a measure beyond those of Measure. At most one is set, and then none of Measure.
type FurtherForms struct {
	Given     *GivenMeasure
	Retained  *RetainedMeasure
	Scorecard []ScoreItem
	Formula   *FormulaMeasure
	Component string // the component whose amount it is
	Rank      *RankMeasure
}

func (m FurtherForms) kind() ValueKind {
	switch {
	case m.Given != nil:
		return m.Given.Kind
	case m.Formula != nil:
		return m.Formula.Kind
	case m.Component != "":
		return KindMoney
	case m.Rank != nil:
		return KindCount
	}
	return KindRatio
}

// Missing names what a given value that nobody recorded is.
type Missing string

// The run is refused; it is 0; the measure has no value.
const (
	MissingRefuse  Missing = "refuse"
	MissingZero    Missing = "zero"
	MissingNoValue Missing = "no_value"
)

// GivenMeasure is measured elsewhere and recorded by person and month; the months of the window are added up.
type GivenMeasure struct {
	Of      string
	Kind    ValueKind // money, ratio or count
	Window  Window    // empty when Span is set
	Span    *Span
	Missing Missing
}

// RetainedMeasure is the part of the customers with a positive credit in Before that have one in Now.
type RetainedMeasure struct {
	Event       string
	By          []string
	Before, Now Span
}

// ScoreItem is one line of a scorecard: weight · clamp(measure / goal, least, most).
type ScoreItem struct {
	Measure string
	Goal    decimal.Decimal // above zero; minor units for money
	Weight  decimal.Decimal // 0.4 is 40 %; the items total 1
	Least   decimal.Decimal
	Most    *decimal.Decimal // nil: no limit
}

// FormulaMeasure is computed from other measures.
type FormulaMeasure struct {
	Kind ValueKind // money, ratio or count
	Text string    // as written by package formula
}

// RankTies names which place tied people have.
type RankTies string

// The best, the worst, or the average of the places that they occupy.
const (
	TiesBest    RankTies = "best"
	TiesWorst   RankTies = "worst"
	TiesAverage RankTies = "average"
)

// Order names which end comes first.
type Order string

// Highest first, or lowest first.
const (
	OrderDescending Order = "descending"
	OrderAscending  Order = "ascending"
)

// RankMeasure is the person's place among a group, 1 first. Who has no value of By comes last.
type RankMeasure struct {
	By    string
	Among Group
	Order Order
	Ties  RankTies
}

// FurtherPays are the forms and steps of Pays beyond its own.
type FurtherPays struct {
	AmountGrid *Grid   // instead of AmountFen; cells in minor units
	Prizes     *Prizes // instead of a rate or an amount
	Pool       *Pool   // instead of a rate or an amount
	Deduct     *Deduct // of a base
	Factors    *Factors
}

// Deduct is a deductible: the base less it, not below zero. One of both is set.
type Deduct struct {
	AmountFen int64
	Measure   string
}

// Prize ties.
const (
	PrizeTiesAll   = "all"   // each gets the amount of the best place
	PrizeTiesShare = "share" // the amounts of the places occupied are added up and divided
)

// Prizes give place k amount k, or the places of each share of those who compete its amount.
type Prizes struct {
	By         string
	Among      Group
	Order      Order
	AmountsFen []int64      // or
	Shares     []PrizeShare // ascending
	Places     PrizePlaces  // of Shares
	Ties       string
}

// PrizeShare is the amount for each place within the first Top of those who compete, as far as no share before has it.
type PrizeShare struct {
	Top       decimal.Decimal // above 0, at most 1
	AmountFen int64
}

// PrizePlaces says how many places a share has that comes to no whole number.
type PrizePlaces string

// Rounded to fewer places, or to more.
const (
	PrizePlacesDown PrizePlaces = "down"
	PrizePlacesUp   PrizePlaces = "up"
)

// Pool shares a sum among the members of a group by a measure of theirs, by largest remainder, on a tie to the smaller key.
type Pool struct {
	AmountFen int64 // or
	Rate      *decimal.Decimal
	Of        string // money measure, summed over the group; of Rate
	Among     Group
	By        string
}

// FactorCombination names how factors work together.
type FactorCombination string

// All multiplied; or Σ weight · factor.
const (
	FactorsProduct  FactorCombination = "product"
	FactorsWeighted FactorCombination = "weighted"
)

// Factors multiply what the table left.
type Factors struct {
	Combine FactorCombination
	Items   []Factor
}

// Factor is a measure itself, a measure's band, or a cell of a grid.
type Factor struct {
	Measure  string // with Bands: the measure that chooses
	Least    *decimal.Decimal
	Most     *decimal.Decimal
	Boundary Boundary
	Bands    []Band
	Grid     *Grid
	Weight   decimal.Decimal // of FactorsWeighted
}

// Grid is a table of up to four dimensions.
type Grid struct {
	By        []Dimension
	Cells     []decimal.Decimal // the last dimension runs fastest; minor units where it is an amount
	Otherwise *decimal.Decimal  // nil: a key that is not listed refuses the run
}

// The limits of grids.
const (
	GridDimensionsMax = 4
	GridCellsMax      = 5000
)

// Dimension is one side of a grid: the keys of a field, or the bands of a measure. n edges make n + 1 bands.
type Dimension struct {
	Field    Field
	Keys     []string
	Measure  string
	Boundary Boundary
	Edges    []decimal.Decimal
}

// Size is how many rows the dimension has.
func (d Dimension) Size() int {
	if d.Measure != "" {
		return len(d.Edges) + 1
	}
	return len(d.Keys)
}

// End names how a line goes on beyond its first or last point.
type End string

// As the end's multiplier; as zero (below only); along the nearest line, not below 0.
const (
	EndFlat   End = "flat"
	EndZero   End = "zero"
	EndExtend End = "extend"
)

// Line is straight between its points, ascending by At, at least two.
type Line struct {
	Points        []LinePoint
	Below, Beyond End
}

// LinePoint is a value of the measure and the multiplier there.
type LinePoint struct{ At, Times decimal.Decimal }

// Threshold is where a table of StyleAbovePoint begins, and the multiplier of what lies below it.
type Threshold struct{ At, Below decimal.Decimal }

// LimitPer names what a cap limits.
type LimitPer string

// The component; or what each credit or each deal earns, before adding up.
const (
	LimitPerComponent LimitPer = "component"
	LimitPerCredit    LimitPer = "credit"
	LimitPerDeal      LimitPer = "deal"
)

// LimitOver names over which span a cap holds, together with what earlier months of it paid.
type LimitOver string

// The period itself, the calendar quarter, the calendar year.
const (
	LimitOverPeriod  LimitOver = "period"
	LimitOverQuarter LimitOver = "quarter"
	LimitOverYear    LimitOver = "year"
)

// FurtherLimit are the choices of a cap beyond its amount. The zero value is per component, over the period, excess dropped.
type FurtherLimit struct {
	Percent *decimal.Decimal // of the measure Of, instead of an amount
	Of      string
	Per     LimitPer
	Over    LimitOver
	Carried bool // the excess is added to the next period's amount before its cap
}

// RateOn names the day whose exchange rate counts.
type RateOn string

// The day of the credit, of signing, or the last of the month in which the credit lies.
const (
	RateOnEvent     RateOn = "event_date"
	RateOnSigned    RateOn = "signed_on"
	RateOnPeriodEnd RateOn = "period_end"
)

// Convert says whether amounts are converted before components multiply them.
type Convert string

// Before the rate each credit counts as its converted, rounded amount; after it, what a credit earns is converted, unrounded.
const (
	ConvertBeforeRate Convert = "before_rate"
	ConvertAfterRate  Convert = "after_rate"
)

// Conversion says how facts in other currencies are brought into the plan's.
type Conversion struct {
	Rate      string // kind of exchange rate
	On        RateOn
	AfterRate bool // rates of credits convert their exact results; otherwise they multiply converted and rounded amounts
}
