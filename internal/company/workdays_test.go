package company_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPastedDaysAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2027-01-01\t休\t元旦":           "2027-01-01 off 元旦",
		"2027/2/5\t2027/2/11\t放假\t春节": "2027-02-05..2027-02-11 off 春节",
		"春节：2月5日（农历除夕、周五）至11日（农历正月初六）放假调休，共7天。": "2027-02-05..2027-02-11 off 春节",
		"2月14日（周日）上班":                                    "2027-02-14 work",
		"2027年10月1日至2027年10月7日 休 国庆节":                    "2027-10-01..2027-10-07 off 国庆节",
		"10.1~10.3 off National Day":                     "2027-10-01..2027-10-03 off National Day",
		"日期\t安排\t名称\n2027-05-01\t休\t劳动节":                 "2027-05-01 off 劳动节",
		"2027-01-01..2027-01-02 off 元旦\n2027-01-03 work": "2027-01-01..2027-01-02 off 元旦\n2027-01-03 work",
	} {
		days, err := company.ParseDays(text, 2027)
		if got := strings.TrimSpace(company.DaysText(days)); err != nil || got != want {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
}

func TestPastedDaysThatCannotBeReadAreNamedByLine(t *testing.T) {
	t.Parallel()
	for text, key := range map[string]string{
		"2027-02-30 休": "workdays.bad_date", "2027-01-01 元旦": "workdays.no_kind", "2月7日、2月28日 上班": "workdays.several", "2027-05-05 2027-05-01 休": "workdays.bad_run",
		"2027-01-01 休\n2027-01-01 班": "workdays.twice", "2027-01-01 2027-03-01 休": "workdays.bad_run", "": "workdays.paste_empty", "没有日期": "workdays.paste_empty",
	} {
		_, err := company.ParseDays(text, 2027)
		known, _ := unwrap(err).(*errs.Error)
		if known == nil || len(known.Fields) != 1 || known.Fields[0].Path != "paste" || known.Fields[0].Message.Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
}

// Whatever is listed reads back from its own text.
func TestDaysReadBackFromTheirText(t *testing.T) {
	t.Parallel()
	first := calendar.NewDate(2027, 1, 1)
	rapid.Check(t, func(t *rapid.T) {
		listed := rapid.MapOfN(rapid.IntRange(0, 364), rapid.Bool(), 1, 40).Draw(t, "days")
		var days []calendar.WorkException
		for offset, working := range listed {
			days = append(days, calendar.WorkException{Date: first + calendar.Date(offset), Working: working, Name: rapid.SampledFrom([]string{"", "春节", "厂休"}).Draw(t, "name")})
		}
		days = company.Merge(nil, days)
		again, err := company.ParseDays(company.DaysText(days), 2027)
		if err != nil || !slices.Equal(again, days) {
			t.Fatalf("%v became %v, %v", days, again, err)
		}
	})
}

func springFestival(t testing.TB) (days []calendar.WorkException) {
	for d := day(t, "2027-02-05"); d <= day(t, "2027-02-11"); d++ {
		days = append(days, calendar.WorkException{Date: d, Name: "春节"})
	}
	return append(days, calendar.WorkException{Date: day(t, "2027-02-20"), Working: true, Name: "春节"})
}

func TestAYearIsEnteredOnceAndHoldsOnEveryNode(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		now := time.Date(2026, 11, 28, 9, 0, 0, 0, calendar.ChinaTime)
		clock := func() time.Time { now = now.Add(2 * time.Second); return now }
		s, other := company.NewService(db.Company(), clock), company.NewService(db.Company(), clock)
		before := s.Work()
		v, err := s.WorkDays(ctx, monthtest.Seller(1), 2027)
		if err != nil || v.Known || !slices.Equal(v.Missing, []int{2027}) {
			t.Fatalf("nothing entered: %+v, %v", v, err)
		}
		in := company.YearChange{Year: 2027, Days: springFestival(t)}
		for _, who := range []access.Actor{monthtest.Seller(1), monthtest.Auditor} {
			if _, err := s.SaveYear(ctx, who, in); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
		p, err := s.PreviewYear(ctx, monthtest.Maker, in)
		if err != nil || len(p.Days) != 8 || p.PastFlips != 0 || len(p.Months) != 1 || p.Months[0].After != p.Months[0].Before-4 {
			t.Errorf("preview: %+v, %v", p, err)
		}
		if v, err = s.SaveYear(ctx, monthtest.Maker, in); err != nil || v.Known || v.Revision != 1 {
			t.Fatalf("saved: %+v, %v", v, err)
		}
		if _, err := s.SaveYear(ctx, monthtest.Maker, in); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a stale change: %v", err)
		}
		in.Revision, in.Whole = 1, true
		if v, err = s.SaveYear(ctx, monthtest.Maker, in); err != nil || !v.Known || len(v.Missing) != 0 {
			t.Errorf("complete: %+v, %v", v, err)
		}
		if got := s.Work().AddWorkDays(day(t, "2027-02-04"), 1); got != day(t, "2027-02-12") || before.AddWorkDays(day(t, "2027-02-04"), 1) != day(t, "2027-02-05") {
			t.Errorf("the day after the festival is %s", got)
		}
		other.Current(ctx)
		if !other.Work().Equal(s.Work()) || other.Work().Covered().To != day(t, "2028-01-01") {
			t.Errorf("another node counts by %s", other.Work())
		}
		log, err := audit.NewService(db.Audit()).List(ctx, monthtest.Auditor, audit.Filter{Subject: "work_year:2027"})
		if err != nil || len(log.Entries) != 2 || log.Entries[0].Action != "work_year.save" {
			t.Errorf("audited: %+v, %v", log.Entries, err)
		}
	})
}

func TestDaysThatHavePassedTakeAReason(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := company.NewService(db.Company(), func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, calendar.ChinaTime) })
		in := company.YearChange{Year: 2026, Days: []calendar.WorkException{{Date: day(t, "2026-10-08"), Name: "厂休"}, {Date: day(t, "2026-12-31"), Name: "厂休"}}}
		if p, err := s.PreviewYear(ctx, monthtest.Admin, in); err != nil || p.PastFlips != 1 || len(p.Days) != 2 {
			t.Errorf("preview: %+v, %v", p, err)
		}
		if _, err := s.SaveYear(ctx, monthtest.Admin, in); !fields(unwrap(err))["reason"] {
			t.Errorf("without a reason: %v", err)
		}
		in.Reason = "国庆后补休"
		if v, err := s.SaveYear(ctx, monthtest.Admin, in); err != nil || v.Reason != in.Reason || s.Work().IsWorking(day(t, "2026-10-08")) {
			t.Errorf("with one: %+v, %v", v, err)
		}
		in = company.YearChange{Year: 2026, Reason: "改回来", Revision: 1}
		if _, err := s.SaveYear(ctx, monthtest.Admin, in); err != nil || !s.Work().Equal(calendar.China()) {
			t.Errorf("what ships is back: %v", err)
		}
		in = company.YearChange{Year: 2026, Revision: 2, Days: []calendar.WorkException{{Date: day(t, "2027-01-01")}, {Date: day(t, "2026-12-30"), Name: strings.Repeat("长", 21)}}}
		if _, err := s.SaveYear(ctx, monthtest.Admin, in); !fields(unwrap(err))["days"] {
			t.Errorf("of another year: %v", err)
		}
	})
}

func TestWhoMindsTheCalendarIsToldFromOctoberOn(t *testing.T) {
	t.Parallel()
	s := company.NewService(nil, time.Now)
	for text, want := range map[string]int{"2026-09-30": 0, "2026-10-08": 1, "2026-12-31": 1, "2027-01-04": 1, "2027-10-08": 2} {
		due, err := s.Remind(t.Context(), notice.Morning{Day: day(t, text), Work: calendar.China()})
		if err != nil || len(due.Messages) != want {
			t.Errorf("%s: %+v, %v", text, due.Messages, err)
		}
	}
}
