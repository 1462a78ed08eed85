package survey

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// Dimension is what answers are put together by.
type Dimension string

// The dimensions. Months are those of the answers.
const (
	ByMonth   Dimension = "month"
	ByTeam    Dimension = "team"
	BySeller  Dimension = "seller"
	ByOwner   Dimension = "owner"
	ByProduct Dimension = "product"
)

// Filter chooses answers of a survey.
type Filter struct {
	SurveyID int64
	Answered fact.Days
	TeamID   int64
	LowOnly  bool
	Paging   fact.Paging

	lowUntil int64
}

// LowUntil is the greatest score that is wanted; ok is false when all are.
func (f Filter) LowUntil() (score int64, ok bool) { return f.lowUntil, f.LowOnly }

// SortNew is the one order of answers: by day.
const SortNew = "answered_on"

func (f Filter) checked(of Survey) (Filter, error) {
	var c fact.Checker
	c.Ranges(f.Answered, fact.Amounts{})
	if err := c.Err(); err != nil {
		return f, err
	}
	f.lowUntil = of.LowUntil
	var err error
	f.Paging, err = f.Paging.Checked(true, SortNew)
	return f, err
}

// Results are what the answers of a survey come to, within the actor's reach.
type Results struct {
	Survey
	Sent, Answered int64 // links made in the days, and how many of them were answered
	Total          Measure
	Months         []Group // the oldest first
	Teams          []Group
	Sellers        []Group // empty for an anonymous survey
	Owners         []Group // likewise
	Products       []Group
}

// Results reckons a survey. An anonymous one is seen by who reaches the whole company. Errors: forbidden; not found; invalid.
func (s *Service) Results(ctx context.Context, actor access.Actor, f Filter) (out Results, err error) {
	defer errs.Wrap(&err, "survey.Results(%d)", f.SurveyID)
	err = s.read(ctx, actor, &f, func(r Reader, reach Reach, of Survey) error {
		out = Results{Survey: of}
		if out.Sent, out.Answered, err = r.SurveyInvited(ctx, reach, f); err != nil {
			return err
		}
		for _, part := range []struct {
			by Dimension
			to *[]Group
		}{{ByMonth, &out.Months}, {ByTeam, &out.Teams}, {BySeller, &out.Sellers}, {ByOwner, &out.Owners}, {ByProduct, &out.Products}} {
			if of.Anonymous && (part.by == BySeller || part.by == ByOwner) {
				continue
			}
			counted, err := r.SurveyGroups(ctx, reach, f, part.by)
			if err != nil {
				return err
			}
			if part.by == ByMonth {
				out.Total = total(of, counted)
			}
			*part.to = groups(of, counted)
		}
		return nil
	})
	return out, err
}

// total is the measure of all months together.
func total(of Survey, months []Group) Measure {
	var all Tally
	for _, g := range months {
		for score, n := range g.Tally {
			all[score] += n
		}
	}
	m := measure(of.Kind, all)
	if of.Anonymous && m.Count > 0 && m.Count < GroupLeast {
		return m.hide()
	}
	return m
}

// Page is a part of the answers.
type Page struct {
	Survey Survey
	Rows   []Answer
	Next   string
	Hidden bool // too few answers of an anonymous survey
}

// Answers returns answers, the newest first. Errors: as Results.
func (s *Service) Answers(ctx context.Context, actor access.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "survey.Answers(%d)", f.SurveyID)
	err = s.read(ctx, actor, &f, func(r Reader, reach Reach, of Survey) error {
		page.Survey = of
		if page.Hidden, err = tooFew(ctx, r, reach, f, of); err != nil || page.Hidden {
			return err
		}
		page.Rows, page.Next, err = r.SurveyAnswers(ctx, reach, f)
		return err
	})
	return page, err
}

// tooFew reports whether a filter leaves so few answers of an anonymous survey that they would point at somebody.
func tooFew(ctx context.Context, r Reader, reach Reach, f Filter, of Survey) (bool, error) {
	if !of.Anonymous {
		return false, nil
	}
	months, err := r.SurveyGroups(ctx, reach, f, ByMonth)
	return total(of, months).Hidden, err
}

// Each calls fn on every answer of the filter, at most fact.ExportMax; more says that there are others. Errors: those of Answers and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, f Filter, fn func(Answer) error) (more bool, err error) {
	defer errs.Wrap(&err, "survey.Each(%d)", f.SurveyID)
	f.Paging.Limit = fact.LimitMax
	err = s.read(ctx, actor, &f, func(r Reader, reach Reach, of Survey) error {
		if hidden, err := tooFew(ctx, r, reach, f, of); err != nil || hidden {
			return err
		}
		more, err = fact.EachPage(f.Paging, func(p fact.Paging) ([]Answer, string, error) {
			f.Paging = p
			return r.SurveyAnswers(ctx, reach, f)
		}, fn)
		return err
	})
	return more, err
}

// read is a read of a survey's answers by somebody who may see them. Of an anonymous one no team or low score can be singled out.
func (s *Service) read(ctx context.Context, actor access.Actor, f *Filter, fn func(r Reader, reach Reach, of Survey) error) error {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error {
		of, err := r.Survey(ctx, f.SurveyID)
		if err != nil {
			return err
		}
		if of.Anonymous {
			if err := actor.RequireAll(access.PermSalesRead); err != nil {
				return err
			}
			f.TeamID, f.LowOnly, f.Answered = 0, false, fact.AnyDay() // one range less another could be one answer
		}
		if *f, err = f.checked(of); err != nil {
			return err
		}
		return fn(r, s.reach(actor, access.PermSalesRead), of)
	})
}
