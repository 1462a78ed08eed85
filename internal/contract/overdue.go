package contract

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// OverdueDays is how many days after its day an instalment that was not paid is still told of: what is older was known before anybody asked.
const OverdueDays = 7

// Overdue is an instalment that is late; Source names it in the process log.
type Overdue struct {
	ContractID, OpportunityID int64
	DueOn                     calendar.Date
	LeftMinor                 int64
	Source                    string
}

// overdueAtOnce is how many instalments are told of in one transaction.
const overdueAtOnce = 200

// NoteOverdue tells the process of instalments whose day has passed without the money, each once: a standard may ask that somebody calls. Call it
// now and then, on any node.
func (s *Service) NoteOverdue(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "contract.NoteOverdue")
	for {
		found := 0
		err := s.store.InTx(ctx, func(tx Tx) error {
			today := s.today()
			late, err := tx.FreshlyOverdue(ctx, today-OverdueDays, today, overdueAtOnce)
			found = len(late)
			if err != nil || found == 0 {
				return err
			}
			events := make([]process.Event, 0, found)
			for _, i := range late {
				y, m, d := (i.DueOn + 1).Civil()
				began := time.Date(y, m, d, 0, 0, 0, 0, s.now().Location())
				events = append(events, process.Event{CaseID: i.OpportunityID, Activity: process.ActivityOverdue, OccurredAt: began, RecordedAt: maxTime(tx.Now(), began), ActorID: "system:contract", Source: i.Source,
					Data: process.Data(map[string]any{"contract": i.ContractID, "due_on": i.DueOn, "left": i.LeftMinor})})
			}
			return tx.AppendEvents(ctx, events)
		})
		count += found
		if err != nil || found < overdueAtOnce {
			return count, err
		}
	}
}

// maxTime is the later of two: the database's clock may be behind.
func maxTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
