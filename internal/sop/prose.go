package sop

import (
	"fmt"
	"strings"
)

// Lang is a language of the prose.
type Lang string

// The languages of the handbook.
const (
	LangZh Lang = "zh"
	LangEn Lang = "en"
)

// Section is one chapter of the prose: the preamble, then one for each stage. Path is the place in the document that it states.
type Section struct {
	Heading    string      `json:"heading"`
	Path       string      `json:"path"`
	Paragraphs []Paragraph `json:"paragraphs"`
}

// Paragraph is one statement; Path is what it states.
type Paragraph struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// Prose writes the standard as the text of a handbook. It is a function of the canonical bytes alone. The sentences stand in the
// code in both languages side by side, because they are the meaning of the rule and change only when the language of standards does.
func (s *Standard) Prose(lang Lang) []Section {
	w := &proseWriter{lang: lang, standard: s}
	w.preamble()
	for i := range s.Stages {
		w.stage(i)
	}
	return w.sections
}

type proseWriter struct {
	lang     Lang
	standard *Standard
	sections []Section
}

func (w *proseWriter) pick(zh, en string) string {
	if w.lang == LangEn {
		return en
	}
	return zh
}

func (w *proseWriter) say(path, zh, en string, args ...any) {
	last := &w.sections[len(w.sections)-1]
	last.Paragraphs = append(last.Paragraphs, Paragraph{path, fmt.Sprintf(w.pick(zh, en), args...)})
}

func (w *proseWriter) name(t Text) string { return w.pick(t.Zh, t.En) }

func (w *proseWriter) list(names []string) string { return strings.Join(names, w.pick("、", ", ")) }

func (w *proseWriter) alternatives(names []string) string {
	return strings.Join(names, w.pick("或", " or "))
}

// activity is an activity's name, quoted.
func (w *proseWriter) activity(id string) string {
	return "“" + w.name(w.standard.Activity(id).Name) + "”"
}

func (w *proseWriter) names(texts []Text) string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = w.name(t)
	}
	return w.list(list)
}

func (w *proseWriter) preamble() {
	s := w.standard
	w.sections = append(w.sections, Section{Heading: w.name(s.Name)})
	stages := make([]string, len(s.Stages))
	for i := range s.Stages {
		stages[i] = w.name(s.Stages[i].Name)
	}
	w.say("stages", "本标准把销售流程分为 %d 个阶段：%s。", "The process has %d stages: %s.", len(stages), w.list(stages))
	hours, _ := s.Hours.MarshalText()
	w.say("hours", "工作时间是工作日 %s；按天的时限到最后一天 24:00 为止。", "Working hours are %s on working days; a deadline in days ends with its last day.", hours)
	if len(s.Closing) > 0 {
		closing := make([]string, len(s.Closing))
		for i, id := range s.Closing {
			closing[i] = w.activity(id)
		}
		w.say("closing", "发生%s即结束；那时还没做、又没有时限的，算违反。", "A case ends with %s; what is still owed then without a deadline counts as violated.", w.alternatives(closing))
	}
}

func (w *proseWriter) stage(i int) {
	stage, path := &w.standard.Stages[i], fmt.Sprintf("stages[%d]", i)
	w.sections = append(w.sections, Section{Heading: fmt.Sprintf("%d %s", i+1, w.name(stage.Name)), Path: path})
	w.say(path+".role", "负责人：%s。", "Responsible: %s.", w.name(w.standard.role(stage.Role).Name))
	w.pipeline(i, path)
	if len(stage.Inputs) > 0 {
		w.say(path+".inputs", "输入：%s。", "Input: %s.", w.names(stage.Inputs))
	}
	if len(stage.Outputs) > 0 {
		w.say(path+".outputs", "输出：%s。", "Output: %s.", w.names(stage.Outputs))
	}
	for j := range stage.Activities {
		w.form(&stage.Activities[j], fmt.Sprintf("%s.activities[%d].form", path, j))
	}
	for k := range w.standard.Rules {
		if w.standard.Rules[k].Stage == stage.ID {
			w.rule(&w.standard.Rules[k], fmt.Sprintf("rules[%d]", k))
		}
	}
}

// pipeline says what the stage means for an opportunity that stands on it.
func (w *proseWriter) pipeline(i int, path string) {
	s := w.standard
	switch signing := s.SigningStage(); {
	case i < signing:
		w.say(path+".chance", "到这个阶段，赢单可能 %d%%。", "Chance of winning on this stage: %d %%.", s.ChanceAt(i))
	case i == signing:
		w.say(path+".signing", "合同在这个阶段签；签之前赢单可能 %d%%，签完商机算赢单。", "Contracts are signed on this stage; until then the chance of winning is %d %%, then the opportunity is won.", s.ChanceAt(i))
	default:
		w.say(path+".signing", "赢单以后才进这个阶段。", "Only won opportunities come to this stage.")
	}
	if old := s.Stages[i].Replaces; len(old) > 0 {
		w.say(path+".replaces", "接替以前的阶段 %s：停在那里的商机移到这里。", "It takes over the former stages %s: opportunities that stand on them are moved here.", w.list(old))
	}
}

func (w *proseWriter) form(a *Activity, path string) {
	if len(a.Form) == 0 {
		return
	}
	var fields []string
	for _, f := range a.Form {
		text := w.name(f.Name)
		if f.Required {
			text += w.pick("（必填）", " (required)")
		}
		if len(f.Values) > 0 {
			text += w.pick("：", ": ") + strings.Join(f.Values, "/")
		}
		fields = append(fields, text)
	}
	w.say(path, "%s要填：%s。", "Form of %s: %s.", "“"+w.name(a.Name)+"”", w.list(fields))
}

// levelWords say what happens when a rule is about to be violated.
var levelWords = map[Level]Text{
	LevelLog:    {Zh: "只记录", En: "recorded only"},
	LevelWarn:   {Zh: "提醒", En: "a warning"},
	LevelReason: {Zh: "要写原因才能继续", En: "a reason must be given"},
	LevelBlock:  {Zh: "不能继续", En: "the step is blocked"},
}

func (w *proseWriter) rule(r *Rule, path string) {
	text := w.name(r.Name) + w.pick("：", ": ") + w.applies(r) + w.sentence(r) + w.narrowing(r) + w.pick("。", ".")
	if len(r.Until) > 0 {
		list := make([]string, len(r.Until))
		for i, id := range r.Until {
			list[i] = w.activity(id)
		}
		text += fmt.Sprintf(w.pick("发生%s后不再要求。", " Nothing is owed after %s."), w.alternatives(list))
	}
	for _, e := range r.Exempt {
		text += fmt.Sprintf(w.pick("豁免：%s（%s）。", " Exempt: %s (%s)."), w.name(e.Reason), w.conditions(e.When, ""))
	}
	text += fmt.Sprintf(w.pick("违反时%s，权重 %d。", " If violated: %s; weight %d."), w.name(levelWords[r.Level]), r.Weight)
	w.say(path, "%s", "%s", text)
}

func (w *proseWriter) applies(r *Rule) string {
	if len(r.When) == 0 {
		return ""
	}
	return fmt.Sprintf(w.pick("%s时，", "where %s, "), w.conditions(r.When, r.Asking()))
}
