package ui

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

func TestPageCarriesLooksAndPlace(t *testing.T) {
	t.Parallel()
	ctx := WithFrame(speaking(t, i18n.En), Frame{Company: "Qinghe", Nav: []NavGroup{{Items: []NavItem{{Key: "pay", Label: "My pay", URL: "/pay", Icon: "receipt", Count: 3}, {Key: "plans", Label: "Plans", URL: "/plans", Icon: "file-text"}}}}})
	d := render(t, ctx, Page(PageView{Title: "Statement", Current: "pay"}))
	root := d.one(t, "html")
	if attribute(root, "lang") != "en" || attribute(root, "data-bs-theme") != "dark" || attribute(root, "data-updown") != "cn" {
		t.Errorf("root attributes %v", root.Attr)
	}
	if current := d.one(t, "a[aria-current=page]"); attribute(current, "href") != "/pay" || text(current) != "My pay 3 waiting" {
		t.Errorf("current entry %q", text(current))
	}
	if title := text(d.one(t, "title")); title != "Statement · Xiaoguan" {
		t.Errorf("title %q", title)
	}
	if len(d.all("script")) != 1 {
		t.Error("a page without charts loads more than one script")
	}
	if len(render(t, ctx, Page(PageView{Charts: true})).all("script")) != 3 {
		t.Error("a page with charts doesn't load them")
	}
	if bare := render(t, ctx, Page(PageView{Bare: true})); len(bare.all(".xg-rail"))+len(bare.all(".xg-top")) != 0 {
		t.Error("a bare page has a frame")
	}
}

func TestAnswersAreDrawnOnceAtTheEndOfAPage(t *testing.T) {
	t.Parallel()
	ctx := speaking(t, i18n.ZhCN)
	asked := Asked{ID: "why-1", Label: "96.6%", Why: Why{Title: "达成率", Formula: "1 ÷ 2"}}
	inParagraph := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<p id="prose">`); err != nil {
			return err
		}
		for range 2 {
			if err := Num(asked).Render(ctx, w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, `</p>`)
		return err
	})
	d := render(t, templ.WithChildren(ctx, inParagraph), Page(PageView{Title: "x"}))
	if buttons := d.all("button[popovertarget=why-1]"); len(buttons) != 2 {
		t.Errorf("%d buttons", len(buttons))
	}
	if answer := d.one(t, "#why-1"); answer.Parent.Data != "body" {
		t.Errorf("the answer stands in <%s>", answer.Parent.Data)
	}
	fragment := render(t, ctx, Num(asked))
	if answer := fragment.one(t, "#why-1"); !strings.Contains(text(answer), "1 ÷ 2") {
		t.Error("a fragment comes without its answer")
	}
	late := Num(Asked{Label: "1", Why: Why{Source: "/why/1"}})
	d = render(t, templ.WithChildren(ctx, templ.Join(late, late)), Page(PageView{Title: "x"}))
	if links := d.all("a.xg-num[data-why][href=/why/1]"); len(links) != 2 || len(d.all("#xg-answer[popover]")) != 1 {
		t.Errorf("%d numbers share a popover: %s", len(links), d.source)
	}
	if fragment := render(t, ctx, late); len(fragment.all("#xg-answer")) != 0 {
		t.Error("a fragment brings a second popover along")
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		amount Amount
		want   string
	}{
		{Amount{Minor: 467734}, `<span class="xg-money"><span class="y">¥</span>4,677<span class="d">.34</span></span>`},
		{Amount{Minor: -51780}, `<span class="xg-money">−<span class="y">¥</span>517<span class="d">.80</span></span>`},
		{Amount{Minor: 33600, Signed: true, Plain: true}, `<span class="xg-money">+336<span class="d">.00</span></span>`},
		{Amount{Minor: 34179950, Whole: true}, `<span class="xg-money"><span class="y">¥</span>341,800</span>`},
		{Amount{Minor: 500, Currency: "JPY"}, `<span class="xg-money"><span class="y">JP¥</span>500</span>`},
	} {
		if got := render(t, t.Context(), Money(test.amount)).source; got != test.want {
			t.Errorf("%+v: %s, want %s", test.amount, got, test.want)
		}
	}
}

func sampleTable() TableView {
	return TableView{
		ID: "t", Path: "/list", Query: url.Values{"tier": {"A", "B"}, "cursor": {"old"}, "sort": {"name"}}, Sort: Sort{Key: "name"}, Chooser: true,
		Columns: []Column{{Key: "name", Label: "Name", Sortable: true, Phone: true, Fixed: true}, {Key: "team", Label: "Team"}, {Key: "pay", Label: "Pay", Kind: ColumnNumber, Sortable: true, Phone: true}},
		Rows:    []Row{{ID: "r1", Cells: []Cell{LinkTo("Lin", "/p/1"), Text("East"), MoneyCell(467734)}}, {Cells: []Cell{Text("Zhou")}}},
		Totals:  []Row{{Cells: []Cell{{Text: "Total", Span: 2}, MoneyCell(467734)}}},
		Pager:   &Pager{From: 51, To: 52, Total: 80, Next: "n/x"},
	}
}

func TestTableLinksKeepTheFilter(t *testing.T) {
	t.Parallel()
	d := render(t, speaking(t, i18n.En), Table(sampleTable()))
	var links []string
	for _, a := range d.all("a.sortable") {
		links = append(links, attribute(a, "href"))
	}
	if want := []string{"/list?sort=-name&tier=A&tier=B", "/list?sort=-pay&tier=A&tier=B"}; !slices.Equal(links, want) {
		t.Errorf("sort links %v, want %v", links, want)
	}
	if sorted := d.one(t, "th[aria-sort]"); attribute(sorted, "aria-sort") != "ascending" || text(sorted) != "Name" {
		t.Errorf("sorted column %q", text(sorted))
	}
	if next := attribute(d.one(t, "a[rel=next]"), "href"); next != "/list?cursor=n%2Fx&sort=name&tier=A&tier=B" {
		t.Errorf("next page %s", next)
	}
	if first := attribute(d.one(t, "a[rel=first]"), "href"); first != "/list?sort=name&tier=A&tier=B" {
		t.Errorf("first page %s", first)
	}
	if !strings.Contains(text(d.one(t, ".xg-pager")), "51–52 of 80") {
		t.Errorf("pager %q", text(d.one(t, ".xg-pager")))
	}
	if hidden := d.all("input[type=hidden][name=tier]"); len(hidden) != 2 || len(d.all("input[type=hidden][name=cursor]")) != 0 {
		t.Error("the column form loses the filter or keeps the page")
	}
}

func TestTableKeepsColumnsInPlace(t *testing.T) {
	t.Parallel()
	v := sampleTable()
	for name, columns := range map[string][]Column{"all columns": v.Columns, "one hidden": ChooseColumns(v.Columns, url.Values{"column": {"pay"}})} {
		view := v
		view.Columns = columns
		d := render(t, speaking(t, i18n.En), Table(view))
		width := len(d.all("th"))
		if want := map[string]int{"all columns": 3, "one hidden": 2}[name]; width != want {
			t.Errorf("%s: %d columns, want %d", name, width, want)
		}
		for _, row := range d.all("tr") {
			cells := 0
			for cell := range row.ChildNodes() {
				if cell.Data == "td" {
					cells++
				}
			}
			if cells != 0 && cells != width {
				t.Errorf("%s: row %q has %d cells for %d columns", name, text(row), cells, width)
			}
		}
	}
	d := render(t, speaking(t, i18n.En), Table(v))
	if folded := d.all("td.hp"); len(folded) != 3 {
		t.Errorf("%d cells fold away on phones, want 3", len(folded))
	}
}

func TestEmptyTableSaysWhy(t *testing.T) {
	t.Parallel()
	d := render(t, speaking(t, i18n.En), Table(TableView{Columns: []Column{{Label: "x"}}, Empty: &State{Title: "Nothing due"}}))
	if len(d.all("table")) != 0 || text(d.one(t, ".xg-state")) != "Nothing due" {
		t.Errorf("%s", d.source)
	}
}

func TestParseSort(t *testing.T) {
	t.Parallel()
	columns, fallback := sampleTable().Columns, Sort{Key: "pay", Descending: true}
	for value, want := range map[string]Sort{"name": {Key: "name"}, "-name": {Key: "name", Descending: true}, "team": fallback, "": fallback, "-": fallback, "x": fallback} {
		if got := ParseSort(value, columns, fallback); got != want {
			t.Errorf("%q: %+v", value, got)
		}
	}
}

func TestFormPointsAtItsErrors(t *testing.T) {
	t.Parallel()
	ctx := speaking(t, i18n.En)
	fields := []Field{{Name: "amount", Kind: FieldMoney, Label: "Amount", Value: "5", Hint: "In yuan"}, {Name: "note", Kind: FieldArea, Label: "Note", Optional: true, Value: "<b>"}}
	failure := errs.Invalid("error.invalid", []errs.Field{{Path: "amount", Message: errs.Msg("form.error.number", nil)}, {Path: "elsewhere", Message: errs.Msg("form.error.required", nil)}})
	fitted, problem := WithErrors(fields, failure, printer(ctx))
	d := render(t, ctx, Form(FormView{Action: "/pay", Fields: fitted, Problem: problem}))
	if link := d.one(t, "a[href=#f-amount]"); text(link) != "Amount: Enter a number, such as 12 or 12.5" {
		t.Errorf("summary %q", text(link))
	}
	if summary := text(d.one(t, "[role=alert]")); !strings.Contains(summary, "1 thing to fix") || !strings.Contains(summary, "Enter a value") {
		t.Errorf("summary %q", summary)
	}
	input := d.one(t, "#f-amount")
	if attribute(input, "aria-invalid") != "true" || attribute(input, "aria-describedby") != "f-amount-error f-amount-hint" || attribute(input, "inputmode") != "decimal" || !has(input, "required") {
		t.Errorf("input %v", input.Attr)
	}
	if note := d.one(t, "#f-note"); has(note, "required") || text(note) != "<b>" {
		t.Errorf("optional field %v %q", note.Attr, text(note))
	}
	if fields[0].Error != "" {
		t.Error("WithErrors changed the fields that it was given")
	}
	if clean := render(t, ctx, Form(FormView{Fields: fields})); len(clean.all("[role=alert]")) != 0 {
		t.Error("a form without errors has a summary")
	}
}

func TestTraceKeepsZeroRowsAndOpensTheRest(t *testing.T) {
	t.Parallel()
	ctx := speaking(t, i18n.En)
	total := TraceNode{Name: "Total", Amount: "¥1.00"}
	d := render(t, ctx, Trace(TraceView{Total: &total, Nodes: []TraceNode{
		{Name: "Commission", Amount: "¥1.00", Open: true, Children: []TraceNode{{Name: "Deal 1", Amount: "¥1.00", Tables: []TableView{sampleTable()}}}},
		{Name: "Bonus", Amount: "¥0.00", Zero: true, Note: "Not paid, because"},
		{Name: "Team", Amount: "¥0.00", Zero: true},
	}}))
	if nodes := d.all("details.xg-trace"); len(nodes) != 3 || !has(nodes[0], "open") || has(nodes[1], "open") {
		t.Errorf("%d nodes open", len(nodes))
	}
	if zeros := d.all(".zero"); len(zeros) != 2 || zeros[0].Data != "details" || zeros[1].Data != "div" {
		t.Errorf("%d zero rows", len(zeros))
	}
	if len(d.all("table.in")) != 1 || !strings.HasSuffix(text(d.one(t, ".xg-tree")), "Total ¥1.00") {
		t.Error("table or total is missing")
	}
}

func TestConfirmWantsTheWordTyped(t *testing.T) {
	t.Parallel()
	d := render(t, speaking(t, i18n.En), ConfirmOf(Confirm{ID: "close", Title: "Close", Strong: "Final.", Expect: "2026-08", Action: "/close", Submit: "Close August", Hidden: []Field{{Name: "version", Value: "3"}}}))
	input := d.one(t, "input[name=confirm]")
	if attribute(input, "pattern") != `2026-08` || !has(input, "required") || attribute(d.one(t, "form"), "action") != "/close" || attribute(d.one(t, "input[name=version]"), "value") != "3" {
		t.Errorf("%s", d.source)
	}
}

func TestJobAsksForItselfOnlyWhileItRuns(t *testing.T) {
	t.Parallel()
	ctx := speaking(t, i18n.En)
	for state, polls := range map[JobState]bool{JobQueued: true, JobRunning: true, JobDone: false, JobFailed: false, JobCancelled: false} {
		d := render(t, ctx, Progress(Job{ID: "j", Title: "Close", State: state, Done: 1, Total: 4, Source: "/jobs/1"}))
		if got := len(d.all("[data-hx-get]")) == 1; got != polls {
			t.Errorf("%s: polls %t", state, got)
		}
		if len(d.all("[aria-live=polite]")) != 1 {
			t.Errorf("%s: not announced", state)
		}
	}
	if bar := render(t, ctx, Progress(Job{State: JobRunning, Done: 1, Total: 4})).one(t, "progress"); attribute(bar, "value") != "25" {
		t.Errorf("value %s", attribute(bar, "value"))
	}
}

func TestFilterRoundTrip(t *testing.T) {
	t.Parallel()
	v := FilterView{Path: "/list", Keep: []Field{{Name: "sort", Value: "name"}}, Search: &Field{Name: "q", Value: "云", Label: "Find"}, Fields: []Field{{Name: "tier", Kind: FieldChecks, Label: "Tier", Options: []Option{{Value: "A", Selected: true}, {Value: "B"}}}, {Name: "mine", Kind: FieldCheck, Label: "Mine"}}, Chips: []FilterChip{{Label: "Tier: A", Remove: "/list?q=1"}}}
	d := render(t, speaking(t, i18n.En), Filter(v))
	forms := d.all("form")
	if len(forms) != 2 {
		t.Fatalf("%d forms", len(forms))
	}
	kept := map[string]int{}
	for _, input := range d.all("input[type=hidden]") {
		kept[attribute(input, "name")+"="+attribute(input, "value")]++
	}
	if kept["sort=name"] != 2 || kept["tier=A"] != 1 || kept["tier=B"] != 0 || kept["mine=1"] != 0 || kept["q=云"] != 1 {
		t.Errorf("kept %v", kept)
	}
	if chip := d.one(t, "a.on"); attribute(chip, "href") != "/list?q=1" {
		t.Errorf("chip leads to %s", attribute(chip, "href"))
	}
}

func TestErrorPageIsSafeAndHelpful(t *testing.T) {
	t.Parallel()
	d := render(t, speaking(t, i18n.En), ErrorPage(httpx.Failure{Kind: errs.KindInternal, Status: 500, Message: "<script>x</script>", RequestID: "abc123", Fields: []httpx.FailedField{{Path: "amount", Row: 3, Message: "bad", Remedy: "mend"}}}))
	if text(d.one(t, "h1")) != "Something went wrong" || !strings.Contains(text(d.one(t, "main")), "abc123") || strings.Contains(d.source, "<script>x") || !strings.Contains(d.source, "3 amount: bad mend") {
		t.Errorf("%s", d.source)
	}
}

func TestASumKeepsItsNameOnPhones(t *testing.T) {
	t.Parallel()
	v := TableView{Label: "x", Columns: []Column{{Key: "a", Label: "A"}, {Key: "b", Label: "B", Phone: true}, {Key: "n", Label: "N", Kind: ColumnNumber, Phone: true}}}
	placed := v.placeIn(Row{Cells: []Cell{Text("Total"), {}, Text("3")}}, "sum")
	if placed[1].cell.Phone != "Total" || placed[2].cell.Phone != "" {
		t.Errorf("the name goes to %+v", placed)
	}
	if placed = v.placeIn(Row{Cells: []Cell{Text("Total"), Text("2"), Text("3")}}, "sum"); placed[1].cell.Phone != "Total" {
		t.Errorf("beside figures it goes to %+v", placed)
	}
	if placed = v.placeIn(Row{Cells: []Cell{Text("East"), {}, Text("3")}}, ""); placed[1].cell.Phone != "" {
		t.Error("a row that is no sum changes")
	}
}

// TestWhatIsFoldedComesOpen: without a script everything is reachable, and the script finds what it may close.
func TestWhatIsFoldedComesOpen(t *testing.T) {
	t.Parallel()
	ctx := speaking(t, i18n.En)
	d := render(t, ctx, FoldedWith(FoldedView{ID: "offered", Title: "Quotes", Sub: "3 quotes"}, Filled(CardView{Title: "Inside"}), FoldedWith(FoldedView{Shape: FoldLine, Title: "Earlier"}), FoldedWith(FoldedView{Shape: FoldCard, Title: "Record"})))
	if len(d.all("details")) != 3 || len(d.all("details[open][data-fold]")) != 3 {
		t.Errorf("a part comes closed or unmarked: %s", d.source)
	}
	if len(d.all("details#offered.xg-section")) != 1 || !strings.Contains(d.source, `<h2>Quotes</h2><span class="sm t2">3 quotes</span></summary><div class="xg-grid"><section class="card g12"`) {
		t.Errorf("a section %s", d.source)
	}
	if !strings.Contains(d.source, `</svg>Earlier`) || !strings.Contains(d.source, `<h2>Record</h2></summary><div class="bd">`) {
		t.Errorf("a line or a card %s", d.source)
	}
}
