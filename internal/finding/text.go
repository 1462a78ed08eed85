package finding

import (
	"math"
	"math/big"
	"strconv"

	"xiaoguan/internal/i18n"
)

// Name is what a kind of problem is called.
func (k Kind) Name(p *i18n.Printer) string { return p.T("finding.kind." + string(k)) }

// Say says what was found, in a sentence with its figures.
func (f Finding) Say(p *i18n.Printer) string {
	usual, than := f.Unit.write(p, f.Usual), "finding.than"
	if f.Certain { // it was counted against a line, not against other places
		than = "finding.than_limit"
	}
	return p.T("finding.text."+string(f.Kind), "Than", p.T(than, "Usual", usual), "Value", f.Unit.write(p, f.Value), "Usual", usual, "Cases", p.Int(f.Cases))
}

// Say says what is missing to look for a kind of problem, and what would help. names says what a part is called.
func (m Missing) Say(p *i18n.Printer, names func(Part) string) string {
	var parts []string
	for _, part := range m.Parts {
		parts = append(parts, names(part))
	}
	return p.T(m.Reason, "Kind", m.Kind.Name(p), "Parts", p.Join(parts), "Have", p.Int(m.Have), "Need", p.Int(m.Need))
}

// Say names a place with what it lies in. names says what a key of a level is called.
func (pl Place) Say(p *i18n.Printer, names func(Level, string) string) string {
	var all []string
	for _, level := range []Level{LevelRegion, LevelTeam, LevelPerson, LevelProduct, LevelSource, LevelStage, LevelRule} {
		key := pl.Within[level]
		if level == pl.Level {
			key = pl.Key
		}
		if key != "" {
			all = append(all, p.T("finding.place.named", "Level", p.T("finding.place."+string(level)), "Name", names(level, key)))
		}
	}
	if pl.Level == LevelCompany {
		all = append([]string{p.T("finding.place.company")}, all...)
	}
	return p.Join(all)
}

// write writes a figure of a unit.
func (u Unit) write(p *i18n.Printer, value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return i18n.Unknown
	}
	switch u {
	case UnitShare:
		return p.PercentDigits(new(big.Rat).SetFloat64(value), 1)
	case UnitDays:
		return p.T("finding.days", "Count", plain(value, 1))
	case UnitHours:
		return p.T("finding.hours", "Count", plain(value, 1))
	case UnitRatio:
		if value >= ratioMost {
			return p.T("finding.times_most", "Count", p.Int(ratioMost))
		}
		return p.T("finding.times", "Count", plain(value, 2))
	case UnitCount:
		return p.Int(int64(math.Round(value)))
	}
	return plain(value, 2)
}

// ratioMost is as much as a ratio says: of next to nothing anything is many times more.
const ratioMost = 1000

func plain(value float64, digits int) string {
	return strconv.FormatFloat(value, 'f', digits, 64)
}

// Keys are the keys of a place and of what it lies in, by level; empty for the company.
func (pl Place) Keys() map[string]string {
	keys := map[string]string{}
	for level, key := range pl.Within {
		keys[string(level)] = key
	}
	if pl.Level != LevelCompany {
		keys[string(pl.Level)] = pl.Key
	}
	return keys
}

// NameOf says what a place is called: by its name in the files, or its key where it has none.
func (c *Company) NameOf(p *i18n.Printer) func(Level, string) string {
	return func(level Level, key string) string {
		name := ""
		switch level {
		case LevelRegion:
			name = named(c.Regions, key, func(x Region) (string, string) { return x.Key, x.Name })
		case LevelTeam:
			name = named(c.Teams, key, func(x Team) (string, string) { return x.Key, x.Name })
		case LevelPerson:
			name = named(c.People, key, func(x Person) (string, string) { return x.Key, x.Name })
		case LevelProduct:
			name = named(c.Products, key, func(x Product) (string, string) { return x.Key, x.Name })
		default:
			if word := "finding.word." + key; p.Has(word) {
				return p.T(word)
			}
		}
		if name == "" {
			return key
		}
		return name
	}
}

func named[T any](list []T, key string, of func(T) (key, name string)) string {
	for _, x := range list {
		if k, name := of(x); k == key {
			return name
		}
	}
	return ""
}
