package targetplan_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
)

// house is a company of two regions: in the east team T1 of L with the core A and the newcomer N, in the west team T2 of M with the regular B and C.
type house struct {
	*targetplan.Service
	t         *testing.T
	db        *store.DB
	approvals *approval.Service
	actors    map[string]access.Actor
	ids       map[string]int64
	year      int
	first     calendar.Month
}

var start = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ids := 0
		clock := func() time.Time { return storetest.Start }
		newID := func() string { ids++; return store.NewID(storetest.Start.Add(time.Duration(ids) * time.Millisecond)) }
		h := &house{t: t, db: db, actors: map[string]access.Actor{}, ids: map[string]int64{}}
		h.approvals = approval.NewService(db.ApprovalStore(), newID, func() *time.Location { return calendar.ChinaTime }, calendar.China)
		h.Service = targetplan.NewService(targetplan.Config{Store: db.TargetPlans(), Approvals: h.approvals, NewID: newID, Now: clock, Work: calendar.China, Currency: money.Constantly(money.CNY),
			Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Chance: func(string) int64 { return 50 }})
		for _, kind := range targetplan.ApprovalKinds(func() *targetplan.Service { return h.Service }) {
			h.must(h.approvals.Register(kind))
		}
		h.year = h.Years()[1]
		h.first = calendar.Fiscal{}.FirstMonth(h.year)
		h.must(db.InTx(t.Context(), h.facts))
		h.must(db.InTx(t.Context(), h.people))
		test(h)
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refuses(err error, kind errs.Kind, key string) {
	h.t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		h.t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func (h *house) facts(tx *store.Tx) error {
	ctx := h.t.Context()
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) { err = errors.Join(err, problem) }
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "W", Name: "西南"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"}))
	put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "W"}))
	for _, p := range [][3]string{{"L", "T1", "manager"}, {"M", "T2", "manager"}, {"A", "T1", "core"}, {"N", "T1", "newcomer"}, {"B", "T2", "regular"}, {"C", "T2", "regular"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: p[2], Hired: start - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T2", Person: "M", From: calendar.NoDate}))
	put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "K", Name: "客户"}))
	put(w.PutProduct(ctx, fact.ProductRecord{Key: "P", Name: "产品"}))
	monthly := map[string]int64{"A": 300_000_00, "N": 100_000_00, "B": 200_000_00, "C": 150_000_00}
	for _, key := range []string{"A", "N", "B", "C"} {
		put(w.PutDeal(ctx, fact.DealRecord{Key: "D" + key, Customer: "K", Product: "P", SignedOn: start - 800, AmountMinor: 100_000_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: key, BasisPoints: 10_000}}}))
	}
	for i := range 12 {
		for _, key := range []string{"A", "N", "B", "C"} {
			put(w.PutPayment(ctx, fact.PaymentRecord{Key: key + strconv.Itoa(i), Deal: "D" + key, PaidOn: (start.Month() - calendar.Month(12-i)).First() + 9, AmountMinor: monthly[key], Currency: money.CNY}))
		}
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}

func (h *house) people(tx *store.Tx) (err error) {
	ctx := h.t.Context()
	for key, grant := range map[string]access.Grant{"L": {Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}, "A": {Role: access.RoleSeller, Scope: access.ScopeOwn}, "B": {Role: access.RoleSeller, Scope: access.ScopeOwn},
		"O": {Role: access.RoleOperations, Scope: access.ScopeAll}, "D": {Role: access.RoleDirector, Scope: access.ScopeAll}, "F": {Role: access.RoleFinance, Scope: access.ScopeAll}} {
		a := access.Actor{UserID: "u-" + key, Name: "用户" + key, Grants: []access.Grant{grant}}
		if grant.Scope != access.ScopeAll {
			if a.PersonID, err = tx.OrgPersonID(ctx, key); err != nil {
				return err
			}
		}
		h.actors[key] = a
		if err := tx.InsertUser(ctx, access.Account{User: access.User{ID: a.UserID, Login: key, Name: a.Name, PersonID: a.PersonID, CreatedAt: storetest.Start}}); err != nil {
			return err
		}
		if err := tx.ReplaceGrants(ctx, a.UserID, a.Grants); err != nil {
			return err
		}
	}
	for _, key := range []string{"A", "N", "B", "C", "L", "M"} {
		if h.ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

const yearMinor = 12_000_000_00

func rules() targetplan.Rules {
	r := targetplan.UsualRules()
	r.YearMinor = yearMinor
	return r
}

func (h *house) draft(change func(*targetplan.Rules)) targetplan.Plan {
	h.t.Helper()
	r := rules()
	if change != nil {
		change(&r)
	}
	p, err := h.CreateNow(h.t.Context(), h.actors["O"], targetplan.Entry{FiscalYear: h.year, Name: "年度目标", Rules: r})
	h.must(err)
	return p
}

func (h *house) get(who string, p targetplan.Plan, unit string) targetplan.Shown {
	h.t.Helper()
	v, err := h.Get(h.t.Context(), h.actors[who], p.ID, unit)
	h.must(err)
	return v
}

func (h *house) person(who string, p targetplan.Plan, key string) targetplan.PersonShown {
	h.t.Helper()
	v, err := h.Person(h.t.Context(), h.actors[who], p.ID, h.ids[key])
	h.must(err)
	return v
}

// sign lets the director approve what waits.
func (h *house) sign(requestID string) {
	h.t.Helper()
	_, err := h.approvals.Approve(h.t.Context(), h.actors["D"], approval.Decision{ID: requestID})
	h.must(err)
}

// published takes a draft to quotas from the year's first month on.
func (h *house) published() targetplan.Plan {
	h.t.Helper()
	ctx, ops := h.t.Context(), h.actors["O"]
	p := h.draft(nil)
	_, err := h.Step(ctx, ops, p.ID, targetplan.StateDiscussion)
	h.must(err)
	p, err = h.Submit(ctx, ops, p.ID, "")
	h.must(err)
	h.sign(p.RequestID)
	p, err = h.Publish(ctx, ops, p.ID, h.first)
	h.must(err)
	return p
}

func (h *house) quota(key string, month calendar.Month) int64 {
	h.t.Helper()
	versions, err := target.NewService(h.db.Quotas(), func() time.Time { return storetest.Start }).History(h.t.Context(), h.actors["O"], h.ids[key], month, target.OfCollected)
	h.must(err)
	if len(versions) == 0 {
		return 0
	}
	return versions[0].Quota.AmountMinor
}

func TestAPlanCanBeReadWhileItIsGathered(t *testing.T) {
	onBoth(t, func(h *house) {
		p, err := h.Create(t.Context(), h.actors["O"], targetplan.Entry{FiscalYear: h.year, Name: "年度目标", Rules: rules()})
		h.must(err)
		if v := h.get("O", p, ""); v.State != targetplan.StateGathering || v.Unit != nil || v.Summary.Since != 0 || v.Summary.Months != 0 {
			t.Errorf("%s %+v", v.State, v.Summary)
		}
		list, err := h.List(t.Context(), h.actors["O"])
		h.must(err)
		if len(list) != 1 || list[0].ID != p.ID {
			t.Errorf("%+v", list)
		}
	})
}

func TestADraftSplitsTheYearExactlyToPersonsAndMonths(t *testing.T) {
	onBoth(t, func(h *house) {
		p := h.draft(nil)
		if p.State != targetplan.StateDraft || p.Summary.People != 4 || p.Summary.PeopleMinor != yearMinor || p.Summary.Months != 12 || !p.Summary.Feasible() {
			t.Fatalf("%s %+v", p.State, p.Summary)
		}
		company := h.get("O", p, "")
		if company.Unit == nil || company.Unit.Minor != yearMinor || company.Unit.Months.Sum() != yearMinor || len(company.Rows) != 2 || company.Rows[0].Minor+company.Rows[1].Minor != yearMinor {
			t.Fatalf("%+v", company)
		}
		core, newcomer := h.person("O", p, "A").Row, h.person("O", p, "N").Row
		if core.Months.Sum() != core.Minor || core.Minor*10 < newcomer.Minor*13-1000 {
			t.Errorf("core %d, newcomer %d", core.Minor, newcomer.Minor)
		}
		if d := core.Detail; d.History <= 0 || len(d.Portions) == 0 || !d.Known || d.Base > core.Minor || d.Stretch < core.Minor || d.BaseChance < d.Chance {
			t.Errorf("%+v", d)
		}
	})
}

func TestTheSameInputAndRulesGiveTheSameNumbers(t *testing.T) {
	onBoth(t, func(h *house) {
		p := h.draft(nil)
		copied, err := h.Create(t.Context(), h.actors["O"], targetplan.Entry{FiscalYear: h.year, Name: "另一版", CopyOf: p.ID, Rules: rules()})
		h.must(err)
		if copied.Number != p.Number+1 || copied.ResultHash != p.ResultHash || copied.InputHash != p.InputHash || copied.State != targetplan.StateDraft {
			t.Errorf("%+v", copied)
		}
		other := rules()
		other.History, other.Even = 0, 60
		revised, err := h.Revise(t.Context(), h.actors["O"], copied.ID, other, copied.Revision)
		h.must(err)
		if revised.ResultHash == p.ResultHash {
			t.Error("other weights change nothing")
		}
		_, err = h.Revise(t.Context(), h.actors["O"], copied.ID, other, copied.Revision)
		h.refuses(err, errs.KindConflict, "targetplan.changed_meanwhile")
		c, err := h.Compare(t.Context(), h.actors["O"], copied.ID, p.ID, "")
		h.must(err)
		if len(c.Rows) != 3 || c.Rows[0].BeforeMinor != yearMinor || !c.Rows[1].Known || c.Rows[1].BeforeMinor == c.Rows[1].Row.Minor {
			t.Errorf("%+v", c.Rows)
		}
	})
}

func TestWhatCannotBeMetIsSaid(t *testing.T) {
	onBoth(t, func(h *house) {
		p := h.draft(func(r *targetplan.Rules) { r.Up = 1; r.YearMinor = 100_000_000_00 })
		if p.Summary.Feasible() || len(p.Summary.Findings) == 0 {
			t.Errorf("%+v", p.Summary)
		}
	})
}

func TestRulesAreRefusedWithAllTheirFaults(t *testing.T) {
	t.Parallel()
	r := targetplan.Rules{YearMinor: -1, Basis: "x", History: 50, Even: 60, Base: 20, Stretch: 20, Enough: 80, Ramp: []int{200}, Hands: map[string]targetplan.Hand{"p1": {LowMinor: 5, HighMinor: 3}}}
	known, ok := errors.AsType[*errs.Error](r.Validate(calendar.NewMonth(2027, 1)))
	if !ok || len(known.Fields) < 7 {
		t.Errorf("%v", known)
	}
}

func TestEverybodySeesTheOwnReach(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.draft(nil)
		if _, err := h.Get(ctx, h.actors["A"], p.ID, ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a seller sees a draft: %v", err)
		}
		_, err := h.Step(ctx, h.actors["O"], p.ID, targetplan.StateDiscussion)
		h.must(err)
		own := h.get("A", p, "")
		if own.Unit != nil || len(own.Rows) != 1 || own.Rows[0].PersonID != h.ids["A"] || own.Summary.TargetMinor != 0 || own.Rules.YearMinor != 0 {
			t.Errorf("a seller: %+v", own)
		}
		if _, err := h.Person(ctx, h.actors["A"], p.ID, h.ids["N"]); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a colleague's number: %v", err)
		}
		lead := h.get("L", p, "")
		if len(lead.Rows) != 1 || lead.Rows[0].PersonID != 0 || lead.Rows[0].People != 2 { // the east has one team
			t.Errorf("a lead: %+v", lead.Rows)
		}
		if _, err := h.Get(ctx, h.actors["L"], p.ID, targetplan.UnitCompany); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a lead sees the company: %v", err)
		}
		if v := h.get("F", p, ""); v.Unit == nil || v.MayWrite {
			t.Errorf("finance: %+v", v.MayWrite)
		}
		for who, call := range map[string]func(access.Actor) error{
			"L": func(a access.Actor) error { _, err := h.Revise(ctx, a, p.ID, rules(), 0); return err },
			"D": func(a access.Actor) error { _, err := h.Submit(ctx, a, p.ID, ""); return err },
			"F": func(a access.Actor) error { _, err := h.Publish(ctx, a, p.ID, h.first); return err },
			"A": func(a access.Actor) error { return h.SetOwn(ctx, a, p.ID, h.ids["A"], 1, "") },
		} {
			h.refuses(call(h.actors[who]), errs.KindForbidden, "")
		}
	})
}

func TestNumbersFromBelowStandBesideThoseFromAbove(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.draft(nil)
		h.must(h.SetOwn(ctx, h.actors["L"], p.ID, h.ids["A"], 2_000_000_00, "老客户续约"))
		h.refuses(h.SetOwn(ctx, h.actors["L"], p.ID, h.ids["B"], 1, ""), errs.KindNotFound, "targetplan.missing")
		v := h.person("L", p, "A")
		if v.Own == nil || v.Own.Minor != 2_000_000_00 || v.Row.Gap() != v.Row.Minor-2_000_000_00 || !v.MayOwn {
			t.Errorf("%+v", v)
		}
		company := h.get("O", p, "")
		if company.Unit.OwnMinor != 2_000_000_00 || company.Unit.OwnPeople != 1 || company.Unit.OwnTarget != v.Row.Minor {
			t.Errorf("%+v", company.Unit)
		}
		h.must(h.SetOwn(ctx, h.actors["L"], p.ID, h.ids["A"], 0, ""))
		if v := h.person("L", p, "A"); v.Own != nil {
			t.Errorf("taken back: %+v", v.Own)
		}
	})
}

func TestAnAcceptedObjectionSetsTheNumberAndTheSumStays(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.draft(nil)
		_, err := h.Object(ctx, h.actors["A"], p.ID, h.ids["A"], 1, "理由")
		h.refuses(err, errs.KindNotFound, "targetplan.missing")
		_, err = h.Step(ctx, h.actors["O"], p.ID, targetplan.StateDiscussion)
		h.must(err)
		before := h.person("A", p, "A")
		if !before.MayObject || !before.Mine {
			t.Fatalf("%+v", before)
		}
		wanted := before.Row.Minor - 500_000_00
		o, err := h.Object(ctx, h.actors["A"], p.ID, h.ids["A"], wanted, "客户 K 今年停产")
		h.must(err)
		_, err = h.Object(ctx, h.actors["A"], p.ID, h.ids["A"], wanted, "再提一次")
		h.refuses(err, errs.KindConflict, "targetplan.objection_open")
		_, err = h.Submit(ctx, h.actors["O"], p.ID, "")
		h.refuses(err, errs.KindConflict, "targetplan.objections_wait")
		o, err = h.Answer(ctx, h.actors["O"], o.ID, true, "属实")
		h.must(err)
		after := h.person("A", p, "A")
		if o.State != targetplan.ObjectionAccepted || after.Row.Minor != wanted || after.Objections[0].Evidence.History != before.Row.Detail.History || after.Objections[0].TargetMinor != before.Row.Minor {
			t.Errorf("%+v", after)
		}
		if v := h.get("O", p, ""); v.Summary.PeopleMinor != yearMinor {
			t.Errorf("the sum: %d", v.Summary.PeopleMinor)
		}
		_, err = h.Answer(ctx, h.actors["O"], o.ID, false, "改主意")
		h.refuses(err, errs.KindConflict, "targetplan.objection_answered")
	})
}

func TestAPublishedPlanIsTheQuotas(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.published()
		v := h.person("A", p, "A")
		for m, minor := range v.Row.Months {
			if got := h.quota("A", h.first+calendar.Month(m)); got != minor {
				t.Errorf("month %d: %d, not %d", m, got, minor)
			}
		}
		_, err := h.Revise(ctx, h.actors["O"], p.ID, rules(), 0)
		h.refuses(err, errs.KindConflict, "targetplan.not_open")
		if v.Acceptance != nil {
			t.Fatal("accepted already")
		}
		_, err = h.Accept(ctx, h.actors["A"], p.ID, "x")
		h.refuses(err, errs.KindConflict, "targetplan.letter_changed")
		_, err = h.Accept(ctx, h.actors["A"], p.ID, v.Letter.Hash())
		h.must(err)
		if v := h.person("L", p, "A"); v.Acceptance == nil || v.Acceptance.UserName != "用户A" {
			t.Errorf("%+v", v.Acceptance)
		}
		if v := h.get("O", p, ""); v.Accepted != 1 || v.Reached != 4 {
			t.Errorf("%d of %d", v.Accepted, v.Reached)
		}
		todo := 0
		h.must(h.db.Read(ctx, func(tx *store.Tx) error {
			list, err := tx.Notices(ctx, "u-B", notice.Filter{Limit: 20})
			for _, n := range list {
				if n.Kind == notice.KindTargetPublished {
					todo++
				}
			}
			return err
		}))
		if todo != 1 {
			t.Errorf("%d letters await B", todo)
		}
	})
}

func TestAChangeMovesTheRestAndNeverAClosedMonth(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		p := h.published()
		before, other := h.person("O", p, "A").Row, h.person("O", p, "N").Row
		_, err := h.Accept(ctx, h.actors["A"], p.ID, h.person("A", p, "A").Letter.Hash())
		h.must(err)
		rest := before.From(6) - 100_000_00
		in := targetplan.ChangeEntry{PlanID: p.ID, PersonID: h.ids["A"], OtherID: h.ids["N"], From: h.first + 6, RestMinor: rest, Kind: targetplan.ChangeCustomers, Reason: "三个客户转给 N"}
		c, err := h.Change(ctx, h.actors["O"], in)
		h.must(err)
		if c.State != targetplan.ChangeAsked || h.quota("A", h.first+6) != before.Months[6] {
			t.Fatalf("not signed yet: %+v", c)
		}
		_, err = h.Change(ctx, h.actors["O"], in)
		h.refuses(err, errs.KindConflict, "targetplan.change_waits")
		h.sign(c.RequestID)
		after, taken := h.person("O", p, "A"), h.person("O", p, "N").Row
		if after.Row.Minor != before.Minor-100_000_00 || taken.Minor != other.Minor+100_000_00 || after.Row.Months[5] != before.Months[5] || h.quota("A", h.first+6) != after.Row.Months[6] || h.quota("N", h.first+11) != taken.Months[11] {
			t.Errorf("%+v then %+v", before.Months, after.Row.Months)
		}
		if after.Acceptance != nil || after.Changes[0].State != targetplan.ChangeDone {
			t.Errorf("the changed letter is accepted: %+v", after)
		}
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			return tx.SavePeriod(ctx, period.Period{Month: h.first + 7, State: period.StateClosed, Revision: 1})
		}))
		in.OtherID, in.RestMinor = 0, rest-1
		_, err = h.Change(ctx, h.actors["O"], in)
		h.refuses(err, errs.KindConflict, "targetplan.month_closed")
		in.From = h.first + 8
		_, err = h.Change(ctx, h.actors["O"], in)
		h.must(err)
	})
}

func TestPotentialsComeFromASheet(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		load := func(who, text string) (int, error) {
			return h.ImportPotentials(ctx, h.actors[who], h.year, false, strings.NewReader(text))
		}
		_, err := load("L", "大区,市场潜力\n华东,100\n")
		h.refuses(err, errs.KindForbidden, "")
		count, err := load("O", "大区,市场潜力,来源\n华东,\"1,000,000.50\",行业报告\n\n")
		h.must(err)
		list, err := h.Potentials(ctx, h.actors["O"], h.year)
		h.must(err)
		if list = regionsOf(list); count != 1 || list[0].Minor != 1_000_000_50 || list[0].Source != "行业报告" || list[1].Minor != 0 {
			t.Errorf("%d %+v", count, list)
		}
		for name, one := range map[string]struct {
			text string
			rows []int
			path string
		}{
			"no column":        {"大区,来源\n华东,x\n", []int{1}, "amount"},
			"no rows":          {"大区,市场潜力\n", []int{0}, "rows"},
			"no such region":   {"region,amount\n华东,1\n火星,2\n", []int{3}, "region"},
			"twice":            {"region\tamount\n华东\t1\n华东\t2\n", []int{3}, "region"},
			"no number":        {"region,amount\n华东,很多\n", []int{2}, "amount"},
			"below nothing":    {"region,amount\n华东,-1\n西南,20%\n", []int{2, 3}, "amount"},
			"part of a fen":    {"region,amount\n华东,1.005\n", []int{2}, "amount"},
			"beyond all sense": {"region,amount\n华东,99999999999999999\n", []int{2}, "amount"},
		} {
			_, err := load("O", one.text)
			known, ok := errors.AsType[*errs.Error](err)
			if !ok || known.Kind != errs.KindInvalid || len(known.Fields) != len(one.rows) {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for i, row := range one.rows {
				if known.Fields[i].Row != row || known.Fields[i].Path != one.path {
					t.Errorf("%s: %+v", name, known.Fields[i])
				}
			}
		}
		if after, err := h.Potentials(ctx, h.actors["O"], h.year); err != nil || after[0].Minor != 1_000_000_50 {
			t.Errorf("a sheet with faults left something: %+v %v", after, err)
		}
	})
}

func regionsOf(list []targetplan.Potential) (regions []targetplan.Potential) {
	for _, p := range list {
		if p.Kind() == targetplan.KindRegion {
			regions = append(regions, p)
		}
	}
	return regions
}

func TestPotentialsOfRegionsCount(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		plain := h.get("O", h.draft(nil), "")
		list, err := h.Potentials(ctx, h.actors["O"], h.year)
		h.must(err)
		if list = regionsOf(list); len(list) != 2 || list[0].Minor != 0 {
			t.Fatalf("%+v", list)
		}
		list[0].Minor, list[0].Source, list[1].Minor = 1_000_000_00, "行业报告", 9_000_000_00
		h.must(h.SetPotentials(ctx, h.actors["O"], h.year, list))
		h.refuses(h.SetPotentials(ctx, h.actors["L"], h.year, list), errs.KindForbidden, "")
		with := h.get("O", h.draft(nil), "")
		if with.Rows[0].Detail.Potential != 1_000_000_00 || with.Rows[0].Minor >= plain.Rows[0].Minor {
			t.Errorf("east %d, with a small market %d", plain.Rows[0].Minor, with.Rows[0].Minor)
		}
		list[0].Minor = 0
		h.must(h.SetPotentials(ctx, h.actors["O"], h.year, list[:1]))
		if list, err = h.Potentials(ctx, h.actors["O"], h.year); err != nil || regionsOf(list)[0].Minor != 0 || regionsOf(list)[1].Minor != 9_000_000_00 {
			t.Errorf("%+v %v", list, err)
		}
	})
}
