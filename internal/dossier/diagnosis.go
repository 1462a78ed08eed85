package dossier

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/problem"
)

// diagnosisFacts are what the report of a diagnosis is written from.
type diagnosisFacts struct {
	Run      diagnosis.Shown
	Problems map[string]problem.Problem // by identity
	Maturity *assessment.Assessment     // the newest that was kept; nil: none
	// NoMaturity says that the reader may not see it.
	NoMaturity bool
	Tried      map[int64][]string // titles of initiatives by the problem that they answer
}

// diagnosisWriter writes the report.
type diagnosisWriter struct {
	*writer
	f     *diagnosisFacts
	found []diagnosis.Found // the gravest first
}

// The limits of what is told of each.
const (
	topMost      = 5
	evidenceMost = 5
	nextMost     = 15
)

func writeDiagnosis(w *writer, f *diagnosisFacts) {
	d := &diagnosisWriter{writer: w, f: f, found: slices.Clone(f.Run.Outcome.Findings)}
	slices.SortStableFunc(d.found, func(a, b diagnosis.Found) int {
		if c := cmp.Compare(d.rank(&a), d.rank(&b)); c != 0 {
			return c
		}
		return cmp.Compare(d.score(&b), d.score(&a))
	})
	d.summary()
	d.looked()
	d.findings()
	d.missing()
	d.maturity()
	d.next()
	d.method()
}

// severity is that of the problem that a finding is; empty where it is none of the list.
func (d *diagnosisWriter) severity(f *diagnosis.Found) problem.Severity {
	if x, known := d.f.Problems[f.Identity()]; known {
		return x.Severity()
	}
	return problem.FixedBy(f.Kind, f.Figure.Value)
}

func (d *diagnosisWriter) rank(f *diagnosis.Found) int {
	if at := slices.Index(problem.Severities, d.severity(f)); at >= 0 {
		return at
	}
	return len(problem.Severities)
}

func (d *diagnosisWriter) score(f *diagnosis.Found) int {
	x := d.f.Problems[f.Identity()]
	return x.Rating().Score()
}

func (d *diagnosisWriter) severityName(s problem.Severity) string {
	if s == "" {
		return i18n.Unknown
	}
	return d.p.Message(s.Message())
}

func (d *diagnosisWriter) areaName(a finding.Area) string { return d.p.T("finding.area." + string(a)) }

func (d *diagnosisWriter) partName(part finding.Part) string {
	return diagnosis.PartName(part, d.p.Zh())
}

func (d *diagnosisWriter) worth(f *diagnosis.Found) string {
	if !f.Worth {
		return i18n.Unknown
	}
	return d.p.Board(f.MoneyMinor, d.currency)
}

func (d *diagnosisWriter) summary() {
	run := &d.f.Run
	d.chapter("summary")
	d.say("diagnosis.kinds", "Looked", len(run.Outcome.Looked), "All", len(run.Outcome.Looked)+len(d.unjudged()), "Day", d.day(run.AsOf), "Found", d.p.Int(run.Found))
	if len(d.found) == 0 {
		d.say("diagnosis.nothing")
	} else {
		var rows [][]string
		for _, area := range problem.Areas {
			counts := map[problem.Severity]int{}
			all := 0
			for i := range d.found {
				if d.found[i].Area == area {
					counts[d.severity(&d.found[i])]++
					all++
				}
			}
			if all > 0 {
				row := []string{d.areaName(area)}
				for _, s := range problem.Severities {
					row = append(row, strconv.Itoa(counts[s]))
				}
				rows = append(rows, append(row, strconv.Itoa(all)))
			}
		}
		d.table("diagnosis.nothing", []int{3, 1, 1, 1, 1}, []string{"area", "high", "medium", "low", "all"}, rows)
		d.say("diagnosis.top")
		for i := range d.found[:min(topMost, len(d.found))] {
			f := &d.found[i]
			d.item("diagnosis.top_line", "Severity", d.severityName(d.severity(f)), "What", f.Kind.Name(d.p), "Where", f.Place.Say(d.p), "Said", f.Say(d.p))
		}
		d.say("diagnosis.no_sum")
	}
	c := run.Outcome.Change
	d.say("diagnosis.changed", "New", d.p.Int(int64(c.New)), "Again", d.p.Int(int64(c.Again)), "Gone", d.p.Int(int64(c.Gone)))
}

func (d *diagnosisWriter) looked() {
	run := &d.f.Run
	d.chapter("looked")
	d.say("diagnosis.origin", "What", d.p.Message(run.Origin.Message()), "Who", run.CreatedName, "Day", d.day(run.AsOf))
	if run.Note != "" {
		d.say("note", "Note", run.Note)
	}
	var rows [][]string
	sheets := run.Outcome.Sheets
	half := (len(sheets) + 1) / 2 // two columns beside each other
	for i := range half {
		row := []string{d.partName(sheets[i].Part), d.p.Int(sheets[i].Rows), "", ""}
		if k := half + i; k < len(sheets) {
			row[2], row[3] = d.partName(sheets[k].Part), d.p.Int(sheets[k].Rows)
		}
		rows = append(rows, row)
	}
	d.table("diagnosis.no_sheets", []int{3, 2, 3, 2}, []string{"sheet", "rows", "sheet", "rows"}, rows)
	if len(run.Outcome.Unread) > 0 {
		d.say("diagnosis.unread")
		for _, u := range run.Outcome.Unread {
			d.add(d.bullet(u.Say(d.p)))
		}
	}
	if len(run.Outcome.Skipped) > 0 {
		d.say("diagnosis.skipped", "Files", d.p.Join(slices.Clone(run.Outcome.Skipped)))
	}
	d.say("diagnosis.digest", "Digest", run.Digest[:min(hashShown, len(run.Digest))], "Tests", d.p.Int(run.Tests))
}

// measured is what was measured, with the cases that it is of.
func (d *diagnosisWriter) measured(f *diagnosis.Found) string {
	text := f.Say(d.p)
	if f.Figure.Hits >= 0 && f.Figure.Unit == finding.UnitShare && f.Figure.Cases > 0 {
		text = d.t("diagnosis.of", "Said", text, "Hits", d.p.Int(f.Figure.Hits), "Cases", d.p.Int(f.Figure.Cases))
	}
	return text
}

func (d *diagnosisWriter) sure(f *diagnosis.Found) string {
	if f.Figure.Confidence == 1 {
		return d.t("diagnosis.counted")
	}
	return d.p.PercentDigits(new(big.Rat).SetFloat64(f.Figure.Confidence), 1)
}

func (d *diagnosisWriter) findings() {
	d.chapter("findings")
	if len(d.found) == 0 {
		d.say("diagnosis.nothing")
		return
	}
	d.say("diagnosis.findings_text")
	for _, area := range problem.Areas {
		var rows [][]string
		var grave []*diagnosis.Found
		for i := range d.found {
			f := &d.found[i]
			if f.Area != area {
				continue
			}
			severity := d.severity(f)
			rows = append(rows, []string{d.severityName(severity), f.Kind.Name(d.p), f.Place.Say(d.p), d.measured(f), d.worth(f), d.sure(f)})
			if severity == problem.SeverityHigh && len(f.Rows) > 0 {
				grave = append(grave, f)
			}
		}
		if len(rows) == 0 {
			continue
		}
		d.add(d.head2(d.t("counted_head", "Name", d.areaName(area), "Count", len(rows))))
		d.table("diagnosis.nothing", []int{3, 4, 4, 8, 3, 3}, []string{"severity", "problem", "where", "measured", "money", "sure"}, rows)
		for _, f := range grave {
			d.evidence(f)
		}
	}
}

// evidence are the worst rows of a grave finding.
func (d *diagnosisWriter) evidence(f *diagnosis.Found) {
	d.add(d.head3(d.t("diagnosis.evidence", "What", f.Kind.Name(d.p), "Where", f.Place.Say(d.p))))
	var rows [][]string
	for _, row := range f.Rows[:min(evidenceMost, len(f.Rows))] {
		when := row.Day
		if day, err := calendar.ParseDate(row.Day); err == nil {
			when = d.p.Date(day)
		}
		usual := i18n.Unknown
		if row.Usual != 0 {
			usual = d.figure(row.Usual)
		}
		rows = append(rows, []string{cmp.Or(row.Record, i18n.Unknown), cmp.Or(row.Person, i18n.Unknown), d.figure(row.Value), usual, cmp.Or(when, i18n.Unknown)})
	}
	d.table("diagnosis.no_rows", []int{4, 2, 2, 2, 2}, []string{"record", "person", "value", "usual", "day"}, rows)
	if more := len(f.Rows) - evidenceMost; more > 0 {
		d.say("diagnosis.more_rows", "Count", more)
	}
}

func (d *diagnosisWriter) figure(value float64) string {
	digits := 2
	if value == float64(int64(value)) {
		digits = 0
	}
	return d.p.Decimal(new(big.Rat).SetFloat64(value), digits)
}

func (d *diagnosisWriter) maturity() {
	d.chapter("maturity")
	a := d.f.Maturity
	switch {
	case d.f.NoMaturity:
		d.say("maturity.hidden")
		return
	case a == nil:
		d.say("maturity.none")
		return
	}
	if a.Result.Known {
		d.say("maturity.overall", "On", d.day(a.On), "Who", a.ByName, "Score", d.p.Decimal(big.NewRat(a.Result.Overall, 100), 2), "Judged", a.Result.Judged, "Weights", a.Result.Weights)
	} else {
		d.say("maturity.unknown", "On", d.day(a.On), "Who", a.ByName, "Judged", a.Result.Judged, "Weights", a.Result.Weights)
	}
	var rows [][]string
	for i := range a.Result.Dimensions {
		j := &a.Result.Dimensions[i]
		row := []string{d.p.Message(j.Dimension.Message()), d.p.Message(j.Level.Message()), i18n.Unknown, i18n.Unknown}
		if j.Level != maturity.None {
			row[2] = d.p.Decimal(big.NewRat(j.Score, 100), 2)
		}
		if j.Wanted > 0 {
			row[3] = d.t("held", "Held", j.Held, "Wanted", j.Wanted)
		}
		rows = append(rows, row)
	}
	d.table("maturity.none", []int{3, 2, 2, 3}, []string{"dimension", "level", "points", "next_level"}, rows)
	if a.Result.Weakest != "" {
		d.say("maturity.weakest", "Name", d.p.Message(a.Result.Weakest.Message()))
	}
}

// next is what to do: problems that wait for somebody, and what to supply.
func (d *diagnosisWriter) next() {
	d.chapter("next")
	var rows [][]string
	for i := range d.found {
		f := &d.found[i]
		x, known := d.f.Problems[f.Identity()]
		if !known || !x.Status.Live() || x.Severity() == problem.SeverityLow || len(rows) == nextMost {
			continue
		}
		step := d.t("step." + string(x.Status))
		switch tried := d.f.Tried[x.ID]; {
		case len(tried) > 0:
			step = d.t("step.tried", "Titles", strings.Join(tried, d.p.T("common.comma")))
		case x.OwnerName == "":
			step = d.t("step.nobody")
		}
		rows = append(rows, []string{strconv.Itoa(len(rows) + 1), x.Name(d.p), f.Place.Say(d.p), d.somebody(x.OwnerName), d.p.Message(x.Status.Message()), step})
	}
	d.table("diagnosis.no_next", []int{1, 4, 4, 2, 2, 6}, []string{"number", "problem", "where", "owner", "status", "step"}, rows)
	groups, _ := d.lacks()
	for _, g := range groups[:min(3, len(groups))] {
		d.item("diagnosis.supply", "Parts", d.partNames(g.parts), "Count", len(g.kinds))
	}
	if d.f.Maturity == nil && !d.f.NoMaturity {
		d.item("diagnosis.assess")
	}
}
