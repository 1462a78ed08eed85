package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// tierStanding is where a customer stands.
type tierStanding struct {
	CustomerID      int64    `json:"customer_id"`
	CustomerKey     string   `json:"customer_key"`
	CustomerName    string   `json:"customer_name"`
	Tier            string   `json:"tier" enum:"A,B,C" doc:"What counts."`
	Standing        string   `json:"standing" enum:"A,B,C" doc:"What reviews have given; another one counts while a tier is set by hand."`
	Due             string   `json:"due" enum:"A,B,C" doc:"What the facts alone would give."`
	Ground          string   `json:"ground" enum:"value,new,potential,negative,minimum" doc:"The rule that gave it."`
	Score           string   `json:"score,omitempty" example:"87.5%" doc:"Of value; left out with too little data."`
	Relation        string   `json:"relation" enum:"prospect,new,existing,churn_warned"`
	Warnings        []string `json:"warnings,omitempty" doc:"Why it is churn-warned: silent, contract_ends, contract_ended."`
	MarginMinor     int64    `json:"margin_minor" doc:"Of the policy's months, in the company's currency."`
	SpendMinor      int64    `json:"spend_minor"`
	Orders          int      `json:"orders"`
	LastOrderOn     string   `json:"last_order_on,omitempty" format:"date"`
	Group           string   `json:"rfm_group,omitempty"`
	AlivePPM        *int64   `json:"alive_ppm,omitempty" doc:"The chance that it buys again, in parts per million; left out where it was not estimated."`
	ExpectedMillion *int64   `json:"expected_orders_millionths,omitempty" doc:"Orders of the next year."`
	ExpectedMinor   *int64   `json:"expected_minor,omitempty" doc:"What they bring."`
	Complete        string   `json:"completeness" example:"85%"`
	OwnerID         int64    `json:"owner_id,omitempty" doc:"The person who follows it."`
	OwnerName       string   `json:"owner_name,omitempty"`
	LastContactOn   string   `json:"last_contact_on,omitempty" format:"date"`
	ContactDueOn    string   `json:"contact_due_on,omitempty" format:"date"`
	SetByHandUntil  string   `json:"set_by_hand_until,omitempty" format:"date"`
	AsOf            string   `json:"as_of" format:"date"`
	PolicyHash      string   `json:"policy_hash"`
}

// tierLack is a field of a customer's file that does not count.
type tierLack struct {
	Field string `json:"field"`
	Lack  string `json:"lack" enum:"empty,invalid,stale"`
	Adds  string `json:"adds" doc:"What it would add to the completeness."`
}

// tierChange is one change of a tier.
type tierChange struct {
	At   string `json:"at" format:"date-time"`
	Kind string `json:"kind" enum:"review,approved,refused,override,override_ended,asked"`
	From string `json:"from"`
	To   string `json:"to"`
	By   string `json:"by,omitempty"`
	Note string `json:"note,omitempty"`
}

// tierDetail is everything about where a customer stands; without standing before its first review.
type tierDetail struct {
	Standing     *tierStanding `json:"standing,omitempty"`
	Why          []string      `json:"why" nullable:"false" doc:"In your language."`
	WouldChange  []string      `json:"would_change" nullable:"false" doc:"What would give a better tier, in your language."`
	Completeness string        `json:"completeness" doc:"As of now."`
	Lacking      []tierLack    `json:"lacking" nullable:"false" doc:"The heaviest first."`
	Changes      []tierChange  `json:"changes" nullable:"false" doc:"The newest first."`
	ProposalID   int64         `json:"proposal_id,omitempty" doc:"Of a change that waits."`
	AskedID      string        `json:"asked_id,omitempty" doc:"The open request for approval by which somebody asks for another tier."`
}

type tierDetailOutput struct {
	ETag string `header:"ETag"`
	Body tierDetail
}

// tierProposal is a change that waits.
type tierProposal struct {
	ID           int64  `json:"id"`
	CustomerID   int64  `json:"customer_id"`
	CustomerName string `json:"customer_name"`
	From         string `json:"from"`
	To           string `json:"to"`
	OwnerName    string `json:"owner_name,omitempty"`
	Score        string `json:"score"`
	RequestID    string `json:"request_id,omitempty" doc:"The request for approval by which it is decided."`
	MayDecide    bool   `json:"may_decide" doc:"You may decide on it now."`
}

// tierReview is one review of all customers.
type tierReview struct {
	ID         int64                   `json:"id"`
	Kind       string                  `json:"kind" enum:"review,look"`
	Month      string                  `json:"month"`
	AsOf       string                  `json:"as_of" format:"date"`
	State      string                  `json:"state" enum:"running,complete,failed"`
	JobID      string                  `json:"job_id"`
	PolicyID   string                  `json:"policy_id,omitempty" doc:"Left out for the policy that ships with the product."`
	PolicyHash string                  `json:"policy_hash"`
	Failure    string                  `json:"failure,omitempty"`
	Summary    *tierbook.ReviewSummary `json:"summary,omitempty"`
}

type (
	listTiersInput struct {
		Paging
		Tier     string `query:"tier" enum:"A,B,C"`
		Relation string `query:"relation" enum:"prospect,new,existing,churn_warned"`
		Group    string `query:"rfm_group" maxLength:"20"`
		PersonID int64  `query:"person_id" doc:"Who follows them."`
		TeamID   int64  `query:"team_id"`
		Search   string `query:"search" maxLength:"100"`
		Only     string `query:"only" enum:"overdue,incomplete,by_hand" doc:"Contact overdue; file below the goal; tier set by hand."`
		Sort     string `query:"sort" enum:"score,-score,due,-due"`
	}
	setTierInput struct {
		ByNumber
		Precondition
		Body struct {
			Tier   string `json:"tier" enum:"A,B,C"`
			Until  string `json:"until" format:"date" doc:"The first day on which it no longer holds."`
			Reason string `json:"reason" maxLength:"4000"`
		}
	}
	askTierInput struct {
		ByNumber
		Precondition
		Body struct {
			Tier     string `json:"tier" enum:"A,B,C"`
			Until    string `json:"until" format:"date" doc:"The first day on which it no longer holds."`
			Reason   string `json:"reason" maxLength:"4000"`
			Evidence string `json:"evidence" maxLength:"4000" doc:"What shows it; files go to the request for approval."`
		}
	}
	endTierInput struct {
		ByNumber
		Precondition
	}
	decideTiersInput struct {
		Body struct {
			IDs     []int64 `json:"ids" minItems:"1" maxItems:"200"`
			Approve bool    `json:"approve"`
			Note    string  `json:"note,omitempty" maxLength:"4000" doc:"Needed to refuse."`
		}
	}
	listTierProposalsInput struct {
		Cursor string `query:"cursor" maxLength:"20" doc:"The value of next of the part before."`
	}
)

func (a *API) tierOperations() {
	tiers := a.services.Tiers
	register(a, operation{id: "list_customer_tiers", method: http.MethodGet, path: "/tiers/customers", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listTiersInput) (*output[countedList[tierStanding]], error) {
		page, err := tiers.Customers(ctx, actor, tierbook.Filter{Tier: tier.Tier(in.Tier), Relation: tier.Axis(in.Relation), Group: tier.Group(in.Group), PersonID: in.PersonID, TeamID: in.TeamID, Search: in.Search,
			Overdue: in.Only == "overdue", Incomplete: in.Only == "incomplete", Overridden: in.Only == "by_hand", ExactTotal: true, Paging: in.facts(in.Sort)})
		return newCounted(page.Rows, page.Next, page.Count, toAPIStanding), err
	})
	register(a, operation{id: "get_customer_tier", method: http.MethodGet, path: "/customers/{id}/tier", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*tierDetailOutput, error) {
		d, err := tiers.Customer(ctx, actor, in.ID)
		return &tierDetailOutput{standingTag(d), toAPITierDetail(httpx.PrinterFrom(ctx), d)}, err
	})
	register(a, operation{id: "set_customer_tier", method: http.MethodPut, path: "/customers/{id}/tier", tag: "sales", status: http.StatusNoContent}, a.setTier)
	register(a, operation{id: "ask_customer_tier", method: http.MethodPost, path: "/customers/{id}/tier/asks", tag: "sales", status: http.StatusCreated}, a.askTier)
	register(a, operation{id: "end_customer_tier", method: http.MethodDelete, path: "/customers/{id}/tier", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *endTierInput) (*none, error) {
		seen, err := a.seenStanding(ctx, actor, in.Precondition, in.ID)
		if err == nil {
			err = tiers.EndOverride(ctx, actor, in.ID, seen)
		}
		return nil, staleIf(err, "tierbook.standing_changed")
	})
	register(a, operation{id: "list_tier_proposals", method: http.MethodGet, path: "/tiers/proposals", tag: "sales"}, a.listTierProposals)
	register(a, operation{id: "decide_tier_proposals", method: http.MethodPost, path: "/tiers/proposals/decisions", tag: "sales", status: http.StatusNoContent}, func(ctx context.Context, actor access.Actor, in *decideTiersInput) (*none, error) {
		return nil, tiers.Decide(ctx, actor, tierbook.Decision{IDs: in.Body.IDs, Approve: in.Body.Approve, Note: in.Body.Note})
	})
	register(a, operation{id: "list_tier_reviews", method: http.MethodGet, path: "/tiers/reviews", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[tierReview], error) {
		reviews, err := tiers.Reviews(ctx, actor, 0)
		printer := httpx.PrinterFrom(ctx)
		return newList(reviews, "", func(r tierbook.Review) tierReview { return toAPITierReview(printer, r) }), err
	})
	register(a, operation{id: "start_tier_review", method: http.MethodPost, path: "/tiers/reviews", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, _ *none) (*output[tierReview], error) {
		r, err := tiers.StartReview(ctx, actor)
		return &output[tierReview]{toAPITierReview(httpx.PrinterFrom(ctx), r)}, err
	})
}

func (a *API) setTier(ctx context.Context, actor access.Actor, in *setTierInput) (*none, error) {
	until, err := fromAPIDay("until", in.Body.Until)
	if err != nil {
		return nil, err
	}
	seen, err := a.seenStanding(ctx, actor, in.Precondition, in.ID)
	if err == nil {
		err = a.services.Tiers.SetOverride(ctx, actor, tierbook.Override{CustomerID: in.ID, Tier: tier.Tier(in.Body.Tier), Until: until, Reason: in.Body.Reason, Seen: seen})
	}
	return nil, staleIf(err, "tierbook.standing_changed")
}

func (a *API) askTier(ctx context.Context, actor access.Actor, in *askTierInput) (*output[ApprovalHead], error) {
	until, err := fromAPIDay("until", in.Body.Until)
	if err != nil {
		return nil, err
	}
	seen, err := a.seenStanding(ctx, actor, in.Precondition, in.ID)
	if err != nil {
		return nil, err
	}
	made, err := a.services.Tiers.AskChange(ctx, actor, tierbook.Ask{CustomerID: in.ID, Tier: tier.Tier(in.Body.Tier), Until: until, Reason: in.Body.Reason, Evidence: in.Body.Evidence, Seen: seen})
	return &output[ApprovalHead]{toAPIApproval(made)}, staleIf(err, "tierbook.standing_changed")
}

// seenStanding is the revision of the standing that a change is meant for; 0 when the client didn't say.
func (a *API) seenStanding(ctx context.Context, actor access.Actor, in Precondition, id int64) (int64, error) {
	if !in.asked() {
		return 0, nil
	}
	d, err := a.services.Tiers.Customer(ctx, actor, id)
	if err != nil {
		return 0, err
	}
	if !in.fits(standingTag(d)) || d.Standing == nil {
		return 0, errStale()
	}
	return d.Standing.Revision, nil
}

func standingTag(d tierbook.Detail) string {
	if d.Standing == nil {
		return ""
	}
	return quoted("tier." + strconv.FormatInt(d.Standing.CustomerID, 10) + "." + strconv.FormatInt(d.Standing.Revision, 10))
}

func (a *API) listTierProposals(ctx context.Context, actor access.Actor, in *listTierProposalsInput) (*output[countedList[tierProposal]], error) {
	after := int64(0)
	if in.Cursor != "" {
		var err error
		if after, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil {
			return nil, errCursor()
		}
	}
	p, err := a.services.Tiers.Proposals(ctx, actor, after)
	next := ""
	if p.Next != 0 {
		next = strconv.FormatInt(p.Next, 10)
	}
	return newCounted(p.Rows, next, p.Count, func(x tierbook.Proposal) tierProposal {
		return tierProposal{x.ID, x.CustomerID, x.CustomerName, string(x.From), string(x.To), x.OwnerName, x.Score.String(), x.RequestID, p.MayDecide(x)}
	}), err
}

// estimate is nothing where there is none.
func estimate(n int64) *int64 {
	if n == tierbook.Unknown {
		return nil
	}
	return &n
}

func toAPIStanding(s tierbook.Standing) tierStanding {
	r := &s.Result
	out := tierStanding{CustomerID: s.CustomerID, CustomerKey: s.CustomerKey, CustomerName: s.CustomerName, Tier: string(r.Tier), Standing: string(r.Standing.Tier), Due: string(r.Due), Ground: string(r.Ground),
		Relation: string(r.Axis), MarginMinor: s.Facts.Margin, SpendMinor: s.Facts.Spend, Orders: s.Facts.Orders, LastOrderOn: knownDay(s.Facts.LastOrder), Group: string(s.RFM.Group), AlivePPM: estimate(s.AliveMillion),
		ExpectedMillion: estimate(s.Expected), ExpectedMinor: estimate(s.ExpectedMinor), Complete: s.Complete.String(), OwnerID: s.OwnerID, OwnerName: s.OwnerName, LastContactOn: knownDay(s.LastContact),
		ContactDueOn: knownDay(s.ContactDue), AsOf: s.AsOf.String(), PolicyHash: s.PolicyHash}
	if r.Judged {
		out.Score = r.Score.String()
	}
	for _, w := range r.Warnings {
		out.Warnings = append(out.Warnings, string(w))
	}
	if o := s.Facts.Override; o != nil {
		out.SetByHandUntil = o.Until.String()
	}
	return out
}

func toAPITierDetail(p *i18n.Printer, d tierbook.Detail) tierDetail {
	out := tierDetail{Completeness: d.Complete.Share.String(), Lacking: []tierLack{}, Changes: []tierChange{}, Why: texts(p, d.Why.Because), WouldChange: texts(p, d.Why.Change)}
	if d.Standing != nil {
		s := toAPIStanding(*d.Standing)
		out.Standing = &s
	}
	for _, m := range d.Complete.Missing {
		out.Lacking = append(out.Lacking, tierLack{m.Field, string(m.Lack), m.Adds.String()})
	}
	for _, c := range d.Changes {
		out.Changes = append(out.Changes, tierChange{c.At.UTC().Format("2006-01-02T15:04:05Z"), string(c.Kind), string(c.From), string(c.To), c.ActorName, c.Note})
	}
	if d.Proposal != nil {
		out.ProposalID = d.Proposal.ID
	}
	if d.Asked != nil {
		out.AskedID = d.Asked.RequestID
	}
	return out
}

// texts writes messages in the language of the caller.
func texts(p *i18n.Printer, messages []errs.Message) []string {
	said := []string{}
	for _, m := range messages {
		said = append(said, p.Message(m))
	}
	return said
}

func toAPITierReview(p *i18n.Printer, r tierbook.Review) tierReview {
	out := tierReview{ID: r.ID, Kind: string(r.Kind), Month: r.Month.String(), AsOf: r.AsOf.String(), State: string(r.State), JobID: r.JobID, PolicyID: r.PolicyID, PolicyHash: r.PolicyHash, Failure: p.Message(r.Failure)}
	if r.State == tierbook.ReviewComplete {
		out.Summary = &r.Summary
	}
	return out
}
