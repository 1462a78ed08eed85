package metric

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// spanMost is how many months a span may have.
const spanMost = 60

// resolve fills in the days of a period; one that runs ends today.
func (s *Service) resolve(p Period, today calendar.Date) (Period, error) {
	if p.First == 0 {
		p.First = today.Month()
	}
	days := p.First.Interval()
	switch p.Kind {
	case Month, "":
		p.Kind = Month
	case Quarter:
		year, quarter := s.Fiscal().QuarterOf(p.First)
		days = s.Fiscal().Quarter(year, quarter)
	case Year:
		days = s.Fiscal().Year(s.Fiscal().YearOf(p.First))
	case Span:
		if p.Last < p.First || p.Last-p.First >= spanMost {
			return p, errs.Invalid("error.invalid", []errs.Field{{Path: "last", Value: p.Last.String(), Message: errs.Msg("metric.span", errs.Args{"Most": spanMost})}})
		}
		days.To = (p.Last + 1).First()
	default:
		return p, errs.Invalid("error.invalid", []errs.Field{{Path: "period", Value: string(p.Kind), Message: errs.Msg("form.error.choice", nil)}})
	}
	p.First, p.From, p.To, p.ToDate = days.From.Month(), days.From, days.To-1, false
	if p.Kind != Span {
		p.Last = p.To.Month()
	}
	if p.From <= today && today < p.To {
		p.To, p.ToDate = today, true
	}
	return p, nil
}

// whole is the last day of the period, also while it runs.
func (s *Service) whole(p Period) calendar.Date { return p.Last.Last() }

// earlier is what a period is compared with: like with like, up to the same working day.
func (s *Service) earlier(p Period, against Against, today calendar.Date) (Period, error) {
	back := calendar.Month(12)
	if against == Before {
		back = p.Last - p.First + 1
	}
	q, err := s.resolve(Period{Kind: p.Kind, First: p.First - back, Last: p.Last - back}, today)
	if err != nil || !p.ToDate {
		return q, err
	}
	work := s.WorkDays()
	passed := work.WorkDays(calendar.Interval{From: p.From, To: p.To + 1})
	end := work.AddWorkDays(q.From-1, passed+1) - 1 // up to the next working day, as today is
	if work.IsWorking(p.To) {
		end = work.AddWorkDays(q.From-1, passed)
	}
	q.To, q.ToDate = min(max(end, q.From), q.To), true
	return q, nil
}
