package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

type sender struct {
	out []mail.Outgoing
	err error
}

func (s *sender) SendMail(_ context.Context, out mail.Outgoing) error {
	s.out = append(s.out, out)
	return s.err
}

func entry() mail.Entry {
	secret := "geheim"
	return mail.Entry{Connection: mail.Connection{Host: "smtp.qinghe.cn", Port: 465, Security: mail.SecurityTLS, Login: "office", Address: "office@qinghe.cn", Active: true}, Secret: &secret}
}

func TestAllWrongFieldsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 201)
	bad := mail.Entry{Connection: mail.Connection{Host: "a b", Port: 0, Security: "ssl", Login: "a\nb", Address: "a@b@c", Name: "x\r\nBcc: y"}, Secret: &long}
	var e *errs.Error
	if !errors.As(bad.Validate(), &e) || len(e.Fields) != 7 {
		t.Errorf("wrong: %v", e)
	}
	open := entry()
	open.Security = mail.SecurityNone
	if !errors.As(open.Validate(), &e) || e.Fields[0].Path != "security" {
		t.Errorf("a password in the clear: %v", e)
	}
	for address, fits := range map[string]bool{"a@b.cn": true, "a.b+c@mail.b.cn": true, "a@b": true, "a b@c.cn": false, "a@c.cn\r\nBcc: x": false, "<a@c.cn>": false, "林@c.cn": false, "a..b@c.cn": false, "": false} {
		if mail.AddressFits(address) != fits {
			t.Errorf("%q: %t", address, !fits)
		}
	}
}

func TestTheConnectionIsKeptSealedAndTried(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		vault, err := access.NewVault(make([]byte, access.InstallationKeyBytes), "test")
		if err != nil {
			t.Fatal(err)
		}
		out := &sender{}
		s := mail.NewService(mail.Config{Store: db.MailStore(), Vault: vault, Sender: out, Company: func() string { return "青禾智控" }, Now: storetest.Clock()})
		if ready, err := s.Ready(ctx); ready || err != nil {
			t.Errorf("without one: %t, %v", ready, err)
		}
		if err := s.Try(ctx, monthtest.Admin, "a@b.cn", "x", "x"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("tried without one: %v", err)
		}
		if _, err := s.Save(ctx, monthtest.Maker, entry()); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("operations: %v", err)
		}
		kept, err := s.Save(ctx, monthtest.Admin, entry())
		if err != nil || kept.Revision != 1 || strings.Contains(kept.Password, "geheim") || kept.Password == "" {
			t.Fatalf("kept %+v, %v", kept, err)
		}
		if _, err := s.Save(ctx, monthtest.Admin, entry()); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a stale change: %v", err)
		}
		if err := s.Try(ctx, monthtest.Admin, "lin@kunde.cn", "试", "试"); err != nil || len(out.out) != 1 || out.out[0].Secret != "geheim" || out.out[0].FromName != "青禾智控" {
			t.Errorf("tried: %+v, %v", out.out, err)
		}
		out.err = &mail.Failure{Class: mail.ClassLogin, Code: 535}
		if err := s.Try(ctx, monthtest.Admin, "lin@kunde.cn", "试", "试"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a failure: %v", err)
		}
		other := entry()
		other.Secret, other.Host, other.Revision = nil, "smtp.evil.cn", kept.Revision
		moved, err := s.Save(ctx, monthtest.Admin, other)
		if err != nil || moved.Password != "" {
			t.Errorf("the password goes along to another server: %+v, %v", moved, err)
		}
		log, err := audit.NewService(db.Audit()).Verify(ctx)
		if err != nil || log.Entries < 4 {
			t.Errorf("audit: %+v, %v", log, err)
		}
	})
}
