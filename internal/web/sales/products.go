package sales

import (
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func productURL(id int64) string { return "/products/" + number(id) }

func (h *Handler) listProducts(w http.ResponseWriter, r *http.Request) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	products, err := h.Deals.Products(r.Context(), actor)
	if err != nil {
		return err
	}
	table := ui.TableView{Label: p.T("sales.products"), Columns: []ui.Column{{Key: "key", Label: p.T("sales.product_key"), Kind: ui.ColumnNarrow}, {Key: "name", Label: p.T("common.name"), Phone: true},
		{Key: "category", Label: p.T("sales.category"), Phone: true}, {Key: "deals", Label: p.T("nav.deals")}},
		Empty: nothing(p, actor)}
	for _, product := range products {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(product.Key), {Text: text(product.Name), URL: productURL(product.ID), Phone: product.Key}, ui.Text(text(product.Category)),
			ui.LinkTo(p.T("sales.deals_with"), productDeals(product.ID))}})
	}
	view := ui.PageView{Title: p.T("sales.products"), Subtitle: p.T("sales.products_sub"), Current: "deals",
		Crumbs: []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: p.T("sales.products")}}}
	if h.Deals.MayWriteShared(actor) == nil {
		view.Actions = []ui.Action{{Label: p.T("sales.new_product"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/products/new"}}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("sales.products"), Flush: true}, ui.Table(table))))
}

func productDeals(id int64) string { return "/deals?product=" + number(id) }

func productID(r *http.Request) (int64, error) {
	if r.PathValue("id") == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "deal.product_missing", nil)
	}
	return id, nil
}

func (h *Handler) showProduct(w http.ResponseWriter, r *http.Request) error {
	return h.drawProduct(w, r, http.StatusOK, nil)
}

func (h *Handler) drawProduct(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := productID(r)
	if err != nil {
		return err
	}
	d, err := h.Deals.Product(ctx, actor, id)
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range d.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{text(v.Product.Name), text(v.Product.Category)}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	parts := append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 6}, ui.Facts([]ui.Fact{
		{Term: p.T("sales.product_key"), Text: d.Key}, {Term: p.T("common.name"), Text: text(d.Name)}, {Term: p.T("sales.category"), Text: text(d.Category)},
	})))
	if d.MayWrite {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.correct_product"), Span: 6}, ui.Form(productForm(p, r, d.Product, failure))))
	}
	parts = append(parts, historyCard(p, []string{p.T("common.name"), p.T("sales.category")}, versions, users))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: text(d.Name), Subtitle: d.Key, Current: "deals",
		Actions: []ui.Action{{Label: p.T("sales.deals_with"), Icon: "file-text", URL: productDeals(d.ID)}},
		Crumbs:  []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: p.T("sales.products"), URL: "/products"}, {Label: text(d.Name)}}}, parts...))
}

// productForm asks for a product; what was typed wins over what is recorded.
func productForm(p *i18n.Printer, r *http.Request, product deal.Product, failure error) ui.FormView {
	typed := func(name, recorded string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return recorded
	}
	fields := []ui.Field{
		{Name: "name", Label: p.T("common.name"), Value: typed("name", product.Name)},
		{Name: "category", Label: p.T("sales.category"), Value: typed("category", product.Category), Hint: p.T("sales.category_hint")},
	}
	v := ui.FormView{ID: "product", Action: "/products", Submit: ui.Action{Label: p.T("sales.new_product"), Kind: ui.ActionPrimary}}
	if product.ID == 0 {
		fields = append([]ui.Field{{Name: "key", Label: p.T("sales.product_key"), Value: typed("key", "")}}, fields...)
	} else {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", number(int64(product.Recorded)))})
		v.Action, v.Submit.Label, v.Consequence = productURL(product.ID), p.T("sales.correct_button"), p.T("sales.correct_product_consequence")
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

func (h *Handler) newProduct(w http.ResponseWriter, r *http.Request) error {
	return h.drawNewProduct(w, r, http.StatusOK, nil)
}

func (h *Handler) drawNewProduct(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	if err := h.Deals.MayWriteShared(access.ActorFrom(r.Context())); err != nil {
		return err
	}
	form := productForm(p, r, deal.Product{}, failure)
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: "/products"}
	title := p.T("sales.new_product")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: "deals", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.deals"), URL: "/deals"}, {Label: p.T("sales.products"), URL: "/products"}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) saveProduct(w http.ResponseWriter, r *http.Request) error {
	id, err := productID(r)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	saved, receipt, err := h.Deals.SaveProduct(r.Context(), access.ActorFrom(r.Context()),
		deal.ProductEntry{ID: id, Key: value("key"), Name: value("name"), Category: value("category"), Seen: seenOf(r)})
	switch {
	case err == nil:
		return done(w, r, productURL(saved), receipt)
	case !mendable(err):
		return err
	case id == 0:
		return h.drawNewProduct(w, r, httpx.StatusOf(err), err)
	}
	return h.drawProduct(w, r, httpx.StatusOf(err), err)
}

// seenOf is the batch that a form was filled in over; 0 when it says none.
func seenOf(r *http.Request) fact.BatchID {
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	return fact.BatchID(seen)
}
