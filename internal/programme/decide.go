package programme

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/origin"
)

// RuleKind is what sort of rule an initiative changes.
type RuleKind = origin.Kind

// The kinds of rules.
const (
	RuleStandard = origin.KindStandard
	RuleTarget   = origin.KindTarget
	RulePlan     = origin.KindPlan
	RuleTier     = origin.KindTier
)

// RuleKinds lists them in the order in which they are shown.
var RuleKinds = origin.Kinds

// Ending is what is decided on an initiative: keep, change or stop, why, what is expected by when, and which rule gets a next version.
type Ending struct {
	ID       int64
	Outcome  Outcome
	Reason   string
	Expected string
	DueOn    calendar.Date
	Rule     RuleKind // empty: none
	Learnt   string   // becomes a lesson
	Seen     int64
}

func (in *Ending) check(today calendar.Date) error {
	var c fact.Checker
	if !slices.Contains(Outcomes, in.Outcome) {
		c.Add("outcome", string(in.Outcome), "form.error.choice", nil)
	}
	if in.Rule != "" && !slices.Contains(RuleKinds, in.Rule) {
		c.Add("rule", string(in.Rule), "form.error.choice", nil)
	}
	c.Prose("reason", &in.Reason, textMost, true)
	c.Prose("expected", &in.Expected, textMost, true)
	c.Prose("learnt", &in.Learnt, textMost, true)
	c.Day("due_on", in.DueOn)
	if in.DueOn < today && !c.Has("due_on") {
		c.Add("due_on", in.DueOn.String(), "decision.due_before", nil)
	}
	return c.Err()
}

// Decide ends an initiative: the decision goes into the log with the last effect as its evidence, what was learnt into the archive. Errors: forbidden; not found;
// invalid; conflict when it is closed, or changed after in.Seen.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in Ending) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Decide(%d)", in.ID)
	if err := in.check(s.today()); err != nil {
		return i, err
	}
	return s.change(ctx, actor, in.ID, in.Seen, "initiative.decide", false, func(tx Tx, v *sight, i *Initiative) (any, error) {
		effects, err := tx.Effects(ctx, i.ID)
		if err != nil {
			return nil, err
		}
		entry := decision.Entry{Title: i.Title, Detail: in.Reason, On: v.today, Expected: in.Expected, DueOn: in.DueOn}
		lesson := Lesson{InitiativeID: i.ID, Title: i.Title, Tried: i.Aim, Where: v.teamNames(i.Trial.Pilot), Learnt: in.Learnt, Outcome: in.Outcome}
		if lesson.Tried == "" {
			lesson.Tried = i.Title
		}
		if len(effects) > 0 {
			entry.Evidence, lesson.Effect = []decision.Evidence{s.evidence(&effects[0])}, &effects[0]
		}
		d, err := decision.LogIn(ctx, tx, actor, entry)
		if err != nil {
			return nil, err
		}
		if _, err := s.putLesson(ctx, tx, actor, lesson); err != nil {
			return nil, err
		}
		i.Outcome, i.DecisionID, i.ClosedAt = in.Outcome, d.ID, tx.Now()
		if in.Rule != "" {
			i.Changed = append(i.Changed, Changed{Kind: in.Rule, Link: in.Rule.EditorFor(d.ID)})
		}
		return map[string]any{"outcome": in.Outcome, "reason": in.Reason, "decision": d.ID, "rule": in.Rule}, nil
	})
}

func (v *sight) teamNames(ids []int64) string {
	text := ""
	for _, t := range v.teamsOn() {
		if slices.Contains(ids, t.ID) {
			if text != "" {
				text += "、"
			}
			text += t.Name
		}
	}
	return text
}

// evidence is an effect as the log of decisions keeps it.
func (s *Service) evidence(f *Found) decision.Evidence {
	last := f.First + calendar.Month(len(f.Result.Months)) - 1
	e := decision.Evidence{Label: f.Name.Zh, Value: string(f.Result.Verdict), Metric: string(f.Trial.Metric), Version: strconv.Itoa(f.Version), Period: f.First.First().String() + "/" + last.Last().String(), Unit: string(f.Unit), At: f.At, Link: "/initiatives/" + strconv.FormatInt(f.InitiativeID, 10) + "#effect"}
	if s.EffectText != nil {
		e.Value = s.EffectText(f)
	}
	return e
}

// Points reports whether differences of the number are points of a share.
func (f *Found) Points() bool { return f.Unit == metric.UnitPercent }
