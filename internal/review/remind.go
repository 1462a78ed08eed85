package review

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/targetplan"
)

// Remind tells owners of actions that are late, and, where the company wants it, who leads a team what is behind in the morning.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	defer errs.Wrap(&err, "review.Remind")
	var teams []Team
	var settings Settings
	var members []targetplan.Member
	actions := map[int64]int64{} // late or due today, by unit of teams
	err = s.Store.Read(ctx, func(r Reader) error {
		due, actions = notice.Reminders{}, map[int64]int64{}
		if settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		if teams, err = r.ReviewTeams(ctx, m.Day); err != nil {
			return err
		}
		if members, err = r.TargetMembers(ctx, m.Day, m.Day, m.Day); err != nil {
			return err
		}
		for _, t := range teams {
			list, err := r.ReviewActions(ctx, ActionFilter{Unit: &Unit{Kind: UnitTeam, ID: t.ID}, Since: m.Day + 1, Limit: formerMost})
			if err != nil {
				return err
			}
			for i := range list {
				a := &list[i]
				if a.State != ActionOpen || a.DueOn > m.Day {
					continue
				}
				actions[t.ID]++
				if a.DueOn == m.Day || a.DueOn == s.Work().AddWorkDays(m.Day, -1) {
					due.Messages = append(due.Messages, notice.Message{Kind: notice.KindReviewAction, To: notice.To{PersonIDs: []int64{a.PersonID}}, Subject: "review:" + strconv.FormatInt(a.ReviewID, 10), Once: a.Subject() + ":" + m.Day.String(),
						Params: notice.Params{"Unit": notice.Word(t.Name), "On": notice.Day(a.DueOn)}})
				}
			}
		}
		return nil
	})
	if err != nil || !settings.Brief || !slices.ContainsFunc(teams, func(t Team) bool { return len(t.Leaders) > 0 }) {
		return due, err
	}
	briefs, err := s.briefs(ctx, m.Day, teams, members, actions)
	due.Messages = append(due.Messages, briefs...)
	return due, err
}

// briefs tell who leads a team how many are behind, how many opportunities are stuck, and how many actions are due; nothing where nothing is.
func (s *Service) briefs(ctx context.Context, day calendar.Date, teams []Team, members []targetplan.Member, actions map[int64]int64) (messages []notice.Message, err error) {
	f, err := s.gather(ctx, Weekly, day)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		unit := Unit{Kind: UnitTeam, ID: t.ID, Name: t.Name}
		behind, stuck := int64(0), int64(0)
		for _, m := range unit.members(memberPlaces(members)) {
			n := s.standing(f, m.person)
			if index, known := n.Index(); known && index < behindBelow {
				behind++
			}
			stuck += n.StuckCount
		}
		if len(t.Leaders) == 0 || behind+stuck+actions[t.ID] == 0 {
			continue
		}
		messages = append(messages, notice.Message{Kind: notice.KindDailyBrief, To: notice.To{PersonIDs: t.Leaders}, Subject: "team:" + strconv.FormatInt(t.ID, 10), Once: day.String(),
			Params: notice.Params{"Unit": notice.Word(t.Name), "Behind": notice.Number(behind), "Stuck": notice.Number(stuck), "Actions": notice.Number(actions[t.ID])}})
	}
	return messages, nil
}

// behindBelow is the index of pace below which somebody is behind, in parts per million.
const behindBelow = 900_000

// standing is how somebody stands, without a forecast.
func (s *Service) standing(f *facts, person int64) Numbers {
	n := Numbers{Clock: s.clock(f)}
	for month := f.span.From.Month(); month < f.span.To.Month(); month++ {
		n.TargetMinor += f.quotas[person][month]
		n.ActualMinor += f.sold[person][month].minor
	}
	n.HasTarget = n.TargetMinor > 0
	n.addStuck(f, []int64{person})
	return n
}
