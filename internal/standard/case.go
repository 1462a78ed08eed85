package standard

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// Standing is what the standard says of a case now.
type Standing struct {
	Version    Version
	Rules      []RuleStanding // those that apply: what is violated first, then what is due, then what is met
	Steps      []sop.Activity // what the actor may record of the case by hand, those of its stage first
	Withheld   []Withheld     // what is recorded by hand, but by others
	Exemptions []Exemption    // that hold, the newest first
	MayWrite   bool
	MayExempt  bool
}

// RuleStanding is what a rule comes to.
type RuleStanding struct {
	Rule      sop.Rule
	StageName sop.Text
	Status    conform.Status
	Reason    conform.Reason
	Due       time.Time // of what is pending and due first; zero without a deadline
	Asking    Moment    // what asks
	Answer    Moment    // what answers, or fails to
	Wanted    sop.Text  // the activity that is asked for; empty where it depends
	WantedID  string
	Missing   []sop.Text // fields that an incomplete answer lacks
}

// Moment is an event as it is shown; zero for none.
type Moment struct {
	Name     sop.Text
	At       time.Time
	PersonID int64
}

// automatic are the activities that the product records by itself: nobody writes them down by hand.
var automatic = map[process.Activity]bool{
	process.ActivityRegistered: true, process.ActivityFirst: true, process.ActivityContacted: true, process.ActivityNextContact: true,
	process.ActivityAssigned: true, process.ActivitySigned: true, process.ActivityLost: true, process.ActivityOpened: true, process.ActivityStage: true,
	process.ActivityOwner: true, process.ActivityAmount: true, process.ActivityCustomer: true, process.ActivityReopened: true, process.ActivityExplained: true,
	process.ActivityServiceOpened: true, process.ActivityServiceAnswered: true, process.ActivityServiceSolved: true, process.ActivityServiceClosed: true, process.ActivityServiceReopened: true,
	process.ActivityReturnVisited: true, process.ActivitySurveyAnswered: true,
	process.ActivityOverdue: true,
	process.ActivityLead:    true, process.ActivityQualified: true, process.ActivityInvalid: true, process.ActivityRetaken: true, process.ActivityConverted: true,
}

// Case returns what the standard says of a case within reach, judged now. Errors: forbidden; not found, also out of reach.
func (s *Service) Case(ctx context.Context, actor access.Actor, id int64) (out Standing, err error) {
	defer errs.Wrap(&err, "standard.Case(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		o, err := r.Opportunity(ctx, s.reach(actor, access.PermSalesRead), id)
		if err != nil {
			return err
		}
		if out.MayWrite, err = s.may(ctx, r, actor, access.PermWorkWrite, id); err != nil {
			return err
		}
		if out.MayExempt, err = s.may(ctx, r, actor, access.PermProcessExempt, id); err != nil {
			return err
		}
		return s.stand(ctx, r, actor, o, &out)
	})
	return out, err
}

func (s *Service) may(ctx context.Context, r CaseReader, actor access.Actor, p access.Permission, id int64) (bool, error) {
	if !actor.Can(p) {
		return false, nil
	}
	_, err := r.Opportunity(ctx, s.reach(actor, p), id)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// stand judges a case and says why.
func (s *Service) stand(ctx context.Context, r CaseReader, actor access.Actor, o opportunity.Opportunity, out *Standing) error {
	b, err := s.bench(ctx, r)
	if err != nil {
		return err
	}
	m, err := b.gather(ctx, r, []int64{o.ID})
	if err != nil {
		return err
	}
	events := asked(reopened(m.events[o.ID]))
	l := b.lensFor(events)
	for _, e := range m.exempt[o.ID] {
		if e.holds(b.now) {
			out.Exemptions = append(out.Exemptions, e)
		}
	}
	out.Version = l.version
	document := l.model.Standard()
	if len(events) == 0 || len(m.facts) == 0 {
		out.Steps = stepsOf(document, string(o.Stage))
		return nil
	}
	state := l.state(m.facts[0], events, m.exempt[o.ID], &b.holders, b.now)
	persons := map[string]int64{}
	for i := range events {
		persons[eventID(events[i].Seq)] = events[i].PersonID
	}
	for k, result := range state.At(b.now.Unix(), nil) {
		if result.Status != conform.NotApplicable && result.Underlying != conform.NotApplicable {
			out.Rules = append(out.Rules, ruleStanding(document, k, result, state.Events(), persons))
		}
	}
	slices.SortStableFunc(out.Rules, compareStandings)
	if !out.MayWrite {
		return nil
	}
	d, err := b.doerOf(ctx, r, actor)
	l.divide(state, d, string(o.Stage), b.now.Unix(), out)
	return err
}

func compareStandings(a, b RuleStanding) int {
	if x, y := weightOf(a.Status), weightOf(b.Status); x != y {
		order := map[conform.Status]int{conform.Violated: 0, conform.Pending: 1, conform.Satisfied: 2, conform.Exempt: 3}
		return order[a.Status] - order[b.Status]
	}
	if a.Due.IsZero() != b.Due.IsZero() {
		if a.Due.IsZero() {
			return 1
		}
		return -1
	}
	return a.Due.Compare(b.Due)
}

func ruleStanding(document *sop.Standard, k int, result conform.Result, events []conform.Event, persons map[string]int64) RuleStanding {
	rule := document.Rules[k]
	out := RuleStanding{Rule: rule, Status: result.Status, Reason: result.Reason, StageName: stageName(document, rule.Stage)}
	if result.Due != 0 && result.Pending > 0 {
		out.Due = time.Unix(result.Due, 0).UTC()
	}
	moment := func(place int32) (m Moment) {
		if place < 0 {
			return m
		}
		e := &events[place]
		return Moment{Name: document.Activity(e.Activity).Name, At: time.Unix(e.OccurredAt, 0).UTC(), PersonID: persons[e.ID]}
	}
	out.Asking, out.Answer = moment(result.Asking), moment(result.Answer)
	if asked := document.Activity(rule.Asked()); asked != nil {
		out.Wanted, out.WantedID = asked.Name, asked.ID
		if result.Reason == conform.ReasonIncomplete && result.Answer >= 0 {
			out.Missing = missing(document, &rule, asked, events[result.Answer].Data)
		}
	}
	return out
}

// missing names the fields that a rule wants filled and that are not.
func missing(document *sop.Standard, rule *sop.Rule, asked *sop.Activity, data sop.Values) (names []sop.Text) {
	for _, f := range asked.Form {
		wanted := slices.Contains(rule.Complete, f.ID) || slices.Contains(rule.Complete, "required") && slices.Contains(document.Required(asked.ID), f.ID)
		if wanted && !data[f.ID].Filled {
			names = append(names, f.Name)
		}
	}
	return names
}

func stageName(document *sop.Standard, id string) sop.Text {
	for i := range document.Stages {
		if document.Stages[i].ID == id {
			return document.Stages[i].Name
		}
	}
	return sop.Text{}
}

// stepsOf are the activities that people record themselves, those of a stage first.
func stepsOf(document *sop.Standard, stage string) (steps []sop.Activity) {
	for _, first := range []bool{true, false} {
		for _, st := range document.Stages {
			for _, a := range st.Activities {
				if (st.ID == stage) == first && byHand(process.Activity(a.ID)) {
					steps = append(steps, a)
				}
			}
		}
	}
	return steps
}

// dueShown is how many deadlines of one's own are listed, and clockAhead how far ahead a clock begins to show: what is due in half a year would only
// hide what is due today.
const (
	dueShown   = 20
	clockAhead = 14 * 24 * time.Hour
)

// near leaves out what is due later than clocks show.
func (s *Service) near(list []Finding) []Finding {
	until := s.now().Add(clockAhead)
	return slices.DeleteFunc(list, func(f Finding) bool { return f.Due.After(until) })
}

// Mine returns what is overdue or due soon of the actor's person by the last judgement, the first on top, with the standard in force. Errors: forbidden.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (list []Finding, d *sop.Standard, err error) {
	defer errs.Wrap(&err, "standard.Mine")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if d, err = s.document(ctx, r); err != nil || actor.PersonID == 0 {
			return err
		}
		list, err = r.PersonDue(ctx, actor.PersonID, dueShown)
		list = s.near(list)
		return err
	})
	return list, d, err
}

// Clocks returns what is due first, and soon, of each of the cases, which are within the actor's reach: the caller has listed them for the actor. Errors:
// forbidden.
func (s *Service) Clocks(ctx context.Context, actor access.Actor, caseIDs []int64) (first map[int64]Finding, d *sop.Standard, err error) {
	defer errs.Wrap(&err, "standard.Clocks")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, nil, err
	}
	first = map[int64]Finding{}
	err = s.store.Read(ctx, func(r Reader) error {
		if d, err = s.document(ctx, r); err != nil {
			return err
		}
		due, err := r.DueFindings(ctx, caseIDs)
		for _, f := range s.near(due) {
			if _, found := first[f.CaseID]; !found {
				first[f.CaseID] = f
			}
		}
		return err
	})
	return first, d, err
}

func (s *Service) document(ctx context.Context, r VersionReader) (*sop.Standard, error) {
	b, err := s.bench(ctx, r)
	if err != nil {
		return nil, err
	}
	return b.current().model.Standard(), nil
}
