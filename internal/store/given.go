package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/given"
)

// Given returns the store of package given.
func (db *DB) Given() given.Store { return givenStore{db} }

type givenStore struct{ db *DB }

// InTx implements given.Store.
func (s givenStore) InTx(ctx context.Context, fn func(given.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements given.Store.
func (s givenStore) Read(ctx context.Context, fn func(given.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// peopleOfMonth reads the people who are employed between a month's first ($1) and last day ($2), with the team of the last.
const peopleOfMonth = ` FROM person p LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = ` + openBatch + ` AND a.valid_from <= $2 AND $2 < a.valid_to
	LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = ` + openBatch + ` AND t.valid_from <= $2 AND $2 < t.valid_to`

func (tx *Tx) givenConditions(reach given.Reach, filter given.Filter) *filters {
	c := &filters{args: []any{filter.Month.First().String(), filter.Month.Last().String()}}
	c.add("p.superseded_in = " + openBatch + " AND p.hired_on <= $2 AND $1 < p.left_on")
	c.reach(reach.Scope, reach.Today, "p.id", "%s")
	if filter.Search != "" {
		c.named("p.search_text", filter.Search)
	}
	if filter.TeamID != 0 {
		c.add("a.team_id = ?", filter.TeamID)
	}
	return c
}

// GivenPeople implements given.Reader.
func (tx *Tx) GivenPeople(ctx context.Context, reach given.Reach, filter given.Filter) ([]given.Row, string, error) {
	c := tx.givenConditions(reach, filter)
	tail, err := c.page(filter.Paging, order{column: "p.key", tie: "p.key"})
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, row *given.Row) error { return r.Scan(&row.PersonID, &row.Key, &row.Name, &row.TeamName) },
		"SELECT p.id, p.key, p.name, COALESCE(t.name, '')"+peopleOfMonth+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row given.Row) (value, tie string) { return row.Key, row.Key })
	return page, next, nil
}

// GivenPeopleCount implements given.Reader.
func (tx *Tx) GivenPeopleCount(ctx context.Context, reach given.Reach, filter given.Filter) (int64, error) {
	c := tx.givenConditions(reach, filter)
	return value[int64](ctx, tx, "SELECT COUNT(*)"+peopleOfMonth+c.where(), c.args...)
}

// GivenMeasures implements given.Reader.
func (tx *Tx) GivenMeasures(ctx context.Context, from, to calendar.Month) (measures []given.Measure, err error) {
	err = each(ctx, tx, func(r rows) error {
		var m given.Measure
		if err := r.Scan(&m.Name, &m.Unit); err != nil {
			return err
		}
		if n := len(measures); n > 0 && measures[n-1].Name == m.Name {
			measures[n-1] = m
		} else {
			measures = append(measures, m)
		}
		return nil
	}, `SELECT measure, unit FROM given_value WHERE superseded_in = `+openBatch+` AND value <> '' AND month >= $1 AND month <= $2
		GROUP BY measure, unit ORDER BY measure, MAX(recorded_in), unit`, from.String(), to.String())
	return measures, err
}

func scanGiven(v *given.Value, text *string) []any {
	return []any{&v.PersonID, scanMonth(&v.Month), &v.Measure, text, &v.Unit, &v.Recorded}
}

func readGiven(v *given.Value, text string) (err error) {
	if v.Taken = text == ""; !v.Taken {
		v.Value, err = decimal.Parse(text)
	}
	return err
}

// GivenValues implements given.Reader.
func (tx *Tx) GivenValues(ctx context.Context, month calendar.Month, persons []int64) ([]given.Value, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, v *given.Value) error {
		var text string
		if err := r.Scan(scanGiven(v, &text)...); err != nil {
			return err
		}
		return readGiven(v, text)
	}, `SELECT person_id, month, measure, value, unit, recorded_in FROM given_value WHERE superseded_in = `+openBatch+` AND month = $1 AND value <> ''
		AND person_id IN (`+listed(persons)+`) ORDER BY person_id, measure`, month.String())
}

// GivenVersions implements given.Reader.
func (tx *Tx) GivenVersions(ctx context.Context, personID int64, month calendar.Month, measure string) ([]given.Version, error) {
	return collect(ctx, tx, func(r rows, v *given.Version) error {
		var text string
		if err := r.Scan(append(scanGiven(&v.Value, &text), markDestinations(&v.Mark)...)...); err != nil {
			return err
		}
		return readGiven(&v.Value, text)
	}, `SELECT x.person_id, x.month, x.measure, x.value, x.unit, x.recorded_in, `+markColumns+` FROM given_value x`+markJoins+`
		WHERE x.person_id = $1 AND x.month = $2 AND (x.measure = $3 OR $3 = '')`+newestFirst+`, x.measure`, personID, month.String(), measure)
}
