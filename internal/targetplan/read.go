package targetplan

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// sees reports whether the actor sees a plan at all: drafts are for those who make them, answer for people, or look after the whole company.
func (s *Service) sees(actor access.Actor, p *Plan) bool {
	return p.State.shown() || actor.CanAll(access.PermSalesRead) || actor.Can(access.PermTargetPropose)
}

// List returns the plans that the actor sees, the newest year first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (list []Plan, err error) {
	defer errs.Wrap(&err, "targetplan.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		all, err := r.TargetPlans(ctx, plansShown)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(all, func(p Plan) bool { return !s.sees(actor, &p) })
		if !actor.CanAll(access.PermSalesRead) {
			for i := range list {
				list[i].hide()
			}
		}
		return nil
	})
	return list, err
}

// hide takes out what is of the whole company.
func (p *Plan) hide() {
	p.Rules.YearMinor, p.Rules.Hands = 0, nil
	p.Summary = Summary{On: p.Summary.On, Since: p.Summary.Since, Months: p.Summary.Months, Strength: p.Summary.Strength}
}

// RowShown is a row with what managers hold possible of its people.
type RowShown struct {
	Row
	OwnMinor  int64 // the sum of the numbers from below
	OwnPeople int64 // how many have one
	OwnTarget int64 // the targets of these
	OwnNote   string
	Below     bool // it has others below that the actor sees
}

// Gap is how much the numbers from above are more than those from below, of the people who have both.
func (r *RowShown) Gap() int64 { return r.OwnTarget - r.OwnMinor }

// Shown is a plan with one unit of its tree.
type Shown struct {
	Plan
	Job        *job.Job  // while it is gathered
	Path       []Row     // from the company down to the unit, of those that the actor sees
	Unit       *RowShown // nil while nothing is solved, or the actor sees nothing whole
	Rows       []RowShown
	Objections []Objection // that are open, of people in reach
	Accepted   int64       // of the people in reach
	Reached    int64
	MayWrite   bool
	MayPropose bool
	Whole      bool // the actor sees the whole company
}

// tree is a plan's units and who of them the actor sees.
type tree struct {
	bones  []Bone
	at     map[string]int
	people []int64         // below each
	seen   []int64         // of these, within reach
	reach  map[int64]bool  // nil: everybody
	own    map[string]*Own // by unit of a person
}

func (t *tree) visible(i int) bool {
	return t.people[i] > 0 && t.seen[i] == t.people[i]
}

func (s *Service) tree(ctx context.Context, r Reader, actor access.Actor, planID int64) (*tree, error) {
	t := &tree{at: map[string]int{}, own: map[string]*Own{}}
	var err error
	if t.bones, err = r.TargetBones(ctx, planID); err != nil {
		return nil, err
	}
	scope := actor.ScopeOf(access.PermSalesRead)
	if !scope.All {
		ids, err := r.PersonsInReach(ctx, scope, s.today())
		if err != nil {
			return nil, err
		}
		t.reach = map[int64]bool{}
		for _, id := range ids {
			t.reach[id] = true
		}
	}
	t.people, t.seen = make([]int64, len(t.bones)), make([]int64, len(t.bones))
	for i, b := range t.bones {
		t.at[b.Unit] = i
		if b.PersonID != 0 {
			t.people[i] = 1
			if t.reach == nil || t.reach[b.PersonID] {
				t.seen[i] = 1
			}
		}
	}
	for i := len(t.bones) - 1; i > 0; i-- { // children stand behind their parents
		up := t.at[t.bones[i].Parent]
		t.people[up] += t.people[i]
		t.seen[up] += t.seen[i]
	}
	owns, err := r.TargetOwns(ctx, planID)
	for i := range owns {
		t.own[PersonUnit(owns[i].PersonID)] = &owns[i]
	}
	return t, err
}

// dress adds the numbers from below to rows.
func (t *tree) dress(rows []Row) []RowShown {
	out := make([]RowShown, len(rows))
	at := map[string]int{}
	for i := range rows {
		out[i].Row = rows[i]
		at[rows[i].Unit] = i
		out[i].Below = rows[i].PersonID == 0
		if own := t.own[rows[i].Unit]; own != nil {
			out[i].OwnNote = own.Note
		}
	}
	for unit, own := range t.own {
		place, known := t.at[unit]
		for ; known; place, known = t.at[t.bones[place].Parent] {
			if i, wanted := at[t.bones[place].Unit]; wanted {
				out[i].OwnMinor += own.Minor
				out[i].OwnPeople++
				out[i].OwnTarget += t.bones[t.at[unit]].Minor
			}
		}
	}
	return out
}

// Get returns a plan with a unit and what is below it that the actor sees. Without a unit it is the company, or what is at the top of the actor's reach. Errors:
// forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64, unit string) (v Shown, err error) {
	defer errs.Wrap(&err, "targetplan.Get(%d, %s)", id, unit)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v = Shown{Whole: actor.CanAll(access.PermSalesRead), MayWrite: s.mayWrite(actor) == nil, MayPropose: actor.Can(access.PermTargetPropose) && !actor.ReadOnly}
		missing := errs.New(errs.KindNotFound, "targetplan.missing", nil)
		if v.Plan, err = r.TargetPlan(ctx, id); err != nil {
			return err
		}
		if !s.sees(actor, &v.Plan) {
			return missing
		}
		if v.State == StateGathering {
			return s.addJob(ctx, r, &v)
		}
		t, err := s.tree(ctx, r, actor, id)
		if err != nil {
			return err
		}
		if !v.Whole {
			v.hide()
		}
		if err := s.addUnits(ctx, r, t, &v, unit); err != nil {
			return err
		}
		return s.addPeople(ctx, r, t, &v)
	})
	return v, err
}

// addJob fills in how far the gathering is. A plan whose job was given up has failed.
func (s *Service) addJob(ctx context.Context, r Reader, v *Shown) error {
	j, err := r.Job(ctx, v.JobID)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	if err != nil || j.State.Finished() {
		v.State, v.Failure = StateFailed, errs.Msg("targetplan.stopped", nil)
		return nil
	}
	v.Job = &j
	return nil
}

func (s *Service) addUnits(ctx context.Context, r Reader, t *tree, v *Shown, unit string) error {
	if len(t.bones) == 0 {
		return nil
	}
	var units []string
	if unit == "" && t.visible(0) {
		unit = UnitCompany
	}
	if unit != "" {
		at, known := t.at[unit]
		if !known || !t.visible(at) {
			return errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		var path []string
		for up := at; ; up = t.at[t.bones[up].Parent] {
			if t.visible(up) {
				path = append(path, t.bones[up].Unit)
			}
			if t.bones[up].Parent == "" {
				break
			}
		}
		rows, err := r.TargetRows(ctx, v.ID, "", path)
		if err != nil {
			return err
		}
		dressed := t.dress(rows)
		v.Unit, v.Path = &dressed[len(dressed)-1], rows
		below, err := r.TargetRows(ctx, v.ID, unit, nil)
		v.Rows = t.dress(below)
		return err
	}
	for i, b := range t.bones { // what is at the top of the reach
		if t.visible(i) && !t.visible(t.at[b.Parent]) {
			units = append(units, b.Unit)
		}
	}
	if len(units) == 0 {
		return nil
	}
	rows, err := r.TargetRows(ctx, v.ID, "", units)
	v.Rows = t.dress(rows)
	return err
}

// addPeople adds what people in reach have said: objections and acceptances.
func (s *Service) addPeople(ctx context.Context, r Reader, t *tree, v *Shown) error {
	inReach := func(person int64) bool { return t.reach == nil || t.reach[person] }
	objections, err := r.TargetObjections(ctx, v.ID, 0)
	if err != nil {
		return err
	}
	for _, o := range objections {
		if o.State == ObjectionOpen && inReach(o.PersonID) {
			v.Objections = append(v.Objections, o)
		}
	}
	for i, b := range t.bones {
		if b.PersonID != 0 && t.seen[i] == 1 {
			v.Reached++
		}
	}
	accepted, err := r.TargetAcceptances(ctx, v.ID, 0)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, a := range accepted {
		if inReach(a.PersonID) && !seen[a.PersonID] {
			seen[a.PersonID] = true
			v.Accepted++
		}
	}
	return nil
}

// PersonShown is a person's number with why it is so, and what was said and decided about it.
type PersonShown struct {
	Plan       Plan
	Row        RowShown
	Team       string
	Own        *Own
	Letter     Letter
	Acceptance *Acceptance // of exactly this letter
	Objections []Objection
	Changes    []Change
	Others     []Bone // who could take a difference: the others of the team, for who may ask for changes
	Names      map[int64]string
	OpenFrom   calendar.Month // the first month from which a change may be asked for; 0: none
	MayObject  bool
	MayOwn     bool
	MayWrite   bool
	Mine       bool
}

// Person returns somebody's number. Errors: forbidden; not found, also out of reach.
func (s *Service) Person(ctx context.Context, actor access.Actor, planID, personID int64) (v PersonShown, err error) {
	defer errs.Wrap(&err, "targetplan.Person(%d, %d)", planID, personID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v = PersonShown{Mine: personID == actor.PersonID && personID != 0, Names: map[int64]string{}}
		missing := errs.New(errs.KindNotFound, "targetplan.missing", nil)
		if v.Plan, err = r.TargetPlan(ctx, planID); err != nil {
			return err
		}
		in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermSalesRead), s.today(), personID)
		if err != nil {
			return err
		}
		if !in || !s.sees(actor, &v.Plan) {
			return missing
		}
		t, err := s.tree(ctx, r, actor, planID)
		if err != nil {
			return err
		}
		row, err := personRow(ctx, r, planID, personID)
		if err != nil {
			return err
		}
		v.Row, v.Own = t.dress([]Row{row})[0], t.own[row.Unit]
		if err := s.addSaid(ctx, r, actor, &v); err != nil {
			return err
		}
		return s.addOthers(ctx, r, t, &v)
	})
	if err == nil && !actor.CanAll(access.PermSalesRead) {
		hand, set := v.Plan.Rules.Hands[v.Row.Unit]
		v.Plan.hide()
		if set {
			v.Plan.Rules.Hands = map[string]Hand{v.Row.Unit: hand}
		}
	}
	return v, err
}

func (s *Service) addSaid(ctx context.Context, r Reader, actor access.Actor, v *PersonShown) (err error) {
	planID, personID := v.Plan.ID, v.Row.PersonID
	v.Letter = letterOf(&v.Plan, &v.Row.Row)
	accepted, err := r.TargetAcceptances(ctx, planID, personID)
	if err != nil {
		return err
	}
	for i := range accepted {
		if accepted[i].Hash == v.Letter.Hash() {
			v.Acceptance = &accepted[i]
		}
	}
	if v.Objections, err = r.TargetObjections(ctx, planID, personID); err != nil {
		return err
	}
	if v.Changes, err = r.TargetChanges(ctx, planID, personID); err != nil {
		return err
	}
	manages := false
	if actor.Can(access.PermTargetPropose) && !actor.ReadOnly {
		if manages, err = r.PersonInReach(ctx, actor.ScopeOf(access.PermTargetPropose), s.today(), personID); err != nil {
			return err
		}
	}
	open := len(v.Objections) > 0 && v.Objections[0].State == ObjectionOpen
	v.MayWrite = s.mayWrite(actor) == nil
	v.MayObject = v.Plan.State == StateDiscussion && !open && (v.Mine && !actor.ReadOnly || manages)
	v.MayOwn = v.Plan.State.open() && manages
	return nil
}

// addOthers adds who could take over a difference, and from which month on.
func (s *Service) addOthers(ctx context.Context, r Reader, t *tree, v *PersonShown) error {
	rows, err := r.TargetRows(ctx, v.Plan.ID, "", []string{v.Row.Parent})
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		v.Team = rows[0].Name
	}
	if !v.MayWrite || v.Plan.State != StatePublished {
		return nil
	}
	for m := v.Plan.Last(); m >= v.Plan.From; m-- {
		if closed, err := r.FirstClosedMonth(ctx, m); err != nil || closed != 0 {
			if err != nil {
				return err
			}
			break
		}
		v.OpenFrom = m
	}
	siblings, err := r.TargetRows(ctx, v.Plan.ID, v.Row.Parent, nil)
	for _, one := range siblings {
		if one.PersonID != v.Row.PersonID {
			v.Others = append(v.Others, t.bones[t.at[one.Unit]])
			v.Names[one.PersonID] = one.Name
		}
	}
	return err
}

// ChangeOf returns a change for who sees the person. Errors: forbidden; not found.
func (s *Service) ChangeOf(ctx context.Context, actor access.Actor, id int64) (c Change, err error) {
	defer errs.Wrap(&err, "targetplan.ChangeOf(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return c, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if c, err = r.TargetChange(ctx, id); err != nil {
			return err
		}
		in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermSalesRead), s.today(), c.PersonID)
		if err == nil && !in {
			err = errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		return err
	})
	return c, err
}

// Difference is a unit's number in two plans.
type Difference struct {
	Row         Row
	BeforeMinor int64
	Known       bool // the other plan has the unit
}

// Comparison is a unit and what is below it in two plans of a year.
type Comparison struct {
	Plan, Other Plan
	Rows        []Difference
}

// Compare sets a plan beside another version, below a unit. Errors: those of Get; invalid for the same plan.
func (s *Service) Compare(ctx context.Context, actor access.Actor, id, other int64, unit string) (c Comparison, err error) {
	defer errs.Wrap(&err, "targetplan.Compare(%d, %d)", id, other)
	v, err := s.Get(ctx, actor, id, unit)
	if err != nil {
		return c, err
	}
	before, err := s.Get(ctx, actor, other, "")
	if err != nil {
		return c, err
	}
	c = Comparison{Plan: v.Plan, Other: before.Plan}
	err = s.Store.Read(ctx, func(r Reader) error {
		c.Rows = nil
		bones, err := r.TargetBones(ctx, other)
		if err != nil {
			return err
		}
		minor := map[string]int64{}
		for _, b := range bones {
			minor[b.Unit] = b.Minor
		}
		add := func(row Row) {
			m, known := minor[row.Unit]
			c.Rows = append(c.Rows, Difference{Row: row, BeforeMinor: m, Known: known})
		}
		if v.Unit != nil {
			add(v.Unit.Row)
		}
		for i := range v.Rows {
			add(v.Rows[i].Row)
		}
		return nil
	})
	return c, err
}
