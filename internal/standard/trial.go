package standard

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/sop"
)

// TrialLine compares what something came to by the standard in force with what it would have by the one that is tried.
type TrialLine struct {
	Key           string
	Name          sop.Text // of a rule
	TeamName      string   // of a team
	Before, After Counts
}

// Trial is a version tried on what happened: the newest cases of a year.
type Trial struct {
	Cases         int
	Limited       bool // there were more than TrialCasesMax
	Before, After Counts
	Rules         []TrialLine // of either standard
	Teams         []TrialLine
	Examples      []Finding // cases with a rule that would be violated and is not, the newest first
}

// The sizes of a trial.
const (
	TrialCasesMax    = 5000
	trialDays        = 365
	trialExamplesMax = 10
)

// TrialReader reads the cases of a trial.
type TrialReader interface {
	// NewestCases returns the ids of the newest cases that were opened since a moment, the newest first.
	NewestCases(ctx context.Context, since time.Time, limit int) ([]int64, error)
}

// Try judges the cases of the last year by a version as if it had always been in force, beside what they come to now. It changes nothing. Errors:
// forbidden; not found.
func (s *Service) Try(ctx context.Context, actor access.Actor, id string) (out Trial, err error) {
	defer errs.Wrap(&err, "standard.Try(%s)", id)
	if !actor.CanAll(access.PermProcessApprove) {
		if err := actor.RequireAll(access.PermProcessWrite); err != nil {
			return out, err
		}
	}
	v, _, err := s.Get(ctx, actor, id)
	if err != nil {
		return out, err
	}
	v.EffectiveOn = firstDay
	tried, err := newLens(v, s.days())
	if err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		now, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		c := comparison{now: now, then: &bench{lenses: []*lens{tried}, now: now.now}, rules: map[string]*TrialLine{}, teams: map[string]*TrialLine{}}
		if c.places, err = r.PlacesOf(ctx, s.today()); err != nil {
			return err
		}
		ids, err := r.NewestCases(ctx, now.now.AddDate(0, 0, -trialDays), TrialCasesMax+1)
		if err != nil {
			return err
		}
		if out.Limited = len(ids) > TrialCasesMax; out.Limited {
			ids = ids[:TrialCasesMax]
		}
		for part := range slices.Chunk(ids, portionFirst) {
			if err := c.compare(ctx, r, part, &out); err != nil {
				return err
			}
		}
		out.Rules, out.Teams = c.lines(c.rules), c.lines(c.teams)
		return c.name(ctx, r, &out)
	})
	return out, err
}

// comparison judges cases by two standards.
type comparison struct {
	now, then    *bench
	places       map[int64]Place
	rules, teams map[string]*TrialLine
}

func (c *comparison) compare(ctx context.Context, r Reader, ids []int64, out *Trial) error {
	m, err := c.now.gather(ctx, r, ids)
	if err != nil {
		return err
	}
	c.then.holders = c.now.holders
	if slices.ContainsFunc(c.then.lenses, func(l *lens) bool { return len(l.byRole) > 0 }) {
		if _, err := c.then.gather(ctx, r, ids); err != nil { // it may ask for the roles of others
			return err
		}
	}
	slices.SortFunc(m.facts, func(a, b CaseFacts) int { return int(b.ID - a.ID) })
	for _, facts := range m.facts {
		events := m.events[facts.ID]
		if len(events) == 0 {
			continue
		}
		out.Cases++
		was := map[string]conform.Status{}
		for _, mark := range c.now.judge(facts, events, m.exempt[facts.ID]).Marks {
			was[mark.RuleID] = mark.Status
			c.count(mark, &out.Before, func(l *TrialLine) *Counts { return &l.Before })
		}
		for _, mark := range c.then.judge(facts, events, m.exempt[facts.ID]).Marks {
			c.count(mark, &out.After, func(l *TrialLine) *Counts { return &l.After })
			if mark.Status == conform.Violated && was[mark.RuleID] != conform.Violated && len(out.Examples) < trialExamplesMax {
				out.Examples = append(out.Examples, Finding{CaseID: facts.ID, PersonID: mark.PersonID, Mark: mark})
			}
		}
	}
	return nil
}

func (c *comparison) count(mark Mark, total *Counts, side func(*TrialLine) *Counts) {
	place := c.places[mark.PersonID]
	for key, lines := range map[string]map[string]*TrialLine{mark.RuleID: c.rules, place.TeamName: c.teams} {
		if lines[key] == nil {
			lines[key] = &TrialLine{Key: key}
		}
		side(lines[key]).count(mark.Status, 1)
	}
	total.count(mark.Status, 1)
}

func (c *comparison) lines(of map[string]*TrialLine) (list []TrialLine) {
	for _, line := range of {
		list = append(list, *line)
	}
	slices.SortFunc(list, func(a, b TrialLine) int {
		if a.After.Violated != b.After.Violated {
			return int(b.After.Violated - a.After.Violated)
		}
		return strings.Compare(a.Key, b.Key)
	})
	return list
}

// name puts names to rules, teams and examples.
func (c *comparison) name(ctx context.Context, r Reader, out *Trial) error {
	for i := range out.Rules {
		for _, l := range []*lens{c.now.current(), c.then.lenses[0]} {
			if rule := l.model.Standard().Rule(out.Rules[i].Key); rule != nil {
				out.Rules[i].Name = rule.Name
			}
		}
	}
	for i := range out.Teams {
		out.Teams[i].TeamName = out.Teams[i].Key
	}
	var persons []int64
	for _, e := range out.Examples {
		persons = append(persons, e.PersonID)
	}
	names, err := r.PersonNames(ctx, persons)
	if err != nil {
		return err
	}
	for i := range out.Examples {
		e := &out.Examples[i]
		e.PersonName = names[e.PersonID]
	}
	return nil
}
