package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/backup"
	"xiaoguan/internal/errs"
)

// memory is a database of rows by table: source and target.
type memory struct {
	tables []backup.Table
	rows   map[string][][]any
	fails  error // while rows are read
}

func (m *memory) Read(_ context.Context, fn func(backup.Reader) error) error { return fn(m) }

func (m *memory) SchemaVersion(context.Context) (int64, error)         { return 75, nil }
func (m *memory) BackupCompany(context.Context) (string, error)        { return "青禾", nil }
func (m *memory) BackupTables(context.Context) ([]backup.Table, error) { return m.tables, nil }

func (m *memory) EachBackupRow(_ context.Context, table backup.Table, fn func(values []any) error) error {
	for _, row := range m.rows[table.Name] {
		if err := fn(row); err != nil {
			return err
		}
	}
	return m.fails
}

func (m *memory) Refill(_ context.Context, _ int64, tables []backup.Table, rows func(string) (backup.Next, error)) error {
	m.tables, m.rows = tables, map[string][][]any{}
	for _, t := range tables {
		next, err := rows(t.Name)
		if err != nil {
			return err
		}
		for {
			row := make([]any, len(t.Columns))
			more, err := next(row)
			if err != nil {
				return err
			}
			if !more {
				break
			}
			m.rows[t.Name] = append(m.rows[t.Name], row)
		}
	}
	return nil
}

// drawValue is a value as one of the databases hands it out.
func drawValue(t *rapid.T, of backup.ColumnType) any {
	if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
		return nil
	}
	switch of {
	case backup.Integer:
		return rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, 1 << 53})).Draw(t, "integer")
	case backup.Boolean:
		return rapid.Bool().Draw(t, "boolean")
	case backup.Bytes:
		return rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
	}
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "null", "[1]", "a\nb\u2028c", "<>&\"\\", "销冠"})).Draw(t, "text")
}

func drawMemory(t *rapid.T) *memory {
	m := &memory{rows: map[string][][]any{}}
	for i := range rapid.IntRange(0, 4).Draw(t, "tables") {
		table := backup.Table{Name: fmt.Sprint("t", i)}
		for c := range rapid.IntRange(1, 5).Draw(t, "columns") {
			table.Columns = append(table.Columns, backup.Column{Name: fmt.Sprint("c", c), Type: rapid.SampledFrom([]backup.ColumnType{backup.Text, backup.Integer, backup.Boolean, backup.Bytes}).Draw(t, "type")})
		}
		m.tables = append(m.tables, table)
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row := make([]any, len(table.Columns))
			for c := range row {
				row[c] = drawValue(t, table.Columns[c].Type)
			}
			m.rows[table.Name] = append(m.rows[table.Name], row)
		}
	}
	return m
}

func written(t require, m *memory) []byte {
	var file bytes.Buffer
	files := fstest.MapFS{"imports/1/回款.csv": {Data: []byte("key\n1\n")}, "installation.key": {Data: []byte("00")}, "xiaoguan.db": {Data: []byte("not this")}}
	if _, err := backup.Write(context.Background(), &file, m, backup.Options{About: backup.About{Program: "1.0"}, Files: files, Roots: []string{"imports", "installation.key", "none"}}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// require is what tests and properties have in common.
type require interface {
	Fatal(args ...any)
}

func opened(t require, file []byte) *backup.Archive {
	a, err := backup.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestWhatIsWrittenComesBack is the law of backups: every value of every type, and files byte by byte.
func TestWhatIsWrittenComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMemory(t)
		a := opened(t, written(t, m))
		if err := a.Check(context.Background()); err != nil {
			t.Fatal(err)
		}
		var back memory
		if err := backup.Restore(context.Background(), a, &back); err != nil {
			t.Fatal(err)
		}
		for _, table := range m.tables {
			want, got := m.rows[table.Name], back.rows[table.Name]
			if len(want) != len(got) || len(want) > 0 && !cmp.Equal(want, got) {
				t.Fatalf("%s: %s", table.Name, cmp.Diff(want, got))
			}
		}
		files := map[string]string{}
		if err := a.EachFile(context.Background(), func(name string) (io.WriteCloser, error) {
			return closer{&strings.Builder{}, func(text string) { files[name] = text }}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if want := map[string]string{"imports/1/回款.csv": "key\n1\n", "installation.key": "00"}; !cmp.Equal(files, want) {
			t.Fatal(cmp.Diff(want, files))
		}
	})
}

type closer struct {
	*strings.Builder
	closed func(string)
}

func (c closer) Close() error { c.closed(c.String()); return nil }

func sample() *memory {
	return &memory{tables: []backup.Table{{Name: "deal", Columns: []backup.Column{{Name: "amount_minor", Type: backup.Integer}, {Name: "key", Type: backup.Text}}}},
		rows: map[string][][]any{"deal": {{int64(5), "D1"}, {int64(7), "D2"}}}}
}

// changed packs a backup again with one member's text changed; nothing for one that is left out.
func changed(t *testing.T, file []byte, name string, change func(string) string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, member := range from.File {
		r, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if member.Name == name {
			if text = []byte(change(string(text))); len(text) == 0 {
				continue
			}
		}
		w, err := to.Create(member.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	t.Parallel()
	file := written(t, sample())
	replace := func(old, by string) func(string) string {
		return func(text string) string {
			if !strings.Contains(text, old) {
				t.Errorf("no %q in %s", old, text)
			}
			return strings.Replace(text, old, by, 1)
		}
	}
	for name, c := range map[string]struct {
		member string
		change func(string) string
		want   string
	}{
		"an amount":                  {"tables/deal.ndjson", replace("[5,", "[6,"), "backup.broken"},
		"a row less":                 {"tables/deal.ndjson", replace("[5,\"D1\"]\n", ""), "backup.broken"},
		"a row more":                 {"tables/deal.ndjson", replace("[5,\"D1\"]\n", "[5,\"D1\"]\n[5,\"D1\"]\n"), "backup.broken"},
		"a text for a number":        {"tables/deal.ndjson", replace("[5,", "[\"5\","), "backup.broken"},
		"a fraction for a number":    {"tables/deal.ndjson", replace("[5,", "[5.5,"), "backup.broken"},
		"a value too few":            {"tables/deal.ndjson", replace("[5,", "["), "backup.broken"},
		"half a row":                 {"tables/deal.ndjson", replace("[5,\"D1\"]", "[5,"), "backup.broken"},
		"no table":                   {"tables/deal.ndjson", func(string) string { return "" }, "backup.broken"},
		"a file of an import":        {"files/imports/1/回款.csv", replace("1", "2"), "backup.broken"},
		"no manifest":                {"manifest.json", func(string) string { return "" }, "backup.not_a_backup"},
		"a manifest that is none":    {"manifest.json", func(string) string { return "{" }, "backup.broken"},
		"a later form":               {"manifest.json", replace(`"format": 1`, `"format": 2`), "backup.other_format"},
		"a file outside the folder":  {"manifest.json", replace("files/installation.key", "files/../../key"), "backup.broken"},
		"a table in another's place": {"manifest.json", replace(`"name": "deal"`, `"name": "payment"`), "backup.broken"},
	} {
		packed := changed(t, file, c.member, c.change)
		a, err := backup.Open(bytes.NewReader(packed), int64(len(packed)))
		if err == nil {
			err = a.Check(t.Context())
		}
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Message.Key != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for cut := 0; cut < len(file); cut += 7 {
		if _, err := backup.Open(bytes.NewReader(file[:cut]), int64(cut)); !errs.Is(err, errs.KindInvalid) {
			t.Fatalf("cut off after %d bytes: %v", cut, err)
		}
	}
}

func TestATableThatCannotBeReadMakesNoBackup(t *testing.T) {
	t.Parallel()
	m, gone := sample(), errors.New("gone")
	m.fails = gone
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), &file, m, backup.Options{}); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	if _, err := backup.Open(bytes.NewReader(file.Bytes()), int64(file.Len())); err == nil {
		t.Error("what was written until then is taken for a backup")
	}
}

// FuzzOpen feeds files that anybody may have made: none makes the program fail, or hands out more than it says.
func FuzzOpen(f *testing.F) {
	f.Add(written(f, sample()))
	text, err := json.Marshal(backup.Manifest{Format: 1})
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	to := zip.NewWriter(&file)
	if w, err := to.Create("manifest.json"); err != nil {
		f.Fatal(err)
	} else if _, err := w.Write(text); err != nil {
		f.Fatal(err)
	}
	if err := to.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := backup.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		_ = a.Check(t.Context())
		var back memory
		if backup.Restore(t.Context(), a, &back) == nil {
			rows := int64(0)
			for _, list := range back.rows {
				rows += int64(len(list))
			}
			if rows != a.Manifest.Rows() {
				t.Errorf("%d rows, the manifest says %d", rows, a.Manifest.Rows())
			}
		}
	})
}
