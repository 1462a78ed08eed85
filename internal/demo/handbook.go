package demo

import (
	"context"
	"slices"

	"xiaoguan/internal/conform"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// casesLooked is among how many cases the examples of the handbook are looked for.
const casesLooked = 40

// fillHandbook puts two cases into the handbook: of some, the one that kept most rules and broke the fewest, and the other way round.
func (f *filler) fillHandbook(ctx context.Context) error {
	if f.Standards == nil {
		return nil
	}
	var ids []int64
	if err := f.DB.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = tx.CaseIDsAfter(ctx, 0, casesLooked)
		return err
	}); err != nil {
		return err
	}
	operations := f.actor(loginOperations)
	var best, worst int64
	most, least := 0, 0
	for _, id := range ids {
		s, err := f.Standards.Case(ctx, operations, id)
		if err != nil {
			return err
		}
		score := 0
		for _, r := range s.Rules {
			switch r.Status {
			case conform.Satisfied:
				score++
			case conform.Violated:
				score -= 2
			}
		}
		if best == 0 || score > most {
			best, most = id, score
		}
		if worst == 0 || score < least {
			worst, least = id, score
		}
	}
	for _, c := range []standard.Choosing{
		{CaseID: best, Good: true, Title: "当天联系，步步有记录", Lesson: "线索到手当天就联系，每次跟进都约好下一次。需求先写清楚再出方案，审批一次通过。照着做：联系快、记录全、下一步写在日程里。"},
		{CaseID: worst, Title: "跟进断档，方案补审批", Lesson: "两次跟进隔得太久，客户以为我们不上心。方案先发后批，价格改了两次。别这样：到期前先看时限，没批的方案不出门。"},
	} {
		if c.CaseID == 0 || !c.Good && worst == best {
			continue
		}
		if _, err := f.Standards.Choose(ctx, operations, c); err != nil {
			return err
		}
	}
	return f.readHandbook(ctx)
}

// readers are who has read the handbook, and how many questions of its quiz they did not know.
var readers = []struct {
	login string
	wrong int
}{{loginDirector, 0}, {loginLead, 0}, {loginCore, 1}, {loginService, 2}}

// readHandbook lets some confirm the handbook and answer its quiz.
func (f *filler) readHandbook(ctx context.Context) error {
	for _, reader := range readers {
		actor := f.actor(reader.login)
		book, err := f.Standards.ReadHandbook(ctx, actor)
		if err != nil {
			return err
		}
		answers := map[string]string{}
		for i, q := range standard.QuizOf(book.Document) {
			at := slices.IndexFunc(q.Options, func(o standard.QuizOption) bool { return (o.Key == q.Right()) == (i >= reader.wrong) })
			answers[q.Rule.ID] = q.Options[at].Key
		}
		if _, err := f.Standards.Confirm(ctx, actor, book.Version.ID, answers); err != nil {
			return err
		}
	}
	return nil
}
