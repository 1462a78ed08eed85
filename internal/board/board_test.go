package board_test

import (
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

func actor(role access.Role, scope access.ScopeKind, region int64) access.Actor {
	return access.Actor{UserID: "u", PersonID: 7, Grants: []access.Grant{{Role: role, Scope: scope, RegionID: region}}}
}

func TestEverybodyBeginsWithTheBoardOfTheirRole(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		actor access.Actor
		board string
		place string
	}{
		{actor(access.RoleSeller, access.ScopeOwn, 0), board.ForSeller, "person:7"},
		{actor(access.RoleLead, access.ScopeTeamAndBelow, 0), board.ForTeam, ""},
		{actor(access.RoleDirector, access.ScopeRegion, 3), board.ForRegion, "region:3"},
		{actor(access.RoleDirector, access.ScopeAll, 0), board.ForDirector, "company"},
		{actor(access.RoleOperations, access.ScopeAll, 0), board.ForDirector, "company"},
		{actor(access.RoleFinance, access.ScopeAll, 0), board.ForFinance, "company"},
		{actor(access.RoleService, access.ScopeOwn, 0), board.ForService, "person:7"},
		{actor(access.RoleHR, access.ScopeAll, 0), board.ForHR, "company"},
		{actor(access.RoleAuditor, access.ScopeAll, 0), board.ForDirector, "company"},
	} {
		role := test.actor.Grants[0].Role
		if got := board.DefaultOf(test.actor); got != test.board {
			t.Errorf("%s begins with %s, want %s", role, got, test.board)
		}
		if got := board.PlaceText(board.HomeOf(test.actor)); got != test.place {
			t.Errorf("%s begins at %q, want %q", role, got, test.place)
		}
		if !board.Reads(test.actor) {
			t.Errorf("%s has no board", role)
		}
	}
	if board.Reads(actor(access.RoleAdmin, access.ScopeAll, 0)) {
		t.Error("who looks after the installation sees boards")
	}
}

func TestShippedBoardsAreRight(t *testing.T) {
	t.Parallel()
	for _, b := range board.Shipped {
		d := board.Draft{Name: b.ID, Tiles: b.Tiles}
		if err := d.Validate(func(metric.ID) bool { return true }); err != nil {
			t.Errorf("%s: %v", b.ID, err)
		}
	}
}

func TestADraftNamesEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	d := board.Draft{Name: "", Tiles: []board.Tile{{Kind: "pie"}, {Kind: board.KindCard}, {Kind: board.KindTrend, Metrics: []metric.ID{"x", "y"}, Months: 2, Width: 2}, {Kind: board.KindCompare, Metrics: []metric.ID{"unknown"}, By: metric.ByDay}, {Kind: board.KindProducts, Metrics: []metric.ID{"x"}, By: metric.ByTeam}, {Kind: board.KindCompare, Metrics: []metric.ID{"x"}, By: metric.ByProduct}}}
	err := d.Validate(func(id metric.ID) bool { return id != "unknown" })
	known, ok := err.(*errs.Error)
	if !ok {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range known.Fields {
		paths = append(paths, f.Path)
	}
	want := []string{"name", "tiles[0].kind", "tiles[1].metrics", "tiles[2].metrics", "tiles[2].months", "tiles[2].width", "tiles[3].metrics", "tiles[3].by", "tiles[4].by", "tiles[5].by"}
	if !slices.Equal(paths, want) {
		t.Errorf("wrong are %q, want %q", paths, want)
	}
}

func TestPlacesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "company", "region:3", "team:12", "person:999"} {
		p, err := board.ParsePlace(text)
		if err != nil || board.PlaceText(p) != text {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
	for _, text := range []string{"region", "region:", "region:x", "region:-1", "planet:1", "company:1", "team:0"} {
		if p, err := board.ParsePlace(text); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%q is %v, %v", text, p, err)
		}
	}
}

func value(numerator, denominator int64) metric.Value {
	return metric.Value{Unit: metric.UnitPercent, Numerator: numerator, Denominator: denominator, Known: denominator != 0, Scale: 1}
}

// TestThePaceIsWhatWasReachedOverWhatWasToBeReachedByNow, on working days.
func TestThePaceIsWhatWasReachedOverWhatWasToBeReachedByNow(t *testing.T) {
	t.Parallel()
	p, ok := board.PaceOf(value(661_4450_00, 795_2000_00), 19, 22)
	if !ok || p.Index.Cmp(big.NewRat(661_4450*22, 795_2000*19)) != 0 {
		t.Errorf("%v", p.Index)
	}
	for name, v := range map[string]metric.Value{"nothing known": value(1, 0), "no target": {Known: true}} {
		if _, ok := board.PaceOf(v, 19, 22); ok {
			t.Errorf("%s has a pace", name)
		}
	}
	if _, ok := board.PaceOf(value(1, 2), 0, 22); ok {
		t.Error("there is a pace before the first working day")
	}
}

func series(good metric.Good, values ...metric.Value) metric.Series {
	s := metric.Series{Definition: metric.Definition{Good: good}}
	for i, v := range values {
		v.Place = metric.Place{Kind: metric.PlacePerson, ID: int64(i + 1)}
		s.Parts = append(s.Parts, metric.Part{Value: v})
	}
	return s
}

func TestRanksFollowTheGoodDirectionAndShareAPlace(t *testing.T) {
	t.Parallel()
	s := series(metric.GoodUp, value(80, 100), value(1, 0), value(120, 100), value(80, 100), value(10, 100))
	ranks, without := board.Ranks(s)
	var got []int
	for _, r := range ranks {
		got = append(got, r.Place*100+r.At)
	}
	if want := []int{102, 200, 203, 404}; !slices.Equal(got, want) || without != 1 {
		t.Errorf("%v and %d without, want %v and 1", got, without, want)
	}
	s.Definition.Good = metric.GoodDown
	if ranks, _ = board.Ranks(s); ranks[0].At != 4 {
		t.Errorf("where less is better, %d is first", ranks[0].At)
	}
}

// TestTheMiddleIsNobodysBusiness: whoever looks, the sum of those shown and those left out is everybody, one sees oneself, and the last places are hidden
// from all but superiors and those who hold them.
func TestTheMiddleIsNobodysBusiness(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "people")
		var values []metric.Value
		for range n {
			values = append(values, value(rapid.Int64Range(0, 150).Draw(t, "share"), 100))
		}
		s := series(metric.GoodUp, values...)
		ranks, _ := board.Ranks(s)
		self := rapid.Int64Range(0, int64(n)).Draw(t, "self")
		superior, all := rapid.Bool().Draw(t, "superior"), rapid.Bool().Draw(t, "all")
		seen, gaps := board.Seen(ranks, s, self, superior, all)
		own, counted := self == 0, len(seen)
		for i, r := range seen {
			counted += gaps[i]
			id := s.Parts[r.At].Value.Place.ID
			own = own || id == self
			at := slices.Index(ranks, r)
			if !superior && at >= 5 && id != self {
				t.Fatalf("somebody sees place %d of %d, which is not theirs", at, n)
			}
		}
		if !own {
			t.Fatal("somebody doesn't find themselves")
		}
		if superior && counted != n || counted > n {
			t.Fatalf("%d shown or counted of %d", counted, n)
		}
		if superior && all && len(seen) != n {
			t.Fatalf("a superior who asks for all sees %d of %d", len(seen), n)
		}
	})
}

// TestAnAgeingLosesNothing: whatever groups are put together, the bands add up to all that is overdue.
func TestAnAgeingLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []board.Overdue
		var late, all int64
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			r := board.Overdue{Band: board.Band(rapid.IntRange(0, 5).Draw(t, "band")), Group: metric.Place{Kind: metric.PlaceTeam, ID: rapid.Int64Range(0, 9).Draw(t, "group")}, Minor: rapid.Int64Range(1, 1_000_000_00).Draw(t, "minor"), Count: 1}
			rows = append(rows, r)
			if all += r.Minor; r.Band != board.NotDue {
				late += r.Minor
			}
		}
		a := board.Aged(rows)
		var sum int64
		for _, band := range board.Bands {
			var of int64
			for _, g := range a.Groups {
				of += a.Minor[band][g.ID]
			}
			if of != a.Sums[band] {
				t.Fatalf("band %d: %d by groups, %d in all", band, of, a.Sums[band])
			}
			sum += of
		}
		if sum != late || a.Late != late || a.All != all {
			t.Fatalf("%d, %d of %d; want %d of %d", sum, a.Late, a.All, late, all)
		}
		if len(a.Groups) > 5 {
			t.Fatalf("%d groups", len(a.Groups))
		}
	})
}

func TestCohortsHaveHadTheirTime(t *testing.T) {
	t.Parallel()
	from, to := board.CohortOf(calendar.NewMonth(2026, 2))
	if from.String() != "2025-11-01" || to.String() != "2026-01-31" {
		t.Errorf("%v to %v", from, to)
	}
}

func TestATileKnowsItsMonthsOfTheYearBefore(t *testing.T) {
	t.Parallel()
	tile := board.ShownTile{Tile: board.Tile{Kind: board.KindTrend, Months: 3}}
	s := metric.Series{}
	for i := range 15 {
		v := value(int64(i), 1)
		v.Period = metric.Period{First: calendar.NewMonth(2025, 1) + calendar.Month(i), ToDate: i == 14}
		s.Parts = append(s.Parts, metric.Part{Value: v})
	}
	tile.Series = []metric.Series{s}
	var got []string
	for _, m := range tile.Months() {
		before := "none"
		if m.YearAgo != nil {
			before = strconv.FormatInt(m.YearAgo.Numerator, 10)
		}
		got = append(got, strconv.FormatInt(m.Now.Numerator, 10)+"/"+before)
	}
	if want := []string{"12/0", "13/1", "14/none"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v: a month that runs has no whole one beside it", got, want)
	}
}
