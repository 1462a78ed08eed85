package problem

import (
	"context"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// change loads a problem that the actor may write about, lets act change it, and saves it with an entry of its history and of the audit log.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, act func(tx Tx, p *Problem) (Event, error)) (p Problem, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		if p, err = s.find(ctx, tx, actor, id); err != nil {
			return err
		}
		switch {
		case seen != 0 && seen != p.Revision:
			return errs.New(errs.KindConflict, "problem.changed_meanwhile", nil)
		case p.Status == StatusMerged:
			return errs.New(errs.KindConflict, "problem.is_merged", nil)
		}
		before := p
		e, err := act(tx, &p)
		if err != nil {
			return err
		}
		p.Revision++
		if err := tx.SaveProblem(ctx, p); err != nil {
			return err
		}
		e.ProblemID, e.At, e.ByID, e.ByName = p.ID, tx.Now(), actor.UserID, actor.Name
		if err := tx.AppendProblemEvent(ctx, e); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "problem."+string(e.Kind), p.Subject(), stateOf(&before, ""), stateOf(&p, e.Text))
	})
	return p, err
}

func stateOf(p *Problem, note string) map[string]any {
	return map[string]any{"status": p.Status, "verdict": p.Verdict, "rating": p.Chosen, "merged_into": p.MergedInto, "note": note}
}

// Grade is how somebody rates a problem.
type Grade struct {
	ID     int64
	Rating Rating
	Why    string
	Seen   int64 // revision; 0 skips the check
}

// Rate says how grave, urgent and growing a problem is. Errors: forbidden; not found; invalid; conflict when it is merged, or was changed after in.Seen.
func (s *Service) Rate(ctx context.Context, actor access.Actor, in Grade) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.Rate(%d)", in.ID)
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return p, err
	}
	var c fact.Checker
	in.Rating.check(&c, true)
	c.Prose("why", &in.Why, textMost, false)
	if err := c.Err(); err != nil {
		return p, err
	}
	return s.change(ctx, actor, in.ID, in.Seen, func(_ Tx, p *Problem) (Event, error) {
		p.Chosen = in.Rating
		return Event{Kind: EntryRated, Rating: in.Rating, Text: in.Why}, nil
	})
}

// Assign gives a problem to a person of the company, who is told, or to nobody (0). Errors: forbidden; not found; invalid; conflict as of Rate.
func (s *Service) Assign(ctx context.Context, actor access.Actor, id, personID, seen int64) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.Assign(%d, %d)", id, personID)
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return p, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if p, err = s.find(ctx, tx, actor, id); err != nil {
			return err
		}
		switch {
		case seen != 0 && seen != p.Revision:
			return errs.New(errs.KindConflict, "problem.changed_meanwhile", nil)
		case p.Status == StatusMerged:
			return errs.New(errs.KindConflict, "problem.is_merged", nil)
		case p.OwnerID == personID:
			return nil
		}
		p, err = s.assign(ctx, tx, actor, p, personID)
		return err
	})
	return p, err
}

// Move is what becomes of a problem, with what that rests on.
type Move struct {
	ID     int64
	Status Status
	Note   string
	Seen   int64 // revision; 0 skips the check
}

// moves are the statuses that follow each status.
var moves = map[Status][]Status{
	StatusOpen:      {StatusConfirmed, StatusInAction, StatusRefuted},
	StatusConfirmed: {StatusInAction, StatusSolved, StatusRefuted},
	StatusInAction:  {StatusConfirmed, StatusSolved, StatusRefuted},
	StatusSolved:    {StatusOpen},
	StatusRefuted:   {StatusOpen},
}

// Next lists what may become of a problem.
func (p *Problem) Next() []Status { return moves[p.Status] }

// SetStatus says what becomes of a problem. Whoever confirms, refutes, solves or opens it again says by what they know. Errors: forbidden for who neither writes
// problems down nor has it to deal with; not found; invalid; conflict as of Rate, and where that status does not follow.
func (s *Service) SetStatus(ctx context.Context, actor access.Actor, in Move) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.SetStatus(%d, %s)", in.ID, in.Status)
	in.Note = strings.TrimSpace(fact.TidyLines(in.Note))
	if err := reads(actor); err != nil {
		return p, err
	}
	return s.change(ctx, actor, in.ID, in.Seen, func(tx Tx, p *Problem) (Event, error) {
		if !s.mayMove(actor, p) {
			return Event{}, errs.New(errs.KindForbidden, "problem.owner_alone", nil)
		}
		if err := in.check(p); err != nil {
			return Event{}, err
		}
		e := Event{Kind: EntryStatus, Before: p.Status, Status: in.Status, Text: in.Note}
		p.Status = in.Status
		p.Verdict = p.Verdict.after(in.Status)
		if !p.Status.Live() {
			return e, notice.Settle(ctx, tx, notice.End{Subject: p.Subject(), Kinds: []notice.Kind{notice.KindProblemAssigned}})
		}
		return e, nil
	})
}

func (in *Move) check(p *Problem) error {
	var c fact.Checker
	follows := false
	for _, next := range p.Next() {
		follows = follows || next == in.Status
	}
	if !follows {
		return errs.New(errs.KindConflict, "problem.does_not_follow", errs.Args{"From": p.Status.Message(), "To": errs.Msg("problem.status."+string(in.Status), nil)})
	}
	c.Lines("note", in.Note)
	switch {
	case in.Note == "" && in.Status != StatusInAction:
		c.Add("note", "", "problem.say_why", nil)
	case utf8.RuneCountInString(in.Note) > textMost:
		c.Add("note", "", "form.error.long", errs.Args{"Max": textMost})
	}
	return c.Err()
}

// Merge makes a problem part of another one that means the same. Errors: forbidden; not found; conflict for a problem with itself, and where one of the two is merged
// already.
func (s *Service) Merge(ctx context.Context, actor access.Actor, id, intoID int64) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.Merge(%d, %d)", id, intoID)
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return p, err
	}
	if id == intoID {
		return p, errs.New(errs.KindConflict, "problem.merge_itself", nil)
	}
	return s.change(ctx, actor, id, 0, func(tx Tx, p *Problem) (Event, error) {
		into, err := s.find(ctx, tx, actor, intoID)
		if err != nil {
			return Event{}, err
		}
		if into.Status == StatusMerged {
			return Event{}, errs.New(errs.KindConflict, "problem.is_merged", nil)
		}
		parts, err := tx.Problems(ctx, Filter{Reach: Reach{All: true}, MergedInto: id, Limit: 1})
		if err != nil {
			return Event{}, err
		}
		if len(parts) > 0 {
			return Event{}, errs.New(errs.KindConflict, "problem.has_parts", nil)
		}
		e := Event{Kind: EntryMerged, OtherID: intoID, Before: p.Status, Status: StatusMerged}
		p.Status, p.MergedInto = StatusMerged, intoID
		into.Sources, into.Revision = withSource(into.Sources, p.Sources...), into.Revision+1
		if err := tx.SaveProblem(ctx, into); err != nil {
			return e, err
		}
		if err := notice.Settle(ctx, tx, notice.End{Subject: p.Subject(), Kinds: []notice.Kind{notice.KindProblemAssigned}}); err != nil {
			return e, err
		}
		return e, tx.AppendProblemEvent(ctx, Event{ProblemID: intoID, Kind: EntryMerged, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name, OtherID: id})
	})
}

// Unmerge parts a problem from the one that it was merged into. It is what it was before. Errors: forbidden; not found; conflict when it is not merged.
func (s *Service) Unmerge(ctx context.Context, actor access.Actor, id int64) (p Problem, err error) {
	defer errs.Wrap(&err, "problem.Unmerge(%d)", id)
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return p, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if p, err = s.find(ctx, tx, actor, id); err != nil {
			return err
		}
		if p.MergedInto == 0 {
			return errs.New(errs.KindConflict, "problem.not_merged", nil)
		}
		into := p.MergedInto
		before, err := s.statusBefore(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Status, p.MergedInto, p.Revision = before, 0, p.Revision+1
		if err := tx.SaveProblem(ctx, p); err != nil {
			return err
		}
		if err := s.resource(ctx, tx, into); err != nil {
			return err
		}
		for _, pair := range [][2]int64{{id, into}, {into, id}} {
			if err := tx.AppendProblemEvent(ctx, Event{ProblemID: pair[0], OtherID: pair[1], Kind: EntryUnmerged, At: tx.Now(), ByID: actor.UserID, ByName: actor.Name}); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, actor, "problem.unmerge", p.Subject(), map[string]any{"merged_into": into}, map[string]any{"status": p.Status})
	})
	return p, err
}

// statusBefore is the status that a problem had when it was merged last.
func (s *Service) statusBefore(ctx context.Context, r Reader, id int64) (Status, error) {
	events, err := r.ProblemEvents(ctx, id)
	status := StatusOpen
	for _, e := range events {
		if e.Kind == EntryMerged && e.Before != "" {
			status = e.Before
		}
	}
	return status, err
}

// resource works out anew by what a problem is known: by its own history, and by what is merged into it.
func (s *Service) resource(ctx context.Context, tx Tx, id int64) error {
	p, err := tx.Problem(ctx, id)
	if err != nil {
		return err
	}
	events, err := tx.ProblemEvents(ctx, id)
	if err != nil {
		return err
	}
	var own []Source
	for _, e := range events {
		if e.Source != "" {
			own = append(own, e.Source)
		}
	}
	parts, err := tx.Problems(ctx, Filter{Reach: Reach{All: true}, MergedInto: id})
	if err != nil {
		return err
	}
	for _, part := range parts {
		own = append(own, part.Sources...)
	}
	p.Sources, p.Revision = withSource(own), p.Revision+1
	return tx.SaveProblem(ctx, p)
}
