package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/api"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/adjustments"
	"xiaoguan/internal/web/admin"
	"xiaoguan/internal/web/approvals"
	"xiaoguan/internal/web/assessments"
	"xiaoguan/internal/web/boards"
	"xiaoguan/internal/web/budgets"
	"xiaoguan/internal/web/capabilities"
	"xiaoguan/internal/web/decisions"
	"xiaoguan/internal/web/disputes"
	"xiaoguan/internal/web/fields"
	"xiaoguan/internal/web/files"
	"xiaoguan/internal/web/flow"
	"xiaoguan/internal/web/handovers"
	"xiaoguan/internal/web/honours"
	"xiaoguan/internal/web/imports"
	"xiaoguan/internal/web/law"
	"xiaoguan/internal/web/ledger"
	"xiaoguan/internal/web/merges"
	metricpages "xiaoguan/internal/web/metrics"
	"xiaoguan/internal/web/months"
	"xiaoguan/internal/web/notices"
	"xiaoguan/internal/web/pay"
	"xiaoguan/internal/web/people"
	"xiaoguan/internal/web/plans"
	"xiaoguan/internal/web/pools"
	"xiaoguan/internal/web/priorities"
	"xiaoguan/internal/web/problems"
	"xiaoguan/internal/web/reassigns"
	"xiaoguan/internal/web/receipts"
	retentionpages "xiaoguan/internal/web/retention"
	"xiaoguan/internal/web/retros"
	"xiaoguan/internal/web/reviews"
	"xiaoguan/internal/web/sales"
	schedulepages "xiaoguan/internal/web/schedule"
	"xiaoguan/internal/web/simulations"
	"xiaoguan/internal/web/standards"
	"xiaoguan/internal/web/start"
	"xiaoguan/internal/web/surveys"
	"xiaoguan/internal/web/targets"
	"xiaoguan/internal/web/ui"
)

// bodyBytesMax is the greatest request that is no upload.
const bodyBytesMax = 4 << 20

// uploadBytesMax is the greatest upload, by the page as by the API: files of an import have a limit of their own besides.
const uploadBytesMax = api.UploadBytesMax

// Handler is all of the program's HTTP: pages, API, static files, health.
func (a *App) Handler() (http.Handler, error) {
	a.errors = httpx.Errors{Log: a.options.Log, Page: ui.RenderError, SignIn: "/sign-in"}
	proxies, err := httpx.ParseProxies(a.options.Proxies)
	if err != nil {
		return nil, err
	}
	crossOrigin, err := httpx.CrossOrigin(a.errors)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", ui.Assets())
	a.health(mux)
	rest, err := api.New(api.Services{Users: a.Users, Audit: a.Audit, Jobs: a.Jobs, Plans: a.Plans, Consents: a.Consents, Periods: a.Periods, Payouts: a.Payouts, Rewards: a.Rewards, Payroll: a.Payroll, Retros: a.Retros, Adjustments: a.Adjustments, Disputes: a.Disputes, Answers: a.DB.Answers(),
		Agenda:        a.Agenda,
		Approvals:     a.Approvals,
		Boards:        a.Boards,
		Attachments:   a.Attachments,
		Leads:         a.Leads,
		Standards:     a.Standards,
		Opportunities: a.Opportunities, Fields: a.Fields, FollowUps: a.FollowUps, Contacts: a.Contacts,
		Cases: a.Cases, Visits: a.Visits, Schedule: a.Schedule, Retention: a.Retention, Metrics: a.Metrics, Surveys: a.Surveys,
		Pools:    a.Pools,
		Merges:   a.Merges,
		Reassign: a.Reassign,

		TargetPlans: a.TargetPlans,
		Reviews:     a.Reviews,

		Questionnaires: a.Questionnaires, Interviews: a.Interviews, Checklists: a.Checklists,

		Decisions:    a.Decisions,
		Problems:     a.Problems,
		Diagnoses:    a.Diagnoses,
		MonthReports: a.MonthReports,
		Distribution: a.Distribution,
		Assessments:  a.Assessments, Capability: a.Capability, Priorities: a.Priorities,
		Programme: a.Programme, Documents: a.Documents, Origins: a.Origins,
		Quotes: a.Quotes, Contracts: a.Contracts, HandOvers: a.HandOvers,
		People: a.People, Customers: a.Customers, Deals: a.Deals, Targets: a.Targets, Given: a.Given, Imports: a.Imports, Company: a.Company, Simulations: a.Simulations, Budgets: a.Budgets, LawGuard: a.LawGuard, Honours: a.Honours,
		Flow:     a.Flow,
		Profiles: a.Profiles,
		Tiers:    a.Tiers,
		Tasks:    a.Tasks,
		Mail:     a.Mail, Backups: a.Backups, SignOn: a.SignOn,
		Notices: a.Notices},
		api.Options{Catalogue: a.catalogue, Log: a.options.Log, Currency: a.Company.Currency, Stylesheets: []string{ui.AssetURL("app.css")}})
	if err != nil {
		return nil, err
	}
	mux.Handle(api.Root, httpx.Chain(rest, httpx.LimitBody(bodyBytesMax), a.identify))
	mux.Handle("POST "+api.AttachmentsPath, httpx.Chain(rest, httpx.LimitBody(api.AttachmentBytesMax), a.identify))
	mux.Handle("POST "+api.ImportsPath, httpx.Chain(rest, httpx.LimitBody(uploadBytesMax), a.identify))
	mux.Handle("POST "+api.DiagnosisSheetsPath, httpx.Chain(rest, httpx.LimitBody(api.DiagnosisBytesMax), a.identify))
	pages := a.pages()
	known := []httpx.Middleware{a.identify, httpx.Resolve(a.catalogue, setting), a.frame}
	mux.Handle("/", httpx.Chain(pages, append([]httpx.Middleware{httpx.LimitBody(bodyBytesMax)}, known...)...))
	for _, pattern := range disputes.UploadPatterns {
		mux.Handle(pattern, httpx.Chain(pages, append([]httpx.Middleware{httpx.LimitBody(disputes.UploadBytesMax)}, known...)...))
	}
	mux.Handle(problems.UploadPattern, httpx.Chain(pages, append([]httpx.Middleware{httpx.LimitBody(problems.UploadBytesMax)}, known...)...))
	mux.Handle(files.UploadPattern, httpx.Chain(pages, append([]httpx.Middleware{httpx.LimitBody(files.UploadBytesMax)}, known...)...))
	for _, pattern := range sales.PhotoPatterns {
		mux.Handle(pattern, httpx.Chain(pages, append([]httpx.Middleware{httpx.LimitBody(files.UploadBytesMax)}, known...)...))
	}
	upload := a.errors.Handle(imports.New(a.Imports, a.Jobs, a.Pools).Upload)
	mux.Handle("POST /imports", httpx.Chain(upload, append([]httpx.Middleware{httpx.LimitBody(uploadBytesMax)}, known...)...))
	return httpx.Chain(mux, httpx.AssignRequestID, httpx.ResolveClient(proxies), httpx.AccessLog(a.options.Log, a.options.Now),
		httpx.Resolve(a.catalogue, nil), httpx.Recover(a.errors), httpx.SecurityHeaders(a.options.TLS), crossOrigin, httpx.Gzip()), nil
}

// health is what machines ask: does it live, can it serve, how is it.
func (a *App) health(mux *http.ServeMux) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.backupAge())
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.DB.Ping(r.Context()); err != nil {
			http.Error(w, "database does not answer", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// area is a package of pages.
type area interface {
	Routes(handle func(pattern string, handler httpx.HandlerFunc))
}

// areas are all packages of pages.
func (a *App) areas() []area {
	names := a.names()
	return []area{
		a.accountPages(), a.signOnPages(),
		admin.New(a.Users, a.Audit, a.Jobs, names).WithBackups(a.Backups).WithSignOn(a.SignOn),
		imports.New(a.Imports, a.Jobs, a.Pools),
		months.New(a.Periods, a.Payroll, a.Jobs, names, a.now).WarnBy(a.Budgets).GuardBy(a.LawGuard),
		pay.New(a.Payouts, a.Periods, a.Plans, a.Disputes, names, a.now),
		disputes.New(disputes.Services{Disputes: a.Disputes, Plans: a.Plans, Teams: names, Currency: a.Company.Currency, Now: a.now}),
		honours.New(a.Honours, names),
		notices.New(a.Notices).WithMail(a.Mail),
		ledger.New(a.Rewards, a.Plans, names),
		receipts.New(receipts.Services{Payroll: a.Payroll, Rewards: a.Rewards, Plans: a.Plans, Names: names, Currency: a.Company.Currency}),
		retros.New(a.Retros, a.Jobs, a.Plans, names, a.Company.Currency),
		approvals.New(a.Approvals, a.Tasks, a.Company.Currency, a.now),
		files.New(a.Attachments, attachmentPages),
		adjustments.New(a.Adjustments, a.Plans, names, a.People, a.Company.Currency),
		plans.New(a.Plans, names).WarnBy(a.Budgets, a.now).GuardBy(a.LawGuard).TryOn(a.Payouts).FollowFrom(a.Origins), plans.NewConsents(a.Consents, a.Plans, names, a.now),
		simulations.New(simulations.Services{Simulations: a.Simulations, Plans: a.Plans, Jobs: a.Jobs, Budgets: a.Budgets, Names: names, Currency: a.Company.Currency, Now: a.now}),
		budgets.New(a.Budgets, names, a.Company.Currency, a.now),
		law.New(a.LawGuard, names),
		standards.New(a.Standards, names, a.now).FollowFrom(a.Origins),
		start.New(a.Company),
		flow.New(flow.Services{Flow: a.Flow, People: a.People, Names: names, Currency: a.Company.Currency, Now: a.now}),
		people.New(a.People, a.Users),
		a.boardPages(),
		a.reportPages(),
		retentionpages.New(a.Retention, a.Company.Currency),
		metricpages.New(a.Metrics, a.Company.Currency, a.now),
		schedulepages.New(a.Schedule, a.Standards, a.Company.Work, a.options.TLS, a.now),
		surveys.New(surveys.Services{Surveys: a.Surveys, Company: a.companyName, Public: a.publicAddress, TLS: a.options.TLS, Now: a.now}),
		a.tierPages(),
		sales.New(sales.Services{Agenda: a.Agenda, Standards: a.Standards, Customers: a.Customers, Leads: a.Leads, Opportunities: a.Opportunities, Fields: a.Fields, FollowUps: a.FollowUps, Contacts: a.Contacts, Quotes: a.Quotes, Contracts: a.Contracts, Approvals: a.Approvals, Cases: a.Cases, Visits: a.Visits, Profiles: a.Profiles, Tiers: a.Tiers, Deals: a.Deals, Targets: a.Targets, Given: a.Given, Payouts: a.Payouts, People: a.People, Users: a.Users, Currency: a.Company.Currency, Now: a.now}),
		fields.New(a.Fields, a.stageNames),
		handovers.New(a.HandOvers, a.People),
		merges.New(merges.Services{Merges: a.Merges, Currency: a.Company.Currency}),
		reassigns.New(a.Reassign, a.now),
		targets.New(a.TargetPlans, a.Company.Currency, a.now).FollowFrom(a.Origins),
		reviews.New(a.Reviews, a.Company.Currency, a.now).WithInitiatives(a.initiativesOf),
		decisions.New(a.Decisions, a.Company.Currency, a.now).LeadToRules(a.Origins),
		a.voicePages(),
		problems.New(problems.Services{Problems: a.Problems, Diagnoses: a.Diagnoses, Currency: a.Company.Currency, Now: a.now, Answers: a.problemAnswers}),
		assessments.New(a.Assessments, a.Company.Currency, a.now),
		capabilities.New(capabilities.Services{Capability: a.Capability, Deviations: a.selfMeasures(), Budgets: a.Budgets, Currency: a.Company.Currency, Now: a.now}),
		priorities.New(a.Priorities, a.Company.Currency, a.now).LeadTo("/initiatives/", "/problems/").Named(a.problemTitles),
		a.programmePages(),
		a.documentPages(),
		pools.New(pools.Services{Pools: a.Pools, People: a.People, Now: a.now}),
	}
}

func (a *App) pages() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, a.errors.Handle(handler)) }
	for _, pages := range a.areas() {
		pages.Routes(handle)
	}
	handle("GET /{$}", a.home)
	handle("POST /preferences", httpx.PreferencesHandler(a.options.TLS, a.savePreferences))
	handle("/", func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	})
	return mux
}

func (a *App) cookie() httpx.SessionCookie { return httpx.SessionCookie{Secure: a.options.TLS} }

// identify finds out who asks, by the session's cookie. Who is half signed in may only go on with that.
func (a *App) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := a.cookie().Read(r)
		if token == "" {
			next.ServeHTTP(w, r)
			return
		}
		authenticate := a.Users.Authenticate
		if r.URL.Path == notices.BellPath || boards.Quiet(r.URL.Path) {
			authenticate = a.Users.Glance
		}
		actor, session, err := authenticate(r.Context(), token)
		if err != nil {
			if !errs.Is(err, errs.KindUnauthenticated) && !errs.Is(err, errs.KindNotFound) {
				a.errors.Write(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		actor.Client = httpx.ClientAddress(r.Context())
		allowed := r.URL.Path == "/sign-out" || r.URL.Path == "/preferences"
		switch {
		case session.Stage == access.StageSecondFactor && !allowed && !strings.HasPrefix(r.URL.Path, "/sign-in"):
			http.Redirect(w, r, "/sign-in/code?return="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		case session.Stage == access.StagePassword && !allowed && r.URL.Path != "/account/password":
			http.Redirect(w, r, "/account/password", http.StatusSeeOther)
			return
		}
		w.Header().Set("Cache-Control", "no-store") // nobody finds it on a shared machine after the sign-out
		ctx := access.WithActor(r.Context(), actor)
		if user, err := a.Users.GetUser(ctx, actor, actor.UserID); err == nil {
			ctx = context.WithValue(ctx, userKey{}, user)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type userKey struct{}

// setting is what the signed-in person chose about looks and language.
func setting(r *http.Request) httpx.Preferences {
	user, _ := r.Context().Value(userKey{}).(access.User)
	return httpx.ChosenPreferences(user.Preferences.Language, user.Preferences.Theme, user.Preferences.UpDown)
}

// savePreferences keeps a choice for the signed-in person; others have their cookies.
func (a *App) savePreferences(r *http.Request, chosen httpx.Preferences) error {
	user, ok := r.Context().Value(userKey{}).(access.User)
	if !ok {
		return nil
	}
	in := user.Preferences
	if chosen.Lang != "" {
		in.Language = string(chosen.Lang)
	}
	if chosen.Theme != "" {
		in.Theme = string(chosen.Theme)
	}
	if chosen.UpDown != "" {
		in.UpDown = string(chosen.UpDown)
	}
	return a.Users.SetPreferences(r.Context(), access.ActorFrom(r.Context()), in)
}

// home leads to what somebody most likely came for: while the installation is being set up, to what is still to be done; to what waits for them, if something does.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if waiting, err := a.Company.Waiting(r.Context(), actor); err != nil {
		return err
	} else if waiting > 0 {
		http.Redirect(w, r, "/start", http.StatusSeeOther)
		return nil
	}
	if day, err := a.Agenda.Mine(r.Context(), actor); err != nil {
		return err
	} else if len(day.Lines) > 0 {
		http.Redirect(w, r, start.TodayPath, http.StatusSeeOther)
		return nil
	}
	target := "/account"
	if daily := everyDay(actor); len(daily) > 0 {
		target = daily[0].url
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}
