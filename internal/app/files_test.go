package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/errs"
)

// zeros gives bytes without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestUploadsStayInTheFolderOfTheirImport(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	f := importFolder{filepath.Join(root, "imports")}
	for name, want := range map[string]string{
		"../../payments.csv": "payments.csv", `..\..\deals.csv`: "deals.csv", "/etc/teams.csv": "teams.csv", `C:\data\回款.csv`: "回款.csv", "a\x00b/quotas.csv": "quotas.csv",
		"": "", "..": "", ".": "", "/": "", ".hidden": "", "a/.hidden": "", strings.Repeat("x", 300): "",
	} {
		_, err := f.Save("import1", name, strings.NewReader("x"), 10)
		if want == "" {
			if !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%q: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(root, "imports", "import1", want)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := f.Save("import1", "sub/payments.csv", strings.NewReader("x"), 10); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("two of a name: %v", err)
	}
	if _, err := f.Save("../../outside", "a.csv", strings.NewReader("x"), 10); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 1 || entries[0].Name() != "imports" {
		t.Errorf("outside there is %v, %v", entries, err)
	}
	if err := f.Remove("../import1"); err != nil {
		t.Error(err)
	}
	if _, err := f.Open("import1"); !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("files that are not here: %v", err)
	}
}

func TestAnEndlessUploadEndsAtItsLimit(t *testing.T) {
	t.Parallel()
	f := importFolder{t.TempDir()}
	size, err := f.Save("import1", "payments.csv", zeros{}, 1<<20)
	if !errs.Is(err, errs.KindTooLarge) || size > 1<<20+1 {
		t.Errorf("%d bytes, %v", size, err)
	}
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Message.Args["Bytes"] != int64(1<<20) {
		t.Errorf("the limit is not named: %v", err)
	}
	if kept, err := f.Kept(); err != nil || len(kept) != 1 || time.Since(kept["import1"]) > time.Hour {
		t.Errorf("kept %v, %v", kept, err)
	}
	if err := f.Remove("import1"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "import1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}
