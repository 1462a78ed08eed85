// Command verifier makes the HTML file that checks proofs in a browser: it compiles cmd/xiaoguan-verify to WebAssembly and packs it, with Go's
// runtime for browsers and the texts, into one page. Run it from the root of the sources; the same sources and Go give the same bytes.
package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/proof/page"
)

func main() {
	to := page.BuiltPath
	if len(os.Args) > 1 {
		to = os.Args[1]
	}
	if err := build(to); err != nil {
		fmt.Fprintln(os.Stderr, "verifier:", err)
		os.Exit(1)
	}
}

// keys are the texts of the page itself; those of checks come from the program in it.
var keys = []string{"page_title", "page_lead", "page_choose", "page_loading", "page_checking", "page_statement", "page_too_old", "page_failed",
	"sound", "unsound", "key", "seal", "compare", "ok", "wrong"}

func build(to string) error {
	folder, err := os.MkdirTemp("", "verifier")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // what stays in the temporary folder hurts nobody
	program := filepath.Join(folder, "verify.wasm")
	tool := cmp.Or(os.Getenv("GO"), "go") // the one that make was told to use
	command := exec.Command(tool, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", program, "./cmd/xiaoguan-verify")
	command.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return err
	}
	root, err := exec.Command(tool, "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	parts := page.Parts{Texts: map[string]map[string]string{}}
	if parts.Program, err = os.ReadFile(program); err != nil {
		return err
	}
	if parts.Runtime, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")); err != nil {
		return err
	}
	catalogue, err := i18n.New()
	if err != nil {
		return err
	}
	for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
		parts.Texts[string(lang)] = map[string]string{}
		for _, key := range keys {
			parts.Texts[string(lang)]["proof."+key] = catalogue.Printer(lang).T("proof." + key)
		}
	}
	file, err := page.Assemble(parts)
	if err != nil {
		return err
	}
	return os.WriteFile(to, file, 0o644)
}
