// Package budget is what incentive pay may cost in a fiscal year, by plan and by layer, month by month, and how that compares with what it will
// likely cost.
//
// A budget is entered as a whole and never changed: a new version takes the place of the one before, and both stay. It warns and stops nothing.
// The forecast of a month is what it came to, when it is closed; what its newest run says, when it has one; and otherwise the mean of the plan's three
// newest closed months, which knows neither season nor new people: package simulate draws a year from history. It is counted on either of two bases:
// accrued, what the month costs whenever it is paid, and paid, what its pay file pays. Both have differences for closed months, adjustments and the
// cash of titles in them.
package budget

import (
	"math/big"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Kind says what a line is for.
type Kind string

// A line is for a plan document, or for all plans of a layer.
const (
	KindPlan  Kind = "plan"
	KindLayer Kind = "layer"
)

// Line is the budget of one plan or layer in one month.
type Line struct {
	Kind        Kind           `json:"kind"`
	Key         string         `json:"key"`
	Month       calendar.Month `json:"month"`
	AmountMinor int64          `json:"amount_minor"`
}

// Version is one budget of a fiscal year. Number 0 is none.
type Version struct {
	FiscalYear int
	Number     int
	Note       string
	CreatedBy  string
	CreatedAt  time.Time
	Lines      []Line
}

// Draft is a budget handed in. Seen is the number of the version that its author saw, 0 for none.
type Draft struct {
	FiscalYear int
	Seen       int
	Note       string
	Lines      []Line
}

// Limits of a budget.
const (
	AmountMost = 1_000_000_000_000_00
	noteMost   = 500
	linesMost  = 12 * 500
)

// Validate finds everything that is wrong with a draft. Lines must lie in the fiscal year.
func (d Draft) Validate(fiscal calendar.Fiscal) error {
	var fields []errs.Field
	wrong := func(path, value, key string) {
		fields = append(fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, nil)})
	}
	if d.FiscalYear < 2000 || d.FiscalYear > 2200 {
		wrong("fiscal_year", strconv.Itoa(d.FiscalYear), "budget.year")
		return errs.Invalid("error.invalid", fields)
	}
	if utf8.RuneCountInString(d.Note) > noteMost {
		wrong("note", d.Note, "budget.note_long")
	}
	if len(d.Lines) == 0 || len(d.Lines) > linesMost {
		wrong("lines", strconv.Itoa(len(d.Lines)), "budget.no_lines")
	}
	type place struct {
		kind  Kind
		key   string
		month calendar.Month
	}
	seen := map[place]bool{}
	for i, l := range d.Lines {
		path := "lines[" + strconv.Itoa(i) + "]"
		at := place{l.Kind, l.Key, l.Month}
		switch {
		case l.Kind != KindPlan && l.Kind != KindLayer || l.Key == "":
			wrong(path, string(l.Kind), "budget.line_kind")
		case fiscal.YearOf(l.Month) != d.FiscalYear:
			wrong(path, l.Month.String(), "budget.line_month")
		case l.AmountMinor < 0 || l.AmountMinor > AmountMost:
			wrong(path, strconv.FormatInt(l.AmountMinor, 10), "budget.line_amount")
		case seen[at]:
			wrong(path, l.Key+" "+l.Month.String(), "budget.line_twice")
		}
		seen[at] = true
	}
	return errs.Invalid("error.invalid", fields)
}

// Source says where a month's forecast comes from.
type Source string

// A month is closed, has a run, or is expected to be like those before.
const (
	SourceClosed   Source = "closed"
	SourceEstimate Source = "estimate"
	SourceExpected Source = "expected"
)

// Basis says what counts as the cost of a month.
type Basis string

// The expense of the month: earned, guaranteed, taken back, lapsed; or what its pay file pays, of whatever month it was earned in.
const (
	BasisAccrued Basis = "accrued"
	BasisPaid    Basis = "paid"
)

// Bases lists the bases; the first is what budgets are compared with unless somebody asks.
var Bases = []Basis{BasisAccrued, BasisPaid}

// HonoursKey stands where a plan document's id would: the cash of titles is paid outside plans. No plan can have this id.
const HonoursKey = "+honours"

// honoursName is what that is called.
var honoursName = plan.Text{Zh: "荣誉奖金", En: "Honours"}

// Paid is what a plan's newest run of a month came to, on both bases; what came from outside the month is in it.
type Paid struct {
	Month        calendar.Month
	PlanID       string
	Closed       bool
	AccruedMinor int64
	PaidMinor    int64
}

func (p Paid) amount(by Basis) int64 {
	if by == BasisPaid {
		return p.PaidMinor
	}
	return p.AccruedMinor
}

// Cell is one month of a row.
type Cell struct {
	BudgetMinor   int64
	ForecastMinor int64
	Source        Source
}

// Row is a plan or a layer over the year's twelve months.
type Row struct {
	Kind          Kind
	Key           string
	Name          plan.Text // of a plan
	Cells         [12]Cell
	Budgeted      bool // some month has a budget
	BudgetMinor   int64
	ForecastMinor int64
}

// Over reports whether the year will likely cost more than its budget.
func (r Row) Over() bool { return r.Budgeted && r.ForecastMinor > r.BudgetMinor }

// Outlook is a year's budget beside its forecast: plans, then layers. First is the year's first month.
type Outlook struct {
	Basis   Basis
	Version Version
	First   calendar.Month
	Rows    []Row
}

// Over lists the rows that will likely cost more than their budget.
func (o Outlook) Over() []Row {
	return slices.DeleteFunc(slices.Clone(o.Rows), func(r Row) bool { return !r.Over() })
}

// Document is a plan document as a budget names it.
type Document struct {
	ID    string
	Name  plan.Text
	Layer plan.Layer
}

// layers in the order in which they are shown.
var layers = []plan.Layer{plan.LayerNewcomer, plan.LayerRegular, plan.LayerCore, plan.LayerManager, plan.LayerOther}

// outlook puts budget and forecast together. paid holds the year's months and what is needed from before; documents are those in the order to
// be shown.
func outlook(v Version, first calendar.Month, documents []Document, paid []Paid, by Basis) Outlook {
	o := Outlook{Basis: by, Version: v, First: first}
	newest := calendar.Month(0)
	for _, p := range paid {
		if p.Closed {
			newest = max(newest, p.Month)
		}
	}
	byLayer := map[plan.Layer]*Row{}
	for _, d := range documents {
		row := Row{Kind: KindPlan, Key: d.ID, Name: d.Name}
		forecast(&row, first, newest, slices.DeleteFunc(slices.Clone(paid), func(p Paid) bool { return p.PlanID != d.ID }), by)
		layer := byLayer[d.Layer]
		if layer == nil {
			layer = &Row{Kind: KindLayer, Key: string(d.Layer)}
			byLayer[d.Layer] = layer
		}
		for i, c := range row.Cells {
			layer.Cells[i].ForecastMinor += c.ForecastMinor
			layer.Cells[i].Source = weakest(layer.Cells[i].Source, c.Source)
		}
		o.Rows = append(o.Rows, row)
	}
	for _, layer := range layers {
		if row := byLayer[layer]; row != nil {
			o.Rows = append(o.Rows, *row)
		}
	}
	for i := range o.Rows {
		row := &o.Rows[i]
		for _, l := range v.Lines {
			if at := int(l.Month - first); l.Kind == row.Kind && l.Key == row.Key && at >= 0 && at < len(row.Cells) {
				row.Cells[at].BudgetMinor, row.Budgeted = l.AmountMinor, true
			}
		}
		for _, c := range row.Cells {
			row.BudgetMinor += c.BudgetMinor
			row.ForecastMinor += c.ForecastMinor
		}
	}
	return o
}

// weakest is the less certain of two sources.
func weakest(a, b Source) Source {
	order := []Source{"", SourceClosed, SourceEstimate, SourceExpected}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// expectedFrom is how many closed months an expected one is the mean of.
const expectedFrom = 3

// forecast fills a plan's months. newest is the newest closed month of the company: a month before it that the plan has no run of cost nothing.
func forecast(row *Row, first, newest calendar.Month, paid []Paid, by Basis) {
	slices.SortFunc(paid, func(a, b Paid) int { return int(b.Month - a.Month) })
	sum, n := new(big.Int), int64(0)
	for _, p := range paid {
		if p.Closed && n < expectedFrom {
			sum.Add(sum, big.NewInt(p.amount(by)))
			n++
		}
	}
	if n > 0 {
		sum.Quo(sum, big.NewInt(n))
	}
	for i := range row.Cells {
		c, month := &row.Cells[i], first+calendar.Month(i)
		at := slices.IndexFunc(paid, func(p Paid) bool { return p.Month == month })
		switch {
		case at >= 0:
			c.ForecastMinor, c.Source = paid[at].amount(by), SourceEstimate
			if paid[at].Closed {
				c.Source = SourceClosed
			}
		case month <= newest:
			c.Source = SourceClosed
		default:
			c.ForecastMinor, c.Source = sum.Int64(), SourceExpected
		}
	}
}
