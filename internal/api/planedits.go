package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/planedit"
)

// planTemplate is a document to start from.
type planTemplate struct {
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"plan,crediting"`
	Layer    string `json:"layer,omitempty" doc:"newcomer, regular, core or manager."`
	Title    string `json:"title" doc:"In your language."`
	Contents string `json:"contents" doc:"What it pays, in your language."`
	Text     string `json:"text" doc:"The document in YAML."`
}

type (
	planTemplateInput struct {
		Name string `path:"name" maxLength:"40"`
	}
	planEdit struct {
		Op    string `json:"op" enum:"set,remove,insert,move,copy"`
		Path  string `json:"path" maxLength:"400" doc:"As findings name it; a key with other characters stands in brackets and quotes." example:"components[0].pays.rate"`
		Value string `json:"value,omitempty" doc:"YAML, for set and insert." example:"3.5%"`
		To    int    `json:"to,omitempty" minimum:"0" doc:"Place in the list, for insert and move."`
	}
	editPlanInput struct {
		Body struct {
			Text  string     `json:"text" doc:"The document in YAML."`
			Edits []planEdit `json:"edits" maxItems:"1000" nullable:"false" doc:"Made one after the other."`
		}
	}
	editedPlan struct {
		Text  string     `json:"text" doc:"With everything else as it was written. Nothing is saved."`
		Check lintResult `json:"check"`
	}
)

func (a *API) planEditOperations() {
	register(a, operation{id: "list_plan_templates", method: http.MethodGet, path: "/plan-templates", tag: "plans"}, listTemplates)
	register(a, operation{id: "get_plan_template", method: http.MethodGet, path: "/plan-templates/{name}", tag: "plans"}, getTemplate)
	register(a, operation{id: "edit_plan_text", method: http.MethodPost, path: "/plan-edits", tag: "plans", reads: true, bytes: planBytesMax}, a.editPlanText)
}

func toAPITemplate(ctx context.Context, name string) (planTemplate, error) {
	text, err := planbook.Template(name)
	if err != nil {
		return planTemplate{}, err
	}
	d, err := plan.Decode(name, []byte(text))
	if err != nil {
		return planTemplate{}, err
	}
	p := httpx.PrinterFrom(ctx)
	t := planTemplate{Name: name, Kind: string(planbook.KindCrediting), Title: p.T("plans.template_" + name), Contents: p.T("plans.template_" + name + "_text"), Text: text}
	if d.Plan != nil {
		t.Kind, t.Layer = string(planbook.KindPlan), string(d.Plan.Layer)
	}
	return t, nil
}

func listTemplates(ctx context.Context, _ access.Actor, _ *none) (*listOutput[planTemplate], error) {
	var all []planTemplate
	for _, name := range planbook.Templates {
		t, err := toAPITemplate(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return newList(all, "", func(t planTemplate) planTemplate { return t }), nil
}

func getTemplate(ctx context.Context, _ access.Actor, in *planTemplateInput) (*output[planTemplate], error) {
	t, err := toAPITemplate(ctx, in.Name)
	return &output[planTemplate]{t}, err
}

// editPlanText makes edits in a text and says what is found in what comes out.
func (a *API) editPlanText(ctx context.Context, actor access.Actor, in *editPlanInput) (*output[editedPlan], error) {
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	edits := make([]planedit.Edit, len(in.Body.Edits))
	for i, e := range in.Body.Edits {
		edits[i] = planedit.Edit{Op: planedit.Op(e.Op), Path: e.Path, Value: e.Value, To: e.To}
	}
	text, err := planedit.Apply(in.Body.Text, edits)
	if err != nil {
		return nil, err
	}
	judged := &lintInput{}
	judged.Body.Text = text
	check, err := a.lintPlan(ctx, actor, judged)
	if err != nil {
		return nil, err
	}
	return &output[editedPlan]{editedPlan{Text: text, Check: check.Body}}, nil
}
