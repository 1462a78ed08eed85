package app_test

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/review"
)

// reviewSteps are about meetings and decisions: there is a meeting of the first team with an action in it, and operations logged a decision.
var reviewSteps = []step{
	{fine, "GET /reviews", ""}, {refused, "POST /reviews", "kind=weekly&unit=team+1&on=2026-10-01"}, {fine, "GET /reviews/settings", ""}, {refused, "POST /reviews/settings", "weekday=1"},
	{notThere, "GET /reviews/{review}", ""}, {notThere, "GET /reviews/{review}/minutes/{format}", ""}, {refused, "POST /reviews/{review}/minutes", "minutes=x"}, {refused, "POST /reviews/{review}/actions", "person=1&text=x&due_on=2027-12-01"},
	{refused, "POST /reviews/{review}/people", ""}, {notThere, "POST /reviews/{review}/people/{person}/change", ""}, {refused, "POST /reviews/{review}/step", "to=finish"}, {notThere, "POST /review-actions/{review_action}", "state=done"},
	{fine, "GET /decisions", ""}, {refused, "GET /decisions/new", ""}, {refused, "POST /decisions", "title=x"}, {notThere, "GET /decisions/{decision}", ""}, {refused, "POST /decisions/{decision}/outcome", "state=kept&outcome=x"},

	{fine, "GET /api/v1/reviews", ""}, {refused, "POST /api/v1/reviews", `{"kind":"weekly","unit_kind":"team","unit_id":1,"on":"2026-10-01"}`}, {fine, "GET /api/v1/review-settings", ""},
	{refused, "PUT /api/v1/review-settings", `{"weekly":true,"weekday":1,"monthly":true,"month_day":3,"quarterly":true,"quarter_day":5,"brief":true,"bands":[{"from":0,"name":"x"}],"adjust_from":10,"adjust_most":15}`},
	{notThere, "GET /api/v1/reviews/{review}", ""}, {refused, "PUT /api/v1/reviews/{review}/minutes", `{"minutes":"x"}`}, {refused, "POST /api/v1/reviews/{review}/step", `{"to":"finish"}`}, {refused, "PUT /api/v1/reviews/{review}/people/{person}", `{"words":"x"}`},
	{notThere, "POST /api/v1/reviews/{review}/people/{person}/change", ""}, {refused, "POST /api/v1/reviews/{review}/actions", `{"person_id":1,"text":"x","due_on":"2027-12-01"}`}, {notThere, "POST /api/v1/review-actions/{review_action}", `{"state":"done"}`},
	{fine, "GET /api/v1/decisions", ""}, {refused, "POST /api/v1/decisions", `{"title":"x","on":"2026-10-01","expected":"x","due_on":"2026-10-01"}`}, {notThere, "GET /api/v1/decisions/{decision}", ""}, {notThere, "GET /api/v1/decisions/{decision}/rules", ""}, {fine, "GET /api/v1/rules/{act:plan}/{act:x}/origin", ""}, {refused, "POST /api/v1/decisions/{decision}/outcome", `{"state":"kept","outcome":"x"}`},
}

// meeting makes a meeting of the victim's team with an action, and a decision about it; it returns their ids.
func (c *company) meeting(person int64) (meeting, action, decided string) {
	c.t.Helper()
	ctx, ops := c.t.Context(), c.actor("ops")
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	l, err := c.app.Reviews.List(ctx, ops, "", "")
	must(err)
	for _, unit := range l.Callable {
		if unit.Kind != review.UnitTeam {
			continue
		}
		r, err := c.app.Reviews.Call(ctx, ops, review.Weekly, unit, l.Today)
		must(err)
		v, err := c.app.Reviews.Get(ctx, ops, r.ID)
		must(err)
		for _, owner := range v.Owners {
			if owner.ID != person {
				continue
			}
			a, err := c.app.Reviews.Agree(ctx, ops, review.Agreement{ReviewID: r.ID, PersonID: person, Text: "拜访恒越精密", DueOn: l.Today + 7})
			must(err)
			d, err := c.app.Decisions.Log(ctx, ops, decision.Entry{Title: "恒越精密降价", On: l.Today, DueOn: l.Today + calendar.Date(30), Expected: "多签两单", ReviewID: r.ID})
			must(err)
			id := func(n int64) string { return strconv.FormatInt(n, 10) }
			return id(r.ID), id(a.ID), id(d.ID)
		}
	}
	c.t.Fatal("the person is in no team")
	return "", "", ""
}
