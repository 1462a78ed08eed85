package ui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
)

// originName carries the decision that a draft follows from, in addresses and forms.
const originName = "decision"

// OriginAsked is the decision that a request wants to draft a rule from; nil for none. Errors: not found, also out of reach; forbidden.
func OriginAsked(r *http.Request, s *origin.Service) (*origin.Source, error) {
	text := r.FormValue(originName)
	if s == nil || text == "" {
		return nil, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return nil, errs.New(errs.KindNotFound, "decision.missing", nil)
	}
	source, err := s.Source(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return nil, err
	}
	return &source, nil
}

// OriginBehind is the decision that a version follows from, as far as the reader sees it; nil for none.
func OriginBehind(r *http.Request, s *origin.Service, kind origin.Kind, ruleID string) (*origin.Source, error) {
	if s == nil {
		return nil, nil
	}
	return s.Behind(r.Context(), access.ActorFrom(r.Context()), kind, ruleID)
}

// OriginFields carry the decision through the form of an editor.
func OriginFields(s *origin.Source) []Field {
	if s == nil {
		return nil
	}
	return []Field{{Name: originName, Kind: FieldHidden, Value: strconv.FormatInt(s.DecisionID, 10)}}
}

// OriginURL carries the decision in an address.
func OriginURL(address string, s *origin.Source) string {
	if s == nil {
		return address
	}
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + originName + "=" + strconv.FormatInt(s.DecisionID, 10)
}

// OriginNote says which decision a version follows from, and of which initiative.
func OriginNote(p *i18n.Printer, s *origin.Source) []templ.Component {
	if s == nil {
		return nil
	}
	note := Note{ID: "origin", Icon: "scale", Tone: ToneBrand, Strong: p.T("origin.from", "Title", s.Title), Action: &Action{Label: p.T("origin.see_decision"), URL: "/decisions/" + strconv.FormatInt(s.DecisionID, 10)}}
	if s.InitiativeID != 0 {
		note.Text = p.T("origin.of_initiative", "Title", s.Initiative)
	}
	return []templ.Component{Across(NoteOf(note))}
}

// NextRules is the card of what followed from a decision in rules, and where the next version is written; none where there is nothing to tell.
func NextRules(r *http.Request, s *origin.Service, decisionID int64) ([]templ.Component, error) {
	if s == nil {
		return nil, nil
	}
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	n, err := s.Next(r.Context(), actor, decisionID)
	if err != nil {
		return nil, err
	}
	var items []Item
	if page := "/initiatives/" + strconv.FormatInt(n.InitiativeID, 10); n.InitiativeID != 0 && r.URL.Path != page {
		items = append(items, Item{Icon: "flag", Title: n.Initiative, URL: page, Detail: p.T("origin.its_initiative")})
	}
	for i := range n.Followed {
		items = append(items, followedItem(p, &n.Followed[i]))
	}
	for _, k := range n.Open {
		items = append(items, openItem(p, actor, k, decisionID))
	}
	var others []Action
	for _, k := range origin.Kinds {
		if k.Drafts(actor) && !slices.Contains(n.Open, k) {
			others = append(others, Action{Label: p.Message(k.Message()), URL: k.EditorFor(decisionID), Small: true})
		}
	}
	if len(items) == 0 && len(others) == 0 {
		return nil, nil
	}
	parts := []templ.Component{}
	if len(items) > 0 {
		parts = append(parts, List(items))
	}
	if len(others) > 0 {
		var buttons []templ.Component
		for _, a := range others {
			buttons = append(buttons, Button(a))
		}
		title := p.T("origin.others")
		if len(n.Followed) == 0 && len(n.Open) == 0 {
			title = p.T("origin.first")
		}
		parts = append(parts, FoldedWith(FoldedView{ID: "other-rules", Title: title, Shape: FoldLine}, Beside(buttons...)))
	}
	return []templ.Component{Filled(CardView{ID: "next-rules", Title: p.T("origin.title"), Sub: p.T("origin.title_text"), Span: -1}, parts...)}, nil
}

func followedItem(p *i18n.Printer, f *origin.Followed) Item {
	item := Item{Icon: "file-text", Title: p.Message(f.Kind.Message()), Detail: p.T("origin.drafted", "Who", f.ByName, "On", p.Date(calendar.DateOf(p.Local(f.At))))}
	if f.Hidden {
		item.Detail += " · " + p.T("origin.hidden")
		return item
	}
	item.Title, item.URL, item.Beside = f.Name, f.Link, p.Message(f.Kind.Message())
	chip := Chip{Label: p.Message(f.State), Tone: ToneBrand}
	switch {
	case f.Holds:
		chip.Tone = ToneGood
	case f.Ended:
		chip.Tone = ToneLine
	}
	item.Chips = []Chip{chip}
	return item
}

// openItem leads to the editor, or tells who may open it.
func openItem(p *i18n.Printer, actor access.Actor, k origin.Kind, decisionID int64) Item {
	item := Item{Icon: "pencil", Title: p.Message(k.Message()), Detail: p.T("origin.open")}
	if k.Drafts(actor) {
		item.Actions = []Action{{Label: p.T("programme.write_next"), URL: k.EditorFor(decisionID), Kind: ActionPrimary, Small: true}}
		return item
	}
	var roles []string
	for _, role := range access.RolesWith(k.Permission()) {
		roles = append(roles, p.Message(role.Message()))
	}
	item.Detail = strings.TrimSpace(p.T("origin.open_by", "Roles", p.Join(roles)))
	return item
}
