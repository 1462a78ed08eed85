package honour

import (
	"fmt"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Term is the time that an honour is for: a calendar month, quarter, half-year or year, by its last month.
type Term struct {
	Span plan.HonourSpan
	Last calendar.Month
}

// TermOf returns the term of a span that holds the month.
func TermOf(span plan.HonourSpan, m calendar.Month) Term {
	n := calendar.Month(max(span.Months(), 1))
	_, month := m.Civil()
	return Term{span, m - (calendar.Month(month)-1)%n + n - 1}
}

// First is the first month.
func (t Term) First() calendar.Month { return t.Last - calendar.Month(t.Span.Months()) + 1 }

// Before is the term before.
func (t Term) Before() Term { return Term{t.Span, t.First() - 1} }

// Number is which part of its year the term is, 1 for the first.
func (t Term) Number() int {
	_, month := t.Last.Civil()
	return int(month) / max(t.Span.Months(), 1)
}

// Year is the calendar year.
func (t Term) Year() int { year, _ := t.Last.Civil(); return year }

// String writes 2026-09, 2026-Q3, 2026-H1 or 2026.
func (t Term) String() string {
	switch t.Span {
	case plan.SpanQuarter:
		return fmt.Sprintf("%04d-Q%d", t.Year(), t.Number())
	case plan.SpanHalfYear:
		return fmt.Sprintf("%04d-H%d", t.Year(), t.Number())
	case plan.SpanYear:
		return fmt.Sprintf("%04d", t.Year())
	}
	return t.Last.String()
}

// ParseTerm reads what String writes.
func ParseTerm(text string) (Term, error) {
	bad := errs.Invalid("error.invalid", []errs.Field{{Path: "term", Value: text, Message: errs.Msg("honour.bad_term", nil)}})
	head, tail, parted := strings.Cut(text, "-")
	year, err := strconv.Atoi(head)
	if err != nil || len(head) != 4 || year < 1 {
		return Term{}, bad
	}
	if !parted {
		return Term{plan.SpanYear, calendar.NewMonth(year, 12)}, nil
	}
	span, most := plan.SpanMonth, 12
	if strings.HasPrefix(tail, "Q") {
		span, most, tail = plan.SpanQuarter, 4, tail[1:]
	} else if strings.HasPrefix(tail, "H") {
		span, most, tail = plan.SpanHalfYear, 2, tail[1:]
	}
	n, err := strconv.Atoi(tail)
	if err != nil || n < 1 || n > most || (span == plan.SpanMonth) != (len(tail) == 2) {
		return Term{}, bad
	}
	return Term{span, calendar.NewMonth(year, 1) + calendar.Month(n*span.Months()-1)}, nil
}
