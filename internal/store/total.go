package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"xiaoguan/internal/fact"
)

// examinedMax is how many rows are looked at for the total of a list before it is said to be more than what was found.
const examinedMax = 10_000

// dearMax is the same where looking at a row costs some ten times as much.
const dearMax = 2_500

// total counts and sums a whole selection, after narrow. Of a selection that takes long it returns the least that it can be, with More,
// unless the exact total is wanted. A total is remembered until facts change.
func (tx *Tx) total(ctx context.Context, s *selection, exact bool) (fact.Total, error) {
	c := s.where()
	all := "SELECT " + s.columns + " FROM " + s.table + c.where()
	key := sha256.Sum256(fmt.Appendf([]byte(all), "\x00%q", c.args)) // the text names every person in reach
	batch, err := tx.LatestBatch(ctx)
	if err != nil {
		return fact.Total{}, err
	}
	known, ok := tx.db.totals.get(batch, key)
	if ok && (!known.More || !exact) {
		return known, nil
	}
	total, err := tx.addUp(ctx, s, all, c.args, exact)
	if err != nil {
		return total, err
	}
	if tx.snapshot {
		tx.db.totals.put(batch, key, total)
	}
	return total, nil
}

// freshTotal is total for what changes without a batch of facts: nothing of it can be remembered.
func (tx *Tx) freshTotal(ctx context.Context, s *selection, exact bool) (fact.Total, error) {
	c := s.where()
	return tx.addUp(ctx, s, "SELECT "+s.columns+" FROM "+s.table+c.where(), c.args, exact)
}

// addUp reckons a total; all is the statement of the whole selection.
func (tx *Tx) addUp(ctx context.Context, s *selection, all string, args []any, exact bool) (total fact.Total, err error) {
	if s.sieve != nil {
		return tx.siftedTotal(ctx, s, exact)
	}
	total = fact.Total{Sums: make([]fact.Sum, 2)} // as boundedTotal says that all must be added up
	if !exact {
		if total, err = tx.boundedTotal(ctx, s); err != nil {
			return total, err
		}
	}
	if len(total.Sums) > 1 {
		return tx.exactTotal(ctx, all, args)
	}
	return total, nil
}

// exactTotal adds up all rows of a statement.
func (tx *Tx) exactTotal(ctx context.Context, all string, args []any) (total fact.Total, err error) {
	var one fact.Sum
	var last string
	err = each(ctx, tx, func(r rows) error { return r.Scan(&total.Count, &one.AmountMinor, &one.Currency, &last) },
		"SELECT COUNT(*), CAST(COALESCE(SUM(z.amount_minor), 0) AS BIGINT), COALESCE(MIN(z.currency), ''), COALESCE(MAX(z.currency), '') FROM ("+all+") z", args...)
	if err != nil || total.Count == 0 {
		return total, err
	}
	if string(one.Currency) == last {
		total.Sums = []fact.Sum{one}
		return total, nil
	}
	// Grouping a million rows costs a sort, so it is asked only where there is more than one currency.
	total.Sums, err = collect(ctx, tx, func(r rows, s *fact.Sum) error { return r.Scan(&s.Currency, &s.AmountMinor) },
		"SELECT z.currency, CAST(SUM(z.amount_minor) AS BIGINT) FROM ("+all+") z GROUP BY z.currency ORDER BY z.currency", args...)
	return total, err
}

// boundedTotal looks at examinedMax rows at most: those that an index finds first. Two sums stand for several currencies; they are not
// what the currencies sum up to.
func (tx *Tx) boundedTotal(ctx context.Context, s *selection) (total fact.Total, err error) {
	c := &filters{}
	from, parts, driver := s.table, s.parts, (*part)(nil)
	if !s.narrowed && !s.nobody && len(parts) > 0 && parts[0].drives {
		driver, parts = &parts[0], parts[1:]
	}
	fits := []string{"1 = 1"}
	for _, t := range s.tested {
		c.add(t.text, t.values...)
	}
	fits, c.texts = append(fits, c.texts...), nil
	for _, p := range parts {
		fits = append(fits, p.checked(c))
	}
	most := cmp.Or(s.most, examinedMax)
	if slices.ContainsFunc(parts, func(p part) bool { return p.dear }) {
		most = min(most, dearMax)
	}
	limit := " LIMIT " + strconv.FormatInt(most+1, 10)
	if driver != nil {
		from = "(" + driver.write(c, driver.ids) + limit + ") n CROSS JOIN " + s.table
		c.add(s.of + " = n.id")
	}
	s.reached(c)
	var examined int64
	var one fact.Sum
	var last string
	err = each(ctx, tx, func(r rows) error { return r.Scan(&examined, &total.Count, &one.AmountMinor, &one.Currency, &last) },
		`SELECT COUNT(*), COALESCE(SUM(z.fits), 0), CAST(COALESCE(SUM(CASE WHEN z.fits = 1 THEN z.amount_minor ELSE 0 END), 0) AS BIGINT),
			COALESCE(MIN(CASE WHEN z.fits = 1 THEN z.currency END), ''), COALESCE(MAX(z.currency), '')
			FROM (SELECT `+s.columns+`, CASE WHEN `+strings.Join(fits, " AND ")+` THEN 1 ELSE 0 END AS fits FROM `+from+c.where()+limit+`) z`, c.args...)
	if err != nil {
		return total, err
	}
	if total.More = examined > most; driver != nil && !s.own && !total.More {
		d := &filters{}
		n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM ("+driver.write(d, driver.ids)+limit+") z", d.args...)
		if err != nil {
			return total, err
		}
		total.More = n > most
	}
	switch {
	case total.More || total.Count == 0:
	case string(one.Currency) == last:
		total.Sums = []fact.Sum{one}
	default:
		total.Sums = []fact.Sum{one, one}
	}
	return total, nil
}

// totals remembers totals. Facts change by batches alone, so a total holds until there is another batch.
type totals struct {
	mu    sync.Mutex
	batch fact.BatchID
	known map[[sha256.Size]byte]fact.Total
}

// totalsMax is how many are remembered.
const totalsMax = 1000

func (t *totals) get(batch fact.BatchID, key [sha256.Size]byte) (fact.Total, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.batch != batch {
		return fact.Total{}, false
	}
	total, ok := t.known[key]
	return total, ok
}

func (t *totals) put(batch fact.BatchID, key [sha256.Size]byte, total fact.Total) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if batch < t.batch {
		return
	}
	if batch > t.batch || t.known == nil || len(t.known) >= totalsMax {
		t.batch, t.known = batch, map[[sha256.Size]byte]fact.Total{}
	}
	t.known[key] = total
}
