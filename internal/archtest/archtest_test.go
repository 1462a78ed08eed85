package archtest

import (
	"flag"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the tables in ARCHITECTURE.md")

// house is the module as it stands, read once for all tests.
type house struct {
	root     string
	packages []Package
	mod      goMod
	files    map[string][]byte // name → content
	sources  []Source
}

var readHouse = sync.OnceValues(func() (house, error) {
	root, err := moduleRoot()
	if err != nil {
		return house{}, err
	}
	h := house{root: root, files: map[string][]byte{}}
	if h.packages, err = loadPackages(root); err != nil {
		return house{}, err
	}
	if h.mod, err = loadGoMod(root); err != nil {
		return house{}, err
	}
	names, err := listFiles(root)
	if err != nil {
		return house{}, err
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return house{}, err
		}
		h.files[name] = content
		if path.Ext(name) == ".go" && !strings.Contains(name, "testdata/") {
			source, err := parseSource(name, content)
			if err != nil {
				return house{}, err
			}
			h.sources = append(h.sources, source)
		}
	}
	return h, nil
})

func theHouse(t *testing.T) house {
	t.Helper()
	t.Parallel()
	h, err := readHouse()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func report(t *testing.T, complaints []string) {
	t.Helper()
	for _, complaint := range complaints {
		t.Error(complaint)
	}
}

func TestTablesAreSound(t *testing.T) {
	t.Parallel()
	report(t, checkTables())
}

func TestImportsGoDown(t *testing.T) {
	h := theHouse(t)
	if len(h.packages) < 4 {
		t.Fatalf("go list knows %d packages", len(h.packages))
	}
	report(t, checkImports(h.packages))
}

// everySource runs a check over all Go files of the module.
func everySource(t *testing.T, check func(Source) []string) {
	t.Helper()
	h := theHouse(t)
	for _, source := range h.sources {
		report(t, check(source))
	}
}

func TestNoFloatsNearPay(t *testing.T)       { everySource(t, checkFloats) }
func TestNoHiddenClockOrGlobal(t *testing.T) { everySource(t, checkCalls) }
func TestSQLOnlyInStore(t *testing.T)        { everySource(t, checkSQL) }
func TestLengths(t *testing.T)               { everySource(t, checkLengths) }
func TestExportedIsDocumented(t *testing.T)  { everySource(t, checkDocstrings) }

func TestPackageComments(t *testing.T) {
	report(t, checkPackageComments(theHouse(t).sources))
}

func TestFilesAreTidy(t *testing.T) {
	h := theHouse(t)
	if len(h.files) < 10 {
		t.Fatalf("only %d files found", len(h.files))
	}
	for name, content := range h.files {
		report(t, checkMarks(name, content))
		report(t, checkTextFile(name, content))
	}
}

func TestMessagesAreCompleteInBothLanguages(t *testing.T) {
	h := theHouse(t)
	files := map[string][]byte{}
	for name, content := range h.files {
		if path.Dir(name) == messageFolder && path.Ext(name) == ".json" {
			files[name] = content
		}
	}
	if len(files) == 0 {
		t.Fatalf("no message files in %s", messageFolder)
	}
	keys, complaints := checkMessages(files)
	report(t, complaints)
	for _, source := range h.sources {
		report(t, checkErrorKeys(source, keys))
	}
}

func TestArchitectureShowsTheTables(t *testing.T) {
	h := theHouse(t)
	const name = "ARCHITECTURE.md"
	shown, err := showTables(string(h.files[name]))
	if err != nil {
		t.Fatal(err)
	}
	if shown == string(h.files[name]) {
		return
	}
	if !*update {
		t.Fatalf("%s does not show the tables of this package; run go test ./internal/archtest -update", name)
	}
	if err := os.WriteFile(filepath.Join(h.root, name), []byte(shown), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDirectDependenciesAreFewAndExplained(t *testing.T) {
	h := theHouse(t)
	report(t, checkDependencies(string(h.files["docs/dependencies.md"]), h.mod.direct(h.packages)))
}
