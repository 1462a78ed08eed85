package consent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func opened(t *testing.T, db *store.DB) (*monthtest.House, *consent.Service) {
	t.Helper()
	h := monthtest.Open(t, db, monthtest.Small())
	return h, consent.NewService(db.Consents(), func() time.Time { return monthtest.Day("2026-09-24").Time() })
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// who lists the keys of rows with how many plans pay each and how many of these are accepted.
func who(rows []consent.Row) string {
	var texts []string
	for _, r := range rows {
		accepted := 0
		for _, h := range r.Held {
			if !h.AcceptedAt.IsZero() {
				accepted++
			}
		}
		texts = append(texts, fmt.Sprintf("%s %d/%d", r.Key, accepted, len(r.Held)))
	}
	return strings.Join(texts, ", ")
}

func TestTheBoardNamesWhoHasNoPlanAndWhoHasNotAccepted(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, s := opened(t, db)
		a := monthtest.Seller(h.Person(t, "A"))
		own, err := s.Mine(t.Context(), a)
		if err != nil || len(own) != 1 || own[0].Version.DocumentID != "regular" || own[0].Accepted != nil || own[0].Coming {
			t.Fatalf("%+v, %v", own, err)
		}
		first, err := s.Accept(t.Context(), a, own[0].Version.ID, own[0].Version.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Accept(t.Context(), a, own[0].Version.ID, own[0].Version.Hash); err != nil || !again.AcceptedAt.Equal(first.AcceptedAt) {
			t.Errorf("accepted twice: %+v, %v", again, err)
		}
		for _, c := range []struct {
			by   access.Actor
			show consent.Show
			want string
		}{
			{monthtest.Maker, consent.ShowAll, "A 1/1, B 0/1, C 0/1, D 0/1, E 0/1, F 0/1, G 0/0, M1 0/1, M2 0/1"},
			{monthtest.Maker, consent.ShowUncovered, "G 0/0"},
			{monthtest.Maker, consent.ShowUnaccepted, "B 0/1, C 0/1, D 0/1, E 0/1, F 0/1, M1 0/1, M2 0/1"},
			{monthtest.Lead(h.Person(t, "M1")), consent.ShowAll, "A 1/1, B 0/1, C 0/1, M1 0/1"},
		} {
			b, err := s.Board(t.Context(), c.by, consent.BoardFilter{Month: monthtest.SmallMonth, Show: c.show})
			if err != nil || who(b.Rows) != c.want || b.Count != len(b.Rows) {
				t.Errorf("%s %q: %s, %v; want %s", c.by.UserID, c.show, who(b.Rows), err, c.want)
			}
		}
		b, err := s.Board(t.Context(), monthtest.Maker, consent.BoardFilter{Month: monthtest.SmallMonth, Limit: 4, After: "B"})
		if err != nil || who(b.Rows) != "C 0/1, D 0/1, E 0/1, F 0/1" || b.Next != "F" || b.Total != (consent.Layer{People: 9, Covered: 8, Accepted: 1}) {
			t.Errorf("a page: %s, next %q, total %+v, %v", who(b.Rows), b.Next, b.Total, err)
		}
		want := []consent.Layer{{Level: "newcomer", People: 1, Covered: 1}, {Level: "regular", People: 3, Covered: 3, Accepted: 1}, {Level: "core", People: 2, Covered: 2},
			{Level: "manager", People: 2, Covered: 2}, {Level: "trainee", People: 1}}
		if !slices.Equal(b.Layers, want) {
			t.Errorf("layers %+v", b.Layers)
		}
		early, err := s.Board(t.Context(), monthtest.Maker, consent.BoardFilter{Month: calendar.Month(2015 * 12)})
		if err != nil || early.Total != (consent.Layer{}) {
			t.Errorf("before anybody was hired: %+v, %v", early, err)
		}
	})
}

func TestNobodyAcceptsWhatDoesNotPayThemOrWhatTheyHaveNotSeen(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, s := opened(t, db)
		core, err := s.Mine(t.Context(), monthtest.Seller(h.Person(t, "B")))
		if err != nil || len(core) != 1 {
			t.Fatal(core, err)
		}
		v := core[0].Version
		_, err = s.Accept(t.Context(), monthtest.Seller(h.Person(t, "A")), v.ID, v.Hash)
		wantKind(t, "another's plan", err, errs.KindNotFound)
		_, err = s.Accept(t.Context(), monthtest.Seller(h.Person(t, "B")), v.ID, "another text")
		wantKind(t, "another text", err, errs.KindConflict)
		reader := monthtest.Seller(h.Person(t, "B"))
		reader.ReadOnly = true
		_, err = s.Accept(t.Context(), reader, v.ID, v.Hash)
		wantKind(t, "a key that may only read", err, errs.KindForbidden)
		_, err = s.Accept(t.Context(), monthtest.Maker, v.ID, v.Hash)
		wantKind(t, "who is no person", err, errs.KindNotFound)
		_, err = s.Mine(t.Context(), access.Actor{})
		wantKind(t, "nobody", err, errs.KindNotFound)
		_, err = s.Board(t.Context(), monthtest.Seller(h.Person(t, "B")), consent.BoardFilter{Month: monthtest.SmallMonth})
		wantKind(t, "a seller asks for the board", err, errs.KindForbidden)
		_, err = s.Board(t.Context(), monthtest.Maker, consent.BoardFilter{Month: monthtest.SmallMonth, Show: "x"})
		wantKind(t, "a choice that is none", err, errs.KindInvalid)
		none, err := s.Mine(t.Context(), monthtest.Seller(h.Person(t, "G")))
		if err != nil || len(none) != 0 {
			t.Errorf("whom no plan pays: %+v, %v", none, err)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM plan_acceptance"); n[0] != 0 {
			t.Errorf("%d acceptances", n[0])
		}
	})
}

func TestASignedSheetIsRecordedBySomebodyElse(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, s := opened(t, db)
		b := h.Person(t, "B")
		own, err := s.Mine(t.Context(), monthtest.Seller(b))
		if err != nil {
			t.Fatal(err)
		}
		v := own[0].Version
		herself := monthtest.Maker
		herself.PersonID = b
		regional := monthtest.Maker
		regional.Grants = []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeTeamAndBelow}}
		for name, c := range map[string]struct {
			by      access.Actor
			version string
			hash    string
			kind    errs.Kind
		}{
			"a seller":      {monthtest.Seller(b), v.ID, v.Hash, errs.KindForbidden},
			"herself":       {herself, v.ID, v.Hash, errs.KindForbidden},
			"out of reach":  {regional, v.ID, v.Hash, errs.KindNotFound},
			"another text":  {monthtest.Maker, v.ID, "x", errs.KindConflict},
			"no such plan":  {monthtest.Maker, "x", v.Hash, errs.KindNotFound},
			"reads no more": {monthtest.Auditor, v.ID, v.Hash, errs.KindForbidden},
		} {
			_, err := s.RecordPaper(t.Context(), c.by, c.version, b, c.hash)
			wantKind(t, name, err, c.kind)
		}
		if a, err := s.RecordPaper(t.Context(), monthtest.Maker, v.ID, b, v.Hash); err != nil || !a.Paper || a.UserID != monthtest.Maker.UserID {
			t.Fatalf("%+v, %v", a, err)
		}
		board, err := s.Board(t.Context(), monthtest.Maker, consent.BoardFilter{Month: monthtest.SmallMonth, After: "A", Limit: 1})
		if err != nil || who(board.Rows) != "B 1/1" || !board.Rows[0].Held[0].Paper {
			t.Errorf("%+v, %v", board.Rows, err)
		}
	})
}

func TestANewVersionWaitsForItsOwnWord(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, s := opened(t, db)
		a := monthtest.Seller(h.Person(t, "A"))
		own, err := s.Mine(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		old := own[0].Version
		if _, err := s.Accept(t.Context(), a, old.ID, old.Hash); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(old.Text, "from: "+old.Effective.From.String(), "from: 2026-11-01", 1)
		draft, err := h.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		announce := consent.Announce{VersionID: draft.ID, AnnouncedOn: monthtest.Day("2026-09-20"), Text: "部门例会讨论，两条意见已采纳"}
		_, err = s.Announce(t.Context(), monthtest.Maker, announce)
		wantKind(t, "a draft", err, errs.KindConflict)
		if _, err := h.Plans.Approve(t.Context(), monthtest.Approver, draft.ID); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			by   access.Actor
			in   consent.Announce
			kind errs.Kind
		}{
			"a seller":      {a, announce, errs.KindForbidden},
			"nothing said":  {monthtest.Maker, consent.Announce{VersionID: draft.ID, AnnouncedOn: announce.AnnouncedOn, Text: " "}, errs.KindInvalid},
			"a day to come": {monthtest.Maker, consent.Announce{VersionID: draft.ID, AnnouncedOn: monthtest.Day("2026-09-25"), Text: "x"}, errs.KindInvalid},
			"no day":        {monthtest.Maker, consent.Announce{VersionID: draft.ID, AnnouncedOn: calendar.NoDate, Text: "x"}, errs.KindInvalid},
			"no version":    {monthtest.Maker, consent.Announce{VersionID: "x", AnnouncedOn: announce.AnnouncedOn, Text: "x"}, errs.KindNotFound},
		} {
			_, err := s.Announce(t.Context(), c.by, c.in)
			wantKind(t, name, err, c.kind)
		}
		for n := 1; n <= 2; n++ {
			if got, err := s.Announce(t.Context(), monthtest.Maker, announce); err != nil || got.Number != n || got.NoticeDays(draft.Effective) != 42 {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		own, err = s.Mine(t.Context(), a)
		if err != nil || len(own) != 2 {
			t.Fatalf("%+v, %v", own, err)
		}
		if o := own[0]; o.Coming || o.Accepted == nil || o.Announcement != nil {
			t.Errorf("the old version: %+v", o)
		}
		if o := own[1]; !o.Coming || o.Accepted != nil || o.Announcement == nil || o.Announcement.Number != 2 {
			t.Errorf("the new version: %+v", o)
		}
		if all, err := s.Announcements(t.Context(), monthtest.Auditor, draft.ID); err != nil || len(all) != 2 || all[0].Text != announce.Text {
			t.Errorf("%+v, %v", all, err)
		}
		november, err := s.Board(t.Context(), monthtest.Maker, consent.BoardFilter{Month: monthtest.SmallMonth + 2})
		if err != nil || !strings.HasPrefix(who(november.Rows), "A 0/1,") {
			t.Errorf("%s, %v", who(november.Rows), err)
		}
	})
}
