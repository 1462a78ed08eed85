package browsertest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/cli"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// TestAProofVerifiesInABrowserFromAFile: a seller of the demonstration downloads the proof of a closed month; the verifier, opened as a
// file, finds everything right; with one digit changed it says what is wrong. The command line says the same.
func TestAProofVerifiesInABrowserFromAFile(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	page := filepath.Join(t.TempDir(), "verifier.html")
	build := exec.CommandContext(t.Context(), "go", "run", "./tools/verifier", page)
	build.Dir = filepath.Join("..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	s, company := newDemo(t)
	at := slices.IndexFunc(company.Logins, func(l demo.Login) bool { return l.Role == access.RoleSeller })
	b := newTab(t, s, i18n.En, "proof")
	b.open("/", 200)
	b.fill(b.T("account.login"), company.Logins[at].Login)
	b.fill(b.T("account.password"), company.Logins[at].Password)
	b.press(b.T("account.sign_in"))
	b.open("/pay/"+(month-1).String(), 200)
	b.mustShow(b.T("pay.sealed"), b.T("pay.proof"))
	file := b.download(b.T("pay.proof"))
	sound, broken := filepath.Join(t.TempDir(), "sound.zip"), filepath.Join(t.TempDir(), "broken.zip")
	for path, content := range map[string][]byte{sound: file, broken: withAnotherDigit(t, file)} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.do(chromedp.Navigate("file://" + page))
	b.verify(sound, "true")
	b.look("60-proof-sound")
	b.mustShow(b.T("proof.sound"), b.T("proof.check_bytes"), (month - 1).String())
	b.mustNotShow("⟦", "✗")
	b.verify(broken, "false")
	b.mustShow(b.T("proof.unsound"), b.T("proof.fault_digest", "Name", "facts.json"), b.T("proof.fault_bytes"))
	b.look("61-proof-broken")
	b.click("中文")
	b.wait("别相信这份文件")
	wrong, err := tell[[]string](b, `() => [...document.querySelectorAll('[data-ok=false]')].map(e => e.dataset.check)`)
	if err != nil || !slices.Contains(wrong, "digests") || !slices.Contains(wrong, "pay") || !slices.Contains(wrong, "bytes") || slices.Contains(wrong, "chain") {
		t.Errorf("wrong are %v, %v", wrong, err)
	}
	commandLine(t, sound, cli.ExitOK, "Everything is right")
	commandLine(t, broken, cli.ExitInput, "facts.json is not what was signed")
}

// verify hands the file to the page and waits for the verdict.
func (b *tab) verify(path, sound string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	b.until("the verdict "+sound, `(name, sound) => document.querySelector('#verdict')?.dataset.sound === sound && document.body.innerText.includes(name)`, filepath.Base(path), sound)
}

func commandLine(t *testing.T, path string, want int, says string) {
	t.Helper()
	var out bytes.Buffer
	if code := cli.Run(t.Context(), []string{"--lang", "en", "verify", path}, cli.Streams{Stdout: &out, Stderr: &out}, "test"); code != want || !strings.Contains(out.String(), says) {
		t.Errorf("xiaoguan verify %s: exit code %d\n%s", path, code, out.String())
	}
}

// withAnotherDigit changes one digit: the first of the amount of the last payment that the statement shows.
func withAnotherDigit(t *testing.T, file []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		content := unzipped(t, f)
		if f.Name == "facts.json" {
			payments := bytes.Index(content, []byte(`"payments"`))
			day := bytes.LastIndex(content, []byte(`"on": "`+(month-1).String()))
			if payments < 0 || day < payments {
				t.Fatal("no payment in the month")
			}
			at := day + bytes.Index(content[day:], []byte(`"amount_fen": `)) + len(`"amount_fen": `)
			content[at] = '1' + (content[at]-'0')%9
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func unzipped(t *testing.T, f *zip.File) []byte {
	t.Helper()
	in, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
