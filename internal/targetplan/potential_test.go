package targetplan_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
)

// TestPlansWithoutPotentialsBelowRegionsKeepTheirNumbers: what was split before teams and persons had markets comes to the same fen for the same reasons.
func TestPlansWithoutPotentialsBelowRegionsKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	in, r := made(45), rules()
	r.YearMinor, r.OverTeam = 98_765_432_10, 3
	in.Places[0].Potential = 7_000_000_00
	in.People[7].Hired = firstMonth.First()
	_, rows, _ := solve(t, in, r)
	type number struct {
		Unit     string
		Minor    int64
		Months   quota.Year
		Portions []quota.Portion
		Factor   int64
		Free     int64
		Hold     quota.Hold
		Over     int64
	}
	numbers := make([]number, len(rows))
	for i := range rows {
		d := &rows[i].Detail
		numbers[i] = number{rows[i].Unit, rows[i].Minor, rows[i].Months, d.Portions, d.Factor, d.FreeMinor, d.Hold, d.OverMinor}
	}
	text, err := json.Marshal(numbers)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if got, want := hex.EncodeToString(sum[:]), "3db6f5b10f257ec311290e64504ad3f4a272474353476650adcdce9f6ea0a31c"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestPotentialsAtEveryLevelSplitExactly: whatever is known of markets, parts sum up, terms come to the number, and a greater own market gives no smaller number.
func TestPotentialsAtEveryLevelSplitExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in, r := made(rapid.IntRange(2, 12).Draw(t, "size")), rules()
		r.YearMinor, r.Core, r.Ability = rapid.Int64Range(1, 1<<42).Draw(t, "year"), 0, rapid.Bool().Draw(t, "ability")
		amount := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1_000_000_00, 1<<49))
		for i := range in.Places {
			if minor := amount.Draw(t, "place"); minor > 0 {
				in.Places[i].Potential = minor
			}
		}
		for i := range in.People {
			in.People[i].Potential = amount.Draw(t, "person")
		}
		by, rows, _ := solve(t, in, r)
		below := map[string]int64{}
		for _, row := range rows {
			below[row.Parent] += row.Minor
			if row.PersonID == 0 {
				continue
			}
			sum := int64(0)
			for _, term := range targetplan.Terms(&r, &row, nil) {
				sum += term.Minor
			}
			if sum != row.Minor {
				t.Fatalf("%s: the terms come to %d of %d", row.Unit, sum, row.Minor)
			}
		}
		for unit, sum := range below {
			if unit != "" && sum != by[unit].Minor {
				t.Fatalf("%s has %d and hands on %d", unit, by[unit].Minor, sum)
			}
		}
		if in.People[0].Potential == 0 {
			return
		}
		in.People[0].Potential += rapid.Int64Range(1, 1<<40).Draw(t, "more")
		if more, _, _ := solve(t, in, r); more["p1"].Minor+by["p1"].Minor/1_000_000+1 < by["p1"].Minor { // what is taken by history is rounded
			t.Fatalf("a greater market gives %d in the stead of %d", more["p1"].Minor, by["p1"].Minor)
		}
	})
}

// TestMarketsOfTeamsAndPersonsMoveTheirNumbers: with nothing else counting, siblings share as their markets do.
func TestMarketsOfTeamsAndPersonsMoveTheirNumbers(t *testing.T) {
	t.Parallel()
	in, r := made(10), rules()
	r.YearMinor, r.History, r.Potential, r.Pipeline, r.Even, r.Ability, r.Core = 8_000_000_00, 0, 100, 0, 0, false, 0
	in.Places[1].Potential, in.Places[2].Potential = 3_000_000_00, 1_000_000_00
	for i := range in.People {
		in.People[i].Potential = 100_000_00
	}
	in.People[0].Potential, in.People[0].Source = 400_000_00, "客户普查"
	by, _, summary := solve(t, in, r)
	if by["t1"].Minor != 6_000_000_00 || by["t2"].Minor != 2_000_000_00 || by["p1"].Minor != 3_000_000_00 || by["p2"].Minor != 750_000_00 {
		t.Errorf("%d %d %d %d", by["t1"].Minor, by["t2"].Minor, by["p1"].Minor, by["p2"].Minor)
	}
	if d := by["p1"].Detail; d.Potential != 400_000_00 || d.Source != "客户普查" {
		t.Errorf("%+v", d)
	}
	want := []targetplan.Apart{{Unit: "t1", Name: "t1", Minor: 3_000_000_00, BelowMinor: 800_000_00, Known: 5, Units: 5}, {Unit: "t2", Name: "t2", Minor: 1_000_000_00, BelowMinor: 500_000_00, Known: 5, Units: 5}}
	if len(summary.Apart) != 2 || summary.Apart[0] != want[0] || summary.Apart[1] != want[1] {
		t.Errorf("%+v", summary.Apart)
	}
	in.People[1].Potential = 0 // taken by history, of what is known
	if by, _, summary = solve(t, in, r); by["p2"].Minor == 0 || len(summary.Apart) != 1 {
		t.Errorf("%d %+v", by["p2"].Minor, summary.Apart)
	}
}

func TestPotentialsApartAreSaidOfWholeLevelsAndOfTooMuch(t *testing.T) {
	t.Parallel()
	region := targetplan.Potential{Unit: "r1", Parent: targetplan.UnitCompany, Name: "华东", Minor: 100}
	team := func(unit string, minor int64) targetplan.Potential {
		return targetplan.Potential{Unit: unit, Parent: "r1", Minor: minor}
	}
	for name, c := range map[string]struct {
		region int64
		teams  []int64
		apart  bool
	}{
		"they fit":                       {100, []int64{60, 40}, false},
		"less":                           {100, []int64{60, 30}, true},
		"more":                           {100, []int64{60, 50}, true},
		"less, but one is not known":     {100, []int64{60, 0}, false},
		"more, though one is not known":  {100, []int64{101, 0}, true},
		"the region's own is not known":  {0, []int64{60, 40}, false},
		"nothing is known below":         {100, []int64{0, 0}, false},
		"the region has no teams at all": {100, nil, false},
	} {
		region.Minor = c.region
		list := []targetplan.Potential{region}
		for i, minor := range c.teams {
			list = append(list, team([]string{"t1", "t2"}[i], minor))
		}
		if got := targetplan.PotentialsApart(list); (len(got) == 1) != c.apart {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPotentialsOfTeamsAndPersonsComeFromASheet(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		load := func(text string) (int, error) {
			return h.ImportPotentials(ctx, h.actors["O"], h.year, false, strings.NewReader(text))
		}
		count, err := load("大区,团队,姓名,工号,市场潜力,来源\n华东,,,,5000000,报告\n华东,一部,,,3000000,报告\n,,销售A,,2000000,普查\n,,,B,1000000,普查\n,二部,销售C,,500000,\n")
		h.must(err)
		list, err := h.Potentials(ctx, h.actors["O"], h.year)
		h.must(err)
		got, names := map[string]int64{}, []string{}
		for _, p := range list {
			got[p.Name] = p.Minor
			names = append(names, p.Name)
		}
		if count != 5 || got["华东"] != 5_000_000_00 || got["一部"] != 3_000_000_00 || got["销售A"] != 2_000_000_00 || got["销售B"] != 1_000_000_00 || got["销售C"] != 500_000_00 || got["西南"] != 0 {
			t.Errorf("%d %v", count, got)
		}
		if strings.Join(names, " ") != "华东 一部 销售A 销售N 西南 二部 销售B 销售C" {
			t.Errorf("%v", names)
		}
		for name, one := range map[string]struct{ text, path, key string }{
			"a team of another region":   {"大区,团队,金额\n西南,一部,1\n", "team", "targetplan.no_such_team"},
			"a person of another team":   {"region,team,person,amount\n,一部,销售B,1\n", "person", "targetplan.no_such_person"},
			"a person of another area":   {"region,person,amount\n西南,销售A,1\n", "person", "targetplan.no_such_person"},
			"nobody":                     {"region,team,person,amount\n,,,1\n", "region", "targetplan.no_unit"},
			"the same by name and key":   {"person,amount\n销售A,1\nA,2\n", "person", "targetplan.unit_twice"},
			"a team where regions stand": {"region,amount\n一部,1\n", "region", "targetplan.no_such_region"},
		} {
			_, err := load(one.text)
			known, ok := errors.AsType[*errs.Error](err)
			if !ok || len(known.Fields) != 1 || known.Fields[0].Path != one.path || known.Fields[0].Message.Key != one.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		with := h.get("O", h.draft(nil), "")
		rows := map[string]targetplan.Row{}
		for _, region := range with.Rows {
			rows[region.Name] = region.Row
		}
		if rows["华东"].Detail.Potential != 5_000_000_00 || rows["华东"].Detail.Source != "报告" || rows["西南"].Detail.Potential != quota.Unknown {
			t.Errorf("%+v", rows)
		}
		if len(with.Summary.Apart) != 1 || with.Summary.Apart[0].Name != "华东" {
			t.Errorf("%+v", with.Summary.Apart)
		}
		v, err := h.Person(ctx, h.actors["O"], with.ID, h.ids["A"])
		h.must(err)
		if d := v.Row.Detail; d.Potential != 2_000_000_00 || d.Source != "普查" {
			t.Errorf("%+v", d)
		}
		usual := targetplan.WhatIf{History: 50, Potential: 30, Pipeline: 10, Even: 10, OwnKnown: true}
		usual.OwnMinor = 1_000_000_00
		less, err := h.Try(ctx, h.actors["O"], with.ID, h.ids["B"], usual)
		h.must(err)
		usual.OwnMinor = 4_000_000_00
		more, err := h.Try(ctx, h.actors["O"], with.ID, h.ids["B"], usual)
		h.must(err)
		if less.AfterMinor != less.BeforeMinor || more.AfterMinor <= less.AfterMinor {
			t.Errorf("%+v %+v", less, more)
		}
		usual.OwnMinor = -1
		_, err = h.Try(ctx, h.actors["O"], with.ID, h.ids["B"], usual)
		h.refuses(err, errs.KindInvalid, "")
		h.refuses(h.SetPotentials(ctx, h.actors["O"], h.year, []targetplan.Potential{{Unit: "p999999", Minor: 1}}), errs.KindNotFound, "")
	})
}
