package admin

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// hashShown is how much of a digest is enough to tell two apart; idShown of a number that the program gave.
const (
	hashShown  = 12
	idShown    = 8
	itemsShown = 6
	textShown  = 160
)

// decode reads a recorded state with its numbers as they are written; nil for none.
func decode(state []byte) (value any) {
	if len(state) == 0 {
		return nil
	}
	reader := json.NewDecoder(bytes.NewReader(state))
	reader.UseNumber()
	if reader.Decode(&value) != nil {
		return string(state)
	}
	return value
}

// eachField walks all fields of a state, nested ones included.
func eachField(value any, visit func(key string, value any)) {
	switch v := value.(type) {
	case map[string]any:
		for key, field := range v {
			visit(fieldKey(key), field)
			eachField(field, visit)
		}
	case []any:
		for _, item := range v {
			eachField(item, visit)
		}
	}
}

// fieldKey writes a field as its texts are keyed: facts are recorded in capitals.
func fieldKey(key string) string {
	var b strings.Builder
	before := ' '
	for _, r := range key {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return b.String()
}

// personFields hold the number that the program gave to a person.
var personFields = map[string]bool{"person": true, "person_id": true, "trainee_id": true, "mentor_id": true, "leader_id": true}

func isPerson(key string) bool { return personFields[key] }

// auditNames are the names behind the numbers of entries.
type auditNames struct {
	persons map[int64]string
	users   map[string]string
}

// subject says what a write is about.
func (n auditNames) subject(p *i18n.Printer, subject string) string {
	kind, id, _ := strings.Cut(subject, ":")
	switch kind {
	case "user":
		if name := n.users[id]; name != "" {
			id = name
		}
	case "person":
		if number, err := strconv.ParseInt(id, 10, 64); err == nil && n.persons[number] != "" {
			id = n.persons[number]
		}
	}
	return p.T("trail.action", "What", kindText(p, kind), "Verb", plain(p, id))
}

// wording writes the fields of one state.
type wording struct {
	p        *i18n.Printer
	kind     string // of the action: some words mean something of their own there
	named    auditNames
	currency money.Currency
}

// in is the wording of a state: amounts are in its currency.
func (w wording) in(state map[string]any) wording {
	w.currency = money.CNY
	for key, value := range state {
		if code, ok := value.(string); ok && fieldKey(key) == "currency" {
			if c := money.Currency(code); c.Valid() {
				w.currency = c
			}
		}
	}
	return w
}

// label names a field. What is keyed by something else, such as a team, keeps its own name.
func (w wording) label(key string) string {
	name := fieldKey(key)
	for _, key := range []string{"trail.field_" + w.kind + "_" + name, "trail.field_" + name} {
		if w.p.Has(key) {
			return w.p.T(key)
		}
	}
	return key
}

// value writes a value of a field as people say it.
func (w wording) value(key string, value any) string {
	name := fieldKey(key)
	switch v := value.(type) {
	case nil:
		return i18n.Unknown
	case bool:
		if v {
			return w.p.T("common.yes")
		}
		return w.p.T("common.no")
	case json.Number:
		return w.number(name, v)
	case string:
		return w.text(name, v)
	case []any:
		return w.items(len(v), func(i int) string { return w.value(key, v[i]) })
	case map[string]any:
		return w.object(v)
	}
	return i18n.Unknown
}

func (w wording) number(name string, n json.Number) string {
	whole, err := n.Int64()
	switch {
	case err != nil:
		return n.String()
	case strings.HasSuffix(name, "_minor"):
		return w.p.Amount(whole, w.currency)
	case isPerson(name) && w.named.persons[whole] != "":
		return w.named.persons[whole]
	case name == "basis_points":
		return strconv.FormatInt(whole/100, 10) + "%"
	}
	return w.p.Int(whole)
}

// stateTexts are where the words of the states of a kind are.
var stateTexts = map[string]string{"period": "months.state_", "planbook": "plans.state_", "honour": "honour.state_", "promotion": "honour.proposal_", "dispute": "dispute.state_",
	"adjustment": "adjustment.state_", "retro": "retro.state_", "import": "imports.state_", "shop": "honour.redemption_"}

// wordsOf are where the words of a field's values are.
var wordsOf = map[string]string{"role": "access.role.", "scope": "access.scope.", "cause": "dispute.cause_", "outcome": "dispute.outcome_", "level": "people.level_"}

func (w wording) text(name, text string) string {
	if text == "" {
		return i18n.Unknown
	}
	prefixes := []string{wordsOf[name], "trail.value_"}
	switch {
	case name == "state":
		prefixes[0] = stateTexts[w.kind]
	case w.kind == "promotion" && (name == "from" || name == "to"):
		prefixes[0] = "people.level_"
	case name == "user_id" && w.named.users[text] != "":
		return w.named.users[text]
	case name == "agent":
		return ui.Device(text)
	case name == "line": // of a statement: kind/component/…
		kind, rest, _ := strings.Cut(text, "/")
		if key := "trail.value_" + kind; w.p.Has(key) {
			return w.p.Join(append([]string{w.p.T(key)}, strings.FieldsFunc(rest, func(r rune) bool { return r == '/' })...))
		}
	}
	for _, prefix := range prefixes {
		if key := prefix + text; prefix != "" && w.p.Has(key) {
			return w.p.T(key)
		}
	}
	return plain(w.p, text)
}

var (
	uuidPattern  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$`)
	hexPattern   = regexp.MustCompile(`^[0-9a-f]{32,}$`)
	monthPattern = regexp.MustCompile(`^\d{4}-\d{2}$`)
)

// plain writes a text that is no word of ours: months in words, numbers and digests of the program short.
func plain(p *i18n.Printer, text string) string {
	switch {
	case uuidPattern.MatchString(text):
		return text[len(text)-idShown:] // the beginning is the time, which many share
	case hexPattern.MatchString(text):
		return text[:hashShown]
	case monthPattern.MatchString(text):
		if m, err := calendar.ParseMonth(text); err == nil {
			return p.Month(m)
		}
	case text == calendar.Forever.String():
		return p.T("trail.forever")
	}
	if runes := []rune(text); len(runes) > textShown {
		return string(runes[:textShown]) + "…"
	}
	return text
}

// items writes a list, at most itemsShown of it.
func (w wording) items(n int, item func(int) string) string {
	if n == 0 {
		return i18n.Unknown
	}
	var parts []string
	for i := range min(n, itemsShown) {
		parts = append(parts, item(i))
	}
	text := w.p.Join(parts)
	if n > itemsShown {
		return w.p.T("trail.and_more", "Text", text, "Count", n)
	}
	return text
}

// object writes what belongs to a field: a text in two languages is read in one.
func (w wording) object(v map[string]any) string {
	zh, hasZh := v["zh"].(string)
	en, hasEn := v["en"].(string)
	if hasZh && hasEn {
		if w.p.Zh() && zh != "" {
			return zh
		}
		return en
	}
	keys := map[string]bool{}
	for key := range v {
		keys[key] = true
	}
	ordered := keysOf(keys)
	inner := w.in(v)
	return w.items(len(ordered), func(i int) string {
		return w.p.T("trail.action", "What", w.label(ordered[i]), "Verb", inner.value(ordered[i], v[ordered[i]]))
	})
}
