package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

//go:embed docs.gohtml
var docsText string

// reference is the OpenAPI document as a page: plain HTML that needs no script and no style of its own.
type reference struct {
	document    *huma.OpenAPI
	stylesheets []string
	page        *template.Template
}

// newReference makes the page's template.
func newReference(document *huma.OpenAPI, stylesheets []string) (*reference, error) {
	page, err := template.New("docs").Parse(docsText)
	return &reference{document, stylesheets, page}, err
}

// docsPage is what the page shows.
type docsPage struct {
	Lang, Title, About, Version string
	Stylesheets                 []string
	SpecPath                    string
	Text                        map[string]string // headings by the end of their message key
	Groups                      []docsGroup
	Schemas                     []docsSchema
}

// docsGroup is the operations of one tag.
type docsGroup struct {
	ID, Title  string
	Operations []docsOperation
}

// docsOperation is one call.
type docsOperation struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []docsField
	Body                                   *docsType
	Answer                                 string // status and its text
	Result                                 *docsType
	Headers                                []docsField
}

// docsField is a parameter or a member of an object.
type docsField struct {
	Name, In, Description, Limits string
	Type                          docsType
	Required                      bool
}

// docsType names a type: words, and the object that it is made of.
type docsType struct {
	Words  string
	Schema string // name in Schemas; empty if none
}

// docsSchema is one object.
type docsSchema struct {
	Name   string
	Fields []docsField
}

func (a *API) serveDocs(w http.ResponseWriter, r *http.Request) {
	printer := httpx.PrinterFrom(r.Context())
	var b bytes.Buffer
	if err := a.docs.page.Execute(&b, a.docs.content(printer)); err != nil {
		a.failed(r.Context(), err).write(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(b.Bytes()) // a client that hung up is nobody's error
}

// content gathers what the page shows, in the language of the printer.
func (d *reference) content(printer *i18n.Printer) docsPage {
	page := docsPage{
		Lang: string(printer.Lang()), Title: printer.T("api.title"), About: printer.T("api.about"), Version: Version,
		Stylesheets: d.stylesheets, SpecPath: SpecPath, Text: map[string]string{},
	}
	for _, key := range []string{"operations", "schemas", "parameters", "body", "answer", "name", "type", "meaning", "required", "version", "errors"} {
		page.Text[key] = printer.T("api.docs." + key)
	}
	page.Text["problem"] = printer.T("api.problem")
	for _, tag := range tags {
		group := docsGroup{ID: tag, Title: printer.T("api.tag." + tag)}
		for _, op := range d.operations(tag) {
			group.Operations = append(group.Operations, newDocsOperation(printer, op))
		}
		page.Groups = append(page.Groups, group)
	}
	schemas := d.document.Components.Schemas.Map()
	names := make([]string, 0, len(schemas))
	for name := range schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		page.Schemas = append(page.Schemas, docsSchema{Name: name, Fields: fieldsOf(schemas[name])})
	}
	return page
}

// operations returns those of a tag, by path and then by method as people think of them.
func (d *reference) operations(tag string) (found []*huma.Operation) {
	paths := make([]string, 0, len(d.document.Paths))
	for path := range d.document.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		item := d.document.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op != nil && slices.Contains(op.Tags, tag) {
				found = append(found, op)
			}
		}
	}
	return found
}

func newDocsOperation(printer *i18n.Printer, op *huma.Operation) docsOperation {
	out := docsOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: printer.T("api.op." + op.OperationID)}
	if help := "api.help." + op.OperationID; printer.Has(help) {
		out.Description = printer.T(help)
	}
	for _, p := range op.Parameters {
		field := newDocsField(p.Name, p.Schema, p.Required)
		field.In, field.Description = p.In, p.Description
		if p.Name == headerOnce {
			field.Description = printer.T("api.header.once")
		}
		out.Parameters = append(out.Parameters, field)
	}
	if op.RequestBody != nil {
		if media := op.RequestBody.Content["application/json"]; media != nil {
			body := typeOf(media.Schema)
			out.Body = &body
		}
		if media := op.RequestBody.Content["multipart/form-data"]; media != nil {
			for _, field := range fieldsOf(media.Schema) {
				field.In = "form"
				out.Parameters = append(out.Parameters, field)
			}
		}
	}
	for status, response := range op.Responses {
		if status == "default" {
			continue
		}
		out.Answer = strings.TrimSpace(status + " " + response.Description)
		for name, header := range response.Headers {
			out.Headers = append(out.Headers, newDocsField(name, header.Schema, false))
		}
		for _, media := range response.Content {
			result := typeOf(media.Schema)
			out.Result = &result
		}
	}
	slices.SortFunc(out.Headers, func(a, b docsField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func fieldsOf(schema *huma.Schema) []docsField {
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make([]docsField, 0, len(names))
	for _, name := range names {
		fields = append(fields, newDocsField(name, schema.Properties[name], slices.Contains(schema.Required, name)))
	}
	return fields
}

func newDocsField(name string, schema *huma.Schema, required bool) docsField {
	field := docsField{Name: name, Type: typeOf(schema), Required: required, Description: schema.Description}
	var limits []string
	if len(schema.Enum) > 0 {
		words := make([]string, len(schema.Enum))
		for i, value := range schema.Enum {
			words[i] = fmt.Sprint(value)
		}
		limits = append(limits, strings.Join(words, " | "))
	}
	if schema.Minimum != nil {
		limits = append(limits, fmt.Sprintf("≥ %d", int64(*schema.Minimum)))
	}
	if schema.Maximum != nil {
		limits = append(limits, fmt.Sprintf("≤ %d", int64(*schema.Maximum)))
	}
	if schema.Default != nil {
		limits = append(limits, fmt.Sprintf("= %v", schema.Default))
	}
	field.Limits = strings.Join(limits, ", ")
	return field
}

// typeOf names the type of a schema.
func typeOf(schema *huma.Schema) docsType {
	switch {
	case schema == nil:
		return docsType{Words: "any"}
	case schema.Ref != "":
		return docsType{Schema: schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]}
	case schema.Items != nil:
		item := typeOf(schema.Items)
		return docsType{Words: strings.TrimSpace("array of " + item.Words), Schema: item.Schema}
	case schema.Type == "":
		return docsType{Words: "any"}
	case schema.Format != "":
		return docsType{Words: schema.Type + " (" + schema.Format + ")"}
	}
	return docsType{Words: schema.Type}
}
