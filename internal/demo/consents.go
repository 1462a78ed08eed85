package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/planbook"
)

// signedPermille is how many of a thousand payees have signed their plan; the others are those whom a board is for.
const signedPermille = 900

// subjectConsents are the dice of who has signed.
const subjectConsents = 77

// makeConsents puts on record how the plans were announced, and the sheets that were signed: the newest version's last.
func (f *filler) makeConsents(ctx context.Context) error {
	consents := consent.NewService(f.DB.Consents(), func() time.Time { return f.end.In(calendar.ChinaTime) })
	operations, people := f.actor(loginOperations), f.actor(loginHR)
	versions, err := f.Plans.List(ctx, operations)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Kind != planbook.KindPlan || v.State != planbook.StateApproved {
			continue
		}
		announced := calendar.DateOf(v.ApprovedAt.In(calendar.ChinaTime))
		f.at(announced+1, 10, 0)
		in := consent.Announce{VersionID: v.ID, AnnouncedOn: announced, Text: "全员会宣讲并在公告栏公示；各团队派一名代表讨论，意见已答复。"}
		if _, err := consents.Announce(ctx, operations, in); err != nil {
			return err
		}
	}
	board, err := consents.Board(ctx, people, consent.BoardFilter{Month: f.Today.Month(), Limit: consent.LimitMax})
	if err != nil {
		return err
	}
	f.at(f.Today-3, 16, 0)
	visited := map[int64]bool{} // who signs in themselves accepts there
	for _, u := range f.users {
		visited[u.PersonID] = true
	}
	d := newDice(f.Seed, subjectConsents)
	for _, row := range board.Rows {
		for _, held := range row.Held {
			if !d.chance(signedPermille) || visited[row.PersonID] {
				continue
			}
			if _, err := consents.RecordPaper(ctx, people, held.VersionID, row.PersonID, held.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}
