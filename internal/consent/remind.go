package consent

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// remindBefore are the working days before a version takes effect on which who has not accepted it is reminded. From then on it is the first
// working day of each week.
var remindBefore = []int{-3, -1}

// waiting is a version that pays now or later, with those whom it pays and who have not accepted it.
type waiting struct {
	version   planbook.Version
	persons   []int64
	announced bool
}

// tellAnnounced asks those whom the version pays for their acceptance.
func (s *Service) tellAnnounced(ctx context.Context, tx Tx, actor access.Actor, v planbook.Version) error {
	p, err := plan.Decode(v.DocumentID, []byte(v.Text))
	if err != nil {
		return err
	}
	roster, err := tx.Roster(ctx, access.Scope{All: true}, s.today())
	if err != nil {
		return err
	}
	w, err := waitingFor(ctx, tx, roster, p.Plan, v, max(s.today().Month(), v.Effective.From.Month()))
	if err != nil {
		return err
	}
	m := message(notice.KindPlanAcceptance, w)
	m.By, m.Once = actor.UserID, onceOpen
	return notice.Post(ctx, tx, m)
}

// onceOpen makes the request for an acceptance one for a person and version.
const onceOpen = "open"

func message(kind notice.Kind, w waiting) notice.Message {
	return notice.Message{Kind: kind, To: notice.To{PersonIDs: w.persons}, Subject: w.version.Subject(), Params: notice.Params{"Plan": notice.Name(w.version.Name),
		"Version": notice.Number(int64(w.version.Number)), "From": notice.Day(w.version.Effective.From)}}
}

func waitingFor(ctx context.Context, r Reader, roster Roster, p *plan.Plan, v planbook.Version, month calendar.Month) (w waiting, err error) {
	w.version = v
	accepted, err := r.Acceptances(ctx, []string{v.ID}, 0)
	if err != nil {
		return w, err
	}
	done := map[int64]bool{}
	for _, a := range accepted {
		done[a.PersonID] = true
	}
	for _, i := range engine.Participants([]*plan.Plan{p}, roster.Facts, month)[0] {
		if id := roster.PersonIDs[i]; !done[id] {
			w.persons = append(w.persons, id)
		}
	}
	announced, err := r.PlanAnnouncements(ctx, v.ID)
	w.announced = len(announced) > 0
	return w, err
}

// Remind implements notice.Source: who has not accepted a plan that pays them is asked to once it is announced, or a week before it takes
// effect, and reminded then. What no plan pays any more is asked of nobody.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		all, err := s.allWaiting(ctx, r, m.Day)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, w := range all {
			known[w.version.ID] = true
			from := w.version.Effective.From
			if len(w.persons) == 0 || !w.announced && from-m.Day > NoticeDaysWanted {
				continue
			}
			asked := message(notice.KindPlanAcceptance, w)
			asked.Once = onceOpen
			due.Messages = append(due.Messages, asked)
			remind := from <= m.Day && m.OpensWeek()
			for _, days := range remindBefore {
				remind = remind || m.Work.AddWorkDays(from, days) == m.Day
			}
			if remind {
				again := message(notice.KindPlanReminder, w)
				again.Once = m.Day.String()
				due.Messages = append(due.Messages, again)
			}
		}
		versions, err := r.PlanVersions(ctx, "")
		for _, v := range versions {
			if v.Kind == planbook.KindPlan && v.State == planbook.StateApproved && !known[v.ID] {
				due.Ends = append(due.Ends, notice.End{Subject: v.Subject(), Kinds: []notice.Kind{notice.KindPlanAcceptance, notice.KindPlanReminder}})
			}
		}
		return err
	})
	return due, err
}

// allWaiting lists what pays in the month of the day, and what comes.
func (s *Service) allWaiting(ctx context.Context, r Reader, day calendar.Date) (all []waiting, err error) {
	roster, err := r.Roster(ctx, access.Scope{All: true}, day)
	if err != nil {
		return nil, err
	}
	plans, versions, err := planbook.PlansOn(ctx, r, day.Month())
	if err != nil {
		return nil, err
	}
	coming, comingVersions, err := planbook.PlansComing(ctx, r, day.Month())
	if err != nil {
		return nil, err
	}
	for i, p := range append(plans, coming...) {
		v, month := planbook.Version{}, day.Month()
		if i < len(versions) {
			v = versions[i]
		} else {
			v = comingVersions[i-len(versions)]
			month = v.Effective.From.Month()
		}
		w, err := waitingFor(ctx, r, roster, p, v, month)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}
