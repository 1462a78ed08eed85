package standard

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// CaseFacts is what is known of a case besides its events.
type CaseFacts struct {
	ID          int64
	OwnerID     int64
	AmountMinor int64
	Tier        string // of its customer now; empty when nobody sorted it
	Ended       bool   // won or lost: it counts with the tier of that time
}

// LevelSpan is how long somebody stood on a level of the organisation.
type LevelSpan struct {
	From, To calendar.Date
	Manager  bool
}

// Holders says who held which role. Levels are as they were on the day, roles of users as they are now.
type Holders struct {
	Levels map[int64][]LevelSpan
	Users  map[string][]access.Role // by user
	People map[int64][]access.Role  // by person, of the users that are theirs
}

// The roles of the standard that ships that follow from the organisation. Any other role of a standard is a role of a user by the same name.
const (
	roleSeller  = "seller"
	roleManager = "manager"
)

// of returns the roles that count for an event: of who did it, and of who recorded it.
func (h Holders) of(personID int64, userID string, day calendar.Date) (roles []string) {
	add := func(role string) {
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	for _, span := range h.Levels[personID] {
		if span.From <= day && day < span.To {
			if add(roleSeller); span.Manager {
				roles[0] = roleManager
			}
		}
	}
	for _, list := range [][]access.Role{h.Users[userID], h.People[personID]} {
		for _, role := range list {
			if add(string(role)); role == access.RoleLead || role == access.RoleDirector {
				add(roleManager)
			}
		}
	}
	return roles
}

// lens is a version made ready to judge.
type lens struct {
	version Version
	model   *conform.Model
	rules   map[string]int
	byRole  map[string]bool // activities of which a rule asks who did them
	names   map[process.Activity]rename
	tier    bool // a rule asks for the tier of the case
	amount  bool // a rule asks for the amount of the case

	examples func() []Example // made when they are first asked for
}

func newLens(v Version, days calendar.WorkCalendar) (*lens, error) {
	document, err := sop.Decode("", []byte(v.Text))
	if err != nil {
		return nil, err
	}
	l := &lens{version: v, model: conform.NewModel(document, days), rules: map[string]int{}, byRole: map[string]bool{}, names: renames(document)}
	l.tier, l.amount = asksOf(document, fieldTier), asksOf(document, fieldAmount)
	for i := range document.Rules {
		rule := &document.Rules[i]
		l.rules[rule.ID] = i
		if len(rule.By) > 0 {
			l.byRole[rule.Of], l.byRole[rule.With] = true, true
		}
	}
	l.examples = sync.OnceValue(func() []Example { return Examples(l.model) })
	return l, nil
}

// event makes an event of the process one that can be judged.
func (l *lens) event(e *process.Event, h *Holders) conform.Event {
	out := conform.Event{ID: eventID(e.Seq), Activity: l.activity(e), OccurredAt: e.OccurredAt.Unix(), RecordedAt: e.RecordedAt.Unix(), Person: who(e)}
	activity := l.model.Standard().Activity(out.Activity)
	if activity == nil {
		return out
	}
	if len(activity.Form) > 0 && len(e.Data) > 0 {
		out.Data = valuesOf(activity.Form, e.Data)
	}
	if field := activity.Field(fieldComplaint); field != nil && field.Type == sop.TypeYesNo && aboutService(e) {
		if out.Data == nil {
			out.Data = sop.Values{}
		}
		out.Data[fieldComplaint] = sop.NumberOf(map[bool]int64{true: 1}[complains(e)])
	}
	if l.byRole[out.Activity] {
		out.Roles = h.of(e.PersonID, e.ActorID, dayOf(e.OccurredAt))
	}
	return out
}

// eventID names an event so that later ones sort behind, as those of one second must.
func eventID(seq int64) string {
	const width = 16
	var digits [2 * width]byte
	text := append(digits[:0], "0000000000000000"...)
	text = strconv.AppendInt(text, seq, 10)
	return string(text[min(width, len(text)-width):])
}

func dayOf(t time.Time) calendar.Date { return calendar.DateOf(t.In(calendar.ChinaTime)) }

// who tells people apart: the person of the organisation, or the user where there is none.
func who(e *process.Event) string {
	if e.PersonID == 0 {
		return e.ActorID
	}
	return strconv.FormatInt(e.PersonID, 10)
}

// valuesOf reads the fields of a form out of an event's data: amounts are whole minor units and percentages parts per million, as numbers;
// dates, texts and choices are texts; yes is true. What does not fit its field is left empty.
func valuesOf(form []sop.Field, data json.RawMessage) sop.Values {
	plain, ok := members(data)
	if !ok {
		return nil
	}
	values := sop.Values{}
	for i := range form {
		f := &form[i]
		at := slices.IndexFunc(plain, func(m member) bool { return m.name == f.ID })
		if at < 0 {
			continue
		}
		m := plain[at]
		text := m.text
		if !m.plain {
			text = strings.Trim(string(m.raw), `"`)
		}
		switch f.Type {
		case sop.TypeText, sop.TypeChoice:
			s, isText := m.text, m.plain && m.quoted
			if !m.plain {
				isText = json.Unmarshal(m.raw, &s) == nil
			}
			if isText {
				values[f.ID] = sop.TextOf(s)
			}
		case sop.TypeDate:
			if d, err := calendar.ParseDate(text); err == nil {
				values[f.ID] = sop.NumberOf(int64(d))
			}
		case sop.TypeYesNo:
			if yes, err := strconv.ParseBool(text); err == nil {
				values[f.ID] = sop.NumberOf(map[bool]int64{true: 1}[yes])
			}
		default:
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				values[f.ID] = sop.NumberOf(n)
			}
		}
	}
	return values
}

// closedOn is the day on which a case was closed, by the standard; ok is false for a case that goes on.
func (l *lens) closedOn(events []process.Event) (day calendar.Date, ok bool) {
	closing := l.model.Standard().Closing
	for i := len(events) - 1; i >= 0; i-- {
		if slices.Contains(closing, string(events[i].Activity)) {
			return dayOf(events[i].OccurredAt), true
		}
	}
	return 0, false
}

// owners follows who owned a case.
type owners struct {
	first int64
	since []time.Time
	then  []int64
}

func ownersOf(facts CaseFacts, events []process.Event) owners {
	o := owners{first: facts.OwnerID}
	known := false
	for i := range events {
		e := &events[i]
		switch e.Activity {
		case process.ActivityOpened:
			if !known {
				o.first, known = e.PersonID, true
			}
		case process.ActivityOwner:
			var moved struct{ From, To int64 }
			if json.Unmarshal(e.Data, &moved) != nil {
				continue
			}
			if !known {
				o.first, known = moved.From, true
			}
			o.since, o.then = append(o.since, e.OccurredAt), append(o.then, moved.To)
		}
	}
	return o
}

func (o owners) at(moment int64) int64 {
	owner := o.first
	for i := range o.since {
		if o.since[i].Unix() <= moment {
			owner = o.then[i]
		}
	}
	return owner
}

// Mark is what a rule comes to in a case: whose it is, in which month it was asked, and what shows it.
type Mark struct {
	RuleID   string
	Status   conform.Status
	Reason   conform.Reason
	PersonID int64
	Month    calendar.Month
	Due      time.Time // of what is pending and due first; zero without a deadline
	Source   string    // the record that shows it; empty when nothing does
}

// Judgement is what all rules come to in a case, but for those that do not apply.
type Judgement struct {
	CaseID    int64
	VersionID string
	Due       time.Time // when time alone may change it; zero for never
	Marks     []Mark
}

// bench judges cases at a moment.
type bench struct {
	lenses  []*lens // by first day, the earliest first
	holders Holders
	now     time.Time
	work    string                   // names the working days, while they are the company's own
	states  map[*lens]*conform.State // of the case that is judged, for its memory
}

// lensFor finds what a case is judged by.
func (b *bench) lensFor(events []process.Event) *lens {
	today := b.current()
	if day, closed := today.closedOn(events); closed {
		return b.on(day)
	}
	return today
}

// current is what is in force now.
func (b *bench) current() *lens { return b.on(dayOf(b.now)) }

func (b *bench) on(day calendar.Date) *lens {
	found := b.lenses[0]
	for _, l := range b.lenses {
		if l.version.EffectiveOn <= day {
			found = l
		}
	}
	return found
}

// state is a case ready to be asked.
func (l *lens) state(facts CaseFacts, events []process.Event, exempt []Exemption, h *Holders, now time.Time) *conform.State {
	return l.fill(l.model.NewState(nil), facts, events, exempt, h, now)
}

// fill makes a state that of a case.
func (l *lens) fill(s *conform.State, facts CaseFacts, events []process.Event, exempt []Exemption, h *Holders, now time.Time) *conform.State {
	whole, then := l.known(facts, events)
	s.Reset(whole)
	for i := range events {
		e := l.event(&events[i], h)
		e.Case = then.at(e.OccurredAt)
		s.Add(e)
	}
	for _, e := range exempt {
		if e.holds(now) {
			s.Exempt(e.RuleID)
		}
	}
	return s
}

// state is memory to judge a case in.
func (b *bench) state(l *lens) *conform.State {
	if b.states == nil {
		b.states = map[*lens]*conform.State{}
	}
	if b.states[l] == nil {
		b.states[l] = l.model.NewState(nil)
	}
	return b.states[l]
}

// judge says what the rules come to in a case.
func (b *bench) judge(facts CaseFacts, events []process.Event, exempt []Exemption) Judgement {
	events = reopened(events)
	l := b.lensFor(events)
	state := l.fill(b.state(l), facts, asked(events), exempt, &b.holders, b.now)
	results := state.At(b.now.Unix(), nil)
	out := Judgement{CaseID: facts.ID, VersionID: l.version.ID, Due: nextEnd(exempt, b.now)}
	owned := ownersOf(facts, events)
	rules := l.model.Standard().Rules
	for k, r := range results {
		if r.Pending > 0 && r.Due != 0 {
			out.Due = sooner(out.Due, time.Unix(r.Due+1, 0))
		}
		if r.Status == conform.NotApplicable || r.Status == conform.Exempt && r.Underlying == conform.NotApplicable {
			continue
		}
		mark := Mark{RuleID: rules[k].ID, Status: r.Status, Reason: r.Reason}
		moment := momentOf(r, state.Events())
		mark.PersonID, mark.Month = owned.at(moment), dayOf(time.Unix(moment, 0)).Month()
		if r.Status == conform.Pending && r.Due != 0 {
			mark.Due = time.Unix(r.Due, 0).UTC()
		}
		if shown := max(r.Asking, r.Answer); shown >= 0 && r.Status != conform.Satisfied { // what is satisfied has no row that would show it
			mark.Source = sourceOf(events, state.Events()[shown].ID)
		}
		out.Marks = append(out.Marks, mark)
	}
	return out
}

// sourceOf is the record that an event tells of.
func sourceOf(events []process.Event, id string) string {
	for i := range events {
		if eventID(events[i].Seq) == id {
			return events[i].Source
		}
	}
	return ""
}

// momentOf is when a rule began to ask: the asking event, else the answer, else the first event of the case.
func momentOf(r conform.Result, events []conform.Event) int64 {
	switch {
	case r.Asking >= 0:
		return events[r.Asking].OccurredAt
	case r.Answer >= 0:
		return events[r.Answer].OccurredAt
	}
	return events[0].OccurredAt
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
