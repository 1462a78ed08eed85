package signons

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/ui"
)

func note(tone ui.Tone, strong, text string) templ.Component {
	return ui.Across(ui.NoteOf(ui.Note{Tone: tone, Strong: strong, Text: text}))
}

func listPage(r *http.Request, actor access.Actor, providers []signon.Provider, typed string, failed error) templ.Component {
	p := httpx.PrinterFrom(r.Context())
	view := ui.PageView{Title: p.T("signon.title"), Subtitle: p.T("signon.subtitle"), Current: "users", Crumbs: []ui.Crumb{{Label: p.T("admin.users"), URL: "/users"}, {Label: p.T("signon.title")}}}
	writes := actor.CanAll(access.PermUsersWrite)
	var parts []templ.Component
	if r.Method == http.MethodGet && r.FormValue("deleted") != "" {
		parts = append(parts, note(ui.ToneGood, p.T("signon.deleted"), ""))
	}
	if added, err := strconv.ParseInt(r.URL.Query().Get("imported"), 10, 64); err == nil {
		parts = append(parts, note(ui.ToneGood, p.T("signon.imported", "Added", p.Int(added), "Count", added), ""))
	}
	var kinds []ui.Action
	for _, k := range signon.Kinds {
		kinds = append(kinds, ui.Action{Label: p.T("signon.add", "Kind", p.Message(k.Message())), URL: newPath + "?" + url.Values{"kind": {string(k)}}.Encode(), Small: true, Icon: "plus"})
	}
	card := ui.CardView{Title: p.T("signon.list"), Count: len(providers), Flush: true}
	if writes {
		parts = append(parts, ui.Across(buttons(kinds)))
	}
	parts = append(parts, ui.Filled(card, ui.Table(providersTable(p, providers))))
	if writes && len(providers) > 0 {
		parts = append(parts, importCard(p, typed, failed))
	}
	return ui.Compose(view, parts...)
}

func providersTable(p *i18n.Printer, providers []signon.Provider) ui.TableView {
	table := ui.TableView{ID: "providers", Label: p.T("signon.list"), Columns: []ui.Column{
		{Key: "name", Label: p.T("signon.column_name"), Phone: true}, {Key: "kind", Label: p.T("signon.column_kind")}, {Key: "key", Label: p.T("signon.key")},
		{Key: "linked", Label: p.T("signon.column_linked"), Phone: true, Kind: ui.ColumnNumber}, {Key: "only", Label: p.T("signon.column_only")}, {Key: "state", Label: p.T("signon.column_state"), Phone: true},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("signon.none"), Text: p.T("signon.none_text")}}
	for _, v := range providers {
		state := ui.Cell{Chip: &ui.Chip{Label: p.T("signon.off_state"), Tone: ui.ToneLine}}
		if v.Active {
			state = ui.Cell{Chip: &ui.Chip{Label: p.T("signon.on"), Tone: ui.ToneGood}}
		}
		only := p.T("common.no")
		if v.Exclusive {
			only = p.T("common.yes")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(v.Name, Path+"/"+v.Key), ui.Text(p.Message(v.Kind.Message())), ui.Text(v.Key), ui.Text(p.Int(v.Linked)), ui.Text(only), state}})
	}
	return table
}

// rowShape finds the row that an error is about.
var rowShape = regexp.MustCompile(`^rows\[(\d+)\]`)

// wrongMax is how many wrong rows are named at once.
const wrongMax = 20

func importCard(p *i18n.Printer, typed string, failed error) templ.Component {
	problem := ""
	if failed != nil {
		problem = importProblem(p, failed)
	}
	return ui.Filled(ui.CardView{ID: "import", Title: p.T("signon.import"), Sub: p.T("signon.import_sub")}, ui.Form(ui.FormView{ID: "links", Action: linksPath, Multipart: true, Problem: problem, Submit: ui.Action{Label: p.T("signon.import_do")},
		Fields: []ui.Field{
			{Name: "text", Kind: ui.FieldArea, Label: p.T("signon.import_text"), Value: typed, Rows: 5, Placeholder: p.T("signon.example"), Hint: p.T("signon.import_hint"), Optional: true},
			{Name: "file", Kind: ui.FieldFile, Label: p.T("signon.import_file"), Accept: ".csv,text/csv,text/plain", Optional: true},
		}}))
}

// importProblem names the rows that are wrong.
func importProblem(p *i18n.Printer, failed error) string {
	wrong, ok := errors.AsType[*errs.Error](failed)
	if !ok {
		return ""
	}
	texts := []string{p.Message(wrong.Message)}
	for i, f := range wrong.Fields {
		if i == wrongMax {
			texts = append(texts, p.T("signon.rows_more", "More", p.Int(int64(len(wrong.Fields)-i))))
			break
		}
		text := p.Message(f.Message)
		if match := rowShape.FindStringSubmatch(f.Path); match != nil {
			row, _ := strconv.ParseInt(match[1], 10, 64) // digits
			text = p.T("signon.row", "Row", p.Int(row+1), "Why", text)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " · ")
}

func providerPage(r *http.Request, actor access.Actor, v view) templ.Component {
	p := httpx.PrinterFrom(r.Context())
	kind := p.Message(v.entry.Kind.Message())
	title := v.kept.Name
	if v.kept.Key == "" {
		title = p.T("signon.new_title", "Kind", kind)
	}
	page := ui.PageView{Title: title, Subtitle: kind, Current: "users", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("admin.users"), URL: "/users"}, {Label: p.T("signon.title"), URL: Path}, {Label: title}}}
	var parts []templ.Component
	if r.Method == http.MethodGet && r.FormValue("saved") != "" {
		parts = append(parts, note(ui.ToneGood, p.T("signon.saved"), ""))
	}
	if r.Method == http.MethodGet && r.FormValue("tried") != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "tried", Tone: ui.ToneGood, Strong: p.T("signon.tried")})))
	}
	if !v.public {
		missing := ui.Note{Tone: ui.ToneWarn, Strong: p.T("signon.no_public"), Text: p.T("signon.no_public_text")}
		if actor.Can(access.PermSettingsWrite) {
			missing.Action = &ui.Action{Label: p.T("signon.no_public_link"), URL: "/company", Small: true}
		}
		parts = append(parts, ui.Across(ui.NoteOf(missing)))
	}
	if v.kept.Key != "" {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("signon.callback"), Sub: p.T("signon.callback_hint", "Kind", kind)}, copied(v.redirect, p.T("signon.callback"), p.T("signon.copy"))))
	}
	if !actor.CanAll(access.PermUsersWrite) {
		return ui.Compose(page, append(parts, ui.Filled(ui.CardView{Label: title}, ui.Facts(facts(p, v.kept))))...)
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: title}, settingsForm(p, v)))
	if v.kept.Key != "" {
		path := Path + "/" + v.kept.Key
		problem := ""
		if v.untried != nil {
			_, problem = ui.WithErrors(nil, v.untried, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{ID: "try", Title: p.T("signon.try"), Sub: p.T("signon.try_sub")}, ui.Form(ui.FormView{ID: "try-form", Action: path + "/try", Summary: p.T("signon.try_failed"), Problem: problem, Submit: ui.Action{Label: p.T("signon.try_do")}})),
			ui.Filled(ui.CardView{ID: "delete", Title: p.T("signon.delete"), Sub: p.T("signon.delete_sub", "Linked", p.Int(v.kept.Linked), "Count", v.kept.Linked)},
				ui.Form(ui.FormView{ID: "delete-form", Action: path + "/delete", Submit: ui.Action{Label: p.T("signon.delete_do"), Kind: ui.ActionDanger}, Fields: []ui.Field{{Name: "revision", ID: "f-delete-revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(v.kept.Revision, 10)}}})))
	}
	return ui.Compose(page, parts...)
}

// facts are the settings for who may only look.
func facts(p *i18n.Printer, v signon.Provider) []ui.Fact {
	state := p.T("signon.off_state")
	if v.Active {
		state = p.T("signon.on")
	}
	all := []ui.Fact{{Term: p.T("signon.column_state"), Text: state}, {Term: p.T("signon.client_" + string(v.Kind)), Text: v.ClientID}, {Term: p.T("signon.claim"), Text: v.Claim},
		{Term: p.T("signon.match"), Text: p.T("signon.match." + string(v.Match))}, {Term: p.T("signon.factors"), Text: p.T("signon.factors." + string(v.Factors))}, {Term: p.T("signon.column_linked"), Text: p.Int(v.Linked)}}
	if v.Issuer != "" {
		all = append(all, ui.Fact{Term: p.T("signon.issuer"), Text: v.Issuer})
	}
	if v.Exclusive {
		all = append(all, ui.Fact{Term: p.T("signon.spare"), Text: v.Spare})
	}
	return all
}

func settingsForm(p *i18n.Printer, v view) templ.Component {
	action := Path
	if v.kept.Key != "" {
		action += "/" + v.kept.Key
	}
	fields := slices.Concat(connectionFields(p, v), rulesFields(p, v), addressFields(p, v), []ui.Field{
		{Name: "active", Kind: ui.FieldCheck, Label: p.T("signon.active"), Value: "1", Checked: v.entry.Active, Optional: true},
		{Name: "kind", Kind: ui.FieldHidden, Value: string(v.entry.Kind)}, {Name: "revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(v.entry.Revision, 10)},
	})
	fields, problem := ui.WithErrors(fields, v.failed, p)
	return ui.Form(ui.FormView{ID: "provider", Action: action, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Consequence: p.T("signon.consequence")})
}

// connectionFields say where the provider is and who we are there.
func connectionFields(p *i18n.Printer, v view) []ui.Field {
	in, kind := v.entry, string(v.entry.Kind)
	key := ui.Field{Name: "key", Label: p.T("signon.key"), Value: in.Key, Hint: p.T("signon.key_hint"), Autocomplete: "off", Span: 6}
	if v.kept.Key != "" {
		key.Kind = ui.FieldStatic
	}
	fields := []ui.Field{{Name: "name", Label: p.T("signon.name"), Value: in.Name, Autocomplete: "off", Span: 6}, key}
	if in.Kind == signon.KindOIDC {
		fields = append(fields, ui.Field{Name: "issuer", Label: p.T("signon.issuer"), Value: in.Issuer, Hint: p.T("signon.issuer_hint"), Autocomplete: "off"})
	}
	fields = append(fields, ui.Field{Name: "client_id", Label: p.T("signon.client_" + kind), Value: in.ClientID, Autocomplete: "off", Span: 6})
	if in.Kind == signon.KindWeCom {
		fields = append(fields, ui.Field{Name: "agent_id", Label: p.T("signon.agent"), Value: in.AgentID, Autocomplete: "off", Span: 6})
	}
	secret := ui.Field{Name: "secret", Kind: ui.FieldPassword, Label: p.T("signon.secret_" + kind), Hint: p.T("signon.secret_hint"), Autocomplete: "new-password", Span: 6}
	if in.Kind == signon.KindOIDC {
		secret.Optional, secret.Hint = true, p.T("signon.secret_public")
	}
	if v.kept.Secret != "" {
		secret.Optional, secret.Hint = true, p.T("signon.secret_kept")
	}
	return append(fields, secret)
}

// rulesFields say who may come in, and as whom.
func rulesFields(p *i18n.Printer, v view) []ui.Field {
	in, kind := v.entry, string(v.entry.Kind)
	choice := func(name, value string, options []string) ui.Field {
		f := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("signon." + name)}
		for _, o := range options {
			f.Options = append(f.Options, ui.Option{Value: o, Label: p.T("signon." + name + "." + o), Selected: o == value})
		}
		return f
	}
	var fields []ui.Field
	claim := ui.Field{Name: "claim", Label: p.T("signon.claim"), Value: in.Claim, Autocomplete: "off", Span: 6}
	switch claims := in.Kind.Claims(); {
	case len(claims) == 0:
		claim.Hint = p.T("signon.claim_hint")
		fields = append(fields, claim)
	case len(claims) > 1:
		claim.Kind = ui.FieldSelect
		for _, c := range claims {
			claim.Options = append(claim.Options, ui.Option{Value: c, Label: c, Selected: c == in.Claim})
		}
		fields = append(fields, claim)
	}
	if in.Kind != signon.KindWeCom {
		fields = append(fields, ui.Field{Name: "organisations", Label: p.T("signon.organisations_" + kind), Value: strings.Join(in.Organisations, ", "), Hint: p.T("signon.organisations_" + kind + "_hint"), Autocomplete: "off", Optional: true, Span: 6})
	}
	var matches, factors []string
	for _, m := range in.Kind.Matches() {
		matches = append(matches, string(m))
	}
	for _, f := range in.Kind.Factors() {
		factors = append(factors, string(f))
	}
	return append(fields, choice("match", string(in.Match), matches), choice("factors", string(in.Factors), factors),
		ui.Field{Name: "contact", Label: p.T("signon.contact"), Value: in.Contact, Hint: p.T("signon.contact_hint"), Autocomplete: "off", Optional: true},
		ui.Field{Name: "create", Kind: ui.FieldCheck, Label: p.T("signon.create"), Hint: p.T("signon.create_hint"), Value: "1", Checked: in.Create, Optional: true},
		ui.Field{Name: "exclusive", Kind: ui.FieldCheck, Label: p.T("signon.exclusive"), Hint: p.T("signon.exclusive_hint"), Value: "1", Checked: in.Exclusive, Optional: true},
		ui.Field{Name: "spare", Label: p.T("signon.spare"), Value: in.Spare, Hint: p.T("signon.spare_hint"), Autocomplete: "off", Optional: true, Span: 6})
}

// addressFields are for private deployments, folded away.
func addressFields(p *i18n.Printer, v view) (fields []ui.Field) {
	usual, own := v.entry.Kind.Addresses(), v.entry.Addresses
	for _, f := range []struct{ name, label, usual, own string }{
		{"login_address", "signon.address_login", usual.Login, own.Login}, {"inside_address", "signon.address_inside", usual.Inside, own.Inside}, {"api_address", "signon.address_api", usual.API, own.API},
	} {
		if f.usual != "" {
			fields = append(fields, ui.Field{Name: f.name, Label: p.T(f.label), Value: f.own, Hint: p.T("signon.address_usual", "Address", f.usual), Autocomplete: "off", Optional: true, Fold: p.T("signon.fold_addresses")})
		}
	}
	return fields
}
