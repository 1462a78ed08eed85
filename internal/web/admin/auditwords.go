package admin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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

// eachField visits the values of all fields of a state, nested ones and those in lists included.
func eachField(key string, value any, visit func(key string, value any)) {
	switch v := value.(type) {
	case map[string]any:
		for key, field := range v {
			eachField(fieldKey(key), field, visit)
		}
	case []any:
		for _, item := range v {
			eachField(key, item, visit)
		}
	default:
		visit(key, value)
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

// personFields hold the number that the program gave to a person; userFields the one that it gave to a user.
var (
	personFields = fieldSet("person", "person_id", "trainee_id", "mentor_id", "leader_id", "owner_id", "former_id", "owner", "service_owner_id", "seller_id", "other", "holding_act.from", "holding_act.to")
	userFields   = fieldSet("user_id", "asked", "submitter", "deputy", "by_id", "silent_by", "proposed_by", "people")
)

func fieldSet(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

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
	path     []string       // the fields that the state stands in
	state    map[string]any // the fields beside it
	currency money.Currency
}

// in is the wording of a state: amounts are in its currency, or in that of the state that it stands in.
func (w wording) in(state map[string]any) wording {
	w.state = state
	if !w.currency.Valid() {
		w.currency = money.CNY
	}
	for key, value := range state {
		if code, ok := value.(string); ok && fieldKey(key) == "currency" {
			if c := money.Currency(code); c.Valid() {
				w.currency = c
			}
		}
	}
	return w
}

// under is the wording of what stands in a field.
func (w wording) under(name string) wording {
	w.path = append(slices.Clone(w.path), name)
	return w
}

// label names a field. What is keyed by something else, such as a team, keeps its own name unless it is a code.
func (w wording) label(key string) string {
	if text, known := w.term(key); known {
		return text
	}
	if _, err := strconv.Atoi(key); err == nil && len(w.path) > 0 {
		return w.p.T("trail.numbered", "What", w.label(w.path[len(w.path)-1]), "Number", key)
	}
	return key
}

// term is the word for a field; false when it has none.
func (w wording) term(key string) (string, bool) {
	name := fieldKey(key)
	if w.sources("*") != nil {
		if text, known := w.word("*", key); known {
			return text, true
		}
	}
	for _, key := range []string{"trail.field_" + w.kind + "_" + name, "trail.field_" + name} {
		if w.p.Has(key) {
			return w.p.T(key), true
		}
	}
	return "", false
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
		return w.under(name).object(v)
	}
	return i18n.Unknown
}

func (w wording) text(name, text string) string {
	if text == "" {
		return i18n.Unknown
	}
	switch {
	case userFields[name] && w.named.users[text] != "":
		return w.named.users[text]
	case userFields[name]:
		return plain(w.p, cmp.Or(ui.Actor(w.p, text, ""), text))
	case name == "agent":
		return ui.Device(text)
	case name == "subject" && strings.Contains(text, ":"):
		return w.named.subject(w.p, text)
	case name == "line": // of a statement: kind/component/…
		kind, rest, _ := strings.Cut(text, "/")
		if key := "trail.value_" + kind; w.p.Has(key) {
			return w.p.Join(append([]string{w.p.T(key)}, strings.FieldsFunc(rest, func(r rune) bool { return r == '/' })...))
		}
	}
	if word, known := w.word(name, text); known {
		return word
	}
	return plain(w.p, text)
}

var (
	uuidPattern    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$`)
	hexPattern     = regexp.MustCompile(`^[0-9a-f]{32,}$`)
	monthPattern   = regexp.MustCompile(`^\d{4}-\d{2}$`)
	quarterPattern = regexp.MustCompile(`^(\d{4})-?Q([1-4])$`)
	timePattern    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}`)
)

// plain writes a text that is no word of ours: months in words, times as they are here, numbers and digests of the program short.
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
	case quarterPattern.MatchString(text):
		parts := quarterPattern.FindStringSubmatch(text)
		year, _ := strconv.Atoi(parts[1])
		quarter, _ := strconv.Atoi(parts[2])
		return p.Quarter(year, quarter)
	case timePattern.MatchString(text):
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil && t.Year() > 1 {
			return p.Local(t).Format("2006-01-02 15:04")
		} else if err == nil {
			return i18n.Unknown
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

// object writes what belongs to a field: a text in two languages is read in one, a place and a number of the metric book as everywhere.
func (w wording) object(v map[string]any) string {
	zh, hasZh := v["zh"].(string)
	en, hasEn := v["en"].(string)
	if hasZh && hasEn {
		if w.p.Zh() && zh != "" {
			return zh
		}
		return en
	}
	inner := w.in(v)
	for _, special := range []func() (string, bool){inner.place, inner.span, inner.measured} {
		if text, ok := special(); ok {
			return text
		}
	}
	keys := map[string]bool{}
	for key, field := range v {
		if !inner.inside(key) && inner.value(key, field) != i18n.Unknown {
			keys[key] = true
		}
	}
	ordered := keysOf(keys)
	return w.items(len(ordered), func(i int) string {
		return w.p.T("trail.action", "What", inner.label(ordered[i]), "Verb", inner.value(ordered[i], v[ordered[i]]))
	})
}
