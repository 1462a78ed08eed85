package httpx_test

import (
	"mime"
	"testing"

	"xiaoguan/internal/httpx"
)

func TestAFileKeepsItsNameWhateverItIs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pay-2026-09.csv", "报价单-12.pdf", `a "b"; c.zip`, "x\r\nSet-Cookie: y"} {
		kind, parameters, err := mime.ParseMediaType(httpx.Attachment(name))
		if err != nil || kind != "attachment" || parameters["filename"] != name {
			t.Errorf("%q: %s %v %v", name, kind, parameters, err)
		}
	}
}
