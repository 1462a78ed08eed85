package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// maxMappingBytes bounds a mapping document.
const maxMappingBytes = 1 << 20

// DecodeMapping reads a mapping document strictly: an unknown key, a key given twice or a wrong type is an error with its line. The
// mapping is complete and valid when err is nil; otherwise err is errs.KindInvalid with a field for each thing wrong.
func DecodeMapping(document []byte) (m *Mapping, err error) {
	defer errs.Wrap(&err, "ingest.DecodeMapping")
	if len(document) > maxMappingBytes {
		return nil, errs.New(errs.KindTooLarge, "ingest.mapping.too_large", errs.Args{"Bytes": maxMappingBytes})
	}
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		return nil, syntaxError(err)
	}
	d := &mappingDecoder{}
	m = &Mapping{Currency: money.CNY}
	if len(root.Content) != 1 {
		return nil, syntaxError(errors.New("empty document"))
	}
	version := ""
	d.object(root.Content[0], "", map[string]func(*yaml.Node, string){
		"xiaoguan":  d.text(&version),
		"name":      d.text(&m.Name),
		"currency":  func(n *yaml.Node, at string) { d.text((*string)(&m.Currency))(n, at) },
		"encoding":  func(n *yaml.Node, at string) { m.Encoding = d.encoding(n, at) },
		"delimiter": func(n *yaml.Node, at string) { m.Delimiter = d.delimiter(n, at) },
		"ignore":    d.texts(&m.Ignore),
		"move_months": func(n *yaml.Node, at string) {
			months, err := strconv.Atoi(n.Value)
			if err != nil {
				d.wrong(n, at, n.Value, "ingest.mapping.move_months")
			}
			m.MoveMonths = months
		},
		"tables": func(n *yaml.Node, at string) {
			d.list(n, at, func(item *yaml.Node, at string) { m.Tables = append(m.Tables, d.table(item, at)) })
		},
	})
	if version != MappingVersion && len(d.fields) == 0 {
		d.wrong(root.Content[0], "xiaoguan", version, "ingest.mapping.version")
	}
	if err := errs.Invalid("ingest.mapping.invalid", d.fields); err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, d.withLines(err)
	}
	return m, nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func syntaxError(cause error) error {
	line := 0
	if found := yamlLine.FindStringSubmatch(cause.Error()); found != nil {
		line, _ = strconv.Atoi(found[1]) // digits by the pattern
	}
	e := errs.New(errs.KindInvalid, "ingest.mapping.syntax", nil).Because(cause)
	e.Fields = []errs.Field{{Row: line, Message: errs.Msg("ingest.mapping.syntax", errs.Args{"Cause": cause.Error()}), Remedy: errs.Msg("ingest.mapping.syntax.remedy", nil)}}
	return e
}

// mappingDecoder walks the YAML tree and collects what is wrong with it. lines remembers where each path stands.
type mappingDecoder struct {
	fields []errs.Field
	lines  map[string]int
}

func (d *mappingDecoder) wrong(n *yaml.Node, at, value, key string) {
	d.fields = append(d.fields, errs.Field{Row: n.Line, Column: n.Column, Path: at, Value: value,
		Message: errs.Msg(key, errs.Args{"Value": value}), Remedy: errs.Msg(key+".remedy", nil)})
}

// withLines adds the lines of the document to the fields of a Validate error.
func (d *mappingDecoder) withLines(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for i := range e.Fields {
			e.Fields[i].Row = d.lines[e.Fields[i].Path]
		}
	}
	return err
}

// object calls the member's function for each key of a mapping node.
func (d *mappingDecoder) object(n *yaml.Node, at string, members map[string]func(*yaml.Node, string)) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, at, n.Value, "ingest.mapping.not_object")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		path := key.Value
		if at != "" {
			path = at + "." + key.Value
		}
		if d.lines == nil {
			d.lines = map[string]int{}
		}
		d.lines[path] = key.Line
		member := members[key.Value]
		if member == nil {
			member = members["*"]
		}
		switch {
		case seen[key.Value]:
			d.wrong(key, path, key.Value, "ingest.mapping.twice")
		case member == nil:
			d.wrong(key, path, key.Value, "ingest.mapping.unknown_key")
		default:
			member(value, path)
		}
		seen[key.Value] = true
	}
}

func (d *mappingDecoder) list(n *yaml.Node, at string, item func(*yaml.Node, string)) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, at, n.Value, "ingest.mapping.not_list")
		return
	}
	for i, child := range n.Content {
		path := fmt.Sprintf("%s[%d]", at, i)
		if d.lines == nil {
			d.lines = map[string]int{}
		}
		d.lines[path] = child.Line
		item(child, path)
	}
}

func (d *mappingDecoder) text(into *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, at string) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			d.wrong(n, at, n.Value, "ingest.mapping.not_text")
			return
		}
		*into = n.Value
	}
}

func (d *mappingDecoder) texts(into *[]string) func(*yaml.Node, string) {
	return func(n *yaml.Node, at string) {
		d.list(n, at, func(item *yaml.Node, at string) {
			var s string
			d.text(&s)(item, at)
			*into = append(*into, s)
		})
	}
}

func (d *mappingDecoder) flag(into *bool) func(*yaml.Node, string) {
	return func(n *yaml.Node, at string) {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			d.wrong(n, at, n.Value, "ingest.mapping.not_flag")
			return
		}
		*into = n.Value == "true"
	}
}

func (d *mappingDecoder) encoding(n *yaml.Node, at string) tabular.Encoding {
	encoding, err := tabular.ParseEncoding(n.Value)
	if err != nil {
		d.wrong(n, at, n.Value, "ingest.mapping.encoding")
	}
	return encoding
}

func (d *mappingDecoder) delimiter(n *yaml.Node, at string) byte {
	switch n.Value {
	case "auto":
		return 0
	case ",", ";", "\t":
		return n.Value[0]
	case "comma":
		return ','
	case "semicolon":
		return ';'
	case "tab":
		return '\t'
	}
	d.wrong(n, at, n.Value, "ingest.mapping.delimiter")
	return 0
}

func kindByName(name string) fact.Kind {
	for _, kind := range Kinds() {
		if kind.Name == name {
			return kind.Kind
		}
	}
	return ""
}

func (d *mappingDecoder) kind(into *fact.Kind) func(*yaml.Node, string) {
	return func(n *yaml.Node, at string) {
		if *into = kindByName(n.Value); *into == "" {
			d.wrong(n, at, n.Value, "ingest.mapping.kind")
		}
	}
}

func (d *mappingDecoder) table(n *yaml.Node, at string) (t TableMapping) {
	t.HeaderRow = 1
	d.object(n, at, map[string]func(*yaml.Node, string){
		"kind":     d.kind(&t.Kind),
		"file":     d.text(&t.File),
		"sheet":    d.text(&t.Sheet),
		"optional": d.flag(&t.Optional),
		"also":     d.flag(&t.Also),
		"distinct": d.flag(&t.Distinct),
		"where": func(n *yaml.Node, at string) {
			t.Where = &Where{}
			d.object(n, at, map[string]func(*yaml.Node, string){"column": d.text(&t.Where.Column), "is": d.texts(&t.Where.Is), "not": d.texts(&t.Where.Not)})
		},
		"header_row": func(n *yaml.Node, at string) {
			row, err := strconv.Atoi(n.Value)
			if err != nil || row < 1 || row > 100 {
				d.wrong(n, at, n.Value, "ingest.mapping.header_row")
				return
			}
			t.HeaderRow = row
		},
		"create_missing": func(n *yaml.Node, at string) {
			d.list(n, at, func(item *yaml.Node, at string) {
				var kind fact.Kind
				d.kind(&kind)(item, at)
				t.CreateMissing = append(t.CreateMissing, kind)
			})
		},
		"columns": func(n *yaml.Node, at string) {
			d.object(n, at, map[string]func(*yaml.Node, string){"*": func(n *yaml.Node, at string) {
				t.Columns = append(t.Columns, d.column(n, at))
			}})
		},
	})
	return t
}

// column reads `field: header` or `field: {column: header, …}`.
func (d *mappingDecoder) column(n *yaml.Node, at string) (c ColumnMapping) {
	c.Field = at[lastDot(at)+1:]
	if n.Kind == yaml.ScalarNode {
		var header string
		d.text(&header)(n, at)
		c.Columns = []string{header}
		return c
	}
	optional := func(into **string) func(*yaml.Node, string) {
		return func(n *yaml.Node, at string) {
			var s string
			d.text(&s)(n, at)
			*into = &s
		}
	}
	d.object(n, at, map[string]func(*yaml.Node, string){
		"column": func(n *yaml.Node, at string) {
			var header string
			d.text(&header)(n, at)
			c.Columns = append(c.Columns, header)
		},
		"columns":   d.texts(&c.Columns),
		"join":      d.text(&c.Join),
		"prefix":    d.text(&c.Prefix),
		"constant":  optional(&c.Constant),
		"remainder": d.flag(&c.Remainder),
		"round":     d.flag(&c.Round),
		"unit":      d.text(&c.Unit),
		"format":    d.text(&c.Format),
		"means":     d.text(&c.Means),
		"otherwise": optional(&c.Otherwise),
		"values": func(n *yaml.Node, at string) {
			c.Values = map[string]string{}
			d.object(n, at, map[string]func(*yaml.Node, string){"*": func(n *yaml.Node, path string) {
				var s string
				d.text(&s)(n, path)
				c.Values[path[len(at)+1:]] = s
			}})
		},
	})
	return c
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}
