package servicecase_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

// desk is a service desk: S is of service and in the team of M; A sells to the customer C, B to nobody.
type desk struct {
	*servicecase.Service
	t                  *testing.T
	db                 *store.DB
	a, b, s, lead, ops access.Actor
	ids                map[string]int64
	opportunityID      int64
}

func onBoth(t *testing.T, test func(d desk)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		clock := storetest.Clock()
		now := func() time.Time { return clock().In(calendar.ChinaTime) }
		d := desk{t: t, db: db, Service: servicecase.NewService(db.ServiceCaseStore(), calendar.China, now), ids: map[string]int64{}}
		d.must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			d.must(err)
			put := func(_ fact.Outcome, err error) { d.must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			for _, p := range [][3]string{{"A", "T1", "销售安"}, {"B", "T2", "销售白"}, {"S", "T3", "客服沈"}, {"M", "T3", "主管马"}} {
				put(w.PutTeam(ctx, fact.TeamRecord{Key: p[1], Name: p[1], Region: "E"}))
				put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: p[2], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T3", Person: "M", From: calendar.NoDate}))
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "恒越精密"}))
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C2", Name: "远山机电"}))
			_, err = w.Finish(ctx)
			return err
		}))
		roles := map[string]access.Grant{"A": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "B": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "S": {Role: access.RoleService, Scope: access.ScopeOwn},
			"M": {Role: access.RoleService, Scope: access.ScopeTeamAndBelow}, "O": {Role: access.RoleOperations, Scope: access.ScopeAll}}
		actors := map[string]access.Actor{}
		d.must(db.InTx(ctx, func(tx *store.Tx) (err error) {
			for key, grant := range roles {
				if d.ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
				user := access.User{ID: "u-" + key, Login: strings.ToLower(key), Name: "用户" + key, PersonID: d.ids[key], Grants: []access.Grant{grant}, Preferences: access.DefaultPreferences, CreatedAt: tx.Now()}
				if err := tx.InsertUser(ctx, access.Account{User: user}); err != nil {
					return err
				}
				if err := tx.ReplaceGrants(ctx, user.ID, user.Grants); err != nil {
					return err
				}
				actors[key] = access.Actor{UserID: user.ID, Name: user.Name, PersonID: user.PersonID, Grants: user.Grants}
			}
			d.ids["C"], err = tx.CustomerID(ctx, "C")
			return err
		}))
		d.a, d.b, d.s, d.lead, d.ops = actors["A"], actors["B"], actors["S"], actors["M"], actors["O"]
		o, err := opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), now), now).Save(ctx, d.a, opportunity.Entry{Name: "产线改造", Customer: "C", Currency: money.CNY, ExpectedOn: today + 20})
		d.must(err)
		d.opportunityID = o.ID
		test(d)
	})
}

func (d desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) refused(what string, err error, kind errs.Kind) {
	d.t.Helper()
	if !errs.Is(err, kind) {
		d.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (d desk) entry() servicecase.Entry {
	return servicecase.Entry{Title: "控制器报错", Kind: servicecase.KindRepair, Severity: servicecase.SeverityHigh, Text: "开机就报E07", Customer: "C", OpportunityID: d.opportunityID}
}

func (d desk) open(actor access.Actor) servicecase.Case {
	d.t.Helper()
	c, err := d.Open(d.t.Context(), actor, d.entry())
	d.must(err)
	return c
}

// told are the kinds of messages that somebody got.
func (d desk) told(user string) (kinds []notice.Kind) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Notices(d.t.Context(), user, notice.Filter{Limit: 50})
		for _, n := range list {
			kinds = append(kinds, n.Kind)
		}
		return err
	}))
	return kinds
}

func (d desk) count(actor access.Actor, f servicecase.Filter) int64 {
	d.t.Helper()
	f.Opened = fact.AnyDay()
	page, err := d.List(d.t.Context(), actor, f)
	d.must(err)
	if int64(len(page.Rows)) != page.Total.Count {
		d.t.Errorf("%d rows, %d counted", len(page.Rows), page.Total.Count)
	}
	return page.Total.Count
}

func TestACaseFromCallToClosing(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		c := d.open(d.a)
		if c.OwnerID != 0 || c.SellerID != d.a.PersonID || c.State != servicecase.StateNew || c.OpportunityID != d.opportunityID {
			d.t.Errorf("opened %+v", c)
		}
		// Thursday 10:12; two hours to the answer, nine to the solution, over the holiday of Friday to Sunday.
		if got := c.AnswerDue.In(calendar.ChinaTime).Format("01-02 15:04"); got != "09-24 12:12" {
			d.t.Errorf("the answer is due %s", got)
		}
		if got := c.SolveDue.In(calendar.ChinaTime).Format("01-02 15:04"); got != "09-28 10:12" {
			d.t.Errorf("the solution is due %s", got)
		}
		taken, err := d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateWorking, Seen: c.Revision})
		d.must(err)
		if taken.OwnerID != d.s.PersonID || !taken.AnsweredAt.IsZero() {
			d.t.Errorf("taken %+v", taken)
		}
		_, err = d.Comment(ctx, d.s, servicecase.Remark{CaseID: c.ID, Text: "先查备件"})
		d.must(err)
		_, err = d.Comment(ctx, d.s, servicecase.Remark{CaseID: c.ID, Text: "明天上门", Public: true})
		d.must(err)
		waiting, err := d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateWaiting})
		d.must(err)
		if waiting.AnsweredAt.IsZero() || !waiting.Due().IsZero() {
			d.t.Errorf("waiting %+v", waiting)
		}
		_, err = d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateSolved})
		d.refused("solved without saying how", err, errs.KindInvalid)
		_, err = d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateClosed})
		d.refused("closed before it was solved", err, errs.KindConflict)
		for _, step := range []servicecase.Step{{ID: c.ID, State: servicecase.StateSolved, Solution: "换了主板"}, {ID: c.ID, State: servicecase.StateClosed}, {ID: c.ID, State: servicecase.StateReopened}, {ID: c.ID, State: servicecase.StateSolved, Solution: "又换了电源"}} {
			_, err = d.Move(ctx, d.s, step)
			d.must(err)
		}
		detail, err := d.Get(ctx, d.a, c.ID)
		d.must(err)
		if detail.State != servicecase.StateSolved || detail.Reopened != 1 || detail.Solution != "又换了电源" || len(detail.Comments) != 2 || detail.Comments[0].PersonName != "客服沈" || detail.CustomerName != "恒越精密" {
			d.t.Errorf("in the end %+v", detail)
		}
		d.checkTold(c)
	})
}

// checkTold compares the process log and the audit log with what was done.
func (d desk) checkTold(c servicecase.Case) {
	d.t.Helper()
	ctx := d.t.Context()
	var activities []process.Activity
	d.must(d.db.Read(ctx, func(tx *store.Tx) error {
		events, err := tx.CaseEvents(ctx, d.opportunityID)
		for _, e := range events {
			activities = append(activities, e.Activity)
		}
		return err
	}))
	want := []process.Activity{process.ActivityOpened, process.ActivityServiceOpened, process.ActivityServiceAnswered, process.ActivityServiceSolved, process.ActivityServiceClosed, process.ActivityServiceReopened, process.ActivityServiceSolved}
	if !slices.Equal(activities, want) {
		d.t.Errorf("events %v, want %v", activities, want)
	}
	log, err := audit.NewService(d.db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{Subject: c.Subject(), Limit: 100})
	d.must(err)
	if len(log.Entries) != 10 {
		d.t.Errorf("%d audited, want 10", len(log.Entries))
	}
}

func TestWhoSeesACase(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		c := d.open(d.a)
		for name, is := range map[string]struct {
			who  access.Actor
			want int64
		}{"the seller": {d.a, 1}, "another seller": {d.b, 0}, "service, while nobody has taken it": {d.s, 1}, "operations": {d.ops, 1}} {
			if got := d.count(is.who, servicecase.Filter{}); got != is.want {
				d.t.Errorf("%s sees %d", name, got)
			}
		}
		_, err := d.Get(ctx, d.b, c.ID)
		d.refused("another seller", err, errs.KindNotFound)
		_, err = d.Comment(ctx, d.b, servicecase.Remark{CaseID: c.ID, Text: "x"})
		d.refused("another seller's comment", err, errs.KindNotFound)
		_, err = d.Open(ctx, d.b, d.entry())
		d.refused("a case of another's customer", err, errs.KindInvalid)
		_, err = d.Comment(ctx, d.a, servicecase.Remark{CaseID: c.ID, Text: "@销售白 你熟悉这台，@没有人 也看看"})
		d.must(err)
		if got := d.count(d.b, servicecase.Filter{}); got != 1 {
			d.t.Errorf("who was mentioned sees %d", got)
		}
		if got := d.told("u-B"); !slices.Equal(got, []notice.Kind{notice.KindMentioned}) {
			d.t.Errorf("who was mentioned was told %v", got)
		}
		_, err = d.Assign(ctx, d.lead, c.ID, "S", c.Revision)
		d.must(err)
		if got := d.told("u-S"); !slices.Equal(got, []notice.Kind{notice.KindCaseAssigned}) {
			d.t.Errorf("the owner was told %v", got)
		}
		_, err = d.Assign(ctx, d.s, c.ID, "B", 0)
		d.refused("given to somebody outside of service", err, errs.KindInvalid)
		_, err = d.Assign(ctx, d.s, c.ID, "", c.Revision)
		d.refused("as seen before", err, errs.KindConflict)
		// Service sees the customer while it has a case of it that is not closed.
		customers := customer.NewService(d.db.Customers(), storetest.Clock())
		if _, err = customers.Get(ctx, d.s, d.ids["C"]); err != nil {
			d.t.Errorf("the customer of one's case: %v", err)
		}
		_, err = d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateSolved, Solution: "好了"})
		d.must(err)
		_, err = d.Move(ctx, d.s, servicecase.Step{ID: c.ID, State: servicecase.StateClosed})
		d.must(err)
		_, err = customers.Get(ctx, d.s, d.ids["C"])
		d.refused("the customer after the case", err, errs.KindNotFound)
		d.must(d.LookAfter(ctx, d.a, d.ids["C"], "S"))
		d.refused("looking after another's customer", d.LookAfter(ctx, d.b, d.ids["C"], "S"), errs.KindNotFound)
		if page, err := customers.List(ctx, d.s, customer.Filter{}); err != nil || page.Count != 1 {
			d.t.Errorf("who looks after it lists %d customers: %v", page.Count, err)
		}
		if next := d.open(d.a); next.OwnerID != d.s.PersonID {
			d.t.Errorf("the next case belongs to %d", next.OwnerID)
		}
	})
}

func TestCasesThatAreRefused(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		for name, change := range map[string]func(*servicecase.Entry){
			"no title": func(in *servicecase.Entry) { in.Title = "" }, "no kind": func(in *servicecase.Entry) { in.Kind = "x" }, "no severity": func(in *servicecase.Entry) { in.Severity = "" },
			"no customer": func(in *servicecase.Entry) { in.Customer = "" }, "an unknown customer": func(in *servicecase.Entry) { in.Customer = "C9" }, "an unknown deal": func(in *servicecase.Entry) { in.DealKey = "D9" },
			"an unknown product": func(in *servicecase.Entry) { in.Product = "P9" }, "an unknown contact": func(in *servicecase.Entry) { in.ContactID = 99 }, "an unknown owner": func(in *servicecase.Entry) { in.Owner = "Z" },
			"another customer's opportunity": func(in *servicecase.Entry) { in.Customer = "C2" }, "a book": func(in *servicecase.Entry) { in.Text = strings.Repeat("长", 4001) }, "a control character": func(in *servicecase.Entry) { in.Text = "a\x00" },
		} {
			in := d.entry()
			change(&in)
			_, err := d.Open(ctx, d.s, in)
			d.refused(name, err, errs.KindInvalid)
		}
		auditor := access.Actor{UserID: "x", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
		_, err := d.Open(ctx, auditor, d.entry())
		d.refused("who only reads", err, errs.KindForbidden)
		_, err = d.SaveRules(ctx, d.lead, servicecase.Usual())
		d.refused("who sets no limits", err, errs.KindForbidden)
		rules := servicecase.Usual()
		rules.Closes = rules.Opens
		_, err = d.SaveRules(ctx, d.ops, rules)
		d.refused("a day without hours", err, errs.KindInvalid)
	})
}

func TestLimitsAndLateness(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		old := d.open(d.s)
		rules := servicecase.Usual()
		rules.Limits[servicecase.SeverityHigh] = servicecase.Limit{AnswerMinutes: 10, SolveMinutes: 20}
		kept, err := d.SaveRules(ctx, d.ops, rules)
		d.must(err)
		_, err = d.SaveRules(ctx, d.ops, rules)
		d.refused("as seen before", err, errs.KindConflict)
		if read, err := d.Rules(ctx, d.s); err != nil || read.Revision != kept.Revision || read.Limits[servicecase.SeverityHigh].SolveMinutes != 20 {
			d.t.Errorf("kept %+v %v", read, err)
		}
		fresh := d.open(d.s)
		if same, _ := d.Get(ctx, d.s, old.ID); !same.AnswerDue.Equal(old.AnswerDue) || fresh.AnswerDue.Sub(fresh.OpenedAt) != 10*time.Minute {
			d.t.Errorf("limits changed afterwards: %v, new %v", same.AnswerDue, fresh.AnswerDue)
		}
		if n, err := d.Escalate(ctx); n != 0 || err != nil {
			d.t.Errorf("%d late too early: %v", n, err)
		}
		d.must(d.db.InTx(ctx, func(tx *store.Tx) error {
			late := fresh
			late.AnswerDue, late.Revision = late.OpenedAt.Add(-time.Hour), late.Revision+1
			return tx.SaveServiceCase(ctx, late)
		}))
		for _, want := range []int{1, 0} { // once
			if n, err := d.Escalate(ctx); n != want || err != nil {
				d.t.Errorf("%d late, want %d: %v", n, want, err)
			}
		}
		if got := d.told("u-M"); !slices.Equal(got, []notice.Kind{notice.KindCaseLate}) {
			d.t.Errorf("the manager was told %v", got)
		}
		_, err = d.Move(ctx, d.s, servicecase.Step{ID: old.ID, State: servicecase.StateSolved, Solution: "好了"})
		d.must(err)
		owners, all, err := d.Figures(ctx, d.lead, fact.AnyDay())
		want := servicecase.Figure{PersonID: d.s.PersonID, Name: "客服沈", Opened: 2, AnswerJudged: 2, AnswerInTime: 1, SolutionJudged: 1, SolvedInTime: 1}
		if err != nil || len(owners) != 1 || owners[0] != want || all.Opened != 2 || all.AnswerInTime != 1 {
			d.t.Errorf("figures %+v, want %+v: %v", owners, want, err)
		}
		if owners, _, err := d.Figures(ctx, d.b, fact.AnyDay()); err != nil || len(owners) != 0 {
			d.t.Errorf("another seller's figures: %+v %v", owners, err)
		}
		if got := d.count(d.s, servicecase.Filter{Overdue: true}); got != 1 {
			d.t.Errorf("%d overdue", got)
		}
		lanes, err := d.Board(ctx, d.lead, servicecase.Filter{Opened: fact.AnyDay()})
		if err != nil || len(lanes) != len(servicecase.States) || len(lanes[0].Cards) != 1 || lanes[0].Cards[0].ID != fresh.ID {
			d.t.Errorf("the board: %+v %v", lanes, err)
		}
	})
}

func TestSeveralAreAssignedOrNone(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		one, two := d.open(d.a), d.open(d.a)
		d.refused("one of them out of reach", d.AssignMany(ctx, d.lead, []int64{one.ID, 99}, "S"), errs.KindNotFound)
		if got := d.count(d.ops, servicecase.Filter{Untaken: true}); got != 2 {
			d.t.Errorf("%d are left after a refusal", got)
		}
		d.must(d.AssignMany(ctx, d.lead, []int64{one.ID, two.ID}, "S"))
		if got := d.count(d.s, servicecase.Filter{PersonID: d.s.PersonID, Search: "恒越"}); got != 2 {
			d.t.Errorf("%d were assigned", got)
		}
		d.refused("none", d.AssignMany(ctx, d.lead, nil, "S"), errs.KindInvalid)
		var keys []int64
		for cursor := ""; ; {
			page, err := d.List(ctx, d.s, servicecase.Filter{Opened: fact.AnyDay(), Paging: fact.Paging{Sort: servicecase.SortDue, Limit: 1, Cursor: cursor}})
			d.must(err)
			for _, c := range page.Rows {
				keys = append(keys, c.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(keys, []int64{one.ID, two.ID}) {
			d.t.Errorf("paged by deadline: %v", keys)
		}
	})
}
