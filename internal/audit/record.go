package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"xiaoguan/internal/errs"
)

// Author is who an entry names. access.Actor is one; the interface stands here because access imports this package.
type Author interface {
	// AuditAuthor returns the id and the name of who acts, and the address they act from.
	AuditAuthor() (id, name, client string)
}

// Tx is the write transaction that an entry joins. AppendAudit gives the entry its number, time, previous hash and hash; these fields
// are ignored in what it is given.
type Tx interface {
	AppendAudit(ctx context.Context, entry Entry) error
}

// The shapes of Action and Subject: domain.verb and kind:id.
var (
	actionShape  = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)
	subjectShape = regexp.MustCompile(`^[a-z_]+:.+$`)
)

// Record builds the entry of one write. Before and after are anything that encodes to JSON; nil is "no such record". The caller
// leaves secrets out of both. It fails when action or subject have another shape than domain.verb and kind:id: a slip of the
// programmer that would make the log unsearchable.
func Record(author Author, action, subject string, before, after any) (entry Entry, err error) {
	defer errs.Wrap(&err, "audit.Record(%s, %s)", action, subject)
	if !actionShape.MatchString(action) || !subjectShape.MatchString(subject) {
		return Entry{}, fmt.Errorf("action or subject has no proper shape")
	}
	entry = Entry{Action: action, Subject: clean(subject)}
	id, name, client := author.AuditAuthor()
	entry.ActorID, entry.ActorName, entry.Client = clean(id), clean(name), clean(client)
	if entry.Before, err = Canonical(before); err != nil {
		return Entry{}, err
	}
	entry.After, err = Canonical(after)
	return entry, err
}

// Append records one write in the transaction that makes it.
func Append(ctx context.Context, tx Tx, author Author, action, subject string, before, after any) error {
	entry, err := Record(author, action, subject, before, after)
	if err != nil {
		return err
	}
	return tx.AppendAudit(ctx, entry)
}

// Canonical encodes a value as JSON with sorted keys, without spaces and without HTML escapes, so that equal states are equal bytes.
// Nil and null are no bytes.
func Canonical(value any) (json.RawMessage, error) {
	if value == nil {
		return nil, nil
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	if isCanonical(plain) {
		return plain, nil
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber() // a float would round amounts
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read state back: %w", err)
	}
	if tree == nil {
		return nil, nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// clean makes a text storable in both databases: no broken UTF-8 and no NUL.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
