package fact

import (
	"context"

	"xiaoguan/internal/calendar"
)

// Recorder is the transaction that a batch is written in.
type Recorder interface {
	NewFactWriter(ctx context.Context, request BatchRequest) (Writer, error)
	// FirstClosedMonth returns the earliest closed month from the month on; 0 when there is none.
	FirstClosedMonth(ctx context.Context, from calendar.Month) (calendar.Month, error)
}

// Receipt says what became of facts entered by hand. A change that touches a closed month is late: it is recorded, the closed month
// stays as it is, and what it would have changed is settled in an open one.
type Receipt struct {
	Batch   BatchID // 0 when nothing changed
	Outcome Outcome
	Late    bool
	Month   calendar.Month // the first closed month it touches, when late
}

// Record writes the facts of one entry by hand as a batch of its own. The subject is the record, as in "payment:P-1".
func Record(ctx context.Context, tx Recorder, actorID, subject string, write func(Writer) (Outcome, error)) (Receipt, error) {
	w, err := tx.NewFactWriter(ctx, BatchRequest{Kind: BatchManual, ActorID: actorID, Document: subject})
	if err != nil {
		return Receipt{}, err
	}
	outcome, err := write(w)
	if err != nil {
		return Receipt{}, err
	}
	batch, err := w.Finish(ctx)
	if err != nil || batch.ID == 0 || batch.EarliestMonth == 0 {
		return Receipt{Batch: batch.ID, Outcome: outcome}, err
	}
	month, err := tx.FirstClosedMonth(ctx, batch.EarliestMonth)
	return Receipt{Batch: batch.ID, Outcome: outcome, Late: month != 0, Month: month}, err
}
