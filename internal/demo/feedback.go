package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/process"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// feedback is what customers said after their deals: in visits two weeks after the signature, and in two surveys.
type feedback struct {
	*service
	dice dice
	rows store.SurveyRows
}

// visitDays is how long after a signature the company of the demonstration calls again.
const visitDays = 14

// sentDays is for how long the first survey has gone out by itself after service cases: the mailings are made when the demonstration runs.
const sentDays = 10

// The surveys by their places: of every deal how satisfied the customer is; of every third whether they would recommend us.
const (
	surveyCSAT = 1
	surveyNPS  = 2
)

// hear tells what customers of the last year said.
func (s *service) hear(seed uint64) *feedback {
	f := &feedback{service: s, dice: newDice(seed, 35)}
	begun := instant(s.today-365, 10, 0)
	f.rows.Rules = []revisit.Rule{{ID: 1, Name: "签约两周回访", Days: visitDays, Active: true, Since: s.today - 365, CreatedBy: "system:demo", CreatedAt: begun, Revision: 1}}
	f.rows.Surveys = []survey.Survey{
		{ID: surveyCSAT, Name: "交付满意度", Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, OpensCase: true, Active: true, Rule: survey.Rule{After: survey.AfterCase, QuietDays: survey.QuietDefault, RemindDays: 7, Since: s.today - sentDays}, CreatedBy: "system:demo", CreatedAt: begun, Revision: 1},
		{ID: surveyNPS, Name: "推荐意愿", Kind: survey.KindNPS, ValidDays: 30, LowUntil: 6, Active: true, Rule: survey.DefaultRule, CreatedBy: "system:demo", CreatedAt: begun, Revision: 1},
	}
	for i, k := range s.deals {
		if k.signed < s.today-365 || s.looks[s.customers[k.customer.Key]] == nil {
			continue
		}
		f.visit(k)
		f.ask(k, surveyCSAT, 20)
		if i%3 == 0 {
			f.ask(k, surveyNPS, 60)
		}
	}
	return f
}

// about is a deal as visits and surveys know it.
func (f *feedback) about(k *contract) survey.About {
	id := f.customers[k.customer.Key]
	seller := k.sellers[0].person
	return survey.About{CustomerID: id, OpportunityID: f.pipeline.rows.Opportunities[f.of[k.key]].ID, DealKey: k.key, ProductID: f.products[k.product.key], SellerID: f.persons[seller.key], OwnerID: f.persons[f.looks[id].key],
		TeamID: f.places[seller.key]}
}

// lateVisits is how many visits of a thousand are made too late.
const lateVisits = 140

// visit is the call two weeks after a signature: made on the day or soon after it, now and then a week late, or still to be made.
func (f *feedback) visit(k *contract) {
	due := k.signed + visitDays
	for !f.hours.Days.IsWorking(due) {
		due++
	}
	if due > f.today+7 {
		return
	}
	a := f.about(k)
	v := revisit.Visit{ID: int64(len(f.rows.Visits) + 1), RuleID: 1, CustomerID: a.CustomerID, OpportunityID: a.OpportunityID, DealKey: k.key, PersonID: a.OwnerID, DueOn: due, Attempt: 1, State: revisit.StateDue, CreatedBy: "system:return_visit",
		CreatedAt: minTime(instant(due-7, 9, 0), f.end), Revision: 1}
	late := calendar.Date(f.dice.between(0, 2))
	if f.dice.chance(lateVisits) {
		late += calendar.Date(f.dice.between(4, 10))
	}
	if at := instant(due+late, int(f.dice.between(9, 16)), int(f.dice.between(0, 59))); at.Before(f.end) && (due+late < f.today-3 || f.dice.chance(600)) {
		v.State, v.Outcome, v.DoneAt, v.Revision = revisit.StateDone, revisit.OutcomeReached, at, 2
		v.Score, v.Text = max(2, 5-f.dice.between(0, 2)*f.dice.between(0, 1)), one(f.dice, heard)
		if f.dice.chance(120) {
			v.Outcome, v.Score, v.Text = revisit.OutcomeRefused, 0, ""
		}
		f.events = append(f.events, process.Event{CaseID: v.OpportunityID, Activity: process.ActivityReturnVisited, OccurredAt: at, RecordedAt: at, PersonID: v.PersonID, ActorID: "system:demo", Source: v.Subject(),
			Data: process.Data(map[string]any{"outcome": v.Outcome, "score": v.Score, "attempt": v.Attempt})})
	}
	f.rows.Visits = append(f.rows.Visits, v)
}

// ask sends a link some days after a signature; two of three are answered, within days.
func (f *feedback) ask(k *contract, surveyID int64, after calendar.Date) {
	sent := instant(k.signed+after, 10, 30)
	if sent.After(f.end) {
		return
	}
	n := int64(len(f.rows.Invitations) + 1)
	hash := sha256.Sum256([]byte("demo " + strconv.FormatInt(n, 10))) // of no token that anybody has
	i := survey.Invitation{ID: n, SurveyID: surveyID, About: f.about(k), Hash: hex.EncodeToString(hash[:]), CreatedBy: "system:demo", CreatedAt: sent, ExpiresAt: sent.Add(30 * 24 * time.Hour)}
	at := sent.Add(time.Duration(f.dice.between(1, 200)) * time.Hour)
	if f.dice.chance(640) && at.Before(f.end) {
		i.Answered = true
		f.reply(k, i, at)
	}
	f.rows.Invitations = append(f.rows.Invitations, i)
}

// reply is an answer: mostly content, and a word about it where there is something to say.
func (f *feedback) reply(k *contract, i survey.Invitation, at time.Time) {
	score := max(1, 5-f.dice.between(0, 1)-f.dice.between(0, 3)*f.dice.between(0, 1)*f.dice.between(0, 1))
	low := score <= 2
	if i.SurveyID == surveyNPS {
		score = max(0, 10-f.dice.between(0, 2)-f.dice.between(0, 6)*f.dice.between(0, 1)*f.dice.between(0, 1))
		low = score <= 6
	}
	a := survey.Answer{ID: store.NewID(at), SurveyID: i.SurveyID, AnsweredOn: calendar.DateOf(at.In(calendar.ChinaTime)), Score: score, Lang: "zh-CN", About: i.About}
	switch {
	case low:
		a.Comment = one(f.dice, grumbled)
		if s := f.rows.Surveys[i.SurveyID-1]; s.OpensCase {
			a.RaisedID = f.open(k, at, matter{servicecase.KindComplaint, s.Name + "：" + strconv.FormatInt(score, 10) + "/5", a.Comment, "主管回电了解情况", "问题已处理，客户接受"}, servicecase.SeverityHigh, s.Subject())
		}
	case f.dice.chance(350):
		a.Comment = one(f.dice, praised)
	}
	f.rows.Answers = append(f.rows.Answers, a)
	kind := f.rows.Surveys[i.SurveyID-1].Kind
	f.events = append(f.events, process.Event{CaseID: i.OpportunityID, Activity: process.ActivitySurveyAnswered, OccurredAt: at, RecordedAt: at, ActorID: "system:survey", Source: f.rows.Surveys[i.SurveyID-1].Subject(),
		Data: process.Data(map[string]any{"kind": kind, "score": score})})
}

// keep writes what was told; the sequences of an empty database begin at 1.
func (f *feedback) keep(ctx context.Context, tx *store.Tx) error {
	for _, q := range []struct {
		name  string
		count int
	}{{"return_visit_rule", len(f.rows.Rules)}, {"return_visit", len(f.rows.Visits)}, {"survey", len(f.rows.Surveys)}, {"survey_invitation", len(f.rows.Invitations)}} {
		if _, err := tx.NextNumbers(ctx, q.name, q.count); err != nil {
			return err
		}
	}
	return tx.PutSurveyRows(ctx, f.rows)
}

var (
	heard    = []string{"设备运行正常，客户满意", "用得不错，问了增购价格", "希望培训再讲一次", "反映响应快，点名表扬工程师", "想要中文操作手册"}
	praised  = []string{"交付很准时", "工程师专业，讲得清楚", "响应快", "比上一家好用", "培训很到位"}
	grumbled = []string{"到货晚了，也没人提前说", "安装后调了三次才好", "电话打了几次没人接", "说明书看不懂"}
)
