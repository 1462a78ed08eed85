package standards

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// quizForm asks about the rules; sending it confirms that one has read them.
func quizForm(p *i18n.Printer, r *http.Request, b standard.Handbook, failure error) ui.FormView {
	var fields []ui.Field
	for _, q := range standard.QuizOf(b.Document) {
		field := ui.Field{Name: q.Rule.ID, Kind: ui.FieldRadio, Label: question(p, b.Document, q), Value: r.PostFormValue(q.Rule.ID)}
		for _, o := range q.Options {
			field.Options = append(field.Options, ui.Option{Value: o.Key, Label: answerText(p, o), Selected: field.Value == o.Key})
		}
		fields = append(fields, field)
	}
	fields, problem := ui.WithErrors(fields, failure, p)
	fields = append(fields, ui.Field{Name: "version", Kind: ui.FieldHidden, Value: b.Version.ID})
	return ui.FormView{ID: "quiz-form", Action: handbookURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("standard.confirm"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("standard.confirm_consequence")}
}

// question asks about a rule without saying its name, which often gives the answer away.
func question(p *i18n.Printer, document *sop.Standard, q standard.QuizQuestion) string {
	activity := func(id string) string {
		if a := document.Activity(id); a != nil {
			return textOf(p, a.Name)
		}
		return id
	}
	of, with, asked := activity(q.Rule.Of), activity(q.Rule.With), activity(q.Rule.Asked())
	switch q.Kind {
	case standard.QuizTime:
		what := p.T("standard.quiz_two", "Of", of, "Asked", asked)
		if q.Rule.Asked() == "" || q.Rule.Of == q.Rule.Asked() {
			what = p.T("standard.quiz_one", "Activity", of)
		}
		return p.T("standard.quiz_deadline", "Rule", what)
	case standard.QuizRole:
		return p.T("standard.quiz_role", "Activity", asked)
	case standard.QuizFirst:
		return p.T("standard.quiz_first", "Activity", with)
	case standard.QuizNext:
		return p.T("standard.quiz_next", "Activity", of)
	case standard.QuizForm:
		return p.T("standard.quiz_form", "Activity", asked)
	case standard.QuizPerson:
		return p.T("standard.quiz_person", "Of", of, "With", with)
	}
	return p.T("standard.quiz_level", "Rule", textOf(p, q.Rule.Name))
}

// answerText is an answer to choose.
func answerText(p *i18n.Printer, o standard.QuizOption) string {
	switch {
	case o.Deadline != nil:
		return p.T("standard.unit."+string(o.Deadline.Unit), "Count", o.Deadline.Count)
	case o.Level != "":
		return p.T("standard.level." + string(o.Level))
	case o.Person != "":
		return p.T("standard.quiz_person_" + string(o.Person))
	}
	return textOf(p, o.Name)
}

// answerPrefix begins the names under which answers stand in the address of their results.
const answerPrefix = "answer."

// resultsURL leads to the handbook with what the answers were worth.
func resultsURL(answers map[string]string) string {
	query := url.Values{}
	for rule, answer := range answers {
		query.Set(answerPrefix+rule, answer)
	}
	return handbookURL + "?" + query.Encode() + "#results"
}

// resultsCard says of each answer that was sent whether it is right, and why, in the words of the handbook; nil where none was sent.
func resultsCard(p *i18n.Printer, r *http.Request, b standard.Handbook) templ.Component {
	var items []ui.Item
	for _, q := range standard.QuizOf(b.Document) {
		given := q.Option(r.URL.Query().Get(answerPrefix + q.Rule.ID))
		if given == nil {
			continue
		}
		item := ui.Item{Icon: "circle-check", Title: question(p, b.Document, q), Detail: q.Paragraph(b.Document, langOf(r.Context())), Chips: []ui.Chip{{Label: answerText(p, *given), Tone: ui.ToneGood}}}
		if right := q.Option(q.Right()); given.Key != q.Right() {
			item.Icon = "circle-x"
			item.Chips = []ui.Chip{{Label: answerText(p, *given), Tone: ui.ToneBad}, {Label: p.T("standard.quiz_right", "Answer", answerText(p, *right)), Tone: ui.ToneGood}}
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil
	}
	return ui.Filled(ui.CardView{ID: "results", Title: p.T("standard.quiz_results"), Sub: p.T("standard.quiz_results_sub"), Flush: true, Span: -1}, ui.List(items))
}
