package approval

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
)

// world is a small company as the model sees it: eight users, a chain of managers, some roles.
type world struct {
	t       *rapid.T
	request Request
	people  People
	now     time.Time
	signed  map[int][]string // by turn, counted anew each round; the model's own book of signatures
	rounds  int
}

var everybody = []string{"u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"}

func drawUsers(t *rapid.T, label string, atLeast, atMost int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), atLeast, atMost, rapid.ID).Draw(t, label)
}

func drawApprover(t *rapid.T) Approver {
	switch rapid.SampledFrom(ApproverKinds).Draw(t, "approver") {
	case ByManager:
		return Approver{Kind: ByManager, Levels: rapid.Int64Range(1, levelsMax).Draw(t, "levels")}
	case ByDirector:
		return Approver{Kind: ByDirector}
	case ByRole:
		return Approver{Kind: ByRole, Role: rapid.SampledFrom(ApproverRoles).Draw(t, "role")}
	}
	return Approver{Kind: ByUser, UserID: rapid.SampledFrom(everybody).Draw(t, "user")}
}

func drawSteps(t *rapid.T) (steps []Step) {
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		step := Step{Again: rapid.Bool().Draw(t, "again"), Mode: rapid.SampledFrom([]Mode{ModeAny, ModeAll}).Draw(t, "mode"), LimitDays: rapid.Int64Range(0, 2).Draw(t, "limit")}
		for range rapid.IntRange(1, 3).Draw(t, "approvers") {
			step.Who = append(step.Who, drawApprover(t))
		}
		steps = append(steps, step)
	}
	return steps
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t, now: time.Date(2026, 9, 24, 2, 0, 0, 0, time.UTC), people: People{Roles: map[access.Role][]string{}, Able: map[string]bool{}}}
	for _, id := range everybody {
		w.people.Able[id] = true
	}
	for range rapid.IntRange(0, 3).Draw(t, "levels of the chain") {
		w.people.Chain = append(w.people.Chain, drawUsers(t, "managers", 1, 2))
	}
	for _, role := range ApproverRoles {
		w.people.Roles[role] = drawUsers(t, string(role), 0, 3)
	}
	w.request = Request{ID: "r", SubmitterID: "u1", Excluded: drawUsers(t, "excluded", 0, 2)}
	w.begin()
	return w
}

func (w *world) clock() clock {
	return clock{now: w.now, due: func(days int64) time.Time { return w.now.AddDate(0, 0, int(days)) }}
}

func (w *world) begin() {
	w.rounds++
	w.signed = map[int][]string{}
	w.request.begin(drawSteps(w.t), w.people, w.clock())
}

func (w *world) voice() voice {
	return voice{rapid.SampledFrom(everybody).Draw(w.t, "who"), drawUsers(w.t, "stands for", 0, 2)}
}

// insert makes room in the book for a turn: what was signed on those behind, also on one that waits for a signer before it, moves on.
func (w *world) insert(at int) {
	for turn := len(w.request.Turns); turn > at; turn-- {
		w.signed[turn] = w.signed[turn-1]
	}
	w.signed[at] = nil
}

// signersFor are who may not sign a turn any more, by the book.
func (w *world) signersFor(at int) (ids []string) {
	for turn, signers := range w.signed {
		if turn == at || !w.request.Turns[at].Step.Again {
			ids = append(ids, signers...)
		}
	}
	return ids
}

func (w *world) to() string { return rapid.SampledFrom(everybody).Draw(w.t, "to") }

// mayMove reports whether the error tells that nothing was done, and wants the request unchanged then.
func (w *world) refused(before Request, err error) bool {
	if err == nil {
		if before.State.Ended() {
			w.t.Fatalf("something was done about a request that is %s", before.State)
		}
		return false
	}
	if fmt.Sprint(before) != fmt.Sprint(w.request) {
		w.t.Fatalf("refused by %v, and yet changed from %v to %v", err, before, w.request)
	}
	return true
}

func (w *world) actions() map[string]func(*rapid.T) {
	r := &w.request
	return map[string]func(*rapid.T){
		"approve": func(t *rapid.T) {
			before, v, at := r.clone(), w.voice(), r.At
			if stood, err := r.approve(v, w.people, w.clock()); !w.refused(before, err) {
				if w.request.barred(v.userID) || slices.Contains(w.signersFor(at), v.userID) || stood != "" && !slices.Contains(v.stands, stood) {
					t.Fatalf("%s signed turn %d for %q", v.userID, at, stood)
				}
				w.signed[at] = append(w.signed[at], v.userID)
			}
		},
		"refuse": func(t *rapid.T) {
			before, to := r.clone(), rapid.SampledFrom([]State{StateRejected, StateReturned}).Draw(t, "state")
			if _, err := r.refuse(w.voice(), to, w.clock()); !w.refused(before, err) && r.State != to {
				t.Fatalf("refused, and %s", r.State)
			}
		},
		"transfer": func(*rapid.T) {
			before := r.clone()
			_, err := r.transfer(w.voice(), w.to(), w.people)
			w.refused(before, err)
		},
		"add before": func(*rapid.T) {
			before, at := r.clone(), r.At
			if _, err := r.addSigner(w.voice(), w.to(), true, w.people, w.clock()); !w.refused(before, err) {
				w.insert(at)
			}
		},
		"add after": func(*rapid.T) {
			before, at := r.clone(), r.At
			if _, err := r.addSigner(w.voice(), w.to(), false, w.people, w.clock()); !w.refused(before, err) {
				w.insert(at + 1)
			}
		},
		"withdraw": func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "seldom") == 0 {
				before := r.clone()
				w.refused(before, r.withdraw(w.clock()))
			}
		},
		"assign": func(*rapid.T) {
			before := r.clone()
			w.refused(before, r.assign(w.to(), w.people))
		},
		"time runs out": func(*rapid.T) {
			w.now = w.now.AddDate(0, 0, 1)
			if r.State == StatePending {
				r.escalate(w.people, w.clock())
			}
		},
		"somebody leaves": func(t *rapid.T) {
			if gone := w.to(); rapid.IntRange(0, 3).Draw(t, "seldom") == 0 {
				w.people.Able[gone] = false
			}
			if r.State == StatePending {
				r.dropGone(w.people)
				r.refill(w.people)
			}
		},
		"submit again": func(*rapid.T) {
			if r.State == StateReturned {
				w.begin()
			}
		},
		"": func(*rapid.T) { w.check() },
	}
}

// check holds the request to what is promised.
func (w *world) check() {
	r, t := &w.request, w.t
	if int(r.Round) != w.rounds {
		t.Fatalf("round %d after %d submissions", r.Round, w.rounds)
	}
	all := true
	for i, turn := range r.Turns {
		signers := turn.signers()
		slices.Sort(signers)
		booked := slices.Clone(w.signed[i])
		slices.Sort(booked)
		if !slices.Equal(signers, booked) || len(slices.Compact(slices.Clone(signers))) != len(signers) {
			t.Fatalf("turn %d has the signatures %v, the book %v", i, signers, booked)
		}
		for _, id := range signers {
			if r.barred(id) {
				t.Fatalf("%s signed their own", id)
			}
		}
		if turn.Step.Mode == ModeAll && len(turn.Seats) > 0 && len(turn.Seats) != len(turn.Step.Who) {
			t.Fatalf("a step of %d approvers has %d seats", len(turn.Step.Who), len(turn.Seats))
		}
		all = all && turn.done()
		if i < r.At && !turn.done() {
			t.Fatalf("turn %d was passed without its signatures", i)
		}
	}
	if (r.State == StateApproved) != (all && r.State != StateRejected && r.State != StateReturned && r.State != StateWithdrawn) {
		t.Fatalf("%s, and all signed: %v", r.State, all)
	}
	if r.State.Ended() == r.DecidedAt.IsZero() {
		t.Fatalf("%s, decided at %v", r.State, r.DecidedAt)
	}
	if r.State != StatePending {
		if len(r.Open()) > 0 || r.Stuck {
			t.Fatalf("%s, and %v are asked", r.State, r.Open())
		}
		return
	}
	for _, seat := range r.Turns[r.At].Seats {
		able := slices.ContainsFunc(seat.Candidates, func(id string) bool {
			return w.people.Able[id] && !r.barred(id) && !slices.Contains(w.signersFor(r.At), id)
		})
		if !seat.Signed() && !able && !r.Stuck {
			t.Fatalf("a seat for which nobody can sign, and nobody is told: %v", seat)
		}
	}
}

// TestARequestKeepsWhatIsPromised walks requests at random beside a book of signatures that is kept from the outside.
func TestARequestKeepsWhatIsPromised(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		t.Repeat(w.actions())
	})
}

// TestEveryRequestCanBeDecided: wherever it stands, those who are asked can bring it to its end, or administrators can.
func TestEveryRequestCanBeDecided(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range 100 {
			if w.request.State != StatePending {
				break
			}
			open := w.request.Open()
			if w.request.Stuck {
				at := slices.IndexFunc(everybody, func(id string) bool { return w.request.mayTake(id, w.people) == nil })
				if at < 0 {
					return // a company in which nobody is left to be named
				}
				if err := w.request.assign(everybody[at], w.people); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if _, err := w.request.approve(voice{userID: rapid.SampledFrom(open).Draw(t, "who")}, w.people, w.clock()); err != nil {
				t.Fatalf("who is asked cannot sign: %v", err)
			}
		}
		if w.request.State != StateApproved {
			t.Fatalf("still %s: %+v", w.request.State, w.request.Turns)
		}
	})
}

func TestConditionsCompare(t *testing.T) {
	t.Parallel()
	data := Data{Numbers: map[string]int64{"amount": 100}, Words: map[string]string{"tier": "A"}}
	for _, test := range []struct {
		condition Condition
		want      bool
	}{
		{Condition{Field: "amount", Operator: OpAtLeast, Number: 100}, true}, {Condition{Field: "amount", Operator: OpAbove, Number: 100}, false},
		{Condition{Field: "amount", Operator: OpAtMost, Number: 100}, true}, {Condition{Field: "amount", Operator: OpBelow, Number: 100}, false},
		{Condition{Field: "amount", Operator: OpBelow, Number: 101}, true}, {Condition{Field: "missing", Operator: OpAtLeast, Number: 1}, false},
		{Condition{Field: "tier", Operator: OpIs, Word: "A"}, true}, {Condition{Field: "tier", Operator: OpIsNot, Word: "A"}, false},
		{Condition{Field: "tier", Operator: "unknown", Word: "A"}, false},
	} {
		if got := test.condition.holds(data); got != test.want {
			t.Errorf("%+v: %v", test.condition, got)
		}
	}
}

func TestAFlowThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	kind := generalKind()
	sound := Step{Mode: ModeAny, Who: []Approver{{Kind: ByManager, Levels: 1}}}
	large := []Condition{{Field: "amount", Operator: OpAtLeast, Number: 1}}
	for name, flow := range map[string]Flow{
		"no route":                  {},
		"last route with condition": {Routes: []Route{{When: large, Steps: []Step{sound}}}},
		"route behind an open one":  {Routes: []Route{{Steps: []Step{sound}}, {Steps: []Step{sound}}}},
		"unknown field":             {Routes: []Route{{Steps: []Step{{Mode: ModeAny, Who: sound.Who, When: []Condition{{Field: "tier", Operator: OpIs}}}}}}},
		"word operator on a number": {Routes: []Route{{Steps: []Step{{Mode: ModeAny, Who: sound.Who, When: []Condition{{Field: "amount", Operator: OpIs}}}}}}},
		"nobody":                    {Routes: []Route{{Steps: []Step{{Mode: ModeAny}}}}},
		"no mode":                   {Routes: []Route{{Steps: []Step{{Who: sound.Who}}}}},
		"role that sees its own":    {Routes: []Route{{Steps: []Step{{Mode: ModeAny, Who: []Approver{{Kind: ByRole, Role: access.RoleSeller}}}}}}},
		"no level":                  {Routes: []Route{{Steps: []Step{{Mode: ModeAny, Who: []Approver{{Kind: ByManager}}}}}}},
		"limit too long":            {Routes: []Route{{Steps: []Step{{Mode: ModeAny, Who: sound.Who, LimitDays: limitDaysMax + 1}}}}},
	} {
		if flow.check(kind) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := (Flow{Routes: []Route{{When: large, Steps: []Step{sound}}, {}}}).check(kind); err != nil {
		t.Errorf("a sound flow: %v", err)
	}
}
