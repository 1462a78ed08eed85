package plan

import (
	"strconv"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// The wire types of the forms of ADR 0011. What a document does not use is absent, so that the hashes of documents without it stand.
type (
	deductWire struct {
		Amount  string `json:"amount,omitempty"`
		Measure string `json:"measure,omitempty"`
	}
	pointWire struct {
		At    string `json:"at"`
		Times string `json:"times"`
	}
	prizesWire struct {
		By      string           `json:"by"`
		Among   Group            `json:"among"`
		Order   Order            `json:"order"`
		Amounts []string         `json:"amounts,omitempty"`
		Shares  []prizeShareWire `json:"percentiles,omitempty"`
		Places  PrizePlaces      `json:"places,omitempty"`
		Ties    string           `json:"ties"`
	}
	prizeShareWire struct {
		Top    string `json:"top"`
		Amount string `json:"amount"`
	}
	poolWire struct {
		Amount string `json:"amount,omitempty"`
		Rate   string `json:"rate,omitempty"`
		Of     string `json:"of,omitempty"`
		Among  Group  `json:"among"`
		By     string `json:"by"`
	}
	factorsWire struct {
		Combine FactorCombination `json:"combine"`
		Items   []factorWire      `json:"items"`
	}
	factorWire struct {
		Measure  string     `json:"measure,omitempty"`
		Least    string     `json:"least,omitempty"`
		Most     string     `json:"most,omitempty"`
		By       string     `json:"by,omitempty"`
		Boundary Boundary   `json:"boundary,omitempty"`
		Bands    []bandWire `json:"bands,omitempty"`
		Grid     *gridWire  `json:"grid,omitempty"`
		Weight   string     `json:"weight,omitempty"`
	}
	gridHolder struct {
		Grid *gridWire `json:"grid"`
	}
	gridWire struct {
		By        []dimensionWire `json:"by"`
		Cells     any             `json:"cells"` // nested lists
		Otherwise string          `json:"otherwise"`
	}
	dimensionWire struct {
		Field    Field    `json:"field,omitempty"`
		Keys     []string `json:"keys,omitempty"`
		Measure  string   `json:"measure,omitempty"`
		Boundary Boundary `json:"boundary,omitempty"`
		Edges    []string `json:"edges,omitempty"`
	}
)

func monthTexts(months []int) (texts []string) {
	for _, m := range months {
		texts = append(texts, strconv.Itoa(m))
	}
	return texts
}

func (p *Plan) amountText(minor int64) string { return money.Format(minor, p.Currency) }

func (p *Plan) toPaysWire(pays *Pays) (wire paysWire) {
	switch {
	case pays.Rate != nil:
		wire.Rate, wire.Of, wire.Table = p.toRateWire(pays.Rate), pays.Of, p.toTableWire(pays.Table)
	case pays.Prizes != nil:
		wire.Prizes = p.toPrizesWire(pays.Prizes)
	case pays.Pool != nil:
		wire.Pool = p.toPoolWire(pays.Pool)
	case pays.AmountGrid != nil:
		wire.Amount, wire.Per = p.toGridHolder(pays.AmountGrid, KindMoney), pays.Per
	default:
		wire.Amount, wire.Per = p.amountText(pays.AmountFen), pays.Per
	}
	if d := pays.Deduct; d != nil {
		wire.Deduct = &deductWire{Measure: d.Measure}
		if d.Measure == "" {
			wire.Deduct.Amount = p.amountText(d.AmountFen)
		}
	}
	if pays.Factors != nil {
		wire.Factors = p.toFactorsWire(pays.Factors)
	}
	return wire
}

func (p *Plan) toPrizesWire(prizes *Prizes) *prizesWire {
	wire := &prizesWire{By: prizes.By, Among: prizes.Among, Order: prizes.Order, Ties: prizes.Ties}
	for _, minor := range prizes.AmountsFen {
		wire.Amounts = append(wire.Amounts, p.amountText(minor))
	}
	wire.Places = prizes.Places
	for _, share := range prizes.Shares {
		wire.Shares = append(wire.Shares, prizeShareWire{share.Top.String(), p.amountText(share.AmountFen)})
	}
	return wire
}

func (p *Plan) toPoolWire(pool *Pool) *poolWire {
	wire := &poolWire{Of: pool.Of, Among: pool.Among, By: pool.By}
	if pool.Rate != nil {
		wire.Rate = pool.Rate.String()
	} else {
		wire.Amount = p.amountText(pool.AmountFen)
	}
	return wire
}

func (p *Plan) furtherTableWire(wire *tableWire, t *Table, kind ValueKind) {
	if t.Point != nil {
		wire.Point, wire.Below = p.constantText(t.Point.At, kind), t.Point.Below.String()
	}
	if t.Line != nil {
		wire.Below, wire.Beyond = string(t.Line.Below), t.Line.Beyond
		for _, point := range t.Line.Points {
			wire.Points = append(wire.Points, pointWire{At: p.constantText(point.At, kind), Times: point.Times.String()})
		}
	}
}

func (p *Plan) toFactorsWire(factors *Factors) *factorsWire {
	wire := &factorsWire{Combine: factors.Combine}
	for _, item := range factors.Items {
		w := factorWire{}
		switch {
		case item.Grid != nil:
			w.Grid = p.toGridWire(item.Grid, KindRatio)
		case item.Bands != nil:
			w.By, w.Boundary, w.Bands = item.Measure, item.Boundary, p.toBandWires(item.Bands, p.kind(item.Measure))
		default:
			w.Measure, w.Least, w.Most = item.Measure, decimalText(item.Least), decimalText(item.Most)
		}
		if factors.Combine == FactorsWeighted {
			w.Weight = item.Weight.String()
		}
		wire.Items = append(wire.Items, w)
	}
	return wire
}

func decimalText(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func (p *Plan) toGridHolder(g *Grid, kind ValueKind) *gridHolder {
	return &gridHolder{Grid: p.toGridWire(g, kind)}
}

// toGridWire writes cells as what they are: money, or numbers.
func (p *Plan) toGridWire(g *Grid, kind ValueKind) *gridWire {
	wire := &gridWire{Otherwise: "refuse"}
	if g.Otherwise != nil {
		wire.Otherwise = p.constantText(*g.Otherwise, kind)
	}
	for _, d := range g.By {
		w := dimensionWire{Field: d.Field, Keys: d.Keys, Measure: d.Measure, Boundary: d.Boundary}
		for _, edge := range d.Edges {
			w.Edges = append(w.Edges, p.constantText(edge, p.kind(d.Measure)))
		}
		wire.By = append(wire.By, w)
	}
	at := 0
	wire.Cells = p.nestedCells(g, 0, &at, kind)
	return wire
}

func (p *Plan) nestedCells(g *Grid, depth int, at *int, kind ValueKind) any {
	if depth == len(g.By) {
		*at++
		return p.constantText(g.Cells[*at-1], kind)
	}
	list := make([]any, g.By[depth].Size())
	for i := range list {
		list[i] = p.nestedCells(g, depth+1, at, kind)
	}
	return list
}

func (p *Plan) toLimitWire(limit *Limit) *limitWire {
	if limit == nil {
		return nil
	}
	wire := &limitWire{Of: limit.Of, Per: limit.Per, Over: limit.Over, Excess: "dropped"}
	if limit.Percent != nil {
		wire.Percent = limit.Percent.String()
	} else {
		wire.Amount = p.amountText(limit.AmountFen)
	}
	if limit.Carried {
		wire.Excess = "carried"
	}
	return wire
}
