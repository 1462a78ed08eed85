package diagnosis_test

import (
	"testing"

	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
)

// TestAnOrganisationThatContradictsItselfIsReadAndTold: each contradiction is named with the first of its rows, what counts is what is said, and an organisation in
// order tells of none, also where people move from team to team.
func TestAnOrganisationThatContradictsItselfIsReadAndTold(t *testing.T) {
	t.Parallel()
	const regions, head = "key,name\nE,East\n", "key,name,team,level,hired_on,left_on,valid_from,valid_to\n"
	for name, c := range map[string]struct {
		teams, persons string
		want           map[diagnosis.Contradiction]string
		team           string // of P2
	}{
		"in order": {"key,name,region,leader\nT1,A,E,P1\nT2,B,E,\n", head + "P1,a,T1,manager,2020-01-01,,,\nP2,b,T2,core,2021-03-01,,2022-01-01,\nP2,b,T1,core,2021-03-01,,2021-03-01,2021-12-31\n", nil, "T2"},
		"a team twice, led by nobody known": {"key,name,region,leader\nT1,A,E,P1\nT2,B,E,P9\nT1,C,E,P1\n", head + "P1,a,T1,manager,2020-01-01,,,\nP2,b,T1,core,2021-03-01,,,\n",
			map[diagnosis.Contradiction]string{diagnosis.KeyTwice: "T1", diagnosis.LeaderUnknown: "P9"}, "T1"},
		"in two teams at once, hired twice, and gone before": {"key,name,region,leader\nT1,A,E,\nT2,B,E,\n", head + "P2,b,T1,core,2021-03-01,,2021-03-01,2023-01-01\nP2,b,T2,core,2021-04-01,,2022-01-01,\nP3,c,T1,core,2024-01-01,2023-01-01,,\n",
			map[diagnosis.Contradiction]string{diagnosis.TwoTeams: "P2", diagnosis.PersonDiffers: "P2", diagnosis.LeftFirst: "P3"}, "T2"},
	} {
		source, err := diagnosis.Read(t.Context(), []ingest.File{file("regions.csv", regions), file("teams.csv", c.teams), file("persons.csv", c.persons)}, today)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		told := map[diagnosis.Contradiction]string{}
		for _, u := range source.Unread {
			told[u.Why] = u.Value
		}
		if len(told) != len(c.want) {
			t.Errorf("%s: told %v", name, told)
		}
		for why, value := range c.want {
			if told[why] != value {
				t.Errorf("%s: %s is told of %q, want %q", name, why, told[why], value)
			}
		}
		for _, p := range source.Company.People {
			if p.Key == "P2" && (p.Team == finding.Nobody || source.Company.Teams[p.Team].Key != c.team) {
				t.Errorf("%s: P2 is in team %d", name, p.Team)
			}
		}
	}
}
