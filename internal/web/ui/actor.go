package ui

import (
	"strings"

	"xiaoguan/internal/i18n"
)

// system is what the ids of those begin with who are no users: the program itself, at some work.
const system = "system:"

// Actor names who did something. What the program did by itself has the name of the work, unless it did it in somebody's name.
func Actor(p *i18n.Printer, id, name string) string {
	work, ours := strings.CutPrefix(id, system)
	if key := "trail.actor_" + strings.NewReplacer(" ", "_", "-", "_").Replace(work); ours && (name == "" || name == work) && p.Has(key) {
		return p.T("trail.actor", "Work", p.T(key))
	}
	return name
}
