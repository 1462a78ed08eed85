package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
)

// LeadEntry is a lead as it is entered.
type LeadEntry struct {
	Company  string    `json:"company,omitempty" maxLength:"300" doc:"Of whom nobody knows the company, the name is enough."`
	Name     string    `json:"name,omitempty" maxLength:"300" doc:"Of the person."`
	Title    string    `json:"title,omitempty" maxLength:"300"`
	Phone    string    `json:"phone,omitempty" maxLength:"40" doc:"Masked where you may not see it; sent back masked, it stays what it is."`
	WeChat   string    `json:"wechat,omitempty" maxLength:"300"`
	Email    string    `json:"email,omitempty" maxLength:"300"`
	City     string    `json:"city,omitempty" maxLength:"300"`
	Industry string    `json:"industry,omitempty" maxLength:"300"`
	Source   string    `json:"source,omitempty" enum:"referral,website,exhibition,cold_call,partner,existing,other"`
	Campaign string    `json:"campaign,omitempty" maxLength:"300" doc:"What it came by, such as an exhibition."`
	Note     string    `json:"note,omitempty" maxLength:"8000" doc:"What is wanted."`
	Fields   ownValues `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
}

// LeadHead is a lead in a list.
type LeadHead struct {
	ID int64 `json:"id"`
	LeadEntry
	Status        string     `json:"status" enum:"new,contacted,qualified,converted,invalid"`
	OwnerID       int64      `json:"owner_id,omitempty" doc:"A person; left out while it is nobody's."`
	OwnerName     string     `json:"owner_name,omitempty"`
	AssignedAt    *time.Time `json:"assigned_at,omitempty" doc:"To the present owner: the clock of the first contact."`
	AnswerBy      *time.Time `json:"answer_by,omitempty" doc:"Until when the first contact is expected; left out when no clock runs."`
	FirstAt       *time.Time `json:"first_at,omitempty" doc:"The first contact."`
	FollowedAt    *time.Time `json:"followed_at,omitempty" doc:"The last follow-up."`
	NextOn        string     `json:"next_on,omitempty" format:"date" doc:"The next contact."`
	InvalidFor    string     `json:"invalid_for,omitempty" doc:"wrong_number, no_answer, no_need, no_fit, duplicate, competitor or other."`
	InvalidWhy    string     `json:"invalid_why,omitempty"`
	CustomerID    int64      `json:"customer_id,omitempty" doc:"That it became."`
	OpportunityID int64      `json:"opportunity_id,omitempty" doc:"That it became."`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	Revision      int64      `json:"revision"`
}

// leadDetail is a lead with its history.
type leadDetail struct {
	LeadHead
	FollowUps []leadFollowUp `json:"follow_ups" nullable:"false" doc:"The newest first, at most 100."`
	Changes   []workChange   `json:"changes" nullable:"false" doc:"The newest first, at most 100."`
}

// leadFollowUp is what was done with a lead.
type leadFollowUp struct {
	ID         int64      `json:"id"`
	PersonID   int64      `json:"person_id,omitempty"`
	PersonName string     `json:"person_name,omitempty"`
	Kind       string     `json:"kind" enum:"call,visit,wechat,meeting"`
	Text       string     `json:"text"`
	OccurredAt *time.Time `json:"occurred_at,omitempty"`
	RecordedAt *time.Time `json:"recorded_at,omitempty"`
	NextOn     string     `json:"next_on,omitempty" format:"date"`
}

// leadTwin is a lead or a customer that may be the one at hand.
type leadTwin struct {
	Kind      string   `json:"kind" enum:"lead,customer"`
	ID        int64    `json:"id,omitempty" doc:"Left out when it is out of reach."`
	Key       string   `json:"key,omitempty" doc:"Of a customer within reach."`
	Name      string   `json:"name,omitempty" doc:"Left out when it is out of reach."`
	SamePhone bool     `json:"same_phone,omitempty"`
	SameCode  bool     `json:"same_code,omitempty" doc:"The same unified social credit code."`
	SameName  bool     `json:"same_name,omitempty" doc:"But for place, legal form and signs."`
	Owners    []string `json:"owners" nullable:"false" doc:"Whose it is."`
}

type (
	leadOutput struct {
		ETag string `header:"ETag"`
		Body leadDetail
	}
	changedLead struct {
		ETag string `header:"ETag"`
		Body LeadHead
	}
	listLeadsInput struct {
		Paging
		DayRange
		Search     string   `query:"search" maxLength:"100" doc:"Part of a name, a telephone number or the campaign; also by pinyin."`
		Status     string   `query:"status" enum:"new,contacted,qualified,converted,invalid"`
		Open       bool     `query:"open" doc:"Whatever is not converted or invalid."`
		Source     string   `query:"source" enum:"referral,website,exhibition,cold_call,partner,existing,other"`
		Campaign   string   `query:"campaign" maxLength:"300"`
		PersonID   int64    `query:"person_id" doc:"Who owns it."`
		TeamID     int64    `query:"team_id" doc:"Somebody of the team, as it is today, owns it."`
		Unassigned bool     `query:"unassigned" doc:"Nobody's yet."`
		Response   string   `query:"response" enum:"waiting,late" doc:"The first contact has not been made; or not within 24 hours."`
		Field      []string `query:"field,explode" maxItems:"10" doc:"Limits by the company's own fields: key=value, key>=value or key<=value."`
		Sort       string   `query:"sort" maxLength:"80" doc:"id, assigned_at or field.key; the newest first when it is left out; a minus turns the order round."`
	}
	createLeadInput struct {
		Body struct {
			LeadEntry
			Owner string `json:"owner,omitempty" maxLength:"100" doc:"Employee number. Left out, it is yours, or nobody's when you give leads out."`
		}
	}
	changeLeadInput struct {
		ByNumber
		Precondition
		Body LeadEntry
	}
	actOnLeadInput struct {
		ByNumber
		Precondition
	}
	dropLeadInput struct {
		ByNumber
		Precondition
		Body struct {
			For string `json:"for" enum:"wrong_number,no_answer,no_need,no_fit,duplicate,competitor,other"`
			Why string `json:"why,omitempty" maxLength:"8000" doc:"Needed with other."`
		}
	}
	assignLeadsInput struct {
		Body struct {
			Leads []int64  `json:"leads" nullable:"false" minItems:"1" maxItems:"500"`
			To    []string `json:"to" nullable:"false" minItems:"1" maxItems:"50" doc:"Employee numbers. With several, leads go to them in turn: who got none for the longest time is first."`
		}
	}
	assignedOutput struct {
		Body struct {
			Items []LeadHead `json:"items" nullable:"false" doc:"Those that have a new owner."`
			Left  int64      `json:"left" doc:"Those that had that owner already."`
		}
	}
	followLeadInput struct {
		ByNumber
		Body struct {
			Kind       string     `json:"kind" enum:"call,visit,wechat,meeting"`
			Text       string     `json:"text" maxLength:"8000"`
			OccurredAt *time.Time `json:"occurred_at,omitempty" doc:"Now when it is left out."`
			NextOn     string     `json:"next_on,omitempty" format:"date" doc:"The next contact."`
		}
	}
	followedLead struct {
		Body leadFollowUp
	}
	listLeadTwinsInput struct {
		ID         int64  `query:"id" doc:"The lead itself, which is no twin of its own."`
		Company    string `query:"company" maxLength:"300"`
		Phone      string `query:"phone" maxLength:"40"`
		CreditCode string `query:"credit_code" maxLength:"40"`
	}
	convertLeadInput struct {
		ByNumber
		Precondition
		Body struct {
			Customer    string              `json:"customer,omitempty" maxLength:"100" doc:"Number of a customer that is there and within reach. Left out, new_customer is registered."`
			NewCustomer *leadCustomer       `json:"new_customer,omitempty"`
			Despite     bool                `json:"despite,omitempty" doc:"Register the customer although one of the same name is there."`
			Opportunity leadOpportunityBody `json:"opportunity"`
		}
	}
	leadCustomer struct {
		Key        string `json:"key,omitempty" maxLength:"100" doc:"Given when it is left out."`
		Name       string `json:"name" maxLength:"300"`
		Industry   string `json:"industry,omitempty" maxLength:"300"`
		City       string `json:"city,omitempty" maxLength:"300"`
		CreditCode string `json:"credit_code,omitempty" maxLength:"40"`
	}
	leadOpportunityBody struct {
		Name        string   `json:"name" maxLength:"300" doc:"What is to be sold, in a line."`
		Stage       string   `json:"stage,omitempty" maxLength:"63" doc:"One for open opportunities; the first when it is left out."`
		AmountMinor int64    `json:"amount_minor" minimum:"0"`
		Currency    string   `json:"currency" example:"CNY"`
		ExpectedOn  string   `json:"expected_on" format:"date"`
		Products    []string `json:"products,omitempty" nullable:"false" maxItems:"20"`
	}
)

func (a *API) leadOperations() {
	leads := a.services.Leads
	register(a, operation{id: "list_leads", method: http.MethodGet, path: "/leads", tag: "sales"}, a.listLeads)
	register(a, operation{id: "list_leads_like", method: http.MethodGet, path: "/leads/like", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *listLeadTwinsInput) (*listOutput[leadTwin], error) {
			twins, err := leads.Twins(ctx, actor, lead.Likeness{ID: in.ID, Company: in.Company, Phone: in.Phone, CreditCode: in.CreditCode})
			return newList(twins, "", toAPILeadTwin), err
		})
	register(a, operation{id: "get_lead", method: http.MethodGet, path: "/leads/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*leadOutput, error) {
			d, err := leads.Get(ctx, actor, in.ID)
			followUps := make([]leadFollowUp, len(d.FollowUps))
			for i, f := range d.FollowUps {
				followUps[i] = toAPILeadFollowUp(f)
			}
			return &leadOutput{leadTag(d.Lead), leadDetail{toAPILead(d.Lead), followUps, toAPIChanges(d.Changes)}}, err
		})
	register(a, operation{id: "list_lead_events", method: http.MethodGet, path: "/leads/{id}/events", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *ByNumber) (*listOutput[processEvent], error) {
			events, err := leads.Events(ctx, actor, in.ID)
			return newList(events, "", toAPIEvent), err
		})
	register(a, operation{id: "create_lead", method: http.MethodPost, path: "/leads", tag: "sales", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *createLeadInput) (*changedLead, error) {
			entry := fromAPILead(in.Body.LeadEntry)
			entry.Owner = in.Body.Owner
			l, err := leads.Save(ctx, actor, entry)
			if err != nil {
				return nil, err
			}
			return a.readLead(ctx, actor, l.ID)
		})
	register(a, operation{id: "change_lead", method: http.MethodPut, path: "/leads/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *changeLeadInput) (*changedLead, error) {
			if in.ID <= 0 { // the service would take it for a new one
				return nil, errNotFound()
			}
			return a.changeLead(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
				entry := fromAPILead(in.Body)
				entry.ID, entry.Seen = in.ID, seen
				_, err := leads.Save(ctx, actor, entry)
				return err
			})
		})
	a.leadActs()
}

// leadActs are what is done with leads.
func (a *API) leadActs() {
	leads := a.services.Leads
	post := func(id, path string) operation {
		return operation{id: id, method: http.MethodPost, path: "/leads/{id}/" + path, tag: "sales"}
	}
	register(a, operation{id: "assign_leads", method: http.MethodPost, path: "/leads/assignments", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *assignLeadsInput) (*assignedOutput, error) {
			done, err := leads.Assign(ctx, actor, lead.Assignment{Leads: in.Body.Leads, To: in.Body.To})
			out := &assignedOutput{}
			out.Body.Items, out.Body.Left = make([]LeadHead, len(done.Given)), done.Left
			for i, l := range done.Given {
				out.Body.Items[i] = toAPILead(l)
				out.Body.Items[i].OwnerName = "" // that of the owner before
			}
			return out, err
		})
	register(a, post("follow_lead", "follow-ups"), func(ctx context.Context, actor access.Actor, in *followLeadInput) (*followedLead, error) {
		var c fact.Checker
		entry := lead.Contacted{LeadID: in.ID, Kind: followup.Kind(in.Body.Kind), Text: in.Body.Text, NextOn: fromAPIDate(&c, "next_on", in.Body.NextOn)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		if in.Body.OccurredAt != nil {
			entry.OccurredAt = *in.Body.OccurredAt
		}
		f, err := leads.Record(ctx, actor, entry)
		return &followedLead{toAPILeadFollowUp(f)}, err
	})
	register(a, post("qualify_lead", "qualify"), func(ctx context.Context, actor access.Actor, in *actOnLeadInput) (*changedLead, error) {
		return a.changeLead(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := leads.Qualify(ctx, actor, in.ID, seen)
			return err
		})
	})
	register(a, post("drop_lead", "drop"), func(ctx context.Context, actor access.Actor, in *dropLeadInput) (*changedLead, error) {
		return a.changeLead(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := leads.Drop(ctx, actor, lead.Invalid{ID: in.ID, For: in.Body.For, Why: in.Body.Why, Seen: seen})
			return err
		})
	})
	register(a, post("retake_lead", "retake"), func(ctx context.Context, actor access.Actor, in *actOnLeadInput) (*changedLead, error) {
		return a.changeLead(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := leads.Retake(ctx, actor, in.ID, seen)
			return err
		})
	})
	register(a, post("convert_lead", "convert"), a.convertLead)
}

func (a *API) listLeads(ctx context.Context, actor access.Actor, in *listLeadsInput) (*output[summedList[LeadHead]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	conditions, err := conditionsOf(in.Field)
	if err != nil {
		return nil, err
	}
	page, err := a.services.Leads.List(ctx, actor, lead.Filter{Fields: conditions, Search: in.Search, Status: lead.Status(in.Status), Open: in.Open, Source: in.Source, Campaign: in.Campaign, PersonID: in.PersonID,
		TeamID: in.TeamID, Unassigned: in.Unassigned, Response: lead.Response(in.Response), Created: days, Paging: in.facts(in.Sort), ExactTotal: true})
	page.Total.Sums = nil // nothing to add up
	return newSummed(page.Rows, page.Next, page.Total, toAPILead), err
}

func (a *API) convertLead(ctx context.Context, actor access.Actor, in *convertLeadInput) (*changedLead, error) {
	var c fact.Checker
	b := in.Body
	conversion := lead.Conversion{ID: in.ID, Customer: b.Customer, Despite: b.Despite, Opportunity: b.Opportunity.Name, Stage: opportunity.Stage(b.Opportunity.Stage), AmountMinor: b.Opportunity.AmountMinor,
		Currency: money.Currency(b.Opportunity.Currency), ExpectedOn: fromAPIDate(&c, "expected_on", b.Opportunity.ExpectedOn), Products: b.Opportunity.Products}
	if n := b.NewCustomer; n != nil {
		conversion.Key, conversion.Name, conversion.Industry, conversion.City, conversion.CreditCode = n.Key, n.Name, n.Industry, n.City, n.CreditCode
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return a.changeLead(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
		conversion.Seen = seen
		_, err := a.services.Leads.Convert(ctx, actor, conversion)
		return amountFields(err)
	})
}

// changeLead does something with a lead, in the state that the client has seen when it says which, and answers with it.
func (a *API) changeLead(ctx context.Context, actor access.Actor, id int64, in Precondition, do func(seen int64) error) (*changedLead, error) {
	var seen int64
	if in.asked() {
		d, err := a.services.Leads.Get(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(leadTag(d.Lead)) {
			return nil, errStale()
		}
	}
	if err := do(seen); err != nil {
		return nil, staleIf(err, "lead.changed_meanwhile")
	}
	return a.readLead(ctx, actor, id)
}

func (a *API) readLead(ctx context.Context, actor access.Actor, id int64) (*changedLead, error) {
	d, err := a.services.Leads.Get(ctx, actor, id)
	return &changedLead{leadTag(d.Lead), toAPILead(d.Lead)}, err
}

func leadTag(l lead.Lead) string {
	return quoted("lead." + strconv.FormatInt(l.ID, 10) + "." + strconv.FormatInt(l.Revision, 10))
}

func fromAPILead(e LeadEntry) lead.Entry {
	return lead.Entry{Company: e.Company, Name: e.Name, Title: e.Title, Phone: e.Phone, WeChat: e.WeChat, Email: e.Email, City: e.City, Industry: e.Industry, Source: e.Source, Campaign: e.Campaign, Note: e.Note, Fields: e.Fields.inputs()}
}

func toAPILead(l lead.Lead) LeadHead {
	return LeadHead{ID: l.ID, LeadEntry: LeadEntry{l.Company, l.Name, l.Title, l.Phone, l.WeChat, l.Email, l.City, l.Industry, l.Source, l.Campaign, l.Note, toAPIValues(l.Fields)}, Status: string(l.Status), OwnerID: l.OwnerID,
		OwnerName: l.OwnerName, AssignedAt: toAPIInstant(l.AssignedAt), AnswerBy: toAPIInstant(l.AnswerBy()), FirstAt: toAPIInstant(l.FirstAt), FollowedAt: toAPIInstant(l.FollowedAt), NextOn: toAPIDate(l.NextOn),
		InvalidFor: l.InvalidFor, InvalidWhy: l.InvalidWhy, CustomerID: l.CustomerID, OpportunityID: l.OpportunityID, CreatedAt: toAPIInstant(l.CreatedAt), Revision: l.Revision}
}

func toAPILeadFollowUp(f followup.FollowUp) leadFollowUp {
	return leadFollowUp{f.ID, f.PersonID, f.PersonName, string(f.Kind), f.Text, toAPIInstant(f.OccurredAt), toAPIInstant(f.RecordedAt), toAPIDate(f.NextOn)}
}

func toAPILeadTwin(t lead.Twin) leadTwin {
	owners := t.Owners
	if owners == nil {
		owners = []string{}
	}
	return leadTwin{string(t.Kind), t.ID, t.Key, t.Name, t.SamePhone, t.SameCode, t.SameName, owners}
}
