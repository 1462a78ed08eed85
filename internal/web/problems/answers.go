package problems

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

// answersCard is what is done about the problem: measures in the table of priorities and initiatives, or the way to make one.
func (s *shown) answersCard() ([]templ.Component, error) {
	if s.Answers == nil || s.v.MergedInto != 0 {
		return nil, nil
	}
	p := s.p
	a, err := s.Answers(s.r.Context(), access.ActorFrom(s.r.Context()), s.v.ID)
	if err != nil || !a.Visible {
		return nil, err
	}
	card := ui.CardView{ID: "answers", Title: p.T("problem.answers"), Span: -1}
	var items []ui.Item
	for i := range a.Initiatives {
		one := &a.Initiatives[i]
		chip := ui.Chip{Label: p.Message(one.Phase.Message()), Tone: ui.ToneBrand}
		if !one.Open() {
			chip = ui.Chip{Label: p.Message(one.Outcome.Message()), Tone: ui.ToneLine}
		}
		items = append(items, ui.Item{Title: one.Title, URL: "/initiatives/" + number(one.ID), Detail: p.T("problem.answer_initiative"), Chips: []ui.Chip{chip}})
	}
	for i := range a.Measures {
		one := &a.Measures[i]
		if one.State != prioritybook.StateStarted {
			items = append(items, ui.Item{Title: one.Title, URL: "/priorities/items/" + number(one.ID), Detail: p.T("problem.answer_measure"), Chips: []ui.Chip{{Label: p.Message(one.State.Message())}}})
		}
	}
	may := a.MayWeigh && (s.v.Status == problem.StatusOpen || s.v.Status == problem.StatusConfirmed || s.v.Status == problem.StatusInAction)
	weigh := ui.Action{Label: p.T("problem.weigh"), URL: "/priorities/new?problem=" + number(s.v.ID), Icon: "plus"}
	if len(items) == 0 {
		state := ui.State{Kind: ui.StateEmpty, Title: p.T("problem.no_answers")}
		if may {
			state.Text, state.Actions = p.T("problem.no_answers_text"), []ui.Action{weigh}
		}
		return []templ.Component{ui.Filled(card, ui.StateOf(state))}, nil
	}
	if may {
		weigh.Small = true
		card.Actions = []ui.Action{weigh}
	}
	return []templ.Component{ui.Filled(card, ui.List(items))}, nil
}
