package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/servicecase"
)

// ServiceCaseEntry is what a service case says.
type ServiceCaseEntry struct {
	Fields    ownValues `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
	Title     string    `json:"title" maxLength:"300" doc:"What it is about, in a line."`
	Kind      string    `json:"kind" enum:"question,repair,complaint,return"`
	Severity  string    `json:"severity" enum:"urgent,high,normal,low" doc:"Decides the time limits."`
	Text      string    `json:"text,omitempty" maxLength:"16000"`
	ContactID int64     `json:"contact_id,omitempty" doc:"A contact of the customer."`
	DealKey   string    `json:"deal_key,omitempty" maxLength:"100" doc:"A deal of the customer."`
	Product   string    `json:"product,omitempty" maxLength:"100" doc:"Number of a product; that of the deal when it is left out."`
}

// ServiceCaseHead is a service case in a list.
type ServiceCaseHead struct {
	Fields        ownValues  `json:"fields,omitempty" doc:"Values of the company's own fields by key."`
	ID            int64      `json:"id"`
	Title         string     `json:"title"`
	Kind          string     `json:"kind" enum:"question,repair,complaint,return"`
	Severity      string     `json:"severity" enum:"urgent,high,normal,low"`
	State         string     `json:"state" enum:"new,working,waiting,solved,closed,reopened"`
	Text          string     `json:"text,omitempty"`
	Solution      string     `json:"solution,omitempty"`
	CustomerID    int64      `json:"customer_id"`
	CustomerKey   string     `json:"customer_key"`
	CustomerName  string     `json:"customer_name"`
	ContactID     int64      `json:"contact_id,omitempty"`
	OpportunityID int64      `json:"opportunity_id,omitempty" doc:"The case of the process log."`
	DealKey       string     `json:"deal_key,omitempty"`
	ProductID     int64      `json:"product_id,omitempty"`
	OwnerID       int64      `json:"owner_id,omitempty" doc:"A person; absent while it waits to be taken."`
	OwnerName     string     `json:"owner_name,omitempty"`
	SellerID      int64      `json:"seller_id,omitempty" doc:"Who sold."`
	Source        string     `json:"source,omitempty" doc:"What it came of, such as survey:3."`
	OpenedAt      *time.Time `json:"opened_at,omitempty"`
	AnswerDue     *time.Time `json:"answer_due,omitempty"`
	AnsweredAt    *time.Time `json:"answered_at,omitempty" doc:"The first answer to the customer."`
	SolveDue      *time.Time `json:"solve_due,omitempty" doc:"Absent while the customer is waited for."`
	SolvedAt      *time.Time `json:"solved_at,omitempty"`
	ClosedAt      *time.Time `json:"closed_at,omitempty"`
	Reopened      int64      `json:"reopened" doc:"How often."`
	Revision      int64      `json:"revision"`
}

// serviceComment is something said about a case.
type serviceComment struct {
	ID     int64      `json:"id"`
	By     string     `json:"by" doc:"Name of who said it."`
	Public bool       `json:"public" doc:"The customer was told this."`
	Text   string     `json:"text"`
	At     *time.Time `json:"at,omitempty"`
}

// serviceCaseDetail is a case with comments and history, the newest first.
type serviceCaseDetail struct {
	ServiceCaseHead
	Comments []serviceComment `json:"comments" nullable:"false" doc:"The newest first, at most 200."`
	Changes  []workChange     `json:"changes" nullable:"false" doc:"The newest first, at most 200."`
}

// serviceLimit is how soon something is to be done.
type serviceLimit struct {
	Severity      string `json:"severity" enum:"urgent,high,normal,low"`
	AnswerMinutes int64  `json:"answer_minutes" minimum:"1" doc:"Working minutes to the first answer."`
	SolveMinutes  int64  `json:"solve_minutes" minimum:"1" doc:"Working minutes to the solution."`
}

// serviceRules are the time limits.
type serviceRules struct {
	Opens    int64          `json:"opens" minimum:"0" maximum:"1439" doc:"Minute of the day at which work begins."`
	Closes   int64          `json:"closes" minimum:"1" maximum:"1440"`
	Limits   []serviceLimit `json:"limits" nullable:"false" minItems:"4" maxItems:"4" doc:"Each severity once."`
	Revision int64          `json:"revision" doc:"Send back what you have seen; 0 while nobody kept any."`
}

type (
	serviceCaseOutput struct {
		ETag string `header:"ETag"`
		Body serviceCaseDetail
	}
	listServiceCasesInput struct {
		Paging
		DayRange
		Search     string   `query:"search" maxLength:"100" doc:"Part of its title, or of the customer's name."`
		State      string   `query:"state" enum:"new,working,waiting,solved,closed,reopened"`
		Open       bool     `query:"open" doc:"There is something left to do."`
		Kind       string   `query:"kind" enum:"question,repair,complaint,return"`
		Severity   string   `query:"severity" enum:"urgent,high,normal,low"`
		CustomerID int64    `query:"customer_id"`
		PersonID   int64    `query:"person_id" doc:"Who looks after it."`
		Untaken    bool     `query:"untaken" doc:"Nobody looks after it."`
		Overdue    bool     `query:"overdue"`
		Field      []string `query:"field,explode" maxItems:"10" doc:"Limits by the company's own fields: key=value, key>=value or key<=value."`
		Sort       string   `query:"sort" maxLength:"80" doc:"id, due_at or field.key; the newest first when it is left out; a minus turns the order round."`
	}
	openServiceCaseInput struct {
		Body struct {
			ServiceCaseEntry
			Customer      string `json:"customer" maxLength:"100" doc:"The company's own number of the customer."`
			OpportunityID int64  `json:"opportunity_id,omitempty" doc:"Instead of a deal."`
			Owner         string `json:"owner,omitempty" maxLength:"100" doc:"Employee number; left out, it is who looks after the customer, or yourself when you have the role of service."`
		}
	}
	changeServiceCaseInput struct {
		ByNumber
		Precondition
		Body ServiceCaseEntry
	}
	assignServiceCaseInput struct {
		ByNumber
		Precondition
		Body struct {
			Owner string `json:"owner,omitempty" maxLength:"100" doc:"Employee number; yourself when it is left out."`
		}
	}
	assignServiceCasesInput struct {
		Body struct {
			IDs   []int64 `json:"ids" nullable:"false" minItems:"1" maxItems:"200"`
			Owner string  `json:"owner,omitempty" maxLength:"100" doc:"Employee number; yourself when it is left out."`
		}
	}
	moveServiceCaseInput struct {
		ByNumber
		Precondition
		Body struct {
			State    string `json:"state" enum:"working,waiting,solved,closed,reopened"`
			Solution string `json:"solution,omitempty" maxLength:"16000" doc:"Needed with solved: what helped."`
		}
	}
	commentServiceCaseInput struct {
		ByNumber
		Body struct {
			Text   string `json:"text" maxLength:"16000" doc:"@ and a name, or an employee number, tells somebody, and lets them see the case."`
			Public bool   `json:"public,omitempty" doc:"The customer was told this. The first one is the first answer."`
		}
	}
	lookAfterInput struct {
		ByNumber
		Body struct {
			Person string `json:"person,omitempty" maxLength:"100" doc:"Employee number; nobody when it is left out."`
		}
	}
)

func (a *API) serviceCaseOperations() {
	cases := a.services.Cases
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: path, tag: "service", status: status}
	}
	register(a, op("list_service_cases", http.MethodGet, "/service-cases", 0), a.listServiceCases)
	register(a, op("get_service_case", http.MethodGet, "/service-cases/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*serviceCaseOutput, error) {
		return a.readServiceCase(ctx, actor, in.ID)
	})
	register(a, op("open_service_case", http.MethodPost, "/service-cases", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *openServiceCaseInput) (*serviceCaseOutput, error) {
		entry := fromAPIServiceCase(in.Body.ServiceCaseEntry)
		entry.Customer, entry.OpportunityID, entry.Owner = in.Body.Customer, in.Body.OpportunityID, in.Body.Owner
		c, err := cases.Open(ctx, actor, entry)
		if err != nil {
			return nil, err
		}
		return a.openedServiceCase(ctx, actor, c)
	})
	register(a, op("change_service_case", http.MethodPut, "/service-cases/{id}", 0), func(ctx context.Context, actor access.Actor, in *changeServiceCaseInput) (*serviceCaseOutput, error) {
		return a.changeServiceCase(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			entry := fromAPIServiceCase(in.Body)
			entry.ID, entry.Seen = in.ID, seen
			_, err := cases.Change(ctx, actor, entry)
			return err
		})
	})
	register(a, op("assign_service_case", http.MethodPost, "/service-cases/{id}/assign", 0), func(ctx context.Context, actor access.Actor, in *assignServiceCaseInput) (*serviceCaseOutput, error) {
		return a.changeServiceCase(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := cases.Assign(ctx, actor, in.ID, in.Body.Owner, seen)
			return err
		})
	})
	register(a, op("assign_service_cases", http.MethodPost, "/service-cases/assign", 0), func(ctx context.Context, actor access.Actor, in *assignServiceCasesInput) (*none, error) {
		return nil, cases.AssignMany(ctx, actor, in.Body.IDs, in.Body.Owner)
	})
	register(a, op("move_service_case", http.MethodPost, "/service-cases/{id}/move", 0), func(ctx context.Context, actor access.Actor, in *moveServiceCaseInput) (*serviceCaseOutput, error) {
		return a.changeServiceCase(ctx, actor, in.ID, in.Precondition, func(seen int64) error {
			_, err := cases.Move(ctx, actor, servicecase.Step{ID: in.ID, State: servicecase.State(in.Body.State), Solution: in.Body.Solution, Seen: seen})
			return err
		})
	})
	register(a, op("comment_service_case", http.MethodPost, "/service-cases/{id}/comments", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *commentServiceCaseInput) (*output[serviceComment], error) {
		c, err := cases.Comment(ctx, actor, servicecase.Remark{CaseID: in.ID, Text: in.Body.Text, Public: in.Body.Public})
		return &output[serviceComment]{toAPIServiceComment(c)}, err
	})
	register(a, op("set_service_owner", http.MethodPut, "/customers/{id}/service-owner", 0), func(ctx context.Context, actor access.Actor, in *lookAfterInput) (*none, error) {
		return nil, cases.LookAfter(ctx, actor, in.ID, in.Body.Person)
	})
	register(a, op("get_service_figures", http.MethodGet, "/service-figures", 0), a.serviceFigures)
	a.serviceRuleOperations(op)
}

// serviceFigure is how the cases of one owner kept their time limits.
type serviceFigure struct {
	PersonID       int64  `json:"person_id,omitempty" doc:"Absent for cases that nobody has taken, and for the sum."`
	Name           string `json:"name,omitempty"`
	Opened         int64  `json:"opened"`
	AnswerJudged   int64  `json:"answer_judged" doc:"Answered, or the deadline has passed."`
	AnswerInTime   int64  `json:"answer_in_time"`
	SolutionJudged int64  `json:"solution_judged" doc:"Solved, or the deadline has passed."`
	SolvedInTime   int64  `json:"solved_in_time"`
}

// serviceFigures are the figures by owner, and their sum.
type serviceFigures struct {
	All    serviceFigure   `json:"all"`
	Owners []serviceFigure `json:"owners" nullable:"false"`
}

func (a *API) serviceFigures(ctx context.Context, actor access.Actor, in *DayRange) (*output[serviceFigures], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	owners, all, err := a.services.Cases.Figures(ctx, actor, days)
	out := &output[serviceFigures]{serviceFigures{serviceFigure(all), make([]serviceFigure, len(owners))}}
	for i, one := range owners {
		out.Body.Owners[i] = serviceFigure(one)
	}
	return out, err
}

func (a *API) serviceRuleOperations(op func(id, method, path string, status int) operation) {
	cases := a.services.Cases
	register(a, op("get_service_rules", http.MethodGet, "/service-rules", 0), func(ctx context.Context, actor access.Actor, _ *none) (*output[serviceRules], error) {
		rules, err := cases.Rules(ctx, actor)
		return &output[serviceRules]{toAPIServiceRules(rules)}, err
	})
	type saveRulesInput struct{ Body serviceRules }
	register(a, op("save_service_rules", http.MethodPut, "/service-rules", 0), func(ctx context.Context, actor access.Actor, in *saveRulesInput) (*output[serviceRules], error) {
		rules := servicecase.Rules{Opens: in.Body.Opens, Closes: in.Body.Closes, Revision: in.Body.Revision, Limits: map[servicecase.Severity]servicecase.Limit{}}
		for _, l := range in.Body.Limits {
			rules.Limits[servicecase.Severity(l.Severity)] = servicecase.Limit{AnswerMinutes: l.AnswerMinutes, SolveMinutes: l.SolveMinutes}
		}
		kept, err := cases.SaveRules(ctx, actor, rules)
		return &output[serviceRules]{toAPIServiceRules(kept)}, err
	})
}

func (a *API) listServiceCases(ctx context.Context, actor access.Actor, in *listServiceCasesInput) (*output[summedList[ServiceCaseHead]], error) {
	days, err := in.days()
	if err != nil {
		return nil, err
	}
	conditions, err := conditionsOf(in.Field)
	if err != nil {
		return nil, err
	}
	page, err := a.services.Cases.List(ctx, actor, servicecase.Filter{Search: in.Search, State: servicecase.State(in.State), Open: in.Open, Kind: servicecase.Kind(in.Kind), Severity: servicecase.Severity(in.Severity),
		CustomerID: in.CustomerID, PersonID: in.PersonID, Untaken: in.Untaken, Overdue: in.Overdue, Opened: days, Own: customfield.Asked{Conditions: conditions}, Paging: in.facts(in.Sort), ExactTotal: true})
	page.Total.Sums = nil
	return newSummed(page.Rows, page.Next, page.Total, toAPIServiceCase), err
}

// changeServiceCase does something with a case, in the state that the client has seen when it says which, and answers with it.
func (a *API) changeServiceCase(ctx context.Context, actor access.Actor, id int64, in Precondition, do func(seen int64) error) (*serviceCaseOutput, error) {
	if id <= 0 { // the service would take it for a new one
		return nil, errNotFound()
	}
	var seen int64
	if in.asked() {
		d, err := a.services.Cases.Get(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		if seen = d.Revision; !in.fits(serviceCaseTag(d.Case)) {
			return nil, errStale()
		}
	}
	if err := do(seen); err != nil {
		return nil, staleIf(err, "service.changed_meanwhile")
	}
	return a.readServiceCase(ctx, actor, id)
}

func (a *API) readServiceCase(ctx context.Context, actor access.Actor, id int64) (*serviceCaseOutput, error) {
	d, err := a.services.Cases.Get(ctx, actor, id)
	out := &serviceCaseOutput{serviceCaseTag(d.Case), serviceCaseDetail{toAPIServiceCase(d.Case), []serviceComment{}, toAPIChanges(d.Changes)}}
	for _, c := range d.Comments {
		out.Body.Comments = append(out.Body.Comments, toAPIServiceComment(c))
	}
	return out, err
}

// openedServiceCase answers with a case that was opened; one given to somebody out of reach is shown as it was written.
func (a *API) openedServiceCase(ctx context.Context, actor access.Actor, c servicecase.Case) (*serviceCaseOutput, error) {
	if out, err := a.readServiceCase(ctx, actor, c.ID); err == nil {
		return out, nil
	}
	return &serviceCaseOutput{serviceCaseTag(c), serviceCaseDetail{toAPIServiceCase(c), []serviceComment{}, []workChange{}}}, nil
}

func serviceCaseTag(c servicecase.Case) string {
	return quoted("service_case." + strconv.FormatInt(c.ID, 10) + "." + strconv.FormatInt(c.Revision, 10))
}

func fromAPIServiceCase(e ServiceCaseEntry) servicecase.Entry {
	return servicecase.Entry{Title: e.Title, Kind: servicecase.Kind(e.Kind), Severity: servicecase.Severity(e.Severity), Text: e.Text, ContactID: e.ContactID, DealKey: e.DealKey, Product: e.Product, Fields: e.Fields.inputs()}
}

func toAPIServiceCase(c servicecase.Case) ServiceCaseHead {
	return ServiceCaseHead{Fields: toAPIValues(c.Fields), ID: c.ID, Title: c.Title, Kind: string(c.Kind), Severity: string(c.Severity), State: string(c.State), Text: c.Text, Solution: c.Solution, CustomerID: c.CustomerID, CustomerKey: c.CustomerKey,
		CustomerName: c.CustomerName, ContactID: c.ContactID, OpportunityID: c.OpportunityID, DealKey: c.DealKey, ProductID: c.ProductID, OwnerID: c.OwnerID, OwnerName: c.OwnerName, SellerID: c.SellerID, Source: c.Source,
		OpenedAt: toAPIInstant(c.OpenedAt), AnswerDue: toAPIInstant(c.AnswerDue), AnsweredAt: toAPIInstant(c.AnsweredAt), SolveDue: toAPIInstant(c.SolveDue), SolvedAt: toAPIInstant(c.SolvedAt),
		ClosedAt: toAPIInstant(c.ClosedAt), Reopened: c.Reopened, Revision: c.Revision}
}

func toAPIServiceComment(c servicecase.Comment) serviceComment {
	by := c.PersonName
	if by == "" {
		by = c.UserName
	}
	return serviceComment{c.ID, by, c.Public, c.Text, toAPIInstant(c.At)}
}

func toAPIServiceRules(r servicecase.Rules) serviceRules {
	out := serviceRules{Opens: r.Opens, Closes: r.Closes, Revision: r.Revision, Limits: []serviceLimit{}}
	for _, s := range servicecase.Severities {
		out.Limits = append(out.Limits, serviceLimit{string(s), r.Limits[s].AnswerMinutes, r.Limits[s].SolveMinutes})
	}
	return out
}
