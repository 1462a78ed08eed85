package finding

import "slices"

// explainAway drops what another finding at the same place is the cause of, so that one problem is told once:
// a region or team that is named twice for the same kind keeps the wider name.
func explainAway(all []Finding) []Finding {
	return slices.DeleteFunc(all, func(f Finding) bool {
		for _, wider := range all {
			if wider.Kind != f.Kind || wider.narrow() != f.narrow() || rank(wider.Place.Level) >= rank(f.Place.Level) {
				continue
			}
			if wider.Place.Level == LevelCompany && rank(f.Place.Level) <= rank(LevelPerson) || f.Place.Within[wider.Place.Level] == wider.Place.Key && wider.Place.Key != "" {
				return true
			}
		}
		return false
	})
}
