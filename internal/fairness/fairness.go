// Package fairness asks of targets, and of what people did with them, whether they were fair and whether somebody plays them: how attainment is spread, whether
// it goes with the size of what was asked, whether the next target takes away what was earned over this one, and whether work and deals move to where the
// target wants them.
//
// Each test is one function: what it needs, a value, an interval or a chance where there is one, and a verdict. A verdict is a reason to look, never a proof, and
// least of all about one person. How often a test is wrong on companies without the fault, and how often it finds one with it, is measured in the tests of this
// package and published in docs/fairness.md.
//
// Limits: values are statistics, never pay. Where data do not carry a test the verdict is that they do not, with the reason.
//
// Sources: methods T7 to T9; see the functions.
package fairness

import (
	"errors"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Kind names a test.
type Kind string

// The tests, in the order in which they are shown.
const (
	KindAttained Kind = "attained"  // the share of people who reach the target
	KindNear     Kind = "near"      // the share within a fifth of it
	KindSkew     Kind = "skew"      // a tail on one side
	KindModes    Kind = "modes"     // two camps
	KindSize     Kind = "size"      // attainment against the size of the target
	KindGrowth   Kind = "growth"    // attainment against growth
	KindStaff    Kind = "staff"     // newcomers against core sellers
	KindMarket   Kind = "market"    // targets against what markets could give
	KindLoad     Kind = "load"      // targets against what may be expected
	KindLoadSize Kind = "load_size" // the same against the size of what was sold
	KindRatchet  Kind = "ratchet"   // this period's surplus in the next target
	KindLate     Kind = "late"      // the last five working days of a month
	KindJust     Kind = "just"      // just over the target, then little
	KindPushed   Kind = "pushed"    // deals pushed over the end of the month
	KindResting  Kind = "resting"   // less work once the target is reached
	KindGivingUp Kind = "giving_up" // less work once it is out of reach
)

// Kinds lists them.
func Kinds() []Kind {
	return []Kind{KindAttained, KindNear, KindSkew, KindModes, KindSize, KindGrowth, KindStaff, KindMarket, KindLoad, KindLoadSize, KindRatchet, KindLate, KindJust, KindPushed, KindResting, KindGivingUp}
}

// Name is the key of the test's name, About of what it asks and how to read it.
func (k Kind) Name() errs.Message { return errs.Msg("fairness.name."+string(k), nil) }

// About says what the test asks.
func (k Kind) About() errs.Message { return errs.Msg("fairness.about."+string(k), nil) }

// Verdict is what a test says.
type Verdict string

// The verdicts.
const (
	Fine    Verdict = "fine"
	Look    Verdict = "look"
	Alarm   Verdict = "alarm"
	Unknown Verdict = "unknown" // there are not enough data
)

// Verdicts lists them.
func Verdicts() []Verdict { return []Verdict{Fine, Look, Alarm, Unknown} }

// Message names the verdict for people.
func (v Verdict) Message() errs.Message { return errs.Msg("fairness.verdict."+string(v), nil) }

// Form says how values of a test are written.
type Form string

// The forms.
const (
	FormShare  Form = "share"  // parts of a whole
	FormNumber Form = "number" // a coefficient
	FormTimes  Form = "times"  // so many times what was to be expected
)

// Form is how the values of a test are written.
func (k Kind) Form() Form {
	switch k {
	case KindAttained, KindNear, KindStaff, KindRatchet:
		return FormShare
	case KindLate, KindPushed, KindResting, KindGivingUp, KindJust:
		return FormTimes
	}
	return FormNumber
}

// Part is a further number of a test; its name is fairness.part.‹Name›.
type Part struct {
	Name     string
	Value    float64
	Interval stats.Interval
	Form     Form
	Cases    int
}

// Test is what one test says.
type Test struct {
	Kind     Kind
	Value    float64
	Interval stats.Interval // of 95 in a hundred; the zero interval: none
	P        float64        // of so much by chance alone; below nothing: none is computed
	Hits     int            // of shares: how many
	Cases    int            // of how many; how many were looked at
	Parts    []Part
	Verdict  Verdict
	Why      errs.Message
}

// Bounded reports whether there is an interval.
func (t *Test) Bounded() bool { return t.Interval != stats.Interval{} }

// confidence is that of all intervals.
const confidence = 0.95

// The chances below which a finding is looked at, and is an alarm. A page has some fifteen tests: at one in a hundred each, one look too many is seen in
// seven pages; alarms ask for a size of the effect besides.
const (
	lookBelow  = 0.01
	alarmBelow = 0.005
)

// unknown says why a test says nothing.
func unknown(k Kind, cases int, why errs.Message) Test {
	return Test{Kind: k, P: -1, Cases: cases, Verdict: Unknown, Why: why}
}

// few is that there are too few.
func few(k Kind, have, need int) Test {
	return unknown(k, have, errs.Msg("fairness.few", errs.Args{"Have": have, "Need": need}))
}

// failed turns a refusal of a method into an answer.
func failed(k Kind, cases int, err error) Test {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return unknown(k, cases, known.Message)
	}
	return unknown(k, cases, errs.Msg("fairness.flat", nil))
}

// found ends a test with its verdict.
func (t Test) found(look, alarm bool) Test {
	t.Verdict = Fine
	switch {
	case alarm:
		t.Verdict = Alarm
	case look:
		t.Verdict = Look
	}
	key := "fairness.found." + string(t.Kind)
	if t.Verdict == Fine {
		key = "fairness.fine"
	}
	t.Why = errs.Msg(key, nil)
	return t
}
