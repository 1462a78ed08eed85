package api

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Paging is how lists are asked for in parts.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"500" doc:"The value of next of the part before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Greatest number of items."`
}

// List is a part of a list. Next continues it and is left out at the end.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Send it as cursor for the part that follows. Absent at the end."`
}

// listOutput is the answer of a list.
type listOutput[T any] struct{ Body List[T] }

// newList converts the items of a part.
func newList[F, T any](items []F, next string, convert func(F) T) *listOutput[T] {
	out := &listOutput[T]{List[T]{Items: make([]T, 0, len(items)), Next: next}}
	for _, item := range items {
		out.Body.Items = append(out.Body.Items, convert(item))
	}
	return out
}

// cut takes a part out of a list that came whole. The cursor is the key of the last item before it; an item that has gone
// meanwhile is an error of kind Invalid.
func cut[T any](all []T, in Paging, key func(T) string) (part []T, next string, err error) {
	start := 0
	if in.Cursor != "" {
		last, err := base64.RawURLEncoding.DecodeString(in.Cursor)
		if err != nil {
			return nil, "", errCursor()
		}
		for start = 1; start <= len(all) && key(all[start-1]) != string(last); start++ {
			continue
		}
		if start > len(all) {
			return nil, "", errCursor()
		}
	}
	end := min(start+in.Limit, len(all))
	part = all[start:end]
	if end < len(all) {
		next = base64.RawURLEncoding.EncodeToString([]byte(key(all[end-1])))
	}
	return part, next, nil
}

func errCursor() error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: "cursor", Message: errs.Msg("api.cursor", nil)}})
}

// MonthPath is the month in an address.
type MonthPath struct {
	Month string `path:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09" doc:"Month, YYYY-MM."`
}

func (in MonthPath) month() (calendar.Month, error) { return fromAPIMonth(in.Month) }

// Tags say whether something has changed: a client sends the tag it has seen back as If-Match.

// Precondition is the tag that a change is meant for.
type Precondition struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"ETag as last read. When the stored state has another one, nothing is done and the answer is 412."`
}

// asked reports whether a tag was sent.
func (in Precondition) asked() bool { return in.IfMatch != "" && strings.TrimSpace(in.IfMatch) != "*" }

// fits reports whether the change is meant for a state with the tag.
func (in Precondition) fits(tag string) bool { return !in.asked() || hasTag(in.IfMatch, tag) }

// Cached is the tag that a reader has already.
type Cached struct {
	IfNoneMatch string `header:"If-None-Match" maxLength:"200" doc:"ETag as last read. When it still is that, the answer is 304 without a body."`
}

// unchanged returns the answer 304 when the reader has the state already.
func (in Cached) unchanged(tag string) error {
	if in.IfNoneMatch == "" || !hasTag(in.IfNoneMatch, tag) {
		return nil
	}
	return huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"ETag": {tag}})
}

func hasTag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if strings.TrimSpace(part) == tag {
			return true
		}
	}
	return false
}

func quoted(tag string) string { return `"` + tag + `"` }
