package standard

import (
	"bytes"

	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// rename is how a standard calls an activity. Where kind is set, only events about that kind of service case are called so, or are about it.
type rename struct {
	to   string
	kind string
}

// formerly are the names under which standards knew what the product records by a name of its own. A standard that keeps them is judged as it
// was meant, and what was written down under them counts by a standard with the names of today.
var formerly = []struct {
	old  string
	now  process.Activity
	kind string
}{
	{"return_visit", process.ActivityReturnVisited, ""},
	{"complaint_opened", process.ActivityServiceOpened, "complaint"},
	{"complaint_answered", process.ActivityServiceAnswered, "complaint"},
	{"complaint_closed", process.ActivityServiceClosed, "complaint"},
}

// renames are the activities that a standard knows under one of two names only.
func renames(d *sop.Standard) map[process.Activity]rename {
	names := map[process.Activity]rename{}
	for _, f := range formerly {
		knowsOld, knowsNow := d.Activity(f.old) != nil, d.Activity(string(f.now)) != nil
		switch {
		case knowsOld && !knowsNow:
			names[f.now] = rename{f.old, f.kind}
		case knowsNow && !knowsOld:
			names[process.Activity(f.old)] = rename{string(f.now), f.kind}
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
	if r.kind != "" && len(e.Data) > 0 && bytes.Contains(e.Data, []byte(`"kind"`)) && !bytes.Contains(e.Data, []byte(`"kind":"`+r.kind+`"`)) {
		return string(e.Activity)
	}
	return r.to
}
