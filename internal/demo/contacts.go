package demo

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// contact records a follow-up; some are written down days later, as people do.
func (p *pipeline) contact(o *opportunity.Opportunity, at time.Time) {
	recorded := minTime(p.writtenDown(o, at), p.end)
	if at.After(recorded) {
		at = recorded
	}
	kind := one(p.dice, usualKinds)
	f := followup.FollowUp{ID: int64(len(p.rows.FollowUps) + 1), OpportunityID: o.ID, PersonID: o.OwnerID, Kind: kind, Text: one(p.dice, said[kind]), OccurredAt: at, RecordedAt: recorded, NextOn: calendar.NoDate, CreatedBy: "system:demo"}
	activity := process.ActivityContacted
	if o.FollowedAt.IsZero() {
		activity = process.ActivityFirst
	}
	if at.After(o.FollowedAt) {
		o.FollowedAt = at
	}
	p.event(o, activity, at, recorded, map[string]any{"kind": kind, "stage": o.Stage}, "follow_up:"+strconv.FormatInt(f.ID, 10))
	p.rows.FollowUps = append(p.rows.FollowUps, f)
}

// said are the words of follow-ups.
var said = map[followup.Kind][]string{
	followup.KindCall:    {"电话沟通，客户有意向，约好再谈", "电话确认了需求和预算", "客户说要等季度预算批下来", "问了交期和付款条件"},
	followup.KindVisit:   {"上门拜访，见到决策人", "现场看了产线，记下三个改造点", "上门演示产品，客户认可", "拜访设备部，对方提出试用"},
	followup.KindWeChat:  {"微信发了资料，等客户回复", "微信报价，客户在比较", "微信确认下次见面时间", "发了同行业案例"},
	followup.KindMeeting: {"开会讲方案，客户提了修改意见", "开会谈价格和付款条件", "三方会议定下实施范围", "开会定下签约时间"},
}
