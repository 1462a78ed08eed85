package store

import (
	"context"
	"strings"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/naming"
)

// ContactStore returns the store of package contact.
func (db *DB) ContactStore() contact.Store { return contactStore{db} }

type contactStore struct{ db *DB }

// InTx implements contact.Store.
func (s contactStore) InTx(ctx context.Context, fn func(contact.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements contact.Store.
func (s contactStore) Read(ctx context.Context, fn func(contact.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var contactColumns = []string{"id", "customer_id", "name", "title", "part", "phone", "wechat", "email", "note", "gone", "created_by", "created_at", "revision", "fields", "lang", "silent_at", "silent_by", "search_text"}

func contactValues(c contact.Contact) []any {
	return []any{c.ID, c.CustomerID, c.Name, c.Title, c.Part, c.Phone, c.WeChat, c.Email, c.Note, c.Gone, c.CreatedBy, instant(c.CreatedAt), c.Revision, string(c.Fields), string(c.Lang), instant(c.SilentAt), c.SilentBy, naming.Text(c.Name)}
}

// contactRead are the columns that are read: all but the text of searches.
var contactRead = contactColumns[:len(contactColumns)-1]

var contactSelect = "SELECT " + strings.Join(contactRead, ", ") + " FROM contact WHERE "

func scanContact(r rows, c *contact.Contact) error { return r.Scan(contactDestinations(c)...) }

func contactDestinations(c *contact.Contact) []any {
	return []any{&c.ID, &c.CustomerID, &c.Name, &c.Title, &c.Part, &c.Phone, &c.WeChat, &c.Email, &c.Note, &c.Gone, &c.CreatedBy, scanTime(&c.CreatedAt), &c.Revision, &c.Fields, &c.Lang, scanTime(&c.SilentAt), &c.SilentBy}
}

// Contacts implements contact.Reader.
func (tx *Tx) Contacts(ctx context.Context, customerID int64, limit int) ([]contact.Contact, error) {
	return collect(ctx, tx, scanContact, contactSelect+"customer_id = $1 ORDER BY gone, id LIMIT $2", customerID, int64(limit))
}

// Contact implements contact.Reader.
func (tx *Tx) Contact(ctx context.Context, id int64) (contact.Contact, error) {
	return one(ctx, tx, "contact.missing", scanContact, contactSelect+"id = $1", id)
}

// InsertContact implements contact.Tx.
func (tx *Tx) InsertContact(ctx context.Context, c contact.Contact) error {
	return tx.insertRow(ctx, "contact", contactColumns, contactValues(c))
}

// SaveContact implements contact.Tx.
func (tx *Tx) SaveContact(ctx context.Context, c contact.Contact) error {
	text := naming.Text(c.Name)
	if err := tx.renamed(ctx, &tx.db.finders.contacts, c.ID, text); err != nil {
		return err
	}
	return mustChange(ctx, tx, "contact.changed_meanwhile", `UPDATE contact SET name = $2, title = $3, part = $4, phone = $5, wechat = $6, email = $7, note = $8, gone = $9,
		revision = $10, fields = $11, lang = $12, silent_at = $13, silent_by = $14, search_text = $15 WHERE id = $1 AND revision = $10 - 1`, c.ID, c.Name, c.Title, c.Part, c.Phone, c.WeChat, c.Email, c.Note, c.Gone, c.Revision, string(c.Fields), string(c.Lang), instant(c.SilentAt), c.SilentBy, text)
}
