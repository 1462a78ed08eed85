// Package checklist is the reviews of the management by list: whether what should be there is there, with evidence, and with the company's own numbers where
// they answer it. What is missing becomes a problem.
//
// Lists come with the program. A review keeps its questions as they were when it was begun, and the numbers as they were when it was finished.
package checklist

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Verdict is the answer to a question.
type Verdict string

// The verdicts; the empty one is of what was not answered yet.
const (
	VerdictNone   Verdict = ""
	VerdictYes    Verdict = "yes"
	VerdictPartly Verdict = "partly"
	VerdictNo     Verdict = "no"
	VerdictNA     Verdict = "na" // does not apply
)

// Verdicts lists those that are chosen from.
var Verdicts = []Verdict{VerdictYes, VerdictPartly, VerdictNo, VerdictNA}

// Message names the verdict for people.
func (v Verdict) Message() errs.Message { return errs.Msg("checklist.verdict."+string(v), nil) }

// Lacking reports whether something is missing.
func (v Verdict) Lacking() bool { return v == VerdictPartly || v == VerdictNo }

// Question is one question of a list. Metric is the number of the company that answers it; empty where none does.
type Question struct {
	ID     string       `json:"id"`
	Text   ruledoc.Text `json:"text"`
	Metric metric.ID    `json:"metric,omitempty"`
	Kind   finding.Kind `json:"kind,omitempty"` // the problem that it is when it is missing; empty: one in own words
}

// List is a list of questions about one part of the management.
type List struct {
	Key       string       `json:"key"`
	Area      finding.Area `json:"area"`
	Name      ruledoc.Text `json:"name"`
	Questions []Question   `json:"questions"`
}

// Question returns the question with the id; nil when there is none.
func (l *List) Question(id string) *Question {
	if at := slices.IndexFunc(l.Questions, func(q Question) bool { return q.ID == id }); at >= 0 {
		return &l.Questions[at]
	}
	return nil
}

// Answer is what was answered to a question.
type Answer struct {
	Verdict   Verdict `json:"verdict,omitempty"`
	Evidence  string  `json:"evidence,omitempty"`
	Note      string  `json:"note,omitempty"`
	Number    string  `json:"number,omitempty"` // of the company, as it was when the review was finished
	ProblemID int64   `json:"problem,omitempty"`
}

// State is where a review stands.
type State string

// The states.
const (
	StateOpen State = "open"
	StateDone State = "done"
)

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("checklist.state."+string(s), nil) }

// Review is one review by a list.
type Review struct {
	ID          int64
	List        List
	Answers     map[string]Answer
	HeldOn      calendar.Date
	State       State
	CreatedByID string
	CreatedBy   string
	CreatedAt   time.Time
	Revision    int64
}

// Subject is how the audit log names a review.
func (r *Review) Subject() string { return "checklist:" + strconv.FormatInt(r.ID, 10) }

// Tally counts the answers by verdict; those that are missing are under the empty one.
func (r *Review) Tally() map[Verdict]int {
	counts := map[Verdict]int{}
	for _, q := range r.List.Questions {
		counts[r.Answers[q.ID].Verdict]++
	}
	return counts
}

// Ratio is how far what applies is there: two for yes, one for partly, of two for each that applies and was answered. False where none was.
func (r *Review) Ratio() (points, of int64, known bool) {
	for _, q := range r.List.Questions {
		switch r.Answers[q.ID].Verdict {
		case VerdictYes:
			points, of = points+2, of+2
		case VerdictPartly:
			points, of = points+1, of+2
		case VerdictNo:
			of += 2
		}
	}
	return points, of, of > 0
}

const textMost = 2000
