package capability

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/org"
)

// Reader reads on one snapshot.
type Reader interface {
	access.Reacher
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	// Skills returns all skills in their order.
	Skills(ctx context.Context) ([]Skill, error)
	// SkillMarks returns the latest mark of each person and skill.
	SkillMarks(ctx context.Context) ([]Mark, error)
	// Trainings returns those of days that stand, the latest first.
	Trainings(ctx context.Context, from, to calendar.Date) ([]Training, error)
	Training(ctx context.Context, id int64) (Training, error) // NotFound
	Organisation(ctx context.Context) (*metric.Organisation, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertSkill(ctx context.Context, s Skill) error
	SaveSkill(ctx context.Context, s Skill) error // Conflict when it was changed meanwhile
	InsertSkillMark(ctx context.Context, m Mark) error
	InsertTraining(ctx context.Context, t Training) error
	RemoveTraining(ctx context.Context, t Training) error // Conflict when it is removed already
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service knows what people can do.
type Service struct {
	store   Store
	people  *org.Service
	numbers *metric.Service
	now     func() time.Time
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, people *org.Service, numbers *metric.Service, now func() time.Time) *Service {
	return &Service{store, people, numbers, now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// self reads the organisation and numbers of the whole company.
var self = access.SystemActor("capability")

// MayMark reports whether somebody marks skills of people.
func MayMark(actor access.Actor) bool { return actor.Can(access.PermSkillWrite) }

// MayKeepSkills reports whether somebody keeps the list of skills.
func MayKeepSkills(actor access.Actor) bool { return actor.CanAll(access.PermSkillWrite) }

// Opens reports whether somebody sees skills: their own, or those of people.
func Opens(actor access.Actor) bool { return actor.PersonID != 0 || MayMark(actor) }

// members are the people of the layers who are there today.
func (s *Service) members(ctx context.Context) (list []Person, err error) {
	_, err = s.people.Each(ctx, self, org.Filter{When: org.Now(), Employment: org.Employed}, func(m org.Member) error {
		if slices.Contains(Layers, m.Assignment.Level) {
			list = append(list, Person{ID: m.ID, Name: m.Name, TeamName: m.TeamName, Layer: m.Assignment.Level, Marks: map[int64]Mark{}})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Person) int {
		return cmp.Or(cmp.Compare(a.TeamName, b.TeamName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// Matrix is people beside skills, as far as somebody sees them.
type Matrix struct {
	Skills  []Skill
	People  []Person
	MayMark bool // others of them
	MayKeep bool // the list of skills
	Own     int64
	Today   calendar.Date
}

// Matrix returns skills of the people whom the actor leads, and the actor's own. Errors: forbidden.
func (s *Service) Matrix(ctx context.Context, actor access.Actor) (m Matrix, err error) {
	defer errs.Wrap(&err, "capability.Matrix")
	if !Opens(actor) {
		return m, actor.Require(access.PermSkillWrite)
	}
	people, err := s.members(ctx)
	if err != nil {
		return m, err
	}
	m = Matrix{MayMark: MayMark(actor), MayKeep: MayKeepSkills(actor), Own: actor.PersonID, Today: s.today()}
	err = s.store.Read(ctx, func(r Reader) error {
		if m.Skills, err = r.Skills(ctx); err != nil {
			return err
		}
		seen := map[int64]bool{actor.PersonID: true}
		scope := actor.ScopeOf(access.PermSkillWrite)
		if m.MayMark && !scope.All {
			ids, err := r.PersonsInReach(ctx, scope, m.Today)
			if err != nil {
				return err
			}
			for _, id := range ids {
				seen[id] = true
			}
		}
		m.People = slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return !(m.MayMark && scope.All) && !seen[p.ID] })
		return addMarks(ctx, r, m.People)
	})
	return m, err
}

func addMarks(ctx context.Context, r Reader, people []Person) error {
	marks, err := r.SkillMarks(ctx)
	if err != nil {
		return err
	}
	at := map[int64]int{}
	for i := range people {
		at[people[i].ID] = i
		people[i].Marks = map[int64]Mark{}
	}
	for _, mark := range marks {
		if i, there := at[mark.PersonID]; there {
			people[i].Marks[mark.SkillID] = mark
		}
	}
	return nil
}

// Mark keeps how well a person can do some things. Errors: forbidden, also for oneself; not found for who is out of reach; invalid.
func (s *Service) Mark(ctx context.Context, actor access.Actor, in MarkEntry) (err error) {
	defer errs.Wrap(&err, "capability.Mark(%d)", in.PersonID)
	if err := actor.Require(access.PermSkillWrite); err != nil {
		return err
	}
	if in.PersonID == actor.PersonID {
		return errs.New(errs.KindForbidden, "capability.not_oneself", nil)
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		reaches, err := actor.Reaches(ctx, tx, in.PersonID, access.PermSkillWrite)
		if err != nil {
			return err
		}
		if !reaches {
			return errs.New(errs.KindNotFound, "capability.no_person", nil)
		}
		skills, err := tx.Skills(ctx)
		if err != nil {
			return err
		}
		entry := in
		if err := entry.check(skills, s.today()); err != nil {
			return err
		}
		for i := range skills {
			level, said := entry.Levels[skills[i].ID]
			if !said {
				continue
			}
			m := Mark{SkillID: skills[i].ID, PersonID: entry.PersonID, Level: level, On: entry.On, Words: entry.Words, ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now()}
			if m.ID, err = tx.NextNumber(ctx, "skill_mark"); err != nil {
				return err
			}
			if err := tx.InsertSkillMark(ctx, m); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, actor, "skill.mark", "person:"+digits(entry.PersonID), nil, map[string]any{"levels": entry.Levels, "on": entry.On, "words": entry.Words})
	})
}

// SaveSkill writes a skill down, or changes it; one that is not active any more keeps its marks. Errors: forbidden; not found; invalid; conflict.
func (s *Service) SaveSkill(ctx context.Context, actor access.Actor, in SkillEntry) (skill Skill, err error) {
	defer errs.Wrap(&err, "capability.SaveSkill(%d)", in.ID)
	if err := actor.RequireAll(access.PermSkillWrite); err != nil {
		return skill, err
	}
	if err := in.check(); err != nil {
		return skill, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		skills, err := tx.Skills(ctx)
		if err != nil {
			return err
		}
		skill = Skill{Place: int64(len(skills)) + 1}
		save := tx.InsertSkill
		var before any
		if in.ID != 0 {
			at := slices.IndexFunc(skills, func(k Skill) bool { return k.ID == in.ID })
			if at < 0 {
				return errs.New(errs.KindNotFound, "capability.no_skill", nil)
			}
			if skill, save = skills[at], tx.SaveSkill; in.Seen != 0 && in.Seen != skill.Revision {
				return errs.New(errs.KindConflict, "capability.changed_meanwhile", nil)
			}
			before = skill
		} else if len(skills) >= skillsMost {
			return errs.New(errs.KindConflict, "capability.many_skills", errs.Args{"Most": skillsMost})
		} else if skill.ID, err = tx.NextNumber(ctx, "skill"); err != nil {
			return err
		}
		skill.NameZh, skill.NameEn, skill.Required, skill.Active, skill.Revision = in.NameZh, in.NameEn, in.Required, in.Active, skill.Revision+1
		if err := save(ctx, skill); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "skill.save", skill.subject(), before, skill)
	})
	return skill, err
}
