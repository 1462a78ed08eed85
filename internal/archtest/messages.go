package archtest

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// messageFolder holds one pair of files per area: <area>.zh-CN.json and <area>.en.json.
const messageFolder = "internal/i18n/messages"

// placeholder finds the arguments that a text refers to: {{.Name}}.
var placeholder = regexp.MustCompile(`\{\{-?\s*\.(\w+)`)

// checkMessages reads the message files, given as name → content, and returns the keys that both languages have.
func checkMessages(files map[string][]byte) (keys map[string]bool, complaints []string) {
	texts := map[string]map[string]string{} // language → key → text
	from := map[string]string{}             // language and key → file
	for _, name := range slices.Sorted(maps.Keys(files)) {
		_, language, found := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		if !found || (language != "zh-CN" && language != "en") {
			complaints = append(complaints, name+": want <area>.zh-CN.json or <area>.en.json")
			continue
		}
		var flat map[string]json.RawMessage
		if err := json.Unmarshal(files[name], &flat); err != nil {
			complaints = append(complaints, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		if texts[language] == nil {
			texts[language] = map[string]string{}
		}
		for key, raw := range flat {
			if earlier := from[language+key]; earlier != "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s is also in %s", name, key, earlier))
			}
			texts[language][key], from[language+key] = string(raw), name
			if !isMessage(raw) {
				complaints = append(complaints, fmt.Sprintf("%s: %s is neither a text nor plural forms", name, key))
			}
		}
	}
	keys = map[string]bool{}
	for language, other := range map[string]string{"zh-CN": "en", "en": "zh-CN"} {
		for key, text := range texts[language] {
			counterpart, found := texts[other][key]
			if !found {
				complaints = append(complaints, fmt.Sprintf("%s: %s is missing in %s", from[language+key], key, other))
			} else if language == "en" && !slices.Equal(arguments(text), arguments(counterpart)) {
				complaints = append(complaints, fmt.Sprintf("%s: %s has arguments %v, in %s %v", from[language+key], key, arguments(text), other, arguments(counterpart)))
			}
			keys[key] = keys[key] || found
		}
	}
	slices.Sort(complaints)
	return keys, complaints
}

func isMessage(raw json.RawMessage) bool {
	var text string
	var plural map[string]string
	return json.Unmarshal(raw, &text) == nil && text != "" || json.Unmarshal(raw, &plural) == nil && plural["other"] != ""
}

func arguments(text string) []string {
	found := map[string]bool{}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// keyArgument says which argument of a function of package errs is a message key.
var keyArgument = map[string]int{"New": 1, "Msg": 0, "Invalid": 0}

// checkErrorKeys wants a text for every message key that is written out in a call of package errs.
func checkErrorKeys(s Source, keys map[string]bool) (complaints []string) {
	if s.isTest() {
		return nil
	}
	ast.Inspect(s.Syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for function, i := range keyArgument {
			if !isCallOf(call, "errs", function) || len(call.Args) <= i {
				continue
			}
			literal, ok := call.Args[i].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				continue
			}
			if key, err := strconv.Unquote(literal.Value); err == nil && !keys[key] {
				complaints = append(complaints, fmt.Sprintf("%s: no text for %q in both languages in %s", s.at(call.Pos()), key, messageFolder))
			}
		}
		return true
	})
	return complaints
}
