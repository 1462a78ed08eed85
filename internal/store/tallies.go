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

const wholeCases = "-"

// everybody stands for all people in the row that has their sums, so that rates of the whole company read a row for each month.
const everybody = -1

// eachCount reads the lines as they are written by countsText: a board reads a million of them.
func eachCount(text string, fn func(rule string, c standard.Counts)) {
	for len(text) > 0 {
		at := strings.IndexByte(text, ' ')
		if at < 0 {
			return
		}
		rule := text[:at]
		var n [4]int64
		field, sign := -1, int64(1)
		for ; at < len(text) && text[at] != '\n'; at++ {
			switch c := text[at]; c {
			case ' ':
				field, sign = min(field+1, len(n)-1), 1
			case '-':
				sign = -1
			default:
				n[field] = 10*n[field] + sign*int64(c-'0')
			}
		}
		text = text[min(at+1, len(text)):]
		if rule == wholeCases {
			rule = ""
		}
		fn(rule, standard.Counts{Satisfied: n[0], Violated: n[1], Pending: n[2], Exempt: n[3]})
	}
}

func countsText(counts []standard.RuleCounts) string {
	slices.SortFunc(counts, func(a, b standard.RuleCounts) int { return strings.Compare(a.RuleID, b.RuleID) })
	text := make([]byte, 0, 32*len(counts))
	for _, c := range counts {
		if c.Counts == (standard.Counts{}) {
			continue
		}
		text = append(text, cmp.Or(c.RuleID, wholeCases)...)
		for _, n := range []int64{c.Satisfied, c.Violated, c.Pending, c.Exempt} {
			text = strconv.AppendInt(append(text, ' '), n, 10)
		}
		text = append(text, '\n')
	}
	return string(text)
}

// AddTallies implements standard.Tx. Places are read and written in one order everywhere, so that two who write do not wait for each other.
func (tx *Tx) AddTallies(ctx context.Context, by standard.Tallies) error {
	sums := standard.Tallies{}
	for at, row := range by {
		var own, all *standard.TallyRow
		for _, c := range row.Rules {
			if c.Counts == (standard.Counts{}) {
				continue
			}
			if own == nil {
				own, all = sums.Of(at), sums.Of(standard.TallyPlace{Month: at.Month, PersonID: everybody})
			}
			own.Rule(c.RuleID).Add(c.Counts)
			all.Rule(c.RuleID).Add(c.Counts)
		}
	}
	order := slices.SortedFunc(maps.Keys(sums), func(a, b standard.TallyPlace) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.PersonID, b.PersonID))
	})
	for rest := order; len(rest) > 0; {
		month := rest[0].Month
		end := slices.IndexFunc(rest, func(p standard.TallyPlace) bool { return p.Month != month })
		if end < 0 {
			end = len(rest)
		}
		if err := tx.knownCounts(ctx, month, rest[:end], sums); err != nil {
			return err
		}
		rest = rest[end:]
	}
	rows, marks := make([][]any, len(order)), map[sumMark]bool{}
	for i, at := range order {
		rows[i] = []any{at.Month.String(), at.PersonID, countsText(sums[at].Rules)}
		marks[sumMark{markCompliance, at.Month.String()}] = true
	}
	if err := tx.mergeRows(ctx, "compliance_month", []string{"month", "person_id", "counts"}, " ON CONFLICT (month, person_id) DO UPDATE SET counts = excluded.counts", rows); err != nil {
		return err
	}
	return tx.markSums(ctx, marks)
}

// knownCounts adds what is kept of a month to what the places get.
func (tx *Tx) knownCounts(ctx context.Context, month calendar.Month, order []standard.TallyPlace, sums standard.Tallies) error {
	persons := make([]int64, len(order))
	for i, at := range order {
		persons[i] = at.PersonID
	}
	return each(ctx, tx, func(r rows) error {
		at := standard.TallyPlace{Month: month}
		var text string
		if err := r.Scan(&at.PersonID, &text); err != nil {
			return err
		}
		row := sums.Of(at)
		eachCount(text, func(rule string, c standard.Counts) { row.Rule(rule).Add(c) })
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
	sums := standard.Tallies{}
	err := each(ctx, tx, func(r rows) error {
		var at standard.TallyPlace
		var text string
		if err := r.Scan(scanMonth(&at.Month), &at.PersonID, &text); err != nil {
			return err
		}
		if q.By != standard.ByMonth {
			at.Month = 0
		}
		if q.By != standard.ByPerson {
			at.PersonID = 0
		}
		row := sums.Of(at)
		eachCount(text, func(rule string, c standard.Counts) { row.Rule(rule).Add(c) })
		return nil
	}, "SELECT month, person_id, counts FROM compliance_month"+c.where(), c.args...)
	tallies := make([]standard.Tally, 0, len(sums))
	for at, row := range sums {
		for _, c := range row.Rules {
			tallies = append(tallies, standard.Tally{Month: at.Month, PersonID: at.PersonID, RuleID: c.RuleID, Counts: c.Counts})
		}
	}
	slices.SortFunc(tallies, func(a, b standard.Tally) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.RuleID, b.RuleID))
	})
	return tallies, err
}
