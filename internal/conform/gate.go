package conform

import (
	"cmp"
	"slices"

	"xiaoguan/internal/sop"
)

// Objection says that an intended activity would violate a rule.
type Objection struct {
	Rule   int // place in Standard.Rules
	ID     string
	Level  sop.Level
	Reason Reason
}

// Clock is something due in a case.
type Clock struct {
	Rule    int
	ID      string
	Due     int64  // Unix seconds, the last moment in time
	Asking  string // id of the event that asks for it
	Started bool   // by the intended activity
}

// Opinion is what the standard says to an intended activity: the objections, hardest first, and the clocks that would run after it,
// soonest first.
type Opinion struct {
	Objections []Objection
	Clocks     []Clock
}

// intendedID is the id of an event that did not happen; it sorts behind all that did at the same moment.
const intendedID = "~intended"

// hardness orders the levels.
var hardness = map[sop.Level]int{sop.LevelLog: 0, sop.LevelWarn: 1, sop.LevelReason: 2, sop.LevelBlock: 3}

// Level is the hardest of the objections' levels: log when there are none.
func (o Opinion) Level() sop.Level {
	if len(o.Objections) == 0 {
		return sop.LevelLog
	}
	return o.Objections[0].Level
}

// Gate says what would follow if the activity took place now, done and recorded at once. The state is not changed but for being
// brought to now. Rules from which the case is exempt do not object; what is violated already is no objection.
func (s *State) Gate(intended Event, now int64) Opinion {
	before := s.At(now, nil)
	intended.ID, intended.OccurredAt, intended.RecordedAt = intendedID, now, now
	next := s.model.NewState(s.whole)
	next.exempted = s.exempted
	for _, e := range s.events {
		next.Add(e)
	}
	next.Add(intended)
	after := next.At(now, nil)
	var opinion Opinion
	for k := range after {
		rule := s.model.rules[k].Rule
		if after[k].Status == Violated && after[k].Violated > before[k].Violated {
			// The reason shown by the result is that of the case's first violation; the gate wants that of the new one.
			opinion.Objections = append(opinion.Objections, Objection{k, rule.ID, rule.Level, next.newest(k, after[k])})
		}
	}
	opinion.Clocks = next.clocks(after, before)
	slices.SortStableFunc(opinion.Objections, func(a, b Objection) int { return cmp.Compare(hardness[b.Level], hardness[a.Level]) })
	return opinion
}

// newest returns the reason of what the last event violates.
func (s *State) newest(k int, result Result) Reason {
	if result.Violated == 1 {
		return result.Reason
	}
	r, last := &s.model.rules[k], len(s.events)-1
	switch {
	case r.template.backward && s.numbers[last] == r.with:
		if _, reason := s.lookBack(r, r.of, 0, last); reason != ReasonMet {
			return reason
		}
		return ReasonBetween
	case r.Template == sop.Each:
		if reason, ok := r.accepts(&s.events[last], s.whole); !ok {
			return reason
		}
	}
	return result.Reason
}

// Clocks lists what is due in the case at a moment, soonest first. Exempt rules have no clocks.
func (s *State) Clocks(now int64) []Clock {
	results := s.At(now, nil)
	return s.clocks(results, results)
}

func (s *State) clocks(results, before []Result) []Clock {
	var list []Clock
	for k := range results {
		v := &results[k]
		if v.Pending == 0 || v.Due == 0 || v.Status == Exempt {
			continue
		}
		asking := ""
		if v.Status == Pending && v.Asking >= 0 {
			asking = s.events[v.Asking].ID
		}
		started := v.Pending > before[k].Pending || v.Due != before[k].Due
		list = append(list, Clock{Rule: k, ID: s.model.rules[k].ID, Due: v.Due, Asking: asking, Started: started})
	}
	slices.SortStableFunc(list, func(a, b Clock) int { return cmp.Compare(a.Due, b.Due) })
	return list
}
