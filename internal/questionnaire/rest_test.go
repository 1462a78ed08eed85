package questionnaire_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/questionnaire"
)

func TestNobodyIsAskedTooOften(t *testing.T) {
	open(t, func(h *house) {
		ctx := h.t.Context()
		often, err := h.HowOften(ctx, hr)
		h.must(err)
		if often.Most != 3 || often.Revision != 0 {
			h.t.Errorf("%+v", often)
		}
		_, err = h.HowOften(ctx, seller)
		refuses(h.t, err, errs.KindForbidden, "")
		_, err = h.SetHowOften(ctx, hr, questionnaire.Settings{Most: 0})
		refuses(h.t, err, errs.KindInvalid, "")
		_, err = h.SetHowOften(ctx, hr, questionnaire.Settings{Most: 1, Revision: 7})
		refuses(h.t, err, errs.KindConflict, "questionnaire.changed_meanwhile")
		_, err = h.SetHowOften(ctx, access.Actor{UserID: "u-R", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeRegion, RegionID: 1}}}, questionnaire.Settings{Most: 1})
		refuses(h.t, err, errs.KindForbidden, "")
		often, err = h.SetHowOften(ctx, hr, questionnaire.Settings{Most: 1})
		h.must(err)
		if often, err = h.HowOften(ctx, hr); err != nil || often.Most != 1 || often.Revision != 1 {
			h.t.Errorf("%+v %v", often, err)
		}

		draft := func(audience questionnaire.Audience) int64 {
			q, err := h.Save(ctx, hr, questionnaire.Draft{Document: questionnaire.Shipped(), Audience: audience, ClosesOn: calendar.NoDate})
			h.must(err)
			return q.ID
		}
		preview := func(id int64, people, resting int) {
			h.t.Helper()
			v, err := h.Preview(ctx, hr, id)
			h.must(err)
			if v.People != people || v.Resting != resting || v.Most != 1 {
				h.t.Errorf("%d people and %d that rest, want %d and %d", v.People, v.Resting, people, resting)
			}
		}
		teams := monthtest.QueryInts(h.t, h.db, "SELECT id FROM team ORDER BY key")
		first := draft(questionnaire.Audience{TeamIDs: teams[:1]})
		preview(first, 7, 0)
		_, err = h.Open(ctx, hr, first, today+10)
		h.must(err)
		all := draft(questionnaire.Audience{})
		preview(all, 8, 7) // of fifteen
		again := draft(questionnaire.Audience{TeamIDs: teams[:1]})
		preview(again, 0, 7)
		_, err = h.Open(ctx, hr, again, today+10)
		refuses(h.t, err, errs.KindInvalid, "")
		h.now = h.now.Add(89 * 24 * time.Hour) // the last day that counts
		preview(again, 0, 7)
		h.now = h.now.Add(24 * time.Hour)
		preview(again, 7, 0)
		_, err = h.Open(ctx, hr, all, today+100)
		h.must(err)
		preview(again, 0, 7)
		if n := monthtest.QueryInts(h.t, h.db, "SELECT COUNT(*) FROM questionnaire_invited"); n[0] != 7+15 {
			h.t.Errorf("%d were asked", n[0])
		}
	})
}

func TestRoundsStandBesideEachOther(t *testing.T) {
	t.Parallel()
	closed := func(id int64, closes, closedOn calendar.Date, invited, answered int, stands questionnaire.State) questionnaire.Row {
		return questionnaire.Row{Questionnaire: questionnaire.Questionnaire{ID: id, ClosesOn: closes, ClosedOn: closedOn}, Stands: stands, Invited: invited, Answered: answered}
	}
	l := questionnaire.Listing{Rows: []questionnaire.Row{closed(4, 400, calendar.NoDate, 10, 2, questionnaire.StateOpen), closed(3, 300, 250, 10, 4, questionnaire.StateClosed), closed(2, 200, calendar.NoDate, 0, 0, questionnaire.StateClosed), closed(1, 100, calendar.NoDate, 20, 15, questionnaire.StateClosed)}}
	rounds := l.Rounds()
	if len(rounds) != 2 || rounds[0].ID != 1 || rounds[0].EndedOn != 100 || rounds[1].ID != 3 || rounds[1].EndedOn != 250 || rounds[1].Answered != 4 {
		t.Errorf("%+v", rounds)
	}
}
