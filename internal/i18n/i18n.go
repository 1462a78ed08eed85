// Package i18n turns message keys into the two languages of the interface and writes numbers, money, dates and spans the way
// each of them does.
//
// Texts live in messages/<area>.<lang>.json: a flat object of key → text, or key → {"one": …, "other": …} where a language needs
// plural forms (chosen by the argument Count). A text may hold placeholders of two shapes only: {{.Name}} writes an argument as it
// is, {{money .Name}} first passes it through one of the formats of Printer (money, board, int, percent, points, date, day, month,
// size). New reads every file, refuses a key that two files claim and a placeholder it cannot read, and so fails at start and not
// on somebody's screen.
//
// The package does no I/O, keeps no clock and picks no language by itself; httpx decides which Printer a request gets.
package i18n

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed messages/*.json
var messageFiles embed.FS

// Lang is a language of the interface, as written in the lang attribute of a page.
type Lang string

// The languages every message exists in. ZhCN is the one that is fallen back to.
const (
	ZhCN Lang = "zh-CN"
	En   Lang = "en"
)

// Langs lists the languages of the interface, the default first.
func Langs() []Lang { return []Lang{ZhCN, En} }

// ParseLang reads a language tag that a person chose, such as a cookie's value. It is false for a language we don't have.
func ParseLang(s string) (Lang, bool) {
	for _, l := range Langs() {
		if strings.EqualFold(s, string(l)) {
			return l, true
		}
	}
	return ZhCN, false
}

// Match picks the best language for an Accept-Language header; ZhCN when the header names none of ours.
func Match(acceptLanguage string) Lang {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return ZhCN
	}
	matcher := language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return ZhCN
	}
	return Langs()[index]
}

// entry is one message in one language: forms by plural category; a message without plural forms has "other" alone.
type entry struct {
	forms map[string]text
	file  string
}

// Catalogue holds every message of every language. It is immutable after New apart from its count of missing keys, and safe for
// concurrent use.
type Catalogue struct {
	messages map[Lang]map[string]entry
	printers map[Lang]*Printer

	mu      sync.Mutex
	missing map[string]int
}

// shipped are the embedded message files, read once: an installation and its tests make many catalogues of them.
var shipped = sync.OnceValues(func() (*Catalogue, error) {
	files, err := fs.Sub(messageFiles, "messages")
	if err != nil {
		return nil, err
	}
	return newFrom(files)
})

// New reads the embedded message files. It fails when a file isn't named <area>.<lang>.json, a key occurs twice in a language, or a
// text holds a placeholder that cannot be read.
func New() (*Catalogue, error) {
	read, err := shipped()
	if err != nil {
		return nil, fmt.Errorf("i18n.New: %w", err)
	}
	return catalogueOf(read.messages), nil
}

// catalogueOf makes a catalogue over messages, which it does not change.
func catalogueOf(messages map[Lang]map[string]entry) *Catalogue {
	c := &Catalogue{messages: messages, printers: map[Lang]*Printer{}, missing: map[string]int{}}
	for _, lang := range Langs() {
		c.printers[lang] = &Printer{catalogue: c, lang: lang}
	}
	return c
}

func newFrom(files fs.FS) (*Catalogue, error) {
	c := catalogueOf(map[Lang]map[string]entry{})
	for _, lang := range Langs() {
		c.messages[lang] = map[string]entry{}
	}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("i18n: list message files: %w", err)
	}
	for _, name := range names {
		if err := c.readFile(files, name); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", name, err)
		}
	}
	return c, nil
}

func (c *Catalogue) readFile(files fs.FS, name string) error {
	_, tag, found := strings.Cut(strings.TrimSuffix(name, ".json"), ".")
	lang, known := ParseLang(tag)
	if !found || !known {
		return fmt.Errorf("want <area>.<lang>.json with a language of %v", Langs())
	}
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	raw, err := decodeFlat(content)
	if err != nil {
		return err
	}
	for _, pair := range raw {
		if other, taken := c.messages[lang][pair.key]; taken {
			return fmt.Errorf("key %q is already in %s", pair.key, other.file)
		}
		e, err := newEntry(pair.value, name)
		if err != nil {
			return fmt.Errorf("key %q: %w", pair.key, err)
		}
		c.messages[lang][pair.key] = e
	}
	return nil
}

type rawPair struct {
	key   string
	value json.RawMessage
}

// decodeFlat reads a JSON object key by key: a map would hide a key that is written twice.
func decodeFlat(content []byte) ([]rawPair, error) {
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return nil, fmt.Errorf("want one JSON object (%v)", err)
	}
	var pairs []rawPair
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		pairs = append(pairs, rawPair{key: key.(string), value: value})
	}
	_, err := decoder.Token()
	return pairs, err
}

func newEntry(value json.RawMessage, file string) (entry, error) {
	forms := map[string]string{}
	var plain string
	if err := json.Unmarshal(value, &plain); err == nil {
		forms["other"] = plain
	} else if err := json.Unmarshal(value, &forms); err != nil {
		return entry{}, fmt.Errorf("want a text or an object of plural forms: %w", err)
	}
	if _, ok := forms["other"]; !ok {
		return entry{}, fmt.Errorf(`plural forms need "other"`)
	}
	e := entry{forms: map[string]text{}, file: file}
	for category, form := range forms {
		if category != "one" && category != "other" {
			return entry{}, fmt.Errorf("unknown plural form %q", category)
		}
		parsed, err := parseText(form)
		if err != nil {
			return entry{}, err
		}
		e.forms[category] = parsed
	}
	return e, nil
}

// Printer returns the printer of a language; of ZhCN for a language we don't have.
func (c *Catalogue) Printer(lang Lang) *Printer {
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers[ZhCN]
}

// Missing reports the keys and arguments that were asked for and not found, with how often, in the form "lang key" or
// "lang key .Argument". A metric and a test read it.
func (c *Catalogue) Missing() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.missing)
}

// Keys lists the keys of a language in order.
func (c *Catalogue) Keys(lang Lang) []string {
	return slices.SortedFunc(maps.Keys(c.messages[lang]), cmp.Compare)
}

// Has reports whether the key exists in every language.
func (c *Catalogue) Has(key string) bool {
	for _, lang := range Langs() {
		if _, ok := c.messages[lang][key]; !ok {
			return false
		}
	}
	return true
}

// Placeholders lists the argument names that the message uses in the language, in order and without repetition.
func (c *Catalogue) Placeholders(lang Lang, key string) []string {
	var names []string
	for _, form := range c.messages[lang][key].forms {
		for _, piece := range form {
			if piece.name != "" {
				names = append(names, piece.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *Catalogue) miss(lang Lang, what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const limit = 1000 // keys come from code, but a bug must not eat the memory
	if key := string(lang) + " " + what; len(c.missing) < limit || c.missing[key] > 0 {
		c.missing[key]++
	}
}
