package ingest

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tabular"
)

// Forms is what the forms to fill in have of a company's own: the fields that it added to a kind, each a column behind the others, and the stages
// of its opportunities, which are those that ship where none are given.
type Forms struct {
	Own    map[fact.Kind][]customfield.Field
	Stages *opportunity.StageSet
}

// WriteTemplate writes the workbook to fill in: a sheet for each kind, headers with notes, examples, lists to choose from; forms says
// what the company has of its own. lang is zh-CN or en. The filled workbook is recognised without a mapping.
func WriteTemplate(out io.Writer, lang string, texts Texts, forms Forms) (err error) {
	defer errs.Wrap(&err, "ingest.WriteTemplate(%s)", lang)
	var sheets []tabular.TemplateSheet
	for _, kind := range Kinds() {
		sheets = append(sheets, templateSheet(&kind, lang, texts, forms))
	}
	return tabular.WriteTemplateXLSX(out, sheets)
}

// WriteTemplateCSV writes the form of one kind as CSV. It returns errs.KindNotFound for a kind that doesn't exist.
func WriteTemplateCSV(out io.Writer, kind fact.Kind, lang string, texts Texts, forms Forms) (err error) {
	defer errs.Wrap(&err, "ingest.WriteTemplateCSV(%s, %s)", kind, lang)
	fields := kindFields(kind)
	if fields == nil {
		return errs.New(errs.KindNotFound, "ingest.no_kind", errs.Args{"Kind": string(kind)})
	}
	return tabular.WriteTemplateCSV(out, templateSheet(fields, lang, texts, forms))
}

func templateSheet(kind *KindFields, lang string, texts Texts, forms Forms) tabular.TemplateSheet {
	zh, stages := strings.HasPrefix(lang, "zh"), forms.Stages
	if stages == nil {
		stages = opportunity.ShippedStages()
	}
	sheet := tabular.TemplateSheet{Name: kind.En}
	if zh {
		sheet.Name = kind.Zh
	}
	for _, field := range kind.Fields {
		if stage, dated := shippedDays[field.id]; dated && !stages.Valid(stage) {
			continue
		}
		column := tabular.TemplateColumn{Header: field.Header(lang), Required: field.Required, Note: fieldNote(&field, texts)}
		example := field.Examples[1]
		if zh {
			example = field.Examples[0]
		}
		column.Examples = []string{example}
		for _, choice := range choices(field.id) {
			word := choice[0]
			if zh {
				word = choice[1]
			}
			column.Choices = append(column.Choices, word)
		}
		if field.id == fieldStage {
			first := stages.All()[0]
			if column.Examples[0] = first.Name.En; zh {
				column.Examples[0] = first.Name.Zh
			}
			for _, e := range stages.All() {
				column.Choices = append(column.Choices, stages.Label(e.ID, zh))
			}
		}
		if field.Type == TypeLevel {
			column.Choices = []string{"newcomer", "regular", "core", "manager", "other"}
			if zh {
				column.Choices = []string{"新人", "普通销售", "核心销售", "销售经理", "其他"}
			}
		}
		sheet.Columns = append(sheet.Columns, column)
	}
	if kind.Kind == fact.KindOpportunity {
		sheet.Columns = append(sheet.Columns, stageDayColumns(stages, zh, texts)...)
	}
	for _, f := range forms.Own[kind.Kind] {
		sheet.Columns = append(sheet.Columns, ownTemplate(f, zh, texts))
	}
	return sheet
}

// stageDayColumns are the columns with the days of stages that have no field of their own; the first stage has the day of the creation.
func stageDayColumns(stages *opportunity.StageSet, zh bool, texts Texts) (columns []tabular.TemplateColumn) {
	for i, e := range stages.All() {
		if i == 0 || slices.Contains(slices.Collect(maps.Values(shippedDays)), e.ID) {
			continue
		}
		header := stageHeader(e, zh)
		note := texts.Message(errs.Msg("ingest.note.optional", nil)) + "\n" + texts.Message(errs.Msg("ingest.note."+string(TypeDate), errs.Args{"Kind": ""}))
		columns = append(columns, tabular.TemplateColumn{Header: header, Note: note, Examples: []string{""}})
	}
	return columns
}

// ownTemplate is the column of a field that the company added.
func ownTemplate(f customfield.Field, zh bool, texts Texts) tabular.TemplateColumn {
	name, help := f.NameZh, f.HelpZh
	if !zh {
		name, help = cmp.Or(f.NameEn, f.NameZh), cmp.Or(f.HelpEn, f.HelpZh)
	}
	need := "ingest.note.optional"
	if f.Required == customfield.RequiredAlways {
		need = "ingest.note.required"
	}
	column := tabular.TemplateColumn{Header: f.Path(), Required: f.Required == customfield.RequiredAlways, Examples: []string{""}}
	column.Note = strings.TrimSpace(name + "\n" + texts.Message(errs.Msg(need, nil)) + "\n" + texts.Message(f.Kind.Message()) + "\n" + help)
	if f.Kind == customfield.KindChoice {
		for _, c := range f.Choices {
			if !c.Retired {
				column.Choices = append(column.Choices, c.NameZh)
			}
		}
	}
	return column
}

// fieldNote says whether a field must be filled and what its text looks like.
func fieldNote(field *Field, texts Texts) string {
	need := "ingest.note.optional"
	if field.Required {
		need = "ingest.note.required"
	}
	args := errs.Args{"Kind": ""}
	if field.Refers != "" {
		args["Kind"] = errs.Msg("ingest.kind."+string(field.Refers), nil)
	}
	note := texts.Message(errs.Msg(need, nil)) + "\n" + texts.Message(errs.Msg("ingest.note."+string(field.Type), args))
	if more := moreNotes(field.id); more != "" {
		note += "\n" + texts.Message(errs.Msg(more, nil))
	}
	return fmt.Sprintf("%s (%s)\n%s", field.Zh, field.Name, note)
}

// moreNotes are for fields whose meaning the type doesn't say.
func moreNotes(id fieldID) string {
	switch id {
	case fieldLeftOn:
		return "ingest.note.left_on"
	case fieldValidFrom, fieldValidTo:
		return "ingest.note.valid_from"
	case fieldOf:
		return "ingest.note.of"
	case shareField(0):
		return "ingest.note.share_1"
	case fieldUnit:
		return "ingest.note.unit"
	case fieldCost:
		return "ingest.note.cost"
	case fieldDueOn:
		return "ingest.note.plan"
	case fieldTo:
		return "ingest.note.mentor_to"
	}
	return ""
}
