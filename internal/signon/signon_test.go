package signon_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// speaker is a provider that says what the test wants.
type speaker struct {
	claims signon.Claims
	err    error
	asked  signon.Ask
	opened string // the secret it was asked with
}

func (s *speaker) AuthorizeURL(_ context.Context, way signon.Way, ask signon.Ask) (string, error) {
	s.asked, s.opened = ask, way.Open
	return "https://provider.example/authorize", s.err
}

func (s *speaker) Identify(_ context.Context, way signon.Way, _ signon.Answer) (signon.Claims, error) {
	s.opened = way.Open
	return s.claims, s.err
}

func (s *speaker) Try(_ context.Context, way signon.Way, redirect string) error {
	s.opened, s.asked.Redirect = way.Open, redirect
	return s.err
}

func entry() signon.Entry {
	secret := "geheim"
	return signon.Entry{Key: "wecom", Secret: &secret, Settings: signon.Settings{Kind: signon.KindWeCom, Name: "企业微信", ClientID: "ww1", AgentID: "1000002", Active: true}}
}

type bench struct {
	*signon.Service
	users   *access.Service
	speaker *speaker
	now     time.Time
}

func newBench(t *testing.T, db *store.DB) *bench {
	t.Helper()
	b := &bench{speaker: &speaker{}, now: time.Date(2026, 10, 8, 1, 30, 0, 0, time.UTC)}
	clock := func() time.Time { return b.now }
	var err error
	if b.users, err = access.New(access.Config{Store: db.Access(), Key: make([]byte, access.InstallationKeyBytes), Now: clock, Cost: access.TestHashCost}); err != nil {
		t.Fatal(err)
	}
	vault, err := access.NewVault(make([]byte, access.InstallationKeyBytes), "test")
	if err != nil {
		t.Fatal(err)
	}
	b.Service = signon.NewService(signon.Config{Store: db.SignOnStore(), Vault: vault, Users: b.users, Connector: b.speaker, Now: clock, Log: slog.New(slog.DiscardHandler)})
	return b
}

func (b *bench) user(t *testing.T, login string) access.User {
	t.Helper()
	made, err := b.users.CreateUser(t.Context(), access.SystemActor("test"), access.CreateUser{Login: login, Name: "用户" + login, Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}, Password: "four quiet herons", Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	return made.User
}

// come goes to the provider and comes back.
func (b *bench) come(t *testing.T) (signon.Finished, error) {
	t.Helper()
	begun, err := b.Begin(t.Context(), signon.Begin{Provider: "wecom", Origin: "https://sales.qinghe.cn", Return: "/pipeline"})
	if err != nil {
		return signon.Finished{}, err
	}
	return b.Finish(t.Context(), signon.Finish{Provider: "wecom", Sealed: begun.Sealed, State: b.speaker.asked.State, Code: "c", Client: "10.0.0.1"})
}

func TestProvidersAndIdentitiesAreKeptOnBothDatabases(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, b := t.Context(), newBench(t, db)
		for _, actor := range []access.Actor{{}, monthtest.Maker, {UserID: "u", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeRegion, RegionID: 1}}}} {
			if _, err := b.Save(ctx, actor, entry()); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindUnauthenticated) {
				t.Errorf("%s: %v", actor.UserID, err)
			}
		}
		kept, err := b.Save(ctx, monthtest.Admin, entry())
		if err != nil || kept.Revision != 1 || kept.Secret == "" || strings.Contains(kept.Secret, "geheim") {
			t.Fatalf("kept %+v, %v", kept, err)
		}
		if _, err := b.Save(ctx, monthtest.Admin, entry()); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("the same key again: %v", err)
		}
		again := entry()
		again.Secret, again.Revision, again.Name, again.Contact = nil, 1, "企微", "小周"
		if kept, err = b.Save(ctx, monthtest.Admin, again); err != nil || kept.Secret == "" || kept.Revision != 2 {
			t.Errorf("the secret is lost: %+v, %v", kept, err)
		}
		if _, err := b.Save(ctx, monthtest.Admin, again); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a stale change: %v", err)
		}
		moved := again
		moved.Revision, moved.Addresses.API = 2, "https://evil.example"
		if _, err := b.Save(ctx, monthtest.Admin, moved); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("the secret goes along to another server: %v", err)
		}
		if err := b.Try(ctx, monthtest.Admin, "wecom", "https://sales.qinghe.cn"); err != nil || b.speaker.opened != "geheim" || b.speaker.asked.Redirect != "https://sales.qinghe.cn/sign-in/with/wecom/callback" {
			t.Errorf("tried with %q, %q: %v", b.speaker.opened, b.speaker.asked.Redirect, err)
		}

		chen, wu := b.user(t, "chen"), b.user(t, "wu")
		added, err := b.Import(ctx, monthtest.Admin, []signon.NewIdentity{{Login: "Chen", Provider: "wecom", Subject: "ChenSY"}, {Login: "wu", Provider: "wecom", Subject: "Wu"}})
		if err != nil || added != 2 {
			t.Fatalf("imported %d, %v", added, err)
		}
		if _, err := b.Import(ctx, monthtest.Admin, []signon.NewIdentity{{Login: "wu", Provider: "wecom", Subject: "WU"}, {Login: "wu", Provider: "wecom", Subject: "other"}}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a second identity at one provider: %v", err)
		}
		b.speaker.claims = signon.Claims{Subject: "chensy", Name: "陈思远"}
		done, err := b.come(t)
		if err != nil || done.Return != "/pipeline" || done.Issued.Session.UserID != chen.ID || done.Issued.Session.Provider != "wecom" {
			t.Fatalf("came in as %+v, %v", done, err)
		}
		actor, session, err := b.users.Authenticate(ctx, done.Issued.Token)
		if err != nil || actor.UserID != chen.ID || session.Provider != "wecom" || session.Stage != access.StageFull {
			t.Errorf("is %+v, %+v, %v", actor, session, err)
		}
		identities, err := b.Identities(ctx, actor, chen.ID)
		if err != nil || len(identities) != 1 || identities[0].Name != "陈思远" || identities[0].How != signon.HowAdmin || !identities[0].UsedAt.Equal(b.now) || !identities[0].LinkedAt.Equal(b.now) {
			t.Errorf("identities %+v, %v", identities, err)
		}
		if _, err := b.Identities(ctx, access.Actor{UserID: "other", Session: "s"}, wu.ID); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("somebody else's identities: %v", err)
		}
		moved.Secret, moved.Addresses, moved.ClientID = entry().Secret, signon.Addresses{}, "ww2"
		if _, err := b.Save(ctx, monthtest.Admin, moved); !errs.Is(err, errs.KindConflict) {
			t.Errorf("another company under the accounts that are linked: %v", err)
		}
		if err := b.Unlink(ctx, monthtest.Admin, wu.ID, "wecom"); err != nil {
			t.Error(err)
		}
		if err := b.Unlink(ctx, monthtest.Admin, wu.ID, "wecom"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("unlinked twice: %v", err)
		}
		if list, err := b.List(ctx, monthtest.Auditor); err != nil || len(list) != 1 || list[0].Linked != 1 || list[0].Name != "企微" {
			t.Errorf("listed %+v, %v", list, err)
		}
		if err := b.Delete(ctx, monthtest.Admin, "wecom", 1); !errs.Is(err, errs.KindConflict) {
			t.Errorf("deleted what was not seen: %v", err)
		}
		if err := b.Delete(ctx, monthtest.Admin, "wecom", 2); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.users.Authenticate(ctx, done.Issued.Token); !errs.Is(err, errs.KindUnauthenticated) {
			t.Errorf("the session of a provider that is gone: %v", err)
		}
		log, err := audit.NewService(db.Audit()).Verify(ctx)
		if err != nil || log.Entries < 10 {
			t.Errorf("audit: %+v, %v", log, err)
		}
		if swept, err := b.users.Sweep(ctx); err != nil || swept != 0 {
			t.Errorf("a sign-on that could come back was forgotten: %d, %v", swept, err)
		}
		b.now = b.now.Add(signon.Lifetime)
		if swept, err := b.users.Sweep(ctx); err != nil || swept != 1 {
			t.Errorf("%d were forgotten, %v", swept, err)
		}
	})
}

func TestFailuresOfServersAreNobodysAttempts(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := newBench(t, db)
		if _, err := b.Save(t.Context(), monthtest.Admin, entry()); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			begun, err := b.Begin(t.Context(), signon.Begin{Provider: "wecom", Origin: "https://sales.qinghe.cn"})
			if err != nil {
				t.Fatal(err)
			}
			state := b.speaker.asked.State
			b.speaker.err = &signon.Failure{Class: signon.ClassTimeout, Cause: errors.New("i/o timeout")}
			_, err = b.Finish(t.Context(), signon.Finish{Provider: "wecom", Sealed: begun.Sealed, State: state, Code: "c", Client: "10.0.0.1"})
			if b.speaker.err = nil; !errs.Is(err, errs.KindUnavailable) {
				t.Fatalf("a provider that does not answer: %v", err)
			}
		}
		page, err := audit.NewService(db.Audit()).List(t.Context(), monthtest.Auditor, audit.Filter{ActionPrefix: "session."})
		if err != nil || len(page.Entries) != 0 {
			t.Errorf("audited as %v, %v", page.Entries, err)
		}
	})
}

func TestAllWrongFieldsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*signon.Entry)
		want   []string
	}{
		"nothing":               {func(*signon.Entry) {}, nil},
		"no application":        {func(e *signon.Entry) { e.AgentID, e.ClientID = "x", "" }, []string{"client_id", "agent_id"}},
		"an e-mail address":     {func(e *signon.Entry) { e.Kind, e.Issuer, e.Claim = signon.KindOIDC, "https://a.cn", "email" }, []string{"claim"}},
		"a stable number":       {func(e *signon.Entry) { e.Kind, e.Issuer, e.Claim = signon.KindOIDC, "https://a.cn", "oid" }, nil},
		"no issuer":             {func(e *signon.Entry) { e.Kind, e.Claim = signon.KindOIDC, "sub" }, []string{"issuer"}},
		"a query in the issuer": {func(e *signon.Entry) { e.Kind, e.Claim, e.Issuer = signon.KindOIDC, "sub", "https://a.cn/?x=1" }, []string{"issuer"}},
		"an address of OIDC": {func(e *signon.Entry) {
			e.Kind, e.Claim, e.Issuer, e.Addresses.API = signon.KindOIDC, "sub", "https://a.cn", "https://a.cn"
		}, []string{"api_address"}},
		"no such match":           {func(e *signon.Entry) { e.Match = signon.MatchEmail }, []string{"match"}},
		"DingTalk is open to all": {func(e *signon.Entry) { e.Kind, e.Claim, e.Match = signon.KindDingTalk, "unionId", signon.MatchMobile }, []string{"organisations"}},
		"accounts for all of it":  {func(e *signon.Entry) { e.Kind, e.Claim, e.Create = signon.KindDingTalk, "unionId", true }, []string{"organisations"}},
		"one company of DingTalk": {func(e *signon.Entry) {
			e.Kind, e.Claim, e.Create, e.Organisations = signon.KindDingTalk, "unionId", true, []string{"ding1"}
		}, nil},
		"the only way in":            {func(e *signon.Entry) { e.Exclusive = true }, []string{"spare"}},
		"a key that is an address":   {func(e *signon.Entry) { e.Key = "a/../b" }, []string{"key"}},
		"a kind that does not exist": {func(e *signon.Entry) { e.Kind = "saml" }, []string{"kind"}},
		"a name that is too long":    {func(e *signon.Entry) { e.Name = strings.Repeat("长", 21) }, []string{"name"}},
		"an e-mail domain": {func(e *signon.Entry) {
			e.Kind, e.Issuer, e.Claim, e.Organisations = signon.KindOIDC, "https://a.cn", "sub", []string{"qinghe"}
		}, []string{"organisations"}},
	} {
		in := entry()
		in.Claim, in.Match, in.Factors = "userid", signon.MatchNone, signon.FactorsOne
		c.change(&in)
		var got []string
		if wrong, ok := errors.AsType[*errs.Error](in.Validate()); ok {
			for _, f := range wrong.Fields {
				got = append(got, f.Path)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestEveryClassHasWords: what can go wrong is said in both languages, and so is what stands in lists.
func TestEveryClassHasWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, c := range signon.Classes {
		keys = append(keys, c.Message().Key)
	}
	for _, k := range signon.Kinds {
		keys = append(keys, k.Message().Key, "signon.client_"+string(k), "signon.secret_"+string(k))
		for _, m := range k.Matches() {
			keys = append(keys, "signon.match."+string(m))
		}
		for _, f := range k.Factors() {
			keys = append(keys, "signon.factors."+string(f))
		}
	}
	for _, h := range []signon.How{signon.HowSelf, signon.HowAdmin, signon.HowMatched, signon.HowCreated} {
		keys = append(keys, h.Message().Key)
	}
	for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
		for _, key := range keys {
			if !catalogue.Printer(lang).Has(key) {
				t.Errorf("%s: no %s", lang, key)
			}
		}
	}
}
