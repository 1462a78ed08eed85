package payroll

import (
	"context"
	"io"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/tabular"
)

// FileBytesMax bounds a file of answers.
const FileBytesMax = 2 << 20

// Columns are those of a file of answers, by the words that headers may use: the first is what templates say.
var Columns = []ingest.LooseColumn{
	{Name: "person_key", Words: []string{"工号", "工号 Employee", "Employee", "Employee no.", "person_key", "employee_key", "员工编号"}, Required: true},
	{Name: "name", Words: []string{"姓名", "姓名 Name", "Name"}},
	{Name: "amount", Words: []string{"发放金额", "金额", "实发金额", "Amount", "amount", "Paid amount"}},
	{Name: "paid_on", Words: []string{"发放日期", "日期", "Paid on", "paid_on", "Date"}},
	{Name: "reference", Words: []string{"流水号", "凭证号", "Reference", "reference"}},
	{Name: "outcome", Words: []string{"结果", "状态", "Outcome", "outcome", "Status", "Result"}},
	{Name: "attempt", Words: []string{"第几次发放", "Attempt", "attempt"}},
	{Name: "reason", Words: []string{"退回原因", "原因", "Reason", "reason"}},
}

// outcomes are the words for what became of a payment.
var outcomes = map[string]payout.Outcome{
	"": "", "已发放": payout.OutcomePaid, "成功": payout.OutcomePaid, "已发": payout.OutcomePaid, "paid": payout.OutcomePaid, "ok": payout.OutcomePaid,
	"退回": payout.OutcomeRejected, "失败": payout.OutcomeRejected, "退票": payout.OutcomeRejected, "拒付": payout.OutcomeRejected, "rejected": payout.OutcomeRejected, "failed": payout.OutcomeRejected,
}

// RecordFile keeps payroll's answers from a CSV file or a workbook. A row without amount, day, reference and reason is passed over: payroll has not
// answered it. Errors: as Record has them, with the rows of the file; too large.
func (s *Service) RecordFile(ctx context.Context, actor access.Actor, month calendar.Month, currency money.Currency, from io.Reader) (done Recorded, err error) {
	defer errs.Wrap(&err, "payroll.RecordFile(%s)", month)
	if err := actor.RequireAll(access.PermPeriodApprove); err != nil {
		return Recorded{}, err
	}
	rows, err := ingest.ReadLoose(ctx, from, Columns, tabular.Limits{FileBytes: FileBytesMax, WorkbookBytes: FileBytesMax, UnzippedBytes: 50 << 20})
	if err != nil {
		return Recorded{}, err
	}
	answers, wrong := answersOf(rows, currency)
	if len(wrong) > 0 {
		return Recorded{}, errs.Invalid("payroll.refused", wrong)
	}
	return s.Record(ctx, actor, month, answers)
}

// answersOf reads the rows of a file.
func answersOf(rows []ingest.LooseRow, currency money.Currency) (answers []Answer, wrong []errs.Field) {
	for _, row := range rows {
		cell := row.Cells
		a := Answer{Row: row.Number, PersonKey: cell["person_key"], PaidOn: calendar.NoDate, Reference: cell["reference"], Reason: cell["reason"]}
		answered := cell["amount"]+cell["paid_on"]+cell["reference"]+cell["reason"]+cell["outcome"] != ""
		if !answered || strings.HasPrefix(a.PersonKey, "合计") || strings.EqualFold(a.PersonKey, "total") {
			continue
		}
		outcome, known := outcomes[strings.ToLower(cell["outcome"])]
		if a.Outcome = outcome; !known {
			wrong = append(wrong, problem(a, "outcome", cell["outcome"], "payroll.bad_outcome", nil))
		}
		if text := cell["amount"]; text != "" {
			minor, ok := ingest.ParseAmount(text, currency)
			if a.AmountMinor = &minor; !ok {
				wrong = append(wrong, problem(a, "amount", text, "payroll.bad_amount", nil))
			}
		}
		if text := cell["attempt"]; text != "" {
			var err error
			if a.Attempt, err = strconv.ParseInt(text, 10, 64); err != nil || a.Attempt < 1 {
				wrong = append(wrong, problem(a, "attempt", text, "payroll.bad_attempt", nil))
			}
		}
		if text := cell["paid_on"]; text != "" {
			var ok bool
			if a.PaidOn, ok = ingest.ParseDay(text); !ok {
				wrong = append(wrong, problem(a, "paid_on", text, "payroll.bad_day", nil))
			}
		}
		answers = append(answers, a)
	}
	return answers, wrong
}
