package problem

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/notice"
)

// Service keeps the list.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, now func() time.Time) *Service { return &Service{store, now} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// MayWrite reports whether the actor writes problems down and deals with them.
func (s *Service) MayWrite(actor access.Actor) bool { return actor.Can(access.PermProblemWrite) }

// reads reports whether there is a list for somebody at all: for who may read problems, and for people of the company, who may have some to deal with.
func reads(actor access.Actor) error {
	if actor.PersonID != 0 {
		return nil
	}
	return actor.Require(access.PermProblemRead)
}

// reach is whose problems the actor sees.
func (s *Service) reach(ctx context.Context, r Reader, actor access.Actor) (Reach, error) {
	out := Reach{OwnerID: actor.PersonID, UserID: actor.UserID}
	if !actor.Can(access.PermProblemRead) {
		return out, nil
	}
	scope := actor.ScopeOf(access.PermProblemRead)
	if out.All = scope.All; out.All {
		return out, nil
	}
	units, err := r.ProblemUnits(ctx, scope, s.today())
	out.Regions, out.Teams, out.Persons = ids(units.Regions), ids(units.Teams), ids(units.Persons)
	return out, err
}

func ids(units []Unit) (out []int64) {
	for _, u := range units {
		out = append(out, u.ID)
	}
	return out
}

// sees reports whether a problem is within reach.
func (r *Reach) sees(p *Problem) bool {
	switch {
	case r.All || r.OwnerID != 0 && p.OwnerID == r.OwnerID || r.UserID != "" && p.ByID == r.UserID:
		return true
	case p.Place.Level == finding.LevelRegion:
		return slices.Contains(r.Regions, p.Place.RegionID)
	case p.Place.Level == finding.LevelTeam:
		return slices.Contains(r.Teams, p.Place.TeamID)
	case p.Place.Level == finding.LevelPerson:
		return slices.Contains(r.Persons, p.Place.PersonID)
	}
	return false
}

// find returns a problem within the actor's reach. Errors: not found, also out of reach.
func (s *Service) find(ctx context.Context, r Reader, actor access.Actor, id int64) (p Problem, err error) {
	if p, err = r.Problem(ctx, id); err != nil {
		return p, err
	}
	reach, err := s.reach(ctx, r, actor)
	if err == nil && !reach.sees(&p) {
		err = errs.New(errs.KindNotFound, "problem.missing", nil)
	}
	return p, err
}

// place finds out what a place is, within what the actor may write about.
func (s *Service) place(ctx context.Context, r Reader, actor access.Actor, at Where) (Place, error) {
	scope := actor.ScopeOf(access.PermProblemWrite)
	switch at.Level {
	case finding.LevelRegion, finding.LevelTeam, finding.LevelPerson:
	default:
		if !scope.All {
			return Place{}, errs.New(errs.KindForbidden, "problem.whole_company", nil)
		}
		return Place{Level: at.Level, Key: at.Key}, nil
	}
	units, err := r.ProblemUnits(ctx, scope, s.today())
	if err != nil {
		return Place{}, err
	}
	list := map[finding.Level][]Unit{finding.LevelRegion: units.Regions, finding.LevelTeam: units.Teams, finding.LevelPerson: units.Persons}[at.Level]
	i := slices.IndexFunc(list, func(u Unit) bool { return u.ID == at.ID })
	if i < 0 {
		return Place{}, errs.New(errs.KindNotFound, "problem.place_missing", nil)
	}
	return list[i].place(at.Level), nil
}

// place is a unit as a place of a level.
func (u Unit) place(level finding.Level) Place {
	at := Place{Level: level, Key: u.Key, Name: u.Name, RegionID: u.RegionID, TeamID: u.TeamID}
	switch level {
	case finding.LevelRegion:
		at.RegionID = u.ID
	case finding.LevelTeam:
		at.TeamID = u.ID
	case finding.LevelPerson:
		at.PersonID = u.ID
	}
	return at
}

// Raise writes a problem down. A problem of the kind that is known at the place already is not written twice: what is said of it, and by which source, is
// added. Errors: forbidden; invalid; not found for a place or person that is out of reach.
func (s *Service) Raise(ctx context.Context, actor access.Actor, in Entry) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.Raise")
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return p, err
	}
	if err := in.check(); err != nil {
		return p, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		at, err := s.place(ctx, tx, actor, in.Where)
		if err != nil {
			return err
		}
		if p, err = s.raise(ctx, tx, actor, in, at); err != nil || in.OwnerID == 0 || in.OwnerID == p.OwnerID {
			return err
		}
		p, err = s.assign(ctx, tx, actor, p, in.OwnerID)
		return err
	})
	return p, err
}

func (s *Service) raise(ctx context.Context, tx Tx, actor access.Actor, in Entry, at Place) (p Problem, err error) {
	e := Event{Kind: EntryRaised, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, Source: in.Source, Text: in.Evidence, Link: in.Link, Rating: in.Rating}
	known, err := s.same(ctx, tx, IdentityOf(in.Kind, at))
	if err != nil {
		return p, err
	}
	if known == nil {
		p = Problem{Kind: in.Kind, Area: in.Area, Title: in.Title, Detail: in.Detail, Place: at, Sources: []Source{in.Source}, Proposed: unrated, Chosen: in.Rating, Fixed: FixedBy(in.Kind, 0), Status: StatusOpen, SeenAt: tx.Now(), ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now(), Revision: 1}
		if p.Why = []errs.Message{errs.Msg("problem.why.by_hand", nil)}; in.Rating.Known() {
			p.Why = nil
		}
		if p.ID, err = tx.NextNumber(ctx, "problem"); err != nil {
			return p, err
		}
		err = tx.InsertProblem(ctx, p)
	} else {
		p, e.Kind = *known, EntryHeard
		p.Sources, p.SeenAt, p.Revision = withSource(p.Sources, in.Source), tx.Now(), p.Revision+1
		if in.Rating.Known() && !p.Chosen.Known() {
			p.Chosen = in.Rating
		}
		err = tx.SaveProblem(ctx, p)
	}
	if err != nil {
		return p, err
	}
	if p.MergedInto != 0 {
		if err := s.passOn(ctx, tx, p); err != nil {
			return p, err
		}
	}
	e.ProblemID = p.ID
	if err := tx.AppendProblemEvent(ctx, e); err != nil {
		return p, err
	}
	return p, audit.Append(ctx, tx, actor, "problem.raise", p.Subject(), nil, map[string]any{"kind": p.Kind, "title": p.Title, "place": p.Place, "source": in.Source, "evidence": in.Evidence, "link": in.Link, "rating": in.Rating})
}

// unrated is what is proposed of a problem of which nothing is measured: the middle of everything.
var unrated = Rating{Gravity: 3, Urgency: 3, Tendency: 3}

// same is the problem of an identity; nil where it is not known.
func (s *Service) same(ctx context.Context, r Reader, identity string) (*Problem, error) {
	if identity == "" {
		return nil, nil
	}
	list, err := r.Problems(ctx, Filter{Reach: Reach{All: true}, Identities: []string{identity}, Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// passOn tells the problem that another one was merged into by what it is known now.
func (s *Service) passOn(ctx context.Context, tx Tx, from Problem) error {
	into, err := tx.Problem(ctx, from.MergedInto)
	if err != nil {
		return err
	}
	into.Sources, into.SeenAt, into.Revision = withSource(into.Sources, from.Sources...), tx.Now(), into.Revision+1
	return tx.SaveProblem(ctx, into)
}

// assign gives a problem to somebody, and tells them.
func (s *Service) assign(ctx context.Context, tx Tx, actor access.Actor, p Problem, personID int64) (Problem, error) {
	name := ""
	if personID != 0 {
		names, err := tx.PersonNames(ctx, []int64{personID})
		if err != nil {
			return p, err
		}
		if name = names[personID]; name == "" {
			return p, errs.Invalid("error.invalid", []errs.Field{{Path: "owner", Message: errs.Msg("problem.owner_missing", nil)}})
		}
	}
	before := p.OwnerName
	p.OwnerID, p.OwnerName, p.Revision = personID, name, p.Revision+1
	if err := tx.SaveProblem(ctx, p); err != nil {
		return p, err
	}
	if err := tx.AppendProblemEvent(ctx, Event{ProblemID: p.ID, Kind: EntryAssigned, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, OwnerName: name}); err != nil {
		return p, err
	}
	if err := notice.Settle(ctx, tx, notice.End{Subject: p.Subject(), Kinds: []notice.Kind{notice.KindProblemAssigned}}); err != nil {
		return p, err
	}
	if personID != 0 && p.Status.Live() {
		message := notice.Message{Kind: notice.KindProblemAssigned, To: notice.To{PersonIDs: []int64{personID}}, Subject: p.Subject(), By: actor.UserID, Params: notice.Params{"Title": p.title()}}
		if err := notice.Post(ctx, tx, message); err != nil {
			return p, err
		}
	}
	return p, audit.Append(ctx, tx, actor, "problem.assign", p.Subject(), map[string]any{"owner": before}, map[string]any{"owner": name, "owner_id": personID})
}

// title is what a message calls a problem.
func (p *Problem) title() notice.Param {
	if p.Title != "" {
		return notice.Word(p.Title)
	}
	return notice.Phrase("finding.kind." + string(p.Kind))
}

// Listing is the list as the actor sees it.
type Listing struct {
	Problems []Problem
	Counts   []Count // of everything that the filter chooses but for severity, status and page
	Total    int64   // of what the whole filter chooses
	MayWrite bool
}

// ListMost is how many problems a page of the list may have.
const ListMost = 500

// List returns problems within reach, the gravest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer errs.Wrap(&err, "problem.List")
	if err := reads(actor); err != nil {
		return l, err
	}
	if f.Limit <= 0 || f.Limit > ListMost {
		f.Limit = ListMost
	}
	err = s.store.Read(ctx, func(r Reader) error {
		l = Listing{MayWrite: s.MayWrite(actor)}
		if f.Reach, err = s.reach(ctx, r, actor); err != nil {
			return err
		}
		if l.Problems, err = r.Problems(ctx, f); err != nil {
			return err
		}
		whole, wide := f, f
		wide.Severity, wide.Statuses = "", nil
		if l.Counts, err = r.ProblemCounts(ctx, wide); err != nil {
			return err
		}
		counts, err := r.ProblemCounts(ctx, whole)
		for _, c := range counts {
			l.Total += c.Count
		}
		return err
	})
	return l, err
}

// Shown is a problem with its history and what the actor may do.
type Shown struct {
	Problem
	Events []Event   // the earliest first
	Merged []Problem // those that are merged into it
	Into   *Problem  // the one that it is merged into
	// MayRate, MayAssign and MayMerge are for who writes problems down; MayMove also for who has it to deal with.
	MayWrite bool
	MayMove  bool
}

// Get returns a problem. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "problem.Get(%d)", id)
	if err := reads(actor); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		p, err := s.find(ctx, r, actor, id)
		if err != nil {
			return err
		}
		if !actor.CanAll(access.PermPayAll) {
			p.Rows = WithoutPay(p.Rows)
		}
		v = Shown{Problem: p, MayWrite: s.MayWrite(actor), MayMove: s.mayMove(actor, &p)}
		if v.Events, err = r.ProblemEvents(ctx, id); err != nil {
			return err
		}
		if v.Merged, err = r.Problems(ctx, Filter{Reach: Reach{All: true}, MergedInto: id}); err != nil || p.MergedInto == 0 {
			return err
		}
		into, err := r.Problem(ctx, p.MergedInto)
		v.Into = &into
		return err
	})
	return v, err
}

// mayMove reports whether the actor changes what becomes of a problem: who writes problems down, and whose it is.
func (s *Service) mayMove(actor access.Actor, p *Problem) bool {
	return s.MayWrite(actor) || !actor.ReadOnly && actor.PersonID != 0 && actor.PersonID == p.OwnerID
}
