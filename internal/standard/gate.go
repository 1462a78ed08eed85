package standard

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// Objection is a rule of the standard that an act would break.
type Objection struct {
	Rule     sop.Rule
	Reason   conform.Reason
	WantedID string
	// Missing are fields of the opportunity that the rule asks for and that are empty.
	Missing []customfield.Field
}

// Pass implements opportunity.Gate. What a rule at the level block objects to is refused; at the level reason it takes a reason, which becomes
// an event of the case; at the levels warn and log it is let through, and shows in the standing of the case.
func (s *Service) Pass(ctx context.Context, cases opportunity.CaseReader, actor access.Actor, c opportunity.Crossing) (more []process.Event, err error) {
	if len(c.Events) == 0 {
		return nil, nil
	}
	var objections []Objection
	err = s.store.Read(ctx, func(r Reader) error {
		objections, err = s.object(ctx, r, cases, actor, c)
		return err
	})
	if err != nil || len(objections) == 0 {
		return nil, err
	}
	if blocked := atLevel(objections, sop.LevelBlock); len(blocked) > 0 {
		return nil, &errs.Error{Kind: errs.KindConflict, Message: errs.Msg("standard.blocked", errs.Args{"Rules": listed(blocked)}), Fields: fieldsOf(blocked)}
	}
	asked := atLevel(objections, sop.LevelReason)
	if len(asked) == 0 {
		return nil, nil
	}
	excuse, err := reasonOf("excuse", c.Excuse)
	if strings.TrimSpace(c.Excuse) == "" {
		return nil, errs.Invalid("standard.asks_reason", append([]errs.Field{{Path: "excuse", Message: errs.Msg("standard.say_why", errs.Args{"Rules": listed(asked)})}}, fieldsOf(asked)...))
	}
	if err != nil {
		return nil, err
	}
	var rules []string
	for _, o := range asked {
		rules = append(rules, o.Rule.ID)
	}
	return []process.Event{{CaseID: c.Opportunity.ID, Activity: process.ActivityExplained, PersonID: actor.PersonID, Data: process.Data(map[string]any{"rules": rules, "reason": excuse})}}, nil
}

// object judges the events that are about to be recorded, one after the other.
func (s *Service) object(ctx context.Context, r Reader, cases opportunity.CaseReader, actor access.Actor, c opportunity.Crossing) (out []Objection, err error) {
	b, err := s.bench(ctx, r)
	if err != nil {
		return nil, err
	}
	l := b.current()
	facts := CaseFacts{ID: c.Opportunity.ID, OwnerID: c.Opportunity.OwnerID, AmountMinor: c.Opportunity.AmountMinor}
	known, err := r.CaseFacts(ctx, []int64{c.Opportunity.ID})
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		facts.Tier, facts.Ended = known[0].Tier, known[0].Ended
	}
	events, err := cases.CaseEvents(ctx, c.Opportunity.ID)
	if err != nil {
		return nil, err
	}
	exempt, err := r.Exemptions(ctx, []int64{c.Opportunity.ID})
	if err != nil {
		return nil, err
	}
	persons, users := map[int64]bool{actor.PersonID: true}, map[string]bool{actor.UserID: true}
	for _, e := range append(events, c.Events...) {
		persons[e.PersonID], users[e.ActorID] = true, true
	}
	if b.holders, err = r.HoldersOf(ctx, keys(persons), keys(users)); err != nil {
		return nil, err
	}
	state := l.state(facts, asked(reopened(events)), exempt, &b.holders, b.now)
	document := l.model.Standard()
	for i := range c.Events {
		carry(document, &c.Events[i], c)
		intended := c.Events[i]
		intended.ActorID, intended.OccurredAt, intended.RecordedAt = actor.UserID, b.now, b.now
		judged := l.event(&intended, &b.holders)
		for _, o := range state.Gate(judged, b.now.Unix()).Objections {
			rule := document.Rules[o.Rule]
			out = append(out, Objection{rule, o.Reason, rule.Asked(), lacking(document, rule, o.Reason, judged, c.Fields)})
		}
		judged.ID = "~" + judged.Activity // behind what happened, for the next
		state.Add(judged)
	}
	return out, nil
}

// carry puts into an event what the form of its activity asks for and fields of the opportunity know, by their keys. What the event says itself
// stays, and of what is personal it only says that it is filled in.
func carry(d *sop.Standard, e *process.Event, c opportunity.Crossing) {
	activity := d.Activity(string(e.Activity))
	if activity == nil || c.Opportunity.Fields == "" {
		return
	}
	data := map[string]any{}
	if len(e.Data) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(e.Data))
		decoder.UseNumber()
		if decoder.Decode(&data) != nil {
			return
		}
	}
	known, more := customfield.Masked(c.Fields, c.Opportunity.Fields), false
	for _, f := range activity.Form {
		if _, said := data[f.ID]; said {
			continue
		}
		if v := known.Value(f.ID); v != nil {
			if several, ok := v.([]string); ok {
				v = strings.Join(several, ",")
			}
			data[f.ID], more = v, true
		}
	}
	if more {
		e.Data = process.Data(data)
	}
}

// lacking are the fields of the opportunity that would make an incomplete event whole.
func lacking(d *sop.Standard, rule sop.Rule, why conform.Reason, e conform.Event, fields []customfield.Field) (missing []customfield.Field) {
	if why != conform.ReasonIncomplete || rule.Asked() != e.Activity {
		return nil
	}
	for _, id := range rule.Complete {
		ids := []string{id}
		if id == "required" {
			ids = d.Required(e.Activity)
		}
		for _, id := range ids {
			if f, ours := customfield.Find(fields, id); ours && !f.Retired && !e.Data[id].Filled {
				missing = append(missing, f)
			}
		}
	}
	return missing
}

func atLevel(objections []Objection, level sop.Level) (list []Objection) {
	for _, o := range objections {
		if o.Rule.Level == level {
			list = append(list, o)
		}
	}
	return list
}

// listed writes the names of rules as one message: a pair of the first and the rest, since each language joins a list in its own way.
func listed(objections []Objection) errs.Message {
	var list errs.Message
	for i := len(objections) - 1; i >= 0; i-- {
		name := NameMessage(objections[i].Rule.Name)
		if list.Key == "" {
			list = name
			continue
		}
		list = errs.Msg("standard.list", errs.Args{"First": name, "Rest": list})
	}
	return list
}

// NameMessage is a name of the document as a message, which is read in the reader's language.
func NameMessage(t sop.Text) errs.Message {
	return errs.Msg("standard.name", errs.Args{"Name": i18n.Named{Zh: t.Or(t.En).Zh, En: t.Or(t.Zh).En}})
}

// fieldsOf names each rule with what is missing.
func fieldsOf(objections []Objection) (fields []errs.Field) {
	for _, o := range objections {
		fields = append(fields, errs.Field{Path: "rule:" + o.Rule.ID, Value: o.WantedID, Message: errs.Msg("standard.objection", errs.Args{"Rule": NameMessage(o.Rule.Name), "Why": errs.Msg(o.Reason.Key(), nil)})})
		for _, f := range o.Missing {
			if !slices.ContainsFunc(fields, func(told errs.Field) bool { return told.Path == f.Path() }) {
				fields = append(fields, errs.Field{Path: f.Path(), Message: errs.Msg("customfield.fill_first", errs.Args{"Field": f.NameMessage()})})
			}
		}
	}
	return fields
}
