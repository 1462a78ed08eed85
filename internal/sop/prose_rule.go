package sop

import (
	"fmt"
	"strings"
)

// templateWords are the sentences of the templates; the arguments are A, B and the deadline.
var templateWords = map[Template]Text{
	Existence:       {Zh: "必须%[3]s有%[1]s", En: "%[1]s must happen%[3]s"},
	Absence:         {Zh: "不许有%[1]s", En: "%[1]s must not happen"},
	ExactlyOnce:     {Zh: "%[1]s要有且只有一次", En: "%[1]s must happen exactly once"},
	Init:            {Zh: "必须从%[1]s开始", En: "it begins with %[1]s"},
	Last:            {Zh: "必须以%[1]s结束", En: "it ends with %[1]s"},
	Each:            {Zh: "每次%[1]s都要符合要求%[3]s", En: "every %[1]s must be as asked%[3]s"},
	Precedence:      {Zh: "%[2]s之前，必须先有%[1]s", En: "%[1]s must come before %[2]s"},
	Response:        {Zh: "%[1]s之后，必须%[3]s有%[2]s", En: "%[1]s must be followed by %[2]s%[3]s"},
	Succession:      {Zh: "%[1]s之后必须%[3]s有%[2]s，%[2]s之前必须先有%[1]s", En: "%[1]s must be followed by %[2]s%[3]s, and %[2]s preceded by %[1]s"},
	RespondedExist:  {Zh: "有%[1]s，就必须有%[2]s，先后都行%[3]s", En: "with %[1]s there must be %[2]s, before or after it%[3]s"},
	AltPrecedence:   {Zh: "每次%[2]s之前，都必须另有一次%[1]s", En: "before each %[2]s there must be a %[1]s of its own"},
	AltResponse:     {Zh: "每次%[1]s之后、下一次%[1]s之前，必须%[3]s有%[2]s", En: "each %[1]s must be followed by %[2]s before the next %[1]s%[3]s"},
	AltSuccession:   {Zh: "%[1]s和%[2]s必须一次对一次、先后相间%[3]s", En: "%[1]s and %[2]s must alternate%[3]s"},
	ChainPrecedence: {Zh: "紧挨着%[2]s之前，必须是%[1]s", En: "%[1]s must come directly before %[2]s"},
	ChainResponse:   {Zh: "%[1]s之后，必须%[3]s紧接着%[2]s", En: "%[1]s must be followed directly by %[2]s%[3]s"},
	ChainSuccession: {Zh: "%[1]s和%[2]s必须紧接着%[3]s", En: "%[1]s and %[2]s must follow each other directly%[3]s"},
	CoExistence:     {Zh: "%[1]s和%[2]s要么都有，要么都没有%[3]s", En: "%[1]s and %[2]s happen both or not at all%[3]s"},
	NotCoExistence:  {Zh: "%[1]s和%[2]s不能都有", En: "%[1]s and %[2]s must not both happen"},
	Choice:          {Zh: "%[1]s和%[2]s至少%[3]s有一个", En: "%[1]s or %[2]s must happen%[3]s"},
}

func (w *proseWriter) sentence(r *Rule) string {
	of, other := w.activity(r.Of), ""
	if r.With != "" {
		other = w.activity(r.With)
	}
	return fmt.Sprintf(w.name(templateWords[r.Template]), of, other, w.deadline(r)) // numbered verbs: what is not used is not written
}

var unitWords = map[Unit]Text{
	UnitHours:        {Zh: "小时", En: "hours"},
	UnitWorkingHours: {Zh: "个工作小时", En: "working hours"},
	UnitDays:         {Zh: "天", En: "days"},
	UnitWorkingDays:  {Zh: "个工作日", En: "working days"},
}

func (w *proseWriter) deadline(r *Rule) string {
	if r.Within == nil {
		return ""
	}
	unit := w.name(unitWords[r.Within.Unit])
	if w.lang == LangEn && r.Within.Count == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	text := fmt.Sprintf(w.pick("在 %d %s内", " within %d %s"), r.Within.Count, unit)
	if r.Before != "" {
		date := field(w.standard.form(r.Of), r.Before)
		text = fmt.Sprintf(w.pick("在%[3]s前至少 %[1]d %[2]s", " at least %[1]d %[2]s before the %[3]s"), r.Within.Count, unit, w.name(date.Name))
	}
	if r.Clock == ClockRecorded {
		text += w.pick("（以录入时间为准）", " (by the time of entry)")
	}
	return text
}

// narrowing says what is asked of the asked event besides that it happens.
func (w *proseWriter) narrowing(r *Rule) string {
	var parts []string
	if len(r.By) > 0 {
		roles := make([]string, len(r.By))
		for i, id := range r.By {
			roles[i] = w.name(w.standard.role(id).Name)
		}
		parts = append(parts, fmt.Sprintf(w.pick("由%s做", "done by the %s"), w.alternatives(roles)))
	}
	if r.Different {
		parts = append(parts, w.pick("两次不能是同一个人", "by different persons"))
	}
	if len(r.Complete) > 0 {
		parts = append(parts, fmt.Sprintf(w.pick("要填全：%s", "filled in: %s"), w.complete(r)))
	}
	if len(r.Data) > 0 {
		parts = append(parts, fmt.Sprintf(w.pick("要求%s", "with %s"), w.conditions(r.Data, r.Asked())))
	}
	if len(parts) == 0 {
		return ""
	}
	return w.pick("，", ", ") + strings.Join(parts, w.pick("，", ", "))
}

func (w *proseWriter) complete(r *Rule) string {
	var names []string
	for _, id := range r.Complete {
		if id == "required" {
			names = append(names, w.pick("所有必填项", "everything required"))
			continue
		}
		names = append(names, w.name(field(w.standard.form(r.Asked()), id).Name))
	}
	return w.list(names)
}

var comparisonWords = map[Comparison]Text{
	Equals:  {Zh: "为", En: "is"},
	In:      {Zh: "属于", En: "is one of"},
	AtLeast: {Zh: "不低于", En: "is at least"},
	AtMost:  {Zh: "不超过", En: "is at most"},
	Above:   {Zh: "大于", En: "is more than"},
	Below:   {Zh: "小于", En: "is less than"},
	Filled:  {Zh: "已填", En: "is filled in"},
}

func (w *proseWriter) conditions(list []Condition, activity string) string {
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = w.condition(&list[i], activity)
	}
	return strings.Join(texts, w.pick("且", " and "))
}

func (w *proseWriter) condition(c *Condition, activity string) string {
	right := ""
	switch {
	case c.Other != "":
		right = w.fieldName(c.Other, activity)
	case c.Comparison != Filled:
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = v.write(c.valueType)
			if c.valueType == TypeYesNo {
				values[i] = w.pick([]string{"否", "是"}[v.Number&1], values[i])
			}
		}
		right = w.list(values)
	}
	word := comparisonWords[c.Comparison]
	if c.Comparison == Equals && c.Other != "" {
		word = Text{Zh: "等于", En: "equals"}
	}
	text := w.fieldName(c.Field, activity) + w.pick("", " ") + w.name(word)
	if right != "" {
		text += w.pick("", " ") + right
	}
	return text
}

func (w *proseWriter) fieldName(reference, activity string) string {
	fields := w.standard.form(activity)
	id, ofCase := strings.CutPrefix(reference, casePrefix)
	if ofCase {
		fields = w.standard.Case
	}
	return w.name(field(fields, id).Name)
}
