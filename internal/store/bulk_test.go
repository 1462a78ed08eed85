package store_test

import (
	"errors"
	"testing"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestUnsyncedKeepsWhatIsWrittenInIt(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		failed := errors.New("half way")
		record := func(key string) error {
			return db.InTx(t.Context(), func(tx *store.Tx) error {
				w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchSetup})
				if err != nil {
					return err
				}
				if _, err := w.PutRegion(t.Context(), fact.RegionRecord{Key: key, Name: key}); err != nil {
					return err
				}
				_, err = w.Finish(t.Context())
				return err
			})
		}
		if err := db.Unsynced(t.Context(), func() error { return record("HD") }); err != nil {
			t.Fatal(err)
		}
		if err := db.Unsynced(t.Context(), func() error { return errors.Join(record("HN"), failed) }); !errors.Is(err, failed) {
			t.Errorf("error %v", err)
		}
		if err := record("HB"); err != nil {
			t.Fatal(err)
		}
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			batch, err := tx.LatestBatch(t.Context())
			if batch != 3 {
				t.Errorf("%d batches", batch)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
