package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const today = "2026-09-24"

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// company: regions 1 and 2; teams 11 and 12 in region 1, 21 in region 2, 13 moved from region 1 to 2 this month, 14 will move tomorrow.
// Person 100 leads 11 and 21 and is in no team; 101, 102 are in 11; 103 in 12; 104 in 21; 105 moved from 11 to 12; 106 will join 11
// tomorrow; 107 left 11 yesterday; 108 in 13; 109 in 14; 110 led 11 until yesterday and is in no team (team 0), as is 111; 112 was put
// into 11 by a record that was corrected to 21; 113 leads 12 and is in 12.
var company = []string{
	`INSERT INTO batch (id, kind, recorded_at, actor_id, document, row_count, earliest_month) VALUES (1, 'setup', '', '', '', 0, '2026-01'), (2, 'manual', '', '', '', 0, '2026-01')`,
	`INSERT INTO team (id, key, name, region_id, valid_from, valid_to, recorded_in, superseded_in) VALUES
		(11, 't11', 'A', 1, '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(12, 't12', 'B', 1, '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(21, 't21', 'C', 2, '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(13, 't13', 'D', 1, '2020-01-01', '2026-09-01', 1, 9223372036854775807),
		(13, 't13', 'D', 2, '2026-09-01', '9999-12-31', 1, 9223372036854775807),
		(14, 't14', 'E', 1, '2020-01-01', '2026-09-25', 1, 9223372036854775807),
		(14, 't14', 'E', 2, '2026-09-25', '9999-12-31', 1, 9223372036854775807)`,
	`INSERT INTO team_leader (team_id, person_id, valid_from, valid_to, recorded_in, superseded_in) VALUES
		(11, 110, '2020-01-01', '2026-09-24', 1, 9223372036854775807),
		(11, 100, '2026-09-24', '9999-12-31', 1, 9223372036854775807),
		(21, 100, '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(12, 113, '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(13, 100, '2020-01-01', '9999-12-31', 1, 2)`,
	`INSERT INTO assignment (person_id, team_id, level, roles, valid_from, valid_to, recorded_in, superseded_in) VALUES
		(101, 11, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(102, 11, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(103, 12, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(104, 21, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(105, 11, 'core', '', '2020-01-01', '2026-09-01', 1, 9223372036854775807),
		(105, 12, 'core', '', '2026-09-01', '9999-12-31', 1, 9223372036854775807),
		(106, 11, 'core', '', '2026-09-25', '9999-12-31', 1, 9223372036854775807),
		(107, 11, 'core', '', '2020-01-01', '2026-09-24', 1, 9223372036854775807),
		(108, 13, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(109, 14, 'core', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(110, 0, 'other', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(111, 0, 'other', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807),
		(112, 11, 'core', '', '2020-01-01', '9999-12-31', 1, 2),
		(112, 21, 'core', '', '2020-01-01', '9999-12-31', 2, 9223372036854775807),
		(113, 12, 'manager', '', '2020-01-01', '9999-12-31', 1, 9223372036854775807)`,
}

func personRow(id int) string {
	return fmt.Sprintf(`INSERT INTO person (id, key, name, hired_on, left_on, recorded_in, superseded_in)
		VALUES (%d, 'p%d', 'P', '2020-01-01', '9999-12-31', 1, 9223372036854775807)`, id, id)
}

func reach(t *testing.T, db *store.DB, scope access.Scope, day calendar.Date) []int64 {
	t.Helper()
	var ids []int64
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		var err error
		ids, err = tx.PersonsInReach(t.Context(), scope, day)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestScopeReachesExactlyItsPersons(t *testing.T) {
	t.Parallel()
	everybody := []int64{100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113}
	cases := []struct {
		name  string
		scope access.Scope
		want  []int64
	}{
		{"nothing granted", access.Scope{}, nil},
		{"team of nobody", access.Scope{TeamOf: true, TeamsLed: true}, nil},
		{"all", access.Scope{All: true}, everybody},
		{"own", access.Scope{PersonID: 101}, []int64{101}},
		{"own team: not who moved, left or comes tomorrow", access.Scope{PersonID: 101, TeamOf: true}, []int64{101, 102}},
		{"own team after a move: not the old one", access.Scope{PersonID: 105, TeamOf: true}, []int64{103, 105, 113}},
		{"own team before the first day", access.Scope{PersonID: 106, TeamOf: true}, []int64{106}},
		{"no team is not a team", access.Scope{PersonID: 111, TeamOf: true}, []int64{111}},
		{"a corrected record does not count", access.Scope{PersonID: 112, TeamOf: true}, []int64{104, 112}},
		{"teams led, from the first day on, not those of a corrected record", access.Scope{PersonID: 100, TeamOf: true, TeamsLed: true}, []int64{100, 101, 102, 104, 112}},
		{"leading is not belonging", access.Scope{PersonID: 100, TeamOf: true}, []int64{100}},
		{"belonging is not leading", access.Scope{PersonID: 101, TeamsLed: true}, []int64{101}},
		{"former leader", access.Scope{PersonID: 110, TeamOf: true, TeamsLed: true}, []int64{110}},
		{"region with its leaders, teams as of today", access.Scope{RegionIDs: []int64{1}}, []int64{100, 101, 102, 103, 105, 109, 113}},
		{"other region", access.Scope{RegionIDs: []int64{2}}, []int64{100, 104, 108, 112}},
		{"both regions and own", access.Scope{PersonID: 111, RegionIDs: []int64{1, 2}}, []int64{100, 101, 102, 103, 104, 105, 108, 109, 111, 112, 113}},
		{"unknown region", access.Scope{RegionIDs: []int64{9}}, nil},
		{"own team and a region", access.Scope{PersonID: 101, TeamOf: true, RegionIDs: []int64{2}}, []int64{100, 101, 102, 104, 108, 112}},
	}
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		execRaw(t, db, company...)
		for _, id := range everybody {
			execRaw(t, db, personRow(int(id)))
		}
		for _, c := range cases {
			if got := reach(t, db, c.scope, date(t, today)); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
			for _, id := range everybody {
				err := db.Read(t.Context(), func(tx *store.Tx) error {
					in, err := tx.PersonInReach(t.Context(), c.scope, date(t, today), id)
					if in != slices.Contains(c.want, id) {
						t.Errorf("%s: PersonInReach(%d) = %v", c.name, id, in)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// factRow is a row of team, team_leader or assignment.
type factRow struct {
	person, team, region int64
	days                 calendar.Interval
	current              bool
}

// organisation is random rows around one day, and who is in reach by a loop over them.
type organisation struct {
	day                         calendar.Date
	teams, leaders, assignments []factRow
}

const organisationPersons = 25

func randomOrganisation(r *rand.Rand, day calendar.Date) organisation {
	o := organisation{day: day}
	random := func(x factRow) factRow {
		from := day - 10 + calendar.Date(r.IntN(15))
		x.days = calendar.Interval{From: from, To: from + 1 + calendar.Date(r.IntN(15))}
		x.current = r.IntN(5) > 0
		return x
	}
	for team := range int64(8) {
		o.teams = append(o.teams, random(factRow{team: team + 1, region: 1 + r.Int64N(3)}))
		o.leaders = append(o.leaders, random(factRow{team: team + 1, person: 1 + r.Int64N(organisationPersons)}))
	}
	for person := range int64(organisationPersons) {
		o.assignments = append(o.assignments, random(factRow{person: person + 1, team: r.Int64N(9)}))
	}
	return o
}

func (o organisation) insert(t *testing.T, db *store.DB) {
	t.Helper()
	tail := func(x factRow) string {
		superseded := "2"
		if x.current {
			superseded = "9223372036854775807"
		}
		return fmt.Sprintf("'%s', '%s', 1, %s)", x.days.From, x.days.To, superseded)
	}
	const times = "valid_from, valid_to, recorded_in, superseded_in"
	statements := []string{company[0]}
	for person := range organisationPersons {
		statements = append(statements, personRow(person+1))
	}
	for _, x := range o.teams {
		statements = append(statements, fmt.Sprintf("INSERT INTO team (id, key, name, region_id, %s) VALUES (%d, 't%d', 'T', %d, ", times, x.team, x.team, x.region)+tail(x))
	}
	for _, x := range o.leaders {
		statements = append(statements, fmt.Sprintf("INSERT INTO team_leader (team_id, person_id, %s) VALUES (%d, %d, ", times, x.team, x.person)+tail(x))
	}
	for _, x := range o.assignments {
		statements = append(statements, fmt.Sprintf("INSERT INTO assignment (person_id, team_id, level, roles, %s) VALUES (%d, %d, 'core', '', ", times, x.person, x.team)+tail(x))
	}
	execRaw(t, db, statements...)
}

func (o organisation) holds(x factRow) bool { return x.current && x.days.Contains(o.day) }

// reach is the reference: the same rule as personsInReach, as a loop.
func (o organisation) reach(scope access.Scope) []int64 {
	teams, persons := map[int64]bool{}, map[int64]bool{}
	for _, x := range o.assignments {
		if scope.TeamOf && x.person == scope.PersonID && x.team != 0 && o.holds(x) {
			teams[x.team] = true
		}
	}
	for _, x := range o.leaders {
		if scope.TeamsLed && x.person == scope.PersonID && o.holds(x) {
			teams[x.team] = true
		}
	}
	for _, x := range o.teams {
		if !slices.Contains(scope.RegionIDs, x.region) || !o.holds(x) {
			continue
		}
		teams[x.team] = true
		for _, l := range o.leaders {
			if l.team == x.team && o.holds(l) {
				persons[l.person] = true
			}
		}
	}
	for _, x := range o.assignments {
		if teams[x.team] && o.holds(x) {
			persons[x.person] = true
		}
	}
	if scope.PersonID != 0 {
		persons[scope.PersonID] = true
	}
	return slices.Sorted(maps.Keys(persons))
}

func TestScopeAgreesWithAReference(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		const seed = 20260924
		r := rand.New(rand.NewPCG(seed, 1))
		o := randomOrganisation(r, date(t, today))
		o.insert(t, db)
		for range 60 {
			scope := access.Scope{PersonID: r.Int64N(organisationPersons + 1), TeamOf: r.IntN(2) == 0, TeamsLed: r.IntN(2) == 0}
			for region := range int64(3) {
				if r.IntN(3) == 0 {
					scope.RegionIDs = append(scope.RegionIDs, region+1)
				}
			}
			if got, want := reach(t, db, scope, o.day), o.reach(scope); !slices.Equal(got, want) {
				t.Errorf("seed %d: %+v: got %v, want %v", seed, scope, got, want)
			}
		}
	})
}
