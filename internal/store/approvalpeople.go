package store

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
)

// nearness is who stands around a person in the organisation of today.
type nearness struct {
	person  int64
	regions []int64 // of the teams that the person belongs to or leads
	leaders []int64 // of the person's team
	mates   []int64 // in the person's team, the person as well
}

func (tx *Tx) near(ctx context.Context, person int64) (n nearness, err error) {
	n.person = person
	if person == 0 {
		return n, nil
	}
	valid := func(alias string) string {
		return strings.ReplaceAll("x.superseded_in = "+openBatch+" AND x.valid_from <= $2 AND $2 < x.valid_to", "x.", alias+".")
	}
	today := tx.Today().String()
	number := func(r rows, id *int64) error { return r.Scan(id) }
	if n.regions, err = collect(ctx, tx, number, `SELECT t.region_id FROM team t WHERE `+valid("t")+` AND t.region_id <> 0 AND (
		t.id IN (SELECT a.team_id FROM assignment a WHERE a.person_id = $1 AND `+valid("a")+`) OR t.id IN (SELECT l.team_id FROM team_leader l WHERE l.person_id = $1 AND `+valid("l")+`))`, person, today); err != nil {
		return n, err
	}
	if n.leaders, err = collect(ctx, tx, number, `SELECT l.person_id FROM assignment a JOIN team_leader l ON l.team_id = a.team_id WHERE a.person_id = $1 AND a.team_id <> 0 AND l.person_id <> $1 AND `+
		valid("a")+" AND "+valid("l"), person, today); err != nil {
		return n, err
	}
	n.mates, err = collect(ctx, tx, number, `SELECT m.person_id FROM assignment a JOIN assignment m ON m.team_id = a.team_id WHERE a.person_id = $1 AND a.team_id <> 0 AND `+valid("a")+" AND "+valid("m"), person, today)
	return n, err
}

// reachedBy reports whether a grant of a user reaches the person.
func (n nearness) reachedBy(user int64, g access.Grant) bool {
	switch g.Scope {
	case access.ScopeAll:
		return true
	case access.ScopeRegion:
		return slices.Contains(n.regions, g.RegionID)
	case access.ScopeTeamAndBelow:
		return user != 0 && (slices.Contains(n.leaders, user) || slices.Contains(n.mates, user))
	case access.ScopeTeam:
		return user != 0 && slices.Contains(n.mates, user)
	}
	return user != 0 && user == n.person
}

// ApprovalPeople implements approval.Reader.
func (tx *Tx) ApprovalPeople(ctx context.Context, personID int64, roles []access.Role) (people approval.People, err error) {
	n, err := tx.near(ctx, personID)
	if err != nil {
		return people, err
	}
	var leaders, regional, whole []string
	if len(n.leaders) > 0 {
		if leaders, err = collect(ctx, tx, func(r rows, id *string) error { return r.Scan(id) },
			"SELECT id FROM app_user WHERE disabled = FALSE AND person_id IN ("+numbered(len(n.leaders))+") ORDER BY id", valuesOf(n.leaders)...); err != nil {
			return people, err
		}
	}
	people.Roles = map[access.Role][]string{}
	err = each(ctx, tx, func(r rows) error {
		var user string
		var person int64
		var g access.Grant
		if err := r.Scan(&user, &person, &g.Role, &g.Scope, &g.RegionID); err != nil || !n.reachedBy(person, g) {
			return err
		}
		if !slices.Contains(people.Roles[g.Role], user) {
			people.Roles[g.Role] = append(people.Roles[g.Role], user)
		}
		if g.Role == access.RoleDirector && personID != 0 {
			if g.Scope == access.ScopeAll {
				whole = append(whole, user)
			} else {
				regional = append(regional, user)
			}
		}
		return nil
	}, "SELECT u.id, u.person_id, g.role, g.scope, g.region_id FROM user_grant g JOIN app_user u ON u.id = g.user_id WHERE u.disabled = FALSE AND g.role IN ("+numbered(len(roles))+
		") ORDER BY u.id, g.position", valuesOf(texts(roles))...)
	for _, level := range [][]string{leaders, regional, whole} {
		if len(level) > 0 {
			people.Chain = append(people.Chain, level)
		}
	}
	return people, err
}

// ActiveUsers implements approval.Reader.
func (tx *Tx) ActiveUsers(ctx context.Context, ids []string) (active []string, err error) {
	for part := range slices.Chunk(ids, recipientsPortion) {
		some, err := collect(ctx, tx, func(r rows, id *string) error { return r.Scan(id) }, "SELECT id FROM app_user WHERE disabled = FALSE AND id IN ("+numbered(len(part))+")", valuesOf(part)...)
		if err != nil {
			return nil, err
		}
		active = append(active, some...)
	}
	return active, nil
}

// Colleagues implements approval.Reader.
func (tx *Tx) Colleagues(ctx context.Context, search string, limit int) ([]approval.Colleague, error) {
	pattern := likePattern(search)
	return collect(ctx, tx, func(r rows, c *approval.Colleague) error { return r.Scan(&c.UserID, &c.Login, &c.Name) }, "SELECT u.id, u.login, u.name FROM app_user u WHERE u.disabled = FALSE AND ("+
		tx.db.dialect.likeFold("u.login", "$1")+" OR "+tx.db.dialect.likeFold("u.name", "$1")+") ORDER BY u.login LIMIT $2", pattern, int64(limit))
}
