package audit

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
)

// Reader is who asks to see the log: access.Actor.
type Reader interface {
	// MayReadAudit returns nil, or an error of kind Unauthenticated or Forbidden.
	MayReadAudit() error
	// SeesAllPay reports whether amounts of pay and of sales are for the reader's eyes.
	SeesAllPay() bool
}

// Store is the log as it is kept.
type Store interface {
	// ListAudit returns the entries of the query, newest first.
	ListAudit(ctx context.Context, query Query) ([]Entry, error)
	// ScanAudit calls fn on every entry in the order of Seq, on one snapshot, and returns the number that the next entry would get in
	// that snapshot. An entry whose time isn't written exactly in TimeLayout comes with the zero time. It stops with fn's error.
	ScanAudit(ctx context.Context, fn func(Entry) error) (next int64, err error)
}

// Query is a checked Filter.
type Query struct {
	Filter
	Before int64 // only entries with a smaller Seq; 0 is all
	Limit  int
}

// Filter says which entries to list. Empty fields don't limit.
type Filter struct {
	Subject      string // kind:id, or kind: for all of a kind
	ActorID      string
	ActionPrefix string    // "user." or "user.create"
	From, To     time.Time // half-open
	Cursor       string    // Page.Next of the page before
	Limit        int       // 1 to maxLimit; 0 is defaultLimit
}

const (
	defaultLimit = 50
	maxLimit     = 200
)

// Validate returns an error of kind Invalid that names every wrong field.
func (f Filter) Validate() error {
	var fields []errs.Field
	if f.Limit < 0 || f.Limit > maxLimit {
		fields = append(fields, errs.Field{Path: "limit", Value: strconv.Itoa(f.Limit), Message: errs.Msg("audit.limit", errs.Args{"Max": maxLimit})})
	}
	if _, err := f.before(); err != nil {
		fields = append(fields, errs.Field{Path: "cursor", Value: f.Cursor, Message: errs.Msg("audit.cursor", nil)})
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		fields = append(fields, errs.Field{Path: "to", Value: f.To.Format(time.RFC3339), Message: errs.Msg("audit.empty_span", nil)})
	}
	for _, text := range []struct{ path, value string }{{"subject", f.Subject}, {"actor", f.ActorID}, {"action", f.ActionPrefix}} {
		if text.value != clean(text.value) || len(text.value) > 200 {
			fields = append(fields, errs.Field{Path: text.path, Message: errs.Msg("audit.bad_text", nil)})
		}
	}
	return errs.Invalid("audit.invalid", fields)
}

func (f Filter) before() (int64, error) {
	if f.Cursor == "" {
		return 0, nil
	}
	return strconv.ParseInt(f.Cursor, 10, 64)
}

// Page is a part of the log, newest first. Next continues it and is empty at the end.
type Page struct {
	Entries []Entry
	Next    string
}

// Service reads and checks the log. Writing is Append, within the writer's own transaction.
type Service struct{ store Store }

// NewService returns the service on a store.
func NewService(store Store) *Service { return &Service{store: store} }

// List returns entries, newest first. Who looks after the system and may not see pay finds no amounts in them, nor the words that go with pay: they are
// masked, and the hash remains that of the entry as it is kept. Errors: Forbidden or Unauthenticated without the permission audit.read, Invalid for a filter
// that makes no sense.
func (s *Service) List(ctx context.Context, reader Reader, filter Filter) (_ Page, err error) {
	defer errs.Wrap(&err, "audit.List")
	if err := reader.MayReadAudit(); err != nil {
		return Page{}, err
	}
	if err := filter.Validate(); err != nil {
		return Page{}, err
	}
	query := Query{Filter: filter, Limit: filter.Limit}
	if query.Limit == 0 {
		query.Limit = defaultLimit
	}
	if query.Before, err = filter.before(); err != nil {
		return Page{}, err
	}
	wanted := query.Limit
	query.Limit++ // one more tells whether there is a next page
	entries, err := s.store.ListAudit(ctx, query)
	if err != nil {
		return Page{}, err
	}
	if !reader.SeesAllPay() {
		for i := range entries {
			if entries[i], err = masked(entries[i]); err != nil {
				return Page{}, err
			}
		}
	}
	if len(entries) <= wanted {
		return Page{Entries: entries}, nil
	}
	entries = entries[:wanted]
	return Page{Entries: entries, Next: strconv.FormatInt(entries[wanted-1].Seq, 10)}, nil
}

// ForKind reports whether the filter's subject means all of a kind.
func (f Filter) ForKind() bool { return strings.HasSuffix(f.Subject, ":") }
