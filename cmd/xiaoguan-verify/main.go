//go:build js && wasm

// Command xiaoguan-verify is the verifier of proofs for a browser, compiled to WebAssembly and packed into one HTML file by `make verifier`.
//
// It gives the page one function, xiaoguanVerify(bytes, language), which returns a JSON text; everything is decided in package proof.
package main

import (
	"encoding/json"
	"syscall/js"

	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/proof"
)

// answer is what the page shows.
type answer struct {
	Sound     bool    `json:"sound"`
	Checks    []check `json:"checks"`
	Key       string  `json:"key"`
	Seal      string  `json:"seal"`
	Statement string  `json:"statement"`
}

type check struct {
	ID    proof.CheckID `json:"id"`
	OK    bool          `json:"ok"`
	Text  string        `json:"text"`
	Fault string        `json:"fault"`
}

func main() {
	catalogue, err := i18n.New()
	if err != nil {
		panic(err) // the texts are those that the tests have read
	}
	js.Global().Set("xiaoguanVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		packed := make([]byte, args[0].Get("length").Int())
		js.CopyBytesToGo(packed, args[0])
		lang, _ := i18n.ParseLang(args[1].String())
		text, err := json.Marshal(verify(catalogue.Printer(lang), packed))
		if err != nil {
			return err.Error()
		}
		return string(text)
	}))
	select {} // the page calls for as long as it is open
}

func verify(p *i18n.Printer, packed []byte) answer {
	report := proof.Verify(packed)
	a := answer{Sound: report.Sound(), Key: report.PublicKey, Seal: report.SealHash}
	for _, c := range report.Checks {
		one := check{ID: c.ID, OK: c.OK(), Text: p.T("proof.check_" + string(c.ID))}
		if !one.OK {
			one.Fault = p.Message(c.Fault)
		}
		a.Checks = append(a.Checks, one)
	}
	if a.Sound { // what is not sound is not to be read as a statement
		a.Statement = explain.Text(p, report.Statement, report.Plan)
	}
	return a
}
