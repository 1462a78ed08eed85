package access_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bundle is a service on a fresh database with one administrator.
type bundle struct {
	*access.Service
	t     *testing.T
	db    *store.DB
	clock *clock
	root  access.Actor // signed in
}

const (
	rootPassword = "Tr4verse-lagoon"
	password     = "copper-Kettle-42"
	client       = "203.0.113.9"
)

var (
	cheap  = access.TestHashCost
	system = access.SystemActor("test")
)

func newService(t *testing.T, db *store.DB, clock *clock, cost access.HashCost) *access.Service {
	t.Helper()
	service, err := access.New(access.Config{
		Store: db.Access(), Key: []byte(strings.Repeat("k", access.InstallationKeyBytes)), Now: clock.Now, Cost: cost,
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// run runs a test on both engines and checks at the end that the audit chain is sound and holds no secret.
func run(t *testing.T, test func(t *testing.T, b *bundle)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := &bundle{t: t, db: db, clock: &clock{now: storetest.Start}}
		b.Service = newService(t, db, b.clock, cheap)
		_, err := b.SetUp(t.Context(), access.SetUp{Login: "root", Name: "管理员", Password: rootPassword, Client: client})
		b.must(err)
		b.root, _ = b.signIn("root", rootPassword)
		test(t, b)
		report, err := audit.NewService(db.Audit()).Verify(t.Context())
		b.must(err)
		if !report.Sound() {
			t.Errorf("audit chain: %+v", report)
		}
		for _, entry := range b.entries(audit.Filter{Limit: 200}) {
			for _, secret := range []string{rootPassword, password, "argon2id", "v1.", "xg_secret"} {
				if strings.Contains(string(entry.Before)+string(entry.After), secret) {
					t.Errorf("entry %d %s holds a secret: %s %s", entry.Seq, entry.Action, entry.Before, entry.After)
				}
			}
		}
	})
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// refused checks that an error is of the kind and says the key, about a field if it isn't about all.
func (b *bundle) refused(err error, kind errs.Kind, key string) {
	b.t.Helper()
	if !errs.Is(err, kind) || !strings.Contains(err.Error(), key) {
		b.t.Errorf("got %v, want %s %s", err, kind, key)
	}
}

func (b *bundle) entries(filter audit.Filter) []audit.Entry {
	b.t.Helper()
	page, err := audit.NewService(b.db.Audit()).List(b.t.Context(), system, filter)
	b.must(err)
	return page.Entries
}

// actions lists the actions on a subject, oldest first.
func (b *bundle) actions(subject string) (actions []string) {
	b.t.Helper()
	for _, e := range b.entries(audit.Filter{Subject: subject, Limit: 200}) {
		actions = append([]string{e.Action}, actions...)
	}
	return actions
}

// user makes a user who needn't change the password.
func (b *bundle) user(login string, grants ...access.Grant) access.User {
	b.t.Helper()
	created, err := b.CreateUser(b.t.Context(), system, access.CreateUser{Login: login, Name: "用户 " + login, Grants: grants, Password: password, Keep: true})
	b.must(err)
	return created.User
}

func all(role access.Role) access.Grant { return access.Grant{Role: role, Scope: access.ScopeAll} }

func (b *bundle) open(login, password string) access.Issued {
	b.t.Helper()
	issued, err := b.SignIn(b.t.Context(), access.SignIn{Login: login, Password: password, Client: client, Agent: "Browser"})
	b.must(err)
	return issued
}

func (b *bundle) signIn(login, password string) (access.Actor, access.Issued) {
	b.t.Helper()
	issued := b.open(login, password)
	actor, session, err := b.Authenticate(b.t.Context(), issued.Token)
	b.must(err)
	if session.ID != issued.Session.ID || session.Stage != issued.Session.Stage {
		b.t.Fatalf("authenticated %+v, issued %+v", session, issued.Session)
	}
	return actor, issued
}

// closed checks that a token opens nothing.
func (b *bundle) closed(token string) {
	b.t.Helper()
	actor, _, err := b.Authenticate(b.t.Context(), token)
	b.refused(err, errs.KindUnauthenticated, "access.sign_in_first")
	if actor.UserID != "" || len(actor.Grants) > 0 {
		b.t.Errorf("an ended session still gives %+v", actor)
	}
}

// open checks that a token opens a session fully.
func (b *bundle) opened(token string) access.Session {
	b.t.Helper()
	_, session, err := b.Authenticate(b.t.Context(), token)
	b.must(err)
	return session
}

// person records a person of the organisation, region a region.
func (b *bundle) person(id int64) {
	b.raw(fmt.Sprintf(`INSERT INTO person (id, key, name, hired_on, left_on, recorded_in, superseded_in)
		VALUES (%d, 'p%d', 'P', '2020-01-01', '9999-12-31', 1, 9223372036854775807)`, id, id))
}

func (b *bundle) region(id int64) {
	b.raw(fmt.Sprintf(`INSERT INTO region (id, key, name, valid_from, valid_to, recorded_in, superseded_in)
		VALUES (%d, 'r%d', 'R', '2020-01-01', '9999-12-31', 1, 9223372036854775807)`, id, id))
}

func (b *bundle) raw(statement string) {
	b.t.Helper()
	const batch = `INSERT INTO batch (id, kind, recorded_at, actor_id, document, row_count, earliest_month)
		VALUES (1, 'setup', '', '', '', 0, '2026-01') ON CONFLICT (id) DO NOTHING`
	b.must(b.db.InTx(b.t.Context(), func(tx *store.Tx) error {
		for _, text := range []string{batch, statement} {
			if err := rawExec(b.t.Context(), tx.Raw(), text); err != nil {
				return err
			}
		}
		return nil
	}))
}

func rawExec(ctx context.Context, raw any, statement string) (err error) {
	switch tx := raw.(type) {
	case *sql.Tx:
		_, err = tx.ExecContext(ctx, statement)
	case pgx.Tx:
		_, err = tx.Exec(ctx, statement)
	}
	return err
}
