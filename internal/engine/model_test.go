package engine_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/refmodel"
)

// linesOf names the amounts of a result as the reference model does.
func linesOf(r *engine.Result, in engine.Input) map[refmodel.Line]int64 {
	lines := map[refmodel.Line]int64{}
	for _, p := range r.Payouts {
		of := in.Plans[p.Plan]
		lines[refmodel.Line{Payee: in.Facts.Persons[p.Person].Key, Plan: of.ID, Component: of.Components[p.Component].ID}] = p.AmountFen
	}
	return lines
}

func TestRandomPlansPayWhatTheReferenceModelPays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := source{t}.input()
		want, refused := refmodel.Run(in)
		result, err := engine.Run(in)
		if (refused != nil) != (err != nil) {
			t.Fatalf("reference model: %v; engine: %v", refused, err)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(want, linesOf(result, in)); diff != "" {
			t.Fatal(diff)
		}
		for i, p := range result.Payouts {
			if p.Component == 0 {
				checkStatement(t, in, result, result.Payouts[i:i+len(in.Plans[p.Plan].Components)])
			}
		}
	})
}

// checkStatement holds a statement to its payouts and to itself.
func checkStatement(t rapid.TB, in engine.Input, r *engine.Result, lines []engine.Payout) {
	s, err := r.Statement(lines[0].Person, lines[0].Plan)
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	for i, c := range s.Components {
		total += c.AmountFen
		if c.AmountFen != lines[i].AmountFen {
			t.Fatalf("%s: statement %d, payout %d", c.ID, c.AmountFen, lines[i].AmountFen)
		}
		if (c.AmountFen == 0) != (c.Reason.Key != "") {
			t.Fatalf("%s: %d with reason %q", c.ID, c.AmountFen, c.Reason.Key)
		}
		checkComponent(t, c)
	}
	if s.TotalFen != total {
		t.Fatalf("total %d, components %d", s.TotalFen, total)
	}
	checkCredits(t, s)
	checkJSON(t, s)
}

func rational(t rapid.TB, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// checkComponent: bands add up to the base and to what was earned, rates to the base.
func checkComponent(t rapid.TB, c engine.ComponentTrace) {
	if c.Base == nil {
		return
	}
	base := new(big.Rat).SetInt64(c.Base.SumFen)
	rates := new(big.Rat)
	for _, r := range c.Rates {
		rates.Add(rates, new(big.Rat).SetInt64(r.BaseFen))
	}
	if rates.Cmp(base) != 0 {
		t.Fatalf("%s: rates cover %s of %s", c.ID, rates, base)
	}
	if len(c.Bands) == 0 {
		return
	}
	covered, earned := new(big.Rat), new(big.Rat)
	for _, b := range c.Bands {
		covered.Add(covered, rational(t, b.BaseExact))
		earned.Add(earned, rational(t, b.EarnExact))
	}
	if covered.Cmp(base) != 0 || earned.Cmp(rational(t, c.Exact)) != 0 {
		t.Fatalf("%s: bands cover %s of %s and earn %s of %s", c.ID, covered, base, earned, c.Exact)
	}
}

// checkCredits: what credits earn adds up to the component, their slices to their part, and the parts that a component counted to its
// base.
func checkCredits(t rapid.TB, s *engine.Statement) {
	earned, parts := map[int]*big.Rat{}, map[int]*big.Rat{}
	for i, line := range s.Credits {
		if i > 0 && line.On < s.Credits[i-1].On {
			t.Fatal("credits are not in order")
		}
		for _, e := range line.In {
			if earned[e.Component] == nil {
				earned[e.Component], parts[e.Component] = new(big.Rat), new(big.Rat)
			}
			earned[e.Component].Add(earned[e.Component], rational(t, e.Exact))
			parts[e.Component].Add(parts[e.Component], new(big.Rat).SetInt64(line.PartFen))
			moved := new(big.Rat)
			for _, b := range e.Bands {
				moved.Add(moved, rational(t, b.Exact))
			}
			if len(e.Bands) > 0 && moved.Cmp(new(big.Rat).SetInt64(line.PartFen)) != 0 {
				t.Fatalf("slices move %s of %d", moved, line.PartFen)
			}
		}
	}
	for i, c := range s.Components {
		if earned[i] == nil {
			continue
		}
		if earned[i].Cmp(rational(t, c.Exact)) != 0 || parts[i].Cmp(new(big.Rat).SetInt64(c.Base.SumFen)) != 0 {
			t.Fatalf("%s: credits of %s earn %s; base %d, exact %s", c.ID, parts[i], earned[i], c.Base.SumFen, c.Exact)
		}
	}

}

// checkJSON: the bytes are those of encoding/json, and it reads the same statement back.
func checkJSON(t rapid.TB, s *engine.Statement) {
	text := s.AppendJSON(nil)
	var buffer bytes.Buffer
	if err := json.NewEncoder(&buffer).Encode(s); err != nil {
		t.Fatal(err)
	}
	if got := string(text) + "\n"; got != buffer.String() {
		t.Fatal(cmp.Diff(buffer.String(), got))
	}
	back := new(engine.Statement)
	if err := json.Unmarshal(text, back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back, cmpopts.EquateComparable(calendar.Date(0))); diff != "" {
		t.Fatal(diff)
	}
}
