package sop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// StageForm is what a form says of a stage. ID names one that the text has, or is the id of a new one.
type StageForm struct {
	ID      string
	Name    Text
	Role    string
	Chance  int
	Signing bool
}

// WriteStages writes the stages of a text anew: in the order of the forms, with what these say. Everything else of the text stays as it is, but for
// what hangs on a stage that is left out: its activities and rules go to the one that takes it over, which says so, and the order of the
// stages (after) follows. A new stage has one activity, that it is done. ok is false, and the text as before, where it is not written so that
// single lines can be changed, or a stage is left out and taken over by none of the forms.
func WriteStages(text string, forms []StageForm, takenOver map[string]string) (written string, ok bool) {
	before, err := Decode("", []byte(text))
	if err != nil || len(forms) == 0 {
		return text, false
	}
	w := &stageWriter{before: before, forms: forms, takes: takenOver, blocks: map[string]string{}}
	if !w.cut(text) || !w.takeOver() {
		return text, false
	}
	var b strings.Builder
	b.WriteString(w.head)
	for i := range forms {
		block, ok := w.stage(i)
		if !ok {
			return text, false
		}
		b.WriteString(block)
	}
	b.WriteString(w.foot)
	written = b.String()
	for i := range before.Rules {
		if to := takenOver[before.Rules[i].Stage]; to != "" && !w.has(before.Rules[i].Stage) {
			written = SetRuleValue(written, before.Rules[i].ID, "stage", to)
		}
	}
	if _, err := Decode("", []byte(written)); err != nil {
		return text, false
	}
	return written, true
}

// stageWriter holds a text cut into the blocks of its stages.
type stageWriter struct {
	before     *Standard
	forms      []StageForm
	takes      map[string]string
	head, foot string
	blocks     map[string]string
	indent     string
	reshaped   bool // stages came, went or changed places
}

func (w *stageWriter) has(id string) bool {
	return slices.ContainsFunc(w.forms, func(f StageForm) bool { return f.ID == id })
}

// cut finds the lines of each stage.
func (w *stageWriter) cut(text string) bool {
	var document yaml.Node
	if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
		return false
	}
	top := value{Node: document.Content[0]}
	stages := under(top, "stages")
	if stages.Node == nil || stages.Node.Style&yaml.FlowStyle != 0 || top.Node.Style&yaml.FlowStyle != 0 {
		return false
	}
	lines := strings.SplitAfter(text, "\n")
	end := len(lines)
	for i := 0; i+1 < len(top.Node.Content); i += 2 {
		if line := top.Node.Content[i].Line - 1; line > stages.Node.Line-1 {
			end = min(end, line)
		}
	}
	for end > 0 && (strings.TrimSpace(lines[end-1]) == "" || strings.HasPrefix(lines[end-1], "#")) { // belongs to what follows
		end--
	}
	items := stages.Node.Content
	for i, item := range items {
		from, to := item.Line-1, end
		if i+1 < len(items) {
			to = items[i+1].Line - 1
		}
		block := strings.Join(lines[from:to], "")
		w.indent = block[:len(block)-len(strings.TrimLeft(block, " "))]
		if !strings.HasPrefix(strings.TrimLeft(block, " "), "- ") {
			return false
		}
		if item.Style&yaml.FlowStyle != 0 {
			block = w.unfolded(item)
		}
		if !strings.HasSuffix(block, "\n") {
			block += "\n"
		}
		w.blocks[w.before.Stages[i].ID] = block
	}
	w.head, w.foot = strings.Join(lines[:items[0].Line-1], ""), strings.Join(lines[end:], "")
	w.reshaped = len(w.forms) != len(items)
	for i := range w.forms {
		w.reshaped = w.reshaped || w.before.Stages[i].ID != w.forms[i].ID
	}
	return true
}

// unfolded writes a stage that stands in braces with a line for each of its keys.
func (w *stageWriter) unfolded(item *yaml.Node) string {
	plain := *item
	plain.Style = 0
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if encoder.Encode([]*yaml.Node{&plain}) != nil {
		return ""
	}
	return indented(b.String(), w.indent)
}

func indented(block, indent string) string {
	var b strings.Builder
	for line := range strings.Lines(block) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(indent)
		}
		b.WriteString(line)
	}
	return b.String()
}

// takeOver moves the activities of stages that are left out to those that take them over.
func (w *stageWriter) takeOver() bool {
	for _, stage := range w.before.Stages {
		if w.has(stage.ID) {
			continue
		}
		to := w.takes[stage.ID]
		if !w.has(to) {
			return false
		}
		if w.blocks[to] == "" { // a new one: it has what it takes over, and nothing else
			continue
		}
		_, more := activitiesOf(w.blocks[stage.ID])
		own, _ := activitiesOf(w.blocks[to])
		if more == "" || own < 0 {
			return false
		}
		w.blocks[to] = insertActivities(w.blocks[to], more)
	}
	return true
}

// stage writes the block of a form.
func (w *stageWriter) stage(i int) (string, bool) {
	f := w.forms[i]
	was := w.before.stage(f.ID)
	block := w.blocks[f.ID]
	if was == nil {
		block = w.fresh(f)
		was = &Stage{}
	}
	place := slices.IndexFunc(w.before.Stages, func(s Stage) bool { return s.ID == f.ID })
	set := func(key, written string) { block = setKey(block, key, written) }
	if was.Name != f.Name {
		set("name", "{zh: "+scalar(f.Name.Zh)+", en: "+scalar(f.Name.En)+"}")
	}
	if was.Role != f.Role {
		set("role", f.Role)
	}
	if after := w.after(i); !slices.Equal(after, was.After) || place < 0 {
		set("after", listOf(after))
	}
	if place < 0 || w.reshaped || w.before.ChanceAt(place) != f.Chance {
		set("chance", fmt.Sprint(f.Chance))
	}
	if signs := place >= 0 && w.before.SigningStage() == place; w.reshaped || signs != f.Signing {
		set("signing", map[bool]string{true: "true"}[f.Signing])
	}
	replaces := slices.Clone(was.Replaces)
	for _, old := range w.before.Stages {
		if !w.has(old.ID) && w.takes[old.ID] == f.ID {
			replaces = append(append(replaces, old.ID), old.Replaces...)
		}
	}
	if !slices.Equal(replaces, was.Replaces) {
		set("replaces", listOf(replaces))
	}
	return block, block != ""
}

// fresh is the block of a new stage: the activities of those that it takes over, or else that it is done.
func (w *stageWriter) fresh(f StageForm) string {
	var taken string
	for _, old := range w.before.Stages {
		if !w.has(old.ID) && w.takes[old.ID] == f.ID {
			_, more := activitiesOf(w.blocks[old.ID])
			taken += more
		}
	}
	block := "- id: " + f.ID + "\n  name: {zh: " + scalar(f.Name.Zh) + ", en: " + scalar(f.Name.En) + "}\n  role: " + f.Role + "\n  activities:\n"
	if taken == "" {
		taken = "    - {id: " + f.ID + "_done, name: {zh: " + scalar("完成"+f.Name.Zh) + ", en: " + scalar(f.Name.En+" done") + "}}\n"
	}
	return indented(block+taken, w.indent)
}

// after is what a stage follows: the one before it where all stages followed each other so, otherwise what it followed, with those that are left out
// replaced.
func (w *stageWriter) after(i int) (after []string) {
	was := w.before.stage(w.forms[i].ID)
	switch {
	case i == 0:
		return nil
	case !w.reshaped:
		return was.After
	case w.chained() || was == nil:
		return []string{w.forms[i-1].ID}
	}
	for _, id := range was.After {
		if !w.has(id) {
			id = w.takes[id]
		}
		if id != was.ID && !slices.Contains(after, id) {
			after = append(after, id)
		}
	}
	if len(after) == 0 {
		after = []string{w.forms[i-1].ID}
	}
	return after
}

// chained reports whether each stage of the text follows the one before it.
func (w *stageWriter) chained() bool {
	for i, stage := range w.before.Stages {
		if i == 0 && len(stage.After) > 0 || i > 0 && (len(stage.After) != 1 || stage.After[0] != w.before.Stages[i-1].ID) {
			return false
		}
	}
	return true
}

// keyOrder is where a key that a stage does not have yet is put: behind the last of those before it.
var keyOrder = []string{"id", "name", "role", "after", "chance", "signing", "replaces"}

// setKey writes the value of a key of a stage anew; an empty one takes the key out.
func setKey(block, key, written string) string {
	stage, lines := parsedStage(block)
	if stage == nil {
		return ""
	}
	indent := strings.Repeat(" ", stage.Content[0].Column-1)
	anchor := -1
	for i := 0; i+1 < len(stage.Content); i += 2 {
		name := stage.Content[i]
		from, to := name.Line-1, len(lines)
		if i+2 < len(stage.Content) {
			to = stage.Content[i+2].Line - 1
		}
		if name.Value == key {
			line := []string{}
			if written != "" {
				line = []string{lines[from][:name.Column-1] + key + ": " + written + "\n"}
			}
			return strings.Join(slices.Replace(lines, from, to, line...), "")
		}
		if at := slices.Index(keyOrder, name.Value); at >= 0 && at < slices.Index(keyOrder, key) {
			anchor = to
		}
	}
	if written == "" || anchor < 0 {
		return block
	}
	return strings.Join(slices.Insert(lines, anchor, indent+key+": "+written+"\n"), "")
}

// parsedStage reads a block back; nil where it is not one stage with a line for each key.
func parsedStage(block string) (*yaml.Node, []string) {
	var document yaml.Node
	if yaml.Unmarshal([]byte(block), &document) != nil || len(document.Content) == 0 || len(document.Content[0].Content) != 1 {
		return nil, nil
	}
	stage := document.Content[0].Content[0]
	if stage.Kind != yaml.MappingNode || stage.Style&yaml.FlowStyle != 0 || len(stage.Content) == 0 {
		return nil, nil
	}
	return stage, slices.Collect(strings.Lines(block))
}

// activitiesOf returns the activities of a block as lines indented by four, and the line behind the last of them; −1 for a block that cannot be read.
func activitiesOf(block string) (end int, lines string) {
	stage, all := parsedStage(block)
	if stage == nil {
		return -1, ""
	}
	for i := 0; i+1 < len(stage.Content); i += 2 {
		list := stage.Content[i+1]
		if stage.Content[i].Value != "activities" {
			continue
		}
		if end = len(all); i+2 < len(stage.Content) {
			end = stage.Content[i+2].Line - 1
		}
		if list.Style&yaml.FlowStyle == 0 {
			text := strings.Join(all[list.Line-1:end], "")
			return end, indented(unindented(text), "    ")
		}
		plain := *list
		plain.Style = 0
		out, err := yaml.Marshal(&plain)
		if err != nil {
			return -1, ""
		}
		return end, indented(string(out), "    ")
	}
	return -1, ""
}

// unindented takes from all lines the blanks that the first begins with.
func unindented(text string) string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimPrefix(line, indent))
	}
	return b.String()
}

// insertActivities adds activities behind those of a block.
func insertActivities(block, more string) string {
	stage, lines := parsedStage(block)
	indent := strings.Repeat(" ", stage.Content[0].Column-1)
	_, own := activitiesOf(block)
	for i := 0; i+1 < len(stage.Content); i += 2 {
		if stage.Content[i].Value != "activities" {
			continue
		}
		from, to := stage.Content[i].Line-1, len(lines)
		if i+2 < len(stage.Content) {
			to = stage.Content[i+2].Line - 1
		}
		all := indent + "activities:\n" + indented(unindented(own)+unindented(more), indent+"  ")
		return strings.Join(slices.Replace(lines, from, to, all), "")
	}
	return ""
}

func listOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return "[" + strings.Join(ids, ", ") + "]"
}

// scalar writes a text so that it is read back as the same text.
func scalar(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	var read any
	plain := text != "" && !strings.ContainsAny(text, "\n#:{}[],&*!|>'\"%@`?-") && strings.TrimSpace(text) == text
	if plain && yaml.Unmarshal([]byte(text), &read) == nil && read == any(text) {
		return text
	}
	if encoder.Encode(text) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}
