// Package given is what is measured of people elsewhere: compliance with the process, scores, satisfaction. A clerk enters it, or it is
// imported; plans read it by the name of the measure.
//
// A value is a fact of a person, a month and a measure. It owns no measuring and no meaning: what a measure is for says the plan. Limit: a
// month's grid shows all measures that have a value in it or in the month before.
package given

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Value is what was measured of a person in a month. Money is in minor units, 95 % is 0.95.
type Value struct {
	PersonID int64
	Month    calendar.Month
	Measure  string
	Value    decimal.Decimal
	Unit     fact.Unit
	Taken    bool // taken back: there is no value
	Recorded fact.BatchID
}

// Measure is a column of the grid.
type Measure struct {
	Name string
	Unit fact.Unit // of its newest value
}

// Row is a person of the grid; Values are by measure.
type Row struct {
	PersonID            int64
	Key, Name, TeamName string
	Values              map[string]Value
}

// Grid is the measures of a month and the people who work in it.
type Grid struct {
	Month    calendar.Month
	Measures []Measure
	Rows     []Row
	Next     string
	Count    int64 // people of the whole filter
	MayWrite bool
}

// Version is one fact about a value with its recorded time, newest first.
type Version struct {
	Value Value
	Mark  fact.Mark
}

// Filter chooses people of a month.
type Filter struct {
	Month  calendar.Month
	Search string // part of a person's name or key
	TeamID int64  // on the month's last day
	Paging fact.Paging
}

// SortPerson is the order of the grid.
const SortPerson = "person"

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	checkMonth(&c, f.Month)
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortPerson)
	return f, err
}

func checkMonth(c *fact.Checker, month calendar.Month) {
	if month < calendar.NewMonth(1990, 1) || month > calendar.NewMonth(2100, 12) {
		c.Add("month", month.String(), "fact.day_out_of_range", nil)
	}
}

// Reach is how far somebody sees: a scope as of today.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Reader reads given values on one snapshot.
type Reader interface {
	// GivenPeople returns the people employed in the month, without values.
	GivenPeople(ctx context.Context, reach Reach, filter Filter) ([]Row, string, error)
	GivenPeopleCount(ctx context.Context, reach Reach, filter Filter) (int64, error)
	// GivenMeasures returns the measures with a value in one of the months, by name, with the unit of the newest.
	GivenMeasures(ctx context.Context, from, to calendar.Month) ([]Measure, error)
	GivenValues(ctx context.Context, month calendar.Month, persons []int64) ([]Value, error)
	// GivenVersions returns everything ever recorded of a person's month, newest first; of one measure, or of all when it is empty.
	GivenVersions(ctx context.Context, personID int64, month calendar.Month, measure string) ([]Version, error)
	PersonKey(ctx context.Context, id int64) (string, error) // NotFound
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	fact.Recorder
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows given values and takes them by hand.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// Grid returns the values of a month within the actor's reach. Errors: forbidden, invalid.
func (s *Service) Grid(ctx context.Context, actor access.Actor, filter Filter) (g Grid, err error) {
	defer errs.Wrap(&err, "given.Grid(%s)", filter.Month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return Grid{}, err
	}
	if filter, err = filter.checked(); err != nil {
		return Grid{}, err
	}
	g.Month, g.MayWrite = filter.Month, actor.Can(access.PermSalesWrite)
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if g.Count, err = r.GivenPeopleCount(ctx, reach, filter); err != nil {
			return err
		}
		if g.Measures, err = r.GivenMeasures(ctx, filter.Month-1, filter.Month); err != nil {
			return err
		}
		if g.Rows, g.Next, err = r.GivenPeople(ctx, reach, filter); err != nil {
			return err
		}
		return fill(ctx, r, &g)
	})
	return g, err
}

// Each calls fn on every value of the filter's people, at most fact.ExportMax people; more says that there are others. Errors: those of Grid
// and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Row, Value) error) (more bool, err error) {
	defer errs.Wrap(&err, "given.Each(%s)", filter.Month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return false, err
	}
	filter.Paging.Limit = fact.LimitMax
	if filter, err = filter.checked(); err != nil {
		return false, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		page := func(p fact.Paging) ([]Row, string, error) {
			filter.Paging = p
			g := Grid{Month: filter.Month}
			var next string
			if g.Rows, next, err = r.GivenPeople(ctx, reach, filter); err != nil {
				return nil, "", err
			}
			return g.Rows, next, fill(ctx, r, &g)
		}
		more, err = fact.EachPage(filter.Paging, page, func(row Row) error {
			for _, measure := range slices.Sorted(maps.Keys(row.Values)) {
				if err := fn(row, row.Values[measure]); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
	return more, err
}

// fill puts the values into the rows.
func fill(ctx context.Context, r Reader, g *Grid) error {
	index, persons := map[int64]int{}, make([]int64, len(g.Rows))
	for i := range g.Rows {
		index[g.Rows[i].PersonID], persons[i], g.Rows[i].Values = i, g.Rows[i].PersonID, map[string]Value{}
	}
	values, err := r.GivenValues(ctx, g.Month, persons)
	for _, v := range values {
		g.Rows[index[v.PersonID]].Values[v.Measure] = v
	}
	return err
}

// Sheet is what was measured of one person in a month, with everything ever recorded of it, newest first.
type Sheet struct {
	Row
	Measures []Measure // of the month's grid
	Versions []Version
	MayWrite bool
}

// Sheet returns one person's values of a month. Errors: forbidden; not found out of reach.
func (s *Service) Sheet(ctx context.Context, actor access.Actor, month calendar.Month, personID int64) (sheet Sheet, err error) {
	defer errs.Wrap(&err, "given.Sheet(%d, %s)", personID, month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return Sheet{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := s.requireReach(ctx, r, actor, access.PermSalesRead, personID); err != nil {
			return err
		}
		if sheet.Measures, err = r.GivenMeasures(ctx, month-1, month); err != nil {
			return err
		}
		g := Grid{Month: month, Rows: []Row{{PersonID: personID}}}
		if err := fill(ctx, r, &g); err != nil {
			return err
		}
		if sheet.Row = g.Rows[0]; actor.Can(access.PermSalesWrite) {
			reach := s.reach(actor, access.PermSalesWrite)
			if sheet.MayWrite, err = r.PersonInReach(ctx, reach.Scope, reach.Today, personID); err != nil {
				return err
			}
		}
		sheet.Versions, err = r.GivenVersions(ctx, personID, month, "")
		return err
	})
	return sheet, err
}

// History returns everything ever recorded about one value, newest first. Errors: forbidden; not found out of reach.
func (s *Service) History(ctx context.Context, actor access.Actor, personID int64, month calendar.Month, measure string) (versions []Version, err error) {
	defer errs.Wrap(&err, "given.History(%d, %s)", personID, month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := s.requireReach(ctx, r, actor, access.PermSalesRead, personID); err != nil {
			return err
		}
		versions, err = r.GivenVersions(ctx, personID, month, measure)
		return err
	})
	return versions, err
}

func (s *Service) requireReach(ctx context.Context, r Reader, actor access.Actor, p access.Permission, personID int64) error {
	reach := s.reach(actor, p)
	in, err := r.PersonInReach(ctx, reach.Scope, reach.Today, personID)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "target.person_missing", nil)
	}
	return err
}

// Entry is a value as it is given by hand. A nil Value takes back what was recorded.
type Entry struct {
	PersonID int64
	Month    calendar.Month
	Measure  string
	Value    *decimal.Decimal // money in minor units, 95 % is 0.95
	Unit     fact.Unit
	Seen     *fact.BatchID // Value.Recorded of what is corrected, 0 for none; nil skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	checkMonth(&c, in.Month)
	c.Key("measure", in.Measure)
	if !in.Unit.Valid() {
		c.Add("unit", string(in.Unit), "form.error.choice", nil)
	}
	if in.Value != nil && len(in.Value.String()) > valueDigits {
		c.Add("value", "", "fact.too_long", errs.Args{"Max": valueDigits})
	}
	return c.Err()
}

// valueDigits is how long a value may be.
const valueDigits = 30

// Set records what was measured of people, all or nothing, in one batch. Errors: forbidden; not found for somebody out of reach; invalid;
// conflict when a value was changed after Seen.
func (s *Service) Set(ctx context.Context, actor access.Actor, entries ...Entry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "given.Set(%d)", len(entries))
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	for _, in := range entries {
		if err := in.Validate(); err != nil {
			return receipt, err
		}
	}
	if len(entries) == 0 {
		return receipt, nil
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		var before, after []fact.GivenValueRecord
		for _, in := range entries {
			old, record, err := s.prepare(ctx, tx, actor, in)
			if err != nil {
				return err
			}
			before, after = append(before, old), append(after, record)
		}
		receipt, err = fact.Record(ctx, tx, actor.UserID, subject(entries), func(w fact.Writer) (outcome fact.Outcome, err error) {
			for _, record := range after {
				one, err := w.PutGivenValue(ctx, record)
				if err != nil {
					return outcome, err
				}
				outcome = max(outcome, one)
			}
			return outcome, nil
		})
		if err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "given_value.set", subject(entries), before, after)
	})
	return receipt, err
}

// subject names what is written: one value, or a month's.
func subject(entries []Entry) string {
	if len(entries) == 1 {
		return fmt.Sprintf("given_value:%d:%s:%s", entries[0].PersonID, entries[0].Month, entries[0].Measure)
	}
	months := make([]calendar.Month, len(entries))
	for i, in := range entries {
		months[i] = in.Month
	}
	return "given_value:" + slices.Min(months).String()
}

// prepare returns what is recorded of a value and what will be.
func (s *Service) prepare(ctx context.Context, tx Tx, actor access.Actor, in Entry) (before, after fact.GivenValueRecord, err error) {
	if err := s.requireReach(ctx, tx, actor, access.PermSalesWrite, in.PersonID); err != nil {
		return before, after, err
	}
	key, err := tx.PersonKey(ctx, in.PersonID)
	if err != nil {
		return before, after, err
	}
	versions, err := tx.GivenVersions(ctx, in.PersonID, in.Month, in.Measure)
	if err != nil {
		return before, after, err
	}
	after = fact.GivenValueRecord{Person: key, Month: in.Month, Measure: in.Measure, Value: in.Value, Unit: in.Unit}
	before = fact.GivenValueRecord{Person: key, Month: in.Month, Measure: in.Measure, Unit: in.Unit}
	held := fact.BatchID(0)
	if len(versions) > 0 && versions[0].Mark.Current() && !versions[0].Value.Taken {
		held = versions[0].Mark.Recorded
		before.Value, before.Unit = &versions[0].Value.Value, versions[0].Value.Unit
	}
	if in.Seen != nil && *in.Seen != held {
		return before, after, errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
	}
	return before, after, nil
}
