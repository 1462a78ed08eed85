package plan

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// planReader decodes one plan. Kinds are those of the measures that could be read, by id.
type planReader struct {
	*reader
	plan  *Plan
	kinds map[string]ValueKind
	said  map[string]bool // statements that the document makes

	cyclic bool     // measures refer to each other in a circle
	later  []func() // what can be read only when the kinds of all measures are known
}

var levels = []string{"newcomer", "regular", "core", "manager"}

// plan reads the whole document in the order of dependence, whatever the order of its keys, and then checks it.
func (r *reader) plan(top value) *Plan {
	f := r.Mapping(top, "xiaoguan", "id", "name", "layer", "currency", "period", "effective", "participants", "statements",
		"measures", "components", "currencies", "cap", "settle", "examples")
	p := &planReader{reader: r, plan: &Plan{Currency: money.CNY}, kinds: map[string]ValueKind{}, said: map[string]bool{}}
	p.head(f)
	if v, ok := f.Required("measures"); ok {
		p.measures(v)
	}
	if v, ok := f.Required("components"); ok {
		p.components(v)
	}
	if v, ok := f.Optional("currencies"); ok {
		p.plan.Currencies = p.conversion(v)
	}
	if v, ok := f.Optional("cap"); ok {
		p.plan.Cap = p.planCap(v)
	}
	if v, ok := f.Optional("settle"); ok {
		p.plan.Settle = p.settlement(v)
	}
	if v, ok := f.Required("statements"); ok {
		p.statements(v)
		p.settleStatements()
	}
	if v, ok := f.Optional("examples"); ok {
		r.exampleText(v)
	}
	p.check()
	p.orderMeasures()
	return p.plan
}

func (p *planReader) head(f fields) {
	if v, ok := f.Required("id"); ok {
		p.plan.ID = p.ID(v)
	}
	if v, ok := f.Required("name"); ok {
		p.plan.Name = p.Name(v)
	}
	if v, ok := f.Required("layer"); ok {
		p.plan.Layer = ruledoc.Choice(p.Reader, v, LayerNewcomer, LayerRegular, LayerCore, LayerManager, LayerOther)
	}
	if v, ok := f.Required("currency"); ok {
		if text, valid := p.Text(v); valid {
			if !money.Currency(text).Valid() {
				p.Report(v, CodeCurrency, nil)
			} else {
				p.plan.Currency = money.Currency(text)
			}
		}
	}
	if v, ok := f.Required("period"); ok {
		p.plan.Period = ruledoc.Choice(p.Reader, v, PeriodMonth)
	}
	p.plan.Effective = calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	if v, ok := f.Required("effective"); ok {
		p.plan.Effective = p.Effective(v)
	}
	if v, ok := f.Required("participants"); ok {
		p.plan.Participants = p.participants(v)
	}
}

func (p *planReader) participants(v value) Participants {
	f := p.Mapping(v, "level", "role", "team", "region", "person", "excluding")
	var who Participants
	targets := []struct {
		key string
		to  *[]string
	}{
		{"level", &who.Levels}, {"role", &who.Roles}, {"team", &who.Teams}, {"region", &who.Regions}, {"person", &who.Persons},
		{"excluding", &who.Except},
	}
	for _, target := range targets {
		list, ok := f.Optional(target.key)
		if !ok {
			continue
		}
		*target.to = p.texts(list)
		if target.key == "level" {
			p.knownLevels(list)
		}
	}
	return who
}

// knownLevels reports levels that the language does not know.
func (p *planReader) knownLevels(list value) {
	for i, n := range list.Node.Content {
		item := value{Node: n, Path: list.Path}
		if i < RowsMax && n.Value != "" && !slices.Contains(levels, n.Value) {
			ruledoc.Choice(p.Reader, item, levels...)
		}
	}
}

func (p *planReader) statements(v value) {
	s := &p.plan.Statements
	f := p.Mapping(v, statementKeys()...)
	for _, key := range statementKeys() {
		_, p.said[key] = f.Optional(key)
	}
	if v, ok := f.Optional("earned_on"); ok {
		s.EarnedOn = p.ID(v)
	}
	if v, ok := f.Optional("payable_on"); ok {
		s.PayableOn = ruledoc.Choice(p.Reader, v, PayableOnPeriodClose)
	}
	if v, ok := f.Optional("refund"); ok {
		s.Refund = ruledoc.Choice(p.Reader, v, RefundNegativeCredit, RefundKeptUntilClaw)
	}
	if v, ok := f.Optional("negative_result"); ok {
		s.NegativeResult = ruledoc.Choice(p.Reader, v, NegativeStands, NegativeZero)
	}
	if v, ok := f.Optional("zero_quota"); ok {
		s.ZeroQuota = ruledoc.Choice(p.Reader, v, ZeroQuotaAttainmentZero, ZeroQuotaNotApplicable, ZeroQuotaRefuse)
	}
	if v, ok := f.Optional("level_at"); ok {
		s.LevelAt = p.at(v)
	}
	if v, ok := f.Optional("team_at"); ok {
		s.TeamAt = p.at(v)
	}
	if v, ok := f.Optional("joiner"); ok {
		s.Joiner = ruledoc.Choice(p.Reader, v, PartPeriodFull, PartPeriodByDay)
	}
	if v, ok := f.Optional("leaver"); ok {
		s.Leaver = ruledoc.Choice(p.Reader, v, PartPeriodFull, PartPeriodByDay)
	}
	if v, ok := f.Optional("leaver_later_collections"); ok {
		s.LeaverLaterCollections = ruledoc.Choice(p.Reader, v, LaterCollectionsUnpaid, LaterCollectionsPaid)
	}
	if v, ok := f.Optional("attainment_rounding"); ok {
		s.AttainmentRounding = ruledoc.Choice(p.Reader, v, AttainmentExact)
	}
}

// at reads when a level or team counts. Counting each credit by the day's level needs pay by part periods, which is yet to come.
func (p *planReader) at(v value) At {
	if text, _ := p.Text(v); text == string(AtCreditDate) {
		p.Report(v, CodeNotYet, errs.Args{"Known": string(AtPeriodEnd)})
		return AtCreditDate
	}
	return ruledoc.Choice(p.Reader, v, AtPeriodEnd)
}

// statementRule says which value a statement takes where it makes no difference, and whether it makes one in this plan.
type statementRule struct {
	key     string
	byRule  string // the default where the choice makes no difference; empty when it always must be said
	matters func(*Plan) bool
	set     func(*Statements)
}

func always(*Plan) bool { return true }

// statementRules is the table of the ADR's statements, in its order.
func statementRules() []statementRule {
	return []statementRule{
		{"earned_on", "", always, nil},
		{"payable_on", "", always, nil},
		{"refund", string(RefundNegativeCredit), hasCredits, func(s *Statements) { s.Refund = RefundNegativeCredit }},
		{"negative_result", string(NegativeStands), hasRate, func(s *Statements) { s.NegativeResult = NegativeStands }},
		{"zero_quota", string(ZeroQuotaAttainmentZero), hasRatio, func(s *Statements) { s.ZeroQuota = ZeroQuotaAttainmentZero }},
		{"level_at", string(AtPeriodEnd), readsLevel, func(s *Statements) { s.LevelAt = AtPeriodEnd }},
		{"team_at", string(AtPeriodEnd), readsTeam, func(s *Statements) { s.TeamAt = AtPeriodEnd }},
		{"joiner", string(PartPeriodFull), hasProratable, func(s *Statements) { s.Joiner = PartPeriodFull }},
		{"leaver", string(PartPeriodFull), hasProratable, func(s *Statements) { s.Leaver = PartPeriodFull }},
		{"leaver_later_collections", string(LaterCollectionsUnpaid), hasCredits,
			func(s *Statements) { s.LeaverLaterCollections = LaterCollectionsUnpaid }},
		{"attainment_rounding", string(AttainmentExact), hasRatio, func(s *Statements) { s.AttainmentRounding = AttainmentExact }},
	}
}

func statementKeys() []string {
	var keys []string
	for _, rule := range statementRules() {
		keys = append(keys, rule.key)
	}
	return keys
}

// settleStatements reports statements that are open where they matter and takes the default, with a note, where they don't.
func (p *planReader) settleStatements() {
	for _, rule := range statementRules() {
		if p.said[rule.key] {
			continue
		}
		path := "statements." + rule.key
		if rule.matters(p.plan) {
			p.Add(SeverityError, CodeStatementMissing, p.Places.Of(path), path, "", errs.Args{"Statement": rule.key, "Says": statementSays(rule.key)})
			continue
		}
		rule.set(&p.plan.Statements)
		p.Add(SeverityNote, CodeStatementDefault, p.Places.Of(path), path, "", errs.Args{"Statement": rule.key, "Value": rule.byRule})
	}
}

// statementSays is the question that a statement answers.
func statementSays(key string) errs.Message { return errs.Msg("plan.statement."+key, nil) }

func hasCredits(p *Plan) bool {
	return slices.ContainsFunc(p.Measures, func(m Measure) bool { return m.Credits != nil })
}

func hasRatio(p *Plan) bool {
	return slices.ContainsFunc(p.Measures, func(m Measure) bool { return m.Ratio != nil })
}

func hasRate(p *Plan) bool {
	return slices.ContainsFunc(p.Components, func(c Component) bool { return c.Pays.Rate != nil || c.Pays.Factors != nil })
}

// hasProratable reports whether a part period could change anything: a quota, or an amount that is paid once.
func hasProratable(p *Plan) bool {
	return slices.ContainsFunc(p.Measures, func(m Measure) bool { return m.Quota != nil }) ||
		slices.ContainsFunc(p.Components, func(c Component) bool { return c.Pays.once() })
}

// once reports whether the pay is an amount that is paid once, of which a part period may have a part.
func (p *Pays) once() bool { return p.Rate == nil && p.Per == "" && p.Prizes == nil && p.Pool == nil }

// looksUp reports whether a grid of the plan has one of the fields.
func looksUp(p *Plan, fields ...Field) bool {
	return slices.ContainsFunc(p.Components, func(c Component) bool {
		return slices.ContainsFunc(c.grids(), func(g *Grid) bool {
			return slices.ContainsFunc(g.By, func(d Dimension) bool { return slices.Contains(fields, d.Field) })
		})
	})
}

// meets reports whether a component pays among people of one team or region.
func meets(p *Plan) bool {
	own := func(g Group) bool { return g == GroupOwnTeam || g == GroupOwnRegion }
	return slices.ContainsFunc(p.Components, func(c Component) bool {
		return c.Pays.Prizes != nil && own(c.Pays.Prizes.Among) || c.Pays.Pool != nil && own(c.Pays.Pool.Among)
	})
}

func readsLevel(p *Plan) bool {
	return len(p.Participants.Levels) > 0 || looksUp(p, FieldPersonLevel) || slices.ContainsFunc(p.Measures, func(m Measure) bool {
		return m.Team != nil && slices.ContainsFunc(m.Team.Where, func(c MemberCondition) bool { return len(c.Levels) > 0 })
	})
}

func readsTeam(p *Plan) bool {
	return len(p.Participants.Teams) > 0 || len(p.Participants.Regions) > 0 || looksUp(p, FieldPersonTeam, FieldPersonRegion) || meets(p) ||
		slices.ContainsFunc(p.Measures, func(m Measure) bool { return m.Team != nil })
}

// orderMeasures puts a measure behind those that it refers to, and orders by id otherwise, so that the order of the document's keys
// says nothing.
func (p *planReader) orderMeasures() {
	depth := map[string]int{}
	for range p.plan.Measures {
		for _, m := range p.plan.Measures {
			for _, other := range p.plan.RefersTo(m) {
				if p.plan.Measure(other) != nil {
					depth[m.ID] = min(max(depth[m.ID], depth[other]+1), len(p.plan.Measures))
				}
			}
		}
	}
	slices.SortFunc(p.plan.Measures, func(a, b Measure) int {
		return cmp.Or(cmp.Compare(depth[a.ID], depth[b.ID]), cmp.Compare(a.ID, b.ID))
	})
}

// constant reads a value that is compared with a measure of the kind: minor units for money, a number for a ratio, a whole number
// for a count.
func (p *planReader) constant(v value, kind ValueKind) (decimal.Decimal, bool) {
	switch kind {
	case KindMoney:
		minor, ok := p.Amount(v, p.plan.Currency)
		return decimal.FromInt(minor, 0), ok
	case KindRatio:
		d, percent, ok := p.Number(v)
		if ok && !percent && d.Cmp(decimal.FromInt(10, 0)) >= 0 {
			p.Add(SeverityWarning, CodePercentMissing, p.Places.Of(v.Path), v.Path, v.Node.Value, errs.Args{"Percent": d.Percent()})
		}
		return d, ok
	case KindCount:
		d, percent, ok := p.Number(v)
		switch {
		case !ok:
		case percent:
			p.Report(v, CodePercentNotCount, nil)
			ok = false
		case !d.Rat().IsInt() || d.Cmp(decimal.FromInt(ruledoc.AmountMax, 0)) > 0 || d.Cmp(decimal.FromInt(-ruledoc.AmountMax, 0)) < 0:
			p.Report(v, ruledoc.CodeWhole, nil)
			ok = false
		}
		return d, ok
	}
	p.Remember(v)
	return decimal.Decimal{}, false
}
