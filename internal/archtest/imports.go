package archtest

import (
	"fmt"
	"slices"
)

// checkImports holds every import of the module against the tables.
func checkImports(packages []Package) (complaints []string) {
	for _, p := range packages {
		from, ok := place(p.ImportPath)
		if !ok {
			complaints = append(complaints, fmt.Sprintf("%s has no place: add it to Layers in internal/archtest/layers.go", p.ImportPath))
			continue
		}
		for _, imported := range p.Imports {
			complain := func(reason string) {
				complaints = append(complaints, fmt.Sprintf("%s (layer %d) imports %s: %s", p.ImportPath, from.layer.Number, imported, reason))
			}
			switch {
			case isOurs(imported):
				checkOwn(from, imported, complain)
			case isStandard(imported):
				checkStandard(from, imported, complain)
			default:
				checkLibrary(from, imported, complain)
			}
		}
	}
	return complaints
}

// checkOwn allows imports within a node, down to lower layers, and to named siblings.
func checkOwn(from placed, imported string, complain func(string)) {
	to, ok := place(imported)
	switch {
	case !ok: // said of the package itself
	case from.node == to.node:
	case (to.node == "engine/refmodel" || to.node == "engine/enginetest") && from.layer.Number != layerTests:
		complain("the reference model and what draws its inputs are for tests only")
	case to.layer.Number == layerTests:
		complain("test packages are not imported")
	case to.layer.Number > from.layer.Number:
		complain("imports go down only")
	case from.layer.Number >= layerShell:
	case from.layer.Number == layerEdges && to.layer.Number == layerInfrastructure:
		complain("edges call domain services and never the store or its layer; wire them in app")
	case to.layer.Number == from.layer.Number && !isSibling(from, to.node):
		complain("not a named sibling; see Siblings in internal/archtest/layers.go")
	}
}

func isSibling(from placed, to string) bool {
	if from.layer.Number == layerDomain && slices.Contains(CommonSiblings, to) && !slices.Contains(CommonSiblings, from.node) {
		return true
	}
	for pattern, allowed := range Siblings {
		if matches(pattern, from.node) && slices.Contains(allowed, to) {
			return true
		}
	}
	return false
}

func checkStandard(from placed, imported string, complain func(string)) {
	if from.layer.Number <= layerEngines {
		if !slices.Contains(pureStandard, imported) && !slices.Contains(moreStandard[from.node], imported) {
			complain("not in the list of pure standard packages")
		}
		return
	}
	if slices.ContainsFunc(moreStandardAnywhere, func(allowed string) bool { return within(imported, allowed) }) {
		return
	}
	if from.node == testHarness && imported == "testing" {
		return
	}
	for _, denied := range deniedStandard[from.layer.Number] {
		if within(imported, denied) {
			complain("denied in this layer")
		}
	}
}

func checkLibrary(from placed, imported string, complain func(string)) {
	if from.layer.Number == layerTests {
		return
	}
	for _, library := range Libraries {
		if within(imported, library.Path) {
			everywhere := slices.Contains(library.Nodes, "*") && from.layer.Number > layerEngines
			if !everywhere && !matchesAny(library.Nodes, from.node) {
				complain(fmt.Sprintf("%s is for %v", library.Path, library.Nodes))
			}
			return
		}
	}
	complain("a library without a room: add it to Libraries in internal/archtest/libraries.go and to docs/dependencies.md")
}

// checkTables finds slips in the tables themselves: siblings of different layers, unknown names, cycles.
func checkTables() (complaints []string) {
	edges := map[string][]string{}
	for from, allowed := range Siblings {
		for _, to := range allowed {
			source, ok1 := place(sample(from))
			target, ok2 := place(to)
			if !ok1 || !ok2 || source.layer != target.layer || target.node != to {
				complaints = append(complaints, fmt.Sprintf("Siblings: %s → %s is not a pair of one layer", from, to))
			}
			if to != from {
				edges[from] = append(edges[from], to)
			}
		}
	}
	for _, from := range Layers[layerDomain].Packages {
		if !slices.Contains(CommonSiblings, from) {
			edges[from] = append(edges[from], CommonSiblings...)
		}
	}
	for node := range edges {
		if reaches(edges, node, node, map[string]bool{}) {
			complaints = append(complaints, fmt.Sprintf("Siblings: %s can reach itself", node))
		}
	}
	slices.Sort(complaints)
	return complaints
}

// sample turns a pattern into a package that matches it.
func sample(pattern string) string {
	if pattern == "web/*" {
		return "web/area"
	}
	return pattern
}

func reaches(edges map[string][]string, from, goal string, seen map[string]bool) bool {
	for _, next := range edges[from] {
		if next == goal {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(edges, next, goal, seen) {
				return true
			}
		}
	}
	return false
}
