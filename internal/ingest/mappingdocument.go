package ingest

import (
	"bytes"
	"errors"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/errs"
)

// The document form, for Encode. Its keys are those of DecodeMapping.
type (
	mappingDocument struct {
		Xiaoguan   string          `yaml:"xiaoguan"`
		Name       string          `yaml:"name,omitempty"`
		Currency   string          `yaml:"currency"`
		Encoding   string          `yaml:"encoding,omitempty"`
		Delimiter  string          `yaml:"delimiter,omitempty"`
		Ignore     []string        `yaml:"ignore,omitempty"`
		MoveMonths int             `yaml:"move_months,omitempty"`
		Tables     []tableDocument `yaml:"tables"`
	}
	tableDocument struct {
		Kind          string         `yaml:"kind"`
		File          string         `yaml:"file,omitempty"`
		Sheet         string         `yaml:"sheet,omitempty"`
		HeaderRow     int            `yaml:"header_row,omitempty"`
		Optional      bool           `yaml:"optional,omitempty"`
		Also          bool           `yaml:"also,omitempty"`
		Distinct      bool           `yaml:"distinct,omitempty"`
		Where         *whereDocument `yaml:"where,omitempty,flow"`
		CreateMissing []string       `yaml:"create_missing,omitempty,flow"`
		Columns       yaml.Node      `yaml:"columns"`
	}
	whereDocument struct {
		Column string   `yaml:"column"`
		Is     []string `yaml:"is,omitempty,flow"`
		Not    []string `yaml:"not,omitempty,flow"`
	}
	columnDocument struct {
		Column    string            `yaml:"column,omitempty"`
		Columns   []string          `yaml:"columns,omitempty,flow"`
		Join      string            `yaml:"join,omitempty"`
		Prefix    string            `yaml:"prefix,omitempty"`
		Constant  *string           `yaml:"constant,omitempty"`
		Remainder bool              `yaml:"remainder,omitempty"`
		Round     bool              `yaml:"round,omitempty"`
		Unit      string            `yaml:"unit,omitempty"`
		Format    string            `yaml:"format,omitempty"`
		Means     string            `yaml:"means,omitempty"`
		Values    map[string]string `yaml:"values,omitempty,flow"`
		Otherwise *string           `yaml:"otherwise,omitempty"`
	}
)

// Encode writes the mapping as a document that DecodeMapping reads back to the same mapping.
func (m *Mapping) Encode() (document []byte, err error) {
	defer errs.Wrap(&err, "ingest.Mapping.Encode(%q)", m.Name)
	out := mappingDocument{Xiaoguan: MappingVersion, Name: m.Name, Currency: string(m.Currency), Encoding: string(m.Encoding), Ignore: m.Ignore, MoveMonths: m.MoveMonths}
	out.Delimiter = map[byte]string{',': "comma", ';': "semicolon", '\t': "tab"}[m.Delimiter]
	for i := range m.Tables {
		table, err := m.Tables[i].document()
		if err != nil {
			return nil, err
		}
		out.Tables = append(out.Tables, table)
	}
	var buffer bytes.Buffer
	encoder := yaml.NewEncoder(&buffer)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(out), encoder.Close()); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func (t *TableMapping) document() (tableDocument, error) {
	out := tableDocument{Kind: kindFields(t.Kind).Name, File: t.File, Sheet: t.Sheet, Optional: t.Optional, Also: t.Also, Distinct: t.Distinct, Columns: yaml.Node{Kind: yaml.MappingNode}}
	if t.Where != nil {
		out.Where = &whereDocument{t.Where.Column, t.Where.Is, t.Where.Not}
	}
	if t.HeaderRow > 1 {
		out.HeaderRow = t.HeaderRow
	}
	for _, kind := range t.CreateMissing {
		out.CreateMissing = append(out.CreateMissing, kindFields(kind).Name)
	}
	for _, c := range t.Columns {
		var key, value yaml.Node
		key.SetString(c.Field)
		short := len(c.Columns) == 1 && c.Join+c.Prefix+c.Unit+c.Format+c.Means == "" && c.Values == nil && c.Otherwise == nil && !c.Round
		if short {
			value.SetString(c.Columns[0])
		} else {
			body := columnDocument{Join: c.Join, Prefix: c.Prefix, Constant: c.Constant, Remainder: c.Remainder, Round: c.Round, Unit: c.Unit,
				Format: c.Format, Means: c.Means, Values: c.Values, Otherwise: c.Otherwise}
			if len(c.Columns) == 1 {
				body.Column = c.Columns[0]
			} else {
				body.Columns = c.Columns
			}
			if err := value.Encode(body); err != nil {
				return tableDocument{}, err
			}
			value.Style = yaml.FlowStyle
		}
		out.Columns.Content = append(out.Columns.Content, &key, &value)
	}
	return out, nil
}
