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
	Marks     string // rule, status, person, month, reason, deadline and what shows it, a line each
}

// FindingRow is what of a case is listed: the rules that came to a status, of a person in a month, each between two spaces.
type FindingRow struct {
	Month    calendar.Month
	Status   conform.Status
	PersonID int64
	Rules    string
}

// DueRow is what is pending of a case, of a person at a moment.
type DueRow struct {
	PersonID int64
	Due      time.Time
	RuleID   string
}

// TallyPlace is whose and of which month judgements are counted.
type TallyPlace struct {
	Month    calendar.Month
	PersonID int64
}

// RuleCounts are the counts of a rule. RuleID is empty for the cases as a whole: of the rules that asked something of a person in a
// month, a case counts as violated when one was, and as satisfied when none was and something was satisfied.
type RuleCounts struct {
	RuleID string
	Counts
}

// Tallies are counts by rule of people in months.
type Tallies map[TallyPlace]*TallyRow

// TallyRow has the counts of one person in one month, a rule once.
type TallyRow struct{ Rules []RuleCounts }

// Of returns the counts of a person in a month, to be added to.
func (t Tallies) Of(at TallyPlace) *TallyRow {
	row := t[at]
	if row == nil {
		row = &TallyRow{}
		t[at] = row
	}
	return row
}

// Rule returns the counts of a rule, to be added to before another is asked for.
func (r *TallyRow) Rule(id string) *Counts {
	for i := range r.Rules {
		if r.Rules[i].RuleID == id {
			return &r.Rules[i].Counts
		}
	}
	r.Rules = append(r.Rules, RuleCounts{RuleID: id})
	return &r.Rules[len(r.Rules)-1].Counts
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
	text := make([]byte, 0, 48*len(j.Marks))
	for i := range j.Marks {
		m := &j.Marks[i]
		text = append(append(text, m.RuleID...), ' ', letters[m.Status], ' ')
		text = append(strconv.AppendInt(text, m.PersonID, 36), ' ')
		text = append(strconv.AppendInt(text, int64(m.Month), 36), ' ')
		text = strconv.AppendInt(text, int64(m.Reason), 36)
		if !m.Due.IsZero() {
			text = strconv.AppendInt(append(text, ' '), m.Due.Unix(), 36)
		}
		switch {
		case m.Source == "" || strings.Contains(m.Source, "\n"):
		case m.Source == ownRecord(j.CaseID):
			text = append(text, ' ', shownBy)
		default:
			text = append(append(text, ' ', shownBy), m.Source...)
		}
		text = append(text, '\n')
	}
	return Kept{CaseID: j.CaseID, VersionID: j.VersionID, Due: j.Due, Marks: string(text)}
}

// shownBy begins what shows a mark; alone it is the case itself.
const shownBy = '@'

func ownRecord(caseID int64) string { return "opportunity:" + strconv.FormatInt(caseID, 10) }

// sameAs reports whether all rules come to the same.
func (k Kept) sameAs(other Kept) bool { return k.Marks == other.Marks && k.Due.Equal(other.Due) }

// keptMark is a line of kept marks.
type keptMark struct {
	rule   string
	status conform.Status
	person int64
	month  calendar.Month
	rest   string    // reason, deadline and what shows it
	until  time.Time // the deadline, where it is known without reading
}

// lines calls fn for every mark of a case.
type lines func(fn func(keptMark))

// lines are those of a judgement that need not be read from text.
func (j Judgement) lines(fn func(keptMark)) {
	for i := range j.Marks {
		m := &j.Marks[i]
		fn(keptMark{rule: m.RuleID, status: m.Status, person: m.PersonID, month: m.Month, until: m.Due})
	}
}

// each calls fn for every line of the marks that can be read.
func (k Kept) each(fn func(keptMark)) {
	for line := range strings.Lines(k.Marks) {
		rule, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		status, rest, _ := strings.Cut(rest, " ")
		person, rest, _ := strings.Cut(rest, " ")
		month, rest, found := strings.Cut(rest, " ")
		if !found || len(status) != 1 {
			continue
		}
		m := keptMark{rule: rule, status: conform.Status(strings.IndexByte(letters, status[0])), rest: rest}
		m.person, _ = strconv.ParseInt(person, 36, 64)
		number, _ := strconv.ParseInt(month, 36, 64)
		m.month = calendar.Month(number)
		fn(m)
	}
}

// due is the deadline of a line; zero when it has none.
func (m keptMark) due() time.Time {
	if m.rest == "" {
		return m.until
	}
	for word := range strings.SplitSeq(m.rest, " ") {
		if word != "" && word[0] == shownBy {
			break
		}
		if number, err := strconv.ParseInt(word, 36, 64); err == nil && number > dueLeast {
			return time.Unix(number, 0).UTC()
		}
	}
	return time.Time{}
}

// dueLeast is what tells a deadline from a reason, which stands before it.
const dueLeast = 1_000_000

// mark is a line as it was judged.
func (m keptMark) mark(caseID int64) Mark {
	out := Mark{RuleID: m.rule, Status: m.status, PersonID: m.person, Month: m.month, Due: m.due()}
	reason, rest, _ := strings.Cut(m.rest, " ")
	number, _ := strconv.ParseInt(reason, 36, 64)
	out.Reason = conform.Reason(number)
	if at := strings.IndexByte(rest, shownBy); at == 0 || at > 0 && rest[at-1] == ' ' {
		if out.Source = rest[at+1:]; out.Source == "" {
			out.Source = ownRecord(caseID)
		}
	}
	return out
}

// Each calls fn for every mark of the case.
func (k Kept) Each(fn func(Mark)) {
	k.each(func(m keptMark) { fn(m.mark(k.CaseID)) })
}

// Findings are the rows by which a case is listed: of all but what is satisfied.
func (k Kept) Findings() []FindingRow { return findingsOf(k.each) }

func findingsOf(each lines) (rows []FindingRow) {
	each(func(m keptMark) {
		if m.status == conform.Satisfied {
			return
		}
		i := slices.IndexFunc(rows, func(r FindingRow) bool { return r.Status == m.status && r.Month == m.month && r.PersonID == m.person })
		if i < 0 {
			i, rows = len(rows), append(rows, FindingRow{Month: m.month, Status: m.status, PersonID: m.person, Rules: " "})
		}
		rows[i].Rules += m.rule + " "
	})
	return rows
}

// Dues are what is pending and has a deadline.
func (k Kept) Dues() []DueRow {
	if k.Due.IsZero() {
		return nil
	}
	return duesOf(k.each)
}

func duesOf(each lines) (rows []DueRow) {
	each(func(m keptMark) {
		if m.status != conform.Pending {
			return
		}
		if due := m.due(); !due.IsZero() {
			rows = append(rows, DueRow{PersonID: m.person, Due: due, RuleID: m.rule})
		}
	})
	return rows
}

// Change is a judgement that is to be kept, and what becomes of the rows by which the case is listed.
type Change struct {
	Kept
	Listed []FindingRow // to be written
	Gone   []FindingRow
	Dues   []DueRow // to be written
	Ended  []DueRow
}

// ChangeFrom says what is to be written where something was kept before; Kept{} when nothing was.
func (k Kept) ChangeFrom(before Kept) Change { return k.changeFrom(before, k.each) }

func (k Kept) changeFrom(before Kept, each lines) Change {
	c := Change{Kept: k, Listed: findingsOf(each)}
	if !k.Due.IsZero() {
		c.Dues = duesOf(each)
	}
	if before.CaseID == 0 {
		return c
	}
	for _, old := range before.Findings() {
		i := slices.IndexFunc(c.Listed, func(r FindingRow) bool {
			return r.Status == old.Status && r.Month == old.Month && r.PersonID == old.PersonID
		})
		switch {
		case i < 0:
			c.Gone = append(c.Gone, old)
		case c.Listed[i] == old:
			c.Listed = slices.Delete(c.Listed, i, i+1)
		}
	}
	if old := before.Dues(); slices.Equal(old, c.Dues) {
		c.Dues = nil
	} else {
		c.Ended = old
	}
	return c
}

// Decided calls each for every rule of the case that is satisfied or violated.
func (k Kept) Decided(each func(ruleID string, satisfied bool)) {
	k.each(func(m keptMark) {
		if m.status == conform.Satisfied || m.status == conform.Violated {
			each(m.rule, m.status == conform.Satisfied)
		}
	})
}

// tally adds what the marks of a case count to the tallies, or takes it away.
func tally(each lines, into Tallies, by int64) {
	type part struct {
		at     TallyPlace
		status conform.Status
		row    *TallyRow
	}
	var memory [4]part // few: a case has one owner and some months
	cases := memory[:0]
	each(func(m keptMark) {
		at := TallyPlace{m.month, m.person}
		i := slices.IndexFunc(cases, func(p part) bool { return p.at == at })
		switch {
		case i < 0:
			i, cases = len(cases), append(cases, part{at, m.status, into.Of(at)})
		case weightOf(m.status) > weightOf(cases[i].status):
			cases[i].status = m.status
		}
		cases[i].row.Rule(m.rule).count(m.status, by)
	})
	for _, p := range cases {
		p.row.Rule("").count(p.status, by)
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
