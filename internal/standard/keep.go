package standard

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
)

// Kept is a judgement as it is stored: the marks as text, so that one row holds a case.
type Kept struct {
	CaseID    int64
	VersionID string
	Due       time.Time
	Marks     string // rule, status, person, month, reason, deadline and a hash of what shows it, a line each
}

// TallyKey is what judgements are counted by. RuleID is empty for the cases as a whole: of the rules that asked something of a person in a
// month, a case counts as violated when one was, and as satisfied when none was and something was satisfied.
type TallyKey struct {
	Month    calendar.Month
	PersonID int64
	RuleID   string
}

// Counts are judgements by status.
type Counts struct {
	Satisfied, Violated, Pending, Exempt int64
}

// Add adds others.
func (c *Counts) Add(o Counts) {
	c.Satisfied += o.Satisfied
	c.Violated += o.Violated
	c.Pending += o.Pending
	c.Exempt += o.Exempt
}

// Decided is how many the rate is of.
func (c Counts) Decided() int64 { return c.Satisfied + c.Violated }

func (c *Counts) count(s conform.Status, by int64) {
	switch s {
	case conform.Satisfied:
		c.Satisfied += by
	case conform.Violated:
		c.Violated += by
	case conform.Pending:
		c.Pending += by
	case conform.Exempt:
		c.Exempt += by
	}
}

// letters are the statuses in kept marks.
const letters = "-spvx" // in the order of conform.Status

func (j Judgement) kept() Kept {
	text := make([]byte, 0, 40*len(j.Marks))
	for _, m := range j.Marks {
		text = append(append(text, m.RuleID...), ' ', letters[m.Status], ' ')
		text = append(strconv.AppendInt(text, m.PersonID, 36), ' ')
		text = append(strconv.AppendInt(text, int64(m.Month), 36), ' ')
		text = strconv.AppendInt(text, int64(m.Reason), 36)
		if !m.Due.IsZero() {
			text = strconv.AppendInt(append(text, ' '), m.Due.Unix(), 36)
		}
		if m.Source != "" {
			text = strconv.AppendUint(append(text, " #"...), uint64(shortHash(m.Source)), 36)
		}
		text = append(text, '\n')
	}
	return Kept{CaseID: j.CaseID, VersionID: j.VersionID, Due: j.Due, Marks: string(text)}
}

// shortHash tells what shows a mark from what showed it before: FNV-1a.
func shortHash(text string) uint32 {
	h := uint32(2166136261)
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h
}

// sameAs reports whether all rules come to the same.
func (k Kept) sameAs(other Kept) bool { return k.Marks == other.Marks && k.Due.Equal(other.Due) }

// keptMark is a line of kept marks.
type keptMark struct {
	rule   string
	status conform.Status
	person int64
	month  calendar.Month
}

// each calls fn for every line of the marks that can be read.
func (k Kept) each(fn func(keptMark)) {
	for line := range strings.Lines(k.Marks) {
		rule, rest, _ := strings.Cut(line, " ")
		status, rest, _ := strings.Cut(rest, " ")
		person, rest, _ := strings.Cut(rest, " ")
		month, _, found := strings.Cut(rest, " ")
		if !found || len(status) != 1 {
			continue
		}
		m := keptMark{rule: rule, status: conform.Status(strings.IndexByte(letters, status[0]))}
		m.person, _ = strconv.ParseInt(person, 36, 64)
		number, _ := strconv.ParseInt(month, 36, 64)
		m.month = calendar.Month(number)
		fn(m)
	}
}

// Decided calls each for every rule of the case that is satisfied or violated.
func (k Kept) Decided(each func(ruleID string, satisfied bool)) {
	k.each(func(m keptMark) {
		if m.status == conform.Satisfied || m.status == conform.Violated {
			each(m.rule, m.status == conform.Satisfied)
		}
	})
}

// tally adds what the kept marks of a case count to the tallies, or takes it away.
func (k Kept) tally(into map[TallyKey]Counts, by int64) {
	type part struct {
		month  calendar.Month
		person int64
		status conform.Status
	}
	var cases []part // few: a case has one owner and some months
	count := func(key TallyKey, s conform.Status) {
		c := into[key]
		c.count(s, by)
		into[key] = c
	}
	k.each(func(m keptMark) {
		count(TallyKey{m.month, m.person, m.rule}, m.status)
		i := slices.IndexFunc(cases, func(p part) bool { return p.month == m.month && p.person == m.person })
		switch {
		case i < 0:
			cases = append(cases, part{m.month, m.person, m.status})
		case weightOf(m.status) > weightOf(cases[i].status):
			cases[i].status = m.status
		}
	})
	for _, p := range cases {
		count(TallyKey{p.month, p.person, ""}, p.status)
	}
}

// weightOf says which of several statuses is that of the case: any violation, else what is satisfied, else what is pending.
func weightOf(s conform.Status) int {
	switch s {
	case conform.Violated:
		return 4
	case conform.Satisfied:
		return 3
	case conform.Pending:
		return 2
	case conform.Exempt:
		return 1
	}
	return 0
}
