package standard

import (
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
	Marks     string // rule, status, person, month, reason and deadline of each, a line each
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
	var b strings.Builder
	for _, m := range j.Marks {
		b.WriteString(m.RuleID)
		b.WriteByte(' ')
		b.WriteByte(letters[m.Status])
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(m.PersonID, 36))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(int64(m.Month), 36))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(int64(m.Reason), 36))
		if !m.Due.IsZero() {
			b.WriteByte(' ')
			b.WriteString(strconv.FormatInt(m.Due.Unix(), 36))
		}
		b.WriteByte('\n')
	}
	return Kept{CaseID: j.CaseID, VersionID: j.VersionID, Due: j.Due, Marks: b.String()}
}

// Decided calls each for every rule of the case that is satisfied or violated.
func (k Kept) Decided(each func(ruleID string, satisfied bool)) {
	for line := range strings.Lines(k.Marks) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch conform.Status(strings.IndexByte(letters, fields[1][0])) {
		case conform.Satisfied:
			each(fields[0], true)
		case conform.Violated:
			each(fields[0], false)
		}
	}
}

// tally adds what the kept marks of a case count to the tallies, or takes it away.
func (k Kept) tally(into map[TallyKey]Counts, by int64) {
	type part struct {
		month  calendar.Month
		person int64
	}
	cases := map[part]conform.Status{}
	for line := range strings.Lines(k.Marks) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		person, _ := strconv.ParseInt(fields[2], 36, 64)
		number, _ := strconv.ParseInt(fields[3], 36, 64)
		status := conform.Status(strings.IndexByte(letters, fields[1][0]))
		key := TallyKey{calendar.Month(number), person, fields[0]}
		c := into[key]
		c.count(status, by)
		into[key] = c
		p := part{key.Month, person}
		if known, seen := cases[p]; !seen || weightOf(status) > weightOf(known) {
			cases[p] = status
		}
	}
	for p, status := range cases {
		key := TallyKey{p.month, p.person, ""}
		c := into[key]
		c.count(status, by)
		into[key] = c
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
