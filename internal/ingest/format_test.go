package ingest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const formatDocument = "../../docs/import-format.md"

// formatTables writes the kinds and fields as the document shows them.
func formatTables() string {
	var b strings.Builder
	for _, kind := range Kinds() {
		fmt.Fprintf(&b, "\n### %s (%s, %s)\n| field | type | header zh | header en | also |\n|---|---|---|---|---|\n", kind.Name, kind.Zh, kind.En)
		for _, field := range kind.Fields {
			name := field.Name
			if field.Required {
				name = "**" + name + "**"
			}
			kind := string(field.Type)
			if field.Refers != "" {
				kind += " to " + string(field.Refers)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, kind, field.Zh, field.En, strings.Join(field.Aliases, ", "))
		}
	}
	return b.String() + "\n"
}

func TestFormatIsDocumented(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(formatDocument)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := strings.Index(string(content), "<!-- fields:"), strings.Index(string(content), "<!-- /fields -->")
	if begin < 0 || end < begin {
		t.Fatal("the marks are gone")
	}
	begin += strings.Index(string(content)[begin:], "\n") + 1
	if *update {
		text := string(content)[:begin] + formatTables() + string(content)[end:]
		if err := os.WriteFile(formatDocument, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(content)[begin:end], formatTables()); diff != "" {
		t.Error(diff)
	}
}

func TestHeadersOfAKindAreUnambiguous(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		for pass := range 2 {
			owner := map[string]string{}
			for _, field := range kind.Fields {
				names := []string{field.Name, field.Zh, field.En}
				if pass == 1 {
					names = field.Aliases
				}
				for _, name := range names {
					if other := owner[normalHeader(name)]; other != "" && other != field.Name {
						t.Errorf("%s: %s is a header of %s and of %s", kind.Name, name, other, field.Name)
					}
					owner[normalHeader(name)] = field.Name
				}
			}
		}
	}
}
