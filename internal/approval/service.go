package approval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// documentBytesMax bounds what is kept of a subject in one round.
const documentBytesMax = 256 << 10

// Service takes requests from the asking to the decision.
type Service struct {
	store Store
	newID func() string
	zone  func() *time.Location
	work  func() calendar.WorkCalendar
	kinds []Kind
}

// NewService returns a Service that knows the general request.
func NewService(store Store, newID func() string, zone func() *time.Location, work func() calendar.WorkCalendar) *Service {
	return &Service{store: store, newID: newID, zone: zone, work: work, kinds: []Kind{generalKind()}}
}

// clock counts working days where the company is: a limit of two days ends at the same time of the second working day after.
func (s *Service) clock(now time.Time) clock {
	local := now.In(s.zone())
	return clock{now: now, due: func(days int64) time.Time {
		today := calendar.DateOf(local)
		return local.AddDate(0, 0, int(s.work().AddWorkDays(today, int(days))-today)).UTC()
	}}
}

// Submission asks for a decision about a subject.
type Submission struct {
	Kind              string
	SubjectID         string
	Title             string
	Data              Data
	Currency          money.Currency // of the data and facts that are money
	Facts             []Fact
	Document          any     // JSON of everything that is signed
	PersonID          int64   // whose managers are asked; 0: the submitter's
	ExcludedPersonIDs []int64 // whom it favours: they sign nothing
	Note              string
	Quiet             bool // those who are asked at once are told by the subject: many begin to wait together
}

func (in Submission) check(k Kind) error {
	var c fact.Checker
	c.Key("subject", in.SubjectID)
	c.Text("title", in.Title, true)
	c.Lines("note", in.Note)
	for name := range in.Data.Numbers {
		if f, known := k.field(name); !known || f.Form == FormText {
			c.Add("data."+name, "", "approval.flow_field", nil)
		}
	}
	for name, word := range in.Data.Words {
		f, known := k.field(name)
		if !known || f.Form != FormText || word != "" && !slices.ContainsFunc(f.Choices, func(o Choice) bool { return o.Value == word }) {
			c.Add("data."+name, word, "approval.flow_field", nil)
		}
	}
	return c.Err()
}

// Submit is SubmitIn in a transaction of its own.
func (s *Service) Submit(ctx context.Context, actor access.Actor, in Submission) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Submit(%s)", in.Kind)
	err = s.store.InTx(ctx, func(tx Tx) error {
		r, err = s.SubmitIn(ctx, tx, actor, in)
		return err
	})
	return r, err
}

// SubmitIn asks for a decision in the transaction in which the subject begins to wait. A request about the same subject that was returned
// goes into its next round. Errors: forbidden for read-only keys; invalid; conflict while a request about the subject is pending, and
// forbidden when the returned one is somebody else's.
func (s *Service) SubmitIn(ctx context.Context, tx Tx, actor access.Actor, in Submission) (r Request, err error) {
	defer errs.Wrap(&err, "approval.SubmitIn(%s:%s)", in.Kind, in.SubjectID)
	if err := mayAct(actor); err != nil {
		return Request{}, err
	}
	kind, known := s.KindNamed(in.Kind)
	if !known {
		return Request{}, errs.New(errs.KindNotFound, "approval.kind_unknown", nil)
	}
	if err := in.check(kind); err != nil {
		return Request{}, err
	}
	before, err := tx.OpenApproval(ctx, in.Kind, in.SubjectID)
	again := err == nil
	switch {
	case again && before.State == StatePending:
		return Request{}, errs.New(errs.KindConflict, "approval.open_already", nil)
	case again && before.SubmitterID != actor.UserID:
		return Request{}, errs.New(errs.KindForbidden, "approval.other_submitter", nil)
	case again:
		r = before
	case !errs.Is(err, errs.KindNotFound):
		return Request{}, err
	default:
		r = Request{ID: s.newID(), Kind: in.Kind, SubjectID: in.SubjectID, SubmitterID: actor.UserID, SubmitterName: actor.Name, CreatedAt: tx.Now()}
	}
	if err := s.fill(ctx, tx, actor, in, &r); err != nil {
		return Request{}, err
	}
	route, people, err := s.routeFor(ctx, tx, kind, &r)
	if err != nil {
		return Request{}, err
	}
	r.begin(route.steps(r.Data), people, s.clock(tx.Now()))
	r.Revision++
	keep := tx.InsertApproval
	if again {
		keep = tx.UpdateApproval
	}
	if err := keep(ctx, r); err != nil {
		return Request{}, err
	}
	if err := tx.InsertApprovalRound(ctx, Round{RequestID: r.ID, Round: r.Round, Data: r.Data, Facts: r.Facts, Document: r.Document, Hash: r.Hash, SubmittedAt: r.SubmittedAt}); err != nil {
		return Request{}, err
	}
	step := step{act: ActSubmit, note: in.Note, quiet: in.Quiet}
	if r.State == StateApproved {
		step.act = ActPass
	}
	return r, s.record(ctx, tx, actor, step, before, r)
}

// fill puts what is submitted into the request.
func (s *Service) fill(ctx context.Context, tx Tx, actor access.Actor, in Submission, r *Request) (err error) {
	r.Title, r.Data, r.Currency, r.Facts, r.PersonID = in.Title, in.Data, in.Currency, in.Facts, in.PersonID
	if r.PersonID == 0 {
		r.PersonID = actor.PersonID
	}
	if r.Document, err = audit.Canonical(in.Document); err != nil {
		return err
	}
	if len(r.Document) > documentBytesMax {
		return errs.New(errs.KindTooLarge, "approval.document_large", errs.Args{"Max": documentBytesMax >> 10})
	}
	r.Excluded = nil
	for _, person := range in.ExcludedPersonIDs {
		user, err := tx.UserOfPerson(ctx, person)
		if err != nil {
			return err
		}
		if user != "" {
			r.Excluded = append(r.Excluded, user)
		}
	}
	r.Hash, err = hashOf(*r)
	return err
}

// hashOf is the SHA-256 of what is signed.
func hashOf(r Request) (string, error) {
	text, err := audit.Canonical(map[string]any{"kind": r.Kind, "subject": r.SubjectID, "title": r.Title, "data": r.Data, "currency": r.Currency, "facts": r.Facts, "document": json.RawMessage(r.Document)})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Sound reports whether what the request says was signed still is what its hash was taken of.
func (r *Request) Sound() bool {
	hash, err := hashOf(*r)
	return err == nil && hash == r.Hash
}

// current returns the flow in force.
func (s *Service) current(ctx context.Context, r Reader, kind Kind) (FlowVersion, error) {
	all, err := r.ApprovalFlows(ctx, kind.Name)
	if err != nil || len(all) == 0 {
		return FlowVersion{Kind: kind.Name, Flow: kind.Default}, err
	}
	return all[0], nil
}

// routeFor chooses the route of a request, and finds who could sign.
func (s *Service) routeFor(ctx context.Context, reader Reader, kind Kind, r *Request) (Route, People, error) {
	version, err := s.current(ctx, reader, kind)
	if err != nil {
		return Route{}, People{}, err
	}
	route, found := version.Flow.route(r.Data)
	if !found { // the last route has no conditions
		return Route{}, People{}, errs.New(errs.KindInternal, "approval.kind_unknown", nil)
	}
	r.FlowVersion, r.Route = version.Version, route.Name
	people, err := s.people(ctx, reader, r, route.approvers())
	return route, people, err
}

// people loads who could sign for the request: managers from the next one up, without levels at which nobody else is. Approvers are those who
// may be looked for beside the ones that are asked already; further are users whom an act names.
func (s *Service) people(ctx context.Context, reader Reader, r *Request, approvers []Approver, further ...string) (People, error) {
	wanted := []access.Role{access.RoleDirector}
	ids := further
	for _, a := range approvers {
		if a.Role != "" && !slices.Contains(wanted, a.Role) {
			wanted = append(wanted, a.Role)
		}
		ids = append(ids, a.UserID)
	}
	people, err := reader.ApprovalPeople(ctx, r.PersonID, wanted)
	if err != nil {
		return People{}, err
	}
	people.Chain = slices.DeleteFunc(people.Chain, func(level []string) bool {
		return !slices.ContainsFunc(level, func(id string) bool { return !r.barred(id) })
	})
	for _, level := range people.Chain {
		ids = append(ids, level...)
	}
	for _, holders := range people.Roles {
		ids = append(ids, holders...)
	}
	for _, t := range r.Turns {
		for _, seat := range t.Seats {
			ids = append(ids, seat.Candidates...)
		}
	}
	slices.Sort(ids)
	able, err := reader.ActiveUsers(ctx, slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" }))
	people.Able = make(map[string]bool, len(able))
	for _, id := range able {
		people.Able[id] = true
	}
	return people, err
}

// approvers are those of all steps.
func (r *Request) approvers() (all []Approver) {
	for _, t := range r.Turns {
		all = append(all, t.Step.Who...)
	}
	return all
}

// mayAct lets people with an account and the system's own work in, and keys that may write.
func mayAct(actor access.Actor) error {
	switch {
	case actor.UserID == "":
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	case actor.ReadOnly:
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}
