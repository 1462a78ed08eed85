package plans_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/planbook"
)

var (
	inputOf    = regexp.MustCompile(`<input type="(text|date|hidden)"[^>]* name="([^"]+)" value="([^"]*)"`)
	hiddenOf   = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	textareaOf = regexp.MustCompile(`(?s)<textarea[^>]* ?name="text"[^>]*>\n?(.*?)</textarea>`)
	checkedOf  = regexp.MustCompile(`<input type="(?:checkbox|radio)"[^>]* name="([^"]+)" value="([^"]*)" checked`)
	selectOf   = regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)
	chosenOf   = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// formOf is what a browser without JavaScript would send back for the editor's page.
func formOf(body string) url.Values {
	values := url.Values{}
	for _, m := range hiddenOf.FindAllStringSubmatch(body, -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range inputOf.FindAllStringSubmatch(body, -1) {
		values.Set(html.UnescapeString(m[2]), html.UnescapeString(m[3]))
	}
	for _, m := range checkedOf.FindAllStringSubmatch(body, -1) {
		values.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	for _, m := range selectOf.FindAllStringSubmatch(body, -1) {
		if chosen := chosenOf.FindStringSubmatch(m[2]); chosen != nil {
			values.Set(html.UnescapeString(m[1]), html.UnescapeString(chosen[1]))
		}
	}
	if m := textareaOf.FindStringSubmatch(body); m != nil {
		values.Set("text", html.UnescapeString(m[1]))
	}
	return values
}

// TestTenMinutesWithoutJavaScript: from a template, by forms alone, to a draft that waits for approval, in both languages.
func TestTenMinutesWithoutJavaScript(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		s := newSite(t)
		s.lang = lang
		p := s.text.Printer(lang)
		w := s.do(operations, http.MethodGet, "/plans/new?template=regular", nil)
		s.wants(w, http.StatusOK, []string{`id="s-component-commission"`, `id="payout-curve"`, `id="examples"`, p.T("planform.style"), p.T("planform.q_refund"), p.T("planform.rest_none")}, []string{"planform."})
		form := formOf(w.Body.String())
		untouched := form.Get("text")
		if template, err := planbook.Template("regular"); err != nil || untouched != template {
			t.Fatalf("the text of the form is not the template's: %v", err)
		}
		form.Set("act", "look")
		if w = s.do(operations, http.MethodPost, "/plans/new", form); formOf(w.Body.String()).Get("text") != untouched {
			t.Errorf("an untouched form changed the text:\n%s", formOf(w.Body.String()).Get("text"))
		}
		form.Set("components[0].pays.rate", "4")
		form.Set("name.zh", "华东绩效激励")
		w = s.do(operations, http.MethodPost, "/plans/new", form)
		s.wants(w, http.StatusOK, []string{"rate: 4%", "华东绩效激励", `value="accept 0"`, `value="accept 1"`}, nil)
		form = formOf(w.Body.String())
		for _, number := range []string{"0", "1"} {
			form.Set("act", "accept "+number)
			w = s.do(operations, http.MethodPost, "/plans/new", form)
			form = formOf(w.Body.String())
		}
		s.wants(w, http.StatusOK, []string{"1,commission,3200.00", "1,commission,5376.00"}, []string{`value="accept `})
		form.Set("act", "save")
		w = s.do(operations, http.MethodPost, "/plans/new", form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("status %d", w.Code)
		}
		s.wants(s.do(operations, http.MethodGet, w.Header().Get("Location"), nil), http.StatusOK, []string{p.T("plans.state_draft"), p.T("plans.awaiting")}, nil)
	}
}

func TestFormsChangeTheirShape(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := formOf(s.do(operations, http.MethodGet, "/plans/new?template=regular", nil).Body.String())
	for _, step := range []struct{ act, want, gone string }{
		{"add-band components[0].pays.table.bands", "{from: 120%, times: 1.2}", ""}, {"copy components[1]", "id: over_target_2", ""}, {"add-hold settle.hold", "until: {collected: 100%}", ""},
		{"remove components[2]", "", "over_target_2"}, {"add-condition components[0].when", "when: [{measure: attainment, at_least: 80%}]", ""}, {"up components[1]", "components:\n  - id: over_target", ""},
	} {
		form.Set("do", step.act)
		w := s.do(operations, http.MethodPost, "/plans/new", form)
		form = formOf(w.Body.String())
		if text := form.Get("text"); w.Code != http.StatusOK || !strings.Contains(text, step.want) || step.gone != "" && strings.Contains(text, step.gone) {
			t.Errorf("%s: %d\n%s", step.act, w.Code, text)
		}
	}
	form.Set("do", "turn everything")
	s.wants(s.do(operations, http.MethodPost, "/plans/new", form), http.StatusUnprocessableEntity, []string{"没有这一步", `id="s-basics"`}, nil)
	form.Del("do")
	form.Set("components[1].pays.table!style", "interpolated")
	s.wants(s.do(operations, http.MethodPost, "/plans/new", form), http.StatusOK, []string{"style: interpolated", "乘 第1行"}, nil)
}

// TestFindingsStandAtTheirFields: an error has its sentence and line at the field, in the page and in what is fetched while one fills in.
func TestFindingsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := formOf(s.do(operations, http.MethodGet, "/plans/new?template=regular", nil).Body.String())
	form.Set("components[0].pays.rate", "abc")
	s.wants(s.do(operations, http.MethodPost, "/plans/new", form), http.StatusOK, []string{`id="f-components-0-pays-rate-error"`, "行)", `value="abc"`}, []string{`id="payout-curve"`})
	form.Set("act", "save")
	s.wants(s.do(operations, http.MethodPost, "/plans/new", form), http.StatusUnprocessableEntity, []string{"没有保存", `value="abc"`}, nil)
}

// TestTextAndFormAreOneDocument: from the form to the text and back, with what the form does not know.
func TestTextAndFormAreOneDocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := formOf(s.do(operations, http.MethodGet, "/plans/new?template=manager", nil).Body.String())
	form.Set("act", "as_text")
	w := s.do(operations, http.MethodPost, "/plans/new", form)
	s.wants(w, http.StatusOK, []string{`value="as_form"`, `id="f-text"`}, []string{`id="s-basics"`})
	typed := url.Values{"text": {form.Get("text")}, "act": {"as_form"}}
	w = s.do(operations, http.MethodPost, "/plans/new", typed)
	s.wants(w, http.StatusOK, []string{`id="s-basics"`, "count: people", "表单没有的内容，原样保留"}, nil)
	if got := formOf(w.Body.String()).Get("text"); got != form.Get("text") {
		t.Errorf("became\n%s", got)
	}
	typed.Set("text", "xiaoguan: [")
	s.wants(s.do(operations, http.MethodPost, "/plans/new", typed), http.StatusOK, []string{`id="f-text"`}, []string{`id="s-basics"`})
	s.wants(s.do(operations, http.MethodGet, "/plans/new?template=crediting", nil), http.StatusOK, []string{`id="f-text"`}, []string{`id="s-basics"`})
}

// TestTwoWindowsLoseNothing: a draft that was changed meanwhile is shown beside what is about to be saved; it is overwritten only on demand.
func TestTwoWindowsLoseNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.saved(operations, text(t, "regular"))
	first := formOf(s.do(operations, http.MethodGet, path+"/edit", nil).Body.String())
	second := formOf(s.do(operations, http.MethodGet, path+"/edit", nil).Body.String())
	first.Set("components[1].pays.amount", "2500")
	first.Set("act", "save")
	if w := s.do(operations, http.MethodPost, path+"/edit", first); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	second.Set("components[1].pays.amount", "3000")
	second.Set("act", "save")
	w := s.do(operations, http.MethodPost, path+"/edit", second)
	s.wants(w, http.StatusConflict, []string{`id="conflict-title"`, "amount: 2500.00", "amount: 3000.00", `value="overwrite"`, `value="as_new"`}, nil)
	answer := formOf(w.Body.String())
	if !strings.Contains(answer.Get("text"), "3000.00") {
		t.Error("what was filled in is lost")
	}
	answer.Set("act", "as_new")
	w = s.do(operations, http.MethodPost, path+"/edit", answer)
	if location := w.Header().Get("Location"); w.Code != http.StatusSeeOther || location == path {
		t.Errorf("as a version of its own: %d %s", w.Code, location)
	}
	answer.Set("act", "overwrite")
	if w = s.do(operations, http.MethodPost, path+"/edit", answer); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path {
		t.Errorf("over the other: %d %s", w.Code, w.Header().Get("Location"))
	}
	v, _, err := s.book.Get(t.Context(), operations, strings.TrimPrefix(path, "/plans/"))
	if err != nil || !strings.Contains(v.Text, "3000.00") {
		t.Errorf("%v\n%s", err, v.Text)
	}
}

// TestTwoPeopleBeginTheSameVersion: who saves second sees the first one's version before there is another one.
func TestTwoPeopleBeginTheSameVersion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.inForce("regular")
	from := "/plans/new?from=" + strings.TrimPrefix(path, "/plans/")
	mine := formOf(s.do(operations, http.MethodGet, from, nil).Body.String())
	s.saved(actor("u-other", "operations"), strings.Replace(text(t, "regular"), "2000.00", "2500.00", 1))
	mine.Set("act", "save")
	w := s.do(operations, http.MethodPost, "/plans/new", mine)
	s.wants(w, http.StatusConflict, []string{"有了更新的版本", "amount: 2500.00"}, []string{`value="overwrite"`})
	again := formOf(w.Body.String())
	again.Set("act", "as_new")
	if w = s.do(operations, http.MethodPost, "/plans/new", again); w.Code != http.StatusSeeOther {
		t.Errorf("status %d", w.Code)
	}
	s.wants(s.do(seller, http.MethodPost, "/plans/new", again), http.StatusForbidden, nil, nil)
}
