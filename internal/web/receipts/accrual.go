package receipts

import (
	"cmp"
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// labels are the names of plans and their components by id.
type labels struct {
	plans      map[string]string
	components map[[2]string]string
}

// labelsFor names what documents in force or before call things. Who may not list plans sees ids.
func (h *Handler) labelsFor(ctx context.Context) (l labels, err error) {
	p := httpx.PrinterFrom(ctx)
	l = labels{plans: map[string]string{reward.GrantPlan: p.T("ledger.honours"), reward.PayrollPlan: p.T("payroll.title")}, components: map[[2]string]string{}}
	versions, err := h.Plans.List(ctx, access.ActorFrom(ctx))
	if errs.Is(err, errs.KindForbidden) {
		return l, nil
	}
	name := func(t plan.Text, id string) string { return ui.TextIn(p, t.Zh, t.En, id) }
	for _, v := range versions { // newest first
		if v.Kind == planbook.KindHonour {
			key := [2]string{reward.GrantPlan, v.DocumentID}
			l.components[key] = cmp.Or(l.components[key], name(v.Name, v.DocumentID))
		}
		if v.Kind != planbook.KindPlan {
			continue
		}
		l.plans[v.DocumentID] = cmp.Or(l.plans[v.DocumentID], name(v.Name, v.DocumentID))
		d, decodeErr := plan.Decode(v.DocumentID, []byte(v.Text))
		if decodeErr != nil || d.Plan == nil {
			continue
		}
		for _, c := range d.Plan.Components {
			key := [2]string{v.DocumentID, c.ID}
			l.components[key] = cmp.Or(l.components[key], name(c.Name, c.ID))
		}
	}
	return l, err
}

// component names a row's component: one of the plan's, a step of settlement, or what payroll did.
func (l labels) component(p *i18n.Printer, r reward.AccrualRow) string {
	if text := l.components[[2]string{r.PlanID, r.Component}]; text != "" {
		return text
	}
	if r.PlanID == reward.PayrollPlan {
		return p.T("payroll.outcome_" + r.Component)
	}
	if r.Component == "+adjustment" {
		return p.T("settle.component_adjustment")
	}
	for _, kind := range settle.PostingKinds() {
		if string(kind) == r.Component {
			return p.T("settle.kind." + r.Component)
		}
	}
	return r.Component
}

// accrual writes a closed month's table of accruals.
func (h *Handler) accrual(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	month, err := monthOf(r)
	if err != nil {
		return err
	}
	a, err := h.Rewards.Accrual(ctx, access.ActorFrom(ctx), month)
	if err != nil {
		return err
	}
	named, err := h.labelsFor(ctx)
	if err != nil {
		return err
	}
	export := httpx.Export{Name: "accrual-" + month.String(), Sheet: p.T("payroll.accrual"), Format: r.PathValue("format")}
	for _, key := range []string{"layer", "plan", "component", "region", "opening", "opening_held", "earned", "taken_back", "lapsed", "forgiven", "paid", "put_off", "released", "closing", "closing_due", "closing_held",
		"closing_debt"} {
		export.Head = append(export.Head, p.T("payroll.accrual_"+key))
	}
	currency := h.Currency()
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		line := func(row reward.AccrualRow, texts ...string) error {
			var cells []tabular.Cell
			for _, text := range texts {
				cells = append(cells, tabular.Text(text))
			}
			for _, minor := range []int64{row.Opening.Total(), row.Opening.HeldMinor, row.Earned, row.TakenBack, -row.Lapsed, row.Forgiven, -row.Paid, row.PutOff, -row.Released, row.Closing.Total(),
				row.Closing.DueMinor, row.Closing.HeldMinor, row.Closing.DebtMinor} {
				cells = append(cells, tabular.Number(money.Format(minor, currency)))
			}
			return write(cells...)
		}
		for _, row := range a.Rows {
			layer := ""
			if row.Layer != "" {
				layer = explain.Level(p, row.Layer)
			}
			if err := line(row, layer, cmp.Or(named.plans[row.PlanID], row.PlanID), named.component(p, row), row.Region); err != nil {
				return false, err
			}
		}
		if err := line(a.Sum, p.T("payroll.sum"), "", "", ""); err != nil {
			return false, err
		}
		vouched := make([]tabular.Cell, len(export.Head))
		vouched[0] = tabular.Text(p.T("payroll.accrual_vouched", "After", a.After+1, "Until", a.Until, "Digest", a.Digest))
		return false, write(vouched...)
	}
	return httpx.Download(w, export)
}
