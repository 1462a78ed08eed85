package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/tabular"
)

// ReceiptLine is payroll's answer to one payment.
type ReceiptLine struct {
	Attempt     int64      `json:"attempt" doc:"1 for the month's own pay file, one more for each later file."`
	Outcome     string     `json:"outcome" enum:"paid,rejected"`
	AmountMinor int64      `json:"amount_minor"`
	PaidOn      string     `json:"paid_on" doc:"Of a rejection: the day of the answer."`
	Reference   string     `json:"reference,omitempty"`
	Reason      string     `json:"reason,omitempty" doc:"Of a rejection."`
	RecordedAt  *time.Time `json:"recorded_at,omitempty"`
}

// DuePayment is what a closed month pays a person, with what became of it.
type DuePayment struct {
	PersonID        int64        `json:"person_id"`
	PersonKey       string       `json:"person_key"`
	Name            string       `json:"name"`
	DueMinor        int64        `json:"due_minor" doc:"What the month's pay file asks for."`
	AskedMinor      int64        `json:"asked_minor" doc:"What the newest file asks for."`
	Currency        string       `json:"currency" example:"CNY"`
	State           string       `json:"state" enum:"nothing,waiting,paid,rejected"`
	Attempt         int64        `json:"attempt"`
	DifferenceMinor int64        `json:"difference_minor" doc:"Paid beyond what was asked for."`
	Receipt         *ReceiptLine `json:"receipt,omitempty" doc:"The newest answer."`
	AgainFile       string       `json:"again_file,omitempty" doc:"The later file that the newest attempt is in."`
}

// receiptAnswer is payroll's word on one payment.
type receiptAnswer struct {
	PersonKey   string `json:"person_key" maxLength:"100" doc:"Employee number."`
	Outcome     string `json:"outcome,omitempty" enum:"paid,rejected" doc:"When it is left out: rejected with a reason, paid without."`
	AmountMinor *int64 `json:"amount_minor,omitempty" doc:"What was asked for, when it is left out."`
	PaidOn      string `json:"paid_on,omitempty" maxLength:"10" example:"2026-10-10"`
	Reference   string `json:"reference,omitempty" maxLength:"100"`
	Reason      string `json:"reason,omitempty" maxLength:"500" doc:"Needed for a rejection."`
}

// receiptsTaken is what came of answers.
type receiptsTaken struct {
	New       int `json:"new"`
	Unchanged int `json:"unchanged" doc:"Said what was known."`
}

// AgainFileLine is a payment in a later file.
type AgainFileLine struct {
	Month       string `json:"month"`
	PersonID    int64  `json:"person_id"`
	PersonKey   string `json:"person_key"`
	Attempt     int64  `json:"attempt"`
	AmountMinor int64  `json:"amount_minor"`
	Currency    string `json:"currency" example:"CNY"`
}

// AgainFileHead is a later pay file, for payments that were rejected.
type AgainFileHead struct {
	ID        string          `json:"id"`
	CreatedBy string          `json:"created_by"`
	CreatedAt *time.Time      `json:"created_at,omitempty"`
	Lines     []AgainFileLine `json:"lines" nullable:"false"`
}

type (
	recordReceiptsInput struct {
		MonthPath
		Body struct {
			Receipts []receiptAnswer `json:"receipts" nullable:"false" maxItems:"20000"`
		}
	}
	receiptFileInput struct {
		MonthPath
		Body struct {
			Content []byte `json:"content" doc:"A CSV file or a workbook in base64; at most 2 MB before that."`
		}
	}
	onlyMonthInput     struct{ MonthPath }
	accrualPayeesInput struct {
		MonthPath
		PlanID    string `query:"plan_id" maxLength:"100" doc:"Of one plan, +honours or +payroll."`
		Component string `query:"component" maxLength:"100"`
		Layer     string `query:"layer" maxLength:"50"`
		Region    string `query:"region" maxLength:"200" doc:"Where the payees work at the month's end."`
	}
	accrualFileInput struct {
		MonthPath
		Format string `path:"format" enum:"csv,xlsx"`
	}
)

func (a *API) payrollOperations() {
	service := a.services.Payroll
	register(a, operation{id: "list_receipts", method: http.MethodGet, path: "/periods/{month}/receipts", tag: "ledger"},
		func(ctx context.Context, actor access.Actor, in *pagedMonthInput) (*listOutput[DuePayment], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			sheet, err := service.Get(ctx, actor, wanted)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(sheet.Lines, in.Paging, func(l payroll.Line) string { return strconv.FormatInt(l.PersonID, 10) })
			return newList(part, next, toAPIDuePayment), err
		})
	register(a, operation{id: "record_receipts", method: http.MethodPost, path: "/periods/{month}/receipts", tag: "ledger", bytes: 8 << 20},
		func(ctx context.Context, actor access.Actor, in *recordReceiptsInput) (*output[receiptsTaken], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			answers, err := fromAPIReceipts(in.Body.Receipts)
			if err != nil {
				return nil, err
			}
			done, err := service.Record(ctx, actor, wanted, answers)
			return &output[receiptsTaken]{receiptsTaken(done)}, err
		})
	register(a, operation{id: "record_receipt_file", method: http.MethodPost, path: "/periods/{month}/receipt-files", tag: "ledger", bytes: 3 << 20},
		func(ctx context.Context, actor access.Actor, in *receiptFileInput) (*output[receiptsTaken], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			done, err := service.RecordFile(ctx, actor, wanted, a.options.Currency(), bytes.NewReader(in.Body.Content))
			return &output[receiptsTaken]{receiptsTaken(done)}, err
		})
	register(a, operation{id: "pay_again", method: http.MethodPost, path: "/periods/{month}/pay-again", tag: "ledger", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *onlyMonthInput) (*output[AgainFileHead], error) {
			wanted, err := in.month()
			if err != nil {
				return nil, err
			}
			f, err := service.PayAgain(ctx, actor, wanted)
			return &output[AgainFileHead]{toAPIAgainFile(f)}, err
		})
	register(a, operation{id: "get_pay_again", method: http.MethodGet, path: "/pay-again/{id}", tag: "ledger"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[AgainFileHead], error) {
			f, err := service.Again(ctx, actor, in.ID)
			return &output[AgainFileHead]{toAPIAgainFile(f)}, err
		})
	register(a, operation{id: "get_accrual", method: http.MethodGet, path: "/periods/{month}/accrual", tag: "ledger"}, a.getAccrual)
	register(a, operation{id: "list_accrual_payees", method: http.MethodGet, path: "/periods/{month}/accrual-payees", tag: "ledger"}, a.listAccrualPayees)
	register(a, operation{id: "accrual_file", method: http.MethodGet, path: "/periods/{month}/accrual/{format}", tag: "ledger", files: []string{typeXLSX, typeCSV}}, a.accrualFile)
}

func fromAPIReceipts(list []receiptAnswer) (answers []payroll.Answer, err error) {
	var wrong []errs.Field
	for i, r := range list {
		answer := payroll.Answer{Row: i + 1, PersonKey: r.PersonKey, Outcome: payout.Outcome(r.Outcome), AmountMinor: r.AmountMinor, PaidOn: calendar.NoDate, Reference: r.Reference, Reason: r.Reason}
		if r.PaidOn != "" {
			if answer.PaidOn, err = calendar.ParseDate(r.PaidOn); err != nil {
				wrong = append(wrong, errs.Field{Row: i + 1, Path: "paid_on", Value: r.PaidOn, Message: errs.Msg("form.error.date", nil)})
			}
		}
		answers = append(answers, answer)
	}
	return answers, errs.Invalid("error.invalid", wrong)
}

func toAPIReceiptLine(r payout.Receipt) ReceiptLine {
	return ReceiptLine{Attempt: r.Attempt, Outcome: string(r.Outcome), AmountMinor: r.AmountMinor, PaidOn: toAPIDate(r.PaidOn), Reference: r.Reference, Reason: r.Reason, RecordedAt: toAPIInstant(r.RecordedAt)}
}

func toAPIDuePayment(l payroll.Line) DuePayment {
	out := DuePayment{PersonID: l.PersonID, PersonKey: l.PersonKey, Name: l.Name, DueMinor: l.AmountMinor, AskedMinor: l.Asked, Currency: string(l.Currency), State: string(l.State), Attempt: l.Attempt,
		DifferenceMinor: l.Difference(), AgainFile: l.AgainIn}
	if l.Receipt != nil {
		receipt := toAPIReceiptLine(*l.Receipt)
		out.Receipt = &receipt
	}
	return out
}

func toAPIAgainFile(f payroll.AgainFile) AgainFileHead {
	out := AgainFileHead{ID: f.ID, CreatedBy: f.CreatedBy, CreatedAt: toAPIInstant(f.CreatedAt), Lines: []AgainFileLine{}}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, AgainFileLine{Month: l.Month.String(), PersonID: l.PersonID, PersonKey: f.Names[l.PersonID].PersonKey, Attempt: l.Attempt, AmountMinor: l.AmountMinor, Currency: string(l.Currency)})
	}
	return out
}

// accrualBalance is what is owed, by where it stands.
type accrualBalance struct {
	DueMinor  int64 `json:"due_minor" doc:"In pay files, and not paid yet."`
	HeldMinor int64 `json:"held_minor" doc:"Earned, and put off."`
	DebtMinor int64 `json:"debt_minor" doc:"Owed by people: zero or negative."`
}

// AccrualLine is how what the company owes changed in a month: opening + earned + taken back − lapsed + forgiven − paid = closing.
type AccrualLine struct {
	Layer          string         `json:"layer,omitempty"`
	PlanID         string         `json:"plan_id,omitempty" doc:"+honours for titles, +payroll for what payroll paid."`
	Component      string         `json:"component,omitempty"`
	Region         string         `json:"region,omitempty" doc:"Where the payees work at the month's end."`
	Opening        accrualBalance `json:"opening"`
	EarnedMinor    int64          `json:"earned_minor"`
	TakenBackMinor int64          `json:"taken_back_minor" doc:"Zero or negative."`
	LapsedMinor    int64          `json:"lapsed_minor" doc:"Put off before, and forfeited or expired."`
	ForgivenMinor  int64          `json:"forgiven_minor"`
	PaidMinor      int64          `json:"paid_minor" doc:"As payroll answered."`
	PutOffMinor    int64          `json:"put_off_minor"`
	ReleasedMinor  int64          `json:"released_minor"`
	Closing        accrualBalance `json:"closing"`
}

// accrualTable is a closed month's accruals.
type accrualTable struct {
	Month    string        `json:"month"`
	Currency string        `json:"currency" example:"CNY"`
	Rows     []AccrualLine `json:"rows" nullable:"false"`
	Sum      AccrualLine   `json:"sum"`
	// What it vouches for.
	AfterEntry int64  `json:"after_entry" doc:"The last entry of the ledger that the table before has."`
	UntilEntry int64  `json:"until_entry" doc:"The last entry of the ledger that this table has. What is posted later is in the table of the month that is closed next."`
	LedgerHash string `json:"ledger_hash" doc:"Of that entry."`
	Digest     string `json:"digest" doc:"SHA-256 of all that the table says. The table of a month never changes."`
}

func (a *API) getAccrual(ctx context.Context, actor access.Actor, in *onlyMonthInput) (*output[accrualTable], error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	found, err := a.services.Rewards.Accrual(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	out := accrualTable{Month: wanted.String(), Currency: string(a.options.Currency()), Rows: []AccrualLine{}, Sum: toAPIAccrual(found.Sum),
		AfterEntry: found.After, UntilEntry: found.Until, LedgerHash: found.LedgerHash, Digest: found.Digest}
	for _, r := range found.Rows {
		out.Rows = append(out.Rows, toAPIAccrual(r))
	}
	return &output[accrualTable]{out}, nil
}

// AccrualPayeeLine is what an accrual, or a part of it, says of one person.
type AccrualPayeeLine struct {
	PersonID int64  `json:"person_id"`
	Name     string `json:"name"`
	AccrualLine
}

func (a *API) listAccrualPayees(ctx context.Context, actor access.Actor, in *accrualPayeesInput) (*listOutput[AccrualPayeeLine], error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	part := reward.AccrualPart{PlanID: in.PlanID, Component: in.Component, Layer: in.Layer}
	if in.Region != "" {
		part.Region = &in.Region
	}
	d, err := a.services.Rewards.AccrualPayees(ctx, actor, wanted, part)
	return newList(d.Payees, "", func(p reward.AccrualPayee) AccrualPayeeLine {
		return AccrualPayeeLine{PersonID: p.PersonID, Name: p.Name, AccrualLine: toAPIAccrual(p.AccrualRow)}
	}), err
}

func toAPIBalance(b reward.Balance) accrualBalance {
	return accrualBalance{b.DueMinor, b.HeldMinor, b.DebtMinor}
}

func toAPIAccrual(r reward.AccrualRow) AccrualLine {
	return AccrualLine{Layer: r.Layer, PlanID: r.PlanID, Component: r.Component, Region: r.Region, Opening: toAPIBalance(r.Opening), EarnedMinor: r.Earned, TakenBackMinor: r.TakenBack, LapsedMinor: r.Lapsed,
		ForgivenMinor: r.Forgiven, PaidMinor: r.Paid, PutOffMinor: r.PutOff, ReleasedMinor: r.Released, Closing: toAPIBalance(r.Closing)}
}

// accrualFile writes the table for programs: ids for names, one currency.
func (a *API) accrualFile(ctx context.Context, actor access.Actor, in *accrualFileInput) (*download, error) {
	table, err := a.getAccrual(ctx, actor, &onlyMonthInput{in.MonthPath})
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	head := []string{"layer", "plan_id", "component", "region", "opening_due", "opening_held", "opening_debt", "earned", "taken_back", "lapsed", "forgiven", "paid", "put_off", "released", "closing_due", "closing_held", "closing_debt", "currency"}
	var out tabular.Writer
	kind := typeCSV + "; charset=utf-8"
	if in.Format == "xlsx" {
		book, bookErr := tabular.NewXLSX(&content, "accrual")
		if bookErr == nil {
			bookErr = book.Header(head)
		}
		out, err, kind = book, bookErr, typeXLSX
	} else {
		plain := tabular.NewPlainCSV(&content)
		cells := make([]tabular.Cell, len(head))
		for i, name := range head {
			cells[i] = tabular.Text(name)
		}
		out, err = plain, plain.Write(cells...)
	}
	if err != nil {
		return nil, err
	}
	currency := a.options.Currency()
	for _, r := range append(table.Body.Rows, table.Body.Sum) {
		cells := []tabular.Cell{tabular.Text(r.Layer), tabular.Text(r.PlanID), tabular.Text(r.Component), tabular.Text(r.Region)}
		for _, minor := range []int64{r.Opening.DueMinor, r.Opening.HeldMinor, r.Opening.DebtMinor, r.EarnedMinor, r.TakenBackMinor, r.LapsedMinor, r.ForgivenMinor, r.PaidMinor, r.PutOffMinor, r.ReleasedMinor,
			r.Closing.DueMinor, r.Closing.HeldMinor, r.Closing.DebtMinor} {
			cells = append(cells, tabular.Number(money.Format(minor, currency)))
		}
		if err := out.Write(append(cells, tabular.Text(string(currency)))...); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return newDownload(kind, "accrual-"+table.Body.Month+"."+in.Format, content.Bytes()), nil
}
