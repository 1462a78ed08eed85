// Package sales is the pages of selling and of what was sold: the day of a seller, leads, opportunities on their board, quotes, contracts, customers, deals, payments,
// products, exchange rates, quotas; lists with filters, saved views and exports, and the forms by which facts are entered and corrected by hand.
//
// It decides nothing about who may see what: the services do. An amount is typed and shown in its own currency.
package sales

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/given"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/target"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages show.
type Services struct {
	Customers *customer.Service
	Deals     *deal.Service
	Targets   *target.Service
	Given     *given.Service

	Leads         *lead.Service
	Standards     *standard.Service
	Opportunities *opportunity.Service
	FollowUps     *followup.Service
	Contacts      *contact.Service
	Fields        *customfield.Service
	Cases         *servicecase.Service
	Visits        *revisit.Service
	Quotes        *quote.Service
	Contracts     *contract.Service
	Approvals     *approval.Service

	Profiles *profile.Service
	Agenda   *agenda.Service
	Tiers    *tierbook.Service

	Payouts  *payout.Service
	People   *org.Service
	Users    *access.Service
	Currency func() money.Currency // of quotas
	Now      func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	h.workRoutes(handle)
	h.caseRoutes(handle)
	h.visitRoutes(handle)
	h.leadRoutes(handle)
	h.keepingRoutes(handle)
	h.quoteRoutes(handle)
	h.contractRoutes(handle)
	handle("GET /customers", h.listCustomers)
	handle("GET /customers/export/{format}", h.exportCustomers)
	handle("GET /customers/new", h.newCustomer)
	handle("POST /customers", h.saveCustomer)
	handle("GET "+twinsURL, h.showTwins)
	handle("GET "+suggestCustomersURL, h.suggestCustomers)
	handle("GET /customers/{id}", h.showCustomer)
	handle("POST /customers/{id}", h.saveCustomer)
	handle("GET /deals", h.listDeals)
	handle("GET /deals/export/{format}", h.exportDeals)
	handle("GET "+newDealURL, h.newDeal)
	handle("POST "+newDealURL, h.recordDeal)
	handle("GET /deals/{key}", h.showDeal)
	handle("GET /correct-deal/{key}", h.editDeal)
	handle("POST /correct-deal/{key}", h.correctDeal)
	handle("POST /deals/{key}/payments", h.recordPayment)
	handle("POST /deals/{key}/invoices", h.recordInvoice)
	handle("POST /deals/{key}/cancel", h.cancelDeal)
	handle("GET /invoices", h.listInvoices)
	handle("GET /invoices/export/{format}", h.exportInvoices)
	handle("GET /invoices/{key}", h.showInvoice)
	handle("POST /invoices/{key}", h.correctInvoice)
	handle("GET /payments", h.listPayments)
	handle("GET /payments/export/{format}", h.exportPayments)
	handle("GET /payments/{key}", h.showPayment)
	handle("POST /payments/{key}", h.correctPayment)
	handle("GET /products", h.listProducts)
	handle("GET /products/new", h.newProduct)
	handle("POST /products", h.saveProduct)
	handle("GET /products/{id}", h.showProduct)
	handle("POST /products/{id}", h.saveProduct)
	handle("GET /rates", h.listRates)
	handle("GET /rates/export/{format}", h.exportRates)
	handle("GET /rates/new", h.newRate)
	handle("POST /rates", h.recordRate)
	handle("GET /rates/{base}/{quote}/{on}/{kind}", h.showRate)
	handle("POST /rates/{base}/{quote}/{on}/{kind}", h.correctRate)
	handle("GET /quotas", h.listQuotas)
	handle("GET /quotas/export/{format}", h.exportQuotas)
	handle("GET /quotas/{month}/{person}", h.showQuota)
	handle("POST /quotas/{month}/{person}", h.setQuota)
	handle("GET /given", h.listGiven)
	handle("GET /given/export/{format}", h.exportGiven)
	handle("GET /given/{month}/{person}", h.showGiven)
	handle("POST /given/{month}/{person}", h.setGiven)
	handle("GET /views/new", h.newView)
	handle("POST /views", h.saveView)
	handle("POST /views/{id}/delete", h.deleteView)
}

// workRoutes are about what sellers work on.
func (h *Handler) workRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+todayURL, h.showToday)
	handle("POST "+todayTasksURL, h.addTask)
	handle("POST "+todayTasksURL+"/{id}/{act}", h.changeTask)
	handle("GET "+boardURL, h.showBoard)
	handle("POST "+boardURL+"/move", h.moveCard)
	handle("GET "+opportunitiesURL, h.listOpportunities)
	handle("GET "+opportunitiesURL+"/export/{format}", h.exportOpportunities)
	handle("POST "+opportunitiesURL, h.addOpportunity)
	handle("POST "+changeTogetherURL, h.changeTogether)
	handle("GET "+opportunitiesURL+"/{id}", h.showOpportunity)
	handle("POST "+opportunitiesURL+"/{id}", h.saveOpportunity)
	handle("POST "+opportunitiesURL+"/{id}/stage", h.moveOpportunity)
	handle("POST "+opportunitiesURL+"/{id}/steps/{step}", h.recordStep)
	handle("POST "+opportunitiesURL+"/{id}/exemptions", h.exempt)
	handle("POST "+opportunitiesURL+"/{id}/exemptions/{exemption}/end", h.endExemption)
	handle("POST "+opportunitiesURL+"/{id}/reopen", h.reopenOpportunity)
	handle("POST "+opportunitiesURL+"/{id}/deal", h.linkDeal)
	handle(opportunityFollowUps, h.recordFollowUp)
	handle(customerFollowUps, h.recordContact)
	handle("GET "+followUpsURL+"/{id}", h.showFollowUp)
	handle("GET "+newOpportunityURL, h.newOpportunity)
	handle("GET "+editPath+"{id}", h.editOpportunity)
	handle("GET "+winPath+"{id}", h.askWin)
	handle("POST "+winPath+"{id}", h.winOpportunity)
	handle("GET "+losePath+"{id}", h.askLose)
	handle("POST "+losePath+"{id}", h.loseOpportunity)
	h.contactRoutes(handle)
	h.cellRoutes(handle)
}

func (h *Handler) today() calendar.Date { return calendar.DateOf(h.Now()) }

// mendable reports errors that a form shows beside its fields.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// done goes on to the page of what was entered, which then says whether it came late.
func done(w http.ResponseWriter, r *http.Request, path string, receipt fact.Receipt) error {
	query := url.Values{"saved": {"1"}}
	switch {
	case receipt.Batch == 0:
		query.Set("saved", "0")
	case receipt.Late:
		query.Set("late", receipt.Month.String())
	}
	http.Redirect(w, r, path+"?"+query.Encode(), http.StatusSeeOther)
	return nil
}

// userNames finds who recorded the versions.
func (h *Handler) userNames(ctx context.Context, marks []fact.Mark) (map[string]string, error) {
	var ids []string
	for _, m := range marks {
		ids = append(ids, m.RecordedBy)
		if m.SupersededBy != "" {
			ids = append(ids, m.SupersededBy)
		}
	}
	return h.Users.Names(ctx, ids)
}

// teams are the choices of the team filter, for those who may see the organisation.
func (h *Handler) teams(ctx context.Context, actor access.Actor) ([]ui.Option, error) {
	_, teams, err := h.regionsAndTeams(ctx, actor)
	return teams, err
}

// regionsAndTeams are what lists can be narrowed to; none for who does not read the organisation.
func (h *Handler) regionsAndTeams(ctx context.Context, actor access.Actor) (regions, teams []ui.Option, err error) {
	if !actor.Can(access.PermOrgRead) {
		return nil, nil, nil
	}
	tree, err := h.People.Tree(ctx, actor, org.Now())
	if err != nil {
		return nil, nil, err
	}
	for _, region := range tree.Regions {
		regions = append(regions, ui.Option{Value: number(region.ID), Label: region.Name})
		for _, team := range region.Teams {
			teams = append(teams, ui.Option{Value: number(team.ID), Label: team.Name, Group: region.Name})
		}
	}
	return regions, teams, nil
}
