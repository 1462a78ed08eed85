package api

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
)

func toAPIImportHead(printer *i18n.Printer, i intake.Import) ImportHead {
	out := ImportHead{
		ID: i.ID, Name: i.Name, State: string(i.State), Files: append([]string{}, i.Files...), SourceBytes: i.SourceBytes, Digest: i.Digest,
		CreatedBy: i.CreatedBy, CreatedAt: toAPIInstant(i.CreatedAt), AppliedAt: toAPIInstant(i.AppliedAt), UndoneAt: toAPIInstant(i.UndoneAt),
		RecordedBatch: int64(i.Batch), UndoBatch: int64(i.UndoBatch), JobID: i.JobID, Partial: i.Result.Partial, Failure: printer.Message(i.Result.Failure),
	}
	if p := i.Result.Pooled; p != nil {
		out.Pooled, out.PooledGiven = p.Count, p.Given
	}
	if i.Result.Report != nil {
		out.ProblemCount = i.Result.Report.ProblemCount
	}
	return out
}

func toAPIImport(printer *i18n.Printer, i intake.Import) importDocument {
	out := importDocument{
		ImportHead: toAPIImportHead(printer, i), Mapping: i.Mapping, Tables: []importTable{}, Changes: []importChange{}, Unmatched: []string{},
		ClosedMonths: newList(i.Result.Late, "", calendar.Month.String).Body.Items,
	}
	if report := i.Result.Report; report != nil {
		out.Tables = newList(report.Tables, "", toAPIImportTable).Body.Items
		out.Unmatched = append(out.Unmatched, report.Unmatched...)
	}
	for _, kind := range fact.Kinds {
		if c := i.Result.Counts[kind]; c != nil {
			out.Changes = append(out.Changes, importChange{string(kind), c.Added, c.Corrected, c.Unchanged})
		}
	}
	return out
}

func toAPIImportTable(t ingest.TableReport) importTable {
	return importTable{string(t.Kind), t.Source, t.Rows, t.Accepted, t.Rejected, append([]string{}, t.UnusedColumns...)}
}

func toAPIProblem(printer *i18n.Printer, f errs.Field) rowProblem {
	return rowProblem{
		Source: f.Source, Row: f.Row, Field: f.Path, Value: f.Value, Code: f.Message.Key, Message: printer.Message(f.Message), Remedy: printer.Message(f.Remedy),
	}
}

func toAPIPreview(printer *i18n.Printer, i intake.Import, tables []ingest.TablePreview) importPreview {
	return importPreview{string(i.State), newList(tables, "", func(t ingest.TablePreview) previewTable {
		out := previewTable{
			Source: t.Source, Header: append([]string{}, t.Header...), Fields: append([]string{}, t.Fields...),
			Rows:     newList(t.Rows, "", func(r ingest.PreviewRow) previewRow { return toAPIPreviewRow(printer, r) }).Body.Items,
			Problems: toAPIProblems(printer, t.Problems),
		}
		if t.Kind != nil {
			out.Kind = string(t.Kind.Kind)
		}
		return out
	}).Body.Items}
}

func toAPIPreviewRow(printer *i18n.Printer, r ingest.PreviewRow) previewRow {
	return previewRow{r.Row, append([]string{}, r.Cells...), append([]string{}, r.Values...), toAPIProblems(printer, r.Problems)}
}

func toAPISavedMapping(m intake.SavedMapping) savedMapping {
	return savedMapping{m.ID, m.Name, m.Mapping, m.CreatedBy, toAPIInstant(m.CreatedAt)}
}
