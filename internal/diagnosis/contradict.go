package diagnosis

import (
	"cmp"
	"slices"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
)

// Contradiction says that rows could be read, and contradict each other or themselves; empty of cells that could not be read.
type Contradiction string

// The contradictions, and what counts then.
const (
	KeyTwice      Contradiction = "key_twice"      // a key stands there twice: the later row
	PersonDiffers Contradiction = "person_differs" // rows of a person differ in the days of hiring or leaving: the row that counts for the team
	TwoTeams      Contradiction = "two_teams"      // a person is in two teams on one day: the one that began later
	LeftFirst     Contradiction = "left_first"     // a person left before being hired: both days, as they are
	LeaderUnknown Contradiction = "leader_unknown" // a team is led by somebody who is not among the persons: nobody
)

// contradict notes that a row contradicts another one, or itself; value is what tells which.
func (b *builder) contradict(part finding.Part, why Contradiction, value string) {
	list := b.contradictions[part]
	at := slices.IndexFunc(list, func(u Unread) bool { return u.Why == why })
	if at < 0 {
		at = len(list)
		list = append(list, Unread{Part: part, Why: why, Value: value})
	}
	list[at].Rows++
	b.contradictions[part] = list
}

// add keeps a record and its key; one whose key is there takes the place of the other, which is told.
func add[T any](b *builder, part finding.Part, keys map[string]int32, key string, list []T, record T) []T {
	if at, known := keys[key]; known {
		list[at] = record
		b.contradict(part, KeyTwice, key)
		return list
	}
	keys[key] = int32(len(list))
	return append(list, record)
}

// assignment is one row of a person: what they were from a day to a day.
type assignment struct {
	finding.Person
	from, to finding.Day // NoDay: from hiring, until the next one
}

// assign takes the rows of one person: the assignment that began last counts.
func (b *builder) assign(rows []assignment) {
	slices.SortStableFunc(rows, func(a, b assignment) int { return cmp.Compare(a.from, b.from) })
	last := rows[len(rows)-1]
	for i := range rows[:len(rows)-1] {
		row, next := &rows[i], &rows[i+1]
		if row.Hired != next.Hired || row.Left != next.Left {
			b.contradict(finding.Persons, PersonDiffers, row.Key)
		}
		if row.Team != next.Team && (row.from == next.from || row.to != finding.NoDay && row.to >= next.from) {
			b.contradict(finding.Persons, TwoTeams, row.Key)
		}
	}
	if last.Left != finding.NoDay && last.Left < last.Hired {
		b.contradict(finding.Persons, LeftFirst, last.Key)
	}
	b.company.People[b.keys.persons[last.Key]] = last.Person
}

// Say writes what could not be read, or what contradicts itself, in the language of p.
func (u Unread) Say(p *i18n.Printer) string {
	file := PartName(u.Part, p.Zh())
	if u.Why != "" {
		return p.T("diagnosis.contradiction."+string(u.Why), "File", file, "Rows", p.Int(u.Rows), "Value", u.Value)
	}
	return p.T("diagnosis.line_unread_line", "File", file, "Field", fieldName(u.Part, u.Field, p.Zh()), "Rows", p.Int(u.Rows), "First", p.Int(int64(u.First)), "Value", u.Value)
}

// fieldName is what a column is called in Chinese, where its sheet can be imported; otherwise the name of its field.
func fieldName(part finding.Part, name string, zh bool) string {
	if words := headerWords(part, name); zh && len(words) > 0 {
		return words[0]
	}
	return name
}
