package standard

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/sop"
)

// Dimension is what rates are broken down by.
type Dimension string

// The dimensions.
const (
	ByPerson Dimension = "person"
	ByTeam   Dimension = "team"
	ByRegion Dimension = "region"
	ByStage  Dimension = "stage"
	ByRule   Dimension = "rule"
	ByMonth  Dimension = "month"
)

// Dimensions lists the dimensions in the order in which they are shown.
var Dimensions = []Dimension{ByRule, ByStage, ByPerson, ByTeam, ByRegion, ByMonth}

// TallyQuery chooses tallies. Persons are those within reach; All stands for everybody.
type TallyQuery struct {
	From, To calendar.Month
	Persons  []int64
	All      bool
	By       Dimension // ByPerson or ByMonth; anything else sums over both
}

// Tally is the counts of a rule, of a person or a month where it is asked for.
type Tally struct {
	Month    calendar.Month
	PersonID int64
	RuleID   string
	Counts
}

// Place is where somebody stands today.
type Place struct {
	TeamID, RegionID     int64
	TeamName, RegionName string
}

// FindingQuery chooses what rules came to in cases.
type FindingQuery struct {
	TallyQuery
	Status conform.Status
	Rules  []string // empty: all
	After  FindingPlace
	Limit  int
}

// FindingPlace is a place in a list of findings; zero is before the first.
type FindingPlace struct {
	Month  calendar.Month
	CaseID int64
	RuleID string
}

// Finding is what a rule came to in a case, by the last judgement.
type Finding struct {
	CaseID       int64
	CaseName     string
	CustomerName string
	PersonID     int64
	PersonName   string
	Mark
}

// RateReader reads what rates are made of.
type RateReader interface {
	Tallies(ctx context.Context, q TallyQuery) ([]Tally, error)
	Findings(ctx context.Context, q FindingQuery) ([]Finding, error) // the latest month first, in it the newest cases
	DueFindings(ctx context.Context, caseIDs []int64) ([]Finding, error)
	PersonDue(ctx context.Context, personID int64, limit int) ([]Finding, error) // what is due first
	Recordings(ctx context.Context, q TallyQuery) ([]RecordingTally, error)
	PlacesOf(ctx context.Context, today calendar.Date) (map[int64]Place, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	CasesBehind(ctx context.Context, id int64) (int64, error) // the cases with a later id: of very many about so many
}

// Question asks for rates. RuleID and Stage narrow what is counted, PersonID, TeamID and RegionID whose it is.
type Question struct {
	From, To                   calendar.Month
	By                         Dimension
	RuleID, Stage              string
	PersonID, TeamID, RegionID int64
}

// monthsMax is the longest span of a question.
const monthsMax = 36

func (q Question) check() error {
	var c fact.Checker
	if q.To < q.From || q.To-q.From >= monthsMax || q.From < calendar.NewMonth(1990, 1) || q.To > calendar.NewMonth(2200, 1) {
		c.Add("from", q.From.String(), "standard.bad_months", errs.Args{"Max": monthsMax})
	}
	if !slices.Contains(Dimensions, q.By) {
		c.Add("by", string(q.By), "form.error.choice", nil)
	}
	return c.Err()
}

// Rate is one line of rates: of a person, a team, a rule and so on. Rules counts what rules came to, a case once for each rule; Cases counts
// cases, once for each person and month; the weights are those of the rules of the version in force today.
type Rate struct {
	ID         int64    // of a person, team or region
	Key        string   // of a stage, a rule or a month
	Name       string   // of a person, team or region
	NameText   sop.Text // of a stage or rule
	Rules      Counts
	Cases      Counts // not by rule and stage: a case as a whole has neither
	HitWeight  int64
	FullWeight int64
}

// Rates are the lines of a question, the total, and how far judging is.
type Rates struct {
	Rows      []Rate
	Total     Rate
	Recording []RecordingTally // by person
	Standard  *sop.Standard
	Version   Version
	Behind    int64 // cases that are not judged anew yet since the standard changed; of very many about so many
	JudgedAll bool
}

// scope narrows to whom the actor reaches and the question asks for.
func (s *Service) scope(ctx context.Context, r RateReader, actor access.Actor, q Question) (t TallyQuery, places map[int64]Place, err error) {
	t = TallyQuery{From: q.From, To: q.To, By: q.By}
	scope := actor.ScopeOf(access.PermSalesRead)
	if t.All = scope.All; !t.All {
		if t.Persons, err = r.PersonsInReach(ctx, scope, s.today()); err != nil {
			return t, nil, err
		}
	}
	if places, err = r.PlacesOf(ctx, s.today()); err != nil {
		return t, nil, err
	}
	if q.PersonID != 0 {
		t.narrow(func(id int64) bool { return id == q.PersonID }, []int64{q.PersonID})
	}
	if q.TeamID != 0 || q.RegionID != 0 {
		fits := func(id int64) bool {
			return (q.TeamID == 0 || places[id].TeamID == q.TeamID) && (q.RegionID == 0 || places[id].RegionID == q.RegionID)
		}
		var members []int64
		for id := range places {
			if fits(id) {
				members = append(members, id)
			}
		}
		slices.Sort(members)
		t.narrow(fits, members)
	}
	return t, places, nil
}

func (t *TallyQuery) narrow(fits func(int64) bool, all []int64) {
	if t.All {
		t.All, t.Persons = false, all
		return
	}
	t.Persons = slices.DeleteFunc(t.Persons, func(id int64) bool { return !fits(id) })
}

// Rates answers a question within the actor's reach. Errors: forbidden, invalid.
func (s *Service) Rates(ctx context.Context, actor access.Actor, q Question) (out Rates, err error) {
	defer errs.Wrap(&err, "standard.Rates")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return out, err
	}
	if err := q.check(); err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		l := b.current()
		out.Version, out.Standard = l.version, l.model.Standard()
		t, places, err := s.scope(ctx, r, actor, q)
		if err != nil {
			return err
		}
		if q.By == ByTeam || q.By == ByRegion {
			t.By = ByPerson
		}
		tallies, err := r.Tallies(ctx, t)
		if err != nil {
			return err
		}
		out.count(q, tallies, places)
		if out.Recording, err = r.Recordings(ctx, t); err != nil {
			return err
		}
		if err := s.name(ctx, r, q, &out); err != nil {
			return err
		}
		return s.behind(ctx, r, b, &out)
	})
	return out, err
}

// behind says how many cases wait to be judged anew.
func (s *Service) behind(ctx context.Context, r Reader, b *bench, out *Rates) error {
	p, err := r.JudgeProgress(ctx)
	if err != nil {
		return err
	}
	out.JudgedAll = p.Basis == b.basis() && p.Swept == SweptAll
	if out.JudgedAll {
		return nil
	}
	swept := int64(0)
	if p.Basis == b.basis() {
		swept = p.Swept
	}
	out.Behind, err = r.CasesBehind(ctx, swept)
	return err
}

// count sums tallies into the lines of the question.
func (out *Rates) count(q Question, tallies []Tally, places map[int64]Place) {
	rows := map[string]*Rate{}
	weights, stages := map[string]int64{}, map[string]string{}
	for _, rule := range out.Standard.Rules {
		weights[rule.ID], stages[rule.ID] = int64(rule.Weight), rule.Stage
	}
	narrowed := q.RuleID != "" || q.Stage != ""
	for _, t := range tallies {
		whole := t.RuleID == ""
		if q.RuleID != "" && t.RuleID != q.RuleID || q.Stage != "" && stages[t.RuleID] != q.Stage || whole && narrowed {
			continue
		}
		weight, known := weights[t.RuleID]
		if !known && !whole {
			weight = 1 // a rule of an earlier version
		}
		row := lineOf(q.By, t, places, stages)
		for _, line := range []*Rate{&out.Total, rowOf(rows, row, whole && (q.By == ByRule || q.By == ByStage))} {
			line.add(t, whole, weight)
		}
	}
	for _, row := range rows {
		out.Rows = append(out.Rows, *row)
	}
	place := map[string]int{}
	for i := range out.Standard.Stages {
		place[out.Standard.Stages[i].ID] = i + 1
	}
	slices.SortFunc(out.Rows, func(a, b Rate) int {
		switch q.By {
		case ByMonth:
		case ByStage:
			if order := cmp.Compare(place[a.Key], place[b.Key]); order != 0 {
				return order
			}
		default: // where most is broken comes first
			if order := cmp.Compare(b.Rules.Violated, a.Rules.Violated); order != 0 {
				return order
			}
		}
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	})
}

func (line *Rate) add(t Tally, whole bool, weight int64) {
	if line == nil {
		return
	}
	if whole {
		line.Cases.Add(t.Counts)
		return
	}
	line.Rules.Add(t.Counts)
	line.HitWeight += weight * t.Satisfied
	line.FullWeight += weight * t.Decided()
}

// lineOf is the line that a tally belongs to.
func lineOf(by Dimension, t Tally, places map[int64]Place, stages map[string]string) Rate {
	switch by {
	case ByPerson:
		return Rate{ID: t.PersonID}
	case ByTeam:
		return Rate{ID: places[t.PersonID].TeamID, Name: places[t.PersonID].TeamName}
	case ByRegion:
		return Rate{ID: places[t.PersonID].RegionID, Name: places[t.PersonID].RegionName}
	case ByMonth:
		return Rate{Key: t.Month.String()}
	case ByStage:
		return Rate{Key: stages[t.RuleID]}
	}
	return Rate{Key: t.RuleID}
}

func rowOf(rows map[string]*Rate, line Rate, none bool) *Rate {
	if none {
		return nil
	}
	key := line.Key + ":" + strconv.FormatInt(line.ID, 10)
	if rows[key] == nil {
		rows[key] = &line
	}
	return rows[key]
}

// name puts names to the lines.
func (s *Service) name(ctx context.Context, r RateReader, q Question, out *Rates) error {
	var ids []int64
	for i := range out.Rows {
		row := &out.Rows[i]
		switch q.By {
		case ByPerson:
			ids = append(ids, row.ID)
		case ByRule:
			if rule := out.Standard.Rule(row.Key); rule != nil {
				row.NameText = rule.Name
			}
		case ByStage:
			row.NameText = stageName(out.Standard, row.Key)
		}
	}
	for _, t := range out.Recording {
		ids = append(ids, t.PersonID)
	}
	slices.Sort(ids)
	names, err := r.PersonNames(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for i := range out.Rows {
		if q.By == ByPerson {
			out.Rows[i].Name = names[out.Rows[i].ID]
		}
	}
	for i := range out.Recording {
		out.Recording[i].PersonName = names[out.Recording[i].PersonID]
	}
	return nil
}
