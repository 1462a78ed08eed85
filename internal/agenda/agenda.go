// Package agenda puts everything that somebody is to do into one list: contacts and tasks, leads, return visits, what the process standard asks for, money
// that is due, customers by the rhythm of their tier, service cases, signatures, and what waits for a role's decision. Each line says what to do, why, and by when.
//
// The order is the same for the same facts: what is late, the longest first; what is due today, the soonest first and then what has the day alone; what waits without
// a day, decisions first; what comes within a week. Within these by Kinds, and then by the number of the matter.
//
// Limits: it is read from the matters themselves and decides nothing. Each source hands over its first lines, and how many there are besides; of whole piles, such as
// months or disputes, there is one line with their number.
package agenda

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tier"
)

// Kind is what is to be done. What is said for people is the message agenda.do.‹kind›.
type Kind string

// The kinds.
const (
	Sign        Kind = "sign"         // a request for approval
	AnswerLead  Kind = "answer_lead"  // the first contact with a lead, while its clock runs
	SolveCase   Kind = "solve_case"   // a service case, to be answered or solved
	MeetRule    Kind = "meet_rule"    // the process standard asks for it
	Contact     Kind = "contact"      // the next contact of an opportunity
	ContactLead Kind = "contact_lead" // the next contact of a lead
	Visit       Kind = "visit"        // a return visit
	HandSurvey  Kind = "hand_survey"  // a survey for whom no letter can go to
	Collect     Kind = "collect"      // an instalment
	RecordDeal  Kind = "record_deal"  // the deal of a contract that was signed
	Task        Kind = "task"         // one's own words
	Keep        Kind = "keep"         // a customer by the rhythm of its tier
	HoldReview  Kind = "hold_review"  // a meeting that is prepared
	Act         Kind = "act"          // what was agreed in a meeting
	Answer      Kind = "answer_questionnaire"
	Pile        Kind = "pile" // a number of matters that a role decides or deals with
)

// Kinds are all kinds in the order in which they come where nothing else decides.
var Kinds = []Kind{Sign, AnswerLead, SolveCase, MeetRule, Contact, ContactLead, Visit, HandSurvey, Collect, RecordDeal, HoldReview, Act, Answer, Task, Keep, Pile}

// Line is one thing to do.
type Line struct {
	Kind   Kind
	Number int64  // of the matter, for the order
	ID     string // of the matter, as its page has it
	Name   ruledoc.Text
	About  string       // what stands beside it: an opportunity, a contract
	Why    errs.Message // why it is there
	DueOn  calendar.Date
	DueAt  time.Time // where the moment counts; DueOn is its day
	Path   string    // from the root of the installation

	AmountMinor int64 // 0: none
	Currency    money.Currency
	Tier        tier.Tier
	Count       int64          // of a pile
	Pile        string         // its kind, as package task has it
	Task        *followup.Task // of Contact and Task
}

// Band is when something is to be done.
type Band string

// The bands, in their order.
const (
	Late  Band = "late"
	Today Band = "today"
	Open  Band = "open" // without a day
	Ahead Band = "ahead"
)

// Bands lists the bands.
var Bands = []Band{Late, Today, Open, Ahead}

// Clock is what the order knows of time.
type Clock struct {
	Today calendar.Date
	Now   time.Time
}

// Band says when the line is to be done.
func (c Clock) Band(l Line) Band {
	switch {
	case l.DueOn == calendar.NoDate:
		return Open
	case l.DueOn < c.Today || !l.DueAt.IsZero() && !l.DueAt.After(c.Now):
		return Late
	case l.DueOn == c.Today:
		return Today
	}
	return Ahead
}

// Compare orders two lines, so that no two different matters are equal.
func (c Clock) Compare(a, b Line) int {
	band := cmp.Compare(slices.Index(Bands, c.Band(a)), slices.Index(Bands, c.Band(b)))
	if band != 0 || c.Band(a) == Open {
		return cmp.Or(band, byMatter(a, b))
	}
	return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), a.moment().Compare(b.moment()), byMatter(a, b))
}

// moment is when the line is due; the end of days where the day alone counts.
func (l Line) moment() time.Time {
	if l.DueAt.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return l.DueAt
}

func byMatter(a, b Line) int {
	return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
}

// Rest is how many matters a source has besides those that are listed, and where.
type Rest struct {
	Kind  Kind
	Count int64 // -1: some
	Path  string
}

// Day is everything that somebody is to do.
type Day struct {
	Clock
	Lines []Line // in order
	Rest  []Rest // by Kinds
}

// Source hands over the lines of one kind of matter: nothing for who has nothing to do with it.
type Source interface {
	Lines(ctx context.Context, actor access.Actor, c Clock) (lines []Line, rest []Rest, err error)
}

// Service puts the list together.
type Service struct {
	now     func() time.Time
	sources []Source
}

// NewService returns a Service of sources.
func NewService(now func() time.Time, sources ...Source) *Service {
	return &Service{now: now, sources: sources}
}

// Mine returns what the actor is to do. Errors: unauthenticated; those of sources.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (d Day, err error) {
	defer errs.Wrap(&err, "agenda.Mine")
	if actor.UserID == "" {
		return Day{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	now := s.now()
	d.Clock = Clock{Today: calendar.DateOf(now), Now: now}
	for _, source := range s.sources {
		lines, rest, err := source.Lines(ctx, actor, d.Clock)
		if err != nil {
			return Day{}, err
		}
		d.Lines, d.Rest = append(d.Lines, lines...), append(d.Rest, rest...)
	}
	slices.SortStableFunc(d.Lines, d.Compare)
	slices.SortStableFunc(d.Rest, func(a, b Rest) int { return cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)) })
	return d, nil
}

// In returns the lines of a band.
func (d Day) In(band Band) (lines []Line) {
	for _, l := range d.Lines {
		if d.Band(l) == band {
			lines = append(lines, l)
		}
	}
	return lines
}

// Message says what to do, in Chinese or English as far as the matter has names in both.
func (l Line) Message(zh bool) errs.Message {
	name := l.Name.En
	if zh || name == "" {
		name = l.Name.Zh
	}
	if l.Kind == Pile {
		return errs.Msg("task.kind."+l.Pile, nil)
	}
	return errs.Msg("agenda.do."+string(l.Kind), errs.Args{"Name": name})
}
