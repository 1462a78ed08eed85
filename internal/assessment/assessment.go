// Package assessment is how a company assesses itself: how mature it is, by criteria that are measured and criteria that assessors answer with evidence; and
// where plans of pay and targets want different things.
//
// What is measured comes from the metric book and from the records that Sources name, always of the whole company. Statements of assessors are kept one behind
// the other, the latest counts for a year. An assessment keeps the model, the values and the statements that it rests on; nothing changes it later, so that two
// of them can be compared. What a level is, is package maturity's.
package assessment

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/maturity"
)

// Statement is what an assessor said of a criterion.
type Statement struct {
	ID int64
	maturity.Statement
	ByID      string
	CreatedAt time.Time
}

// Assessment is a result as it was kept.
type Assessment struct {
	ID        int64
	On        calendar.Date
	Note      string
	Model     maturity.Model
	Result    maturity.Result
	ByID      string
	ByName    string
	CreatedAt time.Time
}

// Subject is how the audit log names an assessment.
func (a *Assessment) Subject() string { return "maturity:" + strconv.FormatInt(a.ID, 10) }

// ModelVersion is weights and bounds as the company set them.
type ModelVersion struct {
	Model     maturity.Model
	ByID      string
	ByName    string
	CreatedAt time.Time
}

// Saying is what an assessor says.
type Saying struct {
	Criterion string
	Holds     bool
	Evidence  string
	On        calendar.Date
}

// ModelEntry sets weights and bounds otherwise. What is not named stays; Seen is the version that its author saw.
type ModelEntry struct {
	Weights map[maturity.Dimension]int64
	Bounds  map[string][]int64 // by criterion, in the criterion's unit
	Seen    int
}

const textMost = 2000

func (in *Saying) check(m *maturity.Model, today calendar.Date) error {
	var c fact.Checker
	if known, _ := m.Criterion(in.Criterion); known == nil || !known.Asked() {
		c.Add("criterion", in.Criterion, "form.error.choice", nil)
	}
	c.Prose("evidence", &in.Evidence, textMost, true)
	c.Day("on", in.On)
	switch {
	case c.Has("on"):
	case in.On > today:
		c.Add("on", in.On.String(), "assessment.day_ahead", nil)
	case int(today-in.On) > m.ValidDays:
		c.Add("on", in.On.String(), "assessment.day_old", errs.Args{"Days": m.ValidDays})
	}
	return c.Err()
}

// apply sets weights and bounds in a copy of the model. Errors: invalid for what the model does not have, and what it would not be valid with.
func (in *ModelEntry) apply(m *maturity.Model) (*maturity.Model, error) {
	out := clone(m)
	var c fact.Checker
	for d, weight := range in.Weights {
		found := false
		for i := range out.Sides {
			if out.Sides[i].Dimension == d {
				out.Sides[i].Weight, found = weight, true
			}
		}
		if !found {
			c.Add("weight."+string(d), "", "form.error.choice", nil)
		}
	}
	for id, bounds := range in.Bounds {
		criterion, _ := out.Criterion(id)
		if criterion == nil || criterion.Asked() || len(bounds) != len(criterion.Bounds) {
			c.Add("bound."+id, "", "form.error.choice", nil)
			continue
		}
		criterion.Bounds = append([]int64(nil), bounds...)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return out, out.Validate()
}

func clone(m *maturity.Model) *maturity.Model {
	out := *m
	out.Sides = append([]maturity.Side(nil), m.Sides...)
	for i := range out.Sides {
		out.Sides[i].Criteria = append([]maturity.Criterion(nil), m.Sides[i].Criteria...)
		for j := range out.Sides[i].Criteria {
			c := &out.Sides[i].Criteria[j]
			c.Bounds = append([]int64(nil), c.Bounds...)
		}
	}
	return &out
}

func checkNote(note *string) error {
	var c fact.Checker
	c.Prose("note", note, textMost, false)
	return c.Err()
}
