package dossier

import (
	"time"

	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
	"xiaoguan/internal/ruledoc"
)

// The company of these tests in November 2026: two goals and a draft, three initiatives, three risks.

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func on(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func in(text string) calendar.Month {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return m
}

var book = []metric.Definition{{ID: "overdue_rate", Name: ruledoc.Text{Zh: "逾期率", En: "Overdue rate"}, Unit: metric.UnitPercent, Formula: metric.Formula{Kind: metric.FormulaRatio, Of: []metric.Term{{Measure: metric.Signed}}, Over: []metric.Term{{Measure: metric.Signed}}}},
	{ID: "compliance", Name: ruledoc.Text{Zh: "流程合规率", En: "Compliance"}, Unit: metric.UnitPercent}}

func share(id metric.ID, of, over int64, month string) metric.Value {
	return metric.Value{Metric: id, Version: 2, Unit: metric.UnitPercent, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: in(month)}, Numerator: of, Denominator: over, Scale: 1, Known: true}
}

func sampleGoals() []programme.Stand {
	compliance := programme.Goal{ID: 1, Key: "compliance", Metric: "compliance", Place: metric.Company, Good: metric.GoodUp, Unit: metric.UnitPercent, Window: 1, Horizon: 12, From: in("2026-03"), Kind: programme.AskRelative, Asked: 400_000, Target: 700_000, State: programme.GoalActive,
		Baseline: &programme.Snapshot{Value: share("compliance", 321, 642, "2026-03"), Name: book[1].Name, Basis: ruledoc.Text{Zh: "守住的规则 ÷ 判定的规则", En: "Rules kept ÷ rules decided"}, At: at("2026-04-02 01:00")}}
	overdue := programme.Goal{ID: 2, Metric: "overdue_rate", Place: metric.Place{Kind: metric.PlaceRegion, ID: 1, Name: "华东"}, Good: metric.GoodDown, Unit: metric.UnitPercent, Window: 3, Horizon: 6, From: in("2026-03"), Kind: programme.AskPoints, Asked: -50_000, Target: 150_000, State: programme.GoalActive,
		Baseline: &programme.Snapshot{Value: share("overdue_rate", 2_000_000_00, 10_000_000_00, "2026-03"), Name: book[0].Name, Basis: ruledoc.Text{Zh: "逾期应收 ÷ 应收", En: "Overdue ÷ receivable"}, At: at("2026-04-02 01:00")}}
	draft := programme.Goal{ID: 3, Key: "identification", Source: programme.SourceIdentification, Place: metric.Company, Unit: metric.UnitPercent, Window: 1, Horizon: 12, From: in("2026-03"), State: programme.GoalDraft}
	var kept, late []programme.Reading
	for k, month := range []string{"2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"} {
		kept = append(kept, programme.Reading{GoalID: 1, Month: in(month), Value: share("compliance", 340+int64(k)*22, 680, month)})
		late = append(late, programme.Reading{GoalID: 2, Month: in(month), Value: share("overdue_rate", 1_900_000_00, 10_000_000_00, month)})
	}
	first, second, third := programme.Stand{Goal: compliance, Readings: kept}, programme.Stand{Goal: overdue, Readings: late}, programme.Stand{Goal: draft}
	list := []programme.Stand{first.At(in("2026-12"), on("2026-11-28")), second.At(in("2026-12"), on("2026-11-28")), third.At(in("2026-12"), on("2026-11-28"))}
	list[0].Owner, list[1].Owner = "胡凯旋", ""
	return list
}

func signature(text string) programme.Signature {
	return programme.Signature{ByID: "u1", ByName: "孙建国", At: at(text)}
}

func gates(signed string) (list []programme.Gate) {
	for _, phase := range programme.Phases {
		list = append(list, programme.Gate{Phase: phase, Items: []programme.Item{{Said: programme.Said{Key: "owner_named"}}, {Said: programme.Said{Text: "样表已发"}}}})
	}
	if signed != "" {
		list[0].Items[0].Done, list[0].Items[1].Done, list[0].Signed, list[0].Note = signature(signed), signature(signed), signature(signed), "可以试"
	}
	return list
}

func sampleInitiatives(goals []programme.Stand) []programme.ShownInitiative {
	duties := []programme.Duty{{Said: programme.Said{Key: "training"}, Parts: map[programme.Party]string{programme.PartySales: "C", programme.PartyHR: "A", programme.PartyOperations: "R"}}}
	trial := programme.ShownInitiative{Brief: programme.Brief{Owner: "胡凯旋", Initiative: programme.Initiative{ID: 1, Title: "方案先审后发", Aim: "当天审完再发", Problems: []int64{7}, Goals: []int64{1}, Horizon: programme.HorizonShort, OwnerID: 4, BudgetFen: 60_000_00, EffortDays: 40,
		Spent:      []programme.Spending{{On: on("2026-08-10"), AmountFen: 27_600_00, Note: "讲师", By: signature("2026-08-10 03:00")}},
		Milestones: []programme.Milestone{{Title: "培训完", DueOn: on("2026-07-18"), State: programme.MilestoneDone, DoneOn: on("2026-07-16")}, {Title: "试点满三个月", DueOn: on("2026-09-16"), State: programme.MilestonePlanned}, {Title: "定是否推广", DueOn: on("2026-12-20"), State: programme.MilestonePlanned}},
		Duties:     duties, Trial: programme.Trial{Metric: "compliance", Pilot: []int64{1, 2}, Comparison: []int64{3, 4, 9}, From: in("2026-06"), Before: 12}, Phase: programme.PhasePilot, Gates: gates("2026-07-01 02:00"), CreatedBy: signature("2026-05-30 02:00")}},
		Teams: map[int64]programme.Team{1: {ID: 1, Name: "华东一部"}, 2: {ID: 2, Name: "华东二部"}, 3: {ID: 3, Name: "华南一部"}, 4: {ID: 4, Name: "华南二部"}}, Problems: map[int64]string{7: "方案没审就发"}, GoalsOf: goals[:1],
		Effects: []programme.Found{{ID: 1, InitiativeID: 1, Name: book[1].Name, Version: 2, Unit: metric.UnitPercent, Good: metric.GoodUp, First: in("2025-06"), By: signature("2026-11-20 02:00"), At: at("2026-11-20 02:00"),
			Result: effect.Result{Method: effect.MethodStudent, Verdict: effect.CantTell, Reason: effect.ReasonNoise, Before: 12, After: 5, Pilot: 2, Comparison: 3, Effect: effect.Estimate{Value: 19_000, Interval: effect.Interval{Low: -52_000, High: 84_000}, P: 0.4}}}}}
	kept := programme.ShownInitiative{Brief: programme.Brief{Owner: "李琳", Initiative: programme.Initiative{ID: 2, Title: "逾期日报", Horizon: programme.HorizonMid, BudgetFen: 5_000_00, EffortDays: 5, Spent: []programme.Spending{{On: on("2026-06-10"), AmountFen: 6_200_00}}, Phase: programme.PhaseRollOut, Gates: gates(""), Outcome: programme.OutcomeKeep, ClosedAt: at("2026-08-28 02:00"),
		Changed: []programme.Changed{{Kind: programme.RuleStandard, Label: "第3版"}}, CreatedBy: signature("2026-04-10 02:00")}},
		Effects: []programme.Found{{ID: 2, InitiativeID: 2, Name: book[0].Name, Unit: metric.UnitPercent, At: at("2026-08-20 02:00"), Result: effect.Result{Method: effect.MethodPermutation, Verdict: effect.Better, Before: 12, After: 6, Pilot: 3, Comparison: 6, Ways: 84, Effect: effect.Estimate{Value: -31_000, Interval: effect.Interval{HighOpen: true, Low: -60_000}}}}}}
	bare := programme.ShownInitiative{Brief: programme.Brief{Initiative: programme.Initiative{ID: 3, Title: "到期前续约", Horizon: programme.HorizonMid, Duties: duties, Phase: programme.PhaseDiagnose, Gates: gates(""), CreatedBy: signature("2026-11-01 02:00")}}}
	return []programme.ShownInitiative{trial, kept, bare}
}

func sampleRisks() []programme.ShownRisk {
	return []programme.ShownRisk{
		{Risk: programme.Risk{ID: 1, Key: "bad_debt", Probability: 3, Impact: 4, Sign: programme.Sign{Metric: "overdue_rate", Place: metric.Company, Side: programme.SideAbove, Limit: 180_000}, State: programme.RiskOpen, OwnerID: 4,
			Look: programme.Look{At: at("2026-11-02 01:00"), Since: at("2026-09-02 01:00"), Showing: true, Value: share("overdue_rate", 1_900_000_00, 10_000_000_00, "2026-10")}}, Owner: "李琳"},
		{Risk: programme.Risk{ID: 2, Title: "讲师请不到", Probability: 2, Impact: 3, State: programme.RiskHappened, PlanB: "先录视频"}},
		{Risk: programme.Risk{ID: 3, Key: "market", Probability: 1, Impact: 1, State: programme.RiskClosed}},
	}
}

func sampleLoop() loopFacts {
	goals := sampleGoals()
	return loopFacts{Goals: goals, Initiatives: sampleInitiatives(goals), Risks: sampleRisks(), Today: on("2026-11-28")}
}

func samplePack() packFacts {
	return packFacts{loopFacts: sampleLoop(), Quarter: Quarter{2026, 3}, Span: calendar.Interval{From: on("2026-07-01"), To: on("2026-10-01")},
		Decisions: []decision.Decision{{ID: 1, Title: "逾期日报保留", On: on("2026-08-28"), ByName: "孙建国", Evidence: []decision.Evidence{{}}, Expected: "逾期率低于18%", DueOn: on("2026-09-30"), State: decision.StateOpen}, {ID: 2, Title: "明年再说", On: on("2026-10-12"), DueOn: on("2027-03-01"), State: decision.StateOpen}},
		Actions:   []review.Action{{ID: 1, Unit: review.Unit{Name: "华东一部"}, PersonName: "赵伟", Text: "补齐应收台账", DueOn: on("2026-07-20"), State: review.ActionDone, DoneOn: on("2026-07-19")}, {ID: 2, Unit: review.Unit{Name: "华南一部"}, PersonName: "余杰", Text: "约见三家逾期客户", DueOn: on("2026-08-20"), State: review.ActionOpen, DoneOn: calendar.NoDate}}}
}

func sampleFinal() finalFacts {
	f := finalFacts{loopFacts: sampleLoop()}
	f.Lessons = []programme.Lesson{{ID: 1, InitiativeID: 2, Title: "逾期日报", Tried: "每天给主管发逾期清单", Where: "华东一部", Learnt: "清单要点名到单", Outcome: programme.OutcomeKeep, Effect: &f.Initiatives[1].Effects[0]}}
	return f
}

func sampleDiagnosis() diagnosisFacts {
	steps := diagnosis.Found{Kind: "step_skipped", Area: finding.AreaProcess, Place: problem.Place{Level: finding.LevelTeam, Key: "T1", Name: "华东一部", TeamID: 1}, Figure: problem.Figure{Value: 0.643, Usual: 0.3, Unit: finding.UnitShare, Cases: 5289, Hits: 3403, Confidence: 0.987}, MoneyMinor: 1_200_000_00, Worth: true,
		Rows: []problem.Row{{Record: "SJ-1", Person: "赵伟", Value: 1, Usual: 0.3, Day: "2026-09-01"}, {Record: "SJ-2", Value: 2.5}, {Record: "SJ-3", Value: 1}, {Record: "SJ-4", Value: 1}, {Record: "SJ-5", Value: 1}, {Record: "SJ-6", Value: 1}}}
	plan := diagnosis.Found{Kind: "instalments_missing", Area: finding.AreaCollection, Place: problem.Place{Level: finding.LevelCompany}, Figure: problem.Figure{Value: 0.595, Usual: 0.3, Unit: finding.UnitShare, Cases: 3906, Hits: 2326, Confidence: 1}}
	run := diagnosis.Run{ID: 2, State: diagnosis.StateReady, Origin: diagnosis.OriginOwn, AsOf: on("2026-10-31"), Note: "月度例行", Found: 2, Tests: 9, Digest: "1eb3e98a84255410ffff", CreatedName: "孙建国", CreatedAt: at("2026-11-02 02:00"),
		Outcome: diagnosis.Outcome{Sheets: []diagnosis.Sheet{{Part: finding.Persons, Rows: 112}, {Part: finding.Deals, Rows: 7334}, {Part: finding.Payments, Rows: 11905}}, Unread: []diagnosis.Unread{{Part: finding.Deals, Field: "signed_on", Rows: 3, First: 17, Value: "昨天"}}, Skipped: []string{"notes.csv"},
			Findings: []diagnosis.Found{plan, steps}, Looked: []finding.Kind{"instalments_missing", "step_skipped", "turnover_high"}, Change: problem.Change{New: 1, Again: 1},
			Missing: []finding.Missing{{Kind: "training_rare", Parts: []finding.Part{finding.Training}, Reason: finding.LacksParts}, {Kind: "approval_late", Parts: []finding.Part{finding.Approvals}, Reason: finding.LacksParts}, {Kind: "approval_missing", Parts: []finding.Part{finding.Approvals}, Reason: finding.LacksParts}, {Kind: "target_unfair", Reason: "finding.missing.few", Have: 12, Need: 36}}}}
	return diagnosisFacts{Run: diagnosis.Shown{Run: run},
		Problems: map[string]problem.Problem{steps.Identity(): {ID: 7, Kind: steps.Kind, Place: steps.Place, Proposed: problem.Rating{Gravity: 5, Urgency: 5, Tendency: 5}, Status: problem.StatusConfirmed, OwnerName: "胡凯旋"}, plan.Identity(): {ID: 8, Kind: plan.Kind, Place: plan.Place, Proposed: problem.Rating{Gravity: 3, Urgency: 3, Tendency: 3}, Status: problem.StatusOpen}},
		Tried:    map[int64][]string{7: {"方案先审后发"}},
		Maturity: &assessment.Assessment{ID: 1, On: on("2026-11-01"), ByName: "孙建国", Result: maturity.Result{Overall: 274, Known: true, Judged: 70, Weights: 100, Weakest: "data", Dimensions: []maturity.Judged{{Dimension: "process", Weight: 40, Level: 3, Score: 340, Held: 2, Wanted: 5}, {Dimension: "data", Weight: 30, Level: 1, Score: 185, Held: 3, Wanted: 4}, {Dimension: "team", Weight: 30, Level: maturity.None, Wanted: 3}}}}}
}

func spanOf(from, to string) calendar.Interval {
	return calendar.Interval{From: on(from), To: on(to)}
}
