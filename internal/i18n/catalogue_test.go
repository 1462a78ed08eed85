package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

func TestCatalogueRefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"a key in two files":        {"a.en.json": `{"k":"1"}`, "b.en.json": `{"k":"2"}`},
		"a key twice in a file":     {"a.en.json": `{"k":"1","k":"2"}`},
		"an unknown language":       {"a.fr.json": `{}`},
		"a name without a language": {"a.json": `{}`},
		"an open placeholder":       {"a.en.json": `{"k":"{{.A"}`},
		"an unknown format":         {"a.en.json": `{"k":"{{shout .A}}"}`},
		"a condition":               {"a.en.json": `{"k":"{{if .A}}x{{end}}"}`},
		"forms without other":       {"a.en.json": `{"k":{"one":"x"}}`},
		"an unknown form":           {"a.en.json": `{"k":{"few":"x","other":"y"}}`},
		"a number":                  {"a.en.json": `{"k":1}`},
		"not an object":             {"a.en.json": `[]`},
	} {
		files2 := fstest.MapFS{}
		for path, content := range files {
			files2[path] = &fstest.MapFile{Data: []byte(content)}
		}
		if _, err := newFrom(files2); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMessagesFromErrorsFormatTheirArguments(t *testing.T) {
	t.Parallel()
	c, err := newFrom(fstest.MapFS{
		"x.en.json":    {Data: []byte(`{"outer":"{{.Inner}} on {{.Day}} in {{.Month}}: {{money .Fen}}, {{percent .Rate}}, {{board .Fen}}, {{size .Bytes}}","inner":"Paid {{.What}}"}`)},
		"x.zh-CN.json": {Data: []byte(`{"outer":"{{.Inner}}","inner":"已付{{.What}}"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	message := errs.Msg("outer", errs.Args{"Inner": errs.Msg("inner", errs.Args{"What": "it"}), "Day": calendar.NewDate(2026, 9, 24), "Month": calendar.NewMonth(2026, 8), "Fen": int64(-51780), "Rate": decimal.MustParse("0.035"), "Bytes": 2048})
	if got, want := c.Printer(En).Message(message), "Paid it on 2026-09-24 in Aug 2026: −¥517.80, 3.5%, −¥518, 2.0 KB"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := c.Printer(ZhCN).Message(message); got != "已付it" {
		t.Errorf("%q", got)
	}
	if got := c.Printer(En).Message(errs.Message{}); got != "" {
		t.Errorf("the empty message: %q", got)
	}
}

func TestLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Concat(c.Keys(ZhCN), c.Keys(En)) {
		if !c.Has(key) {
			t.Errorf("%s is missing in one language", key)
			continue
		}
		if zh, en := c.Placeholders(ZhCN, key), c.Placeholders(En, key); !slices.Equal(zh, en) {
			t.Errorf("%s: placeholders %v in Chinese, %v in English", key, zh, en)
		}
	}
}

// TestWording checks what a machine can of the rules for texts: the polite form and shouting have no place, punctuation is full-width
// after Han characters and half-width in English, and nobody types the blank between Han and Latin (the style sheet draws it).
func TestWording(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	rules := []struct {
		lang Lang
		name string
		bad  *regexp.Regexp
		own  bool // only for the words of the components: elsewhere a blank may belong to a format that is quoted
	}{
		{ZhCN, "polite form or shouting", regexp.MustCompile(`您|亲爱|！`), false},
		{ZhCN, "half-width punctuation after Han", regexp.MustCompile(`\p{Han}[,;:?!]`), false},
		{ZhCN, "full-width letter or digit", regexp.MustCompile(`[０-９Ａ-Ｚａ-ｚ]`), false},
		{ZhCN, "blank between Han and Latin", regexp.MustCompile(`\p{Han} [A-Za-z0-9]|[A-Za-z0-9] \p{Han}`), true},
		{En, "Han character", regexp.MustCompile(`\p{Han}`), false},
		{En, "full-width punctuation", regexp.MustCompile(`[，。；：？！（）、]`), false},
	}
	for _, rule := range rules {
		for _, key := range c.Keys(rule.lang) {
			if rule.own && !strings.HasPrefix(c.messages[rule.lang][key].file, "common.") {
				continue
			}
			for _, form := range c.messages[rule.lang][key].forms {
				for _, piece := range form {
					if found := rule.bad.FindString(piece.literal); found != "" {
						t.Errorf("%s %s: %s %q", rule.lang, key, rule.name, found)
					}
				}
			}
		}
	}
}

// keyed finds calls whose literal argument is a message key. Group 1 is the key, group 2 what follows it.
var keyed = []*regexp.Regexp{
	regexp.MustCompile(`\.T\("([^"]*)"(.)`), regexp.MustCompile(`\bt\(ctx, "([^"]*)"(.)`), regexp.MustCompile(`errs\.Msg\("([^"]*)"(.)`),
	regexp.MustCompile(`errs\.New\(errs\.\w+, "([^"]*)"(.)`), regexp.MustCompile(`errs\.Invalid\("([^"]*)"(.)`),
}

// TestKeysInPagesExist reads pages and templates; archtest does the same for the packages below them.
func TestKeysInPagesExist(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, folder := range []string{"../web", "../httpx"} {
		for _, path := range sources(t, folder) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, use := range usedKeys(string(content)) {
				seen++
				if !use.exists(c) {
					t.Errorf("%s: no message %q", path, use.key)
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("found only %d keys: does the search still work?", seen)
	}
}

// sources lists the hand-written Go and templ files below a folder.
func sources(t *testing.T, folder string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".templ") || (strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// use is a key in a source; of a key that is put together only the beginning is known.
type use struct {
	key    string
	prefix bool
}

func (u use) exists(c *Catalogue) bool {
	if !u.prefix {
		return c.Has(u.key)
	}
	return slices.ContainsFunc(c.Keys(ZhCN), func(key string) bool { return strings.HasPrefix(key, u.key) })
}

func usedKeys(source string) []use {
	var uses []use
	for line := range strings.Lines(source) {
		if strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		for _, pattern := range keyed {
			for _, match := range pattern.FindAllStringSubmatch(line, -1) {
				if match[1] != "" {
					uses = append(uses, use{key: match[1], prefix: match[2] == "+" || strings.IndexFunc(match[2], unicode.IsSpace) == 0})
				}
			}
		}
	}
	return uses
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]Lang{"": ZhCN, "zh-CN,zh;q=0.9": ZhCN, "zh-TW": ZhCN, "en-GB,en;q=0.8,zh;q=0.5": En, "de": ZhCN, "de,en;q=0.5": En, "x;;;": ZhCN} {
		if got := Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}
