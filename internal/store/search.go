package store

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/naming"
)

// searched is a table whose rows people look for by name: what is asked of its rows, and what is kept in memory of the current ones.
type searched struct {
	table string
	text  string // the column, or the key that naming.Text makes the text of
	made  bool   // the column holds a text of naming.Text

	refresh sync.Mutex   // one fills or follows at a time
	mu      sync.RWMutex // guards what follows
	finder  *finder      // nil: not filled yet
	batch   fact.BatchID
}

// finders are the tables with so many rows that reading them all takes longer than people wait.
type finders struct{ customers, deals searched }

func newFinders() *finders {
	return &finders{customers: searched{table: "customer", text: "search_text", made: true}, deals: searched{table: "deal", text: "key"}}
}

func (s *searched) textOf(stored string) string {
	if s.made {
		return stored
	}
	return naming.Fold(stored) + naming.SoundsFrom
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

// follow brings what is in memory up to the snapshot.
func (tx *Tx) follow(ctx context.Context, s *searched) (ok bool, err error) {
	batch, err := tx.LatestBatch(ctx)
	if err != nil {
		return false, err
	}
	filled, known := s.state()
	if filled && known >= batch {
		return true, nil
	}
	if !filled {
		if !s.refresh.TryLock() {
			return false, nil
		}
	} else {
		s.refresh.Lock() // what is new is read soon
	}
	defer s.refresh.Unlock()
	if filled, known = s.state(); filled && known >= batch {
		return true, nil
	}
	if filled {
		return true, tx.bring(ctx, s, known, batch)
	}
	return true, tx.fill(ctx, s, batch)
}

func (s *searched) state() (filled bool, batch fact.BatchID) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.finder != nil, s.batch
}

// fill reads all current rows.
func (tx *Tx) fill(ctx context.Context, s *searched, batch fact.BatchID) error {
	f := newFinder()
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var text string
		err := r.Scan(&id, &text)
		f.put(id, s.textOf(text))
		return err
	}, `SELECT x.id, x.`+s.text+` FROM `+s.table+` x WHERE x.superseded_in = `+openBatch+` ORDER BY x.id`)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finder, s.batch = f, batch
	return nil
}

// bring reads what is new since a batch: rows that ended, in whose places others may stand, and ids that were not there. An undone batch
// ends its rows, too. So nothing needs an index by batch but the rows that ended, which an import of new facts has none of.
func (tx *Tx) bring(ctx context.Context, s *searched, since, until fact.BatchID) error {
	type change struct {
		id   int64
		text string
		gone bool
	}
	changes, err := collect(ctx, tx, func(r rows, c *change) error { return r.Scan(&c.id, &c.text, &c.gone) },
		`SELECT e.id, COALESCE(x.text, ''), x.id IS NULL FROM (SELECT DISTINCT o.id FROM `+s.table+` o WHERE o.superseded_in < `+openBatch+`
			AND o.superseded_in > $1 AND o.superseded_in <= $2) e LEFT JOIN (SELECT y.id, y.`+s.text+` AS text FROM `+s.table+` y WHERE y.superseded_in = `+openBatch+`) x
			ON x.id = e.id ORDER BY e.id`, int64(since), int64(until))
	if err != nil {
		return err
	}
	s.mu.RLock()
	highest := s.finder.maxID
	s.mu.RUnlock()
	added, err := collect(ctx, tx, func(r rows, c *change) error { return r.Scan(&c.id, &c.text) },
		`SELECT x.id, x.`+s.text+` FROM `+s.table+` x WHERE x.id > $1 AND x.superseded_in = `+openBatch+` ORDER BY x.id`, highest)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range changes {
		switch {
		case c.id > highest: // among the added, if it is still there
		case c.gone:
			s.finder.remove(c.id)
		default:
			s.finder.put(c.id, s.textOf(c.text))
		}
	}
	for _, c := range added {
		s.finder.put(c.id, s.textOf(c.text))
	}
	s.batch = until
	if s.finder.worn() {
		s.finder = nil // filled anew by the next search
	}
	return nil
}

// WarmSearch fills what searches look through, so that the first one need not wait. Without it, the first one does it.
func (db *DB) WarmSearch(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store.WarmSearch")
	return db.Read(ctx, func(tx *Tx) error {
		for _, s := range []*searched{&db.finders.customers, &db.finders.deals} {
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

// keyHolds says that a column with keys, which are kept as they were typed, holds what is looked for.
func (n needle) keyHolds(tx *Tx, column string) string {
	like, folded := tx.db.dialect.likeFold, len(n.terms)
	return "(" + like(column, "{p"+strconv.Itoa(folded)+"}") + " OR " + like(column, "{p"+strconv.Itoa(folded+1)+"}") + ")"
}

// written are the terms that are looked for in what is written: keys have no sound.
func (n needle) written() []naming.Term { return n.terms[:min(1, len(n.terms))] }

var patternPlace = regexp.MustCompile(`\{p[0-9]+\}`)

// asked turns a text of holds and keyHolds into a condition: each ? stands for the next value.
func (n needle) asked(text string) (condition string, values []any) {
	patterns := n.patterns()
	condition = patternPlace.ReplaceAllStringFunc(text, func(place string) string {
		i, _ := strconv.Atoi(place[len("{p") : len(place)-1])
		values = append(values, patterns[i])
		return "?"
	})
	return condition, values
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
