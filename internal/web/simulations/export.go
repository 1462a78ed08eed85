package simulations

import (
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// export writes people, or the lines of every month and component, as a file.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	what := r.PathValue("what")
	if what != "persons" && what != "lines" {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	_, result, err := h.Simulations.GetLines(ctx, actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	keys := []string{"simulations.key", "simulations.person", "simulations.level", "simulations.worked"}
	if what == "lines" {
		keys = []string{"simulations.month", "simulations.key", "simulations.person", "simulations.plan", "simulations.component"}
	}
	export := httpx.Export{Name: "simulation-" + what, Sheet: p.T("nav.simulations"), Format: r.PathValue("format")}
	for _, key := range keys {
		export.Head = append(export.Head, p.T(key))
	}
	for v := range result.Summary.Variants {
		export.Head = append(export.Head, variantName(p, v))
	}
	currency := h.Currency()
	amounts := func(cells []tabular.Cell, earned []int64) []tabular.Cell {
		for _, minor := range earned {
			cells = append(cells, tabular.Number(money.Format(minor, currency)))
		}
		return cells
	}
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		if what == "persons" {
			for _, q := range result.Persons {
				cells := []tabular.Cell{tabular.Text(q.Key), tabular.Text(q.Name), tabular.Text(levelName(p, q.Level)), tabular.Number(p.Int(int64(q.Months)))}
				if err := write(amounts(cells, q.Earned)...); err != nil {
					return false, err
				}
			}
			return false, nil
		}
		for _, l := range result.Lines {
			q, c := result.Persons[l.Person], result.Columns[l.Column]
			cells := []tabular.Cell{tabular.Text(result.Summary.Months[l.Month].Month.String()), tabular.Text(q.Key), tabular.Text(q.Name),
				tabular.Text(textIn(p, c.PlanName, c.Plan)), tabular.Text(textIn(p, c.Name, c.Component))}
			if err := write(amounts(cells, l.Earned)...); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, export)
}
