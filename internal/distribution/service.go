package distribution

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/metric"
)

// Reports is what is asked of the reports.
type Reports interface {
	// Make computes the report of a month and a place unless there is one already, and publishes it where that is wanted and nobody has touched it.
	Make(ctx context.Context, actor access.Actor, month calendar.Month, place metric.Place, publish bool) error
	// Published returns the newest published version of each report of a month.
	Published(ctx context.Context, month calendar.Month) ([]Issue, error)
	// MayRead returns an error of kind forbidden or not found for who may not see the report.
	MayRead(ctx context.Context, actor access.Actor, i Issue) error
	// Print returns the version as a PDF with the name of its file.
	Print(ctx context.Context, actor access.Actor, i Issue, p *i18n.Printer) (name string, content []byte, err error)
}

// Mails sends letters. Package mail is one.
type Mails interface {
	Ready(ctx context.Context) (bool, error)
	Send(ctx context.Context, letter mail.Letter) error
}

// Config is what a Service works with.
type Config struct {
	Store    Store
	Reports  Reports
	Mails    Mails
	ActorOf  func(ctx context.Context, userID string) (access.Actor, error)
	NewID    func() string
	Now      func() time.Time // where the company is
	Work     func() calendar.WorkCalendar
	Printers func(lang i18n.Lang) *i18n.Printer
	Company  func() string
	Public   func() string // address of the installation; empty: links cannot be written
	Log      *slog.Logger
}

// Service keeps the settings, runs the months and tells who is to be told.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

// MaySet reports whether the actor may set when and to whom reports go: who runs months for the whole company, and administrators.
func MaySet(actor access.Actor) bool {
	return actor.CanAll(access.PermPeriodRun) || actor.CanAll(access.PermSettingsWrite)
}

func maySet(actor access.Actor) error {
	if MaySet(actor) {
		return nil
	}
	return actor.RequireAll(access.PermSettingsWrite, access.PermPeriodRun)
}

// Shown is what the page of the settings needs.
type Shown struct {
	Settings
	Set        bool
	Readers    []Reader
	Next       time.Time // when the next reports are computed; zero: they are not
	NextMonth  calendar.Month
	Runs       []Run
	Deliveries []Delivery
	Mail       bool // there is a mail connection
	Public     bool // links can be written
}

// How much of the past the page shows.
const runsShown, deliveriesShown = 12, 50

// Get returns the settings and what became of them lately. Errors: forbidden.
func (s *Service) Get(ctx context.Context, actor access.Actor) (v Shown, err error) {
	defer errs.Wrap(&err, "distribution.Get")
	if err := reading(actor); err != nil {
		return v, err
	}
	if v.Mail, err = s.Mails.Ready(ctx); err != nil {
		return v, err
	}
	v.Public = s.Public() != ""
	err = s.Store.Read(ctx, func(r Reads) error {
		if v.Settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		v.Set = v.Revision > 0
		if v.Readers, err = r.DistributionReaders(ctx); err != nil {
			return err
		}
		if v.Runs, err = r.DistributionRuns(ctx, runsShown); err != nil {
			return err
		}
		v.Deliveries, err = r.ReportDeliveries(ctx, deliveriesShown)
		return err
	})
	if err == nil && v.Active {
		v.NextMonth, v.Next = s.next(&v.Settings, v.Runs)
	}
	return v, err
}

// reading asks the same right as setting, for who may only read.
func reading(actor access.Actor) error {
	actor.ReadOnly = false
	return maySet(actor)
}

// next is the month whose reports are computed next, and when.
func (s *Service) next(settings *Settings, runs []Run) (month calendar.Month, at time.Time) {
	now := s.Now()
	for month = calendar.DateOf(now).Month() - 1; ; month++ {
		at = settings.Moment(month, s.Work(), now.Location())
		ran := slices.ContainsFunc(runs, func(r Run) bool { return r.Month == month })
		if !ran && !at.Before(settings.SetAt) {
			return month, at
		}
	}
}

func settingsOf(ctx context.Context, r Reads) (Settings, error) {
	settings, set, err := r.DistributionSettings(ctx)
	if err != nil || set {
		return settings, err
	}
	return Usual(), nil
}

// Set keeps the settings. Errors: forbidden; invalid; conflict when they were changed meanwhile.
func (s *Service) Set(ctx context.Context, actor access.Actor, in Settings) (kept Settings, err error) {
	defer errs.Wrap(&err, "distribution.Set")
	if err := maySet(actor); err != nil {
		return kept, err
	}
	for i := range in.People {
		in.People[i].Address = strings.TrimSpace(in.People[i].Address)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, err := settingsOf(ctx, tx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "distribution.changed_meanwhile", nil)
		}
		readers, err := tx.DistributionReaders(ctx)
		if err != nil {
			return err
		}
		known := byUser(readers)
		gone := func(p Recipient) bool { // who has left since is taken out silently; a new one must be there
			_, there := known[p.UserID]
			return !there && slices.ContainsFunc(before.People, func(b Recipient) bool { return b.UserID == p.UserID })
		}
		kept = in
		kept.People = slices.DeleteFunc(slices.Clone(in.People), gone)
		if err := kept.check(known); err != nil {
			return err
		}
		kept.SetAt, kept.Revision = before.SetAt, before.Revision+1
		if !before.Active || before.Day != kept.Day || before.WorkDays != kept.WorkDays || before.Hour != kept.Hour || before.Revision == 0 {
			kept.SetAt = s.Now()
		}
		if err := tx.SaveDistributionSettings(ctx, kept); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "distribution.set", "distribution:settings", told(before), told(kept))
	})
	return kept, err
}

func byUser(readers []Reader) map[string]Reader {
	known := map[string]Reader{}
	for _, r := range readers {
		known[r.UserID] = r
	}
	return known
}

// told is what the audit log keeps of settings: people by their ids, addresses not.
func told(s Settings) map[string]any {
	var people []string
	letters := 0
	for _, p := range s.People {
		people = append(people, p.UserID)
		if p.Address != "" {
			letters++
		}
	}
	return map[string]any{"active": s.Active, "work_days": s.WorkDays, "day": s.Day, "hour": s.Hour, "company": s.Company, "regions": s.Regions, "teams": s.Teams, "publish": s.Publish, "roles": s.Roles, "people": people, "letters": letters, "attach": s.Attach}
}
