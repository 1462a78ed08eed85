package standard

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/sop"
)

// VersionReader reads versions on one snapshot.
type VersionReader interface {
	StandardVersion(ctx context.Context, id string) (Version, error) // NotFound
	StandardVersions(ctx context.Context) ([]Version, error)         // by descending number
}

// Draft is what an author hands in. VersionID is empty for a new version, or names the draft to be replaced. Seen is its tag as the author
// last saw it; empty replaces it whatever came between. DecisionID is, for a new version, the decision that it follows from; 0 for none.
type Draft struct {
	VersionID   string
	Seen        string
	Text        string
	EffectiveOn calendar.Date
	Note        string
	DecisionID  int64
}

// noteRunesMax is the greatest length of notes and reasons.
const noteRunesMax = 2000

func (in Draft) check() error {
	var c fact.Checker
	c.Day("effective_on", in.EffectiveOn)
	if utf8.RuneCountInString(in.Note) > noteRunesMax {
		c.Add("note", "", "standard.too_long", errs.Args{"Max": noteRunesMax})
	}
	return c.Err()
}

func errChanged() error { return errs.New(errs.KindConflict, "standard.changed_meanwhile", nil) }

func errState(v Version) error {
	return errs.New(errs.KindConflict, "standard.wrong_state", errs.Args{"State": v.State.Message()})
}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("standard.state."+string(s), nil) }

// Save keeps a draft. Its text must decode without errors. Errors: forbidden; invalid with every problem by line; conflict when the version
// to replace is no draft, somebody else's, or not as it was seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Draft) (v Version, err error) {
	defer errs.Wrap(&err, "standard.Save")
	if err := actor.Require(access.PermProcessWrite); err != nil {
		return v, err
	}
	in.Note = fact.TidyLines(in.Note)
	if err := in.check(); err != nil {
		return v, err
	}
	document, err := sop.Decode("", []byte(in.Text))
	if err != nil {
		return v, err
	}
	if err := checkStages(document); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		v = Version{ID: s.newID(), State: StateDraft, Text: in.Text, Hash: document.Hash(), Name: document.Name, EffectiveOn: in.EffectiveOn, AuthorID: actor.UserID, CreatedAt: tx.Now(), Note: in.Note}
		if in.VersionID != "" {
			return s.replace(ctx, tx, actor, in, &v)
		}
		all, err := tx.StandardVersions(ctx)
		if err != nil {
			return err
		}
		if v.Number = 1; len(all) > 0 {
			v.Number = all[0].Number + 1
		}
		if err := tx.InsertStandardVersion(ctx, v); err != nil {
			return err
		}
		if err := origin.KeepIn(ctx, tx, actor, origin.KindStandard, v.ID, in.DecisionID); err != nil {
			return err
		}
		return noteVersion(ctx, tx, actor, "standard.draft", Version{}, v)
	})
	return v, err
}

// replace writes an author's draft anew.
func (s *Service) replace(ctx context.Context, tx Tx, actor access.Actor, in Draft, v *Version) error {
	old, err := tx.StandardVersion(ctx, in.VersionID)
	switch {
	case err != nil:
		return err
	case in.Seen != "" && in.Seen != old.Tag():
		return errChanged()
	case old.State != StateDraft:
		return errState(old)
	case old.AuthorID != actor.UserID:
		return errs.New(errs.KindConflict, "standard.other_author", nil)
	}
	v.ID, v.Number, v.CreatedAt, v.Decision = old.ID, old.Number, old.CreatedAt, old.Decision
	if err := tx.UpdateStandardVersion(ctx, *v); err != nil {
		return err
	}
	return noteVersion(ctx, tx, actor, "standard.redraft", old, *v)
}

// change moves a version to another state.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen, action string, decide func(tx Tx, v *Version) error) (v Version, err error) {
	if id == ShippedID {
		return v, errs.New(errs.KindConflict, "standard.is_shipped", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.StandardVersion(ctx, id)
		if err != nil {
			return err
		}
		if seen != "" && seen != old.Tag() {
			return errChanged()
		}
		v = old
		if err := decide(tx, &v); err != nil {
			return err
		}
		if err := tx.UpdateStandardVersion(ctx, v); err != nil {
			return err
		}
		return noteVersion(ctx, tx, actor, action, old, v)
	})
	s.forgetStages()
	return v, err
}

// Submit asks for the approval of one's draft. Errors: forbidden; not found; conflict when it is no draft or somebody else's, or
// opportunities stand on a stage that nothing takes over.
func (s *Service) Submit(ctx context.Context, actor access.Actor, id, seen string) (v Version, err error) {
	defer errs.Wrap(&err, "standard.Submit(%s)", id)
	if err := actor.Require(access.PermProcessWrite); err != nil {
		return v, err
	}
	return s.change(ctx, actor, id, seen, "standard.submit", func(tx Tx, v *Version) error {
		switch {
		case v.State != StateDraft:
			return errState(*v)
		case v.AuthorID != actor.UserID:
			return errs.New(errs.KindConflict, "standard.other_author", nil)
		}
		would := *v
		would.State, would.EffectiveOn, would.ApprovedAt = StateApproved, max(v.EffectiveOn, s.today()), tx.Now()
		if err := s.keepStagesWith(ctx, tx, would); err != nil {
			return err
		}
		v.State, v.SubmittedAt, v.Decision = StateSubmitted, tx.Now(), ""
		return tell(ctx, tx, actor, notice.KindStandardApproval, *v, notice.To{Permission: access.PermProcessApprove, Whole: true})
	})
}

// Approve puts a submitted version in force from its day; where that has passed, from today. Errors: forbidden, also for the author; not found;
// conflict when it is not submitted, or not as it was seen, or opportunities stand on a stage that nothing takes over.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id, seen string) (v Version, err error) {
	defer errs.Wrap(&err, "standard.Approve(%s)", id)
	if err := actor.RequireAll(access.PermProcessApprove); err != nil { // it judges the work of the whole company
		return v, err
	}
	return s.change(ctx, actor, id, seen, "standard.approve", func(tx Tx, v *Version) error {
		switch {
		case v.State != StateSubmitted:
			return errState(*v)
		case v.AuthorID == actor.UserID:
			return errs.New(errs.KindForbidden, "standard.own_draft", nil)
		}
		v.State, v.ApproverID, v.ApprovedAt, v.EffectiveOn = StateApproved, actor.UserID, tx.Now(), max(v.EffectiveOn, s.today())
		if err := s.keepStagesWith(ctx, tx, *v); err != nil {
			return err
		}
		return decided(ctx, tx, actor, *v)
	})
}

// Return sends a submitted version back to its author, with a reason. Errors: forbidden; not found; invalid without a reason; conflict when
// it is not submitted.
func (s *Service) Return(ctx context.Context, actor access.Actor, id, seen, reason string) (v Version, err error) {
	defer errs.Wrap(&err, "standard.Return(%s)", id)
	if err := actor.RequireAll(access.PermProcessApprove); err != nil {
		return v, err
	}
	if reason, err = reasonOf("reason", reason); err != nil {
		return v, err
	}
	return s.change(ctx, actor, id, seen, "standard.return", func(tx Tx, v *Version) error {
		if v.State != StateSubmitted {
			return errState(*v)
		}
		v.State, v.Decision = StateDraft, reason
		return decided(ctx, tx, actor, *v)
	})
}

// Retire takes a version out: one's own that is not approved, or any for who approves. Cases that were judged by it are judged anew by what
// is in force then. Errors: forbidden; not found; invalid without a reason; conflict when it is retired, or
// opportunities stand on a stage that nothing would take over.
func (s *Service) Retire(ctx context.Context, actor access.Actor, id, seen, reason string) (v Version, err error) {
	defer errs.Wrap(&err, "standard.Retire(%s)", id)
	if !actor.Can(access.PermProcessWrite) {
		if err := actor.RequireAll(access.PermProcessApprove); err != nil {
			return v, err
		}
	}
	if reason, err = reasonOf("reason", reason); err != nil {
		return v, err
	}
	return s.change(ctx, actor, id, seen, "standard.retire", func(tx Tx, v *Version) error {
		if v.State == StateRetired {
			return errState(*v)
		}
		if own := v.State != StateApproved && v.AuthorID == actor.UserID && actor.Can(access.PermProcessWrite); !own {
			if err := actor.RequireAll(access.PermProcessApprove); err != nil {
				return err
			}
		}
		wasApproved := v.State == StateApproved
		v.State, v.Decision = StateRetired, reason
		if wasApproved {
			if err := s.keepStagesWith(ctx, tx, *v); err != nil {
				return err
			}
		}
		return notice.Settle(ctx, tx, notice.End{Subject: v.Subject(), Kinds: []notice.Kind{notice.KindStandardApproval}})
	})
}

// reasonOf wants a reason.
func reasonOf(path, text string) (string, error) {
	text = fact.TidyLines(text)
	var c fact.Checker
	if strings.TrimSpace(text) == "" {
		c.Add(path, "", "standard.reason_missing", nil)
	}
	if utf8.RuneCountInString(text) > noteRunesMax {
		c.Add(path, "", "standard.too_long", errs.Args{"Max": noteRunesMax})
	}
	return text, c.Err()
}

// List returns the versions the actor may see, by descending number, the one that ships last: who neither writes nor approves standards sees
// no drafts. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (all []Version, err error) {
	defer errs.Wrap(&err, "standard.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.StandardVersions(ctx)
		return err
	})
	return withShipped(slices.DeleteFunc(all, func(v Version) bool { return !visible(actor, v) })), err
}

func visible(actor access.Actor, v Version) bool {
	return v.State == StateApproved || actor.Can(access.PermProcessWrite) || actor.Can(access.PermProcessApprove)
}

// Get returns a version with its decoded document. Errors: forbidden; not found, also for a draft that is not the actor's to see.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (v Version, d *sop.Standard, err error) {
	defer errs.Wrap(&err, "standard.Get(%s)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, nil, err
	}
	if v = Shipped(); id != ShippedID {
		err = s.store.Read(ctx, func(r Reader) error {
			v, err = r.StandardVersion(ctx, id)
			return err
		})
	}
	if err == nil && !visible(actor, v) {
		err = errs.New(errs.KindNotFound, "standard.not_found", nil)
	}
	if err != nil {
		return Version{}, nil, err
	}
	d, err = sop.Decode("", []byte(v.Text))
	return v, d, err
}

// Current returns the version in force today. Errors: forbidden.
func (s *Service) Current(ctx context.Context, actor access.Actor) (v Version, d *sop.Standard, err error) {
	defer errs.Wrap(&err, "standard.Current")
	all, err := s.List(ctx, actor)
	if err != nil {
		return v, nil, err
	}
	v = inForce(all, s.today())
	d, err = sop.Decode("", []byte(v.Text))
	return v, d, err
}

// Verdicts calls each for every rule that is decided in one of the cases, for programs that have asked whose cases they may look at.
func (s *Service) Verdicts(ctx context.Context, caseIDs []int64, each func(caseID int64, ruleID string, satisfied bool)) (err error) {
	defer errs.Wrap(&err, "standard.Verdicts")
	return s.store.Read(ctx, func(r Reader) error {
		kept, err := r.Judgements(ctx, caseIDs)
		for _, k := range kept {
			k.Decided(func(ruleID string, satisfied bool) { each(k.CaseID, ruleID, satisfied) })
		}
		return err
	})
}

// InForce returns the standard that cases are judged by on a day, for programs that ask on nobody's behalf: it is no secret to anybody who reads
// sales.
func (s *Service) InForce(ctx context.Context, day calendar.Date) (d *sop.Standard, err error) {
	defer errs.Wrap(&err, "standard.InForce")
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.StandardVersions(ctx)
		if err != nil {
			return err
		}
		d, err = sop.Decode("", []byte(inForce(all, day).Text))
		return err
	})
	return d, err
}

// InForceOn returns the version of the list that is in force on a day.
func InForceOn(versions []Version, day calendar.Date) Version { return inForce(versions, day) }

func tell(ctx context.Context, tx Tx, actor access.Actor, kind notice.Kind, v Version, to notice.To) error {
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: to, Subject: v.Subject(), By: actor.UserID, Once: string(v.State) + v.SubmittedAt.Format(time.RFC3339),
		Params: notice.Params{"Standard": notice.Name(v.Name), "Version": notice.Number(int64(v.Number)), "Who": notice.Word(actor.Name)}})
}

// decided tells the author what became of a version, and nobody is asked any more.
func decided(ctx context.Context, tx Tx, actor access.Actor, v Version) error {
	if err := notice.Settle(ctx, tx, notice.End{Subject: v.Subject(), Kinds: []notice.Kind{notice.KindStandardApproval}}); err != nil {
		return err
	}
	return tell(ctx, tx, actor, notice.KindStandardDecided, v, notice.To{UserIDs: []string{v.AuthorID}})
}

// noteVersion audits a change; texts enter by their hash.
func noteVersion(ctx context.Context, tx Tx, actor access.Actor, action string, before, after Version) error {
	state := func(v Version) any {
		if v.ID == "" {
			return nil
		}
		return map[string]any{"number": v.Number, "state": v.State, "hash": v.Hash, "note": v.Note, "decision": v.Decision, "effective_on": v.EffectiveOn}
	}
	return audit.Append(ctx, tx, actor, action, after.Subject(), state(before), state(after))
}
