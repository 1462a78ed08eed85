package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// eastern begins every key of what belongs to people who were only ever in the east.
const eastern = "EAST"

// twoRegions is the small company, whose eastern keys tell themselves.
func twoRegions() *monthtest.Company {
	c := monthtest.Small()
	in := map[string]bool{}
	rename := func(key *string) {
		if in[*key] {
			*key = eastern + *key
		}
	}
	for i, p := range c.Persons {
		if in[p.Key] = p.Team == "T1"; in[p.Key] {
			rename(&c.Persons[i].Key)
		}
	}
	for i := range c.Leaders {
		rename(&c.Leaders[i].Person)
	}
	for i := range c.Quotas {
		rename(&c.Quotas[i].Person)
	}
	for i := range c.Deals {
		d := &c.Deals[i]
		if in[d.Shares[0].Person] {
			in[d.Key] = true
			rename(&d.Key)
		}
		for at := range d.Shares {
			rename(&d.Shares[at].Person)
		}
	}
	for i := range c.Payments {
		if p := &c.Payments[i]; in[p.Deal] {
			p.Key = eastern + p.Key
			rename(&p.Deal)
		}
	}
	return c
}

const regionStar = `xiaoguan: honour/1
id: star
title: {zh: 大区之星, en: Star of the region}
currency: CNY
span: month
effective: {from: 2026-01-01}
participants: {level: [newcomer, regular, core]}
each: region
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: period}
rank: {by: collected, ties: all}
winners: 1
brings: {cash: 7123.45, points: 500}
`

const riseRule = `xiaoguan: promotion/1
id: levels
name: {zh: 层级晋升规则, en: From level to level}
currency: CNY
effective: {from: 2026-01-01}
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: {months: 2}}
steps:
  - {from: regular, to: core, when: [{measure: collected, at_least: 100000.00}]}
`

// honoursOf brings an honour, a proposal of promotion and a redemption of the victim about, and adds their ids.
func (c *company) honoursOf(ids map[string]string) {
	c.t.Helper()
	ctx := c.t.Context()
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	for _, text := range []string{regionStar, riseRule} {
		v, err := c.app.Plans.Save(ctx, monthtest.Maker, planbook.Draft{Text: text})
		must(err)
		_, err = c.app.Plans.Approve(ctx, monthtest.Approver, v.ID)
		must(err)
	}
	people := access.Actor{UserID: "u-people", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	round, err := c.app.Honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: monthtest.SmallMonth.String()})
	must(err)
	_, err = c.app.Honours.Approve(ctx, people, round.ID)
	must(err)
	_, err = c.app.Honours.Announce(ctx, people, round.ID)
	must(err)
	victim := c.actor("victim")
	awards, err := c.app.Honours.Wall(ctx, people, honour.AwardFilter{PersonID: victim.PersonID})
	must(err)
	again, err := c.app.Honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: (monthtest.SmallMonth - 1).String()})
	must(err)
	_, err = c.app.Honours.Propose(ctx, monthtest.Maker, monthtest.SmallMonth.String())
	must(err)
	proposals, err := c.app.Honours.Proposals(ctx, people, honour.ProposalFilter{PersonID: victim.PersonID})
	must(err)
	item, err := c.app.Honours.KeepItem(ctx, people, honour.KeepItem{Name: plan.Text{Zh: "书", En: "Book"}, Cost: 100, Stock: 5, Offered: true})
	must(err)
	asked, err := c.app.Honours.Redeem(ctx, victim, item.ID)
	must(err)
	if len(awards) != 1 || len(proposals) != 1 {
		c.t.Fatalf("%d awards and %d proposals of the victim", len(awards), len(proposals))
	}
	ids["award"], ids["round"], ids["proposal"], ids["item"], ids["redemption"] = awards[0].ID, again.ID, proposals[0].ID, item.ID, asked.ID
}

// regional are those who have a role in the south alone, and a lead and a seller there.
var regional = map[string]access.Role{"finance-south": access.RoleFinance, "people-south": access.RoleHR, "ops-south": access.RoleOperations, "auditor-south": access.RoleAuditor,
	"director-south": access.RoleDirector}

// openRegions makes the company with everything in it that pay is seen by.
func openRegions(t *testing.T) (c *company, ids, own map[string]string) {
	t.Helper()
	c = newCompanyOf(t, "", twoRegions())
	ids = c.thingsOf(eastern)
	c.honoursOf(ids)
	south := monthtest.QueryInts(t, c.app.DB, "SELECT id FROM region WHERE key = 'S' AND superseded_in = 9223372036854775807")[0]
	for login, role := range regional {
		c.userWith(login, "", access.Grant{Role: role, Scope: access.ScopeRegion, RegionID: south})
	}
	c.user("lead-south", "M2", access.RoleLead, access.ScopeTeamAndBelow)
	own = map[string]string{}
	for name, id := range ids {
		own[name] = id
	}
	own["person"], own["deal"], own["payment"], own["invoice"] = strconv.FormatInt(c.house.Person(t, "D"), 10), "D3", "8", "8"
	own["customer"] = strconv.FormatInt(monthtest.QueryInts(t, c.app.DB, "SELECT id FROM customer WHERE key = 'C2'")[0], 10)
	return c, ids, own
}

// easternWords are names and keys of the east, and numbers of its people in JSON.
func (c *company) easternWords() *regexp.Regexp {
	c.t.Helper()
	words := []string{"EAST(M1|A|B|C|D1|D2|[0-9]+)", "恒越精密", "周岚", "陈思远", "顾南星", "叶小舟"}
	for _, key := range []string{"M1", "A", "B", "C"} {
		words = append(words, `"person_id":`+strconv.FormatInt(c.house.Person(c.t, eastern+key), 10)+`\b`)
	}
	return regexp.MustCompile(strings.Join(words, "|"))
}

// easternAmounts are what the east earned, in whatever form it is written, and what the whole company did; amounts that the south has, too, tell nothing.
func (c *company) easternAmounts() *regexp.Regexp {
	c.t.Helper()
	amounts := func(where string) []int64 {
		return monthtest.QueryInts(c.t, c.app.DB, `SELECT s.total_minor FROM statement s JOIN person p ON p.id = s.person_id AND p.superseded_in = 9223372036854775807
			JOIN period d ON d.current_run = s.run_id WHERE p.key `+where+" ORDER BY s.total_minor")
	}
	southern := amounts("NOT LIKE 'EAST%'")
	secret := slices.Concat(amounts("LIKE 'EAST%'"), monthtest.QueryInts(c.t, c.app.DB, "SELECT r.total_minor FROM run r JOIN period d ON d.current_run = r.id"))
	var forms []string
	for _, minor := range secret {
		if minor < 1000_00 || slices.Contains(southern, minor) {
			continue
		}
		formatted := money.Format(minor, money.CNY)
		forms = append(forms, strconv.FormatInt(minor, 10), regexp.QuoteMeta(formatted), regexp.QuoteMeta(strings.ReplaceAll(formatted, ",", "")))
		for at := strings.Index(formatted, ".") - 3; at > 0; at -= 3 {
			formatted = formatted[:at] + "," + formatted[at:]
		}
		forms = append(forms, regexp.QuoteMeta(formatted))
	}
	if len(forms) < 12 {
		c.t.Fatalf("only %v", forms)
	}
	return regexp.MustCompile(`(^|[^0-9,.])(` + strings.Join(forms, "|") + `)($|[^0-9])`)
}

// named are the answers that name people of every region on purpose, with the reason. Amounts are in none of them.
var named = map[string]string{
	"GET /honours":                "the wall shows titles of everybody to everybody",
	"GET /honours/awards/{award}": "a certificate is for everybody to see",
	"GET /api/v1/awards":          "as the wall",
	"GET /api/v1/awards/{award}":  "as the certificate",
	"GET /api/v1/users":           "who looks through users reads which person each is, and nothing of their pay",
	"GET /api/v1/users/{user}":    "as the list",
}

// TestNobodySeesPayBeyondTheirReach walks everything that can be read as those whose roles reach the south alone, with ids of the east and with their own.
func TestNobodySeesPayBeyondTheirReach(t *testing.T) {
	t.Parallel()
	c, ids, own := openRegions(t)
	words, amounts, hits := c.easternWords(), c.easternAmounts(), map[string]bool{}
	for _, login := range []string{"finance-south", "people-south", "ops-south", "auditor-south", "director-south", "lead-south", "thief"} {
		for _, s := range walk {
			method, pattern, _ := strings.Cut(s.pattern, " ")
			if method != http.MethodGet {
				continue
			}
			guessed, honest := fill(pattern, ids), fill(pattern, own)
			paths := []string{guessed}
			if honest != guessed {
				paths = append(paths, honest)
			}
			for _, path := range paths {
				got := c.send(login, method, path, "")
				if got.status >= http.StatusInternalServerError {
					t.Errorf("%s, %s: %d: %s", login, path, got.status, plain(got.body))
				}
				body := strings.ReplaceAll(got.body, path, "") // what was asked for comes back in addresses
				if found := amounts.FindString(body); found != "" {
					t.Errorf("%s, %s: %d shows the amount %s: %s", login, path, got.status, found, plain(body))
				}
				found := words.FindString(body)
				hits[s.pattern] = hits[s.pattern] || found != ""
				if found != "" && named[s.pattern] == "" {
					t.Errorf("%s, %s: %d shows %s: %s", login, path, got.status, found, plain(body))
				}
			}
		}
	}
	for pattern := range named {
		if !hits[pattern] {
			t.Errorf("%s needs no exception", pattern)
		}
	}
}

// TestARegionSeesItsOwnPay shows that the walk is not empty: who has a role in the south sees the south's pay.
func TestARegionSeesItsOwnPay(t *testing.T) {
	t.Parallel()
	c, _, own := openRegions(t)
	for _, s := range []struct{ login, path, shows string }{
		{"finance-south", "/statements?month={month}", "许知夏"}, {"finance-south", "/statements/{month}/{person}", "许知夏"}, {"finance-south", "/api/v1/statements?month={month}", `"person_key":"D"`},
		{"people-south", "/api/v1/statements/{month}/{person}", `"person_key":"D"`}, {"auditor-south", "/api/v1/accounts/{person}", "许知夏"}, {"ops-south", "/adjustments", ""},
		{"people-south", "/law/terms", "许知夏"}, {"finance-south", "/law?month={month}", ""}, {"finance-south", "/disputes", ""}, {"people-south", "/honours/rounds", "大区之星"},
		{"people-south", "/promotions", ""}, {"ops-south", "/points", ""}, {"ops-south", "/api/v1/points/{person}", `"usable":0`}, {"finance-south", "/months", "2026"}, {"finance-south", "/months/{month}", "整月结果"},
	} {
		if got := c.send(s.login, http.MethodGet, fill(s.path, own), ""); got.status != http.StatusOK || !strings.Contains(got.body, s.shows) {
			t.Errorf("%s, %s: %d: %s", s.login, s.path, got.status, plain(got.body))
		}
	}
}

// beyond are writes about the east, or the whole company, as somebody in the south with the permission for them sends them.
var beyond = []struct {
	login string
	step
}{
	{"finance-south", step{http.StatusUnprocessableEntity, "POST /api/v1/adjustments", `{"person_key":"EASTA","month":"2026-09","plan_id":"regular","amount_minor":1,"reason":"x","evidence":"x"}`}},
	{"finance-south", step{http.StatusUnprocessableEntity, "POST /adjustments", "person=EASTA&month=2026-09&kind=regular/&amount=1&reason=x&evidence=x"}},
	{"finance-south", step{notThere, "POST /api/v1/adjustments/{adjustment}/approve", "{}"}}, {"finance-south", step{notThere, "POST /adjustments/{adjustment}/approve", ""}},
	{"people-south", step{notThere, "POST /api/v1/adjustments/{adjustment}/reject", `{"reason":"x"}`}}, {"ops-south", step{notThere, "POST /api/v1/adjustments/{adjustment}/withdraw", `{"reason":"x"}`}},
	{"finance-south", step{notThere, "POST /api/v1/disputes/{dispute}/voices", `{"voice":"finance","outcome":"accepted","reason":"x"}`}},
	{"people-south", step{notThere, "POST /disputes/{dispute}/speak", "voice=hr&outcome=accepted&reason=x"}}, {"finance-south", step{notThere, "POST /api/v1/disputes/{dispute}/defer", `{"reason":"x"}`}},
	{"ops-south", step{notThere, "POST /api/v1/disputes/{dispute}/take", ""}}, {"ops-south", step{notThere, "POST /api/v1/disputes/{dispute}/comments", `{"text":"x"}`}},
	{"ops-south", step{notThere, "POST /api/v1/points/{person}/expire", "{}"}}, {"people-south", step{notThere, "POST /api/v1/redemptions/{redemption}/settle", `{"state":"approved"}`}},
	{"ops-south", step{notThere, "POST /points/redemptions/{redemption}/approve", ""}}, {"people-south", step{notThere, "POST /api/v1/promotions/{proposal}/approve", `{"on":"2026-11-01"}`}},
	{"ops-south", step{notThere, "POST /promotions/{proposal}/reject", "reason=x"}}, {"people-south", step{refused, "POST /api/v1/awards/{award}/revoke", `{"reason":"x"}`}},
	{"people-south", step{refused, "POST /api/v1/honour-rounds/{round}/approve", "{}"}}, {"director-south", step{refused, "POST /honours/rounds/{round}/approve", ""}},
	{"director-south", step{refused, "POST /api/v1/honour-rounds/{round}/discard", `{"reason":"x"}`}}, {"ops-south", step{refused, "POST /api/v1/honour-rounds", `{"document_id":"star","term":"2026-08"}`}},
	{"people-south", step{refused, "POST /api/v1/promotions", `{"month":"2026-08"}`}}, {"people-south", step{refused, "PUT /api/v1/points-rules", `{"life_months":1,"revision":0}`}},
	{"ops-south", step{refused, "POST /api/v1/points-expiry", ""}}, {"ops-south", step{refused, "POST /api/v1/shop-items", `{"name_zh":"x","name_en":"x","cost":1,"stock":1,"offered":true}`}},
	{"people-south", step{notThere, "POST /api/v1/employment-terms", `{"terms":[{"person_id":{person},"from":"2026-07-01","fixed_minor":1}]}`}},
	{"people-south", step{notThere, "POST /api/v1/plans/{draft}/acceptances/{person}", `{"hash":"x"}`}}, {"people-south", step{notThere, "POST /api/v1/people/{person}/leave", `{"on":"2026-10-31"}`}},
	{"finance-south", step{notThere, "PUT /api/v1/quotas/{month}/{person}", `{"amount_minor":1}`}}, {"ops-south", step{notThere, "PUT /api/v1/payments/{payment}", `{"paid_on":"2026-10-02","amount_minor":1}`}},
	{"ops-south", step{refused, "POST /api/v1/periods/2026-10/calculate", "{}"}}, {"ops-south", step{refused, "POST /months/2026-10/calculate", ""}}, {"ops-south", step{refused, "POST /api/v1/periods/2026-10/publish", "{}"}},
	{"finance-south", step{refused, "POST /api/v1/periods/2026-10/approve", "{}"}}, {"finance-south", step{refused, "POST /api/v1/periods/2026-10/close", `{"confirm":"2026-10"}`}},
	{"finance-south", step{refused, "POST /api/v1/periods/2026-10/return", `{"reason":"x"}`}}, {"finance-south", step{refused, "PUT /api/v1/budgets/2026", `{"seen":0,"lines":[{"kind":"plan","key":"regular","month":"2026-09","amount_minor":1}]}`}},
	{"ops-south", step{refused, "POST /api/v1/retros", `{"months":["2026-09"]}`}}, {"ops-south", step{refused, "POST /api/v1/retros/{retro}/withdraw", `{"reason":"x"}`}},
	{"ops-south", step{refused, "POST /api/v1/simulations", `{"name":"x","first":"2026-08","last":"2026-09","a":{"versions":["{draft}"]}}`}},
	{"director-south", step{refused, "POST /api/v1/plans/{draft}/approve", "{}"}}, {"finance-south", step{refused, "POST /plans/{draft}/withdraw", "reason=x"}},
	{"people-south", step{refused, "PUT /api/v1/law/cities", `{"seen":0,"city":"x"}`}}, {"people-south", step{refused, "PUT /api/v1/law/rules/{law_rule}", `{"seen":0,"off":true,"why":"x"}`}},
	{"ops-south", step{refused, "POST /api/v1/imports/{import}/apply", "{}"}}, {"finance-south", step{refused, "POST /imports/{import}/undo", ""}},
}

// TestNobodyChangesAnythingBeyondTheirReach: the answer is that of what is not there, or that the whole company is needed; nothing changes, nor is anything noted.
func TestNobodyChangesAnythingBeyondTheirReach(t *testing.T) {
	t.Parallel()
	c, ids, _ := openRegions(t)
	entries := func() int64 {
		return monthtest.QueryInts(t, c.app.DB, "SELECT COUNT(*) FROM audit_entry")[0]
	}
	before := entries()
	for _, s := range beyond {
		method, pattern, _ := strings.Cut(s.pattern, " ")
		got := c.send(s.login, method, fill(pattern, ids), fill(s.body, ids))
		if got.status != s.want {
			t.Errorf("%s, %s: %d, want %d: %s", s.login, s.pattern, got.status, s.want, plain(got.body))
		}
		if after := entries(); after != before {
			t.Errorf("%s, %s: something was changed", s.login, s.pattern)
			before = after
		}
	}
}

// made is what a role in a region may bring about by the walk: things of its own part, and drafts.
var made = []string{"customer.add ", "calendar.make_feed ", "calendar.drop_feed ", "reassign.start ", "decision.log "}

// TestTheWalkOfARegionChangesNothingOfOthers sends every write with ids of the east.
func TestTheWalkOfARegionChangesNothingOfOthers(t *testing.T) {
	t.Parallel()
	c, ids, _ := openRegions(t)
	for login := range regional {
		for _, s := range walk {
			method, pattern, _ := strings.Cut(s.pattern, " ")
			own := slices.ContainsFunc(slices.Concat(ownSteps, noticeSteps), func(o step) bool { return o.pattern == s.pattern })
			if method == http.MethodGet || own {
				continue
			}
			if got := c.send(login, method, fill(pattern, ids), fill(s.body, ids)); got.status >= http.StatusInternalServerError {
				t.Errorf("%s, %s: %d: %s", login, s.pattern, got.status, plain(got.body))
			}
		}
		for _, change := range c.changesBy(login) {
			if !slices.ContainsFunc(made, func(prefix string) bool { return strings.HasPrefix(change, prefix) }) {
				t.Errorf("%s: %s", login, change)
			}
		}
	}
}
