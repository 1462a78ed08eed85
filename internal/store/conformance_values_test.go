package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
)

func TestCopyInEqualsWhatWasGiven(t *testing.T) {
	const total = 100_003 // not a whole number of batches
	conform(t, func(t *testing.T, db *store.DB) {
		columns := []string{"id", "code", "amount", "note", "active"}
		given := func(i int, row []any) {
			row[0], row[1], row[2], row[3], row[4] = int64(i), fmt.Sprintf("代码%d", i), int64(i)*1_000_000_007, nil, i%3 == 0
			if i%2 == 0 {
				row[3] = "it's \"quoted\"\t\\N\n"
			}
		}
		do(t, db, func(tx *store.Tx) error {
			i := 0
			n, err := tx.CopyIn(t.Context(), "sample", columns, func(row []any) (bool, error) {
				if i == total {
					return false, nil
				}
				given(i, row)
				i++
				return true, nil
			})
			if n != total {
				t.Errorf("%d rows of %d", n, total)
			}
			return err
		})
		i := 0
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			want := make([]any, 5)
			return tx.Query(t.Context(), func(r store.Row) error {
				var id, amount int64
				var code string
				var note *string
				var active bool
				if err := r.Scan(&id, &code, &amount, &note, &active); err != nil {
					return err
				}
				given(i, want)
				got := []any{id, code, amount, nil, active}
				if note != nil {
					got[3] = *note
				}
				if !slices.Equal(got, want) {
					return fmt.Errorf("row %d is %v, want %v", i, got, want)
				}
				i++
				return nil
			}, "SELECT id, code, amount, note, active FROM sample ORDER BY id")
		})
		if err != nil || i != total {
			t.Errorf("read %d rows: %v", i, err)
		}
	})
}

func TestCopyInThatFailsLeavesNothing(t *testing.T) {
	broken := errors.New("line 200 is broken")
	conform(t, func(t *testing.T, db *store.DB) {
		fill := func(end func(row []any) (bool, error)) error {
			return db.InTx(t.Context(), func(tx *store.Tx) error {
				i := 0
				_, err := tx.CopyIn(t.Context(), "sample", []string{"id", "code"}, func(row []any) (bool, error) {
					if i++; i == 200 {
						return end(row)
					}
					row[0], row[1] = i, fmt.Sprint(i)
					return i < 300, nil
				})
				return err
			})
		}
		if err := fill(func([]any) (bool, error) { return false, broken }); !errors.Is(err, broken) {
			t.Errorf("the source's error became %v", err)
		}
		err := fill(func(row []any) (bool, error) { row[0], row[1] = 200, "1"; return true, nil })
		if !errs.Is(err, errs.KindConflict) {
			t.Errorf("a repeated key: %v", err)
		}
		expect(t, texts(t, db, "SELECT code FROM sample"))
	})
}

func TestInstantsSortAndComeBackToTheMicrosecond(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		shanghai := time.FixedZone("UTC+8", 8*60*60)
		times := []time.Time{
			{}, time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(2026, 9, 24, 10, 12, 0, 0, shanghai),
			time.Date(2026, 9, 24, 2, 12, 0, 1000, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		}
		do(t, db, func(tx *store.Tx) error {
			for i, at := range slices.Backward(times) {
				if err := put(t.Context(), tx, i, store.Instant(at)); err != nil {
					return err
				}
			}
			return nil
		})
		i := 0
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Query(t.Context(), func(r store.Row) error {
				var at time.Time
				err := r.Scan(store.ScanTime(&at))
				if err == nil && !at.Equal(times[i]) {
					t.Errorf("%v came back as %v", times[i], at)
				}
				i++
				return err
			}, "SELECT code FROM sample ORDER BY code")
		})
		if err != nil || i != len(times) {
			t.Errorf("read %d: %v", i, err)
		}
	})
}

func TestArgumentsThatDriversStoreDifferentlyAreRefused(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		for _, arg := range []any{time.Now(), calendar.NewDate(2026, 9, 24), calendar.NewMonth(2026, 9), 0.1, float32(1)} {
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), "INSERT INTO sample (id, code, note) VALUES (1, 'x', $1)", arg)
				return err
			})
			if err == nil {
				t.Errorf("a %T was stored", arg)
			}
		}
	})
}

func TestSharedStatements(t *testing.T) {
	conform(t, func(t *testing.T, db *store.DB) {
		do(t, db, func(tx *store.Tx) error {
			for _, text := range []string{
				"INSERT INTO sample (id, code, amount) VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 9223372036854775000)",
				"INSERT INTO sample (id, code, amount) VALUES (9, 'a', 5) ON CONFLICT (code) DO UPDATE SET amount = excluded.amount WHERE sample.amount <> excluded.amount",
				"WITH doubled AS (SELECT id, amount * 2 AS amount FROM sample WHERE id = 2) UPDATE sample SET amount = doubled.amount FROM doubled WHERE doubled.id = sample.id",
			} {
				if _, err := tx.Exec(t.Context(), text); err != nil {
					return err
				}
			}
			return nil
		})
		expect(t, texts(t, db, "SELECT CAST(amount AS TEXT) FROM sample ORDER BY id"), "5", "4", "9223372036854775000")
		expect(t, texts(t, db, "SELECT CAST(sum(amount) FILTER (WHERE id < 3) AS TEXT) FROM sample"), "9")
		expect(t, texts(t, db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT CAST(i AS TEXT) FROM n"), "1", "2", "3")
		expect(t, texts(t, db, "SELECT code FROM (SELECT code, row_number() OVER (ORDER BY amount DESC) AS place FROM sample) AS ranked WHERE place = 1"), "c")
		// The sum of BIGINTs is a NUMERIC on PostgreSQL; it is read into an int64 all the same.
		var sum int64
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Query(t.Context(), func(r store.Row) error { return r.Scan(&sum) }, "SELECT sum(amount) FROM sample")
		})
		if err != nil || sum != 9223372036854775009 {
			t.Errorf("the sum is %d, %v", sum, err)
		}
	})
}
