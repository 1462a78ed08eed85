package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/cli"
)

// planCommand runs a plan command in English.
func planCommand(t *testing.T, arguments ...string) (code int, out string) {
	t.Helper()
	var b bytes.Buffer
	code = cli.Run(t.Context(), append([]string{"--lang", "en", "plan"}, arguments...), cli.Streams{Stdout: &b, Stderr: &b}, "test")
	return code, b.String()
}

// TestEveryKindOfDocumentIsJudgedAndExplained: plans, crediting rules, honours and promotion rules.
func TestEveryKindOfDocumentIsJudgedAndExplained(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "demo", "plans")
	files := []string{"lint", filepath.Join(folder, "honours")}
	for _, name := range []string{"core", "crediting", "manager", "newcomer", "regular"} {
		files = append(files, filepath.Join(folder, name+".yaml"))
	}
	if code, out := planCommand(t, files...); code != cli.ExitOK || !strings.Contains(out, "regular.yaml") {
		t.Errorf("lint: exit code %d\n%s", code, out)
	}
	for file, want := range map[string]string{"regular.yaml": "Commission", "crediting.yaml": "sellers", "honours/sales_star.yaml": "Sales Star", "honours/levels.yaml": "core"} {
		if code, out := planCommand(t, "explain", filepath.Join(folder, filepath.FromSlash(file))); code != cli.ExitOK || !strings.Contains(out, want) {
			t.Errorf("explain %s: exit code %d, lacks %q\n%s", file, code, want, out)
		}
	}
	star := filepath.Join(folder, "honours", "sales_star.yaml")
	if code, out := planCommand(t, "diff", star, star); code != cli.ExitInput || !strings.Contains(out, "sales_star.yaml") {
		t.Errorf("diff of honours: exit code %d\n%s", code, out)
	}
}
