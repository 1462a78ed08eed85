// Package api is the HTTP interface for programs: /api/v1 with its OpenAPI 3.1 document and a reference page, both made from the Go
// types of requests and answers.
//
// It decides nothing: every call goes to the service that the pages use too, which asks what the actor may do. Here are only the
// shapes: authentication by key or session, Paging, tags for "has it changed", keys against doing a thing twice, errors as problem
// documents. Amounts are whole minor units, dates ISO texts; there are no fractions in the protocol. Whoever changes a shape raises
// Version, and a test insists.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/board"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/company"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/given"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/job"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/report"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/retro"
	meetings "xiaoguan/internal/review"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/task"
	"xiaoguan/internal/tierbook"
)

// Version is the version of the interface, as OpenAPI shows it: the first number changes when programs must change (and then the
// path does too), the second when something is added, the third when only texts change.
const Version = "1.56.0"

// The addresses. Everything below Prefix needs a key or a session, but the OpenAPI document.
const (
	Root     = "/api/"
	Prefix   = "/api/v1"
	SpecPath = Prefix + "/openapi.json"
	DocsPath = "/api/docs"
)

// Services are what the interface calls. All are required.
type Services struct {
	Users    *access.Service
	Audit    *audit.Service
	Jobs     *job.Service
	Plans    *planbook.Service
	Consents *consent.Service
	Periods  *period.Service
	Payouts  *payout.Service
	Rewards  *reward.Service
	Payroll  *payroll.Service
	Answers  Answers

	Retros      *retro.Service
	Adjustments *adjustment.Service
	Approvals   *approval.Service
	Attachments *attachment.Service

	Disputes *dispute.Service

	People    *org.Service
	Customers *customer.Service
	Deals     *deal.Service

	Leads         *lead.Service
	Opportunities *opportunity.Service
	Fields        *customfield.Service
	FollowUps     *followup.Service
	Contacts      *contact.Service
	Cases         *servicecase.Service
	Pools         *pool.Service
	Merges        *merge.Service
	Visits        *revisit.Service
	Schedule      *schedule.Service
	Retention     *retention.Service
	Boards        *board.Service
	Metrics       *metric.Service
	Surveys       *survey.Service
	Mail          *mail.Service
	SignOn        *signon.Service
	Backups       *backup.Service
	Quotes        *quote.Service
	Contracts     *contract.Service
	HandOvers     *handover.Service
	Reassign      *reassign.Service

	Flow *flow.Service

	Profiles *profile.Service
	Tiers    *tierbook.Service

	Targets *target.Service
	Origins *origin.Service

	TargetPlans  *targetplan.Service
	Reviews      *meetings.Service
	MonthReports *report.Service
	Distribution *distribution.Service
	Assessments  *assessment.Service
	Capability   *capability.Service
	Priorities   *prioritybook.Service
	Decisions    *decision.Service
	Problems     *problem.Service
	Diagnoses    *diagnosis.Service

	Questionnaires *questionnaire.Service
	Interviews     *interview.Service
	Checklists     *checklist.Service
	Programme      *programme.Service
	Documents      *dossier.Service

	Given   *given.Service
	Imports *intake.Service
	Company *company.Service

	Simulations *simulation.Service
	Budgets     *budget.Service
	Standards   *standard.Service
	LawGuard    *lawguard.Service
	Honours     *honour.Service
	Tasks       *task.Service
	Agenda      *agenda.Service
	Notices     *notice.Service
}

// Options say how the interface presents itself.
type Options struct {
	Catalogue   *i18n.Catalogue       // texts of the OpenAPI document and of the reference page
	Log         *slog.Logger          // nil is silence
	Currency    func() money.Currency // of all amounts of pay; nil is CNY
	Stylesheets []string              // addresses of the style sheets of the reference page
}

// API answers everything below Root. The caller puts around it what all requests need: request ids, language (httpx.Resolve), body
// limits, protection against other sites' requests, and the actor of the session (access.WithActor).
type API struct {
	services Services
	options  Options
	english  *i18n.Printer
	mux      *http.ServeMux
	huma     huma.API
	spec     []byte
	docs     *reference
}

// New makes the interface. It panics when a type of a request or an answer cannot be described, which a test would have found.
func New(services Services, options Options) (_ *API, err error) {
	defer errs.Wrap(&err, "api.New")
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Currency == nil {
		options.Currency = money.Constantly(money.CNY)
	}
	a := &API{services: services, options: options, english: options.Catalogue.Printer(i18n.En), mux: http.NewServeMux()}
	a.huma = humago.New(a.mux, a.config())
	a.huma.UseMiddleware(a.authenticate, a.once)
	for _, describe := range a.parts() {
		describe()
	}
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} { // huma's own problem documents, which translate replaces
		delete(a.huma.OpenAPI().Components.Schemas.Map(), unused)
	}
	if a.spec, err = a.document(); err != nil {
		return nil, err
	}
	if a.docs, err = newReference(a.huma.OpenAPI(), options.Stylesheets); err != nil {
		return nil, err
	}
	a.mux.HandleFunc("GET "+SpecPath, a.serveSpec)
	a.mux.HandleFunc("GET "+DocsPath, a.serveDocs)
	a.mux.HandleFunc(Root, a.unknown)
	return a, nil
}

// parts are what the interface consists of.
func (a *API) parts() []func() {
	return []func(){
		a.accountOperations,
		a.userOperations, a.signOnOperations,
		a.companyOperations, a.workCalendarOperations,
		a.mailOperations, a.backupOperations,
		a.organisationOperations,
		a.peopleOperations,
		a.customerOperations,
		a.leadOperations,
		a.opportunityOperations,
		a.customFieldOperations,
		a.followUpOperations, a.poolOperations,
		a.mergeOperations, a.reassignOperations,
		a.boardOperations,
		a.contactOperations, a.serviceCaseOperations, a.returnVisitOperations, a.surveyOperations,
		a.mailingOperations,
		a.profileOperations, a.tierOperations,
		a.tierPolicyOperations,
		a.dealOperations,
		a.paymentOperations,
		a.quotaOperations,
		a.targetPlanOperations,
		a.meetingOperations,
		a.decisionOperations,
		a.originOperations,
		a.problemOperations, a.diagnosisOperations,
		a.questionnaireOperations, a.interviewOperations, a.interviewGuideOperations, a.checklistOperations,
		a.programmeOperations, a.documentOperations,
		a.monthReportOperations,
		a.reportScheduleOperations,
		a.assessmentOperations, a.priorityOperations, a.capabilityOperations,
		a.correctionOperations,
		a.invoiceOperations,
		a.givenOperations,
		a.importOperations, a.importFileOperations,
		a.auditOperations,
		a.jobOperations,
		a.planOperations,
		a.planEditOperations,
		a.consentOperations,
		a.periodOperations,
		a.reviewOperations,
		a.statementOperations, a.whatIfOperations,
		a.ledgerOperations,
		a.rewardAccountOperations,
		a.payrollOperations,
		a.retroOperations,
		a.adjustmentOperations,
		a.approvalOperations,
		a.attachmentOperations,
		a.disputeOperations,
		a.disputeActOperations,
		a.simulationOperations,
		a.budgetOperations,
		a.standardOperations,
		a.lawOperations,
		a.honourOperations,
		a.pointsOperations,
		a.taskOperations,
		a.agendaOperations,
		a.noticeOperations,
		a.hookOperations,
	}
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Spec returns the OpenAPI 3.1 document. It must not be changed.
func (a *API) Spec() []byte { return a.spec }

// operation is one call of the interface. Its texts are the messages api.op.<id> and, where there is more to say, api.help.<id>.
type operation struct {
	id     string
	method string
	path   string // below Prefix
	tag    string // its title is the message api.tag.<tag>
	status int    // of success; 0 is 200, or 204 without a body
	bytes  int64  // greatest request body; 0 is bodyBytesMax
	// upload marks a form with files, which need not fit into memory, and is the permission that sending it takes.
	upload access.Permission
	// reads marks a POST that changes nothing: read-only keys may send it.
	reads bool
	// files are the media types of the answer, when it is a file.
	files []string
	// secret names members of the answer that are shown once and not kept for repeated requests.
	secret []string
}

// bodyBytesMax is the greatest request body, unless an operation says otherwise.
const bodyBytesMax = 1 << 20

// writes reports whether the operation changes something.
func (o operation) writes() bool { return o.method != http.MethodGet && !o.reads }

// metaOperation is where a huma operation keeps the operation it was made of.
const metaOperation = "xiaoguan"

func operationOf(ctx huma.Context) operation {
	op, _ := ctx.Operation().Metadata[metaOperation].(operation)
	return op
}

// register adds an operation. The handler gets the actor; what it returns as an error becomes a problem document.
func register[I, O any](a *API, op operation, handler func(ctx context.Context, actor access.Actor, in *I) (*O, error)) {
	huma.Register(a.huma, a.describe(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, access.ActorFrom(ctx), in)
		if _, told := errors.AsType[huma.StatusError](err); told { // 304, which is no failure
			return nil, err
		}
		if err != nil {
			return nil, a.failed(ctx, err)
		}
		return out, nil
	})
}

// unknown answers for addresses that don't exist, and for methods that an address doesn't have.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != Root {
			allowed = append(allowed, method)
		}
	}
	failure := a.failed(r.Context(), errs.New(errs.KindNotFound, "error.not_found", nil))
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		failure = a.failed(r.Context(), &statusError{http.StatusMethodNotAllowed, "method_not_allowed",
			errs.New(errs.KindInvalid, "api.method", errs.Args{"Allowed": strings.Join(allowed, ", ")})})
	}
	failure.write(w, r)
}

func (a *API) serveSpec(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(a.spec) // a client that hung up is nobody's error
}

// document writes the OpenAPI document, indented so that its changes can be read.
func (a *API) document() ([]byte, error) {
	plain, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("encode OpenAPI: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, plain, "", " "); err != nil {
		return nil, fmt.Errorf("indent OpenAPI: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
