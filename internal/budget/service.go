package budget

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/planbook"
)

// Reader reads budgets and what pay came to, in one snapshot.
type Reader interface {
	planbook.Reader
	// Budget returns the version of the greatest number of a fiscal year; number 0 when there is none.
	Budget(ctx context.Context, fiscalYear int) (Version, error)
	// PaidByPlan returns what the current runs of the months came to, by month and plan.
	PaidByPlan(ctx context.Context, first, last calendar.Month) ([]Paid, error)
}

// Tx changes budgets.
type Tx interface {
	Reader
	// InsertBudget stores a version. It returns an error of kind Conflict when the number is taken.
	InsertBudget(ctx context.Context, v Version) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Store is where budgets are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service keeps and shows budgets. Finance enters them; who sees the pay of the whole company sees them.
type Service struct {
	store  Store
	fiscal func() calendar.Fiscal
}

// NewService returns a Service. fiscal is the company's fiscal year.
func NewService(store Store, fiscal func() calendar.Fiscal) *Service {
	return &Service{store: store, fiscal: fiscal}
}

// YearOf is the fiscal year of a month.
func (s *Service) YearOf(month calendar.Month) int { return s.fiscal().YearOf(month) }

// Save keeps a budget as the year's next version. Errors: forbidden; invalid; conflict when another version has come in between.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Draft) (v Version, err error) {
	defer errs.Wrap(&err, "budget.Save(%d)", in.FiscalYear)
	if err := actor.RequireAll(access.PermPeriodApprove); err != nil {
		return Version{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	if err := in.Validate(s.fiscal()); err != nil {
		return Version{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.Budget(ctx, in.FiscalYear)
		if err != nil {
			return err
		}
		if before.Number != in.Seen {
			return errs.New(errs.KindConflict, "budget.changed_meanwhile", errs.Args{"Number": before.Number})
		}
		v = Version{FiscalYear: in.FiscalYear, Number: before.Number + 1, Note: in.Note, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Lines: in.Lines}
		if err := tx.InsertBudget(ctx, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "budget.save", "budget:"+strconv.Itoa(v.FiscalYear), noted(before), noted(v))
	})
	return v, err
}

// noted is a version as the audit log shows it.
func noted(v Version) any {
	if v.Number == 0 {
		return nil
	}
	return map[string]any{"number": v.Number, "note": v.Note, "lines": v.Lines}
}

// Get returns a year's budget beside its forecast, as accrued. Errors: forbidden.
func (s *Service) Get(ctx context.Context, actor access.Actor, fiscalYear int) (Outlook, error) {
	return s.GetBy(ctx, actor, fiscalYear, BasisAccrued)
}

// GetBy returns a year's budget beside its forecast on a basis. Errors: forbidden; invalid.
func (s *Service) GetBy(ctx context.Context, actor access.Actor, fiscalYear int, by Basis) (o Outlook, err error) {
	defer errs.Wrap(&err, "budget.GetBy(%d, %s)", fiscalYear, by)
	if err := actor.RequireAll(access.PermPayAll, access.PermPlanApprove); err != nil { // who approves plans looks at what they may cost
		return Outlook{}, err
	}
	if fiscalYear < 2000 || fiscalYear > 2200 {
		return Outlook{}, errs.Invalid("error.invalid", []errs.Field{{Path: "fiscal_year", Value: strconv.Itoa(fiscalYear), Message: errs.Msg("budget.year", nil)}})
	}
	if !slices.Contains(Bases, by) {
		return Outlook{}, errs.Invalid("error.invalid", []errs.Field{{Path: "basis", Value: string(by), Message: errs.Msg("budget.basis", nil)}})
	}
	first := s.fiscal().FirstMonth(fiscalYear)
	err = s.store.Read(ctx, func(r Reader) error {
		v, err := r.Budget(ctx, fiscalYear)
		if err != nil {
			return err
		}
		versions, err := r.PlanVersions(ctx, "")
		if err != nil {
			return err
		}
		paid, err := r.PaidByPlan(ctx, first-12, first+11)
		if err != nil {
			return err
		}
		documents := documentsOf(versions)
		if slices.ContainsFunc(paid, func(p Paid) bool { return p.PlanID == HonoursKey && (p.AccruedMinor != 0 || p.PaidMinor != 0) }) ||
			slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Kind == KindPlan && l.Key == HonoursKey }) {
			documents = append(documents, Document{ID: HonoursKey, Name: honoursName})
		}
		o = outlook(v, first, documents, paid, by)
		return nil
	})
	return o, err
}

// documentsOf lists the plan documents that are or were in force, each as its newest version names it.
func documentsOf(versions []planbook.Version) (documents []Document) {
	for _, v := range versions {
		known := slices.ContainsFunc(documents, func(d Document) bool { return d.ID == v.DocumentID })
		if v.Kind == planbook.KindPlan && v.State == planbook.StateApproved && !known {
			documents = append(documents, Document{ID: v.DocumentID, Name: v.Name, Layer: v.Layer})
		}
	}
	return documents
}

// Warnings lists what will likely cost more than its budget in the fiscal year of the month; of one plan and its layer alone, where a plan is named.
// Who may not see budgets is warned of nothing.
func (s *Service) Warnings(ctx context.Context, actor access.Actor, month calendar.Month, planID string) (over []Row, err error) {
	if !actor.CanAll(access.PermPayAll) && !actor.CanAll(access.PermPlanApprove) {
		return nil, nil
	}
	o, err := s.Get(ctx, actor, s.YearOf(month))
	if err != nil || planID == "" {
		return o.Over(), err
	}
	var layer string
	err = s.store.Read(ctx, func(r Reader) error {
		versions, err := r.PlanVersions(ctx, planID)
		if len(versions) > 0 {
			layer = string(versions[0].Layer)
		}
		return err
	})
	return slices.DeleteFunc(o.Over(), func(row Row) bool {
		return !(row.Kind == KindPlan && row.Key == planID || row.Kind == KindLayer && row.Key == layer)
	}), err
}
