package migrate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"xiaoguan/internal/store/migrate"
)

func names(t *testing.T, engine string) []string {
	t.Helper()
	found, err := fs.Glob(migrate.Files(engine), "*.sql")
	if err != nil || len(found) == 0 {
		t.Fatalf("migrations of %s: %v, %v", engine, found, err)
	}
	return found
}

func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	sqlite, postgres := names(t, "sqlite"), names(t, "postgres")
	if !slices.Equal(sqlite, postgres) {
		t.Errorf("sqlite has %v, postgres has %v", sqlite, postgres)
	}
	for i, name := range sqlite {
		if i > 0 && name[:4] <= sqlite[i-1][:4] {
			t.Errorf("%s and %s have the same number", sqlite[i-1], name)
		}
	}
}

func TestMigrationsGoForwardOnly(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, name := range names(t, engine) {
			text, err := fs.ReadFile(migrate.Files(engine), name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
				t.Errorf("%s/%s does not begin with -- +goose Up, or goes down", engine, name)
			}
		}
	}
}

// changedSince returns what was released, by the lock file's text, and is not so any more.
func changedSince(lock string, files fs.FS) (changed []string) {
	for line := range strings.Lines(lock) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		want, name, _ := strings.Cut(line, " ")
		text, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); err != nil || got != want {
			changed = append(changed, name)
		}
	}
	return changed
}

func TestReleasedMigrationsNeverChange(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("released.txt")
	if err != nil {
		t.Fatal(err)
	}
	if changed := changedSince(string(lock), os.DirFS(".")); len(changed) > 0 {
		t.Errorf("these have been released and are not what they were: %v", changed)
	}
	// The check itself notices an edit and a removal.
	files := fstest.MapFS{"sqlite/0001_a.sql": {Data: []byte("a")}, "sqlite/0002_b.sql": {Data: []byte("edited")}}
	var sample strings.Builder
	sample.WriteString("# comment\n")
	for _, name := range []string{"sqlite/0001_a.sql", "sqlite/0002_b.sql", "sqlite/0003_c.sql"} {
		fmt.Fprintf(&sample, "%x %s\n", sha256.Sum256([]byte("a")), name)
	}
	if changed := changedSince(sample.String(), files); !slices.Equal(changed, []string{"sqlite/0002_b.sql", "sqlite/0003_c.sql"}) {
		t.Errorf("found %v", changed)
	}
}
