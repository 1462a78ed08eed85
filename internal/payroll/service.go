package payroll

import (
	"cmp"
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
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// Reader reads payments in one snapshot.
type Reader interface {
	// Standing returns where a month's result stands.
	Standing(ctx context.Context, month calendar.Month) (payout.Standing, error)
	// DuePay returns what the ledger of a closed month owes each person.
	DuePay(ctx context.Context, month calendar.Month) ([]Due, error)
	// ReceiptsOf returns payroll's answers for a month and a person, or for everybody for 0, in the order in which they came.
	ReceiptsOf(ctx context.Context, month calendar.Month, personID int64) ([]payout.Receipt, error)
	// AgainOf returns the payments of a month that are in later files, by person and attempt.
	AgainOf(ctx context.Context, month calendar.Month) ([]Again, error)
	// AgainFile returns a later file. Errors: not found.
	AgainFile(ctx context.Context, id string) (AgainFile, error)
	// AgainFiles returns the later files without their lines, newest first.
	AgainFiles(ctx context.Context) ([]AgainFile, error)
}

// Tx records answers.
type Tx interface {
	Reader
	// InsertReceipt stores an answer. One for the same attempt and outcome is an error of kind Conflict.
	InsertReceipt(ctx context.Context, r payout.Receipt) error
	// InsertAgainFile stores a later file. A payment that is in one already is an error of kind Conflict.
	InsertAgainFile(ctx context.Context, f AgainFile) error
	AppendLedger(ctx context.Context, entries []reward.Entry) (reward.Entry, error)
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
	// Today is the date in the company's time zone.
	Today() calendar.Date
}

// Store is where all of it is kept. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows payments and records what became of them.
type Service struct {
	store Store
	newID func() string
}

// NewService returns a Service.
func NewService(store Store, newID func() string) *Service { return &Service{store, newID} }

// Get returns the payments of a closed month. Errors: forbidden; conflict while the month is not closed.
func (s *Service) Get(ctx context.Context, actor access.Actor, month calendar.Month) (sheet Sheet, err error) {
	defer errs.Wrap(&err, "payroll.Get(%s)", month)
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return Sheet{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		sheet, err = load(ctx, r, month)
		return err
	})
	return sheet, err
}

func load(ctx context.Context, r Reader, month calendar.Month) (sheet Sheet, err error) {
	standing, err := r.Standing(ctx, month)
	if err != nil {
		return Sheet{}, err
	}
	if standing.State != "closed" {
		return Sheet{}, errs.New(errs.KindConflict, "payroll.not_closed", errs.Args{"Month": month.String()})
	}
	due, err := r.DuePay(ctx, month)
	if err != nil {
		return Sheet{}, err
	}
	again, err := r.AgainOf(ctx, month)
	if err != nil {
		return Sheet{}, err
	}
	receipts, err := r.ReceiptsOf(ctx, month, 0)
	if err != nil {
		return Sheet{}, err
	}
	sheet = Sheet{Month: month, Lines: lines(due, again, receipts)}
	slices.SortStableFunc(sheet.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(len(a.PersonKey), len(b.PersonKey)), cmp.Compare(a.PersonKey, b.PersonKey))
	})
	sheet.Sum = sumOf(sheet.Lines)
	return sheet, nil
}

// Recorded is what came of answers.
type Recorded struct {
	New       int
	Unchanged int // said what was known
}

// Record keeps payroll's answers to a closed month: all of them or, when any is wrong, none; every wrong one is named by its row. Saying again what
// is known changes nothing. What was paid is posted to the ledger. Errors: forbidden; invalid; conflict while the month is not closed.
func (s *Service) Record(ctx context.Context, actor access.Actor, month calendar.Month, answers []Answer) (done Recorded, err error) {
	defer errs.Wrap(&err, "payroll.Record(%s)", month)
	if err := actor.RequireAll(access.PermPeriodApprove); err != nil {
		return Recorded{}, err
	}
	if answers, err = tidy(answers); err != nil {
		return Recorded{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		done = Recorded{}
		sheet, err := load(ctx, tx, month)
		if err != nil {
			return err
		}
		kept, wrong := decide(sheet, answers, tx.Today())
		if len(wrong) > 0 {
			return errs.Invalid("payroll.refused", wrong)
		}
		stood := map[int64]State{}
		for _, l := range sheet.Lines {
			stood[l.PersonID] = l.State
		}
		var entries []reward.Entry
		var noted []map[string]any // without amounts, references and reasons: people read that log who may not see pay
		for _, r := range kept {
			r.RecordedBy, r.RecordedAt = actor.UserID, tx.Now()
			if err := tx.InsertReceipt(ctx, r); err != nil {
				return err
			}
			note := map[string]any{"person": r.PersonID, "attempt": r.Attempt, "outcome": r.Outcome}
			if r.Outcome == payout.OutcomePaid || stood[r.PersonID] == StatePaid {
				entry := reward.ReceiptEntry(r)
				entries, note["ledger_key"] = append(entries, entry), entry.Key
			}
			noted = append(noted, note)
		}
		done = Recorded{New: len(kept), Unchanged: len(answers) - len(kept)}
		if len(kept) == 0 {
			return nil
		}
		if len(entries) > 0 {
			if _, err := tx.AppendLedger(ctx, entries); err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, actor, "payroll.record", "period:"+month.String(), nil, map[string]any{"count": len(kept), "receipts": noted})
	})
	return done, err
}

// tidy trims texts, fills in outcomes and bounds what is handed in.
func tidy(answers []Answer) ([]Answer, error) {
	if len(answers) == 0 || len(answers) > answersMost {
		return nil, errs.Invalid("payroll.refused", []errs.Field{problem(Answer{}, "answers", "", "payroll.no_answers", errs.Args{"Most": answersMost})})
	}
	var wrong []errs.Field
	answers = slices.Clone(answers)
	for i := range answers {
		a := &answers[i]
		a.PersonKey, a.Reference, a.Reason = strings.TrimSpace(a.PersonKey), fact.TidyLines(a.Reference), fact.TidyLines(a.Reason)
		if a.Outcome == "" {
			if a.Outcome = payout.OutcomePaid; a.Reason != "" {
				a.Outcome = payout.OutcomeRejected
			}
		}
		if a.Outcome != payout.OutcomePaid && a.Outcome != payout.OutcomeRejected {
			wrong = append(wrong, problem(*a, "outcome", string(a.Outcome), "payroll.bad_outcome", nil))
		}
		wrong = append(wrong, textProblems(*a, "reference", a.Reference, referenceMost)...)
		wrong = append(wrong, textProblems(*a, "reason", a.Reason, reasonMost)...)
	}
	return answers, errs.Invalid("payroll.refused", wrong)
}

// textProblems is what is wrong with a text of an answer.
func textProblems(a Answer, path, value string, most int) (wrong []errs.Field) {
	if !fact.Readable(value) {
		return append(wrong, problem(a, path, "", "payroll.bad_text", nil))
	}
	if utf8.RuneCountInString(value) > most {
		wrong = append(wrong, problem(a, path, value, "payroll.too_long", errs.Args{"Most": most}))
	}
	return wrong
}

// decide judges every answer.
func decide(sheet Sheet, answers []Answer, today calendar.Date) (kept []payout.Receipt, wrong []errs.Field) {
	place := map[string]int{}
	for i, l := range sheet.Lines {
		place[l.PersonKey] = i
	}
	seen := map[string]bool{}
	for _, a := range answers {
		at, known := place[a.PersonKey]
		switch {
		case a.PersonKey == "" || !known:
			wrong = append(wrong, problem(a, "person_key", a.PersonKey, "payroll.nobody", errs.Args{"Month": sheet.Month.String()}))
			continue
		case seen[a.PersonKey]:
			wrong = append(wrong, problem(a, "person_key", a.PersonKey, "payroll.twice", nil))
			continue
		}
		seen[a.PersonKey] = true
		receipt, problems := judge(a, sheet.Lines[at], sheet.Month, today)
		if wrong = append(wrong, problems...); receipt != nil && len(problems) == 0 {
			receipt.Month = sheet.Month
			kept = append(kept, *receipt)
		}
	}
	return kept, wrong
}

// PayAgain makes a later pay file of the month's payments that were rejected and are in no later file yet. A payment is in one such file only, whoever
// asks how often. Errors: forbidden; conflict when none is to be paid again, or while the month is not closed.
func (s *Service) PayAgain(ctx context.Context, actor access.Actor, month calendar.Month) (f AgainFile, err error) {
	defer errs.Wrap(&err, "payroll.PayAgain(%s)", month)
	if err := actor.RequireAll(access.PermPeriodApprove); err != nil {
		return AgainFile{}, err
	}
	id := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		sheet, err := load(ctx, tx, month)
		if err != nil {
			return err
		}
		f = AgainFile{ID: id, CreatedBy: actor.UserID, CreatedAt: tx.Now()}
		for _, l := range sheet.Lines {
			if l.AgainDue {
				f.Lines = append(f.Lines, Again{Month: month, PersonID: l.PersonID, Attempt: l.Attempt + 1, FileID: id, AmountMinor: l.Asked, Currency: l.Currency, CreatedOn: tx.Today()})
			}
		}
		if len(f.Lines) == 0 {
			return errs.New(errs.KindConflict, "payroll.none_again", errs.Args{"Month": month.String()})
		}
		if err := tx.InsertAgainFile(ctx, f); err != nil {
			return err
		}
		if f, err = named(ctx, tx, f); err != nil {
			return err
		}
		noted := make([]map[string]any, len(f.Lines))
		for i, l := range f.Lines {
			noted[i] = map[string]any{"person": l.PersonID, "attempt": l.Attempt}
		}
		return audit.Append(ctx, tx, actor, "payroll.pay_again", "period:"+month.String(), nil, map[string]any{"file": f.ID, "count": len(noted), "lines": noted})
	})
	return f, err
}

// named adds numbers and names to a file.
func named(ctx context.Context, r Reader, f AgainFile) (AgainFile, error) {
	f.Names = map[int64]Due{}
	loaded := map[calendar.Month]bool{}
	for _, l := range f.Lines {
		if loaded[l.Month] {
			continue
		}
		loaded[l.Month] = true
		due, err := r.DuePay(ctx, l.Month)
		if err != nil {
			return f, err
		}
		for _, d := range due {
			f.Names[d.PersonID] = d
		}
	}
	return f, nil
}

// Again returns a later file. Errors: forbidden; not found.
func (s *Service) Again(ctx context.Context, actor access.Actor, id string) (f AgainFile, err error) {
	defer errs.Wrap(&err, "payroll.Again(%s)", id)
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return AgainFile{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if f, err = r.AgainFile(ctx, id); err != nil {
			return err
		}
		f, err = named(ctx, r, f)
		return err
	})
	return f, err
}
