package faults

import (
	"math"
	"slices"

	"strings"
)

// specials see the kinds that are no means by person: how many times the least of docs/diagnosis-kinds.md a place has; below 1 is no problem.
func specials() map[string]func(f files, p Place) float64 {
	return map[string]func(f files, p Place) float64{
		"target_sum_gap": sumGap, "target_unrealistic": func(f files, p Place) float64 { return ratio(0.75/attained(f, f.place(p)), 1) },
		"target_unfair": func(f files, p Place) float64 {
			in := f.place(p)
			return logs(attained(f, func(x string) bool { return !in(x) })/attained(f, in), 1/0.75)
		},
		"customer_concentrated":   func(f files, p Place) float64 { return largest(f, f.place(p), "customer", 12) / 0.25 },
		"key_person":              func(f files, p Place) float64 { return largest(f, f.place(Place{Team: p.Team}), "seller_1", 12) / 0.5 },
		"receivable_concentrated": debtor,
		"churn_rising":            churn,
		"hoarding":                hoarded,
		"productivity_low": func(f files, p Place) float64 {
			in := f.place(p)
			return logs(signedEach(f, func(x string) bool { return !in(x) })/signedEach(f, in), 1.5)
		},
		"productivity_gap": gapOf, "ramp_slow": rampOf, "turnover_high": turnover, "records_gap": silentMonths,
		"activity_falling": func(f files, p Place) float64 {
			in := f.place(p)
			return logs(activity(f, func(x string) bool { return !in(x) })/activity(f, in), 1/0.7)
		},
		"pay_not_following": func(f files, p Place) float64 { return (0.95 - correlation(f, f.place(p))) / 0.65 },
		"plan_not_target":   func(f files, p Place) float64 { return aside(f, p.Rule) / 0.4 },
		"gaming_threshold": func(f files, p Place) float64 {
			over, under := near(f, f.place(p))
			return over / max(1, under) / 3
		},
		"incentive_over_budget": overBudget,
		"target_ratchet":        func(f files, p Place) float64 { return ratchetOf(f) / 0.3 },
		"lead_quality_low": func(f files, p Place) float64 {
			return logs(rate(f["leads"], "source", p.Source, "status", "qualified", false)/rate(f["leads"], "source", p.Source, "status", "qualified", true), 1.5)
		},
		"complaints_high": complaints,
	}
}

func ratio(x, least float64) float64 { return x / least }

func logs(x, least float64) float64 { return math.Log(x) / math.Log(least) }

// lastMonths are the names of the last n months.
func (f files) lastMonths(n int) []string {
	var all []string
	for _, row := range f["budgets"] {
		if !slices.Contains(all, row["month"]) {
			all = append(all, row["month"])
		}
	}
	return all[len(all)-n:]
}

// collectedBy is money by person and month.
func collectedBy(f files) map[[2]string]float64 {
	deals, all := f.by("deals", "key"), map[[2]string]float64{}
	for _, p := range f["payments"] {
		all[[2]string{deals[p["deal"]]["seller_1"], p["paid_on"][:7]}] += amount(p["amount"])
	}
	return all
}

func attained(f files, in func(string) bool) float64 {
	got, target, last := 0.0, 0.0, f.lastMonths(12)
	collected := collectedBy(f)
	for _, q := range f["quotas"] {
		if in(q["person"]) && slices.Contains(last, q["month"]) {
			target += amount(q["amount"])
			got += collected[[2]string{q["person"], q["month"]}]
		}
	}
	return got / target
}

func sumGap(f files, p Place) float64 {
	whole, parts, last := 0.0, 0.0, f.lastMonths(12)
	people, teams := f.by("persons", "key"), f.by("teams", "key")
	for _, row := range f["targets"] {
		if !slices.Contains(last, row["month"]) {
			continue
		}
		level := row["level"]
		if (Place{Region: row["region"], Team: row["team"]}) == p {
			whole += amount(row["amount"])
		}
		if p == (Place{}) && level == "region" || p.Region != "" && level == "team" && teams[row["team"]]["region"] == p.Region {
			parts += amount(row["amount"])
		}
	}
	for _, q := range f["quotas"] {
		if p.Team != "" && people[q["person"]]["team"] == p.Team && slices.Contains(last, q["month"]) {
			parts += amount(q["amount"])
		}
	}
	return math.Abs(whole/parts-1) / 0.05
}

// largest is the part of the largest of a column in what a place signed in the last months.
func largest(f files, in func(string) bool, column string, months int) float64 {
	sums, all, most, last := map[string]float64{}, 0.0, 0.0, f.lastMonths(months)
	for _, d := range f["deals"] {
		if in(d["seller_1"]) && d["cancelled_on"] == "" && slices.Contains(last, d["signed_on"][:7]) {
			sums[d[column]] += amount(d["amount"])
			all += amount(d["amount"])
		}
	}
	for _, sum := range sums {
		most = max(most, sum)
	}
	return most / all
}

func debtor(f files, p Place) float64 {
	in, owes, got := f.place(p), map[string]float64{}, map[string]float64{}
	deals := f.by("deals", "key")
	for _, row := range f["payments"] {
		got[row["deal"]] += amount(row["amount"])
	}
	planned := map[string]float64{}
	for _, i := range f["instalments"] {
		planned[i["deal"]] += amount(i["amount"])
	}
	all, most := 0.0, 0.0
	for deal, sum := range planned {
		if d := deals[deal]; in(d["seller_1"]) {
			owes[d["customer"]] += max(0, sum-got[deal])
		}
	}
	for _, sum := range owes {
		all += sum
		most = max(most, sum)
	}
	return most / all / 0.35
}

// churn is how the monthly rate of losing buyers rose, against that of others when there are others.
func churn(f files, p Place) float64 {
	in := f.place(p)
	rise := func(in func(string) bool) float64 {
		lost, months := [2]float64{}, [2]float64{}
		for m, name := range f.lastMonths(monthCount) {
			first, side := when(name+"-01"), 0
			if m >= monthCount-6 {
				side = 1
			}
			for _, r := range f["customer_records"] {
				if r["since"] == "" || !in(r["owner"]) || when(r["since"]) > first {
					continue
				}
				if r["lost_on"] == "" || when(r["lost_on"]) >= first {
					months[side]++
					lost[side] += flag(strings.HasPrefix(r["lost_on"], name))
				}
			}
		}
		return lost[1] / months[1] / (lost[0] / months[0])
	}
	up := rise(in)
	if p != (Place{}) {
		up /= rise(func(x string) bool { return !in(x) })
	}
	return logs(up, 1.6)
}

func hoarded(f files, p Place) float64 {
	end, claimed, n := when(f.by("standards", "key")["as_of"]["value"]), map[string]float64{}, 0.0
	for _, m := range f["customer_moves"] {
		if m["kind"] == "claimed" && m["to"] == p.Person {
			claimed[m["customer"]] = when(m["on"])
		}
	}
	for _, r := range f["customer_records"] {
		if on, there := claimed[r["customer"]]; there && when(r["last_contact_on"]) < on && on < end-recycleDays {
			n++
		}
	}
	return n / 15
}

// sellerMonths are months of work of sellers in a place, those of the first half year of service counting half.
func sellerMonths(f files, in func(string) bool) (n float64) {
	hired := f.by("persons", "key")
	for _, p := range f["pay"] {
		if in(p["person"]) {
			if when(p["month"]+"-01")-when(hired[p["person"]]["hired_on"]) < 180 {
				n += 0.55
			} else {
				n++
			}
		}
	}
	return n
}

func signedEach(f files, in func(string) bool) float64 {
	sum := 0.0
	for _, d := range f["deals"] {
		if in(d["seller_1"]) && d["cancelled_on"] == "" {
			sum += amount(d["amount"])
		}
	}
	return sum / sellerMonths(f, in)
}

func gapOf(f files, _ Place) float64 {
	sums, last := map[string]float64{}, f.lastMonths(12)
	for _, d := range f["deals"] {
		if d["cancelled_on"] == "" && slices.Contains(last, d["signed_on"][:7]) {
			sums[d["seller_1"]] += amount(d["amount"])
		}
	}
	end := when(f.by("standards", "key")["as_of"]["value"])
	var all []float64
	for _, p := range f["persons"] {
		if p["level"] == "regular" && p["left_on"] == "" && when(p["hired_on"]) < end-730 {
			all = append(all, sums[p["key"]])
		}
	}
	slices.Sort(all)
	return logs(all[len(all)*9/10]/max(1, all[len(all)/10]), 6)
}

func rampOf(f files, p Place) float64 {
	in, people := f.place(p), f.by("persons", "key")
	start := when(f.by("standards", "key")["as_of"]["value"]) - 729
	sums, months := [2]float64{}, [2]float64{}
	side := func(person, month string) int {
		who := people[person]
		served := (when(month+"-01") - when(who["hired_on"])) / 30.4
		switch {
		case !in(person) || who["level"] == "core" || who["level"] == "manager":
			return -1
		case when(who["hired_on"]) >= start && served >= 6 && served < 12:
			return 0
		case when(who["hired_on"]) < start:
			return 1
		}
		return -1
	}
	for _, row := range f["pay"] {
		if at := side(row["person"], row["month"]); at >= 0 {
			months[at]++
		}
	}
	for _, d := range f["deals"] {
		if at := side(d["seller_1"], d["signed_on"][:7]); at >= 0 && d["cancelled_on"] == "" {
			sums[at] += amount(d["amount"])
		}
	}
	return 0.5 / (sums[0] / months[0] / (sums[1] / months[1]))
}

func turnover(f files, p Place) float64 {
	in, end := f.place(p), when(f.by("standards", "key")["as_of"]["value"])
	rate := func(in func(string) bool) float64 {
		left, there := 0.0, 0.0
		for _, row := range f["persons"] {
			if row["level"] == "manager" || !in(row["key"]) {
				continue
			}
			gone := row["left_on"] != ""
			left += flag(gone && when(row["left_on"]) > end-365)
			there += flag(when(row["hired_on"]) <= end-365 && (!gone || when(row["left_on"]) > end-365))/2 + flag(!gone)/2
		}
		return left / there
	}
	if p == (Place{}) {
		return rate(in) / 0.45
	}
	return min(rate(in)/0.3, rate(in)/rate(func(x string) bool { return !in(x) })/2)
}

func silentMonths(f files, p Place) float64 {
	in, said, n := f.place(p), map[string]bool{}, 0.0
	for _, row := range f["follow_ups"] {
		if in(row["person"]) {
			said[row["on"][:7]] = true
		}
	}
	for _, month := range f.lastMonths(monthCount) {
		n += flag(!said[month])
	}
	return n / 2
}

func activity(f files, in func(string) bool) float64 {
	var counts, people [2]float64
	months := f.lastMonths(18)
	side := func(month string) int {
		at := slices.Index(months, month)
		if at < 0 {
			return -1
		}
		return int(flag(at >= 12))
	}
	for _, row := range f["follow_ups"] {
		if at := side(row["on"][:7]); at >= 0 && in(row["person"]) {
			counts[at]++
		}
	}
	for _, row := range f["pay"] {
		if at := side(row["month"]); at >= 0 && in(row["person"]) {
			people[at]++
		}
	}
	return counts[1] / people[1] / (counts[0] / people[0])
}

func correlation(f files, in func(string) bool) float64 {
	collected := collectedBy(f)
	var n, x, y, xx, yy, xy float64
	for _, row := range f["pay"] {
		if in(row["person"]) && row["plan"] != "" {
			a, b := collected[[2]string{row["person"], row["month"]}], amount(row["incentive"])
			n, x, y, xx, yy, xy = n+1, x+a, y+b, xx+a*a, yy+b*b, xy+a*b
		}
	}
	return (n*xy - x*y) / math.Sqrt((n*xx-x*x)*(n*yy-y*y))
}

func aside(f files, plan string) (sum float64) {
	for _, row := range f["plan_lines"] {
		if row["plan"] == plan && row["measure"] != "collected" {
			sum += amount(row["weight"])
		}
	}
	return sum
}

func near(f files, in func(string) bool) (over, under float64) {
	collected := collectedBy(f)
	for _, q := range f["quotas"] {
		if at := collected[[2]string{q["person"], q["month"]}] / amount(q["amount"]); in(q["person"]) {
			over += flag(at >= 1 && at < 1.05)
			under += flag(at < 1 && at >= 0.95)
		}
	}
	return over, under
}

func overBudget(f files, p Place) float64 {
	in, spent, set, last := f.place(p), 0.0, 0.0, f.lastMonths(12)
	for _, row := range f["pay"] {
		if in(row["person"]) && slices.Contains(last, row["month"]) {
			spent += amount(row["incentive"])
		}
	}
	for _, row := range f["budgets"] {
		if row["region"] == p.Region && slices.Contains(last, row["month"]) {
			set += amount(row["amount"])
		}
	}
	return (spent/set - 1) / 0.15
}

// ratchetOf is how much of a quarter's surplus is in the next quarter's target beside what everybody's grows, by least squares.
func ratchetOf(f files) float64 {
	months, collected := f.lastMonths(monthCount), collectedBy(f)
	type quarter struct{ target, got float64 }
	sums := map[string]*[monthCount / 3]quarter{}
	for _, q := range f["quotas"] {
		at := slices.Index(months, q["month"]) / 3
		if sums[q["person"]] == nil {
			sums[q["person"]] = &[monthCount / 3]quarter{}
		}
		one := &sums[q["person"]][at]
		one.target += amount(q["amount"])
		one.got += collected[[2]string{q["person"], q["month"]}]
	}
	hired := f.by("persons", "key")
	var xs, ys [monthCount / 3][]float64
	for person, all := range sums {
		if hired[person]["left_on"] != "" || when(hired[person]["hired_on"]) > when(months[0]+"-01") {
			continue
		}
		for n := 1; n < len(all); n++ {
			if all[n-1].target > 0 && all[n].target > 0 {
				xs[n] = append(xs[n], (all[n-1].got-all[n-1].target)/all[n-1].target)
				ys[n] = append(ys[n], (all[n].target-all[n-1].target)/all[n-1].target)
			}
		}
	}
	above, below := 0.0, 0.0
	for n := range xs {
		mx, my := average(xs[n]), average(ys[n])
		for i := range xs[n] {
			above += (xs[n][i] - mx) * (ys[n][i] - my)
			below += (xs[n][i] - mx) * (xs[n][i] - mx)
		}
	}
	return above / below
}

func average(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / max(1, float64(len(values)))
}

func rate(rows []map[string]string, column, value, of, is string, same bool) float64 {
	hits, n := 0.0, 0.0
	for _, row := range rows {
		if (row[column] == value) == same && row[of] != "new" && row[of] != "contacted" {
			n++
			hits += flag(row[of] == is)
		}
	}
	return hits / n
}

func complaints(f files, p Place) float64 {
	count := func(same bool) float64 {
		n, deals := 0.0, 0.0
		for _, row := range f["service_cases"] {
			n += flag(row["kind"] == "complaint" && (row["product"] == p.Product) == same)
		}
		for _, row := range f["deals"] {
			deals += flag((row["product"] == p.Product) == same)
		}
		return n / deals
	}
	return logs(count(true)/count(false), 1.8)
}
