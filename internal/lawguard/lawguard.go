// Package lawguard holds incentive pay against the labour law of mainland China: the minimum wage, the limit of deductions, what a leaver is
// owed, consultation, notice and acceptance of the rules of pay, the day of payment, the records to be kept.
//
// Each rule quotes its source; numbers that differ from place to place are entered with their source and the day from which they hold. What
// the facts do not allow to judge is said, never passed over. A warning can be acknowledged with a reason, and comes back when the facts
// that it rests on change.
//
// Limits: it warns and never changes pay or stops a step. It knows what the product knows: neither hours nor overtime, leave, insurance or
// allowances. It is no legal advice; rules of provinces may be stricter.
package lawguard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Rule is the key of a rule.
type Rule string

// The rules.
const (
	RuleMinimumWage     Rule = "minimum_wage"
	RuleDeductionLimit  Rule = "deduction_limit"
	RuleLeaverOpen      Rule = "leaver_open"
	RuleLeaverForfeited Rule = "leaver_forfeited"
	RuleHoldExpired     Rule = "hold_expired"
	RulePayLate         Rule = "pay_late"
	RuleDisputeOverdue  Rule = "dispute_overdue"
	RuleProbationPay    Rule = "probation_pay"
	RuleProbationLong   Rule = "probation_long"
	RuleNotAnnounced    Rule = "not_announced"
	RuleShortNotice     Rule = "short_notice"
	RuleRetroactive     Rule = "retroactive"
	RuleNotAccepted     Rule = "not_accepted"
	RuleLeaverClause    Rule = "leaver_clause"
	RuleDeductionClause Rule = "deduction_clause"
	RuleExpiryClause    Rule = "expiry_clause"
	RuleLegalTender     Rule = "legal_tender"
	RuleRecordsKept     Rule = "records_kept"
)

// About says what a rule looks at.
type About string

// A person's pay of a month, a person's terms of employment, a plan version, a month or the company as a whole.
const (
	AboutPay     About = "pay"
	AboutPerson  About = "person"
	AboutPlan    About = "plan"
	AboutCompany About = "company"
)

// Severity is how much weight a warning has.
type Severity string

// The severities.
const (
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Unit is what a rule's number counts.
type Unit string

// The units.
const (
	UnitNone    Unit = ""
	UnitPercent Unit = "percent"
	UnitDays    Unit = "days"
	UnitMonths  Unit = "months"
)

// Definition is a rule as it comes: what it looks at, its sources by key, and its number with the limits in which it may be set.
type Definition struct {
	Rule               Rule
	About              About
	Severity           Severity
	Sources            []string
	Unit               Unit
	Default, Min, Most int
}

// Name, Check and Remedy are texts about a rule: what it is called, what it checks, and what helps.
func (d Definition) Name() errs.Message { return errs.Msg("lawguard.rule_"+string(d.Rule), nil) }

// Check says what the rule checks.
func (d Definition) Check() errs.Message { return errs.Msg("lawguard.check_"+string(d.Rule), nil) }

// Cite names a source: law, article, dates.
func Cite(source string) errs.Message { return errs.Msg("lawguard.source_"+source, nil) }

// Quote is what a source says, in its own words; in English in ours.
func Quote(source string) errs.Message { return errs.Msg("lawguard.quote_"+source, nil) }

// Definitions are all rules, in the order in which they are shown.
var Definitions = []Definition{
	{Rule: RuleMinimumWage, About: AboutPay, Severity: SeverityWarning, Sources: []string{"labour_law_48", "minimum_wage_12"}},
	{Rule: RuleDeductionLimit, About: AboutPay, Severity: SeverityWarning, Sources: []string{"wage_payment_16", "wage_payment_15"}, Unit: UnitPercent, Default: 20, Min: 1, Most: 100},
	{Rule: RuleLeaverOpen, About: AboutPay, Severity: SeverityWarning, Sources: []string{"wage_payment_9", "mediation_27"}},
	{Rule: RuleLeaverForfeited, About: AboutPay, Severity: SeverityWarning, Sources: []string{"labour_contract_26", "wage_payment_9"}},
	{Rule: RuleHoldExpired, About: AboutPay, Severity: SeverityWarning, Sources: []string{"labour_contract_30"}},
	{Rule: RuleDisputeOverdue, About: AboutPay, Severity: SeverityWarning, Sources: []string{"mediation_27", "mediation_6"}},
	{Rule: RuleProbationPay, About: AboutPerson, Severity: SeverityWarning, Sources: []string{"labour_contract_20"}, Unit: UnitPercent, Default: 80, Min: 80, Most: 100},
	{Rule: RuleProbationLong, About: AboutPerson, Severity: SeverityWarning, Sources: []string{"labour_contract_19"}, Unit: UnitMonths, Default: 6, Min: 1, Most: 6},
	{Rule: RuleNotAnnounced, About: AboutPlan, Severity: SeverityWarning, Sources: []string{"labour_contract_4"}},
	{Rule: RuleShortNotice, About: AboutPlan, Severity: SeverityNote, Sources: []string{"labour_contract_4", "labour_contract_35"}, Unit: UnitDays, Default: 7, Min: 1, Most: 90},
	{Rule: RuleRetroactive, About: AboutPlan, Severity: SeverityWarning, Sources: []string{"labour_contract_35", "labour_contract_4"}},
	{Rule: RuleNotAccepted, About: AboutPlan, Severity: SeverityNote, Sources: []string{"labour_contract_35", "mediation_6"}},
	{Rule: RuleLeaverClause, About: AboutPlan, Severity: SeverityWarning, Sources: []string{"labour_contract_26", "wage_payment_9"}},
	{Rule: RuleDeductionClause, About: AboutPlan, Severity: SeverityNote, Sources: []string{"wage_payment_16"}},
	{Rule: RuleExpiryClause, About: AboutPlan, Severity: SeverityWarning, Sources: []string{"labour_contract_30", "labour_contract_26"}},
	{Rule: RuleLegalTender, About: AboutPlan, Severity: SeverityNote, Sources: []string{"wage_payment_5"}},
	{Rule: RulePayLate, About: AboutCompany, Severity: SeverityWarning, Sources: []string{"labour_law_50", "wage_payment_7"}, Unit: UnitMonths, Default: 1, Min: 1, Most: 3},
	{Rule: RuleRecordsKept, About: AboutCompany, Severity: SeverityNote, Sources: []string{"wage_payment_6"}, Unit: UnitMonths, Default: 24, Min: 24, Most: 120},
}

// DefinitionOf finds a rule; false when there is none of that key.
func DefinitionOf(rule Rule) (Definition, bool) {
	for _, d := range Definitions {
		if d.Rule == rule {
			return d, true
		}
	}
	return Definition{}, false
}

// Verdict is what came of looking.
type Verdict string

// What was found breaks the rule, or a fact is missing that would tell.
const (
	VerdictBroken  Verdict = "broken"
	VerdictUnknown Verdict = "unknown"
)

// Finding is one rule that is broken, or cannot be judged, in one place. Reason says it with all figures, Remedy what helps. AmountMinor and
// LimitMinor are the figure that was judged and what it was held against, for findings that have them.
type Finding struct {
	ID          string // of rule and place: the same as long as both are
	Rule        Rule
	About       About
	Severity    Severity
	Verdict     Verdict
	Month       calendar.Month // 0 for what belongs to no month
	PersonID    int64          // 0 for what is about nobody alone
	PersonKey   string
	PersonName  string
	VersionID   string // of a plan; empty for none
	Plan        i18n.Named
	AmountMinor *int64
	LimitMinor  *int64
	Reason      errs.Message
	Remedy      errs.Message

	// Fingerprint stands for the facts that the finding rests on.
	Fingerprint string
	// Acknowledged is who took note of exactly these facts; Earlier of others that were found in the same place before.
	Acknowledged *Acknowledgement
	Earlier      *Acknowledgement
}

// Acknowledgement is that somebody took note of a finding.
type Acknowledgement struct {
	FindingID   string
	Fingerprint string
	Reason      string
	UserID      string
	At          time.Time
}

// seal gives a finding its identity. place names it within its rule; facts are those that its reason does not say.
func (f *Finding) seal(place string, facts ...string) {
	f.ID = string(f.Rule) + ":" + place
	said, err := json.Marshal(struct {
		Rule    Rule
		Verdict Verdict
		Reason  errs.Message
		Facts   []string
	}{f.Rule, f.Verdict, f.Reason, facts})
	if err != nil { // arguments are texts, numbers and dates
		panic(err)
	}
	sum := sha256.Sum256(said)
	f.Fingerprint = hex.EncodeToString(sum[:])[:32]
}
