package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// personsInReach writes a condition that limits a column of person ids to the persons in reach of the scope, by the organisation as
// recorded now and valid today: the own person; who is in a team that the person belongs to today; who is in a team that the person
// leads today; who is in, or leads, a team that belongs to a granted region today. Who has moved away is out of reach, and so is all
// that they keep. The parameters of the condition are numbered from first; args are theirs, in order. A scope that reaches nobody
// gives FALSE, one that reaches all gives TRUE, both without parameters.
func personsInReach(scope access.Scope, today calendar.Date, column string, first int) (condition string, args []any) {
	if scope.All {
		return "TRUE", nil
	}
	parameter := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(first+len(args)-1)
	}
	var parts []string
	var day string
	valid := func(alias string) string {
		return strings.ReplaceAll("x.superseded_in = 9223372036854775807 AND x.valid_from <= "+day+" AND "+day+" < x.valid_to", "x.", alias+".")
	}
	if scope.TeamOf || scope.TeamsLed || len(scope.RegionIDs) > 0 {
		day = parameter(today.String())
	}
	if scope.PersonID != 0 {
		person := parameter(scope.PersonID)
		parts = append(parts, "SELECT CAST("+person+" AS BIGINT)")
		if scope.TeamOf {
			parts = append(parts, "SELECT a.person_id FROM assignment o JOIN assignment a ON a.team_id = o.team_id WHERE o.person_id = "+
				person+" AND o.team_id <> 0 AND "+valid("o")+" AND "+valid("a"))
		}
		if scope.TeamsLed {
			parts = append(parts, "SELECT a.person_id FROM team_leader l JOIN assignment a ON a.team_id = l.team_id WHERE l.person_id = "+
				person+" AND "+valid("l")+" AND "+valid("a"))
		}
	}
	if len(scope.RegionIDs) > 0 {
		regions := make([]string, len(scope.RegionIDs))
		for i, id := range scope.RegionIDs {
			regions[i] = parameter(id)
		}
		in := "t.region_id IN (" + strings.Join(regions, ", ") + ") AND " + valid("t")
		parts = append(parts,
			"SELECT a.person_id FROM team t JOIN assignment a ON a.team_id = t.id WHERE "+in+" AND "+valid("a"),
			"SELECT l.person_id FROM team t JOIN team_leader l ON l.team_id = t.id WHERE "+in+" AND "+valid("l"))
	}
	if len(parts) == 0 {
		return "FALSE", nil
	}
	return column + " IN (" + strings.Join(parts, " UNION ALL ") + ")", args
}

// PersonsInReach returns the ids of the recorded persons in reach of the scope today, in order.
func (tx *Tx) PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) (ids []int64, err error) {
	defer errs.Wrap(&err, "store.PersonsInReach")
	condition, args := personsInReach(scope, today, "id", 1)
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) },
		"SELECT id FROM person WHERE superseded_in = 9223372036854775807 AND "+condition+" ORDER BY id", args...)
}

// PersonInReach reports whether the scope reaches the person today.
func (tx *Tx) PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (in bool, err error) {
	defer errs.Wrap(&err, "store.PersonInReach(%d)", personID)
	condition, args := personsInReach(scope, today, "id", 2)
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM person WHERE superseded_in = 9223372036854775807 AND id = $1 AND "+condition,
		append([]any{personID}, args...)...)
	return n > 0, err
}
