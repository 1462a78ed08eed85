package ui

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
)

// RenderError is the httpx.PageRenderer of the pages.
func RenderError(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	return ErrorPage(f).Render(r.Context(), w)
}

func errorState(f httpx.Failure) StateKind {
	switch f.Kind {
	case errs.KindForbidden, errs.KindUnauthenticated:
		return StateForbidden
	case errs.KindNotFound:
		return StateEmpty
	}
	return StateError
}

// errorText says what still holds, and the number that finds the failure in the log.
func errorText(ctx context.Context, f httpx.Failure) string {
	var texts []string
	if f.Status >= http.StatusInternalServerError {
		texts = append(texts, t(ctx, "error.kept"))
	}
	if f.RequestID != "" {
		texts = append(texts, t(ctx, "error.number", "ID", f.RequestID))
	}
	return strings.Join(texts, " ")
}

func errorField(ctx context.Context, f httpx.FailedField) string {
	place := f.Path
	if f.Row > 0 {
		place = strconv.Itoa(f.Row) + " " + place
	}
	return strings.TrimSpace(place + t(ctx, "common.colon") + f.Message + " " + f.Remedy)
}
