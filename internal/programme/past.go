package programme

import "xiaoguan/internal/calendar"

// At is how the goal stood when a month was over, by what is known now of that time. A month that is not over yet is cut at the last one that is.
func (s *Stand) At(month calendar.Month, today calendar.Date) Stand {
	then := s.Goal.stand(s.Readings, min((month+1).First(), today))
	then.Owner, then.Place = s.Owner, s.Place
	return then
}
