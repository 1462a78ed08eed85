package sop

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// plainText reads a scalar as the text that is written. Null and booleans are refused: they are slips far more often than names.
func (r *reader) plainText(v value) (string, bool) {
	if v.node.Kind == yaml.AliasNode {
		return "", false
	}
	if v.node.Kind != yaml.ScalarNode {
		r.report(v, CodeWantText, nil)
		return "", false
	}
	switch v.node.ShortTag() {
	case "!!null":
		r.report(v, CodeValueEmpty, nil)
		return "", false
	case "!!bool", "!!merge", "!!binary":
		r.report(v, CodeWantText, nil)
		return "", false
	}
	text := strings.TrimSpace(v.node.Value)
	if text == "" {
		r.report(v, CodeValueEmpty, nil)
		return "", false
	}
	if !r.printable(v, text, textRunesMax) {
		return "", false
	}
	return text, true
}

// printable reports a text that holds invisible characters or is too long.
func (r *reader) printable(v value, text string, most int) bool {
	unprintable := strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsGraphic(c) || c == utf8.RuneError })
	if unprintable || utf8.RuneCountInString(text) > most {
		r.report(v, CodeTextBad, errs.Args{"Most": most})
		return false
	}
	return true
}

func (r *reader) text(v value) (string, bool) {
	r.remember(v)
	return r.plainText(v)
}

// texts reads a non-empty set of texts in the order of the text.
func (r *reader) texts(v value) []string {
	var list []string
	for _, item := range r.list(v, rowsMax) {
		text, ok := r.text(item)
		if !ok {
			continue
		}
		if slices.Contains(list, text) {
			r.report(item, CodeListDuplicate, errs.Args{"Value": text})
			continue
		}
		list = append(list, text)
	}
	return list
}

// id reads an identifier: a small letter, then small letters, digits and underscores, at most 63.
func (r *reader) id(v value) string {
	text, ok := r.text(v)
	if !ok {
		return ""
	}
	if !validID(text) {
		r.report(v, CodeID, nil)
		return ""
	}
	return text
}

func validID(text string) bool {
	if text == "" || len(text) > 63 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	return strings.IndexFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' }) < 0
}

// choice reads one of the words; it is a function because methods take no type parameters.
func choice[T ~string](r *reader, v value, words ...T) T {
	text, ok := r.text(v)
	if !ok {
		return ""
	}
	if slices.Contains(words, T(text)) {
		return T(text)
	}
	known := make([]string, len(words))
	for i, word := range words {
		known[i] = string(word)
	}
	r.report(v, CodeChoice, errs.Args{"Known": strings.Join(known, ", ")})
	return ""
}

// name reads a name in both languages; a missing language is a warning and takes the other's text.
func (r *reader) name(v value) Text {
	f := r.mapping(v, "zh", "en")
	var t Text
	if zh, ok := f.optional("zh"); ok {
		t.Zh, _ = r.text(zh)
	}
	if en, ok := f.optional("en"); ok {
		t.En, _ = r.text(en)
	}
	if !f.ok {
		return t
	}
	for _, missing := range []string{"zh", "en"} {
		if _, ok := f.optional(missing); !ok {
			r.add(SeverityWarning, CodeNameLanguage, r.position(v.path), v.child(missing), "", errs.Args{"Language": errs.Msg("sop.language."+missing, nil)})
		}
	}
	if t.Zh == "" && t.En == "" && len(f.byKey) == 0 {
		r.report(v, CodeKeyMissing, errs.Args{"Key": "zh"})
	}
	if t.Zh == "" {
		t.Zh = t.En
	}
	if t.En == "" {
		t.En = t.Zh
	}
	return t
}
