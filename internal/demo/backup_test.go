package demo_test

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/app"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/store/storetest"
)

// checkBackup brings the whole company over to the other database, where everything is the same, line by line, and everything that was sealed still opens.
func checkBackup(t *testing.T, f filled) {
	t.Helper()
	there := app.Options{Dir: t.TempDir(), DatabaseURL: storetest.EmptyPostgresURL(t), Now: f.options.Now}
	before := filepath.Join(t.TempDir(), "before.zip")
	m, err := app.Backup(t.Context(), f.options, before, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Rows() < 100_000 {
		t.Errorf("%d rows", m.Rows())
	}
	file, err := os.Open(before)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := backup.Open(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Restore(t.Context(), there, archive); err != nil {
		t.Fatal(err)
	}
	after := filepath.Join(t.TempDir(), "after.zip")
	if _, err := app.Backup(t.Context(), there, after, false, nil); err != nil {
		t.Fatal(err)
	}
	was, is := contents(t, before), contents(t, after)
	if len(was) < 150 || len(was) != len(is) {
		t.Errorf("%d parts, then %d", len(was), len(is))
	}
	for name, lines := range was {
		if lines != is[name] {
			t.Errorf("%s is not the same on the other database", name)
		}
	}
	a, err := app.New(t.Context(), there)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	v, log, err := a.VerifyAll(t.Context())
	if err != nil || v.Broken != nil || !log.Sound() || v.Seals < 12 || log.Entries < 500 {
		t.Errorf("verified %+v, %+v, %v", v, log, err)
	}
}

// contents are digests of the parts of a backup, whatever the order of their lines.
func contents(t *testing.T, path string) map[string][sha256.Size]byte {
	t.Helper()
	packed, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	parts := map[string][sha256.Size]byte{}
	for _, member := range packed.File {
		if member.Name == "manifest.json" {
			continue
		}
		from, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		scanner := bufio.NewScanner(from)
		scanner.Buffer(nil, backup.ValueBytesMax)
		for scanner.Scan() {
			lines = append(lines, scanner.Text())
		}
		if err := scanner.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(lines)
		parts[member.Name] = sha256.Sum256([]byte(strings.Join(lines, "\n")))
	}
	return parts
}
