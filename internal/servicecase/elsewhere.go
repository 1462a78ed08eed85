package servicecase

import "time"

// Elsewhere makes a case of what another system says was done with it and when; a time that is zero was not. Its clocks begin with its opening.
func (c *Case) Elsewhere(rules Rules, hours Hours, opened, answered, solved, closed time.Time) {
	c.State = StateNew
	c.begin(rules, hours, opened)
	c.Further(answered, solved, closed)
}

// Further notes what was done elsewhere since; what is noted already stays.
func (c *Case) Further(answered, solved, closed time.Time) {
	done := !c.State.Open()
	if c.AnsweredAt.IsZero() && !answered.IsZero() {
		c.AnsweredAt = answered
		if c.State == StateNew {
			c.State = StateWorking
		}
	}
	if solved.IsZero() {
		solved = closed
	}
	if c.SolvedAt.IsZero() && !solved.IsZero() && c.Reopened == 0 {
		c.SolvedAt, c.WaitingSince, c.Told = solved, time.Time{}, false
		if !done {
			c.State = StateSolved
		}
	}
	if c.ClosedAt.IsZero() && !closed.IsZero() && c.State == StateSolved {
		c.ClosedAt, c.State = closed, StateClosed
	}
}
