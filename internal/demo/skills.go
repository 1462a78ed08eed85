package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/org"
)

// trainingsHeld are those of the last year: how many days before the last, for how long, and of which layers.
var trainingsHeld = []struct {
	before int
	tenths int64
	topic  string
	layers []org.Level
}{
	{310, 70, "年度启动会：目标与激励方案宣讲", []org.Level{org.LevelNewcomer, org.LevelRegular, org.LevelCore, org.LevelManager}},
	{220, 35, "SOP 手册第 2 版和系统录入", []org.Level{org.LevelNewcomer, org.LevelRegular, org.LevelCore}},
	{150, 60, "大客户决策链和方案讲解", []org.Level{org.LevelRegular, org.LevelCore}},
	{95, 40, "新人训练营：需求挖掘与提问", []org.Level{org.LevelNewcomer}},
	{40, 30, "回款谈判和逾期处理", []org.Level{org.LevelRegular, org.LevelCore, org.LevelManager}},
}

// usualSkill is what people of a layer can mostly do.
var usualSkill = map[org.Level]int64{org.LevelNewcomer: 1, org.LevelRegular: 3, org.LevelCore: 4, org.LevelManager: 4}

// assessSkills lets the people department enter the trainings of the year, and mark skills: all but of those whom nobody got to yet.
func (f *filler) assessSkills(ctx context.Context) error {
	defer f.SetNow(f.end)
	moment := f.workDay(6)
	f.SetNow(moment)
	now := func() time.Time { return moment.In(calendar.ChinaTime) }
	service := capability.NewService(f.DB.CapabilityStore(), org.NewService(f.DB.Org(), now), nil, now)
	hr := f.actor(loginHR)
	m, err := service.Matrix(ctx, hr)
	if err != nil {
		return err
	}
	today := calendar.DateOf(now())
	for _, t := range trainingsHeld {
		in := capability.TrainingEntry{On: today - calendar.Date(t.before), Tenths: t.tenths, Topic: t.topic}
		for i := range m.People {
			for _, layer := range t.layers {
				if m.People[i].Layer == layer && (int64(t.before)+m.People[i].ID)%7 != 0 { // somebody is always on the road
					in.PersonIDs = append(in.PersonIDs, m.People[i].ID)
				}
			}
		}
		if len(in.PersonIDs) == 0 {
			continue
		}
		if err := service.Train(ctx, hr, in); err != nil {
			return err
		}
	}
	for i := range m.People {
		p := &m.People[i]
		if p.ID == hr.PersonID || p.ID%4 == 0 {
			continue
		}
		levels := map[int64]int64{}
		for k := range m.Skills {
			s := &m.Skills[k]
			if s.Required[p.Layer] > 0 {
				levels[s.ID] = min(max(usualSkill[p.Layer]+(p.ID*7+s.ID*5)%3-1, 1), capability.LevelMost)
			}
		}
		if err := service.Mark(ctx, hr, capability.MarkEntry{PersonID: p.ID, Levels: levels, On: today - calendar.Date(p.ID%20), Words: "半年面谈"}); err != nil {
			return err
		}
	}
	return nil
}
