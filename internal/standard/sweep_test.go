package standard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// sweptCases is how many cases random logs have: some portions of sweptPortion.
const (
	sweptCases   = 230
	sweptPortion = 40
)

// randomLog makes the events of cases, in the order in which they are recorded: late ones among them, owners that change, losses that are taken back, and some
// that are recorded twice.
func randomLog(random *rand.Rand, people []int64) (cases []opportunity.Opportunity, log []process.Event) {
	activities := []process.Activity{process.ActivityFirst, process.ActivityContacted, process.ActivityNextContact, process.ActivityRegistered, process.ActivityStage, process.ActivityOwner,
		process.ActivityLost, process.ActivityReopened, process.ActivitySigned, "lead_assigned", "need_recorded", "proposal_drafted", "manager_approved", "proposal_sent", "plan_created", "receipt_confirmed", "unknown_here"}
	data := []string{`{"stage":"proposal"}`, `{"budget":1000,"decision_maker":"李","decision_date":"2026-09-01"}`, `{"company":"a\"b","contact":"王"}`, `{"discount":90000,"discount_limit":50000}`,
		`{"planned":5,"contract_amount":5,"due_on":"2026-08-20"}`, `{"planned":5.5}`, ``}
	for id := int64(1); id <= sweptCases; id++ {
		owner := people[random.IntN(len(people))]
		at := storetest.Start.AddDate(0, 0, -5-random.IntN(200))
		cases = append(cases, opportunity.Opportunity{ID: id, Name: "商机", CustomerID: 1, OwnerID: owner, Stage: opportunity.StageNeeds, State: opportunity.StateOpen, AmountMinor: id * 100, Currency: money.CNY,
			ExpectedOn: today, EndedOn: calendar.NoDate, NextOn: calendar.NoDate, StageSince: at, CreatedAt: at, Revision: 1})
		add := func(activity process.Activity, occurred, recorded time.Time, person int64, text string) {
			log = append(log, process.Event{CaseID: id, Activity: activity, OccurredAt: occurred, RecordedAt: recorded, PersonID: person, ActorID: "u-" + strconv.FormatInt(person, 10),
				Source: "note:" + strconv.Itoa(len(log)), Data: json.RawMessage(text)})
		}
		add(process.ActivityOpened, at, at, owner, "")
		for range random.IntN(14) {
			occurred := at.Add(time.Duration(random.IntN(24*20)) * time.Hour)
			recorded := occurred.Add(time.Duration(random.IntN(60)) * time.Hour)
			activity, text := activities[random.IntN(len(activities))], data[random.IntN(len(data))]
			if activity == process.ActivityOwner {
				to := people[random.IntN(len(people))]
				text, owner = fmt.Sprintf(`{"from":%d,"to":%d}`, owner, to), to
			}
			add(activity, occurred, recorded, people[random.IntN(len(people))], text)
		}
	}
	slices.SortStableFunc(log, func(a, b process.Event) int { return a.RecordedAt.Compare(b.RecordedAt) })
	return cases, log
}

// result is everything that judging keeps.
type result struct {
	Kept     []standard.Kept
	Findings []standard.Finding
	Tallies  []standard.Tally
}

func resultOf(t *testing.T, db *store.DB) (r result) {
	t.Helper()
	ids := make([]int64, sweptCases)
	for i := range ids {
		ids[i] = int64(i) + 1
	}
	span := standard.TallyQuery{From: today.Month() - 20, To: today.Month() + 2, All: true}
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		if r.Kept, err = tx.Judgements(t.Context(), ids); err != nil {
			return err
		}
		for _, status := range []conform.Status{conform.Violated, conform.Pending, conform.Exempt} {
			found, err := tx.Findings(t.Context(), standard.FindingQuery{TallyQuery: span, Status: status, Limit: 100_000})
			if err != nil {
				return err
			}
			r.Findings = append(r.Findings, found...)
		}
		for _, by := range []standard.Dimension{standard.ByPerson, standard.ByMonth, standard.ByRule} {
			span.By = by
			sums, err := tx.Tallies(t.Context(), span)
			if err != nil {
				return err
			}
			r.Tallies = append(r.Tallies, sums...)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(r.Kept, func(a, b standard.Kept) int { return int(a.CaseID - b.CaseID) })
	r.Tallies = slices.DeleteFunc(r.Tallies, func(tally standard.Tally) bool { return tally.Counts == (standard.Counts{}) })
	return r
}

func (h house) put(cases []opportunity.Opportunity, log []process.Event) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		if err := tx.PutWorkRows(h.t.Context(), store.WorkRows{Opportunities: cases}); err != nil {
			return err
		}
		return tx.AppendEvents(h.t.Context(), log)
	}))
}

// anew makes the next step judge all cases anew.
func (h house) anew() {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(tx *store.Tx) error {
		p, err := tx.JudgeProgress(h.t.Context())
		if err != nil {
			return err
		}
		p.Basis = ""
		return tx.SaveJudgeProgress(h.t.Context(), p)
	}))
}

func (h house) people() (ids []int64) {
	for _, key := range []string{"L", "A", "B"} {
		ids = append(ids, h.seller(key).PersonID)
	}
	return ids
}

// oneByOne is what judging comes to that sees each event as it is recorded.
func (h house) oneByOne(cases []opportunity.Opportunity, log []process.Event) result {
	h.t.Helper()
	h.must(h.CatchUp(h.t.Context()))
	h.put(cases, nil)
	for some := range slices.Chunk(log, 7) {
		h.put(nil, some)
		h.must(h.CatchUp(h.t.Context()))
	}
	return resultOf(h.t, h.db)
}

// sweptStandard is the one that ships, judged by another after it.
func sweptStandard() string {
	return strings.Replace(string(standard.Shipped().Text), "within: 24 hours", "within: 48 hours", 1)
}

func TestASweepComesToWhatJudgingOneByOneComesTo(t *testing.T) {
	t.Parallel()
	cases, log := randomLog(rand.New(rand.NewPCG(7, 11)), []int64{1, 2, 3})
	var want result
	onBothInTurn(t, func(h house) {
		cases, log := reowned(cases, log, h.people())
		if got := h.oneByOne(cases, log); want.Kept == nil {
			want = got
		} else if diff := cmp.Diff(want, got); diff != "" {
			h.t.Errorf("the databases differ:\n%s", diff)
		}
		if len(want.Kept) != sweptCases || len(want.Findings) < sweptCases {
			h.t.Fatalf("%d cases and %d findings: the log says too little", len(want.Kept), len(want.Findings))
		}
	})
	onBothInTurn(t, func(h house) {
		cases, log := reowned(cases, log, h.people())
		h.put(cases, log)
		h.SetPortion(sweptPortion)
		h.must(h.CatchUp(h.t.Context()))
		if diff := cmp.Diff(want, resultOf(h.t, h.db)); diff != "" {
			h.t.Errorf("one by one and swept:\n%s", diff)
		}
		h.anew() // by the same: nothing differs
		h.SetPortion(sweptPortion)
		h.must(h.CatchUp(h.t.Context()))
		if diff := cmp.Diff(want, resultOf(h.t, h.db)); diff != "" {
			h.t.Errorf("swept twice:\n%s", diff)
		}
	})
}

// reowned gives the log to the people of a house, whose ids are its own.
func reowned(cases []opportunity.Opportunity, log []process.Event, people []int64) ([]opportunity.Opportunity, []process.Event) {
	cases, log = slices.Clone(cases), slices.Clone(log)
	for i := range cases {
		cases[i].OwnerID = people[cases[i].OwnerID-1]
	}
	for i := range log {
		log[i].PersonID = people[log[i].PersonID-1]
	}
	return cases, log
}

func onBothInTurn(t *testing.T, test func(h house)) {
	t.Helper()
	t.Run("", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T, db *store.DB) { test(newHouse(t, db)) })
	})
}

// meddling lets something happen before each transaction.
type meddling struct {
	standard.Store
	before func()
}

func (m meddling) InTx(ctx context.Context, fn func(standard.Tx) error) error {
	m.before()
	return m.Store.InTx(ctx, fn)
}

func TestWhatHappensDuringASweepIsNotLost(t *testing.T) {
	t.Parallel()
	onBothInTurn(t, func(h house) {
		cases, log := randomLog(rand.New(rand.NewPCG(3, 5)), h.people())
		half := len(log) / 2
		h.put(cases, log[:half])
		rest, ids := log[half:], 0
		s := standard.NewService(meddling{h.db.Standards(), func() {
			some := rest[:min(len(rest), 60)]
			rest = rest[len(some):]
			h.put(nil, some)
		}}, func() string { ids++; return fmt.Sprintf("m-%d", ids) }, func() time.Time { return *h.clock }, calendar.China)
		s.SetPortion(sweptPortion)
		h.must(s.CatchUp(h.t.Context()))
		h.put(nil, rest)
		h.must(s.CatchUp(h.t.Context()))
		got := resultOf(h.t, h.db)
		h.anew()
		h.must(h.CatchUp(h.t.Context()))
		if diff := cmp.Diff(resultOf(h.t, h.db), got); diff != "" {
			h.t.Errorf("judged anew and meanwhile:\n%s", diff)
		}
	})
}

func TestASweepGoesOnWhereItWasAndFollowsAnotherVersion(t *testing.T) {
	t.Parallel()
	onBothInTurn(t, func(h house) {
		cases, log := randomLog(rand.New(rand.NewPCG(9, 2)), h.people())
		h.put(cases, log)
		h.SetPortion(10) // more than one round
		for range 2 {    // begins; counts and sweeps the first round
			_, err := h.Step(h.t.Context())
			h.must(err)
		}
		var at standard.Progress
		h.must(h.db.Read(h.t.Context(), func(tx *store.Tx) (err error) {
			at, err = tx.JudgeProgress(h.t.Context())
			return err
		}))
		if at.Swept <= 0 || at.Swept >= sweptCases {
			h.t.Fatalf("swept %d of %d: not half way", at.Swept, sweptCases)
		}
		h.publish(sweptStandard()) // half way, all begin anew
		other := newService(h)     // another process goes on
		h.must(other.CatchUp(h.t.Context()))
		got := resultOf(h.t, h.db)
		h.anew()
		h.must(h.CatchUp(h.t.Context()))
		if diff := cmp.Diff(resultOf(h.t, h.db), got); diff != "" {
			h.t.Errorf("judged anew:\n%s", diff)
		}
		if !slices.ContainsFunc(got.Kept, func(k standard.Kept) bool { return k.VersionID != standard.ShippedID }) {
			h.t.Error("no case is judged by the new version")
		}
	})
}

func TestFlatDataIsReadAsJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}`, `{"a":"x"}`, `{"a":"x","b":12,"c":-3,"d":true}`, `{"a":"中文，。"}`, `{"a":""}`} {
		var want map[string]any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		got, ok := standard.Members(text)
		if !ok || len(got) != len(want) {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
		for name, value := range want {
			if number, isNumber := value.(float64); isNumber {
				value = strconv.FormatInt(int64(number), 10)
			}
			if got[name] != fmt.Sprint(value) {
				t.Errorf("%s: %s is %q", text, name, got[name])
			}
		}
	}
	for _, text := range []string{``, `{`, `{"a"}`, `{"a":}`, `{"a":"x",}`, `{"a":1.5}`, `{"a":null}`, `{"a":"x\n"}`, `{"a":[1]}`, `{"a":{"b":1}}`, `{"a":1,"a":2}`, `{"a": 1}`, `{"a":01}`, `["a"]`, "{\"a\":\"\xff\"}", `{"a":-}`} {
		if got, ok := standard.Members(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

// FuzzFlatData holds the reader of flat objects to encoding/json.
func FuzzFlatData(f *testing.F) {
	f.Add(`{"a":"x","b":12}`)
	f.Add(`{"a":tru}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := standard.Members(text)
		if !ok {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &want); err != nil || len(want) != len(got) {
			t.Fatalf("%q is read as %v, json: %v, %v", text, got, want, err)
		}
		for name, raw := range want {
			if trimmed := strings.Trim(string(raw), `"`); trimmed != got[name] {
				t.Errorf("%q: %s is %q, json: %s", text, name, got[name], raw)
			}
		}
	})
}
