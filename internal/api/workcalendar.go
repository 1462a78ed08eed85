package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
)

// calendarDay is a day that differs from the week.
type calendarDay struct {
	Date string `json:"date" format:"date"`
	Kind string `json:"kind" enum:"off,work" doc:"off: a day off; work: a make-up work day."`
	Name string `json:"name,omitempty" maxLength:"80" doc:"What for."`
}

// workYear is a year of the calendar of working days.
type workYear struct {
	Year     int           `json:"year"`
	Known    bool          `json:"known" doc:"All days off of the year ship with the program, or the company has listed them. Otherwise Monday to Friday count as worked."`
	Complete bool          `json:"complete" doc:"The company has listed all days of the year."`
	Own      []calendarDay `json:"own" nullable:"false" doc:"The company's own days, which hold over those that ship."`
	Days     []calendarDay `json:"days" nullable:"false" doc:"All days in force that differ from the week."`
	Missing  []int         `json:"missing" nullable:"false" doc:"Years whose days off should be known by now and are not."`
	Reason   string        `json:"reason,omitempty" doc:"Of the last change of days that had passed."`
	ByName   string        `json:"by_name,omitempty"`
	At       *time.Time    `json:"at,omitempty"`
}

// workYearChange is a year's list as it is to be.
type workYearChange struct {
	Complete bool          `json:"complete,omitempty" doc:"All days off and make-up work days of the year are listed, here or in what ships."`
	Days     []calendarDay `json:"days" nullable:"false" maxItems:"366" doc:"The company's own days of the year: all of them; what is not listed is as it ships."`
	Reason   string        `json:"reason,omitempty" maxLength:"800" doc:"Needed when days change that have passed."`
}

// workYearPreview is what a change would come to.
type workYearPreview struct {
	Days      []calendarDayChange   `json:"days" nullable:"false"`
	Months    []calendarMonthChange `json:"months" nullable:"false"`
	PastFlips int                   `json:"past_flips" doc:"Days that have passed and change between work and rest: a reason is needed."`
}

// calendarDayChange is a day that becomes something else.
type calendarDayChange struct {
	Date   string `json:"date" format:"date"`
	Before string `json:"before" enum:"off,work"`
	After  string `json:"after" enum:"off,work"`
	Was    string `json:"was,omitempty" doc:"The name before."`
	Name   string `json:"name,omitempty"`
	Past   bool   `json:"past" doc:"The day has passed."`
}

// calendarMonthChange is a month that has more or fewer working days.
type calendarMonthChange struct {
	Month  string `json:"month" pattern:"^[0-9]{4}-[0-9]{2}$"`
	Before int    `json:"before" doc:"Working days."`
	After  int    `json:"after"`
}

type (
	workYearInput struct {
		Year int `path:"year" minimum:"2000" maximum:"2100"`
	}
	workYearOutput struct {
		ETag string `header:"ETag"`
		Body workYear
	}
	saveWorkYearInput struct {
		Precondition
		Year int `path:"year" minimum:"2000" maximum:"2100"`
		Body workYearChange
	}
	previewWorkYearInput struct {
		Year int `path:"year" minimum:"2000" maximum:"2100"`
		Body workYearChange
	}
	workYearPreviewOutput struct{ Body workYearPreview }
)

func (a *API) workCalendarOperations() {
	register(a, operation{id: "get_work_calendar", method: http.MethodGet, path: "/work-calendar/{year}", tag: "company"},
		func(ctx context.Context, actor access.Actor, in *workYearInput) (*workYearOutput, error) {
			v, err := a.services.Company.WorkDays(ctx, actor, in.Year)
			return newWorkYear(v), err
		})
	register(a, operation{id: "save_work_calendar", method: http.MethodPut, path: "/work-calendar/{year}", tag: "company"}, a.saveWorkYear)
	register(a, operation{id: "preview_work_calendar", method: http.MethodPost, path: "/work-calendar/{year}/preview", tag: "company"}, a.previewWorkYear)
}

func (a *API) saveWorkYear(ctx context.Context, actor access.Actor, in *saveWorkYearInput) (*workYearOutput, error) {
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return nil, err
	}
	before, err := a.services.Company.WorkDays(ctx, actor, in.Year)
	if err != nil {
		return nil, err
	}
	if !in.fits(workYearTag(before)) {
		return nil, errStale()
	}
	change, err := in.Body.change(in.Year, before.Revision)
	if err != nil {
		return nil, err
	}
	after, err := a.services.Company.SaveYear(ctx, actor, change)
	return newWorkYear(after), staleIf(err, "workdays.changed_meanwhile")
}

func (a *API) previewWorkYear(ctx context.Context, actor access.Actor, in *previewWorkYearInput) (*workYearPreviewOutput, error) {
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return nil, err
	}
	before, err := a.services.Company.WorkDays(ctx, actor, in.Year)
	if err != nil {
		return nil, err
	}
	change, err := in.Body.change(in.Year, before.Revision)
	if err != nil {
		return nil, err
	}
	p, err := a.services.Company.PreviewYear(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	out := &workYearPreviewOutput{workYearPreview{Days: []calendarDayChange{}, Months: []calendarMonthChange{}, PastFlips: p.PastFlips}}
	for _, d := range p.Days {
		out.Body.Days = append(out.Body.Days, calendarDayChange{d.Date.String(), dayKind(d.Before), dayKind(d.After), d.Was, d.Name, d.Past})
	}
	for _, m := range p.Months {
		out.Body.Months = append(out.Body.Months, calendarMonthChange{m.Month.String(), m.Before, m.After})
	}
	return out, nil
}

func dayKind(working bool) string {
	if working {
		return "work"
	}
	return "off"
}

func (c workYearChange) change(year int, revision int64) (company.YearChange, error) {
	out := company.YearChange{Year: year, Whole: c.Complete, Reason: c.Reason, Revision: revision}
	for _, d := range c.Days {
		day, err := calendar.ParseDate(d.Date)
		if err != nil {
			return out, err
		}
		out.Days = append(out.Days, calendar.WorkException{Date: day, Working: d.Kind == "work", Name: d.Name})
	}
	return out, nil
}

func workYearTag(v company.YearView) string {
	return quoted("work-year." + strconv.Itoa(v.Year) + "." + strconv.FormatInt(v.Revision, 10))
}

func newWorkYear(v company.YearView) *workYearOutput {
	out := &workYearOutput{ETag: workYearTag(v), Body: workYear{Year: v.Year, Known: v.Known, Complete: v.Whole, Own: []calendarDay{}, Days: []calendarDay{}, Missing: v.Missing, Reason: v.Reason, ByName: v.ByName}}
	if out.Body.Missing == nil {
		out.Body.Missing = []int{}
	}
	if !v.At.IsZero() {
		out.Body.At = &v.At
	}
	add := func(list []calendarDay, e calendar.WorkException) []calendarDay {
		return append(list, calendarDay{e.Date.String(), dayKind(e.Working), e.Name})
	}
	for _, d := range v.WorkYear.Days {
		out.Body.Own = add(out.Body.Own, d)
	}
	for _, e := range v.Work.Exceptions() {
		if year, _, _ := e.Date.Civil(); year == v.Year {
			out.Body.Days = add(out.Body.Days, e)
		}
	}
	return out
}
