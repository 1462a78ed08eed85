package admin

import (
	"strings"
	"sync"

	"xiaoguan/internal/checklist"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/web/ui"
)

// codesOf says where the words of a field's codes are: the messages that begin so, or a book that comes with the program (=…). A field is looked up as
// kind.parent.field, parent.field, kind.field and field, then as kind.parent for the values of a map, and the first that is there counts; a field named *
// is what a map is keyed by, and the field without a name is a state that is one value. What is in none of them may be a message trail.value_….
var codesOf = map[string][]string{
	// states
	"adjustment.state": {"adjustment.state_"}, "approval.state": {"approval.state_"}, "checklist.state": {"checklist.state."}, "collection.state": {"collection.state."},
	"contract.state": {"contract.state."}, "customer_pair.state": {"trail.pair_"}, "decision.state": {"decision.state."}, "diagnosis.state": {"diagnosis.state."},
	"dispute.state": {"dispute.state_"}, "distribution.state": {"distribution.state."}, "goal.state": {"programme.goal_state."}, "honour.state": {"honour.state_"},
	"import.state": {"imports.state_"}, "initiative.state": {"programme.milestone."}, "job.state": {"admin.job_"}, "metric.state": {"metric.state."}, "opportunity.state": {"opportunity.state."},
	"period.state": {"months.state_"}, "planbook.state": {"plans.state_"}, "pool_policy.state": {"pool.state."}, "priority.state": {"prioritybook.state."},
	"promotion.state": {"honour.proposal_"}, "questionnaire.state": {"questionnaire.state."}, "quote.state": {"quote.state."}, "retro.state": {"retro.state_"},
	"return_visit.state": {"revisit.state."}, "review.state": {"review.state.", "trail.task_is_"}, "risk.state": {"programme.risk_state."}, "service_case.state": {"service.state."},
	"shop.state": {"honour.redemption_"}, "standard.state": {"standard.state."}, "survey.state": {"survey.mailing."}, "targetplan.state": {"targetplan.objection."},
	"tier_policy.state": {"tiers.state_"}, "lead.status": {"lead.status."}, "problem.status": {"problem.status."}, "customer.stayed.state": {"trail.pair_"},
	"metric.": {"metric.state.", "=metric"}, "targetplan.": {"targetplan.state.", "targetplan.objection."}, "opportunity.stage": {"=stage"},
	// kinds
	"approval.kind": {"trail.approval_"}, "who.kind": {"trail.approver_"}, "copies.kind": {"trail.approver_"}, "board.kind": {"board.kind."}, "budget.kind": {"payroll.accrual_"},
	"collection.kind": {"collection.kind."}, "custom_field.kind": {"customfield.kind."}, "custom_field.object": {"customfield.object."}, "document.kind": {"dossier.kind."},
	"exchange_rate.kind": {"sales.rate_"}, "follow_up.kind": {"followup.kind."}, "lead.kind": {"followup.kind."}, "goal.kind": {"programme.ask."}, "honour.kind": {"trail.kind_"},
	"decision.kind": {"programme.rule."}, "initiative.kind": {"programme.rule."}, "initiative.rule": {"programme.rule."}, "problem.kind": {"finding.kind."}, "review.kind": {"review.kind."},
	"service_case.kind": {"service.kind."}, "survey.kind": {"survey.kind."}, "targetplan.kind": {"targetplan.change."}, "task.kind": {"trail.task_"}, "task.state": {"trail.task_is_"}, "place.kind": {"metric.place."},
	"unit.kind": {"metric.place."}, "period.kind": {"trail.period_"}, "correction.kind": {"trail.kind_"}, "kinds": {"notice.kind."}, "muted": {"notice.kind."}, "import.counts.*": {"imports.kind_"},
	"moved.*": {"trail.kind_"}, "records.*": {"trail.kind_"},
	// who and where
	"role": {"access.role."}, "distribution.roles": {"access.role."}, "quote.limits.*": {"access.role."}, "interview.role": {"interview.role."}, "scope": {"access.scope."},
	"level": {"people.level_", "board.level.", "trail.level_"}, "narrow_level": {"board.level.", "trail.level_"}, "required.*": {"people.level_"}, "layers": {"people.level_"}, "promotion.from": {"people.level_"},
	"promotion.to": {"people.level_"}, "parts.*": {"programme.party."}, "initiative.parts": {"programme.part."}, "contact.part": {"contact.part."}, "customer.profile": {"trail.field_"},
	// what was found, ruled and chosen
	"payroll.outcome": {"payroll.outcome_"}, "cause": {"dispute.cause_"}, "holding.cause": {"=trigger"}, "pool": {"=pool"}, "dispute.outcome": {"dispute.outcome_"}, "dispute.approval": {"dispute.approval_"}, "initiative.outcome": {"programme.outcome."},
	"lesson.outcome": {"programme.outcome."}, "return_visit.outcome": {"revisit.outcome."}, "checklist.verdict": {"checklist.verdict."}, "initiative.verdict": {"programme.verdict."},
	"problem.verdict": {"problem.status."}, "problem.source": {"problem.source."}, "goal.source": {"programme.source."}, "opportunity.source": {"opportunity.source."},
	"lead.source": {"opportunity.source."}, "method": {"trail.method_"}, "initiative.reason": {"trail.effect_"}, "survey.reason": {"survey.reason."}, "distribution.reason": {"distribution.reason."},
	"reasons": {"reassign.reason."}, "why": {"metric.reason."}, "when": {"board.when."}, "side": {"board.when."}, "score": {"review.score."}, "horizon": {"programme.horizon."},
	"phase": {"programme.phase."}, "initiative.from": {"programme.phase."}, "initiative.to": {"programme.phase."}, "lost_for": {"opportunity.loss."}, "invalid_for": {"lead.reason."},
	"severity": {"service.severity."}, "law.severity": {"law.severity_"}, "service_rules.limits.*": {"service.severity."}, "security": {"mail.security."}, "collection.way": {"collection.way."},
	"holding.way": {"pool.way."}, "sent_by": {"quote.way."}, "origin": {"diagnosis.origin."}, "work": {"law.work_"}, "mode": {"approvals.mode_"}, "operator": {"approvals.operator_"},
	"basis": {"board.measure."}, "after": {"survey.after."}, "section": {"report.section."}, "format": {"reports.file."}, "webhook.format": {"notice.format."}, "lang": {"notices.lang_"},
	"language": {"notices.lang_"}, "notice.digest": {"notices.digest_"}, "span": {"honour.span_"}, "board.by": {"board.level.", "trail.period_"}, "required": {"customfield.", "=stage"},
	"session.what": {"trail.refused_"}, "saved_view.list": {"nav.", "trail.list_"}, "quota.of": {"board.measure."},
	// books and numbers
	"metric": {"=metric"}, "metrics": {"=metric"}, "goal.key": {"programme.goal."}, "item.key": {"programme.item."}, "duties.key": {"programme.duty."}, "themes": {"=theme"},
	"checklist.list": {"=list"}, "checklist.question": {"=question"}, "answers.*": {"=question"}, "levels.*": {"maturity.dimension."}, "dimension": {"maturity.dimension."},
	"gauge": {"maturity.gauge."}, "maturity.levels": {"maturity.level."}, "skill.levels": {"capability.level_"}, "skill.required": {"capability.level_"}, "maturity.from": {"maturity.level."},
	"maturity.unit": {"trail.unit_"}, "value.unit": {"metric.unit."}, "given_value.unit": {"customfield.kind."}, "risk.impact": {"programme.impact."}, "risk.probability": {"programme.probability."},
	"priority.impact": {"prioritybook.impact_"}, "weekday": {"common.weekday."}, "fiscal_first_month": {"common.month."}, "tier": {"tierbook.tier_"}, "standing": {"tierbook.tier_"},
	"override": {"tierbook.tier_"}, "time_zone": {"company.zone."}, "updown": {"trail.updown_"}, "theme": {"trail.value_"},
}

// books are the names of what comes with the program under a code: numbers, lists, themes, rules.
var books = sync.OnceValue(func() map[string]map[string]ruledoc.Text {
	all := map[string]map[string]ruledoc.Text{"=metric": {}, "=theme": {}, "=list": {}, "=question": {}, "=trigger": {}, "=pool": {}, "=stage": {}}
	for _, d := range metric.Shipped() {
		all["=metric"][string(d.ID)] = d.Name
		if d.Default {
			all["=metric"][string(d.Family)] = d.Name
		}
	}
	for _, code := range interview.ShippedCodes().Codes {
		all["=theme"][code.ID] = code.Name
	}
	for _, list := range checklist.Shipped {
		all["=list"][list.Key] = list.Name
		for _, question := range list.Questions {
			all["=question"][question.ID] = question.Text
		}
	}
	for _, trigger := range poolrule.Default().Recycle {
		all["=trigger"][trigger.ID] = trigger.Name
	}
	for _, pool := range poolrule.Default().Pools {
		all["=pool"][pool.ID] = pool.Name
	}
	for _, stage := range sop.Default().Stages {
		all["=stage"][stage.ID] = ruledoc.Text{Zh: stage.Name.Zh, En: stage.Name.En}
	}
	return all
})

// sources are where the words of a field's codes are.
func (w wording) sources(name string) []string {
	parent := ""
	if n := len(w.path); n > 0 {
		parent = w.path[n-1]
	}
	keys := []string{w.kind + "." + parent + "." + name, parent + "." + name, w.kind + "." + name, name}
	if parent != "" && name != "*" {
		keys = append(keys, w.kind+"."+parent)
	}
	for _, key := range keys {
		if sources, there := codesOf[key]; there {
			return sources
		}
	}
	return nil
}

// word says a code of a field in words; false when it is none that the program knows.
func (w wording) word(name, code string) (string, bool) {
	for _, source := range append(w.sources(name), "trail.value_") {
		if strings.HasPrefix(source, "=") {
			if text, there := books()[source][code]; there {
				return ui.InLanguage(w.p, text), true
			}
		} else if key := source + code; w.p.Has(key) {
			return w.p.T(key), true
		}
	}
	return "", false
}
