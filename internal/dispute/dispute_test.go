package dispute_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
)

func fen(yuan int64) *int64 {
	minor := yuan * 100
	return &minor
}

func TestThreeVoicesRule(t *testing.T) {
	t.Parallel()
	const (
		yes  = dispute.OutcomeAccepted
		part = dispute.OutcomePartly
		no   = dispute.OutcomeRejected
	)
	d := dispute.Dispute{ShownMinor: 100_00, ExpectedMinor: fen(300)}
	for name, c := range map[string]struct {
		outcomes  [3]dispute.Outcome
		amounts   [3]*int64
		expected  *int64
		want      dispute.Outcome
		unanimous bool
		awarded   *int64
		dissent   int
	}{
		"all accept: what was asked for":        {[3]dispute.Outcome{yes, yes, yes}, [3]*int64{}, fen(300), yes, true, fen(300), 0},
		"all reject: what was shown":            {[3]dispute.Outcome{no, no, no}, [3]*int64{}, fen(300), no, true, fen(100), 0},
		"two accept, one rejects":               {[3]dispute.Outcome{yes, no, yes}, [3]*int64{}, fen(300), yes, false, fen(300), 1},
		"two reject, one accepts":               {[3]dispute.Outcome{no, no, yes}, [3]*int64{}, fen(300), no, false, fen(100), 1},
		"three that differ meet in the middle":  {[3]dispute.Outcome{yes, no, part}, [3]*int64{nil, nil, fen(200)}, fen(300), part, false, fen(200), 2},
		"parts of three sizes: the middle one":  {[3]dispute.Outcome{part, part, part}, [3]*int64{fen(150), fen(250), fen(200)}, fen(300), part, true, fen(200), 0},
		"accepted, and nobody named an amount":  {[3]dispute.Outcome{yes, yes, yes}, [3]*int64{}, nil, yes, true, nil, 0},
		"accepted with an amount by all":        {[3]dispute.Outcome{yes, yes, yes}, [3]*int64{fen(310), fen(310), fen(310)}, nil, yes, true, fen(310), 0},
		"rejected needs no amount of the payee": {[3]dispute.Outcome{no, yes, no}, [3]*int64{}, nil, no, false, fen(100), 1},
	} {
		d.ExpectedMinor = c.expected
		var spoken []dispute.Spoken
		for i, v := range dispute.Voices {
			if _, done := dispute.Decide(d, spoken); done {
				t.Errorf("%s: ruled after %d voices", name, i)
			}
			spoken = append(spoken, dispute.Spoken{Voice: v, Outcome: c.outcomes[i], AmountMinor: c.amounts[i]})
		}
		r, done := dispute.Decide(d, spoken)
		if !done || r.Outcome != c.want || r.Unanimous != c.unanimous || len(r.Dissent) != c.dissent || !same(r.AwardedMinor, c.awarded) {
			t.Errorf("%s: %+v, %v", name, r, done)
		}
	}
}

func same(a, b *int64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

func TestTheOrderOfVoicesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := dispute.Dispute{ShownMinor: rapid.Int64Range(-1000, 1000).Draw(t, "shown")}
		if rapid.Bool().Draw(t, "expects") {
			e := rapid.Int64Range(-1000, 1000).Draw(t, "expected")
			d.ExpectedMinor = &e
		}
		spoken := make([]dispute.Spoken, 3)
		for i, v := range dispute.Voices {
			spoken[i] = dispute.Spoken{Voice: v, Outcome: rapid.SampledFrom(dispute.Outcomes).Draw(t, "outcome")}
			if spoken[i].Outcome == dispute.OutcomePartly {
				a := rapid.Int64Range(-1000, 1000).Draw(t, "amount")
				spoken[i].AmountMinor = &a
			}
		}
		one, _ := dispute.Decide(d, spoken)
		two, _ := dispute.Decide(d, rapid.Permutation(spoken).Draw(t, "order"))
		if one.Outcome != two.Outcome || one.Unanimous != two.Unanimous || !same(one.AwardedMinor, two.AwardedMinor) {
			t.Fatalf("%+v is not %+v", one, two)
		}
	})
}

func TestTheKeyOfALineNamesItAndNoOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab/%2F月-")))
		draw := func() dispute.Line {
			l := dispute.Line{Kind: rapid.SampledFrom([]dispute.LineKind{dispute.LineComponent, dispute.LineCredit, dispute.LinePayment, dispute.LineStep}).Draw(t, "kind"),
				Component: text.Draw(t, "component"), Event: text.Draw(t, "event"), Deal: text.Draw(t, "deal"), Payment: text.Draw(t, "payment"), Step: text.Draw(t, "step")}
			if rapid.Bool().Draw(t, "dated") {
				l.Origin = calendar.NewMonth(2026, 9)
			}
			return l
		}
		a, b := draw(), draw()
		if back, ok := dispute.ParseLine(a.Key()); !ok || back != a {
			t.Fatalf("%+v became %q and %+v", a, a.Key(), back)
		}
		if (a == b) != (a.Key() == b.Key()) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
	for _, bad := range []string{"", "component", "other/a/////", "zero/a/////", "component/a/////x", "component/a//////"} {
		if l, ok := dispute.ParseLine(bad); ok {
			t.Errorf("%q is %+v", bad, l)
		}
	}
	zero := dispute.Line{Kind: dispute.LineZero, Component: "a"}
	if zero.Key() != (dispute.Line{Kind: dispute.LineComponent, Component: "a"}).Key() {
		t.Error("a component that pays nothing is another line than when it pays")
	}
}

func TestTheWindowForDisputes(t *testing.T) {
	t.Parallel()
	china := calendar.ChinaTime
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, china)
	}
	published := payout.Standing{RunID: "r", Published: true, State: "published", ObjectUntil: at(10, 13, 18, 0)}
	closed := published
	closed.State, closed.ClosedAt = "closed", time.Date(2026, 10, 14, 17, 0, 0, 0, time.UTC) // the 15th in China
	for name, c := range map[string]struct {
		standing payout.Standing
		now      time.Time
		open     bool
		last     string
	}{
		"published, in time":              {published, at(10, 13, 17, 59), true, "2026-10-13 18:00"},
		"published, at the end":           {published, at(10, 13, 18, 0), false, "2026-10-13 18:00"},
		"closed, the last minute":         {closed, at(11, 14, 23, 59), true, "2026-11-14 23:59"},
		"closed, the day after":           {closed, at(11, 15, 0, 0), false, "2026-11-14 23:59"},
		"calculated, and never published": {payout.Standing{RunID: "r"}, at(10, 1, 0, 0), false, ""},
	} {
		w := dispute.WindowOf(c.standing, dispute.RulesDefault, c.now, china)
		if w.Open != c.open || w.Published != (c.last != "") || w.Published && w.Last(china) != c.last {
			t.Errorf("%s: %+v, last %s", name, w, w.Last(china))
		}
	}
}

func TestEvidenceIsWhatItSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, content, want, key string }{
		{"截图.PNG", "\x89PNG\r\n\x1a\nrest", "截图.PNG", ""},
		{`C:\Users\x\对账 1.csv`, "日期,金额\n", "对账 1.csv", ""},
		{"../../etc/a\"b;.txt", "x", "a_b_.txt", ""},
		{"page.html", "<script>", "", "dispute.file_type"},
		{"page.svg", "<svg/>", "", "dispute.file_type"},
		{"none", "x", "", "dispute.file_type"},
		{"x.pdf", "<html>", "", "dispute.file_content"},
		{"x.txt", "a\x00b", "", "dispute.file_content"},
		{"x.xlsx", "no zip", "", "dispute.file_content"},
		{"x.txt", "", "", "dispute.file_empty"},
		{"x.txt", string(make([]byte, dispute.FileBytesMax+1)), "", "dispute.file_large"},
	} {
		f, err := dispute.NewFile(c.name, []byte(c.content))
		if c.key == "" {
			if err != nil || f.Name != c.want || f.Bytes != int64(len(c.content)) || len(f.Digest) != 64 {
				t.Errorf("%q: %+v, %v", c.name, f, err)
			}
			continue
		}
		if !errs.Is(err, errs.KindInvalid) || !hasField(err, "files", c.key) {
			t.Errorf("%q: %v, want %s", c.name, err, c.key)
		}
	}
}

func TestRulesStayWithinTheirLimits(t *testing.T) {
	t.Parallel()
	if err := dispute.RulesDefault.Validate(); err != nil {
		t.Error(err)
	}
	err := dispute.Rules{AppealDays: 0, AnswerWorkDays: dispute.AnswerWorkDaysMax + 1, Approval: "never"}.Validate()
	for _, path := range []string{"appeal_days", "answer_work_days"} {
		if !hasField(err, path, "dispute.days_range") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if !hasField(err, "approval", "dispute.unknown_choice") {
		t.Error(err)
	}
}

func TestStatisticsCountByCause(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 10, n, 0, 0, 0, 0, time.UTC) }
	today := calendar.DateOf(day(20))
	ruled := func(cause dispute.Cause, outcome dispute.Outcome, days int) dispute.Dispute {
		return dispute.Dispute{Month: calendar.NewMonth(2026, 9), PlanID: "p", Line: dispute.Line{Component: "c"}, Cause: cause, State: dispute.StateRuled, Outcome: outcome, RaisedAt: day(1), EndedAt: day(1 + days)}
	}
	st := dispute.Count([]dispute.Dispute{
		ruled(dispute.CauseWrongSplit, dispute.OutcomeAccepted, 2), ruled(dispute.CauseWrongSplit, dispute.OutcomePartly, 6), ruled(dispute.CauseWrongSplit, dispute.OutcomeRejected, 4),
		{Cause: dispute.CauseOther, State: dispute.StateRaised, DueOn: today - 1}, {Cause: dispute.CauseOther, State: dispute.StateWithdrawn},
	}, today)
	if st.All.Count != 5 || st.Overdue != 1 || st.All.Open != 1 || st.All.Ruled != 3 || st.All.Accepted != 2 {
		t.Errorf("%+v", st)
	}
	first := st.ByCause[0]
	if first.Key != string(dispute.CauseWrongSplit) || first.Count != 3 || first.Accepted != 2 || first.MedianHours != 4*24 {
		t.Errorf("by cause: %+v", st.ByCause)
	}
	if len(st.ByMonth) != 2 || len(st.ByComponent) != 2 || st.ByComponent[0].Key != "p/c" {
		t.Errorf("%+v", st)
	}
}

func hasField(err error, path, key string) bool {
	e, ok := asError(err)
	if !ok {
		return false
	}
	for _, f := range e.Fields {
		if f.Path == path && f.Message.Key == key {
			return true
		}
	}
	return false
}
