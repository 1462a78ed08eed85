package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/standard"
)

// What judgements of a person in a month count to stands in one row, a line for each rule: a case counts to a dozen rules, and a million cases are
// judged anew in a minute. A line is the rule (a dash for cases as a whole) with what is satisfied, violated, pending and exempt, in the order of the rules.

// tallyPlace is whose and which month's a row is.
type tallyPlace struct {
	month  calendar.Month
	person int64
}

// ruleCounts are the counts of a rule.
type ruleCounts struct {
	rule string // empty: cases as a whole
	standard.Counts
}

const wholeCases = "-"

// everybody stands for all people in the row that has their sums, so that rates of the whole company read a row for each month.
const everybody = -1

// addCounts adds counts of a rule to a list of them.
func addCounts(list []ruleCounts, rule string, c standard.Counts) []ruleCounts {
	i := slices.IndexFunc(list, func(known ruleCounts) bool { return known.rule == rule })
	if i < 0 {
		return append(list, ruleCounts{rule, c})
	}
	list[i].Add(c)
	return list
}

func eachCount(text string, fn func(rule string, c standard.Counts)) {
	for line := range strings.Lines(text) {
		rule, rest, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !found {
			continue
		}
		var c standard.Counts
		for _, n := range []*int64{&c.Satisfied, &c.Violated, &c.Pending, &c.Exempt} {
			var word string
			word, rest, _ = strings.Cut(rest, " ")
			*n, _ = strconv.ParseInt(word, 10, 64)
		}
		if rule == wholeCases {
			rule = ""
		}
		fn(rule, c)
	}
}

func countsText(counts []ruleCounts) string {
	slices.SortFunc(counts, func(a, b ruleCounts) int { return strings.Compare(a.rule, b.rule) })
	var text []byte
	for _, c := range counts {
		if c.Counts == (standard.Counts{}) {
			continue
		}
		text = append(text, cmp.Or(c.rule, wholeCases)...)
		for _, n := range []int64{c.Satisfied, c.Violated, c.Pending, c.Exempt} {
			text = strconv.AppendInt(append(text, ' '), n, 10)
		}
		text = append(text, '\n')
	}
	return string(text)
}

// AddTallies implements standard.Tx. Places are read and written in one order everywhere, so that two who write do not wait for each other.
func (tx *Tx) AddTallies(ctx context.Context, by map[standard.TallyKey]standard.Counts) error {
	places := map[tallyPlace][]ruleCounts{}
	for k, c := range by {
		if c != (standard.Counts{}) {
			at, all := tallyPlace{k.Month, k.PersonID}, tallyPlace{k.Month, everybody}
			places[at] = append(places[at], ruleCounts{k.RuleID, c})
			places[all] = addCounts(places[all], k.RuleID, c)
		}
	}
	order := slices.SortedFunc(maps.Keys(places), func(a, b tallyPlace) int {
		return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.person, b.person))
	})
	for rest := order; len(rest) > 0; {
		month := rest[0].month
		end := slices.IndexFunc(rest, func(p tallyPlace) bool { return p.month != month })
		if end < 0 {
			end = len(rest)
		}
		if err := tx.knownCounts(ctx, month, rest[:end], places); err != nil {
			return err
		}
		rest = rest[end:]
	}
	rows := make([][]any, len(order))
	for i, at := range order {
		rows[i] = []any{at.month.String(), at.person, countsText(places[at])}
	}
	return tx.mergeRows(ctx, "compliance_month", []string{"month", "person_id", "counts"}, " ON CONFLICT (month, person_id) DO UPDATE SET counts = excluded.counts", rows)
}

// knownCounts adds what is kept of a month to what the places get.
func (tx *Tx) knownCounts(ctx context.Context, month calendar.Month, order []tallyPlace, places map[tallyPlace][]ruleCounts) error {
	persons := make([]int64, len(order))
	for i, at := range order {
		persons[i] = at.person
	}
	return each(ctx, tx, func(r rows) error {
		at := tallyPlace{month: month}
		var text string
		if err := r.Scan(&at.person, &text); err != nil {
			return err
		}
		counts := places[at]
		eachCount(text, func(rule string, c standard.Counts) { counts = addCounts(counts, rule, c) })
		places[at] = counts
		return nil
	}, "SELECT person_id, counts FROM compliance_month WHERE month = $1 AND person_id IN ("+listed(persons)+")", month.String())
}

// Tallies implements standard.RateReader.
func (tx *Tx) Tallies(ctx context.Context, q standard.TallyQuery) ([]standard.Tally, error) {
	c, nobody := tallyFilter(q)
	if nobody {
		return nil, nil
	}
	switch {
	case q.All && q.By == standard.ByPerson:
		c.add("person_id <> " + strconv.Itoa(everybody))
	case q.All:
		c.add("person_id = " + strconv.Itoa(everybody))
	}
	sums := map[standard.TallyKey]*standard.Counts{}
	err := each(ctx, tx, func(r rows) error {
		var at tallyPlace
		var text string
		if err := r.Scan(scanMonth(&at.month), &at.person, &text); err != nil {
			return err
		}
		if q.By != standard.ByMonth {
			at.month = 0
		}
		if q.By != standard.ByPerson {
			at.person = 0
		}
		eachCount(text, func(rule string, c standard.Counts) {
			key := standard.TallyKey{Month: at.month, PersonID: at.person, RuleID: rule}
			if sums[key] == nil {
				sums[key] = new(standard.Counts)
			}
			sums[key].Add(c)
		})
		return nil
	}, "SELECT month, person_id, counts FROM compliance_month"+c.where(), c.args...)
	tallies := make([]standard.Tally, 0, len(sums))
	for key, counts := range sums {
		tallies = append(tallies, standard.Tally{Month: key.Month, PersonID: key.PersonID, RuleID: key.RuleID, Counts: *counts})
	}
	slices.SortFunc(tallies, func(a, b standard.Tally) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.RuleID, b.RuleID))
	})
	return tallies, err
}
