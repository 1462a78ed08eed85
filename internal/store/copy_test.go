package store

import "testing"

// BenchmarkCopyInSQLite inserts 100,000 rows of eight columns in a transaction of their own, per iteration.
func BenchmarkCopyInSQLite(b *testing.B) {
	db, err := Open(b.Context(), Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.InTx(b.Context(), func(tx *Tx) error {
		_, err := tx.exec(b.Context(), `CREATE TABLE sample (id BIGINT PRIMARY KEY, a BIGINT NOT NULL, b TEXT NOT NULL, c BIGINT, d TEXT, e TEXT,
			f BIGINT, g BOOLEAN)`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); {
		first := i
		err := db.InTx(b.Context(), func(tx *Tx) error {
			_, err := tx.copyIn(b.Context(), "sample", []string{"id", "a", "b", "c", "d", "e", "f", "g"}, func(row []any) (bool, error) {
				if i == first+100_000 {
					return false, nil
				}
				i++
				row[0], row[1], row[2], row[3] = int64(i), int64(i%1000), "2026-09-24", int64(i*13)
				row[4], row[5], row[6], row[7] = "P-000123", "2026-09-24T10:12:00.000000Z", int64(i%7), i%2 == 0
				return true, nil
			})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "rows/s")
}
