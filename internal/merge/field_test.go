package merge

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
)

// drawSide draws a customer with some fields filled in.
func drawSide(t *rapid.T, id int64) Side {
	word := func(name string) string {
		return rapid.SampledFrom([]string{"", "甲", "乙", "丙"}).Draw(t, name)
	}
	s := Side{Customer: customer.Customer{ID: id, Key: "K", Name: word("name"), Industry: word("industry"), City: word("city"), CreditCode: word("code"), Tier: word("tier"), Region: word("region")}}
	s.Profile = profile.Profile{CustomerID: id, Need: word("need"), BudgetMinor: rapid.SampledFrom([]int64{fact.Unknown, 1, 2}).Draw(t, "budget"), DecisionMaker: word("decides"), Address: word("address"), RegionCode: word("place"),
		InvoiceTitle: word("title"), ContractEnd: rapid.SampledFrom([]calendar.Date{calendar.NoDate, 20_000, 20_001}).Draw(t, "end"), Ratings: map[string]int{}, Confirmed: map[profile.Field]calendar.Date{}}
	for _, f := range profile.Fields {
		if s.Profile.Filled(f) {
			s.Profile.Confirmed[f] = calendar.Date(rapid.IntRange(19_000, 19_010).Draw(t, "day"))
		}
	}
	for _, rating := range []string{"growth", "chain"} {
		if rapid.Bool().Draw(t, rating) {
			s.Profile.Ratings[rating] = rapid.IntRange(0, 3).Draw(t, "rating")
		}
	}
	return s
}

func drawChoices(t *rapid.T) Choices {
	c := Choices{}
	for _, f := range Fields() {
		c[f] = rapid.Bool().Draw(t, string(f))
	}
	return c
}

// TestPartingGivesBackWhatMergingChanged is the law of undoing: nothing touched since is as it was.
func TestPartingGivesBackWhatMergingChanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		survivor, merged, choices := drawSide(t, 1), drawSide(t, 2), drawChoices(t)
		record, changed := chosen(survivor, merged, choices)
		back, stayed := restored(record, changed)
		if back != survivor.Customer || len(stayed) > 0 {
			t.Fatalf("the record came back as %+v, was %+v; stayed %v", back, survivor.Customer, stayed)
		}
		file, took, ratings := joined(survivor, merged, choices)
		old, stayed := parted(file, Change{Profile: survivor.Profile, Left: merged.Profile, Took: took, Ratings: ratings})
		if !reflect.DeepEqual(old, survivor.Profile) || len(stayed) > 0 {
			t.Fatalf("the file came back as %+v, was %+v; stayed %v", old, survivor.Profile, stayed)
		}
	})
}

// TestMergingTakesWhatWasChosenAndNothingElse compares every field with the side that it should come from.
func TestMergingTakesWhatWasChosenAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		survivor, merged, choices := drawSide(t, 1), drawSide(t, 2), drawChoices(t)
		record, _ := chosen(survivor, merged, choices)
		file, _, _ := joined(survivor, merged, choices)
		for _, f := range Fields() {
			from := survivor
			if choices[f] {
				from = merged
			}
			if f == FieldOwner {
				continue
			}
			if f.IsFact() {
				if factValue(record, f) != factValue(from.Customer, f) {
					t.Fatalf("%s is %q, want %q", f, factValue(record, f), factValue(from.Customer, f))
				}
			} else if !file.Same(from.Profile, profile.Field(f)) {
				t.Fatalf("%s did not come from where it was chosen", f)
			}
		}
		if record.ID != survivor.Customer.ID || record.Key != survivor.Customer.Key || file.CustomerID != survivor.Customer.ID {
			t.Fatal("the survivor is another one")
		}
	})
}

// TestWhatSomebodyChangedSinceStays changes one field behind the merge.
func TestWhatSomebodyChangedSinceStays(t *testing.T) {
	t.Parallel()
	survivor := Side{Customer: customer.Customer{ID: 1, Key: "K1", Name: "恒越", City: ""}, Profile: profile.Empty(1)}
	merged := Side{Customer: customer.Customer{ID: 2, Key: "K2", Name: "恒越精密", City: "苏州"}, Profile: profile.Empty(2)}
	merged.Profile.Need, merged.Profile.Address = "要两条线", "园区路 1 号"
	choices := Usual(survivor, merged, true)
	if !choices[FieldCity] || choices[FieldName] || !choices[Field(profile.FieldNeed)] {
		t.Fatalf("usual choices are %v", choices)
	}
	record, changed := chosen(survivor, merged, choices)
	record.City = "昆山"
	back, stayed := restored(record, changed)
	if back.City != "昆山" || !slices.Equal(stayed, []string{"city"}) {
		t.Errorf("the city is %s, stayed %v", back.City, stayed)
	}
	file, took, ratings := joined(survivor, merged, choices)
	file.Need = "三条线"
	old, stayed := parted(file, Change{Profile: survivor.Profile, Left: merged.Profile, Took: took, Ratings: ratings})
	if old.Need != "三条线" || old.Address != "" || !slices.Equal(stayed, []string{"need"}) {
		t.Errorf("need %q, address %q, stayed %v", old.Need, old.Address, stayed)
	}
	if u := Usual(Side{}, Side{Customer: customer.Customer{Tier: "A", Region: "华东", Name: "x"}}, true); u[FieldTier] || u[FieldRegion] || !u[FieldName] {
		t.Errorf("what plans look up is taken over unasked: %v", u)
	}
	if u := Usual(Side{}, Side{Customer: customer.Customer{Name: "x"}}, false); u[FieldName] {
		t.Error("the record is taken over by somebody who may not correct it")
	}
}

// TestPairsAreFoundByWhatCustomersHaveInCommon has equal codes, names but for the form, and numbers; a switchboard, different codes and one name in
// two cities make none.
func TestPairsAreFoundByWhatCustomersHaveInCommon(t *testing.T) {
	t.Parallel()
	const one, other = "91350100M000100Y43", "91110000802100433B"
	g := newSigns()
	for _, l := range []Likeness{{1, "苏州恒越精密有限公司", "", "苏州"}, {2, "恒越精密", "", ""}, {3, "别的", one, ""}, {4, "又一个", one, ""}, {5, "恒越精密股份有限公司", other, "苏州市"}, {6, "无锡恒越精密有限公司", "", "无锡"}} {
		g.note(l)
	}
	for _, c := range [][2]int64{{2, 1}, {3, 1}, {1, 2}, {5, 2}} {
		g.add(GroundPhone, map[int64]string{1: "13812345678", 2: "051288888888"}[c[1]], c[0])
	}
	for id := int64(10); id < 20; id++ {
		g.add(GroundPhone, "02166666666", id)
	}
	got := map[[2]int64][]Ground{}
	for _, p := range g.pairs() {
		got[[2]int64{p.LowID, p.HighID}] = p.Grounds
	}
	want := map[[2]int64][]Ground{{2, 3}: {GroundPhone}, {1, 5}: {GroundPhone, GroundName}, {1, 2}: {GroundName}, {2, 5}: {GroundName}, {2, 6}: {GroundName}, {3, 4}: {GroundCode}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("pairs are %v, want %v", got, want)
	}
}
