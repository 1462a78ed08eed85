package demo

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// wish is a general request of the story: who asks, how many working days before today, and what those who are asked say one after the other.
type wish struct {
	back        int
	login       string
	title, text string
	yuan        int64
	words       []verdict
}

// verdict is what somebody who is asked does.
type verdict struct {
	act  approval.Act
	note string
}

// wishes are the requests of the demonstration: one in every state, and some that wait.
var wishes = []wish{
	{12, loginCore, "智能制造展的摊位", "九平方米标准摊位，含搭建，两个人值守三天。", 18_000, []verdict{{approval.ActApprove, "去年带回四条商机，值得"}, {approval.ActApprove, ""}}},
	{9, loginRegular, "出差改乘商务座", "当天往返，想在车上改方案。", 1_800, []verdict{{approval.ActReject, "按差旅标准走"}}},
	{6, loginRegular, "接待客户参观工厂", "两辆车、一顿工作餐。", 3_200, []verdict{{approval.ActReturn, "写上参加的人和日期"}}},
	{3, loginCore, "样机借给客户试用一个月", "客户要和现有设备比一个月，样机由技术部送去，试用协议已签。", 0, nil},
	{2, loginService, "年末回访的小礼品", "三十家老客户，每家一份。", 12_600, nil},
	{1, loginLead, "团队季度复盘会", "场地和午餐，十二个人。", 6_000, nil},
}

// makeApprovals lets people ask for things, and those who are asked answer.
func (f *filler) makeApprovals(ctx context.Context) error {
	if f.Approvals == nil {
		return nil
	}
	for _, w := range wishes {
		f.at(f.year.work.AddWorkDays(f.Today, -w.back), 10, 20)
		r, err := f.Approvals.Ask(ctx, f.actor(w.login), approval.General{Title: w.title, Text: w.text, AmountMinor: w.yuan * 100, Currency: money.CNY})
		if err != nil {
			return err
		}
		for i, v := range w.words {
			f.at(f.year.work.AddWorkDays(f.Today, -w.back+1), 9+i, 5)
			actor, found := f.asked(r)
			if !found {
				break // whoever is asked has no log-in here
			}
			decision := approval.Decision{ID: r.ID, Note: v.note}
			switch v.act {
			case approval.ActReject:
				r, err = f.Approvals.Reject(ctx, actor, decision)
			case approval.ActReturn:
				r, err = f.Approvals.Return(ctx, actor, decision)
			default:
				r, err = f.Approvals.Approve(ctx, actor, decision)
			}
			if err != nil {
				return err
			}
		}
	}
	f.SetNow(f.end)
	if err := f.askForTier(ctx); err != nil {
		return err
	}
	today := calendar.DateOf(f.end.In(calendar.ChinaTime))
	_, err := f.Approvals.Delegate(ctx, f.actor(loginLead), approval.Delegate{DeputyID: f.users[loginDirector].ID, From: today + 3, Until: today + 5})
	if errs.Is(err, errs.KindInvalid) && f.fixed { // the story ended in the past of the real clock
		return nil
	}
	return err
}

// asked finds a log-in of the demonstration among those who are asked.
func (f *filler) asked(r approval.Request) (access.Actor, bool) {
	open := r.Open()
	for _, l := range f.logins {
		if slices.Contains(open, f.users[l.Login].ID) {
			return f.actor(l.Login), true
		}
	}
	return access.Actor{}, false
}
