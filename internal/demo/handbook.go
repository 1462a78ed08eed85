package demo

import (
	"context"
	"slices"

	"xiaoguan/internal/conform"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// casesLooked is among how many cases the examples of the handbook are looked for.
const casesLooked = 40

// fillHandbook puts two cases into the handbook: of some that were won, the one that kept most rules and broke the fewest, and of all the other way round.
func (f *filler) fillHandbook(ctx context.Context) error {
	if f.Standards == nil {
		return nil
	}
	var ids []int64
	won := map[int64]bool{}
	if err := f.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if ids, err = tx.CaseIDsAfter(ctx, 0, casesLooked); err != nil {
			return err
		}
		facts, err := tx.OpportunityFacts(ctx, ids)
		for _, o := range facts {
			won[o.ID] = o.State == metric.OpportunityWon
		}
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
		if won[id] && (best == 0 || score > most) {
			best, most = id, score
		}
		if worst == 0 || score < least {
			worst, least = id, score
		}
	}
	for _, c := range []standard.Choosing{
		{CaseID: best, Good: true, Title: "步步按标准，赢下来的单", Lesson: "该做的步骤都做了，也都记了，后面的人一看就知道谈到哪。照着做：每次跟进都约好下一次，推进阶段之前先看标准还差什么。"},
		{CaseID: worst, Title: "漏步骤、超时限最多的一单", Lesson: "有几步漏了，有几步超了时限，都标在下面。客户等不到回音，内部也说不清进展。别这样：到期前先看时限，做完当天就记。"},
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
