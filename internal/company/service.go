package company

import (
	"context"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
)

// Reader reads in one snapshot.
type Reader interface {
	// CompanySettings returns what is kept; the zero Settings when nothing is.
	CompanySettings(ctx context.Context) (Settings, error)
	// WorkYears returns what is kept of the company's own days, by year.
	WorkYears(ctx context.Context) ([]WorkYear, error)
	// WorkRevision returns a number that grows with every change of them; 0 when nothing is kept.
	WorkRevision(ctx context.Context) (int64, error)
	// AnyRun reports whether any month was ever calculated.
	AnyRun(ctx context.Context) (bool, error)
	// Counts returns what has been recorded so far.
	Counts(ctx context.Context) (Counts, error)
	// RoleHolders returns, for enabled users, the roles that they have, by user.
	RoleHolders(ctx context.Context) (map[string][]access.Role, error)
}

// Tx changes the settings.
type Tx interface {
	Reader
	// SaveCompanySettings keeps the settings. It returns an error of kind Conflict when the kept revision is not the one before.
	SaveCompanySettings(ctx context.Context, s Settings) error
	// SaveWorkYear keeps a year's days. It returns an error of kind Conflict when the kept revision is not the one before.
	SaveWorkYear(ctx context.Context, y WorkYear) error
	notice.Tx
	AppendAudit(ctx context.Context, e audit.Entry) error
}

// Store is where the settings are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// freshFor is how long settings that were read are taken as current: with several nodes a change reaches the others after it.
const freshFor = time.Second

// Service keeps the settings and says how far setting up is.
type Service struct {
	store Store
	now   func() time.Time

	mu     sync.Mutex
	known  Settings
	zone   *time.Location
	readAt time.Time

	work         calendar.WorkCalendar
	workRevision int64
	ready        bool // setting up is done; it never becomes undone
}

// NewService returns a Service that knows the defaults until it has read.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, known: Defaults, zone: Defaults.Location(), work: workBase()}
}

// Start reads what is kept. When there is nothing, the name that the operator gave, if any, is kept as a first value; later starts do
// not look at it.
func (s *Service) Start(ctx context.Context, name string) (err error) {
	defer errs.Wrap(&err, "company.Start")
	kept, err := s.read(ctx)
	if err != nil || kept.Revision > 0 || strings.TrimSpace(name) == "" {
		return err
	}
	first := Defaults
	first.Name = strings.TrimSpace(name)
	_, err = s.keep(ctx, access.SystemActor("start"), first)
	if errs.Is(err, errs.KindConflict) { // another node was first
		_, err = s.read(ctx)
	}
	return err
}

// Current returns the settings in force. What cannot be read now is answered by what was read last.
func (s *Service) Current(ctx context.Context) Settings {
	s.mu.Lock()
	known, stale := s.known, s.now().Sub(s.readAt).Abs() > freshFor
	s.mu.Unlock()
	if !stale {
		return known
	}
	if read, err := s.read(ctx); err == nil {
		return read
	}
	return known
}

// Known returns the settings as last read, without asking the database.
func (s *Service) Known() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

// Currency is the currency of pay, as last read.
func (s *Service) Currency() money.Currency { return s.Known().Currency }

// Zone is the company's time zone, as last read.
func (s *Service) Zone() *time.Location {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.zone
}

func (s *Service) read(ctx context.Context) (kept Settings, err error) {
	var work calendar.WorkCalendar
	var revision int64
	err = s.store.Read(ctx, func(r Reader) error {
		if kept, err = r.CompanySettings(ctx); err != nil {
			return err
		}
		work, revision, err = s.readWork(ctx, r)
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	s.mu.Lock()
	if revision >= s.workRevision { // it never goes back, and an older look may end later
		s.work, s.workRevision = work, revision
	}
	s.mu.Unlock()
	return s.remember(kept), nil
}

func (s *Service) remember(kept Settings) Settings {
	if kept.Revision == 0 {
		kept = Defaults
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known.TimeZone != kept.TimeZone {
		s.zone = kept.Location()
	}
	s.known, s.readAt = kept, s.now()
	return kept
}

// Get returns the settings for the page that changes them. Errors: forbidden.
func (s *Service) Get(ctx context.Context, actor access.Actor) (kept Settings, err error) {
	defer errs.Wrap(&err, "company.Get")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return Settings{}, err
	}
	return s.read(ctx)
}

// Save keeps settings. Revision is the one that the asker has seen. Errors: forbidden; invalid, naming fields; conflict when somebody
// else was faster, or when the currency would change after a month was calculated.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Settings) (_ Settings, err error) {
	defer errs.Wrap(&err, "company.Save")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return Settings{}, err
	}
	in.Name, in.Public = strings.TrimSpace(in.Name), tidyPublic(in.Public)
	if err := in.Validate(); err != nil {
		return Settings{}, err
	}
	return s.keep(ctx, actor, in)
}

func (s *Service) keep(ctx context.Context, actor access.Actor, in Settings) (Settings, error) {
	var after Settings
	err := s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.CompanySettings(ctx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "company.changed_meanwhile", nil)
		}
		was := before.Currency
		if before.Revision == 0 {
			was = Defaults.Currency
		}
		if was != in.Currency {
			if calculated, err := tx.AnyRun(ctx); err != nil {
				return err
			} else if calculated {
				return errs.Invalid("error.invalid", []errs.Field{{Path: "currency", Value: string(in.Currency), Message: errs.Msg("company.currency_fixed", nil)}})
			}
		}
		after = in
		after.Revision++
		if err := tx.SaveCompanySettings(ctx, after); err != nil {
			return err
		}
		var old any
		if before.Revision > 0 {
			old = before
		}
		return audit.Append(ctx, tx, actor, "company.save", "company:1", old, after)
	})
	if err != nil {
		return Settings{}, err
	}
	return s.remember(after), nil
}
