// Package report writes the monthly report of sales, 《销售数据分析报告》: what changed, what drives it, where the process is slow, what is owed, what was done
// about it, and what is to be expected.
//
// A Document is facts in sections: sentences (the key of a text and its arguments), tables, charts. It is written in Chinese and in English from the same facts,
// and each number in it leads to the values of package metric that it was worked out from, and so to definitions and rows. People write notes beside sections;
// what is computed is never changed by hand. A published version is frozen with its data: opening it computes nothing.
//
// Limits: attribution says where a change lies, never why people did what they did.
package report

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Form is the shape of documents that this program writes; frozen ones keep theirs.
const Form = 1

// Document is a computed report.
type Document struct {
	Form     int            `json:"form"`
	Month    calendar.Month `json:"month"`
	Place    metric.Place   `json:"place"`
	Currency string         `json:"currency"`
	Period   metric.Period  `json:"period"` // the days that were counted
	Elapsed  int            `json:"elapsed"`
	WorkDays int            `json:"work_days"`
	// ComputedAt is when the numbers were read, Newest when the newest fact among them was recorded.
	ComputedAt time.Time `json:"computed_at"`
	Newest     time.Time `json:"newest,omitzero"`
	Behind     bool      `json:"behind,omitempty"` // facts were recorded that the numbers do not count
	// Definitions are those that the numbers were made by, as they held then.
	Definitions []metric.Definition `json:"definitions"`
	Sections    []Section           `json:"sections"`
}

// Definition returns the definition that a metric's values of the document were made by.
func (d *Document) Definition(id metric.ID) (metric.Definition, bool) {
	for _, one := range d.Definitions {
		if one.ID == id || one.Family == id {
			return one, true
		}
	}
	return metric.Definition{}, false
}

// Section returns a section.
func (d *Document) Section(id SectionID) (Section, bool) {
	for _, s := range d.Sections {
		if s.ID == id {
			return s, true
		}
	}
	return Section{}, false
}

// SectionID names a section.
type SectionID string

// The sections, in their order. Basis to Outlook are numbered 1 to 8.
const (
	SectionBasis    SectionID = "basis"    // 1 target, period, scope, 口径
	SectionOverall  SectionID = "overall"  // 2 attainment with 同比 and 环比
	SectionWhere    SectionID = "where"    // 3 region, team and person, product, customer, channel
	SectionProcess  SectionID = "process"  // 4 leads, funnel, cycle, compliance, bottleneck
	SectionMoney    SectionID = "money"    // 5 collections, receivables, overdue
	SectionCauses   SectionID = "causes"   // 6 strengths, gaps, causes
	SectionActions  SectionID = "actions"  // 7 last month's scored, proposals for the next ones
	SectionOutlook  SectionID = "outlook"  // 8 forecast and plan
	SectionAppendix SectionID = "appendix" // tables
	SectionCleaning SectionID = "cleaning" // what the data are like
)

// Sections lists them in their order.
var Sections = []SectionID{SectionBasis, SectionOverall, SectionWhere, SectionProcess, SectionMoney, SectionCauses, SectionActions, SectionOutlook, SectionAppendix, SectionCleaning}

// Message names the section for people.
func (s SectionID) Message() errs.Message { return errs.Msg("report.section."+string(s), nil) }

// Number is the number of the section as it is printed; 0 for the appendix and the note on data.
func (s SectionID) Number() int {
	for i, one := range Sections {
		if one == s && s != SectionAppendix && s != SectionCleaning {
			return i + 1
		}
	}
	return 0
}

// Section is a part of a document.
type Section struct {
	ID     SectionID `json:"id"`
	Blocks []Block   `json:"blocks"`
}

// Block is one thing in a section: exactly one of its pointers is set. ID is the same in every version of a report, and unique in it.
type Block struct {
	ID       string    `json:"id"`
	Sentence *Sentence `json:"sentence,omitempty"`
	Table    *Table    `json:"table,omitempty"`
	Chart    *Chart    `json:"chart,omitempty"`
}

// Tone says how a sentence is meant.
type Tone string

// The tones.
const (
	TonePlain   Tone = ""
	ToneGood    Tone = "good"
	ToneBad     Tone = "bad"
	ToneUnknown Tone = "unknown" // says why something is not known
)

// Sentence is a text of the catalogue, report.say.<Key>, with what stands in it.
type Sentence struct {
	Key  string         `json:"key"`
	Args map[string]Arg `json:"args,omitempty"`
	Tone Tone           `json:"tone,omitempty"`
}

// Arg is what stands in a sentence or a cell: exactly one of its fields is set; none for an empty cell.
type Arg struct {
	Figure *Figure        `json:"figure,omitempty"`
	Name   *Name          `json:"name,omitempty"`
	Key    string         `json:"key,omitempty"` // of a text of the catalogue
	Day    calendar.Date  `json:"day,omitempty"`
	Month  calendar.Month `json:"month,omitempty"`
	List   []Arg          `json:"list,omitempty"`
}

// Name is what a thing is called; a place leads to its numbers.
type Name struct {
	Text  ruledoc.Text  `json:"text"` // both alike where there is one name
	Place *metric.Place `json:"place,omitempty"`
	Link  string        `json:"link,omitempty"` // a page of the installation about it
}

// Figure is a number of a document.
type Figure struct {
	Unit   metric.Unit `json:"unit"`
	Amount int64       `json:"amount"`           // as metric.Value.Amount: minor units, things, parts per million, tenths of a day, minutes
	Signed bool        `json:"signed,omitempty"` // a change: written with its sign
	Points bool        `json:"points,omitempty"` // a difference of percentages
	// Numerator and Denominator are those of a ratio that is not a value of the metric book; Denominator 0 for none.
	Numerator   int64         `json:"numerator,omitempty"`
	Denominator int64         `json:"denominator,omitempty"`
	Known       bool          `json:"known"`
	Why         metric.Reason `json:"why,omitempty"`
	// Of are the values that it was worked out from: the value itself, both values of a change, those of the parts.
	Of []metric.Value `json:"of,omitempty"`
	// Link is the page with the rows of what no metric counts.
	Link string `json:"link,omitempty"`
}

// Table is rows of cells. Its title is the text report.table.<ID of the block>.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	// Left is how many rows more there are, which are summed up in the last one.
	Left int `json:"left,omitempty"`
	// Empty says why there is none, when there is none.
	Empty *Sentence `json:"empty,omitempty"`
}

// Column is the head of a column: the text report.column.<Key>.
type Column struct {
	Key    string      `json:"key"`
	Unit   metric.Unit `json:"unit,omitempty"` // of its figures; empty for names
	Metric metric.ID   `json:"metric,omitempty"`
}

// Row is a row of a table.
type Row struct {
	Cells []Arg `json:"cells"`
	Total bool  `json:"total,omitempty"`
}

// ChartKind says how a chart is drawn.
type ChartKind string

// The kinds of chart.
const (
	ChartLine      ChartKind = "line"      // over months
	ChartBars      ChartKind = "bars"      // side by side
	ChartWaterfall ChartKind = "waterfall" // the first bar and the last are whole, those between are steps
)

// Chart is series over the same labels. Its title is the text report.chart.<ID of the block>.
type Chart struct {
	Kind   ChartKind     `json:"kind"`
	Unit   metric.Unit   `json:"unit"`
	Labels []Arg         `json:"labels"`
	Series []ChartSeries `json:"series"`
}

// ChartSeries is one line or set of bars: the text report.series.<Role>.
type ChartSeries struct {
	Role   SeriesRole `json:"role"`
	Points []Figure   `json:"points"` // by label; some are not known
}

// SeriesRole is what a series is.
type SeriesRole string

// The roles.
const (
	RoleActual   SeriesRole = "actual"
	RoleTarget   SeriesRole = "target"
	RoleYearAgo  SeriesRole = "year_ago"
	RoleForecast SeriesRole = "forecast"
	RoleLow      SeriesRole = "low" // of the forecast's interval
	RoleHigh     SeriesRole = "high"
	RoleStep     SeriesRole = "step" // of a waterfall
)

// State is where a version stands.
type State string

// The states.
const (
	StateDraft     State = "draft"
	StatePublished State = "published" // frozen
)

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("report.state."+string(s), nil) }

// Report is the report of a month and a place.
type Report struct {
	ID        int64
	Month     calendar.Month
	Place     metric.Place // company, region or team
	CreatedAt time.Time
	Newest    int // its newest version
	Published int // its newest published version; 0 for none
	Revision  int64
}

// Subject is how the audit log and messages name a report.
func (r *Report) Subject() string { return "report:" + strconv.FormatInt(r.ID, 10) }

// Version is one computing of a report, without its document.
type Version struct {
	ReportID      int64
	Number        int
	State         State
	Hash          string    // SHA-256 of the document's canonical JSON, in hex
	NewestFact    time.Time // zero: none
	ComputedAt    time.Time
	ComputedBy    string // user; empty for the system
	ComputedName  string
	PublishedAt   time.Time
	PublishedBy   string
	PublishedName string
	Differs       []Difference // from the published version before it
	Revision      int64
}

// Difference is a number that another version has otherwise.
type Difference struct {
	Block  string `json:"block"`           // Block.ID
	At     string `json:"at"`              // the argument of a sentence, the row and column of a table, the label of a chart
	Before Arg    `json:"before,omitzero"` // empty: it was not there
	After  Arg    `json:"after,omitzero"`
}

// Note is what somebody wrote beside a section.
type Note struct {
	ReportID int64
	Version  int
	Section  SectionID
	Text     string
	ByID     string
	ByName   string
	At       time.Time
	Revision int64
}
