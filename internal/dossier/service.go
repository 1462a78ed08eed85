package dossier

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
)

// Diagnoses are the runs. Package diagnosis has them.
type Diagnoses interface {
	List(ctx context.Context, actor access.Actor, before int64) (diagnosis.Listing, error)
	Get(ctx context.Context, actor access.Actor, id int64) (diagnosis.Shown, error)
}

// Problems is the list of problems. Package problem has it.
type Problems interface {
	List(ctx context.Context, actor access.Actor, f problem.Filter) (problem.Listing, error)
}

// Maturity is the assessments. Package assessment has them.
type Maturity interface {
	List(ctx context.Context, actor access.Actor) ([]assessment.Assessment, error)
}

// Programme is goals, initiatives, risks and lessons. Package programme has them.
type Programme interface {
	Goals(ctx context.Context, actor access.Actor) (programme.GoalBoard, error)
	Initiatives(ctx context.Context, actor access.Actor) (programme.InitiativeList, error)
	Initiative(ctx context.Context, actor access.Actor, id int64) (programme.ShownInitiative, error)
	Risks(ctx context.Context, actor access.Actor) (programme.RiskBoard, error)
	Lessons(ctx context.Context, actor access.Actor, search string) ([]programme.Lesson, bool, error)
}

// Decisions is the log of decisions. Package decision has it.
type Decisions interface {
	List(ctx context.Context, actor access.Actor, state decision.State) (decision.Listing, error)
}

// Meetings are what was agreed. Package review has them.
type Meetings interface {
	Agreed(ctx context.Context, actor access.Actor, from, to calendar.Date) ([]review.Action, error)
}

// Config is what a Service works with.
type Config struct {
	Store     Store
	Diagnoses Diagnoses
	Problems  Problems
	Maturity  Maturity
	Programme Programme
	Decisions Decisions
	Meetings  Meetings
	// Definitions are those of the metric book.
	Definitions func(ctx context.Context) ([]metric.Definition, error)
	Fiscal      func() calendar.Fiscal
	Currency    func() money.Currency
	Company     func() string
	Now         func() time.Time // where the company is
}

// Service writes documents and keeps those that were handed out.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// Reads reports whether somebody reads any of the documents.
func Reads(actor access.Actor) bool { return programme.Reads(actor) || diagnosis.Reads(actor) }

// ReadsKind reports whether somebody reads documents of a kind.
func ReadsKind(actor access.Actor, kind Kind) bool {
	if kind == KindDiagnosis {
		return diagnosis.Reads(actor)
	}
	return programme.Reads(actor)
}

// readsCopies reports whether somebody reads what was handed out: it is about the whole company, its meetings and decisions, too.
func readsCopies(actor access.Actor) bool {
	return actor.CanAll(access.PermProgrammeRead) && actor.CanAll(access.PermSalesRead)
}

// mayKeep refuses who does not hand documents out: who writes the programme of the whole company.
func mayKeep(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return actor.RequireAll(access.PermProgrammeWrite)
}

// lastQuarter is the last quarter that is over.
func (s *Service) lastQuarter() Quarter {
	fiscal := s.Fiscal()
	year, quarter := fiscal.QuarterOf(s.today().Month())
	first := fiscal.Quarter(year, quarter).From
	year, quarter = fiscal.QuarterOf(first.Month() - 1)
	return Quarter{year, quarter}
}

// quartersMost is how many quarters are offered.
const quartersMost = 8

// Quarters are the running quarter and those before it, the latest first.
func (s *Service) Quarters() (list []Quarter) {
	fiscal, month := s.Fiscal(), s.today().Month()
	for range quartersMost {
		year, quarter := fiscal.QuarterOf(month)
		list = append(list, Quarter{year, quarter})
		month = fiscal.Quarter(year, quarter).From.Month() - 1
	}
	return list
}

// Make writes a document for a reader, in the language of p. Errors: forbidden; not found for an unknown kind or run; invalid for a quarter that has not begun;
// conflict for a run that is not ready.
func (s *Service) Make(ctx context.Context, actor access.Actor, p *i18n.Printer, ask Ask) (m Made, err error) {
	defer errs.Wrap(&err, "dossier.Make(%s)", ask.Kind)
	made, err := s.make(ctx, actor, ask, p)
	if err != nil {
		return m, err
	}
	return made[0], nil
}

// make writes a document in several languages from the same facts.
func (s *Service) make(ctx context.Context, actor access.Actor, ask Ask, printers ...*i18n.Printer) (list []Made, err error) {
	if err := ask.check(); err != nil {
		return nil, err
	}
	var draw drawer
	switch ask.Kind {
	case KindDiagnosis:
		draw, err = s.diagnosis(ctx, actor, &ask)
	case KindPlan:
		draw, err = s.plan(ctx, actor)
	case KindReview:
		draw, err = s.pack(ctx, actor, &ask)
	default:
		draw, err = s.final(ctx, actor)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range printers {
		made := draw(p)
		made.Ask, made.MayKeep = ask, ask.Kind != KindDiagnosis && mayKeep(actor) == nil && !made.Part && !made.Empty
		list = append(list, made)
	}
	return list, nil
}

// loop reads the programme as the actor sees it.
func (s *Service) loop(ctx context.Context, actor access.Actor) (f loopFacts, err error) {
	f = loopFacts{Today: s.today(), Part: !actor.CanAll(access.PermProgrammeRead)}
	board, err := s.Programme.Goals(ctx, actor)
	if err != nil {
		return f, err
	}
	f.Goals = board.Goals
	slices.SortStableFunc(f.Goals, func(a, b programme.Stand) int { return int(a.ID - b.ID) })
	list, err := s.Programme.Initiatives(ctx, actor)
	if err != nil {
		return f, err
	}
	for i := range list.Items {
		shown, err := s.Programme.Initiative(ctx, actor, list.Items[i].ID)
		if errs.Is(err, errs.KindNotFound) { // it went meanwhile
			continue
		}
		if err != nil {
			return f, err
		}
		f.Initiatives = append(f.Initiatives, shown)
	}
	slices.SortStableFunc(f.Initiatives, func(a, b programme.ShownInitiative) int { return int(a.ID - b.ID) })
	risks, err := s.Programme.Risks(ctx, actor)
	f.Risks = risks.Risks
	return f, err
}

// File writes a document as a file, which is noted in the audit log. Errors: those of Make; not found for an unknown format.
func (s *Service) File(ctx context.Context, actor access.Actor, p *i18n.Printer, ask Ask, format Format) (file File, err error) {
	defer errs.Wrap(&err, "dossier.File(%s, %s)", ask.Kind, format)
	m, err := s.Make(ctx, actor, p, ask)
	if err != nil {
		return file, err
	}
	if file, err = write(&m.Paper, m.Name, format); err != nil {
		return file, err
	}
	subject := "document:" + string(ask.Kind)
	return file, s.Store.InTx(ctx, func(tx Tx) error {
		return audit.Append(ctx, tx, actor, "document.download", subject, nil, map[string]any{"kind": m.Ask.Kind, "run": m.Ask.RunID, "quarter": m.Ask.Quarter.String(), "format": format, "lang": p.Lang(), "part": m.Part})
	})
}

// Keeping is what is to be kept as handed out.
type Keeping struct {
	Ask  Ask
	Note string // to whom, what for
}

const noteMost = 200

// Keep keeps a document in both languages as it is handed out, with its digest. Errors: those of Make; forbidden; invalid; conflict while there is nothing in it.
func (s *Service) Keep(ctx context.Context, actor access.Actor, p *i18n.Printer, in Keeping) (c Copy, err error) {
	defer errs.Wrap(&err, "dossier.Keep(%s)", in.Ask.Kind)
	if err := mayKeep(actor); err != nil {
		return c, err
	}
	var check fact.Checker
	if check.Prose("note", &in.Note, noteMost, false); check.Err() != nil {
		return c, check.Err()
	}
	if in.Ask.Kind == KindDiagnosis { // a run never changes
		return c, errs.New(errs.KindConflict, "dossier.run_is_kept", nil)
	}
	made, err := s.make(ctx, actor, in.Ask, p.As(i18n.ZhCN), p.As(i18n.En))
	if err != nil {
		return c, err
	}
	if made[0].Empty {
		return c, errs.New(errs.KindConflict, "dossier.nothing_to_keep", nil)
	}
	c = Copy{Kind: in.Ask.Kind, Quarter: made[0].Ask.Quarter, Note: in.Note, ByID: actor.UserID, ByName: actor.Name}
	if err := c.freeze(&made[0].Paper, &made[1].Paper); err != nil {
		return c, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		c.At = tx.Now()
		if c.ID, err = tx.NextNumber(ctx, "document_copy"); err != nil {
			return err
		}
		if err := tx.InsertDocumentCopy(ctx, c); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "document.keep", c.Subject(), nil, map[string]any{"kind": c.Kind, "quarter": c.Quarter.String(), "note": c.Note, "hash": c.Hash})
	})
	return c, err
}
