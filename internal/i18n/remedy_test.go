package i18n

import (
	"regexp"
	"testing"
)

// bare is a refusal that only says that something is wrong, from its beginning to its end.
var bare = map[Lang]*regexp.Regexp{
	ZhCN: regexp.MustCompile(`^[^，；：。]*(不是有效的[^，；：。]*|不是(数字|日期|月份|金额|百分比)|格式不对|写法不对|填法不对|条件不对|条件有误|筛选值不对)[：。]?$`),
	En:   regexp.MustCompile(`(?i)^[^;:,]*\b(not (a )?valid|invalid|is (no|not a|not an) (number|date|month|amount|percentage|e-?mail address)|filter (is wrong|makes no sense|does not work))\b[^;:,]*[:.]?$`),
}

// noRefusals are texts that look like one: words for states, and what names no field.
var noRefusals = map[string]bool{
	"lead.not_invalid": true, "lead.invalid_for": true, "trail.field_invalid_for": true, "lead.status.invalid": true, "lead.drop": true, "lead.drop_button": true,
	"lead.did.drop": true, "api.op.drop_lead": true, "api.op.retake_lead": true, "tiers.lack_invalid": true, "notice.failure.certificate": true, "effect.no_number": true, "report.column.why": true,
	"audit.invalid": true, "plan.finding.formula.number": true, // their fields and remedies stand beside them
}

// TestRefusalsSayWhatToTypeInstead: a message that a value is wrong ends with what would be right, or has a remedy beside it.
func TestRefusalsSayWhatToTypeInstead(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Langs() {
		for _, key := range c.Keys(lang) {
			if noRefusals[key] || c.Has(key+".remedy") {
				continue
			}
			for _, form := range c.messages[lang][key].forms {
				text := ""
				for _, piece := range form {
					text += piece.literal
					if piece.name != "" {
						text += "…"
					}
				}
				if bare[lang].MatchString(text) {
					t.Errorf("%s %s: %q says what is wrong, and not what to type: add an example, or %s.remedy", lang, key, text, key)
				}
			}
		}
	}
	for key := range noRefusals {
		if !c.Has(key) {
			t.Errorf("there is no message %s any more", key)
		}
	}
	if !bare[ZhCN].MatchString("不是有效的数字") || !bare[En].MatchString("Not a valid number") || bare[ZhCN].MatchString("填数字，比如12或12.5") {
		t.Error("a bare refusal is not seen, or one with a remedy is")
	}
}
