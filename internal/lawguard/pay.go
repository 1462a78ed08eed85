package lawguard

import (
	"math/big"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/settle"
)

// Pay is what a month comes to for one person, as far as the rules ask.
type Pay struct {
	PaidMinor      int64 // incentive pay of the month, after everything
	DeductedMinor  int64 // of it taken back, recovered or set off; not below zero
	OpenMinor      int64 // held, or due later
	ForfeitedMinor int64 // lost at leaving
	ExpiredMinor   int64 // held and expired
}

// Results is what a run of a month left behind.
type Results struct {
	Lines       []payout.Line
	Additions   []payout.Addition
	Settlements []payout.SettlementRow
	Grants      []reward.Grant
}

// Pays sums a run up by person, as its pay file does.
func (r Results) Pays() (pays map[int64]*Pay, err error) {
	pays = map[int64]*Pay{}
	of := func(person int64) *Pay {
		if pays[person] == nil {
			pays[person] = &Pay{}
		}
		return pays[person]
	}
	settled := map[payout.Account]bool{}
	for _, row := range r.Settlements {
		settled[payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}] = true
		result, err := payout.OpenSettlement(row)
		if err != nil {
			return nil, err
		}
		p := of(row.PersonID)
		p.PaidMinor += row.PaidMinor - row.EarnedMinor
		p.settle(result)
	}
	plain := func(person int64, plan string, amount int64) {
		p := of(person)
		p.PaidMinor += amount
		if amount < 0 && !settled[payout.Account{PersonID: person, PlanID: plan}] {
			p.DeductedMinor -= amount
		}
	}
	for _, l := range r.Lines {
		plain(l.PersonID, l.PlanID, l.AmountMinor)
	}
	for _, a := range r.Additions {
		plain(a.PersonID, a.PlanID, a.AmountMinor)
	}
	for _, g := range r.Grants {
		plain(g.PersonID, reward.GrantPlan, g.AmountMinor)
	}
	return pays, nil
}

// settle adds what a settlement took from pay and left open. Within a component what is negative for one deal is part of how its amount is
// computed; a negative component, a clawback, a debt set off and a draw recovered are deductions, less what is carried to later months.
func (p *Pay) settle(result *settle.Result) {
	earned, moved := map[string]int64{}, map[string]int64{}
	for _, posting := range result.Postings {
		switch posting.Kind {
		case settle.PostingEarned:
			earned[posting.Component] += posting.AmountFen
		case settle.PostingClawedBack, settle.PostingOffset, settle.PostingCarried:
			moved[posting.Component] += posting.AmountFen
		case settle.PostingRecovered:
			p.DeductedMinor -= posting.AmountFen
		case settle.PostingForfeited:
			p.ForfeitedMinor += posting.AmountFen
		case settle.PostingExpired:
			p.ExpiredMinor += posting.AmountFen
		}
	}
	for component, amount := range earned {
		moved[component] += min(0, amount)
	}
	for _, amount := range moved {
		p.DeductedMinor += max(0, -amount)
	}
	for _, item := range result.Closing {
		if item.Kind == settle.ItemHeld || item.Kind == settle.ItemInstalment {
			p.OpenMinor += item.AmountFen
		}
	}
}

// Employee is a person in a month with what is known of their employment. Left is the first day no longer employed.
type Employee struct {
	PersonID  int64
	Key, Name string
	TeamKey   string // on the month's last day, or their own
	Hired     calendar.Date
	Left      calendar.Date
	Standing  []Term
}

// judge is one person's month being held against the rules.
type judge struct {
	settings Settings
	month    calendar.Month
	who      Employee
	pay      Pay
	found    []Finding
}

// finding begins a finding of a rule; false when the rule is off.
func (s Settings) finding(rule Rule, verdict Verdict, month calendar.Month) (Finding, bool) {
	h := s.held(rule)
	return Finding{Rule: rule, About: h.About, Severity: h.Severity, Verdict: verdict, Month: month, Remedy: errs.Msg("lawguard.remedy_"+string(rule), nil)}, !h.Off
}

func (j *judge) add(rule Rule, verdict Verdict, reason errs.Message, amounts ...int64) {
	f, on := j.settings.finding(rule, verdict, j.month)
	if !on {
		return
	}
	f.PersonID, f.PersonKey, f.PersonName, f.Reason = j.who.PersonID, j.who.Key, j.who.Name, reason
	if len(amounts) > 0 {
		f.AmountMinor = &amounts[0]
	}
	if len(amounts) > 1 {
		f.LimitMinor = &amounts[1]
	}
	if verdict == VerdictUnknown {
		f.Severity, f.Remedy = SeverityNote, errs.Msg("lawguard.remedy_unknown", nil)
	}
	f.seal(j.month.String() + ":" + strconv.FormatInt(j.who.PersonID, 10))
	j.found = append(j.found, f)
}

// employed are the days of the month on which the person is.
func (j *judge) employed() calendar.Interval {
	return j.month.Interval().Intersect(calendar.Interval{From: j.who.Hired, To: j.who.Left})
}

// leaving reports whether the person has left by the month's end.
func (j *judge) leaving() bool { return j.who.Left <= j.month.Last()+1 }

// JudgePay holds one person's month against the rules about pay.
func JudgePay(settings Settings, month calendar.Month, who Employee, pay Pay) []Finding {
	j := &judge{settings: settings, month: month, who: who, pay: pay}
	j.minimumWage()
	j.deductionLimit()
	if j.leaving() && pay.OpenMinor > 0 {
		j.add(RuleLeaverOpen, VerdictBroken, errs.Msg("lawguard.found_leaver_open", errs.Args{"Name": who.Name, "Left": who.Left - 1, "Amount": pay.OpenMinor, "Until": (who.Left - 1).AddMonths(12)}), pay.OpenMinor)
	}
	if pay.ForfeitedMinor > 0 {
		j.add(RuleLeaverForfeited, VerdictBroken, errs.Msg("lawguard.found_leaver_forfeited", errs.Args{"Name": who.Name, "Amount": pay.ForfeitedMinor}), pay.ForfeitedMinor)
	}
	if pay.ExpiredMinor > 0 {
		j.add(RuleHoldExpired, VerdictBroken, errs.Msg("lawguard.found_hold_expired", errs.Args{"Name": who.Name, "Amount": pay.ExpiredMinor}), pay.ExpiredMinor)
	}
	return j.found
}

// minimumWage compares fixed and incentive pay of the month with the minimum wage of the place of work on the month's last day. Who was not
// employed the whole month is judged only where even a whole month's minimum is reached.
func (j *judge) minimumWage() {
	days := j.employed()
	if days.Empty() {
		return
	}
	unknown := func(key string, args errs.Args) {
		args["Name"] = j.who.Name
		j.add(RuleMinimumWage, VerdictUnknown, errs.Msg(key, args), j.pay.PaidMinor)
	}
	term, known := termOn(j.who.Standing, days.To-1)
	switch {
	case known && term.Work == WorkPartTime:
		unknown("lawguard.unknown_part_time", errs.Args{})
		return
	case known && term.Work == WorkOther:
		unknown("lawguard.unknown_other_work", errs.Args{})
		return
	}
	city := j.settings.cityOf(term.City, j.who.TeamKey)
	if city == "" {
		unknown("lawguard.unknown_city", errs.Args{})
		return
	}
	wage, found := j.settings.WageOn(city, days.To-1)
	if !found {
		unknown("lawguard.unknown_wage", errs.Args{"City": city, "Day": days.To - 1})
		return
	}
	fixed, recorded := fixedIn(j.who.Standing, days, j.month)
	total := j.pay.PaidMinor + fixed
	switch {
	case total >= wage.MonthlyMinor: // what is not known can only add to it: fixed pay is not below zero
	case !recorded:
		unknown("lawguard.unknown_fixed", errs.Args{"City": city, "Wage": wage.MonthlyMinor})
	case days != j.month.Interval():
		unknown("lawguard.unknown_part_month", errs.Args{"City": city, "Wage": wage.MonthlyMinor, "Total": total})
	default:
		j.add(RuleMinimumWage, VerdictBroken, errs.Msg("lawguard.found_minimum_wage", errs.Args{"Name": j.who.Name, "Fixed": fixed, "Paid": j.pay.PaidMinor, "Total": total,
			"City": city, "From": wage.From, "Wage": wage.MonthlyMinor, "Short": wage.MonthlyMinor - total, "Source": wage.Source}), total, wage.MonthlyMinor)
	}
}

// deductionLimit compares what was taken from the month's pay with the part of the month's wage that may be: fixed pay, and incentive pay before
// the deduction. Without fixed pay on record, only what stays below the limit even so can be judged.
func (j *judge) deductionLimit() {
	if j.pay.DeductedMinor <= 0 {
		return
	}
	percent := int64(j.settings.held(RuleDeductionLimit).Number)
	days := j.employed()
	fixed, recorded := fixedIn(j.who.Standing, days, j.month)
	wage := max(0, j.pay.PaidMinor+j.pay.DeductedMinor) + fixed
	limit := new(big.Int).Mul(big.NewInt(wage), big.NewInt(percent))
	most := limit.Quo(limit, big.NewInt(100)).Int64()
	args := errs.Args{"Name": j.who.Name, "Deducted": j.pay.DeductedMinor, "Wage": wage, "Percent": percent, "Most": most}
	switch {
	case j.pay.DeductedMinor <= most:
	case !recorded && !days.Empty():
		j.add(RuleDeductionLimit, VerdictUnknown, errs.Msg("lawguard.unknown_deduction", args), j.pay.DeductedMinor, most)
	default:
		j.add(RuleDeductionLimit, VerdictBroken, errs.Msg("lawguard.found_deduction_limit", args), j.pay.DeductedMinor, most)
	}
}

// JudgeTerms holds the terms that stand for one person against the rules about probation, as far as the month touches them.
func JudgeTerms(settings Settings, month calendar.Month, who Employee) []Finding {
	j := &judge{settings: settings, month: month, who: who}
	if j.employed().Empty() {
		return nil
	}
	term, ok := termOn(who.Standing, j.employed().To-1)
	if !ok || term.ProbationUntil == calendar.NoDate || term.ProbationUntil < month.First() {
		return nil
	}
	if most := settings.held(RuleProbationLong).Number; term.ProbationUntil >= who.Hired.AddMonths(most) {
		j.add(RuleProbationLong, VerdictBroken, errs.Msg("lawguard.found_probation_long", errs.Args{"Name": who.Name, "Hired": who.Hired, "Until": term.ProbationUntil, "Months": most}))
	}
	percent := int64(settings.held(RuleProbationPay).Number)
	if term.RegularMinor == 0 {
		j.add(RuleProbationPay, VerdictUnknown, errs.Msg("lawguard.unknown_probation", errs.Args{"Name": who.Name}))
		return j.found
	}
	// In hundredths of fen, so that nothing is rounded.
	if new(big.Int).Mul(big.NewInt(term.FixedMinor), big.NewInt(100)).Cmp(new(big.Int).Mul(big.NewInt(term.RegularMinor), big.NewInt(percent))) < 0 {
		j.add(RuleProbationPay, VerdictBroken, errs.Msg("lawguard.found_probation_pay", errs.Args{"Name": who.Name, "Fixed": term.FixedMinor, "Regular": term.RegularMinor, "Percent": percent}),
			term.FixedMinor, term.RegularMinor)
	}
	return j.found
}
