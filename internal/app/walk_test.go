package app_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/api"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/job"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof/page"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/standard"
)

// step is what somebody sends and what the answer must be.
type step struct {
	want    int
	pattern string // of the route, with the names of what is guessed: {person} is a person of the other team, and so on
	body    string
}

const (
	fine     = http.StatusOK // what everybody may see, or one's own; nothing of the other team may be in it
	away     = http.StatusSeeOther
	refused  = http.StatusForbidden
	notThere = http.StatusNotFound
)

// walk is every page and every operation, as a seller of team T2 sends them who has got hold of ids of team T1. Whoever adds a route adds
// a step, and says whether it guards what it leads to.
var walk = slices.Concat(retroSteps, ownSteps, salesSteps, leadSteps, workSteps, tierSteps, flowSteps, standardSteps, poolSteps, targetSteps, reviewSteps, problemSteps, voiceSteps, boardSteps, monthReportSteps, reportPageSteps, mergeSteps, cellSteps, quoteSteps, contractSteps, serviceSteps, handSteps, furtherSteps, paySteps, disputeSteps, officeSteps, operationSteps, factOperationSteps, handOperationSteps, disputeOperationSteps, honourSteps, noticeSteps, approvalSteps, payrollSteps, fitSteps, programmeSteps, documentSteps, signOnSteps, houseSteps)

// ownSteps are about the account of who asks.
var ownSteps = []step{
	{away, "GET /{$}", ""}, {away, "POST /preferences", "lang=zh-CN"}, {away, "GET /set-up", ""}, {http.StatusConflict, "POST /set-up", "login=thief2&name=x&password=Tr4verse-lagoon"},
	{away, "GET /sign-in", ""}, {fine, "GET /sign-in/code", ""}, {http.StatusUnauthorized, "POST /sign-in/code", "code=123456"}, {http.StatusUnauthorized, "POST /sign-in", "login=victim&password=wrong-Kettle-1"},
	{fine, "GET /account", ""}, {fine, "GET /account/password", ""}, {http.StatusUnprocessableEntity, "POST /account/password", "current=wrong&new=Tr4verse-lagoon"},
	{http.StatusUnprocessableEntity, "POST /account/second-factor", "password=wrong"}, {http.StatusUnprocessableEntity, "POST /account/second-factor/confirm", "sealed=v1.x&code=123456"},
	{http.StatusUnprocessableEntity, "POST /account/second-factor/drop", "password=wrong"},
	{notThere, "POST /account/sessions/end", "session={session}"}, {notThere, "POST /account/keys/revoke", "key={key}"}, {http.StatusUnprocessableEntity, "POST /account/keys", "name="},
}

var salesSteps = []step{
	{fine, "GET /customers", ""}, {fine, "GET /customers/export/{format}", ""}, {refused, "GET /customers/new", ""}, {refused, "POST /customers", "key=X&name=X"},
	{refused, "GET /customers/like?name=x", ""}, {fine, "GET /suggest/customers?q=x", ""}, {refused, "GET /suggest/people?q=x", ""},
	{notThere, "GET /customers/{customer}", ""}, {refused, "POST /customers/{customer}", "name=X"},
	{fine, "GET /deals", ""}, {fine, "GET /deals/export/{format}", ""}, {notThere, "GET /deals/{deal}", ""}, {notThere, "POST /deals/{deal}/payments", "key=X&kind=payment&paid_on=2026-10-02&amount=1"},
	{fine, "GET /payments", ""}, {fine, "GET /payments/export/{format}", ""}, {notThere, "GET /payments/{payment}", ""}, {notThere, "POST /payments/{payment}", "paid_on=2026-10-02&amount=1&seen=1"},
	{fine, "GET /products", ""}, {fine, "GET /quotas", ""}, {fine, "GET /quotas/export/{format}", ""}, {notThere, "GET /quotas/{month}/{person}", ""}, {refused, "POST /quotas/{month}/{person}", "amount=1"},
	{fine, "GET /views/new?list=deals", ""}, {http.StatusUnprocessableEntity, "POST /views", "list=deals&name="}, {notThere, "POST /views/{view}/delete", "list=deals"},
	{refused, "GET /people", ""}, {refused, "GET /people/export/{format}", ""}, {refused, "GET /people/new", ""}, {refused, "POST /people", "key=X&name=X&level=regular&hired=2026-10-01"},
	{refused, "GET /people/{person}", ""}, {refused, "POST /people/{person}/{act:leave}", "on=2026-10-31"},
}

// leadSteps are about leads.
var leadSteps = []step{
	{fine, "GET /leads", ""}, {fine, "GET /leads/export/{format}", ""}, {fine, "GET /new-lead", ""}, {fine, "GET /new-lead/like?phone=13700000000", ""}, {http.StatusUnprocessableEntity, "POST /leads", "company="},
	{notThere, "GET /leads/{lead}", ""}, {notThere, "POST /leads/{lead}", "company=x&seen=1"}, {notThere, "POST /leads/{lead}/follow-ups", "kind=call&text=x"}, {notThere, "POST /leads/{lead}/qualify", "seen=1"},
	{notThere, "POST /leads/{lead}/retake", "seen=1"}, {refused, "POST /leads/{lead}/assign", "to=D&seen=1"}, {refused, "POST /assign-leads", "lead={lead}&to=D"}, {notThere, "GET /edit-lead/{lead}", ""},
	{notThere, "GET /drop-lead/{lead}", ""}, {notThere, "POST /drop-lead/{lead}", "for=no_need&seen=1"}, {notThere, "GET /convert-lead/{lead}", ""},
	{notThere, "POST /convert-lead/{lead}", "customer=C1&opportunity=x&currency=CNY&expected_on=2026-12-01&seen=1"},
	{fine, "GET /api/v1/leads", ""}, {fine, "GET /api/v1/leads/like?phone=13700000000", ""}, {notThere, "GET /api/v1/leads/{lead}", ""}, {notThere, "GET /api/v1/leads/{lead}/events", ""},
	{http.StatusUnprocessableEntity, "POST /api/v1/leads", "{}"}, {notThere, "PUT /api/v1/leads/{lead}", `{"company":"x"}`}, {refused, "POST /api/v1/leads/assignments", `{"leads":[{lead}],"to":["D"]}`},
	{notThere, "POST /api/v1/leads/{lead}/follow-ups", `{"kind":"call","text":"x"}`}, {notThere, "POST /api/v1/leads/{lead}/qualify", "{}"}, {notThere, "POST /api/v1/leads/{lead}/drop", `{"for":"no_need"}`},
	{notThere, "POST /api/v1/leads/{lead}/retake", "{}"}, {notThere, "POST /api/v1/leads/{lead}/convert", `{"customer":"C1","opportunity":{"name":"x","amount_minor":1,"currency":"CNY","expected_on":"2026-12-01"}}`},
}

// workSteps are about opportunities, follow-ups and tasks.
var workSteps = []step{
	{fine, "GET /today", ""}, {http.StatusUnprocessableEntity, "POST /today/tasks", "title="}, {notThere, "POST /today/tasks/{task}/{act:done}", "seen=1"},
	{fine, "GET /pipeline", ""}, {fine, "GET /api/v1/opportunity-stages", ""}, {notThere, "POST /pipeline/move", "card={opportunity}&lane=needs&seen=1"}, {fine, "GET /opportunities", ""}, {fine, "GET /opportunities/export/{format}", ""},
	{http.StatusConflict, "POST /change-opportunities", "opportunity={opportunity}.1&stage=needs"}, {fine, "POST /api/v1/opportunities/changes", `{"ids":[{opportunity}],"stage":"needs"}`},
	{http.StatusConflict, "POST /change-opportunities", "opportunity={opportunity}.1&stage=needs"}, {fine, "POST /api/v1/opportunities/changes", `{"ids":[{opportunity}],"stage":"needs"}`},
	{http.StatusUnprocessableEntity, "POST /opportunities", "name=x&customer=C1&currency=CNY&expected_on=2026-12-01"}, {notThere, "GET /opportunities/{opportunity}", ""},
	{notThere, "POST /opportunities/{opportunity}", "name=x&customer=C1&currency=CNY&expected_on=2026-12-01&seen=1"}, {notThere, "POST /opportunities/{opportunity}/stage", "stage=needs&seen=1"},
	{notThere, "POST /opportunities/{opportunity}/reopen", "seen=1"}, {notThere, "POST /opportunities/{opportunity}/deal", "deal_key=D1&seen=1"},
	{notThere, "GET /follow-ups/{act:1}", ""}, {notThere, "POST /customers/{customer}/follow-ups", "kind=call&text=x"},
	{notThere, "GET /api/v1/customers/{customer}/follow-ups", ""}, {notThere, "POST /api/v1/customers/{customer}/follow-ups", `{"kind":"call","text":"x"}`},
	{notThere, "POST /opportunities/{opportunity}/follow-ups", "kind=call&text=x"}, {fine, "GET /new-opportunity", ""}, {notThere, "GET /edit-opportunity/{opportunity}", ""},
	{notThere, "GET /win-opportunity/{opportunity}", ""}, {notThere, "POST /win-opportunity/{opportunity}", "signed_on=2026-10-01&seen=1"}, {notThere, "GET /lose-opportunity/{opportunity}", ""},
	{notThere, "POST /lose-opportunity/{opportunity}", "for=price&seen=1"},
	{notThere, "GET /new-contact?customer={customer}", ""}, {notThere, "POST /contacts", "customer={customer}&name=x"}, {notThere, "GET /contacts/{contact}", ""}, {fine, "GET /contacts", ""}, {fine, "GET /contacts/export/{format}", ""}, {fine, "GET /contacts/like?phone=13700000000", ""}, {notThere, "POST /contacts/{contact}", "name=x&seen=1"},
	{notThere, "GET /api/v1/customers/{customer}/contacts", ""}, {notThere, "POST /api/v1/customers/{customer}/contacts", `{"name":"x"}`}, {notThere, "PUT /api/v1/contacts/{contact}", `{"name":"x"}`}, {fine, "GET /api/v1/contacts", ""}, {fine, "GET /api/v1/contacts/like?phone=13700000000", ""}, {notThere, "GET /api/v1/contacts/{contact}", ""},
	{fine, "GET /api/v1/opportunities", ""}, {notThere, "GET /api/v1/opportunities/{opportunity}", ""}, {notThere, "GET /api/v1/opportunities/{opportunity}/events", ""},
	{http.StatusUnprocessableEntity, "POST /api/v1/opportunities", oneOpportunity}, {notThere, "PUT /api/v1/opportunities/{opportunity}", oneOpportunity},
	{notThere, "POST /api/v1/opportunities/{opportunity}/stage", `{"stage":"needs"}`}, {notThere, "POST /api/v1/opportunities/{opportunity}/win", `{"signed_on":"2026-10-01"}`},
	{notThere, "POST /api/v1/opportunities/{opportunity}/deal", `{"deal_key":"D1"}`}, {notThere, "POST /api/v1/opportunities/{opportunity}/lose", `{"for":"price"}`},
	{notThere, "POST /api/v1/opportunities/{opportunity}/reopen", "{}"}, {notThere, "GET /api/v1/opportunities/{opportunity}/follow-ups", ""},
	{notThere, "PUT /api/v1/opportunities/{opportunity}/next-contact", `{"next_on":""}`},
	{notThere, "POST /api/v1/opportunities/{opportunity}/follow-ups", `{"kind":"call","text":"x"}`}, {fine, "GET /api/v1/today", ""},
	{notThere, "POST /api/v1/today/tasks", `{"title":"x","due_on":"2026-12-01","opportunity_id":{opportunity}}`}, {notThere, "POST /api/v1/today/tasks/{task}/end", `{"state":"done"}`},
	{notThere, "POST /api/v1/today/tasks/{task}/due", `{"due_on":"2026-12-01"}`},
}

// quoteSteps are about quotes and the price list, which everybody who sells may see.
var quoteSteps = []step{
	{fine, "GET /quotes", ""},
	{fine, "GET /quotes/export/{format}", ""},
	{notThere, "POST /quotes", "opportunity={opportunity}&title=x"},
	{notThere, "GET /quotes/{offer}", ""},
	{notThere, "POST /quotes/{offer}", "title=x&seen=1"},
	{notThere, "GET /print-quote/{offer}", ""}, {notThere, "GET /print-quote/{offer}/{format}", ""},
	{notThere, "POST /quotes/{offer}/{act:submit}", "seen=1"},
	{notThere, "GET /new-quote?opportunity={opportunity}", ""},
	{notThere, "GET /edit-quote/{offer}", ""},
	{fine, "GET /quote-rules", ""},
	{refused, "POST /quote-rules", "valid_days=1"},
	{fine, "GET /api/v1/quotes", ""},
	{notThere, "GET /api/v1/quotes/{offer}", ""},
	{notThere, "POST /api/v1/opportunities/{opportunity}/quotes", oneQuote},
	{notThere, "PUT /api/v1/quotes/{offer}", oneQuote},
	{notThere, "POST /api/v1/quotes/{offer}/submit", "{}"},
	{notThere, "POST /api/v1/quotes/{offer}/withdraw", "{}"},
	{notThere, "POST /api/v1/quotes/{offer}/drop", "{}"},
	{notThere, "POST /api/v1/quotes/{offer}/revise", "{}"},
	{notThere, "POST /api/v1/quotes/{offer}/send", `{"on":"2026-10-01","to":"x","way":"email"}`},
	{notThere, "POST /api/v1/quotes/{offer}/answer", `{"accepted":true,"on":"2026-10-01"}`},
	{fine, "GET /api/v1/quote-rules", ""},
	{refused, "PUT /api/v1/quote-rules", `{"valid_days":1,"tax_ppm":0,"limits":{},"prices":[],"revision":0}`},
}

// contractSteps are about contracts, when their money is due, and what sellers report.
var contractSteps = []step{
	{fine, "GET /contracts", ""},
	{fine, "GET /contracts/export/{format}", ""},
	{http.StatusUnprocessableEntity, "POST /contracts", "number=x"},
	{notThere, "GET /contracts/{contract}", ""},
	{notThere, "POST /contracts/{contract}", "number=x&seen=1"},
	{notThere, "POST /contracts/{contract}/{act:submit}", "seen=1"},
	{fine, "GET /new-contract", ""},
	{notThere, "GET /edit-contract/{contract}", ""},
	{notThere, "GET /contract-amendments/{contract}", ""},
	{notThere, "GET /amend-contract/{contract}", ""},
	{notThere, "POST /amend-contract/{contract}", "reason=x&seen=1"},
	{notThere, "GET /payment-plan/{contract}", ""},
	{notThere, "POST /payment-plan/{contract}", "seen=1"},
	{fine, "GET /instalments", ""},
	{fine, "GET /instalments/export/{format}", ""},
	{fine, "GET /collections", ""},
	{notThere, "GET /collections/{collection}", ""},
	{refused, "POST /collections/{collection}/{act:refuse}", "reason=x&seen=1"},
	{fine, "GET /api/v1/contracts", ""},
	{notThere, "GET /api/v1/contracts/{contract}", ""},
	{notThere, "POST /api/v1/contracts", `{"opportunity_id":{opportunity},` + oneContract},
	{notThere, "PUT /api/v1/contracts/{contract}", "{" + oneContract},
	{notThere, "POST /api/v1/contracts/{contract}/submit", "{}"},
	{notThere, "POST /api/v1/contracts/{contract}/withdraw", "{}"},
	{notThere, "POST /api/v1/contracts/{contract}/drop", "{}"},
	{notThere, "POST /api/v1/contracts/{contract}/sign", `{"signed_on":"2026-10-01"}`},
	{notThere, "POST /api/v1/contracts/{contract}/end", `{"on":"2026-10-01","reason":"x"}`},
	{refused, "POST /api/v1/contracts/{contract}/deal", "{}"},
	{notThere, "POST /api/v1/contracts/{contract}/amendments", `{"effective_on":"2026-10-01","reason":"x"}`},
	{notThere, "PUT /api/v1/contracts/{contract}/plan", `{"instalments":[{"due_on":"2026-12-01","amount_minor":1}]}`},
	{fine, "GET /api/v1/instalments", ""},
	{fine, "GET /api/v1/collections", ""},
	{notThere, "GET /api/v1/collections/{collection}", ""},
	{notThere, "POST /api/v1/contracts/{contract}/collections", `{"kind":"collection","paid_on":"2026-09-01","amount_minor":1,"way":"cash"}`},
	{refused, "POST /api/v1/collections/{collection}/confirm", `{"key":"x","paid_on":"2026-09-01","amount_minor":1}`},
	{refused, "POST /api/v1/collections/{collection}/refuse", `{"reason":"x"}`},
	{notThere, "POST /api/v1/collections/{collection}/withdraw", "{}"},
}

const oneContract = `"number":"x","title":"x","currency":"CNY","our_party":"x","their_party":"x","lines":[{"text":"x","quantity":"1","list_minor":1}]}`

const oneQuote = `{"title":"x","currency":"CNY","valid_until":"2027-12-01","lines":[{"text":"x","quantity":"1","list_minor":1}]}`

const oneOpportunity = `{"name":"x","customer":"C1","amount_minor":1,"currency":"CNY","expected_on":"2026-12-01"}`

// handSteps are about what is entered and corrected by hand, and the company.
var handSteps = []step{
	{refused, "GET /new-deal", ""}, {refused, "POST /new-deal", "key=X"}, {refused, "GET /correct-deal/{deal}", ""}, {refused, "POST /correct-deal/{deal}", "amount=1&seen=1"},
	{refused, "GET /products/new", ""}, {refused, "POST /products", "key=X&name=X"}, {fine, "GET /products/{product}", ""}, {refused, "POST /products/{product}", "name=X"},
	{fine, "GET /rates", ""}, {fine, "GET /rates/export/{format}", ""}, {refused, "GET /rates/new", ""}, {refused, "POST /rates", "base=USD"}, {notThere, "GET /rates/{base}/{quote}/{on}/{kind}", ""},
	{refused, "POST /rates/{base}/{quote}/{on}/{kind}", "rate=1"}, {refused, "GET /start", ""}, {refused, "GET /company", ""}, {refused, "POST /company", "name=X"},
}

// verifierThere: the verifier of proofs is in the program when it was built before (make verifier).
func verifierThere() int {
	if page.Verifier() == nil {
		return notThere
	}
	return fine
}

// furtherSteps are those about facts that only some plans ask for.
var furtherSteps = []step{
	{fine, "GET /invoices", ""}, {fine, "GET /invoices/export/{format}", ""}, {notThere, "GET /invoices/{invoice}", ""}, {notThere, "POST /invoices/{invoice}", "invoiced_on=2026-10-02&amount=1&seen=1"},
	{notThere, "POST /deals/{deal}/invoices", "key=X&invoiced_on=2026-10-02&amount=1"}, {refused, "POST /deals/{deal}/cancel", "cancelled_on=2026-10-02&reason=x"},
	{fine, "GET /given", ""}, {fine, "GET /given/export/{format}", ""}, {notThere, "GET /given/{month}/{person}", ""}, {refused, "POST /given/{month}/{person}", "new.measure=sop&new.value=1&new.unit=number"},
	{refused, "POST /people/{person}/{act:mentor}", "mentor=D&from=2026-10-01"}, {refused, "POST /people/{person}/{act:unmentor}", "from=2026-10-01"},
	{fine, "GET /api/v1/invoices", ""}, {notThere, "GET /api/v1/invoices/{invoice}", ""}, {refused, "PUT /api/v1/invoices/{invoice}", `{"invoiced_on":"2026-10-02","amount_minor":1}`},
	{refused, "POST /api/v1/invoices", `{"key":"X","deal_key":"{deal}","invoiced_on":"2026-10-02","amount_minor":1}`},
	{refused, "PUT /api/v1/deals/{deal}/cancellation", `{"on":"2026-10-02","reason":"x"}`}, {refused, "DELETE /api/v1/deals/{deal}/cancellation", ""},
	{fine, "GET /api/v1/given-values?month={month}", ""}, {notThere, "GET /api/v1/given-values/{month}/{person}/{measure}", ""}, {refused, "PUT /api/v1/given-values/{month}/{person}/{measure}", `{"value":"1","unit":"number"}`},
	{refused, "POST /api/v1/people/{person}/mentors", `{"mentor":"D","from":"2026-10-01"}`}, {refused, "DELETE /api/v1/people/{person}/mentors/{from}", ""},
}

var paySteps = []step{
	{fine, "GET /pay", ""}, {fine, "GET /pay/{month}", ""}, {fine, "GET /pay/{month}/statement.json", ""}, {fine, "GET /pay/{month}/credits.csv", ""},
	{fine, "GET /pay/{month}/proof.zip", ""}, {refused, "GET /statements/{month}/{person}/proof.zip", ""}, {verifierThere(), "GET /verifier.html", ""},
	{refused, "GET /statements", ""}, {refused, "GET /statements/export.csv", ""}, {refused, "GET /statements/{month}/{person}", ""},
	{refused, "GET /statements/{month}/{person}/statement.json", ""}, {refused, "GET /statements/{month}/{person}/credits.csv", ""},
	{fine, "GET /ledger", ""}, {refused, "GET /ledger?person={person}", ""}, {fine, "GET /ledger/export.csv", ""},
	{refused, "GET /months", ""}, {refused, "GET /months/{month}", ""}, {refused, "GET /months/{month}/progress", ""}, {refused, "GET /months/{month}/pay/{format}", ""},
	{refused, "POST /months/2026-10/{act:calculate}", ""}, {refused, "POST /months/2026-10/{act:publish}", "days=5"}, {refused, "POST /months/2026-10/{act:approve}", ""}, {refused, "POST /months/2026-10/{act:close}", "confirm=2026-10"},
	{refused, "GET /plans", ""}, {refused, "GET /plans/new", ""}, {refused, "POST /plans/new", "text=x"}, {refused, "GET /plans/{draft}", ""}, {refused, "GET /plans/{draft}/source", ""},
	{refused, "GET /plans/{draft}/diff", ""}, {refused, "GET /plans/{draft}/edit", ""}, {refused, "POST /plans/{draft}/edit", "text=x"}, {refused, "POST /plans/{draft}/{act:approve}", ""},
	{refused, "POST /plans/{draft}/{act:withdraw}", "reason=x"},
	{fine, "GET /my-plans", ""}, {notThere, "GET /my-plans/{draft}", ""}, {notThere, "POST /my-plans/{draft}/accept", "hash=x"}, {refused, "GET /plans/coverage", ""}, {refused, "GET /plans/coverage/export.csv", ""},
	{refused, "POST /plans/coverage/paper", "person={person}&version={draft}&hash=x"}, {refused, "GET /plans/{draft}/consent", ""}, {refused, "POST /plans/{draft}/consent", "announced_on=2026-10-01&text=x"},
	{refused, "GET /simulations", ""}, {refused, "GET /simulations/new", ""}, {refused, "POST /simulations", "name=x&first=2026-08&last=2026-09"}, {refused, "GET /simulations/{simulation}", ""},
	{refused, "GET /simulations/{simulation}/progress", ""}, {refused, "GET /simulations/{simulation}/export/{what}/{format}", ""},
	{refused, "GET /law", ""}, {refused, "GET /law/export/{format}", ""}, {refused, "POST /law/acknowledge", "finding=x&fingerprint=x&reason=x"}, {refused, "GET /law/rules", ""},
	{refused, "POST /law/rules/{law_rule}", "off=1&why=x&seen=0"}, {refused, "POST /law/cities", "city=x&seen=0"}, {refused, "POST /law/wages", "wage_city=x&from=2026-07-01&monthly=1&source=x&seen=0"},
	{refused, "POST /law/wages/remove", "city=x&from=2026-07-01&seen=0"}, {refused, "POST /law/wages/import", "text=x&seen=0"}, {refused, "GET /law/wages/export/{format}", ""},
	{refused, "GET /law/terms", ""}, {refused, "GET /law/terms/export/{format}", ""}, {refused, "POST /law/terms/import", "text=x"}, {refused, "GET /law/terms/{person}", ""},
	{refused, "POST /law/terms/{person}", "from=2026-07-01&work=full_time&fixed=1"},
	{refused, "GET /budget", ""}, {refused, "POST /budget/{year}", "row=plan:regular&m1=1"},
}

// retroSteps are about closed months recomputed, and manual lines.
var retroSteps = []step{
	{fine, "GET /pay/{month}/as-of", ""}, {refused, "GET /statements/{month}/{person}/as-of", ""},
	{refused, "GET /retro", ""}, {refused, "POST /retro", "months=2026-09"}, {refused, "GET /retro/{retro}", ""}, {refused, "GET /retro/{retro}/progress", ""}, {refused, "GET /retro/{retro}/export/{format}", ""},
	{refused, "POST /retro/{retro}/{act:post}", ""}, {refused, "POST /retro/{retro}/{act:withdraw}", "reason=x"},
	{refused, "GET /adjustments", ""}, {refused, "GET /adjustments/new", ""}, {refused, "POST /adjustments", "person=E1"}, {refused, "GET /adjustments/{adjustment}", ""},
	{refused, "POST /adjustments/{adjustment}/{act:approve}", ""}, {refused, "POST /adjustments/{adjustment}/{act:reject}", "reason=x"}, {refused, "POST /adjustments/{adjustment}/{act:withdraw}", "reason=x"},
	{refused, "GET /api/v1/retros", ""}, {refused, "POST /api/v1/retros", `{"months":["2026-09"]}`}, {refused, "GET /api/v1/retros/{retro}", ""}, {refused, "GET /api/v1/retros/{retro}/deltas", ""},
	{refused, "POST /api/v1/retros/{retro}/post", "{}"}, {refused, "POST /api/v1/retros/{retro}/withdraw", `{"reason":"x"}`}, {refused, "GET /api/v1/statements/{month}/{person}/as-of", ""},
	{refused, "GET /api/v1/adjustments", ""}, {refused, "POST /api/v1/adjustments", `{"person_key":"E1","month":"2026-09","plan_id":"regular","amount_minor":1,"reason":"x","evidence":"x"}`},
	{refused, "GET /api/v1/adjustments/{adjustment}", ""}, {refused, "POST /api/v1/adjustments/{adjustment}/approve", "{}"}, {refused, "POST /api/v1/adjustments/{adjustment}/reject", `{"reason":"x"}`},
	{refused, "POST /api/v1/adjustments/{adjustment}/withdraw", `{"reason":"x"}`},
}

// disputeSteps guess a dispute of the other team's, and its evidence.
var disputeSteps = []step{
	{fine, "GET /disputes", ""}, {fine, "GET /disputes/export/{format}", ""}, {fine, "GET /disputes/new?month={month}&line=component/x/////", ""}, {notThere, "POST /disputes", "month={month}"},
	{fine, "GET /disputes/statistics", ""}, {fine, "GET /disputes/rules", ""}, {refused, "POST /disputes/rules", "appeal_days=1&answer_work_days=1&approval=reason"},
	{notThere, "GET /disputes/{dispute}", ""}, {notThere, "POST /disputes/{dispute}/files", ""}, {notThere, "GET /disputes/{dispute}/files/{file}", ""},
	{notThere, "POST /disputes/{dispute}/{act:take}", ""}, {notThere, "POST /disputes/{dispute}/{act:say}", "text=x"}, {notThere, "POST /disputes/{dispute}/{act:withdraw}", ""},
	{notThere, "POST /disputes/{dispute}/{act:speak}", "voice=sales&outcome=accepted&reason=x"}, {notThere, "POST /disputes/{dispute}/{act:defer}", "reason=x"},
	{notThere, "POST /disputes/{dispute}/{act:correct}", "kind=batch&reference=1"},
}

var disputeOperationSteps = []step{
	{fine, "GET /api/v1/disputes", ""}, {notThere, "GET /api/v1/disputes/{dispute}", ""}, {fine, "GET /api/v1/statements/mine/{month}/lines", ""}, {fine, "GET /api/v1/dispute-statistics", ""},
	{fine, "GET /api/v1/dispute-reminders", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/disputes", `{"month":"{month}","line":"x","cause":"other","text":"x"}`},
	{notThere, "POST /api/v1/disputes/{dispute}/take", ""}, {notThere, "POST /api/v1/disputes/{dispute}/comments", `{"text":"x"}`}, {notThere, "POST /api/v1/disputes/{dispute}/voices", `{"voice":"hr","outcome":"rejected","reason":"x"}`},
	{notThere, "POST /api/v1/disputes/{dispute}/withdraw", ""}, {notThere, "POST /api/v1/disputes/{dispute}/defer", `{"reason":"x"}`}, {notThere, "POST /api/v1/disputes/{dispute}/correction", `{"kind":"batch","id":"1"}`},
	{notThere, "POST /api/v1/disputes/{dispute}/files", `{"name":"x.txt","content":"eA=="}`}, {notThere, "GET /api/v1/disputes/{dispute}/files/{file}", ""},
	{fine, "GET /api/v1/dispute-rules", ""}, {refused, "PUT /api/v1/dispute-rules", `{"appeal_days":1,"answer_work_days":1,"approval":"reason"}`},
}

// honourSteps are about honours, promotion and points: the wall is everybody's, what decides is for few.
var honourSteps = []step{
	{fine, "GET /honours", ""}, {notThere, "GET /honours/awards/{award}", ""}, {refused, "POST /honours/awards/{award}/revoke", "reason=x"}, {fine, "GET /honours/board?by=amount&term=2026-Q3&region=x", ""},
	{refused, "GET /honours/rounds", ""}, {refused, "POST /honours/rounds", "what=sales_star 2026-Q3"}, {notThere, "GET /honours/rounds/{round}", ""}, {refused, "POST /honours/rounds/{round}/{act:approve}", ""},
	{fine, "GET /promotions", ""}, {refused, "POST /promotions", "month=2026-09"}, {refused, "GET /promotions/{proposal}", ""}, {refused, "POST /promotions/{proposal}/{act:approve}", "on=2026-11-01"},
	{refused, "GET /promotions/several", ""}, {refused, "POST /promotions/several", "act=approve&on=2026-11-01"},
	{fine, "GET /points", ""}, {refused, "POST /points/items", "name_zh=x&name_en=x&cost=1&stock=1"}, {notThere, "POST /points/items/{item}/redeem", ""}, {refused, "POST /points/redemptions/{redemption}/{act:approve}", ""},
	{fine, "GET /api/v1/awards", ""}, {notThere, "GET /api/v1/awards/{award}", ""}, {refused, "POST /api/v1/awards/{award}/revoke", `{"reason":"x"}`}, {fine, "GET /api/v1/leaderboard?by=amount&term=2026-Q3&team=x", ""},
	{refused, "GET /api/v1/announcements", ""}, {refused, "GET /api/v1/honour-rounds", ""}, {refused, "POST /api/v1/honour-rounds", `{"document_id":"sales_star","term":"2026-Q3"}`},
	{notThere, "GET /api/v1/honour-rounds/{round}", ""}, {refused, "POST /api/v1/honour-rounds/{round}/approve", "{}"}, {refused, "POST /api/v1/honour-rounds/{round}/announce", "{}"},
	{refused, "POST /api/v1/honour-rounds/{round}/discard", `{"reason":"x"}`}, {fine, "GET /api/v1/promotions", ""}, {refused, "POST /api/v1/promotions", `{"month":"2026-09"}`},
	{notThere, "GET /api/v1/promotions/own", ""}, {refused, "POST /api/v1/promotions/decisions", `{"ids":["x"],"approve":false,"reason":"x"}`},
	{refused, "POST /api/v1/promotions/{proposal}/approve", `{"on":"2026-11-01"}`}, {refused, "POST /api/v1/promotions/{proposal}/reject", `{"reason":"x"}`},
	{refused, "GET /api/v1/points/{person}", ""}, {refused, "POST /api/v1/points/{person}/expire", "{}"}, {fine, "GET /api/v1/shop-items", ""}, {refused, "POST /api/v1/shop-items", `{"name_zh":"x","name_en":"x","cost":1,"stock":1,"offered":true}`},
	{refused, "PUT /api/v1/shop-items/{item}", `{"name_zh":"x","name_en":"x","cost":1,"stock":1,"offered":true}`}, {notThere, "POST /api/v1/shop-items/{item}/redeem", "{}"}, {fine, "GET /api/v1/redemptions", ""},
	{refused, "POST /api/v1/redemptions/{redemption}/settle", `{"state":"approved"}`},
}

// payrollSteps are about finance's documents and statements of account: one's own is fine, everything else is refused.
var payrollSteps = []step{
	{refused, "GET /months/{month}/receipts", ""},
	{refused, "POST /months/{month}/receipts", ""},
	{refused, "POST /months/{month}/receipts/one", "person_key=E1&outcome=paid&paid_on=2026-10-10"},
	{refused, "POST /months/{month}/receipts/again", ""},
	{refused, "GET /months/{month}/receipts/export/{format}", ""},
	{refused, "GET /months/{month}/accrual/{format}", ""},
	{refused, "GET /accruals", ""},
	{refused, "GET /accruals/payees", ""},
	{refused, "GET /accruals/payees/{format}", ""},
	{refused, "GET /pay-again/{file}/{format}", ""},
	{fine, "GET /ledger/account", ""},
	{refused, "GET /ledger/account?person={person}", ""},
	{fine, "GET /ledger/account/export/{format}", ""},
	{refused, "GET /ledger/account/export/{format}?person={person}", ""},
	{refused, "POST /points/rules", "life_months=1"},
	{refused, "POST /points/expire", ""},
	{refused, "GET /api/v1/periods/{month}/receipts", ""},
	{refused, "POST /api/v1/periods/{month}/receipts", `{"receipts":[{"person_key":"E1","paid_on":"2026-10-10"}]}`},
	{refused, "POST /api/v1/periods/{month}/receipt-files", `{"content":"eA=="}`},
	{refused, "POST /api/v1/periods/{month}/pay-again", ""},
	{refused, "GET /api/v1/pay-again/{file}", ""},
	{refused, "GET /api/v1/periods/{month}/accrual", ""},
	{refused, "GET /api/v1/periods/{month}/accrual-payees", ""},
	{refused, "GET /api/v1/periods/{month}/accrual/{format}", ""},
	{refused, "GET /api/v1/accounts/{person}", ""},
	{refused, "GET /api/v1/statements/{month}/{person}/settlement", ""},
	{refused, "POST /api/v1/honour-rounds/{round}/revoke", `{"reason":"x"}`},
	{fine, "GET /api/v1/points-rules", ""},
	{refused, "PUT /api/v1/points-rules", `{"life_months":1,"revision":0}`},
	{refused, "POST /api/v1/points-expiry", ""},
}

var officeSteps = []step{
	{refused, "GET /fields", ""}, {refused, "GET /new-field", ""}, {refused, "POST /fields", "key=x&name_zh=x&kind=text"}, {refused, "GET /fields/{field}", ""}, {refused, "POST /fields/{field}", "name_zh=x"}, {refused, "POST /fields/{field}/{act:retire}", ""},
	{fine, "GET /api/v1/custom-fields", ""}, {refused, "POST /api/v1/custom-fields", `{"object":"lead","key":"x","kind":"text","name_zh":"x"}`}, {refused, "PUT /api/v1/custom-fields/{field}", `{"name_zh":"x"}`},
	{refused, "POST /api/v1/custom-fields/{field}/retire", `{"retired":true}`}, {refused, "POST /api/v1/custom-fields/{field}/move", `{"up":true}`}, {refused, "DELETE /api/v1/custom-fields/{field}", ""},
	{refused, "GET /imports", ""}, {refused, "POST /imports", ""}, {refused, "GET /imports/{import}", ""}, {refused, "GET /imports/{import}/progress", ""}, {refused, "POST /imports/{import}/mapping", "mapping=x"},
	{refused, "POST /imports/{import}/apply", ""}, {refused, "POST /imports/{import}/undo", ""}, {refused, "GET /imports/{import}/rejected", ""}, {refused, "GET /import-template", ""},
	{refused, "GET /users", ""}, {refused, "POST /users", "login=x&name=x"}, {refused, "GET /users/{user}", ""}, {refused, "POST /users/{user}/{act:disable}", ""}, {refused, "POST /users/{user}/{act:password}", ""},
	{refused, "GET /audit", ""}, {fine, "GET /jobs", ""}, {notThere, "GET /jobs/{job}", ""}, {notThere, "GET /jobs/{job}/progress", ""}, {notThere, "POST /jobs/{job}/cancel", ""},
}

const oneGrant = `{"grants":[{"role":"admin","scope":"all"}]}`

// operationSteps are those of the interface for programs.
var operationSteps = []step{
	{fine, "GET /api/v1/me", ""}, {fine, "GET /api/v1/sessions", ""}, {refused, "GET /api/v1/sessions?user_id={user}", ""}, {notThere, "DELETE /api/v1/sessions/{session}", ""},
	{fine, "GET /api/v1/keys", ""}, {refused, "GET /api/v1/keys?user_id={user}", ""}, {http.StatusUnprocessableEntity, "POST /api/v1/keys", `{"name":""}`}, {notThere, "DELETE /api/v1/keys/{key}", ""},
	{refused, "GET /api/v1/users", ""}, {refused, "GET /api/v1/users/{user}", ""}, {refused, "POST /api/v1/users", `{"login":"x","name":"x","grants":[]}`},
	{refused, "PUT /api/v1/users/{user}", `{"login":"x","name":"x"}`}, {refused, "PUT /api/v1/users/{user}/grants", oneGrant}, {refused, "PUT /api/v1/users/{self}/grants", oneGrant},
	{refused, "POST /api/v1/users/{user}/disable", "{}"}, {refused, "POST /api/v1/users/{user}/enable", "{}"}, {refused, "POST /api/v1/users/{user}/reset-password", "{}"}, {refused, "DELETE /api/v1/users/{user}/sessions", ""},
	{refused, "GET /api/v1/audit", ""}, {refused, "GET /api/v1/verification", ""}, {fine, "GET /api/v1/jobs", ""}, {notThere, "GET /api/v1/jobs/{job}", ""}, {notThere, "POST /api/v1/jobs/{job}/cancel", "{}"},
	{refused, "GET /api/v1/plans", ""}, {refused, "GET /api/v1/plans/{draft}", ""}, {refused, "POST /api/v1/plans", `{"text":"x"}`}, {refused, "PUT /api/v1/plans/{draft}", `{"text":"x"}`},
	{refused, "POST /api/v1/plans/{draft}/approve", "{}"}, {refused, "POST /api/v1/plans/{draft}/withdraw", `{"reason":"x"}`}, {fine, "POST /api/v1/plan-lint", `{"text":"x"}`}, {refused, "GET /api/v1/plans/{draft}/changes?with={draft}", ""},
	{refused, "GET /api/v1/plans/{draft}/examples", ""},
	{fine, "GET /api/v1/plan-templates", ""}, {notThere, "GET /api/v1/plan-templates/{draft}", ""}, {refused, "POST /api/v1/plan-edits", `{"text":"a: 1","edits":[]}`},
	{refused, "GET /api/v1/plan-coverage?month={month}", ""}, {refused, "GET /api/v1/plans/{draft}/announcements", ""}, {refused, "POST /api/v1/plans/{draft}/announcements", `{"announced_on":"2026-10-01","text":"x"}`},
	{fine, "GET /api/v1/plans/mine", ""}, {notThere, "POST /api/v1/plans/{draft}/acceptance", `{"hash":"x"}`}, {refused, "POST /api/v1/plans/{draft}/acceptances/{person}", `{"hash":"x"}`},
	{refused, "GET /api/v1/periods", ""}, {refused, "GET /api/v1/periods/{month}", ""}, {refused, "GET /api/v1/periods/{month}/runs", ""}, {refused, "GET /api/v1/periods/{month}/review", ""},
	{refused, "GET /api/v1/periods/{month}/exceptions", ""}, {refused, "GET /api/v1/periods/{month}/differences", ""}, {refused, "GET /api/v1/periods/{month}/pay-file/{format}", ""},
	{refused, "POST /api/v1/periods/2026-10/calculate", "{}"}, {refused, "POST /api/v1/periods/2026-10/publish", "{}"}, {refused, "POST /api/v1/periods/2026-10/return", `{"reason":"x"}`},
	{refused, "POST /api/v1/periods/2026-10/approve", "{}"}, {refused, "POST /api/v1/periods/2026-10/close", `{"confirm":"2026-10"}`},
	{fine, "GET /api/v1/statements/mine", ""}, {refused, "GET /api/v1/statements?month=2026-09", ""}, {refused, "GET /api/v1/statements/{month}/{person}", ""}, {refused, "GET /api/v1/statements/{month}/{person}/preview", ""},
	{refused, "GET /api/v1/statements/{month}/{person}/proof", ""},
	{refused, "GET /api/v1/statements/{month}/{person}/deal-effect?deal_key=D1", ""}, {refused, "GET /api/v1/statements/{month}/{person}/needed-deal?target_minor=100", ""},
	{refused, "GET /api/v1/simulations", ""}, {refused, "POST /api/v1/simulations", `{"name":"x","first":"2026-08","last":"2026-09","a":{"versions":["{draft}"]}}`},
	{refused, "GET /api/v1/simulations/{simulation}", ""}, {refused, "GET /api/v1/simulations/{simulation}/lines", ""},
	{refused, "GET /api/v1/law/rules", ""}, {refused, "PUT /api/v1/law/rules/{law_rule}", `{"seen":0,"off":true,"why":"x"}`}, {refused, "PUT /api/v1/law/cities", `{"seen":0,"city":"x"}`},
	{refused, "POST /api/v1/law/wages", `{"seen":0,"wages":[{"city":"x","from":"2026-07-01","monthly_minor":1,"source":"x"}]}`}, {refused, "DELETE /api/v1/law/wages/{city}/{on}?seen=0", ""},
	{refused, "GET /api/v1/law/findings?month={month}", ""}, {refused, "GET /api/v1/plans/{draft}/law-findings", ""}, {refused, "POST /api/v1/law/acknowledgements", `{"finding_id":"x","fingerprint":"x","reason":"x"}`},
	{refused, "GET /api/v1/employment-terms", ""}, {refused, "GET /api/v1/employment-terms/{person}", ""}, {refused, "POST /api/v1/employment-terms", `{"terms":[{"person_id":{person},"from":"2026-07-01","fixed_minor":1}]}`},
	{refused, "GET /api/v1/budgets/{year}", ""}, {refused, "PUT /api/v1/budgets/{year}", `{"seen":0,"lines":[{"kind":"plan","key":"regular","month":"2026-09","amount_minor":1}]}`},
	{fine, "GET /api/v1/ledger", ""}, {refused, "GET /api/v1/ledger?person_id={person}", ""},
}

// factOperationSteps are those about facts and imports.
var factOperationSteps = []step{
	{fine, "GET /api/v1/customers", ""}, {refused, "GET /api/v1/customers/like?name=x", ""}, {notThere, "GET /api/v1/customers/{customer}", ""}, {refused, "POST /api/v1/customers", `{"key":"X","name":"X"}`}, {refused, "PUT /api/v1/customers/{customer}", `{"name":"X"}`},
	{fine, "GET /api/v1/deals", ""}, {notThere, "GET /api/v1/deals/{deal}", ""}, {fine, "GET /api/v1/payments", ""}, {notThere, "GET /api/v1/payments/{payment}", ""},
	{refused, "POST /api/v1/payments", `{"key":"X","deal_key":"{deal}","kind":"collection","paid_on":"2026-10-02","amount_minor":1}`}, {refused, "PUT /api/v1/payments/{payment}", `{"paid_on":"2026-10-02","amount_minor":1}`},
	{fine, "GET /api/v1/products", ""}, {fine, "GET /api/v1/quotas?month={month}", ""}, {notThere, "GET /api/v1/quotas/{month}/{person}", ""}, {refused, "PUT /api/v1/quotas/{month}/{person}", `{"amount_minor":1}`},
	{fine, "GET /api/v1/exchange-rates", ""}, {refused, "GET /api/v1/regions", ""}, {refused, "GET /api/v1/teams", ""}, {refused, "GET /api/v1/organisation", ""}, {refused, "GET /api/v1/people", ""},
	{refused, "GET /api/v1/people/{person}", ""}, {refused, "POST /api/v1/people", `{"key":"X","name":"X","level":"regular","on":"2026-10-01"}`}, {refused, "POST /api/v1/people/{person}/leave", `{"on":"2026-10-31"}`},
	{refused, "DELETE /api/v1/people/{person}/leave", ""}, {refused, "POST /api/v1/people/{person}/move", `{"level":"core","on":"2026-10-01"}`}, {refused, "PUT /api/v1/teams/{team}/leader", `{"on":"2026-10-01"}`},
	{refused, "GET /api/v1/import-mappings", ""}, {refused, "GET /api/v1/import-template", ""}, {refused, "GET /api/v1/imports", ""}, {refused, "POST /api/v1/imports", ""}, {refused, "GET /api/v1/imports/{import}", ""},
	{refused, "GET /api/v1/imports/{import}/preview", ""}, {refused, "GET /api/v1/imports/{import}/problems", ""}, {refused, "GET /api/v1/imports/{import}/rejected", ""},
	{refused, "POST /api/v1/imports/{import}/apply", "{}"}, {refused, "POST /api/v1/imports/{import}/undo", ""}, {refused, "PUT /api/v1/imports/{import}/mapping", `{"mapping":"x"}`},
}

// handOperationSteps are those of handSteps.
var handOperationSteps = []step{
	{refused, "GET /api/v1/company", ""}, {refused, "PUT /api/v1/company", `{"name":"X","fiscal_first_month":1,"time_zone":"UTC","currency":"CNY"}`}, {refused, "GET /api/v1/setup-progress", ""},
	{refused, "POST /api/v1/deals", `{"key":"X",` + oneDeal[1:]}, {refused, "PUT /api/v1/deals/{deal}", oneDeal},
	{refused, "POST /api/v1/products", `{"key":"X","name":"X","category":"A"}`}, {fine, "GET /api/v1/products/{product}", ""}, {refused, "PUT /api/v1/products/{product}", `{"name":"X","category":"A"}`},
	{refused, "PUT /api/v1/people/{person}", `{"key":"X","name":"X","hired_on":"2026-10-01"}`},
	{refused, "POST /api/v1/exchange-rates", `{"base":"USD","quote":"CNY","on":"2026-10-01","kind":"spot","rate":"7"}`},
	{notThere, "GET /api/v1/exchange-rates/{base}/{quote}/{on}/{kind}", ""}, {refused, "PUT /api/v1/exchange-rates/{base}/{quote}/{on}/{kind}", `{"rate":"7"}`},
}

const oneDeal = `{"customer":"C1","product":"P1","signed_on":"2026-10-01","amount_minor":1,"currency":"CNY","shares":[{"person":"E1","basis_points":10000}]}`

var (
	actName = regexp.MustCompile(`\{act:([^}]*)\}`)
	guess   = regexp.MustCompile(`\{[^}]*\}|2026-10`)
)

// fill replaces the names in a pattern.
func fill(pattern string, ids map[string]string) string {
	pattern = actName.ReplaceAllString(pattern, "$1")
	for name, id := range ids {
		pattern = strings.ReplaceAll(pattern, "{"+name+"}", id)
	}
	return strings.TrimSuffix(pattern, "{$}")
}

// shapeOf forgets what is guessed, and the query.
func shapeOf(pattern string) string {
	pattern, _, _ = strings.Cut(pattern, "?")
	return guess.ReplaceAllString(pattern, "{}")
}

// secrets are words that stand on pages about team T1 alone.
var secrets = []string{"恒越精密", "陈思远", "顾南星", "叶小舟", "用户victim"}

func TestNobodyReachesAnotherTeamsThingsByGuessing(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	ids := c.thingsOfOthers()
	for _, s := range append(walk, step{away, "POST /sign-out", ""}) {
		method, pattern, _ := strings.Cut(s.pattern, " ")
		got := c.send("thief", method, fill(pattern, ids), fill(s.body, ids))
		if got.status != s.want {
			t.Errorf("%s: %d, want %d: %s", s.pattern, got.status, s.want, plain(got.body))
		}
		if got.caching != "no-store" {
			t.Errorf("%s may be cached: %q", s.pattern, got.caching)
		}
		for _, secret := range secrets {
			if strings.Contains(got.body, secret) {
				t.Errorf("%s shows %s: %s", s.pattern, secret, plain(got.body))
			}
		}
	}
	own := func(change string) bool { // a download that is noted changes nothing; a link to one's own calendar is one's own
		return strings.HasPrefix(change, "period.proof ") || strings.HasPrefix(change, "calendar.")
	}
	if changes := slices.DeleteFunc(c.changesBy("thief"), own); len(changes) > 0 {
		t.Errorf("something was changed: %v", changes)
	}
	c.tokens["thief"] = c.signIn("thief")
	c.everyRouteIsWalked()
}

// TestALeadReachesNoOtherTeam sends what reads one thing as the lead of team T2.
func TestALeadReachesNoOtherTeam(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	ids := c.thingsOfOthers()
	c.user("lead", "M2", access.RoleLead, access.ScopeTeamAndBelow)
	walked := 0
	for _, s := range walk {
		method, pattern, _ := strings.Cut(s.pattern, " ")
		readsOne := slices.ContainsFunc([]string{"{person}", "{customer}", "{deal}", "{payment}", "{user}", "{job}", "{import}", "{dispute}", "{opportunity}", "{lead}"}, func(name string) bool { return strings.Contains(pattern, name) })
		if method != http.MethodGet || !readsOne {
			continue
		}
		walked++
		got := c.send("lead", method, fill(pattern, ids), "")
		if got.status != refused && got.status != notThere {
			t.Errorf("%s: %d: %s", s.pattern, got.status, plain(got.body))
		}
		for _, secret := range secrets {
			if strings.Contains(got.body, secret) {
				t.Errorf("%s shows %s: %s", s.pattern, secret, plain(got.body))
			}
		}
	}
	if walked < 15 {
		t.Errorf("only %d steps", walked)
	}
}

// everyRouteIsWalked compares the steps with the routes.
func (c *company) everyRouteIsWalked() {
	c.t.Helper()
	routes := c.app.Patterns()
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	spec := c.send("thief", http.MethodGet, api.SpecPath, "")
	if err := json.Unmarshal([]byte(spec.body), &document); err != nil {
		c.t.Fatal(err)
	}
	for path, methods := range document.Paths {
		for method := range methods {
			routes = append(routes, strings.ToUpper(method)+" "+path)
		}
	}
	for _, route := range routes {
		if !slices.ContainsFunc(walk, func(s step) bool { return route == "POST /sign-out" || shapeOf(s.pattern) == shapeOf(route) }) {
			c.t.Errorf("no step for %s", route)
		}
	}
	if len(routes) < 100 {
		c.t.Errorf("only %d routes", len(routes))
	}
}

// thingsOfOthers makes a company with closed months, a thief in team T2 and a victim in team T1, and returns the ids of what is not the
// thief's, by the names in patterns.
func (c *company) thingsOfOthers() map[string]string {
	c.t.Helper()
	return c.thingsOf("")
}

// thingsOf is thingsOfOthers of a company in which the keys of what is team T1's begin with a prefix.
func (c *company) thingsOf(prefix string) map[string]string {
	c.t.Helper()
	ctx := c.t.Context()
	c.house.MustClose(c.t, monthtest.SmallMonth)
	c.user("victim", prefix+"A", access.RoleSeller, access.ScopeOwn)
	c.user("thief", "D", access.RoleSeller, access.ScopeOwn)
	c.user("ops", "", access.RoleOperations, access.ScopeAll)
	victim := c.actor("victim")
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	key, err := c.app.Users.CreateKey(ctx, victim, access.CreateKey{Name: "表格"})
	must(err)
	view, err := c.app.Users.SaveView(ctx, victim, access.SaveView{List: "deals", Name: "我的", Query: "q=1"})
	must(err)
	texts, err := monthtest.PlanTexts()
	must(err)
	draft, err := c.app.Plans.Save(ctx, monthtest.Maker, planbook.Draft{Text: strings.Replace(texts[1], "2020-01-01", "2027-01-01", 1)})
	must(err)
	simulated, err := c.app.Simulations.Start(ctx, monthtest.Maker, simulation.Request{Name: "x", First: monthtest.SmallMonth, Last: monthtest.SmallMonth,
		A: simulation.Candidate{Versions: []string{draft.ID}}})
	must(err)
	jobs, err := c.app.Jobs.List(ctx, c.actor("ops"), job.Filter{Limit: 1})
	must(err)
	made, err := c.app.Adjustments.Propose(ctx, c.actor("ops"), adjustment.Draft{Person: prefix + "A", Month: monthtest.SmallMonth, PlanID: "regular", AmountMinor: 100, Reason: "陈思远的补差", Evidence: "纪要"})
	must(err)
	wished, err := c.app.Approvals.Ask(ctx, victim, approval.General{Title: "恒越精密的样机", Text: "给恒越精密试用", Currency: money.CNY})
	must(err)
	recomputed, err := c.app.Retros.Start(ctx, c.actor("ops"), []calendar.Month{monthtest.SmallMonth})
	must(err)
	lines, _, err := c.app.Disputes.Lines(ctx, victim, monthtest.SmallMonth, "")
	must(err)
	raised, err := c.app.Disputes.Raise(ctx, victim, dispute.Raise{Month: monthtest.SmallMonth, Line: lines[0].Line, Cause: dispute.CauseOther, Text: "恒越精密的回款",
		Files: []dispute.Evidence{{Name: "note.txt", Content: []byte("恒越精密")}}})
	must(err)
	full, err := c.app.Disputes.Get(ctx, victim, raised.ID)
	must(err)
	opened, err := c.app.Opportunities.Save(ctx, victim, opportunity.Entry{Name: "恒越精密的改造", Customer: "C1", Currency: money.CNY, ExpectedOn: calendar.NewDate(2026, 12, 1)})
	must(err)
	todo, err := c.app.FollowUps.AddTask(ctx, victim, followup.TaskEntry{Title: "给恒越精密报价", OpportunityID: opened.ID, DueOn: calendar.NewDate(2027, 12, 1)})
	must(err)
	standing, err := c.app.Standards.Save(ctx, monthtest.Maker, standard.Draft{Text: standard.Shipped().Text, EffectiveOn: calendar.NewDate(2027, 1, 1), Note: "初稿"})
	must(err)
	offered, err := c.app.Quotes.Save(ctx, victim, quote.Entry{OpportunityID: opened.ID, Title: "恒越精密的报价", Currency: money.CNY, ValidUntil: calendar.NewDate(2027, 12, 1),
		Lines: []quote.EntryLine{{Text: "恒越精密的改造", Quantity: decimal.MustParse("1"), ListMinor: 100, PriceMinor: quote.NoPrice}}})
	must(err)
	agreed, err := c.app.Contracts.Save(ctx, victim, contract.Entry{OpportunityID: opened.ID, Number: "HT1", Title: "恒越精密的合同", Currency: money.CNY, OurParty: "x", TheirParty: "恒越精密", StartsOn: calendar.NoDate, EndsOn: calendar.NoDate,
		Lines: []quote.EntryLine{{Text: "恒越精密的改造", Quantity: decimal.MustParse("1"), ListMinor: 100, PriceMinor: quote.NoPrice}}})
	must(err)
	known, err := c.app.Contacts.Save(ctx, victim, contact.Entry{CustomerID: opened.CustomerID, Name: "顾南星", Phone: "13812345678"})
	must(err)
	asked, err := c.app.Leads.Save(ctx, victim, lead.Entry{Company: "恒越精密二厂", Name: "顾南星", Phone: "13998765432"})
	must(err)
	meeting, action, decided := c.meeting(victim.PersonID)
	return c.withReport(c.withBoard(c.withDiagnosis(map[string]string{
		"questionnaire": c.questionnaire(), "question": "new", "interview": "1", "passage": "1", "checklist": "1", "role": "core", "review": meeting, "review_action": action, "decision": decided, "tier_policy": c.tierPolicy(),
		"assessment": "1", "criterion": "process.roles", "item": "1", "table": "1", "training": "1", "target_plan": c.targetPlan(), "target_unit": "c", "target_objection": "1", "target_change": "1",
		"lead": strconv.FormatInt(asked.ID, 10), "standard": standing.ID, "exemption": "x", "contact": strconv.FormatInt(known.ID, 10),
		"case": c.caseOf(victim, "C1"), "visit": c.visitOf(victim, "C1"), "field": "1", "survey": c.surveyOf(c.actor("ops"), victim, "C1"),
		"metric": "signed", "metricversion": "2", "goal": "1", "initiative": "1", "risk": "1", "lesson": "1", "mailing": c.mailingOf(victim, "C1"), "offer": strconv.FormatInt(offered.ID, 10),
		"contract": strconv.FormatInt(agreed.ID, 10), "collection": "1",
		"opportunity": strconv.FormatInt(opened.ID, 10), "task": strconv.FormatInt(todo.ID, 10),
		"dispute": raised.ID, "file": full.Files[0].ID,
		"person": strconv.FormatInt(victim.PersonID, 10), "customer": strconv.FormatInt(monthtest.QueryInts(c.t, c.app.DB, "SELECT id FROM customer WHERE key = 'C1'")[0], 10),
		"notice":      monthtest.QueryTexts(c.t, c.app.DB, "SELECT n.id FROM notice n JOIN app_user u ON u.id = n.user_id WHERE u.login = 'victim' ORDER BY n.id LIMIT 1")[0],
		"holding_act": "1", "pool_policy": "1", "merge": "1", "cell": "stage", "reassignment": "1",
		"retro": recomputed.ID, "adjustment": made.ID, "approval": wished.ID, "approval_kind": approval.KindGeneral, "record": "approval", "attached": wished.ID, "stand_in": wished.ID,
		"deal": prefix + "D1", "payment": prefix + "4", "product": "1", "base": "USD", "quote": "CNY", "on": "2026-10-01", "from": "2026-10-01", "measure": "sop", "law_rule": "deduction_limit", "city": "x", "invoice": prefix + "4", "kind": "spot", "month": monthtest.SmallMonth.String(), "format": "csv", "draft": draft.ID, "simulation": simulated.ID, "what": "persons", "year": "2026", "job": jobs.Jobs[0].ID,
		"team":   strconv.FormatInt(monthtest.QueryInts(c.t, c.app.DB, "SELECT id FROM team WHERE key = 'T1'")[0], 10),
		"import": c.upload("ops", "payments.csv", "key,deal,paid_on,amount\nX1,"+prefix+"D1,2026-10-02,10.00\n"),
		"user":   c.ids["victim"], "self": c.ids["thief"], "session": victim.Session, "key": key.Key.ID, "view": view.ID,
	})))
}

// changesBy lists what somebody has changed, by the audit log, but for their own sessions and preferences.
func (c *company) changesBy(login string) (actions []string) {
	c.t.Helper()
	page, err := c.app.Audit.List(c.t.Context(), access.SystemActor("test"), audit.Filter{ActorID: c.ids[login], Limit: 200})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range page.Entries {
		if !strings.HasPrefix(e.Action, "session.") && e.Action != "user.set_preferences" {
			actions = append(actions, e.Action+" "+e.Subject)
		}
	}
	return actions
}
