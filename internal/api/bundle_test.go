package api_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/api"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/given"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/job"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/render"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/target"
)

// bundle is the interface over a small company on a fresh database.
type bundle struct {
	t        *testing.T
	api      *api.API
	handler  http.Handler
	services api.Services
	db       *store.DB
	keys     map[string]string // login → key; "<login>/ro" may only read
	ids      map[string]string // login → user id
}

// signer signs with a key that only tests have.
type signer struct{ ed25519.PrivateKey }

func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.PrivateKey, message) }

func (s signer) Public() ed25519.PublicKey { return s.PrivateKey.Public().(ed25519.PublicKey) }

func (s signer) Verify(message, signature []byte) bool {
	return ed25519.Verify(s.PrivateKey.Public().(ed25519.PublicKey), message, signature)
}

// idle is a node without jobs.
type idle struct{}

func (idle) Progress(string) (job.Progress, bool) { return job.Progress{}, false }
func (idle) Interrupt(string) bool                { return false }
func (idle) Watch(string) (<-chan struct{}, func()) {
	return nil, func() {}
}

// running is a job as the function that does its work sees it.
type running struct{ job job.Job }

func (r running) Job() job.Job      { return r.job }
func (running) Report(job.Progress) {}
func (running) SetResult(any)       {}

// The logins of the company. P0 leads team T1 with P1 and P2; P3 is alone in T2.
var people = []access.CreateUser{
	{Login: "root", Name: "管理员", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}},
	{Login: "ops", Name: "陈晓", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}},
	{Login: "fin", Name: "王芳", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}},
	{Login: "audit", Name: "赵敏", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}},
	{Login: "lead", Name: "林岚", PersonID: 1, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}},
	{Login: "p1", Name: "周宁", PersonID: 2, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}},
	{Login: "p2", Name: "吴桐", PersonID: 3, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}},
}

var system = access.SystemActor("test")

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, db: storetest.SQLite(t), keys: map[string]string{}, ids: map[string]string{}}
	clock := storetest.Clock()
	users, err := access.New(access.Config{
		Store: b.db.Access(), Key: []byte(strings.Repeat("k", access.InstallationKeyBytes)), Now: clock, Cost: access.TestHashCost,
	})
	b.must(err)
	newID := func() string { return store.NewID(clock()) }
	b.services = api.Services{
		Users: users, Audit: audit.NewService(b.db.Audit()), Jobs: job.NewService(b.db.Jobs(), idle{}), Plans: planbook.NewService(b.db.Plans(), newID),
		Periods: period.NewService(b.db.Periods(), signer{ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}, render.PayFiles{}, newID, money.Constantly(money.CNY)),
		Payouts: payout.NewService(b.db.Payouts(), money.Constantly(money.CNY)), Rewards: reward.NewService(b.db.Rewards()), Payroll: payroll.NewService(b.db.Payroll(), newID), Answers: b.db.Answers(),
		People: org.NewService(b.db.Org(), clock), Customers: customer.NewService(b.db.Customers(), clock), Deals: deal.NewService(b.db.Deals(), clock),
		Opportunities: opportunity.NewService(b.db.Opportunities(), deal.NewService(b.db.Deals(), clock), clock), FollowUps: followup.NewService(b.db.FollowUpStore(), clock), Contacts: contact.NewService(b.db.ContactStore(), clock),
		Targets: target.NewService(b.db.Quotas(), clock), Given: given.NewService(b.db.Given(), clock), Imports: intake.NewService(b.db.Imports(), folders{}, newID, tabular.Limits{FileBytes: fileBytesMax}),
		Company: company.NewService(b.db.Company(), clock), Consents: consent.NewService(b.db.Consents(), clock),
		Disputes:    dispute.NewService(b.db.Disputes(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China),
		Simulations: simulation.NewService(b.db.Simulations(), newID, money.Constantly(money.CNY)),
		LawGuard:    lawguard.NewService(b.db.LawGuard(), clock),
		Standards:   standard.NewService(b.db.Standards(), newID, clock, calendar.China),
		Budgets:     budget.NewService(b.db.Budgets(), func() calendar.Fiscal { return calendar.Fiscal{} }),
	}
	b.services.Opportunities.WithGate(b.services.Standards)
	b.services.Quotes, b.services.Contracts = b.commerce(clock)
	b.services.TargetPlans = b.targets(clock)
	b.services.Metrics = b.metrics(clock)
	b.services.Boards = b.boards(clock)
	b.meetings(clock)
	b.voices(clock)
	b.assessments(clock)
	b.priorities(clock)
	b.diagnoses(clock)
	b.origins()
	b.programme(clock)
	b.documents(clock)
	catalogue, err := i18n.New()
	b.must(err)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	b.api, err = api.New(b.services, api.Options{Catalogue: catalogue, Log: log, Stylesheets: []string{"/static/app.css"}})
	b.must(err)
	b.handler = httpx.Chain(b.api, httpx.AssignRequestID, httpx.Resolve(catalogue, nil))
	b.facts()
	for _, in := range people {
		b.user(in)
	}
	return b
}

func (b *bundle) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// user makes a user with a key that may write and one that may not.
func (b *bundle) user(in access.CreateUser) {
	b.t.Helper()
	in.Password, in.Keep = "copper-Kettle-42", true
	created, err := b.services.Users.CreateUser(b.t.Context(), system, in)
	b.must(err)
	b.ids[in.Login] = created.User.ID
	for suffix, readOnly := range map[string]bool{"": false, "/ro": true} {
		key, err := b.services.Users.CreateKey(b.t.Context(), system, access.CreateKey{Name: "test", ReadOnly: readOnly, UserID: created.User.ID})
		b.must(err)
		b.keys[in.Login+suffix] = key.Text
	}
}

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// facts records the company: four people, a deal of P1 and P2 together, one of P3 alone.
func (b *bundle) facts() {
	b.t.Helper()
	ctx := b.t.Context()
	month, err := calendar.ParseMonth("2026-09")
	b.must(err)
	b.must(b.db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		put := func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}
		put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
		put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "E"}))
		for _, p := range []fact.PersonRecord{
			{Key: "P0", Name: "林岚", Team: "T1", Level: "manager"}, {Key: "P1", Name: "周宁", Team: "T1", Level: "regular"},
			{Key: "P2", Name: "吴桐", Team: "T1", Level: "regular"}, {Key: "P3", Name: "郑远", Team: "T2", Level: "regular"},
		} {
			p.Hired, p.Left, p.ValidFrom = date("2020-01-15"), calendar.Forever, calendar.NoDate
			put(w.PutPerson(ctx, p))
		}
		put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P0", From: calendar.NoDate}))
		put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密"}))
		put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "X", Category: "A"}))
		put(w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: date("2026-08-01"), AmountMinor: 200_000_00, Currency: money.CNY,
			Shares: []fact.ShareRecord{{Person: "P1", BasisPoints: 7000}, {Person: "P2", BasisPoints: 3000}}}))
		put(w.PutDeal(ctx, fact.DealRecord{Key: "D2", Customer: "C1", Product: "X", SignedOn: date("2026-08-02"), AmountMinor: 50_000_00, Currency: money.CNY,
			Shares: []fact.ShareRecord{{Person: "P3", BasisPoints: 10000}}}))
		put(w.PutPayment(ctx, fact.PaymentRecord{Key: "1", Deal: "D1", PaidOn: date("2026-09-03"), AmountMinor: 100_000_00, Currency: money.CNY}))
		put(w.PutPayment(ctx, fact.PaymentRecord{Key: "2", Deal: "D2", PaidOn: date("2026-09-04"), AmountMinor: 50_000_00, Currency: money.CNY}))
		for _, person := range []string{"P1", "P2"} {
			put(w.PutQuota(ctx, fact.QuotaRecord{Person: person, Month: month, Of: "collected", AmountMinor: 70_000_00}))
		}
		if err != nil {
			return err
		}
		_, err = w.Finish(ctx)
		return err
	}))
}

func (b *bundle) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	b.must(err)
	return string(text)
}

// plans writes and approves the rules through the interface.
func (b *bundle) plans() {
	b.t.Helper()
	for _, name := range []string{"crediting.yaml", "regular.yaml"} {
		saved := b.call(scenario{as: "ops", send: "POST /api/v1/plans", body: object("text", b.read(name)), status: 201})
		b.call(scenario{as: "fin", send: "POST /api/v1/plans/" + saved.text("id") + "/approve", status: 200})
	}
}

// calculated runs the calculation of September to its end.
func (b *bundle) calculated(headers ...string) {
	b.t.Helper()
	answer := b.call(scenario{as: "ops", send: "POST /api/v1/periods/2026-09/calculate", headers: headers, status: 202, contains: []string{`"calculating"`}})
	b.work(answer.text("job_id"), b.services.Periods.RunCalculate)
}

// work does a job to its end, as a node would.
func (b *bundle) work(id string, run func(context.Context, job.Running) error) {
	b.t.Helper()
	var j job.Job
	b.must(b.db.InTx(b.t.Context(), func(tx *store.Tx) (err error) {
		j, _, err = tx.StartJob(b.t.Context(), id, "this node")
		return err
	}))
	b.must(run(b.t.Context(), running{j}))
	b.must(b.db.InTx(b.t.Context(), func(tx *store.Tx) error {
		_, err := tx.FinishJob(b.t.Context(), store.Outcome{ID: j.ID, Attempt: j.Attempts, State: job.StateSucceeded})
		return err
	}))
}

// scenario is one request and what its answer must and must not hold.
type scenario struct {
	name     string
	as       string // login whose key is sent; "<login>/ro" is the key that may only read
	session  string // login whose session the request has
	send     string // "GET /api/v1/me"
	body     string
	headers  []string // name, value, …
	status   int
	contains []string
	lacks    []string
}

// answer is what came back.
type answer struct {
	t      *testing.T
	header http.Header
	body   string
}

// text returns a member of the answer's object.
func (a answer) text(name string) string {
	a.t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(a.body), &members); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	text, _ := members[name].(string)
	return text
}

// call plays a scenario.
func (b *bundle) call(s scenario) answer {
	t := b.t
	t.Helper()
	method, target, _ := strings.Cut(s.send, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(s.body))
	r.Header.Set("Accept-Language", "en")
	if s.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.as != "" {
		r.Header.Set("Authorization", "Bearer "+b.keys[s.as])
	}
	for i := 0; i+1 < len(s.headers); i += 2 {
		r.Header.Set(s.headers[i], s.headers[i+1])
	}
	if s.session != "" {
		r = r.WithContext(b.signedIn(r.Context(), s.session))
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	b.must(err)
	got := answer{t, w.Header(), string(body)}
	if w.Code != s.status {
		t.Errorf("%s %s as %s%s: status %d, want %d: %s", s.name, s.send, s.as, s.session, w.Code, s.status, got.body)
	}
	for _, want := range s.contains {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s %s: lacks %s: %s", s.name, s.send, want, got.body)
		}
	}
	for _, unwanted := range s.lacks {
		if strings.Contains(got.body, unwanted) {
			t.Errorf("%s %s: contains %s: %s", s.name, s.send, unwanted, got.body)
		}
	}
	if kind := got.header.Get("Content-Type"); w.Code >= 400 && kind != "application/problem+json" {
		t.Errorf("%s %s: %d as %s", s.name, s.send, w.Code, kind)
	}
	return got
}

// signedIn is the context of a request with a session, as the program's middleware makes it.
func (b *bundle) signedIn(ctx context.Context, login string) context.Context {
	b.t.Helper()
	user, err := b.services.Users.GetUser(ctx, system, b.ids[login])
	b.must(err)
	return access.WithActor(ctx, access.Actor{UserID: user.ID, Name: user.Name, PersonID: user.PersonID, Grants: user.Grants, Session: "s-" + login})
}

// object writes a JSON object of texts.
func object(pairs ...string) string {
	members := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		members[pairs[i]] = pairs[i+1]
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// commerce are quotes and contracts whose approvals are asked of the same company.
func (b *bundle) commerce(clock func() time.Time) (quotes *quote.Service, contracts *contract.Service) {
	approvals := approval.NewService(b.db.ApprovalStore(), func() string { return store.NewID(clock()) }, func() *time.Location { return calendar.ChinaTime }, calendar.China)
	deals := deal.NewService(b.db.Deals(), clock)
	quotes = quote.NewService(b.db.Quotes(), approvals, clock).WithGate(b.services.Opportunities)
	contracts = contract.NewService(b.db.Contracts(), approvals, b.services.Opportunities, deals, clock)
	for _, kind := range append(contract.ApprovalKinds(func() *contract.Service { return contracts }), quote.ApprovalKind(func() *quote.Service { return quotes })) {
		b.must(approvals.Register(kind))
	}
	return quotes, contracts
}
