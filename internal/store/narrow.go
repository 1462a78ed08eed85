package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
)

// A list of many rows must answer at once, whoever asks and whatever for: a seller with a hundred payments among a million, a search
// that finds three, a search that finds all. No one statement is fast for all of them, and neither database can know beforehand which
// it is. So what a part of the filter finds is looked up first, up to fewMax: if it is few, the rows are read by them; otherwise the
// rows are walked in their order and asked one by one, and a page is full soon, because many fit.

// fewMax is how many ids a statement is given to read rows by.
const fewMax = 1000

// namedFewMax is the same where memory finds the ids and a row is dear to ask. Of a quarter of a million deals, a page of those that a little more
// have in common fills after some four thousand questions.
const namedFewMax = 6000

// condition is what rows must fulfil; each ? in its text stands for the next value.
type condition struct {
	text   string
	values []any
}

// part is a condition on what rows belong to, such as the deals of payments, in two forms. {p0} in them stands for the first pattern.
type part struct {
	ids      string // a SELECT of the ids that fulfil it, as column id
	check    string // the same, asked of one row
	or       string // rows that fulfil this are meant as well; {k} stands for the key
	orIDs    string // the ids that those rows belong to
	patterns []string
	key      string
	drives   bool // ids are distinct and found by an index: a total can begin with them
	dear     bool // check reads another row and compares texts: a total looks at fewer rows
	asked    int  // how many ids a statement is given for the part; 0: as many as usual
	// memory finds the ids without the SELECT: up to namedFewMax and one more, which says that there are more. ok is false where it cannot tell.
	memory func(ctx context.Context) (ids []int64, ok bool, err error)
	// sieve lets memory tell the rows that are meant where they are many; nil where it cannot tell.
	sieve func(ctx context.Context) (*sieve, error)
}

// few is how many ids a statement is given for the part.
func (p part) few() int {
	switch {
	case p.asked > 0:
		return p.asked
	case p.memory != nil:
		return namedFewMax
	}
	return fewMax
}

func (p part) write(c *filters, text string) string {
	for i, pattern := range p.patterns {
		if name := "{p" + strconv.Itoa(i) + "}"; strings.Contains(text, name) {
			text = strings.ReplaceAll(text, name, c.parameter(pattern))
		}
	}
	if strings.Contains(text, "{k}") {
		text = strings.ReplaceAll(text, "{k}", c.parameter(p.key))
	}
	return text
}

// checked is the condition on one row.
func (p part) checked(c *filters) string {
	if p.or == "" {
		return p.write(c, p.check)
	}
	return p.write(c, "("+p.or+" OR "+p.check+")")
}

// selection is what a list shows: the rows of one table that fulfil everything in it.
type selection struct {
	table   string // with its alias, such as "payment y"
	of      string // the column that parts are about
	own     bool   // and that is the id of the rows themselves
	columns string // amount_minor and currency, for the total
	most    int64  // how many rows are looked at for it, where that is not as usual
	indexed []condition
	tested  []condition // those that no index helps with
	parts   []part

	few      bool // an index finds it, and it is little enough to be put in order
	nobody   bool // nothing can fulfil it, as when nobody is in reach
	narrowed bool // of is one of ids
	ids      []int64
	sieve    *sieve // that rows must pass besides; nil without one
	gathered bool   // its rows are few and found by their owners: they are read and put in order, not walked in it
}

func (s *selection) index(text string, values ...any) {
	s.indexed = append(s.indexed, condition{text, values})
}

func (s *selection) test(text string, values ...any) {
	s.tested = append(s.tested, condition{text, values})
}

// linked wants a column to name a record that rows belong to, such as their customer. It has few of them as a rule, and they are looked up first: SQLite would
// rather walk all rows in the order of the list.
func (s *selection) linked(column string, id int64) {
	table, alias, _ := strings.Cut(s.table, " ")
	own := strings.TrimPrefix(column, alias+".")
	s.parts = append(s.parts, part{ids: fmt.Sprintf("SELECT w.id FROM %s w WHERE w.%s = %d", table, own, id), check: fmt.Sprintf("%s = %d", column, id)})
}

func (s *selection) days(column string, days fact.Days) {
	s.indexed = append(s.indexed, dayConditions(column, days)...)
}

// fewDays wants the days of a column in a range. As with amounts, an index finds them if they are few; of many it would have to put all in order for
// one page. A list in the order of the column walks along the range. among is what holds of all rows w of the list.
func (tx *Tx) fewDays(ctx context.Context, s *selection, column, among string, days fact.Days, ordered bool) error {
	if days == fact.AnyDay() {
		return nil
	}
	name, alias, _ := strings.Cut(s.table, " ")
	own := strings.TrimPrefix(column, alias+".")
	if ordered {
		s.days(column, days)
		return nil
	}
	c := &filters{}
	c.add(among)
	c.days("w."+own, days)
	ids, err := collect(ctx, tx, scanID, "SELECT w.id FROM "+name+" w"+c.where()+" LIMIT "+strconv.Itoa(fewMax+1), c.args...)
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		s.nobody = true
	case len(ids) <= fewMax:
		s.index(alias + ".id IN (" + listed(ids) + ")")
	}
	for _, t := range dayConditions(tx.db.dialect.unindexed(column), days) {
		s.test(t.text, t.values...)
	}
	return nil
}

func (c *filters) days(column string, days fact.Days) {
	for _, t := range dayConditions(column, days) {
		c.add(t.text, t.values...)
	}
}

func dayConditions(column string, days fact.Days) (conditions []condition) {
	if days.From != calendar.NoDate {
		conditions = append(conditions, condition{column + " >= ?", []any{days.From.String()}})
	}
	if days.To != calendar.NoDate {
		conditions = append(conditions, condition{column + " <= ?", []any{days.To.String()}})
	}
	return conditions
}

// amounts wants amounts in the range, below zero where refunds are meant. An index finds them if they are few, by their key; if they are
// many, reading by it would mean sorting them all for one page. SQLite takes the one for the other, so the few are looked up first, and it is
// kept off the index afterwards.
func (tx *Tx) amounts(ctx context.Context, s *selection, key string, amounts fact.Amounts, refunds bool) error {
	var texts []string
	var values []any
	if refunds {
		texts = append(texts, ".amount_minor < 0")
	}
	if amounts.Min != nil {
		texts, values = append(texts, ".amount_minor >= ?"), append(values, *amounts.Min)
	}
	if amounts.Max != nil {
		texts, values = append(texts, ".amount_minor <= ?"), append(values, *amounts.Max)
	}
	if len(texts) == 0 {
		return nil
	}
	name, alias, _ := strings.Cut(s.table, " ")
	c := &filters{}
	c.add("w"+strings.Join(texts, " AND w"), values...)
	keys, err := collect(ctx, tx, func(r rows, v *any) error { return r.Scan(v) }, "SELECT w."+key+" FROM "+name+" w"+c.where()+" LIMIT "+strconv.Itoa(fewMax+1), c.args...)
	switch {
	case err != nil:
		return err
	case len(keys) == 0:
		s.nobody = true
	case len(keys) <= fewMax:
		s.index(alias+"."+key+" IN (?"+strings.Repeat(", ?", len(keys)-1)+")", keys...)
	}
	// The condition itself stays: a superseded row of the same key may be what fulfilled it.
	column := tx.db.dialect.unindexed(alias)
	s.test(column+strings.Join(texts, " AND "+column), values...)
	return nil
}

// sharers wants somebody among the persons to share the deal. ids and check are written for them.
func (s *selection) sharers(persons []int64, write func(persons string) part) {
	if len(persons) == 0 {
		s.nobody = true
		return
	}
	s.parts = append(s.parts, write("("+listed(persons)+")"))
}

// listed writes ids as they stand in SQL; they are numbers, so nothing can be hidden in them. For none it writes one that nothing has.
func listed(ids []int64) string {
	if len(ids) == 0 {
		return "-1"
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ", ")
}

// runsMax is how many runs of ids one after the other are written as ranges.
const runsMax = 12

// within is the condition that a column has one of the ids. The people of a region or team mostly came one after the other: a few ranges are read
// and asked much faster than thousands of numbers.
func within(column string, ids []int64) string {
	var ranges []string
	for at := 0; at < len(ids) && len(ranges) <= runsMax; {
		end := at
		for end+1 < len(ids) && ids[end+1] == ids[end]+1 {
			end++
		}
		ranges = append(ranges, fmt.Sprintf("%s BETWEEN %d AND %d", column, ids[at], ids[end]))
		at = end + 1
	}
	if len(ids) == 0 || len(ranges) > runsMax {
		return column + " IN (" + listed(ids) + ")"
	}
	return "(" + strings.Join(ranges, " OR ") + ")"
}

// narrow looks up what the parts find and keeps those that find many as conditions on each row.
func (tx *Tx) narrow(ctx context.Context, s *selection) error {
	var many []part
	for _, p := range s.parts {
		ids, few, err := tx.few(ctx, p)
		if err != nil {
			return err
		}
		if p.or != "" {
			others, _, err := tx.few(ctx, part{ids: p.orIDs, key: p.key})
			if err != nil {
				return err
			}
			switch {
			case len(others) == 0:
				p.or = ""
			case few: // of what the others belong to, they alone are meant
				p.check = s.of + " IN (" + listed(ids) + ")"
				many = append(many, p)
				ids = slices.Compact(slices.Sorted(slices.Values(slices.Concat(ids, others))))
			}
		}
		if !few && p.sieve != nil {
			if s.sieve, err = p.sieve(ctx); err != nil {
				return err
			}
			if s.sieve != nil {
				continue
			}
		}
		switch {
		case !few:
			many = append(many, p)
		case s.narrowed:
			s.ids = slices.DeleteFunc(s.ids, func(id int64) bool { _, found := slices.BinarySearch(ids, id); return !found })
		default:
			s.ids, s.narrowed = slices.Clone(ids), true
		}
	}
	s.parts = many
	return nil
}

// few returns the ids of a part in order, once each, unless they are too many. They are remembered: rows and total ask alike.
func (tx *Tx) few(ctx context.Context, p part) (ids []int64, ok bool, err error) {
	key := p.ids + "\x00" + strings.Join(p.patterns, "\x00") + "\x00" + p.key
	if ids, ok = tx.found[key]; !ok {
		if p.memory != nil {
			if ids, ok, err = p.memory(ctx); err != nil {
				return nil, false, err
			}
		}
		if !ok {
			c := &filters{}
			text := "SELECT n.id FROM (" + p.write(c, p.ids) + ") n LIMIT " + strconv.Itoa(p.few()+1)
			if ids, err = collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, text, c.args...); err != nil {
				return nil, false, err
			}
		}
		if len(ids) <= p.few() {
			slices.Sort(ids)
			ids = slices.Compact(ids)
		}
		tx.remember(key, ids)
	}
	return ids, len(ids) <= p.few(), nil
}

// where is everything that the rows must fulfil, after narrow.
func (s *selection) where() *filters {
	c := s.plain()
	for _, p := range s.parts {
		c.texts = append(c.texts, p.checked(c))
	}
	return c
}

// plain is what the rows must fulfil without the parts.
func (s *selection) plain() *filters {
	c := &filters{}
	s.reached(c)
	for _, t := range s.tested {
		c.add(t.text, t.values...)
	}
	return c
}

// reached adds what an index finds.
func (s *selection) reached(c *filters) {
	for _, t := range s.indexed {
		c.add(t.text, t.values...)
	}
	switch {
	case s.nobody || s.narrowed && len(s.ids) == 0:
		c.add("FALSE")
	case s.narrowed:
		c.add(s.of + " IN (" + listed(s.ids) + ")")
	}
}

// personsOf are the persons in reach; all says that the scope has no limit. In a snapshot they are remembered: a board asks for each of its
// columns.
func (tx *Tx) personsOf(ctx context.Context, scope access.Scope, today calendar.Date) (persons []int64, all bool, err error) {
	if scope.All {
		return nil, true, nil
	}
	key := fmt.Sprint("persons ", scope, today)
	if persons, known := tx.found[key]; known && tx.snapshot {
		return persons, false, nil
	}
	if persons, err = tx.PersonsInReach(ctx, scope, today); err != nil {
		return nil, false, err
	}
	tx.remember(key, persons)
	return persons, false, nil
}

// remember keeps what was found in this transaction.
func (tx *Tx) remember(key string, ids []int64) {
	if tx.found == nil {
		tx.found = map[string][]int64{}
	}
	tx.found[key] = ids
}

// teamMembers are who is in a team today.
func (tx *Tx) teamMembers(ctx context.Context, teamID int64, today calendar.Date) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, `SELECT DISTINCT m.person_id FROM assignment m WHERE m.team_id = $1
		AND m.superseded_in = `+openBatch+` AND m.valid_from <= $2 AND $2 < m.valid_to`, teamID, today.String())
}
