package standard

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// signedActivities are recorded by whoever signs in an approval of the system. Written down by hand they would say that somebody approved who did not.
var signedActivities = map[process.Activity]bool{
	process.ActivityManagerApproved: true, process.ActivityExtraSigned: true, process.ActivityProposalReturned: true,
	process.ActivityContractApproved: true, process.ActivityContractAmended: true,
}

// byHand reports whether people write an activity down themselves, whoever they are.
func byHand(a process.Activity) bool { return !automatic[a] && !signedActivities[a] }

// notByHand says what records an activity that people don't write down; nil for one that they do.
func notByHand(a *sop.Activity) error {
	switch key := process.Activity(a.ID); {
	case automatic[key]:
		return errs.New(errs.KindConflict, "standard.automatic", errs.Args{"Step": NameMessage(a.Name)})
	case signedActivities[key]:
		return errs.New(errs.KindConflict, "standard.signed_step", errs.Args{"Step": NameMessage(a.Name)})
	}
	return nil
}

// Withheld is a step that people write down by hand, but not whoever asks: Why names who may.
type Withheld struct {
	Step sop.Activity
	Why  errs.Message
}

// doer is who would write a step down.
type doer struct {
	who   string
	roles []string
}

// doerOf is the actor as an event of now would show them.
func (b *bench) doerOf(ctx context.Context, r CaseReader, actor access.Actor) (d doer, err error) {
	holders, err := r.HoldersOf(ctx, keys(map[int64]bool{actor.PersonID: true}), []string{actor.UserID})
	d.who = who(&process.Event{PersonID: actor.PersonID, ActorID: actor.UserID})
	d.roles = holders.of(actor.PersonID, actor.UserID, dayOf(b.now))
	return d, err
}

// withheld says why a step is not the doer's, by the rules that the case has to follow: those that reserve it to roles, and those that want
// somebody else than whoever did the step before it. Where any rule takes the step from anybody, it is anybody's.
func (l *lens) withheld(state *conform.State, activity *sop.Activity, d doer, data sop.Values, now int64) (why errs.Message, withheld bool) {
	document := l.model.Standard()
	var roles []string
	anybody, results := false, state.At(now, nil)
	for k := range document.Rules {
		rule := &document.Rules[k]
		if rule.Asked() != activity.ID || results[k].Status == conform.Exempt {
			continue
		}
		if rule.Different && (rule.Template.Forward() || rule.Template == sop.RespondedExist) && lastBy(state.Events(), rule.Of) == d.who {
			return anotherPerson(document, activity, rule.Of), true
		}
		if rule.Template == sop.Each {
			continue // asked below: it holds for every event, and may depend on what is written down
		}
		anybody = anybody || len(rule.By) == 0
		roles = append(roles, rule.By...)
	}
	if !anybody && len(roles) > 0 && !holdsAny(d.roles, roles) {
		return reservedTo(document, activity, roles), true
	}
	if !l.narrows(activity.ID) {
		return errs.Message{}, false
	}
	intended := conform.Event{Activity: activity.ID, OccurredAt: now, RecordedAt: now, Person: d.who, Roles: d.roles, Data: data}
	for _, o := range state.Gate(intended, now).Objections {
		rule := &document.Rules[o.Rule]
		switch {
		case o.Reason == conform.ReasonWrongRole && rule.Template == sop.Each:
			return reservedTo(document, activity, rule.By), true
		case o.Reason == conform.ReasonSamePerson && rule.With == activity.ID:
			return anotherPerson(document, activity, rule.Of), true
		}
	}
	return errs.Message{}, false
}

// narrows reports whether a rule says of each event of an activity who does it, or that it is somebody else than before.
func (l *lens) narrows(activity string) bool {
	return slices.ContainsFunc(l.model.Standard().Rules, func(r sop.Rule) bool {
		return r.Template == sop.Each && r.Of == activity && len(r.By) > 0 || r.Different && r.With == activity
	})
}

// lastBy is who did an activity last; empty when nobody did.
func lastBy(events []conform.Event, activity string) string {
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Activity == activity {
			return events[i].Person
		}
	}
	return ""
}

func holdsAny(held, wanted []string) bool {
	return slices.ContainsFunc(held, func(role string) bool { return slices.Contains(wanted, role) })
}

func anotherPerson(document *sop.Standard, activity *sop.Activity, before string) errs.Message {
	return errs.Msg("standard.reserved_other", errs.Args{"Step": NameMessage(activity.Name), "Before": NameMessage(document.Activity(before).Name)})
}

func reservedTo(document *sop.Standard, activity *sop.Activity, roles []string) errs.Message {
	slices.Sort(roles)
	var list errs.Message
	for _, id := range slices.Backward(slices.Compact(roles)) {
		at := slices.IndexFunc(document.Roles, func(r sop.Role) bool { return r.ID == id })
		if at < 0 {
			continue // the document was checked to name each
		}
		name := NameMessage(document.Roles[at].Name)
		if list.Key == "" {
			list = name
			continue
		}
		list = errs.Msg("standard.or", errs.Args{"First": name, "Rest": list})
	}
	return errs.Msg("standard.reserved_role", errs.Args{"Step": NameMessage(activity.Name), "Who": list})
}

// divide splits the steps of a case into those that the actor may write down and those that are for others.
func (l *lens) divide(state *conform.State, d doer, stage string, now int64, out *Standing) {
	for _, step := range stepsOf(l.model.Standard(), stage) {
		if why, withheld := l.withheld(state, &step, d, nil, now); withheld {
			out.Withheld = append(out.Withheld, Withheld{step, why})
			continue
		}
		out.Steps = append(out.Steps, step)
	}
}
