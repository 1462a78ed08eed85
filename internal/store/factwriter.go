package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// dawn is the valid_from of what has no beginning of its own.
const dawn = "0001-01-01"

// known is what is current about one record: its id and its content as one text, to be compared as a whole.
type known struct {
	id      int64
	content string
}

// factWriter records one batch. It holds the row of the batch sequence until its transaction ends, so batches commit one after the
// other, in the order of their numbers; that also lets it hand out entity ids without a round trip each.
type factWriter struct {
	tx       *Tx
	batch    fact.Batch
	known    map[fact.Kind]map[string]known
	next     map[fact.Kind]int64
	payments moneyFacts
	invoices moneyFacts
	further  furtherKnown
	changed  int64
	first    map[fact.Kind]int64 // first id that was free when the batch began
	paid     map[int64]bool      // deals whose payments were touched in this batch
	signed   []string            // keys of the deals that are new
	spanned  map[string]bool     // owners whose spans were touched in this batch
	bulks    map[string]*bulk
	order    []string // tables in the order of their first row: referenced ones first
	begun    bool     // the batch has its row: with the first change, so that one without any leaves nothing to take back
	single   bool     // an entry by hand: a few records, looked up one by one instead of reading whole tables
}

var _ fact.Writer = (*factWriter)(nil)

// NewFactWriter opens a batch of facts.
func (tx *Tx) NewFactWriter(ctx context.Context, request fact.BatchRequest) (fact.Writer, error) {
	id, err := tx.nextNumber(ctx, "batch")
	if err != nil {
		return nil, err
	}
	w := &factWriter{
		tx:    tx,
		batch: fact.Batch{ID: fact.BatchID(id), Kind: request.Kind, RecordedAt: tx.Now(), ActorID: request.ActorID, Document: request.Document},
		known: map[fact.Kind]map[string]known{}, next: map[fact.Kind]int64{}, first: map[fact.Kind]int64{}, bulks: map[string]*bulk{},
		payments: moneyFacts{table: "payment", columns: paymentColumns}, invoices: moneyFacts{table: "invoice", columns: invoiceColumns},
	}
	w.single = request.Kind == fact.BatchManual
	w.batch.EarliestMonth = calendar.Forever.Month()
	return w, nil
}

// start writes the row of the batch, before the first row that refers to it. Deleting it again from a batch without a change would ask every
// table of facts whether it refers to it.
func (w *factWriter) start(ctx context.Context) error {
	if w.begun {
		return nil
	}
	w.begun = true
	_, err := w.tx.exec(ctx, `INSERT INTO batch (id, kind, recorded_at, actor_id, document, row_count, earliest_month)
		VALUES ($1, $2, $3, $4, $5, 0, '')`, int64(w.batch.ID), string(w.batch.Kind), instant(w.batch.RecordedAt), w.batch.ActorID, w.batch.Document)
	return err
}

// nextNumber takes the next number of a sequence and holds its row until the transaction ends.
func (tx *Tx) nextNumber(ctx context.Context, name string) (int64, error) {
	return value[int64](ctx, tx, `UPDATE sequence SET next = next + 1 WHERE name = $1 RETURNING next - 1`, name)
}

// touch notes that pay of the month may change.
func (w *factWriter) touch(day calendar.Date) {
	if day > calendar.NewDate(1, 1, 1) && day != calendar.Forever {
		w.batch.EarliestMonth = min(w.batch.EarliestMonth, day.Month())
	}
}

// insert buffers a row; recorded_in and superseded_in are added.
func (w *factWriter) insert(ctx context.Context, table string, columns []string, values ...any) error {
	if err := w.start(ctx); err != nil {
		return err
	}
	b := w.bulks[table]
	if b == nil {
		b = w.tx.bulk(table, append(columns[:len(columns):len(columns)], "recorded_in", "superseded_in")...)
		w.bulks[table] = b
		w.order = append(w.order, table)
	}
	w.changed++
	return b.add(ctx, append(values, int64(w.batch.ID), int64(fact.Open))...)
}

// supersede closes current rows. Rows of this same batch that are still buffered are written first.
func (w *factWriter) supersede(ctx context.Context, table, where string, args ...any) error {
	if err := w.bulks[table].flush(ctx); err != nil {
		return err
	}
	n := len(args)
	// A row of this very batch was never seen by anybody: it goes, so that one batch can change a thing twice.
	own := fmt.Sprintf(`DELETE FROM %s WHERE recorded_in = $%d AND superseded_in = $%d AND %s`, table, n+1, n+2, where)
	if _, err := w.tx.exec(ctx, own, append(args[:n:n], int64(w.batch.ID), int64(fact.Open))...); err != nil {
		return err
	}
	statement := fmt.Sprintf(`UPDATE %s SET superseded_in = $%d WHERE superseded_in = $%d AND %s`, table, n+1, n+2, where)
	_, err := w.tx.exec(ctx, statement, append(args, int64(w.batch.ID), int64(fact.Open))...)
	return err
}

// entityQueries read, for each kind with ids, the current key, id and content. The content is whatever putEntity compares.
var entityQueries = map[fact.Kind]string{
	fact.KindRegion: `SELECT key, id, name FROM region` + isOpen,
	fact.KindTeam:   `SELECT key, id, name || '|' || region_id FROM team` + isOpen,
	fact.KindPerson: `SELECT key, id, name || '|' || hired_on || '|' || left_on FROM person` + isOpen,
	fact.KindCustomer: `SELECT key, id, name || '|' || industry || '|' || city || '|' || credit_code || '|' || tier || '|' || region
		FROM customer` + isOpen,
	fact.KindProduct: `SELECT key, id, name || '|' || category FROM product` + isOpen,
	fact.KindDeal: `SELECT key, id, customer_id || '|' || product_id || '|' || signed_on || '|' || amount_minor || '|' || currency
		FROM deal` + isOpen,
}

// isOpen is written out, because SQLite uses an index over current rows only where it reads the number.
const isOpen = ` WHERE superseded_in = 9223372036854775807`

func scanKnown(r rows) (key string, k known, err error) {
	err = r.Scan(&key, &k.id, &k.content)
	return key, k, err
}

// find returns what is current of a record. An import reads its kind as a whole, once; an entry by hand looks its few keys up.
func (w *factWriter) find(ctx context.Context, kind fact.Kind, key string) (k known, ok bool, err error) {
	if !w.single {
		m, err := w.load(ctx, kind)
		k, ok = m[key]
		return k, ok, err
	}
	if w.known[kind] == nil {
		if err := w.begin(ctx, kind, map[string]known{}); err != nil {
			return known{}, false, err
		}
	}
	if k, ok = w.known[kind][key]; ok {
		return k, true, nil
	}
	err = each(ctx, w.tx, func(r rows) error {
		ok = true
		_, k, err = scanKnown(r)
		return err
	}, entityQueries[kind]+` AND key = $1`, key)
	if err == nil && ok && kind == fact.KindDeal {
		err = each(ctx, w.tx, func(r rows) error {
			var person, points int64
			if err := r.Scan(&person, &points); err != nil {
				return err
			}
			k.content += shareContent(person, points)
			return nil
		}, `SELECT person_id, basis_points FROM deal_share`+isOpen+` AND deal_id = $1 ORDER BY position`, k.id)
	}
	if err == nil && ok {
		w.known[kind][key] = k
	}
	return k, ok, err
}

// begin notes what is known of a kind and where its ids go on.
func (w *factWriter) begin(ctx context.Context, kind fact.Kind, m map[string]known) (err error) {
	w.known[kind] = m
	w.next[kind], err = value[int64](ctx, w.tx, `SELECT next FROM sequence WHERE name = $1`, string(kind))
	w.first[kind] = w.next[kind]
	return err
}

// load reads what is current of a kind, once per batch.
func (w *factWriter) load(ctx context.Context, kind fact.Kind) (map[string]known, error) {
	if m, ok := w.known[kind]; ok {
		return m, nil
	}
	m := map[string]known{}
	err := each(ctx, w.tx, func(r rows) error {
		key, k, err := scanKnown(r)
		m[key] = k
		return err
	}, entityQueries[kind])
	if err == nil {
		err = w.begin(ctx, kind, m)
	}
	if err == nil && kind == fact.KindDeal {
		err = w.loadShares(ctx, m)
	}
	return m, err
}

// loadShares appends the shares to the content of deals.
func (w *factWriter) loadShares(ctx context.Context, deals map[string]known) error {
	if len(deals) == 0 {
		return nil
	}
	shares := make(map[int64]string, len(deals))
	err := each(ctx, w.tx, func(r rows) error {
		var deal, person, points int64
		if err := r.Scan(&deal, &person, &points); err != nil {
			return err
		}
		shares[deal] += shareContent(person, points)
		return nil
	}, `SELECT deal_id, person_id, basis_points FROM deal_share WHERE superseded_in = $1 ORDER BY deal_id, position`, int64(fact.Open))
	for key, k := range deals {
		k.content += shares[k.id]
		deals[key] = k
	}
	return err
}

func shareContent(person, points int64) string {
	return "|" + strconv.FormatInt(person, 10) + ":" + strconv.FormatInt(points, 10)
}

// resolve returns the id behind a key; the empty key is 0.
func (w *factWriter) resolve(ctx context.Context, kind fact.Kind, key string) (int64, error) {
	if key == "" {
		return 0, nil
	}
	k, ok, err := w.find(ctx, kind, key)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, errs.Invalid("fact.unknown_reference", []errs.Field{{Path: string(kind), Value: key,
			Message: errs.Msg("fact.unknown_"+string(kind), errs.Args{"Key": key})}})
	}
	return k.id, nil
}

// settle decides what a record of a kind with ids does: nothing, a new id, or a correction of the id it has.
func (w *factWriter) settle(ctx context.Context, kind fact.Kind, key, content string) (int64, fact.Outcome, error) {
	k, ok, err := w.find(ctx, kind, key)
	if err != nil {
		return 0, fact.Unchanged, err
	}
	m := w.known[kind]
	switch {
	case ok && k.content == content:
		return k.id, fact.Unchanged, nil
	case ok:
		m[key] = known{k.id, content}
		return k.id, fact.Corrected, nil
	}
	id := w.next[kind]
	w.next[kind]++
	m[key] = known{id, content}
	return id, fact.Added, nil
}

// Finish implements fact.Writer.
func (w *factWriter) Finish(ctx context.Context) (fact.Batch, error) {
	for _, table := range w.order {
		if err := w.bulks[table].flush(ctx); err != nil {
			return fact.Batch{}, err
		}
	}
	for kind, next := range w.next {
		if _, err := w.tx.exec(ctx, `UPDATE sequence SET next = $1 WHERE name = $2`, next, string(kind)); err != nil {
			return fact.Batch{}, err
		}
	}
	if w.changed == 0 {
		return fact.Batch{}, nil
	}
	w.batch.Rows = w.changed
	month := ""
	if w.batch.EarliestMonth != calendar.Forever.Month() {
		month = w.batch.EarliestMonth.String()
	} else {
		w.batch.EarliestMonth = 0
	}
	if err := w.tx.coverInstalments(ctx, slices.Collect(maps.Keys(w.paid))); err != nil {
		return fact.Batch{}, err
	}
	if err := w.tx.dealsCame(ctx, w.signed); err != nil {
		return fact.Batch{}, err
	}
	_, err := w.tx.exec(ctx, `UPDATE batch SET row_count = $1, earliest_month = $2 WHERE id = $3`, w.changed, month, int64(w.batch.ID))
	return w.batch, err
}
