package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/cli"
)

// What a sound proof says on the command line is tested with that of the demonstration, in package browsertest.
func TestVerifySaysWhatIsNoProof(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "text.zip")
	if err := os.WriteFile(path, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ lang, path, want string }{
		{"en", path, "✗ The file is a proof: This is no ZIP file"},
		{"zh-CN", path, "✗ 这个文件是核验包：这不是ZIP文件"},
		{"en", filepath.Join(t.TempDir(), "missing.zip"), "Cannot read"},
	} {
		var out bytes.Buffer
		code := cli.Run(t.Context(), []string{"--lang", c.lang, "verify", c.path}, cli.Streams{Stdout: &out, Stderr: &out}, "test")
		if code != cli.ExitInput || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d\n%s", c.lang, code, out.String())
		}
	}
}
