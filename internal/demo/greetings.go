package demo

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/store"
)

// subjectGreetings is whose turn it is of the dice.
const subjectGreetings = 39

// Of a thousand customers so many were contacted lately, about nothing in particular, and in so many days at most.
const (
	greeted     = 780
	greetedDays = 11
)

// greetings are what is said to customers about no opportunity.
var greetings = map[followup.Kind][]string{
	followup.KindCall:   {"例行电话，设备运行正常，暂无新需求", "问了产线近况，下个月再看", "客户换了设备主管，约了见面认识"},
	followup.KindWeChat: {"微信问候，发了新品资料", "微信确认备件库存，客户说够用到年底", "转发了行业展会邀请，客户有兴趣"},
	followup.KindVisit:  {"顺路拜访，看了设备运行，无异常", "陪客户巡检一遍，记下两处易损件"},
}

// keepInTouch records contacts with customers about no opportunity, by who works on them. Some customers nobody thought of: the pools take those back.
func (f *filler) keepInTouch(ctx context.Context) error {
	d := newDice(f.Seed, subjectGreetings)
	kinds := []followup.Kind{followup.KindCall, followup.KindWeChat, followup.KindWeChat, followup.KindVisit}
	return f.DB.InTx(ctx, func(tx *store.Tx) error {
		known, err := tx.Unheld(ctx, 0, 100_000)
		if err != nil {
			return err
		}
		var list []followup.FollowUp
		for _, one := range known {
			if one.PersonID == 0 || one.CustomerID%longHeld == 0 || !d.chance(greeted) {
				continue
			}
			list = append(list, f.greeting(d, one.CustomerID, one.PersonID, kinds[d.IntN(len(kinds))]))
		}
		first, err := tx.NextNumbers(ctx, "follow_up", len(list))
		if err != nil {
			return err
		}
		for i := range list {
			list[i].ID = first + int64(i)
		}
		return tx.PutWorkRows(ctx, store.WorkRows{FollowUps: list})
	})
}

func (f *filler) greeting(d dice, customerID, personID int64, kind followup.Kind) followup.FollowUp {
	at := minTime(instant(f.Today-calendar.Date(d.between(1, greetedDays)), int(d.between(9, 17)), int(d.between(0, 59))), f.end)
	return followup.FollowUp{CustomerID: customerID, PersonID: personID, Kind: kind, Text: one(d, greetings[kind]), OccurredAt: at, RecordedAt: at, NextOn: calendar.NoDate, CreatedBy: "system:demo"}
}
