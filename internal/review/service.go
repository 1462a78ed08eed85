package review

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/targetplan"
)

// Standard is what meetings ask the process standard. Package standard is one.
type Standard interface {
	Rates(ctx context.Context, actor access.Actor, q standard.Question) (standard.Rates, error)
	// Broken returns which rules were not kept in opportunities, by opportunity, from a month on.
	Broken(ctx context.Context, actor access.Actor, from calendar.Month) (map[int64][]standard.Broken, error)
}

// Changes is how targets are changed. Package targetplan is one.
type Changes interface {
	ChangeIn(ctx context.Context, tx targetplan.Tx, actor access.Actor, in targetplan.ChangeEntry) (targetplan.Change, error)
}

// Config is what a Service works with.
type Config struct {
	Store    Store
	Standard Standard
	Changes  Changes
	Now      func() time.Time // where the company is
	Work     func() calendar.WorkCalendar
	Fiscal   func() calendar.Fiscal
	Currency func() money.Currency
	Chance   func(stage string) int64 // percent of winning at a stage of opportunities
	// Measures are the metrics that actions may be to move, as somebody sees them; nil: there are none.
	Measures func(ctx context.Context, actor access.Actor) []Measure
}

// Measure is a metric of the book that an action may be to move.
type Measure struct {
	ID   string
	Name ruledoc.Text
}

// Service prepares meetings, keeps what is said in them, and follows what is agreed.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) measures(ctx context.Context, actor access.Actor) []Measure {
	if s.Measures == nil {
		return nil
	}
	return s.Measures(ctx, actor)
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// Today is the day where the company is.
func (s *Service) Today() calendar.Date { return s.today() }

// reach is which units somebody reaches with a permission.
type reach struct {
	all   bool
	teams map[int64]bool
	areas map[int64]bool // regions that are reached as a whole
}

func (r reach) has(u Unit) bool {
	if r.all {
		return true
	}
	if u.Kind == UnitRegion {
		return r.areas[u.ID]
	}
	return r.teams[u.ID]
}

// units lists what is reached.
func (r reach) units() (list []Unit) {
	for id := range r.teams {
		list = append(list, Unit{Kind: UnitTeam, ID: id})
	}
	for id := range r.areas {
		list = append(list, Unit{Kind: UnitRegion, ID: id})
	}
	slices.SortFunc(list, func(a, b Unit) int {
		if a.Kind != b.Kind {
			return map[bool]int{true: -1, false: 1}[a.Kind < b.Kind]
		}
		return int(a.ID - b.ID)
	})
	return list
}

// reachOf is what somebody reaches who leads: the teams led, and all of the regions granted.
func reachOf(actor access.Actor, teams []Team, p access.Permission, whole access.Permission) (r reach) {
	r = reach{teams: map[int64]bool{}, areas: map[int64]bool{}, all: actor.CanAll(whole) || actor.CanAll(p)}
	if !actor.Can(p) {
		return r
	}
	scope := actor.ScopeOf(p)
	for _, t := range teams {
		region := slices.Contains(scope.RegionIDs, t.RegionID)
		if region {
			r.areas[t.RegionID] = true
		}
		if region || (scope.TeamsLed || scope.TeamOf) && actor.PersonID != 0 && slices.Contains(t.Leaders, actor.PersonID) {
			r.teams[t.ID] = true
		}
	}
	return r
}

// runs is which meetings somebody runs: those of the teams led and of the regions granted, and all for who keeps the targets of the company.
func runs(actor access.Actor, teams []Team) reach {
	return reachOf(actor, teams, access.PermTargetPropose, access.PermTargetWrite)
}

// sees is which meetings somebody sees whole.
func sees(actor access.Actor, teams []Team) reach {
	r := reachOf(actor, teams, access.PermTargetPropose, access.PermTargetWrite)
	r.all = r.all || actor.CanAll(access.PermSalesRead)
	return r
}

func errMissing() error { return errs.New(errs.KindNotFound, "review.missing", nil) }

func errChanged() error { return errs.New(errs.KindConflict, "review.changed_meanwhile", nil) }

// ReadSettings returns how the company holds its meetings. Errors: forbidden.
func (s *Service) ReadSettings(ctx context.Context, actor access.Actor) (settings Settings, err error) {
	defer errs.Wrap(&err, "review.ReadSettings")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return settings, err
	}
	err = s.Store.Read(ctx, func(r Reader) error { settings, err = settingsOf(ctx, r); return err })
	return settings, err
}

func settingsOf(ctx context.Context, r Reader) (Settings, error) {
	settings, set, err := r.ReviewSettings(ctx)
	if err != nil || set {
		return settings, err
	}
	return UsualSettings(), nil
}
