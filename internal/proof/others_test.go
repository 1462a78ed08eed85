package proof_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/proof"
)

// TestABundleSaysOfWhomItTells: whoever else has quotas or given values in the facts, or sold a deal that is whole in them and that the payee is
// not credited for, is among Others. Bundles with and without others must be reached, and so must deals of which nothing is told but when
// their customers first paid.
func TestABundleSaysOfWhomItTells(t *testing.T) {
	t.Parallel()
	inputs := rapid.Custom(enginetest.Input)
	seen, bare := map[bool]int{}, 0
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
			subset, err := proof.Subset(in, p.Person, p.Plan)
			if err != nil {
				t.Fatal(err)
			}
			told := map[string]bool{s.Payee: true}
			for _, other := range b.Others() {
				told[in.Facts.Persons[other].Key] = true
			}
			seen[len(told) > 1]++
			bare += mustTellOf(t, subset, s, told)
		}
	}
	if seen[true] == 0 || seen[false] == 0 || bare == 0 {
		t.Errorf("bundles with others: %v, deals without anything: %d", seen, bare)
	}
}

// mustTellOf returns how many deals say nothing but that they are.
func mustTellOf(t *testing.T, in engine.Input, s *engine.Statement, told map[string]bool) (bare int) {
	t.Helper()
	f := in.Facts
	for _, q := range f.Quotas {
		if key := f.Persons[q.Person].Key; !told[key] {
			t.Errorf("%s: the quota of %s is in the facts", s.Payee, key)
		}
	}
	for _, g := range f.Given {
		if key := f.Persons[g.Person].Key; !told[key] {
			t.Errorf("%s: a value of %s is in the facts", s.Payee, key)
		}
	}
	for _, d := range f.Deals {
		sellers := f.Shares[d.ShareFrom:d.ShareTo]
		its := func(c engine.CreditLine) bool { return c.Deal == d.Key }
		switch {
		case len(sellers) == 0 && d.AmountFen == 0:
			bare++
		case len(told) > 1, in.Crediting.ReachesBeyondSellers(), slices.ContainsFunc(s.Credits, its):
		case !slices.ContainsFunc(sellers, func(share engine.Share) bool { return told[f.Persons[share.Person].Key] }):
			t.Errorf("%s: deal %s is in the facts", s.Payee, d.Key)
		}
	}
	return bare
}
