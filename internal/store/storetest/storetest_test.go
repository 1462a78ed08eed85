package storetest

import (
	"testing"

	"xiaoguan/internal/store"
)

func TestBothEnginesAnswer(t *testing.T) {
	t.Parallel()
	Run(t, func(t *testing.T, db *store.DB) {
		if err := db.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.Upgrade(t.Context()); err != nil {
			t.Fatalf("upgrading an upgraded database: %v", err)
		}
	})
}
