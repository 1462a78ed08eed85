package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/org"
)

// The dice of whose fixed pay is on record, and how many of a thousand it is of: for the others the law guard says that it cannot judge.
const (
	subjectTerms     = 78
	recordedPermille = 950
)

// wageSource says of the demo's minimum wages that they are made up: nobody should take them for those of a city.
const wageSource = "演示用数字，不是真实标准；请换成当地人社部门公布的标准和文号"

// fixedPay is what a level is paid a month besides incentives, in minor units.
var fixedPay = map[org.Level]int64{org.LevelNewcomer: 4_500_00, org.LevelRegular: 3_800_00, org.LevelCore: 5_000_00, org.LevelManager: 9_000_00}

// makeTerms lets HR enter made-up minimum wages of the regions' cities and fixed pay of those who sell.
func (f *filler) makeTerms(ctx context.Context) error {
	guard := lawguard.NewService(f.DB.LawGuard(), func() time.Time { return f.end.In(calendar.ChinaTime) })
	people := f.actor(loginHR)
	f.at(f.Today-4, 11, 0)
	cities := lawguard.Cities{City: "上海", TeamCities: map[string]string{}}
	for _, t := range f.teams {
		cities.TeamCities[t.key] = [...]string{"上海", "广州", "北京"}[t.region]
	}
	v, err := guard.SetCities(ctx, people, 0, cities)
	if err != nil {
		return err
	}
	var wages []lawguard.Wage
	for i, city := range []string{"上海", "广州", "北京"} {
		wages = append(wages, lawguard.Wage{City: city, From: f.first.First(), MonthlyMinor: 2_600_00 - int64(i)*100_00, Source: wageSource})
	}
	if _, err := guard.PutWages(ctx, people, v.Number, wages); err != nil {
		return err
	}
	rows, err := guard.Terms(ctx, people, f.Today)
	if err != nil {
		return err
	}
	d := newDice(f.Seed, subjectTerms)
	levels := map[string]org.Level{}
	for _, p := range f.people {
		levels[p.key] = p.now().level
	}
	var entries []lawguard.EnterTerm
	for _, row := range rows {
		pay, sells := fixedPay[levels[row.Key]]
		if sells && d.chance(recordedPermille) && row.PersonID != people.PersonID {
			entries = append(entries, lawguard.EnterTerm{PersonID: row.PersonID, From: max(row.Hired, f.first.First()), Work: lawguard.WorkFullTime, FixedMinor: pay, ProbationUntil: calendar.NoDate})
		}
	}
	_, err = guard.EnterTerms(ctx, people, entries...)
	return err
}
