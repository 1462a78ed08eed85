package standard

import (
	"bytes"
	"slices"

	"xiaoguan/internal/process"
)

// reopened leaves out losses that were taken back: what followed them is a part of the same case.
func reopened(events []process.Event) []process.Event {
	last := -1
	for i := range events {
		if events[i].Activity == process.ActivityReopened {
			last = i
		}
	}
	if last < 0 {
		return events
	}
	kept := make([]process.Event, 0, len(events))
	for i := range events {
		if events[i].Activity != process.ActivityLost || i > last {
			kept = append(kept, events[i])
		}
	}
	return kept
}

// asked leaves out what came in by an import of a case that had ended by then: it is history from another system, and what that did not write down
// is not for anybody here to have kept. What happens to the case afterwards counts; so does everything of a case that came in open. That its stage was replaced is nobody's doing either.
func asked(events []process.Event) []process.Event {
	ended := false
	for i := range events {
		e := &events[i]
		ended = ended || (e.Activity == process.ActivitySigned || e.Activity == process.ActivityLost) && imported(e)
	}
	left := func(e process.Event) bool { return ended && imported(&e) || e.MovedByStandard() }
	if !slices.ContainsFunc(events, left) {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), left)
}

// imported reports whether an event came in by an import.
func imported(e *process.Event) bool { return bytes.Contains(e.Data, []byte(`"imported":true`)) }
