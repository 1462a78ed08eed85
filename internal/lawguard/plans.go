package lawguard

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// PlanCase is a plan version with what is on record of it.
// Missing are the payees of the month who have not accepted it; for a draft nobody is asked.
type PlanCase struct {
	Version    planbook.Version
	Plan       *plan.Plan
	Announced  []consent.Announcement // newest first
	ApprovedOn calendar.Date          // NoDate for a draft
	Payees     int
	Missing    []int64
	Today      calendar.Date
}

// planJudge is one version being held against the rules.
type planJudge struct {
	settings Settings
	PlanCase
	found []Finding
}

// JudgePlan holds a version against the rules about plans.
func JudgePlan(settings Settings, c PlanCase) []Finding {
	j := &planJudge{settings: settings, PlanCase: c}
	j.notice()
	j.acceptance()
	j.leaverClause()
	j.deductionClause()
	if s := c.Plan.Settle; s != nil && s.Hold != nil && s.Hold.ExpiresAfterMonths > 0 {
		j.add(RuleExpiryClause, "", errs.Msg("lawguard.found_expiry_clause", errs.Args{"Months": s.Hold.ExpiresAfterMonths}))
	}
	if c.Plan.Currency != money.CNY {
		j.add(RuleLegalTender, "", errs.Msg("lawguard.found_legal_tender", errs.Args{"Currency": string(c.Plan.Currency)}))
	}
	return j.found
}

func (j *planJudge) add(rule Rule, place string, reason errs.Message, facts ...string) {
	f, on := j.settings.finding(rule, VerdictBroken, 0)
	if !on {
		return
	}
	f.VersionID, f.Reason = j.Version.ID, reason
	f.Plan = i18n.Named{ID: j.Version.DocumentID, Zh: j.Version.Name.Zh, En: j.Version.Name.En}
	f.seal(strings.TrimSuffix(j.Version.ID+":"+place, ":"), facts...)
	j.found = append(j.found, f)
}

// first is the day on which payees were first told of exactly this text; NoDate when nothing is on record.
func (j *planJudge) first() calendar.Date {
	first := calendar.NoDate
	for _, a := range j.Announced {
		if a.Hash == j.Version.Hash && (first == calendar.NoDate || a.AnnouncedOn < first) {
			first = a.AnnouncedOn
		}
	}
	return first
}

// notice judges whether payees were heard and told, and in time. A draft is judged as if it were approved and announced today. A plan holds for
// the months whose last day it covers, so what counts is its first whole month.
func (j *planJudge) notice() {
	from, told := j.Version.Effective.From, j.first()
	draft := j.ApprovedOn == calendar.NoDate
	switch {
	case draft:
		told = j.Today
	case told == calendar.NoDate:
		j.add(RuleNotAnnounced, "", errs.Msg("lawguard.found_not_announced", errs.Args{"From": from}))
		if j.ApprovedOn > from {
			j.add(RuleRetroactive, "", errs.Msg("lawguard.found_retroactive_approved", errs.Args{"From": from, "Approved": j.ApprovedOn}))
		}
		return
	}
	days := j.settings.held(RuleShortNotice).Number
	switch {
	case told > from && draft:
		// Days pass; what the warning says stays the same, so that one who has taken note of it is not asked again every day.
		j.add(RuleRetroactive, "", errs.Msg("lawguard.found_retroactive_draft", errs.Args{"From": from}))
	case told > from:
		j.add(RuleRetroactive, "", errs.Msg("lawguard.found_retroactive", errs.Args{"From": from, "Told": told, "Days": int(told - from)}))
	case int(from-told) < days && draft:
		j.add(RuleShortNotice, "", errs.Msg("lawguard.found_short_notice_draft", errs.Args{"From": from, "Wanted": days}))
	case int(from-told) < days:
		j.add(RuleShortNotice, "", errs.Msg("lawguard.found_short_notice", errs.Args{"From": from, "Told": told, "Days": int(from - told), "Wanted": days}))
	}
	if !draft && j.ApprovedOn > from && told <= from {
		j.add(RuleRetroactive, "", errs.Msg("lawguard.found_retroactive_approved", errs.Args{"From": from, "Approved": j.ApprovedOn}))
	}
}

// acceptance says how many payees have not accepted; who they are is part of what the finding rests on.
func (j *planJudge) acceptance() {
	if len(j.Missing) == 0 {
		return
	}
	missing := slices.Sorted(slices.Values(j.Missing))
	facts := make([]string, len(missing))
	for i, id := range missing {
		facts[i] = strconv.FormatInt(id, 10)
	}
	j.add(RuleNotAccepted, "", errs.Msg("lawguard.found_not_accepted", errs.Args{"Count": len(missing), "Payees": j.Payees}), facts...)
}

// leaverClause looks at what the plan says about those who leave.
func (j *planJudge) leaverClause() {
	switch j.Plan.Statements.LeaverLaterCollections {
	case plan.LaterCollectionsPaid:
	case plan.LaterCollectionsUnpaid:
		j.add(RuleLeaverClause, "later", errs.Msg("lawguard.found_leaver_unpaid", nil))
	default:
		j.add(RuleLeaverClause, "silent", errs.Msg("lawguard.found_leaver_silent", nil))
	}
	s := j.Plan.Settle
	if s == nil {
		return
	}
	if s.Hold != nil && s.Hold.IfLeft == plan.IfLeftForfeited {
		j.add(RuleLeaverClause, "hold", errs.Msg("lawguard.found_leaver_hold", nil))
	}
	if s.Instalments != nil && s.Instalments.IfLeft == plan.IfLeftForfeited {
		j.add(RuleLeaverClause, "instalments", errs.Msg("lawguard.found_leaver_instalments", nil))
	}
}

// deductionClause looks for rules that can take more of a month's pay than may be.
func (j *planJudge) deductionClause() {
	s, percent := j.Plan.Settle, j.settings.held(RuleDeductionLimit).Number
	args := errs.Args{"Percent": percent}
	if j.Plan.Statements.NegativeResult == plan.NegativeStands && (s == nil || s.Negative == nil) {
		j.add(RuleDeductionClause, "negative", errs.Msg("lawguard.found_negative_stands", args))
	}
	if s == nil {
		return
	}
	if s.Negative != nil {
		j.add(RuleDeductionClause, "carried", errs.Msg("lawguard.found_negative_carried", args))
	} else if s.Clawback != nil {
		j.add(RuleDeductionClause, "clawback", errs.Msg("lawguard.found_clawback", args))
	}
	if d := s.Draw; d != nil && d.Recoverable && d.Style != plan.DrawNetted && d.RecoverPercent.Cmp(decimal.FromInt(int64(percent), 2)) > 0 {
		j.add(RuleDeductionClause, "draw", errs.Msg("lawguard.found_draw", errs.Args{"Percent": percent, "Recover": d.RecoverPercent.String(), "Floor": d.RecoverFloorFen}))
	}
}

// OfPlan judges one version, draft or approved. Errors: forbidden; not found. A document that is no plan has no findings.
func (s *Service) OfPlan(ctx context.Context, actor access.Actor, versionID string) (found []Finding, err error) {
	defer errs.Wrap(&err, "lawguard.OfPlan(%s)", versionID)
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		found, err = s.ofPlan(ctx, r, versionID, s.Today().Month())
		return err
	})
	return found, err
}

// ofPlan judges a version by its payees of a month, or of its first if that is later: as plansOf does.
func (s *Service) ofPlan(ctx context.Context, r Reader, versionID string, month calendar.Month) ([]Finding, error) {
	v, err := r.PlanVersion(ctx, versionID)
	if err != nil || v.Kind != planbook.KindPlan || v.State == planbook.StateWithdrawn {
		return nil, err
	}
	d, err := plan.Decode(v.DocumentID, []byte(v.Text))
	if err != nil || d.Plan == nil {
		return nil, nil // what is wrong with the text is said elsewhere
	}
	settings, err := r.LawSettings(ctx)
	if err != nil {
		return nil, err
	}
	roster, err := r.Roster(ctx, access.Scope{All: true}, s.Today())
	if err != nil {
		return nil, err
	}
	c, err := s.planCase(ctx, r, d.Plan, v, roster, max(month, v.Effective.From.Month()))
	if err != nil {
		return nil, err
	}
	found := JudgePlan(settings.Settings, c)
	sortFindings(found)
	return found, noted(ctx, r, found)
}
