package capability_test

import (
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func TestSkillsOnBothDatabases(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, today := t.Context(), calendar.DateOf(storetest.Start)
		now := func() time.Time { return storetest.Start }
		people := org.NewService(db.Org(), now)
		s := capability.NewService(db.CapabilityStore(), people, nil, now)
		hr := access.Actor{UserID: "u-H", Name: "人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
		id, _, err := people.Hire(ctx, hr, org.Hire{Key: "A", Name: "沈若川", Level: org.LevelCore, On: today - 400})
		if err != nil {
			t.Fatal(err)
		}
		own := access.Actor{UserID: "u-A", Name: "沈若川", PersonID: id, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
		lead := access.Actor{UserID: "u-L", Name: "别组主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}

		entry := capability.MarkEntry{PersonID: id, Levels: map[int64]int64{1: 3, 2: 4}, On: today, Words: "陪访"}
		refuses(t, s.Mark(ctx, lead, entry), errs.KindNotFound, "capability.no_person")
		refuses(t, s.Mark(ctx, own, entry), errs.KindForbidden, "")
		both := own
		both.Grants = hr.Grants
		refuses(t, s.Mark(ctx, both, entry), errs.KindForbidden, "capability.not_oneself")
		for name, in := range map[string]capability.MarkEntry{"no level": {PersonID: id, On: today}, "level six": {PersonID: id, On: today, Levels: map[int64]int64{1: 6}}, "no skill": {PersonID: id, On: today, Levels: map[int64]int64{99: 1}}, "tomorrow": {PersonID: id, On: today + 1, Levels: map[int64]int64{1: 1}}} {
			if err := s.Mark(ctx, hr, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Mark(ctx, hr, entry); err != nil {
			t.Fatal(err)
		}
		if err := s.Mark(ctx, hr, capability.MarkEntry{PersonID: id, Levels: map[int64]int64{1: 5}, On: today}); err != nil {
			t.Fatal(err)
		}
		m, err := s.Matrix(ctx, own)
		if err != nil || len(m.People) != 1 || m.People[0].Marks[1].Level != 5 || m.People[0].Marks[2].Words != "陪访" || m.MayMark || len(m.Skills) != 10 {
			t.Fatalf("%+v %v", m, err)
		}
		if m, err := s.Matrix(ctx, lead); err != nil || len(m.People) != 0 {
			t.Errorf("%+v %v", m.People, err)
		}

		added, err := s.SaveSkill(ctx, hr, capability.SkillEntry{NameZh: "报价", NameEn: "Quotes", Active: true, Required: map[org.Level]int64{org.LevelCore: 3}})
		if err != nil || added.ID != 11 {
			t.Fatalf("%+v %v", added, err)
		}
		if _, err := s.SaveSkill(ctx, hr, capability.SkillEntry{ID: added.ID, NameZh: "报价", NameEn: "Quotes", Seen: added.Revision}); err != nil {
			t.Fatal(err)
		}
		_, err = s.SaveSkill(ctx, hr, capability.SkillEntry{ID: added.ID, NameZh: "报价", NameEn: "Quotes", Seen: added.Revision})
		refuses(t, err, errs.KindConflict, "capability.changed_meanwhile")
		_, err = s.SaveSkill(ctx, lead, capability.SkillEntry{NameZh: "x", NameEn: "x"})
		refuses(t, err, errs.KindForbidden, "")

		train := capability.TrainingEntry{PersonIDs: []int64{id, id}, On: today, Tenths: 25, Topic: "新产品"}
		refuses(t, s.Train(ctx, lead, train), errs.KindNotFound, "capability.no_person")
		refuses(t, s.Train(ctx, own, train), errs.KindForbidden, "")
		if err := s.Train(ctx, hr, train); err != nil {
			t.Fatal(err)
		}
		list, err := s.Trainings(ctx, own)
		if err != nil || len(list.Trainings) != 1 || list.Tenths != 25 || list.MayTrain || list.Trainings[0].PersonName != "沈若川" {
			t.Fatalf("%+v %v", list, err)
		}
		refuses(t, s.Untrain(ctx, lead, 1), errs.KindNotFound, "capability.no_training_here")
		if err := s.Untrain(ctx, hr, 1); err != nil {
			t.Fatal(err)
		}
		refuses(t, s.Untrain(ctx, hr, 1), errs.KindConflict, "capability.removed_already")
		if list, err := s.Trainings(ctx, hr); err != nil || len(list.Trainings) != 0 || len(list.People) != 1 {
			t.Errorf("%+v %v", list, err)
		}
	})
}
