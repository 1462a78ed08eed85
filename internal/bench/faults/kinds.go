package faults

import "math"

var (
	units     = []level{atRegion, atTeam}
	wideUnits = []level{atCompany, atRegion, atTeam}
	wide      = []level{atCompany, atRegion}
	alone     = []level{atCompany}
)

// ofShare is a kind that is a larger share of something: cases are how many of it a seller has, least what counts against the rest, whole the
// share that counts for all, most the largest share that can be.
func ofShare(id, group string, k knob, cases, least, whole, most float64, levels []level) kind {
	return kind{id: id, group: group, levels: levels,
		measure: func(c *company, at site) (float64, float64, float64) {
			usual, counts := healthy[k].usual, least
			if at.level == atCompany {
				counts = whole - usual
			}
			p := usual + counts/2
			differs := healthy[k].differs / math.Sqrt(max(1, float64(len(at.teams))))
			return counts, math.Sqrt(differs*differs + 1.3*p*(1-p)/(cases*at.seats)), most - usual
		},
		plant: adding(k, 1),
	}
}

// ofFactor is a kind that is so many times the usual; by is a logarithm. Deviation is of one case of the logarithm, times −1 where less is worse.
func ofFactor(id, group string, k knob, cases, deviation, least, whole, most, sign float64, levels []level) kind {
	return kind{id: id, group: group, levels: levels,
		measure: func(c *company, at site) (float64, float64, float64) {
			counts := math.Log(least)
			if at.level == atCompany {
				counts = math.Log(whole)
			}
			differs := healthy[k].differs / math.Sqrt(max(1, float64(len(at.teams))))
			return counts, math.Sqrt(differs*differs + deviation*deviation/(cases*at.seats)), math.Log(most)
		},
		plant: func(c *company, at site, by float64) {
			for _, t := range at.teams {
				c.teams[t].k[k] *= math.Exp(sign * by)
			}
		},
	}
}

// ofMean is a kind whose mean is moved by so much.
func ofMean(id, group string, k knob, cases, deviation, least, whole, most, sign float64, levels []level) kind {
	return kind{id: id, group: group, levels: levels,
		measure: func(c *company, at site) (float64, float64, float64) {
			counts := least
			if at.level == atCompany {
				counts = whole
			}
			differs := healthy[k].differs / math.Sqrt(max(1, float64(len(at.teams))))
			return counts, math.Sqrt(differs*differs + deviation*deviation/(cases*at.seats)), most
		},
		plant: adding(k, sign),
	}
}

func adding(k knob, sign float64) func(c *company, at site, by float64) {
	return func(c *company, at site, by float64) {
		for _, t := range at.teams {
			c.teams[t].k[k] += sign * by
		}
	}
}

// with names a stage or a rule in the place of a kind.
func (k kind) with(stage, rule string) kind {
	k.stage, k.rule = stage, rule
	return k
}

// scaled is a kind whose knob turns so many times as far as what is seen.
func (k kind) scaled(times float64) kind {
	plant := k.plant
	k.plant = func(c *company, at site, by float64) { plant(c, at, by*times) }
	return k
}

// kinds are all that can be planted.
func kinds() []kind {
	all := append(processKinds(), customerKinds()...)
	all = append(all, pipelineKinds()...)
	all = append(all, peopleKinds()...)
	return append(all, incentiveKinds()...)
}

func processKinds() []kind {
	return []kind{
		ofShare("late_entry", "entry", kLateEntry, 150, 0.15, 0.30, 0.95, wideUnits),
		ofShare("batch_entry", "entry", kBatch, 150, 0.20, 0.30, 0.85, units),
		ofShare("step_skipped", "steps", kSkipNeed, 35, 0.15, 0.30, 0.9, wideUnits).with("", "need_recorded"),
		ofShare("step_skipped", "steps", kSkipChain, 35, 0.15, 0.30, 0.9, wideUnits).with("", "decision_chain"),
		ofShare("step_skipped", "steps", kSkipContract, 18, 0.15, 0.30, 0.9, wideUnits).with("", "contract_approved"),
		ofShare("step_skipped", "steps", kSkipHandover, 18, 0.15, 0.30, 0.9, wideUnits).with("", "handover_done"),
		ofShare("approval_missing", "approval", kNoApproval, 35, 0.10, 0.20, 0.9, wideUnits),
		ofShare("approval_late", "approval", kLateApproval, 35, 0.10, 0.20, 0.9, wideUnits),
		ofFactor("approval_slow", "approval_time", kApprovalHours, 35, 0.75, 2, 6, 25, 1, wideUnits),
		ofShare("first_contact_slow", "first_contact", kFirstSlow, 44, 0.15, 0.40, 0.9, wideUnits),
		ofFactor("stage_slow", "time", kStageNeeds, 45, 0.55, 1.5, 21/stageDays[1], 4, 1, wideUnits).with("needs", ""),
		ofFactor("stage_slow", "time", kStageProposal, 35, 0.55, 1.5, 27/stageDays[2], 4, 1, wideUnits).with("proposal", ""),
		ofFactor("stage_slow", "time", kStageContract, 22, 0.55, 1.5, 18/stageDays[3], 4, 1, wideUnits).with("contract", ""),
		ofShare("back_steps", "back", kBack, 48, 0.10, 0.25, 0.8, wideUnits).scaled(1.2),
		ofShare("pipeline_stale", "stale", kStale, 3, 0.20, 0.40, 0.9, wideUnits),
		ofShare("dates_contradict", "dates", kSwapped, 58, 0.05, 0.08, 0.6, wideUnits).scaled(1.15),
	}
}

func customerKinds() []kind {
	return []kind{
		ofMean("collection_slow", "collection", kPayDelay, 60, 9.5, 12, 12, 42, 1, units),
		ofShare("overdue_high", "collection", kUnpaid, 30, 0.10, 0.13, 0.6, units),
		ofShare("instalments_missing", "instalments", kNoInstalments, 48, 0.15, 0.30, 0.9, wideUnits),
		ofMean("discount_period_end", "discount", kEndDiscount, 5, 0.024, 0.04, 0.04, 0.12, 1, wideUnits),
		ofMean("discount_high", "discount", kDiscount, 35, 0.024, 0.04, 0.04, 0.10, 1, units),
		ofShare("discount_under_limit", "discount", kUnderLimit, 35, 0.15, 0.25, 0.7, wideUnits),
		ofFactor("churn_rising", "churn", kLossLately, 1, 1.0, 1.6, 1.6, 9, 1, wide),
		ofShare("a_without_core", "core", kCoreForA, 5, 0.30, 1.3, 1.78, wideUnits).turned(),
		ofShare("neglected", "care", kNeglect, 50, 0.15, 0.30, 0.75, wideUnits),
		ofShare("owners_gone", "gone", kGoneOwner, 50, 0.10, 0.15, 0.7, wideUnits).whereSomebodyLeft(),
		ofShare("ledger_incomplete", "incomplete", kIncomplete, 60, 0.15, 0.50, 0.9, wideUnits),
		ofShare("ledger_stale", "unchecked", kUnchecked, 50, 0.15, 0.50, 0.72, wideUnits),
		ofShare("late_registration", "registration", kLateRegistration, 60, 0.15, 0.30, 0.9, wideUnits),
		ofShare("duplicates", "duplicates", kDuplicates, 60, 0.04, 0.06, 0.4, wideUnits).scaled(0.5),
		ofMean("satisfaction_low", "satisfaction", kCSAT, 12, 0.8, 0.4, 0.4, 2.4, -1, units),
		ofShare("service_slow", "service", kSlowAnswer, 13, 0.15, 0.30, 0.9, wideUnits),
		ofShare("payments_unplaced", "double", kOverpaid, 85, 0.04, 0.06, 0.5, wideUnits),
	}
}

// turned is a share that is planted downwards.
func (k kind) turned() kind {
	k.plant = adding(kCoreForA, -1)
	k.measure = func(c *company, at site) (float64, float64, float64) {
		least := 0.30
		if at.level == atCompany {
			least = 0.42
		}
		return least, math.Sqrt(0.02*0.02/max(1, float64(len(at.teams))) + 0.2/(5*at.seats)), 0.88
	}
	return k
}

// whereSomebodyLeft is a kind that needs people who left in every team of a place.
func (k kind) whereSomebodyLeft() kind {
	measure := k.measure
	k.measure = func(c *company, at site) (float64, float64, float64) {
		least, noise, most := measure(c, at)
		for _, t := range at.teams {
			if !c.hasLeavers(t) {
				return least, noise, 0
			}
		}
		return least, noise, most
	}
	return k
}

func (c *company) hasLeavers(t int) bool {
	for _, i := range c.teams[t].people {
		if c.people[i].left != none {
			return true
		}
	}
	return false
}
