package questionnaire_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/org"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	hr     = access.Actor{UserID: "u-H", Name: "人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	seller = access.Actor{UserID: "u-S", Name: "销售", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
	today  = calendar.DateOf(storetest.Start)
)

// house is a company of two teams of a region: seven in the first, six in the second, and two without a team.
type house struct {
	*questionnaire.Service
	t       *testing.T
	db      *store.DB
	now     time.Time
	persons []int64
	leader  access.Actor // of the first team
}

func open(t *testing.T, test func(*house)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := &house{t: t, db: db, now: storetest.Start}
		secrets := 0
		h.Service = questionnaire.NewService(questionnaire.Config{Store: db.QuestionnaireStore(), Now: func() time.Time { return h.now }, Pick: func(n int) int { return n / 2 },
			Secret: func() string { secrets++; return "secret" + strconv.Itoa(secrets) }, Hash: func(s string) string { return "hash of " + s }})
		h.settle()
		test(h)
	})
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle records the organisation.
func (h *house) settle() {
	h.t.Helper()
	ctx := h.t.Context()
	h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		put := func(_ fact.Outcome, problem error) { err = errors.Join(err, problem) }
		add := func(key, team string, level org.Level) {
			put(w.PutPerson(ctx, fact.PersonRecord{Key: key, Name: "员工" + key, Team: team, Level: string(level), Hired: today - 400, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		put(w.PutRegion(ctx, fact.RegionRecord{Key: "R", Name: "华东"}))
		put(w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "R"}))
		put(w.PutTeam(ctx, fact.TeamRecord{Key: "T2", Name: "二部", Region: "R"}))
		for i := range 7 {
			add("A"+strconv.Itoa(i), "T1", org.LevelRegular)
		}
		for i := range 6 {
			add("B"+strconv.Itoa(i), "T2", org.LevelCore)
		}
		add("X1", "", org.LevelOther)
		add("X2", "", org.LevelOther)
		put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "A0", From: calendar.NoDate}))
		if err == nil {
			_, err = w.Finish(ctx)
		}
		return err
	}))
	h.persons = monthtest.QueryInts(h.t, h.db, "SELECT id FROM person ORDER BY key")
	h.leader = access.Actor{UserID: "u-L", Name: "主管", PersonID: h.persons[0], Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

// reply answers everything with one score.
func reply(d *questionnaire.Document, score int) questionnaire.Reply {
	in := questionnaire.Reply{Scores: map[string]int{}, Picks: map[string][]string{}, Words: map[string]string{}}
	for _, q := range d.Questions {
		switch q.Kind {
		case questionnaire.KindLikert:
			in.Scores[q.ID] = score
		case questionnaire.KindENPS:
			in.Scores[q.ID] = 2 * score
		case questionnaire.KindText:
			in.Words[q.ID] = "得分" + strconv.Itoa(score)
		default:
			in.Picks[q.ID] = []string{q.Options[0].ID}
		}
	}
	return in
}

func (h *house) as(person int64) access.Actor {
	a := seller
	a.PersonID, a.UserID = person, "u-"+strconv.FormatInt(person, 10)
	return a
}

// opened makes and opens the shipped questionnaire.
func (h *house) opened(ctx context.Context) questionnaire.Questionnaire {
	h.t.Helper()
	q, err := h.Save(ctx, hr, questionnaire.Draft{Document: questionnaire.Shipped(), ClosesOn: calendar.NoDate})
	h.must(err)
	q, err = h.Open(ctx, hr, q.ID, today+10)
	h.must(err)
	return q
}

func TestAQuestionnaireFromDraftToResults(t *testing.T) {
	open(t, func(h *house) {
		ctx := h.t.Context()
		_, err := h.Save(ctx, seller, questionnaire.Draft{Document: questionnaire.Shipped(), ClosesOn: calendar.NoDate})
		refuses(h.t, err, errs.KindForbidden, "")
		q := h.opened(ctx)
		if len(q.Cells) != 2 {
			h.t.Fatalf("cells %+v", q.Cells)
		}
		_, err = h.Results(ctx, hr, q.ID, "")
		refuses(h.t, err, errs.KindConflict, "questionnaire.still_open")
		mine, err := h.Mine(ctx, h.as(h.persons[1]))
		if err != nil || len(mine) != 1 {
			h.t.Fatalf("to do %v %v", mine, err)
		}
		for i, person := range h.persons {
			h.must(h.Answer(ctx, h.as(person), q.ID, reply(&q.Document, 1+i%5)))
		}
		refuses(h.t, h.Answer(ctx, h.as(h.persons[1]), q.ID, reply(&q.Document, 3)), errs.KindConflict, "questionnaire.answered_already")
		refuses(h.t, h.Answer(ctx, h.as(999), q.ID, reply(&q.Document, 3)), errs.KindNotFound, "questionnaire.missing")
		_, err = h.Close(ctx, hr, q.ID)
		h.must(err)
		refuses(h.t, h.Answer(ctx, h.as(h.persons[1]), q.ID, reply(&q.Document, 3)), errs.KindConflict, "questionnaire.over")
		res, err := h.Results(ctx, hr, q.ID, "")
		if err != nil || res.Answered != 15 || res.Invited != 15 || len(res.Groups) != 3 || len(res.Words) != 2 || len(res.Words[0].Words) != 15 || len(res.Layers) == 0 {
			h.t.Fatalf("%+v %v", res, err)
		}
		theme, _ := res.Group.Figures.Theme(questionnaire.ThemeTargets)
		if theme.Counts != [5]int{6, 6, 6, 6, 6} {
			h.t.Errorf("%+v", theme.Counts)
		}
		h.ofALead(ctx, q)
		h.anotherRound(ctx, q)
	})
}

// ofALead: a lead is told of everybody in figures, and of their own team.
func (h *house) ofALead(ctx context.Context, q questionnaire.Questionnaire) {
	h.t.Helper()
	res, err := h.Results(ctx, h.leader, q.ID, "")
	if err != nil || len(res.Words) != 0 || res.WordsWhy.Key == "" {
		h.t.Fatalf("%+v %v", res.Words, err)
	}
	for _, g := range res.Groups {
		if g.Key != questionnaire.NodeAll && g.Name != "一部" {
			h.t.Errorf("a lead is told of %q", g.Name)
		}
	}
	_, err = h.Results(ctx, h.as(h.persons[3]), q.ID, "")
	refuses(h.t, err, errs.KindForbidden, "")
	list, err := h.ForDiagnosis(ctx, hr, today-30)
	if err != nil || len(list) == 0 || len(list[0].Scores) < questionnaire.GroupLeast {
		h.t.Errorf("%+v %v", list, err)
	}
}

// anotherRound compares with the round before.
func (h *house) anotherRound(ctx context.Context, q questionnaire.Questionnaire) {
	h.t.Helper()
	again, err := h.Again(ctx, hr, q.ID)
	h.must(err)
	again, err = h.Open(ctx, hr, again.ID, today+5)
	h.must(err)
	for _, person := range h.persons[:8] {
		h.must(h.Answer(ctx, h.as(person), again.ID, reply(&again.Document, 4)))
	}
	h.now = h.now.AddDate(0, 0, 6) // it is over by itself
	res, err := h.Results(ctx, hr, again.ID, "")
	if err != nil || res.Before == nil || res.Before.Answers != 15 || res.Answered != 8 {
		h.t.Fatalf("%+v %v", res.Before, err)
	}
	for _, g := range res.Groups {
		if g.Answered < questionnaire.GroupLeast && !g.Hidden {
			h.t.Errorf("a group of %d is told", g.Answered)
		}
	}
	due, err := h.Remind(ctx, notice.Morning{Day: today + 6, Work: calendar.China()})
	if err != nil || len(due.Ends) != 1 || len(due.Messages) != 0 {
		h.t.Errorf("%+v %v", due, err)
	}
}

func TestNothingInTheDatabaseTellsWhoAnsweredWhat(t *testing.T) {
	open(t, func(h *house) {
		ctx := h.t.Context()
		q := h.opened(ctx)
		before := monthtest.QueryInts(h.t, h.db, "SELECT COUNT(*) FROM audit_entry")[0]
		in := reply(&q.Document, 2)
		in.Words["q22"] = "审批太慢了"
		h.must(h.Answer(ctx, h.as(h.persons[2]), q.ID, in))
		if after := monthtest.QueryInts(h.t, h.db, "SELECT COUNT(*) FROM audit_entry")[0]; after != before {
			h.t.Errorf("the audit log tells of an answer")
		}
		for _, text := range monthtest.QueryTexts(h.t, h.db, "SELECT content FROM questionnaire_box WHERE kind = 'sheets'") {
			var box map[string]json.RawMessage
			h.must(json.Unmarshal([]byte(text), &box))
			if len(box) != 1 || strings.Contains(text, "审批") || strings.Contains(text, storetest.Start.Format("2006")) {
				h.t.Errorf("a box of sheets has more than scores and picks: %s", text)
			}
		}
		if got := monthtest.QueryTexts(h.t, h.db, "SELECT part FROM questionnaire_box WHERE kind = 'words'"); len(got) != 1 || !strings.HasPrefix(got[0], "c") {
			h.t.Errorf("words lie in %v", got)
		}
	})
}

func TestLinksAreForWhoCannotSignIn(t *testing.T) {
	open(t, func(h *house) {
		ctx := h.t.Context()
		q := h.opened(ctx)
		links, err := h.Links(ctx, hr, q.ID)
		if err != nil || len(links) != 15 {
			h.t.Fatalf("%v %v", links, err)
		}
		a, err := h.AskByLink(ctx, links[0].Secret)
		if err != nil || a.ID != q.ID {
			h.t.Fatalf("%+v %v", a, err)
		}
		short := reply(&q.Document, 3)
		delete(short.Scores, "q1")
		refuses(h.t, h.AnswerByLink(ctx, links[0].Secret, short), errs.KindInvalid, "")
		h.must(h.AnswerByLink(ctx, links[0].Secret, reply(&q.Document, 3)))
		refuses(h.t, h.AnswerByLink(ctx, links[0].Secret, reply(&q.Document, 3)), errs.KindConflict, "questionnaire.answered_already")
		_, err = h.AskByLink(ctx, "guessed")
		refuses(h.t, err, errs.KindNotFound, "questionnaire.no_such_link")
		again, err := h.Links(ctx, hr, q.ID)
		if err != nil || len(again) != 14 {
			h.t.Errorf("%d links, %v", len(again), err)
		}
		_, err = h.AskByLink(ctx, links[1].Secret)
		refuses(h.t, err, errs.KindNotFound, "")
		due, err := h.Remind(ctx, notice.Morning{Day: today + 7, Work: calendar.China()})
		if err != nil || len(due.Messages) != 1 || len(due.Messages[0].To.PersonIDs) != 14 {
			h.t.Errorf("%+v %v", due, err)
		}
	})
}

func TestADraftIsWrittenStepByStep(t *testing.T) {
	open(t, func(h *house) {
		ctx := h.t.Context()
		d := questionnaire.Document{}
		d.Title.Zh = "小问卷"
		q, err := h.Save(ctx, hr, questionnaire.Draft{Document: d, ClosesOn: calendar.NoDate})
		h.must(err)
		_, err = h.Open(ctx, hr, q.ID, today+5)
		refuses(h.t, err, errs.KindInvalid, "")
		for _, kind := range []questionnaire.Kind{questionnaire.KindLikert, questionnaire.KindENPS} {
			one := questionnaire.Question{Kind: kind, Theme: questionnaire.ThemeTools}
			one.Text.Zh = "系统好用吗"
			q, err = h.Change(ctx, hr, questionnaire.Edit{ID: q.ID, Question: one})
			h.must(err)
		}
		q, err = h.Change(ctx, hr, questionnaire.Edit{ID: q.ID, Question: questionnaire.Question{ID: "q2"}, Move: -1})
		h.must(err)
		if q.Document.Questions[0].ID != "q2" {
			h.t.Errorf("%+v", q.Document.Questions)
		}
		_, err = h.Change(ctx, hr, questionnaire.Edit{ID: q.ID, Question: q.Document.Questions[0], Seen: 1})
		refuses(h.t, err, errs.KindConflict, "questionnaire.changed_meanwhile")
		bad := questionnaire.Question{Kind: questionnaire.KindSingle}
		bad.Text.Zh = "选一个"
		_, err = h.Change(ctx, hr, questionnaire.Edit{ID: q.ID, Question: bad})
		refuses(h.t, err, errs.KindInvalid, "")
		_, err = h.Open(ctx, hr, q.ID, today-1)
		refuses(h.t, err, errs.KindInvalid, "")
		_, err = h.Get(ctx, h.as(h.persons[1]), q.ID)
		refuses(h.t, err, errs.KindNotFound, "")
		v, err := h.Preview(ctx, hr, q.ID)
		if err != nil || v.People != 15 || v.NoLogin != 15 || len(v.Cells) != 2 {
			h.t.Errorf("%+v %v", v, err)
		}
		h.must(h.Drop(ctx, hr, q.ID))
		l, err := h.List(ctx, hr)
		if err != nil || len(l.Rows) != 0 {
			h.t.Errorf("%+v %v", l, err)
		}
	})
}
