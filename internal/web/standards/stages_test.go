package standards_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/sop"
)

// TestStagesAreSetOnThePageAndTheBoardFollows takes a stage out, renames one and adds one in the form; once another has approved it, the board, the
// list and the interface have the new stages, in the reader's language.
func TestStagesAreSetOnThePageAndTheBoardFollows(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "云杉")
	author, approver, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleDirector)), site.As(t, 0, pagetest.Grant(access.RoleSeller))
	lanes := func() []string {
		return seller.Get("/pipeline", http.StatusOK).Attributes(`section[data-lane]`, "data-lane")
	}
	if got := lanes(); !slices.Equal(got, []string{"development", "needs", "proposal", "contract", "after_sales"}) {
		t.Fatalf("before: %v", got)
	}
	editor := author.Get("/standards/new", http.StatusOK)
	editor.Has(`select[name=stage_signing]`, `input[name=stage_zh.needs]`, `input[name=stage_chance.contract]`, `select[name=stage_drop.development]`, `input[name=stage_zh.new]`)
	form := url.Values{"text": {string(sop.DefaultText())}, "effective_on": {"2020-01-01"}, "act": {"look"}, "stages_were": {editor.Attribute(`input[name=stages_were]`, "value")}, "stage_signing": {"contract"},
		"stage_zh.needs": {"摸清需求"}, "stage_en.needs": {"Learn"}, "stage_chance.needs": {"25"}, "stage_drop.development": {"needs"},
		"stage_zh.new": {"试用"}, "stage_en.new": {"Trial"}, "stage_role.new": {"seller"}, "stage_chance.new": {"65"}, "stage_place.new": {"4"}, "stage_id.new": {"trial"}}
	with := func(name, value string) url.Values {
		other := maps.Clone(form)
		other[name] = []string{value}
		return other
	}
	looked := author.Post("/standards/new", form, http.StatusOK)
	looked.Has(`input[name=stage_zh.trial]`)
	looked.Lacks(`input[name=stage_zh.development]`)
	author.Post("/standards/new", with("stage_chance.needs", "250"), http.StatusUnprocessableEntity).Has(`input[name=stage_chance.needs]`)
	author.Post("/standards/new", with("stage_id.new", "Not an id"), http.StatusUnprocessableEntity)
	seller.Post("/standards/new", form, http.StatusForbidden)
	author.Post("/standards/new", with("act", "save"), http.StatusOK).Has(`form#submit`)
	id := strings.TrimPrefix(author.Get("/standards", http.StatusOK).Attributes(`td a`, "href")[0], "/standards/")
	author.Post("/standards/"+id+"/submit", nil, http.StatusOK)
	approver.Post("/standards/"+id+"/approve", nil, http.StatusOK).Lacks("form#approve")
	want := []string{"needs", "proposal", "trial", "contract", "after_sales"}
	if got := lanes(); !slices.Equal(got, want) {
		t.Errorf("the board has %v, want %v", got, want)
	}
	choices := seller.Get("/opportunities", http.StatusOK).Attributes(`select[name=stage] option`, "value")
	if got := choices[1:]; !slices.Equal(got, append(want, "development")) {
		t.Errorf("the filter has %v", got) // those of before stand behind the others
	}
	seller.Lang = "en"
	if page := seller.Get("/pipeline", http.StatusOK); !strings.Contains(page.Text, "Learn") || strings.Contains(page.Text, "摸清需求") {
		t.Error("the board does not speak the reader's language")
	}
}
