package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// conform runs the test on both engines, each with an empty table "sample" and one that refers to it.
func conform(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		collation := map[string]string{"sqlite": "", "postgres": ` COLLATE "C"`}[db.Engine()]
		do(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE sample (id BIGINT PRIMARY KEY, code TEXT`+collation+` NOT NULL UNIQUE, amount BIGINT,
				note TEXT`+collation+`, active BOOLEAN, CONSTRAINT sample_amount CHECK (amount >= 0))`)
			if err != nil {
				return err
			}
			_, err = tx.Exec(t.Context(), "CREATE TABLE part (id BIGINT PRIMARY KEY, sample_id BIGINT NOT NULL REFERENCES sample (id))")
			return err
		})
		test(t, db)
	})
}

func do(t *testing.T, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// put inserts a sample.
func put(ctx context.Context, tx *store.Tx, id int, code string) error {
	_, err := tx.Exec(ctx, "INSERT INTO sample (id, code, amount) VALUES ($1, $2, 0)", id, code)
	return err
}

// texts reads the only column of a query, in a snapshot.
func texts(t *testing.T, db *store.DB, text string, args ...any) []string {
	t.Helper()
	found := []string{}
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Query(t.Context(), func(r store.Row) error {
			var s string
			err := r.Scan(&s)
			found = append(found, s)
			return err
		}, text, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestATransactionHappensAsAWholeOrNotAtAll(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		undo := errors.New("undo")
		signals := 0
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			tx.AfterCommit(func() { signals++ })
			if err := put(t.Context(), tx, 1, "error"); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Errorf("the body's error became %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.InTx(t.Context(), func(tx *store.Tx) error {
				if err := put(t.Context(), tx, 2, "panic"); err != nil {
					return err
				}
				panic("undo")
			})
		}()
		ctx, cancel := context.WithCancel(t.Context())
		err = db.InTx(ctx, func(tx *store.Tx) error {
			err := put(ctx, tx, 3, "cancelled")
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the end of the context became %v", err)
		}
		do(t, db, func(tx *store.Tx) error {
			tx.AfterCommit(func() { signals++ })
			return put(t.Context(), tx, 4, "whole")
		})
		expect(t, texts(t, db, "SELECT code FROM sample"), "whole")
		if signals != 1 {
			t.Errorf("%d signals after one commit", signals)
		}
	})
}

func TestTwoWritersBothCountAndNoneIsLost(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		const writers, times = 4, 10
		do(t, db, func(tx *store.Tx) error { return put(t.Context(), tx, 1, "counter") })
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range times {
					// Reads, decides in Go, writes: without the retry of a lost race, counts would be lost.
					err := db.InTx(t.Context(), func(tx *store.Tx) error {
						var amount int64
						err := tx.Query(t.Context(), func(r store.Row) error { return r.Scan(&amount) }, "SELECT amount FROM sample WHERE id = 1")
						if err != nil {
							return err
						}
						_, err = tx.Exec(t.Context(), "UPDATE sample SET amount = $1 WHERE id = 1", amount+1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		expect(t, texts(t, db, "SELECT CAST(amount AS TEXT) FROM sample"), fmt.Sprint(writers*times))
	})
}

func TestASnapshotDoesNotSeeLaterCommitsAndCannotWrite(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		count := func(tx *store.Tx) (n int64, err error) {
			err = tx.Query(t.Context(), func(r store.Row) error { return r.Scan(&n) }, "SELECT count(*) FROM sample")
			return n, err
		}
		err := db.Read(t.Context(), func(snapshot *store.Tx) error {
			before, err := count(snapshot)
			if err != nil {
				return err
			}
			do(t, db, func(tx *store.Tx) error { return put(t.Context(), tx, 1, "later") })
			after, err := count(snapshot)
			if before != 0 || after != 0 {
				t.Errorf("saw %d, then %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Read(t.Context(), func(tx *store.Tx) error { return put(t.Context(), tx, 2, "write") }); err == nil {
			t.Error("a snapshot was written to")
		}
	})
}

func TestViolationsHaveKinds(t *testing.T) {
	tests := []struct {
		name, text string
		want       errs.Kind
	}{
		{"same unique value", "INSERT INTO sample (id, code) VALUES (2, 'one')", errs.KindConflict},
		{"same primary key", "INSERT INTO sample (id, code) VALUES (1, 'two')", errs.KindConflict},
		{"unknown reference", "INSERT INTO part (id, sample_id) VALUES (1, 99)", errs.KindInvalid},
		{"still referred to", "DELETE FROM sample WHERE id = 1", errs.KindInvalid},
		{"no value", "INSERT INTO sample (id) VALUES (3)", errs.KindInvalid},
		{"check", "INSERT INTO sample (id, code, amount) VALUES (4, 'four', -1)", errs.KindInvalid},
		{"syntax", "INSERT INTO nowhere VALUES (1)", errs.KindInternal},
	}
	conform(t, func(t *testing.T, db *store.DB) {
		do(t, db, func(tx *store.Tx) error {
			if err := put(t.Context(), tx, 1, "one"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "INSERT INTO part (id, sample_id) VALUES (7, 1)")
			return err
		})
		for _, test := range tests {
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), test.text)
				return err
			})
			if err == nil || errs.KindOf(err) != test.want {
				t.Errorf("%s: kind %v, want %v: %v", test.name, errs.KindOf(err), test.want, err)
			}
		}
		err := db.InTx(t.Context(), func(tx *store.Tx) error { _, err := tx.Job(t.Context(), "none"); return err })
		if !errs.Is(err, errs.KindNotFound) {
			t.Errorf("no row: %v", err)
		}
	})
}

// TestArgumentsMeetTheirNumbers is the canary for drivers that bind $2 … $1 by place: one of SQLite's does so without an error.
func TestArgumentsMeetTheirNumbers(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		do(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO sample (code, id, note, amount) VALUES ($2, $1, $2, $3)", 7, "seven", 70)
			return err
		})
		const found = "SELECT code FROM sample WHERE "
		expect(t, texts(t, db, found+"code = $2 AND id = $1", 7, "seven"), "seven")
		expect(t, texts(t, db, found+"note = $1 AND code = $1 AND amount = $2", "seven", 70), "seven")
		expect(t, texts(t, db, found+"amount = $11 AND id = $10 AND id IN ($9, $8, $7, $6, $5, $4, $3, $2, $1)",
			1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 70), "seven")
		expect(t, texts(t, db, found+"id = $1 AND CAST($2 AS TEXT) IS NULL", 7, nil), "seven")
	})
}

func TestLikeMindsCaseOnlyWhereItShould(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		do(t, db, func(tx *store.Tx) error {
			for i, code := range []string{"Alpha 100%", "alpha 1000", "销冠", `a_b\c`, "axb"} {
				if err := put(t.Context(), tx, i, code); err != nil {
					return err
				}
			}
			return nil
		})
		text := "SELECT code FROM sample WHERE " + db.LikeFold("code", "$1") + " ORDER BY id"
		expect(t, texts(t, db, text, store.LikePattern("ALPHA")), "Alpha 100%", "alpha 1000")
		expect(t, texts(t, db, text, store.LikePattern("100%")), "Alpha 100%")
		expect(t, texts(t, db, text, store.LikePattern("A_B")), `a_b\c`)
		expect(t, texts(t, db, text, store.LikePattern(`B\`)), `a_b\c`)
		expect(t, texts(t, db, text, store.LikePattern("冠")), "销冠")
	})
}

func TestTextIsOrderedByCodePoint(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		want := []string{"", "-", "10", "2", "B", "Z", "a", "b c", "bc", "é", "上海", "北京", "😀"}
		do(t, db, func(tx *store.Tx) error {
			for i, code := range slices.Backward(want) {
				if err := put(t.Context(), tx, i, code); err != nil {
					return err
				}
			}
			return nil
		})
		expect(t, texts(t, db, "SELECT code FROM sample ORDER BY code"), want...)
		expect(t, texts(t, db, "SELECT max(code) FROM sample WHERE code < $1", "a"), "Z")
	})
}

func TestNullsAndBooleans(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		do(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO sample (id, code, amount, note, active) VALUES (1, 'full', 5, '', $1), (2, 'void', $2, $3, $4)", true, nil, nil, nil)
			return err
		})
		type record struct {
			amount *int64
			note   *string
			active *bool
		}
		var full, void record
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			for id, r := range map[int]*record{1: &full, 2: &void} {
				err := tx.Query(t.Context(), func(row store.Row) error { return row.Scan(&r.amount, &r.note, &r.active) },
					"SELECT amount, note, active FROM sample WHERE id = $1", id)
				if err != nil {
					return err
				}
			}
			return nil
		})
		five, empty, yes := int64(5), "", true
		if err != nil || !reflect.DeepEqual(full, record{&five, &empty, &yes}) || !reflect.DeepEqual(void, record{}) {
			t.Errorf("read %+v and %+v, %v", full, void, err)
		}
		expect(t, texts(t, db, "SELECT code FROM sample WHERE active"), "full")
		expect(t, texts(t, db, "SELECT code FROM sample WHERE note IS NOT DISTINCT FROM $1", nil), "void")
		expect(t, texts(t, db, "SELECT code FROM sample ORDER BY amount DESC NULLS LAST"), "full", "void")
	})
}

func TestPagesByKeyNeitherSkipNorRepeatWhileRowsComeIn(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		const rows, page = 30, 7
		do(t, db, func(tx *store.Tx) error {
			for id := range rows {
				if err := put(t.Context(), tx, id, fmt.Sprintf("%04d", 10*id)); err != nil {
					return err
				}
			}
			return nil
		})
		var seen []string
		for last := ""; ; last = seen[len(seen)-1] {
			part := texts(t, db, "SELECT code FROM sample WHERE (code, id) > ($1, $2) ORDER BY code, id LIMIT $3", last, rows, page)
			if len(part) == 0 {
				break
			}
			seen = append(seen, part...)
			do(t, db, func(tx *store.Tx) error { // rows come in before the place that was read last
				return put(t.Context(), tx, 1000+len(seen), part[0]+"-")
			})
		}
		if len(seen) != rows || !slices.IsSorted(seen) {
			t.Errorf("walked over %d of %d rows: %q", len(seen), rows, seen)
		}
	})
}
