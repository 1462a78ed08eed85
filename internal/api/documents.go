package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// DocumentCopy is a generated document as it was handed out.
type DocumentCopy struct {
	ID      int64     `json:"id"`
	Kind    string    `json:"kind" enum:"plan,review,final"`
	Quarter string    `json:"quarter,omitempty" example:"2026-Q3"`
	Note    string    `json:"note,omitempty"`
	Hash    string    `json:"hash" doc:"SHA-256 of its texts in both languages."`
	ByName  string    `json:"by_name"`
	At      time.Time `json:"at"`
}

type (
	documentList struct {
		Kinds    []string       `json:"kinds" nullable:"false" doc:"That the caller reads."`
		Runs     []Diagnosis    `json:"runs" nullable:"false" doc:"Diagnoses that are ready, the newest first."`
		Quarters []string       `json:"quarters" nullable:"false"`
		Quarter  string         `json:"quarter" doc:"That a review is of when none is asked for."`
		Copies   []DocumentCopy `json:"copies" nullable:"false"`
	}
	documentFileInput struct {
		Kind    string `path:"kind" enum:"diagnosis,plan,review,final"`
		Run     int64  `query:"run" minimum:"1" required:"false" doc:"Of a diagnosis; without it, the newest that is ready."`
		Quarter string `query:"quarter" example:"2026-Q3" doc:"Of a review, by fiscal year; without it, the last one that is over."`
		Format  string `query:"format" enum:"docx,pdf" default:"pdf"`
		Lang    string `query:"lang" enum:"zh-CN,en" doc:"Without it, the language of the request."`
	}
	documentCopyInput struct {
		ID     int64  `path:"id" minimum:"1"`
		Format string `query:"format" enum:"docx,pdf" default:"pdf"`
		Lang   string `query:"lang" enum:"zh-CN,en" doc:"Without it, the language of the request."`
	}
	keepDocumentInput struct {
		Body struct {
			Kind    string `json:"kind" enum:"plan,review,final"`
			Quarter string `json:"quarter,omitempty" example:"2026-Q3" doc:"Of a review; without it, the last one that is over."`
			Note    string `json:"note,omitempty" maxLength:"800" doc:"To whom, what for."`
		}
	}
)

func toAPIDocumentCopy(c *dossier.Copy) DocumentCopy {
	return DocumentCopy{c.ID, string(c.Kind), c.Quarter.String(), c.Note, c.Hash, c.ByName, c.At}
}

// documentPrinter writes in the language that was asked for, or else in that of the request.
func documentPrinter(ctx context.Context, lang string) *i18n.Printer {
	p := httpx.PrinterFrom(ctx)
	if lang != "" {
		return p.As(i18n.Lang(lang))
	}
	return p
}

// documentOperations are the generated documents of the improvement loop.
func (a *API) documentOperations() {
	service := a.services.Documents
	register(a, operation{id: "list_documents", method: http.MethodGet, path: "/documents", tag: "process"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[documentList], error) {
		l, err := service.List(ctx, actor)
		if err != nil {
			return nil, err
		}
		out := documentList{Kinds: []string{}, Runs: []Diagnosis{}, Quarters: []string{}, Quarter: l.Usual.String(), Copies: []DocumentCopy{}}
		for _, kind := range l.Kinds {
			out.Kinds = append(out.Kinds, string(kind))
		}
		for i := range l.Runs {
			out.Runs = append(out.Runs, toAPIDiagnosis(ctx, &l.Runs[i]))
		}
		for _, q := range l.Quarters {
			out.Quarters = append(out.Quarters, q.String())
		}
		for i := range l.Copies {
			out.Copies = append(out.Copies, toAPIDocumentCopy(&l.Copies[i]))
		}
		return &output[documentList]{out}, nil
	})
	register(a, operation{id: "get_document_file", method: http.MethodGet, path: "/documents/{kind}/file", tag: "process", files: []string{typeDOCX, typePDF}}, func(ctx context.Context, actor access.Actor, in *documentFileInput) (*download, error) {
		quarter, err := dossier.ParseQuarter(in.Quarter)
		if err != nil {
			return nil, err
		}
		f, err := service.File(ctx, actor, documentPrinter(ctx, in.Lang), dossier.Ask{Kind: dossier.Kind(in.Kind), RunID: in.Run, Quarter: quarter}, dossier.Format(in.Format))
		return newDownload(f.MediaType, f.Name, f.Content), err
	})
	register(a, operation{id: "keep_document", method: http.MethodPost, path: "/document-copies", tag: "process", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *keepDocumentInput) (*output[DocumentCopy], error) {
		quarter, err := dossier.ParseQuarter(in.Body.Quarter)
		if err != nil {
			return nil, err
		}
		c, err := service.Keep(ctx, actor, httpx.PrinterFrom(ctx), dossier.Keeping{Ask: dossier.Ask{Kind: dossier.Kind(in.Body.Kind), Quarter: quarter}, Note: strings.TrimSpace(in.Body.Note)})
		return &output[DocumentCopy]{toAPIDocumentCopy(&c)}, err
	})
	register(a, operation{id: "get_document_copy_file", method: http.MethodGet, path: "/document-copies/{id}/file", tag: "process", files: []string{typeDOCX, typePDF}}, func(ctx context.Context, actor access.Actor, in *documentCopyInput) (*download, error) {
		f, err := service.CopyFile(ctx, actor, documentPrinter(ctx, in.Lang), in.ID, dossier.Format(in.Format))
		return newDownload(f.MediaType, f.Name, f.Content), err
	})
}
