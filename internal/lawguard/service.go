package lawguard

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// Reader reads in one snapshot what is judged, and by what.
type Reader interface {
	planbook.Reader
	dispute.GateReader
	Period(ctx context.Context, month calendar.Month) (period.Period, error)
	Periods(ctx context.Context) ([]period.Period, error)
	PayoutLines(ctx context.Context, runID string) ([]payout.Line, error)
	RunAdditions(ctx context.Context, runID string) ([]payout.Addition, error)
	Settlements(ctx context.Context, runID string) ([]payout.SettlementRow, error)
	GrantsOf(ctx context.Context, month calendar.Month) ([]reward.Grant, error)
	Roster(ctx context.Context, scope access.Scope, today calendar.Date) (consent.Roster, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	PlanAnnouncements(ctx context.Context, versionID string) ([]consent.Announcement, error)
	Acceptances(ctx context.Context, versionIDs []string, personID int64) ([]consent.Acceptance, error)
	// LawSettings returns the settings of the greatest number; number 0 when there are none.
	LawSettings(ctx context.Context) (Version, error)
	// EmploymentTerms returns everything ever recorded of a person, or of everybody for 0, by person, day and number.
	EmploymentTerms(ctx context.Context, personID int64) ([]Term, error)
	// LawAcknowledgements returns all, oldest first.
	LawAcknowledgements(ctx context.Context) ([]Acknowledgement, error)
}

// Tx changes settings and records.
type Tx interface {
	Reader
	// InsertLawSettings stores a version. It returns an error of kind Conflict when the number is taken.
	InsertLawSettings(ctx context.Context, v Version) error
	// InsertEmploymentTerm stores a term. It returns an error of kind Conflict when the number is taken.
	InsertEmploymentTerm(ctx context.Context, t Term) error
	InsertLawAcknowledgement(ctx context.Context, a Acknowledgement) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Store is where they are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service judges, and keeps what it is judged by.
type Service struct {
	store Store
	now   func() time.Time // in the company's time zone
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Today is the date in the company's zone.
func (s *Service) Today() calendar.Date { return calendar.DateOf(s.now()) }

// dayOf is the day of an instant in the company's zone; NoDate for none.
func (s *Service) dayOf(t time.Time) calendar.Date {
	if t.IsZero() {
		return calendar.NoDate
	}
	return calendar.DateOf(t.In(s.now().Location()))
}

// maySee lets in who judges pay or plans, and who keeps the settings. They hold nobody's pay.
func maySee(actor access.Actor) error {
	if actor.Can(access.PermLawWrite) || actor.Can(access.PermPlanRead) {
		return nil
	}
	return actor.Require(access.PermPayAll)
}

// Settings returns the settings in force. Errors: forbidden.
func (s *Service) Settings(ctx context.Context, actor access.Actor) (v Version, err error) {
	defer errs.Wrap(&err, "lawguard.Settings")
	if err := maySee(actor); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		v, err = r.LawSettings(ctx)
		return err
	})
	return v, err
}

// change keeps settings as the next version. seen is the number that the asker saw; before and after are what the audit log shows.
func (s *Service) change(ctx context.Context, actor access.Actor, seen int, action, subject string, decide func(Settings) (after Settings, was, is any, err error)) (v Version, err error) {
	if err := actor.RequireAll(access.PermLawWrite); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.LawSettings(ctx)
		if err != nil {
			return err
		}
		if before.Number != seen {
			return errs.New(errs.KindConflict, "lawguard.changed_meanwhile", nil)
		}
		after, was, is, err := decide(before.Settings)
		if err != nil {
			return err
		}
		v = Version{Number: before.Number + 1, Settings: after, CreatedBy: actor.UserID, CreatedAt: tx.Now()}
		if err := tx.InsertLawSettings(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, action, subject, was, is)
	})
	return v, err
}

// SetRule turns a rule on or off, or changes its weight or number. Errors: forbidden; not found for no rule; invalid, naming fields, also for a
// rule that is turned off without a reason; conflict.
func (s *Service) SetRule(ctx context.Context, actor access.Actor, seen int, rule Rule, set RuleSetting) (v Version, err error) {
	defer errs.Wrap(&err, "lawguard.SetRule(%s)", rule)
	d, ok := DefinitionOf(rule)
	if !ok {
		return v, errs.New(errs.KindNotFound, "lawguard.no_such_rule", nil)
	}
	set.Why = fact.TidyLines(set.Why)
	if set.Severity == d.Severity {
		set.Severity = ""
	}
	if set.Number == d.Default {
		set.Number = 0
	}
	return s.change(ctx, actor, seen, "law.rule", "law_rule:"+string(rule), func(before Settings) (Settings, any, any, error) {
		return before.withRule(rule, set), before.Rules[rule], set, set.Validate(d)
	})
}

// PutWages enters minimum wages; one of the same city and day takes the place of the one before. Errors: forbidden; invalid, naming fields
// with the row where there are several; conflict.
func (s *Service) PutWages(ctx context.Context, actor access.Actor, seen int, wages []Wage) (v Version, err error) {
	defer errs.Wrap(&err, "lawguard.PutWages(%d)", len(wages))
	if err := actor.RequireAll(access.PermLawWrite); err != nil {
		return v, err
	}
	tooMany := errs.Invalid("error.invalid", []errs.Field{{Path: "wages", Message: errs.Msg("lawguard.too_many", errs.Args{"Max": wagesMost})}})
	if len(wages) > wagesMost {
		return v, tooMany
	}
	if err := checkRows(len(wages), func(i int) error { return wages[i].Validate() }); err != nil {
		return v, err
	}
	return s.change(ctx, actor, seen, "law.wages", "company:1", func(before Settings) (Settings, any, any, error) {
		after := before.withWages(wages)
		if len(after.Wages) > wagesMost {
			return after, nil, nil, tooMany
		}
		var was []Wage
		known := wagesByPlace(before.Wages)
		for _, w := range wages {
			if old, ok := known[wagePlace{w.City, w.From}]; ok {
				was = append(was, old)
			}
		}
		return after, was, wages, nil
	})
}

// RemoveWage takes a minimum wage out. Errors: forbidden; not found; conflict.
func (s *Service) RemoveWage(ctx context.Context, actor access.Actor, seen int, city string, from calendar.Date) (v Version, err error) {
	defer errs.Wrap(&err, "lawguard.RemoveWage(%s, %s)", city, from)
	return s.change(ctx, actor, seen, "law.wages", "company:1", func(before Settings) (Settings, any, any, error) {
		old, ok := before.WageOn(city, from)
		if !ok || old.From != from {
			return before, nil, nil, errs.New(errs.KindNotFound, "lawguard.no_such_wage", nil)
		}
		after := before
		after.Wages = nil
		for _, w := range before.Wages {
			if w.City != city || w.From != from {
				after.Wages = append(after.Wages, w)
			}
		}
		return after, old, nil, nil
	})
}

// SetCities says where people work. Errors: forbidden; invalid; conflict.
func (s *Service) SetCities(ctx context.Context, actor access.Actor, seen int, in Cities) (v Version, err error) {
	defer errs.Wrap(&err, "lawguard.SetCities")
	if err := actor.RequireAll(access.PermLawWrite); err != nil {
		return v, err
	}
	clean := Cities{City: strings.TrimSpace(in.City), TeamCities: map[string]string{}}
	for key, city := range in.TeamCities {
		if city = strings.TrimSpace(city); city != "" {
			clean.TeamCities[key] = city
		}
	}
	if err := clean.Validate(); err != nil {
		return v, err
	}
	return s.change(ctx, actor, seen, "law.cities", "company:1", func(before Settings) (Settings, any, any, error) {
		after := before
		after.City, after.TeamCities = clean.City, clean.TeamCities
		return after, Cities{before.City, before.TeamCities}, clean, nil
	})
}

// checkRows checks several inputs and names the row, from 1, of what is wrong with them where there is more than one.
func checkRows(rows int, check func(i int) error) error {
	var wrong []errs.Field
	if rows == 0 {
		wrong = append(wrong, errs.Field{Path: "rows", Message: errs.Msg("lawguard.no_rows", nil)})
	}
	for i := range rows {
		for _, f := range fieldsOf(check(i)) {
			if rows > 1 {
				f.Row = i + 1
			}
			wrong = append(wrong, f)
		}
	}
	return errs.Invalid("error.invalid", wrong)
}

// fieldsOf are the fields that an error of Validate names.
func fieldsOf(err error) []errs.Field {
	if e, ok := err.(*errs.Error); ok {
		return e.Fields
	}
	return nil
}
