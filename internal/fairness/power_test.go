package fairness

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/fairness.md anew")

// fault is what is wrong with a generated company.
type fault struct {
	name, says string
	kind       Kind
}

var faults = []fault{
	{"too_high", "targets at 1.5 times what may be expected", KindAttained},
	{"scattered", "targets drawn from half to twice what may be expected", KindNear},
	{"stragglers", "one in seven reaches a quarter", KindSkew},
	{"camps", "half of the people have targets three times as hard", KindModes},
	{"big_hard", "the larger half has targets 1.4 times as hard", KindSize},
	{"after_last_year", "the target is this year's growth over again: who grows is asked for more", KindGrowth},
	{"new_hard", "newcomers have targets 1.5 times as hard", KindStaff},
	{"markets", "regions are asked from a third to three times their market's part", KindMarket},
	{"loads", "people are asked for half to one and a half times what may be expected", KindLoad},
	{"load_big", "who sold more is asked for a larger part, up to 1.4 times", KindLoadSize},
	{"ratchet", "seven tenths of a surplus go into the next target", KindRatchet},
	{"late", "two fifths of each month wait for its last five days", KindLate},
	{"just", "half of those within a tenth of the target stop just over it, and lack a tenth in the next month", KindJust},
	{"pushed", "half of the deals after a target is reached wait for the next month", KindPushed},
	{"resting", "half the work once the target is reached", KindResting},
	{"giving_up", "half the work once it is out of reach", KindGivingUp},
}

// world is a company with known truth: people whose results vary by a quarter about what may be expected of them in a quarter, and by more in a month.
type world struct {
	results []Result
	people  []Asked
	regions []Asked
	steps   []Step
	months  []Month
}

const (
	worldPeople = 60
	worldMonths = 12
	workingDays = 21
)

func lognormal(r *rand.Rand, spread float64) float64 {
	sigma := math.Sqrt(math.Log1p(spread * spread))
	return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2)
}

func generate(seed uint64, wrong string) *world {
	r, w := rand.New(rand.NewPCG(seed, 7)), &world{}
	levels := []string{"newcomer", "regular", "core"}
	for i := range worldPeople {
		id, size := fmt.Sprint("p", i), lognormal(r, 0.5)*1e8
		level := levels[i%3]
		hard := 0.92
		switch {
		case wrong == "too_high":
			hard = 1.5
		case wrong == "scattered":
			hard *= math.Exp((2*r.Float64() - 1) * math.Ln2 * 1.5)
		case wrong == "camps" && i%2 == 0:
			hard *= 3
		case wrong == "big_hard" && size > 1e8*0.9:
			hard *= 1.4
		case wrong == "new_hard" && level == "newcomer":
			hard *= 1.5
		}
		w.quarter(r, id, level, size, hard, wrong)
		w.asked(r, id, size, wrong)
		now, next := size*0.92*lognormal(r, 0.1), 0.0
		sold := size * lognormal(r, 0.25)
		keep := 0.0
		if wrong == "ratchet" {
			keep = 0.7
		}
		next = now * (1.08 + keep*math.Max(0, sold-now)/now + 0.05*r.NormFloat64())
		w.steps = append(w.steps, Step{ID: id, NowMinor: int64(now), SoldMinor: int64(sold), NextMinor: int64(next)})
		w.year(r, id, size/3, wrong)
	}
	for i := range 12 {
		part := 0.2 * lognormal(r, 0.15)
		if wrong == "markets" {
			part = 0.2 * math.Exp((2*r.Float64()-1)*math.Log(3))
		}
		market := lognormal(r, 0.5) * 1e10
		w.regions = append(w.regions, Asked{ID: fmt.Sprint("r", i), TargetMinor: int64(market * part), AgainstMinor: int64(market)})
	}
	return w
}

func (w *world) quarter(r *rand.Rand, id, level string, size, hard float64, wrong string) {
	growth := 1.05 * lognormal(r, 0.2)
	before := size * lognormal(r, 0.15)
	actual := before * growth * lognormal(r, 0.1)
	target := before * 1.05 * hard
	if wrong == "after_last_year" {
		target = before * growth * growth * hard / 1.05 * lognormal(r, 0.05)
	}
	if wrong == "stragglers" && r.IntN(7) == 0 {
		actual /= 4
	}
	w.results = append(w.results, Result{ID: id, Level: level, TargetMinor: int64(target), ActualMinor: int64(actual), BeforeMinor: int64(before)})
}

func (w *world) asked(r *rand.Rand, id string, size float64, wrong string) {
	load := 1.05 * lognormal(r, 0.1)
	switch wrong {
	case "loads":
		load = 0.5 + r.Float64()
	case "load_big":
		load *= 1 + 0.4*math.Min(1, math.Max(0, (size/1e8-0.5)))
	}
	w.people = append(w.people, Asked{ID: id, TargetMinor: int64(size * load), AgainstMinor: int64(size), SoldMinor: int64(size * lognormal(r, 0.15))})
}

// year makes twelve months: some four deals each, three records of work on two days of three.
func (w *world) year(r *rand.Rand, id string, size float64, wrong string) {
	late, lack := 0.0, 1.0
	for month := range worldMonths {
		d := Days{Person: id, Month: month, TargetMinor: int64(size * 0.95), Sold: make([]int64, workingDays), Acts: make([]int64, workingDays)}
		d.Sold[0] += int64(late)
		late = 0
		sum, total := 0.0, size*lack*lognormal(r, 0.35)
		lack = 1
		if gap := total / (size * 0.95); wrong == "just" && math.Abs(gap-1) < 0.1 && r.IntN(2) == 0 {
			total, lack = size*0.95*(1.001+0.04*r.Float64()), 0.9
		}
		placed := make([]int, 3+r.IntN(6))
		for i := range placed {
			placed[i] = r.IntN(workingDays)
			if wrong == "late" && r.IntN(5) < 2 {
				placed[i] = workingDays - 1 - r.IntN(edgeDays)
			}
		}
		slices.Sort(placed)
		for _, day := range placed {
			amount := total / float64(len(placed))
			if wrong == "pushed" && sum > size*0.95 && r.IntN(2) == 0 {
				late += amount
				continue
			}
			d.Sold[day] += int64(amount)
			sum += amount
		}
		reached, done := workingDays, int64(0)
		for day := range d.Sold {
			if done += d.Sold[day]; done >= d.TargetMinor && reached == workingDays {
				reached = day
			}
		}
		far, until := false, int64(0)
		for day := range workingDays {
			acts := int64(0)
			for range 3 {
				if r.Float64() < 0.6 {
					acts++
				}
			}
			if day == workingDays*2/3 {
				far = until*3 < d.TargetMinor
			}
			until += d.Sold[day]
			if wrong == "resting" && day > reached || wrong == "giving_up" && far {
				acts -= acts / 2
				if r.IntN(2) == 0 {
					acts = 0
				}
			}
			d.Acts[day] = acts
		}
		w.months = append(w.months, MonthOf(&d))
	}
}

// run makes all tests of a company.
func (w *world) run() map[Kind]Test {
	out := map[Kind]Test{}
	for _, t := range []Test{Attained(w.results), Near(w.results), Skew(w.results), Modes(w.results), Size(w.results), Growth(w.results), Staff(w.results), Market(w.regions), Load(w.people), LoadSize(w.people), Ratchet(w.steps),
		Late(w.months), Just(w.months), Pushed(w.months), Resting(w.months), GivingUp(w.months)} {
		out[t.Kind] = t
	}
	return out
}

// tally counts verdicts in a hundred companies.
type tally struct{ look, alarm, unknown int }

func (c *tally) add(t Test) {
	switch t.Verdict {
	case Alarm:
		c.alarm++
		c.look++
	case Look:
		c.look++
	case Unknown:
		c.unknown++
	}
}

const (
	companies  = 200
	falseLooks = 4  // in a hundred: the most that a test may be looked at without its fault
	falseAlarm = 1  // in a hundred, of alarms
	leastPower = 80 // in a hundred: of faults that are at least looked at
)

// TestFaultsAreFoundAndFairCompaniesAreLeftInPeace counts, in generated companies of 60 people with and without each fault, how often each test says so; the table is
// that of docs/fairness.md.
func TestFaultsAreFoundAndFairCompaniesAreLeftInPeace(t *testing.T) {
	t.Parallel()
	fair := map[Kind]*tally{}
	for _, k := range Kinds() {
		fair[k] = &tally{}
	}
	for seed := range uint64(companies) {
		for k, test := range generate(seed, "").run() {
			fair[k].add(test)
		}
	}
	var table strings.Builder
	table.WriteString("| test | without the fault: looked at | of these alarms | the fault | with it: looked at | of these alarms |\n|---|--:|--:|---|--:|--:|\n")
	percent := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/companies) }
	for _, f := range faults {
		var with tally
		for seed := range uint64(companies) {
			with.add(generate(1_000_000+seed, f.name).run()[f.kind])
		}
		without := fair[f.kind]
		if without.look*100 > falseLooks*companies || without.alarm*100 > falseAlarm*companies || without.unknown > 0 {
			t.Errorf("%s is wrong too often: %+v of %d", f.kind, *without, companies)
		}
		if with.look*100 < leastPower*companies || with.unknown > 0 {
			t.Errorf("%s does not find its fault: %+v of %d", f.kind, with, companies)
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s |\n", f.kind, percent(without.look), percent(without.alarm), f.says, percent(with.look), percent(with.alarm))
	}
	checkTable(t, table.String())
}

// checkTable holds the published table to what was counted.
func checkTable(t *testing.T, table string) {
	t.Helper()
	const path, begin, end = "../../docs/fairness.md", "<!-- power: begin, written by go test ./internal/fairness -update -->\n", "<!-- power: end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	published, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the place of the table is missing")
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+table+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if published != table {
		t.Errorf("docs/fairness.md says\n%s\nand counted is\n%s", published, table)
	}
}
