package store_test

import (
	"fmt"
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/target"
)

// books is the four services of facts on one database with a company of two regions: E with teams T1 (led by P0; P1, P2) and T2 (P3),
// W with team T3 (P4). Deal D1 is shared by P1 and P3, D2 is P3's, D3 is P4's, in dollars. Each has three payments; D2 a refund.
type books struct {
	people    *org.Service
	customers *customer.Service
	deals     *deal.Service
	targets   *target.Service
	db        *store.DB
	ids       map[string]int64
}

func newBooks(t *testing.T, db *store.DB) *books {
	t.Helper()
	ctx := t.Context()
	now := storetest.Clock()
	record(t, db, func(w fact.Writer) {
		must := func(_ fact.Outcome, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range []string{"E", "W"} {
			must(w.PutRegion(ctx, fact.RegionRecord{Key: r, Name: "区" + r}))
		}
		for i, r := range []string{"E", "E", "W"} {
			must(w.PutTeam(ctx, fact.TeamRecord{Key: fmt.Sprint("T", i+1), Name: fmt.Sprint("队", i+1), Region: r}))
		}
		for i, team := range []string{"T1", "T1", "T1", "T2", "T3"} {
			must(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i), Name: fmt.Sprint("人", i), Team: team, Level: "core", Hired: day("2020-01-15"),
				Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		must(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P0", From: calendar.NoDate}))
		for _, c := range []string{"C1", "C2", "C3", "C4"} {
			must(w.PutCustomer(ctx, fact.CustomerRecord{Key: c, Name: "客户" + c, Industry: "机械", City: "苏州"}))
		}
		must(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
		deals := []fact.DealRecord{
			{Key: "D1", Customer: "C1", SignedOn: day("2026-08-01"), AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "P1", BasisPoints: 7000}, {Person: "P3", BasisPoints: 3000}}},
			{Key: "D2", Customer: "C2", SignedOn: day("2026-08-02"), AmountMinor: 200_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "P3", BasisPoints: 10000}}},
			{Key: "D3", Customer: "C3", SignedOn: day("2026-08-02"), AmountMinor: 300_00, Currency: "USD", Shares: []fact.ShareRecord{{Person: "P4", BasisPoints: 10000}}},
		}
		for i, d := range deals {
			d.Product = "X"
			must(w.PutDeal(ctx, d))
			for n := range 3 {
				must(w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprintf("%s-%d", d.Key, n), Deal: d.Key, PaidOn: day("2026-09-01") + calendar.Date(n),
					AmountMinor: int64(i+1) * 10_00, Currency: d.Currency}))
			}
		}
		must(w.PutPayment(ctx, fact.PaymentRecord{Key: "D2-r", Deal: "D2", PaidOn: day("2026-09-10"), AmountMinor: -5_00, Currency: money.CNY}))
		for i := range 5 {
			must(w.PutQuota(ctx, fact.QuotaRecord{Person: fmt.Sprint("P", i), Month: month("2026-09"), Of: target.OfCollected, AmountMinor: int64(i+1) * 100}))
		}
	})
	b := &books{org.NewService(db.Org(), now), customer.NewService(db.Customers(), now), deal.NewService(db.Deals(), now), target.NewService(db.Quotas(), now), db, map[string]int64{}}
	err := db.Read(ctx, func(tx *store.Tx) error {
		return tx.Query(ctx, func(r store.Row) error {
			var key string
			var id int64
			err := r.Scan(&key, &id)
			b.ids[key] = id
			return err
		}, `SELECT key, id FROM person UNION ALL SELECT key, id FROM team UNION ALL SELECT key, id FROM region UNION ALL SELECT key, id FROM customer`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// as is an actor with a role over a scope who is the person of the key.
func (b *books) as(person string, role access.Role, scope access.ScopeKind, region ...string) access.Actor {
	g := access.Grant{Role: role, Scope: scope}
	for _, key := range region {
		g.RegionID = b.ids[key]
	}
	return access.Actor{UserID: "u-" + person, Name: person, PersonID: b.ids[person], Grants: []access.Grant{g}}
}

func (b *books) clerk() access.Actor { return b.as("", access.RoleOperations, access.ScopeAll) }

func (b *books) dealKeys(t *testing.T, actor access.Actor, f deal.Filter) (keys []string) {
	t.Helper()
	page, err := b.deals.List(t.Context(), actor, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		keys = append(keys, row.Key)
	}
	if page.Total.Count != int64(len(keys)) {
		t.Errorf("%d counted, %v listed", page.Total.Count, keys)
	}
	return keys
}

func anyDeal() deal.Filter           { return deal.Filter{Signed: fact.AnyDay()} }
func anyPayment() deal.PaymentFilter { return deal.PaymentFilter{Paid: fact.AnyDay()} }

func TestScopesReachOnlyTheirDealsPaymentsAndCustomers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := newBooks(t, db)
		cases := []struct {
			name      string
			actor     access.Actor
			deals     []string
			payments  int64
			customers int64
			quotas    int64
		}{
			{"all", b.clerk(), []string{"D3", "D2", "D1"}, 10, 4, 5},
			{"a seller", b.as("P1", access.RoleSeller, access.ScopeOwn), []string{"D1"}, 3, 1, 1},
			{"a seller who shares", b.as("P3", access.RoleSeller, access.ScopeOwn), []string{"D2", "D1"}, 7, 2, 1},
			{"a seller without deals", b.as("P2", access.RoleSeller, access.ScopeOwn), nil, 0, 0, 1},
			{"a lead", b.as("P0", access.RoleLead, access.ScopeTeamAndBelow), []string{"D1"}, 3, 1, 3},
			{"a region", b.as("", access.RoleDirector, access.ScopeRegion, "E"), []string{"D2", "D1"}, 7, 2, 4},
			{"the other region", b.as("", access.RoleDirector, access.ScopeRegion, "W"), []string{"D3"}, 3, 1, 1},
			{"a user without a person", b.as("", access.RoleSeller, access.ScopeOwn), nil, 0, 0, 0},
		}
		for _, c := range cases {
			if got := b.dealKeys(t, c.actor, anyDeal()); !slices.Equal(got, c.deals) {
				t.Errorf("%s: deals %v, want %v", c.name, got, c.deals)
			}
			payments, err := b.deals.Payments(t.Context(), c.actor, anyPayment())
			if err != nil || payments.Total.Count != c.payments || int64(len(payments.Rows)) != c.payments {
				t.Errorf("%s: %d payments (%d rows), want %d (%v)", c.name, payments.Total.Count, len(payments.Rows), c.payments, err)
			}
			customers, err := b.customers.List(t.Context(), c.actor, customer.Filter{})
			if err != nil || customers.Count != c.customers || int64(len(customers.Rows)) != c.customers {
				t.Errorf("%s: %d customers (%d rows), want %d (%v)", c.name, customers.Count, len(customers.Rows), c.customers, err)
			}
			quotas, err := b.targets.List(t.Context(), c.actor, target.Filter{Month: month("2026-09")})
			if err != nil || quotas.Count != c.quotas || int64(len(quotas.Rows)) != c.quotas {
				t.Errorf("%s: %d quotas, want %d (%v)", c.name, quotas.Count, c.quotas, err)
			}
		}
	})
}

func TestWhatIsOutOfReachCannotBeOpenedOrChanged(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		seller, nobody := b.as("P1", access.RoleSeller, access.ScopeOwn), access.Actor{}
		west := b.as("", access.RoleOperations, access.ScopeRegion, "W")
		lead := b.as("P0", access.RoleLead, access.ScopeTeamAndBelow)
		admin := b.as("", access.RoleAdmin, access.ScopeAll)
		first := func(_ any, err error) error { return err }
		entry := deal.Entry{Key: "N1", DealKey: "D1", Kind: deal.Collection, PaidOn: day("2026-09-20"), AmountMinor: 1}
		move := org.Move{PersonID: b.ids["P3"], TeamID: b.ids["T2"], Level: org.LevelRegular, On: day("2026-10-01")}
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"another's deal":                   {first(b.deals.Get(ctx, seller, "D2")), errs.KindNotFound},
			"another's payment":                {first(b.deals.Payment(ctx, seller, "D2-0")), errs.KindNotFound},
			"another's customer":               {first(b.customers.Get(ctx, seller, b.ids["C2"])), errs.KindNotFound},
			"a customer without deals":         {first(b.customers.Get(ctx, seller, b.ids["C4"])), errs.KindNotFound},
			"another's quota":                  {first(b.targets.History(ctx, seller, b.ids["P3"], month("2026-09"), target.OfCollected)), errs.KindNotFound},
			"deals without signing in":         {first(b.deals.List(ctx, nobody, anyDeal())), errs.KindUnauthenticated},
			"deals of an administrator":        {first(b.deals.List(ctx, admin, anyDeal())), errs.KindForbidden},
			"people by a seller":               {first(b.people.List(ctx, seller, org.Filter{When: org.Now()})), errs.KindForbidden},
			"a person of another team":         {first(b.people.Person(ctx, lead, b.ids["P3"], org.Now())), errs.KindNotFound},
			"a payment by a seller":            {first(b.deals.RecordPayment(ctx, seller, entry)), errs.KindForbidden},
			"a payment in another region":      {first(b.deals.RecordPayment(ctx, west, entry)), errs.KindNotFound},
			"a correction in another region":   {first(b.deals.CorrectPayment(ctx, west, deal.Correction{Key: "D1-0", PaidOn: day("2026-09-01"), AmountMinor: 1})), errs.KindNotFound},
			"a quota in another region":        {first(b.targets.Set(ctx, west, target.Entry{PersonID: b.ids["P1"], Month: month("2026-09"), AmountMinor: 1})), errs.KindNotFound},
			"a move in another region":         {first(b.people.Move(ctx, west, move)), errs.KindNotFound},
			"a move by a lead":                 {first(b.people.Move(ctx, lead, move)), errs.KindForbidden},
			"names without signing in":         {first(b.people.PersonNames(ctx, nobody, []int64{1})), errs.KindUnauthenticated},
			"a leader for another region":      {first(b.people.SetLeader(ctx, west, org.SetLeader{TeamID: b.ids["T1"], On: day("2026-10-01")})), errs.KindForbidden},
			"moving somebody out of the reach": {first(b.people.Move(ctx, west, org.Move{PersonID: b.ids["P4"], TeamID: b.ids["T1"], Level: org.LevelCore, On: day("2026-10-01")})), errs.KindForbidden},
		} {
			if !errs.Is(c.err, c.want) {
				t.Errorf("%s: %v, want %v", name, c.err, c.want)
			}
		}
		_, _, err := b.customers.Save(ctx, west, customer.Entry{ID: b.ids["C1"], Name: "x"})
		if !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a customer of another region: %v", err)
		}
	})
}

func TestPagesJoinToTheWholeListInEveryOrder(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		for _, sort := range []string{deal.SortPaid, deal.SortAmount, deal.SortKey} {
			for _, descending := range []bool{true, false} {
				whole, err := b.deals.Payments(ctx, b.clerk(), deal.PaymentFilter{Paid: fact.AnyDay(), Paging: fact.Paging{Sort: sort, Descending: descending}})
				if err != nil {
					t.Fatal(err)
				}
				var keys []string
				paging := fact.Paging{Sort: sort, Descending: descending, Limit: 3}
				for {
					page, err := b.deals.Payments(ctx, b.clerk(), deal.PaymentFilter{Paid: fact.AnyDay(), Paging: paging})
					if err != nil {
						t.Fatal(err)
					}
					for _, row := range page.Rows {
						keys = append(keys, row.Key)
					}
					if page.Next == "" {
						break
					}
					paging.Cursor = page.Next
				}
				var want []string
				for _, row := range whole.Rows {
					want = append(want, row.Key)
				}
				if len(want) != 10 || !slices.Equal(keys, want) {
					t.Errorf("%s descending %v: %v, want %v", sort, descending, keys, want)
				}
			}
		}
		seen := 0
		more, err := b.people.Each(ctx, b.clerk(), org.Filter{When: org.Now(), Paging: fact.Paging{Sort: org.SortName}}, func(org.Member) error { seen++; return nil })
		if err != nil || more || seen != 5 {
			t.Errorf("%d persons exported, more %v, %v", seen, more, err)
		}
		first, err := b.people.List(ctx, b.clerk(), org.Filter{When: org.Now(), Paging: fact.Paging{Limit: 1}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.people.List(ctx, b.clerk(), org.Filter{When: org.Now(), Paging: fact.Paging{Sort: org.SortName, Limit: 1, Cursor: first.Next}})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a cursor of another order: %v", err)
		}
		_, err = b.people.List(ctx, b.clerk(), org.Filter{When: org.Now(), Paging: fact.Paging{Limit: 201, Sort: "hired_on; DROP"}})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a made-up order: %v", err)
		}
	})
}

func TestFiltersAndSums(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		low, high := int64(150_00), int64(200_00)
		for name, c := range map[string]struct {
			filter deal.Filter
			want   []string
		}{
			"exact amounts, ends in": {deal.Filter{Signed: fact.AnyDay(), Amounts: fact.Amounts{Min: &low, Max: &high}}, []string{"D2"}},
			"days, ends in":          {deal.Filter{Signed: fact.Days{From: day("2026-08-01"), To: day("2026-08-01")}}, []string{"D1"}},
			"customer's name":        {deal.Filter{Signed: fact.AnyDay(), Search: "户c3"}, []string{"D3"}},
			"a sign of patterns":     {deal.Filter{Signed: fact.AnyDay(), Search: "D_"}, nil},
			"who shares":             {deal.Filter{Signed: fact.AnyDay(), PersonID: b.ids["P3"]}, []string{"D2", "D1"}},
			"team":                   {deal.Filter{Signed: fact.AnyDay(), TeamID: b.ids["T1"]}, []string{"D1"}},
		} {
			if got := b.dealKeys(t, b.clerk(), c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		page, err := b.deals.Payments(ctx, b.clerk(), anyPayment())
		want := []fact.Sum{{Currency: "CNY", AmountMinor: 85_00}, {Currency: "USD", AmountMinor: 90_00}}
		if err != nil || !slices.Equal(page.Total.Sums, want) {
			t.Errorf("sums %v, want %v (%v)", page.Total.Sums, want, err)
		}
		refunds, err := b.deals.Payments(ctx, b.clerk(), deal.PaymentFilter{Paid: fact.AnyDay(), Kind: deal.Refund})
		if err != nil || len(refunds.Rows) != 1 || refunds.Rows[0].Key != "D2-r" || refunds.Rows[0].CustomerName != "客户C2" || refunds.Rows[0].Sharers[0].Name != "人3" {
			t.Errorf("refunds %+v (%v)", refunds.Rows, err)
		}
		_, err = b.deals.List(ctx, b.clerk(), deal.Filter{Signed: fact.Days{From: day("2026-08-02"), To: day("2026-08-01")}})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a reversed range: %v", err)
		}
		quotas, err := b.targets.List(ctx, b.clerk(), target.Filter{Month: month("2026-09"), TeamID: b.ids["T1"], Paging: fact.Paging{Sort: target.SortAmount, Descending: true}})
		if err != nil || quotas.SumMinor != 600 || quotas.Rows[0].PersonKey != "P2" || quotas.Rows[0].TeamName != "队1" {
			t.Errorf("quotas %+v (%v)", quotas, err)
		}
	})
}
