package store

import (
	"context"
	"strings"

	"xiaoguan/internal/mail"
)

// MailStore returns the store of package mail.
func (db *DB) MailStore() mail.Store { return mailStore{db} }

type mailStore struct{ db *DB }

// InTx implements mail.Store.
func (s mailStore) InTx(ctx context.Context, fn func(mail.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements mail.Store.
func (s mailStore) Read(ctx context.Context, fn func(mail.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var mailColumns = []string{"id", "host", "port", "security", "login", "password", "sender_address", "sender_name", "active", "revision"}

// MailConnection implements mail.Reader.
func (tx *Tx) MailConnection(ctx context.Context) (c mail.Connection, err error) {
	err = each(ctx, tx, func(r rows) error {
		return r.Scan(&c.Host, &c.Port, &c.Security, &c.Login, &c.Password, &c.Address, &c.Name, &c.Active, &c.Revision)
	}, "SELECT "+strings.Join(mailColumns[1:], ", ")+" FROM mail_connection WHERE id = 1")
	return c, err
}

// SaveMailConnection implements mail.Tx.
func (tx *Tx) SaveMailConnection(ctx context.Context, c mail.Connection) error {
	if c.Revision == 1 {
		return tx.insertRow(ctx, "mail_connection", mailColumns, []any{int64(1), c.Host, c.Port, string(c.Security), c.Login, c.Password, c.Address, c.Name, c.Active, c.Revision})
	}
	return mustChange(ctx, tx, "mail.changed_meanwhile", `UPDATE mail_connection SET host = $1, port = $2, security = $3, login = $4, password = $5, sender_address = $6, sender_name = $7, active = $8, revision = $9
		WHERE id = 1 AND revision = $9 - 1`, c.Host, c.Port, string(c.Security), c.Login, c.Password, c.Address, c.Name, c.Active, c.Revision)
}
