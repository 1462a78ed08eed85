package page_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/proof/page"
)

// TestTheFileHoldsEverythingAndAsksNobody: parts that look like code or like places of the template stay what they are, and nothing in the file
// is loaded from elsewhere.
func TestTheFileHoldsEverythingAndAsksNobody(t *testing.T) {
	t.Parallel()
	parts := page.Parts{Program: []byte("\x00asm /*texts*/"), Runtime: []byte("globalThis.Go = class {}; /*runtime of Go*/"),
		Texts: map[string]map[string]string{"en": {"proof.ok": "</script><img src=x> /*program*/"}}}
	file, err := page.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	again, err := page.Assemble(parts)
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same parts give other bytes, or %v", err)
	}
	text := string(file)
	if n := strings.Count(text, "</script>"); n != 3 {
		t.Errorf("%d scripts end, want 3: a text has ended one", n)
	}
	if found := regexp.MustCompile(`(src|href)\s*=\s*"?(https?:|/)|fetch\(|XMLHttpRequest|import\(`).FindString(text); found != "" {
		t.Errorf("the file loads something: %s", found)
	}
	program := regexp.MustCompile(`id="program">([^<]*)<`).FindStringSubmatch(text)
	packed, err := base64.StdEncoding.DecodeString(program[1])
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(content, parts.Program) {
		t.Errorf("the program is %q, %v", content, err)
	}
	if !strings.Contains(text, string(parts.Runtime)) {
		t.Error("the runtime is not in the file")
	}
}
