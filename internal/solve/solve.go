// Package solve turns a calculation round: how much more must be sold for a wanted amount of pay?
//
// The calculation itself is the oracle, asked again and again with another amount: it is never approximated, so an answer is as exact as
// the pay. Amounts are doubled until the pay is reached and then halved in between, some sixty questions at most.
//
// Limits: pay is taken to rise with sales, in steps if need be. Where a plan lets it fall in between, as a whole-amount table with a lower
// rate above does, the answer is an amount that reaches the pay and below which one step less does not, but perhaps not the least of all.
package solve

import "xiaoguan/internal/errs"

// Question asks for the least amount that brings the pay to TargetFen.
type Question struct {
	TargetFen int64
	MostFen   int64 // the greatest amount to ask about
	StepFen   int64 // the answer is a multiple of this
}

// Outcome is how a search ended.
type Outcome string

// The ends of a search.
const (
	Reached Outcome = "reached" // NeedFen brings it
	Already Outcome = "already" // it is reached with nothing more
	Limited Outcome = "limited" // pay stops rising below it, as a cap makes it
	TooFar  Outcome = "too_far" // not even MostFen brings it
)

// Answer is what a search found. Where the pay is not reached, NeedFen is the least amount with the highest pay that was found, and PayFen is
// that pay.
type Answer struct {
	Outcome   Outcome
	NeedFen   int64
	BeforeFen int64 // pay with nothing more
	PayFen    int64 // pay with NeedFen
	// JumpFen is what the last step adds. Above the step itself it is a cliff: just short of NeedFen the pay is that much less.
	JumpFen int64
	Asked   int // how often the oracle was asked
}

// Jumps reports whether the pay is reached by a cliff: the last step adds more than itself.
func (a Answer) Jumps(q Question) bool { return a.Outcome == Reached && a.JumpFen > q.StepFen }

// search remembers what the oracle said last.
type search struct {
	question Question
	oracle   func(amountFen int64) (payFen int64, err error)
	asked    int
}

func (s *search) pay(steps int64) (int64, error) {
	s.asked++
	return s.oracle(steps * s.question.StepFen)
}

// Least searches for the least amount. Errors: those of the oracle; invalid when the question has no room for an answer.
func Least(q Question, oracle func(amountFen int64) (payFen int64, err error)) (a Answer, err error) {
	defer errs.Wrap(&err, "solve.Least")
	if q.StepFen <= 0 || q.MostFen < q.StepFen {
		return Answer{}, errs.New(errs.KindInvalid, "solve.no_room", nil)
	}
	s := &search{question: q, oracle: oracle}
	a.BeforeFen, err = s.pay(0)
	if err != nil {
		return Answer{}, err
	}
	if a.BeforeFen >= q.TargetFen {
		a.Outcome, a.PayFen, a.Asked = Already, a.BeforeFen, s.asked
		return a, nil
	}
	r, err := s.climb(q.TargetFen, a.BeforeFen)
	if err != nil {
		return Answer{}, err
	}
	a.Outcome = Reached
	target := q.TargetFen
	if !r.reached {
		a.Outcome = TooFar
		if r.flat {
			a.Outcome = Limited
		}
		target = r.best
	}
	if target <= a.BeforeFen { // nothing that is sold brings more
		a.PayFen, a.Asked = a.BeforeFen, s.asked
		return a, nil
	}
	need, pay, below, err := s.between(r.low, r.high, target)
	if err != nil {
		return Answer{}, err
	}
	a.NeedFen, a.PayFen, a.JumpFen, a.Asked = need*q.StepFen, pay, pay-below, s.asked
	return a, nil
}

// reach is what doubling found: the target (or the best pay, when it is not reached) lies above low and at or below high, in steps.
type reach struct {
	low, high int64
	best      int64
	reached   bool
	flat      bool // the last doubling brought nothing
}

// climb doubles the amount until the target is reached or the room ends.
func (s *search) climb(target, before int64) (r reach, err error) {
	most := s.question.MostFen / s.question.StepFen
	r.best = before
	last, previous := before, int64(0)
	for steps := int64(1); ; steps = min(steps*2, most) {
		pay, err := s.pay(steps)
		if err != nil {
			return r, err
		}
		if pay >= target {
			return reach{low: previous, high: steps, best: pay, reached: true}, nil
		}
		if pay > r.best {
			r.best, r.low, r.high = pay, previous, steps
		}
		r.flat = pay <= last
		if steps == most {
			return r, nil
		}
		last, previous = pay, steps
	}
}

// between halves what lies between low, which does not reach the target, and high, which does.
func (s *search) between(low, high, target int64) (need, pay, below int64, err error) {
	if below, err = s.pay(low); err != nil {
		return 0, 0, 0, err
	}
	if pay, err = s.pay(high); err != nil {
		return 0, 0, 0, err
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		found, err := s.pay(middle)
		if err != nil {
			return 0, 0, 0, err
		}
		if found >= target {
			high, pay = middle, found
		} else {
			low, below = middle, found
		}
	}
	return high, pay, below, nil
}
