package store

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// Org returns the store of package org.
func (db *DB) Org() org.Store { return orgStore{db} }

type orgStore struct{ db *DB }

// InTx implements org.Store.
func (s orgStore) InTx(ctx context.Context, fn func(org.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements org.Store.
func (s orgStore) Read(ctx context.Context, fn func(org.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// atPoint writes that the alias's row holds at the point: $1 is the day and $2 the batch.
func atPoint(alias string) string {
	return strings.ReplaceAll("x.valid_from <= $1 AND $1 < x.valid_to AND x.recorded_in <= $2 AND x.superseded_in > $2", "x.", alias+".")
}

// orgMembers reads persons with where they are at the point; $1 and $2 as in atPoint.
var orgMembers = ` FROM person p
	LEFT JOIN assignment a ON a.person_id = p.id AND ` + atPoint("a") + `
	LEFT JOIN team t ON t.id = a.team_id AND ` + atPoint("t") + `
	LEFT JOIN region g ON g.id = t.region_id AND ` + atPoint("g")

const memberColumns = `SELECT p.id, p.key, p.name, p.hired_on, p.left_on, COALESCE(a.team_id, 0), COALESCE(a.level, ''), COALESCE(a.roles, ''),
	COALESCE(a.valid_from, ''), COALESCE(a.valid_to, ''), COALESCE(t.name, ''), COALESCE(g.id, 0), COALESCE(g.name, '')`

func scanMember(r rows, m *org.Member) error {
	var roles string
	err := r.Scan(&m.ID, &m.Key, &m.Name, scanDate(&m.Hired), scanDate(&m.Left), &m.Assignment.TeamID, &m.Assignment.Level, &roles,
		scanDate(&m.Assignment.Days.From), scanDate(&m.Assignment.Days.To), &m.TeamName, &m.RegionID, &m.RegionName)
	m.Assignment.PersonID, m.Assignment.Roles = m.ID, splitRoles(roles)
	return err
}

func splitRoles(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func (tx *Tx) memberConditions(scope access.Scope, today calendar.Date, at fact.AsOf, filter org.Filter) *filters {
	c := &filters{args: []any{at.Valid.String(), int64(at.Recorded)}}
	c.add("p.recorded_in <= $2 AND p.superseded_in > $2")
	c.reach(scope, today, "p.id", "%s")
	if filter.Search != "" {
		c.named("p.search_text", filter.Search)
	}
	if filter.RegionID != 0 {
		c.add("g.id = ?", filter.RegionID)
	}
	if filter.TeamID != 0 {
		c.add("a.team_id = ?", filter.TeamID)
	}
	if filter.Level != "" {
		c.add("a.level = ?", string(filter.Level))
	}
	switch filter.Employment {
	case org.Employed:
		c.add("p.hired_on <= $1 AND $1 < p.left_on")
	case org.NotEmployed:
		c.add("NOT (p.hired_on <= $1 AND $1 < p.left_on)")
	}
	return c
}

var memberOrders = map[string]order{
	org.SortKey: {column: "p.key", tie: "p.key"}, org.SortName: {column: "p.name", tie: "p.key"}, org.SortHired: {column: "p.hired_on", tie: "p.key"},
}

// OrgMembers implements org.Reader.
func (tx *Tx) OrgMembers(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf, filter org.Filter) ([]org.Member, string, error) {
	c := tx.memberConditions(scope, today, at, filter)
	tail, err := c.page(filter.Paging, memberOrders[filter.Paging.Sort])
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanMember, memberColumns+orgMembers+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(m org.Member) (value, tie string) {
		switch filter.Paging.Sort {
		case org.SortName:
			return m.Name, m.Key
		case org.SortHired:
			return m.Hired.String(), m.Key
		}
		return m.Key, m.Key
	})
	return page, next, tx.addLeads(ctx, at, page)
}

// addLeads fills in which teams the members lead at the point.
func (tx *Tx) addLeads(ctx context.Context, at fact.AsOf, members []org.Member) error {
	if len(members) == 0 {
		return nil
	}
	index := make(map[int64]int, len(members))
	c := &filters{args: []any{at.Valid.String(), int64(at.Recorded)}}
	var marks []string
	for i, m := range members {
		index[m.ID] = i
		marks = append(marks, c.parameter(m.ID))
	}
	return each(ctx, tx, func(r rows) error {
		var team, person int64
		if err := r.Scan(&team, &person); err != nil {
			return err
		}
		m := &members[index[person]]
		m.Leads = append(m.Leads, team)
		return nil
	}, "SELECT l.team_id, l.person_id FROM team_leader l WHERE "+atPoint("l")+" AND l.person_id IN ("+strings.Join(marks, ", ")+") ORDER BY l.team_id", c.args...)
}

// OrgMemberCount implements org.Reader.
func (tx *Tx) OrgMemberCount(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf, filter org.Filter) (int64, error) {
	c := tx.memberConditions(scope, today, at, filter)
	return value[int64](ctx, tx, "SELECT COUNT(*)"+orgMembers+c.where(), c.args...)
}

// OrgMember implements org.Reader.
func (tx *Tx) OrgMember(ctx context.Context, at fact.AsOf, personID int64) (org.Member, error) {
	m, err := one(ctx, tx, "org.person_missing", scanMember, memberColumns+orgMembers+` WHERE p.id = $3 AND p.recorded_in <= $2 AND p.superseded_in > $2`,
		at.Valid.String(), int64(at.Recorded), personID)
	if err != nil {
		return org.Member{}, err
	}
	members := []org.Member{m}
	err = tx.addLeads(ctx, at, members)
	return members[0], err
}

// OrgPersonID implements org.Reader.
func (tx *Tx) OrgPersonID(ctx context.Context, key string) (int64, error) {
	return value[int64](ctx, tx, `SELECT id FROM person WHERE key = $1 AND superseded_in = `+openBatch, key)
}

// OrgTeam implements org.Reader.
func (tx *Tx) OrgTeam(ctx context.Context, teamID int64) (org.Team, error) {
	return one(ctx, tx, "org.team_missing", func(r rows, t *org.Team) error { return r.Scan(&t.ID, &t.Key, &t.Name, &t.RegionID) },
		`SELECT id, key, name, region_id FROM team WHERE id = $1 AND superseded_in = `+openBatch+` ORDER BY valid_from DESC`, teamID)
}

// TeamInReach implements org.Reader: all teams, those of a granted region, those the person leads or belongs to today.
func (tx *Tx) TeamInReach(ctx context.Context, scope access.Scope, today calendar.Date, teamID int64) (bool, error) {
	if scope.All {
		return true, nil
	}
	c := &filters{}
	id, day := c.parameter(teamID), c.parameter(today.String())
	valid := func(alias string) string {
		return strings.ReplaceAll("x.superseded_in = "+openBatch+" AND x.valid_from <= "+day+" AND "+day+" < x.valid_to", "x.", alias+".")
	}
	var parts []string
	for _, region := range scope.RegionIDs {
		parts = append(parts, "SELECT 1 AS n FROM team t WHERE t.id = "+id+" AND t.region_id = "+c.parameter(region)+" AND "+valid("t"))
	}
	if scope.PersonID != 0 && scope.TeamsLed {
		parts = append(parts, "SELECT 1 AS n FROM team_leader l WHERE l.team_id = "+id+" AND l.person_id = "+c.parameter(scope.PersonID)+" AND "+valid("l"))
	}
	if scope.PersonID != 0 && scope.TeamOf {
		parts = append(parts, "SELECT 1 AS n FROM assignment a WHERE a.team_id = "+id+" AND a.person_id = "+c.parameter(scope.PersonID)+" AND "+valid("a"))
	}
	if len(parts) == 0 {
		return false, nil
	}
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM ("+strings.Join(parts, " UNION ALL ")+") found", c.args...)
	return n > 0, err
}

// OrgTeams implements org.Reader. Teams without anybody in reach are shown to those whose reach has no limit.
func (tx *Tx) OrgTeams(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf) ([]org.RegionNode, error) {
	c := &filters{args: []any{at.Valid.String(), int64(at.Recorded)}}
	c.add(atPoint("a"))
	c.add("p.recorded_in <= $2 AND p.superseded_in > $2 AND p.hired_on <= $1 AND $1 < p.left_on AND a.team_id <> 0")
	c.reach(scope, today, "a.person_id", "%s")
	people := map[int64]int64{}
	err := each(ctx, tx, func(r rows) error {
		var team, n int64
		err := r.Scan(&team, &n)
		people[team] = n
		return err
	}, "SELECT a.team_id, COUNT(*) FROM assignment a JOIN person p ON p.id = a.person_id"+c.where()+" GROUP BY a.team_id", c.args...)
	if err != nil {
		return nil, err
	}
	var regions []org.RegionNode
	err = each(ctx, tx, func(r rows) error {
		var g org.Region
		var t org.TeamNode
		if err := r.Scan(&g.ID, &g.Key, &g.Name, &t.ID, &t.Key, &t.Name, &t.LeaderID, &t.LeaderName); err != nil {
			return err
		}
		t.RegionID, t.People = g.ID, people[t.ID]
		if t.People == 0 && !scope.All {
			return nil
		}
		if len(regions) == 0 || regions[len(regions)-1].ID != g.ID {
			regions = append(regions, org.RegionNode{Region: g})
		}
		last := &regions[len(regions)-1]
		last.Teams, last.People = append(last.Teams, t), last.People+t.People
		return nil
	}, `SELECT COALESCE(g.id, 0), COALESCE(g.key, ''), COALESCE(g.name, ''), t.id, t.key, t.name, COALESCE(l.person_id, 0), COALESCE(n.name, '')
		FROM team t LEFT JOIN region g ON g.id = t.region_id AND `+atPoint("g")+`
		LEFT JOIN team_leader l ON l.team_id = t.id AND l.person_id <> 0 AND `+atPoint("l")+`
		LEFT JOIN person n ON n.id = l.person_id AND n.recorded_in <= $2 AND n.superseded_in > $2
		WHERE `+atPoint("t")+` ORDER BY COALESCE(g.key, ''), COALESCE(g.id, 0), t.key`, at.Valid.String(), int64(at.Recorded))
	return regions, err
}

// teamName reads the present name of the team in a column.
func teamName(column string) string {
	return `COALESCE((SELECT n.name FROM team n WHERE n.id = ` + column + ` AND n.superseded_in = ` + openBatch + ` ORDER BY n.valid_from DESC LIMIT 1), '')`
}

// OrgAssignments implements org.Reader, the newest record first.
func (tx *Tx) OrgAssignments(ctx context.Context, personID int64) ([]org.Change, error) {
	return collect(ctx, tx, func(r rows, c *org.Change) error {
		var roles string
		a := &c.Assignment
		err := r.Scan(append([]any{&a.PersonID, &a.TeamID, &a.Level, &roles, scanDate(&a.Days.From), scanDate(&a.Days.To), &c.TeamName}, markDestinations(&c.Mark)...)...)
		a.Roles = splitRoles(roles)
		return err
	}, `SELECT x.person_id, x.team_id, x.level, x.roles, x.valid_from, x.valid_to, `+teamName("x.team_id")+`, `+markColumns+`
		FROM assignment x`+markJoins+`WHERE x.person_id = $1`+newestFirst+`, x.valid_from DESC`, personID)
}

// OrgPersonChanges implements org.Reader.
func (tx *Tx) OrgPersonChanges(ctx context.Context, personID int64) ([]org.PersonChange, error) {
	return collect(ctx, tx, func(r rows, c *org.PersonChange) error {
		p := &c.Person
		return r.Scan(append([]any{&p.ID, &p.Key, &p.Name, scanDate(&p.Hired), scanDate(&p.Left)}, markDestinations(&c.Mark)...)...)
	}, `SELECT x.id, x.key, x.name, x.hired_on, x.left_on, `+markColumns+` FROM person x`+markJoins+`WHERE x.id = $1`+newestFirst, personID)
}

// OrgLeads implements org.Reader.
func (tx *Tx) OrgLeads(ctx context.Context, personID int64) ([]org.LeadChange, error) {
	return collect(ctx, tx, func(r rows, c *org.LeadChange) error {
		l := &c.Leadership
		return r.Scan(append([]any{&l.TeamID, &l.PersonID, scanDate(&l.Days.From), scanDate(&l.Days.To), &c.TeamName}, markDestinations(&c.Mark)...)...)
	}, `SELECT x.team_id, x.person_id, x.valid_from, x.valid_to, `+teamName("x.team_id")+`, `+markColumns+`
		FROM team_leader x`+markJoins+`WHERE x.person_id = $1`+newestFirst+`, x.valid_from DESC`, personID)
}

// QuotaPerson implements target.Reader.
func (tx *Tx) QuotaPerson(ctx context.Context, personID int64) (key, name string, err error) {
	found := false
	err = each(ctx, tx, func(r rows) error {
		found = true
		return r.Scan(&key, &name)
	}, `SELECT key, name FROM person WHERE id = $1 AND superseded_in = `+openBatch, personID)
	if err == nil && !found {
		err = errs.New(errs.KindNotFound, "org.person_missing", nil)
	}
	return key, name, err
}

// OrgMentorships implements org.Reader.
func (tx *Tx) OrgMentorships(ctx context.Context, personID int64) ([]org.MentorChange, error) {
	return collect(ctx, tx, func(r rows, c *org.MentorChange) error {
		m := &c.Mentorship
		return r.Scan(append([]any{&m.MentorID, &m.TraineeID, &m.MentorName, &m.TraineeName, scanDate(&m.Days.From), scanDate(&m.Days.To)}, markDestinations(&c.Mark)...)...)
	}, `SELECT x.mentor_id, x.trainee_id, COALESCE(m.name, ''), COALESCE(t.name, ''), x.valid_from, x.valid_to, `+markColumns+` FROM mentorship x`+markJoins+`
		LEFT JOIN person m ON m.id = x.mentor_id AND m.superseded_in = `+openBatch+` LEFT JOIN person t ON t.id = x.trainee_id AND t.superseded_in = `+openBatch+`
		WHERE (x.trainee_id = $1 OR x.mentor_id = $1)`+newestFirst+`, x.valid_from DESC`, personID)
}
