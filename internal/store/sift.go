package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/naming"
)

// A search that tens of thousands of rows have in common gives more ids than a statement can be given, and asking the database row by row costs a look
// at another table and a comparison of texts each. So rows are walked in their order, as little of each as possible, and memory says which of them are
// meant: a page is full after some thousands.

const (
	// siftMax is how many ids memory is asked for at most: what more rows have in common fills a page at once.
	siftMax = 200_000
	// siftFirst and siftMost are how many rows one statement walks: few for what fills a page soon, then four times as many each time.
	siftFirst = 1_000
	siftMost  = 64_000
	// siftSpare is how many times as many rows as are wanted pass the sieve before their parts are asked.
	siftSpare = 4
	// siftedMax is how many rows are looked at for a total.
	siftedMax = 5_000
)

// idSet is a set of ids, which are numbers from 1 on without great gaps.
type idSet []uint64

func newIDSet(ids []int64) idSet {
	set := idSet{}
	if len(ids) > 0 {
		set = make(idSet, slices.Max(ids)/64+1)
	}
	for _, id := range ids {
		set[id/64] |= 1 << (id % 64)
	}
	return set
}

func (s *idSet) add(id int64) {
	if need := int(id/64) + 1; need > len(*s) {
		*s = append(*s, make(idSet, need-len(*s))...)
	}
	(*s)[id/64] |= 1 << (id % 64)
}

func (s idSet) has(id int64) bool {
	return id >= 0 && id/64 < int64(len(s)) && s[id/64]&(1<<(id%64)) != 0
}

// sieve says which rows are meant: those with one of the ids, and those that belong to one of the customers.
type sieve struct{ own, customers, survivors idSet }

func (s *sieve) passes(id, customer int64) bool {
	return s.own.has(id) || s.customers.has(customer) || s.survivors.has(customer)
}

// sieveOf asks memory for all that are meant; nil where it cannot tell, or where there are too many.
func (tx *Tx) sieveOf(ctx context.Context, n needle, s *searched) (*sieve, error) {
	key := "sieve " + s.table + "\x00" + n.typed
	if known, ok := tx.sieves[key]; ok {
		return known, nil
	}
	own, ok, err := tx.setOf(ctx, s, n.asked(s), n.typed)
	if err != nil || !ok {
		return nil, err
	}
	customers, ok, err := tx.setOf(ctx, &tx.db.finders.customers, n.terms, n.typed)
	if err != nil || !ok {
		return nil, err
	}
	survivors, err := tx.survivorsIn(ctx, customers)
	if err != nil {
		return nil, err
	}
	if tx.sieves == nil {
		tx.sieves = map[string]*sieve{}
	}
	tx.sieves[key] = &sieve{own, customers, survivors}
	return tx.sieves[key], nil
}

// survivorsIn are the customers into which some of a set were merged. Merges are few beside customers, and change without a batch of facts.
func (tx *Tx) survivorsIn(ctx context.Context, set idSet) (survivors idSet, err error) {
	err = each(ctx, tx, func(r rows) error {
		var merged, survivor int64
		if err := r.Scan(&merged, &survivor); err != nil {
			return err
		}
		if set.has(merged) {
			survivors.add(survivor)
		}
		return nil
	}, "SELECT customer_id, survivor_id FROM customer_alias")
	return survivors, err
}

// keptSets is how many sets memory remembers: somebody who looks through pages asks for the same.
const keptSets = 16

// setOf are the ids of current rows that one of the terms is found in; ok is false where memory cannot tell, and where there are too many. What was found
// is remembered until a row is new or has another text.
func (tx *Tx) setOf(ctx context.Context, s *searched, terms []naming.Term, typed string) (set idSet, ok bool, err error) {
	if !tx.snapshot {
		return nil, false, nil
	}
	if ok, err = tx.follow(ctx, s); err != nil || !ok {
		return nil, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.finder == nil {
		return nil, false, nil
	}
	s.sets.Lock()
	kept, known := s.kept[typed]
	s.sets.Unlock()
	if known && kept.at == s.at {
		return kept.set, kept.set != nil, nil
	}
	ids := s.finder.find(terms, siftMax)
	if len(ids) < siftMax {
		set = newIDSet(ids)
	}
	s.sets.Lock()
	defer s.sets.Unlock()
	if s.kept == nil || len(s.kept) >= keptSets {
		s.kept = map[string]keptSet{}
	}
	s.kept[typed] = keptSet{s.at, set}
	return set, set != nil, nil
}

// keptSet is a set as of a mark; nil where there were too many.
type keptSet struct {
	at  searchMark
	set idSet
}

var errEnough = errors.New("enough")

// sifted is a row that passed a sieve.
type sifted struct {
	id  int64
	sum fact.Sum
}

// sift walks the rows of a selection in their order and returns the ids of the first that pass its sieve, and then fulfil its parts, which cost far more
// to ask. c is the rest of its conditions, with what a cursor adds.
func (tx *Tx) sift(ctx context.Context, s *selection, c *filters, by string, limit int) (ids []int64, err error) {
	_, alias, _ := strings.Cut(s.table, " ")
	for walked, portion := 0, siftFirst; ; portion = min(portion*4, siftMost) {
		enough, rest := limit-len(ids), portion
		if len(s.parts) > 0 {
			enough *= siftSpare
		}
		var passed []sifted
		err := each(ctx, tx, func(r rows) error {
			var row sifted
			var customer int64
			if err := r.Scan(&row.id, &customer); err != nil {
				return err
			}
			rest--
			if s.sieve.passes(row.id, customer) {
				passed = append(passed, row)
			}
			if len(passed) == enough {
				return errEnough
			}
			return nil
		}, "SELECT "+s.of+", "+alias+".customer_id FROM "+s.table+c.where()+by+" LIMIT "+strconv.Itoa(portion)+" OFFSET "+strconv.Itoa(walked), c.args...)
		stopped := errors.Is(err, errEnough)
		if err != nil && !stopped {
			return nil, err
		}
		walked += portion - rest
		if passed, err = tx.fulfilling(ctx, s, passed, limit-len(ids)); err != nil {
			return nil, err
		}
		for _, row := range passed {
			ids = append(ids, row.id)
		}
		if rest > 0 && !stopped || len(ids) == limit {
			return ids, nil
		}
	}
}

// fulfilling are the first of some rows that fulfil the parts of a selection, in the order given; at most limit, if that is not negative.
func (tx *Tx) fulfilling(ctx context.Context, s *selection, passed []sifted, limit int) (kept []sifted, err error) {
	if len(s.parts) == 0 {
		return passed, nil
	}
	for some := range slices.Chunk(passed, fewMax) {
		c, asked := &filters{}, make([]int64, len(some))
		for i, row := range some {
			asked[i] = row.id
		}
		c.add(s.of + " IN (" + listed(asked) + ")")
		for _, p := range s.parts {
			c.texts = append(c.texts, p.checked(c))
		}
		found, err := collect(ctx, tx, scanID, "SELECT "+s.of+" FROM "+s.table+c.where(), c.args...)
		if err != nil {
			return nil, err
		}
		set := newIDSet(found)
		for _, row := range some {
			if set.has(row.id) {
				kept = append(kept, row)
			}
			if len(kept) == limit {
				return kept, nil
			}
		}
	}
	return kept, nil
}

// paged is what the rows of a page must fulfil, with the rest of the statement: the order and the limit, one row more than asked.
func (tx *Tx) paged(ctx context.Context, s *selection, p fact.Paging, o order) (c *filters, tail string, err error) {
	same := o.column == o.tie
	if o.column = tx.walked(s, o.column); same {
		o.tie = o.column
	}
	if s.sieve == nil {
		c = s.where()
		tail, err = c.page(p, o)
		return c, tail, err
	}
	c = s.plain()
	if err := c.after(p, o); err != nil {
		return nil, "", err
	}
	by := o.by(direction(p))
	ids, err := tx.sift(ctx, s, c, by, p.Limit+1)
	return (&selection{of: s.of, narrowed: true, ids: ids}).where(), by, err
}

// walked is a column to order by. Of rows that are gathered it is kept off its index: SQLite would walk all rows in their order to find them.
func (tx *Tx) walked(s *selection, column string) string {
	if s.gathered {
		return tx.db.dialect.unindexed(column)
	}
	return column
}

// siftedTotal counts and sums what passes the sieve: of all rows, or of the first siftedMax, with More where there are more.
func (tx *Tx) siftedTotal(ctx context.Context, s *selection, exact bool) (total fact.Total, err error) {
	_, alias, _ := strings.Cut(s.table, " ")
	c, fits := &filters{}, []string{"1 = 1"} // what no index finds is asked of each row that is looked at, so that their number is bounded
	for _, t := range s.tested {
		c.add(t.text, t.values...)
	}
	fits, c.texts = append(fits, c.texts...), nil
	s.reached(c)
	tail, most, examined := "", int64(siftedMax), int64(0)
	if s.most > 0 {
		most = min(most, s.most)
	}
	if !exact {
		tail = " LIMIT " + strconv.FormatInt(most+1, 10)
	}
	var passed []sifted
	err = each(ctx, tx, func(r rows) error {
		var row sifted
		var customer int64
		var fit bool
		if err := r.Scan(&row.id, &customer, &row.sum.AmountMinor, &row.sum.Currency, &fit); err != nil {
			return err
		}
		if examined++; fit && s.sieve.passes(row.id, customer) {
			passed = append(passed, row)
		}
		return nil
	}, "SELECT "+s.of+", "+alias+".customer_id, "+s.columns+", "+strings.Join(fits, " AND ")+" FROM "+s.table+c.where()+tail, c.args...)
	if err != nil {
		return total, err
	}
	if passed, err = tx.fulfilling(ctx, s, passed, -1); err != nil {
		return total, err
	}
	sums := map[money.Currency]int64{}
	for _, row := range passed {
		sums[row.sum.Currency] += row.sum.AmountMinor
	}
	total.Count = int64(len(passed))
	if total.More = !exact && examined > most; !total.More {
		for _, currency := range slices.Sorted(maps.Keys(sums)) {
			total.Sums = append(total.Sums, fact.Sum{Currency: currency, AmountMinor: sums[currency]})
		}
	}
	return total, nil
}
