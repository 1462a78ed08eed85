package store_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// currentDays lists the days of the current assignments, the first ones first.
func currentDays(d org.Detail) (days []string) {
	for _, c := range d.Assignments {
		if c.Mark.Current() {
			days = append(days, c.Assignment.Days.From.String()+" "+c.Assignment.Days.To.String()+" "+c.TeamName)
		}
	}
	slices.Sort(days)
	return days
}

func TestAPersonIsCorrectedByHandAsTheSamePerson(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2020-03")
		p1, p3 := b.ids["P1"], b.ids["P3"]
		get := func(id int64) org.Detail {
			t.Helper()
			d, err := b.people.Person(ctx, b.clerk(), id, org.Now())
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		before := get(p1)
		named, err := b.people.Correct(ctx, b.clerk(), org.Correct{PersonID: p1, Key: "P1", Name: "人|一", Hired: day("2020-01-15"), Seen: before.Latest})
		if err != nil || named.Late || named.Outcome != fact.Corrected {
			t.Fatalf("a name touches no pay: %+v %v", named, err)
		}
		if _, err := b.people.Correct(ctx, b.clerk(), org.Correct{PersonID: p1, Key: "P1", Name: "x", Hired: day("2020-01-15"), Seen: before.Latest}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("somebody was faster: %v", err)
		}
		if same, err := b.people.Correct(ctx, b.clerk(), org.Correct{PersonID: p1, Key: "P1", Name: "人|一", Hired: day("2020-01-15")}); err != nil || same.Batch != 0 {
			t.Errorf("nothing to change: %+v %v", same, err)
		}
		// Number and first day at once; the first assignment begins with the first day, sooner or later.
		for _, first := range []string{"2020-02-01", "2019-12-01", "2020-04-10"} {
			late, err := b.people.Correct(ctx, b.clerk(), org.Correct{PersonID: p1, Key: "N-" + first, Name: "人|一", Hired: day(first)})
			if err != nil || !late.Late || late.Month != month("2020-03") {
				t.Fatalf("%s: %+v %v", first, late, err)
			}
			d := get(p1)
			if d.Key != "N-"+first || d.Name != "人|一" || d.Hired != day(first) || !slices.Equal(currentDays(d), []string{first + " 9999-12-31 队1"}) {
				t.Errorf("%s: %+v, at %v", first, d.Person, currentDays(d))
			}
		}
		if d := get(p1); len(d.Persons) != 5 || d.Persons[4].Person.Key != "P1" || d.Persons[4].Person.Name != "人1" || d.Persons[4].Mark.Current() {
			t.Errorf("history %+v", d.Persons)
		}
		deal, err := b.deals.Get(ctx, b.clerk(), "D1")
		if err != nil || deal.Sharers[0].PersonID != p1 || deal.Record.Shares[0].Person != "N-2020-04-10" {
			t.Errorf("the deals stay with the person: %+v %v", deal.Record, err)
		}
		// The number that was given up is free, and is somebody else.
		id, _, err := b.people.Hire(ctx, b.clerk(), org.Hire{Key: "P1", Name: "新人", TeamID: b.ids["T1"], Level: org.LevelNewcomer, On: day("2026-09-01")})
		if err != nil || id == p1 {
			t.Errorf("hired %d %v", id, err)
		}
		if _, err := b.people.Correct(ctx, b.clerk(), org.Correct{PersonID: p3, Key: "P1", Name: "人3", Hired: day("2020-01-15")}); !slices.Equal(wrongPaths(err), []string{"key"}) {
			t.Errorf("a taken number: %v", err)
		}
		checkLog(t, db, "person.correct", "person.correct", "person.correct", "person.correct", "person.hire")
	})
}

func TestACorrectedFirstDayAgreesWithWhatCameAfter(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		p1, clerk := b.ids["P1"], b.clerk()
		must := func(_ fact.Receipt, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(b.people.Move(ctx, clerk, org.Move{PersonID: p1, TeamID: b.ids["T2"], Level: org.LevelRegular, On: day("2021-06-01")}))
		must(b.people.SetLeader(ctx, clerk, org.SetLeader{TeamID: b.ids["T2"], PersonID: p1, On: day("2021-03-01")}))
		must(b.people.Leave(ctx, clerk, org.Leave{PersonID: p1, On: day("2024-01-01")}))
		correct := func(key, hired string) error {
			_, err := b.people.Correct(ctx, clerk, org.Correct{PersonID: p1, Key: key, Name: "人1", Hired: day(hired)})
			return err
		}
		for hired, faults := range map[string]int{"2021-03-02": 1, "2021-06-01": 2, "2024-01-01": 3, "1949-01-01": 1, "2021-03-01": 0, "2020-12-31": 0} {
			if err := correct("P1", hired); len(wrongPaths(err)) != faults || (faults == 0) != (err == nil) {
				t.Errorf("%s: %v", hired, err)
			}
		}
		if err := correct("P1", "2020-12-31"); err != nil {
			t.Fatal(err)
		}
		d, err := b.people.Person(ctx, clerk, p1, org.Now())
		if err != nil || d.Left != day("2024-01-01") || !slices.Equal(currentDays(d), []string{"2020-12-31 2021-06-01 队1", "2021-06-01 9999-12-31 队2"}) {
			t.Errorf("%+v at %v (%v)", d.Person, currentDays(d), err)
		}
		// A departure can be taken back and recorded again after a new number; the number changes nothing else.
		if err := correct("P1-a", "2020-12-31"); err != nil {
			t.Fatal(err)
		}
		must(b.people.Leave(ctx, clerk, org.Leave{PersonID: p1, On: calendar.Forever}))
		must(b.people.Leave(ctx, clerk, org.Leave{PersonID: p1, On: day("2025-01-01")}))
		d, err = b.people.Person(ctx, clerk, p1, org.Now())
		if err != nil || d.Key != "P1-a" || d.Left != day("2025-01-01") || len(currentDays(d)) != 2 {
			t.Errorf("%+v at %v (%v)", d.Person, currentDays(d), err)
		}
		if _, err := b.people.Correct(ctx, clerk, org.Correct{PersonID: p1, Hired: calendar.NoDate}); !slices.Equal(wrongPaths(err), []string{"key", "name", "hired"}) {
			t.Errorf("nothing at all: %v", err)
		}
		for _, actor := range []access.Actor{b.as("", access.RoleFinance, access.ScopeAll), b.as("P0", access.RoleLead, access.ScopeTeamAndBelow), b.as("P1", access.RoleSeller, access.ScopeOwn)} {
			if _, err := b.people.Correct(ctx, actor, org.Correct{PersonID: p1, Key: "P1", Name: "x", Hired: day("2020-01-15")}); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v corrects a person: %v", actor.Grants, err)
			}
		}
		west := b.as("", access.RoleHR, access.ScopeRegion, "W")
		if _, err := b.people.Correct(ctx, west, org.Correct{PersonID: b.ids["P2"], Key: "P2", Name: "x", Hired: day("2020-01-15")}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody out of reach: %v", err)
		}
	})
}

func TestAnImportThatCorrectsAFirstDayMovesTheFirstAssignment(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		for _, level := range []string{"core", "regular"} { // alone, and with another correction of the same row
			hired := map[string]string{"core": "2020-03-01", "regular": "2019-10-01"}[level]
			record(t, db, func(w fact.Writer) {
				if _, err := w.PutPerson(ctx, fact.PersonRecord{Key: "P1", Name: "人1", Team: "T1", Level: level, Hired: day(hired), Left: calendar.Forever, ValidFrom: calendar.NoDate}); err != nil {
					t.Fatal(err)
				}
			})
			d, err := b.people.Person(ctx, b.clerk(), b.ids["P1"], org.Now())
			if err != nil || d.Hired != day(hired) || string(d.Assignment.Level) != level || !slices.Equal(currentDays(d), []string{hired + " 9999-12-31 队1"}) {
				t.Errorf("%s: %+v at %v (%v)", level, d.Member, currentDays(d), err)
			}
		}
	})
}
