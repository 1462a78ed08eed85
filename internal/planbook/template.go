package planbook

import (
	"embed"

	"xiaoguan/internal/errs"
)

//go:embed templates/*.yaml
var templateFiles embed.FS

// Templates names the documents that a company may start from: the crediting rules first, then a plan for each of the four layers, and one for
// sellers of all levels. The plans carry worked examples that pass.
var Templates = []string{"crediting", "newcomer", "regular", "core", "manager", "flat"}

// Template returns the text of a document to start from. Errors: not found.
func Template(name string) (string, error) {
	for _, known := range Templates {
		if known == name {
			text, err := templateFiles.ReadFile("templates/" + name + ".yaml")
			return string(text), err
		}
	}
	return "", errs.New(errs.KindNotFound, "planbook.not_found", nil)
}
