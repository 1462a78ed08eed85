package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"xiaoguan/internal/merge"
)

// movedTable is a table of records that belong to customers.
type movedTable struct {
	kind     merge.Kind
	table    string
	customer string // the column that says whose they are
	id       string
	text     bool // ids are texts
	mark     string
	of       string // the opportunity that they are of; empty: of none
}

var movedTables = []movedTable{
	{kind: merge.KindContact, table: "contact"},
	{kind: merge.KindOpportunity, table: "opportunity", mark: "x.deal_key", of: "id"},
	{kind: merge.KindLead, table: "lead"},
	{kind: merge.KindQuote, table: "quote", of: "opportunity_id"},
	{kind: merge.KindContract, table: "contract", of: "opportunity_id"},
	{kind: merge.KindCase, table: "service_case"},
	{kind: merge.KindVisit, table: "return_visit"},
	{kind: merge.KindFollowUp, table: "follow_up"},
	{kind: merge.KindTask, table: "task"},
	{kind: merge.KindInvitation, table: "survey_invitation"},
	{kind: merge.KindMailing, table: "survey_mailing"},
	{kind: merge.KindAnswer, table: "survey_answer", text: true},
	{kind: merge.KindAlias, table: "customer_alias", customer: "survivor_id", id: "customer_id"},
}

func (t movedTable) column() string {
	if t.customer != "" {
		return t.customer
	}
	return "customer_id"
}

func (t movedTable) key() string {
	if t.id != "" {
		return t.id
	}
	return "id"
}

// theirs is the condition that the records x are a customer's; of nobody's there is no index.
func (t movedTable) theirs(parameter string) string {
	return "x." + t.column() + " = " + parameter + " AND x." + t.column() + " <> 0"
}

// moved are the ids that a merge moved, given as $1.
func (t movedTable) moved() string {
	id := "m.record_id"
	if !t.text {
		id = "CAST(m.record_id AS BIGINT)"
	}
	return "SELECT " + id + " FROM customer_moved m WHERE m.merge_id = $1 AND m.kind = '" + string(t.kind) + "'"
}

// MergeCounts implements merge.Reader.
func (tx *Tx) MergeCounts(ctx context.Context, customerID int64) (counts merge.Counts, deals, service int64, err error) {
	counts = merge.Counts{}
	for _, t := range movedTables {
		n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM "+t.table+" x WHERE "+t.theirs("$1"), customerID)
		if err != nil {
			return nil, 0, 0, err
		}
		if n > 0 {
			counts[t.kind] = n
		}
	}
	files, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM attachment x WHERE x.subject = $1 AND x.removed_at = ''", fileSubject(customerID))
	if err != nil {
		return nil, 0, 0, err
	}
	if files > 0 {
		counts[merge.KindFile] = files
	}
	if deals, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM deal d WHERE "+boughtBy("d.customer_id", "$1")+" AND d.superseded_in = "+openBatch, customerID); err != nil {
		return nil, 0, 0, err
	}
	service, err = value[int64](ctx, tx, "SELECT person_id FROM service_owner WHERE customer_id = $1", customerID)
	return counts, deals, service, err
}

// MoveRecords implements merge.Tx.
func (tx *Tx) MoveRecords(ctx context.Context, mergeID, from, to int64) (merge.Counts, error) {
	counts := merge.Counts{}
	for _, t := range movedTables {
		mark := "''"
		if t.mark != "" {
			mark = t.mark
		}
		n, err := tx.exec(ctx, "INSERT INTO customer_moved (merge_id, kind, record_id, mark) SELECT CAST($1 AS BIGINT), '"+string(t.kind)+"', CAST(x."+t.key()+" AS TEXT), "+mark+" FROM "+t.table+" x WHERE "+t.theirs("$2"), mergeID, from)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		counts[t.kind] = n
		if _, err := tx.exec(ctx, "UPDATE "+t.table+" SET "+t.column()+" = $1 WHERE "+t.column()+" = $2 AND "+t.column()+" <> 0", to, from); err != nil {
			return nil, err
		}
	}
	files, err := tx.moveFiles(ctx, mergeID, from, to)
	if files > 0 {
		counts[merge.KindFile] = files
	}
	return counts, err
}

// moveFiles gives the files of one customer to another. They name their record by a text.
func (tx *Tx) moveFiles(ctx context.Context, mergeID, from, to int64) (int64, error) {
	n, err := tx.exec(ctx, "INSERT INTO customer_moved (merge_id, kind, record_id, mark) SELECT CAST($1 AS BIGINT), '"+string(merge.KindFile)+"', x.id, '' FROM attachment x WHERE x.subject = $2 AND x.removed_at = ''", mergeID, fileSubject(from))
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.exec(ctx, "UPDATE attachment SET subject = $1 WHERE subject = $2 AND removed_at = ''", fileSubject(to), fileSubject(from))
	return n, err
}

func fileSubject(customerID int64) string { return "customer:" + strconv.FormatInt(customerID, 10) }

// signedSince are the moved opportunities that came to a deal or a contract since.
const signedSince = `SELECT o.id FROM opportunity o JOIN customer_moved m ON m.merge_id = $1 AND m.kind = 'opportunity' AND m.record_id = CAST(o.id AS TEXT)
	WHERE o.customer_id = $2 AND (o.deal_key <> m.mark OR EXISTS (SELECT 1 FROM contract k WHERE k.opportunity_id = o.id AND k.opportunity_id <> 0
		AND NOT EXISTS (SELECT 1 FROM customer_moved n WHERE n.merge_id = $1 AND n.kind = 'contract' AND n.record_id = CAST(k.id AS TEXT)))) ORDER BY o.id`

// ReturnRecords implements merge.Tx.
func (tx *Tx) ReturnRecords(ctx context.Context, mergeID, from, to int64) (stayed merge.Stayed, err error) {
	if stayed.Opportunities, err = collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, signedSince, mergeID, from); err != nil {
		return stayed, err
	}
	stay := listed(stayed.Opportunities)
	for _, t := range movedTables {
		// One statement each: the ids are few beside the table and found by its key.
		text := "UPDATE " + t.table + " SET " + t.column() + " = $3 WHERE " + t.column() + " = $2 AND " + t.key() + " IN (" + t.moved() + ")"
		if t.of != "" {
			text += " AND " + t.of + " NOT IN (" + stay + ")"
		}
		back, err := tx.exec(ctx, text, mergeID, from, to)
		if err != nil {
			return stayed, err
		}
		went, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM customer_moved WHERE merge_id = $1 AND kind = $2", mergeID, string(t.kind))
		if err != nil {
			return stayed, err
		}
		if t.kind == merge.KindOpportunity {
			went -= int64(len(stayed.Opportunities))
		}
		if went > back {
			if stayed.Records == nil {
				stayed.Records = merge.Counts{}
			}
			stayed.Records[t.kind] = went - back
		}
	}
	if _, err := tx.exec(ctx, "UPDATE attachment SET subject = $3 WHERE subject = $2 AND id IN (SELECT m.record_id FROM customer_moved m WHERE m.merge_id = $1 AND m.kind = '"+string(merge.KindFile)+"')", mergeID, fileSubject(from), fileSubject(to)); err != nil {
		return stayed, err
	}
	// Quotes that were written since go with their opportunity.
	_, err = tx.exec(ctx, "UPDATE quote SET customer_id = $3 WHERE customer_id = $2 AND opportunity_id IN (SELECT o.id FROM opportunity o WHERE o.customer_id = $3 AND o.id IN ("+movedTables[1].moved()+"))", mergeID, from, to)
	return stayed, err
}

// InsertAlias implements merge.Tx.
func (tx *Tx) InsertAlias(ctx context.Context, customerID, survivorID, mergeID int64) error {
	return tx.insertRow(ctx, "customer_alias", []string{"customer_id", "survivor_id", "merge_id"}, []any{customerID, survivorID, mergeID})
}

// RemoveAlias implements merge.Tx.
func (tx *Tx) RemoveAlias(ctx context.Context, customerID, mergeID int64) error {
	return mustChange(ctx, tx, "merge.undone_already", "DELETE FROM customer_alias WHERE customer_id = $1 AND merge_id = $2", customerID, mergeID)
}

// The state of a proposal whose customer was merged.
const proposalMerged = "merged"

// ParkStanding implements merge.Tx.
func (tx *Tx) ParkStanding(ctx context.Context, customerID int64) (string, error) {
	found, err := collect(ctx, tx, scanStanding, "SELECT "+strings.Join(standingColumns, ", ")+" FROM tier_standing WHERE customer_id = $1", customerID)
	if err != nil || len(found) == 0 {
		return "", err
	}
	finishStanding(&found[0])
	plain, err := json.Marshal(standingValues(found[0]))
	if err != nil {
		return "", err
	}
	if _, err := tx.exec(ctx, "DELETE FROM tier_standing WHERE customer_id = $1", customerID); err != nil {
		return "", err
	}
	_, err = tx.exec(ctx, "UPDATE tier_proposal SET state = $2 WHERE customer_id = $1 AND state = 'waiting'", customerID, proposalMerged)
	return string(plain), err
}

// UnparkStanding implements merge.Tx.
func (tx *Tx) UnparkStanding(ctx context.Context, customerID int64, parked string) error {
	if parked == "" {
		return nil
	}
	var values []any
	d := json.NewDecoder(strings.NewReader(parked))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return err
	}
	if len(values) != len(standingColumns) { // of another version: the next look judges the customer anew
		return nil
	}
	for i, v := range values {
		if n, is := v.(json.Number); is {
			whole, err := n.Int64()
			if err != nil {
				return fmt.Errorf("a parked standing cannot be read: %w", err)
			}
			values[i] = whole
		}
	}
	if err := tx.insertRow(ctx, "tier_standing", standingColumns, values); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE tier_proposal SET state = 'waiting' WHERE customer_id = $1 AND state = $2", customerID, proposalMerged)
	return err
}
