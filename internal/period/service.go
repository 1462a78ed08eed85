package period

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// KindCalculate is the job that calculates a month; its arguments are CalculateArgs.
const KindCalculate job.Kind = "period.calculate"

// CalculateArgs name the run to be carried out.
type CalculateArgs struct {
	RunID string `json:"run_id"`
}

// Reader reads months, runs and what they rest on, in one snapshot.
type Reader interface {
	planbook.Reader
	dispute.GateReader
	// Period returns the month; one that nobody touched yet is open.
	Period(ctx context.Context, month calendar.Month) (Period, error)
	// Periods returns the months that have been touched, newest first.
	Periods(ctx context.Context) ([]Period, error)
	// Run returns a run. Errors: not found.
	Run(ctx context.Context, id string) (payout.Run, error)
	Runs(ctx context.Context, month calendar.Month) ([]payout.Run, error)
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error)
	// LoadFactsOf reads what one person's pay depends on, but for plans that compare people and rules that credit others than sellers.
	LoadFactsOf(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error)
	payout.Scopes
	// PayoutLines returns the lines of a run by person, plan, component.
	PayoutLines(ctx context.Context, runID string) ([]payout.Line, error)
	// EachStatement calls fn for every statement of a run in the order they were stored.
	EachStatement(ctx context.Context, runID string, fn func(payout.StatementRow) error) error
	// Settlements returns what a run settled, in the order in which it was stored.
	Settlements(ctx context.Context, runID string) ([]payout.SettlementRow, error)
	// Openings returns the opening items of a month of a person, or of everybody for 0.
	Openings(ctx context.Context, month calendar.Month, personID int64) (payout.Openings, error)
	payout.PastReader
	// EarlierLines returns what the closed months among so many before the month paid a person, or everybody for 0.
	EarlierLines(ctx context.Context, month calendar.Month, months int, personID int64) ([]payout.EarlierLine, error)
	// Additions returns what waits for the month's next run from outside it, in order.
	Additions(ctx context.Context, month calendar.Month) ([]payout.Addition, error)
	// RunAdditions returns what a run took up from outside the month, in the order in which it was stored.
	RunAdditions(ctx context.Context, runID string) ([]payout.Addition, error)
	RunExceptions(ctx context.Context, runID string) ([]payout.Exception, error)
	PayFile(ctx context.Context, month calendar.Month, format string) (PayFile, error)
	// PayFiles returns all pay files without their contents.
	PayFiles(ctx context.Context) ([]PayFile, error)
	Seals(ctx context.Context) ([]Seal, error)
	// CompanyName returns what the company is called.
	CompanyName(ctx context.Context) (string, error)
	PaySheetNames(ctx context.Context, runID string) (map[int64]PayName, error)
	EachLedgerEntry(ctx context.Context, fn func(reward.Entry) error) error
	// EachMonthEntry calls fn for every entry of money of a month.
	EachMonthEntry(ctx context.Context, month calendar.Month, fn func(reward.Entry) error) error
	// GrantsOf returns what was approved outside plans and paid with a closed month, by key.
	GrantsOf(ctx context.Context, month calendar.Month) ([]reward.Grant, error)
	// EachGrant calls fn for everything that was ever approved outside plans.
	EachGrant(ctx context.Context, fn func(reward.Grant) error) error
	// WaitingGrants returns what was approved outside plans until a moment and is paid with no month yet, by key.
	WaitingGrants(ctx context.Context, until time.Time) ([]reward.Grant, error)
	// OpenDebts returns what was put off of grants that take back and is not taken yet, of a person or of everybody for 0, the oldest first.
	OpenDebts(ctx context.Context, personID int64) ([]reward.Debt, error)
	// StepsOf returns what a closed month put off or took of such grants; OpenMinor is the amount of the step.
	StepsOf(ctx context.Context, month calendar.Month) ([]reward.Debt, error)
	// EachReceipt calls fn for each of payroll's answers, of one attempt the payment before its rejection.
	EachReceipt(ctx context.Context, fn func(payout.Receipt) error) error
	// AwardBases returns what each award brings.
	AwardBases(ctx context.Context) ([]reward.Basis, error)
	Now() time.Time
}

// Tx changes months.
type Tx interface {
	Reader
	dispute.GateTx
	// SavePeriod stores the month. It returns an error of kind Conflict when the stored revision is not the one before.
	SavePeriod(ctx context.Context, p Period) error
	InsertRun(ctx context.Context, r payout.Run) error
	UpdateRun(ctx context.Context, r payout.Run) error
	InsertStatements(ctx context.Context, runID string, first int64, built []payout.Built) error
	InsertExceptions(ctx context.Context, runID string, exceptions []payout.Exception) error
	InsertSettlements(ctx context.Context, runID string, settled []payout.SettlementRow) error
	InsertRunAdditions(ctx context.Context, runID string, additions []payout.Addition) error
	// AppendLedger numbers, chains and stores the entries and returns the last one. An entry whose key exists is an error of kind
	// Conflict: nothing is posted twice.
	AppendLedger(ctx context.Context, entries []reward.Entry) (reward.Entry, error)
	InsertGrantSteps(ctx context.Context, steps []reward.GrantStep) error
	// PayGrants marks what waits since the moment or before as paid with the month.
	PayGrants(ctx context.Context, month calendar.Month, until time.Time) error
	InsertPayFile(ctx context.Context, f PayFile) error
	InsertSeal(ctx context.Context, s Seal) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Enqueue(ctx context.Context, spec job.Spec) error
	// Job returns a job. Errors: not found.
	Job(ctx context.Context, id string) (job.Job, error)
	// HoldJob makes the transaction part of one start of a job. It returns an error of kind Conflict when another node has the job now.
	HoldJob(ctx context.Context, id string, attempt int) error
	// Today is the date in the company's time zone.
	Today() calendar.Date
}

// Store is where months are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Signer signs seals and pay files with the installation's key.
type Signer interface {
	Sign(message []byte) []byte
	Verify(message, signature []byte) bool
	Public() ed25519.PublicKey
}

// PayFiles writes the pay file in its formats.
type PayFiles interface {
	CSV(sheet PaySheet) ([]byte, error)
	XLSX(sheet PaySheet) ([]byte, error)
}

// Service moves months on.
type Service struct {
	store    Store
	signer   Signer
	files    PayFiles
	newID    func() string
	currency func() money.Currency
	portion  int
}

// NewService returns a Service.
func NewService(store Store, signer Signer, files PayFiles, newID func() string, currency func() money.Currency) *Service {
	return &Service{store: store, signer: signer, files: files, newID: newID, currency: currency, portion: portionDefault}
}

// StoreBy sets how many statements one transaction of a run stores. Call it before the service is used.
func (s *Service) StoreBy(statements int) { s.portion = max(1, statements) }

// Change asks for a step of a month. Revision is the one the asker has seen; 0 takes the step whatever came between.
type Change struct {
	Month    calendar.Month
	Revision int64
	Reason   string    // for Return, and for Approve over open disputes
	Until    time.Time // for Publish: the end of the clock for objections
}

// step runs one action on a month in a transaction of its own: check the permission and the state, let decide change the month,
// store and audit it.
func (s *Service) step(ctx context.Context, actor access.Actor, need access.Permission, action Action, in Change, decide func(tx Tx, p *Period) error) (Period, error) {
	if err := actor.RequireAll(need); err != nil { // a month is the whole company's
		return Period{}, err
	}
	var after Period
	err := s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.Period(ctx, in.Month)
		if err != nil {
			return err
		}
		if in.Revision != 0 && in.Revision != before.Revision {
			return errs.New(errs.KindConflict, "period.changed_meanwhile", errs.Args{"Month": in.Month.String(), "State": string(before.State)})
		}
		if action == ActionCalculate {
			if before, err = release(ctx, tx, before); err != nil {
				return err
			}
		}
		after = before
		if after.State, err = before.Next(action); err != nil {
			return err
		}
		if err := decide(tx, &after); err != nil {
			return err
		}
		after.Revision++
		if err := tx.SavePeriod(ctx, after); err != nil {
			return err
		}
		return note(ctx, tx, actor, action, before, after, in.Reason)
	})
	return after, err
}

// note audits a step.
func note(ctx context.Context, tx audit.Tx, actor access.Actor, action Action, before, after Period, reason string) error {
	state := func(p Period) map[string]any {
		return map[string]any{"state": p.State, "revision": p.Revision, "current_run": p.CurrentRun, "running_run": p.RunningRun, "reason": reason}
	}
	return audit.Append(ctx, tx, actor, "period."+string(action), "period:"+after.Month.String(), state(before), state(after))
}

// Calculate starts a run of the month as a job: over the facts recorded by now and the plans in force. The result that stands stays
// until the new one is complete. A run whose job has ended without completing it is abandoned first. Errors: forbidden; period closed; conflict when a run is under way, the month has not begun, or no
// plan is in force.
func (s *Service) Calculate(ctx context.Context, actor access.Actor, in Change) (p Period, err error) {
	defer errs.Wrap(&err, "period.Calculate(%s)", in.Month)
	return s.step(ctx, actor, access.PermPeriodRun, ActionCalculate, in, func(tx Tx, p *Period) error {
		if in.Month.First() > tx.Today() {
			return errs.New(errs.KindConflict, "period.not_begun", errs.Args{"Month": in.Month.String()})
		}
		rules, err := planbook.ForMonth(ctx, tx, in.Month)
		if err != nil {
			return err
		}
		batch, err := tx.LatestBatch(ctx)
		if err != nil {
			return err
		}
		versions, err := withEnded(ctx, tx, in.Month, rules)
		if err != nil {
			return err
		}
		run := payout.Run{
			ID: s.newID(), Month: in.Month, State: payout.RunRunning, Recorded: batch, Plans: versions,
			EngineVersion: engineVersion, StartedBy: actor.UserID, StartedAt: tx.Now(), JobID: s.newID(),
		}
		if run.Salt, err = saltOf(ctx, tx, in.Month); err != nil {
			return err
		}
		if err := tx.InsertRun(ctx, run); err != nil {
			return err
		}
		p.RunningRun = run.ID
		args, err := json.Marshal(CalculateArgs{RunID: run.ID})
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: run.JobID, Kind: KindCalculate, Args: args, Unique: "period:" + in.Month.String(),
			CreatedBy: actor.UserID, Subject: "period:" + in.Month.String()})
	})
}

// saltOf returns the salt of the month's runs, or a new one: of 128 random bits.
func saltOf(ctx context.Context, r Reader, month calendar.Month) (string, error) {
	runs, err := r.Runs(ctx, month)
	for _, run := range runs {
		if run.Salt != "" {
			return run.Salt, err
		}
	}
	return rand.Text(), err
}

// ObjectionDaysDefault is how long payees may object when nothing else is asked for.
const ObjectionDaysDefault = 5

// Publish shows the month's statements to their payees until the clock for objections ends. Errors: forbidden; conflict.
func (s *Service) Publish(ctx context.Context, actor access.Actor, in Change) (p Period, err error) {
	defer errs.Wrap(&err, "period.Publish(%s)", in.Month)
	return s.step(ctx, actor, access.PermPeriodRun, ActionPublish, in, func(tx Tx, p *Period) error {
		now := tx.Now()
		if in.Until.IsZero() {
			in.Until = now.AddDate(0, 0, ObjectionDaysDefault)
		}
		if in.Until.Before(now) {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "until", Message: errs.Msg("period.until_past", nil)}})
		}
		p.PublishedBy, p.PublishedAt, p.ObjectUntil = actor.UserID, now, in.Until.UTC().Truncate(time.Microsecond)
		return tellPublished(ctx, tx, *p)
	})
}

// Return takes a published or approved month back to review, with a reason. Errors: forbidden; invalid without a reason; conflict.
func (s *Service) Return(ctx context.Context, actor access.Actor, in Change) (p Period, err error) {
	defer errs.Wrap(&err, "period.Return(%s)", in.Month)
	if strings.TrimSpace(in.Reason) == "" {
		return Period{}, errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("period.reason_missing", nil)}})
	}
	need := access.PermPeriodRun
	if actor.CanAll(access.PermPeriodApprove) {
		need = access.PermPeriodApprove
	}
	return s.step(ctx, actor, need, ActionReturn, in, func(tx Tx, p *Period) error {
		if err := tellReturned(ctx, tx, actor, *p); err != nil {
			return err
		}
		p.PublishedBy, p.PublishedAt, p.ObjectUntil, p.ApprovedBy, p.ApprovedAt = "", time.Time{}, time.Time{}, "", time.Time{}
		return nil
	})
}

// Approve confirms a published month. Who started its run, published it, posted differences into it or asked for one of its adjustments
// cannot. Open disputes stand in the way, or go on in the next month with the reason given, as the company's rules say. Errors: forbidden;
// invalid without the reason; conflict.
func (s *Service) Approve(ctx context.Context, actor access.Actor, in Change) (p Period, err error) {
	defer errs.Wrap(&err, "period.Approve(%s)", in.Month)
	return s.step(ctx, actor, access.PermPeriodApprove, ActionApprove, in, func(tx Tx, p *Period) error {
		own, err := madeBy(ctx, tx, p.CurrentRun, actor.UserID)
		if err != nil {
			return err
		}
		if own || actor.UserID == p.RunBy || actor.UserID == p.PublishedBy {
			return errs.New(errs.KindForbidden, "period.own_work", errs.Args{"Month": p.Month.String()})
		}
		if err := dispute.BeforeApproval(ctx, tx, actor, p.Month, in.Reason); err != nil {
			return err
		}
		p.ApprovedBy, p.ApprovedAt = actor.UserID, tx.Now()
		return settleApproval(ctx, tx, *p)
	})
}

// Get returns a month. Errors: forbidden.
func (s *Service) Get(ctx context.Context, actor access.Actor, month calendar.Month) (p Period, err error) {
	defer errs.Wrap(&err, "period.Get(%s)", month)
	if err := mayRead(actor); err != nil {
		return Period{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		p, err = r.Period(ctx, month)
		return err
	})
	return p, err
}

// List returns the months that have been touched, newest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (all []Period, err error) {
	defer errs.Wrap(&err, "period.List")
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Periods(ctx)
		return err
	})
	return all, err
}

// mayReview lets in who runs months, approves them, sees everybody's pay or approves plans, of the whole company: what a run came to is
// everybody's pay.
func mayReview(actor access.Actor) error {
	return actor.RequireAll(access.PermPayAll, access.PermPeriodRun, access.PermPeriodApprove, access.PermPlanApprove)
}

// mayRead lets in everybody with a part in the month: who runs it, approves it, sees everybody's pay, or approves plans. Where a month stands is told also to who
// does so for a region alone.
func mayRead(actor access.Actor) error {
	if actor.Can(access.PermPeriodRun) || actor.Can(access.PermPeriodApprove) || actor.Can(access.PermPlanApprove) {
		return nil
	}
	return actor.Require(access.PermPayAll)
}

// Runs returns the runs of a month, newest first. Errors: forbidden.
func (s *Service) Runs(ctx context.Context, actor access.Actor, month calendar.Month) (runs []payout.Run, err error) {
	defer errs.Wrap(&err, "period.Runs(%s)", month)
	if err := mayReview(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		runs, err = r.Runs(ctx, month)
		return err
	})
	return runs, err
}
