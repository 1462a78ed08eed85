package customfield

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ruledoc"
)

// The limits of definitions.
const (
	FieldsMax    = 60  // of an object, that are not retired
	everMax      = 200 // of an object, with those that are
	nameRunesMax = 40
	helpRunesMax = 200
)

// Entry is a field as it is entered. Object, Key and Kind are of a new one; later they stay what they were.
type Entry struct {
	ID       int64 // 0: a new one
	Object   Object
	Key      string
	NameZh   string
	NameEn   string
	HelpZh   string
	HelpEn   string
	Kind     Kind
	Choices  []Choice // without a key, one is given
	Required string
	Personal bool
	Seen     int64 // Revision of what is changed; 0 skips the check
}

// reserved are names that events of the process use for what they carry themselves.
var reserved = []string{"stage", "tier", "from", "to", "amount", "source", "deal", "reason", "contract_amount", "ends_on", "kind", "rules", "campaign", "opportunity"}

// check looks at an entry; stages are those from which on a field of opportunities may be asked for.
func check(in Entry, stages []string, c *fact.Checker) {
	if !slices.Contains(Objects, in.Object) {
		c.Add("object", string(in.Object), "form.error.choice", nil)
	}
	if !ruledoc.ValidID(in.Key) || slices.Contains(reserved, in.Key) {
		c.Add("key", in.Key, "customfield.bad_key", nil)
	}
	if !slices.Contains(Kinds, in.Kind) {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	checkName(c, "name_zh", in.NameZh, nameRunesMax)
	checkName(c, "name_en", in.NameEn, nameRunesMax)
	if in.NameZh == "" && in.NameEn == "" {
		c.Add("name_zh", "", "form.error.required", nil)
	}
	checkName(c, "help_zh", in.HelpZh, helpRunesMax)
	checkName(c, "help_en", in.HelpEn, helpRunesMax)
	switch {
	case in.Required == RequiredNever || in.Required == RequiredAlways:
	case in.Object != ObjectOpportunity || !slices.Contains(stages, in.Required):
		c.Add("required", in.Required, "form.error.choice", nil)
	}
	if in.Personal && in.Kind != KindText && in.Kind != KindLongText {
		c.Add("personal", "", "customfield.personal_text", nil)
	}
	if in.Kind.Chosen() {
		checkChoices(c, in.Choices)
	} else if len(in.Choices) > 0 {
		c.Add("choices", "", "customfield.no_choices_here", nil)
	}
}

func checkName(c *fact.Checker, path, text string, runesMax int) {
	switch {
	case !fact.Readable(text) || strings.Contains(text, "\n"):
		c.Add(path, "", "fact.bad_text", nil)
	case utf8.RuneCountInString(text) > runesMax:
		c.Add(path, "", "customfield.too_long", errs.Args{"Max": runesMax})
	}
}

func checkChoices(c *fact.Checker, choices []Choice) {
	if len(choices) == 0 || len(choices) > choicesMost {
		c.Add("choices", "", "customfield.how_many_choices", errs.Args{"Max": choicesMost})
	}
	seen := map[string]bool{}
	for _, one := range choices {
		checkName(c, "choices", one.NameZh, nameRunesMax)
		checkName(c, "choices", one.NameEn, nameRunesMax)
		if one.NameZh == "" && one.NameEn == "" || strings.ContainsAny(one.NameZh+one.NameEn, ",，;；、|") {
			c.Add("choices", one.NameZh, "customfield.bad_choice_name", nil)
		}
		if !ruledoc.ValidID(one.Key) {
			c.Add("choices", one.Key, "customfield.bad_key", nil)
		}
		for _, name := range []string{"k:" + one.Key, "z:" + one.NameZh, "e:" + one.NameEn} {
			if seen[name] && len(name) > 2 {
				c.Add("choices", name[2:], "customfield.choice_twice", errs.Args{"Name": name[2:]})
			}
			seen[name] = true
		}
	}
}

// keyed gives choices without a key one: c1, c2 …
func keyed(choices, before []Choice) []Choice {
	taken := map[string]bool{}
	for _, one := range slices.Concat(choices, before) {
		taken[one.Key] = true
	}
	choices = slices.Clone(choices)
	next := 1
	for i := range choices {
		for choices[i].Key == "" {
			if key := "c" + strconv.Itoa(next); !taken[key] {
				choices[i].Key, taken[key] = key, true
			}
			next++
		}
	}
	return choices
}
