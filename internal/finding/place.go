package finding

import "cmp"

// Level says what sort of place a finding stands at.
type Level string

// The levels. The first four lie within each other, widest first.
const (
	LevelCompany Level = "company"
	LevelRegion  Level = "region"
	LevelTeam    Level = "team"
	LevelPerson  Level = "person"
	LevelProduct Level = "product"
	LevelSource  Level = "source"
	LevelStage   Level = "stage"
	LevelRule    Level = "rule"
	LevelPlan    Level = "plan"
	LevelPart    Level = "part" // of the files: a sheet
)

// Place is where something is. Key is the place's own, as the files have it; of the company it is empty. Of a place in the
// organisation Region and Team say what it lies in; Stage, Rule, Product and Source narrow it where a kind has two sorts of place.
type Place struct {
	Level Level
	Key   string
	Name  string
	// Within are the keys of what the place lies in, by level; nil when nothing is said.
	Within map[Level]string
}

// Whole is the company as a place.
func Whole() Place { return Place{Level: LevelCompany} }

func (p Place) compare(o Place) int {
	return cmp.Or(cmp.Compare(rank(p.Level), rank(o.Level)), cmp.Compare(p.Key, o.Key))
}

// rank puts wide places before narrow ones.
func rank(l Level) int {
	for i, level := range []Level{LevelCompany, LevelRegion, LevelTeam, LevelPerson, LevelProduct, LevelSource, LevelStage, LevelRule, LevelPlan} {
		if l == level {
			return i
		}
	}
	return 99
}
