package browsertest

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
)

// TestTheLoopFromSheetsToTheNextRule goes once around with one problem: sheets are handed in, what is found becomes a problem that is confirmed, rated and given to
// somebody, a measure against it is weighed and chosen within the budget, it becomes an initiative that goes through its first gate, the week's review shows it,
// its effect is asked for, a decision is taken, and the next version of a rule is drafted where the decision leads. Once at a desk in Chinese and once on a phone
// in the dark in English, in one installation; what was made is looked at in the other language on the other screen. The board of goals shows what is promised.
func TestTheLoopFromSheetsToTheNextRule(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	t.Run("goals", func(t *testing.T) { goalBoard(t, s, company) })
	way := func(t *testing.T, lang i18n.Lang, phone bool, l *loopWay) *loopWay {
		l.journey = &journey{site: s, t: t, company: company, lang: lang, phone: phone, tabs: map[string]*tab{}}
		return l
	}
	desk := &loopWay{kind: "ledger_incomplete", sheets: incompleteCustomers, measure: "客户资料补齐专项二期", decided: "方案先由主管审再发客户", rule: programme.RuleStandard, outcome: programme.OutcomeKeep}
	phone := &loopWay{kind: "target_not_split", sheets: targetsOfNobody, measure: "Split the target to persons", rule: programme.RuleTarget, outcome: programme.OutcomeStop}
	for _, one := range []struct {
		name  string
		lang  i18n.Lang
		phone bool
		way   *loopWay
	}{{"desk", i18n.ZhCN, false, desk}, {"phone", i18n.En, true, phone}} {
		if !t.Run(one.name, func(t *testing.T) { way(t, one.lang, one.phone, one.way).around() }) {
			return
		}
	}
	t.Run("plan", func(t *testing.T) { way(t, i18n.ZhCN, false, desk).planToo() })
	t.Run("desk in English", func(t *testing.T) { way(t, i18n.En, false, desk).seenAgain() })
	t.Run("phone in Chinese", func(t *testing.T) { way(t, i18n.ZhCN, true, phone).seenAgain() })
}

// loopWay knows what is planted, what is done about it, and where the things are that were made on the way.
type loopWay struct {
	*journey
	kind    finding.Kind                    // what is planted
	sheets  func(lang i18n.Lang) [][]string // a file each: its name, then its lines
	measure string
	decided string // the initiative that is decided on: one of the demonstration whose months are over; empty: the own one
	rule    programme.RuleKind
	outcome programme.Outcome

	run, problem, item, initiative, review, drafted string // paths
}

// incompleteCustomers is a list of customers whose files are mostly empty.
func incompleteCustomers(lang i18n.Lang) [][]string {
	file := []string{"客户", "客户编号,客户名称,行业,城市"}
	if lang == i18n.En {
		file = []string{"customers", "Customer ID,Customer name,Industry,City"}
	}
	for n := range 80 {
		line := fmt.Sprintf("K%d,江南测控%03d有限公司,,", n, n)
		if n%4 == 0 {
			line = fmt.Sprintf("K%d,江南测控%03d有限公司,机械,苏州", n, n)
		}
		file = append(file, line)
	}
	return [][]string{file}
}

// targetsOfNobody is a company with targets that no seller has a part of.
func targetsOfNobody(i18n.Lang) [][]string {
	people := []string{"people", "Employee ID,Name,Team ID,Level,Hired on"}
	for n := range 12 {
		people = append(people, fmt.Sprintf("%d,Seller %d,T%d,regular,2023-05-01", 2001+n, n, n%2+1))
	}
	split := []string{"target_split", "level,region,team,month,of,amount"}
	for m := range 9 {
		split = append(split, fmt.Sprintf("company,,,2026-%02d,collected,5000000", m+1))
	}
	return [][]string{{"regions", "Region ID,Region name", "R1,East"}, {"teams", "Team ID,Team name,Region ID,Leader ID", "T1,East 1,R1,2001", "T2,East 2,R1,2002"}, people, split,
		{"deals", "Deal ID,Customer ID,Signed on,Amount,Seller 1", "D1,C1,2026-09-20,5000,2003"}}
}

// write writes the sheets as CSV files and returns their paths.
func (w *loopWay) write() (paths []string) {
	w.t.Helper()
	folder := w.t.TempDir()
	for _, sheet := range w.sheets(w.lang) {
		path := filepath.Join(folder, sheet[0]+".csv")
		file, err := os.Create(path)
		if err != nil {
			w.t.Fatal(err)
		}
		out := csv.NewWriter(file)
		for _, line := range sheet[1:] {
			_ = out.Write(strings.Split(line, ","))
		}
		out.Flush()
		if err := file.Close(); err != nil || out.Error() != nil {
			w.t.Fatal(err, out.Error())
		}
		paths = append(paths, path)
	}
	return paths
}

// tab is somebody's browser: light at a desk, dark on a phone.
func (w *loopWay) tab(login string) *tab {
	w.t.Helper()
	b := w.as(login)
	if w.phone {
		b.resize(phoneScreen, darkTheme)
	}
	return b
}

// look holds the page to what every page must be, and keeps a picture.
func (w *loopWay) look(b *tab, name string) {
	w.t.Helper()
	b.faultsOf(name, checkJS)
	b.faultsOf(name, wideJS)
	colours := lightTheme
	if w.phone {
		b.faultsOf(name, touchJS)
		colours = darkTheme
	}
	b.keep(name, b.home, colours)
}

func (w *loopWay) around() {
	w.t.Helper()
	for _, step := range []func(){w.diagnose, w.confirm, w.weigh, w.begin, w.gate, w.meet, w.effect, w.decide, w.draft} {
		step()
	}
}

// diagnose hands in the sheets and finds what was planted.
func (w *loopWay) diagnose() {
	w.t.Helper()
	b := w.tab("operations")
	b.open("/diagnosis", 200)
	w.look(b, "loop-01-diagnosis")
	b.upload(b.T("diagnosis.files"), w.write())
	b.write("sheets-form", "sheets_note", w.measure)
	b.send("sheets-form", 200)
	w.run = b.path()
	b.wait(b.T("diagnosis.line_missing"))
	b.mustShow(w.kind.Name(b.p))
	w.look(b, "loop-02-run")
	b.follow(w.kind.Name(b.p))
	w.problem = b.path()
}

// confirm looks into the problem: it is true, it is grave, and the lead deals with it.
func (w *loopWay) confirm() {
	w.t.Helper()
	b := w.tab("operations")
	b.mustShow(w.kind.Name(b.p), b.T("problem.status.open"), b.T("problem.no_answers"))
	w.look(b, "loop-03-problem")
	b.pick("rate", "gravity", "5")
	b.pick("rate", "urgency", "4")
	b.write("rate", "why", "抽查二十户都这样")
	b.send("rate", 200)
	b.pick("assign", "owner", strconv.FormatInt(w.personID(w.nameOf("lead")), 10))
	b.send("assign", 200)
	b.pick("move", "status", "confirmed")
	b.write("move", "note", "抽查二十户，十七户缺三项以上")
	b.send("move", 200)
	b.mustShow(b.T("problem.status.confirmed"), w.nameOf("lead"), "抽查二十户都这样")
	w.look(b, "loop-04-confirmed")
}

// weigh puts a measure into the table of priorities, where it is chosen within the budget.
func (w *loopWay) weigh() {
	w.t.Helper()
	b := w.tab("operations")
	b.follow(b.T("problem.weigh"))
	if reach := b.held("item", "reach"); reach == "" || reach == "0" {
		w.t.Errorf("the cases that were counted are to be typed again: %q", reach)
	}
	b.write("item", "title", w.measure)
	b.write("item", "effort", "4")
	b.write("item", "cost", "3,000")
	b.write("item", "delay", "4")
	w.look(b, "loop-05-measure")
	b.send("item", 200)
	w.item = b.path()
	b.mustShow(b.T("prioritybook.is_chosen"), w.measure)
	w.look(b, "loop-06-chosen")
	b.open("/priorities", 200)
	b.mustShow(w.measure)
	w.look(b, "loop-07-priorities")
	b.follow(w.measure)
}

// begin makes an initiative of the measure, and says who answers for it, by when, and where it is tried.
func (w *loopWay) begin() {
	w.t.Helper()
	b := w.tab("operations")
	b.follow(b.T("prioritybook.start"))
	w.initiative = b.path()
	b.mustShow(w.measure, b.T("programme.done.started"), b.T("programme.begin"), w.kind.Name(b.p))
	w.look(b, "loop-08-initiative")
	b.follow(b.T("programme.begin_write"))
	for name, want := range map[string]string{"budget": "3,000.00", "effort": "4"} {
		if held := b.held("outline", name); held != want {
			w.t.Errorf("%s is %q, want %q", name, held, want)
		}
	}
	if ticked, err := tell[[]string](b, `() => [...document.querySelectorAll('form#outline [name=problems]:checked')].map(c => c.value)`); err != nil || len(ticked) != 1 || !strings.HasSuffix(w.problem, "/"+ticked[0]) {
		w.t.Errorf("the problem %s is to be chosen again: %q %v", w.problem, ticked, err)
	}
	b.pick("outline", "owner", strconv.FormatInt(w.personID(w.nameOf("lead")), 10))
	b.write("outline", "aim", "A、B级客户三项齐全")
	b.write("outline", "milestones", "2026-10-20 名单分到人\n2026-11-15 第一批补齐")
	w.look(b, "loop-09-outline")
	b.send("outline", 200)
	b.mustShow("名单分到人", w.nameOf("lead"))
	b.mustNotShow(b.T("programme.begin"))
	b.open(w.problem, 200)
	b.mustShow(w.measure, b.T("problem.status.in_action"))
	w.look(b, "loop-10-in-action")
	b.follow(w.measure)
}

// gate chooses pilot and comparison, ticks what the first phase asks, and signs it.
func (w *loopWay) gate() {
	w.t.Helper()
	b := w.tab("operations")
	teams, err := tell[[]string](b, `() => [...document.querySelectorAll('form#trial [name=pilot]')].map(c => c.value)`)
	if err != nil || len(teams) < 5 {
		w.t.Fatalf("teams to choose from: %q %v", teams, err)
	}
	for i, team := range teams {
		side := "comparison"
		if i < 2 {
			side = "pilot"
		}
		b.choose("trial", side, team)
	}
	b.pick("trial", "metric", "completeness")
	b.pick("trial", "from", month.String())
	b.send("trial", 200)
	for range 3 {
		b.follow(b.T("programme.tick"))
	}
	b.write("sign", "text", "问题、基线、负责人都齐了")
	b.send("sign", 200)
	b.follow(b.T("programme.advance", "Phase", b.p.Message(programme.PhasePilot.Message())))
	b.mustShow(b.T("programme.gate", "Phase", b.p.Message(programme.PhasePilot.Message())))
	w.look(b, "loop-11-pilot")
}

// meet is the week's review of the lead's team, in which the initiative stands with its next milestone.
func (w *loopWay) meet() {
	w.t.Helper()
	b := w.tab("lead")
	b.open("/reviews", 200)
	path, err := tell[string](b, `state => ([...document.querySelectorAll('main tbody tr')].find(r => r.innerText.includes(state)) || document.body).querySelector('a[href^="/reviews/"]').getAttribute('href')`, b.T("review.state.prepared"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.review = path
	b.open(path, 200)
	b.mustShow(w.measure, "名单分到人")
	w.look(b, "loop-12-review")
	b.follow(w.measure)
	b.mustShow(b.T("programme.spend")) // the lead owns it
}

// effect asks what came of it: of the own initiative too few months are over, which is said; that of the demonstration has its months.
func (w *loopWay) effect() {
	w.t.Helper()
	b := w.tab("operations")
	b.open(w.initiative, 200)
	b.follow(b.T("programme.measure"))
	b.mustShow(b.T("programme.done.measured"), b.T("programme.verdict.cant_tell"))
	if w.decided != "" {
		b.open("/initiatives", 200)
		b.follow(w.decided)
		b.mustShow(b.T("programme.effect_interval"))
	}
	w.look(b, "loop-13-effect")
}

// decide ends an initiative with a reason, what was learnt, and the rule that follows.
func (w *loopWay) decide() {
	w.t.Helper()
	b := w.tab("operations")
	b.choose("decide", "outcome", string(w.outcome))
	b.write("decide", "reason", "试点团队的返工明显少了")
	b.write("decide", "expected", "方案一次通过率提高5个点")
	b.write("decide", "learnt", "先审后发要配当天审完的承诺")
	b.pick("decide", "rule", string(w.rule))
	b.send("decide", 200)
	b.mustShow(b.T("programme.done.decided"), b.p.Message(w.outcome.Message()), b.T("programme.write_next"))
	w.look(b, "loop-14-decided")
}

// draft follows the decision to where the rule is written, and drafts its next version.
func (w *loopWay) draft() {
	w.t.Helper()
	b := w.tab("operations")
	decided := b.path()
	b.follow(b.T("programme.write_next"))
	w.look(b, "loop-15-editor")
	switch w.rule {
	case programme.RuleStandard:
		b.pick("draft", "effective_on", "2026-11-02")
		b.write("draft", "note", "方案先审后发，写进流程")
		b.follow(b.T("standard.save"))
		b.mustShow("方案先审后发，写进流程")
	case programme.RuleTarget:
		b.write("plan", "name", "Split to persons")
		b.write("plan", "year", "260,000,000")
		b.send("plan", 200)
		b.wait(b.T("targetplan.next"))
		b.mustShow("Split to persons")
	}
	w.drafted = b.path()
	w.look(b, "loop-16-drafted")
	b.open("/lessons", 200)
	b.mustShow("先审后发要配当天审完的承诺")
	b.open(decided, 200)
	b.follow(b.T("common.open")) // the decision
	b.mustShow("方案一次通过率提高5个点")
	w.look(b, "loop-17-decision")
}

// planToo drafts the next version of a pay plan from the same decision, too: the draft names the decision, and the decision the draft.
func (w *loopWay) planToo() {
	w.t.Helper()
	b := w.tab("operations")
	b.open("/initiatives", 200)
	b.follow(w.decided)
	b.follow(b.T("common.open"))
	decision := b.path()
	b.open("/plans/new?decision="+decision[strings.LastIndex(decision, "/")+1:], 200)
	b.mustShow(b.T("origin.from", "Title", w.decided), b.T("plans.start_from"))
	w.look(b, "loop-18-plans")
	b.follow("精兵计划")
	w.look(b, "loop-19-plan-editor")
	b.follow(b.T("plans.save"))
	b.mustShow(b.T("origin.from", "Title", w.decided), b.T("plans.state_draft"), b.p.Date((month + 2).First())) // from the first of the next month on
	w.look(b, "loop-20-plan-draft")
	b.open(decision, 200)
	b.mustShow(b.T("origin.title"), b.T("plans.state_draft"), b.T("origin.its_initiative"))
	w.look(b, "loop-21-decision")
}

// seenAgain opens what was made on the way, in another language on another screen.
func (w *loopWay) seenAgain() {
	w.t.Helper()
	b := w.tab("operations")
	pages := []string{"/diagnosis", w.run, w.problem, "/priorities", w.item, w.initiative, w.review, w.drafted, "/goals", "/lessons"}
	if w.decided != "" { // the own one is not closed
		pages = append(pages, w.initiative+"/edit")
	} else {
		b.open(w.initiative+"/edit", 409)
		b.mustShow(b.T("programme.closed_already"))
	}
	for i, path := range pages {
		b.open(path, 200)
		w.look(b, fmt.Sprintf("loop-again-%02d", i+1))
	}
	if !slices.Contains([]string{w.run, w.problem, w.item, w.initiative, w.review, w.drafted}, "") {
		return
	}
	w.t.Error("something on the way has no page")
}
