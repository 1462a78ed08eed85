package pool

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/process"
)

// Reader reads who has customers, on one snapshot.
type Reader interface {
	// Holding returns who has a customer; the zero Holding where nothing is recorded.
	Holding(ctx context.Context, customerID int64) (Holding, error)
	// Pooled returns customers of a pool, the newest in it first. Where a filter finds few it looks at some thousands and says where to go on.
	Pooled(ctx context.Context, f Filter) (rows []Row, next string, err error)
	PooledCount(ctx context.Context, pool string, most int64) (int64, error) // at most as many
	PooledRow(ctx context.Context, customerID int64) (Row, error)            // NotFound, also of one that somebody has
	HoldingSteps(ctx context.Context, customerID int64, limit int) ([]Step, error)
	ActSteps(ctx context.Context, actID, after int64, limit int) ([]Step, error) // by id, after one
	HoldingActs(ctx context.Context, before int64, limit int) ([]Act, error)     // the newest first
	HoldingAct(ctx context.Context, id int64) (Act, error)                       // NotFound
	// OwnedAfter returns what is known of owned customers above an id, by id; of one person unless that is 0.
	OwnedAfter(ctx context.Context, personID, after int64, limit int) ([]Facts, error)
	// HoldingCounts says what a person holds, and has taken today and since a day.
	HoldingCounts(ctx context.Context, personID int64, today, since calendar.Date) (Counts, error)
	// HoldingPerson returns a person as of a day. NotFound.
	HoldingPerson(ctx context.Context, personID int64, on calendar.Date) (Person, error)
	// SellersOn returns who sells on a day and is in the scope, by id.
	SellersOn(ctx context.Context, scope access.Scope, on calendar.Date) ([]Person, error)
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error)
	Contacts(ctx context.Context, customerID int64, limit int) ([]contact.Contact, error)
	PoolPolicies(ctx context.Context) ([]Version, error)                 // the newest first
	PoolPolicy(ctx context.Context, number int64) (Version, error)       // NotFound
	PoolPolicyOn(ctx context.Context, on calendar.Date) (Version, error) // NotFound when none is in force
	PoolDay(ctx context.Context, on calendar.Date) (jobID string, err error)
	Histories(ctx context.Context, after int64, limit int) ([]Past, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	// Unheld returns customers above an id of which nothing is recorded, by id, and who has worked on them.
	Unheld(ctx context.Context, after int64, limit int) ([]Found, error)
	process.Reader
	// PoolCountdowns returns who loses customers soon, of owners in reach and in the place, the soonest first.
	PoolCountdowns(ctx context.Context, scope access.Scope, of CountdownOf, today calendar.Date) ([]Countdown, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	SaveHolding(ctx context.Context, h Holding) error // Conflict when it was changed meanwhile
	InsertStep(ctx context.Context, s Step) error
	MarkStepUndone(ctx context.Context, id, act int64) error
	InsertAct(ctx context.Context, a Act) error
	SaveAct(ctx context.Context, a Act) error // counts and UndoneIn
	// OpenWork returns the open opportunities of a customer that a person owns, and the open tasks of that person about them.
	OpenWork(ctx context.Context, customerID, personID int64) ([]opportunity.Opportunity, []int64, error)
	OpportunitiesByID(ctx context.Context, ids []int64) ([]opportunity.Opportunity, error)
	SaveOpportunity(ctx context.Context, o opportunity.Opportunity) error
	// PassContracts hands contracts that a person has to another one, with their payment plans and reports of collections.
	PassContracts(ctx context.Context, ids []int64, from, to int64) error
	// PassTasks hands open tasks to another person.
	PassTasks(ctx context.Context, ids []int64, to int64) error
	AddLook(ctx context.Context, personID int64, on calendar.Date, customerID int64) error
	InsertPoolPolicy(ctx context.Context, v Version) error
	SavePoolPolicy(ctx context.Context, v Version) error // Conflict when it was changed meanwhile
	SavePoolDay(ctx context.Context, on calendar.Date, jobID string) error
	// ReplacePoolCountdowns keeps who loses customers soon, in the stead of what the night before had found.
	ReplacePoolCountdowns(ctx context.Context, day calendar.Date, list []Countdown) error
	// PutHoldings writes first holdings with their steps, whose numbers it gives.
	PutHoldings(ctx context.Context, holdings []Holding, steps []Step) error
	// NewInBatch returns customers above an id that a batch recorded for the first time and that nobody has, by id.
	NewInBatch(ctx context.Context, batch fact.BatchID, after int64, limit int) ([]int64, error)
	// DropTaken forgets who has the customers of an act that are as it left them, and marks its steps; how many it were.
	DropTaken(ctx context.Context, actID, undoneIn int64) (int64, error)
	Enqueue(ctx context.Context, spec job.Spec) error
	Job(ctx context.Context, id string) (job.Job, error)
}

// Found is a customer of which nobody recorded who has it.
type Found struct {
	CustomerID int64
	PersonID   int64 // who owns its newest open opportunity, or else its newest one, or else sold to it last; 0 for nobody
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows who has customers, and takes what people do with them.
type Service struct {
	store Store
	newID func() string
	now   func() time.Time // where the company is
}

// NewService returns a Service; newID makes ids of jobs.
func NewService(store Store, newID func() string, now func() time.Time) *Service {
	return &Service{store: store, newID: newID, now: now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// Filter chooses customers of a pool.
type Filter struct {
	Pool   string
	Search string // part of a name
	Tier   string
	City   string
	Cursor string
	Limit  int
}

// limits of lists.
const (
	limitUsual = 50
	limitMax   = 200
	countMost  = 10_000
)

// Page is customers of a pool, as its rules show them to who asks.
type Page struct {
	Pools  []poolrule.Pool // that the actor may open
	Pool   *poolrule.Pool  // whose customers these are; nil when there is none to open
	Rows   []Row
	Next   string
	Count  int64
	More   bool // there are more than Count
	Policy *poolrule.Policy
	Counts Counts
	Admin  bool // the actor gives its customers out
	Level  string
}

// asks is who asks, to the rules.
type asks struct {
	policy *poolrule.Policy
	person Person
	counts Counts
	roles  []string
}

func (a *asks) seller() *poolrule.Seller {
	s := seller(a.person, a.roles, a.counts)
	return &s
}

func rolesOf(actor access.Actor) (roles []string) {
	for _, g := range actor.Grants {
		roles = append(roles, string(g.Role))
	}
	return roles
}

// ask reads the rules in force and where the actor stands.
func (s *Service) ask(ctx context.Context, r Reader, actor access.Actor) (a *asks, err error) {
	a = &asks{roles: rolesOf(actor)}
	if a.policy, err = s.inForce(ctx, r); err != nil {
		return nil, err
	}
	if actor.PersonID == 0 {
		return a, nil
	}
	if a.person, err = r.HoldingPerson(ctx, actor.PersonID, s.today()); err != nil {
		return nil, err
	}
	a.counts, err = r.HoldingCounts(ctx, actor.PersonID, s.today(), s.today()-calendar.Date(max(a.policy.Claim.PeriodDays, 1))+1)
	return a, err
}

// inForce reads the rules of today. Errors: conflict while there are none.
func (s *Service) inForce(ctx context.Context, r Reader) (*poolrule.Policy, error) {
	v, err := r.PoolPolicyOn(ctx, s.today())
	if errs.Is(err, errs.KindNotFound) {
		return nil, errs.New(errs.KindConflict, "pool.no_policy", nil)
	}
	if err != nil {
		return nil, err
	}
	return poolrule.Decode("pool", []byte(v.Text))
}

// List returns customers of a pool. Errors: forbidden; invalid; conflict while no rules are in force.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "pool.List(%s)", f.Pool)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return page, err
	}
	if f.Limit <= 0 || f.Limit > limitMax {
		f.Limit = limitUsual
	}
	err = s.store.Read(ctx, func(r Reader) error {
		a, err := s.ask(ctx, r, actor)
		if err != nil {
			return err
		}
		page.Policy, page.Counts, page.Level = a.policy, a.counts, a.person.Level
		for i := range a.policy.Pools {
			pool := &a.policy.Pools[i]
			if a.policy.MayEnter(a.seller(), pool.ID) != "" {
				continue
			}
			page.Pools = append(page.Pools, *pool)
			if f.Pool == pool.ID || f.Pool == "" && page.Pool == nil {
				page.Pool = pool
			}
		}
		if page.Pool == nil {
			if f.Pool != "" {
				return errs.New(errs.KindNotFound, "pool.no_such_pool", nil)
			}
			return nil
		}
		f.Pool = page.Pool.ID
		page.Admin = slices.ContainsFunc(a.roles, func(role string) bool { return slices.Contains(page.Pool.Admins, role) }) && actor.Can(access.PermCustomerAssign)
		if page.Count, err = r.PooledCount(ctx, f.Pool, countMost+1); err != nil {
			return err
		}
		if page.More = page.Count > countMost; page.More {
			page.Count = countMost
		}
		page.Rows, page.Next, err = r.Pooled(ctx, f)
		for i := range page.Rows {
			hideRow(page.Pool, &page.Rows[i])
		}
		return err
	})
	return page, err
}

// hideRow takes out what a pool does not show before a claim.
func hideRow(pool *poolrule.Pool, row *Row) {
	_, hidden := pool.Shown(false)
	for field, value := range map[string]*string{"city": &row.City, "industry": &row.Industry, "credit_code": &row.CreditCode} {
		if slices.Contains(hidden, field) {
			*value = ""
		}
	}
}

// Look is one customer of a pool, as it is shown before a claim.
type Look struct {
	Row
	Contacts []contact.Contact // with numbers masked, and without what is hidden
	Hidden   []string          // fields that are not shown
	Masked   bool
	Steps    []Step
	Refused  error // why the actor may not claim it; nil when they may
	Admin    bool
	Pool     poolrule.Pool
}

// stepsShown is how much of a history is shown.
const stepsShown = 50

// View shows one customer of a pool, which counts against the day's number. Errors: forbidden; not found of one that is in no pool; invalid
// when the day's number is used up.
func (s *Service) View(ctx context.Context, actor access.Actor, customerID int64) (l Look, err error) {
	defer errs.Wrap(&err, "pool.View(%d)", customerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return l, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		a, err := s.ask(ctx, tx, actor)
		if errs.Is(err, errs.KindConflict) {
			err = errs.New(errs.KindNotFound, "customer.missing", nil) // without rules there is no pool
		}
		if err != nil {
			return err
		}
		if l.Row, err = tx.PooledRow(ctx, customerID); err != nil {
			return err
		}
		pool := a.policy.PoolOf(l.Row.Pool)
		if pool == nil || a.policy.MayEnter(a.seller(), pool.ID) != "" {
			return errs.New(errs.KindNotFound, "customer.missing", nil)
		}
		l.Pool = *pool
		if actor.PersonID != 0 {
			if refusal := a.policy.MayView(a.seller(), pool.ID); refusal != "" {
				return refusals([]poolrule.Refused{{Refusal: refusal, Most: a.policy.Claim.ViewsPerDay}}, nil)
			}
			if err := tx.AddLook(ctx, actor.PersonID, s.today(), customerID); err != nil {
				return err
			}
		}
		hideRow(pool, &l.Row)
		l.Masked, l.Hidden = pool.Shown(false)
		l.Admin = a.policy.IsAdmin(a.seller(), pool.ID) && actor.Can(access.PermCustomerAssign)
		if l.Steps, err = tx.HoldingSteps(ctx, customerID, stepsShown); err != nil {
			return err
		}
		if l.Contacts, err = tx.Contacts(ctx, customerID, contact.Shown); err != nil {
			return err
		}
		l.Contacts = shownContacts(l.Contacts, l.Masked, l.Hidden)
		l.Refused = refusals(a.policy.MayClaim(a.seller(), []poolrule.Pooled{pooled(l.Row.Holding)}, s.today()), map[string]string{pooled(l.Row.Holding).ID: l.Row.Name})
		return nil
	})
	return l, err
}

// shownContacts leaves out and masks what is not shown before a claim.
func shownContacts(contacts []contact.Contact, masked bool, hidden []string) (shown []contact.Contact) {
	hides := func(field string) bool { return slices.Contains(hidden, field) }
	if hides("contact") {
		return nil
	}
	for _, c := range contacts {
		c.Note = ""
		for field, value := range map[string]*string{"phone": &c.Phone, "wechat": &c.WeChat, "email": &c.Email, "title": &c.Title} {
			if hides(field) {
				*value = ""
			}
		}
		if masked {
			c.Phone = contact.Mask(c.Phone)
		}
		shown = append(shown, c)
	}
	return shown
}

// Chosen returns those of the customers that are in pools that the actor looks after. Errors: forbidden.
func (s *Service) Chosen(ctx context.Context, actor access.Actor, ids []int64) (rows []Row, err error) {
	defer errs.Wrap(&err, "pool.Chosen(%d)", len(ids))
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rows = nil
		a, err := s.ask(ctx, r, actor)
		if err != nil && !errs.Is(err, errs.KindConflict) {
			return err
		}
		if err != nil || !slices.ContainsFunc(a.policy.Pools, func(p poolrule.Pool) bool { return a.policy.IsAdmin(a.seller(), p.ID) }) {
			return errs.New(errs.KindForbidden, "pool.not_admin", nil)
		}
		for _, id := range ids[:min(len(ids), atOnceMost)] {
			row, err := r.PooledRow(ctx, id)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if a.policy.IsAdmin(a.seller(), row.Pool) {
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}
