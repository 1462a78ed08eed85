package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/httpx"
)

// tags are the groups of operations, in the order in which they are shown.
var tags = []string{"account", "users", "company", "organisation", "sales", "process", "service", "imports", "audit", "jobs", "plans", "periods", "statements", "ledger", "disputes", "approvals", "law", "honours"}

// Names of the two ways to say who one is.
const (
	securityKey     = "api_key"
	securitySession = "session"
)

// config sets huma up: one format, no built-in pages, and our problem documents instead of its own.
func (a *API) config() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	document := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: a.english.T("api.title"), Version: Version, Description: a.english.T("api.about")},
		Components: &huma.Components{
			Schemas: registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				securityKey:     {Type: "http", Scheme: "bearer", Description: a.english.T("api.security.key")},
				securitySession: {Type: "apiKey", In: "cookie", Name: httpx.SessionCookie{Secure: true}.Name(), Description: a.english.T("api.security.session")},
			},
		},
	}
	for _, tag := range tags {
		document.Tags = append(document.Tags, &huma.Tag{Name: tag, Description: a.english.T("api.tag." + tag)})
	}
	return huma.Config{
		OpenAPI:                      document,
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{a.translate},
	}
}

// describe makes the OpenAPI operation: texts, security, the problem documents it may answer with, and the header against doing a
// thing twice.
func (a *API) describe(op operation) huma.Operation {
	described := huma.Operation{
		OperationID: op.id, Method: op.method, Path: Prefix + op.path, Tags: []string{op.tag}, DefaultStatus: op.status,
		Summary: a.english.T("api.op." + op.id), MaxBodyBytes: bodyBytesMax, BodyReadTimeout: -1, // bodies are read by authenticate
		Security:  []map[string][]string{{securityKey: {}}, {securitySession: {}}},
		Metadata:  map[string]any{metaOperation: op},
		Responses: map[string]*huma.Response{"default": a.problemResponse()},
	}
	if help := "api.help." + op.id; a.english.Has(help) {
		described.Description = a.english.T(help)
	}
	if op.bytes > 0 {
		described.MaxBodyBytes = op.bytes
	}
	if len(op.files) > 0 {
		file := &huma.Response{Description: http.StatusText(http.StatusOK), Content: map[string]*huma.MediaType{}}
		for _, kind := range op.files {
			file.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		described.Responses["200"] = file
	}
	if op.method == http.MethodPost {
		longest := keyLengthMax
		described.Parameters = append(described.Parameters, &huma.Param{
			Name: headerOnce, In: "header", Description: a.english.T("api.header.once"), Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		})
	}
	return described
}

// problemResponse describes the answer to everything that fails.
func (a *API) problemResponse() *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpx.Problem](), true, "Problem")
	return &huma.Response{
		Description: a.english.T("api.problem"),
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema}},
	}
}

// schemaName names types in the document. The engine's statement is the trace within the statement that programs are given.
func schemaName(t reflect.Type, hint string) string {
	if t == reflect.TypeFor[engine.Statement]() {
		return "StatementTrace"
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == reflect.TypeFor[approval.Flow]().PkgPath() { // words such as step and condition are those of other documents, too
		return "Approval" + huma.DefaultSchemaNamer(t, hint)
	}
	return huma.DefaultSchemaNamer(t, hint)
}
