package demo

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/questionnaire"
)

// moods are how the themes are felt, in hundredths of a point.
var moods = map[questionnaire.Theme]int{
	questionnaire.ThemeTargets: 330, questionnaire.ThemeProcess: 290, questionnaire.ThemeTools: 310, questionnaire.ThemeCustomers: 340, questionnaire.ThemeIncentives: 270, questionnaire.ThemeCoaching: 350,
	questionnaire.ThemeLeadership: 380, questionnaire.ThemeWorkload: 320, questionnaire.ThemeEngagement: 360,
}

// The wishes that are chosen most, by their weight.
var wishWeights = map[string]int{"commission": 38, "faster": 55, "clear": 62, "team": 24, "contest": 20, "promotion": 35, "training": 22, "leave": 18, "honour": 12, "base": 30}

var hindrances = []string{"报价审批要等三四天，客户都凉了", "客户信息不全，接手的客户得从头问一遍", "跨区撞单没人拍板", "方案要自己写，没有模板", "回款催收和财务对不上账", "线索质量差，打十个没有一个有需求", "合同盖章流程太长", "售后响应慢，老客户不愿意续", "新产品培训太少，客户一问就卡住", "周报和系统要填两遍"}

var changes = []string{"提成按回款当月发，别拖到下季度", "规则写简单点，让我自己能算", "大单提成封顶取消", "新人前三个月给保底", "团队奖金按贡献分，别平均分", "转介绍也算业绩", "续约和新签提成拉开差距"}

// askStaff lets HR ask everybody in the quarter before, and again now: the round before is over by its last day, this one is being answered.
func (f *filler) askStaff(ctx context.Context) error {
	defer f.SetNow(f.end)
	if f.fixed {
		return nil // a round needs days to be answered in
	}
	luck := rand.New(rand.NewPCG(f.Seed, 68)) // #nosec G404 -- a story, no secret
	first, err := f.askRound(ctx, luck, questionnaire.Questionnaire{}, f.workDay(80), 12, 82, 0)
	if err != nil {
		return err
	}
	_, err = f.askRound(ctx, luck, first, f.workDay(3), 9, 45, 25)
	return err
}

// questionnaires is the service at a time of the story.
func (f *filler) questionnaires(at time.Time, luck *rand.Rand) *questionnaire.Service {
	secrets := 0
	return questionnaire.NewService(questionnaire.Config{Store: f.DB.QuestionnaireStore(), Now: func() time.Time { return at.In(calendar.ChinaTime) }, Pick: luck.IntN,
		Secret: func() string { secrets++; return strconv.FormatInt(at.UnixNano(), 36) + "-" + strconv.Itoa(secrets) }, Hash: func(secret string) string { return "story " + secret }})
}

// askRound opens a round and lets so many of a hundred answer; mood is by how much it is felt better, in hundredths.
func (f *filler) askRound(ctx context.Context, luck *rand.Rand, before questionnaire.Questionnaire, at time.Time, days calendar.Date, share, mood int) (q questionnaire.Questionnaire, err error) {
	f.SetNow(at)
	service, hr := f.questionnaires(at, luck), f.actor(loginHR)
	if before.ID == 0 {
		q, err = service.Save(ctx, hr, questionnaire.Draft{Document: questionnaire.Shipped(), ClosesOn: calendar.NoDate})
	} else {
		q, err = service.Again(ctx, hr, before.ID)
	}
	if err != nil {
		return q, err
	}
	if q, err = service.Open(ctx, hr, q.ID, calendar.DateOf(at.In(calendar.ChinaTime))+days); err != nil {
		return q, err
	}
	// Most of the story's people cannot sign in: they answer by a link. Links that nobody used are void in the end.
	links, err := service.Links(ctx, hr, q.ID)
	if err != nil {
		return q, err
	}
	later := at.AddDate(0, 0, 2)
	f.SetNow(later)
	service = f.questionnaires(later, luck)
	for _, l := range links {
		if luck.IntN(100) >= share {
			continue
		}
		if err := service.AnswerByLink(ctx, l.Secret, believable(luck, &q.Document, mood+teamMood(l.TeamName))); err != nil {
			return q, err
		}
	}
	return q, nil
}

// teamMood is how much better or worse a team feels than others.
func teamMood(name string) int {
	sum := 0
	for _, r := range name {
		sum += int(r)
	}
	return sum%121 - 60
}

// believable makes answers that hang together: somebody content is content with most things, and recommends the company.
func believable(luck *rand.Rand, d *questionnaire.Document, mood int) questionnaire.Reply {
	in := questionnaire.Reply{Scores: map[string]int{}, Picks: map[string][]string{}, Words: map[string]string{}}
	self := luck.NormFloat64() * 55
	incentives := 0.0
	for i := range d.Questions {
		q := &d.Questions[i]
		switch q.Kind {
		case questionnaire.KindLikert:
			felt := float64(moods[q.Theme]+mood)/100 + self/100 + luck.NormFloat64()*0.7
			if q.Theme == questionnaire.ThemeIncentives || q.Theme == questionnaire.ThemeLeadership {
				incentives += felt - float64(moods[q.Theme])/100
			}
			score := min(max(int(felt+0.5), 1), 5)
			if q.Reversed {
				score = 6 - score
			}
			in.Scores[q.ID] = score
		case questionnaire.KindENPS:
			in.Scores[q.ID] = min(max(int(7.2+self/40+incentives*0.5+luck.NormFloat64()*1.1), 0), 10)
		case questionnaire.KindText:
			if luck.IntN(100) < 35 {
				list := hindrances
				if i == len(d.Questions)-1 {
					list = changes
				}
				in.Words[q.ID] = list[luck.IntN(len(list))]
			}
		default:
			for _, o := range q.Options {
				if luck.IntN(100) < wishWeights[o.ID] {
					in.Picks[q.ID] = append(in.Picks[q.ID], o.ID)
				}
			}
			if len(in.Picks[q.ID]) == 0 {
				in.Picks[q.ID] = []string{q.Options[len(q.Options)-1].ID}
			}
		}
	}
	return in
}
