package approval

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// minds reports whether the actor minds approvals of the request's submitter.
func (s *Service) minds(ctx context.Context, r access.Reacher, actor access.Actor, request Request) (bool, error) {
	if actor.CanAll(access.PermApprovalManage) || actor.CanAll(access.PermAuditRead) {
		return true, nil
	}
	if request.PersonID == 0 {
		return false, nil
	}
	return actor.Reaches(ctx, r, request.PersonID, access.PermApprovalManage)
}

// seen returns a request that the actor has something to do with: as its submitter, as somebody who is or was asked or sent a copy, as a deputy of such a one,
// or as one who minds approvals. To others it is not there.
func (s *Service) seen(ctx context.Context, r Reader, actor access.Actor, id string) (Request, error) {
	request, err := r.Approval(ctx, id)
	if err != nil {
		return Request{}, err
	}
	if request.SubmitterID == actor.UserID {
		return request, nil
	}
	parts, err := r.ApprovalParts(ctx, id)
	if err != nil {
		return Request{}, err
	}
	if len(parts[actor.UserID]) > 0 {
		return request, nil
	}
	stands, err := s.standsFor(ctx, r, actor.UserID)
	if err != nil {
		return Request{}, err
	}
	if slices.ContainsFunc(stands, func(id string) bool { return slices.Contains(parts[id], PartOpen) }) {
		return request, nil
	}
	within, err := s.minds(ctx, r, actor, request)
	if err == nil && !within {
		err = errs.New(errs.KindNotFound, "approval.not_found", nil)
	}
	if err != nil {
		return Request{}, err
	}
	return request, nil
}

// Opens reports whether the actor may open the request, for a link on the page of its subject.
func (s *Service) Opens(ctx context.Context, r Reader, actor access.Actor, id string) (bool, error) {
	_, err := s.seen(ctx, r, actor, id)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// askedMax is how many requests of one kind AskedOf looks at.
const askedMax = 2000

// AskedOf returns the subjects of a kind on which the actor is asked now, or whom the actor stands in for, with their requests.
func (s *Service) AskedOf(ctx context.Context, r Reader, actor access.Actor, kind string) (map[string]string, error) {
	stands, err := s.standsFor(ctx, r, actor.UserID)
	if err != nil {
		return nil, err
	}
	found, err := r.Approvals(ctx, Query{Filter: Filter{Box: BoxWaiting, Kind: kind, Limit: askedMax}, UserIDs: append([]string{actor.UserID}, stands...)})
	asked := make(map[string]string, len(found))
	for _, request := range found {
		asked[request.SubjectID] = request.ID
	}
	return asked, err
}

// Detail is a request with its history, and what the reader may do.
type Detail struct {
	Request
	Events  []Event
	Rounds  []Round
	Copied  []string          // users who were sent a copy
	Names   map[string]string // of all users in it
	MayAct  bool              // approve, reject, return, transfer, add a signer
	Stood   string            // whom the reader would stand in for
	MayTake bool              // withdraw and remind: the reader submitted it
	MayName bool              // assign
	MayCopy bool
	// Deputies are who might take the reader's place, as far as they may sign: those who stand in for the reader, or last did.
	Deputies []Colleague
}

// Get returns a request. Errors: unauthenticated; not found, also for who has nothing to do with it.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (d Detail, err error) {
	defer errs.Wrap(&err, "approval.Get(%s)", id)
	if actor.UserID == "" {
		return Detail{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		d = Detail{}
		if d.Request, err = s.seen(ctx, r, actor, id); err != nil {
			return err
		}
		if d.Events, err = r.ApprovalEvents(ctx, id); err != nil {
			return err
		}
		if d.Rounds, err = r.ApprovalRounds(ctx, id); err != nil {
			return err
		}
		parts, err := r.ApprovalParts(ctx, id)
		if err != nil {
			return err
		}
		for user, own := range parts {
			if slices.Contains(own, PartCopied) {
				d.Copied = append(d.Copied, user)
			}
		}
		slices.Sort(d.Copied)
		stands, err := s.standsFor(ctx, r, actor.UserID)
		if err != nil {
			return err
		}
		writes := !actor.ReadOnly
		_, stood, refused := d.speaksOn(voice{actor.UserID, stands})
		d.MayAct, d.Stood = writes && refused == nil, stood
		if d.MayAct {
			if d.Deputies, err = deputiesOf(ctx, r, actor.UserID); err != nil {
				return err
			}
			d.Deputies = slices.DeleteFunc(d.Deputies, func(c Colleague) bool {
				return d.barred(c.UserID) || slices.Contains(d.taken(d.Turns[d.At]), c.UserID) || slices.Contains(d.Open(), c.UserID)
			})
		}
		d.MayTake = writes && d.SubmitterID == actor.UserID && !d.State.Ended()
		d.MayCopy = writes && (d.SubmitterID == actor.UserID || slices.ContainsFunc(parts[actor.UserID], func(p Part) bool { return p != PartCopied }))
		within, err := s.minds(ctx, r, actor, d.Request)
		if err != nil {
			return err
		}
		d.MayName = writes && within && d.State == StatePending && actor.Can(access.PermApprovalManage)
		d.Names, err = r.UserNames(ctx, d.users())
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return d, nil
}

// users are all who appear in the detail.
func (d *Detail) users() []string {
	ids := append([]string{d.SubmitterID}, d.Copied...)
	for _, t := range d.Turns {
		ids = append(ids, t.AddedBy)
		for _, seat := range t.Seats {
			ids = append(append(ids, seat.SignedBy, seat.For), seat.Candidates...)
		}
		for _, a := range t.Step.Who {
			ids = append(ids, a.UserID)
		}
	}
	for _, e := range d.Events {
		ids = append(append(ids, e.ActorID, e.For), e.To...)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// List returns a page of a box: of what awaits the actor, what was asked first comes first, of all others what is newest. Errors: unauthenticated; forbidden for BoxAll without the permission approval.manage; invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "approval.List(%s)", filter.Box)
	if actor.UserID == "" {
		return Page{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if filter.Box == "" {
		filter.Box = BoxWaiting
	}
	var c fact.Checker
	c.Search(filter.Search)
	if !slices.Contains(Boxes, filter.Box) {
		c.Add("box", string(filter.Box), "form.error.choice", nil)
	}
	if filter.State != "" && !slices.Contains(States, filter.State) {
		c.Add("state", string(filter.State), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return Page{}, err
	}
	q := Query{Filter: filter, UserIDs: []string{actor.UserID}}
	if filter.Box == BoxAll {
		if q.Scope = actor.ScopeOf(access.PermApprovalManage); actor.CanAll(access.PermAuditRead) {
			q.Scope = access.Scope{All: true}
		} else if err := actor.Require(access.PermApprovalManage); err != nil {
			return Page{}, err
		}
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		if q.Box == BoxWaiting {
			stands, err := s.standsFor(ctx, r, actor.UserID)
			if err != nil {
				return err
			}
			q.UserIDs = append(q.UserIDs[:1], stands...)
		}
		page.Requests, err = r.Approvals(ctx, q)
		return err
	})
	if err == nil && len(page.Requests) > q.Limit {
		page.Requests = page.Requests[:q.Limit]
		page.Next = page.Requests[q.Limit-1].ID
	}
	return page, err
}

// Waiting counts the requests on which the actor is asked, or whom the actor stands in for. Errors: unauthenticated.
func (s *Service) Waiting(ctx context.Context, actor access.Actor) (count int64, err error) {
	defer errs.Wrap(&err, "approval.Waiting")
	if actor.UserID == "" {
		return 0, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		stands, err := s.standsFor(ctx, r, actor.UserID)
		if err != nil {
			return err
		}
		count, err = r.ApprovalsOpen(ctx, append([]string{actor.UserID}, stands...))
		return err
	})
	return count, err
}

// OfSubject returns the newest state of the open request about a subject, for the page of the subject, whose own rights decide who asks; false when none is open.
func (s *Service) OfSubject(ctx context.Context, r Reader, kind, subjectID string) (Request, bool, error) {
	request, err := r.OpenApproval(ctx, kind, subjectID)
	if errs.Is(err, errs.KindNotFound) {
		return Request{}, false, nil
	}
	return request, err == nil, err
}
