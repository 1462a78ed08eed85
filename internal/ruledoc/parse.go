package ruledoc

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// The library gives the line of a syntax error only inside its text.
var (
	yamlLine   = regexp.MustCompile(`line (\d+)`)
	yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)
)

// Parse reads the text as exactly one YAML document without anchors, aliases and tags. It returns ok=false when there is no tree
// to go on with; what it refuses inside a tree is reported, and the rest can be read.
func (r *Reader) Parse(text []byte) (top Value, ok bool) {
	start := Position{1, 1}
	if len(text) > DocumentBytesMax {
		r.Add(SeverityError, CodeTooLarge, start, "", "", errs.Args{"Bytes": len(text), "Most": DocumentBytesMax})
		return top, false
	}
	if !utf8.Valid(text) {
		r.Add(SeverityError, CodeEncoding, start, "", "", nil)
		return top, false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			r.Add(SeverityError, CodeDocumentEmpty, start, "", "", nil)
			return top, false
		}
		r.syntaxError(err)
		return top, false
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		r.Add(SeverityError, CodeDocumentSeveral, Position{second.Line, second.Column}, "", "", nil)
		return top, false
	case !errors.Is(err, io.EOF):
		r.syntaxError(err)
		return top, false
	}
	top = Value{Node: document.Content[0]}
	r.refuseIndirection(top.Node)
	return top, true
}

func (r *Reader) syntaxError(err error) {
	at := Position{1, 1}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if line, convErr := strconv.Atoi(m[1]); convErr == nil {
			at.Row = line
		}
	}
	r.Add(SeverityError, CodeSyntax, at, "", "", errs.Args{"Detail": yamlPrefix.ReplaceAllString(err.Error(), "")})
}

// refuseIndirection reports anchors, aliases and explicit tags anywhere in the tree.
func (r *Reader) refuseIndirection(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.Add(SeverityError, CodeAlias, Position{n.Line, n.Column}, "", "*"+n.Value, nil)
		return
	case n.Anchor != "":
		r.Add(SeverityError, CodeAlias, Position{n.Line, n.Column}, "", "&"+n.Anchor, nil)
	case n.Style&yaml.TaggedStyle != 0:
		r.Add(SeverityError, CodeTag, Position{n.Line, n.Column}, "", n.Tag, nil)
	}
	for _, child := range n.Content {
		r.refuseIndirection(child)
	}
}

// headerKey is the key that says of every document what it is.
const headerKey = "xiaoguan"

// Header reads which kind of document this is without judging the other keys; empty when it is none of the known ones, which is
// reported.
func (r *Reader) Header(top Value, known ...string) string {
	if top.Node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(top.Node.Content); i += 2 {
			if top.Node.Content[i].Value == headerKey {
				return Choice(r, Value{Node: top.Node.Content[i+1], Path: headerKey}, known...)
			}
		}
	}
	r.Add(SeverityError, CodeHeader, Position{top.Node.Line, top.Node.Column}, headerKey, "", errs.Args{"Known": strings.Join(known, ", ")})
	return ""
}
