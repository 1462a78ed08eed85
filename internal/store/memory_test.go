package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryIsTheLeastOfWhatFilesSay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	system := file("meminfo", "MemFree:  7 kB\nMemTotal:       24684084 kB\n")
	for name, c := range map[string]struct {
		system, container string
		want              int64
	}{
		"a machine":             {system, file("max", "max\n"), 24684084 << 10},
		"a container":           {system, file("limited", "1073741824\n"), 1 << 30},
		"a limit beyond it all": {system, file("beyond", "9223372036854771712\n"), 24684084 << 10},
		"no container":          {system, filepath.Join(dir, "none"), 24684084 << 10},
		"neither":               {filepath.Join(dir, "none"), filepath.Join(dir, "none"), 0},
	} {
		if got := memory(c.system, c.container); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestVeryManyRowsAreGivenRoomUntilTheEnd: the writer's cache is large within the transaction that writes them, and no longer.
func TestVeryManyRowsAreGivenRoomUntilTheEnd(t *testing.T) {
	t.Parallel()
	e, err := openSQLite(t.Context(), filepath.Join(t.TempDir(), "x.db"), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.close() }()
	size := func() (kilobytes int64) {
		if err := e.writer.QueryRowContext(t.Context(), "PRAGMA cache_size").Scan(&kilobytes); err != nil {
			t.Fatal(err)
		}
		return -kilobytes
	}
	within := int64(0)
	if err := e.inTx(t.Context(), serializable, func(q querier) error {
		tx := &Tx{querier: q, db: &DB{}}
		for range 3 {
			if err := tx.wrote(t.Context(), "payment", manyRows/2); err != nil {
				return err
			}
		}
		return each(context.Background(), tx, func(r rows) error { return r.Scan(&within) }, "PRAGMA cache_size")
	}); err != nil {
		t.Fatal(err)
	}
	if want := max(cacheKilobytes, largeCache()>>10); -within != want || size() != cacheKilobytes {
		t.Errorf("%d kB within the transaction, want %d; %d after it, want %d", -within, want, size(), cacheKilobytes)
	}
}
