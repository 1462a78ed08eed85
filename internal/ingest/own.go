package ingest

import (
	"strings"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// ownColumn is a column with values of a field that the company added: its header is field.‹key›.
type ownColumn struct {
	field customfield.Field
	at    int
	label string
}

// ownPrefix marks such a header.
var ownPrefix = customfield.PathOf("")

// ownColumns finds the columns of the company's own fields among those that the mapping does not use. One that names no field is a problem.
func (t *openTable) ownColumns(form customfield.Form) (fields []errs.Field) {
	t.own.form = form
	for _, header := range t.unused {
		key, ours := strings.CutPrefix(strings.ToLower(strings.TrimSpace(header)), ownPrefix)
		if !ours {
			continue
		}
		f, known := customfield.Find(form.Fields, key)
		at, found := findHeader(t.header, header)
		switch {
		case !known || f.Retired:
			args := errs.Args{"Key": key}
			fields = append(fields, errs.Field{Source: t.source, Row: t.mapping.HeaderRow, Path: header, Value: header, Message: errs.Msg("customfield.unknown", args), Remedy: errs.Msg("customfield.unknown.remedy", args)})
		case found > 1:
			args := errs.Args{"Column": header, "Kind": t.kind.Name, "Headers": strings.Join(t.header[:min(len(t.header), 30)], " · ")}
			fields = append(fields, errs.Field{Source: t.source, Row: t.mapping.HeaderRow, Path: header, Value: header, Message: errs.Msg("ingest.header_twice", args), Remedy: errs.Msg("ingest.header_twice.remedy", args)})
		default:
			t.own.columns = append(t.own.columns, ownColumn{f, at, header})
		}
	}
	return fields
}

// ownColumnsOf are the columns of a table, and what their values are read with.
type ownColumnsOf struct {
	form    customfield.Form
	columns []ownColumn
}

// ownValues reads the values of a row; nil for a table without such columns. An empty cell empties the field.
func (d *rowDecoder) ownValues() customfield.Inputs {
	own := &d.table.own
	if len(own.columns) == 0 {
		return nil
	}
	in := customfield.Inputs{}
	for _, c := range own.columns {
		text := ""
		if c.at < len(d.fields) {
			text = string(trim(d.fields[c.at]))
		}
		one := customfield.Input{Typed: []string{text}}
		if wrong := own.form.Check(c.field, one); wrong.Key != "" {
			value := clip([]byte(text))
			if c.field.Personal {
				value = ""
			}
			d.add(errs.Field{Row: d.row, Path: c.label, Value: value, Message: wrong, Remedy: errs.Msg("ingest.own_value.remedy", errs.Args{"Field": c.field.NameZh, "Kind": c.field.Kind.Message()})})
			continue
		}
		in[c.field.Key] = one
	}
	return in
}

// knows wants the persons in values of the company's own fields to be there.
func (j *judge) knows(row int, in customfield.Inputs) bool {
	ok := true
	for _, c := range j.table.own.columns {
		if c.field.Kind != customfield.KindPerson {
			continue
		}
		for _, key := range in[c.field.Key].Typed {
			if key == "" || j.reader.personIndex.find(TextKey(key)) >= 0 || j.reader.options.Known(fact.KindPerson, key) {
				continue
			}
			args := errs.Args{"Value": key}
			j.problems, ok = append(j.problems, errs.Field{Source: j.table.source, Row: row, Path: c.label, Value: key, Message: errs.Msg("ingest.unknown_person", args), Remedy: errs.Msg("ingest.unknown_person.remedy", args)}), false
		}
	}
	return ok
}
