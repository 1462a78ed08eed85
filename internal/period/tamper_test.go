package period_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// within reads in the transaction that tampers, which is then undone.
type within struct {
	period.Store
	tx *store.Tx
}

func (w within) Read(_ context.Context, fn func(period.Reader) error) error { return fn(w.tx) }

var errUndo = errors.New("undo")

// tampered changes the database by hand and returns what verification names: "" when it finds nothing.
func tampered(t *testing.T, db *store.DB, change func(tx *store.Tx) error) (record string) {
	t.Helper()
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		report, err := audit.NewService(tx.Audit()).Verify(t.Context())
		if err != nil {
			return err
		}
		if !report.Sound() {
			record = fmt.Sprintf("audit_entry:%d", report.FirstBroken)
			return errUndo
		}
		v, err := monthtest.NewPeriods(within{tx: tx}, time.Now).Verify(t.Context(), monthtest.Auditor)
		if err != nil {
			return err
		}
		record = ""
		if v.Broken != nil {
			record = v.Broken.Record
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
	return record
}

// one runs a statement that has to change one row.
func one(t *testing.T, statement string, args ...any) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		n, err := monthtest.Exec(t.Context(), tx, statement, args...)
		if err == nil && n != 1 {
			err = fmt.Errorf("%s changed %d rows", statement, n)
		}
		return err
	}
}

// otherText replaces the last character of a column by another one.
func otherText(column string) string {
	return fmt.Sprintf(`CASE WHEN %[1]s = '' THEN '7' ELSE substr(%[1]s, 1, length(%[1]s) - 1) ||
		CASE WHEN substr(%[1]s, length(%[1]s)) = '7' THEN '8' ELSE '7' END END`, column)
}

// closed is a house with two closed months and one that is calculated.
func closed(t *testing.T, db *store.DB) *monthtest.House {
	t.Helper()
	h := monthtest.Open(t, db, monthtest.Small())
	h.MustClose(t, month-1)
	h.MustClose(t, month)
	if record := tampered(t, db, func(*store.Tx) error { return nil }); record != "" {
		t.Fatalf("untouched, and yet %s is named", record)
	}
	return h
}

// changedBytes lists, by table and row, the columns in which one byte is changed, and the record that is to be named.
func changedBytes(h *monthtest.House, p period.Period, person int64, last string) []struct{ table, row, texts, numbers, want string } {
	m := p.Month.String()
	run := fmt.Sprintf("run_id = '%s' AND person_id = %d", p.CurrentRun, person)
	statement := fmt.Sprintf("statement:%s/%d/", m, person)
	return []struct{ table, row, texts, numbers, want string }{
		{"audit_entry", "seq = 5", "at actor_id actor_name client action subject before_state after_state prev_hash hash", "", "audit_entry:5"},
		{"audit_entry", "seq = 1", "seq", "", "audit_entry:0"},
		{"ledger_entry", "seq = 2", "key month plan_id component debit credit currency source posted_at prev_hash hash", "person_id amount_minor", "ledger_entry:2"},
		{"ledger_entry", "seq = " + last, "key month plan_id component debit credit currency source posted_at prev_hash hash", "person_id amount_minor", "ledger_entry:" + last},
		{"ledger_entry", "seq = 3", "", "seq", "ledger_entry:3"},
		{"seal", "month = '" + m + "'", "run_id run_digest ledger_hash pay_file_digest closed_by approved_by closed_at prev_hash hash signature", "ledger_seq", "seal:" + m},
		{"period", "month = '" + m + "'", "state current_run running_run seal_hash closed_by approved_by closed_at", "", "period:" + m},
		{"run", "id = '" + p.CurrentRun + "'", "state digest salt", "payees statements total_minor", "run:" + p.CurrentRun},
		{"run", "id = '" + p.CurrentRun + "'", "plans", "", "plan_version:"},
		{"plan_version", "document_id = 'regular'", "hash", "", "plan_version:"},
		{"statement", run, "plan_id version_id level digest", "person_id total_minor", statement},
		{"statement", run, "", "team_id", "run:" + p.CurrentRun},
		{"payout_line", run + " AND component = 'commission'", "plan_id component", "person_id amount_minor", "payout_line:" + m + "/"},
		{"payout_line", run + " AND component = 'over_target'", "", "amount_minor", fmt.Sprintf("payout_line:%s/%d/regular/over_target", m, person)},
		{"pay_file", "month = '" + m + "' AND format = 'csv'", "format digest signature created_at", "", "pay_file:" + m + ".cs"},
		{"pay_file", "month = '" + m + "' AND format = 'xlsx'", "digest signature created_at", "", "pay_file:" + m + ".xlsx"},
	}
}

func TestVerifyNamesTheRecordInWhichAByteWasChanged(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := closed(t, db)
		last := fmt.Sprint(monthtest.QueryInts(t, db, "SELECT MAX(seq) FROM ledger_entry")[0])
		for _, m := range []calendar.Month{month - 1, month} {
			for _, c := range changedBytes(h, h.Get(t, m), h.Person(t, "A"), last) {
				set := map[string]string{}
				for _, column := range strings.Fields(c.texts) {
					set[column] = otherText(column)
					if column == "seq" {
						set[column] = "seq - 1"
					}
				}
				for _, column := range strings.Fields(c.numbers) {
					set[column] = column + " + 1000000"
				}
				for column, value := range set {
					got := tampered(t, db, one(t, fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", c.table, column, value, c.row)))
					if got == "" || !strings.HasPrefix(got, c.want) {
						t.Errorf("%s.%s where %s: %q was named, want %q", c.table, column, c.row, got, c.want)
					}
				}
			}
		}
		changedContents(t, db, h)
	})
}

// changedContents changes bytes of what is kept as bytes, and the text of a plan.
func changedContents(t *testing.T, db *store.DB, h *monthtest.House) {
	t.Helper()
	p := h.Get(t, month-1)
	statement := fmt.Sprintf("statement:%s/%d/regular", p.Month, h.Person(t, "A"))
	for _, c := range []struct{ table, column, row, want string }{
		{"statement", "body", fmt.Sprintf("run_id = '%s' AND person_id = %d", p.CurrentRun, h.Person(t, "A")), statement},
		{"pay_file", "content", "month = '" + p.Month.String() + "' AND format = 'csv'", "pay_file:" + p.Month.String() + ".csv"},
		{"pay_file", "content", "month = '" + p.Month.String() + "' AND format = 'xlsx'", "pay_file:" + p.Month.String() + ".xlsx"},
	} {
		var content []byte
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			return monthtest.Query(t.Context(), tx, func(scan func(...any) error) error { return scan(&content) },
				"SELECT "+c.column+" FROM "+c.table+" WHERE "+c.row)
		}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{len(content) / 3, len(content) / 2, len(content) - 1} {
			other := append([]byte{}, content...)
			other[at] ^= 1
			if got := tampered(t, db, one(t, "UPDATE "+c.table+" SET "+c.column+" = $1 WHERE "+c.row, other)); got != c.want {
				t.Errorf("byte %d of %s.%s: %q was named, want %q", at, c.table, c.column, got, c.want)
			}
		}
	}
	version := monthtest.QueryTexts(t, db, "SELECT id FROM plan_version WHERE document_id = 'regular'")[0]
	if got := tampered(t, db, one(t, "UPDATE plan_version SET text = replace(text, 'A: 3%', 'A: 4%') WHERE id = '"+version+"'")); got != "plan_version:"+version {
		t.Errorf("a rate changed: %q was named", got)
	}
}

func TestVerifyNamesTheRowThatWasRemovedOrInserted(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := closed(t, db)
		n := monthtest.QueryInts(t, db, "SELECT MAX(seq) FROM ledger_entry")[0]
		audits := monthtest.QueryInts(t, db, "SELECT MAX(seq) FROM audit_entry")[0]
		for _, m := range []calendar.Month{month - 1, month} {
			p, person := h.Get(t, m), h.Person(t, "A")
			payee := fmt.Sprintf("%s/%d/regular", m, person)
			row := fmt.Sprintf(" WHERE run_id = '%s' AND person_id = %d", p.CurrentRun, person)
			for _, c := range []struct{ statement, want string }{
				{"DELETE FROM statement" + row, "statement:" + payee},
				{"INSERT INTO statement SELECT run_id, person_id + 1000000, plan_id, version_id, position + 1000, level, team_id, total_minor, digest, body FROM statement" + row,
					fmt.Sprintf("statement:%s/%d/regular", m, person+1_000_000)},
				{"DELETE FROM payout_line" + row + " AND component = 'commission'", "payout_line:" + payee + "/commission"},
				{"DELETE FROM payout_line" + row + " AND component = 'over_target'", "payout_line:" + payee + "/over_target"},
				{"INSERT INTO payout_line SELECT run_id, person_id, plan_id, 'gift', 100, 0 FROM payout_line" + row + " AND component = 'commission'", "payout_line:" + payee + "/gift"},
				{"DELETE FROM pay_file WHERE format = 'csv' AND month = '" + m.String() + "'", "pay_file:" + m.String() + ".csv"},
				{"DELETE FROM pay_file WHERE format = 'xlsx' AND month = '" + m.String() + "'", "pay_file:" + m.String() + ".xlsx"},
				{"INSERT INTO pay_file SELECT month, 'pdf', digest, signature, content, created_at FROM pay_file WHERE format = 'csv' AND month = '" + m.String() + "'", "pay_file:" + m.String() + ".pdf"},
				{"DELETE FROM seal WHERE month = '" + m.String() + "'", "seal:" + m.String()},
			} {
				if got := tampered(t, db, one(t, c.statement)); got != c.want {
					t.Errorf("%s: %q was named, want %q", c.statement, got, c.want)
				}
			}
		}
		for _, seq := range []int64{1, n / 2, n} {
			if got, want := tampered(t, db, one(t, fmt.Sprintf("DELETE FROM ledger_entry WHERE seq = %d", seq))), fmt.Sprintf("ledger_entry:%d", seq); got != want {
				t.Errorf("ledger entry %d removed: %q was named", seq, got)
			}
		}
		for _, seq := range []int64{1, audits / 2, audits} {
			if got, want := tampered(t, db, one(t, fmt.Sprintf("DELETE FROM audit_entry WHERE seq = %d", seq))), fmt.Sprintf("audit_entry:%d", seq); got != want {
				t.Errorf("audit entry %d removed: %q was named", seq, got)
			}
		}
		insert := fmt.Sprintf("INSERT INTO audit_entry SELECT seq + 1, at, actor_id, actor_name, client, action, subject, before_state, after_state, hash, hash FROM audit_entry WHERE seq = %d", audits)
		if got := tampered(t, db, one(t, insert)); got != fmt.Sprintf("audit_entry:%d", audits+1) {
			t.Errorf("audit entry inserted: %q was named", got)
		}
		// a seal for a month that nobody closed
		open := "INSERT INTO period SELECT '2026-10', 'open', 1, '', '', '', '', '', '', '', '', '', '', '' FROM period WHERE month = '2026-09'"
		forged := "INSERT INTO seal SELECT '2026-10', run_id, run_digest, ledger_seq, ledger_hash, pay_file_digest, closed_by, approved_by, closed_at, hash, hash, signature FROM seal WHERE month = '2026-09'"
		if got := tampered(t, db, func(tx *store.Tx) error { return errors.Join(one(t, open)(tx), one(t, forged)(tx)) }); got != "seal:2026-10" {
			t.Errorf("a forged seal: %q was named", got)
		}
		// one month's pay file, rightly signed, in the place of another's
		swapped := `UPDATE pay_file SET (digest, signature, content, created_at) = (SELECT o.digest, o.signature, o.content, o.created_at FROM pay_file o
			WHERE o.month = '2026-08' AND o.format = 'xlsx') WHERE month = '2026-09' AND format = 'xlsx'`
		if got := tampered(t, db, one(t, swapped)); got != "pay_file:2026-09.xlsx" {
			t.Errorf("a pay file of another month: %q was named", got)
		}
	})
}

// TestVerifyIsNotFooledByHashes posts by hand what has a proper hash and continues the chain.
func TestVerifyIsNotFooledByHashes(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		closed(t, db)
		var entries []reward.Entry
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.EachLedgerEntry(t.Context(), func(e reward.Entry) error { entries = append(entries, e); return nil })
		}); err != nil {
			t.Fatal(err)
		}
		n := len(entries)
		added := entries[n-1]
		added.Key += "0"
		got := tampered(t, db, func(tx *store.Tx) error {
			_, err := tx.AppendLedger(t.Context(), []reward.Entry{added})
			return err
		})
		if got != fmt.Sprintf("ledger_entry:%d", n+1) {
			t.Errorf("an entry was appended: %q was named", got)
		}
		for _, at := range []int{n/2 - 1, n - 1} { // of the first month, and the last entry
			got = tampered(t, db, func(tx *store.Tx) error { return rewrite(t, tx, entries, at) })
			if !strings.HasPrefix(got, "ledger_entry:") {
				t.Errorf("the ledger was rewritten from entry %d on: %q was named", at+1, got)
			}
		}
	})
}

// rewrite changes one amount and recomputes the chain from there on.
func rewrite(t *testing.T, tx *store.Tx, entries []reward.Entry, at int) error {
	for i := at; i < len(entries); i++ {
		e := entries[i]
		if i == at {
			e.AmountMinor++
		} else {
			e.PrevHash = entries[i-1].Hash
		}
		e.Hash = e.ComputeHash()
		if i == at {
			entries = append([]reward.Entry{}, entries...)
		}
		entries[i] = e
		if err := one(t, "UPDATE ledger_entry SET amount_minor = $1, prev_hash = $2, hash = $3 WHERE seq = $4", e.AmountMinor, e.PrevHash, e.Hash, e.Seq)(tx); err != nil {
			return err
		}
	}
	return nil
}
