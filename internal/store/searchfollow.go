package store

import (
	"context"
	"slices"
)

// Memory of what people look for by name follows the tables: see searched.

// follow brings what is in memory up to the snapshot.
func (tx *Tx) follow(ctx context.Context, s *searched) (ok bool, err error) {
	now, err := tx.searchMark(ctx, s)
	if err != nil {
		return false, err
	}
	filled, known := s.state()
	if filled && known.reaches(now) {
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
	if filled, known = s.state(); filled && known.reaches(now) {
		return true, nil
	}
	if filled {
		return true, tx.bring(ctx, s, known, now)
	}
	return true, tx.fill(ctx, s, now)
}

func (s *searched) state() (filled bool, at searchMark) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.finder != nil, s.at
}

// fill reads all current rows.
func (tx *Tx) fill(ctx context.Context, s *searched, now searchMark) error {
	f := newFinder()
	err := each(ctx, tx, func(r rows) error {
		var id int64
		text, err := s.scan(r, &id)
		f.put(id, text)
		return err
	}, `SELECT x.id, `+s.columns("x")+` FROM `+s.table+` x WHERE `+s.current("x")+` ORDER BY x.id`)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finder, s.at = f, now
	return nil
}

// searchMark is how far memory has come: of facts the last batch; of working records the last that got another text, and the last id.
type searchMark struct{ changed, last int64 }

func (m searchMark) reaches(other searchMark) bool {
	return m.changed >= other.changed && m.last >= other.last
}

// searchMark is where the snapshot stands. Numbers of working records become visible in their order: see NextNumber.
func (tx *Tx) searchMark(ctx context.Context, s *searched) (m searchMark, err error) {
	if !s.working {
		batch, err := tx.LatestBatch(ctx)
		return searchMark{changed: int64(batch)}, err
	}
	if m.changed, err = value[int64](ctx, tx, `SELECT COALESCE(MAX(c.seq), 0) FROM search_renamed c WHERE c.kind = $1`, s.table); err != nil {
		return m, err
	}
	m.last, err = value[int64](ctx, tx, `SELECT COALESCE(MAX(x.id), 0) FROM `+s.table+` x`)
	return m, err
}

// renamed notes that a working record has another text, for memory to follow. Call it before the row is changed.
func (tx *Tx) renamed(ctx context.Context, s *searched, id int64, texts ...string) error {
	c := &filters{}
	c.add("x.id = ?", id)
	for i, text := range texts {
		c.add("x."+s.texts[i]+" = ?", text)
	}
	same, err := value[bool](ctx, tx, `SELECT COUNT(*) > 0 FROM `+s.table+` x`+c.where(), c.args...)
	if err != nil || same {
		return err
	}
	seq, err := tx.NextNumber(ctx, "search_renamed")
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "search_renamed", []string{"seq", "kind", "id"}, []any{seq, s.table, id})
}

// textChange is a row whose text is another one now, or that is gone.
type textChange struct {
	id   int64
	text string
	gone bool
}

// changedTexts are rows that ended or were changed between two marks, with what stands in their places.
func (tx *Tx) changedTexts(ctx context.Context, s *searched, since, until searchMark) ([]textChange, error) {
	among := `SELECT DISTINCT o.id FROM ` + s.table + ` o WHERE o.superseded_in < ` + openBatch + ` AND o.superseded_in > $1 AND o.superseded_in <= $2`
	args := []any{since.changed, until.changed}
	if s.working {
		among, args = `SELECT DISTINCT o.id FROM search_renamed o WHERE o.kind = $3 AND o.seq > $1 AND o.seq <= $2`, append(args, s.table)
	}
	var changes []textChange
	ids, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, among+` ORDER BY o.id`, args...)
	for some := range slices.Chunk(ids, fewMax) {
		found, err := tx.textsOf(ctx, s, "x.id IN ("+listed(some)+")")
		if err != nil {
			return nil, err
		}
		for _, id := range some { // both in order
			if len(found) > 0 && found[0].id == id {
				changes, found = append(changes, found[0]), found[1:]
			} else {
				changes = append(changes, textChange{id: id, gone: true})
			}
		}
	}
	return changes, err
}

// textsOf are the texts of current rows, by their ids.
func (tx *Tx) textsOf(ctx context.Context, s *searched, condition string, args ...any) ([]textChange, error) {
	return collect(ctx, tx, func(r rows, c *textChange) (err error) {
		c.text, err = s.scan(r, &c.id)
		return err
	}, `SELECT x.id, `+s.columns("x")+` FROM `+s.table+` x WHERE `+condition+` AND `+s.current("x")+` ORDER BY x.id`, args...)
}

// bring reads what is new since a mark: rows that ended, in whose places others may stand, and ids that were not there. An undone batch
// ends its rows, too. So nothing needs an index by batch but the rows that ended, which an import of new facts has none of.
func (tx *Tx) bring(ctx context.Context, s *searched, since, until searchMark) error {
	changes, err := tx.changedTexts(ctx, s, since, until)
	if err != nil {
		return err
	}
	s.mu.RLock()
	highest := s.finder.maxID
	s.mu.RUnlock()
	added, err := tx.textsOf(ctx, s, "x.id > $1", highest)
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
			s.finder.put(c.id, c.text)
		}
	}
	for _, c := range added {
		s.finder.put(c.id, c.text)
	}
	s.at = until
	if s.finder.worn() {
		s.finder = nil // filled anew by the next search
	}
	return nil
}
