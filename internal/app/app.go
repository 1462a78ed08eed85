// Package app puts the program together: it opens the database, starts the worker, makes the services and the pages, and serves.
//
// It decides nothing: what belongs together is said here, what it means elsewhere.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

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
	"xiaoguan/internal/calendar"
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
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/job"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/render"
	"xiaoguan/internal/report"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/review"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/task"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/account"
	"xiaoguan/internal/web/boards"
	"xiaoguan/internal/worker"
)

// Options say what is to be put together.
type Options struct {
	DatabaseURL     string // empty: SQLite in Dir
	Dir             string // data folder: database file, key, uploads
	Log             *slog.Logger
	Now             func() time.Time
	Version         string
	TLS             bool   // people come by HTTPS: secure cookies, strict transport
	Company         string // the company's name, kept at the first start of a new installation
	DemoLogins      []account.DemoLogin
	Proxies         []string // networks of trusted reverse proxies
	WebhookNetworks []string // private networks that messages may be sent to
	// Storage is an object storage for files, as objects.Parse reads it; empty: files lie in the database. Key and secret are apart from it.
	Storage, StorageKey, StorageSecret string
	Backups                            BackupOptions
	PasswordCost                       access.HashCost // zero: access.DefaultHashCost; anything else is for tests
}

// App is the program put together.
type App struct {
	options        Options
	now            func() time.Time // in the company's time zone
	DB             *store.DB
	Worker         *worker.Worker
	Company        *company.Service
	Users          *access.Service
	SignOn         *signon.Service
	Audit          *audit.Service
	Jobs           *job.Service
	Plans          *planbook.Service
	Periods        *period.Service
	Payouts        *payout.Service
	Rewards        *reward.Service
	Payroll        *payroll.Service
	Disputes       *dispute.Service
	Consents       *consent.Service
	Retros         *retro.Service
	Adjustments    *adjustment.Service
	Approvals      *approval.Service
	Attachments    *attachment.Service
	Imports        *intake.Service
	People         *org.Service
	Customers      *customer.Service
	Deals          *deal.Service
	Targets        *target.Service
	TargetPlans    *targetplan.Service
	Given          *given.Service
	Reviews        *review.Service
	Decisions      *decision.Service
	Leads          *lead.Service
	Standards      *standard.Service
	Opportunities  *opportunity.Service
	Fields         *customfield.Service
	FollowUps      *followup.Service
	Contacts       *contact.Service
	Cases          *servicecase.Service
	Pools          *pool.Service
	Merges         *merge.Service
	Visits         *revisit.Service
	Schedule       *schedule.Service
	Retention      *retention.Service
	Metrics        *metric.Service
	Surveys        *survey.Service
	Questionnaires *questionnaire.Service
	Interviews     *interview.Service
	Checklists     *checklist.Service

	Mail      *mail.Service
	Quotes    *quote.Service
	Contracts *contract.Service
	HandOvers *handover.Service
	Reassign  *reassign.Service
	Flow      *flow.Service
	Profiles  *profile.Service
	Tiers     *tierbook.Service
	Backups   *backup.Service

	Simulations  *simulation.Service
	Budgets      *budget.Service
	LawGuard     *lawguard.Service
	Honours      *honour.Service
	Tasks        *task.Service
	Agenda       *agenda.Service
	Notices      *notice.Service
	Boards       *board.Service
	MonthReports *report.Service

	Distribution *distribution.Service
	Programme    *programme.Service
	Origins      *origin.Service
	Documents    *dossier.Service

	Problems    *problem.Service
	Diagnoses   *diagnosis.Service
	Assessments *assessment.Service
	Capability  *capability.Service
	Priorities  *prioritybook.Service

	beacon    *boards.Beacon
	catalogue *i18n.Catalogue
	errors    httpx.Errors
}

// New opens the database, brings it to this version's schema and makes the services. Nothing runs yet. Close it in any case.
func New(ctx context.Context, options Options) (_ *App, err error) {
	defer errs.Wrap(&err, "app.New")
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	a := &App{options: options}
	a.now = func() time.Time {
		if a.Company == nil {
			return options.Now()
		}
		return options.Now().In(a.Company.Zone())
	}
	if a.catalogue, err = i18n.New(); err != nil {
		return nil, err
	}
	if a.DB, err = store.Open(ctx, store.Config{URL: options.DatabaseURL, Dir: options.Dir, Log: options.Log, Now: a.now}); err != nil {
		return nil, err
	}
	if err := a.assemble(ctx); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	return a, nil
}

func (a *App) assemble(ctx context.Context) (err error) {
	if err := a.DB.Upgrade(ctx); err != nil {
		return err
	}
	key, err := installationKey(a.options.Dir)
	if err != nil {
		return err
	}
	a.Company = company.NewService(a.DB.Company(), a.options.Now)
	if err := a.Company.Start(ctx, a.options.Company); err != nil {
		return err
	}
	if a.Worker, err = worker.New(a.DB, worker.Config{Log: a.options.Log}); err != nil {
		return err
	}
	if a.Users, err = access.New(access.Config{Store: a.DB.Access(), Key: key, Now: a.options.Now, Log: a.options.Log, Cost: a.options.PasswordCost, Issuer: a.Company.Known().Name}); err != nil {
		return err
	}
	newID := func() string { return store.NewID(a.options.Now()) }
	a.Audit = audit.NewService(a.DB.Audit())
	a.Jobs = job.NewService(a.DB.Jobs(), a.Worker.Live())
	a.Plans = planbook.NewService(a.DB.Plans(), newID).WithExaminer(plancase.Examiner{Printer: a.catalogue.Printer(i18n.ZhCN)})
	a.Consents = consent.NewService(a.DB.Consents(), a.now)
	a.Periods = period.NewService(a.DB.Periods(), newSigner(key), render.PayFiles{}, newID, a.Company.Currency)
	a.Payouts = payout.NewService(a.DB.Payouts(), a.Company.Currency)
	a.Rewards = reward.NewService(a.DB.Rewards()).In(a.Company.Zone)
	a.Payroll = payroll.NewService(a.DB.Payroll(), newID)
	a.Retros = retro.NewService(a.DB.RetroStore(), newID, a.Company.Currency)
	a.Adjustments = adjustment.NewService(a.DB.AdjustmentStore(), newID)
	if err := a.assembleApprovals(newID); err != nil {
		return err
	}
	if err := a.assembleAttachments(newID); err != nil {
		return err
	}
	a.Disputes = dispute.NewService(a.DB.Disputes(), newID, a.Company.Zone, a.Company.Work)
	a.Simulations = simulation.NewService(a.DB.Simulations(), newID, a.Company.Currency)
	a.Budgets = budget.NewService(a.DB.Budgets(), func() calendar.Fiscal { return a.Company.Known().FiscalYear() })
	a.LawGuard = lawguard.NewService(a.DB.LawGuard(), a.now)
	a.Tasks = task.NewService(a.DB.Tasks(), a.Consents).WithApprovals(a.Approvals)
	a.People = org.NewService(a.DB.Org(), a.now)
	a.Honours = honour.NewService(a.DB.Honours(), a.People, newID, a.now, a.Company.Currency)
	if err := a.assembleReach(key, newID); err != nil {
		return err
	}
	a.assembleSales(newID)
	a.assembleSending(key)
	a.Targets = target.NewService(a.DB.Quotas(), a.now)
	a.assembleTargets(newID)
	a.assembleMetrics()
	a.Given = given.NewService(a.DB.Given(), a.now)
	a.Standards.WithMeasures(a.Given)
	a.assembleReviews()
	a.assembleAgenda()
	a.assembleBoards(newID)
	a.assembleMonthReports(newID)
	a.assembleDistribution(newID)
	a.assembleDiagnosis(newID)
	a.assembleDocuments()
	a.Imports = intake.NewService(a.DB.Imports(), importFolder{filepath.Join(a.options.Dir, importsFolder)}, newID, tabular.Limits{})
	a.Imports.WithStages(a.Standards)
	a.Imports.WithWork(a.Company.Work)
	a.Imports.IntoPools(poolTaker{a.Pools})
	a.assembleBackups(newID)
	a.registerJobs()
	return nil
}

// registerJobs says who does the long work of months, imports and mornings.
func (a *App) registerJobs() {
	a.Worker.Register(intake.KindApply, a.informed(a.Imports.RunApply))
	a.Worker.Register(period.KindCalculate, a.informed(a.Periods.RunCalculate))
	a.Worker.Register(retro.KindCompute, a.informed(a.Retros.RunCompute))
	a.Worker.Register(simulation.KindRun, a.informed(a.Simulations.Run))
	a.Worker.Register(notice.KindDaily, a.informed(a.Notices.RunDaily))
}

// assembleSales wires what people sell with: customers, the process and the records of work, up to contracts.
func (a *App) assembleSales(newID func() string) {
	a.Customers = customer.NewService(a.DB.Customers(), a.now).WithCurrency(a.Company.Currency)
	a.Deals = deal.NewService(a.DB.Deals(), a.now)
	a.Standards = standard.NewService(a.DB.Standards(), newID, a.now, a.Company.Work)
	a.Fields = customfield.NewService(a.DB.CustomFieldStore(), a.stageIDs, a.now)
	a.Opportunities = opportunity.NewService(a.DB.Opportunities(), a.Deals, a.now).WithGate(a.Standards).WithStages(a.Standards).WithCurrency(a.Company.Currency)
	a.Deals.TellInvoices(a.noteInvoice)
	a.Flow = flow.NewService(a.DB.Flow(), a.Standards, a.Standards, a.now).WithWork(a.Company.Work)
	a.FollowUps = followup.NewService(a.DB.FollowUpStore(), a.now).WithFiles(followUpPhotos{a})
	a.Contacts = contact.NewService(a.DB.ContactStore(), a.now).WithCurrency(a.Company.Currency)
	a.Leads = lead.NewService(a.DB.Leads(), lead.Parts{Customers: a.Customers, Contacts: a.Contacts, Opportunities: a.Opportunities, FollowUps: a.FollowUps}, a.now).WithCurrency(a.Company.Currency)
	a.assembleService(newID)
	a.assemblePools(newID)
	a.assembleMerges(newID)
	a.assembleTiers(newID)
	a.FollowUps.WithRhythm(a.Tiers)
	a.Quotes = quote.NewService(a.DB.Quotes(), a.Approvals, a.now).WithGate(a.Opportunities)
	a.Contracts = contract.NewService(a.DB.Contracts(), a.Approvals, a.Opportunities, a.Deals, a.now).WithCurrency(a.Company.Currency).WithNotice(func() int64 { return a.Company.Known().Notice })
}

// informed makes a job read the company's settings before it works: another node may have changed them.
func (a *App) informed(work job.Func) job.Func {
	return func(ctx context.Context, running job.Running) error {
		a.Company.Current(ctx)
		return work(ctx, running)
	}
}

// SetDemoLogins gives the log-ins that the sign-in page offers. Call it before Handler or Serve.
func (a *App) SetDemoLogins(logins []account.DemoLogin) { a.options.DemoLogins = logins }

// Close releases the database.
func (a *App) Close() error { return a.DB.Close() }

// shutdownWait is how long requests and jobs under way may go on when the program is told to stop.
const shutdownWait = 10 * time.Second

// Serve answers requests on the listener and runs jobs until the context ends.
func (a *App) Serve(ctx context.Context, listener net.Listener) (err error) {
	defer errs.Wrap(&err, "app.Serve")
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	if err := a.Worker.Start(ctx); err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.options.Log.Handler(), slog.LevelWarn)}
	server.RegisterOnShutdown(a.beacon.Close)
	sweeping, stopSweeping := context.WithCancel(ctx)
	var sweeper sync.WaitGroup
	sweeper.Go(func() { a.sweepForEver(sweeping) })
	sweeper.Go(func() { a.deliverForEver(sweeping) })
	sweeper.Go(func() { a.sendForEver(sweeping) })
	sweeper.Go(func() { a.judgeForEver(sweeping) })
	sweeper.Go(func() { a.countForEver(sweeping) })
	sweeper.Go(func() { a.poolsForEver(sweeping) })
	sweeper.Go(func() { a.testTargetsForEver(sweeping) })
	sweeper.Go(func() { a.warmSearch(sweeping) })
	sweeper.Go(func() { a.tickApprovals(sweeping) })
	sweeper.Go(func() { a.followProcess(sweeping) })
	sweeper.Go(func() { a.watchForEver(sweeping) })
	sweeper.Go(func() { a.distributeForEver(sweeping) })
	defer sweeper.Wait()
	defer stopSweeping()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	stopping := server.Shutdown(ending)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, stopping, a.Worker.Stop(ending))
}

// VerifyAll checks the audit chain and everything that closed months rest on. The text names the first broken record.
func (a *App) VerifyAll(ctx context.Context) (v period.Verification, log audit.Report, err error) {
	defer errs.Wrap(&err, "app.VerifyAll")
	if log, err = a.Audit.Verify(ctx); err != nil {
		return v, log, err
	}
	v, err = a.Periods.Verify(ctx, access.SystemActor("verify"))
	return v, log, err
}

// String names the database, for the log.
func (a *App) String() string { return fmt.Sprintf("xiaoguan on %s", a.DB.Engine()) }
