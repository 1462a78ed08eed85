// Package errs is the vocabulary of failure: what kind of thing went wrong, what may be told to the person who asked, and
// which fields of the input to mend.
//
// An Error carries a Kind (one table in httpx maps it to a status), a Message (a key of the message catalogue with its
// arguments, safe to show), the Fields at fault and the wrapped cause, which is for the log alone. The package knows no
// language and no transport: texts live in i18n, statuses in httpx.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an Error is. The zero value is KindInternal, so that a forgotten kind is never shown as
// the caller's fault.
type Kind uint8

// The kinds, by what the caller can do about them.
const (
	KindInternal        Kind = iota // nothing; it is our fault
	KindInvalid                     // mend the input
	KindNotFound                    // ask for something that exists and may be seen
	KindConflict                    // read the new state, decide again
	KindForbidden                   // ask somebody who may
	KindUnauthenticated             // sign in
	KindPeriodClosed                // post into the open period instead
	KindTooLarge                    // send less
	KindTooMany                     // wait
	KindUnavailable                 // try again later
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "forbidden", "unauthenticated", "period_closed", "too_large", "too_many", "unavailable"}

// String returns the kind's stable machine name, as used in API problems and metrics.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[KindInternal]
}

// Args are the named values that a message text refers to.
type Args map[string]any

// Message is a text that may be shown to anybody: a key of the message catalogue and its arguments.
type Message struct {
	Key  string `json:"key"`
	Args Args   `json:"args,omitempty"`
}

// Msg builds a Message.
func Msg(key string, args Args) Message { return Message{Key: key, Args: args} }

// Field names one thing wrong with the input. Row is the 1-based line or sheet row for tabular input and 0 otherwise; Path is
// the field or column; Value is what was found (shortened); Message says what is wrong and Remedy how to mend it.
type Field struct {
	Source  string  `json:"source,omitempty"` // file or sheet
	Row     int     `json:"row,omitempty"`
	Column  int     `json:"column,omitempty"` // 1-based column of a text document
	Path    string  `json:"path"`
	Value   string  `json:"value,omitempty"`
	Message Message `json:"message"`
	Remedy  Message `json:"remedy,omitzero"`
}

// Error is the one error type that crosses package borders. Build it with New, Invalid and their kin.
type Error struct {
	Kind    Kind
	Message Message
	Fields  []Field
	cause   error
}

// Error gives the text for the log: kind, message key, fields and cause. It is never shown to users.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Message.Key != "" {
		fmt.Fprintf(&b, " %s", e.Message.Key)
		if len(e.Message.Args) > 0 {
			fmt.Fprintf(&b, " %v", map[string]any(e.Message.Args))
		}
	}
	for i, f := range e.Fields {
		if i == 5 {
			fmt.Fprintf(&b, "; and %d more", len(e.Fields)-i)
			break
		}
		fmt.Fprintf(&b, "; %s", f.Path)
		if f.Row > 0 {
			fmt.Fprintf(&b, " (row %d)", f.Row)
		}
		fmt.Fprintf(&b, ": %s", f.Message.Key)
		if f.Value != "" {
			fmt.Fprintf(&b, " %q", f.Value)
		}
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Because attaches the internal cause, which is logged and never shown, and returns e.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// New builds an error of a kind with a safe message.
func New(kind Kind, key string, args Args) *Error {
	return &Error{Kind: kind, Message: Message{Key: key, Args: args}}
}

// Invalid reports fields to mend. It returns nil when there are none, so that a Validate method can end with
// `return errs.Invalid("error.invalid", fields)`.
func Invalid(key string, fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Message: Message{Key: key}, Fields: fields}
}

// KindOf returns the kind of the first Error in err's chain, and KindInternal for any other error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// Is reports whether err is of the kind. It is false for nil.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Wrap prefixes *err, when it is not nil, with the call that failed. Exported functions that cross a package begin with
//
//	defer errs.Wrap(&err, "period.Close(%s)", id)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
