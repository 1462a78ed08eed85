package targetplan

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
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
	Names      map[string]string // of the units that findings speak of, for who sees the whole company
	Objections []Objection       // that are open, of people in reach
	Accepted   int64             // of the people in reach
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
		if err := addNames(ctx, r, &v); err != nil {
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

// addNames names the units of findings, which may be anywhere in the tree.
func addNames(ctx context.Context, r Reader, v *Shown) error {
	v.Names = map[string]string{}
	units := []string{}
	for _, f := range v.Summary.Findings {
		for _, unit := range append([]string{f.Unit}, f.Units...) {
			if _, known := v.Names[unit]; !known {
				v.Names[unit] = ""
				units = append(units, unit)
			}
		}
	}
	rows, err := r.TargetRows(ctx, v.ID, "", units)
	clear(v.Names)
	for i := range rows {
		if rows[i].Name != "" {
			v.Names[rows[i].Unit] = rows[i].Name
		}
	}
	return err
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
