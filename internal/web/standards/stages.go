package standards

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// The names of the fields of stages: each with the id of the stage behind it, or "new".
const (
	stageZh      = "stage_zh."
	stageEn      = "stage_en."
	stageRole    = "stage_role."
	stageChance  = "stage_chance."
	stagePlace   = "stage_place."
	stageDrop    = "stage_drop."
	stageSigning = "stage_signing"
	stagesWere   = "stages_were" // the stages as the form showed them: what is as it was leaves the text alone
	stageNew     = "new"
	stageNewID   = "stage_id.new"
)

// formsOf are the stages of a document as forms.
func formsOf(d *sop.Standard) (forms []sop.StageForm) {
	for i, stage := range d.Stages {
		forms = append(forms, sop.StageForm{ID: stage.ID, Name: stage.Name, Role: stage.Role, Chance: d.ChanceAt(i), Signing: i == d.SigningStage()})
	}
	return forms
}

// stageFields are the stages, each folded away, and room for one more.
func stageFields(p *i18n.Printer, d *sop.Standard) (fields []ui.Field) {
	forms := formsOf(d)
	were, _ := json.Marshal(forms) // plain values
	var roles, places, names []ui.Option
	for _, role := range d.Roles {
		roles = append(roles, ui.Option{Value: role.ID, Label: textOf(p, role.Name)})
	}
	for i, f := range forms {
		places = append(places, ui.Option{Value: strconv.Itoa(i + 1), Label: p.T("standard.stage_place_at", "Place", i+1)})
		names = append(names, ui.Option{Value: f.ID, Label: textOf(p, f.Name)})
	}
	signing := forms[d.SigningStage()].ID
	fields = append(fields, ui.Field{Kind: ui.FieldHidden, Name: stagesWere, Value: string(were)},
		ui.Field{Name: stageSigning, Kind: ui.FieldSelect, Label: p.T("standard.stage_signing"), Hint: p.T("standard.stage_signing_hint"), Value: signing, Options: names, Usual: signing, Span: 12})
	for i, f := range forms {
		fold := p.T("standard.stage_fold", "Place", i+1, "Name", textOf(p, f.Name), "Chance", f.Chance)
		place := strconv.Itoa(i + 1)
		drop := ui.Field{Name: stageDrop + f.ID, Kind: ui.FieldSelect, Label: p.T("standard.stage_drop"), Optional: true, Placeholder: p.T("standard.stage_keep"), Fold: fold, Span: 8}
		for _, other := range names {
			if other.Value != f.ID {
				drop.Options = append(drop.Options, ui.Option{Value: other.Value, Label: p.T("standard.stage_drop_to", "Name", other.Label)})
			}
		}
		fields = append(fields,
			ui.Field{Name: stageZh + f.ID, Label: p.T("standard.stage_zh"), Value: f.Name.Zh, Usual: f.Name.Zh, Optional: true, Fold: fold, Span: 6},
			ui.Field{Name: stageEn + f.ID, Label: p.T("standard.stage_en"), Value: f.Name.En, Usual: f.Name.En, Optional: true, Fold: fold, Span: 6},
			ui.Field{Name: stageRole + f.ID, Kind: ui.FieldSelect, Label: p.T("standard.stage_role"), Value: f.Role, Usual: f.Role, Options: roles, Fold: fold, Span: 4},
			ui.Field{Name: stageChance + f.ID, Kind: ui.FieldNumber, Label: p.T("standard.stage_chance"), Unit: "%", Value: strconv.Itoa(f.Chance), Usual: strconv.Itoa(f.Chance), Min: "0", Max: "100", Optional: true, Fold: fold, Span: 4},
			ui.Field{Name: stagePlace + f.ID, Kind: ui.FieldSelect, Label: p.T("standard.stage_place"), Value: place, Usual: place, Options: places, Fold: fold, Span: 4})
		if len(forms) > standard.StagesLeast {
			fields = append(fields, drop)
		}
	}
	if len(forms) >= standard.StagesMost {
		return fields
	}
	return append(fields, newStageFields(p, roles, places)...)
}

// newStageFields are the room for one more stage.
func newStageFields(p *i18n.Printer, roles, places []ui.Option) []ui.Field {
	fold, last := p.T("standard.stage_add"), strconv.Itoa(len(places)+1)
	places = append(slices.Clone(places), ui.Option{Value: last, Label: p.T("standard.stage_place_at", "Place", len(places)+1)})
	return []ui.Field{
		{Name: stageZh + stageNew, Label: p.T("standard.stage_zh"), Optional: true, Fold: fold, Span: 6},
		{Name: stageEn + stageNew, Label: p.T("standard.stage_en"), Optional: true, Fold: fold, Span: 6},
		{Name: stageRole + stageNew, Kind: ui.FieldSelect, Label: p.T("standard.stage_role"), Value: roles[0].Value, Usual: roles[0].Value, Options: roles, Fold: fold, Span: 4},
		{Name: stageChance + stageNew, Kind: ui.FieldNumber, Label: p.T("standard.stage_chance"), Unit: "%", Min: "0", Max: "100", Optional: true, Fold: fold, Span: 4},
		{Name: stagePlace + stageNew, Kind: ui.FieldSelect, Label: p.T("standard.stage_place"), Value: last, Usual: last, Options: places, Fold: fold, Span: 4},
		{Name: stageNewID, Label: p.T("standard.stage_id"), Hint: p.T("standard.stage_id_hint"), Optional: true, Autocomplete: "off", Fold: fold, Span: 6},
	}
}

// stageEdit is what a form says of the stages.
type stageEdit struct {
	list  []placed
	takes map[string]string
	check fact.Checker
}

// placed is a stage with where it is to stand.
type placed struct {
	sop.StageForm
	place int
	moved int // −1 up, 1 down: before or behind the one that has its place
}

// restaged writes what was chosen for the stages into the text. It stays as it is when nothing was.
func restaged(text string, form url.Values) (string, error) {
	var were []sop.StageForm
	if json.Unmarshal([]byte(form.Get(stagesWere)), &were) != nil || len(were) == 0 {
		return text, nil
	}
	e := stageEdit{takes: map[string]string{}}
	for i, was := range were {
		e.keep(form, was, i+1)
	}
	e.add(form, were)
	if err := e.check.Err(); err != nil {
		return text, err
	}
	slices.SortStableFunc(e.list, func(a, b placed) int { return cmp.Or(cmp.Compare(2*a.place+a.moved, 2*b.place+b.moved)) })
	forms := make([]sop.StageForm, len(e.list))
	for i := range e.list {
		forms[i] = e.list[i].StageForm
	}
	if slices.Equal(forms, were) {
		return text, nil
	}
	written, ok := sop.WriteStages(text, forms, e.takes)
	if !ok {
		return text, errs.New(errs.KindConflict, "standard.stages_by_text", nil)
	}
	return written, nil
}

// keep takes what is said of a stage that there is.
func (e *stageEdit) keep(form url.Values, was sop.StageForm, place int) {
	id := was.ID
	if to := form.Get(stageDrop + id); to != "" {
		e.takes[id] = to
		return
	}
	f := placed{StageForm: was, place: place}
	f.Name.Zh, f.Name.En = said(form, stageZh+id, was.Name.Zh), said(form, stageEn+id, was.Name.En)
	if f.Name.Zh == "" && f.Name.En == "" {
		e.check.Add(stageZh+id, "", "form.error.required", nil)
	}
	f.Name = f.Name.Or(f.Name.Zh, f.Name.En)
	f.Role, f.Signing = said(form, stageRole+id, was.Role), form.Get(stageSigning) == id
	f.Chance = e.percent(form, stageChance+id, was.Chance)
	if to, err := strconv.Atoi(form.Get(stagePlace + id)); err == nil && to != place {
		f.place, f.moved = to, cmp.Compare(to, place)
	}
	e.list = append(e.list, f)
}

// add takes a new stage, where one is named.
func (e *stageEdit) add(form url.Values, were []sop.StageForm) {
	f := placed{StageForm: sop.StageForm{ID: strings.TrimSpace(form.Get(stageNewID)), Role: form.Get(stageRole + stageNew)}, place: len(were) + 1, moved: -1}
	f.Name.Zh, f.Name.En = said(form, stageZh+stageNew, ""), said(form, stageEn+stageNew, "")
	if f.Name.Zh == "" && f.Name.En == "" {
		if f.ID != "" {
			e.check.Add(stageZh+stageNew, "", "form.error.required", nil)
		}
		return
	}
	f.Name = f.Name.Or(f.Name.Zh, f.Name.En)
	taken := func(id string) bool {
		return slices.ContainsFunc(were, func(was sop.StageForm) bool { return was.ID == id })
	}
	for n := len(were) + 1; f.ID == ""; n++ {
		if id := "stage_" + strconv.Itoa(n); !taken(id) {
			f.ID = id
		}
	}
	if !ruledoc.ValidID(f.ID) || taken(f.ID) {
		e.check.Add(stageNewID, f.ID, "standard.stage_id_bad", nil)
	}
	if to, err := strconv.Atoi(form.Get(stagePlace + stageNew)); err == nil {
		f.place = to
	}
	f.Chance = e.percent(form, stageChance+stageNew, 50)
	e.list = append(e.list, f)
}

// percent reads a chance; an empty one stays.
func (e *stageEdit) percent(form url.Values, name string, was int) int {
	text := strings.TrimSuffix(strings.TrimSpace(form.Get(name)), "%")
	if text == "" {
		return was
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > 100 {
		e.check.Add(name, text, "standard.stage_chance_bad", nil)
		return was
	}
	return n
}

// said is what a field says; one that was not sent stays.
func said(form url.Values, name, was string) string {
	if !form.Has(name) {
		return was
	}
	return strings.TrimSpace(form.Get(name))
}
