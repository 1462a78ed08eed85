package lawguard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

const month = monthtest.SmallMonth // 2026-09, of 30 days

func day(text string) calendar.Date { return monthtest.Day(text) }

// said lists findings as rule, verdict and the message that says why.
func said(found []lawguard.Finding) (texts []string) {
	for _, f := range found {
		texts = append(texts, string(f.Rule)+" "+string(f.Verdict)+" "+strings.TrimPrefix(f.Reason.Key, "lawguard."))
	}
	slices.Sort(texts)
	return texts
}

// shanghai has a minimum wage of 2,000.00 and from October on of 2,500.00. The figures are made up.
func shanghai() lawguard.Settings {
	return lawguard.Settings{City: "上海", Wages: []lawguard.Wage{{City: "上海", From: day("2025-07-01"), MonthlyMinor: 2_000_00, Source: "x"}, {City: "上海", From: day("2026-10-01"), MonthlyMinor: 2_500_00, Source: "x"}}}
}

func fullTime(from string, fixed int64) lawguard.Term {
	return lawguard.Term{From: day(from), Number: 1, Work: lawguard.WorkFullTime, FixedMinor: fixed, ProbationUntil: calendar.NoDate}
}

func TestPayIsHeldAgainstTheMinimumWageAndTheLimitOfDeductions(t *testing.T) {
	t.Parallel()
	broken := "minimum_wage broken found_minimum_wage"
	for name, c := range map[string]struct {
		month    calendar.Month
		settings func(*lawguard.Settings)
		hired    string
		left     string
		terms    []lawguard.Term
		pay      lawguard.Pay
		want     []string
	}{
		"exactly the minimum":                {terms: []lawguard.Term{fullTime("2026-01-01", 1_500_00)}, pay: lawguard.Pay{PaidMinor: 500_00}},
		"a fen below":                        {terms: []lawguard.Term{fullTime("2026-01-01", 1_500_00)}, pay: lawguard.Pay{PaidMinor: 499_99}, want: []string{broken}},
		"a new minimum from October":         {month: month + 1, terms: []lawguard.Term{fullTime("2026-01-01", 1_500_00)}, pay: lawguard.Pay{PaidMinor: 500_00}, want: []string{broken}},
		"commission alone reaches it":        {pay: lawguard.Pay{PaidMinor: 2_000_00}},
		"no fixed pay on record":             {pay: lawguard.Pay{PaidMinor: 1_999_99}, want: []string{"minimum_wage unknown unknown_fixed"}},
		"fixed pay on record from October":   {terms: []lawguard.Term{fullTime("2026-10-01", 9_000_00)}, want: []string{"minimum_wage unknown unknown_fixed"}},
		"no city":                            {settings: func(s *lawguard.Settings) { s.City = "" }, want: []string{"minimum_wage unknown unknown_city"}},
		"a team in a city without a minimum": {settings: func(s *lawguard.Settings) { s.TeamCities = map[string]string{"T1": "拉萨"} }, pay: lawguard.Pay{PaidMinor: 9_000_00}, want: []string{"minimum_wage unknown unknown_wage"}},
		"part time":                          {terms: []lawguard.Term{{From: day("2026-01-01"), Work: lawguard.WorkPartTime, FixedMinor: 9_000_00}}, want: []string{"minimum_wage unknown unknown_part_time"}},
		"an intern":                          {terms: []lawguard.Term{{From: day("2026-01-01"), Work: lawguard.WorkOther}}, want: []string{"minimum_wage unknown unknown_other_work"}},
		"hired within the month":             {hired: "2026-09-02", terms: []lawguard.Term{fullTime("2026-09-02", 1_500_00)}, want: []string{"minimum_wage unknown unknown_part_month"}},
		"gone before the month":              {left: "2026-09-01", pay: lawguard.Pay{PaidMinor: 1}},
		// 10 days of 1,200 and 20 of 2,400: 400 + 1,600.
		"a raise on the 11th":  {terms: []lawguard.Term{fullTime("2026-01-01", 1_200_00), fullTime("2026-09-11", 2_400_00)}},
		"a rise of a fen less": {terms: []lawguard.Term{fullTime("2026-01-01", 1_200_00), fullTime("2026-09-11", 2_399_98)}, want: []string{broken}},
		"the rule is turned off": {settings: func(s *lawguard.Settings) {
			s.Rules = map[lawguard.Rule]lawguard.RuleSetting{lawguard.RuleMinimumWage: {Off: true, Why: "x"}}
		}},
		// 20 % of 4,000 + 4,000 + 2,000.
		"a deduction of a fifth":         {terms: []lawguard.Term{fullTime("2026-01-01", 4_000_00)}, pay: lawguard.Pay{PaidMinor: 4_000_00, DeductedMinor: 2_000_00}},
		"a fen more":                     {terms: []lawguard.Term{fullTime("2026-01-01", 4_000_00)}, pay: lawguard.Pay{PaidMinor: 3_999_99, DeductedMinor: 2_000_01}, want: []string{"deduction_limit broken found_deduction_limit"}},
		"a fifth without fixed pay":      {pay: lawguard.Pay{PaidMinor: 8_000_00, DeductedMinor: 2_000_00}},
		"more without fixed pay":         {pay: lawguard.Pay{PaidMinor: 8_000_00, DeductedMinor: 2_000_01}, want: []string{"deduction_limit unknown unknown_deduction"}},
		"a leaver from whom it is taken": {left: "2026-08-16", pay: lawguard.Pay{PaidMinor: -50, DeductedMinor: 50}, want: []string{"deduction_limit broken found_deduction_limit"}},
		"a limit of ten percent": {settings: func(s *lawguard.Settings) {
			s.Rules = map[lawguard.Rule]lawguard.RuleSetting{lawguard.RuleDeductionLimit: {Number: 10}}
		}, terms: []lawguard.Term{fullTime("2026-01-01", 0)}, pay: lawguard.Pay{PaidMinor: 8_000_00, DeductedMinor: 2_000_00}, want: []string{"deduction_limit broken found_deduction_limit"}},
		"held pay of who works on":         {pay: lawguard.Pay{PaidMinor: 2_000_00, OpenMinor: 5}},
		"held pay of who left on the 30th": {left: "2026-10-01", pay: lawguard.Pay{PaidMinor: 2_000_00, OpenMinor: 5}, want: []string{"leaver_open broken found_leaver_open"}},
		"lost and expired":                 {left: "2026-08-01", pay: lawguard.Pay{ForfeitedMinor: 5, ExpiredMinor: 7}, want: []string{"hold_expired broken found_hold_expired", "leaver_forfeited broken found_leaver_forfeited"}},
	} {
		settings, who := shanghai(), lawguard.Employee{PersonID: 1, Key: "A", Name: "陈思远", TeamKey: "T1", Hired: day("2020-01-01"), Left: calendar.Forever, Standing: c.terms}
		if c.settings != nil {
			c.settings(&settings)
		}
		if c.hired != "" {
			who.Hired = day(c.hired)
		}
		if c.left != "" {
			who.Left = day(c.left)
		}
		if c.month == 0 {
			c.month = month
		}
		if diff := cmp.Diff(c.want, said(lawguard.JudgePay(settings, c.month, who, c.pay))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatIsFoundSaysItsFiguresAndIsTheSameAsLongAsTheyAre(t *testing.T) {
	t.Parallel()
	who := lawguard.Employee{PersonID: 1, Key: "A", Name: "陈思远", Hired: day("2020-01-01"), Left: calendar.Forever, Standing: []lawguard.Term{fullTime("2026-01-01", 1_500_00)}}
	judge := func(paid int64) lawguard.Finding {
		return lawguard.JudgePay(shanghai(), month, who, lawguard.Pay{PaidMinor: paid})[0]
	}
	f, same, other := judge(300_00), judge(300_00), judge(301_00)
	if f.ID != "minimum_wage:2026-09:1" || f.ID != other.ID || f.Fingerprint != same.Fingerprint || f.Fingerprint == other.Fingerprint {
		t.Errorf("%+v, then %+v", f, other)
	}
	if *f.AmountMinor != 1_800_00 || *f.LimitMinor != 2_000_00 || f.Reason.Args["Short"] != int64(200_00) {
		t.Errorf("%+v", f)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	if text := catalogue.Printer(i18n.ZhCN).Message(f.Reason); !strings.Contains(text, "差 ¥200.00") || !strings.Contains(text, "2025-07-01") {
		t.Error(text)
	}
}

func TestEveryRuleHasItsTextsAndSources(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
		p := catalogue.Printer(lang)
		for _, d := range lawguard.Definitions {
			messages := []errs.Message{d.Name(), d.Check(), errs.Msg("lawguard.remedy_"+string(d.Rule), nil)}
			for _, source := range d.Sources {
				messages = append(messages, lawguard.Cite(source), lawguard.Quote(source))
			}
			for _, m := range messages {
				if !p.Has(m.Key) {
					t.Errorf("no %s text for %s", lang, m.Key)
				}
			}
			if len(d.Sources) == 0 || d.Unit != lawguard.UnitNone && (d.Default < d.Min || d.Default > d.Most) {
				t.Errorf("%+v", d)
			}
		}
	}
}

func TestProbationIsHeldAgainstItsLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		until          string
		fixed, regular int64
		want           []string
	}{
		"eighty percent, six months": {"2027-01-31", 4_000_00, 5_000_00, nil},
		"a fen below":                {"2027-01-31", 3_999_99, 5_000_00, []string{"probation_pay broken found_probation_pay"}},
		"a day longer":               {"2027-02-01", 5_000_00, 5_000_00, []string{"probation_long broken found_probation_long"}},
		"not known what follows":     {"2026-10-31", 5_000_00, 0, []string{"probation_pay unknown unknown_probation"}},
		"over":                       {"2026-08-31", 1, 5_000_00, nil},
		"none":                       {"", 1, 5_000_00, nil},
	} {
		term := fullTime("2026-08-01", c.fixed)
		term.RegularMinor = c.regular
		if c.until != "" {
			term.ProbationUntil = day(c.until)
		}
		who := lawguard.Employee{PersonID: 1, Hired: day("2026-08-01"), Left: calendar.Forever, Standing: []lawguard.Term{term}}
		if diff := cmp.Diff(c.want, said(lawguard.JudgeTerms(lawguard.Settings{}, month, who))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPlansAreHeldAgainstNoticeAndClauses(t *testing.T) {
	t.Parallel()
	told := func(on string) []consent.Announcement {
		return []consent.Announcement{{Hash: "other", AnnouncedOn: day("2026-01-01")}, {Hash: "h", AnnouncedOn: day(on)}}
	}
	for name, c := range map[string]struct {
		change func(*lawguard.PlanCase)
		want   []string
	}{
		"in order":           {func(*lawguard.PlanCase) {}, nil},
		"never announced":    {func(c *lawguard.PlanCase) { c.Announced = nil }, []string{"not_announced broken found_not_announced"}},
		"another text was":   {func(c *lawguard.PlanCase) { c.Announced = told("2026-08-01")[:1] }, []string{"not_announced broken found_not_announced"}},
		"six days of notice": {func(c *lawguard.PlanCase) { c.Announced = told("2026-08-26") }, []string{"short_notice broken found_short_notice"}},
		"announced after":    {func(c *lawguard.PlanCase) { c.Announced = told("2026-09-02") }, []string{"retroactive broken found_retroactive"}},
		"approved after":     {func(c *lawguard.PlanCase) { c.ApprovedOn = day("2026-09-02") }, []string{"retroactive broken found_retroactive_approved"}},
		"a draft in time": {func(c *lawguard.PlanCase) {
			c.ApprovedOn, c.Announced, c.Today = calendar.NoDate, nil, day("2026-08-25")
		}, nil},
		"a draft that leaves six days": {func(c *lawguard.PlanCase) {
			c.ApprovedOn, c.Announced, c.Today = calendar.NoDate, nil, day("2026-08-26")
		}, []string{"short_notice broken found_short_notice_draft"}},
		"a draft of a day that has gone": {func(c *lawguard.PlanCase) {
			c.ApprovedOn, c.Announced, c.Today = calendar.NoDate, nil, day("2026-09-02")
		}, []string{"retroactive broken found_retroactive_draft"}},
		"not accepted":           {func(c *lawguard.PlanCase) { c.Payees, c.Missing = 3, []int64{2} }, []string{"not_accepted broken found_not_accepted"}},
		"nothing after leaving":  {func(c *lawguard.PlanCase) { c.Plan.Statements.LeaverLaterCollections = plan.LaterCollectionsUnpaid }, []string{"leaver_clause broken found_leaver_unpaid"}},
		"silent about leaving":   {func(c *lawguard.PlanCase) { c.Plan.Statements.LeaverLaterCollections = "" }, []string{"leaver_clause broken found_leaver_silent"}},
		"dollars":                {func(c *lawguard.PlanCase) { c.Plan.Currency = "USD" }, []string{"legal_tender broken found_legal_tender"}},
		"negatives stand":        {func(c *lawguard.PlanCase) { c.Plan.Statements.NegativeResult = plan.NegativeStands }, []string{"deduction_clause broken found_negative_stands"}},
		"negatives are carried":  {func(c *lawguard.PlanCase) { c.Plan.Settle = &plan.Settlement{Negative: &plan.CarriedNegative{}} }, []string{"deduction_clause broken found_negative_carried"}},
		"clawbacks":              {func(c *lawguard.PlanCase) { c.Plan.Settle = &plan.Settlement{Clawback: &plan.Clawback{}} }, []string{"deduction_clause broken found_clawback"}},
		"a draw back by a fifth": {func(c *lawguard.PlanCase) { c.Plan.Settle = draw("0.2") }, nil},
		"a draw back by more":    {func(c *lawguard.PlanCase) { c.Plan.Settle = draw("0.21") }, []string{"deduction_clause broken found_draw"}},
		"a hold that expires":    {func(c *lawguard.PlanCase) { c.Plan.Settle = &plan.Settlement{Hold: &plan.Hold{ExpiresAfterMonths: 24}} }, []string{"expiry_clause broken found_expiry_clause"}},
		"what is put off goes at leaving": {func(c *lawguard.PlanCase) {
			c.Plan.Settle = &plan.Settlement{Hold: &plan.Hold{IfLeft: plan.IfLeftForfeited}, Instalments: &plan.Instalments{IfLeft: plan.IfLeftForfeited}}
		}, []string{"leaver_clause broken found_leaver_hold", "leaver_clause broken found_leaver_instalments"}},
	} {
		in := lawguard.PlanCase{Version: planbook.Version{ID: "v", Hash: "h", Effective: calendar.Interval{From: day("2026-09-01"), To: calendar.Forever}}, Announced: told("2026-08-25"),
			ApprovedOn: day("2026-08-20"), Today: day("2026-09-24"),
			Plan: &plan.Plan{Currency: money.CNY, Statements: plan.Statements{LeaverLaterCollections: plan.LaterCollectionsPaid, NegativeResult: plan.NegativeZero}}}
		c.change(&in)
		if diff := cmp.Diff(c.want, said(lawguard.JudgePlan(lawguard.Settings{}, in))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func draw(percent string) *plan.Settlement {
	return &plan.Settlement{Draw: &plan.Draw{Style: plan.DrawLoan, Recoverable: true, RecoverPercent: decimal.MustParse(percent)}}
}

func TestAMonthIsPaidInTimeAndOnRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   lawguard.MonthCase
		want []string
	}{
		"closed on the last day":  {lawguard.MonthCase{Touched: true, ClosedOn: day("2026-10-31")}, nil},
		"closed a day later":      {lawguard.MonthCase{Touched: true, ClosedOn: day("2026-11-01")}, []string{"pay_late broken found_pay_late"}},
		"open, in time":           {lawguard.MonthCase{Touched: true, ClosedOn: calendar.NoDate, Today: day("2026-10-31")}, nil},
		"open, too late":          {lawguard.MonthCase{Touched: true, ClosedOn: calendar.NoDate, Today: day("2026-11-01")}, []string{"pay_late broken found_pay_open"}},
		"never touched":           {lawguard.MonthCase{ClosedOn: calendar.NoDate, Today: day("2027-11-01")}, nil},
		"a gap between":           {lawguard.MonthCase{ClosedOn: calendar.NoDate, Before: true, Later: true, Today: day("2028-09-30")}, []string{"records_kept broken found_records_kept"}},
		"a gap of long ago":       {lawguard.MonthCase{ClosedOn: calendar.NoDate, Before: true, Later: true, Today: day("2028-10-01")}, nil},
		"before the first record": {lawguard.MonthCase{ClosedOn: calendar.NoDate, Later: true, Today: day("2026-12-01")}, nil},
	} {
		c.in.Month = month
		if diff := cmp.Diff(c.want, said(lawguard.JudgeMonth(lawguard.Settings{}, c.in))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
