package programme

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Numbers reads the metric book.
type Numbers interface {
	Read(ctx context.Context, actor access.Actor, q metric.Query) (metric.Answer, error)
}

// Config is what a Service works with.
type Config struct {
	Store   Store
	Numbers Numbers
	Now     func() time.Time // where the company is
	NewID   func() string
	// Problems read the numbers of the problem list at the end of a month; without one a goal says that there is no source.
	Problems map[Source]func(ctx context.Context, month calendar.Month) (metric.Value, error)
	// Titles names problems that the actor sees; without it they are told by their number.
	Titles func(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
	// EffectText writes an effect for the log of decisions.
	EffectText func(*Found) string
	// Word is a message in both languages.
	Word func(errs.Message) ruledoc.Text
}

// Service keeps the programme.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// Reads reports whether somebody sees something of the programme.
func Reads(actor access.Actor) bool { return actor.Can(access.PermProgrammeRead) }

// MayWrite reports whether somebody writes goals, risks, lessons and any initiative: who has the permission over the whole company.
func MayWrite(actor access.Actor) bool {
	return !actor.ReadOnly && actor.CanAll(access.PermProgrammeWrite)
}

func mayWrite(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return actor.RequireAll(access.PermProgrammeWrite)
}

// sight is what of the programme an actor sees: all of it, or what concerns the people and the teams within reach.
type sight struct {
	all     bool
	writes  bool
	person  int64
	persons []int64
	teams   []int64
	org     metric.Organisation
	today   calendar.Date
}

// sightOf finds it. Errors: forbidden.
func (s *Service) sightOf(ctx context.Context, r Reader, actor access.Actor) (v *sight, err error) {
	if err := actor.Require(access.PermProgrammeRead); err != nil {
		return nil, err
	}
	v = &sight{person: actor.PersonID, today: s.today(), writes: MayWrite(actor)}
	if v.org, err = r.Organisation(ctx); err != nil {
		return nil, err
	}
	scope := actor.ScopeOf(access.PermProgrammeRead)
	if v.all = scope.All; v.all {
		return v, nil
	}
	if v.persons, err = r.PersonsInReach(ctx, scope, v.today); err != nil {
		return nil, err
	}
	for i := range v.org.People {
		e := &v.org.People[i]
		if !slices.Contains(v.persons, e.PersonID) {
			continue
		}
		for _, p := range e.Positions {
			if p.Days.Contains(v.today) && !slices.Contains(v.teams, p.TeamID) {
				v.teams = append(v.teams, p.TeamID)
			}
		}
	}
	return v, nil
}

// sees reports whether an initiative concerns the actor: theirs, of somebody within reach, or tried by a team within reach.
func (v *sight) sees(i *Initiative) bool {
	return v.all || v.within(i.OwnerID) || slices.ContainsFunc(i.Trial.Pilot, func(team int64) bool { return slices.Contains(v.teams, team) })
}

// within reports whether a person is the actor or within reach.
func (v *sight) within(person int64) bool {
	return person != 0 && (person == v.person || slices.Contains(v.persons, person))
}

// person is the name of somebody; empty for nobody that is known.
func (v *sight) name(person int64) string {
	for i := range v.org.People {
		if v.org.People[i].PersonID == person {
			return v.org.People[i].Name
		}
	}
	return ""
}

// checkOwner wants an owner who works in the company.
func (v *sight) checkOwner(person int64) error {
	if person == 0 {
		return nil
	}
	for i := range v.org.People {
		e := &v.org.People[i]
		if e.PersonID == person && e.HiredOn <= v.today && v.today < e.LeftOn {
			return nil
		}
	}
	return errs.Invalid("error.invalid", []errs.Field{{Path: "owner", Message: errs.Msg("programme.owner_unknown", nil)}})
}
