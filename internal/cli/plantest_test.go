package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pageWith is the first page of the cookbook with a text replaced, as a file.
func pageWith(t *testing.T, old, replacement string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/cookbook/bands.md")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), old, replacement, 1)
	if changed == string(text) && old != replacement {
		t.Fatalf("the page has no %q", old)
	}
	name := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPlanTestTellsWhatWentWrongByItsExitCode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		old, new string
		code     int
		says     []string
	}{
		"agrees":         {"", "", ExitOK, []string{"ok       ", "1 worked examples"}},
		"differs":        {"1,slices,3000.00", "1,slices,3001.00", ExitDiffers, []string{"DIFFERS", "2026-09 · payee 1 · slices: want 3001.00, got 3000.00", "Wang", "R2"}},
		"a wrong fact":   {"R1,D1", "R1,D9", ExitInput, []string{"REFUSED", "page.md:", ":deal: There is no deal D9"}},
		"a wrong plan":   {"of: credited", "of: nothing", ExitPlan, []string{"REFUSED", "page.md:", "components[0].pays.of"}},
		"a wrong page":   {"period: 2026-09", "", ExitInput, []string{"It does not say which month"}},
		"not a page":     {"```", "~~~", ExitInput, nil},
		"a wrong amount": {"1,whole,5200.00", "1,whole,much", ExitInput, []string{"“much” is not an amount"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, "--lang", "en", "plan", "test", pageWith(t, test.old, test.new))
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			for _, words := range test.says {
				if !strings.Contains(stdout+stderr, words) {
					t.Errorf("%q is not said:\n%s%s", words, stdout, stderr)
				}
			}
		})
	}
}

func TestPlanTestGoesOnAfterAPageThatDiffers(t *testing.T) {
	t.Parallel()
	differs, agrees := pageWith(t, "1,slices,3000.00", "1,slices,3001.00"), pageWith(t, "", "")
	code, stdout, stderr := run(t, "--lang", "en", "plan", "test", differs, filepath.Join(t.TempDir(), "missing.md"), agrees)
	if code != ExitInput || !strings.Contains(stdout, "DIFFERS") || !strings.Contains(stdout, "ok  ") || !strings.Contains(stderr, "Cannot read") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}
