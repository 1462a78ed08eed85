package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// diffWords are the keys of the canonical form in the words of the trade, Chinese and English; an empty name only groups others.
var diffWords = map[string][2]string{
	"name": {"名称", "name"}, "zh": {"中文名", "Chinese name"}, "en": {"英文名", "English name"}, "id": {"编号", "id"}, "xiaoguan": {"语言版本", "language version"},
	"layer": {"层级分类", "layer"}, "currency": {"币种", "currency"}, "period": {"计算周期", "period"}, "effective": {"有效期", "in force"}, "from": {"起", "from"}, "to": {"止", "to"},
	"participants": {"适用人员", "who takes part"}, "statements": {"约定", "statements"}, "measures": {"指标", "measures"}, "components": {"组件", "components"},
	"when": {"条件", "condition"}, "pays": {"", ""}, "rate": {"比例", "rate"}, "of": {"计算基数", "base"}, "amount": {"金额", "amount"}, "per": {"按", "per"},
	"table": {"表格", "table"}, "by": {"按哪个指标", "goes by"}, "style": {"计算方式", "style"}, "boundary": {"边界归属", "owner of the edge"}, "consume": {"先后顺序", "order of credits"},
	"bands": {"档", "band"}, "points": {"个点", "point"}, "times": {"系数", "multiplier"}, "at": {"位置", "at"}, "point": {"起算点", "point"}, "below": {"低于时", "below"},
	"beyond": {"超出时", "beyond"}, "lookup": {"按什么查", "looked up by"}, "otherwise": {"其他情况", "otherwise"}, "grid": {"多维表", "grid"}, "cells": {"单元格", "cells"},
	"keys": {"取值", "keys"}, "edges": {"分界", "edges"}, "field": {"字段", "field"}, "measure": {"指标", "measure"}, "deduct": {"起付额", "deductible"},
	"factors": {"系数组合", "factors"}, "combine": {"组合方式", "combined by"}, "items": {"项", "item"}, "least": {"最低", "least"}, "most": {"最高", "most"}, "weight": {"权重", "weight"},
	"prizes": {"名次奖", "prizes"}, "among": {"在谁中间", "among"}, "order": {"顺序", "order"}, "amounts": {"各名次金额", "amounts by place"}, "ties": {"并列时", "tied"}, "percentiles": {"按比例的名次奖", "amounts by share"}, "top": {"前", "first"}, "places": {"名次取整", "places rounded"},
	"pool": {"奖金池", "pool"}, "round": {"取整", "rounding"}, "mode": {"方式", "mode"}, "cap": {"封顶", "cap"}, "percent": {"百分比", "percent"}, "excess": {"超出部分", "excess"},
	"over": {"多长时间内", "over"}, "floor": {"保底", "floor"}, "pays_in": {"发放月份", "months of payment"}, "settle": {"发放", "settlement"},
	"at_least": {"至少", "at least"}, "above": {"高于", "above"}, "at_most": {"至多", "at most"}, "equals": {"等于", "equals"}, "in": {"属于", "in"},
	"by_deal": {"按单记录", "kept by deal"}, "clawback": {"追回", "clawback"}, "negative": {"负数结转", "negative amounts"}, "instalments": {"分期", "instalments"},
	"currencies": {"外币折算", "conversion of currencies"}, "match": {"匹配方式", "matched by"}, "within": {"属于（含下级）", "within"},
	"hold": {"暂扣", "hold"}, "guarantee": {"保障期收入", "guarantee"}, "draw": {"预支", "draw"},
	"earned_on": {"何时算应得", "earned on"}, "payable_on": {"何时应发", "payable on"}, "refund": {"退款", "refunds"}, "negative_result": {"算成负数时", "negative results"},
	"zero_quota": {"没有任务额时", "zero quota"}, "level_at": {"按哪天的层级", "level as of"}, "team_at": {"按哪天的团队", "team as of"}, "joiner": {"当月入职", "joiners"},
	"leaver": {"当月离职", "leavers"}, "leaver_later_collections": {"离职后的回款", "collections after leaving"}, "attainment_rounding": {"达成率取整", "rounding of attainment"},
}

// valueWords are choices of components in the words of the trade.
var valueWords = map[string][2]string{
	"whole_amount": {"全额累进", "the whole amount"}, "marginal": {"超额累进", "slices"}, "above_point": {"超过起算点的部分", "what lies above the point"},
	"interpolated": {"直线插值", "a straight line"}, "upper_band": {"归上一档", "the band above"}, "lower_band": {"归下一档", "the band below"},
	"dropped": {"作废", "dropped"}, "carried": {"结转", "carried"}, "component": {"组件", "the component"}, "credit": {"每笔业绩", "each credit"}, "deal": {"每单", "each deal"},
	"band": {"每档", "each band"}, "period": {"当月", "the month"}, "quarter": {"季度", "the quarter"}, "year": {"年度", "the year"},
	"half_away_from_zero": {"四舍五入", "half away from zero"}, "half_even": {"四舍六入五成双", "half to even"}, "down": {"舍去", "down"}, "up": {"进位", "up"},
	"flat": {"持平", "flat"}, "zero": {"为零", "zero"}, "extend": {"延伸", "goes on"}, "product": {"相乘", "multiplied"}, "weighted": {"加权", "weighted"}, "refuse": {"拒绝计算", "refused"},
	"newcomer": {"新人", "newcomers"}, "regular": {"普通销售", "regular sellers"}, "core": {"核心销售", "core sellers"}, "manager": {"销售经理", "managers"}, "other": {"其他", "others"},
	"own_team": {"本团队", "own team"}, "own_region": {"本大区", "own region"}, "company": {"全公司", "company"}, "plan": {"本方案", "plan"}, "all": {"都拿", "all get it"}, "share": {"平分", "shared"},
	"descending": {"高的在前", "highest first"}, "path": {"分级", "path"}, "ascending": {"低的在前", "lowest first"},
}

// percentKeys hold parts of something; moneyKeys amounts in units of the currency. Edges and constants are what their measure is.
var (
	percentKeys = []string{"rate", "percent", "weight"}
	moneyKeys   = []string{"amount", "amounts"}
	wordKeys    = []string{"of", "per", "by", "measure"} // name measures
)

// show writes a value at a place as a person would.
func (s *diffSide) show(path string, v any) string {
	key := path[strings.LastIndex(path, ".")+1:]
	key, _, _ = strings.Cut(key, "[")
	if strings.Contains(path, ".pays.rate.table.") || strings.HasSuffix(path, ".pays.rate.otherwise") || strings.Contains(path, ".pays.rate.grid.cells") {
		key = "rate"
	}
	return s.shown(key, s.edgeKind(path), v)
}

// shown writes a value of a key. kind is that of the measure that edges and constants there belong to.
func (s *diffSide) shown(key string, kind ValueKind, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case json.Number:
		return v.String()
	case string:
		return s.text(key, kind, v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = s.shown(key, kind, item)
		}
		return s.words.list(parts)
	case map[string]any:
		if measure, ok := v["measure"].(string); ok {
			kind = s.plan.kind(measure)
		}
		if by, ok := v["by"].(string); ok {
			kind = s.plan.kind(by)
		}
		var parts []string
		for _, inner := range slices.Sorted(maps.Keys(v)) {
			name := inner
			if words, known := diffWords[inner]; known {
				name = s.words.pick(words[0], words[1])
			}
			outer := inner
			if key == "table" && diffWords[inner] == [2]string{} {
				outer = "rate" // rows of a lookup are rates by key
			}
			parts = append(parts, strings.TrimSpace(name+" "+s.shown(outer, kind, v[inner])))
		}
		return s.words.list(parts)
	}
	return fmt.Sprint(v)
}

func (s *diffSide) text(key string, kind ValueKind, v string) string {
	if words, known := valueWords[v]; known && !slices.Contains(wordKeys, key) {
		return s.words.pick(words[0], words[1])
	}
	if slices.Contains(wordKeys, key) && s.plan.Measure(v) != nil {
		return s.words.quoted(v)
	}
	d, err := decimal.Parse(v)
	switch {
	case err != nil:
		return v
	case slices.Contains(percentKeys, key):
		return d.Percent()
	case slices.Contains(moneyKeys, key):
		return s.amount(d)
	case slices.Contains([]string{"from", "to", "at", "point", "edges", "at_least", "above", "at_most", "below", "equals"}, key) && kind != "":
		if kind == KindMoney {
			return s.amount(d)
		}
		return s.words.value(d, kind)
	}
	return v
}

// amount writes units of the currency.
func (s *diffSide) amount(d decimal.Decimal) string {
	scale := int64(1)
	for range s.plan.Currency.MinorDigits() {
		scale *= 10
	}
	minor := d.Mul(decimal.FromInt(scale, 0)).Rat()
	if !minor.IsInt() || !minor.Num().IsInt64() {
		return d.String()
	}
	fen, err := money.Round(minor, money.HalfAwayFromZero)
	if err != nil {
		return d.String()
	}
	return s.words.money(fen)
}

// edgeKind is the kind of the measure by which the table, grid or condition at a place goes.
func (s *diffSide) edgeKind(path string) ValueKind {
	index, rest, found := strings.Cut(strings.TrimPrefix(path, "components["), "]")
	var i int
	if _, err := fmt.Sscan(index, &i); !found || err != nil || i >= len(s.plan.Components) {
		return ""
	}
	c := s.plan.Components[i]
	var k int
	if _, err := fmt.Sscanf(rest, ".when[%d]", &k); err == nil && k < len(c.When) {
		return s.plan.kind(c.When[k].Measure)
	}
	if strings.HasPrefix(rest, ".pays.table") && c.Pays.Table != nil {
		return s.plan.kind(c.Pays.Table.By)
	}
	return ""
}
