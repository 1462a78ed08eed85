package archtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is one package of the module as `go list` sees it. Paths of the module's own packages, here and in the imports, are
// written without the module's name: "internal/money".
type Package struct {
	ImportPath   string
	Name         string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// allImports are the imports of the package and of its tests.
func (p Package) allImports() []string {
	return slices.Concat(p.Imports, p.TestImports, p.XTestImports)
}

// moduleRoot is the folder with go.mod above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("archtest: no go.mod above the working directory")
		}
		dir = parent
	}
}

// loadPackages asks the go command for the packages of the module at root. It does not compile them.
func loadPackages(root string) ([]Package, error) {
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Dir,Imports,TestImports,XTestImports", "./...")
	command.Dir, command.Stderr = root, os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("archtest: go list: %w", err)
	}
	var packages []Package
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("archtest: go list: %w", err)
		}
		p.ImportPath = local(p.ImportPath)
		for _, list := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for i := range list {
				list[i] = local(list[i])
			}
		}
		packages = append(packages, p)
	}
}

// local cuts the module's name off the path of one of its packages.
func local(importPath string) string { return strings.TrimPrefix(importPath, Module+"/") }

// Requirement is a module that go.mod requires.
type Requirement struct{ Path, Version string }

// goMod is what we need of go.mod.
type goMod struct {
	Require []Requirement
	Tool    []struct{ Path string }
}

func loadGoMod(root string) (goMod, error) {
	command := exec.Command("go", "mod", "edit", "-json")
	command.Dir, command.Stderr = root, os.Stderr
	output, err := command.Output()
	if err != nil {
		return goMod{}, fmt.Errorf("archtest: go mod edit: %w", err)
	}
	var mod goMod
	if err := json.Unmarshal(output, &mod); err != nil {
		return goMod{}, fmt.Errorf("archtest: go mod edit: %w", err)
	}
	return mod, nil
}

// moduleOf finds the required module that an import path lies in, the longest one; it is "" for our own and standard packages.
func (m goMod) moduleOf(importPath string) string {
	best := ""
	for _, r := range m.Require {
		if within(importPath, r.Path) && len(r.Path) > len(best) {
			best = r.Path
		}
	}
	return best
}

// direct lists the modules that our packages, their tests or go.mod's tools import themselves, sorted. It counts imports, not
// the remarks in go.mod, which may lag behind.
func (m goMod) direct(packages []Package) []string {
	found := map[string]bool{}
	for _, p := range packages {
		for _, imported := range p.allImports() {
			found[m.moduleOf(imported)] = true
		}
	}
	for _, tool := range m.Tool {
		found[m.moduleOf(tool.Path)] = true
	}
	delete(found, "")
	var modules []string
	for path := range found {
		modules = append(modules, path)
	}
	slices.Sort(modules)
	return modules
}

// isStandard reports whether an import path is of the standard library: its first element has no dot and it is not ours.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".") && !isOurs(importPath)
}

// isOurs reports whether a path, already local, is of this module.
func isOurs(importPath string) bool {
	return importPath == Module || within(importPath, "internal") || within(importPath, "cmd") || within(importPath, "tools")
}
