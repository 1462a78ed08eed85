package faults

import (
	"math"
	"strings"
)

// customerLooks read the kinds about customers, money, people and incentives.
func customerLooks() []look {
	return []look{
		{kind: "late_registration", see: ledger(func(_, r map[string]string, _ float64) float64 {
			return flag(when(r["registered_at"])-when(r["met_at"]) > 1)
		}), least: 0.15},
		{kind: "ledger_stale", see: ledger(func(_, r map[string]string, end float64) float64 { return flag(end-when(r["checked_on"]) > checkDays) }), least: 0.15},
		{kind: "ledger_incomplete", see: ledger(func(c, _ map[string]string, _ float64) float64 {
			filled := 0.0
			for _, column := range []string{"industry", "city", "need", "budget", "decision_maker", "address"} {
				filled += flag(c[column] != "")
			}
			return flag(filled < 4)
		}), least: 0.15},
		{kind: "neglected", see: ledger(func(c, r map[string]string, end float64) float64 {
			return flag(end-when(r["last_contact_on"]) > 2*map[string]float64{"A": 14, "B": 30, "C": 60}[c["tier"]])
		}), least: 0.15},
		{kind: "duplicates", see: doubles, least: 0.04},
		{kind: "owners_gone", see: ownersGone, least: 0.10},
		{kind: "a_without_core", see: withoutCore, least: 0.30},
		{kind: "instalments_missing", see: bareDeals, least: 0.15},
		{kind: "collection_slow", see: paidLate, least: 12},
		{kind: "overdue_high", see: overdue, least: 0.10},
		{kind: "payments_unplaced", see: overpaid, least: 0.04},
		{kind: "discount_high", see: discounts(false), least: 0.04},
		{kind: "discount_period_end", see: discounts(true), least: 0.04},
		{kind: "discount_under_limit", see: underLimit, least: 0.15},
		{kind: "end_loading", see: signedLate(func(d map[string]string) bool { return true }), least: 0.12},
		{kind: "gaming_cancel", see: signedLate(func(d map[string]string) bool {
			return d["cancelled_on"] != "" && when(d["cancelled_on"])-when(d["signed_on"]) <= 31
		}), least: 0.04},
		{kind: "satisfaction_low", see: satisfied, least: 0.4, below: true},
		{kind: "service_slow", see: answered, least: 0.15},
		{kind: "survey_disengaged", see: surveyed("engagement"), least: 0.5, below: true},
		{kind: "plan_not_understood", see: surveyed("plan_understood"), least: 0.8, below: true},
		{kind: "plan_coverage", see: covered, least: 0.10},
		{kind: "training_rare", see: hours, least: 12, below: true},
		{kind: "target_not_split", see: unsplit, least: 0.5},
	}
}

func ledger(is func(customer, record map[string]string, end float64) float64) func(f files) seen {
	return func(f files) seen {
		all, customers := seen{}, f.by("customers", "key")
		end := when(f.by("standards", "key")["as_of"]["value"])
		for _, r := range f["customer_records"] {
			if r["owner"] != "" {
				all.add(r["owner"], is(customers[r["customer"]], r, end))
			}
		}
		return all
	}
}

func doubles(f files) seen {
	simple := strings.NewReplacer(" ", "", "责任", "")
	names, codes := map[string]int{}, map[string]int{}
	for _, c := range f["customers"] {
		names[simple.Replace(c["name"])]++
		codes[c["credit_code"]]++
	}
	return ledger(func(c, _ map[string]string, _ float64) float64 {
		return flag(names[simple.Replace(c["name"])] > 1 || c["credit_code"] != "" && codes[c["credit_code"]] > 1)
	})(f)
}

func ownersGone(f files) seen {
	people := f.by("persons", "key")
	return ledger(func(_, r map[string]string, _ float64) float64 { return flag(people[r["owner"]]["left_on"] != "") })(f)
}

func withoutCore(f files) seen {
	people := f.by("persons", "key")
	return ledger(func(c, r map[string]string, _ float64) float64 {
		if c["tier"] != "A" {
			return math.NaN()
		}
		is := people[r["owner"]]["level"]
		return flag(is != "core" && is != "manager")
	})(f)
}

func bareDeals(f files) seen {
	has, all := map[string]bool{}, seen{}
	for _, i := range f["instalments"] {
		has[i["deal"]] = true
	}
	for _, d := range f["deals"] {
		if d["cancelled_on"] == "" {
			all.hit(d["seller_1"], !has[d["key"]])
		}
	}
	return all
}

// paidLate pays instalments with payments, the earliest first; here the first payment of each deal against its first instalment.
func paidLate(f files) seen {
	due, all, deals := map[string]float64{}, seen{}, f.by("deals", "key")
	for _, i := range f["instalments"] {
		if at, there := due[i["deal"]]; !there || when(i["due_on"]) < at {
			due[i["deal"]] = when(i["due_on"])
		}
	}
	paid := map[string]bool{}
	for _, p := range f["payments"] {
		if at, there := due[p["deal"]]; there && !paid[p["deal"]] {
			paid[p["deal"]] = true
			all.add(deals[p["deal"]]["seller_1"], when(p["paid_on"])-at)
		}
	}
	return all
}

func overdue(f files) seen {
	end := when(f.by("standards", "key")["as_of"]["value"])
	got, owed, all, deals := map[string]float64{}, map[string]float64{}, seen{}, f.by("deals", "key")
	for _, p := range f["payments"] {
		got[p["deal"]] += amount(p["amount"])
	}
	for _, i := range f["instalments"] {
		if when(i["due_on"]) < end-60 {
			owed[i["deal"]] += amount(i["amount"])
		}
	}
	for deal, sum := range owed {
		all.add(deals[deal]["seller_1"], max(0, sum-got[deal])/sum)
	}
	return all
}

func overpaid(f files) seen {
	got, all := map[string]float64{}, seen{}
	for _, p := range f["payments"] {
		got[p["deal"]] += amount(p["amount"])
	}
	for _, d := range f["deals"] {
		all.hit(d["seller_1"], got[d["key"]] > amount(d["amount"])+0.5)
	}
	return all
}

// discounts are those of all days but a month's last five, or how much more those of the last five are than the person's others.
func discounts(end bool) func(f files) seen {
	return func(f files) seen {
		usual, late, more := seen{}, seen{}, seen{}
		for _, q := range f["quotes"] {
			side := usual
			if lastDays(math.Floor(when(q["sent_at"])), 5) {
				side = late
			}
			side.add(q["person"], 1-amount(q["amount"])/amount(q["list_amount"]))
		}
		if !end {
			return usual
		}
		for person, values := range late {
			before, _, _ := usual.split(func(other string) bool { return other == person })
			for _, x := range values {
				more.add(person, x-before)
			}
		}
		return more
	}
}

// lastDays reports whether a day is among the last n of its month.
func lastDays(at float64, n int) bool {
	return day(at)+day(n) > day(at) && (day(at)+day(n)).time().Month() != day(at).time().Month()
}

func underLimit(f files) seen {
	all := seen{}
	for _, q := range f["quotes"] {
		discount := 1 - amount(q["amount"])/amount(q["list_amount"])
		all.hit(q["person"], discount < discountLimit && discount >= discountLimit-0.01)
	}
	return all
}

func signedLate(is func(d map[string]string) bool) func(f files) seen {
	return func(f files) seen {
		all := seen{}
		for _, d := range f["deals"] {
			all.hit(d["seller_1"], lastDays(when(d["signed_on"]), 3) && is(d))
		}
		return all
	}
}

func satisfied(f files) seen {
	all := seen{}
	for _, s := range f["satisfaction"] {
		if s["kind"] == "csat" {
			all.add(s["person"], amount(s["score"]))
		}
	}
	return all
}

func answered(f files) seen {
	all := seen{}
	for _, s := range f["service_cases"] {
		if s["answered_at"] != "" {
			all.hit(s["person"], when(s["answered_at"])-when(s["opened_at"]) > 1)
		}
	}
	return all
}

// surveyed takes a team's answers as those of its leader, since answers are anonymous.
func surveyed(question string) func(f files) seen {
	return func(f files) seen {
		all, teams := seen{}, f.by("teams", "key")
		sums := map[[2]string][]float64{}
		for _, s := range f["survey_answers"] {
			if strings.HasPrefix(s["question"], question) {
				who := strings.SplitN(s["respondent"], "-", 2)[1]
				sums[[2]string{s["team"], who}] = append(sums[[2]string{s["team"], who}], amount(s["value"]))
			}
		}
		for who, values := range sums {
			sum := 0.0
			for _, x := range values {
				sum += x
			}
			all.add(teams[who[0]]["leader"], sum/float64(len(values)))
		}
		return all
	}
}

func covered(f files) seen {
	all := seen{}
	for _, p := range f["pay"] {
		all.hit(p["person"], p["plan"] == "")
	}
	return all
}

// hours are hours of training in each year of those who were there all the time.
func hours(f files) seen {
	sums, all := map[string]float64{}, seen{}
	for _, t := range f["training"] {
		sums[t["person"]] += amount(t["hours"])
	}
	start := when(f.by("standards", "key")["as_of"]["value"]) - 728
	for _, p := range f["persons"] {
		if p["left_on"] == "" && when(p["hired_on"]) < start && p["level"] != "manager" {
			all.add(p["key"], sums[p["key"]]/2)
		}
	}
	return all
}

func unsplit(f files) seen {
	has, all := map[string]bool{}, seen{}
	for _, q := range f["quotas"] {
		has[q["person"]+q["month"]] = true
	}
	first := day(when(f.by("standards", "key")["as_of"]["value"]) - 330).time().Format("2006-01")
	for _, p := range f["pay"] {
		if p["month"] > first {
			all.hit(p["person"], !has[p["person"]+p["month"]])
		}
	}
	return all
}
