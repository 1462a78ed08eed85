package plan

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// The words that open a document and say what it is.
const (
	HeaderPlan      = "plan/1"
	HeaderCrediting = "crediting/1"
	HeaderHonour    = "honour/1"
	HeaderPromotion = "promotion/1"
)

// Document is one decoded document: exactly one of Plan, Crediting, Honour and Promotion is set. Findings holds its warnings and notes in the order of
// the text.
type Document struct {
	Source    string // what the caller calls it, such as a file name
	Plan      *Plan
	Crediting *Crediting
	Honour    *Honour
	Promotion *Promotion
	Findings  []Finding
	Examples  string // worked examples that the plan must pass, a page as package plancase reads it; no part of the rule or its hash
	positions map[string]Position
}

// Position finds where a path of the document (as in Finding.Path or Section paths) is written, or the nearest enclosing one.
func (d *Document) Position(path string) Position {
	return (&reader{positions: d.positions}).position(path)
}

// Decode reads a plan or crediting document strictly and checks it. On any error it returns a KindInvalid error ("plan.invalid")
// with every problem as a field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (d *Document, err error) {
	defer errs.Wrap(&err, "plan.Decode(%s)", source)
	d, findings := Inspect(source, text)
	if HasErrors(findings) {
		return nil, errs.Invalid("plan.invalid", fieldsOf(findings))
	}
	return d, nil
}

// DecodePlan is Decode for a text that must be a plan.
func DecodePlan(source string, text []byte) (p *Plan, err error) {
	defer errs.Wrap(&err, "plan.DecodePlan(%s)", source)
	d, err := Decode(source, text)
	if err != nil {
		return nil, err
	}
	if d.Plan == nil {
		return nil, wrongKind(source, HeaderPlan)
	}
	return d.Plan, nil
}

// DecodeCrediting is Decode for a text that must be a crediting document.
func DecodeCrediting(source string, text []byte) (c *Crediting, err error) {
	defer errs.Wrap(&err, "plan.DecodeCrediting(%s)", source)
	d, err := Decode(source, text)
	if err != nil {
		return nil, err
	}
	if d.Crediting == nil {
		return nil, wrongKind(source, HeaderCrediting)
	}
	return d.Crediting, nil
}

func wrongKind(source, wanted string) error {
	r := &reader{source: source}
	r.add(SeverityError, CodeHeader, Position{1, 1}, "xiaoguan", "", errs.Args{"Known": wanted})
	return errs.Invalid("plan.invalid", fieldsOf(r.findings))
}

// Inspect is Decode for editors: it returns every finding of every severity, and the document unless there are errors.
func Inspect(source string, text []byte) (*Document, []Finding) {
	r := &reader{source: source, positions: map[string]Position{"": {1, 1}}}
	root, ok := r.parse(text)
	if !ok {
		return nil, sortFindings(r.findings)
	}
	r.refuseIndirection(root)
	d := &Document{Source: source, positions: r.positions}
	top := value{node: root}
	switch r.header(top) {
	case HeaderPlan:
		d.Plan = r.plan(top)
		d.Examples = r.examples
	case HeaderCrediting:
		d.Crediting = r.crediting(top)
	case HeaderHonour:
		d.Honour = r.honour(top)
	case HeaderPromotion:
		d.Promotion = r.promotion(top)
	}
	findings := sortFindings(r.findings)
	if HasErrors(findings) {
		return nil, findings
	}
	switch {
	case d.Plan != nil:
		d.Plan.seal()
	case d.Honour != nil:
		d.Honour.seal()
	case d.Promotion != nil:
		d.Promotion.seal()
	default:
		d.Crediting.seal()
	}
	d.Findings = findings
	return d, findings
}

// The library gives the line of a syntax error only inside its text.
var (
	yamlLine   = regexp.MustCompile(`line (\d+)`)
	yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)
)

// parse reads the text as exactly one YAML document.
func (r *reader) parse(text []byte) (*yaml.Node, bool) {
	start := Position{1, 1}
	if len(text) > DocumentBytesMax {
		r.add(SeverityError, CodeTooLarge, start, "", "", errs.Args{"Bytes": len(text), "Most": DocumentBytesMax})
		return nil, false
	}
	if !utf8.Valid(text) {
		r.add(SeverityError, CodeEncoding, start, "", "", nil)
		return nil, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			r.add(SeverityError, CodeDocumentEmpty, start, "", "", nil)
			return nil, false
		}
		r.syntaxError(err)
		return nil, false
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		r.add(SeverityError, CodeDocumentSeveral, Position{second.Line, second.Column}, "", "", nil)
		return nil, false
	case !errors.Is(err, io.EOF):
		r.syntaxError(err)
		return nil, false
	}
	return document.Content[0], true
}

func (r *reader) syntaxError(err error) {
	at := Position{1, 1}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if line, convErr := strconv.Atoi(m[1]); convErr == nil {
			at.Row = line
		}
	}
	detail := yamlPrefix.ReplaceAllString(err.Error(), "")
	r.add(SeverityError, CodeSyntax, at, "", "", errs.Args{"Detail": detail})
}

// header reads which kind of document this is without judging the other keys.
func (r *reader) header(top value) string {
	if top.node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(top.node.Content); i += 2 {
			if top.node.Content[i].Value == "xiaoguan" {
				return choice(r, value{top.node.Content[i+1], "xiaoguan"}, HeaderPlan, HeaderCrediting, HeaderHonour, HeaderPromotion)
			}
		}
	}
	r.add(SeverityError, CodeHeader, Position{top.node.Line, top.node.Column}, "xiaoguan", "",
		errs.Args{"Known": HeaderPlan + ", " + HeaderCrediting + ", " + HeaderHonour + ", " + HeaderPromotion})
	return ""
}
