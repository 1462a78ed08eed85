package standards_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
)

// TestAVersionIsDraftedSubmittedAndApprovedOnItsPages goes the whole way in both languages.
func TestAVersionIsDraftedSubmittedAndApprovedOnItsPages(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "云杉")
	author, approver := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleDirector))
	author.Get("/standards", http.StatusOK).Has(`a[href=/standards/new]`, `a[href=/standards/shipped]`)
	approver.Get("/standards", http.StatusOK).Lacks(`a[href=/standards/new]`)
	approver.Get("/standards/new", http.StatusForbidden)
	author.Get("/standards/new", http.StatusOK).Has(`textarea[name=text]`, `select[name=level.first_visit]`, `input[name=within.first_visit]`)
	form := url.Values{"text": {string(sop.DefaultText())}, "effective_on": {"2099-01-01"}, "note": {"试用"}, "act": {"look"}, "level.first_visit": {"block"}, "within.first_visit": {"20 days"}}
	looked := author.Post("/standards/new", form, http.StatusOK)
	looked.Has(`option[value=block][selected]`)
	if got := looked.Attribute(`input[name=within.first_visit]`, "value"); got != "20 days" {
		t.Errorf("the deadline is %q", got)
	}
	form.Set("act", "save")
	form.Set("within.first_visit", "never")
	author.Post("/standards/new", form, http.StatusUnprocessableEntity).Has("#findings")
	form.Set("within.first_visit", "20 days")
	author.Post("/standards/new", form, http.StatusOK).Has(`form#submit`)
	id := strings.TrimPrefix(author.Get("/standards", http.StatusOK).Attributes(`td a`, "href")[0], "/standards/")
	for _, path := range []string{"", "?prose=en", "/source", "/diff", "/edit"} {
		author.Get("/standards/"+id+path, http.StatusOK)
	}
	author.Post("/standards/"+id+"/submit", nil, http.StatusOK).Lacks("form#submit")
	approver.Lang = "en"
	approver.Get("/standards/"+id, http.StatusOK).Has("form#approve", "form#return")
	approver.Post("/standards/"+id+"/return", url.Values{"reason": {""}}, http.StatusUnprocessableEntity).Has("#refused")
	approver.Post("/standards/"+id+"/approve", nil, http.StatusOK).Lacks("form#approve")
	approver.Get("/standards/"+id+"/diff?with=none", http.StatusNotFound)
}

// TestRatesLeadToTheirCases opens the page of rates as it is with and without something in it.
func TestRatesLeadToTheirCases(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "云杉")
	operations, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleSeller))
	operations.Get("/compliance", http.StatusOK).Has("form#hand-over-form")
	seller.Get("/compliance", http.StatusOK).Lacks("form#hand-over-form")
	for _, by := range []string{"rule", "stage", "person", "team", "region", "month"} {
		operations.Get("/compliance?by="+by, http.StatusOK)
	}
	operations.Get("/compliance?by=colour", http.StatusUnprocessableEntity)
	operations.Get("/compliance?from=x", http.StatusUnprocessableEntity)
	operations.Get("/compliance/cases?status=pending", http.StatusOK)
	operations.Get("/standards/shipped/trial", http.StatusOK)
	seller.Get("/standards/shipped/trial", http.StatusForbidden)
	operations.Post("/compliance/hand-over", url.Values{"month": {"2099-01"}}, http.StatusUnprocessableEntity).Has("#refused")
	operations.Post("/compliance/hand-over", url.Values{"month": {"2020-01"}}, http.StatusConflict).Has("#refused")
	seller.Post("/compliance/hand-over", url.Values{"month": {"2020-01"}}, http.StatusForbidden)
}

// TestTheHandbookIsReadQuizzedAndConfirmed answers every question rightly, and once not at all.
func TestTheHandbookIsReadQuizzedAndConfirmed(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "云杉")
	seller, director := site.As(t, 0, pagetest.Grant(access.RoleSeller)), site.As(t, 0, pagetest.Grant(access.RoleDirector))
	seller.Get("/handbook", http.StatusOK).Lacks("#confirmed")
	seller.Post("/handbook", url.Values{"version": {standard.ShippedID}}, http.StatusUnprocessableEntity)
	answers := url.Values{"version": {standard.ShippedID}}
	document, err := sop.Decode("", []byte(standard.Shipped().Text))
	if err != nil {
		t.Fatal(err)
	}
	quiz := standard.QuizOf(document)
	if len(quiz) != 8 {
		t.Fatalf("%d questions", len(quiz))
	}
	for _, q := range quiz {
		answers.Set(q.Rule.ID, q.Right())
	}
	known := seller.Post("/handbook", answers, http.StatusOK)
	known.Has("#confirmed: 8题答对8题")
	known.Lacks("section[aria-labelledby=results]: 应该是")
	answers.Set(quiz[0].Rule.ID, quiz[0].Options[0].Key)
	if quiz[0].Options[0].Key == quiz[0].Right() {
		answers.Set(quiz[0].Rule.ID, quiz[0].Options[1].Key)
	}
	other := site.As(t, 0, pagetest.Grant(access.RoleService))
	other.Post("/handbook", answers, http.StatusOK).Has("section[aria-labelledby=results]: 应该是", "section[aria-labelledby=results]: "+quiz[0].Paragraph(document, sop.LangZh))
	seller.Get("/handbook?answer."+quiz[0].Rule.ID+"=nonsense", http.StatusOK).Lacks("#results")
	answers.Set("version", "other")
	seller.Post("/handbook", answers, http.StatusConflict)
	seller.Get("/handbook/board", http.StatusForbidden)
	director.Lang = "en"
	director.Get("/handbook", http.StatusOK)
	director.Get("/handbook/board", http.StatusOK)
}
