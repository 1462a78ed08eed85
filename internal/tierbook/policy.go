package tierbook

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tier"
)

// The limits of what is entered.
const (
	textBytesMax = 256 << 10
	noteRunesMax = 1000
)

// PolicyReader reads the versions of the policy.
type PolicyReader interface {
	// TierPolicies returns all versions, the newest first, without their trials.
	TierPolicies(ctx context.Context) ([]PolicyVersion, error)
}

// PolicyOn is the policy in force on a day, for packages that divide customers by it; without an approved one it is the one that ships with the product.
func PolicyOn(ctx context.Context, r PolicyReader, on calendar.Date) (*tier.Policy, error) {
	_, p, err := inForce(ctx, r, on)
	return p, err
}

// inForce is the version that holds on a day: the approved one that began last, or the one that ships with the product.
func inForce(ctx context.Context, r PolicyReader, on calendar.Date) (PolicyVersion, *tier.Policy, error) {
	all, err := r.TierPolicies(ctx)
	if err != nil {
		return PolicyVersion{}, nil, err
	}
	all = slices.DeleteFunc(all, func(v PolicyVersion) bool { return v.State != PolicyApproved || v.From > on })
	if len(all) == 0 {
		v, p := shipped()
		return v, p, nil
	}
	newest := slices.MaxFunc(all, func(a, b PolicyVersion) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Number, b.Number))
	})
	p, err := tier.Decode("", []byte(newest.Text))
	return newest, p, err
}

// policyOf is the policy of a version; that of none is the one that ships with the product.
func policyOf(ctx context.Context, r Reader, id string) (*tier.Policy, error) {
	if id == "" {
		_, p := shipped()
		return p, nil
	}
	v, err := r.TierPolicy(ctx, id)
	if err != nil {
		return nil, err
	}
	return tier.Decode("", []byte(v.Text))
}

// Inspect says everything there is to say about a text, also what the product cannot look at: fields of files that it does not keep, neither by itself
// nor as the company's own.
func Inspect(text string, own []customfield.Field) (*tier.Policy, []ruledoc.Finding) {
	p, findings := tier.Inspect("", []byte(text))
	if p == nil || p.Completeness == nil {
		return p, findings
	}
	fields := FileFields(own)
	for i, known := range p.Completeness.Fields {
		if !slices.Contains(fields, known.ID) {
			path := "completeness.fields[" + idText(int64(i)) + "].id"
			findings = append(findings, ruledoc.Finding{Code: "completeness.unknown_field", Severity: ruledoc.SeverityError,
				Field: errs.Field{Path: path, Value: known.ID, Message: errs.Msg("tierbook.unknown_field", errs.Args{"Field": known.ID, "Known": strings.Join(fields, ", ")})}})
		}
	}
	return p, ruledoc.Sort(findings)
}

// Findings are what Inspect finds in a text. Errors: forbidden.
func (s *Service) Findings(ctx context.Context, actor access.Actor, text string) (findings []ruledoc.Finding, err error) {
	defer errs.Wrap(&err, "tierbook.Findings")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		own, err := r.CustomFields(ctx, customfield.ObjectCustomer)
		if err == nil {
			_, findings = Inspect(text, own)
		}
		return err
	})
	return findings, err
}

// decode is Inspect where errors are refused.
func decode(ctx context.Context, r Reader, text string) (*tier.Policy, error) {
	own, err := r.CustomFields(ctx, customfield.ObjectCustomer)
	if err != nil {
		return nil, err
	}
	p, findings := Inspect(text, own)
	if ruledoc.HasErrors(findings) {
		return nil, errs.Invalid("tier.invalid", ruledoc.Errors(findings))
	}
	return p, nil
}

// Draft is what an author hands in. ID is empty for a new version, or names the draft to be replaced; Seen is its revision as the author saw it.
// DecisionID is, for a new version, the decision that it follows from; 0 for none.
type Draft struct {
	ID   string
	Text string
	From calendar.Date
	Note string
	Seen int64

	DecisionID int64
}

// SavePolicy keeps a draft, whose text must be a policy without errors. Errors: forbidden; invalid with every problem by line; conflict when what
// is replaced is no draft, somebody else's, or not as it was seen.
func (s *Service) SavePolicy(ctx context.Context, actor access.Actor, in Draft) (v PolicyVersion, err error) {
	defer errs.Wrap(&err, "tierbook.SavePolicy")
	if err := actor.RequireAll(access.PermTierWrite); err != nil {
		return v, err
	}
	if err := in.check(); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		p, err := decode(ctx, tx, in.Text)
		if err != nil {
			return err
		}
		v = PolicyVersion{State: PolicyDraft, Text: in.Text, Hash: p.Hash(), Name: p.Name, From: in.From, AuthorID: actor.UserID, CreatedAt: tx.Now(), Note: strings.TrimSpace(in.Note), Revision: 1}
		if in.ID == "" {
			v.ID = s.newID()
			if v.Number, err = tx.NextNumber(ctx, "tier_policy"); err != nil {
				return err
			}
			if err := tx.InsertTierPolicy(ctx, v); err != nil {
				return err
			}
			if err := origin.KeepIn(ctx, tx, actor, origin.KindTier, v.ID, in.DecisionID); err != nil {
				return err
			}
			if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindTierPolicy, To: notice.To{Permission: access.PermTierApprove, Whole: true}, Subject: v.Subject(), By: actor.UserID,
				Params: notice.Params{"Policy": notice.Name(v.Name), "Version": notice.Number(v.Number), "Who": notice.Word(actor.Name)}}); err != nil {
				return err
			}
			return note(ctx, tx, actor, "tier_policy.draft", nil, v)
		}
		old, err := tx.TierPolicy(ctx, in.ID)
		if err != nil {
			return err
		}
		switch {
		case in.Seen != 0 && in.Seen != old.Revision:
			return errs.New(errs.KindConflict, "tierbook.policy_changed", nil)
		case old.State != PolicyDraft:
			return errs.New(errs.KindConflict, "tierbook.not_a_draft", nil)
		case old.AuthorID != actor.UserID:
			return errs.New(errs.KindConflict, "tierbook.other_author", nil)
		}
		v.ID, v.Number, v.CreatedAt, v.Revision = old.ID, old.Number, old.CreatedAt, old.Revision+1
		if err := tx.SaveTierPolicy(ctx, v); err != nil {
			return err
		}
		return note(ctx, tx, actor, "tier_policy.redraft", &old, v)
	})
	return v, err
}

func (in *Draft) check() error {
	var c fact.Checker
	c.Day("from", in.From)
	if utf8.RuneCountInString(in.Note) > noteRunesMax {
		c.Add("note", "", "fact.too_long", errs.Args{"Max": noteRunesMax})
	}
	if len(in.Text) > textBytesMax {
		c.Add("text", "", "fact.too_long", errs.Args{"Max": textBytesMax})
	}
	return c.Err()
}

// settle ends the messages that a draft awaits approval.
func settle(ctx context.Context, tx Tx, v PolicyVersion) error {
	return notice.Settle(ctx, tx, notice.End{Subject: v.Subject(), Kinds: []notice.Kind{notice.KindTierPolicy}})
}

// note audits a change of a version, without its text, for which the hash stands.
func note(ctx context.Context, tx Tx, actor access.Actor, action string, before *PolicyVersion, after PolicyVersion) error {
	told := func(v *PolicyVersion) any {
		if v == nil {
			return nil
		}
		return map[string]any{"number": v.Number, "state": v.State, "hash": v.Hash, "from": v.From, "note": v.Note}
	}
	return audit.Append(ctx, tx, actor, action, after.Subject(), told(before), told(&after))
}

// ApprovePolicy puts a draft in force from its day. Errors: forbidden, also for the author; conflict when it is no draft, or not as it was seen.
func (s *Service) ApprovePolicy(ctx context.Context, actor access.Actor, id string, seen int64) (v PolicyVersion, err error) {
	defer errs.Wrap(&err, "tierbook.ApprovePolicy(%s)", id)
	if err := actor.RequireAll(access.PermTierApprove); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.TierPolicy(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case seen != 0 && seen != before.Revision:
			return errs.New(errs.KindConflict, "tierbook.policy_changed", nil)
		case before.State != PolicyDraft:
			return errs.New(errs.KindConflict, "tierbook.not_a_draft", nil)
		case before.AuthorID == actor.UserID:
			return errs.New(errs.KindForbidden, "tierbook.own_draft", nil)
		}
		if _, err := decode(ctx, tx, before.Text); err != nil {
			return err
		}
		v = before
		v.State, v.ApproverID, v.ApprovedAt, v.Revision = PolicyApproved, actor.UserID, tx.Now(), before.Revision+1
		if err := tx.SaveTierPolicy(ctx, v); err != nil {
			return err
		}
		if err := settle(ctx, tx, v); err != nil {
			return err
		}
		return note(ctx, tx, actor, "tier_policy.approve", &before, v)
	})
	return v, err
}

// WithdrawPolicy takes a version out, with a reason: an author a draft, who approves any. Reviews that were made by it stay. Errors: forbidden;
// invalid without a reason; conflict when it is out already.
func (s *Service) WithdrawPolicy(ctx context.Context, actor access.Actor, id, reason string) (err error) {
	defer errs.Wrap(&err, "tierbook.WithdrawPolicy(%s)", id)
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > noteRunesMax {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "note", Message: errs.Msg("tierbook.reason_missing", nil)}})
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if !actor.CanAll(access.PermTierWrite) {
			if err := actor.RequireAll(access.PermTierApprove); err != nil {
				return err
			}
		}
		before, err := tx.TierPolicy(ctx, id)
		if err != nil {
			return err
		}
		if before.State != PolicyDraft || before.AuthorID != actor.UserID {
			if err := actor.RequireAll(access.PermTierApprove); err != nil {
				return err
			}
		}
		if before.State == PolicyWithdrawn {
			return errs.New(errs.KindConflict, "tierbook.not_a_draft", nil)
		}
		after := before
		after.State, after.Note, after.Revision = PolicyWithdrawn, reason, before.Revision+1
		if err := tx.SaveTierPolicy(ctx, after); err != nil {
			return err
		}
		if err := settle(ctx, tx, after); err != nil {
			return err
		}
		return note(ctx, tx, actor, "tier_policy.withdraw", &before, after)
	})
}

// PolicyBook is all versions with the one that holds today.
type PolicyBook struct {
	Versions   []PolicyVersion // the newest first, without trials
	Current    PolicyVersion
	Policy     *tier.Policy // of Current
	MayWrite   bool
	MayApprove bool
}

// Policies returns the versions of the policy; everybody who sees customers may read the rule they are sorted by. Errors: forbidden.
func (s *Service) Policies(ctx context.Context, actor access.Actor) (b PolicyBook, err error) {
	defer errs.Wrap(&err, "tierbook.Policies")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return b, err
	}
	b.MayWrite, b.MayApprove = actor.CanAll(access.PermTierWrite), actor.CanAll(access.PermTierApprove)
	err = s.store.Read(ctx, func(r Reader) error {
		if b.Current, b.Policy, err = inForce(ctx, r, r.Today()); err != nil {
			return err
		}
		if b.Versions, err = r.TierPolicies(ctx); err != nil {
			return err
		}
		if !b.MayWrite && !b.MayApprove { // drafts are for those who decide on them
			b.Versions = slices.DeleteFunc(b.Versions, func(v PolicyVersion) bool { return v.State == PolicyDraft })
		}
		return nil
	})
	return b, err
}

// PolicyDetail is a version with the one that holds today.
type PolicyDetail struct {
	Version  PolicyVersion
	Policy   *tier.Policy
	Findings []ruledoc.Finding
	Current  PolicyVersion
	Job      *job.Job // of a simulation that runs, or that failed
	// Names are those of the customers that the trial names, for who sees all customers.
	Names map[int64]string
}

// Policy returns a version. Errors: forbidden; not found.
func (s *Service) Policy(ctx context.Context, actor access.Actor, id string) (d PolicyDetail, err error) {
	defer errs.Wrap(&err, "tierbook.Policy(%s)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if d.Version, err = r.TierPolicy(ctx, id); err != nil {
			return err
		}
		if d.Version.State == PolicyDraft && !actor.CanAll(access.PermTierWrite) {
			if err := actor.RequireAll(access.PermTierApprove); err != nil {
				return err
			}
		}
		if d.Names, err = trialNames(ctx, r, actor, d.Version.Trial); err != nil {
			return err
		}
		own, err := r.CustomFields(ctx, customfield.ObjectCustomer)
		if err != nil {
			return err
		}
		d.Policy, d.Findings = Inspect(d.Version.Text, own)
		if d.Current, _, err = inForce(ctx, r, r.Today()); err != nil || d.Version.TrialJob == "" {
			return err
		}
		j, err := r.Job(ctx, d.Version.TrialJob)
		if err == nil && (!j.State.Finished() || j.State == job.StateFailed) {
			d.Job = &j
		}
		return err
	})
	return d, err
}

// trialNames names the customers that a trial would move.
func trialNames(ctx context.Context, r Reader, actor access.Actor, t *PolicyTrial) (map[int64]string, error) {
	if t == nil || !actor.CanAll(access.PermSalesRead) {
		return nil, nil
	}
	var ids []int64
	for _, m := range t.Simulation.Moves {
		if id, err := strconv.ParseInt(m.Customer, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return r.CustomerNames(ctx, ids)
}
