// Package ruledoc reads documents of rules: YAML that people write and sign, so that what is written must be what is meant. Anchors,
// aliases, tags, unknown and repeated keys are refused, every problem is reported with its row and column, and a document has limits
// that keep a hostile or mistaken text from costing more than a moment.
//
// It knows no kind of document: packages plan, sop, tier and poolrule say what their keys mean, on this reader. A Language is what
// differs between them for reading. Texts of findings are messages; the package chooses no words.
package ruledoc

// Limits of every document.
const (
	DocumentBytesMax = 1 << 20
	FindingsMax      = 500 // what lies beyond is left out
	TextRunesMax     = 200
)

// Text is a name in both languages.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Or puts the first fallback that is not empty where a language has no text.
func (t Text) Or(fallbacks ...string) Text {
	for _, fallback := range fallbacks {
		if t.Zh == "" {
			t.Zh = fallback
		}
		if t.En == "" {
			t.En = fallback
		}
	}
	return t
}

// Language is one kind of documents, as far as reading differs.
type Language struct {
	Area    string // the texts of its own codes are "‹Area›.finding.‹code›" and "‹Area›.remedy.‹code›"
	Common  string // area of the texts of the codes of this package; empty for "ruledoc"
	RowsMax int    // of a list of texts
}

// common is the area of the codes that every document may yield.
func (l *Language) common() string {
	if l.Common == "" {
		return "ruledoc"
	}
	return l.Common
}

// Keys returns the keys of the texts of a code: what was found, and what to do.
func (l *Language) Keys(code Code) (finding, remedy string) {
	area := l.Area
	if code.common() {
		area = l.common()
	}
	return area + ".finding." + string(code), area + ".remedy." + string(code)
}
