package origin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Reader reads on one snapshot.
type Reader interface {
	Today() calendar.Date
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	RuleSource(ctx context.Context, decisionID int64) (Source, error) // NotFound
	// RuleOrigin returns where a version comes from. NotFound when it follows from no decision.
	RuleOrigin(ctx context.Context, kind Kind, ruleID string) (Origin, error)
	// RuleOrigins returns the versions that followed from a decision, the earliest first.
	RuleOrigins(ctx context.Context, decisionID int64) ([]Origin, error)
}

// Tx is what keeping an origin needs of the transaction in which a draft is kept.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	InsertRuleOrigin(ctx context.Context, o Origin) error
}

// KeepIn links a new version with the decision it follows from, in the transaction that keeps it; decision 0 is none. Errors: invalid when the actor
// sees no such decision.
func KeepIn(ctx context.Context, tx Tx, actor access.Actor, kind Kind, ruleID string, decisionID int64) (err error) {
	defer errs.Wrap(&err, "origin.KeepIn(%s, %d)", kind, decisionID)
	if decisionID == 0 {
		return nil
	}
	s, err := seen(ctx, tx, actor, decisionID)
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "decision_id", Value: strconv.FormatInt(decisionID, 10), Message: errs.Msg("origin.no_decision", nil)}})
	}
	if err != nil {
		return err
	}
	o := Origin{Kind: kind, RuleID: ruleID, DecisionID: decisionID, ByID: actor.UserID, ByName: actor.Name, At: tx.Now()}
	if err := tx.InsertRuleOrigin(ctx, o); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "decision.rule", "decision:"+strconv.FormatInt(decisionID, 10), nil, map[string]any{"kind": kind, "version": ruleID, "initiative": s.InitiativeID})
}

// seen returns a decision that the actor sees: of the whole company, one's own, or of people within reach. Errors: forbidden; not found.
func seen(ctx context.Context, r Reader, actor access.Actor, decisionID int64) (s Source, err error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return s, err
	}
	if s, err = r.RuleSource(ctx, decisionID); err != nil {
		return s, err
	}
	scope := actor.ScopeOf(access.PermSalesRead)
	if scope.All || s.ByID == actor.UserID {
		return s, nil
	}
	persons, err := r.PersonsInReach(ctx, scope, r.Today())
	if err == nil && (s.PersonID == 0 || !slices.Contains(persons, s.PersonID)) {
		err = errs.New(errs.KindNotFound, "decision.missing", nil)
	}
	return s, err
}

// Store is what the Service needs of the database.
type Store interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Look tells of a version as the actor sees it. Errors: forbidden; not found.
type Look func(ctx context.Context, actor access.Actor, ruleID string) (Version, error)

// Service tells what followed from decisions, and where rules come from.
type Service struct {
	store Store
	looks map[Kind]Look
}

// NewService returns a Service; looks has one for each kind.
func NewService(store Store, looks map[Kind]Look) *Service { return &Service{store, looks} }

// Source returns a decision from which somebody is to draft a rule. Errors: forbidden; not found, also out of reach.
func (s *Service) Source(ctx context.Context, actor access.Actor, decisionID int64) (source Source, err error) {
	defer errs.Wrap(&err, "origin.Source(%d)", decisionID)
	err = s.store.Read(ctx, func(r Reader) error { source, err = seen(ctx, r, actor, decisionID); return err })
	return source, err
}

// Behind returns the decision that a version follows from; nil when there is none, or none that the actor sees.
func (s *Service) Behind(ctx context.Context, actor access.Actor, kind Kind, ruleID string) (source *Source, err error) {
	defer errs.Wrap(&err, "origin.Behind(%s, %s)", kind, ruleID)
	err = s.store.Read(ctx, func(r Reader) error {
		o, err := r.RuleOrigin(ctx, kind, ruleID)
		if err != nil {
			return err
		}
		found, err := seen(ctx, r, actor, o.DecisionID)
		if err == nil {
			source = &found
		}
		return err
	})
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindUnauthenticated) {
		err = nil
	}
	return source, err
}

// Next is what follows from a decision.
type Next struct {
	Source
	Followed []Followed
	// Open are the kinds that the decision asks for and nobody has drafted yet.
	Open []Kind
}

// Next returns what followed from a decision and what is asked for still. Errors: forbidden; not found.
func (s *Service) Next(ctx context.Context, actor access.Actor, decisionID int64) (n Next, err error) {
	defer errs.Wrap(&err, "origin.Next(%d)", decisionID)
	var origins []Origin
	err = s.store.Read(ctx, func(r Reader) error {
		if n.Source, err = seen(ctx, r, actor, decisionID); err != nil {
			return err
		}
		origins, err = r.RuleOrigins(ctx, decisionID)
		return err
	})
	if err != nil {
		return n, err
	}
	for _, o := range origins {
		f := Followed{Origin: o}
		switch v, err := s.looks[o.Kind](ctx, actor, o.RuleID); {
		case err == nil:
			f.Version = v
		case errs.Is(err, errs.KindForbidden), errs.Is(err, errs.KindNotFound):
			f.Hidden = true
		default:
			return n, err
		}
		n.Followed = append(n.Followed, f)
	}
	for _, k := range n.Asked {
		if !slices.ContainsFunc(n.Followed, func(f Followed) bool { return f.Kind == k && !f.Ended }) {
			n.Open = append(n.Open, k)
		}
	}
	return n, nil
}
