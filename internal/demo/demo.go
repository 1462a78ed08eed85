// Package demo makes up a company: 24 months of a sales organisation up to today, with people who come, go and rise, deals, payments,
// refunds, quotas, plans that were approved, months that were closed, disputes in every state, and a log-in for every role.
//
// It writes through the same services as everybody and decides nothing about pay. The company comes from a seed: the same seed on the
// same day gives the same facts (ids and times of recording differ). Names are put together by chance and name nobody.
//
// Limits: it wants an empty, migrated database that nobody works on; it does not undo what it has written when it fails half way.
package demo

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	agreement "xiaoguan/internal/contract"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/report"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/tierbook"
)

// CompanyName is what the company is called.
const CompanyName = "青禾智控"

// SeedDefault is the seed of the company that people see who ask for none.
const SeedDefault = 1

// Target is an installation to be filled.
type Target struct {
	DB      *store.DB
	Users   *access.Service
	Plans   *planbook.Service
	Periods *period.Service
	// Disputes raises and rules the disputes of the story.
	Disputes  *dispute.Service
	Approvals *approval.Service  // nil: nobody asks for anything
	Honours   *honour.Service    // nil: without honours and promotions
	Notices   *notice.Service    // nil: everybody's messages stay unread
	SignOn    *signon.Service    // nil: no provider of identities is set up
	Payroll   *payroll.Service   // nil: without payroll's answers
	Tiers     *tierbook.Service  // nil: customers are in no tiers
	Standards *standard.Service  // nil: the handbook has no cases
	Quotes    *quote.Service     // nil: nothing waits for approval, and there is no price list
	Contracts *agreement.Service // nil: no collection waits for finance
	Metrics   *metric.Service    // with Reports
	Reports   *report.Service    // nil: without monthly reports
	Programme *programme.Service // nil: without goals, initiatives and risks
	Documents *dossier.Service   // nil: nothing was handed out
	// Distribution is when reports go; nil: nobody has said.
	Distribution *distribution.Service
	// TeamAnswers and PlanLines are what a diagnosis takes from questionnaires and from plans of pay; nil: it goes without.
	TeamAnswers func(ctx context.Context, from calendar.Date) ([]diagnosis.TeamAnswers, error)
	PlanLines   func(ctx context.Context, on calendar.Date) ([]finding.PlanLine, error)
	// SetNow sets the clock that database and services read; the zero time gives it back to the real time. See Clock. Without it
	// everything is recorded now.
	SetNow func(time.Time)
	Now    func() time.Time // the real time; nil is time.Now
	Seed   uint64           // 0 is SeedDefault
	Today  calendar.Date    // the day up to which the story goes; 0 or NoDate is the real day
}

// Login is a log-in that a visitor may use.
type Login struct {
	Login, Password string
	Name            string
	Role            access.Role
	Whole           bool // the general manager: a director of the whole company, who approves what holds for everybody
}

// Company says what was made.
type Company struct {
	Name      string
	Today     calendar.Date
	First     calendar.Month // of the history
	Present   calendar.Month // in progress
	Logins    []Login
	Persons   int // who ever worked there
	Customers int
	Deals     int
	Payments  int
}

// filler carries the story into the installation.
type filler struct {
	Target
	*company
	end     time.Time    // nothing is recorded later than this
	ended   func() error // whether the caller has given up
	fixed   bool         // the clock cannot be set: everything is recorded now
	users   map[string]access.User
	persons map[string]int64 // ids by key, of those who are recorded
	logins  []Login
}

// Fill makes up the company. Errors: conflict when there is something in the database already, or when another process works on its
// jobs.
func Fill(ctx context.Context, target Target) (_ Company, err error) {
	defer errs.Wrap(&err, "demo.Fill")
	if target.Now == nil {
		target.Now = time.Now
	}
	fixed := target.SetNow == nil
	if fixed {
		target.SetNow = func(time.Time) {}
	}
	if target.Seed == 0 {
		target.Seed = SeedDefault
	}
	if err := mustBeEmpty(ctx, target); err != nil {
		return Company{}, err
	}
	f := &filler{Target: target, fixed: fixed, end: target.Now(), users: map[string]access.User{}, persons: map[string]int64{}}
	realDay := calendar.DateOf(f.end.In(calendar.ChinaTime))
	if f.Today <= 0 {
		f.Today = realDay
	}
	if f.Today != realDay {
		f.end = instant(f.Today, 17, 30)
	}
	f.company = tell(f.Seed, f.Today)
	defer f.SetNow(time.Time{})
	// A context that can end would cost a goroutine per statement: it is looked at once a month instead.
	f.ended = ctx.Err
	lasting := context.WithoutCancel(ctx)
	if err := f.DB.Unsynced(lasting, func() error { return f.run(lasting) }); err != nil {
		return Company{}, err
	}
	made := Company{Name: CompanyName, Today: f.Today, First: f.first, Present: f.first + historyMonths, Logins: f.logins,
		Persons: len(f.people), Customers: f.market.made, Deals: len(f.deals)}
	for _, m := range f.months {
		made.Payments += len(m.payments) + len(m.late)
	}
	return made, nil
}

func mustBeEmpty(ctx context.Context, target Target) error {
	fresh, err := target.Users.NeedsSetUp(ctx)
	if err != nil {
		return err
	}
	return target.DB.Read(ctx, func(tx *store.Tx) error {
		batch, err := tx.LatestBatch(ctx)
		if err == nil && (batch != 0 || !fresh) {
			err = errs.New(errs.KindConflict, "demo.not_empty", nil)
		}
		return err
	})
}

// instant is an hour of a day in China.
func instant(d calendar.Date, hour, minute int) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, hour, minute, 0, 0, calendar.ChinaTime)
}

// at sets the clock to an hour of a day, or to the end of the story when that comes first.
func (f *filler) at(d calendar.Date, hour, minute int) {
	t := instant(d, hour, minute)
	if t.After(f.end) {
		t = f.end
	}
	f.SetNow(t)
}

// run records the story month by month. A month is calculated and closed in the one that follows.
func (f *filler) run(ctx context.Context) error {
	start := f.first.First()
	f.at(start-9, 9, 30)
	if err := f.recordSetUp(ctx); err != nil {
		return err
	}
	if err := f.makeUsers(ctx); err != nil {
		return err
	}
	if err := f.makeSignOn(ctx); err != nil {
		return err
	}
	if err := f.makePlans(ctx, start); err != nil {
		return err
	}
	if err := f.makeHonourRules(ctx, start); err != nil {
		return err
	}
	for i := range f.months {
		if err := f.ended(); err != nil {
			return err
		}
		m := f.first + calendar.Month(i)
		if i == f.last {
			if err := f.calculateEarly(ctx, m); err != nil {
				return err
			}
		}
		f.at(f.year.workDay(m, 1), 9, 40)
		if err := f.recordBeginning(ctx, i); err != nil {
			return err
		}
		if i > 0 {
			if err := f.finish(ctx, i-1); err != nil {
				return err
			}
		}
		if err := f.reviewCustomers(ctx, i); err != nil {
			return err
		}
		if err := f.honourQuarter(ctx, i); err != nil {
			return err
		}
		if i == planChangeAfter-1 {
			if err := f.changePlan(ctx, m); err != nil {
				return err
			}
		}
		f.at(m.Last(), 19, 10)
		if err := f.recordEnd(ctx, i); err != nil {
			return err
		}
	}
	return f.conclude(ctx)
}

// conclude records what stands on the last day: who came last, what is under way and what waits.
func (f *filler) conclude(ctx context.Context) error {
	f.SetNow(f.end)
	for _, step := range []func(context.Context) error{f.makeNewcomer, f.makeTerms, f.makeConsents} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	f.SetNow(f.end)
	for _, step := range []func(context.Context) error{f.recordPipeline, f.keepInTouch, f.recordTiers, f.fillPools, f.proposeMoves, f.fillTwins, f.askApprovals, f.reportCollections,
		f.proposePromotions, f.makeApprovals, f.planTargets, f.holdReviews, f.logDecisions, f.askStaff, f.putUpBoards, f.writeReports, f.scheduleReports, f.assessCompany, f.assessSkills, f.weighMeasures, f.setBudget, f.diagnose, f.interviewStaff, f.runProgramme, f.fillHandbook, f.handOut, f.readOld} {
		if err := f.ended(); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
