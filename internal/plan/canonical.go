package plan

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// The wire types write a plan in the words of the document itself, complete, with defaults made explicit: the canonical form is a
// document that Decode reads back to the same plan. Field order is the order of the canonical keys; changing it changes every hash.
type (
	planWire struct {
		Header       string                 `json:"xiaoguan"`
		ID           string                 `json:"id"`
		Name         Text                   `json:"name"`
		Layer        Layer                  `json:"layer"`
		Currency     money.Currency         `json:"currency"`
		Period       Period                 `json:"period"`
		Effective    effectiveWire          `json:"effective"`
		Participants participantsWire       `json:"participants"`
		Statements   statementsWire         `json:"statements"`
		Measures     map[string]measureWire `json:"measures"` // encoding/json writes map keys sorted
		Components   []componentWire        `json:"components"`
		Currencies   *conversionWire        `json:"currencies,omitempty"`
		Cap          *limitWire             `json:"cap,omitempty"`
		Settle       *settleWire            `json:"settle,omitempty"`
	}
	effectiveWire struct {
		From string `json:"from"`
		To   string `json:"to,omitempty"`
	}
	participantsWire struct {
		Levels  []string `json:"level,omitempty"`
		Roles   []string `json:"role,omitempty"`
		Teams   []string `json:"team,omitempty"`
		Regions []string `json:"region,omitempty"`
		Persons []string `json:"person,omitempty"`
		Except  []string `json:"excluding,omitempty"`
	}
	statementsWire struct {
		EarnedOn               string             `json:"earned_on"`
		PayableOn              PayableOn          `json:"payable_on"`
		Refund                 Refund             `json:"refund"`
		NegativeResult         NegativeResult     `json:"negative_result"`
		ZeroQuota              ZeroQuota          `json:"zero_quota"`
		LevelAt                At                 `json:"level_at"`
		TeamAt                 At                 `json:"team_at"`
		Joiner                 PartPeriod         `json:"joiner"`
		Leaver                 PartPeriod         `json:"leaver"`
		LeaverLaterCollections LaterCollections   `json:"leaver_later_collections"`
		AttainmentRounding     AttainmentRounding `json:"attainment_rounding"`
	}
	measureWire struct {
		Name    Text         `json:"name"`
		Credits string       `json:"credits,omitempty"`
		By      []string     `json:"by,omitempty"`
		Where   []filterWire `json:"where,omitempty"`
		Sum     string       `json:"sum,omitempty"`
		Count   string       `json:"count,omitempty"`
		First   string       `json:"first,omitempty"`
		Last    string       `json:"last,omitempty"`
		Quota   string       `json:"quota,omitempty"`
		Window  any          `json:"window,omitempty"`
		Ramp    []string     `json:"ramp,omitempty"`
		Ratio   []string     `json:"ratio,omitempty"`
		Tenure  TenureUnit   `json:"tenure,omitempty"`
		Team    *teamWire    `json:"team,omitempty"`
		furtherWire
	}
	teamWire struct {
		Sum     string       `json:"sum,omitempty"`
		Average string       `json:"average,omitempty"`
		Highest string       `json:"highest,omitempty"`
		Lowest  string       `json:"lowest,omitempty"`
		Count   string       `json:"count,omitempty"`
		Group   Group        `json:"of,omitempty"`
		Where   []filterWire `json:"where,omitempty"`
	}
	// filterWire is a condition on a measure, a filter of credits or a condition on members.
	filterWire struct {
		Measure string   `json:"measure,omitempty"`
		Field   Field    `json:"field,omitempty"`
		Levels  []string `json:"level,omitempty"`
		AtLeast string   `json:"at_least,omitempty"`
		Above   string   `json:"above,omitempty"`
		AtMost  string   `json:"at_most,omitempty"`
		Below   string   `json:"below,omitempty"`
		Equals  string   `json:"equals,omitempty"`
		In      any      `json:"in,omitempty"`
		Within  []string `json:"within,omitempty"`
	}
	componentWire struct {
		ID     string       `json:"id"`
		Name   Text         `json:"name"`
		PaysIn []string     `json:"pays_in,omitempty"`
		When   []filterWire `json:"when,omitempty"`
		Pays   paysWire     `json:"pays"`
		Round  roundWire    `json:"round"`
		Cap    *limitWire   `json:"cap,omitempty"`
		Floor  *limitWire   `json:"floor,omitempty"`
	}
	paysWire struct {
		Rate    any          `json:"rate,omitempty"`
		Of      string       `json:"of,omitempty"`
		Deduct  *deductWire  `json:"deduct,omitempty"`
		Table   *tableWire   `json:"table,omitempty"`
		Amount  any          `json:"amount,omitempty"`
		Per     string       `json:"per,omitempty"`
		Prizes  *prizesWire  `json:"prizes,omitempty"`
		Pool    *poolWire    `json:"pool,omitempty"`
		Factors *factorsWire `json:"factors,omitempty"`
	}
	lookupWire struct {
		Lookup    Field             `json:"lookup"`
		Match     string            `json:"match,omitempty"`
		Table     map[string]string `json:"table"`
		Otherwise string            `json:"otherwise"`
	}
	tableWire struct {
		By       string      `json:"by"`
		Style    TableStyle  `json:"style"`
		Boundary Boundary    `json:"boundary,omitempty"`
		Consume  []string    `json:"consume,omitempty"`
		Point    string      `json:"point,omitempty"`
		Below    string      `json:"below,omitempty"`
		Bands    []bandWire  `json:"bands,omitempty"`
		Points   []pointWire `json:"points,omitempty"`
		Beyond   End         `json:"beyond,omitempty"`
	}
	bandWire struct {
		From  string `json:"from,omitempty"`
		To    string `json:"to,omitempty"`
		Times string `json:"times"`
	}
	roundWire struct {
		Mode money.Rounding `json:"mode"`
		At   RoundAt        `json:"at"`
		To   string         `json:"to,omitempty"`
	}
	limitWire struct {
		Amount  string    `json:"amount,omitempty"`
		Percent string    `json:"percent,omitempty"`
		Of      string    `json:"of,omitempty"`
		Per     LimitPer  `json:"per,omitempty"`
		Over    LimitOver `json:"over,omitempty"`
		Excess  string    `json:"excess,omitempty"`
	}
)

// seal computes the canonical bytes and the hash of a plan that was checked.
func (p *Plan) seal() { p.canonical, p.hash = ruledoc.Seal(toPlanWire(p)) }

// seal computes the canonical bytes and the hash.
func (c *Crediting) seal() { c.canonical, c.hash = ruledoc.Seal(toCreditingWire(c)) }

func toEffectiveWire(days calendar.Interval) effectiveWire {
	wire := effectiveWire{From: days.From.String()}
	if days.To != calendar.Forever {
		wire.To = days.To.String()
	}
	return wire
}

func toPlanWire(p *Plan) planWire {
	wire := planWire{
		Header: HeaderPlan, ID: p.ID, Name: p.Name, Layer: p.Layer, Currency: p.Currency, Period: p.Period,
		Effective: toEffectiveWire(p.Effective), Participants: participantsWire(p.Participants),
		Statements: statementsWire(p.Statements), Measures: map[string]measureWire{},
	}
	for _, m := range p.Measures {
		wire.Measures[m.ID] = p.toMeasureWire(m)
	}
	for _, c := range p.Components {
		wire.Components = append(wire.Components, p.toComponentWire(c))
	}
	wire.Currencies = toConversionWire(p.Currencies)
	wire.Cap = p.toLimitWire(p.Cap)
	wire.Settle = p.toSettleWire(p.Settle)
	return wire
}

func (p *Plan) toMeasureWire(m Measure) measureWire {
	wire := measureWire{Name: m.Name}
	switch {
	case m.Credits != nil:
		p.putCredits(&wire, m.Credits)
	case m.Quota != nil:
		wire.Quota, wire.Window, wire.Ramp = m.Quota.Of, windowWire(m.Quota.Window, m.Quota.Span), decimalTexts(m.Quota.Ramp)
	case m.Ratio != nil:
		wire.Ratio = []string{m.Ratio.Of, m.Ratio.To}
	case m.Tenure != nil:
		wire.Tenure = m.Tenure.Unit
	case m.Team != nil:
		wire.Team = p.toTeamWire(m.Team)
	default:
		p.putFurther(&wire, m.FurtherForms)
	}
	return wire
}

func (p *Plan) toTeamWire(t *TeamMeasure) *teamWire {
	wire := &teamWire{Group: t.Group}
	switch {
	case t.Sum == "":
		wire.Count = "people"
	case t.Fold == FoldAverage:
		wire.Average = t.Sum
	case t.Fold == FoldHighest:
		wire.Highest = t.Sum
	case t.Fold == FoldLowest:
		wire.Lowest = t.Sum
	default:
		wire.Sum = t.Sum
	}
	for _, c := range t.Where {
		if c.Condition != nil {
			wire.Where = append(wire.Where, p.toConditionWire(*c.Condition))
		} else {
			wire.Where = append(wire.Where, filterWire{Levels: c.Levels})
		}
	}
	return wire
}

// list sets the key of a list of texts.
func (w *filterWire) list(f *Filter) {
	if f.Within {
		w.Within = f.In
	} else {
		w.In = f.In
	}
}

// put sets the comparison's key.
func (w *filterWire) put(c Comparison, text string) {
	switch c {
	case AtLeast:
		w.AtLeast = text
	case Above:
		w.Above = text
	case AtMost:
		w.AtMost = text
	case Below:
		w.Below = text
	case Equals:
		w.Equals = text
	case InPeriod:
		w.In = "period"
	}
}

func (p *Plan) toFilterWire(f Filter) filterWire {
	wire := filterWire{Field: f.Field}
	if len(f.In) > 0 {
		wire.list(&f)
		return wire
	}
	kind := KindCount
	switch f.Field {
	case FieldAmount:
		kind = KindMoney
	case FieldCustomerFirstPayment:
		wire.In = "window"
		return wire
	}
	wire.put(f.Comparison, p.constantText(f.Value, kind))
	return wire
}

func (p *Plan) toConditionWire(c Condition) filterWire {
	wire := filterWire{Measure: c.Measure}
	wire.put(c.Comparison, p.constantText(c.Value, p.kind(c.Measure)))
	return wire
}

func (p *Plan) kind(id string) ValueKind {
	if m := p.Measure(id); m != nil {
		return m.Kind(p.Measures)
	}
	return ""
}

// constantText writes what planReader.constant reads.
func (p *Plan) constantText(d decimal.Decimal, kind ValueKind) string {
	if kind == KindMoney {
		return money.Format(d.Rat().Num().Int64(), p.Currency)
	}
	return d.String()
}

func (p *Plan) toComponentWire(c Component) componentWire {
	wire := componentWire{ID: c.ID, Name: c.Name, PaysIn: monthTexts(c.PaysIn), Round: roundWire{Mode: c.Round.Mode, At: c.Round.At}}
	if c.Round.Unit > 1 {
		wire.Round.To = money.Format(c.Round.Unit, p.Currency)
	}
	for _, condition := range c.When {
		wire.When = append(wire.When, p.toConditionWire(condition))
	}
	wire.Pays = p.toPaysWire(&c.Pays)
	wire.Cap = p.toLimitWire(c.Cap)
	if c.Floor != nil {
		wire.Floor = &limitWire{Amount: money.Format(c.Floor.AmountFen, p.Currency)}
	}
	return wire
}

func (p *Plan) toRateWire(rate *Rate) any {
	if rate.Grid != nil {
		return p.toGridHolder(rate.Grid, KindRatio)
	}
	if rate.Lookup == "" {
		return rate.Fixed.String()
	}
	wire := lookupWire{Lookup: rate.Lookup, Table: map[string]string{}, Otherwise: "refuse"}
	if rate.Path {
		wire.Match = matchPath
	}
	for _, row := range rate.Rows {
		wire.Table[row.Key] = row.Rate.String()
	}
	if rate.Otherwise != nil {
		wire.Otherwise = rate.Otherwise.String()
	}
	return wire
}

func (p *Plan) toTableWire(t *Table) *tableWire {
	if t == nil {
		return nil
	}
	kind := p.kind(t.By)
	wire := &tableWire{By: t.By, Style: t.Style, Boundary: t.Boundary, Consume: t.Consume, Bands: p.toBandWires(t.Bands, kind)}
	p.furtherTableWire(wire, t, kind)
	return wire
}

func (p *Plan) toBandWires(bands []Band, kind ValueKind) (wires []bandWire) {
	for _, b := range bands {
		band := bandWire{Times: b.Times.String()}
		if b.From != nil {
			band.From = p.constantText(*b.From, kind)
		}
		if b.To != nil {
			band.To = p.constantText(*b.To, kind)
		}
		wires = append(wires, band)
	}
	return wires
}
