package programme

import "xiaoguan/internal/calendar"

// At is how the goal stood when a month was over, by what is known now of that time. A month that is not over yet is cut at the last one that is.
func (s *Stand) At(month calendar.Month, today calendar.Date) Stand {
	day := min((month + 1).First(), today)
	if s.age() && month < today.Month() { // an age is read at the end of its own month
		day = month.First()
	}
	then := s.Goal.stand(s.Readings, day)
	then.Owner, then.Place = s.Owner, s.Place
	return then
}
