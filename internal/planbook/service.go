package planbook

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/plan"
)

// Reader reads plan versions in one snapshot.
type Reader interface {
	// PlanVersion returns a version by its id. Errors: not found.
	PlanVersion(ctx context.Context, id string) (Version, error)
	// PlanVersions returns the versions of a document (of all, for ""), by document and descending number.
	PlanVersions(ctx context.Context, documentID string) ([]Version, error)
}

// Tx changes plan versions.
type Tx interface {
	Reader
	InsertPlanVersion(ctx context.Context, v Version) error
	UpdatePlanVersion(ctx context.Context, v Version) error
	notice.Tx
	origin.Tx
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Store is where plan versions are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service writes, approves and shows plan documents.
type Service struct {
	store    Store
	newID    func() string
	examiner Examiner
}

// NewService returns a Service over the store.
func NewService(store Store, newID func() string) *Service {
	return &Service{store: store, newID: newID}
}

// Draft is what an author hands in. VersionID is empty for a new version, or names the draft to be replaced. Seen is the Tag of the
// draft as the author last saw it; empty replaces it whatever came between. After is, for a new version, the id of the newest version of the
// document that the author knows of, or NoVersion; empty does not ask. DecisionID is, for a new version, the decision that it follows from; 0 for none.
type Draft struct {
	VersionID string
	Seen      string
	After     string
	Text      string
	Note      string

	DecisionID int64
}

// NoVersion says that an author knows of no version of a document.
const NoVersion = "none"

// newerThan reports whether there is a version of the document that the author did not know of. before is by descending number.
func (d Draft) newerThan(before []Version) bool {
	switch {
	case d.After == "":
		return false
	case len(before) == 0:
		return d.After != NoVersion
	}
	return before[0].ID != d.After
}

// TextBytesMax is the greatest size of a document.
const TextBytesMax = plan.DocumentBytesMax

// Save keeps a draft. The text must decode without errors, so that every kept version can be shown in prose and run; who only wants
// to know what is wrong asks plan.Inspect. Errors: forbidden; invalid with every problem by line; conflict when the version to
// replace is no draft, somebody else's or not as it was seen, and when there is a newer version than the author knows of.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Draft) (v Version, err error) {
	defer errs.Wrap(&err, "planbook.Save")
	if err := actor.Require(access.PermPlanWrite); err != nil {
		return Version{}, err
	}
	document, err := plan.Decode("", []byte(in.Text))
	if err != nil {
		return Version{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		v = describe(document)
		v.Text, v.Note, v.State, v.AuthorID, v.CreatedAt = in.Text, strings.TrimSpace(in.Note), StateDraft, actor.UserID, tx.Now()
		if in.VersionID == "" {
			return s.add(ctx, tx, actor, in, &v)
		}
		return replace(ctx, tx, actor, in.VersionID, in.Seen, &v)
	})
	return v, err
}

func describe(d *plan.Document) Version {
	if p := d.Plan; p != nil {
		return Version{DocumentID: p.ID, Kind: KindPlan, Hash: p.Hash(), Name: p.Name, Layer: p.Layer, Effective: p.Effective}
	}
	if h := d.Honour; h != nil {
		return Version{DocumentID: h.ID, Kind: KindHonour, Hash: h.Hash(), Name: h.Title, Effective: h.Effective}
	}
	if p := d.Promotion; p != nil {
		return Version{DocumentID: p.ID, Kind: KindPromotion, Hash: p.Hash(), Name: p.Name, Effective: p.Effective}
	}
	c := d.Crediting
	return Version{DocumentID: c.ID, Kind: KindCrediting, Hash: c.Hash(), Name: plan.Text{Zh: "业绩归属规则", En: "Crediting rules"}, Effective: c.Effective}
}

// add keeps a new version under the next number of its document.
func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, in Draft, v *Version) error {
	before, err := tx.PlanVersions(ctx, v.DocumentID)
	if err != nil {
		return err
	}
	if in.newerThan(before) {
		return errs.New(errs.KindConflict, "planbook.newer_version", errs.Args{"Document": v.DocumentID})
	}
	v.ID, v.Number = s.newID(), 1
	if len(before) > 0 {
		if before[0].Kind != v.Kind {
			return errs.New(errs.KindConflict, "planbook.other_kind", errs.Args{"Document": v.DocumentID})
		}
		v.Number = before[0].Number + 1
	}
	if err := tx.InsertPlanVersion(ctx, *v); err != nil {
		return err
	}
	if err := origin.KeepIn(ctx, tx, actor, origin.KindPlan, v.ID, in.DecisionID); err != nil {
		return err
	}
	if err := tell(ctx, tx, actor, notice.KindPlanApproval, *v, notice.To{Permission: access.PermPlanApprove, Whole: true}); err != nil {
		return err
	}
	return note(ctx, tx, actor, "planbook.draft", Version{}, *v)
}

// replace writes an author's draft anew.
func replace(ctx context.Context, tx Tx, actor access.Actor, id, seen string, v *Version) error {
	old, err := tx.PlanVersion(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case !old.isAs(seen):
		return errChanged()
	case old.State != StateDraft:
		return errs.New(errs.KindConflict, "planbook.not_a_draft", errs.Args{"State": string(old.State)})
	case old.AuthorID != actor.UserID:
		return errs.New(errs.KindConflict, "planbook.other_author", nil)
	case old.DocumentID != v.DocumentID:
		return errs.New(errs.KindConflict, "planbook.other_document", errs.Args{"Document": old.DocumentID})
	case old.Kind != v.Kind:
		return errs.New(errs.KindConflict, "planbook.other_kind", errs.Args{"Document": v.DocumentID})
	}
	v.ID, v.Number, v.CreatedAt = old.ID, old.Number, old.CreatedAt
	if err := tx.UpdatePlanVersion(ctx, *v); err != nil {
		return err
	}
	return note(ctx, tx, actor, "planbook.redraft", old, *v)
}

// Approve puts a draft in force for its effective days. Errors: forbidden, also for the author (maker is not checker); conflict when
// it is no draft, when it does not fit with the documents in force (see plan.Check), or when one of its worked examples does not pass.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string) (v Version, err error) {
	return s.ApproveSeen(ctx, actor, id, "")
}

// isAs reports whether the version still has the tag; the empty tag is that of any.
func (v Version) isAs(tag string) bool { return tag == "" || tag == v.Tag() }

func errChanged() error { return errs.New(errs.KindConflict, "planbook.changed_meanwhile", nil) }

// ApproveSeen is Approve of exactly the text that the approver has seen, told by its Tag; another one is a conflict.
func (s *Service) ApproveSeen(ctx context.Context, actor access.Actor, id, seen string) (v Version, err error) {
	defer errs.Wrap(&err, "planbook.Approve(%s)", id)
	if err := actor.RequireAll(access.PermPlanApprove); err != nil { // a plan pays people everywhere
		return Version{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.PlanVersion(ctx, id)
		if err != nil {
			return err
		}
		if !before.isAs(seen) {
			return errChanged()
		}
		if before.State != StateDraft {
			return errs.New(errs.KindConflict, "planbook.not_a_draft", errs.Args{"State": string(before.State)})
		}
		if before.AuthorID == actor.UserID {
			return errs.New(errs.KindForbidden, "planbook.own_draft", nil)
		}
		v = before
		v.State, v.ApproverID, v.ApprovedAt = StateApproved, actor.UserID, tx.Now()
		if err := fits(ctx, tx, v); err != nil {
			return err
		}
		if err := s.passes(ctx, tx, before); err != nil {
			return err
		}
		if err := tx.UpdatePlanVersion(ctx, v); err != nil {
			return err
		}
		if err := settle(ctx, tx, v, notice.KindPlanApproval); err != nil {
			return err
		}
		if err := tell(ctx, tx, actor, notice.KindPlanDecided, v, notice.To{UserIDs: []string{v.AuthorID}}); err != nil {
			return err
		}
		return note(ctx, tx, actor, "planbook.approve", before, v)
	})
	return v, err
}

// fits checks the set that would be in force on the version's first day.
func fits(ctx context.Context, r Reader, v Version) error {
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return err
	}
	others := all[:0]
	for _, other := range all {
		if other.ID != v.ID {
			others = append(others, other)
		}
	}
	documents, _, err := decodeAll(inForce(append(others, v), v.Effective.From))
	if err != nil {
		return err
	}
	findings := plan.Check(documents)
	if !plan.HasErrors(findings) {
		return nil
	}
	var fields []errs.Field
	for _, f := range findings {
		if f.Severity == plan.SeverityError {
			fields = append(fields, f.Field)
		}
	}
	return &errs.Error{Kind: errs.KindConflict, Message: errs.Msg("planbook.does_not_fit", nil), Fields: fields}
}

// Together returns a document and those that would be in force with it on its first day, itself in the place of other versions of it: what it
// is judged together with. Errors: forbidden.
func (s *Service) Together(ctx context.Context, actor access.Actor, d *plan.Document) (documents []*plan.Document, err error) {
	defer errs.Wrap(&err, "planbook.Together")
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	own := describe(d)
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.PlanVersions(ctx, "")
		if err != nil {
			return err
		}
		others := all[:0]
		for _, v := range all {
			if v.DocumentID != own.DocumentID {
				others = append(others, v)
			}
		}
		documents, _, err = decodeAll(inForce(others, own.Effective.From))
		return err
	})
	return append(documents, d), err
}

// Withdraw takes a draft or an approved version out. Months that were closed under it stay as they are. Errors: forbidden; conflict
// when it is withdrawn already.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, reason string) (err error) {
	defer errs.Wrap(&err, "planbook.Withdraw(%s)", id)
	if strings.TrimSpace(reason) == "" {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("planbook.reason_missing", nil)}})
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.PlanVersion(ctx, id)
		if err != nil {
			return err
		}
		if before.State == StateDraft && before.AuthorID == actor.UserID {
			err = actor.Require(access.PermPlanWrite)
		} else {
			err = actor.RequireAll(access.PermPlanApprove)
		}
		if err != nil {
			return err
		}
		if before.State == StateWithdrawn {
			return errs.New(errs.KindConflict, "planbook.not_a_draft", errs.Args{"State": string(before.State)})
		}
		after := before
		after.State, after.Note = StateWithdrawn, strings.TrimSpace(reason)
		if err := tx.UpdatePlanVersion(ctx, after); err != nil {
			return err
		}
		if err := settle(ctx, tx, after, notice.KindPlanApproval, notice.KindPlanAcceptance, notice.KindPlanReminder); err != nil {
			return err
		}
		if err := tell(ctx, tx, actor, notice.KindPlanWithdrawn, after, notice.To{UserIDs: []string{after.AuthorID}}); err != nil {
			return err
		}
		return note(ctx, tx, actor, "planbook.withdraw", before, after)
	})
}

// List returns all versions, by document and descending number. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (all []Version, err error) {
	defer errs.Wrap(&err, "planbook.List")
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.PlanVersions(ctx, "")
		return err
	})
	return all, err
}

// Get returns a version with its decoded document. Everybody signed in may read an approved plan: it is the rule they may be paid
// by. Errors: forbidden, not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (v Version, d *plan.Document, err error) {
	defer errs.Wrap(&err, "planbook.Get(%s)", id)
	err = s.store.Read(ctx, func(r Reader) error {
		v, err = r.PlanVersion(ctx, id)
		return err
	})
	if err != nil {
		return Version{}, nil, err
	}
	if v.State != StateApproved || actor.UserID == "" {
		if err := actor.Require(access.PermPlanRead); err != nil {
			return Version{}, nil, err
		}
	}
	d, err = plan.Decode(v.DocumentID, []byte(v.Text))
	return v, d, err
}

// Subject names a version in messages.
func (v Version) Subject() string { return "plan_version:" + v.ID }

// tell tells people what became of a version.
func tell(ctx context.Context, tx Tx, actor access.Actor, kind notice.Kind, v Version, to notice.To) error {
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: to, Subject: v.Subject(), By: actor.UserID, Once: string(v.State),
		Params: notice.Params{"Plan": notice.Name(v.Name), "Version": notice.Number(int64(v.Number)), "Who": notice.Word(actor.Name)}})
}

func settle(ctx context.Context, tx Tx, v Version, kinds ...notice.Kind) error {
	return notice.Settle(ctx, tx, notice.End{Subject: v.Subject(), Kinds: kinds})
}

// note audits a change; texts enter by their hash.
func note(ctx context.Context, tx Tx, actor access.Actor, action string, before, after Version) error {
	state := func(v Version) any {
		if v.ID == "" {
			return nil
		}
		return map[string]any{"document": v.DocumentID, "number": v.Number, "state": v.State, "hash": v.Hash, "note": v.Note,
			"from": v.Effective.From, "to": v.Effective.To}
	}
	return audit.Append(ctx, tx, actor, action, "plan_version:"+after.ID, state(before), state(after))
}
