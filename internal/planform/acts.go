package planform

import (
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

func replaceIDs(text string, all, rates []string) string {
	return strings.NewReplacer("ALL", planedit.List(all), "RATES", planedit.List(rates)).Replace(text)
}

// Do carries out an act of the form on its text. Errors: invalid when the text has no place for it.
func Do(text, act string) (changed string, err error) {
	defer errs.Wrap(&err, "planform.Do(%s)", act)
	form, err := New(text)
	if err != nil {
		return "", err
	}
	edits, err := form.do(act)
	if err != nil {
		return "", err
	}
	return planedit.Apply(text, edits)
}

// do turns an act into edits.
func (f *Form) do(act string) ([]planedit.Edit, error) {
	b := &builder{Tree: f.tree, covered: map[string]bool{}}
	verb, path, _ := strings.Cut(act, " ")
	index := place(path)
	switch verb {
	case "remove":
		return b.removal(path), nil
	case "up":
		return []planedit.Edit{{Op: planedit.OpMove, Path: path, To: index - 1}}, nil
	case "down":
		return []planedit.Edit{{Op: planedit.OpMove, Path: path, To: index + 1}}, nil
	case "copy":
		return b.copyComponent(path, index), nil
	case "remove-band":
		return b.removeBand(path, index), nil
	case "add-band":
		return b.addBand(path), nil
	case "add-rate", "add-bonus", "add-per":
		return b.addComponent(verb), nil
	}
	if key, adds := strings.CutPrefix(verb, "add-"); adds && rules[key] != "" {
		return b.addRule(key), nil
	}
	if made := b.additions(verb, path); made != nil {
		return made, nil
	}
	return nil, errs.New(errs.KindInvalid, "planform.unknown_act", nil)
}

// removal takes something out, with what makes no sense without it.
func (b *builder) removal(path string) []planedit.Edit {
	edits := []planedit.Edit{{Op: planedit.OpRemove, Path: path}}
	if strings.HasPrefix(path, "components[") && strings.HasSuffix(path, "]") && strings.Count(path, "[") == 1 {
		return append(edits, b.forget(b.Value(path+".id"))...)
	}
	key, settles := strings.CutPrefix(path, "settle.")
	if !settles || rules[key] == "" {
		return edits
	}
	left := 0
	for _, other := range b.Keys("settle") {
		if other != key && rules[other] != "" {
			left++
		}
	}
	if left == 0 {
		edits[0].Path = "settle"
	}
	if key == "clawback" && b.Value("statements.refund") == string(plan.RefundKeptUntilClaw) {
		edits = append(edits, set("statements.refund", string(plan.RefundNegativeCredit))...)
	}
	return edits
}

// forget takes a component out of what the worked examples want: an example that asks for what is no more cannot be computed.
func (b *builder) forget(component string) []planedit.Edit {
	var kept []string
	for line := range strings.Lines(b.Value("examples")) {
		if cells := strings.Split(strings.TrimSpace(line), ","); len(cells) < 3 || !slices.Contains(cells[1:], component) {
			kept = append(kept, line)
		}
	}
	text := strings.Join(kept, "")
	if component == "" || text == b.Value("examples") {
		return nil
	}
	return set("examples", planedit.Literal(text))
}

// place is the place in a list that a path ends with, −1 for none.
func place(path string) int {
	inner, closed := strings.CutSuffix(path[strings.LastIndex(path, "[")+1:], "]")
	if n, err := strconv.Atoi(inner); closed && err == nil {
		return n
	}
	return -1
}

// additions begin something with its usual reading.
func (b *builder) additions(verb, path string) []planedit.Edit {
	switch verb {
	case "add-cap", "add-plan-cap":
		return set(path, "{amount: 30000.00, excess: dropped}")
	case "add-condition":
		id, value := b.anyMeasure(plan.KindRatio), "80%"
		if id == "" {
			if id, value = b.anyMeasure(plan.KindMoney), "10000.00"; id == "" {
				id, value = b.anyMeasure(plan.KindCount), "1"
			}
		}
		item := "{measure: " + id + ", at_least: " + value + "}"
		if !b.Has(path) {
			return set(path, "["+item+"]")
		}
		return []planedit.Edit{{Op: planedit.OpInsert, Path: path, To: b.Len(path), Value: item}}
	case "add-factor":
		return b.addFactor(path)
	case "add-part":
		return []planedit.Edit{{Op: planedit.OpInsert, Path: path, To: b.Len(path), Value: "{after_months: " + b.nextMonths(path) + ", percent: 10%}"}}
	case "many-rates":
		rate := planedit.Quote(b.Value(path))
		return set(path, "{lookup: product.category, table: {A: "+rate+"}, otherwise: refuse}")
	case "one-rate":
		rate := "1%"
		if keys := b.Keys(path + ".table"); len(keys) > 0 {
			rate = b.Value(planedit.Key(path+".table", keys[0]))
		}
		return set(path, planedit.Quote(rate))
	}
	return nil
}

// anyMeasure is the first measure of a kind, empty when there is none.
func (b *builder) anyMeasure(kind plan.ValueKind) string {
	for _, id := range b.Keys("measures") {
		if b.kindOf(id) == kind {
			return id
		}
	}
	return ""
}

func (b *builder) addFactor(path string) []planedit.Edit {
	id := b.anyMeasure(plan.KindRatio)
	var edits []planedit.Edit
	if id == "" {
		id = "sop_compliance"
		edits = b.addMeasure(id)
	}
	items := path + ".items"
	if !b.Has(path) {
		if round := planedit.Parent(planedit.Parent(path)) + ".round"; !b.Has(round) { // what is multiplied is rounded
			edits = append(edits, set(round, "{mode: half_away_from_zero, at: component}")...)
		}
		return append(edits, set(path, "{combine: product, items: [{measure: "+id+", most: 120%}]}")...)
	}
	value := "{measure: " + id + ", most: 120%}"
	if b.Value(path+".combine") == "weighted" {
		value = "{measure: " + id + ", most: 120%, weight: 10%}"
	}
	return append(edits, planedit.Edit{Op: planedit.OpInsert, Path: items, To: b.Len(items), Value: value})
}

// nextMonths is half a year behind the last part.
func (b *builder) nextMonths(path string) string {
	last, err := strconv.Atoi(b.Value(planedit.Index(path, b.Len(path)-1) + ".after_months"))
	if err != nil {
		last = 0
	}
	return strconv.Itoa(last + 6)
}

// freshID is an id that no component has: the stem, or with a number behind it.
func (b *builder) freshID(stem string) string {
	taken := map[string]bool{}
	for i := range b.Len("components") {
		taken[b.Value(planedit.Index("components", i)+".id")] = true
	}
	for n := 1; ; n++ {
		id := stem
		if n > 1 {
			id = stem + "_" + strconv.Itoa(n)
		}
		if !taken[id] {
			return id
		}
	}
}

// copyComponent writes a component once more, under an id of its own.
func (b *builder) copyComponent(path string, index int) []planedit.Edit {
	stem := strings.TrimRight(b.Value(path+".id"), "0123456789")
	copied := planedit.Index(planedit.Parent(path), index+1)
	edits := []planedit.Edit{{Op: planedit.OpCopy, Path: path}}
	return append(edits, set(copied+".id", b.freshID(strings.TrimSuffix(stem, "_")))...)
}

// addComponent begins a component behind the others.
func (b *builder) addComponent(verb string) (edits []planedit.Edit) {
	of := b.anyMeasure(plan.KindMoney)
	if of == "" {
		of = "credited"
		edits = b.addMeasure(of)
	}
	text := "id: " + b.freshID("commission") + "\nname: {zh: 提成, en: Commission}\npays: {rate: 1%, of: " + of + "}\nround: {mode: half_away_from_zero, at: component}"
	switch verb {
	case "add-bonus":
		text = "id: " + b.freshID("bonus") + "\nname: {zh: 奖金, en: Bonus}\npays: {amount: 1000.00}"
		if ratio := b.anyMeasure(plan.KindRatio); ratio != "" {
			text = strings.Replace(text, "\npays", "\nwhen: [{measure: "+ratio+", at_least: 100%}]\npays", 1)
		}
	case "add-per":
		per := b.anyMeasure(plan.KindCount)
		if per == "" {
			per = "new_customers"
			edits = append(edits, b.addMeasure(per)...)
		}
		text = "id: " + b.freshID("bonus_each") + "\nname: {zh: 计件奖, en: Bonus for each}\npays: {amount: 100.00, per: " + per + "}"
	}
	return append(edits, planedit.Edit{Op: planedit.OpInsert, Path: "components", To: b.Len("components"), Value: text})
}

// removeBand takes a band out and lets its neighbours meet.
func (b *builder) removeBand(path string, index int) []planedit.Edit {
	list := planedit.Parent(path)
	edits := []planedit.Edit{{Op: planedit.OpRemove, Path: path}}
	next, before := planedit.Index(list, index+1), planedit.Index(list, index-1)
	switch {
	case strings.HasSuffix(list, ".points"):
	case b.Has(next) && index > 0:
		edits = append(set(next+".from", planedit.Quote(b.Value(path+".from"))), edits...)
	case b.Has(next) && b.Has(next+".from"):
		edits = append([]planedit.Edit{{Op: planedit.OpRemove, Path: next + ".from"}}, edits...)
	case index > 0 && b.Has(before+".to"):
		edits = append([]planedit.Edit{{Op: planedit.OpRemove, Path: before + ".to"}}, edits...)
	}
	return edits
}

// addBand ends the last band some way further on and begins another one there.
func (b *builder) addBand(list string) []planedit.Edit {
	count := b.Len(list)
	last := planedit.Index(list, count-1)
	times := b.Value(last + ".times")
	if strings.HasSuffix(list, ".points") {
		return []planedit.Edit{{Op: planedit.OpInsert, Path: list, To: count, Value: "{at: " + further(b.Value(last+".at")) + ", times: " + planedit.Quote(times) + "}"}}
	}
	edge := b.Value(last + ".to")
	var edits []planedit.Edit
	if edge == "" {
		edge = further(b.Value(last + ".from"))
		edits = set(last+".to", planedit.Quote(edge))
	}
	return append(edits, planedit.Edit{Op: planedit.OpInsert, Path: list, To: count, Value: "{from: " + planedit.Quote(edge) + ", times: " + planedit.Quote(times) + "}"})
}

// further is a figure some way beyond another one: 20 points for a percentage, half as much again for anything else.
func further(from string) string {
	if from == "" {
		return "100%"
	}
	d, err := decimal.Parse(from)
	switch {
	case err != nil:
		return "100%"
	case strings.HasSuffix(from, "%"):
		return d.Add(decimal.MustParse("20%")).Percent()
	}
	return d.Mul(decimal.MustParse("1.5")).String()
}
