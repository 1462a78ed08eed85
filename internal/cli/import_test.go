package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/cli"
	"xiaoguan/internal/intake"
)

// importFolder imports files by the command line and returns the exit code and what was said.
func importFolder(t *testing.T, data string, files map[string]string) (code int, said string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	code = cli.Run(t.Context(), []string{"--lang", "en", "import", "--data", data, folder}, cli.Streams{Stdout: &out, Stderr: &out}, "test")
	return code, out.String()
}

var products = map[string]string{"products.csv": "key,name,category\nP1,Servo,A\nP2,Gateway,B\n"}

func TestImportByCommandLineEndsAndSaysWhatCameOfIt(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, want := range []string{"+2 ~0 =0", "+0 ~0 =2"} { // the same files again change nothing
		if code, said := importFolder(t, data, products); code != cli.ExitOK || !strings.Contains(said, want) {
			t.Errorf("exit %d, want %q: %s", code, want, said)
		}
	}
	code, said := importFolder(t, data, map[string]string{"products.csv": "key,name,category\nP3,Drive,A\nP3,Drive,B\n"})
	if code != cli.ExitInput || !strings.Contains(said, "products.csv:3:key") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// TestImportBesideARunningServer: on SQLite the server has the jobs to itself, so it carries the import out and the command waits.
func TestImportBesideARunningServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	server, err := app.New(t.Context(), app.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	if err := server.Worker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Worker.Stop(context.WithoutCancel(t.Context())) }()
	if code, said := importFolder(t, data, products); code != cli.ExitOK || !strings.Contains(said, "+2 ~0 =0") {
		t.Errorf("exit %d: %s", code, said)
	}
	all, err := server.Imports.List(t.Context(), access.SystemActor("test"), 10, "")
	if err != nil || len(all) != 1 || all[0].State != intake.StateApplied {
		t.Errorf("imports %+v, %v", all, err)
	}
}
