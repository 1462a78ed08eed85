package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/survey"
)

var today = calendar.DateOf(storetest.Start)

// desk has ten deals of A with the customer C, D0 to D9; B sells to nobody, and is in another team.
type desk struct {
	*survey.Service
	t         *testing.T
	db        *store.DB
	cases     *servicecase.Service
	later     *time.Duration // added to the clock
	Now       func() time.Time
	a, b, ops access.Actor
}

func onBoth(t *testing.T, test func(d desk)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		clock, later, made := storetest.Clock(), new(time.Duration), 0
		now := func() time.Time { return clock().Add(*later).In(calendar.ChinaTime) }
		d := desk{t: t, db: db, later: later, Now: now, cases: servicecase.NewService(db.ServiceCaseStore(), calendar.China, now)}
		d.Service = survey.NewService(db.SurveyStore(), d.cases, func() string { made++; return fmt.Sprintf("a-%04d", made) }, now)
		ids := map[string]int64{}
		d.must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			d.must(err)
			put := func(_ fact.Outcome, err error) { d.must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			for _, key := range []string{"A", "B"} {
				put(w.PutTeam(ctx, fact.TeamRecord{Key: "T" + key, Name: key + "队", Region: "E"}))
				put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "销售" + key, Team: "T" + key, Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "恒越精密"}))
			put(w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "控制器", Category: "A"}))
			for i := range 10 {
				put(w.PutDeal(ctx, fact.DealRecord{Key: fmt.Sprint("D", i), Customer: "C", Product: "X", SignedOn: today - 40 + calendar.Date(i), AmountMinor: 100, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10000}}}))
			}
			_, err = w.Finish(ctx)
			return err
		}))
		d.must(db.Read(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			return nil
		}))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			return access.Actor{UserID: "u-" + key, Name: "用户" + key, PersonID: ids[key], Grants: []access.Grant{{Role: role, Scope: scope}}}
		}
		d.a, d.b, d.ops = actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn), actor("", access.RoleOperations, access.ScopeAll)
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

func (d desk) made(kind survey.Kind, anonymous bool) survey.Survey {
	d.t.Helper()
	low := int64(2)
	if kind == survey.KindNPS {
		low = 6
	}
	kept, err := d.Save(d.t.Context(), d.ops, survey.Entry{Name: "交付满意度", Kind: kind, Anonymous: anonymous, ValidDays: 30, LowUntil: low, OpensCase: !anonymous, Active: true})
	d.must(err)
	return kept
}

// asked makes links for all deals and answers the first of them with the scores.
func (d desk) asked(s survey.Survey, scores ...int64) (links []survey.Link) {
	d.t.Helper()
	links, err := d.InviteMany(d.t.Context(), d.a, s.ID, fact.Days{From: today - 90, To: today})
	d.must(err)
	for i, score := range scores {
		d.must(d.Answer(d.t.Context(), links[i].Token, survey.Reply{Score: score, Comment: fmt.Sprint("话", i), Lang: "zh-CN"}))
	}
	return links
}

func (d desk) results(actor access.Actor, s survey.Survey) survey.Results {
	d.t.Helper()
	r, err := d.Results(d.t.Context(), actor, survey.Filter{SurveyID: s.ID, Answered: fact.AnyDay()})
	d.must(err)
	return r
}

func TestALinkTakesOneAnswerUntilItExpires(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		s := d.made(survey.KindCSAT, false)
		link, err := d.Invite(ctx, d.a, survey.Invite{SurveyID: s.ID, DealKey: "D1"})
		d.must(err)
		if len(link.Token) != 43 || strings.Contains(link.Hash, link.Token) || link.SellerID != d.a.PersonID || link.TeamID == 0 || link.ProductID == 0 {
			d.t.Errorf("made %+v", link)
		}
		asked, err := d.Ask(ctx, link.Token)
		if err != nil || asked != (survey.Asked{Kind: survey.KindCSAT}) {
			d.t.Errorf("asks %+v %v", asked, err)
		}
		for _, token := range []string{"", "x", link.Hash, link.Token + "x", strings.Repeat("a", 5000)} {
			_, err := d.Ask(ctx, token)
			d.refused("the token "+token[:min(len(token), 9)], err, errs.KindNotFound)
			d.refused("answering it", d.Answer(ctx, token, survey.Reply{Score: 5}), errs.KindNotFound)
		}
		for name, in := range map[string]survey.Reply{"0 of 5": {Score: 0}, "6 of 5": {Score: 6}, "a book": {Score: 5, Comment: strings.Repeat("长", 1001)}, "a control character": {Score: 5, Comment: "a\x00b"}} {
			d.refused(name, d.Answer(ctx, link.Token, in), errs.KindInvalid)
		}
		d.must(d.Answer(ctx, link.Token, survey.Reply{Score: 5, Comment: " 很好 ", Lang: "zh-CN", Client: "203.0.113.9"}))
		d.refused("answered twice", d.Answer(ctx, link.Token, survey.Reply{Score: 1}), errs.KindConflict)
		_, err = d.Ask(ctx, link.Token)
		d.refused("asked again", err, errs.KindConflict)
		other, err := d.Invite(ctx, d.a, survey.Invite{SurveyID: s.ID, Customer: "C"})
		d.must(err)
		*d.later = 31 * 24 * time.Hour
		_, err = d.Ask(ctx, other.Token)
		d.refused("expired", err, errs.KindNotFound)
		d.refused("answering what has expired", d.Answer(ctx, other.Token, survey.Reply{Score: 5}), errs.KindNotFound)
		page, err := d.Answers(ctx, d.a, survey.Filter{SurveyID: s.ID, Answered: fact.AnyDay()})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Comment != "很好" || page.Rows[0].CustomerName != "恒越精密" || page.Rows[0].SellerName != "销售A" {
			d.t.Errorf("answers %+v %v", page.Rows, err)
		}
	})
}

func TestOfTwoAnswersAtOnceOneCounts(t *testing.T) {
	onBoth(t, func(d desk) {
		s := d.made(survey.KindNPS, false)
		link, err := d.Invite(d.t.Context(), d.a, survey.Invite{SurveyID: s.ID, DealKey: "D1"})
		d.must(err)
		failures := make(chan error, 4)
		for range 4 {
			go func() { failures <- d.Answer(context.Background(), link.Token, survey.Reply{Score: 9}) }()
		}
		kept := 0
		for range 4 {
			if err := <-failures; err == nil {
				kept++
			} else if !errs.Is(err, errs.KindConflict) {
				d.t.Error(err)
			}
		}
		if r := d.results(d.a, s); kept != 1 || r.Total.Count != 1 {
			d.t.Errorf("%d were kept, %d count", kept, r.Total.Count)
		}
	})
}

func TestALowScoreOpensACase(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		s := d.made(survey.KindNPS, false)
		d.asked(s, 10, 9, 9, 8, 6, 0)
		page, err := d.cases.List(ctx, d.a, servicecase.Filter{Opened: fact.AnyDay()})
		d.must(err)
		if page.Total.Count != 2 || page.Rows[0].Kind != servicecase.KindComplaint || page.Rows[0].Source != s.Subject() || page.Rows[0].Title != "交付满意度：0/10" || page.Rows[0].Text != "话5" || page.Rows[0].DealKey != "D5" {
			d.t.Errorf("cases %+v", page.Rows)
		}
		r := d.results(d.a, s)
		if r.Sent != 10 || r.Answered != 6 || r.Total.Count != 6 || r.Total.Value.RatString() != "1/6" || len(r.Months) != 1 || r.Months[0].Name != "2026-09" || len(r.Sellers) != 1 || r.Sellers[0].Name != "销售A" || r.Teams[0].Name != "A队" || r.Products[0].Name != "控制器" {
			d.t.Errorf("results %+v", r)
		}
		low, err := d.Answers(ctx, d.a, survey.Filter{SurveyID: s.ID, Answered: fact.AnyDay(), LowOnly: true})
		if err != nil || len(low.Rows) != 2 || low.Rows[0].RaisedID == 0 {
			d.t.Errorf("low answers %+v %v", low.Rows, err)
		}
		if other := d.results(d.b, s); other.Sent != 0 || other.Total.Count != 0 || len(other.Sellers) != 0 {
			d.t.Errorf("another seller sees %+v", other)
		}
		again, err := d.InviteMany(ctx, d.a, s.ID, fact.Days{From: today - 90, To: today})
		if err != nil || len(again) != 0 {
			d.t.Errorf("asked again: %d %v", len(again), err)
		}
		theirs, err := d.InviteMany(ctx, d.b, d.made(survey.KindCSAT, false).ID, fact.Days{From: today - 90, To: today})
		if err != nil || len(theirs) != 0 {
			d.t.Errorf("another seller asks %d customers: %v", len(theirs), err)
		}
	})
}

// TestAnonymousAnswersLeadToNobody looks into the tables and the audit log: nothing ties an answer to who was asked.
func TestAnonymousAnswersLeadToNobody(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		s := d.made(survey.KindCSAT, true)
		links := d.asked(s, 1, 2, 5, 4)
		if r := d.results(d.ops, s); !r.Total.Hidden || r.Total.Value != nil || len(r.Sellers)+len(r.Owners) != 0 {
			d.t.Errorf("four answers show %+v", r)
		}
		page, err := d.Answers(ctx, d.ops, survey.Filter{SurveyID: s.ID, Answered: fact.AnyDay()})
		if err != nil || !page.Hidden || len(page.Rows) != 0 {
			d.t.Errorf("four answers list %+v %v", page, err)
		}
		d.must(d.Answer(ctx, links[4].Token, survey.Reply{Score: 5, Comment: "好", Client: "203.0.113.9"}))
		r := d.results(d.ops, s)
		if r.Total.Value == nil || r.Total.Value.RatString() != "3/5" || r.Answered != 5 {
			d.t.Errorf("five answers show %+v", r.Total)
		}
		_, err = d.Results(ctx, d.a, survey.Filter{SurveyID: s.ID, Answered: fact.AnyDay()})
		d.refused("a seller", err, errs.KindForbidden)
		page, err = d.Answers(ctx, d.ops, survey.Filter{SurveyID: s.ID, Answered: fact.Days{From: today - 1, To: today + 1}, LowOnly: true, TeamID: 999})
		d.must(err)
		if len(page.Rows) != 5 {
			d.t.Errorf("a filter singled out %d", len(page.Rows))
		}
		for _, a := range page.Rows {
			if a.About != (survey.About{TeamID: a.About.TeamID, ProductID: a.About.ProductID}) || a.RaisedID != 0 || a.About.TeamID == 0 {
				d.t.Errorf("kept %+v", a)
			}
		}
		log, err := audit.NewService(d.db.Audit()).List(ctx, access.SystemActor("test"), audit.Filter{Subject: s.Subject(), Limit: 100})
		d.must(err)
		for _, e := range log.Entries {
			if e.Action == "survey.answer" && (!strings.Contains(string(e.After), `"customer_id":0`) || !strings.Contains(string(e.After), `"deal_key":""`) || e.Client != "") {
				d.t.Errorf("the log tells %s %s", e.Client, e.After)
			}
		}
		if cases, err := d.cases.List(ctx, d.ops, servicecase.Filter{Opened: fact.AnyDay()}); err != nil || cases.Total.Count != 0 {
			d.t.Errorf("%d cases: %v", cases.Total.Count, err)
		}
	})
}

func TestSurveysThatAreRefused(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		good := survey.Entry{Name: "x", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, Active: true}
		for name, change := range map[string]func(*survey.Entry){
			"no name": func(in *survey.Entry) { in.Name = "" }, "no kind": func(in *survey.Entry) { in.Kind = "x" }, "no days": func(in *survey.Entry) { in.ValidDays = 0 }, "a low of all": func(in *survey.Entry) { in.LowUntil = 5 },
			"anonymous cases": func(in *survey.Entry) { in.Anonymous, in.OpensCase = true, true },
		} {
			in := good
			change(&in)
			_, err := d.Save(ctx, d.ops, in)
			d.refused(name, err, errs.KindInvalid)
		}
		_, err := d.Save(ctx, d.a, good)
		d.refused("a seller's survey", err, errs.KindForbidden)
		s := d.made(survey.KindCSAT, false)
		change := survey.Entry{ID: s.ID, Name: "改名", Kind: survey.KindNPS, Anonymous: true, ValidDays: 10, LowUntil: 1, Seen: 1}
		kept, err := d.Save(ctx, d.ops, change)
		d.must(err)
		if kept.Kind != survey.KindCSAT || kept.Anonymous || kept.Active || kept.Revision != 2 {
			d.t.Errorf("changed into %+v", kept)
		}
		_, err = d.Save(ctx, d.ops, change)
		d.refused("as seen before", err, errs.KindConflict)
		_, err = d.Invite(ctx, d.a, survey.Invite{SurveyID: s.ID, DealKey: "D1"})
		d.refused("a survey that is off", err, errs.KindConflict)
		on := d.made(survey.KindCSAT, false)
		for name, in := range map[string]survey.Invite{"another's deal": {DealKey: "D1"}, "another's customer": {Customer: "C"}, "an unknown deal": {DealKey: "D99"}, "nobody": {}} {
			in.SurveyID = on.ID
			_, err := d.Invite(ctx, d.b, in)
			d.refused(name, err, errs.KindInvalid)
		}
		_, err = d.Invite(ctx, d.a, survey.Invite{SurveyID: on.ID, CaseID: 99})
		d.refused("an unknown case", err, errs.KindNotFound)
		_, err = d.Invite(ctx, d.a, survey.Invite{SurveyID: 99, DealKey: "D1"})
		d.refused("an unknown survey", err, errs.KindNotFound)
	})
}
