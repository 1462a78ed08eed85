package dispute

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/notice"
)

// voicePermissions say who speaks with a voice.
var voicePermissions = map[Voice]access.Permission{VoiceSales: access.PermDisputeSales, VoiceFinance: access.PermDisputeFinance, VoiceHR: access.PermDisputeHR}

// about is a message about a dispute, to nobody yet. What the payee wrote and every amount stay on the page of the dispute.
func about(kind notice.Kind, d Dispute) notice.Message {
	return notice.Message{Kind: kind, Subject: subject(d), Params: notice.Params{"Number": notice.Number(d.Number), "Person": notice.Word(d.PersonName), "Month": notice.Month(d.Month),
		"Due": notice.Day(d.DueOn)}}
}

func toPayee(d Dispute) notice.To {
	return notice.To{PersonIDs: []int64{d.PersonID}, UserIDs: []string{d.RaisedBy}}
}

// tellVoices posts a message to those who have one of the voices in the matter, one voice after the other: who has two gets one.
func tellVoices(ctx context.Context, tx notice.Tx, m notice.Message, d Dispute, voices []Voice) error {
	for _, m := range voiceMessages(m, d, voices) {
		if err := notice.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func voiceMessages(m notice.Message, d Dispute, voices []Voice) (all []notice.Message) {
	for _, v := range voices {
		m.To = notice.To{Permission: voicePermissions[v], Reach: d.PersonID}
		all = append(all, m)
	}
	return all
}

func tellRaised(ctx context.Context, tx Tx, actor access.Actor, d Dispute) error {
	m := about(notice.KindDisputeRaised, d)
	m.By, m.Once = actor.UserID, "raised"
	return tellVoices(ctx, tx, m, d, Voices)
}

func tellDeferred(ctx context.Context, tx notice.Tx, actor access.Actor, d Dispute) error {
	m := about(notice.KindDisputeDeferred, d)
	m.To, m.By, m.Params["To"] = toPayee(d), actor.UserID, notice.Month(d.DeferredTo)
	return notice.Post(ctx, tx, m)
}

// tellChanged tells those concerned what an act came to, and ends what it dealt with.
func tellChanged(ctx context.Context, tx Tx, actor access.Actor, before Dispute, after Full, events []Event, attached bool) error {
	d := after.Dispute
	if err := settleActs(ctx, tx, actor, before, d, events); err != nil {
		return err
	}
	post := func(kind notice.Kind, to notice.To) error {
		m := about(kind, d)
		m.To, m.By, m.Params["Who"] = to, actor.UserID, notice.Word(actor.Name)
		if d.Outcome != "" {
			m.Params["Outcome"] = notice.Phrase("dispute.outcome_" + string(d.Outcome))
		}
		return notice.Post(ctx, tx, m)
	}
	switch {
	case before.State != d.State && d.State == StateRuled:
		if err := post(notice.KindDisputeRuled, toPayee(d)); err != nil || d.Outcome == OutcomeRejected {
			return err
		}
		return post(notice.KindDisputeCorrect, notice.To{Permission: access.PermPeriodRun, Reach: d.PersonID})
	case before.DeferredTo != d.DeferredTo:
		return tellDeferred(ctx, tx, actor, d)
	case before.State == StateRaised && d.State == StateInReview:
		return post(notice.KindDisputeTaken, toPayee(d))
	}
	for _, e := range events {
		attached = attached || e.Kind == EventSaid
	}
	if !attached {
		return nil
	}
	return post(notice.KindDisputeAnswered, partners(actor, after))
}

// partners are those who take part in a dispute so far, but for the actor: the payee, and who has acted on it.
func partners(actor access.Actor, f Full) notice.To {
	to := toPayee(f.Dispute)
	for _, e := range f.Events {
		if e.ActorID != actor.UserID {
			to.UserIDs = append(to.UserIDs, e.ActorID)
		}
	}
	return to
}

// settleActs ends what an act deals with: a voice is asked of nobody who has spoken, nor when the dispute is over; a correction until it is named.
func settleActs(ctx context.Context, tx Tx, actor access.Actor, before, after Dispute, events []Event) error {
	asked := notice.End{Subject: subject(after), Kinds: []notice.Kind{notice.KindDisputeRaised, notice.KindDisputeDue, notice.KindDisputeOverdue}, UserID: actor.UserID}
	over := before.State.Open() && !after.State.Open()
	if over {
		asked.UserID = ""
	}
	spoke := len(SpokenIn(events)) > 0
	if over || spoke {
		if err := notice.Settle(ctx, tx, asked); err != nil {
			return err
		}
	}
	if before.Correction == after.Correction {
		return nil
	}
	return notice.Settle(ctx, tx, notice.End{Subject: subject(after), Kinds: []notice.Kind{notice.KindDisputeCorrect}})
}

// Remind implements notice.Source: on the day that an answer is due, and on every working day after it, those whose voice is missing are
// told; when it is late, the payee is told once.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		open, err := r.Disputes(ctx, Query{Filter: Filter{State: StateOpen, Limit: ExportMax}, Scope: access.Scope{All: true}})
		for _, d := range open {
			if err != nil {
				return err
			}
			if d.DueOn > m.Day {
				continue
			}
			var events []Event
			if events, err = r.DisputeEvents(ctx, d.ID); err != nil {
				return err
			}
			kind := notice.KindDisputeDue
			if d.DueOn < m.Day {
				kind = notice.KindDisputeOverdue
				late := about(kind, d)
				late.To, late.Once = toPayee(d), "late"
				due.Messages = append(due.Messages, late)
			}
			again := about(kind, d)
			again.By, again.Once = d.RaisedBy, m.Day.String()
			due.Messages = append(due.Messages, voiceMessages(again, d, silent(events))...)
		}
		return err
	})
	return due, err
}

// silent are the voices that have said nothing yet.
func silent(events []Event) (voices []Voice) {
	spoken := spokenVoices(SpokenIn(events))
	for _, v := range Voices {
		if !oneOf(v, spoken) {
			voices = append(voices, v)
		}
	}
	return voices
}
