package faults

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// files are the sheets of a company as anybody reads them: for each the rows, by header.
type files map[string][]map[string]string

func read(t *testing.T, dir string) files {
	t.Helper()
	all := files{}
	for _, about := range sheetFiles {
		file, err := os.Open(filepath.Join(dir, about.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			named := make(map[string]string, len(row))
			for i, header := range rows[0] {
				named[header] = row[i]
			}
			all[about.name] = append(all[about.name], named)
		}
	}
	return all
}

// by indexes the rows of a sheet by a column.
func (f files) by(sheet, column string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, row := range f[sheet] {
		all[row[column]] = row
	}
	return all
}

// when reads a day or a time, in days.
func when(text string) float64 {
	form := "2006-01-02 15:04"
	if len(text) == 10 {
		form = "2006-01-02"
	}
	at, err := time.Parse(form, text)
	if err != nil {
		return math.NaN()
	}
	return float64(at.Unix()) / 86400
}

func amount(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

// seen are values of one thing, by the person whom each counts for.
type seen map[string][]float64

func (s seen) add(person string, value float64) {
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		s[person] = append(s[person], value)
	}
}

func (s seen) hit(person string, is bool) {
	if is {
		s.add(person, 1)
	} else {
		s.add(person, 0)
	}
}

// look is a plain way of seeing one kind: its mean in a place against the rest, or, for a company, against what healthy ones have. Least are those
// of docs/diagnosis-kinds.md; of a factor in logarithms.
type look struct {
	kind, stage, rule string
	see               func(f files) seen
	least             float64
	below             bool // less is worse
}

// looks read the kinds that are means of something by person.
func looks() []look {
	days := func(from, to string, only func(row map[string]string) bool) func(f files) seen {
		return func(f files) seen {
			all := seen{}
			for _, o := range f["opportunities"] {
				if only(o) && o[from] != "" && o[to] != "" {
					all.add(o["owner"], math.Log(when(o[to])-when(o[from])))
				}
			}
			return all
		}
	}
	won := func(o map[string]string) bool { return o["state"] == "won" }
	any := func(map[string]string) bool { return true }
	all := []look{
		{kind: "late_entry", see: lateEntries, least: 0.15},
		{kind: "batch_entry", see: batches, least: 0.20},
		{kind: "step_skipped", rule: "need_recorded", see: skipped("need_recorded", "contract_on"), least: 0.15},
		{kind: "step_skipped", rule: "decision_chain", see: skipped("decision_chain", "contract_on"), least: 0.15},
		{kind: "step_skipped", rule: "contract_approved", see: skipped("contract_approved", "after_sales_on"), least: 0.15},
		{kind: "step_skipped", rule: "handover_done", see: skipped("handover_done", "after_sales_on"), least: 0.15},
		{kind: "approval_missing", see: approvals(func(sent, decided float64) float64 { return flag(math.IsNaN(decided)) }), least: 0.10},
		{kind: "approval_late", see: approvals(func(sent, decided float64) float64 { return flag(decided > sent) }), least: 0.10},
		{kind: "approval_slow", see: approvalHours, least: math.Log(2)},
		{kind: "first_contact_slow", see: firstContacts, least: 0.15},
		{kind: "stage_slow", stage: "needs", see: days("needs_on", "proposal_on", any), least: math.Log(1.5)},
		{kind: "stage_slow", stage: "proposal", see: days("proposal_on", "contract_on", any), least: math.Log(1.5)},
		{kind: "stage_slow", stage: "contract", see: days("contract_on", "after_sales_on", any), least: math.Log(1.5)},
		{kind: "cycle_long", see: days("created_on", "ended_on", won), least: math.Log(1.3)},
		{kind: "conversion_low", see: conversions, least: 0.083, below: true},
		{kind: "back_steps", see: fallen, least: 0.10},
		{kind: "pipeline_stale", see: stales, least: 0.20},
		{kind: "dates_contradict", see: contradictions, least: 0.05},
	}
	return append(all, customerLooks()...)
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func lateEntries(f files) seen {
	all := seen{}
	for _, e := range f["process_events"] {
		all.hit(e["person"], when(e["recorded_at"])-when(e["happened_at"]) > 1)
	}
	return all
}

func batches(f files) seen {
	all := seen{}
	for _, e := range f["process_events"] {
		at := when(e["recorded_at"])
		in := time.Unix(int64((at+2)*86400), 0).UTC()
		all.hit(e["person"], in.Day() <= 2 && at-when(e["happened_at"]) > 2)
	}
	return all
}

func skipped(activity, past string) func(f files) seen {
	return func(f files) seen {
		done, all := map[string]bool{}, seen{}
		for _, e := range f["process_events"] {
			if e["activity"] == activity {
				done[e["opportunity"]] = true
			}
		}
		end := when(f.by("standards", "key")["as_of"]["value"])
		for _, o := range f["opportunities"] {
			if o[past] != "" && when(o[past]) < end-30 {
				all.hit(o["owner"], !done[o["key"]])
			}
		}
		return all
	}
}

func approvals(is func(sent, decided float64) float64) func(f files) seen {
	return func(f files) seen {
		decided, all := map[string]float64{}, seen{}
		for _, a := range f["approvals"] {
			if a["kind"] == "proposal" && a["decided_at"] != "" {
				decided[a["opportunity"]] = when(a["decided_at"])
			}
		}
		for _, e := range f["process_events"] {
			if e["activity"] == "proposal_sent" {
				at, there := decided[e["opportunity"]]
				if !there {
					at = math.NaN()
				}
				all.add(e["person"], is(when(e["happened_at"]), at))
			}
		}
		return all
	}
}

func approvalHours(f files) seen {
	all := seen{}
	for _, a := range f["approvals"] {
		all.add(a["asked_by"], math.Log(24*(when(a["decided_at"])-when(a["asked_at"]))))
	}
	return all
}

func firstContacts(f files) seen {
	all := seen{}
	for _, l := range f["leads"] {
		all.hit(l["owner"], l["first_contact_on"] == "" || when(l["first_contact_on"])-when(l["created_on"]) >= 2)
	}
	return all
}

func conversions(f files) seen {
	all := seen{}
	for _, o := range f["opportunities"] {
		if o["state"] != "open" {
			all.hit(o["owner"], o["state"] == "won")
		}
	}
	return all
}

func fallen(f files) seen {
	back, all := map[string]bool{}, seen{}
	for _, e := range f["process_events"] {
		if e["activity"] == "stage_back" {
			back[e["opportunity"]] = true
		}
	}
	for _, o := range f["opportunities"] {
		all.hit(o["owner"], back[o["key"]])
	}
	return all
}

func stales(f files) seen {
	all := seen{}
	end := when(f.by("standards", "key")["as_of"]["value"])
	for _, o := range f["opportunities"] {
		if o["state"] == "open" {
			all.hit(o["owner"], when(o["expected_on"]) < end-30)
		}
	}
	return all
}

func contradictions(f files) seen {
	all := seen{}
	for _, o := range f["opportunities"] {
		before, wrong := math.Inf(-1), false
		for _, column := range []string{"created_on", "needs_on", "proposal_on", "contract_on", "after_sales_on"} {
			if o[column] != "" {
				at := when(o[column])
				wrong = wrong || at < before
				before = at
			}
		}
		all.hit(o["owner"], wrong || o["ended_on"] != "" && when(o["ended_on"]) < before)
	}
	return all
}

// place tells who is in a place.
func (f files) place(p Place) func(person string) bool {
	people, teams := f.by("persons", "key"), f.by("teams", "key")
	return func(person string) bool {
		team := people[person]["team"]
		return (p.Person == "" || p.Person == person) && (p.Team == "" || p.Team == team) && (p.Region == "" || p.Region == teams[team]["region"])
	}
}

// split is mean and error of the mean inside a place and outside, people counting as what varies.
func (s seen) split(in func(string) bool) (inside, outside, err float64) {
	var sums, counts [2]float64
	means := [2][]float64{}
	for person, values := range s {
		side := 1
		if in(person) {
			side = 0
		}
		sum := 0.0
		for _, x := range values {
			sum += x
		}
		sums[side] += sum
		counts[side] += float64(len(values))
		means[side] = append(means[side], values...)
	}
	inside, outside = sums[0]/counts[0], sums[1]/counts[1]
	deviation := 0.0
	for side, m := range [2]float64{inside, outside} {
		variance := 0.0
		for _, x := range means[side] {
			variance += (x - m) * (x - m)
		}
		deviation += max(variance, counts[side]*0.01) / (counts[side] * counts[side])
	}
	return inside, outside, math.Sqrt(deviation)
}

// far says by how much of the least a place stands out, and by how many errors.
func (l look) far(f files, s seen, p Place) (leasts, errors float64) {
	inside, outside, err := s.split(f.place(p))
	by := inside - outside
	if l.below {
		by = -by
	}
	return by / l.least, by / err
}

// unitsOf are all regions and teams.
func (f files) unitsOf() (all []Place) {
	for _, r := range f["regions"] {
		if len(f["regions"]) > 1 {
			all = append(all, Place{Region: r["key"]})
		}
	}
	for _, t := range f["teams"] {
		all = append(all, Place{Team: t["key"]})
	}
	return all
}

// standsOut lists the kinds that stand out at a place other than those excused.
func standsOut(f files, excused func(kind string, p Place) bool) (all []string) {
	for _, l := range looks() {
		s := l.see(f)
		for _, p := range f.unitsOf() {
			if leasts, errors := l.far(f, s, p); leasts >= 1 && errors > 5 && !excused(l.kind, p) {
				all = append(all, strings.Join([]string{l.kind, l.stage, l.rule, p.Region, p.Team, strconv.FormatFloat(leasts, 'f', 2, 64), strconv.FormatFloat(errors, 'f', 1, 64)}, " "))
			}
		}
	}
	slices.Sort(all)
	return all
}
