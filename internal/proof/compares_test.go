package proof_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/proof"
)

// TestABundleThatHoldsWhatUnnamedPeopleSoldSaysSo: whoever else has quotas or given values in the facts is named by the statement, or the
// bundle compares. Both sorts must be reached.
func TestABundleThatHoldsWhatUnnamedPeopleSoldSaysSo(t *testing.T) {
	t.Parallel()
	inputs := rapid.Custom(enginetest.Input)
	seen := map[bool]int{}
	for seed := range 150 {
		in := inputs.Example(seed)
		result, err := engine.Run(in)
		if err != nil {
			continue
		}
		for _, p := range result.Payouts {
			if p.Component != 0 {
				continue
			}
			s, err := result.Statement(p.Person, p.Plan)
			if err != nil {
				t.Fatal(err)
			}
			b, err := proof.Make(proof.Parts{Input: in, Person: p.Person, Plan: p.Plan, Statement: s.AppendJSON(nil), PublicKey: make([]byte, 32), Sign: func([]byte) []byte { return nil }})
			if err != nil {
				t.Fatal(err)
			}
			seen[b.Compares()]++
			if !b.Compares() {
				mustNameAll(t, in, p, s)
			}
		}
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("compares: %v", seen)
	}
}

func mustNameAll(t *testing.T, in engine.Input, p engine.Payout, s *engine.Statement) {
	t.Helper()
	subset, err := proof.Subset(in, p.Person, p.Plan)
	if err != nil {
		t.Fatal(err)
	}
	named := func(key string) bool {
		return key == s.Payee || slices.ContainsFunc(s.Members, func(m engine.MemberLine) bool { return m.Person == key })
	}
	for _, q := range subset.Facts.Quotas {
		if key := subset.Facts.Persons[q.Person].Key; !named(key) {
			t.Errorf("%s: the quota of %s is in the facts", s.Payee, key)
		}
	}
	for _, g := range subset.Facts.Given {
		if key := subset.Facts.Persons[g.Person].Key; !named(key) {
			t.Errorf("%s: a value of %s is in the facts", s.Payee, key)
		}
	}
}
