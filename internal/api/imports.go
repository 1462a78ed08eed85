package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/intake"
)

// ImportHead is an import in a list.
type ImportHead struct {
	ID            string     `json:"id"`
	Name          string     `json:"name"`
	State         string     `json:"state" enum:"received,applying,applied,rejected,failed,undone"`
	Files         []string   `json:"files" nullable:"false"`
	SourceBytes   int64      `json:"source_bytes"`
	Digest        string     `json:"digest" doc:"SHA-256 over the files."`
	CreatedBy     string     `json:"created_by" doc:"User id."`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	AppliedAt     *time.Time `json:"applied_at,omitempty"`
	UndoneAt      *time.Time `json:"undone_at,omitempty"`
	RecordedBatch int64      `json:"recorded_batch,omitempty" doc:"The batch of its facts; absent when it changed nothing or is not applied."`
	UndoBatch     int64      `json:"undo_batch,omitempty"`
	JobID         string     `json:"job_id,omitempty" doc:"Follow it at /jobs/{id}."`
	Partial       bool       `json:"partial" doc:"Only the good rows were taken."`
	Pooled        int64      `json:"pooled,omitempty" doc:"New customers that came into a public pool."`
	PooledGiven   int64      `json:"pooled_given,omitempty" doc:"Of these, given out at once."`
	ProblemCount  int64      `json:"problem_count" doc:"What is wrong with rows; list the problems of the import."`
	Failure       string     `json:"failure,omitempty" doc:"Why it failed, in your language."`
}

// importDocument is an import with what reading it found. When rows were rejected, changes says what taking the good rows would do.
type importDocument struct {
	ImportHead
	Mapping      string         `json:"mapping" doc:"Which column means what, in YAML."`
	Tables       []importTable  `json:"tables" nullable:"false"`
	Changes      []importChange `json:"changes" nullable:"false"`
	Unmatched    []string       `json:"unmatched" nullable:"false" doc:"Files and sheets that the mapping does not claim."`
	ClosedMonths []string       `json:"closed_months" nullable:"false" doc:"Closed months that the facts belong to; the differences are settled in an open one."`
}

// importTable counts the rows of a file or sheet.
type importTable struct {
	Kind          string   `json:"kind"`
	Source        string   `json:"source" doc:"File or sheet."`
	Rows          int64    `json:"rows"`
	Accepted      int64    `json:"accepted"`
	Rejected      int64    `json:"rejected"`
	UnusedColumns []string `json:"unused_columns" nullable:"false"`
}

// importChange counts what the records of a kind did to what was known.
type importChange struct {
	Kind      string `json:"kind"`
	Added     int64  `json:"added"`
	Corrected int64  `json:"corrected"`
	Unchanged int64  `json:"unchanged"`
}

// rowProblem is what is wrong with a field of a row.
type rowProblem struct {
	Source  string `json:"source,omitempty" doc:"File or sheet."`
	Row     int    `json:"row,omitempty" doc:"As a spreadsheet numbers it; the header is row 1."`
	Field   string `json:"field" doc:"The column, by its header in the file."`
	Value   string `json:"value,omitempty" doc:"As it stands in the file."`
	Code    string `json:"code"`
	Message string `json:"message" doc:"In your language."`
	Remedy  string `json:"remedy,omitempty" doc:"How to mend it, in your language."`
}

// importPreview is the beginning of each table as the mapping understands it.
type importPreview struct {
	State  string         `json:"state"`
	Tables []previewTable `json:"tables" nullable:"false"`
}

// previewTable is the beginning of one table.
type previewTable struct {
	Source   string       `json:"source"`
	Kind     string       `json:"kind"`
	Header   []string     `json:"header" nullable:"false"`
	Fields   []string     `json:"fields" nullable:"false" doc:"What the mapping reads."`
	Rows     []previewRow `json:"rows" nullable:"false"`
	Problems []rowProblem `json:"problems" nullable:"false" doc:"Of the header."`
}

// previewRow is one row as it stands in the file and as it is understood, one value for each of the fields.
type previewRow struct {
	Row      int          `json:"row"`
	Cells    []string     `json:"cells" nullable:"false"`
	Values   []string     `json:"values" nullable:"false" doc:"One for each of fields; empty when it cannot be read."`
	Problems []rowProblem `json:"problems" nullable:"false"`
}

// savedMapping is a mapping kept for the next time.
type savedMapping struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Mapping   string     `json:"mapping" doc:"YAML."`
	CreatedBy string     `json:"created_by" doc:"User id."`
	CreatedAt *time.Time `json:"created_at,omitempty"`
}

type (
	setMappingInput struct {
		ByID
		Body struct {
			Mapping string `json:"mapping" doc:"Which column means what, in YAML."`
			SaveAs  string `json:"save_as,omitempty" maxLength:"200" doc:"Keep it under this name for the next time."`
		}
	}
	applyInput struct {
		ByID
		Body *struct {
			Partial bool   `json:"partial,omitempty" doc:"Take the good rows although there are bad ones."`
			Pool    string `json:"pool,omitempty" maxLength:"100" doc:"Into which public pool customers go that are new."`
			Turn    bool   `json:"turn,omitempty" doc:"Give them out in turn at once, within the rules of pools."`
		}
	}
	listProblemsInput struct {
		ByID
		Paging
	}
)

func (a *API) importOperations() {
	imports := a.services.Imports
	register(a, operation{id: "list_imports", method: http.MethodGet, path: "/imports", tag: "imports"}, a.listImports)
	register(a, operation{id: "get_import", method: http.MethodGet, path: "/imports/{id}", tag: "imports"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[importDocument], error) {
			return a.readImport(ctx, actor, in.ID)
		})
	register(a, operation{id: "preview_import", method: http.MethodGet, path: "/imports/{id}/preview", tag: "imports"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[importPreview], error) {
			i, tables, err := imports.Preview(ctx, actor, in.ID)
			return &output[importPreview]{toAPIPreview(httpx.PrinterFrom(ctx), i, tables)}, err
		})
	register(a, operation{id: "list_import_problems", method: http.MethodGet, path: "/imports/{id}/problems", tag: "imports"}, a.listProblems)
	register(a, operation{id: "set_import_mapping", method: http.MethodPut, path: "/imports/{id}/mapping", tag: "imports"},
		func(ctx context.Context, actor access.Actor, in *setMappingInput) (*output[importDocument], error) {
			if err := imports.SetMapping(ctx, actor, in.ID, in.Body.Mapping, in.Body.SaveAs); err != nil {
				return nil, err
			}
			return a.readImport(ctx, actor, in.ID)
		})
	register(a, operation{id: "apply_import", method: http.MethodPost, path: "/imports/{id}/apply", tag: "imports", status: http.StatusAccepted},
		func(ctx context.Context, actor access.Actor, in *applyInput) (*output[ImportHead], error) {
			args := intake.ApplyArgs{ImportID: in.ID}
			if in.Body != nil {
				args.Partial, args.Pool, args.Turn = in.Body.Partial, in.Body.Pool, in.Body.Turn
			}
			i, err := imports.ApplyInto(ctx, actor, args)
			return &output[ImportHead]{toAPIImportHead(httpx.PrinterFrom(ctx), i)}, err
		})
	register(a, operation{id: "undo_import", method: http.MethodPost, path: "/imports/{id}/undo", tag: "imports"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[ImportHead], error) {
			i, err := imports.Undo(ctx, actor, in.ID)
			return &output[ImportHead]{toAPIImportHead(httpx.PrinterFrom(ctx), i)}, err
		})
	register(a, operation{id: "list_import_mappings", method: http.MethodGet, path: "/import-mappings", tag: "imports"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[savedMapping], error) {
			all, err := imports.Mappings(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(m intake.SavedMapping) string { return m.ID })
			return newList(part, next, toAPISavedMapping), err
		})
}

// listImports asks for one import more than wanted, which tells whether there are others.
func (a *API) listImports(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[ImportHead], error) {
	if in.Cursor != "" {
		if _, err := a.services.Imports.Get(ctx, actor, in.Cursor); errs.Is(err, errs.KindNotFound) {
			return nil, errCursor()
		}
	}
	all, err := a.services.Imports.List(ctx, actor, in.Limit+1, in.Cursor)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		next = all[in.Limit-1].ID
	}
	printer := httpx.PrinterFrom(ctx)
	return newList(all, next, func(i intake.Import) ImportHead { return toAPIImportHead(printer, i) }), nil
}

func (a *API) readImport(ctx context.Context, actor access.Actor, id string) (*output[importDocument], error) {
	i, err := a.services.Imports.Get(ctx, actor, id)
	return &output[importDocument]{toAPIImport(httpx.PrinterFrom(ctx), i)}, err
}

// listProblems tells problems apart by their place in the report, since a row may have several of the same kind.
func (a *API) listProblems(ctx context.Context, actor access.Actor, in *listProblemsInput) (*listOutput[rowProblem], error) {
	i, err := a.services.Imports.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	type placed struct {
		errs.Field
		place int
	}
	var all []placed
	if i.Result.Report != nil {
		for place, f := range i.Result.Report.Problems {
			all = append(all, placed{f, place})
		}
	}
	part, next, err := cut(all, in.Paging, func(p placed) string { return strconv.Itoa(p.place) })
	printer := httpx.PrinterFrom(ctx)
	return newList(part, next, func(p placed) rowProblem { return toAPIProblem(printer, p.Field) }), err
}

func toAPIProblems(printer *i18n.Printer, fields []errs.Field) []rowProblem {
	return newList(fields, "", func(f errs.Field) rowProblem { return toAPIProblem(printer, f) }).Body.Items
}
