package admin

import (
	"context"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/ui"
)

// identities shows which identities at providers open an account, and lets administrators enter and remove them. There is nothing where there is no
// provider.
func (h *Handler) identities(ctx context.Context, actor access.Actor, user access.User) (templ.Component, error) {
	providers, err := h.signOn.List(ctx, actor)
	if errs.Is(err, errs.KindForbidden) || err == nil && len(providers) == 0 {
		return templ.NopComponent, nil
	}
	if err != nil {
		return nil, err
	}
	linked, err := h.signOn.Identities(ctx, actor, user.ID)
	if err != nil {
		return nil, err
	}
	p := httpx.PrinterFrom(ctx)
	path, writes := "/users/"+user.ID+"/", actor.CanAll(access.PermUsersWrite)
	has := map[string]bool{}
	table := ui.TableView{Label: p.T("signon.identities"), Columns: []ui.Column{
		{Key: "provider", Label: p.T("signon.column_provider"), Phone: true}, {Key: "identity", Label: p.T("signon.column_identity"), Phone: true}, {Key: "how", Label: p.T("signon.column_how")},
		{Key: "used", Label: p.T("signon.column_used")}, {Key: "act", Label: p.T("signon.column_act"), Phone: true},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("signon.identities_none")}}
	names := map[string]string{}
	for _, v := range providers {
		names[v.Key] = v.Name
	}
	for _, i := range linked {
		has[i.Provider] = true
		act := ui.Text("")
		if writes {
			act = ui.Draw(ui.Button(ui.Action{Label: p.T("signon.unlink_do"), URL: path + "unlink", Post: true, Small: true, Fields: map[string][]string{"provider": {i.Provider}}}))
		}
		shown := i.Subject
		if i.Name != "" && i.Name != i.Subject {
			shown = i.Name + " · " + i.Subject
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(names[i.Provider]), ui.Text(shown), ui.Text(p.Message(i.How.Message())), ui.Text(moment(p, i.UsedAt)), act}})
	}
	parts := []templ.Component{ui.Table(table)}
	if form := linkForm(ctx, path, providers, has); writes && form != nil {
		parts = append(parts, form)
	}
	return ui.Filled(ui.CardView{ID: "identities", Title: p.T("signon.identities"), Span: 6}, parts...), nil
}

// linkForm enters an identity at a provider at which the account has none; nil where it has one at each.
func linkForm(ctx context.Context, path string, providers []signon.Provider, has map[string]bool) templ.Component {
	p := httpx.PrinterFrom(ctx)
	var free []ui.Option
	for _, v := range providers {
		if !has[v.Key] {
			free = append(free, ui.Option{Value: v.Key, Label: v.Name})
		}
	}
	if len(free) == 0 {
		return nil
	}
	return ui.Form(ui.FormView{ID: "identity", Action: path + "link", Submit: ui.Action{Label: p.T("signon.link_enter")}, Fields: []ui.Field{
		{Name: "provider", Kind: ui.FieldSelect, Label: p.T("signon.column_provider"), Options: free, Span: 6}, {Name: "subject", Label: p.T("signon.subject"), Autocomplete: "off", Span: 6}}})
}
