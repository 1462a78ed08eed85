package company

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// WorkYear is what the company itself says of the days of a year, over the calendar that ships: a day that both list is as the company says.
type WorkYear struct {
	Year     int
	Whole    bool // all days off and make-up work days of the year are listed
	Days     []calendar.WorkException
	Reason   string // of the last change, where it reached days that have passed
	ByName   string
	At       time.Time
	Revision int64 // 0: nothing is kept
}

// The limits of a year's list.
const (
	WorkYearFirst    = 2000
	WorkYearLast     = 2100
	DayNameRunesMax  = 20
	ReasonRunesMax   = 200
	warnMonth        = time.October // from here on the coming year is asked for: it is announced in autumn
	dateRunesInError = 40
)

// Work is the calendar of working days in force: what ships, and the company's own days over it. It is as last read.
func (s *Service) Work() calendar.WorkCalendar {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.work
}

// workBase is the part of the calendar that ships.
func workBase() calendar.WorkCalendar { return calendar.China() }

// WorkOf lays years over the calendar that ships.
func WorkOf(years []WorkYear) (calendar.WorkCalendar, error) {
	var own []calendar.WorkException
	var whole []int
	for i := range years {
		own = append(own, years[i].Days...)
		if years[i].Whole {
			whole = append(whole, years[i].Year)
		}
	}
	return workBase().With(own, whole)
}

// yearDays are the days of a year.
func yearDays(year int) calendar.Interval {
	return calendar.Interval{From: calendar.NewDate(year, time.January, 1), To: calendar.NewDate(year+1, time.January, 1)}
}

// Covers reports whether all days off of a year are known.
func Covers(work calendar.WorkCalendar, year int) bool {
	days, covered := yearDays(year), work.Covered()
	return covered.From <= days.From && days.To <= covered.To
}

// MissingYears are the years whose days off should be known on a day and are not: its own, and from October on the coming one.
func MissingYears(work calendar.WorkCalendar, today calendar.Date) (years []int) {
	year, month, _ := today.Civil()
	if !Covers(work, year) {
		years = append(years, year)
	}
	if month >= warnMonth && !Covers(work, year+1) {
		years = append(years, year+1)
	}
	return years
}

// readWork reads the company's own days if they changed since they were last read.
func (s *Service) readWork(ctx context.Context, r Reader) (work calendar.WorkCalendar, revision int64, err error) {
	s.mu.Lock()
	work, known := s.work, s.workRevision
	s.mu.Unlock()
	if revision, err = r.WorkRevision(ctx); err != nil || revision == known {
		return work, known, err
	}
	years, err := r.WorkYears(ctx)
	if err != nil {
		return work, known, err
	}
	if work, err = WorkOf(years); err != nil {
		return work, known, err
	}
	return work, revision, nil
}

// YearView is a year of the calendar as it is shown.
type YearView struct {
	WorkYear
	Work    calendar.WorkCalendar // in force, all years
	Shipped bool                  // all days off of the year ship with the program
	Known   bool                  // they do, or the company has listed them
	Missing []int                 // years that should be known and are not
	Years   []int                 // that have something of the company's own, or ship
	Today   calendar.Date
}

// WorkDays shows a year of the calendar to anybody who is signed in. Errors: unauthenticated; invalid.
func (s *Service) WorkDays(ctx context.Context, actor access.Actor, year int) (v YearView, err error) {
	defer errs.Wrap(&err, "company.WorkDays")
	if actor.UserID == "" {
		return v, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if err := errs.Invalid("error.invalid", yearFault(year)); err != nil {
		return v, err
	}
	var years []WorkYear
	if err := s.store.Read(ctx, func(r Reader) error {
		years, err = r.WorkYears(ctx)
		return err
	}); err != nil {
		return v, err
	}
	return s.viewOf(years, year)
}

func (s *Service) viewOf(years []WorkYear, year int) (v YearView, err error) {
	v.WorkYear.Year, v.Today = year, s.today()
	if v.Work, err = WorkOf(years); err != nil {
		return v, err
	}
	listed := map[int]bool{}
	for i := range years {
		listed[years[i].Year] = true
		if years[i].Year == year {
			v.WorkYear = years[i]
		}
	}
	v.Shipped, v.Known, v.Missing = Covers(workBase(), year), Covers(v.Work, year) || v.Whole, MissingYears(v.Work, v.Today)
	covered := workBase().Covered()
	for y := WorkYearFirst; y <= WorkYearLast; y++ {
		if day := calendar.NewDate(y, time.January, 1); covered.Contains(day) || listed[y] {
			v.Years = append(v.Years, y)
		}
	}
	return v, nil
}

// Now is the moment where the company is.
func (s *Service) Now() time.Time { return s.now().In(s.Zone()) }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now().In(s.Zone())) }

// YearChange is a year's list as it is to be. Revision is the one that was seen.
type YearChange struct {
	Year     int
	Whole    bool
	Days     []calendar.WorkException
	Reason   string // needed where days change that have passed
	Revision int64
}

// Validate returns an error of kind Invalid that names every fault.
func (c *YearChange) Validate() error {
	wrong := yearFault(c.Year)
	seen := map[calendar.Date]bool{}
	for i, d := range c.Days {
		add := func(key string, args errs.Args) {
			wrong = append(wrong, errs.Field{Path: "days", Row: i + 1, Value: d.Date.String(), Message: errs.Msg(key, args)})
		}
		switch {
		case !yearDays(c.Year).Contains(d.Date):
			add("workdays.other_year", errs.Args{"Year": strconv.Itoa(c.Year)})
		case seen[d.Date]:
			add("workdays.twice", nil)
		case utf8.RuneCountInString(d.Name) > DayNameRunesMax || !utf8.ValidString(d.Name) || strings.ContainsFunc(d.Name, unicode.IsControl):
			add("workdays.name_bad", errs.Args{"Max": DayNameRunesMax})
		}
		seen[d.Date] = true
	}
	if utf8.RuneCountInString(c.Reason) > ReasonRunesMax {
		wrong = append(wrong, errs.Field{Path: "reason", Message: errs.Msg("workdays.reason_long", errs.Args{"Max": ReasonRunesMax})})
	}
	return errs.Invalid("error.invalid", wrong)
}

func yearFault(year int) (wrong []errs.Field) {
	if year < WorkYearFirst || year > WorkYearLast {
		wrong = append(wrong, errs.Field{Path: "year", Value: strconv.Itoa(year), Message: errs.Msg("workdays.year_bad", errs.Args{"First": strconv.Itoa(WorkYearFirst), "Last": strconv.Itoa(WorkYearLast)})})
	}
	return wrong
}

// DayChange is a day that becomes something else.
type DayChange struct {
	Date          calendar.Date
	Before, After bool // worked
	Was, Name     string
	Past          bool
}

// Flips reports whether the day changes between work and rest; otherwise only its name does.
func (d DayChange) Flips() bool { return d.Before != d.After }

// MonthChange is a month whose working days become more or fewer.
type MonthChange struct {
	Month         calendar.Month
	Before, After int
}

// Preview is what a change would come to.
type Preview struct {
	Change    YearChange
	Days      []DayChange
	Months    []MonthChange
	WholeWas  bool
	PastFlips int // days that have passed and change between work and rest
}

// Nothing reports whether the change changes nothing.
func (p *Preview) Nothing() bool { return len(p.Days) == 0 && p.WholeWas == p.Change.Whole }

// PreviewYear says what a change would come to. Errors: forbidden, invalid, conflict.
func (s *Service) PreviewYear(ctx context.Context, actor access.Actor, in YearChange) (p Preview, err error) {
	defer errs.Wrap(&err, "company.PreviewYear")
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return p, err
	}
	if err := in.tidy(); err != nil {
		return p, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		p, _, err = s.compare(ctx, r, in)
		return err
	})
	return p, err
}

// tidy puts the days into order and leaves out blanks.
func (c *YearChange) tidy() error {
	c.Days, c.Reason = slices.Clone(c.Days), strings.TrimSpace(c.Reason)
	for i := range c.Days {
		c.Days[i].Name = strings.TrimSpace(c.Days[i].Name)
	}
	slices.SortStableFunc(c.Days, func(a, b calendar.WorkException) int { return int(a.Date) - int(b.Date) })
	return c.Validate()
}

// compare says what a change comes to against what is kept.
func (s *Service) compare(ctx context.Context, r Reader, in YearChange) (p Preview, before WorkYear, err error) {
	years, err := r.WorkYears(ctx)
	if err != nil {
		return p, before, err
	}
	was, err := WorkOf(years)
	if err != nil {
		return p, before, err
	}
	at := slices.IndexFunc(years, func(y WorkYear) bool { return y.Year == in.Year })
	if at < 0 {
		at = len(years)
		years = append(years, WorkYear{Year: in.Year})
	}
	before = years[at]
	if before.Revision != in.Revision {
		return p, before, errs.New(errs.KindConflict, "workdays.changed_meanwhile", nil)
	}
	years[at].Days, years[at].Whole = in.Days, in.Whole
	is, err := WorkOf(years)
	if err != nil {
		return p, before, err
	}
	p.Change, p.WholeWas = in, before.Whole
	p.Days, p.Months, p.PastFlips = differences(was, is, in.Year, s.today())
	return p, before, nil
}

// differences are the days and months of a year that two calendars tell otherwise.
func differences(was, is calendar.WorkCalendar, year int, today calendar.Date) (days []DayChange, months []MonthChange, pastFlips int) {
	all := yearDays(year)
	for d := all.From; d < all.To; d++ {
		a, _ := was.Exception(d)
		b, _ := is.Exception(d)
		c := DayChange{Date: d, Before: was.IsWorking(d), After: is.IsWorking(d), Was: a.Name, Name: b.Name, Past: d < today}
		if !c.Flips() && c.Was == c.Name {
			continue
		}
		days = append(days, c)
		if c.Flips() && c.Past {
			pastFlips++
		}
	}
	for m := all.From.Month(); m < all.To.Month(); m++ {
		if before, after := was.WorkDays(m.Interval()), is.WorkDays(m.Interval()); before != after {
			months = append(months, MonthChange{Month: m, Before: before, After: after})
		}
	}
	return days, months, pastFlips
}

// SaveYear keeps a year's list. Errors: forbidden; invalid, naming fields, also when days change that have passed and no reason is given;
// conflict when somebody else was faster.
func (s *Service) SaveYear(ctx context.Context, actor access.Actor, in YearChange) (v YearView, err error) {
	defer errs.Wrap(&err, "company.SaveYear")
	if err := actor.RequireAll(access.PermCalendarWrite); err != nil {
		return v, err
	}
	if err := in.tidy(); err != nil {
		return v, err
	}
	var years []WorkYear
	err = s.store.InTx(ctx, func(tx Tx) error {
		p, before, err := s.compare(ctx, tx, in)
		if err != nil {
			return err
		}
		if p.PastFlips > 0 && in.Reason == "" {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("workdays.reason_missing", errs.Args{"Count": p.PastFlips})}})
		}
		after := WorkYear{Year: in.Year, Whole: in.Whole, Days: in.Days, Reason: in.Reason, ByName: actor.Name, At: s.now().UTC(), Revision: in.Revision + 1}
		if err := tx.SaveWorkYear(ctx, after); err != nil {
			return err
		}
		if years, err = tx.WorkYears(ctx); err != nil {
			return err
		}
		work, err := WorkOf(years)
		if err != nil {
			return err
		}
		if Covers(work, in.Year) || in.Whole {
			if err := notice.Settle(ctx, tx, notice.End{Kinds: []notice.Kind{notice.KindWorkDaysMissing}, Subject: workSubject(in.Year)}); err != nil {
				return err
			}
		}
		var old any
		if before.Revision > 0 {
			old = stateOf(before)
		}
		return audit.Append(ctx, tx, actor, "work_year.save", workSubject(in.Year), old, stateOf(after))
	})
	if err != nil {
		return v, err
	}
	if _, err := s.read(ctx); err != nil {
		return v, err
	}
	return s.viewOf(years, in.Year)
}

func workSubject(year int) string { return "work_year:" + strconv.Itoa(year) }

// yearState is a year's list as the audit log keeps it.
type yearState struct {
	Whole  bool     `json:"whole"`
	Days   []string `json:"days"`
	Reason string   `json:"reason,omitempty"`
}

func stateOf(y WorkYear) yearState {
	return yearState{Whole: y.Whole, Days: strings.Split(strings.TrimSuffix(DaysText(y.Days), "\n"), "\n"), Reason: y.Reason}
}

// DaysText writes days as calendar.ParseWorkCalendar reads them, without what is covered: runs of like days on a line.
func DaysText(days []calendar.WorkException) string {
	if len(days) == 0 {
		return ""
	}
	first, last := days[0].Date, days[0].Date
	for _, d := range days {
		first, last = min(first, d.Date), max(last, d.Date)
	}
	work, err := calendar.NewWorkCalendar(calendar.Interval{From: first, To: last + 1}, days)
	if err != nil {
		return "" // listed twice, which Validate refuses
	}
	_, text, _ := strings.Cut(work.String(), "\n")
	return text
}

// Remind tells those who mind the calendar that days off are not known: of this year, and from October on of the coming one.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	defer errs.Wrap(&err, "company.Remind")
	for _, year := range MissingYears(m.Work, m.Day) {
		due.Messages = append(due.Messages, notice.Message{Kind: notice.KindWorkDaysMissing, To: notice.To{Permission: access.PermCalendarWrite, Whole: true}, Subject: workSubject(year),
			Once: strconv.Itoa(year), Params: notice.Params{"Year": notice.Word(strconv.Itoa(year))}})
	}
	return due, nil
}
