package calendar

import (
	_ "embed"
	"errors"
	"strings"

	"xiaoguan/internal/errs"
)

// What can be wrong with the exceptions of a work calendar.
var (
	ErrTwice      = errors.New("calendar: a date is listed twice")
	ErrNotCovered = errors.New("calendar: a date is listed outside the days covered")
)

// holidayRunDaysMax is the longest run of days that one line may list; a longer one is a slip of the pen.
const holidayRunDaysMax = 31

//go:embed china.txt
var chinaText string

// China returns the statutory holidays and make-up work days of mainland China that ship with the program. Companies edit
// their own copy; see Covered for the years it knows.
func China() WorkCalendar {
	c, err := ParseWorkCalendar(chinaText)
	if err != nil {
		panic("calendar: china.txt: " + err.Error()) // a test reads it
	}
	return c
}

// ParseWorkCalendar reads a work calendar from text, one entry a line, # and what follows being a comment:
//
//	covers 2026-01-01..2026-12-31      the days for which holidays are known, both ends in; exactly one such line
//	2026-02-15..2026-02-23 off 春节    a run of days off, both ends in
//	2026-02-14 work 春节               a make-up work day
//
// It returns an error of errs.KindInvalid with one field for each bad line.
func ParseWorkCalendar(text string) (_ WorkCalendar, err error) {
	defer errs.Wrap(&err, "calendar.ParseWorkCalendar(%d bytes)", len(text))
	p := workParser{lines: make(map[Date]int)}
	for line := range strings.Lines(text) {
		p.line++
		entry, _, _ := strings.Cut(line, "#")
		p.text = strings.TrimSpace(entry)
		if words := strings.Fields(entry); len(words) > 0 {
			p.read(words)
		}
	}
	p.text = ""
	if p.covered.Empty() && len(p.fields) == 0 {
		p.refuse("calendar.covers_missing")
	}
	for _, e := range p.exceptions {
		if !p.covered.Empty() && !p.covered.Contains(e.Date) {
			p.line, p.text = p.lines[e.Date], e.Date.String()
			p.refuse("calendar.not_covered")
		}
	}
	if err := errs.Invalid("calendar.invalid", p.fields); err != nil {
		return WorkCalendar{}, err
	}
	return NewWorkCalendar(p.covered, p.exceptions)
}

// workParser gathers the entries and complaints of one text.
type workParser struct {
	line       int
	text       string // the entry being read
	covered    Interval
	exceptions []WorkException
	lines      map[Date]int // where each day was listed
	fields     []errs.Field
}

func (p *workParser) refuse(key string) {
	p.fields = append(p.fields, errs.Field{Row: p.line, Path: "line", Value: p.text, Message: errs.Msg(key, nil)})
}

func (p *workParser) read(words []string) {
	if words[0] == "covers" {
		p.readCovers(words[1:])
		return
	}
	days, ok := parseRun(words[0])
	if !ok || len(words) < 2 || (words[1] != "off" && words[1] != "work") {
		p.refuse("calendar.bad_line")
		return
	}
	if days.Days() > holidayRunDaysMax {
		p.refuse("calendar.run_too_long")
		return
	}
	for d := days.From; d < days.To; d++ {
		if p.lines[d] > 0 {
			p.refuse("calendar.twice")
			return
		}
		p.lines[d] = p.line
		p.exceptions = append(p.exceptions, WorkException{Date: d, Working: words[1] == "work", Name: strings.Join(words[2:], " ")})
	}
}

func (p *workParser) readCovers(words []string) {
	if !p.covered.Empty() {
		p.refuse("calendar.covers_twice")
		return
	}
	if len(words) == 1 {
		if run, ok := parseRun(words[0]); ok {
			p.covered = run
			return
		}
	}
	p.refuse("calendar.bad_line")
}

// parseRun reads DATE or DATE..DATE, both ends in, into a half-open interval that is not empty.
func parseRun(s string) (Interval, bool) {
	first, last, found := strings.Cut(s, "..")
	if !found {
		last = first
	}
	from, err1 := ParseDate(first)
	to, err2 := ParseDate(last)
	if err1 != nil || err2 != nil || to < from || to == Forever {
		return Interval{}, false
	}
	return Interval{From: from, To: to + 1}, true
}

// String writes the calendar as ParseWorkCalendar reads it, runs of like days on one line. Equal calendars have equal texts.
// The zero calendar, which covers nothing, has the empty text.
func (c WorkCalendar) String() string {
	if c.covered.Empty() {
		return ""
	}
	var b strings.Builder
	b.WriteString("covers " + runText(c.covered) + "\n")
	for i := 0; i < len(c.exceptions); {
		first := c.exceptions[i]
		run := Interval{From: first.Date, To: first.Date + 1}
		for i++; i < len(c.exceptions) && run.Days() < holidayRunDaysMax && follows(first, run.To, c.exceptions[i]); i++ {
			run.To++
		}
		kind := " off"
		if first.Working {
			kind = " work"
		}
		b.WriteString(strings.TrimSpace(runText(run)+kind+" "+first.Name) + "\n")
	}
	return b.String()
}

// follows reports whether next continues the run that began with first and goes up to, and without, the day to.
func follows(first WorkException, to Date, next WorkException) bool {
	return next.Date == to && next.Working == first.Working && next.Name == first.Name
}

func runText(i Interval) string {
	if i.Days() == 1 {
		return i.From.String()
	}
	return i.From.String() + ".." + (i.To - 1).String()
}
