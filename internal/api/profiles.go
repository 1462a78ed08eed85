package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
)

// CustomerProfile is what is noted of a customer besides the facts.
type CustomerProfile struct {
	Need          string         `json:"need,omitempty" maxLength:"8000"`
	BudgetMinor   *int64         `json:"budget_minor,omitempty" minimum:"0" doc:"Of the company's currency. Left out where nobody knows."`
	DecisionMaker string         `json:"decision_maker,omitempty" maxLength:"300"`
	Address       string         `json:"address,omitempty" maxLength:"300"`
	RegionCode    string         `json:"region_code,omitempty" maxLength:"6" example:"310115" doc:"Six digits of GB/T 2260."`
	InvoiceTitle  string         `json:"invoice_title,omitempty" maxLength:"300"`
	ContractEnd   string         `json:"contract_end,omitempty" format:"date" doc:"The last day of the running contract."`
	Ratings       map[string]int `json:"ratings,omitempty" doc:"From 0 to 100, by the ids of the policy's potential."`
	Fields        ownValues      `json:"fields,omitempty" doc:"Values of the company's own fields of customers by key; null empties one, and what is left out stays."`
}

// profileDetail is a profile with what is known of its fields.
type profileDetail struct {
	CustomerID int64 `json:"customer_id"`
	CustomerProfile
	Confirmed map[string]string `json:"confirmed,omitempty" doc:"The day on which a field was entered or confirmed last, by its name."`
}

type profileOutput struct {
	ETag string `header:"ETag"`
	Body profileDetail
}

type saveProfileInput struct {
	ByNumber
	Precondition
	Body struct {
		CustomerProfile
		Confirm bool `json:"confirm,omitempty" doc:"What stays was looked at and still holds: it counts as confirmed today."`
	}
}

func (a *API) profileOperations() {
	register(a, operation{id: "get_customer_profile", method: http.MethodGet, path: "/customers/{id}/profile", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*profileOutput, error) {
		d, err := a.services.Profiles.Get(ctx, actor, in.ID)
		return &profileOutput{profileTag(d.Profile), toAPIProfile(d.Profile)}, err
	})
	register(a, operation{id: "save_customer_profile", method: http.MethodPut, path: "/customers/{id}/profile", tag: "sales"}, a.saveProfile)
}

func (a *API) saveProfile(ctx context.Context, actor access.Actor, in *saveProfileInput) (*profileOutput, error) {
	b := in.Body
	entry := profile.Entry{CustomerID: in.ID, Need: b.Need, BudgetMinor: fact.Unknown, DecisionMaker: b.DecisionMaker, Address: b.Address, RegionCode: b.RegionCode, InvoiceTitle: b.InvoiceTitle,
		Ratings: b.Ratings, Fields: b.Fields.inputs(), Confirm: b.Confirm}
	if b.BudgetMinor != nil {
		entry.BudgetMinor = *b.BudgetMinor
	}
	var err error
	if entry.ContractEnd, err = fromAPIDay("contract_end", b.ContractEnd); err != nil {
		return nil, err
	}
	if in.asked() {
		d, err := a.services.Profiles.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		if entry.Seen = d.Revision; !in.fits(profileTag(d.Profile)) {
			return nil, errStale()
		}
	}
	p, err := a.services.Profiles.Save(ctx, actor, entry)
	return &profileOutput{profileTag(p), toAPIProfile(p)}, staleIf(err, "profile.changed_meanwhile")
}

func profileTag(p profile.Profile) string {
	return quoted("profile." + strconv.FormatInt(p.CustomerID, 10) + "." + strconv.FormatInt(p.Revision, 10))
}

func toAPIProfile(p profile.Profile) profileDetail {
	d := profileDetail{CustomerID: p.CustomerID, CustomerProfile: CustomerProfile{Need: p.Need, DecisionMaker: p.DecisionMaker, Address: p.Address, RegionCode: p.RegionCode, InvoiceTitle: p.InvoiceTitle,
		ContractEnd: knownDay(p.ContractEnd), Ratings: p.Ratings, Fields: toAPIValues(p.Fields)}}
	if p.BudgetMinor != fact.Unknown {
		d.BudgetMinor = &p.BudgetMinor
	}
	for field, day := range p.Confirmed {
		if d.Confirmed == nil {
			d.Confirmed = map[string]string{}
		}
		d.Confirmed[string(field)] = day.String()
	}
	return d
}

// knownDay writes a day; nothing for one that is not known.
func knownDay(d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return ""
	}
	return d.String()
}
