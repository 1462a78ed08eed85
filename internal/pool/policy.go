package pool

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/ruledoc"
)

// State is where a version of the rules stands.
type State string

// The states.
const (
	StateDraft     State = "draft"
	StateApproved  State = "approved"
	StateWithdrawn State = "withdrawn"
)

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("pool.state."+string(s), nil) }

// Version is one version of the rules of pools.
type Version struct {
	Number        int64
	Text          string
	Hash          string
	State         State
	EffectiveFrom calendar.Date // NoDate while it is a draft
	AuthorID      string
	AuthorName    string
	CreatedAt     time.Time
	ApproverID    string
	ApproverName  string
	ApprovedAt    time.Time
	Note          string
	Trial         json.RawMessage // of type Trial; nil while nobody tried
	Revision      int64
}

// Subject is how the audit log names the version.
func (v Version) Subject() string { return "pool_policy:" + strconv.FormatInt(v.Number, 10) }

// Policy reads the rules.
func (v Version) Policy() (*poolrule.Policy, error) { return poolrule.Decode("pool", []byte(v.Text)) }

// Document is a version with what there is to say about its text.
type Document struct {
	Version
	Findings []ruledoc.Finding
	InForce  bool
}

// Current returns the rules of today, whose names histories show; nil while there are none. It asks for no permission: who sees a history may know
// what its rules are called.
func (s *Service) Current(ctx context.Context) (p *poolrule.Policy, err error) {
	defer errs.Wrap(&err, "pool.Current")
	err = s.store.Read(ctx, func(r Reader) error {
		p, err = s.inForce(ctx, r)
		if errs.Is(err, errs.KindConflict) {
			p, err = nil, nil
		}
		return err
	})
	return p, err
}

// mayRead lets in who writes or approves the rules.
func mayRead(actor access.Actor) error {
	return actor.RequireAll(access.PermPoolWrite, access.PermPoolApprove)
}

// Versions returns all versions, the newest first. Errors: forbidden.
func (s *Service) Versions(ctx context.Context, actor access.Actor) (list []Document, err error) {
	defer errs.Wrap(&err, "pool.Versions")
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		versions, err := r.PoolPolicies(ctx)
		if err != nil {
			return err
		}
		now, err := r.PoolPolicyOn(ctx, s.today())
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		list = nil
		for _, v := range versions {
			list = append(list, Document{Version: v, InForce: err == nil && v.Number == now.Number})
		}
		return nil
	})
	return list, err
}

// Version returns a version with the findings of its text. Errors: forbidden; not found.
func (s *Service) Version(ctx context.Context, actor access.Actor, number int64) (d Document, err error) {
	defer errs.Wrap(&err, "pool.Version(%d)", number)
	list, err := s.Versions(ctx, actor)
	if err != nil {
		return d, err
	}
	at := slices.IndexFunc(list, func(d Document) bool { return d.Number == number })
	if at < 0 {
		return d, errs.New(errs.KindNotFound, "pool.no_such_version", nil)
	}
	d = list[at]
	_, d.Findings = poolrule.Inspect("", []byte(d.Text))
	return d, nil
}

// Check says everything there is to say about a text. Errors: forbidden.
func (s *Service) Check(ctx context.Context, actor access.Actor, text string) (p *poolrule.Policy, findings []ruledoc.Finding, err error) {
	if err := mayRead(actor); err != nil {
		return nil, nil, err
	}
	p, findings = poolrule.Inspect("", []byte(text))
	return p, findings, nil
}

// textMost is the longest text of rules, and noteMost the longest note.
const (
	textMost = 100_000
	noteMost = 300
)

// Draft is a text handed in. Number 0 is a new version; otherwise it replaces that draft as Seen.
type Draft struct {
	Number int64
	Seen   int64
	Text   string
	Note   string
}

// Save keeps a draft. Errors: forbidden; invalid with what is wrong with the text; not found; conflict when it is no draft, or was changed meanwhile.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Draft) (v Version, err error) {
	defer errs.Wrap(&err, "pool.Save(%d)", in.Number)
	if err := actor.RequireAll(access.PermPoolWrite); err != nil {
		return v, err
	}
	in.Note = strings.TrimSpace(in.Note)
	if len(in.Text) > textMost || len([]rune(in.Note)) > noteMost {
		return v, errs.Invalid("error.invalid", []errs.Field{{Path: "text", Message: errs.Msg("pool.text_long", nil)}})
	}
	policy, err := poolrule.Decode("", []byte(in.Text))
	if err != nil {
		return v, err
	}
	if err := knownRoles(policy); err != nil {
		return v, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		all, err := tx.PoolPolicies(ctx)
		if err != nil {
			return err
		}
		v = Version{Number: 1, State: StateDraft, EffectiveFrom: calendar.NoDate, Revision: 1}
		if len(all) > 0 {
			v.Number = all[0].Number + 1
		}
		var before any
		if in.Number != 0 {
			if v, err = draftAsSeen(ctx, tx, in.Number, in.Seen); err != nil {
				return err
			}
			before = noticed(v)
			v.Revision++
		}
		v.Text, v.Hash, v.Note, v.Trial = in.Text, policy.Hash(), in.Note, nil
		v.AuthorID, v.AuthorName, v.CreatedAt = actor.UserID, actor.Name, tx.Now()
		if in.Number == 0 {
			err = tx.InsertPoolPolicy(ctx, v)
		} else {
			err = tx.SavePoolPolicy(ctx, v)
		}
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "pool_policy.save", v.Subject(), before, noticed(v))
	})
	return v, err
}

// knownRoles wants roles of the product as those who look after a pool.
func knownRoles(p *poolrule.Policy) error {
	var fields []errs.Field
	for i := range p.Pools {
		for _, role := range p.Pools[i].Admins {
			if !slices.Contains(access.Roles, access.Role(role)) {
				fields = append(fields, errs.Field{Path: "pools[" + strconv.Itoa(i) + "].admins", Value: role, Message: errs.Msg("pool.unknown_role", errs.Args{"Role": role})})
			}
		}
	}
	return errs.Invalid("poolrule.invalid", fields)
}

func draftAsSeen(ctx context.Context, tx Tx, number, seen int64) (Version, error) {
	v, err := tx.PoolPolicy(ctx, number)
	switch {
	case err != nil:
	case v.State != StateDraft:
		err = errs.New(errs.KindConflict, "pool.not_a_draft", nil)
	case seen != 0 && v.Revision != seen:
		err = errs.New(errs.KindConflict, "pool.changed_meanwhile", nil)
	}
	return v, err
}

// noticed is a version as the audit log shows it: the text is told by its hash, which the version keeps.
func noticed(v Version) any {
	return map[string]any{"state": v.State, "hash": v.Hash, "note": v.Note, "effective_from": v.EffectiveFrom.String()}
}

// Approve lets a draft count from a day on. Errors: forbidden, also of one's own draft; not found; invalid, for a day in the past; conflict when it
// is no draft, or was changed after seen.
func (s *Service) Approve(ctx context.Context, actor access.Actor, number, seen int64, from calendar.Date) (v Version, err error) {
	defer errs.Wrap(&err, "pool.Approve(%d)", number)
	if err := actor.RequireAll(access.PermPoolApprove); err != nil {
		return v, err
	}
	if from < s.today() {
		return v, errs.Invalid("error.invalid", []errs.Field{{Path: "effective_from", Value: from.String(), Message: errs.Msg("pool.past_day", nil)}})
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if v, err = draftAsSeen(ctx, tx, number, seen); err != nil {
			return err
		}
		if v.AuthorID == actor.UserID {
			return errs.New(errs.KindForbidden, "pool.own_draft", nil)
		}
		before := noticed(v)
		v.State, v.EffectiveFrom, v.Revision = StateApproved, from, v.Revision+1
		v.ApproverID, v.ApproverName, v.ApprovedAt = actor.UserID, actor.Name, tx.Now()
		if err := tx.SavePoolPolicy(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "pool_policy.approve", v.Subject(), before, noticed(v))
	})
	return v, err
}

// Withdraw takes a version out that does not count yet. Errors: forbidden; not found; conflict when it counts or counted already, or was changed
// after seen.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, number, seen int64) (v Version, err error) {
	defer errs.Wrap(&err, "pool.Withdraw(%d)", number)
	if err := mayRead(actor); err != nil {
		return v, err
	}
	if actor.ReadOnly || !actor.CanAll(access.PermPoolWrite) && !actor.CanAll(access.PermPoolApprove) {
		return v, actor.RequireAll(access.PermPoolWrite)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if v, err = tx.PoolPolicy(ctx, number); err != nil {
			return err
		}
		switch {
		case v.State == StateWithdrawn, v.State == StateApproved && v.EffectiveFrom <= s.today():
			return errs.New(errs.KindConflict, "pool.counts_already", nil)
		case seen != 0 && v.Revision != seen:
			return errs.New(errs.KindConflict, "pool.changed_meanwhile", nil)
		}
		before := noticed(v)
		v.State, v.Revision = StateWithdrawn, v.Revision+1
		if err := tx.SavePoolPolicy(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "pool_policy.withdraw", v.Subject(), before, noticed(v))
	})
	return v, err
}
