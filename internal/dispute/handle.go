package dispute

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// mayRead lets in the payee and those who may see the payee's pay. Everybody else learns of no dispute.
func mayRead(ctx context.Context, r Reader, actor access.Actor, d Dispute) error {
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if isPayee(actor, d) {
		return nil
	}
	if in, err := actor.Reaches(ctx, r, d.PersonID, access.PermPayAll, access.PermPayTeam); err != nil || in {
		return err
	}
	return errs.New(errs.KindNotFound, "dispute.unknown", nil)
}

func isPayee(actor access.Actor, d Dispute) bool {
	return actor.PersonID != 0 && actor.PersonID == d.PersonID || actor.UserID == d.RaisedBy
}

// voicesOf are the voices that the actor has in the matter, by permission and its reach.
func voicesOf(ctx context.Context, r Reader, actor access.Actor, d Dispute) (voices []Voice, err error) {
	for _, v := range Voices {
		in, err := actor.Reaches(ctx, r, d.PersonID, voicePermissions[v])
		if err != nil {
			return nil, err
		}
		if in {
			voices = append(voices, v)
		}
	}
	return voices, nil
}

// mayOf decides what the actor, who may read the dispute, may do with it now.
func mayOf(ctx context.Context, r Reader, actor access.Actor, d Dispute, events []Event) (may May, err error) {
	if actor.ReadOnly || actor.System {
		return May{}, nil
	}
	payee, open := isPayee(actor, d), d.State.Open()
	voices, err := voicesOf(ctx, r, actor, d)
	if err != nil {
		return May{}, err
	}
	runs, err := actor.Reaches(ctx, r, d.PersonID, access.PermPeriodRun)
	if err != nil {
		return May{}, err
	}
	approves, err := actor.Reaches(ctx, r, d.PersonID, access.PermPeriodApprove)
	if err != nil {
		return May{}, err
	}
	corrects, err := actor.Reaches(ctx, r, d.PersonID, access.PermSalesWrite, access.PermPeriodRun, access.PermPeriodApprove)
	if err != nil {
		return May{}, err
	}
	handles := !payee && (len(voices) > 0 || runs)
	may.Say, may.Attach = payee || handles, (payee || handles) && open
	may.Withdraw = payee && open
	may.Take = handles && d.State == StateRaised
	standing, err := r.Standing(ctx, d.Month)
	if err != nil {
		return May{}, err
	}
	may.Defer = !payee && open && (d.DeferredTo != 0 || standing.ClosedAt.IsZero()) && approves
	if may.Defer {
		if may.DeferTo, err = openAfter(ctx, r, d.Gate()); err != nil {
			return May{}, err
		}
	}
	may.Correct = !payee && d.State == StateRuled && d.Outcome != OutcomeRejected && corrects
	if !open || len(voices) == 0 {
		return may, nil
	}
	if may.Bar, err = barOf(ctx, r, actor, d, standing.RunID, events); err != nil || may.Bar != BarNone {
		return may, err
	}
	spoken := SpokenIn(events)
	for _, v := range voices {
		if !oneOf(v, spokenVoices(spoken)) {
			may.Voices = append(may.Voices, v)
		}
	}
	return may, nil
}

func spokenVoices(spoken []Spoken) (voices []Voice) {
	for _, s := range spoken {
		voices = append(voices, s.Voice)
	}
	return voices
}

// barOf says why somebody with a voice may not use it: in their own matter, about a run of their own making, or a second time.
func barOf(ctx context.Context, r Reader, actor access.Actor, d Dispute, currentRun string, events []Event) (Bar, error) {
	if isPayee(actor, d) {
		return BarPayee, nil
	}
	for _, id := range []string{d.RunID, currentRun} {
		if id == "" {
			continue
		}
		run, err := r.Run(ctx, id)
		if err != nil {
			return BarNone, err
		}
		if run.StartedBy == actor.UserID {
			return BarMaker, nil
		}
	}
	for _, s := range SpokenIn(events) {
		if s.ActorID == actor.UserID {
			return BarSpoke, nil
		}
	}
	return BarNone, nil
}

// act runs one act on a dispute in a transaction of its own: load, check that the actor may, let decide change it and say what
// happened, store, audit.
func (s *Service) act(ctx context.Context, actor access.Actor, id, action string, decide func(tx Tx, f *Full) (events []Event, files []File, err error)) (out Full, err error) {
	if err := mayWrite(actor); err != nil {
		return Full{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		f, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		before := f.Dispute
		events, files, err := decide(tx, &f)
		if err != nil {
			return err
		}
		f.Revision++
		if err := tx.SaveDispute(ctx, f.Dispute); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, f.Dispute, events, files); err != nil {
			return err
		}
		if before.State.Open() && !f.State.Open() {
			if err := tx.VoidDisputeReminders(ctx, id, tx.Now()); err != nil {
				return err
			}
		}
		if err := tx.InsertDisputeReminders(ctx, id, followUps(before, f.Dispute, tx)); err != nil {
			return err
		}
		if err := tellChanged(ctx, tx, actor, before, f, events, len(files) > 0); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, action, subject(f.Dispute), stateOf(before), stateOf(f.Dispute)); err != nil {
			return err
		}
		out, err = s.open(ctx, tx, actor, id)
		return err
	})
	return out, err
}

// followUps are the reminders that a change owes.
func followUps(before, after Dispute, tx Tx) (reminders []Reminder) {
	if before.State != after.State && after.State == StateRuled {
		reminders = append(reminders, Reminder{Kind: RemindRuled, To: ToPayee, At: tx.Now()})
		if after.Outcome != OutcomeRejected {
			reminders = append(reminders, Reminder{Kind: RemindCorrect, To: ToOperations, At: tx.Now()})
		}
	}
	if before.DeferredTo != after.DeferredTo {
		reminders = append(reminders, Reminder{Kind: RemindDefer, To: ToPayee, At: tx.Now()})
	}
	return reminders
}

// refused is the answer to an act that is not the actor's, or not possible now.
func refused(f *Full, mine bool) error {
	if !mine {
		return errs.New(errs.KindForbidden, "dispute.not_yours", nil)
	}
	return errs.New(errs.KindConflict, "dispute.not_now", errs.Args{"Number": f.Number, "State": errs.Msg("dispute.state_"+string(f.State), nil)})
}

// Take takes a dispute up for review, so that the payee sees that somebody looks at it. Errors: forbidden; not found; conflict.
func (s *Service) Take(ctx context.Context, actor access.Actor, id string) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Take(%s)", id)
	return s.act(ctx, actor, id, "dispute.take", func(_ Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Take {
			return nil, nil, refused(f, f.State != StateRaised)
		}
		f.State = StateInReview
		return []Event{{Kind: EventTaken, Before: StateRaised, After: StateInReview}}, nil, nil
	})
}

// Say adds a comment. Errors: forbidden; not found; invalid.
func (s *Service) Say(ctx context.Context, actor access.Actor, id, text string) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Say(%s)", id)
	text = strings.TrimSpace(text)
	if err := errs.Invalid("error.invalid", wrongText("text", text, nil)); err != nil {
		return Full{}, err
	}
	return s.act(ctx, actor, id, "dispute.say", func(_ Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Say {
			return nil, nil, refused(f, false)
		}
		return []Event{{Kind: EventSaid, Text: text, Before: f.State, After: f.State}}, nil, nil
	})
}

// Attach adds evidence. Errors: forbidden; not found; invalid; conflict when the dispute has ended.
func (s *Service) Attach(ctx context.Context, actor access.Actor, id string, evidence []Evidence) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Attach(%s)", id)
	if len(evidence) == 0 {
		return Full{}, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("dispute.file_missing", nil)}})
	}
	var files []File
	for _, e := range evidence {
		made, err := NewFile(e.Name, e.Content)
		if err != nil {
			return Full{}, err
		}
		made.ID = s.newID()
		files = append(files, made)
	}
	return s.act(ctx, actor, id, "dispute.attach", func(_ Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Attach {
			return nil, nil, refused(f, f.May.Say)
		}
		if len(f.Files)+len(files) > FilesMax {
			return nil, nil, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("dispute.files_many", errs.Args{"Max": FilesMax})}})
		}
		return nil, files, nil
	})
}

// Withdraw ends a dispute by the payee's own will. Errors: forbidden; not found; conflict.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, reason string) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Withdraw(%s)", id)
	return s.act(ctx, actor, id, "dispute.withdraw", func(tx Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Withdraw {
			return nil, nil, refused(f, isPayee(actor, f.Dispute))
		}
		before := f.State
		f.State, f.EndedAt = StateWithdrawn, tx.Now()
		return []Event{{Kind: EventWithdrawn, Text: cut(reason), Before: before, After: StateWithdrawn}}, nil, nil
	})
}

// cut keeps an optional text within its limit.
func cut(text string) string {
	runes := []rune(strings.ReplaceAll(strings.ToValidUTF8(strings.TrimSpace(text), "\uFFFD"), "\x00", ""))
	return string(runes[:min(len(runes), TextRunesMax)])
}

// Speak is what one of the three says.
type Speak struct {
	Voice       Voice
	Outcome     Outcome
	AmountMinor *int64 // what the line should be; needed for partly
	Reason      string
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Speak) Validate() error {
	wrong := wrongAmount("amount", in.AmountMinor, wrongText("reason", in.Reason, nil))
	if !oneOf(in.Voice, Voices) {
		wrong = append(wrong, errs.Field{Path: "voice", Value: string(in.Voice), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	if !oneOf(in.Outcome, Outcomes) {
		wrong = append(wrong, errs.Field{Path: "outcome", Value: string(in.Outcome), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	if in.Outcome == OutcomePartly && in.AmountMinor == nil {
		wrong = append(wrong, errs.Field{Path: "amount", Message: errs.Msg("dispute.amount_missing", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// Speak gives the voice of sales, finance or HR; the third one makes the ruling. Who has no such voice, is the payee, made the run, or has
// spoken already may not. Errors: forbidden; not found; invalid; conflict.
func (s *Service) Speak(ctx context.Context, actor access.Actor, id string, in Speak) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Speak(%s, %s)", id, in.Voice)
	in.Reason = strings.TrimSpace(in.Reason)
	if err := in.Validate(); err != nil {
		return Full{}, err
	}
	if in.Outcome == OutcomeRejected {
		in.AmountMinor = nil
	}
	return s.act(ctx, actor, id, "dispute.speak", func(tx Tx, f *Full) ([]Event, []File, error) {
		if err := maySpeak(f, in.Voice); err != nil {
			return nil, nil, err
		}
		before := f.State
		f.State = StateInReview
		events := []Event{{Kind: EventVoice, Voice: in.Voice, Outcome: in.Outcome, AmountMinor: in.AmountMinor, Text: in.Reason, Before: before, After: StateInReview}}
		spoken := append(SpokenIn(f.Events), Spoken{Voice: in.Voice, ActorID: actor.UserID, Outcome: in.Outcome, AmountMinor: in.AmountMinor})
		ruling, done := Decide(f.Dispute, spoken)
		if !done {
			return events, nil, nil
		}
		f.State, f.Outcome, f.AwardedMinor, f.Unanimous, f.EndedAt = StateRuled, ruling.Outcome, ruling.AwardedMinor, ruling.Unanimous, tx.Now()
		return append(events, Event{Kind: EventRuled, Outcome: ruling.Outcome, AmountMinor: ruling.AwardedMinor, Before: StateInReview, After: StateRuled}), nil, nil
	})
}

func maySpeak(f *Full, v Voice) error {
	switch {
	case oneOf(v, f.May.Voices):
		return nil
	case f.May.Bar != BarNone:
		return errs.New(errs.KindForbidden, "dispute.bar_"+string(f.May.Bar), nil)
	case oneOf(v, spokenVoices(SpokenIn(f.Events))):
		return errs.New(errs.KindConflict, "dispute.voice_spoken", errs.Args{"Voice": errs.Msg("dispute.voice_"+string(v), nil)})
	}
	return refused(f, !f.State.Open())
}

// Defer takes an open dispute out of the approval of the month that it stands before: it goes on in the next month that is not closed, stands
// before the approval of that one, and what it grants lands there. Errors: forbidden; not found; invalid without a reason; conflict.
func (s *Service) Defer(ctx context.Context, actor access.Actor, id, reason string) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Defer(%s)", id)
	reason = strings.TrimSpace(reason)
	if err := errs.Invalid("error.invalid", wrongText("reason", reason, nil)); err != nil {
		return Full{}, err
	}
	return s.act(ctx, actor, id, "dispute.defer", func(tx Tx, f *Full) ([]Event, []File, error) {
		if !f.May.Defer {
			approves, err := actor.Reaches(ctx, tx, f.PersonID, access.PermPeriodApprove)
			if err != nil {
				return nil, nil, err
			}
			return nil, nil, refused(f, !isPayee(actor, f.Dispute) && approves)
		}
		return []Event{deferred(&f.Dispute, f.May.DeferTo, reason)}, nil, nil
	})
}

// openAfter is the first month after the given one that is not closed.
func openAfter(ctx context.Context, r Reader, month calendar.Month) (calendar.Month, error) {
	for {
		month++
		standing, err := r.Standing(ctx, month)
		if err != nil || standing.ClosedAt.IsZero() {
			return month, err
		}
	}
}

// deferred moves a dispute on to a later month.
func deferred(d *Dispute, to calendar.Month, reason string) Event {
	d.DeferredTo = to
	return Event{Kind: EventDeferred, Text: reason, Reference: d.DeferredTo.String(), Before: d.State, After: d.State}
}
