package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/naming"
)

// searched is a table whose rows people look for by name: what is asked of its rows, and what is kept in memory of the current ones.
type searched struct {
	table string
	texts []string // the columns that are looked through: names and keys as they were typed, unless they are made
	made  bool     // the one column holds texts of naming.Text
	// working: rows are changed where they stand, and the table search_renamed tells which have another text now; otherwise they are facts,
	// which batches end and replace.
	working bool

	refresh sync.Mutex   // one fills or follows at a time
	mu      sync.RWMutex // guards what follows
	finder  *finder      // nil: not filled yet
	at      searchMark

	sets sync.Mutex // guards kept
	kept map[string]keptSet
}

// current is the condition on the rows that are looked for, whose alias is given.
func (s *searched) current(alias string) string {
	if s.working {
		return "TRUE"
	}
	return alias + ".superseded_in = " + openBatch
}

// finders are the tables with so many rows that reading them all takes longer than people wait.
type finders struct{ customers, deals, opportunities, leads, quotes, contracts, cases, contacts searched }

func newFinders() *finders {
	return &finders{
		customers:     searched{table: "customer", texts: []string{"search_text"}, made: true},
		deals:         searched{table: "deal", texts: []string{"key"}},
		opportunities: searched{table: "opportunity", texts: []string{"name"}, working: true},
		leads:         searched{table: "lead", texts: []string{"search_text"}, made: true, working: true},
		quotes:        searched{table: "quote", texts: []string{"title"}, working: true},
		contracts:     searched{table: "contract", texts: []string{"number", "title"}, working: true},
		cases:         searched{table: "service_case", texts: []string{"title"}, working: true},
		contacts:      searched{table: "contact", texts: []string{"search_text"}, made: true, working: true},
	}
}

func (f *finders) all() []*searched {
	return []*searched{&f.customers, &f.deals, &f.opportunities, &f.leads, &f.quotes, &f.contracts, &f.cases, &f.contacts}
}

// textOf is what memory keeps of a row, a line for each column: nothing is found across lines.
func (s *searched) textOf(stored []string) string {
	if s.made {
		return stored[0]
	}
	lines := make([]string, len(stored))
	for i, text := range stored {
		lines[i] = naming.Fold(text)
	}
	return strings.Join(lines, "\n") + naming.SoundsFrom
}

// columns are the texts of a row whose alias is given.
func (s *searched) columns(alias string) string {
	return alias + "." + strings.Join(s.texts, ", "+alias+".")
}

// scan reads an id and the texts behind it.
func (s *searched) scan(r rows, id *int64) (text string, err error) {
	stored := make([]string, len(s.texts))
	destinations := []any{id}
	for i := range stored {
		destinations = append(destinations, &stored[i])
	}
	err = r.Scan(destinations...)
	return s.textOf(stored), err
}

// lookup returns ids of current rows that one of the terms is found in, at most limit. ok is false where memory cannot tell: in a
// transaction that writes, and while another one fills it; the database is asked then.
func (tx *Tx) lookup(ctx context.Context, s *searched, terms []naming.Term, limit int) (ids []int64, ok bool, err error) {
	if !tx.snapshot {
		return nil, false, nil
	}
	if ok, err = tx.follow(ctx, s); err != nil || !ok {
		return nil, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.finder == nil {
		return nil, false, nil // worn: the next search fills it
	}
	return s.finder.find(terms, limit), true, nil
}

// lookupCustomers is lookup of customers; who is found by the name of a customer that was merged is the survivor, too.
func (tx *Tx) lookupCustomers(ctx context.Context, terms []naming.Term, limit int) (ids []int64, ok bool, err error) {
	ids, ok, err = tx.lookup(ctx, &tx.db.finders.customers, terms, limit)
	if err != nil || !ok || len(ids) >= limit {
		return ids, ok, err
	}
	survivors, err := tx.survivorsOf(ctx, ids)
	for _, id := range survivors {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), limit)], true, err
}

// namedMax is how many customers are looked up for their rows; of more it is said that they have many.
const namedMax = 20_000

// namedInMemory finds rows of customers by their own keys or names, and those of customers by the customers' names.
func (tx *Tx) namedInMemory(ctx context.Context, n needle, s *searched) (found []int64, ok bool, err error) {
	found, ok, err = tx.lookup(ctx, s, n.written(), namedFewMax+1)
	if err != nil || !ok || len(found) > namedFewMax {
		return found, ok, err
	}
	customers, ok, err := tx.lookupCustomers(ctx, n.terms, namedMax)
	if err != nil || !ok {
		return nil, ok, err
	}
	if len(customers) == namedMax {
		return make([]int64, namedFewMax+1), true, nil
	}
	for some := range slices.Chunk(customers, fewMax) {
		theirs, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT k.id FROM "+s.table+" k WHERE "+s.current("k")+
			" AND "+boughtByAny("k.customer_id", listed(some))+" LIMIT "+strconv.Itoa(namedFewMax+1))
		if found = append(found, theirs...); err != nil || len(found) > namedFewMax {
			return found, true, err
		}
	}
	return found, true, nil
}

// namedPart is the part of working records, whose alias is given, that have one of their own texts or their customer's name hold what somebody looks for.
func (tx *Tx) namedPart(n needle, s *searched, alias string) part {
	own := func(alias string) string {
		held := make([]string, len(s.texts))
		for i, column := range s.texts {
			held[i] = n.keyHolds(tx, alias+"."+column)
		}
		return strings.Join(held, " OR ")
	}
	customers := "n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text")
	return part{
		patterns: n.patterns(), dear: true,
		check: "(" + own(alias) + " OR COALESCE((SELECT " + n.holds("n.search_text") + " FROM customer n WHERE n.id = " + alias + ".customer_id AND n.superseded_in = " + openBatch + " LIMIT 1), FALSE) OR " + n.formerly(alias+".customer_id") + ")",
		ids: "SELECT k.id FROM " + s.table + " k WHERE " + own("k") +
			" UNION ALL SELECT k.id FROM customer n CROSS JOIN " + s.table + " k WHERE " + customers + " AND k.customer_id = n.id" +
			" UNION ALL SELECT k.id FROM customer n CROSS JOIN customer_alias y CROSS JOIN " + s.table + " k WHERE " + customers + " AND y.customer_id = n.id AND k.customer_id = y.survivor_id",
		memory: func(ctx context.Context) ([]int64, bool, error) { return tx.namedInMemory(ctx, n, s) },
		sieve:  func(ctx context.Context) (*sieve, error) { return tx.sieveOf(ctx, n, s) },
	}
}

// WarmSearch fills what searches look through, so that the first one need not wait. Without it, the first one does it.
func (db *DB) WarmSearch(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store.WarmSearch")
	return db.Read(ctx, func(tx *Tx) error {
		for _, s := range db.finders.all() {
			if _, err := tx.follow(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// needle is what somebody looks for.
type needle struct {
	terms []naming.Term // in texts of naming.Text
	typed string        // as a key may be written
}

func newNeedle(search string) needle { return needle{naming.Terms(search), strings.TrimSpace(search)} }

// patterns are the values of what holds and keyHolds write: those of the terms, then the folded text and what was typed.
func (n needle) patterns() (patterns []string) {
	for _, term := range n.terms {
		if term.Sound {
			patterns = append(patterns, "%"+naming.SoundsFrom+likePattern(term.Text))
		} else {
			patterns = append(patterns, likePattern(term.Text)+naming.SoundsFrom+"%")
		}
	}
	return append(patterns, likePattern(naming.Fold(n.typed)), likePattern(n.typed))
}

// holds says that a column with texts of naming.Text holds one of the terms. Both sides are folded, so LIKE means the same on both databases.
func (n needle) holds(column string) string {
	if len(n.terms) == 0 {
		return "FALSE"
	}
	texts := make([]string, len(n.terms))
	for i := range n.terms {
		texts[i] = column + " LIKE {p" + strconv.Itoa(i) + `} ESCAPE '\'`
	}
	return "(" + strings.Join(texts, " OR ") + ")"
}

// formerly says that a customer that was merged into the one in a column has a name in which one of the terms is found.
func (n needle) formerly(column string) string {
	return "EXISTS (SELECT 1 FROM customer_alias y JOIN customer n ON n.id = y.customer_id AND n.superseded_in = " + openBatch + " WHERE y.survivor_id = " + column + " AND " + n.holds("n.search_text") + ")"
}

// customerIDs is a SELECT of the customers in whose name, or former name, one of the terms is found.
func (n needle) customerIDs() string {
	named := "n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text")
	return "SELECT n.id FROM customer n WHERE " + named + " UNION SELECT y.survivor_id FROM customer n JOIN customer_alias y ON y.customer_id = n.id WHERE " + named
}

// keyHolds says that a column with keys, which are kept as they were typed, holds what is looked for.
func (n needle) keyHolds(tx *Tx, column string) string {
	like, folded := tx.db.dialect.likeFold, len(n.terms)
	return "(" + like(column, "{p"+strconv.Itoa(folded)+"}") + " OR " + like(column, "{p"+strconv.Itoa(folded+1)+"}") + ")"
}

// written are the terms that are looked for in what is written: keys have no sound.
func (n needle) written() []naming.Term { return n.terms[:min(1, len(n.terms))] }

// asked are the terms that a table's own texts are looked through for.
func (n needle) asked(s *searched) []naming.Term {
	if s.made {
		return n.terms
	}
	return n.written()
}

// named wants a column with texts of naming.Text to hold what somebody looks for.
func (c *filters) named(column, search string) {
	n := newNeedle(search)
	text, patterns := n.holds(column), n.patterns()
	for i := range n.terms {
		text = strings.ReplaceAll(text, "{p"+strconv.Itoa(i)+"}", c.parameter(patterns[i]))
	}
	c.texts = append(c.texts, text)
}
