package ingest

import (
	"bytes"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
)

// StageDay is the day on which an opportunity came to a stage in force.
type StageDay struct {
	Stage opportunity.Stage
	On    calendar.Date
}

// shippedDays are the columns with the days of the stages that ship; under a standard with others they are of what stands for these.
var shippedDays = map[fieldID]opportunity.Stage{fieldNeedsOn: opportunity.StageNeeds, fieldProposalOn: opportunity.StageProposal,
	fieldContractOn: opportunity.StageContract, fieldAfterSalesOn: opportunity.StageAfterSales}

// shippedWords are what people also write for the stages that ship.
var shippedWords = map[opportunity.Stage][]string{opportunity.StageDevelopment: {"开发"}, opportunity.StageNeeds: {"需求"}, opportunity.StageProposal: {"方案"},
	opportunity.StageContract: {"签约"}, opportunity.StageAfterSales: {"售后", "售后服务"}}

// stageHeader is the header of the column with the days on which opportunities came to a stage.
func stageHeader(e opportunity.StageEntry, zh bool) string {
	if zh {
		return "进入" + e.Name.Zh + "日期"
	}
	return e.Name.En + " since"
}

// stageWords are the words for stages: ids and names in both languages, also those of earlier versions, each with the stage in force that is meant.
func stageWords(set *opportunity.StageSet) map[string]string {
	words := map[string]string{}
	say := func(word string, id opportunity.Stage) {
		word = strings.ToLower(strings.TrimSpace(word))
		if to, ok := set.Successor(id); ok && word != "" && words[word] == "" {
			words[word] = string(to)
		}
	}
	for _, list := range [][]opportunity.StageEntry{set.All(), set.Former()} {
		for _, e := range list {
			for _, word := range []string{string(e.ID), e.Name.Zh, e.Name.En} {
				say(word, e.ID)
			}
		}
	}
	for id, list := range shippedWords {
		for _, word := range list {
			say(word, id)
		}
	}
	return words
}

// stageColumn is a column with the days of a stage that has no field of its own.
type stageColumn struct {
	stage opportunity.Stage
	at    int
	label string
}

// stageColumns finds such columns among those that the mapping does not use: they are called as the stage is, in one of the languages.
func (t *openTable) stageColumns(set *opportunity.StageSet) {
	for _, e := range set.All() {
		for _, zh := range []bool{true, false} {
			header := stageHeader(e, zh)
			at, found := findHeader(t.header, header)
			unused := slices.IndexFunc(t.unused, func(name string) bool { return normalHeader(name) == normalHeader(header) })
			if found == 1 && unused >= 0 {
				t.stageDays = append(t.stageDays, stageColumn{e.ID, at, t.header[at]})
				t.unused = slices.Delete(slices.Clone(t.unused), unused, unused+1)
			}
		}
	}
}

// stageOn reads the days on which an opportunity came to stages, in the order of the stages; they must not go back.
func (d *rowDecoder) stageOn(created calendar.Date) (days []StageDay) {
	set := d.table.stages
	add := func(stage opportunity.Stage, on calendar.Date) bool {
		to, ok := set.Successor(stage)
		if on == calendar.NoDate || !ok || slices.ContainsFunc(days, func(known StageDay) bool { return known.Stage == to }) {
			return on == calendar.NoDate || ok
		}
		days = append(days, StageDay{to, on})
		return true
	}
	for id := fieldNeedsOn; id <= fieldAfterSalesOn; id++ {
		if stage, dated := shippedDays[id]; dated && !add(stage, d.date(id, earliestDate)) {
			d.fail(id, d.cell(id), "ingest.no_such_stage")
		}
	}
	for _, c := range d.table.stageDays {
		on, ok := calendar.NoDate, true
		if c.at < len(d.fields) {
			on, ok = d.plainDate(trim(d.fields[c.at]))
		}
		if !ok {
			args := errs.Args{"Column": c.label, "Field": c.label, "Value": clip(d.fields[c.at])}
			d.add(errs.Field{Row: d.row, Path: c.label, Value: clip(d.fields[c.at]), Message: errs.Msg("ingest.bad_date", args), Remedy: errs.Msg("ingest.bad_date.remedy", args)})
		}
		add(c.stage, on)
	}
	slices.SortFunc(days, func(a, b StageDay) int { return set.Index(a.Stage) - set.Index(b.Stage) })
	last := created
	for _, day := range days {
		if last != calendar.NoDate && day.On < last && !d.failed {
			d.failDay(day)
		}
		last = day.On
	}
	return days
}

// failDay says that somebody came to a stage before the one before it.
func (d *rowDecoder) failDay(day StageDay) {
	for id, stage := range shippedDays {
		if to, ok := d.table.stages.Successor(stage); ok && to == day.Stage && len(d.cell(id)) > 0 {
			d.fail(id, d.cell(id), "ingest.before_created")
			return
		}
	}
	label := string(day.Stage)
	if at := slices.IndexFunc(d.table.stageDays, func(c stageColumn) bool { return c.stage == day.Stage }); at >= 0 {
		label = d.table.stageDays[at].label
	}
	args := errs.Args{"Column": label, "Field": label, "Value": day.On.String()}
	d.add(errs.Field{Row: d.row, Path: label, Value: day.On.String(), Message: errs.Msg("ingest.before_created", args), Remedy: errs.Msg("ingest.before_created.remedy", args)})
}

// plainDate reads a day as people usually write it; none for an empty cell.
func (d *rowDecoder) plainDate(b []byte) (calendar.Date, bool) {
	if b = bytes.TrimSpace(b); len(b) == 0 {
		return calendar.NoDate, true
	}
	d.dates.order = ""
	on, ok := d.dates.parse(b)
	if !ok || on < earliestDate || on >= endOfDates {
		return calendar.NoDate, false
	}
	return on, true
}

// stage reads the stage that is said.
func (d *rowDecoder) stage() opportunity.Stage {
	b := d.cell(fieldStage)
	if len(b) == 0 {
		return ""
	}
	if d.stages == nil {
		d.stages = stageWords(d.table.stages)
	}
	meant := d.stages[strings.ToLower(string(b))]
	if meant == "" {
		d.fail(fieldStage, b, "ingest.bad_stage")
	}
	return opportunity.Stage(meant)
}
