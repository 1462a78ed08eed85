package store

import (
	"context"
	"fmt"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// factTables are the tables of facts with the columns that are copied when a superseded row comes back.
var factTables = []struct {
	name     string
	identity []string // columns that name one current row
	columns  []string
}{
	{"region", []string{"id", "valid_from"}, regionColumns},
	{"team", []string{"id", "valid_from"}, teamColumns},
	{"person", []string{"id"}, personColumns},
	{"assignment", []string{"person_id", "valid_from"}, assignmentColumns},
	{"team_leader", []string{"team_id", "valid_from"}, leaderColumns},
	{"customer", []string{"id", "valid_from"}, customerColumns},
	{"product", []string{"id", "valid_from"}, productColumns},
	{"deal", []string{"id"}, dealColumns},
	{"deal_share", []string{"deal_id", "position"}, shareColumns},
	{"payment", []string{"key"}, paymentColumns},
	{"quota", []string{"person_id", "month", "quantity"}, quotaColumns},
	{"exchange_rate", []string{"base", "quote", "valid_on", "kind"}, rateColumns},
	{"deal_detail", []string{"deal_id"}, detailColumns},
	{"invoice", []string{"key"}, invoiceColumns},
	{"given_value", []string{"person_id", "month", "measure"}, givenColumns},
	{"mentorship", []string{"trainee_id", "valid_from"}, mentorshipColumns},
}

// references name, for tables whose rows introduce an entity, where later facts may rest on it.
var references = []struct{ table, column, target string }{
	{"team", "region_id", "region"}, {"assignment", "team_id", "team"}, {"team_leader", "team_id", "team"},
	{"assignment", "person_id", "person"}, {"team_leader", "person_id", "person"}, {"deal_share", "person_id", "person"},
	{"quota", "person_id", "person"}, {"deal", "customer_id", "customer"}, {"deal", "product_id", "product"},
	{"deal_share", "deal_id", "deal"}, {"payment", "deal_id", "deal"},
	{"deal_detail", "deal_id", "deal"}, {"deal_detail", "referrer_id", "person"}, {"invoice", "deal_id", "deal"},
	{"given_value", "person_id", "person"}, {"mentorship", "trainee_id", "person"}, {"mentorship", "mentor_id", "person"},
}

// UndoBatch takes a batch of facts back with a new batch: what it added is superseded, what it superseded holds again. It returns an
// error of kind Conflict when later facts replaced its rows or rest on them; undo those first.
func (tx *Tx) UndoBatch(ctx context.Context, undone fact.BatchID, request fact.BatchRequest) (fact.Batch, error) {
	if err := tx.mayUndo(ctx, int64(undone)); err != nil {
		return fact.Batch{}, err
	}
	number, err := tx.nextNumber(ctx, "batch")
	if err != nil {
		return fact.Batch{}, err
	}
	month, err := value[string](ctx, tx, `SELECT earliest_month FROM batch WHERE id = $1`, int64(undone))
	if err != nil {
		return fact.Batch{}, err
	}
	batch := fact.Batch{ID: fact.BatchID(number), Kind: fact.BatchUndo, RecordedAt: tx.Now(), ActorID: request.ActorID, Document: request.Document}
	if month != "" {
		if batch.EarliestMonth, err = calendar.ParseMonth(month); err != nil {
			return fact.Batch{}, err
		}
	}
	if _, err := tx.exec(ctx, `INSERT INTO batch (id, kind, recorded_at, actor_id, document, row_count, earliest_month)
		VALUES ($1, $2, $3, $4, $5, 0, $6)`, number, string(batch.Kind), instant(batch.RecordedAt), batch.ActorID, batch.Document, month); err != nil {
		return fact.Batch{}, err
	}
	for _, table := range factTables {
		ended, err := tx.exec(ctx, fmt.Sprintf(`UPDATE %s SET superseded_in = $1 WHERE recorded_in = $2 AND superseded_in = $3`, table.name),
			number, int64(undone), int64(fact.Open))
		if err != nil {
			return fact.Batch{}, err
		}
		columns := strings.Join(table.columns, ", ")
		back, err := tx.exec(ctx, fmt.Sprintf(`INSERT INTO %[1]s (%[2]s, recorded_in, superseded_in)
			SELECT %[2]s, CAST($1 AS BIGINT), CAST($2 AS BIGINT) FROM %[1]s WHERE superseded_in = $3 AND recorded_in < $3`, table.name, columns),
			number, int64(fact.Open), int64(undone))
		if err != nil {
			return fact.Batch{}, err
		}
		batch.Rows += ended + back
	}
	if err := tx.mentorsMeet(ctx); err != nil {
		return fact.Batch{}, err
	}
	deals, err := tx.paidIn(ctx, undone, batch.ID)
	if err != nil {
		return fact.Batch{}, err
	}
	if err := tx.coverInstalments(ctx, deals); err != nil {
		return fact.Batch{}, err
	}
	_, err = tx.exec(ctx, `UPDATE batch SET row_count = $1 WHERE id = $2`, batch.Rows, number)
	return batch, err
}

// mayUndo refuses when a later batch replaced one of the batch's rows, or refers to an entity that the batch introduced.
func (tx *Tx) mayUndo(ctx context.Context, batch int64) error {
	for _, table := range factTables {
		n, err := value[int64](ctx, tx, fmt.Sprintf(`SELECT COUNT(*) FROM %s WHERE recorded_in = $1 AND superseded_in <> $2 AND superseded_in <> $1`, table.name),
			batch, int64(fact.Open))
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.New(errs.KindConflict, "fact.undo_replaced", errs.Args{"Table": table.name, "Count": n})
		}
	}
	if err := tx.workResting(ctx, batch); err != nil {
		return err
	}
	for _, ref := range references {
		n, err := value[int64](ctx, tx, fmt.Sprintf(`SELECT COUNT(*) FROM %[1]s r WHERE r.recorded_in > $1 AND r.superseded_in = $2
			AND r.%[2]s IN (SELECT t.id FROM %[3]s t WHERE t.recorded_in = $1 AND t.superseded_in = $2)
			AND NOT EXISTS (SELECT 1 FROM %[3]s o WHERE o.id = r.%[2]s AND o.recorded_in < $1)`, ref.table, ref.column, ref.target),
			batch, int64(fact.Open))
		if err != nil {
			return err
		}
		if n > 0 {
			return errs.New(errs.KindConflict, "fact.undo_needed", errs.Args{"Table": ref.table, "Count": n})
		}
	}
	return nil
}

// mentorsMeet refuses when a mentorship that holds again meets a later one of the same trainee.
func (tx *Tx) mentorsMeet(ctx context.Context) error {
	n, err := value[int64](ctx, tx, `SELECT COUNT(*) FROM mentorship a JOIN mentorship b ON b.trainee_id = a.trainee_id AND b.superseded_in = `+openBatch+`
		WHERE a.superseded_in = `+openBatch+` AND a.valid_from < b.valid_from AND b.valid_from < a.valid_to AND b.valid_from < b.valid_to`)
	if err == nil && n > 0 {
		err = errs.New(errs.KindConflict, "fact.undo_needed", errs.Args{"Table": "mentorship", "Count": n})
	}
	return err
}
