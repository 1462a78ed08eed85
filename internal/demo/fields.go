package demo

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
)

// subjectFields are the dice of fields that the company added.
const subjectFields = 36

// lastWords are who has the last word at customers.
var lastWords = []string{"总经理", "生产副总", "设备部长", "采购经理", "技术总监", "财务总监"}

// ownFields are what the company wants to know of an opportunity besides what the product asks for.
func ownFields() []customfield.Field {
	return []customfield.Field{
		{Key: "industry_budget", NameZh: "行业预算", NameEn: "Industry budget", HelpZh: "客户今年在这类设备上打算花多少", HelpEn: "What the customer wants to spend on such equipment this year", Kind: customfield.KindMoney},
		{Key: "decision_maker", NameZh: "决策人", NameEn: "Decision maker", HelpZh: "谁最后拍板", HelpEn: "Who has the last word", Kind: customfield.KindText},
		{Key: "rivals", NameZh: "竞争对手", NameEn: "Rivals", Kind: customfield.KindChoices, Choices: []customfield.Choice{{Key: "huaxing", NameZh: "华星自控", NameEn: "Huaxing"}, {Key: "lingyun", NameZh: "凌云机电", NameEn: "Lingyun"},
			{Key: "imported", NameZh: "进口品牌", NameEn: "An imported brand"}, {Key: "self_made", NameZh: "客户自研", NameEn: "Made by the customer"}}},
	}
}

// fillIn defines the company's own fields and fills them in: who got as far as the needs knows the budget, later ones who decides and who else
// offers.
func (p *pipeline) fillIn(ctx context.Context, tx *store.Tx) error {
	for i, f := range ownFields() {
		id, err := tx.NextNumber(ctx, "custom_field")
		if err != nil {
			return err
		}
		f.ID, f.Object, f.Position, f.CreatedBy, f.CreatedAt, f.Revision = id, customfield.ObjectOpportunity, int64(i+1), "system:demo", p.end, 1
		if err := tx.InsertCustomField(ctx, f); err != nil {
			return err
		}
	}
	d := newDice(p.seed, subjectFields)
	for i := range p.rows.Opportunities {
		o := &p.rows.Opportunities[i]
		values := map[string]any{}
		if o.Stage != opportunity.StageDevelopment && d.chance(850) {
			values["industry_budget"] = max(o.AmountMinor*d.between(900, 2500)/permille/(10_000*fen), 1) * 10_000 * fen
		}
		if o.Stage != opportunity.StageDevelopment && o.Stage != opportunity.StageNeeds {
			if d.chance(800) {
				values["decision_maker"] = one(d, lastWords)
			}
			if d.chance(600) {
				values["rivals"] = rivals(d)
			}
		}
		if err := o.Fields.UnmarshalJSON(plainOf(values)); err != nil {
			return err
		}
	}
	return nil
}

// rivals are one or two of them, in the order of the choices.
func rivals(d dice) (keys []string) {
	choices := ownFields()[2].Choices
	first := d.IntN(len(choices))
	keys = append(keys, choices[first].Key)
	if rest := choices[first+1:]; len(rest) > 0 && d.chance(300) {
		keys = append(keys, one(d, rest).Key)
	}
	return keys
}

// plainOf encodes values that always encode.
func plainOf(values map[string]any) []byte {
	plain, _ := json.Marshal(values)
	return plain
}
