package standard

import (
	"bytes"
	"strings"

	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// rename is how a standard calls an activity; complaint where only what is about one is called so.
type rename struct {
	to        string
	complaint bool
}

// formerly are the names under which standards knew what the product records by a name of its own. A standard that keeps them is judged as it
// was meant, and what was written down under them counts by a standard with the names of today.
var formerly = []struct {
	old       string
	now       process.Activity
	complaint bool
}{
	{"return_visit", process.ActivityReturnVisited, false},
	{"complaint_opened", process.ActivityServiceOpened, true},
	{"complaint_answered", process.ActivityServiceAnswered, true},
	{"complaint_closed", process.ActivityServiceClosed, true},
}

// renames are the activities that a standard knows under one of two names only.
func renames(d *sop.Standard) map[process.Activity]rename {
	names := map[process.Activity]rename{}
	for _, f := range formerly {
		knowsOld, knowsNow := d.Activity(f.old) != nil, d.Activity(string(f.now)) != nil
		switch {
		case knowsOld && !knowsNow:
			names[f.now] = rename{f.old, f.complaint}
		case knowsNow && !knowsOld:
			names[process.Activity(f.old)] = rename{string(f.now), f.complaint}
		}
	}
	return names
}

// activity is what the standard calls what happened.
func (l *lens) activity(e *process.Event) string {
	r, renamed := l.names[e.Activity]
	if !renamed {
		return string(e.Activity)
	}
	if r.complaint && !complains(e) {
		return string(e.Activity)
	}
	return r.to
}

// fieldComplaint is the field of a form that says of what happened to a service case whether it is a complaint: it follows from the kind of the case.
const fieldComplaint = "complaint"

// aboutService reports whether an event tells of a service case.
func aboutService(e *process.Event) bool {
	return strings.HasPrefix(string(e.Activity), "service_") || formerComplaint(e.Activity)
}

// complains reports whether an event tells of a complaint.
func complains(e *process.Event) bool {
	return formerComplaint(e.Activity) || bytes.Contains(e.Data, []byte(`"kind":"complaint"`))
}

func formerComplaint(a process.Activity) bool { return strings.HasPrefix(string(a), "complaint_") }
