package mail

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Reader reads in one snapshot.
type Reader interface {
	// MailConnection returns what is kept; the zero Connection when nothing is.
	MailConnection(ctx context.Context) (Connection, error)
}

// Tx changes the connection.
type Tx interface {
	Reader
	audit.Tx
	// SaveMailConnection keeps it. Errors: conflict when the kept revision is not the one before.
	SaveMailConnection(ctx context.Context, c Connection) error
}

// Store is where the connection is kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Vault seals the password.
type Vault interface {
	Seal(plain, place string) string
	Open(sealed, place string) (string, error)
}

// Config is what a Service needs.
type Config struct {
	Store   Store
	Vault   Vault
	Sender  Sender
	Company func() string // its name: who letters come from when nothing else is said
	Now     func() time.Time
}

// Service keeps the connection and sends letters through it.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

const place = "mail:connection"

// Get returns the connection, without its password. Errors: forbidden.
func (s *Service) Get(ctx context.Context, actor access.Actor) (c Connection, err error) {
	defer errs.Wrap(&err, "mail.Get")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return c, err
	}
	return s.read(ctx)
}

func (s *Service) read(ctx context.Context) (c Connection, err error) {
	err = s.Store.Read(ctx, func(r Reader) error {
		c, err = r.MailConnection(ctx)
		return err
	})
	return c, err
}

// Ready reports whether letters can go.
func (s *Service) Ready(ctx context.Context) (bool, error) {
	c, err := s.read(ctx)
	return c.Ready(), err
}

// Save keeps the connection. Revision is the one that the asker has seen. Errors: forbidden; invalid; conflict when somebody else was faster.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (kept Connection, err error) {
	defer errs.Wrap(&err, "mail.Save")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return kept, err
	}
	in.Host, in.Login, in.Address, in.Name = strings.TrimSpace(in.Host), strings.TrimSpace(in.Login), strings.TrimSpace(in.Address), strings.TrimSpace(in.Name)
	if err := in.Validate(); err != nil {
		return kept, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, err := tx.MailConnection(ctx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "mail.changed_meanwhile", nil)
		}
		kept = in.Connection
		kept.Password = before.Password
		switch {
		case in.Security == SecurityNone || in.Secret != nil && *in.Secret == "":
			kept.Password = ""
		case in.Secret != nil:
			kept.Password = s.Vault.Seal(*in.Secret, place)
		case before.Host != in.Host: // a password must not go to another server by a slip
			kept.Password = ""
		}
		kept.Revision++
		if err := tx.SaveMailConnection(ctx, kept); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "mail.change", "mail:connection", state(before), state(kept))
	})
	return kept, err
}

// state is what the audit log keeps: that there is a password and not which.
func state(c Connection) any {
	if c.Revision == 0 {
		return nil
	}
	return map[string]any{"host": c.Host, "port": c.Port, "security": c.Security, "login": c.Login, "password": c.Password != "", "address": c.Address, "name": c.Name, "active": c.Active, "revision": c.Revision}
}

// Try sends a letter that says nothing to an address, now, and says what became of it. Errors: forbidden; invalid for an address; conflict when
// the connection is off; unavailable, with the class, when it was not taken.
func (s *Service) Try(ctx context.Context, actor access.Actor, to, subject, text string) (err error) {
	defer errs.Wrap(&err, "mail.Try")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return err
	}
	if to = strings.TrimSpace(to); !AddressFits(to) {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "to", Value: to, Message: errs.Msg("mail.address_bad", nil)}})
	}
	if err := s.Store.InTx(ctx, func(tx Tx) error {
		c, err := tx.MailConnection(ctx)
		if err == nil && !c.Ready() {
			err = errs.New(errs.KindConflict, "mail.is_off", nil)
		}
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "mail.try", "mail:connection", nil, map[string]any{"host": c.Host})
	}); err != nil {
		return err
	}
	if err := s.Send(ctx, Letter{ID: "try-" + s.Now().UTC().Format("20060102150405.000"), To: to, Subject: subject, Text: text, At: s.Now()}); err != nil {
		f := FailureOf(err)
		wrong := &errs.Error{Kind: errs.KindInvalid, Message: errs.Msg("mail.try_failed", nil), Fields: []errs.Field{{Path: "to", Value: to, Message: f.Class.Message()}}}
		return wrong.Because(f)
	}
	return nil
}

// Send hands a letter to the server. It asks nobody's permission: who sends decides. Errors: a *Failure.
func (s *Service) Send(ctx context.Context, letter Letter) error {
	c, err := s.read(ctx)
	if err != nil {
		return &Failure{Class: ClassInternal, Cause: err}
	}
	if !c.Ready() {
		return &Failure{Class: ClassOff}
	}
	out := Outgoing{Letter: letter, Connection: c, FromName: c.Name}
	if out.FromName == "" {
		out.FromName = s.Company()
	}
	if c.Password != "" {
		if out.Secret, err = s.Vault.Open(c.Password, place); err != nil {
			return &Failure{Class: ClassSecret, Cause: err}
		}
	}
	return s.Sender.SendMail(ctx, out)
}
