package approval

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// PublishFlow hands in new rules of a kind.
type PublishFlow struct {
	Kind    string
	BasedOn int64 // the version that was seen
	Flow    Flow
	Reason  string
}

// mayFlows lets in who minds approvals over the whole company, or reads the audit log.
func mayFlows(actor access.Actor) error {
	return actor.RequireAll(access.PermApprovalManage, access.PermAuditRead)
}

// Flows returns the flow in force of each registered kind. It needs the permission approval.manage over the whole company.
func (s *Service) Flows(ctx context.Context, actor access.Actor) (flows []FlowVersion, err error) {
	defer errs.Wrap(&err, "approval.Flows")
	if err := mayFlows(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		flows = nil
		for _, k := range s.kinds {
			v, err := s.current(ctx, r, k)
			if err != nil {
				return err
			}
			flows = append(flows, v)
		}
		return nil
	})
	return flows, err
}

// FlowVersions returns all flows of a kind, newest first; the last is the one that ships. Errors: forbidden; not found.
func (s *Service) FlowVersions(ctx context.Context, actor access.Actor, name string) (all []FlowVersion, err error) {
	defer errs.Wrap(&err, "approval.FlowVersions(%s)", name)
	if err := mayFlows(actor); err != nil {
		return nil, err
	}
	kind, known := s.KindNamed(name)
	if !known {
		return nil, errs.New(errs.KindNotFound, "approval.kind_unknown", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if all, err = r.ApprovalFlows(ctx, name); err != nil {
			return err
		}
		all = append(all, FlowVersion{Kind: name, Flow: kind.Default})
		return nil
	})
	return all, err
}

// knownUsers puts ids in the place of logins, and refuses a flow that names somebody who cannot sign in.
func knownUsers(ctx context.Context, r Reader, f *Flow) error {
	know := func(who []Approver) error {
		for i, a := range who {
			if a.Kind != ByUser {
				continue
			}
			user, err := another(ctx, r, a.UserID)
			if err != nil {
				return err
			}
			who[i].UserID = user.ID
		}
		return nil
	}
	for _, route := range f.Routes {
		if err := know(route.Copies); err != nil {
			return err
		}
		for _, s := range route.Steps {
			if err := know(s.Who); err != nil {
				return err
			}
		}
	}
	return nil
}

// FlowUsers returns the logins of the users whom a flow names, by id. Errors: forbidden.
func (s *Service) FlowUsers(ctx context.Context, actor access.Actor, f Flow) (logins map[string]string, err error) {
	defer errs.Wrap(&err, "approval.FlowUsers")
	if err := mayFlows(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		logins = map[string]string{}
		for _, route := range f.Routes {
			for _, a := range route.approvers() {
				if a.Kind != ByUser {
					continue
				}
				account, err := r.UserAccount(ctx, a.UserID)
				if err != nil && !errs.Is(err, errs.KindNotFound) {
					return err
				}
				logins[a.UserID] = account.Login
			}
		}
		return nil
	})
	return logins, err
}

// Preview says who would be asked.
type Preview struct {
	Version int64
	Route   string
	Steps   []PreviewStep // none: approved at once
	Names   map[string]string
}

// PreviewStep is a step with its seats as they would be asked today.
type PreviewStep struct {
	Step  Step
	Seats [][]string // users
	Stuck bool       // nobody is left
}

// Preview answers who would have to sign a subject with such data that a user submits: for oneself, and for others with the permission approval.manage over the
// whole company. A draft of a flow may be given in place of the one in force. Errors: forbidden; not found; invalid.
func (s *Service) Preview(ctx context.Context, actor access.Actor, kind string, userID string, data Data, draft *Flow) (p Preview, err error) {
	defer errs.Wrap(&err, "approval.Preview(%s)", kind)
	if actor.UserID == "" {
		return Preview{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if userID != actor.UserID || draft != nil {
		if err := mayFlows(actor); err != nil {
			return Preview{}, err
		}
	}
	k, known := s.KindNamed(kind)
	if !known {
		return Preview{}, errs.New(errs.KindNotFound, "approval.kind_unknown", nil)
	}
	if draft != nil {
		if err := draft.check(k); err != nil {
			return Preview{}, err
		}
		k.Default = *draft
	}
	err = s.store.Read(ctx, func(r Reader) error {
		submitter, err := another(ctx, r, userID)
		if err == nil && draft != nil {
			err = knownUsers(ctx, r, draft)
		}
		if err != nil {
			return err
		}
		p, err = s.preview(ctx, r, k, submitter, data, draft != nil)
		return err
	})
	return p, err
}

func (s *Service) preview(ctx context.Context, r Reader, k Kind, submitter access.User, data Data, draft bool) (Preview, error) {
	request := Request{Kind: k.Name, SubmitterID: submitter.ID, PersonID: submitter.PersonID, Data: data}
	version := FlowVersion{Flow: k.Default}
	if !draft {
		var err error
		if version, err = s.current(ctx, r, k); err != nil {
			return Preview{}, err
		}
	}
	route, _ := version.Flow.route(data)
	people, err := s.people(ctx, r, &request, route.approvers())
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Version: version.Version, Route: route.Name}
	var users []string
	for i, step := range route.steps(data) {
		request.Turns, request.At = append(request.Turns, Turn{Step: step}), i
		request.proceed(people, s.clock(r.Now()))
		shown := PreviewStep{Step: step, Stuck: request.Stuck}
		for k, seat := range request.Turns[i].Seats {
			shown.Seats = append(shown.Seats, seat.Candidates)
			if len(seat.Candidates) == 1 { // who signs this one signs no other
				request.Turns[i].Seats[k].SignedBy = seat.Candidates[0]
			}
			users = append(users, seat.Candidates...)
		}
		p.Steps = append(p.Steps, shown)
	}
	p.Names, err = r.UserNames(ctx, users)
	return p, err
}

// Needed reports whether a subject with such data would need a signature, for the form in which it is made.
func (s *Service) Needed(ctx context.Context, r Reader, kind string, data Data) (bool, error) {
	k, known := s.KindNamed(kind)
	if !known {
		return false, errs.New(errs.KindNotFound, "approval.kind_unknown", nil)
	}
	v, err := s.current(ctx, r, k)
	if err != nil {
		return false, err
	}
	route, _ := v.Flow.route(data)
	return len(route.steps(data)) > 0, nil
}
