// Package archtest holds the floor plan of the house and the tests that keep the code to it: which package may import which,
// what code must not do in which layer, and what every file must look like.
//
// The tables (layers.go, libraries.go) are the source; ARCHITECTURE.md shows the same and `go test ./internal/archtest -update`
// rewrites it there. To place a new package, add it to Layers; to let two packages of one layer know each other, add the pair to
// Siblings. Each rule is a function from what was read to a list of complaints, so that a test can show it a planted fault.
//
// Limits: the rules see imports, syntax and text, not types; generated files (*_templ.go, *.gen.go) are exempt from the rules on
// form but not from those on imports. Nothing imports this package.
package archtest

import (
	"path"
	"slices"
	"strings"
)

// Module is the path of the Go module; the paths of its packages are given without it.
const Module = "xiaoguan"

// placed is where a package stands: its layer and the entry of the layer's list that it belongs to. A package in a folder below
// an entry belongs to that entry, unless it has its own.
type placed struct {
	layer *Layer
	node  string
}

// place finds the entry for a package, given by its path in the module, such as "internal/engine/refmodel".
func place(pkg string) (placed, bool) {
	name := strings.TrimPrefix(pkg, "internal/")
	for folder := name; folder != "."; folder = path.Dir(folder) {
		for i := range Layers {
			if slices.Contains(Layers[i].Packages, folder) {
				return placed{layer: &Layers[i], node: folder}, true
			}
		}
		for i := range Layers {
			if parent := path.Dir(folder); parent != "." && slices.Contains(Layers[i].Packages, parent+"/*") {
				return placed{layer: &Layers[i], node: folder}, true
			}
		}
	}
	return placed{}, false
}

// matches reports whether the node is the pattern, or falls under a pattern such as "web/*".
func matches(pattern, node string) bool {
	if parent, found := strings.CutSuffix(pattern, "/*"); found {
		return strings.HasPrefix(node, parent+"/")
	}
	return pattern == node
}

func matchesAny(patterns []string, node string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, node) })
}

// within reports whether an import path is the prefix or lies below it.
func within(importPath, prefix string) bool {
	return importPath == prefix || strings.HasPrefix(importPath, prefix+"/")
}
