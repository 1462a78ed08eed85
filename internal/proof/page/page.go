// Package page is the verifier of proofs as one HTML file: the engine compiled to WebAssembly, packed into the page, so that anybody can
// check a proof in a browser, from a file and without a network.
//
// The file is made by `make verifier` and is in the program only when it was there at build time (docs/adr/0013); a program without it says
// so. What the page shows is computed by cmd/xiaoguan-verify.
package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// BuiltPath is where `make verifier` puts the file, from the root of the sources.
const BuiltPath = "internal/proof/page/built/verifier.html"

//go:embed all:built
var built embed.FS

//go:embed page.html
var template string

// Verifier returns the file, or nil when the program was built without it.
func Verifier() []byte {
	content, err := built.ReadFile("built/verifier.html")
	if err != nil {
		return nil
	}
	return content
}

// Parts are what the file is made of.
type Parts struct {
	Program []byte                       // WebAssembly
	Runtime []byte                       // wasm_exec.js of the same Go
	Texts   map[string]map[string]string // by language and key
}

// Assemble writes the file. The same parts give the same bytes.
func Assemble(p Parts) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(p.Program); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	texts, err := json.Marshal(p.Texts)
	if err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer("/*texts*/", string(texts), "/*runtime*/", string(p.Runtime),
		"/*program*/", base64.StdEncoding.EncodeToString(packed.Bytes())).Replace(template)), nil
}
