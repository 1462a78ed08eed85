package notice

import (
	"slices"
	"strings"

	"xiaoguan/internal/errs"
)

// Kind is what a message tells. Its text is the message notice.text.‹kind› of the catalogue, its name for people notice.kind.‹kind›.
type Kind string

// The kinds.
const (
	KindPlanApproval   Kind = "plan_approval"   // a draft awaits the reader's approval
	KindPlanDecided    Kind = "plan_decided"    // the reader's draft was approved
	KindPlanWithdrawn  Kind = "plan_withdrawn"  // the reader's version was taken out
	KindPlanAcceptance Kind = "plan_acceptance" // a plan that pays the reader was announced, and awaits acceptance
	KindPlanReminder   Kind = "plan_reminder"   // it still does, before or after it takes effect

	KindStandardApproval Kind = "standard_approval" // a process standard awaits the reader's approval
	KindStandardDecided  Kind = "standard_decided"  // the reader's was approved or sent back

	KindPublished       Kind = "published"        // the reader's statement is there to be looked at
	KindObjectionEnding Kind = "objection_ending" // the time for disputes ends soon
	KindMonthApproval   Kind = "month_approval"   // a month awaits the reader's approval
	KindMonthReturned   Kind = "month_returned"   // a month that the reader prepared goes back to review

	KindDisputeRaised   Kind = "dispute_raised"   // awaits the reader's voice
	KindDisputeTaken    Kind = "dispute_taken"    // somebody looks at the reader's dispute
	KindDisputeAnswered Kind = "dispute_answered" // somebody wrote something, or added evidence
	KindDisputeRuled    Kind = "dispute_ruled"
	KindDisputeCorrect  Kind = "dispute_correct" // the ruling awaits its correction
	KindDisputeDeferred Kind = "dispute_deferred"
	KindDisputeDue      Kind = "dispute_due"     // reminder: the answer is due today
	KindDisputeOverdue  Kind = "dispute_overdue" // reminder: the answer is late

	KindAdjustmentApproval Kind = "adjustment_approval"
	KindAdjustmentDecided  Kind = "adjustment_decided"

	KindApprovalAsked    Kind = "approval_asked"    // a request awaits the reader's signature, or that of whom the reader stands in for
	KindApprovalReminder Kind = "approval_reminder" // it still does
	KindApprovalDecided  Kind = "approval_decided"  // the reader's request was approved, rejected or returned
	KindApprovalCopied   Kind = "approval_copied"   // the reader was sent a copy
	KindApprovalStuck    Kind = "approval_stuck"    // nobody is left who could sign, and the reader can name somebody

	KindFlowApproval Kind = "flow_approval" // a flow of approvals that somebody else wrote awaits the reader
	KindFlowDecided  Kind = "flow_decided"  // the reader's was published or dropped

	KindHonourApproval    Kind = "honour_approval"
	KindHonourGranted     Kind = "honour_granted"
	KindPromotionProposed Kind = "promotion_proposed" // awaits the reader's decision
	KindPromotionDecided  Kind = "promotion_decided"  // of a proposal that the reader made
	KindPromoted          Kind = "promoted"
	KindPointsAsked       Kind = "points_asked" // an order in the points shop awaits the reader
	KindPointsDecided     Kind = "points_decided"

	KindMentioned      Kind = "mentioned"       // somebody called the reader by @
	KindCaseAssigned   Kind = "case_assigned"   // a service case is the reader's now
	KindCaseLate       Kind = "case_late"       // a time limit of a service case has passed
	KindPoolWarned     Kind = "pool_warned"     // customers of the reader's go back to the pool soon
	KindPoolRecycled   Kind = "pool_recycled"   // they went
	KindPoolClaimed    Kind = "pool_claimed"    // somebody claimed from a pool that the reader looks after
	KindCustomersGiven Kind = "customers_given" // the reader got customers
	KindCustomersMoved Kind = "customers_moved" // customers of the reader's went to others
	KindCollectsNow    Kind = "collects_now"    // the reader collects on payment plans of somebody who leaves

	KindCustomersMerged     Kind = "customers_merged"     // a customer of the reader's is one with another now
	KindCustomersParted     Kind = "customers_parted"     // and two again
	KindCollectionConfirmed Kind = "collection_confirmed" // money of the reader's contract, or team, has come
	KindCollectionRefused   Kind = "collection_refused"   // finance has not found what the reader reported
	KindInstalmentDue       Kind = "instalment_due"       // an instalment is due within the company's days
	KindInstalmentLate      Kind = "instalment_late"      // its day has passed
	KindDealMissing         Kind = "deal_missing"         // a contract was signed and its deal awaits the reader

	KindTierPolicy Kind = "tier_policy_approval" // a draft of the tier policy awaits the reader's approval
	KindTierWaits  Kind = "tier_changes_waiting" // a review left changes of tiers that the reader may decide

	KindTargetDiscussed Kind = "target_discussed" // the reader's target is there to be looked at, and objected to
	KindTargetObjection Kind = "target_objection" // somebody objects to a target
	KindTargetAnswered  Kind = "target_answered"  // the reader's objection was decided
	KindTargetPublished Kind = "target_published" // the reader's target letter awaits acceptance
	KindTargetChanged   Kind = "target_changed"   // the reader's target was changed

	KindReviewPrepared  Kind = "review_prepared"  // a meeting of the reader's team is prepared
	KindReviewFinished  Kind = "review_finished"  // a meeting that the reader is in has its minutes
	KindReviewAssessed  Kind = "review_assessed"  // the reader's month was assessed
	KindReviewAction    Kind = "review_action"    // the reader is to do what was agreed
	KindDailyBrief      Kind = "daily_brief"      // what is behind in the reader's team
	KindDecisionDue     Kind = "decision_due"     // the outcome of the reader's decision is to be noted
	KindInitiativeOwned Kind = "initiative_owned" // the reader is the owner of an initiative now
	KindRiskSign        Kind = "risk_sign"        // the early sign of a risk of the reader's shows
	KindBoardAlert      Kind = "board_alert"      // a number that the reader has watched crossed its limit, or left its usual range
	KindReportDrafted   Kind = "report_drafted"   // the reports of a month were computed by themselves
	KindReportPublished Kind = "report_published" // a version of a monthly report is there for the reader

	KindQuestionnaireAsked    Kind = "questionnaire_asked"    // the staff is asked, and the reader is of it
	KindQuestionnaireReminder Kind = "questionnaire_reminder" // the reader has not answered yet

	KindProblemAssigned Kind = "problem_assigned" // the reader is to deal with a problem
	KindProblemAgain    Kind = "problem_again"    // a problem of the reader's that was solved was found again

	KindDiagnosisDone   Kind = "diagnosis_done"   // the reader's diagnosis is ready
	KindDiagnosisFailed Kind = "diagnosis_failed" // it could not be made

	KindWorkDaysMissing Kind = "work_days_missing" // nobody has entered the days off of a year
	KindBackupFailed    Kind = "backup_failed"     // a backup could not be made, and the reader keeps the settings

	KindJobDone   Kind = "job_done"
	KindJobFailed Kind = "job_failed"

	KindNewDevice       Kind = "new_device"
	KindPasswordChanged Kind = "password_changed"
	KindPasswordReset   Kind = "password_reset"
	KindSecondFactorOn  Kind = "second_factor_on"
	KindSecondFactorOff Kind = "second_factor_off"
	KindKeyCreated      Kind = "key_created"
	KindIdentityLinked  Kind = "identity_linked"

	KindDigest Kind = "digest"
)

// Group puts kinds together, for filters and settings.
type Group string

// The groups.
const (
	GroupPlans     Group = "plans"
	GroupPay       Group = "pay"
	GroupDisputes  Group = "disputes"
	GroupApprovals Group = "approvals"
	GroupHonours   Group = "honours"
	GroupService   Group = "service"
	GroupMoney     Group = "money"
	GroupWork      Group = "work"
	GroupSecurity  Group = "security"
)

// Groups lists the groups in the order in which they are shown.
var Groups = []Group{GroupPlans, GroupPay, GroupDisputes, GroupApprovals, GroupHonours, GroupService, GroupMoney, GroupWork, GroupSecurity}

// Rule says how a kind behaves.
type Rule struct {
	Kind  Kind
	Group Group
	Todo  bool   // it asks something of the reader, until it is dealt with
	page  string // where it leads; {id} is the id of the subject. Empty: the page of the subject
}

// Rules lists all kinds.
var Rules = []Rule{
	{KindPlanApproval, GroupPlans, true, ""},
	{KindPlanDecided, GroupPlans, false, ""},
	{KindPlanWithdrawn, GroupPlans, false, ""},
	{KindPlanAcceptance, GroupPlans, true, "/my-plans"},
	{KindPlanReminder, GroupPlans, false, "/my-plans"},
	{KindStandardApproval, GroupPlans, true, ""},
	{KindStandardDecided, GroupPlans, false, ""},
	{KindPublished, GroupPay, false, "/pay/{id}"},
	{KindObjectionEnding, GroupPay, false, "/pay/{id}"},
	{KindMonthApproval, GroupPay, true, ""},
	{KindMonthReturned, GroupPay, false, ""},
	{KindAdjustmentApproval, GroupPay, true, ""},
	{KindAdjustmentDecided, GroupPay, false, ""},
	{KindDisputeRaised, GroupDisputes, true, ""},
	{KindDisputeTaken, GroupDisputes, false, ""},
	{KindDisputeAnswered, GroupDisputes, false, ""},
	{KindDisputeRuled, GroupDisputes, false, ""},
	{KindDisputeCorrect, GroupDisputes, true, ""},
	{KindDisputeDeferred, GroupDisputes, false, ""},
	{KindDisputeDue, GroupDisputes, false, ""},
	{KindDisputeOverdue, GroupDisputes, false, ""},
	{KindApprovalAsked, GroupApprovals, true, ""},
	{KindApprovalReminder, GroupApprovals, false, ""},
	{KindApprovalDecided, GroupApprovals, false, ""},
	{KindApprovalCopied, GroupApprovals, false, ""},
	{KindApprovalStuck, GroupApprovals, true, ""},
	{KindFlowApproval, GroupApprovals, true, ""},
	{KindFlowDecided, GroupApprovals, false, ""},
	{KindHonourApproval, GroupHonours, true, ""},
	{KindHonourGranted, GroupHonours, false, ""},
	{KindPromotionProposed, GroupHonours, true, ""},
	{KindPromotionDecided, GroupHonours, false, ""},
	{KindPromoted, GroupHonours, false, "/promotions"},
	{KindPointsAsked, GroupHonours, true, "/points"},
	{KindPointsDecided, GroupHonours, false, "/points"},
	{KindMentioned, GroupService, false, ""},
	{KindCaseAssigned, GroupService, false, ""},
	{KindCaseLate, GroupService, false, ""},
	{KindPoolWarned, GroupWork, false, "/my-customers"},
	{KindPoolRecycled, GroupWork, false, "/my-customers"},
	{KindPoolClaimed, GroupWork, false, ""},
	{KindCustomersGiven, GroupWork, false, ""},
	{KindCustomersMerged, GroupWork, false, "/customers/{id}"},
	{KindCustomersParted, GroupWork, false, "/customers/{id}"},
	{KindCollectionConfirmed, GroupMoney, false, "/collections/{id}"},
	{KindCollectionRefused, GroupMoney, false, "/collections/{id}"},
	{KindInstalmentDue, GroupMoney, false, "/contracts/{id}"},
	{KindInstalmentLate, GroupMoney, false, "/contracts/{id}"},
	{KindDealMissing, GroupMoney, true, "/contracts/{id}#record"},
	{KindCustomersMoved, GroupWork, false, ""},
	{KindCollectsNow, GroupWork, false, "/instalments"},
	{KindTierPolicy, GroupWork, true, "/tiers/policies/{id}"},
	{KindTierWaits, GroupWork, false, "/tiers/proposals"},
	{KindTargetDiscussed, GroupWork, false, "/targets/{id}/mine"},
	{KindTargetObjection, GroupWork, false, ""},
	{KindTargetAnswered, GroupWork, false, "/targets/{id}/mine"},
	{KindTargetPublished, GroupWork, true, "/targets/{id}/mine"},
	{KindTargetChanged, GroupWork, true, "/targets/{id}/mine"},
	{KindReviewPrepared, GroupWork, true, ""},
	{KindReviewFinished, GroupWork, false, ""},
	{KindReviewAssessed, GroupWork, true, ""},
	{KindReviewAction, GroupWork, false, ""},
	{KindDailyBrief, GroupWork, false, "/reviews"},
	{KindDecisionDue, GroupWork, true, ""},
	{KindInitiativeOwned, GroupWork, false, ""},
	{KindRiskSign, GroupWork, false, ""},
	{KindBoardAlert, GroupWork, false, "/boards/alerts/{id}"},
	{KindReportDrafted, GroupWork, false, "/reports"},
	{KindReportPublished, GroupWork, false, ""},
	{KindQuestionnaireAsked, GroupWork, true, "/questionnaires/{id}/answer"},
	{KindQuestionnaireReminder, GroupWork, false, "/questionnaires/{id}/answer"},
	{KindProblemAssigned, GroupWork, true, ""},
	{KindProblemAgain, GroupWork, false, ""},
	{KindDiagnosisDone, GroupWork, false, ""},
	{KindDiagnosisFailed, GroupWork, false, ""},
	{KindWorkDaysMissing, GroupWork, true, "/work-days?year={id}"},
	{KindBackupFailed, GroupWork, false, "/backups"},
	{KindJobDone, GroupWork, false, ""},
	{KindJobFailed, GroupWork, false, ""},
	{KindDigest, GroupWork, false, "/notices"},
	{KindNewDevice, GroupSecurity, false, "/account"},
	{KindPasswordChanged, GroupSecurity, false, "/account"},
	{KindPasswordReset, GroupSecurity, false, "/account"},
	{KindSecondFactorOn, GroupSecurity, false, "/account"},
	{KindSecondFactorOff, GroupSecurity, false, "/account"},
	{KindKeyCreated, GroupSecurity, false, "/account"},
	{KindIdentityLinked, GroupSecurity, false, "/account"},
}

func (k Kind) rule() Rule {
	if at := slices.IndexFunc(Rules, func(r Rule) bool { return r.Kind == k }); at >= 0 {
		return Rules[at]
	}
	return Rule{}
}

// Known reports whether the kind is one of Rules.
func (k Kind) Known() bool { return k.rule().Kind != "" }

// Group returns the group of the kind.
func (k Kind) Group() Group { return k.rule().Group }

// Mutable reports whether people may turn the kind off: not what is about the safety of their account, and a digest has a choice of its own.
func (k Kind) Mutable() bool { return k.Known() && k.Group() != GroupSecurity && k != KindDigest }

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("notice.kind."+string(k), nil) }

// Message names the group for people.
func (g Group) Message() errs.Message { return errs.Msg("notice.group."+string(g), nil) }

// KindsOf returns the kinds of the groups.
func KindsOf(groups ...Group) (kinds []Kind) {
	for _, r := range Rules {
		if slices.Contains(groups, r.Group) {
			kinds = append(kinds, r.Kind)
		}
	}
	return kinds
}

// pages lead to what a subject is.
var pages = map[string]string{
	"plan_version": "/plans/{id}", "standard_version": "/standards/{id}", "period": "/months/{id}", "dispute": "/disputes/{id}", "adjustment": "/adjustments/{id}", "honour_round": "/honours/rounds/{id}",
	"approval":      "/approvals/{id}",
	"approval_flow": "/approval-flows/{id}",
	"service_case":  "/cases/{id}",
	"honour_award":  "/honours/awards/{id}", "promotion": "/promotions/{id}", "import": "/imports/{id}", "retro": "/retro/{id}", "simulation": "/simulations/{id}", "job": "/jobs/{id}",
	"holding_act": "/pool/acts/{id}",
	"target_plan": "/targets/{id}",
	"review":      "/reviews/{id}",
	"decision":    "/decisions/{id}",
	"report":      "/reports/{id}",

	"questionnaire": "/questionnaires/{id}",

	"problem":    "/problems/{id}",
	"diagnosis":  "/diagnosis/{id}",
	"initiative": "/initiatives/{id}",
	"risk":       "/risks/{id}",
	"goal":       "/goals/{id}",
}

// Path is where a message leads, from the root of the installation.
func Path(k Kind, subject string) string {
	what, id, _ := strings.Cut(subject, ":")
	page := k.rule().page
	if page == "" {
		page = pages[what]
	}
	if page == "" {
		return "/notices"
	}
	return strings.ReplaceAll(page, "{id}", id)
}
