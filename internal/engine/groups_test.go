package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

func TestGroupsAreSeenFromAPerson(t *testing.T) {
	t.Parallel()
	month := calendar.NewMonth(2026, 9)
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	facts := &Facts{Teams: []Team{
		{Key: "T1", Region: "east", Leaders: []Leader{{Days: always, Person: 0}}}, {Key: "T2", Region: "east"}, {Key: "T3"},
	}}
	add := func(key string, team int32, level string, left calendar.Date) {
		facts.Persons = append(facts.Persons, Person{Key: key, Left: left, Spans: []Span{{Days: always, Team: team, Level: level}}})
	}
	add("9", 0, "manager", calendar.Forever)
	add("10", 0, "regular", calendar.Forever)
	add("2", 1, "regular", calendar.Forever)
	add("3", 2, "core", month.First()+4)
	add("4", 0, "regular", month.First()) // left before the period
	add("5", None, "regular", calendar.Forever)
	regulars := &planProgram{plan: &plan.Plan{Participants: plan.Participants{Levels: []string{"regular"}}}, unpaidLater: true, leads: true}
	p := &program{facts: facts, first: month.First(), last: month.Last(), plans: []*planProgram{regulars}}
	r := callRoster(p, []int32{0})
	r.callGroups(p)
	r.callTeams(p)
	keys := func(people []int32) (list []string) {
		for _, i := range people {
			list = append(list, facts.Persons[i].Key)
		}
		return list
	}
	for _, c := range []struct {
		group  plan.Group
		person int32
		want   []string
	}{
		{plan.GroupOwnTeam, 1, []string{"9", "10"}},
		{plan.GroupOwnTeam, 5, nil},
		{plan.GroupOwnRegion, 2, []string{"2", "9", "10"}},
		{plan.GroupOwnRegion, 3, nil},
		{plan.GroupCompany, 0, []string{"2", "3", "5", "9", "10"}},
		{plan.GroupPlan, 0, []string{"2", "5", "10"}},
	} {
		if diff := cmp.Diff(c.want, keys(r.members(c.group, c.person, regulars)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s of %s: %s", c.group, facts.Persons[c.person].Key, diff)
		}
	}
}
