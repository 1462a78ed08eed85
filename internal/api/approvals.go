package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
)

// ApprovalHead is a request for approval in a list.
type ApprovalHead struct {
	ID            string     `json:"id"`
	Kind          string     `json:"kind" example:"general"`
	SubjectID     string     `json:"subject_id"`
	Title         string     `json:"title"`
	State         string     `json:"state" enum:"pending,returned,approved,rejected,withdrawn"`
	Stuck         bool       `json:"stuck" doc:"Nobody is left who could sign; administrators were told."`
	Round         int64      `json:"round"`
	Revision      int64      `json:"revision" doc:"Send it with an act, so that what was seen is what is signed."`
	SubmitterID   string     `json:"submitter_id" doc:"A user."`
	SubmitterName string     `json:"submitter_name"`
	Asked         []string   `json:"asked" nullable:"false" doc:"Users who may sign now."`
	Route         string     `json:"route,omitempty"`
	FlowVersion   int64      `json:"flow_version" doc:"0 for the one that ships."`
	Hash          string     `json:"hash" doc:"SHA-256 of what is signed, in hex."`
	SubmittedAt   *time.Time `json:"submitted_at,omitempty"`
	DecidedAt     *time.Time `json:"decided_at,omitempty"`
	DueAt         *time.Time `json:"due_at,omitempty" doc:"When the next manager up is asked, too."`
}

// approvalEvent is an entry of the history.
type approvalEvent struct {
	Round     int64      `json:"round"`
	Turn      int64      `json:"turn,omitempty" doc:"1 is the first step; absent for none."`
	Act       string     `json:"act" example:"approve"`
	ActorID   string     `json:"actor_id"`
	ActorName string     `json:"actor_name"`
	For       string     `json:"for,omitempty" doc:"User whom the actor stood in for."`
	To        []string   `json:"to,omitempty" doc:"Users whom it concerns."`
	Note      string     `json:"note,omitempty"`
	At        *time.Time `json:"at,omitempty"`
}

// approvalRound is what was submitted in a round.
type approvalRound struct {
	Round       int64           `json:"round"`
	Data        approval.Data   `json:"data"`
	Facts       []approval.Fact `json:"facts"`
	Document    json.RawMessage `json:"document,omitempty"`
	Hash        string          `json:"hash"`
	SubmittedAt *time.Time      `json:"submitted_at,omitempty"`
}

// ApprovalDetail is a request with its path and history.
type ApprovalDetail struct {
	ApprovalHead
	Currency string            `json:"currency,omitempty"`
	Turns    []approval.Turn   `json:"turns" doc:"The steps of this round, with seats and signatures."`
	At       int               `json:"at" doc:"Which of the turns waits, from 0; behind the last at the end."`
	Events   []approvalEvent   `json:"events" nullable:"false" doc:"Oldest first."`
	Rounds   []approvalRound   `json:"rounds" nullable:"false" doc:"Oldest first."`
	Names    map[string]string `json:"names" doc:"Of all users in it, by id."`
}

// GeneralRequest asks for something in words.
type GeneralRequest struct {
	ID          string `json:"id,omitempty" maxLength:"64" doc:"Of one's own that was returned; absent for a new one."`
	Title       string `json:"title" maxLength:"300"`
	Text        string `json:"text" maxLength:"8000"`
	AmountMinor int64  `json:"amount_minor,omitempty" minimum:"0" doc:"In minor units of the company's currency."`
}

// approvalDecision is an act about a request.
type approvalDecision struct {
	Revision int64  `json:"revision,omitempty" doc:"That was seen; absent for whatever there is."`
	To       string `json:"to,omitempty" maxLength:"100" doc:"User by id or login, where somebody is named."`
	Note     string `json:"note,omitempty" maxLength:"2000" doc:"A reason; required to return, reject and assign."`
}

// addedSigner asks a further person.
type addedSigner struct {
	Revision int64  `json:"revision,omitempty" doc:"That was seen; absent for whatever there is."`
	To       string `json:"to" maxLength:"100" doc:"User by id or login."`
	Note     string `json:"note,omitempty" maxLength:"2000"`
	Before   bool   `json:"before" doc:"Before one's own signature, or after it."`
}

// standIn is somebody who stands in for another.
type standIn struct {
	ID        string     `json:"id"`
	UserID    string     `json:"user_id"`
	DeputyID  string     `json:"deputy_id"`
	From      string     `json:"from" format:"date"`
	Until     string     `json:"until" format:"date" doc:"In it."`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`
}

// approvalFlowHead is a version of a flow.
type approvalFlowHead struct {
	Kind        string        `json:"kind"`
	Version     int64         `json:"version" doc:"0 is the one that ships."`
	Flow        approval.Flow `json:"flow"`
	Reason      string        `json:"reason,omitempty"`
	ProposedBy  string        `json:"proposed_by,omitempty" doc:"A user, who is another one than who published it."`
	PublishedBy string        `json:"published_by,omitempty"`
	PublishedAt *time.Time    `json:"published_at,omitempty"`
}

// approvalFlowDraft is rules that wait for a second person.
type approvalFlowDraft struct {
	Kind         string        `json:"kind"`
	BasedOn      int64         `json:"based_on"`
	Flow         approval.Flow `json:"flow"`
	Hash         string        `json:"hash" doc:"SHA-256 of the flow, in hex: send it to confirm what was read."`
	Reason       string        `json:"reason"`
	ProposedBy   string        `json:"proposed_by"`
	ProposedName string        `json:"proposed_name"`
	ProposedAt   *time.Time    `json:"proposed_at,omitempty"`
}

// approvalPreview says who would be asked.
type approvalPreview struct {
	Route string                `json:"route,omitempty"`
	Steps []approvalPreviewStep `json:"steps" nullable:"false" doc:"None: approved at once."`
	Names map[string]string     `json:"names"`
}

type approvalPreviewStep struct {
	Name  string     `json:"name,omitempty"`
	Seats [][]string `json:"seats" doc:"Users of whom one signs, for each signature."`
	Stuck bool       `json:"stuck" doc:"Nobody is left."`
}

type (
	listApprovalsInput struct {
		Paging
		Box    string `query:"box" enum:"waiting,mine,copied,done,all" default:"waiting"`
		Kind   string `query:"kind" maxLength:"60"`
		State  string `query:"state" enum:"pending,returned,approved,rejected,withdrawn"`
		Search string `query:"search" maxLength:"100" doc:"Part of the title or of who submitted it; pinyin or its initials."`
		Stuck  bool   `query:"stuck" doc:"Only those for which nobody is left."`
	}
	// ApprovalPath names a request for approval; exported because requests embed it.
	ApprovalPath struct {
		ID string `path:"id"`
	}
	decideApprovalInput struct {
		ApprovalPath
		Body approvalDecision
	}
	addSignerInput struct {
		ApprovalPath
		Body addedSigner
	}
	askApprovalInput struct{ Body GeneralRequest }
	addStandInInput  struct {
		Body struct {
			UserID string `json:"user_id,omitempty" maxLength:"64" doc:"Absent for oneself; somebody else needs approval.manage over the whole company."`
			Deputy string `json:"deputy" maxLength:"100" doc:"User by id or login."`
			From   string `json:"from" format:"date"`
			Until  string `json:"until" format:"date"`
		}
	}
	// ApprovalKindPath names what a flow is for; exported because requests embed it.
	ApprovalKindPath struct {
		Kind string `path:"kind" maxLength:"60"`
	}
	publishFlowInput struct {
		ApprovalKindPath
		Body struct {
			BasedOn int64         `json:"based_on" doc:"The version that was seen."`
			Flow    approval.Flow `json:"flow"`
			Reason  string        `json:"reason" maxLength:"300"`
		}
	}
	confirmFlowInput struct {
		ApprovalKindPath
		Body struct {
			Hash string `json:"hash" maxLength:"64" doc:"Of the draft that was read."`
		}
	}
	dropFlowInput struct {
		ApprovalKindPath
		Body struct {
			Reason string `json:"reason" maxLength:"300"`
		}
	}
	previewInput struct {
		ApprovalKindPath
		Body struct {
			User string         `json:"user,omitempty" maxLength:"100" doc:"Who submits, by id or login; absent for oneself."`
			Data approval.Data  `json:"data"`
			Flow *approval.Flow `json:"flow,omitempty" doc:"A draft in place of the flow in force."`
		}
	}
)

func (a *API) approvalOperations() {
	approvals := a.services.Approvals
	register(a, operation{id: "list_approvals", method: http.MethodGet, path: "/approvals", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, in *listApprovalsInput) (*listOutput[ApprovalHead], error) {
			page, err := approvals.List(ctx, actor, approval.Filter{Box: approval.Box(in.Box), Kind: in.Kind, State: approval.State(in.State), Search: in.Search, Stuck: in.Stuck, After: in.Cursor, Limit: in.Limit})
			return newList(page.Requests, page.Next, toAPIApproval), err
		})
	register(a, operation{id: "ask_approval", method: http.MethodPost, path: "/approvals", tag: "approvals", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *askApprovalInput) (*output[ApprovalHead], error) {
			made, err := approvals.Ask(ctx, actor, approval.General{ID: in.Body.ID, Title: in.Body.Title, Text: in.Body.Text, AmountMinor: in.Body.AmountMinor, Currency: a.options.Currency()})
			return &output[ApprovalHead]{toAPIApproval(made)}, err
		})
	register(a, operation{id: "get_approval", method: http.MethodGet, path: "/approvals/{id}", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, in *ApprovalPath) (*output[ApprovalDetail], error) {
			found, err := approvals.Get(ctx, actor, in.ID)
			return &output[ApprovalDetail]{toAPIApprovalDetail(found)}, err
		})
	for _, one := range []struct {
		id, path string
		do       func(context.Context, access.Actor, approval.Decision) (approval.Request, error)
	}{
		{"approve_approval", "approve", approvals.Approve}, {"reject_approval", "reject", approvals.Reject}, {"return_approval", "return", approvals.Return}, {"withdraw_approval", "withdraw", approvals.Withdraw},
		{"transfer_approval", "transfer", approvals.Transfer}, {"copy_approval", "copy", approvals.Copy}, {"remind_approval", "remind", approvals.Remind}, {"assign_approval", "assign", approvals.Assign},
	} {
		register(a, operation{id: one.id, method: http.MethodPost, path: "/approvals/{id}/" + one.path, tag: "approvals"},
			func(ctx context.Context, actor access.Actor, in *decideApprovalInput) (*output[ApprovalHead], error) {
				done, err := one.do(ctx, actor, approval.Decision{ID: in.ID, Revision: in.Body.Revision, To: in.Body.To, Note: in.Body.Note})
				return &output[ApprovalHead]{toAPIApproval(done)}, err
			})
	}
	register(a, operation{id: "add_signer", method: http.MethodPost, path: "/approvals/{id}/signers", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, in *addSignerInput) (*output[ApprovalHead], error) {
			done, err := approvals.AddSigner(ctx, actor, approval.Decision{ID: in.ID, Revision: in.Body.Revision, To: in.Body.To, Note: in.Body.Note}, in.Body.Before)
			return &output[ApprovalHead]{toAPIApproval(done)}, err
		})
	a.standInOperations()
	a.approvalFlowOperations()
}

func (a *API) standInOperations() {
	approvals := a.services.Approvals
	register(a, operation{id: "list_stand_ins", method: http.MethodGet, path: "/stand-ins", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[standIn], error) {
			all, _, err := approvals.Delegations(ctx, actor)
			return newList(all, "", toAPIStandIn), err
		})
	register(a, operation{id: "add_stand_in", method: http.MethodPost, path: "/stand-ins", tag: "approvals", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *addStandInInput) (*output[standIn], error) {
			wanted := approval.Delegate{UserID: in.Body.UserID, DeputyID: in.Body.Deputy, From: calendar.NoDate, Until: calendar.NoDate}
			wanted.From, _ = calendar.ParseDate(in.Body.From) // what cannot be a day is refused with the other fields
			wanted.Until, _ = calendar.ParseDate(in.Body.Until)
			made, err := approvals.Delegate(ctx, actor, wanted)
			return &output[standIn]{toAPIStandIn(made)}, err
		})
	register(a, operation{id: "end_stand_in", method: http.MethodDelete, path: "/stand-ins/{id}", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, in *ApprovalPath) (*struct{}, error) {
			return nil, approvals.EndDelegation(ctx, actor, in.ID)
		})
}

func (a *API) approvalFlowOperations() {
	approvals := a.services.Approvals
	register(a, operation{id: "list_approval_flows", method: http.MethodGet, path: "/approval-flows", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[approvalFlowHead], error) {
			all, err := approvals.Flows(ctx, actor)
			return newList(all, "", toAPIApprovalFlow), err
		})
	register(a, operation{id: "list_approval_flow_versions", method: http.MethodGet, path: "/approval-flows/{kind}", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, in *ApprovalKindPath) (*listOutput[approvalFlowHead], error) {
			all, err := approvals.FlowVersions(ctx, actor, in.Kind)
			return newList(all, "", toAPIApprovalFlow), err
		})
	register(a, operation{id: "list_approval_flow_drafts", method: http.MethodGet, path: "/approval-flow-drafts", tag: "approvals"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[approvalFlowDraft], error) {
			drafts, err := approvals.FlowDrafts(ctx, actor)
			return newList(slices.SortedFunc(maps.Values(drafts), func(a, b approval.FlowDraft) int { return strings.Compare(a.Kind, b.Kind) }), "", toAPIFlowDraft), err
		})
	register(a, operation{id: "confirm_approval_flow", method: http.MethodPost, path: "/approval-flows/{kind}/confirm", tag: "approvals", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *confirmFlowInput) (*output[approvalFlowHead], error) {
			made, err := approvals.ConfirmFlow(ctx, actor, in.Kind, in.Body.Hash)
			return &output[approvalFlowHead]{toAPIApprovalFlow(made)}, err
		})
	register(a, operation{id: "drop_approval_flow", method: http.MethodPost, path: "/approval-flows/{kind}/drop", tag: "approvals", status: http.StatusNoContent},
		func(ctx context.Context, actor access.Actor, in *dropFlowInput) (*none, error) {
			return nil, approvals.DropFlow(ctx, actor, in.Kind, in.Body.Reason)
		})
	register(a, operation{id: "propose_approval_flow", method: http.MethodPost, path: "/approval-flows/{kind}", tag: "approvals", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *publishFlowInput) (*output[approvalFlowDraft], error) {
			made, err := approvals.ProposeFlow(ctx, actor, approval.PublishFlow{Kind: in.Kind, BasedOn: in.Body.BasedOn, Flow: in.Body.Flow, Reason: in.Body.Reason})
			return &output[approvalFlowDraft]{toAPIFlowDraft(made)}, err
		})
	register(a, operation{id: "preview_approval", method: http.MethodPost, path: "/approval-flows/{kind}/preview", tag: "approvals", reads: true},
		func(ctx context.Context, actor access.Actor, in *previewInput) (*output[approvalPreview], error) {
			user := in.Body.User
			if user == "" {
				user = actor.UserID
			}
			found, err := approvals.Preview(ctx, actor, in.Kind, user, in.Body.Data, in.Body.Flow)
			out := approvalPreview{Route: found.Route, Names: found.Names, Steps: []approvalPreviewStep{}}
			for _, s := range found.Steps {
				out.Steps = append(out.Steps, approvalPreviewStep{s.Step.Name, s.Seats, s.Stuck})
			}
			return &output[approvalPreview]{out}, err
		})
}

func toAPIApproval(r approval.Request) ApprovalHead {
	return ApprovalHead{ID: r.ID, Kind: r.Kind, SubjectID: r.SubjectID, Title: r.Title, State: string(r.State), Stuck: r.Stuck, Round: r.Round, Revision: r.Revision, SubmitterID: r.SubmitterID,
		SubmitterName: r.SubmitterName, Asked: append([]string{}, r.Open()...), Route: r.Route, FlowVersion: r.FlowVersion, Hash: r.Hash, SubmittedAt: toAPIInstant(r.SubmittedAt),
		DecidedAt: toAPIInstant(r.DecidedAt), DueAt: toAPIInstant(r.DueAt())}
}

func toAPIApprovalDetail(d approval.Detail) ApprovalDetail {
	out := ApprovalDetail{ApprovalHead: toAPIApproval(d.Request), Currency: string(d.Currency), Turns: d.Turns, At: d.At, Names: d.Names, Events: []approvalEvent{}, Rounds: []approvalRound{}}
	for _, e := range d.Events {
		out.Events = append(out.Events, approvalEvent{e.Round, e.Turn, string(e.Act), e.ActorID, e.ActorName, e.For, e.To, e.Note, toAPIInstant(e.At)})
	}
	for _, r := range d.Rounds {
		out.Rounds = append(out.Rounds, approvalRound{r.Round, r.Data, r.Facts, r.Document, r.Hash, toAPIInstant(r.SubmittedAt)})
	}
	return out
}

func toAPIStandIn(d approval.Delegation) standIn {
	return standIn{d.ID, d.UserID, d.DeputyID, d.From.String(), d.Until.String(), toAPIInstant(d.MadeAt), toAPIInstant(d.EndedAt)}
}

func toAPIFlowDraft(d approval.FlowDraft) approvalFlowDraft {
	return approvalFlowDraft{d.Kind, d.BasedOn, d.Flow, d.Hash, d.Reason, d.ProposedBy, d.ProposedName, toAPIInstant(d.ProposedAt)}
}

func toAPIApprovalFlow(v approval.FlowVersion) approvalFlowHead {
	return approvalFlowHead{v.Kind, v.Version, v.Flow, v.Reason, v.ProposedBy, v.PublishedBy, toAPIInstant(v.PublishedAt)}
}
